import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseHtml } from "parse5";
import { expect, it } from "vitest";
import { openVex, statement } from "../../enrichment/vex/documents.ts";
import { python, saveImage, secret } from "../../support/images/images.ts";
import { readJunit } from "../../support/programs/junit.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";

/**
 * One finding is accepted by an exception and one by a VEX document. Those without a fix do not count. One of two
 * limits breaks.
 */
const POLICY = `version: 1
ignore-unfixed: true
thresholds: {high: 0, medium: 99}
exceptions:
  - {id: CVE-2021-44228, reason: "Renderer gets no user input.", expires: ${day(30)}}
`;
const VEX = JSON.stringify(
  openVex([
    statement({
      vulnerability: { name: "CVE-2021-45046" },
      products: [{ "@id": "pkg:maven/org.apache.logging.log4j/log4j-core" }],
    }),
  ]),
);
const FILES = ["sarif", "csv", "html", "junit", "gitlab", "markdown"].map((format) => `out/all.${format}`);

const stage = await shared(openStage("agreement"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), python(), ["ghcr.io/acme/app:1.0"]);
saveImage(join(workspace, "secret.tar"), secret(), ["ghcr.io/acme/secret:1.0"]);
const result = await stage.run(
  {
    image: "app.tar\nsecret.tar\nmissing.tar",
    scanners: "vuln,secret,license",
    vex: "a.json",
    reports: FILES.map((file) => `${file.replace("out/all.", "")}: ${file}`).join("\n"),
  },
  { workspace, files: { "a.json": VEX, ".github/image-gate.yml": POLICY }, writes: FILES },
);

const read = (format: string) => readFileSync(join(result.workspace, `out/all.${format}`), "utf8");
type Outcome = GateResult["report"]["findings"][number]["outcome"];
const counted = <T>(items: readonly T[], outcomeOf: (item: T) => string): Record<Outcome, number> => {
  const counts = { open: 0, accepted: 0, "not-counted": 0 };
  for (const item of items) counts[outcomeOf(item) as Outcome] += 1;
  return counts;
};
/** `open`, `accepted: …` and `not counted` as the report calls them. */
const outcomeIn = (status = "") => status.replace(/^accepted: .*/s, "accepted").replace("not counted", "not-counted");

it("the run has all kinds of outcome, so that there is something to agree on", () => {
  const { findings } = result.report;
  const all = counted(findings, ({ outcome }) => outcome);
  for (const outcome of ["open", "accepted", "not-counted"] as const) expect(all[outcome], outcome).toBeGreaterThan(0);
  expect(findings.filter(({ vex }) => vex !== undefined).length).toBeGreaterThan(0);
  expect(findings.filter(({ exceptions }) => exceptions !== undefined).length).toBeGreaterThan(0);
  expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(["vulnerability", "secret", "license"]));
  expect(result.outputs.verdict).toBe("error");
});

it("SARIF has every finding of what was judged, and suppresses what is not open", () => {
  const { runs } = JSON.parse(read("sarif"));
  expect(runs).toHaveLength(2);
  interface Result {
    readonly suppressions?: readonly { readonly justification: string }[];
    readonly properties: { readonly status: string };
  }
  const results: Result[] = runs.flatMap((run: { results: Result[] }) => run.results);
  const outcomes = ({ suppressions = [] }: Result) =>
    suppressions[0] === undefined
      ? "open"
      : suppressions[0].justification.startsWith("not counted")
        ? "not-counted"
        : "accepted";
  expect(counted(results, outcomes)).toEqual(counted(result.report.findings, ({ outcome }) => outcome));
});

it("CSV has a row for each with its status, and one for the target that is missing", () => {
  const rows = parseCsv<Record<string, string>>(read("csv"), { columns: true });
  const found = rows.filter(({ advisory }) => advisory !== "");
  expect(counted(found, ({ status }) => outcomeIn(status))).toEqual(
    counted(result.report.findings, ({ outcome }) => outcome),
  );
  expect(rows.filter(({ status }) => status?.startsWith("error: ")).map(({ target }) => target)).toEqual([
    "missing.tar",
  ]);
});

it("HTML has each once, with its outcome, and says it in words", () => {
  const outcomes = ["open", "accepted", "not-counted"];
  const found = read("html").matchAll(/<tr(?: class="later")? data-s="\d" data-o="(\d)"/g);
  const rows = [...found].map(([, outcome]) => outcome ?? "");
  expect(() => parseHtml(read("html"))).not.toThrow();
  expect(counted(rows, (outcome) => outcomes[Number(outcome)] ?? "")).toEqual(
    counted(result.report.findings, ({ outcome }) => outcome),
  );
  for (const words of ["open", "accepted: ", "not counted"]) expect(read("html")).toMatch(new RegExp(`[> ]${words}`));
});

it("JUnit fails exactly what breaks its limit, and skips what is not open", async () => {
  const { findings, reasons } = result.report;
  const broken = new Set(
    reasons.flatMap((reason) => ("severity" in reason ? [`${reason.target} ${reason.severity}`] : [])),
  );
  const failing = findings.filter(
    ({ outcome, target, severity }) => outcome === "open" && broken.has(`${target} ${severity}`),
  );
  expect(failing.length).toBeGreaterThan(0);
  const junit = await readJunit(read("junit"));
  const skipped = findings.filter(({ outcome }) => outcome !== "open").length;
  expect(junit).toMatchObject({ tests: findings.length + 1, failures: failing.length, errors: 1 });
  const outcomes = junit.suites.flatMap(({ cases }) => cases.map(({ outcome }) => outcome));
  expect(outcomes.filter((outcome) => outcome === "skipped")).toHaveLength(skipped);
});

it("GitLab has the open vulnerabilities, and says that a target failed", () => {
  const open = result.report.findings.filter(({ outcome, kind }) => outcome === "open" && kind === "vulnerability");
  const { vulnerabilities, scan } = JSON.parse(read("gitlab"));
  expect(vulnerabilities).toHaveLength(open.length);
  expect(scan.status).toBe("failure");
});

it("Markdown names every advisory and the target that is missing", () => {
  const markdown = read("markdown");
  for (const { id } of result.report.findings) expect(markdown).toContain(id);
  expect(markdown).toContain("missing.tar");
});
