// One neuron of the diagram: its map as pixels, its name, and beside the diagram all of it in large.

import { make, say } from "../kit/dom.js";
import { put, shades } from "./raster.js";

/** A column of the diagram, as dlcore/probes/neurons.py describes it.
 * @typedef {{units: number, layers: string[], names: string[]}} Column */
/** What the probe saw of a column.
 * @typedef {{values: ArrayLike<ArrayLike<number>>[], low: ArrayLike<number>, high: ArrayLike<number>,
 *   unfinite?: ArrayLike<ArrayLike<number>>[], weights?: ArrayLike<number>[], bias?: ArrayLike<number>}} Seen */
/** Two colours by sign, in those of the page.
 * @typedef {{positive: string, negative: string}} Signs */
/** Column and unit, 0-based. @typedef {[column: number, unit: number]} Place */

/**
 * The colours of values from the lowest to the highest, with the page's own at zero.
 * @param {Signs} signs
 * @param {string} background
 */
export function signed({ positive, negative }, background) {
  return shades([
    [0, negative],
    [0.5, background],
    [1, positive],
  ]);
}

/**
 * The value at which the colours of a unit are full: its largest, of either sign.
 * @param {Seen} seen
 * @param {number} unit
 */
export function fullest({ low, high }, unit) {
  return Math.max(Math.abs(low[unit]), Math.abs(high[unit]));
}

/**
 * Draw the map of a unit; a place where it is not finite stays open, and the stripes behind the map show there.
 * @param {HTMLCanvasElement} canvas of as many pixels as the map
 * @param {Seen} seen
 * @param {number} unit
 * @param {Uint8ClampedArray} colours of `signed`
 */
export function paint(canvas, seen, unit, colours) {
  const rows = seen.values[unit];
  const pen = canvas.getContext("2d");
  if (!pen) return;
  if (canvas.width !== rows.length) canvas.width = canvas.height = rows.length;
  const image = pen.createImageData(rows.length, rows.length);
  const holes = seen.unfinite?.[unit];
  const broken = Boolean(holes && Array.from(holes).some((row) => Array.from(row).includes(1)));
  canvas.classList.toggle("live-unfinite", broken);
  put(image, broken && holes ? open(rows, holes) : rows, colours, ...ends(seen, unit));
  pen.putImageData(image, 0, 0);
}

/**
 * Where of the bytes 0 to 255 the first and the last colour are, so that the middle one is at zero.
 * @param {Seen} seen
 * @param {number} unit
 * @returns {[low: number, high: number]}
 */
export function ends(seen, unit) {
  const full = fullest(seen, unit);
  if (!(full > 0)) return [-1, 1]; // zero everywhere: its bytes are 0
  const low = seen.low[unit];
  const range = seen.high[unit] - low || 1;
  return [((-full - low) / range) * 255, ((full - low) / range) * 255];
}

/**
 * @param {ArrayLike<ArrayLike<number>>} rows
 * @param {ArrayLike<ArrayLike<number>>} holes
 * @returns {(number | null)[][]}
 */
function open(rows, holes) {
  return Array.from(rows, (row, y) => Array.from(row, (value, x) => (holes[y][x] ? null : value)));
}

/**
 * What a neuron is called.
 * @param {any} view
 * @param {Column[]} columns
 * @param {Place} place
 */
export function called(view, columns, [column, unit]) {
  const name = columns[column].names[unit];
  const number = unit + 1;
  if (column === 0) return view.say("neuron_input", { name: name ?? number });
  if (column === columns.length - 1) return view.say("neuron_output", { name: name ?? number });
  return view.say("neuron_hidden", { number, layer: column });
}

/**
 * What the layers of a column are called; the inputs where there are none.
 * @param {any} view
 * @param {Column} column
 */
export function layersOf(view, { layers, units }) {
  const [first, ...more] = layers;
  if (!first) return view.say("neuron_inputs");
  return [`${first} ${units}`, ...more].join(" · ");
}

