import { hash } from "node:crypto";
import { existsSync, globSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { closest } from "../domain/did-you-mean.ts";
import { withoutTag } from "../domain/image/reference.ts";
import { clipped } from "../domain/one-line.ts";
import type { Target } from "../domain/target.ts";
import type { DefaultReports } from "../job/job.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { isAboutOne, REPORT_FORMATS, type ReportFormat } from "./formats.ts";
import { isOfTheRun, keyOf, outputPath, waysTo } from "./output-path.ts";

/** A file to write once there is a verdict. */
export interface PlannedReport {
  readonly format: ReportFormat;
  /** Absolute. */
  readonly path: string;
  /** The path as the user wrote it, with the target's name filled in. */
  readonly shown: string;
  /** The only target in the report; absent: it holds all targets. */
  readonly target?: Target | undefined;
}

type Place = Pick<PlannedReport, "path" | "shown">;

const PLACEHOLDER = "{target}";
const HASH_LENGTH = 8;
const ANY_TARGET = `*${"[0-9a-f]".repeat(HASH_LENGTH)}`;

type Folders = Pick<World, "workspace" | "temp"> & Partial<Pick<World, "runnerFiles" | "isAtTerminal">>;

/** A line of `reports` with its files, or with its mistakes. */
interface PlannedLine {
  readonly line: string;
  readonly files: readonly PlannedReport[];
  /** Sentences without a full stop. Empty: the files can be written. */
  readonly mistakes: readonly string[];
}

/**
 * Plans lines of `format: path`. A path with `{target}` means one file for each target.
 * A path is wrong if an earlier line uses it, if this run reads it, or if it must not be written to.
 * @param read files that the run reads, as the user named them: a report in their place would destroy them
 */
function planLines(
  lines: readonly string[],
  targets: readonly Target[],
  world: Folders,
  read: readonly string[] = [],
): PlannedLine[] {
  const whatIsRead = sources(targets, read, world);
  const usedBy = pathUsers();
  return lines.map((line) => {
    const planned = filesOf(line, targets);
    if ("wrong" in planned) return { line, files: [], mistakes: [`${quoted(line)} ${planned.wrong}`] };
    const checked = planned.map((file) => ({ ...file, ...outputPath(file.shown, world) }));
    const wrongs = checked.flatMap((file) =>
      "wrong" in file ? file.wrong : [whatIsRead(file.path), usedBy(file.path, line)],
    );
    const said = new Set(wrongs.filter((wrong) => wrong !== undefined));
    const mistakes = [...said].map((wrong) => `the path of ${quoted(line)} ${wrong}`);
    return { line, files: checked.filter((file) => "path" in file), mistakes };
  });
}

/** The lines of the input `reports`, and the reports that the platform shows by itself. */
interface Wanted {
  readonly lines: readonly string[];
  readonly defaults: DefaultReports | undefined;
}

/**
 * Plans the reports that the input `reports` asks for, and the platform's own, and clears the places of both. If one of
 * the platform's own cannot be written, for example because the user has another report there, that is a warning.
 * @throws GateError `reports-invalid` with all mistakes of the user's lines at once; `report-file-not-written`
 */
export function planReports(
  wanted: Wanted,
  targets: readonly Target[],
  world: Folders & Pick<World, "log">,
  read: readonly string[] = [],
): PlannedReport[] {
  const all = planLines(linesWanted(wanted), targets, world, read);
  const mistakes = all.slice(0, wanted.lines.length).flatMap((each) => each.mistakes);
  if (mistakes.length > 0) throw invalid(mistakes, world);
  for (const { line, mistakes: wrong } of all) if (wrong.length > 0) world.log.warning(leftOut(line, wrong).message);
  return cleared(all, [], world);
}

/** The user's lines, and the platform's own lines that the user has not written too. */
function linesWanted({ lines, defaults }: Wanted): readonly string[] {
  const withoutBlanks = (line: string) => line.replace(/^\s*([^:]*?)\s*:\s*(?:\.\/)?/, "$1:").trim();
  const written = new Set(lines.map(withoutBlanks));
  return [...lines, ...(defaults?.lines ?? []).filter((line) => !written.has(withoutBlanks(line)))];
}

/** The reports of valid lines, after their places and the other places were cleared. */
function cleared(planned: readonly PlannedLine[], others: readonly Place[], folders: Folders): PlannedReport[] {
  const reports = planned.flatMap(({ files, mistakes }) => (mistakes.length === 0 ? files : []));
  clearPlaces([...reports, ...others], folders);
  return reports;
}

function leftOut(line: string, mistakes: readonly string[]): GateError {
  return new GateError(
    "default-report-left-out",
    `The platform's own report ${JSON.stringify(line)} is not written: ${mistakes.join("; ")}`,
    "The verdict is unaffected. Give your own report another path, or remove the folder of that name.",
  );
}

function invalid(mistakes: readonly string[], { isAtTerminal }: Folders): GateError {
  const count = mistakes.length;
  return new GateError(
    "reports-invalid",
    `${count === 1 ? "A line of `reports` is" : `${count} lines of \`reports\` are`} wrong: ${mistakes.join("; ")}`,
    isAtTerminal
      ? "Write `--reports FORMAT=PATH` once for each report. A relative path begins at the working directory."
      : "Write `format: path`, one a line; a path is relative to the workspace, and stays in it or in the folder for temporary files.",
  );
}

/**
 * Clears the paths of reports before anything is scanned, so that neither a committed file nor an earlier run's passes
 * for this run's. Of a link, only the link is removed. At a terminal, a file elsewhere stays until it is replaced.
 * @throws GateError `report-file-not-written`
 */
export function clearPlaces(planned: readonly Place[], folders: Folders): void {
  for (const { path, shown } of planned)
    try {
      if (isOfTheRun(path, folders)) rmSync(path, { force: true });
    } catch (cause) {
      throw new GateError(
        "report-file-not-written",
        `The file in the place of the report ${JSON.stringify(shown)} could not be removed (${(cause as NodeJS.ErrnoException).code})`,
        "Let the user of this run write in that folder, or name another path.",
        { cause },
      );
    }
}

/**
 * Plans the reports of a run that ended because of a wrong input, each valid line by itself, and clears their places.
 * If a line's format is mistyped, or its `{target}` is not known, an earlier run's files are removed as well.
 */
export function planAnyway(
  wanted: Wanted,
  targets: readonly Target[],
  folders: Folders,
  read: readonly string[],
): readonly PlannedReport[] {
  const lines = linesWanted(wanted);
  const isRead = sources(targets, read, folders);
  const left = lines.flatMap((line) => leftBy(line, targets, folders)).filter(({ path }) => !isRead(path));
  return cleared(planLines(lines, targets, folders, read), left, folders);
}

/**
 * The files of an earlier run, with the targets' names for `{target}`. Files of other targets belong to another run,
 * perhaps a step of the same job. If no target is known, any name counts: it ends with a hash, see {@link fileNameOf}.
 */
function leftBy(line: string, targets: readonly Target[], folders: Folders): Place[] {
  const { word, path: named } = partsOf(line);
  if (named === "" || closest(word, REPORT_FORMATS) === undefined) return [];
  const pattern = named.replaceAll(/[\\*?[\]{}()!+@|]/g, "\\$&").replaceAll("\\{target\\}", ANY_TARGET);
  const isAny = targets.length === 0 && named.includes(PLACEHOLDER);
  const some = targets.map((target) => named.replaceAll(PLACEHOLDER, fileNameOf(target)));
  const names = isAny ? globSync(pattern, { cwd: folders.workspace }) : new Set([...some, named]);
  return [...names].flatMap((shown) => {
    const checked = outputPath(shown, folders);
    return "path" in checked ? [{ path: checked.path, shown }] : [];
  });
}

/** All folders that a path is in, the innermost first. */
function foldersOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...foldersOf(parent)];
}

/** Returns the way in which this run reads a path, as a clause: as a file, or as an image that is an OCI layout. */
function sources(targets: readonly Target[], read: readonly string[], { workspace }: Pick<World, "workspace">) {
  const keys = (paths: readonly string[]) => new Set(paths.flatMap(waysTo).map(keyOf));
  const files = keys(read.map((path) => resolve(workspace, path)));
  // A layout's tag or digest may follow its folder.
  const inputs = targets.flatMap(({ kind, input }) => (kind === "image" ? [input, withoutTag(input)] : []));
  const folders = inputs.map((input) => resolve(workspace, input));
  const layouts = keys(folders.filter((folder) => existsSync(join(folder, "index.json"))));
  return (path: string): string | undefined => {
    const key = keyOf(path);
    if (files.has(key)) return "is a file that this run reads";
    const isInLayout = foldersOf(key).some((folder) => layouts.has(folder));
    return isInLayout ? "is in an OCI layout that this run reads" : undefined;
  };
}

/** Records the line that uses each path. Returns a conflict of a path with earlier ones, as a clause about it. */
function pathUsers(): (path: string, line: string) => string | undefined {
  const [files, folders] = [new Map<string, string>(), new Map<string, string>()];
  return (path, line) => {
    const key = keyOf(path);
    const parents = foldersOf(key);
    const same = files.get(key);
    const other = folders.get(key) ?? parents.map((folder) => files.get(folder)).find((user) => user !== undefined);
    files.set(key, line);
    for (const folder of parents) folders.set(folder, line);
    if (same !== undefined) return `uses the same file as ${quoted(same)}`;
    return other && `contains, or is below, the file of ${quoted(other)}`;
  };
}

/** The text before the first colon, and the text after it. Both are empty if there is no colon. */
function partsOf(line: string): { readonly word: string; readonly path: string } {
  const [, word = "", path = ""] = /^([^:]*):(.*)$/.exec(line)?.map((part) => part.trim()) ?? [];
  return { word, path };
}

/** The files of a line, or its mistake, as a clause. */
function filesOf(line: string, targets: readonly Target[]): Omit<PlannedReport, "path">[] | { readonly wrong: string } {
  const { word, path } = partsOf(line);
  if (word === "") return { wrong: "does not give a format and a path" };
  const format = REPORT_FORMATS.find((each) => each === word);
  if (format === undefined) {
    const meant = closest(word, REPORT_FORMATS);
    const formats = REPORT_FORMATS.map((each) => `\`${each}\``).join(", ");
    return { wrong: `has an unknown format${meant ? ` (did you mean \`${meant}\`?)` : `; there are ${formats}`}` };
  }
  if (path === "") return { wrong: "has no path" };
  const unknown = /\{[^{}]*\}/g.exec(path.replaceAll(PLACEHOLDER, ""))?.[0];
  if (unknown !== undefined)
    return { wrong: `has ${quoted(unknown)} in its path; only \`${PLACEHOLDER}\` stands for something` };
  if (path.includes(PLACEHOLDER))
    return targets.map((target) => ({ format, shown: path.replaceAll(PLACEHOLDER, fileNameOf(target)), target }));
  if (targets.length > 1 && isAboutOne(format))
    return {
      wrong: `is one file for ${targets.length} targets, and \`${format}\` holds one: put \`${PLACEHOLDER}\` into its path`,
    };
  return [{ format, shown: path, target: isAboutOne(format) ? targets[0] : undefined }];
}

function quoted(text: string): string {
  return JSON.stringify(clipped(text, 200));
}

/** Longest name in bytes. File systems allow 255, and a file extension follows the name. */
const LONGEST = 100;

/**
 * A single file name for a target: letters, digits, `.`, `_` and `-`, at most 100 bytes. It ends with a short hash of
 * the whole target, so that two targets never share a name (`ghcr.io-acme-app-1.2-5f0c1d9e`).
 */
export function fileNameOf({ kind, input, platform, label }: Target): string {
  const mark = hash("sha256", `${kind}\0${input}\0${platform ?? ""}`).slice(0, HASH_LENGTH);
  const readable = label
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, LONGEST - HASH_LENGTH - 1)
    .replace(/^[.-]+|[.-]+$/g, "");
  return readable === "" ? mark : `${readable}-${mark}`;
}
