import { afterEach, describe, expect, test } from "vitest";
import { connect } from "../../../src/forge/github/api.ts";
import { findPullRequest } from "../../../src/forge/github/pull-request.ts";
import type { GitHubEvent } from "../../../src/job/github/event.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { BASE, eventAt, HEAD, type Reply, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const PULLS = "GET /repos/acme/widget/pulls";
const OF_COMMIT = `GET /repos/acme/widget/commits/${HEAD}/pulls`;

function pull(
  number: number,
  more: { sha?: string; state?: string; base?: string; into?: string; from?: string } = {},
) {
  return {
    number,
    state: more.state ?? "open",
    head: { sha: more.sha ?? HEAD, repo: { full_name: more.from ?? "mallory/app" } },
    base: { sha: BASE, ref: more.base ?? "main", repo: { full_name: more.into ?? "acme/widget" } },
  };
}

const workflowRun: Partial<GitHubEvent> = {
  trigger: "workflow_run",
  pullRequest: undefined,
  lookup: { by: "commit", sha: HEAD, head: "mallory:topic" },
  privileged: true,
};
const push: Partial<GitHubEvent> = { trigger: "push", pullRequest: undefined, lookup: { by: "commit", sha: HEAD } };

async function find(event: Partial<GitHubEvent>, script: Readonly<Record<string, Reply>>) {
  const server = await scriptedServer(script);
  servers.push(server);
  const api = await connect({ token: "t", event: eventAt(server.url, event) });
  const result = await findPullRequest(api).catch((error: unknown) => ({ thrown: error as Error }));
  return { result, requests: server.requests() };
}

test("a pull request of the payload is taken without a request", async () => {
  const { result, requests } = await find({}, {});
  expect(result).toMatchObject({ pullRequest: { number: 7 } });
  expect(requests).toEqual([]);
});

test("an event without pull request: none, with its name", async () => {
  const noConversation = "this run (schedule) has no pull request";
  const { result } = await find({ trigger: "schedule", noConversation, pullRequest: undefined }, {});
  expect(result).toEqual({ none: noConversation });
});

describe("by number", () => {
  const startFake = fakes();
  test("the pull request as GitHub has it", async () => {
    const pull = { number: 9, headSha: HEAD, headRepository: "mallory/widget", baseRef: "next" };
    const github = await startFake((fake) => fake.addPullRequest(pull));
    const event: Partial<GitHubEvent> = {
      trigger: "issue_comment",
      pullRequest: undefined,
      lookup: { by: "number", number: 9 },
    };
    const api = await connect({ token: FAKE_TOKEN, event: eventAt(github.url, event) });
    const pullRequest = { number: 9, headSha: HEAD, baseRef: "next", fork: true };
    expect(await findPullRequest(api)).toEqual({ pullRequest });
  });
});

describe("by commit", () => {
  test("a fork's pull request is found by owner and branch, and only with the very same head", async () => {
    const list = [pull(3, { sha: "d".repeat(40) }), pull(4)];
    const { result, requests } = await find(workflowRun, { [PULLS]: { json: list } });
    expect(result).toMatchObject({ pullRequest: { number: 4, fork: true } });
    expect(requests).toEqual(["GET /repos/acme/widget/pulls?head=mallory%3Atopic&state=open&per_page=100"]);
  });

  test("one that has moved on to another commit does not count", async () => {
    const moved = { json: [pull(4, { sha: "d".repeat(40) })] };
    const { result } = await find(workflowRun, { [PULLS]: moved, [OF_COMMIT]: moved });
    expect(result).toEqual({ none: `no open pull request has the head ${HEAD}` });
  });

  test("the commit's own list is asked if the branch's has nothing", async () => {
    const { result } = await find(workflowRun, { [PULLS]: { json: [] }, [OF_COMMIT]: { json: [pull(5)] } });
    expect(result).toMatchObject({ pullRequest: { number: 5 } });
  });

  // Proves: pull-request-s-number
  test.each([
    ["closed or merged", { state: "closed" }],
    ["in the parent repository, where the number means another", { into: "upstream/app" }],
    ["with another head", { sha: BASE }],
  ])("one that is %s does not count", async (_, more) => {
    const { result } = await find(push, { [OF_COMMIT]: { json: [pull(5, more)] } });
    expect(result).toEqual({ none: `no open pull request has the head ${HEAD}` });
  });

  test("of several the one towards the default branch, otherwise the oldest", async () => {
    const several = [pull(9, { base: "next" }), pull(8), pull(2, { base: "next" })];
    const one = await find(push, { [OF_COMMIT]: { json: several } });
    expect(one.result).toMatchObject({ pullRequest: { number: 8 } });
    const other = await find({ ...push, defaultBranch: undefined }, { [OF_COMMIT]: { json: several } });
    expect(other.result).toMatchObject({ pullRequest: { number: 2 } });
  });

  test.each([403, 404, 409])("a push has none if GitHub answers %i, and says why", async (status) => {
    const { result } = await find(push, { [OF_COMMIT]: { status, json: { message: "No" } } });
    expect(result).toEqual({
      none: expect.stringContaining(`The pull request of commit ${HEAD} could not be looked up: `),
    });
  });

  test("workflow_run is a failure if GitHub does not answer properly", async () => {
    const { result } = await find(workflowRun, { [PULLS]: { status: 403, json: { message: "No" } } });
    expect(result).toMatchObject({ thrown: { code: "github-forbidden" } });
  });
});
