import { z } from "zod";
import { type Purl, parsePurl } from "../../domain/purl.ts";
import {
  BadVex,
  type Claim,
  hasVersion,
  isAccepting,
  JUSTIFICATIONS,
  joinedWords,
  parsedAs,
  type Reading,
  reasonOf,
  refusalOf,
  timeOf,
  type VexContents,
  type VexStatus,
} from "./claim.ts";
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
type Vulnerability = z.infer<typeof vulnerability>;
/** A package URL of a product, as far as it and the branches above tell which versions are meant. */
interface Release {
  readonly purl: Purl;
  /** The branches name a range of versions, and the package URL names none. */
  readonly isRange: boolean;
}
/** A product in the tree: an image, a package, or a package within an image. */
interface Subject extends Pick<Claim, "product" | "component"> {
  readonly isRange: boolean;
}

/** Whether this is meant to be CSAF. */
export function isCsaf(value: Readonly<Record<string, unknown>>): boolean {
  const document = value.document;
  return typeof document === "object" && document !== null && "csaf_version" in document;
}

/**
 * Reads a CSAF document. Package URLs identify the products, alone or as a component of another product.
 * @throws BadVex, TooManyClaims
 */
export function readCsaf(value: Readonly<Record<string, unknown>>, reading: Reading): VexContents {
  const { document, product_tree: tree = {}, vulnerabilities = [] } = parsedAs("CSAF", schema, value);
  const unknown = new Set<string>();
  const context: Context = {
    at: timeOf(document.tracking.current_release_date),
    subjects: subjectsOf(tree, reading),
    groups: new Map(tree.product_groups?.map((each) => [each.group_id, each.product_ids])),
    unknown,
    reading,
  };
  // The same vulnerability may stand in several entries.
  const claims = inOrderOfSay(vulnerabilities.flatMap((each) => claimsOf(each, context)));
  return { author: document.publisher.name, claims, unknownProducts: [...unknown] };
}

const TWICE = "gives two products one id";
const RANGE = "are about a range of versions, which is not interpreted";

