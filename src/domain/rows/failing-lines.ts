import type { Layer } from "../finding.ts";
import type { Step } from "../fix-plan.ts";
import { severityRank } from "../severity.ts";
import type { JudgedFinding, JudgedTarget, TargetVerdict } from "../verdict.ts";
import { split } from "./groups.ts";

/** A line of a Dockerfile, with the failing findings of one target that it brought in. */
export interface FailingLine {
  readonly target: JudgedTarget;
  readonly file: string;
  readonly line: number;
  readonly found: readonly JudgedFinding[];
  /** The steps of the plan that are about this line. */
  readonly steps: readonly Step[];
}

/** The lines of the Dockerfile that brought in what fails. Of all targets, the most severe comes first. */
export function failingByLine(targets: readonly TargetVerdict[]): FailingLine[] {
  return targets
    .flatMap((target) => (target.answer === "error" ? [] : linesOf(target)))
    .map((each) => ({ each, rank: rankOf(each) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ each }) => each);
}

function linesOf(target: JudgedTarget): FailingLine[] {
  const { failing, plan } = split(target);
  const lines = Map.groupBy(failing, ({ finding }) => finding.layer?.source?.line);
  return [...lines].flatMap(([line, found]) => {
    const file = found[0]?.finding.layer?.source?.file;
    if (line === undefined || file === undefined) return [];
    const steps = plan.steps.filter((step) => layersOf(step).some((layer) => layer?.source?.line === line));
    return [{ target, file, line, found, steps }];
  });
}

function layersOf(step: Step): readonly (Layer | undefined)[] {
  return (step.kind === "secret" ? step.places : step.members).map(({ layer }) => layer);
}

function rankOf({ found }: FailingLine): number {
  return found.reduce((least, { finding }) => Math.min(least, severityRank(finding.severity)), Infinity);
}
