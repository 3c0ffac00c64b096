import { describe, expect, it } from "vitest";
import { type Finding, UNSPECIFIED_TYPE } from "../../../src/domain/finding.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { mergeOpinions, type ScannerOpinion } from "../../../src/domain/opinions/merge.ts";
import { mergeScans } from "../../../src/domain/opinions/merge-scans.ts";
import type { MergeRules } from "../../../src/domain/opinions/merged-finding.ts";
import { subjectOf } from "../../../src/domain/opinions/subject.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import { cpuMs } from "../../support/runs/patience.ts";
import { judged, makeFinding, makePackage, makePolicy, makeSettings, scanned } from "../make.ts";
import { NPM, npmFinding, opinion } from "./opinions.ts";

/** The merged findings, each as its id, the scanners that see it, and those that could. */
function merged(opinions: readonly ScannerOpinion[], rules?: MergeRules): string[] {
  return mergeOpinions(opinions, rules)
    .map(({ id, opinions: by = [], missedBy = [] }) =>
      [
        id,
        by.map(({ scanner }) => scanner).join("+"),
        ...(missedBy.length > 0 ? [`not ${missedBy.join("+")}`] : []),
      ].join(" "),
    )
    .sort();
}

const two = (trivy: readonly Finding[], grype: readonly Finding[]) => [
  opinion("Trivy", trivy),
  opinion("Grype", grype),
];

/** The only merged finding. */
function one(trivy: Partial<Finding>, grype: Partial<Finding>, rules?: MergeRules): Finding {
  const findings = mergeOpinions(two([npmFinding("CVE-1", trivy)], [npmFinding("CVE-1", grype)]), rules);
  expect(findings).toHaveLength(1);
  return findings[0] as Finding;
}

describe("a report without ecosystems", () => {
  const bare = (id: string, name: string, version = "1.0.0") =>
    npmFinding(id, { package: { name, version, type: UNSPECIFIED_TYPE } });
  const pypi = makePackage({ name: "Left_Pad", version: "1.0.0", type: "python", purl: "pkg:pypi/left-pad@1.0.0" });
  const harbor = (...findings: Finding[]) => ({ ...opinion("Harbor", findings, new Set()), knowsBest: true });

  it("is about the package of that name and version which the others know, and leaves them their name of it", () => {
    const all = [harbor(bare("CVE-1", "left-pad")), ...two([npmFinding("GHSA-a", { aliases: ["CVE-1"] })], [])];
    expect(merged(all)).toEqual(["CVE-1 Harbor+Trivy not Grype"]);
    expect(mergeOpinions(all)[0]?.package).toMatchObject({ type: "node-pkg", purl: "pkg:npm/left-pad@1.0.0" });
    // Names are compared as their ecosystem does it.
    const python = opinion("Trivy", [npmFinding("CVE-1", { package: pypi })], new Set(["pypi"]));
    expect(merged([harbor(bare("CVE-1", "left.pad")), python])).toEqual(["CVE-1 Harbor+Trivy"]);
  });

  it("is about another one if the version differs, or if the others know that name in two ecosystems", () => {
    const other = [harbor(bare("CVE-1", "left-pad", "1.0.1")), opinion("Trivy", [npmFinding("CVE-1")])];
    expect(mergeOpinions(other)).toHaveLength(2);
    const both = [npmFinding("CVE-1"), npmFinding("CVE-2", { package: pypi })];
    expect(mergeOpinions([harbor(bare("CVE-1", "left-pad")), opinion("Trivy", both)])).toHaveLength(3);
  });
});

