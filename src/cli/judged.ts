import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Verdict } from "../domain/verdict.ts";
import type { Platform } from "../job/job.ts";
import type { World } from "../system/world.ts";
import type { Seat } from "./command.ts";
import { worldWithInputs } from "./inputs.ts";
import { harmlessDocument } from "./reading.ts";

/** Longest page in UTF-8 bytes; no platform limits it. */
const MOST_MARKDOWN = 10_000_000;

/**
 * Runs an action that judges, and catches its output: its view in place of the log, and its summary if that is the
 * answer.
 * @returns the view, and a function that shows the answer in the requested format
 */
export async function judged<View>(
  action: "gate" | "rescan",
  inputs: ReadonlyMap<string, string>,
  run: (world: World, platform: Platform, take: (view: View) => void) => Promise<unknown>,
  { platform, format, world, answer }: Seat,
) {
  const pages: string[] = [];
  const views: View[] = [];
  const summary = { mostBytes: MOST_MARKDOWN, write: async (text: string) => void pages.push(text) };
  const [asked, shownOn] =
    format === "markdown" ? [new Map([...inputs, ["summary", "true"]]), { ...platform, summary }] : [inputs, platform];
  await run(worldWithInputs(action, asked, world), shownOn, (view) => void views.push(view));
  const [view] = views;
  if (view === undefined) throw new Error("the action has no answer");
  const show = (table: (() => string) | undefined): void => {
    if (format === "json") answer(harmlessDocument(readFileSync(join(world.runFolder, "report.json"), "utf8")));
    else if (format === "markdown") answer(`${pages.join("\n")}\n`);
    else if (table !== undefined) answer(`${table()}\n`);
  };
  return { view, show };
}

/** A command that may be pasted again: the words as they were typed, if they need no quotes. */
export function pasted(name: string, words: readonly string[], most: number): string {
  const isPlain = words.length <= most && words.every((word) => /^[\w./:@+-]{1,80}$/.test(word));
  return [name, ...(isPlain ? words : ["…"])].join(" ");
}

export function exitCodeOf({ answer }: Verdict, mode: "enforce" | "warn"): number {
  if (answer === "error") return 2;
  return answer === "fail" && mode === "enforce" ? 1 : 0;
}
