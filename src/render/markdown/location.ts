import type { Finding, Layer } from "../../domain/finding.ts";
import { briefInstruction, PATH, placed } from "../shared/location.ts";
import { joined } from "../shared/phrases.ts";
import { pathEnd } from "../shared/safe-text.ts";
import { code, packageName, text, version } from "./markdown.ts";

/** `layer 3`, with the instruction that made it and its line in the Dockerfile. Empty if no layer is known. */
export function layerWords(layer: Layer | undefined): string {
  if (layer === undefined) return "";
  const place = layer.number === undefined ? "" : `layer ${layer.number}`;
  return joined(" ", [sourceWords(layer.source), place, instructionWords(layer)]);
}

/** The instruction that made the layer, as a code span. Empty if it is not known. */
export function instructionWords({ instruction = "" }: Layer): string {
  const words = briefInstruction(instruction);
  return words === "" ? "" : code(words);
}

/** `Dockerfile:12` as a code span. */
export function sourceWords(source: Layer["source"]): string {
  return source === undefined ? "" : code(pathEnd(placed(source.file, source.line), PATH), PATH);
}

/**
 * A table cell with the place of a finding: the package that ships the file, the file, the layer.
 * @param wordsOf describes a layer; a table of many findings passes a function that caches
 */
export function whereCell({ owner, path, line, layer }: Finding, wordsOf = layerWords): string {
  const place = path === undefined ? "" : code(pathEnd(placed(path, line), PATH), PATH);
  const file = owner === undefined ? place : joined(": ", [`in ${ownerWords(owner)}`, place]);
  return joined("<br>", [file, wordsOf(layer)]) || "–";
}

/** `Python `sparkly` 2.3`. */
export function ownerWords(owner: NonNullable<Finding["owner"]>): string {
  const name = `${text(owner.ecosystem, 40)} ${packageName(owner.name)}`;
  return owner.version === undefined || owner.version === "" ? name : `${name} ${version(owner.version)}`;
}
