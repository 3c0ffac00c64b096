import { pipeline, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ReportingError } from "../../../src/forge/api-failure.ts";
import { type Api, connect } from "../../../src/forge/github/api.ts";
import { answer, listen } from "../../support/network/http.ts";
import { atMost } from "../../support/runs/patience.ts";
import { eventAt, type Reply, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(script: Readonly<Record<string, Reply | readonly Reply[]>>): Promise<ScriptedServer> {
  const server = await scriptedServer(script);
  servers.push(server);
  return server;
}

const THING = "GET /repos/acme/widget/thing";
const schema = z.object({ ok: z.boolean() });

function get(api: Api, route = "GET /thing") {
  return api.call({ route, failed: "The thing could not be read", needs: "contents: read" }, schema);
}

async function failureOf(promise: Promise<unknown>): Promise<ReportingError> {
  const thrown = await promise.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ReportingError);
  return thrown as ReportingError;
}

async function connected(script: Readonly<Record<string, Reply | readonly Reply[]>>, options = {}) {
  const server = await serve(script);
  return { server, api: await connect({ token: "t0ken", event: eventAt(server.url), ...options }) };
}

describe("a request", () => {
  test("carries token, API version and user agent, and its answer is checked against the schema", async () => {
    const { server, api } = await connected({ [THING]: { json: { ok: true, other: 1 } } });
    expect(await get(api)).toEqual({ ok: true });
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: "token t0ken",
      "x-github-api-version": "2022-11-28",
      accept: "application/vnd.github.v3+json",
      "user-agent": expect.stringContaining("image-gate"),
    });
  });

  test("knows a next page from the link header", async () => {
    const link = '<http://evil.example/things?page=2>; rel="next", <http://evil.example/9>; rel="last"';
    const { server, api } = await connected({
      [THING]: [{ json: [1], headers: { link } }, { json: [2] }],
    });
    const request = { route: "GET /thing", failed: "x", needs: "contents: read" };
    const items = api.items(request, z.number(), 9);
    expect([(await items.next()).value, (await items.next()).value]).toEqual([1, 2]);
    expect(server.requests()[1]).toBe(`${THING}?page=2`);
  });

  test("for bytes gives them as they are, with byte order mark and broken UTF-8", async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x0a]);
    const raw = await listen((request, response) => {
      const type = "application/vnd.github.raw+json; charset=utf-8";
      expect(request.headers.accept).toBe("application/vnd.github.raw+json");
      answer(response, 200, bytes, { "content-type": type });
    });
    const api = await connect({ token: "t", event: eventAt(`http://127.0.0.1:${raw.port}`) });
    const request = { route: "GET /x", failed: "x", needs: "contents: read" };
    expect(await api.bytes(request)).toEqual(bytes);
    await raw.close();
  });
});

describe("the token", () => {
  // Proves: github-s-token-goes
  test("is not sent to another origin that the API redirects to", async () => {
    const other = await serve({ "GET /stolen": { json: { ok: true } } });
    const { api } = await connected({ [THING]: { status: 302, headers: { location: `${other.url}/stolen` } } });
    const failure = await failureOf(get(api));
    expect(failure.code).toBe("github-answer-unreadable");
    expect(failure.message).not.toContain("t0ken");
    expect(other.seen).toEqual([]);
  });

  test("follows a redirect within the origin, with method and body, as after a rename", async () => {
    const { server, api } = await connected({
      "POST /repos/acme/widget/thing": { status: 301, headers: { location: "/repositories/5/thing" } },
      "POST /repositories/5/thing": { status: 201, json: { ok: true } },
    });
    const request = { route: "POST /thing", parameters: { body: "hi" }, failed: "x", needs: "" };
    expect(await api.call(request, schema)).toEqual({ ok: true });
    expect(server.seen[1]).toMatchObject({ body: '{"body":"hi"}', headers: { authorization: "token t0ken" } });
  });

  test("an endless redirect ends", async () => {
    const { server, api } = await connected({
      [THING]: { status: 302, headers: { location: "/repos/acme/widget/thing" } },
    });
    expect((await failureOf(get(api))).code).toBe("github-answer-unreadable");
    expect(server.seen).toHaveLength(4);
  });

  test("is not used without a known repository", async () => {
    const event = eventAt("http://127.0.0.1:1", { repository: undefined, problem: "The payload is broken" });
    expect((await failureOf(connect({ token: "t", event }))).message).toMatch(
      /^\[github-repository-unknown\] The payload is broken\. /,
    );
  });
});

