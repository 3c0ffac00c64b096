import { reasonOf } from "../domain/reason.ts";
import { type ExceptionUse, type TargetVerdict, type Verdict, worstAnswer } from "../domain/verdict.ts";

/** The verdict on some of a run's targets: their worst answer, its reason, and the exceptions that concern them. */
export function partOf({ exceptions: uses }: Verdict, targets: readonly TargetVerdict[]): Verdict {
  const exceptions = usesFor(targets, uses);
  return {
    answer: worstAnswer(targets.map(({ answer }) => answer)),
    reason: reasonOf(targets, exceptions),
    targets,
    exceptions,
  };
}

/** The exceptions that concern these targets, with their counts for these targets alone. */
function usesFor(targets: readonly TargetVerdict[], uses: readonly ExceptionUse[]): ExceptionUse[] {
  const findings = targets.flatMap((target) => (target.answer === "error" ? [] : target.findings));
  const gaps = targets.flatMap(({ coverage }) => coverage?.gaps ?? []);
  return uses.flatMap((use) => {
    const { exception } = use;
    const covered = findings.filter(({ exceptions }) => exceptions.includes(exception)).length;
    const over = findings.filter(({ ended }) => ended === exception);
    const matches = covered + over.length + gaps.filter((gap) => [gap.accepted, gap.ended].includes(exception)).length;
    return matches === 0 ? [] : [{ ...use, matches, open: over.filter(({ outcome }) => outcome === "open").length }];
  });
}
