import { z } from "zod";
import type { Finding } from "../domain/finding.ts";
import { SEVERITIES } from "../domain/severity.ts";

// What a baseline needs of Image Gate's own JSON report. It may be a newer Image Gate's, whose new fields are passed by.

const text = z.string();

const packageSchema = z.object({
  name: text,
  version: text,
  type: text,
  purl: text.optional(),
  path: text.optional(),
  system: z.boolean().optional(),
  source: z.object({ name: text, version: text }).optional(),
  modularity: text.optional(),
  thirdParty: z.boolean().optional(),
});

const targetSchema = z.object({
  label: text,
  input: text.optional(),
  kind: z.enum(["image", "path", "repository", "sbom", "trivy-report"]),
  verdict: z.enum(["pass", "fail", "error"]),
  artifact: z
    .object({
      names: z.array(text),
      platform: text.optional(),
      os: z.object({ family: text, name: text, endOfLife: z.boolean() }).optional(),
    })
    .optional(),
  packages: z.array(packageSchema).optional(),
  provenance: z.object({ scanners: z.array(text).optional() }).optional(),
});

const findingSchema = z.object({
  target: z.int().nonnegative(),
  kind: z.enum(["vulnerability", "misconfiguration", "secret", "license"]),
  id: text,
  severity: z.enum(SEVERITIES),
  title: text,
  url: text.optional(),
  package: z.object({ name: text, version: text, purl: text.optional(), type: text }).optional(),
  path: text.optional(),
});

/** Image Gate's report as far as a later run compares with it. */
export const storedReportSchema = z.object({
  version: z.literal(1),
  generatedAt: text,
  targets: z.array(targetSchema),
  findings: z.array(findingSchema),
  provenance: z.object({ commit: text.optional(), run: text.optional() }),
});

export type StoredReport = z.infer<typeof storedReportSchema>;
export type StoredTarget = StoredReport["targets"][number];

/** The findings of one target of the report, as they were then. */
export function findingsOf(report: StoredReport, target: StoredTarget): Finding[] {
  const index = report.targets.indexOf(target);
  return report.findings
    .filter((each) => each.target === index)
    .map((each) => ({ ...each, fixedVersions: [], status: "unknown" }));
}
