import type { JudgedFinding, Spared } from "../../domain/verdict.ts";

const WORDS: Readonly<Record<Spared, string>> = {
  unfixed: "without a fix",
  grace: "in their grace period",
  "not-introduced": "not brought in by this change",
};
const ORDER: readonly Spared[] = ["not-introduced", "grace", "unfixed"];

/** Findings that do not count, by the reason why, with that reason in words. Each group keeps their order. */
export function sparedGroups(
  notCounted: readonly JudgedFinding[],
): { readonly words: string; readonly findings: readonly JudgedFinding[] }[] {
  return ORDER.map((spared) => ({
    words: WORDS[spared],
    findings: notCounted.filter((judged) => (judged.spared ?? "unfixed") === spared),
  })).filter(({ findings }) => findings.length > 0);
}

/** The rule that spares a finding that is not counted, in words: `without a fix`. */
export function whyNotCounted({ spared = "unfixed" }: JudgedFinding): string {
  return WORDS[spared];
}
