// What each layer makes of one example, in the order of the network: maps, sequences, states, attention, vectors.

import { make, say } from "../kit/dom.js";
import { Cells, hasUnfinite, largest } from "./cells.js";

/** @typedef {{place: number, layer: string, form: string, size: number[], values: any[], limit: number}} Part */

const SIDE = 56; // px of a map, about
const WIDEST = 26; // px of a cell with words over it
const UNIT = 4; // px of a unit of a state
const STRIP = 18; // px of a vector
const MOST_NAMED = 40; // positions whose words can be read

export class LayerPath {
  /** @type {Part[]} */
  parts = [];
  /** @type {((frame: number) => void)[]} */
  drawings = [];
  built = ""; // of which parts the elements are
  frame = 0;

  /** @param {any} view */
  constructor(view) {
    this.view = view;
    this.list = make("ol", { class: "live-passage" });
    this.readout = make("p", { class: "live-readout", "aria-hidden": "true" }, "\u00a0");
    this.element = make("div", {}, this.readout, this.list);
  }

  /**
   * Other numbers to be shown; the elements stay where they are of the same layers.
   * @param {Record<string, Omit<Part, "limit">>} told
   * @param {string[]} words of the example
   */
  take(told, words) {
    const parts = Object.values(told).map((part) => ({ ...part, limit: largest(part.values) }));
    const sizes = parts.map(({ values, limit: _, ...rest }) => [rest, lengths(values[0])]);
    const built = JSON.stringify([words, sizes]);
    if (built === this.built) {
      for (const [number, part] of parts.entries()) Object.assign(this.parts[number], part);
      return;
    }
    this.built = built;
    this.parts = parts;
    const made = parts.map((part) => this.part(part, words));
    this.drawings = made.map(({ draw }) => draw);
    this.list.replaceChildren(...made.map(({ element }) => element));
  }

  /** @param {number} frame among the epochs of the parts */
  draw(frame) {
    this.frame = frame;
    for (const draw of this.drawings) draw(frame);
  }

  /**
   * @param {Part} part
   * @param {string[]} words of the example
   */
  part(part, words) {
    const { view } = this;
    const picture = this.picture(part, words);
    const note = make("span", { class: "live-trouble", hidden: true }, view.say("unfinite_values"));
    const scale = make("span");
    const size = part.size.join(" × ");
    const title = make("span", { class: "live-part" }, make("strong", {}, `${part.place + 1} ${part.layer}`));
    title.append(` ${size} · ${view.texts.forms[part.form]} · `, scale, " ", note);
    return {
      element: make("li", { "data-form": part.form, "data-layer": part.place }, title, picture.element),
      draw: (/** @type {number} */ frame) => {
        note.hidden = !hasUnfinite(part.values[frame]);
        say(scale, view.say("cells_scale", { high: view.numbers.score(part.limit) }));
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
      const room = this.list.clientWidth - 30;
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
