// The gallery of starting points: what a search finds, and where keys lead.

import assert from "node:assert/strict";
import { test } from "node:test";
import { press, root } from "../page.js";

Object.defineProperty(globalThis, "requestAnimationFrame", { value: (/** @type {() => void} */ go) => go() });
const { Gallery } = await import("../../../pages/components/web/gallery/component.js");
const { step } = await import("../../../pages/components/web/gallery/grid.js");

/** @param {string} name */
const card = (name, words = name, group = "tables") => ({
  name,
  group,
  words,
  title: name,
  summary: "",
  teaches: "",
  duration: "",
  fetch: "",
  picture: "x.svg",
  layers: "",
  hues: [],
});
const TEXTS = {
  search: "",
  groups: "",
  nothing: "",
  clear: "",
  all: "all",
  layers: "",
  duration: "",
  found: "{found} of {count}",
};

function gallery() {
  /** @type {string[]} */
  const opened = [];
  const made = new Gallery(root());
  made.receive(
    {
      cards: [
        card("iris"),
        card("digits", "digits 卷积 conv2d", "images"),
        card("overfit", "过拟合 overfit", "images"),
      ],
      groups: [
        { name: "tables", title: "Tables" },
        { name: "images", title: "Images" },
      ],
      texts: TEXTS,
    },
    (name) => opened.push(name),
  );
  return { made, opened, shown: () => made.shown().map((each) => each.getAttribute("aria-label")) };
}

/** @param {InstanceType<typeof Gallery>} made */
function search(made, /** @type {string} */ words) {
  made.search.value = words;
  made.filter();
}

test("every card is shown until something is looked for", () => {
  assert.deepEqual(gallery().shown(), ["iris", "digits", "overfit"]);
});

test("words in any language and width of letters find cards that hold all of them", () => {
  const { made, shown } = gallery();
  for (const [words, found] of /** @type {[string, string[]][]} */ ([
    ["卷积", ["digits"]],
    ["ＯＶＥＲＦＩＴ", ["overfit"]],
    ["conv2d digits", ["digits"]],
    ["conv2d iris", []],
    ["  ", ["iris", "digits", "overfit"]],
  ])) {
    search(made, words);
    assert.deepEqual(shown(), found, words);
  }
});

test("a group narrows what is shown, and the same press widens it again", () => {
  const { made, shown } = gallery();
  made.only("images");
  assert.deepEqual(shown(), ["digits", "overfit"]);
  made.only("images");
  assert.equal(shown().length, 3);
});

test("what finds nothing says so, and can be taken back", () => {
  const { made, shown } = gallery();
  search(made, "nowhere");
  assert.equal(made.nothing.hidden, false);
  made.reset();
  assert.equal(shown().length, 3);
});

test("a card is opened once, however often it is pressed", () => {
  const { made, opened } = gallery();
  made.shown()[1]?.click();
  made.shown()[1]?.click();
  assert.deepEqual(opened, ["digits"]);
});

test("Enter in the search leads to the first card, and only that one is reached by Tab", () => {
  const { made } = gallery();
  search(made, "overfit");
  press(made.search, "Enter");
  assert.equal(document.activeElement?.getAttribute("aria-label"), "overfit");
  assert.deepEqual(
    made.shown().map((each) => each.tabIndex),
    [0],
  );
});

test("arrows lead along a line, to the nearest card of the next, and out at the top", () => {
  const cards = [
    [0, 0],
    [100, 0],
    [200, 0],
    [0, 80],
    [100, 80],
  ].map(([left, top]) => {
    const made = document.createElement("button");
    made.getBoundingClientRect = () => /** @type {DOMRect} */ ({ left, top });
    return made;
  });
  const at = (/** @type {number} */ place, /** @type {string} */ key) => {
    const to = step(cards, place, key);
    return to ? cards.indexOf(to) : to;
  };
  assert.deepEqual([at(0, "ArrowRight"), at(2, "ArrowLeft"), at(4, "ArrowRight")], [1, 1, 4]);
  assert.deepEqual(
    [at(1, "ArrowDown"), at(2, "ArrowDown"), at(4, "ArrowUp"), at(3, "ArrowDown")],
    [4, 4, 1, 3],
  );
  assert.deepEqual([at(1, "ArrowUp"), at(2, "Home"), at(0, "End"), at(0, "x")], [null, 0, 4, undefined]);
});
