import type { ScanOutcome } from "../../domain/judge/judge.ts";
import { counted } from "../../domain/list-some.ts";
import { severityOf } from "../../domain/opinions/merged-finding.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { ScanResult } from "../../domain/target.ts";
import type { TargetError } from "../../domain/verdict.ts";
import type { ScannedImages } from "../../scan/running/index.ts";

/**
 * What shards have found with several scanners, by the policy that judges. A shard may have had another policy, or
 * none. Whose severity counts is decided anew, and a scanner that failed is an error unless this policy says otherwise.
 */
export function byRulesOf(policy: Pick<Policy, "severityFrom" | "optionalScanners">, images: ScannedImages) {
  const again = memoizedByFindings(policy);
  const outcomeOf = (outcome: ScanOutcome): ScanOutcome => {
    if ("error" in outcome || outcome.scan.opinions === undefined) return outcome;
    const error = failureIn(outcome.scan, policy);
    return error === undefined ? { ...outcome, scan: again(outcome.scan) } : { target: outcome.target, error };
  };
  const scanned = images.scanned.map((each) => {
    const outcome = outcomeOf(each.outcome);
    return { ...each, outcome, way: "error" in outcome ? undefined : each.way };
  });
  return { ...images, scanned };
}

/** Images with the same bytes share their findings, which are told apart by that. */
function memoizedByFindings(policy: Pick<Policy, "severityFrom">): (scan: ScanResult) => ScanResult {
  const known = new Map<ScanResult["findings"], ScanResult["findings"]>();
  return (scan) => {
    const findings =
      known.get(scan.findings) ??
      scan.findings.map((finding) =>
        finding.opinions === undefined ? finding : { ...finding, severity: severityOf(finding.opinions, policy) },
      );
    known.set(scan.findings, findings);
    return { ...scan, findings };
  };
}

function failureIn(
  { opinions = [] }: ScanResult,
  { optionalScanners = [] }: Pick<Policy, "optionalScanners">,
): TargetError | undefined {
  const failed = opinions.find(
    (each) => each.failed !== undefined && !optionalScanners.includes(each.scanner.toLowerCase()),
  );
  if (failed?.failed === undefined) return undefined;
  const { code, what } = failed.failed;
  return {
    code,
    what: `${failed.scanner}: ${what}`,
    remedy:
      "Start the failed jobs again. The policy of the merge does not say that this scanner is optional, though that of the shard did.",
  };
}

/** A note for each scanner that has failed, and that the policy calls optional. Names and errors are untrusted. */
export function failedNotes({ scanned }: ScannedImages): string[] {
  const failed = scanned.flatMap(({ outcome }) =>
    "scan" in outcome
      ? (outcome.scan.opinions ?? []).flatMap(({ scanner, failed: why }) =>
          why === undefined ? [] : [{ scanner, why }],
        )
      : [],
  );
  return [...Map.groupBy(failed, ({ scanner }) => scanner)].map(([scanner, all]) => {
    const { code = "", what = "" } = all[0]?.why ?? {};
    return `${scanner} failed, and the policy says that it is optional: ${counted(all.length, "image")} judged without it, the first for this reason: [${code}] ${what}.`;
  });
}
