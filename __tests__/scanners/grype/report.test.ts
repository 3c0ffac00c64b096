import { describe, expect, it } from "vitest";
import { Keys } from "../../../src/domain/json/parse-strict.ts";
import type { Target } from "../../../src/domain/target.ts";
import { grypeReports } from "../../../src/scanners/grype/report/report.ts";
import { DATABASE, grype, hex, IMAGE, match, pythonMatch, SECRET } from "./sample.ts";

const target: Target = { kind: "trivy-report", input: "g.json", label: "g.json", file: "g.json" };
const read = (value: unknown) => grypeReports.given({ value, keys: new Keys() }, target, { descriptions: true });
const rows = (...matches: unknown[]) => read(grype(matches)).findings;
const gaps = (value: unknown) => read(value).coverage?.gaps.map(({ code }) => code);
const clean = (more: Readonly<Record<string, unknown>> = {}) => grype([], more);

describe("a row of Grype's", () => {
  it("is one finding, in our own terms", () => {
    expect(rows(match())).toEqual([
      expect.objectContaining({
        kind: "vulnerability",
        id: "CVE-2099-0001",
        severity: "HIGH",
        fixedVersions: ["3.0.99-1"],
        status: "fixed",
        path: undefined,
        layer: { diffId: hex("1"), number: 1 },
        package: expect.objectContaining({ name: "libssl3", version: "3.0.11-1", type: "deb", ecosystem: "debian" }),
      }),
    ]);
    expect(rows(pythonMatch())[0]).toMatchObject({
      path: "app/venv/lib/python3.11/site-packages/requests-2.31.0.dist-info/METADATA",
      layer: { number: 2 },
      package: { ecosystem: "pypi", purl: "pkg:pypi/requests@2.31.0" },
    });
  });

  it("has the id of its CVE if a GHSA has one, and the GHSA is an alias", () => {
    expect(rows(pythonMatch())).toMatchObject([{ id: "CVE-2099-0002", aliases: ["GHSA-aaaa-bbbb-cccc"] }]);
    expect(rows(pythonMatch({}, { relatedVulnerabilities: [] }))).toMatchObject([{ id: "GHSA-aaaa-bbbb-cccc" }]);
    expect(rows(match({ relatedVulnerabilities: [{ id: "CVE-2099-0001", severity: "Unknown" }] }))).toMatchObject([
      { id: "CVE-2099-0001" },
    ]);
  });

  it("about a GHSA with two CVEs is a finding for each, so that neither is missed and neither exception covers both", () => {
    const two = [{ id: "CVE-2099-0002" }, { id: "CVE-2099-0003" }];
    const found = rows(pythonMatch({}, { relatedVulnerabilities: two }));
    expect(found.map(({ id, aliases }) => [id, aliases])).toEqual([
      ["CVE-2099-0002", ["GHSA-aaaa-bbbb-cccc"]],
      ["CVE-2099-0003", ["GHSA-aaaa-bbbb-cccc"]],
    ]);
  });

  it("about a distribution's advisory for several CVEs is a finding for each", () => {
    const two = [{ id: "CVE-2099-0002" }, { id: "CVE-2099-0003" }];
    const found = rows(match({ vulnerability: { id: "ALAS-2026-7" }, relatedVulnerabilities: two }));
    expect(found.map(({ id, aliases }) => [id, aliases])).toEqual([
      ["CVE-2099-0002", ["ALAS-2026-7"]],
      ["CVE-2099-0003", ["ALAS-2026-7"]],
    ]);
  });

  it.each([
    ["Critical", "CRITICAL"],
    ["High", "HIGH"],
    ["Medium", "MEDIUM"],
    ["Low", "LOW"],
    ["Negligible", "LOW"],
    ["Unknown", "UNKNOWN"],
  ])("of the severity %s is %s", (word, severity) => {
    expect(rows(match({ vulnerability: { severity: word } }))).toMatchObject([{ severity }]);
  });

  it("that its distribution has not rated has NVD's severity", () => {
    const relatedVulnerabilities = [
      { id: "CVE-2099-0001", severity: "Medium" },
      { id: "CVE-2099-0001", severity: "Critical" },
    ];
    expect(rows(match({ vulnerability: { severity: "Unknown" }, relatedVulnerabilities }))[0]?.severity).toBe(
      "CRITICAL",
    );
    expect(rows(match({ vulnerability: { severity: "Low" }, relatedVulnerabilities }))[0]?.severity).toBe("LOW");
  });

  it("with an Unknown severity has the severity of its highest CVSS score", () => {
    const scored = (...scores: unknown[]) => scores.map((baseScore) => ({ version: "3.1", metrics: { baseScore } }));
    const related = { id: "CVE-2099-0001", severity: "Unknown", cvss: scored(9.1) };
    const unrated = { severity: "Unknown", cvss: scored(5, null) };
    const severity = (vulnerability: Record<string, unknown>, relatedVulnerabilities: unknown[] = []) =>
      rows(match({ vulnerability, relatedVulnerabilities }))[0]?.severity;
    expect(severity(unrated)).toBe("MEDIUM");
    expect(severity(unrated, [related])).toBe("CRITICAL");
    expect(severity(unrated, [{ ...related, severity: "Low" }])).toBe("LOW");
    expect(severity({ severity: "Unknown", cvss: "none" })).toBe("UNKNOWN");
  });

  it("that repeats another one, as `--by-cve` writes them, is one finding with the fix and the higher severity", () => {
    const byNvd = { id: "CVE-2099-0002", namespace: "nvd:cpe", severity: "Critical", fix: { state: "unknown" } };
    const cpe = { relatedVulnerabilities: [], matchDetails: [{ type: "cpe-match" }] };
    const found = rows(pythonMatch(), pythonMatch(byNvd, cpe));
    expect(found).toMatchObject([
      { id: "CVE-2099-0002", severity: "CRITICAL", fixedVersions: ["2.32.0"], aliases: ["GHSA-aaaa-bbbb-cccc"] },
    ]);
    expect(found[0]).not.toHaveProperty("byName");
    expect(rows(pythonMatch(), pythonMatch(byNvd, cpe, { id: "other" }))).toHaveLength(2);
    expect(rows(pythonMatch(), pythonMatch({ fix: { versions: ["3"], state: "fixed" } }))).toHaveLength(2);
  });

  it.each([
    ["fixed", ["2"], ["2"], "fixed"],
    ["not-fixed", [], [], "affected"],
    ["wont-fix", [], [], "will_not_fix"],
    ["unknown", [], [], "unknown"],
    ["", null, [], "unknown"],
    ["", ["2"], ["2"], "fixed"],
  ])("with the fix state %j and the versions %j has these fixes", (state, versions, fixedVersions, status) => {
    expect(rows(match({ vulnerability: { fix: { state, versions } } }))).toMatchObject([{ fixedVersions, status }]);
  });

  it("that is fixed without a version has the suggested one, and without that is an error: it would count as unfixed", () => {
    const fix = { state: "fixed", versions: [] };
    const matchDetails = [{ type: "exact-direct-match", fix: { suggestedVersion: "3" } }];
    expect(rows(match({ vulnerability: { fix }, matchDetails }))[0]?.fixedVersions).toEqual(["3"]);
    expect(() => rows(match({ vulnerability: { fix } }))).toThrow(/^\[report-invalid\].*has a fix without a version/);
  });

  // Proves: report-another-scanner-read
  it.each([
    ["severity", { severity: "Catastrophic" }],
    ["severity", { severity: undefined }],
    ["severity", { severity: "" }],
    ["fix", { fix: { state: "mended", versions: [] } }],
    ["id", { id: "" }],
  ])("with a %s that Grype does not write is an error that names the key and quotes nothing", (key, vulnerability) => {
    expect(() => rows(match(), match({ vulnerability }))).toThrow(
      new RegExp(`^\\[report-invalid\\].*"matches\\.1\\.vulnerability\\.${key}"`),
    );
    expect(() => rows(match({ vulnerability }))).not.toThrow(/Catastrophic|mended/);
  });

  it("of a package at two paths is two findings, one for each row", () => {
    const at = (path: string) => pythonMatch({}, {}, { locations: [{ path, layerID: hex("2") }] });
    expect(rows(at("/a/x.dist-info/METADATA"), at("/b/x.dist-info/METADATA")).map(({ path }) => path)).toEqual([
      "a/x.dist-info/METADATA",
      "b/x.dist-info/METADATA",
    ]);
  });

  it("of an artifact with several places is where the evidence is", () => {
    const locations = [
      { path: "/a/RECORD", annotations: { evidence: "supporting" } },
      { path: "/a/METADATA", annotations: { evidence: "primary" } },
    ];
    expect(rows(pythonMatch({}, {}, { locations }))[0]?.path).toBe("a/METADATA");
    expect(rows(pythonMatch({}, {}, { locations: null }))[0]?.path).toBeUndefined();
  });

  it("of a distribution's package has no path if it only is the path of the list of packages", () => {
    const at = (path: string) => rows(match({ artifact: { locations: [{ path }] } }))[0]?.path;
    for (const list of ["/var/lib/dpkg/status", "/lib/apk/db/installed", "/usr/lib/sysimage/rpm/rpmdb.sqlite"])
      expect(at(list)).toBeUndefined();
    expect(at("/usr/lib/x86_64-linux-gnu/libc.so.6")).toBe("usr/lib/x86_64-linux-gnu/libc.so.6");
  });
});

