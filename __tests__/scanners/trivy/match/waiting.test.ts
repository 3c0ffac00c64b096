import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../../scripts/setup/tools.ts";
import type { PackageList } from "../../../../src/domain/packages/package-list.ts";
import { match } from "../../../../src/scanners/trivy/match/look-up.ts";
import { type ListSettings, waitingTrivy } from "../../../../src/scanners/trivy/match/waiting.ts";
import { background } from "../../../../src/system/background.ts";
import type { World } from "../../../../src/system/world.ts";
import { vulnerabilityDatabase, writeDatabases } from "../../../support/databases/database.ts";
import { fakeTrivy, processesOf } from "../../../support/programs/fake-trivy.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { testWorld } from "../world.ts";

// A Trivy that is started before its list exists: it gives the same answer, and leaves nothing if there is no list.

const folder = temporaryFolder("waiting-trivy");
const world: World = { ...testWorld(folder.path), env: { PATH: process.env.PATH } };
const never = new AbortController().signal;
let settings: ListSettings;

beforeAll(async () => {
  const now = new Date();
  writeDatabases(folder.path, { vulnerability: vulnerabilityDatabase({ now }) });
  const database = { folder: join(folder.path, "db"), updatedAt: now, nextUpdate: now };
  settings = { trivy: await ensureTrivy(), database, timeoutMs: 60_000 };
});
afterAll(() => folder.remove());

/** A program that reads its configuration, as Trivy does, and then runs this. */
function fake(name: string, then: string): string {
  const read = `for each in "$@"; do case "$each" in --config=*) cat "\${each#--config=}";; esac; done`;
  return fakeTrivy(join(folder.path, name, "trivy"), `${read}\n${then}`);
}

const lodash: PackageList = {
  packages: [{ ref: "a", name: "lodash", version: "4.17.20", type: "npm", purl: "pkg:npm/lodash@4.17.20" }],
  subject: "a list",
};

describe("a Trivy that waits for its list", () => {
  it("answers as one that is started for it, and only the first list", async () => {
    await using work = background(never);
    const waiting = waitingTrivy(settings, work, world);
    const asked = { ...settings, version: "0.76.0" };
    const expected = await match([lodash], asked, world);
    expect([...(expected[0]?.found.keys() ?? [])]).toEqual(["a"]);
    waiting.begin();
    waiting.begin();
    const waits = () => processesOf(folder.path).filter((each) => each.includes("wait.yaml")).length;
    await expect.poll(waits).toBe(1);
    const own = { ...asked, waiting };
    expect(await match([lodash], own, world)).toEqual(expected);
    expect(waits()).toBe(0);
    expect(await match([lodash], own, world)).toEqual(expected);
    expect(await waiting.take()).toBeUndefined();
    expect(readdirSync(join(world.runFolder, "private")).filter((name) => name.startsWith("match"))).toEqual([]);
  });

  it("is ended with the work that it belongs to", async () => {
    const ready = join(folder.path, "unasked", "ready");
    const trivy = fakeTrivy(join(folder.path, "unasked", "trivy"), `touch ${ready}; trap '' TERM; sleep 60`);
    {
      await using work = background(never);
      const waiting = waitingTrivy({ ...settings, trivy }, work, world);
      waiting.begin();
      await expect.poll(() => readdirSync(join(folder.path, "unasked"))).toContain("ready");
    }
    await expect.poll(() => processesOf(join(folder.path, "unasked"))).toEqual([]);
  });

  it("gets its list before it goes on", async () => {
    const seen = join(folder.path, "seen.json");
    const trivy = fake("copies", `for each in "$@"; do list=$each; done; cp "$list" ${seen}`);
    await using work = background(never);
    const waiting = waitingTrivy({ ...settings, trivy }, work, world);
    waiting.begin();
    const own = await waiting.take();
    expect(await own?.read("the list", 30_000)).toMatchObject({ code: 0, timedOut: false, aborted: false });
    expect(readFileSync(seen, "utf8")).toBe("the list");
  });

  it("has only the time of its question", async () => {
    await using work = background(never);
    const waiting = waitingTrivy({ ...settings, trivy: fake("slow", "sleep 60") }, work, world);
    waiting.begin();
    const own = await waiting.take();
    expect(await own?.read("{}", 200)).toMatchObject({ timedOut: true, aborted: false });
  });

  it("is absent where no named pipe can be made", async () => {
    await using work = background(never);
    const waiting = waitingTrivy(settings, work, { ...world, env: { PATH: join(folder.path, "nothing") } });
    waiting.begin();
    expect(await waiting.take()).toBeUndefined();
  });
});
