// A value under a slider, with its symbol and its number.

import { make, say } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Hands, Slider } from "./types.d.ts" */

export class Knob {
  /**
   * @param {Slider} declared
   * @param {Hands} hands
   */
  constructor(declared, hands) {
    const { name, symbol, label, low, high, step } = declared;
    this.declared = declared;
    const [letter = "", index] = symbol.split("_");
    const sign = make("span", { class: "symbol", "aria-hidden": "true" }, letter);
    if (index) sign.append(make("sub", {}, index));
    this.input = make("input", {
      type: "range",
      min: low,
      max: high,
      step,
      "data-knob": name,
      "aria-label": label,
    });
    this.input.oninput = () => hands.put({ [name]: Number(this.input.value) });
    this.input.onchange = () => hands.rest();
    this.output = make("output");
    this.element = make("label", { class: "slider", title: label }, sign, this.input, this.output);
  }

  /** @param {Scope} scope */
  show(scope) {
    const value = scope.number(this.declared.name);
    if (this.input.value !== String(value)) this.input.value = String(value);
    say(this.output, this.said(value));
    this.input.setAttribute("aria-valuetext", this.said(value));
  }

  /** A number, or what is said of it. @param {number} value */
  said(value) {
    const { stops, low, step, digits } = this.declared;
    return stops?.[Math.round((value - low) / step)] ?? fixed(value, digits);
  }
}
