// What a hand or the arrow keys hold and move on a plane. Where it is, it says; what follows, its expressions say.

import { svg } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Place, Plane } from "./plane.js" */
/** @import { Handle, Hands, Values } from "./types.d.ts" */

const RADIUS = { ring: 5, disc: 7, none: 0 };
const REACH = 15; // CSS pixels around it that take hold
const KEYS = /** @type {Record<string, Place>} */ ({
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
});

export class Grip {
  /**
   * @param {Handle} mark
   * @param {Plane} plane
   * @param {Hands} hands
   */
  constructor(mark, plane, hands) {
    this.mark = mark;
    this.plane = plane;
    this.hands = hands;
    this.dot = svg("circle", { r: RADIUS[mark.shape], class: `grip-${mark.shape}` });
    this.element = svg("g", { class: "grip", tabindex: 0, role: "slider", "aria-label": mark.label });
    this.element.append(svg("circle", { r: REACH, class: "reach" }), this.dot);
    this.element.addEventListener("pointerdown", (event) => this.press(event));
    this.element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.element.addEventListener(end, () => this.letGo());
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    this.scope = scope;
    const [x, y] = this.place(scope);
    const [across, down] = this.plane.scales.spot(x, y);
    const shown = [across, down].every((each) => Math.abs(each) < 1e5);
    this.element.setAttribute("visibility", shown ? "visible" : "hidden");
    if (shown) this.element.setAttribute("transform", `translate(${across.toFixed(1)} ${down.toFixed(1)})`);
    this.dot.setAttribute(this.mark.shape === "disc" ? "fill" : "stroke", shade(this.mark.colour));
    this.element.setAttribute("aria-valuenow", x.toFixed(3));
    this.element.setAttribute("aria-valuetext", `${fixed(x, 2)}, ${fixed(y, 2)}`);
  }

  /** @param {Scope} scope @returns {Place} */
  place(scope) {
    return [scope.number(this.mark.x), scope.number(this.mark.y)];
  }

  /** @param {PointerEvent} event */
  press(event) {
    this.held = this.scope; // what the hand took hold of, not what has become of it, says what follows
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add("holding");
    this.element.focus({ preventScroll: true });
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.held) this.put(this.plane.at(event), this.held);
  }

  letGo() {
    if (!this.held) return;
    this.held = undefined;
    this.element.classList.remove("holding");
    this.hands.rest();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = KEYS[event.key];
    if (!step || !this.scope) return;
    event.preventDefault();
    const [x, y] = this.place(this.scope);
    const far = this.mark.step * (event.shiftKey ? 5 : 1);
    this.put([x + step[0] * far, y + step[1] * far], this.scope);
    this.hands.rest();
  }

  /** @param {Place} place @param {Scope} scope */
  put([px, py], scope) {
    const at = scope.with({ px, py });
    /** @type {Values} */
    const values = {};
    for (const [name, expression] of Object.entries(this.mark.set)) values[name] = at.number(expression);
    this.hands.put(values);
  }
}
