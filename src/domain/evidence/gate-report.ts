import { z } from "zod";
import { gap } from "../report/coverage-schema.ts";
import { fieldsOf } from "../report/fields.ts";
import { finding } from "../report/finding-schema.ts";
import { exception } from "../report/policy-schema.ts";
import { evidenceFile, exploitRow, reportSchema, severityRow, target } from "../report/schema.ts";
import { artifact, opinionSource, provenance } from "../report/target-schema.ts";

// The parts of Image Gate's own JSON report that a signature is given for. Digests and times are held to their form.

const index = z.int().nonnegative();
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant = z.iso.datetime({ offset: true });
const file = z.object({ ...evidenceFile.shape, path: z.string().min(1) });

const image = artifact.shape.index.unwrap().shape.images.element;

const opinion = z.object({
  ...fieldsOf(opinionSource, "scanner", "version", "scannerSha256", "databaseUpdatedAt", "databaseSha256", "given"),
  failed: z.object({}).optional(),
});

const signedTarget = z.object({
  ...fieldsOf(target, "label", "kind", "input", "as", "verdict"),
  rows: z.array(z.object(severityRow.shape)).optional(),
  exploitRows: z.array(z.object(exploitRow.shape)).optional(),
  coverage: z
    .object({ gaps: z.array(z.object({ code: z.string(), path: gap.shape.path, accepted: index.optional() })) })
    .optional(),
  artifact: z
    .object({
      ...fieldsOf(artifact, "imageId", "platform"),
      digest: digest.optional(),
      index: z.object({ digest: digest.optional(), images: z.array(z.object({ ...image.shape, digest })) }).optional(),
    })
    .optional(),
  provenance: z
    .object({
      ...fieldsOf(provenance, "scanner", "scannerVersion", "scannerSha256", "databaseSha256"),
      ...fieldsOf(provenance, "source", "scanners", "skipped"),
      readAs: z.string().optional(),
      databaseUpdatedAt: instant.optional(),
      scannedAt: instant.optional(),
    })
    .optional(),
  opinions: z.array(opinion).optional(),
  files: z.object({ scannerReport: file.optional(), cyclonedx: file.optional() }).optional(),
});

const signedFinding = z.object({
  ...fieldsOf(finding, "target", "kind", "id", "severity", "title", "fixedVersions", "status", "path", "outcome"),
  ...fieldsOf(finding, "aliases", "missedBy"),
  package: z.object(finding.shape.package.unwrap().shape).optional(),
  vex: z.object({}).optional(),
  exploitation: z.object({ kev: z.object({}).optional(), epss: z.number().optional() }).optional(),
  exceptions: z.array(index).optional(),
});

/**
 * What a report says that is to be signed for. It is somebody's claim, unless it has the digest that the gate's step
 * said.
 */
const gateReport = z.object({
  ...fieldsOf(reportSchema, "version", "verdict", "reason", "count"),
  generatedAt: instant,
  targets: z.array(signedTarget).min(1),
  findings: z.array(signedFinding),
  exceptions: z.array(z.object({ ...fieldsOf(exception, "id", "package", "reason", "owner"), expires: z.iso.date() })),
  provenance: z.object(fieldsOf(reportSchema.shape.provenance, "policySha256", "policyFrom", "commit", "run")),
});

/**
 * Reads a report. The caller has bounded its size.
 * @returns `wrong`: a clause about what is not as it should be, without any of the report's own text
 */
export function readGateReport(json: string): GateReport | { readonly wrong: string } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { wrong: "it is no JSON" };
  }
  const parsed = gateReport.safeParse(value, { jitless: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join(".");
  return { wrong: where ? `\`${where}\` is not what a report has there` : "it is no report of the gate" };
}

export type GateReport = z.output<typeof gateReport>;
export type ReportTarget = GateReport["targets"][number];
/** One of several scanners that judged a target. */
export type ReportOpinion = NonNullable<ReportTarget["opinions"]>[number];
export type ReportFinding = GateReport["findings"][number];
/** The gate's files about a target, as its report names them. */
export type ReportFiles = NonNullable<ReportTarget["files"]>;
/** Its path, absolute or relative to the report's folder, and the SHA-256 of its bytes. */
export type ReportFile = NonNullable<ReportFiles["scannerReport"]>;
