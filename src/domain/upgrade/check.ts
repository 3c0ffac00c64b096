import { type Finding, isOnPackage, type PackageFinding } from "../finding.ts";
import { type JudgeSettings, judge } from "../judge/judge.ts";
import { inVersion, type Match } from "../packages/package-list.ts";
import { type Counts, countSeverities } from "../severity.ts";
import type { Artifact, InstalledPackage } from "../target.ts";
import { breaks, type ExploitRow, type JudgedTarget, type SeverityRow } from "../verdict.ts";
import { compareVersions } from "../versions/compare.ts";
import { comparable, type Decision, type Member, packageKey } from "./decisions.ts";
import { isCleared } from "./smallest-fix.ts";

/** A question to the scanner: the advisories that affect a package. */
export interface VersionQuestion {
  /** In the version in question. */
  readonly package: InstalledPackage;
  /** The operating system of the target. */
  readonly os?: Artifact["os"];
}

/** The findings of the package, without places. Undefined: it was not scanned. */
type VersionAnswer = readonly Finding[] | undefined;

/**
 * Answers the questions in order, from the database of the run's scans.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`
 */
export type CheckVersions = (questions: readonly VersionQuestion[]) => Promise<readonly VersionAnswer[]>;

/** Asks a scanner, with one list for each operating system. */
export function checkedBy(match: Match): CheckVersions {
  return async (questions) => {
    const numbered = questions.map(({ package: about, os }, at) => ({ os, listed: { ...about, ref: String(at) } }));
    const lists = [...Map.groupBy(numbered, ({ os }) => JSON.stringify(os)).values()];
    const found = await match(lists.map((own) => ({ packages: own.map((each) => each.listed), system: own[0]?.os })));
    const answers = new Map<string, VersionAnswer>();
    for (const [at, own] of lists.entries())
      for (const { ref } of own.map((each) => each.listed))
        if (found[at]?.unread.has(ref) === false) answers.set(ref, found[at].found.get(ref) ?? []);
    return questions.map((_, at) => answers.get(String(at)));
  };
}

/** A question about a package in a decision. */
export interface MemberQuestion {
  readonly decision: Decision;
  readonly member: Member;
  /** Absent: the installed version. */
  readonly version: string | undefined;
  readonly question: VersionQuestion;
}

/** A question with its answer. */
export interface AnsweredQuestion extends MemberQuestion {
  readonly answer: VersionAnswer;
}

/** A target and the decisions about it. */
export interface OpenTarget {
  readonly target: JudgedTarget;
  readonly decisions: readonly Decision[];
}

/**
 * Limit on the cost of all questions: three for each version, or one for each expected finding if that is more. The
 * scanner takes two to three seconds at this limit.
 */
const MOST = 20_000;

/**
 * The questions about all targets, for one scan. The installed version of each package is included as a check: the scan
 * must show the same findings as the target's scan. If there are too many questions, the last decisions get none, since
 * those about the most severe findings come first.
 * @returns one list for each target
 */
export function questionsOf(open: readonly OpenTarget[]): MemberQuestion[][] {
  // The same question for several targets is asked only once.
  const known = new Set<string>();
  let cost = 0;
  return open.map(({ target, decisions }) =>
    decisions.flatMap((decision) => {
      const asked = questionsAbout(decision, target);
      const costs = new Map(asked.map((each) => [JSON.stringify(each.question), Math.max(3, each.member.open.length)]));
      for (const key of costs.keys()) if (known.has(key)) costs.delete(key);
      const more = [...costs.values()].reduce((sum, each) => sum + each, 0);
      if (cost + more > MOST) return [];
      cost += more;
      for (const key of costs.keys()) known.add(key);
      return asked;
    }),
  );
}

function questionsAbout(decision: Decision, { scan }: JudgedTarget): MemberQuestion[] {
  const { members, relatives, versions } = decision;
  if (versions.length === 0) return [];
  // A relative is never downgraded, and its present version does not fail.
  const isRaised = ({ ecosystem, about }: Member, version: string) =>
    (compareVersions(ecosystem, version, about.version) ?? 0) > 0;
  const asked = [
    ...members.map((member) => ({ member, of: [undefined, ...versions] })),
    ...relatives.map((member) => ({ member, of: versions.filter((version) => isRaised(member, version)) })),
  ];
  return asked.flatMap(({ member, of }) => {
    const { system, source, modularity } = member.listed ?? {};
    const installed = { ...member.about, system, source, modularity };
    return of.map((version): MemberQuestion => {
      const about = version === undefined ? installed : inVersion(installed, version);
      return { decision, member, version, question: { package: about, os: scan.artifact.os } };
    });
  });
}

/** A package of a decision in a certain version. */
interface CheckedMember {
  readonly member: Member;
  /** True if that version still has the finding. */
  readonly has: (finding: PackageFinding) => boolean;
  /** Its findings that would fail the gate, at each place of the package. */
  readonly fails: readonly Finding[];
}

/** The results of the scan for one version. */
export interface CheckedVersion {
  readonly version: string;
  /** Number of its findings that would fail the gate. */
  readonly failing: number;
  readonly bySeverity: Counts;
  /** In the order of the decision's members, followed by the relatives that the version upgrades. */
  readonly members: readonly CheckedMember[];
}

/** The results of the scan for a decision's versions, lowest first. Or why they are unknown, as a clause. */
export type CheckedDecision = readonly CheckedVersion[] | string;

