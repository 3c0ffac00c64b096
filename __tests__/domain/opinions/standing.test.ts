import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GapCode } from "../../../src/domain/coverage.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import type { OpinionRules } from "../../../src/domain/opinions/merge-scans.ts";
import { mergeScans, type NamedScan } from "../../../src/domain/opinions/merge-scans.ts";
import type { Policy } from "../../../src/domain/policy/policy.ts";
import { SEVERITIES, severityRank } from "../../../src/domain/severity.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import { judged, makeException, makeFinding, makePackage, makePolicy, makeSettings } from "../make.ts";
import { findings as someFindings } from "./opinions.ts";

// Anyone who can write a report supplies an empty one, one with milder severities, or one with other ids.

interface Told {
  readonly findings?: readonly Finding[];
  readonly gap?: GapCode;
  readonly made?: string | undefined;
  readonly os?: string;
}

function result(
  scanner: string,
  { findings = [], gap, made = "2026-11-28T10:00:00Z", os = "debian" }: Told,
): ScanResult {
  const gaps = gap === undefined ? [] : [{ code: gap, what: `${scanner} ${gap}`, remedy: "" }];
  return {
    artifact: { names: ["app"], packages: 1, os: { family: os, name: "12.8", endOfLife: false } },
    packages: [],
    layers: [],
    findings,
    suppressed: 0,
    coverage: { rows: [], gaps },
    provenance: { scanner, scanners: ["vuln"], ...("made" in { made } && { scannedAt: made || undefined }) },
  };
}

const scanned = (scanner: string, told: Told): NamedScan => ({ scanner, scan: result(scanner, told) });
const given = (scanner: string, told: Told): NamedScan => ({ ...scanned(scanner, told), given: true });

const openssl = makePackage({ name: "openssl", version: "1", type: "debian", ecosystem: "debian" });
const cve = (id: string, more: Partial<Finding> = {}) =>
  makeFinding({ id, package: openssl, severity: "HIGH", ...more });
const merged = (scans: readonly [NamedScan, ...NamedScan[]], rules: OpinionRules = {}) => mergeScans(scans, [], rules);
const missed = ({ findings }: ScanResult) =>
  findings.map(({ id, missedBy = [] }) => `${id} ${missedBy.join()}`.trimEnd());

const ALL = { agreement: "all" } as const;
const trivy = scanned("Trivy", { findings: [cve("CVE-1")] });

describe("an empty report alongside a scan of this run", () => {
  it("has missed nothing, and a note says why", () => {
    const scan = merged([trivy, given("Clair", {})], ALL);
    expect(missed(scan)).toEqual(["CVE-1"]);
    expect(scan.opinions).toMatchObject([{ scanner: "Trivy" }, { scanner: "Clair", given: true }]);
    expect(scan.provenance.notes).toEqual([
      "Clair: the report only adds findings, since this run has scanned the image itself.",
    ]);
  });

  // Proves: report-handed-takes-nothing
  it("neither describes the image nor covers parts that the scan could not read", () => {
    const blind = scanned("Trivy", { gap: "os-unknown", os: "nosuch" });
    const known = given("Grype", { findings: [cve("CVE-2")] });
    const digest = { ...known, scan: { ...known.scan, artifact: { ...known.scan.artifact, digest: "sha256:f" } } };
    const scan = merged([blind, digest]);
    expect(scan.coverage?.gaps.map(({ code }) => code)).toEqual(["os-unknown"]);
    expect(scan.artifact).toMatchObject({ os: { family: "nosuch" } });
    expect(scan.artifact.digest).toBeUndefined();
  });

  it("says nothing in a note if no rule of the policy lets opinions take findings away", () => {
    expect(merged([trivy, given("Clair", {})]).provenance.notes).toEqual([]);
  });
});

describe("a scanner that left packages unread", () => {
  const web = makePackage({ name: "web", version: "1", type: "npm", ecosystem: "npm", purl: "pkg:npm/web@1" });
  const grype = scanned("Grype", { findings: [cve("CVE-1"), cve("CVE-2", { package: web })] });
  const trivyWith = (gap?: GapCode) => {
    const other = makePackage({ name: "other", version: "1", type: "npm", ecosystem: "npm", purl: "pkg:npm/other@1" });
    return scanned("Trivy", { findings: [cve("CVE-3", { package: other })], ...(gap && { gap }) });
  };

  it("has not missed what others find in an application's packages, and has missed what they find in the system's", () => {
    for (const gap of ["packages-unreadable", "versions-unreadable", "packages-unaccounted"] as const)
      expect(missed(merged([trivyWith(gap), grype], ALL)).sort()).toEqual(["CVE-1 Trivy", "CVE-2", "CVE-3 Grype"]);
    expect(missed(merged([trivyWith(), grype], ALL))).toContain("CVE-2 Trivy");
  });
});

describe("reports alone are opinions as scanners' are", () => {
  const both: [NamedScan, NamedScan] = [
    given("Trivy", { findings: [cve("CVE-1", { severity: "HIGH" }), cve("CVE-3", { severity: "HIGH" })] }),
    given("Grype", { findings: [cve("CVE-2"), cve("CVE-3", { severity: "LOW" })], made: "" }),
  ];
  const asScanners = both.map(({ scanner, scan }) => ({ scanner, scan })) as [NamedScan, NamedScan];

  it("with agreement: all, whether or not they have a date", () => {
    const scan = merged(both, ALL);
    expect(missed(scan).sort()).toEqual(["CVE-1 Grype", "CVE-2 Trivy", "CVE-3"]);
    expect(scan.findings).toEqual(merged(asScanners, ALL).findings);
    expect(scan.provenance.notes).toEqual([]);
  });

  it("with severity-from", () => {
    const rules = { severityFrom: ["grype"] };
    expect(merged(both, rules).findings.find(({ id }) => id === "CVE-3")?.severity).toBe("LOW");
    expect(merged(both, rules).findings).toEqual(merged(asScanners, rules).findings);
  });

  it("and one that shows no advisories for the distribution has missed nothing in it", () => {
    expect(missed(merged([both[0], given("Grype", { gap: "os-unknown" })], ALL))).toEqual(["CVE-1", "CVE-3"]);
  });
});

