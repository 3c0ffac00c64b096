import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Time and CPU of a piece of work. */
export interface Cost {
  /** Milliseconds of time. */
  readonly ms: number;
  /** Milliseconds of CPU, user and system, all threads and ended children. NaN where the system does not count them. */
  readonly cpuMs: number;
}

/** Work that returns its own cost. */
export type Work = () => Cost | Promise<Cost>;

/** Linux counts processor time in ticks of 10 ms for user space (USER_HZ). */
const TICK_MS = 10;

/** Milliseconds of CPU of all children that have ended (proc(5), cutime and cstime). */
function childrenCpu(): number {
  try {
    // The program's name, in brackets, may hold spaces: fields are counted from behind it.
    const fields = readFileSync("/proc/self/stat", "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  } catch {
    return Number.NaN;
  }
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of CPU that the whole machine has spent (proc(5), /proc/stat). */
function machineCpu(): number {
  try {
    const [, , ...times] = (readFileSync("/proc/stat", "utf8").split("\n", 1)[0] ?? "").split(" ").map(Number);
    const [usual = 0, nice = 0, kernel = 0, _idle, _wait, interrupts = 0, soft = 0, stolen = 0] = times;
    return (usual + nice + kernel + interrupts + soft + stolen) * TICK_MS;
  } catch {
    return Number.NaN;
  }
}

/** The cost of the processes that the work starts. This process, which serves and watches them, is left out. */
export async function costOfChildren<T>(work: () => T | Promise<T>): Promise<{ result: T; cost: Cost }> {
  const [began, before] = [performance.now(), childrenCpu()];
  const result = await work();
  return { result, cost: { ms: performance.now() - began, cpuMs: childrenCpu() - before } };
}

/** The cost of work that is done in this process and by its children. */
export async function costOf(work: () => unknown): Promise<Cost> {
  const [began, before] = [performance.now(), ownCpu() + childrenCpu()];
  await work();
  return { ms: performance.now() - began, cpuMs: ownCpu() + childrenCpu() - before };
}

/** The cost of work that starts nothing and waits for nothing. */
export function timeWork(work: () => unknown): Cost {
  const [began, before] = [performance.now(), ownCpu()];
  work();
  return { ms: performance.now() - began, cpuMs: ownCpu() - before };
}

export function sumOf(costs: readonly Cost[]): Cost {
  return costs.reduce((sum, { ms, cpuMs }) => ({ ms: sum.ms + ms, cpuMs: sum.cpuMs + cpuMs }), { ms: 0, cpuMs: 0 });
}

interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Exit codes of a command that has succeeded; 0 by default. */
  readonly codes?: readonly number[];
}

/** Runs a command to its end. A command that fails is a broken benchmark. */
export function timeCommand(command: string, args: readonly string[], options: CommandOptions = {}): Cost {
  const [began, before] = [performance.now(), childrenCpu()];
  const { status, stderr } = spawnSync(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const cost = { ms: performance.now() - began, cpuMs: childrenCpu() - before };
  if (!(options.codes ?? [0]).includes(status ?? -1)) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return cost;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Two pieces of work that were measured in turn. */
export interface Compared {
  /**
   * The CPU of all runs of one work divided by the CPU of all runs of the other: in a sum, ticks of 10 ms even out.
   * {@link wallRatio} if CPU is not counted.
   */
  readonly ratio: number;
  /** Median of the ratios of each two runs, in time. */
  readonly wallRatio: number;
  /** The part of the machine that other processes had meanwhile, from 0 to 1. */
  readonly others: number;
  /** The work that is checked against the limit, to be looked at once more. */
  readonly work: Work;
}

/** Runs both in turn, A B A B …, after one uncounted run of each, so that noise affects both equally. */
export async function inTurn(runs: number, a: Work, b: Work): Promise<Compared> {
  await a();
  await b();
  const [as, bs]: [Cost[], Cost[]] = [[], []];
  const [began, own, all] = [performance.now(), ownCpu() + childrenCpu(), machineCpu()];
  for (let run = 0; run < runs; run++) {
    as.push(await a());
    bs.push(await b());
  }
  const room = (performance.now() - began) * availableParallelism();
  const others = (machineCpu() - all - (ownCpu() + childrenCpu() - own)) / room;
  const wallRatio = median(as.map(({ ms }, index) => ms / (bs[index]?.ms ?? Number.NaN)));
  const ratio = sumOf(as).cpuMs / sumOf(bs).cpuMs;
  return { ratio: Number.isFinite(ratio) ? ratio : wallRatio, wallRatio, others: Math.max(0, others) || 0, work: a };
}
