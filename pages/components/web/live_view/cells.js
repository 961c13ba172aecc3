// Numbers as cells in colour: below zero, zero, above zero; what is no finite number in the colour of trouble.

import { make } from "../kit/dom.js";

/** @import { Theme } from "../kit/theme.js" */
/** Rows of numbers. @typedef {ArrayLike<ArrayLike<number>>} Rows */
/** @typedef {{zero: number[], below: number[], above: number[], unfinite: number[]}} Palette */

const BELOW = "#d9710a"; // the colours of figures, as on a light page
const ABOVE = "#1f6feb";
const TROUBLE = "#cf2f3c";
const ROOM = 6; // px between words and cells

/**
 * The colours of a page, as red, green and blue.
 * @param {Theme} theme
 * @returns {Palette}
 */
export function palette(theme) {
  return {
    zero: theme.isDark ? [38, 43, 52] : [244, 246, 249],
    below: bytes(theme.shade(BELOW)),
    above: bytes(theme.shade(ABOVE)),
    unfinite: bytes(theme.shade(TROUBLE)),
  };
}

/** @param {string} colour "#1f6feb" */
function bytes(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

/**
 * The largest finite size of any number in nested rows; 0 where there is none.
 * @param {any} values
 * @returns {number}
 */
export function largest(values) {
  if (typeof values === "number") return Number.isFinite(values) ? Math.abs(values) : 0;
  let found = 0;
  for (const each of values) found = Math.max(found, largest(each));
  return found;
}

/**
 * Whether any number in nested rows is none.
 * @param {any} values
 * @returns {boolean}
 */
export function hasUnfinite(values) {
  if (typeof values === "number") return !Number.isFinite(values);
  for (const each of values) if (hasUnfinite(each)) return true;
  return false;
}

/**
 * The colours of rows of numbers: red, green, blue and opacity of each.
 * @param {Rows} rows
 * @param {number} limit of the full colours
 * @param {Palette} colours
 * @returns {Uint8ClampedArray}
 */
export function coloured(rows, limit, { zero, below, above, unfinite }) {
  const width = rows[0].length;
  const made = new Uint8ClampedArray(4 * rows.length * width);
  for (let y = 0; y < rows.length; y += 1)
    for (let x = 0; x < width; x += 1) {
      const value = rows[y][x];
      const at = 4 * (y * width + x);
      const end = value < 0 ? below : above;
      const way = Math.min(1, Math.abs(value) / (limit || 1));
      for (let part = 0; part < 3; part += 1)
        made[at + part] = Number.isFinite(value)
          ? zero[part] + way * (end[part] - zero[part])
          : unfinite[part];
      made[at + 3] = 255;
    }
  return made;
}

/** A canvas that shows rows of numbers, with words beside the rows and over the columns. */
export class Cells {
  /**
   * @param {string} label what it shows, for who cannot see it
   * @param {object} more
   * @param {string[]} [more.down] a word a row
   * @param {string[]} [more.across] a word a column
   * @param {(row: number, column: number) => void} [more.point] where somebody points
   */
  constructor(label, { down = [], across = [], point } = {}) {
    this.down = down;
    this.across = across;
    this.element = make("canvas", { class: "live-map", role: "img", "aria-label": label });
    this.hidden = make("canvas", {});
    if (point)
      this.element.onpointermove = (event) => {
        const { left, top } = this.element.getBoundingClientRect();
        const column = Math.floor((event.clientX - left - this.left) / (this.cell || 1));
        const row = Math.floor((event.clientY - top - this.top) / (this.tall || 1));
        if (row >= 0 && column >= 0 && row < this.rows && column < this.columns) point(row, column);
      };
  }

  left = 0; // px of the words
  top = 0;
  cell = 0; // px of a cell
  tall = 0;
  rows = 0;
  columns = 0;

  /**
   * @param {Rows} values
   * @param {number} limit of the full colours
   * @param {Theme} theme
   * @param {number} cell px across
   * @param {number} [tall] px down
   */
  draw(values, limit, theme, cell, tall = cell) {
    [this.rows, this.columns, this.cell, this.tall] = [values.length, values[0].length, cell, tall];
    this.picture(coloured(values, limit, palette(theme)), theme);
  }

  /**
   * @param {Uint8ClampedArray} pixels
   * @param {Theme} theme
   */
  picture(pixels, theme) {
    const { hidden, element, rows, columns } = this;
    const [inner, pen] = [hidden.getContext("2d"), element.getContext("2d")];
    if (!inner || !pen) return;
    resize(hidden, columns, rows);
    const image = inner.createImageData(columns, rows);
    image.data.set(pixels);
    inner.putImageData(image, 0, 0);
    const font = `11px ${theme.font}`;
    pen.font = font;
    this.left = room(pen, this.down);
    this.top = room(pen, this.across);
    const [width, height] = [this.left + columns * this.cell, this.top + rows * this.tall];
    const ratio = devicePixelRatio || 1;
    resize(element, Math.round(width * ratio), Math.round(height * ratio));
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(hidden, this.left, this.top, columns * this.cell, rows * this.tall);
    pen.font = font;
    pen.fillStyle = theme.text;
    pen.textBaseline = "middle";
    this.write(pen);
  }

  /** @param {CanvasRenderingContext2D} pen */
  write(pen) {
    pen.textAlign = "right";
    for (const [row, word] of this.down.entries())
      pen.fillText(word, this.left - ROOM, this.top + (row + 0.5) * this.tall);
    pen.textAlign = "left";
    for (const [column, word] of this.across.entries()) {
      pen.save();
      pen.translate(this.left + (column + 0.5) * this.cell, this.top - ROOM);
      pen.rotate(-Math.PI / 2);
      pen.fillText(word, 0, 0);
      pen.restore();
    }
  }
}

/**
 * The room that words take beside the cells.
 * @param {CanvasRenderingContext2D} pen
 * @param {string[]} words
 */
function room(pen, words) {
  return words.length ? Math.ceil(Math.max(...words.map((word) => pen.measureText(word).width))) + ROOM : 0;
}

/**
 * Only where it changes: it clears the canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function resize(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
