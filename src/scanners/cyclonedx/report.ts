import { isDeepStrictEqual } from "node:util";
import { applicationsOf, reportedCoverage } from "../../domain/foreign/reported-coverage.ts";
import { shownSystem } from "../../domain/foreign/systems.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { withoutLogin } from "../../domain/secrets/logins.ts";
import type { InstalledPackage, ScanResult, Target } from "../../domain/target.ts";
import {
  allOf,
  checked,
  dateIn,
  invalidReport,
  type ReportSource,
  reportedScan,
  undatedNotes,
  unknownVersion,
} from "../given-report.ts";
import type { ReportReader } from "../scanner.ts";
import { componentsOf, digestsOf, otherRelease, packageOf, systemOf, withManager } from "./components.ts";
import { findingsOf } from "./findings.ts";
import { type Component, type Document, documentSchema, nestedSchema } from "./schema.ts";

const CYCLONEDX: ReportSource = {
  name: "CycloneDX",
  remedy:
    "Let the scanner write its findings and its components into one CycloneDX file, and give it as it was written.",
};

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
  given: ({ value }, target, { descriptions = false }) => scanOf(value, target, descriptions),
};

/** Vulnerabilities are there since 1.4. */
const VERSIONS = /^1\.[4-7]$/;

function scanOf(value: unknown, target: Target, descriptions: boolean): ScanResult {
  const document = checked(documentSchema, value, CYCLONEDX);
  if (!VERSIONS.test(document.specVersion))
    throw unknownVersion(CYCLONEDX, "has a `specVersion` that is not known", "the versions 1.4 to 1.7");
  const components = componentsOf(document, CYCLONEDX);
  const packages = packagesByRef(components);
  const { serialNumber, vulnerabilities } = document;
  const context = { packages, serialNumber, source: CYCLONEDX, descriptions };
  // Of these, the image itself is not a package.
  const listed = [...packages.values()].filter(({ purl, type }) => purl !== undefined && type !== "oci");
  const ofSystem = listed.filter((each) => each.system === true);
  const system = systemOf(components);
  const claim = document.metadata?.component === undefined ? "" : (components[0]?.name ?? "");
  return reportedScan(target, {
    artifact: {
      ...(claim !== "" && { claims: [withoutLogin(claim)] }),
      os: system && shownSystem(system),
    },
    packages: listed,
    findings: allOf(vulnerabilities, (entry, index) => findingsOf(entry, index, context), CYCLONEDX),
    coverage: reportedCoverage({
      disagreement: system && otherRelease(system, components),
      listed: ofSystem.map(withManager),
      kind: components[0]?.type === "container" && document.metadata?.component !== undefined ? "image" : "sbom",
      system,
      hasAdvisories: "unknown",
      matchedSystem: false,
      hasSystemPackages: ofSystem.length > 0,
      applications: applicationsOf(listed.flatMap(({ system: isSystem, type }) => (isSystem ? [] : [type]))),
    }),
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

function provenanceOf({ metadata, vulnerabilities }: Document): ScanResult["provenance"] {
  const { tools } = metadata ?? {};
  const [tool] = tools === null || tools === undefined ? [] : Array.isArray(tools) ? tools : tools.components;
  const made = dateIn(metadata?.timestamp);
  const analysed = vulnerabilities.filter(({ analysis }) => analysis?.state).length;
  const unheeded = `${analysed} of its entries have an analysis, which accepts nothing here: name the file in \`vex\` for that.`;
  return {
    scanner: tool?.name ? `${tool.name} (CycloneDX)` : CYCLONEDX.name,
    scannerVersion: tool?.version || undefined,
    scannedAt: made,
    source: "an existing CycloneDX file with vulnerabilities",
    notes: [...undatedNotes("The CycloneDX file", { scannedAt: made }), ...(analysed === 0 ? [] : [unheeded])],
  };
}
