import { describe, expect, test } from "vitest";
import {
  afterSaving,
  textForPeople,
  troubleIn,
  withoutEntry,
  withoutSecrets,
} from "../../../../src/platforms/github/cache/service-output.ts";

// How @actions/cache 6.3.0 words what it does not throw; __tests__/platforms/github/cache/shared-cache.test.ts hears it
// from the library.

describe("a restore that gave nothing", () => {
  test.each([
    ["was no hit", ["::debug::Cache not found for version 1 of keys: a"], { outcome: "missing" }],
    [
      "failed",
      [
        "Attempt 1 of 5 failed with error: x. Retrying request in 3000 ms...",
        "::warning::Failed to restore: why%0Amore",
      ],
      { outcome: "failed", reason: "why" },
    ],
    ["failed with a server's fault", ["::error::Failed to restore: 503"], { outcome: "failed", reason: "503" }],
    [
      "was refused",
      ["::warning::Failed to restore: cache read denied: no scope"],
      { outcome: "denied", reason: "cache read denied: no scope" },
    ],
    [
      "was forbidden",
      ["Cache restore skipped: the effective cache-mode 'none' does not permit reads."],
      { outcome: "denied", reason: "Cache restore skipped: the effective cache-mode 'none' does not permit reads." },
    ],
  ])("%s", (_, lines, answer) => {
    expect(withoutEntry(lines)).toEqual(answer);
  });
});

describe("a save", () => {
  const another = "Failed to save: Unable to reserve cache with key k, another job may be creating this cache.";
  const reserving = (why: string) => [`::debug::Failed to reserve cache: Error: ${why}`, another];
  const conflict =
    "Failed to CreateCacheEntry: Received non-retryable error: Failed request: (409) Conflict: cache entry with the same key, version, and scope already exists";

  test.each([
    ["went well", ["Sent 5 of 5 (100.0%), 1.0 MBs/sec"], { outcome: "saved" }],
    ["came second", reserving(conflict), { outcome: "exists" }],
    ["came second, said otherwise", reserving("Response was not ok"), { outcome: "exists" }],
    [
      "came second, first version",
      [`${another} More details: Scope: main, Key: k already exists`],
      { outcome: "exists" },
    ],
    [
      "found the service disturbed",
      reserving("Failed to CreateCacheEntry: (503)%0Amore"),
      { outcome: "failed", reason: "Failed to CreateCacheEntry: (503)" },
    ],
    [
      "was refused by the answer",
      [...reserving("cache write denied: read-only").slice(0, 1), "::warning::Failed to save: cache write denied: x"],
      { outcome: "denied", reason: "cache write denied: read-only" },
    ],
    [
      "was refused by the status",
      reserving("Failed request: (403) Forbidden: cache write denied: read-only"),
      { outcome: "denied", reason: "Failed request: (403) Forbidden: cache write denied: read-only" },
    ],
    [
      "broke off while it was sent",
      ["::warning::uploadCacheArchiveSDK: internal error", "::warning::Failed to save: socket hang up"],
      { outcome: "failed", reason: "socket hang up" },
    ],
    [
      "was forbidden",
      ["Cache save skipped: the effective cache-mode 'read' does not permit writes."],
      { outcome: "denied", reason: "Cache save skipped: the effective cache-mode 'read' does not permit writes." },
    ],
  ])("%s", (_, lines, answer) => {
    expect(afterSaving(lines)).toEqual(answer);
  });
});

test("an attempt that will be repeated is known, in both versions' words", () => {
  expect(troubleIn("Attempt 2 of 5 failed with error: Failed request: (503) x. Retrying request in 5012 ms...")).toBe(
    "Failed request: (503) x",
  );
  expect(troubleIn("::debug::getCacheEntry - Attempt 1 of 2 failed with error: connect ETIMEDOUT")).toBe(
    "connect ETIMEDOUT",
  );
  expect(troubleIn("Received 5 of 10")).toBeUndefined();
});

test("only what is for people is passed on: no command, nothing for debugging, no mask", () => {
  const lines = ["Cache hit for: k", "::debug::Body: {}", "::add-mask::secret", "::warning::careful%25", " "];
  expect(lines.map(textForPeople)).toEqual(["Cache hit for: k", undefined, undefined, "careful%", undefined]);
});

// Proves: cache-s-token-stays
test("no signature of an address and no token is left in a text", () => {
  const address = "https://a.blob.core.windows.net/c/b.tzst?sv=2025&sig=abc%2Fdef&se=1";
  expect(withoutSecrets(`GET ${address} 403, "sig=abc", Bearer tok.en`, "tok.en")).toBe(
    'GET https://a.blob.core.windows.net/c/b.tzst?… 403, "sig=…", Bearer ***',
  );
  expect(withoutSecrets("plain", undefined)).toBe("plain");
});
