import type { ReadOf } from "./report/fields.ts";
import type { writtenException } from "./report/policy-schema.ts";

/** A written, owned, dated decision to let a finding through. */
export type Exception = ReadOf<typeof writtenException>;
