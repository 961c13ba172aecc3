// Grids of coloured cells: pictures, feature maps, attention matrices. A pointer over a cell, or the arrow keys,
// choose it; windows frame some.

import { make, say, svg } from "../kit/dom.js";
import { clamp } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Hands, Part, Raster as Declared, Rasters as Row, Values } from "./types.d.ts" */
/** @typedef {(colour: string) => string} Shade */
/** @typedef {[red: number, green: number, blue: number, alpha: number]} Colour of 0 to 255 */

const [POSITIVE, NEGATIVE] = ["#3c4f9f", "#a1563a"];
const KEYS = /** @type {Record<string, [across: number, down: number]>} */ ({
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});

/** @implements {Part} */
export class Rasters {
  /** @param {Row} declared @param {Hands} hands */
  constructor({ title, items, caption }, hands) {
    /** @type {Raster[]} */
    this.rasters = [];
    const line = make("div", { class: "rasters" });
    for (const item of items) {
      if (typeof item === "string") line.append(make("span", { class: "sign" }, item));
      else line.append(this.raster(item, hands).element);
    }
    this.element = make("figure", {}, make("p", { class: "title" }, title), line);
    if (caption) this.element.append(make("figcaption", {}, caption));
  }

  /** @param {Declared} declared @param {Hands} hands */
  raster(declared, hands) {
    const made = new Raster(declared, hands);
    this.rasters.push(made);
    return made;
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    for (const raster of this.rasters) raster.show(scope, shade);
  }
}

class Raster {
  /** @param {Declared} declared @param {Hands} hands */
  constructor(declared, hands) {
    this.declared = declared;
    this.hands = hands;
    const { rows, columns, title, width } = declared;
    this.canvas = make("canvas", { width: columns, height: rows, "aria-hidden": "true" });
    this.over = svg("svg", { viewBox: `0 0 ${columns} ${rows}`, preserveAspectRatio: "none" });
    this.frames = declared.windows.map(() => svg("rect", { class: "window" }));
    this.over.append(...this.frames);
    this.cells = make("div", { class: "cells", role: "img", "aria-label": title }, this.canvas, this.over);
    this.cells.style.aspectRatio = `${columns} / ${rows}`;
    this.drawn = ""; // the pixels that stand there
    this.element = make(
      "div",
      { class: "raster" },
      make("span", { class: "name" }, title),
      named("column-names", declared.column_names, columns),
      named("row-names", declared.row_names, rows),
      this.cells,
    );
    this.element.style.width = `${width}px`;
    if (Object.keys(declared.set).length) this.listen();
  }

  listen() {
    const { cells, declared } = this;
    cells.classList.add("pick");
    cells.onpointermove = (event) => this.choose(...this.under(event));
    cells.onpointerdown = (event) => this.choose(...this.under(event));
    cells.onpointerleave = () => this.hands.rest();
    cells.onclick = () => this.hands.rest();
    if (!declared.at) return;
    cells.tabIndex = 0;
    cells.setAttribute("role", "slider");
    cells.onkeydown = (event) => this.key(event);
  }

  /** The cell under a pointer. @param {PointerEvent} event @returns {[column: number, row: number]} */
  under({ clientX, clientY }) {
    const box = this.cells.getBoundingClientRect();
    return [
      ((clientX - box.left) / (box.width || 1)) * this.declared.columns - 0.5,
      ((clientY - box.top) / (box.height || 1)) * this.declared.rows - 0.5,
    ];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = KEYS[event.key];
    if (!step || !this.scope || !this.declared.at) return;
    event.preventDefault();
    const [row, column] = this.declared.at;
    this.choose(this.scope.number(column) + step[0], this.scope.number(row) + step[1]);
    this.hands.rest();
  }

  /** @param {number} across @param {number} down */
  choose(across, down) {
    if (!this.scope) return;
    const { set, rows, columns } = this.declared;
    const px = clamp(Math.round(across), 0, columns - 1);
    const py = clamp(Math.round(down), 0, rows - 1);
    const at = this.scope.with({ px, py });
    /** @type {Values} */
    const values = {};
    for (const [name, expression] of Object.entries(set)) values[name] = Math.round(at.number(expression));
    const isNew = Object.entries(values).some(([name, value]) => this.scope?.number(name) !== value);
    if (isNew) this.hands.put(values);
  }

