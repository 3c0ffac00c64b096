import type { Line } from "./line.ts";
import type { Work } from "./measure.ts";

/**
 * Groups of lines by the names that `npm run bench` takes. A group with servers or folders yields its lines, so that
 * these are still there when a line is profiled.
 */
export type Groups = Readonly<Record<string, () => Promise<Line[]> | AsyncIterable<Line>>>;

/** The groups of lines, and how they are profiled and printed. */
export interface Benchmark {
  readonly groups: Groups;
  /** Groups that take seconds. `quick` means all of them. */
  readonly quick: readonly string[];
  /** The functions in which the CPU was, one a line. */
  readonly profileOf: (work: Work) => Promise<readonly string[]>;
  readonly print: (text: string) => void;
}

const percent = (part: number): string => (part === 0 ? "" : `${(part * 100).toFixed(0)} %`);

function answerOf({ holds, isAtGoal }: Line): string {
  if (!holds) return "**over**";
  return isAtGoal ? "ok" : "over its goal";
}

function tableOf(lines: readonly Line[]): string {
  return [
    "| what | CPU | limit | goal | time | others' CPU | |",
    "| --- | --: | --: | --: | --: | --: | --- |",
    ...lines.map((each) => {
      const { what, figure, limit, goal, wall, others } = each;
      return `| ${[what, figure, limit, goal, wall, percent(others), answerOf(each)].join(" | ")} |`;
    }),
  ].join("\n");
}

function sentenceOf({ what, figure, limit, wall, holds }: Line): string {
  return `${holds ? "ok  " : "OVER"} ${what}: ${figure} (${limit})${wall && `, in time ${wall}`}`;
}

/** A profile that fails does not hide what was measured. */
async function profiled(work: Work, profileOf: Benchmark["profileOf"]): Promise<string> {
  try {
    return ["Where its CPU was:", ...(await profileOf(work))].join("\n");
  } catch (error) {
    return `It could not be profiled: ${(error as Error).message.split("\n", 1)[0]}`;
  }
}

/**
 * Measures groups, prints the profile of each line that is over its limit, and the table of all.
 * @param asked names of groups; none: all
 * @returns the exit code: 1 if a line is over its limit
 * @throws Error if there is no such group, before anything is measured
 */
export async function runGroups(asked: readonly string[], benchmark: Benchmark): Promise<number> {
  const { groups, quick, profileOf, print } = benchmark;
  const names = asked.flatMap((name) => (name === "quick" ? quick : name));
  const unknown = names.filter((name) => !Object.hasOwn(groups, name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(", ")}: it is quick, or one of ${Object.keys(groups).join(", ")}.`);
  const lines: Line[] = [];
  for (const name of names.length > 0 ? names : Object.keys(groups)) {
    for await (const each of (await groups[name]?.()) ?? []) {
      lines.push(each);
      print(sentenceOf(each));
      if (!each.holds && each.work !== undefined) print(await profiled(each.work, profileOf));
    }
  }
  const over = lines.filter(({ holds }) => !holds).length;
  print(tableOf(lines));
  print(`${lines.length - over} passed, ${over} failed`);
  return over === 0 ? 0 : 1;
}
