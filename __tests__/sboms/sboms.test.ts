import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonFault } from "../../src/domain/json/parse-strict.ts";
import { readCycloneDx } from "../../src/sboms/cyclonedx.ts";
import type { Json } from "../../src/sboms/document.ts";
import { readSbom } from "../../src/sboms/read.ts";
import type { Sbom } from "../../src/sboms/sbom.ts";
import { readSpdx, readSpdxText } from "../../src/sboms/spdx.ts";

const HEAD = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1 };

/** The copy that Trivy gets. */
function copyIn({ copy }: Sbom): Json {
  if (copy === undefined) throw new Error("there is no copy");
  return JSON.parse([...copy.pieces].join(""));
}

function componentsIn(prepared: Sbom): readonly Json[] {
  return copyIn(prepared).components as readonly Json[];
}

const library = (name: string, more: Json = {}): Json => ({
  type: "library",
  name,
  version: "1.0.0",
  purl: `pkg:npm/${name}@1.0.0`,
  "bom-ref": name,
  ...more,
});

interface Tree {
  readonly children: readonly Tree[];
}

/** Any forest: each number picks the parent of the next node among those before it, or none. */
const forests = fc.array(fc.nat(), { maxLength: 60 }).map((picks): readonly Tree[] => {
  const nodes: { children: Tree[] }[] = [{ children: [] }];
  for (const pick of picks) {
    const node = { children: [] };
    nodes[pick % nodes.length]?.children.push(node);
    nodes.push(node);
  }
  return nodes[0]?.children ?? [];
});

/** Gives each node its own package, before its children. */
function numbered(roots: readonly Tree[], withReferences: boolean): { components: Json[]; names: string[] } {
  const names: string[] = [];
  const component = ({ children }: Tree): Json => {
    const name = `p${names.length}`;
    names.push(name);
    const reference = withReferences ? {} : { "bom-ref": undefined };
    return library(name, { ...reference, ...(children.length > 0 && { components: children.map(component) }) });
  };
  return { components: roots.map(component), names };
}

