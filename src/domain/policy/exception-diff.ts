import type { Exception } from "../exception.ts";
import { pair } from "../same/pair.ts";
import type { PolicyChange } from "./change.ts";
import type { Policy } from "./policy.ts";

/** What may differ between two versions of one exception. */
const TERMS: Readonly<Record<string, (exception: Exception) => string>> = {
  expires: ({ expires }) => expires,
  "only-while-unfixed": ({ onlyWhileUnfixed }) => String(onlyWhileUnfixed),
  owner: ({ owner = "none" }) => owner,
  created: ({ created = "none" }) => created,
  reason: ({ reason }) => reason,
};

/**
 * Exceptions are the same if their ids and scopes are equal. One whose scope changed shows as removed and added.
 * Changes are in the order of the new file, removals last. Under `count: introduced`, a removal may let more through.
 * While the policy has an ended exception, the findings that it accepted count again. Without it, they are as old as
 * everything else in the baseline.
 */
export function exceptionChanges(
  base: readonly Exception[],
  head: readonly Exception[],
  subject: "exception" | "coverage" = "exception",
  count: Policy["count"] = "all",
): PolicyChange[] {
  const { pairs, gone, fresh } = pair(base, head, [
    { keys: (each) => [`${scopeKey(each)}\n${termsOf(each, Object.keys(TERMS))}`] },
    { keys: (each) => [scopeKey(each)] },
  ]);
  const about = (exception: Exception) => ({ subject, about: scopeText(exception), line: exception.line });
  const additions = fresh.map(
    (each): PolicyChange => ({ what: "added", ...about(each), to: summary(each), loosens: true }),
  );
  const changes = [...pairs].flatMap(([to, from]): PolicyChange[] => {
    const differing = Object.keys(TERMS).filter((term) => TERMS[term]?.(from) !== TERMS[term]?.(to));
    if (differing.length === 0) return [];
    const loosens = to.expires > from.expires || (from.onlyWhileUnfixed && !to.onlyWhileUnfixed);
    return [{ what: "changed", ...about(to), from: termsOf(from, differing), to: termsOf(to, differing), loosens }];
  });
  const removals = gone.map(
    (each): PolicyChange => ({
      what: "removed",
      ...about(each),
      from: summary(each),
      loosens: count === "introduced",
      line: 0,
    }),
  );
  return [...[...additions, ...changes].sort((a, b) => a.line - b.line), ...removals];
}

function scopeKey({ id, package: name, paths, images }: Exception): string {
  return JSON.stringify([id.toLowerCase(), name, paths?.toSorted(), images?.toSorted()]);
}

function termsOf(exception: Exception, terms: readonly string[]): string {
  return terms.map((term) => `${term}: ${TERMS[term]?.(exception)}`).join(", ");
}

/** `CVE-2021-44228 (package log4j-core; paths usr/**, opt/**)`. */
function scopeText({ id, package: name, paths, images }: Exception): string {
  const scope = Object.entries({ package: name, paths: paths?.join(", "), images: images?.join(", ") });
  const given = scope.flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
  return given.length === 0 ? id : `${id} (${given.join("; ")})`;
}

function summary({ expires, onlyWhileUnfixed, reason }: Exception): string {
  return `until ${expires}${onlyWhileUnfixed ? ", only while unfixed" : ""}: ${reason}`;
}
