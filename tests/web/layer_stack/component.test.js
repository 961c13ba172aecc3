// The stack on a page: what is done shows at once, is sent until Python has seen it, and is said aloud.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Stack } from "../../../pages/components/web/layer_stack/component.js";
import { press, root } from "../page.js";
import { data, NESTED, PLAIN, row } from "./rows.js";

/** @import { SentRow } from "../../../pages/components/web/layer_stack/types.d.ts" */

/** @param {SentRow[]} rows @param {Parameters<typeof data>[1]} more */
function shown(rows, more = {}) {
  /** @type {any[]} */
  const sent = [];
  const stack = new Stack(root());
  const setTriggerValue = (/** @type {string} */ _name, /** @type {unknown} */ value) => sent.push(value);
  /** @param {SentRow[]} rows @param {Parameters<typeof data>[1]} more */
  const receive = (rows, more = {}) => stack.receive({ data: data(rows, more), setTriggerValue });
  receive(rows, more);
  const rowsShown = () => /** @type {HTMLElement[]} */ ([...stack.list.querySelectorAll(".row")]);
  const names = () => rowsShown().map((each) => each.querySelector(".name")?.textContent);
  /** @param {number} id */
  const pick = (id) => /** @type {HTMLElement} */ (stack.list.querySelector(`[data-id="${id}"] .pick`));
  return { stack, sent, receive, names, rowsShown, pick };
}

test("every layer has a row, with what Python says of it", () => {
  const rows = [row(1, "Linear", { main: "64", parameters: "4,160", message: "Too wide.", state: "warned" })];
  const { rowsShown } = shown(rows, { selected: 1 });
  const [first] = rowsShown();
  assert.equal(first?.className, "row warned selected");
  assert.equal(first?.querySelector(".main")?.textContent, "64");
  assert.equal(first?.querySelector(".message")?.textContent, "Too wide.");
  const spoken = first?.querySelector(".pick")?.getAttribute("aria-label");
  assert.equal(spoken, "1, Linear, 64, (64) → (10), 4,160 parameters, Too wide.");
});

test("a name that looks like markup is a name", () => {
  const { rowsShown } = shown([row(1, "<b>Linear</b>")], { selected: 1 });
  assert.equal(rowsShown()[0]?.querySelector(".name")?.textContent, "<b>Linear</b>");
  assert.equal(rowsShown()[0]?.querySelector(".name b"), null);
});

test("an operation shows before Python answers, and is sent", () => {
  const { stack, sent, names, pick } = shown(PLAIN);
  pick(2).focus();
  press(pick(2), "Delete");
  assert.deepEqual(names(), ["Flatten", "ReLU", "Output"]);
  assert.equal(stack.live.textContent, "Linear removed.");
  assert.deepEqual(sent, [{ mount: stack.mount, list: [{ do: "remove", id: 2, number: 1 }] }]);
});

test("what Python has not seen is carried out again on what it answers", () => {
  const { stack, names, receive, pick } = shown(PLAIN);
  press(pick(2), "Delete");
  press(pick(3), "d", { ctrlKey: true });
  receive([row(1, "Flatten"), row(3, "ReLU"), row(4, "Output", { locked: true })], {
    seen: { mount: stack.mount, number: 1 },
    selected: 3,
  });
  assert.deepEqual(names(), ["Flatten", "ReLU", "ReLU", "Output"]);
  assert.equal(stack.pending.length, 1);
});

test("an answer to another mount of the page takes nothing off what is to be sent", () => {
  const { stack, receive, pick } = shown(PLAIN);
  press(pick(2), "Delete");
  receive(PLAIN, { seen: { mount: "another", number: 9 } });
  assert.equal(stack.pending.length, 1);
});

test("Alt and an arrow move a layer, and say where it is now", () => {
  const { stack, names, pick } = shown(PLAIN);
  press(pick(2), "ArrowDown", { altKey: true });
  assert.deepEqual(names(), ["Flatten", "ReLU", "Linear", "Output"]);
  assert.equal(stack.live.textContent, "Linear is now layer 3 of 4.");
  press(pick(2), "ArrowDown", { altKey: true });
  assert.deepEqual(names(), ["Flatten", "ReLU", "Linear", "Output"], "not behind the last one");
});

test("a layer that moves into a block says in which branch it is", () => {
  const { stack, pick } = shown(NESTED);
  press(pick(1), "ArrowDown", { altKey: true });
  assert.equal(stack.live.textContent, "Flatten is now layer 1 of 2. (in Parallel, branch 1)");
});

test("arrows alone choose the next layer, which has the focus then", () => {
  const { stack, sent, pick } = shown(PLAIN);
  pick(2).focus();
  press(pick(2), "ArrowDown");
  assert.equal(document.activeElement, pick(3));
  assert.equal(stack.model.selected, 3);
  assert.equal(sent.at(-1).list.at(-1).do, "select");
});

test("undo and redo are sent, also by their keys", () => {
  const { sent, pick } = shown(PLAIN, { undo: true });
  press(pick(2), "z", { ctrlKey: true });
  press(pick(2), "Z", { ctrlKey: true, shiftKey: true });
  press(pick(2), "y", { metaKey: true });
  assert.deepEqual(sent.at(-1).list.map((/** @type {any} */ each) => each.do), ["undo", "redo", "redo"]); // biome-ignore format: as it reads
});

