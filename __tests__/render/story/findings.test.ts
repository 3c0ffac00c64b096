import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { Plan } from "../../../src/domain/fix-plan.ts";
import { packageRows } from "../../../src/domain/rows/package-rows.ts";
import { rowFixes } from "../../../src/domain/rows/row-fix.ts";
import type { Severity } from "../../../src/domain/severity.ts";
import { type Exploitation, failing, type JudgedFinding } from "../../../src/domain/verdict.ts";
import { fitComment, fitSummary } from "../../../src/render/documents.ts";
import { packagesSection } from "../../../src/render/story/findings.ts";
import { type Form, LONG, SHORT } from "../../../src/render/story/form.ts";
import type { View } from "../../../src/render/view.ts";
import { exception, finding, judged, target, view } from "../build.ts";
import { fitTree, renderComment } from "../fitted.ts";
import { realistic } from "../realistic.ts";
import { many } from "../samples.ts";
import { expectSound } from "../sound.ts";

function render(findings: readonly JudgedFinding[], limit = 60_000, form: Form = SHORT, open = 3): string {
  const section = packagesSection({
    rows: packageRows(findings),
    fixes: rowFixes(NO_PLAN),
    title: "Failing",
    open,
    rank: 1,
    form,
  });
  return fitTree([section], limit);
}

const NO_PLAN: Plan = { steps: [], noFix: [], advised: { versions: 0, scanned: 0, reasons: [] } };

const rowsOf = (markdown: string) => markdown.split("\n").filter((line) => /^\| [🔴🟠🟡⚪❔]/u.test(line));

test("a row has no fix from the plan for a package of another ecosystem that has the same name and version", () => {
  const rack = (type: string, severity: Severity, fix: string) =>
    judged(
      finding({
        severity,
        package: { name: "rack", version: "1.0.0", type },
        path: type,
        layer: undefined,
        fixedVersions: [fix],
      }),
    );
  const text = renderComment(view([target([rack("bundler", "HIGH", "2.0.0"), rack("npm", "LOW", "1.5.0")])]));
  expect(rowsOf(text).map((row) => /`rack` 1\.0\.0<br>(.*?)<br>/.exec(row)?.[1])).toEqual([
    "→ **2.0.0**",
    "→ **1.5.0**",
  ]);
});

/** A CRITICAL, a HIGH and a LOW finding of one package. */
const three = (over: readonly Partial<JudgedFinding>[] = []) =>
  (["CRITICAL", "HIGH", "LOW"] as const).map((severity, at) =>
    judged(finding({ id: `CVE-2024-000${at}`, severity }), over[at]),
  );

