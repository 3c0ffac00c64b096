import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../src/domain/report/schema.ts";
import { SCAN_REPORTS } from "../../scanners/scan-reports.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("sbom-input"));

type Component = Readonly<Record<string, unknown>>;

/** A library with the name and version of its package URL. */
function library(purl: string, more: Component = {}): Component {
  const [, name = "", version] = /^pkg:[^/]+\/(?:[^/]+\/)*([^@?]+)(?:@([^?]+))?/.exec(purl) ?? [];
  return { type: "library", name, version, purl, "bom-ref": purl, ...more };
}

const cycloneDx = (components: readonly Component[], more: Component = {}) =>
  JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components, ...more });

const LEFT_PAD = library("pkg:npm/left-pad@1.3.0");
/** Has critical findings. */
const LOG4J = library("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", { group: "org.apache.logging.log4j" });
const DEBIAN = { type: "operating-system", name: "debian", version: "12.8" };

function typed(type: string): Component {
  const properties = [{ name: "aquasecurity:trivy:Type", value: type }];
  return { type: "application", name: "a.lock", "bom-ref": "file", properties };
}

function attested(statement: Component): Component {
  const payload = Buffer.from(JSON.stringify(statement)).toString("base64");
  return { payloadType: "application/vnd.in-toto+json", payload, signatures: [] };
}

const spdx = (packages: readonly (readonly [name: string, purl: string, category?: string])[]) =>
  JSON.stringify({
    spdxVersion: "SPDX-2.3",
    SPDXID: "SPDXRef-DOCUMENT",
    dataLicense: "CC0-1.0",
    name: "acme",
    documentNamespace: "https://acme.example/1",
    creationInfo: { creators: ["Tool: acme-1"], created: "2026-01-01T00:00:00Z" },
    packages: packages.map(([name, purl, category = "PACKAGE-MANAGER"], index) => ({
      SPDXID: `SPDXRef-Package-${index}`,
      name,
      versionInfo: /@([^?]+)/.exec(purl)?.[1],
      downloadLocation: "NONE",
      externalRefs: [{ referenceCategory: category, referenceType: "purl", referenceLocator: purl }],
    })),
  });

/** An SPDX document of tags and values. */
function tagged(category: string, more = ""): string {
  return `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: acme
DocumentNamespace: https://acme.example/1
Creator: Tool: acme-1
Created: 2026-01-01T00:00:00Z
${taggedPart("left-pad", "Package-left-pad", "1.3.0", `${category} purl pkg:npm/left-pad@1.3.0`)}${more}`;
}
function taggedPart(name: string, id: string, version: string, reference = ""): string {
  return `
PackageName: ${name}
SPDXID: SPDXRef-${id}
PackageVersion: ${version}
PackageDownloadLocation: NONE
FilesAnalyzed: false
${reference && `ExternalRef: ${reference}\n`}`;
}

interface Case {
  readonly text: string;
  /** The code of the target's error, or its verdict. */
  readonly answer: string;
  /** In what the report says of the target. */
  readonly says?: string;
  /** An advisory that is found. */
  readonly finds?: string;
  /** All notes. */
  readonly notes?: readonly string[];
}

const LODASH = library("pkg:npm/lodash@4.17.4");
const nested = cycloneDx([{ ...LEFT_PAD, components: [library("pkg:npm/a@1.0.0", { components: [LOG4J] })] }]);
const openssl = (qualifiers: string) => library(`pkg:deb/debian/openssl@3.0.14-1~deb12u1${qualifiers}`);
const libssl = "pkg:deb/debian/libssl3@3.0.14-1~deb12u1?upstream=openssl&distro=debian-12";
const bash = library("pkg:deb/debian/bash@5.2.15-2");
const uses = (ref: string) => ({ dependencies: [{ ref, dependsOn: ["pkg:npm/lodash@4.17.4"] }] });
const subject = { metadata: { component: library("pkg:generic/app@1") } };
const LEFT_PAD_ALONE = JSON.parse(cycloneDx([LEFT_PAD])) as Component;
const LEFT_OUT = spdx([
  ["left-pad", "pkg:npm/left-pad@1.3.0"],
  ["lodash", "pkg:npm/lodash@4.17.4", "OTHER"],
]);
const SYFT = {
  artifacts: [
    { name: "lodash", version: "4.17.4", type: "npm", purl: "pkg:npm/lodash@4.17.4", locations: [{ path: "/a" }] },
  ],
  source: { name: "app" },
  descriptor: { name: "syft" },
};
const GRYPE = [...SCAN_REPORTS].find(([key]) => key.startsWith("Grype"))?.[1];
const systems = ["12", "10"].map((version) => taggedPart("debian", `OperatingSystem-${version}`, version)).join("");
const DEEP = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

