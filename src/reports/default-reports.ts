import type { Target } from "../domain/target.ts";
import type { DefaultReports } from "../platforms/platform.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { clearPlaces, type PlannedReport, planReports } from "./planned-reports.ts";

/**
 * Plans what the input `reports` asks for, and what the platform shows by itself, and clears the places of both. One of
 * the platform's that cannot be written, such as where the user has put another report, is a warning.
 * @throws GateError `reports-invalid` as {@link planReports}, about the user's lines alone; `report-file-not-written`
 */
export function planWithDefaults(
  { lines, defaults }: { readonly lines: readonly string[]; readonly defaults: DefaultReports | undefined },
  targets: readonly Target[],
  world: Pick<World, "workspace" | "temp" | "runnerFiles" | "isAtTerminal" | "log">,
  read: readonly string[] = [],
): PlannedReport[] {
  let planned = planReports(lines, targets, world, read);
  const kept = [...lines];
  for (const line of linesWanted(lines, defaults).slice(lines.length))
    try {
      planned = planReports([...kept, line], targets, world, read);
      kept.push(line);
    } catch (thrown) {
      world.log.warning(leftOut(line, thrown).message);
    }
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

function leftOut(line: string, thrown: unknown): GateError {
  const why = (thrown instanceof GateError ? thrown.what : String(thrown)).replace(
    "A line of `reports` is wrong: ",
    "",
  );
  return new GateError(
    "default-report-left-out",
    `The platform's own report ${JSON.stringify(line)} is not written: ${why}`,
    "The verdict stands. Give your own report another path, or remove the folder of that name.",
  );
}
