import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { stamped } from "../../../src/domain/run-stamp.ts";
import { connector, decideComment } from "../../../src/forge/connect.ts";
import type { CommentText } from "../../../src/forge/forge.ts";
import { gitlabPlatform } from "../../../src/job/gitlab/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import {
  type FakeGitLab,
  type FakeGitLabOptions,
  PROJECT_TOKEN,
  REPORTER_TOKEN,
  startFakeGitLab,
} from "../../support/gitlab/fake-gitlab.ts";
import { FORK_ID, HEAD, JOB_TOKEN, mergeRequestVariables, PROJECT_ID } from "../../support/gitlab/gitlab-job.ts";
import { BOT, STRANGER } from "../../support/gitlab/gitlab-state.ts";
import { createAuthority } from "../../support/network/tls.ts";
import { startTlsFront } from "../../support/network/tls-front.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const FORK_HAS_NONE = "a fork's pipeline gets no variables of the target project";
const MARKER = "<!-- image-gate v1 0123456789abcdef -->";

let gitlab: FakeGitLab;
const folder = temporaryFolder("notes");
let jobs = 0;

beforeEach(async () => {
  gitlab = await startFakeGitLab();
});
afterEach(async () => {
  expect(gitlab.problems).toEqual([]);
  await gitlab.close();
});

