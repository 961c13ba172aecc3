// A curve drawn on a plane: a finger gives every place it passes its height, the arrow keys one after another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "../../../pages/components/web/board/expression.js";
import { Plane } from "../../../pages/components/web/board/plane.js";
import { passed } from "../../../pages/components/web/board/sketch.js";
import { press, root } from "../page.js";

const AXIS = { low: 0, high: 4 }; // five places: 0, 1, 2, 3, 4

test("a fast finger skips no place: between two of its spots the heights lie on a straight line", () => {
  assert.deepEqual(passed([0, 0], [4, 2], AXIS, 5), [
    [0, 0],
    [1, 0.5],
    [2, 1],
    [3, 1.5],
    [4, 2],
  ]);
  assert.deepEqual(passed([3, 1], [1, 2], AXIS, 5), [
    [3, 1],
    [2, 1.5],
    [1, 2],
  ]);
});

test("a finger that rests, or leaves the plane, moves the place that is nearest", () => {
  assert.deepEqual(passed([2.4, 1], [2.4, 1], AXIS, 5), [[2, 1]]);
  assert.deepEqual(passed([9, 1], [9, 1], AXIS, 5), [[4, 1]]);
  assert.deepEqual(passed([-1, 3], [-2, 3], AXIS, 5), [[0, 3]]);
});

/**
 * A drawing of three places, what its values are, and how often its hand came to rest.
 * @param {Record<string, number>} values
 */
function drawn(values) {
  const now = { values, rested: 0 };
  const hands = {
    put: (/** @type {Record<string, number>} */ moved) => {
      Object.assign(values, moved);
      draw();
    },
    rest: () => {
      now.rested++;
    },
  };
  const axis = { low: -2, high: 2, label: "", ticks: [] };
  const mark = {
    kind: /** @type {const} */ ("Sketch"),
    names: ["a", "b", "c"],
    says: "draw",
    colour: "#123456",
    step: 0.5,
  };
  const plane = new Plane(
    { kind: "Plane", title: "", caption: "", x: axis, y: axis, marks: [mark], legend: [], aspect: 1 },
    hands,
  );
  const draw = () => plane.show(new Scope(values, {}), (colour) => colour);
  draw();
  root().append(plane.element);
  const sketch = /** @type {Element} */ (plane.element.querySelector(".sketch"));
  return { now, sketch };
}

test("arrow keys choose a place and move it, within the plane; Python hears of it", () => {
  const { now, sketch } = drawn({ a: 0, b: 0, c: 1.9 });
  for (const key of ["ArrowUp", "ArrowRight", "ArrowRight", "ArrowUp"]) press(sketch, key);
  assert.deepEqual(now.values, { a: 0.5, b: 0, c: 2 });
  assert.equal(now.rested, 2);
  assert.equal(sketch.getAttribute("aria-valuetext"), "2.0: 2.00");
});

test("with Shift they draw on at the same height, or move it five steps", () => {
  const { now, sketch } = drawn({ a: 0, b: -1, c: -2 });
  press(sketch, "ArrowDown");
  press(sketch, "ArrowRight", { shiftKey: true });
  assert.deepEqual(now.values, { a: -0.5, b: -0.5, c: -2 });
  press(sketch, "ArrowUp", { shiftKey: true });
  assert.deepEqual(now.values, { a: -0.5, b: 2, c: -2 });
  assert.equal(now.rested, 3);
});
