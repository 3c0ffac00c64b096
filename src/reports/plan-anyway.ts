import { readdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Target } from "../domain/target.ts";
import { tryOr } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { REPORT_FORMATS, type ReportFormat } from "./formats.ts";
import { outputPath } from "./output-path.ts";
import { type PlannedReport, planReports } from "./planned-reports.ts";
import { isOwnReport, protection } from "./protected.ts";

/** How many names of a folder are examined for one line of `reports`. */
const MOST_NAMES = 10_000;

interface Meant {
  /** Lines of the input `reports`, right or wrong. */
  readonly lines: readonly string[];
  /** The targets that are known. */
  readonly targets: readonly Target[];
  /** Whether these are all the targets that the run would read. If not, any file may be one of them. */
  readonly isKnown: boolean;
  /** Files that the inputs name, one for each line: they are not overwritten. */
  readonly read: readonly string[];
}

type Surroundings = Pick<World, "workspace" | "temp" | "runnerFiles" | "log">;

/**
 * Plans the reports of a run that ended because of a wrong input: files of an earlier run must not pass for this run's.
 * Plans each valid line by itself. If a line is invalid, or the targets are not known, it removes an earlier run's
 * report at the line's path. The file's content must show that it is such a report. It touches nothing else.
 */
export function planAnyway({ lines, targets, isKnown, read }: Meant, world: Surroundings): readonly PlannedReport[] {
  const planned = new Map<string, PlannedReport>();
  for (const line of lines)
    for (const report of tryOr(() => planReports([line], targets, world, read), []))
      if (!planned.has(report.path) && (isKnown || isFreeOrOwn(report.path, report.format)))
        planned.set(report.path, report);
  const isProtected = protection(world);
  const kept = new Set(read.map((each) => resolve(world.workspace, each)));
  for (const { path, format } of lines.flatMap((line) => leftBy(line, isKnown && targets.length > 0, world))) {
    if (planned.has(path) || kept.has(path) || !isOwnReport(path, format)) continue;
    if (isProtected(path, format) === undefined) remove(path, world);
  }
  return [...planned.values()];
}

function isFreeOrOwn(path: string, format: ReportFormat): boolean {
  return !isThere(path) || isOwnReport(path, format);
}

function isThere(path: string): boolean {
  return namesIn(dirname(path)).includes(path.slice(dirname(path).length + 1));
}

interface Left {
  readonly path: string;
  readonly format: ReportFormat | undefined;
}

/** Files that an earlier run may have left for a line, even if the line's format is unknown. */
function leftBy(line: string, areTargetsKnown: boolean, world: Surroundings): Left[] {
  const [, word = "", named = ""] = /^([^:]*):(.*)$/.exec(line)?.map((part) => part.trim()) ?? [];
  if (named === "") return [];
  const format = REPORT_FORMATS.find((each) => each === word);
  const shown = named.includes("{target}") && !areTargetsKnown ? matching(named, world) : [named];
  return shown.flatMap((each) => {
    const checked = outputPath(each, world);
    return "path" in checked ? [{ path: checked.path, format }] : [];
  });
}

/** Existing paths, with any name in place of `{target}`. */
function matching(named: string, { workspace }: Surroundings): string[] {
  let found = [named.startsWith("/") ? "/" : ""];
  for (const part of named.split("/").filter((each) => each !== "")) {
    if (!part.includes("{target}")) found = found.map((folder) => `${folder}${part}/`);
    else {
      const [start = "", ...rest] = part.split("{target}");
      const end = rest.at(-1) ?? "";
      const isMeant = (name: string) =>
        name.length > start.length + end.length && name.startsWith(start) && name.endsWith(end);
      found = found.flatMap((folder) =>
        namesIn(resolve(workspace, folder))
          .filter(isMeant)
          .map((name) => `${folder}${name}/`),
      );
    }
    found = found.slice(0, MOST_NAMES);
  }
  return found.map((path) => path.slice(0, -1));
}

function namesIn(folder: string): string[] {
  return tryOr(() => readdirSync(folder).slice(0, MOST_NAMES), []);
}

function remove(path: string, { log, workspace }: Surroundings): void {
  try {
    rmSync(path, { force: true });
    log.info(`Removed ${JSON.stringify(path.replace(`${workspace}/`, ""))}, which an earlier run left.`);
  } catch {
    log.info(`What an earlier run left at ${JSON.stringify(path)} could not be removed.`);
  }
}
