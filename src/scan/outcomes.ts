import type { EndedScan, ScanResult } from "../domain/target.ts";
import type { TargetError } from "../domain/verdict.ts";
import { asGateError, described } from "../system/errors.ts";
import type { World } from "../system/world.ts";

/** The result or the error of a target or a running image. */
export type Outcome = { readonly scan: ScanResult } | { readonly error: TargetError };

/** The outcome of one unit's work: a failure is the unit's own error, unless the run was cancelled. */
export async function settled<Answer extends Outcome>(
  act: () => Promise<Answer>,
  { signal }: Pick<World, "signal">,
): Promise<Answer | { readonly error: TargetError }> {
  try {
    return await act();
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { error: errorOf(thrown) };
  }
}

/** A failure in the form that reports have. */
export function errorOf(thrown: unknown): TargetError {
  const error = asGateError(thrown);
  return { ...described(error), byInput: error.byInput };
}

/**
 * Logs the end of each scan if there are several.
 * @returns to be called at the end of a scan, with the time of its start by the clock of `performance`
 * @param log shows from the beginning the number of ended scans
 */
export function sayEnds(
  of: number,
  progress: (ended: EndedScan) => string,
  { advance }: World["log"],
): (label: string, outcome: Outcome, began: number, log: World["log"]) => void {
  let count = 0;
  const show = (): void => advance?.({ what: "scans", unit: "targets", done: count, of });
  if (of > 1) show();
  return (label, outcome, began, log) => {
    if (of < 2) return;
    const result = "scan" in outcome ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
    log.info(progress({ count: ++count, of, label, result, milliseconds: performance.now() - began }));
    show();
  };
}
