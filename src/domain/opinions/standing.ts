import { UNREAD_GAPS } from "../coverage/gap-codes.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import type { Agreement } from "../policy/policy.ts";
import type { ScanResult } from "../target.ts";
import type { MergeRules } from "./merged-finding.ts";

/** How opinions on one target become one answer. */
export interface OpinionRules extends MergeRules {
  readonly agreement?: Agreement | undefined;
}

/** Kinds of findings that are about no package's version. */
const OTHER_KINDS: ReadonlySet<string> = new Set(["misconfiguration", "secret", "license"]);

/**
 * The ecosystems and kinds of findings about which a result's silence counts, of those that it can see. A scanner that
 * left packages of applications unread has not missed what others found in them, even if the policy accepts that gap.
 * The distribution's packages have separate gaps.
 */
export function silenceOf({ coverage }: ScanResult, sees: ReadonlySet<string>): ReadonlySet<string> {
  const isUnread = coverage?.gaps.some(({ code }) => UNREAD_GAPS.has(code)) ?? false;
  return isUnread ? new Set([...sees].filter((each) => SYSTEM_ECOSYSTEMS.has(each) || OTHER_KINDS.has(each))) : sees;
}

/** Says why a report beside a scan takes nothing away, if the policy has a rule by which opinions do. */
export function claimNotes({ agreement, severityFrom }: OpinionRules): string[] {
  if (agreement !== "all" && severityFrom === undefined) return [];
  return ["the report only adds findings, since this run has scanned the image itself."];
}
