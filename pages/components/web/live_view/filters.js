// The filters of the first layer, at the epoch shown: as pictures, or as curves where they slide over a sequence.

import { make, say, svg } from "../kit/dom.js";
import { Cells, resize } from "./cells.js";
import { FilmPanel } from "./panel.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */

const [MIDDLE, REACH, UNFINITE] = [128, 127, 0]; // of dlcore/probes/filters.py
const SIDE = 60; // px of a picture, about
const SMALLEST = 4; // px of a cell
const [WIDE, HIGH] = [96, 44]; // px of a curve

/**
 * What a byte stands for, in shares of the largest weight.
 * @param {number} byte
 */
export function share(byte) {
  return byte === UNFINITE ? Number.NaN : (byte - MIDDLE) / REACH;
}

export class Filters extends FilmPanel {
  /** @type {string | undefined} the sizes for which there are pictures */
  known;
  /** @type {((weights: any, theme: any) => void)[]} what draws each filter */
  drawings = [];

  /**
   * @param {any} view
   * @param {{layer: string}} options
   */
  constructor(view, { layer }) {
    super(view, make("section", { class: "live-panel" }), ["filters"]);
    this.layer = layer;
    this.heading = make("h4");
    this.grid = make("ul", { class: "live-filters" });
    this.trouble = make("p", { class: "live-trouble", hidden: true, role: "status" });
    this.caption = make("p", { class: "live-caption" });
    this.element.append(this.heading, this.trouble, this.grid, this.caption);
  }

  /** @param {Arrays} arrays @override */
  fill(arrays) {
    const { filters } = arrays;
    if (!filters) return;
    const { view } = this;
    const { weights, high, count, channels } = filters;
    const shape = sizes(weights);
    if (this.known !== shape.join()) this.build(shape);
    for (const [number, draw] of this.drawings.entries()) draw(weights[number], view.theme);
    this.element.dataset.epoch = filters.epoch;
    say(this.heading, view.say("filters_title", { layer: this.layer, epoch: filters.epoch }));
    this.trouble.hidden = !holds(weights, UNFINITE);
    say(this.trouble, view.say("unfinite_weights"));
    const scale = view.say("filters_scale", { high: view.numbers.score(high) });
    const few = shape[0] < count && view.say("filters_few", { shown: shape[0], count });
    const channel = channels > shape[1] && view.say("filters_channels", { shown: shape[1], count: channels });
    const how = view.say(
      this.colours(shape) ? "filters_colours" : shape.length === 3 ? "filters_curves" : "cells",
    );
    say(this.caption, [how, scale, few, channel].filter(Boolean).join(" "));
  }

  /** @param {number[]} shape (n, C, kh, kw), or (n, C, k) */
  colours(shape) {
    return shape.length === 4 && shape[1] === 3;
  }

  /** @param {number[]} shape */
  build(shape) {
    this.known = shape.join();
    const made = Array.from({ length: shape[0] }, (_, number) => {
      const name = this.view.say("filter_number", { number: number + 1 });
      if (shape.length === 3) return curves(shape, name);
      return this.colours(shape) ? inColour(shape, name) : pictures(shape, name);
    });
    this.drawings = made.map(({ draw }) => draw);
    this.grid.replaceChildren(...made.map(({ elements }) => make("li", {}, ...elements)));
  }
}

/**
 * How long nested rows are.
 * @param {any} rows
 * @returns {number[]}
 */
function sizes(rows) {
  return typeof rows === "number" ? [] : [rows.length, ...sizes(rows[0])];
}

/**
 * @param {any} rows
 * @param {number} value
 * @returns {boolean}
 */
function holds(rows, value) {
  if (typeof rows[0] === "number") return rows.includes(value);
  return Array.from(rows).some((each) => holds(each, value));
}

/** @param {number} cells along a side */
const cellOf = (cells) => Math.max(SMALLEST, Math.floor(SIDE / cells));

/**
 * A picture a channel.
 * @param {number[]} shape
 * @param {string} name
 */
function pictures([, channels, height, width], name) {
  const cells = Array.from({ length: channels }, () => new Cells(name));
  const cell = cellOf(Math.max(height, width));
  return {
    elements: cells.map(({ element }) => element),
    /** @type {(weights: any, theme: any) => void} */
    draw: (weights, theme) => {
      for (const [channel, each] of cells.entries()) {
        const rows = Array.from(weights[channel], (row) =>
          Float32Array.from(/** @type {any} */ (row), share),
        );
        each.draw(rows, 1, theme, cell);
      }
    },
  };
}

/**
 * Red, green and blue together: grey is zero.
 * @param {number[]} shape
 * @param {string} name
 */
function inColour([, , height, width], name) {
  const canvas = make("canvas", { class: "live-map", role: "img", "aria-label": name });
  const cell = cellOf(Math.max(height, width));
  Object.assign(canvas.style, { width: `${cell * width}px`, height: `${cell * height}px` });
  return {
    elements: [canvas],
    /** @type {(weights: any) => void} */
    draw: (weights) => {
      const pen = canvas.getContext("2d");
      if (!pen) return;
      resize(canvas, width, height);
      const image = pen.createImageData(width, height);
      for (let place = 0; place < width * height; place += 1) {
        const [y, x] = [Math.floor(place / width), place % width];
        for (let part = 0; part < 3; part += 1) image.data[4 * place + part] = weights[part][y][x];
        image.data[4 * place + 3] = 255;
      }
      pen.putImageData(image, 0, 0);
    },
  };
}

/**
 * A line a channel, over a line at zero. What is no number is a gap.
 * @param {number[]} shape
 * @param {string} name
 */
function curves([, channels, length], name) {
  const lines = Array.from({ length: channels }, () => svg("path", { fill: "none", stroke: "currentColor" }));
  const middle = HIGH / 2;
  const zero = svg("line", { x1: 0, x2: WIDE, y1: middle, y2: middle, class: "live-zero" });
  const size = { viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH };
  const picture = svg(
    "svg",
    { ...size, class: "live-curve", role: "img", "aria-label": name },
    zero,
    ...lines,
  );
  return {
    elements: [picture],
    /** @type {(weights: any) => void} */
    draw: (weights) => {
      for (const [channel, line] of lines.entries()) line.setAttribute("d", path(weights[channel], length));
    },
  };
}

/**
 * @param {ArrayLike<number>} bytes
 * @param {number} length
 */
function path(bytes, length) {
  let pen = "M";
  return Array.from(bytes, (byte, n) => {
    const value = share(byte);
    if (Number.isNaN(value)) {
      pen = "M";
      return "";
    }
    const point = `${pen}${((n / Math.max(1, length - 1)) * WIDE).toFixed(1)} ${((1 - value) * (HIGH / 2 - 1) + 1).toFixed(1)}`;
    pen = "L";
    return point;
  }).join("");
}
