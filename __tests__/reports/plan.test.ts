import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import { REPORT_FORMATS } from "../../src/reports/formats.ts";
import { fileNameOf } from "../../src/reports/planned-reports.ts";
import { GateError } from "../../src/system/errors.ts";
import { HOSTILE } from "../render/hostile.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { image, planReports } from "./targets.ts";

const temporary = temporaryFolder("plan");
const base = realpathSync(temporary.path);
const world = { workspace: join(base, "workspace"), temp: join(base, "temp") };
beforeAll(() => {
  mkdirSync(join(world.workspace, "folder"), { recursive: true });
  mkdirSync(world.temp);
});
afterAll(() => temporary.remove());

const ONE = [image("app:1")];
const TWO = [image("app:1"), image("app:2")];
const plan = (lines: readonly string[], targets: readonly Target[] = ONE) => planReports(lines, targets, world);

/** The message about wrong lines. */
function wrong(lines: readonly string[], targets: readonly Target[] = ONE): string {
  try {
    plan(lines, targets);
  } catch (error) {
    expect(error).toBeInstanceOf(GateError);
    const { code, what } = error as GateError;
    expect(code).toBe("reports-invalid");
    return what;
  }
  throw new Error("nothing is wrong");
}

describe("lines of `reports`", () => {
  it("name a format and a path, which may have a colon or blanks in it", () => {
    expect(plan(["csv: out/x.csv", "  html  :  a b:c.html  ", "markdown:x.md"])).toEqual([
      { format: "csv", path: join(world.workspace, "out/x.csv"), shown: "out/x.csv" },
      { format: "html", path: join(world.workspace, "a b:c.html"), shown: "a b:c.html" },
      { format: "markdown", path: join(world.workspace, "x.md"), shown: "x.md" },
    ]);
  });

  it("may ask for every format, and for one twice", () => {
    const all = REPORT_FORMATS.map((format) => `${format}: ${format}.out`);
    expect(plan(all).map(({ format }) => format)).toEqual(REPORT_FORMATS);
    expect(plan(["csv: a.csv", "csv: b.csv"])).toHaveLength(2);
    expect(plan([])).toEqual([]);
  });

  it("with {target} are a file for each target, with that target alone", () => {
    const files = plan(["csv: out/{target}/{target}.csv"], TWO);
    expect(files.map(({ shown, target }) => [shown, target])).toEqual(
      TWO.map((target) => [`out/${fileNameOf(target)}/${fileNameOf(target)}.csv`, target]),
    );
    expect(plan(["spdx-json: {target}.json"], TWO)).toHaveLength(2);
  });

  it("without {target} are one file with all targets, or with the only one", () => {
    expect(plan(["sarif: x.sarif"], TWO)).toEqual([
      { format: "sarif", path: join(world.workspace, "x.sarif"), shown: "x.sarif" },
    ]);
    expect(plan(["cyclonedx: x.json"])[0]?.target).toBe(ONE[0]);
  });

  it.each(["../../x", "..", "ghcr.io/a/../../../b:1", "日本語", "x".repeat(500), "-rf", "a\u0000b"])(
    "with {target} stay where they are, whatever the target is called: %j",
    (name) => {
      const [file] = plan(["csv: out/{target}"], [image(name)]);
      expect(file?.path.startsWith(join(world.workspace, "out/"))).toBe(true);
      expect(file?.path.split("/").length).toBe(join(world.workspace, "out", "x").split("/").length);
    },
  );

  it("tell apart what differs in case, or in characters that no file name has", () => {
    const targets = ["app/x:1", "app-x:1", "APP/x:1", "app/x-1"].map((name) => image(name));
    expect(plan(["csv: {target}.csv"], targets)).toHaveLength(4);
  });
});

