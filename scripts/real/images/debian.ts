import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDebootstrap } from "../../setup/system.ts";
import { type RealImage, type RealStep, run } from "../build-image.ts";
import { must } from "../command.ts";

export type Release = "bullseye" | "bookworm" | "trixie";

/** Files that the official images leave out, and files that would differ with each build. */
const LEFT_OUT = [
  "dev",
  "proc",
  "sys",
  "var/lib/apt/lists",
  "var/cache/apt",
  "var/log",
  "usr/share/doc",
  "usr/share/locale",
];

/** Debian's base image, by debootstrap: the release as it was at its last point release, without the fixes since. */
export function debianSteps(release: Release): RealStep[] {
  const make = async (root: string): Promise<void> => {
    if (!(await ensureDebootstrap())) throw new Error("it needs debootstrap: apt-get install debootstrap");
    await must("debootstrap", ["--variant=minbase", "--include=ca-certificates", release, root]);
    for (const folder of LEFT_OUT)
      for (const name of readdirSync(join(root, folder)))
        rmSync(join(root, folder, name), { recursive: true, force: true });
  };
  return [
    { createdBy: `# debian.sh --arch 'amd64' out/ '${release}'`, make },
    { createdBy: `/bin/sh -c #(nop)  CMD ["bash"]` },
  ];
}

/** Installs Debian packages as a Dockerfile does. */
export const aptInstall = (...packages: readonly string[]): RealStep =>
  run(
    `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")} && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*`,
  );

export const CONFIG = { Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Cmd: ["bash"] };

/** A Debian image with the tools that many have: curl, git, gnupg. */
export const debianImage = (release: Release): RealImage => ({
  name: `debian-${release}`,
  title: `Debian ${release}, curl, git`,
  tag: `example.test/tools:${release}`,
  base: `debian:${release}`,
  config: CONFIG,
  steps: [...debianSteps(release), aptInstall("curl", "git", "gnupg", "openssh-client", "unzip", "procps")],
});
