import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { startFakeResults } from "../../../support/github/fake-results.ts";
import { tar } from "../../../support/images/tar.ts";
import { createAuthority } from "../../../support/network/tls.ts";
import { startTlsFront } from "../../../support/network/tls-front.ts";
import { cacheBed, contents, DATABASE, entry, type JobOptions } from "./bed.ts";

const bed = cacheBed();

describe("what was kept", () => {
  test("comes back in another job and another folder, and both are reported in a line", async () => {
    const first = bed.startJob();
    first.cache.save(entry("db-1"), first.folder(DATABASE));
    await first.cache.settle();
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
    const trusting = bed.startJob({ env });
    expect(await trusting.cache.restore(entry("db-1"), trusting.folder())).toBe("db-1");
    const other = bed.startJob({ env: { ...env, SSL_CERT_FILE: undefined } });
    expect(await other.cache.restore(entry("db-1"), other.folder())).toBeUndefined();
    await front.close();
  });

  test("is found by the beginning of its key, the newest first", async () => {
    await bed.keep("db-1", { ...DATABASE, "metadata.json": "1" });
    await bed.keep("db-2", { ...DATABASE, "metadata.json": "2" });
    const { cache, folder } = bed.startJob();
    const into = folder();
    expect(await cache.restore(entry("db-"), into)).toBe("db-2");
    expect(contents(into)["metadata.json"]).toBe("2");
  });

  test("is not found by the beginning of its key if the whole key is asked for", async () => {
    await bed.keep("db-12");
    const { cache, folder, lines } = bed.startJob();
    const into = folder();
    expect(await cache.restore(entry("db-1"), into)).toBeUndefined();
    expect(contents(into)).toEqual({});
    expect(lines("warning")).toEqual([]);
  });

  test("is not found by other names of files", async () => {
    await bed.keep("db-1");
    const { cache, folder, lines } = bed.startJob();
    expect(await cache.restore(entry("db-1", ["trivy.db"]), folder())).toBeUndefined();
    expect(lines("warning")).toEqual([]);
  });

  test("stays as it is when the key is kept again, which is not a trouble", async () => {
    await bed.keep("db-1");
    const calls = bed.service.calls.length;
    await bed.keep("db-1", { ...DATABASE, "trivy.db": "another" });
    expect(bed.service.calls.slice(calls)).toEqual(["GetCacheEntryDownloadURL"]);
    const { cache, folder } = bed.startJob();
    const into = folder();
    await cache.restore(entry("db-1"), into);
    expect(contents(into)).toEqual(DATABASE);
  });

  test("may be several entries, asked for and kept at the same time", async () => {
    const first = bed.startJob();
    first.cache.save(entry("db-1"), first.folder(DATABASE));
    first.cache.save(entry("bin-1", ["trivy"]), first.folder({ trivy: "a program" }));
    await first.cache.settle();
    const { cache, folder } = bed.startJob();
    const [one, two] = [folder(), folder()];
    const found = await Promise.all([cache.restore(entry("db-1"), one), cache.restore(entry("bin-1", ["trivy"]), two)]);
    expect(found).toEqual(["db-1", "bin-1"]);
    expect([contents(one), contents(two)]).toEqual([DATABASE, { trivy: "a program" }]);
  });

  test("may be large", async () => {
    const large = randomBytes(30_000_000);
    await bed.keep("db-1", { "trivy.db": large });
    const { cache, folder } = bed.startJob();
    const into = folder();
    expect(await cache.restore(entry("db-1", ["trivy.db"]), into)).toBe("db-1");
    expect(readFileSync(join(into, "trivy.db")).equals(large)).toBe(true);
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
    const { cache, folder } = bed.startJob({ env });
    const into = folder();
    expect(await cache.restore(entry("db-1"), into)).toBe("db-1");
    expect(contents(into)).toEqual(DATABASE);
  });

  test("may be in a folder with a space and a quote in its name", async () => {
    await bed.keep("db-1", DATABASE, { name: "it's a job" });
    const { cache, folder } = bed.startJob({ name: "it's a job" });
    const into = folder();
    expect(await cache.restore(entry("db-1"), into)).toBe("db-1");
    expect(contents(into)).toEqual(DATABASE);
  });

  test("travels through a proxy to Azure's storage, as on a hosted runner", async () => {
    await using azure = await startFakeResults({ blobHost: "testbed.blob.core.windows.net" });
    const env = { ACTIONS_RESULTS_URL: azure.url, http_proxy: azure.url };
    const data = { "trivy.db": randomBytes(9_000_000) };
    await bed.keep("db-1", data, { env });
    const { cache, folder } = bed.startJob({ env });
    const into = folder();
    expect(await cache.restore(entry("db-1", ["trivy.db"]), into)).toBe("db-1");
    expect(readFileSync(join(into, "trivy.db")).equals(data["trivy.db"])).toBe(true);
    expect(azure.calls.filter((call) => call === "GET blob").length).toBeGreaterThan(1);
  });

  test("is kept by the first version of the service on a GitHub Enterprise Server", async () => {
    const env = {
      GITHUB_SERVER_URL: "https://github.example.com",
      ACTIONS_CACHE_URL: bed.service.url,
      ACTIONS_RESULTS_URL: undefined,
    };
    await bed.keep("db-1", DATABASE, { env });
    await bed.keep("db-1", DATABASE, { env });
    const { cache, folder } = bed.startJob({ env });
    const into = folder();
    expect(await cache.restore(entry("db-"), into)).toBe("db-1");
    expect(contents(into)).toEqual(DATABASE);
    expect(await cache.restore(entry("bin-"), folder())).toBeUndefined();
    expect(bed.service.calls).toContain("PATCH caches");
  });
});

