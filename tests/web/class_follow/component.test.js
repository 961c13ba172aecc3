// A student's page asks what is shown, and runs again once when that begins and once when it ends.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import listen from "../../../pages/components/web/class_follow/component.js";
import { page, root } from "../page.js";

mock.timers.enable({ apis: ["setTimeout"] });
let shown = {};
let asked = 0;
Object.assign(globalThis, {
  CustomEvent: page.CustomEvent,
  fetch: () => {
    asked += 1;
    return Promise.resolve({ ok: true, json: () => Promise.resolve(shown) });
  },
});

/** Let so many milliseconds pass, and what was asked be answered. @param {number} ms */
async function pass(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
}

test("the page hears once that something begins, and once that it ends", async () => {
  const parentElement = root();
  /** @type {unknown[]} */
  const told = [];
  /** @param {number | null} since */
  const show = (since) =>
    listen(
      /** @type {any} */ ({
        data: { address: "./class/shown?key=k", since, follows: since !== null },
        parentElement,
        setTriggerValue: (/** @type {string} */ _name, /** @type {unknown} */ value) => told.push(value),
      }),
    );
  show(null);
  await pass(1500);
  assert.deepEqual([asked, told], [1, []]);
  shown = { run: "r", epoch: 3, since: 5 };
  await pass(1500);
  await pass(1500);
  assert.deepEqual(told, ["5"]);
  show(5);
  await pass(400);
  assert.deepEqual([asked, told], [4, ["5"]]);
  shown = {};
  await pass(400);
  assert.deepEqual(told, ["5", "null"]);
  parentElement.remove();
  await pass(400);
  await pass(5000);
  assert.equal(asked, 5);
});
