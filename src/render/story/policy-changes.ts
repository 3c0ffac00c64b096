import { looseningFirst, type PolicyChange } from "../../domain/policy/change.ts";
import { textLine } from "../print/text.ts";
import { alert, type Block, code, type Inline, listed, prose, say, strong } from "../tree.ts";
import type { View } from "../view.ts";

/** The platform's term for a request to merge: `pull request`. */
export function changeRequest({ words }: Pick<View, "words">): string {
  return words?.changeRequest ?? "pull request";
}

/** The pull request's changes of the policy, with loosening changes first; or why they are not known. */
export function changesSection(view: View, rank: number): Block {
  const change = view.policyChange ?? { changes: [] };
  if ("unreadable" in change)
    return alert(
      "WARNING",
      say`${strong(`It is unknown if this ${changeRequest(view)} changes the policy:`)} ${prose(change.unreadable, 500)}`,
    );
  const changes = looseningFirst(change.changes);
  const { path, from } = view.policy;
  const file =
    path === undefined || changes.every(({ file: other }) => other !== undefined) ? "" : say` (${code(path)})`;
  const [sign, verb] = changes.some(({ loosens }) => loosens) ? ["⚠️ ", "loosens"] : ["", "changes"];
  const force = say`, but not before the merge: ${code("policy-from")} is ${code(from)}`;
  return listed(changes, {
    title: say`${sign}This ${changeRequest(view)} ${verb} the policy${file}${from === "workspace" ? "" : force}`,
    row: (each) => [[each.loosens ? ["🔓 ", strong("loosens:"), " "] : "", changeWords(each)]],
    rank,
    share: 0.12,
    what: "more change",
  });
}

/** A change in words, such as ``changed threshold `HIGH`: `0` → `20` (line 4)``. */
function changeWords(change: PolicyChange): Inline {
  const { what, subject, about, file } = change;
  const line = change.line > 0 ? ` (line ${change.line})` : "";
  // For a key that occurs only once, such as `count`, the two are the same word.
  const named = subject === about ? code(about) : say`${subject} ${code(about, 120)}`;
  const place = file === undefined || file === about ? "" : say` in ${code(file, 120)}`;
  return say`${what} ${named}${place}${valueWords(change)}${line}`;
}

/** The same as text, for an annotation on its line. */
export function changeText(change: PolicyChange): string {
  return textLine(changeWords({ ...change, line: 0 }));
}

function valueWords({ from, to }: PolicyChange): Inline {
  if (from !== undefined && to !== undefined) return say`: ${code(from)} → ${code(to)}`;
  if (to !== undefined) return say`: ${code(to)}`;
  return from === undefined ? "" : say`: was ${code(from)}`;
}
