// A place to draw. Python is sent the picture when the pen is lifted.

import { once } from "../kit/once.js";
import { Pad } from "../kit/pad.js";

/** @import { Component } from "../streamlit.d.ts" */
/** @import { Words } from "../kit/pad.js" */

const padOf = once((/** @type {HTMLElement | ShadowRoot} */ root) => new Pad(root));

/** @param {Component<Words>} component */
export default function (component) {
  padOf(component.parentElement).receive(component);
}
