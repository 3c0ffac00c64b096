import { SEVERITIES, type Severity, severityRank } from "../severity.ts";
import { type JudgedFinding, type JudgedTarget, judgedAmong, type TargetVerdict, type Verdict } from "../verdict.ts";
import { split } from "./groups.ts";

/** A line of a Dockerfile, with the failing findings of one target that it added. */
export type FailingLine = ReturnType<typeof linesOf>[number];

/** The lines of the Dockerfile that added failing findings, over all targets, the most severe first. */
export function failingByLine(targets: readonly TargetVerdict[]): FailingLine[] {
  return judgedAmong(targets)
    .flatMap(linesOf)
    .sort((a, b) => rankOf(a) - rankOf(b));
}

function linesOf(target: JudgedTarget) {
  const { failing, plan } = split(target);
  const lines = Map.groupBy(failing, ({ finding }) => finding.layer?.source?.line);
  return [...lines].flatMap(([line, found]) => {
    const file = found[0]?.finding.layer?.source?.file;
    if (line === undefined || file === undefined) return [];
    /** The steps of the plan for this line's layers. */
    const steps = plan.steps.filter((step) =>
      (step.kind === "secret" ? step.places : step.members).some(({ layer }) => layer?.source?.line === line),
    );
    return [{ target, file, line, found, steps }];
  });
}

/** Its findings are sorted. */
function rankOf({ found: [first] }: FailingLine): number {
  return severityRank(first?.finding.severity ?? "UNKNOWN");
}

/** With at least this many failing findings, the gate probably scans an old image for the first time. */
const OLD_IMAGE = 10;

/**
 * The failing findings of a target. Those without any known fixed version come first: they can only be accepted or
 * removed.
 */
export function* unfixedFirst(target: JudgedTarget): Generator<JudgedFinding> {
  const { failing, plan } = split(target);
  const unfixed = new Map<string | undefined, Set<string>>();
  for (const { packages, ids } of plan.noFix)
    for (const name of packages) unfixed.set(name, new Set([...ids, ...(unfixed.get(name) ?? [])]));
  for (const wanted of unfixed.size === 0 ? [false] : [true, false])
    for (const judged of failing) {
      const { id, package: about } = judged.finding;
      if ((unfixed.get(about?.name)?.has(id) ?? false) === wanted) yield judged;
    }
}

/** Today's counts as limits, for an image with many failing findings and no exceptions yet. Otherwise empty. */
export function startingLimits(
  verdict: Verdict,
  judged: readonly JudgedTarget[],
): { readonly severity: Severity; readonly open: number }[] {
  const failing = judged.reduce((sum, target) => sum + split(target).failing.length, 0);
  if (failing < OLD_IMAGE || verdict.exceptions.length > 0) return [];
  return SEVERITIES.flatMap((severity) => {
    const rows = judged.flatMap((target) => target.rows.filter((row) => row.severity === severity && row.broken));
    return rows.length === 0 ? [] : [{ severity, open: Math.max(...rows.map((row) => row.open)) }];
  });
}
