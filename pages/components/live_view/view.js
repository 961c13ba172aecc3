// What the live view of one run and the comparison of several share: the stream, the runs, the theme, drawing.

import { loadScript, loadStyle, make } from "./dom.js";
import { fill, numbers } from "./numbers.js";
import { Run } from "./run.js";
import { Stream } from "./stream.js";
import { onThemeChange, theme } from "./theme.js";

const DRAW_PAUSE = 250; // ms between two drawings of the charts; texts follow every message
const EMPTY_PAUSE = 1000; // ms until charts are drawn without a number: mostly the first ones come before
const ANNOUNCE_PAUSE = 10000; // ms between two sentences to a screen reader

const views = new WeakMap(); // by the element Streamlit gives to a component

// Show a component: in the view that is there, if it was made for the same, else in a new one of this class.
//
// What it returns Streamlit calls when the component goes; but also, and at once, where a newer call overtook this
// one while it waited. Then the element is still on the page, and what is there belongs to the newer call.
export async function show(Kind, component) {
  const { data, parentElement } = component;
  await loadStyle(data.style);
  const known = views.get(parentElement);
  if (known?.identity === Kind.identity(data)) known.refresh(component);
  else {
    known?.close();
    views.set(parentElement, new Kind(parentElement, component));
  }
  return () => parentElement.isConnected || views.get(parentElement)?.close();
}

export class View {
  // A class of views has an `identity` of its data: where it differs, another view is made.
  constructor(root, component) {
    const { data } = component;
    this.component = component;
    this.identity = this.constructor.identity(data);
    this.data = data;
    this.texts = data.texts;
    this.numbers = numbers(data.language, data.texts);
    this.runs = new Map(data.runs.map(({ id }) => [id, new Run(id)]));
    this.charts = [];
    this.waiting = new Set(); // charts to be drawn, the longest waiting first
    this.themes = 0; // counts changes of theme
    this.listeners = new AbortController();
    this.element = make("div", {
      class: "live",
      lang: data.language.replace("_", "-"),
      "data-connection": "waiting",
    });
    this.connection = make("p", { class: "live-connection", hidden: true }, this.texts.reconnecting);
    this.polite = make("p", { class: "live-unseen", role: "status", "aria-live": "polite" });
    this.element.append(this.connection, this.polite);
    root.replaceChildren(this.element);
    this.theme = theme(this.element, data.dark);
    onThemeChange(this.element, () => this.retheme(), this.listeners.signal);
    loadPlotly(data.plotly, this.listeners.signal).then((plotly) => {
      this.plotly = plotly;
      if ([...this.runs.values()].some(({ seen }) => seen)) this.drawCharts();
      else this.due = setTimeout(() => this.drawCharts(), EMPTY_PAUSE);
    });
  }

  // Called again, for the same: with the present data and ways to answer.
  refresh(component) {
    this.component = component;
  }

  connect() {
    this.stream = new Stream(
      this.data.stream,
      Object.fromEntries(this.data.runs.map(({ id, key }) => [id, key])),
      {
        cursor: (id) => this.runs.get(id).cursor,
        message: (message) => this.receive(message),
        state: (state) => this.connected(state),
      },
    );
  }

  receive(message) {
    const run = this.runs.get(message.run);
    if (!run) return;
    run.apply(message);
    this.drawTexts(run);
    const first = run.seen === 1;
    if (this.due && !first) return;
    clearTimeout(this.due);
    const pause = first ? 0 : Math.max(0, (this.drawn ?? 0) + DRAW_PAUSE - performance.now());
    this.due = setTimeout(() => this.drawCharts(), pause);
  }

  drawCharts() {
    clearTimeout(this.due);
    this.due = null;
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
    this.theme = theme(this.element, this.data.dark);
    this.themes += 1;
    this.drawCharts();
  }

  connected(state) {
    this.element.dataset.connection = state;
    clearTimeout(this.lost);
    if (state !== "waiting") this.connection.hidden = true;
    else this.lost = setTimeout(() => (this.connection.hidden = false), 1500); // a blink is not worth a word
  }

  say(name, values) {
    return fill(this.texts[name] ?? name, values);
  }

  // A sentence that came in every language.
  sentence(sentences) {
    return sentences && typeof sentences === "object"
      ? (sentences[this.data.language] ?? sentences.en)
      : sentences;
  }

  announce(text, now = false) {
    const at = performance.now();
    if (!now && at - (this.announced ?? -ANNOUNCE_PAUSE) < ANNOUNCE_PAUSE) return;
    this.announced = at;
    this.polite.textContent = text;
  }

  close() {
    this.stream?.close();
    this.listeners.abort();
    clearTimeout(this.due);
    clearTimeout(this.lost);
    this.waiting.clear();
    for (const chart of this.charts) chart.dispose?.();
  }
}

// plotly.js, tried again until it is there: the server may be starting.
async function loadPlotly(address, signal) {
  for (let pause = 500; !signal.aborted; pause = Math.min(2 * pause, 8000)) {
    try {
      await loadScript(address);
      return window.Plotly;
    } catch {
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return null;
}
