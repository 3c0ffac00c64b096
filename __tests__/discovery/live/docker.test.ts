import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Read } from "../../../src/discovery/gather.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { createAuthority } from "../../support/network/tls.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type EngineFault, type FakeEngine, startFakeEngine } from "../../support/registry/fake-engine.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { discovered, failureOf, readLive } from "../discovered.ts";

// A scripted engine, for answers that a real one gives rarely or never.
const folder = temporaryFolder("engine");
const socket = join(folder.path, "e.sock");
const source = { kind: "docker", line: "docker" } as const;
const imageId = (character: string) => `sha256:${character.repeat(64)}`;
const digest = imageId;
/** Milliseconds after which an expected event counts as missing. */
const PATIENCE = 20_000;
let engine: FakeEngine;

const worldWith = (env: Record<string, string | undefined>) =>
  testWorld(folder.path, { env: { PATH: process.env.PATH, HOME: folder.path, ...env } });
const read = (env: Record<string, string | undefined> = {}, deadlineMs?: number): Promise<Read> =>
  readLive(source, worldWith({ DOCKER_HOST: `unix://${socket}`, ...env }), deadlineMs);

const container = (name: string, Image: string, ImageID: string, Labels: object | null = null) => ({
  Id: Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64),
  Names: [`/${name}`],
  Image,
  ImageID,
  State: "running",
  Labels,
});
const image = (RepoDigests: readonly string[] | null, more: object = {}) => ({
  Id: imageId("1"),
  RepoTags: null,
  RepoDigests,
  Os: "linux",
  Architecture: "amd64",
  ...more,
});

/** One container, whose image is what the engine says of it. */
async function one(name: string, held: object, started?: string) {
  const running = container("web", name, imageId("1"));
  engine.containers = [running];
  engine.images = { [imageId("1")]: held };
  if (started !== undefined) engine.started = { [running.Id]: { Config: { Image: started } } };
  const { images, problem } = await read();
  expect(problem).toBeUndefined();
  return images[0];
}

beforeAll(async () => {
  engine = await startFakeEngine({ socket });
});
beforeEach(() => engine.clear());
afterAll(async () => {
  await engine?.close();
  folder.remove();
});

