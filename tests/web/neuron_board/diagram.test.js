// The neuron as a drawing, with the numbers of one point.

import "../page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Diagram } from "../../../pages/components/web/neuron_board/diagram.js";
import { Score } from "../../../pages/components/web/neuron_board/score.js";

/** @import { Colours, Data } from "../../../pages/components/web/neuron_board/types.d.ts" */

/** @type {Colours} */
const COLOURS = { classes: ["#111111", "#eeeeee"], wrong: "#ff0000", best: "#00aa00", now: "#0000ff" };
const TEXTS = { diagram: "The neuron", activation: "sigmoid", target: "target" };
const DATA = /** @type {Data} */ (/** @type {unknown} */ ({ activation: "Sigmoid", texts: TEXTS }));

test("a diagram shows inputs, weights, sum, answer and target of the chosen point", () => {
  const diagram = new Diagram();
  diagram.show(DATA, COLOURS, [1, -0.5, 0.25], [2, 1, 0]); // z = 2 − 0.5 + 0.25
  const shown = (/** @type {Element[]} */ each) => each.map(({ textContent }) => textContent?.trim());
  assert.deepEqual(shown(diagram.inputs), ["2.00", "1.00", "1"]);
  assert.deepEqual(shown(diagram.labels), ["× 1.00", "× −0.50", "0.25"]);
  assert.deepEqual(shown([diagram.sum, diagram.out, diagram.target]), ["1.75", "0.85", "target 0"]);
});

test("an edge has the colour of the class that its weight speaks for, and is as thick as the weight is large", () => {
  const diagram = new Diagram();
  diagram.show(DATA, COLOURS, [1, -0.5, 20], [2, 1, 0]);
  assert.deepEqual(
    diagram.edges.map((edge) => [edge.getAttribute("stroke"), edge.getAttribute("stroke-width")]),
    [
      ["#eeeeee", "2"],
      ["#111111", "1.5"],
      ["#eeeeee", "9"],
    ],
  );
});

test("the mark stays on the drawing where the sum is far out", () => {
  const diagram = new Diagram();
  diagram.show(DATA, COLOURS, [100, 0, 0], [2, 1, 1]);
  assert.equal(diagram.mark.getAttribute("cx"), "350");
});

test("a score is a bar with a mark where the best stands; it changes its colour when it is as good", () => {
  const score = new Score();
  score.show("loss", 0.4567, "lowest possible 0.200", { markAt: 0.2, fillTo: 1.7 }, false, COLOURS);
  assert.equal(score.now.textContent, "loss 0.457");
  assert.equal(score.best.textContent, "lowest possible 0.200");
  assert.deepEqual([score.fill.style.width, score.mark.style.left], ["100%", "20%"]);
  assert.equal(score.fill.style.background, "#0000ff");
  score.show("loss", 0.21, "lowest possible 0.200", { markAt: 0.2, fillTo: 0.21 }, true, COLOURS);
  assert.equal(score.fill.style.background, "#00aa00");
});
