import { expect, it } from "vitest";
import { type Purl, parsePurl } from "../../../src/domain/purl.ts";
import { isOfVersion, releaseOf } from "../../../src/enrichment/vex/release.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const purl = (text: string) => parsePurl(text) as Purl;

it.each([
  ["pkg:oci/app", DIGEST, { version: DIGEST, qualifiers: {} }],
  ["pkg:oci/app", "1.0", { qualifiers: { tag: "1.0" } }],
  [`pkg:oci/app@${DIGEST}?tag=1.0`, "2.0", { version: DIGEST, qualifiers: { tag: "2.0" } }],
  ["pkg:npm/qs", "6.5.3", { version: "6.5.3", qualifiers: {} }],
])("%s with the version %s is that release", (text, version, expected) => {
  expect(releaseOf(purl(text), version)).toMatchObject(expected);
});

it.each([
  [`pkg:oci/app@${DIGEST}?tag=1.0`, "1.0", true],
  [`pkg:oci/app@${DIGEST}?tag=1.0`, "2.0", false],
  [`pkg:oci/app@${DIGEST}?tag=1.0`, DIGEST, true],
  [`pkg:oci/app@${DIGEST}`, `sha256:${"b".repeat(64)}`, false],
  ["pkg:deb/debian/libssl3@3.0.11-1?epoch=1", "1:3.0.11-1", true],
  ["pkg:deb/debian/libssl3@3.0.11-1?epoch=1", "01:3.0.11-1", true],
  ["pkg:deb/debian/libssl3@3.0.11-1?epoch=1", "3.0.11-1", true],
  ["pkg:deb/debian/libssl3@3.0.11-1?epoch=1", "2:3.0.11-1", false],
  ["pkg:deb/debian/libssl3@3.0.11-1?epoch=1", "0:3.0.11-1", false],
  ["pkg:rpm/redhat/openssl@3.0.7-1", "0:3.0.7-1", true],
  ["pkg:rpm/redhat/openssl@3.0.7-1", "1:3.0.7-1", true],
  ["pkg:rpm/redhat/openssl@3.0.7-1?epoch=0", "0:3.0.7-1", true],
  ["pkg:npm/qs@6.5.3", "6.5.4", false],
])("%s is of the version %s: %s", (text, version, expected) => {
  expect(isOfVersion(purl(text), version)).toBe(expected);
});
