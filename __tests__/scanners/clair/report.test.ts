import { describe, expect, it } from "vitest";
import { Keys } from "../../../src/domain/json/parse-strict.ts";
import type { Target } from "../../../src/domain/target.ts";
import { quayReports } from "../../../src/scanners/clair/quay.ts";
import { clairReports } from "../../../src/scanners/clair/report.ts";
import { quay as answer, quayFeature as feature, quayRow as row } from "./answers.ts";
import { CVSS, clair, hash, OPENSSL, REQUESTS, type Sample, vulnerability } from "./sample.ts";

const target: Target = { kind: "trivy-report", input: "c.json", label: "c.json", file: "c.json" };
const read = (value: unknown) => clairReports.given({ value, keys: new Keys() }, target, {});
const found = (sample: Sample) => read(clair(sample)).findings;
const one = (more: Readonly<Record<string, unknown>> = {}) => found({ found: [vulnerability(more)] });
const gaps = (sample: Sample) => read(clair(sample)).coverage?.gaps.map(({ code }) => code);

describe("a finding of Clair's", () => {
  it("is identified by the package that it is at, whose package URL is made", () => {
    expect(one()).toEqual([
      expect.objectContaining({
        id: "CVE-2099-0001",
        severity: "HIGH",
        title: "CVE-2099-0001 openssl",
        fixedVersions: ["3.0.99-1"],
        status: "fixed",
        publishedAt: undefined,
        path: undefined,
        package: {
          name: "libssl3",
          version: "3.0.11-1",
          type: "debian",
          ecosystem: "debian",
          purl: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12",
        },
      }),
    ]);
    expect(found({ inPython: [vulnerability()] })[0]).toMatchObject({
      path: "usr/lib/python3.11/site-packages",
      package: { type: "pypi", purl: "pkg:pypi/requests@2.31.0" },
    });
  });

  it.each([
    ["a title with a CVE", { name: "pyup.io-42559 (CVE-2021-3572)" }, [["CVE-2021-3572", ["pyup.io-42559"]]]],
    [
      "an advisory for two CVEs",
      {
        name: "RHSA-2023:5837: nghttp2 security update (Important)",
        links:
          "https://access.redhat.com/errata/RHSA-2023:5837 https://access.redhat.com/security/cve/CVE-2023-44487 https://access.redhat.com/security/cve/CVE-2023-44488 https://x.example/?q=CVE-2000-1111",
      },
      [
        ["CVE-2023-44487", ["RHSA-2023:5837"]],
        ["CVE-2023-44488", ["RHSA-2023:5837"]],
      ],
    ],
    [
      "a plain title",
      {
        name: "curl: SFTP path ~ resolving discrepancy (low)",
        links: "https://access.redhat.com/security/cve/CVE-2023-27534",
      },
      [["CVE-2023-27534", undefined]],
    ],
    ["a GHSA without a CVE", { name: "GHSA-aaaa-bbbb-cccc", links: "" }, [["GHSA-aaaa-bbbb-cccc", undefined]]],
    [
      "aliases with a namespace",
      { name: "GHSA-aaaa-bbbb-cccc", links: "", Aliases: [{ space: "CVE", name: "2023-44487" }] },
      [["CVE-2023-44487", ["GHSA-aaaa-bbbb-cccc"]]],
    ],
    [
      "aliases that have lost it",
      { name: "GHSA-aaaa-bbbb-cccc", links: "", Aliases: [{ Space: {}, Name: "2023-44487" }] },
      [["GHSA-aaaa-bbbb-cccc", undefined]],
    ],
    ["nothing of the kind", { name: "something is wrong", links: "" }, [["something is wrong", undefined]]],
  ])("has its ids where they are, by %s", (_, more, ids) => {
    expect(one(more).map(({ id, aliases }) => [id, aliases])).toEqual(ids);
  });

  it.each([
    ["3.0.99-1", ["3.0.99-1"]],
    ["1:2.3-4.el8", ["1:2.3-4.el8"]],
    ["", []],
    ["0", []],
    ["0:0", []],
    ["fixed=1.2.3&introduced=1.0", ["1.2.3"]],
    ["fixed=1.2.3&fixed=2.0.1&introduced=0", ["1.2.3", "2.0.1"]],
    ["lastAffected=1.9&introduced=1.0", []],
    ["fixed=1%2E2", ["1.2"]],
    ["see advisory", []],
    ["fixed=soon", []],
  ])("with the field for its fix %j has the fixes %j", (field, versions) => {
    expect(one({ fixed_in_version: field })).toMatchObject([
      { fixedVersions: versions, status: versions.length > 0 ? "fixed" : "unknown" },
    ]);
  });

  it("with a fix that is not a version counts, and a note says so", () => {
    const notes = (fix: string) => read(clair({ found: [vulnerability({ fixed_in_version: fix })] })).provenance.notes;
    expect(notes("see advisory")?.[1]).toBe(
      "1 of the rows name a fix that is not a version; they count as having none.",
    );
    expect(notes("0:0")).toHaveLength(1);
  });

  it.each([
    ["", "semver:0.20.10.27.0.0.0.0.0.0", ["20.10.27"]],
    ["", "semver:65535.0.0.0.0.0.0.0.0.0", []],
    ["", "semver:0.0.0.0.0.0.0.0.0.0", []],
    ["", "pep440:0.1.2.0.0.0.0.0.0.0", []],
    ["", undefined, []],
    ["1.2.3", "semver:0.20.10.27.0.0.0.0.0.0", ["1.2.3"]],
    ["0:0", "semver:0.20.10.27.0.0.0.0.0.0", []],
  ])("with the fix %j and a range that ends at %j has the fixes %j", (field, end, versions) => {
    const range = { "[": "semver:0.1.0.0.0.0.0.0.0.0", ")": end };
    expect(one({ fixed_in_version: field, range })[0]?.fixedVersions).toEqual(versions);
  });

  it.each([
    ["0001-01-01T00:00:00Z", undefined],
    ["0000-12-31T18:09:24-05:50", undefined],
    ["", undefined],
    ["2023-10-10T14:15:00Z", "2023-10-10T14:15:00.000Z"],
  ])("issued at %j was published at %s", (issued, publishedAt) => {
    expect(one({ issued })[0]?.publishedAt).toBe(publishedAt);
  });

  it("about thousands of CVEs in hundreds of packages is refused before it fills the memory", () => {
    const links = Array.from({ length: 2_000 }, (_, index) => `https://x.example/CVE-2020-${10_000 + index}`).join(" ");
    const notice = clair({ found: [vulnerability({ name: "RHSA-2023:5837: x", links })] });
    const [[id, installed]] = Object.entries(notice.packages) as [[string, object]];
    const ids = Array.from({ length: 300 }, (_, index) => `${id}-${index}`);
    const many = {
      ...notice,
      packages: Object.fromEntries(ids.map((each) => [each, installed])),
      package_vulnerabilities: Object.fromEntries(ids.map((each) => [each, notice.package_vulnerabilities.p])),
    };
    expect(() => read(many)).toThrow(/^\[report-invalid\] The report of Clair has more than 500,000 findings/);
  });

  it("that is there many times counts once, and with another fix or at another package twice", () => {
    const again = [
      vulnerability(),
      vulnerability({ repository: { name: "cpe:/o:redhat:8::baseos" } }),
      vulnerability(),
    ];
    expect(found({ found: again })).toHaveLength(1);
    expect(found({ found: [vulnerability(), vulnerability({ fixed_in_version: "3.1-1" })] })).toHaveLength(2);
    expect(found({ found: [vulnerability()], inPython: [vulnerability()] })).toHaveLength(2);
    const worse = [vulnerability({ normalized_severity: "Low" }), vulnerability({ normalized_severity: "Critical" })];
    expect(found({ found: worse }).map(({ severity }) => severity)).toEqual(["CRITICAL"]);
  });

  // Proves: report-another-scanner-read
  it("does not count if it says that the package is not affected, or is at no package", () => {
    const inverted = vulnerability({ name: "CVE-2099-0009", Invert: true });
    expect(found({ found: [vulnerability(), inverted] }).map(({ id }) => id)).toEqual(["CVE-2099-0001"]);
    const lone = {
      vulnerabilities: { x: vulnerability() },
      package_vulnerabilities: {},
      PackageNotVulnerable: { p: ["x"] },
    };
    expect(read({ ...clair(), ...lone }).findings).toEqual([]);
  });

  it.each([
    ["a vulnerability", { package_vulnerabilities: { p: ["nowhere"] } }],
    ["a package", { package_vulnerabilities: { nowhere: ["v0"] } }],
  ])("that names %s that the report does not have is an error", (_, more) => {
    expect(() => read({ ...clair({ found: [vulnerability()] }), ...more })).toThrow(
      /^\[report-invalid\].*refers to a missing entry/,
    );
  });
});

