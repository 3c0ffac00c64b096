import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type FakeResults, startFakeResults } from "../../../support/github/fake-results.ts";
import { listen } from "../../../support/network/http.ts";
import { atMost } from "../../../support/runs/patience.ts";
import { cacheBed, DATABASE, entry, processesIn } from "./bed.ts";

const bed = cacheBed();

async function seconds(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return (performance.now() - start) / 1000;
}

/** By itself, the library would go on for half a minute or longer. */
const SOON = 15;
/** Short if the test is about the limit, otherwise long enough to start the process on a busy machine. */
const AMPLE = { lookupMs: 20_000 };
/** Limits for a service that does not answer, or that is tried repeatedly. */
const limitsFor = ({ hang, reset }: Parameters<FakeResults["fault"]>[1]) =>
  hang || reset ? { ...AMPLE, restoreMs: 4000, settleMs: 4000 } : AMPLE;

describe("a service in trouble is a warning within seconds", () => {
  const atLookup: [string, Parameters<FakeResults["fault"]>[1], RegExp][] = [
    ["never answers", { hang: true }, /it did not answer within 2 s/],
    ["answers with 500", { status: 500, message: "no\nluck" }, /it did not answer within 2 s/],
    ["answers with 404", { status: 404 }, /it answered with the status 404/],
    ["limits the rate", { status: 429, message: "slow down" }, /it answered with the status 429/],
    ["cuts the connection", { reset: true }, /it did not answer within 2 s|it could not be reached/],
  ];

  // Proves: cache-trouble-stops-nothing
  test.each(atLookup)("if it %s, and no request follows", async (_, fault, reason) => {
    bed.service.fault(/Get/, fault);
    const isAnswered = [404, 429].includes(fault.status ?? 0);
    const { restored, keep, lines } = bed.startJob({ limits: { lookupMs: isAnswered ? 20_000 : 2000 } });
    expect(await seconds(restored("db-"))).toBeLessThan(atMost(SOON));
    expect(lines("warning")).toEqual([expect.stringMatching(/^warning: \[cache-unavailable\].*`cache: false`\.$/)]);
    expect(lines("warning").join()).toMatch(reason);
    const calls = bed.service.calls.length;
    expect((await restored("bin-1")).found).toBeUndefined();
    await keep("db-1");
    expect(bed.service.calls).toHaveLength(calls);
  });

  test("if it cannot be reached", async () => {
    await using gone = await startFakeResults();
    await gone.close();
    const env = { ACTIONS_RESULTS_URL: gone.url };
    const { restored, lines } = bed.startJob({ env, limits: { lookupMs: 2000 } });
    expect(await seconds(restored("db-"))).toBeLessThan(atMost(SOON));
    const warning = /cache-unavailable.*it (?:did not answer|could not be reached)/;
    expect(lines("warning")).toEqual([expect.stringMatching(warning)]);
  });

  // Proves: no-answer-fills-memory
  test("if its answer does not end", async () => {
    const endless = await listen((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 50);
      response.once("close", () => clearInterval(timer));
    });
    const env = { ACTIONS_RESULTS_URL: `http://127.0.0.1:${endless.port}/` };
    const { restored, lines } = bed.startJob({ env, limits: { lookupMs: 2000 } });
    expect((await restored("db-")).found).toBeUndefined();
    expect(lines("warning")).toEqual([expect.stringMatching(/cache-unavailable.*it did not answer within 2 s/)]);
    await endless.close();
  });

  test("if its address is invalid", async () => {
    const { restored, lines } = bed.startJob({ env: { ACTIONS_RESULTS_URL: "nonsense" } });
    expect((await restored("db-")).found).toBeUndefined();
    expect(lines("warning")).toEqual([expect.stringContaining("[cache-unavailable]")]);
  });

  test("once, if several requests fail together", async () => {
    bed.service.fault(/Get/, { hang: true });
    const { restored, lines } = bed.startJob({ limits: { lookupMs: 1000 } });
    await Promise.all([restored("db-"), restored("bin-1")]);
    expect(lines("warning")).toHaveLength(1);
  });

  const atDownload: [string, Parameters<FakeResults["fault"]>[1], RegExp][] = [
    ["never begins", { hang: true }, /it took longer than 4 s/],
    ["stops in the middle", { hang: true, midway: true }, /it took longer than 4 s|an entry could not be downloaded/],
    ["breaks off", { reset: true, midway: true }, /an entry could not be downloaded|it took longer than 4 s/],
    ["is refused", { status: 403 }, /is not one that Image Gate has kept.*neither zstd nor gzip/],
    ["takes too long", { slow: 1000 }, /it took longer than 4 s/],
  ];

  test.each(atDownload)("if the archive %s", async (_, fault, reason) => {
    await bed.keep("db-1", { ...DATABASE, "trivy.db": randomBytes(1_000_000) });
    bed.service.fault(/GET blob/, fault);
    const limits = { ...limitsFor(fault), ...(fault.slow && { restoreMs: 4000 }) };
    const { restored, lines } = bed.startJob({ limits });
    const asked = restored("db-");
    expect(await seconds(asked)).toBeLessThan(atMost(SOON));
    expect((await asked).files).toEqual({});
    expect(lines("warning")).toHaveLength(1);
    expect(lines("warning").join()).toMatch(reason);
  });

  const atUpload: [string, RegExp, Parameters<FakeResults["fault"]>[1], RegExp][] = [
    ["the lookup before hangs", /Get/, { hang: true }, /it did not answer within 2 s/],
    ["the key's reservation hangs", /Create/, { hang: true }, /it took longer than 4 s/],
    ["the transfer hangs", /PUT blob/, { hang: true }, /it took longer than 4 s/],
    ["the end hangs", /Finalize/, { hang: true }, /it took longer than 4 s/],
  ];

  test.each(atUpload)("if %s, and no request follows", async (_, match, fault, reason) => {
    bed.service.fault(match, fault);
    const isLookup = match.test("GetCacheEntryDownloadURL");
    const { cache, folder, lines } = bed.startJob({ limits: isLookup ? { lookupMs: 2000 } : limitsFor(fault) });
    cache.save(entry("db-1"), folder(DATABASE));
    cache.save(entry("bin-1", ["trivy"]), folder({ trivy: "a program" }));
    expect(await seconds(cache.settle())).toBeLessThan(atMost(SOON));
    expect(lines("warning")).toEqual([expect.stringMatching(/^warning: \[cache-not-saved\] db-1 was not kept/)]);
    expect(lines("warning").join()).toMatch(reason);
    expect(lines("info")).toEqual([]);
    expect(bed.service.calls.filter((call) => call === "CreateCacheEntry").length).toBeLessThanOrEqual(2);
  });

  const declined: [string, RegExp, Parameters<FakeResults["fault"]>[1]][] = [
    ["the key's reservation is refused", /Create/, { refused: "out of space" }],
    ["another job keeps the key at the moment", /Create/, { status: 409, message: "already exists" }],
    ["the transfer is refused", /PUT blob/, { status: 403 }],
    ["the end is refused", /Finalize/, { refused: "too many" }],
  ];

  test.each(declined)("but only a line of the log, if %s", async (_, match, fault) => {
    bed.service.fault(match, fault);
    const { keep, lines } = bed.startJob({ limits: AMPLE });
    await keep("db-1");
    expect(lines("warning")).toEqual([]);
    expect(lines("info")).toEqual([expect.stringMatching(/\[cache-not-saved\] db-1 was not kept.*another job may be/)]);
  });

  test("if keeping takes longer than the wait at the end", async () => {
    bed.service.fault(/PUT blob/, { hang: true });
    const { keep, lines } = bed.startJob({ limits: { settleMs: 1000 } });
    expect(await seconds(keep("db-1"))).toBeLessThan(atMost(SOON));
    expect(lines("warning")).toEqual([expect.stringContaining("it took longer than 1 s")]);
  });

  test("if a file to be kept does not exist", async () => {
    const { cache, folder, lines } = bed.startJob();
    cache.save(entry("db-1"), folder({ "trivy.db": "a database" }));
    await cache.settle();
    expect(lines("warning")).toEqual([expect.stringContaining("[cache-not-saved] db-1 was not kept")]);
    expect(bed.service.calls).toEqual([]);
  });

  test("if there is no folder to work in", async () => {
    const { cache, folder, lines, world } = bed.startJob();
    rmSync(world.runFolder, { recursive: true });
    expect(await cache.restore(entry("db-"), folder())).toBeUndefined();
    mkdirSync(world.runFolder);
    expect(lines("warning")).toEqual([expect.stringMatching(/cache-unavailable.*ENOENT/)]);
    const another = bed.startJob();
    another.cache.save(entry("db-1"), join(another.folder(DATABASE), "trivy.db"));
    await another.cache.settle();
    expect(another.lines("warning")).toEqual([expect.stringMatching(/cache-not-saved/)]);
  });

  test("if its process ends without an answer", async () => {
    const broken = join(bed.path, "broken.mjs");
    writeFileSync(broken, "console.error('Bearer ghs_secret'); process.exit(3);");
    const { restored, lines } = bed.startJob({ program: broken });
    expect((await restored("db-")).found).toBeUndefined();
    expect(lines("warning")).toEqual([expect.stringContaining("ended without an answer (3)")]);
  });
});

