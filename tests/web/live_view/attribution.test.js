// Why this answer: what is asked and when, and what an answer looks like for each kind of example.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { numbers } from "../../../pages/components/web/kit/numbers.js";
import { fill } from "../../../pages/components/web/kit/texts.js";
import { Attribution } from "../../../pages/components/web/live_view/attribution.js";
import { visible } from "../../../pages/components/web/live_view/explained.js";
import { Pins } from "../../../pages/components/web/live_view/pins.js";
import { Run } from "../../../pages/components/web/live_view/run.js";
import { root } from "../page.js";
import { TEXTS } from "./view.js";

const REST = 350; // ms, as the panel waits
/** @type {Record<string, any>} */
const WORDS = {
  ...TEXTS,
  why_methods: { integrated_gradients: "integrated gradients", saliency: "saliency", occlusion: "occlusion" },
  why_heads: ["feature", "value", "against · for", "counted"],
  why_title: "What counted for «{target}»: epoch {epoch}",
  why_said: "Example {number}. True: {truth}. Answer: {answer}. Score of {target}: {score}.",
  why_sum: "{total} | {difference} | {score} | {baseline} | {steps}",
  why_alike: "the same {correlation}",
  why_alike_partly: "partly {correlation}",
  why_alike_not: "another {correlation}",
  why_alike_unknown: "unknown",
  why_more: "and {count} more",
  why_occlusion: "{covered}. {baseline}",
  why_covered_patch: "patch {window}",
  why_baseline_black: "black",
};
/** @type {[number, string][]} */
const SCALE = [[0, "rgba(217, 113, 10, 1)"], [0.5, "rgba(217, 113, 10, 0)"], [0.5, "rgba(31, 111, 235, 0)"], [1, "rgba(31, 111, 235, 1)"]]; // biome-ignore format: as it reads
const ANSWER = {
  ...{
    epoch: 4,
    row: 0,
    number: 0,
    count: 3,
    target: 1,
    answer: 1,
    truth: 0,
    score: 2.5,
    method: "saliency",
  },
  ...{ input: [1, 2, 3], map: [0.1, -2, 1], names: ["a", "b", "c"] },
};

/** A run with these recorded epochs. @param {number[]} epochs @param {boolean} weights */
function recorded(epochs, weights = true) {
  const run = new Run("a");
  const parts = weights ? { state_dict: [0, 1] } : { confusion: [0, 1] };
  run.film.add(
    epochs.map((epoch) => /** @type {any} */ ({ epoch, file: "f", parts: { ...parts }, numbers: {} })),
  );
  run.status = { state: "finished" };
  return run;
}

/** A panel on the page, and what it asked. @param {object} options @param {any} answer @param {Run} run */
function panel(options = {}, answer = ANSWER, run = recorded([0, 2, 4])) {
  const view = {
    ...{ run, texts: WORDS, epoch: null, themes: 0, numbers: numbers("en", TEXTS) },
    theme: { shade: (/** @type {string} */ colour) => colour },
    data: { language: "en", ended: ["finished"] },
    pins: new Pins({ charts: [] }, []),
    say: (/** @type {string} */ name, values = {}) => fill(String(WORDS[name] ?? name), values),
  };
  const kind = { shape: [3], features: [], words: [], part: "validation" };
  const made = new Attribution(
    view,
    /** @type {any} */ ({
      kind,
      classes: ["no", "yes"],
      task: "multiclass",
      axes: "F",
      scale: SCALE,
      ...options,
    }),
  );
  Object.defineProperty(made.element, "clientWidth", { value: 600 });
  root().append(made.element);
  /** @type {any[]} */
  const asked = [];
  /** @type {((answer: any) => void)[]} */
  const waiting = [];
  made.analysis.ask = (question) => {
    asked.push(question);
    return answer instanceof Promise || answer === "later"
      ? new Promise((done) => waiting.push(done))
      : Promise.resolve(answer);
  };
  return { view, made, asked, waiting };
}

const settled = () => new Promise((done) => setImmediate(done));

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("while the slider moves nothing is asked; once it rests, the epoch at which it rests", async () => {
  const { view, made, asked } = panel();
  for (const epoch of [0, 1, 2]) {
    /** @type {any} */ (view).epoch = epoch;
    made.seek();
    mock.timers.tick(REST - 1);
  }
  assert.deepEqual(asked, []);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual(asked, [{ row: 0, epoch: 2, method: "integrated_gradients", randomized: false }]);
});

