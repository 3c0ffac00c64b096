import type { JudgedGap } from "../domain/coverage.ts";
import { listSome } from "../domain/list-some.ts";
import { looseningFirst } from "../domain/policy/change.ts";
import { needingAttention } from "../domain/rows/attention.ts";
import { failingByLine } from "../domain/rows/failing-lines.ts";
import { countSeverities } from "../domain/severity.ts";
import { textLine } from "./print/text.ts";
import { counted, severityList } from "./shared/phrases.ts";
import { plain, shorten } from "./shared/safe-text.ts";
import { dockerfileSection } from "./story/base.ts";
import { acceptedWords } from "./story/coverage.ts";
import { attentionItem } from "./story/exceptions.ts";
import { noticesOf, runNotesSection } from "./story/notices.ts";
import { stepSummary } from "./story/plan.ts";
import { changeRequest, changesSection, changeText } from "./story/policy-changes.ts";
import { type Block, code, type Inline, say } from "./tree.ts";
import type { Annotation, View } from "./view.ts";

/** A platform cuts a message at 4,096 characters. */
const LONGEST = 4_000;
/** Maximum number of advisories and upgrades that an annotation names. */
const MOST_IDS = 10;
const MOST_UPGRADES = 5;

/**
 * The annotations: lines of a Dockerfile that bring in failing findings, a changed policy, accepted coverage gaps, the
 * comment's alert boxes, and exceptions that need attention. Within each level the most important comes first, because
 * a platform shows only some.
 */
export function annotationsOf(view: View): Annotation[] {
  const all = [
    ...policyChanges(view),
    ...boxes([changesSection(view, 0), runNotesSection(view)]),
    ...gapWarnings(view),
    ...view.verdict.targets.flatMap((target) =>
      target.answer === "error" ? [] : boxes(noticesOf(target, view), say`${code(target.target.label, 500)}: `),
    ),
    ...boxes(dockerfileSection(view), "", { file: view.dockerfile?.file }),
    ...attention(view),
    ...dockerfileLines(view),
  ];
  return (["error", "warning", "notice"] as const).flatMap((level) => all.filter((each) => each.level === level));
}

type Place = Pick<Annotation, "file" | "line">;

function annotation(level: Annotation["level"], words: Inline, place: Place = {}): Annotation {
  return { level, message: shorten(textLine(words), LONGEST), ...place };
}

/** The alert boxes of the story. */
function boxes(blocks: readonly Block[], about: Inline = "", place: Place = {}): Annotation[] {
  return blocks.flatMap((block) =>
    block.kind === "alert"
      ? block.paragraphs.map((words) => annotation(block.as === "NOTE" ? "notice" : "warning", [about, words], place))
      : [],
  );
}

/** The pull request's changes of the policy, each at its line. */
function policyChanges(view: View): Annotation[] {
  const { policyChange } = view;
  if (policyChange === undefined || "unreadable" in policyChange) return [];
  return looseningFirst(policyChange.changes).map((change) => {
    const { file = view.policy.path, line, loosens } = change;
    const words = `This ${changeRequest(view)} ${loosens ? "loosens" : "changes"} the policy: ${changeText(change)}.`;
    return annotation("warning", words, placeAt(file?.replace(/^\.\//, ""), line));
  });
}

/** @param line 0: not known */
function placeAt(file: string | undefined, line: number): Place {
  return file === undefined ? {} : { file, ...(line > 0 && { line }) };
}

/** A policy from another branch gets no place: its line numbers do not match the files that the pull request shows. */
function attention(view: View): Annotation[] {
  const { path: file, from } = view.policy;
  return needingAttention(view.verdict).map((item) => {
    const level = item.why === "unused" || item.why === "overlapped" ? "notice" : "warning";
    const place = placeAt(from === "workspace" ? file : undefined, item.use.exception.line);
    return annotation(level, say`Exception in ${attentionItem(item)}`, place);
  });
}

/** A warning for each code of a target's accepted gaps: the target passes although it was not completely scanned. */
function gapWarnings(view: View): Annotation[] {
  return view.verdict.targets.flatMap((target) => {
    if (target.answer === "error") return [];
    const codes = Map.groupBy(target.coverage?.gaps ?? [], ({ gap }) => gap.code);
    return [...codes.values()].map((gaps) => {
      const [first] = gaps as [JudgedGap, ...JudgedGap[]];
      const more = gaps.length === 1 ? "" : `; and ${counted(gaps.length - 1, "more gap")} of the kind`;
      const what = plain(`${first.gap.what} (${acceptedWords(first)})`);
      return annotation("warning", say`${code(target.target.label, 500)} was not completely scanned: ${what}${more}`);
    });
  });
}

/** Failing findings, on the Dockerfile's lines that brought them in: as errors, or as warnings in `mode: warn`. */
function dockerfileLines({ verdict, mode, dockerfile }: View): Annotation[] {
  if (dockerfile === undefined) return [];
  return failingByLine(verdict.targets).map(({ target, file, line, found, steps }) => {
    const counts = severityList(countSeverities(found, ({ finding }) => finding.severity));
    const show = (text: string) => plain(shorten(text, 200, "middle"));
    const ids = listSome([...new Set(found.map(({ finding }) => finding.id))], MOST_IDS, { show });
    const upgrades = listSome(steps.map(stepSummary), MOST_UPGRADES, { show, clauses: true });
    const toDo = upgrades === "" ? "" : ` To do: ${upgrades}.`;
    const words = say`Failing in ${code(target.target.label, 200)} because of this line: ${counts} (${ids}).${toDo}`;
    return annotation(mode === "warn" ? "warning" : "error", words, { file, line });
  });
}
