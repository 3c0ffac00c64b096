import type { PolicyChange } from "../domain/policy/change.ts";
import { changeRequest } from "./shared/platform-words.ts";
import { plain, shorten } from "./shared/safe-text.ts";
import { changeText } from "./story/policy-changes.ts";
import type { Annotation, View } from "./view.ts";

/** A platform cuts a message at 4,096 characters. */
export const LONGEST = 4_000;

/** What a pull request changes in the policy. A change that loosens it has an annotation of its own. */
export function policyChangesOf(view: View): Annotation[] {
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
        const message = `This ${changeRequest(view)} loosens the policy: ${changeText(one)}.`;
        return { level: "warning", message: shorten(message, LONGEST), ...changePlace(view, one) };
      }),
    ...(tightening.length === 0 ? [] : [tighteningOf(tightening, view)]),
  ];
}

/** Changes that loosen nothing must not be overlooked either, but one warning for all of them is enough. */
function tighteningOf(changes: readonly PolicyChange[], view: View): Annotation {
  const message = `This ${changeRequest(view)} changes the policy: ${changes.map(changeText).join("; ")}.`;
  return { level: "warning", message: shorten(message, LONGEST) };
}

function changePlace(view: View, { file, line }: PolicyChange): Pick<Annotation, "file" | "line"> {
  if (file === undefined) return placeOf(view, line, true);
  const path = file.replace(/^\.\//, "");
  return line > 0 ? { file: path, line } : { file: path };
}

/** A policy from another branch gets no place: its line numbers do not match the files that the pull request shows. */
export function placeOf(view: View, line: number, ofHead = false): Pick<Annotation, "file" | "line"> {
  if (view.policy.path === undefined || (view.policy.from !== "workspace" && !ofHead)) return {};
  return line > 0 ? { file: view.policy.path, line } : { file: view.policy.path };
}
