// Grids of coloured cells: their colours, and what a pointer and the arrow keys choose.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "../../../pages/components/web/board/expression.js";
import { colourOf, Rasters } from "../../../pages/components/web/board/rasters.js";
import { press } from "../page.js";

/** @import { Raster, Values } from "../../../pages/components/web/board/types.d.ts" */

const HUES = ["#0000ff", "#ff0000"];

/** @type {Raster} */
const RASTER = {
  kind: "Raster",
  title: "a map",
  values: ["cells"],
  rows: 2,
  columns: 3,
  low: 0,
  high: 5,
  scheme: "grey",
  windows: [{ row: "row", column: ["+", "column", 1], rows: 3, columns: 3, colour: "#d9710a" }],
  set: { row: "py", column: ["*", "px", 0.5] },
  at: ["row", "column"],
  row_names: { 0: "<b>" },
  column_names: {},
  width: 90,
};

function shown() {
  /** @type {Values} */
  const values = { row: 0, column: 1 };
  let rests = 0;
  const hands = {
    put: (/** @type {Values} */ moved) => Object.assign(values, moved),
    rest: () => {
      rests++;
    },
  };
  const part = new Rasters({ kind: "Rasters", title: "", caption: "", items: [RASTER, "→"] }, hands);
  const show = () => part.show(new Scope({ cells: [0, 1, 2, 3, 4, 5], ...values }, {}), (hue) => hue);
  show();
  return { part, values, show, rests: () => rests };
}

test("a number is a grey, three are a colour, a sign is a hue as strong as the number is large", () => {
  assert.deepEqual(colourOf([2.5], "grey", 0, 5, HUES), [127.5, 127.5, 127.5, 255]);
  assert.deepEqual(colourOf([0, 5, 9], "grey", 0, 5, HUES), [0, 255, 255, 255]);
  assert.deepEqual(colourOf([-2], "signed", 0, 4, HUES), [255, 0, 0, 127.5]);
  assert.deepEqual(colourOf([4], "signed", 0, 4, HUES), [0, 0, 255, 255]);
  assert.deepEqual(colourOf([0.5], "hue", 0, 1, HUES), [0, 0, 255, 127.5]);
});

test("arrow keys choose the next cell, round what they set, and stop at the edge", () => {
  const { part, values, show, rests } = shown();
  const cells = part.rasters[0]?.cells;
  assert.ok(cells);
  press(cells, "ArrowDown");
  show();
  assert.deepEqual(values, { row: 1, column: 1 });
  press(cells, "ArrowDown");
  press(cells, "ArrowUp");
  assert.equal(values.row, 0);
  assert.equal(rests(), 3);
  show();
  assert.equal(cells.getAttribute("aria-valuetext"), "<b>, 2");
});

test("a window is cut off at the edge of its grid", () => {
  const frame = shown().part.rasters[0]?.frames[0];
  const place = ["x", "y", "width", "height"].map((name) => Number(frame?.getAttribute(name)));
  assert.deepEqual(place, [2, 0, 1, 2]);
});

test("a name is shown as it is, and never read as markup", () => {
  const { part } = shown();
  const spans = part.rasters[0]?.element.querySelectorAll(".row-names span");
  assert.equal(spans?.[0]?.textContent, "<b>");
});
