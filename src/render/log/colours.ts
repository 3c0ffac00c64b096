import type { Severity } from "../../domain/severity.ts";
import type { Answer } from "../../domain/verdict.ts";

/** Colours of a terminal (ECMA-48, SGR): of the 16 that every theme makes readable. */
const SEVERITY: Readonly<Record<Severity, string>> = {
  CRITICAL: "1;31",
  HIGH: "31",
  MEDIUM: "33",
  LOW: "36",
  UNKNOWN: "35",
};
const ANSWER: Readonly<Record<Answer, string>> = { pass: "1;32", fail: "1;31", error: "1;31" };

const ROW = /^ {2}(CRITICAL|HIGH|MEDIUM|LOW|UNKNOWN)(?= )/gm;
const HEADING = /^(\S.*: )(pass|fail|error)$/gm;
const LAST_LINE = /^(pass|fail|error)(?=: [^\n]*$)/gm;

/**
 * The text of {@link renderLog} with its severities and answers in colour, for logs that show them. Only words of ours
 * change: what surrounds them stays as it is, so that text that was harmless before is harmless after.
 */
export function coloured(text: string): string {
  return text
    .replace(ROW, (_, severity: Severity) => `  ${painted(severity, SEVERITY[severity])}`)
    .replace(HEADING, (_, before: string, answer: Answer) => `${before}${painted(answer, ANSWER[answer])}`)
    .replace(LAST_LINE, (answer) => painted(answer, ANSWER[answer as Answer]));
}

function painted(word: string, colour: string): string {
  return `\u001b[${colour}m${word}\u001b[0m`;
}
