import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { LocatedTarget } from "../../../domain/target.ts";
import { isWithin } from "../../../system/given-files.ts";
import type { World } from "../../../system/world.ts";

const DAEMONS: Readonly<Record<string, string>> = {
  docker: "the local Docker",
  containerd: "the local containerd",
  podman: "the local Podman",
  remote: "the registry",
};

const PLACES: Readonly<Record<LocatedTarget["how"], string>> = {
  reference: "Docker, containerd, Podman or the registry",
  archive: "a `docker save` tar",
  layout: "an OCI layout folder",
  folder: "files",
  repository: "a repository",
  sbom: "an SBOM",
};

/** Where the target came from, for the provenance: a daemon's stale `app:latest` must be seen. */
export function sourceOf({ how }: LocatedTarget, asked: readonly string[], found: string | undefined): string {
  const name = found ?? (asked.length === 1 ? asked[0] : undefined);
  return (how === "reference" && name !== undefined ? DAEMONS[name] : undefined) ?? PLACES[how];
}

/** Trivy's debug log says in which of the sources it found an image. */
export function foundSource(line: string): string | undefined {
  return /\tDEBUG\t\[image\] Image found\t.*\bsource="(\w+)"/.exec(line)?.[1];
}

/**
 * Trivy's debug log says which layers it takes for the base image's. Of these it does not look for secrets, and remembers
 * them so for all images (pkg/fanal/artifact/image, `guessBaseLayers`).
 */
export function foundBaseLayers(line: string): readonly string[] | undefined {
  const [, list] = /\tDEBUG\t\[image\] Detected base layers\tdiff_ids=\[([^\]]*)\]/.exec(line) ?? [];
  return list?.split(" ").filter((each) => each !== "");
}

/**
 * Trivy takes `skip-dirs` and `skip-files` as paths within the target. A reader of the workflow writes them as all paths,
 * relative to the workspace: one that lies below a folder that is scanned is turned into its path there. Others, such as
 * `dist*` or a path of an image, stay as they are.
 * @param entries paths or globs
 */
export function skipsWithin(
  { how, location }: LocatedTarget,
  entries: readonly string[],
  { workspace }: Pick<World, "workspace">,
): readonly string[] {
  if (how !== "folder" && !(how === "repository" && isAbsolute(location))) return entries;
  // The target's path is a real one.
  const base = realpathSync(workspace);
  return entries.map((entry) => {
    const path = resolve(base, isAbsolute(entry) && isWithin(workspace, entry) ? relative(workspace, entry) : entry);
    return path !== location && isWithin(location, path) ? relative(location, path).split(sep).join("/") : entry;
  });
}
