// Examples with what the network answers for them at the epoch shown: those of a cell, those pinned, the worst.

import { button, make, say } from "../kit/dom.js";
import { FilmPanel } from "./panel.js";
import { drawn } from "./sample.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */
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
  /** @type {number[] | undefined} places of the examples that are pinned */
  pinned;

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
    const controls = make("div", { class: "live-controls" }, ...(choices ? [this.choiceOf()] : []));
    this.element.append(
      make("div", { class: "live-heading" }, this.heading, controls),
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
    const chosen = this.chosen(answers, samples);
    say(this.heading, this.title(chosen.length, answers.epoch));
    const cards = chosen.slice(0, this.shown).map((place) => this.card(place, answers, samples));
    this.grid.replaceChildren(...cards);
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
    this.pinned ??= spread(samples);
    return this.pinned;
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
    const { view, classes } = this;
    const { numbers } = view;
    const [truth, answer] = [samples.truth[place], answers.answer[place]];
    const input = inputOf(place, samples);
    const shares = answers.probabilities?.[place];
    const bars = shares
      ? top(shares, truth).map((each) => this.bar(classes[each], shares[each], each === truth))
      : [this.bar(classes[answer], answers.confidence[place], answer === truth)];
    return make(
      "li",
      { class: "live-sample", "data-right": String(truth === answer), "data-row": samples.rows[place] },
      input === undefined
        ? make("span", { class: "live-words" }, `#${samples.rows[place] + 1}`)
        : drawn(input, this.kind, numbers),
      make("span", { class: "live-truth" }, view.say("true_class", { name: classes[truth] })),
      make("span", { class: "live-shares" }, ...bars),
    );
  }

  /**
   * @param {string} name
   * @param {number} share
   * @param {boolean} right
   */
  bar(name, share, right) {
    const fill = make("span", { class: "live-share-fill" });
    fill.style.width = `${(100 * share).toFixed(1)}%`;
    return make(
      "span",
      { class: "live-share", "data-right": String(right) },
      fill,
      make("span", { class: "live-share-text" }, `${name} ${this.view.numbers.percent(share)}`),
    );
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

/**
 * Places of 24 examples, as many of each class as can be, the first ones of those whose inputs were kept.
 * @param {Arrays} samples
 * @returns {number[]}
 */
export function spread({ shown, truth }) {
  /** @type {Map<number, number[]>} */
  const byClass = new Map();
  for (const place of shown) {
    const of = byClass.get(truth[place]) ?? [];
    byClass.set(truth[place], [...of, place]);
  }
  const queues = [...byClass.entries()].sort(([one], [other]) => one - other).map(([, places]) => places);
  const chosen = [];
  for (let round = 0; chosen.length < SHOWN && queues.some((each) => each.length > round); round += 1)
    for (const each of queues) if (each.length > round && chosen.length < SHOWN) chosen.push(each[round]);
  return chosen.sort((one, other) => truth[one] - truth[other] || one - other);
}
