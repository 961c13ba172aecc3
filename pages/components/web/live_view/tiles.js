// The scores of a run in large figures: now (or at the end), and at the best epoch.

import { make, say } from "../kit/dom.js";

/** @import { Column } from "./types.d.ts" */
/** @import { LiveView } from "./live_view.js" */

export class Tiles {
  /**
   * @param {LiveView} view
   * @param {Column[]} shown
   */
  constructor(view, shown) {
    this.view = view;
    this.tiles = shown.map((each) => this.tile(each));
    this.element = make("dl", { class: "live-tiles" }, ...this.tiles.map(({ element }) => element));
  }

  /** @param {Column} shown */
  tile(shown) {
    const value = make("dd", { class: "live-value" }, "–");
    const best = make("dd", { class: "live-best" });
    const name = make("dt", {}, make("span", { class: "live-dot", "data-part": shown.part }), shown.label);
    return { shown, value, best, element: make("div", { class: "live-tile" }, name, value, best) };
  }

  draw() {
    const { run, numbers } = this.view;
    for (const { shown, value, best } of this.tiles) {
      const { part, metric, share } = shown;
      say(value, numbers.metric(run.now(part, metric, this.view.epoch), share));
      const found = run.atBest(part, metric);
      const values = { value: numbers.metric(found, share), epoch: run.best?.epoch };
      say(best, found == null ? "" : this.view.say("best", values));
    }
  }
}
