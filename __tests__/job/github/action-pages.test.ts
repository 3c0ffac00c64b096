import { afterAll, expect, test } from "vitest";
import { githubPlatform } from "../../../src/job/github/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("action-pages");
afterAll(() => folder.remove());

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const ACTION = { GITHUB_ACTION_REPOSITORY: "OWNER/image-gate", GITHUB_ACTION_REF: COMMIT };

const pagesWith = (env: Readonly<Record<string, string>>) =>
  githubPlatform({ ...testWorld(folder.path), env: { GITHUB_REPOSITORY: "acme/app", ...env } }).action.pages;

test("the pages are in the action's repository, at its commit", () => {
  expect(pagesWith(ACTION)).toBe(`https://github.com/OWNER/image-gate/blob/${COMMIT}`);
});

test.each([
  ["a local action, whose files the workflow's repository has", { GITHUB_ACTION_REPOSITORY: "" }],
  ["a reference that is missing", { GITHUB_ACTION_REF: "" }],
  ["a reference with its own characters in an address", { GITHUB_ACTION_REF: "v1#x" }],
  ["a server with other addresses", { GITHUB_API_URL: "https://codeberg.org/api/v1" }],
])("no address is known of %s", (_, env) => {
  expect(pagesWith({ ...ACTION, ...env })).toBeUndefined();
});
