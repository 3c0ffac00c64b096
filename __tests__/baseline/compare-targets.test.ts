import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import type { Comparison, TargetComparison } from "../../src/domain/change/comparison.ts";
import type { ScanOutcome } from "../../src/domain/judge/judge.ts";
import { ownReport } from "../cli/reports.ts";
import { scanned } from "../domain/make.ts";
import * as images from "../support/images/images.ts";
import { buildImage, buildIndex, type Image } from "../support/images/oci.ts";
import { debianBase, npmPackage } from "../support/images/packages.ts";
import { baselineBed } from "./bed.ts";

const bed = baselineBed();

/** An image as it is on the default branch, and what a change makes of it. */
const layers = (files: Parameters<typeof buildImage>[0][number]["files"]): Image =>
  buildImage([
    {
      createdBy: "ADD rootfs.tar / ",
      files: debianBase([
        ["libssl3", "3.0.14-1~deb12u1", "openssl"],
        ["tar", "1.34+dfsg-1.2"],
      ]),
    },
    { createdBy: "COPY . /app ", ...(files && { files }) },
  ]);
const before = (): Image => layers([npmPackage("minimist", "0.2.1")]);
/** minimist went, lodash came, the system stayed. */
const after = (): Image => layers([npmPackage("lodash", "4.17.20")]);

const name = (repository: string, tag: string) => `${bed.registry.host}/${repository}:${tag}`;
beforeAll(() => {
  bed.registry.add("acme/app", "main", before());
  bed.registry.add("acme/app", "pr", after());
  bed.registry.add("acme/other", "main", before());
  bed.registry.add("acme/arm", "main", images.arm64());
});

function compared(comparison: Comparison | undefined): TargetComparison {
  if (comparison === undefined || "none" in comparison) throw new Error(JSON.stringify(comparison));
  return comparison;
}

function findingsIn(outcome: ScanOutcome) {
  if ("error" in outcome) throw new Error(outcome.error.what);
  return outcome.scan.findings;
}

function idsBy(comparison: Comparison | undefined, outcome: ScanOutcome) {
  const { changeOf, fixed, counts } = compared(comparison);
  const findings = findingsIn(outcome);
  const of = (change: string) =>
    findings
      .filter((each) => changeOf(each) === change)
      .map(({ id }) => id)
      .sort();
  return { new: of("new"), disclosed: of("newly-disclosed"), fixed: fixed.map(({ id }) => id).sort(), counts };
}

function changesIn(comparison: Comparison | undefined): string[] {
  const { changes = [] } = compared(comparison).packages ?? {};
  return changes.map(({ kind, type, name, from, to }) => [kind, type, name, from, to].filter(Boolean).join(" ")).sort();
}

const LODASH = ["CVE-2099-4001"];
const MINIMIST = ["CVE-2099-4002"];

