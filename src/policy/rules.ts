import { addDays, type Day, daysBetween } from "../domain/dates.ts";
import { scopeKey } from "../domain/exception.ts";
import type { AcceptanceEntry, ExceptionEntry, ExceptionRulesEntry } from "./schema.ts";

/** A broken rule between keys. If `key` is absent, it concerns the whole exception. */
export interface BrokenRule {
  readonly index: number;
  readonly key?: "created" | "expires";
  readonly message: string;
}

/** An exception that is valid by itself, with its index in the list. */
export interface NumberedException {
  readonly index: number;
  readonly line: number;
  readonly entry: Entry;
}

/** An exception, or an accepted gap. The same rules apply to both. */
export type Entry = ExceptionEntry | AcceptanceEntry;

/**
 * Checks rules that a schema of single keys cannot express: the order of dates, their distance, a required owner, exact
 * duplicates. `rules` is undefined if the file's own `exception-rules` are invalid; they are not applied then.
 */
export function brokenRules(
  exceptions: readonly NumberedException[],
  rules: ExceptionRulesEntry | undefined,
  today: Day,
): BrokenRule[] {
  const single = exceptions.flatMap(({ index, entry }) =>
    problemsOf(entry, rules, today).map((problem) => ({ index, ...problem })),
  );
  return [...single, ...duplicates(exceptions)];
}

function problemsOf(
  { created, expires, owner }: Entry,
  rules: ExceptionRulesEntry | undefined,
  today: Day,
): Omit<BrokenRule, "index">[] {
  const problems: Omit<BrokenRule, "index">[] = [];
  // One day ahead may be today in another time zone.
  if (created !== undefined && daysBetween(today, created) > 1)
    problems.push({ key: "created", message: `"created" is in the future (today is ${today} in UTC)` });
  const life = daysBetween(created ?? today, expires);
  if (created !== undefined && life < 0) problems.push({ key: "expires", message: '"expires" is before "created"' });
  if (rules !== undefined && life > rules.maxDays) {
    const last = addDays(created ?? today, rules.maxDays);
    const from = created === undefined ? "today" : '"created"';
    const message = `"expires" is ${life} days after ${from}; at most ${rules.maxDays} are allowed ("max-days"), so ${last}`;
    problems.push({ key: "expires", message });
  }
  if (rules?.requireOwner && owner === undefined)
    problems.push({ message: '"owner" is missing, which "exception-rules" require' });
  return problems;
}

function duplicates(exceptions: readonly NumberedException[]): BrokenRule[] {
  const lineOf = new Map<string, number>();
  return exceptions.flatMap(({ index, line, entry }) => {
    const { reason, owner, created, expires, onlyWhileUnfixed } = entry;
    const identity = JSON.stringify([scopeKey(entry), reason, owner, created, expires, onlyWhileUnfixed]);
    const first = lineOf.get(identity);
    if (first === undefined) lineOf.set(identity, line);
    const kind = "gap" in entry ? "accepted gap" : "exception";
    return first === undefined ? [] : [{ index, message: `this ${kind} is the same as the one in line ${first}` }];
  });
}