describe("a severity of Clair's", () => {
  const unknown = vulnerability({ normalized_severity: "Unknown" });
  const scored = (key: string, ...scores: unknown[]) =>
    found({ found: [unknown], enrichments: { [key]: [{ v0: scores }] } })[0]?.severity;

  // Proves: report-another-scanner-read
  it.each(CVSS)("is in the enrichment alone, by the highest score: %s", (key) => {
    const [low, high] = [
      { baseScore: 3.1, baseSeverity: "LOW" },
      { baseScore: 9.8, baseSeverity: "CRITICAL" },
    ];
    expect(scored(key, low)).toBe("LOW");
    expect(scored(key, low, high)).toBe("CRITICAL");
  });

  it("is the score's band where the entry's word is another, and the word where there is no score", () => {
    expect(scored(CVSS[0], { baseScore: 7.5, baseSeverity: "MEDIUM" })).toBe("HIGH");
    expect(scored(CVSS[0], { baseSeverity: "MEDIUM" })).toBe("MEDIUM");
    expect(scored(CVSS[0], { baseScore: 0 })).toBe("LOW");
  });

  it("is Unknown without enrichments and with other enrichers' alone, and a known one is kept", () => {
    expect(found({ found: [unknown] })[0]?.severity).toBe("UNKNOWN");
    expect(scored("x; enricher=clair.epss schema=y", { baseScore: 9.8 })).toBe("UNKNOWN");
    expect(scored("x; enricher=clair.cvss2 schema=y", { baseScore: 9.8 })).toBe("UNKNOWN");
    const low = vulnerability({ normalized_severity: "Negligible" });
    expect(found({ found: [low], enrichments: { [CVSS[0]]: [{ v0: [{ baseScore: 9.8 }] }] } })[0]?.severity).toBe(
      "LOW",
    );
    expect(read(clair({ found: [unknown], enrichments: null })).findings).toHaveLength(1);
  });

  it("that is neither a word nor a score of the kind is an error", () => {
    expect(() => one({ normalized_severity: "Awful" })).toThrow(/^\[report-invalid\].*normalized_severity/);
    expect(() => one({ normalized_severity: undefined })).toThrow(/^\[report-invalid\].*no severity/);
    expect(() => scored(CVSS[0], { baseScore: 11 })).toThrow(/^\[report-invalid\]/);
  });
});

