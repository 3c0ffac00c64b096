import { expect, it } from "vitest";
import { platformInIndex, platformMatches } from "../../../src/domain/image/platform.ts";

it.each([
  ["linux/amd64", "linux/amd64", true],
  ["linux/arm64", "linux/arm64/v8", true],
  ["linux/arm64/v8", "linux/arm64", true],
  ["linux/arm/v7", "linux/arm/v7", true],
  ["linux/arm/v7", "linux/arm", true],
  ["linux/aarch64", "linux/arm64", true],
  ["linux/x86_64", "linux/amd64", true],
  ["linux/amd64", "linux/x86-64", true],
  ["linux/i386", "linux/386", true],
  ["linux/armhf", "linux/arm/v7", true],
  ["Linux/AMD64", "linux/amd64", true],
  ["linux/arm/v7", "linux/arm/v6", false],
  ["linux/arm/v6", "linux/arm/v7", false],
  ["linux/amd64", "windows/amd64", false],
  ["linux/amd64", "linux/arm64", false],
  ["linux/amd64", undefined, false],
])("asked for %s, found %s: %s", (asked, found, answer) => {
  expect(platformMatches(asked, found)).toBe(answer);
});

it.each([
  ["linux/arm64/v8", "linux/arm64"],
  ["linux/arm64", "linux/arm64"],
  ["linux/arm/v7", "linux/arm/v7"],
  ["linux/arm64/v8x", "linux/arm64/v8x"],
  [undefined, undefined],
])("an index is asked for %s as %s", (platform, asked) => {
  expect(platformInIndex(platform)).toBe(asked);
});
