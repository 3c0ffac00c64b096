import { perSeverityName, type Severity } from "../../domain/severity.ts";
import type { JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";

const UNKNOWN_COUNTS = perSeverityName(() => null);

/**
 * A target's entry in the output `results`. All targets have the same keys, so that readers need not check for
 * them. `null` means not known, never 0.
 * @param more other known facts, such as the file of the scanner's report
 */
export function resultOf(target: TargetVerdict, more: object): object {
  const gaps = (target.coverage?.gaps ?? []).map(({ gap, accepted }) => ({
    code: gap.code,
    path: gap.path,
    accepted: accepted?.expires ?? null,
  }));
  const base = { target: target.target.label, verdict: target.answer, gaps, ...more };
  if (target.answer === "error")
    return { ...base, code: target.error.code, counts: UNKNOWN_COUNTS, accepted: null, digest: "", indexDigest: "" };
  return {
    ...base,
    counts: perSeverityName((severity) => openCount(target, severity)),
    accepted: acceptedCount(target),
    digest: target.scan.artifact.digest ?? "",
    indexDigest: target.scan.artifact.index?.digest ?? "",
  };
}

/** Open findings of a severity. */
export function openCount(target: JudgedTarget, severity: Severity): number {
  return target.rows.find((row) => row.severity === severity)?.open ?? 0;
}

/** Number of accepted findings of all severities. */
export function acceptedCount(target: JudgedTarget): number {
  return target.rows.reduce((total, row) => total + row.accepted, 0);
}

/**
 * JSON that a later step may print. Invisible characters are escaped. So is the bracket of `##[`, which the runner
 * treats as a command anywhere in a line. The parsed value is the same.
 */
export function harmlessJson(value: unknown): string {
  const escaped = (text: string) =>
    text
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=##)\[/gu, escaped);
}
