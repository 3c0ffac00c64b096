import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { type FakeReleases, startFakeReleases } from "../../support/github/fake-releases.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";

let fake: FakeReleases;
beforeEach(async () => {
  fake = await startFakeReleases();
});
afterEach(async () => {
  await fake.close();
  expect(fake.problems).toEqual([]);
});

/** A version that this repository never releases, and so its changelog has no section of it. */
const TAG = "v999.0.0";
const ENV = { GITHUB_REPOSITORY: "acme/image-gate", GITHUB_SHA: "a".repeat(40), GITHUB_REF: `refs/tags/${TAG}` };
const release = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  finish(process.execPath, [join(root, "scripts/release.ts"), ...args], {
    env: { ...ENV, PATH: process.env.PATH, GITHUB_API_URL: fake.url, GH_TOKEN: FAKE_TOKEN, ...env },
  });

it("names its tasks if none of them is asked for", async () => {
  for (const args of [[], ["toString"], ["publsh"], ["notes"]])
    expect(await release(args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("release -- check|publish|npm|move-major|discard|settings\n"),
    });
});

it("names all that speaks against a tag, and in a workflow as annotations", async () => {
  const { code, stdout } = await release(["check"]);
  expect(code).toBe(1);
  expect([...stdout.matchAll(/^\[([a-z-]+)\]/gm)].map(([, fault]) => fault)).toEqual([
    ...["tag-moved", "commit-not-on-main", "ci-not-green", "version-differs", "changelog-version-missing"],
  ]);
  const annotated = await release(["check"], { GITHUB_ACTIONS: "true" });
  expect(annotated.stdout).toMatch(/^::error title=Release::\[tag-moved\] /);
});

it("throws away drafts, and says how many", async () => {
  fake.addRelease(TAG, { draft: true });
  expect(await release(["discard", TAG])).toMatchObject({ code: 0, stdout: "Drafts that were thrown away: 1\n" });
  expect(fake.changes).toEqual([`delete ${TAG}`]);
});

it("ends with 1 where a setting is missing", async () => {
  const { code, stdout } = await release(["settings", "acme/image-gate"], { GITHUB_REPOSITORY: "" });
  expect(code).toBe(1);
  expect(stdout).toContain("missing  tags of releases cannot be moved or deleted. A tag ruleset");
});

it.each<readonly [string, readonly string[], NodeJS.ProcessEnv, string]>([
  ["a section of the changelog", ["publish", "nowhere"], {}, "changelog-version-missing"],
  ["a package", ["npm"], {}, "files-missing"],
  ["a token", ["discard"], { GH_TOKEN: "" }, "environment-incomplete"],
  ["a repository", ["discard"], { GITHUB_REPOSITORY: "image-gate" }, "environment-incomplete"],
  ["a commit", ["move-major"], { GITHUB_SHA: "main" }, "environment-incomplete"],
  ["a tag", ["discard", "v1"], {}, "tag-invalid"],
  ["a network", ["discard"], { GITHUB_API_URL: "http://127.0.0.1:9" }, "github-unreachable"],
])("without %s it says so, and changes nothing", async (_, args, env, code) => {
  expect(await release(args, env)).toMatchObject({ code: 1, stdout: expect.stringContaining(`[${code}] `) });
  expect(fake.changes).toEqual([]);
});
