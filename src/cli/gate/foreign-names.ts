import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseReference } from "../../domain/image/reference.ts";

/** Kinds of files that Grype writes before a name, and the commands that take them. */
const FILES: Readonly<Record<string, string>> = {
  "docker-archive": "image",
  "oci-archive": "image",
  "oci-dir": "image",
  dir: "fs",
  file: "fs",
  sbom: "sbom",
};

/** Sources of images that Grype writes before a name. */
const SOURCES: Readonly<Record<string, string>> = {
  docker: "docker",
  podman: "podman",
  containerd: "containerd",
  registry: "remote",
};

/**
 * The line for a name that is written as Grype does: `sbom:app.cdx.json`, `registry:alpine:3`. Undefined: it is not, or
 * it is the reference of an image, as `registry:2` and `docker:dind` are.
 */
export function lineInstead(word: string, workspace: string): string | undefined {
  const [, kind = "", name = ""] = /^([a-z-]+):(.+)$/s.exec(word) ?? [];
  if (Object.hasOwn(FILES, kind) && existsSync(resolve(workspace, name))) return `image-gate ${FILES[kind]} ${name}`;
  if (!Object.hasOwn(SOURCES, kind) || parseReference(word) !== undefined) return undefined;
  return parseReference(name) === undefined ? undefined : `image-gate ${name} --image-source ${SOURCES[kind]}`;
}
