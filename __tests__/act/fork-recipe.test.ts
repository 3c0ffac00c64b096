import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensurePodman } from "../../scripts/setup/system.ts";
import { root } from "../../scripts/setup/tools.ts";
import { addDays, dayOf } from "../../src/domain/dates.ts";
import { gitHubFaults, startFakeGitHub } from "../support/github/fake-github.ts";
import { runWorkflow } from "../support/programs/act.ts";
import { startPodman } from "../support/programs/podman.ts";
import { startTestBed } from "../support/runs/bed.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";
import { application, dockerByPodman, VULNERABLE } from "./repository.ts";

// The two workflows of docs/examples, unchanged, on a pull request from a stranger's fork.

const hasPodman = (await ensurePodman()) !== undefined;
const folder = sharedFolder("fork");
const at = (name: string) => join(folder.path, name);
const example = (name: string) => readFileSync(join(root, "docs/examples", name), "utf8");
const FORK = 12;

/** The base's policy: it accepts one finding for a time, and leaves the rest to the defaults. */
const BASE_POLICY = `version: 1
thresholds: { low: 0 }
exceptions:
  - { id: CVE-2099-1006, reason: Not reachable in our use., owner: "@acme/platform", expires: ${addDays(dayOf(new Date()), 30)} }
`;
/** The policy by which the stranger would like to be judged. */
const STRANGERS_POLICY = "version: 1\nthresholds: { critical: unlimited, high: unlimited }\n";

const bed = await shared(startTestBed());
mkdirSync(at("p"));
const podman = await shared(startPodman(at("p")));
const docker = podman ? await dockerByPodman(podman, at("p"), at("docker")) : "";
const github = await shared(startFakeGitHub());
github.commit("main", { ".github/image-gate.yml": BASE_POLICY });
github.addPullRequest({ number: FORK, headRepository: "stranger/widget", headRef: "feature" });
const headSha = github.state.pulls.get(FORK)?.headSha ?? "";

const comments = () =>
  [...github.state.comments].flatMap(([number, list]) => list.map(({ body }) => ({ number, body })));

/** The second workflow's run, caused by a run of the first on `sha` of the fork. */
function judge(name: string, sha: string) {
  mkdirSync(at(name));
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const run = {
    id: 4242,
    event: "pull_request",
    conclusion: "failure",
    head_sha: sha,
    head_branch: "feature",
    head_repository: { full_name: "stranger/widget" },
    // Empty for forks. A stranger's text in it is not read.
    pull_requests: [],
  };
  return runWorkflow({
    folder: at(name),
    workflow: example("fork-comment.yml"),
    event: { name: "workflow_run", payload: { action: "completed", workflow_run: run, repository } },
    apiUrl: github.url,
    inputs: bed.inputs,
    artifacts: at("artifacts"),
  });
}

describe.skipIf(!hasPodman)("the recipe for pull requests from forks, as it is (needs podman)", () => {
  it("first workflow: builds and scans with a token that may only read, judges by the base, hands over the report", async () => {
    github.fault(/^(POST|PUT|PATCH|DELETE) /, gitHubFaults.forbidden());
    mkdirSync(at("scan"));
    const result = await runWorkflow({
      folder: at("scan"),
      workflow: example("fork-scan.yml"),
      files: { ...application([VULNERABLE]), ".github/image-gate.yml": STRANGERS_POLICY },
      event: github.pullRequestEvent(FORK),
      apiUrl: github.url,
      path: [docker],
      env: { DOCKER_HOST: podman?.dockerHost ?? "" },
      inputs: bed.inputs,
      onCommit: (sha) => github.addMergeCommit(sha, FORK),
      artifacts: at("artifacts"),
    });
    github.clearFaults();
    const { outcome, outputs } = result.steps.gate ?? {};
    expect(outcome, result.everything).toBe("failure");
    expect(outputs).toMatchObject({ verdict: "fail", critical: "1", accepted: "1", "comment-url": "" });
    expect(github.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(JSON.parse(readFileSync(at("artifacts/image-gate/trivy.json"), "utf8")).ArtifactName).toBe(
      "app:pull-request",
    );
    expect(result.code).toBe(1);
    expect(comments()).toEqual([]);
  });

  // Proves: recipe-forks-gives-nothing
  it("second workflow: judges the report by the default branch's policy and comments on the pull request of the head", async () => {
    // No step reads files that a stranger adds to the artifact.
    writeFileSync(at("artifacts/image-gate/pr-number.txt"), "7\n");
    const result = await judge("comment", headSha);
    expect(result.code, result.everything).toBe(0);
    const [comment, ...others] = comments();
    expect(others).toEqual([]);
    expect(comment?.number).toBe(FORK);
    expect(comment?.body).toContain("`app` breaks the policy");
    expect(comment?.body).toContain("1 CRITICAL (limit 0) in `app:pull-request` (`from-pull-request/trivy.json`)");
    expect(comment?.body).toContain("1 accepted");
    expect(comment?.body).toContain("policy `.github/image-gate.yml` of the default branch");
  });

  it("a head that no open pull request has any more gets no comment, and none is changed", async () => {
    const before = comments();
    const result = await judge("overtaken", "b".repeat(40));
    expect(result.log).toContain(`No comment: no open pull request has the head ${"b".repeat(40)}.`);
    expect(comments()).toEqual(before);
  });

  // Proves: pull-request-s-number
  it("a number that the report's artifact, a branch's name or the event claims is not believed", async () => {
    // The stranger's branch has the name of one of ours, whose pull request is number 7, with another head.
    const before = comments();
    github.addPullRequest({
      number: FORK,
      headRepository: "stranger/widget",
      headRef: "feature",
      headSha: "c".repeat(40),
    });
    const result = await judge("forged", headSha);
    expect(result.log).toContain(`No comment: no open pull request has the head ${headSha}.`);
    expect(comments()).toEqual(before);
    github.addPullRequest({ number: FORK, headRepository: "stranger/widget", headRef: "feature", headSha });
  });

  // Proves: not-judged-never-passes, old-passes-does-not
  it("no report at all is the answer error, in the comment as well, and never a pass", async () => {
    rmSync(at("artifacts/image-gate"), { recursive: true });
    const result = await judge("missing", headSha);
    expect(result.code, result.everything).toBe(1);
    const [comment, ...others] = comments();
    expect(others).toEqual([]);
    expect(comment?.body).toContain("`app` could not be judged");
    expect(comment?.body).toContain("[file-missing]");
    expect(github.problems).toEqual([]);
  });
});
