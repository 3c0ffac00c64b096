import { utf16Units } from "../fit.ts";
import { LONG } from "../sections/packages.ts";
import type { View } from "../view.ts";
import { type Frame, renderDocument } from "./document.ts";

const ALL = Number.POSITIVE_INFINITY;

/** The summary without a limit: all rows of all targets, and each row names all of its advisories. */
export const WHOLE: Frame = {
  limit: ALL,
  measure: utf16Units,
  elsewhere: "the JSON report has all",
  form: { ...LONG, rows: ALL, ids: ALL, mostTargets: ALL },
};

export function renderWholeMarkdown(view: View): string[] {
  return [renderDocument(view, WHOLE).text];
}
