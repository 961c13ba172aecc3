// The sums of one neuron. While something moves the browser computes them; a test holds them against torch's.

import { clamp } from "../kit/numbers.js";

/** @import { Measured, Point, Weights } from "./types.d.ts" */
/** @typedef {[x1: number, x2: number]} Place on the plane, in standard deviations */
/** @typedef {keyof typeof ACTIVATIONS} ActivationName */

/**
 * Of each activation: its function, what it shall answer for both classes, the sum from which on it means the second
 * one, and the answers that are shown as surely the first and surely the second.
 * @typedef {{f(z: number): number, targets: [number, number], border: number, low: number, high: number}} Activation
 */

export const ACTIVATIONS = {
  /** @type {Activation} */
  Sigmoid: { f: (z) => 1 / (1 + Math.exp(-z)), targets: [0, 1], border: 0, low: 0, high: 1 },
  /** @type {Activation} */
  Tanh: { f: Math.tanh, targets: [-1, 1], border: 0, low: -1, high: 1 },
  /** @type {Activation} */
  ReLU: { f: (z) => Math.max(0, z), targets: [0, 1], border: 0.5, low: 0, high: 1 },
  /** @type {Activation} */
  Identity: { f: (z) => z, targets: [0, 1], border: 0.5, low: 0, high: 1 },
  /** @type {Activation} */
  Step: { f: (z) => (z > 0 ? 1 : 0), targets: [0, 1], border: 0, low: 0, high: 1 },
};

/**
 * The weighted sum of a place.
 * @param {Weights} weights
 * @param {number} x1
 * @param {number} x2
 */
export function sum([w1, w2, b], x1, x2) {
  return w1 * x1 + w2 * x2 + b;
}

/**
 * Loss and accuracy on all points, as dlcore/lessons/neuron.py measures them.
 * @param {Point[]} points
 * @param {ActivationName} name
 * @param {Weights} weights
 * @returns {Measured}
 */
export function measure(points, name, weights) {
  const { border } = ACTIVATIONS[name];
  let loss = 0;
  let right = 0;
  for (const [x1, x2, y] of points) {
    const z = sum(weights, x1, x2);
    loss += lossOf(name, z, y);
    right += Number(z > border === (y === 1));
  }
  return { loss: loss / points.length, accuracy: right / points.length };
}

/**
 * Cross entropy of a sigmoid, written so that nothing overflows; the squared distance from the target else.
 * @param {ActivationName} name
 * @param {number} z
 * @param {0 | 1} y
 */
function lossOf(name, z, y) {
  if (name === "Sigmoid") return Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
  const { f, targets } = ACTIVATIONS[name];
  return (f(z) - targets[y]) ** 2;
}

/**
 * Where the sum equals the border: the place nearest to the middle, the direction across towards the second class, and
 * how long the weights are. Null where they are no direction.
 * @param {ActivationName} name
 * @param {Weights} weights
 * @returns {{foot: Place, across: Place, long: number} | null}
 */
export function boundary(name, [w1, w2, b]) {
  const long = Math.hypot(w1, w2);
  if (long < 1e-6) return null;
  const away = (ACTIVATIONS[name].border - b) / long ** 2;
  return { foot: [w1 * away, w2 * away], across: [w1 / long, w2 / long], long };
}

/**
 * The arrow of the weights: it stands on the boundary and points to the second class.
 * @param {ActivationName} name
 * @param {Weights} weights
 * @param {number} reach how far from the middle its foot may stand
 * @returns {{foot: Place, tip: Place, long: number} | null}
 */
export function arrow(name, weights, reach) {
  const line = boundary(name, weights);
  if (!line) return null;
  const { across, long } = line;
  const foot = /** @type {Place} */ (line.foot.map((value) => clamp(value, -reach, reach)));
  const length = 0.5 + 0.9 * Math.min(1, long / 8);
  return { foot, tip: [foot[0] + across[0] * length, foot[1] + across[1] * length], long };
}

/**
 * The weights whose boundary runs through a place, in the same direction.
 * @param {ActivationName} name
 * @param {Weights} weights
 * @param {Place} place
 * @returns {Weights}
 */
export function pushed(name, [w1, w2], [x1, x2]) {
  return [w1, w2, ACTIVATIONS[name].border - w1 * x1 - w2 * x2];
}

/**
 * The weights, as long as before, whose arrow points from its foot to a place.
 * @param {ActivationName} name
 * @param {{foot: Place, long: number}} from
 * @param {Place} to
 * @returns {Weights}
 */
export function turned(name, { foot, long }, [x1, x2]) {
  const turn = Math.atan2(x2 - foot[1], x1 - foot[0]);
  return pushed(name, [long * Math.cos(turn), long * Math.sin(turn), 0], foot);
}
