// The sums of one neuron, by hand arithmetic. Against torch they are held by tests/web/test_arithmetic.py.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as neuron from "../../../pages/components/web/neuron_board/arithmetic.js";

/** @import { Point, Weights } from "../../../pages/components/web/neuron_board/types.d.ts" */

/** @type {Point[]} */
const POINTS = [
  [1, 0, 1],
  [-1, 0, 0],
  [0, 2, 0],
];

/** @param {number} value @param {number} wanted */
function near(value, wanted) {
  assert.ok(Math.abs(value - wanted) < 1e-12, `${value} is not ${wanted}`);
}

test("the loss of a sigmoid is the cross entropy", () => {
  const { loss, accuracy } = neuron.measure(POINTS, "Sigmoid", [1, 1, 0]); // z: 1, −1, 2
  near(loss, (Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(2))) / 3);
  near(accuracy, 2 / 3);
});

test("the loss of any other activation is the squared distance from its targets", () => {
  near(neuron.measure(POINTS, "Identity", [1, 1, 0]).loss, ((1 - 1) ** 2 + (-1 - 0) ** 2 + (2 - 0) ** 2) / 3);
  near(neuron.measure(POINTS, "ReLU", [1, 1, 0]).loss, (0 + 0 + 4) / 3);
  near(neuron.measure(POINTS, "Step", [1, 1, 0]).loss, (0 + 0 + 1) / 3);
  near(
    neuron.measure(POINTS, "Tanh", [1, 1, 0]).loss,
    ((Math.tanh(1) - 1) ** 2 + (Math.tanh(-1) + 1) ** 2 + (Math.tanh(2) + 1) ** 2) / 3,
  );
});

test("weights of thousands give a finite loss", () => {
  assert.equal(neuron.measure([[1, 0, 0]], "Sigmoid", [5000, 0, 0]).loss, 5000);
});

test("the boundary goes through the place nearest to the middle, straight across the weights", () => {
  const line = neuron.boundary("Sigmoid", [3, 4, -10]); // 3 x₁ + 4 x₂ = 10: two away from the middle
  near(line?.foot[0] ?? 0, 1.2);
  near(line?.foot[1] ?? 0, 1.6);
  assert.deepEqual(line?.across, [0.6, 0.8]);
  assert.equal(line?.long, 5);
});

test("where the border is a half, the boundary is where the sum is a half", () => {
  near(neuron.boundary("ReLU", [1, 0, 0])?.foot[0] ?? 0, 0.5);
});

test("weights of nothing have no direction, so no boundary and no arrow", () => {
  assert.equal(neuron.boundary("Sigmoid", [0, 0, 1]), null);
  assert.equal(neuron.arrow("Sigmoid", [0, 0, 1], 2.4), null);
});

test("the arrow points to the second class; it is longer for larger weights, up to a length", () => {
  const short = neuron.arrow("Sigmoid", [0.8, 0, 0], 2.4);
  const long = neuron.arrow("Sigmoid", [80, 0, 0], 2.4);
  near(short?.tip[0] ?? 0, 0.5 + 0.09);
  near(long?.tip[0] ?? 0, 0.5 + 0.9);
});

test("the foot of an arrow stays on the plane where the boundary is far away", () => {
  assert.deepEqual(neuron.arrow("Sigmoid", [1, 0, -9], 2.4)?.foot, [2.4, 0]);
});

test("a boundary that is pushed goes through the pointer, and keeps its direction", () => {
  const [w1, w2, b] = neuron.pushed("ReLU", [3, 4, 0], [1, 1]);
  assert.deepEqual([w1, w2], [3, 4]);
  near(neuron.sum([w1, w2, b], 1, 1), 0.5);
});

test("an arrow that is turned points to the pointer, keeps its foot on the boundary and its length", () => {
  /** @type {Weights} */
  const weights = [3, 4, -10];
  const from = neuron.arrow("Sigmoid", weights, 2.4);
  assert.ok(from);
  const turned = neuron.turned("Sigmoid", from, [from.foot[0] + 1, from.foot[1]]);
  near(turned[0], 5);
  near(turned[1], 0);
  near(neuron.sum(turned, ...from.foot), 0);
});
