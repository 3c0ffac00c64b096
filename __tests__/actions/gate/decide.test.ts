import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decide } from "../../../src/actions/gate/decide.ts";
import { gateRun } from "../../../src/actions/gate/gate-run.ts";
import { readInputs } from "../../../src/actions/gate/inputs.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { fakePlatform } from "../../job/fake-platform.ts";
import { clair, vulnerability } from "../../scanners/clair/sample.ts";
import { grype, match, pythonMatch } from "../../scanners/grype/sample.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { env } from "../given-inputs.ts";

// Given reports only; __tests__/end-to-end/gate/ has the same with a scanner.

const folder = temporaryFolder("decide");
afterAll(() => folder.remove());
let count = 0;

const hex = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A row of Trivy's on the distribution's OpenSSL. */
const openssl = (id: string, more: object = {}) => ({
  VulnerabilityID: id,
  PkgName: "libssl3",
  PkgIdentifier: { PURL: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12.7" },
  InstalledVersion: "3.0.11-1",
  FixedVersion: "3.0.99-1",
  Status: "fixed",
  Severity: "MEDIUM",
  Title: `Title of ${id}`,
  ...more,
});

/** Trivy's report, with a list of packages. */
function trivy(rows: readonly object[], { metadata = {}, system = "debian" } = {}) {
  return {
    SchemaVersion: 2,
    ArtifactName: "ghcr.io/acme/app:1",
    ArtifactType: "container_image",
    CreatedAt: "2026-11-28T10:00:00Z",
    Metadata: { OS: { Family: system, Name: "12.7" }, ImageID: hex("c"), ...metadata },
    Results: [
      {
        Target: "ghcr.io/acme/app:1 (debian 12.7)",
        Class: "os-pkgs",
        Type: "debian",
        Packages: [{ ID: "libssl3@3.0.11-1", Name: "libssl3", Version: "3.0.11-1" }],
        Vulnerabilities: rows,
      },
    ],
  };
}

type Values = Readonly<Record<string, string>>;
type Files = Readonly<Record<string, unknown>>;

/**
 * A run with these inputs on these files. `decide` may ask only for kept reports and for a base's rules, which are
 * none.
 */
async function run(inputs: Values, files: Files = {}) {
  const given = env({ "trivy-report": "report.json", cache: "false", ...inputs });
  const world = testWorld(join(folder.path, String(count++)), { env: { PATH: process.env.PATH, ...given } });
  const report = trivy([openssl("CVE-2024-6119", { Severity: "HIGH" })]);
  for (const [path, value] of Object.entries({ "report.json": report, ...files })) {
    const file = join(world.workspace, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  }
  const asked = fakePlatform({
    forge: {
      rules: async () => ({ absent: true }),
      keptReports: async () => (async function* () {})(),
    },
    keepReport: async () => {},
  });
  const context = gateRun(world, asked);
  const decided = decide(readInputs(world.env), context, asked, world);
  // The record is complete when the run has ended. The test itself looks at how the run ended.
  await decided.catch(() => {});
  return { context, world, decided };
}

const policy = (text: string) => ({ ".github/image-gate.yml": text });
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

async function judged(inputs: Values, files: Files, rules = "version: 1\n"): Promise<Verdict> {
  const given = { "trivy-report": "", baseline: "none", ...inputs };
  return (await run(given, { ...files, ...policy(rules) })).decided;
}

const rowsOf = ({ targets }: Verdict) =>
  targets.map((target) =>
    target.answer === "error"
      ? `${target.target.label}: ${target.error.code}`
      : target.findings.map(({ finding, outcome }) => {
          const by = finding.opinions?.map(({ scanner }) => scanner).join("+");
          return `${finding.severity} ${finding.id} ${by} ${outcome}`;
        }),
  );

const files = {
  // Trivy rates the common finding MEDIUM, Grype High. Each has a separate one on the same package.
  "trivy.json": trivy([openssl("CVE-2099-0001"), openssl("CVE-2099-0003", { Severity: "LOW" })]),
  "grype.json": grype([match(), pythonMatch(), match({ vulnerability: { id: "CVE-2099-0004", severity: "Low" } })]),
};
const SAME = { "trivy-report": "trivy.json as acme/app:1", "scan-report": "grype.json as acme/app:1" };

describe("reports with one name", () => {
  it("are opinions on one target: each finding once, with the highest severity", async () => {
    const verdict = await judged(SAME, files);
    expect(rowsOf(verdict)).toEqual([
      [
        "HIGH CVE-2099-0001 Grype+Trivy open",
        "MEDIUM CVE-2099-0002 Grype open",
        "LOW CVE-2099-0003 Trivy open",
        "LOW CVE-2099-0004 Grype open",
      ],
    ]);
    expect(verdict.targets[0]?.target.label).toBe("acme/app:1 (trivy.json, grype.json)");
    expect(verdict.answer).toBe("fail");
  });

  it("count by the severity of the scanner that the policy names first", async () => {
    const verdict = await judged(SAME, files, "version: 1\nseverity-from: [trivy, grype]\n");
    expect(rowsOf(verdict)[0]?.slice(0, 2)).toEqual([
      "MEDIUM CVE-2099-0001 Grype+Trivy open",
      "MEDIUM CVE-2099-0002 Grype open",
    ]);
    expect(verdict.answer).toBe("pass");
  });

  it("count with `agreement: all` what each scanner sees that could; Python is nothing that Trivy's report shows", async () => {
    const verdict = await judged(SAME, files, "version: 1\nagreement: all\n");
    expect(rowsOf(verdict)).toEqual([
      [
        "HIGH CVE-2099-0001 Grype+Trivy open",
        "MEDIUM CVE-2099-0002 Grype open",
        "LOW CVE-2099-0003 Trivy not-counted",
        "LOW CVE-2099-0004 Grype not-counted",
      ],
    ]);
  });

  it("stay two targets under two names, and are one by one digest", async () => {
    const two = await judged({ "scan-report": "trivy.json as acme/a:1\ngrype.json as acme/b:1" }, files);
    expect(two.targets).toHaveLength(2);
    const named = { ...files, "trivy.json": trivy([], { metadata: { RepoDigests: [`acme/app@${hex("d")}`] } }) };
    const lines = `trivy.json as acme/app:1@${hex("d")}\ngrype.json as mirror.test/app@${hex("d")}`;
    const one = await judged({ "scan-report": lines }, named);
    expect(one.targets).toHaveLength(1);
  });

  // Proves: second-opinion-takes-no
  it("are an error if they are about two images, and if one of them cannot be read", async () => {
    const other = { ...files, "grype.json": grype([], { source: { imageID: hex("e") } }) };
    expect(rowsOf(await judged(SAME, other))).toEqual(["acme/app:1 (trivy.json, grype.json): report-of-another-image"]);
    const cut = { ...files, "grype.json": JSON.stringify(files["grype.json"]).slice(0, -9) };
    const verdict = await judged(SAME, cut);
    expect(rowsOf(verdict)).toEqual(["acme/app:1 (trivy.json, grype.json): report-invalid"]);
    expect(verdict.reason).toContain("grype.json");
  });

  it("of one scanner on several platforms are their own targets", async () => {
    const arm = { Metadata: { ImageID: hex("f"), ImageConfig: { os: "linux", architecture: "arm64" } } };
    const reports = {
      "a.json": trivy([openssl("CVE-2099-0001")]),
      "b.json": { ...trivy([openssl("CVE-2099-0002")]), ...arm },
    };
    const verdict = await judged({ "trivy-report": "a.json as acme/app:1\nb.json as acme/app:1" }, reports);
    expect(verdict.targets.map(({ target }) => target.label)).toEqual(["acme/app:1 (a.json)", "acme/app:1 (b.json)"]);
  });

  // Proves: second-opinion-takes-no
  it("need one scanner that has advisories for the distribution; the other one has no vote", async () => {
    const blind = { "grype.json": grype([], { distro: { name: "nosuch" } }) };
    const one = { ...blind, "trivy.json": trivy([openssl("CVE-2099-0001")]) };
    // With `all`, too: a scanner that could not see the finding has no vote.
    for (const rules of ["version: 1\n", "version: 1\nagreement: all\n"])
      expect(rowsOf(await judged(SAME, one, rules))).toEqual([["MEDIUM CVE-2099-0001 Trivy open"]]);
    const both = { ...blind, "trivy.json": trivy([], { system: "nosuch" }) };
    expect(rowsOf(await judged(SAME, both))).toEqual([expect.stringMatching(/: os-/)]);
  });

  it("are three opinions as well as two", async () => {
    const third = { ...files, "clair.json": clair({ found: [vulnerability({ normalized_severity: "Critical" })] }) };
    const lines = "trivy.json as acme/app:1\ngrype.json as acme/app:1\nclair.json as acme/app:1";
    const [rows] = rowsOf(await judged({ "scan-report": lines }, third));
    expect(rows?.[0]).toBe("CRITICAL CVE-2099-0001 Clair+Grype+Trivy open");
  });
});
