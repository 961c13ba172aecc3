// The learning-rate finder: asked for at a press, its suggestion adopted at another.

import { button, make, say } from "../kit/dom.js";
import { Analysis } from "./analysis.js";
import { Chart } from "./chart.js";

/** @import { Figure } from "./types.d.ts" */

export class RateFinder {
  /** @type {number | null} */
  suggestion = null;

  /**
   * @param {any} view
   * @param {Figure} figure
   */
  constructor(view, figure) {
    this.view = view;
    this.analysis = new Analysis(view, "lr_range");
    this.chart = new Chart(view, { lr_range: figure });
    this.chart.element.hidden = true;
    this.start = button({ class: "live-small" }, view.say("find_rate"), () => this.find());
    this.adopt = button({ class: "live-small", hidden: true }, "", () =>
      view.ask(`adopt:${this.suggestion}`),
    );
    this.adopt.title = view.say("adopt_help");
    this.words = make("p", { class: "live-caption", role: "status" });
    const tools = make("div", { class: "live-tools" }, this.start, this.adopt);
    this.element = make(
      "div",
      { class: "live-panel" },
      tools,
      this.words,
      this.analysis.element,
      this.chart.element,
    );
  }

  get visible() {
    return this.element.isConnected && this.element.clientWidth > 0;
  }

  draw() {
    this.start.hidden = !this.view.run.film.parts.state_dict;
    if (!this.chart.element.hidden) this.chart.draw();
  }

  seek() {}

  async find() {
    this.start.disabled = true;
    say(this.words, "");
    try {
      const found = await this.analysis.ask({});
      this.view.run.analyses.lr_range = found;
      this.suggestion = found.suggestion === null ? null : Number(found.suggestion.toPrecision(2));
      const lr = this.suggestion === null ? "" : String(this.suggestion);
      say(
        this.words,
        this.view.say(`rate_${found.sureness}`, { lr, fall: this.view.numbers.percent(found.fall) }),
      );
      say(this.adopt, this.view.say("adopt_rate", { lr }));
      this.adopt.hidden = this.suggestion === null;
      this.chart.element.hidden = false;
      this.draw();
    } catch (error) {
      say(this.words, error instanceof Error ? error.message : String(error));
    }
    this.start.disabled = false;
  }

  dispose() {
    this.chart.dispose();
  }
}
