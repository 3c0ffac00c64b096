import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../src/forge/connect.ts";
import type { BaseUse } from "../../../src/forge/forge.ts";
import { gitlabPlatform } from "../../../src/job/gitlab/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type FakeGitLab, PROJECT_TOKEN, startFakeGitLab } from "../../support/fake-gitlab.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { FORK_ID, JOB_TOKEN, mergeRequestVariables, PROJECT_ID } from "../../support/gitlab-job.ts";

// What a pipeline's rules are read from: GitLab's API, or Git's objects from the remote `origin`; never the work tree.

const folder = temporaryFolder("rules");
let places = 0;
afterAll(() => folder.remove());

function git(cwd: string, ...args: readonly string[]): string {
  const env = { PATH: process.env.PATH, HOME: folder.path, GIT_CONFIG_NOSYSTEM: "1" };
  const name = ["-c", "user.name=acme", "-c", "user.email=acme@example.test", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...name, ...args], {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

/** A server's repository with a history of `main`: the base, and what came after it. */
function origin() {
  const path = join(folder.path, `origin-${++places}`);
  mkdirSync(path);
  git(path, "init", "--quiet");
  git(path, "config", "uploadpack.allowAnySHA1InWant", "true");
  const commit = (files: Readonly<Record<string, string>>): string => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    git(path, "add", "--all");
    git(path, "commit", "--quiet", "--message", "x");
    return git(path, "rev-parse", "HEAD");
  };
  const base = commit({ "policy.yml": "of the base", "sub/ä b.json": "{}" });
  const tip = commit({ "policy.yml": "of the target now" });
  git(path, "checkout", "--quiet", "-b", "feature", base);
  const head = commit({ "policy.yml": "of the merge request" });
  return { path, base, tip, head };
}

/** A clone as GitLab's runner makes it: the newest commit alone. */
function shallowClone({ path }: { path: string }, workspace: string): void {
  git(folder.path, "clone", "--quiet", "--depth=1", "--branch=feature", pathToFileURL(path).href, workspace);
}

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

  test.each([
    ["of the base: the target branch as it is now", "base", {}, "of the target now"],
    ["for a comparison: where the branches parted", "comparison", {}, "of the base"],
    [
      "of the default branch",
      "default-branch",
      { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "release/1" },
      "of the target now",
    ],
    ["of another target", "base", { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "release/1" }, "of another target"],
    [
      "of the base in a branch's pipeline: the default branch",
      "base",
      { CI_MERGE_REQUEST_IID: undefined },
      "of the target now",
    ],
    [
      "of the base for a fork in the parent project: the default branch, whatever target the stranger chose",
      "base",
      {
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: String(FORK_ID),
        CI_PROJECT_ID: String(PROJECT_ID),
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "release/1",
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

  test("if the target's head cannot be read, a fork's rules are those of where the branches parted, and that is said", async () => {
    gitlab.fault(/\/branches\//, { status: 404, message: "404 Branch Not Found" });
    const read = reader({ ...mergeRequestVariables({ source: FORK_ID }), CI_MERGE_REQUEST_DIFF_BASE_SHA: base });
    expect(await read("base")).toBe("of the base");
    expect(read.lines).toEqual([
      expect.stringMatching(
        /^notice: The base's rules are those of the commit where the branches parted\. .*404 Branch/,
      ),
    ]);
    expect(await read("default-branch")).toMatchObject({ unreadable: expect.stringContaining("404 Branch Not Found") });
  });

  // Proves: policy-base-takes-base
  test("a pipeline of the target itself takes the head's rules alone: who opens a merge request chooses where it parted", async () => {
    gitlab.fault(/\/branches\//, { status: 404, message: "404 Branch Not Found" });
    const read = reader();
    expect(await read("base")).toMatchObject({ unreadable: expect.stringContaining("could not be read") });
    expect(read.lines).toEqual([]);
  });

  test.each(["../policy.yml", "/etc/passwd", "a\nb", "C:\\policy.yml"])(
    "the path %j lies outside of the repository",
    async (path) => {
      expect(await reader()("base", { ...POLICY, path })).toMatchObject({
        unreadable: expect.stringContaining("outside"),
      });
      expect(gitlab.requests).toEqual([]);
    },
  );

  test("a larger file than is wanted is not read, and `offline` asks nobody", async () => {
    expect(await reader()("base", { ...POLICY, maxBytes: 5 })).toMatchObject({
      unreadable: expect.stringContaining("more than 5 bytes"),
    });
    const before = gitlab.requests.length;
    const silent = jobIn(join(folder.path, "offline"), { apiUrl: gitlab.apiUrl, token: PROJECT_TOKEN, offline: true });
    expect(await silent("base")).toMatchObject({ why: "`offline` forbids asking GitLab" });
    expect(gitlab.requests).toHaveLength(before);
  });
});

describe("by Git, where the API does not answer", () => {
  function shallow() {
    const place = join(folder.path, `job-${++places}`);
    const from = origin();
    mkdirSync(place);
    shallowClone(from, join(place, "clone"));
    writeFileSync(join(place, "clone/policy.yml"), "of the work tree");
    const variables = { CI_MERGE_REQUEST_DIFF_BASE_SHA: from.base, CI_COMMIT_SHA: from.head };
    return { place, variables };
  }

  // Proves: gitlab-rules-base-never
  test("a shallow clone fetches the commit from origin, and the work tree's file is never taken", async () => {
    const { place, variables } = shallow();
    const read = jobIn(place, { variables });
    expect(await read("base")).toBe("of the target now");
    expect(await read("comparison")).toBe("of the base");
    expect(await read("run")).toBe("of the merge request");
    expect(await read("comparison", { ...POLICY, path: "sub/ä b.json" })).toBe("{}");
    expect(await read("base", { ...POLICY, path: "none.yml" })).toEqual({ absent: true });
    expect(await read("base", { ...POLICY, path: "sub" })).toMatchObject({
      unreadable: expect.stringContaining("is not a file at"),
    });
    expect(await read("base", { ...POLICY, maxBytes: 5 })).toMatchObject({
      unreadable: expect.stringContaining("at most 5"),
    });
  });

  // Proves: gitlab-rules-base-never
  test("a branch of a fork's own clone is not the target's: its commit where the branches parted is", async () => {
    const { place, variables } = shallow();
    const fork = mergeRequestVariables({ source: FORK_ID });
    const read = jobIn(place, { variables: { ...fork, ...variables } });
    expect(await read("default-branch")).toMatchObject({
      unreadable: expect.stringContaining("from the remote `origin` either"),
    });
    expect(await read("base")).toBe("of the base");
    expect(await read("comparison")).toBe("of the base");
  });

  test("a private fork, whose job's token does not reach the target, says so, and has what its own clone has", async () => {
    await using gitlab = await startFakeGitLab();
    gitlab.fault(/./, { status: 404, message: "404 Project Not Found" });
    const { place, variables } = shallow();
    const fork = { ...mergeRequestVariables({ source: FORK_ID }), ...variables, CI_JOB_TOKEN: JOB_TOKEN };
    const read = jobIn(place, { apiUrl: gitlab.apiUrl, variables: fork });
    expect(await read("base")).toBe("of the base");
    const why = /404 Project Not Found.*a token of a fork does not reach the target project/;
    expect(read.lines).toEqual([expect.stringMatching(why)]);
    const strange = { ...fork, CI_MERGE_REQUEST_DIFF_BASE_SHA: "c".repeat(40) };
    expect(await jobIn(place, { apiUrl: gitlab.apiUrl, variables: strange })("base")).toMatchObject({
      unreadable: expect.stringMatching(why),
    });
    expect(gitlab.requests.every(({ token, jobToken }) => token === undefined && jobToken === JOB_TOKEN)).toBe(true);
  });

  test("an image without Git, as node:24-slim is, has no rules of the base without a token, and says why", async () => {
    const { place, variables } = shallow();
    const read = jobIn(place, { variables: { ...variables, PATH: join(place, "empty") } });
    expect(await read("base")).toEqual({
      unreadable: "There is no token for GitLab's API; the job's image has no Git, which could fetch it",
    });
  });

  test("without a repository nothing is absent", async () => {
    const place = join(folder.path, `job-${++places}`);
    mkdirSync(join(place, "clone"), { recursive: true });
    expect(await jobIn(place, {})("base")).toMatchObject({ unreadable: expect.any(String) });
  });
});