describe("a copy of a CycloneDX document", () => {
  it("has each component of any tree once, before those within it, and none within another", () => {
    fc.assert(
      fc.property(forests, fc.boolean(), fc.nat(3), (roots, withReferences, ofSubject) => {
        const { components, names } = numbered(roots, withReferences);
        const cut = Math.max(0, components.length - ofSubject);
        const within = components.slice(cut);
        const metadata = { component: { type: "application", name: "root", components: within } };
        const document = { ...HEAD, metadata, components: components.slice(0, cut), dependencies: [{ ref: "p0" }] };
        const prepared = readCycloneDx(JSON.parse(JSON.stringify(document)));
        expect([...prepared.purls.keys()]).toEqual(names.map((name) => `pkg:npm/${name}@1.0.0`));
        const isFlat = names.length === components.slice(0, cut).length;
        expect(prepared.copy === undefined).toBe(isFlat);
        if (isFlat) return;
        const copy = copyIn(prepared);
        const flat = copy.components as readonly Json[];
        expect(flat.map(({ name }) => name)).toEqual(names);
        expect(flat.filter((each) => "components" in each)).toEqual([]);
        expect(JSON.stringify(copy.metadata)).not.toContain("p1");
        expect(copy.dependencies).toEqual([{ ref: "p0" }]);
      }),
    );
  });

  it("is not made of 100 levels, and keeps few of as many systems", () => {
    let deep = library("p0");
    for (let level = 1; level < 100; level++) deep = library(`p${level}`, { components: [deep] });
    const bytes = Buffer.from(JSON.stringify({ ...HEAD, components: [deep] }));
    expect(() => readSbom(bytes)).toThrow("is nested deeper than 100 levels");
    const many = Array.from({ length: 100_000 }, (_, index) => ({ type: "operating-system", name: `${index}` }));
    expect(readCycloneDx({ ...HEAD, components: many }).systems).toHaveLength(10);
  });

  it("is not made if the document is flat and says all that Trivy needs", () => {
    const documents: readonly Json[] = [
      HEAD,
      { ...HEAD, components: null },
      { ...HEAD, metadata: null, components: [library("a"), null] },
      { ...HEAD, components: [library("@acme/a", { purl: "pkg:npm/%40acme/a@1.0.0" })] },
      { ...HEAD, components: [library("a", { group: "@acme", purl: "pkg:npm/%40ACME/a@1.0.0" })] },
      { ...HEAD, components: [library("Foo_Bar", { purl: "pkg:pypi/foo-bar@1.0.0" })] },
      { ...HEAD, components: [library("a", { purl: "pkg:generic/b" })] },
      { ...HEAD, components: [library("a", { purl: "nothing" }), { type: "firmware", name: "b" }] },
    ];
    for (const document of documents) expect(readCycloneDx(document).copy).toBeUndefined();
  });

  it("keeps one of the same component under the same reference, and both of different ones", () => {
    const components = [library("a", { components: [library("a"), library("a", { purl: "pkg:npm/b@1.0.0" })] })];
    const names = componentsIn(readCycloneDx({ ...HEAD, components })).map(({ purl }) => purl);
    expect(names).toEqual(["pkg:npm/a@1.0.0", "pkg:npm/b@1.0.0"]);
  });

  it.each<[string, Json, Json]>([
    ["the name of its package URL", { purl: "pkg:npm/b@1.0.0" }, { group: "", name: "b" }],
    ["the scope that its name lacks", { purl: "pkg:npm/%40acme/a@1.0.0" }, { group: "", name: "@acme/a" }],
    ["the case of its package URL", { purl: "pkg:golang/github.com/Acme/B@1.0.0" }, { name: "github.com/Acme/B" }],
    ["no group for a system's package", { group: "debian", purl: "pkg:deb/debian/a@1.0.0" }, { group: "", name: "a" }],
    ["its version in the package URL", { purl: "pkg:npm/a?x=1#b" }, { purl: "pkg:npm/a@1.0.0?x=1#b" }],
    ["a version where there is only its sign", { purl: "pkg:npm/a@" }, { purl: "pkg:npm/a@1.0.0" }],
    ["an encoded version", { purl: "pkg:npm/a", version: "1 +?" }, { purl: "pkg:npm/a@1%20%2B%3F" }],
    ["a type that is read", { type: "device" }, { type: "library" }],
    [
      "its source package",
      { purl: "pkg:deb/debian/a@1.0.0?upstream=b%402:3.0-1" },
      {
        properties: [
          { name: "aquasecurity:trivy:SrcName", value: "b" },
          { name: "aquasecurity:trivy:SrcVersion", value: "3.0-1" },
          { name: "aquasecurity:trivy:SrcEpoch", value: "2" },
        ],
      },
    ],
  ])("has a package with %s", (_, given, expected) => {
    const components = [library("a", given), { type: "operating-system", name: "debian", version: "12" }];
    const [first] = componentsIn(readCycloneDx({ ...HEAD, components }));
    expect(first).toMatchObject(expected);
  });

  it("has no source package that was not named, or that another tool already gave", () => {
    const properties = [{ name: "aquasecurity:trivy:SrcName", value: "c" }];
    const system = { type: "operating-system", name: "debian", version: "12" };
    for (const more of [
      { purl: "pkg:deb/debian/a@1.0.0?upstream=a" },
      { purl: "pkg:deb/debian/a@1.0.0?upstream=b", properties },
      { purl: "pkg:deb/debian/a@1.0.0?upstream=%0Ab" },
      { purl: "pkg:rpm/redhat/a@1.0.0?upstream=b-1.src.rpm" },
    ])
      expect(readCycloneDx({ ...HEAD, components: [library("a", more), system] }).copy).toBeUndefined();
  });

  it.each<[string, readonly string[], string | undefined]>([
    ["Debian", ["pkg:deb/debian/a@1?distro=debian-12", "pkg:deb/debian/b@1?distro=debian-12"], "debian 12"],
    ["Ubuntu", ["pkg:deb/ubuntu/a@1?distro=ubuntu-22.04"], "ubuntu 22.04"],
    ["Alpine, named by its namespace", ["pkg:apk/alpine/a@1?distro=3.22.0"], "alpine 3.22.0"],
    ["RHEL by Syft's name", ["pkg:rpm/redhat/a@1?distro=rhel-9.3"], "redhat 9.3"],
    ["Leap", ["pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.6"], "opensuse-leap 15.6"],
    ["a code name", ["pkg:deb/debian/a@1?distro=bookworm"], undefined],
    ["a package manager of another system", ["pkg:rpm/debian/a@1?distro=debian-12"], undefined],
    ["an unknown system", ["pkg:deb/acme/a@1?distro=acme-12"], undefined],
    ["a name of an object's own", ["pkg:deb/constructor/a@1?distro=constructor-12"], undefined],
    ["two releases", ["pkg:deb/debian/a@1?distro=debian-12", "pkg:deb/debian/b@1?distro=debian-11"], undefined],
    ["one without", ["pkg:deb/debian/a@1?distro=debian-12", "pkg:deb/debian/b@1"], undefined],
    ["a package of none", ["pkg:npm/a@1?distro=debian-12"], undefined],
  ])("names the system that all package URLs name: %s", (_, purls, expected) => {
    const components = purls.map((purl, index) => library(index === 0 ? "a" : "b", { purl }));
    const { systems, copy } = readCycloneDx({ ...HEAD, components });
    expect(systems.map(({ family, name }) => `${family} ${name}`)).toEqual(expected ? [expected] : []);
    expect(copy === undefined).toBe(expected === undefined);
  });

  it.each<[string, Json]>([
    ["components that are no list", { components: {} }],
    ["a component that is a text", { components: ["a"] }],
    ["a list in the place of a component", { components: [[]] }],
    ["nested components that are no list", { components: [library("a", { components: "b" })] }],
    ["a subject that is a list", { metadata: { component: [] } }],
  ])("is not made of %s", (_, more) => {
    expect(() => readCycloneDx({ ...HEAD, ...more })).toThrow(JsonFault);
  });

  it.each<[string, Json]>([
    ["PURL", { components: [library("a", { PURL: "pkg:npm/b@1" })] }],
    ["Components", { components: [library("a", { components: [library("b", { Components: [] })] })] }],
    ["Component", { metadata: { Component: {} } }],
    [
      "\u017fersion of a long s: not one of ours, but Ver\u017fion",
      { components: [library("a", { "ver\u017fion": "2" })] },
    ],
  ])("is not made of a document with the key %s", (_, more) => {
    expect(() => readSbom(Buffer.from(JSON.stringify({ ...HEAD, ...more })))).toThrow("only some programs read");
  });

  it("lists no images whose own components it lists, no subject, and nothing that is built there without a version", () => {
    const components = [
      { type: "container", name: "image", purl: "pkg:oci/image@sha256:1", components: [library("a")] },
      { type: "application", name: "app", purl: "pkg:golang/acme/app" },
      library("module", {
        version: undefined,
        purl: "pkg:golang/acme/module",
        properties: [{ name: "aquasecurity:trivy:PkgType", value: "gomod" }],
      }),
    ];
    const metadata = { component: library("subject", { type: "container" }) };
    const { purls, isImage } = readCycloneDx({ ...HEAD, metadata, components });
    expect([...purls.keys()]).toEqual(["pkg:npm/a@1.0.0"]);
    expect(isImage).toBe(true);
  });

  it("counts libraries without a package URL, and names some", () => {
    const components = ["a", "b", "c", "d"].map((name) => library(name, { purl: undefined }));
    const { nameless } = readCycloneDx({ ...HEAD, components: [...components, { type: "file", name: "e" }] });
    expect(nameless).toMatchObject({ count: 4, examples: ["a", "b", "c"] });
  });
});

