import type { Finding, FindingKind } from "../finding.ts";
import { number } from "../list-some.ts";
import { memoize } from "../memoize.ts";
import type { Report } from "../report/schema.ts";
import { lastingIdentity, otherNames, sameFinding } from "../same/names.ts";
import { type Pairing, pair } from "../same/pair.ts";
import { severityRank } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import type { Change } from "../verdict.ts";
import type { PackageChanges } from "./package-changes.ts";
import { findingInPlainWords } from "./plain-words.ts";

type ReportedBaseline = NonNullable<Report["targets"][number]["baseline"]>;

/** The source of a baseline, as displayed. */
export interface BaselineSource
  extends Omit<ReportedBaseline, "kind" | "why" | "trouble" | "run" | "counts" | "systemChange"> {
  readonly kind: Exclude<ReportedBaseline["kind"], "none">;
  /** For a run: its page. */
  readonly url?: string | undefined;
}

/** The earlier state that a target is compared with. */
export interface Baseline {
  readonly source: BaselineSource;
  readonly packages: readonly InstalledPackage[];
  /** Its findings according to this run's database. */
  readonly findings: readonly Finding[];
  /** Its findings at the time it was made. Undefined: unknown. */
  readonly earlier?: readonly Finding[] | undefined;
  /**
   * Findings of {@link earlier} that its run did not permanently let in: it accepted them, exempted them for some time,
   * or they broke a limit. Undefined: unknown, so all its findings count as let in.
   */
  readonly unsettled?: ReadonlySet<Finding> | undefined;
  /** Its system packages were not scanned. Their present findings were hidden there while that gap was accepted. */
  readonly blind?: boolean | undefined;
  /** The kinds that both sides were scanned for. For other kinds, it is unknown whether a finding is new. */
  readonly kinds: ReadonlySet<FindingKind>;
  /** It has no paths for its packages, and may come from another tool: only package URLs are compared. */
  readonly withoutPaths?: boolean | undefined;
}

/** The operating system before and now, according to its packages. */
export type SystemChange = NonNullable<ReportedBaseline["systemChange"]>;
export type ChangeCounts = NonNullable<ReportedBaseline["counts"]>;

/** A target compared with its baseline. */
export interface TargetComparison {
  readonly baseline: Baseline;
  /** Returns undefined if the baseline cannot show it. Such a finding must not count as known. */
  readonly changeOf: (finding: Finding) => Change | undefined;
  /** The baseline's finding for the same finding of the target. */
  readonly was: ReadonlyMap<Finding, Finding>;
  /** The target's findings that the baseline also has, but did not permanently let in. They are not new, but count. */
  readonly unsettled: ReadonlySet<Finding>;
  /**
   * The baseline's findings, according to this run's database, whose package or version is gone from the target, most
   * severe first.
   */
  readonly fixed: readonly Finding[];
  /** The baseline's findings that could not be checked in the target, and that may be gone. Absent: none. */
  readonly unseen?: readonly Finding[] | undefined;
  /** Set if the operating system differs from the baseline's. */
  readonly systemChange?: SystemChange | undefined;
  readonly counts: ChangeCounts;
  readonly packages?: PackageChanges | undefined;
}

/** The counts in one line, without zeros: `+2 new, −5 fixed, 31 unchanged, 3 newly disclosed`. */
export function countsLine(counts: ChangeCounts): string {
  const parts: readonly [number, string][] = [
    [counts.new, `+${number(counts.new)} new`],
    [counts.fixed, `−${number(counts.fixed)} fixed`],
    [counts.unchanged, `${number(counts.unchanged)} unchanged`],
    [counts.newlyDisclosed, `${number(counts.newlyDisclosed)} newly disclosed`],
    [counts.unseen ?? 0, `${number(counts.unseen ?? 0)} no longer seen`],
  ];
  const texts = parts.filter(([count]) => count > 0).map(([, words]) => words);
  return texts.length === 0 ? "no findings on either side" : texts.join(", ");
}

/** There is no baseline to compare with. The reason is a clause without a full stop. */
export interface NotCompared {
  readonly none: string;
  /** No comparison was requested, so the output does not mention it. */
  readonly quiet?: boolean | undefined;
  /** There may be a baseline, but it could not be fetched or used. */
  readonly trouble?: boolean | undefined;
}

export type Comparison = TargetComparison | NotCompared;

/**
 * Compares findings with the baseline. Each finding takes one of the baseline's with the same identity, preferably with
 * the same version. The remaining ones take one with another id, or one that has moved: of the same advisory, package
 * and version at a path where it is no longer present. If there is none, the finding is new. If it was not yet known
 * when the baseline was made, it is newly disclosed. The baseline's remaining findings are fixed. A withdrawn advisory
 * is on neither side, so it is not fixed.
 */
