import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../domain/json/is-object.ts";
import type { InstalledPackage, ScanResult, Target } from "../../domain/target.ts";
import { checked, dateIn, invalidReport, reportedScan, unknownVersion } from "../given-report.ts";
import type { GivenReportOptions, ReportReader } from "../scanner.ts";
import { componentsOf, digestsOf, otherRelease, packageOf, systemOf, withManager } from "./components.ts";
import { rowsOf } from "./findings.ts";
import { type Component, CYCLONEDX, type Document, documentSchema, nestedSchema } from "./schema.ts";

/** Reads vulnerabilities out of CycloneDX, the form that most scanners can export. */
export const cycloneDxReports: ReportReader = {
  name: CYCLONEDX.name,
  madeBy: "CycloneDX as JSON with components and their `vulnerabilities`",
  // Tools write an empty list into an SBOM that was never scanned.
  owns: (document) =>
    isObject(document) &&
    document.bomFormat === "CycloneDX" &&
    Array.isArray(document.vulnerabilities) &&
    document.vulnerabilities.length > 0,
  digests: (document) => {
    const subject = isObject(document) && isObject(document.metadata) ? document.metadata.component : undefined;
    const { data } = nestedSchema.safeParse(subject);
    return data === undefined ? [] : digestsOf(data);
  },
  given: ({ value }, target, options) => scanOf(value, target, options),
};

/** Vulnerabilities are there since 1.4. */
const VERSIONS = /^1\.[4-7]$/;

function scanOf(value: unknown, target: Target, options: GivenReportOptions): ScanResult {
  const document = checked(documentSchema, value, CYCLONEDX);
  if (!VERSIONS.test(document.specVersion))
    throw unknownVersion(CYCLONEDX, "has a `specVersion` that is not known", "the versions 1.4 to 1.7");
  const components = componentsOf(document);
  const subject = document.metadata?.component === undefined ? undefined : components[0];
  const packages = packagesByRef(components);
  // Of these, the image itself is not a package.
  const listed = [...packages.values()].filter(({ purl, type }) => purl !== undefined && type !== "oci");
  const system = systemOf(components);
  return reportedScan(CYCLONEDX, target, options, {
    claim: subject?.name ?? undefined,
    system,
    packages: listed,
    rows: rowsOf(document, packages),
    looked: {
      kind: subject?.type === "container" ? "image" : "sbom",
      hasAdvisories: "unknown",
      matchedSystem: false,
      packages: listed,
      listed: listed.filter((each) => each.system === true).map(withManager),
      disagreement: system && otherRelease(system, components),
    },
    provenance: provenanceOf(document),
  });
}

/**
 * The packages by their references. Of two with one reference, readers take either for what a finding is about.
 * @throws GateError `report-invalid`
 */
function packagesByRef(components: readonly Component[]): Map<string, InstalledPackage> {
  const packages = new Map<string, InstalledPackage>();
  for (const each of components) {
    const { "bom-ref": own, purl } = each;
    const [ref, about] = [own ?? purl ?? "", packageOf(each)];
    const known = own ? packages.get(own) : undefined;
    if (known !== undefined && !isDeepStrictEqual(known, about))
      throw invalidReport(CYCLONEDX, "gives two components one `bom-ref`");
    packages.set(ref, about);
  }
  return packages;
}

function provenanceOf({ metadata, vulnerabilities }: Document) {
  const { tools } = metadata ?? {};
  const [tool] = tools === null || tools === undefined ? [] : Array.isArray(tools) ? tools : tools.components;
  const analysed = vulnerabilities.filter(({ analysis }) => analysis?.state).length;
  const unheeded = `${analysed} of its entries have an analysis, which accepts nothing here: name the file in \`vex\` for that.`;
  return {
    scanner: tool?.name ? `${tool.name} (CycloneDX)` : CYCLONEDX.name,
    scannerVersion: tool?.version || undefined,
    scannedAt: dateIn(metadata?.timestamp),
    source: "an existing CycloneDX file with vulnerabilities",
    notes: analysed === 0 ? [] : [unheeded],
  };
}
