// The button of a place for files is called what is written on it: style.css writes that, and not everybody who reads
// a page to somebody reads what a style has written.

import { whenever } from "./observing.js";

const BUTTON = "[data-testid=stFileUploaderDropzone] button";

export const nameUploaders = () => whenever(BUTTON, call);

/** @param {Element} button */
export function call(button) {
  const written = getComputedStyle(button).getPropertyValue("--upload").trim();
  if (!written) return;
  const word = JSON.parse(written);
  if (button.getAttribute("aria-label") !== word) button.setAttribute("aria-label", word);
}
