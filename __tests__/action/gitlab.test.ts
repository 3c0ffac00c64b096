import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bed, startBed } from "../support/bed.ts";
import { PROJECT_TOKEN, startFakeGitLab } from "../support/fake-gitlab.ts";
import { temporaryFolder } from "../support/folder.ts";
import { JOB_TOKEN, type JobOptions, mergeRequestVariables, runJob } from "../support/gitlab-job.ts";
import { clean, debian12 } from "../support/images.ts";
import { workflowCommands } from "../support/workflow-commands.ts";

// The bundle in jobs of GitLab CI, with the real scanner.

const folder = temporaryFolder("gitlab");
let bed: Bed;
let runs = 0;

beforeAll(async () => {
  bed = await startBed();
  bed.registry.add("acme/app", "1.0", debian12());
  bed.registry.add("acme/app", "fixed", clean());
});
afterAll(async () => {
  await bed.close();
  folder.remove();
});

const nextFolder = () => join(folder.path, `job-${++runs}`);

/** Runs a job, and holds its log to what every job's log must be. */
async function job(inputs: Record<string, string>, options: Omit<Partial<JobOptions>, "inputs"> = {}) {
  const result = await runJob({ folder: nextFolder(), inputs: { ...bed.inputs, ...inputs }, ...options });
  expect(workflowCommands(result.log), result.log).toEqual([]);
  expect(result.log).not.toMatch(/GitHub|pull request|workflow/);
  expect(result.log).not.toContain(JOB_TOKEN);
  return result;
}
const at = (tag: string) => ({ image: `${bed.registry.host}/acme/app:${tag}` });

describe("a merge request that fails and then passes", () => {
  test("has one note, which is updated, and a thread, which is resolved", async () => {
    await using gitlab = await startFakeGitLab({ relativeUrl: "/gitlab" });
    const inputs = { name: "the app", token: PROJECT_TOKEN, "gitlab-thread": "true" };
    const on = (pipeline: number) => ({
      apiUrl: gitlab.apiUrl,
      variables: { ...mergeRequestVariables(), CI_PIPELINE_ID: String(pipeline) },
    });
    const failed = await job({ ...inputs, ...at("1.0") }, on(1001));
    expect(failed.code, failed.log).toBe(1);
    expect(failed.log).not.toContain(PROJECT_TOKEN);
    expect(gitlab.notes()).toMatchObject([{ resolved: false, body: expect.stringMatching(/must not run/) }]);
    const passed = await job({ ...inputs, ...at("fixed") }, on(1002));
    expect(passed.code, passed.log).toBe(0);
    expect(gitlab.notes()).toMatchObject([
      { resolved: true, body: expect.stringMatching(/^<!-- .*run=1002 .*may run/s) },
    ]);
    expect(passed.outputs).toMatchObject({ IMAGE_GATE_COMMENT_URL: failed.outputs.IMAGE_GATE_COMMENT_URL });
    expect(gitlab.problems).toEqual([]);
  });

  test("is judged all the same without a token, and exactly one line names GITLAB_TOKEN", async () => {
    await using gitlab = await startFakeGitLab();
    const { code, log, outputs } = await job(at("1.0"), { apiUrl: gitlab.apiUrl, variables: mergeRequestVariables() });
    expect(code).toBe(1);
    expect(outputs.IMAGE_GATE_VERDICT).toBe("fail");
    expect(
      log.split("\n").filter((line) => line.includes("GITLAB_TOKEN")),
      log,
    ).toHaveLength(1);
    expect(gitlab.notes()).toEqual([]);
  });
});

describe("a job on the default branch", () => {
  test("fails by the policy, and hands verdict and counts to later jobs", async () => {
    const { code, log, outputs } = await job(at("1.0"));
    expect(code, log).toBe(1);
    expect(outputs).toMatchObject({ IMAGE_GATE_VERDICT: "fail", IMAGE_GATE_ACCEPTED: "0" });
    expect(Number(outputs.IMAGE_GATE_CRITICAL)).toBeGreaterThan(0);
    expect(outputs.IMAGE_GATE_IMAGE_DIGEST).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(log).toContain("error: fail: ");
  });

  test("passes an image without findings", async () => {
    const { code, log, outputs } = await job(at("fixed"));
    expect(code, log).toBe(0);
    expect(outputs).toMatchObject({ IMAGE_GATE_VERDICT: "pass", IMAGE_GATE_CRITICAL: "0" });
  });

  test("is an error if nobody could look, and no output of an earlier job is left", async () => {
    const place = nextFolder();
    mkdirSync(join(place, "project"), { recursive: true });
    const elsewhere = join(place, "elsewhere");
    writeFileSync(elsewhere, "untouched");
    symlinkSync(elsewhere, join(place, "project/image-gate.env"));
    const { code, outputs } = await job(at("missing"), { folder: place });
    expect(code).toBe(1);
    expect(outputs).toMatchObject({ IMAGE_GATE_VERDICT: "error", IMAGE_GATE_CRITICAL: "" });
    expect(readFileSync(elsewhere, "utf8")).toBe("untouched");
  });
});
