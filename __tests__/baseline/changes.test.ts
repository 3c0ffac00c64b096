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
  );
const told = (base: unknown, head: unknown) => changes(base, head).map(({ to }) => to);

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

describe("what a pull request changes in a baseline", () => {
  it.each<[string, unknown, unknown, string[]]>([
    ["that it adds", undefined, ONE, ["added"]],
    ["that it removes", ONE, undefined, ["removed"]],
    [
      "by its date alone",
      sbom([component("a")], { metadata: { timestamp: "1" } }),
      sbom([component("a")], { metadata: { timestamp: "2" } }),
      [],
    ],
    ["by a package more", sbom([component("a")]), sbom([component("a"), component("b")]), ["changed"]],
    [
      "by a package more within another",
      sbom([component("a")]),
      sbom([component("a", { components: [component("b")] })]),
      ["changed"],
    ],
    ["by a package less", sbom([component("a"), component("b")]), sbom([component("a")]), ["changed"]],
    ["as SPDX, by a package more", spdx(["a"]), spdx(["a", "b"]), ["changed"]],
    ["as SPDX, by ids and dates alone", spdx(["a"]), spdx(["a"], { creationInfo: { created: "2" } }, "SPDXRef-b"), []],
    ["as SPDX, by what it describes", spdx(["a"]), spdx(["a"], { documentDescribes: ["SPDXRef-a1"] }), ["changed"]],
    ["as Syft's JSON, by a package more and one less", syft(["a", "b"]), syft(["a", "c"]), ["changed"]],
    ["as Syft's JSON, by ids alone", syft(["a"]), syft(["a"]), []],
    ["as Syft's JSON, by another image", syft(["a"]), syft(["a"], "other"), ["changed"]],
    [
      "by its operating system",
      sbom([component("a"), { type: "operating-system", name: "debian", version: "12" }]),
      sbom([component("a"), { type: "operating-system", name: "debian", version: "13" }]),
      ["changed"],
    ],
    [
      "by its operating system, which is left out",
      sbom([component("a"), { type: "operating-system", name: "debian", version: "12" }]),
      sbom([component("a")]),
      ["changed"],
    ],
    [
      "by its operating system, which is what it describes",
      sbom([component("a")], { metadata: { component: { type: "operating-system", name: "debian", version: "12" } } }),
      sbom([component("a")], { metadata: { component: { type: "operating-system", name: "debian", version: "10" } } }),
      ["changed"],
    ],
    ["by their order", sbom([component("a"), component("b")]), sbom([component("b"), component("a")]), []],
    [
      "by another image",
      sbom([component("a")], { metadata: { component: { name: "a" } } }),
      sbom([component("a")], { metadata: { component: { name: "b" } } }),
      ["changed"],
    ],
    [
      "by a package of Trivy's",
      trivyReport([], [openssl]),
      trivyReport([], [openssl, { name: "zlib1g", version: "1" }]),
      ["changed"],
    ],
    ["by a finding of Trivy's", trivyReport([]), trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]), ["changed"]],
    ["by a finding", own([]), own([SEEN]), ["changed"]],
    [
      "by what became of a finding",
      own([SEEN], (_, { findings }) => Object.assign((findings as Json[])[0] ?? {}, { outcome: "accepted" })),
      own([SEEN]),
      ["changed"],
    ],
    [
      "by a finding less that was not let in, in a package that stays",
      own([SEEN], leftOpen),
      own([], leftOpen),
      ["changed"],
    ],
    ["by a finding less that was not let in, with its package", own([SEEN], leftOpen), own([]), ["changed"]],
    ["by an alias more", own([makeFinding()]), own([SEEN]), ["changed"]],
    ["by an alias less", own([SEEN]), own([makeFinding()]), ["changed"]],
    [
      "by who saw a finding",
      own([{ ...SEEN, opinions: [opinion("Trivy")] }]),
      own([{ ...SEEN, opinions: [opinion("Grype")] }]),
      ["changed"],
    ],
    [
      "by a gap less",
      own([], (target) => Object.assign(target, gaps("os-unknown", "folder-not-read"))),
      own([], (target) => Object.assign(target, gaps("folder-not-read"))),
      ["changed"],
    ],
    ["by a gap more", own([]), own([], (target) => Object.assign(target, gaps("os-unknown"))), ["changed"]],
    [
      "by the image",
      own([]),
      own([], (target) => Object.assign(target, { artifact: { names: ["other"] } })),
      ["changed"],
    ],
    [
      "by the date of its database",
      own([], (target) => Object.assign(target, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-02" } })),
      own([], (target) => Object.assign(target, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-01" } })),
      ["changed"],
    ],
    [
      "by the date of one of several databases",
      several({}, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-02" } }),
      several({}, { provenance: { scanner: "Trivy", databaseUpdatedAt: "2026-11-01" } }),
      ["changed"],
    ],
    [
      "by what its targets are found by",
      several({ input: "a:1" }, { input: "b:1" }),
      several({ input: "b:1" }, { input: "a:1" }),
      ["changed"],
    ],
    ["by the target of a finding", several({}, {}, 1), several({}, {}, 0), ["changed"]],
    [
      "by a second copy of a finding",
      trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]),
      trivyReport([
        { id: "CVE-2024-0001", severity: "HIGH" },
        { id: "CVE-2024-0001", severity: "HIGH" },
      ]),
      ["changed"],
    ],
    ["by the time of its run", own([]), own([], (_, report) => Object.assign(report, { generatedAt: "1" })), []],
    ["as a report that is not whole", own([]), { ...own([]), findings: undefined }, ["changed"]],
    ["that is not read", "SPDX", "SPDX 2", ["changed"]],
  ])("%s", (_, base, head, expected) => {
    expect(changes(base, head).map(({ what }) => what)).toEqual(expected);
    for (const { what, loosens } of changes(base, head)) expect(loosens).toBe(what !== "removed");
  });

  it("says how much more and less it knows, with some names", () => {
    expect(told(syft(["a", "b"]), syft(["a", "c"]))).toEqual(["says 1 more: pkg:npm/c@1; 1 fewer: pkg:npm/b@1"]);
    expect(told(syft(["a"]), syft(["a"], "other"))).toEqual(["says 1 more: its subject; 1 fewer: its subject"]);
    expect(told("SPDX", "SPDX 2")).toEqual(["its contents cannot be read"]);
    const at = (databaseUpdatedAt: string) =>
      own([], (target) => Object.assign(target, { provenance: { scanner: "Trivy", databaseUpdatedAt } }));
    expect(told(at("2026-11-02"), at("2026-11-01"))).toEqual(["is of an earlier date"]);
  });

  // Proves: so-baseline-knows-more
  it("loosens nothing where all findings count", () => {
    for (const base of [ONE, undefined])
      expect(changes(base, sbom([component("a"), component("b")]), false)).toMatchObject([{ loosens: false }]);
  });
});
