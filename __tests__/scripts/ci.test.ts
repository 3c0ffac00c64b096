import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { root } from "../../scripts/setup/tools.ts";
import { testProjects } from "../../scripts/test/projects.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const committed = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");

describe("continuous integration", () => {
  const ci = z
    .object({
      jobs: z.object({
        test: z.object({
          strategy: z.object({
            matrix: z.object({ include: z.array(z.object({ project: z.string(), shard: z.string() })) }),
          }),
        }),
      }),
    })
    .parse(parse(read(".github/workflows/ci.yml"))).jobs.test.strategy.matrix.include;

  it("runs every project of the tests, and every shard of it", () => {
    const projects = Object.keys(testProjects(root));
    expect([...new Set(ci.map(({ project }) => project))].sort()).toEqual(projects.sort());
    for (const project of projects) {
      const shards = ci.filter((each) => each.project === project).map(({ shard }) => shard);
      expect(shards).toEqual(shards.map((_, index) => `${index + 1}/${shards.length}`));
    }
  });
});

it("scripts, workflows and the action run on one version of Node", () => {
  const version = read(".node-version").trim();
  expect(parse(read("action.yml")).runs.using).toBe(`node${version}`);
  expect(JSON.parse(read("package.json")).engines.node).toBe(`>=${version}`);
  const workflows = globSync(".github/workflows/*.yml", { cwd: root }).map(read).join("");
  expect(workflows).not.toMatch(/node-version:/);
  expect(workflows.match(/node-version-file: \.node-version\n/g)?.length).toBeGreaterThan(2);
});

describe("Dependabot", () => {
  const { updates } = z
    .object({
      updates: z.array(
        z.object({
          "package-ecosystem": z.string(),
          directory: z.string().optional(),
          directories: z.array(z.string()).optional(),
        }),
      ),
    })
    .parse(parse(read(".github/dependabot.yml")));
  const foldersOf = (ecosystem: string) =>
    updates
      .filter((each) => each["package-ecosystem"] === ecosystem)
      .flatMap(({ directory, directories = [] }) => [directory ?? [], directories].flat())
      .flatMap((folder) => (folder.includes("*") ? globSync(`.${folder}`, { cwd: root }) : [`.${folder}`]))
      .map((folder) => relative(root, join(root, folder)) || ".");

  it.each([
    ["npm", /(^|\/)package-lock\.json$/],
    ["gomod", /(^|\/)go\.mod$/],
    ["pip", /^scripts\/setup\/requirements\/.*\.txt$/],
  ])("%s: reads the folder of each lock file", (ecosystem, isLock) => {
    const folders = new Set(committed.filter((path) => isLock.test(path)).map(dirname));
    expect(folders.size).toBeGreaterThan(0);
    expect(foldersOf(ecosystem)).toEqual(expect.arrayContaining([...folders]));
  });
});

it("the code owners' paths exist", () => {
  const paths = read(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line.startsWith("/"))
    .map((line) => line.split(/\s/)[0]?.slice(1) ?? "");
  expect(paths.length).toBeGreaterThan(2);
  for (const path of paths) expect(globSync(path, { cwd: root })).not.toEqual([]);
});
