import { type Sides, sidesOf } from "../../documents/sides.ts";
import type { World } from "../../system/world.ts";
import type { Args, Command } from "../command.ts";
import { type Answer, answered, type ReadingRequest, say } from "../reading.ts";
import { typedDocument } from "../typed-document.ts";
import { comparedSides } from "./compared.ts";
import { scannedSides, scanOptions } from "./images.ts";
import { comparisonText } from "./text.ts";

/** Rows of each kind that a terminal shows. A pipe gets all. */
const MOST_ROWS = 40;

export const command: Command = {
  words: "<OLD> <NEW>",
  options: scanOptions(),
  formats: ["table", "json"],
  examples: [
    {
      line: "image-gate compare old.tar app.tar",
      about: "Two images, which are scanned: references, tars, OCI layouts.",
    },
    { line: "image-gate compare old.json new.json", about: "Two reports, of Image Gate or of a scanner." },
    { line: "image-gate compare old.cdx.json new.spdx.json --json", about: "Two SBOMs, for another program." },
  ],
  async run(given, seat) {
    const scanned = await scannedSides(given.words, given, seat);
    return say(compare(given, seat, scanned, seat.terminal.isTerminal ? MOST_ROWS : undefined), seat);
  },
};

/**
 * `compare OLD NEW`: packages and findings gained, lost and changed between two reports, SBOMs or scanned images.
 * @param scanned the results of scanned images, by their names as typed
 * @param most rows of each kind that are shown; absent: all
 * @throws GateError `document-…`, `report-…`, `file-…`, `nothing-to-compare`
 */
export function compare(
  { words: [old = "", now = ""] }: Pick<Args, "words">,
  { world, format }: ReadingRequest<Pick<World, "workspace">>,
  scanned?: ReadonlyMap<string, Sides>,
  most?: number,
): Answer {
  const sidesAt = (word: string) => scanned?.get(word) ?? sidesOf(typedDocument(word, world), word);
  const [before, after] = [sidesAt(old), sidesAt(now)];
  const compared = comparedSides({ ...before, file: old }, { ...after, file: now });
  return answered(format, compared, () => comparisonText(compared, most));
}
