import { listSome } from "../../domain/list-some.ts";
import { plainPurl } from "../../domain/purl.ts";
import type { Claim } from "./claim.ts";
import type { VexDocument } from "./document.ts";

/** At most this many products are named. The others are only counted. */
const MOST = 3;

/** Facts about documents for the reader, in plain sentences. The documents of a hub are one source. */
export function documentNotes(documents: readonly VexDocument[], used: ReadonlySet<VexDocument>): string[] {
  const sources = Map.groupBy(documents, (document) => document.hub ?? document);
  return [...sources.values()].flatMap((all) => {
    const [{ name, hub }] = all as [VexDocument];
    const source = hub === undefined ? `VEX document ${name}` : `VEX repository ${hub}`;
    const products = all.flatMap(({ unknownProducts }) => unknownProducts);
    const claims = all.flatMap((document) => document.claims);
    return [
      ...unknownNote(source, products),
      ...refusedNotes(source, claims),
      ...(hub === undefined ? all.flatMap((document) => unusedNote(document, used)) : []),
    ];
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

function unknownNote(source: string, products: readonly string[]): string[] {
  const all = [...new Set(products)];
  if (all.length === 0) return [];
  return [
    `The ${source} names products that cannot be identified, as they have no package URL or no single version, and accepts nothing in them: ${listSome(all, MOST)}.`,
  ];
}

/** One note for each reason, with the source and its first such statements. */
function refusedNotes(source: string, claims: readonly Claim[]): string[] {
  const refused = claims.filter(({ refused }) => refused !== undefined);
  return [...Map.groupBy(refused, ({ refused }) => refused)].map(([reason, all]) => {
    const named = listSome(all, MOST, { show: claimWords });
    return `The ${source} has statements that ${reason}; they accept nothing: ${named}.`;
  });
}

function unusedNote(document: VexDocument, used: ReadonlySet<VexDocument>): string[] {
  // If all of a document's statements are refused, another note already says so.
  if (used.has(document) || document.claims.every(({ refused }) => refused !== undefined)) return [];
  return [
    `The VEX document ${document.name} has no statement about any finding here: its products and vulnerabilities are others.`,
  ];
}
