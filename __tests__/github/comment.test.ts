import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connect } from "../../src/github/api.ts";
import { upsertComment } from "../../src/github/comment.ts";
import { ReportingError } from "../../src/github/failure.ts";
import { type FakeGitHub, type FakeGitHubOptions, gitHubFaults } from "../support/fake-github.ts";
import { FAKE_TOKEN } from "../support/runner.ts";
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

async function gitHubWith(planted: readonly Planted[], options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  return startFake((github) => {
    for (const comment of planted) github.plantComment(comment);
  }, options);
}

async function upsert(github: FakeGitHub, { body = BODY, create = true } = {}) {
  const api = await connect({ token: FAKE_TOKEN, event: eventAt(github.url) });
  return upsertComment(api, { pull: 7, marker: MARKER, body, create }).catch((error: unknown) => error);
}

const bodies = (github: FakeGitHub) => github.comments().map(({ body }) => body);
const writes = (github: FakeGitHub) =>
  github.requests.filter(({ method, url }) => method !== "GET" && url !== "/graphql").map(({ method }) => method);

describe("one comment", () => {
  test("is created where there is none, and left alone the next time", async () => {
    const github = await gitHubWith([{ author: "octocat", body: "hello" }]);
    const created = await upsert(github);
    const url = github.comments()[1]?.html_url;
    expect(created).toEqual({ status: "created", url });
    expect(await upsert(github)).toEqual({ status: "unchanged", url });
    expect(bodies(github)).toEqual(["hello", BODY]);
    expect(writes(github)).toEqual(["POST"]);
  });

  test("is not created when not asked for", async () => {
    const github = await gitHubWith([]);
    expect(await upsert(github, { create: false })).toEqual({ status: "skipped" });
    expect(bodies(github)).toEqual([]);
  });

  test("is updated even when none would be created", async () => {
    const github = await gitHubWith([{ author: BOT, body: OLD }]);
    expect(await upsert(github, { create: false })).toEqual({ status: "updated", url: github.comments()[0]?.html_url });
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
    const result = await upsertComment(api, { pull: 7, marker: MARKER, body: BODY, create: true });
    expect(result).toMatchObject({ status: "updated" });
    await server.close();
  });

  test("of several the oldest is kept current, the rest is left", async () => {
    const github = await gitHubWith([
      { author: BOT, body: OLD },
      { author: BOT, body: `${MARKER}\nsecond` },
    ]);
    expect(await upsert(github)).toMatchObject({ status: "updated" });
    expect(bodies(github)).toEqual([BODY, `${MARKER}\nsecond`]);
  });

  test.each([404, 410])("deleted between finding and writing (%i): created anew, or skipped", async (status) => {
    const github = await gitHubWith([{ author: BOT, body: OLD }]);
    github.fault(/^PATCH/, { status, message: "Not Found" });
    expect(await upsert(github, { create: false })).toEqual({ status: "skipped" });
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
    ["GraphQL names an app as REST does", "acme-ci[bot]", "acme-ci[bot]"],
    ["GraphQL names an app without [bot]", "acme-ci", "acme-ci[bot]"],
    ["the token is a person's", "octocat", "octocat"],
    ["the case differs", "OctoCat", "octocat"],
    ["GraphQL does not say", undefined, BOT],
  ])("ours is known where %s", async (_, viewer, author) => {
    const github = await gitHubWith([{ author, body: OLD }], { viewer });
    expect(await upsert(github)).toMatchObject({ status: "updated" });
  });

  test("whoever wrote what, never is another's comment changed and never are there two of ours", async () => {
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
        const had = planted.some((comment) => comment.author === BOT && comment.body.split("\n")[0] === MARKER);
        expect(github.comments().length - planted.length).toBe(had ? 0 : 1);
      }),
      { numRuns: 40 },
    );
  });
});

describe("what stands in the way", () => {
  test.each([
    ["reading", /^GET/, "could not be read"],
    ["writing", /^POST \/repos/, "could not be written"],
  ])("a permission that is missing for %s", async (_, match, told) => {
    const github = await gitHubWith([]);
    github.fault(match, gitHubFaults.forbidden());
    const result = await upsert(github);
    expect(result).toBeInstanceOf(ReportingError);
    expect(result).toMatchObject({ code: "github-permission-missing", message: expect.stringContaining(told) });
    expect(result).toMatchObject({ remedy: expect.stringContaining("issues: write or pull-requests: write") });
  });

  test("a body that GitHub finds too long", async () => {
    const github = await gitHubWith([]);
    const result = await upsert(github, { body: `${MARKER}\n${"x".repeat(70_000)}` });
    expect(result).toMatchObject({ code: "github-text-too-long", status: 422 });
  });

  test("a token that GitHub does not know", async () => {
    const github = await gitHubWith([]);
    const api = await connect({ token: "expired", event: eventAt(github.url) });
    const request = { pull: 7, marker: MARKER, body: BODY, create: true };
    await expect(upsertComment(api, request)).rejects.toMatchObject({ code: "github-token-refused" });
  });

  test("a refused update is no reason to write a second comment", async () => {
    const github = await gitHubWith([{ author: BOT, body: OLD }]);
    github.fault(/^PATCH/, gitHubFaults.forbidden());
    expect(await upsert(github)).toMatchObject({ code: "github-permission-missing" });
    expect(bodies(github)).toEqual([OLD]);
  });

  test("a passing fault is got over with one comment in the end", async () => {
    const github = await gitHubWith([]);
    github.fault(/^GET/, { ...gitHubFaults.serverError(502), times: 1 });
    github.fault(/^POST \/repos/, { ...gitHubFaults.secondaryRateLimit(1), times: 1 });
    expect(await upsert(github)).toMatchObject({ status: "created" });
    expect(bodies(github)).toEqual([BODY]);
  });

  test("a body that would not be found again is refused", async () => {
    const github = await gitHubWith([]);
    expect(await upsert(github, { body: `x\n${MARKER}` })).toEqual(
      new Error("a comment's body must begin with its marker"),
    );
    expect(github.requests).toEqual([]);
  });
});
