import type { JudgedFinding, VexStatement } from "../../domain/verdict.ts";
import { code, text } from "../markdown/markdown.ts";

/** What findings must have in common to stand in one row: the document's words and the advisory. */
export function vexKey({ finding, vex }: JudgedFinding): string {
  return JSON.stringify([finding.id, vex?.document, vex?.author, vex?.status, vex?.justification]);
}

/** Reason, owner and last day of what a VEX document accepts; such a statement has no end. */
export function vexCells({ status, justification, author, document }: VexStatement): [string, string, string] {
  const words = status === "fixed" ? "fixed" : "not affected";
  const why =
    justification === undefined
      ? ""
      : `: ${text(
          justification.replace(/^[a-z_]+(?=:|$)/, (label) => label.replaceAll("_", " ")),
          300,
        )}`;
  return [`VEX ${words}${why} (${code(document, 100)})`, author === undefined ? "–" : code(author, 60), "–"];
}
