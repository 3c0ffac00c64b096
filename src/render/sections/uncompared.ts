import type { JudgedTarget } from "../../domain/verdict.ts";
import type { Alert } from "../markdown/markdown.ts";

const POLICY = "The policy has `count: introduced`, and";
const UNCOMPARED = "there is nothing to compare with, so that everything counts";

/** Why under `count: introduced` more counts than the change brings in; empty: it does not. */
export function uncomparedWords(target: JudgedTarget): string {
  const words = moreWords(target);
  return words === undefined ? "" : `${POLICY} ${words}.`;
}

/** The same for comment and summary. */
export function uncomparedNotice(target: JudgedTarget, alert: Alert): string {
  const words = uncomparedWords(target);
  return words === "" ? "" : alert("NOTE", words);
}

/** The same for the log. */
export function uncomparedLines(target: JudgedTarget): string[] {
  const words = moreWords(target);
  return words === undefined ? [] : [`  count: introduced, and ${words}.`];
}

function moreWords({ uncompared, due = 0 }: JudgedTarget): string | undefined {
  if (uncompared === true) return UNCOMPARED;
  if (due === 0) return undefined;
  const many = due === 1 ? "1 finding counts" : `${due} findings count`;
  return `${many} though the baseline has ${due === 1 ? "it" : "them"}: what was let through for a time, broke a limit or is exploited counts`;
}
