import { type AttentionItem, needingAttention } from "../domain/rows/attention.ts";
import { LONGEST, placeOf, policyChangesOf } from "./policy-annotations.ts";
import { plain, shorten } from "./shared/safe-text.ts";
import { dockerfileAnnotations, unmatchedAnnotations } from "./story/base.ts";
import { unjudgedAnnotations } from "./story/counts.ts";
import { gapWarnings } from "./story/coverage.ts";
import { attentionWords } from "./story/exceptions.ts";
import { endOfLifeAnnotations, runNoteAnnotations } from "./story/notices.ts";
import type { Annotation, View } from "./view.ts";

/**
 * What deserves an annotation. Of a Dockerfile: lines that bring in failing findings, and a
 * mismatch with the image. Besides: a changed policy, accepted coverage gaps, an end-of-life system, and exceptions
 * that need attention. Within each level the most important comes first, because a platform shows only some.
 */
export function annotationsOf(view: View): Annotation[] {
  const lines = dockerfileAnnotations(view);
  const attention = needingAttention(view.verdict);
  const warnings = [
    ...policyChangesOf(view),
    ...runNoteAnnotations(view),
    ...gapWarnings(view).map((words): Annotation => ({ level: "warning", message: shorten(plain(words), LONGEST) })),
    ...endOfLifeAnnotations(view),
    ...unmatchedAnnotations(view),
    ...attention.filter((item) => !isNotice(item)).map((item) => exceptionAnnotation(item, view, "warning")),
    ...lines.filter(({ level }) => level === "warning"),
  ];
  const notices = [
    ...unjudgedAnnotations(view),
    ...attention.filter(isNotice).map((item) => exceptionAnnotation(item, view, "notice")),
  ];
  const errors = lines.filter(({ level }) => level === "error");
  return [...errors, ...warnings, ...notices];
}

function isNotice(item: AttentionItem): boolean {
  return item.why === "unused" || item.why === "overlapped";
}

function exceptionAnnotation(item: AttentionItem, view: View, level: Annotation["level"]): Annotation {
  const { exception } = item.use;
  const scope = exception.package === undefined ? "" : ` (${plain(shorten(exception.package, 200))})`;
  const owner = exception.owner === undefined ? "" : ` Owner: ${plain(shorten(exception.owner, 200))}.`;
  const message = `${exception.gap ? "Coverage" : "Exception"} ${plain(shorten(exception.id, 200))}${scope} ${attentionWords(item)}.${owner}`;
  return { level, message: shorten(message, LONGEST), ...placeOf(view, exception.line) };
}
