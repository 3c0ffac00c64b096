import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ensureGrype } from "../../../scripts/setup/go-tools.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { GRYPE_ADVISORIES, grypeDatabaseArchive } from "../../support/databases/grype-database.ts";
import { clean, debian12, python, saveImage } from "../../support/images/images.ts";
import { startTestBed } from "../../support/runs/bed.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { type ActionResult, runAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";

// The bundle, started as a runner does, with the real Grype and a database that it imports.

let runs = 0;

const folder = temporaryFolder("grype");
const workspace = join(folder.path, "workspace");
mkdirSync(workspace);
saveImage(join(workspace, "debian.tar"), debian12());
saveImage(join(workspace, "python.tar"), python());
saveImage(join(workspace, "clean.tar"), clean());
const bed = await shared(startTestBed());
// One that Trivy's database has, too, with another severity.
const both = {
  id: "CVE-2099-1001",
  severity: "critical",
  ecosystem: "deb",
  package: "openssl",
  fixed: "3.0.15-1~deb12u1",
  release: "debian:12",
} as const;
const { bytes, sha256 } = grypeDatabaseArchive({ advisories: [...GRYPE_ADVISORIES, both] });
writeFileSync(join(workspace, "db.tar.zst"), bytes);
const inputs = { "scan-with": "grype", "grype-binary": await ensureGrype(), "grype-db": `db.tar.zst@sha256:${sha256}` };
afterAll(async () => {
  folder.remove();
});

