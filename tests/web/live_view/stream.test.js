// The connection of a view: it asks from where it was, comes back by itself, and lets go of a page that nobody sees.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Stream } from "../../../pages/components/web/live_view/stream.js";
import { page } from "../page.js";

/** Stands for the browser's own, and is told by a test what comes. */
class Source {
  /** @type {Source[]} */
  static opened = [];
  closed = false;
  onopen = () => {};
  onerror = () => {};
  onmessage = (/** @type {{data: string}} */ _event) => {};

  /** @param {URL} url */
  constructor(url) {
    this.url = url;
    Source.opened.push(this);
  }

  close() {
    this.closed = true;
  }

  /** @param {object} message */
  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}
Object.defineProperty(globalThis, "EventSource", { value: Source });
mock.timers.enable({ apis: ["setTimeout"] });

/** @type {string[]} */
let states;
/** @type {object[]} */
let messages;
/** @type {Record<string, number>} */
let cursors;
let hidden = false;
Object.defineProperty(page.document, "hidden", { get: () => hidden });

/** @param {boolean} now */
function hide(now) {
  hidden = now;
  page.document.dispatchEvent(new page.Event("visibilitychange"));
}

function open() {
  return new Stream(
    "./live/stream",
    { a: "a.token" },
    {
      cursor: (run) => cursors[run] ?? 0,
      message: (message) => messages.push(message),
      state: (state) => states.push(state),
    },
  );
}

/** The connection that was opened last. */
function newest() {
  return /** @type {Source} */ (Source.opened.at(-1));
}

beforeEach(() => {
  Source.opened = [];
  states = [];
  messages = [];
  cursors = {};
  hidden = false;
});

test("it asks for each run with its token, from where it was read", () => {
  cursors = { a: 17 };
  const stream = open();
  assert.equal(newest().url.href, "http://127.0.0.1:8501/live/stream?run=a.token.17");
  stream.close();
});

test("messages are handed on in their order", () => {
  const stream = open();
  newest().onopen();
  newest().say({ run: "a", cursor: 1 });
  newest().say({ run: "a", cursor: 2 });
  assert.deepEqual(messages, [
    { run: "a", cursor: 1 },
    { run: "a", cursor: 2 },
  ]);
  assert.equal(new Set(states).size, 1);
  assert.equal(states[0], "live");
  stream.close();
});

test("a connection that broke off is taken up again at the cursor that was reached", () => {
  const stream = open();
  newest().say({ run: "a", cursor: 5 });
  cursors = { a: 5 };
  newest().onerror();
  assert.equal(states.at(-1), "waiting");
  mock.timers.tick(600);
  assert.equal(Source.opened.length, 2);
  assert.match(newest().url.search, /a\.token\.5$/);
  stream.close();
});

test("the longer the server is away, the rarer it is asked, up to some seconds", () => {
  const stream = open();
  /** @type {number[]} */
  const waits = [];
  for (let failure = 0; failure < 8; failure += 1) {
    newest().onerror();
    const before = Source.opened.length;
    let waited = 0;
    while (Source.opened.length === before) {
      mock.timers.tick(50);
      waited += 50;
    }
    waits.push(waited);
  }
  assert.ok((waits[0] ?? 0) <= 550, `${waits}`);
  assert.ok((waits[7] ?? 0) >= 5950, `${waits}`);
  assert.ok(Math.max(...waits) <= 10_050, `${waits}`);
  newest().say({ run: "a", cursor: 1 });
  newest().onerror();
  mock.timers.tick(550);
  assert.equal(Source.opened.length, 10, "after a sign of life it is asked soon again");
  stream.close();
});

test("what an old connection still says is not heard", () => {
  const stream = open();
  const old = newest();
  old.onerror();
  mock.timers.tick(600);
  old.say({ run: "a", cursor: 1 });
  assert.deepEqual(messages, []);
  stream.close();
});

test("a connection that is silent for too long is given up", () => {
  const stream = open();
  newest().onopen();
  mock.timers.tick(39_000);
  newest().say({ run: "a", cursor: 1 });
  mock.timers.tick(39_000);
  assert.equal(states.at(-1), "live");
  mock.timers.tick(1_000);
  assert.equal(states.at(-1), "waiting");
  assert.equal(Source.opened[0]?.closed, true);
  stream.close();
});

test("when everything was said, nothing is asked any more, until somebody takes the run up again", () => {
  const stream = open();
  newest().say({ end: true });
  newest().onerror();
  mock.timers.tick(60_000);
  assert.equal(Source.opened.length, 1);
  assert.equal(states.at(-1), "ended");
  stream.now();
  assert.equal(Source.opened.length, 2);
  stream.close();
});

test("a hidden page lets its connection go after a while, and comes back when it is seen", () => {
  const stream = open();
  hide(true);
  mock.timers.tick(4_000);
  assert.equal(Source.opened[0]?.closed, false);
  mock.timers.tick(1_000);
  assert.equal(Source.opened[0]?.closed, true);
  mock.timers.tick(60_000);
  assert.equal(Source.opened.length, 1);
  hide(false);
  assert.equal(Source.opened.length, 2);
  stream.close();
});

test("a page that was hidden for a moment keeps its connection", () => {
  const stream = open();
  hide(true);
  mock.timers.tick(1_000);
  hide(false);
  mock.timers.tick(10_000);
  assert.equal(Source.opened.length, 1);
  assert.equal(Source.opened[0]?.closed, false);
  stream.close();
});

test("a stream that was closed asks for nothing more", () => {
  const stream = open();
  newest().onerror();
  stream.close();
  hide(true);
  hide(false);
  mock.timers.tick(60_000);
  assert.equal(Source.opened.length, 1);
});
