// One example on its way through the network, layer by layer, at the epoch shown: maps, sequences, states, attention.

import { button, make, say } from "../kit/dom.js";
import { AskedPanel } from "./asked.js";
import { LayerPath } from "./layer_path.js";
import { drawn } from "./sample.js";
import { inputOf } from "./samples.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */

const REST = 250; // ms without another epoch, after which a large network is asked for it
const UNKNOWN = 12; // examples to choose from where none are known
const MOST_WORDS = 8; // of a text in the choice

export class Passage extends AskedPanel {
  row = -1; // the example's place; -1: the first of those that are pinned
  single = false; // so large that it is asked for one epoch at a time
  /** @type {number | undefined} the epoch that is asked for then */
  epoch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  rest;
  /** @type {Arrays | undefined} the answer whose parts stand there */
  built;
  coming = false;
  offered = ""; // the pins that can be chosen

  /**
   * @param {any} view
   * @param {{pinned: boolean, classes: string[], task: string}} options
   * @param {Kind} kind
   */
  constructor(view, { pinned, classes, task }, kind) {
    super(view, "passage");
    this.pinned = pinned;
    this.classes = task === "regression" ? [] : classes;
    this.kind = kind;
    this.heading = make("h4");
    this.select = make("select", {
      class: "live-small live-select",
      "aria-label": view.say("which_example"),
    });
    this.select.onchange = () => this.choose(Number(this.select.value));
    this.thumbs = make("div", {
      class: "live-thumbs",
      role: "group",
      "aria-label": view.say("which_example"),
    });
    this.input = make("div", { class: "live-input" });
    this.path = new LayerPath(view);
    this.caption = make("p", { class: "live-caption" }, view.say("passage_caption"));
    this.element.append(
      make(
        "div",
        { class: "live-heading" },
        this.heading,
        make("div", { class: "live-controls" }, this.select),
      ),
      ...[this.thumbs, this.trouble, this.analysis.element, this.input, this.path.element, this.caption],
    );
  }

  /** @override */
  draw() {
    if (!this.visible) return;
    const pins = JSON.stringify(this.view.pins.all);
    if ((!this.select.options.length || pins !== this.offered) && !this.offer()) return;
    super.draw();
  }

  /** The examples that can be chosen. Whether they are known. */
  offer() {
    const { film } = this.view.run;
    const samples = this.pinned && film.parts.samples ? film.seen("samples", 0) : undefined;
    if (this.pinned && film.parts.samples && !samples) {
      if (!this.coming)
        film.load("samples", 0).then(
          () => this.draw(),
          () => this.tell(this.view.say("film_gone")),
        );
      this.coming = true;
      return false;
    }
    const { pins } = this.view;
    if (samples) pins.know(samples, this.kind.part, !this.classes.length);
    this.offered = JSON.stringify(pins.all);
    /** @type {number[]} */
    const places = samples
      ? pins.places(samples, this.kind.part)
      : Array.from({ length: UNKNOWN }, (_, place) => place);
    if (!places.includes(this.row)) this.row = places[0] ?? 0;
    this.select.replaceChildren(
      ...places.map((place) => make("option", { value: place }, this.named(place, samples))),
    );
    const pictures = samples && this.kind.shape.length >= 3;
    this.select.hidden = Boolean(pictures);
    if (pictures) this.thumbs.replaceChildren(...places.map((place) => this.thumb(place, samples)));
    return true;
  }

  /**
   * @param {number} place
   * @param {Arrays | undefined} samples
   */
  named(place, samples) {
    const { view, classes, kind } = this;
    if (!samples) return view.say("example_number", { number: place + 1 });
    const truth = samples.truth[place];
    const name = view.say("true_class", { name: classes[truth] ?? view.numbers.score(truth) });
    const tokens = kind.words.length ? inputOf(place, samples) : undefined;
    const words = tokens && this.words(tokens).filter((word) => word !== PAD);
    const told = words ? words.slice(0, MOST_WORDS).join(" ") : `#${samples.rows[place] + 1}`;
    return `${told}${words && words.length > MOST_WORDS ? " …" : ""} · ${name}`;
  }

  /**
   * @param {number} place
   * @param {Arrays} samples
   */
  thumb(place, samples) {
    const input = inputOf(place, samples);
    const picture =
      input === undefined ? `#${samples.rows[place] + 1}` : drawn(input, this.kind, this.view.numbers);
    const made = button({ class: "live-small", "data-place": place }, picture, () => this.choose(place));
    const name = this.named(place, samples);
    made.setAttribute("aria-label", name);
    made.title = name;
    return made;
  }

  /** @param {number} place */
  choose(place) {
    this.row = place;
    this.draw();
  }

  /** @override */
  asked() {
    if (!this.single) return { row: this.row };
    const { view } = this;
    const epoch = view.run.film.at("state_dict", view.epoch);
    this.epoch ??= epoch;
    if (epoch !== this.epoch) {
      clearTimeout(this.rest);
      this.rest = setTimeout(() => {
        this.epoch = view.run.film.at("state_dict", view.epoch);
        this.draw();
      }, REST);
    }
    return { row: this.row, epoch: this.epoch };
  }

  /**
   * @param {Arrays} answer
   * @param {number} frame
   * @override
   */
  fill(answer, frame) {
    const { view } = this;
    const epoch = answer.epochs[frame];
    this.single ||= answer.epochs.length < this.kept;
    for (const thumb of this.thumbs.children)
      thumb.setAttribute(
        "aria-pressed",
        String(Number(/** @type {HTMLElement} */ (thumb).dataset.place) === this.row),
      );
    this.select.value = String(this.row);
    if (this.built !== answer) this.build(answer);
    say(this.heading, view.say("passage_title", { epoch }));
    this.path.draw(frame);
    this.element.dataset.epoch = epoch;
    this.element.dataset.row = answer.row;
  }

  /** @param {Arrays} answer */
  build(answer) {
    this.built = answer;
    const { kind, view } = this;
    this.input.replaceChildren(drawn(answer.input, kind, view.numbers));
    const words = kind.words.length ? this.words(answer.input) : [];
    this.path.take(answer.parts, words);
  }

  /** @param {ArrayLike<number>} tokens */
  words(tokens) {
    return Array.from(tokens, (token) => (this.kind.words[token] ?? "").trim() || PAD);
  }
}

const PAD = "·"; // a token that stands for no word
