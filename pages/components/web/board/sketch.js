// A curve that a finger draws on a plane, by heights at equal distances; the arrow keys move one after another, and
// with Shift they draw on at the same height, or move it far.

import { svg } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Place, Plane } from "./plane.js" */
/** @import { Hands, Sketch, Values } from "./types.d.ts" */

const FAR = 5; // steps that Shift makes of one

export class SketchLine {
  /** @type {Place | null} where the finger was last, on the axes */
  last = null;
  chosen = 0;

  /**
   * @param {Sketch} mark
   * @param {Plane} plane
   * @param {Hands} hands
   */
  constructor(mark, plane, hands) {
    this.mark = mark;
    this.plane = plane;
    this.hands = hands;
    this.paper = svg("rect", { class: "paper" });
    this.line = svg("path", { class: "line" });
    this.dot = svg("circle", { r: 5, class: "grip-disc" });
    this.element = svg("g", { class: "sketch", tabindex: 0, role: "slider", "aria-label": mark.says });
    this.element.append(this.paper, this.line, this.dot);
    this.element.addEventListener("pointerdown", (event) => this.press(event));
    this.element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.element.addEventListener(end, () => this.lift());
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    this.scope = scope;
    const { scales, declared } = this.plane;
    const spots = this.mark.names.map((name, n) => scales.spot(this.across(n), scope.number(name)));
    this.line.setAttribute(
      "d",
      spots.map(([x, y], n) => `${n ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join(""),
    );
    this.line.setAttribute("stroke", shade(this.mark.colour));
    this.dot.setAttribute("fill", shade(this.mark.colour));
    const [x = 0, y = 0] = spots[this.chosen] ?? [];
    this.dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    const [left, top] = scales.spot(declared.x.low, declared.y.high);
    const room = { x: left, y: top, width: scales.width, height: scales.height };
    for (const [name, value] of Object.entries(room)) this.paper.setAttribute(name, String(value));
    const now = scope.number(this.mark.names[this.chosen] ?? 0);
    this.element.setAttribute("aria-valuenow", now.toFixed(3));
    this.element.setAttribute("aria-valuetext", `${fixed(this.across(this.chosen), 1)}: ${fixed(now, 2)}`);
  }

  /** Where a name stands on the axis. @param {number} n */
  across(n) {
    const { low, high } = this.plane.declared.x;
    return low + (n / (this.mark.names.length - 1)) * (high - low);
  }

  /** @param {PointerEvent} event */
  press(event) {
    this.element.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.last = this.plane.at(event);
    this.draw(this.last, this.last);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.last) return;
    const now = this.plane.at(event);
    this.draw(this.last, now);
    this.last = now;
  }

  lift() {
    if (!this.last) return;
    this.last = null;
    this.hands.rest();
  }

  /** @param {Place} from @param {Place} to */
  draw(from, to) {
    const { x, y } = this.plane.declared;
    const heights = passed(from, to, x, this.mark.names.length);
    if (!heights.length) return;
    this.chosen = heights.at(-1)?.[0] ?? this.chosen;
    /** @type {Values} */
    const values = {};
    for (const [n, height] of heights) values[this.mark.names[n] ?? ""] = clamp(height, y.low, y.high);
    this.hands.put(values);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const far = event.shiftKey ? FAR : 1;
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    const rise = ({ ArrowUp: far, ArrowDown: -far }[event.key] ?? 0) * this.mark.step;
    if (turn) this.turn(turn, event.shiftKey);
    else if (rise) this.raise(rise);
    else return;
    event.preventDefault();
  }

  /** The place beside is chosen; with `along`, it gets the height of this one. @param {number} by @param {boolean} along */
  turn(by, along) {
    const from = this.mark.names[this.chosen] ?? "";
    this.chosen = clamp(this.chosen + by, 0, this.mark.names.length - 1);
    const to = this.mark.names[this.chosen] ?? "";
    if (this.scope) this.hands.put({ [to]: this.scope.number(along ? from : to) });
    if (along) this.hands.rest();
  }

  /** @param {number} by */
  raise(by) {
    const name = this.mark.names[this.chosen] ?? "";
    const { low, high } = this.plane.declared.y;
    if (this.scope) this.hands.put({ [name]: clamp(this.scope.number(name) + by, low, high) });
    this.hands.rest();
  }
}

/**
 * The places that a finger passes on its way, the nearest one at least, each with the height at which it does.
 * @param {Place} from
 * @param {Place} to
 * @param {{low: number, high: number}} axis
 * @param {number} count of places between `low` and `high`
 * @returns {[n: number, height: number][]}
 */
export function passed(from, to, { low, high }, count) {
  /** @param {number} x */
  const row = (x) => ((x - low) / (high - low)) * (count - 1);
  const [began, ended] = [row(from[0]), row(to[0])];
  const [least, most] = [Math.ceil(Math.min(began, ended)), Math.floor(Math.max(began, ended))];
  /** @type {[number, number][]} */
  const found = [];
  for (let n = Math.max(0, least); n <= Math.min(count - 1, most); n++) {
    const share = ended === began ? 1 : (n - began) / (ended - began);
    found.push([n, from[1] + share * (to[1] - from[1])]);
  }
  if (ended < began) found.reverse();
  const near = clamp(Math.round(ended), 0, count - 1);
  return found.some(([n]) => n === near) ? found : [...found, [near, to[1]]];
}
