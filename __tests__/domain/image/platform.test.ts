import { describe, expect, it } from "vitest";
import {
  bestFor,
  type ImagePlatform,
  parsePlatform,
  platformMatches,
  platformName,
} from "../../../src/domain/image/platform.ts";

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
  ["linux/arm/v6", "linux/arm", true],
  ["linux/arm/7", "linux/arm/v7", true],
  ["linux/arm64/v9", "linux/arm64/v8", false],
  ["linux/amd64/v1", "linux/amd64/v2", false],
  ["linux", "linux", false],
  ["linux/amd64", "windows/amd64", false],
  ["linux/amd64", "linux/arm64", false],
  ["linux/amd64", undefined, false],
])("asked for %s, found %s: %s", (asked, found, answer) => {
  expect(platformMatches(asked, found)).toBe(answer);
});

const platform = (name: string, osVersion?: string): ImagePlatform => {
  const parsed = parsePlatform(name);
  if (parsed === undefined) throw new Error(`no platform: ${name}`);
  return { ...parsed, osVersion };
};
const platformOf = (name: string) => (name === "" ? undefined : platform(name));

describe("an image for a platform", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["linux/amd64", ["linux/amd64/v3", "linux/amd64"], ["linux/amd64"]],
    ["linux/amd64", ["linux/amd64/v2", "linux/amd64/v1"], ["linux/amd64/v1"]],
    ["linux/amd64", ["linux/amd64/v3", "linux/arm64"], []],
    ["linux/amd64/v3", ["linux/amd64", "linux/amd64/v3"], ["linux/amd64/v3"]],
    ["linux/amd64/v3", ["linux/amd64", "linux/arm64"], ["linux/amd64"]],
    ["linux/amd64/v3", ["linux/amd64/v2", "linux/amd64"], ["linux/amd64"]],
    ["linux/amd64/v3", ["linux/amd64/v2"], []],
    ["linux", ["", "linux/amd64"], []],
    ["linux/x86_64", ["linux/amd64"], ["linux/amd64"]],
    ["linux/arm64", ["linux/amd64", "linux/arm64/v8"], ["linux/arm64/v8"]],
    ["linux/arm64/v8", ["linux/amd64", "linux/arm64"], ["linux/arm64"]],
    ["linux/aarch64", ["linux/arm64/v9", "linux/arm64"], ["linux/arm64"]],
    ["linux/arm64/v9", ["linux/arm64"], ["linux/arm64"]],
    ["linux/arm64", ["linux/arm/v7"], []],
    ["linux/arm", ["linux/arm/v6", "linux/arm/v7"], ["linux/arm/v7"]],
    ["linux/arm/v7", ["linux/arm/v6", "linux/arm"], ["linux/arm"]],
    ["linux/arm/v7", ["linux/arm/v5", "linux/arm/v6"], []],
    ["linux/arm/v6", ["linux/arm/v7", "linux/arm"], []],
    ["linux/386", ["linux/amd64"], []],
    ["linux/amd64", ["linux/386"], []],
    ["windows/amd64", ["linux/amd64"], []],
    ["LINUX/AMD64", ["linux/amd64"], ["linux/amd64"]],
    ["linux/amd64", ["", "linux/amd64"], ["linux/amd64"]],
    ["linux/amd64", ["linux/arm64", ""], [""]],
    ["linux/arm64", ["linux/arm64", "linux/arm64/v8"], ["linux/arm64", "linux/arm64/v8"]],
  ])("for %s of %j: %j", (wanted, names, expected) => {
    expect(bestFor(wanted, names, platformOf)).toEqual(expected);
  });

  it("of Windows matches the requested version, or any version if none is requested", () => {
    const found = [platform("windows/amd64", "10.0.0"), platform("windows/amd64", "10.0.1")];
    expect(bestFor("windows/amd64 10.0.1", found, (each) => each)).toEqual([found[1]]);
    expect(bestFor("windows/amd64", found, (each) => each)).toEqual(found);
  });
});

it("a platform is two or three words", () => {
  expect(platformName(platform("linux/arm/v7"))).toBe("linux/arm/v7");
  for (const name of ["linux", "linux/", "/amd64", "linux/arm/", "linux/arm/v7/x", ""])
    expect(parsePlatform(name), name).toBeUndefined();
});
