import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { withoutSecrets } from "../../../../src/job/github/library-process.ts";
import { startFakeResults } from "../../../support/github/fake-results.ts";
import { type TarEntry, tar } from "../../../support/images/tar.ts";
import { createAuthority } from "../../../support/network/tls.ts";
import { startTlsFront } from "../../../support/network/tls-front.ts";
import { cacheBed, contents, DATABASE, entry, type JobOptions } from "./bed.ts";

const bed = cacheBed();

const MISS = { found: undefined, files: {} };

describe("what was kept", () => {
  test("comes back in another job and another folder, and both are reported in a line", async () => {
    const first = bed.startJob();
    await first.keep("db-1");
    expect(first.lines("info")).toEqual(["info: Cache: saved db-1."]);

    const second = bed.startJob();
    const folder = second.folder();
    expect(await second.cache.restore(entry("db-1"), folder)).toBe("db-1");
    expect(contents(folder)).toEqual(DATABASE);
    expect(statSync(join(folder, "trivy.db")).mode & 0o777).toBe(0o600);
    expect(second.lines("info")).toEqual(["info: Cache: restored db-1."]);
    expect(second.lines("warning")).toEqual([]);
  });

  test("comes back from a server whose certificate only the job's own authority has signed", async () => {
    const authority = await createAuthority(bed.path);
    const front = await startTlsFront(bed.service.url, await authority.issue(["127.0.0.1"]));
    const env = { ACTIONS_RESULTS_URL: front.url, SSL_CERT_FILE: authority.file };
    await bed.keep("db-1", DATABASE, { env });
    expect((await bed.startJob({ env }).restored("db-1")).found).toBe("db-1");
    expect(await bed.startJob({ env: { ...env, SSL_CERT_FILE: undefined } }).restored("db-1")).toEqual(MISS);
    await front.close();
  });

  test("is found by the beginning of its key, the newest first", async () => {
    await bed.keep("db-1", { ...DATABASE, "metadata.json": "1" });
    await bed.keep("db-2", { ...DATABASE, "metadata.json": "2" });
    const files = { ...DATABASE, "metadata.json": "2" };
    expect(await bed.startJob().restored("db-")).toEqual({ found: "db-2", files });
  });

  test("is found neither by the beginning of a whole key nor by other names of files", async () => {
    await bed.keep("db-12");
    const { restored, lines } = bed.startJob();
    expect(await restored("db-1")).toEqual(MISS);
    expect(await restored("db-12", ["trivy.db"])).toEqual(MISS);
    expect(lines("warning")).toEqual([]);
  });

  test("stays as it is when the key is kept again, which is not a trouble", async () => {
    await bed.keep("db-1");
    const calls = bed.service.calls.length;
    await bed.keep("db-1", { ...DATABASE, "trivy.db": "another" });
    expect(bed.service.calls.slice(calls)).toEqual(["GetCacheEntryDownloadURL"]);
    expect((await bed.startJob().restored("db-1")).files).toEqual(DATABASE);
  });

  test("may be several entries, asked for and kept at the same time", async () => {
    const first = bed.startJob();
    await Promise.all([first.keep("db-1"), first.keep("bin-1", { trivy: "a program" })]);
    const { restored } = bed.startJob();
    expect(await Promise.all([restored("db-1"), restored("bin-1", ["trivy"])])).toEqual([
      { found: "db-1", files: DATABASE },
      { found: "bin-1", files: { trivy: "a program" } },
    ]);
  });

  test("is compressed by gzip if the machine has no zstd", async () => {
    const programs = join(bed.path, "no-zstd");
    mkdirSync(programs);
    for (const name of ["tar", "gzip", "mv", "sh"]) {
      const found = process.env.PATH?.split(":")
        .map((path) => join(path, name))
        .find((path) => existsSync(path));
      symlinkSync(found ?? "", join(programs, name));
    }
    const env = { PATH: programs };
    await bed.keep("db-1", DATABASE, { env });
    expect([...bed.service.blobs.values()][0]?.readUInt16BE()).toBe(0x1f8b);
    expect(await bed.startJob({ env }).restored("db-1")).toEqual({ found: "db-1", files: DATABASE });
  });

  test("may be in a folder with a space and a quote in its name", async () => {
    await bed.keep("db-1", DATABASE, { name: "it's a job" });
    const { restored } = bed.startJob({ name: "it's a job" });
    expect(await restored("db-1")).toEqual({ found: "db-1", files: DATABASE });
  });

  test.each(["directly", "through a proxy to Azure's storage, as on a hosted runner"])(
    "may be large: %s",
    async (way) => {
      await using azure = await startFakeResults({ blobHost: "testbed.blob.core.windows.net" });
      const env = way === "directly" ? {} : { ACTIONS_RESULTS_URL: azure.url, http_proxy: azure.url };
      const large = randomBytes(way === "directly" ? 30_000_000 : 9_000_000);
      await bed.keep("db-1", { "trivy.db": large }, { env });
      const { cache, folder } = bed.startJob({ env });
      const into = folder();
      expect(await cache.restore(entry("db-1", ["trivy.db"]), into)).toBe("db-1");
      expect(readFileSync(join(into, "trivy.db")).equals(large)).toBe(true);
      const blobs = azure.calls.filter((call) => call === "GET blob").length;
      expect(way === "directly" ? blobs === 0 : blobs > 1).toBe(true);
    },
  );

  test("is kept by the first version of the service on a GitHub Enterprise Server", async () => {
    const server = { GITHUB_SERVER_URL: "https://github.example.com", ACTIONS_RESULTS_URL: undefined };
    const env = { ...server, ACTIONS_CACHE_URL: bed.service.url };
    for (let time = 0; time < 2; time++) await bed.keep("db-1", DATABASE, { env });
    const { restored } = bed.startJob({ env });
    expect(await restored("db-")).toEqual({ found: "db-1", files: DATABASE });
    expect(await restored("bin-")).toEqual(MISS);
    expect(bed.service.calls).toContain("PATCH caches");
  });
});

