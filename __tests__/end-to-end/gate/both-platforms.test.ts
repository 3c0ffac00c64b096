import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { openVex, statement } from "../../enrichment/vex/documents.ts";
import { PROJECT_TOKEN, startFakeGitLab } from "../../support/gitlab/fake-gitlab.ts";
import { JOB_TOKEN, mergeRequestVariables, runJob } from "../../support/gitlab/gitlab-job.ts";
import { clean, debian12 } from "../../support/images/images.ts";
import { runAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage, writeFiles } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

// The same targets and the same policy get the same answer on each platform, in that platform's words.

const POLICY = ".github/image-gate.yml";
const FINDINGS = trivyReport([
  row(1),
  row(2, { Severity: "HIGH", FixedVersion: "1.1", Status: "fixed" }),
  row(3, { Severity: "HIGH" }),
  row(4, { Severity: "MEDIUM" }),
]);
const DAY = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const EXCEPTION = `exceptions:\n  - id: CVE-2024-1001\n    reason: not reached\n    expires: ${DAY}\n`;

const LOOSE = "version: 1\nthresholds: {critical: 9, high: 9}\n";

const VEX = openVex([
  statement({ vulnerability: { name: "CVE-2024-1001" }, products: [{ "@id": "pkg:npm/package-1@1.0" }] }),
]);
const NAMED = trivyReport([row(1, { PkgIdentifier: { PURL: "pkg:npm/package-1@1.0" } })]);

interface Case {
  readonly inputs: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** The policy of the target branch. */
  readonly base?: string;
  /** Text of the comment on both. */
  readonly says?: string;
  /** Only an action has these inputs. At a terminal, such an option is a wrong command line. */
  readonly isActionsAlone?: boolean;
}

const report = { "trivy-report": "report.json" };
const files = { "report.json": FINDINGS };
const CASES: Readonly<Record<string, readonly [Case, string]>> = {
  "findings over the limits": [{ inputs: report, files }, "fail 1/2/1/0/0 +0"],
  "an exception of the policy": [
    { inputs: report, files: { ...files, [POLICY]: `version: 1\nthresholds: {high: 2}\n${EXCEPTION}` } },
    "pass 0/2/1/0/0 +1",
  ],
  "a statement of a VEX document": [
    { inputs: { ...report, vex: "a.json" }, files: { "report.json": NAMED, "a.json": JSON.stringify(VEX) } },
    "pass 0/0/0/0/0 +1",
  ],
  "an image that is compared with another": [
    { inputs: { image: "acme/app:1.0", baseline: "acme/app:fixed" }, says: " new, " },
    "fail",
  ],
  "a policy that is wrong": [{ inputs: report, files: { ...files, [POLICY]: "version: 1\nlimits: {}\n" } }, "error"],
  "only a warning": [{ inputs: { ...report, mode: "warn" }, files }, "fail 1/2/1/0/0 +0"],
  "an input that does not exist": [{ inputs: { ...report, "max-hihg": "1" }, files, isActionsAlone: true }, "error"],
  "a looser policy that the change brings": [
    { inputs: report, files: { ...files, [POLICY]: LOOSE }, base: "version: 1\n" },
    "pass 1/2/1/0/0 +0",
  ],
  "the same, judged by the base": [
    { inputs: { ...report, "policy-from": "base" }, files: { ...files, [POLICY]: LOOSE }, base: "version: 1\n" },
    "fail 1/2/1/0/0 +0",
  ],
  "a file of the policy that the base does not have": [
    { inputs: { ...report, "policy-from": "base", policy: "own.yml" }, files: { ...files, "own.yml": LOOSE } },
    "error",
  ],
  "an image that is not there": [{ inputs: { image: "acme/app:none" } }, "error"],
};

/** Words that no message on GitLab has. */
const FOREIGN = /GitHub|pull request|workflow|docker\/\w|actions\/\w|step before/;

interface Answer {
  readonly code: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly comment: string;
}

const stage = await shared(openStage("both-platforms"));
const gitlab = await shared(startFakeGitLab());
stage.bed.registry.add("acme/app", "1.0", debian12());
stage.bed.registry.add("acme/app", "fixed", clean());
afterAll(() => expect([gitlab.problems, stage.github.problems]).toEqual([[], []]));

let changes = 100;

/** A pull request and a merge request of the same number, whose base has the policy. */
async function onBoth({ inputs, files: given = {}, base, ...more }: Case): Promise<{ GitHub: Answer; GitLab: Answer }> {
  changes += 1;
  const branch: Record<string, string> = base === undefined ? {} : { [POLICY]: base };
  const here = (name: string) => (name.startsWith("acme/") ? `${stage.bed.registry.host}/${name}` : name);
  const all = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, here(value)]));
  stage.github.commit("main", branch);
  stage.github.addPullRequest({ number: changes });
  const action = await stage.run(all, {
    files: given,
    event: stage.github.pullRequestEvent(changes),
    apiUrl: stage.github.url,
  });
  const tip = gitlab.commit("main", branch);
  gitlab.addMergeRequest(changes);
  const folder = stage.nextFolder();
  writeFiles(join(folder, "project"), given);
  const variables = { ...mergeRequestVariables({ iid: changes }), CI_MERGE_REQUEST_DIFF_BASE_SHA: tip };
  const job = await runJob({
    folder,
    inputs: { ...stage.bed.inputs, ...all, token: PROJECT_TOKEN },
    // As a component starts it.
    ...(more.isActionsAlone === true ? {} : { command: "image" }),
    variables,
    apiUrl: gitlab.apiUrl,
  });
  for (const secret of [JOB_TOKEN, PROJECT_TOKEN]) expect(job.log).not.toContain(secret);
  if (more.isActionsAlone !== true) expect(job.log).not.toMatch(FOREIGN);
  const outputs = Object.fromEntries(
    Object.entries(job.outputs).map(([name, value]) => [
      name.slice("IMAGE_GATE_".length).toLowerCase().replaceAll("_", "-"),
      value,
    ]),
  );
  const comments = stage.github.comments(changes);
  return {
    GitHub: { code: action.code, outputs: action.outputs, comment: comments[0]?.body ?? "" },
    GitLab: { code: job.code, outputs, comment: gitlab.notes(changes)[0]?.body ?? "" },
  };
}

