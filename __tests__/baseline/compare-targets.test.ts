import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
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
const main = () => name("acme/app", "main");
const pr = () => ({ image: name("acme/app", "pr") });
beforeAll(() => {
  bed.registry.add("acme/app", "main", before());
  bed.registry.add("acme/app", "pr", after());
  bed.registry.add("acme/other", "main", before());
  bed.registry.add("acme/arm", "main", images.arm64());
});

/** The comparison with a baseline. */
async function against(baseline: string, inputs: Readonly<Record<string, string>> = pr()) {
  const { comparison, outcome } = await bed.compare({ ...inputs, baseline });
  if (comparison === undefined || "none" in comparison) throw new Error(JSON.stringify(comparison));
  if ("error" in outcome) throw new Error(outcome.error.what);
  const { changeOf, fixed, counts, packages: { changes = [] } = {} } = comparison;
  const { findings } = outcome.scan;
  const of = (change: string) => findings.filter((each) => changeOf(each) === change).map(({ id }) => id);
  const { source, packages } = comparison.baseline;
  return {
    ...{ source, packages, changeOf, findings, counts },
    ...{ new: of("new"), disclosed: of("newly-disclosed"), fixed: fixed.map(({ id }) => id) },
    changes: changes.map(({ kind, type, name, from = "", to = "" }) => `${kind} ${type} ${name} ${from} ${to}`).sort(),
  };
}

/** Writes a report of Trivy's to the workspace. */
async function trivys(format: string, file: string, image = main()) {
  const { scans } = await bed.scan({ image });
  const convert = ["convert", "-q", "-f", format, scans.reportFiles[0] ?? ""];
  return bed.write(file, execFileSync(await ensureTrivy(), convert, { cwd: bed.world.temp }));
}

