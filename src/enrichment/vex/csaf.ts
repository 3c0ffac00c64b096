import { z } from "zod";
import type { StrictJson } from "../../domain/json/parse-strict.ts";
import { type Purl, parsePurl } from "../../domain/purl.ts";
import { type Claim, hasVersion, isAccepting, JUSTIFICATIONS, refusalOf, type VexStatus } from "./claim.ts";
import { BadVex, joinedWords, parsedAs, type Reading, timeOf, type VexContents } from "./document.ts";
import { inOrderOfSay, releaseOf, type Unordered } from "./release.ts";

/** The parts of CSAF 2.0 and 2.1 that identify products (https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html). */
const product = z.object({
  product_id: z.string(),
  product_identification_helper: z
    .object({ purl: z.string().optional(), purls: z.array(z.string()).optional() })
    .optional(),
});
const branch = z.object({
  category: z.string().optional(),
  name: z.string().optional(),
  product: product.optional(),
  get branches() {
    return z.array(branch).optional();
  },
});
type Branch = z.infer<typeof branch>;
const about = { product_ids: z.array(z.string()).optional(), group_ids: z.array(z.string()).optional() };
/** Other groups, such as `recommended`, do not say whether a product is affected. */
const GROUPS: Readonly<Record<string, VexStatus>> = {
  known_not_affected: "not_affected",
  fixed: "fixed",
  first_fixed: "fixed",
  known_affected: "affected",
  first_affected: "affected",
  last_affected: "affected",
  under_investigation: "under_investigation",
};
const groups = Object.fromEntries(Object.keys(GROUPS).map((group) => [group, z.array(z.string()).optional()]));
const vulnerability = z.object({
  cve: z.string().optional(),
  ids: z.array(z.object({ text: z.string() })).optional(),
  product_status: z.object(groups).optional(),
  flags: z.array(z.object({ label: z.string(), ...about })).optional(),
  threats: z.array(z.object({ category: z.string(), details: z.string(), ...about })).optional(),
});
const schema = z.object({
  document: z.object({
    publisher: z.object({ name: z.string() }),
    tracking: z.object({ current_release_date: z.string() }),
  }),
  product_tree: z
    .object({
      branches: z.array(branch).optional(),
      full_product_names: z.array(product).optional(),
      product_groups: z.array(z.object({ group_id: z.string(), product_ids: z.array(z.string()) })).optional(),
      relationships: z
        .array(
          z.object({
            product_reference: z.string(),
            relates_to_product_reference: z.string(),
            full_product_name: z.object({ product_id: z.string() }),
          }),
        )
        .optional(),
    })
    .optional(),
  vulnerabilities: z.array(vulnerability).optional(),
});

type Document = z.infer<typeof schema>;
type Tree = NonNullable<Document["product_tree"]>;
type Vulnerability = z.infer<typeof vulnerability>;
/** A product in the tree: an image, a package, or a package within an image. */
interface Subject extends Pick<Claim, "product" | "component"> {
  /** The branches name a range of versions, and the package URL names none. */
  readonly isRange: boolean;
}

/** True if the document declares itself as CSAF. */
export function isCsaf(value: Readonly<Record<string, unknown>>): boolean {
  const document = value.document;
  return typeof document === "object" && document !== null && "csaf_version" in document;
}

/**
 * Reads a CSAF document. Package URLs identify the products, alone or as a component of another product.
 * @throws BadVex
 */
export function readCsaf(json: StrictJson, reading: Reading): VexContents {
  const { document, product_tree: tree = {}, vulnerabilities = [] } = parsedAs("CSAF", schema, json);
  const unknown = new Set<string>();
  const context: Context = {
    at: timeOf(document.tracking.current_release_date),
    subjects: subjectsOf(tree, reading),
    groups: new Map(tree.product_groups?.map((each) => [each.group_id, each.product_ids])),
    unknown,
    reading,
  };
  // The same vulnerability may be in several entries.
  const claims = inOrderOfSay(vulnerabilities.flatMap((each) => claimsOf(each, context)));
  return { author: document.publisher.name, claims, unknownProducts: [...unknown] };
}

const RANGE = "are about a range of versions, which is not interpreted";

