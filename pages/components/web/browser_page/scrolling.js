// What scrolls sideways can be reached by keyboard: a long formula on a phone, or in a narrow column.

import { whenever } from "./observing.js";

const SCROLLS = ".katex-display"; // what Streamlit lets scroll and cannot be told to make reachable

export const reachScrolling = () => whenever(SCROLLS, mark);

/** @param {Element} element */
export function mark(element) {
  const scrolls = element.scrollWidth > element.clientWidth;
  if (scrolls === element.hasAttribute("tabindex")) return;
  if (scrolls) element.setAttribute("tabindex", "0");
  else element.removeAttribute("tabindex");
}
