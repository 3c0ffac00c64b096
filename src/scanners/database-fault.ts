import { isoSeconds, spanWords } from "../domain/dates.ts";
import { listSome } from "../domain/list-some.ts";
import type { Fault } from "../supply/kept.ts";
import { GateError } from "../system/errors.ts";

// Common to all scanners' databases: their maximum age, and the failures of their sources.

/** Tolerance for a clock that is ahead. */
const HOUR_MS = 3_600_000;

/**
 * Why a database is not used because of its date. Undefined: its date is fine.
 * @param what the beginning of the sentence that ends with the date: `it was built on`
 */
export function faultOfAge(
  date: Date,
  what: string,
  { now, maxAgeMs }: { readonly now: Date; readonly maxAgeMs: number },
): { readonly reason: "damaged" | "stale"; readonly why: string } | undefined {
  const age = now.getTime() - date.getTime();
  const dated = `${what} ${isoSeconds(date)}`;
  if (age < -HOUR_MS) return { reason: "damaged", why: `it says that ${dated}, which is in the future` };
  return age > maxAgeMs ? { reason: "stale", why: `${dated}, more than ${spanWords(maxAgeMs)} ago` } : undefined;
}

/** Number that an annotation has room for, together with the remedy. */
const MOST_NAMED = 10;

/** The wording of failures of a database's sources. */
export interface PlacesWords {
  /** `No vulnerability database could be downloaded`. */
  readonly what: string;
  /** By the reason that all sources have. The code for `replaced` counts if any source has it. */
  readonly codes: Readonly<Record<string, string>> & { readonly unavailable: string };
  /** By reason. */
  readonly remedies: Readonly<Record<string, string | readonly string[]>>;
  /** For all other reasons. */
  readonly otherwise: string;
}

/**
 * The error if no place gave a usable database: it names each, its failure, and the remedies.
 * @param untried the number of places for which no time was left
 */
export function placesError(
  { what, codes, remedies, otherwise }: PlacesWords,
  faults: readonly Fault[],
  untried: number,
): GateError {
  const reasons = [...new Set(faults.map(({ reason }) => reason))];
  // The state of the copy on this machine says nothing about the sources.
  const [only = "", ...others] = reasons.filter((reason) => reason !== "replaced");
  const replaced = reasons.includes("replaced") ? codes.replaced : undefined;
  const list = listSome(faults, MOST_NAMED, { show: ({ place, why }) => `${place}: ${why}`, clauses: true });
  const rest =
    (faults.length > MOST_NAMED ? ", in the log" : "") + (untried > 0 ? `; no time was left for ${untried} more` : "");
  return new GateError(
    replaced ?? (others.length === 0 ? codes[only] : undefined) ?? codes.unavailable,
    `${what} (${list}${rest})`,
    [...new Set(reasons.flatMap((reason) => remedies[reason] ?? otherwise))].join(" "),
  );
}
