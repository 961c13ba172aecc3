// A film for tests: its frames as the feed sends them, and a server that has their parts.

import { Film } from "../../../pages/components/web/live_view/film.js";

/** @import { Frame } from "../../../pages/components/web/live_view/types.d.ts" */

/** @param {Record<string, unknown>} values plain ones, by name */
function bytes(values) {
  const header = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { is: value }]));
  const written = new TextEncoder().encode(JSON.stringify(header));
  const made = new Uint8Array(4 + written.length);
  new DataView(made.buffer).setUint32(0, written.length, true);
  made.set(written, 4);
  return made.buffer;
}

/**
 * A frame whose parts are known by their place in a file of its own.
 * @param {number} epoch
 * @param {string[]} parts
 * @param {Record<string, number | null>} numbers
 * @returns {Frame}
 */
export function frame(epoch, parts, numbers = {}) {
  const places = parts.map((part, place) => [part, /** @type {[number, number]} */ ([place, 1])]);
  return { epoch, file: `film-${epoch}`, parts: Object.fromEntries(places), numbers };
}

/**
 * A server of parts: what it has by the end of their addresses, and what it was asked.
 * @param {Record<string, Record<string, unknown>>} parts by "film-3/0-1"
 */
export function server(parts) {
  /** @type {string[]} */
  const asked = [];
  /** @param {URL} address */
  const fetch = async ({ href }) => {
    const end = href.split("/").slice(-2).join("/");
    asked.push(end);
    const found = parts[end];
    if (!found) return { ok: false, status: 404 };
    return { ok: true, arrayBuffer: async () => bytes(found) };
  };
  Object.assign(globalThis, { fetch });
  return { asked, parts };
}

/** @param {...Frame} frames */
export function film(...frames) {
  const made = new Film("film/run.token");
  made.add(frames);
  return made;
}

/** Whatever waits for a promise has gone on. */
export const settled = () => new Promise((done) => setImmediate(done));
