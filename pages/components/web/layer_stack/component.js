// The layer stack in the browser. Python owns the layers; this file shows them and reports what is done to them.
//
// What somebody does shows at once: an operation is carried out on the rows here, kept in `pending`, and sent.
// Python answers with rows that have seen operations up to a number; those still pending are carried out on top
// again. So nothing jumps back while an answer is on its way, and nothing is lost when two answers cross.

import { button, label, make, say } from "../kit/dom.js";
import { once } from "../kit/once.js";
import { fill } from "../kit/texts.js";
import { Drag } from "./drag.js";
import { iconButton } from "./icons.js";
import { EdgeElement, isIn, RowElement } from "./lines.js";
import { Menu } from "./menu.js";
import { onlySettingsOf } from "./panel.js";
import { CSS } from "./style.js";
import { carryOut, find, flat, grown, home, lines, place, places } from "./tree.js";

/** @import { Component } from "../streamlit.d.ts" */
/** @import { Aim, Data, Line, Model, Operation, Row, Texts, Wanted } from "./types.d.ts" */

const stackOf = once((/** @type {HTMLElement | ShadowRoot} */ root) => new Stack(root));

/** @param {Component<Data>} component */
export default function (component) {
  stackOf(component.parentElement).receive(component);
}

export class Stack {
  /** @type {Data | null} what Python sent last */
  data = null;
  /** @type {Texts} */
  texts = /** @type {Texts} */ ({});
  /** @type {Component<Data>["setTriggerValue"]} */
  setTriggerValue = () => {};
  /** @type {Model} */
  model = { top: [], selected: null };
  /** @type {(Operation & {number: number})[]} sent, and not answered yet */
  pending = [];
  number = 0; // of the newest operation
  /** @type {Map<string, RowElement | EdgeElement>} by the key of their line */
  shown = new Map();

  /** @param {HTMLElement | ShadowRoot} root */
  constructor(root) {
    this.mount = Math.random().toString(36).slice(2);
    this.heading = make("span", { class: "heading" });
    this.undoButton = iconButton("undo", () => this.send({ do: "undo" }));
    this.redoButton = iconButton("redo", () => this.send({ do: "redo" }));
    this.addButton = button({ class: "add" }, "", () =>
      this.menu.open(this.addButton, { after: this.model.selected }),
    );
    this.list = make("ol", { class: "rows" });
    this.empty = make("p", { class: "empty" });
    this.menu = new Menu((layer, wanted) => this.add(layer, wanted));
    this.live = make("div", { class: "live", "aria-live": "polite" });
    const bar = make("div", { class: "bar" }, this.heading, this.undoButton, this.redoButton, this.addButton);
    this.frame = make("div", { class: "stack" }, bar, this.list, this.empty, this.menu.panel, this.live);
    this.frame.onkeydown = (event) => this.pressed(event);
    root.append(make("style", {}, CSS), this.frame);
  }

  /** @param {Pick<Component<Data>, "data" | "setTriggerValue">} component */
  receive({ data, setTriggerValue }) {
    this.data = data;
    this.texts = data.texts;
    this.setTriggerValue = setTriggerValue;
    const { seen } = data;
    if (seen?.mount === this.mount) this.pending = this.pending.filter(({ number }) => number > seen.number);
    this.model = { top: grown(data.rows), selected: data.selected };
    for (const operation of this.pending) carryOut(this.model, operation, data.menu);
    this.show();
  }

  /** @param {Operation} operation */
  send(operation) {
    this.number += 1;
    this.pending.push({ ...operation, number: this.number });
    carryOut(this.model, operation, this.data?.menu ?? []);
    this.show();
    this.setTriggerValue("operations", { mount: this.mount, list: this.pending });
  }

  /** @param {number | null | undefined} id */
  find(id) {
    return find(this.model.top, id);
  }

  // What can be done

  /**
   * @param {string} layer
   * @param {Wanted} wanted
   */
  add(layer, wanted) {
    this.send({ do: "add", layer, ...wanted });
    const added = this.find(this.model.selected);
    if (!added) return;
    this.say("added", { layer, place: place(this.model.top, added) + 1 }, added);
    this.focus(added.id);
  }

  /** @param {Row} row */
  remove(row) {
    if (row.locked) return;
    const number = flat(this.model.top).indexOf(row);
    this.send({ do: "remove", id: row.id });
    this.say("removed", { layer: row.name });
    const left = flat(this.model.top);
    this.focus(left[Math.min(number, left.length - 1)]?.id);
  }

  /** @param {Row} row */
  duplicate(row) {
    if (!row.locked) this.send({ do: "duplicate", id: row.id });
  }

  /**
   * To the next place, or the one before.
   * @param {Row} row
   * @param {number} by
   */
  step(row, by) {
    if (row.locked) return;
    const { found, own } = places(this.model.top, row);
    const aim = found[own + by];
    if (aim) this.move(row, aim);
  }

  /**
   * @param {Row} row
   * @param {Aim} aim
   */
  move(row, { within, stack, to }) {
    this.send({ do: "move", id: row.id, within, stack, to });
    const moved = this.find(row.id);
    if (!moved) return;
    this.say("moved", { layer: row.name, place: to + 1, count: home(this.model.top, moved).length }, moved);
    this.focus(row.id);
  }

