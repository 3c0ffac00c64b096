import type { World } from "../../system/world.ts";
import type { Read, Source } from "../source.ts";
import { readText } from "./files.ts";
import { gathered } from "./gather.ts";

/** Reads a list: one image a line. A `#` at the start of a line, or after white space, starts a comment. */
export function readList(source: Source & { readonly kind: "file" }, world: World): Promise<Read> {
  return gathered(source.line, (found) => {
    const text = readText("list of images", source.path, world);
    text.split(/\r\n|\n|\r/).forEach((line, index) => {
      const reference = line.replace(/(?:^|\s)#[\s\S]*$/, "").trim();
      if (reference === "") return;
      const spot = { file: source.path, line: index + 1 };
      found.image({ reference, name: `line ${spot.line}`, spot });
    });
  });
}
