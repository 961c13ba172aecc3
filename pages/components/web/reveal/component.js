// Scrolls to the column that holds the component when its occasion changes, on pages too narrow for two columns.

/** @import { Component } from "../streamlit.d.ts" */

const NARROW = 640; // pixels: below this, Streamlit lays columns one below the other

/** @type {WeakMap<Node, string | null>} */
const seen = new WeakMap();

/** @param {Component<string | null>} component */
export default function ({ data, parentElement }) {
  const before = seen.get(parentElement); // undefined when the page was just opened: that shows its top
  seen.set(parentElement, data);
  if (before === undefined || before === data || window.innerWidth > NARROW) return;
  const host = parentElement instanceof ShadowRoot ? parentElement.host : parentElement;
  host.closest('[data-testid="stColumn"]')?.scrollIntoView({ block: "start", behavior: "smooth" });
}