describe("weak evidence in Grype's report", () => {
  const notes = (...matches: unknown[]) => read(grype(matches)).provenance.notes?.join(" ") ?? "";

  it("counts, and a note says how many rows match by CPE alone, in namespaces of all times", () => {
    const byCpe = pythonMatch({ namespace: "nvd:cpe" }, { matchDetails: [{ type: "cpe-match" }] });
    const old = pythonMatch(
      { id: "GHSA-aaaa-bbbb-dddd", namespace: "nvd" },
      { matchDetails: [{ matcher: "stock-matcher" }], relatedVulnerabilities: [] },
    );
    expect(rows(byCpe, old)).toHaveLength(2);
    expect(notes(byCpe, old, match())).toContain("2 of the rows match by a product's name (CPE) alone");
    expect(notes(match(), pythonMatch())).not.toContain("CPE");
  });

  it("of a language's package that the distribution has installed counts, and a note says so", () => {
    const locations = [{ path: "/usr/lib/python3/dist-packages/requests-2.31.0.egg-info/PKG-INFO", layerID: hex("1") }];
    const owned = pythonMatch({}, {}, { locations });
    expect(rows(owned)).toMatchObject([{ id: "CVE-2099-0002", bySystem: true }]);
    expect(notes(owned)).toContain(
      "1 of the rows are about applications' packages that the distribution has installed",
    );
    expect(rows(pythonMatch())[0]).not.toHaveProperty("bySystem");
  });
});

