import type { ScanOutcome } from "../judge/judge.ts";
import type { MergeRules } from "./merged-finding.ts";
import { isScannerNamed } from "./names.ts";

/** Notes that `severity-from` names no scanner of the run, so the highest severity counts. Names are untrusted. */
export function choiceNotes(outcomes: readonly ScanOutcome[], { severityFrom = [] }: MergeRules): string[] {
  const opinions = outcomes.flatMap((outcome) => ("scan" in outcome ? (outcome.scan.opinions ?? []) : []));
  const isThere = (name: string) => opinions.some(({ scanner }) => isScannerNamed(scanner, name));
  if (opinions.length === 0 || severityFrom.length === 0 || severityFrom.some(isThere)) return [];
  return [`\`severity-from\` names no scanner of this run (${severityFrom.join(", ")}): the highest severity counts.`];
}