describe("a row", () => {
  test("has the worst severity, one fix for all, and the advisories, the worst first, each severity with its dot", () => {
    const [row = "", ...others] = rowsOf(render(three(), 60_000, LONG));
    expect(others).toEqual([]);
    expect(row).toMatch(/^\| 🔴&nbsp;CRITICAL \| `libssl3` 3\.0\.11-1\\~deb12u2<br>→ \*\*3\.0\.15-1\\~deb12u1\*\* \|/);
    expect(row.replace(/\(https:[^)]*\)/g, "")).toContain(
      "[CVE-2024-0000], 🟠&nbsp;[CVE-2024-0001], ⚪&nbsp;[CVE-2024-0002]<br><sub>Possible denial of service",
    );
  });

  test("names all advisories in the comment: two in its first line, the others in a fold of the cell", () => {
    const [row = ""] = rowsOf(render(three()));
    expect(row).toContain("CVE-2024-0001)<br>");
    expect(row).toContain("<details><summary>and 1 more</summary>⚪&nbsp;CVE-2024-0002</details>");
  });

  test("says of how many findings a fix is true, or why there is none", () => {
    const fixed = (...fixes: readonly (readonly string[])[]) =>
      rowsOf(
        render(
          fixes.map((fixedVersions, at) => judged(finding({ id: `CVE-${at}`, fixedVersions, status: "will_not_fix" }))),
        ),
      )[0];
    expect(fixed(["3.0.12-1"], ["3.0.14-1"])).toContain("<br>→ **3.0.14-1** |");
    expect(fixed(["3.0.12-1"], [], [])).toContain("<br>→ **3.0.12-1** for 1 of 3 |");
    expect(fixed([])).toContain("<br>vendor will not fix it |");
    // A fix that is older than the installed version clears nothing.
    expect(fixed(["1.0-1"], ["3.0.12-1"])).toContain("**3.0.12-1** for 1 of 2");
    expect(fixed(["1.0-1"])).not.toContain("1.0-1<br>");
  });

  test("names the version that the plan names, and says of how many findings it is true", () => {
    const of = (severity: "CRITICAL" | "LOW", fixedVersions: readonly string[]) =>
      judged(finding({ id: `CVE-${severity}-${fixedVersions}`, severity, fixedVersions }));
    const low = [of("LOW", ["3.0.12-1"]), of("LOW", ["3.0.19-1"]), of("LOW", [])];
    const { text } = fitSummary(
      view([target([of("CRITICAL", ["3.0.14-1"]), ...low].map((each) => ({ ...each, change: "new" as const })))]),
    );
    // The one without a fix stays.
    expect(text).toContain("→ **3.0.19-1** clears 3 of 4 (3.0.14-1 is enough for the gate): 1 CRITICAL, 2 LOW");
    expect(rowsOf(text)[0]).toContain("<br>→ **3.0.19-1** for 3 of 4 |");
  });

  test("says why there is no fix, if the version that the plan names clears none of the row's findings", () => {
    const failing = judged(finding({ id: "CVE-1", severity: "CRITICAL", fixedVersions: ["3.0.14-1"] }));
    const within = judged(finding({ id: "CVE-2", severity: "LOW", fixedVersions: [], status: "will_not_fix" }));
    const { text } = fitSummary(view([target([failing, within])]));
    const row = text.split("\n").find((line) => line.startsWith("|") && line.includes("CVE-2")) ?? "";
    expect(row).toContain("<br>vendor will not fix it |");
  });

  test("of a source names some of its packages", () => {
    const source = { name: "util-linux", version: "2.38" };
    const names = ["bsdutils", "libblkid1", "mount", "fdisk"];
    const rows = packageRows(
      names.map((name) => judged(finding({ package: { name, version: "2.38" } }))),
      names.map((name) => ({ name, version: "2.38", type: "debian", system: true, source })),
    );
    const common = { fixes: rowFixes(NO_PLAN), title: "What", open: 0, rank: 1, form: SHORT };
    expect(fitTree([packagesSection({ ...common, rows })], 9_000)).toContain(
      "`util-linux` 2.38<br>→ **3.0.15-1\\~deb12u1**<br><sub>`bsdutils`, `libblkid1` and 2 more</sub>",
    );
  });

  test("has the file only if its name says more than the package's", () => {
    const at = (path: string) => rowsOf(render([judged(finding({ path }))]))[0] ?? "";
    expect(at("opt/lib/log4j-core-2.14.1.jar")).toContain("<sub>`opt/lib/log4j-core-2.14.1.jar`</sub>");
    expect(at("usr/lib/python3/site-packages/urllib3-1.26.4.dist-info/METADATA")).not.toContain("METADATA");
    const [row] = rowsOf(render([judged(finding({ path: "a/x.jar" })), judged(finding({ path: "b/x.jar" }))]));
    expect(row).toContain("<sub>`a/x.jar` and 1 more</sub>");
  });

  test("keeps each mark, and says of how many findings it is true", () => {
    const kev = (dueDate: string, ransomware = false): Exploitation => ({ kev: { dueDate, ransomware }, epss: 0.2 });
    const [row] = rowsOf(
      render(
        three([
          { change: "new", exploitation: kev("2026-12-24") },
          { change: "newly-disclosed", exploitation: kev("2026-12-01", true) },
          { change: "new", ended: exception({ expires: "2026-11-23" }), countsFrom: "2026-12-31" },
        ]),
      ),
    );
    expect(row).toContain(
      " · **2 new** · 🔥 2 exploited, due 2026-12-01, ransomware · EPSS 20 % · 1 newly disclosed · 1 exception ended 2026-11-23 · 1 counts from 2026-12-31<br>",
    );
    expect(row).toContain("🔥&nbsp;[CVE-2024-0000]");
  });

  test("of one finding has its marks without a number", () => {
    const one = (over: Partial<JudgedFinding>) => rowsOf(render([judged(finding(), over)]))[0];
    expect(one({ change: "new" })).toContain(") · **new**<br>");
    expect(one({ change: "newly-disclosed" })).toContain(") · newly disclosed<br>");
    expect(one({ countsFrom: "2026-12-31" })).toContain(") · counts from 2026-12-31<br>");
    expect(one({ change: "unchanged" })).not.toContain("·");
  });

  test("no mark is lost, whatever the row has", () => {
    const marks = fc.record(
      {
        change: fc.constantFrom("new" as const, "newly-disclosed" as const),
        exploitation: fc.constant({ kev: { ransomware: false } }),
        ended: fc.constant(exception()),
        countsFrom: fc.constant("2026-12-01"),
      },
      { requiredKeys: [] },
    );
    const words: readonly (readonly [RegExp, (one: JudgedFinding) => boolean])[] = [
      [/\*\*(?:\d+ )?new\*\*/, ({ change }) => change === "new"],
      [/newly disclosed/, ({ change }) => change === "newly-disclosed"],
      [/🔥 (?:\d+ )?exploited/u, ({ exploitation }) => exploitation?.kev !== undefined],
      [/exceptions? ended/, ({ ended }) => ended !== undefined],
      [/counts? from/, ({ countsFrom }) => countsFrom !== undefined],
    ];
    fc.assert(
      fc.property(fc.array(marks, { minLength: 1, maxLength: 12 }), fc.constantFrom(SHORT, LONG), (all, form) => {
        const findings = all.map((over, at) => judged(finding({ id: `CVE-2024-${1000 + at}` }), over));
        const [row = ""] = rowsOf(render(findings, 60_000, form, 0));
        for (const [word, is] of words) expect(word.test(row), `${word} in ${row}`).toBe(findings.some(is));
      }),
    );
  });
});