function run(
  more: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<ActionResult> {
  return runAction({
    folder: join(folder.path, `run-${++runs}`),
    workspace: join(folder.path, "workspace"),
    toolCache: join(folder.path, "tools"),
    inputs: { ...inputs, comment: "never", baseline: "none", ...more },
    env,
  });
}

/** All ids in Image Gate's report, aliases included. */
const idsIn = (path: string): string[] => readFileSync(path, "utf8").match(/(?:CVE|GHSA)-[\w-]+/g) ?? [];

describe("scan-with: grype", () => {
  it("judges what Grype finds in the image's own bytes", async () => {
    const result = await run({ image: "debian.tar\npython.tar\nclean.tar", "max-high": "2", "max-critical": "2" });
    expect(result.outputs, result.log).toMatchObject({
      verdict: "fail",
      critical: "5",
      high: "4",
      "grype-version": "0.121.3",
      "trivy-version": "",
    });
    expect(JSON.parse(result.outputs.results ?? "")).toMatchObject([
      { verdict: "pass", gaps: [], counts: { critical: 2, high: 2 } },
      { verdict: "fail", gaps: [], counts: { critical: 3, high: 2 } },
      { verdict: "pass", gaps: [], counts: { critical: 0, high: 0 } },
    ]);
    expect(idsIn(result.outputs.report ?? "")).toEqual(expect.arrayContaining(["CVE-2099-0001", "CVE-2099-1001"]));
  });
});

describe("a baseline of scan-with: grype", () => {
  it("is an earlier run's report, whose packages Grype's database is asked about", async () => {
    const before = await run({ image: "debian.tar" });
    cpSync(before.outputs.report ?? "", join(folder.path, "workspace/grype-before.json"));
    const after = await run({ image: "python.tar", baseline: "./grype-before.json" });
    const report = JSON.parse(readFileSync(after.outputs.report ?? "", "utf8"));
    const { counts, systemChange } = report.targets[0].baseline ?? {};
    // Four of the system's packages are in both images, and `requests` came with the second one.
    expect(counts, after.log).toEqual({ new: 1, fixed: 0, unchanged: 4, newlyDisclosed: 0 });
    expect(systemChange).toBeUndefined();
    const came = report.findings.filter(({ change }: { change: string }) => change === "new");
    expect(came.map((each: { package: { name: string } }) => each.package.name)).toEqual(["requests"]);
  });
});

describe("scan-with: trivy, grype", () => {
  const counts = ({ outputs }: ActionResult) => JSON.parse(outputs.results ?? "")[0].counts;
  const both = (more: Readonly<Record<string, string>> = {}) =>
    run({ ...bed.inputs, "scan-with": "trivy, grype", image: "debian.tar", ...more });

  it("judges what both find once, with the higher severity, and says where they agree", async () => {
    const { "scan-with": _, "grype-binary": __, "grype-db": ___, ...without } = inputs;
    // Grype's code is not loaded: without those chunks, the run works all the same.
    const action = join(folder.path, "without-grype");
    cpSync(join(root, "dist"), join(action, "dist"), {
      recursive: true,
      filter: (path) => !/\/scanners\.grype\.[^/]*$/.test(path),
    });
    cpSync(join(root, "action.yml"), join(action, "action.yml"));
    expect(readdirSync(join(root, "dist")).length - readdirSync(join(action, "dist")).length).toBeGreaterThan(4);
    const alone = await runAction({
      action,
      folder: join(folder.path, `run-${++runs}`),
      workspace: join(folder.path, "workspace"),
      toolCache: join(folder.path, "tools"),
      inputs: { ...without, ...bed.inputs, image: "debian.tar", comment: "never", baseline: "none" },
    });
    const merged = await both();
    expect(merged.outputs, merged.log).toMatchObject({
      verdict: "fail",
      "trivy-version": "0.76.0",
      "grype-version": "0.121.3",
    });
    const [one, two] = [counts(alone), counts(merged)];
    // CVE-2099-1001 is HIGH to Trivy and CRITICAL to Grype, in two packages. CVE-2099-0001 is Grype's alone, in these.
    expect(two).toEqual({ ...one, critical: one.critical + 2, high: one.high - 2 + 2 });
    expect(merged.summary).toMatch(/Trivy and Grype agree on 2 of 18; 14 only Trivy, 2 only Grype/);
  });

  it("is compared with what Trivy alone had, matched by both: nothing that was there is new", async () => {
    const trivys = await run({
      ...bed.inputs,
      "scan-with": "",
      "grype-binary": "",
      "grype-db": "",
      image: "python.tar",
    });
    const before = join(folder.path, "workspace/before.json");
    cpSync(trivys.outputs.report ?? "", before);
    const merged = await both({ image: "python.tar", baseline: "./before.json" });
    expect(merged.outputs.verdict, merged.log).toBe("fail");
    const report = JSON.parse(readFileSync(merged.outputs.report ?? "", "utf8"));
    const { counts } = report.targets[0].baseline;
    expect(counts, merged.log).toMatchObject({ new: 0, fixed: 0 });
    // Findings that only Grype's database knows were in the image before.
    expect(counts.newlyDisclosed).toBeGreaterThan(0);
  });

  it("is an error if one of them cannot be had, unless the policy says that it is optional, and then the answer says so", async () => {
    const broken = await both({ "grype-sha256": "0".repeat(64) });
    expect(broken.outputs).toMatchObject({
      verdict: "error",
      reason: expect.stringContaining("[grype-hash-mismatch]"),
    });
    writeFileSync(join(folder.path, "workspace/policy.yml"), "version: 1\nscan-with: {grype: optional}\n");
    // Another step may have replaced it.
    const replaced = await both({ "grype-sha256": "0".repeat(64), policy: "policy.yml" });
    expect(replaced.outputs, replaced.log).toMatchObject({
      verdict: "error",
      reason: expect.stringContaining("[grype-hash-mismatch]"),
    });
    const optional = await both({ "grype-db": `none.tar.zst@sha256:${"0".repeat(64)}`, policy: "policy.yml" });
    expect(optional.outputs.verdict, optional.log).toBe("fail");
    expect(optional.summary).toContain("Grype failed, and the policy says that it is optional");
  });
});

describe("scan-with: grype-match", () => {
  it("asks Grype's database about the packages that Trivy lists, at the places that Trivy knows", async () => {
    const result = await run({ ...bed.inputs, "scan-with": "grype-match", image: "python.tar\nclean.tar" });
    expect(result.outputs, result.log).toMatchObject({
      verdict: "fail",
      "trivy-version": "0.76.0",
      "grype-version": "0.121.3",
    });
    const [first, second] = JSON.parse(result.outputs.results ?? "");
    // Both Debian advisories need the source package; Trivy's own findings are not counted.
    expect(first).toMatchObject({ gaps: [], counts: { critical: 3, high: 2, medium: 0 } });
    expect(second).toMatchObject({ verdict: "pass", gaps: [] });
    expect(readFileSync(result.outputs.report ?? "", "utf8")).toContain("requests-2.31.0.dist-info/METADATA");
    // The signed report of a scanner is the report of the scanner that judged.
    const report = JSON.parse(readFileSync(first.trivyReport, "utf8"));
    expect(report.descriptor).toMatchObject({ name: "grype" });
    expect(report.descriptor).not.toHaveProperty("configuration");
    expect(report.matches.length).toBeGreaterThan(0);
  });

  it("alongside Trivy merges what both know of Trivy's list, also of a folder", async () => {
    mkdirSync(join(folder.path, "workspace/web"));
    writeFileSync(join(folder.path, "workspace/web/requirements.txt"), "requests==2.31.0\n");
    const result = await run({ ...bed.inputs, "scan-with": "trivy, grype-match", image: "debian.tar", path: "web" });
    const all = JSON.parse(result.outputs.results ?? "") as { counts: Record<string, number> }[];
    // As with both scanners on the image. For requests, Trivy's database has a MEDIUM, and Grype's a CRITICAL.
    expect(all[0]?.counts, result.log).toMatchObject({ critical: 5, high: 3 });
    expect(all[1]?.counts).toMatchObject({ critical: 1, medium: 1 });
    expect(result.summary).toContain("Trivy and Grype agree on 2 of 18; 14 only Trivy, 2 only Grype");
  });

  const DEBIAN = { type: "operating-system", name: "debian", version: "12.8", "bom-ref": "os" };
  const LIBSSL = "pkg:deb/debian/libssl3@3.0.14-1?arch=amd64&distro=debian-12";
  const component = (purl: string, name: string, version: string, properties: readonly object[] = []) => ({
    ...{ type: "library", "bom-ref": purl, purl, name, version, properties },
  });
  const property = (name: string, value: string) => ({ name: `aquasecurity:trivy:${name}`, value });
  const documents = {
    // Syft names the source package in the package URL, Trivy in its own properties.
    syft: [component(`${LIBSSL}&upstream=openssl`, "libssl3", "3.0.14-1")],
    trivy: [
      component(LIBSSL, "libssl3", "3.0.14-1", [
        property("PkgType", "debian"),
        property("SrcName", "openssl"),
        property("SrcVersion", "3.0.14"),
        property("SrcRelease", "1"),
      ]),
    ],
  };

  it("takes SBOMs of any tool, folders and repositories, in which Trivy lists the packages", async () => {
    const requests = component("pkg:pypi/requests@2.31.0", "requests", "2.31.0");
    for (const [name, packages] of Object.entries(documents)) {
      const components = [DEBIAN, ...packages, requests];
      const document = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components };
      writeFileSync(join(folder.path, "workspace", `${name}.cdx.json`), JSON.stringify(document));
    }
    mkdirSync(join(folder.path, "workspace/app"));
    writeFileSync(join(folder.path, "workspace/app/requirements.txt"), "requests==2.31.0\n");
    // A configuration file in a folder has no effect: it is not read.
    writeFileSync(join(folder.path, "workspace/app/.grype.yaml"), 'ignore: [{package: {name: ".*"}}]\n');
    const result = await run({
      ...bed.inputs,
      "scan-with": "grype-match",
      sbom: "syft.cdx.json\ntrivy.cdx.json",
      path: "app",
      repository: "./app",
    });
    const all = JSON.parse(result.outputs.results ?? "") as { target: string; counts: object; gaps: unknown[] }[];
    const counted = Object.fromEntries(all.map(({ target, counts }) => [target, counts]));
    const none = { medium: 0, low: 0, unknown: 0 };
    // Both advisories on the source package openssl, and the one on requests.
    expect(counted, result.log).toEqual({
      "syft.cdx.json": { critical: 2, high: 1, ...none },
      "trivy.cdx.json": { critical: 2, high: 1, ...none },
      app: { critical: 1, high: 0, ...none },
      "./app": { critical: 1, high: 0, ...none },
    });
    expect(all.flatMap(({ gaps }) => gaps)).toEqual([]);
  });
});