let count = 0;

export class Neuron {
  /**
   * @param {any} view
   * @param {Column[]} columns
   */
  constructor(view, columns) {
    this.view = view;
    this.columns = columns;
    this.id = `live-neuron-${++count}`; // what a screen reader reads of a neuron in the diagram
    this.heading = make("h4");
    this.map = make("canvas", { class: "live-neuron-large", width: 32, height: 32, role: "img" });
    this.scale = make("span", { class: "live-signs" });
    this.ends = ["low", "middle", "high"].map((each) => make("span", { class: `live-sign-${each}` }));
    this.facts = make("p");
    this.bias = make("p");
    this.from = make("p", { class: "live-neuron-from" });
    this.weights = make("ul", { class: "live-weights" });
    const picture = make("div", {}, this.map, this.scale, make("div", { class: "live-ends" }, ...this.ends));
    this.element = make(
      "section",
      { class: "live-panel live-neuron-detail" },
      this.heading,
      make(
        "div",
        { class: "live-neuron-body" },
        picture,
        make("div", { id: this.id }, this.facts, this.bias, this.from, this.weights),
      ),
    );
  }

  /** @param {unknown} value */
  number(value) {
    return Number.isFinite(value) ? this.view.numbers.score(value) : this.view.say("not_finite");
  }

  /**
   * @param {Place} place
   * @param {Seen[]} seen by column
   * @param {Signs} signs
   * @param {Uint8ClampedArray} colours
   */
  show(place, seen, signs, colours) {
    const { view, columns } = this;
    const [column, unit] = place;
    const mine = seen[column];
    const name = called(view, columns, place);
    say(this.heading, `${name} · ${layersOf(view, columns[column])}`);
    paint(this.map, mine, unit, colours);
    this.map.setAttribute("aria-label", view.say("neuron_map", { name }));
    this.scale.style.background = `linear-gradient(90deg, ${signs.negative}, transparent, ${signs.positive})`;
    const full = fullest(mine, unit);
    [-full, 0, full].forEach((each, n) => {
      say(this.ends[n], n === 1 ? "0" : this.number(each));
    });
    const [low, high] = [mine.low[unit], mine.high[unit]].map((each) => this.number(each));
    say(this.facts, view.say("neuron_gives", { low, high }) + this.broken(mine, unit));
    this.bias.hidden = !mine.bias;
    say(this.bias, mine.bias ? view.say("neuron_bias", { bias: this.number(mine.bias[unit]) }) : "");
    this.fillWeights(column, mine.weights?.[unit], signs);
  }

  /**
   * @param {Seen} seen
   * @param {number} unit
   */
  broken({ unfinite }, unit) {
    if (!unfinite) return "";
    const all = Array.from(unfinite[unit]).flatMap((row) => Array.from(row));
    const share = all.reduce((sum, each) => sum + each, 0) / all.length;
    if (!share) return "";
    return ` ${this.view.say("neuron_unfinite", { share: this.view.numbers.percent(share) })}`;
  }

  /**
   * @param {number} column
   * @param {ArrayLike<number> | undefined} weights into the unit
   * @param {Signs} signs
   */
  fillWeights(column, weights, signs) {
    const { view, columns } = this;
    this.from.hidden = !weights;
    this.weights.hidden = !weights;
    if (!weights) return;
    say(this.from, view.say("neuron_weights"));
    while (this.weights.children.length > weights.length) this.weights.lastElementChild?.remove();
    while (this.weights.children.length < weights.length)
      this.weights.append(make("li", {}, make("span"), make("b")));
    Array.from(weights).forEach((weight, unit) => {
      const [name, value] = /** @type {HTMLElement[]} */ ([...this.weights.children[unit].children]);
      const before = columns[column - 1].names[unit];
      say(name, before ?? view.say("neuron_number", { number: unit + 1 }));
      say(value, this.number(weight));
      value.style.borderColor = weight < 0 ? signs.negative : signs.positive;
    });
  }
}