/** The only entry gets another archive. */
function tamper(change: (archive: Buffer) => Buffer): void {
  for (const [id, archive] of bed.service.blobs) bed.service.blobs.set(id, change(archive));
}

describe("an entry that is not as it was kept", () => {
  const outside = join(bed.path, "outside");
  const packed = (...members: TarEntry[]) => zstdCompressSync(tar(members));
  const all = (names: string[], data: string | Buffer) => packed(...names.map((path) => ({ path, data })));
  const names = Object.keys(DATABASE);
  // The other contents are in the table of unpack.test.ts.
  const hostile: [string, (archive: Buffer) => Buffer][] = [
    ["changed", (archive) => Buffer.concat([archive.subarray(0, 30), randomBytes(9), archive.subarray(39)])],
    ["cut off", (archive) => archive.subarray(0, archive.length / 2)],
    ["another file", () => packed({ path: outside, data: "changed" })],
    ["a link out of the folder", () => packed({ path: "trivy.db", link: outside }, { path: "trivy.db" })],
    ["one file less", () => all(["trivy.db"], "a database")],
    ["larger than allowed", () => all(names, Buffer.alloc(600_000))],
  ];

  // Proves: comes-out-repository-s
  test.each(hostile)("is a miss, which is reported, and leaves nothing behind: %s", async (_, change) => {
    writeFileSync(outside, "untouched");
    await bed.keep("db-1");
    tamper(change);
    const { restored, lines } = bed.startJob({ limits: { maxBytes: 1_000_000 } });
    expect(await restored("db-")).toEqual(MISS);
    expect(readFileSync(outside, "utf8")).toBe("untouched");
    const warning = /^warning: \[cache-entry-unusable\] The entry db-1 of the repository's cache is not one that/;
    expect(lines("warning")).toEqual([expect.stringMatching(warning)]);
  });

  test("is abandoned during the download if it is larger than allowed", async () => {
    await bed.keep("db-1", { ...DATABASE, "trivy.db": randomBytes(3_000_000) });
    bed.service.fault(/GET blob/, { slow: 1000 });
    const { restored, lines } = bed.startJob({ limits: { maxBytes: 1_000_000 } });
    expect(await restored("db-")).toEqual(MISS);
    expect(lines("warning")).toEqual([expect.stringMatching(/cache-entry-unusable.*it has more than 1000000 bytes/)]);
  });

  test("keeps no other entry from being used", async () => {
    await bed.keep("db-1");
    tamper((archive) => archive.subarray(1));
    await bed.keep("bin-1", { trivy: "a program" });
    const { restored } = bed.startJob();
    expect(await restored("db-")).toEqual(MISS);
    expect((await restored("bin-1", ["trivy"])).found).toBe("bin-1");
  });
});

