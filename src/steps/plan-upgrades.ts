import type { BaseReport } from "../domain/image/base-image.ts";
import type { JudgeSettings, ScanOutcome } from "../domain/judge/judge.ts";
import type { Target } from "../domain/target.ts";
import { type Answered, judgeAnswers, secondRound } from "../domain/upgrade/proof/checked-versions.ts";
import { hasQuestions, type Inquiry, inquire } from "../domain/upgrade/proof/inquiry.ts";
import { type Asked, type Budget, budget, questionsOf } from "../domain/upgrade/proof/questions.ts";
import type { CheckVersions, VersionAnswer } from "../domain/upgrade/proof/version-question.ts";
import { makePlan } from "../domain/upgrade/steps/make-plan.ts";
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
 * Adds a plan to every target that fails. A second scan shows what the advised versions have themselves. Whatever
 * happens to it, the answer stays the same: without it, the plans are unproven.
 */
export async function planUpgrades(verdict: Verdict, sources: PlanSources, world: World): Promise<Verdict> {
  return withPlans(verdict, sources, world)
    .catch((thrown) => {
      world.log.debug(`No proven fix plan: ${String(thrown)}`);
      return unprovenPlans(verdict, sources.bases, "the versions were not scanned");
    })
    .catch(() => verdict);
}

async function withPlans(verdict: Verdict, sources: PlanSources, world: World): Promise<Verdict> {
  const failed = verdict.targets.filter((target): target is JudgedTarget => target.answer === "fail");
  if (failed.length === 0) return verdict;
  if (sources.check === undefined && failed.some(hasQuestions)) {
    world.log.debug(`The fix plan is unproven: ${NO_SCANNER}.`);
    return unprovenPlans(verdict, sources.bases, NO_SCANNER);
  }
  const left = budget();
  const inquired = failed.map((target) => ({ target, inquiry: inquire(target) }));
  const questions = questionsOf(inquired, left);
  const open = inquired.map((each, index): Open => ({ ...each, asked: questions[index] ?? [] }));
  const found = await answers(open, left, sources).catch((thrown) => asGateError(thrown).what);
  if (typeof found === "string") world.log.debug(`The fix plan is unproven: ${found}.`);
  const plans = new Map<TargetVerdict, JudgedTarget>();
  for (const { target, inquiry } of open) {
    const base = sources.bases?.get(target.target);
    const facts =
      typeof found === "string" ? { unproven: found } : { checked: found.get(target) ?? new Map(), unproven: TOO_MANY };
    plans.set(target, { ...target, plan: makePlan(target, { base, inquiry, ...facts }) });
  }
  return { ...verdict, targets: verdict.targets.map((target) => plans.get(target) ?? target) };
}

/** Decisions need not even be collected if no scanner can be asked about them. */
function unprovenPlans(verdict: Verdict, bases: PlanSources["bases"], unproven: string): Verdict {
  const withPlan = (target: TargetVerdict): TargetVerdict =>
    target.answer === "fail"
      ? { ...target, plan: makePlan(target, { base: bases?.get(target.target), unproven }) }
      : target;
  return { ...verdict, targets: verdict.targets.map(withPlan) };
}

interface Open {
  readonly target: JudgedTarget;
  readonly inquiry: Inquiry;
  readonly asked: readonly Asked[];
}

type Found = ReadonlyMap<JudgedTarget, ReturnType<typeof judgeAnswers>>;

/** The judged answers of each target, in at most two rounds; or a clause that says why there are none. */
async function answers(open: readonly Open[], left: Budget, sources: PlanSources): Promise<Found | string> {
  if (open.every(({ asked }) => asked.length === 0)) return new Map();
  const { check } = sources;
  if (check === undefined) return NO_SCANNER;
  const answerOf = new Map<Asked, VersionAnswer>();
  const first = await round(open, answerOf, sources, check);
  const more = open.map((each): Open => {
    const further = secondRound(each.target, first.get(each.target) ?? new Map(), left);
    return { ...each, asked: [...each.asked, ...further] };
  });
  const asksMore = more.some(({ asked }) => asked.some((each) => !answerOf.has(each)));
  // What the first round proved stays proven if the second fails.
  return asksMore ? await round(more, answerOf, sources, check).catch(() => first) : first;
}

/** Asks what was not asked yet, and judges all answers. */
async function round(
  open: readonly Open[],
  answerOf: Map<Asked, VersionAnswer>,
  { settings, weigh }: PlanSources,
  check: CheckVersions,
): Promise<Found> {
  const asked = open.flatMap((each) => each.asked).filter((each) => !answerOf.has(each));
  const all = await check(asked.map(({ question }) => question));
  for (const [index, each] of asked.entries()) answerOf.set(each, all[index]);
  const weights = await weigh(open.map((each) => hypothetical(each, answerOf)));
  return new Map(
    open.map(({ target, asked }) => {
      const answered = asked.map((each): Answered => ({ ...each, answer: answerOf.get(each) }));
      return [target, judgeAnswers(target, answered, { ...settings, ...weights })];
    }),
  );
}

/** The target as if it had all that the second scan found. */
function hypothetical({ target: judged, asked }: Open, answerOf: ReadonlyMap<Asked, VersionAnswer>): ScanOutcome {
  const { target, scan } = judged;
  return { target, scan: { ...scan, findings: asked.flatMap((each) => answerOf.get(each) ?? []) } };
}
