import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RunStamp, stamped } from "../../../src/domain/run-stamp.ts";
import { ReportingError } from "../../../src/forge/api-failure.ts";
import type { CommentText } from "../../../src/forge/forge.ts";
import { type Api, connect } from "../../../src/forge/github/api.ts";
import { commentsOf } from "../../../src/forge/github/comment.ts";
import { keepOneText } from "../../../src/forge/own-text.ts";
import { type FakeGitHub, type FakeGitHubOptions, gitHubFaults } from "../../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { eventAt, scriptedServer } from "./scripted-server.ts";

const MARKER = "<!-- image-gate: app -->";
const BODY = `${MARKER}\n## app may run\n`;
const OLD = `${MARKER}\nold`;
const BOT = "github-actions[bot]";

const startFake = fakes();

interface Planted {
  readonly author: string;
  readonly body: string;
}

async function gitHubWith(planted: readonly Planted[] = [], options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  return startFake((github) => {
    for (const comment of planted) github.plantComment(comment);
  }, options);
}

const keep = async (api: Api, text: CommentText, head?: string) => keepOneText(await commentsOf(api, 7, head), text);

async function upsert(github: FakeGitHub, { body = BODY, create = true } = {}) {
  const api = await connect({ token: FAKE_TOKEN, event: eventAt(github.url) });
  return keep(api, { marker: MARKER, body, create }).catch((error: unknown) => error);
}

const bodies = (github: FakeGitHub) => github.comments().map(({ body }) => body);
const writes = (github: FakeGitHub) =>
  github.requests.filter(({ method, url }) => method !== "GET" && url !== "/graphql").map(({ method }) => method);

describe("one comment", () => {
  test("is created if there is none, and left alone the next time", async () => {
    const github = await gitHubWith([{ author: "octocat", body: "hello" }]);
    const created = await upsert(github);
    const url = github.comments()[1]?.html_url;
    expect(created).toMatchObject({ status: "created", text: { url } });
    expect(await upsert(github)).toMatchObject({ status: "unchanged", text: { url } });
    expect(bodies(github)).toEqual(["hello", BODY]);
    expect(writes(github)).toEqual(["POST"]);
  });

  test("is updated even when none would be created", async () => {
    const none = await gitHubWith();
    expect(await upsert(none, { create: false })).toEqual({ status: "skipped" });
    expect(bodies(none)).toEqual([]);
    const github = await gitHubWith([{ author: BOT, body: OLD }]);
    const url = github.comments()[0]?.html_url;
    expect(await upsert(github, { create: false })).toMatchObject({ status: "updated", text: { url } });
    expect(bodies(github)).toEqual([BODY]);
  });

  test("that GitHub gives back with CR LF and no white space at its end is unchanged", async () => {
    const rewriteBody = (body: string) => body.replaceAll("\n", "\r\n").trimEnd();
    const github = await gitHubWith([], { rewriteBody });
    await upsert(github);
    expect(await upsert(github)).toMatchObject({ status: "unchanged" });
    expect(writes(github)).toEqual(["POST"]);
  });

  test("is found on a late page", async () => {
    const others = Array.from({ length: 250 }, (_, i) => ({ author: "octocat", body: `no ${i}` }));
    const github = await gitHubWith([...others, { author: BOT, body: OLD }]);
    expect(await upsert(github)).toMatchObject({ status: "updated" });
    expect(github.comments()).toHaveLength(251);
    expect(bodies(github)[250]).toBe(BODY);
  });

  test("is found behind a page from which GitHub hides some", async () => {
    const one = { id: 1, html_url: "https://github.com/x", body: "hello", user: null };
    const path = "/repos/acme/widget/issues";
    const server = await scriptedServer({
      "POST /graphql": { json: { data: { viewer: { login: BOT } } } },
      [`GET ${path}/7/comments`]: [
        { json: [one], headers: { link: '<http://127.0.0.1/2>; rel="next"' } },
        { json: [{ ...one, id: 2, body: OLD, user: { login: BOT, type: "Bot" } }] },
      ],
      [`PATCH ${path}/comments/2`]: { json: { ...one, id: 2 } },
    });
    const api = await connect({ token: "t", event: eventAt(server.url) });
    const result = await keep(api, { marker: MARKER, body: BODY, create: true });
    expect(result).toMatchObject({ status: "updated" });
    await server.close();
  });

  test("of several the oldest is kept current, and the others go", async () => {
    const github = await gitHubWith([
      { author: BOT, body: OLD },
      { author: "octocat", body: `${MARKER}\nnot ours` },
      { author: BOT, body: `${MARKER}\nsecond` },
      { author: BOT, body: `${MARKER}\nthird` },
    ]);
    const url = github.comments()[0]?.html_url;
    expect(await upsert(github)).toMatchObject({ status: "updated", text: { url } });
    expect(bodies(github)).toEqual([BODY, `${MARKER}\nnot ours`]);
  });

  test("of several, if DELETE is refused, a warning says so", async () => {
    const github = await gitHubWith([
      { author: BOT, body: OLD },
      { author: BOT, body: `${MARKER}\nsecond` },
    ]);
    github.fault(/^DELETE/, gitHubFaults.forbidden());
    const result = await upsert(github);
    expect(result).toMatchObject({ status: "updated", standing: { code: "github-permission-missing" } });
    expect(bodies(github)).toEqual([BODY, `${MARKER}\nsecond`]);
  });

  test.each([404, 410])("deleted between finding and writing (%i): created again, or skipped", async (status) => {
    const github = await gitHubWith([{ author: BOT, body: OLD }]);
    github.fault(/^PATCH/, { status, message: "Not Found" });
    expect(await upsert(github, { create: false })).toMatchObject({ status: "skipped" });
    expect(await upsert(github)).toMatchObject({ status: "created" });
  });
});

