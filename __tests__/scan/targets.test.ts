import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import { progressLine } from "../../src/render/log/progress.ts";
import { scanTargets } from "../../src/scan/scan-targets.ts";
import { locateTarget, resolveTargets, type TargetInputs } from "../../src/scan/targets.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("targets");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

const none: TargetInputs = { image: [], path: [], repository: [], sbom: [], trivyReport: [], platform: [] };
const locate = (kind: Target["kind"], input: string, platform?: string) =>
  locateTarget({ kind, input, platform, label: input }, world);
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "none";
  } catch (error) {
    return (error as { code: string }).code;
  }
};
function file(name: string): string {
  writeFileSync(join(world.workspace, name), "x");
  return join(world.workspace, name);
}
function layout(path: string): string {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "index.json"), "{}");
  return path;
}

describe("the targets", () => {
  it("are each judged once, however often they are named", () => {
    const twice = { ...none, image: ["app:1", "app:1"], platform: ["linux/amd64", "linux/arm64"], path: [".", "."] };
    expect(resolveTargets(twice, [trivyReports], world).map(({ label }) => label)).toEqual([
      "app:1 (linux/amd64)",
      "app:1 (linux/arm64)",
      ".",
    ]);
    expect(resolveTargets({ ...none, path: ["app"], sbom: ["app"] }, [trivyReports], world)).toHaveLength(2);
    layout(join(world.workspace, "lay"));
    expect(resolveTargets({ ...none, image: ["lay", "./lay", "lay/"] }, [trivyReports], world)).toHaveLength(1);
    const image = ["./a.tar", "a.tar", join(world.workspace, "a.tar"), "./app", "app"];
    expect(resolveTargets({ ...none, image }, [trivyReports], world).map(({ label }) => label)).toEqual([
      "./a.tar",
      "./app",
      "app",
    ]);
  });

  it("come in the order of the inputs, an image once for each platform", () => {
    const targets = resolveTargets(
      { ...none, image: ["a:1", "b"], path: ["."], sbom: ["s"], platform: ["linux/amd64", "linux/arm64"] },
      [trivyReports],
      world,
    );
    expect(targets.map(({ label }) => label)).toEqual([
      "a:1 (linux/amd64)",
      "a:1 (linux/arm64)",
      "b (linux/amd64)",
      "b (linux/arm64)",
      ".",
      "s",
    ]);
    expect(targets[4]?.platform).toBeUndefined();
  });

  it("are shown without the path of the workspace or RUNNER_TEMP, which differs on every runner", () => {
    const report = [
      join(world.temp, "from/trivy.json"),
      join(world.workspace, "r.json"),
      "/elsewhere/r.json",
      world.temp,
    ];
    const image = [join(world.temp, "app.tar"), "acme/app:1"];
    const targets = resolveTargets({ ...none, image, trivyReport: report }, [trivyReports], world);
    const labels = ["app.tar", "acme/app:1", "from/trivy.json", "r.json", "/elsewhere/r.json", world.temp];
    expect(targets.map(({ label }) => label)).toEqual(labels);
    expect(targets.map(({ input }) => input)).toEqual([...image, ...report]);
  });

  it("are not looked at, so that one that is wrong is not the others' error", () => {
    expect(
      resolveTargets({ ...none, image: ["-x", "./missing"], trivyReport: ["r.json"] }, [trivyReports], world),
    ).toHaveLength(3);
  });

  // Proves: file-image-s-name
  it("warn if an image's name is a file, which a pull request may have added", () => {
    layout(join(world.workspace, "acme/app"));
    resolveTargets({ ...none, image: ["acme/app", "./acme/app", "other"] }, [trivyReports], world);
    expect(world.lines).toHaveLength(1);
    expect(world.lines[0]).toMatch(/^warning: .*acme\/app.*scanned as a file/);
  });
});

describe("an image", () => {
  it.each(["ghcr.io/acme/app:1", "app", `localhost:5000/a/b@sha256:${"a".repeat(64)}`, "a.b/c.d:e"])(
    "%s is a reference",
    (input) => {
      expect(locate("image", input, "linux/arm64")).toEqual({
        how: "reference",
        location: input,
        platform: "linux/arm64",
      });
    },
  );

  it("is a file if it looks like one or is one", () => {
    for (const name of ["a.tar", "a.tar.gz", "a.tgz", "plain"]) {
      const location = file(name);
      expect(locate("image", name)).toMatchObject({ how: "archive", location });
    }
    expect(codeOf(() => locate("image", "b.tar"))).toBe("image-missing");
    expect(codeOf(() => locate("image", "../b"))).toBe("image-missing");
  });

  // Proves: file-image-s-name
  it.each([
    ["ghcr.io/acme/app"],
    ["ghcr.io/acme/app:1.2"],
    ["acme/app:1.2"],
    ["app:1.2"],
    [`app@sha256:${"a".repeat(64)}`],
    ["localhost/app"],
    ["localhost:5000/app"],
  ])("is neither if %s is a whole reference, and a file or a layout has that name", (name) => {
    layout(join(world.workspace, name));
    expect(codeOf(() => locate("image", name))).toBe("name-ambiguous");
    expect(locate("image", `./${name}`)).toMatchObject({ how: "layout" });
    rmSync(join(world.workspace, name), { recursive: true });
    const location = file(name);
    expect(codeOf(() => locate("image", name))).toBe("name-ambiguous");
    expect(locate("image", `./${name}`)).toMatchObject({ how: "archive", location });
  });

  it("names both readings if it is missing", () => {
    try {
      locate("image", "./missing");
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toMatch(/looks like a file.*An image reference does not start with/);
    }
  });

  it("is a layout if a folder has one, otherwise the image of the folder's name", () => {
    const path = layout(join(world.workspace, "layout"));
    expect(locate("image", "layout")).toMatchObject({ how: "layout", location: path });
    expect(locate("image", "./layout:1.0")).toMatchObject({ how: "layout", location: `${path}:1.0` });
    mkdirSync(join(world.workspace, "app"));
    expect(locate("image", "app").how).toBe("reference");
    expect(codeOf(() => locate("image", "./app"))).toBe("image-unreadable");
  });

  it("may be outside of the workspace if the workflow says so, but not by a link within", () => {
    const outside = layout(join(folder.path, "outside"));
    expect(locate("image", outside)).toMatchObject({ how: "layout", location: outside });
    expect(locate("image", "../outside")).toMatchObject({ how: "layout", location: outside });
    symlinkSync(outside, join(world.workspace, "link"));
    expect(codeOf(() => locate("image", "./link"))).toBe("file-outside-workspace");
    expect(codeOf(() => locate("path", "link"))).toBe("file-outside-workspace");
  });

  it("is never longer than a reference can be, and the error does not repeat it", () => {
    expect(locate("image", `a/${"b".repeat(998)}`)).toMatchObject({ how: "reference" });
    expect(() => locate("image", `a/${"b".repeat(999)}`)).toThrow(/^\[reference-invalid\] `image` "a\/b{198}…" is not/);
  });

  // Proves: no-name-can-become
  it("is never a flag, nor has it white space", () => {
    fc.assert(
      fc.property(fc.constantFrom("-", "--config=", "a ", "a\t", "http://"), fc.string(), (start, rest) => {
        expect(codeOf(() => locate("image", `${start}${rest}`.replace(/\.(?:tar|tgz|gz)$/, "")))).toBe(
          "reference-invalid",
        );
      }),
    );
  });
});

