import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type CodeScanningReport, PATIENCE_MS, reportToCodeScanning } from "../../../src/forge/github/code-scanning.ts";
import { sentAbout } from "../../../src/forge/github/sending.ts";
import type { GitHubEvent } from "../../../src/job/github/event.ts";
import { workflowLog } from "../../../src/job/github/log.ts";
import { type FakeGitHub, type GitHubFault, gitHubFaults } from "../../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { eventAt } from "./scripted-server.ts";

const startFake = fakes();

const SHA = "a".repeat(40);
const event = eventAt("http://127.0.0.1:1", { runSha: SHA });
const env = { GITHUB_REF: "refs/pull/7/merge" };
const usual = { event, env };

describe("whether to upload", () => {
  test("GITHUB_SHA and GITHUB_REF are what it is about", () => {
    expect(sentAbout(event, env, "alerts")).toEqual({ sha: SHA, ref: "refs/pull/7/merge" });
  });

  // Proves: stranger-s-image-changes
  test.each([
    [
      "a stranger's run with the repository's rights",
      { event: { ...event, trigger: "pull_request_target", privileged: true } },
      "warning",
      "a run on `pull_request_target` would change the default branch's alerts with an image that a stranger may have made",
    ],
    ["no commit", { event: { ...event, runSha: undefined } }, "warning", "GITHUB_SHA names no commit"],
    ["no ref", { env: {} }, "warning", "GITHUB_REF names no branch, tag or pull request"],
    ["a short ref", { env: { GITHUB_REF: "main" } }, "warning", "GITHUB_REF names no branch, tag or pull request"],
  ] as const)("%s: not, and why", (_, circumstances, level, why) => {
    const run: { event: GitHubEvent; env: Record<string, string> } = { ...usual, ...circumstances };
    expect(sentAbout(run.event, run.env, "alerts")).toEqual({ level, why });
  });
});

const sarif = (category = "image-gate/app/") =>
  gzipSync(
    JSON.stringify({
      runs: [{ automationDetails: { id: category }, tool: { driver: { name: "Image Gate", rules: [] } }, results: [] }],
    }),
  );

interface Scene extends Partial<CodeScanningReport> {
  readonly prepare?: (github: FakeGitHub) => void;
}

async function report({ prepare, ...more }: Scene = {}) {
  const github = await startFake(prepare);
  const lines: string[] = [];
  await reportToCodeScanning({
    uploads: [{ gzip: sarif(), what: "3 open findings of 1 target" }],
    about: { sha: SHA, ref: "refs/heads/main" },
    token: FAKE_TOKEN,
    tool: "Image Gate",
    startedAt: new Date("2026-11-24T15:00:00.123Z"),
    log: workflowLog({ write: (text) => lines.push(text.trimEnd()) }),
    limits: { patienceMs: 60_000, pauseMs: 20 },
    ...more,
    event: { ...(more.event ?? event), apiUrl: github.url },
  });
  return { github, lines };
}

const ALERTS = "https://github.com/acme/widget/security/code-scanning?query=is%3Aopen%20tool%3A%22Image%20Gate%22%20";

