// An example of one's own: what is asked when, and how the answer stands there.

import "../page.js";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Prediction } from "../../../pages/components/web/live_view/prediction.js";
import { filmed, frames, placed, widen } from "./filmed.js";

widen();
const KIND = { shape: [2], features: ["a", "b"], words: [], part: "validation" };
const FORM = {
  is: "rows",
  grey: false,
  drawable: false,
  most_bytes: 5_000_000,
  fields: [
    { name: "a", label: "length", kind: "number", typical: 2, values: [], empty: false, low: 0, high: 4 },
    {
      name: "leaf",
      label: "leaf",
      kind: "category",
      typical: "oval",
      values: ["round", "oval"],
      empty: true,
    },
  ],
};

const soon = () => new Promise((done) => setImmediate(done));

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** @param {Partial<{task: string, continues: boolean}>} more */
async function panel(more = {}) {
  const view = filmed({ frames: frames(0, 4, 8) });
  view.run.film.parts.state_dict = [0, 4, 8];
  view.texts.forms = { vector: "vector" };
  view.theme = { text: "#000000", shade: (/** @type {string} */ colour) => colour };
  const options = { classes: ["no", "yes"], task: "multiclass", target: "", continues: false, ...more };
  const made = new Prediction(view, options, KIND);
  placed(made.element);
  /** @type {any[]} */
  const asked = [];
  /** @type {((answer: any) => void)[]} */
  const waiting = [];
  made.analysis.post = (question) => {
    asked.push(question);
    if (!question.kind) return Promise.resolve({ form: FORM });
    return new Promise((done) => waiting.push(done));
  };
  const answer = async (/** @type {any} */ more = {}) => {
    const { epoch } = asked.at(-1);
    waiting.shift()?.({ epoch, values: [0.25, 0.75], input: [2, 1], notes: [], parts: {}, ...more });
    await soon();
  };
  made.draw();
  await soon();
  return { view, made, asked, waiting, answer };
}

/** @param {Prediction} made @param {string} value */
function move(made, value) {
  const slider = /** @type {HTMLInputElement} */ (made.element.querySelector("input[type=range]"));
  slider.value = value;
  slider.oninput?.(/** @type {any} */ (null));
}

test("a row is asked as it stands, at the newest epoch, and again when the slider shows another", async () => {
  const { made, view, asked, answer } = await panel();
  assert.deepEqual(asked, [{}, { kind: "rows", question: { a: 2, leaf: "oval" }, epoch: 8, layers: true }]);
  await answer();
  const bars = [...made.said.children].map(({ textContent }) => textContent);
  assert.deepEqual(bars, ["yes 75.0%", "no 25.0%"]);
  view.epoch = 3;
  made.draw();
  assert.equal(asked.at(-1)?.epoch, 4);
  await answer();
  assert.equal(made.element.dataset.epoch, "4");
  assert.match(made.heading.textContent ?? "", /try_kept/);
});

test("while an answer is on its way, of all that was moved the newest alone is asked after it", async () => {
  const { made, asked, answer } = await panel();
  for (const value of ["1", "1.5", "3"]) move(made, value);
  assert.equal(asked.length, 2);
  assert.equal(made.element.getAttribute("aria-busy"), "true");
  await answer();
  assert.deepEqual(asked.slice(2).map(({ question }) => question.a), [3]); // biome-ignore format: as it reads
  await answer();
  assert.equal(made.element.getAttribute("aria-busy"), "false");
});

test("the nearest training examples are looked for when the hand rests", async () => {
  const { made, asked, waiting, answer } = await panel();
  await answer();
  mock.timers.tick(249);
  assert.equal(asked.length, 2);
  mock.timers.tick(1);
  assert.equal(asked.at(-1).nearest, true);
  const nearest = { rows: [6, 2], distances: [0.5, 1], truth: [1, 0], inputs: [[1, 2], [3, 4]], among: 9, layer: "2 ReLU" }; // biome-ignore format: as it reads
  waiting.shift()?.({ epoch: 8, nearest });
  await soon();
  const cards = /** @type {HTMLElement[]} */ ([...made.near.children]);
  assert.deepEqual(cards.map(({ dataset }) => dataset.row), ["6", "2"]); // biome-ignore format: as it reads
  made.view.pins.usual = Array.from({ length: 24 }, (_, row) => ["validation", row]);
  cards[0]?.querySelector("button")?.click();
  assert.deepEqual(made.view.pins.all[23], ["train", 6]);
});

test("a question that is refused gets its sentence, and the next one an answer", async () => {
  const { made, answer } = await panel();
  await answer();
  const post = made.analysis.post;
  made.analysis.post = () => Promise.reject(new Error("a: 9 is no number."));
  move(made, "1");
  await soon();
  assert.equal(made.trouble.textContent, "a: 9 is no number.");
  made.analysis.post = post;
  move(made, "2.5");
  await answer();
  assert.equal(made.trouble.hidden, true);
});
