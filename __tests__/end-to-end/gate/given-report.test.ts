import { describe, expect, it } from "vitest";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";
import { trivyReport } from "../../support/runs/trivy-report.ts";

const stage = await shared(openStage("given-report"));

const row = { VulnerabilityID: "CVE-2099-1", PkgName: "x", InstalledVersion: "1", Severity: "CRITICAL" };
const base = { SchemaVersion: 2, ArtifactName: "ghcr.io/acme/app:1", ArtifactType: "container_image" };
const bad = JSON.stringify({ ...base, Results: [{ Target: "a", Vulnerabilities: [row] }] });
const clean = trivyReport([], { ArtifactName: base.ArtifactName });
const layer = (digit: string) => `sha256:${digit.repeat(64)}`;

describe("a given report that would pass by a second reading", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["a second list of results", bad.replace(/\}$/, ',"Results":[]}'), "report-ambiguous"],
    [
      "a second severity",
      bad.replace('"Severity"', '"Severity":"CRITICAL","\\u0053everity":"LOW","x"'),
      "report-ambiguous",
    ],
    ["results under a name that only Go reads", bad.replace('"Results"', '"results"'), "report-ambiguous"],
    ["no severity", bad.replace('"Severity"', '"severity"'), "report-invalid"],
    ["its own severity", bad.replace("CRITICAL", "CRITICAL!"), "report-invalid"],
    [
      "findings of another image's layer",
      JSON.stringify({
        ...base,
        Metadata: { DiffIDs: [layer("a")] },
        Results: [{ Target: "a", Vulnerabilities: [{ ...row, Severity: "LOW", Layer: { DiffID: layer("b") } }] }],
      }),
      "report-contradictory",
    ],
    [
      "that it is of a cluster",
      JSON.stringify({ ClusterName: "a", Resources: [{ Kind: "Pod" }] }),
      "report-unsupported",
    ],
    [
      "a list, as Trivy wrote it before 0.20",
      JSON.stringify([{ Target: "app", Vulnerabilities: [row] }]),
      "report-unsupported",
    ],
  ];
  // Proves: given-report-says-one
  it(`is an error with a code, whatever the limits: ${cases.map(([what]) => what).join(", ")}`, async () => {
    const files = Object.fromEntries(cases.map(([, text], index) => [`${index}.json`, text]));
    const inputs = { "trivy-report": [...Object.keys(files), "clean.json"].join("\n") };
    const result = await stage.run(inputs, { files: { ...files, "clean.json": clean } });
    expect(result.results.map(({ code }) => code)).toEqual([...cases.map(([, , code]) => code), undefined]);
    expect(result.results.at(-1)?.verdict).toBe("pass");
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
  });
});

describe("a given report alongside a target whose scanner cannot be had", () => {
  const files = { "bad.json": bad, "clean.json": clean };
  const given = { "trivy-report": "bad.json\nclean.json", path: "." };
  // Proves: scanner-cannot-had-takes
  it.each([
    ["there is no such program", { "trivy-binary": "./nowhere" }, /^trivy-/],
    [
      "its release is a bad one",
      { "trivy-binary": "", "trivy-sha256": "", "trivy-version": "0.69.4" },
      "trivy-known-bad",
    ],
    ["there is no database", { "db-repository": "127.0.0.1:9/none:2" }, "database-unavailable"],
  ] as const)("has its own verdict, and the target is an error: %s", async (_, inputs, code) => {
    const result = await stage.run({ ...given, ...inputs }, { files, toolCache: stage.nextFolder() });
    const verdicts = result.results.map(({ target, verdict }) => [target, verdict]);
    expect(verdicts).toEqual([
      [".", "error"],
      ["ghcr.io/acme/app:1 (bad.json)", "fail"],
      ["ghcr.io/acme/app:1 (clean.json)", "pass"],
    ]);
    expect(result.results[0]?.code).toEqual(typeof code === "string" ? code : expect.stringMatching(code));
    expect(result.report.findings.map(({ id }) => id)).toEqual(["CVE-2099-1"]);
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.code).toBe(1);
  });
});

describe("a given report that others wrote", () => {
  it("is judged without lists of packages, which is not called none", async () => {
    const Results = [...JSON.parse(bad).Results, { Target: "app (debian 12.8)", Class: "os-pkgs", Type: "debian" }];
    const old = JSON.stringify({ ...base, Metadata: { OS: { Family: "debian", Name: "12.8" } }, Results });
    const result = await stage.run({ "trivy-report": "old.json" }, { files: { "old.json": old } });
    expect(result.results).toMatchObject([{ verdict: "fail" }]);
    expect(result.report.targets[0]?.artifact).not.toHaveProperty("packages");
    for (const text of [result.log, result.summary]) expect(text).not.toContain("recognised no packages");
    // Its findings show that packages were scanned, so the log says no more than the comment.
    expect(result.log).not.toContain("lists no packages");
  });
});
