import { closest } from "../did-you-mean.ts";
import type { ScanResult } from "../target.ts";
import type { MergeRules } from "./merged-finding.ts";
import { isScannerNamed } from "./names.ts";

/** What became of a target. */
type Outcome = { readonly scan: Pick<ScanResult, "opinions"> } | { readonly error: unknown };

/**
 * Says if `severity-from` names no scanner of the run, so that the highest severity counts. A single name that is not
 * there may be meant for another run, so it is only said if it resembles one that is. Names are untrusted.
 */
export function choiceNotes(outcomes: readonly Outcome[], { severityFrom = [] }: MergeRules): string[] {
  const opinions = outcomes.flatMap((outcome) => ("scan" in outcome ? (outcome.scan.opinions ?? []) : []));
  const scanners = [...new Set(opinions.map(({ scanner }) => scanner))];
  const absent = severityFrom.filter((name) => !scanners.some((each) => isScannerNamed(each, name)));
  if (scanners.length === 0 || absent.length === 0) return [];
  const words = absent.map((name) => {
    const meant = closest(name, scanners);
    return meant === undefined ? name : `${name}; did you mean ${meant.toLowerCase()}?`;
  });
  const isAll = absent.length === severityFrom.length;
  if (isAll)
    return [`\`severity-from\` names no scanner of this run (${words.join(", ")}): the highest severity counts.`];
  const slips = words.filter((each, index) => each !== absent[index]);
  return slips.map((each) => `\`severity-from\` names a scanner that this run does not have: ${each}`);
}
