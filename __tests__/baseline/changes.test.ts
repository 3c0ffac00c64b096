import { describe, expect, it } from "vitest";
import { baselineChanges } from "../../src/baseline/changes.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import { ownReport, trivyReport } from "../cli/reports.ts";
import { makeFinding, makePolicy, scanned } from "../domain/make.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const changes = (base: unknown, head: unknown, introduced = true) =>
  baselineChanges(
    "base.json",
    { base: base === undefined ? undefined : bytes(base), head: head === undefined ? undefined : bytes(head) },
    introduced,
    REPORT_READERS,
  ).map(({ what, to, loosens }) => [what, to, loosens]);

const component = (name: string, more = {}) => ({ type: "library", name, purl: `pkg:npm/${name}@1`, ...more });
const sbom = (components: readonly unknown[], more = {}) => ({ bomFormat: "CycloneDX", components, ...more });
const ONE = sbom([component("a")]);
const spdx = (names: readonly string[], more = {}, id = "SPDXRef-a") => ({
  ...{ spdxVersion: "SPDX-2.3", name: "app", documentDescribes: [`${id}0`], ...more },
  packages: ["app", ...names].map((name, index) => ({
    ...{ SPDXID: `${id}${index}`, name, versionInfo: "1" },
    externalRefs: [{ referenceType: "purl", referenceLocator: `pkg:npm/${name}@1` }],
  })),
});
const syft = (names: readonly string[], source = "app") => ({
  artifacts: names.map((name) => ({ id: Math.random(), name, version: "1", purl: `pkg:npm/${name}@1` })),
  ...{ source: { name: source }, descriptor: { name: "syft" } },
});
const openssl = { name: "libssl3", version: "3.0.11-1" };
const SEEN = makeFinding({ aliases: ["GHSA-aaaa-bbbb-cccc"] });
const opinion = (scanner: string) => ({ scanner, id: SEEN.id, severity: "HIGH", fixedVersions: [] }) as const;
type Json = Record<string, unknown>;
/** Our report of one image with these findings. */
const own = (findings: readonly Finding[], change: (target: Json, report: Json) => unknown = () => {}) => {
  const policy = makePolicy({ thresholds: { HIGH: "unlimited" } });
  const report = JSON.parse(ownReport([scanned(findings)], { policy }));
  change(report.targets[0], report);
  return report;
};
/** Its package is listed, and an exception lets its finding through for a time. */
const leftOpen = (target: Json, { findings }: Json) => {
  target.packages = [SEEN.package];
  for (const each of findings as Json[]) each.outcome = "accepted";
};
/** Our report of two targets, of which one has the finding. */
const several = (first: Json, second: Json, at = 1) => {
  const date = { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-10-01" } };
  return own([SEEN], (target, report) => {
    const [one, other] = [structuredClone(target), structuredClone(target)];
    Object.assign(report, { targets: [Object.assign(one, date, first), Object.assign(other, date, second)] });
    for (const each of report.findings as Json[]) each.target = at;
  });
};
const gaps = (...codes: string[]) => ({
  coverage: { rows: [], gaps: codes.map((code) => ({ code, what: "x", remedy: "y" })) },
});
const OTHERWISE = [["changed", "is about something else", true]];

describe("what a pull request changes in a baseline", () => {
  it.each<[string, unknown, unknown, unknown[][]]>([
    ["that it adds", undefined, ONE, [["added", undefined, true]]],
    ["that it removes", ONE, undefined, [["removed", undefined, false]]],
    [
      "by its date alone",
      sbom([component("a")], { metadata: { timestamp: "1" } }),
      sbom([component("a")], { metadata: { timestamp: "2" } }),
      [],
    ],
    [
      "by a package more",
      sbom([component("a")]),
      sbom([component("a"), component("b")]),
      [["changed", "knows 1 more: pkg:npm/b@1", true]],
    ],
    [
      "by a package more within another",
      sbom([component("a")]),
      sbom([component("a", { components: [component("b")] })]),
      [["changed", "knows 1 more: pkg:npm/b@1", true]],
    ],
    [
      "by a package less",
      sbom([component("a"), component("b")]),
      sbom([component("a")]),
      [["changed", "1 fewer", false]],
    ],
    ["as SPDX, by a package more", spdx(["a"]), spdx(["a", "b"]), [["changed", "knows 1 more: pkg:npm/b@1", true]]],
    ["as SPDX, by ids and dates alone", spdx(["a"]), spdx(["a"], { creationInfo: { created: "2" } }, "SPDXRef-b"), []],
    [
      "as SPDX, by what it describes",
      spdx(["a"]),
      spdx(["a"], { documentDescribes: ["SPDXRef-a1"] }),
      [["changed", "knows 2 more: pkg:npm/app@1, pkg:npm/a@1; 2 fewer", true]],
    ],
    [
      "as Syft's JSON, by a package more and one less",
      syft(["a", "b"]),
      syft(["a", "c"]),
      [["changed", "knows 1 more: pkg:npm/c@1; 1 fewer", true]],
    ],
    ["as Syft's JSON, by ids alone", syft(["a"]), syft(["a"]), []],
    ["as Syft's JSON, by another image", syft(["a"]), syft(["a"], "other"), OTHERWISE],
    [
      "by its operating system",
      sbom([component("a"), { type: "operating-system", name: "debian", version: "12" }]),
      sbom([component("a"), { type: "operating-system", name: "debian", version: "13" }]),
      [["changed", "knows 1 more: debian; 1 fewer; is about something else", true]],
    ],
    [
      "by its operating system, which is left out",
      sbom([component("a"), { type: "operating-system", name: "debian", version: "12" }]),
      sbom([component("a")]),
      [["changed", "1 fewer; is about something else", true]],
    ],
    [
      "by its operating system, which is what it describes",
      sbom([component("a")], { metadata: { component: { type: "operating-system", name: "debian", version: "12" } } }),
      sbom([component("a")], { metadata: { component: { type: "operating-system", name: "debian", version: "10" } } }),
      OTHERWISE,
    ],
    ["by their order", sbom([component("a"), component("b")]), sbom([component("b"), component("a")]), []],
    [
      "by another image",
      sbom([component("a")], { metadata: { component: { name: "a" } } }),
      sbom([component("a")], { metadata: { component: { name: "b" } } }),
      OTHERWISE,
    ],
    [
      "by a package of Trivy's",
      trivyReport([], [openssl]),
      trivyReport([], [openssl, { name: "zlib1g", version: "1" }]),
      [["changed", "knows 1 more: pkg:deb/debian/zlib1g@1?arch=amd64&distro=debian-12.4", true]],
    ],
    [
      "by a finding of Trivy's",
      trivyReport([]),
      trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]),
      [["changed", "knows 1 more: CVE-2024-0001", true]],
    ],
    ["by a finding", own([]), own([SEEN]), [["changed", "knows 2 more: CVE-2024-0001, GHSA-aaaa-bbbb-cccc", true]]],
    [
      "by what became of a finding",
      own([SEEN], (_, { findings }) => Object.assign((findings as Json[])[0] ?? {}, { outcome: "accepted" })),
      own([SEEN]),
      [["changed", "knows 1 more: CVE-2024-0001; 1 fewer", true]],
    ],
    [
      "by a finding less that was not let in, in a package that stays",
      own([SEEN], leftOpen),
      own([], leftOpen),
      [
        [
          "changed",
          "2 fewer; leaves out what its run did not look at or let in: CVE-2024-0001, GHSA-aaaa-bbbb-cccc",
          true,
        ],
      ],
    ],
    [
      "by a finding less that was not let in, with its package",
      own([SEEN], leftOpen),
      own([]),
      [["changed", "3 fewer", false]],
    ],
    ["by an alias more", own([makeFinding()]), own([SEEN]), [["changed", "knows 1 more: GHSA-aaaa-bbbb-cccc", true]]],
    ["by an alias less", own([SEEN]), own([makeFinding()]), [["changed", "1 fewer", false]]],
    [
      "by who saw a finding",
      own([{ ...SEEN, opinions: [opinion("Trivy")] }]),
      own([{ ...SEEN, opinions: [opinion("Grype")] }]),
      [["changed", "knows 1 more: CVE-2024-0001; 1 fewer", true]],
    ],
    [
      "by a gap less",
      own([], (target) => Object.assign(target, gaps("os-unknown", "folder-not-read"))),
      own([], (target) => Object.assign(target, gaps("folder-not-read"))),
      [["changed", "leaves out what its run did not look at or let in: os-unknown", true]],
    ],
    [
      "by a gap more",
      own([]),
      own([], (target) => Object.assign(target, gaps("os-unknown"))),
      [["changed", "names more that its run did not look at: os-unknown", false]],
    ],
    [
      "by the image",
      own([]),
      own([], (target) => Object.assign(target, { artifact: { names: ["other"] } })),
      OTHERWISE,
    ],
    [
      "by the date of its database",
      own([], (target) => Object.assign(target, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-02" } })),
      own([], (target) => Object.assign(target, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-01" } })),
      [["changed", "is of an earlier date", true]],
    ],
    [
      "by the date of one of several databases",
      several({}, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-02" } }),
      several({}, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-01" } }),
      [["changed", "is of an earlier date", true]],
    ],
    [
      "by what its targets are found by",
      several({ input: "a:1" }, { input: "b:1" }),
      several({ input: "b:1" }, { input: "a:1" }),
      OTHERWISE,
    ],
    [
      "by the target of a finding",
      several({}, {}, 1),
      several({}, {}, 0),
      [["changed", "knows 2 more: CVE-2024-0001, GHSA-aaaa-bbbb-cccc; 2 fewer", true]],
    ],
    [
      "by a second copy of a finding",
      trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]),
      trivyReport([
        { id: "CVE-2024-0001", severity: "HIGH" },
        { id: "CVE-2024-0001", severity: "HIGH" },
      ]),
      [["changed", "knows 1 more: CVE-2024-0001", true]],
    ],
    ["by the time of its run", own([]), own([], (_, report) => Object.assign(report, { generatedAt: "1" })), []],
    [
      "as a report that is not whole",
      own([]),
      { ...own([]), findings: undefined },
      [["changed", "what it knows cannot be told", true]],
    ],
    ["that is not read", "SPDX", "SPDX 2", [["changed", "what it knows cannot be told", true]]],
  ])("%s", (_, base, head, expected) => {
    expect(changes(base, head)).toEqual(expected);
  });

  // Proves: so-baseline-knows-more
  it("loosens nothing where all findings count", () => {
    expect(changes(ONE, sbom([component("a"), component("b")]), false)).toEqual([
      ["changed", "knows 1 more: pkg:npm/b@1", false],
    ]);
    expect(changes(undefined, ONE, false)).toEqual([["added", undefined, false]]);
  });
});
