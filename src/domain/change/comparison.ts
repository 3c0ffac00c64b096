import { addTo } from "../collections.ts";
import type { Finding, FindingKind } from "../finding.ts";
import { number } from "../list-some.ts";
import type { Report } from "../report/schema.ts";
import { severityRank } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import type { Change } from "../verdict.ts";
import { type LastingIdentity, lastingIdentity } from "./identity.ts";
import type { PackageChanges } from "./package-changes.ts";
import { plainNames } from "./plain-words.ts";
import { otherNames, Renames } from "./renames.ts";

type ReportedBaseline = NonNullable<Report["targets"][number]["baseline"]>;

/** Where a baseline came from, as shown to people. */
export interface BaselineSource
  extends Omit<ReportedBaseline, "kind" | "why" | "trouble" | "run" | "counts" | "systemChange"> {
  readonly kind: Exclude<ReportedBaseline["kind"], "none">;
  /** Of a run: its page. */
  readonly url?: string | undefined;
}

/** What a target is compared with. */
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
  /** Its system packages were not looked at. Their present findings were there unseen, while that gap was accepted. */
  readonly blind?: boolean | undefined;
  /** The kinds that both sides were scanned for. For other kinds, we do not know whether a finding is new. */
  readonly kinds: ReadonlySet<FindingKind>;
  /** It does not know its packages' paths, and another tool may have made it: only package URLs are compared. */
  readonly withoutPaths?: boolean | undefined;
}

/** The operating system before and now, according to its packages. */
export type SystemChange = NonNullable<ReportedBaseline["systemChange"]>;
export type ChangeCounts = NonNullable<ReportedBaseline["counts"]>;

/** A target compared with its baseline. */
export interface Compared {
  readonly baseline: Baseline;
  /** Returns undefined if the baseline cannot know. Such a finding must not count as known. */
  readonly changeOf: (finding: Finding) => Change | undefined;
  /** The target's findings that the baseline also has, but did not permanently let in. They are not new, but count. */
  readonly unsettled: ReadonlySet<Finding>;
  /**
   * The baseline's findings, by this run's database, that the target lacks as their package or version is
   * gone, most severe first.
   */
  readonly fixed: readonly Finding[];
  /** The baseline's findings that may or may not be gone, since their subject could not be looked at. Absent: none. */
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

/** There is nothing to compare with. The reason is a clause without a full stop. */
export interface NotCompared {
  readonly none: string;
  /** No comparison was requested, so we do not mention it. */
  readonly quiet?: boolean | undefined;
  /** The user has named a baseline, which was not used. */
  readonly isNamed?: boolean | undefined;
  /** There may be a baseline, but it could not be fetched or used. */
  readonly trouble?: boolean | undefined;
}

export type Comparison = Compared | NotCompared;

/**
 * Compares findings with the baseline. Each finding takes one of the baseline's with the same identity, preferably with
 * the same version. What is left takes one that has moved: of the same advisory, package and version at a path where it
 * is no longer. If there is none, the finding is new. If it was not yet known when the baseline was made, it is newly
 * disclosed. Baseline findings that are not taken are fixed. A withdrawn advisory is on neither side, so it is not
 * fixed.
 */
export function compare(findings: readonly Finding[], baseline: Baseline): Compared {
  const identity = baseline.withoutPaths ? lastingIdentity(false, plainNames()) : lastingIdentity();
  const places = placesOf(baseline, identity);
  const known = baseline.earlier && flagsByIdentity(baseline.earlier, identity);
  const unseen = unseenTypes(baseline);
  const open = flagsByIdentity([...(baseline.unsettled ?? [])], identity);
  const unsettled = new Set<Finding>();
  const fresh = new Set<Finding>();
  const disclosed = new Set<Finding>();
  const unknown = new Set<Finding>();
  const others: Finding[] = [];
  let unchanged = 0;
  const isMarked = flagged(identity);
  const took = (finding: Finding, key: number, mayBeOpen = isMarked(open, key, finding)) => {
    const isKnown = isMarked(known, key, finding);
    const wasUnseen = !isKnown && unseen.has(finding.package?.type ?? "");
    if (wasUnseen) unsettled.add(finding);
    if (isKnown || wasUnseen) unchanged += 1;
    else disclosed.add(finding);
    // If several look the same, we cannot tell which one was let in.
    if (mayBeOpen) unsettled.add(finding);
  };
  for (const finding of findings) {
    if (!baseline.kinds.has(finding.kind)) unknown.add(finding);
    else {
      const key = identity(finding);
      if (takeSame(places, key, versionOf(finding))) took(finding, key);
      else others.push(finding);
    }
  }
  const unnamed: Finding[] = [];
  for (const finding of others) {
    const key = identity(finding);
    if (takeAny(places, key)) took(finding, key);
    else unnamed.push(finding);
  }
  const renames = new Renames(restOf(places), identity);
  const strangers = renames.takeAll(unnamed, (finding, was) => took(finding, identity(was)));
  const rest = restOf(places).filter((each) => !renames.taken.has(each));
  const moves = new Moves(strangers.length === 0 ? [] : rest, (each) => open[identity(each)] === 1);
  for (const finding of strangers) {
    const was = moves.take(finding);
    if (was === undefined) fresh.add(finding);
    else took(finding, identity(was), moves.mayBeMarked(was));
  }
  const gone = rest.filter((each) => !moves.taken.has(each));
  const fixed = gone.sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
  return {
    baseline,
    changeOf: (finding) => {
      if (fresh.has(finding)) return "new";
      if (disclosed.has(finding)) return "newly-disclosed";
      return unknown.has(finding) ? undefined : "unchanged";
    },
    unsettled,
    fixed,
    counts: { new: fresh.size, fixed: fixed.length, unchanged, newlyDisclosed: disclosed.size },
  };
}

/** The types of the packages that its run did not look at. */
function unseenTypes({ blind, packages }: Baseline): ReadonlySet<string> {
  return new Set(blind ? packages.flatMap((each) => (each.system ? [each.type] : [])) : []);
}

/** Indexed by identity: 1 if it is among the findings, by any id of their weaknesses. */
function flagsByIdentity(findings: readonly Finding[], identity: LastingIdentity): Uint8Array {
  const all = findings.some(({ aliases }) => aliases)
    ? findings.flatMap((each) => [each, ...otherNames(each)])
    : findings;
  const keys = Int32Array.from(all, identity);
  const marked = new Uint8Array(keys.reduce((most, key) => Math.max(most, key), -1) + 1);
  for (const key of keys) marked[key] = 1;
  return marked;
}

/**
 * Tells whether a finding is flagged, by the identity of what it took or by another id of its weakness. Without flags,
 * each is.
 */
function flagged(identity: LastingIdentity): (flags: Uint8Array | undefined, key: number, finding: Finding) => boolean {
  return (flags, key, finding) =>
    flags === undefined || flags[key] === 1 || otherNames(finding).some((each) => flags[identity(each)] === 1);
}

/** Indexed by identity: the baseline's findings that no finding of the target has taken. Usually one. */
type Places = (Finding | Alike | undefined)[];

function placesOf({ findings, kinds }: Baseline, identity: LastingIdentity): Places {
  const places: Places = [];
  for (const finding of findings) {
    if (!kinds.has(finding.kind)) continue;
    const key = identity(finding);
    const place = places[key];
    if (place === undefined) places[key] = finding;
    else if (place instanceof Alike) place.add(finding);
    else places[key] = new Alike(place, finding);
  }
  return places;
}

/** @returns whether there was one with this version */
function takeSame(places: Places, key: number, version: string): boolean {
  const place = places[key];
  if (place === undefined) return false;
  if (place instanceof Alike) return place.takeSame(version);
  if (versionOf(place) !== version) return false;
  places[key] = undefined;
  return true;
}

/** @returns whether there was any */
function takeAny(places: Places, key: number): boolean {
  const place = places[key];
  if (place instanceof Alike) return place.takeAny();
  places[key] = undefined;
  return place !== undefined;
}

function restOf(places: Places): Finding[] {
  const rest: Finding[] = [];
  for (const place of places) {
    if (place instanceof Alike) rest.push(...place.rest());
    else if (place !== undefined) rest.push(place);
  }
  return rest;
}

/** Several findings with one identity, by version, so that a thousand for one package do not take a million steps. */
class Alike {
  readonly #byVersion = new Map<string, Finding[]>();

