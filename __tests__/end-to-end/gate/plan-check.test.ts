import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { saveImage } from "../../support/images/images.ts";
import { buildImage } from "../../support/images/oci.ts";
import { debianBase, npmPackage, pythonPackage } from "../../support/images/packages.ts";
import { fakeTrivy } from "../../support/programs/fake-trivy.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, openStage } from "../../support/runs/stage.ts";

// The real Trivy: the advised versions were scanned, or the plan says that they were not.

const fixed = (version: string, from = "0") => ({
  PatchedVersions: [version],
  VulnerableVersions: [`>= ${from}, < ${version}`],
});
const MORE = {
  advisories: {
    "npm::GitHub Security Advisory Npm": {
      // 1.1.0 has its own CRITICAL finding, and a finding that does not fail names 1.2.0.
      "own-finding": {
        "CVE-2096-1": fixed("1.1.0"),
        "CVE-2096-2": fixed("1.2.0", "1.1.0"),
        "CVE-2096-3": fixed("1.2.0"),
      },
      // Every version has a failing finding.
      "never-clean": { "CVE-2096-4": fixed("2.0.0"), "CVE-2096-5": { VulnerableVersions: [">= 2.0.0, <= 9.0.0"] } },
    },
    "pip::GitHub Security Advisory Pip": {
      // The first has no fixed version, but ends at 1.5.
      "silent-fix": { "CVE-2096-6": { VulnerableVersions: ["<= 1.5"] }, "CVE-2096-7": fixed("2.0") },
    },
  },
  severities: {
    "CVE-2096-1": "HIGH",
    "CVE-2096-2": "CRITICAL",
    "CVE-2096-3": "LOW",
    "CVE-2096-4": "HIGH",
    "CVE-2096-5": "HIGH",
    "CVE-2096-6": "CRITICAL",
    "CVE-2096-7": "HIGH",
  },
} as const;

const stage = await shared(openStage("plan-check", { database: { more: MORE } }));
const files = [
  ...debianBase([["libc6", "2.36-9+deb12u7", "glibc"]]),
  npmPackage("own-finding", "1.0.0"),
  npmPackage("never-clean", "1.0.0"),
  pythonPackage("silent-fix", "1.0"),
];
const image = saveImage(join(stage.folder, "app.tar"), buildImage([{ createdBy: "COPY", files }]));

const upgradeOf = ({ report }: GateResult, name: string) =>
  report.plan?.flatMap(({ upgrades }) => upgrades ?? []).find((each) => each.package === name);
const UNPROVEN = /Unproven, since (.*): a version may have/;

describe("a plan", () => {
  it("advises the lowest version that would pass, and counts what it clears though no advisory says so", async () => {
    const told = await stage.run({ image });
    expect(told.outputs.verdict).toBe("fail");
    expect(upgradeOf(told, "own-finding")).toMatchObject({ from: "1.0.0", to: "1.2.0", clears: 1 });
    expect(upgradeOf(told, "never-clean")).toMatchObject({ to: "2.0.0", clears: 1, ids: ["CVE-2096-4"] });
    expect(upgradeOf(told, "silent-fix")).toMatchObject({ to: "2.0", clears: 2 });
    expect(upgradeOf(told, "libc6")).toMatchObject({ to: "2.36-9+deb12u8", clears: 1 });
    expect(told.log).not.toMatch(UNPROVEN);
    const checks = told.report.plan?.map(({ text, check }) => [text.split(" ")[0], check]);
    const clean = { stays: [], brings: [] };
    expect(checks).toContainEqual(["own-finding", clean]);
    expect(checks).toContainEqual(["silent-fix", clean]);
    expect(checks).toContainEqual([
      "never-clean",
      { stays: [], brings: [expect.objectContaining({ package: "never-clean", id: "CVE-2096-5", severity: "HIGH" })] },
    ]);
  });

  it("is unproven for a given report alone, and says why", async () => {
    const first = await stage.run({ image });
    const report = readFileSync(first.outputs["trivy-report"] ?? "", "utf8");
    const told = await stage.run({ "trivy-report": "r.json" }, { files: { "r.json": report } });
    expect(UNPROVEN.exec(told.log)?.[1]).toBe("no scanner with a vulnerability database was at hand");
    const shown = told.log.split("\n").filter((line) => !line.startsWith("::debug::"));
    expect(shown.filter((line) => /unproven/i.test(line))).toHaveLength(1);
    expect(upgradeOf(told, "own-finding")).toMatchObject({ to: "1.2.0" });
    expect(upgradeOf(told, "silent-fix")).toMatchObject({ to: "2.0", clears: 1 });
  });

  it("believes nothing of a package of which the scanner knows something else: the installed version lacks a finding there", async () => {
    const first = await stage.run({ image });
    const report = readFileSync(first.outputs["trivy-report"] ?? "", "utf8").replaceAll("CVE-2096-1", "CVE-2096-9999");
    const told = await stage.run(
      { "trivy-report": "r.json", path: "src" },
      { files: { "r.json": report, "src/a.txt": "" } },
    );
    // The advisories say so, but no scan has proven it.
    expect(upgradeOf(told, "own-finding")).toMatchObject({ ids: ["CVE-2096-9999"], to: "1.2.0" });
  });

  // Proves: plan-believes-only-looked
  it.each([["fails", "exit 3", /the second scan failed/]])(
    "is unproven if the second scan %s, and the verdict is the same",
    async (name, script, why) => {
      const real = stage.bed.inputs["trivy-binary"] ?? "";
      const program = fakeTrivy(
        join(stage.folder, name.replaceAll(" ", "-"), "trivy"),
        `case "$1" in sbom) ${script};; *) exec ${real} "$@";; esac`,
      );
      const told = await stage.run({ image, "trivy-binary": program, "trivy-sha256": "", timeout: "8s" });
      expect(told.outputs).toMatchObject({ verdict: "fail", reason: expect.stringContaining("2 CRITICAL") });
      expect(UNPROVEN.exec(told.log)?.[1]).toMatch(why);
      expect(upgradeOf(told, "own-finding")).toMatchObject({ to: "1.2.0" });
    },
  );

  it("is asked about by one scan, and not at all in a run that passes: the one that waits gets no list", async () => {
    const real = stage.bed.inputs["trivy-binary"] ?? "";
    const program = fakeTrivy(
      join(stage.folder, "counting", "trivy"),
      `case "$1" in sbom) ${real} "$@"; echo "ended $?" >> ${stage.folder}/asked;; *) exec ${real} "$@";; esac`,
    );
    const asked = () =>
      existsSync(join(stage.folder, "asked")) ? readFileSync(join(stage.folder, "asked"), "utf8") : "";
    await stage.run({ image, "trivy-binary": program, "trivy-sha256": "", "max-critical": "99", "max-high": "99" });
    expect(asked()).toBe("");
    await stage.run({ image, "trivy-binary": program, "trivy-sha256": "" });
    expect(asked()).toBe("ended 0\n");
  });
});
