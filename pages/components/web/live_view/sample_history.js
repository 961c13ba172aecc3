// A pinned example over the epochs: what the network answered for it at each, computed from the kept weights. Here any
// pin can be replaced by any other example.

import { button, make } from "../kit/dom.js";
import { AskedPanel } from "./asked.js";
import { Course } from "./course.js";
import { Exchange } from "./exchange.js";
import { visible } from "./explained.js";
import { placeOf } from "./pins.js";
import { drawn } from "./sample.js";
import { bar } from "./share.js";

/** @import { Figure } from "./types.d.ts" */
/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */
/** @typedef {import("./pins.js").Pin} Pin */

const BARS = 3;

export class SampleHistory extends AskedPanel {
  coming = false;
  strip = ""; // the pins that can be chosen from

  /**
   * @param {any} view
   * @param {{classes: string[], task: string, parts: string[], pinned: boolean}} options
   * @param {Kind} kind
   * @param {Figure} figure that an answer fills
   */
  constructor(view, { classes, task, parts, pinned }, kind, figure) {
    super(view, "sample_history");
    this.classes = classes;
    this.task = task;
    this.kind = kind;
    this.pinned = pinned;
    this.thumbs = make("div", {
      class: "live-thumbs live-pins",
      role: "group",
      "aria-label": view.say("pins"),
    });
    this.seen = make("div", { class: "live-seen live-pinned-now", role: "status" });
    this.course = new Course(view, figure, {
      valued: task === "regression",
      name: (each) => visible(classes[each] ?? String(each)),
      right: (answer, at, each) => this.isTrue(answer, at, each),
    });
    this.exchange = new Exchange(view, parts);
    this.element.append(
      ...[this.thumbs, this.trouble, this.analysis.element, this.seen, this.course.element],
      this.exchange.element,
    );
  }

  /** Where in the answer the pin is that is looked at; -1 where it is not in it (yet). */
  get place() {
    const { pins } = this.view;
    const pin = pins.all[pins.chosen];
    return pin && this.answer ? placeOf(this.answer, pin) : -1;
  }

  /** @override */
  asked() {
    const { pins } = this.view;
    if (pins.own) return { pins: pins.own };
    if (!this.known()) return undefined;
    return pins.usual && this.pinned ? { pins: pins.usual } : {};
  }

  /** Whether the first choice is known, or can be known by an answer alone. */
  known() {
    const { pins, run } = this.view;
    if (pins.usual || !this.pinned || !run.film.parts.samples) return true;
    const samples = run.film.seen("samples", 0);
    if (samples) pins.know(samples, this.kind.part, this.task === "regression");
    else if (!this.coming) {
      this.coming = true;
      run.film.load("samples", 0).then(
        () => this.draw(),
        () => this.tell(this.view.say("film_gone")),
      );
    }
    return Boolean(samples);
  }

  /**
   * @param {Arrays} answer
   * @param {number} frame
   * @override
   */
  fill(answer, frame) {
    const { pins } = this.view;
    if (pins.history !== answer) {
      pins.history = answer;
      pins.usual ??= Array.from(answer.rows, (row, n) => [answer.parts[n], row]);
      this.exchange.know(answer.counts);
      pins.changed(); // others show pins by what is known of them
      return;
    }
    this.drawThumbs(answer);
    this.exchange.draw();
    this.element.dataset.waiting = String(this.place < 0);
    if (this.place < 0) return; // of a pin that was put there a moment ago, the answer is on its way
    this.drawSeen(answer, frame);
    this.course.show(answer, this.place);
    const [part, row] = pins.all[pins.chosen] ?? ["", 0];
    Object.assign(this.element.dataset, { epoch: answer.epochs[frame], part, row });
  }

  /** @param {Arrays} answer */
  drawThumbs(answer) {
    const { pins } = this.view;
    const strip = JSON.stringify([pins.all, answer.rows.length, Array.from(answer.rows)]);
    if (strip !== this.strip)
      this.thumbs.replaceChildren(
        ...pins.all.map((/** @type {Pin} */ pin, /** @type {number} */ n) => this.thumb(answer, pin, n)),
      );
    this.strip = strip;
    for (const [n, each] of [...this.thumbs.children].entries())
      each.setAttribute("aria-pressed", String(n === pins.chosen));
  }

  /**
   * @param {Arrays} answer
   * @param {Pin} pin
   * @param {number} number of the pin
   */
  thumb(answer, pin, number) {
    const { kind, view } = this;
    const at = placeOf(answer, pin);
    const name = this.named(pin) + (at < 0 ? "" : `, ${this.truthOf(answer, at)}`);
    const pictured = at >= 0 && kind.shape.length >= 2 && !kind.words.length;
    const shown = pictured
      ? drawn(answer.inputs[at], kind, view.numbers)
      : `${sign(pin)}${at < 0 ? "" : ` ${this.truthOf(answer, at)}`}`;
    const made = button({ class: "live-small", "data-pictured": pictured }, shown, () =>
      view.pins.look(number),
    );
    made.setAttribute("aria-label", name);
    made.title = name;
    return made;
  }

  /** @param {Pin} pin */
  named([part, row]) {
    return this.view.say(`pinned_${part}`, { number: this.view.numbers.whole(row + 1) });
  }

  /**
   * What is true of a pin: a class, labels, a value.
   * @param {Arrays} answer
   * @param {number} at
   */
  truthOf(answer, at) {
    const truth = answer.truth[at];
    if (this.task === "regression") return this.view.numbers.score(truth);
    const names = this.classes.filter((_, each) => this.isTrue(answer, at, each)).map(visible);
    return names.join(", ") || "–";
  }

  /**
   * @param {Arrays} answer
   * @param {number} at
   * @param {number} each a class
   */
  isTrue(answer, at, each) {
    return this.task === "multilabel" ? Boolean(answer.truth[at][each]) : answer.truth[at] === each;
  }

  /**
   * The example, and what is answered at the epoch that is shown.
   * @param {Arrays} answer
   * @param {number} frame
   */
  drawSeen(answer, frame) {
    const { kind, place, view } = this;
    const { numbers, pins } = view;
    const epoch = answer.epochs[frame];
    const values = answer.values[frame][place];
    const head = view.say("pin_at", { example: this.named(pins.all[pins.chosen]), epoch });
    const truth = view.say("true_class", { name: this.truthOf(answer, place) });
    this.seen.replaceChildren(
      drawn(answer.inputs[place], kind, numbers),
      make(
        "div",
        {},
        make("strong", {}, head),
        make("div", { class: "live-truth" }, truth),
        make("div", { class: "live-shares" }, ...this.answers(answer, values)),
      ),
    );
  }

  /**
   * @param {Arrays} answer
   * @param {ArrayLike<number>} values
   */
  answers(answer, values) {
    const { place, view } = this;
    if (this.task === "regression")
      return [make("span", {}, view.say("pin_predicted", { value: view.numbers.score(values[0]) }))];
    const classes = answer.classes[place];
    const order = Array.from(values, (_, n) => n).sort((one, other) => values[other] - values[one]);
    const likely = order.filter((n, rank) => rank < BARS || this.isTrue(answer, place, classes[n]));
    return likely.map((n) =>
      bar(visible(this.classes[classes[n]]), values[n], this.isTrue(answer, place, classes[n]), view.numbers),
    );
  }

  dispose() {
    this.course.dispose();
  }
}

/** @param {Pin} pin */
function sign([part, row]) {
  return `${part === "train" ? "T" : ""}#${row + 1}`;
}
