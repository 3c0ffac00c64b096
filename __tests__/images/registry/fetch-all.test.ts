import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { BlobFetcher, BlobRequest } from "../../../src/images/registry/blobs.ts";
import { fetchAll } from "../../../src/images/registry/fetch-all.ts";
import { temporaryFolder } from "../../support/folder.ts";

const folder = temporaryFolder("fetch-all");
afterAll(() => folder.remove());
let place = "";
let count = 0;
beforeEach(() => {
  place = join(folder.path, String(count++));
  mkdirSync(place);
});

const requests = (names: readonly string[], size?: number): BlobRequest[] =>
  names.map((name) => ({ digest: `sha256:${name}`, file: join(place, name), size }));
const { signal } = new AbortController();

/** A fetcher that only notes what it is asked for. */
function noting(work: (name: string, signal: AbortSignal) => Promise<unknown>) {
  const begun: string[] = [];
  const ended: string[] = [];
  let [now, most] = [0, 0];
  const fetcher: BlobFetcher = {
    async fetch({ digest }, stop) {
      const name = digest.slice("sha256:".length);
      begun.push(name);
      most = Math.max(most, ++now);
      try {
        await work(name, stop);
      } finally {
        now--;
        ended.push(name);
      }
    },
  };
  return { fetcher, begun, ended, most: () => most };
}

describe("several blobs", () => {
  it("are fetched so many at a time, each file once", async () => {
    const { fetcher, begun, most } = noting(() => wait(5));
    await fetchAll(fetcher, requests(["a", "b", "a", "c", "d", "e"]), { signal, atATime: 2 });
    expect(begun).toEqual(["a", "b", "c", "d", "e"]);
    expect(most()).toBe(2);
    await fetchAll(fetcher, [], { signal });
  });

  it("end with the first that fails: the others are stopped, none is begun, and all are waited for", async () => {
    const failure = new Error("b failed");
    const { fetcher, begun, ended } = noting(async (name, stop) => {
      if (name === "b") throw failure;
      await wait(60_000, undefined, { signal: stop });
    });
    await expect(fetchAll(fetcher, requests(["a", "b", "c", "d"]), { signal, atATime: 2 })).rejects.toBe(failure);
    expect(begun).toEqual(["a", "b"]);
    expect(ended.sort()).toEqual(["a", "b"]);
  });

  it("end with the run", async () => {
    const run = new AbortController();
    const reason = new Error("cancelled");
    const { fetcher, ended } = noting((_, stop) => wait(60_000, undefined, { signal: stop }));
    const all = fetchAll(fetcher, requests(["a", "b"]), { signal: run.signal });
    setTimeout(() => run.abort(reason), 20);
    await expect(all).rejects.toBe(reason);
    expect(ended.sort()).toEqual(["a", "b"]);
  });

  it("are not begun if the disk has less space than they need", async () => {
    const { fetcher, begun } = noting(async () => {});
    const all = fetchAll(fetcher, requests(["a", "b"], 2 ** 52), { signal });
    await expect(all).rejects.toMatchObject({ name: "BlobError", kind: "disk-full" });
    expect(begun).toEqual([]);
    expect(readdirSync(place)).toEqual([]);
  });
});
