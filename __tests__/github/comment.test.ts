import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { connect } from "../../src/github/api.ts";
import { upsertComment } from "../../src/github/comment.ts";
import { ReportingError } from "../../src/github/failure.ts";
import { type CommentServer, type CommentServerOptions, commentServer, type StoredComment } from "./comment-server.ts";
import { eventAt } from "./scripted-server.ts";

const servers: CommentServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const MARKER = "<!-- image-gate: app -->";
const BODY = `${MARKER}\n## app may run\n`;
const BOT = "github-actions[bot]";

function by(login: string, body: string, type: StoredComment["type"] = login.endsWith("[bot]") ? "Bot" : "User") {
  return { login, body, type };
}

async function upsert(options: CommentServerOptions, { body = BODY, create = true } = {}) {
  const server = await commentServer(options);
  servers.push(server);
  const api = await connect({ token: "t", event: eventAt(server.url) });
  const run = () => upsertComment(api, { pull: 7, marker: MARKER, body, create });
  return { server, run, result: await run().catch((error: unknown) => error) };
}

const url = (id: number) => `https://github.com/acme/app/pull/7#issuecomment-${id}`;

describe("one comment", () => {
  test("is created where there is none, and left alone the next time", async () => {
    const { server, run, result } = await upsert({ comments: [by("octocat", "hello")] });
    expect(result).toEqual({ status: "created", url: url(2) });
    expect(await run()).toEqual({ status: "unchanged", url: url(2) });
    expect(server.comments.map(({ body }) => body)).toEqual(["hello", BODY]);
    expect(
      server.requests.filter((request) => !request.startsWith("GET") && !request.includes("graphql")),
    ).toHaveLength(1);
  });

  test("is not created when not asked for", async () => {
    const { server, result } = await upsert({}, { create: false });
    expect(result).toEqual({ status: "skipped" });
    expect(server.comments).toEqual([]);
  });

  test("is updated even when none would be created", async () => {
    const { server, result } = await upsert({ comments: [by(BOT, `${MARKER}\nold`)] }, { create: false });
    expect(result).toEqual({ status: "updated", url: url(1) });
    expect(server.comments[0]?.body).toBe(BODY);
  });

  test("equal but for line ends and white space at the end, as GitHub may give it back, is unchanged", async () => {
    const { result } = await upsert({ comments: [by(BOT, `${MARKER}\r\n## app may run`)] });
    expect(result).toEqual({ status: "unchanged", url: url(1) });
  });

  test.each([
    ["full pages", false],
    ["pages from which GitHub hides some", true],
  ])("is found on a late page, with %s", async (_, gaps) => {
    const others = Array.from({ length: 250 }, (_each, i) => by("octocat", `no ${i}`));
    const { server, result } = await upsert({ comments: [...others, by(BOT, `${MARKER}\nold`)], gaps: false });
    expect(result).toEqual({ status: "updated", url: url(251) });
    expect(server.comments).toHaveLength(251);
    const hidden = await upsert({ comments: [...others, by("octocat", "x"), by(BOT, `${MARKER}\nold`)], gaps });
    expect(hidden.result).toEqual({ status: "updated", url: url(252) });
  });

  test("of several the oldest is kept current, the rest is left", async () => {
    const { server, result } = await upsert({ comments: [by(BOT, `${MARKER}\n1`), by(BOT, `${MARKER}\n2`)] });
    expect(result).toEqual({ status: "updated", url: url(1) });
    expect(server.comments[1]?.body).toBe(`${MARKER}\n2`);
  });

  test("deleted between finding and writing is created anew, or skipped when not asked for", async () => {
    const options = {
      comments: [by(BOT, `${MARKER}\nold`)],
      beforePatch: (comments: StoredComment[]) => void comments.splice(0),
    };
    expect((await upsert(options)).result).toMatchObject({ status: "created" });
    expect((await upsert(options, { create: false })).result).toEqual({ status: "skipped" });
  });
});

describe("only our own", () => {
  test.each([
    ["a person's with our marker", by("mallory", `${MARKER}\nold`)],
    ["another app's with our marker", by("evil[bot]", `${MARKER}\nold`)],
    ["a person's who is called like the bot", by("github-actions", `${MARKER}\nold`)],
    ["ours with the marker further down", by(BOT, `text\n${MARKER}`)],
    ["ours with the marker in a longer line", by(BOT, `${MARKER} x\nold`)],
    ["another gate's", by(BOT, "<!-- image-gate: other -->\nold")],
  ])("%s is not touched", async (_, comment) => {
    const { server, result } = await upsert({ comments: [comment] });
    expect(result).toMatchObject({ status: "created" });
    expect(server.comments[0]?.body).toBe(comment.body);
  });

  test.each([
    ["GraphQL names an app as REST does", "acme-ci[bot]", "acme-ci[bot]"],
    ["GraphQL names an app without [bot]", "acme-ci", "acme-ci[bot]"],
    ["the token is a person's", "octocat", "octocat"],
    ["the case differs", "OctoCat", "octocat"],
    ["GraphQL does not answer", null, BOT],
  ])("ours is known where %s", async (_, viewer, writer) => {
    const { result } = await upsert({ viewer, comments: [by(writer, `${MARKER}\nold`)] });
    expect(result).toMatchObject({ status: "updated" });
  });

  test("whoever wrote what, never is another's comment changed and never are there two of ours", async () => {
    const comment = fc.record({
      login: fc.constantFrom(BOT, "octocat", "evil[bot]"),
      type: fc.constantFrom<StoredComment["type"]>("Bot", "User"),
      body: fc.constantFrom(`${MARKER}\nold`, BODY, "hello", ` ${MARKER}`, `${MARKER}x`, ""),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(comment, { maxLength: 5 }), async (comments) => {
        const { server } = await upsert({ comments });
        const others = (list: readonly Omit<StoredComment, "id">[]) =>
          list.filter(({ login }) => login !== BOT).map(({ body }) => body);
        expect(others(server.comments)).toEqual(others(comments));
        const added = server.comments.length - comments.length;
        const had = comments.some(({ login, body }) => login === BOT && body.split("\n")[0] === MARKER);
        expect(added).toBe(had ? 0 : 1);
      }),
      { numRuns: 40 },
    );
  });
});

describe("what stands in the way", () => {
  test.each([
    ["GET", 403, "Resource not accessible by integration", "github-permission-missing", "could not be read"],
    ["POST", 403, "Resource not accessible by integration", "github-permission-missing", "could not be written"],
    ["POST", 422, "body is too long (maximum is 65536 characters)", "github-text-too-long", "could not be written"],
  ])("%s answered with %i %s", async (method, status, message, code, told) => {
    const { result } = await upsert({ refuse: { [method]: { status, message } } });
    expect(result).toBeInstanceOf(ReportingError);
    expect(result).toMatchObject({ code, message: expect.stringContaining(told) });
  });

  test("a refused update is no reason to write a second comment", async () => {
    const refuse = { PATCH: { status: 403, message: "Resource not accessible by integration" } };
    const { server, result } = await upsert({ comments: [by(BOT, `${MARKER}\nold`)], refuse });
    expect(result).toMatchObject({ code: "github-permission-missing" });
    expect(server.comments).toHaveLength(1);
  });

  test("a body that would not be found again is refused", async () => {
    const { server, result } = await upsert({}, { body: `x\n${MARKER}` });
    expect(result).toEqual(new Error("a comment's body must begin with its marker"));
    expect(server.requests).toEqual([]);
  });
});
