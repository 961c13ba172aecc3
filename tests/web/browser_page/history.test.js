// Back leads to the page before, though a page completes its own address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "../page.js";

/** @type {[string, string][]} */
const calls = [];
Object.defineProperty(globalThis, "location", { value: page.location, configurable: true });
Object.defineProperty(globalThis, "history", {
  value: {
    pushState: (/** @type {unknown} */ _state, /** @type {string} */ _title, /** @type {string} */ to) =>
      calls.push(["push", to]),
    replaceState: (/** @type {unknown} */ _state, /** @type {string} */ _title, /** @type {string} */ to) =>
      calls.push(["replace", to]),
  },
});
Object.defineProperty(document, "baseURI", { value: "http://127.0.0.1:8501/" });
const { keepHistory } = await import("../../../pages/components/web/browser_page/history.js");

test("an address that a page completes takes the place of the bare one; any other is an entry of its own", () => {
  keepHistory(["runs"]);
  keepHistory(["runs"]); // a page of the app says it at every run of its script
  for (const address of ["/studio?runs=a", "/compare?runs=a", "/studio?epoch=3", "/data"])
    history.pushState(null, "", address);
  assert.deepEqual(calls, [
    ["replace", "/studio?runs=a"],
    ["push", "/compare?runs=a"],
    ["push", "/studio?epoch=3"],
    ["push", "/data"],
  ]);
});