const library = (type: string, named: string, version: string, rest = "") => ({
  ...{ type: "library", name: named, version },
  purl: `pkg:${type}/${named}@${encodeURIComponent(version)}${rest}`,
});
const sbom = (file: string, ...components: object[]) =>
  bed.write(file, JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.5", components }));

const LODASH = ["CVE-2099-4001"];
const MINIMIST = ["CVE-2099-4002"];
const CHANGED = { new: LODASH, fixed: MINIMIST };

describe("a pull request's image alongside the default branch's", () => {
  it("by our report: what came, what went, and what was published in between", async () => {
    const { scans } = await bed.scan({ image: main() }, "before");
    const told = await against(bed.write("main.json", bed.report(scans)));
    expect(told).toMatchObject({ ...CHANGED, disclosed: ["CVE-2099-1001"] });
    expect(told.counts).toEqual({ new: 1, fixed: 1, unchanged: 3, newlyDisclosed: 1 });
    expect(told.source).toMatchObject({ kind: "report", commit: "c".repeat(40) });
    expect(bed.world.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
    expect(readdirSync(bed.world.runFolder).filter((each) => /rescan|baseline/.test(each))).toEqual([]);
  });

  it("does not call fixed what was withdrawn in between", async () => {
    const report = JSON.parse(bed.report((await bed.scan({ image: main() })).scans));
    report.findings.push({ ...report.findings[0], id: "CVE-2099-9999" });
    expect(await against(bed.write("main.json", JSON.stringify(report)))).toMatchObject({ ...CHANGED, disclosed: [] });
  });

  it("by a reference, which knows no earlier time", async () => {
    const told = await against(main());
    expect(told).toMatchObject({ ...CHANGED, disclosed: [] });
    expect(told.packages.map((each) => each.name)).toContain("minimist");
  });

  it.each(["json", "cyclonedx"])("by what Trivy itself writes as %s", async (format) => {
    const told = await against(`./${await trivys(format, "given/main.json")}`);
    expect(told).toMatchObject({ ...CHANGED, disclosed: [], packages: { length: 3 } });
  });

  it("by what Trivy itself writes as SPDX, which names no places", async () => {
    const told = await against(await trivys("spdx-json", "main.spdx.json"));
    expect(told).toMatchObject({ ...CHANGED, counts: { unchanged: 4 } });
    expect(told.changes).toEqual(["gained npm lodash  4.17.20", "lost npm minimist 0.2.1 "]);
    expect(told.source.notes?.[0]).toContain("(SPDX-2.3) without the package paths");
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
    const made = { source: { name: "acme/app" }, descriptor: { name: "syft" }, schema: { version: "16.0.0" } };
    const told = await against(bed.write("old.syft.json", JSON.stringify({ artifacts, ...made })));
    expect(told).toMatchObject({ ...CHANGED, counts: { unchanged: 4 }, source: { platform: "linux/amd64" } });
    expect(told.changes).toEqual([
      "gained npm lodash  4.17.20",
      "lost npm minimist 0.2.1 ",
      "upgraded deb tar 1.34+dfsg-1.1 1.34+dfsg-1.2",
    ]);
  });

  it("as SBOMs of two tools, whichever is the older: an upgrade is one, and a name spelt otherwise the same", async () => {
    const rest = "?arch=amd64&distro=debian-12";
    const other = sbom(
      "other.cdx.json",
      library("deb/debian", "libssl3", "3.0.14-1~deb12u1", `${rest}&upstream=openssl`),
      library("deb/debian", "tar", "1.34+dfsg-1.2", rest),
      library("npm", "minimist", "0.2.0"),
    );
    const trivy = await trivys("cyclonedx", "trivy.cdx.json");
    const counts = { new: 0, fixed: 0, unchanged: 5, newlyDisclosed: 0 };
    const [up, down] = [await against(other, { sbom: trivy }), await against(trivy, { sbom: other })];
    expect([up.counts, up.changes]).toEqual([counts, ["upgraded npm minimist 0.2.0 0.2.1"]]);
    expect([down.counts, down.changes]).toEqual([counts, ["downgraded npm minimist 0.2.1 0.2.0"]]);
  });

  it("by an SBOM of another maker, which has no paths, and says so", async () => {
    const told = await against(
      sbom("syft.json", library("npm", "minimist", "0.2.1"), library("npm", "lodash", "4.17.20")),
    );
    expect(told.fixed).toEqual(MINIMIST);
    expect(told.new).not.toContain(LODASH[0]);
    expect(told.source.notes?.[0]).toContain("without the package paths");
  });

  it("by an SBOM whose components nest, and of which something stays unread, which is reported", async () => {
    const nested = { ...library("npm", "left-pad", "1.3.0"), components: [library("npm", "minimist", "0.2.1")] };
    const told = await against(sbom("nested.json", nested, library("generic", "busybox", "1")));
    expect(told.fixed).toEqual(MINIMIST);
    expect(told.source.notes?.join()).toContain(
      "It was not completely scanned, so some findings may seem to be new: the scanner has no advisories for pkg:generic",
    );
  });

  it("of the same image: nothing is new and nothing fixed, secrets and all", async () => {
    bed.registry.add("acme/secret", "1", images.secret());
    const scanners = { image: name("acme/secret", "1"), scanners: "vuln,secret,license" };
    bed.write("main.json", bed.report((await bed.scan(scanners)).scans));
    const { counts } = await against("main.json", scanners);
    expect(counts).toMatchObject({ new: 0, fixed: 0, newlyDisclosed: 0 });
    expect(counts.unchanged).toBeGreaterThan(3);
  });

  // Proves: baseline-cannot-know-does
  it("of which the baseline was not searched for secrets: they are not called known", async () => {
    bed.registry.add("acme/secret", "2", images.secret());
    const image = name("acme/secret", "2");
    bed.write("main.json", bed.report((await bed.scan({ image })).scans));
    const { changeOf, findings } = await against("main.json", { image, scanners: "vuln,secret" });
    const secrets = findings.filter((each) => each.kind === "secret");
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.map(changeOf)).toEqual(secrets.map(() => undefined));
  });
});

describe("a baseline that is named and", () => {
  const errorOf = async (baseline: string) => {
    const { outcome, comparisons } = await bed.compare({ ...pr(), baseline });
    if (!("error" in outcome)) throw new Error("there is no error");
    expect(comparisons.size).toBe(0);
    return outcome.error;
  };

  // Proves: bad-baseline-not-comparison
  it("is missing, or only half of it is there, is an error", async () => {
    expect(await errorOf("base.json")).toMatchObject({ code: "file-missing" });
    const half = bed.write("base.json", '{"version":2,"targets":[{"label":');
    expect(await errorOf(half)).toMatchObject({ code: "baseline-damaged" });
  });

  it("is a reference that does not exist is an error that says why", async () => {
    const error = await errorOf(name("acme/app", "nothing"));
    expect(error.code).toBe("baseline-unavailable");
    expect(error.what).toContain("[image-not-found]");
  });

  // Proves: bad-baseline-not-comparison
  it("is of another platform is an error, as a report, a reference and an SBOM", async () => {
    bed.write("arm.json", bed.report((await bed.scan({ image: name("acme/arm", "main") })).scans));
    await trivys("cyclonedx", "arm.cdx.json", name("acme/arm", "main"));
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
    const { scans } = await bed.scan({ image: main() });
    bed.write("main.json", bed.report(scans));
    bed.write("trivy.json", readFileSync(scans.reportFiles[0] ?? "", "utf8"));
    for (const baseline of ["main.json", "trivy.json", main()])
      expect((await against(baseline)).source).toMatchObject({ platform: "linux/amd64" });
    const { platform, notes = [] } = (await against(sbom("none.json", library("npm", "lodash", "4.17.20")))).source;
    expect(platform).toBeUndefined();
    expect(notes.join()).toContain("Its platform is unknown");
  });

  it("is a reference to an index, of which the target's platform is taken, with its variant or without", async () => {
    const plain = { ...images.arm64().descriptor, platform: { os: "linux", architecture: "arm64" } };
    const image = name("acme/arm64", "1");
    bed.registry.add("acme/arm64", "1", images.arm64());
    bed.registry.add("acme/index", "1", buildIndex([images.debian12(), { ...images.arm64(), descriptor: plain }]));
    const { counts, source } = await against(name("acme/index", "1"), { image });
    expect([counts, source.platform]).toMatchObject([{ new: 0, fixed: 0 }, "linux/arm64/v8"]);
  });

  it("is of another image is compared, with a warning that names it", async () => {
    const told = await against(name("acme/other", "main"));
    expect(told).toMatchObject(CHANGED);
    const warnings = bed.world.lines.filter((line) => line.startsWith("warning: [baseline-other-image]"));
    expect(warnings).toEqual([expect.stringContaining("acme/other")]);
    expect(told.source.notes?.[0]).toContain("acme/other");
  });

  it("leads out of the workspace is refused, and nothing of it is quoted", async () => {
    expect(await errorOf("/proc/self/environ")).toMatchObject({ code: "file-outside-workspace" });
  });

  // Proves: bad-baseline-not-comparison
  it("is a reference of whose name there is a file, which a pull request may have added, is an error", async () => {
    bed.write(main(), bed.report((await bed.scan(pr())).scans));
    expect((await errorOf(main())).code).toBe("baseline-ambiguous");
  });
});

describe("no baseline", () => {
  it("is used where none is wanted", async () => {
    const { comparisons } = await bed.compare({ ...pr(), baseline: "none" });
    expect(comparisons.size).toBe(0);
  });

  it("of `auto` is reported, and no error", async () => {
    const { comparison, outcome } = await bed.compare(pr());
    expect(comparison).toEqual({ none: "this test has none" });
    expect(outcome).toHaveProperty("scan");
  });

  it("is missing without an error, not even for a report that could not be compared with it", async () => {
    const { scans } = await bed.scan(pr());
    const inputs = { "trivy-report": scans.reportFiles[0] ?? "", baseline: "./nowhere.json" };
    const { outcome } = await bed.compare(inputs);
    expect(outcome).toMatchObject({ error: { code: "file-missing" } });
  });

  it("is an image for a report that is given: its database is unknown", async () => {
    const { scans } = await bed.scan(pr());
    const report = scans.reportFiles[0] ?? "";
    const { comparison } = await bed.compare({ "trivy-report": report, baseline: main() });
    expect(comparison).toMatchObject({ none: expect.stringContaining("an earlier report by the same scanner") });
  });
});
