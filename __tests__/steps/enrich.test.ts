import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judge } from "../../src/domain/judge/judge.ts";
import type { Policy } from "../../src/domain/policy/policy.ts";
import type { ScanResult, Target } from "../../src/domain/target.ts";
import { beginWeighing } from "../../src/steps/enrich.ts";
import { judged, makeException, makeFinding, makePolicy, makeSettings, notScanned, scanned } from "../domain/make.ts";
import { openVex, statement, writeDocument } from "../enrichment/vex/documents.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { epssFile, kevFile, startExploitSources } from "../support/databases/exploit-sources.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const NOW = new Date("2026-11-24T15:00:00Z");
let folder: ReturnType<typeof temporaryFolder>;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("weigh");
  world = testWorld(folder.path, { now: () => NOW, env: {}, toolCache: join(folder.path, "tools") });
});
afterEach(() => folder[Symbol.dispose]());

const low = (id: string) => makeFinding({ id, severity: "LOW" });

const fileOf = (name: string) => ({ name, bytes: readFileSync(join(world.workspace, name)) });

/** Two targets, judged as in a run. */
async function run(policy: Partial<Policy>, vex: readonly string[] = [], offline = false) {
  const weighing = await beginWeighing(makePolicy(policy), { vex: vex.map(fileOf), offline }, world);
  const outcomes = [scanned([low("CVE-2024-0001"), low("CVE-2024-0002")]), scanned([], "ghcr.io/acme/web:1")];
  const weights = await weighing.about(outcomes);
  const verdict = judge(outcomes, makeSettings({ policy: makePolicy(policy), ...weights }));
  return { weights, verdict, notes: weighing.notes() };
}

describe("what findings weigh", () => {
  it("comes from KEV, EPSS and VEX together", async () => {
    await using sources = await startExploitSources();
    sources.serve("/kev.json", kevFile([{ id: "CVE-2024-0001" }, { id: "CVE-2024-0002" }], "2026-11-23T00:00:00Z"));
    sources.serve("/epss.csv.gz", epssFile({ "CVE-2024-0002": 0.9 }, "2026-11-24T00:00:00Z"));
    const vex = writeDocument(world.workspace, "a.vex.json", openVex());
    const policy = { exploited: 0, exploitData: { kev: sources.kevUrl, epss: sources.epssUrl } };
    const { verdict, notes } = await run(policy, [vex]);
    expect(verdict.reason).toBe("fail: 1 exploited (limit 0) in ghcr.io/acme/app:1.0; 1 fixable");
    expect(judged(verdict).findings).toMatchObject([
      {
        finding: { id: "CVE-2024-0002" },
        outcome: "open",
        exploitation: { kev: { dueDate: "2026-12-01" }, epss: 0.9 },
      },
      {
        finding: { id: "CVE-2024-0001" },
        outcome: "accepted",
        vex: { author: "Acme Security", document: "a.vex.json" },
      },
    ]);
    expect(notes).toEqual([]);
  });

  it("a VEX document that an exception comes before is not called one that says nothing", async () => {
    const vex = writeDocument(world.workspace, "a.vex.json", openVex());
    const exceptions = [makeException({ id: "CVE-2024-0001" })];
    const { verdict, notes } = await run({ exceptions }, [vex]);
    expect(judged(verdict).findings).toContainEqual(expect.objectContaining({ outcome: "accepted", exceptions }));
    expect(notes).toEqual([]);
  });

  it("reads VEX repositories once, for the targets that were scanned, and before other documents of the same time", async () => {
    const asked: number[] = [];
    const affected = openVex([statement({ status: "affected", justification: undefined })]);
    const about = new Set(["deb/debian/libssl3"]);
    const file = (name: string, value: unknown) => ({ name, bytes: Buffer.from(JSON.stringify(value)) });
    const readHubs = (scans: readonly unknown[]) => {
      asked.push(scans.length);
      return { files: [{ ...file("hub/a.json", affected), hub: "hub", about }], changes: [] };
    };
    const outcomes = [scanned([low("CVE-2024-0001")]), notScanned()];
    const answer = async (vex: readonly unknown[]) => {
      const files = vex.map((each) => file("own.json", each));
      const weighing = await beginWeighing(makePolicy({}), { vex: files, readHubs, offline: true }, world);
      const { vex: find } = await weighing.about(outcomes);
      await weighing.about([scanned([low("CVE-2024-0009")])]);
      const [{ target, scan }] = outcomes as [{ target: Target; scan: ScanResult }];
      const statementFound = find?.(low("CVE-2024-0001"), target, scan);
      return statementFound?.document;
    };
    expect(await answer([])).toBeUndefined();
    expect(await answer([openVex()])).toBe("own.json");
    expect(asked).toEqual([1, 1]);
  });

  it("is an error if a limit needs missing data, and a note if none does", async () => {
    const needed = await run({ exploited: 0 }, [], true);
    expect(needed.verdict.answer).toBe("error");
    expect(needed.verdict.reason).toContain("[exploit-data-offline]");
    expect(needed.notes).toEqual([]);
    const marks = await run({ exploitData: {} }, [], true);
    expect(marks.verdict.answer).toBe("pass");
    expect(marks.notes).toHaveLength(2);
  });

  it("is nothing if it is not asked for: nothing is loaded, and nothing is in the store", async () => {
    const { weights, notes } = await run({ graceDays: { HIGH: 7 }, count: "introduced" });
    expect([weights, notes]).toEqual([{}, []]);
  });

  it("ends the run if a VEX document cannot be read", async () => {
    const vex = writeDocument(world.workspace, "bad.json", "nothing");
    await expect(run({}, [vex])).rejects.toMatchObject({ code: "vex-invalid" });
  });
});
