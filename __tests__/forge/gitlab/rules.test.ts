import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../src/forge/connect.ts";
import type { BaseUse } from "../../../src/forge/forge.ts";
import { gitlabPlatform } from "../../../src/job/gitlab/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type FakeGitLab, PROJECT_TOKEN, startFakeGitLab } from "../../support/gitlab/fake-gitlab.ts";
import { FORK_ID, JOB_TOKEN, mergeRequestVariables, PROJECT_ID } from "../../support/gitlab/gitlab-job.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// The source of a pipeline's rules: GitLab's API, never the checked-out files.

const folder = temporaryFolder("rules");
let places = 0;
afterAll(() => folder.remove());

const POLICY = { what: "policy", path: "policy.yml", maxBytes: 1000 };

interface Reading {
  readonly apiUrl?: string;
  readonly token?: string;
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly offline?: boolean;
}

function jobIn(
  place: string,
  { apiUrl = "http://127.0.0.1:9/api/v4", token = "", variables = {}, offline = false }: Reading,
) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder.path,
    GITLAB_CI: "true",
    CI_API_V4_URL: apiUrl,
    CI_DEFAULT_BRANCH: "main",
    ...mergeRequestVariables(),
    ...variables,
  };
  const world = testWorld(place, { env, workspace: join(place, "clone") });
  const connect = connector(gitlabPlatform(world, join(place, "image-gate.env")), () => ({ token, offline }));
  const text = async (use: BaseUse, file = POLICY) => {
    const forge = await connect();
    const found = "why" in forge ? forge : await forge.rules?.(use, file);
    return found !== undefined && "text" in found ? found.text.toString() : found;
  };
  return Object.assign(text, { lines: world.lines });
}

