// The settings of the selected layer stand beside the stack, drawn by Python. After another row is picked they are
// still those of the layer before, for as long as the server takes: what is typed into them then would be that one's.

import { make } from "../kit/dom.js";

const STYLE = "settings-of-selected"; // one for all stacks that a page shows one after another
const PANEL = "st-key-selected_layer"; // its class in Python's answer, and the same with the layer's number

/**
 * Keep the pointer from settings of any other layer; after a moment they fade.
 * @param {number | null} selected the layer's number
 */
export function onlySettingsOf(selected) {
  const others = `[class*="${PANEL}_"]:not(.${PANEL}_${selected})`;
  const found = document.getElementById(STYLE) ?? make("style", { id: STYLE });
  if (!found.isConnected) document.head.append(found);
  found.textContent = `${others} { pointer-events: none; opacity: 0.4; transition: opacity 0.2s 0.4s; }`;
}
