import type { Filler, SharedData } from "./types.d.ts";
import type { View } from "./view.js";

type Fillers = Record<string, Filler>;

export function confusionFillers(which: () => string): Fillers;
export function answerFillers(): Fillers;
export function boundaryFillers(): Fillers;
export function ridgeFillers(): Fillers;
export function ofConfusion(counts: number[][]): number[][];

export class ClassTable {
  constructor(
    view: View<SharedData>,
    classes: string[],
    options: {
      counts: () => number[][] | undefined;
      triples: (counts: number[][]) => number[][];
      heads: string[];
      title: string;
      caption: string;
    },
  );
  element: HTMLElement;
  draw(): void;
}
