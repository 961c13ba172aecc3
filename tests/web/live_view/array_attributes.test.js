// plotly is asked once for each shape of a trace which of its attributes are arrays.

import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOnce } from "../../../pages/components/web/live_view/array_attributes.js";

/** A plotly that counts how often its schema is walked through, and finds the lists of a trace itself. */
function counted() {
  const plotly = {
    walks: 0,
    react: async () => {},
    purge: () => {},
    PlotSchema: {
      /** @param {import("../../../pages/components/web/live_view/types.d.ts").FullTrace} trace */
      findArrayAttributes(trace) {
        plotly.walks += 1;
        return Object.keys(trace).filter((name) => Array.isArray(trace[name]));
      },
    },
  };
  return plotly;
}

test("traces of one shape are looked at once, whatever is in their arrays", () => {
  const plotly = counted();
  lookOnce(plotly);
  const { findArrayAttributes } = plotly.PlotSchema;
  for (const x of [[1], [2, 3], [4, 5, 6]])
    assert.deepEqual(findArrayAttributes({ type: "scatter", x, line: { width: 1 } }), ["x"]);
  assert.equal(plotly.walks, 1);
});

test("another kind, another place of an array, or one within an object is another shape", () => {
  const plotly = counted();
  lookOnce(plotly);
  const { findArrayAttributes } = plotly.PlotSchema;
  findArrayAttributes({ type: "scatter", x: [1] });
  findArrayAttributes({ type: "bar", x: [1] });
  findArrayAttributes({ type: "scatter", y: [1] });
  findArrayAttributes({ type: "scatter", x: new Float32Array(1) });
  findArrayAttributes({ type: "scatter", x: [1], marker: { color: [1] } });
  findArrayAttributes({ type: "scatter", x: [1], marker: { color: "red" }, _note: [1] });
  assert.equal(plotly.walks, 4); // the list and the typed array are one shape, what plotly notes for itself is none
});

test("what it returns may be changed by who asked", () => {
  const plotly = counted();
  lookOnce(plotly);
  const { findArrayAttributes } = plotly.PlotSchema;
  findArrayAttributes({ type: "scatter", x: [1] }).push("y");
  assert.deepEqual(findArrayAttributes({ type: "scatter", x: [1] }), ["x"]);
});

test("a plotly without a schema is left as it is", () => {
  const plotly = { react: async () => {}, purge: () => {} };
  lookOnce(plotly);
  assert.deepEqual(Object.keys(plotly), ["react", "purge"]);
});
