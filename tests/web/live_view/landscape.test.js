// The landscape of the loss: asked for by a button, kept, marked where the slider stands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { numbers } from "../../../pages/components/web/kit/numbers.js";
import { fill } from "../../../pages/components/web/kit/texts.js";
import { filling } from "../../../pages/components/web/live_view/bindings.js";
import { Landscape } from "../../../pages/components/web/live_view/landscape.js";
import { Run } from "../../../pages/components/web/live_view/run.js";
import { root } from "../page.js";
import { TEXTS } from "./view.js";

/** @type {Record<string, any>} */
const WORDS = {
  ...TEXTS,
  landscape_modes: { random: "random directions", path: "way of training" },
  landscape_said: "{rows} {size} {epoch} {loss}",
  landscape_shares: "{first} {second}",
};
const ANSWER = {
  ...{ rows: 512, size: 25, epoch: 9, centre: 0.25, shares: null },
  path: { epoch: Int32Array.of(9), x: Float32Array.of(0), y: Float32Array.of(0) },
};
const PATH = {
  ...{ ...ANSWER, shares: [0.75, 0.125] },
  path: { epoch: Int32Array.of(0, 4, 9), x: Float32Array.of(-3, -1, 0), y: Float32Array.of(1, 2, 0) },
};

function figure() {
  const layout = { title: { text: "t" }, meta: { caption: "c" }, height: 300, xaxis: {}, yaxis: {} };
  return /** @type {any} */ ({ data: [], layout });
}

/** @param {(asked: any) => Promise<any>} ask */
function landscape(ask) {
  const run = new Run("a");
  const view = {
    ...{ run, runs: new Map([["a", run]]), texts: WORDS, epoch: null, themes: 0 },
    ...{ numbers: numbers("en", TEXTS), data: { language: "en", texts: WORDS }, plotly: null },
    say: (/** @type {string} */ name, values = {}) => fill(String(WORDS[name] ?? name), values),
  };
  const made = new Landscape(view, [figure(), figure()]);
  root().append(made.element);
  made.analysis.ask = ask;
  return { view, run, made };
}

test("before somebody asks there is a place for it, and the button that fills it", async () => {
  const { made, run } = landscape(async () => ANSWER);
  assert.equal(made.empty.hidden, false);
  assert.equal(made.other?.hidden, true);
  made.start?.click();
  await new Promise((done) => setImmediate(done));
  assert.equal(made.empty.hidden, true);
  assert.equal(made.other?.hidden, false);
  assert.deepEqual(run.arrays().landscape.random.end, { x: [0], y: [0] });
  assert.equal(made.facts.textContent, "512 25 9 0.250");
});

test("other directions are another seed; the way of training has none", async () => {
  /** @type {any[]} */
  const asked = [];
  const { made } = landscape(async (question) => {
    asked.push(question);
    return question.mode === "path" ? PATH : ANSWER;
  });
  await made.compute();
  made.other?.click();
  await new Promise((done) => setImmediate(done));
  made.mode = "path";
  await made.compute();
  assert.deepEqual(asked, [{ mode: "random", seed: 0 }, { mode: "random", seed: 1 }, { mode: "path" }]);
  assert.equal(made.facts.textContent, "512 25 9 0.250 75.0% 12.5%");
  assert.equal(made.other?.hidden, true);
});

test("the buttons rest while it is computed", async () => {
  /** @type {(answer: any) => void} */
  let done = () => undefined;
  const { made } = landscape(() => new Promise((resolve) => { done = resolve; })); // biome-ignore format: as it reads
  const computing = made.compute();
  assert.equal(made.start?.disabled, true);
  done(ANSWER);
  await computing;
  assert.equal(made.start?.disabled, false);
});

test("the mark is at the kept epoch nearest to the slider's, and at the last one while it is live", async () => {
  const { made, view, run } = landscape(async () => PATH);
  made.mode = "path";
  await made.compute();
  const shown = () => run.arrays().landscape.path.shown;
  assert.deepEqual(shown(), { x: [0], y: [0] });
  for (const [epoch, x, y] of [
    [1, -3, 1],
    [3, -1, 2],
    [5, -1, 2],
    [8, 0, 0],
  ]) {
    // biome-ignore format: as it reads
    /** @type {any} */ (view).epoch = epoch;
    made.seek();
    assert.deepEqual(shown(), { x: [x], y: [y] }, `epoch ${epoch}`);
  }
  const meta = { run: "a", series: "shown", fill: { x: "landscape.path.shown.x" } };
  assert.deepEqual(filling(meta, () => run.arrays()), { x: [0] }); // biome-ignore format: as it reads
});

test("why there is none is said, and what was there stays", async () => {
  const { made } = landscape(async () => ANSWER);
  await made.compute();
  made.analysis.ask = () => Promise.reject(new Error("It would take 4 minutes."));
  await made.compute();
  assert.equal(made.trouble.textContent, "It would take 4 minutes.");
  assert.equal(made.facts.textContent, "512 25 9 0.250");
  made.analysis.ask = async () => ANSWER;
  await made.compute();
  assert.equal(made.trouble.textContent, "");
});
