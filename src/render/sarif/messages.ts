import type { Finding, Layer, Owner } from "../../domain/finding.ts";
import type { FixAdvice } from "../../domain/rows/fix-advice.ts";
import { placed, shortInstruction } from "../shared/location.ts";
import { joined } from "../shared/phrases.ts";
import { shorten, visible } from "../shared/safe-text.ts";

/**
 * Untrusted text within a SARIF message that is not Markdown. There, `[text](target)` is a link and `{0}` is a
 * placeholder for an argument (SARIF 2.1.0, 3.11.5 and 3.11.6). A space takes away their meaning, also in a code point
 * such as `\u{2028}`.
 */
export function sarifText(untrusted: string, most: number): string {
  const shown = visible(shorten(untrusted.replace(/\s+/g, " ").trim(), most));
  return shown.replaceAll("](", "] (").replace(/\{(?=\d+\})/g, "{ ");
}

/** `libssl3 3.0.11-1`. Empty if the finding is about no package. */
export function packageWords({ package: about }: Finding): string {
  return about === undefined ? "" : joined(" ", [sarifText(about.name, 160), sarifText(about.version, 80)]);
}

/** `fixed in 3.0.15-1~deb12u1`, the version to upgrade to, or why there is none. Empty unless it is a vulnerability. */
export function fixWords({ kind }: Finding, { to, none }: FixAdvice): string {
  if (kind !== "vulnerability") return "";
  return to === undefined ? sarifText(none, 60) : `fixed in ${sarifText(to.join(" or "), 200)}`;
}

/** `in Python sparkly 2.3.0: usr/lib/x.jar, layer 3 (RUN pip install …), Dockerfile:9`. Empty if nothing is known. */
export function placeWords({ path, line, layer, owner }: Finding): string {
  const file = path === undefined ? "" : sarifText(placed(path, line), 300);
  const within = file === "" || owner === undefined ? file : `${ownerWords(owner)}: ${file}`;
  return joined(", ", [within === "" ? "" : `in ${within}`, layerWords(layer)]);
}

function ownerWords({ ecosystem, name, version = "" }: Owner): string {
  return joined(" ", [sarifText(ecosystem, 40), sarifText(name, 160), sarifText(version, 80)]);
}

function layerWords(layer: Layer | undefined): string {
  if (layer?.number === undefined) return "";
  const { number, instruction, source } = layer;
  const made = instruction === undefined ? "" : ` (${sarifText(shortInstruction(instruction, 120), 120)})`;
  const line = source === undefined ? "" : `, ${sarifText(placed(source.file, source.line), 200)}`;
  return `layer ${number}${made}${line}`;
}
