// An example with what counted in it: an image under its map, a curve, a table's bars, coloured words.

import { make, say } from "../kit/dom.js";
import { put, shades } from "./raster.js";
import { curve, picture } from "./sample.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** @typedef {import("./attribution.js").Options} Options */
/** @typedef {import("./raster.js").Scale} Scale */
/** Nested rows of numbers. @typedef {any} Map */

const SIDE = 148; // px of a picture
const FRAME = 76; // px of a picture of a clip
const CURVE = /** @type {[number, number]} */ ([340, 110]);
const MOST_FEATURES = 20;

/**
 * The parts of the panel: the example, the map, the map over the example, and the map of other weights.
 * @param {any} view
 * @param {Options} options
 * @param {Scale} scale colours from −1 over 0 to 1
 * @param {Arrays} answer
 * @returns {HTMLElement[]}
 */
export function explained(view, options, scale, answer) {
  const draw = DRAWN[options.axes ?? ""] ?? row;
  const shown = draw({ view, options, colours: shades(scale), answer, map: answer.map, anew: false });
  if (!answer.anew) return shown;
  const other = draw({ view, options, colours: shades(scale), answer, map: answer.anew.map, anew: true });
  return [...shown, ...other];
}

/** @typedef {{view: any, options: Options, colours: Uint8ClampedArray, answer: Arrays, map: Map, anew: boolean}} Job */
/** @type {Record<string, (job: Job) => HTMLElement[]>} by the axes of an example */
const DRAWN = { CHW: image, CDHW: clip, CL: line, LF: line, L: words, F: row };

/** @param {Job} job */
function image({ view, colours, answer, map, anew }) {
  const most = largest(map);
  const input = () => picture(answer.input, SIDE);
  const heat = () => heated(map, colours, most, SIDE);
  if (anew) return [framed(view.say("why_anew"), heat(), most)];
  return [
    framed(view.say("why_input"), input()),
    framed(view.say("why_map"), heat(), most),
    framed(view.say("why_over"), stacked(input(), heat())),
  ];
}

/** @param {Job} job */
function clip({ view, colours, answer, map, anew }) {
  const most = largest(map);
  const pictures = Array.from(map, (frame, time) => {
    const heat = heated(frame, colours, most, FRAME);
    const under = answer.input.map((/** @type {any} */ channel) => channel[time]);
    return anew ? heat : stacked(picture(under, FRAME), heat);
  });
  const strip = make("div", { class: "live-strip" }, ...pictures);
  return [framed(view.say(anew ? "why_anew" : "why_over"), strip, most)];
}

/** @param {Job} job */
function line({ view, options, colours, answer, map, anew }) {
  const most = largest(map);
  const heat = heated([map], colours, most, CURVE[0], CURVE[1]);
  const channels = options.axes === "LF" ? turned(answer.input) : answer.input;
  return [framed(view.say(anew ? "why_anew" : "why_over"), stacked(heat, curve(channels, CURVE)), most)];
}

/** @param {Job} job */
function words({ view, answer, map, anew }) {
  const most = largest(map);
  const short = answer.names.every((/** @type {string} */ name) => name.length <= 1);
  const spans = Array.from(map, (value, place) => {
    const word = make("span", { class: "live-word" }, visible(answer.names[place]));
    word.title = view.numbers.score(value);
    tint(word, value, most);
    return word;
  });
  const text = make("p", { class: "live-sentence", "data-letters": short }, ...spans);
  return [framed(view.say(anew ? "why_anew" : "why_words"), text, most)];
}

