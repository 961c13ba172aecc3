// Several runs on shared axes, live or finished: scores, a reading of the gap in words, curves.

import { make, say } from "../kit/dom.js";
import { meanAndSpread } from "./bindings.js";
import { Chart } from "./chart.js";
import { reading } from "./reading.js";
import { show, View } from "./view.js";

/** @typedef {import("./run.js").Run} Run */
/** What a column of the table holds: a score now or at the best epoch, or how far training is ahead of validation.
 * @typedef {{part: "train" | "validation" | "gap", metric: string, share?: boolean, at?: "best"}} Cell */

/** @param {any} component */
export default (component) => show(Comparison, component);

/** @extends {View<any>} */
class Comparison extends View {
  going = false; // whether any run was not over when it was asked last

  /** @param {any} data */
  static identity({ runs, language, style }) {
    return JSON.stringify([
      runs.map((/** @type {any} */ { id, name, hue }) => [id, name, hue]),
      language,
      style,
    ]);
  }

  /**
   * @param {any} root
   * @param {any} component
   */
  constructor(root, component) {
    const { data } = component;
    super(root, component);
    this.rows = data.runs.map((/** @type {any} */ each) => this.row(each));
    const heads = data.heads.map((/** @type {string} */ head) => make("th", { scope: "col" }, head));
    this.summary = data.folds ? data.cells.map(() => make("td", {}, "–")) : [];
    const foot = data.folds
      ? [
          make(
            "tfoot",
            {},
            make(
              "tr",
              {},
              make("th", { scope: "row", colspan: 2 }, this.say("mean_and_spread")),
              ...this.summary,
            ),
          ),
        ]
      : [];
    const body = make("tbody", {}, ...this.rows.map((/** @type {any} */ { element }) => element));
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body, ...foot);
    const scroll = make(
      "div",
      { class: "live-scroll live-comparison", tabindex: 0, role: "region", "aria-label": this.say("scores") },
      table,
    );
    this.stopAll = make(
      "button",
      { type: "button", class: "live-button live-stop", hidden: true },
      this.say("stop_all"),
    );
    this.stopAll.onclick = () => {
      this.stopAll.disabled = true;
      this.component.setTriggerValue("action", "stop");
    };
    this.words = make("div", { class: "live-reading" });
    const loss = new Chart(this, { loss: data.figures.loss }, { close: true });
    loss.logButton();
    loss.closeButton();
    this.charts = [loss];
    if (data.metrics.length) {
      const metric = new Chart(this, data.figures.metrics, {
        controls: this.metricChoice(() => metric),
        close: true,
      });
      metric.closeButton();
      this.charts.push(metric);
    }
    this.element.prepend(
      scroll,
      make("div", { class: "live-buttons" }, this.stopAll),
      this.words,
      make("div", { class: "live-pair" }, ...this.charts.map(({ element }) => element)),
    );
    this.choose();
    this.connect();
  }

  /**
   * @override
   * @param {any} component
   */
  refresh(component) {
    super.refresh(component);
    if (this.choose()) this.drawCharts();
  }

  /** The runs that were chosen stand out: whether others than before. */
  choose() {
    const chosen = /** @type {string[]} */ (this.component.data.chosen ?? []);
    const before = [...this.chosen];
    this.chosen.clear();
    for (const id of chosen) this.chosen.add(id);
    for (const { id, element } of this.rows)
      element.classList.toggle("live-faded", chosen.length > 0 && !this.chosen.has(id));
    return before.length !== chosen.length || before.some((id) => !this.chosen.has(id));
  }

  /** @param {() => Chart} chart */
  metricChoice(chart) {
    const options = this.data.metrics.map((/** @type {any} */ { name, label }) =>
      make("option", { value: name }, label),
    );
    if (options.length < 2) return [];
    const select = make("select", { class: "live-small", "aria-label": this.say("metric") }, ...options);
    select.onchange = () => chart().show(select.value);
    return [select];
  }

  /** @param {{id: string, name: string, hue: string}} run */
  row({ id, name, hue }) {
    const swatch = make("span", { class: "live-swatch", "data-hue": hue });
    const state = make("td");
    const cells = this.data.cells.map(() => make("td", {}, "–"));
    return {
      id,
      swatch,
      hue,
      state,
      cells,
      element: make("tr", {}, make("th", { scope: "row" }, swatch, name), state, ...cells),
    };
  }

  /** @override */
  drawTexts() {
    const { data } = this;
    for (const { id, swatch, hue, state, cells } of this.rows) {
      const run = /** @type {Run} */ (this.runs.get(id));
      swatch.style.background = this.theme.shade(hue);
      say(state, this.stateOf(run));
      data.cells.forEach((/** @type {Cell} */ cell, /** @type {number} */ place) =>
        say(cells[place], this.score(run, cell)),
      );
    }
    this.summary.forEach((/** @type {Element} */ cell, /** @type {number} */ place) =>
      say(cell, this.meanOf(data.cells[place])),
    );
    const sentences = data.folds ? this.foldsRead() : reading(this);
    if (JSON.stringify(sentences) !== this.words.dataset.known) {
      this.words.dataset.known = JSON.stringify(sentences);
      this.words.replaceChildren(...sentences.map((sentence) => make("p", {}, sentence)));
    }
    const going = [...this.runs.values()].some(
      (run) => run.status && !run.gone && !data.ended.includes(run.status.state),
    );
    this.stopAll.hidden = !(going && data.controls);
    this.tell(going);
  }

  /** @param {Run} run */
  stateOf(run) {
    const { status } = run;
    if (run.gone) return this.say("deleted");
    if (!status) return "";
    const word = this.texts.states[(status.state === "running" && status.command) || status.state];
    if (status.state === "queued" && status.position != null)
      return this.say("position", { position: status.position });
    const epoch = `${status.epoch} / ${status.epochs}`;
    const left =
      status.state === "running" && status.left != null
        ? `  ·  ${this.say("left", { time: this.numbers.time(status.left) })}`
        : "";
    return `${word}  ·  ${epoch}${left}`;
  }

  /**
   * @param {Run} run
   * @param {Cell} cell
   * @returns {number | null | undefined}
   */
  value(run, { part, metric, at }) {
    if (part === "gap") return this.gap(run, metric);
    return at === "best" ? run.atBest(part, metric) : run.now(part, metric);
  }

  /**
   * @param {Run} run
   * @param {Cell} cell
   */
  score(run, cell) {
    const value = this.value(run, cell);
    if (value == null) return "–";
    const shown = this.shown(value, cell);
    return cell.at === "best" ? this.say("at_epoch", { value: shown, epoch: run.best?.epoch }) : shown;
  }

  /**
   * @param {number} value
   * @param {Cell} cell
   */
  shown(value, { part, share }) {
    return part === "gap" && share ? this.numbers.points(value) : this.numbers.metric(value, share);
  }

  /**
   * "0.973 ± 0.004" over all runs; a dash until each has a value.
   * @param {Cell} cell
   */
  meanOf(cell) {
    const values = [...this.runs.values()]
      .map((run) => this.value(run, cell))
      .filter((value) => value != null);
    if (values.length < this.runs.size) return "–";
    const { mean, spread } = meanAndSpread(values);
    return `${this.shown(mean, cell)} ± ${cell.share ? this.numbers.points(spread) : this.numbers.score(spread)}`;
  }

  foldsRead() {
    /** @type {Cell} */
    const cell = { part: "validation", metric: this.data.main, share: this.data.share };
    const mean = this.meanOf(cell);
    return mean === "–" ? [] : [this.say("folds_read", { count: this.runs.size, mean })];
  }

  /**
   * How much better training is than validation; null where one of them is not known.
   * @param {Run} run
   * @param {string} metric
   */
  gap(run, metric) {
    const [train, validation] = [run.now("train", metric), run.now("validation", metric)];
    if (train == null || validation == null) return null;
    return this.data.lower ? validation - train : train - validation;
  }

  /** @override */
  retheme() {
    super.retheme();
    this.drawTexts();
  }

  /**
   * Python learns once that all runs have ended, so that scores in its lists are the final ones.
   * @param {boolean} going
   */
  tell(going) {
    if (this.going && !going) {
      this.component.setStateValue("ended", this.data.runs.map((/** @type {any} */ { id }) => id).join(","));
      this.announce(this.say("all_ended"), true);
    }
    this.going = going;
  }
}
