import type { PolicyChange } from "../../domain/policy/change.ts";
import { changeWords, forceWords, looseningFirst, NOT_KNOWN, titleWords } from "../sections/policy-changes.ts";
import { counted } from "../shared/phrases.ts";
import type { View } from "../view.ts";
import { code, sentence } from "./text.ts";

const MOST_CHANGES = 500;
/** Longest reason why the changes are not known, in UTF-16 units. */
const WHY = 1_000;

/** What the pull request changes in the policy, what loosens it first; or why that is not known; empty: nothing. */
export function changesSection(view: View): string {
  const change = view.policyChange;
  if (change === undefined) return "";
  if ("unreadable" in change) return section(NOT_KNOWN, "warning", `<p>${sentence(change.unreadable, WHY)}</p>`);
  const changes = looseningFirst(change.changes);
  if (changes.length === 0) return "";
  const { path } = view.policy;
  const about = [
    path === undefined || changes.every(({ file }) => file !== undefined) ? "" : `In ${code(path)}.`,
    sentence(forceWords(view)),
  ].filter((part) => part !== "");
  const items = changes.slice(0, MOST_CHANGES).map(changeItem);
  const left = changes.length - items.length;
  return section(
    titleWords(changes),
    changes.some(({ loosens }) => loosens) ? "warning" : "",
    `${about.length === 0 ? "" : `<p>${about.join(" ")}</p>\n`}<ul>\n${items.join("")}</ul>${left > 0 ? `\n<p>${counted(left, "more change")} in the JSON report only.</p>` : ""}`,
  );
}

function section(title: string, kind: string, inside: string): string {
  return `<section class="${`note ${kind}`.trim()}" aria-labelledby="policy-title">
<h2 id="policy-title">${title}</h2>
${inside}
</section>
`;
}

function changeItem(change: PolicyChange): string {
  return `<li>${change.loosens ? '<b class="broken">loosens:</b> ' : ""}${changeWords(change, whole)}</li>\n`;
}

/** The comment shortens what a change is about; here is room. */
function whole(untrusted: string): string {
  return code(untrusted);
}
