// The marks that are drawn on a plane. Each keeps its elements and moves them; none is made anew while a hand moves.

import { svg } from "../kit/dom.js";
import { Grip } from "./grip.js";
import { PointRings } from "./points.js";
import { SketchLine } from "./sketch.js";
import { SquareMarks } from "./squares.js";
import { filled } from "./words.js";

/** @import { Scope } from "./expression.js" */
/** @import { Place, Plane } from "./plane.js" */
/** @import { Curve, Hands, Label, Mark, Part, Segment, Straight, Trail } from "./types.d.ts" */
/** @typedef {(colour: string) => string} Shade */

const STEPS = 240; // of a curve

/**
 * @param {Mark} mark
 * @param {Plane} plane
 * @param {Hands} hands
 * @returns {Part}
 */
export function markOf(mark, plane, hands) {
  if (mark.kind === "Curve") return new CurveLine(mark, plane);
  if (mark.kind === "Straight") return new StraightLine(mark, plane);
  if (mark.kind === "Segment") return new SegmentLine(mark, plane);
  if (mark.kind === "Points") return new PointRings(mark, plane, hands);
  if (mark.kind === "Trail") return new TrailLine(mark, plane);
  if (mark.kind === "Handle") return new Grip(mark, plane, hands);
  if (mark.kind === "Sketch") return new SketchLine(mark, plane, hands);
  if (mark.kind === "Squares") return new SquareMarks(mark, plane);
  if (mark.kind === "Label") return new Written(mark, plane);
  throw new Error(`a plane has no mark ${mark.kind}`);
}

/** A line on a ground of the page's colour, so that it is seen on anything. */
class Stroke {
  /**
   * @param {string} says
   * @param {boolean} dashed
   */
  constructor(says, dashed = false) {
    this.ground = svg("path", { class: "ground" });
    this.line = svg("path", { class: dashed ? "line dashed" : "line" });
    this.element = svg("g", says ? { role: "img", "aria-label": says } : { "aria-hidden": "true" });
    this.element.append(this.ground, this.line);
  }

  /** @param {string} path @param {string} colour */
  draw(path, colour) {
    this.ground.setAttribute("d", path);
    this.line.setAttribute("d", path);
    this.line.setAttribute("stroke", colour);
  }
}

