import { UNREAD_GAPS } from "../coverage/gap-codes.ts";
import type { Agreement } from "../policy/policy.ts";
import type { OpinionSource, ScanResult } from "../target.ts";
import type { MergeRules } from "./merged-finding.ts";
import { isScannerNamed } from "./names.ts";
import { foundIn } from "./sight.ts";
import { SYSTEM_ECOSYSTEMS } from "./subject.ts";

/** How a result came to a target. */
export interface Given {
  /** What it says of its image is what is known of the judged one: a digest, or the image's id. */
  readonly isBound: boolean;
}

/**
 * Why a report that was given takes nothing away. `beside-scan`: this run has scanned the image itself, and the policy
 * does not call the report trusted. `unbound`: nothing shows that it is about the judged image. `undated`: it does not
 * say when it was made, so that its silence may be older than the advisory.
 */
export type AddsOnly = NonNullable<OpinionSource["addsOnly"]>;

/** What one of several results may do to the others' findings. */
export interface Standing {
  /** Absent: nothing keeps its word from counting in full. */
  readonly addsOnly?: AddsOnly | undefined;
  /** Its word can raise what the others say, and lessen nothing. */
  readonly isClaim: boolean;
  /** Of what its silence says that it is not there: ecosystems and kinds of findings. */
  readonly silence: ReadonlySet<string>;
  /** What others have found something of, and it shows no advisories for. Absent: nothing. */
  readonly unshown?: readonly string[] | undefined;
}

/** What standings go by. */
export interface StandingRules extends MergeRules {
  /** Scanners whose given reports count in full beside a scan, by the policy. */
  readonly trustedReports?: readonly string[] | undefined;
  readonly agreement?: Agreement | undefined;
}

/** A result with how it came. */
interface Standee {
  readonly scanner: string;
  readonly scan: ScanResult;
  /** Absent: this run has made it. */
  readonly given?: Given | undefined;
  readonly sees: ReadonlySet<string>;
}

/**
 * What each result may do. Anyone who can write a report could otherwise write an empty one, and so take away what a
 * scan of this very run has found. A given report's silence also needs a sign of advisories: the name of the
 * distribution, or a list of its packages, does not suffice.
 */
export function standingsOf(all: readonly Standee[], rules: StandingRules): Standing[] {
  const isScanned = all.some(({ given }) => given === undefined);
  return all.map(({ scanner, scan, given, sees: seen }) => {
    const sees = readIn(scan, seen);
    if (given === undefined) return { isClaim: false, silence: sees };
    if (!given.isBound) return { addsOnly: "unbound", isClaim: true, silence: NOTHING };
    const isTrusted = rules.trustedReports?.some((name) => isScannerNamed(scanner, name)) ?? false;
    if (isTrusted) return { isClaim: false, silence: sees };
    if (isScanned) return { addsOnly: "beside-scan", isClaim: true, silence: NOTHING };
    if (scan.provenance.scannedAt === undefined) return { addsOnly: "undated", isClaim: false, silence: NOTHING };
    const signs = new Set([...foundIn(scan), ...(scan.advisoriesFor ?? [])]);
    const others = new Set(all.flatMap((other) => (other.scan === scan ? [] : [...foundIn(other.scan)])));
    const unshown = [...sees].filter((each) => !signs.has(each) && others.has(each));
    const silence = new Set([...sees].filter((each) => signs.has(each)));
    return { isClaim: false, silence, ...(unshown.length > 0 && { unshown }) };
  });
}

/**
 * Of what a result can see, what its silence is about. A scanner that left packages of applications unread has not
 * missed what others found in them, also if the policy accepts that gap. The distribution's packages have gaps of their
 * own.
 */
function readIn({ coverage }: ScanResult, sees: ReadonlySet<string>): ReadonlySet<string> {
  const isUnread = coverage?.gaps.some(({ code }) => UNREAD_GAPS.has(code)) ?? false;
  return isUnread ? new Set([...sees].filter((each) => SYSTEM_ECOSYSTEMS.has(each) || OTHER_KINDS.has(each))) : sees;
}

/** Kinds of findings that are about no package's version. */
const OTHER_KINDS: ReadonlySet<string> = new Set(["misconfiguration", "secret", "license"]);

const NOTHING: ReadonlySet<string> = new Set();

/** Says why a report takes nothing away, where the policy has rules that otherwise let it. */
export function standingNotes({ addsOnly, unshown }: Standing, { agreement, severityFrom }: StandingRules): string[] {
  if (unshown !== undefined && agreement === "all")
    return [
      `what the report does not name counts all the same (${unshown.join(", ")}): it has no finding there, and names no source of its database, so that nothing shows that it could have seen any.`,
    ];
  if (addsOnly === undefined || (agreement !== "all" && severityFrom === undefined)) return [];
  return [`the report only adds findings, since ${WHY[addsOnly]}.`];
}

const WHY: Readonly<Record<AddsOnly, string>> = {
  "beside-scan":
    "this run has scanned the image itself, and the policy does not call such reports trusted (`scan-report`)",
  unbound: "nothing shows that it is about the judged image",
  undated: "it does not say when it was made, so that its silence may be older than an advisory",
};
