import type { Compared, Work } from "./measure.ts";

/** One line of the benchmark's table: a figure that is checked against its limit. */
export interface Line {
  readonly what: string;
  readonly figure: string;
  readonly limit: string;
  /** A target below the limit. */
  readonly goal: string;
  /** True if the goal is reached, or there is none. */
  readonly isAtGoal: boolean;
  /** The same in time, with its limit if it has one. */
  readonly wall: string;
  readonly holds: boolean;
  /** The part of the machine that other processes had meanwhile, from 0 to 1. */
  readonly others: number;
  /** The work, to be profiled. */
  readonly work?: Work | undefined;
}

/** Limits of a ratio. */
export interface RatioLimits {
  /**
   * Of CPU, which hardly depends on what else the machine does. A tenth above what is measured, so that it shows a
   * change.
   */
  readonly cpu: number;
  /** The goal, of CPU, too. */
  readonly goal?: number | undefined;
  /** Of time, for work that several cores share. Other work must leave the machine to it: see {@link BUSY}. */
  readonly wall?: number | undefined;
}

/** Alongside so much other work, time says nothing. A registry that serves an image has less. */
const BUSY = 0.25;

const times = (value: number): string => `${value.toFixed(2)}×`;

/** Limits of a figure that is not a ratio. */
export interface FigureLimits {
  /** A tenth above what is measured. */
  readonly most: number;
  /** A target below {@link most}. */
  readonly goal?: number | undefined;
}

/** A figure of one kind of run: bytes or a number. One that could not be measured is over its limit. */
export function line(
  what: string,
  value: number,
  { most, goal = most }: FigureLimits,
  show: (value: number) => string,
): Line {
  return {
    what,
    figure: show(value),
    limit: `≤ ${show(most)}`,
    goal: goal === most ? "" : `≤ ${show(goal)}`,
    isAtGoal: value <= goal,
    wall: "",
    holds: value <= most,
    others: 0,
  };
}

/** A ratio that is checked against its limits; a plain number limits the CPU. */
export function ratioLine(what: string, compared: Compared, limits: number | RatioLimits): Line {
  const { cpu, wall, goal } = typeof limits === "number" ? { cpu: limits } : limits;
  const { ratio, wallRatio, others, work } = compared;
  const isInTime = wall === undefined || others > BUSY || wallRatio <= wall;
  return {
    what,
    figure: times(ratio),
    limit: `≤ ${times(cpu)}`,
    goal: goal === undefined ? "" : `≤ ${times(goal)}`,
    isAtGoal: goal === undefined || ratio <= goal,
    wall: times(wallRatio) + (wall === undefined ? "" : ` (≤ ${times(wall)})`),
    holds: ratio <= cpu && isInTime,
    others,
    work,
  };
}
