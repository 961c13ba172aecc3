// What is known of one run: put together from messages, asked by charts for its arrays by name.

import { Film, frames, nearest } from "./film.js";

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** Columns by name, in groups: numbers (null is a gap) of one length.
 * @typedef {{[name: string]: any}} Columns */

export class Run {
  /**
   * @param {string} id
   * @param {string} film where its film is
   */
  constructor(id, film = "") {
    this.id = id;
    this.film = new Film(film);
    this.cursor = 0;
    /** @type {any} */
    this.status = null;
    this.gone = false;
    /** @type {{x: number[], y: (number | null)[], stride: number}} */
    this.batches = { x: [], y: [], stride: 1 };
    /** @type {Columns} */
    this.epochs = { epoch: [], train: {}, validation: {}, stride: 1 };
    /** @type {{epoch: number, train: Columns, validation: Columns, judged: Columns} | null} */
    this.best = null; // single numbers; judged: of the part that judges
    /** @type {{[metric: string]: number}} */
    this.chance = {};
    /** @type {{[which: string]: {epoch: number, counts: number[][]}}} */
    this.confusion = {}; // of the newest and of the best epoch
    /** @type {{[probe: string]: Arrays}} */
    this.probes = {}; // of a run without a film: what each saw last
    /** @type {{[analysis: string]: Arrays}} */
    this.analyses = {}; // what was computed when somebody asked
    /** @type {{started: any, milestones: any[]}} */
    this.log = { started: null, milestones: [] };
    this.seen = 0; // counts messages: what is drawn from an older one is stale
  }

  /** @param {any} message as dlcore/serving/feed.py makes it */
  apply(message) {
    this.seen += 1;
    this.cursor = message.cursor;
    this.gone = Boolean(message.gone);
    if (message.status) this.status = message.status;
    if (message.batches) this.batches = grown(this.batches, message.batches);
    if (message.epochs) this.epochs = grown(this.epochs, message.epochs);
    if (message.best) this.best = only(message.best);
    if (message.chance) this.chance = message.chance;
    Object.assign(this.confusion, message.confusion);
    Object.assign(this.probes, unpacked(message.probes ?? {}));
    if (message.film) this.film.add(frames(message.film));
    if (message.log) this.log = message.log;
  }

  /**
   * All arrays that are here, by the names of dlcore/training/arrays.py.
   * @param {string} [which] the epoch that is looked at, where a run without a film keeps more than the newest
   * @param {number | null} [epoch] that is shown of the film; the newest for null
   * @returns {Arrays}
   */
  arrays(which = "newest", epoch = null) {
    const { analyses, batches, epochs, best, chance, confusion, film, probes } = this;
    /** @type {Arrays} */
    const seen = {};
    for (const part of Object.keys(film.parts)) seen[part] = film.seen(part, epoch);
    const { series } = film;
    return {
      ...{ batches, epochs, best, chance, series },
      confusion: confusion[which] ?? confusion.newest,
      ...probes,
      ...analyses,
      ...seen,
      ...this.analyses,
    };
  }

  /**
   * The value of a part's metric at an epoch, or the nearest that is kept, the newest for null; undefined where there
   * is none.
   * @param {string} part
   * @param {string} metric
   * @param {number | null} [epoch]
   * @returns {number | null | undefined}
   */
  now(part, metric, epoch = null) {
    const values = this.epochs[part][metric];
    if (epoch === null) return values?.at(-1);
    return values?.[this.epochs.epoch.indexOf(nearest(this.epochs.epoch, epoch))];
  }

  /**
   * The value at the best epoch.
   * @param {"train" | "validation"} part
   * @param {string} metric
   * @returns {number | null | undefined}
   */
  atBest(part, metric) {
    return this.best?.[part]?.[metric];
  }
}

/**
 * Columns of which the first `keep` points stay and the news follow. A column that only one of the two knows has gaps
 * where the other speaks: a score may not be measured at every epoch.
 * @param {any} known
 * @param {any} news
 * @returns {any}
 */
function grown(known, { keep, stride, ...news }) {
  const length = (news.epoch ?? news.x).length;
  const grow = (/** @type {any} */ before, /** @type {any} */ after) => {
    if (Array.isArray(before ?? after))
      return [...(before ?? gaps(keep)).slice(0, keep), ...(after ?? gaps(length))];
    /** @type {Columns} */
    const columns = {};
    for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]))
      columns[name] = grow(before?.[name], after?.[name]);
    return columns;
  };
  const { stride: _, ...columns } = known;
  return { ...grow(columns, news), stride };
}

/** @type {(length: number) => null[]} */
const gaps = (length) => Array(length).fill(null);

/**
 * The one epoch of a table of columns.
 * @param {Columns} epochs
 */
function only(epochs) {
  const first = (/** @type {Columns} */ part) =>
    Object.fromEntries(Object.entries(part).map(([name, values]) => [name, values[0]]));
  const [train, validation] = [first(epochs.train), first(epochs.validation)];
  const judged = Object.keys(validation).length ? validation : train;
  return { epoch: epochs.epoch[0], train, validation, judged };
}

/**
 * The same with numbers in place of each array that came as bytes: rows of bytes.
 * @param {any} sent
 * @returns {any}
 */
function unpacked(sent) {
  if (sent === null || typeof sent !== "object" || Array.isArray(sent)) return sent;
  if (sent.dtype) return rows(sent);
  return Object.fromEntries(Object.entries(sent).map(([name, each]) => [name, unpacked(each)]));
}

/** @param {{shape: [number, number], data: string}} sent */
function rows({ shape: [count, length], data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return Array.from({ length: count }, (_, row) => bytes.subarray(row * length, (row + 1) * length));
}