const CASES: Readonly<Record<string, Case>> = {
  "flat components": {
    text: cycloneDx([LEFT_PAD, library("pkg:npm/a@1.0.0"), LOG4J]),
    answer: "fail",
    finds: "CVE-2021-44228",
    notes: [],
  },
  "the same, nested three levels deep": {
    text: nested,
    answer: "fail",
    finds: "CVE-2021-44228",
    notes: ["Trivy read a copy of the SBOM: 2 components moved to the top level."],
  },
  "the attestation that `cosign attest` made": {
    text: JSON.stringify(
      attested({ _type: "https://in-toto.io/Statement/v0.1", predicate: { Data: JSON.parse(nested) } }),
    ),
    answer: "fail",
    says: "taken out of its attestation, whose signature was not verified",
  },
  "a name that is not the package URL's": {
    text: cycloneDx([library("pkg:npm/lodash@4.17.4", { name: "npm:lodash" })]),
    answer: "fail",
  },
  "no group, which Maven's advisories are about": {
    text: cycloneDx([LEFT_PAD, { ...LOG4J, purl: "pkg:maven/log4j-core@2.14.1" }]),
    answer: "sbom-packages-unread",
    says: "its package URL names no group",
  },
  "a branch in place of a version": {
    text: cycloneDx([DEBIAN, bash, library("pkg:npm/lodash@main")]),
    answer: "versions-unreadable",
    says: "whose version cannot be compared with them: lodash main",
  },
  "a system's package in no version of its kind": {
    text: cycloneDx([DEBIAN, bash, library("pkg:deb/debian/openssl@latest")]),
    answer: "versions-unreadable",
    says: "whose version cannot be compared with them: a system's package",
  },
  "a package of another ecosystem's file": {
    text: cycloneDx([LODASH, typed("cargo")], uses("file")),
    answer: "sbom-packages-unread",
    says: "the scanner read it as a package of another kind",
  },
  "a package of a system that is not its own": {
    text: cycloneDx([LODASH, { ...DEBIAN, "bom-ref": "os" }], uses("os")),
    answer: "sbom-packages-unread",
    says: "the scanner read it as a package of another kind",
  },
  "packages that name the same system, which no component does": {
    text: cycloneDx([openssl("?distro=debian-12"), library("pkg:deb/debian/bash@5.2.15-2?distro=debian-12")]),
    answer: "fail",
    finds: "CVE-2099-1001",
    says: "the operating system debian 12, which all `distro=` qualifiers name",
  },
  "packages of a system that none of them names": {
    text: cycloneDx([openssl(""), LEFT_PAD]),
    answer: "sbom-os-missing",
  },
  "two systems, of which Trivy would take any": {
    text: cycloneDx([DEBIAN, { ...DEBIAN, version: "11" }, openssl("")]),
    answer: "os-mismatch",
    says: "the SBOM names 2: debian 12.8, debian 11",
  },
  "upper case, in which Debian writes no name": {
    text: cycloneDx([DEBIAN, library("pkg:deb/debian/OpenSSL@3.0.14-1~deb12u1")]),
    answer: "fail",
    finds: "CVE-2099-1001",
  },
  "a package of another system": {
    text: cycloneDx([DEBIAN, openssl(""), library("pkg:deb/ubuntu/bash@5.2.15-2")]),
    answer: "packages-skipped",
  },
  "the source package that Syft names": {
    text: cycloneDx([DEBIAN, library(libssl)]),
    answer: "fail",
    finds: "CVE-2099-1001",
  },
  "SPDX of which Trivy leaves out a package URL": {
    text: LEFT_OUT,
    answer: "sbom-packages-unread",
    says: "1 package of the SBOM not read (pkg:npm/lodash@4.17.4): the scanner left it out",
  },
  "the same, which the policy accepts": { text: LEFT_OUT, answer: "pass" },
  "SPDX with another name": { text: spdx([["npm:lodash", "pkg:npm/lodash@4.17.4"]]), answer: "fail" },
  "SPDX with a system and a source package": {
    text: spdx([["libssl3", libssl]]),
    answer: "fail",
    finds: "CVE-2099-1001",
  },
  "tags and values": { text: tagged("PACKAGE-MANAGER"), answer: "pass" },
  "tags and values of which Trivy leaves one out": { text: tagged("OTHER"), answer: "sbom-packages-unread" },
  "tags and values with two systems": {
    text: tagged(
      "PACKAGE-MANAGER",
      taggedPart("bash", "Package-bash", "5.2.15-2", `PACKAGE-MANAGER purl ${bash.purl}`) + systems,
    ),
    answer: "os-mismatch",
  },
  "a type without advisories": {
    text: cycloneDx([LEFT_PAD, library("pkg:generic/busybox@1.36.1")], subject),
    answer: "sbom-packages-unmatched",
    says: "no advisories for pkg:generic, of which the SBOM lists 1 package",
  },
  "a subject of such a type": { text: cycloneDx([LEFT_PAD], subject), answer: "pass" },
  "libraries without package URLs alone": {
    text: cycloneDx([{ type: "library", name: "a", version: "1" }]),
    answer: "sbom-packages-unmatched",
  },
  "no packages": { text: cycloneDx([]), answer: "sbom-packages-missing" },
  "some without a package URL": {
    text: cycloneDx([
      LEFT_PAD,
      { type: "library", name: "acme-inner", version: "1" },
      { type: "application", name: "nginx", version: "1", cpe: "cpe:2.3:a:f5:nginx:1:*:*:*:*:*:*:*" },
    ]),
    answer: "pass",
    says: "2 packages without a package URL (acme-inner, nginx)",
  },
  "a key twice": { text: `{"components":[],${cycloneDx([LEFT_PAD]).slice(1)}`, answer: "sbom-ambiguous" },
  "SPDX as well": { text: cycloneDx([LEFT_PAD], { spdxVersion: "SPDX-2.3", packages: [] }), answer: "sbom-ambiguous" },
  "an attestation as well": {
    text: cycloneDx([LOG4J], attested({ predicate: { Data: LEFT_PAD_ALONE } })),
    answer: "sbom-ambiguous",
  },
  "an attestation of two": {
    text: JSON.stringify(
      attested({ predicate: { ...LEFT_PAD_ALONE, Data: { ...LEFT_PAD_ALONE, components: [LOG4J] } } }),
    ),
    answer: "sbom-ambiguous",
  },
  "an attestation's key in another case": {
    text: JSON.stringify({ ...attested({ predicate: LEFT_PAD_ALONE }), Payload: "" }),
    answer: "sbom-ambiguous",
  },
  "an attestation whose payload ends before its end": {
    text: JSON.stringify({ ...attested({ predicate: LEFT_PAD_ALONE }), payload: "e30=e30=" }),
    answer: "sbom-ambiguous",
  },
  "what nests too deep, outside of components": {
    text: cycloneDx([{ ...LEFT_PAD, components: [LOG4J] }]).replace(/}$/, `,"x":${DEEP}}`),
    answer: "sbom-unreadable",
  },
  "JSON of which Trivy reads the beginning": {
    text: `${cycloneDx([LEFT_PAD])}{"more":1}`,
    answer: "sbom-packages-unread",
  },
  "a report of Grype": { text: JSON.stringify(GRYPE), answer: "sbom-unreadable", says: "goes into `scan-report`" },
  "Syft's own JSON": {
    text: JSON.stringify(SYFT),
    answer: "fail",
    notes: ["Trivy read a copy of the SBOM: written as CycloneDX."],
  },
};

