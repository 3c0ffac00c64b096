import type { Finding, Layer } from "../../domain/finding.ts";
import { briefInstruction, PATH, placed, shortInstruction, WHOLE_INSTRUCTION, WHOLE_PATH } from "../shared/location.ts";
import { joined } from "../shared/phrases.ts";
import { pathEnd } from "../shared/safe-text.ts";
import { code, packageName, text, version } from "./markdown.ts";

/**
 * `layer 3`, with its line in the Dockerfile: comment and summary name what made it once, in a list of layers.
 * Unabridged, and if its number is not known, with the instruction that made it. Empty if no layer is known.
 */
export function layerWords(layer: Layer | undefined, unabridged = false): string {
  if (layer?.number === undefined || unabridged) return describedLayer(layer, unabridged);
  return joined(" ", [sourceWords(layer.source, false), `layer ${layer.number}`]);
}

/** `layer 3`, with the instruction that made it and its line in the Dockerfile. Empty if no layer is known. */
function describedLayer(layer: Layer | undefined, unabridged: boolean): string {
  if (layer === undefined) return "";
  const place = layer.number === undefined ? "" : `layer ${layer.number}`;
  return joined(" ", [sourceWords(layer.source, unabridged), place, instructionWords(layer, unabridged)]);
}

/** The instruction that made the layer, as a code span. Empty if it is not known. */
export function instructionWords({ instruction = "" }: Layer, unabridged = false): string {
  const words = unabridged ? shortInstruction(instruction, WHOLE_INSTRUCTION) : briefInstruction(instruction);
  return words === "" ? "" : code(words, WHOLE_INSTRUCTION);
}

/** `Dockerfile:12` as a code span. */
export function sourceWords(source: Layer["source"], unabridged = false): string {
  if (source === undefined) return "";
  const most = unabridged ? WHOLE_PATH : PATH;
  return code(pathEnd(placed(source.file, source.line), most), most);
}

/**
 * A table cell with the place of a finding: the package that ships the file, the file, the layer.
 * @param wordsOf describes a layer; a table of many findings passes a function that caches
 * @param told the file's text, if its end alone would look like another's
 */
export function whereCell(
  finding: Finding,
  unabridged = false,
  wordsOf: (layer: Layer) => string = (layer) => describedLayer(layer, unabridged),
  told?: string,
): string {
  const { owner, path, line, layer } = finding;
  // An operating system's package: most findings of a large image.
  if (owner === undefined && path === undefined) return layer === undefined ? "–" : wordsOf(layer) || "–";
  const most = unabridged ? WHOLE_PATH : PATH;
  const place =
    path === undefined ? "" : code(told ?? pathEnd(placed(path, line), most), told === undefined ? most : WHOLE_PATH);
  const file = owner === undefined ? place : joined(": ", [`in ${ownerWords(owner)}`, place]);
  const parts = [file, layer === undefined ? "" : wordsOf(layer)].filter((part) => part !== "");
  return parts.length === 0 ? "–" : parts.join("<br>");
}

/** `Python `sparkly` 2.3`. */
export function ownerWords(owner: NonNullable<Finding["owner"]>): string {
  const name = `${text(owner.ecosystem, 40)} ${packageName(owner.name)}`;
  return owner.version === undefined || owner.version === "" ? name : `${name} ${version(owner.version)}`;
}
