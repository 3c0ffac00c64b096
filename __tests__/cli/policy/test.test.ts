import { describe, expect, it } from "vitest";
import { testPolicy as command } from "../../../src/cli/policy/test.ts";
import { makeException, makeFinding, makePolicy, notScanned, scanned } from "../../domain/make.ts";
import { ownReport, trivyReport } from "../reports.ts";
import { typing } from "../typed.ts";
import { cliWorld } from "../world.ts";

const testPolicy = typing(command, "report");

const EXCEPTION = "exceptions: [{id: CVE-2024-0001, reason: a, expires: 2026-12-31}]\n";

describe("policy test judges our own report", () => {
  const findings = [makeFinding(), makeFinding({ id: "CVE-2024-0002", severity: "CRITICAL" })];
  const report = ownReport([scanned(findings)], {
    policy: makePolicy({ exceptions: [makeException({ id: "CVE-2024-0002" })] }),
  });

  it.each([
    ["fails", "version: 1\n", 1],
    ["fails for what is left alongside an exception", `version: 1\n${EXCEPTION}`, 1],
    ["passes by both", `version: 1\nthresholds: {critical: 1}\n${EXCEPTION}`, 0],
    [
      "passes by a rule for the image",
      "version: 1\ntargets: [{images: ['ghcr.io/acme/*'], thresholds: {critical: 1, high: 1}}]\n",
      0,
    ],
    [
      "is an error where the limit needs what it does not know",
      "version: 1\nthresholds: {critical: 1, high: 1, exploited: 0}\n",
      2,
    ],
  ])("which %s", (_, policy, code) => {
    using world = cliWorld({ "report.json": report, "p.yml": policy });
    expect(testPolicy({ report: "report.json", policy: "p.yml" }, world).code).toBe(code);
  });

  it.each([
    [
      "an exception by an alias",
      "version: 1\nexceptions: [{id: GHSA-aaaa-bbbb-cccc, reason: a, expires: 2026-12-31}]\n",
    ],
    ["what not all scanners see", "version: 1\nagreement: all\n"],
  ])("as the gate does, which lets it pass for %s", (_, policy) => {
    const seen = makeFinding({ aliases: ["GHSA-aaaa-bbbb-cccc"], missedBy: ["Grype"] });
    using world = cliWorld({ "report.json": ownReport([scanned([seen])]), "p.yml": policy, "q.yml": "version: 1\n" });
    expect(testPolicy({ report: "report.json", policy: "p.yml" }, world).code).toBe(0);
    expect(testPolicy({ report: "report.json", policy: "q.yml" }, world).code).toBe(1);
  });

  it("and says what is different from the report, and which exceptions do nothing", () => {
    const policy = `version: 1\nthresholds: {critical: 5}\nexceptions:
  - {id: CVE-2024-0001, reason: a, expires: 2026-12-31}
  - {id: CVE-1999-0001, reason: a, expires: 2026-12-31}
`;
    using world = cliWorld({ "report.json": report, "p.yml": policy });
    const { out, err } = testPolicy({ report: "report.json", policy: "p.yml" }, world);
    expect(out).toBe(`pass: 1 CRITICAL (limit 5), 0 HIGH (limit 0) in ghcr.io/acme/app:1.0, 1 accepted
ghcr.io/acme/app:1.0: pass
  CRITICAL  1 (limit 5), 0 accepted, 0 not counted
  HIGH      0 (limit 0), 1 accepted, 0 not counted
1 finding now open: CVE-2024-0002
1 finding now accepted: CVE-2024-0001
p.yml:5: CVE-1999-0001: the exception matches nothing
`);
    expect(err).toBe("");
  });

  it("by the default policy where none is named, and by the defaults where there is none", () => {
    using world = cliWorld({ "report.json": report });
    expect(testPolicy({ report: "report.json" }, world).code).toBe(1);
    using written = cliWorld({
      "report.json": report,
      ".github/image-gate.yml": "version: 1\nthresholds: {critical: 1, high: 1}\n",
    });
    expect(testPolicy({ report: "report.json" }, written).code).toBe(0);
  });

  it("of which a target that was not judged stays an error", () => {
    using world = cliWorld({ "report.json": ownReport([scanned([]), notScanned()]) });
    const { out, err, code } = testPolicy({ report: "report.json", json: true }, world);
    expect([code, JSON.parse(out).verdict]).toEqual([2, "error"]);
    expect(err).toMatch(/^error: \[image-not-found\] /);
  });

  it("in which a VEX document still accepts, and what the change did not bring in still does not count", () => {
    const outcome = scanned(findings);
    const settings = {
      policy: makePolicy({ count: "introduced" }),
      vex: ({ id }: { id: string }) =>
        id === "CVE-2024-0001" ? ({ status: "not_affected", document: "v.json" } as const) : undefined,
      changes: new Map([[outcome.target, () => "unchanged" as const]]),
    };
    const kept = ownReport([outcome], settings);
    using world = cliWorld({
      "report.json": kept,
      "all.yml": "version: 1\n",
      "new.yml": "version: 1\ncount: introduced\n",
    });
    expect(testPolicy({ report: "report.json", policy: "new.yml" }, world).code).toBe(0);
    expect(testPolicy({ report: "report.json", policy: "all.yml" }, world).out).toContain(
      "HIGH      0 (limit 0), 1 accepted",
    );
    expect(testPolicy({ report: "report.json", policy: "all.yml" }, world).code).toBe(1);
  });
});

describe("policy test judges a report of Trivy's", () => {
  const report = trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]);

  it.each([
    ["version: 1\n", undefined, 1],
    [`version: 1\n${EXCEPTION}`, undefined, 0],
    ["version: 1\ntargets: [{images: ['ghcr.io/acme/*'], thresholds: {high: 1}}]\n", undefined, 1],
    ["version: 1\ntargets: [{images: ['ghcr.io/acme/*'], thresholds: {high: 1}}]\n", "ghcr.io/acme/app:1.0", 0],
    // The report has no exploit data, so nothing passes a limit on exploited findings.
    ["version: 1\nthresholds: {high: 1, exploited: 0}\n", undefined, 2],
  ])("by %j as %s", (policy, as, code) => {
    using world = cliWorld({ "trivy.json": report, "p.yml": policy });
    expect(testPolicy({ report: "trivy.json", policy: "p.yml", as }, world).code).toBe(code);
  });
});

it.each([
  ["no JSON", "{", "document-damaged"],
  ["nothing", "", "document-damaged"],
  ["another JSON", '{"a": 1}', "document-unknown"],
  ["an SBOM", '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}', "document-unknown"],
  ["a report of an older version", '{"version": 1, "verdict": "pass", "targets": []}', "document-unknown"],
  ["a report of a newer version", '{"version": 3, "verdict": "pass", "targets": []}', "document-unknown"],
  ["a report without targets", '{"version": 2, "verdict": "pass", "targets": []}', "document-damaged"],
  [
    "a report with a key twice",
    '{"version": 2, "verdict": "fail", "verdict": "pass", "targets": []}',
    "document-damaged",
  ],
])("policy test refuses %s", (_, text, code) => {
  using world = cliWorld({ "report.json": text });
  expect(() => testPolicy({ report: "report.json" }, world)).toThrow(expect.objectContaining({ code }));
});
