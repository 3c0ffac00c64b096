import type { World } from "../../system/world.ts";
import type { Gathering } from "../gather.ts";
import type { SourceOf } from "../parse-source.ts";
import { readBytes } from "./files.ts";

/** Byte order marks. */
const MARKS = new Map([
  ["\xff\xfe", "utf-16le"],
  ["\xfe\xff", "utf-16be"],
]);

/** Reads a list: one image a line. A `#` at the start of a line, or after white space, starts a comment. */
export function readList(source: SourceOf<"file">, found: Gathering, world: World): void {
  const bytes = readBytes("list of images", source.path, world);
  // PowerShell writes UTF-16.
  const text = new TextDecoder(MARKS.get(bytes.toString("latin1", 0, 2)) ?? "utf-8").decode(bytes);
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const reference = line.replace(/(?:^|\s)#[\s\S]*$/, "").trim();
    if (reference === "") return;
    const spot = { file: source.path, line: index + 1 };
    found.image({ reference, name: `line ${spot.line}`, spot });
  });
}
