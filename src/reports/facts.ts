import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { referenceParts } from "../domain/image/reference.ts";
import { imageOf, isCommit, lastingName, withoutCommits, withSavedTags } from "../domain/image/target-names.ts";
import { memoize } from "../domain/memoize.ts";
import type { Target } from "../domain/target.ts";
import type { TargetVerdict } from "../domain/verdict.ts";
import type { Platform } from "../job/job.ts";
import { CATEGORY_PREFIX, type CodeScanningFacts, type RepositoryPlace } from "../render/report-format.ts";
import { distinct } from "../render/shared/safe-text.ts";
import type { View } from "../render/view.ts";
import { tryOr } from "../system/errors.ts";
import { isInRepository, isWithin, repositoryPath } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

/** The facts that reports for other tools need in addition to the view. Call it once judging is over. */
export function reportFacts(
  view: View,
  { action, change, workflowFile: workflow }: Pick<Platform, "action" | "change" | "workflowFile">,
  { workspace, now }: Pick<World, "workspace" | "now">,
): CodeScanningFacts {
  return {
    tool: action,
    endedAt: now(),
    categories: categoriesOf(withSavedTags(view.verdict.targets, view.savedTags), change.commits),
    placeOf: placesIn(workspace, { policy: view.policy.path, workflow }),
  };
}

/**
 * Finds the file in the repository that an alert belongs to, as code scanning shows no alert elsewhere.
 * In order: the Dockerfile's line that added the layer; for a folder, the lock file itself; the policy file; the
 * workflow.
 * Checks in the file system which of them exist.
 * @param workspace absolute
 * @param files the policy and the workflow, relative to the workspace; absent: there is none, or it is not known
 */
export function placesIn(
  workspace: string,
  { policy, workflow }: { readonly policy?: string | undefined; readonly workflow?: string | undefined },
): CodeScanningFacts["placeOf"] {
  const exists = memoize((file: string) => isFile(file, workspace));
  const files = [policy, workflow].filter((file) => file !== undefined && exists(file));
  // Without a checkout no file exists here, but the repository still has the workflow.
  const otherwise: RepositoryPlace = { file: files[0] ?? workflow ?? ".github/image-gate.yml", line: 1 };
  const root = memoize((input: string) => rootOf(input, workspace, exists));
  return ({ kind, input }, { layer, path, line = 1 }) => {
    const source = layer?.source;
    if (source !== undefined && isInRepository(source.file)) return source;
    if (path === undefined || (kind !== "path" && kind !== "repository")) return otherwise;
    const file = root(input)?.(path);
    return file !== undefined && exists(file) ? { file, line } : otherwise;
  };
}

/** Turns a path from a scan into a path in the workspace; undefined: the scanned place is elsewhere. */
function rootOf(input: string, workspace: string, exists: (file: string) => boolean) {
  if (resolve(workspace, input) === resolve(workspace)) return (path: string) => path;
  const way = repositoryPath(input, workspace);
  if (!isInRepository(way)) return undefined;
  // A single file is the lock file itself, under any name that the scan uses.
  return exists(way) ? () => way : (path: string) => `${way}/${path}`;
}

function isFile(file: string, workspace: string): boolean {
  const path = resolve(workspace, file);
  if (!isInRepository(file) || !isWithin(workspace, path)) return false;
  return tryOr(() => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true, false);
}

/** In UTF-16 units. */
const LONGEST = 200;

/** A target with its verdict. If it could not be judged, it has the tag of its tar. */
export type Categorised = TargetVerdict & { readonly savedAs?: string | undefined };

/**
 * The category under which code scanning keeps a target's alerts: `image-gate/ghcr.io/acme/app`. The next build's
 * upload of the same category replaces this one. Two targets of a run never share a category, as code scanning would
 * refuse their file. Targets that would share one get their tags added, without the parts that come from the commit.
 * This includes targets that could not be judged this time, if their image is known: otherwise the other target's name
 * would change. Files that are still alike get their paths added, so that none takes the name of a missing one. The
 * rest get a number.
 * @param commits SHAs that tags and paths may contain
 */
export function categoriesOf(targets: readonly Categorised[], commits: readonly string[]): Map<Target, string> {
  const categories = new Map<Target, string>();
  const taken = new Set<string>();
  const give = ({ target }: Categorised, wanted: string) => {
    let category = wanted;
    for (let number = 2; taken.has(category); number += 1) category = `${wanted} ${number}`;
    taken.add(category);
    categories.set(target, category);
  };
  let alike = targets.map((judged) => ({ judged, name: CATEGORY_PREFIX }));
  for (const part of [lastingName, tagPart, pathPart]) {
    const named = alike.map(({ judged, name }) => {
      const more = part(judged, commits);
      return { judged, name: more === "" ? name : distinct(name + more, LONGEST) };
    });
    const groups = [...Map.groupBy(named, ({ name }) => name).values()];
    for (const [first, second] of groups) if (first && !second) give(first.judged, first.name);
    alike = groups.filter((group) => group.length > 1).flat();
  }
  for (const { judged, name } of alike) give(judged, name);
  return categories;
}

/**
 * The tag without the parts that are the commit's SHA or its beginning: they would make a new category for each commit.
 */
function tagPart(judged: Categorised, commits: readonly string[]): string {
  const { tag = "" } = referenceParts(imageOf(judged) ?? "");
  const parts = tag.split("-").filter((part) => !isCommit(part, commits));
  const stable = parts.join("-");
  return stable === "" ? "" : `:${stable}`;
}

function pathPart({ target: { as, file } }: Categorised, commits: readonly string[]): string {
  return as === undefined || file === undefined ? "" : ` (${withoutCommits(file, commits)})`;
}
