import type { ScanResult } from "../target.ts";
import type { MergeRules } from "./merged-finding.ts";
import { isScannerNamed } from "./names.ts";

/** The outcome of a target's scan. */
type Outcome = { readonly scan: Pick<ScanResult, "opinions"> } | { readonly error: unknown };

/** Notes that `severity-from` names no scanner of the run, so the highest severity counts. Names are untrusted. */
export function choiceNotes(outcomes: readonly Outcome[], { severityFrom = [] }: MergeRules): string[] {
  const opinions = outcomes.flatMap((outcome) => ("scan" in outcome ? (outcome.scan.opinions ?? []) : []));
  const isThere = (name: string) => opinions.some(({ scanner }) => isScannerNamed(scanner, name));
  if (opinions.length === 0 || severityFrom.length === 0 || severityFrom.some(isThere)) return [];
  return [`\`severity-from\` names no scanner of this run (${severityFrom.join(", ")}): the highest severity counts.`];
}
