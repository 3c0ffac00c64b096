import type { Line } from "./line.ts";
import type { Work } from "./measure.ts";

/** Groups of lines by the names that `npm run bench` takes. */
export type Groups = Readonly<Record<string, () => Promise<Line[]>>>;

/** What running groups needs of the world. */
export interface Benchmark {
  readonly groups: Groups;
  /** Groups that take seconds. `quick` means all of them. */
  readonly quick: readonly string[];
  /** Where the CPU was, a function a line. */
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
    const found = (await groups[name]?.()) ?? [];
    for (const { what, figure, limit, wall, holds, work } of found) {
      print(`${holds ? "ok  " : "OVER"} ${what}: ${figure} (${limit})${wall && `, in time ${wall}`}`);
      if (!holds && work !== undefined) print(["Where its CPU was:", ...(await profileOf(work))].join("\n"));
    }
    lines.push(...found);
  }
  const over = lines.filter(({ holds }) => !holds).length;
  print(tableOf(lines));
  print(`${lines.length - over} passed, ${over} failed`);
  return over === 0 ? 0 : 1;
}
