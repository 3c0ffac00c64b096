import type { FailedTarget } from "../domain/verdict.ts";
import type { AnswerTexts } from "./answer.ts";
import { failureOf, headText, namesOf, tailOf, tailText } from "./json/frame.ts";
import { errorLines, fitLog, LIMIT_BYTES } from "./log/fit-log.ts";
import { policyChangesOf } from "./policy-annotations.ts";
import type { View } from "./view.ts";

/**
 * The texts of a run that ended before there was anything to judge. They are those of every other run, without the code
 * for targets that were judged, which takes a third of such a run's CPU to load.
 */
export const UNDECIDED: AnswerTexts = {
  renderLog: ({ verdict }) => {
    const linesOf = (target: FailedTarget) => [...errorLines(target), ""];
    return fitLog(failedOf(verdict), { linesOf, end: [], reason: verdict.reason, limitBytes: LIMIT_BYTES });
  },
  annotationsOf: policyChangesOf,
  renderReport,
};

function failedOf(verdict: View["verdict"]): FailedTarget[] {
  return verdict.targets.filter((target) => target.answer === "error");
}

function* renderReport(view: View): Generator<string> {
  const targets = failedOf(view.verdict);
  const named = targets.map((target) => ({ ...namesOf(target), error: target.error }));
  yield headText(view, { reasons: targets.map(failureOf), targets: named });
  yield tailText({
    plan: [],
    upgrades: [],
    tail: tailOf(view, { fixed: undefined, unseen: undefined, exceptions: [] }),
  });
}
