// Where the examples lie in a layer's outputs, at the epoch shown. The axes are those of the last recorded epoch, and
// stay as they are while it plays, so that what moves has moved.

import { button, make, say } from "../kit/dom.js";
import { AskedPanel } from "./asked.js";
import { resize } from "./cells.js";
import { drawn } from "./sample.js";
import { inputOf } from "./samples.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */

const HEIGHT = 420; // px
const MARGIN = 34; // px around the points, for the axes
const RADIUS = 3.5;
const NEAR = 14; // px from a point that is pointed at
const MARKS = 3; // for more classes than there are hues: a circle, a square, a triangle
const FAINT = 0.12; // of the points of other classes
/** @type {[number, number]} colours of the lowest and of the highest value, among the hues */
const ENDS = [0, 1];

export class HiddenSpace extends AskedPanel {
  /** @type {number | null} the class that alone is shown in colour */
  only = null;
  /** @type {number} the example that is looked at, of those shown; -1 for none */
  seen = -1;
  /** @type {Arrays | undefined} the answer whose extent is known */
  measured;
  /** @type {[number, number][]} px of the points */
  points = [];
  themes = 0;
  /** @type {[number, number][]} of both axes */
  extent = [];
  /** @type {[number, number] | null} the lowest and the highest, where the examples have values */
  values = null;

