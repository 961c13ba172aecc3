// What the live view of one run and the comparison of several share: the stream, the runs, the theme, drawing.

import { make } from "../kit/dom.js";
import { loadScript, loadStyle } from "../kit/load.js";
import { numbers } from "../kit/numbers.js";
import { once } from "../kit/once.js";
import { fill } from "../kit/texts.js";
import { adoptTheme, onThemeChange } from "../kit/theme.js";
import { lookOnce } from "./array_attributes.js";
import { Run } from "./run.js";
import { Stream } from "./stream.js";

/** @import { Cleanup, Component } from "../streamlit.d.ts" */
/** @import { State, Timer } from "./stream.js" */
/** @import { Drawn, Message, Plotly, SharedData, Translated } from "./types.d.ts" */

const DRAW_PAUSE = 250; // ms between two drawings of the charts; texts follow every message
const EMPTY_PAUSE = 1000; // ms until charts are drawn without a number: mostly the first ones come before
const BLINK = 1500; // ms without a connection that are not worth a word
const ANNOUNCE_PAUSE = 10000; // ms between two sentences to a screen reader

/** @type {WeakMap<Node, {view: View<SharedData>, identity: string}>} by the element Streamlit gives to a component */
const views = new WeakMap();

/**
 * Show a component: in the view that is there, if it was made for the same, else in a new one of this class.
 *
 * What it returns Streamlit calls when the component goes; but also, and at once, where a newer call overtook this
 * one while it waited. Then the element is still on the page, and what is there belongs to the newer call.
 * @template {SharedData} Data
 * @param {{new (root: Component<Data>["parentElement"], component: Component<Data>): View<Data>,
 *   identity(data: Data): string}} Kind of whose data the identity says when another view is needed
 * @param {Component<Data>} component
 * @returns {Promise<Cleanup>}
 */
export async function show(Kind, component) {
  const { data, parentElement } = component;
  await loadStyle(data.style);
  const known = views.get(parentElement);
  const identity = Kind.identity(data);
  if (known?.identity === identity) known.view.refresh(component);
  else {
    known?.view.close();
    views.set(parentElement, { identity, view: new Kind(parentElement, component) });
  }
  return () => {
    if (!parentElement.isConnected) views.get(parentElement)?.view.close();
  };
}

/** @template {SharedData} Data */
export class View {
  /** @type {Stream | undefined} */
  stream;
  /** @type {Plotly | null} */
  plotly = null;
  /** @type {Timer | null} for the next drawing */
  due = null;
  /** @type {Timer | undefined} until a lost connection is worth a word */
  lost;
  /** @type {number | undefined} when the charts were drawn last */
  drawn;
  /** @type {number | undefined} when something was announced last */
  announced;
  /** @type {Set<string>} the runs that stand out; empty: all alike */
  chosen = new Set();

  /**
   * @param {Component<Data>["parentElement"]} root
   * @param {Component<Data>} component
   */
  constructor(root, component) {
    const { data } = component;
    this.component = component;
    this.data = data;
    this.texts = data.texts;
    this.numbers = numbers(data.language, data.texts);
    this.runs = new Map(data.runs.map(({ id, key }) => [id, new Run(id, `${data.film}/${key}`)]));
    /** @type {number | null} the epoch that is shown of films; null: the newest */
    this.epoch = null;
    /** @type {Drawn[]} */
    this.charts = [];
    /** @type {Set<Drawn>} charts to be drawn, the longest waiting first */
    this.waiting = new Set();
    this.themes = 0; // counts changes of theme
    this.listeners = new AbortController();
    this.element = make("div", {
      class: "live",
      lang: data.language.replace("_", "-"),
      "data-connection": "waiting",
    });
    this.connection = make("p", { class: "live-connection", hidden: true }, this.say("reconnecting"));
    this.polite = make("p", { class: "live-unseen", role: "status", "aria-live": "polite" });
    this.element.append(this.connection, this.polite);
    root.replaceChildren(this.element);
    this.theme = adoptTheme(this.element, data.dark);
    onThemeChange(this.element, () => this.retheme(), this.listeners.signal);
    loadPlotly(data.plotly, this.listeners.signal).then((plotly) => {
      this.plotly = plotly;
      if ([...this.runs.values()].some(({ seen }) => seen)) this.drawCharts();
      else this.due = setTimeout(() => this.drawCharts(), EMPTY_PAUSE);
    });
  }

