// Examples with what the network answers for them at the epoch shown: those of a cell, those pinned, the worst.

import { button, make, say } from "../kit/dom.js";
import { nearest } from "./film.js";
import { FilmPanel } from "./panel.js";
import { placeOf } from "./pins.js";
import { drawn } from "./sample.js";
import { bar } from "./share.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */
/** @typedef {import("./pins.js").Pin} Pin */
/** An order or choice of examples: places in the arrays of the probe `answers`.
 * @typedef {"pinned" | "loss" | "wrong"} Choice */

const SHOWN = 24; // at once
const BARS = 3; // classes whose probabilities are drawn

export class Samples extends FilmPanel {
  /** @type {Choice} */
  choice = "pinned";
  /** @type {{truth: number, answer: number} | null} a cell of the confusion matrix, whose examples alone are shown */
  cell = null;
  shown = SHOWN;

  /**
   * @param {any} view
   * @param {{classes: string[], kind: Kind, choices: boolean}} options choices: whether it can be chosen what is shown
   */
  constructor(view, { classes, kind, choices }) {
    super(view, make("section", { class: "live-panel" }), ["answers", "samples"]);
    this.classes = classes;
    this.kind = kind;
    this.heading = make("h4");
    this.grid = make("ul", { class: "live-grid" });
    this.more = button({ class: "live-small" }, view.say("show_more"), () => {
      this.shown += SHOWN;
      this.draw();
    });
    this.caption = make("p", { class: "live-caption" });
    this.note = make("p", { class: "live-caption", role: "status" });
    const controls = make("div", { class: "live-controls" }, ...(choices ? [this.choiceOf()] : []));
    this.element.append(
      make("div", { class: "live-heading" }, this.heading, controls),
      this.note,
      this.grid,
      this.more,
      this.caption,
    );
  }

  choiceOf() {
    const { texts } = this.view;
    const options = Object.entries(texts.sample_choices).map(([name, text]) =>
      make("option", { value: name }, text),
    );
    const select = make(
      "select",
      { class: "live-small", "aria-label": this.view.say("which_samples") },
      ...options,
    );
    select.onchange = () => {
      this.choice = /** @type {Choice} */ (select.value);
      this.shown = SHOWN;
      this.draw();
    };
    return select;
  }

  /**
   * Show the examples of a cell.
   * @param {number} truth
   * @param {number} answer
   */
  open(truth, answer) {
    this.cell = { truth, answer };
    this.shown = SHOWN;
    this.draw();
  }

  /** @param {Arrays} arrays @override */
  fill(arrays) {
    const { answers, samples } = arrays;
    if (!answers || !samples) return;
    this.view.pins.know(samples, this.kind.part, false);
    const chosen = this.chosen(answers, samples);
    say(this.heading, this.title(chosen.length, answers.epoch));
    const cards = chosen.slice(0, this.shown).map((place) => this.card(place, answers, samples));
    const others = this.pinnedAlone ? this.others(answers.epoch) : [];
    this.grid.replaceChildren(...cards, ...others);
    this.more.hidden = chosen.length <= this.shown;
    say(
      this.caption,
      chosen.length
        ? this.view.say("samples_caption", { part: this.view.say(`part_${this.kind.part}`) })
        : "",
    );
  }

  /**
   * The places of what is shown, in their order.
   * @param {Arrays} answers
   * @param {Arrays} samples
   * @returns {number[]}
   */
  chosen(answers, samples) {
    const places = Array.from(answers.answer, (_, place) => place);
    const wrong = (/** @type {number} */ place) => answers.answer[place] !== samples.truth[place];
    const worst = (/** @type {number} */ one, /** @type {number} */ other) =>
      answers.loss[other] - answers.loss[one];
    if (this.cell) {
      const { truth, answer } = this.cell;
      return places
        .filter((place) => samples.truth[place] === truth && answers.answer[place] === answer)
        .sort((one, other) => answers.confidence[other] - answers.confidence[one] || one - other);
    }
    if (this.choice === "loss") return places.sort(worst);
    if (this.choice === "wrong")
      return places.filter(wrong).sort((one, other) => answers.confidence[other] - answers.confidence[one]);
    return this.view.pins.places(samples, this.kind.part);
  }

