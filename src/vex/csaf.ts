import { z } from "zod";
import { type Purl, parsePurl } from "../domain/purl.ts";
import { type Claim, joinedWords, timeOf, type VexContents, type VexStatus } from "./claim.ts";
import { parsedAs } from "./parsed-as.ts";

/** CSAF 2.0 and 2.1 (https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html), as much of it as tells images and packages. */
const product = z.object({
  product_id: z.string(),
  product_identification_helper: z
    .object({ purl: z.string().optional(), purls: z.array(z.string()).optional() })
    .optional(),
});
interface Branch {
  readonly product?: z.infer<typeof product> | undefined;
  readonly branches?: readonly Branch[] | undefined;
}
const branch: z.ZodType<Branch> = z.lazy(() =>
  z.object({ product: product.optional(), branches: z.array(branch).optional() }),
);
const vulnerability = z.object({
  cve: z.string().optional(),
  ids: z.array(z.object({ text: z.string() })).optional(),
  product_status: z.record(z.string(), z.array(z.string())).optional(),
  flags: z.array(z.object({ label: z.string(), product_ids: z.array(z.string()).optional() })).optional(),
  threats: z
    .array(z.object({ category: z.string(), details: z.string(), product_ids: z.array(z.string()).optional() }))
    .optional(),
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
/** A product of the tree: an image or a package, or a package within an image. */
type Subject = Pick<Claim, "product" | "component">;

/** Other groups, such as `recommended`, say nothing of whether a product is affected. */
const GROUPS: Readonly<Record<string, VexStatus>> = {
  known_not_affected: "not_affected",
  fixed: "fixed",
  first_fixed: "fixed",
  known_affected: "affected",
  first_affected: "affected",
  last_affected: "affected",
  under_investigation: "under_investigation",
};

/** Whether this is meant to be CSAF. */
export function isCsaf(value: Readonly<Record<string, unknown>>): boolean {
  const document = value.document;
  return typeof document === "object" && document !== null && "csaf_version" in document;
}

/**
 * Reads a CSAF document. Products are told by their package URLs, alone or as a component of another product.
 * @throws BadVex
 */
export function readCsaf(value: Readonly<Record<string, unknown>>): VexContents {
  const { document, product_tree: tree = {}, vulnerabilities = [] } = parsedAs("CSAF", schema, value);
  const subjects = subjectsOf(tree);
  const at = timeOf(document.tracking.current_release_date);
  const unknown = new Set<string>();
  const claims = vulnerabilities.flatMap((each) => claimsOf(each, at, subjects, unknown));
  return { author: document.publisher.name, claims, unknownProducts: [...unknown] };
}

function subjectsOf(tree: NonNullable<Document["product_tree"]>): Map<string, readonly Subject[]> {
  const purls = new Map<string, readonly Purl[]>();
  const add = ({ product_id: id, product_identification_helper: helper }: z.infer<typeof product>): void => {
    const texts = [helper?.purl, ...(helper?.purls ?? [])].filter((text) => text !== undefined);
    purls.set(
      id,
      texts.flatMap((text) => parsePurl(text) ?? []),
    );
  };
  const walk = (branches: readonly Branch[]): void => {
    for (const each of branches) {
      if (each.product) add(each.product);
      walk(each.branches ?? []);
    }
  };
  walk(tree.branches ?? []);
  for (const each of tree.full_product_names ?? []) add(each);
  const subjects = new Map<string, readonly Subject[]>(
    [...purls].map(([id, all]) => [id, all.map((one) => ({ product: one }))]),
  );
  for (const {
    product_reference: part,
    relates_to_product_reference: whole,
    full_product_name: name,
  } of tree.relationships ?? []) {
    const parts = purls.get(part) ?? [];
    const within = (purls.get(whole) ?? []).flatMap((one) => parts.map((component) => ({ product: one, component })));
    subjects.set(name.product_id, within);
  }
  return subjects;
}

function claimsOf(
  each: Vulnerability,
  at: number | undefined,
  subjects: ReadonlyMap<string, readonly Subject[]>,
  unknown: Set<string>,
): Claim[] {
  const ids = [each.cve, ...(each.ids ?? []).map(({ text }) => text)].filter((id) => id !== undefined);
  return Object.entries(each.product_status ?? {}).flatMap(([group, products]) => {
    const status = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
    if (status === undefined) return [];
    return products.flatMap((id) => {
      const found = subjects.get(id) ?? [];
      if (found.length === 0) unknown.add(id);
      const justification = status === "not_affected" ? justificationOf(each, id) : undefined;
      return found.map((subject): Claim => ({ ids, status, at, justification, ...subject }));
    });
  });
}

function justificationOf({ flags = [], threats = [] }: Vulnerability, id: string): string | undefined {
  const isAbout = ({ product_ids: ids }: { product_ids?: string[] | undefined }) => ids?.includes(id) ?? true;
  const impact = threats.find((threat) => threat.category === "impact" && isAbout(threat));
  return joinedWords(flags.find(isAbout)?.label, impact?.details);
}
