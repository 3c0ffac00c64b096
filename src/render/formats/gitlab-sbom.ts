import { hash } from "node:crypto";
import { referenceParts } from "../../domain/image/reference.ts";
import { jsonPieces } from "../../domain/json/pieces.ts";
import { parsePurl } from "../../domain/purl.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { type ReportFacts, uuidOf } from "../report-format.ts";
import { visible } from "../shared/safe-text.ts";
import type { View } from "../view.ts";

/** CycloneDX's version that every GitLab since 15.3 reads. */
const SPEC_VERSION = "1.4";
/** A package URL of other characters is not a valid one. */
const PRINTABLE = /^[!-~]{1,2000}$/;

/** The properties that have a value. */
function properties(values: Readonly<Record<string, string | undefined>>) {
  return Object.entries(values).flatMap(([name, value = ""]) =>
    value === "" ? [] : [{ name, value: visible(value) }],
  );
}

/**
 * The packages of one target as CycloneDX, with the properties by which GitLab's dependency list knows an image
 * (https://docs.gitlab.com/development/sec/cyclonedx_property_taxonomy/). It is made from the scan's result, so that no
 * scanner has to run for it. A report without a list of packages gives those with findings, and says that more exist.
 * @param view of one target
 */
export function renderGitlabSbom(view: View, { tool }: ReportFacts): Iterable<string> {
  const [target, second] = view.verdict.targets;
  if (target === undefined || target.answer === "error" || second !== undefined)
    throw new TypeError("it is about one target that was scanned");
  const { packages, isComplete } = packagesOf(target);
  const components = uniqueComponents(packages);
  const subject = subjectOf(target);
  const identity = JSON.stringify([subject, components.map((component) => component["bom-ref"])]);
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: SPEC_VERSION,
    serialNumber: `urn:uuid:${uuidOf(identity)}`,
    version: 1,
    metadata: {
      timestamp: view.now.toISOString(),
      tools: [{ vendor: tool.name, name: tool.name, version: tool.version }],
      component: subject,
      properties: propertiesOf(target),
    },
    compositions: isComplete ? undefined : [{ aggregate: "incomplete", assemblies: [subject["bom-ref"]] }],
    components,
  };
  return jsonPieces(bom, 1);
}

function packagesOf({ scan, findings }: JudgedTarget): { packages: readonly InstalledPackage[]; isComplete: boolean } {
  if (scan.packages.length > 0) return { packages: scan.packages, isComplete: true };
  const named = findings.flatMap(({ finding: { package: about, path } }) => (about ? [{ ...about, path }] : []));
  return { packages: named, isComplete: scan.artifact.packages === 0 };
}

function subjectOf({ target, scan }: JudgedTarget) {
  const { digest } = scan.artifact;
  return {
    type: target.kind === "path" || target.kind === "repository" ? "application" : "container",
    "bom-ref": "target",
    name: visible(target.label),
    version: digest,
  };
}

function propertiesOf({ target, scan }: JudgedTarget) {
  const { os } = scan.artifact;
  const { name, tag } = referenceParts(target.as ?? target.input);
  return properties({
    "gitlab:meta:schema_version": "1",
    "gitlab:container_scanning:image:name": name,
    "gitlab:container_scanning:image:tag": tag,
    "gitlab:container_scanning:operating_system:name": os?.family,
    "gitlab:container_scanning:operating_system:version": os?.name,
  });
}

/** Each package, once for each of its files. */
function uniqueComponents(packages: readonly InstalledPackage[]) {
  const components = packages.map(componentOf);
  return [...new Map(components.map((component) => [component["bom-ref"], component])).values()];
}

function componentOf({ name, version, purl, path, type, source }: InstalledPackage) {
  const isValid = purl !== undefined && PRINTABLE.test(purl) && parsePurl(purl) !== undefined;
  return {
    type: "library",
    "bom-ref": hash("sha256", JSON.stringify([type, name, version, purl, path])).slice(0, 32),
    name: visible(name) || "unknown",
    version: visible(version),
    purl: isValid ? purl : undefined,
    // GitLab reads properties of these names; advisories of distributions are about source packages.
    properties: properties({
      "aquasecurity:trivy:PkgType": type,
      "aquasecurity:trivy:FilePath": path,
      "aquasecurity:trivy:SrcName": source?.name,
      "aquasecurity:trivy:SrcVersion": source?.version,
    }),
  };
}
