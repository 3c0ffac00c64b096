import { expect, it } from "vitest";
import { inPlainWords } from "../../../src/domain/change/plain-words.ts";

const plain = (purl: string, version = "") => {
  const made = inPlainWords({ name: "given", version, type: "given", purl });
  return `${made.type} ${made.name} ${made.version}`;
};

it.each([
  [
    "an epoch within or alongside the version",
    "pkg:deb/debian/zlib1g@1%3A1.2.13?arch=amd64",
    "pkg:deb/debian/zlib1g@1.2.13?epoch=1",
  ],
  ["an RPM's epoch of zero", "pkg:rpm/rhel/bash@0:5.1-6", "pkg:rpm/redhat/bash@5.1-6?epoch=0&arch=x86_64"],
  [
    "what a system's package was built from",
    "pkg:apk/alpine/libssl3@3.1-r0?upstream=openssl",
    "pkg:apk/alpine/libssl3@3.1-r0",
  ],
  ["PyPI's spellings", "pkg:pypi/Zope.Interface@5", "pkg:pypi/zope-interface@5"],
  ["NuGet's spellings", "pkg:nuget/Newtonsoft.Json@13", "pkg:nuget/newtonsoft.json@13"],
  [
    "a Go module's major version",
    "pkg:golang/github.com/acme/lib@v2.1.0#v2",
    "pkg:golang/github.com/acme/lib/v2@2.1.0",
  ],
  ["Go's own library", "pkg:golang/stdlib@go1.21.0", "pkg:golang/stdlib@1.21.0"],
])("two tools' words are one package: %s", (_, one, other) => {
  expect(plain(one)).toBe(plain(other));
});

it.each([
  ["an epoch", "pkg:deb/debian/a@1%3A1", "pkg:deb/debian/a@1"],
  ["a case that npm tells apart", "pkg:npm/JSONStream@1", "pkg:npm/jsonstream@1"],
  ["a group", "pkg:maven/a/core@1", "pkg:maven/b/core@1"],
  ["a scope", "pkg:npm/%40a/core@1", "pkg:npm/core@1"],
  ["a type", "pkg:npm/a@1", "pkg:pypi/a@1"],
])("these are not one: %s", (_, one, other) => expect(plain(one)).not.toBe(plain(other)));

it("a package keeps what its package URL does not say", () => {
  expect(plain("pkg:npm/a", "3")).toBe("npm a 3");
  expect(inPlainWords({ name: "n", version: "1", type: "t", purl: "no package URL" })).toMatchObject({
    name: "n",
    version: "1",
    type: "t",
  });
});
