// What Python sends to a board (dlcore/lessons/board), and what the parts of a board share.

import type { Scope } from "./expression.js";

/** A number, a name, or a function of the grammar with its arguments. */
export type Expression = number | string | [string, ...Expression[]];
/** A number, or a column of them. */
export type Value = number | ArrayLike<number>;
export type Values = Record<string, number>;

export interface Axis {
  low: number;
  high: number;
  label: string;
  ticks: number[];
}

interface Said {
  says: string;
}
export interface Heat extends Said {
  kind: "Heat";
  value: Expression;
  low: number;
  high: number;
  colours: [string, string];
  one_hue: boolean;
  bands: number;
}
export interface Curve extends Said {
  kind: "Curve";
  y: Expression;
  colour: string;
  dashed: boolean;
}
export interface Straight extends Said {
  kind: "Straight";
  a: Expression;
  b: Expression;
  c: Expression;
}
export interface Segment extends Said {
  kind: "Segment";
  x1: Expression;
  y1: Expression;
  x2: Expression;
  y2: Expression;
  colour: string;
  arrow: boolean;
  dashed: boolean;
}
export interface Points extends Said {
  kind: "Points";
  x: Expression;
  y: Expression;
  group: Expression;
  colours: string[];
  wrong: Expression;
  chosen?: string;
  radius: number;
}
export interface Trail extends Said {
  kind: "Trail";
  x: Expression;
  y: Expression;
  upto: Expression;
  colour: string;
  lengths?: number[];
  dot: boolean;
  width: number;
}
export interface Handle {
  kind: "Handle";
  x: Expression;
  y: Expression;
  label: string;
  set: Record<string, Expression>;
  colour: string;
  shape: "ring" | "disc" | "none";
  step: number;
}
export interface Label {
  kind: "Label";
  x: Expression;
  y: Expression;
  text: string;
  colour: string;
}
export interface Sketch extends Said {
  kind: "Sketch";
  names: string[];
  colour: string;
  step: number;
}
export interface Squares extends Said {
  kind: "Squares";
  x: Expression;
  y: Expression;
  value: Expression;
  full: number;
  off: Expression;
  colours: [string, string];
}
export type Mark = Heat | Curve | Straight | Segment | Points | Trail | Handle | Label | Sketch | Squares;

interface Titled {
  title: string;
  caption: string;
}
export interface Plane extends Titled {
  kind: "Plane";
  x: Axis;
  y: Axis;
  marks: Mark[];
  legend: [string, string][];
  aspect: number;
}
export interface Node {
  kind: "Node";
  x: number;
  y: number;
  value: Expression;
  symbol: string;
  r: number;
  digits: number;
  lit: Expression;
}
export interface Edge {
  kind: "Edge";
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  weight: Expression;
  label: string;
  along: number;
  below: number;
  digits: number;
  lit: Expression;
  bare: boolean;
}
export interface Small {
  kind: "Small";
  x: number;
  y: number;
  curve: Expression;
  at: Expression;
  caption: string;
  low: number;
  high: number;
}
export interface Words {
  kind: "Words";
  x: number;
  y: number;
  text: string;
  symbol: boolean;
  strong: boolean;
}
export interface Diagram extends Titled {
  kind: "Diagram";
  parts: (Node | Edge | Small | Words)[];
  width: number;
  height: number;
  positive: string;
  negative: string;
}
export interface Cells {
  kind: "Cells";
  rows: Expression[][];
  name: string;
  digits: number;
  edit: boolean;
  tint: boolean;
}
export interface Matrices extends Titled {
  kind: "Matrices";
  items: (Cells | string)[];
}
export interface Bars extends Titled {
  kind: "Bars";
  bars: { label: string; value: Expression; colour: string }[];
  low: number;
  high: number;
  digits: number;
}
export interface Code extends Titled {
  kind: "Code";
  lines: string[];
  lit: Expression;
  notes?: Record<string, string>;
}
export interface Tiles extends Titled {
  kind: "Tiles";
  data: Expression;
  shape: number[];
  low: number;
  high: number;
  letters: boolean;
  digits: number;
}
export interface Window {
  row: Expression;
  column: Expression;
  rows: Expression;
  columns: Expression;
  colour: string;
}
export interface Raster {
  kind: "Raster";
  title: string;
  values: Expression[];
  rows: number;
  columns: number;
  low: Expression;
  high: Expression;
  scheme: "grey" | "signed" | "hue";
  windows: Window[];
  set: Record<string, Expression>;
  at?: [row: Expression, column: Expression];
  row_names: Record<string, string>;
  column_names: Record<string, string>;
  width: number;
}
export interface Rasters extends Titled {
  kind: "Rasters";
  items: (Raster | string)[];
}
export type Stage = Plane | Diagram | Matrices | Bars | Code | Rasters | Tiles;

export interface Slider {
  name: string;
  symbol: string;
  label: string;
  low: number;
  high: number;
  step: number;
  digits: number;
  hidden: boolean;
  stops?: string[];
}
export interface Readout {
  name: string;
  label: string;
  value: Expression;
  digits: number;
  full?: number;
  best?: number;
  best_said: string;
  near?: number;
  higher_is_better: boolean;
}
export interface Frames {
  count: number;
  seconds: number;
  values: Record<string, number[]>;
  start?: number;
  label: string;
}
export interface Board {
  main: Stage[];
  side: Stage[];
  knobs: Slider[];
  readouts: Readout[];
  columns: Record<string, number[]>;
  definitions: Record<string, Expression>;
  measured: Values;
  frames?: Frames;
}
export interface Data {
  board: Board;
  /** Counts the times that Python itself moved something: only then the board takes over its values. */
  revision: number;
  values: Values;
  /** Those that `measured` was measured for. */
  at: Values;
  /** Colour on a light page -> on a dark one. */
  dark: Record<string, string>;
  texts: Record<"play" | "pause" | "back" | "on" | "frame", string>;
}

/** What the parts of a board may ask of it. */
export interface Hands {
  /** Something moves: show it at once. */
  put(values: Values): void;
  /** It rests: Python may know. */
  rest(): void;
}
/** A part that draws itself anew whenever something moved. */
export interface Part {
  element: Element;
  show(scope: Scope, shade: (colour: string) => string): void;
  stop?(): void;
}
