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
