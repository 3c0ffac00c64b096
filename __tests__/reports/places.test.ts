import { existsSync, linkSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detectPlatform } from "../../src/job/detect.ts";
import { clearPlaces, fileNameOf, planAnyway } from "../../src/reports/planned-reports.ts";
import { target, view } from "../render/build.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { planReports, targetsOf, writeLines } from "./targets.ts";

const temporary = temporaryFolder("places");
let world: TestWorld;
const VIEW = view([target([], { label: "app:1" })]);
const TARGETS = targetsOf(VIEW);
const at = (name: string) => join(world.workspace, name);
const plan = (line: string) => planReports([line], TARGETS, world);
const put = (name: string, text = name) => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};

beforeAll(() => {
  world = testWorld(realpathSync(temporary.path));
  const commands = join(world.temp, "_runner_file_commands");
  mkdirSync(commands);
  const output = { GITHUB_OUTPUT: join(world.temp, "output"), GITHUB_ENV: join(commands, "set_env_1") };
  const env = { ...output, GITHUB_EVENT_PATH: at("event.json"), GITHUB_STEP_SUMMARY: at("summary.md") };
  Object.assign(world, { runnerFiles: detectPlatform(env).ownFiles?.(env) });
});
afterAll(() => temporary.remove());

describe("no report is written over", () => {
  // Proves: report-costs-nothing-something
  it.each([
    [".github/workflows/ci.yml", "is in `.git/` or `.github/`"],
    [".GitHub/x.csv", "is in `.git/` or `.github/`"],
    ["sub/.github/x.csv", "is in `.git/` or `.github/`"],
    [".git/config", "is in `.git/` or `.github/`"],
    ["sub/.GIT/hooks/pre-push", "is in `.git/` or `.github/`"],
    [".git./hooks/pre-push", "is in `.git/` or `.github/`"],
    [".git::$DATA/config", "is in `.git/` or `.github/`"],
    ["event.json", "belongs to the machine that runs the job"],
    ["summary.md", "belongs to the machine that runs the job"],
    ["../temp/output", "belongs to the machine that runs the job"],
    ["../temp/_runner_file_commands/set_env_1", "belongs to the machine that runs the job"],
    ["../temp/_github_workflow/event.json", "belongs to the machine that runs the job"],
  ])("%s", (path, words) => {
    expect(() => plan(`csv: ${path}`)).toThrow(`the path of ${JSON.stringify(`csv: ${path}`)} ${words}`);
  });

  it.each(["reports/x.csv", "dist/x.csv", "../temp/x.csv", "action.yml", ".gitlab/x.csv", "github/x.csv"])(
    "%s may be",
    (path) => {
      expect(plan(`csv: ${path}`)).toHaveLength(1);
    },
  );

  // Proves: report-costs-nothing-something
  it("a file by its other name, a hard link: the report is its own file", async () => {
    put("source.txt");
    linkSync(at("source.txt"), at("second-name.csv"));
    await writeLines(["csv: second-name.csv"], VIEW, world);
    expect(readFileSync(at("source.txt"), "utf8")).toBe("source.txt");
  });
});

describe("the place of a report is cleared", () => {
  it("of whatever file was there, and of nothing else", () => {
    put("out/x.csv");
    put("out/y.csv");
    plan("csv: out/x.csv");
    expect([existsSync(at("out/x.csv")), existsSync(at("out/y.csv"))]).toEqual([false, true]);
  });

  // Proves: report-costs-nothing-something
  it("of a link, and what it leads to stays", () => {
    put("precious.txt");
    symlinkSync("precious.txt", at("link.csv"));
    plan("csv: link.csv");
    expect(existsSync(at("link.csv"))).toBe(false);
    expect(readFileSync(at("precious.txt"), "utf8")).toBe("precious.txt");
  });

  it("not outside of the workspace, where a terminal's report may go", () => {
    const outside = { ...world, isAtTerminal: true };
    writeFileSync(join(temporary.path, "kept.csv"), "kept");
    planReports(["csv: ../kept.csv"], TARGETS, outside);
    expect(readFileSync(join(temporary.path, "kept.csv"), "utf8")).toBe("kept");
  });

  it.skipIf(process.platform !== "linux")("or the run ends, as another file would pass for the report", () => {
    const wrong = { path: join(realpathSync(at(".")), "folder"), shown: "folder" };
    put("folder/x");
    expect(() => clearPlaces([wrong], world)).toThrow(
      /^\[report-file-not-written\] The file in the place of the report "folder" could not be removed/,
    );
  });
});

describe("after a wrong input", () => {
  const anyway = (lines: string[], targets = TARGETS, read: string[] = []) =>
    planAnyway({ lines, defaults: undefined }, targets, world, read).map(({ shown }) => shown);
  const isThere = (name: string) => existsSync(at(name));

  it("right lines are planned alongside wrong ones", () => {
    expect(anyway(["csv: a.csv", "cvs: b.csv", "html: ../../x.html", "markdown: a.csv"])).toEqual(["a.csv"]);
  });

  // Proves: no-earlier-run-s
  it("what is at the path of a line goes, also of one whose format is mistyped, and nothing else does", () => {
    for (const name of ["right.csv", "left.csv", "app.tar", "read.csv"]) put(name);
    anyway(["csv: right.csv", "cvs: left.csv", "image: app.tar", "csv: read.csv"], TARGETS, ["read.csv"]);
    expect(["right.csv", "left.csv", "app.tar", "read.csv"].filter(isThere)).toEqual(["app.tar", "read.csv"]);
  });

  // Proves: no-earlier-run-s
  it("what an earlier run left for targets that are not known goes, and files of other names stay", () => {
    const [name] = TARGETS.map(fileNameOf);
    const left = [`out/${name}.csv`, `out/${name}/index.html`];
    for (const each of [...left, "out/mine.csv", "out/[x]/mine.csv"]) put(each);
    anyway(["csv: out/{target}.csv", "html: out/{target}/index.html", "csv: out/[x]/{target}.csv"], []);
    expect(left.filter(isThere)).toEqual([]);
    expect(isThere("out/mine.csv") && isThere("out/[x]/mine.csv")).toBe(true);
  });

  it("what another run of the same job wrote for its own targets stays", () => {
    const [name] = TARGETS.map(fileNameOf);
    const others = ["out/other-0123abcd.csv", "out/20261201.csv"];
    for (const each of [...others, `out/${name}.csv`]) put(each);
    anyway(["cvs: out/{target}.csv"]);
    expect([...others, `out/${name}.csv`].filter(isThere)).toEqual(others);
  });
});
