import type { ScanResult } from "../target.ts";
import type { MergeRules } from "./merged-finding.ts";
import { isScannerNamed } from "./names.ts";

/** What became of a target. */
type Outcome = { readonly scan: Pick<ScanResult, "opinions"> } | { readonly error: unknown };

/** Says if `severity-from` names no scanner of the run, so that the highest severity counts. Names are untrusted. */
export function choiceNotes(outcomes: readonly Outcome[], { severityFrom = [] }: MergeRules): string[] {
  const opinions = outcomes.flatMap((outcome) => ("scan" in outcome ? (outcome.scan.opinions ?? []) : []));
  const isThere = (name: string) => opinions.some(({ scanner }) => isScannerNamed(scanner, name));
  if (opinions.length === 0 || severityFrom.length === 0 || severityFrom.some(isThere)) return [];
  return [`\`severity-from\` names no scanner of this run (${severityFrom.join(", ")}): the highest severity counts.`];
}
