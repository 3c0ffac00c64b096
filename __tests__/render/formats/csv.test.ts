import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { renderCsv } from "../../../src/render/formats/csv.ts";
import { exception, failed, finding, judged, target, view } from "../build.ts";
import { whole } from "../facts.ts";
import { SAMPLES, sample } from "../samples.ts";

const HEADER =
  "target,advisory,severity,package,version,fixed,path,status,no_fix,spared_by,owner,until,layer,title,url";
const rendered = (of: Parameters<typeof renderCsv>[0]) => whole(renderCsv(of));

/** Rows by a parser that is not ours, as strict as RFC 4180. */
function rows(of: Parameters<typeof renderCsv>[0]): Record<string, string>[] {
  const strict = { columns: true as const, record_delimiter: "\r\n", relax_column_count: false, relax_quotes: false };
  return parse<Record<string, string>>(rendered(of), strict);
}

/** The only row of a finding. */
const rowOf = (of: Parameters<typeof finding>[0]) => rows(view([target([judged(finding(of))])]))[0];

describe("the CSV report", () => {
  it("begins with a header, and each line ends with CR LF", () => {
    const lines = rendered(view([target([judged()])])).split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(HEADER);
    expect(lines[2]).toBe("");
  });

  it.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))(
    "of %s has a row for every finding, and one for each target in error",
    (name) => {
      const of = sample(name);
      const expected = of.verdict.targets.flatMap((each) =>
        each.answer === "error" ? [each.target.label] : each.findings.map(() => each.target.label),
      );
      expect(rows(of)).toHaveLength(expected.length);
    },
  );

  it.each(["fail", "several-targets", "hostile"])("of %s is as in its golden file", async (name) => {
    await expect(rendered(sample(name))).toMatchFileSnapshot(`../golden/csv-${name}.csv`);
  });

  it("keeps commas and quotes, and has the line of a path", () => {
    expect(rowOf({ path: "a,b/c", line: 7, title: 'He said "no"', fixedVersions: ["1", "2"] })).toMatchObject({
      ...{ path: "a,b/c:7", title: 'He said "no"', fixed: "1, 2" },
    });
  });

  it("says what became of a finding, and of a target that could not be scanned", () => {
    const findings = [
      judged(finding({ id: "A" }), { outcome: "accepted", exceptions: [exception({ reason: "We\nknow." })] }),
      judged(finding({ id: "B" }), { outcome: "not-counted", spared: "unfixed" }),
    ];
    const all = rows(view([target(findings), failed({ what: "gone\nfor good" }, "gone:1")]));
    expect(all.map(({ target, advisory, status }) => [target, advisory, status])).toEqual([
      ["ghcr.io/acme/app:1.4.2", "A", "accepted: We know."],
      ["ghcr.io/acme/app:1.4.2", "B", "not counted"],
      ["gone:1", "", "error: [image-not-found] gone for good"],
    ]);
  });

  it("says in words why there is no fix, which rule exempts, and who accepted until when", () => {
    const older = finding({ package: { version: "2.0.0", type: "npm" }, fixedVersions: ["1.9.0", "1.8.0"] });
    const vex = { status: "not_affected", author: "Acme", document: "a.json" } as const;
    const findings = [
      judged(),
      judged(finding({ fixedVersions: [], status: "will_not_fix" })),
      judged(finding({ fixedVersions: [], status: "affected" }), { outcome: "not-counted", spared: "unfixed" }),
      judged(finding(), { outcome: "not-counted", spared: "grace", countsFrom: "2026-12-01" }),
      judged(older, { outcome: "accepted", exceptions: [exception()] }),
      judged(finding(), { outcome: "accepted", exceptions: [exception({ owner: undefined })] }),
      judged(finding(), { outcome: "accepted", vex }),
      judged(finding({ kind: "secret", fixedVersions: [], status: "affected" })),
    ];
    const all = rows(view([target(findings)]));
    expect(all.map(({ no_fix, spared_by, owner, until }) => [no_fix, spared_by, owner, until])).toEqual([
      ["", "", "", ""],
      ["vendor will not fix it", "", "", ""],
      ["no fix yet", "without a fix", "", ""],
      ["", "in their grace period; counts from 2026-12-01", "", ""],
      // A cell that begins with `@` would be a formula.
      ["fixed in older versions only", "", "'@acme/web", "2027-01-31"],
      ["", "", "", "2027-01-31"],
      ["", "", "Acme", ""],
      ["", "", "", ""],
    ]);
  });

  // Proves: no-cell-spreadsheet-formula
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", '=cmd|"/C calc"!A0', "-"])(
    "has no cell that a spreadsheet takes for a formula: %j",
    (text) => {
      const { title = "" } = rowOf({ title: text }) ?? {};
      expect(title).toMatch(/^'/);
    },
  );

  it.each(["\t=1", "\r=1"])("shows a control character before the sign: %j", (text) => {
    expect(rowOf({ title: text })?.title).toMatch(/^\\u\{[9D]\}=1$/);
  });

  // Proves: no-cell-spreadsheet-formula
  it.each([
    "a;=1+1",
    'a;=cmd|"/C calc"!A0',
    'a;"=1+1"',
    "a; -1",
    "a;\t@SUM(A1)",
    "a|+1",
    "a\t=1",
    "a;＝1",
    ";=1",
    " =1",
    '"=1',
    "a;;=1",
    "a; ' =1",
  ])("nor where it takes another sign than the comma for the separator: %j", (text) => {
    const line = rendered(view([target([judged(finding({ title: text }))])])).split("\r\n")[1] ?? "";
    for (const separator of [";", "|", "\t"])
      for (const read of line.split(separator)) expect(read).not.toMatch(/^[\s"]*[=+\-@＝]/);
  });

  it("leaves a sign alone that is further within", () => {
    expect(rowOf({ title: "a=1; b=2|c" })?.title).toBe("a=1; b=2|c");
  });

  it.each(["x", "\u202E", '"'])(
    "has room in a spreadsheet's cell, 32,767 characters, however long it is: %j",
    (character) => {
      const text = character.repeat(1_000_000);
      const row = rowOf({
        id: text,
        title: text,
        path: text,
        package: { name: text, version: text },
        fixedVersions: [text],
      });
      for (const cell of Object.values(row ?? {})) expect(cell.length).toBeLessThanOrEqual(32_767);
    },
  );
});
