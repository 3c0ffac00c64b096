import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { TRIVY } from "../../../../src/scanners/trivy/install/release.ts";
import { MAX_RELEASE_FILE } from "../../../../src/supply/archive.ts";
import { downloadArchive, downloadSmall } from "../../../../src/supply/download.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { listen } from "../../../support/http.ts";
import { atMost } from "../../../support/patience.ts";

const bed = temporaryFolder("download");
afterAll(() => bed.remove());

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

const file = join(bed.path, "trivy.tar.gz");
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
  ])("from %s is given up at the limit, once, and leaves no file", async (_, isMirror) => {
    const world = { signal: new AbortController().signal };
    await expect(
      downloadArchive({ address: address(), file, maxBytes: LIMIT }, source(isMirror), TRIVY, world),
    ).rejects.toMatchObject({
      code: "trivy-download-failed",
      what: expect.stringContaining(`it has more than ${LIMIT} bytes`),
    });
    expect(asked).toBe(1);
    await expect.poll(() => closed).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it("of a small file is given up, too", async () => {
    const world = { signal: new AbortController().signal };
    await expect(downloadSmall(address(), source(false), TRIVY, world)).rejects.toMatchObject({
      code: "trivy-download-failed",
    });
    await expect.poll(() => closed).toBe(1);
  });

  it.each([
    ["a mirror", true],
    ["GitHub", false],
  ])("from %s ends with the run, and its connection as well", async (_, isMirror) => {
    const cancel = new AbortController();
    const work = downloadArchive({ address: address(), file, maxBytes: MAX_RELEASE_FILE }, source(isMirror), TRIVY, {
      signal: cancel.signal,
    });
    await expect.poll(() => asked).toBe(1);
    cancel.abort();
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
    await expect.poll(() => closed).toBe(1);
    expect(readdirSync(bed.path)).toEqual([]);
  });

  it("from GitHub ends with its time", async () => {
    const world = { signal: new AbortController().signal };
    // Enough to be asked at all on a busy machine.
    const work = downloadArchive({ address: address(), file }, source(false, atMost(200)), TRIVY, world);
    await expect(work).rejects.toMatchObject({ code: "trivy-download-timeout" });
    await expect.poll(() => closed).toBe(1);
  });
});
