// A row that is dragged: the lines make room, and letting go moves it to where the pointer points.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Stack } from "../../../pages/components/web/layer_stack/component.js";
import { press, root } from "../page.js";
import { data, NESTED, PLAIN } from "./rows.js";

/** @import { SentRow } from "../../../pages/components/web/layer_stack/types.d.ts" */

const HEIGHT = 32; // px, of every line: there is no layout here

Object.defineProperty(HTMLElement.prototype, "offsetHeight", { get: () => HEIGHT });
Object.defineProperty(HTMLElement.prototype, "offsetTop", {
  /** @this {HTMLElement} */
  get() {
    return [...(this.parentElement?.children ?? [])].indexOf(this) * HEIGHT;
  },
});

/** @param {SentRow[]} rows */
function shown(rows) {
  /** @type {any[]} */
  const sent = [];
  const stack = new Stack(root());
  stack.receive({ data: data(rows), setTriggerValue: (_name, value) => sent.push(value) });
  /** The middle of a line. @param {number} line */
  const middle = (line) => (line + 0.5) * HEIGHT;
  /** @param {string} kind @param {number} height @param {EventTarget} target @param {object} more */
  const pointer = (kind, height, target = window, more = {}) =>
    target.dispatchEvent(
      new PointerEvent(kind, {
        clientY: height,
        button: 0,
        pointerId: 1,
        pointerType: "mouse",
        bubbles: true,
        ...more,
      }),
    );
  /** @param {number} id */
  const line = (id) => /** @type {HTMLElement} */ (stack.list.querySelector(`[data-id="${id}"] .line`));
  /** Drag a row from the middle of its line. @param {number} id @param {number} to */
  const drag = (id, to) => {
    const from = [...stack.list.children].indexOf(/** @type {Element} */ (line(id).parentElement));
    pointer("pointerdown", middle(from), line(id));
    pointer("pointermove", middle(from) + (to > from ? 8 : -8));
    pointer("pointermove", middle(to));
  };
  const moves = () => (sent.at(-1)?.list ?? []).filter((/** @type {any} */ each) => each.do === "move");
  return { stack, sent, pointer, line, drag, middle, moves };
}

test("a row that is let go on the next one stands behind it", () => {
  const { drag, pointer, moves } = shown(PLAIN);
  drag(1, 1);
  pointer("pointerup", 0);
  assert.deepEqual(moves(), [{ do: "move", id: 1, within: null, stack: 0, to: 1, number: 1 }]);
});

test("a row that is dragged up stands before the one it was let go on", () => {
  const { drag, pointer, moves } = shown(PLAIN);
  drag(3, 0);
  pointer("pointerup", 0);
  assert.deepEqual(moves(), [{ do: "move", id: 3, within: null, stack: 0, to: 0, number: 1 }]);
});

test("nothing goes behind the locked last row, however far it is dragged", () => {
  const { drag, pointer, moves } = shown(PLAIN);
  drag(1, 9);
  pointer("pointerup", 0);
  assert.deepEqual(moves(), [{ do: "move", id: 1, within: null, stack: 0, to: 2, number: 1 }]);
});

test("a row goes into the block whose line it is let go on, and shows before how deep it would stand", () => {
  const { stack, drag, pointer, moves } = shown(NESTED);
  drag(1, 2); // onto the head of the first branch
  const dragged = /** @type {HTMLElement} */ (stack.list.querySelector('[data-id="1"]'));
  assert.equal(dragged.style.getPropertyValue("--depth"), "1");
  pointer("pointerup", 0);
  assert.deepEqual(moves(), [{ do: "move", id: 1, within: 2, stack: 0, to: 0, number: 1 }]);
});

test("the rows between make room while it is dragged, and stand straight afterwards", () => {
  const { stack, drag, pointer } = shown(PLAIN);
  drag(1, 2);
  const shifts = () =>
    [...stack.list.children].map((each) => /** @type {HTMLElement} */ (each).style.transform);
  assert.deepEqual(shifts(), ["translateY(64px)", "translateY(-32px)", "translateY(-32px)", ""]);
  assert.equal(stack.frame.className, "stack dragging");
  pointer("pointerup", 0);
  assert.deepEqual(shifts(), ["", "", "", ""]);
  assert.equal(stack.frame.className, "stack");
});

test("Escape leaves everything as it was", () => {
  const { stack, drag, pointer, moves } = shown(PLAIN);
  drag(1, 2);
  press(document.body, "Escape");
  pointer("pointermove", 100);
  pointer("pointerup", 0);
  assert.deepEqual(moves(), []);
  assert.equal(stack.frame.className, "stack");
});

test("a pointer that trembles by some pixels clicks and does not drag", async () => {
  await new Promise((done) => setTimeout(done)); // the click that ends a drag is swallowed: that of the last test
  const { stack, line, middle, pointer, moves } = shown(PLAIN);
  pointer("pointerdown", middle(0), line(1));
  pointer("pointermove", middle(0) + 4);
  pointer("pointerup", 0);
  assert.deepEqual(moves(), []);
  line(1).click();
  assert.equal(stack.model.selected, 1);
});

test("a row that is let go where it was is not moved", () => {
  const { drag, pointer, middle, moves } = shown(PLAIN);
  drag(2, 2);
  pointer("pointermove", middle(1));
  pointer("pointerup", 0);
  assert.deepEqual(moves(), []);
});

test("another pointer does not lead the row", () => {
  const { stack, line, middle, pointer } = shown(PLAIN);
  pointer("pointerdown", middle(0), line(1));
  pointer("pointermove", middle(2), window, { pointerId: 2 });
  assert.equal(stack.frame.className, "stack");
  pointer("pointerup", 0);
});

test("a finger on a row scrolls the page; only its grip drags", () => {
  const { stack, line, middle, pointer } = shown(PLAIN);
  const finger = { pointerType: "touch" };
  pointer("pointerdown", middle(0), line(1), finger);
  pointer("pointermove", middle(2), window, finger);
  assert.equal(stack.frame.className, "stack");
  pointer("pointerdown", middle(0), /** @type {Element} */ (line(1).querySelector(".grip")), finger);
  pointer("pointermove", middle(2), window, finger);
  assert.equal(stack.frame.className, "stack dragging");
  pointer("pointerup", 0);
});

test("the last row is not dragged, nor any by its buttons or by another key of the mouse", () => {
  const { stack, line, middle, pointer } = shown(PLAIN);
  pointer("pointerdown", middle(3), line(4));
  pointer("pointermove", middle(0));
  pointer("pointerdown", middle(0), /** @type {Element} */ (line(1).querySelector(".icon")));
  pointer("pointermove", middle(2));
  pointer("pointerdown", middle(0), line(1), { button: 2 });
  pointer("pointermove", middle(2));
  assert.equal(stack.frame.className, "stack");
});

test("an answer of Python that comes meanwhile does not lose the row", () => {
  const { stack, drag, pointer, moves } = shown(PLAIN);
  drag(1, 1);
  stack.receive({ data: data(PLAIN), setTriggerValue: stack.setTriggerValue });
  pointer("pointerup", 0);
  assert.deepEqual(moves(), [{ do: "move", id: 1, within: null, stack: 0, to: 1, number: 1 }]);
});
