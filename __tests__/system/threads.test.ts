import { createHash } from "node:crypto";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { inThread, prepareThreads } from "../../src/system/threads.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("threads");
afterAll(() => folder.remove());

const path = join(folder.path, "file");
writeFileSync(path, "some bytes");
const hash = (of: string, signal?: AbortSignal) => inThread<string>({ program: "hash", data: { path: of } }, signal);

test("a thread does one work after the other, and another one goes on where one has failed", async () => {
  prepareThreads();
  const sha256 = createHash("sha256").update("some bytes").digest("hex");
  expect(await Promise.all([path, path, path].map((each) => hash(each)))).toEqual([sha256, sha256, sha256]);
  await expect(hash(join(folder.path, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(await hash(path)).toBe(sha256);
});

test("a thread ends with the signal", async () => {
  const large = join(folder.path, "large");
  writeFileSync(large, "");
  truncateSync(large, 200 * 1024 ** 3);
  const reason = new Error("enough");
  const stop = new AbortController();
  const hashing = hash(large, stop.signal);
  setTimeout(() => stop.abort(reason), 300);
  await expect(hashing).rejects.toBe(reason);
});