describe("ids", () => {
  it("join what has one id, or one is the other's alias; a CVE becomes the finding's id", () => {
    const trivy = [npmFinding("CVE-1"), npmFinding("CVE-2")];
    const grype = [npmFinding("GHSA-a", { aliases: ["CVE-1"] }), npmFinding("CVE-3")];
    expect(merged(two(trivy, grype))).toEqual(["CVE-1 Grype+Trivy", "CVE-2 Trivy not Grype", "CVE-3 Grype not Trivy"]);
    const [first] = mergeOpinions(two(trivy, grype));
    expect(first).toMatchObject({ id: "CVE-1", aliases: ["GHSA-a"] });
    expect(first?.opinions?.map(({ scanner, id }) => [scanner, id])).toEqual([
      ["Grype", "GHSA-a"],
      ["Trivy", "CVE-1"],
    ]);
  });

  it("join over a third scanner that knows both", () => {
    const bridge = opinion("Clair", [npmFinding("GHSA-a", { aliases: ["CVE-1", "PYSEC-1"] })]);
    const all = [bridge, ...two([npmFinding("CVE-1")], [npmFinding("PYSEC-1")])];
    expect(merged(all)).toEqual(["CVE-1 Clair+Grype+Trivy"]);
  });

  it("join over a third scanner that knows both and not the place, so that none of them has missed it", () => {
    const all = [
      opinion("Clair", [npmFinding("CVE-1", { aliases: ["PYSEC-1"], path: undefined })]),
      opinion("Grype", [npmFinding("PYSEC-1", { path: "b" })]),
      opinion("Trivy", [npmFinding("GHSA-a", { aliases: ["CVE-1"], path: "b" })]),
    ];
    expect(merged(all)).toEqual(["CVE-1 Clair+Grype+Trivy"]);
  });

  it("in a cycle join no two rows of one scanner", () => {
    const cycle = [
      npmFinding("CVE-1", { aliases: ["GHSA-a"] }),
      npmFinding("GHSA-a", { aliases: ["PYSEC-1"] }),
      npmFinding("PYSEC-1", { aliases: ["CVE-1"] }),
    ];
    expect(mergeOpinions(two(cycle, [npmFinding("GHSA-a")]))).toHaveLength(3);
    expect(mergeOpinions(two(cycle, cycle))).toHaveLength(3);
  });

  // Proves: second-opinion-takes-no
  it("of a notice about several CVEs do not make them one: neither few of them, nor thousands", () => {
    const few = two([npmFinding("CVE-1", { aliases: ["RHSA-1"] })], [npmFinding("CVE-2", { aliases: ["RHSA-1"] })]);
    expect(mergeOpinions(few)).toHaveLength(2);
    const many = (first: number) =>
      Array.from({ length: 5_000 }, (_, index) => npmFinding(`X-${first + index}`, { aliases: ["HUB-1"] }));
    const began = cpuMs();
    expect(mergeOpinions(two(many(0), many(5_000)))).toHaveLength(10_000);
    // Comparing all pairs would take minutes.
    expect(cpuMs() - began).toBeLessThan(5_000);
  });
});

describe("packages and places", () => {
  /** From words such as `name version type ecosystem`. */
  const about = (words: string, purl?: string) => {
    const [name = "", version = "", type = "", ecosystem] = words.split(" ");
    return { package: { name, version, type, purl, ecosystem } as Finding["package"] };
  };

  it.each([
    [
      "a distribution's package by its name, whatever its list and its namespace",
      about("openssl 1.1-1 redhat rpm", "pkg:rpm/redhat/openssl@1.1-1"),
      about("openssl 0:1.1-1 rpm rpm", "pkg:rpm/rhel/openssl@1.1-1"),
    ],
    [
      "Python's by their normalised name",
      about("Zope.Interface 5 python-pkg pypi"),
      about("zope-interface 5 python pypi", "pkg:pypi/zope-interface@5"),
    ],
    [
      "Java's by group and name of the package URL",
      about("g:a 1 jar maven"),
      about("a 1 java-archive maven", "pkg:maven/g/a@1"),
    ],
    [
      "Go's standard library",
      about("stdlib v1.22.1 gobinary go", "pkg:golang/stdlib@v1.22.1"),
      about("stdlib go1.22.1 go-module go", "pkg:golang/stdlib@1.22.1"),
    ],
    [
      "those without rules by the type of the package URL",
      about("rack 2 bundler", "pkg:gem/rack@2"),
      about("rack 2 gem", "pkg:gem/rack@2"),
    ],
  ])("join %s", (_, trivy, grype) => {
    const id = "CVE-1";
    expect(merged(two([makeFinding({ id, ...trivy })], [makeFinding({ id, ...grype })]))).toEqual([
      "CVE-1 Grype+Trivy",
    ]);
  });

  it("keep other versions apart, and other places of an application's package", () => {
    const at = (path: string | undefined) => npmFinding("CVE-1", { path });
    expect(merged(two([at("a"), at("b")], [at("b"), at("c")]))).toEqual([
      "CVE-1 Grype not Trivy",
      "CVE-1 Grype+Trivy",
      // Both see it twice. They name the second place differently, which does not change that.
      "CVE-1 Trivy",
    ]);
    // A scanner that reports no place, or only the archive's, may mean either.
    expect(merged(two([at("a"), at("b")], [at(undefined)]))).toHaveLength(2);
    expect(merged(two([at("x.jar/lib/y.jar")], [at("x.jar")]))).toEqual(["CVE-1 Grype+Trivy"]);
    const other = npmFinding("CVE-1", {
      package: makePackage({ name: "left-pad", version: "2.0.0", ecosystem: "npm" }),
    });
    expect(merged(two([at("a")], [other]))).toHaveLength(2);
  });
});

