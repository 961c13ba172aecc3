// Examples of the data to pick from: some of them as they are, and any other by its number.

import { button, make, say } from "../kit/dom.js";
import { drawn } from "./sample.js";

/** @import { Kind } from "./sample.js" */
/** @import { Asked, Form } from "./question_inputs.js" */

export class ExamplePicker {
  /** @type {number | null} the row within the part; null where nothing is picked */
  row = null;

  /**
   * @param {any} view
   * @param {Form} form
   * @param {Kind} kind
   * @param {() => void} picked
   */
  constructor(view, { rows = [], inputs = [], part = "", count = 0 }, kind, picked) {
    this.part = part;
    this.picked = picked;
    this.buttons = Array.from(rows, (row, place) => {
      const made = button({ class: "live-small live-pick" }, drawn(inputs[place], kind, view.numbers), () =>
        this.pick(row),
      );
      made.setAttribute("aria-label", view.say("try_example", { number: view.numbers.whole(row + 1) }));
      made.dataset.row = String(row);
      return made;
    });
    this.number = make("input", { type: "number", class: "live-small", min: 1, max: count, step: 1 });
    this.trouble = make("p", { class: "live-trouble", hidden: true, role: "alert" });
    this.number.oninput = () => this.typed(view, count);
    const which = part === "train" ? "try_of_train" : "try_of_validation";
    const label = make("span", {}, view.say(which, { count: view.numbers.whole(count) }));
    this.element = make(
      "div",
      { class: "live-picker", hidden: !this.buttons.length },
      make("p", { class: "live-caption" }, view.say("try_pick")),
      make("div", { class: "live-picks" }, ...this.buttons),
      make("label", { class: "live-number" }, label, this.number),
      this.trouble,
    );
    this.mark();
  }

  /** @returns {Asked} */
  get asked() {
    return this.row === null ? null : { kind: "example", question: [this.part, this.row] };
  }

  /** @param {number} row */
  pick(row) {
    this.row = row;
    this.number.value = String(row + 1);
    this.trouble.hidden = true;
    this.mark();
    this.picked();
  }

  /**
   * @param {any} view
   * @param {number} count
   */
  typed(view, count) {
    const number = this.number.valueAsNumber;
    const fits = Number.isInteger(number) && number >= 1 && number <= count;
    this.trouble.hidden = fits || !this.number.value;
    const received = this.number.value;
    say(this.trouble, view.say("pin_refused", { most: view.numbers.whole(count), received }));
    if (fits) this.pick(number - 1);
  }

  // Something else is asked about.
  clear() {
    this.row = null;
    this.number.value = "";
    this.trouble.hidden = true;
    this.mark();
  }

  mark() {
    for (const each of this.buttons)
      each.setAttribute("aria-pressed", String(each.dataset.row === String(this.row)));
  }
}
