// The live view of one run. Streamlit calls the default export at every script run; the view itself stays.

import { make } from "../kit/dom.js";
import { Attribution } from "./attribution.js";
import { Chart } from "./chart.js";
import { ClassTable, ofConfusion } from "./class_table.js";
import { Coach } from "./coach.js";
import { Confusion } from "./confusion.js";
import { Filters } from "./filters.js";
import { HiddenSpace } from "./hidden_space.js";
import { Landscape } from "./landscape.js";
import { follow, Lead } from "./lead.js";
import { Log } from "./log.js";
import { Microscope } from "./microscope.js";
import { Neurons } from "./neurons.js";
import { Passage } from "./passage.js";
import { Pins } from "./pins.js";
import { Player } from "./player.js";
import { Prediction } from "./prediction.js";
import { RateFinder } from "./rate_finder.js";
import { SampleHistory } from "./sample_history.js";
import { Samples } from "./samples.js";
import { Slice } from "./slice.js";
import { tabs } from "./tabs.js";
import { Tiles } from "./tiles.js";
import { Transport } from "./transport.js";
import { turns } from "./turns.js";
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
  /** @type {Coach | undefined} */
  coach;

  /** @param {LiveData} data */
  static identity({ runs, language, style, controls, lead }) {
    return JSON.stringify([runs.map(({ id }) => id), language, style, controls, lead]);
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
    this.pins = new Pins(this, data.pins);
    this.transport = new Transport(this, {
      controls: data.controls,
      grace: data.grace,
      act: (action) => this.ask(action),
    });
    this.lead = data.lead ? new Lead(data.lead) : null;
    this.lead?.tell(null);
    this.player = new Player(this, (epoch) => this.seek(epoch));
    if (data.follow) follow(this.player, this.run.id, this.listeners.signal);
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
      this.player.element,
      this.tiles.element,
      make("div", { class: "live-pair" }, loss.element, metric.element),
    );
    this.element.append(this.below());
    this.connect();
  }

  /**
   * @override
   * @param {number | null} epoch
   */
  seek(epoch) {
    super.seek(epoch);
    this.lead?.tell(epoch);
  }

  /** @param {string} action that the page carries out */
  ask(action) {
    this.component.setTriggerValue("action", action);
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
    /** @type {Map<string, [choice: string, panel: Panel][]>} by the label of their tab */
    const tabbed = new Map();
    for (const each of figures.panels) {
      const made = this.panelsOf(each).map((panel) => /** @type {[string, Panel]} */ ([each.choice, panel]));
      tabbed.set(each.tab, [...(tabbed.get(each.tab) ?? []), ...made]);
    }
    const pace = figures.pace.map((figure, place) => this.chart({ [place]: figure }));
    for (const chart of pace) chart.logButton();
    /** @type {[label: string, panel: Panel][]} */
    const panels = [...tabbed].map(([tab, all]) => [tab, this.together(tab, all)]);
    const finder = new RateFinder(this, figures.lr_range);
    const microscope = new Microscope(this);
    this.charts.push(finder, microscope);
    const { pace: label, step, log } = this.texts.tabs;
    const gradients = (tabbed.get(label) ?? []).map(([, panel]) => panel);
    const together = panels.filter(([tab]) => tab !== label);
    together.push([label, this.pair([...gradients, ...pace, finder])], [step, microscope], [log, this.log]);
    return tabs(together);
  }

  /**
   * The panels of one tab: beside each other, or in turns where each has a name to be chosen by.
   * @param {string} tab
   * @param {[choice: string, panel: Panel][]} all
   * @returns {Panel}
   */
  together(tab, all) {
    if (all.every(([choice]) => choice)) return turns(tab, all);
    return all.length > 1 ? this.pair(all.map(([, panel]) => panel)) : all[0][1];
  }

  /**
   * What shows the numbers of a probe or of an analysis.
   * @param {import("./types.d.ts").ProbePanel} described
   * @returns {Panel[]}
   */
  panelsOf({ name, panel, figures, options }) {
    if (panel === "confusion") return this.confusion(options.classes);
    if (panel === "samples") return [this.samples(options.classes, true)];
    if (panel === "sample_history")
      return [this.shown(new SampleHistory(this, options, this.data.figures.samples, figures[0]))];
    if (panel === "prediction") return [this.shown(new Prediction(this, options, this.data.figures.samples))];
    if (panel === "labels") return [this.labels(options.classes)];
    if (panel === "neurons") return this.neurons(options);
    if (panel === "slice") return [this.slice(options, figures[0])];
    if (panel === "coach") {
      this.coach = new Coach(this);
      return [this.shown(this.coach)];
    }
    if (panel === "filters") return [this.shown(new Filters(this, options))];
    if (panel === "passage") return [this.shown(new Passage(this, options, this.data.figures.samples))];
    if (panel === "hidden_space")
      return [this.shown(new HiddenSpace(this, options, this.data.figures.samples))];
    if (panel === "attribution")
      return [this.shown(new Attribution(this, { kind: this.data.figures.samples, ...options }))];
    if (panel === "landscape") return [this.shown(new Landscape(this, figures))];
    return choices(figures).map((named) =>
      named.length > 1 ? this.chosenChart(named) : this.chart({ [name]: named[0][1] }),
    );
  }

  /**
   * Several figures in one place, of which one is chosen.
   * @param {[label: string, figure: Figure][]} named
   */
  chosenChart(named) {
    const options = named.map(([label]) => make("option", {}, label));
    const select = make("select", { class: "live-small", "aria-label": this.say("layer") }, ...options);
    const chart = this.chart(Object.fromEntries(named), { controls: [select] });
    select.onchange = () => chart.show(select.value);
    return chart;
  }

  /**
   * @template {import("./types.d.ts").Drawn} Kind
   * @param {Kind} panel
   */
  shown(panel) {
    this.charts.push(panel);
    return panel;
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
   * @template {import("./types.d.ts").Drawn} Made
   * @param {Made} made
   */
  panel(made) {
    this.charts.push(made);
    return made;
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

  /**
   * @param {string[]} classes
   * @returns {Panel[]}
   */
  confusion(classes) {
    const samples = this.samples(classes, false);
    samples.element.hidden = true;
    const matrix = new Confusion(this, classes, (truth, answer) => {
      samples.element.hidden = false;
      samples.open(truth, answer);
    });
    const table = new ClassTable(this, classes, {
      counts: () => this.run.arrays("newest", this.epoch).confusion?.counts,
      triples: ofConfusion,
      heads: this.texts.class_heads,
      title: this.say("class_title"),
      caption: this.say("class_caption"),
    });
    this.charts.push(matrix, table);
    const beside = make("div", { class: "live-beside" }, table.element, samples.element);
    return [matrix, { element: beside, draw: () => [table, samples].forEach((each) => each.draw()) }];
  }

  /**
   * @param {string[]} classes
   * @param {boolean} choices
   */
  samples(classes, choices) {
    const samples = new Samples(this, { classes, kind: this.data.figures.samples, choices });
    this.charts.push(samples);
    return samples;
  }

  /**
   * @param {any} options of the probe
   * @returns {Panel[]} the diagram, and the neuron that is looked at
   */
  neurons(options) {
    const diagram = new Neurons(this, options);
    this.charts.push(diagram);
    return [diagram, { element: diagram.detail.element, draw: () => diagram.drawDetail() }];
  }

  /**
   * @param {any} options of the analysis
   * @param {Figure} figure
   */
  slice(options, figure) {
    const slice = new Slice(this, options, figure);
    this.charts.push(slice);
    return slice;
  }

  /** @param {string[]} classes */
  labels(classes) {
    const table = new ClassTable(this, classes, {
      counts: () => this.run.arrays("newest", this.epoch).labels?.counts,
      triples: (counts) => /** @type {Triple[]} */ (counts),
      heads: this.texts.label_heads,
      title: this.say("label_title"),
      caption: this.say("label_caption"),
      part: "labels",
    });
    this.charts.push(table);
    return table;
  }

  /**
   * Fetch what will be shown soon, of the panels that can be seen.
   * @param {number[]} epochs
   */
  aheadOf(epochs) {
    const { film } = this.run;
    const parts = this.charts.filter(({ visible }) => visible).flatMap((each) => each.wanted ?? []);
    for (const epoch of epochs)
      for (const part of parts) if (film.parts[part]) film.load(part, epoch).catch(() => undefined);
  }

  /** @override */
  drawTexts() {
    this.transport.draw();
    this.player.update();
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
    const { ended } = this.data;
    if (ended.includes(state) && !ended.includes(this.told)) this.player.ended();
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
    this.coach?.refresh(data.twins);
    this.told = data.state;
    if (this.stream?.ended && data.state !== this.run.status?.state) this.stream.now();
    else this.tell();
  }

  /** @override */
  close() {
    super.close();
    this.transport.close();
    this.player.close();
    this.lead?.close();
  }
}

/**
 * Figures that stand in one place, with the names to choose them by; any other alone.
 * @param {Figure[]} figures
 * @returns {[label: string, figure: Figure][][]}
 */
export function choices(figures) {
  /** @type {Map<string, [string, Figure][]>} */
  const found = new Map();
  for (const [place, figure] of figures.entries()) {
    const { of, label } = figure.layout.meta.choice ?? { of: String(place), label: "" };
    found.set(of, [...(found.get(of) ?? []), [label, figure]]);
  }
  return [...found.values()];
}