describe("what Grype has ignored", () => {
  const headers = (rule: object, artifact: object = {}) => ({
    ...match({ artifact: { name: "linux-libc-dev", version: "6.1.1-1", ...artifact } }),
    appliedIgnoreRules: [rule],
  });
  const kernel = {
    namespace: "",
    "fix-state": "",
    package: { name: "linux-libc-dev", type: "deb", "upstream-name": "linux" },
    "match-type": "exact-indirect-match",
  };
  const ignored = (...ignoredMatches: unknown[]) => read(clean({ ignoredMatches }));

  it("by its own rules is not a finding, and its number is said", () => {
    const nak = {
      ...pythonMatch(),
      appliedIgnoreRules: [
        {
          vulnerability: "CVE-2099-0002",
          "include-aliases": true,
          reason: "DistroPackageFixed",
          package: { location: "/x" },
        },
      ],
    };
    const { findings, suppressed } = ignored(headers(kernel), nak);
    expect([findings, suppressed]).toEqual([[], 2]);
  });

  // Proves: report-another-scanner-read
  it.each([
    ["a rule for everything", headers({ package: { name: ".*" } })],
    ["--only-fixed", headers({ "fix-state": "not-fixed" })],
    ["a VEX document", headers({ "vex-status": "not_affected" })],
    ["an id", headers({ vulnerability: "CVE-2099-0001" })],
    ["a built-in rule's name on another package", headers(kernel, { name: "openssl" })],
    ["a built-in rule with more in it", headers({ ...kernel, vulnerability: "CVE-2099-0001" })],
    ["a built-in reason with another advisory", headers({ reason: "DistroPackageFixed", vulnerability: "CVE-1999-1" })],
    [
      "a built-in reason with a namespace",
      headers({ reason: "DistroPackageFixed", vulnerability: "CVE-2099-0001", namespace: "x" }),
    ],
    ["no rule", { ...match(), appliedIgnoreRules: [] }],
  ])("by %s is an error", (_, row) => {
    expect(() => ignored(headers(kernel), row)).toThrow(/^\[report-filtered\].*ignoredMatches\[1\]/);
  });

  // Proves: second-scanner-refutes-nothing
  it("by a rule of a settings file in a built-in rule's words is an error", () => {
    // As if a pull request had a `.grype.yaml`, which Grype obeys where the report is made.
    const rule = { vulnerability: "CVE-2099-0001", reason: "DistroPackageFixed" };
    const report = (ignore: unknown) =>
      read(clean({ ignoredMatches: [headers(rule)], descriptor: { configuration: { ignore } } }));
    expect(report([kernel]).suppressed).toBe(1);
    expect(() => report([kernel, rule])).toThrow(/^\[report-filtered\]/);
  });

  // Proves: second-scanner-refutes-nothing
  it("because of another distribution in its options leaves no row, but a gap", () => {
    const told = (distro: string) => read(clean({ descriptor: { configuration: { distro } } })).coverage?.gaps;
    expect(told("")).toEqual([]);
    expect(told("debian:12")).toMatchObject([{ code: "os-mismatch", what: expect.stringContaining("debian:12") }]);
  });

  it("by a list of folders leaves no row, so that the answer says what was left out", () => {
    const configuration = { exclude: ["/opt/**"] };
    expect(read(clean({ descriptor: { configuration } })).coverage?.rows).toContainEqual(
      expect.objectContaining({ subject: "Left out by Grype's `exclude`", detail: "/opt/**" }),
    );
  });
});

