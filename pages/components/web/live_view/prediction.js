// A learner's own example: what the network answers at the epoch shown, while the hand still moves, how it came through
// the layers, and which training examples lie nearest.

import { button, make, say } from "../kit/dom.js";
import { Analysis } from "./analysis.js";
import { visible } from "./explained.js";
import { LayerPath } from "./layer_path.js";
import { questionInputs, Writing } from "./question_inputs.js";
import { drawn, picture } from "./sample.js";
import { bar } from "./share.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */
/** @typedef {import("./question_inputs.js").Inputs} Inputs */

const SHOWN = 10; // classes
const REST = 250; // ms without another question, after which the nearest examples are looked for
const LIVE = 1000; // ms between two answers to one question while a run goes on
const SIDE = 112; // px of what the network sees
const LETTERS = 8; // words of one token as a name

export class Prediction {
  /** @type {Inputs | undefined} */
  inputs;
  opening = false;
  asking = false;
  asked = ""; // the question that was answered or is being asked
  answered = 0; // when
  themes = 0;
  question = ""; // without the epoch
  /** @type {Arrays | undefined} */
  answer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  rest;

  /**
   * @param {any} view
   * @param {{classes: string[], task: string, target: string, continues: boolean}} options
   * @param {Kind} kind
   */
  constructor(view, options, kind) {
    this.view = view;
    this.options = options;
    this.kind = kind;
    this.analysis = new Analysis(view, "prediction");
    this.heading = make("h4", {}, view.say("try_heading"));
    this.form = make("div", { class: "live-try-form" });
    this.trouble = make("p", { class: "live-trouble", hidden: true, role: "alert" });
    this.notes = make("p", { class: "live-caption" });
    this.seen = make("div", { class: "live-try-seen" });
    this.said = make("div", { class: "live-shares live-try-said", role: "status" });
    this.hint = make("p", { class: "live-caption" }, view.say("try_hint"));
    this.near = make("ul", { class: "live-grid" });
    this.nearTitle = make("h4", { hidden: true }, view.say("try_nearest_title"));
    this.nearCaption = make("p", { class: "live-caption" });
    this.path = new LayerPath(view);
    this.pathTitle = make("h4", { hidden: true }, view.say("try_path_title"));
    this.writing = options.continues ? new Writing(view, () => this.write()) : null;
    this.element = make(
      "section",
      { class: "live-panel live-try" },
      this.heading,
      this.analysis.element,
      make(
        "div",
        { class: "live-try-pair" },
        this.form,
        make("div", {}, this.hint, this.trouble, this.said, this.seen, this.notes),
      ),
      ...(this.writing ? [this.writing.element] : []),
      ...[this.nearTitle, this.near, this.nearCaption, this.pathTitle, this.path.element],
    );
  }

  get visible() {
    return this.element.isConnected && this.element.clientWidth > 0;
  }

  /** The epoch whose weights are asked: that of the slider, or the nearest of which they were kept. */
  get epoch() {
    return this.view.run.film.at("state_dict", this.view.epoch);
  }

  draw() {
    if (!this.visible) return;
    if (this.epoch === undefined) return this.refuse(this.view.say("no_weights"));
    if (!this.inputs) return this.open();
    if (this.answer && this.themes !== this.view.themes) this.show(this.answer);
    return this.ask();
  }

  // What one example is, is asked first; then the process that answers is at work.
  async open() {
    if (this.opening) return;
    this.opening = true;
    this.busy(true);
    try {
      const { form } = await this.analysis.post({});
      this.inputs = questionInputs(this.view, form, () => this.ask(), this.kind);
      this.form.replaceChildren(this.inputs.element);
      this.refuse("");
      this.ask();
    } catch (error) {
      this.refuse(sentence(error));
    }
    this.opening = false;
    this.busy(false);
  }

  /** @param {boolean} busy with something that takes seconds */
  busy(busy) {
    const { element, words } = this.analysis;
    say(words, this.view.say("try_busy"));
    element.hidden = !busy;
  }

  // One question at a time: what was changed meanwhile is asked after it.
  async ask() {
    const question = this.inputs?.asked();
    this.hint.hidden = Boolean(question);
    if (!question) return this.empty();
    const wanted = { ...question, epoch: this.epoch, layers: true };
    const key = JSON.stringify(wanted);
    this.element.setAttribute("aria-busy", String(key !== this.asked || this.asking));
    if (key === this.asked || this.asking) return;
    if (!this.changedByHand(question) && performance.now() - this.answered < this.pause) {
      this.later(() => this.ask(), LIVE);
      return;
    }
    clearTimeout(this.rest);
    this.asking = true;
    this.asked = key;
    this.question = JSON.stringify(question);
    await this.send(wanted, (answer) => this.show(answer));
    this.asking = false;
    this.answered = performance.now();
    this.later(() => this.look(), REST);
    this.ask();
  }

  /** @param {unknown} question */
  changedByHand(question) {
    return JSON.stringify(question) !== this.question;
  }

  /** ms between two answers to one question: a slider is followed, a run that goes on not too closely. */
  get pause() {
    const { data, epoch, run } = this.view;
    return epoch === null && !data.ended.includes(run.status?.state) ? LIVE : 0;
  }

  /**
   * @param {() => void} act
   * @param {number} pause
   */
  later(act, pause) {
    clearTimeout(this.rest);
    this.rest = setTimeout(act, pause);
  }

  // The hand rests: which training examples lie nearest?
  async look() {
    const question = this.inputs?.asked();
    if (!question || this.asking || !this.visible || !this.answer) return;
    const key = this.asked;
    const wanted = { ...question, epoch: this.epoch, nearest: true };
    await this.send(wanted, (answer) => {
      if (key === this.asked) this.showNearest(answer);
    });
  }

