import { annotationsOf } from "../annotations.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import type { Annotation } from "../view.ts";
import { type RescanView, weekOf } from "./view.ts";

/** A platform cuts a message at 4,096 characters. */
const LONGEST = 4_000;

/**
 * What deserves an annotation: sources that could not be read, a history that was not kept, what could not be done with
 * issues, and what the gate annotates. Within each level the most important comes first, because a platform shows only
 * some.
 */
export function rescanAnnotations(view: RescanView): Annotation[] {
  const { state, issues } = view;
  const made = annotationsOf(view.gate);
  const errors = [
    ...weekOf(view).unread.map(({ source, error }) =>
      annotation("error", `The source ${shorten(source, 200)} could not be read: ${error.what}. ${error.remedy}`),
    ),
    ...("notWritten" in state && state.isError
      ? [annotation("error", `The history was not written: ${state.notWritten}. ${state.remedy ?? ""}`.trimEnd())]
      : []),
  ];
  const warnings = (issues?.failed ?? []).map((sentence) => annotation("warning", sentence));
  return [
    ...errors,
    ...made.filter(({ level }) => level === "error"),
    ...warnings,
    ...made.filter(({ level }) => level !== "error"),
  ];
}

function annotation(level: Annotation["level"], untrusted: string): Annotation {
  return { level, message: shorten(plain(untrusted), LONGEST) };
}
