// Bars from zero, each with its name and number.

import { make, say } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Bars as Declared, Part } from "./types.d.ts" */

/** @implements {Part} */
export class Bars {
  /** @param {Declared} declared */
  constructor(declared) {
    this.declared = declared;
    this.rows = declared.bars.map(({ label }) => {
      const fill = make("i");
      const number = make("output");
      const row = make(
        "div",
        { class: "row" },
        make("span", {}, label),
        make("div", { class: "bar" }, fill),
        number,
      );
      return { fill, number, row };
    });
    const rows = this.rows.map(({ row }) => row);
    this.element = make("figure", { class: "bars" }, make("p", { class: "title" }, declared.title), ...rows);
    if (declared.caption) this.element.append(make("figcaption", {}, declared.caption));
  }

  /** @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    const { bars, low, high, digits } = this.declared;
    /** @param {number} value */
    const share = (value) => (100 * (clamp(value, low, high) - low)) / (high - low);
    const zero = share(0);
    this.rows.forEach(({ fill, number }, n) => {
      const now = scope.number(bars[n]?.value ?? Number.NaN);
      const end = share(now);
      fill.style.insetInlineStart = `${Math.min(zero, end)}%`;
      fill.style.width = `${Math.abs(end - zero)}%`;
      fill.style.background = shade(bars[n]?.colour ?? "");
      say(number, fixed(now, digits));
    });
  }
}
