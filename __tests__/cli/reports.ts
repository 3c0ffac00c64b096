import type { JudgeSettings, ScanOutcome } from "../../src/domain/judge/judge.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import { renderReport } from "../../src/render/json/report.ts";
import { makeFinding, makePackage, makeSettings, scanned } from "../domain/make.ts";
import { view } from "../render/build.ts";
import { TODAY } from "./world.ts";

/** Our JSON report of these scans, judged and written as a run does. */
export function ownReport(outcomes: readonly ScanOutcome[], settings: Partial<JudgeSettings> = {}): string {
  const verdict = judge(outcomes, makeSettings({ today: TODAY, ...settings }));
  const policy = { path: ".github/image-gate.yml", from: "workspace", count: settings.policy?.count } as const;
  const { exceptions, reason, targets } = verdict;
  return [...renderReport(view(targets, { exceptions, reason, today: TODAY, policy }))].join("");
}

/** A scan with more than its findings. */
function withScan(outcome: ReturnType<typeof scanned>, more: Partial<ScanResult>): ScanOutcome {
  return "scan" in outcome ? { ...outcome, scan: { ...outcome.scan, ...more } } : outcome;
}

interface Vulnerability {
  readonly id: string;
  readonly severity: string;
  readonly name?: string;
  readonly version?: string;
  readonly fixed?: string;
}

/** Trivy's JSON of a Debian image with these packages and findings. */
export function trivyReport(
  findings: readonly Vulnerability[],
  packages: readonly { readonly name: string; readonly version: string }[] = [{ name: "libssl3", version: "3.0.11-1" }],
  image = "ghcr.io/acme/app:1.0",
): string {
  const purl = (name: string, version: string) => `pkg:deb/debian/${name}@${version}?arch=amd64&distro=debian-12.4`;
  return JSON.stringify({
    SchemaVersion: 2,
    CreatedAt: "2026-11-29T10:00:00Z",
    ArtifactName: image,
    ArtifactType: "container_image",
    Metadata: { OS: { Family: "debian", Name: "12.4" }, ImageID: `sha256:${"1".repeat(64)}` },
    Results: [
      {
        Target: `${image} (debian 12.4)`,
        Class: "os-pkgs",
        Type: "debian",
        Packages: packages.map(({ name, version }) => ({
          ID: `${name}@${version}`,
          Name: name,
          Version: version,
          Identifier: { PURL: purl(name, version) },
        })),
        Vulnerabilities: findings.map(({ id, severity, name = "libssl3", version = "3.0.11-1", fixed }) => ({
          VulnerabilityID: id,
          PkgID: `${name}@${version}`,
          PkgName: name,
          PkgIdentifier: { PURL: purl(name, version) },
          InstalledVersion: version,
          FixedVersion: fixed,
          Status: fixed === undefined ? "affected" : "fixed",
          Severity: severity,
          Title: "A title",
        })),
      },
    ],
  });
}

const deb = (name: string, version: string) => ({
  name,
  version,
  type: "debian",
  purl: `pkg:deb/debian/${name}@${version}`,
});
const about = (name: string, version: string) => makePackage(deb(name, version));
/** A scan with three packages and two findings. */
export const BEFORE = withScan(
  scanned([
    makeFinding({ id: "CVE-2024-0001", package: about("libssl3", "3.0.11-1") }),
    makeFinding({ id: "CVE-2024-0002", severity: "LOW", fixedVersions: [], package: about("bash", "5.2-1") }),
  ]),
  { packages: [deb("libssl3", "3.0.11-1"), deb("bash", "5.2-1"), deb("gone", "1")] },
);
/** The same image later: one package more, one less, one upgraded. */
export const AFTER = withScan(
  scanned(
    [
      makeFinding({ id: "CVE-2024-0002", severity: "MEDIUM", package: about("bash", "5.2-1") }),
      makeFinding({ id: "CVE-2024-0003", severity: "CRITICAL", package: about("zlib1g", "1.2") }),
    ],
    "ghcr.io/acme/app:1.1",
  ),
  { packages: [deb("libssl3", "3.0.15-1"), deb("bash", "5.2-1"), deb("zlib1g", "1.2")] },
);
