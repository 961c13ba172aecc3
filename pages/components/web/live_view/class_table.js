// Precision and recall of each class, or of each label, in words and numbers.

import { make } from "../kit/dom.js";
import { FilmPanel } from "./panel.js";

/** Of each class how many examples it has, how many answers name it, and how many of these rightly.
 * @typedef {[examples: number, answers: number, right: number]} Triple */

/** A method takes what is known now; null while nothing is.
 * @typedef {{
 *   counts: () => number[][] | null | undefined,
 *   triples: (counts: number[][]) => Triple[],
 *   heads: string[], title: string, caption: string, part?: string,
 * }} Contents */

export class ClassTable extends FilmPanel {
  /**
   * @param {any} view
   * @param {string[]} classes
   * @param {Contents} contents
   */
  constructor(view, classes, { counts, triples, heads, title, caption, part = "confusion" }) {
    super(view, make("section", { class: "live-chart live-classes" }), [part]);
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
    this.element.append(heading, scroll, make("p", { class: "live-caption" }, caption));
  }

  /** @override */
  fill() {
    const counts = this.counts();
    if (!counts || counts === this.drawn) return;
    this.drawn = counts;
    const { numbers } = this.view;
    const rows = this.triples(counts).map(([examples, answers, right], place) => {
      const shares = [examples, answers].map((whole) => (whole ? numbers.percent(right / whole) : "–"));
      shares.push(examples + answers ? numbers.percent((2 * right) / (examples + answers)) : "–");
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
  const sum = (/** @type {Iterable<number>} */ values) =>
    Array.from(values).reduce((total, value) => total + value, 0);
  return Array.from(counts, (row, place) => [
    sum(row),
    sum(Array.from(counts, (each) => each[place])),
    row[place],
  ]);
}
