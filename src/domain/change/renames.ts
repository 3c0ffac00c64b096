import { idsOf, isSameAdvisory, weaknessIds } from "../advisory-ids.ts";
import { addTo } from "../collections.ts";
import type { Finding } from "../finding.ts";
import type { LastingIdentity } from "./identity.ts";

/** The finding under the other ids of its weakness: a CVE has no other name than other CVEs. */
export function otherNames(finding: Finding): readonly Finding[] {
  if (finding.aliases === undefined) return [];
  return weaknessIds(finding)
    .filter((id) => id !== finding.id)
    .map((id) => ({ ...finding, id }));
}

/** The baseline's findings that nothing has taken, which may go by another id now: another scanner saw them. */
export class Renames {
  readonly taken = new Set<Finding>();
  readonly #gone: readonly Finding[];
  readonly #identity: LastingIdentity;
  readonly #left = new Map<number, Finding[]>();

  constructor(gone: readonly Finding[], identity: LastingIdentity) {
    this.#gone = gone;
    this.#identity = identity;
  }

  /**
   * Takes for each finding one that is about the same advisory. No alias makes two findings one: each is taken once.
   * @returns those for which there is none
   */
  takeAll(findings: readonly Finding[], took: (finding: Finding, was: Finding) => void): readonly Finding[] {
    const isNamed = ({ aliases }: Finding) => aliases !== undefined;
    if (findings.length === 0 || !(findings.some(isNamed) || this.#gone.some(isNamed))) return findings;
    for (const each of this.#gone) this.#add(each);
    return findings.filter((finding) => {
      const was = this.#take(finding);
      if (was !== undefined) took(finding, was);
      return was === undefined;
    });
  }

  #add(finding: Finding): void {
    for (const id of idsOf(finding)) {
      const key = this.#identity({ ...finding, id });
      addTo(this.#left, key, finding);
    }
  }

  #take(finding: Finding): Finding | undefined {
    for (const id of idsOf(finding)) {
      const alike = this.#left.get(this.#identity({ ...finding, id }));
      const was = alike?.find((each) => !this.taken.has(each) && isSameAdvisory(each, finding));
      if (was === undefined) continue;
      this.taken.add(was);
      return was;
    }
    return undefined;
  }
}