describe("a merged finding", () => {
  it("has the highest severity, or the one from the first scanner in `severity-from` that has rated it", () => {
    const [low, high, none] = [{ severity: "LOW" }, { severity: "HIGH" }, { severity: "UNKNOWN" }] as const;
    expect(one(low, high).severity).toBe("HIGH");
    expect(one(none, low).severity).toBe("LOW");
    expect(one(low, high, { severityFrom: ["trivy", "grype"] }).severity).toBe("LOW");
    expect(one(low, high, { severityFrom: ["GRYPE"] }).severity).toBe("HIGH");
    expect(one(none, low, { severityFrom: ["trivy"] }).severity).toBe("LOW");
    expect(one(low, high, { severityFrom: ["clair"] }).severity).toBe("HIGH");
  });

  it("has the smallest fix that all accept who know one", () => {
    const fixes = (trivy: string[], grype: string[]) =>
      one({ fixedVersions: trivy }, { fixedVersions: grype }).fixedVersions;
    expect(fixes(["1.0.1"], ["1.0.2"])).toEqual(["1.0.2"]);
    expect(fixes(["1.0.1"], [])).toEqual(["1.0.1"]);
    expect(fixes(["1.0.5", "2.0.1"], ["1.0.5", "2.0.1"])).toEqual(["1.0.5", "2.0.1"]);
    expect(fixes(["1.0.5", "2.0.1"], ["2.0.3"])).toEqual(["2.0.3"]);
    // Without an order, none is lost: it would look as if there were no fix.
    expect(fixes(["one"], ["other"])).toEqual(["one", "other"]);
  });

  it("keeps what only one scanner knows, and each one's severity and fix", () => {
    const layer = { diffId: "sha256:1", number: 1 };
    const finding = one(
      { layer, title: "A title", publishedAt: "2026-02-01T00:00:00Z" },
      { severity: "LOW", title: "", fixedVersions: ["1.0.9"], publishedAt: "2026-01-01T00:00:00Z" },
    );
    expect(finding).toMatchObject({ layer, title: "A title", publishedAt: "2026-01-01T00:00:00Z" });
    expect(finding.opinions).toEqual([
      { scanner: "Grype", id: "CVE-1", severity: "LOW", fixedVersions: ["1.0.9"] },
      { scanner: "Trivy", id: "CVE-1", severity: "HIGH", fixedVersions: [] },
    ]);
  });
});

