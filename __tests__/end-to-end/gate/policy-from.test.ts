import { beforeEach, describe, expect, it } from "vitest";
import type { WorkflowEvent } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const POLICY = ".github/image-gate.yml";
const STRICT = "version: 1\nthresholds: {critical: 0}\n";
const LOOSE = "version: 1\nthresholds: {critical: unlimited}\n";
const HEAD = "a".repeat(40);

const stage = await shared(openStage("policy-from"));
beforeEach(() => {
  stage.github.commit("main", { [POLICY]: STRICT });
  stage.github.commit("lenient", { [POLICY]: LOOSE });
});

const repository = { full_name: "acme/widget", default_branch: "main" };
const files = { "report.json": trivyReport([row(1)]), [POLICY]: LOOSE };
const queue = (head_ref: string) => ({
  merge_group: { head_sha: HEAD, head_ref, base_sha: "b".repeat(40), base_ref: "refs/heads/main" },
});

/** One CRITICAL finding, which the workspace's policy lets through. */
const run = (event: WorkflowEvent, inputs = {}) =>
  stage.run({ "trivy-report": "report.json", ...inputs }, { files, event, apiUrl: stage.github.url });

const of = (name: string, payload: object = {}): WorkflowEvent => ({ name, payload: { repository, ...payload } });
/** A push of a branch, whose commit is the head of pull request 7. */
const push = (): WorkflowEvent => {
  const sha = stage.github.state.pulls.get(7)?.headSha;
  return { ...of("push", { ref: "refs/heads/feature" }), ref: "refs/heads/feature", ...(sha && { sha }) };
};

describe("policy-from: base, where no pull request is known", () => {
  // Proves: nor-push-judged-rules
  it.each<[string, WorkflowEvent]>([
    ["push", of("push", { ref: "refs/heads/feature" })],
    ["schedule", { name: "schedule", payload: { schedule: "0 0 * * *" } }],
    ["merge_group", of("merge_group", queue("refs/heads/queue/7"))],
  ])("on %s judges by the default branch's policy, and not by the checked-out one", async (_, event) => {
    const result = await run(event, { "policy-from": "base" });
    expect(result.outputs.verdict, result.log).toBe("fail");
    expect(result.report.provenance.policyFrom).toBe(event.name === "merge_group" ? "base" : "default-branch");
  });

  // Proves: nor-push-judged-rules
  it("is an error outside of GitHub, and where the default branch cannot be read", async () => {
    const outside = await stage.run(
      { "trivy-report": "report.json", "policy-from": "base" },
      { files, env: { GITHUB_EVENT_NAME: undefined, GITHUB_REPOSITORY: undefined } },
    );
    expect(outside.outputs.reason).toContain("[base-policy-unreadable] The default branch's policy");
    stage.github.fault(/\/contents\//, { status: 403, message: "Resource not accessible by integration" });
    const forbidden = await run(of("push", { ref: "refs/heads/feature" }), { "policy-from": "base" });
    stage.github.clearFaults();
    expect(forbidden.outputs.reason).toContain("[base-policy-unreadable] The default branch's policy");
  });
});

describe("a trigger that a stranger may cause", () => {
  // Proves: privileged-triggers-judged-default
  it.each(["issues", "invented_in_2027"])(
    "such as %s is judged by the default branch, whatever the input says",
    async (name) => {
      const result = await run(of(name), { "policy-from": "workspace" });
      expect(result.outputs.verdict, result.log).toBe("fail");
      expect(result.report.provenance.policyFrom).toBe("default-branch");
    },
  );
});

describe("policy-from: default-branch", () => {
  // Proves: nor-push-judged-rules
  it("judges a pull request against a lenient branch by the default branch, and blames it for none of their differences", async () => {
    stage.github.addPullRequest({ number: 9, baseRef: "lenient" });
    const event = stage.github.pullRequestEvent(9);
    expect((await run(event, { "policy-from": "base" })).outputs.verdict).toBe("pass");
    const result = await run(event, { "policy-from": "default-branch" });
    expect(result.outputs.verdict, result.log).toBe("fail");
    expect(result.report.provenance.policyFrom).toBe("default-branch");
    expect(result.report.policyChanges).toEqual([]);
    expect(result.summary).toContain("of the default branch");
  });
});

describe("a push run alongside the pull request's own", () => {
  // Proves: comment-says-whose-rules
  it("says in the comment by which policy it judged", async () => {
    await run(push());
    const comment = stage.github.comments(7).at(-1)?.body ?? "";
    expect(comment).toContain("A run on `push` judged this by the policy of the checked-out commit.");
    await run(push(), { "policy-from": "base" });
    expect(stage.github.comments(7).at(-1)?.body).toContain("by the policy of the default branch.");
    await run(stage.github.pullRequestEvent(7), { "policy-from": "base" });
    expect(stage.github.comments(7).at(-1)?.body).not.toContain("A run on");
  });
});
