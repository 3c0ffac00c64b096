import { z } from "zod";
import { judgedGap } from "../domain/report/coverage-schema.ts";
import { fieldsOf } from "../domain/report/fields.ts";
import { finding, layer } from "../domain/report/finding-schema.ts";
import { upgrade } from "../domain/report/plan-schema.ts";
import { exception } from "../domain/report/policy-schema.ts";
import { exploitRow, reportSchema, severityRow, target } from "../domain/report/schema.ts";
import { artifact, installed, provenance } from "../domain/report/target-schema.ts";

// The parts of Image Gate's own JSON report that people ask about. What a newer gate adds is ignored.

const { base, baseline } = target.shape;
const exploitation = finding.shape.exploitation.unwrap();
const source = installed.shape.source.unwrap();

const ownTarget = z.object({
  ...fieldsOf(target, "label", "kind", "input", "as", "platform", "verdict"),
  error: z.object(target.shape.error.unwrap().shape).optional(),
  rows: z.array(z.object(severityRow.shape)).optional(),
  exploitRows: z.array(z.object(exploitRow.shape)).optional(),
  coverage: z
    .object({ gaps: z.array(z.object(fieldsOf(judgedGap, "code", "what", "remedy", "path", "accepted"))) })
    .optional(),
  artifact: z
    .object({
      ...fieldsOf(artifact, "names", "claims", "digest", "platform"),
      os: z.object(artifact.shape.os.unwrap().shape).optional(),
    })
    .optional(),
  layers: z
    .array(
      z.object({
        ...fieldsOf(layer, "diffId", "number", "instruction"),
        source: z.object(layer.shape.source.unwrap().shape).optional(),
      }),
    )
    .optional(),
  base: z.object(fieldsOf(base.unwrap(), "reference", "digest", "layers")).optional(),
  packages: z.array(z.object({ ...installed.shape, source: z.object(source.shape).optional() })).optional(),
  baseline: z.object(fieldsOf(baseline.unwrap(), "kind")).optional(),
  provenance: z
    .object(fieldsOf(provenance, "scanner", "scannerVersion", "databaseUpdatedAt", "scannedAt", "scanners"))
    .optional(),
});

const ownFinding = z.object({
  ...finding.shape,
  package: z.object(finding.shape.package.unwrap().shape).optional(),
  owner: z.object(finding.shape.owner.unwrap().shape).optional(),
  vex: z.object(finding.shape.vex.unwrap().shape).optional(),
  exploitation: z
    .object({ kev: z.object(exploitation.shape.kev.unwrap().shape).optional(), epss: exploitation.shape.epss })
    .optional(),
});

const ownReport = z.object({
  ...fieldsOf(reportSchema, "version", "verdict", "reason", "count", "generatedAt"),
  targets: z.array(ownTarget).min(1),
  findings: z.array(ownFinding),
  exceptions: z.array(z.object(exception.shape)),
  upgrades: z.array(z.object(fieldsOf(upgrade, "target", "package", "from", "to", "text", "ids", "paths"))).optional(),
  provenance: z.object(fieldsOf(reportSchema.shape.provenance, "policy", "policySha256", "commit", "run")),
});

export type OwnReport = z.output<typeof ownReport>;
export type OwnTarget = OwnReport["targets"][number];
export type OwnFinding = OwnReport["findings"][number];

/**
 * Reads our own report.
 * @returns `wrong`: a clause about what is not as it should be, without any of the report's own text
 */
export function readOwnReport(document: Readonly<Record<string, unknown>>): OwnReport | { readonly wrong: string } {
  if (document.version !== 1) return { wrong: "is an Image Gate report of another version than 1" };
  const parsed = ownReport.safeParse(document);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.map(String).join(".").slice(0, 200);
    return { wrong: `has a wrong value at ${JSON.stringify(path ?? "")}` };
  }
  const { targets, findings, exceptions } = parsed.data;
  const isWhole = findings.every(
    ({ target: index, exceptions: held = [], ended, layer }) =>
      index < targets.length &&
      [...held, ...(ended === undefined ? [] : [ended])].every((each) => each >= 0 && each < exceptions.length) &&
      (layer === undefined || layer < (targets[index]?.layers?.length ?? 0)),
  );
  return isWhole ? parsed.data : { wrong: "names a target, a layer or an exception that is not in it" };
}