it("merges what was merged before as the scanners' own opinions", () => {
  const scan = (scanner: string, findings: readonly Finding[]): ScanResult => ({
    artifact: { names: ["app"], packages: undefined },
    packages: [],
    layers: [],
    findings,
    suppressed: 0,
    advisoriesFor: ["npm"],
    provenance: { scanner },
  });
  const named = (scanner: string, ids: readonly string[]) => ({
    scanner,
    scan: scan(
      scanner,
      ids.map((id) => npmFinding(id)),
    ),
  });
  const [trivy, grype, clair] = [
    named("Trivy", ["CVE-1", "CVE-2"]),
    named("Grype", ["CVE-1"]),
    named("Clair", ["CVE-2"]),
  ];
  const both = { scanner: "Trivy and Grype", scan: mergeScans([trivy, grype]) };
  const all = mergeScans([both, clair]);
  const facts = ({ findings, opinions }: ScanResult) => [
    opinions?.map(({ scanner }) => scanner),
    ...findings
      .toSorted((a, b) => a.id.localeCompare(b.id))
      .map(({ id, opinions: by = [], missedBy }) => [
        id,
        by.map(({ scanner }) => scanner).sort(),
        missedBy?.toSorted(),
      ]),
  ];
  expect(facts(all)).toEqual(facts(mergeScans([trivy, grype, clair])));
  expect(facts(all)).toEqual([
    ["Trivy", "Grype", "Clair"],
    ["CVE-1", ["Grype", "Trivy"], ["Clair"]],
    ["CVE-2", ["Clair", "Trivy"], ["Grype"]],
  ]);
});

describe("what was merged before", () => {
  const source = (scanner: string, listsPackages?: true) => ({
    ...{ scanner, findings: 0, sees: ["npm"] },
    ...(listsPackages && { listsPackages }),
  });
  const by = (scanner: string) => ({ scanner, id: "CVE-1", severity: "HIGH" as const, fixedVersions: [] });
  const trivyAndGrype = (change: Partial<ScannerOpinion>): ScannerOpinion => ({
    ...opinion("Trivy and Grype", []),
    sources: [source("Trivy", true), source("Grype")],
    ...change,
  });
  const clair = (...findings: Finding[]) => opinion("Clair", findings);

  it("has decided for its own scanners who has missed a finding: another opinion changes nothing of it", () => {
    const earlier = (missed: Partial<Finding>) =>
      trivyAndGrype({ findings: [npmFinding("CVE-1", { opinions: [by("Trivy")], ...missed })] });
    expect(merged([earlier({}), clair()])).toEqual(["CVE-1 Trivy not Clair"]);
    expect(merged([earlier({ missedBy: ["Grype"] }), clair()])).toEqual(["CVE-1 Trivy not Grype+Clair"]);
  });

  it("excuses the scanner whose list has left a package out as another vendor's, and no other", () => {
    const unadvised = new Set([
      subjectOf({ name: "left-pad", version: "1.0.0", type: "node-pkg", ecosystem: "npm" }).key,
    ]);
    const found = clair(npmFinding("CVE-1"));
    expect(merged([trivyAndGrype({}), found])).toEqual(["CVE-1 Clair not Trivy+Grype"]);
    expect(merged([trivyAndGrype({ unadvised }), found])).toEqual(["CVE-1 Clair not Grype"]);
  });
});

it("merged data are as old as the oldest database, whose date no report without one hides", () => {
  const dated = (scanner: string, databaseUpdatedAt: string | undefined) => ({
    scanner,
    scan: {
      artifact: { names: ["app"], packages: 0 },
      ...{ packages: [], layers: [], findings: [], suppressed: 0 },
      provenance: { scanner, databaseUpdatedAt },
    } satisfies ScanResult,
  });
  const [old, young] = [dated("Trivy", "2026-11-01T00:00:00Z"), dated("Grype", "2026-11-28T00:00:00+02:00")];
  const age = (...scans: Parameters<typeof mergeScans>[0]) => mergeScans(scans).provenance.databaseUpdatedAt;
  expect(age(young, old)).toBe("2026-11-01T00:00:00Z");
  expect(age(young, dated("Clair", undefined))).toBe("2026-11-28T00:00:00+02:00");
  expect(age(dated("Clair", undefined), dated("Quay", undefined))).toBeUndefined();
  const notes = ["Clair's report has no date of its database."];
  const undated = dated("Clair", undefined);
  const noted = { ...undated, scan: { ...undated.scan, provenance: { ...undated.scan.provenance, notes } } };
  expect(mergeScans([old, noted]).provenance.notes).toEqual([`Clair: ${notes[0]}`]);
});

