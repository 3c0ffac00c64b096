import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { RunningImage } from "../../src/domain/history/running.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import type { Plan, Shard } from "../../src/fleet/shard-plan.ts";
import type { ScannedImage, ScannedImages } from "../../src/scan/running/index.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";
import { digestOf, imageOf, scannedAs } from "./images.ts";
import { EXPECTED, gathered, planned, RUN, reportText } from "./shards.ts";

const SOURCES = [{ source: "file:images.txt", images: 4, notes: [] }];
const scanned = [1, 2, 3, 4].map((at) => scannedAs(imageOf(`app-${at}`, at)));
const sbom = gzipSync("{}");
const found: ScannedImages = { scanned, sboms: new Map([[digestOf(1), sbom]]), notes: ["A shard's note."] };
const plan = planned(scanned, SOURCES, 2);
const [one, two] = plan.shards.map((shard) => reportText(shard, found)) as [string, string];

let folder: TemporaryFolder;
let count = 0;
const folders: TemporaryFolder[] = [];
beforeEach(() => {
  folder = temporaryFolder(`reports-${++count}`);
  folders.push(folder);
});
afterAll(() => {
  for (const each of folders) each.remove();
});

const merge = (reports: Readonly<Record<string, string>>, expected = EXPECTED) =>
  gathered(folder.path, plan, reports, expected);
const firstOf = ({ shards: [shard] }: Plan): Shard => {
  if (shard === undefined) throw new Error("no shard");
  return shard;
};
/** The code of each image's error, in the order of the plan; `scanned` if it has none. */
const codesOf = ({ scanned: all }: ScannedImages) =>
  all.map(({ outcome }) => ("error" in outcome ? outcome.error.code : "scanned"));
const MISSING = ["fleet-shard-missing", "fleet-shard-missing"];
const GOOD = ["scanned", "scanned"];
/** The report with its lines changed. */
const changed = (report: string, change: (lines: Record<string, unknown>[]) => unknown[]) =>
  change(
    report
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  )
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

describe("shards with other scanners", () => {
  /** The report of a shard that asked these scanners. One that failed was asked, too. */
  const askedOf = (names: readonly string[], way: ScannedImage["way"] = "image") =>
    scanned.map((each): ScannedImage => {
      if ("error" in each.outcome) throw new Error("it was scanned");
      const [first = "", ...more] = names;
      const opinions = [first, ...more].map((scanner) => ({ scanner, findings: 0, sees: [] }));
      const failed = opinions.map((one, at) =>
        at === 1 ? { ...one, failed: { code: "scan-timeout", what: "x" } } : one,
      );
      const { scan, target } = each.outcome;
      const provenance = { ...scan.provenance, scanner: first };
      const told = more.length === 0 ? { ...scan, provenance } : { ...scan, opinions: failed };
      return { ...each, way, outcome: { target, scan: told } };
    });
  const codes = (...shards: readonly (readonly ScannedImage[])[]) => {
    const reports = plan.shards.map((shard, at) => reportText(shard, { scanned: shards[at] ?? [] }));
    return codesOf(merge(Object.fromEntries(reports.map((report, at) => [`${at}.jsonl`, report]))));
  };
  const OTHER = ["fleet-scanners-differ", "fleet-scanners-differ"];

  it("are errors where one has not looked that looked elsewhere", () => {
    expect(codes(askedOf(["Trivy", "Grype"]), askedOf(["Trivy"]))).toEqual([...GOOD, ...OTHER]);
    expect(codes(askedOf(["Grype"]), askedOf(["Trivy"]))).toEqual([...OTHER, ...OTHER]);
  });

  it("do not differ if all have asked the same ones, or another service made an image's report", () => {
    expect(codes(askedOf(["Trivy", "Grype"]), askedOf(["Grype", "Trivy"]))).toEqual([...GOOD, ...GOOD]);
    expect(codes(askedOf(["Trivy", "Grype"]), askedOf(["Harbor's Trivy"], "report"))).toEqual([...GOOD, ...GOOD]);
  });
});

