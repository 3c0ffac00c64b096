import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import type { FoundImage } from "../../../src/domain/history/running.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { clean, debian12, saveImage } from "../../support/images.ts";
import { type Podman, startPodman } from "../../support/podman.ts";
import { type RunningBed, runningBed } from "./bed.ts";

const hasPodman = (await ensurePodman()) !== undefined;
if (!hasPodman) console.warn("There is no Podman here: the tests of images that only a daemon has are skipped.");

// A socket's path must be short.
const folder = temporaryFolder("run");
const name = "localhost/acme/app:1.0";
let bed: RunningBed;
let podman: Podman | undefined;

beforeAll(async () => {
  bed = await runningBed();
  podman = await startPodman(folder.path);
  await podman?.load(saveImage(join(folder.path, "app.tar"), debian12(), [name]));
});
afterAll(async () => {
  await podman?.close();
  await bed[Symbol.asyncDispose]();
  folder.remove();
});

const imageId = `sha256:${createHash("sha256").update(debian12().config).digest("hex")}`;
const local = (id: string): FoundImage => ({
  reference: name,
  local: { imageId: id, daemon: { engine: "podman", host: podman?.dockerHost ?? "" } },
  at: { source: "docker", name: "host web" },
});

describe.skipIf(!hasPodman)("an image that no registry has", () => {
  it("is scanned from the daemon that runs it, by its ImageID, although its tag has moved; no SBOM is stored", async () => {
    await podman?.load(saveImage(join(folder.path, "newer.tar"), clean(), [name]));
    const { scanned, sboms } = await bed.run([local(imageId)]);
    const [only] = scanned;
    expect([only?.way, only?.image.imageId, sboms.size]).toEqual(["image", imageId, 0]);
    expect(only?.outcome).toMatchObject({
      scan: { artifact: { names: [name], imageId }, provenance: { source: "the Podman that runs it" } },
    });
    expect(only?.outcome && "scan" in only.outcome && only.outcome.scan.findings.length).toBe(16);
  });

  it("is an error if the daemon does not have it any more", async () => {
    const { scanned } = await bed.run([local(`sha256:${"1".repeat(64)}`)]);
    expect(scanned[0]?.outcome).toMatchObject({ error: { code: "image-not-found" } });
  });
});