describe("an upload", () => {
  test("carries commit, ref, tool and time, is waited for, and leads to its alerts", async () => {
    const { github, lines } = await report({
      prepare: ({ codeScanning }) =>
        codeScanning.statuses.push({ processing_status: "pending" }, { processing_status: "pending" }),
    });
    expect(github.codeScanning.uploads).toMatchObject([{ commit: SHA, ref: "refs/heads/main", tool: "Image Gate" }]);
    expect(github.requests[0]?.body).toMatchObject({ started_at: "2026-11-24T15:00:00Z" });
    expect(github.requests.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "GET"]);
    expect(lines).toEqual([`Code scanning: 3 open findings of 1 target uploaded: ${ALERTS}branch%3Amain`]);
  });

  test("of a pull request leads to the pull request's", async () => {
    const { lines } = await report({ about: { sha: SHA, ref: "refs/pull/7/merge" } });
    expect(lines).toEqual([`Code scanning: 3 open findings of 1 target uploaded: ${ALERTS}pr%3A7`]);
  });

  test("of which the first cannot be asked for any more are not passed over in silence", async () => {
    const uploads = ["a", "b", "c"].map((name) => ({ gzip: sarif(`image-gate/${name}/`), what: name }));
    const { lines } = await report({
      uploads,
      prepare: (fake) => fake.fault(/^GET .*sarifs/, gitHubFaults.notFound()),
    });
    expect(lines).toEqual([
      expect.stringContaining("::warning::[github-not-found] The state of the SARIF (a)"),
      ...["a", "b", "c"].map((what) => expect.stringMatching(`^Code scanning: ${what} uploaded; .* not known yet`)),
    ]);
  });

  test("that GitHub is slow with is pending when the patience is over", async () => {
    const { lines } = await report({
      prepare: ({ codeScanning }) =>
        codeScanning.statuses.push(...Array.from({ length: 99 }, () => ({ processing_status: "pending" as const }))),
      limits: { patienceMs: 300, pauseMs: 20 },
    });
    expect(lines).toEqual([
      `Code scanning: 3 open findings of 1 target uploaded; whether GitHub could process it is not known yet: ${ALERTS}branch%3Amain`,
    ]);
  });

  test("that GitHub does not even tell of is pending as well when the patience is over, each of them", async () => {
    const uploads = ["a", "b"].map((name) => ({ gzip: sarif(`image-gate/${name}/`), what: name }));
    const { lines } = await report({
      uploads,
      prepare: (fake) => fake.fault(/^GET .*sarifs/, gitHubFaults.hang()),
      limits: { patienceMs: 300, pauseMs: 20 },
    });
    expect(lines).toEqual(
      ["a", "b"].map((what) => expect.stringMatching(`^Code scanning: ${what} uploaded; .* not known yet`)),
    );
  });

  test("is waited for as long as is documented: 30 s", () => {
    expect(PATIENCE_MS).toBe(30_000);
  });

  test("that GitHub took only in part is reported with its message", async () => {
    const { lines } = await report({
      prepare: ({ codeScanning }) =>
        codeScanning.statuses.push({ processing_status: "complete", errors: ["3 results were dropped"] }),
    });
    expect(lines).toEqual([
      expect.stringMatching(/^::warning::\[sarif-not-processed\] .*did not take all of .*: 3 results were dropped\./),
    ]);
  });

  test("that GitHub could not process is reported with its errors, on one line and without a command", async () => {
    const errors = ["rejecting SARIF, as there are\n::error::owned", "invalid location"];
    const { lines } = await report({
      prepare: ({ codeScanning }) => codeScanning.statuses.push({ processing_status: "failed", errors }),
    });
    expect(lines).toEqual([
      "::warning::[sarif-not-processed] GitHub did not take all of the SARIF (3 open findings of 1 target) into code scanning: rejecting SARIF, as there are ::error::owned; invalid location. The verdict is unaffected; please report this to Image Gate if the message does not name a setting of yours.",
    ]);
  });

  test("of several goes on if one fails, and all are waited for", async () => {
    const uploads = ["a", "b", "c"].map((name) => ({ gzip: sarif(`image-gate/${name}/`), what: name }));
    const { github, lines } = await report({
      uploads,
      prepare: (fake) => fake.fault(/^POST .*sarifs/, { status: 413, message: "too big", times: 1 }),
    });
    expect(github.codeScanning.uploads).toHaveLength(2);
    expect(lines[0]).toContain("::warning::[github-over-limit] SARIF (a) could not be uploaded to code scanning");
    expect(lines.slice(1)).toEqual(["b", "c"].map((what) => `Code scanning: ${what} uploaded: ${ALERTS}branch%3Amain`));
  });

  test("of several ends if GitHub would refuse, or keep waiting for, each of them", async () => {
    const uploads = ["a", "b", "c"].map((what) => ({ gzip: sarif(`image-gate/${what}/`), what }));
    for (const fault of [gitHubFaults.forbidden("security_events=write"), gitHubFaults.hang()]) {
      const { github, lines } = await report({
        uploads,
        prepare: (fake) => fake.fault(/^POST .*sarifs/, fault),
        limits: { timeoutMs: 3_000 },
      });
      expect(github.requests).toHaveLength(1);
      expect(lines).toEqual([
        expect.stringMatching(/^::warning::.*SARIF \(a\) could not be uploaded/),
        "Code scanning: 2 more not uploaded.",
      ]);
    }
  });

  test("is sent again after a passing fault", async () => {
    const { github, lines } = await report({
      prepare: (fake) => fake.fault(/^POST .*sarifs/, { ...gitHubFaults.serverError(503), times: 1 }),
    });
    expect(github.codeScanning.uploads).toHaveLength(1);
    expect(lines[0]).toMatch(/^Code scanning: 3 open/);
  });

  test("ends with the run", async () => {
    const controller = new AbortController();
    const { lines } = await report({
      prepare: ({ codeScanning }) => {
        codeScanning.statuses.push({ processing_status: "pending" });
        // Counted from the time at which GitHub has it, however busy the machine is.
        const watch = setInterval(() => {
          if (codeScanning.uploads.length === 0) return;
          clearInterval(watch);
          setTimeout(() => controller.abort(), 500);
        }, 10);
      },
      limits: { patienceMs: 60_000, pauseMs: 10_000 },
      signal: controller.signal,
    });
    expect(lines).toEqual(["Code scanning: the run was cancelled while GitHub worked on the upload."]);
  });
});

