import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { type Purl, parsePurl } from "../../../src/domain/purl.ts";
import type { Artifact } from "../../../src/domain/target.ts";
import type { Claim } from "../../../src/enrichment/vex/claim.ts";
import type { VexDocument } from "../../../src/enrichment/vex/document.ts";
import { createVexMatcher } from "../../../src/enrichment/vex/matcher.ts";
import { isOfVersion, releaseOf } from "../../../src/enrichment/vex/release.ts";
import { makeFinding, makePackage, scanned } from "../../domain/make.ts";
import { LIBSSL } from "./documents.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

function purl(text: string) {
  const found = parsePurl(text);
  if (found === undefined) throw new Error(`no package URL: ${text}`);
  return found;
}

function claim(product: string, change: Partial<Claim> & { within?: string } = {}): Claim {
  const { within, ...rest } = change;
  const component = within === undefined ? undefined : purl(within);
  return { ids: ["CVE-2024-0001"], status: "not_affected", at: 0, product: purl(product), component, ...rest };
}

const documentOf = (claims: readonly Claim[], change: Partial<VexDocument> = {}): VexDocument => ({
  name: "a.vex.json",
  author: "Acme",
  claims,
  unknownProducts: [],
  ...change,
});

describe("a finding with aliases", () => {
  it("is meant by a claim about one of them, unless there is a claim about its id", () => {
    const own = makeFinding();
    const product = own.package?.purl ?? "";
    const finding = { ...own, id: "CVE-2024-9999", aliases: ["GHSA-aaaa-bbbb-cccc"] };
    const about = (id: string, status: Claim["status"]) => claim(product, { ids: [id], status });
    expect(ask([documentOf([about("ghsa-AAAA-bbbb-cccc", "not_affected")])], finding)).toBeDefined();
    expect(ask([documentOf([about("GHSA-0000-bbbb-cccc", "not_affected")])], finding)).toBeUndefined();
    const both = [about("GHSA-aaaa-bbbb-cccc", "not_affected"), about("CVE-2024-9999", "affected")];
    expect(ask([documentOf(both)], finding)).toBeUndefined();
  });

  it("is not accepted by its id if a later claim about an alias rejects it", () => {
    const own = makeFinding();
    const product = own.package?.purl ?? "";
    const finding = { ...own, aliases: ["GHSA-aaaa-bbbb-cccc"] };
    const asked = (rejectedAt: number, of = product) => {
      const accepting = claim(product, { at: 1000 });
      const rejecting = claim(of, { ids: ["GHSA-aaaa-bbbb-cccc"], status: "affected", at: rejectedAt });
      return ask([documentOf([accepting, rejecting])], finding);
    };
    expect(asked(2000)).toBeUndefined();
    expect(asked(500)).toBeDefined();
    expect(asked(2000, "pkg:npm/other")).toBeDefined();
  });
});

function ask(documents: readonly VexDocument[], finding: Finding = makeFinding(), artifact: Partial<Artifact> = {}) {
  const outcome = scanned([finding]);
  if (!("scan" in outcome)) throw new Error("not scanned");
  const scan = {
    ...outcome.scan,
    artifact: { ...outcome.scan.artifact, digest: DIGEST, platform: "linux/amd64", ...artifact },
  };
  return createVexMatcher(documents).statementOf(finding, outcome.target, scan);
}
const accepts = (...given: [Claim[], Finding?, Partial<Artifact>?]) =>
  ask([documentOf(given[0])], given[1], given[2]) !== undefined;

describe("a statement about a package", () => {
  it.each([
    ["type, namespace and name", "pkg:deb/debian/libssl3", true],
    ["its version too", "pkg:deb/debian/libssl3@3.0.11-1", true],
    ["all of it", LIBSSL, true],
    ["another version", "pkg:deb/debian/libssl3@3.0.11-2", false],
    ["another architecture", "pkg:deb/debian/libssl3?arch=arm64", false],
    ["another namespace", "pkg:deb/ubuntu/libssl3", false],
    ["another type", "pkg:rpm/debian/libssl3", false],
    ["another name", "pkg:deb/debian/libssl", false],
  ])("that names %s covers it: %s, %s", (_, product, expected) => {
    expect(accepts([claim(product)])).toBe(expected);
  });

  it("is about one vulnerability, by whichever of its names, in any case", () => {
    expect(accepts([claim(LIBSSL, { ids: ["GHSA-x", "cve-2024-0001"] })])).toBe(true);
    expect(accepts([claim(LIBSSL, { ids: ["CVE-2024-0002"] })])).toBe(false);
  });

  it("is about vulnerabilities alone, and about packages whose URL is known", () => {
    expect(accepts([claim(LIBSSL)], makeFinding({ kind: "secret" }))).toBe(false);
    expect(accepts([claim(LIBSSL)], makeFinding({ package: makePackage({ purl: undefined }) }))).toBe(false);
    expect(accepts([claim(LIBSSL)], makeFinding({ package: makePackage({ purl: "libssl3" }) }))).toBe(false);
  });

  it("says who, why and where", () => {
    expect(ask([documentOf([claim(LIBSSL, { status: "fixed", justification: "patched" })])])).toEqual({
      status: "fixed",
      justification: "patched",
      author: "Acme",
      document: "a.vex.json",
    });
  });
});

