import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { documentationPages, readPages } from "../../scripts/site/pages.ts";
import { readRuns } from "../../scripts/site/runs.ts";
import { workflowsOf } from "../../scripts/site/workflows.ts";

const pages = ["README.md", ...documentationPages(root)];
const workflows = pages.flatMap((page) => workflowsOf(root, page));
const runs = readRuns(root);

test("each workflow of a page has a test that runs it, or a listed reason why none does", () => {
  const listed = runs.map(({ page, name }) => `${page}: ${name}`);
  expect(workflows.map(({ page, name }) => `${page}: ${name}`).sort()).toEqual(listed.sort());
});

test("each of these tests is there, and reads the page or the example that the page shows", () => {
  // This test reads all pages in the list.
  const others = runs.filter(({ how }) => how !== undefined && how !== "__tests__/act/pages.test.ts");
  for (const { page, how = "" } of others) {
    expect(existsSync(join(root, how)), how).toBe(true);
    const test = readFileSync(join(root, how), "utf8");
    const examples = readFileSync(join(root, page), "utf8").match(/(?<=\(examples\/)[\w-]+\.yml/g) ?? [];
    // docs.test.ts checks the README's job against the job of the first steps.
    const sources = page === "README.md" ? ["docs/first-steps.md"] : [page, ...examples];
    expect(
      sources.some((each) => test.includes(each)),
      `${how}: ${page}`,
    ).toBe(true);
  }
});

test("fewer than a quarter of the workflows are not run", () => {
  const left = runs.filter(({ reason }) => reason !== undefined);
  expect(left.length / runs.length).toBeLessThan(0.25);
});

describe.each(
  readPages(readFileSync(join(root, "docs/sources/pages.yml"), "utf8"))
    .filter(({ kind }) => kind === "How-to")
    .flatMap(({ groups }) => groups.flatMap((group) => group.pages)),
)("the how-to page $path", ({ path }) => {
  test("begins with the workflow to copy, or with the command that writes it", () => {
    const page = join("docs", path);
    const text = readFileSync(join(root, page), "utf8");
    const first = text.slice(0, text.search(/^```/m)).split("\n").length;
    expect(first).toBeLessThan(25);
    const isCommand = /^```sh\nimage-gate /.test(text.slice(text.search(/^```/m)));
    if (!isCommand) expect(workflowsOf(root, page)[0]?.line).toBe(first);
  });
});
