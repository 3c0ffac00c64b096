import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { imageError } from "../../../src/images/fault.ts";
import { type BlobOptions, blobFetcher } from "../../../src/images/registry/blobs.ts";
import { listen } from "../../support/network/http.ts";
import { type BlobRegistry, startBlobRegistry } from "../../support/registry/blob-registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { atMost } from "../../support/runs/patience.ts";

const folder = temporaryFolder("blobs");
const registry = (await startBlobRegistry(folder.path)) as BlobRegistry;
afterAll(async () => {
  await registry?.close();
  folder.remove();
});

const LOGIN = { username: "robot", password: "pass:word" };
const BYTES = randomBytes(3_000_000);
let digest = "";
let place = "";
let count = 0;
beforeAll(async () => {
  if (registry !== undefined) digest = await registry.push("acme/app", BYTES);
});
beforeEach(() => {
  registry?.reset();
  place = join(folder.path, `files-${count++}`);
  mkdirSync(place);
});

/** A clock that only advances during pauses, without real waiting. */
function clock(start = Date.parse("2026-01-01T00:00:00Z")) {
  const pauses: number[] = [];
  let now = start;
  return {
    pauses,
    now: () => now,
    async pause(ms: number, signal: AbortSignal) {
      signal.throwIfAborted();
      pauses.push(ms);
      now += ms;
    },
  };
}

interface Asked {
  readonly options?: Partial<BlobOptions>;
  readonly digest?: string;
  readonly size?: number;
  readonly signal?: AbortSignal;
}

/** Fetches the blob. Returns the sizes of the pieces as they arrived. */
async function fetchBlob(asked: Asked = {}): Promise<number[]> {
  const counted: number[] = [];
  const options = { credentials: async () => LOGIN, clock: clock(), silenceMs: atMost(2000), ...asked.options };
  const file = join(place, "blob");
  const request = { digest, size: BYTES.length, file, onBytes: (n: number) => void counted.push(n), ...asked };
  await blobFetcher(`${registry.host}/acme/app:1`, options).fetch(
    request,
    asked.signal ?? new AbortController().signal,
  );
  return counted;
}

/** The fetch fails with this code, and leaves nothing behind. */
async function expectFailure(asked: Asked, code: string): Promise<void> {
  const error = await fetchBlob(asked).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  const failure = imageError(error, "acme/app:1", 5000);
  expect(failure).toMatchObject({ code, what: expect.stringMatching(/^acme\/app:1 was not fetched/) });
  expect(readdirSync(place)).toEqual([]);
}

function expectWhole(counted: readonly number[]): void {
  expect(readFileSync(join(place, "blob")).equals(BYTES)).toBe(true);
  expect(counted.reduce((sum, n) => sum + n, 0)).toBe(BYTES.length);
}

