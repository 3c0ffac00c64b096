import type { ExceptionUse, Verdict } from "../../domain/verdict.ts";
import type { Rows } from "../markdown/fit.ts";
import { code, packageName, text } from "../markdown/markdown.ts";
import { counted, whenItEnds } from "../shared/phrases.ts";
import type { View } from "../view.ts";
import { advisory } from "./findings.ts";

/** Why an exception needs somebody's attention, most pressing first. */
type Attention = "ended" | "fixed" | "ending" | "overlapped" | "unused";
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

/** What happened to it and what to do, without the exception itself. Plain words of ours, the same everywhere. */
export function attentionWords({ why, use }: AttentionItem): string {
  const { exception, matches, open, daysLeft, overlappedBy } = use;
  const noun = exception.gap ? "gap" : "finding";
  const day = `${whenItEnds(daysLeft)} (${exception.expires})`;
  const also =
    overlappedBy === undefined ? "" : `; line ${overlappedBy.line} covers the same until ${overlappedBy.expires}`;
  if (why === "ended") {
    if (open > 0) return `${day}: ${counted(open, noun)} ${open === 1 ? "counts" : "count"} again`;
    if (overlappedBy !== undefined) return `${day}${also}: delete it`;
    return matches === 0
      ? `${day} and matches nothing: delete it`
      : `${day}; ${counted(matches, noun)} of it ${matches === 1 ? "does" : "do"} not count at present`;
  }
  if (why === "fixed") return "is over, as a fix exists (only-while-unfixed): upgrade, then delete it";
  if (why === "ending") return `${day}, covers ${counted(matches, noun)}${also}`;
  if (why === "unused") return "matches nothing: delete it";
  return `is covered until ${overlappedBy?.expires ?? ""} by line ${overlappedBy?.line ?? 0} as well: keep one of the two`;
}

/** Which list of the policy it stands in, where that is not `exceptions`. */
export function listWord({ use }: AttentionItem): string {
  return use.exception.gap ? "coverage " : "";
}

const SIGN: Readonly<Record<Attention, string>> = {
  ended: "⛔",
  fixed: "🔧",
  ending: "⏳",
  overlapped: "🔁",
  unused: "🧹",
};

/** Exceptions that need attention, with their line in the policy file. */
export function exceptionsSection(view: View, rank: number): Rows {
  const items = needingAttention(view.verdict);
  const file = view.policy.path === undefined ? "" : ` (${code(view.policy.path)})`;
  return {
    count: items.length,
    row: (index) => attentionRow(items[index] as AttentionItem),
    rank: () => rank,
    most: 50,
    share: 0.12,
    layout: (shown) => {
      if (items.length === 0) return "";
      const left = items.length - shown.length;
      const rest = left === 0 ? "" : `\n- _${counted(left, "more exception")} left out here._`;
      return `### Exceptions that need attention${file}\n\n${shown.join("\n")}${rest}`;
    },
  };
}

function attentionRow(item: AttentionItem): string {
  const { exception } = item.use;
  const scope = exception.package === undefined ? "" : ` on ${packageName(exception.package)}`;
  const owner = exception.owner === undefined ? "" : ` · ${code(exception.owner, 60)}`;
  return `- ${SIGN[item.why]} line ${exception.line}: ${listWord(item)}${advisory(exception.id)}${scope} ${text(attentionWords(item))}${owner}`;
}
