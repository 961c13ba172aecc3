// The layers as a tree: every row holds in `inside` the stacks of its block, a plain layer none.
//
// Python sends flat rows, each with the block it stands in (layer_stack/rows.py). What is shown is flat again:
// lines, one a row, one above and one below each stack of a block (`head`, `foot`), and one below a block that may
// have more stacks (`grow`). Each gap between two lines is a place where a row can go.

import { clamp } from "../kit/numbers.js";

/** @import { Aim, EdgeLine, Group, Line, Model, Operation, Row, SentRow } from "./types.d.ts" */

/**
 * @param {SentRow[]} rows
 * @returns {Row[]}
 */
export function grown(rows) {
  /** @type {Row[]} */
  const top = [];
  /** @type {Map<number | null, Row>} */
  const known = new Map();
  for (const { within, stack, stacks, ...sent } of rows) {
    /** @type {Row} */
    const row = { ...sent, inside: Array.from({ length: stacks }, () => []) };
    known.set(row.id, row);
    (known.get(within)?.inside[stack] ?? top).push(row);
  }
  return top;
}

/**
 * All rows, those inside a block after it.
 * @param {Row[]} top
 * @returns {Row[]}
 */
export function flat(top) {
  return top.flatMap((row) => [row, ...row.inside.flatMap(flat)]);
}

/**
 * @param {Row[]} top
 * @param {number | null | undefined} id
 */
export function find(top, id) {
  return flat(top).find((row) => row.id === id);
}

/**
 * The lines to show; `without` leaves out one row with all that is in it.
 * @param {Row[]} top
 * @param {Row | null} without
 * @param {Row | null} block that holds these rows
 * @param {number} stack of the block
 * @param {number} depth
 * @returns {Line[]}
 */
export function lines(top, without = null, block = null, stack = 0, depth = 0) {
  return top
    .filter((row) => row !== without)
    .flatMap((row, place) => [
      { kind: "row", key: `row ${row.id}`, row, block, stack, place, depth },
      ...row.inside.flatMap((held, number) => [
        ...(row.grows ? [edge("head", row, number, depth + 1)] : []),
        ...lines(held, without, row, number, depth + 1),
        edge("foot", row, number, depth + 1),
      ]),
      ...(row.grows ? [edge("grow", row, row.inside.length, depth + 1)] : []),
    ]);
}

/**
 * @param {EdgeLine["kind"]} kind
 * @param {Row} block
 * @param {number} stack
 * @param {number} depth
 * @returns {EdgeLine}
 */
function edge(kind, block, stack, depth) {
  const key = kind === "grow" ? `grow ${block.id}` : `${kind} ${block.id} ${stack}`;
  return { kind, key, block, stack, depth };
}

/**
 * Where a row goes that is put into the gap before line `gap` of `shown`, the lines without that row.
 * @param {Line[]} shown
 * @param {number} gap
 * @returns {Aim}
 */
export function aimAt(shown, gap) {
  const before = shown[gap - 1];
  if (!before) return { within: null, stack: 0, to: 0, depth: 0 };
  if (before.kind === "head") return into(before.block, before.stack, 0, before.depth);
  if (before.kind === "row" && before.row.inside.length) return into(before.row, 0, 0, before.depth + 1);
  if (before.kind === "row") return into(before.block, before.stack, before.place + 1, before.depth);
  if (before.kind === "foot" && before.block.grows) {
    const { block, stack } = before;
    const held = shown.filter((line) => line.kind === "row" && line.block === block && line.stack === stack);
    return into(block, stack, held.length, before.depth);
  }
  const around = lineOf(shown, before.block);
  return into(around.block, around.stack, around.place + 1, around.depth);
}

/**
 * The line of a row that is among them.
 * @param {Line[]} shown
 * @param {Row} row
 */
function lineOf(shown, row) {
  for (const line of shown) if (line.kind === "row" && line.row === row) return line;
  throw new Error(`no line shows row ${row.id}`);
}

/**
 * @param {Row | null} block
 * @param {number} stack
 * @param {number} to
 * @param {number} depth
 * @returns {Aim}
 */
function into(block, stack, to, depth) {
  return { within: block?.id ?? null, stack, to, depth };
}

/**
 * @param {Aim} one
 * @param {Aim} other
 */
export function same(one, other) {
  return one.within === other.within && one.stack === other.stack && one.to === other.to;
}

/**
 * How many gaps there are: none behind a locked last row.
 * @param {Line[]} shown
 */
export function room(shown) {
  const last = shown.at(-1);
  return last?.kind === "row" && last.row.locked ? shown.length - 1 : shown.length;
}

/**
 * The places that a row can go to, from the first to the last, and which of them is its own.
 * @param {Row[]} top
 * @param {Row} row
 */
export function places(top, row) {
  const shown = lines(top, row);
  /** @type {Aim[]} */
  const found = [];
  for (let gap = 0; gap <= room(shown); gap += 1) {
    const aim = aimAt(shown, gap);
    if (!found.some((each) => same(each, aim))) found.push(aim);
  }
  const own = lineOf(lines(top), row);
  const here = into(own.block, own.stack, own.place, own.depth);
  return { found, own: found.findIndex((each) => same(each, here)) };
}

/**
 * The tree after an operation, as Python will make it too (operations.py).
 * @param {Model} model
 * @param {Operation} operation
 * @param {Group[]} menu
 */
