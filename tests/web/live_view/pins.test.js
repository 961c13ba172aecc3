// Which examples are pinned: the first choice, what stands in its place, and what is kept of it.

import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { evenly, Pins } from "../../../pages/components/web/live_view/pins.js";

/** Forty examples of two classes, every other row of a part. */
const SAMPLES = {
  shown: Int32Array.from({ length: 40 }, (_, place) => place),
  truth: Uint16Array.from({ length: 40 }, (_, place) => place % 2),
  rows: Int32Array.from({ length: 40 }, (_, place) => 2 * place),
};

/** @param {any} kept */
function pinned(kept = []) {
  /** @type {string[]} */
  const asked = [];
  let drawn = 0;
  const charts = [{ draw: () => (drawn += 1) }];
  const pins = new Pins({ charts, ask: (/** @type {string} */ action) => asked.push(action) }, kept);
  pins.know(SAMPLES, "validation", false);
  return { pins, asked, drawn: () => drawn };
}

test("an example that is pinned takes the place of the last that nobody chose, and is looked at", () => {
  const { pins, asked, drawn } = pinned();
  assert.equal(pins.all.length, 24);
  const last = pins.all[23];
  pins.replace(["train", 5]);
  assert.deepEqual(pins.all[23], ["train", 5]);
  assert.equal(pins.chosen, 23);
  assert.equal(drawn(), 1);
  pins.replace(["train", 6]);
  assert.deepEqual(pins.all.slice(22), [["train", 6], ["train", 5]]); // biome-ignore format: as it reads
  assert.notDeepEqual(pins.all[23], last);
  assert.deepEqual(JSON.parse((asked[1] ?? "").slice("pins:".length)), pins.all);
});

test("the pin that is looked at can be replaced, and one that is pinned already is not pinned twice", () => {
  const { pins, asked } = pinned();
  pins.replace(["validation", 79], 3);
  assert.deepEqual(pins.all[3], ["validation", 79]);
  const other = /** @type {[string, number]} */ (pins.all[7]);
  pins.replace(other, 3);
  assert.deepEqual(pins.all[3], ["validation", 79]);
  assert.equal(pins.chosen, 7);
  assert.equal(asked.length, 1);
});

test("where all were chosen, the one that is looked at makes room", () => {
  const own = /** @type {any} */ (Array.from({ length: 24 }, (_, row) => ["train", row]));
  const { pins } = pinned(own);
  pins.look(4);
  pins.replace(["validation", 0]);
  assert.deepEqual(pins.all[4], ["validation", 0]);
});

test("the first choice comes back, and nothing else is kept", () => {
  const { pins, asked } = pinned();
  const first = pins.all;
  pins.replace(["train", 5]);
  pins.reset();
  assert.deepEqual(pins.all, first);
  assert.equal(asked.at(-1), "pins:[]");
});

test("the places of pins are those of the part that is shown", () => {
  const own = /** @type {any} */ ([["validation", 10], ["train", 4], ["validation", 11], ["validation", 2]]); // biome-ignore format: as it reads
  const { pins } = pinned(own);
  assert.deepEqual(pins.places(SAMPLES, "validation"), [5, 1]); // row 11 is not among the samples
});

test("examples of a regression go from the lowest to the highest value", () => {
  const truth = Float32Array.from({ length: 100 }, (_, place) => (place * 37) % 100);
  const places = evenly({ shown: Int32Array.from({ length: 100 }, (_, place) => place), truth });
  const values = places.map((place) => truth[place]);
  assert.equal(places.length, 24);
  assert.deepEqual([values[0], values[23]], [0, 99]);
  assert.deepEqual(
    values,
    [...values].sort((one, other) => (one ?? 0) - (other ?? 0)),
  );
});
