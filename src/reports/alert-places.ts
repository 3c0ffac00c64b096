import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import type { Finding } from "../domain/finding.ts";
import { remembering } from "../domain/memoize.ts";
import type { Target } from "../domain/target.ts";
import type { RepositoryPlace } from "../render/report-format.ts";
import { isInRepository, isWithin, repositoryPath } from "../system/given-files.ts";

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
