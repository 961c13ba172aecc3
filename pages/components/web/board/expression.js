// The sums of a board: what dlcore/lessons/expression.py sends is given its value here. No text is ever run.

/** @import { Expression, Value, Values } from "./types.d.ts" */

const EXACT = 6; // beyond it, an error function is 1 to the last bit

/**
 * The error function, by its series of positive terms: exact to the last digits wherever it is not 1.
 * @param {number} x
 */
export function erf(x) {
  if (Math.abs(x) > EXACT) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** What is computed row by row. @type {Record<string, (a: number, b: number, c: number) => number>} */
const BY_ROW = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "**": (a, b) => a ** b,
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "==": (a, b) => Number(a === b),
  neg: (a) => -a,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  atan2: Math.atan2,
  hypot: (a, b) => Math.hypot(a, b),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  clamp: (value, low, high) => Math.max(low, Math.min(high, value)),
  where: (condition, yes, no) => (condition !== 0 ? yes : no),
};

/** What makes one number of a column. @type {Record<string, (column: ArrayLike<number>) => number>} */
const OF_COLUMN = {
  sum: total,
  mean: (column) => total(column) / column.length,
};

/** @param {ArrayLike<number>} column */
function total(column) {
  let sum = 0;
  for (let row = 0; row < column.length; row++) sum += column[row] ?? 0;
  return sum;
}

/** What names stand for: values and columns, and definitions, each worked out once when it is first asked for. */
export class Scope {
  /**
   * @param {Record<string, Value>} known
   * @param {Record<string, Expression>} definitions
   */
  constructor(known, definitions) {
    /** @type {Record<string, Value>} */
    this.known = { pi: Math.PI, ...known };
    this.definitions = definitions;
    /** @type {Record<string, Value>} */
    this.found = {};
  }

  /**
   * The same with other values for some names; only what rests on those is worked out anew.
   * @param {Record<string, Value>} others
   */
  with(others) {
    const made = new Scope({ ...this.known, ...others }, this.definitions);
    const changed = new Set(Object.keys(others));
    for (const [name, value] of Object.entries(this.found))
      if (!this.rests(name, changed)) made.found[name] = value;
    return made;
  }

  /**
   * Whether an expression reads one of these names, itself or through definitions.
   * @param {Expression} expression
   * @param {Set<string>} on
   * @returns {boolean}
   */
  rests(expression, on) {
    return this.reads(expression).some((name) => on.has(name));
  }

  /**
   * The names of values and columns that an expression reads, itself or through definitions.
   * @param {Expression} expression
   * @returns {string[]}
   */
  reads(expression) {
    if (typeof expression === "number") return [];
    if (Array.isArray(expression))
      return [...new Set(expression.slice(1).flatMap((each) => this.reads(each)))];
    const defined = Object.hasOwn(this.known, expression) ? undefined : this.definitions[expression];
    return defined === undefined ? [expression] : this.reads(defined);
  }

  /**
   * @param {Expression} expression
   * @returns {Value}
   */
  value(expression) {
    if (typeof expression === "number") return expression;
    if (typeof expression === "string") return this.named(expression);
    const [name, ...rest] = expression;
    return apply(
      name,
      rest.map((each) => this.value(each)),
    );
  }

  /** @param {string} name @returns {Value} */
  named(name) {
    const known = this.known[name];
    if (known !== undefined) return known;
    const before = this.found[name];
    if (before !== undefined) return before;
    const definition = this.definitions[name];
    if (definition === undefined) throw new Error(`the board knows no ${name}`);
    const value = this.value(definition);
    this.found[name] = value;
    return value;
  }

  /** An expression as one number; the first of a column. @param {Expression} expression */
  number(expression) {
    const value = this.value(expression);
    return typeof value === "number" ? value : (value[0] ?? Number.NaN);
  }

  /**
   * An expression as a column of so many rows.
   * @param {Expression} expression
   * @param {number} rows
   * @returns {ArrayLike<number>}
   */
  column(expression, rows) {
    const value = this.value(expression);
    return typeof value === "number" ? new Float64Array(rows).fill(value) : value;
  }
}

/**
 * @param {string} name
 * @param {Value[]} values
 * @returns {Value}
 */
function apply(name, values) {
  const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = values;
  const reduce = OF_COLUMN[name];
  if (reduce) return reduce(typeof first === "number" ? [first] : first);
  if (name === "at") return rowsOf(first, second);
  const f = BY_ROW[name];
  if (!f) throw new Error(`the grammar of boards has no ${name}`);
  if (typeof first === "number" && typeof second === "number" && typeof third === "number")
    return f(first, second, third);
  return byRow(f, first, second, third);
}

/**
 * @param {(a: number, b: number, c: number) => number} f
 * @param {Value} first
 * @param {Value} second
 * @param {Value} third
 */
function byRow(f, first, second, third) {
  const column = [first, second, third].find((each) => typeof each !== "number");
  const rows = typeof column === "object" ? column.length : 0;
  const made = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const a = typeof first === "number" ? first : (first[row] ?? Number.NaN);
    const b = typeof second === "number" ? second : (second[row] ?? Number.NaN);
    const c = typeof third === "number" ? third : (third[row] ?? Number.NaN);
    made[row] = f(a, b, c);
  }
  return made;
}

/**
 * Rows of a column by their numbers; beyond its ends, its end.
 * @param {Value} from
 * @param {Value} place
 * @returns {Value}
 */
function rowsOf(from, place) {
  const column = typeof from === "number" ? [from] : from;
  /** @param {number} n */
  const row = (n) => column[Math.max(0, Math.min(column.length - 1, Math.round(n)))] ?? Number.NaN;
  return typeof place === "number" ? row(place) : Float64Array.from(place, row);
}

/**
 * The values of expressions, each by itself: for the tests that hold this against Python.
 * @param {Expression[]} expressions
 * @param {Values} known
 * @param {Record<string, Expression>} definitions
 */
export function valuesOf(expressions, known, definitions) {
  const scope = new Scope(known, definitions);
  return expressions.map((each) => {
    const value = scope.value(each);
    return typeof value === "number" ? written(value) : Array.from(value, written);
  });
}

/** JSON has no infinity. @param {number} value */
function written(value) {
  return Number.isFinite(value) ? value : String(value);
}
