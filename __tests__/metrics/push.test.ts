import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pushMetrics } from "../../src/metrics/push.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type Listening, listen } from "../support/network/http.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

const WHAT = { text: "a 1\n# EOF\n", repository: "acme/app" };
const LOGIN = "push:s3cret";

let folder: TemporaryFolder;
let world: TestWorld;
let server: Listening;
let answer: (message: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[];
beforeEach(async () => {
  folder = temporaryFolder("push");
  world = testWorld(folder.path);
  requests = [];
  server = await listen((message, response) => {
    requests.push(message);
    answer(message, response);
  });
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

const base = () => `http://127.0.0.1:${server.port}`;
const refused = (limitMs?: number) =>
  pushMetrics({ base: base(), login: LOGIN }, WHAT, world, limitMs).then(
    () => "pushed",
    (thrown: Error) => thrown.message,
  );
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(code, headers).end();

describe("a Pushgateway", () => {
  // Proves: pushgateway-s-login-goes
  it("gets the login, which is masked before it is sent, and no other trace of it is logged", async () => {
    answer = status(200);
    await pushMetrics({ base: base(), login: LOGIN }, WHAT, world);
    const basic = Buffer.from(LOGIN).toString("base64");
    expect(requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([["PUT", `Basic ${basic}`]]);
    expect(requests[0]?.url).not.toContain("s3cret");
    expect(world.lines.filter((line) => line.startsWith("mask: "))).toEqual([
      `mask: ${LOGIN}`,
      "mask: s3cret",
      `mask: ${basic}`,
    ]);
    const said = world.lines.filter((line) => !line.startsWith("mask: ")).join("\n");
    expect(said).toContain("unencrypted");
    expect(said).not.toContain("s3cret");
  });

  it.each([
    [401, "HTTP 401"],
    [403, "HTTP 403"],
    [400, "HTTP 400"],
  ])("that answers with %i is asked once, and the message says why without the login", async (code, why) => {
    answer = status(code);
    const message = await refused();
    expect(message).toContain("[metrics-not-pushed]");
    expect(message).toContain(why);
    expect(message).not.toContain("s3cret");
    expect(requests).toHaveLength(1);
  });

  it("that is overloaded is asked again", async () => {
    answer = (message, response) => status(requests.length === 1 ? 503 : 200)(message, response);
    expect(await refused()).toBe("pushed");
    expect(requests).toHaveLength(2);
  });

  // Proves: pushgateway-s-login-goes
  it("that leads elsewhere is not followed, so that the login stays where it belongs", async () => {
    answer = status(307, { location: "http://127.0.0.1:1/" });
    expect(await refused()).toContain("HTTP 307");
    expect(requests).toHaveLength(1);
  });

  it("that hangs is given up", async () => {
    answer = () => {};
    expect(await refused(300)).toContain("it gave no answer within 0.3 s");
  });

  it("that is not there is reported with the system's reason", async () => {
    const { port } = server;
    await server.close();
    server = await listen(() => {});
    const gone = pushMetrics({ base: `http://127.0.0.1:${port}` }, WHAT, world);
    await expect(gone).rejects.toThrow(/\[metrics-not-pushed\].*ECONNREFUSED/);
  });

  it("is not waited for by a run that is cancelled", async () => {
    answer = () => world.abort();
    await expect(pushMetrics({ base: base() }, WHAT, world)).rejects.toThrow(/abort/i);
  });
});