  /**
   * Called again, for the same: with the present data and ways to answer.
   * @param {Component<Data>} component
   */
  refresh(component) {
    this.component = component;
  }

  connect() {
    this.stream = new Stream(
      this.data.stream,
      Object.fromEntries(this.data.runs.map(({ id, key }) => [id, key])),
      {
        cursor: (id) => this.runs.get(id)?.cursor ?? 0,
        message: (message) => this.receive(message),
        state: (state) => this.connected(state),
      },
    );
  }

  /** @param {Message} message */
  receive(message) {
    const run = this.runs.get(message.run);
    if (!run) return;
    run.apply(message);
    this.drawTexts();
    const first = run.seen === 1;
    if (this.due && !first) return;
    this.dueNow();
    const pause = first ? 0 : Math.max(0, (this.drawn ?? 0) + DRAW_PAUSE - performance.now());
    this.due = setTimeout(() => this.drawCharts(), pause);
  }

  /**
   * Show another epoch, in every panel that can be seen.
   * @param {number | null} epoch
   */
  seek(epoch) {
    this.epoch = epoch;
    for (const chart of this.charts) {
      if (chart.seek) chart.seek();
      else chart.draw();
    }
    this.drawTexts();
  }

  // Texts follow every message.
  drawTexts() {}

  dueNow() {
    if (this.due) clearTimeout(this.due);
    this.due = null;
  }

  drawCharts() {
    this.dueNow();
    this.drawn = performance.now();
    const resting = !this.waiting.size;
    for (const chart of this.charts) this.waiting.add(chart);
    if (resting) this.drawNext();
  }

  // One a frame: the first is seen, and the page answers, while the others are still to be drawn.
  drawNext() {
    for (const chart of this.waiting) {
      this.waiting.delete(chart);
      chart.draw();
      if (chart.visible && this.waiting.size) return requestAnimationFrame(() => this.drawNext());
    }
    return null;
  }

  retheme() {
    this.theme = adoptTheme(this.element, this.data.dark);
    this.themes += 1;
    this.drawCharts();
  }

  /** @param {State} state */
  connected(state) {
    this.element.dataset.connection = state;
    clearTimeout(this.lost);
    if (state !== "waiting") this.connection.hidden = true;
    else this.lost = setTimeout(() => this.connection.removeAttribute("hidden"), BLINK);
  }

  /**
   * A sentence in the reader's language, with its places filled in.
   * @param {string} name
   * @param {Record<string, unknown>} values
   */
  say(name, values = {}) {
    const text = this.texts[name];
    return fill(typeof text === "string" ? text : name, values);
  }

  /**
   * A sentence that came in every language.
   * @param {Translated | string | null | undefined} sentences
   */
  sentence(sentences) {
    return sentences && typeof sentences === "object"
      ? (sentences[this.data.language] ?? sentences.en)
      : sentences;
  }

  /**
   * Tell a screen reader, though not too often; `now` what cannot wait.
   * @param {string} text
   */
  announce(text, now = false) {
    const at = performance.now();
    if (!now && at - (this.announced ?? -ANNOUNCE_PAUSE) < ANNOUNCE_PAUSE) return;
    this.announced = at;
    this.polite.textContent = text;
  }

  close() {
    this.stream?.close();
    this.listeners.abort();
    this.dueNow();
    clearTimeout(this.lost);
    this.waiting.clear();
    for (const chart of this.charts) chart.dispose?.();
  }
}

const quickened = once((/** @type {Plotly} */ plotly) => {
  lookOnce(plotly);
  return plotly;
});

/**
 * plotly.js, tried again until it is there: the server may be starting.
 * @param {string} address
 * @param {AbortSignal} signal
 * @returns {Promise<Plotly | null>}
 */
export async function loadPlotly(address, signal) {
  for (let pause = 500; !signal.aborted; pause = Math.min(2 * pause, 8000)) {
    try {
      await loadScript(address);
      return quickened(/** @type {{Plotly: Plotly}} */ (/** @type {unknown} */ (window)).Plotly);
    } catch {
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return null;
}