const spdxPackage = (id: string, purl: string | undefined, more: Json = {}): Json => ({
  SPDXID: `SPDXRef-${id}`,
  name: "a",
  versionInfo: "1.0.0",
  ...(purl !== undefined && {
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }],
  }),
  ...more,
});
const SPDX = { spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT" };

describe("a copy of an SPDX document", () => {
  it("has the names, source packages and system of the package URLs", () => {
    const packages = [
      spdxPackage("a", "pkg:deb/debian/liba@1.0-1?upstream=b&distro=debian-12"),
      spdxPackage("b", "pkg:npm/%40acme/a@1.0.0"),
    ];
    const prepared = readSpdx({ ...SPDX, packages });
    expect(copyIn(prepared).packages).toMatchObject([
      { name: "liba", sourceInfo: "built package from: b 1.0-1" },
      { name: "@acme/a" },
      { SPDXID: "SPDXRef-OperatingSystem-of-package-urls", name: "debian", versionInfo: "12" },
    ]);
    expect(prepared.copy?.changes).toHaveLength(3);
  });

  it("is not made if the document needs no change", () => {
    const packages = [
      spdxPackage("OperatingSystem-1", undefined, { name: "debian", versionInfo: "12" }),
      spdxPackage("a", "pkg:deb/debian/a@1.0-1?distro=debian-12"),
      spdxPackage("b", "pkg:deb/debian/a@1?upstream=b&distro=debian-12", { sourceInfo: "built package from: c 1" }),
    ];
    const { systems, nameless, copy } = readSpdx({ ...SPDX, packages });
    expect(copy).toBeUndefined();
    expect(systems).toEqual([{ family: "debian", name: "12" }]);
    expect(nameless.count).toBe(0);
  });

  it("lists every package URL of a package, and the subject's only if there are several", () => {
    const refs = ["pkg:npm/a@1.0.0", "pkg:npm/b@2"].map((purl) => ({ referenceType: "purl", referenceLocator: purl }));
    const packages = [spdxPackage("a", undefined, { externalRefs: refs }), spdxPackage("b", "pkg:generic/b@1")];
    const described = (...ids: string[]) => [...readSpdx({ ...SPDX, packages, documentDescribes: ids }).purls.keys()];
    expect(described("SPDXRef-b")).toEqual(["pkg:npm/a@1.0.0", "pkg:npm/b@2"]);
    expect(described("SPDXRef-a", "SPDXRef-b")).toHaveLength(3);
    const relationship = { spdxElementId: "SPDXRef-DOCUMENT", relatedSpdxElement: "SPDXRef-b" };
    const relationships = [{ ...relationship, relationshipType: "DESCRIBES" }];
    expect(readSpdx({ ...SPDX, packages, relationships }).purls.size).toBe(2);
  });

  it("lists no module that Trivy marks as built there", () => {
    const annotations = [{ comment: "PkgType: gomod" }];
    const own = spdxPackage("a", "pkg:golang/acme/a", { versionInfo: undefined, annotations });
    expect(readSpdx({ ...SPDX, packages: [own] }).purls.size).toBe(0);
  });

  it("is not made of packages that are not list, or of keys in another case", () => {
    expect(() => readSpdx({ ...SPDX, packages: "a" })).toThrow(JsonFault);
    const bytes = Buffer.from(JSON.stringify({ ...SPDX, packages: [{ ExternalRefs: [] }] }));
    expect(() => readSbom(bytes)).toThrow("only some programs read");
  });
});

describe("Syft's own JSON", () => {
  const SYFT = {
    artifacts: [{ name: "a", version: "1", type: "npm", purl: "pkg:npm/a@1" }],
    descriptor: { name: "syft" },
  };

  it.each<[string, Json]>([
    ["Artifacts", { Artifacts: [] }],
    ["PURL", { artifacts: [{ ...SYFT.artifacts[0], PURL: "pkg:npm/b@1" }] }],
    ["Path", { artifacts: [{ ...SYFT.artifacts[0], locations: [{ Path: "/a" }] }] }],
  ])("is not read if it has the key %s", (_, more) => {
    expect(readSbom(Buffer.from(JSON.stringify(SYFT))).packages).toHaveLength(1);
    expect(() => readSbom(Buffer.from(JSON.stringify({ ...SYFT, ...more })))).toThrow("only some programs read");
  });

  it("is not read if it is another format as well", () => {
    const both = { ...SYFT, ...HEAD, components: [] };
    expect(() => readSbom(Buffer.from(JSON.stringify(both)))).toThrow("of two formats at once");
  });
});

describe("an SPDX document of tags and values", () => {
  it("lists its package URLs, and its packages if there are none", () => {
    const text = "SPDXVersion: SPDX-2.3\nPackageName: a\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n";
    expect([...readSpdxText(text).purls.keys()]).toEqual(["pkg:npm/a@1"]);
    expect(readSpdxText("SPDXVersion: SPDX-2.3\nPackageName: a\n").nameless.count).toBe(1);
    expect(readSpdxText("PrimaryPackagePurpose: CONTAINER\n").isImage).toBe(true);
  });
});

const sbomOf = (document: object) => readSbom(Buffer.from(JSON.stringify(document)));

const spdx = (described: readonly string[], more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT", name: "app" },
  packages: ["app", "lodash"].map((name) => ({
    ...{ SPDXID: `SPDXRef-${name}`, name, versionInfo: "1.0.0", ...more },
    externalRefs: [{ referenceType: "purl", referenceLocator: `pkg:npm/${name}@1.0.0` }],
  })),
  relationships: described.map((name) => ({
    ...{ spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: `SPDXRef-${name}` },
  })),
});
const namesIn = (document: ReturnType<typeof spdx>) => sbomOf(document).packages.map(({ name }) => name);

describe("the packages of an SPDX document", () => {
  it("do not include its subject, unless it marks each package as the subject: some tools do", () => {
    expect(namesIn(spdx([]))).toEqual(["app", "lodash"]);
    expect(namesIn(spdx(["app"]))).toEqual(["lodash"]);
    expect(namesIn(spdx(["app", "lodash"]))).toEqual(["app", "lodash"]);
  });

  it("leave out images, systems and files, even if it describes nothing else", () => {
    expect(namesIn(spdx(["app", "lodash"], { primaryPackagePurpose: "CONTAINER" }))).toEqual([]);
  });
});
