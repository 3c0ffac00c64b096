import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build } from "../../scripts/build.ts";
import { type CacheLimits, sharedCache } from "../../src/github/shared-cache.ts";
import { type FakeResults, runtimeToken, SIGNATURE, startFakeResults } from "../support/fake-results.ts";
import { temporaryFolder } from "../support/folder.ts";
import { tar } from "../support/tar.ts";
import { type TestWorld, testWorld } from "../trivy/world.ts";

// The real @actions/cache in the real process, as the bundle has it, against a service over HTTP.

const bed = temporaryFolder("shared-cache");
const program = join(bed.path, "bundle/cache-service.js");
beforeAll(() => build(join(bed.path, "bundle")));
afterAll(() => bed.remove());

let service: FakeResults;
beforeEach(async () => {
  service = await startFakeResults();
});
afterEach(() => service.close());

const FILES = ["trivy.db", "metadata.json"];
const entry = (key: string, files = FILES) => ({ key, files });

interface JobOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly limits?: Partial<CacheLimits>;
  readonly program?: string;
  readonly platform?: NodeJS.Platform;
  /** Name of the folder that everything of the job lies in. */
  readonly name?: string;
}

let jobs: { world: TestWorld }[] = [];
let count = 0;

/** One job, with folders of its own, on the service. */
function startJob({ env = {}, limits, platform = "linux", name = "job", ...options }: JobOptions = {}) {
  const place = join(bed.path, `${name}-${++count}`);
  const world = testWorld(place, {
    platform,
    env: {
      PATH: process.env.PATH,
      GITHUB_ACTIONS: "true",
      GITHUB_TOKEN: "ghs_secret",
      INPUT_TOKEN: "ghs_secret",
      NODE_OPTIONS: "--no-such-option",
      RUNNER_DEBUG: "1",
      ACTIONS_RESULTS_URL: service.url,
      ACTIONS_CACHE_SERVICE_V2: "True",
      ACTIONS_RUNTIME_TOKEN: service.token,
      ...env,
    },
  });
  const job = {
    world,
    cache: sharedCache(world, { program: options.program ?? program, ...(limits ? { limits } : {}) }),
    /** A folder with these files. */
    folder(files: Readonly<Record<string, Buffer | string>> = {}): string {
      const path = join(place, `folder-${++count}`);
      mkdirSync(path);
      for (const [file, data] of Object.entries(files)) writeFileSync(join(path, file), data);
      return path;
    },
    /** What was said to people, or what is so important that it is a warning. */
    lines: (level: "info" | "warning") => world.lines.filter((line) => line.startsWith(`${level}: `)),
  };
  jobs.push(job);
  return job;
}

/** Command lines of the living processes that have to do with a folder. */
function processesIn(folder: string): string[] {
  const commandLine = (pid: string) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? command : "";
    } catch {
      return "";
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((command) => command !== "");
}

