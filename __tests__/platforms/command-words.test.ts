import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { readSource, walk } from "../../scripts/test/source.ts";
import { commandWords, WORDS } from "../../src/platforms/command-words.ts";

/** Rooms without messages of a run, or with some that are only read on the platform that they name. */
const OTHERS =
  /^src\/(?:cli|platforms|render|fleet)\/|\/schema\.ts$|^src\/actions\/(?:input-names|(?:gate|verify)\/foreign-inputs)|^src\/system\/shared-cache/;

/** Fixed text of the sources in which messages to authors of workflows are written, by its file. */
function messageTexts(): [file: string, text: string][] {
  const texts: [string, string][] = [];
  const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !OTHERS.test(file.replaceAll("\\", "/")));
  for (const file of files) {
    walk(readSource(join(root, file)).program, ({ type, value }) => {
      const text = type === "TemplateElement" ? (value as { cooked: unknown }).cooked : value;
      if ((type === "Literal" || type === "TemplateElement") && typeof text === "string") texts.push([file, text]);
    });
  }
  return texts;
}

test("each text that is replaced stands in a message of today", () => {
  const texts = messageTexts();
  expect(texts.length).toBeGreaterThan(1000);
  const gone = WORDS.map(([workflow]) => workflow).filter((each) => !texts.some(([, text]) => text.includes(each)));
  expect(gone).toEqual([]);
});

test("no message of two words or more then speaks of a workflow's steps, actions and runners", () => {
  const workflow =
    /\bsteps? before|this step|of a step\b|in a step\b|actions\/|docker\/[\w-]+-action|RUNNER_|\brunner|`with:`|\$\{\{/;
  const left = messageTexts().filter(([, text]) => text.includes(" ") && workflow.test(commandWords(text)));
  expect(left).toEqual([]);
});

test.each(WORDS)("no earlier replacement breaks up %j", (workflow, command) => {
  expect(commandWords(workflow)).toBe(command);
});
