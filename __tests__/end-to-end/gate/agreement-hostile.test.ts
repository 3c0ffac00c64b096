import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../src/domain/report/schema.ts";
import { severityRank } from "../../../src/domain/severity.ts";
import { openVex, statement } from "../../enrichment/vex/documents.ts";
import { HOSTILE } from "../../render/hostile.ts";
import { buildImage } from "../../support/images/oci.ts";
import { debianBase, npmPackage } from "../../support/images/packages.ts";
import { readJunit } from "../../support/programs/junit.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";
import { type Row, row, trivyReport } from "../../support/runs/trivy-report.ts";

// One scan with findings in every state: each format counts the same as the report.

const stage = await shared(openStage("agreement-hostile"));

const FIXED: Row = { FixedVersion: "2.0", Status: "fixed" };
const purl = (name: string): Row => ({ PkgIdentifier: { PURL: `pkg:maven/acme/${name}@1.0` } });
const published = (days: number): Row => ({ PublishedDate: `${day(days)}T10:00:00Z` });

const VULNERABILITIES = [
  row(0, FIXED),
  row(1, { ...FIXED, Severity: "HIGH", ...published(-1) }),
  row(2, { Severity: "HIGH" }),
  row(3, { ...FIXED, Severity: "MEDIUM", ...purl("package-3") }),
  row(4, { ...FIXED, Severity: "MEDIUM" }),
  row(5, { ...FIXED, Severity: "LOW", PkgName: "", InstalledVersion: "" }),
  row(6, { ...FIXED, Severity: "UNKNOWN", PkgPath: "app/a,b|c.jar" }),
  // Two findings with the same identity, and one advisory with two severities.
  row(7, FIXED),
  row(7, FIXED),
  row(0, { ...FIXED, PkgName: "other", Severity: "LOW" }),
];
const STRANGERS = HOSTILE.map((text, index) =>
  row(100 + index, { ...FIXED, PkgName: text, Title: text, PkgPath: text, Severity: "LOW" }),
);
const OTHERS: readonly Row[] = [
  {
    Target: "app/.env",
    Class: "secret",
    Secrets: [
      { RuleID: "aws-access-key-id", Category: "AWS", Severity: "CRITICAL", Title: "AWS", StartLine: 1, EndLine: 1 },
      { RuleID: "aws-access-key-id", Category: "AWS", Severity: "CRITICAL", Title: "AWS", StartLine: 9, EndLine: 9 },
    ],
  },
  {
    Target: "Dockerfile",
    Class: "config",
    Type: "dockerfile",
    Misconfigurations: [
      { ID: "DS002", AVDID: "AVD-DS-0002", Type: "Dockerfile", Title: "root", Severity: "HIGH", Status: "FAIL" },
    ],
  },
  {
    Target: "OS Packages",
    Class: "license",
    Licenses: [{ Severity: "MEDIUM", Category: "restricted", PkgName: "bash", Name: "GPL-3.0", Confidence: 1 }],
  },
];
const reportOf = (rows: readonly Row[], others: readonly Row[] = OTHERS) =>
  trivyReport([], { Results: [{ Target: "Java", Class: "lang-pkgs", Type: "jar", Vulnerabilities: rows }, ...others] });

const VEX = openVex([
  statement({ vulnerability: { name: "CVE-2024-1003" }, products: [{ "@id": "pkg:maven/acme/package-3@1.0" }] }),
]);
const POLICY = `version: 1
grace-days: {high: 30}
ignore-unfixed: true
thresholds: {critical: 0, high: 5, medium: 0, low: 5, unknown: 0}
exceptions:
  - {id: CVE-2024-1004, reason: "=1+1 | <b>]]></b> {0}", expires: ${day(30)}}
`;

const FORMATS = { sarif: "a.sarif", csv: "a.csv", html: "a.html", junit: "a.xml", gitlab: "a.json", markdown: "a.md" };
const REPORTS = Object.entries(FORMATS).map(([format, path]) => `${format}: ${path}`);

const OUTCOMES = ["open", "accepted", "not-counted"] as const;
type Outcome = (typeof OUTCOMES)[number];
type Counts = Readonly<Record<Outcome, number>>;

function count(outcomes: readonly (string | undefined)[]): Counts {
  const of = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length;
  return { open: of("open"), accepted: of("accepted"), "not-counted": of("not-counted") };
}

const outcomeOf = (status: string): string =>
  /^(?:open|accepted|not.counted)/.exec(status)?.[0].replace(" ", "-") ?? "?";
const read = (told: GateResult, format: keyof typeof FORMATS) =>
  readFileSync(join(told.workspace, FORMATS[format]), "utf8");

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly properties: { readonly status: string };
      readonly suppressions?: readonly unknown[];
    }[];
  }[];
}

/** The counts in the tables of limits, all targets together. */
function countsIn(markdown: string): Counts {
  const rows = [...markdown.matchAll(/^\| [^|]*[A-Z]{3,}[^|]* \| \**(\d+)\** \| [^|]+ \| (\d+) \| (\d+) \|$/gm)];
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0);
  return { open: sum(1), accepted: sum(2), "not-counted": sum(3) };
}

