// The layers as a tree: what stands where, where a row can go, and what an operation makes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as tree from "../../../pages/components/web/layer_stack/tree.js";
import { MENU, NESTED, PLAIN } from "./rows.js";

/** @import { Model, Operation, Row, SentRow } from "../../../pages/components/web/layer_stack/types.d.ts" */

/** Names of the rows, those of a block in brackets, its stacks divided by a bar. @param {Row[]} top @returns {string} */
function written(top) {
  const inside = (/** @type {Row} */ row) =>
    row.inside.length ? `[${row.inside.map(written).join("|")}]` : "";
  return top.map((row) => row.name + inside(row)).join(" ");
}

/** @param {SentRow[]} rows @param {number | null} selected @returns {Model} */
function model(rows, selected = 2) {
  return { top: tree.grown(rows), selected };
}

/** @param {SentRow[]} rows @param {Operation} operation */
function after(rows, operation) {
  const changed = model(rows);
  tree.carryOut(changed, operation, MENU);
  return changed;
}

test("flat rows grow into the blocks that they stand in", () => {
  assert.equal(written(tree.grown(NESTED)), "Flatten Parallel[Linear|ReLU Dropout] Residual[Tanh] Output");
  assert.deepEqual(tree.flat(tree.grown(NESTED)).map(({ id }) => id), [1, 2, 3, 4, 5, 6, 7, 8]); // biome-ignore format: as it reads
});

test("a block that may have more stacks shows a head and a foot for each, and one line for the next", () => {
  const shown = tree.lines(tree.grown(NESTED));
  assert.deepEqual(
    shown.map(({ key, depth }) => `${"  ".repeat(depth)}${key}`),
    [
      "row 1",
      "row 2",
      "  head 2 0",
      "  row 3",
      "  foot 2 0",
      "  head 2 1",
      "  row 4",
      "  row 5",
      "  foot 2 1",
      "  grow 2",
      "row 6",
      "  row 7",
      "  foot 6 0",
      "row 8",
    ],
  );
});

test("a block that is left out is left out with all that is in it", () => {
  const top = tree.grown(NESTED);
  const keys = tree.lines(top, tree.find(top, 2)).map(({ key }) => key);
  assert.deepEqual(keys, ["row 1", "row 6", "row 7", "foot 6 0", "row 8"]);
});

test("a row can go to every place once, and nowhere behind the locked last one", () => {
  const top = tree.grown(NESTED);
  const { found, own } = tree.places(top, /** @type {Row} */ (tree.find(top, 1)));
  assert.deepEqual(
    found.map(({ within, stack, to }) => [within, stack, to]),
    [
      [null, 0, 0],
      [2, 0, 0],
      [2, 0, 1],
      [2, 1, 0],
      [2, 1, 1],
      [2, 1, 2],
      [null, 0, 1],
      [6, 0, 0],
      [6, 0, 1],
      [null, 0, 2],
    ],
  );
  assert.equal(own, 0);
});

test("a block cannot go into itself", () => {
  const top = tree.grown(NESTED);
  const { found } = tree.places(top, /** @type {Row} */ (tree.find(top, 2)));
  assert.ok(found.every(({ within }) => within !== 2));
});

test("one step down and one up are the places next to its own", () => {
  const top = tree.grown(NESTED);
  const { found, own } = tree.places(top, /** @type {Row} */ (tree.find(top, 4)));
  const [before, here, next] = [found[own - 1], found[own], found[own + 1]];
  assert.deepEqual([before?.within, before?.stack, before?.to], [2, 0, 1]);
  assert.deepEqual([here?.within, here?.stack, here?.to], [2, 1, 0]);
  assert.deepEqual([next?.within, next?.stack, next?.to], [2, 1, 1]);
});

