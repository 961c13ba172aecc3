// The film of a run: which epochs were recorded, and what the probes saw there, fetched when somebody looks.
//
// Parts never change, so a browser keeps them; a part that was shown a moment ago is still decoded here.

import { read } from "./arrays.js";

/** @import { Frame, Frames } from "./types.d.ts" */

const MOST = 1500; // decoded parts that are kept, the longest unused given up first

/** What a probe saw at an epoch: its arrays by name, and `epoch`.
 * @typedef {{epoch: number, [name: string]: any}} Seen */

export class Film {
  /** @param {string} address of its parts */
  constructor(address) {
    this.address = address;
    /** @type {Map<number, Frame>} */
    this.frames = new Map();
    /** @type {number[]} all recorded epochs, the lowest first */
    this.epochs = [];
    /** @type {{[part: string]: number[]}} the epochs at which each part was recorded */
    this.parts = {};
    /** @type {Map<string, Seen>} */
    this.decoded = new Map();
    /** @type {Map<string, Promise<Seen>>} */
    this.coming = new Map();
    /** @type {Columns} */
    this.series = { epoch: [] };
  }

  /** @param {Frame[]} frames */
  add(frames) {
    for (const frame of frames) this.frames.set(frame.epoch, frame);
    this.epochs = [...this.frames.keys()].sort((one, other) => one - other);
    this.parts = {};
    for (const epoch of this.epochs)
      for (const part of Object.keys(this.frames.get(epoch)?.parts ?? {})) {
        this.parts[part] ??= [];
        this.parts[part].push(epoch);
      }
    this.series = series(this.epochs.map((epoch) => /** @type {Frame} */ (this.frames.get(epoch))));
  }

  /**
   * The recorded epoch that shows a part at this epoch: the nearest, the earlier of two; the newest for null.
   * @param {string} part
   * @param {number | null} epoch
   * @returns {number | undefined}
   */
  at(part, epoch) {
    const recorded = this.parts[part] ?? [];
    return epoch === null ? recorded.at(-1) : nearest(recorded, epoch);
  }

  /**
   * What a probe saw at this epoch, or nearest to it; undefined where it is not here (yet).
   * @param {string} part
   * @param {number | null} epoch
   * @returns {Seen | undefined}
   */
  seen(part, epoch) {
    const at = this.at(part, epoch);
    if (at === undefined) return undefined;
    const key = `${part} ${at}`;
    const found = this.decoded.get(key);
    if (found) {
      this.decoded.delete(key); // the newest is the last
      this.decoded.set(key, found);
    }
    return found;
  }

  /**
   * Fetch it. Rejects where it is gone, or the server does not answer.
   * @param {string} part
   * @param {number | null} epoch
   * @returns {Promise<Seen | undefined>}
   */
  async load(part, epoch) {
    const at = this.at(part, epoch);
    if (at === undefined) return undefined;
    const key = `${part} ${at}`;
    const known = this.decoded.get(key);
    if (known) return known;
    const coming = this.coming.get(key) ?? this.fetch(part, at);
    this.coming.set(key, coming);
    try {
      const seen = await coming;
      this.decoded.set(key, seen);
      for (const oldest of this.decoded.keys()) {
        if (this.decoded.size <= MOST) break;
        this.decoded.delete(oldest);
      }
      return seen;
    } finally {
      this.coming.delete(key);
    }
  }

  /**
   * @param {string} part
   * @param {number} epoch
   * @returns {Promise<Seen>}
   */
  async fetch(part, epoch) {
    const { file, parts } = /** @type {Frame} */ (this.frames.get(epoch));
    const [first, length] = parts[part];
    const answer = await fetch(new URL(`${this.address}/${file}/${first}-${length}`, document.baseURI));
    if (!answer.ok) throw new Error(`${answer.status}`);
    return { epoch, ...read(await answer.arrayBuffer()) };
  }
}

/** @typedef {{epoch: number[], [name: string]: any}} Columns */

/**
 * Frames that came as columns. A number that is null was not recorded, or was not finite.
 * @param {Frames} told
 * @returns {Frame[]}
 */
export function frames({ epoch, file, parts, numbers }) {
  /** @type {<Value>(columns: Record<string, (Value | null)[]>, row: number) => Record<string, Value>} */
  const at = (columns, row) => {
    const found = Object.entries(columns).map(([name, column]) => [name, column[row]]);
    return Object.fromEntries(found.filter(([, value]) => value !== null));
  };
  return epoch.map((each, row) => ({
    epoch: each,
    file: file[row] ?? "",
    parts: at(parts, row),
    numbers: at(numbers, row),
  }));
}

/**
 * The numbers of frames as columns, in groups; null where one was not recorded.
 * @param {Frame[]} frames
 * @returns {Columns}
 */
function series(frames) {
  const told = frames.filter(({ numbers }) => Object.keys(numbers).length);
  /** @type {Columns} */
  const columns = { epoch: told.map(({ epoch }) => epoch) };
  for (const name of new Set(told.flatMap(({ numbers }) => Object.keys(numbers)))) {
    const groups = name.split(".");
    const last = /** @type {string} */ (groups.pop());
    /** @type {{[name: string]: any}} */
    let place = columns;
    for (const group of groups) place = place[group] ??= {};
    place[last] = told.map(({ numbers }) => numbers[name] ?? null);
  }
  return columns;
}

/**
 * The number of these, the lowest first, that is nearest to another; the lower of two.
 * @param {number[]} ordered
 * @param {number} wanted
 * @returns {number | undefined}
 */
export function nearest(ordered, wanted) {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [ordered[low - 1], ordered[low]];
  if (before === undefined || after === undefined) return before ?? after;
  return after - wanted < wanted - before ? after : before;
}
