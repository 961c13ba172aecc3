// One neuron under the learner's hands: the plane with its answers, the neuron drawn with its live numbers, sliders.
//
// Everything here follows the hand at once, so the sums are done in the browser while something moves. As soon as it
// rests, Python sends back what torch measured for the same weights, and that is what the page then shows.

import { make } from "../kit/dom.js";
import { clamp, fixed } from "../kit/numbers.js";
import { once } from "../kit/once.js";
import { onThemeChange, theme } from "../kit/theme.js";
import { measure } from "./arithmetic.js";
import { Diagram } from "./diagram.js";
import { Plane } from "./plane.js";
import { Score } from "./score.js";

/** @import { Cleanup, Component } from "../streamlit.d.ts" */
/** @import { Colours, Data, WeightName, Weights } from "./types.d.ts" */

const EVERY = 120; // milliseconds between two messages to Python while something moves
const STEP = 0.05; // of a slider
const SAME = 1e-9; // weights that differ by less are those that torch measured

/** @type {[WeightName, WeightName, WeightName]} */
const NAMES = ["w1", "w2", "b"];

const boardOf = once((/** @type {HTMLElement | ShadowRoot} */ root) => new Board(root));

/**
 * @param {Component<Data>} component
 * @returns {Cleanup}
 */
export default function (component) {
  const root = component.parentElement;
  const board = boardOf(root);
  board.receive(component.data, component.setStateValue);
  return () => {
    if (!root.isConnected) board.stop(); // also called where a newer call overtook this one
  };
}

