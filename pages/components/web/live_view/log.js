// What happened, in words and in a table: also the way to read the curves without seeing them.

import { make } from "../kit/dom.js";

const MOST_ROWS = 200; // the newest epochs; the chart shows them all

/** @import { Column, Milestone } from "./types.d.ts" */
/** @import { LiveView } from "./live_view.js" */

export class Log {
  /** @type {number | undefined} how many messages had come when the log was drawn */
  drawn;

  /**
   * @param {LiveView} view
   * @param {Column[]} columns
   */
  constructor(view, columns) {
    this.view = view;
    this.columns = columns;
    this.lines = make("ul", { class: "live-log" });
    this.body = make("tbody");
    this.scroll = make("div", {
      class: "live-scroll",
      tabindex: 0,
      role: "region",
      "aria-label": view.say("epochs_table"),
    });
    const heads = [
      view.say("epoch"),
      ...columns.map(({ label }) => label),
      view.say("learning_rate"),
      view.say("gradient_norm"),
      view.say("epoch_seconds"),
    ];
    this.scroll.append(
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
        this.body,
      ),
    );
    this.element = make("div", {}, this.lines, this.scroll);
  }

  draw() {
    if (!this.element.isConnected || this.drawn === this.view.run.seen) return;
    this.drawn = this.view.run.seen;
    this.lines.replaceChildren(...this.sentences().map((sentence) => make("li", {}, sentence)));
    const { epoch } = this.view.run.epochs;
    const first = Math.max(0, epoch.length - MOST_ROWS);
    const rows = epoch
      .slice(first)
      .map((/** @type {number} */ _, /** @type {number} */ place) => this.row(first + place));
    this.body.replaceChildren(...rows.reverse());
  }

  /** @param {number} place of an epoch in the columns of the run */
  row(place) {
    const { run, numbers } = this.view;
    const { epochs } = run;
    const cells = [
      epochs.epoch[place],
      ...this.columns.map(({ part, metric, share }) => numbers.metric(epochs[part][metric]?.[place], share)),
      numbers.score(epochs.learning_rate?.[place]),
      numbers.score(epochs.gradient_norm?.[place]),
      numbers.score(epochs.seconds?.[place]),
    ];
    const best = epochs.epoch[place] === run.best?.epoch;
    return make(
      "tr",
      best ? { class: "live-is-best" } : {},
      ...cells.map((cell) => make("td", {}, String(cell))),
    );
  }

  sentences() {
    return this.view.run.log.milestones.map((event) => this.sentence(event));
  }

  /** @param {Milestone} event */
  sentence(event) {
    const { view } = this;
    const values = { ...event, reason: view.sentence(event.reason), error: view.sentence(event.error) };
    if (event.kind !== "RunFinished")
      return view.say(`log_${event.kind}`, { ...values, ...this.started(event) });
    const seconds = view.numbers.time(event.seconds);
    return view.say(`log_${event.reason ?? "finished"}`, { ...values, seconds });
  }

  /** @param {Milestone} event */
  started({ kind }) {
    const { numbers, run } = this.view;
    const { started } = run.log;
    if (kind !== "RunStarted" || !started) return {};
    const { train, validation, test } = started.examples;
    return {
      device: `${started.device.toUpperCase()} (${started.device_name})`,
      parameters: numbers.whole(started.parameters),
      train: numbers.whole(train ?? 0),
      validation: numbers.whole(validation ?? 0),
      test: numbers.whole(test ?? 0),
      batches: numbers.whole(started.batches),
      threads: started.threads,
      torch: started.versions.torch,
    };
  }
}
