// The confusion matrix: rows are the true class, columns the answer. Each cell is a button that opens its examples.

import { make, say } from "../kit/dom.js";
import { FilmPanel } from "./panel.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */

const MOST_NUMBERS = 20; // classes: with more the counts could not be read inside the cells
const PAIRS = 5; // that are confused most

export class Confusion extends FilmPanel {
  shares = false; // of the row, instead of counts
  /** @type {string | null} the cell that is open, "row column" */
  open = null;
  /** @type {[row: number, column: number]} the cell that keys reach */
  focus = [0, 0];

  /**
   * @param {any} view
   * @param {string[]} classes
   * @param {(truth: number, answer: number) => void} show called with the cell that was pressed
   */
  constructor(view, classes, show) {
    super(view, make("section", { class: "live-panel" }), ["confusion"]);
    this.classes = classes;
    this.show = show;
    this.cells = classes.map((_, row) => classes.map((_, column) => this.cell(row, column)));
    const modes = Object.entries(view.texts.confusion_modes).map(([name, text]) =>
      make("option", { value: name }, text),
    );
    const mode = make("select", { class: "live-small", "aria-label": view.say("confusion_mode") }, ...modes);
    mode.onchange = () => {
      this.shares = mode.value === "shares";
      this.draw();
    };
    this.pairs = make("ol", { class: "live-pairs" });
    this.pairsHeading = make("h4", {}, view.say("confused_pairs"));
    this.heading = make("h4", {}, view.say("confusion_title"));
    this.element.append(
      make("div", { class: "live-heading" }, this.heading, make("div", { class: "live-controls" }, mode)),
      make("div", { class: "live-scroll live-matrix-scroll" }, this.table()),
      make("p", { class: "live-caption" }, view.say("confusion_caption")),
      this.pairsHeading,
      this.pairs,
    );
  }

  table() {
    const { classes, view } = this;
    const heads = classes.map((name) => make("th", { scope: "col" }, make("span", {}, name)));
    const rows = this.cells.map((cells, row) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, classes[row]),
        ...cells.map((each) => make("td", {}, each)),
      ),
    );
    const corner = make("td", { class: "live-corner" }, view.say("confusion_corner"));
    const table = make(
      "table",
      { class: "live-matrix", "data-many": classes.length > MOST_NUMBERS },
      make("thead", {}, make("tr", {}, corner, ...heads)),
      make("tbody", {}, ...rows),
    );
    table.onkeydown = (event) => this.key(event);
    return table;
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  cell(row, column) {
    const made = make("button", { type: "button", class: "live-cell", tabindex: row || column ? -1 : 0 });
    made.onclick = () => this.press(row, column);
    return made;
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  press(row, column) {
    this.reach(row, column);
    this.open = `${row} ${column}`;
    this.drawOpen();
    this.show(row, column);
  }

  /**
   * One cell can be reached by Tab; arrows lead to the others.
   * @param {number} row
   * @param {number} column
   */
  reach(row, column) {
    const [before, beside] = this.focus;
    this.cells[before][beside].tabIndex = -1;
    this.focus = [row, column];
    this.cells[row][column].tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (!step) return;
    event.preventDefault();
    const last = this.classes.length - 1;
    const [row, column] = this.focus.map((each, n) => Math.max(0, Math.min(last, each + step[n])));
    this.reach(row, column);
    this.cells[row][column].focus();
  }

  /** @param {Arrays} arrays @override */
  fill({ confusion }) {
    if (!confusion) return;
    const { view, classes } = this;
    const { numbers } = view;
    const totals = Array.from(confusion.counts, (row) =>
      Array.from(row).reduce((sum, each) => sum + each, 0),
    );
    for (const [row, cells] of this.cells.entries())
      for (const [column, cell] of cells.entries()) {
        const count = confusion.counts[row][column];
        const share = totals[row] ? count / totals[row] : 0;
        const text = count ? (this.shares ? numbers.percent(share) : numbers.whole(count)) : "";
        say(cell, text);
        cell.dataset.right = String(row === column);
        cell.style.setProperty("--share", count ? Math.max(0.12, Math.sqrt(share)).toFixed(3) : "0");
        cell.setAttribute(
          "aria-label",
          view.say("confusion_cell", {
            ...{ truth: classes[row], answer: classes[column] },
            ...{ count: numbers.whole(count), share: numbers.percent(share) },
          }),
        );
      }
    this.fillPairs(confusion.counts);
    this.drawOpen();
  }

  /** @param {ArrayLike<number>[]} counts */
  fillPairs(counts) {
    const { view, classes } = this;
    const pairs = counts
      .flatMap((row, truth) => Array.from(row, (count, answer) => ({ count, truth, answer })))
      .filter(({ count, truth, answer }) => count && truth !== answer)
      .sort((one, other) => other.count - one.count)
      .slice(0, PAIRS);
    this.pairsHeading.hidden = !pairs.length;
    this.pairs.replaceChildren(
      ...pairs.map(({ count, truth, answer }) => {
        const text = view.say("confused_pair", {
          ...{ truth: classes[truth], answer: classes[answer], count: view.numbers.whole(count) },
        });
        const made = make("button", { type: "button", class: "live-small" }, text);
        made.onclick = () => this.press(truth, answer);
        return make("li", {}, made);
      }),
    );
  }

  drawOpen() {
    for (const [row, cells] of this.cells.entries())
      for (const [column, cell] of cells.entries())
        cell.setAttribute("aria-pressed", String(this.open === `${row} ${column}`));
  }
}
