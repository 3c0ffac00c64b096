import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { PROJECT_TOKEN, startFakeGitLab } from "../../support/gitlab/fake-gitlab.ts";
import {
  FORK_ID,
  JOB_TOKEN,
  type JobOptions,
  mergeRequestVariables,
  PROJECT_ID,
  runJob,
} from "../../support/gitlab/gitlab-job.ts";
import { clean, debian12 } from "../../support/images/images.ts";
import { startTestBed } from "../../support/runs/bed.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { shared } from "../../support/runs/shared.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";
import { workflowCommands } from "../../support/runs/workflow-commands.ts";

// The bundle in jobs of GitLab CI, with the real scanner.

const folder = temporaryFolder("gitlab");
let runs = 0;

const bed = await shared(startTestBed());
bed.registry.add("acme/app", "1.0", debian12());
bed.registry.add("acme/app", "fixed", clean());
afterAll(async () => {
  folder.remove();
});

const nextFolder = () => join(folder.path, `job-${++runs}`);

/** Runs a job, and checks its log against the rules for every job's log. */
async function job(inputs: Record<string, string>, options: Omit<Partial<JobOptions>, "inputs"> = {}) {
  const result = await runJob({ folder: nextFolder(), inputs: { ...bed.inputs, ...inputs }, ...options });
  expect(workflowCommands(result.log), result.log).toEqual([]);
  expect(result.log).not.toMatch(/GitHub|pull request|workflow/);
  expect(result.log).not.toContain(JOB_TOKEN);
  return result;
}
const at = (tag: string) => ({ image: `${bed.registry.host}/acme/app:${tag}` });

