import type { Finding, FindingPackage } from "../finding.ts";
import { inVersion, type ListedPackage, type Match } from "../packages/package-list.ts";
import type { Artifact, InstalledPackage } from "../target.ts";

/** A package in one version: which advisories concern it? */
export interface VersionQuestion {
  /** The package as it was found, with its installed version. */
  readonly package: FindingPackage;
  /** The same in the target's list of packages. Absent: it is not listed. */
  readonly installed?: Pick<InstalledPackage, "system" | "source" | "modularity"> | undefined;
  /** The version to ask about. Absent: the installed one. */
  readonly version?: string | undefined;
  /** The operating system of the target. */
  readonly os?: Artifact["os"];
}

/** The findings of a package in one version, without any place. Undefined: it was not looked at. */
export type VersionAnswer = readonly Finding[] | undefined;

/**
 * Answers questions in their order, with the database of the run's scans.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`
 */
export type CheckVersions = (questions: readonly VersionQuestion[]) => Promise<readonly VersionAnswer[]>;

/** Asks a scanner, with one list for each operating system. */
export function checkedBy(match: Match): CheckVersions {
  return async (questions) => {
    const answers: VersionAnswer[] = questions.map(() => undefined);
    const bySystem = [...Map.groupBy(questions.keys(), (at) => JSON.stringify(questions[at]?.os)).values()];
    const found = await match(
      bySystem.map((own) => ({
        packages: own.flatMap((at) => (questions[at] === undefined ? [] : [listed(questions[at], at)])),
        system: questions[own[0] ?? 0]?.os,
      })),
    );
    for (const [list, own] of bySystem.entries())
      for (const at of own)
        if (found[list]?.unread.has(String(at)) === false) answers[at] = found[list].found.get(String(at)) ?? [];
    return answers;
  };
}

function listed({ package: about, installed, version }: VersionQuestion, at: number): ListedPackage {
  const each = { ...about, ...installed, ref: String(at) };
  return version === undefined ? each : inVersion(each, version);
}
