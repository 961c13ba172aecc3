// A place is scrolled to when something begins there, on a narrow page, and at no other time.

import assert from "node:assert/strict";
import { test } from "node:test";
import reveal from "../../../pages/components/web/reveal/component.js";
import { page, root } from "../page.js";

/** @import { Component } from "../../../pages/components/web/streamlit.d.ts" */

/** What was scrolled to while a component got these data one after another. @param {(string | null)[]} occasions */
function scrolled(...occasions) {
  const column = root();
  column.dataset.testid = "stColumn";
  const host = document.createElement("div");
  column.append(host);
  const parentElement = host.attachShadow({ mode: "open" });
  let count = 0;
  column.scrollIntoView = () => {
    count += 1;
  };
  for (const data of occasions)
    reveal(/** @type {Component<string | null>} */ (/** @type {unknown} */ ({ data, parentElement })));
  return count;
}

test("a narrow page scrolls once to what begins", () => {
  page.happyDOM.setViewport({ width: 390 });
  assert.equal(scrolled(null, "run 1", "run 1"), 1);
  assert.equal(scrolled("run 1", "run 2", "run 3"), 2);
});

test("a page that was just opened shows its top", () => {
  page.happyDOM.setViewport({ width: 390 });
  assert.equal(scrolled("run 1"), 0);
});

test("a wide page has both columns side by side", () => {
  page.happyDOM.setViewport({ width: 1440 });
  assert.equal(scrolled(null, "run 1"), 0);
});
