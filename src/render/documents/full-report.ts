import { utf16Units } from "../fit.ts";
import { LONG } from "../sections/packages.ts";
import type { View } from "../view.ts";
import { renderDocument } from "./document.ts";

const ALL = Number.POSITIVE_INFINITY;

/** The summary without a limit: all rows of all targets, and each row names all of its advisories. */
export function renderWholeMarkdown(view: View): string[] {
  const { text } = renderDocument(view, {
    limit: ALL,
    measure: utf16Units,
    elsewhere: "the JSON report has all",
    form: { ...LONG, ids: ALL, mostTargets: ALL },
  });
  return [text];
}
