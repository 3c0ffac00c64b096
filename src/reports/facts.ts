import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import type { Finding } from "../domain/finding.ts";
import { referenceParts } from "../domain/image/reference.ts";
import { remembering } from "../domain/memoize.ts";
import type { Target } from "../domain/target.ts";
import { imageOf, isCommit, lastingName, withoutCommits, withSavedTags } from "../domain/target-names.ts";
import type { TargetVerdict } from "../domain/verdict.ts";
import type { Platform } from "../platforms/platform.ts";
import { CATEGORY_PREFIX, type CodeScanningFacts, type RepositoryPlace } from "../render/report-format.ts";
import { distinct } from "../render/shared/safe-text.ts";
import type { View } from "../render/view.ts";
import { isInRepository, isWithin, repositoryPath } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

/** What reports for other tools tell beyond the view. Judging is over now. */
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
 * Where in the repository an alert belongs, as code scanning shows none elsewhere: the Dockerfile's line that brought the
 * layer in; of a folder the lock file itself; else the policy file; else the workflow. Only the file system tells which of
 * them are there.
 * @param workspace absolute
 * @param files the policy and the workflow, relative to the workspace; absent: there is none, or it is not known
 */
export function placesIn(
  workspace: string,
  { policy, workflow }: { readonly policy?: string | undefined; readonly workflow?: string | undefined },
): (target: Target, finding: Finding) => RepositoryPlace {
  const exists = remembering((file: string) => isFile(file, workspace));
  const files = [policy, workflow].filter((file) => file !== undefined && exists(file));
  // Without a checkout nothing is there: the workflow is in the repository all the same.
  const otherwise: RepositoryPlace = { file: files[0] ?? workflow ?? ".github/image-gate.yml", line: 1 };
  const root = remembering((input: string) => rootOf(input, workspace, exists));
  return ({ kind, input }, { layer, path, line = 1 }) => {
    const source = layer?.source;
    if (source !== undefined && isInRepository(source.file)) return source;
    if (path === undefined || (kind !== "path" && kind !== "repository")) return otherwise;
    const file = root(input)?.(path);
    return file !== undefined && exists(file) ? { file, line } : otherwise;
  };
}

/** From a path that a scan tells to one of the workspace; undefined: what was scanned lies elsewhere. */
function rootOf(input: string, workspace: string, exists: (file: string) => boolean) {
  if (resolve(workspace, input) === resolve(workspace)) return (path: string) => path;
  const way = repositoryPath(input, workspace);
  if (!isInRepository(way)) return undefined;
  // A single file is the lock file itself, whatever the scan calls it.
  return exists(way) ? () => way : (path: string) => `${way}/${path}`;
}

function isFile(file: string, workspace: string): boolean {
  const path = resolve(workspace, file);
  if (!isInRepository(file) || !isWithin(workspace, path)) return false;
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

/** In UTF-16 units. */
const LONGEST = 200;

/** A target as it was judged, or with the tag of a tar that could not be. */
export type Categorised = TargetVerdict & { readonly savedAs?: string | undefined };

/**
 * The category under which code scanning keeps a target's alerts: `image-gate/ghcr.io/acme/app`. The next build's upload of
 * the same category replaces this one's, and two of a run never share one, as GitHub would refuse their file. Targets that
 * would (also one that could not be judged this time, as far as its image is known, lest the other's name change with it)
 * are told apart by their tags, without what these have of the commit; files that are still alike by their paths, so that
 * none takes the name of one that is missing; the rest by a number.
 * @param commits SHAs that tags and paths may be made from
 */
export function categoriesOf(targets: readonly Categorised[], commits: readonly string[]): Map<Target, string> {
  const categories = new Map<Target, string>();
  const taken = new Set<string>();
  const give = (target: Target, wanted: string) => {
    let category = wanted;
    for (let number = 2; taken.has(category); number += 1) category = `${wanted} ${number}`;
    taken.add(category);
    categories.set(target, category);
  };
  const byImage = [
    ...Map.groupBy(targets, (target) => distinct(CATEGORY_PREFIX + lastingName(target, commits), LONGEST)),
  ];
  for (const [name, [first, second]] of byImage) if (first && !second) give(first.target, name);
  for (const [name, group] of byImage) {
    if (group.length === 1) continue;
    for (const [tagged, alike] of Map.groupBy(group, (each) => withTag(name, each, commits))) {
      const isAlone = alike.length === 1;
      for (const { target } of alike) give(target, isAlone ? tagged : withPath(tagged, target, commits));
    }
  }
  return categories;
}

function withTag(name: string, judged: Categorised, commits: readonly string[]): string {
  const tag = stableTag(imageOf(judged) ?? "", commits);
  return tag === "" ? name : distinct(`${name}:${tag}`, LONGEST);
}

function withPath(name: string, { as, file }: Target, commits: readonly string[]): string {
  return as === undefined || file === undefined
    ? name
    : distinct(`${name} (${withoutCommits(file, commits)})`, LONGEST);
}

/** A tag without the parts that are the commit's SHA or its beginning: they would make a new category for every commit. */
function stableTag(image: string, commits: readonly string[]): string {
  const { tag = "" } = referenceParts(image);
  return tag
    .split("-")
    .filter((part) => !isCommit(part, commits))
    .join("-");
}
