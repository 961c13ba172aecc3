// What fills a trace: the bindings in its `meta`, read as dlcore/figures/bindings.py reads them; a test holds both to
// the same numbers for every chart. Nothing else fills a chart.

/** The name of an array, a number, or [operation, binding, …].
 * @typedef {string | number | Binding[]} Binding */

/** Nested lists of numbers; null is a gap. What a probe saw comes as typed arrays.
 * @typedef {number | null | string | List} Value
 * @typedef {Value[] | import("./arrays.js").Row} List */

/** The arrays of a run, by name: a name "epochs.train.loss" leads from one to the next.
 * @typedef {{[name: string]: any}} Arrays */

/** @typedef {{run?: string, runs?: string[], series: string, fill?: Record<string, Binding>}} Meta */

/**
 * What fills the attributes of a trace: all of them, or nothing in any where an array is not there.
 * @param {Meta} meta
 * @param {(run: string) => Arrays | undefined} arraysOf
 * @returns {Record<string, any>}
 */
export function filling(meta, arraysOf) {
  const runs = (meta.runs ?? [meta.run ?? ""]).map((run) => arraysOf(run) ?? {});
  const bindings = Object.entries(meta.fill ?? {});
  const wanted = bindings.flatMap(([, binding]) => names(binding));
  const missing = runs.some((arrays) => wanted.some((name) => found(arrays, name) == null));
  return Object.fromEntries(
    bindings.map(([attribute, binding]) => [attribute, missing ? [] : evaluate(binding, runs)]),
  );
}

/**
 * The array of this name; undefined where there is none.
 * @param {Arrays} arrays
 * @param {string} name
 * @returns {any}
 */
export function found(arrays, name) {
  let place = arrays;
  for (const key of name.split(".")) place = place?.[key];
  return place;
}

/**
 * The arrays that a binding asks for.
 * @param {Binding} binding
 * @returns {string[]}
 */
export function names(binding) {
  if (typeof binding === "string") return [binding];
  return Array.isArray(binding) ? binding.slice(1).flatMap(names) : [];
}

/**
 * The values of a binding: of the one run, or over several by an operation that takes a list of each argument.
 * @param {Binding} binding
 * @param {Arrays[]} runs
 * @returns {any}
 */
export function evaluate(binding, runs) {
  if (typeof binding === "string") return found(runs[0], binding);
  if (typeof binding === "number") return binding;
  const [operation, ...given] = binding;
  const across = ACROSS[String(operation)];
  if (across) return across(...given.map((each) => runs.map((run) => evaluate(each, [run]))));
  return OPERATIONS[String(operation)](...given.map((each) => evaluate(each, runs)));
}

// Of one run

/** @type {(value: any) => value is List} */
const isList = /** @type {any} */ (
  (/** @type {any} */ value) => Array.isArray(value) || ArrayBuffer.isView(value)
);

/** @type {(value: any) => number | null} */
const finite = (value) => (Number.isFinite(value) ? value : null);

/**
 * Element by element, between arrays of one shape or with a single number.
 * @param {(one: number, other: number) => number} calculate
 * @returns {(one: any, other: any) => any}
 */
function each(calculate) {
  /** @type {(one: any, other: any) => any} */
  const go = (one, other) => {
    if (isList(one) && isList(other) && one.length !== other.length)
      throw new Error(`arrays of different lengths: ${one.length} and ${other.length}`);
    if (isList(one)) return Array.from(one, (value, n) => go(value, isList(other) ? other[n] : other));
    if (isList(other)) return Array.from(other, (value) => go(one, value));
    return one == null || other == null ? null : finite(calculate(one, other));
  };
  return go;
}

/**
 * All finite numbers in these values, in one list.
 * @param {any[]} values
 * @returns {number[]}
 */
function join(...values) {
  /** @type {number[]} */
  const all = [];
  const take = (/** @type {any} */ value) => {
    if (isList(value)) value.forEach(take);
    else if (Number.isFinite(value)) all.push(value);
  };
  values.forEach(take);
  return all;
}

/** @type {(values: number[], better: (one: number, other: number) => number) => number | null} */
const extreme = (values, better) =>
  values.length ? values.reduce((one, other) => better(one, other)) : null;

/**
 * The values at the places where `keys` is this one.
 * @param {List} keys
 * @param {number} key
 * @param {any} values
 * @returns {any[]}
 */
function where(keys, key, values) {
  return Array.from(keys, (each, n) =>
    isList(each) ? where(each, key, values[n]) : each === key ? values[n] : null,
  );
}

/** @type {{[operation: string]: (...values: any[]) => any}} */
export const OPERATIONS = {
  "+": each((one, other) => one + other),
  "-": each((one, other) => one - other),
  "*": each((one, other) => one * other),
  "/": each((one, other) => one / other),
  min: (...values) => extreme(join(...values), Math.min),
  max: (...values) => extreme(join(...values), Math.max),
  join,
  linspace: ([first, last], count) => {
    const step = (last - first) / Math.max(1, count - 1);
    return Array.from({ length: count }, (_, n) => first + n * step);
  },
  centers: ({ low, high, counts }) =>
    Array.from(counts, (_, n) =>
      low == null || high == null ? null : low + ((n + 0.5) * (high - low)) / counts.length,
    ),
  heights: ({ counts }) => Array.from(counts, (count) => count / Math.max(1, ...counts)),
  "of row": (matrix) =>
    Array.from(matrix, (row) => {
      const sum = join(row).reduce((total, value) => total + value, 0);
      return Array.from(row, (value) => (value == null ? null : finite(value / sum)));
    }),
  diagonal: (matrix, kept) =>
    Array.from(matrix, (row, n) =>
      Array.from(row, (value, m) => ((n === m) === Boolean(kept) ? value : null)),
    ),
  text: (matrix) => Array.from(matrix, (row) => Array.from(row, (value) => (value ? value.toFixed(0) : ""))),
  where,
  "only if": (some, value) => (some > 0 ? [value] : []),
};

// Over several runs

/**
 * Each key at which every run has a number, with these numbers.
 * @param {number[][]} keys
 * @param {(number | null)[][]} values
 * @returns {[number, number[]][]}
 */
function table(keys, values) {
  const tables = keys.map((each, run) => new Map(each.map((key, n) => [key, values[run][n]])));
  return keys[0]
    .map((key) => /** @type {[number, any[]]} */ ([key, tables.map((known) => known.get(key))]))
    .filter(([, row]) => row.every(Number.isFinite));
}

/** @type {{[operation: string]: (...values: any[]) => any}} */
export const ACROSS = {
  common: (keys, values) => table(keys, values).map(([key]) => key),
  band: ([deviations], keys, values) =>
    table(keys, values).map(([, row]) => {
      const { mean, spread } = meanAndSpread(row);
      return mean + deviations * spread;
    }),
};

/**
 * Mean and standard deviation of these values, not estimated for more.
 * @param {number[]} values
 */
export function meanAndSpread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / values.length) };
}
