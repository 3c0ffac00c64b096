import { ecosystemOf, type Finding } from "../finding.ts";
import { OLDER_FIX } from "../upgrade/plan.ts";
import { advisedVersions } from "../upgrade/smallest-fix.ts";
import { statusWords } from "./vendor-status.ts";

/**
 * What clears a vulnerability. It is the version that the fix plan would name for it alone (several if their order is
 * unknown), or the reason why there is none. All of it is untrusted.
 */
export type FixAdvice =
  | { readonly to: readonly [string, ...string[]]; readonly none?: undefined }
  | { readonly to?: undefined; readonly none: string };

/**
 * Makes a function that returns the advice for a finding, the same object for the same advice. Findings share packages
 * and fixed versions, and comparing versions is slow. So versions are compared once.
 */
export function fixAdvisor(): (finding: Finding) => FixAdvice {
  const known = new Map<string, FixAdvice>();
  return (finding) => {
    const { package: about, fixedVersions, status } = finding;
    const isFixed = fixedVersions.length > 0;
    const key = JSON.stringify(isFixed ? [about && ecosystemOf(about), about?.version, fixedVersions] : status);
    const advice = known.get(key) ?? adviceOn(finding);
    known.set(key, advice);
    return advice;
  };
}

function adviceOn({ package: about, fixedVersions, status }: Finding): FixAdvice {
  if (fixedVersions.length === 0) return { none: statusWords(status) };
  const [first, ...others] =
    about === undefined ? fixedVersions : advisedVersions(ecosystemOf(about), about.version, fixedVersions);
  return first === undefined ? { none: OLDER_FIX } : { to: [first, ...others] };
}
