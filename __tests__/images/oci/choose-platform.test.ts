import { describe, expect, it } from "vitest";
import { bestFor, parsePlatform } from "../../../src/images/oci/choose-platform.ts";
import { type ImagePlatform, platformName } from "../../../src/images/oci/documents.ts";

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
    expect(bestFor(platform(wanted), names, platformOf)).toEqual(expected);
  });

  it("of Windows is the one of the version that is asked for, and each without one", () => {
    const found = [platform("windows/amd64", "10.0.0"), platform("windows/amd64", "10.0.1")];
    expect(bestFor(platform("windows/amd64", "10.0.1"), found, (each) => each)).toEqual([found[1]]);
    expect(bestFor(platform("windows/amd64"), found, (each) => each)).toEqual(found);
  });
});

it("a platform is two or three words", () => {
  expect(platformName(platform("linux/arm/v7"))).toBe("linux/arm/v7");
  for (const name of ["linux", "linux/", "/amd64", "linux/arm/", "linux/arm/v7/x", ""])
    expect(parsePlatform(name), name).toBeUndefined();
});
