import { afterAll, describe, expect, test } from "vitest";
import { kindIn, kindOf } from "../../../src/job/github/kinds.ts";
import { githubPlatform } from "../../../src/job/github/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

test.each([
  ["https://api.github.com", "https://github.com", "GitHub", false, "kept"],
  ["https://api.acme.ghe.com", "https://acme.ghe.com", "GitHub", false, "kept"],
  ["", "", "GitHub", false, "kept"],
  ["https://git.example.com/api/v3", "https://git.example.com", "GitHub", true, "none"],
  ["https://codeberg.org/api/v1", "https://codeberg.org", "the server", true, "replaced"],
  ["https://gitea.example.com/git/api/v1/", "https://gitea.example.com/git", "the server", true, "replaced"],
])("the server with the API %j at %j is %s", (apiUrl, serverUrl, name, isOwnServer, artifacts) => {
  expect(kindOf({ apiUrl, serverUrl })).toMatchObject({ name, isOwnServer, artifacts });
  expect(kindIn({ GITHUB_API_URL: apiUrl, GITHUB_SERVER_URL: serverUrl })).toBe(kindOf({ apiUrl, serverUrl }));
});

describe("the pages of the action", () => {
  const folder = temporaryFolder("action-pages");
  afterAll(() => folder.remove());

  const COMMIT = "0123456789abcdef0123456789abcdef01234567";
  const ACTION = { GITHUB_ACTION_REPOSITORY: "OWNER/image-gate", GITHUB_ACTION_REF: COMMIT };

  const pagesWith = (env: Readonly<Record<string, string>>) =>
    githubPlatform({ ...testWorld(folder.path), env: { GITHUB_REPOSITORY: "acme/app", ...env } }).action.pages;

  test("are in the action's repository, at its commit", () => {
    expect(pagesWith(ACTION)).toBe(`https://github.com/OWNER/image-gate/blob/${COMMIT}`);
  });

  test.each([
    ["a local action, whose files the workflow's repository has", { GITHUB_ACTION_REPOSITORY: "" }],
    ["a reference that is missing", { GITHUB_ACTION_REF: "" }],
    ["a reference with its own characters in an address", { GITHUB_ACTION_REF: "v1#x" }],
    ["a server with other addresses", { GITHUB_API_URL: "https://codeberg.org/api/v1" }],
  ])("have no known address for %s", (_, env) => {
    expect(pagesWith({ ...ACTION, ...env })).toBeUndefined();
  });
});
