import { describe, expect, it } from "vitest";
import { readSbom } from "../../src/sboms/read.ts";

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
  it("are not what it describes, unless it says that of each: some tools do", () => {
    expect(namesIn(spdx([]))).toEqual(["app", "lodash"]);
    expect(namesIn(spdx(["app"]))).toEqual(["lodash"]);
    expect(namesIn(spdx(["app", "lodash"]))).toEqual(["app", "lodash"]);
  });

  it("leave out images, systems and files, also if it describes nothing else", () => {
    expect(namesIn(spdx(["app", "lodash"], { primaryPackagePurpose: "CONTAINER" }))).toEqual([]);
  });
});

it("SPDX licences that the document defines have its words for them, and others keep their ids", () => {
  const licenses = ["LicenseRef-1 AND LicenseRef-2", "LicenseRef-3 OR MIT"];
  const document = {
    ...spdx([]),
    packages: licenses.map((licenseConcluded, index) => ({
      SPDXID: `SPDXRef-${index}`,
      name: `n${index}`,
      licenseConcluded,
    })),
    hasExtractedLicensingInfos: [
      { licenseId: "LicenseRef-1", name: "Acme 1" },
      { licenseId: "LicenseRef-2", extractedText: "Do no evil" },
      null,
    ],
  };
  expect(sbomOf(document).packages.flatMap((each) => each.licenses)).toEqual([
    "Acme 1 AND Do no evil",
    "LicenseRef-3 OR MIT",
  ]);
});

it("Syft's packages lie where it says, below the root, and nowhere if it does not say", () => {
  const artifact = (locations: unknown) => ({ name: "a", version: "1", type: "npm", purl: "pkg:npm/a@1", locations });
  const sbom = sbomOf({
    artifacts: [artifact([{ path: "/app/package.json" }, { path: "/other" }]), artifact([]), artifact([{ path: "" }])],
    source: { name: "app" },
    descriptor: { name: "syft" },
    schema: { version: "16.0.0" },
  });
  expect(sbom.packages.map(({ path }) => path)).toEqual(["app/package.json", undefined, undefined]);
});
