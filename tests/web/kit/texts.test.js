// Sentences with places.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fill } from "../../../pages/components/web/kit/texts.js";

test("each place gets its value, as often as it stands there", () => {
  assert.equal(fill("{epoch} of {epochs}: {epoch}", { epoch: 3, epochs: 20 }), "3 of 20: 3");
});

test("zero is a value", () => {
  assert.equal(fill("Epoch {epoch}", { epoch: 0 }), "Epoch 0");
});

test("a place without a value stays as it is", () => {
  assert.equal(fill("{layer} in {block}", { layer: "ReLU", block: undefined }), "ReLU in {block}");
});

test("no value is found that nobody gave", () => {
  assert.equal(fill("{constructor} {toString}", {}), "{constructor} {toString}");
});

test("what a value holds is not filled in again", () => {
  assert.equal(fill("{run}", { run: "{epoch}", epoch: 3 }), "{epoch}");
});

test("one of a thing is one thing", () => {
  const text = "Finished after {epochs} epochs and {seconds}";
  assert.equal(fill(text, { epochs: 1, seconds: "3 s" }), "Finished after 1 epoch and 3 s");
  assert.equal(fill(text, { epochs: "1", seconds: "3 s" }), "Finished after 1 epoch and 3 s");
  assert.equal(fill(text, { epochs: 11, seconds: "3 s" }), "Finished after 11 epochs and 3 s");
  assert.equal(fill("{done} of {runs} runs are done", { done: 1, runs: 1 }), "1 of 1 run is done");
  assert.equal(fill("{n} training examples, {m} classes", { n: 1, m: "1" }), "1 training example, 1 class");
  assert.equal(fill("{column} only numbers the rows", { column: "1" }), "1 only numbers the rows");
});