it("names what Grype did not look into, if its options leave archives out", () => {
  const rows = (indexed: boolean) => {
    const configuration = { search: { scope: "squashed", "indexed-archives": indexed } };
    return read(clean({ descriptor: { configuration } })).coverage?.rows.map(({ subject }) => subject);
  };
  expect(rows(false)).toContain("Left out by Grype's `search.indexed-archives`");
  expect(rows(true)).not.toContain("Left out by Grype's `search.indexed-archives`");
});

describe("Grype's database", () => {
  const aged = (db: unknown, ...matches: unknown[]) => read(grype(matches, { descriptor: { db } })).provenance;

  it("is as old as the oldest source that matters, and a note says that another is older", () => {
    expect(aged(DATABASE, match()).databaseUpdatedAt).toBe("2026-11-27T00:00:00.000Z");
    expect(aged(DATABASE, match(), pythonMatch()).databaseUpdatedAt).toBe("2026-11-26T00:00:00.000Z");
    const byCpe = pythonMatch({ namespace: "nvd:cpe" }, { matchDetails: [{ type: "cpe-match" }] });
    expect(aged(DATABASE, match(), byCpe).databaseUpdatedAt).toBe("2026-11-25T00:00:00.000Z");
    expect(aged(DATABASE, match()).notes?.join()).toContain("The oldest source of Grype's database is of 2026-11-20");
  });

  it("of before version 6 is as old as its build", () => {
    const flat = { built: "2021-10-27T08:14:21Z", schemaVersion: 3, location: "/x", checksum: "sha256:0", error: null };
    expect(aged(flat, match()).databaseUpdatedAt).toBe("2021-10-27T08:14:21.000Z");
  });

  it("without a date is said to be of unknown age, and the report, too", () => {
    const { databaseUpdatedAt, scannedAt, notes } = read(
      grype([match()], { descriptor: { db: undefined, timestamp: undefined } }),
    ).provenance;
    expect([databaseUpdatedAt, scannedAt]).toEqual([undefined, undefined]);
    expect(notes?.[0]).toContain("no date of itself or of its database");
    const { debian: _, ...others } = DATABASE.providers;
    const undated = { ...DATABASE, providers: { ...others, debian: { captured: "0001-01-01T00:00:00Z" } } };
    expect(aged(undated, match()).databaseUpdatedAt).toBeUndefined();
  });

  it.each([
    [
      "a later version",
      { ...DATABASE, status: { ...DATABASE.status, schemaVersion: "v7.0.0" } },
      "report-schema-unknown",
    ],
    ["a version that is none", { schemaVersion: "six" }, "report-schema-unknown"],
    ["one that Grype calls invalid", { ...DATABASE, status: { ...DATABASE.status, valid: false } }, "report-invalid"],
    ["one with an error", { built: "2021-10-27T08:14:21Z", schemaVersion: 5, error: "bad checksum" }, "report-invalid"],
  ])("is an error if it is %s", (_, db, code) => {
    expect(() => aged(db)).toThrow(new RegExp(`^\\[${code}\\]`));
  });

  it("and Grype itself of an unknown version are errors, but for one that was built from source", () => {
    const of = (version: string) => () => read(grype([match()], { descriptor: { version } })).provenance.scannerVersion;
    expect(of("0.24.0")()).toBe("0.24.0");
    expect(of("[not provided]")()).toBeUndefined();
    for (const version of ["1.0.0", "", "0.x"]) expect(of(version)).toThrow(/^\[report-schema-unknown\]/);
  });
});

