import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import { clean, debian12, multiArchitecture, saveImage } from "../../support/images/images.ts";
import { startPodman } from "../../support/programs/podman.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { shared } from "../../support/runs/shared.ts";
import { layerOf, openStage } from "../../support/runs/stage.ts";

const hasPodman = (await ensurePodman()) !== undefined;
if (!hasPodman) console.warn("There is no Podman here: the tests of images that only exist locally are skipped.");

// A socket's path must be short.
const folder = temporaryFolder("local");
const names = ["localhost/acme/app:1.0"];

const stage = await shared(openStage("local-image"));
const podman = await startPodman(folder.path);
await podman?.load(saveImage(join(folder.path, "app.tar"), debian12(), names));
afterAll(async () => {
  await podman?.close();
  folder.remove();
});

describe.skipIf(!hasPodman)("an image that was built in this job and is in no registry", () => {
  const image = names[0] as string;

  it("is found through DOCKER_HOST; the source and the image id are in comment, summary and report", async () => {
    const result = await stage.run({ image }, { env: { DOCKER_HOST: podman?.dockerHost }, onPullRequest: true });
    const imageId = `sha256:${createHash("sha256").update(debian12().config).digest("hex")}`;
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "3", high: "3" });
    expect(result.report.targets[0]).toMatchObject({
      artifact: { imageId },
      provenance: { source: "the local Docker" },
    });
    for (const text of [result.summary, stage.github.comments()[0]?.body ?? ""]) {
      expect(text).toContain("from the local Docker");
      expect(text).toContain(imageId.slice(7, 19));
    }
    expect(result.report.name).toBe("localhost/acme/app");
    expect(layerOf(result, "CVE-2099-1005")?.instruction).toContain("ADD file:");
  });

  // Proves: one-platform-does-not
  it("does not stand for all platforms of the registry's index of that name", async () => {
    const { registry } = stage.bed;
    registry.add("acme/multi", "1.0", multiArchitecture());
    const name = `${registry.host}/acme/multi:1.0`;
    await podman?.load(saveImage(join(folder.path, "one.tar"), clean(), [name]));
    const env = { DOCKER_HOST: podman?.dockerHost };
    const mixed = await stage.run({ image: name, platform: "all" }, { env });
    expect(mixed.results.map(({ code }) => code)).toEqual(["platforms-unknown", "platform-mismatch"]);
    const local = await stage.run({ image: name, platform: "all", "image-source": "docker" }, { env });
    expect(local.results).toMatchObject([{ target: name, verdict: "pass" }]);
    const remote = await stage.run({ image: name, platform: "all", "image-source": "remote" }, { env });
    expect(remote.results.map(({ verdict }) => verdict)).toEqual(["fail", "fail"]);
  });

  it("is preferred to the registry's of the same name, and both say which one was judged", async () => {
    const { registry } = stage.bed;
    registry.add("acme/app", "1.0", clean());
    const name = `${registry.host}/acme/app:1.0`;
    await podman?.load(saveImage(join(folder.path, "same.tar"), debian12(), [name]));
    const env = { DOCKER_HOST: podman?.dockerHost };
    const local = await stage.run({ image: name }, { env });
    const remote = await stage.run({ image: name, "image-source": "remote" }, { env });
    expect([local, remote].map(({ outputs }) => outputs.verdict)).toEqual(["fail", "pass"]);
    // Under the registry's name, the engine lists a digest that it computed itself.
    expect([local, remote].map(({ outputs }) => outputs["image-digest"])).toEqual(["", clean().descriptor.digest]);
    expect(local.report.targets[0]?.provenance?.digestUnknown).toContain("does not have it");
    expect([local, remote].map(({ report }) => report.targets[0]?.provenance?.source)).toEqual([
      "the local Docker",
      "the registry",
    ]);
  });

  it("is never what another one is compared with: the baseline comes from the registry, whatever is here", async () => {
    const { registry } = stage.bed;
    registry.add("acme/shop", "latest", clean());
    const [candidate, latest] = [`${registry.host}/acme/shop:candidate`, `${registry.host}/acme/shop:latest`];
    await podman?.load(saveImage(join(folder.path, "both.tar"), debian12(), [candidate, latest]));
    const files = { ".github/image-gate.yml": "version: 1\ncount: introduced\n" };
    const env = { DOCKER_HOST: podman?.dockerHost };
    const result = await stage.run({ image: candidate, baseline: latest }, { files, env });
    expect(result.outputs.verdict).toBe("fail");
    expect(result.report.findings.filter(({ change }) => change === "new").length).toBeGreaterThan(5);
  });

  it("is found through Podman's own socket as well", async () => {
    const runtime = join(folder.path, "xdg");
    mkdirSync(join(runtime, "podman"), { recursive: true });
    symlinkSync((podman?.dockerHost ?? "").replace("unix://", ""), join(runtime, "podman/podman.sock"));
    const result = await stage.run({ image, "image-source": "podman" }, { env: { XDG_RUNTIME_DIR: runtime } });
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "3" });
    expect(result.report.targets[0]?.provenance?.source).toBe("the local Podman");
  });

  it("that is not there is an error that names what buildx needs", async () => {
    const inputs = { image: "localhost/acme/none:1.0", "image-source": "docker" };
    const result = await stage.run(inputs, { env: { DOCKER_HOST: podman?.dockerHost } });
    expect(result.outputs.reason).toContain("[image-not-found]");
    expect(result.summary).toContain("load: true");
  });
});

describe("a Docker that does not run", () => {
  it("is its own error where only it is to be asked", async () => {
    const socket = join(folder.path, "none", "docker.sock");
    mkdirSync(join(folder.path, "none"));
    const env = { DOCKER_HOST: `unix://${socket}` };
    const result = await stage.run({ image: "acme/app:1.0", "image-source": "docker" }, { env });
    expect(result.outputs.reason).toContain("[daemon-unreachable]");
    expect(result.summary).toContain("DOCKER_HOST");
  });
});
