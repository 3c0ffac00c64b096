import { addTo } from "../../domain/collections.ts";
import type { Finding } from "../../domain/finding.ts";
import { memoize, oncePer } from "../../domain/memoize.ts";
import { type Purl, parsePurl, purlKey, releaseCovers } from "../../domain/purl.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import type { VexStatement } from "../../domain/verdict.ts";
import type { Claim } from "./claim.ts";
import { statementOf, type VexDocument } from "./document.ts";
import { documentNotes } from "./notes.ts";
import { barriersAround, MOST_STEPS, type Place, placesOf, type Steps, take, usersOf } from "./reachability.ts";
import { isImagePurl, isThisImage } from "./this-image.ts";

/** The documents of a run, in the form that judging uses. */
export interface VexMatcher {
  /**
   * The statement that accepts a finding. If there are several claims about it, the latest decides, even if it rejects.
   */
  statementOf(finding: Finding, target: Target, scan: ScanResult): VexStatement | undefined;
  /** Facts about the documents for the reader, in plain sentences. To be called after everything is judged. */
  notes(): string[];
}

/** A claim with its rank among all. A higher rank is later. */
interface Ranked {
  readonly claim: Claim;
  readonly document: VexDocument;
  readonly rank: number;
  /** {@link purlKey} of the claim's component. */
  readonly within: string | undefined;
  readonly statement: VexStatement | undefined;
}

/** Claims about one vulnerability. */
interface Claims {
  /** Claims about an image with all its packages. */
  readonly ofImages: Ranked[];
  /** Claims about a package in an image, by the package's {@link purlKey}. */
  readonly inImages: Map<string, Ranked[]>;
  /** Claims about a package and its dependencies, by its {@link purlKey}. */
  readonly ofPackages: Map<string, Ranked[]>;
}

/** The package with the finding. */
interface Subject {
  readonly purl: Purl;
  readonly key: string;
}

/** A claim about a package that brings in the one with the finding. */
interface Above {
  readonly ranked: Ranked;
  readonly place: Place;
}

/** Creates a matcher for documents. If times are equal, documents further down the list count as later. */
export function createVexMatcher(documents: readonly VexDocument[]): VexMatcher {
  const byId = indexed(documents);
  const used = new Set<VexDocument>();
  const isImage = oncePerScan((product: Purl, scan) => isThisImage(product, scan.artifact));
  const places = oncePer((scan: ScanResult) => placesOf(scan.packages));
  // True if any package of a target is the subject of a claim.
  const isAnyIn = oncePerScan(({ ofPackages }: Claims, scan) =>
    [...ofPackages.keys()].some((key) => places(scan).keys.has(key)),
  );
  const steps: Steps = { left: MOST_STEPS };
  const decisionOf = (claims: Claims, finding: Finding, scan: ScanResult): Ranked | undefined => {
    const purl = finding.package?.purl === undefined ? undefined : parsePurl(finding.package.purl);
    const about = purl && { purl, key: purlKey(purl) };
    const candidates = ownClaims(claims, about);
    const leaves = isAnyIn(claims, scan) ? places(scan).of(finding) : [];
    const users = take(steps, candidates.length) ? usersOf(leaves, steps) : undefined;
    const above = users && claimsAbove(claims, about, users, steps);
    // A chain that is too long to follow may end in a contradiction, so nothing about it accepts.
    if (above === undefined) return undefined;
    const own = candidates.filter((each) => covers(each, about, scan, isImage));
    return decisive(own, above, leaves, steps);
  };
  return {
    statementOf(finding, _target, scan) {
      if (finding.kind !== "vulnerability") return undefined;
      const ids = [finding.id, ...(finding.aliases ?? [])].map((id) => id.toLowerCase());
      const [first, ...others] = ids.flatMap((id) => byId.get(id) ?? []);
      if (first === undefined) return undefined;
      const decision = decisionOf(first, finding, scan);
      if (decision !== undefined) used.add(decision.document);
      if (decision?.statement === undefined) return undefined;
      // If there is a statement about the id itself, an alias cannot accept, but a later rejection of the alias counts.
      const isRejected = others.some((claims) => {
        const other = decisionOf(claims, finding, scan);
        return steps.left < 0 || (other !== undefined && other.statement === undefined && other.rank > decision.rank);
      });
      return isRejected ? undefined : decision.statement;
    },
    notes: () => [...documentNotes(documents, used), ...stepsNote(steps)],
  };
}

