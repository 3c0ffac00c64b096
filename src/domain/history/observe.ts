import { idsOf, isSameAdvisory, otherIds } from "../advisory-ids.ts";
import { isFixable } from "../finding.ts";
import { placeOf, textOf } from "../same/names.ts";
import { type Union, unite } from "../same/pair.ts";
import { SEVERITIES, severityName } from "../severity.ts";
import { scannersOf } from "../target.ts";
import type { JudgedFinding, JudgedTarget } from "../verdict.ts";
import type { FindingRecord } from "./record.ts";

/** A finding of one run in the running images of one name. */
export interface ObservedFinding extends Omit<FindingRecord, "first-seen" | "last-seen" | "fix-since" | "episodes"> {
  /** True if a fix is known in any of the images. */
  readonly fixable: boolean;
}

/** The findings of all scans of the running images of one name, without duplicates. */
export function observe(targets: readonly JudgedTarget[]): readonly ObservedFinding[] {
  const [only = [], ...others] = targets.map(observedIn);
  return others.length === 0 ? only : unite([only, ...others], IMAGES);
}

/** Two images may use different ids for one finding. In a single image, two ids are two findings. */
const IMAGES: Union<ObservedFinding> = {
  key: textOf,
  passes: [
    {
      keys: (each) => (each.kind === "vulnerability" ? idsOf(each).map((id) => textOf({ ...each, id })) : []),
      fits: isSameAdvisory,
    },
  ],
  join: both,
};

function observedIn({ findings, scan }: JudgedTarget): readonly ObservedFinding[] {
  const seenBy = scan.opinions && scannersOf(scan);
  const found = new Map<string, ObservedFinding>();
  for (const judged of findings) {
    const observed = observedOf(judged, seenBy);
    const key = textOf(observed);
    const known = found.get(key);
    found.set(key, known === undefined ? observed : both(known, observed));
  }
  return [...found.values()];
}

/** @param seenBy the scanners, for a finding without separate opinions */
function observedOf(
  { finding, outcome, exceptions }: JudgedFinding,
  seenBy: readonly string[] | undefined,
): ObservedFinding {
  const exception = outcome === "accepted" ? exceptions[0] : undefined;
  return {
    kind: finding.kind,
    id: finding.id,
    ...(finding.aliases && { aliases: finding.aliases }),
    ...placeOf(finding.package, finding.path),
    versions: finding.package === undefined || finding.package.version === "" ? undefined : [finding.package.version],
    severity: severityName(finding.severity),
    "accepted-by": outcome !== "accepted" ? undefined : exception === undefined ? "vex" : "exception",
    "accepted-until": exception?.expires,
    "seen-by": finding.opinions?.map(({ scanner }) => scanner) ?? seenBy,
    fixable: isFixable(finding),
  };
}

/** The same finding in two images, or twice in one: the worse of each value. It is accepted only if both are. */
function both(one: ObservedFinding, other: ObservedFinding): ObservedFinding {
  // A CVE sorts before other ids: the finding gets its name.
  const [a, b] = other.id < one.id ? [other, one] : [one, other];
  const accepted = a["accepted-by"] !== undefined && b["accepted-by"] !== undefined;
  const until = [a["accepted-until"], b["accepted-until"]].filter((day) => day !== undefined).sort()[0];
  const aliases = otherIds(a.id, [a, b]);
  return {
    ...a,
    ...(aliases && { aliases }),
    versions: joined(a.versions, b.versions),
    severity: RANKS.indexOf(a.severity) <= RANKS.indexOf(b.severity) ? a.severity : b.severity,
    "accepted-by": accepted ? (until === undefined ? "vex" : "exception") : undefined,
    "accepted-until": accepted ? until : undefined,
    "seen-by": joined(a["seen-by"], b["seen-by"]),
    fixable: a.fixable || b.fixable,
  };
}

const RANKS = SEVERITIES.map(severityName);

function joined(a: readonly string[] = [], b: readonly string[] = []): readonly string[] | undefined {
  const all = b.every((each) => a.includes(each)) ? a : [...new Set([...a, ...b])].sort();
  return all.length === 0 ? undefined : all;
}
