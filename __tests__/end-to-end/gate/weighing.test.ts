import { describe, expect, it } from "vitest";
import { openVex, statement } from "../../enrichment/vex/documents.ts";
import { epssFile, kevFile, startExploitSources } from "../../support/databases/exploit-sources.ts";
import { debian12 } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";

const POLICY = ".github/image-gate.yml";
const LOOSE = "critical: unlimited, high: unlimited";

const stage = await shared(openStage("weighing"));
stage.bed.registry.add("acme/app", "1.0", debian12());
const app = `${stage.bed.registry.host}/acme/app:1.0`;
const sources = await shared(startExploitSources());
const today = `${day()}T00:00:00Z`;
sources.serve("/kev.json", kevFile([{ id: "CVE-2099-1003", due: "2099-12-01", ransomware: true }], today));
sources.serve("/epss.csv.gz", epssFile({ "CVE-2099-1001": 0.72, "CVE-2099-1003": 0.3 }, today));

const run = (policy: string, inputs = {}, files = {}) =>
  stage.run({ image: app, ...inputs }, { files: { [POLICY]: `version: 1\n${policy}`, ...files } });
const named = () => `exploit-data: {kev: "${sources.kevUrl}", epss: "${sources.epssUrl}"}\n`;
const byOutcome = ({ report }: GateResult, outcome: string) =>
  report.findings.filter((each) => each.outcome === outcome).map(({ id, package: about }) => `${id} ${about?.name}`);

describe("what attackers use", () => {
  it("breaks its own limits, is marked, and comes from the sources that the policy names", async () => {
    const result = await run(`thresholds: {${LOOSE}, exploited: 0}\nepss: {above: 0.5, max: 0}\n${named()}`);
    expect(result.outputs.verdict, result.log).toBe("fail");
    expect(result.outputs.reason).toMatch(/1 exploited \(limit 0\), \d+ with EPSS above 0\.5 \(limit 0\)/);
    expect(result.summary).toContain("🔥 exploited, due 2099-12-01, ransomware · EPSS 30 %");
    expect(result.summary).toContain("EPSS 72 %");
    expect(result.report.targets[0]?.exploitRows).toMatchObject([{ kind: "exploited", open: 1 }, { kind: "epss" }]);
    expect(sources.requests.map(({ path }) => path).sort()).toEqual(["/epss.csv.gz", "/kev.json"]);
  });

  it("is an error where the data are missing and a limit needs them", async () => {
    const result = await run(`thresholds: {${LOOSE}, exploited: 0}\nexploit-data: {kev: "${sources.url}/gone.json"}\n`);
    expect(result.outputs.verdict).toBe("error");
    expect(result.outputs.reason).toContain("[exploit-data-unavailable]");
    expect(result.code).toBe(1);
  });
});

it("a VEX document accepts what it covers in this image, with its words and its author", async () => {
  const product = {
    "@id": `pkg:oci/app?repository_url=${stage.bed.registry.host}/acme/app`,
    subcomponents: [{ "@id": "pkg:deb/debian/libssl3" }],
  };
  const other = { ...product, "@id": "pkg:oci/app?repository_url=ghcr.io/other/app" };
  const vexOf = (products: unknown) =>
    JSON.stringify(openVex([statement({ vulnerability: { name: "CVE-2099-1001" }, products: [products] })]));
  const covered = await run("", { vex: "a.json" }, { "a.json": vexOf(product) });
  expect(byOutcome(covered, "accepted"), covered.log).toEqual(["CVE-2099-1001 libssl3"]);
  expect(covered.summary).toContain("VEX not affected: `vulnerable_code_not_in_execute_path` | `Acme Security`");
  const elsewhere = await run("", { vex: "a.json" }, { "a.json": vexOf(other) });
  expect(byOutcome(elsewhere, "accepted")).toEqual([]);
  expect(elsewhere.log).toContain("The VEX document a.json has no statement about any finding");
  const broken = await run("", { vex: "a.json" }, { "a.json": "{" });
  expect([broken.outputs.verdict, broken.outputs.reason]).toEqual(["error", expect.stringContaining("[vex-invalid]")]);
});

it("`count: introduced` without a baseline counts everything, and says so", async () => {
  const result = await run("count: introduced\n", { baseline: "none" });
  expect(result.outputs.verdict).toBe("fail");
  expect(result.summary).toContain("there is nothing to compare with, so that everything counts");
});

it("a young advisory does not count before its day, which is shown; one without a past date counts at once", async () => {
  const result = await run("grace-days: {high: 36500}\n");
  const spared = result.report.findings.filter((each) => each.spared === "grace");
  expect(spared.map(({ id, countsFrom }) => [id, countsFrom])).toContainEqual(["CVE-2099-1001", "2126-02-05"]);
  expect(spared.every(({ severity }) => severity === "HIGH")).toBe(true);
  expect(result.summary).toContain("· 2 count from 2126-02-05<br>");
  expect(result.report.findings.some(({ severity, outcome }) => severity === "HIGH" && outcome === "open")).toBe(true);
});
