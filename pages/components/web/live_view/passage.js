// One example on its way through the network, layer by layer, at the epoch shown: maps, sequences, states, attention.

import { button, make, say } from "../kit/dom.js";
import { AskedPanel } from "./asked.js";
import { Cells, hasUnfinite, largest } from "./cells.js";
import { drawn } from "./sample.js";
import { inputOf } from "./samples.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./sample.js").Kind} Kind */
/** @typedef {{place: number, layer: string, form: string, size: number[], values: any[], limit: number}} Part */

const SIDE = 56; // px of a map, about
const WIDEST = 26; // px of a cell with words over it
const UNIT = 4; // px of a unit of a state
const STRIP = 18; // px of a vector
const REST = 250; // ms without another epoch, after which a large network is asked for it
const UNKNOWN = 12; // examples to choose from where none are known
const MOST_WORDS = 8; // of a text in the choice
const MOST_NAMED = 40; // positions whose words can be read

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
  /** @type {((frame: number) => void)[]} */
  drawings = [];

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
    this.parts = make("ol", { class: "live-passage" });
    this.readout = make("p", { class: "live-readout", "aria-hidden": "true" }, "\u00a0");
    this.caption = make("p", { class: "live-caption" }, view.say("passage_caption"));
    this.element.append(
      make(
        "div",
        { class: "live-heading" },
        this.heading,
        make("div", { class: "live-controls" }, this.select),
      ),
      ...[
        this.thumbs,
        this.trouble,
        this.analysis.element,
        this.input,
        this.readout,
        this.parts,
        this.caption,
      ],
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
    for (const draw of this.drawings) draw(frame);
    this.element.dataset.epoch = epoch;
    this.element.dataset.row = answer.row;
  }

  /** @param {Arrays} answer */
  build(answer) {
    this.built = answer;
    const { kind, view } = this;
    this.input.replaceChildren(drawn(answer.input, kind, view.numbers));
    const words = kind.words.length ? this.words(answer.input) : [];
    /** @type {Part[]} */
    const parts = Object.values(answer.parts);
    const made = parts.map((part) => this.part({ ...part, limit: largest(part.values) }, words));
    this.drawings = made.map(({ draw }) => draw);
    this.parts.replaceChildren(...made.map(({ element }) => element));
  }

  /** @param {ArrayLike<number>} tokens */
  words(tokens) {
    return Array.from(tokens, (token) => (this.kind.words[token] ?? "").trim() || PAD);
  }

  /**
   * @param {Part} part
   * @param {string[]} words of the example
   */
  part(part, words) {
    const { view } = this;
    const picture = this.picture(part, words);
    const note = make("span", { class: "live-trouble", hidden: true }, view.say("unfinite_values"));
    const scale = view.say("cells_scale", { high: view.numbers.score(part.limit) });
    const size = part.size.join(" × ");
    const title = make("span", { class: "live-part" }, make("strong", {}, `${part.place + 1} ${part.layer}`));
    title.append(` ${size} · ${view.texts.forms[part.form]} · ${scale} `, note);
    return {
      element: make("li", { "data-form": part.form, "data-layer": part.place }, title, picture.element),
      draw: (/** @type {number} */ frame) => {
        note.hidden = !hasUnfinite(part.values[frame]);
        picture.draw(frame);
      },
    };
  }

  /**
   * @param {Part} part
   * @param {string[]} words
   */
  picture(part, words) {
    if (part.form === "maps" || part.form === "clips") return this.maps(part);
    if (part.form === "attention") return this.attention(part, words);
    return this.one(part, words);
  }

  /** @param {Part} part (E, c, H, W) */
  maps(part) {
    const { view } = this;
    const [, height, width] = lengths(part.values[0]);
    const cell = Math.max(1, Math.floor(SIDE / Math.max(height, width)));
    const cells = Array.from(part.values[0], (_, channel) => {
      const name = view.say("channel_number", { number: channel + 1 });
      return new Cells(name, { point: (row, column) => this.point(part, name, [channel, row, column]) });
    });
    return many(cells, (frame, each, place) =>
      each.draw(part.values[frame][place], part.limit, view.theme, cell),
    );
  }

  /**
   * @param {Part} part (E, heads, L, L)
   * @param {string[]} words
   */
  attention(part, words) {
    const { view } = this;
    const length = part.values[0][0].length;
    const named = words.length === length && length <= MOST_NAMED ? words : [];
    const cell = named.length ? 11 : Math.max(3, Math.min(11, Math.floor(280 / length)));
    const cells = Array.from(part.values[0], (_, head) => {
      const name = view.say("head_number", { number: head + 1 });
      const point = (/** @type {number} */ row, /** @type {number} */ column) => {
        const [from, to] = [row, column].map((at) => (words.length === length ? words[at] : String(at + 1)));
        const share = view.numbers.percent(this.value(part, [head, row, column]));
        say(this.readout, view.say("looks_at", { head: head + 1, from, to, share }));
      };
      return new Cells(name, { down: named, across: named, point });
    });
    return many(cells, (frame, each, place) =>
      each.draw(part.values[frame][place], part.limit, view.theme, cell),
    );
  }

  /**
   * A vector as a strip; what a layer gives step by step with the steps across.
   * @param {Part} part
   * @param {string[]} words
   */
  one(part, words) {
    const { view } = this;
    const [first, second] = lengths(part.values[0]);
    const steps = part.form === "sequence" || part.form === "states";
    const [rows, columns] = second === undefined ? [1, first] : steps ? [second, first] : [first, second];
    const named = steps && words.length === columns && columns <= MOST_NAMED ? words : [];
    const name = `${part.layer}, ${view.texts.forms[part.form]}`;
    const point = (/** @type {number} */ row, /** @type {number} */ column) => {
      const at = second === undefined ? [column] : steps ? [column, row] : [row, column];
      const unit = view.say("unit_number", { number: (second === undefined ? column : row) + 1 });
      const word = steps && words.length === columns ? words[column] : String(column + 1);
      this.point(part, second === undefined ? unit : `${word}, ${unit}`, at);
    };
    const cells = new Cells(name, { across: named, point });
    const draw = (/** @type {number} */ frame) => {
      const values = part.values[frame];
      const shown = second === undefined ? [values] : steps ? turned(values) : values;
      const room = this.parts.clientWidth - 30;
      const cell = Math.max(second === undefined ? 2 : 1, Math.min(WIDEST, Math.floor(room / columns)));
      const tall = rows === 1 ? STRIP : Math.max(UNIT, Math.min(12, Math.floor(120 / rows)));
      cells.draw(shown, part.limit, view.theme, named.length ? Math.max(14, cell) : cell, tall);
    };
    return { element: make("div", { class: "live-maps" }, cells.element), draw };
  }

  /**
   * Say what somebody points at.
   * @param {Part} part
   * @param {string} name
   * @param {number[]} at
   */
  point(part, name, at) {
    const place = at.length === 3 ? ` (${at[1] + 1}, ${at[2] + 1})` : "";
    say(
      this.readout,
      `${part.place + 1} ${part.layer}, ${name}${place}: ${this.view.numbers.score(this.value(part, at))}`,
    );
  }

  /**
   * @param {Part} part
   * @param {number[]} at
   * @returns {number}
   */
  value(part, at) {
    return at.reduce((/** @type {any} */ values, each) => values[each], part.values[this.frame]);
  }
}

const PAD = "·"; // a token that stands for no word

/**
 * @param {any} rows
 * @returns {number[]}
 */
function lengths(rows) {
  return typeof rows === "number" ? [] : [rows.length, ...lengths(rows[0])];
}

/**
 * Columns as rows.
 * @param {any} rows
 */
function turned(rows) {
  return Array.from(rows[0], (_, column) => Float32Array.from(rows, (/** @type {any} */ row) => row[column]));
}

/**
 * @param {Cells[]} cells
 * @param {(frame: number, each: Cells, place: number) => void} draw
 */
function many(cells, draw) {
  return {
    element: make("div", { class: "live-maps" }, ...cells.map(({ element }) => element)),
    draw: (/** @type {number} */ frame) => {
      for (const [place, each] of cells.entries()) draw(frame, each, place);
    },
  };
}
