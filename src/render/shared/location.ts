import type { Finding, Layer } from "../../domain/finding.ts";
import { BREAK, code, type Inline, join, name, path as pathOf, prose, say, version } from "../tree.ts";
import { shorten } from "./safe-text.ts";

/** Longest instruction in a table cell, in UTF-16 units. */
const INSTRUCTION = 44;
/** Longest path and instruction if no table has to be narrow. No row may take all of a document's room. */
export const WHOLE_PATH = 1_000;
const WHOLE_INSTRUCTION = 500;

/** A Dockerfile instruction on one line, without the words that the builder adds. */
export function shortInstruction(instruction: string, most = INSTRUCTION): string {
  const bare = shorten(instruction, 2_000)
    .replace(/^(?:RUN )?\/bin\/sh -c (#\(nop\)\s*)?/, (_, nop) => (nop === undefined ? "RUN " : ""))
    .replace(/(?<!\s)\s*# buildkit\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();
  return shorten(bare, most);
}

/**
 * The same for a narrow place, in which a hash of 64 letters would be one endless word: `ADD file:2f7b1e0c… in /`. Its
 * first letters are enough to distinguish it.
 */
export function briefInstruction(instruction: string, most = INSTRUCTION): string {
  return shorten(
    shortInstruction(instruction, WHOLE_INSTRUCTION).replace(/\b([0-9a-f]{8})[0-9a-f]{16,}\b/g, "$1…"),
    most,
  );
}

/** `app/.env:3`: a path, and its line if one is known. */
export function placed(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}:${line}`;
}

/** The instruction that made the layer. Empty if it is not known. */
export function instructionWords({ instruction = "" }: Layer): Inline {
  const words = briefInstruction(instruction);
  return words === "" ? "" : code(words);
}

/** `Dockerfile:12`. Empty if it is not known. */
export function sourceWords({ source }: Pick<Layer, "source">): Inline {
  return source === undefined ? "" : pathOf(placed(source.file, source.line));
}

/** The package that ships a file: ``Python `sparkly` 2.3``. */
export function ownerWords({ ecosystem, name: of, version: installed = "" }: NonNullable<Finding["owner"]>): Inline {
  return join(" ", [prose(ecosystem, 40), name(of), installed === "" ? "" : version(installed)]);
}

/** `layer 3`, with the instruction that made it and its line in the Dockerfile. Empty if no layer is known. */
export function layerWords(layer: Layer | undefined): Inline {
  if (layer === undefined) return "";
  const place = layer.number === undefined ? "" : `layer ${layer.number}`;
  return join(" ", [sourceWords(layer), place, instructionWords(layer)]);
}

/** The file of a finding, and the package that ships it. Empty if neither is known. */
export function fileWords({ owner, path, line }: Finding): Inline {
  const place = path === undefined ? "" : pathOf(placed(path, line));
  return owner === undefined ? place : join(": ", [say`in ${ownerWords(owner)}`, place]);
}

/** The place of a finding: its file and its layer. Empty if none is known. */
export function whereWords(finding: Finding): Inline {
  return join(BREAK, [fileWords(finding), layerWords(finding.layer)]);
}
