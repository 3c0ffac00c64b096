import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { type InstallRequest, installTrivy } from "../../src/trivy/install.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { type ReleaseArchive, type ReleaseServer, releaseArchive, startReleaseServer } from "../support/releases.ts";
import { type TestWorld, testWorld } from "./world.ts";

const BINARY_SHA256 = "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19";
const NAME = "trivy_0.76.0_Linux-64bit.tar.gz";

const whole = temporaryFolder("install");
let trivy = "";
let server: ReleaseServer;
let real: ReleaseArchive;
/** Says that it is 0.76.0, and is a shell script. */
let script: ReleaseArchive;

beforeAll(async () => {
  trivy = await ensureTrivy();
  server = await startReleaseServer();
  real = await releaseArchive({ program: trivy });
  script = await releaseArchive({ program: program("script", '{"Version":"0.76.0"}') });
});
afterAll(async () => {
  await server.close();
  whole.remove();
});

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("install");
  const toolCache = join(folder.path, "tools");
  mkdirSync(toolCache);
  // The table of releases is the same wherever the tests run.
  world = testWorld(folder.path, {
    env: { PATH: process.env.PATH, RUNNER_TOOL_CACHE: toolCache },
    platform: "linux",
    arch: "x64",
  });
  server.clearFaults();
  server.requests.length = 0;
  Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 });
});
afterEach(() => folder.remove());

/** A shell script that prints `text` when it is started; counted in `<file>.runs`. */
function program(name: string, text: string): string {
  const path = join(whole.path, name);
  writeFileSync(path, `#!/bin/sh\necho x >> '${path}.runs'\nprintf '%s' '${text}'\n`);
  chmodSync(path, 0o755);
  return path;
}
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const install = (request: Partial<InstallRequest>) => installTrivy({ timeoutMs: 20_000, ...request }, world);
const entry = (version = "0.76.0") => join(world.env.RUNNER_TOOL_CACHE ?? "", "trivy", version, "x64");
const warnings = () => world.lines.filter((line) => line.startsWith("warning"));

