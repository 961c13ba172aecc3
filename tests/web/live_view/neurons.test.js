// The diagram of the network: what its maps and lines are made of, and where its keys lead.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ends, paint, signed } from "../../../pages/components/web/live_view/neuron.js";
import { largest, line, Neurons } from "../../../pages/components/web/live_view/neurons.js";
import { press, root } from "../page.js";
import { view } from "./view.js";

/** @import { Seen } from "../../../pages/components/web/live_view/neuron.js" */

const SIGNS = { positive: "#0000ff", negative: "#ff0000" };
const OPTIONS = {
  columns: [
    { units: 2, layers: [], names: ["x₁", "x₂"] },
    { units: 3, layers: ["Linear", "Tanh"], names: [] },
    { units: 1, layers: ["Output"], names: ["yes"] },
  ],
  signs: SIGNS,
};
const MAP = [Uint8Array.of(0, 255), Uint8Array.of(51, 204)];

/** @param {number} units @param {object} more @returns {Seen} */
function seen(units, more = {}) {
  return {
    values: Array(units).fill(MAP),
    low: Float32Array.from({ length: units }, () => -1),
    high: Float32Array.from({ length: units }, () => 4),
    ...more,
  };
}

const WEIGHTS = [Float32Array.of(0.5, -2), Float32Array.of(1, 0), Float32Array.of(-0.25, 0.125)];
const SEEN = {
  epoch: 7,
  0: seen(2),
  1: seen(3, { weights: WEIGHTS, bias: Float32Array.of(0.1, -0.2, 0.3) }),
  2: seen(1, { weights: [Float32Array.of(1, 2, 3)] }),
};

/** A diagram on the page, filled with what a probe saw. */
function diagram(neurons = SEEN) {
  const theme = { background: "#ffffff", text: "#000000", shade: (/** @type {string} */ each) => each };
  const made = new Neurons(Object.assign(view(), { theme, themes: 0 }), OPTIONS);
  root().append(made.element, made.detail.element);
  made.fill(/** @type {any} */ ({ neurons }));
  return made;
}

/** A canvas that keeps what is put into it. @param {number} side */
function canvas(side) {
  /** @type {{image?: {width: number, height: number, data: Uint8ClampedArray}}} */
  const kept = {};
  const made = document.createElement("canvas");
  made.width = made.height = side;
  const pen = {
    createImageData: (/** @type {number} */ width, /** @type {number} */ height) => ({
      ...{ width, height, data: new Uint8ClampedArray(4 * width * height) },
    }),
    putImageData: (/** @type {any} */ image) => Object.assign(kept, { image }),
  };
  Object.assign(made, { getContext: () => pen });
  /** @type {(x: number, y: number) => number[]} */
  const pixel = (x, y) => [...(kept.image?.data.slice(4 * (y * side + x), 4 * (y * side + x) + 4) ?? [])];
  return { made, pixel };
}

const COLOURS = signed(SIGNS, "#fff");

test("a value of zero has the colour of the page, the largest of either sign the full one of its sign", () => {
  const { made, pixel } = canvas(2);
  paint(made, seen(1), 0, COLOURS); // bytes stand for -1 to 4, and 51 of 255 for 0
  assert.deepEqual(pixel(0, 0).map((each) => Math.round(each / 8)), [32, 32, 32, 32]); // biome-ignore format: as it reads
  assert.deepEqual(pixel(1, 1), [0, 0, 255, 255]); // the first row is the lowest
  const [red, , blue] = pixel(0, 1); // -1: a quarter of the way to the negative end
  assert.ok(red === 255 && blue > 170 && blue < 200);
});

test("a neuron that gives the same everywhere has one colour, and zero is that of the page", () => {
  const flat = (/** @type {number} */ value) =>
    seen(1, { low: [value], high: [value], values: [[Uint8Array.of(0, 0), Uint8Array.of(0, 0)]] });
  const { made, pixel } = canvas(2);
  for (const [value, colour] of /** @type {[number, number[]][]} */ ([
    [3, [0, 0, 255, 255]],
    [-3, [255, 0, 0, 255]],
  ])) {
    paint(made, flat(value), 0, COLOURS);
    assert.deepEqual(pixel(0, 0), colour);
  }
  paint(made, flat(0), 0, COLOURS);
  assert.ok(pixel(1, 1).every((each) => each > 250));
  assert.deepEqual(ends(flat(0), 0), [-1, 1]);
});

