import { describe, expect, it } from "vitest";
import { identityOf, rebuildIdentity } from "../../../src/domain/change/identity.ts";
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

describe("rebuildIdentity", () => {
  const wheel = (version: string, path: string) =>
    makeFinding({
      package: makePackage({ name: "urllib3", version, purl: `pkg:pypi/urllib3@${version}`, type: "python-pkg" }),
      path,
    });

  it("leaves the package's own version out of the path, and nothing else", () => {
    const identity = rebuildIdentity();
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
      expect(rebuildIdentity()(finding)).toBe(identityOf(finding));
  });
});
