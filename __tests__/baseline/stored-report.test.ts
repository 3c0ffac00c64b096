import { describe, expect, it } from "vitest";
import type { ScannedTarget } from "../../src/baseline/stored-baseline.ts";
import { baselineInReport } from "../../src/baseline/stored-report.ts";
import { readReport } from "../../src/domain/report/read.ts";
import type { Report } from "../../src/domain/report/schema.ts";
import { ownReport } from "../cli/reports.ts";
import { makeFinding, scanned } from "../domain/make.ts";

type Json = Readonly<Record<string, unknown>>;

const judged = scanned([makeFinding()]) as ScannedTarget;
const WRITTEN = JSON.parse(ownReport([judged]));
const HELD = {
  id: "CVE-2024-0001",
  reason: "a",
  expires: "2026-12-31",
  onlyWhileUnfixed: false,
  line: 1,
  state: "live",
  matches: 1,
  daysLeft: 9,
};
const EXPLOIT_ROW = { above: 0.5, open: 1, limit: 0, accepted: 0, notCounted: 0 };
const ROW = WRITTEN.targets[0].rows[0];

/** The report of a run about one image with one HIGH finding, as it is in the file. */
function report(finding: Json, target: Json = {}, top: Json = {}): Report {
  const [about] = WRITTEN.targets;
  const [{ outcome: _, ...found }] = WRITTEN.findings;
  const made = {
    ...{ ...WRITTEN, mode: "enforce", count: "introduced", exceptions: [HELD], ...top },
    targets: [{ ...about, verdict: "pass", rows: [row("HIGH", false)], baseline: { kind: "run" }, ...target }],
    findings: [{ ...found, ...finding }],
  };
  return readReport(JSON.parse(JSON.stringify(made))) as Report;
}

/** True if the run accepted the finding permanently. */
function isLetIn(made: Report): boolean {
  expect(made).not.toHaveProperty("wrong");
  const { earlier, unsettled } = baselineInReport(made, judged, { kind: "report", given: "r.json" }, "The baseline");
  expect(earlier).toHaveLength(1);
  return unsettled?.size === 0;
}

const open = { outcome: "open" };
const row = (severity: string, isBroken: boolean) => ({ ...ROW, severity, broken: isBroken });
const broken = { rows: [row("HIGH", true)], verdict: "fail" };

describe("what a run let in for good", () => {
  it("is what counted within the limits, and what was let in before", () => {
    expect(isLetIn(report(open))).toBe(true);
    expect(isLetIn(report({ outcome: "not-counted", spared: "not-introduced" }))).toBe(true);
    expect(isLetIn(report(open, { rows: [...broken.rows, row("LOW", false)] }))).toBe(false);
    expect(isLetIn(report(open, { rows: [row("LOW", true)] }))).toBe(true);
  });

  // Proves: let-through-time-does
  it.each([
    ["accepted by an exception", { outcome: "accepted", exceptions: [HELD.line] }],
    ["accepted by a VEX document", { outcome: "accepted", vex: { status: "fixed", document: "a.json" } }],
    ["spared as it had no fix", { outcome: "not-counted", spared: "unfixed" }],
    ["spared by days of grace", { outcome: "not-counted", spared: "grace" }],
  ])("is not what was %s", (_, finding) => {
    expect(isLetIn(report(finding))).toBe(false);
    // Not even if the run only recorded what is there (`mode: warn` without a baseline).
    expect(isLetIn(report(finding, { baseline: undefined }, { mode: "warn" }))).toBe(false);
  });

  it("is not what broke a limit of what attackers use", () => {
    const rows = (kind: string, isBroken = true) => ({ exploitRows: [{ ...EXPLOIT_ROW, kind, broken: isBroken }] });
    const attacked = { ...open, exploitation: { kev: { ransomware: false }, epss: 0.2 } };
    const likely = { ...open, exploitation: { epss: 0.6 } };
    expect(isLetIn(report(attacked, rows("exploited")))).toBe(false);
    expect(isLetIn(report(attacked, rows("exploited", false)))).toBe(true);
    expect(isLetIn(report(likely, rows("exploited")))).toBe(true);
    expect(isLetIn(report(likely, rows("epss")))).toBe(false);
    expect(isLetIn(report(likely, rows("epss", false)))).toBe(true);
    expect(isLetIn(report(attacked, rows("epss")))).toBe(true);
  });

  it("is all that counted where a run that only reports had nothing to compare with, or nothing to tell by it", () => {
    const first = { ...broken, baseline: { kind: "none" } };
    const warn = { mode: "warn" };
    expect(isLetIn(report(open, first, warn))).toBe(true);
    expect(isLetIn(report(open, { ...broken, baseline: undefined }, warn))).toBe(true);
    expect(isLetIn(report(open, broken, { ...warn, count: "all" }))).toBe(true);
    // The next run tells new from old.
    expect(isLetIn(report(open, broken, warn))).toBe(false);
    // There was a baseline, but it could not be read.
    expect(isLetIn(report(open, { ...broken, baseline: { kind: "none", trouble: true } }, warn))).toBe(false);
    // The image was refused.
    expect(isLetIn(report(open, first))).toBe(false);
  });
});