interface Written {
  readonly text?: string;
  readonly create?: boolean;
  readonly token?: string;
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** The output of a job of this pipeline: its log, and the note's address. */
async function say(
  pipeline: number,
  { text = "❌ must not run", create = true, token = PROJECT_TOKEN, ...more }: Written = {},
) {
  const env = {
    GITLAB_CI: "true",
    CI_API_V4_URL: gitlab.apiUrl,
    CI_PROJECT_PATH: "acme/widget",
    CI_COMMIT_SHA: HEAD,
    CI_PIPELINE_ID: String(pipeline),
    CI_JOB_TOKEN: JOB_TOKEN,
    ...mergeRequestVariables(),
    ...more.variables,
  };
  const world = testWorld(`${folder.path}/${++jobs}`, { env });
  const platform = gitlabPlatform(world, `${world.workspace}/image-gate.env`);
  const decision = decideComment(
    "always",
    "fail",
    await connector(platform, () => ({ token, offline: false }))(),
    platform,
  );
  if ("why" in decision) return { lines: world.lines, decision, url: undefined };
  const { stamp } = platform.change;
  const body = `${stamped(MARKER, stamp)}\n${text}`;
  const comment: CommentText = { marker: MARKER, body, stamp, create };
  return { lines: world.lines, decision, url: await decision.comments.write(comment) };
}
/** Of a branch's pipeline. */
const NO_MERGE_REQUEST = {
  ...Object.fromEntries(Object.keys(mergeRequestVariables()).map((name) => [name, undefined])),
  CI_PIPELINE_SOURCE: "push",
  CI_COMMIT_BRANCH: "feature",
};
const bodies = (iid?: number) => gitlab.notes(iid).map(({ body }) => body.replace(/^<!--[^\n]*-->\n/, ""));
const writes = () => gitlab.requests.filter(({ method }) => method !== "GET").map(({ method }) => method);

describe("the note", () => {
  test("is written once, and then updated; its address is on the merge request's page", async () => {
    const first = await say(1001);
    expect(first.lines).toEqual([`notice: Note written: ${first.url}`]);
    expect(first.url).toMatch(/\/acme\/widget\/-\/merge_requests\/7#note_\d+$/);
    const second = await say(1002, { text: "✅ may run" });
    expect(second.url).toBe(first.url);
    expect(second.lines).toEqual([`notice: Note updated: ${first.url}`]);
    expect(bodies()).toEqual(["✅ may run"]);
    expect(writes()).toEqual(["POST", "PUT"]);
    const tokens = gitlab.requests.map(({ token, jobToken }) => [token, jobToken]);
    expect(new Set(tokens.map(String))).toEqual(new Set([`${PROJECT_TOKEN},`]));
  });

  // Proves: older-pipeline-not-last
  test("of an older pipeline never replaces a newer one's, and a job that is tried again updates its own", async () => {
    await say(1002, { text: "of the newer" });
    const older = await say(1001, { text: "of the older" });
    expect(older.lines.join()).toContain("a newer pipeline has written one (pipeline 1002, this is 1001)");
    expect(bodies()).toEqual(["of the newer"]);
    await say(1002, { text: "tried again" });
    expect(bodies()).toEqual(["tried again"]);
  });

  test("of a branch's pipeline does not replace the merge request's own about the same commit", async () => {
    gitlab.addMergeRequest(9, { sha: HEAD });
    await say(1001, { variables: { CI_MERGE_REQUEST_IID: "9" }, text: "its own" });
    const push = { ...NO_MERGE_REQUEST, CI_PROJECT_ID: String(PROJECT_ID) };
    const later = await say(1002, { variables: { ...push, CI_OPEN_MERGE_REQUESTS: "acme/widget!9" } });
    expect(later.lines.join()).toContain("the merge request's own pipeline has written one about the same commit");
    expect(bodies(9)).toEqual(["its own"]);
    // !7 has another commit by now, so this answer is not about it.
    const stale = await say(1003, { variables: { ...push, CI_OPEN_MERGE_REQUESTS: "acme/widget!7" } });
    expect(stale.lines).toEqual(["notice: No comment: !7 is about another commit by now."]);
    expect(bodies(7)).toEqual([]);
  });

  test("is found beyond a page that is short because of hidden notes", async () => {
    for (let index = 0; index < 150; index++) gitlab.plantNote(`hidden ${index}`, { hidden: true });
    await say(1001);
    await say(1002, { text: "✅ may run" });
    expect(gitlab.notes()).toHaveLength(151);
    expect(bodies().at(-1)).toBe("✅ may run");
  });

  test("is found if a proxy drops the links of pages and leaves the next page's number", async () => {
    gitlab.state.leavesOutLinks = true;
    for (let index = 0; index < 120; index++) gitlab.plantNote("LGTM");
    await say(1001);
    await say(1002, { text: "later" });
    expect(bodies().slice(120)).toEqual(["later"]);
  });

  test("that is written counts, though it cannot be read again", async () => {
    const { requests } = gitlab;
    requests.push = (request) => {
      if (request.method === "POST") gitlab.fault(/^GET .*\/notes/, { status: 403, message: "403 Forbidden" });
      return Array.prototype.push.call(requests, request);
    };
    const first = await say(1001);
    expect(first.lines).toEqual([`notice: Note written: ${first.url}`]);
  });

  // Proves: somebody-else-s-comment
  test("of another account with our marker is never touched", async () => {
    gitlab.plantNote(`${MARKER}\nfake`, { author: STRANGER });
    await say(1001);
    await say(1002, { text: "✅ may run" });
    expect(bodies()).toEqual(["fake", "✅ may run"]);
  });

  test("is alone: others of the same gate are deleted", async () => {
    for (const text of ["one", "two"]) gitlab.plantNote(`${MARKER}\n${text}`, { author: BOT });
    await say(1001);
    expect(bodies()).toEqual(["❌ must not run"]);
  });
});

describe("without a token that may write", () => {
  test.each([
    ["none", ""],
    ["the job's own token as the input", JOB_TOKEN],
  ])("(%s) nothing is sent, and one sentence names GITLAB_TOKEN", async (_, token) => {
    const { decision } = await say(1001, { token });
    const why =
      /GITLAB_TOKEN/.source +
      (token === "" ? " .*\\. A protected variable is available on protected branches alone" : "");
    expect(decision).toMatchObject({ level: "warning", why: expect.stringMatching(why) });
    expect(gitlab.requests).toEqual([]);
  });

  test("GITLAB_TOKEN is taken, and the input comes before it", async () => {
    await say(1001, { token: "", variables: { GITLAB_TOKEN: PROJECT_TOKEN } });
    await say(1002, { token: REPORTER_TOKEN, variables: { GITLAB_TOKEN: PROJECT_TOKEN } });
    expect(new Set(gitlab.requests.map(({ token }) => token))).toEqual(new Set([PROJECT_TOKEN, REPORTER_TOKEN]));
    expect(bodies()).toHaveLength(1);
  });

  test("a fork's pipeline writes to the target project with a token for it, and says why not without", async () => {
    const variables = mergeRequestVariables({ source: FORK_ID });
    const { decision } = await say(1001, { token: "", variables });
    expect(decision).toMatchObject({ why: expect.stringContaining(FORK_HAS_NONE) });
    await say(1002, { variables });
    const others = gitlab.requests.filter(({ url }) => url !== "/user" && !url.startsWith(`/projects/${PROJECT_ID}/`));
    expect(others).toEqual([]);
    expect(bodies()).toEqual(["❌ must not run"]);
  });
});

test.each(["glpat-one\nglpat-two", "Bearer glpat-one", "glpät"])(
  "a token that no header can hold is said, not shown, and not sent",
  async (token) => {
    const { lines, url } = await say(1001, { token });
    expect(url).toBeUndefined();
    expect(lines).toEqual([expect.stringMatching(/^warning: \[gitlab-token-unusable\] /)]);
    expect(lines.join()).not.toContain("glp");
    expect(gitlab.requests).toEqual([]);
  },
);

describe("a branch's pipeline in a fork", () => {
  const variables = {
    ...NO_MERGE_REQUEST,
    CI_PROJECT_ID: String(FORK_ID),
    CI_PROJECT_PATH: "mallory/widget",
    CI_OPEN_MERGE_REQUESTS: "else/where!3,acme/widget!9",
  };

  test("writes to the merge request in the target, though its token does not reach another", async () => {
    gitlab.addMergeRequest(9, { sha: HEAD });
    const { lines } = await say(1001, { variables });
    expect(lines).toEqual([
      expect.stringMatching(/^warning: \[gitlab-not-found\] The merge request !3 could not be read/),
      expect.stringMatching(/^notice: Note written: /),
    ]);
    expect(bodies(9)).toEqual(["❌ must not run"]);
  });

  test("says why it does not without a token for the target", async () => {
    const { decision } = await say(1001, { token: "", variables });
    expect(decision).toMatchObject({ why: expect.stringContaining(FORK_HAS_NONE) });
  });
});

describe("trouble is a warning with a code, and nothing more", () => {
  // Proves: gitlab-s-token-goes
  test.each([
    ["a token that has expired", { status: 401, message: "401 Unauthorized" }, "gitlab-token-refused"],
    ["no right to write", { status: 403, message: "403 Forbidden" }, "gitlab-forbidden"],
    ["a project that is hidden", { status: 404, message: "404 Project Not Found" }, "gitlab-not-found"],
    ["a server that is down", { status: 500 }, "gitlab-unavailable"],
    ["a limit for longer than the run", { status: 429, headers: { "retry-after": "600" } }, "gitlab-rate-limited"],
    ["a page to log in", { status: 302, headers: { location: "/users/sign_in" } }, "gitlab-answer-unreadable"],
    ["a login elsewhere", { status: 302, headers: { location: "https://sso.test/" } }, "gitlab-answer-unreadable"],
    ["a page in place of JSON", { status: 200, html: "<html>Log in" }, "gitlab-answer-unreadable"],
    ["a connection that breaks", { reset: true }, "gitlab-unreachable"],
  ])("%s", async (_, fault, code) => {
    gitlab.fault(/^GET \/user/, fault);
    const { lines, url } = await say(1001);
    expect(url).toBeUndefined();
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^warning: \\[${code}\\] `))]);
    expect(gitlab.notes()).toEqual([]);
  });

  test.each([
    ["a short limit", { status: 429, headers: { "retry-after": "0" }, times: 1 }],
    ["a fault that passes", { status: 502, times: 1 }],
  ])("%s is waited for", async (_, fault) => {
    gitlab.fault(/^GET \/projects\/42\/merge_requests\/7\/notes/, fault);
    expect((await say(1001)).lines.join()).toContain("Note written");
  });

  test("a POST whose answer is lost is not sent twice, as it may have been carried out", async () => {
    gitlab.fault(/^POST /, { status: 502 });
    expect((await say(1001)).lines.join()).toContain("[gitlab-unavailable]");
    expect(writes()).toEqual(["POST"]);
  });

  test("a redirect is not followed, not even one within the API", async () => {
    const request = "/projects/42/merge_requests/7";
    gitlab.fault(/^POST /, { status: 307, headers: { location: `/api/v4${request}/notes` } });
    expect((await say(1001)).lines.join()).toContain("[gitlab-answer-unreadable]");
    expect(writes()).toEqual(["POST"]);
    gitlab.clearFaults();
    gitlab.fault(new RegExp(`^GET ${request}$`), { status: 302, headers: { location: `/api/v4${request}` } });
    expect((await say(1002)).lines.join()).toContain("[gitlab-answer-unreadable]");
    expect(bodies()).toEqual([]);
  });

  test("5,000 notes are read to their end, and there is no room for one more", async () => {
    for (let index = 0; index < 5000; index++) gitlab.plantNote("LGTM");
    const { lines } = await say(1001);
    expect(lines).toEqual([
      expect.stringMatching(/^warning: \[gitlab-over-limit\] .*Maximum number of comments exceeded/),
    ]);
    const ours = gitlab.state.mergeRequests.get(7)?.notes;
    Object.assign(ours?.[4998] ?? {}, { author: BOT, body: `${MARKER}\nold` });
    await say(1002, { text: "new" });
    expect(bodies()[4998]).toBe("new");
  });
});

describe("a merge request that changed meanwhile", () => {
  test.each(["closed", "merged"] as const)(
    "%s: a note of before is kept current, a new one is not written",
    async (state) => {
      const found = gitlab.state.mergeRequests.get(7);
      await say(1001);
      Object.assign(found ?? {}, { state });
      await say(1002, { text: "later" });
      expect(bodies()).toEqual(["later"]);
      gitlab.addMergeRequest(8, { state });
      const { lines } = await say(1003, { variables: { CI_MERGE_REQUEST_IID: "8" } });
      expect(lines).toEqual([`notice: No comment: the merge request !8 is ${state} by now.`]);
      expect(bodies(8)).toEqual([]);
    },
  );

  test("that is a draft gets its note", async () => {
    Object.assign(gitlab.state.mergeRequests.get(7) ?? {}, { draft: true });
    await say(1001);
    expect(bodies()).toHaveLength(1);
  });
});

describe("a server whose certificate authority is its own", () => {
  test("is trusted by CI_SERVER_TLS_CA_FILE, and by nothing else", async () => {
    const authority = await createAuthority(folder.path);
    const front = await startTlsFront(gitlab.apiUrl, await authority.issue(["127.0.0.1"]));
    onTestFinished(front.close);
    const CI_API_V4_URL = `${front.url}/api/v4`;
    const without = await say(1001, { variables: { CI_API_V4_URL } });
    expect(without.lines).toEqual([expect.stringMatching(/^warning: \[gitlab-unreachable\] .*CI_SERVER_TLS_CA_FILE/)]);
    expect(gitlab.requests).toEqual([]);
    const trusted = await say(1001, { variables: { CI_API_V4_URL, CI_SERVER_TLS_CA_FILE: authority.file } });
    expect(trusted.lines.join()).toContain("Note written");
  });
});

// Proves: gitlab-s-token-goes
describe.each<[string, FakeGitLabOptions]>([
  ["an old server", { isOld: true }],
  ["a server under a relative URL", { relativeUrl: "/gitlab" }],
  ["a project whose path has dots, plus and other letters", { projectPath: "grüppe.x/w.id+get" }],
])("%s", (_, options) => {
  test("gets the note on all pages, too", async () => {
    await gitlab.close();
    gitlab = await startFakeGitLab(options);
    for (let index = 0; index < 120; index++) gitlab.plantNote("LGTM");
    const { projectPath = "acme/widget" } = options;
    const { url } = await say(1001, { variables: { CI_PROJECT_PATH: projectPath } });
    expect(url).toContain(`${gitlab.apiUrl.replace("/api/v4", "")}/${projectPath}/-/merge_requests/7`);
    await say(1002, { text: "updated" });
    expect(bodies().at(-1)).toBe("updated");
    expect(bodies()).toHaveLength(121);
  });
});
