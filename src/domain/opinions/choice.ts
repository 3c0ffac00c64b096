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
  return [...severityNotes(severityFrom, scanners), ...slipNotes("scan-with", absentWords(optionalScanners, scanners))];
}

/** A name that means no scanner of the run. */
interface AbsentName {
  /** It resembles one. */
  readonly isSlip: boolean;
  readonly words: string;
}

function absentWords(names: readonly string[], scanners: readonly string[]): AbsentName[] {
  const absent = names.filter((name) => !scanners.some((each) => isScannerNamed(each, name)));
  return absent.map((name) => {
    const meant = closest(name, scanners);
    return {
      isSlip: meant !== undefined,
      words: meant === undefined ? name : `${name}; did you mean ${meant.toLowerCase()}?`,
    };
  });
}

function severityNotes(severityFrom: readonly string[], scanners: readonly string[]): string[] {
  const absent = absentWords(severityFrom, scanners);
  if (absent.length === 0) return [];
  const isAll = absent.length === severityFrom.length;
  if (isAll)
    return [
      `\`severity-from\` names no scanner of this run (${absent.map(({ words }) => words).join(", ")}): the highest severity counts.`,
    ];
  return slipNotes("severity-from", absent);
}

function slipNotes(key: string, absent: readonly AbsentName[]): string[] {
  const slips = absent.filter(({ isSlip }) => isSlip);
  return slips.map(({ words }) => `\`${key}\` names a scanner that this run does not have: ${words}`);
}
