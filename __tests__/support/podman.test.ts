import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensurePodman } from "../../scripts/setup/system.ts";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { vulnerabilityDatabase, writeDatabases } from "./database.ts";
import { alpine, saveImage } from "./images.ts";
import { startPodman } from "./podman.ts";
import { shared, sharedFolder } from "./shared.ts";

const hasPodman = (await ensurePodman()) !== undefined;
const folder = sharedFolder("podman");

const podman = await shared(startPodman(folder.path));

describe.skipIf(!hasPodman)("Podman as the local engine (needs podman)", () => {
  it("holds an image that only it has, and a real Trivy finds it there", async () => {
    await podman?.load(saveImage(join(folder.path, "alpine.tar"), alpine(), ["only-here.test/alpine:1.0"]));
    const cache = join(folder.path, "cache");
    writeDatabases(cache, { vulnerability: vulnerabilityDatabase({ now: new Date() }) });
    const offline = ["--skip-db-update", "--skip-java-db-update", "--skip-version-check", "--disable-telemetry"];
    const what = ["--image-src", "docker", "--scanners", "vuln", "only-here.test/alpine:1.0"];
    const { code, stdout, stderr } = await finish(
      await ensureTrivy(),
      ["image", "--cache-dir", cache, "--format", "json", ...offline, ...what],
      { env: { PATH: "/usr/bin:/bin", HOME: folder.path, DOCKER_HOST: podman?.dockerHost } },
    );
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.Results[0].Vulnerabilities).toHaveLength(6);
    expect(report.Metadata.RepoTags).toEqual(["only-here.test/alpine:1.0"]);
  });

  it("leaves no process behind", async () => {
    await podman?.close();
    const processes = await finish("ps", ["-eo", "args"]);
    expect(processes.stdout).not.toContain(folder.path);
  });
});
