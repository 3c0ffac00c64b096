import type { Command } from "../command.ts";
import { say } from "../reading.ts";
import { compare } from "./compare.ts";
import { scannedSides, scanOptions } from "./images.ts";

/** Rows of each kind that a terminal shows. A pipe gets all. */
const MOST_ROWS = 40;

export const compareCommand: Command = {
  words: "<OLD> <NEW>",
  options: scanOptions(),
  formats: ["table", "json"],
  exitCodes: {
    0: "they are compared, whatever is different",
    2: "one of them cannot be read or scanned, or a wrong command line",
  },
  examples: [
    {
      line: "image-gate compare old.tar app.tar",
      about: "Two images, which are scanned: references, tars, OCI layouts.",
    },
    { line: "image-gate compare old.json new.json", about: "Two reports, of Image Gate or of a scanner." },
    { line: "image-gate compare old.cdx.json new.spdx.json --json", about: "Two SBOMs, for another program." },
  ],
  run: async (given, seat) => {
    const [old = "", now = ""] = given.words;
    const scanned = await scannedSides(given.words, given, seat);
    const most = seat.terminal.isTerminal ? MOST_ROWS : undefined;
    return say(compare({ old, new: now, json: seat.format === "json", most, scanned }, seat.world), seat);
  },
};
