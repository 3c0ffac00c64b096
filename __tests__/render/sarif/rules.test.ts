import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { fixAdvisor } from "../../../src/domain/rows/row-fix.ts";
import { SEVERITIES } from "../../../src/domain/severity.ts";
import { fixWords, placeWords, sarifText } from "../../../src/render/sarif/rules.ts";
import { finding, judged, target } from "../build.ts";
import { HOSTILE } from "../hostile.ts";
import { many, runOf } from "./bed.ts";

const rulesOf = (...findings: Parameters<typeof judged>[0][]) =>
  runOf(target(findings.map((each) => judged(each)))).tool.driver.rules;

describe("a rule", () => {
  test("has GitHub's numbers and levels by the scanner's severity", () => {
    const rules = rulesOf(...SEVERITIES.map((severity) => finding({ severity })));
    expect(
      rules.map(({ id, defaultConfiguration: { level }, properties }) => [
        id,
        properties["security-severity"],
        level,
        properties["problem.severity"],
        properties.tags,
      ]),
    ).toEqual([
      ["CVE-2024-6119 (CRITICAL)", "9.5", "error", "error", ["security", "vulnerability", "critical"]],
      ["CVE-2024-6119 (HIGH)", "8.0", "error", "error", ["security", "vulnerability", "high"]],
      ["CVE-2024-6119 (MEDIUM)", "5.5", "warning", "warning", ["security", "vulnerability", "medium"]],
      ["CVE-2024-6119 (LOW)", "2.0", "note", "recommendation", ["security", "vulnerability", "low"]],
      ["CVE-2024-6119 (UNKNOWN)", "0.0", "note", "recommendation", ["security", "vulnerability", "unknown"]],
    ]);
  });

  test("is one for all packages of an advisory, and its help is about the advisory alone", () => {
    const places = many(12, (index) => judged(finding({ path: `opt/app-${index}/lib/x.jar` })));
    const [rule, second] = runOf(target(places)).tool.driver.rules;
    expect(second).toBeUndefined();
    expect(rule?.help.text).toMatch(
      /^CVE-2024-6119 \(HIGH\): openssl: Possible denial of service in X\.509 name checks/,
    );
    expect(rule?.help.text).not.toContain("opt/app");
    expect(rule?.helpUri).toBe("https://nvd.nist.gov/vuln/detail/CVE-2024-6119");
  });

  test("explains the advisory where the scanner does, within GitHub's limits", () => {
    const [rule] = rulesOf(finding({ description: `A flaw. ${"very long ".repeat(300)}`, title: "t".repeat(2000) }));
    expect(rule?.fullDescription.text).toMatch(/^A flaw\. very long/);
    expect(rule?.fullDescription.text.length).toBeLessThanOrEqual(1024);
    expect(rule?.shortDescription.text.length).toBeLessThanOrEqual(1024);
    expect(rule?.help.markdown).toContain("A flaw. very long");
    expect(rule?.help.text).toContain("A flaw. very long");
  });

  test("of another kind has the kind before its id", () => {
    const rules = rulesOf(finding({ kind: "secret", id: "MIT" }), finding({ kind: "license", id: "MIT" }));
    expect(rules.map(({ id, name }) => [id, name])).toEqual([
      ["secret MIT (HIGH)", "Secret"],
      ["license MIT (HIGH)", "License"],
    ]);
  });

  // Proves: code-scanning-shows-stranger
  test("of a hostile advisory has its own id, and nothing of it is a link, a mention or an argument", () => {
    const hostile = [
      ...HOSTILE,
      "[x](https://evil.example)",
      "{0} and {12}",
      `${"y".repeat(5_000)}1`,
      `${"y".repeat(5_000)}2`,
    ];
    const rules = rulesOf(...hostile.map((id) => finding({ id, title: id, description: id })));
    expect(rules).toHaveLength(new Set(hostile).size);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, shortDescription, fullDescription, help } of rules) {
      expect(id.length).toBeLessThan(200);
      for (const { text } of [shortDescription, fullDescription, help]) {
        expect(text).not.toMatch(/\]\(/);
        expect(text).not.toMatch(/\{\d+\}/);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\u200b]/);
      }
      // Outside of code spans Markdown has neither HTML nor mentions.
      const prose = help.markdown.replaceAll(/(`+)[\s\S]*?[^`]\1(?!`)/g, "");
      expect(prose.replaceAll("<br>", "")).not.toMatch(/<[a-z!/]|@octocat|evil\.example\/x/i);
    }
  });
});

describe("text of a SARIF message", () => {
  test("has no link and no argument", () => {
    expect(sarifText("see [this](https://evil.example) and [a\\]b](1)", 100)).toBe(
      "see [this] (https://evil.example) and [a\\]b] (1)",
    );
    expect(sarifText("{0} {12} {x} {}", 100)).toBe("{ 0} { 12} {x} {}");
  });

  test("is one line, cut to its length, and shows what cannot be seen", () => {
    expect(sarifText(" a\n\tb ", 100)).toBe("a b");
    expect(sarifText("a".repeat(11), 10)).toBe(`${"a".repeat(9)}…`);
    expect(sarifText("invoice\u202Egnp.exe", 100)).toBe("invoice\\u{202E}gnp.exe");
    expect(sarifText("a\u2028b\u007fc", 100)).toBe("a b\\u{7F}c");
    expect(sarifText("a\u0010b", 100)).toBe("a\\u{ 10}b");
  });
});

describe("the words of a finding", () => {
  const adviceOn = fixAdvisor();
  const fix = (each: Finding) => fixWords(each, adviceOn(each));
  const shared = finding();
  const elsewhere = { ...shared, path: "opt/x.jar", line: 3 };

  test("say where it is", () => {
    expect([shared, elsewhere, finding({ layer: undefined })].map(placeWords)).toEqual([
      "in layer 1 ADD rootfs.tar.xz /",
      "in opt/x.jar:3; layer 1 ADD rootfs.tar.xz /",
      "",
    ]);
    const source = { file: "docker/Dockerfile", line: 9 };
    const jar = {
      ...elsewhere,
      owner: { ecosystem: "Python", name: "sparkly", version: "2.3.0" },
      layer: { diffId: "x", number: 3, source },
    };
    expect(placeWords(jar)).toBe("in Python sparkly 2.3.0: opt/x.jar:3; docker/Dockerfile:9 layer 3");
  });

  test("say what fixes it, or why nothing does", () => {
    const deferred = { ...shared, fixedVersions: [], status: "fix_deferred" };
    const affected = { ...deferred, status: "affected" };
    const older = { ...shared, fixedVersions: ["3.0.9-1", "3.0.10-1"] };
    const several = { ...shared, fixedVersions: ["3.0.9-1", "3.1.4-1", "3.0.15-1"] };
    expect([shared, deferred, affected, { ...shared, kind: "secret" } as const, older, several].map(fix)).toEqual([
      "fixed in 3.0.15-1~deb12u1",
      "vendor deferred the fix",
      "no fix yet",
      "",
      "fixed in older versions only",
      "fixed in 3.0.15-1",
    ]);
  });
});
