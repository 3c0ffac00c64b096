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
  it("do not include its subject, unless it marks each package as the subject: some tools do", () => {
    expect(namesIn(spdx([]))).toEqual(["app", "lodash"]);
    expect(namesIn(spdx(["app"]))).toEqual(["lodash"]);
    expect(namesIn(spdx(["app", "lodash"]))).toEqual(["app", "lodash"]);
  });

  it("leave out images, systems and files, even if it describes nothing else", () => {
    expect(namesIn(spdx(["app", "lodash"], { primaryPackagePurpose: "CONTAINER" }))).toEqual([]);
  });
});
