// plotly walks through its whole schema for every trace of every drawing, to find which of its attributes are arrays:
// half a millisecond each, and a chart has up to thirty. What it found for one shape of a trace holds for every other.

/** @import { Plotly } from "./types.d.ts" */

/**
 * Let plotly look only once for each shape of a trace: its kind, and where it holds arrays.
 * @param {Plotly} plotly
 */
export function lookOnce({ PlotSchema }) {
  const look = PlotSchema?.findArrayAttributes;
  if (!PlotSchema || !look) return; // another plotly than ours: it looks each time
  /** @type {Map<string, string[]>} */
  const known = new Map();
  PlotSchema.findArrayAttributes = (trace) => {
    const shape = `${trace.type} ${arrays(trace)}`;
    const found = known.get(shape) ?? look(trace);
    known.set(shape, found);
    return [...found];
  };
}

/**
 * The places where a value holds arrays, as `marker.color`; within an array, of the objects in it. What plotly notes for
 * itself (`_extremes`) is none of its attributes.
 * @param {object} value
 * @returns {string[]}
 */
function arrays(value, place = "") {
  return Object.entries(value).flatMap(([name, each]) => {
    if (typeof each !== "object" || each === null || name.startsWith("_")) return [];
    if (ArrayBuffer.isView(each)) return [place + name];
    if (!Array.isArray(each)) return arrays(each, `${place}${name}.`);
    return [place + name, ...(isPlain(each[0]) ? arrays(each, `${place}${name}.`) : [])];
  });
}

/** @param {unknown} value */
function isPlain(value) {
  return Object.prototype.toString.call(value) === "[object Object]";
}
