import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { markdown } from "../../../src/render/print/markdown.ts";
import { snippetSection as snippets, startSection as start, yamlText } from "../../../src/render/story/exceptions.ts";
import { exception, finding, judged, planned, target, use, view } from "../build.ts";
import { HOSTILE } from "../hostile.ts";
import { many } from "../samples.ts";

const UNREAD = { from: "workspace", isUnread: true } as const;
const snippetSection = (targets: Parameters<typeof snippets>[0], policy: Parameters<typeof snippets>[1] = UNREAD) =>
  markdown(...snippets(targets, policy));
const startSection = (...given: Parameters<typeof start>) => markdown(...start(...given));

/** The YAML of a section's code block. */
function yamlOf(section: string): string {
  return /(`{3,})yaml\n([\s\S]*?)\n\1/.exec(section)?.[2] ?? "";
}

describe("snippetSection", () => {
  test("is YAML that leaves reason, owner and last day to be filled in", () => {
    const section = snippetSection([target([judged(finding({ path: "usr/lib/x.jar" }))])]);
    expect(parse(yamlOf(section))).toEqual({
      exceptions: [
        { id: "CVE-2024-6119", package: "libssl3", paths: ["usr/lib/x.jar"], reason: "", owner: "", expires: "" },
      ],
    });
  });

  test("means exactly the finding, whatever its names", () => {
    const anyText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 40 }));
    fc.assert(
      fc.property(anyText, anyText, anyText, (id, name, path) => {
        const section = snippetSection([target([judged(finding({ id, package: { name }, path }))])]);
        if (section === "") {
          expect([id, name, path].map(yamlText).join("").length).toBeGreaterThan(900);
          return;
        }
        const [entry] = parse(yamlOf(section)).exceptions;
        expect(entry.id).toBe(id);
        expect(entry.package).toBe(name);
        expect(entry.paths).toEqual(/[*?]|^$/.test(path) ? undefined : [path]);
      }),
      { numRuns: 500 },
    );
  });

  test("gives ten at most, each once, and says so", () => {
    const section = snippetSection([target([...many(30, "HIGH"), ...many(30, "HIGH")])]);
    expect(parse(yamlOf(section)).exceptions).toHaveLength(10);
    expect(section).toContain("10 of 60 failing findings");
  });

  test("leaves out whole what is too long to paste, and says how many it has", () => {
    const long = finding({ package: { name: "x".repeat(70_000) } });
    const section = snippetSection([planned(target([judged(long), ...many(2, "HIGH")]))]);
    expect(parse(yamlOf(section)).exceptions).toHaveLength(2);
    expect(section).toContain("policy (2 of 3 failing findings, no fix first)");
    expect(section.length).toBeLessThan(1_000);
  });

  test("offers first what no version clears, however severe the rest is", () => {
    const of = (id: string, severity: "CRITICAL" | "HIGH", fixedVersions: readonly string[]) =>
      judged(finding({ id, severity, fixedVersions, package: { name: id.toLowerCase() } }));
    const findings = [
      ...Array.from({ length: 12 }, (_, at) => of(`CVE-2024-10${at + 10}`, "CRITICAL", ["9.0"])),
      of("CVE-2024-2000", "HIGH", []),
      of("CVE-2024-2001", "HIGH", []),
    ];
    const section = snippetSection([planned(target(findings))]);
    expect(section).toContain("policy (10 of 14 failing findings, no fix first)");
    const ids = parse(yamlOf(section)).exceptions.map((entry: { id: string }) => entry.id);
    expect(ids.slice(0, 3)).toEqual(["CVE-2024-2000", "CVE-2024-2001", "CVE-2024-1010"]);
    expect(snippetSection([target(findings.slice(0, 12))])).toContain("(10 of 12 failing findings, no fix first)");
  });

  test("names the image, without its tag, where there are several", () => {
    const made = snippetSection([
      target(many(1, "HIGH"), { label: "localhost:5000/a:1" }),
      target(many(1, "HIGH"), { label: `b@sha256:${"0".repeat(64)}` }),
    ]);
    expect(parse(yamlOf(made)).exceptions.map((entry: { images: string[] }) => entry.images)).toEqual([
      ["localhost:5000/a"],
      ["b"],
    ]);
  });

  test("names the file that judges, and is a whole file where there is none", () => {
    const fails = [target(many(1, "HIGH"))];
    const made = snippetSection(fails, { from: "workspace" });
    expect(made).toContain("In a new file `.github/image-gate.yml`:");
    expect(parse(yamlOf(made))).toMatchObject({ version: 1, exceptions: [{ owner: "" }] });
    const there = snippetSection(fails, { path: "gate.yml", from: "base" });
    expect(there).toContain("In `gate.yml` of the base branch, below `exceptions:` if that is there:");
    expect(Object.keys(parse(yamlOf(there)))).toEqual(["exceptions"]);
  });

  test("is absent where nothing fails", () => expect(snippetSection([target(many(3, "LOW"))])).toBe(""));
});

describe("startSection", () => {
  test("offers warn mode and today's counts as limits", () => {
    const made = target([...many(12, "CRITICAL"), ...many(30, "HIGH"), ...many(5, "LOW")]);
    const section = startSection(view([made]), [made]);
    expect(section).toContain("`mode: warn`");
    expect(parse(yamlOf(section))).toEqual({ version: 1, thresholds: { critical: 12, high: 30 } });
  });
  test("is absent with few findings, and once there are exceptions", () => {
    const few = target(many(3, "HIGH"));
    const old = target(many(30, "HIGH"));
    expect(startSection(view([few]), [few])).toBe("");
    expect(startSection(view([old], { exceptions: [use({ exception: exception() })] }), [old])).toBe("");
  });
});

describe("yamlText", () => {
  test.each(["yes", "null", "1.0", "2026-11-24", "a: b", "- a", "#x", "é`<!--", "\u2028"])(
    "keeps %j a string",
    (value) => {
      expect(parse(`x: ${yamlText(value)}`)).toEqual({ x: value });
      expect(yamlText(value)).toMatch(/^[\x20-\x7e]*$/);
    },
  );
});
