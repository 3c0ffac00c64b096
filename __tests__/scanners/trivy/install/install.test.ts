import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ensureTrivy } from "../../../../scripts/setup/tools.ts";
import { type ReleaseArchive, type ReleaseFault, releaseArchive } from "../../../support/programs/releases.ts";
import { atMost } from "../../../support/runs/patience.ts";
import { installStage, sha256 } from "./stage.ts";

const BINARY_SHA256 = "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19";
const NAME = "trivy_0.76.0_Linux-64bit.tar.gz";

const stage = installStage();
let trivy = "";
let real: ReleaseArchive;
/** A shell script that says that it is 0.76.0. */
let script: ReleaseArchive;

beforeAll(async () => {
  trivy = await ensureTrivy();
  real = await releaseArchive({ program: trivy });
  script = await releaseArchive({ program: stage.program("script", '{"Version":"0.76.0"}') });
});

/** Installs the script from the server. */
function installed(request: Parameters<typeof stage.install>[0] = {}) {
  stage.server.add("0.76.0", script);
  return stage.install({ mirror: stage.server.url, sha256: script.sha256, ...request });
}

describe("a download", () => {
  it("is verified, unpacked, and kept in the tool cache", async () => {
    stage.server.add("0.76.0", real);
    const verified = await stage.install({ mirror: stage.server.url, sha256: real.sha256 });
    expect(verified).toMatchObject({ version: "0.76.0", origin: "download" });
    expect(sha256(verified.path)).toBe(BINARY_SHA256);
    expect(verified.path.startsWith(stage.world.runFolder)).toBe(true);
    expect(readdirSync(stage.entry()).sort()).toEqual(["trivy", NAME].sort());
    expect(existsSync(`${stage.entry()}.complete`)).toBe(true);
    expect(stage.server.requests).toEqual([{ path: `/v0.76.0/${NAME}`, authorization: undefined }]);
  });

  it("tells that the user's hash differs from the one that is compiled in", async () => {
    await installed();
    const notice = stage.world.lines.find((line) => line.startsWith("notice"));
    expect(notice).toContain(script.sha256);
    expect(notice).toContain("e24b1c51293c1b15e4ba8d45bbc7891ba053f90278ec2698f3562c993e145fe7");
  });

  // Proves: archive-verified-before-unpacked
  it("of another hash is refused, not unpacked, and not kept", async () => {
    stage.server.add("0.76.0", script);
    await expect(stage.install({ mirror: stage.server.url })).rejects.toMatchObject({ code: "trivy-hash-mismatch" });
    expect(existsSync(stage.entry())).toBe(false);
    expect(existsSync(join(stage.world.runFolder, "private", "bin"))).toBe(false);
  });

  it("of a known-bad version does not even start, whatever hash is given", async () => {
    await expect(
      stage.install({ version: "v0.69.4", mirror: stage.server.url, sha256: script.sha256 }),
    ).rejects.toMatchObject({
      code: "trivy-known-bad",
    });
    expect(stage.server.requests).toEqual([]);
  });

  it.each(["a file in its place", "none"])("goes on with %s as tool cache", async (which) => {
    writeFileSync(join(stage.folder, "file"), "");
    Object.assign(stage.world, { toolCache: which === "none" ? undefined : join(stage.folder, "file") });
    expect((await installed()).origin).toBe("download");
  });

  it("tries again after a fault that may pass", async () => {
    stage.server.fault(/./, { status: 503, times: 1 });
    stage.server.fault(/./, { reset: true, times: 1 });
    expect((await installed()).origin).toBe("download");
    expect(stage.server.requests).toHaveLength(3);
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
    ["silence", { hang: true }, "trivy-download-timeout", 1],
  ] as [string, ReleaseFault, string, number][])(
    "that ends in %s is its own error",
    async (_, fault, code, requests) => {
      stage.server.fault(/./, fault);
      const timeoutMs = fault.hang ? 300 : 20_000;
      const start = performance.now();
      await expect(installed({ timeoutMs })).rejects.toMatchObject({
        code,
        remedy: expect.stringContaining(fault.hang ? "timeout" : "trivy-mirror"),
      });
      if (fault.hang) expect(performance.now() - start).toBeLessThan(atMost(2000));
      expect(stage.server.requests).toHaveLength(requests);
    },
  );

  it("ends at once when the run is cancelled", async () => {
    stage.server.fault(/./, { hang: true });
    const work = installed();
    setTimeout(() => stage.world.abort(), 100);
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
  });

  it("by eight runs at once is one download, and leaves one whole entry", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => installed()));
    expect(all.filter(({ origin }) => origin === "download")).toHaveLength(1);
    expect(all.filter(({ origin }) => origin === "tool cache")).toHaveLength(7);
    expect(stage.asked()).toEqual([`/v0.76.0/${NAME}`]);
    expect(readdirSync(dirname(stage.entry())).sort()).toEqual(["x64", "x64.complete"]);
    expect(stage.warnings()).toEqual([]);
  });

  it("that another run never ends is waited for half of `timeout`, then done by this one", async () => {
    stage.server.fault(/./, { hang: true, times: 1 });
    const stuck = installed();
    await expect.poll(() => stage.asked()).toHaveLength(1);
    const mine = await installed({ timeoutMs: atMost(2000) });
    expect(mine.origin).toBe("download");
    stage.world.abort();
    await expect(stuck).rejects.toMatchObject({ code: "run-cancelled" });
  });
});

