import { describe, expect, it } from "vitest";
import { blockLines } from "../../../src/render/print/lines.ts";
import { printText } from "../../../src/render/print/text.ts";
import { alert, code, fold, heading, list, name, para, paste, prose, rowsOf, table } from "../../../src/render/tree.ts";
import { HOSTILE } from "../hostile.ts";

/** Every kind of block, each with the text. */
function blocksOf(text: string) {
  return [
    heading(2, code(text)),
    para(prose(text)),
    alert("NOTE", prose(text)),
    fold("More", [list([code(text)]), table(["name", "why"], [[name(text), prose(text)]])]),
    paste(text, "sh"),
    rowsOf([text], { row: (each) => [prose(each)], rank: 1, layout: (rows) => [list(rows.flat())] }),
  ];
}

describe("blocks in a log", () => {
  it("are lines, indented in lists and folds, with the cells of a table below each other", () => {
    const lines = printText(blockLines(blocksOf("left-pad"))).split("\n");
    expect(lines).toEqual([
      "left-pad",
      "left-pad",
      "left-pad",
      "More",
      "    left-pad",
      "  name      why",
      "  left-pad  left-pad",
      "  left-pad",
      "  left-pad",
    ]);
  });

  it("without anything to say give no line", () => {
    expect(blockLines([para(""), list([]), table(["name"], []), alert("NOTE")])).toEqual([]);
  });

  // Proves: runs-no-workflow-command
  it.each(HOSTILE)("are lines without a command, whatever text they have: %j", (text) => {
    expect(printText(blockLines(blocksOf(text)))).not.toMatch(/^\s*::|##\[|\p{Cc}(?<!\n)/mu);
  });
});
