// Inputs, weights, sum, activation and answer of one neuron, with the numbers of the chosen point.

import { svg } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";
import { ACTIVATIONS, sum } from "./arithmetic.js";

/** @import { Attributes } from "../kit/dom.js" */
/** @import { Colours, Data, Point, Weights } from "./types.d.ts" */
/** @typedef {(z: number) => number} F */

const MIDDLE = 95; // of the drawing, from its top
const ROWS = [34, MIDDLE, 156]; // of the two inputs and the bias
const FURTHEST = 6; // of the sum, to both sides of the activation's curve

export class Diagram {
  constructor() {
    this.svg = svg("svg", { viewBox: "0 0 420 190", role: "img" });
    this.edges = ROWS.map((y) => this.line(62, y, 196, MIDDLE, { "stroke-linecap": "round" }));
    this.inputs = ROWS.map((y, n) => this.node(34, y, 28, n < 2 ? ["x", String(n + 1)] : []));
    this.labels = [48, 88, 146].map((y) => this.text(118, y, "halo"));
    this.sum = this.node(218, MIDDLE, 30, ["z"]);
    this.line(248, MIDDLE, 274, MIDDLE, { class: "axis" });
    this.draw(svg("rect", { x: 274, y: 60, width: 84, height: 70, rx: 8, class: "node" }));
    this.line(280, 119, 352, 119, { class: "axis" });
    this.f = this.text(316, 52);
    this.curve = this.draw(svg("path", { class: "curve" }));
    this.mark = this.draw(svg("circle", { r: 5 }));
    this.line(358, MIDDLE, 372, MIDDLE, { class: "axis" });
    this.out = this.text(395, 100);
    this.text(395, 80, "symbol").textContent = "ŷ";
    this.target = this.text(395, 122);
  }

  /**
   * @template {SVGElement} Made
   * @param {Made} made
   */
  draw(made) {
    this.svg.append(made);
    return made;
  }

  /**
   * @param {number} x1
   * @param {number} y1
   * @param {number} x2
   * @param {number} y2
   * @param {Attributes} more
   */
  line(x1, y1, x2, y2, more) {
    return this.draw(svg("line", { x1, y1, x2, y2, ...more }));
  }

  /**
   * A circle with a symbol, which may have an index; the text below it, or in its middle where there is no symbol.
   * @param {number} x
   * @param {number} y
   * @param {number} r
   * @param {string[]} symbol
   */
  node(x, y, r, [symbol, index]) {
    this.draw(svg("circle", { cx: x, cy: y, r, class: "node" }));
    if (!symbol) return this.text(x, y + 5);
    const shown = this.text(x, y - 4, "symbol");
    shown.append(symbol);
    if (index) shown.append(svg("tspan", { dy: 4, "font-size": 10 }, index));
    return this.text(x, y + 14);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {string} kind
   */
  text(x, y, kind = "") {
    return this.draw(svg("text", { x, y, "text-anchor": "middle", class: kind }));
  }

  /**
   * @param {Data} data
   * @param {Colours} colours
   * @param {Weights} weights
   * @param {Point} point
   */
  show(data, colours, weights, [x1, x2, y]) {
    const { f, targets } = ACTIVATIONS[data.activation];
    const z = sum(weights, x1, x2);
    this.svg.setAttribute("aria-label", data.texts.diagram);
    [x1, x2, 1].forEach((value, n) => {
      const input = this.inputs[n];
      if (input) input.textContent = n < 2 ? fixed(value, 2) : String(value);
    });
    weights.forEach((weight, n) => this.showWeight(n, weight, colours));
    this.sum.textContent = fixed(z, 2);
    this.f.textContent = data.texts.activation;
    this.out.textContent = fixed(f(z), 2);
    this.target.textContent = `${data.texts.target} ${targets[y]}`;
    this.showCurve(f, z, colours.classes[y]);
  }

  /**
   * @param {number} n
   * @param {number} weight
   * @param {Colours} colours
   */
  showWeight(n, weight, { classes }) {
    const [label, edge] = [this.labels[n], this.edges[n]];
    if (label) label.textContent = `${n < 2 ? "×" : ""} ${fixed(weight, 2)}`;
    edge?.setAttribute("stroke", classes[weight > 0 ? 1 : 0]);
    edge?.setAttribute("stroke-width", String(1 + Math.min(8, Math.abs(weight))));
    edge?.setAttribute("stroke-opacity", "0.75");
  }

  /**
   * @param {F} f
   * @param {number} z
   * @param {string} colour
   */
  showCurve(f, z, colour) {
    const { across, up } = scales(f);
    const steps = Array.from({ length: 121 }, (_, n) => -FURTHEST + n / 10);
    const path = steps.map((v, n) => `${n ? "L" : "M"}${across(v).toFixed(1)} ${up(v).toFixed(1)}`);
    this.curve.setAttribute("d", path.join(""));
    this.mark.setAttribute("cx", String(across(z)));
    this.mark.setAttribute("cy", String(up(clamp(z, -FURTHEST, FURTHEST))));
    this.mark.setAttribute("fill", colour);
  }
}

/**
 * Where a sum and the answer to it stand in the box of the activation.
 * @param {F} f
 */
function scales(f) {
  const low = Math.min(f(-FURTHEST), 0);
  const high = f(FURTHEST);
  return {
    /** @param {number} z */
    across: (z) => 316 + (clamp(z, -FURTHEST, FURTHEST) / FURTHEST) * 34,
    /** @param {number} z */
    up: (z) => 119 - clamp((f(z) - low) / (high - low), -0.12, 1.15) * 44,
  };
}