describe("wrong lines of `reports`:", () => {
  it.each([
    ["csv", "does not give a format and a path"],
    [": x.csv", "does not give a format and a path"],
    ["csv:", "has no path"],
    ["csv:   ", "has no path"],
    ["cvs: x.csv", "has an unknown format (did you mean `csv`?)"],
    ["CSV: x.csv", "has an unknown format (did you mean `csv`?)"],
    ["spdx: x.json", "did you mean `spdx-json`?"],
    [
      "pdf-with-pictures: x",
      "has an unknown format; there are `sarif`, `cyclonedx`, `spdx-json`, `gitlab`, `gitlab-code-quality`",
    ],
    ["csv: ../x.csv", "is outside of the workspace and the folder for temporary files"],
    ["csv: {image}.csv", 'has "{image}" in its path; only `{target}` stands for something'],
    [`csv: new/${"{target}".repeat(20)}.csv`, "has too long a name"],
    ["csv: {target}/../../../x.csv", "is outside of the workspace and the folder for temporary files"],
  ])("%s", (line, words) => {
    expect(wrong([line])).toContain(words);
    expect(wrong([line])).toContain(JSON.stringify(line));
  });

  it.each([
    ["x.csv", "x.csv"],
    ["x.csv", "./x.csv"],
    ["b.csv", "a/../b.csv"],
    ["x.csv", join(world.workspace, "x.csv")],
    ["../temp/x", join(world.temp, "x")],
    ["Report.csv", "report.csv"],
    ["\u00e9.csv", "e\u0301.csv"],
  ])("one file for two: %s and %s", (first, second) => {
    expect(wrong([`csv: ${first}`, `html: ${second}`])).toBe(
      `A line of \`reports\` is wrong: the path of ${JSON.stringify(`html: ${second}`)} uses the same file as ${JSON.stringify(`csv: ${first}`)}`,
    );
  });

  it.each(["trivy.json", "./folder/../trivy.json", "TRIVY.json"])("a file that this run reads: %s", (path) => {
    expect(() => planReports([`csv: ${path}`], ONE, world, ["trivy.json"])).toThrow("is a file that this run reads");
    expect(() => planReports(["csv: other.csv"], ONE, world, ["trivy.json"])).not.toThrow();
  });

  it("a file that this run reads through a link", () => {
    symlinkSync("led-to.json", join(world.workspace, "leading.json"));
    writeFileSync(join(world.workspace, "led-to.json"), "{}");
    expect(() => planReports(["csv: led-to.json"], ONE, world, ["leading.json"])).toThrow("this run reads");
  });

  it.each(["layout", "./layout:1.0", `layout@sha256:${"0".repeat(64)}`])("a file in the OCI layout %s", (input) => {
    mkdirSync(join(world.workspace, "layout"), { recursive: true });
    writeFileSync(join(world.workspace, "layout/index.json"), "{}");
    const targets: Target[] = [{ kind: "image", input, label: input }];
    expect(wrong(["csv: layout/index.json", "csv: layout/new/x.csv"], targets)).toMatch(
      /"csv: layout\/index\.json" is in an OCI layout that this run reads.*x\.csv" is in an OCI layout that/,
    );
    expect(plan(["csv: layout.csv"], targets)).toHaveLength(1);
  });

  it("one file that is another's folder", () => {
    expect(wrong(["csv: out", "html: out/x.html"])).toContain('contains, or is below, the file of "csv: out"');
    expect(wrong(["html: out/deep/x.html", "csv: out"])).toContain(
      'contains, or is below, the file of "html: out/deep/x.html"',
    );
  });

  it.each(["cyclonedx", "spdx-json"])("%s for several targets without {target}", (format) => {
    expect(wrong([`${format}: x.json`], TWO)).toContain(
      `is one file for 2 targets, and \`${format}\` holds one: put \`{target}\` into its path`,
    );
  });

  it("all at once", () => {
    const what = wrong(["cvs: x", "csv", "csv: ../x", "html: a.html", "junit: ./a.html"]);
    expect(what).toMatch(/^4 lines of `reports` are wrong: /);
    for (const words of ["did you mean `csv`", "does not give a format and a path", "outside", "the same file"])
      expect(what).toContain(words);
  });

  it("each once, however many targets it is wrong for", () => {
    expect(wrong(["csv: ../{target}"], TWO).match(/outside/g)).toHaveLength(1);
  });

  it("in short, however long they are", () => {
    expect(wrong([`csv: ${"../".repeat(1_000)}x`]).length).toBeLessThan(400);
  });
});

/** Letters, digits, `.`, `_`, `-`; no dot file, no `..`; at most 100 bytes; the hash at its end. */
function expectSafe(name: string): void {
  expect(name).toMatch(/^(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?-)?[0-9a-f]{8}$/);
  expect(name).not.toContain("..");
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(100);
}

describe("a target's file name", () => {
  it("reads like the target, with a short hash", () => {
    expect(fileNameOf(image("ghcr.io/acme/app:1.2"))).toMatch(/^ghcr\.io-acme-app-1\.2-[0-9a-f]{8}$/);
    expect(fileNameOf(image("ghcr.io/acme/app:1.2"))).toBe(fileNameOf(image("ghcr.io/acme/app:1.2")));
    expect(fileNameOf(image("app:1", "linux/arm64"))).toMatch(/^app-1-linux-arm64-[0-9a-f]{8}$/);
  });

  it("is safe, whatever the target is called", () => {
    const paths = ["../../x", "..", ".", "...", "/etc/passwd", "a/../../b", "-rf", "image\u0000.csv", "C:\\Windows\\x"];
    const long = ["Ünïcödé/äpp:1", "日本語", "x".repeat(500), "é".repeat(500), `${"x".repeat(90)}/////`];
    for (const text of [...HOSTILE, ...paths, ...long]) expectSafe(fileNameOf(image(text)));
  });

  it("is safe and another one for every other target, even where the names read alike or are cut", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("a/b", "a-b", "a:b", "A/B", "x".repeat(200), `${"x".repeat(200)}y`),
    );
    const target = fc.record({ input: text, platform: fc.constantFrom(undefined, "linux/amd64", "linux/arm64") });
    fc.assert(
      fc.property(target, target, (one, other) => {
        const [a, b] = [one, other].map(({ input, platform }) => fileNameOf(image(input, platform)));
        expectSafe(a ?? "");
        const same = one.input === other.input && one.platform === other.platform;
        // Even a file system that ignores case keeps them apart.
        expect(a?.toLowerCase() === b?.toLowerCase()).toBe(same);
      }),
    );
  });

  it("tells an image from a report of the same name", () => {
    expect(fileNameOf({ ...image("app"), kind: "path" })).not.toBe(fileNameOf(image("app")));
  });
});
