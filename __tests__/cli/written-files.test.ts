import { lstatSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keepReports, withKept } from "../../src/cli/gate/report-folder.ts";
import { writeWhole } from "../../src/cli/terminal.ts";
import { cliWorld } from "./world.ts";

describe("the file of --output", () => {
  it("is written behind a link, which stays one", () => {
    using world = cliWorld({ "real.json": "old" });
    symlinkSync("real.json", world.at("link.json"));
    writeWhole(world.at("link.json"), "new", "The file");
    expect(lstatSync(world.at("link.json")).isSymbolicLink()).toBe(true);
    expect(readFileSync(world.at("real.json"), "utf8")).toBe("new");
  });

  it("may be a device, in whose place no file is put", () => {
    using world = cliWorld();
    symlinkSync("/dev/null", world.at("null"));
    writeWhole(world.at("null"), "new", "The file");
    expect(lstatSync(world.at("null")).isSymbolicLink()).toBe(true);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("is refused if it is a folder", () => {
    using world = cliWorld({ "folder/a": "" });
    expect(() => writeWhole(world.at("folder"), "new", "The file")).toThrow("[answer-not-written]");
  });
});

describe("the folder of --report-dir", () => {
  it("is what outputs name in place of the run's own folder", () => {
    const results = '[{"trivyReport":"/tmp/run/a.json","x":"/tmp/running"}]';
    const values = { report: "/tmp/run/report.json", "trivy-report": "/tmp/run/a.json\n/given.json", results };
    expect(withKept(values, "/tmp/run", "kept/$&/")).toEqual({
      report: "kept/$&/report.json",
      "trivy-report": "kept/$&/a.json\n/given.json",
      results: '[{"trivyReport":"kept/$&/a.json","x":"/tmp/running"}]',
    });
  });

  const REPORT = { "run/report.json": "new", "run/other.txt": "no report" };

  it("gets the reports, in the place of a link and not where it leads", () => {
    using world = cliWorld({ ...REPORT, "secret.json": "kept" });
    mkdirSync(world.at("kept"));
    symlinkSync("../secret.json", world.at("kept/report.json"));
    keepReports(world.runFolder, "kept", { workspace: world.path, temp: world.runFolder });
    expect(readFileSync(world.at("secret.json"), "utf8")).toBe("kept");
    expect(lstatSync(world.at("kept/report.json")).isFile()).toBe(true);
    expect(readFileSync(world.at("kept/report.json"), "utf8")).toBe("new");
    keepReports(world.runFolder, "kept", { workspace: world.path, temp: world.runFolder });
  });

  it("is refused if a link of the workspace leads it elsewhere", () => {
    using world = cliWorld({ ...REPORT, "elsewhere/report.json": "kept", "work/a": "" });
    symlinkSync("../elsewhere", world.at("work/kept"));
    const folders = { workspace: world.at("work"), temp: world.runFolder };
    expect(() => keepReports(world.runFolder, "kept", folders)).toThrow(/answer-not-written.*symbolic link "kept"/);
    expect(() => keepReports(world.runFolder, "kept/below", folders)).toThrow("answer-not-written");
    expect(readFileSync(world.at("elsewhere/report.json"), "utf8")).toBe("kept");
  });

  it("is refused in Git's own folder", () => {
    using world = cliWorld(REPORT);
    const folders = { workspace: world.path, temp: world.runFolder };
    expect(() => keepReports(world.runFolder, ".git/kept", folders)).toThrow(/answer-not-written.*is in `.git\/`/);
  });

  it("may be behind a link of the user's own, outside of the workspace", () => {
    using world = cliWorld({ ...REPORT, "elsewhere/a": "", "work/a": "" });
    symlinkSync("elsewhere", world.at("link"));
    keepReports(world.runFolder, world.at("link"), { workspace: world.at("work"), temp: world.runFolder });
    expect(readFileSync(world.at("elsewhere/report.json"), "utf8")).toBe("new");
  });
});
