import type { ExceptionUse, Verdict } from "../verdict.ts";

/** Why an exception needs attention, most pressing first. */
export type Attention = "ended" | "fixed" | "ending" | "overlapped" | "unused";
const ORDER: readonly Attention[] = ["ended", "fixed", "ending", "overlapped", "unused"];

export interface AttentionItem {
  readonly why: Attention;
  readonly use: ExceptionUse;
}

/** The exceptions that need attention, most pressing first, then by line. */
export function needingAttention(verdict: Verdict): AttentionItem[] {
  const byLine = verdict.exceptions.toSorted((a, b) => a.exception.line - b.exception.line);
  const whyOf = ({ state, overlappedBy }: ExceptionUse) =>
    ORDER.find((each) => each === state) ?? (overlappedBy && "overlapped");
  return ORDER.flatMap((why) => byLine.filter((use) => whyOf(use) === why).map((use) => ({ why, use })));
}
