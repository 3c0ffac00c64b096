import { perSeverityName } from "../../domain/severity.ts";
import type { Artifact } from "../../domain/target.ts";
import type { JudgedTarget, Verdict } from "../../domain/verdict.ts";
import { acceptedCount, harmlessJson, openCount, resultOf } from "../../render/json/results.ts";
import { plain } from "../../render/shared/safe-text.ts";
import type { View } from "../../render/view.ts";
import type { Scans } from "../../scan/scans.ts";
import { SCANNER } from "../../scanners/list.ts";
import { actionOutputs } from "../outputs.ts";
import type { Shown } from "./show.ts";

/** The outputs as in action.yml. */
export const { names: OUTPUT_NAMES, outputsOf } = actionOutputs<[view: View, facts: Scans & Shown]>({
  verdict: ({ verdict }) => verdict.answer,
  reason: ({ verdict }) => plain(verdict.reason),
  ...perSeverityName(
    (severity) =>
      ({ verdict }: View) =>
        sum(verdict, (target) => openCount(target, severity)),
  ),
  accepted: ({ verdict }) => sum(verdict, acceptedCount),
  // The output `trivy-report` lists only the existing reports; this one names each target's.
  results: ({ verdict }, { reportFileOf }) =>
    harmlessJson(verdict.targets.map((each) => resultOf(each, { trivyReport: reportFileOf.get(each.target) ?? "" }))),
  report: (_, { reportFile }) => reportFile,
  "report-digest": (_, { reportDigest }) => reportDigest,
  "trivy-report": (_, { reportFiles }) => reportFiles.join("\n"),
  "image-digest": ({ verdict }) => singleImage(verdict)?.digest,
  "index-digest": ({ verdict }) => singleImage(verdict)?.index?.digest,
  "trivy-version": (_, { scannerVersions }) => scannerVersions?.get(SCANNER.name),
  "grype-version": (_, { scannerVersions }) => scannerVersions?.get("Grype"),
  "db-updated-at": (_, { databaseUpdatedAt }) => databaseUpdatedAt,
  "db-age-hours": ({ now }, { databaseUpdatedAt }) => wholeHours(databaseUpdatedAt, now),
  "comment-url": (_, { commentUrl }) => commentUrl,
});

/** Hours from a time (ISO 8601) until now, rounded down; `0` if the clock is behind. */
function wholeHours(since: string | undefined, now: Date): string | undefined {
  return since && String(Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 3_600_000)));
}

function singleImage({ targets }: Verdict): Artifact | undefined {
  const [only] = targets;
  return targets.length !== 1 || only === undefined || only.answer === "error" ? undefined : only.scan.artifact;
}

/** The sum over the targets. If a target ended in `error`, there is no sum, and never `0`. */
function sum({ answer, targets }: Verdict, countOf: (target: JudgedTarget) => number): string | undefined {
  const judged = targets.filter((target): target is JudgedTarget => target.answer !== "error");
  if (answer === "error" || judged.length < targets.length) return undefined;
  return String(judged.reduce((total, target) => total + countOf(target), 0));
}
