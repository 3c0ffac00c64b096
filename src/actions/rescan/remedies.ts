import type { ScanOutcome } from "../../domain/judge/judge.ts";
import { translationOf } from "./foreign-inputs.ts";

/**
 * What to do about a failure, without what only an input of the gate can do. Code that scans an image does not know
 * which action asked. Leaves out whole clauses, and a sentence that has no other.
 * @param remedy our own sentences
 */
export function remedyHere(remedy: string): string {
  if (!namesForeignInput(remedy)) return remedy;
  const sentences = remedy.split(/(?<=\.) /).flatMap((sentence) => {
    if (!namesForeignInput(sentence)) return [sentence];
    const clauses = sentence.replace(/\.$/, "").split(/(?<=;) |(?=, or )/);
    const kept = clauses.filter((clause) => !namesForeignInput(clause)).join(" ");
    const text = kept
      .replaceAll(" , or", ", or")
      .replace(/^, or /, "")
      .replace(/;$/, "");
    return text === "" ? [] : [`${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`];
  });
  return sentences.length === 0
    ? "See docs/rescan.md of Image Gate for what this action can do about it."
    : sentences.join(" ");
}

/** The outcome of a scan, with what can be done about it here: its error, or what was not looked at. */
export function outcomeHere(outcome: ScanOutcome): ScanOutcome {
  if ("error" in outcome) return { ...outcome, error: { ...outcome.error, remedy: remedyHere(outcome.error.remedy) } };
  const { coverage } = outcome.scan;
  if (coverage === undefined || coverage.gaps.length === 0) return outcome;
  const gaps = coverage.gaps.map((gap) => ({ ...gap, remedy: remedyHere(gap.remedy) }));
  return { ...outcome, scan: { ...outcome.scan, coverage: { ...coverage, gaps } } };
}

/** Whether a text names, in backquotes, an input that this action does not have. */
function namesForeignInput(text: string): boolean {
  return [...text.matchAll(/`([a-z][a-z-]*)(?::[^`]*)?`/g)].some(([, name = ""]) => translationOf(name) !== undefined);
}