/** @param {Job} job */
function row({ view, options, answer, map, anew }) {
  const { numbers } = view;
  const most = largest(map);
  const order = Array.from(answer.map, (_, place) => place)
    .sort((one, other) => Math.abs(answer.map[other]) - Math.abs(answer.map[one]))
    .slice(0, MOST_FEATURES);
  const rows = order.map((place) => {
    const fill = make("span", { class: "live-tally-fill" });
    tint(fill, map[place], most);
    const share = Number.isFinite(map[place]) && most ? Math.abs(map[place]) / most : 0;
    fill.style.width = `${(50 * share).toFixed(1)}%`;
    fill.style[map[place] < 0 ? "right" : "left"] = "50%";
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, answer.names[place] ?? options.kind.features[place] ?? `x${place + 1}`),
      make("td", {}, numbers.score(answer.input[place])),
      make("td", { class: "live-tally" }, fill),
      make("td", {}, signed(map[place], numbers)),
    );
  });
  const heads = make(
    "tr",
    {},
    ...view.texts.why_heads.map((/** @type {string} */ head) => make("th", {}, head)),
  );
  const table = make("table", { class: "live-counts" }, make("thead", {}, heads), make("tbody", {}, ...rows));
  const more = map.length - order.length;
  const note =
    more > 0
      ? [make("p", { class: "live-caption" }, view.say("why_more", { count: numbers.whole(more) }))]
      : [];
  return [framed(view.say(anew ? "why_anew" : "why_features"), make("div", {}, table, ...note), most)];
}

/**
 * @param {number} value
 * @param {any} numbers
 */
function signed(value, numbers) {
  if (!Number.isFinite(value)) return "–";
  return `${value > 0 ? "+" : ""}${numbers.score(value)}`.replace("-", "−");
}

/**
 * A colour for what counts: its strength in a custom property that the style sheet mixes.
 * @param {HTMLElement} element
 * @param {number} value
 * @param {number} most
 */
function tint(element, value, most) {
  const share = Number.isFinite(value) && most ? Math.abs(value) / most : 0;
  element.dataset.sign = Number.isFinite(value) ? (value < 0 ? "against" : "for") : "unknown";
  element.style.setProperty("--share", `${(100 * share).toFixed(1)}%`);
}

/**
 * @param {string} name
 * @param {Element} content
 * @param {number} [most] of the map in it: 0 where it says nothing
 */
function framed(name, content, most = 1) {
  const caption = make("figcaption");
  say(caption, most ? name : `${name} (0)`);
  return make("figure", { class: "live-why-figure" }, content, caption);
}

/**
 * @param {Element} below
 * @param {Element} above
 */
function stacked(below, above) {
  below.classList.add("live-faint");
  return make("div", { class: "live-stack" }, below, above);
}

/**
 * Rows of numbers as pixels: what is not finite stays empty.
 * @param {Map} map
 * @param {Uint8ClampedArray} colours
 * @param {number} most
 * @param {number} width px
 * @param {number} [height] px
 */
function heated(map, colours, most, width, height) {
  const [rows, columns] = [map.length, map[0].length];
  const canvas = make("canvas", { class: "live-thumb live-heat", width: columns, height: rows });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height ?? Math.round((width * rows) / columns)}px`;
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  const image = pen.createImageData(columns, rows);
  const upwards = Array.from(map, (each) =>
    Array.from(each, (value) => (Number.isFinite(value) ? value : null)),
  );
  put(image, upwards.reverse(), colours, -(most || 1), most || 1);
  pen.putImageData(image, 0, 0);
  return canvas;
}

/** @param {Map} map */
function largest(map) {
  let most = 0;
  const look = (/** @type {any} */ value) => {
    if (typeof value === "number") most = Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most;
    else for (const each of value) look(each);
  };
  look(map);
  return most;
}

/** @param {ArrayLike<number>[]} rows (L, F) -> (F, L) */
function turned(rows) {
  return Array.from(rows[0], (_, place) => rows.map((each) => each[place]));
}

/**
 * A token as it can be seen: a space, the end of a line, nothing.
 * @param {string} word
 */
export function visible(word) {
  return word.trim() ? word : (SIGNS[/** @type {keyof typeof SIGNS} */ (word)] ?? "␣");
}

const SIGNS = { "": "·", "\n": "↵", "\t": "⇥" };
