import { afterAll, describe, expect, test } from "vitest";
import { stateBranch as branchOf, connector } from "../../../src/forge/connect.ts";
import type { StateChange, StateSnapshot } from "../../../src/forge/forge.ts";
import { stateBranch } from "../../../src/forge/github/state.ts";
import { type GitHubEvent, readEvent } from "../../../src/job/github/event.ts";
import { githubPlatform } from "../../../src/job/github/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import type { FakeGitHub } from "../../support/github/fake-github.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { eventAt } from "./scripted-server.ts";

const BRANCH = "image-gate-state";
const startFake = fakes();
const folder = temporaryFolder("github-state");
afterAll(() => folder.remove());

interface Run {
  readonly event?: Partial<GitHubEvent>;
  readonly env?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** The store as a scheduled run of the fake's default branch has it. */
function storeAt({ url }: Pick<FakeGitHub, "url">, { event, env, token = FAKE_TOKEN }: Run = {}) {
  const scheduled = { trigger: "schedule", pullRequest: undefined, defaultBranch: "main", serverUrl: url };
  const variables = { GITHUB_REF: "refs/heads/main", GITHUB_RUN_ATTEMPT: "1", PATH: process.env.PATH, ...env };
  const branch = /^refs\/heads\/(.+)$/.exec(variables.GITHUB_REF)?.[1];
  const run = eventAt(url, { ...scheduled, branch, ...event });
  return stateBranch(BRANCH, token, run, testWorld(folder.path, { env: variables }));
}

const EMPTY: StateSnapshot = { files: new Map() };
const begin: StateChange = { base: EMPTY, put: new Map([["index.json", Buffer.from("{}")]]), remove: [], message: "x" };

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing",
    (thrown: unknown) => (thrown as Error).message,
  );
}

describe("who may write", () => {
  const pushed: Partial<GitHubEvent> = { trigger: "push", defaultBranch: "main" };
  test.each<[string, Run]>([
    ["a schedule", {}],
    ["a push to the default branch", { event: pushed }],
    ["somebody who starts it on the default branch", { event: { ...pushed, trigger: "workflow_dispatch" } }],
  ])("%s may", async (_, run) => {
    expect(await storeAt(await startFake(), run).readOnlyBecause()).toBeUndefined();
  });

  // Proves: stranger-does-not-write
  test.each<[string, Run, string]>([
    ["a pull request", { event: { trigger: "pull_request" } }, "a run on `pull_request` does not write it"],
    [
      "a pull request's base",
      { event: { trigger: "pull_request_target" } },
      "a run on `pull_request_target` does not write it",
    ],
    ["another workflow's end", { event: { trigger: "workflow_run" } }, "a run on `workflow_run` does not write it"],
    ["a trigger to come", { event: { trigger: "new_one" } }, "a run on `new_one` does not write it"],
    ["a broken payload", { event: { problem: "It is broken" } }, "it is broken"],
    ["a tag", { event: pushed, env: { GITHUB_REF: "refs/tags/v1" } }, "this run is on no branch"],
    [
      "another branch",
      { event: pushed, env: { GITHUB_REF: "refs/heads/feature" } },
      'this run is on "feature" and only runs of the default branch, "main", write it',
    ],
    [
      "another branch, which the event calls the default one",
      { event: { ...pushed, defaultBranch: "feature" }, env: { GITHUB_REF: "refs/heads/feature" } },
      'this run is on "feature" and only runs of the default branch, "main", write it',
    ],
  ])("%s must not, and why", async (_, run, why) => {
    const github = await startFake();
    const store = storeAt(github, run);
    expect(await store.readOnlyBecause()).toBe(why);
    expect(await failureOf(store.write(begin))).toContain(why);
    expect(github.repository.head(BRANCH)).toBeUndefined();
  });

  // Proves: stranger-does-not-write
  test("the server is asked for the default branch: a schedule's own branch proves nothing", async () => {
    const github = await startFake(undefined, { defaultBranch: "trunk" });
    expect(await storeAt(github).readOnlyBecause()).toContain('only runs of the default branch, "trunk", write it');
  });

  // Proves: stranger-does-not-write
  test.each([
    ["of the newest commit", true],
    ["of an older commit", false],
  ])("a repetition of a run %s may: %s", async (_, isNewest) => {
    const github = await startFake();
    const runSha = isNewest ? github.repository.head("main") : "d".repeat(40);
    const why = await storeAt(github, { event: { runSha }, env: { GITHUB_RUN_ATTEMPT: "2" } }).readOnlyBecause();
    expect(why).toBe(isNewest ? undefined : 'this repeats a run of an older commit than "main" has now');
  });
});

describe("the platform of a run", () => {
  const SCHEDULE = {
    GITHUB_EVENT_NAME: "schedule",
    GITHUB_REPOSITORY: "acme/widget",
    GITHUB_REF: "refs/heads/main",
    GITHUB_SHA: "1".repeat(40),
  };
  const stateOf = async (variables: Readonly<Record<string, string>>, token = FAKE_TOKEN, name = BRANCH) => {
    const env = { PATH: process.env.PATH, ...variables };
    const platform = githubPlatform(
      testWorld(folder.path, { env }),
      readEvent(env, () => "{}"),
    );
    return branchOf(name, await connector(platform, () => ({ token, offline: false }))());
  };

  test("takes the repository's own address, not the API's: on an Enterprise Server, Forgejo and Gitea, too", async () => {
    const github = await startFake();
    for (const api of ["/api/v3", "/api/v1"]) {
      const env = { ...SCHEDULE, GITHUB_SERVER_URL: `${github.url}/`, GITHUB_API_URL: `${github.url}${api}` };
      const store = await stateOf(env);
      expect(await store?.readOnlyBecause()).toBeUndefined();
      const base = (await store?.read()) ?? EMPTY;
      expect(await store?.write({ ...begin, base, put: new Map([["index.json", Buffer.from(api)]]) })).toHaveProperty(
        "at",
      );
    }
    expect(github.repository.files(BRANCH)).toEqual({ "index.json": "/api/v1" });
    expect(github.requests).toEqual([]);
  });

  test("without a token has a closed branch: reading says what to do, and a name that no branch can have is refused at once", async () => {
    const store = await stateOf(SCHEDULE, "");
    expect(store?.label).toBe('the branch "image-gate-state"');
    expect(await store?.readOnlyBecause()).toBe("the input `token` is empty");
    await expect(store?.read()).rejects.toThrow("[state-token-missing]");
    await expect(store?.write(begin)).rejects.toThrow("[state-token-missing]");
    expect(await stateOf({})).toBeUndefined();
    await expect(stateOf(SCHEDULE, "", "a..b")).rejects.toThrow("[state-branch-invalid]");
    await expect(stateOf(SCHEDULE, FAKE_TOKEN, "a..b")).rejects.toThrow("[state-branch-invalid]");
  });
});
