// Panels that look through the layers: what they show at an epoch, what they ask, and what is no finite number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../../../pages/components/web/kit/dom.js";
import { numbers } from "../../../pages/components/web/kit/numbers.js";
import { coloured, hasUnfinite, largest, palette } from "../../../pages/components/web/live_view/cells.js";
import { Film } from "../../../pages/components/web/live_view/film.js";
import { Filters, share } from "../../../pages/components/web/live_view/filters.js";
import { extentOf, HiddenSpace, niceStep } from "../../../pages/components/web/live_view/hidden_space.js";
import { choices } from "../../../pages/components/web/live_view/live_view.js";
import { Passage } from "../../../pages/components/web/live_view/passage.js";
import { Pins } from "../../../pages/components/web/live_view/pins.js";
import { turns } from "../../../pages/components/web/live_view/turns.js";
import { root } from "../page.js";

const THEME = {
  isDark: false,
  text: "#1b2330",
  border: "#dde2ea",
  font: "sans",
  shade: (/** @type {string} */ c) => c,
};
const PALETTE = palette(/** @type {any} */ (THEME));
const KIND = { shape: [2], features: ["a", "b"], words: [], part: "validation" };

/** @param {number[]} epochs whose weights were kept */
function viewOf(epochs, state = "finished") {
  const film = new Film("film");
  film.add(epochs.map((epoch) => ({ epoch, file: "f", parts: { state_dict: [0, 1] }, numbers: {} })));
  const forms = {
    maps: "maps",
    vector: "vector",
    states: "states",
    attention: "attention",
    sequence: "sequence",
  };
  return {
    epoch: /** @type {number | null} */ (null),
    theme: THEME,
    themes: 0,
    texts: { forms },
    pins: new Pins({ charts: [] }, []),
    numbers: numbers("en", /** @type {any} */ ({})),
    data: { ended: ["finished"], language: "en", runs: [{ key: "k" }], analysis: "./analysis" },
    run: { film, status: { state } },
    say: (/** @type {string} */ name, values = {}) => `${name} ${JSON.stringify(values)}`,
  };
}

/**
 * Put a panel on the page, with answers in place of the server's.
 * @param {any} panel
 * @param {(asked: any) => any} answer
 */
function opened(panel, answer) {
  /** @type {any[]} */
  const asked = [];
  panel.analysis.ask = async (/** @type {any} */ question) => {
    asked.push(question);
    return answer(question);
  };
  root().append(panel.element);
  Object.defineProperty(panel.element, "clientWidth", { value: 600 });
  return asked;
}

const soon = () => new Promise((done) => setTimeout(done));

test("cells are blue above zero, orange below, as strong as their share, and red where there is no number", () => {
  const made = coloured([[0, 2, -2, 1, Number.NaN, Number.POSITIVE_INFINITY]], 2, PALETTE);
  const pixel = (/** @type {number} */ at) => [...made.slice(4 * at, 4 * at + 3)];
  assert.deepEqual(pixel(0), PALETTE.zero);
  assert.deepEqual(pixel(1), PALETTE.above);
  assert.deepEqual(pixel(2), PALETTE.below);
  assert.deepEqual(pixel(3).map((each, part) => Math.abs(each - ((PALETTE.zero[part] ?? 0) + (PALETTE.above[part] ?? 0)) / 2) <= 0.5), [true, true, true]); // biome-ignore format: as it reads
  assert.deepEqual(pixel(4), PALETTE.unfinite);
  assert.deepEqual(pixel(5), PALETTE.unfinite);
});

test("the scale is that of the largest finite number, and what is none is noticed", () => {
  assert.equal(largest([[1, -3], [Number.NaN, Number.POSITIVE_INFINITY]]), 3); // biome-ignore format: as it reads
  assert.equal(largest([]), 0);
  assert.equal(hasUnfinite([[1], [Number.NEGATIVE_INFINITY]]), true);
  assert.equal(hasUnfinite([[1], [0]]), false);
});

test("a byte of a filter is a share of its largest weight; 0 is none", () => {
  assert.deepEqual([1, 128, 255].map(share), [-1, 0, 1]);
  assert.ok(Number.isNaN(share(0)));
});

