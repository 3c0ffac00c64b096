import type { JudgedFinding } from "../../domain/verdict.ts";
import { whyNotCounted } from "./not-counted.ts";
import { plain } from "./safe-text.ts";

/**
 * What became of a finding, for tables that tools read: `open`, `accepted: its reason`, `not counted`. Untrusted text of
 * the reason is on one line, without what cannot be seen.
 */
export function statusOf(judged: JudgedFinding): string {
  if (judged.outcome === "open") return "open";
  return judged.outcome === "not-counted" ? "not counted" : `accepted: ${whyAccepted(judged)}`;
}

/** Why an accepted finding is: the reason of the exception that holds, or the VEX document's words. */
export function whyAccepted({ exceptions: [exception], vex }: JudgedFinding): string {
  if (exception !== undefined) return plain(exception.reason);
  const words = vex?.status === "fixed" ? "VEX fixed" : "VEX not affected";
  return plain(vex?.justification === undefined ? words : `${words}: ${vex.justification}`);
}

/** The rule that spares a finding that is not counted, and until when it does. */
export function sparingRule(judged: JudgedFinding): string {
  const { countsFrom } = judged;
  return whyNotCounted(judged) + (countsFrom === undefined ? "" : `; counts from ${plain(countsFrom)}`);
}

/** Why a finding does not count towards its limit, as a clause; empty: it counts. */
export function whySpared(judged: JudgedFinding): string {
  if (judged.outcome === "open") return "";
  if (judged.outcome === "not-counted") return `not counted: ${sparingRule(judged)}`;
  const [exception] = judged.exceptions;
  return `${statusOf(judged)}${exception === undefined ? "" : ` (until ${plain(exception.expires)})`}`;
}