describe("what a given report says of a scan's finding", () => {
  const only = (own: Partial<Finding>, theirs: Partial<Finding>, rules?: OpinionRules) => {
    const scan = merged(
      [scanned("Trivy", { findings: [cve("CVE-1", own)] }), given("Grype", { findings: [cve("CVE-1", theirs)] })],
      rules,
    );
    expect(scan.findings).toHaveLength(1);
    return scan.findings[0] as Finding;
  };

  it("raises its severity, and never lowers it", () => {
    const rules = { severityFrom: ["grype", "trivy"] };
    expect(only({}, { severity: "CRITICAL" }).severity).toBe("CRITICAL");
    expect(only({}, { severity: "CRITICAL" }, rules).severity).toBe("CRITICAL");
    expect(only({}, { severity: "LOW" }, rules).severity).toBe("HIGH");
    expect(only({}, { severity: "CRITICAL" }, { severityFrom: ["trivy"] }).severity).toBe("HIGH");
    // Many policies let MEDIUM pass, and nothing that is unrated.
    const unrated = { severity: "UNKNOWN" } as const;
    expect(only(unrated, { severity: "MEDIUM" }).severity).toBe("UNKNOWN");
    expect(only(unrated, { severity: "HIGH" })).toMatchObject({ severity: "HIGH", raisedFrom: "UNKNOWN" });
  });

  // Proves: report-handed-takes-nothing
  it("adds no id, path or date by which an exception or a grace period would hold it", () => {
    const theirs = { aliases: ["GHSA-excused"], path: "usr/lib/python3/x", publishedAt: "2026-11-28T00:00:00Z" };
    const own = only({ path: undefined, publishedAt: undefined }, theirs);
    expect([own.aliases, own.path, own.publishedAt]).toEqual([undefined, undefined, undefined]);
  });

  it("is asked for what attackers use, also by an id that the scan does not have", () => {
    const scan = merged([
      scanned("Trivy", { findings: [cve("GHSA-a")] }),
      given("Grype", { findings: [cve("CVE-9", { aliases: ["GHSA-a"] })] }),
    ]);
    expect(scan.findings.map(({ id }) => id)).toEqual(["GHSA-a"]);
    const exploits = (id: string) => (id === "CVE-9" ? { kev: { ransomware: false } } : undefined);
    const verdict = judge([{ target: TARGET, scan }], makeSettings({ exploits }));
    expect(judged(verdict).findings[0]?.exploitation?.kev).toBeDefined();
  });
});

const TARGET = { kind: "image", input: "app", label: "app" } as const;

/** How many findings count that are at least so severe, for each severity. */
function counted(scan: ScanResult, policy: Policy): number[] {
  const open = judged(judge([{ target: TARGET, scan }], makeSettings({ policy }))).findings.filter(
    ({ outcome }) => outcome === "open",
  );
  return SEVERITIES.map(
    (severity) => open.filter(({ finding }) => severityRank(finding.severity) <= severityRank(severity)).length,
  );
}

const id = fc.constantFrom("CVE-1", "CVE-2", "CVE-3", "GHSA-a", "GHSA-b", "PYSEC-1", "GO-1", "RHSA-9");
const told = fc.record({ findings: someFindings, made: fc.constantFrom("", "2026-11-28T10:00:00Z") });

// Proves: report-handed-takes-nothing
it("no report that is handed in makes fewer findings of the run's own scanners count, whatever the policy", () => {
  fc.assert(
    fc.property(
      fc.array(someFindings, { minLength: 1, maxLength: 2 }),
      fc.array(told, { minLength: 1, maxLength: 2 }),
      fc.record({
        agreement: fc.constantFrom("any" as const, "all" as const),
        severityFrom: fc.constantFrom(undefined, ["clair"], ["grype", "trivy"], ["clair", "trivy"]),
        ignoreUnfixed: fc.boolean(),
        exceptions: fc.array(
          fc.record({ id, paths: fc.constantFrom(undefined, ["a"], ["a/**"]) }).map((each) => makeException(each)),
          { maxLength: 2 },
        ),
        graceDays: fc.constantFrom(undefined, { HIGH: 30, LOW: 30 }, { CRITICAL: 30 }, { HIGH: 7, MEDIUM: 60 }),
      }),
      (own, reports, change) => {
        const policy = makePolicy(change);
        const rules = { agreement: policy.agreement, severityFrom: policy.severityFrom };
        const [first, ...more] = own.map((findings, index) =>
          scanned(index === 0 ? "Trivy" : "Grype", { findings }),
        ) as [NamedScan, ...NamedScan[]];
        const alone = merged([first, ...more], rules);
        const handed = reports.map((each, index) => given(index === 0 ? "Clair" : "Grype (x.json)", each));
        const all = merged([{ scanner: alone.provenance.scanner, scan: alone }, ...handed], rules);
        const [before, after] = [counted(alone, policy), counted(all, policy)];
        for (const [index, count] of before.entries()) expect(after[index]).toBeGreaterThanOrEqual(count);
      },
    ),
    { numRuns: 500 },
  );
});
