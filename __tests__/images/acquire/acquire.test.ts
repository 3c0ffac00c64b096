import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { LocatedTarget, Target } from "../../../src/domain/target.ts";
import {
  type AcquireOptions,
  type Acquirer,
  type AcquirerSettings,
  imageAcquirer,
} from "../../../src/images/acquire/acquire.ts";
import type { AcquiredImage } from "../../../src/images/acquire/acquired-image.ts";
import { acquireFirst } from "../../../src/scan/acquired.ts";
import type { Advance } from "../../../src/system/world.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { containerd as exported } from "../../support/images/image-files.ts";
import { alpine, arm64, clean, debian12, multiArchitecture, saveImage } from "../../support/images/images.ts";
import { lazyLayer, type TableRow } from "../../support/images/lazy-layers.ts";
import { layerDigests } from "../../support/images/lying-images.ts";
import {
  buildArtifact,
  buildImage,
  buildIndex,
  digestOf,
  dockerArchive,
  type Image,
  writeLayout,
} from "../../support/images/oci.ts";
import { tar } from "../../support/images/tar.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type FakeEngine, startFakeEngine } from "../../support/registry/fake-engine.ts";
import { type Registry, startRegistry } from "../../support/registry/registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { atMost } from "../../support/runs/patience.ts";

const folder = temporaryFolder("acquire");
const at = (name: string) => join(folder.path, name);
const idOf = (image: Image) => digestOf(image.config);

let engine: FakeEngine;
let registry: Registry;
let containerd: Server;
beforeAll(async () => {
  engine = await startFakeEngine({ socket: at("d.sock") });
  registry = await startRegistry();
  containerd = createServer();
  await new Promise<void>((resolve) => containerd.listen(at("c.sock"), resolve));
  mkdirSync(at("bin"));
  registry.add("app", "1.0", debian12());
  registry.add("multi", "1.0", multiArchitecture());
});
afterAll(async () => {
  containerd.close();
  await Promise.all([engine.close(), registry.close()]);
  folder.remove();
});

let worlds = 0;
let world: TestWorld;
let open: Acquirer[] = [];
beforeEach(() => {
  engine.clear();
  registry.clearFaults();
  registry.requests.length = 0;
  ctr();
  world = newWorld();
});
afterEach(async () => {
  await Promise.all(open.map((each) => each[Symbol.asyncDispose]()));
  open = [];
});

/** A machine with Docker and with containerd and its `ctr`, but without Podman. */
function newWorld(env: Record<string, string> = {}): TestWorld {
  const place = at(`world-${worlds++}`);
  return testWorld(place, {
    env: {
      PATH: `${at("bin")}:/usr/bin:/bin`,
      HOME: join(place, "home"),
      DOCKER_HOST: `unix://${at("d.sock")}`,
      CONTAINERD_ADDRESS: at("c.sock"),
      XDG_RUNTIME_DIR: at("none"),
      ...env,
    },
  });
}

const name = (of = "app:1.0") => `${registry.host}/${of}`;
const target = (input: string): Target => ({ kind: "image", input, label: input });
const usual: AcquirerSettings = { imageSource: [], offline: false, timeoutMs: 30_000 };

function acquirer(settings: Partial<AcquirerSettings> = {}, where = world): Acquirer {
  const made = imageAcquirer({ ...usual, ...settings }, where);
  open.push(made);
  return made;
}

type How = Partial<LocatedTarget> & {
  readonly settings?: Partial<AcquirerSettings>;
  readonly options?: AcquireOptions;
};
function acquire(input: string, { settings, options = {}, ...more }: How = {}, where = world) {
  const located: LocatedTarget = { how: "reference", location: input, ...more };
  return acquirer(settings, where).acquire(target(input), located, options, where);
}

/** Docker has this image under the name. */
function docker(image: Image, input = name(), repoDigests: readonly string[] = []): void {
  const described = { Id: idOf(image), Os: "linux", Architecture: "amd64", RepoDigests: repoDigests };
  engine.images = { [input]: described };
  engine.archives = { [idOf(image)]: dockerArchive(image, [input]) };
}

/** A fake `ctr` that lists and exports this image. */
function ctr(image?: Image): void {
  const row = image && `${name()} application/vnd.oci.image.manifest.v1+json ${image.descriptor.digest} 1 KiB - -\n`;
  writeFileSync(at("list"), `REF TYPE DIGEST SIZE PLATFORMS LABELS \n${row ?? ""}`);
  writeFileSync(at("archive.tar"), image === undefined ? "" : exported(image));
  writeProgram(
    at("bin/ctr"),
    `if [ "$6" = list ]; then cat '${at("list")}'; exit; fi
while [ "$1" != -- ]; do shift; done; cat '${at("archive.tar")}' > "$2"`,
  );
}

