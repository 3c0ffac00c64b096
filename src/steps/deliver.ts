import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { oneLine } from "../domain/one-line.ts";
import { reasonAndRemedies } from "../domain/reason.ts";
import { annotate } from "../job/annotate.ts";
import type { AnnotationMessage, Platform } from "../job/job.ts";
import type { PolicyError } from "../policy/mistakes.ts";
import type { View } from "../render/view.ts";
import { type GateError, tryOr } from "../system/errors.ts";
import { removeProgramFolders } from "../system/store/program-folder.ts";
import type { World } from "../system/world.ts";

/** The places where an action shows its answer. */
export interface Channels<Shown> {
  /** Shows the answer in the log, or hands it to the receiver that takes its place. */
  log(): void;
  /** Files, summary, comment. @returns the values for the outputs */
  show(): Promise<Shown>;
  annotations?(): readonly AnnotationMessage[];
  /** The outputs for later steps. */
  outputs(shown: Shown): Readonly<Record<string, string>>;
  /** The last annotation of the answer: the reason why the step fails, or would fail. */
  last(): AnnotationMessage | undefined;
  /** Work that delays no reader, since the answer is out by then. The run's folder is cleared after it. */
  afterwards?(): Promise<void>;
}

/**
 * Shows an answer where people and later steps look, in the same order for each action, and tidies up. Never throws: a
 * failure of one place is a warning and does not change the verdict.
 */
export async function deliver<Shown>(channels: Channels<Shown>, platform: Platform, world: World): Promise<void> {
  await attempt(world, "log-not-written", () => channels.log());
  const shown = await channels.show();
  await attempt(world, "log-not-written", () => channels.annotations && annotate(world.log, channels.annotations()));
  await attempt(world, "outputs-not-written", () => platform.outputs?.(channels.outputs(shown)));
  await attempt(world, "log-not-written", () => {
    const last = channels.last();
    if (last !== undefined) world.log.annotate(last.level, last.message);
  });
  await attempt(world, "run-not-tidied", () => channels.afterwards?.());
  clearRunFolder(world);
}

/** Writes the summary if it is wanted, and the platform has one. */
export async function writeSummary(
  isWanted: boolean,
  render: (mostBytes: number) => string,
  { summary }: Platform,
  world: World,
): Promise<void> {
  if (isWanted && summary !== undefined)
    await attempt(world, "summary-not-written", () => summary.write(render(summary.mostBytes)));
}

/** The mistakes of a policy file, each at its line. */
export function mistakesOf(failure: GateError | undefined): AnnotationMessage[] {
  if (failure?.code !== "policy-invalid") return [];
  // Only the type is imported, so that runs without a policy file do not load YAML.
  const { file, mistakes } = failure as PolicyError;
  return mistakes.map(({ line, message }) => ({ level: "error", message, file, line }));
}

/** The last annotation of a run that judges: the reason why the step fails, or would, and an error's remedy. */
export function lastAnnotation({ verdict, mode }: Pick<View, "verdict" | "mode">): AnnotationMessage | undefined {
  const { answer, reason } = verdict;
  if (answer === "pass") return undefined;
  if (answer === "error") return { level: "error", message: reasonAndRemedies(verdict) };
  return { level: mode === "warn" ? "warning" : "error", message: reason };
}

/** Does work that only reports or tidies up. A failure is a warning. */
export async function attempt<T>({ log }: World, code: string, act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (thrown) {
    const why = oneLine(thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
    log.warning(
      `[${code}] ${why}. The verdict is unaffected; see whether the disk is full, or something removed its files.`,
    );
    return undefined;
  }
}

/** Removes everything except the reports that the outputs name. A failure to remove does not change the answer. */
export function clearRunFolder(world: World): void {
  const { runFolder } = world;
  tryOr(() => {
    removeProgramFolders(world);
    for (const entry of readdirSync(runFolder))
      if (!/\.(?:jsonl?|md)$/.test(entry)) rmSync(join(runFolder, entry), { recursive: true, force: true });
  }, undefined);
}
