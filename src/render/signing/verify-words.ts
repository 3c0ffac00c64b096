import { spanWords } from "../../domain/evidence/accept.ts";
import type { VerdictPredicate } from "../../domain/evidence/predicate.ts";
import { SEVERITIES, severityName } from "../../domain/severity.ts";
import { age, counted, number } from "../shared/phrases.ts";
import type { VerifyView } from "./verify-view.ts";

/** What follows the image's name: `may be deployed`. */
export const ANSWER_WORDS = {
  pass: "may be deployed",
  refused: "must not be deployed",
  error: "could not be verified",
} as const;

/** One row for each severity: how many findings count, the verdict's own limit, and that of the deploying side. */
export function countRows({
  attested,
  limits = {},
}: VerifyView): { severity: string; count: string; own: string; here: string }[] {
  if (attested === undefined) return [];
  return SEVERITIES.map((severity) => ({
    severity,
    count: number(attested.counts[severityName(severity)]),
    own: String(attested.limits[severityName(severity)]),
    here: String(limits[severity] ?? ""),
  }));
}

/** When the image was scanned, and how old that may be. */
export function scannedWords({ scannedAt }: VerdictPredicate, { now, maxAgeMs }: VerifyView): string {
  const ahead = Date.parse(scannedAt) > now.getTime();
  const most = maxAgeMs === undefined ? "" : `, at most ${spanWords(maxAgeMs)} are allowed`;
  return `scanned ${ahead ? "after this machine's clock" : `${age(scannedAt, now)} ago`} (${scannedAt})${most}`;
}

/** What the verdict rests on beside the counts. */
export function restsOn({ accepted, coverage, exceptions, image: { platforms = [] } }: VerdictPredicate): string[] {
  return [
    ...(accepted === 0 ? [] : [`${counted(accepted, "finding")} accepted`]),
    ...(exceptions.length === 0 ? [] : [`${counted(exceptions.length, "exception")}`]),
    ...(coverage.gaps.length === 0
      ? []
      : [`${counted(coverage.gaps.length, "gap")} in what was looked at, accepted by the policy`]),
    ...(platforms.length === 0 ? [] : [`an index of ${counted(platforms.length, "image")}, all of them judged`]),
  ];
}
