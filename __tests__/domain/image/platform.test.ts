import { describe, expect, it } from "vitest";
import {
  bestFor,
  type ImagePlatform,
  parsePlatform,
  platformMatches,
  platformName,
  unjudgedPlatforms,
} from "../../../src/domain/image/platform.ts";
import type { ImageIndex } from "../../../src/domain/target.ts";
import type { TargetVerdict } from "../../../src/domain/verdict.ts";

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

const id = (letter: string) => `sha256:${letter.repeat(64)}`;
const index: ImageIndex = {
  digest: id("1"),
  images: [
    { digest: id("a"), platform: "linux/amd64" },
    { digest: id("b"), platform: "linux/arm64" },
    { digest: id("c") },
    { digest: id("d"), platform: "linux/arm64" },
  ],
};

function judged(label: string, digest: string | undefined, of: ImageIndex | undefined = index): TargetVerdict {
  const artifact = { names: [], packages: 1, digest, index: of };
  return {
    target: { kind: "image", input: label, label },
    answer: "pass",
    scan: { artifact },
  } as unknown as TargetVerdict;
}
const failed = { target: { label: "x" }, answer: "error" } as unknown as TargetVerdict;
const of = (...targets: TargetVerdict[]) =>
  unjudgedPlatforms(targets).map(({ target, judged: own, others }) => [target.label, own, ...others]);

describe("platforms that were not judged", () => {
  it("are the other images of an index, each name once, an image without a name by its digest", () => {
    expect(of(judged("app", id("a")))).toEqual([["app", "linux/amd64", "linux/arm64", id("c")]]);
    expect(of(judged("app", id("c")))).toEqual([["app", undefined, "linux/amd64", "linux/arm64"]]);
    expect(of(judged("app", undefined))).toEqual([["app", undefined, "linux/amd64", "linux/arm64", id("c")]]);
  });

  it("are reported once for an index, without those that another target is", () => {
    expect(of(judged("one", id("a")), failed, judged("two", id("c")))).toEqual([["one", "linux/amd64", "linux/arm64"]]);
    expect(of(...["a", "b", "c", "d"].map((each) => judged(each, id(each))))).toEqual([]);
  });

  it("are reported for each index, also for lists that have no digest", () => {
    const list = (letter: string): ImageIndex => ({
      images: [...index.images, { digest: id(letter), platform: letter }],
    });
    expect(of(judged("one", id("a"), list("e")), judged("two", id("a"), list("f"))).map(([label]) => label)).toEqual([
      "one",
      "two",
    ]);
  });

  it("are not reported if there is no index", () => {
    const none = { ...judged("app", id("a")) } as { scan: { artifact: { index?: ImageIndex | undefined } } };
    none.scan.artifact.index = undefined;
    expect(of(none as unknown as TargetVerdict)).toEqual([]);
  });
});
