// Which examples are shown, in which order, and what stands beside each.

import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { spread } from "../../../pages/components/web/live_view/pins.js";
import { Samples } from "../../../pages/components/web/live_view/samples.js";
import { filmed, placed, widen } from "./filmed.js";

widen();
const KIND = { shape: [2], features: ["length", "<i>width"], words: [], part: "validation" };
const CLASSES = ["cat", "dog", "owl"];

/** Six examples: their classes, the answers, how sure these are, and what they cost. */
const ANSWERS = {
  epoch: 4,
  answer: Uint8Array.of(0, 1, 0, 2, 1, 0),
  confidence: Float32Array.of(0.5, 0.75, 0.875, 0.5, 0.625, 0.9375),
  loss: Float32Array.of(0.7, 0.3, 2.5, 0.7, 1.5, 3.5),
  probabilities: [
    [0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.875, 0.0625, 0.0625],
    [0.25, 0.25, 0.5], [0.25, 0.625, 0.125], [0.9375, 0.03125, 0.03125],
  ].map((row) => Float32Array.from(row)), // biome-ignore format: a row an example
};
const SAMPLES = {
  truth: Uint16Array.of(0, 1, 1, 2, 0, 2),
  rows: Int32Array.of(0, 10, 20, 30, 40, 50),
  shown: Int32Array.of(0, 1, 2, 3, 4),
  inputs: [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]].map((row) => Float32Array.from(row)), // biome-ignore format: a row an example
};

function samples({ choices = true, answers = ANSWERS, known = SAMPLES } = {}) {
  const view = filmed();
  const made = new Samples(view, { classes: CLASSES, kind: KIND, choices });
  placed(made.element);
  const show = () => made.fill({ answers, samples: known });
  made.draw = show;
  show();
  const rows = () =>
    [...made.grid.children].map((card) => Number(/** @type {HTMLElement} */ (card).dataset.row));
  return { made, view, rows };
}

/** @param {Samples} made @param {string} name */
function choose(made, name) {
  const select = /** @type {HTMLSelectElement} */ (made.element.querySelector("select"));
  select.value = name;
  select.dispatchEvent(new Event("change"));
}

test("at first some of each class are shown, the same at every epoch, in the order of their classes", () => {
  const { made, rows } = samples();
  assert.deepEqual(rows(), [0, 40, 10, 20, 30]); // of those whose inputs were kept
  assert.equal(made.heading.textContent, "The same examples: epoch 4");
  assert.equal(made.caption.textContent, "Examples of the validation part.");
});

test("those of the highest loss come first where that is chosen", () => {
  const { made, rows } = samples();
  choose(made, "loss");
  assert.deepEqual(rows(), [50, 20, 40, 0, 30, 10]);
  assert.equal(made.heading.textContent, "Highest loss: epoch 4");
});

test("of the mistakes the surest come first, and no right answer is among them", () => {
  const { made, rows } = samples();
  choose(made, "wrong");
  assert.deepEqual(rows(), [50, 20, 40]);
  assert.equal(made.heading.textContent, "Mistakes: 3, epoch 4");
  assert.ok(
    [...made.grid.children].every((card) => /** @type {HTMLElement} */ (card).dataset.right === "false"),
  );
});

test("a cell of the matrix shows exactly its examples, the surest first", () => {
  const { made, rows } = samples({ choices: false });
  assert.equal(made.element.querySelector("select"), null);
  made.open(1, 0);
  assert.deepEqual(rows(), [20]);
  assert.equal(made.heading.textContent, "dog answered as cat: 1, epoch 4");
  made.open(0, 0);
  assert.equal(made.heading.textContent, "cat answered rightly: 1, epoch 4");
  made.open(2, 1);
  assert.deepEqual(rows(), []);
  assert.equal(made.caption.textContent, "");
});

test("an example stands there as it was brought, with the truth and its probabilities", () => {
  const { made } = samples();
  made.open(1, 0);
  const [card] = made.grid.children;
  const cells = [...(card?.querySelectorAll("tr") ?? [])].map(({ textContent }) => textContent);
  assert.deepEqual(cells, ["length5.000", "<i>width6.000"]);
  assert.equal(card?.querySelector(".live-truth")?.textContent, "true: dog");
  const bars = [...(card?.querySelectorAll(".live-share") ?? [])];
  assert.deepEqual(
    bars.map((bar) => [bar.textContent, /** @type {HTMLElement} */ (bar).dataset.right]),
    [["cat 87.5%", "false"], ["dog 6.3%", "true"], ["owl 6.3%", "false"]],
  ); // biome-ignore format: as it reads
});

test("the true class has its bar also where three others are likelier", () => {
  const view = filmed();
  const made = new Samples(view, { classes: ["a", "b", "c", "d"], kind: KIND, choices: true });
  placed(made.element);
  const answers = {
    ...ANSWERS,
    answer: [0],
    confidence: [0.5],
    loss: [3],
    probabilities: [[0.5, 0.3, 0.15, 0.05]],
  };
  made.fill({ answers, samples: { ...SAMPLES, truth: [3], rows: [0], shown: [0] } });
  const bars = [...made.grid.querySelectorAll(".live-share")].map(({ textContent }) => textContent);
  assert.deepEqual(bars, ["a 50.0%", "b 30.0%", "d 5.0%"]);
});

test("an example whose inputs were not kept is named by its number", () => {
  const { made } = samples();
  made.open(2, 0);
  assert.equal(made.grid.querySelector(".live-words")?.textContent, "#51");
});

test("where only two probabilities an example were kept, that of the answer is shown", () => {
  const { probabilities: _, ...few } = ANSWERS;
  const { made } = samples({ answers: /** @type {any} */ (few) });
  made.open(1, 0);
  const bars = [...made.grid.querySelectorAll(".live-share")].map(({ textContent }) => textContent);
  assert.deepEqual(bars, ["cat 87.5%"]);
});

test("more are shown when they are asked for, and another choice begins anew", () => {
  const count = 60;
  const all = Array.from({ length: count }, (_, place) => place);
  const answers = {
    epoch: 1,
    answer: all.map(() => 0),
    confidence: all.map((place) => 1 - place / 100),
    loss: all,
    probabilities: all.map(() => [1, 0, 0]),
  };
  const known = { truth: all.map(() => 1), rows: all, shown: all, inputs: all.map(() => [0, 0]) };
  const { made, rows } = samples({
    answers: /** @type {any} */ (answers),
    known: /** @type {any} */ (known),
  });
  choose(made, "wrong");
  assert.deepEqual(rows(), all.slice(0, 24));
  made.more.click();
  assert.equal(rows().length, 48);
  made.more.click();
  assert.equal(rows().length, 60);
  assert.equal(made.more.hidden, true);
  choose(made, "loss");
  assert.deepEqual(rows(), all.toReversed().slice(0, 24));
});

test("pinned examples are as many of each class as can be", () => {
  const truth = Uint16Array.from({ length: 200 }, (_, place) => (place < 190 ? 0 : 1 + (place % 2)));
  const places = spread({ shown: Int32Array.from({ length: 200 }, (_, place) => place), truth });
  assert.equal(places.length, 24);
  const classes = places.map((place) => truth[place]);
  assert.deepEqual([0, 1, 2].map((each) => classes.filter((one) => one === each).length), [14, 5, 5]); // biome-ignore format: as it reads
  assert.deepEqual(classes, [...classes].sort());
});
