import type { PolicyChange } from "../domain/policy-diff.ts";
import type { Rows } from "./fit.ts";
import { alert, code, text } from "./markdown.ts";
import type { View } from "./view.ts";
import { counted } from "./words.ts";

/** What the pull request changes in the policy, what loosens it first; or why that is not known. */
export function changesSection(view: View, rank: number): Rows | string {
  const change = view.policyChange;
  if (change === undefined) return "";
  if ("unreadable" in change) {
    return alert(
      "WARNING",
      `**Whether this pull request changes the policy is not known:** ${text(change.unreadable, 500)}`,
    );
  }
  const changes = [...change.changes].sort((a, b) => Number(b.loosens) - Number(a.loosens));
  const file = view.policy.path === undefined ? "" : ` (${code(view.policy.path)})`;
  const force = view.policy.from === "base" ? " It does not apply before the merge: `policy-from` is `base`." : "";
  return {
    count: changes.length,
    row: (index) => changeRow(changes[index] as PolicyChange),
    rank: () => rank,
    most: 50,
    share: 0.12,
    layout: (shown) => {
      if (changes.length === 0) return "";
      const loosening = changes.filter((one) => one.loosens).length;
      const title =
        loosening === 0
          ? `### This pull request changes the policy${file}`
          : `### ⚠️ This pull request loosens the policy${file}`;
      const left = changes.length - shown.length;
      const rest = left === 0 ? "" : `\n- _${counted(left, "more change")} left out here._`;
      return `${title}\n\n${force === "" ? "" : `${force.trim()}\n\n`}${shown.join("\n")}${rest}`;
    },
  };
}

function changeRow(change: PolicyChange): string {
  const line = change.line > 0 ? ` (line ${change.line})` : "";
  return `- ${change.loosens ? "🔓 **loosens:** " : ""}${change.what} ${change.subject} ${code(change.about, 120)}${valueWords(change)}${line}`;
}

function valueWords({ from, to }: PolicyChange): string {
  if (from !== undefined && to !== undefined) return `: ${code(from)} → ${code(to)}`;
  if (to !== undefined) return `: ${code(to)}`;
  return from === undefined ? "" : `: was ${code(from)}`;
}