class Board {
  /** @type {Data | null} what Python sent last */
  data = null;
  /** @type {number | null} */
  revision = null;
  /** @type {Weights} */
  weights = [0, 0, 0];
  selected = 0;
  /** @type {ReturnType<typeof setTimeout> | null} until Python is told */
  sending = null;
  frameAsked = 0;
  /** @type {Component<Data>["setStateValue"]} */
  setStateValue = () => {};

  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.plane = new Plane({
      put: (weights) => this.put(weights),
      choose: (point) => this.choose(point),
    });
    this.diagram = new Diagram();
    this.sliders = NAMES.map((name, n) => this.slider(name, n));
    this.loss = new Score();
    this.accuracy = new Score();
    this.title = make("p", { class: "title" });
    this.legend = make("div", { class: "legend" });
    this.caption = make("figcaption");
    const figure = make("figure", {}, this.title, this.plane.canvas, this.legend, this.caption);
    const scores = make("div", { class: "scores" }, this.loss.box, this.accuracy.box);
    const side = make("div", {}, this.diagram.svg, ...this.sliders.map(({ row }) => row), scores);
    this.frame = make("div", { class: "board" }, make("div", { class: "grid" }, figure, side));
    root.append(this.frame);
    this.listeners = new AbortController();
    onThemeChange(this.frame, () => this.draw(), this.listeners.signal);
  }

  stop() {
    cancelAnimationFrame(this.frameAsked);
    this.forget();
    this.listeners.abort();
    this.plane.stop();
  }

  /**
   * @param {WeightName} name
   * @param {number} place among the weights
   */
  slider(name, place) {
    const symbol = make("span", { class: "symbol" }, name.slice(0, 1));
    if (name.length > 1) symbol.append(make("sub", {}, name.slice(1)));
    const input = make("input", { type: "range", step: STEP, "data-weight": name });
    const shown = make("output");
    input.oninput = () => {
      const weights = /** @type {Weights} */ ([...this.weights]);
      weights[place] = Number(input.value);
      this.put(weights);
    };
    return { name, input, shown, row: make("label", { class: "slider" }, symbol, input, shown) };
  }

  /**
   * @param {Data} data
   * @param {Component<Data>["setStateValue"]} setStateValue
   */
  receive(data, setStateValue) {
    const moved = data.revision !== this.revision;
    this.data = data;
    this.setStateValue = setStateValue;
    if (moved) {
      this.revision = data.revision;
      this.forget();
      this.weights = [...data.weights];
      this.selected = data.selected;
      this.play(data.path);
    }
    this.draw();
  }

  draw() {
    if (!this.data) return;
    this.describe(this.data);
    this.show();
  }

  /** @param {Data} data */
  describe({ texts, classes, reach, colours }) {
    const { classes: hues, wrong } = this.coloursOf(colours);
    this.title.textContent = texts.title;
    this.caption.textContent = texts.caption;
    this.plane.canvas.setAttribute("aria-label", texts.title);
    this.legend.replaceChildren(
      ...classes.map((name, n) => legend(name, { background: hues[n] })),
      legend(texts.wrong, { borderColor: wrong }, "ring"),
    );
    for (const { name, input } of this.sliders) {
      input.setAttribute("aria-label", texts[name]);
      input.min = String(-reach[name]);
      input.max = String(reach[name]);
    }
  }

  /** @param {Data["colours"]} colours of both themes */
  coloursOf(colours) {
    return colours[theme(this.frame).isDark ? "dark" : "light"];
  }

  /**
   * Somebody moved the neuron: show it at once, and tell Python soon.
   * @param {Weights} weights
   */
  put(weights) {
    const { data } = this;
    if (!data) return;
    NAMES.forEach((name, n) => {
      weights[n] = clamp(weights[n] ?? 0, -data.reach[name], data.reach[name]);
    });
    this.weights = weights;
    cancelAnimationFrame(this.frameAsked);
    this.show();
    this.tell();
  }

  /** @param {number} point */
  choose(point) {
    this.selected = point;
    this.show();
    this.tell();
  }

  tell() {
    this.sending ??= setTimeout(() => {
      this.sending = null;
      const { revision, weights, selected } = this;
      this.setStateValue("hand", { revision, weights, selected });
    }, EVERY);
  }

  // What Python was to be told is not true any more.
  forget() {
    if (this.sending) clearTimeout(this.sending);
    this.sending = null;
  }

  /**
   * Walk through the neurons that gradient descent went through, a few a frame.
   * @param {Weights[] | null} path
   */
  play(path) {
    cancelAnimationFrame(this.frameAsked);
    if (!path?.length || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const seconds = Math.min(4, 0.4 + path.length / 60);
    const began = performance.now();
    /** @param {number} now */
    const frame = (now) => {
      const done = clamp((now - began) / 1000 / seconds, 0, 1);
      this.weights = path[Math.round(done * (path.length - 1))] ?? this.weights;
      if (done < 1) this.frameAsked = requestAnimationFrame(frame);
      this.show();
    };
    this.weights = path[0] ?? this.weights;
    this.frameAsked = requestAnimationFrame(frame);
  }

  show() {
    const { data, weights, selected } = this;
    const point = data?.points[selected];
    if (!data || !point) return;
    const colours = this.coloursOf(data.colours);
    this.sliders.forEach(({ input, shown }, n) => {
      input.value = String(weights[n]);
      shown.textContent = fixed(weights[n] ?? 0, 2);
    });
    this.showScores(data, colours);
    this.diagram.show(data, colours, weights, point);
    this.plane.show({ data, weights, selected, colours });
  }

  /**
   * @param {Data} data
   * @param {Colours} colours
   */
  showScores({ points, activation, measured, best, texts }, colours) {
    const torch = measured.weights.every((value, n) => Math.abs(value - (this.weights[n] ?? 0)) < SAME);
    const now = torch ? measured : measure(points, activation, this.weights);
    this.frame.dataset.loss = String(now.loss);
    this.frame.dataset.accuracy = String(now.accuracy);
    this.frame.dataset.by = torch ? "torch" : "browser";
    const widest = Math.max(1, best.loss * 3);
    const bar = { markAt: best.loss / widest, fillTo: now.loss / widest };
    this.loss.show(texts.loss, now.loss, texts.bestLoss, bar, now.loss <= best.loss * 1.1, colours);
    const share = { markAt: best.accuracy, fillTo: now.accuracy };
    const good = now.accuracy >= best.accuracy - 0.01;
    this.accuracy.show(texts.accuracy, now.accuracy, texts.bestAccuracy, share, good, colours);
  }
}

/**
 * @param {string} name
 * @param {{background?: string, borderColor?: string}} style
 * @param {string} kind
 */
function legend(name, style, kind = "") {
  const dot = make("span", { class: `dot ${kind}` });
  Object.assign(dot.style, style);
  return make("span", {}, dot, name);
}