describe("a run without the service", () => {
  const tryBoth = async (options: JobOptions) => {
    const { restored, keep, lines } = bed.startJob(options);
    for (const key of ["db-", "bin-1"]) expect(await restored(key)).toEqual(MISS);
    await keep("db-1");
    expect(bed.service.calls).toEqual([]);
    return { info: lines("info"), warning: lines("warning") };
  };

  test.each([
    ["ACTIONS_RESULTS_URL", { ACTIONS_RESULTS_URL: undefined }],
    ["ACTIONS_RUNTIME_TOKEN", { ACTIONS_RUNTIME_TOKEN: undefined }],
    ["ACTIONS_CACHE_URL", { GITHUB_SERVER_URL: "https://github.example.com" }],
  ])("says so once in a job of GitHub's: %s", async (name, env) => {
    const { info, warning } = await tryBoth({ env });
    expect(warning).toEqual([expect.stringMatching(/^warning: \[cache-absent\].*`cache: false` to silence this\.$/)]);
    expect(warning[0]).toContain(`${name} is not set`);
    expect(info).toEqual([]);
  });

  test("says nothing in a terminal", async () => {
    const env = { ACTIONS_RESULTS_URL: undefined, GITHUB_ACTIONS: undefined };
    expect(await tryBoth({ env })).toEqual({ info: [], warning: [] });
  });

  test("says on Windows that it is not used", async () => {
    const info = [expect.stringContaining("it is not used on Windows")];
    expect(await tryBoth({ platform: "win32" })).toEqual({ info, warning: [] });
  });

  test("whose workflow has the cache-mode `none` asks nothing, and says that nothing is kept", async () => {
    const info = [expect.stringMatching(/\[cache-not-saved\] db-1 was not kept.*`cache-mode`/)];
    expect(await tryBoth({ env: { ACTIONS_CACHE_MODE: "none" } })).toEqual({ info, warning: [] });
  });
});

describe("if the token lacks the right to write, nothing is kept, and it is not a warning", () => {
  test("the job's cache-mode is read: reading works, and the service is not asked to write", async () => {
    await bed.keep("db-1");
    await bed.service.close();
    const old = bed.service;
    bed.service = await startFakeResults();
    for (const { key, version, id } of old.entries)
      bed.service.plant({ key, version, archive: old.blobs.get(id) ?? Buffer.alloc(0) });
    const { restored, keep, lines } = bed.startJob({ env: { ACTIONS_CACHE_MODE: "read" } });
    expect((await restored("db-")).found).toBe("db-1");
    await keep("db-2");
    expect(lines("warning")).toEqual([]);
    expect(lines("info")).toHaveLength(2);
    expect(bed.service.calls).not.toContain("CreateCacheEntry");
    expect(bed.service.entries).toHaveLength(1);
  });

  test.each([
    ["by status", { status: 403, message: "cache write denied: token is read-only" }],
    ["in its answer", { refused: "cache write denied: token is read-only" }],
  ])("the service refuses it %s", async (_, fault) => {
    bed.service.fault(/Create/, fault);
    const { keep, lines } = bed.startJob();
    await keep("db-1");
    expect(lines("warning")).toEqual([]);
    expect(lines("info")).toEqual([expect.stringContaining("the service or the job's `cache-mode` did not allow it")]);
  });

  test("nor read: it goes on without, and may still write", async () => {
    bed.service.fault(/Get/, { status: 403, message: "cache read denied: no scope" });
    const { restored, keep, lines } = bed.startJob();
    expect(await restored("db-")).toEqual(MISS);
    await keep("db-1");
    expect(lines("warning")).toEqual([]);
    expect(bed.service.entries.filter(({ done }) => done)).toHaveLength(1);
  });

  test("a cache-mode of write-only keeps without looking", async () => {
    const env = { ACTIONS_CACHE_MODE: "write-only" };
    await bed.keep("db-1", DATABASE, { env });
    expect(bed.service.calls).not.toContain("GetCacheEntryDownloadURL");
    const { restored, lines } = bed.startJob({ env });
    expect(await restored("db-1")).toEqual(MISS);
    expect(lines("info")).toEqual([]);
  });
});

