// The landscape of the loss: computed when somebody asks, kept for as long as the page is open.

import { button, make, say } from "../kit/dom.js";
import { Analysis } from "./analysis.js";
import { Chart } from "./chart.js";
import { nearest } from "./film.js";

/** @import { Figure } from "./types.d.ts" */
/** @typedef {"random" | "path"} Mode */

const FINAL = { x: [0], y: [0] }; // the final weights are the origin

export class Landscape {
  /** @type {Mode} */
  mode = "random";
  seed = 0;

  /**
   * @param {any} view
   * @param {Figure[]} figures of the random directions and of the path
   */
  constructor(view, [random, path]) {
    this.view = view;
    this.analysis = new Analysis(view, "landscape");
    this.chart = new Chart(view, { random, path }, { controls: this.controls() });
    this.trouble = make("p", { class: "live-caption", role: "status" });
    this.facts = make("p", { class: "live-caption" });
    this.empty = make("p", { class: "live-empty" }, view.say("landscape_empty"));
    this.element = make(
      "section",
      { class: "live-panel live-landscape" },
      this.analysis.element,
      this.trouble,
      this.chart.element,
      this.empty,
      this.facts,
    );
    this.show();
  }

  controls() {
    const { view } = this;
    const modes = Object.entries(view.texts.landscape_modes).map(([name, text]) =>
      make("option", { value: name }, text),
    );
    const mode = make("select", { class: "live-small", "aria-label": view.say("landscape_mode") }, ...modes);
    mode.onchange = () => {
      this.mode = /** @type {Mode} */ (mode.value);
      this.show();
    };
    this.start = button({ class: "live-small live-start" }, view.say("landscape_start"), () =>
      this.compute(),
    );
    this.other = button({ class: "live-small" }, view.say("landscape_other"), () => {
      this.seed += 1;
      this.compute();
    });
    return [mode, this.start, this.other];
  }

  get visible() {
    return this.element.isConnected && this.element.clientWidth > 0;
  }

  /** What was computed, by mode: the charts find it there. */
  get computed() {
    const { analyses } = this.view.run;
    analyses.landscape ??= {};
    return analyses.landscape;
  }

  async compute() {
    const { mode, seed } = this;
    this.busy(true);
    say(this.trouble, "");
    try {
      const answer = await this.analysis.ask({ mode, ...(mode === "random" && { seed }) });
      this.computed[mode] = { ...answer, end: FINAL };
    } catch (error) {
      say(this.trouble, error instanceof Error ? error.message : String(error));
    }
    this.busy(false);
    this.show();
  }

  /** @param {boolean} busy */
  busy(busy) {
    for (const each of [this.start, this.other]) if (each) each.disabled = busy;
  }

  // Another mode, or something new of it.
  show() {
    const known = this.computed[this.mode];
    this.empty.hidden = Boolean(known);
    this.chart.element.dataset.empty = String(!known);
    if (this.other) this.other.hidden = this.mode !== "random" || !known;
    say(this.facts, known ? this.said(known) : "");
    this.place();
    this.chart.show(this.mode);
  }

  /** @param {any} known */
  said({ rows, size, centre, epoch, shares }) {
    const { view } = this;
    const { numbers } = view;
    const values = { rows: numbers.whole(rows), size, epoch, loss: numbers.score(centre) };
    const measured = view.say("landscape_said", values);
    if (!shares) return measured;
    const [first, second] = shares.map(numbers.percent);
    return `${measured} ${view.say("landscape_shares", { first, second })}`;
  }

  // Where the epoch of the slider lies.
  place() {
    for (const known of Object.values(this.computed)) {
      const { epoch, x, y } = known.path;
      const at = nearest([...epoch], this.view.epoch ?? epoch.at(-1));
      const place = epoch.indexOf(at);
      known.shown = { x: [x[place]], y: [y[place]] };
    }
  }

  draw() {
    this.chart.draw();
  }

  seek() {
    if (!this.computed[this.mode]) return;
    this.place();
    this.draw();
  }

  dispose() {
    this.chart.dispose();
  }
}
