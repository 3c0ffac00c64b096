import type { Finding } from "../../domain/finding.ts";
import type { FixAdvice } from "../../domain/rows/row-fix.ts";
import { textLine } from "../print/line.ts";
import { whereWords } from "../shared/location.ts";
import { shorten, visible } from "../shared/safe-text.ts";
import { type Inline, join, name, version } from "../tree.ts";

/** Untrusted text within a SARIF message that is not Markdown. */
export function sarifText(untrusted: string, most: number): string {
  return withoutMarks(visible(shorten(untrusted.replace(/\s+/g, " ").trim(), most)));
}

/**
 * In a message, `[text](target)` is a link and `{0}` is a placeholder for an argument (SARIF 2.1.0, 3.11.5 and 3.11.6).
 * A space takes away their meaning, also in a code point such as `\u{2028}`.
 */
export function withoutMarks(text: string): string {
  return text.replaceAll("](", "] (").replace(/\{(?=\d+\})/g, "{ ");
}

/** `libssl3 3.0.11-1`. Empty if the finding is about no package. */
export function packageWords({ package: about }: Finding): string {
  return about === undefined ? "" : sarifLine(join(" ", [name(about.name, 160), version(about.version, 80)]));
}

/** `fixed in 3.0.15-1~deb12u1`, the version to upgrade to, or why there is none. Empty unless it is a vulnerability. */
export function fixWords({ kind }: Finding, { to, none }: FixAdvice): string {
  if (kind !== "vulnerability") return "";
  return to === undefined ? sarifText(none, 60) : `fixed in ${sarifText(to.join(" or "), 200)}`;
}

/** `in Python sparkly 2.3.0: usr/lib/x.jar; Dockerfile:9 layer 3 RUN pip install …`. Empty if nothing is known. */
export function placeWords(finding: Finding): string {
  const words = sarifLine(whereWords(finding));
  return words === "" || finding.owner !== undefined ? words : `in ${words}`;
}

function sarifLine(inline: Inline): string {
  return sarifText(textLine(inline), 1_000);
}
