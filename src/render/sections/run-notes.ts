import { alert, text } from "../markdown/markdown.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import type { Annotation, View } from "../view.ts";

/** So many are shown; the rest is a number. */
const MOST = 10;
const LONGEST = 1_000;

/** What a reader must know of the whole run: data that are missing or old, documents that say nothing of it. */
export function runNotesSection({ notes = [] }: View): string {
  if (notes.length === 0) return "";
  return alert(
    "WARNING",
    shown(notes)
      .map((note) => text(note, LONGEST))
      .join("\n\n"),
  );
}

/** The same for the log. */
export function runNoteLines({ notes = [] }: View): string[] {
  return notes.length === 0 ? [] : [...shown(notes).map((note) => shorten(plain(note), LONGEST)), ""];
}

/** The same on the run as a whole. */
export function runNoteAnnotations({ notes = [] }: View): Annotation[] {
  return shown(notes).map((note) => ({ level: "warning", message: shorten(plain(note), LONGEST) }));
}

function shown(notes: readonly string[]): string[] {
  const left = notes.length - MOST;
  return left <= 0 ? [...notes] : [...notes.slice(0, MOST), `And ${left} more notes.`];
}
