// The parts of a board in a page: they show what expressions say, and what a hand or the arrow keys move is put.

import assert from "node:assert/strict";
import { test } from "node:test";
import show from "../../../pages/components/web/board/component.js";
import { Scope } from "../../../pages/components/web/board/expression.js";
import { Matrices } from "../../../pages/components/web/board/matrices.js";
import { press, root } from "../page.js";

/** @import { Board, Data, Values } from "../../../pages/components/web/board/types.d.ts" */

/** @type {Board} */
const BOARD = {
  main: [
    {
      kind: "Plane",
      title: "A line",
      caption: "",
      x: { low: 0, high: 10, label: "x", ticks: [0, 10] },
      y: { low: 0, high: 10, label: "y", ticks: [5] },
      aspect: 1,
      legend: [["points", "#123456"]],
      marks: [
        { kind: "Curve", y: ["*", "w", "x"], says: "the line", colour: "#1f6feb", dashed: false },
        {
          kind: "Points",
          x: "px1",
          y: "py1",
          says: "points",
          group: 0,
          colours: ["#123456"],
          wrong: 0,
          chosen: "point",
          radius: 4,
        },
        {
          kind: "Handle",
          x: 1,
          y: "w",
          label: "slope",
          set: { w: "py" },
          colour: "#1b2330",
          shape: "disc",
          step: 0.5,
        },
      ],
    },
  ],
  side: [
    {
      kind: "Bars",
      title: "Bars",
      caption: "",
      low: 0,
      high: 4,
      digits: 1,
      bars: [{ label: "w", value: "w", colour: "#1f6feb" }],
    },
    {
      kind: "Matrices",
      title: "M",
      caption: "",
      items: [
        { kind: "Cells", name: "W", rows: [["w", 1]], digits: 2, edit: true, tint: true },
        "=",
        { kind: "Cells", name: "", rows: [["double"]], digits: 2, edit: false, tint: false },
      ],
    },
    {
      kind: "Code",
      title: "Code",
      caption: "",
      lines: ["a = 1", "b = 2"],
      lit: "point",
      notes: { 1: "w is {w:1}" },
    },
  ],
  knobs: [
    { name: "w", symbol: "w_1", label: "weight", low: 0, high: 4, step: 0.5, digits: 2, hidden: false },
  ],
  readouts: [
    {
      name: "double",
      label: "twice",
      value: "double",
      digits: 2,
      full: 8,
      best: 4,
      best_said: "best",
      near: 4,
      higher_is_better: true,
    },
  ],
  columns: { px1: [1, 2], py1: [3, 4] },
  definitions: { double: ["*", 2, "w"] },
  measured: { double: 2 },
};
const TEXTS = { play: "Play", pause: "Pause", back: "Back", on: "On", frame: "Frame" };

/** @param {Partial<Board>} more @param {number} revision */
function drawn(more = {}, revision = 1) {
  const page = root();
  /** @type {[string, any][]} */
  const sent = [];
  /** @type {Data} */
  const data = {
    board: { ...BOARD, ...more },
    revision,
    values: { w: 1, point: 0 },
    at: { w: 1, point: 0 },
    dark: {},
    texts: TEXTS,
  };
  const receive = (/** @type {Data} */ next) =>
    show({
      data: next,
      parentElement: page,
      setStateValue: (name, value) => sent.push([name, value]),
      setTriggerValue: () => {},
    });
  receive(data);
  /** @param {string} selector */
  const find = (selector) => /** @type {HTMLElement} */ (page.querySelector(selector));
  return { page, sent, data, receive, find };
}

const resting = () => new Promise((done) => setTimeout(done, 200));

test("at rest the numbers are those that torch measured; a slider moves all that reads it, at once", () => {
  const { find } = drawn();
  assert.equal(find(".board").dataset.by, "torch");
  const slider = /** @type {HTMLInputElement} */ (find("input[type=range][data-knob=w]"));
  slider.value = "3";
  slider.oninput?.(/** @type {any} */ (new Event("input")));
  assert.equal(find(".board").dataset.by, "browser");
  assert.equal(find("[data-readout=double]").dataset.value, "6");
  assert.equal(find(".bars output").textContent, "3.0");
  assert.equal(find(".matrix:last-child td").textContent, "6.00");
});

