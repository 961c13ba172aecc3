// Which lines a box over parallel coordinates chooses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { within } from "../../../pages/components/web/figure/brush.js";

/** @param {string} run @param {number[]} y @returns {any} */
const line = (run, y) => ({ customdata: y.map(() => run), y, x: y.map((_, axis) => axis) });
const LINES = [line("rising", [0, 0.5, 1]), line("falling", [1, 0.5, 0]), line("high", [1, 1, 1])];

for (const [said, box, chosen] of /** @type {[string, {x: number[], y: number[]}, string[]][]} */ ([
  ["over the first axis, its upper half", { x: [-0.2, 0.2], y: [0.6, 1.1] }, ["falling", "high"]],
  ["the same drawn from right to left and upwards", { x: [0.2, -0.2], y: [1.1, 0.6] }, ["falling", "high"]],
  ["over two axes: whoever leaves it at one is out", { x: [-0.2, 1.2], y: [0.6, 1.1] }, ["high"]],
  ["between two axes, where lines run through its middle", { x: [1.4, 1.6], y: [0.7, 0.8] }, ["rising"]],
  ["where no line runs", { x: [0.9, 1.1], y: [0.6, 0.7] }, []],
  ["beyond the last axis", { x: [2.1, 2.3], y: [-0.1, 0.1] }, ["falling"]],
]))
  test(`a box ${said}`, () => assert.deepEqual(within(LINES, box), chosen));
