// The grammar of boards, by hand arithmetic. Against Python and torch it is held by tests/lessons/test_course.py.

import assert from "node:assert/strict";
import { test } from "node:test";
import { erf, Scope, valuesOf } from "../../../pages/components/web/board/expression.js";

/** @param {number} value @param {number} wanted */
function near(value, wanted) {
  assert.ok(Math.abs(value - wanted) < 1e-14, `${value} is not ${wanted}`);
}

test("an expression is worked out from the inside", () => {
  const scope = new Scope({ w: 2, x: 3, b: -1 }, {});
  assert.equal(scope.number(["+", ["*", "w", "x"], "b"]), 5);
  assert.equal(scope.number(["where", [">", "b", 0], 1, ["neg", "w"]]), -2);
});

test("a column is worked out row by row, with numbers beside it", () => {
  const scope = new Scope({ column: [1, 2, 3], k: 10 }, {});
  assert.deepEqual(Array.from(scope.column(["+", "column", "k"], 3)), [11, 12, 13]);
  assert.equal(scope.number(["mean", ["**", "column", 2]]), 14 / 3);
  assert.equal(scope.number(["at", "column", 7]), 3);
});

test("a definition is found by its name, and worked out anew where what it rests on is another", () => {
  const scope = new Scope({ w: 2, x: 1 }, { z: ["*", "w", "x"], half: ["/", "w", 2] });
  assert.equal(scope.number("z"), 2);
  assert.equal(scope.number("half"), 1);
  assert.deepEqual(Array.from(scope.with({ x: [1, 2] }).column("z", 2)), [2, 4]);
  assert.equal(scope.with({ x: 5 }).number("half"), 1);
  assert.deepEqual(scope.reads("z"), ["w", "x"]);
});

test("a name that nobody defined is named", () => {
  assert.throws(() => new Scope({}, {}).number("lost"), /knows no lost/);
  assert.throws(() => new Scope({}, {}).number(/** @type {any} */ (["eval", 1])), /has no eval/);
});

test("the error function is exact to its last digits", () => {
  near(erf(0.5), 0.5204998778130465);
  near(erf(-2), -0.9953222650189527);
  near(erf(3.5), 0.999999256901628);
  assert.equal(erf(9), 1);
  assert.equal(erf(0), 0);
});

test("what is endless is sent as a word, for JSON has none", () => {
  assert.deepEqual(
    valuesOf(
      [
        ["/", 1, 0],
        ["log", -1],
      ],
      {},
      {},
    ),
    ["Infinity", "NaN"],
  );
});
