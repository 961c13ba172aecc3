// A plane with axes: a canvas for what has a value everywhere, and on it a drawing of its marks, which hands can hold.

import { make, say, svg } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";
import { HeatMap } from "./heat.js";
import { markOf } from "./marks.js";
import { Resized } from "./resized.js";

/** @import { Scope } from "./expression.js" */
/** @import { Axis, Hands, Heat, Part, Plane as Declared } from "./types.d.ts" */
/** @typedef {[x: number, y: number]} Place */

const MARGIN = { left: 38, right: 8, top: 8, bottom: 36 };

/** Where places of the axes stand on the drawing, in CSS pixels, and the other way. */
export class Scales {
  /**
   * @param {Axis} x
   * @param {Axis} y
   * @param {number} width of the plane alone
   * @param {number} height
   */
  constructor(x, y, width, height) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }

  /** @param {number} x @param {number} y @returns {Place} */
  spot(x, y) {
    return [
      MARGIN.left + ((x - this.x.low) / (this.x.high - this.x.low)) * this.width,
      MARGIN.top + ((this.y.high - y) / (this.y.high - this.y.low)) * this.height,
    ];
  }

  /** @param {Place} spot @returns {Place} */
  place([across, down]) {
    return [
      this.x.low + ((across - MARGIN.left) / this.width) * (this.x.high - this.x.low),
      this.y.high - ((down - MARGIN.top) / this.height) * (this.y.high - this.y.low),
    ];
  }
}

let clips = 0; // every drawing cuts off at its own frame

/** @implements {Part} */
export class Plane extends Resized {
  /**
   * @param {Declared} declared
   * @param {Hands} hands
   */
  constructor(declared, hands) {
    super();
    this.declared = declared;
    this.scales = new Scales(declared.x, declared.y, 1, 1);
    this.drawn = ""; // for what room and words the axes were drawn
    this.canvas = make("canvas", { "aria-hidden": "true" });
    this.svg = svg("svg", { role: "group" });
    this.axes = svg("g", { class: "axes", "aria-hidden": "true" });
    const name = `board-clip-${clips++}`;
    this.cut = svg("rect", { x: MARGIN.left, y: MARGIN.top });
    this.inside = svg("g", { "clip-path": `url(#${name})` });
    this.svg.append(svg("clipPath", { id: name }, this.cut), this.axes, this.inside);
    const heat = declared.marks.find((mark) => mark.kind === "Heat");
    this.heat = heat ? new HeatMap(this.canvas, /** @type {Heat} */ (heat), MARGIN) : null;
    this.marks = declared.marks
      .filter((mark) => mark.kind !== "Heat")
      .map((mark) => markOf(mark, this, hands));
    this.inside.append(...this.marks.map(({ element }) => element));
    this.box = make("div", { class: "plane" }, this.canvas, this.svg);
    this.box.style.aspectRatio = String(declared.aspect);
    this.title = make("p", { class: "title" });
    this.legend = make("div", { class: "legend" });
    this.caption = make("figcaption");
    this.element = make("figure", {}, this.title, this.box, this.legend, this.caption);
    this.watch(this.box);
  }

  /** Where a pointer is on the axes. @param {PointerEvent} event @returns {Place} */
  at({ clientX, clientY }) {
    const box = this.svg.getBoundingClientRect();
    return this.scales.place([clientX - box.left, clientY - box.top]);
  }

  /**
   * @override
   * @param {Scope} scope
   * @param {(colour: string) => string} shade
   */
  show(scope, shade) {
    super.show(scope, shade);
    const { x, y, aspect } = this.declared;
    const width = this.box.clientWidth || 400;
    const height = width / aspect;
    this.scales = new Scales(x, y, width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.frame();
    this.heat?.show(scope, this.scales, shade);
    for (const mark of this.marks) mark.show(scope, shade);
  }

  /** Axes and words; drawn anew where their room or their words changed. */
  frame() {
    const { title, caption, legend, x, y } = this.declared;
    const { width, height } = this.scales;
    const drawn = JSON.stringify([width, height, title, caption, legend, x, y, this.shade?.("#1f6feb")]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.cut.setAttribute("width", String(width));
    this.cut.setAttribute("height", String(height));
    say(this.title, title);
    say(this.caption, caption);
    this.svg.setAttribute("aria-label", title);
    this.legend.replaceChildren(...legend.map(([words, colour]) => this.entry(words, colour)));
    this.axes.replaceChildren(
      svg("rect", { x: MARGIN.left, y: MARGIN.top, width, height, class: "frame" }),
      ...this.ticks(x, (tick) => [this.scales.spot(tick, 0)[0], MARGIN.top + height + 15], "middle"),
      ...this.ticks(y, (tick) => [MARGIN.left - 5, this.scales.spot(0, tick)[1] + 4], "end"),
      svg(
        "text",
        { x: MARGIN.left + width / 2, y: MARGIN.top + height + 31, "text-anchor": "middle" },
        x.label,
      ),
      svg(
        "text",
        {
          transform: `translate(11 ${MARGIN.top + height / 2}) rotate(-90)`,
          "text-anchor": "middle",
        },
        y.label,
      ),
    );
  }

  /**
   * @param {Axis} axis
   * @param {(tick: number) => Place} spot
   * @param {string} anchor
   */
  ticks({ ticks }, spot, anchor) {
    return ticks.map((tick) => {
      const [x, y] = spot(tick);
      const digits = Number.isInteger(tick) ? 0 : 1;
      return svg("text", { x, y, "text-anchor": anchor }, fixed(tick, digits));
    });
  }

  /** @param {string} words @param {string} colour "#123456", or "ring #123456" */
  entry(words, colour) {
    const isRing = colour.startsWith("ring ");
    const dot = make("span", { class: isRing ? "dot ring" : "dot" });
    const hue = this.shade?.(colour.replace("ring ", "")) ?? colour;
    dot.style[isRing ? "borderColor" : "background"] = hue;
    return make("span", {}, dot, words);
  }
}
