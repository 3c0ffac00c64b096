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

/** Trivy's JSON of an image with these rows, on a system without findings. */
export function trivyReport(rows: readonly Row[], more: Row = {}): string {
  return JSON.stringify({
    SchemaVersion: 2,
    ArtifactName: "example.test/app:1.0",
    ArtifactType: "container_image",
    Results: [{ Target: "Java", Class: "lang-pkgs", Type: "jar", Vulnerabilities: rows }],
    ...more,
    Metadata: { OS: { Family: "debian", Name: "12.8" }, ...(more.Metadata as Row | undefined) },
  });
}
