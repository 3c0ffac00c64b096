import { describe, expect, it } from "vitest";
import { readReport } from "../../../src/domain/report/read.ts";
import { reportSchema } from "../../../src/domain/report/schema.ts";
import { reportOf } from "../../../src/render/json/report.ts";
import { exception, finding, judged, target, use, view } from "../build.ts";
import { SAMPLES, sample } from "../samples.ts";

const DIFF_ID = `sha256:${"a".repeat(64)}`;

describe("our own report has no indexes into its lists:", () => {
  it("a step has its upgrades within it", () => {
    const { plan = [] } = reportOf(sample("fix-plan"));
    const upgrades = plan.flatMap((step) => step.upgrades ?? []);
    expect(upgrades.length).toBeGreaterThan(plan.length / 2);
    for (const { package: name, from, text } of upgrades) expect(text).toContain(`${name} ${from} → `);
  });

  it("a finding names its layer by the DiffID, and each layer is listed once", () => {
    const layer = () => ({ diffId: DIFF_ID, number: 1, instruction: "RUN a" });
    const { findings, targets } = reportOf(
      view([target([judged(finding({ layer: layer() })), judged(finding({ id: "CVE-2024-2", layer: layer() }))])]),
    );
    expect(findings.map((each) => each.layer)).toEqual([DIFF_ID, DIFF_ID]);
    expect(targets[0]?.layers).toEqual([layer()]);
  });

  it("a finding, a gap and an exception name an exception by its line", () => {
    const [first, longer, gap] = [
      exception({ line: 4 }),
      exception({ line: 9 }),
      exception({ id: "os-unknown", gap: true, line: 12 }),
    ];
    const seen = { code: "os-unknown", what: "a", remedy: "b" } as const;
    const report = reportOf(
      view(
        [
          {
            ...target([
              judged(finding(), { outcome: "accepted", exceptions: [longer, first] }),
              judged(finding({ id: "CVE-2024-2" }), { ended: first }),
            ]),
            coverage: { rows: [], gaps: [{ gap: seen, accepted: gap, ended: undefined }] },
          },
        ],
        {
          exceptions: [
            use({ exception: first, overlappedBy: longer }),
            use({ exception: longer }),
            use({ exception: gap }),
          ],
        },
      ),
    );
    expect(report.findings.map(({ exceptions, ended }) => [exceptions, ended])).toEqual([
      [[9, 4], undefined],
      [undefined, 4],
    ]);
    expect(report.targets[0]?.coverage?.gaps).toEqual([{ ...seen, accepted: 12, ended: undefined }]);
    expect(report.exceptions.map(({ line, overlappedBy }) => [line, overlappedBy])).toEqual([
      [4, 9],
      [9, undefined],
      [12, undefined],
    ]);
    expect(readReport(JSON.parse(JSON.stringify(report)))).not.toHaveProperty("wrong");
  });
});

describe("our own report has what its schema names, and nothing that only this run needs:", () => {
  it.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))("%s", (name) => {
    const written = JSON.parse(JSON.stringify(reportOf(sample(name))));
    expect(reportSchema.parse(written)).toEqual(written);
  });

  it("of a package or a finding about which its reader knows more", () => {
    const known = { name: "left-pad", version: "1.0.0", type: "npm", manager: "npm", filePath: "app/package.json" };
    const more = { ...finding(), readerOnly: 1 };
    const made = target([judged(more)]);
    const { targets, findings } = reportOf(view([{ ...made, scan: { ...made.scan, packages: [known] } }]));
    expect(targets[0]?.packages?.map((each) => Object.keys(JSON.parse(JSON.stringify(each))))).toEqual([
      ["name", "version", "type"],
    ]);
    expect(findings.map((each) => Object.keys(each))).not.toContainEqual(expect.arrayContaining(["readerOnly"]));
  });
});
