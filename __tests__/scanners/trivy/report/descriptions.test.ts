import { expect, test } from "vitest";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { keepingDescriptions, NO_DESCRIPTIONS } from "../../../../src/scanners/trivy/report/findings.ts";
import { toScanResult } from "../../../../src/scanners/trivy/report/report.ts";

test("a long explanation is cut at 1,000 units, never within a character", () => {
  const describe = keepingDescriptions();
  expect(describe("CVE-1", "x".repeat(1000))).toBe("x".repeat(1000));
  expect(describe("CVE-2", "x".repeat(1001))).toBe(`${"x".repeat(999)}…`);
  expect(describe("CVE-3", `${"x".repeat(998)}\u{1F600}${"x".repeat(10)}`)).toBe(`${"x".repeat(998)}…`);
});

test("a missing description stays missing, and an advisory that says two things keeps both", () => {
  const describe = keepingDescriptions();
  expect([describe("CVE-1", undefined), describe("CVE-1", " \n"), NO_DESCRIPTIONS("CVE-1", "text")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(["a", "b", "a"].map((text) => describe("CVE-1", text))).toEqual(["a", "b", "a"]);
});

test("findings keep it only if it is asked for: of packages and of misconfigurations, never the message", () => {
  const document = () =>
    parse(
      JSON.stringify({
        SchemaVersion: 2,
        ArtifactType: "container_image",
        Results: [
          {
            Class: "os-pkgs",
            Vulnerabilities: [{ VulnerabilityID: "CVE-1", Severity: "LOW", Description: "A flaw." }],
          },
          {
            Class: "config",
            Misconfigurations: [
              { ID: "DS-1", Status: "FAIL", Severity: "LOW", Description: "A habit.", Message: "ENV TOKEN=secret" },
            ],
          },
        ],
      }),
    );
  const target = { kind: "trivy-report", input: "r", label: "r" } as const;
  const descriptions = (asked: boolean) =>
    toScanResult(document(), target, { descriptions: asked }).findings.map(({ description }) => description);
  expect(descriptions(true)).toEqual(["A flaw.", "A habit."]);
  expect(descriptions(false)).toEqual([undefined, undefined]);
});
