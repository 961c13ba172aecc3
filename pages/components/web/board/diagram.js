// A network as a drawing with live numbers: nodes, edges as thick as their weights, little curves.

import { make, say, svg } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";
import { drawn, filled } from "./words.js";

/** @import { Scope } from "./expression.js" */
/** @import { Diagram as Declared, Edge, Node as Circle, Part, Small, Words } from "./types.d.ts" */
/** @typedef {(colour: string) => string} Shade */
/** @typedef {{elements: Element[], show(scope: Scope, shade: Shade): void}} Drawn */

const BOX = { width: 84, height: 70, rise: 44, half: 34 };
const LIT = "#d9710a";

/** @implements {Part} */
export class Diagram {
  /** @param {Declared} declared */
  constructor(declared) {
    const { title, caption, width, height } = declared;
    const role = title ? { role: "img", "aria-label": title } : { role: "group" }; // without a name its numbers are read
    this.svg = svg("svg", { viewBox: `0 0 ${width} ${height}`, ...role });
    this.svg.style.maxHeight = `${height * 1.25}px`;
    this.parts = declared.parts.map((part) => partOf(part, declared));
    this.svg.append(...this.parts.flatMap(({ elements }) => elements));
    const heading = title ? [make("p", { class: "title" }, title)] : [];
    this.element = make("figure", { class: "diagram" }, ...heading, this.svg);
    if (caption) this.element.append(make("figcaption", {}, caption));
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    for (const part of this.parts) part.show(scope, shade);
  }
}

/** @param {Circle | Edge | Small | Words} part @param {Declared} declared @returns {Drawn} */
function partOf(part, declared) {
  if (part.kind === "Node") return node(part);
  if (part.kind === "Edge") return edge(part, declared);
  if (part.kind === "Small") return small(part);
  return words(part);
}

/** @param {number} x @param {number} y @param {string} kind */
function text(x, y, kind = "") {
  return svg("text", { x, y, "text-anchor": "middle", class: kind });
}

/** @param {Circle} part @returns {Drawn} */
function node({ x, y, r, symbol, value, digits, lit }) {
  const circle = svg("circle", { cx: x, cy: y, r, class: "node" });
  const name = text(x, y - 4, "symbol");
  name.append(...drawn(symbol));
  const number = text(x, symbol ? y + 14 : y + 5);
  return {
    elements: [circle, name, number],
    show(scope) {
      say(number, fixed(scope.number(value), digits));
      circle.classList.toggle("lit", scope.number(lit) !== 0);
    },
  };
}

/** @param {Edge} part @param {Declared} declared @returns {Drawn} */
function edge(part, { positive, negative }) {
  const { x1, y1, x2, y2, weight, label, along, below, digits, lit, bare } = part;
  const line = svg("line", { x1, y1, x2, y2, "stroke-linecap": "round", class: bare ? "axis" : "" });
  const number = text(x1 + (x2 - x1) * along, y1 + (y2 - y1) * along + below, "halo weight");
  return {
    elements: label ? [line, number] : [line],
    show(scope, shade) {
      if (bare) return;
      const value = scope.number(weight);
      const isLit = scope.number(lit) !== 0;
      line.setAttribute("stroke", shade(isLit ? LIT : value > 0 ? positive : negative));
      line.setAttribute("stroke-width", String(1 + Math.min(8, Math.abs(value))));
      line.setAttribute("stroke-opacity", isLit ? "1" : "0.75");
      say(number, filled(label.replace("{}", fixed(value, digits)), scope));
    },
  };
}

/** @param {Small} part @returns {Drawn} */
function small({ x, y, curve, at, caption, low, high }) {
  const [left, top, floor] = [x - BOX.width / 2, y - BOX.height / 2, y + 24];
  const ground = svg("rect", { x: left, y: top, width: BOX.width, height: BOX.height, rx: 8, class: "node" });
  const base = svg("line", { x1: left + 6, y1: floor, x2: left + BOX.width - 6, y2: floor, class: "axis" });
  const name = text(x, top - 8);
  name.textContent = caption;
  const line = svg("path", { class: "curve" });
  const mark = svg("circle", { r: 5, class: "now" });
  /** @param {number} v */
  const across = (v) => x + ((clamp(v, low, high) - (low + high) / 2) / ((high - low) / 2)) * BOX.half;
  return {
    elements: [ground, base, name, line, mark],
    show(scope) {
      const xs = Float64Array.from({ length: 121 }, (_, n) => low + (n / 120) * (high - low));
      const ys = Array.from(scope.with({ x: xs }).column(curve, xs.length));
      const [least, most] = [Math.min(...ys, 0), Math.max(...ys)];
      /** @param {number} v */
      const up = (v) => floor - clamp((v - least) / (most - least || 1), -0.12, 1.15) * BOX.rise;
      const path = Array.from(
        xs,
        (v, n) => `${n ? "L" : "M"}${across(v).toFixed(1)} ${up(ys[n] ?? 0).toFixed(1)}`,
      );
      line.setAttribute("d", path.join(""));
      const value = clamp(scope.number(at), low, high);
      mark.setAttribute("cx", String(across(value)));
      mark.setAttribute("cy", String(up(scope.with({ x: value }).number(curve))));
    },
  };
}

/** @param {Words} part @returns {Drawn} */
function words({ x, y, text: said, symbol, strong }) {
  const element = text(x, y, symbol ? "symbol" : strong ? "strong" : "");
  return {
    elements: [element],
    show(scope) {
      say(element, filled(said, scope));
    },
  };
}
