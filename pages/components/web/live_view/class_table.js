// Precision and recall of each class, or of each label, in words and numbers.

import { make } from "../kit/dom.js";

/** Of each class how many examples it has, how many answers name it, and how many of these rightly.
 * @typedef {[examples: number, answers: number, right: number]} Triple */

/** A method takes what is known now; null while nothing is.
 * @typedef {{
 *   counts: () => number[][] | null | undefined,
 *   triples: (counts: number[][]) => Triple[],
 *   heads: string[], title: string, caption: string,
 * }} Contents */

export class ClassTable {
  /**
   * @param {any} view
   * @param {string[]} classes
   * @param {Contents} contents
   */
  constructor(view, classes, { counts, triples, heads, title, caption }) {
    this.view = view;
    this.classes = classes;
    this.counts = counts;
    this.triples = triples;
    /** @type {number[][] | null} */
    this.drawn = null;
    this.body = make("tbody");
    const head = make("tr", {}, ...heads.map((each) => make("th", { scope: "col" }, each)));
    const table = make("table", {}, make("thead", {}, head), this.body);
    const scroll = make(
      "div",
      { class: "live-scroll", tabindex: 0, role: "region", "aria-label": title },
      table,
    );
    const heading = make("div", { class: "live-heading" }, make("h4", {}, title));
    this.element = make(
      "section",
      { class: "live-chart live-classes" },
      heading,
      scroll,
      make("p", { class: "live-caption" }, caption),
    );
  }

  draw() {
    const counts = this.counts();
    if (!counts || !this.element.isConnected || counts === this.drawn) return;
    this.drawn = counts;
    const { numbers } = this.view;
    const rows = this.triples(counts).map(([examples, answers, right], place) => {
      const shares = [examples, answers].map((whole) => (whole ? numbers.percent(right / whole) : "–"));
      const cells = [this.classes[place], numbers.whole(examples), ...shares];
      return make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
    });
    this.body.replaceChildren(...rows);
  }
}

/**
 * The triples of a matrix of counts, [true][answer].
 * @param {number[][]} counts
 * @returns {Triple[]}
 */
export function ofConfusion(counts) {
  const sum = (/** @type {number[]} */ values) => values.reduce((total, value) => total + value, 0);
  return counts.map((row, place) => [sum(row), sum(counts.map((each) => each[place])), row[place]]);
}
