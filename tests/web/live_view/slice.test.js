// The plane of two columns: what is asked of the server, when, and what is said of the answer.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { escaped, Slice } from "../../../pages/components/web/live_view/slice.js";
import { root } from "../page.js";
import { view } from "./view.js";

const COLUMNS = ["length", "width", "a < b", "height"];
const SAMPLES = { rows: [4, 8, 15], truth: [0, 1, 0], shown: [0, 1, 2] };
/** @type {Record<string, string>} */
const WORDS = {
  slice_held: "row {row} of {part}, epoch {epoch}: {held}",
  slice_held_more: "{held} and {more} more",
  part_validation: "validation",
};

/** @param {{across?: number, up?: number, epoch?: number}} asked @param {number} [row] */
function answer({ across = 0, up = 1, epoch = 3 }, row = 8) {
  return { across, up, epoch, held: { row, values: Float32Array.of(1, 2, 3, 4) }, points: {} };
}

/**
 * A panel on the page whose questions are kept, and answered by hand.
 * @param {{state?: string, columns?: string[]}} options
 */
function panel({ state = "finished", columns = COLUMNS } = {}) {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  /** @type {{asked: any, resolve: (answer: any) => void, reject: (error: Error) => void}[]} */
  const questions = [];
  const seen = Object.assign(view(), {
    themes: 0,
    epoch: /** @type {number | null} */ (null),
    plotly: null,
    runs: new Map(),
  });
  seen.data.texts = seen.texts;
  Object.assign(seen.run, { status: { state } });
  seen.say = (name, values = {}) =>
    String(WORDS[String(name)] ?? String(name)).replace(/\{(\w+)\}/g, (_, each) =>
      String(/** @type {any} */ (values)[each]),
    );
  const figure = {
    data: [],
    layout: { title: { text: "t" }, meta: { caption: "c" }, height: 1, xaxis: {}, yaxis: {} },
  };
  const made = new Slice(seen, { columns, classes: ["no", "yes"], part: "validation" }, figure);
  made.analysis.ask = (asked) => new Promise((resolve, reject) => questions.push({ asked, resolve, reject }));
  root().append(made.element);
  return { made, view: seen, questions, figure };
}

/** @param {number} ms */
async function pass(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

/** @param {HTMLSelectElement} select @param {string} value */
function choose(select, value) {
  select.value = value;
  select.dispatchEvent(new Event("change"));
}

test.afterEach(() => mock.timers.reset());

test("the first look asks at once, for the first two columns and the first sample of the first class", async () => {
  const { made, questions } = panel();
  made.fill(/** @type {any} */ ({ samples: SAMPLES }));
  await pass(0);
  assert.deepEqual(questions.map(({ asked }) => asked), [{ across: 0, up: 1, row: 0 }]); // biome-ignore format: as it reads
  assert.deepEqual([...made.row.options].map(({ text }) => text), ["#5 · no", "#16 · no", "#9 · yes"]); // biome-ignore format: as it reads
});

test("while the slider moves nothing is asked; at rest the epoch where it stopped", async () => {
  const { made, view, questions } = panel();
  made.fill(/** @type {any} */ ({ samples: SAMPLES }));
  await pass(0);
  for (const epoch of [1, 2, 3, 4]) {
    view.epoch = epoch;
    made.fill(/** @type {any} */ ({ samples: SAMPLES }));
    await pass(100);
  }
  assert.equal(questions.length, 1);
  await pass(400);
  assert.deepEqual(questions.slice(1).map(({ asked }) => asked.epoch), [4]); // biome-ignore format: as it reads
});

test("a network that goes on learning is asked again after some seconds, not at every message", async () => {
  const { made, questions } = panel({ state: "running" });
  for (let message = 0; message < 100; message += 1) {
    made.fill(/** @type {any} */ ({ samples: SAMPLES }));
    await pass(250);
  }
  assert.ok(questions.length >= 2 && questions.length <= 4, `${questions.length}`);
});

test("the same column is never on both axes: the other one takes its place", async () => {
  const { made, questions } = panel();
  made.fill(/** @type {any} */ ({ samples: SAMPLES }));
  await pass(0);
  choose(made.across, "1");
  assert.equal(made.up.value, "0");
  await pass(400);
  choose(made.up, "3");
  await pass(400);
  choose(made.up, "1");
  assert.equal(made.across.value, "3");
  await pass(400);
  const pairs = questions.map(({ asked }) => [asked.across, asked.up]);
  assert.deepEqual(pairs, [[0, 1], [1, 0], [1, 3], [3, 1]]); // biome-ignore format: as it reads
});

test("the answer names its axes, and the values of the columns that are held", async () => {
  const { made, questions, figure } = panel();
  made.fill(/** @type {any} */ ({ samples: SAMPLES }));
  await pass(0);
  questions[0].resolve(answer({ across: 2, up: 0 }));
  await pass(0);
  assert.equal(made.held.textContent, "row 9 of validation, epoch 3: width = 2.000, height = 4.000");
  assert.deepEqual(figure.layout.xaxis, { title: { text: "a &lt; b" } });
  assert.deepEqual(figure.layout.yaxis, { title: { text: "length" } });
  assert.deepEqual(Object.keys(made.shown()), ["boundary", "points", "held"]);
});

test("of many columns some are named, and the others counted", async () => {
  const columns = Array.from({ length: 30 }, (_, n) => `x${n + 1}`);
  const { made, questions } = panel({ columns });
  made.fill(/** @type {any} */ ({ samples: SAMPLES }));
  await pass(0);
  questions[0].resolve({ ...answer({}), held: { row: 0, values: new Float32Array(30) } });
  await pass(0);
  assert.match(made.held.textContent ?? "", /x10 = 0\.000 and 20 more$/);
});

test("what cannot be answered is said, and an answer that comes too late is not shown", async () => {
  const { made, questions } = panel();
  made.fill(/** @type {any} */ ({ samples: SAMPLES }));
  await pass(0);
  choose(made.up, "3");
  await pass(400);
  questions[1].reject(new Error("No weights were kept."));
  await pass(0);
  assert.equal(made.trouble.hidden, false);
  assert.equal(made.trouble.textContent, "No weights were kept.");
  questions[0].resolve(answer({}));
  await pass(0);
  assert.equal(made.answer, null);
  choose(made.up, "2");
  await pass(400);
  questions[2].resolve(answer({ up: 2 }));
  await pass(0);
  assert.equal(made.trouble.hidden, true);
});

test("a panel that is gone asks nothing any more", async () => {
  const { made, questions } = panel();
  made.fill(/** @type {any} */ ({ samples: SAMPLES }));
  made.dispose();
  await pass(1000);
  assert.equal(questions.length, 0);
});

test("names are shown as they are", () => {
  assert.equal(escaped("a<b> & %{y}"), "a&lt;b&gt; &amp; %\u200b{y}");
});
