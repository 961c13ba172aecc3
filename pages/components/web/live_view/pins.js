// The examples that are pinned: some of each class at first, any of them replaced by any other example of the data.

/** @typedef {import("./bindings.js").Arrays} Arrays */
/** A part of the data, validation or train, and the row within it. @typedef {[part: string, row: number]} Pin */

const MOST = 24;

export class Pins {
  /** @type {Pin[] | null} the first choice; null while it is not known */
  usual = null;
  /** @type {Pin[] | null} those that stand instead, once one was replaced */
  own = null;
  chosen = 0; // the pin that is looked at
  /** @type {Arrays | undefined} what was found out about them last */
  history;

  /**
   * @param {any} view
   * @param {unknown} kept what was replaced before, as it was kept
   */
  constructor(view, kept) {
    this.view = view;
    if (Array.isArray(kept) && kept.length) this.own = kept;
  }

  /** @returns {Pin[]} */
  get all() {
    return this.own ?? this.usual ?? [];
  }

  /**
   * The first choice of a run whose examples are known.
   * @param {Arrays} samples
   * @param {string} part that judges
   * @param {boolean} valued whether the truth is a value, and no class
   */
  know(samples, part, valued) {
    const places = valued ? evenly(samples) : spread(/** @type {any} */ (samples));
    this.usual ??= places.map((place) => [part, samples.rows[place]]);
  }

  /**
   * Where in `samples` the pins are that are there, each once.
   * @param {Arrays} samples
   * @param {string} part that judges
   * @returns {number[]}
   */
  places(samples, part) {
    const found = this.all.flatMap(([of, row]) => (of === part ? [samples.rows.indexOf(row)] : []));
    return [...new Set(found)].filter((place) => place >= 0);
  }

  /** @param {Pin} pin */
  has([part, row]) {
    return this.all.findIndex(([of, at]) => of === part && at === row);
  }

  /** @param {number} place of a pin */
  look(place) {
    this.chosen = place;
    this.changed();
  }

  /**
   * Put another example in the place of a pin, and look at it; one that is pinned already is only looked at.
   * @param {Pin} pin
   * @param {number} [place] the pin that goes; else the last that was nobody's choice, or the one that is looked at
   */
  replace(pin, place = this.least()) {
    const known = this.has(pin);
    if (known >= 0) return this.look(known);
    this.own = this.all.map((each, number) => (number === place ? pin : each));
    this.keep(this.own);
    return this.look(place);
  }

  least() {
    const { all, usual } = this;
    const first = usual ?? [];
    const same = (/** @type {number} */ place) =>
      first[place]?.[0] === all[place]?.[0] && first[place]?.[1] === all[place]?.[1];
    for (let place = all.length - 1; place >= 0; place -= 1) if (same(place)) return place;
    return Math.min(this.chosen, all.length - 1);
  }

  // The first choice again.
  reset() {
    this.own = null;
    this.keep([]);
    this.look(0);
  }

  /** @param {Pin[]} pins */
  keep(pins) {
    this.view.ask(`pins:${JSON.stringify(pins)}`);
  }

  // Whatever shows pins shows the others.
  changed() {
    for (const each of this.view.charts) each.draw();
  }
}

/**
 * Where a pin is in what was found out; -1 where it is not.
 * @param {Arrays} history
 * @param {Pin} pin
 */
export function placeOf({ parts, rows }, [part, row]) {
  return parts.findIndex(
    (/** @type {string} */ each, /** @type {number} */ n) => each === part && rows[n] === row,
  );
}

/**
 * Places of 24 examples, as many of each class as can be, the first ones of those whose inputs were kept.
 * @param {Arrays} samples
 * @returns {number[]}
 */
export function spread({ shown, truth }) {
  /** @type {Map<number, number[]>} */
  const byClass = new Map();
  for (const place of shown) {
    const of = byClass.get(truth[place]) ?? [];
    byClass.set(truth[place], [...of, place]);
  }
  const queues = [...byClass.entries()].sort(([one], [other]) => one - other).map(([, places]) => places);
  const chosen = [];
  for (let round = 0; chosen.length < MOST && queues.some((each) => each.length > round); round += 1)
    for (const each of queues) if (each.length > round && chosen.length < MOST) chosen.push(each[round]);
  return chosen.sort((one, other) => truth[one] - truth[other] || one - other);
}

/**
 * Places of 24 examples from the lowest to the highest value, of those whose inputs were kept.
 * @param {Arrays} samples
 * @returns {number[]}
 */
export function evenly({ shown, truth }) {
  const order = Array.from(/** @type {number[]} */ (shown)).sort(
    (one, other) => truth[one] - truth[other] || one - other,
  );
  const count = Math.min(MOST, order.length);
  return Array.from(
    { length: count },
    (_, n) => order[Math.round((n * (order.length - 1)) / Math.max(1, count - 1))],
  );
}
