import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { readSource, walk } from "../../../scripts/test/source.ts";
import { pipelineWords, WORDS } from "../../../src/platforms/gitlab/words.ts";

interface Message {
  readonly file: string;
  readonly text: string;
}

/** What a job of GitLab never loads, or never shows: other platforms, the summary page, uploads, names in schemas. */
const NOT_THERE = [
  /^src\/platforms\/(?:github|terminal)\//,
  /^src\/platforms\/gitlab\/words\.ts$/,
  /^src\/platforms\/command-words\.ts$/,
  /^src\/render\/signing\/summary\.ts$/,
  /^src\/reports\/upload-sarif\.ts$/,
  // The words where the platform gives none.
  /^src\/render\/shared\/platform-words\.ts$/,
  // Descriptions of JSON Schemas.
  /^src\/domain\/report\/schema\.ts$/,
];

/** Fixed text of the sources, as a job of GitLab shows it. */
function messages(): Message[] {
  const found: Message[] = [];
  const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !NOT_THERE.some((one) => one.test(file)));
  for (const file of files)
    walk(readSource(join(root, file)).program, ({ type, value }) => {
      const text = type === "TemplateElement" ? (value as { cooked: unknown }).cooked : value;
      // What is one word is a name, a path, an address or a module.
      if ((type === "Literal" || type === "TemplateElement") && typeof text === "string" && /\s/.test(text.trim()))
        found.push({ file, text });
    });
  return found;
}

const FOREIGN =
  /\bGitHub\b|pull request|\bworkflows?\b|workflow_dispatch|\bactions\/|docker\/[a-z-]+-action|cosign-installer|id-token|packages: write|`concurrency`|GITHUB_[A-Z]|\$\{\{/i;
/** Addresses and paths of files. */
const ADDRESSES = /github(?:usercontent)?\.com\S*|\.github\/\S+|docs\/\S+/g;

test("no message on GitLab names GitHub, a pull request, a workflow, or another action", () => {
  const all = messages();
  expect(all.length).toBeGreaterThan(1000);
  const left = all.filter(({ text }) => FOREIGN.test(pipelineWords(text).replace(ADDRESSES, "")));
  expect(left.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test("each text that is replaced stands in a message of today", () => {
  const texts = messages().map(({ text }) => text);
  const gone = WORDS.map(([workflow]) => workflow).filter((each) => !texts.some((text) => text.includes(each)));
  expect(gone).toEqual([]);
});

test.each(WORDS)("no earlier replacement breaks up %j", (workflow, pipeline) => {
  expect(pipelineWords(workflow)).toBe(pipeline);
});
