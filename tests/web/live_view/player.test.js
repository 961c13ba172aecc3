// The slider over a film: one epoch for every panel, by pointer, by key, by address, and by itself.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Player } from "../../../pages/components/web/live_view/player.js";
import { page, press } from "../page.js";
import { FINISHED, filmed, frames, placed } from "./filmed.js";
import { RUNNING } from "./view.js";

mock.timers.enable({ apis: ["setTimeout"] });
let clock = 0;
mock.method(performance, "now", () => clock);
/** @type {((now: number) => void)[]} */
let due = [];
let reduced = false;
Object.assign(globalThis, {
  requestAnimationFrame: (/** @type {(now: number) => void} */ call) => due.push(call),
  matchMedia: () => ({ matches: reduced }),
  location: page.location,
  history: page.history,
});

beforeEach(() => {
  due = [];
  reduced = false;
  page.history.replaceState(null, "", "/studio");
});

/** @param {number} ms */
function pass(ms) {
  clock += ms;
  for (const call of due.splice(0)) call(clock);
}

/** Play to the end, in steps of so many milliseconds. @param {number} step */
function playOut(step = 20) {
  let ms = 0;
  for (; due.length; ms += step) pass(step);
  return ms;
}

/** @param {Parameters<typeof filmed>[0]} options */
function player(options) {
  const view = filmed(options);
  /** @type {(number | null)[]} */
  const shown = [];
  const made = new Player(view, (epoch) => shown.push(epoch));
  placed(made.element);
  made.update();
  return { made, view, shown };
}

const GRID = [0, 1, 2, 4, 8];

test("a run of which nothing, or one epoch alone, was recorded has no player", () => {
  assert.equal(player({}).made.element.hidden, true);
  assert.equal(player({ frames: frames(0) }).made.element.hidden, true);
  assert.equal(player({ frames: frames(0, 1) }).made.element.hidden, false);
});

test("at first the newest is shown, and the slider stands at its end", () => {
  const { made, shown } = player({ frames: frames(...GRID) });
  assert.equal(made.epoch, null);
  assert.equal(made.slider.max, "8");
  assert.equal(made.slider.value, "8");
  assert.equal(made.where.textContent, "epoch 8");
  assert.equal(made.live.getAttribute("aria-pressed"), "true");
  assert.deepEqual(shown, []);
});

test("moving the slider shows that epoch, and says where it is shown by a neighbour", () => {
  const { made, shown } = player({ frames: frames(...GRID) });
  made.slider.value = "5";
  made.slider.dispatchEvent(new Event("input"));
  assert.deepEqual(shown, [5]);
  assert.equal(made.slider.getAttribute("aria-valuetext"), "epoch 5");
  assert.equal(made.note.textContent, "Epoch 5 was not recorded; the nearest is 4.");
  made.seek(4);
  assert.equal(made.note.hidden, true);
  assert.equal(made.live.getAttribute("aria-pressed"), "false");
});

for (const [from, key, to] of /** @type {[number, string, number][]} */ ([
  [2, "ArrowRight", 4],
  [2, "ArrowUp", 4],
  [2, "ArrowLeft", 1],
  [2, "ArrowDown", 1],
  [5, "ArrowRight", 8], // from what is shown for it, epoch 4
  [0, "ArrowLeft", 0],
  [8, "ArrowRight", 8],
  [2, "Home", 0],
  [2, "End", 8],
  [2, "PageUp", 8],
  [4, "PageDown", 0],
])) {
  test(`${key} at epoch ${from} leads to ${to}`, () => {
    const { made } = player({ frames: frames(...GRID) });
    made.seek(from);
    press(made.slider, key);
    assert.equal(made.epoch, to);
  });
}

test("another key is left to the page", () => {
  const { made } = player({ frames: frames(...GRID) });
  made.seek(2);
  let prevented = true;
  made.element.addEventListener("keydown", (event) => {
    prevented = event.defaultPrevented;
  });
  press(made.slider, "a");
  assert.equal(prevented, false);
  assert.equal(made.epoch, 2);
});

test("the buttons step by one recorded epoch, and back to what is live", () => {
  const { made } = player({ frames: frames(...GRID) });
  made.back.click();
  assert.equal(made.epoch, 4);
  made.back.click();
  made.on.click();
  assert.equal(made.epoch, 4);
  made.live.click();
  assert.equal(made.epoch, null);
});

test("while a run trains the shown epoch stays, and what is live moves on", () => {
  const { made, view } = player({ frames: frames(...GRID), status: RUNNING });
  assert.equal(made.live.textContent, "Live");
  view.run.film.add(frames(16));
  made.update();
  assert.equal(made.slider.value, "16");
  made.seek(2);
  view.run.film.add(frames(24));
  made.update();
  assert.equal(made.epoch, 2);
  assert.equal(made.slider.value, "2");
  assert.equal(made.slider.max, "24");
});

test("playing passes every recorded epoch once, in its order, and ends where it is live", () => {
  const { made, shown } = player({ frames: frames(...GRID) });
  made.toggle.click();
  assert.equal(made.toggle.getAttribute("aria-label"), "Stop here");
  const ms = playOut();
  assert.deepEqual(shown, [...GRID, null]);
  assert.ok(ms >= 4_000 && ms < 4_100, `${ms} ms`);
  assert.equal(made.toggle.getAttribute("aria-label"), "Play");
});

test("a long film takes longer, but never very long, and three times so when it is slow", () => {
  const many = Array.from({ length: 240 }, (_, n) => n);
  const { made } = player({ frames: frames(...many) });
  made.play();
  assert.ok(Math.abs(playOut() - 10_000) < 100);
  made.pace.value = "slow";
  made.pace.dispatchEvent(new Event("change"));
  made.play();
  assert.ok(Math.abs(playOut() - 30_000) < 200);
  made.pace.value = "fast";
  made.pace.dispatchEvent(new Event("change"));
  made.play();
  assert.ok(Math.abs(playOut() - 10_000 / 3) < 100);
});

