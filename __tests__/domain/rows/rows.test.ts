import fc from "fast-check";
import { expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { FindingRecord } from "../../../src/domain/history/record.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { packageRows } from "../../../src/domain/rows/package-rows.ts";
import { acrossImages, makeWeek } from "../../../src/domain/rows/week.ts";
import type { Severity } from "../../../src/domain/severity.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import type { JudgedFinding } from "../../../src/domain/verdict.ts";
import { finding, judged } from "../../render/build.ts";
import { image } from "../../render/rescan/build.ts";
import { judged as judgedOf, makeFinding, makeSettings, scanned, TODAY } from "../make.ts";

const SOURCE = { name: "util-linux", version: "2.38.1-5" };
const OTHER = { diffId: "sha256:other", number: 2 };

function debian(name: string, over: Partial<InstalledPackage> = {}): InstalledPackage {
  return { name, version: "2.38.1-5", type: "debian", system: true, source: SOURCE, ...over };
}

function about(name: string, over: Parameters<typeof finding>[0] = {}) {
  return judged(finding({ package: { name, version: "2.38.1-5" }, ...over }));
}

it("packages of one source in one layer are one row, which names them; in another layer they are another", () => {
  const installed = [debian("bsdutils"), debian("mount"), debian("libblkid1")];
  const findings = [
    about("mount"),
    about("bsdutils"),
    about("mount", { id: "CVE-2" }),
    about("libblkid1", { layer: OTHER }),
  ];
  const [first, second] = packageRows(findings, installed);
  expect(first?.source).toEqual(SOURCE);
  expect(first?.packages.map(({ name }) => name)).toEqual(["mount", "bsdutils"]);
  expect(first?.findings).toHaveLength(3);
  // The only package of its source in a layer keeps its own name.
  expect(second).toMatchObject({ source: undefined, packages: [{ name: "libblkid1" }] });
});

it("a source of the system groups nothing that a language's package manager installed", () => {
  const installed = [
    debian("wheel", { type: "python-pkg", system: undefined }),
    debian("wheel2", { type: "python-pkg", system: undefined }),
  ];
  const python = (name: string) => about(name, { package: { name, version: "2.38.1-5", type: "python-pkg" } });
  expect(packageRows([python("wheel"), python("wheel2")], installed)).toHaveLength(2);
  expect(packageRows([about("mount"), about("bsdutils")])).toHaveLength(2);
});

it("a package is one row for each layer, owner and version, whatever the number of its files; without a layer, for each file", () => {
  const rows = (...overs: Parameters<typeof finding>[0][]) =>
    packageRows(overs.map((over) => about("qs", over))).length;
  expect(rows({ path: "a/qs.js" }, { path: "b/qs.js" })).toBe(1);
  expect(rows({ path: "a.lock", layer: undefined }, { path: "b.lock", layer: undefined })).toBe(2);
  expect(rows({}, { layer: OTHER })).toBe(2);
  expect(rows({}, { owner: { ecosystem: "Python", name: "sparkly" } })).toBe(2);
  expect(rows({}, { package: { name: "qs", version: "3" } })).toBe(2);
  expect(rows({}, { kind: "license" })).toBe(2);
});

it("secrets and misconfigurations are one row for each rule and file", () => {
  const secret = (id: string, path: string, line: number) =>
    judged(finding({ kind: "secret", package: undefined, id, path, line, layer: undefined }));
  const rows = packageRows([
    secret("key", ".env", 1),
    secret("key", ".env", 9),
    secret("key", "b", 1),
    secret("pem", "b", 1),
  ]);
  expect(rows.map(({ findings, packages }) => [findings.length, packages.length])).toEqual([
    [2, 0],
    [1, 0],
    [1, 0],
  ]);
});

it("each finding is in exactly one row, in its order, and the order of rows does not depend on it", () => {
  const installed = ["a", "b", "c"].map((name) =>
    debian(name, { source: { ...SOURCE, name: name === "c" ? "c" : "ab" } }),
  );
  const one = fc.record({
    name: fc.constantFrom("a", "b", "c", "d"),
    layer: fc.constantFrom(undefined, OTHER),
    path: fc.constantFrom(undefined, "x", "y"),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), (places) => {
      const findings = places.map(({ name, ...over }, at) => about(name, { id: `CVE-${at}`, ...over }));
      const rows = packageRows(findings, installed);
      expect(rows.flatMap((row) => row.findings).toSorted(byPlace(findings))).toEqual(findings);
      for (const row of rows) expect([...row.findings]).toEqual(row.findings.toSorted(byPlace(findings)));
      const names = (some: typeof rows) => some.map(({ source, packages }) => source?.name ?? packages[0]?.name);
      const counts = rows.map((row) => row.findings.length);
      expect(counts).toEqual(counts.toSorted((a, b) => b - a));
      if (new Set(counts).size === 1) expect(names(rows)).toEqual(names(rows).toSorted());
    }),
  );
});

