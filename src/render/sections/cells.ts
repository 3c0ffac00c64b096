import type { Severity } from "../../domain/severity.ts";
import { code, link, text } from "../markdown/markdown.ts";
import type { Mark } from "../rows/row-marks.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { shorten } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";

/** A severity with its colour. */
export function severityCell(severity: Severity): string {
  return `${SEVERITY_STYLES[severity].dot}&nbsp;${severity}`;
}

/**
 * A column's word with no-break spaces behind it, so that the column has room for `letters` in one line. A browser
 * breaks ids and days at each hyphen if a table is wide. The ids stay as they are, so that people find and copy them.
 */
export function widened(word: string, letters: number): string {
  // A letter of an id is about as wide as two no-break spaces.
  return word + "&nbsp;".repeat(Math.max(0, (letters - word.length + 1) * 2));
}

/** An advisory's id, linked to its page if we know one. */
export function advisory(id: string, url?: string): string {
  const page = advisoryUrl(id, url);
  // The id of a page that we built has only harmless letters. Any other stays in a code span.
  return page !== undefined && /^[A-Za-z0-9:-]+$/.test(id) ? link(shorten(id, 60, "middle"), page) : code(id, 60);
}

/** A mark with what it stresses. */
export function markWords({ words, about }: Mark): string {
  if (about === "new") return `**${words}**`;
  return about === "exploited" ? `🔥 ${text(words)}` : text(words);
}
