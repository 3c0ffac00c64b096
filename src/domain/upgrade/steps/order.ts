import type { Step } from "../../fix-plan.ts";
import { compareCounts } from "../../severity.ts";
import { fallsUnder, type JudgedTarget } from "../../verdict.ts";
import { compareText } from "../../versions/order.ts";

/** What a step is about, most urgent first. */
const URGENT = { exploited: 0, exploitLimit: 1, secret: 2, other: 3 };

/**
 * Steps, what matters most first: what attackers use (CISA's catalog); what breaks a limit on likely attacks; secrets,
 * which anyone who has the image can use. The others follow by the highest EPSS score in whole percent, by how much a
 * step clears, and by severity.
 */
export function inOrder<T extends Step>(steps: readonly T[], target: JudgedTarget): T[] {
  const broken = (target.exploitRows ?? []).filter((row) => row.broken);
  const limited = new Set(
    target.findings
      .filter((judged) => judged.outcome === "open" && broken.some((row) => fallsUnder(row, judged)))
      .map(({ finding }) => finding.id),
  );
  const urgency = (step: Step): number => {
    if (step.exploited > 0) return URGENT.exploited;
    if (step.ids.some((id) => limited.has(id))) return URGENT.exploitLimit;
    return step.kind === "secret" ? URGENT.secret : URGENT.other;
  };
  return steps.toSorted(
    (a, b) =>
      urgency(a) - urgency(b) ||
      percent(b) - percent(a) ||
      b.clears - a.clears ||
      compareCounts(b.bySeverity, a.bySeverity) ||
      compareText(nameOf(a), nameOf(b)),
  );
}

/** Smaller differences say nothing: most advisories have a score far below one percent. */
function percent({ epss = 0 }: Step): number {
  return Math.round(epss * 100);
}

function nameOf(step: Step): string {
  if (step.kind === "secret") return step.title;
  return `${step.members[0]?.package ?? ""} ${step.members[0]?.from ?? ""}`;
}