const forkPull = { number: 7, headSha: SHA, baseRef: "main", fork: true };

describe("what GitHub refuses is a warning that names cause and remedy", () => {
  test.each<[string, GitHubFault, string, string]>([
    [
      "a missing permission",
      gitHubFaults.forbidden("security_events=write"),
      "github-permission-missing",
      "Add `security-events: write` to the job's `permissions`.",
    ],
    [
      "a private repository without a licence",
      { status: 403, message: "Advanced Security must be enabled for this repository to use code scanning." },
      "github-switched-off",
      "or set `upload-sarif: false`",
    ],
    [
      "the licence's new name",
      { status: 403, message: "Code Security must be enabled for this repository to use code scanning." },
      "github-switched-off",
      "Code Security must be enabled",
    ],
    [
      "code scanning that is off",
      {
        status: 403,
        message:
          "Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.",
      },
      "github-switched-off",
      "switched off for this repository (403: Code scanning is not enabled",
    ],
    [
      "an old server's words",
      { status: 403, message: "repository not enabled for code scanning" },
      "github-switched-off",
      "Switch it on",
    ],
    [
      "an archived repository",
      { status: 403, message: "Repository was archived so is read-only." },
      "github-switched-off",
      "unarchive the repository",
    ],
    ["404", gitHubFaults.notFound(), "github-not-found", "Give the token `security-events: write`"],
    [
      "404 with a reason",
      { status: 404, message: "no default branch found" },
      "github-not-found",
      "(404: no default branch found",
    ],
    ["413", { status: 413, message: "Payload Too Large" }, "github-over-limit", "(413: Payload Too Large"],
    [
      "400",
      { status: 400, message: "the sarif field is invalid" },
      "github-refused",
      "GitHub did not accept the request (400: the sarif field is invalid",
    ],
    ["503", gitHubFaults.serverError(503), "github-unavailable", "GitHub answered (503: Server Error"],
    [
      "a limit",
      gitHubFaults.rateLimit(new Date(Date.now() + 3_600_000)),
      "github-rate-limited",
      "no more requests until",
    ],
  ])("%s", async (_, fault, code, words) => {
    const { lines, github } = await report({ prepare: (fake) => fake.fault(/^POST .*sarifs/, fault) });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(
      `::warning::[${code}] SARIF (3 open findings of 1 target) could not be uploaded to code scanning`,
    );
    expect(lines[0]).toContain(words);
    expect(github.codeScanning.uploads).toEqual([]);
  });

  test("a fork's token", async () => {
    const { lines } = await report({
      event: { ...event, pullRequest: forkPull },
      prepare: (fake) => fake.fault(/^POST/, gitHubFaults.forbidden()),
    });
    expect(lines[0]).toContain("[github-fork-read-only]");
    expect(lines[0]).toContain("For pull requests from forks set `upload-sarif: false`, or use a run with more rights");
  });

  test("an empty file", async () => {
    const { lines } = await report({ uploads: [{ gzip: Buffer.from("nothing"), what: "x" }] });
    expect(lines[0]).toContain(
      "[github-refused] SARIF (x) could not be uploaded to code scanning: GitHub did not accept the request (400",
    );
  });

  test("a question about the upload", async () => {
    const { lines } = await report({ prepare: (fake) => fake.fault(/^GET .*sarifs/, gitHubFaults.forbidden()) });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(
      "[github-permission-missing] The state of the SARIF (3 open findings of 1 target) that was uploaded to code scanning could not be read",
    );
  });
});
