// A number now; where it has an end, as a bar, with a mark where the best stands.

import { make, say } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Readout } from "./types.d.ts" */

const [BEST, NOW] = ["#1f8a4c", "#1f6feb"];

export class Score {
  /** @param {Readout} declared */
  constructor(declared) {
    this.declared = declared;
    this.now = make("span", { class: "label" }, declared.label);
    this.number = make("b");
    this.best = make("span", { class: "best" }, declared.best_said);
    this.fill = make("i");
    this.mark = make("u");
    const line = make("div", { class: "line" }, make("span", {}, this.now, " ", this.number), this.best);
    this.element = make("div", { class: "score", "data-readout": declared.name }, line);
    if (declared.full !== undefined)
      this.element.append(
        make("div", { class: "bar" }, this.fill, ...(declared.best === undefined ? [] : [this.mark])),
      );
  }

  /** @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    const { value, digits, full = 1, best = 0 } = this.declared;
    const now = scope.number(value);
    this.element.dataset.value = String(now);
    say(this.number, fixed(now, digits));
    this.fill.style.width = `${100 * clamp(now / full, 0, 1)}%`;
    this.fill.style.background = shade(this.isGood(now) ? BEST : NOW);
    this.mark.style.left = `${100 * clamp(best / full, 0, 1)}%`;
    this.mark.style.background = shade(BEST);
  }

  /** @param {number} now */
  isGood(now) {
    const { near, higher_is_better } = this.declared;
    if (near === undefined) return false;
    return higher_is_better ? now >= near : now <= near;
  }
}
