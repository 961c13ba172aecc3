// The plane with the neuron's answers and the points, on a canvas; its arrow is turned and pushed by hand.

import { make } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";
import { theme } from "../kit/theme.js";
import { ACTIVATIONS, arrow, boundary, pushed, sum, turned } from "./arithmetic.js";

/** @import { Theme } from "../kit/theme.js" */
/** @import { Place } from "./arithmetic.js" */
/** @import { Colours, Data, Weights } from "./types.d.ts" */
/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {[x: number, y: number]} Spot on the canvas, in CSS pixels */
/** @typedef {{data: Data, weights: Weights, selected: number, colours: Colours}} Shown */

const REACH = 3; // of the plane: from −REACH to REACH on both axes, in standard deviations
const FOOT_REACH = 0.8 * REACH; // of the arrow's foot
const CELL = 4; // CSS pixels along the side of a shaded cell
const MARGIN = { left: 34, right: 8, top: 8, bottom: 34 };
const GRASP = { tip: 16, foot: 14, point: 16 }; // CSS pixels from which a pointer takes hold
const LINES = /** @type {const} */ ([6, 2.5]); // width of the ground below a line, and of the line

export class Plane {
  /** @type {Shown | null} */
  shown = null;
  /** @type {"tip" | "foot" | null} what the pointer holds */
  held = null;
  /** @type {Theme | null} */
  theme = null;
  size = 0; // of the plane on the canvas, in CSS pixels

