// Squares on a plane: as strong as their value, in the hue of its sign, empty where they are off.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "../../../pages/components/web/board/expression.js";
import { Plane } from "../../../pages/components/web/board/plane.js";
import "../page.js";

test("a square is as strong as its value, has the hue of its sign, and is crossed out where it is off", () => {
  const axis = { low: -0.5, high: 2.5, label: "", ticks: [] };
  const mark = {
    kind: /** @type {const} */ ("Squares"),
    x: "at",
    y: 0,
    value: "values",
    says: "three",
    full: 2,
    off: /** @type {[string, string, number]} */ (["==", "at", 2]),
    colours: /** @type {[string, string]} */ (["#111111", "#222222"]),
  };
  const plane = new Plane(
    { kind: "Plane", title: "", caption: "", x: axis, y: axis, marks: [mark], legend: [], aspect: 1 },
    { put: () => {}, rest: () => {} },
  );
  const scope = new Scope({ at: [0, 1, 2], values: [1, -4, 2] }, {});
  plane.show(scope, (colour) => colour);
  const squares = [...plane.element.querySelectorAll(".squares rect")];
  assert.deepEqual(
    squares.map((each) => each.getAttribute("fill-opacity")),
    ["0.500", "1.000", "0"],
  );
  assert.deepEqual(
    squares.map((each) => each.getAttribute("fill")),
    ["#111111", "#222222", "#111111"],
  );
  const crosses = [...plane.element.querySelectorAll(".squares path")];
  assert.deepEqual(
    crosses.map((each) => each.getAttribute("visibility")),
    ["hidden", "hidden", "visible"],
  );
  const [first, second] = squares.map((each) => Number(each.getAttribute("x")));
  assert.ok((second ?? 0) > (first ?? 0));
  plane.show(new Scope({ at: [0], values: [1] }, {}), (colour) => colour);
  assert.equal(plane.element.querySelectorAll(".squares rect").length, 1);
});