describe("the image of a container", () => {
  it("has the digest of the repository by which it was started, its platform and its place", async () => {
    const arm = { Architecture: "arm", Variant: "v7" };
    const held = image([`mirror.test/nginx@${digest("a")}`, `nginx@${digest("b")}`], arm);
    expect(await one("docker.io/library/nginx:1.27", held)).toEqual({
      reference: "docker.io/library/nginx:1.27",
      digest: digest("b"),
      platform: "linux/arm/v7",
      heldBy: { imageId: imageId("1"), daemon: { engine: "docker", host: `unix://${socket}` } },
      at: { source: "docker", name: "this host web" },
    });
  });

  it("has no variant of a processor other than arm, whatever the engine calls it", async () => {
    const held = image([`nginx@${digest("b")}`], { Architecture: "arm64", Variant: "v8" });
    expect(await one("nginx:1.27", held)).toMatchObject({ platform: "linux/arm64" });
  });

  it("has the name by which it was started, if its tag means another image by now", async () => {
    expect(await one(imageId("1"), image([`acme/app@${digest("a")}`]), "acme/app:1")).toMatchObject({
      reference: "acme/app:1",
      digest: digest("a"),
    });
  });

  it("is called by a repository that has it, if it was given its name by hand", async () => {
    expect(await one("prod:latest", image([`ghcr.io/acme/app@${digest("a")}`]))).toMatchObject({
      reference: `ghcr.io/acme/app@${digest("a")}`,
      digest: digest("a"),
    });
  });

  it.each([imageId("1"), "1".repeat(12)])("is its ImageID if it has no name and no digest: %s", async (name) => {
    expect(await one(name, image(null), name)).toMatchObject({
      reference: imageId("1"),
      local: { imageId: imageId("1") },
    });
  });

  it("keeps its name, and has no digest, if it was built on the host", async () => {
    const found = await one("acme/own:1", image([]));
    expect(found).toMatchObject({ reference: "acme/own:1", local: { imageId: imageId("1") } });
    expect(found?.digest).toBeUndefined();
  });

  it("has the digest of containerd's store, if it has lost its names", async () => {
    const Descriptor = { mediaType: "application/vnd.oci.image.index.v1+json", digest: digest("1") };
    const held = image([], { Descriptor });
    expect(await one(imageId("1"), held, "acme/app:1")).toMatchObject({ reference: "acme/app:1", digest: digest("1") });
  });

  it("has the digest by which Swarm names it", async () => {
    const swarm = `acme/app:1@${digest("a")}`;
    expect(await one(swarm, image([`acme/app@${digest("c")}`, `acme/app@${digest("a")}`]))).toMatchObject({
      reference: swarm,
      digest: digest("a"),
    });
  });

  it("is an error that names the container if the engine does not have it any more; the others are read", async () => {
    engine.containers = [container("gone", "a:1", imageId("1")), container("there", "b:1", imageId("2"))];
    engine.images = { [imageId("2")]: image([`b@${digest("b")}`]) };
    const { images, problem } = await read();
    expect(images.map(({ at }) => at.name)).toEqual(["this host there"]);
    expect(problem?.message).toMatch(
      /^\[discovery-image-gone\] The container "this host gone" runs the image sha256:1111/,
    );
  });

  it("is asked for once, however many containers run it", async () => {
    engine.containers = Array.from({ length: 50 }, (_, index) => container(`web-${index}`, "a:1", imageId("1")));
    engine.images = { [imageId("1")]: image([`a@${digest("a")}`]) };
    expect((await read()).images).toHaveLength(50);
    expect(engine.requests.filter((request) => request.includes("/images/"))).toHaveLength(1);
  });
});

describe("the place of a container", () => {
  const compose = (labels: Record<string, string>) =>
    Object.fromEntries(Object.entries(labels).map(([name, value]) => [`com.docker.compose.${name}`, value]));
  it.each<[string, object]>([
    ["this host web (Compose shop/front)", compose({ project: "shop", service: "front" })],
    ["this host web (Swarm shop_front)", { "com.docker.swarm.service.name": "shop_front" }],
    ["this host web (Compose a b)", compose({ project: "a\nb" })],
  ])("is %s", async (place, labels) => {
    engine.containers = [container("web", "a:1", imageId("1"), labels)];
    engine.images = { [imageId("1")]: image([`a@${digest("a")}`]) };
    expect((await read()).images[0]?.at.name).toBe(place);
  });
});

const ID_OF_A_PATH = JSON.stringify([container("a", "a:1", "../../secret")]);

