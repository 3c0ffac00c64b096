import { describe, expect, it } from "vitest";
import { unjudgedPlatforms } from "../../../src/domain/image/platform.ts";
import type { ImageIndex } from "../../../src/domain/target.ts";
import type { TargetVerdict } from "../../../src/domain/verdict.ts";

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