describe("offline", () => {
  it("is an error that says what to set, if the tool cache has nothing and there is no mirror", async () => {
    await expect(stage.install({ offline: true })).rejects.toMatchObject({
      code: "trivy-offline",
      what: expect.stringContaining("`offline` forbids asking github.com for it"),
      remedy: expect.stringMatching(/trivy-mirror.*trivy-binary/),
    });
  });

  it("names the versions that the tool cache does have", async () => {
    const other = stage.entry("0.75.0");
    mkdirSync(other, { recursive: true });
    writeFileSync(`${other}.complete`, "");
    // The toolkit reads this variable from the real environment.
    vi.stubEnv("RUNNER_TOOL_CACHE", stage.world.toolCache);
    try {
      await expect(stage.install({ offline: true })).rejects.toMatchObject({
        code: "trivy-offline",
        what: expect.stringContaining("which has 0.75.0,"),
        remedy: expect.stringContaining("`trivy-version`"),
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("what the tool cache has", () => {
  function put(binary: string): void {
    mkdirSync(stage.entry(), { recursive: true });
    copyFileSync(binary, join(stage.entry(), "trivy"));
    writeFileSync(`${stage.entry()}.complete`, "");
  }

  it("is used without a request if the program's own hash is compiled in", async () => {
    put(trivy);
    chmodSync(join(stage.entry(), "trivy"), 0o755);
    const found = await stage.install({});
    expect(found).toMatchObject({ version: "0.76.0", origin: "tool cache", sha256: BINARY_SHA256 });
    // It is not copied, which would take as long as hashing: it is a second link to the same bytes, in the run's own
    // folder.
    expect(found.path.startsWith(stage.world.runFolder)).toBe(true);
    expect(statSync(found.path).ino).toBe(statSync(join(stage.entry(), "trivy")).ino);
  });

  // Proves: what-was-hashed-is-what-is-started
  it("is what was hashed until it is started, whatever another gate puts in its place meanwhile", async () => {
    const first = await installed();
    const again = await installed();
    // A gate replaces the whole folder, never the bytes of a file in it.
    rmSync(stage.entry(), { recursive: true });
    put(trivy);
    chmodSync(join(stage.entry(), "trivy"), 0o755);
    const second = await stage.install({});
    // The other one replaces the folder, since its own `trivy-sha256` demands it.
    const other = await releaseArchive({ program: stage.program("other", '{"Version":"0.76.0","by":"another"}') });
    stage.server.add("0.76.0", other);
    expect((await stage.install({ mirror: stage.server.url, sha256: other.sha256 })).origin).toBe("download");
    expect(readFileSync(join(stage.entry(), "trivy"), "utf8")).toContain("another");
    expect(sha256(second.path)).toBe(BINARY_SHA256);
    for (const { path } of [first, again]) expect(readFileSync(path, "utf8")).not.toContain("another");
  });

  // Proves: no-answer-fills-memory
  it("is not read where it is too large for a release", async () => {
    await installed();
    // A sparse file: only its size is large.
    truncateSync(join(stage.entry(), NAME), 2 ** 31 + 1);
    expect((await installed()).origin).toBe("download");
    expect(stage.warnings().join()).toContain("it has more than 1073741824 bytes");
  });

  // Proves: scanner-without-data-no
  it("is an error if it was replaced and no other can be had, even where Trivy may be left out", async () => {
    await installed();
    const other = await releaseArchive({ program: stage.program("other", '{"Version":"0.76.0","by":"another"}') });
    copyFileSync(other.path, join(stage.entry(), NAME));
    const error = { code: "trivy-hash-mismatch", what: expect.stringContaining(other.sha256) };
    await expect(stage.install({ offline: true, sha256: script.sha256 })).rejects.toMatchObject(error);
    stage.server.fault(/./, { status: 404 });
    await expect(installed()).rejects.toMatchObject(error);
  });

  it("is copied to a private folder if the tool cache is open to others, as on GitHub's runners", async () => {
    put(trivy);
    chmodSync(stage.world.toolCache ?? "", 0o777);
    const copy = await stage.install({});
    expect(copy.path.startsWith(stage.world.runFolder)).toBe(true);
    expect(sha256(copy.path)).toBe(BINARY_SHA256);
  });

  it("is reported and replaced if it was changed", async () => {
    const changed = stage.program("changed", '{"Version":"0.76.0"}');
    put(changed);
    stage.server.add("0.76.0", real);
    // The table has the hash of GitHub's real archive, which this server lacks. So we can only see the warning here.
    await expect(stage.install({ mirror: stage.server.url })).rejects.toMatchObject({ code: "trivy-hash-mismatch" });
    expect(stage.warnings()).toHaveLength(1);
    expect(existsSync(`${changed}.runs`)).toBe(false);
  });

  it("is replaced by the verified archive if that was changed", async () => {
    await installed();
    writeFileSync(join(stage.entry(), NAME), "changed");
    expect((await installed()).origin).toBe("download");
    expect(stage.warnings()).toHaveLength(1);
    expect((await installed()).origin).toBe("tool cache");
  });

  // Proves: after-every-restore
  it("is unpacked again, so that a changed program alongside a good archive does no harm", async () => {
    await installed();
    writeFileSync(join(stage.entry(), "trivy"), "#!/bin/sh\necho evil\n");
    const again = await installed();
    expect(again.origin).toBe("tool cache");
    expect(readFileSync(again.path, "utf8")).not.toContain("evil");
  });

  it("does not count while it is not complete", async () => {
    put(trivy);
    rmSync(`${stage.entry()}.complete`);
    await expect(stage.install({ mirror: "http://127.0.0.1:1" })).rejects.toMatchObject({
      code: "trivy-download-failed",
    });
  });
});
