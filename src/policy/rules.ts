import { addDays, type Day, daysBetween } from "../domain/dates.ts";
import { type Exception, scopeKey } from "../domain/exception.ts";
import type { ExceptionRules } from "../domain/policy/policy.ts";
import type { LocatedValue, OffsetMistake } from "./tree.ts";

/** An exception or an accepted gap that is valid by itself. The same rules apply to both. */
export interface LocatedException {
  readonly item: LocatedValue;
  readonly line: number;
  readonly entry: Omit<Exception, "line">;
}

/**
 * Checks rules that a schema of single keys cannot express: the order of dates, their distance, a required owner, exact
 * duplicates. `rules` is undefined if the file's own `exception-rules` are invalid; they are not applied then.
 */
export function brokenRules(
  exceptions: readonly LocatedException[],
  rules: ExceptionRules | undefined,
  today: Day,
): OffsetMistake[] {
  return [...exceptions.flatMap((each) => problemsOf(each, rules, today)), ...duplicates(exceptions)];
}

function problemsOf({ item, entry }: LocatedException, rules: ExceptionRules | undefined, today: Day) {
  const { created, expires, owner } = entry;
  const problems: OffsetMistake[] = [];
  const at = (key: "created" | "expires") => item.parts.get(key)?.at ?? item.at;
  // One day ahead may be today in another time zone.
  if (created !== undefined && daysBetween(today, created) > 1)
    problems.push({ at: at("created"), message: `"created" is in the future (today is ${today} in UTC)` });
  const life = daysBetween(created ?? today, expires);
  if (created !== undefined && life < 0) problems.push({ at: at("expires"), message: '"expires" is before "created"' });
  if (rules !== undefined && life > rules.maxDays) {
    const last = addDays(created ?? today, rules.maxDays);
    const from = created === undefined ? "today" : '"created"';
    const message = `"expires" is ${life} days after ${from}; at most ${rules.maxDays} are allowed ("max-days"), so ${last}`;
    problems.push({ at: at("expires"), message });
  }
  if (rules?.requireOwner && owner === undefined)
    problems.push({ at: item.at, message: '"owner" is missing, which "exception-rules" require' });
  return problems;
}

function duplicates(exceptions: readonly LocatedException[]): OffsetMistake[] {
  const lineOf = new Map<string, number>();
  return exceptions.flatMap(({ item, line, entry }) => {
    const { reason, owner, created, expires, onlyWhileUnfixed } = entry;
    const identity = JSON.stringify([scopeKey(entry), reason, owner, created, expires, onlyWhileUnfixed]);
    const first = lineOf.get(identity);
    if (first === undefined) lineOf.set(identity, line);
    const kind = entry.gap ? "accepted gap" : "exception";
    return first === undefined
      ? []
      : [{ at: item.at, message: `this ${kind} is the same as the one in line ${first}` }];
  });
}