describe("a given binary", () => {
  it("is used as it is, its version asked for", async () => {
    const installed = await install({ binary: trivy });
    expect(installed).toMatchObject({ version: "0.76.0", origin: "given binary" });
    expect(server.requests).toEqual([]);
  });

  it("is known by its hash without being started", async () => {
    expect(await install({ binary: trivy, sha256: BINARY_SHA256 })).toMatchObject({
      version: "0.76.0",
      sha256: BINARY_SHA256,
    });
  });

  it("is found on the PATH by a bare name, and relative to the workspace otherwise", async () => {
    const path = program("on-path", '{"Version":"0.75.0"}');
    Object.assign(world.env, { PATH: `relative:${dirname(path)}:${process.env.PATH}` });
    expect((await install({ binary: "on-path" })).version).toBe("0.75.0");
    copyFileSync(path, join(world.workspace, "mine"));
    expect((await install({ binary: "./mine" })).path).toContain("mine");
    await expect(install({ binary: "mine" })).rejects.toMatchObject({ code: "trivy-binary-missing" });
  });

  it("of another hash is refused and not started", async () => {
    const path = program("other-hash", '{"Version":"0.76.0"}');
    await expect(install({ binary: path, sha256: "0".repeat(64) })).rejects.toMatchObject({
      code: "trivy-hash-mismatch",
    });
    expect(existsSync(`${path}.runs`)).toBe(false);
  });

  it.each([
    ["missing", "nope/trivy", "trivy-binary-missing"],
    ["a folder", ".", "trivy-binary-missing"],
  ])("that is %s is refused", async (_, binary, code) => {
    await expect(install({ binary: `./${binary}` })).rejects.toMatchObject({ code });
  });

  it.each([
    ["prints garbage", "garbage"],
    ["prints half a JSON", '{"Version":"0.76'],
    ["is silent", ""],
    ["prints another JSON", '{"version":1}'],
  ])("that %s is no Trivy", async (name, text) => {
    await expect(install({ binary: program(name.replaceAll(" ", "-"), text) })).rejects.toMatchObject({
      code: "trivy-unusable",
    });
  });

  it("of garbage bytes is no Trivy", async () => {
    const path = join(world.workspace, "garbage");
    writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3]), { mode: 0o755 });
    await expect(install({ binary: "./garbage" })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:trivy-unusable|program-not-started)$/),
    });
  });

  it("that may not be executed is told apart", async () => {
    writeFileSync(join(world.workspace, "plain"), "#!/bin/sh\n", { mode: 0o644 });
    await expect(install({ binary: "./plain" })).rejects.toMatchObject({ code: "program-not-executable" });
  });

  it.each(["0.69.4", "0.69.5", "0.69.6"])(
    "that says it is %s is refused, with its own hash given or not",
    async (bad) => {
      const path = program(`bad-${bad}`, `{"Version":"${bad}"}`);
      await expect(install({ binary: path })).rejects.toMatchObject({ code: "trivy-known-bad" });
      await expect(install({ binary: path, sha256: sha256(path) })).rejects.toMatchObject({ code: "trivy-known-bad" });
    },
  );

  it("where others can write is copied to a private folder, and the copy is what was hashed", async () => {
    const shared = join(folder.path, "shared");
    mkdirSync(shared);
    const path = join(shared, "trivy");
    copyFileSync(program("shared", '{"Version":"0.75.0"}'), path);
    chmodSync(path, 0o755);
    chmodSync(shared, 0o777);
    const installed = await install({ binary: path, sha256: sha256(path) });
    expect(installed.path.startsWith(world.runFolder)).toBe(true);
    expect(statSync(installed.path).mode & 0o7777).toBe(0o700);
    expect(statSync(dirname(installed.path)).mode & 0o7777).toBe(0o700);
    expect(sha256(installed.path)).toBe(installed.sha256);
    chmodSync(shared, 0o755);
    expect((await install({ binary: path, sha256: sha256(path) })).path).toBe(path);
    chmodSync(path, 0o775);
    expect((await install({ binary: path, sha256: sha256(path) })).path).not.toBe(path);
  });

  it("is judged by where its link leads", async () => {
    const shared = join(folder.path, "open");
    mkdirSync(shared);
    copyFileSync(program("linked", '{"Version":"0.75.0"}'), join(shared, "trivy"));
    chmodSync(join(shared, "trivy"), 0o755);
    chmodSync(shared, 0o777);
    symlinkSync(join(shared, "trivy"), join(world.workspace, "link"));
    expect((await install({ binary: "./link" })).path.startsWith(world.runFolder)).toBe(true);
  });
});

