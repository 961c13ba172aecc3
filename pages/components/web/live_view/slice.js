// What a network of many inputs answers over the plane of two of them: computed when somebody asks, at rest.

import { make, say } from "../kit/dom.js";
import { Analysis } from "./analysis.js";
import { Chart } from "./chart.js";
import { FilmPanel } from "./panel.js";
import { spread } from "./pins.js";

/** @import { Figure } from "./types.d.ts" */
/** @typedef {import("./bindings.js").Arrays} Arrays */

const REST = 400; // ms without a change, until it is asked
const WHILE_TRAINING = 10_000; // ms between two looks at a network that goes on learning
const ROWS = 24; // to choose from
const HELD = 8; // columns whose values are named

export class Slice extends FilmPanel {
  /** @type {Arrays | null} what is shown */
  answer = null;
  asked = ""; // what is shown, or will be
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  due;
  answered = 0; // counts the answers that were shown
  themes = 0; // in which it was drawn

  /**
   * @param {any} view
   * @param {{columns: string[], classes: string[], part: string}} options
   * @param {Figure} figure that the answer fills
   */
  constructor(view, { columns, classes, part }, figure) {
    super(view, make("section", { class: "live-panel live-slice" }), ["samples"]);
    this.columns = columns;
    this.classes = classes;
    this.part = part;
    this.figure = figure;
    this.analysis = new Analysis(view, "slice");
    this.across = this.select("slice_across", columns, 0);
    this.up = this.select("slice_up", columns, 1);
    this.row = this.select("slice_row", [], 0);
    this.trouble = make("p", { class: "live-trouble", hidden: true, role: "alert" });
    this.held = make("p", { class: "live-caption" });
    this.chart = this.pictured();
    this.element.append(
      make("div", { class: "live-choices" }, ...[this.across, this.up, this.row].map(labelled)),
      this.analysis.element,
      this.trouble,
      this.chart.element,
      this.held,
    );
  }

  /**
   * @param {string} name of its label
   * @param {string[]} choices
   * @param {number} chosen
   */
  select(name, choices, chosen) {
    const select = make("select", { class: "live-small", "aria-label": this.view.say(name) });
    select.append(...choices.map((text, value) => make("option", { value }, text)));
    select.value = String(chosen);
    select.onchange = () => this.changed(select);
    return select;
  }

  // Both axes never show one column: the other one takes what this one had.
  /** @param {HTMLSelectElement} select */
  changed(select) {
    const other = select === this.across ? this.up : select === this.up ? this.across : null;
    if (other?.value === select.value) other.value = this.before(select);
    this.drawSoon();
  }

  /** @param {HTMLSelectElement} select */
  before(select) {
    const [across, up] = this.axes;
    return String(select === this.across ? across : up);
  }

  /** The columns that were asked for last. */
  get axes() {
    const { across = 0, up = 1 } = this.asked ? JSON.parse(this.asked).question : {};
    return [across, up];
  }

  // A chart like all others, of a run that holds nothing but the answer.
  pictured() {
    const { view } = this;
    const run = {
      film: { parts: {} },
      batches: { stride: 1 },
      arrays: () => this.shown(),
    };
    Object.defineProperty(run, "seen", { get: () => this.answered });
    return new Chart(Object.create(view, { runs: { value: new Map([[view.run.id, run]]) } }), {
      slice: this.figure,
    });
  }

  shown() {
    const { answer } = this;
    return answer ? { boundary: answer, points: answer.points, held: answer.held } : {};
  }

  /** @param {Arrays} arrays @override */
  fill({ samples }) {
    if (samples && !this.row.options.length) this.fillRows(samples);
    this.drawSoon();
    if (this.answer && (this.chart.stale || this.themes !== this.view.themes)) this.picture();
  }

  /** @param {Arrays} samples */
  fillRows(samples) {
    const places = this.classes.length ? spread(/** @type {any} */ (samples)) : samples.shown.slice(0, ROWS);
    this.row.append(
      ...Array.from(places, (place) => {
        const truth = samples.truth[place];
        const name = this.classes.length ? this.classes[truth] : this.view.numbers.score(truth);
        return make("option", { value: place }, `#${samples.rows[place] + 1} · ${name}`);
      }),
    );
    this.row.value = String(places[0] ?? 0);
  }

  // Ask, at once the first time, and then as soon as nothing has changed for a moment.
  drawSoon() {
    const wanted = this.wantedNow();
    if (wanted === this.asked) return;
    const pause = this.asked ? REST : 0;
    this.asked = wanted;
    clearTimeout(this.due);
    this.due = setTimeout(() => this.ask(wanted), pause);
  }

  /** What is to be shown, as a text: the question, and of a network that goes on learning when it is asked. */
  wantedNow() {
    const { view } = this;
    const question = {
      across: Number(this.across.value),
      up: Number(this.up.value),
      row: Number(this.row.value),
      ...(view.epoch !== null && { epoch: view.epoch }),
    };
    const over = view.epoch !== null || view.data.ended.includes(view.run.status?.state);
    return JSON.stringify({ question, at: over ? "end" : Math.floor(Date.now() / WHILE_TRAINING) });
  }

  /** @param {string} wanted */
  async ask(wanted) {
    const { question } = JSON.parse(wanted);
    try {
      const answer = await this.analysis.ask(question);
      if (wanted !== this.asked) return;
      this.answer = answer;
      this.answered += 1;
      this.trouble.hidden = true;
      this.picture();
    } catch (error) {
      if (wanted !== this.asked) return;
      this.trouble.hidden = false;
      say(
        this.trouble,
        error instanceof TypeError ? this.view.say("film_gone") : /** @type {Error} */ (error).message,
      );
    }
  }

  picture() {
    const { answer, chart, columns, figure, view } = this;
    if (!answer) return;
    this.themes = view.themes;
    figure.layout.xaxis.title = { text: escaped(columns[answer.across] ?? "") };
    figure.layout.yaxis.title = { text: escaped(columns[answer.up] ?? "") };
    chart.draw();
    say(this.held, this.caption(answer));
  }

  /** @param {Arrays} answer */
  caption({ across, up, epoch, held }) {
    const { columns, view } = this;
    const others = columns.map((_, n) => n).filter((n) => n !== across && n !== up);
    const named = others
      .slice(0, HELD)
      .map((n) => `${columns[n]} = ${view.numbers.score(held.values[n])}`)
      .join(", ");
    const more = others.length - HELD;
    return view.say(more > 0 ? "slice_held_more" : "slice_held", {
      ...{ row: held.row + 1, part: view.say(`part_${this.part}`), epoch, held: named, more },
    });
  }

  dispose() {
    clearTimeout(this.due);
    this.chart.dispose();
  }
}

/** @param {HTMLSelectElement} select */
function labelled(select) {
  return make("label", {}, make("span", {}, select.getAttribute("aria-label") ?? ""), select);
}

/**
 * Text that plotly shows as it is, as dlcore/figures/style.py escapes it.
 * @param {string} text
 */
export function escaped(text) {
  const marked = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return marked.replaceAll("%{", "%\u200b{");
}
