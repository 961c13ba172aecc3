// The board of a class: a card a student, changed in place, whatever a name holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import classBoard from "../../../pages/components/web/class_board/component.js";
import { root } from "../page.js";

/** @import { Card } from "../../../pages/components/web/class_board/types.d.ts" */

/** @param {Partial<Card>} more @returns {Card} */
const card = (more) => ({
  id: "a",
  name: "Ann",
  standing: "trying",
  stands: "trying",
  run: "r1",
  title: "digits 1",
  path: "M0,0L1,1",
  running: true,
  score: "Accuracy 0.5",
  best: "",
  epochs: "1 / 2",
  seen: "here now",
  ...more,
});

function board() {
  const parentElement = root();
  /** @type {unknown[]} */
  const opened = [];
  const show = (/** @type {Card[]} */ ...cards) =>
    classBoard(
      /** @type {any} */ ({
        data: { cards, texts: { nothing: "No run yet" }, width: 100, height: 40 },
        parentElement,
        setTriggerValue: (/** @type {string} */ _name, /** @type {unknown} */ run) => opened.push(run),
      }),
    );
  return { parentElement, opened, show };
}

test("a name is text, whatever it holds", () => {
  const { parentElement, show } = board();
  show(card({ name: "<b>Bobby</b> שלום 🦊" }));
  assert.equal(parentElement.querySelector("b")?.textContent, "Accuracy 0.5"); // the only one there is
  assert.equal(parentElement.querySelector(".class-name")?.textContent, "<b>Bobby</b> שלום 🦊");
});

test("what is new is put into the card that is there", () => {
  const { parentElement, opened, show } = board();
  show(card({}), card({ id: "z", name: "Zoe", run: "", title: "", path: "" }));
  const first = parentElement.querySelector("li");
  first?.querySelector("button")?.focus();
  show(card({ id: "b", name: "Bob" }), card({ path: "M0,0L2,2", run: "r2" }));
  const items = [...parentElement.querySelectorAll("li")];
  assert.deepEqual(
    items.map((each) => each.querySelector(".class-name")?.textContent),
    ["Bob", "Ann"],
  );
  assert.equal(items[1], first);
  assert.equal(first?.querySelector("path")?.getAttribute("d"), "M0,0L2,2");
  assert.equal(document.activeElement, first?.querySelector("button"));
  first?.querySelector("button")?.click();
  assert.deepEqual(opened, ["r2"]);
});

test("who has no run yet has nothing to open", () => {
  const { parentElement, show } = board();
  show(card({ run: "", title: "", standing: "not started" }));
  assert.equal(parentElement.querySelector("button")?.disabled, true);
  assert.match(parentElement.textContent ?? "", /No run yet/);
});
