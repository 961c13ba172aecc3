// The confusion matrix: what its cells say, and that each of them opens its examples, by pointer and by key.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Confusion } from "../../../pages/components/web/live_view/confusion.js";
import { press } from "../page.js";
import { filmed, placed, widen } from "./filmed.js";
import { film, frame, server, settled } from "./recorded.js";

widen();
const CLASSES = ["cat", "dog", "<b>owl"];
const COUNTS = [[8, 1, 1], [0, 0, 0], [2, 0, 6]]; // biome-ignore format: rows of a matrix

function matrix(counts = COUNTS) {
  const view = filmed();
  view.run.confusion = { newest: { epoch: 3, counts } };
  /** @type {[number, number][]} */
  const opened = [];
  const made = new Confusion(view, CLASSES, (truth, answer) => opened.push([truth, answer]));
  placed(made.element);
  made.draw();
  const texts = () => made.cells.map((row) => row.map(({ textContent }) => textContent));
  return { made, view, opened, texts };
}

test("cells hold counts, nothing for none, and say in words what they are", () => {
  const { made, texts } = matrix();
  assert.deepEqual(texts(), [["8", "1", "1"], ["", "", ""], ["2", "", "6"]]); // biome-ignore format: rows of a matrix
  assert.equal(made.cells[0]?.[1]?.getAttribute("aria-label"), "True cat, answered dog: 1, 10.0%");
  assert.equal(made.cells[0]?.[0]?.dataset.right, "true");
  assert.equal(made.cells[0]?.[1]?.dataset.right, "false");
  assert.equal(made.element.querySelector("tbody tr:last-child th")?.textContent, "<b>owl");
});

test("they can hold shares of their row", () => {
  const { made, texts } = matrix();
  const mode = /** @type {HTMLSelectElement} */ (made.element.querySelector("select"));
  mode.value = "shares";
  mode.dispatchEvent(new Event("change"));
  assert.deepEqual(texts(), [["80.0%", "10.0%", "10.0%"], ["", "", ""], ["25.0%", "", "75.0%"]]); // biome-ignore format: rows of a matrix
});

test("a cell that is pressed opens its examples and stays pressed while epochs pass", () => {
  const { made, opened } = matrix();
  made.cells[2]?.[0]?.click();
  assert.deepEqual(opened, [[2, 0]]);
  made.draw();
  const pressed = made.cells.flat().map((cell) => cell.getAttribute("aria-pressed"));
  assert.deepEqual(
    pressed,
    Array.from({ length: 9 }, (_, place) => String(place === 6)),
  );
});

test("one cell has the tab stop; arrows lead to the others and stop at the edges", () => {
  const { made } = matrix();
  const stops = () => made.cells.flat().flatMap(({ tabIndex }, place) => (tabIndex === 0 ? [place] : []));
  assert.deepEqual(stops(), [0]);
  const table = /** @type {Element} */ (made.element.querySelector("table"));
  for (const [key, place] of /** @type {[string, number][]} */ ([
    ["ArrowRight", 1],
    ["ArrowDown", 4],
    ["ArrowDown", 7],
    ["ArrowDown", 7],
    ["ArrowLeft", 6],
    ["ArrowLeft", 6],
    ["ArrowUp", 3],
    ["a", 3],
  ])) {
    // biome-ignore format: as it reads
    press(table, key);
    assert.deepEqual(stops(), [place]);
  }
  assert.equal(document.activeElement, made.cells[1]?.[0]);
  made.cells[0]?.[2]?.click();
  assert.deepEqual(stops(), [2]);
});

test("the most confused pairs come first, and open their examples", () => {
  const { made, opened } = matrix();
  const pairs = [...made.pairs.querySelectorAll("button")];
  assert.deepEqual(
    pairs.map(({ textContent }) => textContent),
    ["<b>owl taken for cat: 2", "cat taken for dog: 1", "cat taken for <b>owl: 1"],
  );
  pairs[0]?.click();
  assert.deepEqual(opened, [[2, 0]]);
});

test("where nothing is confused there are no pairs, and no heading for them", () => {
  const { made } = matrix([[3, 0, 0], [0, 1, 0], [0, 0, 2]]); // biome-ignore format: rows of a matrix
  assert.equal(made.pairs.children.length, 0);
  assert.equal(made.pairsHeading.hidden, true);
});

test("another epoch of the film is waited for, shown when it is here, and a part that is gone is said", async () => {
  const { made, view, texts } = matrix();
  server({ "film-1/0-1": { counts: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] } }); // biome-ignore format: rows of a matrix
  view.run.film = film(frame(1, ["confusion"]), frame(5, ["confusion"]));
  view.epoch = 1;
  made.draw();
  assert.equal(texts()[0]?.[0], "8"); // as it was
  await settled();
  await settled();
  assert.deepEqual(texts(), [["1", "", ""], ["", "1", ""], ["", "", "1"]]); // biome-ignore format: rows of a matrix
  view.epoch = 5;
  made.draw();
  await settled();
  await settled();
  assert.deepEqual(view.announced, ["It could not be fetched."]);
  assert.equal(texts()[0]?.[0], "1");
});
