// Of many pages that are seen at once, a few stay connected and the others look in: none keeps the last one out.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Stream } from "../../../pages/components/web/live_view/stream.js";
import "../page.js";

/** The connections that are open now, oldest first. */
/** @type {Source[]} */
let opened = [];

class Source {
  onopen = () => {};
  onmessage = (/** @type {{data: string}} */ _event) => {};

  constructor() {
    opened.push(this);
    queueMicrotask(() => this.onopen());
  }

  close() {
    opened = opened.filter((each) => each !== this);
  }
}
Object.defineProperty(globalThis, "EventSource", { value: Source });
mock.timers.enable({ apis: ["setTimeout"] });

/** The locks of a browser: as `navigator.locks` gives them where one asks with `ifAvailable`. */
const taken = new Set();
const locks = {
  /**
   * @param {string} name
   * @param {object} _options
   * @param {(lock: object | null) => Promise<void> | undefined} work
   */
  async request(name, _options, work) {
    if (taken.has(name)) return work(null);
    taken.add(name);
    await work({ name });
    taken.delete(name);
  },
};
Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });

/** What was asked for is answered. */
async function answered() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** @param {number} milliseconds */
async function later(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed += 100) {
    mock.timers.tick(100);
    await answered();
  }
}

/** @type {Stream[]} */
let pages = [];

/** @param {number} count */
async function open(count) {
  for (let page = 0; page < count; page += 1)
    pages.push(
      new Stream("./live", { a: "a.token" }, { cursor: () => 0, message: () => {}, state: () => {} }),
    );
  await answered();
}

beforeEach(async () => {
  for (const page of pages) page.close();
  pages = [];
  await answered();
  assert.equal(taken.size, 0);
});

test("each of many pages is answered at once, and three of them stay connected", async () => {
  await open(9);
  assert.equal(opened.length, 9);
  await later(600);
  assert.equal(opened.length, 3);
});

test("a page without a seat looks in again and again", async () => {
  await open(4);
  let looks = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    const before = opened.length;
    await later(100);
    looks += Number(opened.length === 4 && before === 3);
  }
  assert.ok(looks >= 3 && looks <= 4, `${looks} looks in ten seconds`);
});

test("a seat that becomes free is taken by the next page that looks in", async () => {
  await open(4);
  await later(600);
  pages[0]?.close();
  await later(3_000);
  assert.equal(opened.length, 3);
  await later(30_000);
  assert.equal(opened.length, 3);
  assert.equal(taken.size, 3);
});

test("a page whose runs have ended leaves its seat to another", async () => {
  await open(3);
  opened[0]?.onmessage({ data: JSON.stringify({ end: true }) });
  await answered();
  assert.equal(taken.size, 2);
});
