import { spawnSync } from "node:child_process";

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

/** Runs both in turn, A B A B …, after one uncounted run of each, so that the machine's mood falls on both alike. */
export async function inTurn(
  runs: number,
  a: () => number | Promise<number>,
  b: () => number | Promise<number>,
): Promise<{ a: number; b: number; ratio: number; difference: number }> {
  await a();
  await b();
  const as: number[] = [];
  const bs: number[] = [];
  for (let run = 0; run < runs; run++) {
    as.push(await a());
    bs.push(await b());
  }
  return {
    a: median(as),
    b: median(bs),
    ratio: median(as.map((value, index) => value / (bs[index] ?? Number.NaN))),
    difference: median(as.map((value, index) => value - (bs[index] ?? Number.NaN))),
  };
}

/** One line of the benchmark's table: a figure held against its limit. */
export interface Line {
  readonly what: string;
  readonly figure: string;
  readonly limit: string;
  readonly holds: boolean;
}

export function line(what: string, value: number, limit: number, show: (value: number) => string): Line {
  return { what, figure: show(value), limit: `≤ ${show(limit)}`, holds: value <= limit };
}