test("what is shown is not asked again", async () => {
  const { made, asked } = panel();
  made.draw();
  mock.timers.tick(REST);
  await settled();
  made.draw();
  made.draw();
  mock.timers.tick(10 * REST);
  await settled();
  assert.equal(asked.length, 1);
  assert.equal(asked[0].epoch, 4, "the newest with kept weights");
});

test("one question at a time: of what changes meanwhile, only the last is asked", async () => {
  const { made, asked, waiting } = panel({}, "later");
  made.change({ row: 1 });
  made.change({ row: 2 });
  made.change({ method: "saliency" });
  assert.equal(asked.length, 1);
  waiting[0](ANSWER);
  await settled();
  mock.timers.tick(REST);
  await settled();
  assert.deepEqual(asked.slice(1), [{ row: 2, epoch: 4, method: "saliency", randomized: false }]);
});

test("a run that kept no weights says so, and nothing is asked", async () => {
  const { made, asked } = panel({}, ANSWER, recorded([0, 1], false));
  made.draw();
  made.change({ row: 1 });
  mock.timers.tick(10 * REST);
  await settled();
  assert.deepEqual(asked, []);
  assert.match(made.element.textContent ?? "", /why_no_weights/);
});

test("a class can be named whose score is explained, and taken back", async () => {
  const { made, asked } = panel();
  const select = /** @type {HTMLSelectElement} */ (made.element.querySelector('[aria-label="why_target"]'));
  for (const value of ["0", ""]) {
    select.value = value;
    select.onchange?.(new Event("change"));
    await settled();
  }
  assert.deepEqual(
    asked.map(({ target }) => target),
    [0, undefined],
  );
});

test("trouble is said in place of a map", async () => {
  const { made } = panel();
  await made.ask();
  assert.equal(made.element.querySelectorAll("figure").length, 1);
  made.analysis.ask = () => Promise.reject(new Error("It is too large."));
  made.change({ row: 1 });
  await settled();
  assert.equal(made.element.querySelectorAll("figure").length, 0);
  assert.match(made.element.textContent ?? "", /It is too large\./);
});

test("a table shows its features by how much they counted, with bars to both sides", async () => {
  const { made } = panel();
  await made.ask();
  const rows = [...made.element.querySelectorAll("tbody tr")];
  assert.deepEqual(
    rows.map((row) => row.textContent),
    ["b2.000−2.000", "c3.000+1.000", "a1.000+0.100"],
  );
  const fills = /** @type {HTMLElement[]} */ ([...made.element.querySelectorAll(".live-tally-fill")]);
  assert.deepEqual(
    fills.map(({ dataset, style }) => [dataset.sign, style.width, style.left, style.right]),
    [
      ["against", "50.0%", "", "50%"],
      ["for", "25.0%", "50%", ""],
      ["for", "2.5%", "50%", ""],
    ],
  );
  assert.match(made.element.textContent ?? "", /What counted for «yes»: epoch 4/);
  assert.match(made.element.textContent ?? "", /Example 1\. True: no\. Answer: yes\. Score of yes: 2\.500\./);
});

test("of many features the strongest are shown, and how many are left", async () => {
  const map = Array.from({ length: 50 }, (_, place) => place / 100);
  const { made } = panel({}, { ...ANSWER, map, input: map, names: [] });
  await made.ask();
  assert.equal(made.element.querySelectorAll("tbody tr").length, 20);
  assert.match(made.element.querySelector("tbody tr")?.textContent ?? "", /^x50/);
  assert.match(made.element.textContent ?? "", /and 30 more/);
});

test("words are coloured by sign and strength; what is no number has no colour", async () => {
  const answer = { ...ANSWER, names: ["", "good", "bad"], map: [Number.NaN, 2, -1] };
  const { made } = panel(
    { axes: "L", kind: { shape: [3], features: [], words: ["", "good", "bad"], part: "train" } },
    answer,
  );
  await made.ask();
  const words = /** @type {HTMLElement[]} */ ([...made.element.querySelectorAll(".live-word")]);
  assert.deepEqual(
    words.map((word) => [word.textContent, word.dataset.sign, word.style.getPropertyValue("--share")]),
    [
      ["·", "unknown", "0.0%"],
      ["good", "for", "100.0%"],
      ["bad", "against", "50.0%"],
    ],
  );
});