for (const [
  said,
  rows,
  operation,
  expected,
  selected,
] of /** @type {[string, SentRow[], Operation, string, number | null][]} */ ([
  ["selecting changes no layer", PLAIN, { do: "select", id: 3 }, "Flatten Linear ReLU Output", 3],
  [
    "a layer is added after another",
    PLAIN,
    { do: "add", layer: "LeakyReLU", after: 1 },
    "Flatten LeakyReLU Linear ReLU Output",
    5,
  ],
  [
    "a layer that is added after the last one stands before it",
    PLAIN,
    { do: "add", layer: "ReLU", after: 4 },
    "Flatten Linear ReLU ReLU Output",
    5,
  ],
  [
    "a layer is added at the end where nothing is selected",
    PLAIN,
    { do: "add", layer: "ReLU", after: null },
    "Flatten Linear ReLU ReLU Output",
    5,
  ],
  [
    "a block that is added has its stacks",
    PLAIN,
    { do: "add", layer: "Parallel", after: 3 },
    "Flatten Linear ReLU Parallel[|] Output",
    5,
  ],
  [
    "a layer is added to a stack of a block",
    NESTED,
    { do: "add", layer: "ReLU", within: 2, stack: 0 },
    "Flatten Parallel[Linear ReLU|ReLU Dropout] Residual[Tanh] Output",
    9,
  ],
  [
    "a layer is removed, and its follower is selected",
    PLAIN,
    { do: "remove", id: 2 },
    "Flatten ReLU Output",
    3,
  ],
  [
    "a block is removed with all that is in it",
    NESTED,
    { do: "remove", id: 2 },
    "Flatten Residual[Tanh] Output",
    6,
  ],
  [
    "a selected layer stays selected when another is removed",
    PLAIN,
    { do: "remove", id: 1 },
    "Linear ReLU Output",
    2,
  ],
  [
    "a copy stands behind its original, and is selected",
    PLAIN,
    { do: "duplicate", id: 2 },
    "Flatten Linear Linear ReLU Output",
    5,
  ],
  [
    "a block is copied with all that is in it",
    NESTED,
    { do: "duplicate", id: 2 },
    "Flatten Parallel[Linear|ReLU Dropout] Parallel[Linear|ReLU Dropout] Residual[Tanh] Output",
    9,
  ],
  [
    "a layer moves in its stack",
    PLAIN,
    { do: "move", id: 1, within: null, stack: 0, to: 2 },
    "Linear ReLU Flatten Output",
    2,
  ],
  [
    "a layer moves into a block",
    NESTED,
    { do: "move", id: 1, within: 2, stack: 1, to: 1 },
    "Parallel[Linear|ReLU Flatten Dropout] Residual[Tanh] Output",
    2,
  ],
  [
    "a layer moves out of a block",
    NESTED,
    { do: "move", id: 7, within: null, stack: 0, to: 0 },
    "Tanh Flatten Parallel[Linear|ReLU Dropout] Residual[] Output",
    2,
  ],
  [
    "a layer whose aim is gone stays where it was",
    NESTED,
    { do: "move", id: 1, within: 77, stack: 0, to: 0 },
    "Flatten Parallel[Linear|ReLU Dropout] Residual[Tanh] Output",
    2,
  ],
  [
    "a branch is added to a block",
    NESTED,
    { do: "branch", id: 2 },
    "Flatten Parallel[Linear|ReLU Dropout|] Residual[Tanh] Output",
    2,
  ],
  [
    "a branch is taken out of a block",
    NESTED,
    { do: "prune", id: 2, stack: 0 },
    "Flatten Parallel[ReLU Dropout] Residual[Tanh] Output",
    2,
  ],
  ["the locked last layer is not removed", PLAIN, { do: "remove", id: 4 }, "Flatten Linear ReLU Output", 2],
  [
    "the locked last layer does not move",
    PLAIN,
    { do: "move", id: 4, within: null, stack: 0, to: 0 },
    "Flatten Linear ReLU Output",
    2,
  ],
  [
    "what is done to a layer that is gone changes nothing",
    PLAIN,
    { do: "duplicate", id: 77 },
    "Flatten Linear ReLU Output",
    2,
  ],
])) {
  test(said, () => {
    const changed = after(rows, operation);
    assert.equal(written(changed.top), expected);
    assert.equal(changed.selected, selected);
  });
}

test("every row keeps a number of its own", () => {
  const { top } = after(NESTED, { do: "duplicate", id: 2 });
  const ids = tree.flat(top).map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("from a change on, what Python said of the layers is not shown as true any more", () => {
  const rows = [
    ...PLAIN.slice(0, 2),
    { ...PLAIN[2], message: "Too much.", state: "warned" },
    ...PLAIN.slice(3),
  ];
  const { top } = after(/** @type {SentRow[]} */ (rows), { do: "duplicate", id: 2 });
  assert.deepEqual(top.map(({ state }) => state), ["works", "works", "open", "open", "open"]); // biome-ignore format: as it reads
  assert.equal(top[3]?.message, "");
});

test("a layer that was just added takes its colour from the menu, and shows no sizes before Python knows them", () => {
  const { top } = after(PLAIN, { do: "add", layer: "LeakyReLU", after: 1 });
  assert.equal(top[1]?.colour, "#059669");
  assert.equal(top[1]?.shapes, "");
});
