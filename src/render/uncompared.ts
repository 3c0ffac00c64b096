import type { JudgedTarget } from "../domain/verdict.ts";
import { alert } from "./markdown.ts";

const WORDS = "there is nothing to compare with, so that everything counts";

/** That only what the change brings in was to count, and could not be told. */
export function uncomparedNotice({ uncompared }: JudgedTarget): string {
  return uncompared === true ? alert("NOTE", `The policy has \`count: introduced\`, and ${WORDS}.`) : "";
}

/** The same for the log. */
export function uncomparedLines({ uncompared }: JudgedTarget): string[] {
  return uncompared === true ? [`  count: introduced, and ${WORDS}.`] : [];
}
