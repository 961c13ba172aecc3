// Words with live values in them: "loss {loss}" or "loss {loss:3}", where 3 is how many digits follow the point.

import { svg } from "../kit/dom.js";
import { fixed } from "../kit/numbers.js";

/** @import { Scope } from "./expression.js" */

/**
 * @param {string} text
 * @param {Scope} scope
 */
export function filled(text, scope) {
  return text.replace(/\{(\w+)(?::(\d))?\}/g, (_, name, digits) =>
    fixed(scope.number(name), Number(digits ?? 2)),
  );
}

/**
 * A symbol with its index, "w_1", as two pieces of text in SVG.
 * @param {string} symbol
 * @returns {(Node | string)[]}
 */
export function drawn(symbol) {
  const [letter = "", index] = symbol.split("_");
  return index ? [letter, svg("tspan", { dy: 4, "font-size": 10 }, index)] : [letter];
}