// All documents are targets of one run.
const names = Object.keys(CASES).map((name, index) => `${index}.${name.startsWith("tags") ? "spdx" : "json"}`);
const at = (name: string) => Object.keys(CASES).indexOf(name);
const accepted = names[at("the same, which the policy accepts")];
const policy = `version: 1\ncoverage: [{gap: sbom-packages-unread, images: ["${accepted}"], reason: known, expires: ${day(30)}}]\n`;
const texts = Object.values(CASES).map(({ text }, index) => [names[index] ?? "", text] as const);
const result = await stage.run(
  { sbom: names.join("\n"), policy: "p.yml" },
  { files: { ...Object.fromEntries(texts), "p.yml": policy } },
);
const idsOf = (target: number): string[] =>
  result.report.findings.filter((each: Report["findings"][number]) => each.target === target).map(({ id }) => id);

describe("an SBOM as a target", () => {
  // Proves: sbom-read-whole, invalid-version-not-not
  it.each(Object.entries(CASES))("%s", (name, { answer, says = "", finds, notes }) => {
    const { code, verdict, gaps } = result.results[at(name)] ?? {};
    expect(code ?? verdict).toBe(answer);
    const target = result.report.targets[at(name)];
    expect(JSON.stringify(target)).toContain(JSON.stringify(says).slice(1, -1));
    if (finds !== undefined) expect(idsOf(at(name))).toContain(finds);
    if (notes !== undefined) expect(target?.provenance?.notes ?? []).toEqual(notes);
    const isAccepted = names[at(name)] === accepted;
    if (answer === "fail" || answer === "pass")
      expect(gaps).toEqual(isAccepted ? [expect.objectContaining({ accepted: day(30) })] : []);
    if (answer === "packages-skipped") expect(gaps).toHaveLength(1);
  });

  it("nested has the same findings as flat, is called as the given file in Trivy's report, and leaves no copy", () => {
    const [flat, deep] = [at("flat components"), at("the same, nested three levels deep")];
    expect(idsOf(deep)).toEqual(idsOf(flat));
    const report = JSON.parse(readFileSync(`${result.results[deep]?.trivyReport}`, "utf8"));
    expect(report.ArtifactName).toBe(`${result.workspace}/${names[deep]}`);
  });

  it("without a component for its system has the system of its package URLs in the coverage", () => {
    const name = at("packages that name the same system, which no component does");
    expect(result.report.targets[name]?.coverage?.rows).toContainEqual({
      subject: "Operating system",
      status: "looked",
      detail: "debian 12",
    });
    const listed = result.report.targets[at("some without a package URL")]?.coverage?.rows;
    expect(listed).toContainEqual(
      expect.objectContaining({ subject: "Packages that the SBOM lists", status: "not-known" }),
    );
  });
});
