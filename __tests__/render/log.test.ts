import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columns } from "../../src/render/columns.ts";
import { renderLog } from "../../src/render/log.ts";
import type { View } from "../../src/render/view.ts";
import { finding, judged, target, view } from "./build.ts";
import { expectGolden } from "./golden.ts";
import { HOSTILE } from "./hostile.ts";
import { SAMPLES } from "./samples.ts";

function sample(name: string): View {
  return (SAMPLES[name] as () => View)();
}

describe("renderLog", () => {
  test.each([
    "fail",
    "pass",
    "error-inside",
    "several-targets",
    "end-of-life",
    "kinds",
    "compared",
    "dockerfile",
    "fix-plan",
  ])("golden: %s", (name) => expectGolden(`log-${name}.txt`, `${renderLog(sample(name))}\n`));

  test("ends with the one line of the reason", () => {
    for (const name of ["fail", "pass", "error", "several-targets", "huge"]) {
      const made = sample(name);
      expect(renderLog(made).split("\n").at(-1)).toBe(made.verdict.reason);
    }
  });

  test("keeps its limit with 50,000 findings and says what is left", () => {
    const log = renderLog(sample("huge"));
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(55_000);
    const rows = log.match(/^ {2}(CRITICAL|HIGH) /gm)?.length ?? 0;
    const left = Number(/and ([\d,]+) more failing/.exec(log)?.[1]?.replace(",", ""));
    expect(rows + left).toBe(20_000);
  });

  test("keeps to 120 columns in its table", () => {
    for (const name of ["fail", "huge", "old-image", "kinds"]) {
      const rows = renderLog(sample(name))
        .split("\n")
        .filter((line) => /^ {2}(severity|CRITICAL|HIGH) /.test(line));
      expect(rows.length).toBeGreaterThan(1);
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(120);
    }
  });

  test("keeps to 120 columns and in line with names that are wide, or have marks without a width", () => {
    const names = [
      "漢字パッケージの名前".repeat(9),
      "한국어",
      "e\u0301\u0301".repeat(30),
      "🎉".repeat(60),
      "ａｂｃ",
      "a",
    ];
    const findings = names.map((name) => {
      const path = `opt/${name}/${name}.jar`;
      return judged(finding({ package: { name, version: name }, fixedVersions: [name], path }));
    });
    const rows = renderLog(view([target(findings)]))
      .split("\n")
      .filter((line) => /^ {2}(severity|HIGH) /.test(line));
    expect(rows).toHaveLength(7);
    for (const row of rows) expect(columns(row)).toBeLessThanOrEqual(120);
    // The column behind the widest one begins at the same place in each.
    const starts = rows.map((row) => columns(/^ {2}\S+ +\S+ +\S+ +/.exec(row)?.[0] ?? ""));
    expect(new Set(starts).size).toBe(1);
  });

  test("runs no command and shows no control character, whatever the names", () => {
    const anyText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 40 }));
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 5, maxLength: 5 }),
        ([name = "", version = "", path = "", reason = "", label = ""]) => {
          const hostile = finding({
            id: name,
            package: { name, version },
            fixedVersions: [version],
            path,
            owner: { ecosystem: name, name },
          });
          const log = renderLog(
            view([target([judged(hostile)], { label, artifact: { packages: 0 }, provenance: { scanner: name } })], {
              reason,
            }),
          );
          for (const line of log.split("\n")) {
            expect(line).not.toMatch(/^\s*::/);
            expect(line).not.toContain("##[");
            expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200B]/u);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
  test("shows the hostile sample without a command", () => {
    expect(renderLog(sample("hostile"))).not.toMatch(/^\s*::|##\[/m);
  });
});
