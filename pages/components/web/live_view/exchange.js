// Another example in the place of the pin that is looked at, by its number; and the first choice again.

import { button, make, say } from "../kit/dom.js";

export class Exchange {
  /** @type {Record<string, number>} how many examples each part has, once that is known */
  counts = {};

  /**
   * @param {any} view
   * @param {string[]} parts from which one can be pinned
   */
  constructor(view, parts) {
    this.view = view;
    const options = parts.map((value) => make("option", { value }, view.say(`pin_${value}`)));
    this.part = make("select", { class: "live-small", "aria-label": view.say("pin_part") }, ...options);
    this.part.onchange = () => this.limit();
    this.number = make("input", { type: "number", class: "live-small", min: 1, step: 1 });
    this.number.onkeydown = ({ key }) => {
      if (key === "Enter") this.replace();
    };
    this.refused = make("p", { class: "live-trouble", hidden: true, role: "alert" });
    this.again = button({ class: "live-small" }, view.say("pins_again"), () => view.pins.reset());
    this.element = make(
      "div",
      { class: "live-exchange" },
      make("label", { class: "live-number" }, view.say("pin_instead"), this.number),
      this.part,
      button({ class: "live-small" }, view.say("pin_put"), () => this.replace()),
      this.again,
      this.refused,
    );
  }

  /** @param {Record<string, number>} counts */
  know(counts) {
    this.counts = counts;
    this.limit();
  }

  get most() {
    return this.counts[this.part.value] ?? 1;
  }

  limit() {
    this.number.max = String(this.most);
  }

  draw() {
    this.again.hidden = !this.view.pins.own;
  }

  replace() {
    const { most, number, part, view } = this;
    const value = Number(number.value);
    const right = Number.isInteger(value) && value >= 1 && value <= most;
    this.refused.hidden = right;
    const received = number.value || "–";
    if (right) view.pins.replace([part.value, value - 1], view.pins.chosen);
    else say(this.refused, view.say("pin_refused", { most: view.numbers.whole(most), received }));
  }
}
