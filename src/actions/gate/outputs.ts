import { perSeverityName, SEVERITIES, severityName } from "../../domain/severity.ts";
import type { Artifact } from "../../domain/target.ts";
import type { JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { acceptedCount, harmlessJson, openCount, resultOf } from "../../render/json/results.ts";
import { plain } from "../../render/shared/safe-text.ts";
import type { View } from "../../render/view.ts";
import type { Scans } from "../../scan/scans.ts";
import { SCANNER } from "../../scanners/list.ts";
import type { Shown } from "./show.ts";

/** Names of all outputs, as in action.yml. */
export const OUTPUT_NAMES = [
  "verdict",
  "reason",
  ...SEVERITIES.map(severityName),
  "accepted",
  "results",
  "report",
  "report-digest",
  "trivy-report",
  "image-digest",
  "index-digest",
  "trivy-version",
  "grype-version",
  "db-updated-at",
  "db-age-hours",
  "comment-url",
] as const;

/** The step's outputs. All of them are always set, to `""` if there is no value. */
export type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

/**
 * Names and values of the outputs. Counts are sums over the targets. If a target ended in `error`, they are empty,
 * never `0`.
 */
export function outputsOf(view: View, facts: Scans & Shown): Outputs {
  const { verdict } = view;
  const judged = verdict.targets.filter((target): target is JudgedTarget => target.answer !== "error");
  const known = verdict.answer !== "error" && judged.length === verdict.targets.length;
  const count = (value: number): string => (known ? String(value) : "");
  return {
    verdict: verdict.answer,
    reason: plain(verdict.reason),
    ...perSeverityName((severity) => count(sum(judged, (target) => openCount(target, severity)))),
    accepted: count(sum(judged, acceptedCount)),
    // The output `trivy-report` lists only the existing reports; this says to which target each belongs.
    results: harmlessJson(
      verdict.targets.map((each) => resultOf(each, { trivyReport: facts.reportFileOf.get(each.target) ?? "" })),
    ),
    report: facts.reportFile ?? "",
    "report-digest": facts.reportDigest ?? "",
    "trivy-report": facts.reportFiles.join("\n"),
    "image-digest": singleImage(verdict.targets)?.digest ?? "",
    "index-digest": singleImage(verdict.targets)?.index?.digest ?? "",
    "trivy-version": facts.scannerVersions?.get(SCANNER.name) ?? "",
    "grype-version": facts.scannerVersions?.get("Grype") ?? "",
    "db-updated-at": facts.databaseUpdatedAt ?? "",
    "db-age-hours": wholeHours(facts.databaseUpdatedAt, view.now),
    "comment-url": facts.commentUrl ?? "",
  };
}

/** Hours from a time (ISO 8601) until now, rounded down; `0` if the clock is behind. */
function wholeHours(since: string | undefined, now: Date): string {
  return since === undefined ? "" : String(Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 3_600_000)));
}

function singleImage(targets: readonly TargetVerdict[]): Artifact | undefined {
  const [only] = targets;
  return targets.length !== 1 || only === undefined || only.answer === "error" ? undefined : only.scan.artifact;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