it("rows equal the ones from a plain grouping, in any order of findings", () => {
  const one = fc.record({
    name: fc.constantFrom("a", "b"),
    version: fc.constantFrom("1", "2"),
    severity: fc.constantFrom<Severity[]>("CRITICAL", "HIGH"),
    layer: fc.constantFrom(undefined, OTHER),
    path: fc.constantFrom(undefined, "x"),
    kind: fc.constantFrom("vulnerability" as const, "license" as const),
    owner: fc.constantFrom(undefined, { ecosystem: "Python", name: "sparkly" }),
    change: fc.constantFrom(undefined, "new" as const, "newly-disclosed" as const),
    exploitation: fc.constantFrom(undefined, undefined, { epss: 0.5 }, { kev: { ransomware: false } }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), (all) => {
      const findings = all.map(
        ({ name, version, change, exploitation, ...over }): JudgedFinding => ({
          ...about(name, { package: { name, version }, ...over }),
          ...{ change, exploitation },
        }),
      );
      const plain = Map.groupBy(findings, ({ finding: { package: of, layer, path, kind, owner } }) =>
        JSON.stringify([of, layer ? "layer" : (path ?? ""), kind, owner]),
      );
      const shown = packageRows(findings).map((row) => ({ ...row, packages: row.packages.length }));
      expect(shown).toHaveLength(plain.size);
      expect(shown).toEqual(expect.arrayContaining([...plain.values()].map(plainRow)));
    }),
  );
});

function plainRow(findings: readonly JudgedFinding[]) {
  const count = (severity: Severity) => findings.filter(({ finding }) => finding.severity === severity).length;
  const worst = count("CRITICAL") > 0 ? 0 : 1;
  const ofWorst = findings.filter(({ finding }) => finding.severity === (worst === 0 ? "CRITICAL" : "HIGH"));
  const changes = ofWorst.map(({ change }) => ["new", "newly-disclosed", undefined].indexOf(change));
  return {
    ...{ source: undefined, packages: 1, findings, worst, change: Math.min(...changes) },
    counts: { CRITICAL: count("CRITICAL"), HIGH: count("HIGH"), MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
    isExploited: findings.some(({ exploitation }) => exploitation?.kev !== undefined),
    epss: Math.max(0, ...findings.map(({ exploitation }) => exploitation?.epss ?? 0)),
  };
}

function byPlace<T>(list: readonly T[]): (a: T, b: T) => number {
  return (a, b) => list.indexOf(a) - list.indexOf(b);
}

it("rows come by the worst severity, then exploited, then new, then by how many findings of each severity, EPSS and name", () => {
  const on = (name: string, severity: Severity, over: Partial<JudgedFinding> = {}) => ({
    ...judged(finding({ package: { name, version: "1" }, severity })),
    ...over,
  });
  const kev = { exploitation: { kev: { ransomware: false } } };
  const findings = [
    on("a-one", "CRITICAL"),
    on("b-likely", "CRITICAL", { exploitation: { epss: 0.5 } }),
    on("c-two", "CRITICAL"),
    on("c-two", "CRITICAL"),
    on("d-high-too", "CRITICAL"),
    on("d-high-too", "HIGH"),
    on("e-disclosed", "CRITICAL", { change: "newly-disclosed" }),
    on("f-new", "CRITICAL", { change: "new" }),
    on("g-exploited", "CRITICAL"),
    on("g-exploited", "LOW", kev),
    on("h-high", "HIGH", kev),
    on("a-z-one", "CRITICAL"),
    ...Array.from({ length: 9 }, () => on("i-many", "HIGH")),
  ];
  const sorted = "g-exploited f-new e-disclosed c-two d-high-too b-likely a-one a-z-one h-high i-many".split(" ");
  for (const given of [findings, findings.toReversed()])
    expect(packageRows(given).map(({ packages }) => packages[0]?.name)).toEqual(sorted);
});

/** How many findings are open in an image that runs under several tags, by severity. */
function open(...tags: (readonly Finding[])[]) {
  const exploits = (id: string) => (id === "CVE-1" ? { kev: { ransomware: false } } : undefined);
  const targets = tags.map((findings, index) =>
    judgedOf(judge([scanned(findings, `ghcr.io/acme/app:${index}`)], makeSettings({ exploits }))),
  );
  const images = [image({ name: "ghcr.io/acme/app", targets })];
  const week = makeWeek({ images, exceptions: [], today: TODAY, isUnread: false });
  return [week.rows[0]?.open, week.rows[0]?.exploited];
}

const low = { severity: "LOW" } as const;
const critical = { severity: "CRITICAL" } as const;
const notice = makeFinding({ id: "GHSA-a", aliases: ["CVE-1", "CVE-2"], ...low });
const none = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };

it("an image counts once what its tags have under several ids, and never less than one of the tags alone", () => {
  const both = [makeFinding({ id: "CVE-1", ...critical }), makeFinding({ id: "CVE-2", ...critical })];
  for (const tags of [
    [[notice], both],
    [both, [notice]],
    [[notice], both, both.toReversed()],
  ])
    expect(open(...tags)).toEqual([{ ...none, CRITICAL: 2 }, 1]);
});

it("an image counts a finding as severe as the worst of its tags has it", () => {
  const one = (severity: typeof low | typeof critical) => [makeFinding({ id: "CVE-1", ...severity })];
  expect(open(one(low), one(critical))).toEqual([{ ...none, CRITICAL: 1 }, 1]);
  expect(open(one(critical), one(low))).toEqual([{ ...none, CRITICAL: 1 }, 1]);
});

it("findings without a deadline come after those that have one, the earliest first", () => {
  const listed = (id: string, due?: string) => {
    const times = { "first-seen": "", "last-seen": "", episodes: [] };
    const finding: FindingRecord = { kind: "vulnerability", id, severity: "high", ...times };
    return { finding, due };
  };
  const findings = [listed("CVE-1"), listed("CVE-2", "2026-12-01"), listed("CVE-3", "2026-11-01")];
  const sorted = acrossImages([{ name: "app", findings }]);
  expect(sorted.map(({ finding }) => finding.id)).toEqual(["CVE-3", "CVE-2", "CVE-1"]);
});
