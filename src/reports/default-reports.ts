import type { Target } from "../domain/target.ts";
import type { DefaultReports } from "../platforms/platform.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { type PlannedReport, planReports } from "./planned-reports.ts";

type Surroundings = Pick<World, "workspace" | "temp" | "runnerFiles" | "log">;

/**
 * Plans what the input `reports` asks for, and what the platform shows by itself. One of the platform's that cannot be
 * written is a warning if the user has put another report there. Otherwise the platform shows a file of the repository,
 * whose author may have made it up: an error of the log.
 * @throws GateError `reports-invalid` as {@link planReports}, about the user's lines alone
 */
export function planWithDefaults(
  { lines, defaults }: { readonly lines: readonly string[]; readonly defaults: DefaultReports | undefined },
  targets: readonly Target[],
  world: Surroundings,
  read: readonly string[] = [],
): PlannedReport[] {
  let planned = planReports(lines, targets, world, read);
  const wanted = linesWanted(lines, defaults).slice(lines.length);
  if (wanted.length === 0) return planned;
  try {
    return planReports([...lines, ...wanted], targets, world, read);
  } catch {
    // One of them is wrong, and the others are not.
  }
  let kept = lines;
  for (const line of wanted) {
    try {
      planned = planReports([...kept, line], targets, world, read);
      kept = [...kept, line];
    } catch (thrown) {
      const isTheUsers = lines.some((own) => pathOf(own) === pathOf(line));
      const { message } = leftOut(line, thrown, isTheUsers);
      if (isTheUsers) world.log.warning(message);
      else world.log.error(message);
    }
  }
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

function pathOf(line: string): string {
  return withoutBlanks(line).replace(/^[^:]*:/, "");
}

function leftOut(line: string, thrown: unknown, isTheUsers: boolean): GateError {
  const why = (thrown instanceof GateError ? thrown.what : String(thrown)).replace(
    "A line of `reports` is wrong: ",
    "",
  );
  const instead = isTheUsers ? "" : ". What the platform shows in its place is the repository's file, not this answer";
  return new GateError(
    "default-report-left-out",
    `The platform's own report ${JSON.stringify(line)} is not written: ${why}${instead}`,
    "The verdict stands. Remove the file from the repository, or give your own report another path.",
  );
}