/** All claims that are not refused, the latest last. */
export function byTime(documents: readonly VexDocument[]): { readonly claim: Claim; readonly document: VexDocument }[] {
  const all = documents.flatMap((document) =>
    document.claims.filter(({ refused }) => refused === undefined).map((claim) => ({ claim, document })),
  );
  const at = ({ claim }: { claim: Claim }) => claim.at ?? Number.NEGATIVE_INFINITY;
  // The sort is stable: if times are equal, the claim further down stays the later one.
  return all.sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)));
}

function indexed(documents: readonly VexDocument[]): Map<string, Claims> {
  const byId = new Map<string, Claims>();
  for (const [rank, { claim, document }] of byTime(documents).entries()) {
    const { product, component } = claim;
    const within = component && purlKey(component);
    const ranked = { claim, document, rank, within, statement: statementOf(claim, document) };
    for (const id of new Set(claim.ids.map((each) => each.toLowerCase()))) {
      const claims: Claims = byId.get(id) ?? { ofImages: [], inImages: new Map(), ofPackages: new Map() };
      byId.set(id, claims);
      if (!isImagePurl(product)) addTo(claims.ofPackages, purlKey(product), ranked);
      else if (within === undefined) claims.ofImages.push(ranked);
      else addTo(claims.inImages, within, ranked);
    }
  }
  return byId;
}

/** The claims that may be about the image, or about the package itself. */
function ownClaims({ ofImages, inImages, ofPackages }: Claims, about: Subject | undefined): readonly Ranked[] {
  if (about === undefined) return ofImages;
  return [...ofImages, ...(inImages.get(about.key) ?? []), ...(ofPackages.get(about.key) ?? [])];
}

/** True if one of {@link ownClaims} is about the image, or about the package itself. */
function covers(ranked: Ranked, about: Subject | undefined, scan: ScanResult, isImage: IsImage): boolean {
  const { product } = ranked.claim;
  if (!isWithin(ranked, about)) return false;
  return isImagePurl(product) ? isImage(product, scan) : about !== undefined && releaseCovers(product, about.purl);
}

/** True if a package is the component that the claim names within its product. */
function isWithin({ claim: { component }, within }: Ranked, about: Subject | undefined): boolean {
  return (
    component === undefined || (about?.key === within && about !== undefined && releaseCovers(component, about.purl))
  );
}

/** The claims about packages that bring in the one with the finding. Undefined: too many {@link Steps}. */
function claimsAbove(
  { ofPackages }: Claims,
  about: Subject | undefined,
  users: Iterable<Place>,
  steps: Steps,
): Above[] | undefined {
  const above: Above[] = [];
  for (const place of users) {
    const { purl, key } = place;
    const claims = key === undefined ? undefined : ofPackages.get(key);
    if (purl === undefined || claims === undefined) continue;
    if (!take(steps, claims.length)) return undefined;
    for (const ranked of claims)
      if (releaseCovers(ranked.claim.product, purl) && isWithin(ranked, about)) above.push({ ranked, place });
  }
  return above;
}

/**
 * The claim that decides: the latest one, whatever it says. A claim that accepts through packages that bring in this
 * one counts only if every dependency path leads through them.
 */
function decisive(
  own: readonly Ranked[],
  above: readonly Above[],
  leaves: readonly Place[],
  steps: Steps,
): Ranked | undefined {
  const rejecting = latestOf([...own, ...above.map(({ ranked }) => ranked)].filter(({ statement }) => !statement));
  const isLater = ({ rank, statement }: Ranked) => statement !== undefined && rank > (rejecting?.rank ?? -1);
  const accepting = latestOf(own.filter(isLater));
  if (accepting !== undefined) return accepting;
  const byPlace = Map.groupBy(
    above.filter(({ ranked }) => isLater(ranked)),
    ({ place }) => place,
  );
  const barriers = byPlace.size === 0 ? undefined : barriersAround(leaves, (place) => byPlace.has(place), steps);
  if (barriers === undefined) return rejecting;
  return latestOf([...barriers].flatMap((place) => (byPlace.get(place) ?? []).map(({ ranked }) => ranked)));
}

function latestOf(all: readonly Ranked[]): Ranked | undefined {
  return all.toSorted((a, b) => b.rank - a.rank)[0];
}

function stepsNote({ left }: Steps): string[] {
  if (left >= 0) return [];
  return [
    "There are too many VEX statements and dependencies to follow for all findings. Statements accept no findings that were judged after the limit.",
  ];
}

type IsImage = (product: Purl, scan: ScanResult) => boolean;

/** Asks only once for each pair. */
function oncePerScan<K, V>(ask: (key: K, scan: ScanResult) => V): (key: K, scan: ScanResult) => V {
  const answers = oncePer((scan: ScanResult) => memoize<V, K>((key) => ask(key, scan)));
  return (key, scan) => answers(scan)(key);
}
