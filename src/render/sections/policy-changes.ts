import { looseningFirst, type PolicyChange } from "../../domain/policy/change.ts";
import { listRows, type Rows } from "../markdown/fit.ts";
import { alert, code, text } from "../markdown/markdown.ts";
import { counted } from "../shared/phrases.ts";
import { changeRequest } from "../shared/platform-words.ts";
import type { View } from "../view.ts";

/** What the pull request changes in the policy, with loosening changes first; or why that is not known. */
export function changesSection(view: View, rank: number): Rows | string {
  const change = view.policyChange;
  if (change === undefined) return "";
  if ("unreadable" in change) {
    return alert("WARNING", `**${notKnownWords(view)}:** ${text(change.unreadable, 500)}`);
  }
  const changes = looseningFirst(change.changes);
  const { path } = view.policy;
  const file = path === undefined || changes.every(({ file: other }) => other !== undefined) ? "" : ` (${code(path)})`;
  const force = forceWords(view);
  return listRows(changes, {
    row: changeRow,
    rank,
    most: 50,
    share: 0.12,
    layout: (shown, left) => {
      const sign = changes.some(({ loosens }) => loosens) ? "⚠️ " : "";
      const title = `### ${sign}${titleWords(changes, view)}${file}`;
      const rest = left === 0 ? "" : `\n- _${counted(left, "more change")} left out here._`;
      return `${title}\n\n${force === "" ? "" : `${force}\n\n`}${shown.join("\n")}${rest}`;
    },
  });
}

function changeRow(change: PolicyChange): string {
  return `- ${change.loosens ? "🔓 **loosens:** " : ""}${changeWords(change, code)}`;
}

/** Replaces the list of changes if none could be made. */
export function notKnownWords(view: View): string {
  return `Whether this ${changeRequest(view)} changes the policy is not known`;
}

/** Says whether the changes loosen the policy or only change it. */
export function titleWords(changes: readonly PolicyChange[], view: View): string {
  return `This ${changeRequest(view)} ${changes.some(({ loosens }) => loosens) ? "loosens" : "changes"} the policy`;
}

/** Says that the changes do not apply yet. Empty if they do. Text between two backticks is code. */
export function forceWords({ policy }: View): string {
  return policy.from === "workspace"
    ? ""
    : `It does not apply before the merge: \`policy-from\` is \`${policy.from}\`.`;
}

/**
 * A change in words, such as ``changed threshold `HIGH`: `0` → `20` (line 4)``. `show` renders untrusted text as code.
 */
export function changeWords(change: PolicyChange, show: (untrusted: string, most?: number) => string): string {
  const { what, subject, about, file } = change;
  const line = change.line > 0 ? ` (line ${change.line})` : "";
  // For a key that occurs only once, such as `count`, the two are the same word.
  const named = subject === about ? show(about) : `${subject} ${show(about, 120)}`;
  const place = file === undefined || file === about ? "" : ` in ${show(file, 120)}`;
  return `${what} ${named}${place}${valueWords(change, show)}${line}`;
}

function valueWords({ from, to }: PolicyChange, show: (untrusted: string) => string): string {
  if (from !== undefined && to !== undefined) return `: ${show(from)} → ${show(to)}`;
  if (to !== undefined) return `: ${show(to)}`;
  return from === undefined ? "" : `: was ${show(from)}`;
}
