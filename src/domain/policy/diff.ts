import { type Exception, scopeKey } from "../exception.ts";
import { type Pairing, pair } from "../same/pair.ts";
import { DEFAULT_THRESHOLDS, type Limit, SEVERITIES, type Severity, severityName } from "../severity.ts";
import type { PolicyChange } from "./change.ts";
import { exploitDataWanted } from "./exploit-limits.ts";
import type { ExceptionRules, Policy, TargetRule } from "./policy.ts";

/** A setting's effective value: with its default, if any. Undefined: not set. */
type Value = string | number | boolean | undefined;

/** A setting of the policy that is compared as one value. */
interface Setting {
  readonly subject: string;
  readonly about: string;
  value(policy: Policy): Value;
  readonly loosens: Loosens;
}

/** True if a change of a setting lets more through. */
type Loosens = (from: Value, to: Value, base: Policy, head: Policy) => boolean;

const never = () => false;
const ifHigher = (from: Value, to: Value) => limitValue(to) > limitValue(from);
const ifOn = (_: Value, to: Value) => to === true;
const ifBecomes = (loose: Value) => (_: Value, to: Value) => to === loose;
const ifSet = (_: Value, to: Value) => to !== undefined;

/** `unlimited` is greater than any number. */
function limitValue(limit: Value): number {
  return typeof limit === "number" ? limit : Number.POSITIVE_INFINITY;
}

function setting(subject: string, about: string, value: Setting["value"], loosens: Loosens): readonly Setting[] {
  return [{ subject, about, value, loosens }];
}

function eachSeverity(subject: string, value: (policy: Policy, severity: Severity) => Value, loosens: Loosens) {
  return SEVERITIES.flatMap((each) => setting(subject, each, (policy) => value(policy, each), loosens));
}

function exceptionRule(about: string, key: keyof ExceptionRules, loosens: Loosens): readonly Setting[] {
  return setting("exception rule", about, ({ exceptionRules }) => exceptionRules[key], loosens);
}

/** Settings before the rules for some images. */
const GENERAL: readonly Setting[] = [
  ...eachSeverity("threshold", ({ thresholds }, each) => thresholds[each] ?? DEFAULT_THRESHOLDS[each], ifHigher),
  ...setting("threshold", "exploited", ({ exploited = "unlimited" }) => exploited, ifHigher),
  // Other sources may have less data. If a limit depended on the old ones, the change may let more through.
  ...setting("exploit-data", "exploit-data", sourcesText, (_from, _to, base) => needsExploitData(base)),
  // While KEV is requested, exploited findings always count, even if their own limit is `unlimited`.
  ...setting(
    "exploit-data",
    "KEV",
    (policy) => (exploitDataWanted(policy).kev ? "asked for" : undefined),
    (from) => from !== undefined,
  ),
  ...setting("epss", "epss", ({ epss }) => epss && `at most ${epss.max} above ${epss.above}`, loosensEpss),
  ...setting("count", "count", ({ count = "all" }) => count, ifBecomes("introduced")),
  ...eachSeverity("grace-days", ({ graceDays = {} }, each) => graceDays[each] ?? 0, ifHigher),
  ...setting("ignore-unfixed", "ignore-unfixed", ({ ignoreUnfixed = false }) => ignoreUnfixed, ifOn),
  ...setting("agreement", "agreement", ({ agreement = "any" }) => agreement, ifBecomes("all")),
  // Another scanner's severity may be lower than the one that counted. Only the highest severity of all cannot be.
  ...setting("severity-from", "severity-from", ({ severityFrom }) => severityFrom?.join(", "), ifSet),
];

/** Settings after the rules for some images. The first ones are about running images, and let nothing through. */
const SPECIAL: readonly Setting[] = [
  ...eachSeverity("fix-within-days", ({ fixWithinDays }, each) => fixWithinDays?.[severityName(each)], never),
  ...setting("issues", "issues", issuesText, never),
  ...exceptionRule("max-days", "maxDays", ifHigher),
  // An earlier or later warning about an exception's end does not let anything through.
  ...exceptionRule("warn-days", "warnDays", never),
  ...exceptionRule("require-owner", "requireOwner", (from) => from === true),
];

/** The changes from `base` to `head`. General settings come first, individual exceptions last. */
export function diffPolicies(base: Policy, head: Policy): PolicyChange[] {
  const general = compared([...GENERAL, ...scannersIn(base, head)], base, head);
  return [
    ...general.filter((change) => !isSaidBefore(change, general)),
    ...targetRuleChanges(base, head),
    ...compared(SPECIAL, base, head),
    ...exceptionChanges(base.exceptions, head.exceptions, "exception", head.count),
    ...exceptionChanges(base.coverage ?? [], head.coverage ?? [], "coverage"),
  ];
}

