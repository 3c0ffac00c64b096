import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { clean, debian12 } from "../images/images.ts";
import type { Image } from "../images/oci.ts";
import type { Registry } from "../registry/registry.ts";

/**
 * A shell script in Trivy's place, for faults that the real one has no mood for. It tells its version; of a scan,
 * `$out` is where the report belongs. Give `scanners: secret` with it, so that no database is asked for.
 */
export function fakeTrivy(path: string, scan: string, version = "0.76.0"): string {
  return program(
    path,
    `#!/bin/sh
if [ "$1" = version ]; then echo '{"Version":"${version}"}'; exit 0; fi
for each in "$@"; do case "$each" in --output=*) out="\${each#--output=}";; esac; done
${scan}
`,
  );
}

/** A file that may be executed. */
export function program(path: string, text: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Processes of this machine that were started from, with, or in something below a folder. Only on Linux. */
export function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        const place = readlinkSync(`/proc/${pid}/cwd`);
        return command.includes(folder) || place.startsWith(folder) ? [`${pid}: ${command} in ${place}`] : [];
      } catch {
        // It has gone meanwhile.
        return [];
      }
    });
}

const idOf = ({ config }: Image) => `sha256:${createHash("sha256").update(config).digest("hex")}`;

/** Facts that a report must have about {@link fakeImage}: each is checked against the image that was scanned. */
export const FAKE_IMAGE = { ImageID: idOf(clean()) };

/** An image for a program in Trivy's place. @returns its reference */
export function fakeImage({ host, add }: Pick<Registry, "host" | "add">): string {
  add("fake/app", "1.0", clean());
  return `${host}/fake/app:1.0`;
}

/** Another image, which a report about {@link FAKE_IMAGE} does not match. */
export function otherFakeImage({ host, add }: Pick<Registry, "host" | "add">): string {
  add("fake/other", "1.0", debian12());
  return `${host}/fake/other:1.0`;
}