/** A cloud's storage, which registries use for their blobs. */
async function startStorage() {
  const requests: { authorization: string | undefined; range: string | undefined }[] = [];
  const { port, close } = await listen((request, response) => {
    const { authorization, range = "bytes=0-" } = request.headers;
    requests.push({ authorization, range });
    if (request.url === "/expired") return void response.writeHead(403).end();
    const from = Number(/\d+/.exec(range)?.[0]);
    const headers = { "content-range": `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` };
    if (request.headers.range === undefined) response.end(BYTES);
    else response.writeHead(206, headers).end(BYTES.subarray(from));
  });
  return { requests, address: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

const ranges = () => registry.requests.filter(({ path }) => path.includes("/blobs/")).map(({ range }) => range);

describe.skipIf(registry === undefined)("a blob of a registry (needs docker-registry and skopeo)", () => {
  it("is written into a file of this user alone, and its bytes are counted as they come", async () => {
    const counted = await fetchBlob();
    expectWhole(counted);
    expect(counted.length).toBeGreaterThan(1);
    expect(statSync(join(place, "blob")).mode & 0o777).toBe(0o600);
  });

  it("may be empty", async () => {
    const empty = await registry.push("acme/app", Buffer.alloc(0));
    await fetchBlob({ digest: empty, size: 0 });
    expect(statSync(join(place, "blob")).size).toBe(0);
  });

  // Proves: registry-s-bytes-held
  it("is never written over a file or through a link", async () => {
    writeFileSync(join(place, "blob"), "mine");
    await expect(fetchBlob()).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(join(place, "blob"), "utf8")).toBe("mine");
    place = join(place, "other");
    mkdirSync(place);
    symlinkSync(join(place, "target"), join(place, "blob"));
    await expect(fetchBlob()).rejects.toMatchObject({ code: "EEXIST" });
    expect(existsSync(join(place, "target"))).toBe(false);
  });

  it.each([
    ["breaks off", { cutAfter: 1_000_000 }],
    ["stays silent", { stallAfter: 1_000_000 }],
    ["ends early", { endAfter: 1_000_000 }],
  ])("is asked for from where it was when the connection %s", async (_, fault) => {
    registry.fault(/\/blobs\//, { ...fault, times: 2 });
    expectWhole(await fetchBlob({ options: { silenceMs: atMost(300) } }));
    expect(ranges()).toEqual([undefined, "bytes=1000000-", "bytes=2000000-"]);
  });

  it.each([
    ["reads no range", { withoutRange: true }],
    ["answers with another range", { contentRange: "bytes 7-2999999/3000000" }],
    ["answers with no range that can be read", { contentRange: "bytes */*" }],
  ])("is whole, too, from a server that %s", async (_, fault) => {
    registry.fault(/\/blobs\//, { ...fault, times: 1 });
    registry.fault(/\/blobs\//, { cutAfter: 1_000_000, times: 1 });
    expectWhole(await fetchBlob());
  });

  it("is not given up while it comes slowly, but steadily", async () => {
    registry.fault(/\/blobs\//, {
      async play(_, response) {
        response.writeHead(200, { "content-length": BYTES.length });
        for (let at = 0; at < BYTES.length; at += 500_000) {
          response.write(BYTES.subarray(at, at + 500_000));
          await wait(150);
        }
        response.end();
      },
    });
    expectWhole(await fetchBlob({ options: { silenceMs: atMost(600) } }));
    expect(ranges()).toEqual([undefined]);
  });

  it("is given up after five tries that brought nothing, with longer pauses each time", async () => {
    const time = clock();
    registry.fault(/\/blobs\//, { reset: true });
    await expectFailure({ options: { clock: time } }, "registry-broken-off");
    expect(registry.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(5);
    expect(time.pauses).toHaveLength(4);
    for (const [at, ms] of time.pauses.entries()) expect(ms).toBeGreaterThanOrEqual(500 * 2 ** at);
    expect(Math.max(...time.pauses)).toBeLessThanOrEqual(8000);
  });

  // Proves: registry-s-bytes-held
  it("is given up after 25 tries, even if each brings a byte", async () => {
    registry.fault(/\/blobs\//, { cutAfter: 1 });
    await expectFailure({}, "registry-broken-off");
    expect(registry.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(25);
  });

  // Proves: registry-s-bytes-held
  it.each<[string, string, object]>([
    ["announces more bytes than the manifest says", "layer-too-large", { surplus: 1 }],
    ["sends more bytes than the manifest says", "layer-too-large", { surplus: 1, chunked: true }],
    ["has fewer bytes than the manifest says", "image-damaged", { endAfter: 0 }],
    ["sends other bytes", "image-damaged", { otherBytes: true }],
    ["never answers", "registry-too-slow", { hang: true }],
    ["does not have it", "layer-missing", { status: 404 }],
    ["refuses it", "image-denied", { status: 403 }],
    ["is in trouble", "registry-unreachable", { status: 502 }],
    ["answers with what is no answer", "registry-unreachable", { status: 418 }],
  ])("is its own error, and leaves no file, when the server %s", async (_, code, fault) => {
    registry.fault(/\/blobs\//, fault);
    await expectFailure({ options: "hang" in fault ? { silenceMs: 150 } : {} }, code);
  });

  it("is too short if the manifest says more than there is, after a single further request", async () => {
    await expectFailure({ size: BYTES.length + 1 }, "image-damaged");
    expect(ranges()).toEqual([undefined, `bytes=${BYTES.length}-`]);
  });

  it.each(["sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha256:AB", "../../blobs/sha256:00"])(
    "is not asked for by what is not a digest: %s",
    async (other) => {
      await expectFailure({ digest: other }, "image-unreadable");
      expect(registry.requests).toEqual([]);
    },
  );

  it.each([
    ["seconds", 429, "7"],
    ["a date", 503, "Thu, 01 Jan 2026 00:00:07 GMT"],
  ])("waits as long as the server wants, in %s", async (_, status, retryAfter) => {
    const time = clock();
    registry.fault(/\/blobs\//, { status, headers: { "retry-after": retryAfter }, times: 1 });
    expectWhole(await fetchBlob({ options: { clock: time } }));
    expect(time.pauses).toEqual([7000]);
  });

  // Proves: registry-s-bytes-held
  it.each<[string, string, number]>([
    ["limits its requests", "registry-rate-limit", 429],
    ["is in trouble", "registry-unreachable", 503],
  ])("does not wait for very long for a server that %s", async (_, code, status) => {
    const time = clock();
    registry.fault(/\/blobs\//, { status, headers: { "retry-after": "86400" } });
    await expectFailure({ options: { clock: time } }, code);
    expect(time.pauses).toEqual([]);
  });

  it("is fetched on with a new token if the first one ends in the middle", async () => {
    registry.requireToken(LOGIN);
    registry.fault(/\/blobs\//, {
      times: 1,
      play(request, response) {
        registry.expireTokens();
        response.writeHead(200, { "content-length": BYTES.length });
        response.write(BYTES.subarray(0, 1_000_000));
        setTimeout(() => request.socket.destroy(), 20);
      },
    });
    expectWhole(await fetchBlob());
    expect(registry.requests.filter(({ path }) => path === "/token")).toHaveLength(2);
  });

  describe.each([
    ["the version check", /^\/v2\/$/],
    ["the token service", /^\/token$/],
  ])("when %s", (_, match) => {
    beforeEach(() => registry.requireToken(LOGIN));

    it("breaks off once, is fetched by another try", async () => {
      registry.fault(match, { reset: true, times: 1 });
      expectWhole(await fetchBlob());
    });

    it.each([
      ["breaks off", "registry-broken-off", { reset: true }],
      ["is in trouble", "registry-unreachable", { status: 503 }],
    ])("%s each time, is its own error", async (_, code, fault) => {
      registry.fault(match, fault);
      await expectFailure({}, code);
      expect(registry.requests.length).toBeLessThanOrEqual(12);
    });
  });

  it("is whole after whatever sequence of faults, if the last try is good", async () => {
    const small = randomBytes(70_000);
    const own = await registry.push("acme/app", small);
    const offset = fc.integer({ min: 0, max: small.length });
    const faults = fc.oneof(
      fc.record({ cutAfter: offset, withoutRange: fc.boolean(), chunked: fc.boolean() }),
      fc.record({ endAfter: offset, withoutRange: fc.boolean(), chunked: fc.boolean() }),
      fc.constantFrom({ reset: true }, { status: 502 }, { status: 429 }, { contentRange: "bytes 1-2/3" }),
    );
    const run = fc.asyncProperty(fc.array(faults, { maxLength: 4 }), async (planned) => {
      registry.reset();
      for (const fault of planned.toReversed()) registry.fault(/\/blobs\//, { ...fault, times: 1 });
      rmSync(join(place, "blob"), { force: true });
      const counted = await fetchBlob({ digest: own, size: small.length });
      expect(readFileSync(join(place, "blob")).equals(small)).toBe(true);
      expect(counted.reduce((sum, n) => sum + n, 0)).toBe(small.length);
    });
    await fc.assert(run, { numRuns: 20 });
  });

  it("is refused if the new token is refused as well", async () => {
    registry.requireToken(LOGIN);
    registry.fault(/\/blobs\//, { status: 401 });
    await expectFailure({}, "image-denied");
    expect(registry.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(2);
  });

  it("shares its token with others that are fetched at the same time", async () => {
    registry.requireToken(LOGIN);
    const options = { credentials: async () => LOGIN, clock: clock() };
    const fetcher = blobFetcher(`${registry.host}/acme/app`, options);
    const { signal } = new AbortController();
    const all = ["a", "b", "c", "d"].map((name) => ({ digest, size: BYTES.length, file: join(place, name) }));
    await Promise.all(all.map((request) => fetcher.fetch(request, signal)));
    expect(readdirSync(place)).toEqual(["a", "b", "c", "d"]);
    expect(registry.requests.map(({ path }) => path).filter((path) => !path.includes("/blobs/"))).toEqual([
      "/v2/",
      "/token",
    ]);
  });

  it.each(["http://169.254.169.254/latest", "http://metadata.google.internal/", "ftp://127.0.0.1/", "/v2/other"])(
    "is not fetched if the registry redirects to %s",
    async (location) => {
      registry.fault(/\/(blobs|other)/, { status: 307, headers: { location } });
      await expectFailure({}, "registry-redirected");
      expect(registry.requests.length).toBeLessThanOrEqual(7);
    },
  );

  // Proves: redirect-leads-into-no
  it("is fetched from another origin, which does not get the login", async () => {
    await using storage = await startStorage();
    registry.requireToken(LOGIN);
    registry.fault(/\/blobs\//, { times: 1, status: 307, headers: { location: `${storage.address}/1?sig=s` } });
    registry.fault(/\/blobs\//, { cutAfter: 1_000_000, times: 1 });
    expectWhole(await fetchBlob());
    expect(storage.requests).toEqual([{ authorization: undefined, range: "bytes=1000000-" }]);
    expect(registry.requests.at(-1)?.authorization).toMatch(/^Bearer /);
  });

  it("is asked for again if its storage takes the signed address for an old one", async () => {
    await using storage = await startStorage();
    for (const path of ["/1?sig=s", "/expired"])
      registry.fault(/\/blobs\//, { times: 1, status: 307, headers: { location: `${storage.address}${path}` } });
    expectWhole(await fetchBlob());
    expect(storage.requests).toHaveLength(2);
  });

  // Proves: registry-s-bytes-held
  it("leaves no file when it is cancelled: before, in the middle, and while it waits", async () => {
    const stop = new AbortController();
    const reason = new Error("cancelled");
    registry.fault(/\/blobs\//, { stallAfter: 1_000_000 });
    setTimeout(() => stop.abort(reason), 200);
    await expect(fetchBlob({ signal: stop.signal, options: { silenceMs: 30_000 } })).rejects.toBe(reason);
    await expect(fetchBlob({ signal: stop.signal })).rejects.toBe(reason);
    expect(readdirSync(place)).toEqual([]);
    const other = new AbortController();
    const time = {
      now: () => 0,
      pause: async (_: number, signal: AbortSignal) => {
        other.abort(reason);
        signal.throwIfAborted();
      },
    };
    registry.fault(/\/blobs\//, { reset: true });
    await expect(fetchBlob({ signal: other.signal, options: { clock: time } })).rejects.toBe(reason);
    expect(readdirSync(place)).toEqual([]);
  });

  // Proves: registry-s-bytes-held
  it("leaves no file on a disk that is full", async (context) => {
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", place]).status !== 0)
      return context.skip("needs the right to mount");
    try {
      await expectFailure({}, "disk-full");
    } finally {
      spawnSync("umount", [place]);
    }
  });
});