  /**
   * @param {object} act
   * @param {(weights: Weights) => void} act.put the neuron was moved
   * @param {(point: number) => void} act.choose a point was chosen
   */
  constructor({ put, choose }) {
    this.put = put;
    this.choose = choose;
    this.canvas = make("canvas", { role: "img" });
    this.canvas.onpointerdown = (event) => this.press(event);
    this.canvas.onpointermove = (event) => this.move(event);
    this.canvas.onpointerup = () => this.letGo();
    this.canvas.onpointercancel = () => this.letGo();
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.canvas);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.shown = shown;
    this.paint();
  }

  stop() {
    this.sizes.disconnect();
  }

  // Places

  /**
   * @param {number} x1
   * @param {number} x2
   * @returns {Spot}
   */
  spot(x1, x2) {
    const scale = this.size / (2 * REACH);
    return [MARGIN.left + (x1 + REACH) * scale, MARGIN.top + (REACH - x2) * scale];
  }

  /**
   * @param {Spot} spot
   * @returns {Place}
   */
  place([x, y]) {
    const scale = (2 * REACH) / this.size;
    return [(x - MARGIN.left) * scale - REACH, REACH - (y - MARGIN.top) * scale];
  }

  /** @param {PointerEvent} event @returns {Spot} */
  at({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  // Painting

  paint() {
    const width = this.canvas.clientWidth;
    const pen = this.canvas.getContext("2d");
    if (!width || !this.shown || !pen) return;
    this.theme = theme(this.canvas);
    this.size = width - MARGIN.left - MARGIN.right;
    const ratio = window.devicePixelRatio || 1;
    const side = Math.round(width * ratio);
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, width);
    this.paintAnswers(pen, this.shown);
    this.paintAxes(pen, this.theme, this.shown.data.axes);
    pen.save();
    pen.beginPath();
    pen.rect(MARGIN.left, MARGIN.top, this.size, this.size);
    pen.clip();
    this.paintBoundary(pen, this.theme, this.shown);
    this.paintPoints(pen, this.theme, this.shown);
    this.paintArrow(pen, this.theme);
    pen.restore();
  }

  /**
   * @param {Pen} pen
   * @param {Shown} shown
   */
  paintAnswers(pen, { data, weights, colours }) {
    const { f, low, high, border } = ACTIVATIONS[data.activation];
    const { left, top } = MARGIN;
    for (let x = 0; x < this.size; x += CELL) {
      for (let y = 0; y < this.size; y += CELL) {
        const z = sum(weights, ...this.place([left + x + CELL / 2, top + y + CELL / 2]));
        const share = clamp((f(z) - low) / (high - low), 0, 1);
        pen.globalAlpha = 0.06 + 0.5 * Math.abs(2 * share - 1);
        pen.fillStyle = colours.classes[z > border ? 1 : 0];
        pen.fillRect(left + x, top + y, Math.min(CELL, this.size - x), Math.min(CELL, this.size - y));
      }
    }
    pen.globalAlpha = 1;
  }

  /**
   * @param {Pen} pen
   * @param {Theme} page
   * @param {[string, string]} axes
   */
  paintAxes(pen, page, [across, up]) {
    const { left, top } = MARGIN;
    const middle = this.size / 2;
    pen.strokeStyle = page.border;
    pen.lineWidth = 1;
    pen.strokeRect(left, top, this.size, this.size);
    pen.fillStyle = page.text;
    pen.font = `12px ${page.font}`;
    pen.textAlign = "center";
    for (const tick of [-2, 0, 2]) pen.fillText(fixed(tick, 0), this.spot(tick, 0)[0], top + this.size + 15);
    pen.fillText(across, left + middle, top + this.size + 30);
    pen.textAlign = "right";
    for (const tick of [-2, 0, 2]) pen.fillText(fixed(tick, 0), left - 5, this.spot(0, tick)[1] + 4);
    pen.save();
    pen.translate(12, top + middle);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(up, 0, 0);
    pen.restore();
  }

  /**
   * @param {Pen} pen
   * @param {Theme} page
   * @param {Shown} shown
   */
  paintBoundary(pen, page, { data, weights }) {
    const line = boundary(data.activation, weights);
    if (!line) return;
    const { foot, across } = line;
    /** @param {number} t */
    const end = (t) => this.spot(foot[0] - across[1] * t, foot[1] + across[0] * t);
    stroke(pen, page, end(-3 * REACH), end(3 * REACH));
  }

  /**
   * @param {Pen} pen
   * @param {Theme} page
   * @param {Shown} shown
   */
  paintPoints(pen, page, { data, weights, colours, selected }) {
    const { border } = ACTIVATIONS[data.activation];
    data.points.forEach(([x1, x2, y], n) => {
      const spot = this.spot(x1, x2);
      const wrong = sum(weights, x1, x2) > border !== (y === 1);
      circle(pen, spot, 4.5, page.background, 1, colours.classes[y]);
      if (wrong) circle(pen, spot, 6.5, colours.wrong, 2);
      if (n === selected) circle(pen, spot, 9, page.text, 2.5);
    });
  }

  /**
   * @param {Pen} pen
   * @param {Theme} page
   */
  paintArrow(pen, page) {
    const found = this.arrow();
    if (!found) return;
    const [from, to] = [this.spot(...found.foot), this.spot(...found.tip)];
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    stroke(pen, page, from, to);
    pen.fillStyle = page.text;
    pen.beginPath();
    pen.moveTo(to[0] + 8 * Math.cos(angle), to[1] + 8 * Math.sin(angle));
    for (const turn of [2.5, -2.5])
      pen.lineTo(to[0] + 8 * Math.cos(angle + turn), to[1] + 8 * Math.sin(angle + turn));
    pen.fill();
    circle(pen, from, 5, page.text, 2.5, page.background);
  }

  arrow() {
    return this.shown && arrow(this.shown.data.activation, this.shown.weights, FOOT_REACH);
  }

  // Hands on the plane: turn the arrow by its tip, push the line by its foot, choose a point by a click.

  /** @param {Spot} spot */
  under(spot) {
    const found = this.arrow();
    if (!found) return null;
    if (distance(spot, this.spot(...found.tip)) < GRASP.tip) return "tip";
    return distance(spot, this.spot(...found.foot)) < GRASP.foot ? "foot" : null;
  }

  /** @param {PointerEvent} event */
  press(event) {
    const spot = this.at(event);
    this.held = this.under(spot);
    if (this.held) {
      this.canvas.setPointerCapture(event.pointerId);
      this.canvas.classList.add("holding");
      event.preventDefault();
      return;
    }
    const near = this.nearest(spot);
    if (near && near.far < GRASP.point) this.choose(near.point);
  }

  /** @param {Spot} spot */
  nearest(spot) {
    /** @type {{point: number, far: number} | null} */
    let near = null;
    for (const [point, [x1, x2]] of this.shown?.data.points.entries() ?? []) {
      const far = distance(spot, this.spot(x1, x2));
      if (!near || far < near.far) near = { point, far };
    }
    return near;
  }

  /** @param {PointerEvent} event */
  move(event) {
    const spot = this.at(event);
    const found = this.arrow();
    if (!this.held || !this.shown || !found) {
      this.canvas.classList.toggle("grab", this.under(spot) !== null);
      return;
    }
    const { data, weights } = this.shown;
    const place = this.place(spot);
    if (this.held === "foot") this.put(pushed(data.activation, weights, place));
    else this.put(turned(data.activation, found, place));
  }

  letGo() {
    this.held = null;
    this.canvas.classList.remove("holding");
  }
}

/**
 * A line in the colour of the text, on a wider one in that of the page, so that it is seen on any ground.
 * @param {Pen} pen
 * @param {Theme} page
 * @param {Spot} from
 * @param {Spot} to
 */
function stroke(pen, page, from, to) {
  for (const width of LINES) {
    pen.strokeStyle = width === LINES[0] ? page.background : page.text;
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }
}

/**
 * @param {Pen} pen
 * @param {Spot} spot
 * @param {number} radius
 * @param {string} line
 * @param {number} width
 * @param {string | null} ground
 */
function circle(pen, [x, y], radius, line, width, ground = null) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (ground) {
    pen.fillStyle = ground;
    pen.fill();
  }
  pen.strokeStyle = line;
  pen.lineWidth = width;
  pen.stroke();
}

/**
 * @param {Spot} one
 * @param {Spot} other
 */
function distance([x1, y1], [x2, y2]) {
  return Math.hypot(x1 - x2, y1 - y2);
}
