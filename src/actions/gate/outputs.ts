import { perSeverityName, SEVERITIES, type Severity, severityName } from "../../domain/severity.ts";
import type { Artifact, Target } from "../../domain/target.ts";
import type { JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { plain } from "../../render/shared/safe-text.ts";
import type { View } from "../../render/view.ts";

/** Names of all outputs, as in action.yml. */
export const OUTPUT_NAMES = [
  "verdict",
  "reason",
  ...SEVERITIES.map(severityName),
  "accepted",
  "results",
  "report",
  "trivy-report",
  "image-digest",
  "index-digest",
  "trivy-version",
  "db-updated-at",
  "db-age-hours",
  "comment-url",
] as const;

/** The step's outputs. All of them are always set, to `""` if there is no value. */
export type Outputs = Readonly<Record<(typeof OUTPUT_NAMES)[number], string>>;

/** Facts for the outputs beside the verdict. */
export interface RunFacts {
  readonly reportFile?: string | undefined;
  readonly reportFiles: readonly string[];
  readonly reportFileOf: ReadonlyMap<Target, string>;
  readonly scannerVersion?: string | undefined;
  readonly databaseUpdatedAt?: string | undefined;
  readonly commentUrl?: string | undefined;
}

/** Names and values of the outputs. Counts are sums over the targets. If a target ended in `error`, they are empty, never `0`. */
export function outputsOf(view: View, facts: RunFacts): Outputs {
  const { verdict } = view;
  const judged = verdict.targets.filter((target): target is JudgedTarget => target.answer !== "error");
  const known = verdict.answer !== "error" && judged.length === verdict.targets.length;
  const count = (value: number): string => (known ? String(value) : "");
  return {
    verdict: verdict.answer,
    reason: plain(verdict.reason),
    ...perSeverityName((severity) => count(sum(judged, (target) => openCount(target, severity)))),
    accepted: count(sum(judged, acceptedCount)),
    results: harmlessJson(verdict.targets.map((target) => resultOf(target, facts))),
    report: facts.reportFile ?? "",
    "trivy-report": facts.reportFiles.join("\n"),
    "image-digest": singleImage(verdict.targets)?.digest ?? "",
    "index-digest": singleImage(verdict.targets)?.index?.digest ?? "",
    "trivy-version": facts.scannerVersion ?? "",
    "db-updated-at": facts.databaseUpdatedAt ?? "",
    "db-age-hours": wholeHours(facts.databaseUpdatedAt, view.now),
    "comment-url": facts.commentUrl ?? "",
  };
}

/**
 * JSON that a later step may print. Invisible characters are escaped. So is the bracket of `##[`, which the runner treats as a
 * command anywhere in a line. The parsed value is the same.
 */
function harmlessJson(value: unknown): string {
  const escaped = (text: string) =>
    text
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=##)\[/gu, escaped);
}

const UNKNOWN_COUNTS = perSeverityName(() => null);

function resultOf(target: TargetVerdict, { reportFileOf }: Pick<RunFacts, "reportFileOf">): unknown {
  const gaps = (target.coverage?.gaps ?? []).map(({ gap, accepted }) => ({
    code: gap.code,
    path: gap.path,
    accepted: accepted?.expires ?? null,
  }));
  const base = {
    target: target.target.label,
    verdict: target.answer,
    gaps,
    // The output `trivy-report` lists only the existing reports; this says to which target each belongs.
    trivyReport: reportFileOf.get(target.target) ?? "",
  };
  // All targets have the same keys, so that readers need not check for them. `null` means not known, never 0.
  if (target.answer === "error")
    return { ...base, code: target.error.code, counts: UNKNOWN_COUNTS, accepted: null, digest: "", indexDigest: "" };
  return {
    ...base,
    counts: perSeverityName((severity) => openCount(target, severity)),
    accepted: acceptedCount(target),
    digest: target.scan.artifact.digest ?? "",
    indexDigest: target.scan.artifact.index?.digest ?? "",
  };
}

function openCount(target: JudgedTarget, severity: Severity): number {
  return target.rows.find((row) => row.severity === severity)?.open ?? 0;
}

function acceptedCount(target: JudgedTarget): number {
  return target.rows.reduce((total, row) => total + row.accepted, 0);
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
