// The chart of one example over the epochs: a line a class or label, the true ones strong; or the predicted value.

import { Chart } from "./chart.js";
import { escaped } from "./slice.js";

/** @import { Figure } from "./types.d.ts" */
/** @typedef {import("./bindings.js").Arrays} Arrays */
/** What is to be known of classes.
 * @typedef {{valued: boolean, name: (each: number) => string,
 *   right: (answer: Arrays, at: number, each: number) => boolean}} Classes */

const STRONG = 3.5; // px of the line of what is true
const WEAK = 1.4;

export class Course {
  told = 0; // counts what the chart was told
  /** @type {Arrays | undefined} of which it was drawn last */
  answer;
  at = -1; // the example in it
  themes = 0;

  /**
   * @param {any} view
   * @param {Figure} figure that an answer fills
   * @param {Classes} classes
   */
  constructor(view, figure, classes) {
    this.view = view;
    this.figure = figure;
    this.classes = classes;
    this.chart = this.pictured();
    this.element = this.chart.element;
  }

  // A chart like all others, of a run that holds nothing but this example's course.
  pictured() {
    const { view } = this;
    const run = { film: { parts: {} }, batches: { stride: 1 }, arrays: () => this.arrays() };
    Object.defineProperty(run, "seen", { get: () => this.told });
    Object.defineProperty(run, "log", { get: () => view.run.log });
    return new Chart(Object.create(view, { runs: { value: new Map([[view.run.id, run]]) } }), {
      course: this.figure,
    });
  }

  arrays() {
    const { answer, at, classes } = this;
    if (!answer) return {};
    const epochs = Array.from(answer.epochs);
    const lines = Array.from(answer.classes[at], (_, line) => [
      line,
      Array.from(answer.values, (/** @type {any} */ frame) => finite(frame[at][line])),
    ]);
    const level = classes.valued && { true: epochs.map(() => answer.truth[at]) };
    return { series: { epoch: epochs }, course: { ...Object.fromEntries(lines), ...level } };
  }

  /**
   * @param {Arrays} answer
   * @param {number} at the example in it
   */
  show(answer, at) {
    const { chart, view } = this;
    if (this.answer === answer && this.at === at && this.themes === view.themes && !chart.stale) {
      chart.mark();
      return;
    }
    Object.assign(this, { answer, at, themes: view.themes });
    this.told += 1;
    if (!this.classes.valued) this.name(answer, at);
    chart.draw();
  }

  /**
   * @param {Arrays} answer
   * @param {number} at
   */
  name(answer, at) {
    for (const [line, trace] of this.figure.data.entries()) {
      const each = answer.classes[at][line];
      const right = this.classes.right(answer, at, each);
      trace.name = escaped(this.classes.name(each));
      trace.opacity = right ? 1 : 0.6;
      Object.assign(/** @type {any} */ (trace.line), { width: right ? STRONG : WEAK });
    }
  }

  dispose() {
    this.chart.dispose();
  }
}

/** @param {number} value */
function finite(value) {
  return Number.isFinite(value) ? value : null;
}
