import { looseningFirst, type PolicyChange } from "../../domain/policy/change.ts";
import { needingAttention } from "../../domain/rows/attention.ts";
import { htmlLine } from "../print/html.ts";
import { breakable, code, name, prose, sentence } from "../print/html-text.ts";
import { dockerfileWords } from "../sections/base-image.ts";
import { attentionWords, listWord } from "../sections/exceptions.ts";
import { changeWords, forceWords, notKnownWords, titleWords } from "../sections/policy-changes.ts";
import { counted } from "../shared/phrases.ts";
import type { View } from "../view.ts";
import { advisory } from "./row.ts";

const MOST_CHANGES = 500;
/** Longest reason for not knowing the changes, in UTF-16 units. */
const WHY = 1_000;

/**
 * What the pull request changes in the policy, loosening changes first; or why that is not known. Empty if nothing
 * changes.
 */
export function changesSection(view: View): string {
  const change = view.policyChange;
  if (change === undefined) return "";
  if ("unreadable" in change)
    return section(notKnownWords(view), "warning", `<p>${sentence(change.unreadable, WHY)}</p>`);
  const changes = looseningFirst(change.changes);
  if (changes.length === 0) return "";
  const { path } = view.policy;
  const about = [
    path === undefined || changes.every(({ file }) => file !== undefined) ? "" : `In ${code(path)}.`,
    htmlLine(forceWords(view)),
  ].filter((part) => part !== "");
  const items = changes.slice(0, MOST_CHANGES).map(changeItem);
  const left = changes.length - items.length;
  return section(
    titleWords(changes, view),
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
  return `<li>${change.loosens ? '<b class="broken">loosens:</b> ' : ""}${htmlLine(changeWords(change))}</li>\n`;
}

/** A note about the images that the Dockerfile does not match. Empty if there are none. */
export function unmatchedSection(view: View): string {
  const lines = dockerfileWords(view).map((words) => `<p>${htmlLine(words)}</p>\n`);
  if (lines.length === 0) return "";
  return `<section class="note warning" aria-label="The Dockerfile">\n${lines.join("")}</section>\n`;
}

const MOST_ROWS = 1_000;

/** Exceptions that need attention, with their line in the policy file. Empty if none does. */
export function exceptionsSection({ verdict, policy }: View): string {
  const items = needingAttention(verdict);
  if (items.length === 0) return "";
  const rows = items.slice(0, MOST_ROWS).map((item) => {
    const { id, package: about, owner, reason, line } = item.use.exception;
    const cells = [
      `${line}`,
      `${listWord(item)}${advisory(id)}${about === undefined ? "" : ` on ${breakable(name(about, 200))}`}`,
      prose(attentionWords(item)),
      owner === undefined ? "" : breakable(name(owner, 100)),
      prose(reason, 400),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>\n`;
  });
  const heads = ["Line", "Exception", "State", "Owner", "Reason"];
  const left = items.length - rows.length;
  const file = policy.path === undefined ? "the policy file" : code(policy.path);
  return `<section aria-labelledby="exceptions-title">
<h2 id="exceptions-title">Exceptions that need attention</h2>
<table class="cards exceptions">
<caption>In ${file}, most pressing first</caption>
<thead><tr>${heads.map((words) => `<th scope="col">${words}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("")}</tbody>
</table>
${left > 0 ? `<p>${counted(left, "more exception")} in the JSON report only.</p>\n` : ""}</section>
`;
}
