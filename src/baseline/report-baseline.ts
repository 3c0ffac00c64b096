import type { BaselineSource } from "../domain/change/comparison.ts";
import { platformMatches } from "../domain/image/platform.ts";
import { repositoryName } from "../domain/image/reference.ts";
import { baselineIncomplete } from "./errors.ts";
import { kindsOf, type ScannedTarget, type StoredBaseline } from "./stored-baseline.ts";
import { findingsOf, isBlind, type StoredReport, type StoredTarget } from "./stored-report.ts";

/**
 * The part of one of our reports that is about a target: the one of the same image and platform, else the only one.
 * @param name for messages: `The baseline "report.json"`
 * @throws GateError `baseline-incomplete`
 */
export function baselineInReport(
  report: StoredReport,
  judged: ScannedTarget,
  source: BaselineSource,
  name: string,
): StoredBaseline {
  const stored = matching(report, judged);
  if (stored === undefined)
    throw baselineIncomplete(name, `is about ${report.targets.length} other targets than ${judged.target.label}`);
  if (stored.verdict === "error") throw baselineIncomplete(name, "is of a scan that did not happen");
  if (stored.packages === undefined) throw baselineIncomplete(name, "was made by an Image Gate that kept no packages");
  return {
    source: {
      image: stored.label,
      commit: report.provenance.commit,
      madeAt: report.generatedAt,
      ...source,
    },
    names: [...(stored.artifact?.names ?? []), ...(stored.artifact?.claims ?? [])],
    platform: stored.artifact?.platform,
    contents: { packages: stored.packages, os: stored.artifact?.os },
    ...findingsOf(report, stored),
    blind: isBlind(stored),
    kinds: kindsOf(stored.provenance?.scanners),
  };
}

/**
 * By what was typed alone: an archive's own tags are chosen by whoever saved it, who would choose what it is compared with.
 */
function matching({ targets }: StoredReport, judged: ScannedTarget): StoredTarget | undefined {
  const { platform } = judged.scan.artifact;
  const typed = repositoryName(judged.target.as ?? judged.target.input);
  const same = targets.filter(({ as, input, label }) => repositoryName(as ?? input ?? label) === typed);
  const fitting = same.filter((each) => platform === undefined || platformMatches(platform, each.artifact?.platform));
  return fitting[0] ?? same[0] ?? (targets.length === 1 ? targets[0] : undefined);
}

/** Whether one of the names means the image that is judged, whatever the tags. */
export function isSameImage(names: readonly string[], { target, scan }: ScannedTarget): boolean {
  const own = new Set([target.input, ...scan.artifact.names, ...(scan.artifact.claims ?? [])].map(repositoryName));
  return names.some((name) => own.has(repositoryName(name)));
}
