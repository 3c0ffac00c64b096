import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultName } from "../../src/domain/image/target-names.ts";
import { withoutLogin } from "../../src/domain/secrets/logins.ts";
import type { Target } from "../../src/domain/target.ts";
import { matchingReports, reportedName } from "../../src/scan/given-reports.ts";
import { readGivenReport } from "../../src/scan/scan-report.ts";
import { resolveTargets } from "../../src/scan/targets.ts";
import type { ReportReader } from "../../src/scanners/scanner.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { HOSTILE } from "../render/hostile.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("given-reports");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

function report(path: string, name: unknown, below = world.workspace): void {
  mkdirSync(dirname(join(below, path)), { recursive: true });
  const document = { SchemaVersion: 2, ArtifactName: name, ArtifactType: "container_image" };
  writeFileSync(join(below, path), JSON.stringify(document, undefined, 2));
}
const none = { image: [], path: [], repository: [], sbom: [], trivyReport: [], platform: [] };
const targets = (...trivyReport: string[]) => resolveTargets({ ...none, trivyReport }, [trivyReports], world);
const read = (target: Target | undefined) => readGivenReport(target as Target, { reports: [trivyReports] }, world);
const failure = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return expect.unreachable();
};

describe("a pattern of reports", () => {
  it("is what matches it, sorted, in the workspace and in RUNNER_TEMP; dot files too, folders never", () => {
    for (const name of ["b", "a", "c/deep", ".dot"]) report(`reports/${name}/trivy-report.json`, `app-${name}`);
    mkdirSync(join(world.workspace, "reports/folder/trivy-report.json"), { recursive: true });
    report("reports/x/other.json", "no");
    expect(matchingReports("reports/*/trivy-report.json", world)).toEqual(
      [".dot", "a", "b"].map((name) => `reports/${name}/trivy-report.json`),
    );
    expect(matchingReports("./reports/**/trivy-report.json", world)).toHaveLength(4);
    expect(matchingReports("reports/?/trivy-*.json", world)).toHaveLength(2);
    report("down/a/r.json", "temporary", world.temp);
    const path = join(world.temp, "down/*/r.json");
    expect(matchingReports(path, world)).toEqual([join(world.temp, "down/a/r.json")]);
    expect(targets(path)).toMatchObject([{ label: "temporary (down/a/r.json)", file: "down/a/r.json" }]);
  });

  it("that nothing matches is an error that names it, and so is one outside, which is not searched", () => {
    for (const pattern of ["reports/*/none.json", "/etc/*", "../*/x.json", "/**/passwd"]) {
      expect(matchingReports(pattern, world)).toBeUndefined();
      const [target] = targets(pattern);
      expect(failure(() => read(target))).toMatchObject({
        code: "file-missing",
        what: expect.stringContaining(`No file matches the pattern ${JSON.stringify(pattern)}`),
      });
    }
  });

  // Proves: report-names-no-one
  it("leads nowhere by links: folders behind them are not looked through, and a link to a file outside is refused", () => {
    const outside = temporaryFolder("outside");
    report("a/r.json", "secret", outside.path);
    symlinkSync(outside.path, join(world.workspace, "link"));
    report("*/r.json", "secret", outside.path);
    for (const pattern of ["link/*/r.json", "link/**"]) {
      expect(matchingReports(pattern, world)).toBeUndefined();
      expect(targets(pattern)).toMatchObject([{ label: pattern, matchesNothing: true }]);
    }
    mkdirSync(join(world.workspace, "in"));
    symlinkSync(join(outside.path, "a/r.json"), join(world.workspace, "in/r.json"));
    expect(matchingReports("**/r.json", world)).toEqual(["in/r.json"]);
    const [target] = targets("in/*.json");
    expect(target?.label).toBe("in/r.json");
    expect(failure(() => read(target))).toMatchObject({
      code: "file-outside-workspace",
    });
    outside.remove();
  });

  // Proves: pattern-reports-pattern
  it("is a pattern although a file has that very name, which is one of those that match", () => {
    report("reports/a.json", "app");
    report("reports/*.json", "harmless");
    expect(targets("reports/*.json").map(({ label }) => label)).toEqual([
      "harmless (reports/*.json)",
      "app (reports/a.json)",
    ]);
    const [first] = targets("reports/*.json");
    expect(() => read(first)).not.toThrow("No file matches");
  });

  // Proves: pattern-reports-pattern
  it("that only a link's name matches matches nothing, and no file behind the link is read", () => {
    const outside = temporaryFolder("outside");
    report("r.json", "harmless", outside.path);
    symlinkSync(outside.path, join(world.workspace, "*"));
    const [target, ...others] = targets("*/r.json");
    expect([target?.label, ...others]).toEqual(["*/r.json"]);
    expect(failure(() => read(target))).toMatchObject({ code: "file-missing" });
    outside.remove();
  });

  it("and a path that mean the same report mean one target", () => {
    report("r/a.json", "app");
    expect(targets("r/*.json", "r/a.json")).toHaveLength(1);
    for (const other of ["./r/a.json", "r//a.json", "r/../r/a.json", join(world.workspace, "r/a.json")])
      expect(targets("r/*.json", other)).toMatchObject([{ label: "app (r/a.json)" }]);
  });
});

