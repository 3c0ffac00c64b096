import { knownKeyOf, repeatedKey } from "../../domain/json/keys.ts";
import { BadVex } from "./claim.ts";

/** The keys of all formats that decide who says what about which product. */
const KEYS = [
  // The index of a hub, and OpenVEX.
  ..."packages location @context @id author timestamp last_updated statements vulnerability name aliases products".split(
    " ",
  ),
  ..."subcomponents identifiers purl status justification impact_statement".split(" "),
  // CycloneDX.
  ..."bomFormat metadata component components bom-ref vulnerabilities id references updated analysis state detail".split(
    " ",
  ),
  ..."firstIssued lastUpdated affects ref versions version range".split(" "),
  // CSAF.
  ..."document csaf_version tracking current_release_date product_tree branches product product_id".split(" "),
  ..."product_identification_helper purls full_product_names product_groups group_id product_ids group_ids".split(" "),
  ..."relationships product_reference relates_to_product_reference full_product_name cve ids text product_status".split(
    " ",
  ),
  ..."known_not_affected fixed first_fixed known_affected first_affected last_affected under_investigation".split(" "),
  ..."flags label threats category details".split(" "),
];
const correct: ReadonlySet<string> = new Set(KEYS);
const knownKey = knownKeyOf(KEYS);

/**
 * Parses a file that says what is accepted. Readers differ in which of two equal keys they take, and Go, and so the
 * scanner, reads `Subcomponents` as `subcomponents`: anyone who reviews it must see what is accepted.
 * @throws BadVex
 */
export function parsedJson(bytes: Buffer): unknown {
  const value = valueIn(bytes);
  if (repeatedKey(bytes, value) !== undefined) throw new BadVex("has a key twice in one object");
  const waiting: unknown[] = [value];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (typeof each !== "object" || each === null) continue;
    if (!Array.isArray(each)) requireSpelling(each);
    for (const part of Object.values(each)) if (typeof part === "object" && part !== null) waiting.push(part);
  }
  return value;
}

function valueIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new BadVex("is not JSON", { cause });
  }
}

function requireSpelling(object: object): void {
  for (const key in object) {
    const known = correct.has(key) ? undefined : knownKey(key);
    if (known !== undefined)
      throw new BadVex(`has the key ${JSON.stringify(known)} in a spelling that only some readers know`);
  }
}
