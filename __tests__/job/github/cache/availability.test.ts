import { describe, expect, test } from "vitest";
import { cacheAvailability } from "../../../../src/job/github/cache/availability.ts";

const HOSTED = {
  ACTIONS_RESULTS_URL: "https://results-receiver.actions.githubusercontent.com/",
  ACTIONS_CACHE_SERVICE_V2: "True",
  ACTIONS_RUNTIME_TOKEN: "runtimeTokenOfTheJob",
};

const available = (env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform = "linux") =>
  cacheAvailability({ env: { ...HOSTED, ...env }, platform });

const ALL = { read: true, write: true };

describe("the cache service", () => {
  test("is there on a hosted runner, and on GitHub Enterprise Cloud with data residency", () => {
    expect(available({})).toEqual(ALL);
    expect(available({ GITHUB_SERVER_URL: "https://github.com" })).toEqual(ALL);
    expect(available({ GITHUB_SERVER_URL: "https://acme.ghe.com" })).toEqual(ALL);
  });

  test("is the first version on a GitHub Enterprise Server, even if the runner says otherwise", () => {
    const GITHUB_SERVER_URL = "https://github.example.com";
    expect(available({ GITHUB_SERVER_URL })).toMatchObject({ absent: true, why: "ACTIONS_CACHE_URL is not set" });
    expect(available({ GITHUB_SERVER_URL, ACTIONS_CACHE_URL: "https://github.example.com/_cache/" })).toEqual(ALL);
  });

  test.each(["ACTIONS_RESULTS_URL", "ACTIONS_RUNTIME_TOKEN"])("is absent without %s", (name) => {
    const nothing = { read: false, write: false, absent: true, why: `${name} is not set` };
    expect(available({ [name]: undefined })).toEqual(nothing);
    expect(available({ [name]: "" })).toEqual(nothing);
  });

  test("is not used on Windows, which is not a fault", () => {
    expect(available({}, "win32")).toMatchObject({ read: false, write: false, absent: false });
  });
});

describe("a workflow's cache-mode", () => {
  test.each([
    ["none", false, false],
    ["read", true, false],
    ["write-only", false, true],
    ["write", true, true],
    [" Read ", true, false],
    ["something new", true, true],
    ["constructor", true, true],
  ])("%s: reading %s, writing %s", (ACTIONS_CACHE_MODE, read, write) => {
    expect(available({ ACTIONS_CACHE_MODE })).toMatchObject({ read, write });
  });
});
