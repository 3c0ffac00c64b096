import type { Coverage, JudgedCoverage, JudgedGap } from "../coverage.ts";
import type { Day } from "../dates.ts";
import type { Exception } from "../exception.ts";
import { addCoverage, type ExceptionCoverage } from "../policy/exception-coverage.ts";
import { matcherOf } from "../policy/exception-matcher.ts";
import type { TargetError } from "../verdict.ts";
import { GAP_CODES } from "./gap-codes.ts";
import { someGaps } from "./words.ts";

/**
 * Checks a target's gaps against the acceptances in its scope. The rules are the same as for exceptions and findings,
 * with `gap` in place of `id`.
 */
export function judgeCoverage(
  { rows, gaps }: Coverage,
  inScope: readonly Exception[],
  coverages: ExceptionCoverage[],
  today: Day,
): JudgedCoverage {
  const matcher = matcherOf(inScope);
  const judged = gaps.map((gap): JudgedGap => {
    // An acceptance matches a gap in the same way as an exception matches a finding: by name and path.
    const matched = matcher.matches({ id: gap.code, path: gap.path });
    if (matched.length === 0) return { gap };
    const coverage = addCoverage(coverages, matched, { fixable: false, today });
    const accepted = coverage.live[0];
    if (accepted === undefined) coverage.isOpen = true;
    return { gap, accepted, ended: coverage.ended };
  });
  const order = ({ gap }: JudgedGap) => GAP_CODES.indexOf(gap.code);
  return { rows, gaps: judged.sort((a, b) => order(a) - order(b)) };
}

/** Why a target with this coverage cannot be judged. The report lists all gaps. Undefined: every gap is accepted. */
export function gapError({ gaps }: JudgedCoverage, label: string): TargetError | undefined {
  const open = gaps.filter(({ accepted }) => accepted === undefined).map(({ gap }) => gap);
  const [first] = open;
  if (first === undefined) return undefined;
  const codes = [...new Set(open.map(({ code }) => code))];
  const remedies = [...new Set(open.map(({ remedy }) => remedy))].join(" ");
  const accept = `To accept it for a time, name ${codes.map((code) => `\`gap: ${code}\``).join(", ")} under \`coverage\` in the policy, with reason and last day.`;
  return {
    code: first.code,
    what: `${label} was not completely scanned: ${someGaps(open)}`,
    remedy: `${remedies} ${accept}`,
  };
}
