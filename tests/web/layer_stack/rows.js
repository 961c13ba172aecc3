// Rows as Python sends them, in few words.

/** @import { Data, Group, SentRow, Texts } from "../../../pages/components/web/layer_stack/types.d.ts" */

/** A row of a working layer. @param {number} id @param {string} name @param {Partial<SentRow>} more @returns {SentRow} */
export function row(id, name, more = {}) {
  const home = { within: null, stack: 0, stacks: 0, grows: false, locked: false };
  const said = {
    main: "",
    colour: "#888888",
    shapes: "(64) → (10)",
    parameters: "",
    message: "",
    repair: null,
    remark: null,
  };
  return { id, name, ...home, ...said, state: "works", ...more };
}

/** Flatten, Linear, ReLU, and the locked Output. */
export const PLAIN = [
  row(1, "Flatten"),
  row(2, "Linear"),
  row(3, "ReLU"),
  row(4, "Output", { locked: true }),
];

/** A block of two branches that may have more (Linear; ReLU, Dropout), and one that has a single stack (Tanh). */
export const NESTED = [
  row(1, "Flatten"),
  row(2, "Parallel", { stacks: 2, grows: true }),
  row(3, "Linear", { within: 2, stack: 0 }),
  row(4, "ReLU", { within: 2, stack: 1 }),
  row(5, "Dropout", { within: 2, stack: 1 }),
  row(6, "Residual", { stacks: 1 }),
  row(7, "Tanh", { within: 6, stack: 0 }),
  row(8, "Output", { locked: true }),
];

/** @type {Group[]} */
export const MENU = [
  {
    group: "Dense",
    colour: "#2563eb",
    layers: [{ layer: "Linear", summary: "Every output sees every input." }],
  },
  {
    group: "Activation",
    colour: "#059669",
    layers: [
      { layer: "LeakyReLU", summary: "Lets a little of what is negative through." },
      { layer: "ReLU", summary: "Keeps what is positive." },
    ],
  },
  {
    group: "Blocks",
    colour: "#dc2626",
    layers: [{ layer: "Parallel", summary: "Branches side by side.", stacks: 2, grows: true }],
  },
];

/** @type {Texts} */
export const TEXTS = {
  heading: "Network",
  stack: "Layers, first to last",
  add: "Add layer",
  search: "Search layers",
  nothing: "No layer is called so.",
  undo: "Undo",
  redo: "Redo",
  up: "Move up",
  down: "Move down",
  duplicate: "Duplicate",
  remove: "Remove",
  locked: "The last layer stays here.",
  drag: "Drag to move",
  unreached: "Nothing arrives here.",
  parameters: "{count} parameters",
  remark: "Remark",
  moved: "{layer} is now layer {place} of {count}.",
  removed: "{layer} removed.",
  added: "{layer} added as layer {place}.",
  inside: "Add inside",
  into: "Add to branch {number}",
  head: "Branch {number}",
  branch: "Add a branch",
  prune: "Take this branch out",
  pruned: "Branch {number} of {layer} removed.",
  nested: "in {layer}",
  branched: "in {layer}, branch {number}",
  after: "The new layer comes after the selected one.",
};

/** What Python sends with these rows. @param {SentRow[]} rows @param {Partial<Data>} more @returns {Data} */
export function data(rows, more = {}) {
  return {
    rows,
    selected: 2,
    menu: MENU,
    undo: false,
    redo: false,
    seen: null,
    empty: "",
    texts: TEXTS,
    ...more,
  };
}
