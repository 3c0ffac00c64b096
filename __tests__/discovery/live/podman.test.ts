import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import type { Read } from "../../../src/discovery/gather.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { saveImage } from "../../support/images/images.ts";
import { type Podman, startPodman } from "../../support/programs/podman.ts";
import { sleeper } from "../../support/programs/sleeper.ts";
import { type Registry, startRegistry } from "../../support/registry/registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { readLive } from "../discovered.ts";

// A real engine with real containers. The program in their image is for x64.
const hasPodman = process.arch === "x64" && (await ensurePodman()) !== undefined;
const folder = temporaryFolder("live");
const source = { kind: "docker", line: "docker" } as const;
const [first, second, built, base] = ["first", "second", "built", "base"].map(sleeper);
let registry: Registry;
let podman: Podman;
let digests: Record<"first" | "second", string>;
let read: Read;

const idOf = (reference: string) => podman.command("image", "inspect", "--format", "sha256:{{.Id}}", reference);
const found = (name: string) => read.images.find(({ at }) => at.name.startsWith(`this host ${name}`));

describe.skipIf(!hasPodman)("the running containers of a real Podman (needs podman)", () => {
  beforeAll(async () => {
    registry = await startRegistry();
    podman = (await startPodman(folder.path)) as Podman;
    const app = `${registry.host}/team/app`;
    const pull = () => podman.command("pull", "--quiet", "--tls-verify=false", `${app}:1`);
    const firstDigest = registry.add("team/app", "1", first as never).split("@")[1] as string;
    await pull();
    await podman.start("moved", `${app}:1`);
    const secondDigest = registry.add("team/app", "1", second as never).split("@")[1] as string;
    digests = { first: firstDigest, second: secondDigest };
    await pull();
    await podman.start(
      "web",
      `${app}:1`,
      "--label=com.docker.compose.project=shop",
      "--label=com.docker.compose.service=web",
    );
    await podman.start("pinned", `${app}@${secondDigest}`);
    await podman.load(saveImage(join(folder.path, "built.tar"), built as never, ["localhost/mine:1"]));
    await podman.start("mine", "localhost/mine:1");
    await podman.load(saveImage(join(folder.path, "base.tar"), base as never, ["ghcr.io/acme/never-pushed:1"]));
    await podman.start("unpushed", "ghcr.io/acme/never-pushed:1");
    await podman.start("ended", `${app}:1`);
    await podman.command("rm", "--force", "--time=0", "ended");
    await podman.command("create", "--name=never-started", "localhost/mine:1");
    const world = testWorld(folder.path, { env: { DOCKER_HOST: podman.dockerHost } });
    read = await readLive(source, world);
  });
  afterAll(async () => {
    await podman?.close();
    await registry?.close();
    folder.remove();
  });

  it("are all found, and those that do not run are not", () => {
    expect(read.problem).toBeUndefined();
    expect(read.images.map(({ at }) => at)).toHaveLength(5);
    expect(new Set(read.images.map(({ at }) => at.name))).toEqual(
      new Set(["moved", "web (Compose shop/web)", "pinned", "mine", "unpushed"].map((name) => `this host ${name}`)),
    );
    expect(new Set(read.images.map(({ at }) => at.source))).toEqual(new Set(["docker"]));
  });

  it("are known by the digest of the registry that they were pulled from, and by their platform", async () => {
    expect(found("web")).toMatchObject({
      reference: `${registry.host}/team/app:1`,
      digest: digests.second,
      platform: "linux/amd64",
      heldBy: {
        imageId: await idOf(`${registry.host}/team/app:1`),
        daemon: { engine: "podman", host: podman.dockerHost },
      },
    });
    expect(found("pinned")).toMatchObject({
      reference: `${registry.host}/team/app@${digests.second}`,
      digest: digests.second,
    });
  });

  // Proves: runs-not-tag-means
  it("are known by what runs, and not by what their tag means since", () => {
    expect(found("moved")).toMatchObject({ reference: `${registry.host}/team/app:1`, digest: digests.first });
  });

  it("are known by the ImageID if they were built here, which is reported", async () => {
    const id = await idOf("localhost/mine:1");
    expect(found("mine")).toMatchObject({ reference: "localhost/mine:1", local: { imageId: id } });
    expect(found("mine")?.digest).toBeUndefined();
    expect(read.notes).toEqual([
      `In no registry, and so scanned from the container engine at ${podman.dockerHost}, known by the ImageID: localhost/mine:1.`,
    ]);
  });

  it("have the engine alongside a digest, as Podman makes one up for what was built here under a registry's name", async () => {
    const id = await idOf("ghcr.io/acme/never-pushed:1");
    expect(found("unpushed")).toMatchObject({
      reference: "ghcr.io/acme/never-pushed:1",
      digest: expect.stringMatching(/^sha256:/),
      heldBy: { imageId: id },
    });
  });
});
