// Follow me: a slider tells the class where it stands, in its order; those that follow go where it goes.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { follow, Lead } from "../../../pages/components/web/live_view/lead.js";
import { page } from "../page.js";

mock.timers.enable({ apis: ["setTimeout"] });
/** @type {{body: string, answer: () => void}[]} */
const posted = [];
Object.assign(globalThis, {
  fetch: (/** @type {URL} */ _address, /** @type {{body: string}} */ { body }) =>
    new Promise((answer) => posted.push({ body, answer: () => answer({ ok: true }) })),
});

/** Let what was answered go on. */
const rest = () => new Promise((done) => setImmediate(done));

test("while the slider moves, only where it is now and then is told, one message after the other", async () => {
  const lead = new Lead("./class/epoch?key=k");
  for (const epoch of [1, 2, 3]) lead.tell(epoch);
  mock.timers.tick(150);
  assert.deepEqual(
    posted.map(({ body }) => body),
    ['{"epoch":3}'],
  );
  lead.tell(4);
  lead.tell(5);
  mock.timers.tick(150);
  assert.equal(posted.length, 1); // the first is still on its way
  posted[0]?.answer();
  await rest();
  mock.timers.tick(150);
  assert.equal(posted[1]?.body, '{"epoch":5}');
  posted[1]?.answer();
  await rest();
  lead.tell(5);
  mock.timers.tick(150);
  assert.equal(posted.length, 2); // nothing new
});

test("who follows goes where the teacher goes, and in between where they want", () => {
  /** @type {(number | null)[]} */
  const led = [];
  const ends = new AbortController();
  const player = /** @type {any} */ ({ lead: (/** @type {number | null} */ epoch) => led.push(epoch) });
  follow(player, "mine", ends.signal);
  const hear = (/** @type {object} */ detail) =>
    window.dispatchEvent(/** @type {any} */ (new page.CustomEvent("class-shown", { detail })));
  hear({ run: "mine", epoch: 4 });
  hear({ run: "mine", epoch: 4 });
  hear({ run: "another", epoch: 5 });
  hear({});
  hear({ run: "mine", epoch: null });
  assert.deepEqual(led, [4, null]);
  ends.abort();
  hear({ run: "mine", epoch: 6 });
  assert.deepEqual(led, [4, null]);
});
