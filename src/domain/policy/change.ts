import type { ReadOf } from "../report/fields.ts";
import type { policyChange } from "../report/policy-schema.ts";

/** One difference between two policies, as plain text. Untrusted: the renderer must escape it. */
export type PolicyChange = ReadOf<typeof policyChange>;

/** In reading order: changes that loosen the policy come first. */
export function looseningFirst(changes: readonly PolicyChange[]): PolicyChange[] {
  return changes.toSorted((a, b) => Number(b.loosens) - Number(a.loosens));
}