describe("what Clair did not look at", () => {
  const only = (list: string) => ({ packages: { p: OPENSSL }, environments: { p: [{ package_db: list }] } });

  it("is not a gap for a distribution that it knows, though it found nothing", () => {
    expect(gaps({})).toEqual([]);
    expect(read(clair()).artifact).toMatchObject({ packages: 2, os: { family: "debian", name: "12" } });
  });

  // Proves: report-another-scanner-read
  it.each<[string, Sample, string[]]>([
    [
      "a distribution without advisories",
      { distributions: { "1": { did: "gentoo", version_id: "2" } } },
      ["os-unknown"],
    ],
    [
      "a release without advisories",
      { distributions: { "1": { did: "ubuntu", version_id: "99.04" } } },
      ["os-release-unknown"],
    ],
    ["packages without a distribution", { distributions: {} }, ["os-unknown"]],
    [
      "the list of another release",
      { packages: { p: { ...OPENSSL, name: "base-files", version: "11.1+deb11u7" } } },
      ["os-mismatch"],
    ],
    ["packages of another package manager", only("lib/apk/db/installed"), ["os-mismatch"]],
    [
      "packages of another Red Hat",
      {
        distributions: { "1": { did: "rhel", version_id: "9.4" } },
        packages: { p: { ...OPENSSL, version: "1:1.1.1k-9.el8_7" } },
        environments: { p: [{ package_db: "sqlite:var/lib/rpm", distribution_id: "1" }] },
      },
      ["os-mismatch"],
    ],
    ["nothing at all", { distributions: {}, packages: {}, environments: {} }, ["os-unknown"]],
    ["a distribution without packages", { packages: {}, environments: {} }, ["os-packages-missing"]],
    [
      "packages of Python without a distribution",
      { distributions: {}, packages: { r: REQUESTS }, environments: { r: [{ package_db: "python:app" }] } },
      ["os-unknown"],
    ],
  ])("is a gap if the report has %s", (_, sample, codes) => {
    expect(gaps({ package_vulnerabilities: {}, ...sample })).toEqual(codes);
  });

  it("is not a gap for a release that is new to us, but has findings by its own advisories", () => {
    const distribution = { did: "debian", version_id: "15" };
    const sample = { distributions: { "1": distribution }, found: [vulnerability({ distribution })] };
    expect(gaps(sample)).toEqual([]);
    expect(gaps({ ...sample, found: [vulnerability({ distribution, Invert: true })] })).toEqual(["os-release-unknown"]);
  });

  it.each([
    "var/lib/dpkg/status",
    "lib/apk/db/installed",
    "sqlite:usr/lib/sysimage/rpm",
    "bdb:var/lib/rpm",
    "/var/lib/rpm",
    "ndb:var/lib/rpm",
    "var/lib/dpkg/status.d/base",
  ])("takes %s for a distribution's list of packages", (list) => {
    expect(read(clair(only(list))).packages).toMatchObject([{ system: true, source: { name: "openssl" } }]);
  });

  it.each([
    ["go:usr/bin/app", "go", "usr/bin/app"],
    ["jar:opt/app.jar", "maven", "opt/app.jar"],
    ["nodejs:app/node_modules/x/package.json", "npm", "app/node_modules/x/package.json"],
    ["ruby:usr/lib/gems", "gem", "usr/lib/gems"],
    ["something", "unknown", undefined],
  ])("takes %s for an application's", (list, type, path) => {
    expect(read(clair(only(list))).packages).toMatchObject([{ type, path }]);
  });
});