  /** @param {Scope} scope @param {Shade} shade */
  show(scope, shade) {
    this.scope = scope;
    this.paint(scope, shade);
    const { windows, rows, columns, at } = this.declared;
    windows.forEach((window, n) => {
      const [row, column, high, wide] = [window.row, window.column, window.rows, window.columns].map((each) =>
        scope.number(each),
      );
      const [top, left] = [clamp(row ?? 0, 0, rows), clamp(column ?? 0, 0, columns)];
      const place = {
        x: left,
        y: top,
        width: Math.max(0, clamp((column ?? 0) + (wide ?? 1), 0, columns) - left),
        height: Math.max(0, clamp((row ?? 0) + (high ?? 1), 0, rows) - top),
        stroke: shade(window.colour),
      };
      for (const [name, value] of Object.entries(place)) this.frames[n]?.setAttribute(name, String(value));
    });
    if (at) this.tell(scope.number(at[0]), scope.number(at[1]));
  }

  /** @param {number} row @param {number} column */
  tell(row, column) {
    const { columns, rows, row_names, column_names } = this.declared;
    this.cells.setAttribute("aria-valuemin", "0");
    this.cells.setAttribute("aria-valuemax", String(columns * rows - 1));
    this.cells.setAttribute("aria-valuenow", String(row * columns + column));
    const words = [row_names[String(row)] ?? row + 1, column_names[String(column)] ?? column + 1];
    this.cells.setAttribute("aria-valuetext", words.join(", "));
  }

  /** @param {Scope} scope @param {Shade} shade */
  paint(scope, shade) {
    const pen = this.canvas.getContext?.("2d");
    const { rows, columns, values, low, high, scheme } = this.declared;
    const found = values.map((each) => scope.column(each, rows * columns));
    const [from, to] = [scope.number(low), scope.number(high)];
    const hues = [POSITIVE, NEGATIVE].map(shade);
    const pixels = new Uint8ClampedArray(4 * rows * columns);
    for (let cell = 0; cell < rows * columns; cell++)
      pixels.set(
        colourOf(
          found.map((each) => each[cell] ?? Number.NaN),
          scheme,
          from,
          to,
          hues,
        ),
        4 * cell,
      );
    const drawn = pixels.join();
    if (drawn === this.drawn || !pen) return;
    this.drawn = drawn;
    pen.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  }
}

/**
 * The colour of a cell: of one number, or of three for red, green and blue.
 * @param {number[]} values
 * @param {Declared["scheme"]} scheme
 * @param {number} low
 * @param {number} high
 * @param {string[]} hues
 * @returns {Colour}
 */
export function colourOf(values, scheme, low, high, hues) {
  const [first = Number.NaN] = values;
  const share = (/** @type {number} */ value) => clamp((value - low) / (high - low || 1), 0, 1);
  if (scheme === "grey") {
    const [red = 0, green = red, blue = red] = values.map((value) => 255 * share(value));
    return [red, green, blue, 255];
  }
  if (scheme === "hue") return [...bytes(hues[0] ?? ""), 255 * share(first)];
  const size = Math.abs(first) / (Math.max(Math.abs(low), Math.abs(high)) || 1);
  return [...bytes(hues[first > 0 ? 0 : 1] ?? ""), 255 * clamp(size, 0, 1)];
}

/** "#rrggbb" as three numbers. @param {string} hue @returns {[number, number, number]} */
function bytes(hue) {
  const number = Number.parseInt(hue.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/**
 * Names beside the rows or above the columns, each in the middle of its own.
 * @param {string} kind
 * @param {Record<string, string>} names
 * @param {number} count
 */
function named(kind, names, count) {
  const box = make("div", { class: kind, "aria-hidden": "true" });
  if (!Object.keys(names).length) return box;
  for (let n = 0; n < count; n++) {
    const name = make("span");
    say(name, names[String(n)] ?? "");
    box.append(name);
  }
  return box;
}
