// Why this answer: what each part of an example counts for the network's score, found out by captum when asked.

import { button, make, say } from "../kit/dom.js";
import { recoloured } from "../kit/theme.js";
import { Analysis } from "./analysis.js";
import { explained, visible } from "./explained.js";
import { FilmPanel } from "./panel.js";
import { drawn } from "./sample.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */
/** @typedef {import("./raster.js").Scale} Scale */
/** @typedef {{kind: Kind, classes: string[], task?: string, axes?: string, scale?: Scale}} Options */

const WEIGHTS = "state_dict"; // the part of the film that an answer needs
const REST = 350; // ms that the slider rests before something is asked
const LIVE = 4000; // ms between two answers while a run goes on
const ALIKE = 0.8; // rank correlation from which two maps are the same for a reader …
const UNLIKE = 0.4; // … and below which they are different ones

export class Attribution extends FilmPanel {
  row = 0;
  /** @type {number | null} the class whose score is explained; null: the answered one */
  target = null;
  method = "integrated_gradients";
  randomized = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} until something is asked */
  due;
  asking = false;
  answered = Number.NEGATIVE_INFINITY; // when
  /** @type {string | undefined} the question whose answer is shown */
  shown;
  /** @type {Arrays | undefined} that answer */
  answer;
  offered = ""; // the pins among which can be chosen
  /** @type {Arrays | undefined} of which the chooser was made */
  chosenFrom;

  /**
   * @param {any} view
   * @param {Options} options
   */
  constructor(view, options) {
    super(view, make("section", { class: "live-panel live-why" }), ["samples"]);
    this.options = options;
    this.analysis = new Analysis(view, "attribution");
    this.heading = make("h4");
    this.choices = make("ul", { class: "live-why-choices", "aria-label": view.say("why_examples") });
    this.number = make("input", { type: "number", class: "live-small", min: 1, step: 1, value: 1 });
    this.number.onchange = () => this.choose(this.placeOf(Number(this.number.value) - 1));
    this.facts = make("p", { class: "live-why-facts" });
    this.figures = make("div", { class: "live-why-figures" });
    this.legend = make(
      "p",
      { class: "live-signs", hidden: true },
      make("span", { class: "live-sign", "data-sign": "for" }, view.say("why_for")),
      make("span", { class: "live-sign", "data-sign": "against" }, view.say("why_against")),
    );
    this.sum = make("p", { class: "live-caption" });
    this.verdict = make("p", { class: "live-verdict", role: "status" });
    this.caption = make("p", { class: "live-caption" });
    this.element.append(
      make("div", { class: "live-heading" }, this.heading, this.controls()),
      this.choices,
      this.analysis.element,
      this.facts,
      this.figures,
      this.legend,
      this.verdict,
      this.sum,
      this.caption,
    );
  }

  controls() {
    const { view, options } = this;
    const methods = Object.entries(view.texts.why_methods).map(([name, text]) =>
      make("option", { value: name }, text),
    );
    const method = make("select", { class: "live-small", "aria-label": view.say("why_method") }, ...methods);
    method.onchange = () => this.change({ method: method.value });
    const anew = button({ class: "live-small", "aria-pressed": "false" }, view.say("why_randomize"), () => {
      this.change({ randomized: !this.randomized });
      anew.setAttribute("aria-pressed", String(this.randomized));
    });
    const number = make("label", { class: "live-number" }, view.say("why_number"), this.number);
    const several = options.classes.length > 1 && options.task !== "next-token";
    return make(
      "div",
      { class: "live-controls" },
      number,
      ...(several ? [this.targets()] : []),
      method,
      anew,
    );
  }

  targets() {
    const { view, options } = this;
    const own = make("option", { value: "" }, view.say("why_answered"));
    const others = options.classes.map((name, place) =>
      make("option", { value: place }, view.say("why_class", { name })),
    );
    const select = make(
      "select",
      { class: "live-small", "aria-label": view.say("why_target") },
      own,
      ...others,
    );
    select.onchange = () => this.change({ target: select.value === "" ? null : Number(select.value) });
    return select;
  }

  /** @param {Partial<Pick<Attribution, "row" | "target" | "method" | "randomized">>} changed */
  change(changed) {
    Object.assign(this, changed);
    this.ask();
  }

  /** @param {number} row */
  choose(row) {
    if (!Number.isInteger(row) || row < 0) return;
    this.change({ row });
    this.markChoice();
  }

  /**
   * The place among the samples of an example by its number in its part.
   * @param {number} number
   */
  placeOf(number) {
    const rows = this.chosenFrom?.rows;
    if (!rows) return Math.min(number, (this.answer?.count ?? number + 1) - 1);
    let best = 0;
    for (const [place, row] of rows.entries())
      if (Math.abs(row - number) < Math.abs(rows[best] - number)) best = place;
    return best;
  }

  // Another epoch is shown: it is asked about when the slider rests.
  seek() {
    clearTimeout(this.due);
    this.due = undefined;
    this.draw();
  }

  /** @param {Arrays} arrays @override */
  fill({ samples }) {
    super.fill({ samples });
    if (samples && (this.chosenFrom !== samples || this.offered !== JSON.stringify(this.view.pins.all)))
      this.offer(samples);
    if (this.answer && this.themes !== this.view.themes) this.show(this.answer);
    if (this.due || this.asking || !this.question || this.key === this.shown) return;
    const wait = this.live ? this.answered + LIVE - performance.now() : 0;
    this.due = setTimeout(() => this.ask(), Math.max(REST, wait));
  }

  get live() {
    return this.view.epoch === null && !this.view.data.ended.includes(this.view.run.status?.state);
  }

  get question() {
    const epoch = this.view.run.film.at(WEIGHTS, this.view.epoch);
    if (epoch === undefined) return null;
    const { row, method, randomized, target } = this;
    return { row, epoch, method, randomized, ...(target !== null && { target }) };
  }

  get key() {
    return JSON.stringify(this.question);
  }

  // One question at a time; what was changed meanwhile is asked after it.
  async ask() {
    clearTimeout(this.due);
    this.due = undefined;
    const { question, key } = this;
    if (!question) say(this.caption, this.view.say("why_no_weights"));
    if (!question || this.asking || !this.visible) return;
    this.asking = true;
    try {
      this.show(await this.analysis.ask(question));
    } catch (error) {
      this.clear(error instanceof Error ? error.message : String(error));
    }
    this.asking = false;
    this.shown = key;
    this.answered = performance.now();
    if (this.key !== key) this.draw();
  }

  /** @param {string} trouble */
  clear(trouble) {
    this.answer = undefined;
    this.figures.replaceChildren();
    this.legend.hidden = true;
    for (const each of [this.facts, this.sum, this.verdict]) say(each, "");
    say(this.caption, trouble);
  }

  /** @param {Arrays} samples */
  offer(samples) {
    const anew = this.chosenFrom !== samples;
    this.chosenFrom = samples;
    this.number.max = String(samples.rows.at(-1) + 1);
    const { pins } = this.view;
    const { kind, task } = this.options;
    pins.know(samples, kind.part, task === "regression");
    this.offered = JSON.stringify(pins.all);
    /** @type {number[]} */
    const pinned = pins.places(samples, kind.part);
    if (anew && !pinned.includes(this.row)) this.row = pinned[0] ?? 0;
    this.choices.replaceChildren(...pinned.map((place) => make("li", {}, this.choice(place, samples))));
    this.markChoice();
  }

  /**
   * @param {number} place
   * @param {Arrays} samples
   */
  choice(place, samples) {
    const { view, options } = this;
    const { kind } = options;
    const number = `#${samples.rows[place] + 1}`;
    const truth = samples.truth[place];
    const name = options.classes[truth] ?? view.numbers.score(truth);
    const input = samples.inputs[samples.shown.indexOf(place)];
    const pictured = kind.shape.length > 1 && !kind.words.length && input;
    const shown = pictured ? drawn(input, kind, view.numbers) : `${number} ${name}`;
    const said = view.say("why_choice", { number, name });
    const made = button(
      { class: "live-small", "data-place": place, title: said, "aria-label": said },
      shown,
      () => this.choose(place),
    );
    return made;
  }

  markChoice() {
    for (const each of this.choices.querySelectorAll("button"))
      each.setAttribute("aria-pressed", String(each.dataset.place === String(this.row)));
    const row = this.chosenFrom?.rows[this.row] ?? this.row;
    this.number.value = String(row + 1);
  }

  /** @param {Arrays} answer */
  show(answer) {
    const { view, options } = this;
    this.answer = answer;
    this.themes = view.themes;
    if (!this.chosenFrom) this.number.max = String(answer.count);
    const scale = recoloured(options.scale ?? [], view.theme.shade);
    const [against, support] = [scale[0], scale.at(-1)].map((stop) => stop?.[1] ?? "");
    this.element.style.setProperty("--against", against);
    this.element.style.setProperty("--for", support);
    say(this.heading, this.titleOf(answer));
    say(this.facts, this.said(answer));
    this.figures.replaceChildren(...explained(view, options, scale, answer));
    this.legend.hidden = false;
    say(this.sum, this.sumOf(answer));
    say(this.verdict, answer.anew ? this.verdictOf(answer.similarity) : "");
    say(this.caption, this.captionOf(answer));
  }

  /** @param {Arrays} answer */
  titleOf({ target, epoch }) {
    if (this.options.task === "regression") return this.view.say("why_title_value", { epoch });
    return this.view.say("why_title", { target: this.nameOf(target), epoch });
  }

  /**
   * A class, label or token by its name.
   * @param {number} place
   */
  nameOf(place) {
    return visible(this.options.classes[place] ?? String(place));
  }

  /** @param {Arrays} answer */
  said(answer) {
    const { view, options } = this;
    const { numbers } = view;
    const values = { number: numbers.whole(answer.number + 1), score: numbers.score(answer.score) };
    if (options.task === "regression")
      return view.say("why_said_value", { ...values, truth: numbers.score(answer.truth) });
    const true_ =
      options.task === "multilabel"
        ? options.classes.filter((_, place) => answer.truth[place]).join(", ") || "–"
        : this.nameOf(answer.truth);
    return view.say("why_said", {
      ...values,
      truth: true_,
      answer: this.nameOf(answer.answer),
      target: this.nameOf(answer.target),
    });
  }

  /** @param {Arrays} answer */
  sumOf({ total, score, baseline_score, steps }) {
    if (total === undefined) return "";
    const { numbers } = this.view;
    return this.view.say("why_sum", {
      total: numbers.score(total),
      difference: numbers.score(score === null || baseline_score === null ? null : score - baseline_score),
      score: numbers.score(score),
      baseline: numbers.score(baseline_score),
      steps,
    });
  }

  /** @param {number | null} alike Spearman's rank correlation */
  verdictOf(alike) {
    if (alike === null) return this.view.say("why_alike_unknown");
    const name = alike >= ALIKE ? "why_alike" : alike >= UNLIKE ? "why_alike_partly" : "why_alike_not";
    return this.view.say(name, { correlation: this.view.numbers.score(alike) });
  }

  /** @param {Arrays} answer */
  captionOf({ method, window }) {
    const { view, options } = this;
    const words = options.axes === "L";
    const score = view.say(options.task === "regression" ? "why_value" : "why_score");
    const baseline = view.say(words ? "why_baseline_words" : this.baseline);
    const sides = window?.slice(-2).join(" × ");
    const covered = window ? view.say(this.coveredBy(), { window: sides }) : "";
    const name = method === "saliency" && words ? "why_saliency_words" : `why_${method}`;
    return view.say(name, { score, baseline, covered });
  }

  get baseline() {
    return this.options.axes?.includes("W") ? "why_baseline_black" : "why_baseline_mean";
  }

  coveredBy() {
    const { axes = "" } = this.options;
    if (axes.includes("W")) return "why_covered_patch";
    if (axes === "L") return "why_covered_word";
    return axes === "F" ? "why_covered_feature" : "why_covered_steps";
  }

  dispose() {
    clearTimeout(this.due);
  }
}