interface Context {
  readonly at: number | undefined;
  readonly subjects: Subjects;
  /** Product ids, keyed by the id of their group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly unknown: Set<string>;
  readonly reading: Reading;
}

/** Keyed by product id. */
type Subjects = Map<string, readonly Subject[]>;

/** The products of the tree, and those that are a component of another. */
function subjectsOf(tree: Tree, reading: Reading): Subjects {
  const products = productsOf(tree);
  const subjects: Subjects = new Map(products);
  for (const { product_reference: part, full_product_name: name, ...whole } of tree.relationships ?? []) {
    const [parts, wholes] = [products.get(part) ?? [], products.get(whole.relates_to_product_reference) ?? []];
    reading.take(parts.length * wholes.length);
    const within = wholes.flatMap(({ product, isRange }) =>
      parts.map((each) => ({ product, component: each.product, isRange: isRange || each.isRange })),
    );
    addOnce(subjects, name.product_id, within);
  }
  return subjects;
}

/** @throws BadVex if the id has another product already */
function addOnce(subjects: Subjects, id: string, found: readonly Subject[]): void {
  const known = subjects.get(id);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(found))
    throw new BadVex("gives two products one id");
  subjects.set(id, found);
}

/** A product's version, as the branches above it state it. */
interface Above {
  readonly version: string | undefined;
  readonly isRange: boolean;
}

/** Branches for some versions of a product, in words that only its vendor can compare. */
const NARROWING = new Set(["product_version_range", "patch_level", "service_pack"]);

/** Products by their package URLs, keyed by product id. */
function productsOf({ branches = [], full_product_names: names = [] }: Tree): Subjects {
  const subjects: Subjects = new Map();
  const add = ({ product_id: id, product_identification_helper: helper }: z.infer<typeof product>, above: Above) => {
    const purls = [helper?.purl, ...(helper?.purls ?? [])].flatMap((text) => (text && parsePurl(text)) || []);
    addOnce(
      subjects,
      id,
      purls.map((purl) => releaseBelow(purl, above)),
    );
  };
  const walk = ({ category = "", name, product: own, branches: within = [] }: Branch, above: Above): void => {
    const version = category === "product_version" ? (name ?? above.version) : above.version;
    const here = { version, isRange: above.isRange || NARROWING.has(category) };
    if (own) add(own, here);
    for (const each of within) walk(each, here);
  };
  const top = { version: undefined, isRange: false };
  for (const each of branches) walk(each, top);
  for (const each of names) add(each, top);
  return subjects;
}

/**
 * A package URL without a version gets the version of the branch above. For a package in any version, vendors repeat
 * the package's name there.
 */
function releaseBelow(purl: Purl, { version, isRange }: Above): Subject {
  if (hasVersion(purl)) return { product: purl, isRange: false };
  const isName = version === purl.name || version === `${purl.namespace}/${purl.name}`;
  return { product: version === undefined || isName ? purl : releaseOf(purl, version), isRange };
}

function claimsOf(each: Vulnerability, context: Context): Unordered[] {
  const { at, subjects, unknown, reading } = context;
  const { cve, ids: others = [], product_status: statuses = {}, flags = [], threats = [] } = each;
  const ids = [cve, ...others.map(({ text }) => text)].filter((id) => id !== undefined);
  const flagOf = firstAbout(flags, ({ label }) => label, context);
  const impacts = threats.filter(({ category }) => category === "impact");
  const impactOf = firstAbout(impacts, ({ details }) => details, context);
  return Object.entries(statuses).flatMap(([group, products = []]) => {
    const status = GROUPS[group];
    if (status === undefined) return [];
    return products.flatMap((id) => {
      const found = subjects.get(id) ?? [];
      if (found.length === 0) unknown.add(id);
      reading.take(found.length * ids.length);
      const [flag, impact] = [flagOf(id), impactOf(id)];
      const justification = status === "not_affected" ? joinedWords(flag, impact) : undefined;
      const reason = { justification: flag, list: JUSTIFICATIONS, words: impact };
      return found.map(({ isRange, ...subject }): Unordered => {
        const claim = { ids, status, at, justification, ...subject };
        const refused = isRange && isAccepting(status) ? RANGE : refusalOf(claim, reason, reading.now);
        return { claim: { ...claim, refused }, isRange };
      });
    });
  });
}

/** A remark about some products. One that names neither products nor groups applies to all. */
type Remark = z.infer<z.ZodObject<typeof about>>;

/** Finds the text of the first remark about a product. */
function firstAbout<T extends Remark>(
  remarks: readonly T[],
  textOf: (remark: T) => string,
  { groups, reading }: Context,
): (id: string) => string | undefined {
  const known = new Map<string, string>();
  const general = remarks.find((remark) => remark.product_ids === undefined && remark.group_ids === undefined);
  for (const remark of remarks) {
    const { product_ids: products = [], group_ids: groupIds = [] } = remark;
    for (const ids of [products, ...groupIds.map((id) => groups.get(id) ?? [])]) {
      reading.take(ids.length);
      for (const id of ids) if (!known.has(id)) known.set(id, textOf(remark));
    }
  }
  return (id) => known.get(id) ?? (general && textOf(general));
}