describe("agreement", () => {
  const outcomes = (opinions: readonly ScannerOpinion[]) => {
    const settings = makeSettings({ policy: makePolicy({ agreement: "all" }) });
    return judged(judge([scanned(mergeOpinions(opinions))], settings))
      .findings.map(({ finding, outcome, spared }) => `${finding.id} ${spared ?? outcome}`)
      .sort();
  };

  // Proves: second-opinion-takes-no
  it("of all counts what each scanner sees that could; one without advisories has no vote", () => {
    const trivy = opinion("Trivy", [npmFinding("CVE-1"), npmFinding("CVE-2")]);
    const able = opinion("Grype", [npmFinding("CVE-1")]);
    const blind = opinion("Grype", [], new Set(["debian"]));
    expect(outcomes([trivy, able])).toEqual(["CVE-1 open", "CVE-2 not-agreed"]);
    expect(outcomes([trivy, blind])).toEqual(["CVE-1 open", "CVE-2 open"]);
    expect(outcomes([trivy])).toEqual(["CVE-1 open", "CVE-2 open"]);
  });

  // Proves: scanner-without-data-no
  it("needs no scanner that has left the package out, as the image says that another vendor made it", () => {
    const docker = { name: "docker-ce", version: "1", type: "debian", ecosystem: "debian" } as const;
    const finding = makeFinding({ id: "CVE-1", package: makePackage(docker) });
    const scan = (scanner: string, findings: readonly Finding[], thirdParty?: true): ScanResult => ({
      artifact: { names: ["app"], packages: 1, os: { family: "debian", name: "12.8", endOfLife: false } },
      packages: [{ ...docker, system: true, thirdParty }],
      layers: [],
      findings,
      suppressed: 0,
      coverage: { rows: [], gaps: [] },
      provenance: { scanner, scanners: ["vuln"] },
    });
    const grype = { scanner: "Grype", scan: scan("Grype", [finding]) };
    const missedBy = (thirdParty?: true) =>
      mergeScans([{ scanner: "Trivy", scan: scan("Trivy", [], thirdParty) }, grype]).findings[0]?.missedBy;
    expect(missedBy()).toEqual(["Trivy"]);
    expect(missedBy(true)).toBeUndefined();
  });

  it("matters for kinds that only one scanner looks for as little as for one scanner's target", () => {
    const secret = makeFinding({ kind: "secret", id: "aws-key", package: undefined, path: "app/.env" });
    expect(outcomes([opinion("Trivy", [secret], new Set(["secret"])), opinion("Grype", [], NPM)])).toEqual([
      "aws-key open",
    ]);
  });

  it("finds what attackers use by any alias", () => {
    const findings = mergeOpinions(two([npmFinding("CVE-1")], [npmFinding("GHSA-a", { aliases: ["CVE-1"] })]));
    const kev = { kev: { ransomware: false } };
    const settings = makeSettings({ exploits: (id) => (id === "GHSA-a" ? kev : undefined) });
    expect(judged(judge([scanned(findings)], settings)).findings[0]?.exploitation).toEqual(kev);
  });
});

it("a Go module is one package, whether its major version is in the name or in the subpath of its package URL", () => {
  const named = (purl: string) =>
    makeFinding({ package: { name: "github.com/acme/app/v2", version: "v2.0.0", type: "go", purl } });
  const merged = mergeOpinions([
    { scanner: "Trivy", findings: [named("pkg:golang/github.com/acme/app/v2@v2.0.0")], sees: new Set(["go"]) },
    { scanner: "Grype", findings: [named("pkg:golang/github.com/acme/app@v2.0.0#v2")], sees: new Set(["go"]) },
  ]);
  expect(merged.map(({ opinions }) => opinions?.length)).toEqual([2]);
});
