// Maps as pixels: the colours of a scale, and where the values lie in the picture.

import assert from "node:assert/strict";
import { test } from "node:test";
import { put, shades } from "../../../pages/components/web/live_view/raster.js";

/**
 * @param {Uint8ClampedArray} bytes
 * @param {number} place
 */
const pixel = (bytes, place) => [...bytes.slice(4 * place, 4 * place + 4)];

/** @param {number} width @param {number} height @returns {ImageData} */
const image = (width, height) =>
  /** @type {ImageData} */ ({ width, height, data: new Uint8ClampedArray(4 * width * height) });

test("colours between two stops are mixed evenly", () => {
  const made = shades([
    [0, "#000000"],
    [0.5, "rgb(100, 0, 200)"],
    [1, "rgba(200, 50, 0, 0.5)"],
  ]);
  assert.deepEqual(pixel(made, 0), [0, 0, 0, 255]);
  assert.deepEqual(pixel(made, 255), [200, 50, 0, 128]);
  const [red = 0, green, blue = 0] = pixel(made, 64); // a quarter of the way
  assert.ok(Math.abs(red - 50) <= 1 && green === 0 && Math.abs(blue - 100) <= 1);
});

test("the first row is the lowest, as in a chart", () => {
  const grey = shades([[0, "#000000"], [1, "#ffffff"]]); // biome-ignore format: a scale
  const made = image(2, 2);
  put(made, [[0, 1], [0.5, 0.2]], grey, 0, 1); // biome-ignore format: rows of a map
  const reds = [0, 1, 2, 3].map((place) => pixel(made.data, place)[0]);
  assert.deepEqual(reds, [128, 51, 0, 255]);
});

test("values beyond the ends have the colours of the ends, and the scale may begin anywhere", () => {
  const grey = shades([[0, "#000000"], [1, "#ffffff"]]); // biome-ignore format: a scale
  const made = image(3, 1);
  put(made, [[-9, 3, 99]], grey, 2, 4);
  assert.deepEqual([0, 1, 2].map((place) => pixel(made.data, place)[0]), [0, 128, 255]); // biome-ignore format: as it reads
  put(made, [[5, 5, 5]], grey, 5, 5); // a map of one value
  assert.deepEqual(pixel(made.data, 0), [0, 0, 0, 255]);
});

test("a gap leaves what is below it", () => {
  const grey = shades([[0, "#000000"], [1, "#ffffff"]]); // biome-ignore format: a scale
  const made = image(2, 1);
  put(made, [[1, null]], grey, 0, 1);
  put(made, [[null, 0]], grey, 0, 1);
  assert.deepEqual([pixel(made.data, 0), pixel(made.data, 1)], [[255, 255, 255, 255], [0, 0, 0, 255]]); // biome-ignore format: as it reads
});
