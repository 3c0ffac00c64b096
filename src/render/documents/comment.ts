import { createHash } from "node:crypto";
import { stamped } from "../../domain/run-stamp.ts";
import { type Fitted, utf8Bytes, utf16Units } from "../fit.ts";
import type { Dialect } from "../print/markdown.ts";
import { SHORT } from "../sections/packages.ts";
import { branchWords } from "../sections/provenance.ts";
import { changeRequest } from "../shared/platform-words.ts";
import { code, type Inline, note, para, say } from "../tree.ts";
import type { View } from "../view.ts";
import { renderDocument, type WholeReport, wholeReportNote, wholeReportWords } from "./document.ts";

/** Longest comment in UTF-16 units, if the platform says nothing else. */
const LIMIT = 65_000;

/** The rules by which a run judged that is not the pull request's own. Empty if it is the pull request's own. */
function foreignRunNote(view: View): Inline {
  const { lookedUpOn: event, policy } = view;
  if (event === undefined) return "";
  const rules = policy.from === "workspace" ? "of the checked-out commit" : branchWords(policy.from).trim();
  return note(
    say`A run on ${code(event, 60)} judged this by the policy ${rules}. It is not the ${changeRequest(view)}'s own run.`,
  );
}

/** The pull request's comment. Its first line is the hidden marker. */
export function renderComment(view: View, limit = LIMIT): string {
  return fitComment(view, undefined, limit).text;
}

/** The same, with whether everything fits. `whole` says where the full report is if not everything fits. */
export function fitComment(
  view: View,
  whole?: WholeReport,
  limit = LIMIT,
  { measuredIn = "units", dialect }: { readonly measuredIn?: "bytes" | "units"; readonly dialect?: Dialect } = {},
): Fitted {
  const { notes = [], foot = [] } = wholeReportNote(whole);
  return renderDocument(view, {
    limit,
    measure: measuredIn === "bytes" ? utf8Bytes : utf16Units,
    first: stamped(marker(view.name), view.stamp),
    form: SHORT,
    elsewhere: wholeReportWords(whole) ?? view.words?.elsewhere ?? "the job summary and the JSON report have more",
    notes: [para(foreignRunNote(view)), ...notes],
    foot,
    dialect,
  });
}

/**
 * The hidden first line by which the gate finds its own comment again. The name is hashed, so that no name can break
 * out of the HTML comment or imitate another gate's marker.
 */
export function marker(name: string): string {
  return `<!-- image-gate v1 ${createHash("sha256").update(name).digest("hex").slice(0, 32)} -->`;
}