function brokenIn({ findings, targets }: Report): Report["findings"] {
  return findings.filter(
    ({ target, severity, outcome }) =>
      outcome === "open" && targets[target]?.rows?.some((each) => each.severity === severity && each.broken),
  );
}

async function expectAgreement(told: GateResult): Promise<Counts> {
  const { findings } = told.report;
  expect(told.outputs.verdict, told.outputs.reason).toBe("fail");
  const all = count(findings.map(({ outcome }) => outcome));
  for (const severity of ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const)
    expect(told.outputs[severity.toLowerCase()]).toBe(
      String(findings.filter((each) => each.severity === severity && each.outcome === "open").length),
    );

  const results = (JSON.parse(read(told, "sarif")) as Sarif).runs.flatMap((run) => run.results);
  expect(count(results.map(({ properties }) => outcomeOf(properties.status)))).toEqual(all);
  expect(results.filter(({ suppressions = [] }) => suppressions.length === 0)).toHaveLength(all.open);

  const cells = parse<Record<string, string>>(read(told, "csv"), { columns: true });
  expect(cells.map(({ advisory, severity, status = "" }) => [advisory, severity, outcomeOf(status)])).toEqual(
    findings.map(({ id, severity, outcome }) => [id, severity, outcome]),
  );

  const rows = [...read(told, "html").matchAll(/<tr [^>]*data-s="(\d)" data-o="(\d)">/g)];
  // By package: the order differs.
  const each = rows.map(([, severity, outcome]) => `${severity} ${OUTCOMES[Number(outcome)]}`);
  expect(each.sort()).toEqual(findings.map(({ severity, outcome }) => `${severityRank(severity)} ${outcome}`).sort());

  const { failures, suites } = await readJunit(read(told, "junit"));
  const cases = suites.flatMap((suite) => suite.cases).filter(({ name }) => name !== "no findings");
  expect([cases.length, failures]).toEqual([findings.length, brokenIn(told.report).length]);
  const ofCase = cases.map((one) => (one.outcome === "skipped" ? outcomeOf(one.message) : "open"));
  expect(ofCase).toEqual(findings.map(({ outcome }) => outcome));
  expect(cases.filter(({ outcome }) => outcome === "failure")).toHaveLength(failures);

  const gitlab = JSON.parse(read(told, "gitlab")) as { vulnerabilities: { identifiers: { value: string }[] }[] };
  expect(gitlab.vulnerabilities.map(({ identifiers }) => identifiers[0]?.value)).toEqual(
    findings.flatMap(({ kind, id, outcome }) => (kind === "vulnerability" && outcome === "open" ? [id] : [])),
  );

  const markdown = read(told, "markdown");
  expect(countsIn(markdown)).toEqual(all);
  const failing = [...markdown.matchAll(/(?:Failing|Also failing|New with this change): (\d+) findings? in /g)];
  expect(failing.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(failures);
  // Each advisory is named, in the row of its package.
  for (const { id } of findings) expect(markdown).toContain(id);
  return all;
}

describe("all formats and the outputs agree with the report", () => {
  it("on what is accepted by exception and VEX, unfixed, in its grace period, over its limit and within", async () => {
    const told = await stage.run(
      { "trivy-report": "app.json\nclean.json", vex: "vex.json", reports: REPORTS.join("\n") },
      {
        files: {
          "app.json": reportOf([...VULNERABILITIES, ...STRANGERS]),
          "clean.json": reportOf([], []),
          "vex.json": JSON.stringify(VEX),
          ".github/image-gate.yml": POLICY,
        },
        writes: Object.values(FORMATS),
      },
    );
    const all = await expectAgreement(told);
    expect(all).toEqual({ open: 56, accepted: 2, "not-counted": 2 });
  });

  it("on what only the change brings in", async () => {
    const image = (...packages: readonly (readonly [string, string])[]) =>
      buildImage([
        { createdBy: "ADD rootfs.tar / ", files: debianBase([["tar", "1.34+dfsg-1.2"]]) },
        { createdBy: "COPY app /app # buildkit", files: packages.map(([name, version]) => npmPackage(name, version)) },
      ]);
    const { registry } = stage.bed;
    registry.add("acme/app", "old", image(["minimist", "0.2.1"]));
    registry.add("acme/app", "new", image(["minimist", "0.2.1"], ["lodash", "4.17.20"]));
    const at = (tag: string) => `${registry.host}/acme/app:${tag}`;
    const told = await stage.run(
      { image: at("new"), baseline: at("old"), reports: REPORTS.join("\n") },
      {
        files: { ".github/image-gate.yml": "version: 1\ncount: introduced\nthresholds: {medium: 0, low: 0}\n" },
        writes: Object.values(FORMATS),
      },
    );
    const all = await expectAgreement(told);
    expect(all.open).toBeGreaterThan(0);
    expect(all["not-counted"]).toBeGreaterThan(0);
  });
});
