// Squares in rows and columns, coloured by a value; those that are off are empty and crossed out.

import { svg } from "../kit/dom.js";

/** @import { Scope } from "./expression.js" */
/** @import { Plane } from "./plane.js" */
/** @import { Squares } from "./types.d.ts" */

export class SquareMarks {
  /** @param {Squares} mark @param {Plane} plane */
  constructor(mark, plane) {
    this.mark = mark;
    this.plane = plane;
    this.element = svg("g", { class: "squares", role: "img", "aria-label": mark.says });
    /** @type {{square: SVGElement, cross: SVGElement}[]} */
    this.squares = [];
  }

  /** @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    const { x, y, value, off, full, colours } = this.mark;
    const values = /** @type {ArrayLike<number>} */ (scope.value(value));
    const [xs, ys, offs] = [x, y, off].map((each) => scope.column(each, values.length));
    const [positive, negative] = colours.map(shade);
    this.fit(values.length);
    this.squares.forEach(({ square, cross }, n) => {
      const [left, top] = this.plane.scales.spot((xs?.[n] ?? 0) - 0.5, (ys?.[n] ?? 0) + 0.5);
      const [right, bottom] = this.plane.scales.spot((xs?.[n] ?? 0) + 0.5, (ys?.[n] ?? 0) - 0.5);
      const now = values[n] ?? 0;
      const room = { x: left + 0.5, y: top + 0.5, width: right - left - 1, height: bottom - top - 1 };
      for (const [name, each] of Object.entries(room)) square.setAttribute(name, each.toFixed(1));
      const isOff = Boolean(offs?.[n]);
      square.setAttribute("fill", (now < 0 ? negative : positive) ?? "currentColor");
      square.setAttribute("fill-opacity", isOff ? "0" : Math.min(1, Math.abs(now) / full).toFixed(3));
      cross.setAttribute("visibility", isOff ? "visible" : "hidden");
      cross.setAttribute(
        "d",
        `M${left + 3} ${top + 3}L${right - 3} ${bottom - 3}M${left + 3} ${bottom - 3}L${right - 3} ${top + 3}`,
      );
    });
  }

  /** As many as rows. @param {number} count */
  fit(count) {
    while (this.squares.length < count) {
      const made = { square: svg("rect"), cross: svg("path") };
      this.squares.push(made);
      this.element.append(made.square, made.cross);
    }
    for (const gone of this.squares.splice(count)) {
      gone.square.remove();
      gone.cross.remove();
    }
  }
}
