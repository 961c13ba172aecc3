// What Python sends to the neuron board (__init__.py).

import type { ActivationName } from "./arithmetic.js";

export type WeightName = "w1" | "w2" | "b";
export type Weights = [w1: number, w2: number, b: number];
/** Both inputs of an example, and its class: 0 or 1. */
export type Point = [x1: number, x2: number, y: 0 | 1];

export interface Measured {
  loss: number;
  accuracy: number;
}

export interface Colours {
  classes: [string, string];
  wrong: string;
  best: string;
  now: string;
}

export interface Data {
  points: Point[];
  axes: [string, string];
  classes: [string, string];
  activation: ActivationName;
  /** Counts the times that Python itself moved the neuron. */
  revision: number;
  weights: Weights;
  /** Number of the chosen point. */
  selected: number;
  measured: Measured & { weights: Weights };
  best: Measured;
  /** The neurons that gradient descent went through. */
  path: Weights[] | null;
  /** Of the sliders, both ways. */
  reach: Record<WeightName, number>;
  colours: Record<"light" | "dark", Colours>;
  texts: Record<
    | WeightName
    | "title"
    | "caption"
    | "wrong"
    | "diagram"
    | "activation"
    | "target"
    | "loss"
    | "accuracy"
    | "bestLoss"
    | "bestAccuracy",
    string
  >;
}