describe("a merge request that fails and then passes", () => {
  test("has a note that says where the rest is, if there is no room for all: on the page that the job keeps", async () => {
    await using gitlab = await startFakeGitLab();
    const place = nextFolder();
    mkdirSync(join(place, "project"), { recursive: true });
    const rows = Array.from({ length: 1500 }, (_, index) => row(index));
    writeFileSync(join(place, "project/report.json"), trivyReport(rows));
    const { code, log } = await job(
      // A page of the user's own, which the job need not keep.
      { "trivy-report": "report.json", token: PROJECT_TOKEN, reports: "html: out/mine.html" },
      { folder: place, apiUrl: gitlab.apiUrl, variables: mergeRequestVariables() },
    );
    expect(code, log).toBe(1);
    const [note] = gitlab.notes();
    expect(note?.body).toContain("1,500 ");
    expect(note?.body).toMatch(
      /Not everything fits here: \[the whole report\]\(\S+\/jobs\/5005\/artifacts\/file\/image-gate-report\.html\) has it all, as a page/,
    );
    // A path in a container that is gone is of no use to a reader.
    expect(note?.body).not.toContain(place);
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

describe("a merge request from a fork", () => {
  test("is judged in the fork without a note, and in the parent project with one, by the default branch's policy", async () => {
    await using gitlab = await startFakeGitLab();
    gitlab.commit("main", { "policy.yml": "version: 1\nthresholds: { critical: 0 }\n" });
    const loosened = "version: 1\nthresholds: { critical: unlimited, high: unlimited }\n";
    const fork = async (variables: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>> = {}) => {
      const place = nextFolder();
      mkdirSync(join(place, "project"), { recursive: true });
      writeFileSync(join(place, "project/policy.yml"), loosened);
      const all = { ...mergeRequestVariables({ source: FORK_ID }), ...variables };
      const about = { folder: place, apiUrl: gitlab.apiUrl, variables: all };
      return job({ ...at("1.0"), policy: "policy.yml", "policy-from": "base", ...inputs }, about);
    };
    const own = await fork({});
    expect(own.outputs, own.log).toMatchObject({ IMAGE_GATE_VERDICT: "fail" });
    expect(own.log).toMatch(
      /No comment: .* set GITLAB_TOKEN .* and a fork's pipeline gets no variables of the target project/,
    );
    expect(gitlab.notes()).toEqual([]);
    const inParent = await fork(
      { CI_PROJECT_ID: String(PROJECT_ID), CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "loose" },
      { token: PROJECT_TOKEN },
    );
    expect(inParent.outputs, inParent.log).toMatchObject({ IMAGE_GATE_VERDICT: "fail" });
    expect(gitlab.notes()).toMatchObject([{ body: expect.stringMatching(/must not run/) }]);
    expect(gitlab.problems).toEqual([]);
  });
});

describe("a schedule that scans what runs", () => {
  // Proves: older-pipeline-not-last
  test("opens an issue, leaves it, and closes it when the image passes; its history is one branch", async () => {
    await using gitlab = await startFakeGitLab();
    bed.registry.add("weekly/app", "latest", debian12());
    const week = async (pipeline: number) => {
      const place = nextFolder();
      mkdirSync(join(place, "project"), { recursive: true });
      writeFileSync(join(place, "project/images.txt"), `${bed.registry.host}/weekly/app:latest\n`);
      const rules =
        "version: 1\nfix-within-days: { critical: 7, high: 30 }\nissues: [{ images: ['**'], labels: [weekly] }]\n";
      writeFileSync(join(place, "project/policy.yml"), rules);
      const kept = { issues: "true", "state-branch": "image-gate-state", token: PROJECT_TOKEN };
      return job(
        { discover: "file:images.txt", policy: "policy.yml", ...kept },
        {
          folder: place,
          entry: "rescan.js",
          apiUrl: gitlab.apiUrl,
          variables: { CI_PIPELINE_SOURCE: "schedule", CI_PIPELINE_ID: String(pipeline) },
        },
      );
    };
    const first = await week(1001);
    expect(first.outputs, first.log).toMatchObject({ IMAGE_GATE_VERDICT: "fail" });
    expect(gitlab.state.issues).toMatchObject([{ state: "opened", labels: ["image-gate", "weekly"], notes: [] }]);
    expect(gitlab.state.issues[0]?.due_date).toMatch(/^\d{4}-\d\d-\d\d$/);
    const again = await week(1002);
    bed.registry.add("weekly/app", "latest", clean());
    const last = await week(1003);
    expect([first.log, again.log, last.log].map((log) => /issues: [^·]*\d [a-z]+/.exec(log)?.[0])).toEqual([
      "issues: 1 opened, 0 updated, 0 closed",
      "issues: 0 opened, 0 updated, 0 closed",
      "issues: 0 opened, 0 updated, 1 closed",
    ]);
    expect(last.outputs).toMatchObject({ IMAGE_GATE_VERDICT: "pass" });
    expect(gitlab.state.issues).toMatchObject([{ state: "closed", notes: [expect.stringContaining("passes")] }]);
    expect(gitlab.repository.head("image-gate-state")).toBeDefined();
    // The first pipeline, retried, is about an older state: the newest pipeline decides.
    const branch = gitlab.repository.head("image-gate-state");
    bed.registry.add("weekly/app", "latest", debian12());
    const old = await week(1001);
    expect(old.outputs, old.log).toMatchObject({ IMAGE_GATE_VERDICT: "fail" });
    expect(old.log).toContain("a newer run has written it (1003, this is 1001)");
    expect(gitlab.state.issues).toMatchObject([{ state: "closed" }]);
    expect(gitlab.repository.head("image-gate-state")).toBe(branch);
    await week(1003);
    expect(gitlab.state.issues).toMatchObject([{ state: "opened" }]);
    expect(gitlab.problems).toEqual([]);
  });
});

describe("a job on the default branch", () => {
  test("says once of each thing that GitLab does not have, and nothing of what was not asked for", async () => {
    const asked = { "upload-sarif": "true", "dependency-graph": "true" };
    const { code, log } = await job({ ...at("fixed"), ...asked }, { command: "image" });
    expect(code, log).toBe(0);
    const lacking = (text: string) =>
      text
        .split("\n")
        .filter((line) => line.includes("GitLab has no such thing"))
        .sort();
    expect(lacking(log)).toEqual([
      expect.stringContaining("No upload to code scanning"),
      expect.stringContaining("Nothing is sent to the dependency graph"),
    ]);
    expect(lacking((await job(at("fixed"), { command: "image" })).log)).toEqual([]);
  });

  test("is an error if the scan could not be made, and no output of an earlier job is left", async () => {
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
