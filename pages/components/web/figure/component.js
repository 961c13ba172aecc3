// A figure that holds its numbers: the chart of the live view, without a stream.

import { make } from "../kit/dom.js";
import { loadStyle } from "../kit/load.js";
import { numbers } from "../kit/numbers.js";
import { once } from "../kit/once.js";
import { fill } from "../kit/texts.js";
import { onThemeChange, theme } from "../kit/theme.js";
import { Chart } from "../live_view/chart.js";
import { loadPlotly } from "../live_view/view.js";
import { within } from "./brush.js";

/** @import { Component } from "../streamlit.d.ts" */
/** @import { Figure, Plotly, SharedData } from "../live_view/types.d.ts" */
/** @import { View } from "../live_view/view.js" */
/** @typedef {SharedData & {figure: Figure}} Data */
/** Who is told of a point that was clicked, and of the lines that a box goes over.
 * @typedef {{clicked: (point: string) => void, brushed: (points: string[]) => void}} Listener */

const frameOf = once((/** @type {HTMLElement | ShadowRoot} */ parent) => new Frame(parent));

/** @param {Component<Data>} component */
export default async function ({ data, parentElement, setTriggerValue }) {
  await loadStyle(data.style);
  const frame = frameOf(parentElement);
  frame.receive(data, {
    clicked: (point) => setTriggerValue("point", point),
    brushed: (points) => setTriggerValue("brush", { points }),
  });
  return () => {
    if (!parentElement.isConnected) frame.close();
  };
}

/** What a chart asks of its view: the page's theme, the language, plotly; there are no runs whose numbers fill it. */
class Frame {
  /** @type {Plotly | null} */
  plotly = null;
  runs = new Map();
  epoch = null;
  chosen = new Set();
  themes = 0;
  drawings = 0;
  listeners = new AbortController();
  element = make("div", { class: "live" });
  /** @type {PointChart | undefined} */
  chart;
  /** @type {string | undefined} what was drawn last */
  written;

  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.root = root;
    root.append(this.element);
  }

  /**
   * @param {Data} data
   * @param {Listener} listener
   */
  receive(data, listener) {
    this.data = data;
    this.numbers = numbers(data.language, data.texts);
    this.element.lang = data.language.replace("_", "-");
    this.chart ??= this.begin(data);
    this.chart.listener = listener;
    const written = JSON.stringify(data.figure);
    if (written === this.written) return;
    this.written = written;
    this.chart.replace(data.figure);
    this.draw();
  }

  /** @param {Data} data */
  begin(data) {
    this.theme = theme(this.element, data.dark);
    const chart = new PointChart(
      /** @type {View<SharedData>} */ (/** @type {unknown} */ (this)),
      { figure: data.figure },
      { which: () => `drawing ${this.drawings}` },
    );
    this.element.append(chart.element);
    onThemeChange(this.element, () => this.retheme(), this.listeners.signal);
    loadPlotly(data.plotly, this.listeners.signal).then((plotly) => {
      this.plotly = plotly;
      this.draw();
    });
    return chart;
  }

  draw() {
    this.drawings += 1; // plotly looks at numbers again
    this.chart?.draw();
  }

  retheme() {
    this.theme = theme(this.element, this.data?.dark);
    this.themes += 1;
    this.draw();
  }

  /**
   * @param {string} name
   * @param {Record<string, unknown>} values
   */
  say(name, values = {}) {
    const text = this.data?.texts[name];
    return fill(typeof text === "string" ? text : name, values);
  }

  close() {
    this.listeners.abort();
    this.chart?.dispose();
  }
}

class PointChart extends Chart {
  /** @type {Listener} */
  listener = { clicked: () => {}, brushed: () => {} };
  /** @type {Set<string>} lines that were seen before: whether one is shown is the reader's choice from then on */
  seen = new Set();

  /** @param {Figure} figure with the numbers of now; a line that is new waits in the legend where the figure says so */
  replace(figure) {
    this.figures = { figure };
    for (const { name, legendgroup = name, visible } of figure.data) {
      if (!this.seen.has(legendgroup) && /** @type {unknown} */ (visible) === "legendonly")
        this.hidden.add(legendgroup);
      this.seen.add(legendgroup);
    }
  }

  /** @override */
  get config() {
    return this.figure.layout.meta.brush ? { ...super.config, modeBarButtons: [["toImage"]] } : super.config;
  }

  /** @override */
  follow() {
    const picture = /** @type {any} */ (this.picture);
    if (!this.followed && picture.on) {
      picture.on("plotly_click", (/** @type {any} */ event) => this.click(event));
      if (this.figure.layout.meta.brush) this.brush(picture);
    }
    super.follow();
  }

  /** @param {{points: {customdata: unknown}[]}} event */
  click({ points }) {
    const point = points.map(({ customdata }) => customdata).find((each) => each && typeof each === "string");
    if (point) this.listener.clicked(/** @type {string} */ (point));
  }

  /** @param {any} picture whose boxes choose lines; a double click chooses none */
  brush(picture) {
    picture.on("plotly_selected", (/** @type {import("./brush.js").Selected | undefined} */ selected) => {
      if (selected?.range) this.listener.brushed(within(this.figure.data, selected.range));
    });
    picture.on("plotly_deselect", () => this.listener.brushed([]));
  }

  /**
   * @override
   * @param {Parameters<Chart["themed"]>} figure
   */
  themed(...figure) {
    return { ...super.themed(...figure), selections: [] }; // what was chosen is seen by the lines, not by a box
  }
}
