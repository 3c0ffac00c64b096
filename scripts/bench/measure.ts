import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** What one process cost, its children included. */
export interface Cost {
  readonly ms: number;
}

/** Runs a command to its end and measures wall time. A command that fails is a broken benchmark. */
export function timeCommand(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; codes?: readonly number[] } = {},
): Cost {
  const began = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const ms = performance.now() - began;
  if (!(options.codes ?? [0]).includes(status ?? -1)) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return { ms };
}

/** Milliseconds that work within this process takes. */
export function timeWork(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Milliseconds, or what else one run of something took. */
type Work = () => number | Promise<number>;

/** Two things that were measured in turn. All figures are medians. */
export interface Compared {
  readonly a: number;
  readonly b: number;
  readonly ratio: number;
  readonly difference: number;
  /**
   * User and system time of this process and of its children that have ended. Undefined where the system does not count
   * it.
   */
  readonly cpuRatio: number | undefined;
  /** Which part of the machine others had meanwhile, from 0 to 1. */
  readonly others: number;
  /** What is held to the limit, to be looked at once more. */
  readonly work: Work;
}

/** Linux counts processor time in ticks of 10 ms for user space (USER_HZ). */
const TICK_MS = 10;

/** Milliseconds of CPU: of this process with its ended children, and of the whole machine (proc(5)). */
function cpuNow(): { readonly own: number; readonly all: number } {
  try {
    // The program's name, in brackets, may hold spaces: fields are counted from behind it.
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const children = (Number(fields[13]) + Number(fields[14])) * TICK_MS;
    const { user, system } = process.cpuUsage();
    const [, , ...times] = (readFileSync("/proc/stat", "utf8").split("\n", 1)[0] ?? "").split(" ").map(Number);
    const [usual = 0, nice = 0, kernel = 0, _idle, _wait, interrupts = 0, soft = 0, stolen = 0] = times;
    const all = (usual + nice + kernel + interrupts + soft + stolen) * TICK_MS;
    return { own: children + (user + system) / 1000, all };
  } catch {
    return { own: Number.NaN, all: Number.NaN };
  }
}

/** Runs both in turn, A B A B …, after one uncounted run of each, so that the machine's mood falls on both alike. */
export async function inTurn(runs: number, a: Work, b: Work): Promise<Compared> {
  await a();
  await b();
  const [as, bs]: [number[], number[]] = [[], []];
  const [cpuOfA, cpuOfB]: [number[], number[]] = [[], []];
  const counted = async (work: Work, times: number[], cpus: number[]) => {
    const before = cpuNow().own;
    times.push(await work());
    cpus.push(cpuNow().own - before);
  };
  const [began, before] = [performance.now(), cpuNow()];
  for (let run = 0; run < runs; run++) {
    await counted(a, as, cpuOfA);
    await counted(b, bs, cpuOfB);
  }
  const [after, room] = [cpuNow(), (performance.now() - began) * availableParallelism()];
  const ratioOf = (upper: readonly number[], lower: readonly number[]) => {
    const ratio = median(upper.map((value, index) => value / (lower[index] ?? Number.NaN)));
    return Number.isFinite(ratio) ? ratio : undefined;
  };
  return {
    a: median(as),
    b: median(bs),
    ratio: ratioOf(as, bs) ?? Number.NaN,
    difference: median(as.map((value, index) => value - (bs[index] ?? Number.NaN))),
    cpuRatio: ratioOf(cpuOfA, cpuOfB),
    others: Math.max(0, (after.all - before.all - (after.own - before.own)) / room) || 0,
    work: a,
  };
}

/** One line of the benchmark's table: a figure held against its limit. */
export interface Line {
  readonly what: string;
  readonly figure: string;
  readonly limit: string;
  /** The same in CPU seconds, if there is one. */
  readonly cpu: string;
  readonly holds: boolean;
  /** Which part of the machine others had meanwhile. */
  readonly others: number;
  readonly work?: Work | undefined;
}

export function line(what: string, value: number, limit: number, show: (value: number) => string): Line {
  return { what, figure: show(value), limit: `≤ ${show(limit)}`, cpu: "", holds: value <= limit, others: 0 };
}

/** Beside so much other work, wall time says nothing. A registry that serves an image has less. */
const BUSY = 0.25;

const times = (value: number): string => `${value.toFixed(2)}×`;

/**
 * A ratio that is held to its limit: in wall time, or, where others have more than a quarter of the machine, in CPU
 * seconds.
 * @param limits `cpu`: where more is done at the same time than in what it is held against; else that of wall time
 */
export function ratioLine(what: string, compared: Compared, limits: number | { wall: number; cpu: number }): Line {
  const { wall, cpu } = typeof limits === "number" ? { wall: limits, cpu: limits } : limits;
  const { ratio, cpuRatio, others, work } = compared;
  const isByCpu = others > BUSY && cpuRatio !== undefined;
  return {
    what,
    figure: times(ratio),
    limit: `≤ ${times(wall)}`,
    cpu: cpuRatio === undefined ? "" : `${times(cpuRatio)} (≤ ${times(cpu)})`,
    holds: isByCpu ? cpuRatio <= cpu : ratio <= wall,
    others,
    work,
  };
}
