import type { Finding, FindingKind } from "../finding.ts";
import type { GIVEN_REPORT, InstalledPackage } from "../target.ts";
import type { Change } from "../verdict.ts";
import { type LastingIdentity, lastingIdentity } from "./identity.ts";
import type { PackageChanges } from "./package-changes.ts";

/** Where a baseline came from, as people are told. */
export interface BaselineSource {
  readonly kind: "run" | "report" | typeof GIVEN_REPORT | "sbom" | "image";
  /** The image that it is of, as far as it says; untrusted. */
  readonly image?: string | undefined;
  /** `linux/amd64`; absent: it does not say, or is of no image. */
  readonly platform?: string | undefined;
  /** The reference or file, as it was named. */
  readonly given?: string | undefined;
  /** Of a run: its branch, commit, and page. */
  readonly branch?: string | undefined;
  readonly commit?: string | undefined;
  readonly url?: string | undefined;
  /** When it was made (ISO 8601), as far as it says. */
  readonly madeAt?: string | undefined;
  /** What a reader must know before trusting the comparison: that it is another image's, that it has no paths, … */
  readonly notes?: readonly string[] | undefined;
}

/** What a target is compared with. */
export interface Baseline {
  readonly source: BaselineSource;
  readonly packages: readonly InstalledPackage[];
  /** Its findings by the database of this run. */
  readonly findings: readonly Finding[];
  /** Its findings at its own time; undefined: nobody knows. */
  readonly earlier?: readonly Finding[] | undefined;
  /**
   * Of {@link earlier}, those that its run did not let in for good: it accepted them, spared them for a time, or they broke a
   * limit. Undefined: nobody knows, and what it has counts as let in.
   */
  readonly unsettled?: ReadonlySet<Finding> | undefined;
  /** Nobody looked at its system's packages then: what they have now was there unseen, for as long as that was accepted. */
  readonly blind?: boolean | undefined;
  /** What both sides were searched for: of nothing else is it known whether it is new. */
  readonly kinds: ReadonlySet<FindingKind>;
  /** It does not know where its packages lie. */
  readonly withoutPaths?: boolean | undefined;
}

/** A system before and now, as its packages tell. */
export interface SystemChange {
  readonly from: string;
  readonly to: string;
}

export interface ChangeCounts {
  readonly new: number;
  readonly fixed: number;
  readonly unchanged: number;
  readonly newlyDisclosed: number;
  /** Of the baseline, and nobody could look whether it is still there; absent: none. */
  readonly unseen?: number | undefined;
}

/** A target beside its baseline. */
export interface Compared {
  readonly baseline: Baseline;
  /** Undefined: the baseline cannot know, so that it must not count as known. */
  readonly changeOf: (finding: Finding) => Change | undefined;
  /** Of the target's findings, those that the baseline has as well and did not let in for good: they are no news, and count. */
  readonly unsettled: ReadonlySet<Finding>;
  /** Of the baseline, by the database of this run, and not in the target: their package or version went. */
  readonly fixed: readonly Finding[];
  /** Of the baseline, and what they are about could not be looked at: nobody knows whether they went. Absent: none. */
  readonly unseen?: readonly Finding[] | undefined;
  /** The operating system is another one than the baseline's. */
  readonly systemChange?: SystemChange | undefined;
  readonly counts: ChangeCounts;
  /** Absent where the baseline does not know where its packages lie. */
  readonly packages?: PackageChanges | undefined;
}

/** The counts of all severities in one line, such as `+2 new, −5 fixed, 31 unchanged, 3 newly disclosed`; zeros are left out. */
export function countsLine(counts: ChangeCounts): string {
  const parts: readonly [number, string][] = [
    [counts.new, `+${grouped(counts.new)} new`],
    [counts.fixed, `−${grouped(counts.fixed)} fixed`],
    [counts.unchanged, `${grouped(counts.unchanged)} unchanged`],
    [counts.newlyDisclosed, `${grouped(counts.newlyDisclosed)} newly disclosed`],
    [counts.unseen ?? 0, `${grouped(counts.unseen ?? 0)} no longer seen`],
  ];
  const said = parts.filter(([count]) => count > 0).map(([, words]) => words);
  return said.length === 0 ? "no findings on either side" : said.join(", ");
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** There is nothing to compare with, and why: a clause without a full stop. */
export interface NotCompared {
  readonly none: string;
  /** It was not asked for, so that nobody needs to be told. */
  readonly quiet?: boolean | undefined;
  /** There may be something, and it could not be had or used. */
  readonly trouble?: boolean | undefined;
}

export type Comparison = Compared | NotCompared;

/**
 * How the findings stand to the baseline: each finding takes one of the same identity, the same version first; what finds
 * none is new. What the target takes and nobody knew at the baseline's time is newly disclosed; what nothing takes is
 * fixed. An advisory that was withdrawn matches neither side, so it is not fixed.
 */
export function compare(findings: readonly Finding[], baseline: Baseline): Compared {
  const identity = lastingIdentity(baseline.withoutPaths !== true);
  const places = placesOf(baseline, identity);
  const known = baseline.earlier && marks(baseline.earlier, identity);
  const unseen = new Set(baseline.blind ? baseline.packages.flatMap((each) => (each.system ? [each.type] : [])) : []);
  const open = marks([...(baseline.unsettled ?? [])], identity);
  const unsettled = new Set<Finding>();
  const fresh = new Set<Finding>();
  const disclosed = new Set<Finding>();
  const unknown = new Set<Finding>();
  const others: Finding[] = [];
  let unchanged = 0;
  const took = (finding: Finding, key: number) => {
    const wasUnseen = known?.[key] !== 1 && unseen.has(finding.package?.type ?? "");
    if (wasUnseen) unsettled.add(finding);
    if (known === undefined || known[key] === 1 || wasUnseen) unchanged += 1;
    else disclosed.add(finding);
    // Of several that look alike nobody can tell which one was let in.
    if (open[key] === 1) unsettled.add(finding);
  };
  for (const finding of findings) {
    if (!baseline.kinds.has(finding.kind)) unknown.add(finding);
    else {
      const key = identity(finding);
      if (takeSame(places, key, versionOf(finding))) took(finding, key);
      else others.push(finding);
    }
  }
  for (const finding of others) {
    const key = identity(finding);
    if (takeAny(places, key)) took(finding, key);
    else fresh.add(finding);
  }
  const fixed = restOf(places);
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

/** By identity: 1 for each that is among the findings. */
function marks(findings: readonly Finding[], identity: LastingIdentity): Uint8Array {
  const keys = Int32Array.from(findings, identity);
  const marked = new Uint8Array(keys.reduce((most, key) => Math.max(most, key), -1) + 1);
  for (const key of keys) marked[key] = 1;
  return marked;
}

/** By identity: the findings of the baseline that nothing of the target has taken. Mostly there is one. */
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

/** @returns whether there was one of this version */
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

/** Several findings of one identity, by version, so that a thousand of one package cost no million steps. */
class Alike {
  readonly #byVersion = new Map<string, Finding[]>();

  constructor(...findings: Finding[]) {
    for (const finding of findings) this.add(finding);
  }

  add(finding: Finding): void {
    const version = versionOf(finding);
    const same = this.#byVersion.get(version);
    if (same === undefined) this.#byVersion.set(version, [finding]);
    else same.push(finding);
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

function versionOf({ package: about }: Finding): string {
  return about?.version ?? "";
}
