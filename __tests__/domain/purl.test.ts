import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Purl, parsePurl, plainPurl, purlCovers, purlKey, purlWithoutVersion } from "../../src/domain/purl.ts";

function read(text: string): Purl {
  const purl = parsePurl(text);
  if (purl === undefined) throw new Error(`no package URL: ${text}`);
  return purl;
}

describe("parsePurl", () => {
  // Examples from the specification's README.
  it.each<[string, Partial<Purl>]>([
    [
      "pkg:bitbucket/birkenfeld/pygments-main@244fd47e07d1014f0aed9c",
      { type: "bitbucket", namespace: "birkenfeld", name: "pygments-main", version: "244fd47e07d1014f0aed9c" },
    ],
    [
      "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
      {
        type: "deb",
        namespace: "debian",
        name: "curl",
        version: "7.50.3-1",
        qualifiers: { arch: "i386", distro: "jessie" },
      },
    ],
    ["pkg:gem/jruby-launcher@1.1.2", { type: "gem", name: "jruby-launcher", version: "1.1.2" }],
    [
      "pkg:golang/google.golang.org/genproto#googleapis/api/annotations",
      { type: "golang", namespace: "google.golang.org", name: "genproto", subpath: "googleapis/api/annotations" },
    ],
    [
      "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?packaging=sources",
      {
        type: "maven",
        namespace: "org.apache.xmlgraphics",
        name: "batik-anim",
        version: "1.9.1",
        qualifiers: { packaging: "sources" },
      },
    ],
    [
      "pkg:npm/%40angular/animation@12.3.1",
      { type: "npm", namespace: "@angular", name: "animation", version: "12.3.1" },
    ],
    ["pkg:npm/@angular/core", { type: "npm", namespace: "@angular", name: "core" }],
    ["pkg:npm/@angular/core@1", { type: "npm", namespace: "@angular", name: "core", version: "1" }],
    ["pkg:pypi/Django_Thing@1.11.1", { type: "pypi", name: "django-thing", version: "1.11.1" }],
    ["PKG://NPM/Foo", { type: "npm", name: "Foo" }],
    ["pkg:deb/Debian/CURL", { type: "deb", namespace: "debian", name: "curl" }],
    ["pkg:npm/foo@", { type: "npm", name: "foo" }],
    ["pkg:npm/a/b/c", { type: "npm", namespace: "a/b", name: "c" }],
    ["pkg:npm/x?=1&a", { type: "npm", name: "x", qualifiers: { "": "1" } }],
    ["pkg:npm//a//b/", { type: "npm", namespace: "a", name: "b" }],
    [
      "pkg:rpm/redhat/x@1%3A2?EPOCH=1&empty=&bare&a=b%26c=d",
      { type: "rpm", namespace: "redhat", name: "x", version: "1:2", qualifiers: { epoch: "1", a: "b&c=d" } },
    ],
    ["pkg:npm/x#/a/./../b%20c/", { type: "npm", name: "x", subpath: "a/b c" }],
    ["pkg:npm/x?a=1#b?c", { type: "npm", name: "x", qualifiers: { a: "1" }, subpath: "b?c" }],
    ["pkg:npm/x#", { type: "npm", name: "x" }],
    ["pkg:npm/x\ny", { type: "npm", name: "x\ny" }],
    ["pkg:npm/x#y\nz", { type: "npm", name: "x", subpath: "y\nz" }],
  ])("reads %s", (text, purl) => {
    expect(parsePurl(text)).toEqual({ qualifiers: {}, ...purl });
  });

  it.each([
    "",
    "pkg:",
    "pkg:npm",
    "pkg:npm/",
    "pkg:npm//",
    "pkg:/x",
    "pkg:npm/@1",
    "npm/x",
    "xpkg:npm/x",
    "pkg:1npm/x",
    "pkg:n_m/x",
    "pkg:npm/%zz",
    "pkg:npm/x@%zz",
    "pkg:npm/x?a=%zz",
    "pkg:npm/x#%zz",
  ])("knows %j for none", (text) => {
    expect(parsePurl(text)).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({ unit: "binary" }).map((s) => `pkg:a/${s}`),
        ),
        (text) => {
          const purl = parsePurl(text);
          expect(purl === undefined || purl.name !== "").toBe(true);
          expect(typeof purlWithoutVersion(text)).toBe("string");
        },
      ),
    );
    expect(parsePurl("pkg:npm/\ud800")?.name).toBe("\ufffd");
  });
});

