// Tabs: one is shown, one has the tab stop, arrows lead to the next.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../../../pages/components/web/kit/dom.js";
import { tabs } from "../../../pages/components/web/live_view/tabs.js";
import { press, root } from "../page.js";

const LABELS = ["Curves", "Matrix", "Log"];

function opened() {
  /** @type {string[]} */
  const drawn = [];
  const made = tabs(
    LABELS.map((label) => {
      const name = label.toLowerCase();
      return [label, { element: make("p", {}, name), draw: () => drawn.push(name) }];
    }),
  );
  root().append(made);
  const buttons = /** @type {HTMLElement[]} */ ([...made.querySelectorAll("[role=tab]")]);
  const panels = /** @type {HTMLElement[]} */ ([...made.querySelectorAll("[role=tabpanel]")]);
  const shown = () => panels.filter(({ hidden }) => !hidden).map(({ textContent }) => textContent);
  return { made, buttons, panels, drawn, shown };
}

test("the first is shown and drawn, the others wait until they are chosen", () => {
  const { buttons, drawn, shown } = opened();
  assert.deepEqual(shown(), ["curves"]);
  assert.deepEqual(drawn, ["curves"]);
  buttons[2]?.click();
  assert.deepEqual(shown(), ["log"]);
  assert.deepEqual(drawn, ["curves", "log"]);
});

test("only the tab that is shown can be reached by the tabulator", () => {
  const { buttons } = opened();
  buttons[1]?.click();
  assert.deepEqual(buttons.map(({ tabIndex }) => tabIndex), [-1, 0, -1]); // biome-ignore format: as it reads
  assert.deepEqual(buttons.map((each) => each.ariaSelected), ["false", "true", "false"]); // biome-ignore format: as it reads
});

for (const [from, key, to] of /** @type {[number, string, string][]} */ ([
  [0, "ArrowRight", "matrix"],
  [2, "ArrowRight", "curves"],
  [1, "ArrowLeft", "curves"],
  [0, "ArrowLeft", "log"],
  [1, "End", "log"],
  [1, "Home", "curves"],
])) {
  test(`${key} on tab ${from + 1} shows ${to}, which has the focus then`, () => {
    const { buttons, shown } = opened();
    buttons[from]?.click();
    press(/** @type {HTMLElement} */ (buttons[from]), key);
    assert.deepEqual(shown(), [to]);
    assert.equal(document.activeElement?.textContent?.toLowerCase(), to);
  });
}

test("another key changes nothing and is left to the page", () => {
  const { made, buttons, drawn } = opened();
  let prevented = false;
  made.addEventListener("keydown", (event) => {
    prevented = event.defaultPrevented;
  });
  press(/** @type {HTMLElement} */ (buttons[0]), "a");
  assert.deepEqual(drawn, ["curves"]);
  assert.equal(prevented, false);
});

test("each tab names its panel and each panel its tab, also where two groups are on a page", () => {
  const groups = [opened(), opened()];
  const ids = groups.flatMap(({ buttons, panels }) => [...buttons, ...panels].map(({ id }) => id));
  assert.equal(new Set(ids).size, 12);
  for (const { buttons, panels } of groups)
    buttons.forEach((button, place) => {
      assert.equal(button.getAttribute("aria-controls"), panels[place]?.id);
      assert.equal(panels[place]?.getAttribute("aria-labelledby"), button.id);
    });
});