  constructor(...findings: Finding[]) {
    for (const finding of findings) this.add(finding);
  }

  add(finding: Finding): void {
    const version = versionOf(finding);
    addTo(this.#byVersion, version, finding);
  }

  takeSame(version: string): boolean {
    const same = this.#byVersion.get(version);
    if (same === undefined) return false;
    same.pop();
    if (same.length === 0) this.#byVersion.delete(version);
    return true;
  }

  takeAny(): boolean {
    const version = this.#byVersion.keys().next().value;
    return version !== undefined && this.takeSame(version);
  }

  rest(): Finding[] {
    return [...this.#byVersion.values()].flat();
  }
}

/** The baseline's findings that are no longer at their path, by advisory, package and version. */
class Moves {
  readonly taken = new Set<Finding>();
  readonly #identity = lastingIdentity(false);
  readonly #left = new Map<string, Finding[]>();
  readonly #marked = new Set<string>();

  constructor(gone: readonly Finding[], isMarked: (finding: Finding) => boolean) {
    for (const finding of gone) {
      if (finding.package === undefined) continue;
      const key = this.#keyOf(finding);
      addTo(this.#left, key, finding);
      if (isMarked(finding)) this.#marked.add(key);
    }
  }

  /** Takes one that may have moved to where the finding is. */
  take(finding: Finding): Finding | undefined {
    if (finding.package === undefined) return undefined;
    const was = this.#left.get(this.#keyOf(finding))?.pop();
    if (was !== undefined) this.taken.add(was);
    return was;
  }

  /** Whether it, or one that looks the same without its path, is marked: which of them moved is unknown. */
  mayBeMarked(was: Finding): boolean {
    return this.#marked.has(this.#keyOf(was));
  }

  #keyOf(finding: Finding): string {
    return `${this.#identity(finding)} ${versionOf(finding)}`;
  }
}

function versionOf({ package: about }: Finding): string {
  return about?.version ?? "";
}
