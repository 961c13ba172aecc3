// A tensor as pictures: its last two dimensions are drawn, those before them are rows and columns of pictures.

import { make, say } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";
import { Resized } from "./resized.js";

/** @import { Scope } from "./expression.js" */
/** @import { Part, Tiles as Declared } from "./types.d.ts" */
/** @typedef {{across: number, down: number, height: number, width: number, colour: boolean}} Layout */
/** @typedef {{x: number, y: number}} Size of a cell, in CSS pixels */

const GAP = 4; // CSS pixels between two pictures
const LARGEST = { x: 44, y: 26 }; // of a cell
const FLAT = 8; // times as wide as high: no picture, but rows
const FLATTEST = 10; // CSS pixels that a cell of such rows is high at least
const HIGHEST = 440; // CSS pixels of all pictures together
const ROOM = { number: 30, letter: 9 }; // CSS pixels from which something is written into a cell
const [PAPER, INK] = [250, 20]; // what 1 and 0 are, in shades of grey
const HUE = "#3c4f9f";

/**
 * Rows and columns of pictures, and the rows and columns of one.
 * @param {number[]} shape
 * @returns {Layout}
 */
export function layoutOf(shape) {
  const colour = shape.length > 2 && shape.at(-1) === 3;
  const drawn = colour ? shape.slice(0, -1) : shape;
  const before = drawn.slice(0, -2);
  return {
    across: before.at(-1) ?? 1,
    down: product(before.slice(0, -1)),
    height: drawn.at(-2) ?? 1,
    width: drawn.at(-1) ?? 1,
    colour,
  };
}

/** @param {number[]} sizes */
const product = (sizes) => sizes.reduce((made, size) => made * size, 1);

/**
 * How large a cell may be, so that everything fits.
 * @param {Layout} layout
 * @param {number} room CSS pixels from left to right
 * @returns {Size}
 */
export function cellOf({ across, down, height, width }, room) {
  const x = Math.min(LARGEST.x, (room - GAP * (across - 1)) / (across * width));
  const most = (HIGHEST - GAP * (down - 1)) / (down * height);
  const isFlat = width > FLAT * height;
  const y = Math.min(LARGEST.y, most, isFlat ? Math.max(x, FLATTEST) : x);
  return { x: !isFlat && x < ROOM.number ? Math.min(x, y) : x, y };
}

/** @implements {Part} */
export class Tiles extends Resized {
  /** @param {Declared} declared */
  constructor(declared) {
    super();
    this.declared = declared;
    this.layout = layoutOf(declared.shape);
    this.canvas = make("canvas", { role: "img", "aria-label": declared.title });
    this.one = make("canvas", { width: this.layout.width, height: this.layout.height });
    this.title = make("p", { class: "title" }, declared.title);
    this.box = make("div", { class: "tiles" }, this.canvas);
    this.element = make("figure", {}, this.title, this.box);
    if (declared.caption) this.element.append(make("figcaption", {}, declared.caption));
    this.drawn = "";
    this.watch(this.box);
  }

  /** @override @param {Scope} scope @param {(colour: string) => string} shade */
  show(scope, shade) {
    super.show(scope, shade);
    const values = scope.column(this.declared.data, product(this.declared.shape));
    const room = this.box.clientWidth || 400;
    const state = JSON.stringify([room, shade(HUE), window.devicePixelRatio, Array.from(values)]);
    const pen = this.canvas.getContext?.("2d");
    if (state === this.drawn || !pen) return;
    this.drawn = state;
    this.paint(pen, values, room, shade);
    say(this.title, this.declared.title);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {ArrayLike<number>} values
   * @param {number} room
   * @param {(colour: string) => string} shade
   */
  paint(pen, values, room, shade) {
    const { across, down, height, width } = this.layout;
    const cell = cellOf(this.layout, room);
    const [wide, high] = [width * cell.x, height * cell.y];
    const size = [across * (wide + GAP) - GAP, down * (high + GAP) - GAP];
    const ratio = window.devicePixelRatio || 1;
    [this.canvas.width, this.canvas.height] = size.map((each) => Math.ceil(each * ratio));
    this.canvas.style.width = `${size[0]}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (let tile = 0; tile < across * down; tile++) {
      const at = { x: (tile % across) * (wide + GAP), y: Math.floor(tile / across) * (high + GAP) };
      if (cell.x >= (this.declared.letters ? ROOM.letter : ROOM.number))
        this.write(pen, values, tile, at, cell, shade);
      else this.picture(pen, values, tile, at, [wide, high]);
    }
  }

  /** Share of the way from `low` to `high`. @param {number} value */
  share(value) {
    const { low, high } = this.declared;
    return clamp((value - low) / (high - low || 1), 0, 1);
  }

  /**
   * One picture of greys, or of colours; what is not known yet stays empty.
   * @param {CanvasRenderingContext2D} pen
   * @param {ArrayLike<number>} values
   * @param {number} tile
   * @param {Size} at
   * @param {number[]} size
   */
  picture(pen, values, tile, at, [wide = 0, high = 0]) {
    const { height, width, colour } = this.layout;
    const brush = this.one.getContext("2d");
    if (!brush) return;
    const dots = brush.createImageData(width, height);
    const [count, parts] = [height * width, colour ? 3 : 1];
    for (let dot = 0; dot < count; dot++) {
      for (let part = 0; part < 3; part++) {
        const value = values[(tile * count + dot) * parts + (colour ? part : 0)] ?? Number.NaN;
        dots.data[4 * dot + part] = INK + (PAPER - INK) * this.share(value);
        dots.data[4 * dot + 3] = Number.isNaN(value) ? 0 : 255;
      }
    }
    brush.putImageData(dots, 0, 0);
    pen.imageSmoothingEnabled = wide < width;
    pen.drawImage(this.one, at.x, at.y, wide, high);
  }

  /**
   * Numbers or letters, each on a ground as strong as it is large.
   * @param {CanvasRenderingContext2D} pen
   * @param {ArrayLike<number>} values
   * @param {number} tile
   * @param {Size} at
   * @param {Size} cell
   * @param {(colour: string) => string} shade
   */
  write(pen, values, tile, at, cell, shade) {
    const { height, width, colour } = this.layout;
    const ink = getComputedStyle(this.box).color;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `${Math.min(13, cell.y * 0.75)}px ${this.declared.letters ? "monospace" : "sans-serif"}`;
    for (let n = 0; n < height * width; n++) {
      const value = values[(tile * height * width + n) * (colour ? 3 : 1)] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const [x, y] = [at.x + (n % width) * cell.x, at.y + Math.floor(n / width) * cell.y];
      pen.globalAlpha = 0.06 + 0.4 * this.share(value);
      pen.fillStyle = shade(HUE);
      pen.fillRect(x, y, cell.x - 1, cell.y - 1);
      pen.globalAlpha = 1;
      pen.fillStyle = ink;
      pen.fillText(this.said(value), x + cell.x / 2, y + cell.y / 2);
    }
  }

  /** @param {number} value */
  said(value) {
    return this.declared.letters ? String.fromCharCode(value) : fixed(value, this.declared.digits);
  }
}
