// Matrices and the signs between them; a cell may be typed into, and the rest follows.

import { make, say } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Cells, Expression, Hands, Matrices as Declared, Part } from "./types.d.ts" */

const [POSITIVE, NEGATIVE] = ["#3c4f9f", "#a1563a"];

/** @implements {Part} */
export class Matrices {
  /** @param {Declared} declared @param {Hands} hands */
  constructor({ title, items, caption }, hands) {
    /** @type {Cell[]} */
    this.cells = [];
    const line = make("div", { class: "matrices" });
    for (const item of items)
      line.append(typeof item === "string" ? make("span", { class: "sign" }, item) : this.table(item, hands));
    this.element = make("figure", {}, make("p", { class: "title" }, title), line);
    if (caption) this.element.append(make("figcaption", {}, caption));
  }

  /** @param {Cells} item @param {Hands} hands */
  table(item, hands) {
    const rows = item.rows.map((row) => {
      const cells = row.map((value) => new Cell(value, item, hands));
      this.cells.push(...cells);
      return make("tr", {}, ...cells.map(({ element }) => element));
    });
    const table = make("table", {}, make("tbody", {}, ...rows));
    return make("div", { class: "matrix" }, make("span", { class: "symbol" }, item.name || "\u00a0"), table);
  }

  /** @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    for (const cell of this.cells) cell.show(scope, shade);
  }
}

class Cell {
  isBeingTyped = false;

  /** @param {Expression} value @param {Cells} declared @param {Hands} hands */
  constructor(value, { edit, digits, tint, name }, hands) {
    this.value = value;
    this.digits = digits;
    this.tint = tint;
    this.element = make("td");
    if (!edit || typeof value !== "string") return;
    this.input = make("input", {
      type: "number",
      step: "any",
      "data-knob": value,
      "aria-label": `${name} ${value}`,
    });
    this.input.oninput = () => {
      this.isBeingTyped = true;
    };
    this.input.onchange = () => this.type(value, hands);
    this.input.onblur = () => {
      this.isBeingTyped = false;
      this.show(this.scope, this.shade);
    };
    this.element.append(this.input);
  }

  /** What is no number stays what it was. @param {string} name @param {Hands} hands */
  type(name, hands) {
    this.isBeingTyped = false;
    const typed = this.input?.value.trim() ?? "";
    if (typed === "" || !Number.isFinite(Number(typed))) return this.show(this.scope, this.shade);
    hands.put({ [name]: Number(typed) });
    return hands.rest();
  }

  /** @param {Scope | undefined} scope @param {((colour: string) => string) | undefined} shade */
  show(scope, shade) {
    if (!scope || !shade) return;
    this.scope = scope;
    this.shade = shade;
    const now = scope.number(this.value);
    if (this.input) this.write(this.input, now);
    else say(this.element, fixed(now, this.digits));
    if (!this.tint) return;
    const share = Math.round(34 * Math.min(1, Math.abs(now) / 3));
    const hue = shade(now > 0 ? POSITIVE : NEGATIVE);
    this.element.style.background = `color-mix(in srgb, ${hue} ${share}%, transparent)`;
  }

  /**
   * An answer that comes while somebody types does not take the digits from under their fingers.
   * @param {HTMLInputElement} input
   * @param {number} now
   */
  write(input, now) {
    if (!this.isBeingTyped) input.value = String(Number(now.toFixed(4)));
  }
}
