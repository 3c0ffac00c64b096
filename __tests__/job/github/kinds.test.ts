import { expect, test } from "vitest";
import { kindIn, kindOf } from "../../../src/job/github/kinds.ts";

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
