// What a chart makes of a figure before plotly draws it.

import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { closeUp, plain } from "../../../pages/components/web/live_view/chart.js";

/** @import { Trace } from "../../../pages/components/web/live_view/types.d.ts" */

/** @param {(number | null)[]} y @param {Partial<Trace>} more @returns {Trace} */
function line(y, more = {}) {
  return { meta: { series: "train" }, name: "training", visible: true, x: y.map((_, n) => n), y, ...more };
}

test("a close-up leaves out the first quarter, which is mostly fall", () => {
  const range = closeUp([line([9, 2, 1, 0.9, 0.8])]); // x from 0 to 4: from 1 on
  assert.deepEqual(range?.map((each) => each.toFixed(3)), ["0.728", "2.072"]); // biome-ignore format: as it reads
});

test("lines that were switched off, and points, have no say in a close-up", () => {
  const off = line([90, 80, 70], { visible: false });
  const batches = line([50, 50, 50], { meta: { series: "batches" } });
  assert.deepEqual(closeUp([line([3, 2, 1]), off, batches]), closeUp([line([3, 2, 1])]));
});

test("gaps are no zeros", () => {
  const [low] = closeUp([line([5, 4, null, 3])]) ?? [];
  assert.ok((low ?? 0) > 2.9);
});

test("a close-up of what is positive stays so: an axis in logarithmic steps has no zero", () => {
  const [low] = closeUp([line([1, 1, 0.001, 0.5])]) ?? [];
  assert.equal(low, 0.0005);
});

test("where nothing is known there is no close-up", () => {
  assert.equal(closeUp([line([])]), null);
  assert.equal(closeUp([]), null);
});

test("a name that was escaped for plotly is shown as it is", () => {
  assert.equal(plain("a &lt;b&gt; &amp;amp; c\u200b"), "a <b> &amp; c");
});