describe("a statement about an image", () => {
  const image = (rest: string) => `pkg:oci/app${rest}`;
  const within = "pkg:deb/debian/libssl3";

  // Proves: vex-document-accepts-names
  it.each([
    ["its repository", image("?repository_url=ghcr.io/acme/app"), true],
    ["its repository, without the name", image("?repository_url=ghcr.io/acme"), true],
    ["its repository and digest", image(`@${DIGEST.replace(":", "%3A")}?repository_url=ghcr.io/acme/app`), true],
    ["its digest alone", image(`@${DIGEST}`), true],
    ["its tag", image("?repository_url=ghcr.io/acme/app&tag=1.0"), true],
    ["its architecture", image("?repository_url=ghcr.io/acme/app&arch=amd64"), true],
    ["another repository", image("?repository_url=ghcr.io/other/app"), false],
    ["another registry", image("?repository_url=docker.io/acme/app"), false],
    ["another digest", image(`@${OTHER}?repository_url=ghcr.io/acme/app`), false],
    ["another digest alone", image(`@${OTHER}`), false],
    ["another tag", image("?repository_url=ghcr.io/acme/app&tag=2.0"), false],
    ["another architecture", image("?repository_url=ghcr.io/acme/app&arch=arm64"), false],
    ["another name", "pkg:oci/web?repository_url=ghcr.io/acme/app", false],
    ["a name and nothing else", image(""), false],
    ["a repository that only ends alike", image("?repository_url=evil.example/ghcr.io/acme/app"), false],
  ])("that names %s covers its packages: %s, %s", (_, product, expected) => {
    expect(accepts([claim(product, { within })])).toBe(expected);
    expect(accepts([claim(product)])).toBe(expected);
  });

  it("covers the packages that it names alone", () => {
    const product = image("?repository_url=ghcr.io/acme/app");
    expect(accepts([claim(product, { within: "pkg:deb/debian/zlib1g" })])).toBe(false);
    expect(accepts([claim(product, { within: "pkg:deb/debian/libssl3@9" })])).toBe(false);
  });

  // Proves: tag-beside-digest-chooses
  it.each([
    [["alpine:3.20"], "pkg:oci/alpine?repository_url=docker.io/library/alpine", true],
    [["alpine"], "pkg:oci/alpine?repository_url=index.docker.io/library/alpine", true],
    [["docker.io/acme/app@sha256:aa"], "pkg:oci/app?repository_url=acme/app", true],
    [["localhost:5000/app:1"], "pkg:oci/app?repository_url=localhost:5000/app", true],
    [["localhost:5000/app"], "pkg:oci/app?repository_url=localhost:5001/app", false],
    [["./ghcr.io/acme/app"], "pkg:oci/app?repository_url=ghcr.io/acme/app", false],
    [["acme/app:1.0"], "pkg:docker/acme/app", true],
    [["docker.io/acme/app:1.0"], "pkg:docker/acme/app@1.0", true],
    [["acme/app:1.0"], "pkg:docker/acme/app@2.0", false],
    [["acme/app"], `pkg:docker/acme/app@${DIGEST}`, true],
    [["acme/app"], `pkg:docker/acme/app@${OTHER}`, false],
    [["cassandra"], "pkg:docker/cassandra", true],
    [["other/app"], "pkg:docker/acme/app", false],
    // If there is also a digest, the tag is unconfirmed.
    [[`acme/app:1.0@${OTHER}`], "pkg:docker/acme/app@1.0", false],
    [[`ghcr.io/acme/app:1.0@${OTHER}`], "pkg:oci/app?repository_url=ghcr.io/acme/app&tag=1.0", false],
    [[`ghcr.io/acme/app:1.0@${OTHER}`], "pkg:oci/app?repository_url=ghcr.io/acme/app", true],
    [["ghcr.io/acme/app"], "pkg:docker/acme/app", false],
    [["ghcr.io/acme/app"], "pkg:docker/acme/app?repository_url=https://ghcr.io/", true],
    [["./acme/app"], "pkg:docker/acme/app", false],
    [["/srv/app.tar", "ghcr.io/acme/app:1"], "pkg:oci/app?repository_url=ghcr.io/acme/app", true],
  ])("of the names %s is about %s: %s", (names, product, expected) => {
    expect(accepts([claim(product)], makeFinding(), { names })).toBe(expected);
  });

  it("whose digest is not known covers none by digest", () => {
    expect(accepts([claim(`pkg:oci/app@${DIGEST}`)], makeFinding(), { digest: undefined })).toBe(false);
  });
});

