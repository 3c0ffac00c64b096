import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePodman } from "../../scripts/setup/system.ts";
import { type DebianPackage, debianBase } from "../support/images/packages.ts";
import type { Podman } from "../support/programs/podman.ts";

/** Files of a repository whose `docker build .` gives a Debian 12 image with these packages. */
export function application(packages: readonly DebianPackage[]): Record<string, string | Buffer> {
  const files = debianBase(packages).flatMap(({ path, data }) =>
    data === undefined ? [] : [[`rootfs/${path}`, data] as const],
  );
  return { Dockerfile: "FROM scratch\nCOPY rootfs/ /\n", ...Object.fromEntries(files) };
}

/** A Debian package with one CRITICAL finding that has a fix, and the same without it. */
export const VULNERABLE: DebianPackage = ["libc6", "2.36-9+deb12u7", "glibc"];
export const FIXED: DebianPackage = ["libc6", "2.99-1", "glibc"];

/** A folder to put on the PATH of workflows that build. Its `docker` is Podman. */
export async function dockerByPodman(podman: Podman, podmanFolder: string, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "docker");
  // chroot: what is started in a container must not start one.
  const lines = [
    "#!/bin/sh",
    `export CONTAINERS_STORAGE_CONF='${podman.environment.CONTAINERS_STORAGE_CONF}' BUILDAH_ISOLATION=chroot`,
    `exec '${await ensurePodman()}' --tmpdir '${join(podmanFolder, "tmp")}' "$@"`,
  ];
  writeFileSync(program, `${lines.join("\n")}\n`);
  chmodSync(program, 0o755);
  return folder;
}