/** `fail 1/2/1/0/0 +0`: verdict, counts by severity, accepted. */
function inShort({ outputs }: Answer): string {
  const counts = ["critical", "high", "medium", "low", "unknown"].map((name) => outputs[name]).join("/");
  return outputs.verdict === "error" ? "error" : `${outputs.verdict} ${counts} +${outputs.accepted}`;
}

describe.each(Object.entries(CASES))("%s", (_, [given, expected]) => {
  let answers: Awaited<ReturnType<typeof onBoth>>;
  beforeAll(async () => {
    answers = await onBoth(given);
  });

  test.each(["GitHub", "GitLab"] as const)("has its verdict and counts on %s", (platform) => {
    const answer = answers[platform];
    expect(inShort(answer)).toMatch(expected.includes(" ") ? expected : new RegExp(`^${expected}`));
    const passes = answer.outputs.verdict === "pass" || given.inputs.mode === "warn";
    // A command's exit code distinguishes an error from a fail. The exit code of an action's step does not.
    const isCommand = platform === "GitLab" && given.isActionsAlone !== true;
    expect(answer.code).toBe(passes ? 0 : isCommand && answer.outputs.verdict === "error" ? 2 : 1);
    if (given.says !== undefined) expect(answer.comment).toContain(given.says);
    const fail = given.inputs.mode === "warn" ? "breaks the policy" : "must not run";
    expect(answer.comment).toContain(
      { pass: "may run", fail, error: "could not be judged" }[answer.outputs.verdict ?? ""],
    );
  });

  test("has the same reason on both, and neither has the other's words", () => {
    const { GitHub: one, GitLab: other } = answers;
    expect(inShort(other)).toBe(inShort(one));
    expect(other.outputs.reason).toBe(one.outputs.reason);
    expect(other.outputs["image-digest"]).toBe(one.outputs["image-digest"]);
    expect(other.comment).not.toMatch(FOREIGN);
    expect(one.comment).not.toMatch(/merge request|GitLab/);
    if (given.base !== undefined) {
      expect(one.comment).toContain("This pull request loosens the policy");
      expect(other.comment).toContain("This merge request loosens the policy");
    }
  });
});

describe("images that run", () => {
  const schedule = { name: "schedule", payload: { schedule: "0 3 * * 1" }, ref: "refs/heads/main" };

  /** One week on both platforms: the running images are a list with one image. */
  async function week(image: ReturnType<typeof clean>) {
    stage.bed.registry.add("weekly/app", "latest", image);
    const inputs = { discover: "file:images.txt", issues: "true", name: "weekly" };
    const given = { "images.txt": `${stage.bed.registry.host}/weekly/app:latest\n` };
    const place = stage.nextFolder();
    writeFiles(join(place, "workspace"), given);
    const action = await runAction({
      folder: place,
      workspace: join(place, "workspace"),
      action: join(root, "rescan"),
      event: schedule,
      apiUrl: stage.github.url,
      env: { GITHUB_SERVER_URL: stage.github.url },
      inputs: { ...stage.bed.inputs, ...inputs },
    });
    const folder = stage.nextFolder();
    writeFiles(join(folder, "project"), given);
    const job = await runJob({
      folder,
      command: "rescan",
      inputs: { ...stage.bed.inputs, ...inputs, token: PROJECT_TOKEN },
      variables: { CI_PIPELINE_SOURCE: "schedule" },
      apiUrl: gitlab.apiUrl,
    });
    expect(job.log).not.toMatch(FOREIGN);
    return [action.outputs.verdict, job.outputs.IMAGE_GATE_VERDICT, action.code, job.code];
  }

  test("have the same verdict and the same issue on both, which opens and closes with them", async () => {
    const issues = () => [
      [...stage.github.issues.issues.values()].map(({ title, state }) => [title, state]),
      gitlab.state.issues.map(({ title, state }) => [title, state.replace("opened", "open")]),
    ];
    expect(await week(debian12())).toEqual(["fail", "fail", 1, 1]);
    const [onGitHub, onGitLab] = issues();
    expect(onGitHub).toEqual([[expect.stringContaining("weekly/app"), "open"]]);
    expect(onGitLab).toEqual(onGitHub);
    expect(await week(clean())).toEqual(["pass", "pass", 0, 0]);
    expect(issues()).toEqual([[[onGitHub?.[0]?.[0], "closed"]], [[onGitHub?.[0]?.[0], "closed"]]]);
  });
});
