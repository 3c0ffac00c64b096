import type { LocatedTarget } from "../../../domain/target.ts";

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
