import type { ScanOutcome } from "../../domain/judge/judge.ts";
import { counted } from "../../domain/list-some.ts";
import { oncePer } from "../../domain/memoize.ts";
import { severityOf } from "../../domain/opinions/merged-finding.ts";
import type { Match } from "../../domain/packages/package-list.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { ScanResult } from "../../domain/target.ts";
import type { TargetError, Verdict } from "../../domain/verdict.ts";
import type { ScannedImages } from "../../scan/running/index.ts";
import { ADVICE_MS } from "../../scan/scans.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { judgeScans } from "../../steps/judge-scans.ts";
import type { Rules } from "../../steps/load-rules.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import type { RescanRun } from "./rescan-run.ts";

/** Looks up versions that are not installed, for the fix plans. */
export type Check = NonNullable<Scanner["match"]>;

/** Judges every image, and plans upgrades for the failing ones. */
export async function judgeRunning(
  images: ScannedImages,
  match: Check | undefined,
  { inputs, run, rules }: { readonly inputs: Inputs; readonly run: RescanRun; readonly rules: Rules },
  world: World,
): Promise<Verdict> {
  const outcomes = images.scanned.map(({ outcome }) => outcome);
  const check: Match | undefined = match && ((lists) => match(lists, { timeoutMs: ADVICE_MS }, world));
  const { verdict, notes } = await judgeScans(outcomes, { inputs, run, rules, match: check }, world);
  const rescanned = images.scanned.flatMap(({ image, way }, at) => {
    const one = verdict.targets[at];
    return one === undefined ? [] : [{ ...image, way, verdict: one }];
  });
  const all = [...failedNotes(images), ...images.notes, ...notes];
  Object.assign(run, { sboms: images.sboms, rescanned, notes: all } satisfies Partial<RescanRun>);
  return verdict;
}

/**
 * Applies the policy that judges to the shards' findings from several scanners. A shard may have had another policy or
 * no policy. The severities are chosen again, and a scanner that failed is an error unless this policy says otherwise.
 */
export function byRulesOf(policy: Pick<Policy, "severityFrom" | "optionalScanners">, images: ScannedImages) {
  // Images with the same bytes share their findings, and go on doing so.
  const again = oncePer((findings: ScanResult["findings"]) =>
    findings.map((finding) =>
      finding.opinions === undefined ? finding : { ...finding, severity: severityOf(finding.opinions, policy) },
    ),
  );
  const outcomeOf = (outcome: ScanOutcome): ScanOutcome => {
    if ("error" in outcome || outcome.scan.opinions === undefined) return outcome;
    const { target, scan } = outcome;
    const error = failureIn(scan, policy);
    return error === undefined ? { target, scan: { ...scan, findings: again(scan.findings) } } : { target, error };
  };
  const scanned = images.scanned.map((each) => {
    const outcome = outcomeOf(each.outcome);
    return { ...each, outcome, way: "error" in outcome ? undefined : each.way };
  });
  return { ...images, scanned };
}

function failureIn({ opinions = [] }: ScanResult, policy: Pick<Policy, "optionalScanners">): TargetError | undefined {
  const optional = policy.optionalScanners ?? [];
  const one = opinions.find(({ failed, scanner }) => failed !== undefined && !optional.includes(scanner.toLowerCase()));
  if (one?.failed === undefined) return undefined;
  const { code, what } = one.failed;
  const remedy =
    "Start the failed jobs again. The policy of the merge does not say that this scanner is optional, though the policy of the shard did.";
  return { code, what: `${one.scanner}: ${what}`, remedy };
}

/** A note for each scanner that has failed, and that the policy calls optional. Names and errors are untrusted. */
function failedNotes({ scanned }: ScannedImages): string[] {
  const failed = scanned
    .flatMap(({ outcome }) => ("scan" in outcome ? (outcome.scan.opinions ?? []) : []))
    .filter((opinion) => opinion.failed !== undefined);
  return [...Map.groupBy(failed, ({ scanner }) => scanner)].map(([scanner, all]) => {
    const { code = "", what = "" } = all[0]?.failed ?? {};
    return `${scanner} failed, and the policy says that it is optional: ${counted(all.length, "image")} judged without it, the first for this reason: [${code}] ${what}.`;
  });
}
