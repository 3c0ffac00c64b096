import { perSeverity } from "../../domain/severity.ts";
import type { JudgedFinding, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { counted, number, severityList } from "../shared/phrases.ts";
import { plain } from "../shared/safe-text.ts";

/** Results that GitHub takes in one run; with more it refuses the whole file (SARIF support for code scanning). */
export const MOST_RESULTS = 25_000;
/** Runs that it takes in one file. */
export const MOST_RUNS = 20;
/** Of those, the most severe are shown; the rest is passed by. */
const SHOWN_RESULTS = 5_000;

export interface Selection {
  /** In the target's order: most severe first. */
  readonly kept: readonly JudgedFinding[];
  readonly dropped: readonly JudgedFinding[];
}

/** The findings that have room: what is open before what is not, and then the more severe. */
export function selectFindings(findings: readonly JudgedFinding[], most = MOST_RESULTS): Selection {
  if (findings.length <= most) return { kept: findings, dropped: [] };
  const open = findings.filter(({ outcome }) => outcome === "open").length;
  // They stand in the order of their severity: the first of each kind are the most severe.
  let roomForOpen = Math.min(open, most);
  let roomForOthers = most - roomForOpen;
  const kept: JudgedFinding[] = [];
  const dropped: JudgedFinding[] = [];
  for (const judged of findings) {
    const hasRoom = judged.outcome === "open" ? roomForOpen-- > 0 : roomForOthers-- > 0;
    (hasRoom ? kept : dropped).push(judged);
  }
  return { kept, dropped };
}

/** What code scanning is sent of a target: what counts. */
export function openOf(target: JudgedTarget): JudgedTarget {
  return { ...target, findings: target.findings.filter(({ outcome }) => outcome === "open") };
}

/** The targets that were judged. Of any other a run would say that it has no findings, and close its alerts. */
export function judgedTargets(targets: readonly TargetVerdict[]): JudgedTarget[] {
  return targets.filter((target): target is JudgedTarget => target.answer !== "error");
}

/** `1,100 of its 26,100 findings (1,000 LOW, 100 UNKNOWN)`. */
export function droppedWords({ dropped, kept }: Selection): string {
  const counts = perSeverity((severity) => dropped.filter(({ finding }) => finding.severity === severity).length);
  const all = counted(kept.length + dropped.length, "finding");
  return `${number(dropped.length)} of its ${all} (${severityList(counts)})`;
}

/** What a SARIF file of these targets had to leave out, a sentence for each target, without a full stop. */
export function cutsOf(targets: readonly TargetVerdict[]): string[] {
  return judgedTargets(targets).flatMap(({ target, findings }) => {
    const selection = selectFindings(findings);
    if (selection.dropped.length === 0) return [];
    const left = droppedWords(selection);
    return [
      `SARIF of ${plain(target.label)} leaves out ${left}, the least severe: GitHub takes ${number(MOST_RESULTS)} a run`,
    ];
  });
}

/** Of which targets GitHub will show a part alone, a sentence each, without a full stop. */
export function hiddenOf(targets: readonly JudgedTarget[]): string[] {
  return targets
    .filter(({ findings }) => findings.length > SHOWN_RESULTS)
    .map(
      ({ target, findings }) =>
        `Of the ${number(findings.length)} open findings of ${plain(target.label)} code scanning shows the ${number(SHOWN_RESULTS)} most severe`,
    );
}
