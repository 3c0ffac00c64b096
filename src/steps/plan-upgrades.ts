import type { BaseReport } from "../domain/image/base-image.ts";
import type { JudgeSettings, ScanOutcome } from "../domain/judge/judge.ts";
import type { Target } from "../domain/target.ts";
import {
  type AnsweredQuestion,
  type CheckVersions,
  judgeAnswers,
  type OpenTarget,
  questionsOf,
} from "../domain/upgrade/check.ts";
import { withCommands } from "../domain/upgrade/commands.ts";
import { decisionsOf } from "../domain/upgrade/decisions.ts";
import { makePlan, type PlanFacts } from "../domain/upgrade/plan.ts";
import type { JudgedTarget, TargetVerdict, Verdict } from "../domain/verdict.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import type { Weights } from "./enrich.ts";

/** The sources of the plans, in addition to the verdict. */
export interface PlanSources {
  /** The settings of the verdict. */
  readonly settings: JudgeSettings;
  /** Exploit data and VEX statements for findings that the targets do not have. */
  readonly weigh: (outcomes: readonly ScanOutcome[]) => Promise<Weights>;
  /** Scans versions that are not installed. Absent: no scanner is at hand. */
  readonly check?: CheckVersions | undefined;
  /** The base images of the targets, as far as they are known. */
  readonly bases?: ReadonlyMap<Target, BaseReport> | undefined;
}

const NO_SCANNER = "no scanner with a vulnerability database was at hand";
const TOO_MANY = "there are more versions than one run checks";

/**
 * Adds a plan to every target that fails. One scan of all versions that the plans may advise shows their own findings.
 * If that scan fails, the answer stays the same, and the plans are unproven.
 */
export async function planUpgrades(verdict: Verdict, sources: PlanSources, { log }: World): Promise<Verdict> {
  const { bases } = sources;
  const failed = verdict.targets.filter((target): target is JudgedTarget => target.answer === "fail");
  if (failed.length === 0) return verdict;
  try {
    const open = failed.map((target) => ({ target, decisions: decisionsOf(target, bases?.get(target.target)) }));
    const found = await checked(open, sources).catch((thrown) => asGateError(thrown).what);
    if (typeof found === "string") log.debug(`The fix plan is unproven: ${found}.`);
    const plans = new Map<TargetVerdict, JudgedTarget>();
    for (const { target, decisions } of open) {
      const facts =
        typeof found === "string" ? { unproven: found } : { checked: found.get(target), unproven: TOO_MANY };
      const plan = makePlan(target, { base: bases?.get(target.target), decisions, ...facts });
      plans.set(target, { ...target, plan: withCommands(plan, target.scan.packages) });
    }
    return { ...verdict, targets: verdict.targets.map((target) => plans.get(target) ?? target) };
  } catch (thrown) {
    log.debug(`No fix plan: ${String(thrown)}`);
    return verdict;
  }
}

type Checked = NonNullable<PlanFacts["checked"]>;

/** The scan's findings for the versions of each target, or a clause that says why there was no scan. */
async function checked(
  open: readonly OpenTarget[],
  { settings, weigh, check }: PlanSources,
): Promise<ReadonlyMap<JudgedTarget, Checked> | string> {
  const hasVersions = open.some(({ decisions }) => decisions.some(({ versions }) => versions.length > 0));
  if (hasVersions && check === undefined) return NO_SCANNER;
  const asked = questionsOf(open);
  const questions = asked.flat().map(({ question }) => question);
  if (questions.length === 0 || check === undefined) return new Map(open.map(({ target }) => [target, new Map()]));
  const answers = (await check(questions)).values();
  const answered = open.map(({ target }, index) => {
    const own = asked[index]?.map((one): AnsweredQuestion => ({ ...one, answer: answers.next().value })) ?? [];
    return { target, own };
  });
  // Each target as if it had all findings of the scan of the versions.
  const hypothetical = answered.map(({ target: { target, scan }, own }) => {
    return { target, scan: { ...scan, findings: own.flatMap(({ answer }) => answer ?? []) } };
  });
  const all = { ...settings, ...(await weigh(hypothetical)) };
  return new Map(answered.map(({ target, own }) => [target, judgeAnswers(target, own, all)]));
}