describe("purlCovers", () => {
  const found = "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie#lib";
  it.each([
    "pkg:deb/debian/curl",
    "pkg:DEB/debian/curl",
    "pkg:deb/debian/curl@7.50.3-1",
    "pkg:deb/debian/curl?arch=i386",
    "pkg:deb/debian/curl@7.50.3-1?distro=jessie&arch=i386",
    "pkg:deb/debian/curl#lib",
  ])("%s covers it", (wanted) => {
    expect(purlCovers(read(wanted), read(found))).toBe(true);
  });

  it.each([
    "pkg:rpm/debian/curl",
    "pkg:deb/ubuntu/curl",
    "pkg:deb/curl",
    "pkg:deb/debian/libcurl",
    "pkg:deb/debian/curl@7.50.3",
    "pkg:deb/debian/curl?arch=amd64",
    "pkg:deb/debian/curl?arch=i386&epoch=1",
    "pkg:deb/debian/curl#other",
    "pkg:deb/debian/curl?constructor=x",
  ])("%s does not", (wanted) => {
    expect(purlCovers(read(wanted), read(found))).toBe(false);
  });

  it("asks for nothing that the found one lacks unless it is given", () => {
    expect(purlCovers(read("pkg:npm/x"), read("pkg:npm/x"))).toBe(true);
    expect(purlCovers(read("pkg:npm/x@1"), read("pkg:npm/x"))).toBe(false);
    expect(purlCovers(read("pkg:npm/x?a=b"), read("pkg:npm/x"))).toBe(false);
    expect(purlCovers(read("pkg:npm/x#a"), read("pkg:npm/x"))).toBe(false);
  });

  it("spells names as the type's rules say", () => {
    expect(purlCovers(read("pkg:pypi/Foo_Bar"), read("pkg:pypi/foo-bar@1"))).toBe(true);
    expect(purlCovers(read("pkg:npm/JSONStream"), read("pkg:npm/jsonstream"))).toBe(false);
    expect(purlCovers(read("pkg:golang/GitHub.com/A/B"), read("pkg:golang/github.com/a/b"))).toBe(true);
    expect(purlCovers(read("pkg:maven/Org.X/A"), read("pkg:maven/org.x/a"))).toBe(false);
  });

  it.each(["alpm", "apk", "bitbucket", "bitnami", "composer", "deb", "github", "golang", "hex", "oci", "pub", "pypi"])(
    "folds the case of %s names",
    (type) => {
      expect(purlKey(read(`pkg:${type}/A/B`))).toBe(`${type}/a/b`);
    },
  );
});

describe("purlWithoutVersion", () => {
  it.each([
    ["pkg:deb/debian/libssl3@3.0.11?arch=amd64", "pkg:deb/debian/libssl3"],
    ["pkg:npm/@angular/core@12", "pkg:npm/%40angular/core"],
    ["pkg:npm/%40angular/core", "pkg:npm/%40angular/core"],
    [
      "pkg:golang/google.golang.org/genproto@1#googleapis/a b",
      "pkg:golang/google.golang.org/genproto#googleapis/a%20b",
    ],
    ["pkg:oci/a%3Ab@1", "pkg:oci/a:b"],
    ["pkg:pypi/Foo_Bar@1", "pkg:pypi/foo-bar"],
    ["not a purl@1", "not a purl@1"],
  ])("%s becomes %s", (text, without) => {
    expect(purlWithoutVersion(text)).toBe(without);
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string(), (path, version) => {
        const once = purlWithoutVersion(`pkg:generic/${path}@${version}`);
        expect(purlWithoutVersion(once)).toBe(once);
      }),
    );
  });
});

describe("plainPurl", () => {
  it.each([
    ["pkg:NPM/%40acme/ui@1.0.0-rc.1?x=y#z", "pkg:npm/%40acme/ui@1.0.0-rc.1"],
    ["pkg:pypi/Some_Name@1.0", "pkg:pypi/some-name@1.0"],
    ["pkg:maven/org.acme/core", "pkg:maven/org.acme/core"],
    ["pkg:golang/github.com/acme/x@v1.0.0%2Bincompatible", "pkg:golang/github.com/acme/x@v1.0.0%2Bincompatible"],
  ])("%s is %s", (text, plain) => {
    expect(plainPurl(parsePurl(text) as Purl)).toBe(plain);
  });
});

describe("a slash that is encoded", () => {
  // Proves: package-url-means-one
  it("in a name is part of it, and no border: neither covers the other", () => {
    const [slash, border] = [read("pkg:npm/acme%2Fqs"), read("pkg:npm/acme/qs")];
    expect([slash.name, border.name]).toEqual(["acme/qs", "qs"]);
    expect(purlCovers(slash, border)).toBe(false);
    expect(purlCovers(border, slash)).toBe(false);
    expect(purlWithoutVersion("pkg:npm/acme%2Fqs@1")).toBe("pkg:npm/acme%2Fqs");
    expect(plainPurl(slash)).toBe("pkg:npm/acme%2Fqs");
  });

  it.each(["pkg:npm/a%2Fb/c", "pkg:maven/org%2Facme/app@1", "pkg:npm/x#a%2Fb"])(
    "in another segment makes a package URL invalid: %s",
    (text) => {
      expect(parsePurl(text)).toBeUndefined();
    },
  );
});
