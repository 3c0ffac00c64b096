import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { type FakeResults, startFakeResults } from "../../support/github/fake-results.ts";
import { clean, debian12, python, saveImage } from "../../support/images/images.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type ReleaseServer, releaseArchive, startReleaseServer } from "../../support/programs/releases.ts";
import { atMost } from "../../support/runs/patience.ts";
import { shared } from "../../support/runs/shared.ts";
import { type Inputs, messages, openStage, type RunOptions } from "../../support/runs/stage.ts";

// Every run is on an empty machine, like GitHub's own runners. The runs share only the cache service.

/** A server of Trivy's releases. */
const servers: ReleaseServer[] = [];
let service: FakeResults;

const stage = await shared(openStage("cache", { asBundle: true }));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), debian12());
saveImage(join(workspace, "clean.tar"), clean());
saveImage(join(workspace, "jar.tar"), python({ withNopomJar: true }));
const program = await ensureTrivy();
const starter = join(stage.folder, "starter");
writeProgram(starter, `exec '${program}' "$@"\n`);
const mirror = async (path: string): Promise<Inputs> => {
  const archive = await releaseArchive({ program: path });
  const releases = await startReleaseServer();
  servers.push(releases);
  releases.add("0.76.0", archive);
  // The bed packs the program again, so the archive's hash differs from the genuine one's.
  return { "trivy-binary": "", "trivy-mirror": releases.url, "trivy-sha256": archive.sha256 };
};
/** The genuine Trivy program as a release, in place of the bed's starter. */
const genuine = await mirror(program);
/** The same with a small program that starts it: packing, fetching and keeping 170 MB would be most of a run's time. */
const trivy = await mirror(starter);
afterAll(async () => {
  for (const server of servers) await server.close();
});
beforeEach(async () => {
  service = await startFakeResults();
  return () => service.close();
});

const requestLogs = () => [...servers.map(({ requests }) => requests), stage.bed.registry.requests];
const asked = () => requestLogs().flatMap((log) => log.map(({ path }) => path));
const keys = () => service.entries.filter(({ done }) => done).map(({ key }) => key);

/** A run on a fresh machine. */
async function run(inputs: Inputs = {}, options: RunOptions = {}) {
  for (const log of requestLogs()) log.length = 0;
  const machine = stage.nextFolder();
  mkdirSync(join(machine, "home"), { recursive: true });
  const env = {
    HOME: join(machine, "home"),
    ACTIONS_RESULTS_URL: service.url,
    ACTIONS_RUNTIME_TOKEN: service.token,
    ACTIONS_CACHE_SERVICE_V2: "true",
    ...options.env,
  };
  const toolCache = options.toolCache ?? join(machine, "tools");
  return stage.run({ ...trivy, image: "app.tar", ...inputs }, { workspace, ...options, env, toolCache });
}

describe("a run on a fresh machine", () => {
  it("keeps Trivy and the database although the gate says no, and the next one downloads nothing", async () => {
    const first = await run(genuine);
    expect(first.outputs).toMatchObject({ verdict: "fail", critical: "3" });
    const built = (first.outputs["db-updated-at"] ?? "").replace(/[-:]|\.\d+Z$/g, "");
    expect(keys().sort()).toEqual([
      expect.stringMatching(/^trivy-bin-0\.76\.0-linux-x64-[0-9a-f]{12}$/),
      `trivy-db-v2-${built}`,
    ]);
    const calls = service.calls.length;
    const second = await run(genuine);
    expect(second.outputs).toMatchObject({ verdict: "fail", critical: "3", reason: first.outputs.reason });
    expect(asked()).toEqual([]);
    expect(messages(second, "warning")).toEqual([]);
    // Nothing has changed, so nothing is kept again.
    expect(service.calls.slice(calls).filter((call) => /Create|PUT/.test(call))).toEqual([]);
    expect(keys()).toHaveLength(2);
  });

  it("keeps the Java database apart, and only where a jar was met", async () => {
    await run({ image: "clean.tar" });
    expect(keys().filter((key) => key.startsWith("trivy-java-db-v1-"))).toEqual([]);
    await run({ image: "jar.tar" });
    expect(keys().filter((key) => key.startsWith("trivy-java-db-v1-"))).toHaveLength(1);
    const third = await run({ image: "jar.tar" });
    expect(third.report.findings.map(({ id }) => id)).toContain("CVE-2099-5001");
    expect(asked()).toEqual([]);
  });

  it.each<[string, Inputs]>([
    ["`cache` is false", { cache: "false" }],
    ["`offline` is true", { offline: "true" }],
  ])("makes no request to the service where %s", async (_, inputs) => {
    expect((await run(inputs)).outputs.verdict).toBe("fail");
    expect(service.calls).toEqual([]);
  });
});

describe("what was tampered with in the cache", () => {
  it("is a miss that is reported, where it has other bytes: all is downloaded again", async () => {
    await run();
    for (const [id, archive] of service.blobs)
      service.blobs.set(id, Buffer.from(archive).fill(0x41, archive.length >> 1, (archive.length >> 1) + 64));
    const { outputs, ...result } = await run();
    expect(outputs).toMatchObject({ verdict: "fail", critical: "3" });
    expect(asked().some((path) => path.includes("trivy_0.76.0"))).toBe(true);
    expect(asked().some((path) => path.includes("trivy-db/blobs"))).toBe(true);
    expect(messages(result as never, "warning").join("\n")).toMatch(/cache/i);
  });
});

describe("a cache service in trouble costs seconds, and a warning, and nothing else", () => {
  it("where it hangs", async () => {
    service.fault(/./, { hang: true });
    const result = await run();
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "3" });
    expect(messages(result, "warning")).toEqual([expect.stringMatching(/^\[cache-unavailable\] .*`cache: false`/)]);
    expect(result.milliseconds).toBeLessThan(atMost(30_000));
  });
});