test("Python hears of it once it rests, with what was moved and for which revision", async () => {
  const { find, sent } = drawn({}, 7);
  const slider = /** @type {HTMLInputElement} */ (find("input[type=range][data-knob=w]"));
  slider.value = "2";
  slider.oninput?.(/** @type {any} */ (new Event("input")));
  assert.deepEqual(sent, []);
  slider.onchange?.(/** @type {any} */ (new Event("change")));
  await resting();
  assert.deepEqual(sent, [["hand", { revision: 7, values: { w: 2, point: 0 }, moved: ["w"] }]]);
});

test("arrow keys move a handle, within the bounds of its knob", () => {
  const { find } = drawn();
  const handle = find(".grip");
  press(handle, "ArrowUp");
  assert.equal(find("[data-readout=double]").dataset.value, "3");
  for (let n = 0; n < 20; n++) press(handle, "ArrowUp");
  assert.equal(find("[data-readout=double]").dataset.value, "8");
  assert.equal(handle.getAttribute("aria-label"), "slope");
});

test("arrow keys choose a point; what is said follows, with live values", () => {
  const { find } = drawn();
  press(find("g.points"), "ArrowRight");
  assert.equal(find("g.points").getAttribute("aria-valuenow"), "2");
  assert.equal(find("code.lit").textContent, "b = 2");
  assert.equal(find(".note").textContent, "w is 1.0");
});

test("a number typed into a cell is put; what is none is put back", () => {
  const { find } = drawn();
  const cell = /** @type {HTMLInputElement} */ (find("input[type=number]"));
  cell.value = "2.5";
  cell.onchange?.(/** @type {any} */ (new Event("change")));
  assert.equal(find("[data-readout=double]").dataset.value, "5");
  cell.value = "";
  cell.onchange?.(/** @type {any} */ (new Event("change")));
  assert.equal(cell.value, "2.5");
});

test("the same revision leaves the learner's values; a newer one replaces them", () => {
  const { find, data, receive } = drawn();
  press(find(".grip"), "ArrowUp");
  receive(data);
  assert.equal(find("[data-readout=double]").dataset.value, "3");
  receive({ ...data, revision: 2 });
  assert.equal(find("[data-readout=double]").dataset.value, "2");
});

test("frames give names their values; a hand that moves one of those goes on from there", () => {
  const frames = { count: 3, seconds: 1, start: 1, values: { w: [0, 2, 4] }, label: "step {frame}" };
  const { find } = drawn({ frames });
  assert.equal(find("[data-readout=double]").dataset.value, "4");
  assert.equal(find(".player output").textContent, "step 1");
  /** @type {HTMLElement} */ (find(".player button:nth-child(3)")).click();
  assert.equal(find("[data-readout=double]").dataset.value, "8");
  press(find(".grip"), "ArrowDown");
  assert.equal(find("[data-readout=double]").dataset.value, "7");
  assert.equal(find(".player").hidden, true);
});

test("an element that stays what it was is not made anew: it keeps its focus", () => {
  const { find, data, receive } = drawn();
  const before = find(".grip");
  receive({ ...data, board: { ...data.board, measured: { double: 2.5 } } });
  assert.equal(find(".grip"), before);
});

test("an answer that comes while somebody types into a cell leaves the digits alone", () => {
  /** @type {Values} */
  const put = {};
  const hands = { put: (/** @type {Values} */ values) => Object.assign(put, values), rest() {} };
  const cells = { kind: "Cells", rows: [["w"]], name: "W", digits: 2, edit: true, tint: true };
  const matrices = new Matrices(
    /** @type {any} */ ({ kind: "Matrices", title: "", items: [cells], caption: "" }),
    hands,
  );
  const shade = (/** @type {string} */ colour) => colour;
  const input = matrices.element.querySelector("input");
  assert.ok(input);
  matrices.show(new Scope({ w: 1 }, {}), shade);
  assert.equal(input.value, "1");
  input.value = "2";
  input.dispatchEvent(new Event("input"));
  matrices.show(new Scope({ w: 1 }, {}), shade);
  assert.equal(input.value, "2", "half typed");
  input.dispatchEvent(new Event("change"));
  assert.deepEqual(put, { w: 2 });
  matrices.show(new Scope({ w: 2.5 }, {}), shade);
  assert.equal(input.value, "2.5");
});
