// A box over the axes of parallel coordinates chooses lines.

/** @import { Trace } from "../live_view/types.d.ts" */
/** @typedef {{x: number[], y: number[]}} Box its ends along both axes, in no order */
/** @typedef {{range?: Box}} Selected what plotly tells of a box */

/**
 * What the lines within a box say of themselves: those that lie in it at every axis that it covers, or, where it lies
 * between two axes, that go through its middle.
 * @param {(Trace & {customdata?: unknown[]})[]} lines each with a point an axis, at 0, 1, 2, …
 * @param {Box} box
 * @returns {string[]}
 */
export function within(lines, box) {
  const [[left, right], [low, high]] = [ordered(box.x), ordered(box.y)];
  const inside = lines.filter(({ y = [] }) =>
    places(left, right, y.length).every((at) => {
      const value = height(/** @type {number[]} */ (y), at);
      return low <= value && value <= high;
    }),
  );
  return inside.map(({ customdata }) => String(customdata?.[0] ?? "")).filter(Boolean);
}

/** @param {number[]} ends @returns {[number, number]} */
function ordered([one, other]) {
  return one < other ? [one, other] : [other, one];
}

/**
 * The axes between two ends, by their number; where there is none, the middle.
 * @param {number} left
 * @param {number} right
 * @param {number} axes
 */
function places(left, right, axes) {
  const covered = Array.from({ length: axes }, (_, axis) => axis).filter(
    (axis) => left <= axis && axis <= right,
  );
  return covered.length ? covered : [Math.min(Math.max((left + right) / 2, 0), axes - 1)];
}

/**
 * How high a line runs at a place, also between two axes.
 * @param {number[]} y
 * @param {number} at
 */
function height(y, at) {
  const before = Math.floor(at);
  const share = at - before;
  return y[before] + (share ? share * (y[before + 1] - y[before]) : 0);
}