describe("an engine", () => {
  // Proves: asked-runs-only-read
  it("is only read: it sees no method but GET, and is asked for containers that run, are paused or restart", async () => {
    await one(imageId("1"), image([`a@${digest("a")}`]), "a:1");
    expect(engine.requests).toEqual([
      "GET /_ping",
      'GET /containers/json?filters={"status":["running","paused","restarting"]}',
      `GET /images/${imageId("1")}/json`,
      expect.stringMatching(/^GET \/containers\/[0-9a-f]{64}\/json$/),
    ]);
  });

  // Proves: hostile-engine-cluster-ends
  it.each<[string, RegExp, EngineFault, string]>([
    ["answers with garbage", /containers/, { body: "<html>" }, "discovery-engine-answer"],
    ["answers with numbers", /containers/, { body: '[{"Id":1,"Image":2,"ImageID":3}]' }, "discovery-engine-answer"],
    ["has an id that is a path", /containers/, { body: ID_OF_A_PATH }, "discovery-engine-answer"],
    ["answers without an end", /containers/, { endless: true }, "discovery-engine-answer"],
    ["answers with an endless error", /containers/, { endless: true, status: 500 }, "discovery-engine-answer"],
    ["does not speak HTTP", /_ping/, { raw: "SSH-2.0-OpenSSH_9.2\r\n" }, "discovery-engine-answer"],
    ["has no list", /containers/, { status: 404, body: "{}" }, "discovery-engine-answer"],
    ["redirects elsewhere", /containers/, { status: 302 }, "discovery-engine-answer"],
    ["cuts the connection", /containers/, { reset: true }, "discovery-engine-unreachable"],
  ])("that %s is an error", async (_, match, fault, code) => {
    engine.fault(match, fault);
    expect((await failureOf(read())).code).toBe(code);
  });

  it("that fails is quoted, on one line", async () => {
    engine.fault(/containers/, { status: 500, body: JSON.stringify({ message: "disk\n::error::full." }) });
    expect((await failureOf(read())).what).toBe(
      `The container engine at unix://${socket} answers HTTP 500: disk ::error::full`,
    );
  });

  it("that is silent is an error at the deadline, and ends with the run if that is cancelled", async () => {
    engine.fault(/containers/, { hang: true });
    const error = await failureOf(read({}, 300));
    expect(error.message).toContain("[discovery-engine-unreachable]");
    expect(error.message).toContain("it did not answer in time");
    const world = worldWith({ DOCKER_HOST: `unix://${socket}` });
    engine.requests.length = 0;
    const reading = failureOf(readLive(source, world));
    await vi.waitFor(() => expect(engine.requests.join()).toContain("/containers"), PATIENCE);
    world.abort();
    expect((await reading).code).toBe("run-cancelled");
  });

  it("whose answer about an image is wrong is a problem of its container alone", async () => {
    engine.containers = [container("bad", "a:1", imageId("1")), container("good", "b:1", imageId("2"))];
    engine.images = { [imageId("1")]: { RepoDigests: 1 }, [imageId("2")]: image([`b@${digest("b")}`]) };
    const { images, problem } = await read();
    expect([images.length, problem?.code]).toEqual([1, "discovery-engine-answer"]);
  });

  it("that cannot be read does not stop the other sources, and one on which nothing runs is an error", async () => {
    const world = worldWith({ DOCKER_HOST: `unix://${socket}` });
    writeFileSync(join(world.workspace, "images.txt"), "nginx:1.27");
    const codes = async () => {
      const { images, sources } = await discovered(["docker", "file:images.txt"], world);
      expect(images.map(({ reference }) => reference)).toEqual(["nginx:1.27"]);
      return sources.map(({ error }) => error?.code);
    };
    expect(await codes()).toEqual(["discovery-no-image", undefined]);
    engine.fault(/_ping/, { reset: true });
    expect(await codes()).toEqual(["discovery-engine-unreachable", undefined]);
  });
});

describe("an engine with TLS", () => {
  // Proves: hostile-engine-cluster-ends
  it("is asked with our certificate, and believed only with its own", async () => {
    const authority = await createAuthority(folder.path, "engine-authority");
    const stranger = await createAuthority(folder.path, "stranger");
    const server = await authority.issue(["127.0.0.1"]);
    const client = await authority.issue(["client"], { client: true });
    const { certificate: cert, key } = server;
    const tls = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
    await using secure = await startFakeEngine({ tls });
    secure.containers = [container("web", "a:1", imageId("1"))];
    secure.images = { [imageId("1")]: image([`a@${digest("a")}`]) };
    const certificates = (name: string, files: Record<string, string>) => {
      const path = join(folder.path, name);
      mkdirSync(path);
      for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
      return { DOCKER_HOST: `tcp://127.0.0.1:${secure.port}`, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: path };
    };
    const own = { "cert.pem": client.certificate, "key.pem": client.key };
    const right = await read(certificates("right", { "ca.pem": authority.certificate, ...own }));
    expect(right.images.map(({ at }) => at.name)).toEqual(["127.0.0.1 web"]);
    const forged = await failureOf(read(certificates("wrong-ca", { "ca.pem": stranger.certificate, ...own })));
    expect(forged.what).toMatch(/certificate/);
    const ca = { "ca.pem": authority.certificate };
    expect(forged.code).toBe("discovery-engine-unreachable");
    for (const [code, env] of [
      ["unreachable", certificates("no-login", ca)],
      ["address", certificates("no-key", { ...ca, "cert.pem": client.certificate })],
      ["address", certificates("nothing", {})],
      ["unreachable", { ...certificates("plain", {}), DOCKER_TLS_VERIFY: "" }],
    ] as const)
      expect((await failureOf(read(env))).code).toBe(`discovery-engine-${code}`);
  });
});

