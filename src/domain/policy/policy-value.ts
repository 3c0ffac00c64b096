import type { Limit } from "../severity.ts";
import type { PolicyChange } from "./diff.ts";

/** As a number; unlimited is more than any. */
export function limitValue(limit: Limit): number {
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : limit;
}

/** A change of one value, where there is one. */
export function changed<T extends Limit | boolean>(
  subject: PolicyChange["subject"],
  about: string,
  from: T,
  to: T,
  loosens: boolean,
): PolicyChange[] {
  if (from === to) return [];
  return [{ what: "changed", subject, about, from: String(from), to: String(to), loosens, line: 0 }];
}