interface Context {
  readonly at: number | undefined;
  /** Keyed by product id. */
  readonly subjects: ReadonlyMap<string, readonly Subject[]>;
  /** Product ids, keyed by the id of their group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly unknown: Set<string>;
  readonly reading: Reading;
}

type Tree = NonNullable<Document["product_tree"]>;

function subjectsOf(tree: Tree, reading: Reading): Map<string, readonly Subject[]> {
  const purls = purlsOf(tree);
  const subjects = new Map<string, readonly Subject[]>(
    [...purls].map(([id, all]) => [id, all.map(({ purl, isRange }) => ({ product: purl, isRange }))]),
  );
  for (const {
    product_reference: part,
    relates_to_product_reference: whole,
    full_product_name: name,
  } of tree.relationships ?? []) {
    const parts = purls.get(part) ?? [];
    const wholes = purls.get(whole) ?? [];
    reading.take(parts.length * wholes.length);
    const within = wholes.flatMap((one) =>
      parts.map((component) => ({
        product: one.purl,
        component: component.purl,
        isRange: one.isRange || component.isRange,
      })),
    );
    const known = subjects.get(name.product_id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(within)) throw new BadVex(TWICE);
    subjects.set(name.product_id, within);
  }
  return subjects;
}

/** Package URLs, keyed by product id. */
function purlsOf(tree: Tree): Map<string, readonly Release[]> {
  const purls = new Map<string, readonly Release[]>();
  const add = ({ product_id: id, product_identification_helper: helper }: z.infer<typeof product>, above: Above) => {
    const texts = [helper?.purl, ...(helper?.purls ?? [])].filter((text) => text !== undefined);
    const found = texts.flatMap((text) => {
      const purl = parsePurl(text);
      return purl === undefined ? [] : [releaseBelow(purl, above)];
    });
    const known = purls.get(id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(found)) throw new BadVex(TWICE);
    purls.set(id, found);
  };
  const walk = (branches: readonly Branch[], above: Above): void => {
    for (const each of branches) {
      const here = below(each, above);
      if (each.product) add(each.product, here);
      walk(each.branches ?? [], here);
    }
  };
  walk(tree.branches ?? [], {});
  for (const each of tree.full_product_names ?? []) add(each, {});
  return purls;
}

/** What the branches above a product say of its version. */
interface Above {
  readonly version?: string;
  readonly isRange?: boolean;
}

function below({ category, name }: Branch, above: Above): Above {
  if (category === "product_version" && name !== undefined) return { ...above, version: name };
  return category !== undefined && NARROWING.has(category) ? { ...above, isRange: true } : above;
}

/** Branches that mean some versions of a product, in words that only its vendor can compare. */
const NARROWING = new Set(["product_version_range", "patch_level", "service_pack"]);

/**
 * A package URL without a version means the version that the branch above names. Vendors repeat the package's name
 * there for a package in any version.
 */
function releaseBelow(purl: Purl, { version, isRange = false }: Above): Release {
  if (hasVersion(purl)) return { purl, isRange: false };
  if (version === undefined || isNameOf(purl, version)) return { purl, isRange };
  return { purl: releaseOf(purl, version), isRange };
}

function isNameOf({ namespace, name }: Purl, text: string): boolean {
  return text === name || text === `${namespace}/${name}`;
}

function claimsOf(each: Vulnerability, context: Context): Unordered[] {
  const { at, subjects, unknown, reading } = context;
  const ids = [each.cve, ...(each.ids ?? []).map(({ text }) => text)].filter((id) => id !== undefined);
  const reasons = reasonsOf(each, context);
  return statusesOf(each).flatMap(([status, products]) => {
    return products.flatMap((id) => {
      const found = subjects.get(id) ?? [];
      if (found.length === 0) unknown.add(id);
      reading.take(found.length * ids.length);
      const { flag, impact } = reasons(id);
      const justification = status === "not_affected" ? joinedWords(flag, impact) : undefined;
      const reason = reasonOf(flag, JUSTIFICATIONS, impact);
      return found.map(({ isRange, ...subject }): Unordered => {
        const claim = { ids, status, at, justification, ...subject };
        const refused = isRange && isAccepting(status) ? RANGE : refusalOf(claim, reason, reading);
        return { claim: { ...claim, refused }, isRange };
      });
    });
  });
}

function statusesOf({ product_status: groups = {} }: Vulnerability): [VexStatus, readonly string[]][] {
  return Object.entries(groups).flatMap(([group, products = []]): [VexStatus, readonly string[]][] => {
    const status = GROUPS[group];
    return status === undefined ? [] : [[status, products]];
  });
}

/** Why a product is not affected: its first flag, and its first threat of the category `impact`. */
function reasonsOf(
  { flags = [], threats = [] }: Vulnerability,
  context: Context,
): (id: string) => { readonly flag: string | undefined; readonly impact: string | undefined } {
  const impacts = threats.filter(({ category }) => category === "impact");
  const label = firstAbout(
    flags.map((flag) => ({ ...flag, text: flag.label })),
    context,
  );
  const details = firstAbout(
    impacts.map((threat) => ({ ...threat, text: threat.details })),
    context,
  );
  return (id) => ({ flag: label(id), impact: details(id) });
}

interface Remark {
  readonly text: string;
  readonly product_ids?: readonly string[] | undefined;
  readonly group_ids?: readonly string[] | undefined;
}

/** Finds the first remark about a product. One that names neither products nor groups applies to all. */
function firstAbout(remarks: readonly Remark[], { groups, reading }: Context): (id: string) => string | undefined {
  const known = new Map<string, string>();
  let ofAll: string | undefined;
  for (const { text, product_ids: products, group_ids: groupIds } of remarks) {
    if (products === undefined && groupIds === undefined) ofAll ??= text;
    for (const ids of [products ?? [], ...(groupIds ?? []).map((id) => groups.get(id) ?? [])]) {
      reading.take(ids.length);
      for (const id of ids) if (!known.has(id)) known.set(id, text);
    }
  }
  return (id) => known.get(id) ?? ofAll;
}
