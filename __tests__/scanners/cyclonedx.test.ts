import { describe, expect, it } from "vitest";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import type { Target } from "../../src/domain/target.ts";
import { componentsOf } from "../../src/scanners/cyclonedx/components.ts";
import { cycloneDxReports } from "../../src/scanners/cyclonedx/report.ts";
import { cycloneDx, DIGEST, entry, LIBSSL, SERIAL } from "./cyclonedx-sample.ts";

const target: Target = { kind: "trivy-report", input: "c.json", label: "c.json", file: "c.json" };
const read = (value: unknown) => cycloneDxReports.given({ value, keys: new Keys() }, target, {});
const DEBIAN = { type: "operating-system", name: "debian", version: "12" };
const BASE_FILES = { ...LIBSSL, name: "base-files", version: "11.1+deb11u7" };
const APK = "pkg:apk/debian/libssl3@3.0.11-1";
const BULLSEYE = "pkg:deb/debian/libssl3@3.0.11-1?distro=debian-11.7";
const one = (more: Readonly<Record<string, unknown>>) => read(cycloneDx([entry(more)])).findings;
const gaps = (more: Readonly<Record<string, unknown>>) =>
  read(cycloneDx([entry({ affects: [] })], more)).coverage?.gaps.map(({ code }) => code);

describe("a vulnerability in CycloneDX", () => {
  it("is a finding for each component that it affects, also of one in another", () => {
    const affects = [{ ref: "libssl3" }, { ref: "log4j" }, { ref: `urn:cdx:${SERIAL}/1#libssl3` }];
    expect(one({ affects }).map(({ package: about, path }) => [about?.name, about?.ecosystem, path])).toEqual([
      ["libssl3", "debian", undefined],
      ["org.apache.logging.log4j:log4j-core", undefined, "opt/app.jar"],
      ["libssl3", "debian", undefined],
    ]);
    expect(one({ affects: undefined })).toMatchObject([{ id: "CVE-2099-0001" }]);
  });

  it("in more components than are read is refused: the rest is not dropped", () => {
    const components = Array.from({ length: 500_000 }, (_, index) => ({
      "bom-ref": `c${index}`,
      type: "library",
      name: "a",
    }));
    expect(() =>
      componentsOf({ metadata: { component: { type: "library", name: "b" } }, components } as never),
    ).toThrow("has more than 500,000 components");
  });

  it("with too many ids and components is refused before it fills the memory", () => {
    const affects = Array.from({ length: 600 }, () => ({ ref: "libssl3" }));
    const references = Array.from({ length: 1_000 }, (_, index) => ({ id: `CVE-2020-${10_000 + index}` }));
    expect(() => one({ id: "DSA-1-1", affects, references })).toThrow(
      /^\[report-invalid\].*more than 500,000 findings/,
    );
  });

  it.each([
    ["of another file", `urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1#libssl3`],
    ["that is not there", "nowhere"],
  ])("that affects a component %s is an error", (_, ref) => {
    expect(() => one({ affects: [{ ref }] })).toThrow(/^\[report-invalid\].*about a missing component/);
  });

  it("that may affect either of two components is an error: they have one reference", () => {
    const withAlso = (more: object) => read(cycloneDx([entry()], { components: [LIBSSL, { ...LIBSSL, ...more }] }));
    expect(() => withAlso({ name: "zlib1g", purl: "pkg:deb/debian/zlib1g@1" })).toThrow(/^\[report-invalid\].*two/);
    // The same entry twice is not ambiguous.
    expect(withAlso({}).findings).toHaveLength(1);
  });

  it("has the id of its CVE if it refers to one", () => {
    expect(one({ id: "GHSA-aaaa-bbbb-cccc", references: [{ id: "CVE-2099-0009" }] })).toMatchObject([
      { id: "CVE-2099-0009", aliases: ["GHSA-aaaa-bbbb-cccc"] },
    ]);
  });

  it("has its distribution's rating, otherwise the most severe one, in whatever order they are", () => {
    const nvd = { source: { name: "nvd" }, score: 9.8, severity: "critical" };
    const ghsa = { source: { name: "ghsa" }, severity: "medium" };
    const severity = (...ratings: unknown[]) => one({ ratings })[0]?.severity;
    expect(severity(nvd, { source: { name: "debian" }, severity: "low" })).toBe("LOW");
    expect(severity(ghsa, nvd)).toBe("CRITICAL");
    expect(severity(nvd, { source: { name: "debian" }, severity: "unknown" })).toBe("CRITICAL");
    expect(severity({ score: 7.1 })).toBe("HIGH");
    // A CVSS entry whose word and score disagree counts by its score; the distribution's word is its own.
    expect(severity({ score: 7.1, severity: "low", method: "CVSSv31" })).toBe("HIGH");
    expect(severity({ score: 9.3, severity: "high", method: "CVSSv2" })).toBe("HIGH");
    expect(severity({ source: { name: "debian" }, score: 7.1, severity: "low", method: "CVSSv31" })).toBe("LOW");
    expect(severity({ severity: "info" })).toBe("LOW");
    expect(severity()).toBe("UNKNOWN");
    expect(() => severity({ severity: "awful" })).toThrow(/^\[report-invalid\]/);
    expect(() => severity({ score: 99 })).toThrow(/^\[report-invalid\]/);
    // The distribution says nothing about a package that is not its own.
    expect(one({ affects: [{ ref: "log4j" }] })[0]?.severity).toBe("CRITICAL");
  });

  // Proves: report-another-scanner-read
  it("is refused if only a vector says how severe it is: it would count as UNKNOWN", () => {
    const vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    const rated = (...ratings: unknown[]) => one({ ratings })[0]?.severity;
    for (const rating of [{ method: "CVSSv31", vector }, { vector }, { vector, severity: "unknown" }])
      expect(() => rated(rating)).toThrow(/^\[report-invalid\].*vector alone/);
    expect(rated({ vector, score: 9.8 }, { vector })).toBe("CRITICAL");
    expect(rated({ method: "SSVC", vector: "E:N/A:N" })).toBe("UNKNOWN");
  });

  it.each([
    ["what is recommended for its package", {}, ["3.0.99-1"]],
    ["nothing for another package", { recommendation: "Upgrade openssl to version 3.1" }, []],
    ["nothing out of words", { recommendation: "Upgrade libssl3 to version 2.9.5 or higher." }, []],
    [
      "where it is not affected",
      {
        recommendation: null,
        affects: [{ ref: "libssl3", versions: [{ range: "vers:deb/>=3.0.99-1%2Bb1", status: "unaffected" }] }],
      },
      ["3.0.99-1+b1"],
    ],
    [
      "nothing out of where it is affected",
      {
        recommendation: null,
        affects: [{ ref: "libssl3", versions: [{ range: "vers:deb/>=3.0", status: "affected" }] }],
      },
      [],
    ],
  ])("is fixed by %s", (_, more, versions) => {
    expect(one(more)[0]?.fixedVersions).toEqual(versions);
  });

  it("with an analysis counts all the same, and a note says where that belongs", () => {
    const { findings, provenance } = read(cycloneDx([entry({ analysis: { state: "not_affected" } })]));
    expect(findings).toHaveLength(1);
    expect(provenance.notes?.[1]).toContain("name the file in `vex`");
  });
});

