import { z } from "zod";
import { SEVERITIES } from "../severity.ts";
import { TARGET_KINDS } from "../target.ts";

// The parts of Image Gate's own JSON report that a signature is given for. A newer gate may have made it: its new
// fields are ignored.

const text = z.string();
const count = z.int().nonnegative();
const index = z.int().nonnegative();
const limit = z.union([count, z.literal("unlimited")]);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime({ offset: true });

const severityRow = z.object({
  severity: z.enum(SEVERITIES),
  open: count,
  limit,
  accepted: count,
  notCounted: count,
  broken: z.boolean(),
});
const exploitRow = z.object({
  kind: z.enum(["exploited", "epss"]),
  above: z.number().optional(),
  open: count,
  limit,
  accepted: count,
  notCounted: count,
  broken: z.boolean(),
});
const file = z.object({ path: text.min(1), sha256 });

const target = z.object({
  label: text,
  kind: z.enum(TARGET_KINDS),
  input: text,
  as: text.optional(),
  verdict: z.enum(["pass", "fail", "error"]),
  rows: z.array(severityRow).optional(),
  exploitRows: z.array(exploitRow).optional(),
  coverage: z
    .object({ gaps: z.array(z.object({ code: text, path: text.optional(), accepted: index.optional() })) })
    .optional(),
  artifact: z
    .object({
      digest: digest.optional(),
      index: z
        .object({
          digest: digest.optional(),
          images: z.array(z.object({ digest, platform: text.optional() })),
        })
        .optional(),
      imageId: text.optional(),
      platform: text.optional(),
    })
    .optional(),
  provenance: z
    .object({
      scanner: text,
      scannerVersion: text.optional(),
      scannerSha256: sha256.optional(),
      databaseUpdatedAt: instant.optional(),
      databaseSha256: sha256.optional(),
      scannedAt: instant.optional(),
      source: text.optional(),
      readAs: text.optional(),
      scanners: z.array(text).optional(),
      skipped: z.array(text).optional(),
    })
    .optional(),
  files: z.object({ scannerReport: file.optional(), cyclonedx: file.optional() }).optional(),
});

const finding = z.object({
  target: index,
  kind: z.enum(["vulnerability", "misconfiguration", "secret", "license"]),
  id: text,
  severity: z.enum(SEVERITIES),
  title: text,
  package: z.object({ name: text, version: text, purl: text.optional(), type: text }).optional(),
  fixedVersions: z.array(text),
  status: text,
  path: text.optional(),
  outcome: z.enum(["open", "accepted", "not-counted"]),
  vex: z.object({}).optional(),
  exploitation: z.object({ kev: z.object({}).optional(), epss: z.number().optional() }).optional(),
  exceptions: z.array(index).optional(),
});

const exception = z.object({
  id: text,
  package: text.optional(),
  reason: text,
  owner: text.optional(),
  expires: z.iso.date(),
});

/**
 * What a report says that is to be signed for. It is somebody's claim, unless it has the digest that the gate's step
 * said.
 */
const gateReport = z.object({
  version: z.literal(1),
  verdict: z.enum(["pass", "fail", "error"]),
  reason: text,
  count: z.enum(["all", "introduced"]).optional(),
  generatedAt: instant,
  targets: z.array(target).min(1),
  findings: z.array(finding),
  exceptions: z.array(exception),
  provenance: z.object({
    policySha256: sha256.optional(),
    policyFrom: z.enum(["workspace", "base", "default-branch"]),
    commit: text.optional(),
    run: text.optional(),
  }),
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
export type ReportFinding = GateReport["findings"][number];
/** The gate's files about a target, as its report names them. */
export type ReportFiles = NonNullable<ReportTarget["files"]>;
/** Its path, absolute or relative to the report's folder, and the SHA-256 of its bytes. */
export type ReportFile = NonNullable<ReportFiles["scannerReport"]>;
