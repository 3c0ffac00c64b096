import type { Gathering } from "../gather.ts";
import type { SourceOf } from "../parse-source.ts";
import { readBytes } from "./files.ts";
import type { Allowance } from "./programs/run.ts";

/** Reads a list: one image a line. A `#` at the start of a line, or after white space, starts a comment. */
export function readList(source: SourceOf<"file">, found: Gathering, { world }: Allowance): void {
  const bytes = readBytes("list of images", source.path, world);
  // PowerShell writes UTF-16 with a byte order mark, whose first byte never occurs in UTF-8.
  const text = new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-8").decode(bytes);
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const reference = line.replace(/(?:^|\s)#[\s\S]*$/, "").trim();
    if (reference === "") return;
    const spot = { file: source.path, line: index + 1 };
    found.image({ reference, name: `line ${spot.line}`, spot });
  });
}
