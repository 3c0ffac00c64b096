import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { epssFile, kevFile, startExploitSources } from "../../support/databases/exploit-sources.ts";
import { buildImage, type Image } from "../../support/images/oci.ts";
import { debianBase, npmPackage } from "../../support/images/packages.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";

// `count: introduced` lets old findings pass. A finding is not old if it was let through only for a time, or is
// attacked.

const POLICY = ".github/image-gate.yml";
const STRICT = "version: 1\ncount: introduced\nthresholds: {medium: 0, low: 0, unknown: 0}\n";

const image = (...packages: readonly (readonly [string, string])[]): Image =>
  buildImage([
    { createdBy: "ADD rootfs.tar / ", files: debianBase([["tar", "1.34+dfsg-1.2"]]) },
    { createdBy: "COPY . /app ", files: packages.map(([name, version]) => npmPackage(name, version)) },
  ]);

const stage = await shared(openStage("introduced"));
stage.bed.registry.add("acme/app", "1", image(["minimist", "0.2.1"]));
stage.bed.registry.add("acme/app", "clean", buildImage([{ createdBy: "ADD rootfs.tar / ", files: debianBase([]) }]));
const sources = await shared(startExploitSources());

const at = (tag: string) => `${stage.bed.registry.host}/acme/app:${tag}`;
/** Exceptions for all that the image has, with this last day. */
const accepted = (expires: string): string =>
  `exceptions:\n${["CVE-2099-4002", "CVE-2099-1009"]
    .map((id) => `  - {id: ${id}, reason: r, created: ${day(-9)}, expires: ${expires}}\n`)
    .join("")}`;

/** Judges the image against a report of an earlier run, or a reference. */
async function judgedBeside(baseline: GateResult | string, policy: string, inputs = {}): Promise<GateResult> {
  const isReport = typeof baseline !== "string";
  const files: Record<string, string> = { [POLICY]: policy };
  if (isReport) files["base.json"] = readFileSync(baseline.outputs.report ?? "", "utf8");
  return stage.run({ image: at("1"), baseline: isReport ? "./base.json" : baseline, ...inputs }, { files });
}
const open = ({ report }: GateResult) =>
  report.findings.filter(({ outcome }) => outcome === "open").map(({ id }) => id);

describe("what an exception let through", () => {
  // Proves: let-through-time-does
  it("counts on the day after its last one, and on every day after that", async () => {
    const first = await stage.run(
      { image: at("1"), baseline: "none" },
      { files: { [POLICY]: STRICT + accepted(day()) } },
    );
    expect(first.outputs.verdict, first.log).toBe("pass");
    const dayAfter = await judgedBeside(first, STRICT + accepted(day(-1)), { mode: "warn" });
    expect(dayAfter.outputs.verdict).toBe("fail");
    expect(open(dayAfter).sort()).toEqual(["CVE-2099-1009", "CVE-2099-4002"]);
    expect(dayAfter.summary).toContain("2 findings count though the baseline has them");
    expect(dayAfter.log).toContain("2 findings count though the baseline has them");
    // Neither with the report of a run that only warned, nor after the exceptions were removed.
    const later = await judgedBeside(dayAfter, STRICT, { mode: "warn" });
    expect(later.outputs.verdict).toBe("fail");
    expect((await judgedBeside(later, STRICT)).outputs.verdict).toBe("fail");
  });

  // Proves: let-through-time-does
  it("counts after its end alongside an image too, which has no report", async () => {
    expect((await judgedBeside(at("1"), STRICT + accepted(day(-1)))).outputs.verdict).toBe("fail");
    expect((await judgedBeside(at("1"), STRICT)).outputs.verdict).toBe("pass");
  });
});

// Proves: went-unseen-never-becomes
it("what a run could not look at, which its policy accepted for a time, is not old when it is seen", async () => {
  const first = await stage.run({ image: at("1"), baseline: "none", mode: "warn" }, { files: { [POLICY]: STRICT } });
  // As if the database had lacked the release at that time, and Trivy's list the package.
  const report = JSON.parse(readFileSync(first.outputs.report ?? "", "utf8"));
  const unseen = (gaps: readonly object[]) => {
    const [target] = report.targets;
    const targets = [{ ...target, coverage: { ...target.coverage, gaps } }];
    return JSON.stringify({ ...report, targets, findings: [], verdict: "pass" });
  };
  const besides = (text: string) =>
    stage.run({ image: at("1"), baseline: "./base.json" }, { files: { [POLICY]: STRICT, "base.json": text } });
  expect((await besides(unseen([]))).outputs.verdict).toBe("pass");
  const result = await besides(unseen([{ code: "os-release-unknown", what: "w", remedy: "r" }]));
  expect(result.outputs.verdict).toBe("fail");
  expect(open(result)).toEqual(["CVE-2099-1009"]);
});

// Proves: let-through-time-does
it("what came in over a limit of a run that only warned is not old for the next", async () => {
  const warned = await judgedBeside(at("clean"), STRICT, { mode: "warn" });
  expect(warned.outputs.verdict).toBe("fail");
  expect((await judgedBeside(warned, STRICT)).outputs.verdict).toBe("fail");
});

it("an old image starts with what a first run in `warn` reports", async () => {
  const first = await stage.run({ image: at("1"), baseline: "none", mode: "warn" }, { files: { [POLICY]: STRICT } });
  expect(first.outputs.verdict).toBe("fail");
  const next = await judgedBeside(first, STRICT);
  expect(next.outputs.verdict, next.log).toBe("pass");
  expect(next.report.findings.map(({ spared }) => spared)).toEqual(["not-introduced", "not-introduced"]);
  // The finding stays old from run to run.
  expect((await judgedBeside(next, STRICT)).outputs.verdict).toBe("pass");
});

describe("what attackers use", () => {
  const data = () => `exploit-data: {kev: "${sources.kevUrl}", epss: "${sources.epssUrl}"}\n`;
  const kev = (released: string) => kevFile([{ id: "CVE-2099-4002" }], released);
  const epss = (released: string) => epssFile({ "CVE-2099-4002": 0.9 }, released);

  // Proves: attackers-use-always-counts
  it("counts though the change did not bring it in, with its own limit and without one", async () => {
    sources.serve("/kev.json", kev(day()));
    sources.serve("/epss.csv.gz", epss(day()));
    const limits = "critical: unlimited, high: unlimited, exploited: 0";
    const result = await judgedBeside(at("1"), `version: 1\ncount: introduced\nthresholds: {${limits}}\n${data()}`);
    expect(result.outputs.verdict).toBe("fail");
    expect(result.outputs.reason).toContain("1 exploited (limit 0)");
    expect(open(result)).toEqual(["CVE-2099-4002"]);
    const unlimited = await judgedBeside(at("1"), STRICT + data());
    expect([unlimited.outputs.verdict, open(unlimited)]).toEqual(["fail", ["CVE-2099-4002"]]);
  });

  // Proves: data-cannot-publisher-s
  it("is not known from data that cannot be the publisher's: KEV of 1999", async () => {
    // A separate source, since fetched data is kept by its address.
    sources.serve("/old.json", kev("1999-12-31"));
    const policy = `version: 1\nthresholds: {exploited: 0}\nexploit-data: {kev: "${sources.url}/old.json"}\n`;
    const result = await stage.run({ image: at("clean"), baseline: "none" }, { files: { [POLICY]: policy } });
    expect(result.outputs.verdict, result.log).toBe("error");
    expect(result.outputs.reason).toContain("[exploit-data-old]");
  });
});
