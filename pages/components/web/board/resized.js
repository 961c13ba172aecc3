// What depends on the room that a part of a board has: it is drawn again when the room changes.

/** @import { Scope } from "./expression.js" */
/** @typedef {(colour: string) => string} Shade */

export class Resized {
  /** @type {Scope | undefined} with which it was shown last */
  scope;
  /** @type {Shade | undefined} */
  shade;

  /** @param {Element} box whose room counts */
  watch(box) {
    this.sizes = new ResizeObserver(() => this.again());
    this.sizes.observe(box);
  }

  stop() {
    this.sizes?.disconnect();
  }

  again() {
    if (this.scope && this.shade) this.show(this.scope, this.shade);
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    this.scope = scope;
    this.shade = shade;
  }
}
