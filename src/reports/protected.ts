import { closeSync, existsSync, readdirSync, readSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { isSbomFormat } from "../domain/target.ts";
import { tryOr } from "../system/errors.ts";
import { isWithin, openUnlinked } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import type { ReportFormat } from "./formats.ts";
import { keyOf, type Tracked, trackedAround } from "./git-index.ts";

/** Folders with files that a workflow, an editor or a package manager runs. */
const FOLDERS: ReadonlySet<string> = new Set([".git", ".github", ".gitlab", ".circleci", ".husky", "node_modules"]);

/** Files that decide what runs, in any folder. */
const FILES: ReadonlySet<string> = new Set([
  "action.yml",
  "action.yaml",
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "bun.lock",
  "bun.lockb",
  ".npmrc",
  ".yarnrc",
  ".yarnrc.yml",
  ".pnp.cjs",
  ".gitattributes",
  ".gitignore",
  ".gitmodules",
]);

type Surroundings = Pick<World, "workspace" | "temp" | "runnerFiles">;

/**
 * Returns, as a clause about a path, why no report may be written there. Either the runner or a workflow runs on it, or
 * Git tracks it and it is not our report. Reads the repository of each folder once.
 */
export function protection(world: Surroundings): (path: string, format?: ReportFormat) => string | undefined {
  const runners = new Set((world.runnerFiles ?? []).flatMap(waysTo).map(keyOf));
  const known = new Map<string, Tracked | "unreadable" | undefined>();
  const tracked = (path: string) => {
    const folder = dirname(path);
    if (!known.has(folder)) known.set(folder, read(path));
    return known.get(folder);
  };
  return (path, format) => {
    const ways = waysTo(path);
    if (ways.some((way) => runners.has(keyOf(way)) || isInRunnersFolder(way, world)))
      return "belongs to the machine that runs the job";
    if (ways.some((way) => isRunOn(way, world))) return "is what jobs run on";
    return byGit(path, tracked(path), format);
  };
}

function read(path: string): Tracked | "unreadable" | undefined {
  return tryOr(() => trackedAround(path), "unreadable");
}

function byGit(
  path: string,
  tracked: Tracked | "unreadable" | undefined,
  format: ReportFormat | undefined,
): string | undefined {
  if (tracked === undefined) return undefined;
  if (tracked === "unreadable") {
    const isThere = existsSync(path) && !isOwnReport(path, format);
    return isThere ? "may be tracked by Git, whose index cannot be read" : undefined;
  }
  // A file that is not there any more cannot be written over: a job of GitLab removes those that it would show.
  if (tracked.has(path) && isThere(path) && !isOwnReport(path, format))
    return "is tracked by Git, and no report of Image Gate";
  const dist = foldersOf(path).find((folder) => keyOf(basename(folder)) === "dist" && tracked.hasBelow(folder));
  return dist === undefined ? undefined : "lies in a `dist` that is tracked by Git, which is what an action runs";
}

function isThere(path: string): boolean {
  return spelled(path).length > 0;
}

/** What is there under a path's name, in whatever case each part of it is. */
function spelled(path: string): string[] {
  const folder = dirname(path);
  if (folder === path) return [path];
  const name = basename(path);
  return spelled(folder).flatMap((parent) =>
    // A folder that cannot be listed may have it.
    tryOr(() => readdirSync(parent), [name]).flatMap((each) =>
      keyOf(each) === keyOf(name) ? [join(parent, each)] : [],
    ),
  );
}

/** The runner's own files in RUNNER_TEMP begin with an underscore: `_runner_file_commands`, … */
function isInRunnersFolder(path: string, { temp, workspace }: Surroundings): boolean {
  return waysTo(resolve(temp)).some((folder) => {
    if (!isWithin(folder, path) || (isWithin(folder, workspace) && isWithin(workspace, path))) return false;
    return relative(folder, path).startsWith("_");
  });
}

function isRunOn(path: string, { workspace, temp }: Surroundings): boolean {
  const root = [workspace, temp].flatMap(waysTo).find((folder) => isWithin(folder, path));
  const parts = (root === undefined ? path : relative(root, path)).split(sep).map(partKey);
  return parts.slice(0, -1).some((part) => FOLDERS.has(part)) || FILES.has(parts.at(-1) ?? "");
}

/** Windows drops dots and blanks at the end of a name, and everything after a colon. */
function partKey(part: string): string {
  const [name = ""] = keyOf(part).split(":", 1);
  return name.replace(/(?<![. ])[. ]+$/, "");
}

/** The path, and its true name: a short name on Windows, or a name in another case, is an alias. */
function waysTo(path: string): string[] {
  return tryOr(() => [path, realpathSync.native(path)], [path]);
}

/** All folders that a path lies in, the innermost first. */
export function foldersOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...foldersOf(parent)];
}

/** All formats identify themselves within this many bytes; the HTML page does so after its style and script. */
const START_BYTES = 256 * 1024;

/** Recognizes each format of this action by its beginning. */
const OWN: Readonly<Record<ReportFormat, (start: string) => boolean>> = {
  sarif: (start) => /"driver":\s*\{\s*"name":\s*"Image Gate"/.test(start),
  gitlab: (start) => /^\{"version":"[\d.]+","scan":\{"analyzer":\{"id":"image-gate"/.test(start),
  "gitlab-code-quality": (start) => /^\[(?:\]\s*$|\s*\{"engine_name":"image-gate")/.test(start),
  "gitlab-sbom": (start) => /^\{"bomFormat":"CycloneDX".*"tools":\[\{"vendor":"Image Gate"/.test(start),
  "gitlab-annotations": (start) => start.startsWith('{"Image Gate":['),
  junit: (start) => /^<\?xml [^>]*\?>\s*<testsuites name="Image Gate: /.test(start),
  csv: (start) => start.startsWith("target,advisory,severity,package,"),
  markdown: (start) =>
    /^## (?:✅|❌|⛔|⚠️) .*(?:may run|must not run|could not be judged|breaks? the policy)$/m.test(
      start.slice(0, 4_000),
    ),
  html: (start) =>
    start.startsWith("<!DOCTYPE html>") &&
    /<title>[^<]*(?:may run|must not run|could not be judged|breaks? the policy)<\/title>/.test(start),
  verdict: (start) => start.startsWith('{"verdict":"pass","reason":"') && start.includes('"scannedAt":"'),
  cyclonedx: (start) => start.includes('"bomFormat": "CycloneDX"') && /"name":\s*"trivy"/.test(start),
  "spdx-json": (start) => /"spdxVersion":\s*"SPDX-/.test(start) && /"Tool: trivy-/.test(start),
};

/**
 * Whether a file's beginning shows that this action wrote it. Trivy makes the SBOMs, so an SBOM counts only if this
 * path is to hold one.
 * @param path absolute; no link is followed
 * @param asked the format that is requested at this path
 */
export function isOwnReport(path: string, asked: ReportFormat | undefined): boolean {
  const start = startOf(path);
  if (start === undefined) return false;
  return Object.entries(OWN).some(([format, isOwn]) => {
    const known = format as ReportFormat;
    if (isSbomFormat(known) && (asked === undefined || !isSbomFormat(asked))) return false;
    // Without findings it is an empty list, which any program may write.
    if (known === "gitlab-code-quality" && asked !== known) return false;
    return isOwn(start);
  });
}

function startOf(path: string): string | undefined {
  return tryOr(() => {
    using cleanup = new DisposableStack();
    const file = cleanup.adopt(openUnlinked(path), closeSync);
    const bytes = Buffer.alloc(START_BYTES);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, START_BYTES, 0));
  }, undefined);
}
