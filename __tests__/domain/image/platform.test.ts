import { expect, it } from "vitest";
import { platformMatches } from "../../../src/domain/image/platform.ts";

it.each([
  ["linux/amd64", "linux/amd64", true],
  ["linux/arm64", "linux/arm64/v8", true],
  ["linux/arm64/v8", "linux/arm64", true],
  ["linux/arm/v7", "linux/arm/v7", true],
  ["linux/arm/v7", "linux/arm", true],
  ["linux/aarch64", "linux/arm64", true],
  ["linux/arm/v7", "linux/arm/v6", false],
  ["linux/arm/v6", "linux/arm/v7", false],
  ["linux/amd64", "windows/amd64", false],
  ["linux/amd64", "linux/arm64", false],
  ["linux/amd64", undefined, false],
])("asked for %s, found %s: %s", (asked, found, answer) => {
  expect(platformMatches(asked, found)).toBe(answer);
});