describe("a document of Clair's", () => {
  it("names the image by its manifest's digest, and has no date, which a note says", () => {
    expect(clairReports.digests?.(clair())).toEqual([hash("a")]);
    const { provenance } = read(clair());
    expect([provenance.scannedAt, provenance.databaseUpdatedAt]).toEqual([undefined, undefined]);
    expect(provenance.notes?.[0]).toContain("has no date of itself or of its database");
  });

  it.each([
    ["an index report", { manifest_hash: hash("a"), state: "IndexFinished", packages: {} }, "report-invalid"],
    ["one of before Clair 4", { ...clair(), state: 3 }, "report-schema-unknown"],
    ...["packages", "distributions", "environments", "vulnerabilities", "package_vulnerabilities"].map(
      (key): [string, object, string] => [`one without ${key}`, { ...clair(), [key]: undefined }, "report-invalid"],
    ),
    ["one with null for its findings", { ...clair(), vulnerabilities: null }, "report-invalid"],
    ["one with a hash that is none", { ...clair(), manifest_hash: "sha256:1" }, "report-invalid"],
  ])("that is %s is an error", (_, document, code) => {
    expect(clairReports.owns(document)).toBe(true);
    expect(() => read(document)).toThrow(new RegExp(`^\\[${code}\\] The report of Clair`));
  });
});

