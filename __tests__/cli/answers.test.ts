import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { readSource, walk } from "../../scripts/test/source.ts";
import { commandWords, WORDS } from "../../src/cli/answers.ts";

/** Fixed text of the sources outside `src/cli/`, where messages to authors of workflows are written. */
function messageTexts(): string[] {
  const texts: string[] = [];
  const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.startsWith(join("src", "cli")));
  for (const file of files) {
    walk(readSource(join(root, file)).program, ({ type, value }) => {
      const text = type === "TemplateElement" ? (value as { cooked: unknown }).cooked : value;
      if ((type === "Literal" || type === "TemplateElement") && typeof text === "string") texts.push(text);
    });
  }
  return texts;
}

test("each text that is replaced at a terminal stands in a message of today", () => {
  const texts = messageTexts();
  expect(texts.length).toBeGreaterThan(1000);
  const gone = WORDS.map(([workflow]) => workflow).filter((each) => !texts.some((text) => text.includes(each)));
  expect(gone).toEqual([]);
});

test.each(WORDS)("no earlier replacement breaks up %j", (workflow, command) => {
  expect(commandWords(workflow)).toBe(command);
});