test("the last layer has no tools, and no key moves it", () => {
  const { names, rowsShown, pick } = shown(PLAIN);
  const tools = /** @type {HTMLElement[]} */ ([...(rowsShown().at(-1)?.querySelectorAll(".icon") ?? [])]);
  assert.ok(tools.length > 0 && tools.every(({ hidden }) => hidden));
  press(pick(4), "Delete");
  press(pick(4), "ArrowUp", { altKey: true });
  assert.deepEqual(names(), ["Flatten", "Linear", "ReLU", "Output"]);
});

test("a tool works on the layer of its row, whatever came before it meanwhile", () => {
  const { names, receive, rowsShown } = shown(PLAIN);
  receive([row(9, "Dropout"), ...PLAIN]);
  const tools = rowsShown()[2]?.querySelectorAll(".icon") ?? []; // of Linear: up, down, duplicate, remove
  /** @type {HTMLElement} */ (tools[3]).click();
  assert.deepEqual(names(), ["Dropout", "Flatten", "ReLU", "Output"]);
});

test("a repair is sent as Python offered it", () => {
  const repair = { path: [1], repair: "insert:Flatten", label: "Insert Flatten" };
  const { sent, rowsShown } = shown([row(1, "Linear", { state: "wrong", message: "Not flat.", repair })]);
  const mend = /** @type {HTMLElement} */ (rowsShown()[0]?.querySelector(".mend"));
  assert.equal(mend.textContent, "Insert Flatten");
  mend.click();
  assert.deepEqual(sent[0].list, [{ do: "repair", ...repair, number: 1 }]);
});

test("a remark is folded, is spoken with its layer, and its remedy is sent as Python offered it", () => {
  const repair = {
    remedy: { set: { "training.batch_size": 32 }, layers: [] },
    label: "Set Batch size to 32",
  };
  const remark = { message: "Only 4 wide.", repair };
  const { sent, rowsShown, pick, receive } = shown([row(1, "Linear", { remark }), row(2, "ReLU")]);
  const folded = rowsShown().map((each) => /** @type {HTMLDetailsElement} */ (each.querySelector("details")));
  assert.deepEqual(folded.map(({ hidden, open }) => [hidden, open]), [[false, false], [true, false]]); // biome-ignore format: as it reads
  assert.match(pick(1).getAttribute("aria-label") ?? "", /Only 4 wide\.$/);
  const follow = /** @type {HTMLElement} */ (folded[0]?.querySelector(".follow"));
  assert.equal(follow.textContent, "Set Batch size to 32");
  follow.click();
  assert.deepEqual(sent[0].list, [{ do: "repair", ...repair, number: 1 }]);
  receive([row(1, "Linear"), row(2, "ReLU")]);
  assert.equal(folded[0]?.hidden, true);
});

test("rows that stay keep their elements, so that nothing loses the focus", () => {
  const { receive, rowsShown, pick } = shown(PLAIN);
  pick(3).focus();
  const before = rowsShown()[2];
  receive([row(9, "Dropout"), ...PLAIN]);
  assert.equal(rowsShown()[3], before);
  assert.equal(document.activeElement, pick(3));
});

test("a branch of a block is added and taken out by its own buttons", () => {
  const { stack, sent } = shown(NESTED);
  const heads = () => [...stack.list.querySelectorAll(".branch")].map((each) => each.textContent);
  assert.deepEqual(heads(), ["Branch 1", "Branch 2"]);
  const buttons = /** @type {HTMLElement[]} */ ([...stack.list.querySelectorAll(".into")]);
  assert.deepEqual(
    buttons.map((each) => each.textContent),
    ["+ Add to branch 1", "+ Add to branch 2", "+ Add a branch", "+ Add inside"],
  );
  buttons[2]?.click();
  assert.deepEqual(heads(), ["Branch 1", "Branch 2", "Branch 3"]);
  /** @type {HTMLElement} */ (stack.list.querySelector(".head .icon")).click();
  assert.deepEqual(heads(), ["Branch 1", "Branch 2"]);
  assert.equal(stack.live.textContent, "Branch 1 of Parallel removed.");
  assert.deepEqual(sent.at(-1).list.map((/** @type {any} */ each) => each.do), ["branch", "prune"]); // biome-ignore format: as it reads
});

test("a network without layers says what to do", () => {
  const { stack } = shown([], { empty: "A network needs a layer.", selected: null });
  assert.equal(stack.empty.textContent, "A network needs a layer.");
  assert.equal(stack.empty.hidden, false);
});

test("settings of another layer than the picked one take no pointer", () => {
  const { pick } = shown(PLAIN, { selected: 3 });
  const touchable = (/** @type {number} */ id) => {
    const panel = root();
    panel.className = `st-key-selected_layer_${id}`;
    return getComputedStyle(panel).pointerEvents !== "none";
  };
  assert.deepEqual([2, 3, 4].map(touchable), [false, true, false]);
  pick(2).click();
  assert.deepEqual([2, 3, 4].map(touchable), [true, false, false]);
});
