import { createHash } from "node:crypto";
import { stamped } from "../domain/run-stamp.ts";
import { type Fitted, fitBlocks, type Measure, utf8Bytes, utf16Units } from "./fit.ts";
import { type Dialect, markdownPrinter } from "./print/markdown.ts";
import { ALL, LONG, SHORT } from "./story/form.ts";
import { commonError, headingSection } from "./story/heading.ts";
import { changeRequest } from "./story/policy-changes.ts";
import { branchWords } from "./story/provenance.ts";
import { blocksOf, type Style } from "./story/story.ts";
import { type Block, code, type Inline, link, names, note, para, say } from "./tree.ts";
import type { View } from "./view.ts";

/** A document in Markdown, and its limit. */
export interface Frame extends Style {
  readonly limit: number;
  readonly measure: Measure;
  /** The hidden marker before the heading, as Markdown. */
  readonly first?: string;
  readonly dialect?: Dialect;
  /** Blocks below the heading, such as the place of the full report. */
  readonly notes?: readonly Block[];
  /** The last blocks of the document, which are never dropped. */
  readonly foot?: readonly Block[];
}

/** The verdict as a Markdown document within the frame's limit, and whether all of it fits. */
export function renderDocument(view: View, frame: Frame): Fitted {
  const { targets } = view.verdict;
  const printer = markdownPrinter(frame.dialect);
  const first = frame.first === undefined ? "" : `${frame.first}\n`;
  const foot = printer.document(frame.foot ?? []);
  const end = `${foot === "" ? "" : `\n\n${foot}`}\n`;
  const heading = [...headingSection(view), ...(frame.notes ?? [])];
  const { text, isWhole } = fitBlocks([...heading, ...blocksOf(view, frame)], {
    limit: frame.limit - frame.measure(first + end),
    measure: frame.measure,
    printer,
    always: heading.length + 1,
  });
  const hasAllTargets = targets.length <= frame.form.mostTargets || commonError(targets) !== undefined;
  return { text: first + text + end, isWhole: isWhole && hasAllTargets };
}

/** Longest comment in UTF-16 units, and longest summary in UTF-8 bytes, if the platform says nothing else. */
const COMMENT = 65_000;
const SUMMARY = 1_000_000;

/**
 * The pull request's comment, whose first line is the hidden marker, and whether everything fits. `whole` says where
 * the full report is if not everything fits.
 */
export function fitComment(
  view: View,
  whole?: WholeReport,
  limit = COMMENT,
  { measuredIn = "units", dialect }: { readonly measuredIn?: "bytes" | "units"; readonly dialect?: Dialect } = {},
): Fitted {
  const { notes = [], foot = [] } = wholeReportNote(whole);
  return renderDocument(view, {
    limit,
    measure: measuredIn === "bytes" ? utf8Bytes : utf16Units,
    first: stamped(marker(view.name), view.stamp),
    form: SHORT,
    notes: [para(foreignRunNote(view)), ...notes],
    foot,
    dialect,
  });
}

/** The rules of a run that is not the pull request's own. Empty if it is the pull request's own. */
function foreignRunNote(view: View): Inline {
  const { lookedUpOn: event, policy } = view;
  if (event === undefined) return "";
  const rules = policy.from === "workspace" ? "of the checked-out commit" : branchWords(policy.from).trim();
  return note(
    say`A run on ${code(event, 60)} judged this by the policy ${rules}. It is not the ${changeRequest(view)}'s own run.`,
  );
}

/**
 * The hidden first line by which the gate finds its own comment again. The name is hashed, so that no name can break
 * out of the HTML comment or imitate another gate's marker.
 */
export function marker(name: string): string {
  return `<!-- image-gate v1 ${createHash("sha256").update(name).digest("hex").slice(0, 32)} -->`;
}

/**
 * The job summary: the comment's sections with all rows, without the folds that only shorten the comment. `whole`: as
 * in {@link fitComment}.
 */
export function fitSummary(view: View, whole?: WholeReport, limitBytes = SUMMARY): Fitted {
  return renderDocument(view, {
    limit: limitBytes,
    measure: utf8Bytes,
    form: LONG,
    ...wholeReportNote(whole),
  });
}

/** The summary without a limit: all rows of all targets, and each row names all of its advisories. */
export function renderWholeMarkdown(view: View): string[] {
  const room = { limit: Number.POSITIVE_INFINITY, measure: utf16Units };
  return [renderDocument(view, { ...room, form: ALL }).text];
}

/**
 * The place of the full report if the comment or the summary left something out: the page of an artifact, or files on
 * the runner.
 */
export type WholeReport =
  /** `as`: the link's content, if it is not Markdown and JSON. */
  { readonly url: string; readonly as?: string | undefined } | { readonly files: readonly string[] };

/**
 * A sentence about the full report: a link below the heading; files at the end, because hardly any reader can open
 * them, and the runner may be gone. Empty if nothing was left out.
 */
function wholeReportNote(whole: WholeReport | undefined): Pick<Frame, "notes" | "foot"> {
  if (whole === undefined) return {};
  if ("url" in whole) {
    const words = say`Not everything fits here: ${link("the whole report", whole.url)} has it all, as ${whole.as ?? "Markdown and JSON"}.`;
    return { notes: [para(note(words))] };
  }
  return { foot: [para(note(say`Not everything fits here. ${filesWords(whole.files)}.`))] };
}

function filesWords(files: readonly string[]): Inline {
  if (files.length === 0) return "The log says why no file has it all";
  const named = names(files.map((file) => code(file, 300)));
  return say`On the runner, ${named} ${files.length === 1 ? "has" : "have"} it all`;
}
