/** A row of Trivy's JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** One CRITICAL finding for each index. */
export const row = (index: number, more: Row = {}): Row => ({
  VulnerabilityID: `CVE-2024-${1000 + index}`,
  PkgName: `package-${index}`,
  InstalledVersion: "1.0",
  Status: "affected",
  Severity: "CRITICAL",
  ...more,
});

/** The row that Trivy always writes about a system that it knows. */
const SYSTEM: Row = { Target: "example.test/app:1.0 (debian 12.8)", Class: "os-pkgs", Type: "debian" };

/** Trivy's JSON of an image with these rows, on a system without findings. */
export function trivyReport(rows: readonly Row[], more: Row = {}): string {
  const { Results = [{ Target: "Java", Class: "lang-pkgs", Type: "jar", Vulnerabilities: rows }] } = more;
  return JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: "example.test/app:1.0",
    ArtifactType: "container_image",
    ...more,
    Results: [...(Results as Row[]), SYSTEM],
    Metadata: { OS: { Family: "debian", Name: "12.8" }, ...(more.Metadata as Row | undefined) },
  });
}
