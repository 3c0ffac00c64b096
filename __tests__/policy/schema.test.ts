import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { policySchemaFile } from "../../scripts/generate/policy-schema.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
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
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
}

interface Key {
  readonly path: string;
  readonly node: Node;
  readonly required: boolean;
}

/** Every key by its path, such as `exceptions[].id`. */
function keys(node: Node, path = ""): Key[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, child]): Key[] => {
    const below = path === "" ? key : `${path}.${key}`;
    return [{ path: below, node: child, required: node.required?.includes(key) ?? false }, ...keys(child, below)];
  });
  return [...own, ...(node.items ? keys(node.items, `${path}[]`) : [])];
}

const ALL = keys(policyJsonSchema() as Node);
const docs = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");

it("describes every key, for editors", () => {
  expect(ALL.length).toBeGreaterThan(25);
  expect(ALL.filter(({ node }) => !node.description).map(({ path }) => path)).toEqual([]);
});

it("docs/policy.md has every key with the default that the schema has, and no other", () => {
  const section = /^## Every key$(.*?)^## /ms.exec(docs)?.[1] ?? "";
  const rows = [...section.matchAll(/^\| `([^`]+)` \| ([^|]*?) *\|/gm)].map(([, key, value]) => [key, value]);
  const expected = ALL.map(({ path, node, required }) => {
    const value = node.default === undefined ? "" : `\`${String(JSON.stringify(node.default)).replaceAll('"', "")}\``;
    return [path, required ? "required" : value];
  });
  expect(rows).toEqual(expected);
});

it("docs/policy.md begins with an example that is a policy, and uses every key of an exception", () => {
  const example = /```yaml\n(.*?)```/s.exec(docs)?.[1] ?? "";
  const policy = parsePolicy(example, { file: "docs/policy.md", today: "2026-11-24" });
  expect(Object.values(policy.exceptions[0] ?? {}).filter((value) => value === undefined)).toEqual([]);
  expect(Object.keys(policy.exceptions[0] ?? {})).toHaveLength(10);
});
