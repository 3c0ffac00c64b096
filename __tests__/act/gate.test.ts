import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addDays, dayOf } from "../../src/domain/dates.ts";
import { type FakeGitHub, startFakeGitHub } from "../support/github/fake-github.ts";
import { python } from "../support/images/images.ts";
import { dockerArchive } from "../support/images/oci.ts";
import { runWorkflow } from "../support/programs/act.ts";
import { startTestBed } from "../support/runs/bed.ts";
import type { WorkflowEvent } from "../support/runs/runner.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("act-gate");

const bed = await shared(startTestBed());

const WORKFLOW = `on: [pull_request, push]
permissions: { contents: read, pull-requests: write }
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@<commit>
      - id: gate
        uses: OWNER/image-gate@<commit>
        with: { image: app.tar, name: app }
      - id: later
        if: \${{ !cancelled() }}
        env:
          VERDICT: \${{ steps.gate.outputs.verdict }}
          CRITICAL: \${{ steps.gate.outputs.critical }}
          COMMENT: \${{ steps.gate.outputs.comment-url }}
          REPORT: \${{ steps.gate.outputs.report }}
        run: echo "$VERDICT, $CRITICAL critical, at '$COMMENT', $(head -c 200 "$REPORT" | grep -c '"verdict"') report"
`;

const expires = addDays(dayOf(new Date()), 30);
const exception = (id: string) =>
  `  - { id: ${id}, reason: The renderer gets no user input., owner: "@acme/platform", expires: ${expires} }\n`;
const POLICY = `version: 1
thresholds: { high: unlimited }
exceptions:
${["CVE-2021-44228", "CVE-2021-45046", "CVE-2099-1003"].map(exception).join("")}`;

function run(name: string, event: WorkflowEvent, github: FakeGitHub, files: Readonly<Record<string, string>> = {}) {
  const at = join(folder.path, name);
  mkdirSync(at);
  return runWorkflow({
    folder: at,
    workflow: WORKFLOW,
    files: { ...files, "app.tar": dockerArchive(python(), ["ghcr.io/acme/app:1.0"]) },
    event,
    apiUrl: github.url,
    inputs: bed.inputs,
    onCommit: (sha) => github.addMergeCommit(sha),
  });
}

describe("a workflow on pull_request", () => {
  it("comments and fails, and after the policy has changed makes of the same comment one that says so and passes", async () => {
    await using github = await startFakeGitHub();
    const first = await run("fail", github.pullRequestEvent(), github);
    expect(first.steps.gate?.outcome, first.everything).toBe("failure");
    const [comment] = github.comments();
    expect(comment?.body).toContain("`app` must not run");
    expect(comment?.body).toContain("CVE-2021-44228");
    expect(first.steps.gate?.summary).toContain("CVE-2021-44228");
    expect(first.annotations.filter(({ level }) => level === "error").map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^fail: 3 CRITICAL \(limit 0\), 3 HIGH \(limit 0\) in app\.tar/),
    );
    expect(first.steps.later?.log).toBe(`fail, 3 critical, at '${comment?.html_url}', 1 report\n`);
    expect(first.jobs).toEqual({ scan: "failure" });

    const second = await run("pass", github.pullRequestEvent(), github, { ".github/image-gate.yml": POLICY });
    expect(second.steps.gate?.outcome, second.everything).toBe("success");
    expect(github.comments()).toHaveLength(1);
    const [updated] = github.comments();
    expect(updated?.id).toBe(comment?.id);
    expect(updated?.body).toContain("`app` may run");
    expect(updated?.body).toContain("3 accepted");
    expect(second.steps.later?.log).toBe(`pass, 0 critical, at '${comment?.html_url}', 1 report\n`);
    expect(second.annotations.filter(({ level }) => level === "warning").map(({ message }) => message)).toContainEqual(
      expect.stringContaining("policy"),
    );
    expect(second.code).toBe(0);
    expect(github.problems).toEqual([]);
  });
});

describe("a workflow on push", () => {
  it("has no pull request: one line of log, no comment, and the verdict as the step's result", async () => {
    await using github = await startFakeGitHub();
    const sha = github.commit("main");
    const payload = {
      ref: "refs/heads/main",
      after: sha,
      repository: { full_name: "acme/widget", default_branch: "main" },
    };
    const result = await run("push", { name: "push", payload, ref: "refs/heads/main", sha }, github);
    expect(result.steps.gate?.outcome, result.everything).toBe("failure");
    expect(result.steps.gate?.log.match(/^No comment: .*$/gm)).toEqual([
      expect.stringMatching(/^No comment: no open pull request has the head [0-9a-f]{40}\.$/),
    ]);
    expect(github.comments()).toEqual([]);
    expect(result.steps.later?.log).toBe("fail, 3 critical, at '', 1 report\n");
    expect(result.code).toBe(1);
    expect(github.problems).toEqual([]);
  });
});
