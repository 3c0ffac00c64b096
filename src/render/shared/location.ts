import type { Finding, Layer } from "../../domain/finding.ts";
import { code, packageName, text, version } from "../markdown/markdown.ts";
import { pathEnd, shorten } from "./safe-text.ts";

/** Longest path and instruction in a table's cell, in UTF-16 units. */
const PATH = 48;
const INSTRUCTION = 44;
/** The same where nothing is shortened to keep a table narrow: paths on Linux end at 4,096 bytes. */
export const WHOLE_PATH = 4_096;
const WHOLE_INSTRUCTION = 500;

/** A Dockerfile instruction without what the builder wraps around it, on one line. */
export function shortInstruction(instruction: string, most = INSTRUCTION): string {
  const bare = shorten(instruction, 2_000)
    .replace(/^(?:RUN )?\/bin\/sh -c (#\(nop\)\s*)?/, (_, nop) => (nop === undefined ? "RUN " : ""))
    .replace(/\s*# buildkit\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return shorten(bare, most);
}

/**
 * The same for a narrow place, where a hash of 64 letters would be one endless word: `ADD file:2f7b1e0c… in /`. Its first letters
 * tell it from others.
 */
export function briefInstruction(instruction: string, most = INSTRUCTION): string {
  return shorten(
    shortInstruction(instruction, WHOLE_INSTRUCTION).replace(/\b([0-9a-f]{8})[0-9a-f]{16,}\b/g, "$1…"),
    most,
  );
}

/** `layer 3`, with the instruction that made it and its line of the Dockerfile; empty where none is known. */
export function layerWords(layer: Layer | undefined, unabridged = false): string {
  if (layer === undefined) return "";
  const place = layer.number === undefined ? "" : `layer ${layer.number}`;
  const { instruction = "" } = layer;
  const words = unabridged ? shortInstruction(instruction, WHOLE_INSTRUCTION) : briefInstruction(instruction);
  return [sourceWords(layer.source, unabridged), place, words === "" ? "" : code(words, WHOLE_INSTRUCTION)]
    .filter((part) => part !== "")
    .join(" ");
}

/** `Dockerfile:12` as code. */
function sourceWords(source: Layer["source"], unabridged: boolean): string {
  if (source === undefined) return "";
  const most = unabridged ? WHOLE_PATH : PATH;
  return code(pathEnd(placed(source.file, source.line), most), most);
}

/** `app/.env:3`: a path, and the line in it where one is known. */
export function placed(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}:${line}`;
}

/**
 * Where a finding sits: the package that ships the file, the file, the layer. A table's cell.
 * @param wordsOf puts a layer into words; a table of many findings remembers them
 */
export function whereCell(
  finding: Finding,
  unabridged = false,
  wordsOf: (layer: Layer) => string = (layer) => layerWords(layer, unabridged),
): string {
  const { owner, path, line } = finding;
  const most = unabridged ? WHOLE_PATH : PATH;
  const place = path === undefined ? "" : code(pathEnd(placed(path, line), most), most);
  const file =
    owner === undefined ? place : [`in ${ownerWords(owner)}`, place].filter((part) => part !== "").join(": ");
  const parts = [file, finding.layer === undefined ? "" : wordsOf(finding.layer)].filter((part) => part !== "");
  return parts.length === 0 ? "–" : parts.join("<br>");
}

/** `Python `sparkly` 2.3`. */
export function ownerWords(owner: NonNullable<Finding["owner"]>): string {
  const name = `${text(owner.ecosystem, 40)} ${packageName(owner.name)}`;
  return owner.version === undefined || owner.version === "" ? name : `${name} ${version(owner.version)}`;
}
