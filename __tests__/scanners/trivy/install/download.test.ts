import { pipeline, Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TRIVY } from "../../../../src/scanners/trivy/install/release.ts";
import { MAX_RELEASE_FILE } from "../../../../src/supply/archive.ts";
import { download, MAX_SMALL } from "../../../../src/supply/download.ts";
import { listen } from "../../../support/network/http.ts";
import { atMost } from "../../../support/runs/patience.ts";

/** Sends zeros forever, as fast as the client reads. */
let server: Awaited<ReturnType<typeof listen>>;
let asked: number;
let closed: number;
beforeEach(async () => {
  asked = closed = 0;
  server = await listen((_, response) => {
    asked++;
    const zeros = Buffer.alloc(1 << 18);
    response.writeHead(200, { "content-type": "application/gzip" });
    const source = new Readable({ read: () => void source.push(zeros) });
    pipeline(source, response, () => closed++);
  });
});
afterEach(() => server.close());

const address = () => `http://127.0.0.1:${server.port}/v0.76.0/trivy.tar.gz`;
const LIMIT = 4 << 20;

/** A mirror, or GitHub itself: both use the same client. */
const source = (isMirror: boolean, timeoutMs = 20_000) => ({
  base: `http://127.0.0.1:${server.port}`,
  isMirror,
  timeoutMs,
  endsAt: performance.now() + timeoutMs,
});

describe("a download that does not end", () => {
  // Proves: no-answer-fills-memory
  it.each([
    ["a mirror", true],
    ["GitHub", false],
  ])("from %s is given up at the limit, once", async (_, isMirror) => {
    const world = { signal: new AbortController().signal };
    await expect(
      download({ address: address(), maxBytes: LIMIT }, source(isMirror), TRIVY, world),
    ).rejects.toMatchObject({
      code: "trivy-download-failed",
      what: expect.stringContaining(`it has more than ${LIMIT} bytes`),
    });
    expect(asked).toBe(1);
    await expect.poll(() => closed).toBe(1);
  });

  it("of a small file is given up, too", async () => {
    const world = { signal: new AbortController().signal };
    await expect(
      download({ address: address(), maxBytes: MAX_SMALL }, source(false), TRIVY, world),
    ).rejects.toMatchObject({
      code: "trivy-download-failed",
    });
    await expect.poll(() => closed).toBe(1);
  });

  it.each([
    ["a mirror", true],
    ["GitHub", false],
  ])("from %s ends with the run, and its connection as well", async (_, isMirror) => {
    const cancel = new AbortController();
    const work = download({ address: address(), maxBytes: MAX_RELEASE_FILE }, source(isMirror), TRIVY, {
      signal: cancel.signal,
    });
    await expect.poll(() => asked).toBe(1);
    cancel.abort();
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
    await expect.poll(() => closed).toBe(1);
  });

  it("from GitHub ends with its time", async () => {
    const world = { signal: new AbortController().signal };
    // Enough for one request on a busy machine.
    const work = download({ address: address(), maxBytes: MAX_RELEASE_FILE }, source(false, atMost(200)), TRIVY, world);
    await expect(work).rejects.toMatchObject({ code: "trivy-download-timeout" });
    await expect.poll(() => closed).toBe(1);
  });
});
