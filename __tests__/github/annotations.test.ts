import { expect, test } from "vitest";
import { type AnnotationMessage, annotate, SHARE_PER_LEVEL } from "../../src/github/annotations.ts";
import { workflowLog } from "../../src/github/log.ts";

function written(annotations: readonly AnnotationMessage[]): string[] {
  const lines: string[] = [];
  annotate(workflowLog({ write: (text) => lines.push(text.trimEnd()) }), annotations);
  return lines;
}

test("errors come first, each with its place; a file without a line means its first", () => {
  expect(
    written([
      { level: "notice", message: "n" },
      { level: "warning", message: "w", file: ".github/image-gate.yml", line: 12 },
      { level: "error", message: "e", file: "Dockerfile" },
    ]),
  ).toEqual(["::error file=Dockerfile,line=1::e", "::warning file=.github/image-gate.yml,line=12::w", "::notice::n"]);
});

test("exactly the share is written without a roll-up", () => {
  const all = Array.from({ length: SHARE_PER_LEVEL }, (_, i) => ({ level: "error" as const, message: `e${i}` }));
  expect(written(all)).toEqual(all.map(({ message }) => `::error::${message}`));
});

test("more than the share: the first ones and one line that tells how many are left", () => {
  const all = Array.from({ length: 50_001 }, (_, i) => ({ level: "warning" as const, message: `w${i}` }));
  const lines = written(all);
  expect(lines).toHaveLength(SHARE_PER_LEVEL);
  expect(lines.at(-1)).toBe(`::warning::${50_001 - SHARE_PER_LEVEL + 1} more like these: see the job summary.`);
});
