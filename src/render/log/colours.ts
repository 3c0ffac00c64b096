import { SEVERITIES, type Severity } from "../../domain/severity.ts";
import type { Answer } from "../../domain/verdict.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";

const ANSWER: Readonly<Record<Answer, string>> = { pass: "1;32", fail: "1;31", error: "1;31" };

const ROW = new RegExp(`^ {2}(${SEVERITIES.join("|")})(?= )`, "gm");
const HEADING = /^(\S.*: )(pass|fail|error)$/gm;
const LAST_LINE = /^(pass|fail|error)(?=: [^\n]*$)/gm;

/**
 * The text of a log with severities and answers in colour, for logs that show colours. Only our own words
 * change. The text around them stays as it is, so text that was harmless stays harmless.
 */
export function coloured(text: string): string {
  return text
    .replace(ROW, (_, severity: Severity) => `  ${painted(severity, SEVERITY_STYLES[severity].terminal)}`)
    .replace(HEADING, (_, before: string, answer: Answer) => `${before}${painted(answer, ANSWER[answer])}`)
    .replace(LAST_LINE, (answer) => painted(answer, ANSWER[answer as Answer]));
}

function painted(word: string, colour: string): string {
  return `\u001b[${colour}m${word}\u001b[0m`;
}
