import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { DefaultReports } from "../../src/job/job.ts";
import { terminalPlatform } from "../../src/job/terminal/platform.ts";
import { reportFacts } from "../../src/reports/facts.ts";
import { planAnyway, planReports } from "../../src/reports/planned-reports.ts";
import { writeReports } from "../../src/reports/write.ts";
import { failed, judged, target, view } from "../render/build.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("default-reports");
afterAll(() => folder.remove());
let runs = 0;
let world: TestWorld;
beforeEach(() => {
  world = testWorld(join(folder.path, String(++runs)));
});

const DEFAULTS: DefaultReports = {
  lines: [
    "gitlab: gl-container-scanning-report.json",
    "gitlab-code-quality: gl-code-quality-report.json",
    "gitlab-sbom: gl-sbom-{target}.cdx.json",
    "junit: gl-junit-report.xml",
    "html: image-gate-report.html",
    "gitlab-annotations: gl-annotations-report.json",
  ],
  pageOf: (path) => `https://gitlab.example/acme/app/-/jobs/7/artifacts/file/${path}`,
};
const VIEW = view([target([judged()], { label: "app:1" })]);
const TARGETS = VIEW.verdict.targets.map((each) => each.target);
const shown = (lines: readonly string[]) =>
  planReports({ lines, defaults: DEFAULTS }, TARGETS, world).map((report) => report.shown);
const write = (planned: Parameters<typeof writeReports>[0], of = VIEW) => {
  const { pageOf } = DEFAULTS;
  return writeReports(planned, of, { ...reportFacts(of, terminalPlatform(), world), pageOf }, world);
};

describe("reports that a platform shows by itself", () => {
  it("are planned alongside the user's, and all are written", async () => {
    const planned = planReports({ lines: ["csv: x.csv"], defaults: DEFAULTS }, TARGETS, world);
    expect(await write(planned)).toHaveLength(7);
    expect(world.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  it("link the page for people, although it is planned before the links", async () => {
    await write(
      planReports({ lines: [], defaults: { ...DEFAULTS, lines: DEFAULTS.lines.toReversed() } }, TARGETS, world),
    );
    const links = JSON.parse(readFileSync(join(world.workspace, "gl-annotations-report.json"), "utf8"));
    const url = "https://gitlab.example/acme/app/-/jobs/7/artifacts/file/image-gate-report.html";
    expect(links).toEqual({ "Image Gate": [{ external_link: { label: "The whole report", url } }] });
  });

  it("are not wanted twice, and give way to the user's own, with a warning", () => {
    expect(shown(["junit:gl-junit-report.xml"])).toHaveLength(6);
    expect(world.lines).toEqual([]);
    expect(shown(["csv: gl-junit-report.xml"])).toHaveLength(6);
    expect(world.lines).toEqual([
      expect.stringMatching(/^warning: \[default-report-left-out\] .*"junit: gl-junit-report.xml" is not written/),
    ]);
  });

  // Proves: file-repository-does-not
  it("take the place of what the repository has there, before anything is scanned", () => {
    const path = join(world.workspace, "gl-code-quality-report.json");
    writeFileSync(path, '[{"description":"all is well"}]\n');
    expect(shown([])).toHaveLength(6);
    expect(existsSync(path)).toBe(false);
    mkdirSync(path);
    expect(shown([])).toHaveLength(5);
    expect(world.lines).toEqual([
      expect.stringMatching(/^warning: \[default-report-left-out\] .*"gitlab-code-quality: .* is a folder/),
    ]);
  });

  it("do not hide a mistake of the user's", () => {
    expect(() => shown(["cvs: x.csv"])).toThrow("[reports-invalid]");
  });

  it("of a run that could not judge replace an earlier run's reports, and its SBOMs go", async () => {
    const earlier = planReports({ lines: [], defaults: DEFAULTS }, TARGETS, world);
    await write(earlier);
    writeFileSync(join(world.workspace, "gl-code-quality-report.json"), "[]\n");
    const [judgedTarget] = TARGETS;
    const undecided = { ...failed({}, "app:1"), ...(judgedTarget && { target: judgedTarget }) };
    await write(planAnyway({ lines: [], defaults: DEFAULTS }, TARGETS, world, []), view([undecided]));
    const quality = JSON.parse(readFileSync(join(world.workspace, "gl-code-quality-report.json"), "utf8"));
    expect(quality).toMatchObject([{ severity: "blocker" }]);
    expect(existsSync(earlier.find(({ format }) => format === "gitlab-sbom")?.path ?? "")).toBe(false);
    expect(world.lines.join("\n")).toContain("[sbom-not-made] Targets that ended in an error have no SBOM");
  });
});
