import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ExportOptions } from "../../../src/images/engine/export.ts";
import { ImageFault } from "../../../src/images/fault.ts";
import { findInEngine } from "../../../src/images/sources/engine.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { containerd } from "../../support/images/image-files.ts";
import { arm64, clean, debian12, multiArchitecture } from "../../support/images/images.ts";
import { type Artifact, digestOf, dockerArchive, type Image } from "../../support/images/oci.ts";
import { tar } from "../../support/images/tar.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type EngineFault, type FakeEngine, startFakeEngine } from "../../support/registry/fake-engine.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// A scripted engine. Podman's real one is in podman.test.ts.
const folder = temporaryFolder("export");
const socket = join(folder.path, "e.sock");
let engine: FakeEngine;
let count = 0;
const newFile = () => join(folder.path, `image-${++count}.tar`);

const app = debian12();
const appId = digestOf(app.config);
const inspected = (Id: string, more: object = {}) => ({
  Id,
  RepoTags: ["acme/app:1.0"],
  RepoDigests: [],
  Created: "2026-11-01T00:00:00Z",
  Os: "linux",
  Architecture: "amd64",
  ...more,
});

const world = (env: Record<string, string | undefined> = {}) =>
  testWorld(folder.path, {
    env: { PATH: process.env.PATH, HOME: folder.path, DOCKER_HOST: `unix://${socket}`, ...env },
  });
function exporting(reference: string, more: Partial<ExportOptions> = {}, source: "docker" | "podman" = "docker") {
  const scratch = join(folder.path, "scratch");
  const options = { world: world(), file: newFile(), scratch, signal: new AbortController().signal, ...more };
  return findInEngine(source, reference, options);
}
/** The export's problem. Nothing may be left. */
async function problemOf(more: Partial<ExportOptions> = {}, reference = "acme/app:1.0"): Promise<ImageFault> {
  const file = newFile();
  const thrown = await exporting(reference, { file, ...more }).then(
    (found) => expect.fail(JSON.stringify(found)),
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ImageFault);
  expect(existsSync(file)).toBe(false);
  return thrown as ImageFault;
}

/** The engine has this image under the name, and gives its archive for the id. */
function holds(image: Image, archive = dockerArchive(image, ["acme/app:1.0"])): void {
  const id = digestOf(image.config);
  engine.images = { "acme/app:1.0": inspected(id) };
  engine.archives = { [id]: archive };
}

beforeAll(async () => {
  engine = await startFakeEngine({ socket });
});
beforeEach(() => engine.clear());
afterAll(async () => {
  await engine?.close();
  folder.remove();
});

describe("an image of an engine", () => {
  it("is exported by its id to a file that only this user can read", async () => {
    holds(app);
    const file = newFile();
    const archive = dockerArchive(app, ["acme/app:1.0"]);
    expect(await exporting("acme/app:1.0", { file })).toMatchObject({
      config: app.config,
      repoTags: ["acme/app:1.0"],
      repoDigests: [],
      place: "docker",
      notes: [],
    });
    expect(readFileSync(file)).toEqual(archive);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(engine.requests).toEqual(["GET /images/acme/app:1.0/json?manifests=1", `GET /images/${appId}/get`]);
  });

  // Proves: engine-gives-image-name
  it("is the one that the tag meant first, although the tag moves before the export", async () => {
    holds(app);
    const other = clean();
    engine.archives = { ...engine.archives, [digestOf(other.config)]: dockerArchive(other, []) };
    engine.fault(/\/get$/, { before: () => (engine.images = { "acme/app:1.0": inspected(digestOf(other.config)) }) });
    expect(await exporting("acme/app:1.0")).toMatchObject({ config: app.config });
  });

  it.each(["../containers/x", "acme/./app", "-rf", "a b", "acme//app", "acme/app?x=1", "acme/app#x", "%2e%2e/x", ""])(
    "is never asked for by what is not a reference: %j",
    async (reference) => {
      expect((await problemOf({}, reference)).code).toBe("reference-invalid");
      expect(engine.requests).toEqual([]);
    },
  );

  it("that the engine takes for no reference is an error that says so", async () => {
    const message = "no such image: ACME/app: invalid reference format: repository name must be lowercase";
    engine.fault(/json/, { status: 400, body: JSON.stringify({ message }) });
    expect((await problemOf({}, "ACME/app")).code).toBe("reference-invalid");
  });

  it("that the engine does not have is missing, and leaves no file", async () => {
    const file = newFile();
    expect(await exporting("acme/none:1.0", { file })).toEqual({ kind: "missing" });
    expect(existsSync(file)).toBe(false);
  });

  it("never replaces a file that is there", async () => {
    holds(app);
    const file = newFile();
    mkdirSync(file);
    await expect(exporting("acme/app:1.0", { file })).rejects.toThrow(/EEXIST|EISDIR/);
  });

  it("of another platform than the wanted one is not exported", async () => {
    holds(app);
    expect((await problemOf({ platform: "linux/arm64" })).code).toBe("platform-mismatch");
    expect(engine.requests).toHaveLength(1);
  });
});

