import { z } from "zod";
import type { StrictJson } from "../../domain/json/parse-strict.ts";
import { type Purl, parsePurl } from "../../domain/purl.ts";
import { type Claim, JUSTIFICATIONS, refusalOf } from "./claim.ts";
import { BadVex, joinedWords, parsedAs, type Reading, timeOf, type VexContents } from "./document.ts";

/** OpenVEX 0.2 (https://github.com/openvex/spec). Many documents do not name the version. */
const CONTEXT = /^https:\/\/openvex\.dev\/ns(\/v0\.2\.\d+)?$/;

const component = z.object({
  "@id": z.string().optional(),
  identifiers: z.object({ purl: z.string().optional() }).optional(),
});
const text = z.string().min(1);
const statement = z.object({
  vulnerability: z
    .object({ "@id": text.optional(), name: text.optional(), aliases: z.array(z.string()).optional() })
    .refine((each) => (each.name ?? each["@id"]) !== undefined),
  timestamp: z.string().optional(),
  last_updated: z.string().optional(),
  products: z.array(component.extend({ subcomponents: z.array(component).optional() })).optional(),
  status: z.enum(["not_affected", "affected", "fixed", "under_investigation"]),
  justification: z.string().optional(),
  impact_statement: z.string().optional(),
  status_notes: z.string().optional(),
  // Before 0.2, a statement's subcomponents were here. If we missed them, we would accept too much.
  subcomponents: z.undefined().optional(),
});
const schema = z.object({
  author: z.string(),
  timestamp: z.string(),
  statements: z.array(statement),
});

type Component = z.infer<typeof component>;
type Statement = z.infer<typeof statement>;

/** True if the document declares itself as OpenVEX. */
export function isOpenVex(value: Readonly<Record<string, unknown>>): boolean {
  const context = value["@context"];
  return typeof context === "string" && context.startsWith("https://openvex.dev/ns");
}

/**
 * Reads an OpenVEX document. A statement without its own time has the document's.
 * @throws BadVex
 */
export function readOpenVex(json: StrictJson<Readonly<Record<string, unknown>>>, reading: Reading): VexContents {
  if (!CONTEXT.test(String(json.value["@context"]))) throw new BadVex("is OpenVEX of another version than 0.2");
  const document = parsedAs("OpenVEX", schema, json);
  const issued = timeOf(document.timestamp);
  const unknownProducts: string[] = [];
  const claims = document.statements.flatMap((each) => claimsOf(each, issued, unknownProducts, reading));
  return { author: document.author, claims, unknownProducts };
}

function claimsOf(each: Statement, issued: number | undefined, unknown: string[], reading: Reading): Claim[] {
  const common = {
    ids: idsOf(each.vulnerability),
    status: each.status,
    at: timeOf(each.last_updated) ?? timeOf(each.timestamp) ?? issued,
    justification: joinedWords(each.justification, each.impact_statement ?? each.status_notes),
  };
  if (each.products === undefined) unknown.push("the products of a statement that lists none");
  const { justification, impact_statement: words } = each;
  const reason = { justification, list: JUSTIFICATIONS, words };
  const claimOf = (product: Purl, component?: Purl): Claim => {
    const claim = { ...common, product, component };
    return { ...claim, refused: refusalOf(claim, reason, reading.now) };
  };
  return (each.products ?? []).flatMap((product) => {
    const products = purlsOf(product, unknown);
    const { subcomponents = [] } = product;
    const components = subcomponents.flatMap((sub) => purlsOf(sub, unknown));
    reading.take(products.length * Math.max(1, components.length) * common.ids.length);
    if (subcomponents.length === 0) return products.map((one) => claimOf(one));
    return products.flatMap((one) => components.map((within) => claimOf(one, within)));
  });
}

/**
 * Its name, its id and its aliases. An id that is an address names the vulnerability at its end, if no other field
 * does.
 */
function idsOf({ "@id": id = "", name, aliases = [] }: Statement["vulnerability"]): string[] {
  const isAddress = /^[a-z][a-z\d+.-]*:\/\//i.test(id);
  const end = isAddress ? (name === undefined ? id.replace(/[?#].*$/s, "").replace(/^.*\/(?=[^/])/s, "") : "") : id;
  return [...new Set([name ?? "", end, ...aliases])].filter((each) => each !== "");
}

/** A product's package URLs: from its identifiers, and from its id if that is one. */
function purlsOf({ "@id": id, identifiers }: Component, unknown: string[]): Purl[] {
  const found = [...new Set([identifiers?.purl, id])].flatMap((text) => (text && parsePurl(text)) || []);
  if (found.length === 0) unknown.push(identifiers?.purl ?? id ?? "a product without an id");
  return found;
}
