// Sentences come from Python, in the language of the page. This fills their places.

import { agreeing } from "./plurals.js";

/**
 * "Epoch {epoch}" with its places filled in; a place without a value stays as it is.
 * @param {string} text
 * @param {Record<string, unknown>} values
 */
export function fill(text, values) {
  return agreeing(text, values).replace(/\{(\w+)\}/g, (place, name) =>
    Object.hasOwn(values, name) ? String(values[name] ?? place) : place,
  );
}
