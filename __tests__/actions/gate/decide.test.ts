import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decide } from "../../../src/actions/gate/decide.ts";
import { gateRun } from "../../../src/actions/gate/gate-run.ts";
import { readInputs } from "../../../src/actions/gate/inputs.ts";
import { type FakePlatform, fakePlatform } from "../../job/fake-platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// Given reports only; __tests__/end-to-end/gate/ has the same with a scanner.

const folder = temporaryFolder("decide");
afterAll(() => folder.remove());
let count = 0;

const REPORT = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: "ghcr.io/acme/app:1",
  ArtifactType: "container_image",
  Metadata: { OS: { Family: "debian", Name: "12.7" } },
  Results: [
    {
      Target: "ghcr.io/acme/app:1 (debian 12.7)",
      Class: "os-pkgs",
      Type: "debian",
      Packages: [{ ID: "libssl3@3.0.11-1", Name: "libssl3", Version: "3.0.11-1" }],
      Vulnerabilities: [
        {
          VulnerabilityID: "CVE-2024-6119",
          PkgID: "libssl3@3.0.11-1",
          PkgName: "libssl3",
          InstalledVersion: "3.0.11-1",
          FixedVersion: "3.0.15-1",
          Status: "fixed",
          Severity: "HIGH",
          Title: "A title",
        },
      ],
    },
  ],
});

/**
 * A run with these inputs on these files. `decide` may ask only for kept reports and for a base's rules, which are
 * none.
 */
async function run(
  inputs: Readonly<Record<string, string>>,
  { files = {}, platform = {} }: { files?: Readonly<Record<string, string>>; platform?: FakePlatform } = {},
) {
  const env = Object.fromEntries(
    Object.entries({ "trivy-report": "report.json", cache: "false", ...inputs }).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      value,
    ]),
  );
  const world = testWorld(join(folder.path, String(count++)), { env: { PATH: process.env.PATH, ...env } });
  for (const [path, text] of Object.entries({ "report.json": REPORT, ...files })) {
    const file = join(world.workspace, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const asked = fakePlatform({
    forge: {
      rules: async () => ({ absent: true }),
      keptReports: async () => (async function* () {})(),
    },
    keepReport: async () => {},
    ...platform,
  });
  const context = gateRun(world, asked);
  const decided = decide(readInputs(world.env), context, asked, world);
  // The record is complete when the run has ended. The test itself looks at how the run ended.
  await decided.catch(() => {});
  return { context, world, decided };
}

const policy = (text: string) => ({ files: { ".github/image-gate.yml": text } });
const FORGIVING = policy("version: 1\nthresholds:\n  high: 1\n");

describe("deciding on a given report", () => {
  it("judges it without a scanner and without a cache, and says what reporting needs", async () => {
    const { context, decided, world } = await run({});
    const verdict = await decided;
    expect(verdict).toMatchObject({ answer: "fail", targets: [{ answer: "fail" }] });
    expect(context.targets).toMatchObject([{ kind: "trivy-report", input: "report.json" }]);
    expect(context.scans.outcomes).toHaveLength(1);
    expect(context.policy.source).toMatchObject({ from: "workspace" });
    expect(context.reports).toBeUndefined();
    expect(context.sboms).toBeUndefined();
    expect(context.cache).toBeUndefined();
    expect(world.lines.filter((line) => /^(warning|error)/.test(line))).toEqual([]);
  });

  it("goes by the policy, and an input goes before it", async () => {
    expect(await (await run({}, FORGIVING)).decided).toMatchObject({ answer: "pass" });
    expect(await (await run({ "max-high": "0" }, FORGIVING)).decided).toMatchObject({ answer: "fail" });
    expect(await (await run({ "max-high": "1" })).decided).toMatchObject({ answer: "pass" });
  });

  it.each([
    ["has a name for later runs to compare with", {}, true],
    ["has none offline", { offline: "true" }, false],
    ["has none without a baseline", { baseline: "none" }, false],
  ])("%s", async (_, inputs, named) => {
    const { context, decided } = await run(inputs);
    await decided;
    expect(context.keptAs !== undefined).toBe(named);
  });

  it("keeps the name that the user typed, and none that the report gives itself", async () => {
    const typed = await run({ name: "acme-web" });
    await typed.decided;
    expect(typed.context.keptAs).toBe("acme-web");
    const untyped = await run({});
    await untyped.decided;
    expect(untyped.context.keptAs).not.toContain("acme/app");
  });

  it("keeps nothing to compare with of a run that ended in error", async () => {
    const { context, decided } = await run({ path: "app", "trivy-binary": "no/such/trivy" });
    expect(await decided).toMatchObject({ answer: "error" });
    expect(context.keptAs).toBeUndefined();
  });
});

describe("what breaks a decision", () => {
  it("without a scanner is the error of the targets that need one: a given report is judged all the same", async () => {
    const { decided } = await run({ path: "app", "trivy-binary": "no/such/trivy" });
    const { targets } = await decided;
    const answers = targets.map(({ target, answer }) => [target.kind, answer]).sort();
    expect(answers).toEqual([
      ["path", "error"],
      ["trivy-report", "fail"],
    ]);
  });

  it("is the lack of a scanner if every target needs it", async () => {
    const inputs = { "trivy-report": "", path: ".", "trivy-binary": "no/such/trivy" };
    const { context, decided } = await run(inputs);
    await expect(decided).rejects.toMatchObject({ code: expect.stringMatching(/^(file|trivy|program)-/) });
    expect(context.targets).toHaveLength(1);
  });

  it("reports each missing target, and not that a scanner is missing, if every target is missing", async () => {
    const inputs = { "trivy-report": "", image: "./none.tar", sbom: "none.json", "trivy-binary": "no/such/trivy" };
    const { decided } = await run(inputs);
    const { targets } = await decided;
    expect(targets.map((target) => target.answer === "error" && target.error.code)).toEqual([
      "image-missing",
      "file-missing",
    ]);
  });

  it("is a wrong policy: by then the targets and the wanted reports are known, and no rule is", async () => {
    const { context, decided } = await run({ reports: "csv: out.csv" }, policy("version: 1\nthreshold: {}\n"));
    await expect(decided).rejects.toMatchObject({ code: expect.stringMatching(/^policy-/) });
    expect(context.targets).toHaveLength(1);
    expect(context.reports).toMatchObject([{ format: "csv", shown: "out.csv" }]);
    expect(context.policy.policy.exceptions).toEqual([]);
    expect(context.scans.outcomes).toEqual([]);
  });

  it("is a report in the place of a file that the run reads, before anything is read", async () => {
    const { context, decided } = await run({ reports: "csv: report.json" }, policy("no policy"));
    await expect(decided).rejects.toMatchObject({ code: "reports-invalid" });
    expect(context.reports).toBeUndefined();
  });

  it("is a Dockerfile that is not there, before anything is scanned", async () => {
    const { context, decided } = await run({ dockerfile: "Dockerfile" });
    await expect(decided).rejects.toMatchObject({ code: expect.stringMatching(/^file-/) });
    expect(context.scans.outcomes).toEqual([]);
  });
});