describe("a pull request's image alongside the default branch's", () => {
  it("by our report: what came, what went, and what was published in between", async () => {
    const { scans } = await bed.scan({ image: name("acme/app", "main") }, "before");
    bed.write("main.json", bed.report(scans));
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr"), baseline: "main.json" });
    const told = idsBy(comparison, outcome);
    expect(told).toMatchObject({ new: LODASH, fixed: MINIMIST, disclosed: ["CVE-2099-1001"] });
    expect(told.counts).toEqual({ new: 1, fixed: 1, unchanged: 3, newlyDisclosed: 1 });
    expect(compared(comparison).baseline.source).toMatchObject({ kind: "report", commit: "c".repeat(40) });
    expect(bed.world.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
    expect(readdirSync(bed.world.runFolder).filter((each) => /rescan|baseline/.test(each))).toEqual([]);
  });

  it("does not call fixed what was withdrawn in between", async () => {
    const { scans } = await bed.scan({ image: name("acme/app", "main") });
    const report = JSON.parse(bed.report(scans));
    report.findings.push({ ...report.findings[0], id: "CVE-2099-9999" });
    bed.write("main.json", JSON.stringify(report));
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr"), baseline: "main.json" });
    expect(idsBy(comparison, outcome)).toMatchObject({ new: LODASH, fixed: MINIMIST, disclosed: [] });
  });

  it("by a reference, which knows no earlier time", async () => {
    const inputs = { image: name("acme/app", "pr"), baseline: name("acme/app", "main") };
    const { comparison, outcome } = await bed.compare(inputs);
    expect(idsBy(comparison, outcome)).toMatchObject({ new: LODASH, fixed: MINIMIST, disclosed: [] });
    expect(compared(comparison).baseline.packages.map((each) => each.name)).toContain("minimist");
  });

  it.each(["json", "cyclonedx"])("by what Trivy itself writes as %s", async (format) => {
    const { scans } = await bed.scan({ image: name("acme/app", "main") });
    const [report = ""] = scans.reportFiles;
    const text = execFileSync(await ensureTrivy(), ["convert", "-q", "-f", format, report], { cwd: bed.world.temp });
    bed.write("given/main.json", text);
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr"), baseline: "./given/main.json" });
    expect(idsBy(comparison, outcome)).toMatchObject({ new: LODASH, fixed: MINIMIST, disclosed: [] });
    expect(compared(comparison).baseline.packages).toHaveLength(3);
  });

  it("by what Trivy itself writes as SPDX, which names no places", async () => {
    const { scans } = await bed.scan({ image: name("acme/app", "main") });
    const convert = ["convert", "-q", "-f", "spdx-json", scans.reportFiles[0] ?? ""];
    bed.write("main.spdx.json", execFileSync(await ensureTrivy(), convert, { cwd: bed.world.temp }));
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr"), baseline: "main.spdx.json" });
    expect(idsBy(comparison, outcome)).toMatchObject({ new: LODASH, fixed: MINIMIST, counts: { unchanged: 4 } });
    expect(changesIn(comparison)).toEqual(["gained npm lodash 4.17.20", "lost npm minimist 0.2.1"]);
    expect(compared(comparison).baseline.source.notes?.[0]).toContain("(SPDX-2.3) without the package paths");
  });

  it("by Syft's own JSON, whose epochs and source packages are Debian's: only differences are reported", async () => {
    const artifact = (type: string, purl: string) => {
      const [, named = "", version = ""] = /([^/]+)@([^?]+)/.exec(purl) ?? [];
      return { name: named, version: decodeURIComponent(version), type, purl };
    };
    const about = "arch=amd64&distro=debian-12";
    const artifacts = [
      artifact("deb", `pkg:deb/debian/libssl3@3.0.14-1~deb12u1?${about}&upstream=openssl`),
      artifact("deb", `pkg:deb/debian/tar@1.34%2Bdfsg-1.1?${about}`),
      artifact("npm", "pkg:npm/minimist@0.2.1"),
    ];
    const syft = {
      artifacts,
      source: { name: "acme/app" },
      descriptor: { name: "syft" },
      schema: { version: "16.0.0" },
    };
    bed.write("old.syft.json", JSON.stringify(syft));
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr"), baseline: "old.syft.json" });
    expect(idsBy(comparison, outcome)).toMatchObject({ new: LODASH, fixed: MINIMIST, counts: { unchanged: 4 } });
    expect(changesIn(comparison)).toEqual([
      "gained npm lodash 4.17.20",
      "lost npm minimist 0.2.1",
      "upgraded deb tar 1.34+dfsg-1.1 1.34+dfsg-1.2",
    ]);
    expect(compared(comparison).baseline.source.platform).toBe("linux/amd64");
  });

  it("as SBOMs of two tools, whichever is the older: an upgrade is one, and a name spelt otherwise the same", async () => {
    const { scans } = await bed.scan({ image: name("acme/app", "main") });
    const convert = ["convert", "-q", "-f", "cyclonedx", scans.reportFiles[0] ?? ""];
    bed.write("trivy.cdx.json", execFileSync(await ensureTrivy(), convert, { cwd: bed.world.temp }));
    const library = (type: string, named: string, version: string, rest = "") => ({
      ...{ type: "library", name: named, version },
      purl: `pkg:${type}/${named}@${encodeURIComponent(version)}${rest}`,
    });
    const rest = "?arch=amd64&distro=debian-12";
    const components = [
      library("deb/debian", "libssl3", "3.0.14-1~deb12u1", `${rest}&upstream=openssl`),
      library("deb/debian", "tar", "1.34+dfsg-1.2", rest),
      library("npm", "minimist", "0.2.0"),
    ];
    bed.write("other.cdx.json", JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.5", components }));
    const told = async (sbom: string, baseline: string) => {
      const { comparison, outcome } = await bed.compare({ sbom, baseline });
      return { counts: idsBy(comparison, outcome).counts, changes: changesIn(comparison) };
    };
    const counts = { new: 0, fixed: 0, unchanged: 5, newlyDisclosed: 0 };
    expect(await told("trivy.cdx.json", "other.cdx.json")).toEqual({
      counts,
      changes: ["upgraded npm minimist 0.2.0 0.2.1"],
    });
    expect(await told("other.cdx.json", "trivy.cdx.json")).toEqual({
      counts,
      changes: ["downgraded npm minimist 0.2.1 0.2.0"],
    });
  });

  it("by an SBOM of another maker, which has no paths, and says so", async () => {
    const purl = (each: string) => ({
      type: "library",
      name: each.split("@")[0],
      version: each.split("@")[1],
      purl: `pkg:npm/${each}`,
    });
    const components = ["minimist@0.2.1", "lodash@4.17.20"].map(purl);
    bed.write("syft.json", JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.5", components }));
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr"), baseline: "syft.json" });
    expect(idsBy(comparison, outcome)).toMatchObject({ fixed: MINIMIST });
    expect(idsBy(comparison, outcome).new).not.toContain(LODASH[0]);
    expect(compared(comparison).baseline.source.notes?.[0]).toContain("without the package paths");
  });

  it("by an SBOM whose components nest, and of which something stays unread, which is reported", async () => {
    const library = (name: string, version: string, more = {}) => ({
      type: "library",
      name,
      version,
      purl: `pkg:npm/${name}@${version}`,
      ...more,
    });
    const other = { type: "library", name: "busybox", version: "1", purl: "pkg:generic/busybox@1" };
    const components = [library("left-pad", "1.3.0", { components: [library("minimist", "0.2.1")] }), other];
    bed.write("nested.json", JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.5", components }));
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr"), baseline: "nested.json" });
    expect(idsBy(comparison, outcome)).toMatchObject({ fixed: MINIMIST });
    expect(compared(comparison).baseline.source.notes?.join()).toContain(
      "It was not completely scanned, so some findings may seem to be new: the scanner has no advisories for pkg:generic",
    );
  });

  it("of the same image: nothing is new and nothing fixed, secrets and all", async () => {
    bed.registry.add("acme/secret", "1", images.secret());
    const scanners = { image: name("acme/secret", "1"), scanners: "vuln,secret,license" };
    const { scans } = await bed.scan(scanners);
    bed.write("main.json", bed.report(scans));
    const { comparison } = await bed.compare({ ...scanners, baseline: "main.json" });
    const { counts } = compared(comparison);
    expect(counts).toMatchObject({ new: 0, fixed: 0, newlyDisclosed: 0 });
    expect(counts.unchanged).toBeGreaterThan(3);
  });

  // Proves: baseline-cannot-know-does
  it("of which the baseline was not searched for secrets: they are not called known", async () => {
    bed.registry.add("acme/secret", "2", images.secret());
    const image = name("acme/secret", "2");
    bed.write("main.json", bed.report((await bed.scan({ image })).scans));
    const { comparison, outcome } = await bed.compare({ image, scanners: "vuln,secret", baseline: "main.json" });
    const { changeOf } = compared(comparison);
    const findings = findingsIn(outcome);
    const secrets = findings.filter((each) => each.kind === "secret");
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.map(changeOf)).toEqual(secrets.map(() => undefined));
  });
});

const REPORT = JSON.parse(ownReport([scanned([])]));

describe("a baseline that is named and", () => {
  const judged = () => name("acme/app", "pr");
  const errorOf = async (baseline: string) => {
    const { outcome, comparisons } = await bed.compare({ image: judged(), baseline });
    if (!("error" in outcome)) throw new Error("there is no error");
    expect(comparisons.size).toBe(0);
    return outcome.error;
  };

  // Proves: bad-baseline-not-comparison
  it.each([
    ["is missing", undefined, "file-missing"],
    ["is empty", "", "baseline-damaged"],
    ["is half written", '{"version":2,"targets":[{"label":', "baseline-damaged"],
    [
      "has a wrong value",
      '{"version":2,"generatedAt":"x","targets":[{"label":7}],"findings":[],"provenance":{}}',
      "baseline-damaged",
    ],
    ["is of an older version", '{"version":1,"targets":[],"findings":[]}', "baseline-unknown"],
    ["is of a newer version", '{"version":3,"targets":[],"findings":[]}', "baseline-unknown"],
    ["is a Trivy report of another schema", '{"SchemaVersion":3,"Results":[]}', "baseline-unknown"],
    ["is half a Trivy report", '{"SchemaVersion":2}', "baseline-damaged"],
    ["is SPDX of nothing", '{"spdxVersion":"SPDX-2.3","packages":[]}', "baseline-incomplete"],
    ["is SPDX without a list", '{"spdxVersion":"SPDX-2.3","packages":7}', "baseline-damaged"],
    ["is Syft's JSON of nothing", '{"artifacts":[],"descriptor":{"name":"syft"}}', "baseline-incomplete"],
    ["is SPDX 3", '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}', "baseline-unknown"],
    ["is SPDX as tags", "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\n", "baseline-damaged"],
    [
      "is CycloneDX as XML",
      '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>',
      "baseline-damaged",
    ],
    ["is an SBOM of nothing", '{"bomFormat":"CycloneDX","specVersion":"1.6"}', "baseline-incomplete"],
    ["is something else", '{"hello":"world"}', "baseline-unknown"],
    ["is a list", "[]", "baseline-unknown"],
    [
      "is a report without packages",
      JSON.stringify({ ...REPORT, targets: [{ ...REPORT.targets[0], packages: undefined }] }),
      "baseline-incomplete",
    ],
    [
      "is from a scan that failed",
      JSON.stringify({ ...REPORT, targets: [{ ...REPORT.targets[0], verdict: "error" }] }),
      "baseline-incomplete",
    ],
  ])("%s is an error", async (_, text, code) => {
    if (text !== undefined) bed.write("base.json", text);
    expect(await errorOf("base.json")).toMatchObject({ code });
  });

  it("is a reference that does not exist is an error that says why", async () => {
    const error = await errorOf(name("acme/app", "nothing"));
    expect(error.code).toBe("baseline-unavailable");
    expect(error.what).toContain("[image-not-found]");
  });

  // Proves: bad-baseline-not-comparison
  it("is of another platform is an error, as a report, a reference and an SBOM", async () => {
    const { scans } = await bed.scan({ image: name("acme/arm", "main") });
    bed.write("arm.json", bed.report(scans));
    const sbom = ["convert", "-q", "-f", "cyclonedx", scans.reportFiles[0] ?? ""];
    bed.write("arm.cdx.json", execFileSync(await ensureTrivy(), sbom, { cwd: bed.world.temp }));
    for (const baseline of ["arm.json", "arm.cdx.json"]) {
      const error = await errorOf(baseline);
      expect(error.code).toBe("baseline-platform");
      expect(error.what).toMatch(/is for linux\/arm64(?:\/v8)?, but the judged image is for linux\/amd64$/);
    }
    const error = await errorOf(name("acme/arm", "main"));
    expect(error.code).toBe("baseline-platform");
    expect(error.what).toMatch(/is for another platform, but the judged image is for linux\/amd64$/);
  });

  it("says its platform, whatever it is; where nothing tells it, that is reported", async () => {
    const { scans } = await bed.scan({ image: name("acme/app", "main") });
    bed.write("main.json", bed.report(scans));
    const sourceOf = async (baseline: string) => {
      const { comparison } = await bed.compare({ image: judged(), baseline });
      return compared(comparison).baseline.source;
    };
    bed.write("trivy.json", readFileSync(scans.reportFiles[0] ?? "", "utf8"));
    for (const baseline of ["main.json", "trivy.json", name("acme/app", "main")])
      expect(await sourceOf(baseline)).toMatchObject({ platform: "linux/amd64" });
    const component = { type: "library", name: "lodash", version: "4.17.20", purl: "pkg:npm/lodash@4.17.20" };
    bed.write("none.json", JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.5", components: [component] }));
    const { platform, notes = [] } = await sourceOf("none.json");
    expect(platform).toBeUndefined();
    expect(notes.join()).toContain("Its platform is unknown");
  });

  it("is a reference to an index, of which the target's platform is taken, with its variant or without", async () => {
    const plain = { ...images.arm64().descriptor, platform: { os: "linux", architecture: "arm64" } };
    const image = name("acme/arm64", "1");
    bed.registry.add("acme/arm64", "1", images.arm64());
    bed.registry.add("acme/index", "1", buildIndex([images.debian12(), { ...images.arm64(), descriptor: plain }]));
    const { comparison } = await bed.compare({ image, baseline: name("acme/index", "1") });
    expect(compared(comparison)).toMatchObject({
      counts: { new: 0, fixed: 0 },
      baseline: { source: { platform: "linux/arm64/v8" } },
    });
  });

  it("is of another image is compared, with a warning that names it", async () => {
    const { comparison, outcome } = await bed.compare({ image: judged(), baseline: name("acme/other", "main") });
    expect(idsBy(comparison, outcome)).toMatchObject({ new: LODASH, fixed: MINIMIST });
    const warnings = bed.world.lines.filter((line) => line.startsWith("warning: [baseline-other-image]"));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("acme/other");
    expect(compared(comparison).baseline.source.notes?.[0]).toContain("acme/other");
  });

  it("leads out of the workspace is refused, and nothing of it is quoted", async () => {
    const error = await errorOf("/proc/self/environ");
    expect(error.code).toBe("file-outside-workspace");
  });

  // Proves: bad-baseline-not-comparison
  it("is a reference of whose name there is a file, which a pull request may have added, is an error", async () => {
    const baseline = name("acme/app", "main");
    bed.write(baseline, bed.report((await bed.scan({ image: judged() })).scans));
    expect((await errorOf(baseline)).code).toBe("baseline-ambiguous");
  });
});

describe("no baseline", () => {
  it("is used where none is wanted", async () => {
    const { comparisons } = await bed.compare({ image: name("acme/app", "pr"), baseline: "none" });
    expect(comparisons.size).toBe(0);
  });

  it("of `auto` is reported, and no error", async () => {
    const { comparison, outcome } = await bed.compare({ image: name("acme/app", "pr") });
    expect(comparison).toEqual({ none: "this test has none" });
    expect(outcome).toHaveProperty("scan");
  });

  it("is missing without an error, not even for a report that could not be compared with it", async () => {
    const { scans } = await bed.scan({ image: name("acme/app", "pr") });
    const inputs = { "trivy-report": scans.reportFiles[0] ?? "", baseline: "./nowhere.json" };
    const { outcome } = await bed.compare(inputs);
    expect(outcome).toMatchObject({ error: { code: "file-missing" } });
  });

  it("is an image for a report that is given: its database is unknown", async () => {
    const { scans } = await bed.scan({ image: name("acme/app", "pr") });
    const report = scans.reportFiles[0] ?? "";
    const { comparison } = await bed.compare({ "trivy-report": report, baseline: name("acme/app", "main") });
    expect(comparison).toMatchObject({ none: expect.stringContaining("an earlier report by the same scanner") });
  });
});
