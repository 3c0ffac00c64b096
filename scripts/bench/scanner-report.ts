import type { Finding } from "../../src/domain/finding.ts";

/**
 * Vulnerabilities as the scanner writes them: indented, about 1.6 kB each like real ones, and with fields that we do
 * not read.
 */
export function scannerReport(findings: readonly Finding[]): string {
  const Vulnerabilities = findings.map(({ id, title, url, severity, package: about, fixedVersions, status, path }) => ({
    VulnerabilityID: id,
    PkgID: `${about?.name}@${about?.version}`,
    PkgName: about?.name,
    PkgPath: path,
    PkgIdentifier: { PURL: about?.purl, UID: "3f1c9a7e5b2d4c6f" },
    InstalledVersion: about?.version,
    FixedVersion: fixedVersions.join(", "),
    Status: status,
    Layer: { DiffID: `sha256:${"a".repeat(64)}` },
    SeveritySource: "nvd",
    PrimaryURL: url,
    DataSource: {
      ID: "debian",
      Name: "Debian Security Tracker",
      URL: "https://salsa.debian.org/security-tracker-team",
    },
    Fingerprint: `sha256:${"b".repeat(64)}`,
    Title: title,
    Description: `${title}. ${"It lets an attacker do what nobody should. ".repeat(8)}`,
    Severity: severity,
    CweIDs: ["CWE-787"],
    VendorSeverity: { nvd: 3, redhat: 2 },
    CVSS: { nvd: { V3Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", V3Score: 9.8 } },
    References: [1, 2, 3].map((number) => `https://example.test/advisories/${id}/${number}`),
    PublishedDate: "2098-06-01T00:00:00Z",
    LastModifiedDate: "2098-06-01T00:00:00Z",
  }));
  return JSON.stringify({ SchemaVersion: 2, Results: [{ Vulnerabilities }] }, null, 2);
}
