import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { asClause } from "../../../src/domain/one-line.ts";
import { detectPlatform } from "../../../src/job/detect.ts";
import { gitlab } from "../../../src/job/gitlab/index.ts";
import { dotenvOf } from "../../../src/job/gitlab/outputs.ts";
import { readPipeline } from "../../../src/job/gitlab/pipeline.ts";
import { hasOwnChange } from "../../../src/steps/rule-source.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const SHA = "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b";
const MERGED = "a".repeat(40);

const JOB = {
  GITLAB_CI: "true",
  CI_API_V4_URL: "https://gitlab.test/gitlab/api/v4",
  CI_PROJECT_ID: "42",
  CI_PROJECT_PATH: "äcme/w.id+get",
  CI_DEFAULT_BRANCH: "main",
  CI_COMMIT_SHA: SHA,
  CI_PIPELINE_ID: "1001",
  CI_PIPELINE_IID: "31",
  CI_PIPELINE_SOURCE: "push",
  CI_COMMIT_BRANCH: "main",
  CI_JOB_URL: "https://gitlab.test/gitlab/%C3%A4cme/w.id+get/-/jobs/5",
};
const MERGE_REQUEST = {
  ...JOB,
  CI_COMMIT_BRANCH: undefined,
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_MERGE_REQUEST_IID: "7",
  CI_MERGE_REQUEST_PROJECT_ID: "42",
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "42",
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
  CI_MERGE_REQUEST_DIFF_BASE_SHA: "b".repeat(40),
};

describe("what a pipeline is about", () => {
  const merged = { CI_COMMIT_SHA: MERGED, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: SHA };
  test.each([
    ["a detached one", {}],
    ["one of the merged result, whose commit is a merge", { ...merged, CI_MERGE_REQUEST_EVENT_TYPE: "merged_result" }],
    ["one of a merge train", { ...merged, CI_MERGE_REQUEST_EVENT_TYPE: "merge_train" }],
    ["a child of one", { CI_PIPELINE_SOURCE: "parent_pipeline" }],
  ])("%s is about the merge request and the head of its branch", (_, more) => {
    const commit = SHA;
    const change = readPipeline({ ...MERGE_REQUEST, ...more });
    expect(change).toMatchObject({ commit, hasBase: true, privileged: false, problem: undefined });
    expect(change.commits).toContain(SHA);
    expect(change.stamp).toMatchObject({ run: 1001, number: 31, commit });
    expect(readPipeline({ ...MERGE_REQUEST, ...more, CI_PIPELINE_ID: "x1001" }).stamp).toBeUndefined();
    expect(change.readOnlyBecause).toMatch(/^a pipeline on `\w+` does not write it$/);
    expect(hasOwnChange(change)).toBe(true);
  });

  test.each([
    ["the default branch's push", {}, undefined],
    ["its schedule", { CI_PIPELINE_SOURCE: "schedule" }, undefined],
    ["one that a token started", { CI_PIPELINE_SOURCE: "trigger" }, "a pipeline on `trigger` does not write it"],
    [
      "another branch's",
      { CI_COMMIT_BRANCH: "feature" },
      'this pipeline is on "feature" and only pipelines of the default branch, "main", write it',
    ],
    ["a tag's", { CI_COMMIT_BRANCH: undefined, CI_COMMIT_TAG: "v1" }, "this pipeline is on no branch"],
  ])("%s has no base, and only the default branch changes what outlives it", (_, more, readOnlyBecause) => {
    expect(readPipeline({ ...JOB, ...more })).toMatchObject({ hasBase: false, lookedUpOn: undefined, readOnlyBecause });
  });

  test("a branch's pipeline has its open merge requests, also a fork's in the target, and is not theirs", () => {
    const open = "äcme/w.id+get!9,other/widget!3,äcme/w.id+get!12,..!4,a/b!x";
    const env = { ...JOB, CI_COMMIT_BRANCH: "feature", CI_OPEN_MERGE_REQUESTS: open };
    expect(readPipeline(env).openMergeRequests).toEqual([
      { project: 42, iid: 9 },
      { project: "other/widget", iid: 3 },
      { project: 42, iid: 12 },
    ]);
    expect(readPipeline(env)).toMatchObject({ hasBase: false, lookedUpOn: "push" });
  });

  // Proves: fork-s-pipeline-parent
  test("a fork's own pipeline is unprivileged; run in the parent project, it has the parent's variables", () => {
    const fork = { ...MERGE_REQUEST, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "77" };
    expect(readPipeline({ ...fork, CI_PROJECT_ID: "77" }).privileged).toBe(false);
    expect(readPipeline(fork).privileged).toBe(true);
  });

  // Proves: fork-s-pipeline-parent
  test.each([
    ["no source project", { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: undefined }],
    ["a number that is none", { CI_MERGE_REQUEST_IID: "7/../9" }],
    ["a project that is none", { CI_MERGE_REQUEST_PROJECT_ID: "acme%2Fwidget" }],
  ])("a merge request with %s is judged as if a stranger had started it", (_, more) => {
    const change = readPipeline({ ...MERGE_REQUEST, ...more });
    expect(change.privileged).toBe(true);
    expect(change.problem).toMatch(/^The merge request is not known/);
  });

  // Proves: gitlab-s-token-goes
  test.each(["ftp://gitlab.test/api/v4", "https://user:secret@gitlab.test/api/v4", "gitlab.test", ""])(
    "no token goes to the address %j",
    (address) => {
      const problem = "CI_API_V4_URL is not an http or https URL";
      expect(readPipeline({ ...JOB, CI_API_V4_URL: address })).toMatchObject({ apiUrl: undefined, problem });
      expect(asClause("CI_API_V4_URL is not a URL")).toBe("CI_API_V4_URL is not a URL");
      expect(asClause("The merge request")).toBe("the merge request");
    },
  );
});

