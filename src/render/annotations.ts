import type { PolicyChange } from "../domain/policy/change.ts";
import { type AttentionItem, needingAttention } from "../domain/rows/attention.ts";
import { dockerfileAnnotations, movingAnnotations, unmatchedAnnotations } from "./sections/base-image.ts";
import { gapWarnings } from "./sections/coverage.ts";
import { attentionWords } from "./sections/exceptions.ts";
import { runNoteAnnotations } from "./sections/notices.ts";
import { unjudgedAnnotations } from "./sections/targets.ts";
import { changeRequest } from "./shared/platform-words.ts";
import { plain, shorten } from "./shared/safe-text.ts";
import type { Annotation, View } from "./view.ts";

/** A platform cuts a message at 4,096 characters. */
const LONGEST = 4_000;

/**
 * What deserves an annotation. Of a Dockerfile: lines that bring in failing findings or whose base image moves, and a
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
    ...endOfLifeOf(view),
    ...unmatchedAnnotations(view),
    ...attention.filter((item) => !isNotice(item)).map((item) => exceptionAnnotation(item, view, "warning")),
    ...lines.filter(({ level }) => level === "warning"),
  ];
  const notices = [
    ...unjudgedAnnotations(view),
    ...movingAnnotations(view),
    ...attention.filter(isNotice).map((item) => exceptionAnnotation(item, view, "notice")),
  ];
  const errors = lines.filter(({ level }) => level === "error");
  return [...errors, ...warnings, ...notices];
}

function isNotice(item: AttentionItem): boolean {
  return item.why === "unused" || item.why === "overlapped";
}

function policyChangesOf(view: View): Annotation[] {
  const change = view.policyChange;
  if (change === undefined) return [];
  if ("unreadable" in change) {
    const message = `Whether this ${changeRequest(view)} changes the policy is not known: ${plain(change.unreadable)}`;
    return [{ level: "warning", message: shorten(message, LONGEST) }];
  }
  const tightening = change.changes.filter((one) => !one.loosens);
  return [
    ...change.changes
      .filter((one) => one.loosens)
      .map((one): Annotation => {
        const message = `This ${changeRequest(view)} loosens the policy: ${changeWords(one)}.`;
        return { level: "warning", message: shorten(message, LONGEST), ...changePlace(view, one) };
      }),
    ...(tightening.length === 0 ? [] : [tighteningOf(tightening, view)]),
  ];
}

/** Changes that loosen nothing must not be overlooked either, but one warning for all of them is enough. */
function tighteningOf(changes: readonly PolicyChange[], view: View): Annotation {
  const message = `This ${changeRequest(view)} changes the policy: ${changes.map(changeWords).join("; ")}.`;
  return { level: "warning", message: shorten(message, LONGEST) };
}

function changeWords({ what, subject, about, from, to, file }: PolicyChange): string {
  const place = file === undefined || file === about ? "" : ` in ${plain(shorten(file, 500))}`;
  const words = subject === about ? `${what} ${subject}` : `${what} ${subject} ${plain(shorten(about, 500))}${place}`;
  const [before, after] = [from, to].map((value) => value && plain(shorten(value, 500)));
  if (before !== undefined && after !== undefined) return `${words} from ${before} to ${after}`;
  if (after !== undefined) return `${words} (${after})`;
  return before === undefined ? words : `${words} (was ${before})`;
}

function endOfLifeOf(view: View): Annotation[] {
  return view.verdict.targets.flatMap((target): Annotation[] => {
    if (target.answer === "error") return [];
    const os = target.scan.artifact.os;
    if (os?.endOfLife !== true) return [];
    const name = plain(shorten(`${os.family} ${os.name}`, 100));
    const label = plain(shorten(target.target.label, 500));
    return [{ level: "warning", message: `${name} in ${label} is past its end of life: it gets no security fixes.` }];
  });
}

function exceptionAnnotation(item: AttentionItem, view: View, level: Annotation["level"]): Annotation {
  const { exception } = item.use;
  const scope = exception.package === undefined ? "" : ` (${plain(shorten(exception.package, 200))})`;
  const owner = exception.owner === undefined ? "" : ` Owner: ${plain(shorten(exception.owner, 200))}.`;
  const message = `${exception.gap ? "Coverage" : "Exception"} ${plain(shorten(exception.id, 200))}${scope} ${attentionWords(item)}.${owner}`;
  return { level, message: shorten(message, LONGEST), ...placeOf(view, exception.line) };
}

function changePlace(view: View, { file, line }: PolicyChange): Pick<Annotation, "file" | "line"> {
  if (file === undefined) return placeOf(view, line, true);
  const path = file.replace(/^\.\//, "");
  return line > 0 ? { file: path, line } : { file: path };
}

/** A policy from another branch gets no place: its line numbers do not match the files that the pull request shows. */
function placeOf(view: View, line: number, ofHead = false): Pick<Annotation, "file" | "line"> {
  if (view.policy.path === undefined || (view.policy.from !== "workspace" && !ofHead)) return {};
  return line > 0 ? { file: view.policy.path, line } : { file: view.policy.path };
}
