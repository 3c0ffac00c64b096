import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
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

/** Runs the gate on one SBOM that is in the workspace. */
const judge = (text: string, inputs: Readonly<Record<string, string>> = {}, name = "a.json") =>
  stage.run({ sbom: name, ...inputs }, { files: { [name]: text } });

const idsIn = (result: Awaited<ReturnType<typeof judge>>) => result.report.findings.map(({ id }) => id);
const notesIn = (result: Awaited<ReturnType<typeof judge>>) => result.report.targets[0]?.provenance?.notes ?? [];

describe("a CycloneDX SBOM whose components nest", () => {
  const nested = cycloneDx([{ ...LEFT_PAD, components: [library("pkg:npm/a@1.0.0", { components: [LOG4J] })] }]);

  // Proves: sbom-read-whole
  it("fails by a CRITICAL that is at the third level alone, as the flat one does", async () => {
    const flat = await judge(cycloneDx([LEFT_PAD, library("pkg:npm/a@1.0.0"), LOG4J]));
    const result = await judge(nested);
    expect(flat.outputs).toMatchObject({ verdict: "fail", critical: "2" });
    expect(result.results).toMatchObject([{ verdict: "fail", gaps: [] }]);
    expect(idsIn(result)).toEqual(idsIn(flat));
    expect(notesIn(flat)).toEqual([]);
    expect(notesIn(result)).toEqual(["Trivy read a copy of the SBOM: 2 components moved to the top level."]);
  });

  it("is read as the attestation that `cosign attest` made of it", async () => {
    const statement = { _type: "https://in-toto.io/Statement/v0.1", predicate: { Data: JSON.parse(nested) } };
    const payload = Buffer.from(JSON.stringify(statement)).toString("base64");
    const envelope = { payloadType: "application/vnd.in-toto+json", payload, signatures: [] };
    const result = await judge(JSON.stringify(envelope));
    expect(result.results).toMatchObject([{ verdict: "fail", gaps: [] }]);
    expect(notesIn(result).join()).toContain("taken out of its attestation, whose signature was not verified");
  });

  it("is called as the given file in Trivy's own report, and leaves no copy", async () => {
    const result = await judge(nested);
    const report = JSON.parse(readFileSync(result.outputs["trivy-report"] ?? "", "utf8"));
    expect(report.ArtifactName).toBe(`${result.workspace}/a.json`);
  });
});

describe("packages that Trivy would take for others", () => {
  it("are matched under the name of their package URL", async () => {
    const result = await judge(cycloneDx([library("pkg:npm/lodash@4.17.4", { name: "npm:lodash" })]));
    expect(result.results).toMatchObject([{ verdict: "fail", gaps: [] }]);
  });

  // Proves: sbom-read-whole
  it("are a gap without a group, which Maven's advisories are about", async () => {
    const result = await judge(cycloneDx([LEFT_PAD, { ...LOG4J, purl: "pkg:maven/log4j-core@2.14.1" }]));
    expect(result.results).toMatchObject([{ code: "sbom-packages-unread" }]);
    expect(result.log).toContain("its package URL names no group");
  });

  // Proves: invalid-version-not-not
  it.each<[string, Component, string]>([
    ["a branch", library("pkg:npm/lodash@main"), "lodash main"],
    ["a system's, in no version of its kind", library("pkg:deb/debian/openssl@latest"), "a system's package"],
  ])("are a gap if their version cannot be compared with the advisories: %s", async (_, component, shown) => {
    const result = await judge(cycloneDx([DEBIAN, library("pkg:deb/debian/bash@5.2.15-2"), component]));
    expect(result.results).toMatchObject([{ verdict: "error", code: "versions-unreadable" }]);
    expect(result.log).toContain(`whose version cannot be compared with them: ${shown}`);
  });

  // Proves: sbom-read-whole
  it.each<[string, readonly Component[], readonly object[]]>([
    ["a file of another ecosystem", [typed("cargo")], [{ ref: "file", dependsOn: ["pkg:npm/lodash@4.17.4"] }]],
    ["a system", [{ ...DEBIAN, "bom-ref": "os" }], [{ ref: "os", dependsOn: ["pkg:npm/lodash@4.17.4"] }]],
  ])("are a gap if the document says that they belong to %s", async (_, components, dependencies) => {
    const result = await judge(cycloneDx([library("pkg:npm/lodash@4.17.4"), ...components], { dependencies }));
    expect(result.results).toMatchObject([{ code: "sbom-packages-unread" }]);
    expect(result.log).toContain("the scanner read it as a package of another kind");
  });
});

function typed(type: string): Component {
  const properties = [{ name: "aquasecurity:trivy:Type", value: type }];
  return { type: "application", name: "a.lock", "bom-ref": "file", properties };
}