describe("a distribution's package in CycloneDX", () => {
  const named = (more: object) =>
    read(cycloneDx([entry()], { components: [DEBIAN, { ...LIBSSL, ...more }] })).findings[0];

  it("has its epoch, wherever a scanner writes it, so that it is the package that others list", () => {
    const purl = `${LIBSSL.purl}&epoch=2`;
    expect(named({ purl })?.package?.version).toBe("2:3.0.11-1");
    expect(named({ purl, version: "2:3.0.11-1" })?.package?.version).toBe("2:3.0.11-1");
    expect(named({ purl: `${LIBSSL.purl}&epoch=x` })?.package?.version).toBe("3.0.11-1");
  });

  it("has no path, and the image is not a package", () => {
    const properties = [{ name: "syft:location:0:path", value: "/usr/share/doc/libssl3/copyright" }];
    expect(named({ properties })?.path).toBeUndefined();
    const image = { "bom-ref": "i", type: "container", name: "app", purl: `pkg:oci/app@${DIGEST}` };
    expect(read(cycloneDx([entry()], { components: [DEBIAN, LIBSSL, image] })).artifact.packages).toBe(1);
  });
});

describe("a CycloneDX file as a report", () => {
  it("says of which image it is, who made it and when", () => {
    expect(cycloneDxReports.digests?.(cycloneDx())).toEqual([DIGEST]);
    expect(read(cycloneDx())).toMatchObject({
      artifact: { claims: ["ghcr.io/acme/app"], os: { family: "debian", name: "12" } },
      provenance: { scanner: "scanner (CycloneDX)", scannerVersion: "1.2.3", scannedAt: "2026-11-28T10:00:00.000Z" },
    });
    const old = cycloneDx(undefined, { metadata: { tools: [{ vendor: "x", name: "old" }] }, specVersion: "1.4" });
    expect(read(old).provenance).toMatchObject({ scanner: "old (CycloneDX)", scannedAt: undefined });
  });

  it("is an SBOM and no report without an entry: tools write an empty list into what they have not scanned", () => {
    expect(cycloneDxReports.owns(cycloneDx())).toBe(true);
    for (const document of [cycloneDx([]), cycloneDx(undefined, { vulnerabilities: undefined }), null, [], {}])
      expect(cycloneDxReports.owns(document)).toBe(false);
  });

  it("of a version that is not known is an error", () => {
    for (const specVersion of ["1.3", "2.0"])
      expect(() => read(cycloneDx(undefined, { specVersion }))).toThrow(/^\[report-schema-unknown\]/);
  });

  // Proves: report-another-scanner-read
  it.each([
    ["a distribution that is known", {}, []],
    ["one by its packages alone", { components: [LIBSSL] }, []],
    [
      "one that is not known",
      { components: [{ type: "operating-system", name: "gentoo", version: "2" }] },
      ["os-unknown"],
    ],
    [
      "a release that never was",
      { components: [{ type: "operating-system", name: "debian", version: "99" }] },
      ["os-release-unknown"],
    ],
    ["no component", { components: [] }, ["os-unknown"]],
    ["the list of another release", { components: [DEBIAN, BASE_FILES] }, ["os-mismatch"]],
    ["packages of another package manager", { components: [DEBIAN, { ...LIBSSL, purl: APK }] }, ["os-mismatch"]],
    ["package URLs of another release", { components: [DEBIAN, { ...LIBSSL, purl: BULLSEYE }] }, ["os-mismatch"]],
    ["two distributions", { components: [DEBIAN, LIBSSL, { ...DEBIAN, version: "11" }] }, ["os-mismatch"]],
  ])("with %s has these gaps", (_, more, codes) => {
    const found = gaps(more);
    if (codes.length === 0) expect(found).toEqual([]);
    else expect(found).toContain(codes[0]);
  });

  it("is read with components that nest deeper than a stack", () => {
    let component: object = LIBSSL;
    for (let depth = 0; depth < 5000; depth++) component = { type: "application", name: "x", components: [component] };
    expect(read(cycloneDx(undefined, { components: [component] })).findings[0]?.package?.name).toBe("libssl3");
  });
});
