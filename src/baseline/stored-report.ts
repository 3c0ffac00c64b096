import { z } from "zod";
import type { BaselineSource } from "../domain/change/comparison.ts";
import { SYSTEM_GAPS } from "../domain/coverage/gap-codes.ts";
import type { Finding } from "../domain/finding.ts";
import { platformMatches } from "../domain/image/platform.ts";
import { repositoryName } from "../domain/image/reference.ts";
import { fieldsOf } from "../domain/report/fields.ts";
import { finding } from "../domain/report/finding-schema.ts";
import { exploitRow, reportSchema, severityRow, target } from "../domain/report/schema.ts";
import { artifact, installed, provenance } from "../domain/report/target-schema.ts";
import { baselineIncomplete } from "./errors.ts";
import { kindsOf, type ScannedTarget, type StoredBaseline } from "./stored-baseline.ts";

// The parts of Image Gate's own JSON report that a baseline needs. Words are any text where a newer gate may have more
// of them: an outcome that is not known lets nothing in.

const text = z.string();

const targetSchema = z.object({
  ...fieldsOf(target, "label", "as", "kind", "verdict"),
  input: text.optional(),
  artifact: z
    .object({
      ...fieldsOf(artifact, "names", "claims", "platform"),
      os: z.object(artifact.shape.os.unwrap().shape).optional(),
    })
    .optional(),
  packages: z
    .array(z.object({ ...installed.shape, source: z.object(installed.shape.source.unwrap().shape).optional() }))
    .optional(),
  provenance: z.object(fieldsOf(provenance, "scanner", "databaseUpdatedAt", "scannedAt", "scanners")).optional(),
  baseline: z.object({ ...fieldsOf(target.shape.baseline.unwrap(), "trouble"), kind: text }).optional(),
  rows: z.array(z.object({ ...fieldsOf(severityRow, "broken"), severity: text })).optional(),
  coverage: z.object({ gaps: z.array(z.object({ code: text })) }).optional(),
  exploitRows: z.array(z.object({ ...fieldsOf(exploitRow, "above", "broken"), kind: text })).optional(),
});

const findingSchema = z.object({
  ...fieldsOf(finding, "target", "kind", "id", "aliases", "severity", "title", "url", "path"),
  package: z.object(finding.shape.package.unwrap().shape).optional(),
  opinions: z.array(z.object({ scanner: text })).optional(),
  outcome: text.optional(),
  spared: text.optional(),
  exploitation: z.object({ kev: z.object({}).optional(), epss: z.number().optional() }).optional(),
});

/** The parts of Image Gate's report that a later run compares with. */
export const storedReportSchema = z.object({
  ...fieldsOf(reportSchema, "version", "generatedAt"),
  mode: text.optional(),
  count: text.optional(),
  targets: z.array(targetSchema),
  findings: z.array(findingSchema),
  provenance: z.object(fieldsOf(reportSchema.shape.provenance, "commit", "run")),
});

export type StoredReport = z.infer<typeof storedReportSchema>;
export type StoredTarget = StoredReport["targets"][number];
type StoredFinding = StoredReport["findings"][number];

/** Whether that run did not check the target's system packages, which the policy accepted for a time. */
function isBlind({ coverage }: StoredTarget): boolean {
  return coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) === true;
}

/**
 * The findings of one target of the report, as they were then, and those among them that it did not let in for good.
 */
export function findingsOf(
  report: StoredReport,
  target: StoredTarget,
): { readonly earlier: readonly Finding[]; readonly unsettled: ReadonlySet<Finding> } {
  const index = report.targets.indexOf(target);
  const earlier: Finding[] = [];
  const unsettled = new Set<Finding>();
  const isStock = tookStock(report, target);
  for (const each of report.findings) {
    if (each.target !== index) continue;
    const { opinions, ...rest } = each;
    const finding: Finding = {
      ...rest,
      fixedVersions: [],
      status: "unknown",
      // What they said then does not matter now.
      ...(opinions && { opinions: opinions.map(({ scanner }) => ({ ...NO_OPINION, scanner, id: each.id })) }),
    };
    earlier.push(finding);
    if (!isLetIn(each, target, isStock)) unsettled.add(finding);
  }
  return { earlier, unsettled };
}

const NO_OPINION = { severity: "UNKNOWN", fixedVersions: [] } as const;

/**
 * Whether the run let a finding in for good. It did if the finding counted and broke no limit, or if it had been let in
 * before. An exception, a VEX document, a missing fix or days of grace let it through only for a time. A run that took
 * stock let in everything that counted.
 */
function isLetIn(
  { outcome, spared, severity, exploitation }: StoredFinding,
  target: StoredTarget,
  isStock: boolean,
): boolean {
  if (outcome === "not-counted") return spared === "not-introduced";
  if (outcome !== "open") return false;
  if (isStock) return true;
  const { rows = [], exploitRows = [] } = target;
  if (rows.length === 0 || rows.some((row) => row.broken && row.severity === severity)) return false;
  return !exploitRows.some(({ broken, kind, above = 1 }) =>
    broken && kind === "exploited" ? exploitation?.kev !== undefined : broken && (exploitation?.epss ?? 0) > above,
  );
}

/**
 * Whether the run only reported what was never checked before: it did not separate new findings from old, and had
 * nothing to compare with. This is false if its baseline could not be fetched, or if the run refused the image.
 */
function tookStock({ mode, count }: StoredReport, { baseline }: StoredTarget): boolean {
  const hadNone = baseline === undefined || (baseline.kind === "none" && baseline.trouble !== true);
  return mode === "warn" && (hadNone || count !== "introduced");
}

/**
 * Returns the part of our report for a target: the one for the same image and platform, else the only one.
 * @param name for messages: `The baseline "report.json"`
 * @throws GateError `baseline-incomplete`
 */
export function baselineInReport(
  report: StoredReport,
  judged: ScannedTarget,
  source: BaselineSource,
  name: string,
): StoredBaseline {
  const stored = matching(report, judged);
  if (stored === undefined)
    throw baselineIncomplete(name, `is about ${report.targets.length} other targets than ${judged.target.label}`);
  if (stored.verdict === "error") throw baselineIncomplete(name, "is of a scan that did not happen");
  if (stored.packages === undefined) throw baselineIncomplete(name, "was made by an Image Gate that kept no packages");
  return {
    source: {
      image: stored.label,
      commit: report.provenance.commit,
      madeAt: report.generatedAt,
      ...source,
    },
    names: [...(stored.artifact?.names ?? []), ...(stored.artifact?.claims ?? [])],
    platform: stored.artifact?.platform,
    contents: { packages: stored.packages, os: stored.artifact?.os },
    ...findingsOf(report, stored),
    blind: isBlind(stored),
    by: stored.provenance,
    kinds: kindsOf(stored.provenance?.scanners),
  };
}

/**
 * Matches only by what the user typed. The author of an archive chooses its tags, and would thus choose what it is
 * compared with.
 */
function matching({ targets }: StoredReport, judged: ScannedTarget): StoredTarget | undefined {
  const { platform } = judged.scan.artifact;
  const typed = repositoryName(judged.target.as ?? judged.target.input);
  const same = targets.filter(({ as, input, label }) => repositoryName(as ?? input ?? label) === typed);
  const fitting = same.filter((each) => platform === undefined || platformMatches(platform, each.artifact?.platform));
  return fitting[0] ?? same[0] ?? (targets.length === 1 ? targets[0] : undefined);
}
