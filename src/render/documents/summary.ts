import { type Fitted, utf8Bytes } from "../fit.ts";
import { LONG } from "../sections/packages.ts";
import type { View } from "../view.ts";
import { renderDocument, type WholeReport, wholeReportNote, wholeReportWords } from "./document.ts";

/** If the platform says nothing else. */
const LIMIT_BYTES = 1_000_000;

/** The job summary: the comment's sections with all rows, and nothing folded that the comment folds for its length. */
export function renderSummary(view: View, limitBytes = LIMIT_BYTES): string {
  return fitSummary(view, undefined, limitBytes).text;
}

/** The same, with whether everything fits. `whole` says where the full report is if not everything fits. */
export function fitSummary(view: View, whole?: WholeReport, limitBytes = LIMIT_BYTES): Fitted {
  return renderDocument(view, {
    limit: limitBytes,
    measure: utf8Bytes,
    form: LONG,
    elsewhere: wholeReportWords(whole) ?? "the JSON report has all",
    ...wholeReportNote(whole),
  });
}