export function compare(findings: readonly Finding[], baseline: Baseline): TargetComparison {
  const names = namesBeside(baseline);
  const { identity, releaseOf, movedOf } = names;
  const isCompared = ({ kind }: Finding) => baseline.kinds.has(kind);
  // Without paths, the number of copies of a version is unknown.
  const once = (all: readonly Finding[]) =>
    baseline.withoutPaths ? [...new Map(all.map((each) => [releaseOf(each), each])).values()] : all;
  const own = findings.filter(isCompared);
  const paired = pair(once(baseline.findings.filter(isCompared)), once(own), [
    { keys: (finding) => [releaseOf(finding)] },
    ...sameFinding(identity),
    { keys: (finding) => (finding.package === undefined ? [] : [movedOf(finding)]) },
  ]);
  const [changes, unsettled] = [new Map<Finding, Change>(), openStill(paired, baseline, names)];
  const isUnseen = unseenBy(baseline);
  const known = baseline.earlier && allNames(baseline.earlier, names);
  for (const finding of paired.fresh) changes.set(finding, "new");
  for (const [finding, was] of paired.pairs) {
    const isKnown = known === undefined || isIn(known, finding, was, names);
    if (!isKnown && isUnseen(finding)) unsettled.add(finding);
    changes.set(finding, isKnown || isUnseen(finding) ? "unchanged" : "newly-disclosed");
  }
  if (baseline.withoutPaths) {
    const counted = new Map([...changes].map(([finding, change]) => [releaseOf(finding), { finding, change }]));
    for (const each of own) {
      const like = counted.get(releaseOf(each));
      if (like !== undefined) changes.set(each, like.change);
      if (like !== undefined && unsettled.has(like.finding)) unsettled.add(each);
    }
  }
  const fixed = paired.gone.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const all = [...changes.values()];
  const count = (change: Change) => all.filter((each) => each === change).length;
  return {
    baseline,
    changeOf: (finding) => changes.get(finding),
    was: paired.pairs,
    unsettled,
    fixed,
    counts: {
      new: count("new"),
      fixed: fixed.length,
      unchanged: count("unchanged"),
      newlyDisclosed: count("newly-disclosed"),
    },
  };
}

/** The keys for comparing findings. */
type Names = ReturnType<typeof namesBeside>;

function namesBeside({ withoutPaths }: Baseline) {
  const named = withoutPaths ? findingInPlainWords : (finding: Finding) => finding;
  const identity = memoize<string, Finding>((finding) => lastingIdentity(named(finding)));
  const versionOf = ({ package: about }: Finding) => about?.version ?? "";
  return {
    identity,
    /** Equal for the same version. */
    releaseOf: (finding: Finding) => `${identity(finding)} ${versionOf(finding)}`,
    /** Equal for the same version at any path. */
    movedOf: (finding: Finding) => `${lastingIdentity({ ...named(finding), path: undefined })} ${versionOf(finding)}`,
  };
}

/** The target's findings that the baseline's run did not permanently let in. */
function openStill({ pairs, gone }: Pairing<Finding, Finding>, { unsettled = new Set() }: Baseline, names: Names) {
  const { identity, movedOf } = names;
  const open = allNames([...unsettled], names);
  if (open.size === 0) return new Set<Finding>();
  const moved = [...pairs].filter(([now, was]) => now.id === was.id && identity(now) !== identity(was));
  // If several copies may have moved, it is unknown which of them was let in.
  const left = [...gone, ...moved.map(([, was]) => was)].filter((was) => open.has(identity(was)));
  const elsewhere = new Set(left.map(movedOf));
  return new Set([
    ...[...pairs].filter(([finding, was]) => isIn(open, finding, was, names)).map(([finding]) => finding),
    ...moved.filter(([, was]) => elsewhere.has(movedOf(was))).map(([finding]) => finding),
  ]);
}

/** The identities of findings under any id of their weaknesses. */
function allNames(findings: readonly Finding[], { identity }: Names): ReadonlySet<string> {
  const names = new Set(findings.map(identity));
  for (const each of findings) for (const other of otherNames(each)) names.add(identity(other));
  return names;
}

/** True if a finding is in the set, by its former identity or by another id of its weakness. */
function isIn(known: ReadonlySet<string>, finding: Finding, was: Finding, { identity }: Names): boolean {
  return known.has(identity(was)) || otherNames(finding).some((each) => known.has(identity(each)));
}

/** Tests whether a finding is about a system's package that the baseline's run did not scan. */
function unseenBy({ blind, packages }: Baseline): (finding: Finding) => boolean {
  const types = new Set(blind ? packages.flatMap((each) => (each.system ? [each.type] : [])) : []);
  return ({ package: about }) => about !== undefined && types.has(about.type);
}
