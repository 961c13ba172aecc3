import type { Meta, Run } from "./types.d.ts";

export function acrossRuns(runs: Run[], meta: Meta): { x: number[]; y: number[] };
export function meanAndSpread(values: number[]): { mean: number; spread: number };