/** The only entry gets another archive. */
function tamper(change: (archive: Buffer) => Buffer): void {
  for (const [id, archive] of bed.service.blobs) bed.service.blobs.set(id, change(archive));
}

describe("an entry that is not as it was kept", () => {
  const outside = join(bed.path, "outside");
  const hostile: [string, (archive: Buffer) => Buffer][] = [
    ["changed", (archive) => Buffer.concat([archive.subarray(0, 30), randomBytes(9), archive.subarray(39)])],
    ["cut off", (archive) => archive.subarray(0, archive.length / 2)],
    ["another file", () => zstdCompressSync(tar([{ path: outside, data: "changed" }]))],
    [
      "a link out of the folder",
      () => zstdCompressSync(tar([{ path: "trivy.db", link: outside }, { path: "trivy.db" }])),
    ],
    ["a folder", () => zstdCompressSync(tar([{ path: "trivy.db/" }, { path: "metadata.json", data: "{}" }]))],
    ["one file less", () => zstdCompressSync(tar([{ path: "trivy.db", data: "a database" }]))],
    [
      "one file more",
      () => zstdCompressSync(tar([...Object.keys(DATABASE), "x"].map((path) => ({ path, data: "x" })))),
    ],
    [
      "larger than allowed",
      () => zstdCompressSync(tar(Object.keys(DATABASE).map((path) => ({ path, data: Buffer.alloc(600_000) })))),
    ],
  ];

  // Proves: comes-out-repository-s
  test.each(hostile)("is a miss, which is reported, and leaves nothing behind: %s", async (_, change) => {
    writeFileSync(outside, "untouched");
    await bed.keep("db-1");
    tamper(change);
    const { cache, folder, lines } = bed.startJob({ limits: { maxBytes: 1_000_000 } });
    const into = folder();
    expect(await cache.restore(entry("db-"), into)).toBeUndefined();
    expect(contents(into)).toEqual({});
    expect(readFileSync(outside, "utf8")).toBe("untouched");
    expect(lines("warning")).toEqual([
      expect.stringMatching(
        /^warning: \[cache-entry-unusable\] The entry db-1 of the repository's cache is not one that/,
      ),
    ]);
  });

  test("is abandoned during the download if it is larger than allowed", async () => {
    await bed.keep("db-1", { ...DATABASE, "trivy.db": randomBytes(3_000_000) });
    bed.service.fault(/GET blob/, { slow: 1000 });
    const { cache, folder, lines } = bed.startJob({ limits: { maxBytes: 1_000_000 } });
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(lines("warning")).toEqual([expect.stringMatching(/cache-entry-unusable.*it has more than 1000000 bytes/)]);
  });

  test("keeps no other entry from being used", async () => {
    await bed.keep("db-1");
    tamper((archive) => archive.subarray(1));
    await bed.keep("bin-1", { trivy: "a program" });
    const { cache, folder } = bed.startJob();
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(await cache.restore(entry("bin-1", ["trivy"]), folder())).toBe("bin-1");
  });
});