test("curves have a gap where a weight is no finite number, and it is said", () => {
  const panel = new Filters(viewOf([0]), { layer: "1 Conv1d" });
  const weights = [[Uint8Array.from([128, 255, 0, 1])]];
  panel.fill({ filters: { epoch: 3, weights, high: 0.5, count: 9, channels: 1 } });
  assert.match(
    panel.grid.querySelector("path")?.getAttribute("d") ?? "",
    /^M0\.0 22\.0L32\.0 1\.0M96\.0 43\.0$/,
  );
  assert.equal(panel.trouble.hidden, false);
  assert.match(panel.heading.textContent ?? "", /"epoch":3/);
  assert.match(panel.caption.textContent ?? "", /filters_few {"shown":1,"count":9}/);
  panel.fill({
    filters: { epoch: 4, weights: [[Uint8Array.from([128, 255, 9, 1])]], high: 1, count: 1, channels: 1 },
  });
  assert.equal(panel.trouble.hidden, true);
  assert.equal(panel.element.dataset.epoch, "4");
});

test("one panel of those that take turns is shown and drawn", () => {
  /** @type {string[]} */
  const drawn = [];
  const named = ["one", "other"].map((name) => {
    return /** @type {[string, any]} */ ([
      name,
      { element: make("p", {}, name), draw: () => drawn.push(name) },
    ]);
  });
  const { element, draw } = turns("a choice", named);
  const buttons = [...element.querySelectorAll("button")];
  const shown = () =>
    [...element.querySelectorAll("p")].filter(({ hidden }) => !hidden).map((each) => each.textContent);
  assert.deepEqual([drawn, shown()], [["one"], ["one"]]);
  buttons[1]?.click();
  draw();
  assert.deepEqual([drawn, shown()], [["one", "other", "other"], ["other"]]);
  assert.deepEqual(buttons.map((each) => each.getAttribute("aria-pressed")), ["false", "true"]); // biome-ignore format: as it reads
});

test("figures of one choice stand in one place, all others alone", () => {
  const figure = (/** @type {any} */ choice) =>
    /** @type {any} */ ({ layout: { meta: { caption: "", choice } } });
  const all = [
    figure(undefined),
    figure({ of: "w", label: "1" }),
    figure({ of: "w", label: "2" }),
    figure(undefined),
  ];
  assert.deepEqual(choices(all).map((named) => named.map(([label]) => label)), [[""], ["1", "2"], [""]]); // biome-ignore format: as it reads
});

const SPACE = {
  layers: ["1 Linear", "2 ReLU"],
  usual: 0,
  classes: ["no", "yes"],
  hues: ["#0e8a9b", "#b0388f"],
};
const XY = [[[0, 0], [2, 1]], [[-4, 0], [4, Number.NaN]]]; // biome-ignore format: as it reads

function space(state = "finished") {
  const view = viewOf([0, 5, 9], state);
  const panel = new HiddenSpace(view, SPACE, KIND);
  const answers = (/** @type {any} */ { layer }) => ({
    ...{ layer, epochs: [0, 9], xy: XY, explained: [0.6, 0.3], places: [0, 1], truth: [0, 1] },
  });
  return { view, panel, asked: opened(panel, answers) };
}

test("the hidden space is asked for once, and follows the epoch in steps of those that were kept", async () => {
  const { view, panel, asked } = space();
  panel.draw();
  panel.draw();
  await soon();
  assert.deepEqual(asked, [{ layer: 0 }]);
  assert.equal(panel.element.dataset.epoch, "9");
  view.epoch = 3;
  panel.draw();
  assert.equal(panel.element.dataset.epoch, "0");
  assert.equal(asked.length, 1);
  const [first, second] = panel.points;
  assert.equal(/** @type {any} */ (second)[0] > /** @type {any} */ (first)[0], true);
});

test("the axes hold all epochs, so that a point moves only where its example has moved", async () => {
  const { view, panel } = space();
  assert.deepEqual(extentOf(XY), [[-4, 4], [0, 1]]); // biome-ignore format: as it reads
  assert.deepEqual(extentOf([[[Number.NaN, Number.NaN]]]), [[-1, 1], [-1, 1]]); // biome-ignore format: as it reads
  panel.draw();
  await soon();
  const at = panel.scaled(600).place(2, 1);
  view.epoch = 0;
  panel.draw();
  assert.deepEqual(panel.scaled(600).place(2, 1), at);
});

