import { expect, test } from "vitest";
import { annotate, KEPT_FREE } from "../../../src/job/annotate.ts";
import { ANNOTATIONS_PER_LEVEL, TROUBLES_PER_LEVEL, workflowLog } from "../../../src/job/github/log.ts";
import type { AnnotationMessage } from "../../../src/job/job.ts";

/** Annotations of a run without faults. */
const SHARE = ANNOTATIONS_PER_LEVEL - KEPT_FREE;

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
  const all = Array.from({ length: SHARE }, (_, i) => ({ level: "error" as const, message: `e${i}` }));
  expect(written(all)).toEqual(all.map(({ message }) => `::error::${message}`));
});

test("more than the share: the first ones and one line that tells how many are left", () => {
  const all = Array.from({ length: 50_001 }, (_, i) => ({ level: "warning" as const, message: `w${i}` }));
  const lines = written(all);
  expect(lines).toHaveLength(SHARE);
  expect(lines.at(-1)).toBe(`::warning::${50_001 - SHARE + 1} more like these: see the job summary.`);
});

// Proves: change-policy-shown
test("twelve troubles on the way take no place from the answer's own: a changed policy, and the reason at the end", () => {
  const lines: string[] = [];
  const log = workflowLog({ write: (text) => lines.push(text.trimEnd()) });
  for (let i = 1; i <= 12; i++) log.warning(`trouble ${i}`);
  const own = Array.from({ length: 4 }, (_, i) => ({ level: "warning" as const, message: `policy ${i + 1}` }));
  annotate(log, own);
  log.annotate("warning", "the reason");
  const shown = lines.filter((line) => line.startsWith("::warning::"));
  expect(shown).toEqual(
    [
      ...Array.from({ length: TROUBLES_PER_LEVEL }, (_, i) => `trouble ${i + 1}`),
      "policy 1",
      "policy 2",
      "2 more like these: see the job summary.",
      "the reason",
    ].map((message) => `::warning::${message}`),
  );
  expect(lines).toContain("warning: trouble 12");
});
