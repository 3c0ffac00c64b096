import type { Finding } from "../../finding.ts";
import type { JudgeSettings } from "../../judge/judge.ts";
import { countSeverities } from "../../severity.ts";
import type { JudgedTarget } from "../../verdict.ts";
import { commonVersion } from "../smallest-fix.ts";
import type { PackageFinding } from "../upgrades.ts";
import { type Candidate, chooseVersion, lowestFirst } from "./candidates.ts";
import { comparable, type Member, type OpenDecision } from "./inquiry.ts";
import { type Asked, type Budget, furtherQuestions } from "./questions.ts";
import type { VersionAnswer } from "./version-question.ts";
import { placed, wouldFail } from "./would-fail.ts";

/** A member of a decision in a version. */
export interface CheckedMember {
  readonly member: Member;
  /** All advisories that concern this version. */
  readonly ids: ReadonlySet<string>;
  /** Those findings that would fail the gate, at each place of the package. */
  readonly fails: readonly Finding[];
}

/** What the second scan found about a version. */
export interface CheckedCandidate extends Candidate {
  /** In the order of the decision's members, and then those of its relatives that the version raises. */
  readonly members: readonly CheckedMember[];
}

/** What the second scan found about a decision's candidates, lowest first. Or why it is not known, a clause. */
export type CheckedDecision = { readonly candidates: readonly CheckedCandidate[] } | { readonly unproven: string };

/** Nothing was checked: the scanner cannot match the package outside its image, or the database is another. */
const NOT_REPRODUCED = "the second scan did not show the findings of the installed version";

const NOT_READ = "the second scan could not read the versions";

/** A question with its answer. */
export interface Answered extends Asked {
  readonly answer: VersionAnswer;
}

/**
 * Judges the answers about a target.
 * @param answered all questions about the target's decisions
 */
export function judgeAnswers(
  target: JudgedTarget,
  answered: readonly Answered[],
  settings: JudgeSettings,
): ReadonlyMap<OpenDecision, CheckedDecision> {
  const trusted = answered.map((each) => ({ ...each, found: placed(each, each.answer ?? []) }));
  const fails = wouldFail(
    target,
    trusted.flatMap(({ question, found }) => (question.version === undefined ? [] : found)),
    settings,
  );
  const byDecision = Map.groupBy(trusted, ({ decision }) => decision);
  return new Map([...byDecision].map(([decision, each]) => [decision, checked(decision, each, fails)]));
}

/** The questions that may lead to better versions than those that were asked. */
export function secondRound(
  target: JudgedTarget,
  found: ReadonlyMap<OpenDecision, CheckedDecision>,
  left: Budget,
): Asked[] {
  return [...found].flatMap(([decision, each]) => {
    if ("unproven" in each) return [];
    const { candidates } = each;
    const best = chooseVersion(candidates);
    const asked = candidates.map(({ version }) => version);
    const named = candidates.flatMap(({ members }) =>
      members.flatMap(({ fails }) => fails.flatMap(({ fixedVersions }) => fixedVersions)),
    );
    const below = best?.failing === 0 ? { below: best.version } : {};
    return furtherQuestions(decision, { asked, named, ...below }, target, left);
  });
}

type Judged = Answered & { readonly found: readonly Finding[] };

function checked(
  { members, relatives }: OpenDecision,
  answered: readonly Judged[],
  fails: ReadonlySet<Finding>,
): CheckedDecision {
  const byMember = Map.groupBy(answered, ({ member }) => member);
  const versionsOf = (member: Member) => new Map(byMember.get(member)?.map((each) => [each.question.version, each]));
  const byVersion = members.map(versionsOf);
  const ofRelatives = relatives.map(versionsOf);
  const areTrusted = members.every(({ known }, index) => shows(byVersion[index]?.get(undefined)?.answer, known));
  if (!areTrusted) return { unproven: NOT_REPRODUCED };
  const versions = [...(byVersion[0]?.keys() ?? [])].filter((version) => version !== undefined);
  const isRead = (version: string) =>
    byVersion.every((each) => each.get(version)?.answer !== undefined) &&
    ofRelatives.every((each) => !each.has(version) || each.get(version)?.answer !== undefined);
  const read = versions.filter(isRead);
  if (read.length === 0) return { unproven: NOT_READ };
  return {
    candidates: lowestFirst(members[0].ecosystem, read).map((version) => {
      const checkedMember = (member: Member, answered: Judged | undefined): CheckedMember => {
        const { answer = [], found = [] } = answered ?? {};
        const own = found.filter((each) => fails.has(each));
        const others = toOtherScanners(member, version).filter(({ id }) => own.every((each) => each.id !== id));
        const ids = new Set([...answer, ...others].map(({ id }) => id));
        return { member, ids, fails: [...own, ...others] };
      };
      const checkedMembers = [
        ...members.map((member, index) => checkedMember(member, byVersion[index]?.get(version))),
        ...relatives.flatMap((member, index) => {
          const answered = ofRelatives[index]?.get(version);
          return answered === undefined ? [] : [checkedMember(member, answered)];
        }),
      ];
      const all = checkedMembers.flatMap((each) => each.fails);
      return {
        version,
        failing: all.length,
        bySeverity: countSeverities(all, ({ severity }) => severity),
        members: checkedMembers,
      };
    }),
  };
}

/**
 * Failing findings of several scanners that this version does not clear by the fix that all of them accept. The second
 * scan is one scanner's, and others may still see the finding.
 */
function toOtherScanners(member: Member, version: string): readonly PackageFinding[] {
  const installed = comparable(member);
  return member.group.filter(
    ({ opinions, fixedVersions }) =>
      opinions !== undefined &&
      fixedVersions.length > 0 &&
      commonVersion(member.ecosystem, [{ installed, fixes: [fixedVersions] }], [version]) === undefined,
  );
}

/** Whether the answer about the installed version has all that the scan found. Otherwise it was not looked at. */
function shows(answer: VersionAnswer, known: readonly Finding[]): boolean {
  const ids = new Set(answer?.map(({ id }) => id));
  return known.length > 0 && known.every(({ id }) => ids.has(id));
}
