import type { Severity } from "../../domain/severity.ts";
import { markdownLine } from "../print/markdown.ts";
import { advisory as advisoryOf } from "../shared/advisory-page.ts";
import { severity } from "../tree.ts";

/** A severity with its colour, as Markdown. */
export function severityCell(of: Severity): string {
  return markdownLine(severity(of));
}

/** An advisory's id as Markdown, linked to its page if we know one. */
export function advisory(id: string, url?: string): string {
  return markdownLine(advisoryOf(id, url));
}
