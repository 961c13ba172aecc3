// A number now, as a bar, with a mark where the best stands.

import { make } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";

/** @import { Colours } from "./types.d.ts" */

export class Score {
  constructor() {
    this.now = make("span");
    this.best = make("span", { class: "best" });
    this.fill = make("i");
    this.mark = make("u");
    const line = make("div", { class: "line" }, this.now, this.best);
    this.box = make("div", { class: "score" }, line, make("div", { class: "bar" }, this.fill, this.mark));
  }

  /**
   * @param {string} name
   * @param {number} value
   * @param {string} best what is said of the best
   * @param {object} bar
   * @param {number} bar.markAt share of its width
   * @param {number} bar.fillTo share of its width
   * @param {boolean} good whether the value is about as good as the best
   * @param {Colours} colours
   */
  show(name, value, best, { markAt, fillTo }, good, colours) {
    this.now.replaceChildren(`${name} `, make("b", {}, fixed(value, 3)));
    this.best.textContent = best;
    this.fill.style.width = `${100 * clamp(fillTo, 0, 1)}%`;
    this.fill.style.background = good ? colours.best : colours.now;
    this.mark.style.left = `${100 * Math.min(1, markAt)}%`;
    this.mark.style.background = colours.best;
  }
}