export function carryOut(model, operation, menu) {
  const { top } = model;
  const row = find(top, operation.id);
  if (operation.do === "add") add(model, operation, menu);
  if (row && operation.do === "select") model.selected = row.id;
  if (!row || row.locked) return;
  if (operation.do === "branch" && row.grows) branch(model, row);
  if (operation.do === "prune" && row.grows) prune(model, row, operation.stack ?? 0);
  if (operation.do === "duplicate") insert(model, home(top, row), place(top, row) + 1, copied(row));
  if (operation.do === "remove") remove(model, row);
  if (operation.do === "move") move(model, row, operation);
}

/**
 * @param {Model} model
 * @param {Row} block
 */
function branch(model, block) {
  block.inside.push([]);
  changed(model, block, block.id);
}

/**
 * @param {Model} model
 * @param {Row} block
 * @param {number} stack
 */
function prune(model, block, stack) {
  if (!block.inside[stack]) return;
  block.inside.splice(stack, 1);
  changed(model, block, block.id);
}

/**
 * @param {Model} model
 * @param {Row} row
 */
function remove(model, row) {
  const { top } = model;
  const number = flat(top).indexOf(row);
  takeOut(top, row);
  const left = flat(top);
  if (!find(top, model.selected)) model.selected = left[Math.min(number, left.length - 1)]?.id ?? null;
}

/**
 * @param {Model} model
 * @param {Row} row
 * @param {Operation} operation
 */
function move(model, row, operation) {
  if (find([row], operation.within)) return; // a block never goes into itself
  const stack = stackOf(model.top, operation);
  if (!stack) return;
  takeOut(model.top, row);
  put(model, stack, operation.to ?? 0, row);
  changed(model, row, model.selected);
}

/**
 * @param {Row[]} top
 * @param {Row} row
 */
function takeOut(top, row) {
  forget(top, row);
  home(top, row).splice(place(top, row), 1);
}

/**
 * The stack that an operation names: one of a block, or the network's own. None where the block is gone.
 * @param {Row[]} top
 * @param {Operation} operation
 */
function stackOf(top, { within, stack = 0 }) {
  return within == null ? top : find(top, within)?.inside[stack];
}

/**
 * @param {Model} model
 * @param {Operation} operation
 * @param {Group[]} menu
 */
function add(model, operation, menu) {
  const { top } = model;
  const after = operation.within == null ? find(top, operation.after) : null;
  const stack = after ? home(top, after) : stackOf(top, operation);
  const row = blank(operation.layer ?? "", menu);
  if (stack) insert(model, stack, after ? stack.indexOf(after) + 1 : stack.length, row);
}

/**
 * @param {Model} model
 * @param {Row[]} stack
 * @param {number} wanted
 * @param {Row} row
 */
function insert(model, stack, wanted, row) {
  let next = Math.max(0, ...flat(model.top).map((each) => each.id)) + 1;
  for (const each of flat([row])) each.id = next++;
  put(model, stack, wanted, row);
  changed(model, row, row.id);
}

/**
 * Put a row into a stack: in the network's own never behind a locked last row.
 * @param {Model} model
 * @param {Row[]} stack
 * @param {number} wanted
 * @param {Row} row
 */
function put(model, stack, wanted, row) {
  const last = stack === model.top && stack.at(-1)?.locked ? stack.length - 1 : stack.length;
  stack.splice(clamp(wanted, 0, last), 0, row);
}

/**
 * What Python has yet to say of a row: shown as it was until then would be wrong, so it is shown as open.
 * @type {Pick<Row, "state" | "shapes" | "parameters" | "message" | "repair" | "remark">}
 */
const UNKNOWN = { state: "open", shapes: "", parameters: "", message: "", repair: null, remark: null };

/**
 * @param {Model} model
 * @param {Row} row
 * @param {number | null} selected
 */
function changed(model, row, selected) {
  model.selected = selected;
  forget(model.top, row);
}

/**
 * From a row on, nothing that Python said of the rows is sure.
 * @param {Row[]} top
 * @param {Row} row
 */
function forget(top, row) {
  const first = top.findIndex((each) => flat([each]).includes(row));
  for (const each of flat(top.slice(first)))
    Object.assign(each, { state: "open", message: "", repair: null, remark: null });
}

/**
 * @param {Row} row
 * @returns {Row}
 */
function copied(row) {
  return { ...row, ...UNKNOWN, inside: row.inside.map((stack) => stack.map(copied)) };
}

/**
 * A layer that Python has yet to tell of.
 * @param {string} layer
 * @param {Group[]} menu
 * @returns {Row}
 */
function blank(layer, menu) {
  const group = menu.find((each) => each.layers.some((one) => one.layer === layer));
  const { stacks = 0, grows = false } = group?.layers.find((one) => one.layer === layer) ?? {};
  const inside = Array.from({ length: stacks }, () => /** @type {Row[]} */ ([]));
  const colour = group?.colour ?? "gray";
  return { id: 0, name: layer, main: "", colour, locked: false, grows, inside, ...UNKNOWN };
}

/**
 * The stack that a row stands in.
 * @param {Row[]} top
 * @param {Row} row
 */
export function home(top, row) {
  const stacks = [top, ...flat(top).flatMap((each) => each.inside)];
  const found = stacks.find((stack) => stack.includes(row));
  if (!found) throw new Error(`row ${row.id} stands nowhere`);
  return found;
}

/**
 * Its place in that stack.
 * @param {Row[]} top
 * @param {Row} row
 */
export function place(top, row) {
  return home(top, row).indexOf(row);
}
