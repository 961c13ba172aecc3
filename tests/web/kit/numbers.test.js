// Numbers as a learner reads them. Every expectation is written by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, fixed, numbers } from "../../../pages/components/web/kit/numbers.js";

const TEXTS = {
  points: "{value} points",
  under_a_second: "less than 1 s",
  seconds: "{seconds} s",
  minutes: "{minutes} min {seconds} s",
  hours: "{hours} h {minutes} min",
};
const english = numbers("en", TEXTS);
const chinese = numbers("zh_CN", TEXTS);

/**
 * @template Given
 * @param {string} name
 * @param {(given: Given) => string} format
 * @param {[Given, string][]} expected
 */
function table(name, format, expected) {
  for (const [given, shown] of expected)
    test(`${name}: ${String(given)} is shown as ${shown}`, () => assert.equal(format(given), shown));
}

table("a score", english.score, [
  [0.52413, "0.524"],
  [2.3046, "2.305"],
  [0, "0.000"],
  [-0.25, "-0.250"],
  [9.9994, "9.999"],
  [12.3456, "12.35"],
  [1234.5678, "1235"],
  [0.000123, "1.23e-4"],
  [1e6, "1.00e+6"],
  [-2_500_000, "-2.50e+6"],
  [null, "–"],
  [undefined, "–"],
]);
table("a share", (value) => english.metric(value, true), [
  [0.9734, "97.3%"],
  [1, "100.0%"],
  [0, "0.0%"],
  [null, "–"],
]);
table("a metric that is no share", (value) => english.metric(value, false), [
  [0.9734, "0.973"],
  [null, "–"],
]);
table("a difference of shares", english.points, [
  [0.0123, "1.2 points"],
  [0.5, "50.0 points"],
]);
table("percent", english.percent, [[0.256, "25.6%"]]);
table("a whole number", english.whole, [
  [1797, "1,797"],
  [12, "12"],
]);
table("a whole number in Chinese", chinese.whole, [[1797, "1,797"]]);
table("a speed", english.count, [
  [950, "950"],
  [12_345, "12.3 k"],
  [1_234_567, "1.23 M"],
  [2_500_000_000, "2.5 B"],
]);
table("a time", english.time, [
  [0.4, "less than 1 s"],
  [1, "1 s"],
  [59.4, "59 s"],
  [59.6, "1 min 0 s"],
  [83, "1 min 23 s"],
  [3599.6, "1 h 0 min"],
  [7384, "2 h 3 min"],
  [null, "–"],
]);
table("a number of a formula", (value) => fixed(value, 2), [
  [1.005, "1.00"],
  [-0.8, "−0.80"],
  [-0.001, "0.00"],
  [12_345, "1.2e+4"],
  [-12_345, "−1.2e+4"],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NEGATIVE_INFINITY, "−∞"],
  [Number.NaN, "–"],
]);
table("a tick of an axis", (value) => fixed(value, 0), [
  [-2, "−2"],
  [-0.2, "0"],
]);

test("a value beyond a bound is the bound", () => {
  assert.deepEqual([clamp(-7, -5, 5), clamp(3, -5, 5), clamp(9, -5, 5)], [-5, 3, 5]);
});
