// A row follows the pointer, a block with all that is in it; the lines around make room. The order changes when it
// is let go, and how far the row is indented shows meanwhile which block it would land in.

import { aimAt, find, lines, places, room, same } from './tree.js';

export class Drag {
  constructor(stack, each, row, event) {
    Object.assign(this, { stack, row, each, pointer: event.pointerId, moved: false });
    this.start = this.heightOf(event);
    const { top } = stack.model;
    const shown = lines(top);
    this.rest = lines(top, row);
    this.size = shown.length - this.rest.length;
    this.from = shown.findIndex((line) => line.row === row);
    this.depth = shown[this.from].depth;
    this.gap = this.from;
    this.order = shown.map((line) => stack.elements.get(line.key));
    this.held = this.order.slice(this.from, this.from + this.size);
    this.others = this.order.filter((one) => !this.held.includes(one));
    this.room = room(this.rest);
  }

  // Where the rows stand now, moved aside or not: what Python answers meanwhile may make one taller.
  measure() {
    this.boxes = this.others.map((one) => ({ top: one.offsetTop, height: one.offsetHeight }));
    this.top = this.each.offsetTop;
    this.height = this.held.reduce((sum, one) => sum + one.offsetHeight, 0);
    this.reach = Math.min(...this.boxes.map((box) => box.height)) / 2;
  }

  begin() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    window.addEventListener('pointermove', (event) => this.follow(event), { signal });
    window.addEventListener('pointerup', () => this.end(true), { signal });
    window.addEventListener('pointercancel', () => this.end(false), { signal });
    window.addEventListener('keydown', (event) => event.key === 'Escape' && this.end(false), { signal, capture: true });
  }

  follow(event) {
    if (event.pointerId !== this.pointer || !this.room) return;
    const pointer = this.heightOf(event);
    const distance = pointer - this.start;
    if (!this.moved && Math.abs(distance) < 5) return;
    if (!this.moved) {
      this.moved = true;
      for (const one of this.held) one.classList.add('dragged');
      this.stack.frame.classList.add('dragging');
    }
    event.preventDefault();
    this.measure();
    const last = this.boxes[this.room - 1];
    const lowest = Math.min(0, this.boxes[0].top - this.top);
    const highest = Math.max(0, last.top + last.height - this.height - this.top);
    const shift = Math.max(lowest, Math.min(distance, highest));
    for (const one of this.held) one.style.transform = `translateY(${shift}px)`;
    this.makeRoom(pointer);
  }

  // Where the pointer is in the list, which the page may scroll meanwhile.
  heightOf(event) {
    return event.clientY - this.stack.list.getBoundingClientRect().top;
  }

  // The pointer tells the place, not the edges of what is dragged: a chosen row with its buttons, and a block all the
  // more, is taller than its neighbours and would reach past the row that is pointed at.
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
      one.style.transform = down ? `translateY(${this.height}px)` : up ? `translateY(${-this.height}px)` : '';
    });
    this.held[0].style.setProperty('--depth', aimAt(this.rest, this.gap).depth);
  }

  end(keep) {
    this.listeners.abort();
    this.stack.frame.classList.remove('dragging');
    for (const one of this.order) {
      one.style.transform = '';
      one.classList.remove('dragged');
      if (this.moved) one.classList.add('dropped');
    }
    if (!this.moved) return;
    window.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }));
    this.held[0].style.setProperty('--depth', this.depth);
    if (keep) this.drop();
    for (const one of this.order) one.classList.remove('dropped');
  }

  drop() {
    const { top } = this.stack.model;
    const row = find(top, this.row.id); // an answer of Python that came meanwhile has made the rows anew
    if (!row) return;
    const aim = aimAt(this.rest, this.gap);
    const { found, own } = places(top, row);
    if (this.gap !== this.from && !same(aim, found[own])) this.stack.move(row, aim);
  }
}

function swallow(event) {
  event.stopPropagation();
  event.preventDefault();
}
