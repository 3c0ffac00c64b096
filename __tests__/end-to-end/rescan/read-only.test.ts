import { expect, it } from "vitest";
import { startFakeGitHub } from "../../support/github/fake-github.ts";
import { debian12 } from "../../support/images/images.ts";
import { FAKE_TOKEN, type WorkflowEvent } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { openWeeks } from "../../support/runs/weeks.ts";

// The committed bundle in a run that must not write: it judges, says why nothing is kept, and sends no request that
// writes.

const weeks = await shared(openWeeks("rescan-read-only"));
weeks.bed.registry.add("kept/app", "1.0", debian12());
const github = await shared(startFakeGitHub());
github.addPullRequest({ number: 7 });

const repository = { name: "widget", full_name: "acme/widget", default_branch: "main" };
const pullRequest = (name: string): WorkflowEvent => ({ ...github.pullRequestEvent(7), name });
const about = (name: string, more: object = {}): WorkflowEvent => ({ name, payload: { repository, ...more } });
const onBranch: WorkflowEvent = { ...about("push", { ref: "refs/heads/feature" }), ref: "refs/heads/feature" };

// Proves: stranger-does-not-write
it.each<[string, () => WorkflowEvent, string]>([
  ["a pull request", () => pullRequest("pull_request"), "a run on `pull_request` does not write it"],
  ["a comment", () => about("issue_comment", { issue: { number: 3 } }), "a run on `issue_comment` does not write it"],
  ["a push to another branch", () => onBranch, 'only runs of the default branch, "main", write it'],
])("%s writes neither history nor issues", async (_, event, why) => {
  const before = github.requests.length;
  const files = { "images.txt": `${weeks.bed.registry.host}/kept/app:1.0\n` };
  const inputs = { discover: "file:images.txt", issues: "true", token: FAKE_TOKEN };
  const run = await weeks.week(inputs, files, { event: event(), apiUrl: github.url });
  expect(run.outputs, run.log).toMatchObject({ verdict: "fail", opened: "0", closed: "0", state: "" });
  expect(run.log).toContain("Issues were left as they are: ");
  expect(run.log).toContain(why);
  expect(run.summary).toContain("history not written");
  const sent = github.requests.slice(before).filter(({ method, url }) => method !== "GET" && url !== "/graphql");
  expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([]);
  expect(github.repository.requests.filter((request) => request.includes("receive-pack"))).toEqual([]);
  expect(github.problems).toEqual([]);
});