describe("time", () => {
  test.each(["hang", "stall"] as const)("a server that plays %s is given up after the time-out", async (play) => {
    const { server, api } = await connected({ [THING]: { play } }, { timeoutMs: 1000 });
    const failure = await failureOf(get(api));
    expect(failure.message).toBe(
      `[github-timeout] The thing could not be read: ${new URL(server.url).host} did not answer in time (1 s for a request, 30 s for all). Run the job again; https://www.githubstatus.com tells of disturbances.`,
    );
    expect(server.seen).toHaveLength(1);
  });

  test("all requests together end with the budget, and then none is sent", async () => {
    const { server, api } = await connected({ [THING]: { play: "hang" } }, { timeoutMs: 1000, budgetMs: 1600 });
    for (let time = 0; time < 3; time++) expect((await failureOf(get(api))).code).toBe("github-timeout");
    expect(server.seen).toHaveLength(2);
  });

  test("between requests costs nothing of the budget", async () => {
    const { api } = await connected({ [THING]: { json: { ok: true } } }, { budgetMs: 1500 });
    await get(api);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    expect((await get(api)).ok).toBe(true);
  });

  test("a cancelled run ends a request at once", async () => {
    const cancel = new AbortController();
    const { api } = await connected({ [THING]: { play: "hang" } }, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 50);
    expect((await failureOf(get(api))).code).toBe("github-request-cancelled");
  });
});

describe("trying again", () => {
  const fine = { json: { ok: true } };

  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795550400" };
  const exhausted = { status: 403, headers, json: { message: "API rate limit exceeded" } };
  test.each([
    [429, "slow down"],
    [403, "You have exceeded a secondary rate limit"],
  ])("%i with retry-after: waits so long, then goes on, also with a POST", async (status, message) => {
    const limited = { status, headers: { "retry-after": "1" }, json: { message } };
    const { server, api } = await connected({ "POST /repos/acme/widget/thing": [limited, fine] });
    const start = performance.now();
    await get(api, "POST /thing");
    expect(performance.now() - start).toBeGreaterThan(950);
    expect(server.seen).toHaveLength(2);
  });

  test("a pause beyond the budget is not begun", async () => {
    const { server, api } = await connected({
      [THING]: { status: 403, headers: { "retry-after": "60" }, json: { message: "secondary rate limit" } },
    });
    const failure = await failureOf(get(api));
    expect(failure.message).toMatch(/GitHub accepts no more requests until \d{4}-\S+Z \(403: secondary rate limit\)/);
    expect(server.seen).toHaveLength(1);
  });

  test("an exhausted limit names the time of its reset", async () => {
    const { api } = await connected({ [THING]: exhausted }, { now: () => Date.parse("2026-11-24T12:00:00Z") });
    expect((await failureOf(get(api))).message).toContain("until 2026-11-24T20:00:00Z");
  });

  test("a reset that is near is waited for, by the given clock", async () => {
    const { api } = await connected({ [THING]: [exhausted, fine] }, { now: () => 1795550400_000 - 300 });
    expect((await get(api)).ok).toBe(true);
  });

  test.each<[string, Reply]>([
    ["502", { status: 502, text: "<html>Bad gateway</html>" }],
    ["a cut connection", { play: "reset" }],
  ])("%s: a GET is tried again", async (_, fault) => {
    const { server, api } = await connected({ [THING]: [fault, fine] });
    expect((await get(api)).ok).toBe(true);
    expect(server.seen).toHaveLength(2);
  });

  test("502 on a POST is final, as it may have been done", async () => {
    const { server, api } = await connected({ "POST /repos/acme/widget/thing": [{ status: 502, text: "x" }, fine] });
    expect((await failureOf(get(api, "POST /thing"))).code).toBe("github-unavailable");
    expect(server.seen).toHaveLength(1);
  });

  test("three times are enough", async () => {
    const { server, api } = await connected({ [THING]: { status: 503, json: { message: "x" } } });
    expect(await failureOf(get(api))).toMatchObject({ code: "github-unavailable", status: 503 });
    expect(server.seen).toHaveLength(3);
  });

  test.each([401, 403, 404, 410, 422])("%i is final", async (status) => {
    const { server, api } = await connected({ [THING]: { status, json: { message: "no" } } });
    expect((await failureOf(get(api))).status).toBe(status);
    expect(server.seen).toHaveLength(1);
  });
});

