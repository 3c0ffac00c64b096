import { z } from "zod";
import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import type { Finding } from "../../domain/finding.ts";
import { toSeverity } from "../../domain/severity.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import type { ReportReader } from "../scanner.ts";

const schema = z.object({
  acme_hash: z.string(),
  packages: z.record(z.string(), z.object({ name: z.string(), version: z.string() })),
  vulnerabilities: z.record(
    z.string(),
    z.object({ name: z.string(), normalized_severity: z.string(), fixed_in_version: z.string() }),
  ),
  package_vulnerabilities: z.record(z.string(), z.array(z.string())),
});

/** Reads the report of a scanner that the project does not know. */
export const acme: ReportReader = {
  name: "Acme",
  madeBy: "Acme's JSON (`acme report`)",
  owns: (document) => typeof document === "object" && document !== null && "acme_hash" in document,
  subjectIn: (start) => /"acme_hash":\s*"(sha256:[0-9a-f]{64})"/.exec(start)?.[1],
  given: ({ value }, target) => read(value, target),
  earlier: read,
};

function read(document: unknown, target: Target): ScanResult {
  const { data: report } = schema.safeParse(document);
  if (report === undefined)
    throw new GateError("report-invalid", "The report is not Acme's", "Make it again with `acme report`.");
  const findings = Object.entries(report.package_vulnerabilities).flatMap(([id, ids]): Finding[] => {
    const installed = report.packages[id];
    const all = ids.flatMap((each) => report.vulnerabilities[each] ?? []);
    return all.map(({ name, normalized_severity: severity, fixed_in_version: fix }) => ({
      kind: "vulnerability",
      id: /CVE-\d+-\d+/.exec(name)?.[0] ?? name,
      severity: toSeverity(severity === "Negligible" ? "LOW" : severity),
      title: name,
      package: installed && { ...installed, type: "unknown" },
      fixedVersions: fix === "" ? [] : [fix],
      status: fix === "" ? "affected" : "fixed",
    }));
  });
  return {
    artifact: { names: [target.as ?? target.input], packages: Object.keys(report.packages).length },
    packages: [],
    layers: [],
    findings,
    suppressed: 0,
    coverage: unspecifiedCoverage(),
    provenance: { scanner: "Acme", source: "an existing Acme report" },
  };
}
