import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detectPlatform } from "../../src/platforms/detect.ts";
import { githubPlatform } from "../../src/platforms/github/platform.ts";
import { reportFacts } from "../../src/reports/facts.ts";
import { planAnyway } from "../../src/reports/plan-anyway.ts";
import { planReports } from "../../src/reports/planned-reports.ts";
import { writeReports } from "../../src/reports/write.ts";
import { target, view } from "../render/build.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/folder.ts";

const temporary = temporaryFolder("protected");
let world: TestWorld;
const VIEW = view([target([], { label: "app:1" })]);
const TARGETS = VIEW.verdict.targets.map((each) => each.target);
const at = (name: string) => join(world.workspace, name);
const plan = (line: string) => planReports([line], TARGETS, world);
const write = async (line: string) =>
  writeReports(plan(line), VIEW, reportFacts(VIEW, githubPlatform(world), world), world);

beforeAll(() => {
  world = testWorld(realpathSync(temporary.path));
  const files = ["README.md", "dist/index.js", "lib/dist/a.js", "kept/report.csv", "source.txt"];
  for (const name of files) {
    mkdirSync(join(at(name), ".."), { recursive: true });
    writeFileSync(at(name), name);
  }
  execFileSync("git", ["init"], { cwd: world.workspace, stdio: "ignore" });
  execFileSync("git", ["add", "-A"], { cwd: world.workspace, stdio: "ignore" });
  const commands = join(world.temp, "_runner_file_commands");
  mkdirSync(commands);
  const output = { GITHUB_OUTPUT: join(world.temp, "output"), GITHUB_ENV: join(commands, "set_env_1") };
  const env = { ...output, GITHUB_EVENT_PATH: at("event.json"), GITHUB_STEP_SUMMARY: at("summary.md") };
  Object.assign(world, { runnerFiles: detectPlatform(env).ownFiles?.(env) });
});
afterAll(() => temporary.remove());

describe("no report is written over", () => {
  it.each([
    [".github/workflows/ci.yml", "is what jobs run on"],
    [".GitHub/x.csv", "is what jobs run on"],
    ["sub/.github/x.csv", "is what jobs run on"],
    ["action.yml", "is what jobs run on"],
    ["sub/Action.YAML", "is what jobs run on"],
    ["action.yml.", "is what jobs run on"],
    ["action.yml::$DATA", "is what jobs run on"],
    ["package.json", "is what jobs run on"],
    ["app/package-lock.json", "is what jobs run on"],
    ["app/node_modules/x/index.js", "is what jobs run on"],
    ["README.md", "is tracked by Git, and no report of Image Gate"],
    ["readme.MD", "is tracked by Git, and no report of Image Gate"],
    ["dist/index.js", "is tracked by Git"],
    ["dist/new.csv", "lies in a `dist` that is tracked by Git"],
    ["lib/DIST/deep/new.csv", "lies in a `dist` that is tracked by Git"],
    ["event.json", "belongs to the machine that runs the job"],
    ["summary.md", "belongs to the machine that runs the job"],
    ["../temp/output", "belongs to the machine that runs the job"],
    ["../temp/_runner_file_commands/set_env_1", "belongs to the machine that runs the job"],
    ["../temp/_github_workflow/event.json", "belongs to the machine that runs the job"],
  ])("%s", (path, words) => {
    expect(() => plan(`csv: ${path}`)).toThrow(`the path of ${JSON.stringify(`csv: ${path}`)} ${words}`);
  });

  it.each(["reports/x.csv", "out/dist/x.csv", "../temp/x.csv", "actions.yml", "github/x.csv"])("%s may be", (path) => {
    expect(plan(`csv: ${path}`)).toHaveLength(1);
  });

  it("but a report of ours that is tracked is kept current", async () => {
    expect(() => plan("csv: kept/report.csv")).toThrow("tracked by Git");
    rmSync(at("kept/report.csv"));
    await write("csv: fresh.csv");
    writeFileSync(at("kept/report.csv"), readFileSync(at("fresh.csv")));
    for (const format of ["csv", "html", "markdown", "sarif", "junit", "gitlab"]) {
      await write(`${format}: kept/report.csv`);
      expect(plan("csv: kept/report.csv")).toHaveLength(1);
    }
  });

  // Proves: report-costs-nothing-something
  it("a tracked file by its other name, a hard link: the report is a file of its own", async () => {
    linkSync(at("source.txt"), at("second-name.csv"));
    await write("csv: second-name.csv");
    expect(readFileSync(at("source.txt"), "utf8")).toBe("source.txt");
  });

  it("what is there while Git's index cannot be read", () => {
    const index = at(".git/index");
    const whole = readFileSync(index);
    writeFileSync(index, whole.subarray(0, 50));
    expect(() => plan("csv: source.txt")).toThrow("may be tracked by Git, whose index cannot be read");
    expect(plan("csv: not-there.csv")).toHaveLength(1);
    writeFileSync(index, whole);
  });
});

describe("after a wrong input", () => {
  const anyway = (lines: string[], more: Partial<Parameters<typeof planAnyway>[0]> = {}) =>
    planAnyway({ lines, targets: TARGETS, isKnown: true, read: [], ...more }, world).map(({ shown }) => shown);
  const isThere = (name: string) => {
    try {
      return readFileSync(at(name)).length > 0;
    } catch {
      return false;
    }
  };

  it("right lines are planned beside wrong ones", () => {
    expect(anyway(["csv: a.csv", "cvs: b.csv", "html: ../../x.html", "markdown: a.csv", "csv: README.md"])).toEqual([
      "a.csv",
    ]);
  });

  it("what an earlier run left at the path of a wrong line goes, and nothing else does", async () => {
    await write("csv: left.csv");
    writeFileSync(at("other.csv"), "a,b");
    anyway(["cvs: left.csv", "cvs: other.csv"]);
    expect([isThere("left.csv"), isThere("other.csv")]).toEqual([false, true]);
    expect(world.lines).toContain('info: Removed "left.csv", which an earlier run left.');
  });

  it("what an earlier run left for targets that are not known goes", async () => {
    await write("csv: out/{target}.csv");
    await write("html: out/{target}/index.html");
    writeFileSync(at("out/mine.csv"), "a,b");
    anyway(["csv: out/{target}.csv", "html: out/{target}/index.html"], { targets: [], isKnown: false });
    expect(isThere("out/app-1.csv") || isThere("out/app-1/index.html")).toBe(false);
    expect(isThere("out/mine.csv")).toBe(true);
  });

  // Proves: no-earlier-run-s
  it("where any file may be a target, only a report of ours is written over", async () => {
    await write("csv: ours.csv");
    writeFileSync(at("theirs.csv"), "a,b");
    const lines = ["csv: ours.csv", "csv: theirs.csv", "csv: free.csv"];
    expect(anyway(lines, { isKnown: false })).toEqual(["ours.csv", "free.csv"]);
    expect(anyway(lines, { isKnown: false, read: ["ours.csv"] })).toEqual(["free.csv"]);
    expect(isThere("ours.csv")).toBe(true);
  });
});
