import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compare } from "../../src/domain/change/comparison.ts";
import type { Finding, FindingPackage } from "../../src/domain/finding.ts";
import { inTurn, type Line, type line, timeWork } from "./measure.ts";

const COUNT = 50_000;
const PACKAGES = 2000;

/** Findings of a large image, one package after the other as a scanner lists them; every `other`th has another advisory. */
function findings(other: number): Finding[] {
  const packages = Array.from({ length: PACKAGES }, (_, index) => {
    const [name, version] = [`package-${index}`, `1.${other}.${index % 7}`];
    return { name, version, purl: `pkg:npm/${name}@${version}`, type: "node-pkg" };
  });
  const layer = { diffId: `sha256:${"a".repeat(64)}`, number: 3, instruction: "RUN npm ci" };
  return Array.from({ length: COUNT }, (_, index): Finding => {
    const about = packages[Math.floor((index * PACKAGES) / COUNT)] as FindingPackage;
    const id = `CVE-${index % other === 0 ? other : 2098}-${10_000 + (index % 20_000)}`;
    return {
      kind: "vulnerability",
      id,
      severity: "HIGH",
      title: `${about.name}: an attacker may make the process use all memory by request ${index}`,
      url: `https://avd.aquasec.com/nvd/${id.toLowerCase()}`,
      package: about,
      fixedVersions: ["2.0.0"],
      status: "fixed",
      publishedAt: "2098-01-02T03:04:05Z",
      path: `usr/lib/node_modules/${about.name}-${about.version}/package.json`,
      layer,
    };
  });
}

/** A finding as Trivy's JSON has it: of 50,000 it has 80 MB. */
function trivyRow({ id, title, url, package: about, path, layer }: Finding) {
  return {
    VulnerabilityID: id,
    PkgID: `${about?.name}@${about?.version}`,
    PkgName: about?.name,
    PkgPath: path,
    PkgIdentifier: { PURL: about?.purl, UID: "9f442132c9ec463" },
    InstalledVersion: about?.version,
    FixedVersion: "2.0.0",
    Status: "fixed",
    Layer: { DiffID: layer?.diffId },
    SeveritySource: "ghsa",
    PrimaryURL: url,
    Fingerprint: `sha256:${"f".repeat(64)}`,
    Title: title,
    Description: `${title}. `.repeat(6),
    Severity: "HIGH",
    CweIDs: ["CWE-400"],
    VendorSeverity: { ghsa: 3, nvd: 3, redhat: 2 },
    CVSS: { nvd: { V3Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", V3Score: 7.5 } },
    References: Array.from({ length: 6 }, (_, at) => `https://example.com/advisories/${id}/reference-${at}`),
    PublishedDate: "2098-01-02T03:04:05Z",
    LastModifiedDate: "2098-01-03T03:04:05Z",
  };
}

/** Comparing 50,000 findings with 50,000 others, against reading Trivy's JSON of one side. */
export async function comparingLines(asLine: typeof line, times: (value: number) => string): Promise<Line[]> {
  const [now, before] = [findings(10), findings(9)];
  const text = JSON.stringify(now.map(trivyRow));
  const earlier: Finding[] = JSON.parse(JSON.stringify(before));
  const kinds = new Set(["vulnerability"] as const);
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const timed = (work: () => unknown): number => {
    // Each pays for its own garbage alone.
    collect();
    return timeWork(work);
  };
  const { ratio } = await inTurn(
    15,
    () => timed(() => compare(now, { source: { kind: "report" }, packages: [], findings: before, earlier, kinds })),
    () => timed(() => JSON.parse(text)),
  );
  return [asLine("comparing 50,000 findings with 50,000 ÷ JSON.parse of one side's Trivy report", ratio, 1, times)];
}