function compared(settings: readonly Setting[], base: Policy, head: Policy): PolicyChange[] {
  return settings.flatMap(({ subject, about, value, loosens }): PolicyChange[] => {
    const [from, to] = [value(base), value(head)];
    if (from === to) return [];
    const what = from === undefined ? "added" : to === undefined ? "removed" : "changed";
    const texts = { from: from?.toString(), to: to?.toString() };
    return [{ what, subject, about, ...texts, loosens: loosens(from, to, base, head), line: 0 }];
  });
}

/** True for a change of KEV that another change implies: newly requested, or removed with its limit or sources. */
function isSaidBefore({ about, what }: PolicyChange, all: readonly PolicyChange[]): boolean {
  if (about !== "KEV") return false;
  return what === "added" || all.some((each) => ["exploited", "exploit-data"].includes(each.about) && each.loosens);
}

/** A setting for each scanner that is optional in one of the policies. */
function scannersIn(...policies: readonly Policy[]): Setting[] {
  const optional = ({ optionalScanners = [] }: Policy) => optionalScanners.map((name) => name.toLowerCase());
  return [...new Set(policies.flatMap(optional))].flatMap((name) =>
    setting(
      "scan-with",
      name,
      (policy) => (optional(policy).includes(name) ? "optional" : "required"),
      ifBecomes("optional"),
    ),
  );
}

function loosensEpss(_from: Value, _to: Value, { epss: from }: Policy, { epss: to }: Policy): boolean {
  if (from === undefined || from.max === "unlimited") return false;
  return to === undefined || to.above > from.above || ifHigher(from.max, to.max);
}

function sourcesText({ exploitData }: Policy): string | undefined {
  return exploitData && `KEV from ${exploitData.kev ?? "CISA"}, EPSS from ${exploitData.epss ?? "FIRST"}`;
}

function needsExploitData({ epss, exploitData, exploited, targets }: Policy): boolean {
  return [epss, exploitData, exploited, ...targets.map((rule) => rule.exploited)].some((each) => each !== undefined);
}

function issuesText({ issues }: Policy): string | undefined {
  const rules = issues?.map(({ images, assignees, labels }) => {
    return `${images.join(", ")}: ${[...assignees, ...labels].join(", ") || "nobody"}`;
  });
  return rules?.join("; ");
}

/** The items with a limit: each severity, and exploited vulnerabilities. */
const LIMITED = [...SEVERITIES, "exploited"] as const;
type Limits = Readonly<Partial<Record<(typeof LIMITED)[number], Limit>>>;

/** A rule with its position and its effective limits, including the file's limits and the defaults. */
interface Ranked {
  readonly rule: TargetRule;
  readonly position: number;
  readonly limits: Limits;
}

/**
 * Changes of the rules for some images. The first match counts, so an added, removed or moved rule decides which others
 * apply. An overlap of two rules' globs is not examined. The change counts as loosening if any limit, of the rules or
 * of the policy itself, could replace a lower one.
 */
function targetRuleChanges(base: Policy, head: Policy): PolicyChange[] {
  const images = ({ rule }: Ranked) => JSON.stringify(rule.images.toSorted());
  const [before, after] = [ranked(base), ranked(head)];
  // Equal rules are paired first. A new rule next to an old one for the same images is then added, not changed.
  const found = pair(before, after, [
    { keys: (each) => [`${images(each)}\n${limitsText(each)}`] },
    { keys: (each) => [images(each)] },
  ]);
  const loosens = (from: Ranked | undefined, to: Ranked | undefined) => {
    const were = from ? [from.limits] : [limitsOf(base), ...before.map(({ limits }) => limits)];
    const are = to ? [to.limits] : [limitsOf(head), ...after.map(({ limits }) => limits)];
    return were.some((was) => are.some((is) => isHigher(was, is)));
  };
  return [...listChanges(found, { about, textOf: limitsText, loosens }), ...moved([...found.pairs])];
}

/** A single change for all rules whose order changed. */
function moved(pairs: readonly (readonly [Ranked, Ranked])[]): PolicyChange[] {
  const before = pairs.toSorted(([, a], [, b]) => a.position - b.position).map(([to]) => to);
  const after = before.toSorted((a, b) => a.position - b.position);
  const first = after.find((rule, index) => rule !== before[index]);
  if (first === undefined) return [];
  const loosens = after.some((one) => after.some((other) => isHigher(one.limits, other.limits)));
  const [from, to] = [before, after].map((all) => all.map((each) => about(each).about).join("; "));
  return [{ what: "changed", ...about(first), about: "order", from, to, loosens }];
}