  get pinnedAlone() {
    return !this.cell && this.choice === "pinned";
  }

  /**
   * Cards of pins of the other part, at which the probes did not look: by what was computed from the kept weights.
   * @param {number} epoch
   */
  others(epoch) {
    const { kind, view } = this;
    const { history, all } = view.pins;
    if (!history) return [];
    const frame = Math.max(0, Array.from(history.epochs).indexOf(nearest(Array.from(history.epochs), epoch)));
    return all
      .filter((/** @type {Pin} */ pin) => pin[0] !== kind.part && placeOf(history, pin) >= 0)
      .map((/** @type {Pin} */ pin) => {
        const at = placeOf(history, pin);
        const shares = new Float32Array(this.classes.length);
        for (const [n, each] of Array.from(history.classes[at]).entries())
          shares[/** @type {number} */ (each)] = history.values[frame][at][n];
        const answer = shares.indexOf(Math.max(...shares));
        return this.made({ pin, truth: history.truth[at], answer, input: history.inputs[at], shares });
      });
  }

  /**
   * @param {number} count
   * @param {number} epoch
   */
  title(count, epoch) {
    const { view, cell, classes } = this;
    if (cell)
      return view.say(cell.truth === cell.answer ? "samples_right" : "samples_of", {
        count: view.numbers.whole(count),
        truth: classes[cell.truth],
        answer: classes[cell.answer],
        epoch,
      });
    return view.say(`samples_${this.choice}`, { count: view.numbers.whole(count), epoch });
  }

  /**
   * @param {number} place
   * @param {Arrays} answers
   * @param {Arrays} samples
   */
  card(place, answers, samples) {
    return this.made({
      pin: [this.kind.part, samples.rows[place]],
      truth: samples.truth[place],
      answer: answers.answer[place],
      input: inputOf(place, samples),
      shares: answers.probabilities?.[place],
      confidence: answers.confidence[place],
    });
  }

  /**
   * @param {{pin: Pin, truth: number, answer: number, input: any, shares?: ArrayLike<number>, confidence?: number}} seen
   */
  made({ pin, truth, answer, input, shares, confidence = 0 }) {
    const { view, classes } = this;
    const { numbers } = view;
    const bars = shares
      ? top(shares, truth).map((each) => bar(classes[each], shares[each], each === truth, numbers))
      : [bar(classes[answer], confidence, answer === truth, numbers)];
    return make(
      "li",
      { class: "live-sample", "data-right": String(truth === answer), "data-row": pin[1] },
      input === undefined
        ? make("span", { class: "live-words" }, `#${pin[1] + 1}`)
        : drawn(input, this.kind, numbers),
      make("span", { class: "live-truth" }, view.say("true_class", { name: classes[truth] })),
      make("span", { class: "live-shares" }, ...bars),
      this.pinButton(pin),
    );
  }

  /**
   * Shows a pinned example over the epochs, pins any other.
   * @param {Pin} pin
   */
  pinButton(pin) {
    const { view } = this;
    const known = view.pins.has(pin) >= 0;
    const values = { number: view.numbers.whole(pin[1] + 1) };
    const made = button({ class: "live-small" }, view.say(known ? "pin_look" : "pin_this"), () => {
      view.pins.replace(pin);
      say(this.note, view.say(known ? "pin_looked" : "pin_done", values));
    });
    made.setAttribute("aria-label", view.say(known ? "pin_look_number" : "pin_this_number", values));
    return made;
  }
}

/**
 * What an example was before it was scaled; undefined where it was not kept.
 * @param {number} place
 * @param {Arrays} samples
 */
export function inputOf(place, samples) {
  const kept = samples.shown.indexOf(place);
  return kept < 0 ? undefined : samples.inputs[kept];
}

/**
 * The classes of the largest probabilities, and the true one.
 * @param {ArrayLike<number>} shares
 * @param {number} truth
 */
function top(shares, truth) {
  const order = Array.from(shares, (_, place) => place).sort((one, other) => shares[other] - shares[one]);
  const first = order.slice(0, BARS);
  return first.includes(truth) ? first : [...first.slice(0, BARS - 1), truth];
}
