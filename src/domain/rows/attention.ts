import type { ExceptionUse, Verdict } from "../verdict.ts";

/** Why an exception needs attention, most pressing first. */
export type Attention = "ended" | "fixed" | "ending" | "overlapped" | "unused";
const ORDER: readonly Attention[] = ["ended", "fixed", "ending", "overlapped", "unused"];

export type AttentionItem = ReturnType<typeof needingAttention>[number];

/** The exceptions that need attention, most pressing first, then by line. */
export function needingAttention(verdict: Verdict) {
  const byLine = verdict.exceptions.toSorted((a, b) => a.exception.line - b.exception.line);
  const whyOf = ({ state, overlappedBy }: ExceptionUse) =>
    ORDER.find((each) => each === state) ?? (overlappedBy && "overlapped");
  return ORDER.flatMap((why) => byLine.filter((use) => whyOf(use) === why).map((use) => ({ why, use })));
}