  /**
   * @param {any} view
   * @param {{layers: string[], usual: number, classes: string[], hues: string[]}} options
   * @param {Kind} kind
   */
  constructor(view, { layers, usual, classes, hues }, kind) {
    super(view, "hidden_space");
    this.layer = usual;
    this.layers = layers;
    this.classes = classes;
    this.hues = hues;
    this.kind = kind;
    this.heading = make("h4");
    const options = layers.map((name, place) => make("option", { value: place }, name));
    this.select = make("select", { class: "live-small", "aria-label": view.say("layer") }, ...options);
    this.select.value = String(usual);
    this.select.onchange = () => {
      this.layer = Number(this.select.value);
      this.seen = -1;
      this.draw();
    };
    this.canvas = make("canvas", { class: "live-space", tabindex: 0, role: "img" });
    this.canvas.onpointermove = (event) => this.point(event);
    this.canvas.onkeydown = (event) => this.key(event);
    this.legend = make("div", { class: "live-legend" });
    this.gone = make("p", { class: "live-trouble", hidden: true });
    this.example = make("div", { class: "live-seen", role: "status" });
    this.caption = make("p", { class: "live-caption" });
    this.element.append(
      make(
        "div",
        { class: "live-heading" },
        this.heading,
        make("div", { class: "live-controls" }, this.select),
      ),
      ...[this.trouble, this.analysis.element, this.gone, this.legend],
      make("div", { class: "live-beside-space" }, this.canvas, this.example),
      this.caption,
    );
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.element);
    this.drawLegend();
  }

  /** @override */
  asked() {
    return { layer: this.layer };
  }

  drawLegend() {
    this.legend.replaceChildren(
      ...this.classes.map((name, number) => {
        const mark = make(
          "span",
          { class: "live-mark", "data-mode": "markers" },
          SIGNS[markOf(number, this.hues)],
        );
        mark.style.color = this.hue(number);
        const made = button({ "aria-pressed": String(this.shows(number)) }, mark, () => {
          this.only = this.only === number ? null : number;
          for (const [place, each] of [...this.legend.children].entries())
            each.setAttribute("aria-pressed", String(this.shows(place)));
          this.draw();
        });
        made.append(name);
        return made;
      }),
    );
  }

  /** Whether a class is shown in full. @param {number | undefined} number */
  shows(number) {
    return this.only === null || this.only === number;
  }

  /** @param {number} number of a class */
  hue(number) {
    return this.view.theme.shade(this.hues[number % this.hues.length]);
  }

  /**
   * @param {Arrays} answer
   * @param {number} frame
   * @override
   */
  fill(answer, frame) {
    const { view } = this;
    const { numbers } = view;
    const epoch = answer.epochs[frame];
    if (this.measured !== answer) this.measure(answer);
    if (this.themes !== view.themes) {
      this.themes = view.themes;
      this.drawLegend();
    }
    this.plot(answer, frame);
    const gone = this.points.filter((at) => !at.every(Number.isFinite)).length;
    const layer = this.layers[answer.layer];
    say(this.heading, view.say("space_title", { layer, epoch }));
    this.gone.hidden = !gone;
    say(this.gone, view.say("space_unfinite", { count: gone }));
    const [first, second] = Array.from(answer.explained, (each) => numbers.percent(each));
    const last = answer.epochs.at(-1);
    const count = answer.places.length;
    say(this.caption, view.say("space_caption", { count, layer, last, first, second }));
    this.canvas.setAttribute("aria-label", `${this.heading.textContent}. ${this.caption.textContent}`);
    this.element.dataset.epoch = epoch;
    this.element.dataset.layer = answer.layer;
    this.tellExample(answer);
  }

  /** The extent of all points at all epochs. @param {Arrays} answer */
  measure(answer) {
    this.measured = answer;
    this.extent = extentOf(answer.xy);
    const values =
      answer.truth && !this.classes.length ? Array.from(/** @type {number[]} */ (answer.truth)) : [];
    this.values = values.length ? [Math.min(...values), Math.max(...values)] : null;
    if (!this.values) return;
    const [low, high] = this.values.map((each) => this.view.numbers.score(each));
    const bar = make("span", { class: "live-ramp" });
    bar.style.background = `linear-gradient(to right, ${ENDS.map((end) => this.hue(end)).join(", ")})`;
    this.legend.replaceChildren(low, bar, high);
  }

  /**
   * @param {Arrays} answer
   * @param {number} frame
   */
  plot(answer, frame) {
    const width = Math.max(200, this.canvas.parentElement?.clientWidth ?? 0);
    const wide = Math.min(width, 760);
    const { place } = this.scaled(wide);
    const xy = answer.xy[frame];
    this.points = Array.from(xy, ([x, y]) => place(x, y));
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    const ratio = devicePixelRatio || 1;
    resize(this.canvas, Math.round(wide * ratio), Math.round(HEIGHT * ratio));
    this.canvas.style.width = `${wide}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, HEIGHT);
    this.axes(pen, wide, answer);
    for (const [number, [x, y]] of this.points.entries()) {
      if (!Number.isFinite(x + y)) continue;
      const truth = answer.truth?.[number];
      pen.globalAlpha = this.shows(truth) ? 0.8 : FAINT;
      pen.fillStyle = this.colour(truth);
      this.mark(pen, x, y, this.classes.length ? markOf(truth, this.hues) : 0);
    }
    pen.globalAlpha = 1;
    const [x, y] = this.points[this.seen] ?? [Number.NaN, 0];
    if (Number.isNaN(x)) return;
    pen.strokeStyle = this.view.theme.text;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(x, y, RADIUS + 3, 0, 2 * Math.PI);
    pen.stroke();
  }

  /** One unit is as long on both axes. @param {number} wide px */
  scaled(wide) {
    const [[left, right], [low, high]] = this.extent;
    const scale = Math.min(
      (wide - 2 * MARGIN) / (right - left || 1),
      (HEIGHT - 2 * MARGIN) / (high - low || 1),
    );
    const [middle, centre] = [(left + right) / 2, (low + high) / 2];
    /** @type {(x: number, y: number) => [number, number]} */
    const place = (x, y) => [wide / 2 + (x - middle) * scale, HEIGHT / 2 - (y - centre) * scale];
    return { place, scale };
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} wide
   * @param {Arrays} answer
   */
  axes(pen, wide, answer) {
    const { view } = this;
    const { place, scale } = this.scaled(wide);
    const [x, y] = place(0, 0);
    pen.strokeStyle = view.theme.border;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(0, y);
    pen.lineTo(wide, y);
    pen.moveTo(x, 0);
    pen.lineTo(x, HEIGHT);
    const step = niceStep(70 / scale);
    pen.fillStyle = view.theme.text;
    pen.font = `11px ${view.theme.font}`;
    pen.textAlign = "center";
    for (const [at, text] of ticks(step, (0 - x) / scale, (wide - x) / scale)) {
      pen.moveTo(x + at * scale, HEIGHT - 20);
      pen.lineTo(x + at * scale, HEIGHT - 16);
      pen.fillText(text, x + at * scale, HEIGHT - 6);
    }
    pen.textAlign = "left";
    for (const [at, text] of ticks(step, (y - HEIGHT + 30) / scale, (y - 14) / scale)) {
      pen.moveTo(0, y - at * scale);
      pen.lineTo(4, y - at * scale);
      pen.fillText(text, 7, y - at * scale + 4);
    }
    pen.stroke();
    const [first, second] = Array.from(answer.explained, (share) => view.numbers.percent(share));
    pen.fillText(
      view.say("component", { number: 2, share: second }),
      Math.max(8, Math.min(x + 6, wide - 150)),
      12,
    );
    pen.textAlign = "right";
    pen.fillText(
      view.say("component", { number: 1, share: first }),
      wide - 4,
      Math.max(26, Math.min(y - 6, HEIGHT - 26)),
    );
  }

  /** @param {number | undefined} truth of a class, or a value */
  colour(truth) {
    if (truth === undefined) return this.hue(0);
    if (!this.values) return this.hue(truth);
    const [low, high] = this.values;
    const way = (truth - low) / (high - low || 1);
    const [from, to] = ENDS.map((end) => parts(this.hue(end)));
    return `rgb(${from.map((each, part) => Math.round(each + way * (to[part] - each))).join(", ")})`;
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} x
   * @param {number} y
   * @param {number} kind
   */
  mark(pen, x, y, kind) {
    pen.beginPath();
    if (kind === 0) pen.arc(x, y, RADIUS, 0, 2 * Math.PI);
    else if (kind === 1) pen.rect(x - RADIUS + 0.4, y - RADIUS + 0.4, 2 * RADIUS - 0.8, 2 * RADIUS - 0.8);
    else {
      pen.moveTo(x, y - RADIUS - 0.5);
      pen.lineTo(x + RADIUS + 0.5, y + RADIUS);
      pen.lineTo(x - RADIUS - 0.5, y + RADIUS);
    }
    pen.fill();
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    let [nearest, best] = [-1, NEAR];
    for (const [number, [across, down]] of this.points.entries()) {
      const far = Math.hypot(across - x, down - y);
      if (far < best) [nearest, best] = [number, far];
    }
    if (nearest >= 0) this.lookAt(nearest);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step || !this.points.length) return;
    event.preventDefault();
    this.lookAt((this.seen + step + this.points.length) % this.points.length);
  }

  /** @param {number} number of an example */
  lookAt(number) {
    if (number === this.seen) return;
    this.seen = number;
    this.draw();
  }

  /** @param {Arrays} answer */
  tellExample(answer) {
    const { view, seen } = this;
    const key = seen < 0 ? "" : `${answer.places[seen]}`;
    if (this.example.dataset.place === key) return;
    this.example.dataset.place = key;
    this.example.replaceChildren();
    if (seen < 0) return;
    const place = answer.places[seen];
    const truth = answer.truth?.[seen];
    const { film } = view.run;
    const samples = film.parts.samples ? film.seen("samples", 0) : undefined;
    if (!samples && film.parts.samples)
      film.load("samples", 0).then(() => {
        this.example.dataset.place = "";
        this.draw();
      }, () => undefined); // biome-ignore format: as it reads
    const input = samples && inputOf(place, samples);
    const number = samples ? samples.rows[place] + 1 : place + 1;
    const name =
      truth === undefined
        ? ""
        : view.say("true_class", { name: this.classes[truth] ?? view.numbers.score(truth) });
    this.example.append(
      ...(input === undefined ? [] : [drawn(input, this.kind, view.numbers)]),
      make("span", {}, view.say("example_number", { number })),
      make("span", {}, name),
    );
  }
}

const SIGNS = ["●", "■", "▲"];

/**
 * The mark of a class: another one for each round through the hues.
 * @param {number} number
 * @param {string[]} hues
 */
function markOf(number, hues) {
  return Math.floor(number / hues.length) % MARKS;
}

/** @param {string} colour "#0e8a9b" */
function parts(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

/**
 * The lowest and highest finite x and y of all epochs.
 * @param {any} xy (E, N, 2)
 * @returns {[number, number][]}
 */
export function extentOf(xy) {
  return [0, 1].map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const frame of xy)
      for (const point of frame) {
        const value = point[axis];
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    return low > high ? [-1, 1] : [low, high];
  });
}

/**
 * 1, 2 or 5 times a power of ten, at least as large.
 * @param {number} least
 */
export function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= least * 0.999) ?? 10 * power;
}

/**
 * @param {number} step
 * @param {number} low
 * @param {number} high
 * @returns {[number, string][]}
 */
function ticks(step, low, high) {
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const found = [];
  for (let n = Math.ceil(low / step); n <= high / step; n += 1)
    if (n)
      found.push(/** @type {[number, string]} */ ([n * step, (n * step).toFixed(digits).replace("-", "−")]));
  return found;
}