describe("a run without the service", () => {
  const tryBoth = async (options: JobOptions) => {
    const { cache, folder, lines } = bed.startJob(options);
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(await cache.restore(entry("bin-1"), folder())).toBeUndefined();
    cache.save(entry("db-1"), folder(DATABASE));
    await cache.settle();
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
    const { info, warning } = await tryBoth({ env: { ACTIONS_RESULTS_URL: undefined, GITHUB_ACTIONS: undefined } });
    expect([...info, ...warning]).toEqual([]);
  });

  test("says on Windows that it is not used", async () => {
    const { info, warning } = await tryBoth({ platform: "win32" });
    expect(warning).toEqual([]);
    expect(info).toEqual([expect.stringContaining("it is not used on Windows")]);
  });

  test("whose workflow has the cache-mode `none` asks nothing, and says that nothing is kept", async () => {
    const { info, warning } = await tryBoth({ env: { ACTIONS_CACHE_MODE: "none" } });
    expect(warning).toEqual([]);
    expect(info).toEqual([expect.stringMatching(/\[cache-not-saved\] db-1 was not kept.*`cache-mode`/)]);
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
    const { cache, folder, lines } = bed.startJob({ env: { ACTIONS_CACHE_MODE: "read" } });
    expect(await cache.restore(entry("db-"), folder())).toBe("db-1");
    cache.save(entry("db-2"), folder(DATABASE));
    await cache.settle();
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
    const { cache, folder, lines } = bed.startJob();
    cache.save(entry("db-1"), folder(DATABASE));
    await cache.settle();
    expect(lines("warning")).toEqual([]);
    expect(lines("info")).toEqual([expect.stringContaining("the service or the job's `cache-mode` did not allow it")]);
  });

  test("nor read: it goes on without, and may still write", async () => {
    bed.service.fault(/Get/, { status: 403, message: "cache read denied: no scope" });
    const { cache, folder, lines } = bed.startJob();
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    cache.save(entry("db-1"), folder(DATABASE));
    await cache.settle();
    expect(lines("warning")).toEqual([]);
    expect(bed.service.entries.filter(({ done }) => done)).toHaveLength(1);
  });

  test("a cache-mode of write-only keeps without looking", async () => {
    const env = { ACTIONS_CACHE_MODE: "write-only" };
    await bed.keep("db-1", DATABASE, { env });
    expect(bed.service.calls).not.toContain("GetCacheEntryDownloadURL");
    const { cache, folder, lines } = bed.startJob({ env });
    expect(await cache.restore(entry("db-1"), folder())).toBeUndefined();
    expect(lines("info")).toEqual([]);
  });
});

describe("the process that speaks to the service", () => {
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
    const { cache, folder } = bed.startJob({ env: { PATH: `relative:${programs}:${process.env.PATH}` } });
    expect(await cache.restore(entry("db-"), folder())).toBe("db-1");
    expect(existsSync(join(programs, "ran"))).toBe(false);
  });
});
