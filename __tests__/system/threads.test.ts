import { devNull } from "node:os";
import { beforeEach, expect, test } from "vitest";
import { freeThreads, prepareThreads, rest, takeThread } from "../../src/system/threads.ts";

/** Hashes an empty file. */
const nothing = () => ({ program: "hash", data: { path: devNull } }) as const;

/** More than any test leaves. */
const MANY = 8;

/** Ends the idle threads of other tests in this process: there may be more of them than other cores. */
beforeEach(async () => {
  await Promise.all(Array.from({ length: MANY }, () => takeThread(nothing()).terminate()));
});

test("a thread can be taken once, again after it was given back, and not after it has ended", async () => {
  prepareThreads();
  const all = freeThreads();
  const thread = takeThread(nothing());
  expect(freeThreads()).toBe(Math.max(0, all - 1));
  rest(thread);
  expect(freeThreads()).toBe(all);
  await thread.terminate();
  // Another one can be started in its place.
  expect(freeThreads()).toBe(all);
});