/** What holds after every test: nothing left behind, nothing secret said, at most one warning about the service. */
afterEach(() => {
  for (const { world } of jobs) {
    expect(readdirSync(world.runFolder)).toEqual([]);
    expect(processesIn(world.runFolder)).toEqual([]);
    const log = world.lines.join("\n");
    for (const secret of [SIGNATURE, service.token, "ghs_secret", "::"]) expect(log).not.toContain(secret);
    expect(world.lines.filter((line) => /^warning: \[cache-(?!entry)/.test(line)).length).toBeLessThanOrEqual(1);
  }
  jobs = [];
});

const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

const DATABASE = { "trivy.db": "a database", "metadata.json": "{}" };

/** Another job has kept the database under this key. */
async function keep(key: string, files: Readonly<Record<string, Buffer | string>> = DATABASE, options?: JobOptions) {
  const { cache, folder, lines } = startJob(options);
  cache.save(entry(key, Object.keys(files)), folder(files));
  await cache.settle();
  expect(lines("warning")).toEqual([]);
}

describe("what was kept", () => {
  test("comes back in another job and another folder, and both are said in a line", async () => {
    const first = startJob();
    first.cache.save(entry("db-1"), first.folder(DATABASE));
    await first.cache.settle();
    expect(first.lines("info")).toEqual([expect.stringMatching(/^info: Cache: saved db-1 \(0\.0 MB, \d+\.\d s\)\.$/)]);

    const second = startJob();
    const folder = second.folder();
    expect(await second.cache.restore(entry("db-1"), folder)).toBe("db-1");
    expect(contents(folder)).toEqual(DATABASE);
    expect(statSync(join(folder, "trivy.db")).mode & 0o777).toBe(0o600);
    expect(second.lines("info")).toEqual([
      expect.stringMatching(/^info: Cache: restored db-1 \(0\.0 MB, \d+\.\d s\)\.$/),
    ]);
    expect(second.lines("warning")).toEqual([]);
  });

  test("is found by the beginning of its key, the newest first", async () => {
    await keep("db-1", { ...DATABASE, "metadata.json": "1" });
    await keep("db-2", { ...DATABASE, "metadata.json": "2" });
    const { cache, folder } = startJob();
    const into = folder();
    expect(await cache.restore(entry("db-"), into)).toBe("db-2");
    expect(contents(into)["metadata.json"]).toBe("2");
  });

  test("is not found by the beginning of its key where the whole is asked for", async () => {
    await keep("db-12");
    const { cache, folder, lines } = startJob();
    const into = folder();
    expect(await cache.restore(entry("db-1"), into)).toBeUndefined();
    expect(contents(into)).toEqual({});
    expect(lines("warning")).toEqual([]);
  });

  test("is not found by other names of files", async () => {
    await keep("db-1");
    const { cache, folder, lines } = startJob();
    expect(await cache.restore(entry("db-1", ["trivy.db"]), folder())).toBeUndefined();
    expect(lines("warning")).toEqual([]);
  });

  test("stays as it is when the key is kept again, which is no trouble", async () => {
    await keep("db-1");
    const calls = service.calls.length;
    await keep("db-1", { ...DATABASE, "trivy.db": "another" });
    expect(service.calls.slice(calls)).toEqual(["GetCacheEntryDownloadURL"]);
    const { cache, folder } = startJob();
    const into = folder();
    await cache.restore(entry("db-1"), into);
    expect(contents(into)).toEqual(DATABASE);
  });

  test("may be several entries, asked for and kept at the same time", async () => {
    const first = startJob();
    first.cache.save(entry("db-1"), first.folder(DATABASE));
    first.cache.save(entry("bin-1", ["trivy"]), first.folder({ trivy: "a program" }));
    await first.cache.settle();
    const { cache, folder } = startJob();
    const [one, two] = [folder(), folder()];
    const found = await Promise.all([cache.restore(entry("db-1"), one), cache.restore(entry("bin-1", ["trivy"]), two)]);
    expect(found).toEqual(["db-1", "bin-1"]);
    expect([contents(one), contents(two)]).toEqual([DATABASE, { trivy: "a program" }]);
  });

  test("may be large", async () => {
    const large = randomBytes(30_000_000);
    await keep("db-1", { "trivy.db": large });
    const { cache, folder, lines } = startJob();
    const into = folder();
    expect(await cache.restore(entry("db-1", ["trivy.db"]), into)).toBe("db-1");
    expect(readFileSync(join(into, "trivy.db")).equals(large)).toBe(true);
    expect(lines("info")).toEqual([expect.stringContaining("30.0 MB")]);
  });

  test("is compressed by gzip where the machine has no zstd", async () => {
    const programs = join(bed.path, "no-zstd");
    mkdirSync(programs);
    for (const name of ["tar", "gzip", "mv", "sh"]) {
      const found = process.env.PATH?.split(":")
        .map((path) => join(path, name))
        .find((path) => existsSync(path));
      symlinkSync(found ?? "", join(programs, name));
    }
    const env = { PATH: programs };
    await keep("db-1", DATABASE, { env });
    expect([...service.blobs.values()][0]?.readUInt16BE()).toBe(0x1f8b);
    const { cache, folder } = startJob({ env });
    const into = folder();
    expect(await cache.restore(entry("db-1"), into)).toBe("db-1");
    expect(contents(into)).toEqual(DATABASE);
  });

  test("may lie in a folder with a space and a quote in its name", async () => {
    await keep("db-1", DATABASE, { name: "it's a job" });
    const { cache, folder } = startJob({ name: "it's a job" });
    const into = folder();
    expect(await cache.restore(entry("db-1"), into)).toBe("db-1");
    expect(contents(into)).toEqual(DATABASE);
  });

  test("travels through a proxy to Azure's storage, as on a hosted runner", async () => {
    await using azure = await startFakeResults({ blobHost: "testbed.blob.core.windows.net" });
    const env = { ACTIONS_RESULTS_URL: azure.url, http_proxy: azure.url };
    const data = { "trivy.db": randomBytes(9_000_000) };
    await keep("db-1", data, { env });
    const { cache, folder } = startJob({ env });
    const into = folder();
    expect(await cache.restore(entry("db-1", ["trivy.db"]), into)).toBe("db-1");
    expect(readFileSync(join(into, "trivy.db")).equals(data["trivy.db"])).toBe(true);
    expect(azure.calls.filter((call) => call === "GET blob").length).toBeGreaterThan(1);
  });

  test("is kept by the first version of the service on a GitHub Enterprise Server", async () => {
    const env = {
      GITHUB_SERVER_URL: "https://github.example.com",
      ACTIONS_CACHE_URL: service.url,
      ACTIONS_RESULTS_URL: undefined,
    };
    await keep("db-1", DATABASE, { env });
    await keep("db-1", DATABASE, { env });
    const { cache, folder } = startJob({ env });
    const into = folder();
    expect(await cache.restore(entry("db-"), into)).toBe("db-1");
    expect(contents(into)).toEqual(DATABASE);
    expect(await cache.restore(entry("bin-"), folder())).toBeUndefined();
    expect(service.calls).toContain("PATCH caches");
  });
});

/** The archive of the one entry that is there becomes another one. */
function tamper(change: (archive: Buffer) => Buffer): void {
  for (const [id, archive] of service.blobs) service.blobs.set(id, change(archive));
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
    ["one file more", () => zstdCompressSync(tar([...FILES, "x"].map((path) => ({ path, data: "x" }))))],
    ["larger than allowed", () => zstdCompressSync(tar(FILES.map((path) => ({ path, data: Buffer.alloc(600_000) }))))],
  ];

  test.each(hostile)("is a miss, which is said, and leaves nothing behind: %s", async (_, change) => {
    writeFileSync(outside, "untouched");
    await keep("db-1");
    tamper(change);
    const { cache, folder, lines } = startJob({ limits: { maxBytes: 1_000_000 } });
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

  test("is given up while it comes where it is larger than allowed", async () => {
    await keep("db-1", { ...DATABASE, "trivy.db": randomBytes(3_000_000) });
    service.fault(/GET blob/, { slow: 1000 });
    const { cache, folder, lines } = startJob({ limits: { maxBytes: 1_000_000 } });
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(lines("warning")).toEqual([expect.stringMatching(/cache-entry-unusable.*it has more than 1000000 bytes/)]);
  });

  test("keeps no other entry from being used", async () => {
    await keep("db-1");
    tamper((archive) => archive.subarray(1));
    await keep("bin-1", { trivy: "a program" });
    const { cache, folder } = startJob();
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(await cache.restore(entry("bin-1", ["trivy"]), folder())).toBe("bin-1");
  });
});

async function seconds(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return (performance.now() - start) / 1000;
}

/** The library by itself would go on for half a minute and more. */
const SOON = 15;
/** Short where the limit is the subject; ample for starting the process on a busy machine where it is not. */
const AMPLE = { lookupMs: 20_000, silenceMs: 2000 };

describe("a service in trouble is a warning within seconds", () => {
  const atLookup: [string, Parameters<FakeResults["fault"]>[1], RegExp][] = [
    ["never answers", { hang: true }, /it did not answer within 2 s/],
    ["answers with 503", { status: 503 }, /it failed 2 times \(.*503/],
    ["answers with 500", { status: 500, message: "no\nluck" }, /it failed 2 times \(.*500/],
    ["answers with 404", { status: 404 }, /404/],
    ["limits the rate", { status: 429, message: "slow down" }, /429.*slow down/],
    ["cuts the connection", { reset: true }, /ECONNRESET/],
  ];

  test.each(atLookup)("where it %s, and it is asked nothing more", async (_, fault, reason) => {
    service.fault(/Get/, fault);
    const { cache, folder, lines } = startJob({ limits: { lookupMs: fault.hang ? 2000 : 20_000 } });
    expect(await seconds(cache.restore(entry("db-"), folder()))).toBeLessThan(SOON);
    expect(lines("warning")).toEqual([expect.stringMatching(/^warning: \[cache-unavailable\].*`cache: false`\.$/)]);
    expect(lines("warning").join()).toMatch(reason);
    const calls = service.calls.length;
    expect(await cache.restore(entry("bin-1"), folder())).toBeUndefined();
    cache.save(entry("db-1"), folder(DATABASE));
    await cache.settle();
    expect(service.calls).toHaveLength(calls);
  });

  test("where it cannot be reached", async () => {
    await using gone = await startFakeResults();
    await gone.close();
    const { cache, folder, lines } = startJob({ env: { ACTIONS_RESULTS_URL: gone.url } });
    expect(await seconds(cache.restore(entry("db-"), folder()))).toBeLessThan(SOON);
    expect(lines("warning")).toEqual([expect.stringMatching(/cache-unavailable.*ECONNREFUSED/)]);
  });

  test("where its address is none", async () => {
    const { cache, folder, lines } = startJob({ env: { ACTIONS_RESULTS_URL: "nonsense" } });
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(lines("warning")).toEqual([expect.stringContaining("[cache-unavailable]")]);
  });

  test("once, where several requests fail together", async () => {
    service.fault(/Get/, { hang: true });
    const { cache, folder, lines } = startJob({ limits: { lookupMs: 1000 } });
    await Promise.all([cache.restore(entry("db-"), folder()), cache.restore(entry("bin-1"), folder())]);
    expect(lines("warning")).toHaveLength(1);
  });

  const atDownload: [string, Parameters<FakeResults["fault"]>[1], RegExp][] = [
    ["never begins", { hang: true }, /nothing came or went for 2 s/],
    ["stops in the middle", { hang: true, midway: true }, /nothing came or went for 2 s|aborted/],
    ["breaks off in the middle", { reset: true, midway: true }, /aborted|ECONNRESET|Incomplete/i],
    ["is refused", { status: 403 }, /is not one that Image Gate has kept.*neither zstd nor gzip/],
    ["takes too long", { slow: 1000 }, /it took longer than 4 s/],
  ];

  test.each(atDownload)("where the archive %s", async (_, fault, reason) => {
    await keep("db-1", { ...DATABASE, "trivy.db": randomBytes(1_000_000) });
    service.fault(/GET blob/, fault);
    const { cache, folder, lines } = startJob({ limits: { ...AMPLE, restoreMs: fault.slow ? 4000 : 60_000 } });
    const into = folder();
    expect(await seconds(cache.restore(entry("db-"), into))).toBeLessThan(SOON);
    expect(contents(into)).toEqual({});
    expect(lines("warning")).toHaveLength(1);
    expect(lines("warning").join()).toMatch(reason);
  });

  const atUpload: [string, RegExp, Parameters<FakeResults["fault"]>[1], RegExp][] = [
    ["the lookup before hangs", /Get/, { hang: true }, /it did not answer within 2 s/],
    ["the key's reservation hangs", /Create/, { hang: true }, /nothing came or went for 2 s/],
    ["the key's reservation fails", /Create/, { status: 503 }, /503/],
    ["the key's reservation is refused", /Create/, { refused: "out of space" }, /out of space/],
    ["the transfer hangs", /PUT blob/, { hang: true }, /nothing came or went for 2 s/],
    ["the transfer is cut", /PUT blob/, { reset: true }, /nothing came or went for 2 s|ECONNRESET|hang up/],
    ["the transfer is refused", /PUT blob/, { status: 403 }, /: AuthenticationFailed by the testbed\. The next/],
    ["the end hangs", /Finalize/, { hang: true }, /nothing came or went for 2 s/],
    ["the end is refused", /Finalize/, { refused: "too many" }, /too many/],
  ];

  test.each(atUpload)("where %s, and it is asked nothing more", async (_, match, fault, reason) => {
    service.fault(match, fault);
    const isLookup = match.test("GetCacheEntryDownloadURL");
    const { cache, folder, lines } = startJob({ limits: isLookup ? { lookupMs: 2000 } : AMPLE });
    cache.save(entry("db-1"), folder(DATABASE));
    cache.save(entry("bin-1", ["trivy"]), folder({ trivy: "a program" }));
    expect(await seconds(cache.settle())).toBeLessThan(SOON);
    expect(lines("warning")).toEqual([expect.stringMatching(/^warning: \[cache-not-saved\] db-1 was not kept/)]);
    expect(lines("warning").join()).toMatch(reason);
    expect(lines("info")).toEqual([]);
    expect(service.calls.filter((call) => call === "CreateCacheEntry").length).toBeLessThanOrEqual(2);
  });

  test("where keeping takes longer than is waited for at the end", async () => {
    service.fault(/PUT blob/, { hang: true });
    const { cache, folder, lines } = startJob({ limits: { settleMs: 1000 } });
    cache.save(entry("db-1"), folder(DATABASE));
    expect(await seconds(cache.settle())).toBeLessThan(SOON);
    expect(lines("warning")).toEqual([expect.stringContaining("it took longer than 1 s")]);
  });

  test("where a file to be kept is not there", async () => {
    const { cache, folder, lines } = startJob();
    cache.save(entry("db-1"), folder({ "trivy.db": "a database" }));
    await cache.settle();
    expect(lines("warning")).toEqual([expect.stringContaining("[cache-not-saved] db-1 was not kept")]);
    expect(service.calls).toEqual([]);
  });

  test("where there is no place to work in", async () => {
    const { cache, folder, lines, world } = startJob();
    rmSync(world.runFolder, { recursive: true });
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    mkdirSync(world.runFolder);
    expect(lines("warning")).toEqual([expect.stringMatching(/cache-unavailable.*ENOENT/)]);
    const another = startJob();
    another.cache.save(entry("db-1"), join(another.folder(DATABASE), "trivy.db"));
    await another.cache.settle();
    expect(another.lines("warning")).toEqual([expect.stringMatching(/cache-not-saved/)]);
  });

  test("where its process ends without an answer", async () => {
    const broken = join(bed.path, "broken.mjs");
    writeFileSync(broken, "console.error('Bearer ghs_secret'); process.exit(3);");
    const { cache, folder, lines } = startJob({ program: broken });
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(lines("warning")).toEqual([expect.stringContaining("ended without an answer (3)")]);
  });
});

describe("a service that is slow but moves", () => {
  test("is waited for, in both directions", async () => {
    const data = { "trivy.db": randomBytes(6_000_000) };
    service.fault(/blob/, { slow: 250 });
    const first = startJob({ limits: AMPLE });
    first.cache.save(entry("db-1", ["trivy.db"]), first.folder(data));
    await first.cache.settle();
    expect(first.lines("warning")).toEqual([]);
    const { cache, folder, lines } = startJob({ limits: AMPLE });
    expect(await cache.restore(entry("db-", ["trivy.db"]), folder())).toBe("db-1");
    expect(lines("warning")).toEqual([]);
  });

  test("is excused for one failure", async () => {
    await keep("db-1");
    service.fault(/Get/, { status: 503, times: 1 });
    const { cache, folder, lines } = startJob({ limits: { lookupMs: 20_000 } });
    expect(await cache.restore(entry("db-"), folder())).toBe("db-1");
    expect(lines("warning")).toEqual([]);
  });
});

describe("a run without the service", () => {
  const tryBoth = async (options: JobOptions) => {
    const { cache, folder, lines } = startJob(options);
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    expect(await cache.restore(entry("bin-1"), folder())).toBeUndefined();
    cache.save(entry("db-1"), folder(DATABASE));
    await cache.settle();
    expect(service.calls).toEqual([]);
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

  test("is told on Windows, where it is not used", async () => {
    const { info, warning } = await tryBoth({ platform: "win32" });
    expect(warning).toEqual([]);
    expect(info).toEqual(["info: Cache: It is not used on Windows."]);
  });

  test("is told where the workflow's cache-mode is none", async () => {
    const { info, warning } = await tryBoth({ env: { ACTIONS_CACHE_MODE: "none" } });
    expect(warning).toEqual([]);
    expect(info).toEqual(["info: Cache: The job's cache-mode is none."]);
  });
});

describe("where the token may not write, nothing is kept, and it is no warning", () => {
  const readOnly: [string, JobOptions][] = [
    ["the job's cache-mode is read", { env: { ACTIONS_CACHE_MODE: "read" } }],
    ["the token says so", {}],
  ];

  test.each(readOnly)("%s: reading works, and the service is not asked to write", async (_, options) => {
    await keep("db-1");
    await service.close();
    const old = service;
    service = await startFakeResults({ token: options.env ? runtimeToken() : runtimeToken([1, 1]) });
    for (const { key, version, id } of old.entries)
      service.plant({ key, version, archive: old.blobs.get(id) ?? Buffer.alloc(0) });
    const { cache, folder, lines } = startJob(options);
    expect(await cache.restore(entry("db-"), folder())).toBe("db-1");
    cache.save(entry("db-2"), folder(DATABASE));
    await cache.settle();
    expect(lines("warning")).toEqual([]);
    expect(lines("info")).toHaveLength(2);
    expect(service.calls).not.toContain("CreateCacheEntry");
    expect(service.entries).toHaveLength(1);
  });

  test.each([
    ["by status", { status: 403, message: "cache write denied: token is read-only" }],
    ["in its answer", { refused: "cache write denied: token is read-only" }],
  ])("the service refuses it %s: once", async (_, fault) => {
    service.fault(/Create/, fault);
    const { cache, folder, lines } = startJob();
    cache.save(entry("db-1"), folder(DATABASE));
    cache.save(entry("bin-1", ["trivy"]), folder({ trivy: "a program" }));
    await cache.settle();
    expect(lines("warning")).toEqual([]);
    expect(lines("info")).toEqual([expect.stringContaining("cache write denied: token is read-only")]);
    expect(service.calls.filter((call) => call === "CreateCacheEntry")).toHaveLength(1);
  });

  test("nor read: it goes on without, and may still write", async () => {
    service.fault(/Get/, { status: 403, message: "cache read denied: no scope" });
    const { cache, folder, lines } = startJob();
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    cache.save(entry("db-1"), folder(DATABASE));
    await cache.settle();
    expect(lines("warning")).toEqual([]);
    expect(service.entries.filter(({ done }) => done)).toHaveLength(1);
  });

  test("a cache-mode of write-only keeps without looking", async () => {
    const env = { ACTIONS_CACHE_MODE: "write-only" };
    await keep("db-1", DATABASE, { env });
    expect(service.calls).not.toContain("GetCacheEntryDownloadURL");
    const { cache, folder, lines } = startJob({ env });
    expect(await cache.restore(entry("db-1"), folder())).toBeUndefined();
    expect(lines("info")).toEqual(["info: Cache: The job's cache-mode is write-only."]);
  });
});

describe("a cancelled run", () => {
  const called = async (call: string) => {
    while (!service.calls.includes(call)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test.each([
    ["looking up", /Get/, "GetCacheEntryDownloadURL"],
    ["downloading", /GET blob/, "GET blob"],
  ])("stops at once while it is %s, without a word", async (_, match, call) => {
    await keep("db-1");
    service.calls.length = 0;
    service.fault(match, { hang: true });
    const { cache, folder, world, lines } = startJob();
    const into = folder();
    const restored = cache.restore(entry("db-"), into);
    await called(call);
    world.abort();
    expect(await seconds(restored)).toBeLessThan(SOON);
    expect(await restored).toBeUndefined();
    expect(contents(into)).toEqual({});
    expect(lines("warning")).toEqual([]);
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
  });

  test("stops at once while it is keeping, without a word", async () => {
    service.fault(/PUT blob/, { hang: true });
    const { cache, folder, world, lines } = startJob();
    cache.save(entry("db-1"), folder(DATABASE));
    await called("PUT blob");
    world.abort();
    expect(await seconds(cache.settle())).toBeLessThan(SOON);
    expect(lines("warning")).toEqual([]);
  });

  test("leaves no process behind, even one that obeys no signal and its children", async () => {
    const stubborn = join(bed.path, "stubborn.mjs");
    writeFileSync(
      stubborn,
      `import { spawn } from "node:child_process";
       import { writeFileSync } from "node:fs";
       process.on("SIGTERM", () => {});
       spawn("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"]);
       writeFileSync(process.env.RUNNER_TEMP + "/ready", "");
       setInterval(() => {}, 1000);`,
    );
    const { cache, folder, world } = startJob({ program: stubborn, limits: { lookupMs: 60_000 } });
    const into = folder();
    const restored = cache.restore(entry("db-"), into);
    const temporary = () => readdirSync(world.runFolder, { recursive: true, encoding: "utf8" });
    while (!temporary().some((name) => name.endsWith("ready"))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(processesIn(into).length).toBeGreaterThanOrEqual(2);
    world.abort();
    await restored;
    expect(processesIn(into)).toEqual([]);
  });
});

describe("the process that speaks to the service", () => {
  test("sees what it needs and nothing else of the job: no input, no token but the cache's", async () => {
    const spy = join(bed.path, "spy.mjs");
    const seen = join(bed.path, "seen.json");
    writeFileSync(
      spy,
      `import { writeFileSync } from "node:fs";
       writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ env: process.env, args: process.argv.slice(2), cwd: process.cwd() }));
       console.log('{"outcome":"missing"}');`,
    );
    const { cache, folder, world } = startJob({
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
      "IMAGE_GATE_CACHE_ARCHIVE",
      "PATH",
      "RUNNER_TEMP",
      "TMPDIR",
      "https_proxy",
    ]);
    expect([env.GITHUB_WORKSPACE, cwd]).toEqual([into, into]);
    expect(env.RUNNER_TEMP.startsWith(world.runFolder)).toBe(true);
    expect(args.join()).not.toContain(service.token);
  });

  test("cannot be made to unpack by the machine's tar: what it finds first is ours", async () => {
    await keep("db-1");
    const programs = join(bed.path, "evil");
    mkdirSync(programs);
    for (const name of ["tar", "gtar"])
      writeFileSync(join(programs, name), `#!/bin/sh\ntouch '${programs}/ran'\n`, { mode: 0o755 });
    const { cache, folder } = startJob({ env: { PATH: `relative:${programs}:${process.env.PATH}` } });
    expect(await cache.restore(entry("db-"), folder())).toBe("db-1");
    expect(existsSync(join(programs, "ran"))).toBe(false);
  });
});