describe("an engine over ssh", () => {
  const programs = join(folder.path, "programs");
  const asked = join(folder.path, "asked");
  const seen = join(folder.path, "ssh-environment");
  /** Replaces ssh: records its arguments, then connects to a socket of this machine. */
  const bridge = [
    `printf '%s\\n' "$@" > ${asked}; env > ${seen}`,
    `exec ${process.execPath} -e 'const s = require("net").connect("${socket}"); process.stdin.pipe(s).pipe(process.stdout)'`,
  ].join("\n");
  const overSsh = (host: string, shell: string, env: Record<string, string> = {}, deadlineMs?: number) => {
    mkdirSync(programs, { recursive: true });
    writeProgram(join(programs, "ssh"), shell);
    return read({ DOCKER_HOST: host, PATH: `${programs}:/usr/bin:/bin`, ...env }, deadlineMs);
  };

  // Proves: asked-runs-only-read
  it("is asked through `docker system dial-stdio` on the other machine, and ssh sees no secret of the job", async () => {
    engine.containers = [container("web", "a:1", imageId("1")), container("db", "b:1", imageId("2"))];
    engine.images = { [imageId("1")]: image([`a@${digest("a")}`]), [imageId("2")]: image([`b@${digest("b")}`]) };
    const { images } = await overSsh("ssh://me@box.test:2222/run/my.sock", bridge, {
      INPUT_TOKEN: "x",
      SSH_AUTH_SOCK: "/a",
    });
    expect(images.map(({ at }) => at.name)).toEqual(["box.test web", "box.test db"]);
    expect(readFileSync(asked, "utf8").trim().split("\n")).toEqual([
      ...["-l", "me", "-p", "2222", "-o", "ConnectTimeout=30", "-o", "BatchMode=yes", "-T", "--", "box.test"],
      ...["docker", "--host=unix:///run/my.sock", "system", "dial-stdio"],
    ]);
    expect(readFileSync(seen, "utf8")).toContain("SSH_AUTH_SOCK=/a");
    expect(readFileSync(seen, "utf8")).not.toContain("INPUT_TOKEN");
  });

  it("is an error with ssh's own words if it does not let us in", async () => {
    const error = await failureOf(
      overSsh("ssh://box.test", "echo 'me@box.test: Permission denied (publickey).' >&2; exit 255"),
    );
    expect(error.message).toContain("[discovery-engine-unreachable]");
    expect(error.message).toContain("Permission denied (publickey)");
  });

  it("leaves no process behind if the run is cancelled", async () => {
    const pid = join(folder.path, "pid");
    mkdirSync(programs, { recursive: true });
    writeProgram(join(programs, "ssh"), `echo $$ > ${pid}.new; mv ${pid}.new ${pid}; exec sleep 600`);
    const world = worldWith({ DOCKER_HOST: "ssh://box.test", PATH: `${programs}:/usr/bin:/bin` });
    const reading = failureOf(readLive(source, world));
    const id = await vi.waitFor(() => Number(readFileSync(pid, "utf8")), PATIENCE);
    world.abort();
    expect((await reading).code).toBe("run-cancelled");
    await vi.waitFor(() => expect(() => process.kill(id, 0)).toThrow("ESRCH"), PATIENCE);
  });

  it("is an error if there is no ssh", async () => {
    expect((await failureOf(read({ DOCKER_HOST: "ssh://box.test", PATH: "/nonexistent" }))).code).toBe(
      "discovery-ssh-missing",
    );
  });
});