describe("an answer that is not GitHub's", () => {
  test.each<[string, Reply, string]>([
    ["HTML", { text: "<html>login</html>", headers: { "content-type": "text/html" } }, "not JSON"],
    ["cut JSON", { text: '{"ok":', headers: { "content-type": "application/json" } }, "not JSON"],
    ["another shape", { json: { ok: "yes" } }, "unexpected value at ok"],
    ["a list", { json: [] }, "unexpected value at the top"],
  ])("%s is reported as such", async (_, reply, reported) => {
    const { api } = await connected({ [THING]: reply });
    const failure = await failureOf(get(api));
    expect(failure.code).toBe("github-answer-unreadable");
    expect(failure.message).toContain(`(${reported})`);
  });

  test("a server that cannot be reached is reported with its address", async () => {
    const { server, api } = await connected({});
    await server.close();
    const failure = await failureOf(get(api));
    expect(failure.code).toBe("github-unreachable");
    expect(failure.message).toContain(`${new URL(server.url).host} cannot be reached (`);
  });
});

describe("a query", () => {
  test("goes to GraphQL and is checked against the schema", async () => {
    const { server, api } = await connected({ "POST /graphql": { json: { data: { viewer: { login: "x[bot]" } } } } });
    expect(await api.login()).toBe("x[bot]");
    expect(server.seen[0]?.body).toBe('{"query":"query { viewer { login } }"}');
  });

  test("on GitHub Enterprise Server goes to /api/graphql", async () => {
    const server = await serve({ "POST /api/graphql": { json: { data: { viewer: { login: "y" } } } } });
    const api = await connect({ token: "t", event: eventAt(`${server.url}/api/v3`) });
    expect(await api.login()).toBe("y");
  });

  test.each<[string, Reply]>([
    ["errors within 200", { json: { data: null, errors: [{ message: "Resource not accessible by integration" }] } }],
    ["403", { status: 403, json: { message: "no" } }],
    ["a limit that takes long", { status: 403, headers: { "retry-after": "60" }, json: { message: "secondary rate" } }],
    ["another shape", { json: { data: { viewer: null } } }],
  ])("%s: undefined, without trying again", async (_, reply) => {
    const { server, api } = await connected({ "POST /graphql": reply });
    expect(await api.login()).toBeUndefined();
    expect(server.seen).toHaveLength(1);
  });
});

describe("an answer without an end", () => {
  /** Sends zeros without end, as fast as the client reads. Compressed, a thousand of them are a few bytes. */
  async function endless(packed: boolean, status = 200) {
    let closed = 0;
    const { port, close } = await listen((_, response) => {
      const encoding = packed ? { "content-encoding": "gzip" } : {};
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...encoding });
      const zeros = Buffer.alloc(16 << 20);
      // Several gzip members in a row count as one stream.
      const piece = packed ? gzipSync(zeros) : zeros;
      const source = new Readable({ read: () => void source.push(piece) });
      pipeline(source, response, () => closed++);
    });
    const url = `http://127.0.0.1:${port}`;
    const api = await connect({ token: "t0ken", event: eventAt(url), timeoutMs: atMost(8000) });
    return { api, closed: () => closed, close };
  }

  // Proves: no-answer-fills-memory
  test.each([
    ["plain", false, 200],
    ["packed", true, 200],
    ["packed, of an error", true, 500],
  ])("is given up at a limit, once, and its connection is closed: %s", async (_, packed, status) => {
    const { api, closed, close } = await endless(packed, status);
    const before = process.memoryUsage().rss;
    const error = await failureOf(get(api));
    expect(error.code).toBe("github-answer-unreadable");
    expect(error.what).toContain("it has more than 67108864 bytes");
    // A text needs more memory than its number of bytes.
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
    await expect.poll(closed).toBe(1);
    await close();
  });

  // Proves: no-answer-fills-memory
  test("is given up by every way of asking", async () => {
    const { api, closed, close } = await endless(true);
    const request = { route: "GET /file", failed: "It could not be read", needs: "contents: read" };
    const error = await failureOf(api.bytes(request));
    expect(error.code).toBe("github-answer-unreadable");
    expect(await api.login()).toBeUndefined();
    await expect.poll(closed).toBe(2);
    await close();
  });
});
