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

describe.each(["alerts", "packages"] as const)("whether to send %s", (data) => {
  const [own, other] = data === "alerts" ? (["runSha", "commit"] as const) : (["commit", "runSha"] as const);
  const event = { ...eventAt("http://127.0.0.1:1"), [own]: SHA, [other]: "b".repeat(40) };
  const env = { GITHUB_REF: "refs/pull/7/merge" };
  test("the run's ref, and its commit or the pull request's head, are what they are about", () => {
    expect(sentAbout(event, env, data)).toEqual({ sha: SHA, ref: "refs/pull/7/merge" });
  });

  // Proves: stranger-s-image-changes, stranger-s-image-changes-no
  test.each(["pull_request_target", "workflow_run"])(
    "not on `%s`, a stranger's run with the repository's rights",
    (trigger) => {
      expect(sentAbout({ ...event, trigger, privileged: true }, env, data)).toEqual({
        level: "warning",
        why: `a run on \`${trigger}\` would change the default branch's ${data} with an image that a stranger may have made`,
      });
    },
  );

  test.each<[string, object, Record<string, string>]>([
    ["GITHUB_SHA names no commit", { ...event, [own]: undefined }, env],
    ["GITHUB_REF names no branch, tag or pull request", event, {}],
    ["GITHUB_REF names no branch, tag or pull request", event, { GITHUB_REF: "main" }],
  ])("not if %s", (why, event, env) => {
    expect(sentAbout(event as GitHubEvent, env, data)).toEqual({ level: "warning", why });
  });
});

