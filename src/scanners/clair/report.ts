import { type NamedSystem, systemNamed } from "../../domain/foreign/systems.ts";
import { isDigest } from "../../domain/image/reference.ts";
import { isObject } from "../../domain/json/is-object.ts";
import type { InstalledPackage, ScanResult, Target } from "../../domain/target.ts";
import { checked, invalidReport, reportedScan, unknownVersion } from "../given-report.ts";
import type { GivenReportOptions, ReportReader } from "../scanner.ts";
import { rowsOf } from "./findings.ts";
import { mainSystem, type PlacedPackage, packagesOf, systemOf } from "./packages.ts";
import { CLAIR, type ClairReport, REQUIRED, reportSchema } from "./schema.ts";

/** Reads reports of Clair 4 (`clairctl report -o json`, or its API's `vulnerability_report`). */
export const clairReports: ReportReader = {
  name: CLAIR.name,
  madeBy: "Clair 4's report (`clairctl report -o json`)",
  severalInFile: true,
  owns: (document) => isObject(document) && typeof document.manifest_hash === "string",
  digests: (document) =>
    isObject(document) && typeof document.manifest_hash === "string" ? [document.manifest_hash] : [],
  // One file may have reports on several images.
  given: ({ value }, target, options) => scanOf(value, target, options),
};

function scanOf(value: unknown, target: Target, options: GivenReportOptions): ScanResult {
  requireReport(value);
  const report = checked(reportSchema, value, CLAIR);
  const packages = packagesOf(report);
  const all = [...packages.values()];
  const system = mainSystem(packages, report);
  return reportedScan(CLAIR, target, options, {
    artifact: { referenceDigest: isDigest(report.manifest_hash) ? report.manifest_hash : undefined },
    system,
    // No layers: a report names them by their packed bytes, and findings by the unpacked ones.
    packages: all.map(({ arch: _, manager: __, ...rest }): InstalledPackage => rest),
    rows: rowsOf(report, packages),
    looked: {
      kind: "image",
      hasAdvisories: ADVISED.has(systemNamed(system?.name ?? "")?.name ?? "") ? "yes" : "no",
      matchedSystem: hasFindingsOf(report, packages, system),
      packages: all,
      listed: all.filter((each) => each.system === true),
    },
    provenance: { source: "an existing Clair report" },
  });
}

/** @throws GateError `report-invalid`, `report-schema-unknown` */
function requireReport(value: unknown): void {
  const document = value as Readonly<Record<string, unknown>>;
  if (!("vulnerabilities" in document) && "state" in document)
    throw invalidReport(CLAIR, "is its list of packages (an index report), and not what was found");
  if ("state" in document) throw unknownVersion(CLAIR, "is of a time before Clair 4.0", "the reports of Clair 4");
  const missing = REQUIRED.find((key) => !isObject(document[key]));
  if (missing !== undefined) throw invalidReport(CLAIR, `has no ${JSON.stringify(missing)}`);
}

/** Distributions for which Clair has advisories (claircore's updaters). */
const ADVISED: ReadonlySet<string> = new Set(
  "alpine amazon chainguard debian opensuse-leap oracle photon redhat sles ubuntu wolfi".split(" "),
);

function hasFindingsOf(
  { package_vulnerabilities: found, vulnerabilities }: ClairReport,
  packages: ReadonlyMap<string, PlacedPackage>,
  system: NamedSystem | undefined,
): boolean {
  if (system === undefined) return false;
  return [...found].some(
    ([id, all]) =>
      packages.get(id)?.system === true &&
      all.some((each) => {
        const { distribution, Invert, invert } = vulnerabilities.get(each) ?? {};
        const of = distribution && systemOf(distribution);
        return !Invert && !invert && of?.name === system.name && of.version === system.version;
      }),
  );
}
