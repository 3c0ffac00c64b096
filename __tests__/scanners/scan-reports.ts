import { quay, quayFeature, quayRow } from "./clair/answers.ts";
import { CVSS, clair, vulnerability } from "./clair/sample.ts";
import { ecr, google, inspector } from "./cloud-sample.ts";
import { cycloneDx, entry } from "./cyclonedx-sample.ts";
import { grype, match, pythonMatch } from "./grype/sample.ts";
import { harborRow, harborWrapped } from "./harbor-sample.ts";

/** A valid report of each scanner except the first, with rows of each kind, keyed by its reader's name. */
export const SCAN_REPORTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["Grype", grype([match(), pythonMatch()], { ignoredMatches: [] })],
  [
    "Clair",
    clair({
      found: [vulnerability(), vulnerability({ name: "RHSA-2023:5837: x", normalized_severity: "Unknown" })],
      inPython: [vulnerability({ fixed_in_version: "fixed=1.2&introduced=1" })],
      enrichments: { [CVSS[0]]: [{ v1: [{ baseScore: 7.5, baseSeverity: "HIGH" }] }] },
    }),
  ],
  ["Quay", quay([quayFeature(quayRow(), quayRow({ Name: "pyup.io-1 (CVE-2021-3572)" }))])],
  ["Harbor", harborWrapped(harborRow(), harborRow({ artifact_digests: [`sha256:${"a".repeat(64)}`] }))],
  ["CycloneDX", cycloneDx([entry(), entry({ id: "GHSA-aaaa-bbbb-cccc", affects: [{ ref: "log4j" }] })])],
  ["Amazon Inspector", inspector()],
  ["Amazon ECR", ecr()],
  ["Google Artifact Analysis", google()],
]);
