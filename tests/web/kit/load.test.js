// Files of the page: asked for once, and again after a failure.

import "../page.js";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { loadScript, loadStyle } from "../../../pages/components/web/kit/load.js";

/** What the page was given to load; it is not loaded, a test says how it ends. @type {HTMLElement[]} */
const asked = [];
document.head.append = (...nodes) => asked.push(.../** @type {HTMLElement[]} */ (nodes));

afterEach(() => asked.splice(0));

test("two who want the same script at the same time share one request", async () => {
  const both = Promise.all([loadScript("./live/plotly.js"), loadScript("./live/plotly.js")]);
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.getAttribute("src"), "http://127.0.0.1:8501/live/plotly.js");
  asked[0]?.dispatchEvent(new Event("load"));
  await both;
  await loadScript("./live/plotly.js");
  assert.equal(asked.length, 1);
});

test("a file that did not come is asked for again", async () => {
  const first = loadScript("./live/other.js");
  asked[0]?.dispatchEvent(new Event("error"));
  await assert.rejects(first, /other\.js/);
  const second = loadScript("./live/other.js");
  asked[1]?.dispatchEvent(new Event("load"));
  await second;
  assert.equal(asked.length, 2);
});

test("a style sheet is a link", async () => {
  const done = loadStyle("./web/0/live_view/live_view.css");
  assert.equal(asked[0]?.outerHTML.includes('rel="stylesheet"'), true);
  asked[0]?.dispatchEvent(new Event("load"));
  await done;
});
