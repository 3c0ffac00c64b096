/** A report of Trivy's in which one package of Debian was looked at, and nothing found: the smallest that passes. */
export function cleanReport(name: string) {
  return {
    SchemaVersion: 2,
    ArtifactName: name,
    ArtifactType: "container_image",
    Metadata: { OS: { Family: "debian", Name: "12.8" } },
    Results: [
      {
        Target: `${name} (debian 12.8)`,
        Class: "os-pkgs",
        Type: "debian",
        Packages: [{ Name: "bash", Version: "5.2", SrcName: "bash", SrcVersion: "5.2" }],
      },
    ],
  };
}