describe("by GitLab's API", () => {
  let gitlab: FakeGitLab;
  let base: string;
  beforeEach(async () => {
    gitlab = await startFakeGitLab();
    base = gitlab.commit("main", { "policy.yml": "of the base", "sub/ä b.json": "{}" });
    gitlab.commit("main", { "policy.yml": "of the target now" });
    gitlab.commit("release/1", { "policy.yml": "of another target" });
    return async () => {
      expect(gitlab.problems).toEqual([]);
      await gitlab.close();
    };
  });
  const reader = (variables = {}, token = PROJECT_TOKEN) =>
    jobIn(join(folder.path, `job-${++places}`), {
      apiUrl: gitlab.apiUrl,
      token,
      variables: { CI_MERGE_REQUEST_DIFF_BASE_SHA: base, CI_COMMIT_SHA: base, CI_JOB_TOKEN: JOB_TOKEN, ...variables },
    });

  test("for a comparison of a merged result: the target's commit that was merged", async () => {
    const merged = gitlab.state.branches.get("main");
    expect(await reader({ CI_MERGE_REQUEST_TARGET_BRANCH_SHA: merged })("comparison")).toBe("of the target now");
  });

  const release = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "release/1" };
  test.each([
    ["of the base: the target branch as it is now", "base", {}, "of the target now"],
    ["for a comparison: where the branches parted", "comparison", {}, "of the base"],
    ["of the default branch", "default-branch", release, "of the target now"],
    ["of another target", "base", release, "of another target"],
    ["in a branch's pipeline: the default branch", "base", { CI_MERGE_REQUEST_IID: undefined }, "of the target now"],
    [
      "of the base for a fork in the parent project: the default branch, whatever target the stranger chose",
      "base",
      {
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(FORK_ID),
        CI_PROJECT_ID: String(PROJECT_ID),
        ...release,
      },
      "of the target now",
    ],
    [
      "of the target project in a fork's own pipeline, whose default branch is another",
      "default-branch",
      {
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(FORK_ID),
        CI_PROJECT_ID: String(FORK_ID),
        CI_DEFAULT_BRANCH: "evil",
      },
      "of the target now",
    ],
  ] as const)("%s", async (_, use, variables, text) => {
    expect(await reader(variables)(use)).toBe(text);
  });

  test("the job's own token is enough to read, though it reads no branches; a path is one part of the address", async () => {
    const read = reader({}, "");
    expect(await read("base")).toBe("of the target now");
    expect(await read("comparison", { ...POLICY, path: "sub/ä b.json" })).toBe("{}");
    expect(gitlab.requests.every(({ token, jobToken }) => token === undefined && jobToken === JOB_TOKEN)).toBe(true);
    expect(gitlab.requests.some(({ url }) => url.includes("/files/sub%2F%C3%A4%20b.json/raw"))).toBe(true);
  });

  // Proves: gitlab-rules-base-never
  test("a file is absent only if its commit can be read", async () => {
    expect(await reader()("base", { ...POLICY, path: "none.yml" })).toEqual({ absent: true });
    gitlab.fault(/\/files\//, { status: 404, message: "404 Project Not Found" });
    expect(await reader()("base")).toMatchObject({ unreadable: expect.stringContaining("404 Project Not Found") });
    gitlab.clearFaults();
    gitlab.fault(/\/(?:branches|commits)\//, { status: 404, message: "404 Branch Not Found" });
    expect(await reader()("base")).toMatchObject({ unreadable: expect.stringContaining("404 Branch Not Found") });
  });

  test("if the target's head cannot be read, a fork's rules are read where the branches parted, and that is said", async () => {
    gitlab.fault(/\/branches\//, { status: 404, message: "404 Branch Not Found" });
    const read = reader({ ...mergeRequestVariables({ source: FORK_ID }), CI_MERGE_REQUEST_DIFF_BASE_SHA: base });
    expect(await read("base")).toBe("of the base");
    expect(read.lines).toEqual([
      expect.stringMatching(
        /^notice: The base's rules are read at the commit where the branches parted\. .*404 Branch/,
      ),
    ]);
    expect(await read("default-branch")).toMatchObject({ unreadable: expect.stringContaining("404 Branch Not Found") });
  });

  // Proves: gitlab-rules-base-never
  test("a private fork, whose job's token does not reach the target, has the commits that its own project has, and says so", async () => {
    gitlab.fault(/\/projects\/42\b/, { status: 404, message: "404 Project Not Found" });
    const fork = { ...mergeRequestVariables({ source: FORK_ID }), CI_MERGE_REQUEST_DIFF_BASE_SHA: base };
    const read = reader(fork, "");
    expect(await read("base")).toBe("of the base");
    expect(await read("comparison")).toBe("of the base");
    const why = /404 Project Not Found.*a token of a fork does not reach the target project/;
    expect(read.lines).toEqual([expect.stringMatching(why)]);
    expect(await read("default-branch")).toMatchObject({ unreadable: expect.stringMatching(why) });
    const strange = { ...fork, CI_MERGE_REQUEST_DIFF_BASE_SHA: "c".repeat(40) };
    expect(await reader(strange, "")("base")).toMatchObject({ unreadable: expect.stringMatching(why) });
  });

  test("without a token and an address of the API there are no rules of the base, and it says why", async () => {
    expect(await reader({ CI_JOB_TOKEN: undefined }, "")("base")).toMatchObject({
      unreadable: expect.stringContaining("There is no token for GitLab's API"),
    });
  });

  // Proves: policy-base-takes-base
  test("a pipeline of the target itself takes the head's rules alone: who opens a merge request chooses where it parted", async () => {
    gitlab.fault(/\/branches\//, { status: 404, message: "404 Branch Not Found" });
    const read = reader();
    expect(await read("base")).toMatchObject({ unreadable: expect.stringContaining("could not be read") });
    expect(read.lines).toEqual([]);
  });

  test.each(["../policy.yml", "/etc/passwd", "a\nb", "C:\\policy.yml"])(
    "the path %j is outside of the repository",
    async (path) => {
      expect(await reader()("base", { ...POLICY, path })).toMatchObject({
        unreadable: expect.stringContaining("outside"),
      });
      expect(gitlab.requests).toEqual([]);
    },
  );

  test("a larger file than is wanted is not read, and `offline` sends no request", async () => {
    expect(await reader()("base", { ...POLICY, maxBytes: 5 })).toMatchObject({
      unreadable: expect.stringContaining("more than 5 bytes"),
    });
    const before = gitlab.requests.length;
    const silent = jobIn(join(folder.path, "offline"), { apiUrl: gitlab.apiUrl, token: PROJECT_TOKEN, offline: true });
    expect(await silent("base")).toMatchObject({ why: "`offline` forbids asking GitLab" });
    expect(gitlab.requests).toHaveLength(before);
  });
});