test("a job is GitLab's, even if it has the token of another platform", async () => {
  using folder = temporaryFolder("gitlab");
  const env = { ...MERGE_REQUEST, CI_PROJECT_DIR: folder.path, GITHUB_TOKEN: "of-a-mirror" };
  const platform = await detectPlatform(env).open(testWorld(folder.path, { env }));
  expect(platform.words).toMatchObject({ name: "GitLab", changeRequest: "merge request", workflow: "pipeline" });
  expect(platform.summary).toBeUndefined();
  // Reports link to no page of another platform.
  expect(platform.action.url).toBeUndefined();
  expect(platform.defaultReports?.pageOf("out/ä b.html")).toBe(
    "https://gitlab.test/gitlab/%C3%A4cme/w.id+get/-/jobs/5/artifacts/file/out/%C3%A4%20b.html",
  );
});

test.each([undefined, "javascript:alert(1)", "https://user:secret@gitlab.test/-/jobs/5"])(
  "no report links to a job's page at %j",
  async (address) => {
    using folder = temporaryFolder("gitlab");
    const env = { ...MERGE_REQUEST, CI_PROJECT_DIR: folder.path, CI_JOB_URL: address };
    const platform = await detectPlatform(env).open(testWorld(folder.path, { env }));
    expect(platform.defaultReports?.pageOf("report.html")).toBeUndefined();
  },
);

describe("the outputs as a dotenv report", () => {
  test("of a run that broke off are an error; a folder in their place stops nothing", () => {
    using folder = temporaryFolder("outputs");
    const env = { CI_PROJECT_DIR: folder.path };
    const file = join(folder.path, "image-gate.env");
    gitlab.lastOutputs?.(env, { verdict: "error" });
    expect(readFileSync(file, "utf8")).toBe("IMAGE_GATE_VERDICT=error\n");
    rmSync(file);
    mkdirSync(file);
    expect(() => gitlab.lastOutputs?.(env, { verdict: "error" })).not.toThrow();
  });

  test("stay within GitLab's limits: what matters most is kept, and what is left out is named", () => {
    const values = { results: "x".repeat(6000), verdict: "fail", critical: "2", report: "/tmp/report.json" };
    expect(dotenvOf(values)).toEqual({
      text: "IMAGE_GATE_CRITICAL=2\nIMAGE_GATE_VERDICT=fail\nIMAGE_GATE_REPORT=/tmp/report.json\n",
      left: ["IMAGE_GATE_RESULTS"],
    });
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`a${index}`, "1"]));
    expect(dotenvOf(many).left).toHaveLength(5);
  });

  test("name no file of the run's own folder, which is gone before a later job", async () => {
    using folder = temporaryFolder("outputs");
    const world = testWorld(folder.path, { env: JOB });
    await (await gitlab.open(world)).outputs?.({
      report: `${world.runFolder}/report.json`,
      results: `[{"trivyReport":"${world.runFolder}/a.json","code":"x"}]`,
      "image-digest": `${world.runFolder}ning`,
    });
    const text = readFileSync(join(world.workspace, "image-gate.env"), "utf8");
    expect(text).toBe(`IMAGE_GATE_IMAGE_DIGEST=${world.runFolder}ning\n`);
    expect(world.lines).toEqual([]);
  });

  // Proves: no-output-becomes-another
  test("have one line each, and no variable that the runner would replace by a secret", () => {
    const { text } = dotenvOf({ reason: "fail: $CI_JOB_TOKEN in a\nIMAGE_GATE_VERDICT=pass" });
    expect(text).toBe("IMAGE_GATE_REASON=fail: [U+0024]CI_JOB_TOKEN in a IMAGE_GATE_VERDICT=pass\n");
  });
});