test("playing goes on from the epoch that is shown, and begins anew from the end", () => {
  const { made, shown } = player({ frames: frames(...GRID) });
  made.seek(2);
  made.play();
  playOut();
  assert.deepEqual(shown, [2, 4, 8, null]);
  made.seek(8);
  made.play();
  pass(20);
  assert.equal(made.epoch, 0);
});

test("pause stops at the epoch that is shown", () => {
  const { made } = player({ frames: frames(...GRID) });
  made.play();
  while (made.epoch !== 2) pass(20);
  made.toggle.click();
  for (let n = 0; n < 500; n += 1) pass(20);
  assert.equal(made.epoch, 2);
});

test("what comes next is fetched ahead while it plays", () => {
  const { made, view } = player({ frames: frames(...GRID) });
  made.play();
  pass(20);
  assert.deepEqual(view.ahead[0], [1, 2, 4, 8]);
});

test("a film that grows while it plays is caught up with", () => {
  const { made, view, shown } = player({ frames: frames(...GRID), status: RUNNING });
  made.play();
  while (made.epoch !== 8) pass(20);
  view.run.film.add(frames(12, 16));
  made.update();
  playOut();
  assert.deepEqual(shown, [...GRID, 12, 16, null]);
});

test("a run that was over before anybody looked plays itself once, in six seconds", () => {
  const { made, shown } = player({ frames: frames(...GRID) });
  made.ended();
  const ms = playOut();
  assert.deepEqual(shown, [...GRID, null]);
  assert.ok(Math.abs(ms - 6_000) < 100, `${ms} ms`);
  made.ended();
  assert.equal(due.length, 0);
});

test("whoever wants less motion is shown none unasked, and can still play", () => {
  reduced = true;
  const { made } = player({ frames: frames(...GRID) });
  made.ended();
  assert.equal(due.length, 0);
  made.toggle.click();
  pass(20);
  assert.equal(made.epoch, 0);
});

for (const [what, options, before] of /** @type {[string, object, (made: Player) => void][]} */ ([
  ["was watched for long", { status: { ...FINISHED, seconds: 30 } }, () => undefined],
  ["was stopped", { status: { ...FINISHED, state: "stopped" } }, () => undefined],
  ["has a film of few epochs", { frames: frames(0, 1, 2, 3) }, () => undefined],
  ["is looked at already", {}, (made) => made.seek(2)],
])) {
  test(`a run that ${what} does not play itself`, () => {
    const { made } = player({ frames: frames(...GRID), ...options });
    before(made);
    made.ended();
    assert.equal(due.length, 0);
  });
}

test("the address says what is shown, once it rests, and leaves its other parts alone", () => {
  page.history.replaceState(null, "", "/studio?tab=x");
  const { made } = player({ frames: frames(...GRID), addressed: true });
  made.seek(2);
  made.seek(4);
  assert.equal(page.location.search, "?tab=x");
  mock.timers.tick(300);
  assert.equal(page.location.search, "?tab=x&epoch=4&run=a");
  made.live.click();
  mock.timers.tick(300);
  assert.equal(page.location.search, "?tab=x");
});

test("where the page cannot be asked for the run, its address names the epoch alone", () => {
  const { made } = player({ frames: frames(...GRID) });
  made.seek(1);
  mock.timers.tick(300);
  assert.equal(page.location.search, "?epoch=1");
});

test("an address is not written while the film plays, and is when it is stopped, however slowly it went", () => {
  const { made } = player({ frames: frames(...GRID) });
  made.play();
  while (made.epoch !== 2) pass(20);
  mock.timers.tick(600);
  assert.equal(page.location.search, "");
  made.toggle.click();
  mock.timers.tick(300);
  assert.equal(page.location.search, "?epoch=2");
});

test("an epoch in the address is shown as soon as its frame is known", () => {
  page.history.replaceState(null, "", "/studio?epoch=4");
  const { made, view, shown } = player({ frames: frames(0, 1, 2), status: RUNNING });
  assert.deepEqual(shown, []);
  view.run.film.add(frames(4));
  made.update();
  assert.deepEqual(shown, [4]);
  view.run.film.add(frames(8));
  made.update();
  assert.deepEqual(shown, [4]);
});

test("an epoch in the address beyond the end of a film shows its end, and says so", () => {
  page.history.replaceState(null, "", "/studio?epoch=99");
  const { made, shown } = player({ frames: frames(...GRID) });
  assert.deepEqual(shown, [99]);
  assert.equal(made.note.textContent, "Epoch 99 was not recorded; the nearest is 8.");
  assert.equal(made.place, 4);
});

for (const wrong of ["", "x", "-1", "1.5", "1e3", "99999999999"]) {
  test(`an address that says epoch=${wrong} is as one that says nothing`, () => {
    page.history.replaceState(null, "", `/studio?epoch=${wrong}`);
    const { made, shown } = player({ frames: frames(...GRID) });
    assert.deepEqual(shown, []);
    assert.equal(made.epoch, null);
  });
}

test("where the film ends before the run is said, with the reason", () => {
  const reason = { en: "The disk is full.", zh_CN: "磁盘已满。" };
  const { made } = player({
    frames: frames(...GRID),
    status: { ...FINISHED, film_ended: { epoch: 8, reason } },
  });
  assert.equal(made.note.textContent, "The film ends at epoch 8. The disk is full.");
  assert.equal(made.live.textContent, "At the end");
});
