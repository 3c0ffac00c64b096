import { type Counts, compareCounts, countSeverities } from "../../severity.ts";
import type { ScanResult } from "../../target.ts";
import type { JudgedTarget } from "../../verdict.ts";
import { compareVersions } from "../../versions/compare.ts";
import { candidatesOf } from "./candidates.ts";
import { comparable, type Inquiry, type Member, type OpenDecision } from "./inquiry.ts";
import type { VersionQuestion } from "./version-question.ts";

/** One question of an inquiry. */
export interface Asked {
  readonly decision: OpenDecision;
  readonly member: Member;
  readonly question: VersionQuestion;
}

/** How much may still be asked in a run. */
export interface Budget {
  /**
   * Whether there is room for these questions. If there is, it is taken.
   * @param share of the whole budget that may be used up, at most 1
   */
  take(asked: readonly Asked[], share?: number): boolean;
}

/**
 * Most versions, and most findings that they are expected to have. The scanner takes two to three seconds for all of
 * them.
 */
const MOST_QUESTIONS = 6_000;
const MOST_FINDINGS = 20_000;

/** The budget of one run. Questions that are the same in several targets are one. */
export function budget(): Budget {
  const known = new Set<string>();
  let findings = 0;
  return {
    take(asked, share = 1) {
      const fresh = new Map(asked.map((each) => [JSON.stringify(each.question), each.member.known.length]));
      for (const key of fresh.keys()) if (known.has(key)) fresh.delete(key);
      const more = [...fresh.values()].reduce((sum, each) => sum + each, 0);
      if (known.size + fresh.size > share * MOST_QUESTIONS || findings + more > share * MOST_FINDINGS) return false;
      findings += more;
      for (const key of fresh.keys()) known.add(key);
      return true;
    },
  };
}

/** What the other versions of a package may use up. The rest is for the second round. */
const OTHERS_SHARE = 0.75;

/** What is to be decided about one target. */
export interface OpenTarget {
  readonly target: JudgedTarget;
  readonly inquiry: Inquiry;
}

/**
 * The questions about the decisions of all targets. Each member is asked about in the installed version, too: only if
 * that shows the findings that the scan showed, somebody looked. The foremost versions of every decision come first,
 * and those of the most severe before others, so that one package with many versions leaves no other unproven. A
 * decision beyond the budget has no questions.
 * @returns one list for each target
 */
export function questionsOf(open: readonly OpenTarget[], left: Budget): Asked[][] {
  const decisions = open
    .flatMap(({ target, inquiry: { own, base } }, index) =>
      [...own, ...base].map((decision) => ({ decision, scan: target.scan, index, counts: countsOf(decision) })),
    )
    .filter(({ decision }) => decision.candidates.length > 0)
    .sort((a, b) => compareCounts(b.counts, a.counts));
  const found: Asked[][] = open.map(() => []);
  const begun = decisions.filter(({ decision, scan, index }) => {
    const asked = about(decision, [undefined, ...decision.foremost], scan);
    return left.take(asked) && found[index]?.push(...asked);
  });
  for (const { decision, scan, index } of begun) {
    const others = decision.candidates.filter((version) => !decision.foremost.includes(version));
    const asked = about(decision, others, scan);
    if (asked.length > 0 && left.take(asked, OTHERS_SHARE)) found[index]?.push(...asked);
  }
  return found;
}

/** How many findings of each severity fail. */
function countsOf({ members }: OpenDecision): Counts {
  return countSeverities(
    members.flatMap(({ group }) => group),
    ({ severity }) => severity,
  );
}

/**
 * The questions of a second round: a branch's fix may have findings of its own, whose fixes in that branch only their
 * own advisories name. Asked are those that may be better than the best version so far.
 * @param versions `asked` before; `named` as fixes of what still fails in these; `below`: the best so far, if nothing
 * fails in it
 */
export function furtherQuestions(
  decision: OpenDecision,
  {
    asked,
    named,
    below,
  }: { readonly asked: readonly string[]; readonly named: readonly string[]; readonly below?: string },
  { scan }: JudgedTarget,
  left: Budget,
): Asked[] {
  const { members } = decision;
  const [{ ecosystem }] = members;
  const isWanted = (version: string) =>
    !asked.includes(version) && (below === undefined || (compareVersions(ecosystem, version, below) ?? 0) < 0);
  const fresh = candidatesOf(ecosystem, members.map(comparable), named.filter(isWanted));
  const more = about(decision, fresh, scan);
  return more.length > 0 && left.take(more) ? more : [];
}

function about(decision: OpenDecision, versions: readonly (string | undefined)[], scan: ScanResult): Asked[] {
  const { members, relatives } = decision;
  // A relative is not lowered, and what it has now does not fail.
  const isRaised = ({ ecosystem, from }: Member, version: string | undefined) =>
    version !== undefined && (compareVersions(ecosystem, version, from) ?? 0) > 0;
  const asked = [
    ...members.map((member) => ({ member, of: versions })),
    ...relatives.map((member) => ({ member, of: versions.filter((version) => isRaised(member, version)) })),
  ];
  return asked.flatMap(({ member, of }) =>
    of.map((version): Asked => {
      const { installed, about: found } = member;
      const listed = installed && {
        system: installed.system,
        source: installed.source,
        modularity: installed.modularity,
      };
      const question = { package: found, installed: listed, version, os: scan.artifact.os };
      return { decision, member, question };
    }),
  );
}
