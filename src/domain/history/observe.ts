import { pathWithoutVersion } from "../change/identity.ts";
import type { FindingPackage } from "../finding.ts";
import { isFixable } from "../finding.ts";
import { remembering } from "../memoize.ts";
import { purlWithoutVersion } from "../purl.ts";
import { SEVERITIES, type SeverityName, severityName, severityRank } from "../severity.ts";
import type { JudgedFinding, JudgedTarget } from "../verdict.ts";
import type { FindingRecord } from "./record.ts";

/** A finding as the running images of one name have it in one run. */
export interface Observed
  extends Pick<
    FindingRecord,
    "kind" | "id" | "package" | "path" | "versions" | "severity" | "accepted-by" | "accepted-until"
  > {
  /** Whether any image of them has a known fix for it. */
  readonly fixable: boolean;
}

/** What stays the same when a package gets another version. */
interface Place {
  readonly package: string | undefined;
  readonly path: string | undefined;
  /** The end of {@link keyOf}'s text. */
  readonly key: string;
}

/** Finds the lasting place of a package. One function for all images of a run, since it remembers package URLs. */
export type Places = (about: FindingPackage | undefined, path: string | undefined) => Place;

const NAMES = new Map(SEVERITIES.map((severity) => [severity, severityName(severity)]));
const RANKS = new Map<SeverityName, number>(
  SEVERITIES.map((severity) => [severityName(severity), severityRank(severity)]),
);

/** The key of a finding over time: kind, advisory, package and path, which no two different findings share. */
export function keyOf({
  kind,
  id,
  package: about,
  path,
}: Pick<FindingRecord, "kind" | "id" | "package" | "path">): string {
  return `${kind}\n${oneLined(id)}\n${placeKey(about, path)}`;
}

function placeKey(about: string | undefined, path: string | undefined): string {
  return `${about === undefined ? "" : oneLined(about)}\n${path === undefined ? "" : oneLined(path)}`;
}

/** A text without line breaks; different texts stay different. */
function oneLined(text: string): string {
  return text.includes("\n") || text.includes("\\") ? JSON.stringify(text) : text;
}

/** A new {@link Places}. */
export function createPlaces(): Places {
  const nameOf = remembering(purlWithoutVersion);
  let last:
    | { readonly about: FindingPackage | undefined; readonly path: string | undefined; readonly place: Place }
    | undefined;
  return (about, path) => {
    // A scan lists the findings of one package one after the other.
    if (last !== undefined && last.path === path && last.about === about) return last.place;
    const name = about && (about.purl === undefined ? `${about.type}/${about.name}` : nameOf(about.purl));
    const lasting = path === undefined ? undefined : pathWithoutVersion(path, about);
    const place = { package: name, path: lasting, key: placeKey(name, lasting) };
    last = { about, path, place };
    return place;
  };
}

/** The findings of the running images of one name, by {@link keyOf}. */
export function observe(targets: readonly JudgedTarget[], placeOf: Places): ReadonlyMap<string, Observed> {
  const seen = new Map<string, Observed>();
  for (const { findings } of targets) {
    for (const judged of findings) {
      const { kind, id, package: about, path } = judged.finding;
      const place = placeOf(about, path);
      const key = `${kind}\n${oneLined(id)}\n${place.key}`;
      const known = seen.get(key);
      const observed = observedOf(judged, place);
      seen.set(key, known === undefined ? observed : both(known, observed));
    }
  }
  return seen;
}

function observedOf({ finding, outcome, exceptions }: JudgedFinding, place: Place): Observed {
  const exception = outcome === "accepted" ? exceptions[0] : undefined;
  return {
    kind: finding.kind,
    id: finding.id,
    package: place.package,
    path: place.path,
    versions: finding.package === undefined || finding.package.version === "" ? undefined : [finding.package.version],
    severity: NAMES.get(finding.severity) ?? "unknown",
    "accepted-by": outcome !== "accepted" ? undefined : exception === undefined ? "vex" : "exception",
    "accepted-until": exception?.expires,
    fixable: isFixable(finding),
  };
}

/** The same finding in two images, or twice in one: the worse of each. It is accepted only if both are. */
function both(a: Observed, b: Observed): Observed {
  const accepted = a["accepted-by"] !== undefined && b["accepted-by"] !== undefined;
  const until = [a["accepted-until"], b["accepted-until"]].filter((day) => day !== undefined).sort()[0];
  return {
    ...a,
    versions: joined(a.versions, b.versions),
    severity: rank(a.severity) <= rank(b.severity) ? a.severity : b.severity,
    "accepted-by": accepted ? (until === undefined ? "vex" : "exception") : undefined,
    "accepted-until": accepted ? until : undefined,
    fixable: a.fixable || b.fixable,
  };
}

function joined(a: readonly string[] = [], b: readonly string[] = []): readonly string[] | undefined {
  const all = b.every((version) => a.includes(version)) ? a : [...new Set([...a, ...b])].sort();
  return all.length === 0 ? undefined : all;
}

function rank(severity: SeverityName): number {
  return RANKS.get(severity) ?? SEVERITIES.length;
}