describe("packages of an operating system", () => {
  const openssl = (qualifiers: string) => library(`pkg:deb/debian/openssl@3.0.14-1~deb12u1${qualifiers}`);

  it("are matched as packages of the system that all of them name, if no component does", async () => {
    const result = await judge(
      cycloneDx([openssl("?distro=debian-12"), library("pkg:deb/debian/bash@5.2.15-2?distro=debian-12")]),
    );
    expect(idsIn(result)).toContain("CVE-2099-1001");
    expect(result.report.targets[0]?.coverage?.rows).toContainEqual({
      subject: "Operating system",
      status: "looked",
      detail: "debian 12",
    });
    expect(notesIn(result).join()).toContain("the operating system debian 12, which all `distro=` qualifiers name");
  });

  it("are a gap if none of them names it", async () => {
    const result = await judge(cycloneDx([openssl(""), LEFT_PAD]));
    expect(result.results).toMatchObject([{ code: "sbom-os-missing" }]);
  });

  it("are a gap if the document names two systems, of which Trivy would take any", async () => {
    const result = await judge(cycloneDx([DEBIAN, { ...DEBIAN, version: "11" }, openssl("")]));
    expect(result.results).toMatchObject([{ code: "os-mismatch" }]);
    expect(result.log).toContain("the SBOM names 2: debian 12.8, debian 11");
  });

  it("are looked up in lower case, as Debian writes all names", async () => {
    const result = await judge(cycloneDx([DEBIAN, library("pkg:deb/debian/OpenSSL@3.0.14-1~deb12u1")]));
    expect(idsIn(result)).toContain("CVE-2099-1001");
  });

  it("are one gap if they are named for another system", async () => {
    const other = library("pkg:deb/ubuntu/bash@5.2.15-2");
    const result = await judge(cycloneDx([DEBIAN, openssl(""), other]));
    expect(result.results).toMatchObject([{ code: "packages-skipped", gaps: [{ code: "packages-skipped" }] }]);
  });

  it("are looked up by the source package that Syft names", async () => {
    const libssl = library("pkg:deb/debian/libssl3@3.0.14-1~deb12u1?upstream=openssl&distro=debian-12");
    const result = await judge(cycloneDx([DEBIAN, libssl]));
    expect(idsIn(result)).toContain("CVE-2099-1001");
  });
});

describe("an SPDX document", () => {
  const spdx = (
    packages: readonly (readonly [name: string, purl: string, category?: string])[],
    more: Component = {},
  ) =>
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
      ...more,
    });

  it("has a gap if Trivy leaves out one of its package URLs, and the policy may accept it", async () => {
    const text = spdx([
      ["left-pad", "pkg:npm/left-pad@1.3.0"],
      ["lodash", "pkg:npm/lodash@4.17.4", "OTHER"],
    ]);
    const result = await judge(text);
    expect(result.results).toMatchObject([{ verdict: "error", code: "sbom-packages-unread" }]);
    expect(result.log).toContain("1 package of the SBOM not read (pkg:npm/lodash@4.17.4): the scanner left it out");
    const policy = `version: 1\ncoverage: [{gap: sbom-packages-unread, reason: known, expires: ${day(30)}}]\n`;
    const accepted = await stage.run(
      { sbom: "a.json", policy: "p.yml" },
      { files: { "a.json": text, "p.yml": policy } },
    );
    expect(accepted.results).toMatchObject([{ verdict: "pass", gaps: [{ accepted: day(30) }] }]);
  });

  it("is matched by the names of its package URLs, and by the system that they name", async () => {
    const npm = await judge(spdx([["npm:lodash", "pkg:npm/lodash@4.17.4"]]));
    expect(npm.results).toMatchObject([{ verdict: "fail", gaps: [] }]);
    const purl = "pkg:deb/debian/libssl3@3.0.14-1~deb12u1?upstream=openssl&distro=debian-12";
    const debian = await judge(spdx([["libssl3", purl]]));
    expect(idsIn(debian)).toContain("CVE-2099-1001");
    expect(debian.results).toMatchObject([{ gaps: [] }]);
  });

  it("is compared as tags and values, too, and may name one system", async () => {
    const text = (category: string, more = "") => `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: acme
DocumentNamespace: https://acme.example/1
Creator: Tool: acme-1
Created: 2026-01-01T00:00:00Z

PackageName: left-pad
SPDXID: SPDXRef-Package-left-pad
PackageVersion: 1.3.0
PackageDownloadLocation: NONE
FilesAnalyzed: false
ExternalRef: ${category} purl pkg:npm/left-pad@1.3.0
${more}`;
    const part = (name: string, id: string, version: string, purl = "") => `
PackageName: ${name}
SPDXID: SPDXRef-${id}
PackageVersion: ${version}
PackageDownloadLocation: NONE
FilesAnalyzed: false
${purl && `ExternalRef: PACKAGE-MANAGER purl ${purl}\n`}`;
    const bash = part("bash", "Package-bash", "5.2.15-2", "pkg:deb/debian/bash@5.2.15-2");
    const two = ["12", "10"].map((version) => part("debian", `OperatingSystem-${version}`, version));
    const systems = await judge(text("PACKAGE-MANAGER", bash + two.join("")), {}, "a.spdx");
    expect(systems.results).toMatchObject([{ code: "os-mismatch" }]);
    const read = await judge(text("PACKAGE-MANAGER"), {}, "a.spdx");
    expect(read.results).toMatchObject([{ verdict: "pass", gaps: [] }]);
    const unread = await judge(text("OTHER"), {}, "a.spdx");
    expect(unread.results).toMatchObject([{ code: "sbom-packages-unread" }]);
  });
});

