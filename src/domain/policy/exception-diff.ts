import type { Exception } from "../exception.ts";
import { type PolicyChange, pairUp } from "./change.ts";
import type { Policy } from "./policy.ts";

/**
 * Exceptions are the same if their ids and scopes are equal. One whose scope changed shows as removed and added.
 * Changes are in the order of the new file, removals last. Under `count: introduced`, a removal may let more through.
 * While the policy has an ended exception, the findings that it accepted count again. Without it, they are as old as
 * everything else in the baseline.
 */
export function exceptionChanges(
  base: readonly Exception[],
  head: readonly Exception[],
  subject: Subject = "exception",
  count: Policy["count"] = "all",
): PolicyChange[] {
  const { pairs, added, removed } = pairUp(base, head, scopeKey, contentKey);
  const present = [
    ...added.map((one) => addition(one, subject)),
    ...pairs.flatMap(([from, to]) => change(from, to, subject)),
  ];
  const gone = removed.map((each) => removal(each, subject, count === "introduced"));
  return [...present.sort((a, b) => a.line - b.line), ...gone];
}

type Subject = "exception" | "coverage";

function scopeKey({ id, package: name, paths, images }: Exception): string {
  return JSON.stringify([id.toLowerCase(), name, paths?.toSorted(), images?.toSorted()]);
}

function contentKey(exception: Exception): string {
  return JSON.stringify(fields(exception));
}

function addition(exception: Exception, subject: Subject): PolicyChange {
  return {
    what: "added",
    subject,
    about: scopeText(exception),
    to: termsText(exception),
    loosens: true,
    line: exception.line,
  };
}

function removal(exception: Exception, subject: Subject, loosens: boolean): PolicyChange {
  return {
    what: "removed",
    subject,
    about: scopeText(exception),
    from: termsText(exception),
    loosens,
    line: 0,
  };
}

function change(from: Exception, to: Exception, subject: Subject): PolicyChange[] {
  const before = fields(from);
  const after = fields(to);
  const differing = before.map(([, value], index) => value !== after[index]?.[1]);
  if (!differing.includes(true)) return [];
  const text = (all: [string, string][]) =>
    all
      .filter((_, index) => differing[index])
      .map(([name, value]) => `${name}: ${value}`)
      .join(", ");
  return [
    {
      what: "changed",
      subject,
      about: scopeText(to),
      from: text(before),
      to: text(after),
      loosens: to.expires > from.expires || (from.onlyWhileUnfixed && !to.onlyWhileUnfixed),
      line: to.line,
    },
  ];
}

/** The fields of an exception that may change while it remains the same exception. */
function fields({ expires, onlyWhileUnfixed, owner, created, reason }: Exception): [string, string][] {
  return [
    ["expires", expires],
    ["only-while-unfixed", String(onlyWhileUnfixed)],
    ["owner", owner ?? "none"],
    ["created", created ?? "none"],
    ["reason", reason],
  ];
}

/** `CVE-2021-44228 (package log4j-core; paths usr/**, opt/**)`. */
function scopeText({ id, package: name, paths, images }: Exception): string {
  const scope = [
    ...(name === undefined ? [] : [`package ${name}`]),
    ...(paths === undefined ? [] : [`paths ${paths.join(", ")}`]),
    ...(images === undefined ? [] : [`images ${images.join(", ")}`]),
  ];
  return scope.length === 0 ? id : `${id} (${scope.join("; ")})`;
}

function termsText({ expires, onlyWhileUnfixed, reason }: Exception): string {
  return `until ${expires}${onlyWhileUnfixed ? ", only while unfixed" : ""}: ${reason}`;
}
