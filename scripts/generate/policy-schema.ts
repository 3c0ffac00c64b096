import { policyJsonSchema } from "../../src/policy/schema.ts";

/** The JSON Schema of the policy file, as the text of its file. */
export function policySchemaFile(): string {
  return `${JSON.stringify(policyJsonSchema(), null, 2)}\n`;
}
