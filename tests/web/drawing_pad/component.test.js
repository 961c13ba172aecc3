// The pad: a picture goes to Python when the pen is lifted, and nothing before.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pad } from "../../../pages/components/web/kit/pad.js";
import { page, root } from "../page.js";

/** Strokes that were drawn, as the places of their ends. @type {number[][]} */
let strokes = [];
const pen = {
  fillRect: () => {
    strokes = [];
  },
  beginPath() {},
  moveTo: (/** @type {number} */ x, /** @type {number} */ y) => strokes.push([x, y]),
  lineTo: (/** @type {number} */ x, /** @type {number} */ y) => strokes.at(-1)?.push(x, y),
  stroke() {},
};
Object.assign(page.HTMLCanvasElement.prototype, {
  getContext: () => pen,
  toDataURL: () => `data:image/png;base64,${strokes.length}`,
  setPointerCapture() {},
  getBoundingClientRect: () => ({ left: 10, top: 20, width: 112, height: 112 }), // half as large as the picture
});

function opened() {
  /** @type {unknown[]} */
  const sent = [];
  const pad = new Pad(root());
  pad.receive({
    data: { label: "Draw here", clear: "Clear" },
    setStateValue: (name, value) => sent.push([name, value]),
  });
  /** @param {string} kind @param {number} clientX @param {number} clientY @param {object} more */
  const pointer = (kind, clientX, clientY, more = {}) =>
    pad.canvas.dispatchEvent(new PointerEvent(kind, { clientX, clientY, button: 0, pointerId: 1, ...more }));
  return { pad, sent, pointer };
}

test("a stroke runs where the pointer went, in the picture's own pixels", () => {
  const { pointer } = opened();
  pointer("pointerdown", 10, 20);
  pointer("pointermove", 66, 20);
  pointer("pointermove", 66, 76);
  assert.deepEqual(strokes, [
    [0, 0, 0, 0],
    [0, 0, 112, 0],
    [112, 0, 112, 112],
  ]);
});

test("Python gets one picture a stroke, when the pen is lifted", () => {
  const { sent, pointer } = opened();
  pointer("pointerdown", 30, 30);
  pointer("pointermove", 40, 40);
  assert.deepEqual(sent, []);
  pointer("pointerup", 40, 40);
  pointer("pointerup", 40, 40);
  assert.deepEqual(sent, [["drawing", "data:image/png;base64,2"]]);
});

test("a pointer that only passes by draws nothing, nor does another key of the mouse", () => {
  const { sent, pointer } = opened();
  pointer("pointermove", 30, 30);
  pointer("pointerdown", 30, 30, { button: 2 });
  pointer("pointerup", 30, 30);
  assert.deepEqual([strokes, sent], [[], []]);
});

test("what was drawn can be wiped away, and only that", () => {
  const { pad, sent, pointer } = opened();
  assert.equal(pad.clear.disabled, true);
  pointer("pointerdown", 30, 30);
  pointer("pointerup", 30, 30);
  assert.equal(pad.clear.disabled, false);
  pad.clear.click();
  assert.deepEqual(sent.at(-1), ["drawing", ""]);
  assert.deepEqual(strokes, []);
  assert.equal(pad.clear.disabled, true);
});