function ranked(policy: Policy): Ranked[] {
  return policy.targets.map((rule, position) => ({ rule, position, limits: limitsOf(policy, rule) }));
}

function limitsOf(policy: Policy, rule?: TargetRule): Limits {
  const exploited = rule?.exploited ?? policy.exploited ?? "unlimited";
  return { ...DEFAULT_THRESHOLDS, ...policy.thresholds, ...rule?.thresholds, exploited };
}

/** True if any limit is higher than before. */
function isHigher(before: Limits, after: Limits): boolean {
  return LIMITED.some((key) => ifHigher(before[key], after[key]));
}

function limitsText({ rule: { thresholds, exploited } }: Ranked): string {
  const limits: Limits = { ...thresholds, exploited };
  const set = LIMITED.filter((key) => limits[key] !== undefined);
  return set.length === 0 ? "no limits" : set.map((key) => `${key} ${limits[key]}`).join(", ");
}

function about({ rule }: Ranked): Pick<PolicyChange, "subject" | "about" | "line"> {
  return { subject: "target rule", about: rule.images.join(", "), line: rule.line };
}

/**
 * Exceptions are the same if their ids and scopes are. One with a changed scope is listed as removed and added. Changes
 * are in the order of the new file, removals last. Under `count: introduced`, a removal may let more through. While the
 * policy has an ended exception, the findings that it accepted count again. Without the exception, they are part of the
 * baseline and do not count.
 */
function exceptionChanges(
  base: readonly Exception[],
  head: readonly Exception[],
  subject: "exception" | "coverage" = "exception",
  count: Policy["count"] = "all",
): PolicyChange[] {
  const found = pair(base, head, [
    { keys: (each) => [`${scopeKey(each)}\n${summary(each)}`] },
    { keys: (each) => [scopeKey(each)] },
  ]);
  return listChanges(found, {
    about: (exception) => ({ subject, about: scopeText(exception), line: exception.line }),
    textOf: summary,
    loosens: (from, to) => {
      if (from === undefined || to === undefined) return from === undefined || count === "introduced";
      return to.expires > from.expires || (from.onlyWhileUnfixed && !to.onlyWhileUnfixed);
    },
  });
}

/** How to describe the items of a list. */
interface ListTerms<T> {
  readonly about: (one: T) => Pick<PolicyChange, "subject" | "about" | "line">;
  readonly textOf: (one: T) => string;
  readonly loosens: (from: T | undefined, to: T | undefined) => boolean;
}

/** New and changed items of a list, in the order of the present file, followed by removed ones. */
function listChanges<T>({ pairs, gone, fresh }: Pairing<T, T>, { about, textOf, loosens }: ListTerms<T>) {
  const changeOf = (from: T | undefined, to: T | undefined): PolicyChange[] => {
    const texts = { from: from && textOf(from), to: to && textOf(to) };
    if (texts.from === texts.to) return [];
    const change = { ...about((to ?? from) as T), ...texts, loosens: loosens(from, to) };
    if (to === undefined) return [{ what: "removed", ...change, line: 0 }];
    return [{ what: from === undefined ? "added" : "changed", ...change }];
  };
  const present = [
    ...fresh.map((to) => changeOf(undefined, to)),
    ...[...pairs].map(([to, from]) => changeOf(from, to)),
  ];
  return [...present.flat().sort((a, b) => a.line - b.line), ...gone.flatMap((from) => changeOf(from, undefined))];
}

/** `CVE-2021-44228 (package log4j-core; paths usr/**, opt/**)`. */
function scopeText({ id, package: name, paths, images }: Exception): string {
  const scope = Object.entries({ package: name, paths: paths?.join(", "), images: images?.join(", ") });
  const given = scope.flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
  return given.length === 0 ? id : `${id} (${given.join("; ")})`;
}

/** All terms of an exception. Two exceptions with the same text are the same. */
function summary({ expires, onlyWhileUnfixed, owner, created, reason }: Exception): string {
  const terms = [
    `until ${expires}`,
    onlyWhileUnfixed && "only while unfixed",
    owner && `owner ${owner}`,
    created && `since ${created}`,
  ];
  return `${terms.filter(Boolean).join(", ")}: ${reason}`;
}
