// A figure with its numbers: drawn once for each, its lines stay as the reader has them, and a clicked point is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import show from "../../../pages/components/web/figure/component.js";
import { page, root } from "../page.js";

page.happyDOM.settings.handleDisabledFileLoadingAsSuccess = true; // scripts and style sheets are there at once

/** Stands for plotly: keeps what it was told to draw, and lets a test click. */
class Plotly {
  /** @type {any[][]} the lines of each drawing */
  drawn = [];
  /** @type {Record<string, (event: any) => void>} */
  heard = {};

  /** @param {any} picture @param {any[]} lines */
  react = async (picture, lines) => {
    picture.on = (/** @type {string} */ name, /** @type {(event: any) => void} */ act) => {
      this.heard[name] = act;
    };
    this.drawn.push(lines);
  };

  purge() {}
}

/** @param {number[]} y @param {object} [more] of the second line */
function figure(y, more = {}) {
  const line = { type: "scatter", mode: "lines", x: [0, 1], meta: { series: "mean" } };
  return {
    data: [
      { ...line, name: "first", y },
      { ...line, name: "second", y: [5, 6], ...more },
    ],
    layout: { title: { text: "Loss" }, meta: { caption: "said" }, xaxis: {}, yaxis: {}, height: 300 },
  };
}

async function shown() {
  const plotly = new Plotly();
  Object.defineProperty(page, "Plotly", { value: plotly, configurable: true });
  Object.defineProperty(page.HTMLElement.prototype, "clientWidth", { get: () => 600, configurable: true });
  const parentElement = root();
  /** @type {unknown[]} */
  const told = [];
  const give = async (/** @type {any} */ made) => {
    const data = {
      ...{ figure: made, style: "./style.css", plotly: "./plotly.js", language: "en", dark: {} },
      texts: { plotly: {} },
    };
    const setTriggerValue = (/** @type {string} */ _name, /** @type {unknown} */ value) => told.push(value);
    await show(/** @type {any} */ ({ data, parentElement, setTriggerValue }));
    await new Promise((done) => setImmediate(done));
  };
  return { plotly, give, told, parentElement };
}

test("the same numbers are drawn once, and others into the same picture", async () => {
  const { plotly, give, parentElement } = await shown();
  await give(figure([1, 2]));
  const picture = parentElement.querySelector(".live-picture");
  const before = plotly.drawn.length;
  await give(figure([1, 2]));
  assert.equal(plotly.drawn.length, before);
  await give(figure([3, 4]));
  assert.equal(plotly.drawn.length, before + 1);
  assert.deepEqual(plotly.drawn.at(-1)?.[0].y, [3, 4]);
  assert.equal(parentElement.querySelector(".live-picture"), picture);
});

test("a line that waits in the legend stays as the reader has it", async () => {
  const { plotly, give, parentElement } = await shown();
  await give(figure([1, 2], { visible: "legendonly" }));
  assert.equal(plotly.drawn.at(-1)?.[1].visible, false);
  const entry = [...parentElement.querySelectorAll(".live-legend button")].at(-1);
  /** @type {HTMLElement} */ (entry).click();
  assert.equal(plotly.drawn.at(-1)?.[1].visible, true);
  await give(figure([3, 4], { visible: "legendonly" }));
  assert.equal(plotly.drawn.at(-1)?.[1].visible, true);
});

test("a point with something to say is told when it is clicked, and no other", async () => {
  const { plotly, give, told } = await shown();
  await give(figure([1, 2]));
  plotly.heard.plotly_click?.({ points: [{ customdata: 3 }, { customdata: "run-7" }] });
  plotly.heard.plotly_click?.({ points: [{ customdata: "" }] });
  assert.deepEqual(told, ["run-7"]);
});
