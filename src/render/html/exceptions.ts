import { attentionWords, listWord, needingAttention } from "../sections/exceptions.ts";
import { counted } from "../shared/phrases.ts";
import type { View } from "../view.ts";
import { advisory } from "./row.ts";
import { breakable, code, name, prose } from "./text.ts";

const MOST_ROWS = 1_000;

/** Exceptions that need somebody's attention, with their line in the policy file; empty where none does. */
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