describe("the reports of all shards", () => {
  it("say together what was scanned, with the SBOMs and what the shards have to say", () => {
    const merged = merge({ "1.jsonl": one, "2.jsonl": two });
    const { image, outcome, way } = merged.scanned[0] as ScannedImage;
    expect({ image, outcome, way }).toEqual(scanned[0]);
    expect(codesOf(merged)).toEqual([...GOOD, ...GOOD]);
    expect(merged.sboms).toEqual(found.sboms);
    expect(merged.notes).toEqual(["A shard's note.", "A shard's note."]);
  });

  it("write what was found in one content once, and share it among its images", () => {
    const copies = ["a", "b", "c"].map((name) => scannedAs({ ...imageOf(name, 1) }));
    const plan = planned(copies, SOURCES, 1);
    const report = reportText(firstOf(plan), { scanned: copies });
    expect(report.match(/"scan":/g)).toHaveLength(1);
    const { scanned: read } = gathered(folder.path, plan, { "1.jsonl": report });
    const results = read.map(({ outcome }) => ("scan" in outcome ? outcome.scan : undefined));
    expect(new Set(results.map((each) => each?.findings)).size).toBe(1);
    expect(results.map((each) => each?.artifact.names)).toEqual(copies.map(({ image }) => [image.reference]));
  });

  it("have the layers and owners of a scan's findings as the scan had them", () => {
    const [first] = scanned as [ScannedImage];
    if ("error" in first.outcome) throw new Error("it was scanned");
    const [finding] = first.outcome.scan.findings;
    const other = { ...finding, id: "CVE-2026-0002", layer: { diffId: digestOf(7), number: 1 } } as typeof finding;
    const findings = [finding, other, { ...finding, id: "CVE-2026-0003" }] as ScanResult["findings"];
    const image = { ...first, outcome: { ...first.outcome, scan: { ...first.outcome.scan, findings } } };
    const plan = planned([image], SOURCES, 1);
    const report = reportText(firstOf(plan), { scanned: [image] });
    const [read] = gathered(folder.path, plan, { "1.jsonl": report }).scanned;
    expect(read?.outcome).toEqual(image.outcome);
  });

  // Proves: shard-s-report-counts
  it("leave out what is of another run, repository, later attempt or plan, and say so", () => {
    const shard = firstOf(plan);
    const foreign = {
      "run.jsonl": reportText(shard, found, { ...RUN, run: 41 }),
      "repository.jsonl": reportText(shard, found, { ...RUN, repository: "evil/fleet" }),
      "attempt.jsonl": reportText(shard, found, { ...RUN, attempt: 2 }),
      "none.jsonl": one.replace(/,"run":\{[^}]*\}/, ""),
      "plan.jsonl": reportText({ ...shard, plan: firstOf(planned(scanned, SOURCES, 1)).plan }, found),
      "text.jsonl": "no report",
      "empty.jsonl": "",
    };
    const merged = merge({ ...foreign, "2.jsonl": two });
    expect(codesOf(merged)).toEqual([...MISSING, ...GOOD]);
    expect(merged.notes.filter((note) => note !== "A shard's note.")).toEqual([
      '"attempt.jsonl" was not read: it is of another run.',
      '"empty.jsonl" was not read: it is not a shard\'s report.',
      '"none.jsonl" was not read: it is of another run.',
      '"plan.jsonl" was not read: it is of another plan.',
      '"repository.jsonl" was not read: it is of another run.',
      '"run.jsonl" was not read: it is of another run.',
      '"text.jsonl" was not read: it is not a shard\'s report.',
    ]);
  });

  it("of an earlier attempt of the run count, since only what failed is started again", () => {
    const later = { ...EXPECTED, run: { ...RUN, attempt: 3 } };
    expect(codesOf(merge({ "1.jsonl": one, "2.jsonl": two }, later))).toEqual([...GOOD, ...GOOD]);
  });

  // Proves: shard-s-report-counts
  it("of one shard must not differ; the same one twice is one", () => {
    expect(codesOf(merge({ "1.jsonl": one, "1-again.jsonl": one, "2.jsonl": two }))).toEqual([...GOOD, ...GOOD]);
    const forged = changed(one, (lines) =>
      lines.map((line) => ("scan" in line ? { scan: { ...(line.scan as object), findings: [] } } : line)),
    );
    expect(codesOf(merge({ "0.jsonl": forged }))).toEqual(["fleet-shard-twice", "fleet-shard-twice", ...GOOD]);
  });

  it("are in the workspace or RUNNER_TEMP: a link leads nowhere else", () => {
    using elsewhere = temporaryFolder("elsewhere");
    writeFileSync(join(elsewhere.path, "1.jsonl"), one);
    symlinkSync(join(elsewhere.path, "1.jsonl"), join(folder.path, "1.jsonl"));
    const merged = merge({ "2.jsonl": two });
    expect(codesOf(merged)).toEqual([...MISSING, ...GOOD]);
    expect(merged.notes[0]).toMatch(/^"1\.jsonl" was not read: .*outside (?:of )?the workspace/);
  });

  // Proves: old-scan-not-today
  it("count for nothing with a database that is too old by now", () => {
    const expected = { ...EXPECTED, maxAgeMs: 23 * 60 * 60 * 1000 };
    expect(new Set(codesOf(merge({ "1.jsonl": one, "2.jsonl": two }, expected)))).toEqual(
      new Set(["fleet-report-old"]),
    );
  });

  // Proves: old-scan-not-today
  it("that rest on another's report count for nothing if that is too old by now, even if its database is unknown", () => {
    const made = (scannedAt: string | undefined) =>
      changed(one, (lines) =>
        lines.map((line) => {
          if ("way" in line) return { ...line, way: "report" };
          if (!("scan" in line)) return line;
          const { provenance, ...scan } = line.scan as ScanResult;
          return { scan: { ...scan, provenance: { ...provenance, databaseUpdatedAt: undefined, scannedAt } } };
        }),
      );
    const hours = (number: number) => new Date(EXPECTED.now.getTime() - number * 60 * 60 * 1000).toISOString();
    const expected = { ...EXPECTED, maxAgeMs: 72 * 60 * 60 * 1000 };
    const codes = (scannedAt: string | undefined) => codesOf(merge({ "1.jsonl": made(scannedAt) }, expected));
    expect(codes(hours(71)).slice(0, 2)).toEqual(GOOD);
    expect(codes(hours(73)).slice(0, 2)).toEqual(["fleet-report-old", "fleet-report-old"]);
    expect(codes(undefined).slice(0, 2)).toEqual(["fleet-report-old", "fleet-report-old"]);
  });
});

