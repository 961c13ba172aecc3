// How a run stands, and which buttons its owner has.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Transport } from "../../../pages/components/web/live_view/transport.js";
import { root } from "../page.js";
import { RUNNING, view } from "./view.js";

/** @import { Status } from "../../../pages/components/web/live_view/types.d.ts" */

mock.timers.enable({ apis: ["setTimeout"] });
let clock = 0;
mock.method(performance, "now", () => clock);

/** @param {number} ms */
function pass(ms) {
  clock += ms;
  mock.timers.tick(ms);
}

/** @param {Partial<Status>} changed */
function drawn(changed = {}, controls = true) {
  const seen = view({ status: { ...RUNNING, ...changed } });
  /** @type {string[]} */
  const acts = [];
  const transport = new Transport(seen, { controls, grace: 5, act: (action) => acts.push(action) });
  root().append(transport.element);
  transport.draw();
  const offered = () => Object.keys(transport.buttons).filter((name) => !transport.buttons[name]?.hidden);
  /** @param {Partial<Status>} status */
  const becomes = (status) => {
    seen.run.apply({ run: "a", cursor: 2, status: { ...RUNNING, ...status } });
    transport.draw();
  };
  return { transport, acts, offered, becomes, run: seen.run };
}

for (const [state, status, buttons] of /** @type {[string, Partial<Status>, string[]][]} */ ([
  ["waits", { state: "queued" }, ["hold", "stop"]],
  ["trains", {}, ["hold", "stop"]],
  ["is paused", { state: "paused" }, ["resume", "one_batch", "one_epoch", "more_epochs", "stop"]],
  ["rests", { resting: true }, ["resume", "one_batch", "one_epoch", "more_epochs", "stop"]],
  ["rests and is to stop", { resting: true, command: "stop" }, []],
  ["is about to pause", { command: "pause" }, ["resume", "stop"]],
  ["is being stopped", { command: "stop" }, []],
  ["has finished", { state: "finished" }, []],
  ["has finished and can go further", { state: "finished", extendable: true }, ["one_epoch", "more_epochs"]],
  ["was stopped and can go on", { state: "stopped", resumable: true }, ["resume"]],
  ["failed for good", { state: "failed" }, []],
])) {
  test(`a run that ${state} offers ${buttons.join(" and ") || "nothing"}`, () => {
    assert.deepEqual(drawn(status).offered(), buttons);
  });
}

test("who may do nothing with a run is offered nothing", () => {
  assert.deepEqual(drawn({}, false).offered(), []);
});

test("a deleted run offers nothing and says so", () => {
  const { transport, offered, run } = drawn();
  run.apply({ run: "a", cursor: 2, gone: true });
  transport.draw();
  assert.deepEqual(offered(), []);
  assert.equal(transport.trouble.textContent, "This run was deleted.");
  assert.equal(transport.trouble.hidden, false);
  assert.equal(transport.pill.textContent, "Deleted");
});

test("the bar is filled by the batches that are done, and says so to who cannot see it", () => {
  const { transport } = drawn({ step: 20, steps: 50 });
  assert.equal(transport.bar.style.width, "40.00%");
  assert.equal(transport.progress.ariaValueNow, "40");
});

test("where batches are not counted, epochs fill the bar", () => {
  assert.equal(drawn({ steps: null, epoch: 1, epochs: 4 }).transport.bar.style.width, "25.00%");
});

test("the line below says how much is done, what is left and what it took", () => {
  assert.equal(drawn().transport.line.textContent, "40.0%  ·  2 min 10 s left  ·  1 min 23 s of training");
  assert.equal(drawn({ state: "queued", position: 3 }).transport.line.textContent, "Number 3 in the queue");
  assert.equal(drawn({ state: "queued" }).transport.line.textContent, "Waiting for a free place");
});

test("the facts name epoch, speed and device", () => {
  assert.equal(
    drawn().transport.facts.textContent,
    "Epoch 2 of 5  ·  12.3 k samples/s  ·  CPU · a processor",
  );
});

test("while data come, their share fills the bar", () => {
  const { transport } = drawn({ download: { share: 0.25, size: "60 MB" } });
  assert.equal(transport.pill.textContent, "Downloading");
  assert.equal(transport.bar.style.width, "25.00%");
  assert.equal(transport.line.textContent, "25.0% of 60 MB downloaded");
});

test("what went wrong is said in the reader's language", () => {
  const { transport } = drawn({
    state: "failed",
    error: { en: "The loss became NaN.", zh_CN: "损失变成了 NaN。" },
  });
  assert.equal(transport.trouble.textContent, "The loss became NaN.");
  assert.equal(transport.trouble.dataset.kind, "error");
});

test("a button that was pressed cannot be pressed twice, and comes back where nobody answers", () => {
  const { transport, acts } = drawn();
  const { hold } = transport.buttons;
  hold?.click();
  hold?.click();
  assert.deepEqual(acts, ["hold"]);
  pass(3_000);
  transport.draw();
  assert.equal(hold?.disabled, true);
  pass(1_001);
  assert.equal(hold?.disabled, false);
});

test("an answer takes the button away, and the next one is fresh", () => {
  const { transport, becomes } = drawn();
  transport.buttons.hold?.click();
  becomes({ state: "paused" });
  assert.equal(transport.buttons.hold?.hidden, true);
  becomes({ state: "running" });
  assert.equal(transport.buttons.hold?.disabled, false);
});

test("ending the process is offered only to a stop that stays unobeyed", () => {
  const { offered, acts, transport } = drawn({ command: "stop" });
  pass(4_000);
  transport.draw();
  assert.deepEqual(offered(), []);
  pass(1_200);
  assert.deepEqual(offered(), ["kill"]);
  transport.buttons.kill?.click();
  assert.deepEqual(acts, ["kill"]);
});

test("a run that obeyed its stop is not offered to be ended when it is stopped again later", () => {
  const { offered, becomes } = drawn({ command: "stop" });
  pass(6_000);
  becomes({ state: "stopped", resumable: true });
  becomes({ state: "running", command: "stop" });
  assert.deepEqual(offered(), []);
});

test("a run whose process is being ended is waited for without drawing it again", () => {
  const { transport } = drawn({ command: "kill" });
  let count = 0;
  mock.method(transport, "draw", () => ++count);
  pass(60_000);
  assert.equal(count, 0);
});

test("a run that rests is shown as paused, without a speed or time left", () => {
  const { transport } = drawn({ resting: true });
  assert.equal(transport.pill.textContent, "Paused");
  assert.equal(transport.facts.textContent, "Epoch 2 of 5  ·  CPU · a processor");
  assert.equal(transport.line.textContent, "40.0%  ·  1 min 23 s of training");
});

test("more epochs are as many as were chosen", () => {
  const { transport, acts } = drawn({ resting: true });
  transport.many.value = "50";
  transport.buttons.more_epochs?.click();
  transport.buttons.one_batch?.click();
  assert.deepEqual(acts, ["more_epochs:50", "one_batch"]);
  assert.equal(transport.many.hidden, false);
  assert.equal(drawn({}).transport.many.hidden, true);
});
