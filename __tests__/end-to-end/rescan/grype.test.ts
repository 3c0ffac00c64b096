import { describe, expect, it } from "vitest";
import { ensureGrype } from "../../../scripts/setup/go-tools.ts";
import type { FindingRecord, ImageRecord } from "../../../src/domain/history/record.ts";
import { type GrypeAdvisory, grypeDatabases } from "../../support/databases/grype-database.ts";
import { debian12, python } from "../../support/images/images.ts";
import { partsOf, reportOf } from "../../support/runs/rescan-parts.ts";
import { shared } from "../../support/runs/shared.ts";
import { historiesIn } from "../../support/runs/stored-history.ts";
import { openWeeks } from "../../support/runs/weeks.ts";

// `rescan/` as a runner starts it, with the real Trivy and the real Grype: weeks in which scanners come and go.

const weeks = await shared(openWeeks("rescan-grype"));
// Trivy's database has the first one as CVE-2099-1001, and knows nothing of the others.
const advisories: GrypeAdvisory[] = [
  {
    id: "CVE-2099-1001",
    severity: "critical",
    ecosystem: "deb",
    package: "openssl",
    fixed: "3.0.15-1~deb12u1",
    release: "debian:12",
  },
  {
    id: "CVE-2099-0001",
    severity: "high",
    ecosystem: "deb",
    package: "openssl",
    fixed: "3.0.99-1",
    release: "debian:12",
  },
  { id: "GHSA-aaaa-bbbb-cccc", severity: "critical", ecosystem: "python", package: "requests", fixed: "2.99.0" },
];
const database = grypeDatabases(() => weeks.folder.path)({ advisories });
const grype = { "grype-binary": await ensureGrype(), "grype-db": database };

const both = () => ({ "scan-with": "trivy, grype", ...grype });

function recordIn(name: string): ImageRecord {
  return JSON.parse(historiesIn(weeks.state(name))[0] ?? "");
}

const there = ({ findings }: ImageRecord): FindingRecord[] =>
  findings.filter(({ episodes }) => episodes.at(-1)?.closed === undefined);

/** No server listens there. If a replaced download were fetched from there, it would be an error, optional or not. */
const NOWHERE = "http://127.0.0.1:1/grype";

describe("two scanners, week after week", () => {
  it("read the image each time with the same answer, and each finding is recorded once", async () => {
    weeks.bed.registry.add("both/app", "1.0", debian12());
    const inputs = { discover: "file:images.txt", "state-dir": weeks.state("both"), ...both() };
    const files = { "images.txt": `${weeks.bed.registry.host}/both/app:1.0\n` };
    const first = await weeks.week(inputs, files);
    expect(first.results[0], first.log).toMatchObject({ verdict: "fail", way: "image" });
    const record = recordIn("both");
    expect(there(record)).toHaveLength(18);
    expect(first.summary).toContain("Trivy and Grype agree on 2 of 18; 14 only Trivy, 2 only Grype.");
    const second = await weeks.week(inputs, files);
    expect(second.results[0], second.log).toMatchObject({ verdict: "fail", way: "image" });
    expect(second.results[0]?.counts).toEqual(first.results[0]?.counts);
    const again = there(recordIn("both"));
    expect(again.map(({ id, package: about }) => [id, about])).toEqual(
      there(record).map(({ id, package: about }) => [id, about]),
    );
    expect(again.map(({ "seen-by": by }) => by)).toEqual(there(record).map(({ "seen-by": by }) => by));
    // Findings that only this scanner has do not count, nor does its severity for the others. They stay on record.
    const rules = { ...files, "policy.yml": "version: 1\nagreement: all\nseverity-from: [trivy]\n" };
    const third = await weeks.week({ ...inputs, policy: "policy.yml" }, rules);
    expect(third.results[0], third.log).toMatchObject({ verdict: "fail", way: "image" });
    expect(third.results[0]?.counts).toMatchObject({ critical: 0, high: 2, medium: 0, low: 0, unknown: 0 });
    expect(there(recordIn("both")).map(({ id }) => id)).toEqual(again.map(({ id }) => id));
  });
});

