// A colour at every place of a plane, by an expression of x and y; drawn anew only where something in it changed.

import { clamp } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */
/** @import { Scales } from "./plane.js" */
/** @import { Heat } from "./types.d.ts" */

const CELL = 4; // CSS pixels along the side of a shaded cell

export class HeatMap {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Heat} declared
   * @param {{left: number, top: number}} margin
   */
  constructor(canvas, declared, margin) {
    this.canvas = canvas;
    this.declared = declared;
    this.margin = margin;
    this.drawn = "";
  }

  /**
   * @param {Scope} scope
   * @param {Scales} scales
   * @param {(colour: string) => string} shade
   */
  show(scope, scales, shade) {
    const { value, colours, low, high } = this.declared;
    const names = scope.reads(value).filter((name) => name !== "x" && name !== "y");
    const hues = colours.map(shade);
    const ratio = window.devicePixelRatio || 1;
    const known = names
      .map((name) => scope.named(name))
      .map((each) => (typeof each === "number" ? each : each.length));
    const state = JSON.stringify([value, low, high, known, hues, scales.width, scales.height, ratio]);
    const pen = this.canvas.getContext?.("2d");
    if (state === this.drawn || !pen) return;
    this.drawn = state;
    const box = this.canvas.getBoundingClientRect();
    this.canvas.width = Math.round(box.width * ratio);
    this.canvas.height = Math.round(box.height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paint(pen, scope, scales, hues);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Scope} scope
   * @param {Scales} scales
   * @param {string[]} hues
   */
  paint(pen, scope, scales, hues) {
    const { left, top } = this.margin;
    const across = Math.ceil(scales.width / CELL);
    const down = Math.ceil(scales.height / CELL);
    const shares = this.shares(scope, scales, across, down);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (let cell = 0; cell < shares.length; cell++) {
      const [x, y] = [(cell % across) * CELL, Math.floor(cell / across) * CELL];
      this.fill(pen, shares[cell] ?? 0, hues);
      pen.fillRect(left + x, top + y, Math.min(CELL, scales.width - x), Math.min(CELL, scales.height - y));
    }
    pen.globalAlpha = 1;
  }

  /**
   * Of each cell, from 0 at `low` to 1 at `high`.
   * @param {Scope} scope
   * @param {Scales} scales
   * @param {number} across
   * @param {number} down
   */
  shares(scope, scales, across, down) {
    const { low, high, value } = this.declared;
    const count = across * down;
    const xs = new Float64Array(count);
    const ys = new Float64Array(count);
    for (let cell = 0; cell < count; cell++) {
      const x = (cell % across) * CELL + CELL / 2;
      const y = Math.floor(cell / across) * CELL + CELL / 2;
      const place = scales.place([this.margin.left + x, this.margin.top + y]);
      xs[cell] = place[0];
      ys[cell] = place[1];
    }
    const found = scope.with({ x: xs, y: ys }).column(value, count);
    return Float64Array.from(found, (each) => clamp((each - low) / (high - low), 0, 1));
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} share
   * @param {string[]} hues
   */
  fill(pen, share, [first = "", second = ""]) {
    const { one_hue, bands } = this.declared;
    if (one_hue) {
      const level = bands ? Math.floor(share * bands) / bands : share;
      pen.globalAlpha = 0.05 + 0.75 * level;
      pen.fillStyle = first;
      return;
    }
    pen.globalAlpha = 0.06 + 0.5 * Math.abs(2 * share - 1);
    pen.fillStyle = share > 0.5 ? second : first;
  }
}