describe("a download", () => {
  it("is verified, unpacked, and kept in the tool cache", async () => {
    server.add("0.76.0", real);
    const installed = await install({ mirror: server.url, sha256: real.sha256 });
    expect(installed).toMatchObject({ version: "0.76.0", origin: "download" });
    expect(sha256(installed.path)).toBe(BINARY_SHA256);
    expect(installed.path.startsWith(world.runFolder)).toBe(true);
    expect(readdirSync(entry()).sort()).toEqual(["trivy", NAME].sort());
    expect(existsSync(`${entry()}.complete`)).toBe(true);
    expect(server.requests).toEqual([{ path: `/v0.76.0/${NAME}`, authorization: undefined }]);
  });

  it("comes from the tool cache the next time, verified again", async () => {
    server.add("0.76.0", script);
    await install({ mirror: server.url, sha256: script.sha256 });
    const again = await install({ version: "v0.76.0", mirror: server.url, sha256: script.sha256 });
    expect(again).toMatchObject({ version: "0.76.0", origin: "tool cache" });
    expect(server.requests).toHaveLength(1);
    expect(warnings()).toEqual([]);
  });

  it("tells that the user's hash differs from the one that is compiled in", async () => {
    server.add("0.76.0", script);
    await install({ mirror: server.url, sha256: script.sha256 });
    const notice = world.lines.find((line) => line.startsWith("notice"));
    expect(notice).toContain(script.sha256);
    expect(notice).toContain("e24b1c51293c1b15e4ba8d45bbc7891ba053f90278ec2698f3562c993e145fe7");
  });

  it("of another hash is refused, not unpacked, and not kept", async () => {
    server.add("0.76.0", script);
    await expect(install({ mirror: server.url })).rejects.toMatchObject({ code: "trivy-hash-mismatch" });
    expect(existsSync(entry())).toBe(false);
    expect(existsSync(join(world.runFolder, "trivy", "bin"))).toBe(false);
  });

  it("of a version whose hash nobody knows does not even start", async () => {
    server.add("0.75.0", script, "trivy_0.75.0_Linux-64bit.tar.gz");
    await expect(install({ version: "0.75.0", mirror: server.url })).rejects.toMatchObject({
      code: "trivy-hash-unknown",
      remedy: expect.stringContaining("trivy-sha256"),
    });
    expect(server.requests).toEqual([]);
  });

  it("of a known-bad version does not even start, whatever hash is given", async () => {
    await expect(install({ version: "v0.69.4", mirror: server.url, sha256: script.sha256 })).rejects.toMatchObject({
      code: "trivy-known-bad",
    });
    expect(server.requests).toEqual([]);
  });

  it("is refused where the program turns out to be a known-bad version", async () => {
    const bad = await releaseArchive({ program: program("inside-bad", '{"Version":"0.69.4"}') });
    server.add("0.76.0", bad);
    await expect(install({ mirror: server.url, sha256: bad.sha256 })).rejects.toMatchObject({
      code: "trivy-known-bad",
    });
  });

  it("of the deleted range is refused from GitHub, but not from a mirror", async () => {
    await expect(install({ version: "0.65.0", sha256: script.sha256 })).rejects.toMatchObject({
      code: "trivy-deleted",
    });
    const old = await releaseArchive({
      program: program("old", '{"Version":"0.65.0"}'),
      name: "trivy_0.65.0_Linux-64bit.tar.gz",
    });
    server.add("0.65.0", old);
    expect((await install({ version: "0.65.0", mirror: server.url, sha256: old.sha256 })).version).toBe("0.65.0");
  });

  it("without the program in the archive is refused", async () => {
    const empty = await releaseArchive({ members: [{ path: "trivy", link: "/bin/sh" }] });
    server.add("0.76.0", empty);
    await expect(install({ mirror: server.url, sha256: empty.sha256 })).rejects.toMatchObject({
      code: "trivy-archive-invalid",
    });
  });

  it("works without a tool cache", async () => {
    Object.assign(world.env, { RUNNER_TOOL_CACHE: undefined });
    server.add("0.76.0", script);
    expect((await install({ mirror: server.url, sha256: script.sha256 })).origin).toBe("download");
  });

  it("goes on where the tool cache cannot be written", async () => {
    writeFileSync(join(folder.path, "file"), "");
    Object.assign(world.env, { RUNNER_TOOL_CACHE: join(folder.path, "file") });
    server.add("0.76.0", script);
    expect((await install({ mirror: server.url, sha256: script.sha256 })).origin).toBe("download");
  });

  it("tries again after a fault that may pass", async () => {
    server.add("0.76.0", script);
    server.fault(/./, { status: 503, times: 1 });
    server.fault(/./, { reset: true, times: 1 });
    expect((await install({ mirror: server.url, sha256: script.sha256 })).origin).toBe("download");
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    ["404", { status: 404 }, "trivy-download-missing", 1],
    ["401", { status: 401 }, "trivy-download-denied", 1],
    ["403", { status: 403 }, "trivy-download-denied", 1],
    ["500", { status: 500 }, "trivy-download-failed", 3],
    ["429", { status: 429 }, "trivy-download-failed", 3],
    ["a reset", { reset: true }, "trivy-download-failed", 3],
    ["a cut body", { truncate: 100 }, "trivy-download-failed", 3],
    ["other bytes", { body: "<html>" }, "trivy-hash-mismatch", 1],
  ])("that ends in %s is an error of its own", async (_, fault, code, requests) => {
    server.add("0.76.0", script);
    server.fault(/./, fault);
    await expect(install({ mirror: server.url, sha256: script.sha256 })).rejects.toMatchObject({
      code,
      remedy: expect.stringContaining("trivy-mirror"),
    });
    expect(server.requests).toHaveLength(requests);
  });

  it("ends after `timeout`, also where the server never answers", async () => {
    server.fault(/./, { hang: true });
    const start = performance.now();
    await expect(install({ mirror: server.url, sha256: script.sha256, timeoutMs: 300 })).rejects.toMatchObject({
      code: "trivy-download-timeout",
      remedy: expect.stringContaining("timeout"),
    });
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("ends at once when the run is cancelled", async () => {
    server.fault(/./, { hang: true });
    const work = install({ mirror: server.url, sha256: script.sha256 });
    setTimeout(() => world.abort(), 100);
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
  });

  it("from a host that does not exist names what to open", async () => {
    await expect(install({ mirror: "http://127.0.0.1:1", sha256: script.sha256 })).rejects.toMatchObject({
      code: "trivy-download-failed",
    });
  });

  it("by two runs at once leaves one whole entry", async () => {
    server.add("0.76.0", script);
    const request = { mirror: server.url, sha256: script.sha256 };
    const all = await Promise.all([install(request), install(request), install(request)]);
    expect(all.every(({ version }) => version === "0.76.0")).toBe(true);
    expect(readdirSync(dirname(entry())).sort()).toEqual(["x64", "x64.complete"]);
  });
});

describe("what the tool cache has", () => {
  function put(binary: string): void {
    mkdirSync(entry(), { recursive: true });
    copyFileSync(binary, join(entry(), "trivy"));
    writeFileSync(`${entry()}.complete`, "");
  }

  it("is used without a request where the program's own hash is compiled in", async () => {
    put(trivy);
    chmodSync(join(entry(), "trivy"), 0o755);
    expect(await install({})).toEqual({
      path: join(entry(), "trivy"),
      version: "0.76.0",
      origin: "tool cache",
      sha256: BINARY_SHA256,
    });
  });

  it("is copied to a private folder where the tool cache is open to others, as on GitHub's runners", async () => {
    put(trivy);
    chmodSync(world.env.RUNNER_TOOL_CACHE ?? "", 0o777);
    const installed = await install({});
    expect(installed.path.startsWith(world.runFolder)).toBe(true);
    expect(sha256(installed.path)).toBe(BINARY_SHA256);
  });

  it("is said and replaced where it was changed", async () => {
    put(program("changed", '{"Version":"0.76.0"}'));
    server.add("0.76.0", real);
    // The real archive's hash is GitHub's; what this server has is not, so only the warning can be seen here.
    await expect(install({ mirror: server.url })).rejects.toMatchObject({ code: "trivy-hash-mismatch" });
    expect(warnings()).toHaveLength(1);
    expect(existsSync(join(whole.path, "changed.runs"))).toBe(false);
  });

  it("is replaced by the verified archive where that was changed", async () => {
    server.add("0.76.0", script);
    const request = { mirror: server.url, sha256: script.sha256 };
    await install(request);
    writeFileSync(join(entry(), NAME), "changed");
    expect((await install(request)).origin).toBe("download");
    expect(warnings()).toHaveLength(1);
    expect((await install(request)).origin).toBe("tool cache");
  });

  it("is unpacked again, so that a changed program beside a good archive does no harm", async () => {
    server.add("0.76.0", script);
    const request = { mirror: server.url, sha256: script.sha256 };
    await install(request);
    writeFileSync(join(entry(), "trivy"), "#!/bin/sh\necho evil\n");
    const installed = await install(request);
    expect(installed.origin).toBe("tool cache");
    expect(readFileSync(installed.path, "utf8")).not.toContain("evil");
  });

  it("does not count while it is not complete", async () => {
    put(trivy);
    rmSync(`${entry()}.complete`);
    await expect(install({ mirror: "http://127.0.0.1:1" })).rejects.toMatchObject({ code: "trivy-download-failed" });
  });
});
