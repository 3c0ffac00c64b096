import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ActionOptions, type ActionResult, runAction as start } from "../../__tests__/support/runs/runner.ts";
import { type Cost, costOfChildren } from "./measure.ts";

/** How many functions are named. */
const TOP = 10;

/** The folder for the action's profiles; absent: it makes none. */
let profiles: string | undefined;

/** The environment of a Node process that is to make a profile, if one is wanted. */
export function profileEnvironment(): Readonly<Record<string, string>> {
  return profiles === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` };
}

/** Runs the action to its end as a runner starts it. Its cost has no part of the servers in this process. */
export async function runAction(options: ActionOptions): Promise<ActionResult & { readonly cost: Cost }> {
  const env = { ...options.env, ...profileEnvironment() };
  const { result, cost } = await costOfChildren(() => start({ watched: true, ...options, env }));
  return { ...result, cost: { ...cost, ms: result.milliseconds } };
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

/**
 * Runs work once more, and tells in which functions the CPU was, most first: functions of the processes that it starts,
 * otherwise of this process.
 */
export async function profileOf(work: () => unknown): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-profile-"));
  const session = new Session();
  session.connect();
  try {
    profiles = folder;
    await session.post("Profiler.enable");
    await session.post("Profiler.start");
    await work();
    const { profile } = await session.post("Profiler.stop");
    const own = readdirSync(folder).map((name): Profile => JSON.parse(readFileSync(join(folder, name), "utf8")));
    return topOf(own.length > 0 ? own : [profile as Profile]);
  } finally {
    profiles = undefined;
    session.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Entries of a profile that are not functions of a program. */
const NONE = new Set(["(idle)", "(root)", "(program)"]);

function topOf(all: readonly Profile[]): string[] {
  const spent = new Map<string, number>();
  for (const { nodes, samples = [], timeDeltas = [] } of all) {
    const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
    samples.forEach((id, at) => {
      const { functionName = "", url = "", lineNumber = 0 } = names.get(id) ?? {};
      if (NONE.has(functionName)) return;
      const place = url === "" ? "" : ` (${url.slice(url.lastIndexOf("/") + 1)}:${lineNumber + 1})`;
      const name = `${functionName || "anonymous"}${place}`;
      spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1000);
    });
  }
  return [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP)
    .map(([name, ms]) => `${ms.toFixed(0).padStart(6)} ms  ${name}`);
}