describe("a service that is slow but moves", () => {
  test("is waited for, in both directions", async () => {
    bed.service.fault(/PUT blob/, { slow: 100 });
    bed.service.fault(/GET blob/, { slow: 500 });
    const first = bed.startJob({ limits: AMPLE });
    first.cache.save(entry("db-1", ["trivy.db"]), first.folder({ "trivy.db": randomBytes(32_000_000) }));
    expect(await seconds(first.cache.settle())).toBeGreaterThan(3.5);
    expect(first.lines("warning")).toEqual([]);
    const { restored, lines } = bed.startJob({ limits: AMPLE });
    const asked = restored("db-", ["trivy.db"]);
    expect(await seconds(asked)).toBeGreaterThan(3.5);
    expect((await asked).found).toBe("db-1");
    expect(lines("warning")).toEqual([]);
  });

  test("is excused for one failure", async () => {
    await bed.keep("db-1");
    bed.service.fault(/Get/, { status: 503, times: 1 });
    const { restored, lines } = bed.startJob({ limits: AMPLE });
    expect((await restored("db-")).found).toBe("db-1");
    expect(lines("warning")).toEqual([]);
  });
});

describe("a cancelled run", () => {
  const called = async (call: string) => {
    while (!bed.service.calls.includes(call)) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test.each([
    ["looking up", /Get/, "GetCacheEntryDownloadURL"],
    ["downloading", /GET blob/, "GET blob"],
  ])("stops at once while it is %s, silently", async (_, match, call) => {
    await bed.keep("db-1");
    bed.service.calls.length = 0;
    bed.service.fault(match, { hang: true });
    const { restored, world, lines } = bed.startJob();
    const asked = restored("db-");
    await called(call);
    world.abort();
    expect(await seconds(asked)).toBeLessThan(atMost(SOON));
    expect(await asked).toEqual({ found: undefined, files: {} });
    expect(lines("warning")).toEqual([]);
    expect((await restored("db-")).found).toBeUndefined();
  });

  test("stops at once while it is keeping, silently", async () => {
    bed.service.fault(/PUT blob/, { hang: true });
    const { keep, world, lines } = bed.startJob();
    const kept = keep("db-1");
    await called("PUT blob");
    world.abort();
    expect(await seconds(kept)).toBeLessThan(atMost(SOON));
    expect(lines("warning")).toEqual([]);
  });

  test("leaves no process behind if it is killed itself", async () => {
    bed.service.fault(/Get/, { hang: true });
    const { folder, world } = bed.startJob();
    const into = folder();
    const action = join(bed.path, "action.mjs");
    writeFileSync(
      action,
      `import { sharedCache } from ${JSON.stringify(new URL("../../../../src/job/github/cache/shared-cache.ts", import.meta.url).href)};
       const log = { info() {}, debug() {}, warning() {} };
       const { env, runFolder } = ${JSON.stringify(world)};
       const world = { env, log, now: () => new Date(), platform: "linux", runFolder, signal: new AbortController().signal };
       await sharedCache(world, { program: ${JSON.stringify(bed.program)}, lookupMs: 60_000 })
         .restore({ key: "db-", files: ["trivy.db"] }, ${JSON.stringify(into)});`,
    );
    const killed = spawn(process.execPath, [action], { stdio: "ignore" });
    await called("GetCacheEntryDownloadURL");
    expect(processesIn(into)).toHaveLength(1);
    killed.kill("SIGKILL");
    while (processesIn(into).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    for (const name of readdirSync(world.runFolder)) rmSync(join(world.runFolder, name), { recursive: true });
  });

  // Proves: cache-trouble-stops-nothing
  test("leaves no process behind, even one that obeys no signal and its children", async () => {
    const stubborn = join(bed.path, "stubborn.mjs");
    writeFileSync(
      stubborn,
      `import { spawn } from "node:child_process";
       import { writeFileSync } from "node:fs";
       process.on("SIGTERM", () => {});
       spawn("/bin/sh", ["-c", "trap '' TERM; while :; do /bin/sleep 1; done"]);
       writeFileSync(process.env.RUNNER_TEMP + "/ready", "");
       setInterval(() => {}, 1000);`,
    );
    const { cache, folder, world } = bed.startJob({ program: stubborn, limits: { lookupMs: 60_000 } });
    const into = folder();
    const restored = cache.restore(entry("db-"), into);
    const temporary = () => readdirSync(world.runFolder, { recursive: true, encoding: "utf8" });
    while (!temporary().some((name) => name.endsWith("ready"))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(processesIn(into).length).toBeGreaterThanOrEqual(2);
    world.abort();
    await restored;
    // A process may still be there for a moment after SIGKILL.
    await expect.poll(() => processesIn(into), { timeout: 1000 * atMost(SOON) }).toEqual([]);
  });
});