describe("only our own", () => {
  test.each([
    ["a person's with our marker", { author: "mallory", body: OLD }],
    ["another app's with our marker", { author: "evil[bot]", body: OLD }],
    ["a person's who is called like the bot", { author: "github-actions", body: OLD }],
    ["ours with the marker further down", { author: BOT, body: `text\n${MARKER}` }],
    ["ours with the marker in a longer line", { author: BOT, body: `${MARKER} x\nold` }],
    ["another gate's", { author: BOT, body: "<!-- image-gate: other -->\nold" }],
  ])("%s is not touched", async (_, comment) => {
    const github = await gitHubWith([comment]);
    expect(await upsert(github)).toMatchObject({ status: "created" });
    expect(bodies(github)).toEqual([comment.body, BODY]);
  });

  test.each([
    ["the token is an app's", "acme-ci[bot]", "acme-ci[bot]"],
    ["the token is a person's", "octocat", "octocat"],
    ["the case differs", "OctoCat", "octocat"],
    ["GraphQL does not say", undefined, BOT],
  ])("ours is recognised if %s", async (_, viewer, author) => {
    const github = await gitHubWith([{ author, body: OLD }], { viewer });
    expect(await upsert(github)).toMatchObject({ status: "updated" });
  });

  // Proves: forges-no-marker-no
  test("anyone who wrote what, never is another's comment changed and never are there two of ours", async () => {
    const author = fc.constantFrom(BOT, "octocat", "evil[bot]");
    const body = fc.constantFrom(OLD, BODY, "hello", ` ${MARKER}`, `${MARKER}x`, "-");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ author, body }), { maxLength: 5 }), async (planted) => {
        const github = await gitHubWith(planted);
        await upsert(github);
        const others = github.comments().filter(({ user }) => user.login !== BOT);
        expect(others.map((comment) => comment.body)).toEqual(
          planted.filter((comment) => comment.author !== BOT).map((comment) => comment.body),
        );
        const ours = github.comments().filter(({ user, body }) => user.login === BOT && body.split("\n")[0] === MARKER);
        expect(ours.map((comment) => comment.body)).toEqual([BODY]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("an obstacle", () => {
  test.each([
    ["reading", /^GET/, "could not be read"],
    ["writing", /^POST \/repos/, "could not be written"],
  ])("a permission that is missing for %s", async (_, match, reported) => {
    const github = await gitHubWith();
    github.fault(match, gitHubFaults.forbidden());
    const result = await upsert(github);
    expect(result).toBeInstanceOf(ReportingError);
    expect(result).toMatchObject({
      code: "github-permission-missing",
      message: expect.stringContaining(reported),
      remedy: expect.stringContaining("`pull-requests: write`"),
    });
  });

  test("a body that GitHub finds too long", async () => {
    const github = await gitHubWith();
    const result = await upsert(github, { body: `${MARKER}\n${"x".repeat(70_000)}` });
    expect(result).toMatchObject({ code: "github-over-limit", status: 422 });
  });

  test("a token that GitHub does not know", async () => {
    const github = await gitHubWith();
    const api = await connect({ token: "expired", event: eventAt(github.url) });
    const request = { pull: 7, marker: MARKER, body: BODY, create: true };
    await expect(keep(api, request)).rejects.toMatchObject({ code: "github-token-refused" });
  });

  test("a refused update is not a reason to write a second comment", async () => {
    const github = await gitHubWith([{ author: BOT, body: OLD }]);
    github.fault(/^PATCH/, gitHubFaults.forbidden());
    expect(await upsert(github)).toMatchObject({ code: "github-permission-missing" });
    expect(bodies(github)).toEqual([OLD]);
  });

  test("a passing fault is got over with one comment in the end", async () => {
    const github = await gitHubWith();
    github.fault(/^GET/, { ...gitHubFaults.serverError(502), times: 1 });
    github.fault(/^POST \/repos/, { ...gitHubFaults.secondaryRateLimit(1), times: 1 });
    expect(await upsert(github)).toMatchObject({ status: "created" });
    expect(bodies(github)).toEqual([BODY]);
  });

  test("a body that would not be found again is refused", async () => {
    const github = await gitHubWith();
    expect(await upsert(github, { body: `x\n${MARKER}` })).toEqual(
      new Error("a text of ours must begin with its marker"),
    );
    expect(writes(github)).toEqual([]);
  });
});

describe("the comment with precedence stays, whichever run ends last:", () => {
  const HEAD = "a".repeat(40);
  const BEFORE = "b".repeat(40);
  const run = (id: number, more: Partial<RunStamp> = {}): RunStamp => {
    return { run: id, number: id, attempt: 1, event: "pull_request", commit: HEAD, ...more };
  };
  const written = (stamp: RunStamp, words: string) => `${stamped(MARKER, stamp)}\n${words}`;
  async function upsertOf(github: FakeGitHub, stamp: RunStamp, words: string, head: string | undefined = HEAD) {
    const api = await connect({ token: FAKE_TOKEN, event: eventAt(github.url) });
    const body = written(stamp, words);
    return keep(api, { marker: MARKER, body, create: true, stamp }, head);
  }

  test.each<[string, RunStamp, RunStamp, string | undefined, "updated" | "left"]>([
    ["an older run of an older commit that ends later", run(20), run(10, { commit: BEFORE }), HEAD, "left"],
    ["an older run of the head, after one of an older commit", run(20, { commit: BEFORE }), run(10), HEAD, "updated"],
    ["a newer run of an older commit", run(10), run(20, { commit: BEFORE }), HEAD, "left"],
    ["a newer run of the head", run(10, { commit: BEFORE }), run(20), HEAD, "updated"],
    ["an older run of the same commit", run(20), run(10), HEAD, "left"],
    ["a newer run of the same commit", run(10), run(20), HEAD, "updated"],
    ["the second attempt of an older run of the same commit", run(20), run(10, { attempt: 2 }), HEAD, "updated"],
    ["the first attempt, after the second", run(10, { attempt: 2 }), run(10), HEAD, "left"],
    ["the same run once more", run(10), run(10), HEAD, "updated"],
    ["an older run if the head is not known", run(20), run(10, { commit: BEFORE }), undefined, "left"],
    ["a newer run if the head is not known", run(10, { commit: BEFORE }), run(20), undefined, "updated"],
    ["a second attempt for an older commit", run(20), run(10, { attempt: 2, commit: BEFORE }), HEAD, "left"],
    ["a newer push of the same commit", run(10), run(20, { event: "push" }), HEAD, "left"],
    ["the pull request's own run, after a newer push", run(20, { event: "push" }), run(10), HEAD, "updated"],
    ["a newer run about no commit", run(10), run(20, { event: "merge_group", commit: undefined }), HEAD, "updated"],
    ["an older run about no commit", run(20), run(10, { event: "issue_comment", commit: undefined }), HEAD, "left"],
    [
      "a newer run's comment about no commit",
      run(20, { event: "merge_group", commit: undefined }),
      run(10),
      HEAD,
      "left",
    ],
  ])("%s", async (_, there, mine, head, status) => {
    const github = await gitHubWith([{ author: BOT, body: written(there, "there") }]);
    const result = await upsertOf(github, mine, "mine", head);
    expect(result).toMatchObject({ status });
    expect(bodies(github)).toEqual([status === "left" ? written(there, "there") : written(mine, "mine")]);
    if (status === "left") expect(writes(github)).toEqual([]);
  });

  test.each([
    ["without a stamp, of an earlier version", MARKER],
    ["with a stamp that cannot be read", `${MARKER.slice(0, -4)} run=x number=1 attempt=1 event=push -->`],
    ["with a stamp of more words", `${MARKER.slice(0, -4)} run=3 number=1 attempt=1 event=push more=1 -->`],
  ])("one %s is written over", async (_, line) => {
    const github = await gitHubWith([{ author: BOT, body: `${line}\nold` }]);
    expect(await upsertOf(github, run(10), "mine")).toMatchObject({ status: "updated" });
    expect(bodies(github)).toEqual([written(run(10), "mine")]);
  });

  test.each([
    `${MARKER.slice(0, -4)} run=1 --> x -->`,
    `${MARKER.slice(0, -4)} run=1 <b> -->`,
    `${MARKER.slice(0, -4)}run=1 number=1 attempt=1 event=push -->`,
    `${MARKER.slice(0, -4)}  -->`,
  ])("%j is not a line of ours", async (line) => {
    const github = await gitHubWith([{ author: BOT, body: `${line}\nold` }]);
    expect(await upsertOf(github, run(10), "mine")).toMatchObject({ status: "created" });
  });

  test("two of ours become one, the newer run's, by an older run as well", async () => {
    const github = await gitHubWith([
      { author: BOT, body: written(run(10), "stale") },
      { author: BOT, body: written(run(30), "newest") },
    ]);
    expect(await upsertOf(github, run(20), "mine")).toMatchObject({ status: "left" });
    expect(bodies(github)).toEqual([written(run(30), "newest")]);
  });

  // Proves: older-word-does-not
  test("however many runs write at the same moment, there is one comment in the end, the newest run's", async () => {
    const github = await gitHubWith();
    await Promise.all([30, 10, 40, 20].map((id) => upsertOf(github, run(id), `run ${id}`)));
    expect(bodies(github)).toEqual([written(run(40), "run 40")]);
  });

  // Proves: older-word-does-not
  test("an older run that looked before, and wrote afterwards, is written over", async () => {
    // GitHub keeps what the older run sends right behind the newer one's.
    const stale = [written(run(10), "stale")];
    const rewriteBody = (body: string) => stale.pop() ?? body;
    const github = await gitHubWith([{ author: BOT, body: written(run(5), "old") }], { rewriteBody });
    expect(await upsertOf(github, run(20), "mine")).toMatchObject({ status: "updated" });
    expect(bodies(github)).toEqual([written(run(20), "mine")]);
    expect(writes(github)).toEqual(["PATCH", "PATCH"]);
  });
});
