import { describe, expect, it } from "vitest";
import { findingsOf, type StoredReport, storedReportSchema } from "../../src/baseline/stored-report.ts";

type Json = Readonly<Record<string, unknown>>;

/** The report of a run about one image with one HIGH finding, as it stands in the file. */
function report(finding: Json, target: Json = {}, top: Json = {}): StoredReport {
  const about = { label: "app:1", kind: "image", verdict: "pass", rows: [{ severity: "HIGH", broken: false }] };
  const found = { target: 0, kind: "vulnerability", id: "CVE-2024-0001", severity: "HIGH", title: "t" };
  return storedReportSchema.parse({
    version: 1,
    mode: "enforce",
    count: "introduced",
    generatedAt: "2026-11-24T10:00:00Z",
    targets: [{ ...about, baseline: { kind: "run" }, ...target }],
    findings: [{ ...found, ...finding }],
    provenance: {},
    ...top,
  });
}

/** Whether the run let the finding in for good. */
function isLetIn(made: StoredReport): boolean {
  const [target] = made.targets as [StoredReport["targets"][number]];
  const { earlier, unsettled } = findingsOf(made, target);
  expect(earlier).toHaveLength(1);
  return unsettled.size === 0;
}

const open = { outcome: "open" };
const broken = { rows: [{ severity: "HIGH", broken: true }], verdict: "fail" };

describe("what a run let in for good", () => {
  it("is what counted within the limits, and what was let in before", () => {
    expect(isLetIn(report(open))).toBe(true);
    expect(isLetIn(report({ outcome: "not-counted", spared: "not-introduced" }))).toBe(true);
    expect(isLetIn(report(open, { rows: [...broken.rows, { severity: "LOW", broken: false }] }))).toBe(false);
    expect(isLetIn(report(open, { rows: [{ severity: "LOW", broken: true }] }))).toBe(true);
  });

  // Proves: let-through-time-does
  it.each([
    ["accepted by an exception", { outcome: "accepted", exceptions: [0] }],
    ["accepted by a VEX document", { outcome: "accepted", vex: { status: "fixed", document: "a.json" } }],
    ["spared as it had no fix", { outcome: "not-counted", spared: "unfixed" }],
    ["spared by days of grace", { outcome: "not-counted", spared: "grace" }],
    ["treated in a way that is not known", { outcome: "parked" }],
    ["not said to be anything", {}],
  ])("is not what was %s", (_, finding) => {
    expect(isLetIn(report(finding))).toBe(false);
    // Not even where the run took stock.
    expect(isLetIn(report(finding, { baseline: undefined }, { mode: "warn" }))).toBe(false);
  });

  it("is not what broke a limit of what attackers use", () => {
    const rows = (kind: string, isBroken = true) => ({ exploitRows: [{ kind, above: 0.5, broken: isBroken }] });
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
    // The baseline was there, and could not be had.
    expect(isLetIn(report(open, { ...broken, baseline: { kind: "none", trouble: true } }, warn))).toBe(false);
    // The image was refused.
    expect(isLetIn(report(open, first))).toBe(false);
  });
});
