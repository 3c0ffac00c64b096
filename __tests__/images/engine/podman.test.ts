import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensurePodman } from "../../../scripts/setup/system.ts";
import { findInEngine } from "../../../src/images/sources/engine.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { acquiredTar } from "../../support/images/acquired.ts";
import { arm64, debian12, multiArchitecture, saveImage } from "../../support/images/images.ts";
import { digestOf } from "../../support/images/oci.ts";
import { type Podman, startPodman } from "../../support/programs/podman.ts";
import { startRegistry } from "../../support/registry/registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const hasPodman = (await ensurePodman()) !== undefined;
const folder = temporaryFolder("save");
const name = "localhost/acme/app:1.0";
let podman: Podman;
let count = 0;

function exporting(
  reference: string,
  source: "docker" | "podman" = "docker",
  env: Record<string, string> = {},
  platform?: string,
) {
  const file = join(folder.path, `out-${++count}.tar`);
  const world = testWorld(folder.path, { env: { DOCKER_HOST: podman.dockerHost, ...env } });
  const options = { world, file, scratch: `${file}.unpacked`, signal: world.signal, platform };
  return { file, result: findInEngine(source, reference, options) };
}

describe.skipIf(!hasPodman)("an image of a real Podman (needs podman)", () => {
  beforeAll(async () => {
    podman = (await startPodman(folder.path)) as Podman;
    await podman.load(saveImage(join(folder.path, "app.tar"), debian12(), [name]));
  });
  afterAll(async () => {
    await podman?.close();
    folder.remove();
  });

  // Proves: bytes-come-first, engine-gives-image-name
  it("becomes a tar that is the image of its id, layers included", async () => {
    const { file, result } = exporting(name);
    const imageId = digestOf(debian12().config);
    expect(await result).toMatchObject({ config: debian12().config, repoTags: [name] });
    expect(await acquiredTar(file)).toMatchObject({ imageId });
  });

  it.each<[string, (id: string) => string]>([
    ["its id", (id) => id],
    ["the beginning of its id", (id) => id.slice("sha256:".length, "sha256:".length + 12)],
    ["its name without registry", () => "acme/app:1.0"],
  ])("is found by %s", async (_, referenceOf) => {
    const found = await exporting(referenceOf(digestOf(debian12().config))).result;
    expect(found).toMatchObject({ config: debian12().config });
  });

  it("is found by the digest that the engine gave it, and has no platform but its own", async () => {
    const digest = await podman.command("image", "inspect", "--format", "{{.Digest}}", name);
    expect(await exporting(`localhost/acme/app@${digest}`).result).toMatchObject({ config: debian12().config });
    const arm = exporting(name, "docker", {}, "linux/arm64").result;
    await expect(arm).rejects.toMatchObject({ code: "platform-mismatch" });
  });

  it("that was stored in OCI's format keeps its id", async () => {
    await using registry = await startRegistry();
    registry.add("acme/multi", "1.0", multiArchitecture());
    const pull = ["--quiet", "--tls-verify=false", "--arch=arm64"];
    const id = `sha256:${await podman.command("pull", ...pull, `${registry.host}/acme/multi:1.0`)}`;
    const { file, result } = exporting(id);
    expect(await result).toMatchObject({ config: arm64().config });
    expect(await acquiredTar(file)).toMatchObject({ imageId: id });
  });

  it("is read from the OCI archive that Podman saves", async () => {
    const file = join(folder.path, "oci-archive.tar");
    await podman.command("save", "--quiet", "--format=oci-archive", `--output=${file}`, name);
    expect((await acquiredTar(file)).layers.map(({ diffId }) => diffId)).toEqual(debian12().layers.map(digestOf));
  });

  it("whose name is not a reference is an error that says so", async () => {
    await expect(exporting("ACME/App:1.0").result).rejects.toMatchObject({ code: "reference-invalid" });
  });

  it("that is not there is missing, and leaves no file", async () => {
    const { file, result } = exporting("localhost/acme/none:1.0");
    expect(await result).toEqual({ kind: "missing" });
    expect(existsSync(file)).toBe(false);
  });

  it("is found through Podman's own socket as well", async () => {
    const runtime = join(folder.path, "xdg");
    mkdirSync(join(runtime, "podman"), { recursive: true });
    symlinkSync(podman.dockerHost.replace("unix://", ""), join(runtime, "podman", "podman.sock"));
    const { result } = exporting(name, "podman", { DOCKER_HOST: "unix:///none", XDG_RUNTIME_DIR: runtime });
    expect(await result).toMatchObject({ config: debian12().config });
  });
});
