import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { get, HttpStatusError, RedirectError, readBody, retrying } from "../../src/system/http.ts";
import type { Reach } from "../../src/system/reach.ts";
import { type Listening, listen } from "../support/network/http.ts";
import { answerNames, forgetNames, OUTSIDE } from "../support/runs/names.ts";

const servers: Listening[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  forgetNames();
});

async function serve(handler: RequestListener): Promise<number> {
  const server = await listen(handler);
  servers.push(server);
  return server.port;
}

const signal = new AbortController().signal;
async function read(address: string, reach?: Reach): Promise<string> {
  const message = await get({ address, reach, authorization: "Bearer s3cret", signal });
  return (await readBody(message, 1000, signal)).toString();
}

/** A server that redirects to `location`, and one that answers. */
async function redirecting(location: (port: number) => string) {
  const seen: (string | undefined)[] = [];
  const target = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end("reached");
  });
  const port = await serve((_, response) => void response.writeHead(307, { location: location(target) }).end());
  return { port, seen };
}

describe("a request", () => {
  it("that may only go outside is not sent to a name that leads inside", async () => {
    const port = await serve((_, response) => void response.end("reached"));
    answerNames({ ...OUTSIDE, "inside.example": ["127.0.0.1"] });
    await expect(read(`http://inside.example:${port}/`, "public")).rejects.toThrow("private network");
    expect(await read(`http://inside.example:${port}/`)).toBe("reached");
  });
});

describe("a request that is tried again", () => {
  /** The number of requests to a server that answers with this header. */
  async function tries(retryAfter: string): Promise<number> {
    let count = 0;
    const port = await serve((_, response) => {
      if (++count === 1) response.writeHead(429, { "retry-after": retryAfter }).end();
      else response.end("reached");
    });
    await retrying(() => get({ address: `http://127.0.0.1:${port}/`, signal }), signal).then(
      (message) => message.destroy(),
      (error) => expect(error).toMatchObject({ httpStatusCode: 429 }),
    );
    return count;
  }

  it("waits for a server that wants little, and does not ask again if it wants much", async () => {
    expect(await tries("0")).toBe(2);
    expect(await tries("6")).toBe(1);
    expect(await tries("Fri, 31 Dec 2999 23:59:59 GMT")).toBe(1);
  });

  it.each([
    ["7", 7000],
    [" 0 ", 0],
    ["Thu, 01 Jan 1970 00:00:05 GMT", 4000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", undefined],
    ["9".repeat(400), undefined],
  ])("reads %j", (header, ms) => {
    expect(new HttpStatusError(429, { "retry-after": header }).retryAfterMs(1000)).toBe(ms);
  });
});

describe("a redirect", () => {
  // Proves: redirect-leads-into-no
  it.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fe80::1]/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://168.63.129.16/",
  ])("to the link-local %s is refused, even from this machine", async (location) => {
    const { port } = await redirecting(() => location);
    await expect(read(`http://127.0.0.1:${port}/`)).rejects.toThrow(RedirectError);
  });

  it("within this machine is followed, without the login", async () => {
    const { port, seen } = await redirecting((target) => `http://127.0.0.1:${target}/`);
    expect(await read(`http://127.0.0.1:${port}/`)).toBe("reached");
    expect(await read(`http://localhost:${port}/`)).toBe("reached");
    expect(seen).toEqual([undefined, undefined]);
  });

  // Proves: redirect-leads-into-no
  it.each(["127.0.0.1", "10.0.0.1", "[::1]", "localhost", "nas.local", "inside.example"])(
    "from outside to %s is refused, and nothing is sent",
    async (host) => {
      const { port, seen } = await redirecting((target) => `http://${host}:${target}/`);
      answerNames({ ...OUTSIDE, "inside.example": ["127.0.0.1"] });
      await expect(read(`http://outside.example:${port}/`)).rejects.toThrow("private network");
      expect(seen).toEqual([]);
    },
  );

  // Proves: redirect-leads-into-no
  it.each(["10.0.0.1", "[fd00::1]", "nas.local", "storage.example"])(
    "from this machine into a private network is refused: to %s",
    async (host) => {
      const { port } = await redirecting(() => `http://${host}:1/`);
      answerNames({ "storage.example": ["10.0.0.1"], "registry.example": ["127.0.0.1"] });
      for (const registry of ["127.0.0.1", "localhost", "registry.example"])
        await expect(read(`http://${registry}:${port}/`)).rejects.toThrow("private network");
    },
  );

  // Proves: redirect-leads-into-no
  it("is refused by what its name leads to, too, and nothing is sent", async () => {
    const { port, seen } = await redirecting((target) => `http://rebound.example:${target}/`);
    answerNames({ "rebound.example": ["169.254.169.254"] });
    await expect(read(`http://127.0.0.1:${port}/`)).rejects.toThrow("private network");
    expect(seen).toEqual([]);
  });

  it("goes only to those addresses of a name that are allowed", async () => {
    const { port, seen } = await redirecting((target) => `http://both.example:${target}/`);
    answerNames({ "both.example": ["169.254.169.254", "127.0.0.1"] });
    expect(await read(`http://127.0.0.1:${port}/`)).toBe("reached");
    expect(seen).toEqual([undefined]);
  });

  it("from a name within the network to another one is followed", async () => {
    const { port, seen } = await redirecting((target) => `http://storage.example:${target}/`);
    answerNames({ "registry.example": ["127.0.0.1"], "storage.example": ["127.0.0.1"] });
    expect(await read(`http://registry.example:${port}/`)).toBe("reached");
    expect(seen).toEqual([undefined]);
  });

  // Proves: redirect-leads-into-no
  it("that has led outside does not lead back", async () => {
    const { port: back, seen } = await redirecting((target) => `http://127.0.0.1:${target}/`);
    const port = await serve((_, response) => {
      response.writeHead(307, { location: `http://outside.example:${back}/` }).end();
    });
    answerNames(OUTSIDE);
    await expect(read(`http://127.0.0.1:${port}/`)).rejects.toThrow("private network");
    expect(seen).toEqual([]);
  });

  // Proves: redirect-leads-into-no
  it("that never ends is given up after six requests", async () => {
    let count = 0;
    const port = await serve((_, response) => {
      count++;
      response.writeHead(302, { location: `/${count}` }).end();
    });
    await expect(read(`http://127.0.0.1:${port}/`)).rejects.toThrow(HttpStatusError);
    expect(count).toBe(6);
  });

  it.each(["ftp://127.0.0.1/", "file:///etc/passwd", "http://"])("to %s is refused", async (location) => {
    const { port } = await redirecting(() => location);
    await expect(read(`http://127.0.0.1:${port}/`)).rejects.toThrow(RedirectError);
  });
});
