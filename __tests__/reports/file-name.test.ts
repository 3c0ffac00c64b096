import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileNameOf } from "../../src/reports/file-name.ts";
import { HOSTILE } from "../render/hostile.ts";
import { image } from "./targets.ts";

/** Letters, digits, `.`, `_`, `-`; no dot file, no `..`; at most 100 bytes; the hash at its end. */
function expectSafe(name: string): void {
  expect(name).toMatch(/^(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?-)?[0-9a-f]{8}$/);
  expect(name).not.toContain("..");
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(100);
}

describe("a target's file name", () => {
  it("reads like the target, with a short hash", () => {
    expect(fileNameOf(image("ghcr.io/acme/app:1.2"))).toMatch(/^ghcr\.io-acme-app-1\.2-[0-9a-f]{8}$/);
    expect(fileNameOf(image("ghcr.io/acme/app:1.2"))).toBe(fileNameOf(image("ghcr.io/acme/app:1.2")));
    expect(fileNameOf(image("app:1", "linux/arm64"))).toMatch(/^app-1-linux-arm64-[0-9a-f]{8}$/);
  });

  it.each([
    ...HOSTILE,
    "../../x",
    "..",
    ".",
    "...",
    "/etc/passwd",
    "a/../../b",
    "-rf",
    "image\u0000.csv",
    "C:\\Windows\\x",
    "Ünïcödé/äpp:1",
    "日本語",
    "x".repeat(500),
    "é".repeat(500),
    `${"x".repeat(90)}/////`,
  ])("is safe: %j", (text) => {
    expectSafe(fileNameOf(image(text)));
  });

  it("is safe and another one for every other target, also where the names read alike or are cut", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("a/b", "a-b", "a:b", "A/B", "x".repeat(200), `${"x".repeat(200)}y`),
    );
    const target = fc.record({ input: text, platform: fc.constantFrom(undefined, "linux/amd64", "linux/arm64") });
    fc.assert(
      fc.property(target, target, (one, other) => {
        const [a, b] = [one, other].map(({ input, platform }) => fileNameOf(image(input, platform)));
        expectSafe(a ?? "");
        const same = one.input === other.input && one.platform === other.platform;
        // No file system, not even one that ignores case, takes them for one.
        expect(a?.toLowerCase() === b?.toLowerCase()).toBe(same);
      }),
    );
  });

  it("tells an image from a report of the same name", () => {
    expect(fileNameOf({ ...image("app"), kind: "path" })).not.toBe(fileNameOf(image("app")));
  });
});
