import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { policySchemaFile } from "../../scripts/generate/policy-schema.ts";
import { policyJsonSchema } from "../../src/policy/schema.ts";
import { MISSHAPEN, VALID } from "./examples.ts";

const ajv = new Ajv2020({ strict: true, allErrors: true });
addFormats.default(ajv);
const isValid = ajv.compile(policyJsonSchema());
const committed = new URL("../../schema/policy.schema.json", import.meta.url);

it("the committed schema is the one that the code makes", () => {
  expect(readFileSync(committed, "utf8")).toBe(policySchemaFile());
});

it("is a draft 2020-12 schema with an id and a title", () => {
  expect(policyJsonSchema()).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:image-gate:policy:1",
    title: "Image Gate policy",
  });
});

it.each(Object.entries(VALID))("accepts what the gate accepts: %s", (_, text) => {
  isValid(parse(text));
  expect(isValid.errors).toBeNull();
});

it.each(Object.entries(MISSHAPEN))("refuses what the gate refuses: %s", (_, text) => {
  expect(isValid(parse(text))).toBe(false);
});

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

/** Every key by its path, such as `exceptions[].id`. */
function keys(node: Node, path = ""): [string, Node][] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]): [string, Node][] => {
    const below = path === "" ? key : `${path}.${key}`;
    return [[below, child], ...keys(child, below)];
  });
  return [...own, ...(node.items ? keys(node.items, `${path}[]`) : [])];
}

it("describes every key, for editors", () => {
  const all = keys(policyJsonSchema() as Node);
  expect(all.length).toBeGreaterThan(25);
  expect(all.filter(([, node]) => !node.description).map(([path]) => path)).toEqual([]);
});

it("docs/policy.md has every key with the default that the schema has, and no other", () => {
  const docs = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");
  const rows = [...docs.matchAll(/^\| `([^`]+)` \| (?:`([^`]+)`|([^|]*?)) \|/gm)].map(([, key, value]) => [key, value]);
  const expected = keys(policyJsonSchema() as Node).map(([path, node]) => [
    path,
    node.default === undefined ? undefined : JSON.stringify(node.default).replaceAll('"', ""),
  ]);
  expect(new Map(rows as [string, string | undefined][])).toEqual(new Map(expected as [string, string | undefined][]));
});
