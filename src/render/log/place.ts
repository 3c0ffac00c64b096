import type { Finding, Layer, Owner } from "../../domain/finding.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { exploitWords } from "../shared/exploitation.ts";
import { briefInstruction, placed } from "../shared/location.ts";
import { pathEnd, plain, shorten } from "../shared/safe-text.ts";
import { columns, shortenToColumns } from "./terminal-width.ts";

/** Longest path, instruction and owner, in UTF-16 units. */
const PATH = 1_000;
const INSTRUCTION = 60;
const OWNER = 60;
/** Columns below which words say nothing. */
const LEAST = 8;

/**
 * Where a finding sits, for a table of the log, in at most so many columns, and before it what attackers do with it: the
 * file with its owner, or the layer, as one of the two has room on a line.
 */
export function placeOf(judged: JudgedFinding, most: number): string {
  const marks = shortenToColumns(plain(exploitWords(judged).join("; ")), most, "end");
  if (marks === "") return placeWords(judged.finding, most);
  const left = most - columns(marks) - 2;
  const place = left < LEAST ? "" : placeWords(judged.finding, left);
  return place === "" ? marks : `${marks}; ${place}`;
}

function placeWords({ owner, path, line, layer }: Finding, most: number): string {
  if (path !== undefined) return fileWords(plain(shorten(placed(path, line), PATH, "middle")), owner, most);
  return layer === undefined ? "" : layerWords(layer, most);
}

/** The owner goes before the file's name does. */
function fileWords(place: string, owner: Owner | undefined, most: number): string {
  const before = owner === undefined ? "" : `${plain(shorten(owner.name, OWNER, "middle"))}: `;
  const name = place.slice(Math.max(0, place.lastIndexOf("/") - 1));
  const left = most - columns(before);
  return left >= Math.min(columns(place), columns(name)) ? before + pathIn(place, left) : pathIn(place, most);
}

/** The end of a path; where whole folders leave half of the room empty, of the next one what has room. */
function pathIn(path: string, most: number): string {
  const end = pathEnd(path, most);
  return shortenToColumns(end.length >= most / 2 || path.length <= most ? end : `…${path.slice(1 - most)}`, most);
}

/** The Dockerfile's line, else the layer's number, stays whole; the instruction loses its end. */
function layerWords({ number, source, instruction = "" }: Layer, most: number): string {
  const layer = number === undefined ? "" : `layer ${number}`;
  const at = source === undefined ? layer : pathIn(plain(placed(source.file, source.line)), most);
  const words = plain(briefInstruction(instruction, INSTRUCTION));
  if (at === "") return shortenToColumns(words, most, "end");
  const left = most - columns(at) - 1;
  return words === "" || left < LEAST ? at : `${at} ${shortenToColumns(words, left, "end")}`;
}
