import { z } from "zod";
import type { StrictJson } from "../../domain/json/parse-strict.ts";
import { type Purl, parsePurl, purlCovers } from "../../domain/purl.ts";
import { type Claim, hasVersion, isAccepting, refusalOf, type VexStatus } from "./claim.ts";
import { BadVex, joinedWords, parsedAs, type Reading, timeOf, type VexContents } from "./document.ts";
import { inOrderOfSay, isOfVersion, releaseOf, type Unordered } from "./release.ts";

/** CycloneDX' `vulnerabilities` with their `analysis` (https://cyclonedx.org/capabilities/vex/). */
const component = z.object({
  "bom-ref": z.string().optional(),
  purl: z.string().optional(),
  version: z.string().optional(),
  get components() {
    return z.array(component).optional();
  },
});
type Component = z.infer<typeof component>;
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
        versions: z
          .array(
            z.object({
              version: z.string().optional(),
              range: z.string().optional(),
              status: z.enum(["affected", "unaffected", "unknown"]).optional(),
            }),
          )
          .optional(),
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
type Version = NonNullable<Affected["versions"]>[number];

/** The states as the scanner interprets them. Any other state accepts nothing. */
const STATES: ReadonlyMap<string, VexStatus> = new Map([
  ["not_affected", "not_affected"],
  ["false_positive", "not_affected"],
  ["resolved", "fixed"],
  ["resolved_with_pedigree", "fixed"],
  // Not part of CycloneDX, but it is used.
  ["fixed", "fixed"],
  ["in_triage", "under_investigation"],
]);

/** Its justifications (https://cyclonedx.org/docs/1.6/json/#vulnerabilities_items_analysis_justification). */
const JUSTIFICATIONS: ReadonlySet<string> = new Set(
  "code_not_present code_not_reachable requires_configuration requires_dependency requires_environment protected_by_compiler protected_at_runtime protected_at_perimeter protected_by_mitigating_control".split(
    " ",
  ),
);

/** True if the document declares itself as CycloneDX. */
export function isCycloneDx(value: Readonly<Record<string, unknown>>): boolean {
  return value.bomFormat === "CycloneDX";
}

/**
 * Reads a CycloneDX document with vulnerabilities. A vulnerability without an analysis makes no claim.
 * @throws BadVex
 */
export function readCycloneDx(json: StrictJson, reading: Reading): VexContents {
  const { metadata, components = [], vulnerabilities } = parsedAs("CycloneDX VEX", schema, json);
  const named = new Map<string, NamedComponent>();
  collect([...(metadata?.component ? [metadata.component] : []), ...components], named);
  const names = (metadata?.authors ?? []).map(({ name }) => name).filter((name) => name !== undefined);
  const author = names.join(", ") || metadata?.manufacturer?.name || metadata?.supplier?.name;
  const unknownProducts: string[] = [];
  const issued = timeOf(metadata?.timestamp);
  const claims = vulnerabilities.flatMap((each) => claimsOf(each, { named, issued, unknownProducts, reading }));
  return { author, claims, unknownProducts };
}

/** The identifiers of a component that has a reference. */
interface NamedComponent {
  readonly purl: string;
  readonly version: string | undefined;
}

function collect(components: readonly Component[], named: Map<string, NamedComponent>): void {
  for (const { "bom-ref": ref, purl, version, components: within = [] } of components) {
    if (ref !== undefined && purl !== undefined) {
      const known = named.get(ref);
      const isSame = known === undefined || (known.purl === purl && known.version === (version || undefined));
      if (!isSame || !isOwnRef(ref, purl)) throw new BadVex("gives two components one `bom-ref`");
      named.set(ref, { purl, version: version || undefined });
    }
    collect(within, named);
  }
}

/** A reference that is a package URL must be the component's own, since it is the one that a reader sees. */
function isOwnRef(ref: string, purl: string): boolean {
  const [said, own] = [parsePurl(ref), parsePurl(purl)];
  return said === undefined || own === undefined || purlCovers({ ...said, qualifiers: {}, subpath: undefined }, own);
}

interface Context {
  /** Components, keyed by `bom-ref`. */
  readonly named: ReadonlyMap<string, NamedComponent>;
  readonly issued: number | undefined;
  readonly unknownProducts: string[];
  readonly reading: Reading;
}

function claimsOf({ id, references = [], analysis, affects = [], updated }: Vulnerability, context: Context): Claim[] {
  if (analysis?.state === undefined) return [];
  const common = {
    ids: [id, ...references.map((each) => each.id)].filter((each) => each !== undefined),
    at: timeOf(analysis.lastUpdated) ?? timeOf(analysis.firstIssued) ?? timeOf(updated) ?? context.issued,
    justification: joinedWords(analysis.justification, analysis.detail),
  };
  const status = STATES.get(analysis.state) ?? "affected";
  const reason = { justification: analysis.justification, list: JUSTIFICATIONS, words: analysis.detail };
  const all = affects.flatMap((each) => {
    const said = saidOf(each, status, context);
    context.reading.take(said.length * common.ids.length);
    return said.map(({ isRange, ...what }): Unordered => {
      const claim = { ...common, ...what };
      return { claim: { ...claim, refused: refusalOf(claim, reason, context.reading.now) }, isRange };
    });
  });
  return inOrderOfSay(all);
}

/** A product with the statement about it. */
interface Said extends Pick<Claim, "product" | "status"> {
  readonly isRange: boolean;
}

/**
 * The statements about a package URL, or about the `bom-ref` of a component that has one, for each listed version.
 * Ranges depend on each ecosystem's own order: they are not interpreted, so they accept nothing.
 */
function saidOf({ ref, versions = [] }: Affected, status: VexStatus, { named, unknownProducts }: Context): Said[] {
  const { purl: text = ref, version } = named.get(ref) ?? {};
  const purl = parsePurl(text);
  if (purl === undefined) {
    unknownProducts.push(ref);
    return [];
  }
  const isOther = version !== undefined && hasVersion(purl) && !isOfVersion(purl, version);
  const narrowed = version === undefined || hasVersion(purl) ? purl : releaseOf(purl, version);
  const product = isOther ? { ...purl, version: undefined } : narrowed;
  const said =
    versions.length === 0
      ? [{ product, status, isRange: false }]
      : versions.flatMap((each) => saidOfVersion(each, product, status));
  if (isAccepting(status) && versions.some((each) => each.status === undefined))
    unknownProducts.push(`${ref} in versions without a status, which count as affected in CycloneDX`);
  return said.filter((each) => {
    const isRefused = isAccepting(each.status) && (isOther || each.isRange);
    if (isRefused) unknownProducts.push(`${ref} ${isOther ? "with two versions" : "in a range of versions"}`);
    return !isRefused;
  });
}

/** Nothing, if a rejecting statement lists a version that is not affected. */
function saidOfVersion({ status: own, version, range }: Version, product: Purl, all: VexStatus): Said[] {
  if (own === "unaffected" && !isAccepting(all)) return [];
  const status = isAccepting(all) ? (OWN[own ?? "affected"] ?? all) : all;
  if (version === undefined || range !== undefined) return [{ product, status, isRange: true }];
  if (!hasVersion(product)) return [{ product: releaseOf(product, version), status, isRange: false }];
  return isOfVersion(product, version) ? [{ product, status, isRange: false }] : [];
}

/** The status of an accepting statement for a version with its own status. Absent: unchanged. */
const OWN: Readonly<Record<string, VexStatus>> = { affected: "affected", unknown: "under_investigation" };