  /**
   * Take a stack out of a block.
   * @param {number} id of the block
   * @param {number} stack
   */
  prune(id, stack) {
    const block = this.find(id);
    this.send({ do: "prune", id, stack });
    this.say("pruned", { layer: block?.name, number: stack + 1 });
    this.focus(id);
  }

  /** @param {number} id */
  select(id) {
    if (id !== this.model.selected) this.send({ do: "select", id });
  }

  // Keys

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const command = event.ctrlKey || event.metaKey;
    if (isIn(event, ".menu")) return;
    const key = command ? event.key.toLowerCase() : "";
    if (key === "z") take(event, () => this.send({ do: event.shiftKey ? "redo" : "undo" }));
    else if (key === "y") take(event, () => this.send({ do: "redo" }));
    else this.pressedOnRow(event, command);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} command
   */
  pressedOnRow(event, command) {
    const rows = flat(this.model.top);
    const row = this.find(rowOf(event));
    if (!row) return;
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (step && event.altKey) take(event, () => this.step(row, step));
    else if (step) take(event, () => this.focus(rows[rows.indexOf(row) + step]?.id, true));
    else if (event.key === "Delete" || event.key === "Backspace") take(event, () => this.remove(row));
    else if (command && event.key.toLowerCase() === "d") take(event, () => this.duplicate(row));
  }

  /** @param {number | undefined} id of the row that shall have the focus */
  focus(id, alsoSelect = false) {
    const target = this.shown.get(`row ${id}`);
    if (id === undefined || !(target instanceof RowElement)) return;
    target.pick.focus({ preventScroll: false });
    if (alsoSelect) this.select(id);
  }

  /**
   * Say what was done, and in which block where it was in one.
   * @param {keyof Texts} which
   * @param {Record<string, unknown>} values
   * @param {Row | null} row
   */
  say(which, values, row = null) {
    const line = row && lines(this.model.top).find((each) => each.kind === "row" && each.row === row);
    const around = line ? this.around(line) : "";
    this.live.textContent = fill(this.texts[which], values) + (around ? ` (${around})` : "");
  }

  /** @param {Line} line */
  around({ block, stack }) {
    if (!block) return "";
    return fill(this.texts[block.grows ? "branched" : "nested"], { layer: block.name, number: stack + 1 });
  }

  // Show

  show() {
    if (!this.data) return;
    const { texts } = this;
    this.list.setAttribute("aria-label", texts.stack);
    say(this.heading, texts.heading);
    say(this.addButton, `+ ${texts.add}`);
    this.addButton.title = texts.after;
    label(this.undoButton, texts.undo).disabled = !this.data.undo && !this.pending.length;
    label(this.redoButton, texts.redo).disabled = !this.data.redo;
    say(this.empty, this.data.empty);
    this.empty.hidden = !this.data.empty;
    this.menu.receive(this.data.menu, texts);
    this.showLines();
    onlySettingsOf(this.model.selected);
  }

  showLines() {
    const before = this.tops();
    const wanted = lines(this.model.top);
    this.discard(new Set(wanted.map(({ key }) => key)));
    wanted.forEach((line, number) => {
      const each = this.shown.get(line.key) ?? this.make(line);
      each.element.style.setProperty("--depth", String(line.depth));
      each.fill(line);
      if (this.list.children[number] !== each.element) this.put(each.element, number);
    });
    this.glide(before);
  }

  /** @param {Set<string>} wanted keys of the lines that stay */
  discard(wanted) {
    for (const [key, { element }] of this.shown) {
      if (wanted.has(key)) continue;
      element.remove();
      this.shown.delete(key);
    }
  }

  /** @param {Line} line */
  make(line) {
    const made = line.kind === "row" ? new RowElement(this, line.row.id) : new EdgeElement(this, line);
    this.shown.set(line.key, made);
    return made;
  }

  /**
   * Put an element to its place; what has the focus keeps it.
   * @param {HTMLElement} element
   * @param {number} number
   */
  put(element, number) {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (element.getRootNode());
    this.list.insertBefore(element, this.list.children[number] ?? null);
    if (activeElement instanceof HTMLElement && element.contains(activeElement))
      activeElement.focus({ preventScroll: true });
  }

  tops() {
    return new Map([...this.shown].map(([key, { element }]) => [key, element.offsetTop]));
  }

  /** @param {Map<string, number>} before where the lines stood */
  glide(before) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const [key, { element }] of this.shown) {
      const moved = (before.get(key) ?? element.offsetTop) - element.offsetTop;
      if (moved && !element.classList.contains("dropped")) {
        const path = [{ transform: `translateY(${moved}px)` }, { transform: "none" }];
        element.animate(path, { duration: 140, easing: "ease-out" });
      }
      element.classList.remove("dropped");
    }
  }

  /**
   * @param {PointerEvent} event
   * @param {number} id
   */
  startDrag(event, id) {
    const row = this.find(id);
    if (!row || event.button !== 0 || row.locked || isIn(event, ".actions")) return;
    if (event.pointerType !== "mouse" && !isIn(event, ".grip")) return; // a finger on the row scrolls the page
    new Drag(this, row, event).begin();
  }
}

/**
 * A key that means something here means nothing more to the page.
 * @param {KeyboardEvent} event
 * @param {() => void} act
 */
function take(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

/**
 * The id of the row that a key was pressed in.
 * @param {KeyboardEvent} event
 */
function rowOf({ target }) {
  const row = target instanceof Element ? target.closest(".row") : null;
  return row instanceof HTMLElement ? Number(row.dataset.id) : undefined;
}