describe("a scanner that is switched on, switched off, or fails", () => {
  // Proves: nothing-vanishes-history-name
  it("makes no finding fixed, none new under another name, and none counted twice", async () => {
    weeks.bed.registry.add("change/app", "1.0", python());
    const state = { discover: "file:images.txt", "state-dir": weeks.state("change") };
    const files = {
      "images.txt": `${weeks.bed.registry.host}/change/app:1.0\n`,
      "policy.yml": "version: 1\nscan-with: {grype: optional}\n",
    };
    const wrong = { "grype-db": NOWHERE };
    const first = await weeks.week(state, files);
    expect(first.results[0]?.way, first.log).toBe("image");
    const trivys = there(recordIn("change"));
    // Grype may see more in the image than its SBOM has.
    const second = await weeks.week({ ...state, ...both() }, files);
    expect(second.results[0]?.way, second.log).toBe("image");
    expect(second.summary).toContain("No SBOM was used: each scanner reads images itself");
    const all = there(recordIn("change"));
    expect(all.length).toBeGreaterThan(trivys.length);
    const runs = [
      { "scan-with": "grype", ...grype },
      { "scan-with": "grype-match", ...grype },
      { ...both(), ...wrong, policy: "policy.yml" },
      {},
      both(),
    ];
    for (const inputs of runs) {
      const run = await weeks.week({ ...state, ...inputs }, files);
      expect(run.outputs.verdict, run.log).toBe("fail");
      expect(run.summary.includes("failed, and the policy says that it is optional")).toBe("policy" in inputs);
      // A note about findings that only Grype sees appears wherever Grype did not scan.
      const isGrypeHere = "scan-with" in inputs && (!("grype-db" in inputs) || inputs["grype-db"] !== NOWHERE);
      expect(run.summary.includes("took part in this run"), run.summary).toBe(
        !isGrypeHere || inputs["scan-with"] === "grype" || inputs["scan-with"] === "grype-match",
      );
      const { findings } = recordIn("change");
      expect(findings.map(({ episodes }) => episodes.length + Number(episodes.at(-1)?.closed !== undefined))).toEqual(
        all.map(() => 1),
      );
      expect(JSON.parse(run.outputs.numbers ?? "")["mttr-days"].critical["90d"].count).toBe(0);
    }
    const before = recordIn("change");
    const failed = await weeks.week({ ...state, ...both(), ...wrong }, files);
    expect(failed.outputs, failed.log).toMatchObject({ verdict: "error", reason: expect.stringContaining("grype") });
    expect(recordIn("change")).toEqual(before);
  });
});

describe("several scanners in a run of several jobs", () => {
  // Proves: nothing-vanishes-history-name
  it("are asked by the shards, and the merge's policy says whether one may fail", async () => {
    await using fleet = await partsOf(weeks);
    weeks.bed.registry.add("parts/app", "1.0", debian12());
    const files = { "images.txt": `${weeks.bed.registry.host}/parts/app:1.0\n` };
    const policy = { "policy.yml": "version: 1\nscan-with: {grype: optional}\n" };
    const planned = await fleet.plan({ discover: "file:images.txt", shards: "1" }, files);
    const shared = { "state-dir": weeks.state("parts") };
    const scanned = await fleet.scan(planned, 0, { ...shared, ...both() });
    expect(scanned.code, scanned.log).toBe(0);
    const merged = await fleet.merge(planned, shared, reportOf(scanned));
    expect(merged.outputs.verdict, merged.log).toBe("fail");
    expect(there(recordIn("parts"))).toHaveLength(18);
    const wrong = { ...shared, ...both(), "grype-db": NOWHERE };
    const required = await fleet.scan(planned, 0, wrong);
    expect(required.outputs, required.log).toMatchObject({ verdict: "error" });
    const optional = await fleet.scan(planned, 0, { ...wrong, policy: "policy.yml" }, policy);
    expect(optional.code, optional.log).toBe(0);
    const strict = await fleet.merge(planned, shared, reportOf(optional));
    expect(strict.outputs, strict.log).toMatchObject({
      verdict: "error",
      reason: expect.stringContaining("grype-database-unavailable"),
    });
    expect(there(recordIn("parts"))).toHaveLength(18);
  });
});