  // The text, by what the network adds.
  async write() {
    const question = this.inputs?.asked();
    const { writing } = this;
    if (!question || !writing) return this.refuse(this.view.say("try_hint"));
    const wanted = { ...question, epoch: this.epoch, ...writing.settings() };
    this.busy(true);
    await this.send(wanted, (answer) => writing.show(String(question.question), answer.continued));
    this.busy(false);
  }

  /**
   * @param {Record<string, unknown>} wanted
   * @param {(answer: Arrays) => void} take
   */
  async send(wanted, take) {
    try {
      const answer = await this.analysis.post(wanted);
      this.refuse("");
      take(answer);
    } catch (error) {
      this.refuse(sentence(error));
    }
  }

  /** @param {string} why */
  refuse(why) {
    this.trouble.hidden = !why;
    say(this.trouble, why);
  }

  empty() {
    this.asked = "";
    this.answer = undefined;
    clearTimeout(this.rest);
    this.refuse("");
    say(this.heading, this.view.say("try_heading"));
    say(this.notes, "");
    for (const each of [this.said, this.seen, this.near]) each.replaceChildren();
    for (const each of [this.nearTitle, this.pathTitle, this.path.element]) each.hidden = true;
    say(this.nearCaption, "");
  }

  /** @param {Arrays} answer */
  show(answer) {
    const { options, path, view } = this;
    this.answer = answer;
    this.themes = view.themes;
    const { epoch } = answer;
    const head = view.say(options.continues ? "try_next" : "try_answer", { epoch });
    const apart = view.epoch !== null && view.epoch !== epoch;
    say(this.heading, apart ? `${head} ${view.say("try_kept", { epoch, shown: view.epoch })}` : head);
    this.said.replaceChildren(...this.answers(answer.values));
    this.seen.replaceChildren(...this.whatIsSeen(answer));
    say(this.notes, answer.notes.join(" "));
    path.take(answer.parts, this.words(answer.input));
    for (const each of [this.pathTitle, path.element]) each.hidden = false;
    path.draw(0);
    this.element.dataset.epoch = epoch;
  }

  /** @param {Arrays} answer */
  whatIsSeen({ input, truth }) {
    const { kind, view } = this;
    const rank = kind.shape.length;
    const seen = rank === 3 ? [this.sees(input)] : rank > 1 ? [drawn(input, kind, view.numbers)] : [];
    if (truth === undefined) return seen;
    const said = view.say("true_class", { name: this.truthOf(truth) });
    return [...seen, make("p", { class: "live-caption" }, said)];
  }

  /** @param {any} input (C, H, W) */
  sees(input) {
    const [height, width] = this.kind.shape.slice(-2);
    const caption = make("figcaption", {}, this.view.say("try_sees", { height, width }));
    return make("figure", { class: "live-why-figure" }, picture(input, SIDE), caption);
  }

  /** @param {ArrayLike<number>} tokens */
  words(tokens) {
    const { words } = this.kind;
    return words.length ? Array.from(tokens, (token) => visible(words[token] ?? "").slice(0, LETTERS)) : [];
  }

  /** @param {ArrayLike<number>} values */
  answers(values) {
    const { options, view } = this;
    if (options.task === "regression")
      return [
        make("strong", {}, `${options.target || view.say("try_value")}: ${view.numbers.score(values[0])}`),
      ];
    const order = Array.from(values, (_, each) => each).sort((one, other) => values[other] - values[one]);
    return order
      .slice(0, SHOWN)
      .map((each) =>
        bar(visible(options.classes[each]), values[each], this.likely(values, each), view.numbers),
      );
  }

  /**
   * Whether it is (part of) the answer.
   * @param {ArrayLike<number>} values
   * @param {number} each
   */
  likely(values, each) {
    if (this.options.task === "multilabel") return values[each] > 0.5;
    return Array.from(values).every((value) => value <= values[each]);
  }

  /** @param {Arrays} answer */
  showNearest({ nearest, epoch }) {
    const { view } = this;
    this.nearTitle.hidden = false;
    this.near.replaceChildren(
      ...Array.from(nearest.rows, (row, place) => this.neighbour(nearest, Number(row), place)),
    );
    const values = { among: view.numbers.whole(nearest.among), layer: nearest.layer, epoch };
    say(this.nearCaption, view.say(nearest.layer ? "try_nearest" : "try_nearest_inputs", values));
  }

  /**
   * @param {Arrays} nearest
   * @param {number} row
   * @param {number} place
   */
  neighbour(nearest, row, place) {
    const { kind, view } = this;
    const { numbers, pins } = view;
    const values = { number: numbers.whole(row + 1) };
    const pin = button({ class: "live-small" }, view.say("pin_this"), () => {
      pins.replace(["train", row]);
      view.announce(view.say("pin_done", values), true);
    });
    pin.setAttribute("aria-label", view.say("pin_this_number", values));
    return make(
      "li",
      { class: "live-sample live-near", "data-row": row },
      drawn(nearest.inputs[place], kind, numbers),
      make(
        "span",
        { class: "live-truth" },
        view.say("true_class", { name: this.truthOf(nearest.truth[place]) }),
      ),
      make("span", {}, view.say("try_distance", { distance: numbers.score(nearest.distances[place]) })),
      pin,
    );
  }

  /** @param {any} truth */
  truthOf(truth) {
    const { classes, task } = this.options;
    if (task === "regression") return this.view.numbers.score(truth);
    if (task === "multilabel") return classes.filter((_, each) => truth[each]).join(", ") || "–";
    return visible(classes[truth] ?? String(truth));
  }

  dispose() {
    clearTimeout(this.rest);
  }
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}
