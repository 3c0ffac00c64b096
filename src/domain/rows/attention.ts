import type { ExceptionUse, Verdict } from "../verdict.ts";

/** Why an exception needs somebody's attention, most pressing first. */
export type Attention = "ended" | "fixed" | "ending" | "overlapped" | "unused";
const ORDER: readonly Attention[] = ["ended", "fixed", "ending", "overlapped", "unused"];

export interface AttentionItem {
  readonly why: Attention;
  readonly use: ExceptionUse;
}

/** The exceptions that need attention, most pressing first, then by line. */
export function needingAttention(verdict: Verdict): AttentionItem[] {
  const items = verdict.exceptions.flatMap((use) => {
    const why = attention(use);
    return why === undefined ? [] : [{ why, use }];
  });
  return items.sort(
    (a, b) => ORDER.indexOf(a.why) - ORDER.indexOf(b.why) || a.use.exception.line - b.use.exception.line,
  );
}

function attention(use: ExceptionUse): Attention | undefined {
  if (use.state === "ended" || use.state === "fixed" || use.state === "ending" || use.state === "unused")
    return use.state;
  return use.overlappedBy === undefined ? undefined : "overlapped";
}