describe("what Grype did not look at", () => {
  it("is not a gap for a distribution that its database knows, though it found nothing", () => {
    expect(gaps(clean())).toEqual([]);
    expect(gaps(clean({ distro: { name: "debian", version: "12.5" } }))).toEqual([]);
  });

  // Proves: report-another-scanner-read
  it.each([
    ["a release that never was", { name: "debian", version: "99" }, ["os-release-unknown"]],
    ["a release without a version", { name: "debian", version: "" }, ["os-release-unknown"]],
    ["a distribution that it has no advisories for", { name: "gentoo", version: "2.15" }, ["os-unknown"]],
    ["a distribution whose source its database lacks", { name: "alpine", version: "3.20.1" }, ["os-unknown"]],
    ["none", { name: "", version: "" }, ["os-unknown"]],
    ["nothing", undefined, ["os-unknown"]],
  ])("is a gap if the report names %s: no findings there are no proof", (_, distro, codes) => {
    expect(gaps(clean({ distro }))).toEqual(codes);
  });

  it("is not a gap for a release that is new to us, but has findings by its own advisories", () => {
    const found = match({ vulnerability: { namespace: "debian:distro:debian:15" } });
    expect(gaps(grype([found], { distro: { name: "debian", version: "15.1" } }))).toEqual([]);
    expect(gaps(grype([match()], { distro: { name: "debian", version: "99" } }))).toEqual(["os-release-unknown"]);
    const named = (namespace: string, version: string) =>
      gaps(grype([match({ vulnerability: { namespace } })], { distro: { name: "debian", version } }));
    expect(named("github:language:15", "15.1")).toEqual(["os-release-unknown"]);
    expect(named("debian:distro:debian:15", "150")).toEqual(["os-release-unknown"]);
    expect(named("debian:distro:debian:", "")).toEqual(["os-release-unknown"]);
  });

  it("is a gap if packages need a distribution and none is named, and none if they are their own programs", () => {
    expect(gaps(grype([pythonMatch()], { distro: null }))).toEqual(["os-unknown"]);
    expect(gaps(grype([match()], { distro: null }))).toEqual(["os-unknown"]);
    expect(gaps(grype([pythonMatch({}, {}, { type: "go-module" })], { distro: null }))).toEqual([]);
  });

  it("is a gap if Grype took a tar for a single file, as it does without a scheme, and found nothing", () => {
    const file = { source: { type: "file", target: "app.tar" }, distro: { name: "", version: "" } };
    expect(gaps({ ...clean(), ...file })).toEqual(["os-unknown"]);
    expect(gaps({ ...grype([pythonMatch({}, {}, { type: "go-module" })]), ...file })).toEqual([]);
  });

  it("is a gap if it is on a folder and nothing shows that Grype found any package there", () => {
    const none = { name: "", version: "" };
    const folder = { source: { type: "directory", target: "." } };
    expect(read({ ...clean(), ...folder, distro: none }).coverage?.gaps).toMatchObject([
      { code: "os-unknown", what: expect.stringContaining("folder"), remedy: expect.stringContaining("grype-match") },
    ]);
    expect(gaps({ ...grype([pythonMatch({}, {}, { type: "go-module" })]), ...folder, distro: none })).toEqual([]);
    // The files of a distribution's image.
    expect(gaps({ ...clean(), ...folder })).toEqual([]);
  });

  it("of a source of an unknown kind is an error", () => {
    expect(() => read({ ...clean(), source: { type: "cluster", target: {} } })).toThrow(
      /^\[report-invalid\].*source\.type/,
    );
    expect(read({ ...clean(), source: { type: "directory", target: "." } }).artifact.imageId).toBeUndefined();
  });
});

describe("what Grype's report says of the image", () => {
  it("is its digests: the repository's and the manifest's", () => {
    expect(grypeReports.digests?.(clean())).toEqual([hex("d"), hex("a")]);
    for (const other of [
      null,
      7,
      {},
      { source: 7 },
      { source: { target: "." } },
      { source: { target: { repoDigests: 7 } } },
    ])
      expect(grypeReports.digests?.(other)).toEqual([]);
  });

  it("is a claim of its name, its platform and its system", () => {
    expect(read(clean()).artifact).toMatchObject({
      names: ["g.json"],
      claims: [IMAGE.userInput],
      imageId: hex("c"),
      referenceDigest: hex("d"),
      os: { family: "debian", name: "12" },
      platform: "linux/amd64",
      packages: undefined,
    });
  });

  // Proves: report-another-scanner-gives
  it("never is its configuration, its manifest or a login", () => {
    expect(JSON.stringify(read(grype([match(), pythonMatch()])))).not.toContain(SECRET);
    expect(JSON.stringify(read(grype([match()])))).not.toContain(IMAGE.config.slice(0, 20));
  });

  it("is not read out of a document that only looks like one", () => {
    expect(grypeReports.owns(clean())).toBe(true);
    expect(() => read({ descriptor: { name: "grype", version: "0.121.3" } })).toThrow(/^\[report-invalid\].*"matches"/);
  });
});