test("examples without finite numbers are counted, not drawn as zero", async () => {
  const { view, panel } = space();
  panel.draw();
  await soon();
  assert.equal(panel.gone.hidden, false);
  assert.match(panel.gone.textContent ?? "", /"count":1/);
  view.epoch = 0;
  panel.draw();
  assert.equal(panel.gone.hidden, true);
});

test("another layer is asked for, and an answer that comes too late is left aside", async () => {
  const { panel, asked } = space();
  panel.draw();
  panel.select.value = "1";
  panel.select.dispatchEvent(new Event("change"));
  await soon();
  assert.deepEqual(asked, [{ layer: 0 }, { layer: 1 }]);
  assert.equal(panel.element.dataset.layer, "1");
});

test("arrows lead from example to example; a class alone is marked in the legend", async () => {
  const { panel } = space();
  panel.draw();
  await soon();
  panel.canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true }));
  assert.match(panel.example.textContent ?? "", /example_number {"number":1}.*"name":"no"/);
  const buttons = [...panel.legend.querySelectorAll("button")];
  buttons[1]?.click();
  assert.deepEqual(buttons.map((each) => each.getAttribute("aria-pressed")), ["false", "true"]); // biome-ignore format: as it reads
  buttons[1]?.click();
  assert.deepEqual(buttons.map((each) => each.getAttribute("aria-pressed")), ["true", "true"]); // biome-ignore format: as it reads
});

test("a sentence stands where nothing could be computed, and where no weights were kept nothing is asked", async () => {
  const { panel } = space();
  panel.analysis.ask = async () => {
    throw new Error("It is gone.");
  };
  panel.draw();
  await soon();
  assert.equal(panel.trouble.textContent, "It is gone.");
  const bare = new HiddenSpace(viewOf([]), SPACE, KIND);
  const asked = opened(bare, () => assert.fail());
  bare.draw();
  assert.match(bare.trouble.textContent ?? "", /no_weights/);
  assert.equal(asked.length, 0);
});

test("steps of an axis are round", () => {
  assert.deepEqual([0.7, 1, 1.2, 3, 60].map(niceStep), [1, 1, 2, 5, 100]);
});

const PARTS = {
  0: { place: 0, layer: "Linear", form: "vector", size: [2], values: [[1, 2], [3, Number.NaN]] }, // biome-ignore format: as it reads
  1: { place: 1, layer: "Conv2d", form: "maps", size: [1, 1, 2], values: [[[[1, 2]]], [[[0, 0]]]] },
};

test("what the layers give stands in their order, at the epoch shown, and says where it is not finite", async () => {
  const view = viewOf([0, 9]);
  const panel = new Passage(view, { pinned: false, classes: [], task: "multilabel" }, KIND);
  const asked = opened(panel, ({ row }) => ({ row, epochs: [0, 9], input: [1, 2], parts: PARTS }));
  panel.draw();
  await soon();
  assert.deepEqual(asked, [{ row: 0 }]);
  const items = [...panel.path.list.children].map((each) => /** @type {HTMLElement} */ (each));
  assert.deepEqual(items.map(({ dataset }) => dataset.form), ["vector", "maps"]); // biome-ignore format: as it reads
  const note = () => items[0]?.querySelector(".live-trouble");
  assert.equal(/** @type {HTMLElement} */ (note()).hidden, false);
  view.epoch = 1;
  panel.draw();
  assert.equal(/** @type {HTMLElement} */ (note()).hidden, true);
  assert.equal(panel.element.dataset.epoch, "0");
  panel.choose(4);
  await soon();
  assert.deepEqual(asked.at(-1), { row: 4 });
});

test("of a large network the epoch that is shown is asked for, once the slider rests", async () => {
  const view = viewOf([0, 5, 9]);
  const panel = new Passage(view, { pinned: false, classes: [], task: "multilabel" }, KIND);
  const parts = { 0: { ...PARTS[0], values: [[1, 2]] } };
  const asked = opened(panel, ({ row, epoch = 9 }) => ({ row, epochs: [epoch], input: [1, 2], parts }));
  panel.draw();
  await soon();
  for (const epoch of [1, 2, 4, 5]) {
    view.epoch = epoch;
    panel.draw();
  }
  await soon();
  assert.ok(asked.every(({ epoch }) => epoch === undefined || epoch === 0 || epoch === 9));
  while (asked.at(-1).epoch !== 5) await soon();
  assert.deepEqual(asked.at(-1), { row: 0, epoch: 5 });
  while (panel.element.dataset.epoch !== "5") await soon();
});
