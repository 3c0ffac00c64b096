import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { ensureKyvernoDefinition } from "../../scripts/setup/go-tools.ts";
import { root } from "../../scripts/setup/tools.ts";

interface Definition {
  readonly spec: {
    readonly versions: {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { openAPIV3Schema: object };
    }[];
  };
}

/** The schema without room for unknown fields, which an API server would drop silently. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]));
  const isOpen = !("properties" in members) || "x-kubernetes-preserve-unknown-fields" in members;
  return isOpen ? members : { additionalProperties: false, ...members };
}

it("the policy of docs/examples/kyverno has the fields that Kyverno's own definition has, and no other", async () => {
  const policy = parse(readFileSync(join(root, "docs/examples/kyverno/verify-image-gate.yaml"), "utf8"));
  const definition = parse(readFileSync(await ensureKyvernoDefinition(), "utf8")) as Definition;
  const version = definition.spec.versions.find(({ name }) => `policies.kyverno.io/${name}` === policy.apiVersion);
  expect(version?.served).toBe(true);
  const spec = (strict(version?.schema.openAPIV3Schema) as { properties: { spec: object } }).properties.spec;
  const validate = new Ajv({ strict: false, logger: false }).compile(spec);
  expect(validate(policy.spec), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...policy.spec, attestators: [] })).toBe(false);
  expect(validate({ ...policy.spec, attestors: undefined })).toBe(false);
  const [gate] = policy.spec.attestors;
  expect(validate({ ...policy.spec, attestors: [{ ...gate, cosign: { ...gate.cosign, pubkey: "x" } }] })).toBe(false);
}, 600_000);
