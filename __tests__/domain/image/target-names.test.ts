import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  imageOf,
  isAbsolutePath,
  isCommit,
  lastingName,
  defaultName as named,
  namedFile,
  savedTags,
  withoutRunnerPath,
  withSavedTags,
} from "../../../src/domain/image/target-names.ts";
import { isSbomFormat, type Target } from "../../../src/domain/target.ts";
import type { TargetVerdict } from "../../../src/domain/verdict.ts";
import { cpuMs } from "../../support/runs/patience.ts";

/** The name for targets of which tars contain this tag. */
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

  // Proves: image-calls-itself-chooses
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

  it("is one for all platforms of an image", async () => {
    expect(await defaultName([judged("app:1", { everyPlatform: true, platform: "linux/arm64" })])).toBe(
      "app (all platforms)",
    );
  });

  it("uses the path of a tar as typed, the displayed path of others, and no report's own claim", async () => {
    expect(await defaultName([judged("/t/a.tar", { label: "a.tar" })])).toBe("/t/a.tar");
    expect(await defaultName([judged("/t/src", { kind: "path", label: "src" })])).toBe("src");
    const report = judged("r.json", { kind: "trivy-report", file: "r.json", label: "app (r.json)" }, ["app:1"]);
    expect(await defaultName([report])).toBe("r.json");
  });

  it("names five, without a number", async () => {
    expect(await defaultName(["a", "b", "c", "d", "e"].map((name) => judged(name)))).toBe("a, b, c, d, e");
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

it("asks for the saved tag of a tar alone that was neither scanned nor named", async () => {
  const [plain, empty] = [broken("b.tar"), broken("empty.tar")];
  const asked: string[] = [];
  const targets = [judged("a.tar"), broken("c.tar", { as: "app:1" }), broken("app:1"), plain, empty];
  const tags = await savedTags(targets, async ({ input }) => {
    asked.push(input);
    return input === "b.tar" ? "app:2" : undefined;
  });
  expect(asked).toEqual(["b.tar", "empty.tar"]);
  expect([...tags]).toEqual([[plain.target, "app:2"]]);
});

describe("what a target goes by from build to build", () => {
  const report = { kind: "trivy-report", file: "r.json" } as const;
  it.each<[string, TargetVerdict, string, string | undefined]>([
    ["an image", judged("ghcr.io/acme/app:1"), "ghcr.io/acme/app", "ghcr.io/acme/app:1"],
    ["one platform", judged("app:1", { platform: "linux/arm64" }), "app (linux/arm64)", "app:1"],
    ["a tar with a name", judged("a.tar", { as: "app:1", file: "a.tar" }, ["other:1"]), "app", "app:1"],
    ["a tar that says its name", judged("a.tar", {}, ["app:1"]), "image/a.tar (app)", "app:1"],
    ["a tar that says nothing", judged("a.tar"), "image/a.tar", undefined],
    [
      "a tar of one platform, which its label names",
      judged("a.tar", { platform: "linux/arm64", label: "a.tar (linux/arm64)" }),
      "image/a.tar (linux/arm64)",
      undefined,
    ],
    [
      "a tar of one platform, which its file does not name",
      judged("/t/a.tar", { platform: "linux/arm64", file: "a.tar", label: "app (linux/arm64)" }),
      "image/a.tar (linux/arm64)",
      undefined,
    ],
    ["a report", judged("r.json", report, ["app:1"]), "trivy-report/r.json (app)", "app:1"],
    ["a report with a name", judged("r.json", { ...report, as: "b:2" }, ["app:1"]), "b", "b:2"],
    ["a folder, whatever it calls itself", judged("./src", { kind: "path" }, ["app:1"]), "path/./src", undefined],
  ])("%s", (_, target, name, image) => {
    expect(lastingName(target, [])).toBe(name);
    expect(imageOf(target)).toBe(image);
  });

  it("leaves commits out of a path", () => {
    expect(lastingName(judged("app-3f1c9a7.tar"), ["ffffffffff", "3f1c9a7e5b2d4c6f"])).toBe("image/app-.tar");
  });
});

it("seven digits of a commit name it, six do not", () => {
  const commits = ["ffffffffff", "3f1c9a7e5b2d4c6f"];
  expect(["3f1c9a", "3f1c9a7", "3F1C9A7E", "3f1c9a8"].map((part) => isCommit(part, commits))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

it("a path is absolute on whichever system it was made", () => {
  for (const path of ["/", "/srv/app", "C:\\work", "c:/work"])
    expect([path, isAbsolutePath(path)]).toEqual([path, true]);
  for (const path of ["", "app", "out/app.tar", "out/", "CC:/x", "1:/x", "C:x", "app C:/x"])
    expect([path, isAbsolutePath(path)]).toEqual([path, false]);
});

it.each([
  ["/home/runner/work/app.tar", "app.tar"],
  ["/home/runner/work/", "work"],
  ["C:\\actions\\work\\app.tar", "app.tar"],
  ["c:/actions/app.tar", "app.tar"],
  ["/", "/"],
  ["out/app.tar", "out/app.tar"],
])("of %s is shown %s: no runner's folders", (path, shown) => {
  expect(withoutRunnerPath(path)).toBe(shown);
});

describe("a line that names a file", () => {
  it.each([
    ["app.tar", "app.tar", undefined],
    ["app.tar as ghcr.io/acme/app:1.2", "app.tar", "ghcr.io/acme/app:1.2"],
    ["out/my app.tar \t as   ghcr.io/acme/app", "out/my app.tar", "ghcr.io/acme/app"],
    ["same as before.tar as app:1", "same as before.tar", "app:1"],
    ["app.tar as", "app.tar as", undefined],
    ["as app:1", "as app:1", undefined],
    ["app.tar as two words", "app.tar as two words", undefined],
    ["app.tar AS app:1", "app.tar AS app:1", undefined],
    ["bias app:1", "bias app:1", undefined],
  ])("%j is %j, called %j", (line, input, as) => {
    expect(namedFile(line)).toEqual(as === undefined ? { input } : { input, as });
  });

  it("loses nothing of any line, and is quick", () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const { input, as = "" } = namedFile(line);
        expect(line.startsWith(input)).toBe(true);
        expect(line.endsWith(as)).toBe(true);
      }),
    );
    const began = cpuMs();
    namedFile(`${" as ".repeat(1000)}!`);
    namedFile(`a${" ".repeat(4000)}as`);
    expect(cpuMs() - began).toBeLessThan(1000);
  });
});

it("a report is an SBOM in the two formats that the scanner makes, and in no other", () => {
  const formats = ["cyclonedx", "spdx-json", "json", "sarif", "spdx", "CycloneDX", ""];
  expect(formats.filter(isSbomFormat)).toEqual(["cyclonedx", "spdx-json"]);
});
