// Rows of columns as rings on a plane; one of them may be chosen by a click or by the arrow keys.

import { svg } from "../kit/dom.js";

/** @import { Scope } from "./expression.js" */
/** @import { Place, Plane } from "./plane.js" */
/** @import { Hands, Points } from "./types.d.ts" */

const GRASP = 16; // CSS pixels from which a click chooses
const KEYS = /** @type {Record<string, number>} */ ({
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
});

export class PointRings {
  /**
   * @param {Points} mark
   * @param {Plane} plane
   * @param {Hands} hands
   */
  constructor(mark, plane, hands) {
    this.mark = mark;
    this.plane = plane;
    this.hands = hands;
    /** @type {Place[]} */
    this.spots = [];
    this.element = svg("g", {
      class: "points",
      ...(mark.chosen ? {} : { role: "img", "aria-label": mark.says }),
    });
    /** @type {SVGCircleElement[]} */
    this.rings = [];
    this.second = svg("g", { class: "wrong" });
    this.around = svg("circle", { r: 9, class: "chosen", visibility: "hidden" });
    this.element.append(this.second, this.around);
    if (mark.chosen) this.listen(mark.chosen);
  }

  /** @param {string} name of the value that says which */
  listen(name) {
    const { element, plane } = this;
    for (const [key, value] of Object.entries({ tabindex: 0, role: "slider", "aria-valuemin": 1 }))
      element.setAttribute(key, String(value));
    element.setAttribute("aria-label", this.mark.says);
    element.addEventListener("keydown", (event) => {
      const step = KEYS[/** @type {KeyboardEvent} */ (event).key];
      if (!step) return;
      event.preventDefault();
      this.choose(name, (this.chosen + step + this.spots.length) % this.spots.length);
    });
    plane.svg.addEventListener("click", (event) => {
      const box = plane.svg.getBoundingClientRect();
      const near = nearest(this.spots, [event.clientX - box.left, event.clientY - box.top]);
      if (near !== null && !(/** @type {Element} */ (event.target).closest(".grip"))) this.choose(name, near);
    });
  }

  /** @param {string} name @param {number} row */
  choose(name, row) {
    this.hands.put({ [name]: row });
    this.hands.rest();
  }

  get chosen() {
    return this.scope && this.mark.chosen ? Math.round(this.scope.number(this.mark.chosen)) : -1;
  }

  /** @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    this.scope = scope;
    const { mark, plane } = this;
    const ys = /** @type {ArrayLike<number>} */ (scope.value(mark.y));
    const xs = scope.column(mark.x, ys.length);
    this.spots = Array.from(ys, (y, n) => plane.scales.spot(xs[n] ?? 0, y));
    this.fit(this.spots.length);
    const groups = scope.column(mark.group, ys.length);
    const wrong = scope.column(mark.wrong, ys.length);
    const hues = mark.colours.map(shade);
    this.spots.forEach(([x, y], n) => {
      const [ring, outer] = [this.rings[n], this.second.children[n]];
      ring?.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      ring?.setAttribute("stroke", hues[Math.round(groups[n] ?? 0)] ?? "currentColor");
      outer?.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      outer?.setAttribute("visibility", wrong[n] ? "visible" : "hidden");
    });
    this.mark.chosen && this.ringed(this.chosen);
  }

  /** As many rings as rows. @param {number} count */
  fit(count) {
    while (this.rings.length < count) {
      const ring = svg("circle", { r: this.mark.radius });
      this.rings.push(ring);
      this.element.insertBefore(ring, this.second);
      this.second.append(svg("circle", { r: this.mark.radius + 2, visibility: "hidden" }));
    }
    for (const gone of this.rings.splice(count)) gone.remove();
    while (this.second.children.length > count) this.second.lastChild?.remove();
  }

  /** @param {number} row */
  ringed(row) {
    const spot = this.spots[row];
    this.around.setAttribute("visibility", spot ? "visible" : "hidden");
    if (spot) this.around.setAttribute("transform", `translate(${spot[0]} ${spot[1]})`);
    this.element.setAttribute("aria-valuenow", String(row + 1));
    this.element.setAttribute("aria-valuemax", String(this.spots.length));
  }
}

/**
 * Which of these is next to a place, within a click's reach; null where none is.
 * @param {Place[]} spots
 * @param {Place} to
 */
export function nearest(spots, to) {
  let found = null;
  let far = GRASP;
  spots.forEach(([x, y], n) => {
    const away = Math.hypot(x - to[0], y - to[1]);
    if (away < far) [found, far] = [n, away];
  });
  return /** @type {number | null} */ (found);
}
