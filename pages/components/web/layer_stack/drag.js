// A row follows the pointer, a block with all that is in it; the lines around make room. The order changes when it
// is let go, and how far the row is indented shows meanwhile which block it would land in.

import { clamp } from "../kit/numbers.js";
import { aimAt, find, lines, places, room, same } from "./tree.js";

/** @import { Stack } from "./component.js" */
/** @import { Row } from "./types.d.ts" */

export class Drag {
  /** @type {{top: number, height: number}[]} of the other lines */
  boxes = [];
  top = 0; // of what is dragged, in px, as it stands in the list
  height = 0; // of all that is dragged
  reach = 0; // how far from its middle a line notices the pointer

  /**
   * @param {Stack} stack
   * @param {Row} row
   * @param {PointerEvent} event
   */
  constructor(stack, row, event) {
    this.stack = stack;
    this.row = row;
    this.pointer = event.pointerId;
    this.moved = false;
    this.listeners = new AbortController();
    this.start = this.heightOf(event);
    const { top } = stack.model;
    const shown = lines(top);
    this.rest = lines(top, row);
    this.size = shown.length - this.rest.length;
    this.from = shown.findIndex((line) => line.kind === "row" && line.row === row);
    this.depth = shown[this.from]?.depth ?? 0;
    this.gap = this.from;
    this.order = shown.flatMap(({ key }) => stack.shown.get(key)?.element ?? []);
    this.held = this.order.slice(this.from, this.from + this.size);
    this.others = this.order.filter((one) => !this.held.includes(one));
    this.room = room(this.rest);
  }

  // Where the rows stand now, moved aside or not: what Python answers meanwhile may make one taller.
  measure() {
    this.boxes = this.others.map((one) => ({ top: one.offsetTop, height: one.offsetHeight }));
    this.top = this.held[0]?.offsetTop ?? 0;
    this.height = this.held.reduce((sum, one) => sum + one.offsetHeight, 0);
    this.reach = Math.min(...this.boxes.map((box) => box.height)) / 2;
  }

  begin() {
    const { signal } = this.listeners;
    window.addEventListener("pointermove", (event) => this.follow(event), { signal });
    window.addEventListener("pointerup", () => this.end(true), { signal });
    window.addEventListener("pointercancel", () => this.end(false), { signal });
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.end(false), {
      signal,
      capture: true,
    });
  }

  /** @param {PointerEvent} event */
  follow(event) {
    if (event.pointerId !== this.pointer || !this.room) return;
    const pointer = this.heightOf(event);
    const distance = pointer - this.start;
    if (!this.moved && Math.abs(distance) < 5) return;
    if (!this.moved) {
      this.moved = true;
      for (const one of this.held) one.classList.add("dragged");
      this.stack.frame.classList.add("dragging");
    }
    event.preventDefault();
    this.measure();
    const shift = clamp(distance, ...this.limits());
    for (const one of this.held) one.style.transform = `translateY(${shift}px)`;
    this.makeRoom(pointer);
  }

  /**
   * How far up and down it may go: with the first of the other lines, with the last that may stand before it.
   * @returns {[number, number]}
   */
  limits() {
    const [first, last] = [this.boxes[0], this.boxes[this.room - 1]];
    if (!first || !last) return [0, 0];
    const lowest = last.top + last.height - this.height - this.top;
    return [Math.min(0, first.top - this.top), Math.max(0, lowest)];
  }

  /**
   * Where the pointer is in the list, which the page may scroll meanwhile.
   * @param {PointerEvent} event
   */
  heightOf(event) {
    return event.clientY - this.stack.list.getBoundingClientRect().top;
  }

  /**
   * The pointer tells the place, not the edges of what is dragged: a chosen row with its buttons, and a block all the
   * more, is taller than its neighbours and would reach past the row that is pointed at.
   * @param {number} pointer
   */
  makeRoom(pointer) {
    this.gap = this.from;
    this.boxes.slice(0, this.room).forEach((box, number) => {
      const middle = box.top + box.height / 2;
      if (number < this.from && pointer - this.reach < middle) this.gap = Math.min(this.gap, number);
      if (number >= this.from && pointer + this.reach > middle) this.gap = Math.max(this.gap, number + 1);
    });
    this.others.forEach((one, number) => {
      const down = number >= this.gap && number < this.from;
      const up = number < this.gap && number >= this.from;
      one.style.transform = down ? `translateY(${this.height}px)` : up ? `translateY(${-this.height}px)` : "";
    });
    this.indent(aimAt(this.rest, this.gap).depth);
  }

  /** @param {number} depth */
  indent(depth) {
    this.held[0]?.style.setProperty("--depth", String(depth));
  }

  /** @param {boolean} keep whether it stays where it was let go */
  end(keep) {
    this.listeners.abort();
    this.stack.frame.classList.remove("dragging");
    for (const one of this.order) {
      one.style.transform = "";
      one.classList.remove("dragged");
      if (this.moved) one.classList.add("dropped");
    }
    if (!this.moved) return;
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
    this.indent(this.depth);
    if (keep) this.drop();
    for (const one of this.order) one.classList.remove("dropped");
  }

  drop() {
    const { top } = this.stack.model;
    const row = find(top, this.row.id); // an answer of Python that came meanwhile has made the rows anew
    if (!row) return;
    const aim = aimAt(this.rest, this.gap);
    const { found, own } = places(top, row);
    const here = found[own];
    if (this.gap !== this.from && !(here && same(aim, here))) this.stack.move(row, aim);
  }
}

/** @param {Event} event */
function swallow(event) {
  event.stopPropagation();
  event.preventDefault();
}
