import type { BaseReport } from "../domain/image/base-image.ts";
import type { JudgeSettings, ScanOutcome } from "../domain/judge.ts";
import type { Target } from "../domain/target.ts";
import { makePlan } from "../domain/upgrade/make-plan.ts";
import { type Answered, judgeAnswers } from "../domain/upgrade/proof/checked-versions.ts";
import { type Asked, budget, type Inquiry, inquire, questionsOf } from "../domain/upgrade/proof/inquiry.ts";
import type { CheckVersions } from "../domain/upgrade/proof/version-question.ts";
import type { JudgedTarget, TargetVerdict, Verdict } from "../domain/verdict.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import type { Weights } from "./enrich.ts";

/** What the plans are made with, beside the verdict. */
export interface PlanSources {
  /** What the verdict was made with. */
  readonly settings: JudgeSettings;
  /** What weighs on findings that the targets do not have. */
  readonly weigh: (outcomes: readonly ScanOutcome[]) => Promise<Weights>;
  /** Scans versions that are not installed. Absent: no scanner is at hand. */
  readonly check?: CheckVersions | undefined;
  /** What is known about the base images of the targets. */
  readonly bases?: ReadonlyMap<Target, BaseReport> | undefined;
}

const NO_SCANNER = "no scanner with a vulnerability database was at hand";
const TOO_MANY = "there are more versions than one run checks";

/**
 * Adds a plan to every target that fails. A second scan shows what the advised versions have themselves. Whatever happens
 * to it, the answer stays the same: without it, the plans are unproven.
 */
export async function planUpgrades(verdict: Verdict, sources: PlanSources, world: World): Promise<Verdict> {
  const failed = verdict.targets.filter((target): target is JudgedTarget => target.answer === "fail");
  if (failed.length === 0) return verdict;
  const left = budget();
  const open = failed.map((target): Open => {
    const inquiry = inquire(target);
    return { target, inquiry, asked: questionsOf(inquiry, target, left) };
  });
  const found = await answers(open, sources, world).catch((thrown) => asGateError(thrown).what);
  if (typeof found === "string") world.log.info(`The fix plan is unproven: ${found}.`);
  const plans = new Map<TargetVerdict, JudgedTarget>();
  for (const { target, inquiry } of open) {
    const base = sources.bases?.get(target.target);
    const facts =
      typeof found === "string" ? { unproven: found } : { checked: found.get(target) ?? new Map(), unproven: TOO_MANY };
    plans.set(target, { ...target, plan: makePlan(target, { base, inquiry, ...facts }) });
  }
  return { ...verdict, targets: verdict.targets.map((target) => plans.get(target) ?? target) };
}

interface Open {
  readonly target: JudgedTarget;
  readonly inquiry: Inquiry;
  readonly asked: readonly Asked[];
}

/** The judged answers of each target. Or why there are none, a clause. */
async function answers(open: readonly Open[], { settings, weigh, check }: PlanSources, { log }: World) {
  const asked = open.flatMap((each) => each.asked);
  if (asked.length === 0) return new Map<JudgedTarget, ReturnType<typeof judgeAnswers>>();
  if (check === undefined) return NO_SCANNER;
  const began = performance.now();
  const all = await check(asked.map(({ question }) => question));
  const answerOf = new Map(asked.map((each, index) => [each, all[index]]));
  log.debug(`Checked ${asked.length} versions for the fix plan in ${Math.round(performance.now() - began)} ms`);
  const weights = await weigh(open.map(({ target, asked }) => hypothetical(target, asked, answerOf)));
  return new Map(
    open.map(({ target, asked }) => {
      const answered = asked.map((each): Answered => ({ ...each, answer: answerOf.get(each) }));
      return [target, judgeAnswers(target, answered, { ...settings, ...weights })];
    }),
  );
}

/** The target as if it had all that the second scan found. */
function hypothetical(
  { target, scan }: JudgedTarget,
  asked: readonly Asked[],
  answerOf: ReadonlyMap<Asked, Answered["answer"]>,
): ScanOutcome {
  return { target, scan: { ...scan, findings: asked.flatMap((each) => answerOf.get(each) ?? []) } };
}
