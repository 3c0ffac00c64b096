import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { purlWithoutVersion } from "../../../src/domain/purl.ts";
import { identityOf, lastingIdentity, pathWithoutVersion } from "../../../src/domain/same/names.ts";
import { makeFinding, makePackage } from "../make.ts";

describe("identityOf", () => {
  it("is kind, advisory, package without version and qualifiers, and path", () => {
    expect(identityOf(makeFinding({ path: "usr/lib/x" }))).toBe(
      "vulnerability CVE-2024-0001 pkg:deb/debian/libssl3 usr/lib/x",
    );
  });

  it("stays the same over another version, severity, layer or line", () => {
    const finding = makeFinding();
    const later = makeFinding({
      severity: "LOW",
      line: 3,
      layer: { diffId: "sha256:1" },
      package: makePackage({ version: "3.0.12-1", purl: "pkg:deb/debian/libssl3@3.0.12-1?arch=arm64" }),
    });
    expect(identityOf(later)).toBe(identityOf(finding));
  });

  it("tells kinds, advisories, packages and paths apart", () => {
    const all = [
      makeFinding(),
      makeFinding({ kind: "license" }),
      makeFinding({ id: "CVE-2024-0002" }),
      makeFinding({ package: makePackage({ purl: "pkg:deb/debian/openssl" }) }),
      makeFinding({ path: "a" }),
      makeFinding({ path: "a b" }),
      makeFinding({ path: "a%20b" }),
      makeFinding({ package: undefined }),
      makeFinding({ package: undefined, path: "a" }),
    ];
    expect(new Set(all.map(identityOf)).size).toBe(all.length);
  });

  it("takes type and name if there is no package URL", () => {
    expect(identityOf(makeFinding({ package: makePackage({ purl: undefined }) }))).toBe(
      "vulnerability CVE-2024-0001 debian/libssl3 ",
    );
  });

  it("has four parts, whatever the names are", () => {
    const odd = makeFinding({
      kind: "secret",
      id: "a b",
      package: makePackage({ purl: undefined, name: "c d", type: "e f" }),
      path: "/ % x",
    });
    expect(identityOf(odd)).toBe("secret a%20b e%20f/c%20d /%20%25%20x");
    expect(identityOf(makeFinding({ kind: "secret", id: "k", package: undefined }))).toBe("secret k  ");
  });
});

describe("lastingIdentity", () => {
  const wheel = (version: string, path: string) =>
    makeFinding({
      package: makePackage({ name: "urllib3", version, purl: `pkg:pypi/urllib3@${version}`, type: "python-pkg" }),
      path,
    });

  it("leaves the package's own version out of the path, and nothing else", () => {
    const identity = (finding: Finding) => lastingIdentity(finding);
    const before = identity(wheel("1.26.4", "site-packages/urllib3-1.26.4.dist-info/METADATA"));
    expect(before).toBe("vulnerability CVE-2024-0001 pkg:pypi/urllib3 site-packages/urllib3-.dist-info/METADATA");
    expect(identity(wheel("1.26.5", "site-packages/urllib3-1.26.5.dist-info/METADATA"))).toBe(before);
    expect(identity(wheel("1.26.5", "other/urllib3-1.26.5.dist-info/METADATA"))).not.toBe(before);
  });

  it("is identityOf if the path has no version", () => {
    for (const finding of [
      makeFinding(),
      makeFinding({ path: "a b%/c", id: "x y" }),
      makeFinding({ package: undefined }),
    ])
      expect(lastingIdentity(finding)).toBe(identityOf(finding));
  });
});

describe("an identity over time", () => {
  const of = (finding: Finding) => lastingIdentity(finding);
  const finding = (version: string, distro: string, more = {}) =>
    makeFinding({
      package: makePackage({ version, purl: `pkg:deb/debian/libssl3@${version}?distro=${distro}` }),
      ...more,
    });

  it("leaves version and qualifiers out", () => {
    expect(of(finding("1", "debian-12.8"))).toBe(of(finding("2", "debian-12.9")));
  });

  it("tells places, advisories and kinds apart", () => {
    const all = [
      finding("1", "a"),
      finding("1", "a", { path: "x" }),
      finding("1", "a", { id: "CVE-2" }),
      finding("1", "a", { kind: "license" }),
    ];
    expect(new Set(all.map(of)).size).toBe(4);
  });

  it("tells packages without a package URL apart by their names, and has versions that the URL leaves out", () => {
    const identity = (finding: Finding) => lastingIdentity(finding);
    const of = (name: string, version: string, purl?: string) =>
      identity(makeFinding({ package: { name, version, type: "jar", purl }, path: `app/x-${version}.jar` }));
    expect(of("a", "1.0")).not.toBe(of("b", "1.0"));
    expect(of("a", "2.0")).toBe(of("a", "1.0"));
    expect(of("c", "1.0", "pkg:maven/c")).toBe(of("c", "2.0", "pkg:maven/c"));
  });

  it("is the same by kind, advisory, package without version, and path without version, and by these alone", () => {
    const spelled = (purl: string | undefined, version: string) =>
      purl?.replace("VERSION", version.replaceAll(":", "%3A"));
    const finding = fc
      .record({
        kind: fc.constantFrom<Finding["kind"]>("vulnerability", "license"),
        id: fc.constantFrom("CVE-1", "CVE-2"),
        purl: fc.constantFrom(
          undefined,
          "pkg:npm/@acme/a",
          "pkg:npm/%40acme/a@VERSION",
          "pkg:npm/@acme/a@VERSION?x=a/b@c",
          "pkg:npm/@acme/a@VERSION#sub",
          "pkg:npm/@acme/a@VERSION#sub@2",
          "pkg:npm/acme/a@VERSION",
        ),
        type: fc.constantFrom("npm", "pip"),
        name: fc.constantFrom("a", "b"),
        version: fc.constantFrom("1.0", "2.0", "1:2.0"),
        bare: fc.boolean(),
        path: fc.constantFrom(undefined, "x", "a-1.0", "a-2.0"),
      })
      .map(({ kind, id, purl, type, name, version, bare, path: at }) =>
        makeFinding({
          kind,
          id,
          path: at,
          package: bare ? undefined : { name, version, type, purl: spelled(purl, version) },
        }),
      );
    const meaning = ({ kind, id, package: about, path: at = "" }: Finding) =>
      JSON.stringify([
        kind,
        id,
        about && (about.purl === undefined ? [about.type, about.name] : purlWithoutVersion(about.purl)),
        pathWithoutVersion(at, about),
      ]);
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 30 }), (findings) => {
        const identity = (finding: Finding) => lastingIdentity(finding);
        const both = findings.map((each) => [identity(each), meaning(each)] as const);
        expect(new Map(both).size).toBe(new Set(findings.map(meaning)).size);
        for (const [one, its] of both) for (const [other, meant] of both) expect(one === other).toBe(its === meant);
      }),
      { numRuns: 300 },
    );
  });
});