describe("Quay", () => {
  const target: Target = { kind: "trivy-report", input: "q.json", label: "q.json", file: "q.json" };
  const read = (value: unknown) => quayReports.given({ value, keys: new Keys() }, target, {});

  describe("Quay's answer", () => {
    it("is read like Clair's own: ids, severity and fix, each row once", () => {
      const rows = [
        row(),
        row(),
        row({ Name: "pyup.io-42559 (CVE-2021-3572)", FixedBy: "fixed=21.1", Severity: "Negligible" }),
      ];
      expect(read(answer([feature(...rows)])).findings).toMatchObject([
        { id: "CVE-2099-0001", severity: "HIGH", fixedVersions: ["3.0.99-r0"], package: { name: "openssl" } },
        { id: "CVE-2021-3572", aliases: ["pyup.io-42559"], severity: "LOW", fixedVersions: ["21.1"] },
      ]);
      expect(quayReports.digests?.(answer([]))).toEqual([hash("a")]);
      expect(read(answer([feature(row())])).provenance.notes?.[0]).toContain("no date");
    });

    // Proves: report-another-scanner-read
    it.each(["queued", "failed", "something", "Scanned"])(
      "with the status %s is an error, whatever it has alongside it",
      (status) => {
        for (const data of [null, answer([]).data]) {
          const document = { status, data };
          expect(quayReports.owns(document)).toBe(true);
          expect(() => read(document)).toThrow(/^\[report-unfinished\] The report of Quay.* Wait until Quay/);
        }
      },
    );

    // Proves: report-another-scanner-read
    it.each(["unsupported", "manifest_layer_too_large"])(
      "with the status %s says to scan it here if no waiting helps",
      (status) => {
        for (const data of [null, answer([]).data])
          expect(() => read({ status, data })).toThrow(
            new RegExp(
              `^\\[report-unfinished\\] The report of Quay .*"${status}".*cannot scan the image, scan it here`,
            ),
          );
      },
    );

    it("of which only the inner part was kept is an error, as its status is unknown", () => {
      const { data } = answer([feature(row())]);
      expect(quayReports.owns(data)).toBe(true);
      expect(() => read(data)).toThrow(/^\[report-unfinished\].*`status` is missing/);
    });

    it.each([
      ["no data", { status: "scanned", data: null }],
      ["no features", answer(undefined)],
      ["features without vulnerabilities", answer([{ Name: "openssl", Version: "1" }])],
      ["a severity that Quay does not know", answer([feature(row({ Severity: "Defcon" }))])],
    ])("with %s is an error", (_, document) => {
      expect(() => read(document)).toThrow(/^\[report-invalid\]/);
    });

    it("without a finding by a distribution's advisories is a gap, since Clair is silent about one that it does not know", () => {
      const gaps = (...features: unknown[]) => read(answer(features)).coverage?.gaps.map(({ code }) => code);
      expect(gaps(feature(row()))).toEqual([]);
      expect(gaps(feature())).toEqual(["os-unknown"]);
      expect(gaps()).toEqual(["os-unknown"]);
      expect(gaps(feature(row({ NamespaceName: "pyupio", Metadata: { DistroName: "" } })))).toEqual(["os-unknown"]);
    });
  });
});
