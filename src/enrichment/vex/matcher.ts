import type { Finding } from "../../domain/finding.ts";
import { remembering } from "../../domain/memoize.ts";
import { type Purl, parsePurl, purlCovers, purlKey } from "../../domain/purl.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import type { VexStatement } from "../../domain/verdict.ts";
import { type Claim, statementOf, type VexDocument } from "./claim.ts";
import { documentNotes } from "./notes.ts";
import { isThisImage } from "./this-image.ts";
import { barriersAround, MOST_STEPS, type Place, type Places, placesOf, type Steps, usersOf } from "./ways-in.ts";

/** The documents of a run, in the form that judging uses. */
export interface VexMatcher {
  /** The statement that accepts a finding. If there are several claims about it, the latest decides, even if it rejects. */
  statementOf(finding: Finding, target: Target, scan: ScanResult): VexStatement | undefined;
  /** After everything is judged: what a reader must know about the documents, in plain sentences. */
  notes(): string[];
}

/** A claim with its rank among all. A higher rank is later. */
interface Ranked {
  readonly claim: Claim;
  readonly document: VexDocument;
  readonly rank: number;
  readonly statement: VexStatement | undefined;
}

/** Claims about one vulnerability. */
interface Claims {
  /** About all that an image contains. */
  readonly ofImages: Ranked[];
  /** About a package in an image, by the package's {@link purlKey}. */
  readonly inImages: Map<string, Ranked[]>;
  /** About a package and what it brings in, by its {@link purlKey}. */
  readonly ofPackages: Map<string, Ranked[]>;
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
  const parse = remembering(parsePurl);
  const isImage = rememberingImages();
  const places = rememberingPlaces(parse);
  const steps: Steps = { left: MOST_STEPS };
  return {
    statementOf(finding, _target, scan) {
      const claims = finding.kind === "vulnerability" ? byId.get(finding.id.toLowerCase()) : undefined;
      if (claims === undefined) return undefined;
      const about = finding.package?.purl === undefined ? undefined : parse(finding.package.purl);
      const own = ownClaims(claims, about).filter(({ claim }) => covers(claim, about, scan, isImage));
      const leaves = leavesOf(claims, finding, scan, places);
      const users = usersOf(leaves, steps);
      // What cannot be followed to its end may be contradicted there, so nothing about it accepts.
      const latest = users && decisive(own, claimsAbove(claims, about, users), leaves, steps);
      if (latest !== undefined) used.add(latest.document);
      return latest?.statement;
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
    const ranked = { claim, document, rank, statement: statementOf(claim, document) };
    const { product, component } = claim;
    for (const id of new Set(claim.ids.map((each) => each.toLowerCase()))) {
      const claims = entry(byId, id, () => ({ ofImages: [], inImages: new Map(), ofPackages: new Map() }));
      if (product.type !== "oci") entry(claims.ofPackages, purlKey(product), () => [] as Ranked[]).push(ranked);
      else if (component === undefined) claims.ofImages.push(ranked);
      else entry(claims.inImages, purlKey(component), () => [] as Ranked[]).push(ranked);
    }
  }
  return byId;
}

/** The claims that may be about the image, or about the package itself. */
function ownClaims({ ofImages, inImages, ofPackages }: Claims, about: Purl | undefined): Ranked[] {
  if (about === undefined) return ofImages;
  const key = purlKey(about);
  return [...ofImages, ...(inImages.get(key) ?? []), ...(ofPackages.get(key) ?? [])];
}

function covers(claim: Claim, about: Purl | undefined, scan: ScanResult, isImage: IsImage): boolean {
  const { product } = claim;
  if (!isWithin(claim, about)) return false;
  return product.type === "oci" ? isImage(product, scan) : about !== undefined && purlCovers(product, about);
}

/** Whether a package is what a claim's product is said to contain. */
function isWithin({ component }: Claim, about: Purl | undefined): boolean {
  return component === undefined || (about !== undefined && purlCovers(component, about));
}

/** The places of the package with the finding, if any package of the target is a product that is claimed about. */
function leavesOf({ ofPackages }: Claims, finding: Finding, scan: ScanResult, places: PlacesIn): readonly Place[] {
  if (ofPackages.size === 0) return [];
  const { keys, of } = places(scan);
  return [...ofPackages.keys()].some((key) => keys.has(key)) ? of(finding) : [];
}

/** What is claimed about packages that bring in the one with the finding. */
function claimsAbove({ ofPackages }: Claims, about: Purl | undefined, users: Iterable<Place>): Above[] {
  const above: Above[] = [];
  for (const place of users) {
    const { purl, key } = place;
    if (purl === undefined || key === undefined) continue;
    for (const ranked of ofPackages.get(key) ?? [])
      if (purlCovers(ranked.claim.product, purl) && isWithin(ranked.claim, about)) above.push({ ranked, place });
  }
  return above;
}

/**
 * The claim that decides. The latest one does, whatever it says. What accepts by packages that bring in this one counts only if
 * no way leads around them.
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
  return all.reduce<Ranked | undefined>(
    (latest, each) => (latest && latest.rank > each.rank ? latest : each),
    undefined,
  );
}

function stepsNote({ left }: Steps): string[] {
  if (left >= 0) return [];
  return [
    "The packages depend on each other in too many ways to be followed to the end; VEX statements accept nothing in what was found after that.",
  ];
}

type PlacesIn = (scan: ScanResult) => Places;

/** {@link placesOf}, evaluated once for each scan. */
function rememberingPlaces(parse: (text: string) => Purl | undefined): PlacesIn {
  const known = new WeakMap<ScanResult, Places>();
  return (scan) => {
    const places = known.get(scan) ?? placesOf(scan.packages, parse);
    known.set(scan, places);
    return places;
  };
}

type IsImage = (product: Purl, scan: ScanResult) => boolean;

/** {@link isThisImage}, evaluated once for each product and scan. */
function rememberingImages(): IsImage {
  const known = new WeakMap<ScanResult, Map<Purl, boolean>>();
  return (product, scan) => {
    const answers = known.get(scan) ?? new Map<Purl, boolean>();
    known.set(scan, answers);
    return entry(answers, product, () => isThisImage(product, scan.artifact));
  };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
