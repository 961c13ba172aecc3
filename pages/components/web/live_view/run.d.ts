import type { Confusion, Epochs, Message, Meta, Milestone, Started, Status, Value } from "./types.d.ts";

export class Run {
  constructor(id: string);
  id: string;
  cursor: number;
  status: Status | null;
  gone: boolean;
  batches: { x: number[]; y: Value[]; stride: number };
  epochs: Epochs;
  best: { epoch: number; train: Record<string, Value>; validation: Record<string, Value> } | null;
  chance: Record<string, number>;
  confusion: Partial<Record<string, Confusion>>;
  probes: Record<string, Record<string, unknown>>;
  log: { started: Started | null; milestones: Milestone[] };
  seen: number;
  apply(message: Message): void;
  now(part: string, metric: string): Value | undefined;
  atBest(part: string, metric: string): Value | undefined;
  points(meta: Meta): { x: number[]; y: Value[] };
}

export const ENDED: string[];
