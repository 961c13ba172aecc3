// The arrays of a film's parts, as dlcore/probes/arrays.py writes them: a JSON header, then the raw numbers.
// The browser has undone the compression already.

/** Numbers in a row. @typedef {Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Float32Array | Float64Array} Row */
/** Nested as deep as the array has axes. @typedef {Row | Nested[]} Nested */

/** @type {Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => Row>} */
const KINDS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/**
 * @param {ArrayBuffer} buffer
 * @returns {{[name: string]: any}} groups and arrays by name
 */
export function read(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  /** @type {{[name: string]: any}} */
  const found = {};
  for (const [name, told] of Object.entries(header)) {
    const groups = name.split(".");
    const last = /** @type {string} */ (groups.pop());
    let place = found;
    for (const group of groups) place = place[group] ??= {};
    place[last] = Array.isArray(told) ? array(buffer, 4 + length, told) : told.is;
  }
  return found;
}

/**
 * @param {ArrayBuffer} buffer
 * @param {number} start of the numbers
 * @param {any[]} told dtype, shape, offset
 */
function array(buffer, start, [dtype, shape, offset]) {
  const count = shape.reduce((/** @type {number} */ size, /** @type {number} */ side) => size * side, 1);
  if (dtype === "float16") return nested(halves(new Uint16Array(buffer, start + offset, count)), shape);
  const Kind = KINDS[dtype];
  return nested(new Kind(buffer, start + offset, count), shape);
}

/**
 * Rows of rows: views of the same memory.
 * @param {Row} flat
 * @param {number[]} shape
 * @returns {Nested}
 */
function nested(flat, [count, ...rest]) {
  if (!rest.length) return flat;
  const size = rest.reduce((product, side) => product * side, 1);
  return Array.from({ length: count }, (_, n) => nested(flat.subarray(n * size, (n + 1) * size), rest));
}

/** @type {Float32Array | undefined} what each of the 65,536 half-precision numbers is */
let known;

/** @param {Uint16Array} bits */
function halves(bits) {
  known ??= Float32Array.from({ length: 1 << 16 }, (_, n) => half(n));
  const table = known;
  return Float32Array.from(bits, (each) => table[each]);
}

/**
 * A number of IEEE 754's binary16.
 * @param {number} bits
 */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}
