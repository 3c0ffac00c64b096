import type { Layer } from "../finding.ts";
import type { Step } from "../fix-plan.ts";
import { severityRank } from "../severity.ts";
import { type JudgedTarget, judgedAmong, type TargetVerdict } from "../verdict.ts";
import { split } from "./groups.ts";

/** A line of a Dockerfile, with the failing findings of one target that it brought in. */
export type FailingLine = ReturnType<typeof linesOf>[number];

/** The lines of the Dockerfile that brought in what fails. Of all targets, the most severe comes first. */
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
    /** The steps of the plan that are about this line. */
    const steps = plan.steps.filter((step) => layersOf(step).some((layer) => layer?.source?.line === line));
    return [{ target, file, line, found, steps }];
  });
}

function layersOf(step: Step): readonly (Layer | undefined)[] {
  return (step.kind === "secret" ? step.places : step.members).map(({ layer }) => layer);
}

/** Its findings are sorted. */
function rankOf({ found: [first] }: FailingLine): number {
  return severityRank(first?.finding.severity ?? "UNKNOWN");
}
