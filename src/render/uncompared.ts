import type { JudgedTarget } from "../domain/verdict.ts";
import type { Alert } from "./markdown.ts";

const WORDS = "there is nothing to compare with, so that everything counts";

/** That only what the change brings in was to count, and could not be told; empty: it could. */
export function uncomparedWords({ uncompared }: JudgedTarget): string {
  return uncompared === true ? `The policy has \`count: introduced\`, and ${WORDS}.` : "";
}

/** The same for comment and summary. */
export function uncomparedNotice(target: JudgedTarget, alert: Alert): string {
  const words = uncomparedWords(target);
  return words === "" ? "" : alert("NOTE", words);
}

/** The same for the log. */
export function uncomparedLines({ uncompared }: JudgedTarget): string[] {
  return uncompared === true ? [`  count: introduced, and ${WORDS}.`] : [];
}