/** The registry is not asked about an image that this machine has. */
const noDigest = { settings: { offline: true } };
const failure = (work: Promise<unknown>): Promise<{ code: string; message: string }> =>
  work.then(
    (found) => expect.fail(JSON.stringify(found)),
    (error) => error,
  );

describe("a reference", () => {
  it("is looked for in Docker, containerd, Podman and its registry, and comes from the first that has it", async () => {
    expect(await acquire(name())).toMatchObject({ place: "remote", imageId: idOf(debian12()) });
    ctr(clean());
    registry.requests.length = 0;
    expect(await acquire(name(), noDigest)).toMatchObject({ place: "containerd", imageId: idOf(clean()) });
    docker(alpine());
    expect(await acquire(name(), noDigest)).toMatchObject({ place: "docker", imageId: idOf(alpine()) });
    expect(registry.requests).toEqual([]);
  });

  it("shows those who watch how much of all its layers has come, and that its fetch has ended", async () => {
    const shown: Advance[] = [];
    const watched = { ...world, log: { ...world.log, advance: (advance: Advance) => void shown.push(advance) } };
    const { layers } = (await acquire(name(), {}, watched)) as AcquiredImage;
    const bytes = layers.reduce((sum, { size }) => sum + size, 0);
    expect(shown.length).toBeGreaterThan(1);
    for (const each of shown.slice(0, -1)) expect(each).toMatchObject({ what: name(), unit: "bytes", of: bytes });
    expect(shown.at(-1)).toEqual({ what: name(), unit: "bytes", done: bytes, of: bytes });
  });

  it("is only looked for where the user says, in this order", async () => {
    docker(alpine());
    const settings = { imageSource: ["remote", "docker"] };
    expect(await acquire(name(), { settings })).toMatchObject({ place: "remote" });
    expect(engine.requests).toEqual([]);
    const options = { imageSource: ["docker"] };
    expect(await acquire(name(), { settings, options })).toMatchObject({ place: "docker" });
  });

  it("is refused if a table of contents in its registry's layer has other files than the layer", async () => {
    const change = (rows: TableRow[]) => void rows.push({ name: "evil", type: "reg" });
    const { tar, blob, ...about } = lazyLayer([{ path: "a", data: "x" }], { form: "zstd:chunked", change });
    registry.add("lazy", "1.0", buildImage([{ createdBy: "COPY", packed: { tar, blob }, ...about }]));
    const acquiring = acquire(name("lazy:1.0"), { settings: { imageSource: ["remote"] } });
    expect(await failure(acquiring)).toMatchObject({
      code: "lazy-table-differs",
      remedy: expect.stringContaining("skopeo copy"),
    });
  });

  it("of a stranger is only looked for in its registry, without a login", async () => {
    docker(alpine());
    mkdirSync(join(world.env.HOME ?? "", ".docker"), { recursive: true });
    const auths = { [registry.host]: { auth: Buffer.from("user:secret").toString("base64") } };
    writeFileSync(join(world.env.HOME ?? "", ".docker/config.json"), JSON.stringify({ auths }));
    registry.requireLogin(/^private$/, { username: "user", password: "secret" });
    registry.add("private", "1.0", clean());
    const stranger = { options: { anonymous: true } };
    expect(await acquire(name(), stranger)).toMatchObject({ place: "remote" });
    expect(await failure(acquire(name("private:1.0"), stranger))).toMatchObject({ code: "image-denied" });
    expect(registry.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(engine.requests).toEqual([]);
    const own = { settings: { imageSource: ["remote"] } };
    expect(await acquire(name("private:1.0"), own)).toMatchObject({ imageId: idOf(clean()) });
  });

  it("is not taken from another source if the first that has it cannot give it", async () => {
    docker(alpine());
    engine.fault(/\/get$/, { status: 500 });
    expect(await failure(acquire(name()))).toMatchObject({ code: "daemon-export-failed" });
    expect(registry.requests).toEqual([]);
  });

  // Proves: bytes-come-first
  it("is not looked for in a containerd without `ctr`, which the answer or the error says", async () => {
    const bare = newWorld({ PATH: "/nonexistent" });
    expect(await acquire(name(), {}, bare)).toMatchObject({
      place: "remote",
      notes: [expect.stringMatching(/^Not looked for in containerd: .* needs `ctr` or `nerdctl` on the PATH\.$/)],
    });
    const settings = { imageSource: ["containerd"] };
    expect(await failure(acquire(name(), { settings }, bare))).toMatchObject({
      code: "daemon-unreachable",
      remedy: expect.stringContaining("put `ctr` or `nerdctl` on the PATH for containerd"),
    });
    docker(alpine());
    expect(await acquire(name(), noDigest, bare)).toMatchObject({ place: "docker", notes: [] });
  });

  it("that neither an engine nor the registry has is not found, with a word on `load: true`", async () => {
    const everywhere = await failure(acquire(name("app:2.0")));
    expect(everywhere).toMatchObject({ code: "image-not-found" });
    expect(everywhere.message).toMatch(/neither on this machine nor in its registry.*load: true/s);
    const remote = await failure(acquire(name("app:2.0"), { settings: { imageSource: ["remote"] } }));
    expect(remote.message).toMatch(/app:2\.0 in its registry/);
    // Of several engines, one that answered suffices.
    const gone = { DOCKER_HOST: `unix://${at("gone.sock")}` };
    const local = acquire(name(), { settings: { imageSource: ["docker", "containerd"] } }, newWorld(gone));
    expect(await failure(local)).toMatchObject({
      code: "image-not-found",
      what: `${name()} is not on this machine`,
      remedy: expect.stringMatching(`\`load: true\`.*\`docker images\` must list ${name()} exactly`),
    });
    const none = newWorld({ ...gone, CONTAINERD_ADDRESS: at("gone.sock") });
    const settings = { imageSource: ["docker", "containerd", "podman"] };
    const unreachable = await failure(acquire(name(), { settings }, none));
    expect(unreachable).toMatchObject({
      code: "daemon-unreachable",
      what: expect.stringMatching(/docker, containerd, podman cannot be reached on this machine \(.+; .+\)$/),
      remedy: expect.stringContaining("DOCKER_HOST"),
    });
  });

  it("to `localhost/`, as Podman and buildx name what only this machine has, is missing here, not in a registry", async () => {
    const error = await failure(acquire("localhost/app:1.0"));
    expect(error).toMatchObject({ code: "image-not-found", message: expect.stringContaining("on this machine") });
  });

  it.each(["App:1.0", "a b", "-app", "app@sha256:12"])("that is invalid is never asked for: %j", async (reference) => {
    expect(await failure(acquire(reference))).toMatchObject({ code: "reference-invalid" });
    expect([...engine.requests, ...registry.requests]).toEqual([]);
  });

  it("is for the platform that was asked for", async () => {
    const input = name("multi:1.0");
    expect(await acquire(input, { platform: "linux/arm64" })).toMatchObject({ platform: "linux/arm64/v8" });
    registry.requests.length = 0;
    expect(await acquire(input)).toMatchObject({ platform: "linux/amd64", imageId: idOf(debian12()) });
    // The manifest is requested once, although the image was named by its tag.
    expect(registry.requests.filter(({ path }) => path.includes("/manifests/"))).toHaveLength(2);
    expect(await failure(acquire(input, { platform: "linux/s390x" }))).toMatchObject({ code: "platform-mismatch" });
  });

  it("whose index names no platform is for the one in its configuration", async () => {
    const unnamed = ({ descriptor: { platform: _, ...descriptor }, ...image }: Image) => ({ ...image, descriptor });
    registry.add("unnamed", "arm64", buildIndex([unnamed(arm64())]));
    registry.add("unnamed", "amd64", buildIndex([unnamed(debian12()), arm64()]));
    for (const platform of [undefined, "linux/amd64"])
      expect(await failure(acquire(name("unnamed:arm64"), { platform }))).toMatchObject({ code: "platform-mismatch" });
    expect(registry.requests.filter(({ path }) => path.includes(arm64().descriptor.digest))).toHaveLength(2);
    expect(await acquire(name("unnamed:arm64"), { platform: "linux/arm64" })).toMatchObject({ imageId: idOf(arm64()) });
    for (const platform of [undefined, "linux/amd64"])
      expect(await acquire(name("unnamed:amd64"), { platform })).toMatchObject({ imageId: idOf(debian12()) });
    registry.add("unnamed", "second", buildIndex([debian12(), unnamed(arm64())]));
    for (const [platform, image] of [
      [undefined, debian12()],
      ["linux/arm64", arm64()],
    ] as const)
      expect(await acquire(name("unnamed:second"), { platform })).toMatchObject({ imageId: idOf(image) });
  });

  it("is not an image if another kind of artifact is there", async () => {
    const files = [{ path: "a", data: "b" }];
    registry.add("other", "1.0", buildArtifact({ title: "x", layerType: "application/octet-stream", files }));
    expect(await failure(acquire(name("other:1.0")))).toMatchObject({ code: "image-unreadable" });
  });
});

describe("the digest of an image that this machine has", () => {
  const claim = (image: Image) => `${name("app")}@${image.descriptor.digest}`;
  const digestIn = (image: unknown) => {
    const { digest, digestUnknown } = image as AcquiredImage;
    return digest ?? digestUnknown;
  };

  it("is the one that its registry confirms", async () => {
    docker(debian12(), name(), [claim(debian12())]);
    expect(digestIn(await acquire(name()))).toBe(debian12().descriptor.digest);
    expect(registry.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(1);
  });

  it("is not believed if the registry has another image there, and not known if it is not asked", async () => {
    docker(alpine(), name(), [claim(debian12())]);
    expect(digestIn(await acquire(name()))).toMatch(/^its registry has another image/);
    registry.requests.length = 0;
    expect(digestIn(await acquire(name(), noDigest))).toBe("its registry was not asked");
    const settings = { imageSource: ["docker"] };
    expect(digestIn(await acquire(name(), { settings }))).toBe("its registry was not asked");
    expect(registry.requests).toEqual([]);
  });
});

describe("a file", () => {
  const saved = () => saveImage(join(world.workspace, "app.tar"), debian12());
  const ofTar = { how: "archive" } as const;

  // Proves: file-somebody-writes-no
  it("is an image whose bytes did not change meanwhile, not even to the same ones or in its times alone", async () => {
    expect(await acquire(saved(), ofTar)).toMatchObject({ place: "archive", imageId: idOf(debian12()) });
    const changes: ((file: string) => void)[] = [
      (file) => writeFileSync(file, readFileSync(file)),
      (file) => utimesSync(file, new Date(1), new Date(1)),
      (file) => writeFileSync(file, "no tar any more"),
    ];
    for (const change of changes) {
      const path = saved();
      utimesSync(path, new Date(0), new Date(0));
      const acquired = acquire(path, ofTar);
      change(path);
      expect(await failure(acquired)).toMatchObject({ code: "image-changed" });
    }
  });

  // Proves: file-somebody-writes-no
  it("that is a layout must not be written to meanwhile", async () => {
    const path = join(world.workspace, "layout");
    writeLayout(path, debian12());
    expect(await acquire(path, { how: "layout" })).toMatchObject({ place: "layout", imageId: idOf(debian12()) });
    const acquired = acquire(path, { how: "layout" });
    const index = join(path, "index.json");
    writeFileSync(index, readFileSync(index));
    expect(await failure(acquired)).toMatchObject({ code: "image-changed" });
  });

  // Proves: file-somebody-writes-no
  it("was changed if it is a link or gone since it was located, and a pipe is not waited for", async () => {
    const at = (name: string) => join(world.workspace, name);
    symlinkSync(saved(), at("link.tar"));
    execFileSync("mkfifo", [at("pipe.tar")]);
    for (const [name, code] of [
      ["link.tar", "image-changed"],
      ["gone.tar", "image-changed"],
      ["pipe.tar", "image-inconsistent"],
    ] as const)
      expect(await failure(acquire(at(name), ofTar))).toMatchObject({ code });
  });

  it.each<[string, () => Buffer, string]>([
    ["that is empty", () => Buffer.alloc(0), "image-unreadable"],
    ["that is not a tar", () => Buffer.alloc(2048, "x"), "image-unreadable"],
    ["without a manifest.json", () => tar([{ path: "a", data: "b" }]), "image-unreadable"],
  ])("%s has its own error", async (_, bytes, code) => {
    const path = join(world.workspace, "bad.tar");
    writeFileSync(path, bytes());
    expect(await failure(acquire(path, ofTar))).toMatchObject({ code });
  });
});

describe("bringing an image in", () => {
  const remote = { settings: { imageSource: ["remote"] } };
  const one = (images: Acquirer, input = name(), options: AcquireOptions = {}) =>
    images.acquire(target(input), { how: "reference", location: input }, options, world);
  const left = () =>
    readdirSync(world.runFolder, { recursive: true }).filter((each) => /scratch|packed/.test(`${each}`));

  it.each([
    ["a manifest that never comes", /manifests/],
    ["a layer that never comes", /blobs/],
  ])("ends at the deadline, and with the run: %s", async (_, match) => {
    registry.fault(match, { hang: true });
    const settings = { imageSource: ["remote"], timeoutMs: 300 };
    expect(await failure(acquire(name(), { settings }))).toMatchObject({ code: "scan-timeout" });
    const cancelled = acquire(name(), remote);
    setTimeout(() => world.abort(), 100);
    expect(await failure(cancelled)).toMatchObject({ code: "run-cancelled" });
    expect(left()).toEqual([]);
  });

  it("one image's deadline does not end another's", async () => {
    registry.fault(/multi\/manifests/, { hang: true });
    const images = acquirer({ imageSource: ["remote"], timeoutMs: atMost(1000) });
    const [slow, fast] = await Promise.allSettled([one(images, name("multi:1.0")), one(images)]);
    expect(slow).toMatchObject({ status: "rejected", reason: { code: "scan-timeout" } });
    expect(fast).toMatchObject({ status: "fulfilled", value: { imageId: idOf(debian12()) } });
  });

  it.each([
    ["other bytes", { wrongDigest: true }, "image-damaged"],
    ["nothing", { status: 404 }, "layer-missing"],
  ])("fails with its own code if a layer's place has %s", async (_, fault, code) => {
    const [layer = ""] = layerDigests(debian12());
    registry.fault(new RegExp(layer), fault);
    const { code: found, message } = await failure(acquire(name(), remote));
    expect(found).toBe(code);
    if (code === "layer-missing") expect(message).toContain(`${layer} is missing`);
    expect(left()).toEqual([]);
  });

  describe("ahead", () => {
    const manifests = () =>
      registry.requests.flatMap(({ path }) => (/manifests\/[12]/.test(path) ? [path] : [])).sort();

    it("is for the first image alone, whose scan gets it, whatever the scan asks for besides; its error, too", async () => {
      const images = acquirer({ imageSource: ["remote"] });
      const sbom: Target = { kind: "sbom", input: "a.json", label: "a.json" };
      acquireFirst([sbom, target(name()), target(name("multi:1.0"))], images, world);
      acquireFirst([target(name("app:2.0"))], images, world);
      const options = { reportFile: "/tmp/report.json", onReport: () => {}, imageSource: undefined };
      expect(await one(images, name(), options)).toMatchObject({ imageId: idOf(debian12()) });
      expect(await failure(one(images, name("app:2.0")))).toMatchObject({ code: "image-not-found" });
      expect(manifests()).toEqual(["/v2/app/manifests/1.0", "/v2/app/manifests/2.0"]);
    });

    it("is not for a stranger's scan, which asks without a login", async () => {
      const images = acquirer({ imageSource: ["remote"] });
      acquireFirst([target(name())], images, world);
      await one(images, name(), { anonymous: true });
      await one(images);
      expect(manifests()).toHaveLength(2);
    });

    it("ends with its acquirer if no scan takes it, and leaves nothing", async () => {
      registry.fault(/blobs/, { hang: true });
      const images = acquirer({ imageSource: ["remote"] });
      acquireFirst([target(name())], images, world);
      await expect.poll(() => registry.requests.some(({ path }) => path.includes("/blobs/"))).toBe(true);
      const began = performance.now();
      await images[Symbol.asyncDispose]();
      expect(performance.now() - began).toBeLessThan(atMost(5000));
      expect(readdirSync(join(world.runFolder, "private"))).toEqual([]);
    });

    it("is not begun for an image that cannot be located: its scan says so", () => {
      const asked: Target[] = [];
      acquireFirst([target("./absent.tar")], { ahead: (each) => void asked.push(each) }, world);
      expect(asked).toEqual([]);
    });
  });

  it.each([
    ["when the run is over", false],
    ["before that, if no scan needs it any more", true],
  ])("leaves nothing behind: it is removed %s", async (_, isEarly) => {
    const images = acquirer({ imageSource: ["remote"] });
    const image = await one(images);
    expect(existsSync(image.folder)).toBe(true);
    if (isEarly) {
      images.finish();
      await vi.waitFor(() => expect(existsSync(image.folder)).toBe(false), { timeout: 30_000 });
      image.release();
    }
    await images[Symbol.asyncDispose]();
    expect(readdirSync(world.runFolder, { recursive: true })).toEqual(["private"]);
  });
});