/** @param members in the order of {@link CheckedVersion.members} */
export function checkedVersion(version: string, members: readonly CheckedMember[]): CheckedVersion {
  const all = members.flatMap(({ fails }) => fails);
  return { version, failing: all.length, bySeverity: countSeverities(all, ({ severity }) => severity), members };
}

/** Nothing was checked: the scanner cannot match the package outside its image, or it has another database. */
const NOT_REPRODUCED = "the second scan did not show the findings of the installed version";

const NOT_READ = "the second scan could not read the versions";

/**
 * Judges the answers about a target.
 * @param answered all questions about the target's decisions
 */
export function judgeAnswers(
  target: JudgedTarget,
  answered: readonly AnsweredQuestion[],
  settings: JudgeSettings,
): ReadonlyMap<Decision, CheckedDecision> {
  const judged = answered.map((each) => ({ ...each, found: placed(each) }));
  const others = judged.flatMap(({ version, found }) => (version === undefined ? [] : found));
  const fails = wouldFail(target, others, settings);
  const known = Map.groupBy(target.scan.findings.filter(isOnPackage), ({ package: about }) => packageKey(about));
  const byDecision = Map.groupBy(judged, ({ decision }) => decision);
  return new Map([...byDecision].map(([decision, each]) => [decision, checked(decision, each, { fails, known })]));
}

function checked(
  decision: Decision,
  answered: readonly (AnsweredQuestion & { readonly found: readonly Finding[] })[],
  { fails, known }: { fails: ReadonlySet<Finding>; known: ReadonlyMap<string, readonly Finding[]> },
): CheckedDecision {
  const isShown = ({ member, answer }: AnsweredQuestion) => {
    const ids = new Set(answer?.map(({ id }) => id));
    return known.get(packageKey(member.about))?.every(({ id }) => ids.has(id)) !== false;
  };
  // The answer about the installed version must contain all findings of the target's scan.
  if (!answered.filter(({ version }) => version === undefined).every(isShown)) return NOT_REPRODUCED;
  const versions = decision.versions.flatMap((version): CheckedVersion[] => {
    const about = answered.filter((each) => each.version === version);
    if (about.some(({ answer }) => answer === undefined)) return [];
    const members = about.map(({ member, answer = [], found }): CheckedMember => {
      const own = found.filter((each) => fails.has(each));
      const others = openElsewhere(member, version).filter(({ id }) => own.every((each) => each.id !== id));
      const ids = new Set([...answer, ...others].map(({ id }) => id));
      return { member, has: ({ id }) => ids.has(id), fails: [...own, ...others] };
    });
    return [checkedVersion(version, members)];
  });
  return versions.length === 0 ? NOT_READ : versions;
}

/**
 * Failing findings of several scanners for which this version is not a fix that all of them accept. The second scan
 * uses one scanner, and others may still report the finding.
 */
function openElsewhere(member: Member, version: string): readonly PackageFinding[] {
  return member.failing.filter(
    ({ opinions, fixedVersions }) =>
      opinions !== undefined &&
      fixedVersions.length > 0 &&
      !isCleared(member.ecosystem, comparable(member), version, fixedVersions),
  );
}

/** Assigns the findings of another version to the package's present places. Exceptions may depend on a place. */
function placed({ member, question, answer = [] }: AnsweredQuestion): Finding[] {
  const places = new Map(member.failing.map((each) => [JSON.stringify([each.path, each.layer?.diffId]), each]));
  const nowhere = { path: member.listed?.path, layer: undefined, owner: undefined };
  return (places.size > 0 ? [...places.values()] : [nowhere]).flatMap(({ path, layer, owner }) =>
    answer.map((finding) => ({ ...finding, package: question.package, path, layer, owner })),
  );
}

/**
 * The findings that would fail the gate if the target had them. They are open under the target's policy and exceptions,
 * and their limit is 0 or already broken.
 * @param findings that the target does not have
 */
function wouldFail(target: JudgedTarget, findings: readonly Finding[], settings: JudgeSettings): ReadonlySet<Finding> {
  if (findings.length === 0) return new Set();
  const verdict = judge([{ target: target.target, scan: { ...target.scan, findings } }], {
    ...settings,
    ...asBefore(target, findings, settings),
  });
  const [judged] = verdict.targets;
  // The target itself was judged, so this should not happen. If in doubt, all findings fail.
  if (judged === undefined || judged.answer === "error") return new Set(findings);
  const strict = <Row extends SeverityRow | ExploitRow>(row: Row): Row => {
    return { ...row, broken: row.broken || row.limit === 0 };
  };
  const fails = breaks({ rows: target.rows.map(strict), exploitRows: target.exploitRows?.map(strict) });
  return new Set(judged.findings.filter(fails).map(({ finding }) => finding));
}

/** These findings are not in the baseline, but the installed version's may be. */
function asBefore(
  { target, findings: own }: JudgedTarget,
  findings: readonly Finding[],
  { changes, unsettled }: JudgeSettings,
): Pick<JudgeSettings, "changes" | "unsettled"> {
  if (!changes?.has(target)) return { changes: undefined, unsettled: undefined };
  const keyOf = ({ id, package: about, path }: Finding) => JSON.stringify([id, about?.type, about?.name, path]);
  const before = new Map(own.map((judged) => [keyOf(judged.finding), judged]));
  const still = findings.filter((each) => unsettled?.get(target)?.has(before.get(keyOf(each))?.finding as Finding));
  return {
    changes: new Map([[target, (finding) => before.get(keyOf(finding))?.change ?? "new"]]),
    unsettled: new Map([[target, new Set(still)]]),
  };
}