describe("an engine", () => {
  const unreachable = (why: RegExp) => ({ kind: "unreachable", why: expect.stringMatching(why) });

  // Proves: engine-gives-image-name
  it.each<[string, EngineFault, RegExp]>([
    ["closes the connection", { reset: true }, /closed the connection/],
    ["answers with no JSON", { body: "<html>" }, /in another way than Docker and Podman do/],
  ])("that %s cannot be asked", async (_, fault, why) => {
    holds(app);
    engine.fault(/json/, fault);
    expect(await exporting("acme/app:1.0")).toEqual(unreachable(why));
  });

  it.each<[string, string, RegExp]>([
    ["that is not there", `unix://${join(folder.path, "none.sock")}`, /there is no such socket/],
    ["with a password in its address", "tcp://me:secret@box", /has a password in it$/],
  ])("%s cannot be asked", async (_, host, why) => {
    const result = await exporting("acme/app:1.0", { world: world({ DOCKER_HOST: host }) });
    expect(result).toEqual(unreachable(why));
    expect(JSON.stringify(result)).not.toContain("secret");
  });

  it("of another machine is noted if it is asked without TLS", async () => {
    holds(app);
    await using tcp = await startFakeEngine({});
    tcp.images = engine.images;
    tcp.archives = engine.archives;
    const at = (host: string) => exporting("acme/app:1.0", { world: world({ DOCKER_HOST: `${host}:${tcp.port}` }) });
    expect(await at("tcp://127.0.0.1")).toMatchObject({ place: "docker", notes: [] });
    expect(await at("tcp://0.0.0.0")).toMatchObject({
      notes: [expect.stringContaining("anyone on the network path could give another image")],
    });
  });

  it("that discovery found is asked at its address, whatever DOCKER_HOST says", async () => {
    holds(app);
    const elsewhere = { world: world({ DOCKER_HOST: "unix:///none" }) };
    expect(await exporting(appId, elsewhere)).toMatchObject({ kind: "unreachable" });
    engine.images = { [appId]: inspected(appId) };
    expect(await exporting(appId, { ...elsewhere, host: `unix://${socket}` })).toMatchObject({ config: app.config });
    expect(await exporting(appId, { ...elsewhere, host: "tcp://127.0.0.1:1" })).toEqual(
      unreachable(/is not the engine that this run uses/),
    );
  });

  it("of Podman is found by its own sockets, and never by DOCKER_HOST", async () => {
    const runtime = join(folder.path, "xdg");
    mkdirSync(join(runtime, "podman"), { recursive: true });
    await using podman = await startFakeEngine({ socket: join(runtime, "podman", "podman.sock") });
    podman.images = { "acme/app:1.0": inspected(appId.slice("sha256:".length)) };
    podman.archives = { [appId]: dockerArchive(app, []) };
    const own = { world: world({ XDG_RUNTIME_DIR: runtime }) };
    expect(await exporting("acme/app:1.0", own, "podman")).toMatchObject({ config: app.config, place: "podman" });
    const none = { world: world({ XDG_RUNTIME_DIR: join(folder.path, "empty") }) };
    expect(await exporting("acme/app:1.0", none, "podman")).toMatchObject({ kind: "unreachable" });
    expect(engine.requests).toEqual([]);
  });
});

