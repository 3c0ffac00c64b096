import { describe, expect, it } from "vitest";
import { ImageProblem } from "../../../src/images/file/bytes.ts";
import { chooseImage, everyImage, isConfiguredFor, parsePlatform } from "../../../src/images/oci/choose-platform.ts";
import { type Descriptor, type ImagePlatform, platformName } from "../../../src/images/oci/documents.ts";

const platform = (name: string, osVersion?: string): ImagePlatform => {
  const parsed = parsePlatform(name);
  if (parsed === undefined) throw new Error(`no platform: ${name}`);
  return { ...parsed, osVersion };
};

/** An index of images for these platforms, each of another digest; an empty name is an entry without a platform. */
const indexOf = (...names: readonly string[]) => ({
  manifests: names.map(
    (name, at): Descriptor => ({
      digest: `sha256:${String(at).repeat(64)}`,
      size: 2,
      platform: name === "" ? undefined : platform(name),
      annotations: {},
      urls: [],
    }),
  ),
});

/** The platform that is chosen, as the index names it; its position if it names none. */
function chosen(wanted: string | undefined, ...names: readonly string[]): string | number | undefined {
  const index = indexOf(...names);
  const entry = chooseImage(index, wanted === undefined ? undefined : platform(wanted));
  return entry && (entry.platform === undefined ? index.manifests.indexOf(entry) : platformName(entry.platform));
}

describe("an image of an index", () => {
  it.each<[string, readonly string[], string | undefined]>([
    ["linux/amd64", ["linux/amd64/v3", "linux/amd64"], "linux/amd64"],
    ["linux/amd64", ["linux/amd64/v2", "linux/amd64/v1"], "linux/amd64/v1"],
    ["linux/amd64", ["linux/amd64/v3", "linux/arm64"], undefined],
    ["linux/amd64/v3", ["linux/amd64", "linux/amd64/v2"], "linux/amd64/v2"],
    ["linux/amd64/v3", ["linux/amd64", "linux/arm64"], "linux/amd64"],
    ["linux/x86_64", ["linux/amd64"], "linux/amd64"],
    ["linux/arm64", ["linux/amd64", "linux/arm64/v8"], "linux/arm64/v8"],
    ["linux/arm64/v8", ["linux/amd64", "linux/arm64"], "linux/arm64"],
    ["linux/aarch64", ["linux/arm64/v9", "linux/arm64"], "linux/arm64"],
    ["linux/arm64/v9", ["linux/arm64"], "linux/arm64"],
    ["linux/arm64/v8.2", ["linux/arm64", "linux/arm64/v8.1"], "linux/arm64/v8.1"],
    ["linux/arm64", ["linux/arm/v7"], undefined],
    ["linux/arm", ["linux/arm/v6", "linux/arm/v7"], "linux/arm/v7"],
    ["linux/arm/v7", ["linux/arm/v5", "linux/arm/v6"], "linux/arm/v6"],
    ["linux/arm/v6", ["linux/arm/v7", "linux/arm"], undefined],
    ["linux/386", ["linux/amd64"], undefined],
    ["linux/amd64", ["linux/386"], undefined],
    ["windows/amd64", ["linux/amd64"], undefined],
    ["LINUX/AMD64", ["linux/amd64"], "linux/amd64"],
  ])("for %s of %j is the one that containerd takes: %s", (wanted, names, expected) => {
    expect(chosen(wanted, ...names)).toBe(expected);
  });

  it("is linux/amd64 if no platform is named, or the only one", () => {
    expect(chosen(undefined, "linux/arm64", "linux/amd64")).toBe("linux/amd64");
    expect(chosen(undefined, "linux/arm64")).toBe("linux/arm64");
    expect(chosen(undefined, "linux/arm64", "unknown/unknown")).toBe("linux/arm64");
    expect(chosen(undefined, "linux/arm64", "linux/arm/v7")).toBeUndefined();
    expect(chosen(undefined)).toBeUndefined();
  });

  it("is one without a platform only if no other is for it", () => {
    expect(chosen("linux/amd64", "", "linux/amd64")).toBe("linux/amd64");
    expect(chosen("linux/amd64", "linux/arm64", "")).toBe(1);
  });

  it.each([
    ["the same platform", ["linux/amd64", "linux/amd64"]],
    ["the same platform in two spellings", ["linux/arm64", "linux/arm64/v8"]],
    ["no platform", ["", ""]],
  ])("is an error if two of it have %s, since engines differ in which they take", (_, names) => {
    expect(() => chosen(names[0]?.startsWith("linux/arm") ? "linux/arm64" : "linux/amd64", ...names)).toThrow(
      ImageProblem,
    );
  });

  it("may be listed twice under one digest", () => {
    const { manifests } = indexOf("linux/amd64");
    expect(chooseImage({ manifests: [...manifests, ...manifests] }, platform("linux/amd64"))).toBe(manifests[0]);
  });

  it("of Windows is the one of the version that is asked for, and ambiguous without one", () => {
    const manifests = indexOf("windows/amd64", "windows/amd64").manifests.map((entry, at) => ({
      ...entry,
      platform: platform("windows/amd64", `10.0.${at}`),
    }));
    expect(chooseImage({ manifests }, platform("windows/amd64", "10.0.1"))).toBe(manifests[1]);
    expect(() => chooseImage({ manifests }, platform("windows/amd64"))).toThrow(ImageProblem);
  });
});

it.each<[string | undefined, string | undefined, boolean]>([
  ["linux/amd64", undefined, true],
  ["linux/arm64/v8", undefined, false],
  ["linux/amd64/v3", "linux/amd64", false],
  ["linux/arm64/v8", "linux/arm64", true],
  ["linux/arm/v6", "linux/arm/v7", true],
  ["windows/amd64", "linux/amd64", false],
  [undefined, "linux/amd64", true],
])(
  "an image that its index names no platform for, with %s in its configuration, is for %s: %s",
  (found, wanted, is) => {
    expect(isConfiguredFor(found ? platform(found) : undefined, wanted ? platform(wanted) : undefined)).toBe(is);
  },
);

it("all images of an index are those that an engine may run, each once, also amd64 beside amd64/v3", () => {
  const { manifests } = indexOf("linux/amd64", "linux/amd64/v3", "unknown/unknown", "unknown/amd64", "");
  const [amd64, v3, , odd, unnamed] = manifests;
  expect(everyImage({ manifests: [...manifests, ...manifests] })).toEqual([amd64, v3, odd, unnamed]);
});

it("a platform is two or three words", () => {
  expect(parsePlatform("linux/arm/v7")).toMatchObject({ os: "linux", architecture: "arm", variant: "v7" });
  for (const name of ["linux", "linux/", "/amd64", "linux/arm/", "linux/arm/v7/x", ""])
    expect(parsePlatform(name), name).toBeUndefined();
});