describe("of several statements about a finding", () => {
  const at = (day: number, change: Partial<Claim> = {}) => claim(LIBSSL, { at: day, ...change });

  it("the later holds, whatever is first", () => {
    const affected = { status: "affected" } as const;
    expect(accepts([at(1), at(2, affected)])).toBe(false);
    expect(accepts([at(2, affected), at(1)])).toBe(false);
    expect(accepts([at(2), at(1, affected)])).toBe(true);
    expect(accepts([at(1, affected), at(2)])).toBe(true);
    expect(accepts([at(1), at(2, { status: "under_investigation" })])).toBe(false);
  });

  it("the one further down holds if they are of one time", () => {
    expect(accepts([at(1), at(1, { status: "affected" })])).toBe(false);
    expect(accepts([at(1, { status: "affected" }), at(1)])).toBe(true);
  });

  it("one without a time is older than any other", () => {
    expect(accepts([at(1), at(2, { at: undefined, status: "affected" })])).toBe(true);
  });

  it("of several documents likewise, about the image and about the package", () => {
    const ofImage = documentOf([claim("pkg:oci/app?repository_url=ghcr.io/acme/app", { at: 2, status: "affected" })]);
    const ofPackage = documentOf([at(1)], { name: "b.vex.json" });
    expect(ask([ofImage, ofPackage])).toBeUndefined();
    expect(ask([ofImage, documentOf([at(3)], { name: "b.vex.json" })])?.document).toBe("b.vex.json");
  });

  it("one about something else has no say", () => {
    expect(accepts([at(1), claim("pkg:deb/debian/zlib1g", { at: 2, status: "affected" })])).toBe(true);
  });
});

describe("a statement that is refused", () => {
  const refused = "are dated in the future";

  // Proves: vex-statement-gives-no
  it("accepts nothing, and has no say against others", () => {
    expect(accepts([claim(LIBSSL, { refused })])).toBe(false);
    expect(accepts([claim(LIBSSL, { at: 1 }), claim(LIBSSL, { at: 2, refused })])).toBe(true);
    expect(accepts([claim(LIBSSL, { at: 1, status: "affected" }), claim(LIBSSL, { at: 2, refused })])).toBe(false);
  });

  it("is named with its document and the reason, the first three", () => {
    const claims = ["a", "b", "c", "d"].map((name) => claim(`pkg:npm/${name}`, { refused }));
    const image = claim("pkg:oci/app?repository_url=ghcr.io/acme/app", { within: LIBSSL, refused: "say nothing" });
    const notes = createVexMatcher([documentOf([...claims, image])]).notes();
    expect(notes).toEqual([
      "The VEX document a.vex.json has statements that are dated in the future; they accept nothing: CVE-2024-0001 in pkg:npm/a, CVE-2024-0001 in pkg:npm/b, CVE-2024-0001 in pkg:npm/c and 1 more.",
      "The VEX document a.vex.json has statements that say nothing; they accept nothing: CVE-2024-0001 in pkg:deb/debian/libssl3@3.0.11-1 in pkg:oci/app.",
    ]);
  });
});

// Proves: vex-document-multiplies-costs
it("statements beyond the number that a run looks at accept nothing, and it is reported", () => {
  const product = purl("pkg:deb/debian/libssl3");
  const claims = Array.from({ length: 200_000 }, (_, index): Claim => ({ ...claim(LIBSSL), product, at: index }));
  const matcher = createVexMatcher([documentOf(claims)]);
  const outcome = scanned([makeFinding()]);
  if (!("scan" in outcome)) throw new Error("not scanned");
  const ask = () => matcher.statementOf(makeFinding(), outcome.target, outcome.scan);
  for (let index = 0; index < 100; index++) expect(ask()).toBeDefined();
  expect(matcher.notes()).toEqual([]);
  expect(ask()).toBeUndefined();
  expect(matcher.notes()).toEqual([expect.stringMatching(/^There are too many VEX statements and dependencies/)]);
});

describe("what is said of the documents", () => {
  it("names products that cannot be identified, and documents without a statement about any finding", () => {
    const unknown = documentOf([], { name: "u.json", unknownProducts: ["x", "y", "x", "z", "w"] });
    const unused = documentOf([claim("pkg:npm/qs")], { name: "n.json" });
    const used = documentOf([claim(LIBSSL, { status: "affected" })], { name: "y.json" });
    const matcher = createVexMatcher([unknown, unused, used]);
    const outcome = scanned([makeFinding()]);
    if ("scan" in outcome) matcher.statementOf(makeFinding(), outcome.target, outcome.scan);
    expect(matcher.notes()).toEqual([
      expect.stringMatching(
        /^The VEX document u\.json names products that cannot be identified.*: x, y, z and 1 more\.$/,
      ),
      expect.stringMatching(/^The VEX document n\.json has no statement about any finding/),
    ]);
  });
});

describe("a release", () => {
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
});