describe("a table", () => {
  test("shows each finding in exactly one row, or counts it as left out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 600, max: 30_000 }), (count, limit) => {
        const markdown = render(many(count), limit);
        const named = rowsOf(markdown).flatMap((row) => row.match(/CVE-\d+-\d+(?!\d|\))/g) ?? []);
        expect(new Set(named).size).toBe(named.length);
        const [, list = ""] = /left out here \((.*?)\)/.exec(markdown) ?? [];
        const left = (list.match(/\d+/g) ?? []).reduce((sum, each) => sum + Number(each), 0);
        expect(named.length + left).toBe(count);
      }),
    );
  });

  test("folds nothing if only a few rows would be in the fold", () => {
    const packages = (count: number) =>
      Array.from({ length: count }, (_, at) => judged(finding({ package: { name: `lib${at}` } })));
    expect(render(packages(6))).not.toContain("<details>");
    expect(render(packages(7))).toContain("<summary>And 4 packages: 4 HIGH</summary>");
  });

  test("has no column for places if nothing is known of them", () => {
    expect(render([judged(finding({ layer: undefined, path: "a.lock" }))])).not.toContain("where");
    expect(render([judged(finding({ layer: undefined }), { origin: "own" })])).toContain("| ours |");
  });
});

/** Failing findings whose advisory the text does not name. */
function unnamed(text: string, { verdict }: View): Finding[] {
  return verdict.targets
    .flatMap((each) => (each.answer === "error" ? [] : failing(each)))
    .map(({ finding: of }) => of)
    .filter(({ id }) => !text.includes(id));
}

describe("findings as real images have them", () => {
  test.each([
    [3, 6, 3],
    [30, 60, 12],
    [200, 400, 50],
  ])("%i that fail and %i within the limits: the comment leaves no row out and names all that fails", (...numbers) => {
    const [failing, within, packages] = numbers;
    const made = realistic({ failing, within, packages, fresh: Math.min(20, failing) });
    const { text, isWhole } = fitComment(made);
    expect(text.length).toBeLessThan(65_000);
    expect(text).not.toMatch(/rows? left out here/);
    expect(isWhole).toBe(true);
    expect(unnamed(text, made)).toEqual([]);
    expectSound(text);
  });

  test("beyond the room lose the least severe rows, and the totals stay right", () => {
    for (const [count, within, packages] of [
      [300, 600, 60],
      [600, 1_200, 80],
      [660, 1_320, 180],
      [1_000, 999, 900],
    ] as const) {
      const made = realistic({ failing: count, within, packages });
      const { text, isWhole } = fitComment(made);
      expect(isWhole).toBe(false);
      // Nothing is left out that would have fitted.
      expect(text.length).toBeGreaterThan(62_000);
      expect(text.length).toBeLessThan(65_000);
      expect(unnamed(text, made).filter(({ severity }) => severity === "CRITICAL")).toEqual([]);
      expect(text).toMatch(/left out here \([^)]*LOW/);
      expectSound(text);
    }
  });

  test("are all in the summary, with every advisory", () => {
    const made = realistic({ failing: 1_000, within: 999, packages: 400 });
    const { text } = fitSummary(made);
    const [judgedTarget] = made.verdict.targets;
    const findings = judgedTarget?.answer === "fail" ? judgedTarget.findings : [];
    expect(findings).toHaveLength(1_999);
    expect(findings.filter(({ finding: { id } }) => !text.includes(id))).toEqual([]);
    expect(text).not.toMatch(/left out here \(|<details><summary>\d+ (?:CRITICAL|HIGH|MEDIUM)/);
  });

  test("a hundred thousand advisories of one package take one row, and a link leads to the whole report", () => {
    const findings = Array.from({ length: 100_000 }, (_, at) => judged(finding({ id: `CVE-2024-${10_000 + at}` })));
    const [row = "", ...others] = rowsOf(render(findings, 60_000, LONG));
    expect(others).toEqual([]);
    expect(row).toContain("and 99,500 more");
    const { text, isWhole } = fitComment(view([target(findings)]));
    // It names the first 102 of them.
    expect(text).toContain("and 99,898 more");
    expect(text.length).toBeLessThan(10_000);
    expect(isWhole).toBe(false);
  });
});
