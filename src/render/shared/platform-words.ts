import type { View } from "../view.ts";

/** What the platform calls a request to merge: `pull request`. */
export function changeRequest({ words }: Pick<View, "words">): string {
  return words?.changeRequest ?? "pull request";
}

/** What the platform calls that which runs: `workflow`. */
export function workflow({ words }: Pick<View, "words">): string {
  return words?.workflow ?? "workflow";
}
