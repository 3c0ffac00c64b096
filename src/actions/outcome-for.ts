import { advisedFor } from "../domain/coverage.ts";
import type { ScanOutcome } from "../domain/judge/judge.ts";

/** The outcome of a scan with what an action that has these inputs can do about it: its error, or its gaps. */
export function outcomeFor(inputs: readonly string[], outcome: ScanOutcome): ScanOutcome {
  if ("error" in outcome) return { ...outcome, error: advisedFor(outcome.error, inputs) };
  const { coverage } = outcome.scan;
  if (coverage === undefined || coverage.gaps.length === 0) return outcome;
  const gaps = coverage.gaps.map((gap) => advisedFor(gap, inputs));
  return { ...outcome, scan: { ...outcome.scan, coverage: { ...coverage, gaps } } };
}
