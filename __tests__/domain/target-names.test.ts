import { describe, expect, it } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import { defaultName as named, savedTags, withSavedTags } from "../../src/domain/target-names.ts";
import type { TargetVerdict } from "../../src/domain/verdict.ts";

/** Of targets that have this tag saved in them where they are tars. */
const defaultName = async (targets: readonly TargetVerdict[], tag?: string) =>
  named(withSavedTags(targets, await savedTags(targets, async () => tag)));

function judged(input: string, more: Partial<Target> = {}, names: string[] = []): TargetVerdict {
  const target: Target = { kind: "image", input, label: input, ...more };
  const artifact = { names: [input], claims: names, packages: 1 };
  const scan = { artifact, packages: [], layers: [], findings: [], suppressed: 0, provenance: { scanner: "Trivy" } };
  return { answer: "pass", target, scan, rows: [], findings: [] };
}

function broken(input: string, more: Partial<Target> = {}): TargetVerdict {
  const target: Target = { kind: "image", input, label: input, ...more };
  return { answer: "error", target, error: { code: "a-b", what: "w", remedy: "r" } };
}

describe("defaultName", () => {
  it("is the same for every tag and digest, and whether or not the scan happened", async () => {
    const names = [judged("ghcr.io/acme/app:1"), judged("ghcr.io/acme/app:2"), broken("ghcr.io/acme/app:3")];
    expect(await Promise.all(names.map((one) => defaultName([one])))).toEqual(Array(3).fill("ghcr.io/acme/app"));
  });

  it("tells platforms apart", async () => {
    expect(await defaultName([judged("app:1", { platform: "linux/arm64" })])).toBe("app (linux/arm64)");
  });

  it("calls a tar by its path, and behind it by what it calls itself, so that it takes no other image's comment", async () => {
    const tar = judged("out/image.tar", {}, ["ghcr.io/acme/app:1"]);
    expect(await defaultName([tar])).toBe("out/image.tar (ghcr.io/acme/app)");
    expect(await defaultName([tar])).not.toBe(await defaultName([judged("ghcr.io/acme/app:1")]));
    expect(await defaultName([judged("out/image.tar")])).toBe("out/image.tar");
    expect(await defaultName([broken("out/image.tar")], "ghcr.io/acme/app:2")).toBe("out/image.tar (ghcr.io/acme/app)");
    expect(await defaultName([broken("out/image.tar")])).toBe("out/image.tar");
    expect(await defaultName([broken("ghcr.io/acme/app:1")], "never/asked:1")).toBe("ghcr.io/acme/app");
  });

  it("calls a file by the name that the user gave it, whatever it calls itself, and whether or not it was scanned", async () => {
    const named = { as: "ghcr.io/acme/app:1.2", file: "out/image.tar" };
    expect(await defaultName([judged("/t/out/image.tar", named, ["other:1"])])).toBe(
      "ghcr.io/acme/app (out/image.tar)",
    );
    expect(await defaultName([broken("/t/out/image.tar", named)], "other:1")).toBe("ghcr.io/acme/app (out/image.tar)");
    const report = { kind: "trivy-report", as: "ghcr.io/acme/app", file: "r.json" } as const;
    expect(await defaultName([judged("r.json", report, ["other:1"])])).toBe("ghcr.io/acme/app (r.json)");
  });

  it("leaves the commit out of a file's path, so that each push finds the same comment", () => {
    const sha = "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b";
    for (const path of [`app-${sha}.tar`, `app-${sha.slice(0, 8)}.tar`])
      expect(named([judged(path)], [sha])).toBe("app-.tar");
    expect(named([judged("app-0123456789.tar")], [sha])).toBe("app-0123456789.tar");
  });

  it("keeps paths and repositories as they are typed", async () => {
    expect(
      await defaultName([judged("./src", { kind: "path" }), judged("https://x.test/a:b", { kind: "repository" })]),
    ).toBe("./src, https://x.test/a:b");
  });

  it("counts what is beyond the fifth", async () => {
    expect(await defaultName(["a", "b", "c", "d", "e", "f", "g"].map((name) => judged(name)))).toBe(
      "a, b, c, d, e and 2 more",
    );
  });

  it("names the same target once", async () => {
    expect(await defaultName([judged("app:1"), judged("app:2")])).toBe("app");
  });
});
