// The live view of one run. Streamlit calls the default export at every script run; the view itself stays.

import { make } from "../kit/dom.js";
import { Chart } from "./chart.js";
import { ClassTable, ofConfusion } from "./class_table.js";
import { Log } from "./log.js";
import { tabs } from "./tabs.js";
import { Tiles } from "./tiles.js";
import { Transport } from "./transport.js";
import { show, View } from "./view.js";

/** @import { Triple } from "./class_table.js" */
/** @import { Component } from "../streamlit.d.ts" */
/** @import { Panel } from "./tabs.js" */
/** @import { Figure, LiveData, Run } from "./types.d.ts" */

/** @param {Component<LiveData>} component */
export default (component) => show(LiveView, component);

/** @extends {View<LiveData>} */
export class LiveView extends View {
  /** @type {number | undefined} the epoch that was spoken of last */
  spoken;

  /** @param {LiveData} data */
  static identity({ runs, language, style, controls }) {
    return JSON.stringify([runs.map(({ id }) => id), language, style, controls]);
  }

  /**
   * @param {Component<LiveData>["parentElement"]} root
   * @param {Component<LiveData>} component
   */
  constructor(root, component) {
    const { data } = component;
    super(root, component);
    this.run = /** @type {Run} */ (this.runs.get(data.runs[0]?.id ?? ""));
    this.told = data.state; // the state Python knows
    this.transport = new Transport(this, {
      controls: data.controls,
      grace: data.grace,
      act: (action) => this.component.setTriggerValue("action", action),
    });
    this.tiles = new Tiles(this, data.tiles);
    /** @type {Chart} */
    const metric = new Chart(this, data.figures.metrics, { controls: this.metricChoice(() => metric) });
    metric.closeButton();
    const loss = new Chart(this, { loss: data.figures.loss });
    loss.logButton();
    loss.closeButton();
    this.log = new Log(this, data.columns);
    this.charts.push(loss, metric);
    this.element.prepend(
      this.transport.element,
      this.tiles.element,
      make("div", { class: "live-pair" }, loss.element, metric.element),
    );
    this.element.append(this.below());
    this.connect();
  }

  /** @param {() => Chart} chart */
  metricChoice(chart) {
    const { metrics } = this.data;
    if (metrics.length < 2) return [];
    const options = metrics.map(({ name, label }) => make("option", { value: name }, label));
    const select = make("select", { class: "live-small", "aria-label": this.say("metric") }, ...options);
    select.onchange = () => chart().show(select.value);
    return [select];
  }

  below() {
    const { figures } = this.data;
    /** @type {[name: string, panel: Panel][]} */
    const panels = [];
    if (figures.boundary) panels.push(["boundary", this.chart({ boundary: figures.boundary })]);
    if (figures.confusion) panels.push(["confusion", this.confusion(figures.confusion)]);
    if (figures.predictions) panels.push(["predictions", this.chart({ predictions: figures.predictions })]);
    if (this.data.labels) panels.push(["labels", this.labels()]);
    if (figures.pace) {
      const pair = figures.pace.map((figure, place) => this.chart({ [place]: figure }));
      for (const chart of pair) chart.logButton();
      panels.push(["pace", this.pair(pair)]);
    }
    if (figures.inside)
      panels.push([
        "inside",
        this.pair(figures.inside.map((figure, place) => this.chart({ [place]: figure }))),
      ]);
    panels.push(["log", this.log]);
    return tabs(this.texts.tabs, panels);
  }

  /**
   * @param {Record<string, Figure>} figures
   * @param {ConstructorParameters<typeof Chart>[2]} options
   */
  chart(figures, options = {}) {
    const chart = new Chart(this, figures, options);
    this.charts.push(chart);
    return chart;
  }

  /**
   * @param {Panel[]} both
   * @returns {Panel}
   */
  pair(both) {
    return {
      element: make("div", { class: "live-pair" }, ...both.map(({ element }) => element)),
      draw: () => {
        for (const each of both) each.draw();
      },
    };
  }

  /** @param {Figure} figure */
  confusion(figure) {
    let which = "newest";
    const select = make(
      "select",
      { class: "live-small", "aria-label": this.say("which_epoch") },
      make("option", { value: "newest" }, this.say("newest_epoch")),
      make("option", { value: "best" }, this.say("best_epoch")),
    );
    const chart = this.chart({ confusion: figure }, { controls: [select], which: () => which });
    const table = new ClassTable(this, this.data.classes, {
      counts: () => this.run.arrays(which).confusion?.counts,
      triples: ofConfusion,
      heads: this.texts.class_heads,
      title: this.say("class_title"),
      caption: this.say("class_caption"),
    });
    this.charts.push(table);
    const both = [chart, table];
    select.onchange = () => {
      which = select.value;
      for (const each of both) each.draw();
    };
    return this.pair(both);
  }

  labels() {
    const table = new ClassTable(this, this.data.classes, {
      counts: () => /** @type {number[][] | undefined} */ (this.run.probes.labels?.counts),
      triples: (counts) => /** @type {Triple[]} */ (counts),
      heads: this.texts.label_heads,
      title: this.say("label_title"),
      caption: this.say("label_caption"),
    });
    this.charts.push(table);
    return table;
  }

  /** @override */
  drawTexts() {
    this.transport.draw();
    this.tiles.draw();
    this.log.draw();
    this.tell();
  }

  // Python learns of a new state once, so that the page around the view follows.
  tell() {
    const state = this.run.gone ? "gone" : this.run.status?.state;
    if (!state || state === this.told) {
      this.speak();
      return;
    }
    this.told = state;
    this.announce(
      `${this.sentence(this.run.status?.name) ?? ""}: ${this.texts.states[state] ?? state}`,
      true,
    );
    this.component.setStateValue("state", state);
  }

  speak() {
    const epoch = this.run.epochs.epoch.at(-1);
    const [tile] = this.data.tiles;
    if (!tile || epoch === undefined || this.spoken === epoch) return;
    this.spoken = epoch;
    const value = this.numbers.metric(this.run.now(tile.part, tile.metric), tile.share);
    const epochs = this.run.status?.epochs;
    this.announce(this.say("announced", { epoch, epochs, label: tile.label, value }));
  }

  /**
   * The script ran again: perhaps somebody took up a run that had ended.
   * @override
   * @param {Component<LiveData>} component
   */
  refresh(component) {
    super.refresh(component);
    const { data } = component;
    this.told = data.state;
    if (this.stream?.ended && data.state !== this.run.status?.state) this.stream.now();
    else this.tell();
  }

  /** @override */
  close() {
    super.close();
    this.transport.close();
  }
}
