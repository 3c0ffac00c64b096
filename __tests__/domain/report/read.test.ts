import { describe, expect, it } from "vitest";
import { readReport, toScan } from "../../../src/domain/report/read.ts";
import type { Report } from "../../../src/domain/report/schema.ts";
import { renderReport } from "../../../src/render/json/report.ts";
import { ownReport } from "../../cli/reports.ts";
import { SAMPLES } from "../../render/samples.ts";
import { makeException, makeFinding, makePolicy, scanned } from "../make.ts";

// Writer and reader have one schema.

/** The value with a field in each of its objects that this version does not know. */
function withNews(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNews);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, each]) => [key, withNews(each)]);
  return { ...Object.fromEntries(fields), "of-a-newer-gate": { more: true } };
}

/** In some samples, a finding's exception is not in the policy. The largest sample would take too long. */
function isWhole({ findings, exceptions: all }: Report): boolean {
  const lines = new Set(all.map(({ line }) => line));
  return findings.every(({ exceptions = [], ended }) =>
    [...exceptions, ended ?? exceptions[0]].every((line) => line === undefined || lines.has(line)),
  );
}

const { huge, ...samples } = SAMPLES;
const written = Object.entries(samples)
  .map(([name, make]) => [name, JSON.parse([...renderReport(make())].join("")) as Report] as const)
  .filter(([, report]) => isWhole(report));

describe.each(written)("the report %s", (_name, report) => {
  it("is read as it was written, also with fields of a newer gate in each object", () => {
    expect(readReport(report)).toEqual(report);
    expect(readReport(withNews(report))).toEqual(report);
  });
});

it("is written in pieces, none of which holds all findings of many", () => {
  const pieces = [...renderReport(huge?.() ?? expect.fail("there is no huge sample"))];
  const longest = Math.max(...pieces.map(({ length }) => length));
  expect(pieces.length).toBeGreaterThan(10);
  expect(longest).toBeLessThan(pieces.join("").length / 2);
});

it("many samples are such reports", () => {
  expect(written.length).toBeGreaterThan(15);
});

describe("a document", () => {
  const report = JSON.parse(
    ownReport([scanned([makeFinding()])], { policy: makePolicy({ exceptions: [makeException()] }) }),
  );
  const changed = (change: (report: Record<string, readonly object[]>) => void) => {
    const copy = structuredClone(report);
    change(copy);
    return readReport(copy);
  };

  it.each<[unknown, string]>([
    ["text", "is not a report of Image Gate"],
    [null, "is not a report of Image Gate"],
    [{ version: 1 }, "is not a report of Image Gate"],
    [{ ...report, verdict: "yes" }, "has a wrong value at `verdict`"],
    [{ ...report, targets: [] }, "names a target, a layer or an exception that is not in it"],
  ])("%j is refused without its text", (document, wrong) => {
    expect(readReport(document)).toEqual({ wrong });
  });

  it.each([1, 3])("of version %i says so", (version) => {
    const wrong = "is an Image Gate report of another version than 2";
    expect(readReport({ ...report, version })).toEqual({ wrong, isOther: true });
  });

  it.each([
    ["target", 1],
    ["layer", `sha256:${"9".repeat(64)}`],
    ["exceptions", [7]],
    ["exceptions", [-1]],
    ["ended", 7],
  ])("with a finding whose %s is %j is not whole", (field, value) => {
    expect(changed(({ findings }) => Object.assign(findings?.[0] as object, { [field]: value }))).toHaveProperty(
      "wrong",
    );
  });
});

describe("a target as it was before it was judged", () => {
  const layer = { diffId: `sha256:${"a".repeat(64)}`, number: 1, instruction: "RUN a" };
  const findings = [
    makeFinding({ aliases: ["GHSA-aaaa-bbbb-cccc"], missedBy: ["Grype"], layer, line: 3 }),
    makeFinding({ id: "CVE-2024-0002", path: "app/package-lock.json" }),
  ];
  const text = ownReport([scanned(findings), scanned([makeFinding({ id: "CVE-2024-0003" })])], {
    policy: makePolicy({ exceptions: [makeException()] }),
  });
  const report = readReport(JSON.parse(text)) as Report;

  it("has its findings as the scanner reported them, each with what the report says of it", () => {
    const { scan, reported } = toScan(report, 0);
    expect(scan.findings).toHaveLength(2);
    const byId = (id: string) => scan.findings.find((each) => each.id === id);
    for (const finding of findings) expect(JSON.parse(JSON.stringify(byId(finding.id)))).toEqual(finding);
    expect([...reported.values()].map(({ outcome }) => outcome).sort()).toEqual(["accepted", "open"]);
    expect(toScan(report, 1).scan.findings.map(({ id }) => id)).toEqual(["CVE-2024-0003"]);
  });
});
