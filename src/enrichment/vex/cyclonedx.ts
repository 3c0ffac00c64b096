import { z } from "zod";
import { type Purl, parsePurl, purlCovers } from "../../domain/purl.ts";
import {
  BadVex,
  type Claim,
  isSaid,
  joinedWords,
  parsedAs,
  type Reading,
  refusalOf,
  timeOf,
  type VexContents,
  type VexStatus,
} from "./claim.ts";

/** CycloneDX' `vulnerabilities` with their `analysis` (https://cyclonedx.org/capabilities/vex/). */
interface Component {
  readonly "bom-ref"?: string | undefined;
  readonly purl?: string | undefined;
  readonly components?: readonly Component[] | undefined;
}
const component: z.ZodType<Component> = z.lazy(() =>
  z.object({
    "bom-ref": z.string().optional(),
    purl: z.string().optional(),
    components: z.array(component).optional(),
  }),
);
const organisation = z.object({ name: z.string().optional() });
const vulnerability = z.object({
  id: z.string().optional(),
  references: z.array(z.object({ id: z.string().optional() })).optional(),
  updated: z.string().optional(),
  analysis: z
    .object({
      state: z.string().optional(),
      justification: z.string().optional(),
      detail: z.string().optional(),
      firstIssued: z.string().optional(),
      lastUpdated: z.string().optional(),
    })
    .optional(),
  affects: z
    .array(
      z.object({
        ref: z.string(),
        versions: z.array(z.object({ version: z.string().optional(), range: z.string().optional() })).optional(),
      }),
    )
    .optional(),
});
const schema = z.object({
  metadata: z
    .object({
      timestamp: z.string().optional(),
      authors: z.array(organisation).optional(),
      manufacturer: organisation.optional(),
      supplier: organisation.optional(),
      component: component.optional(),
    })
    .optional(),
  components: z.array(component).optional(),
  vulnerabilities: z.array(vulnerability),
});

type Vulnerability = z.infer<typeof vulnerability>;
type Affected = NonNullable<Vulnerability["affects"]>[number];

/** The states as the scanner interprets them. Any other state accepts nothing. */
const STATES: Readonly<Record<string, VexStatus>> = {
  not_affected: "not_affected",
  false_positive: "not_affected",
  resolved: "fixed",
  resolved_with_pedigree: "fixed",
  // Not part of CycloneDX, but people write it.
  fixed: "fixed",
  in_triage: "under_investigation",
};

/** Whether this is meant to be CycloneDX. */
export function isCycloneDx(value: Readonly<Record<string, unknown>>): boolean {
  return value.bomFormat === "CycloneDX";
}

/**
 * Reads a CycloneDX document with vulnerabilities. A vulnerability without an analysis makes no claim.
 * @throws BadVex, TooManyClaims
 */
export function readCycloneDx(value: Readonly<Record<string, unknown>>, reading: Reading): VexContents {
  const { metadata, components = [], vulnerabilities } = parsedAs("CycloneDX VEX", schema, value);
  const purls = new Map<string, string>();
  collect([...(metadata?.component ? [metadata.component] : []), ...components], purls);
  const names = (metadata?.authors ?? []).map(({ name }) => name).filter((name) => name !== undefined);
  const author = names.join(", ") || metadata?.manufacturer?.name || metadata?.supplier?.name;
  const unknownProducts: string[] = [];
  const issued = timeOf(metadata?.timestamp);
  const claims = vulnerabilities.flatMap((each) => claimsOf(each, { purls, issued, unknownProducts, reading }));
  return { author, claims, unknownProducts };
}

function collect(components: readonly Component[], purls: Map<string, string>): void {
  for (const { "bom-ref": ref, purl, components: within = [] } of components) {
    if (ref !== undefined && purl !== undefined) {
      if (!isOwnRef(ref, purl, purls.get(ref))) throw new BadVex("gives two components one `bom-ref`");
      purls.set(ref, purl);
    }
    collect(within, purls);
  }
}

/** A reference may be a package URL: then it must be the component's, since it is what a reader sees. */
function isOwnRef(ref: string, purl: string, known: string | undefined): boolean {
  if (known !== undefined && known !== purl) return false;
  const [said, own] = [parsePurl(ref), parsePurl(purl)];
  return said === undefined || own === undefined || purlCovers({ ...said, qualifiers: {}, subpath: undefined }, own);
}

interface Context {
  /** Package URLs, keyed by `bom-ref`. */
  readonly purls: ReadonlyMap<string, string>;
  readonly issued: number | undefined;
  readonly unknownProducts: string[];
  readonly reading: Reading;
}

function claimsOf({ id, references = [], analysis, affects = [], updated }: Vulnerability, context: Context): Claim[] {
  if (analysis?.state === undefined) return [];
  const common = {
    ids: [id, ...references.map((each) => each.id)].filter((each) => each !== undefined),
    status: Object.hasOwn(STATES, analysis.state) ? (STATES[analysis.state] as VexStatus) : "affected",
    at: timeOf(analysis.lastUpdated) ?? timeOf(analysis.firstIssued) ?? timeOf(updated) ?? context.issued,
    justification: joinedWords(analysis.justification, analysis.detail),
  };
  const isReasoned = isSaid(analysis.justification) || isSaid(analysis.detail);
  return affects.flatMap((each) => {
    const products = productsOf(each, context);
    context.reading.take(products.length * common.ids.length);
    return products.map((product): Claim => {
      const claim = { ...common, product };
      return { ...claim, refused: refusalOf(claim, isReasoned, context.reading) };
    });
  });
}

/** The products of a package URL, or of the `bom-ref` of a component that has one, in the listed versions. */
function productsOf({ ref, versions = [] }: Affected, { purls, unknownProducts }: Context): Purl[] {
  const product = parsePurl(purls.get(ref) ?? ref);
  if (product === undefined) {
    unknownProducts.push(ref);
    return [];
  }
  if (versions.length === 0) return [product];
  // Ranges depend on each ecosystem's own order. We do not interpret them, so they accept nothing.
  const exact = versions.flatMap(({ version }) => version ?? []);
  if (exact.length < versions.length) unknownProducts.push(`${ref} in a range of versions`);
  return exact
    .filter((version) => product.version === undefined || product.version === version)
    .map((version) => ({ ...product, version }));
}
