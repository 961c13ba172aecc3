// A page without a browser: what the browser code asks of one stands in `globalThis`, once for a file of tests.

import { Window } from "happy-dom";

export const page = new Window({ url: "http://127.0.0.1:8501/studio", width: 1440, height: 900 });

/** @type {(keyof typeof globalThis)[]} */
const NAMES = [
  "document",
  "Element",
  "Event",
  "getComputedStyle",
  "HTMLElement",
  "KeyboardEvent",
  "matchMedia",
  "Node",
  "PointerEvent",
  "ResizeObserver",
  "ShadowRoot",
];

for (const name of NAMES)
  Object.defineProperty(globalThis, name, { value: Reflect.get(page, name), writable: true });
Object.defineProperty(globalThis, "window", { value: page, writable: true });

/**
 * A key pressed where an element is.
 * @param {Element} target
 * @param {string} key
 * @param {KeyboardEventInit} more
 */
export function press(target, key, more = {}) {
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...more }),
  );
}

/** A place in the page for a component. */
export function root() {
  const made = document.createElement("div");
  document.body.append(made);
  return made;
}
