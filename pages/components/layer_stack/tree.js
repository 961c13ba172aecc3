// The layers as a tree: every row holds in `inside` the stacks of its block, a plain layer none.
//
// Python sends flat rows, each with the block it stands in (layer_stack/rows.py). What is shown is flat again:
// lines, one a row, one above and one below each stack of a block (`head`, `foot`), and one below a block that may
// have more stacks (`grow`). Each gap between two lines is a place where a row can go.

export function grown(rows) {
  const top = [];
  const known = new Map();
  for (const sent of rows) {
    const row = { ...sent, inside: Array.from({ length: sent.stacks }, () => []) };
    known.set(row.id, row);
    (row.within === null ? top : known.get(row.within).inside[row.stack]).push(row);
  }
  return top;
}

// All rows, those inside a block after it.
export function flat(top) {
  return top.flatMap((row) => [row, ...row.inside.flatMap(flat)]);
}

export function find(top, id) {
  return flat(top).find((row) => row.id === id);
}

// The lines to show; `without` leaves out one row with all that is in it.
export function lines(top, without = null, block = null, stack = 0, depth = 0) {
  return top
    .filter((row) => row !== without)
    .flatMap((row, place) => [
      { kind: 'row', key: `row ${row.id}`, row, block, stack, place, depth },
      ...row.inside.flatMap((held, number) => [
        ...(row.grows ? [{ kind: 'head', key: `head ${row.id} ${number}`, block: row, stack: number, depth: depth + 1 }] : []),
        ...lines(held, without, row, number, depth + 1),
        { kind: 'foot', key: `foot ${row.id} ${number}`, block: row, stack: number, depth: depth + 1 },
      ]),
      ...(row.grows ? [{ kind: 'grow', key: `grow ${row.id}`, block: row, depth: depth + 1 }] : []),
    ]);
}

// Where a row goes that is put into the gap before line `gap` of `shown`, the lines without that row.
export function aimAt(shown, gap) {
  const before = shown[gap - 1];
  if (!before) return { within: null, stack: 0, to: 0, depth: 0 };
  if (before.kind === 'head') return into(before.block, before.stack, 0, before.depth);
  if (before.kind === 'row' && before.row.inside.length) return into(before.row, 0, 0, before.depth + 1);
  if (before.kind === 'row') return into(before.block, before.stack, before.place + 1, before.depth);
  if (before.kind === 'foot' && before.block.grows) {
    const held = shown.filter((line) => line.kind === 'row' && line.block === before.block && line.stack === before.stack);
    return into(before.block, before.stack, held.length, before.depth);
  }
  const around = shown.find((line) => line.row === before.block);
  return into(around.block, around.stack, around.place + 1, around.depth);
}

function into(block, stack, to, depth) {
  return { within: block?.id ?? null, stack, to, depth };
}

export function same(one, other) {
  return one.within === other.within && one.stack === other.stack && one.to === other.to;
}

// How many gaps there are: none behind a locked last row.
export function room(shown) {
  return shown.at(-1)?.row?.locked ? shown.length - 1 : shown.length;
}

// The places that a row can go to, from the first to the last, and which of them is its own.
export function places(top, row) {
  const shown = lines(top, row);
  const found = [];
  for (let gap = 0; gap <= room(shown); gap += 1) {
    const aim = aimAt(shown, gap);
    if (!found.some((each) => same(each, aim))) found.push(aim);
  }
  const own = lines(top).find((line) => line.row === row);
  const here = into(own.block, own.stack, own.place, own.depth);
  return { found, own: found.findIndex((each) => same(each, here)) };
}

// The tree after an operation, as Python will make it too (layer_stack/operations.py).
export function carryOut(model, operation, menu) {
  const { top } = model;
  const row = find(top, operation.id);
  if (operation.do === 'select') model.selected = operation.id;
  if (operation.do === 'add') add(model, operation, menu);
  if (!row || row.locked) return;
  if (operation.do === 'branch') row.inside.push([]);
  if (operation.do === 'prune') row.inside.splice(operation.stack, 1);
  if (operation.do === 'branch' || operation.do === 'prune') changed(model, row, row.id);
  if (operation.do === 'duplicate') insert(model, home(top, row), place(top, row) + 1, copied(row));
  if (operation.do === 'remove') {
    const number = flat(top).indexOf(row);
    forget(top, row);
    home(top, row).splice(place(top, row), 1);
    const left = flat(top);
    if (!find(top, model.selected)) model.selected = left[Math.min(number, left.length - 1)]?.id ?? null;
  }
  if (operation.do === 'move') {
    forget(top, row);
    home(top, row).splice(place(top, row), 1);
    const aim = operation.within === null ? top : find(top, operation.within).inside[operation.stack];
    aim.splice(operation.to, 0, row);
    changed(model, row, model.selected);
  }
}

function add(model, operation, menu) {
  const { top } = model;
  const after = operation.within == null ? find(top, operation.after) : null;
  const stack = after ? home(top, after) : operation.within == null ? top : find(top, operation.within)?.inside[operation.stack];
  if (stack) insert(model, stack, after ? stack.indexOf(after) + 1 : stack.length, blank(operation.layer, menu));
}

function insert(model, stack, wanted, row) {
  let next = Math.max(0, ...flat(model.top).map((each) => each.id)) + 1;
  for (const each of flat([row])) each.id = next++;
  const last = stack === model.top && stack.at(-1)?.locked ? stack.length - 1 : stack.length;
  stack.splice(Math.min(wanted, last), 0, row);
  changed(model, row, row.id);
}

// What Python has yet to say of a row: shown as it was until then would be wrong, so it is shown as open.
const UNKNOWN = { state: 'open', shapes: '', parameters: '', message: '', repair: null };

function changed(model, row, selected) {
  model.selected = selected;
  forget(model.top, row);
}

function forget(top, row) {
  const first = top.findIndex((each) => flat([each]).includes(row));
  for (const each of flat(top.slice(first))) Object.assign(each, { state: 'open', message: '', repair: null });
}

function copied(row) {
  return { ...row, ...UNKNOWN, inside: row.inside.map((stack) => stack.map(copied)) };
}

function blank(layer, menu) {
  const group = menu.find((each) => each.layers.some((one) => one.layer === layer));
  const { stacks = 0, grows = false } = group?.layers.find((one) => one.layer === layer) ?? {};
  const inside = Array.from({ length: stacks }, () => []);
  return { name: layer, main: '', colour: group?.colour ?? 'gray', locked: false, grows, inside, ...UNKNOWN };
}

// The stack that a row stands in, and its place there.
export function home(top, row) {
  return top.includes(row) ? top : flat(top).flatMap((each) => each.inside).find((stack) => stack.includes(row));
}

export function place(top, row) {
  return home(top, row).indexOf(row);
}
