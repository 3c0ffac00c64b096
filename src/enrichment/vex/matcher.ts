import type { Finding } from "../../domain/finding.ts";
import { isNamedAsFile, referenceParts, repositoryName } from "../../domain/image/reference.ts";
import { remembering } from "../../domain/memoize.ts";
import { type Purl, parsePurl, plainPurl, purlCovers, purlKey } from "../../domain/purl.ts";
import type { Artifact, ScanResult, Target } from "../../domain/target.ts";
import type { VexStatement } from "../../domain/verdict.ts";
import { type Claim, statementOf, type VexDocument } from "./claim.ts";

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

/** Claims about one vulnerability: about whole images, and about packages by {@link purlKey}. */
interface Claims {
  readonly ofImages: Ranked[];
  readonly ofPackages: Map<string, Ranked[]>;
}

/** Creates a matcher for documents. If times are equal, documents further down the list count as later. */
export function createVexMatcher(documents: readonly VexDocument[]): VexMatcher {
  const byId = indexed(documents);
  const used = new Set<VexDocument>();
  const parse = remembering(parsePurl);
  const isImage = rememberingImages();
  return {
    statementOf(finding, _target, scan) {
      const claims = finding.kind === "vulnerability" ? byId.get(finding.id.toLowerCase()) : undefined;
      if (claims === undefined) return undefined;
      const about = finding.package?.purl === undefined ? undefined : parse(finding.package.purl);
      const candidates = [...claims.ofImages, ...((about && claims.ofPackages.get(purlKey(about))) ?? [])];
      let latest: Ranked | undefined;
      for (const each of candidates)
        if ((latest === undefined || each.rank > latest.rank) && covers(each.claim, about, scan, isImage))
          latest = each;
      if (latest !== undefined) used.add(latest.document);
      return latest?.statement;
    },
    notes: () =>
      documents.flatMap((document) => [
        ...unknownNote(document),
        ...refusedNotes(document),
        ...unusedNote(document, used),
      ]),
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
    for (const id of new Set(claim.ids.map((each) => each.toLowerCase()))) {
      const claims = entry(byId, id, () => ({ ofImages: [], ofPackages: new Map() }));
      const of = claim.component ?? claim.product;
      if (of.type === "oci") claims.ofImages.push(ranked);
      else entry(claims.ofPackages, purlKey(of), () => [] as Ranked[]).push(ranked);
    }
  }
  return byId;
}

function covers(claim: Claim, about: Purl | undefined, scan: ScanResult, isImage: IsImage): boolean {
  const { product, component } = claim;
  if (component !== undefined) return about !== undefined && purlCovers(component, about) && isImage(product, scan);
  if (product.type === "oci") return isImage(product, scan);
  return about !== undefined && purlCovers(product, about);
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

/** At most this many products are named. The others are only counted. */
const MOST = 3;

function unknownNote({ name, unknownProducts }: VexDocument): string[] {
  const all = [...new Set(unknownProducts)];
  if (all.length === 0) return [];
  const more = all.length > MOST ? ` and ${all.length - MOST} more` : "";
  return [
    `The VEX document ${name} names products that cannot be told, as they have no package URL, and accepts nothing in them: ${all.slice(0, MOST).join(", ")}${more}.`,
  ];
}

/** One note for each reason, with the document and its first such statements. */
function refusedNotes({ name, claims }: VexDocument): string[] {
  const byReason = new Map<string, Claim[]>();
  for (const claim of claims)
    if (claim.refused !== undefined) entry(byReason, claim.refused, () => [] as Claim[]).push(claim);
  return [...byReason].map(([reason, all]) => {
    const named = all.slice(0, MOST).map(claimWords).join(", ");
    const more = all.length > MOST ? ` and ${all.length - MOST} more` : "";
    return `The VEX document ${name} has statements that ${reason}; they accept nothing: ${named}${more}.`;
  });
}

/** Describes a claim by its vulnerability and product. */
export function claimWords({
  ids: [id = "no vulnerability"],
  product,
  component,
}: Pick<Claim, "ids" | "product" | "component">): string {
  return `${id} in ${component === undefined ? "" : `${plainPurl(component)} in `}${plainPurl(product)}`;
}

function unusedNote(document: VexDocument, used: ReadonlySet<VexDocument>): string[] {
  // If all of a document's statements are refused, another note already says so.
  if (used.has(document) || document.claims.every(({ refused }) => refused !== undefined)) return [];
  return [
    `The VEX document ${document.name} says nothing of any finding: its products and vulnerabilities are others.`,
  ];
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * Whether an image's package URL (`pkg:oci/app@sha256:…?repository_url=ghcr.io/acme/app`) means the scanned image. It must
 * name the repository or the digest. Everything else in it (digest, tag, architecture) must match. By the specification of
 * `oci`, `repository_url` ends with the name, but some people only write the part before it.
 * (https://github.com/package-url/purl-spec/blob/main/types/oci-definition.json)
 */
function isThisImage({ type, namespace, name, version, qualifiers }: Purl, artifact: Artifact): boolean {
  if (type !== "oci" || namespace !== undefined) return false;
  const { repository_url: url, tag, arch } = qualifiers;
  if (url === undefined && version === undefined) return false;
  if (version !== undefined && version !== artifact.digest && version !== artifact.index?.digest) return false;
  if (arch !== undefined && arch !== artifact.platform?.split("/")[1]) return false;
  return artifact.names.some(
    (each) =>
      !isNamedAsFile(each) &&
      isRepository(repositoryName(each), name, url) &&
      (tag === undefined || tag === referenceParts(each).tag),
  );
}

function isRepository(repository: string, name: string, url: string | undefined): boolean {
  if (!repository.endsWith(`/${name}`)) return false;
  if (url === undefined) return true;
  const written = url.replace(/^https?:\/\//i, "").replace(/\/+$/, "");
  return repository === repositoryName(written) || repository === repositoryName(`${written}/${name}`);
}