function sarif(name = "app"): Buffer {
  const tool = { driver: { name: "Image Gate", rules: [] } };
  return gzipSync(JSON.stringify({ runs: [{ automationDetails: { id: `image-gate/${name}/` }, tool, results: [] }] }));
}
const uploadsOf = (...names: string[]) => names.map((what) => ({ gzip: sarif(what), what }));
type Status = FakeGitHub["codeScanning"]["statuses"][number];
/** GitHub's answers to questions about an upload. */
const answering = (...statuses: Status[]) => ({
  prepare: ({ codeScanning }: FakeGitHub) => void codeScanning.statuses.push(...statuses),
});
const failing = (match: RegExp, fault: GitHubFault) => ({ prepare: (fake: FakeGitHub) => fake.fault(match, fault) });
const PENDING: Status = { processing_status: "pending" };

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
    const { github, lines } = await report(answering(PENDING, PENDING));
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
    const uploads = uploadsOf("a", "b", "c");
    const { lines } = await report({ uploads, ...failing(/^GET .*sarifs/, gitHubFaults.notFound()) });
    expect(lines).toEqual([
      expect.stringContaining("::warning::[github-not-found] The state of the SARIF (a)"),
      ...["a", "b", "c"].map((what) => expect.stringMatching(`^Code scanning: ${what} uploaded; .* not known yet`)),
    ]);
  });

  test("that GitHub is slow with is pending when the patience is over", async () => {
    const limits = { patienceMs: 300, pauseMs: 20 };
    const { lines } = await report({ ...answering(...Array<Status>(99).fill(PENDING)), limits });
    expect(lines).toEqual([
      `Code scanning: 3 open findings of 1 target uploaded; whether GitHub could process it is not known yet: ${ALERTS}branch%3Amain`,
    ]);
  });

  test("that GitHub does not even tell of is pending as well when the patience is over, each of them", async () => {
    const uploads = uploadsOf("a", "b");
    const limits = { patienceMs: 300, pauseMs: 20 };
    const { lines } = await report({ uploads, ...failing(/^GET .*sarifs/, gitHubFaults.hang()), limits });
    expect(lines).toEqual(
      ["a", "b"].map((what) => expect.stringMatching(`^Code scanning: ${what} uploaded; .* not known yet`)),
    );
  });

  test("is waited for as long as is documented: 30 s", () => {
    expect(PATIENCE_MS).toBe(30_000);
  });

  test("that GitHub took only in part is reported with its message", async () => {
    const errors = ["3 results were dropped"];
    const { lines } = await report(answering({ processing_status: "complete", errors }));
    expect(lines).toEqual([
      expect.stringMatching(/^::warning::\[sarif-not-processed\] .*did not take all of .*: 3 results were dropped\./),
    ]);
  });

  test("that GitHub could not process is reported with its errors, on one line and without a command", async () => {
    const errors = ["rejecting SARIF, as there are\n::error::owned", "invalid location"];
    const { lines } = await report(answering({ processing_status: "failed", errors }));
    expect(lines).toEqual([
      "::warning::[sarif-not-processed] GitHub did not take all of the SARIF (3 open findings of 1 target) into code scanning: rejecting SARIF, as there are ::error::owned; invalid location. The verdict is unaffected; please report this to Image Gate if the message does not name a setting of yours.",
    ]);
  });

  test("of several goes on if one fails, and all are waited for", async () => {
    const uploads = uploadsOf("a", "b", "c");
    const once = failing(/^POST .*sarifs/, { status: 413, message: "too big", times: 1 });
    const { github, lines } = await report({ uploads, ...once });
    expect(github.codeScanning.uploads).toHaveLength(2);
    expect(lines[0]).toContain("::warning::[github-over-limit] SARIF (a) could not be uploaded to code scanning");
    expect(lines.slice(1)).toEqual(["b", "c"].map((what) => `Code scanning: ${what} uploaded: ${ALERTS}branch%3Amain`));
  });

  test("of several ends if GitHub would refuse, or keep waiting for, each of them", async () => {
    const uploads = uploadsOf("a", "b", "c");
    for (const fault of [gitHubFaults.forbidden("security_events=write"), gitHubFaults.hang()]) {
      const refusing = failing(/^POST .*sarifs/, fault);
      const { github, lines } = await report({ uploads, ...refusing, limits: { timeoutMs: 3_000 } });
      expect(github.requests).toHaveLength(1);
      expect(lines).toEqual([
        expect.stringMatching(/^::warning::.*SARIF \(a\) could not be uploaded/),
        "Code scanning: 2 more not uploaded.",
      ]);
    }
  });

  test("is sent again after a passing fault", async () => {
    const { github, lines } = await report(failing(/^POST .*sarifs/, { ...gitHubFaults.serverError(503), times: 1 }));
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

const licence = (name: string) => `${name} must be enabled for this repository to use code scanning.`;

describe("what GitHub refuses is a warning that names cause and remedy", () => {
  const off =
    "Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.";
  const switchedOff: [string, string, string][] = [
    ["a private repository without a licence", licence("Advanced Security"), "or set `upload-sarif: false`"],
    ["the licence's new name", licence("Code Security"), "Code Security must be enabled"],
    ["code scanning that is off", off, "switched off for this repository (403: Code scanning is not enabled"],
    ["an old server's words", "repository not enabled for code scanning", "Switch it on"],
    ["an archived repository", "Repository was archived so is read-only.", "unarchive the repository"],
  ];
  const others: [number, string, string, string][] = [
    [404, "Not Found", "github-not-found", "Give the token `security-events: write`"],
    [404, "no default branch found", "github-not-found", "(404: no default branch found"],
    [413, "Payload Too Large", "github-over-limit", "(413: Payload Too Large"],
    [400, "the sarif is invalid", "github-refused", "GitHub did not accept the request (400: the sarif is invalid"],
    [503, "Server Error", "github-unavailable", "GitHub answered (503: Server Error"],
  ];
  test.each<[string, GitHubFault, string, string]>([
    [
      "a missing permission",
      gitHubFaults.forbidden("security_events=write"),
      "github-permission-missing",
      "Add `security-events: write` to the job's `permissions`.",
    ],
    ...switchedOff.map(([name, message, words]): [string, GitHubFault, string, string] => [
      name,
      { status: 403, message },
      "github-switched-off",
      words,
    ]),
    ...others.map(([status, message, code, words]): [string, GitHubFault, string, string] => [
      `${status} ${message}`,
      { status, message },
      code,
      words,
    ]),
    ["a limit", gitHubFaults.rateLimit(new Date(Date.now() + 3.6e6)), "github-rate-limited", "no more requests until"],
  ])("%s", async (_, fault, code, words) => {
    const { lines, github } = await report(failing(/^POST .*sarifs/, fault));
    expect(lines).toEqual([
      expect.stringContaining(
        `::warning::[${code}] SARIF (3 open findings of 1 target) could not be uploaded to code scanning`,
      ),
    ]);
    expect(lines[0]).toContain(words);
    expect(github.codeScanning.uploads).toEqual([]);
  });

  test("a fork's token", async () => {
    const pullRequest = { number: 7, headSha: SHA, baseRef: "main", fork: true };
    const refusing = failing(/^POST/, gitHubFaults.forbidden());
    const { lines } = await report({ event: { ...event, pullRequest }, ...refusing });
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
    const { lines } = await report(failing(/^GET .*sarifs/, gitHubFaults.forbidden()));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(
      "[github-permission-missing] The state of the SARIF (3 open findings of 1 target) that was uploaded to code scanning could not be read",
    );
  });
});
