import { closest } from "../did-you-mean.ts";
import type { ScanResult } from "../target.ts";
import type { MergeRules } from "./merged-finding.ts";
import { isScannerNamed } from "./names.ts";

/** What became of a target. */
type Outcome = { readonly scan: Pick<ScanResult, "opinions"> } | { readonly error: unknown };

/** The policy's keys that name scanners. */
interface NamedInPolicy extends MergeRules {
  readonly optionalScanners?: readonly string[] | undefined;
}

/**
 * Says if `severity-from` names no scanner of the run, so that the highest severity counts. A single name that is not
 * there may be meant for another run, so it is only said if it resembles one that is. The same holds for
 * `scan-with`. Names are untrusted.
 */
export function choiceNotes(outcomes: readonly Outcome[], policy: NamedInPolicy): string[] {
  const { severityFrom = [], optionalScanners = [] } = policy;
  const opinions = outcomes.flatMap((outcome) => ("scan" in outcome ? (outcome.scan.opinions ?? []) : []));
  const scanners = [...new Set(opinions.map(({ scanner }) => scanner))];
  if (scanners.length === 0) return [];
  const isThere = (name: string) => scanners.some((each) => isScannerNamed(each, name));
  const slips = Object.entries({ "severity-from": severityFrom, "scan-with": optionalScanners }).flatMap(
    ([key, names]) =>
      names.flatMap((name) => {
        const meant = isThere(name) ? undefined : closest(name, scanners)?.toLowerCase();
        const what = `\`${key}\` names a scanner that this run does not have: ${name}; did you mean ${meant}?`;
        return meant === undefined ? [] : [what];
      }),
  );
  if (severityFrom.length === 0 || severityFrom.some(isThere)) return slips;
  const none = `\`severity-from\` names no scanner of this run (${severityFrom.join(", ")}): the highest severity counts.`;
  return [none, ...slips];
}