describe("the process that speaks to the service", () => {
  // Proves: cache-s-token-stays
  test("leaves no signature of an address and no token in a text", () => {
    const address = "https://a.blob.core.windows.net/c/b.tzst?sv=2025&sig=abc%2Fdef&se=1";
    expect(withoutSecrets(`GET ${address} 403, "sig=abc", Bearer tok.en`, "tok.en")).toBe(
      'GET https://a.blob.core.windows.net/c/b.tzst?… 403, "sig=…", Bearer ***',
    );
    expect(withoutSecrets("plain", undefined)).toBe("plain");
  });

  // Proves: cache-s-token-stays
  test("sees what it needs and nothing else of the job: no input, no token but the cache's", async () => {
    const spy = join(bed.path, "spy.mjs");
    const seen = join(bed.path, "seen.json");
    writeFileSync(
      spy,
      `import { writeFileSync } from "node:fs";
       writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ env: process.env, args: process.argv.slice(2), cwd: process.cwd() }));
       console.log('{"outcome":"missing"}');`,
    );
    const { cache, folder, world } = bed.startJob({
      program: spy,
      env: {
        https_proxy: "http://proxy.example.com",
        NODE_EXTRA_CA_CERTS: "",
        AWS_SECRET_ACCESS_KEY: "secret",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "secret",
      },
    });
    const into = folder();
    expect(await cache.restore(entry("db-"), into)).toBeUndefined();
    const { env, args, cwd } = JSON.parse(readFileSync(seen, "utf8"));
    expect(Object.keys(env).sort()).toEqual([
      "ACTIONS_CACHE_SERVICE_V2",
      "ACTIONS_RESULTS_URL",
      "ACTIONS_RUNTIME_TOKEN",
      "COPYFILE_DISABLE",
      "GITHUB_WORKSPACE",
      "HOME",
      "PATH",
      "RUNNER_TEMP",
      "TMPDIR",
      "https_proxy",
    ]);
    expect([env.GITHUB_WORKSPACE, cwd]).toEqual([into, into]);
    expect(env.PATH).toMatch(/^[^:]+\/programs$/);
    expect(env.PATH.startsWith(world.runFolder)).toBe(true);
    expect(env.RUNNER_TEMP.startsWith(world.runFolder)).toBe(true);
    expect(args.join()).not.toContain(bed.service.token);
  });

  // Proves: comes-out-repository-s
  test("cannot be made to unpack by the machine's tar: it finds none but ours", async () => {
    await bed.keep("db-1");
    const programs = join(bed.path, "evil");
    mkdirSync(programs);
    for (const name of ["tar", "gtar"])
      writeFileSync(join(programs, name), `#!/bin/sh\ntouch '${programs}/ran'\n`, { mode: 0o755 });
    const { restored } = bed.startJob({ env: { PATH: `relative:${programs}:${process.env.PATH}` } });
    expect((await restored("db-")).found).toBe("db-1");
    expect(existsSync(join(programs, "ran"))).toBe(false);
  });
});