test("a place where a neuron is not finite stays open, and the map says so", () => {
  const { made, pixel } = canvas(2);
  const holes = [Uint8Array.of(0, 1), Uint8Array.of(0, 0)];
  paint(made, seen(1, { unfinite: [holes] }), 0, COLOURS);
  assert.deepEqual(pixel(1, 1), [0, 0, 0, 0]);
  assert.equal(pixel(0, 1)[3], 255);
  assert.ok(made.classList.contains("live-unfinite"));
  paint(made, seen(1), 0, COLOURS);
  assert.ok(!made.classList.contains("live-unfinite"));
});

test("a line is as wide as its weight is large within its layer; zero has none, no number is dashed", () => {
  const most = largest([Float32Array.of(1, -4), Float32Array.of(Number.NaN, 2)]);
  assert.equal(most, 4);
  assert.equal(line(0, most).width, 0);
  const [one, two, four] = [1, -2, 4].map((weight) => line(weight, most).width);
  assert.ok(one < two && two < four);
  assert.ok(Math.abs(2 * (two - one) - (four - two)) < 1e-9);
  assert.ok(line(Number.NaN, most).dash.length > 0);
  assert.equal(line(0, 0).width, 0); // a layer of zeros
});

test("a neuron that is pointed at is shown in large, with its bias and the weights into it", () => {
  const made = diagram();
  const { detail, cells } = made;
  cells[1][1].dispatchEvent(new PointerEvent("pointerenter"));
  assert.match(detail.heading.textContent ?? "", /^neuron_hidden · Linear 3 · Tanh$/);
  const rows = [...detail.weights.children].map((each) => each.textContent);
  assert.deepEqual(rows, ["x₁1.000", "x₂0.000"]);
  assert.equal(detail.bias.hidden, false);
  cells[2][0].dispatchEvent(new PointerEvent("pointerenter"));
  assert.equal(detail.weights.children.length, 3);
  assert.equal(detail.bias.hidden, true); // its layer has none
  cells[0][1].dispatchEvent(new PointerEvent("pointerenter"));
  assert.equal(detail.weights.hidden, true); // nothing leads to an input
});

test("one neuron is reached by Tab, arrows lead to the others and no further than the last", () => {
  const { net, cells, element, detail } = diagram();
  const reached = () => [...element.querySelectorAll("button")].filter(({ tabIndex }) => tabIndex === 0);
  assert.deepEqual(reached(), [cells[1][0]]);
  cells[1][0].focus();
  for (const [key, column, unit] of /** @type {[string, number, number][]} */ ([
    ["ArrowDown", 1, 1],
    ["End", 1, 2],
    ["ArrowDown", 1, 2],
    ["ArrowRight", 2, 0],
    ["ArrowRight", 2, 0],
    ["ArrowLeft", 1, 0],
    ["ArrowLeft", 0, 0],
    ["ArrowUp", 0, 0],
    ["End", 0, 1],
    ["Home", 0, 0],
  ])) {
    press(net, key);
    assert.equal(document.activeElement, cells[column][unit]);
    assert.deepEqual(reached(), [cells[column][unit]]);
    assert.equal(cells[column][unit].getAttribute("aria-describedby"), detail.id);
  }
});

test("the same epoch is painted once, another one and another theme anew", () => {
  const made = diagram();
  let painted = 0;
  made.drawDetail = () => {
    painted += 1;
  };
  made.fill(/** @type {any} */ ({ neurons: SEEN }));
  assert.equal(painted, 0);
  made.fill(/** @type {any} */ ({ neurons: { ...SEEN, epoch: 8 } }));
  made.view.themes = 1;
  made.fill(/** @type {any} */ ({ neurons: { ...SEEN, epoch: 8 } }));
  assert.equal(painted, 2);
});

test("a run that was recorded before there were such maps shows no empty diagram", () => {
  const made = diagram();
  const { element, detail, view } = made;
  for (const [state, parts, hidden] of /** @type {[string, any, boolean][]} */ ([
    ["running", {}, false],
    ["finished", {}, true],
    ["finished", { neurons: [0, 1] }, false],
  ])) {
    view.run.status = { state };
    view.run.film.parts = parts;
    made.draw();
    assert.equal(element.hidden, hidden);
    assert.equal(detail.element.hidden, hidden);
  }
});

test("what is no number is called so, and never zero", () => {
  const broken = {
    ...SEEN,
    1: seen(3, { weights: WEIGHTS, bias: Float32Array.of(Number.NaN, 0, 0), low: [NaN, 0, 0] }),
  };
  const { detail } = diagram(broken);
  detail.view.texts.neuron_bias = "{bias}";
  detail.view.texts.neuron_gives = "{low} to {high}";
  detail.show([1, 0], /** @type {any} */ ([broken[0], broken[1], broken[2]]), SIGNS, COLOURS);
  assert.equal(detail.bias.textContent, "not_finite");
  assert.equal(detail.facts.textContent, "not_finite to 4.000");
});
