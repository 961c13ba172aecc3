// One example as it was brought: a picture, a row of a table, a sentence, a curve.

import { make, svg } from "../kit/dom.js";

const SIDE = 56; // px of a picture
const MOST_CELLS = 8; // of a row
const MOST_WORDS = 40;
const MOST_LETTERS = 160; // the last of a text

/** What the inputs of the data are.
 * @typedef {{shape: number[], features: string[], words: string[], part: string}} Kind */

/**
 * @param {any} input nested rows, as deep as the shape
 * @param {Kind} kind
 * @param {any} numbers
 * @returns {Element}
 */
export function drawn(input, kind, numbers) {
  const { shape, words } = kind;
  if (words.length) return sentence(input, words);
  if (shape.length >= 3) return picture(shape.length === 4 ? firstOf(input) : input, SIDE);
  if (shape.length === 2) return curve(input);
  return row(input, kind.features, numbers);
}

/**
 * The first picture of a clip (C, D, H, W).
 * @param {any[][][]} clip
 */
function firstOf(clip) {
  return clip.map((channel) => channel[0]);
}

/**
 * @param {any[][]} channels (C, H, W): grey or red, green, blue
 * @param {number} side px, of its width
 */
export function picture(channels, side) {
  const [height, width] = [channels[0].length, channels[0][0].length];
  const canvas = make("canvas", { class: "live-thumb", width, height });
  canvas.style.width = `${side}px`;
  canvas.style.height = `${Math.round((side * height) / width)}px`;
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const channel of channels)
    for (const line of channel)
      for (const value of line) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  const image = pen.createImageData(width, height);
  const [red, green, blue] = channels.length >= 3 ? channels : [channels[0], channels[0], channels[0]];
  const scale = 255 / (high - low || 1);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      image.data[at] = (red[y][x] - low) * scale;
      image.data[at + 1] = (green[y][x] - low) * scale;
      image.data[at + 2] = (blue[y][x] - low) * scale;
      image.data[at + 3] = 255;
    }
  pen.putImageData(image, 0, 0);
  return canvas;
}

/**
 * @param {any[]} channels (C, L): one line each
 * @param {[width: number, height: number]} [size] px
 */
export function curve(channels, [width, height] = [120, 48]) {
  const values = channels.flatMap((line) => [...line]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const lines = channels.map((line) => {
    const points = Array.from(line, (value, n) => {
      const x = (n / Math.max(1, line.length - 1)) * width;
      return `${x.toFixed(1)},${(height - ((value - low) / (high - low || 1)) * height).toFixed(1)}`;
    });
    return svg("polyline", { points: points.join(" "), fill: "none", stroke: "currentColor" });
  });
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "live-curve" }, ...lines);
}

/**
 * Words with gaps between them, or letter after letter where no token stands for nothing.
 * @param {number[]} tokens
 * @param {string[]} words
 */
function sentence(tokens, words) {
  const apart = words.includes("");
  const said = Array.from(tokens, (token) => words[token] ?? "").filter((word) => word);
  const short = apart ? said.slice(0, MOST_WORDS).join(" ") : said.slice(-MOST_LETTERS).join("");
  return make("span", { class: "live-words", "data-letters": !apart }, short);
}

/**
 * @param {number[]} values
 * @param {string[]} features
 * @param {any} numbers
 */
function row(values, features, numbers) {
  const cells = Array.from(values).slice(0, MOST_CELLS);
  const lines = cells.map((value, n) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, features[n] ?? `x${n + 1}`),
      make("td", {}, numbers.score(value)),
    ),
  );
  if (values.length > MOST_CELLS) lines.push(make("tr", {}, make("th", {}, "…"), make("td", {}, "")));
  return make("table", { class: "live-cells" }, ...lines);
}
