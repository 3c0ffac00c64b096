import { expect } from "vitest";
import { JsonFault } from "../../src/domain/json/parse-strict.ts";
import { readSbom } from "../../src/sboms/read.ts";
import type { Sbom } from "../../src/sboms/sbom.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { damaged } from "../support/runs/mutations.ts";

const library = (name: string, more = {}) => ({
  type: "library",
  name,
  version: "1",
  "bom-ref": name,
  purl: `pkg:npm/${name}@1`,
  ...more,
});
const debian = "pkg:deb/debian/libssl3@3.0.14-1?upstream=openssl%401:3.0&distro=debian-12";
const ref = (locator: string) => ({
  referenceCategory: "PACKAGE-MANAGER",
  referenceType: "purl",
  referenceLocator: locator,
});
const cycloneDx = JSON.stringify({
  bomFormat: "CycloneDX",
  metadata: { component: library("root", { components: [library("part")] }) },
  components: [
    library("a", { components: [library("b", { components: [library("c", { purl: debian })] })] }),
    library("d", { group: "@acme", properties: [{ name: "aquasecurity:trivy:SrcName", value: "e" }] }),
    { type: "operating-system", name: "debian", version: "12" },
  ],
});
const VALID = [
  cycloneDx,
  JSON.stringify({
    spdxVersion: "SPDX-2.3",
    SPDXID: "SPDXRef-DOCUMENT",
    documentDescribes: ["SPDXRef-root"],
    packages: [
      { SPDXID: "SPDXRef-root", name: "root" },
      { SPDXID: "SPDXRef-a", name: "npm:a", externalRefs: [ref("pkg:npm/a@1")] },
      { SPDXID: "SPDXRef-b", name: "libssl3", externalRefs: [ref(debian)] },
    ],
  }),
  "SPDXVersion: SPDX-2.3\nPackageName: a\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\n",
];
const PIECES = [
  ...'[]{}:,"\\/@?#%0',
  "null",
  "1e999",
  '"__proto__":{},',
  '"Components":[],',
  '"purl":"pkg:npm/constructor@1",',
  '"components":[{"components":',
  "[".repeat(500),
  "\ufeff",
  "\ud800",
] as unknown as [string, ...string[]];

fuzz(
  "of a damaged SBOM each package URL is in the flat copy, or it is refused",
  damaged(VALID, PIECES),
  async (bytes) => {
    const sbom = readOrRefused(bytes);
    if (sbom?.copy === undefined) return;
    const { purls, copy } = sbom;
    const document = JSON.parse([...copy.pieces].join(""));
    const written = new Set<unknown>();
    for (const each of document.components ?? []) {
      expect(each).not.toHaveProperty("components.0");
      written.add(each.purl);
    }
    for (const { externalRefs } of document.packages ?? [])
      for (const { referenceLocator } of externalRefs ?? []) written.add(referenceLocator);
    for (const text of purls.keys()) expect(written).toContain(text);
  },
);

function readOrRefused(bytes: Buffer): Sbom | undefined {
  try {
    return readSbom(bytes);
  } catch (fault) {
    expect(fault).toBeInstanceOf(JsonFault);
    return undefined;
  }
}
