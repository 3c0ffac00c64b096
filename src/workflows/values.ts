import { DEFAULT_THRESHOLDS, SEVERITIES, type Severity, severityName } from "../domain/severity.ts";

/** An input of our step: its name and its value. */
export type Put = readonly [name: string, value: string];

/** Why a step is left as it is: its meaning cannot be kept. */
export class Untranslatable extends Error {}

/** The expression that a value consists of. Undefined: the value is known now. */
function expressionIn(value: string): string | undefined {
  if (!value.includes("${{")) return undefined;
  const inner = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(value)?.[1]?.trim();
  if (inner === undefined) throw new Untranslatable(`${JSON.stringify(value)} is put together when the job runs`);
  return /^[\w.*-]+$/.test(inner) ? inner : `(${inner})`;
}

function limit(severity: Severity, value: string): Put {
  return [`max-${severityName(severity)}`, value];
}

/** Limits with which only these severities count. Limits that equal the default are left out. */
function limitsOf(counts: (severity: Severity) => boolean): Put[] {
  const changed = SEVERITIES.filter((each) => counts(each) !== (DEFAULT_THRESHOLDS[each] === 0));
  return changed.map((each) => limit(each, counts(each) ? "0" : "unlimited"));
}

/**
 * Limits for a list of severities of which none may be there. An empty list means all.
 * @param unknown the word for findings of unknown severity
 */
export function listedLimits(value: string, unknown = "unknown"): Put[] {
  const wordOf = (severity: Severity) => (severity === "UNKNOWN" ? unknown : severity).toUpperCase();
  const all = SEVERITIES.map(wordOf);
  const expression = expressionIn(value);
  if (expression !== undefined) {
    const given = `${expression} || '${all}'`;
    const within = (each: Severity) => `contains(${given}, '${wordOf(each)}') && '0' || 'unlimited'`;
    // Expressions cannot split a list. Any other text than neighbours in either order makes the first limit invalid.
    // Scripts that add words often begin with a comma.
    const framed = `format(startsWith(${given}, ',') && '{0},' || ',{0},', ${given})`;
    const known = `contains(',${[...all, ...all.toReversed().slice(1)]},', ${framed})`;
    const first = `${known} && (${within(SEVERITIES[0])}) || 'not a list such as ${SEVERITIES.slice(0, 2)}'`;
    return SEVERITIES.map((each, index) => limit(each, `\${{ ${index === 0 ? first : within(each)} }}`));
  }
  const listed = value.toUpperCase().match(/[^\s,]+/g) ?? all;
  if (listed.every((word) => all.includes(word))) return limitsOf((each) => listed.includes(wordOf(each)));
  throw new Untranslatable(`${JSON.stringify(value)} is not a list of severities`);
}

/**
 * Limits for the lowest severity that counts. An expression with another value at run time lets nothing pass.
 * @param words the words for severities, most severe first
 */
export function cutoffLimits(value: string, words: readonly string[]): Put[] {
  // Negligible findings are LOW here.
  const levels = SEVERITIES.filter((each) => words.includes(severityName(each)));
  const expression = expressionIn(value);
  const lighter = (index: number) =>
    `contains(fromJSON('${JSON.stringify(words.slice(0, index + 1))}'), ${expression})`;
  if (expression !== undefined)
    return levels.slice(1).map((each, index) => limit(each, `\${{ ${lighter(index)} && 'unlimited' || '0' }}`));
  const lowest = words.indexOf(value.toLowerCase());
  if (lowest === -1) throw new Untranslatable(`${JSON.stringify(value)} is not a severity`);
  return limitsOf((each) => levels.includes(each) && SEVERITIES.indexOf(each) <= lowest);
}

/** One of two values, by whether a value is this word. In an expression it may be a text, a boolean or a number. */
export function choice(value: string, word: string, then: string, otherwise: string): string {
  const expression = expressionIn(value);
  if (expression === undefined) return value.toLowerCase() === word ? then : otherwise;
  const test = word === "0" ? `${expression} == 0` : `contains(format('{0}', ${expression}), '${word}')`;
  return `\${{ ${test} && '${then}' || '${otherwise}' }}`;
}
