// One board for all lessons: it draws what Python declares, follows hands at once, and says where they rest.
//
// While something moves, the browser works out what the expressions say; at rest, what torch measured is shown.

import { make } from "../kit/dom.js";
import { clamp } from "../kit/numbers.js";
import { once } from "../kit/once.js";
import { adoptTheme, onThemeChange } from "../kit/theme.js";
import { Bars } from "./bars.js";
import { Code } from "./code.js";
import { Diagram } from "./diagram.js";
import { Scope } from "./expression.js";
import { Matrices } from "./matrices.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";
import { Rasters } from "./rasters.js";
import { Score } from "./readouts.js";
import { Knob } from "./sliders.js";
import { Tiles } from "./tiles.js";

/** @import { Cleanup, Component } from "../streamlit.d.ts" */
/** @import { Data, Hands, Part, Stage, Values } from "./types.d.ts" */

const [TROUBLE, LIT] = ["#cf2f3c", "#d9710a"]; // as dlcore/figures/colours.py has them
const SOON = 80; // milliseconds from the last movement until Python is told
const SAME = 1e-9; // values that differ by less are those that torch measured

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

/** @implements {Hands} */
class Board {
  /** @type {Data | null} what Python sent last */
  data = null;
  /** @type {number | null} */
  revision = null;
  /** @type {Values} */
  values = {};
  /** @type {ReturnType<typeof setTimeout> | null} until Python is told */
  sending = null;
  /** @type {Set<string>} what a hand moved since Python was told */
  moved = new Set();
  /** @type {Map<string, Part>} by what Python declared of it */
  parts = new Map();
  /** @type {Component<Data>["setStateValue"]} */
  setStateValue = () => {};

  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.main = make("div", { class: "main" });
    this.side = make("div", { class: "side" });
    this.scoreBox = make("div", { class: "scores" });
    this.player = new Player(() => this.show());
    this.frame = make("div", { class: "board" }, make("div", { class: "grid" }, this.main, this.side));
    root.append(this.frame);
    this.listeners = new AbortController();
    onThemeChange(this.frame, () => this.show(), this.listeners.signal);
  }

  stop() {
    this.player.pause();
    this.forget();
    this.listeners.abort();
    for (const part of this.parts.values()) part.stop?.();
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
      this.forget();
      this.revision = data.revision;
      this.values = { ...data.values };
    }
    this.player.receive(data.board.frames, data.texts, moved);
    this.lay(data);
    this.show();
  }

  /** Every part that is declared; those that were there before stay. @param {Data} data */
  lay({ board }) {
    const before = this.parts;
    this.parts = new Map();
    /** @type {(declared: unknown, create: () => Part) => Element} */
    const part = (declared, create) => {
      const key = JSON.stringify(declared);
      const made = before.get(key) ?? create();
      this.parts.set(key, made);
      return made.element;
    };
    const stage = (/** @type {Stage} */ each) => part(each, () => stageOf(each, this));
    const scores = board.readouts.map((each) => part(each, () => new Score(each)));
    const knobs = board.knobs.filter(({ hidden }) => !hidden);
    put(this.main, [...board.main.map(stage), this.player.element]);
    put(this.side, [
      ...board.side.map(stage),
      ...knobs.map((each) => part(each, () => new Knob(each, this))),
      ...(scores.length ? [this.scores(scores)] : []),
    ]);
    for (const [key, gone] of before) if (!this.parts.has(key)) gone.stop?.();
  }

  /** @param {Element[]} scores */
  scores(scores) {
    put(this.scoreBox, scores);
    return this.scoreBox;
  }

  /**
   * Somebody moves something: show it at once.
   * @param {Values} values
   */
  put(values) {
    if (!this.data) return;
    const played = this.player.values();
    if (Object.keys(values).some((name) => Object.hasOwn(played, name))) {
      Object.assign(this.values, played);
      this.player.receive(undefined, this.data.texts, false);
    }
    for (const [name, value] of Object.entries(values)) {
      const knob = this.data.board.knobs.find((each) => each.name === name);
      this.values[name] = knob ? clamp(value, knob.low, knob.high) : value;
      this.moved.add(name);
    }
    this.show();
  }

  /** It rests: Python is told once nothing more has moved for a moment. A link waits for it, as for any edit. */
  rest() {
    this.forget();
    this.frame.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
    this.sending = setTimeout(() => this.tell(), SOON);
  }

  tell() {
    this.sending = null;
    const { revision, values } = this;
    this.setStateValue("hand", { revision, values: { ...values }, moved: [...this.moved] });
    this.moved.clear();
  }

  // What Python was to be told is not true any more.
  forget() {
    if (this.sending) clearTimeout(this.sending);
    this.sending = null;
  }

  show() {
    const { data } = this;
    if (!data) return;
    const { shade } = adoptTheme(this.frame, data.dark);
    this.frame.style.setProperty("--trouble", shade(TROUBLE));
    this.frame.style.setProperty("--lit", shade(LIT));
    const now = { ...this.values, ...this.player.values() };
    const isMeasured = Object.entries(data.at).every(
      ([name, value]) => Math.abs(value - (now[name] ?? 0)) < SAME,
    );
    const measured = isMeasured ? data.board.measured : {};
    const known = { ...data.board.columns, ...now, frame: this.player.frame, ...measured };
    const scope = new Scope(known, data.board.definitions);
    for (const part of this.parts.values()) part.show(scope, shade);
    this.frame.dataset.by = isMeasured ? "torch" : "browser";
    this.frame.dataset.values = JSON.stringify(now);
  }
}

/**
 * @param {Stage} stage
 * @param {Hands} hands
 * @returns {Part}
 */
function stageOf(stage, hands) {
  if (stage.kind === "Plane") return new Plane(stage, hands);
  if (stage.kind === "Diagram") return new Diagram(stage);
  if (stage.kind === "Matrices") return new Matrices(stage, hands);
  if (stage.kind === "Bars") return new Bars(stage);
  if (stage.kind === "Tiles") return new Tiles(stage);
  if (stage.kind === "Rasters") return new Rasters(stage, hands);
  return new Code(stage);
}

/**
 * Children in their order; those that stand where they should are not touched, and keep their focus.
 * @param {Element} parent
 * @param {Element[]} children
 */
function put(parent, children) {
  children.forEach((child, n) => {
    if (parent.children[n] !== child) parent.insertBefore(child, parent.children[n] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
}