describe("what no scanner can look up", () => {
  it("is a gap: packages of a type without advisories, but not the subject", async () => {
    const metadata = { component: library("pkg:generic/app@1") };
    const result = await judge(cycloneDx([LEFT_PAD, library("pkg:generic/busybox@1.36.1")], { metadata }));
    expect(result.results).toMatchObject([{ code: "sbom-packages-unmatched" }]);
    expect(result.log).toContain("no advisories for pkg:generic, of which the SBOM lists 1 package");
    const subject = await judge(cycloneDx([LEFT_PAD], { metadata }));
    expect(subject.results).toMatchObject([{ verdict: "pass", gaps: [] }]);
  });

  it.each<[string, string, readonly Component[]]>([
    ["libraries without package URLs alone", "sbom-packages-unmatched", [{ type: "library", name: "a", version: "1" }]],
    ["no packages", "sbom-packages-missing", []],
  ])("is a gap: %s", async (_, code, components) => {
    const result = await judge(cycloneDx(components));
    expect(result.results).toMatchObject([{ verdict: "error", code }]);
  });

  it("is reported: some libraries without package URLs, and programs with a CPE alone", async () => {
    const nginx = { type: "application", name: "nginx", version: "1", cpe: "cpe:2.3:a:f5:nginx:1:*:*:*:*:*:*:*" };
    const result = await judge(cycloneDx([LEFT_PAD, { type: "library", name: "acme-inner", version: "1" }, nginx]));
    expect(result.results).toMatchObject([{ verdict: "pass", gaps: [] }]);
    expect(result.report.targets[0]?.coverage?.rows).toContainEqual({
      subject: "Packages that the SBOM lists",
      status: "not-known",
      detail: "2 packages without a package URL (acme-inner, nginx)",
    });
  });
});

function attested(statement: Component): Component {
  const payload = Buffer.from(JSON.stringify(statement)).toString("base64");
  return { payloadType: "application/vnd.in-toto+json", payload, signatures: [] };
}

const LEFT_PAD_ALONE = JSON.parse(cycloneDx([LEFT_PAD])) as Component;

describe("a document that readers read differently", () => {
  // Proves: sbom-read-whole
  it.each<[string, string]>([
    ["a key twice", `{"components":[],${cycloneDx([LEFT_PAD]).slice(1)}`],
    ["SPDX as well", cycloneDx([LEFT_PAD], { spdxVersion: "SPDX-2.3", packages: [] })],
    [
      "an attestation as well",
      cycloneDx([LOG4J], attested({ predicate: { Data: JSON.parse(cycloneDx([LEFT_PAD])) } })),
    ],
    [
      "an attestation of two",
      JSON.stringify(attested({ predicate: { ...LEFT_PAD_ALONE, Data: { ...LEFT_PAD_ALONE, components: [LOG4J] } } })),
    ],
    [
      "an attestation's key in another case",
      JSON.stringify({ ...attested({ predicate: LEFT_PAD_ALONE }), Payload: "" }),
    ],
    [
      "an attestation whose payload ends before its end",
      JSON.stringify({ ...attested({ predicate: LEFT_PAD_ALONE }), payload: "e30=e30=" }),
    ],
  ])("is refused: %s", async (_, text) => {
    const result = await judge(text);
    expect(result.results).toMatchObject([{ verdict: "error", code: "sbom-ambiguous" }]);
  });

  it("is refused, as Trivy refuses it, if what nests too deep is not a component", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const components = [{ ...LEFT_PAD, components: [LOG4J] }];
    const result = await judge(cycloneDx(components).replace(/}$/, `,"x":${deep}}`));
    expect(result.results).toMatchObject([{ verdict: "error", code: "sbom-unreadable" }]);
  });

  it("is a gap if Trivy reads the beginning of what is not JSON", async () => {
    const result = await judge(`${cycloneDx([LEFT_PAD])}{"more":1}`);
    expect(result.results).toMatchObject([{ verdict: "error", code: "sbom-packages-unread" }]);
  });
});

it("a report of Grype is not an SBOM: the error says where to name it", async () => {
  const report = [...SCAN_REPORTS].find(([key]) => key.startsWith("Grype"))?.[1];
  const result = await judge(JSON.stringify(report));
  expect(result.results).toMatchObject([{ verdict: "error", code: "sbom-unreadable" }]);
  expect(result.log).toContain("goes into `scan-report`");
});

it("Syft's own JSON is judged as CycloneDX", async () => {
  const purl = "pkg:npm/lodash@4.17.4";
  const artifacts = [{ name: "lodash", version: "4.17.4", type: "npm", purl, locations: [{ path: "/a" }] }];
  const result = await judge(JSON.stringify({ artifacts, source: { name: "app" }, descriptor: { name: "syft" } }));
  expect(result.results).toMatchObject([{ verdict: "fail", gaps: [] }]);
  expect(notesIn(result)).toEqual(["Trivy read a copy of the SBOM: written as CycloneDX."]);
});
