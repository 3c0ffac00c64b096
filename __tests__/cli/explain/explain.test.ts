import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explain as command } from "../../../src/cli/explain/explain.ts";
import { keepReport } from "../../../src/cli/kept-reports.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { makeFinding, makePackage, scanned } from "../../domain/make.ts";
import { ownReport, trivyReport } from "../reports.ts";
import { typing } from "../typed.ts";
import { cliWorld } from "../world.ts";

const explain = typing(command, "id", "report");

const LAYER = {
  diffId: `sha256:${"a".repeat(64)}`,
  number: 2,
  instruction: "RUN apt-get install",
  source: { file: "Dockerfile", line: 7 },
};
const FOUND = makeFinding({ layer: LAYER, url: "https://avd.aquasec.com/nvd/cve-2024-0001" });
const OTHER = makeFinding({ id: "CVE-2024-0002", severity: "LOW", fixedVersions: [], status: "will_not_fix" });
const POLICY = `version: 1
thresholds:
  high: 0
ignore-unfixed: true
exceptions:
  - { id: CVE-2024-0001, package: libssl3, reason: No input reaches it., owner: "@acme", expires: 2026-12-31 }
  - { id: CVE-2024-0001, package: zlib, reason: b, expires: 2026-12-31 }
  - { id: CVE-2024-0001, images: ["ghcr.io/x/*"], reason: c, expires: 2026-12-31 }
`;
const attacked = (id: string) => (id === "CVE-2024-0001" ? { kev: { ransomware: true }, epss: 0.973 } : undefined);

function report(findings: readonly Finding[] = [FOUND, OTHER]): string {
  const outcome = scanned(findings);
  return ownReport([outcome], { exploits: attacked, origins: new Map([[outcome.target, () => "own"]]) });
}

/** The words about a finding of the report by this policy. */
function saidBy(policy: string, id = "CVE-2024-0001", text = report()): string {
  using world = cliWorld({ "report.json": text, "p.yml": policy });
  return explain({ id, report: "report.json", policy: "p.yml" }, world).out;
}

