// Signs on buttons, as lines on a grid of 16: a font may lack the characters.

import { button, svg } from "../kit/dom.js";

const LINES = {
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  duplicate: "M6 6h7v7H6zM3 10V3h7",
  remove: "M4 4l8 8M12 4l-8 8",
  undo: "M6 3L3 6l3 3M3 6h6a4 4 0 010 8H6",
  redo: "M10 3l3 3-3 3M13 6H7a4 4 0 000 8h3",
  lock: "M4 7h8v6H4zM5.5 7V5a2.5 2.5 0 015 0v2",
};

/** @typedef {keyof typeof LINES} Icon */

/** @param {Icon} name */
export function icon(name) {
  const size = { viewBox: "0 0 16 16", width: 15, height: 15 };
  return svg("svg", { ...size, "aria-hidden": "true" }, svg("path", { d: LINES[name] }));
}

/**
 * @param {Icon} name
 * @param {() => void} act
 */
export function iconButton(name, act) {
  return button({ class: "icon" }, icon(name), act);
}