describe("a path", () => {
  it("is a folder or a file", () => {
    expect(locate("path", file("x"))).toMatchObject({ how: "folder" });
    expect(locate("path", ".")).toEqual({ how: "folder", location: world.workspace });
  });

  it("that is empty except for Git's own folder asks for a checkout", () => {
    for (const prepare of [() => {}, () => mkdirSync(join(world.workspace, ".git"))]) {
      prepare();
      expect(codeOf(() => locate("path", "."))).toBe("path-empty");
    }
    expect(() => locate("path", ".")).toThrow(/check(?:ed)? (?:the repository )?out/);
    expect(() => locate("path", "missing")).toThrow(/check(?:ed)? (?:the repository )?out/);
  });
});

describe("a repository", () => {
  it.each([
    ["https://github.com/acme/app", "https://github.com/acme/app"],
    ["ssh://git@github.com/acme/app", "ssh://git@github.com/acme/app"],
    ["github.com/acme/app", "https://github.com/acme/app"],
  ])("%s is cloned", (input, location) => {
    expect(locate("repository", input)).toEqual({ how: "repository", location });
  });

  it.each(["file:///etc", "ext::sh -c x", "-x", "missing", "javascript://x"])("%s is refused", (input) => {
    expect(codeOf(() => locate("repository", input))).toMatch(/^(?:reference-invalid|path-missing)$/);
  });

  it("is a folder that exists", () => {
    mkdirSync(join(world.workspace, "sub"));
    writeFileSync(join(world.workspace, "sub/package-lock.json"), "{}");
    expect(locate("repository", "sub").location).toBe(join(world.workspace, "sub"));
  });

  // Proves: named-not-looked-into
  it("is refused if it has no files to look into: a file, an empty folder, a bare repository", () => {
    expect(codeOf(() => locate("repository", file("app.tar")))).toBe("target-of-another-kind");
    mkdirSync(join(world.workspace, "empty/.git"), { recursive: true });
    expect(codeOf(() => locate("repository", "empty"))).toBe("path-empty");
    for (const name of ["objects", "refs"]) mkdirSync(join(world.workspace, "app.git", name), { recursive: true });
    writeFileSync(join(world.workspace, "app.git/HEAD"), "ref: refs/heads/main");
    expect(codeOf(() => locate("repository", "app.git"))).toBe("target-of-another-kind");
  });
});

describe("an SBOM", () => {
  it("is within the workspace or RUNNER_TEMP, and is a file", () => {
    expect(locate("sbom", file("x")).how).toBe("sbom");
    writeFileSync(join(world.temp, "s.json"), "{}");
    expect(locate("sbom", join(world.temp, "s.json")).how).toBe("sbom");
    writeFileSync(join(folder.path, "s.json"), "{}");
    expect(codeOf(() => locate("sbom", join(folder.path, "s.json")))).toBe("file-outside-workspace");
    expect(codeOf(() => locate("sbom", "."))).toBe("file-not-regular");
  });
});

describe("a scan of targets", () => {
  const report = (input: string): Target => ({ kind: "trivy-report", input, label: input });

  test("reports that are given are judged as they are: none is written again, and one that is wrong is its own error", async () => {
    using folder = temporaryFolder("scan-targets");
    const world = testWorld(folder.path);
    const content = { SchemaVersion: 2, ArtifactName: "app:1", ArtifactType: "container_image" };
    writeFileSync(join(world.workspace, "good.json"), JSON.stringify(content));
    const scanning = { scanner: undefined, reports: async () => [trivyReports] as const, progress: progressLine };
    const scans = await scanTargets([report("good.json"), report("missing.json")], scanning, world);
    expect(scans.outcomes).toMatchObject([{ scan: { findings: [] } }, { error: { code: "file-missing" } }]);
    expect(scans.reportFiles).toEqual([]);
    expect(scans.scannerVersions).toBeUndefined();
  });
});
