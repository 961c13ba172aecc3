// The live view of one run. Streamlit calls the default export at every script run; the view itself stays.

import { Chart } from "./chart.js";
import { make } from "./dom.js";
import { Log } from "./log.js";
import {
  ClassTable,
  answerFillers,
  boundaryFillers,
  confusionFillers,
  ofConfusion,
  ridgeFillers,
} from "./maps.js";
import { tabs } from "./tabs.js";
import { Tiles } from "./tiles.js";
import { Transport } from "./transport.js";
import { View, show } from "./view.js";

export default (component) => show(LiveView, component);

class LiveView extends View {
  static identity({ runs, language, style, controls }) {
    return JSON.stringify([runs.map(({ id }) => id), language, style, controls]);
  }

  constructor(root, component) {
    const { data } = component;
    super(root, component);
    this.run = [...this.runs.values()][0];
    this.told = data.state; // the state Python knows
    this.transport = new Transport(this, {
      controls: data.controls,
      grace: data.grace,
      act: (action) => this.component.setTriggerValue("action", action),
    });
    this.tiles = new Tiles(this, data.tiles);
    const loss = new Chart(this, { loss: data.figures.loss });
    loss.logButton();
    loss.closeButton();
    const metric = new Chart(this, data.figures.metrics, { controls: this.metricChoice(() => metric) });
    metric.closeButton();
    this.log = new Log(this, data.columns);
    this.charts = [loss, metric];
    this.element.prepend(
      this.transport.element,
      this.tiles.element,
      make("div", { class: "live-pair" }, loss.element, metric.element),
    );
    this.element.append(this.below());
    this.connect();
  }

  metricChoice(chart) {
    const { metrics } = this.data;
    if (metrics.length < 2) return [];
    const options = metrics.map(({ name, label }) => make("option", { value: name }, label));
    const select = make("select", { class: "live-small", "aria-label": this.texts.metric }, ...options);
    select.onchange = () => chart().show(select.value);
    return [select];
  }

  below() {
    const { figures } = this.data;
    const panels = [];
    if (figures.boundary)
      panels.push(["boundary", this.chart({ boundary: figures.boundary }, { fillers: boundaryFillers() })]);
    if (figures.confusion) panels.push(["confusion", this.confusion(figures.confusion)]);
    if (figures.predictions)
      panels.push([
        "predictions",
        this.chart({ predictions: figures.predictions }, { fillers: answerFillers() }),
      ]);
    if (this.data.labels) panels.push(["labels", this.labels()]);
    if (figures.pace) {
      const pair = figures.pace.map((figure, place) => this.chart({ [place]: figure }));
      pair.forEach((chart) => chart.logButton());
      panels.push(["pace", this.pair(pair)]);
    }
    if (figures.inside)
      panels.push([
        "inside",
        this.pair(
          figures.inside.map((figure, place) => this.chart({ [place]: figure }, { fillers: ridgeFillers() })),
        ),
      ]);
    panels.push(["log", this.log]);
    return tabs(this.texts.tabs, panels);
  }

  chart(figures, options) {
    const chart = new Chart(this, figures, options);
    this.charts.push(chart);
    return chart;
  }

  pair(both) {
    return {
      element: make("div", { class: "live-pair" }, ...both.map(({ element }) => element)),
      draw: () => both.forEach((each) => each.draw()),
    };
  }

  confusion(figure) {
    let which = "newest";
    const select = make(
      "select",
      { class: "live-small", "aria-label": this.texts.which_epoch },
      make("option", { value: "newest" }, this.texts.newest_epoch),
      make("option", { value: "best" }, this.texts.best_epoch),
    );
    const chart = this.chart(
      { confusion: figure },
      { controls: [select], fillers: confusionFillers(() => which) },
    );
    const table = new ClassTable(this, this.data.classes, {
      counts: () => (this.run.confusion[which] ?? this.run.confusion.newest)?.counts,
      triples: ofConfusion,
      heads: this.texts.class_heads,
      title: this.texts.class_title,
      caption: this.texts.class_caption,
    });
    this.charts.push(table);
    const both = [chart, table];
    select.onchange = () => {
      which = select.value;
      this.themes += 1;
      both.forEach((each) => each.draw());
    };
    return this.pair(both);
  }

  labels() {
    const table = new ClassTable(this, this.data.classes, {
      counts: () => this.run.probes.labels?.counts,
      triples: (counts) => counts,
      heads: this.texts.label_heads,
      title: this.texts.label_title,
      caption: this.texts.label_caption,
    });
    this.charts.push(table);
    return table;
  }

  drawTexts() {
    this.transport.draw();
    this.tiles.draw();
    this.log.draw();
    this.tell();
  }

  // Python learns of a new state once, so that the page around the view follows.
  tell() {
    const state = this.run.gone ? "gone" : this.run.status?.state;
    if (!state || state === this.told) return this.speak(state);
    this.told = state;
    this.announce(`${this.sentence(this.run.status?.name) ?? ""}: ${this.texts.states[state] ?? state}`, true);
    return this.component.setStateValue("state", state);
  }

  speak() {
    const { epoch } = this.run.epochs;
    const { part, metric, label, share } = this.data.tiles[0];
    if (!epoch.length || this.spoken === epoch.at(-1)) return;
    this.spoken = epoch.at(-1);
    const value = this.numbers.metric(this.run.now(part, metric), share);
    this.announce(
      this.say("announced", { epoch: epoch.at(-1), epochs: this.run.status.epochs, label, value }),
    );
  }

  // The script ran again: perhaps somebody took up a run that had ended.
  refresh(component) {
    super.refresh(component);
    const { data } = component;
    this.told = data.state;
    if (this.stream.ended && data.state !== this.run.status?.state) this.stream.now();
    else this.tell();
  }

  close() {
    super.close();
    this.transport.close();
  }
}
