// What the page's head names is there before it is needed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "../page.js";

/** @type {HTMLScriptElement[]} */
const scripts = [];
const ran = "data:text/javascript,globalThis.ran = (globalThis.ran ?? 0) + 1";
document.head.innerHTML = `
  <link rel="modulepreload" href="${ran}">
  <link rel="modulepreload" href="data:text/javascript,throw new Error('broken')">
  <link rel="preload" as="script" href="http://127.0.0.1:8501/files/plotly.js">
  <link rel="preload" as="style" href="http://127.0.0.1:8501/files/live.css">`;
document.head.append = (...nodes) => scripts.push(.../** @type {HTMLScriptElement[]} */ (nodes));

/** @type {(() => void)[]} */
const idle = [];
Object.assign(page, { requestIdleCallback: () => {} });
Object.assign(globalThis, { requestIdleCallback: (/** @type {() => void} */ call) => idle.push(call) });
await import("../../../pages/components/web/browser_page/early.js");
const { loadScript } = await import("../../../pages/components/web/kit/load.js");

test("nothing runs before the page has time, then every module and script that its head names", async () => {
  assert.deepEqual([Reflect.get(globalThis, "ran"), scripts.length, idle.length], [undefined, 0, 1]);
  for (const call of idle) call();
  await import(ran);
  assert.equal(Reflect.get(globalThis, "ran"), 1);
  assert.deepEqual(
    scripts.map(({ src }) => src),
    ["http://127.0.0.1:8501/files/plotly.js"],
  );
});

test("who needs the script later gets the one that was asked for", async () => {
  const needed = loadScript("http://127.0.0.1:8501/files/plotly.js");
  assert.equal(scripts.length, 1);
  scripts[0]?.dispatchEvent(new Event("load"));
  await needed;
});

test("a script that did not come is asked for again by who needs it", async () => {
  scripts.splice(0);
  for (const call of idle) call();
  assert.equal(scripts.length, 0);
  const other = loadScript("./files/other.js");
  scripts[0]?.dispatchEvent(new Event("error"));
  await assert.rejects(other, /other/);
});
