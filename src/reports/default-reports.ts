import type { Target } from "../domain/target.ts";
import type { DefaultReports } from "../job/job.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { clearPlaces, filesIn, type PlannedReport, planLines } from "./planned-reports.ts";

/**
 * Plans what the input `reports` asks for, and what the platform shows by itself, and clears the places of both. One of
 * the platform's that cannot be written, such as where the user has put another report, is a warning.
 * @throws GateError `reports-invalid` as {@link filesIn}, about the user's lines alone; `report-file-not-written`
 */
export function planWithDefaults(
  { lines, defaults }: { readonly lines: readonly string[]; readonly defaults: DefaultReports | undefined },
  targets: readonly Target[],
  world: Pick<World, "workspace" | "temp" | "runnerFiles" | "isAtTerminal" | "log">,
  read: readonly string[] = [],
): PlannedReport[] {
  const all = planLines(linesWanted(lines, defaults), targets, world, read);
  const planned = filesIn(all.slice(0, lines.length), world);
  for (const { line, files, mistakes } of all.slice(lines.length))
    if (mistakes.length === 0) planned.push(...files);
    else world.log.warning(leftOut(line, mistakes).message);
  clearPlaces(planned, world);
  return planned;
}

/** The lines of the user, and those of the platform that the user has not written too. */
export function linesWanted(lines: readonly string[], defaults: DefaultReports | undefined): readonly string[] {
  const written = new Set(lines.map(withoutBlanks));
  return [...lines, ...(defaults?.lines ?? []).filter((line) => !written.has(withoutBlanks(line)))];
}

function withoutBlanks(line: string): string {
  return line.replace(/^\s*([^:]*?)\s*:\s*(?:\.\/)?/, "$1:").trim();
}

function leftOut(line: string, mistakes: readonly string[]): GateError {
  return new GateError(
    "default-report-left-out",
    `The platform's own report ${JSON.stringify(line)} is not written: ${mistakes.join("; ")}`,
    "The verdict stands. Give your own report another path, or remove the folder of that name.",
  );
}
