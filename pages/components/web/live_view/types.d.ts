// What Python sends to the live view and the comparison: mount.py and comparison.py what they begin with, feed.py the
// messages of the stream, dlcore/figures the charts.

import type { Sentences } from "../kit/numbers.js";
import type { Binding } from "./bindings.js";
import type { Run } from "./run.js";

export type { Run };

export type Part = "train" | "validation";
export type Value = number | null;
/** A sentence in every language, by its code. */
export type Translated = Record<string, string>;

// Charts

export interface Figure {
  data: Trace[];
  layout: Layout;
}

/** A trace as plotly draws it. What `meta` names is filled in here. */
export interface Trace {
  meta: Meta;
  name: string;
  mode?: string;
  type?: string;
  textfont?: { color: string };
  line?: { color: string; dash?: string };
  marker?: { color: string; symbol?: string };
  opacity?: number;
  showlegend?: boolean;
  legendgroup?: string;
  visible?: boolean;
  x?: number[];
  y?: Value[];
  /** Nothing is known of it yet: it has no place in the legend. */
  empty?: boolean;
}

export interface Meta {
  series: string;
  /** What fills each attribute of the trace. */
  fill?: Record<string, Binding>;
  run?: string;
  runs?: string[];
  metric?: string;
  value?: number;
  /** A map that is drawn as pixels: between which values its colours lie. */
  raster?: { low: Binding; high: Binding };
  [more: string]: unknown;
}

export interface Axis {
  title?: { text: string };
  scaleanchor?: string;
  tickvals?: number[];
  [more: string]: unknown;
}

export interface Layout {
  title: { text: string };
  /** choice: it takes turns with the other figures `of` the same, chosen by its label. brush: a box chooses lines. */
  meta: { caption: string; offset?: number; choice?: { of: string; label: string }; brush?: boolean };
  height: number;
  xaxis: Axis;
  yaxis: Axis;
  showlegend?: boolean;
  [more: string]: unknown;
}

/** What a chart asks of plotly.js. */
export interface Plotly {
  react(element: HTMLElement, data: object[], layout: object, config: object): Promise<unknown>;
  purge(element: HTMLElement): void;
  PlotSchema?: { findArrayAttributes?: (trace: FullTrace) => string[] };
}

/** A trace with all that plotly has added to it. */
export interface FullTrace {
  type: string;
  [attribute: string]: unknown;
}

/** The epoch that is looked at, where more than the newest is kept. */
export type Which = string;

/** What a view draws: a chart or a table. */
export interface Drawn {
  element: HTMLElement;
  draw(): void;
  /** Another epoch is shown. */
  seek?(): void;
  /** The parts of a film that it shows. */
  readonly wanted?: string[];
  readonly visible?: boolean;
  dispose?(): void;
}

// What a view begins with

export interface Column {
  part: Part;
  metric: string;
  label: string;
  share: boolean;
}

export interface Metric {
  name: string;
  label: string;
}

/** Words in the reader's language: sentences by name, and some tables of them. */
export interface Texts extends Sentences {
  states: Record<string, string>;
  tabs: Record<string, string>;
  speeds: Record<string, string>;
  confusion_modes: Record<string, string>;
  sample_choices: Record<string, string>;
  forms: Record<string, string>;
  why_methods: Record<string, string>;
  why_heads: string[];
  landscape_modes: Record<string, string>;
  plotly: Record<string, string>;
  class_heads: string[];
  label_heads: string[];
  [sentence: string]: string | string[] | Record<string, string>;
}

export interface SharedData {
  module: string;
  style: string;
  plotly: string;
  stream: string;
  film: string;
  analysis: string;
  language: string;
  texts: Texts;
  dark: Record<string, string>;
  runs: { id: string; key: string }[];
  /** The states of a run that is over. */
  ended: string[];
}