describe("a report that was cut off or changed", () => {
  // Proves: shard-missing-not-no
  it("makes each image of its shard an error, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.nat(one.length - 2), (at) => {
        const codes = codesOf(merge({ "1.jsonl": one.slice(0, at), "2.jsonl": two }));
        expect(codes.slice(2)).toEqual(GOOD);
        expect(["fleet-shard-missing", "fleet-shard-invalid"]).toContain(codes[0]);
        expect(codes[1]).toBe(codes[0]);
      }),
    );
  });

  type Lines = Record<string, unknown>[];
  it.each<[string, (lines: Lines) => unknown[], string]>([
    ["without an image", (lines) => lines.toSpliced(3, 1), "lines of it are missing"],
    [
      "without an image, counted again",
      (lines) => [...lines.slice(0, 3), { lines: 3, notes: [] }],
      "fewer images than its plan",
    ],
    [
      "with an image more",
      (lines) => [...lines.slice(0, -1), { of: 0, way: "image" }, { lines: lines.length, notes: [] }],
      "more images than its plan",
    ],
    [
      "with an image of no scan",
      (lines) => lines.map((line) => ("of" in line ? { ...line, of: 7 } : line)),
      "neither a scan nor an error",
    ],
    [
      "with nothing about an image",
      (lines) => lines.map((line) => ("of" in line ? {} : line)),
      "neither a scan nor an error",
    ],
    [
      "with a scan and an error",
      (lines) => lines.map((line) => ("of" in line ? { ...line, error: { code: "a", what: "b", remedy: "c" } } : line)),
      "neither a scan nor an error",
    ],
    ["with a line after its end", (lines) => [...lines, { of: 0, way: "image" }], "something follows its end"],
    [
      "with its own severity",
      (lines) => JSON.parse(JSON.stringify(lines).replace('"CRITICAL"', '"HARMLESS"')),
      "a wrong or missing value at `scan.findings[0].severity`",
    ],
    [
      "with the SBOM of another image",
      (lines) =>
        JSON.parse(
          JSON.stringify(lines).replace(`"digest":"${digestOf(1)}","packed"`, `"digest":"${digestOf(4)}","packed"`),
        ),
      "an SBOM of an image that is not in its plan",
    ],
    ["with null for a line", (lines) => [lines[0], null, ...lines.slice(1)], "line 2 is not an object"],
  ])("%s is an error", (_, change, why) => {
    const merged = merge({ "1.jsonl": changed(one, change), "2.jsonl": two });
    expect(codesOf(merged)).toEqual(["fleet-shard-invalid", "fleet-shard-invalid", ...GOOD]);
    const [first] = merged.scanned;
    expect(first?.outcome && "error" in first.outcome && first.outcome.error.what).toContain(why);
  });

  // Proves: shard-s-report-counts
  it("cannot rename an image, so that an exception for another one would hold", () => {
    const forged = one.replaceAll("registry.example/app-1:1", "registry.example/excepted:1");
    const { scanned: read } = merge({ "1.jsonl": forged, "2.jsonl": two });
    expect(read.map(({ image }) => image.reference)).toEqual(scanned.map(({ image }) => image.reference));
    expect(read.map(({ outcome }) => ("scan" in outcome ? outcome.scan.artifact.names : []))).toEqual(
      scanned.map(({ image }) => [image.reference]),
    );
  });

  it("cannot say that an image was scanned of which the plan does not know what it is", () => {
    const [first] = scanned.map(({ image }) => image) as [RunningImage];
    const error = { code: "tag-unresolved", what: "Nobody knows", remedy: "Log in." };
    const plan = planned(scanned, SOURCES, 2, new Map([[first, error]]));
    const [forged, good] = plan.shards.map((shard) => reportText(shard, found)) as [string, string];
    expect(codesOf(gathered(folder.path, plan, { "1.jsonl": forged, "2.jsonl": good }))).toEqual([
      "tag-unresolved",
      "scanned",
      ...GOOD,
    ]);
  });
});

it("a pattern that matches more files than shards can have written is an error, and none of them is read", () => {
  for (let at = 0; at <= 10_000; at++) writeFileSync(join(folder.path, `other-${at}.jsonl`), "");
  expect(() => merge({ "one.jsonl": one, "two.jsonl": two })).toThrow(
    expect.objectContaining({ code: "fleet-too-many-files", what: expect.stringContaining("10003 files") }),
  );
});
