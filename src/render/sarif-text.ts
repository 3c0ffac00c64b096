import type { Finding } from "../domain/finding.ts";
import { codePoint, shorten, visible } from "./plain.ts";

/**
 * Untrusted text within a SARIF message that is not Markdown. There `[text](target)` is a link and `{0}` stands for an
 * argument (SARIF 2.1.0, 3.11.5 and 3.11.6): both lose their meaning.
 */
export function sarifText(untrusted: string, most: number): string {
  const shown = visible(shorten(untrusted.replace(/\s+/g, " ").trim(), most));
  return shown.replace(/(?<=\])\(/g, codePoint).replace(/\{(?=\d+\})/g, codePoint);
}

/** `3.0.15-1~deb12u1`, all branches that got a fix, or why there is none. */
export function fixWords({ kind, fixedVersions, status }: Finding): string {
  if (fixedVersions.length > 0) return `fixed in ${sarifText(fixedVersions.join(", "), 200)}`;
  if (kind !== "vulnerability") return "";
  return status === "affected" || status === "unknown" ? "no fix yet" : `no fix (${sarifText(status, 60)})`;
}

/** `libssl3 3.0.11-1`; empty where the finding is about no package. */
export function packageWords({ package: about }: Finding): string {
  if (about === undefined) return "";
  const name = sarifText(about.name, 160);
  return about.version === "" ? name : `${name} ${sarifText(about.version, 80)}`;
}