describe("explain", () => {
  it("says what it is, where it sits, what clears it, and each rule of the policy that decides about it", () => {
    using world = cliWorld({ "report.json": report(), ".github/image-gate.yml": POLICY });
    const { out, code } = explain({ id: "cve-2024-0001", report: "report.json" }, world);
    expect(out).toBe(`CVE-2024-0001  HIGH  A title
  https://nvd.nist.gov/vuln/detail/CVE-2024-0001
  attackers use it (CISA's KEV; ransomware)
  EPSS 0.97: probability of exploitation within 30 days

ghcr.io/acme/app:1.0: pass
  where   libssl3 3.0.11-1 (debian)
  layer   2: RUN apt-get install (Dockerfile:7)
  clears  libssl3 3.0.11-1 → 3.0.15-1 clears 1
  today   accepted (in the report: open)
    .github/image-gate.yml:3: high: 0: at most 0 may count
    .github/image-gate.yml:6: exception for CVE-2024-0001 until 2026-12-31: it accepts the finding: No input reaches it. (@acme)

As of today, by .github/image-gate.yml; report report.json, 5 days old
`);
    expect(code).toBe(0);
  });

  it("says by the defaults that it counts, and that an exception which has ended no longer holds", () => {
    using world = cliWorld({ "report.json": report() });
    const plain = explain({ id: "CVE-2024-0001", report: "report.json" }, world).out;
    expect(plain).toContain("  today   counts, and its limit is broken\n    default: high: 0: at most 0 may count\n");
    expect(plain).toContain("As of today, by the default limits, as there is no policy; report report.json");
    expect(saidBy("version: 1\nexceptions: [{id: CVE-2024-0001, reason: a, expires: 2026-11-28}]\n")).toContain(
      "p.yml:2: exception for CVE-2024-0001 until 2026-11-28: it has ended, so the finding counts again: a",
    );
  });

  it.each([
    [
      "GHSA-aaaa-bbbb-cccc",
      "thresholds: {high: 0}\nexceptions: [{id: GHSA-aaaa-bbbb-cccc, reason: a, expires: 2026-12-31}]\n",
      "it accepts the finding: a",
    ],
    ["CVE-2024-0001", "agreement: all\n", "not all scanners see it"],
  ])("says of %s what the gate says, by an alias or as not all scanners see it", (id, policy, words) => {
    const seen = makeFinding({ aliases: ["GHSA-aaaa-bbbb-cccc"], missedBy: ["Grype"] });
    const out = saidBy(`version: 1\n${policy}`, id, report([seen]));
    expect(out).toContain("ghcr.io/acme/app:1.0: pass");
    expect(out).toContain(words);
  });

  it("says that nothing clears what has no fix, and that the policy does not count it", () => {
    expect(saidBy(POLICY, "CVE-2024-0002")).toContain(
      "  clears  nothing: vendor will not fix it\n  today   does not count (in the report: open)\n    default: low: unlimited: any number passes\n    p.yml:4: ignore-unfixed: it exempts the finding: it has no fix\n",
    );
  });

  it("says that a limit is one of the image's own", () => {
    expect(saidBy("version: 1\ntargets:\n  - {images: [ghcr.io/acme/*], thresholds: {high: 3}}\n")).toContain(
      "counts, within its limit\n    p.yml:3: high: 3: at most 3 may count for these images\n",
    );
  });

  it.each([
    ["the rule of the image, even if all have the same limit", "thresholds: {high: 3}", "thresholds: {high: 3}", 6],
    ["the limit of all images, if the rule of the image has none", "thresholds: {high: 3}", "thresholds: {low: 1}", 2],
    ["nothing but the default, if neither has one", "count: all", "thresholds: {low: 1}", undefined],
  ])("names the line by which it was judged: %s", (_, common, own, line) => {
    const targets = `targets:\n  - {images: [ghcr.io/x/*], thresholds: {high: 3}}\n  - images: [ghcr.io/acme/*]\n    ${own}\n`;
    expect(saidBy(`version: 1\n${common}\n${targets}`)).toContain(
      `\n    ${line === undefined ? "default: high: 0" : `p.yml:${line}: high: 3`}: at most `,
    );
  });

  it("names the VEX document that accepts it, and the base image that it comes from", () => {
    const outcome = scanned([FOUND]);
    const text = ownReport([outcome], {
      vex: () => ({
        status: "not_affected",
        justification: "vulnerable_code_not_present",
        author: "ACME",
        document: "v.json",
      }),
      origins: new Map([[outcome.target, () => "base"]]),
    });
    using world = cliWorld({ "report.json": text });
    const { out } = explain({ id: "CVE-2024-0001", report: "report.json" }, world);
    expect(out).toContain(
      "    VEX: v.json: it accepts the finding: not_affected, vulnerable_code_not_present (ACME)\n",
    );
    expect(out).toContain("  layer   2 of the base image: RUN apt-get install");
  });

  it("reads a report of Trivy's, and the newest report that a scan kept", () => {
    using world = cliWorld({
      "trivy.json": trivyReport([{ id: "CVE-2024-0001", severity: "HIGH", fixed: "3.0.15-1" }]),
    });
    expect(explain({ id: "CVE-2024-0001", report: "trivy.json" }, world).out).toContain("clears  upgrade to 3.0.15-1");
    expect(() => explain({ id: "CVE-2024-0001" }, world)).toThrow(expect.objectContaining({ code: "report-not-kept" }));
    writeFileSync(world.at("old.json"), report([OTHER]));
    writeFileSync(world.at("new.json"), report([FOUND]));
    keepReport(world.at("old.json"), world);
    keepReport(world.at("new.json"), world);
    expect(JSON.parse(explain({ id: "CVE-2024-0001", json: true }, world).out)).toMatchObject({
      id: "CVE-2024-0001",
      targets: [{ label: "ghcr.io/acme/app:1.0", verdict: "fail", findings: [{ outcome: "open", breaksLimit: true }] }],
    });
    expect(() => explain({ id: "CVE-2024-0002" }, world)).toThrow(
      expect.objectContaining({ code: "id-not-in-report" }),
    );
  });

  it("is an error for an id that the report lacks, with the one that was meant", () => {
    using world = cliWorld({ "report.json": report() });
    expect(() => explain({ id: "CVE-2024-001", report: "report.json" }, world)).toThrow(
      expect.objectContaining({
        code: "id-not-in-report",
        remedy: expect.stringContaining("Did you mean CVE-2024-000"),
      }),
    );
  });

  // Proves: name-controls-no-terminal
  it("shows no control character of a report or a policy", () => {
    const bad = "\u001b]0;x\u0007\u001b[2J\r\u202eevil";
    const hostile = makeFinding({
      title: bad,
      path: `a${bad}`,
      package: makePackage({ name: `n${bad}`, version: bad }),
      status: bad,
    });
    const policy = `version: 1\nexceptions: [{id: CVE-2024-0001, reason: "a\u202eb", expires: 2026-12-31}]\n`;
    using world = cliWorld({ "report.json": report([hostile]), "p.yml": policy });
    const { out } = explain({ id: "CVE-2024-0001", report: "report.json", policy: "p.yml" }, world);
    expect(out).toContain("evil");
    expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});