test("tokens that cannot be seen are shown by a sign", () => {
  assert.deepEqual([" ", "\n", "\t", "", "a"].map(visible), ["␣", "↵", "⇥", "·", "a"]);
});

test("an image stands beside its map and under it; with random weights there is a fourth", async () => {
  const map = [[1, -1], [0, 0.5]]; // biome-ignore format: as it reads
  const answer = { ...ANSWER, map, input: [[[0, 1], [1, 0]]], method: "occlusion", window: [1, 2, 2] }; // biome-ignore format: as it reads
  const kind = { shape: [1, 2, 2], features: [], words: [], part: "train" };
  const { made } = panel({ axes: "CHW", kind }, answer);
  await made.ask();
  const named = () => [...made.element.querySelectorAll("figcaption")].map((each) => each.textContent);
  assert.deepEqual(named(), ["why_input", "why_map", "why_over"]);
  assert.match(made.element.textContent ?? "", /patch 2 × 2\. black/);
  made.show({ ...answer, anew: { map }, similarity: 1 });
  assert.deepEqual(named(), ["why_input", "why_map", "why_over", "why_anew"]);
});

test("clips, curves and sequences of vectors have their pictures too", async () => {
  const answers = {
    CDHW: { input: [[[[0, 1]], [[1, 0]]]], map: [[[1, 2]], [[0, -1]]] }, // (1, 2, 1, 2)
    CL: { input: [[0, 1, 2]], map: [1, 0, -1] },
    LF: { input: [[0, 1], [2, 3]], map: [1, -1] }, // biome-ignore format: as it reads
  };
  for (const [axes, answer] of Object.entries(answers)) {
    const { made } = panel({ axes }, { ...ANSWER, ...answer });
    await made.ask();
    assert.equal(made.element.querySelectorAll("figure").length, 1, axes);
    const pictures = made.element.querySelectorAll(axes === "CDHW" ? ".live-strip .live-heat" : "polyline");
    assert.equal(pictures.length, { CDHW: 2, CL: 1, LF: 2 }[axes], axes);
  }
});

test("how alike the map of random weights is, is said in words", async () => {
  const { made } = panel();
  await made.ask();
  const said = (/** @type {number | null} */ similarity) => {
    made.show({ ...ANSWER, anew: { map: [1, 2, 3] }, similarity });
    return made.element.querySelector(".live-verdict")?.textContent;
  };
  assert.deepEqual([1, 0.8, 0.6, 0.1, -0.9, null].map(said), [
    "the same 1.000",
    "the same 0.800",
    "partly 0.600",
    "another 0.100",
    "another -0.900",
    "unknown",
  ]);
  made.show(ANSWER);
  assert.equal(made.element.querySelector(".live-verdict")?.textContent, "");
});

test("what integrated gradients add up to stands beside the difference", async () => {
  const { made } = panel({}, { ...ANSWER, total: 2.9, score: 2, baseline_score: -1, steps: 64 });
  await made.ask();
  assert.match(made.element.textContent ?? "", /2\.900 \| 3\.000 \| 2\.000 \| -1\.000 \| 64/);
});

test("an example can be chosen from the pinned ones, or by its number", async () => {
  const { made, asked } = panel();
  const samples = {
    rows: [0, 10, 20, 30],
    truth: [0, 1, 0, 1],
    shown: [0, 1, 2, 3],
    inputs: [[1], [2], [3], [4]],
  };
  made.fill({ samples });
  assert.deepEqual(
    [...made.choices.querySelectorAll("button")].map((each) => each.textContent),
    ["#1 no", "#21 no", "#11 yes", "#31 yes"],
  );
  made.choices.querySelectorAll("button")[2].click();
  await settled();
  made.number.value = "29";
  made.number.onchange?.(new Event("change"));
  await settled();
  mock.timers.tick(REST);
  await settled();
  assert.deepEqual(
    asked.map(({ row }) => row),
    [1, 3],
  );
  assert.equal(made.number.value, "31", "the nearest that is kept");
});
