// What Python sends to the layer stack (rows.py, mount.py), and what the stack makes of it.

/** A layer as Python tells of it; those inside a block follow it. */
export interface SentRow {
  id: number;
  name: string;
  /** Its main setting: "128", "p 0.3". */
  main: string;
  colour: string;
  /** The last layer, which stays where it is. */
  locked: boolean;
  /** The block that it stands in, and in which of the block's stacks. */
  within: number | null;
  stack: number;
  /** How many stacks a block has, and whether it may have more. */
  stacks: number;
  grows: boolean;
  state: "works" | "warned" | "wrong" | "unreached" | "open";
  shapes: string;
  parameters: string;
  message: string;
  repair: Repair | null;
  /** What may do no harm: it is folded. */
  remark: Remark | null;
}

/** What one click does: a repair at a place, or a remedy of the coach, which only Python reads. */
export interface Repair {
  path?: number[];
  repair?: string;
  remedy?: object;
  label: string;
}

export interface Remark {
  message: string;
  repair: Repair | null;
}

/** A layer in the tree, with the stacks of a block. */
export interface Row extends Omit<SentRow, "within" | "stack" | "stacks"> {
  inside: Row[][];
}

export interface Model {
  top: Row[];
  selected: number | null;
}

/** A place that a row can go to: a stack of a block (null: the network), there before row `to`. */
export interface Aim {
  within: number | null;
  stack: number;
  to: number;
  depth: number;
}

interface Placed {
  key: string;
  depth: number;
  stack: number;
}

export interface RowLine extends Placed {
  kind: "row";
  row: Row;
  block: Row | null;
  place: number;
}

/** Above or below a stack of a block, or below a block that may have more stacks. */
export interface EdgeLine extends Placed {
  kind: "head" | "foot" | "grow";
  block: Row;
}

export type Line = RowLine | EdgeLine;

/** Where a layer of the menu shall go: after a row, or at the end of a stack of a block. */
export type Wanted = { after: number | null } | { within: number; stack: number };

/** What somebody does to the stack; Python's operations.py does the same. */
export interface Operation {
  do: "select" | "add" | "remove" | "duplicate" | "move" | "branch" | "prune" | "repair" | "undo" | "redo";
  id?: number | null;
  layer?: string;
  after?: number | null;
  within?: number | null;
  stack?: number;
  to?: number;
  path?: number[];
  repair?: string;
  remedy?: object;
  label?: string;
}

export interface Offer {
  layer: string;
  summary: string;
  stacks?: number;
  grows?: boolean;
}

export interface Group {
  group: string;
  colour: string;
  layers: Offer[];
}

export interface Data {
  rows: SentRow[];
  selected: number | null;
  menu: Group[];
  undo: boolean;
  redo: boolean;
  /** Up to which operation of which mount Python has answered. */
  seen: { mount: string; number: number } | null;
  empty: string;
  texts: Texts;
}

type Text =
  | "heading"
  | "stack"
  | "add"
  | "search"
  | "nothing"
  | "undo"
  | "redo"
  | "up"
  | "down"
  | "duplicate"
  | "remove"
  | "locked"
  | "drag"
  | "unreached"
  | "parameters"
  | "remark"
  | "moved"
  | "removed"
  | "added"
  | "inside"
  | "into"
  | "head"
  | "branch"
  | "prune"
  | "pruned"
  | "nested"
  | "branched"
  | "after";

export type Texts = Record<Text, string>;