/** @param {Place[]} spots */
export function joined(spots) {
  let path = "";
  let open = false;
  for (const [x, y] of spots) {
    const drawable = Math.abs(x) < 1e5 && Math.abs(y) < 1e5;
    if (drawable) path += `${open ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    open = drawable;
  }
  return path;
}

class CurveLine {
  /** @param {Curve} mark @param {Plane} plane */
  constructor(mark, plane) {
    this.mark = mark;
    this.plane = plane;
    this.stroke = new Stroke(mark.says, mark.dashed);
    this.element = this.stroke.element;
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    const { low, high } = this.plane.declared.x;
    const xs = Float64Array.from({ length: STEPS + 1 }, (_, n) => low + (n / STEPS) * (high - low));
    const ys = scope.with({ x: xs }).column(this.mark.y, xs.length);
    const spots = Array.from(xs, (x, n) => this.plane.scales.spot(x, ys[n] ?? Number.NaN));
    this.stroke.draw(joined(spots), shade(this.mark.colour));
  }
}

class StraightLine {
  /** @param {Straight} mark @param {Plane} plane */
  constructor(mark, plane) {
    this.mark = mark;
    this.plane = plane;
    this.stroke = new Stroke(mark.says);
    this.element = this.stroke.element;
  }

  /** @param {Scope} scope */
  show(scope) {
    const [a, b, c] = [this.mark.a, this.mark.b, this.mark.c].map((each) => scope.number(each));
    const ends = straight(a ?? 0, b ?? 0, c ?? 0, 100);
    const { scales } = this.plane;
    this.stroke.draw(joined(ends.map(([x, y]) => scales.spot(x, y))), "currentColor");
  }
}

/**
 * Two far places of the line a·x + b·y = c, to both sides of the one that is nearest to the middle; none without a
 * direction.
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {number} far
 * @returns {Place[]}
 */
export function straight(a, b, c, far) {
  const long = Math.hypot(a, b);
  if (long < 1e-6) return [];
  const [x, y] = [(a * c) / long ** 2, (b * c) / long ** 2];
  return [-far, far].map((t) => [x - (b / long) * t, y + (a / long) * t]);
}

class SegmentLine {
  /** @param {Segment} mark @param {Plane} plane */
  constructor(mark, plane) {
    this.mark = mark;
    this.plane = plane;
    this.stroke = new Stroke(mark.says, mark.dashed);
    this.head = svg("path");
    this.stroke.element.append(this.head);
    this.element = this.stroke.element;
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    const { x1, y1, x2, y2, colour, arrow } = this.mark;
    const { scales } = this.plane;
    const from = scales.spot(scope.number(x1), scope.number(y1));
    const to = scales.spot(scope.number(x2), scope.number(y2));
    this.stroke.draw(joined([from, to]), shade(colour));
    this.head.setAttribute("fill", shade(colour));
    this.head.setAttribute("d", arrow ? tip(from, to) : "");
  }
}

/**
 * The head of an arrow.
 * @param {Place} from
 * @param {Place} to
 */
function tip(from, to) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const corners = [0, 2.5, -2.5].map((turn) => [
    to[0] + 8 * Math.cos(angle + turn),
    to[1] + 8 * Math.sin(angle + turn),
  ]);
  const drawable = corners.flat().every((each) => Number.isFinite(each) && Math.abs(each) < 1e5);
  return drawable
    ? `M${corners.map((corner) => corner.map((each) => each.toFixed(1)).join(" ")).join("L")}Z`
    : "";
}

class TrailLine {
  /** @param {Trail} mark @param {Plane} plane */
  constructor(mark, plane) {
    this.mark = mark;
    this.plane = plane;
    this.stroke = new Stroke(mark.says);
    this.stroke.line.setAttribute("style", `stroke-width: ${mark.width}`);
    this.stroke.ground.setAttribute("style", `stroke-width: ${mark.width + 3.5}`);
    this.dot = svg("circle", { r: mark.dot ? 5 : 0, class: "dot" });
    this.stroke.element.append(this.dot);
    this.element = this.stroke.element;
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    const { x, y, upto, lengths, colour } = this.mark;
    const ys = /** @type {ArrayLike<number>} */ (scope.value(y));
    const xs = scope.column(x, ys.length);
    const rows = Math.min(ys.length, Math.round(scope.number(upto)) + 1);
    const spots = Array.from({ length: rows }, (_, n) => this.plane.scales.spot(xs[n] ?? 0, ys[n] ?? 0));
    this.stroke.draw(pieces(spots, lengths).map(joined).join(""), shade(colour));
    const last = spots.at(-1);
    const seen = last?.every((each) => Math.abs(each) < 1e5);
    this.dot.setAttribute("visibility", seen ? "visible" : "hidden");
    this.dot.setAttribute("fill", shade(colour));
    if (last && seen) this.dot.setAttribute("cx", last[0].toFixed(1));
    if (last && seen) this.dot.setAttribute("cy", last[1].toFixed(1));
  }
}

/**
 * Places as several lines of these lengths.
 * @param {Place[]} spots
 * @param {number[] | undefined} lengths
 */
function pieces(spots, lengths) {
  if (!lengths) return [spots];
  let from = 0;
  return lengths.map((length) => {
    from += length;
    return spots.slice(from - length, from);
  });
}

class Written {
  /** @param {Label} mark @param {Plane} plane */
  constructor(mark, plane) {
    this.mark = mark;
    this.plane = plane;
    this.element = svg("text", { class: "halo" });
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    const [x, y] = this.plane.scales.spot(scope.number(this.mark.x), scope.number(this.mark.y));
    this.element.setAttribute("x", String(x));
    this.element.setAttribute("y", String(y));
    this.element.setAttribute("style", `fill: ${shade(this.mark.colour)}`);
    this.element.textContent = filled(this.mark.text, scope);
  }
}