export interface LiveData extends SharedData {
  state: string;
  controls: boolean;
  /** Seconds that a stop may stay unobeyed. */
  grace: number;
  tiles: Column[];
  columns: Column[];
  metrics: Metric[];
  /** Whether the page can be asked for this run by its address. */
  addressed: boolean;
  /** Whether the epoch goes where a teacher's slider goes. */
  follow?: boolean;
  /** Where the slider of a teacher says where it stands. */
  lead?: string | null;
  /** By the coach's rule, the twin that was made to try its remedy. */
  twins: Record<string, { id: string; name: string; state: string }>;
  /** The pinned examples, once one was replaced: a part of the data, and the row within it, of each. */
  pins: [part: string, row: number][];
  figures: {
    loss: Figure;
    metrics: Record<string, Figure>;
    pace: Figure[];
    panels: ProbePanel[];
    lr_range: Figure;
    /** What the inputs of the data are. */
    samples: { shape: number[]; features: string[]; words: string[]; part: string };
  };
}

/** What shows the numbers of a probe: see dlcore/probes/base.py. */
export interface ProbePanel {
  name: string;
  tab: string;
  /** The name to choose it by, where the panels of its tab take turns. */
  choice: string;
  panel: string;
  figures: Figure[];
  options: PanelOptions;
}

/** What panels need to know beside their arrays: of each of these those that it asks for. */
export interface PanelOptions {
  classes: string[];
  /** The name of the layer that is looked at. */
  layer: string;
  /** The names of all layers, and the place of the one that is looked at first. */
  layers: string[];
  usual: number;
  hues: string[];
  pinned: boolean;
  task: string;
  parts: string[];
  target: string;
  continues: boolean;
  [more: string]: unknown;
}

// Messages

export interface Status {
  state: string;
  command: "pause" | "stop" | "kill" | null;
  epoch: number;
  epochs: number;
  step: number;
  steps: number | null;
  position: number | null;
  device: string | null;
  device_name: string | null;
  resumable: boolean;
  resting: boolean;
  extendable: boolean;
  name: Translated | string;
  seconds: Value;
  left: Value;
  speed: Value;
  error: Translated | null;
  note: Translated | null;
  download: { share: number; size: string } | null;
  film_ended: { epoch: number; reason: Translated } | null;
}

/** Of each metric, one value an epoch. */
export type Scores = Record<string, Value[]>;

export interface Epochs {
  epoch: number[];
  train: Scores;
  validation: Scores;
  stride: number;
  learning_rate?: Value[];
  gradient_norm?: Value[];
  seconds?: Value[];
  samples_per_second?: Value[];
}

export interface Started {
  device: string;
  device_name: string;
  parameters: number;
  examples: Partial<Record<Part | "test", number>>;
  batches: number;
  epochs: number;
  versions: Record<string, string>;
  threads: number;
}

export interface Milestone {
  kind: string;
  reason?: Translated | string;
  error?: Translated;
  seconds?: number;
  [more: string]: unknown;
}

/** Counts of a confusion matrix (true × answered), and the epoch they were made after. */
export interface Confusion {
  epoch: number;
  counts: number[][];
}

/** Where the parts of a frame of the film are, and the numbers of it that are drawn over the epochs. */
export interface Frame {
  epoch: number;
  file: string;
  /** [first byte, bytes] by the probe's name. */
  parts: Record<string, [number, number]>;
  numbers: Record<string, number | null>;
}

/** Frames as they are sent: a column a part, and a number; null where a frame has none. */
export interface Frames {
  epoch: number[];
  file: string[];
  parts: Record<string, ([number, number] | null)[]>;
  numbers: Record<string, (number | null)[]>;
}

export interface Message {
  run: string;
  cursor: number;
  end?: boolean;
  gone?: boolean;
  status?: Status;
  batches?: { keep: number; x: number[]; y: Value[]; stride: number };
  epochs?: Epochs & { keep: number };
  best?: Epochs;
  chance?: Record<string, number>;
  confusion?: Partial<Record<"newest" | "best", Confusion>>;
  film?: Frames;
  probes?: Record<string, Record<string, unknown>>;
  log?: { started: Started | null; milestones: Milestone[] };
}