describe("what a report is about", () => {
  it("is shown alongside its path, and nothing else of it", () => {
    report("a.json", "ghcr.io/acme/app:1.2");
    expect(targets("a.json")).toMatchObject([{ label: "ghcr.io/acme/app:1.2 (a.json)" }]);
    report("a.json", "/builds/acme/out/app.tar");
    expect(targets("a.json")).toMatchObject([{ label: "app.tar (a.json)" }]);
    report("a.json", "https://me:a/hushHush42@git.example/acme/app");
    expect(targets("a.json")).toMatchObject([{ label: "https://***@git.example/acme/app (a.json)" }]);
    for (const text of HOSTILE) {
      report("a.json", text);
      const name = reportedName("a.json", [trivyReports], world);
      expect(name === undefined || withoutLogin(text).startsWith(name)).toBe(true);
      expect(name?.length ?? 0).toBeLessThanOrEqual(300);
    }
  });

  it.each([
    ["is missing", undefined],
    ["is not JSON", "ArtifactName"],
    ["has a number there", '{"ArtifactName": 7}'],
    ["ends in the middle of it", '{"ArtifactName": "app'],
    ["has nothing there", '{"ArtifactName": ""}'],
    ["has a wrong escape in it", '{"SchemaVersion": 2, "ArtifactName": "a\\x"}'],
    ["has it far behind", `{"x": "${"y".repeat(20_000)}", "ArtifactName": "app"}`],
  ])("is only its path if it %s", (_, text) => {
    if (text !== undefined) writeFileSync(join(world.workspace, "a.json"), text);
    expect(targets("a.json")).toMatchObject([{ label: "a.json", file: "a.json" }]);
  });

  // Proves: report-names-no-one
  it("does not choose the gate's name, by which its comment is found", async () => {
    report("a.json", "ghcr.io/acme/other-gate");
    const named = targets("a.json").map((target) => ({ target }));
    expect(await defaultName(named)).toBe("a.json");
  });
});

describe("a document's reader", () => {
  const other: ReportReader = {
    name: "Other",
    madeBy: "Other's JSON",
    owns: (document) => typeof document === "object" && document !== null && "manifest_hash" in document,
    subjectIn: (start) => /"manifest_hash":"([^"]+)"/.exec(start)?.[1],
    given: () => {
      throw new Error("read by the other");
    },
    earlier: () => {
      throw new Error("read by the other");
    },
  };
  const readers = [trivyReports, other] as const;
  const read = (name: string, text: string, input: "trivyReport" | "scanReport" = "trivyReport") => {
    writeFileSync(join(world.workspace, name), text);
    const [target] = resolveTargets({ ...none, [input]: [name] }, readers, world);
    return {
      target,
      reading: () => readGivenReport(target as NonNullable<typeof target>, { reports: readers }, world),
    };
  };

  it("is the one that knows it, whose name for it is shown", () => {
    const { target, reading } = read("other.json", '{"manifest_hash":"sha256:ab"}', "scanReport");
    expect(target?.label).toBe("sha256:ab (other.json)");
    expect(reading).toThrow("read by the other");
  });

  it("reads nothing in the input that is for one scanner's: the error names the other input", () => {
    const { target, reading } = read("other.json", '{"manifest_hash":"sha256:ab"}');
    expect(target?.label).toBe("other.json");
    expect(reading).toThrow(/^\[report-unsupported\] The Trivy report comes from Other\. Name it in `scan-report`/);
  });

  it.each([
    ["is not JSON", "{"],
    ["has an unknown format", '{"hello":"world"}'],
  ])("is the first one if it %s, and its error is shown", (_, text) => {
    expect(read("wrong.json", text).reading).toThrow(/^\[report-(?:invalid|unsupported)\]/);
  });

  it("is undefined if two would read it", () => {
    const { reading } = read("two.json", '{"SchemaVersion":2,"manifest_hash":"sha256:ab"}');
    expect(reading).toThrow(/^\[report-unsupported\] .*Trivy and Other/);
  });
});
