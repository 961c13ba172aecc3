// A probability as a bar with its name in it.

import { make } from "../kit/dom.js";

/**
 * @param {string} name
 * @param {number} share
 * @param {boolean} right whether it is that of what is true
 * @param {any} numbers
 */
export function bar(name, share, right, numbers) {
  const fill = make("span", { class: "live-share-fill" });
  fill.style.width = `${(100 * share).toFixed(1)}%`;
  return make(
    "span",
    { class: "live-share", "data-right": String(right) },
    fill,
    make("span", { class: "live-share-text" }, `${name} ${numbers.percent(share)}`),
  );
}
