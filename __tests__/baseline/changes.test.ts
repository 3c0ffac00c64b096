import { describe, expect, it } from "vitest";
import { baselineChanges } from "../../src/baseline/changes.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const changes = (base: unknown, head: unknown, introduced = true) =>
  baselineChanges(
    "base.json",
    { base: base === undefined ? undefined : bytes(base), head: head === undefined ? undefined : bytes(head) },
    introduced,
  ).map(({ what, to, loosens }) => [what, to, loosens]);

const component = (name: string, more = {}) => ({ type: "library", name, purl: `pkg:npm/${name}@1`, ...more });
const sbom = (components: readonly unknown[], more = {}) => ({ bomFormat: "CycloneDX", components, ...more });
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
const trivy = (result: object, more = {}) => ({ SchemaVersion: 2, Results: [{ Target: "Java", ...result }], ...more });
const pkg = (name: string) => ({ Name: name, Version: "1", Identifier: { PURL: `pkg:npm/${name}@1` } });
const finding = (more = {}) => ({
  target: 0,
  kind: "vulnerability",
  id: "CVE-2024-0001",
  package: { name: "qs", version: "1", purl: "pkg:npm/qs@1" },
  outcome: "open",
  ...more,
});
const own = (findings: readonly unknown[], target = {}, more = {}) => ({
  version: 1,
  targets: [{ verdict: "fail", rows: [], packages: [{ name: "qs", version: "1" }], ...target }],
  findings,
  ...more,
});

describe("what a pull request changes in a baseline", () => {
  it.each<[string, unknown, unknown, unknown[][]]>([
    ["that it adds", undefined, sbom([]), [["added", undefined, true]]],
    ["that it removes", sbom([]), undefined, [["removed", undefined, false]]],
    ["by its date alone", sbom([], { metadata: { timestamp: "1" } }), sbom([], { metadata: { timestamp: "2" } }), []],
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
      [["changed", "is about something else, or was judged otherwise", true]],
    ],
    [
      "as Syft's JSON, by a package more and one less",
      syft(["a", "b"]),
      syft(["a", "c"]),
      [["changed", "knows 1 more: pkg:npm/c@1; 1 fewer", true]],
    ],
    ["as Syft's JSON, by ids alone", syft(["a"]), syft(["a"]), []],
    [
      "as Syft's JSON, by another image",
      syft(["a"]),
      syft(["a"], "other"),
      [["changed", "is about something else, or was judged otherwise", true]],
    ],
    ["by their order", sbom([component("a"), component("b")]), sbom([component("b"), component("a")]), []],
    [
      "by another image",
      sbom([], { metadata: { component: { name: "a" } } }),
      sbom([], { metadata: { component: { name: "b" } } }),
      [["changed", "is about something else, or was judged otherwise", true]],
    ],
    [
      "by a package of Trivy's",
      trivy({ Packages: [] }),
      trivy({ Packages: [pkg("a")] }),
      [["changed", "knows 1 more: pkg:npm/a@1", true]],
    ],
    [
      "by a finding of Trivy's",
      trivy({ Vulnerabilities: [] }),
      trivy({ Vulnerabilities: [{ VulnerabilityID: "CVE-1", PkgName: "a", InstalledVersion: "1" }] }),
      [["changed", "knows 1 more: a", true]],
    ],
    ["by a finding", own([]), own([finding()]), [["changed", "knows 1 more: CVE-2024-0001", true]]],
    [
      "by what became of a finding",
      own([finding({ outcome: "accepted" })]),
      own([finding()]),
      [["changed", "knows 1 more: CVE-2024-0001; 1 fewer", true]],
    ],
    [
      "by its verdict",
      own([]),
      own([], { verdict: "pass" }),
      [["changed", "is about something else, or was judged otherwise", true]],
    ],
    ["by the time of its run", own([], {}, { generatedAt: "1" }), own([], {}, { generatedAt: "2" }), []],
    ["that is not read", "SPDX", "SPDX 2", [["changed", "what it knows cannot be told", true]]],
  ])("%s", (_, base, head, expected) => {
    expect(changes(base, head)).toEqual(expected);
  });

  // Proves: so-baseline-knows-more
  it("loosens nothing where all findings count", () => {
    expect(changes(sbom([]), sbom([component("a")]), false)).toEqual([["changed", "knows 1 more: pkg:npm/a@1", false]]);
    expect(changes(undefined, sbom([]), false)).toEqual([["added", undefined, false]]);
  });
});
