import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../src/forge/connect.ts";
import { gitlabPlatform } from "../../../src/job/gitlab/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type FakeGitLab, PROJECT_TOKEN, startFakeGitLab } from "../../support/gitlab/fake-gitlab.ts";
import { FORK_ID, JOB_TOKEN, mergeRequestVariables } from "../../support/gitlab/gitlab-job.ts";
import type { Pipeline } from "../../support/gitlab/gitlab-state.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const NAME = "image-gate-app-0123456789";
const FILE = `image-gate-report/${NAME}.json`;

const folder = temporaryFolder("baseline");
let gitlab: FakeGitLab;
let jobs = 0;
afterAll(() => folder.remove());
beforeEach(async () => {
  gitlab = await startFakeGitLab();
  return async () => {
    expect(gitlab.problems).toEqual([]);
    await gitlab.close();
  };
});

function plant(id: number, more: Partial<Pipeline> & { job?: string; status?: string; tag?: boolean } = {}): void {
  const { job = "gate", status = "success", tag = false, ...rest } = more;
  const made = { id: id * 10, name: job, status, tag, artifacts: { [FILE]: `report of ${id}` } };
  const sha = String(id % 10).repeat(40);
  gitlab.state.pipelines.push({ id, sha, ref: "main", status: "success", source: "push", jobs: [made], ...rest });
}

function platformOf(variables: Readonly<Record<string, string | undefined>> = {}) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder.path,
    GITLAB_CI: "true",
    CI_API_V4_URL: gitlab.apiUrl,
    CI_DEFAULT_BRANCH: "main",
    CI_PIPELINE_ID: "1001",
    CI_JOB_NAME: "gate",
    CI_JOB_TOKEN: JOB_TOKEN,
    ...mergeRequestVariables(),
    ...variables,
  };
  const world = testWorld(join(folder.path, `job-${++jobs}`), { env });
  return { world, platform: gitlabPlatform(world, join(world.workspace, "image-gate.env")) };
}

async function found(variables = {}, token = PROJECT_TOKEN) {
  const forge = await connector(platformOf(variables).platform, () => ({ token, offline: false }))();
  const kept = "why" in forge ? undefined : await forge.keptReports?.(NAME);
  if (kept === undefined) return kept;
  const all: [string | undefined, string][] = [];
  for await (const { report, commit } of kept) all.push([report?.toString(), commit.slice(0, 1)]);
  return all;
}

describe("the default branch's reports", () => {
  test("come from successful jobs, newest first, of this job's name before others", async () => {
    plant(500);
    plant(502, { status: "failed" });
    plant(501, { source: "schedule" });
    plant(503, { source: "parent_pipeline", job: "another" });
    expect(await found()).toEqual([
      ["report of 503", "3"],
      ["report of 501", "1"],
      ["report of 500", "0"],
    ]);
  });

  // Proves: repository-cannot-bring-own
  test.each<[string, Parameters<typeof plant>[1]]>([
    ["another branch's", { ref: "feature" }],
    ["a merge request's", { ref: "refs/merge-requests/9/head", source: "merge_request_event" }],
    ["a tag's of the branch's name", { tag: true }],
    ["of a pipeline that somebody started with variables", { source: "web" }],
  ])("are not %s", async (_, more) => {
    plant(500, more);
    expect(await found()).toEqual([]);
  });

  test("are not this pipeline's own", async () => {
    plant(1001);
    expect(await found()).toEqual([]);
  });

  test("are the target project's for a fork, whose default branch is another", async () => {
    plant(500);
    const fork = { ...mergeRequestVariables({ source: FORK_ID }), CI_DEFAULT_BRANCH: "evil" };
    expect(await found(fork)).toEqual([["report of 500", "0"]]);
  });

  test("by the job's own token is the newest, if it is certain that no tag has the branch's name", async () => {
    plant(500);
    expect(await found({}, "")).toEqual([["report of 500", ""]]);
    gitlab.fault(/\/commits\/refs%2Ftags%2Fmain$/, { status: 404, message: "404 Project Not Found" });
    expect(await found({}, "")).toEqual([]);
  });

  test("are found behind a hundred pipelines that were started with variables", async () => {
    plant(500);
    for (let id = 600; id < 700; id++) plant(id, { source: "web" });
    expect(await found()).toEqual([["report of 500", "0"]]);
  });

  test("that are too large, or a server that fails, are trouble and no report", async () => {
    plant(500);
    gitlab.fault(/\/artifacts\//, { status: 500 });
    await expect(found()).rejects.toMatchObject({ code: "gitlab-unavailable" });
  });
});

describe("a report is kept for later pipelines", () => {
  const branch = { CI_MERGE_REQUEST_IID: undefined, CI_COMMIT_BRANCH: "main", CI_PIPELINE_SOURCE: "push" };
  async function keep(variables: Readonly<Record<string, string | undefined>>) {
    const { world, platform } = platformOf(variables);
    const file = join(world.temp, "report.json");
    writeFileSync(file, "{}");
    return { world, keep: () => platform.keepReport?.({ name: NAME, file }) };
  }

  test("on the default branch, in the folder that the component keeps; a link there is not followed", async () => {
    const { world, keep: act } = await keep(branch);
    const elsewhere = join(world.temp, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(world.workspace, "image-gate-report"));
    await act();
    expect(readFileSync(join(world.workspace, FILE), "utf8")).toBe("{}");
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test.each([
    ["a merge request", {}],
    ["another branch", { ...branch, CI_COMMIT_BRANCH: "feature" }],
    ["one that was started by hand", { ...branch, CI_PIPELINE_SOURCE: "web" }],
  ])("and not on %s", async (_, variables) => {
    const { world, keep: act } = await keep(variables);
    await act();
    expect(readdirSync(world.workspace)).toEqual([]);
  });
});
