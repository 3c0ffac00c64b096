import { ecosystemOf, type Finding, type FindingPackage } from "../finding.ts";
import { memoize } from "../memoize.ts";
import { OLDER_FIX } from "../upgrade/plan.ts";
import { advisedVersions, isOnlyOlder } from "../upgrade/smallest-fix.ts";
import { statusWords } from "./vendor-status.ts";

/**
 * What clears a vulnerability. It is the version that the fix plan would name for it alone (several if their order is
 * unknown), or the reason why there is none. All of it is untrusted.
 */
export type FixAdvice =
  | { readonly to: readonly [string, ...string[]]; readonly none?: undefined }
  | { readonly to?: undefined; readonly none: string };

const OLDER: FixAdvice = { none: OLDER_FIX };

/**
 * Makes a function that returns the advice for a finding. Findings share packages and fixed versions, and those of one
 * package mostly follow one another. So versions are compared again only if the package or the fixed versions differ.
 */
export function fixAdvisor(): (finding: Finding) => FixAdvice {
  const unfixed = memoize((status: string): FixAdvice => ({ none: statusWords(status) }));
  const listed = memoize(listedAdvice);
  // Many packages have the same version, and comparing versions is slow.
  const onlyFix = memoize((fix: readonly string[]) =>
    memoize((ecosystem: string) =>
      memoize((version: string) => (isOnlyOlder(ecosystem, version, fix) ? OLDER : listed(fix))),
    ),
  );
  let before: Finding | undefined;
  let last = OLDER;
  return (finding) => {
    const { package: about, fixedVersions, status } = finding;
    if (fixedVersions.length === 0) return unfixed(status);
    if (about === undefined) return listed(fixedVersions);
    if (about === before?.package && fixedVersions === before.fixedVersions) return last;
    before = finding;
    last =
      fixedVersions.length > 1
        ? branchAdvice(about, fixedVersions)
        : onlyFix(fixedVersions)(ecosystemOf(about))(about.version);
    return last;
  };
}

function branchAdvice(about: FindingPackage, fixes: readonly string[]): FixAdvice {
  return listedAdvice(advisedVersions(ecosystemOf(about), about.version, fixes));
}

function listedAdvice([first, ...others]: readonly string[]): FixAdvice {
  return first === undefined ? OLDER : { to: [first, ...others] };
}
