// What a browser knows of a run: everything that was sent, once, whatever the order of connections was.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Run } from "../../../pages/components/web/live_view/run.js";
import { epochs, RUNNING } from "./view.js";

/** @import { Message } from "../../../pages/components/web/live_view/types.d.ts" */

/** @param {Partial<Message>[]} messages */
function run(...messages) {
  const made = new Run("a");
  messages.forEach((message, number) => made.apply({ run: "a", cursor: number + 1, ...message }));
  return made;
}

test("a new message adds to what was known", () => {
  const known = run(
    { batches: { keep: 0, x: [0.1, 0.2], y: [2.3, 2.1], stride: 1 } },
    { batches: { keep: 2, x: [0.3], y: [1.9], stride: 1 } },
  );
  assert.deepEqual(known.batches, { x: [0.1, 0.2, 0.3], y: [2.3, 2.1, 1.9], stride: 1 });
  assert.equal(known.cursor, 2);
});

test("a curve that was thinned replaces what it was thinned from", () => {
  const known = run(
    { batches: { keep: 0, x: [1, 2, 3, 4], y: [8, 6, 4, 2], stride: 1 } },
    { batches: { keep: 0, x: [1.5, 3.5], y: [7, 3], stride: 2 } },
  );
  assert.deepEqual(known.batches, { x: [1.5, 3.5], y: [7, 3], stride: 2 });
});

test("the last point may be told anew", () => {
  const known = run(
    { batches: { keep: 0, x: [1, 2], y: [8, 6], stride: 2 } },
    { batches: { keep: 1, x: [2, 3], y: [5, 4], stride: 2 } },
  );
  assert.deepEqual(known.batches.y, [8, 5, 4]);
});

test("epochs are known column by column", () => {
  const known = run({ epochs: epochs(0, 1) }, { epochs: { ...epochs(2), keep: 2 } });
  assert.deepEqual(known.epochs.epoch, [0, 1, 2]);
  assert.deepEqual(known.epochs.validation.accuracy, [0, 0.05, 0.1]);
  assert.deepEqual(known.epochs.gradient_norm, [0.5, 1.5, 2.5]);
  assert.equal(known.now("train", "accuracy"), 0.2);
  assert.equal(known.now("train", "f1"), undefined);
});

test("a message that says nothing of something leaves it as it was", () => {
  const known = run({ status: RUNNING, epochs: epochs(0, 1), chance: { accuracy: 0.1 } }, {});
  assert.equal(known.status?.state, "running");
  assert.deepEqual(known.epochs.epoch, [0, 1]);
  assert.deepEqual(known.chance, { accuracy: 0.1 });
  assert.equal(known.seen, 2);
});

test("the best epoch stays the best while newer ones come", () => {
  const best = { ...epochs(3), keep: undefined };
  const known = run({ epochs: epochs(0, 1, 2, 3), best }, { epochs: { ...epochs(4), keep: 4 } });
  assert.equal(known.best?.epoch, 3);
  assert.equal(known.atBest("validation", "accuracy"), 0.15);
  assert.equal(known.now("validation", "accuracy"), 0.2);
});

test("a confusion matrix of the newest epoch leaves that of the best one", () => {
  const best = { epoch: 1, counts: [[5, 0], [1, 4]] }; // biome-ignore format: rows of a matrix
  const newest = { epoch: 2, counts: [[4, 1], [1, 4]] }; // biome-ignore format: rows of a matrix
  const known = run({ confusion: { newest: best, best } }, { confusion: { newest } });
  assert.deepEqual(known.confusion, { newest, best });
});

test("a run that was deleted is gone", () => {
  assert.equal(run({ status: RUNNING }, { gone: true }).gone, true);
});

test("of a run of which nothing is known every array is empty, and what is looked at is not there", () => {
  const { batches, epochs, best, confusion } = run().arrays("best");
  assert.deepEqual([batches.x, batches.y, epochs.epoch, best, confusion], [[], [], [], null, undefined]);
});