describe("an engine of another machine", () => {
  const programs = join(folder.path, "programs");
  const big = tar([
    { path: "layer.tar", data: randomBytes(9 * 1024 * 1024) },
    { path: "config.json", data: app.config },
    { path: "manifest.json", data: '[{"Config":"config.json","Layers":["layer.tar"]}]' },
  ]);
  /** Replaces ssh: connects to a socket of this machine, and stops after this many bytes. */
  function overSsh(bytes: number): Partial<ExportOptions> {
    mkdirSync(programs, { recursive: true });
    const script = [
      `let left = ${bytes}; const s = require("net").connect("${socket}"); process.stdin.pipe(s);`,
      `s.on("data", (d) => { process.stdout.write(d.subarray(0, left)); left -= d.length; if (left <= 0) s.destroy(); });`,
      `s.on("close", () => process.stdin.destroy());`,
    ].join(" ");
    writeProgram(join(programs, "ssh"), `exec ${process.execPath} -e '${script}'`);
    return { world: world({ DOCKER_HOST: "ssh://box.test", PATH: `${programs}:/usr/bin:/bin` }) };
  }

  it("gives a whole image over ssh", async () => {
    holds(app, big);
    const file = newFile();
    expect(await exporting("acme/app:1.0", { file, ...overSsh(1e9) })).toMatchObject({ config: app.config, notes: [] });
    expect(readFileSync(file).equals(big)).toBe(true);
  });

  it("whose ssh ends in the middle is an error, and nothing is left", async () => {
    holds(app, big);
    const { code, message } = await problemOf(overSsh(1_000_000));
    expect([code, message]).toEqual(["daemon-export-failed", expect.stringContaining("broke off")]);
  });
});

/** Aborts while the engine sends. */
function soon(): AbortSignal {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  return stop.signal;
}

describe("an export that goes wrong leaves nothing behind, and says why:", () => {
  const archive = dockerArchive(app, []);

  it.each<[string, EngineFault, RegExp]>([
    ["an error instead of the tar", { status: 500, body: '{"message":"layer lost"}' }, /answers HTTP 500: layer lost/],
    [
      "a connection that is cut",
      { start: { bytes: archive.subarray(0, 3000), ending: "cut" } },
      /broke off.*ECONNRESET/,
    ],
    ["a connection that is closed at once", { reset: true }, /closed the connection/],
    ["a tar that ends early", { start: { bytes: archive.subarray(0, 3000), ending: "end" } }, /cut off/],
    ["nothing at all", { start: { bytes: Buffer.alloc(0), ending: "end" } }, /it is empty/],
    [
      "an error behind the beginning of a tar",
      { start: { bytes: Buffer.concat([archive.subarray(0, 1024), Buffer.from('{"error":"x"}')]), ending: "end" } },
      /cannot be read/,
    ],
  ])("%s", async (_, fault, why) => {
    holds(app);
    engine.fault(/\/get$/, fault);
    const problem = await problemOf();
    expect(problem.code).toBe("daemon-export-failed");
    expect(problem.message).toMatch(why);
  });

  it("an image that was removed after it was looked up", async () => {
    holds(app);
    engine.archives = {};
    expect((await problemOf()).code).toBe("image-changed");
  });

  // Proves: engine-gives-image-name
  it("another image than the one of this id", async () => {
    holds(app);
    engine.archives = { [appId]: dockerArchive(clean(), ["acme/app:1.0"]) };
    const { code, message } = await problemOf();
    expect(code).toBe("image-inconsistent");
    expect(message).toBe(`its engine was asked for ${appId}, and gave the image ${digestOf(clean().config)}`);
  });

  const started = { start: { bytes: archive.subarray(0, 3000), ending: "nothing" } } as const;
  it.each<[string, string, RegExp, EngineFault, () => AbortSignal]>([
    ["a run that is cancelled before", "AbortError", /\/get$/, started, () => AbortSignal.abort()],
    ["a run that is cancelled while the engine sends", "AbortError", /\/get$/, started, soon],
    ["an engine that does not answer in time", "TimeoutError", /json/, { hang: true }, () => AbortSignal.timeout(400)],
    ["one that does not begin", "TimeoutError", /\/get$/, { hang: true }, () => AbortSignal.timeout(400)],
    ["one that does not go on", "TimeoutError", /\/get$/, started, () => AbortSignal.timeout(400)],
  ])("%s", async (_, name, path, fault, signal) => {
    holds(app);
    engine.fault(path, fault);
    const file = newFile();
    await expect(exporting("acme/app:1.0", { file, signal: signal() })).rejects.toMatchObject({ name });
    expect(existsSync(file)).toBe(false);
  });
});

describe("with containerd's store, where an id is a manifest's or index's digest", () => {
  const arm = arm64();
  const index = multiArchitecture();
  const stored = (image: Image, Available: boolean, Platform: object, Kind = "image") => ({
    ID: image.descriptor.digest,
    Descriptor: image.descriptor,
    Available,
    Kind,
    ...(Kind === "image" ? { ImageData: { Platform } } : {}),
  });
  const AMD = { os: "linux", architecture: "amd64" };
  const ARM = { os: "linux", architecture: "arm64", variant: "v8" };
  const blob = (digest: string) => `blobs/sha256/${digest.slice(7)}`;
  const indexOnly: Artifact = {
    descriptor: index.descriptor,
    blobs: new Map([[index.descriptor.digest, index.blobs.get(index.descriptor.digest) as Buffer]]),
  };
  function store(archive: Buffer, Manifests: readonly object[] | undefined, Id = index.descriptor.digest): void {
    engine.images = { "acme/app:1.0": inspected(Id, { Descriptor: index.descriptor, Manifests }) };
    engine.archives = { [Id]: archive };
  }

  it("a manifest's id leads to the configuration", async () => {
    store(containerd(app, []), [stored(app, true, AMD)], app.descriptor.digest);
    // The engine's claim is not proof of a digest.
    const found = { config: app.config, digest: undefined, index: undefined };
    expect(await exporting("acme/app:1.0")).toMatchObject(found);
    expect(engine.requests.at(-1)).toBe(`GET /images/${app.descriptor.digest}/get`);
  });

  it("an index's id leads to the wanted platform, which is asked for by its own name", async () => {
    store(containerd(arm, [indexOnly]), [stored(app, true, AMD), stored(arm, true, ARM)]);
    expect(await exporting("acme/app:1.0", { platform: "linux/arm64" })).toMatchObject({ config: arm.config });
    expect(engine.requests.at(-1)).toBe(`GET /images/${index.descriptor.digest}/get?platform=${JSON.stringify(ARM)}`);
  });

  const [here, armHere] = [stored(app, true, AMD), stored(arm, true, ARM)];
  const newer = stored(arm, true, { ...AMD, variant: "v3" });
  const inIndex = containerd(app, [indexOnly]);
  it.each<[string, Buffer, object[] | undefined, string | undefined, Image | string]>([
    ["without a wanted platform, it is the one that the engine would run", inIndex, [armHere, here], undefined, app],
    [
      "a manifest that the engine named ties the tar to the id, if the index is not in the tar",
      containerd(app),
      [here, stored(arm, false, ARM)],
      undefined,
      app,
    ],
    [
      "an engine that does not list its manifests is believed by the digests in the tar",
      inIndex,
      undefined,
      undefined,
      app,
    ],
    ["and not without them", containerd(app), undefined, undefined, "image-inconsistent"],
    [
      "a platform that is only listed is not there",
      inIndex,
      [here, stored(arm, false, ARM)],
      "linux/arm64",
      "platform-mismatch: the engine does not have it for linux/arm64: its image is linux/amd64",
    ],
    [
      "nor is an attestation",
      inIndex,
      [stored(app, false, AMD), stored(arm, true, {}, "attestation")],
      undefined,
      "its image is nothing",
    ],
    [
      "the platform without a variant is taken, though newer processors' is there",
      inIndex,
      [newer, here],
      "linux/amd64",
      app,
    ],
    ["the newer processors' is not taken for it", inIndex, [newer], "linux/amd64", "platform-mismatch"],
    [
      "the image of another platform than the one that was asked for is refused",
      inIndex,
      [here, armHere],
      "linux/arm64",
      `image-inconsistent: its engine gave ${app.descriptor.digest} for ${arm.descriptor.digest}`,
    ],
  ])("%s", async (_, archive, manifests, platform, expected) => {
    store(archive, manifests);
    if (typeof expected !== "string")
      return expect(await exporting("acme/app:1.0", { platform })).toMatchObject({ config: expected.config });
    const { code, message } = await problemOf({ platform });
    expect(`${code}: ${message}`).toContain(expected);
  });

  // Proves: engine-gives-image-name
  it("a document under the digest of another ties nothing", async () => {
    const { descriptor, blobs } = clean();
    const forged = String(blobs.get(descriptor.digest)).padEnd(app.descriptor.size);
    const Config = blob(digestOf(clean().config));
    const archive = tar([
      { path: blob(app.descriptor.digest), data: forged },
      { path: Config, data: clean().config },
      { path: "index.json", data: JSON.stringify({ schemaVersion: 2, manifests: [app.descriptor] }) },
      { path: "manifest.json", data: JSON.stringify([{ Config, Layers: [] }]) },
    ]);
    store(archive, [stored(app, true, AMD)], app.descriptor.digest);
    expect((await problemOf()).code).toBe("image-inconsistent");
  });
});
