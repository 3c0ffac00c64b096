import type { Finding } from "../../src/domain/finding.ts";
import type { RunningImage } from "../../src/domain/history/running.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import type { ScannedImage } from "../../src/scan/running/index.ts";

// Scanned images with everything that a scan can report.

export const digestOf = (at: number) => `sha256:${String(at).repeat(64)}`;

const finding: Finding = {
  kind: "vulnerability",
  id: "CVE-2026-0001",
  severity: "CRITICAL",
  title: "A hole",
  package: { name: "lib", version: "1.0", type: "debian", purl: "pkg:deb/debian/lib@1.0", ecosystem: "debian" },
  fixedVersions: ["1.1"],
  status: "fixed",
  path: "usr/lib/lib.so",
  layer: { diffId: digestOf(9), number: 2, instruction: "RUN x", source: { file: "Dockerfile", line: 3 } },
  owner: { ecosystem: "Debian", name: "lib" },
};

/** Everything that a scan can report. */
const scan: ScanResult = {
  artifact: {
    names: ["registry.example/a:1"],
    claims: ["registry.example/b:1"],
    digest: digestOf(1),
    index: { digest: digestOf(8), images: [{ digest: digestOf(1), platform: "linux/amd64" }] },
    os: { family: "debian", name: "12", endOfLife: false },
    packages: 1,
    layers: 2,
  },
  build: { baseName: "debian:12", instructions: [undefined, "RUN x"] },
  packages: [
    {
      name: "lib",
      version: "1.0",
      type: "debian",
      system: true,
      dependsOn: ["a"],
      source: { name: "l", version: "1" },
    },
  ],
  layers: [digestOf(9)],
  findings: [finding],
  suppressed: 0,
  coverage: {
    rows: [{ subject: "Operating system", status: "looked", detail: "debian 12" }],
    gaps: [{ code: "os-mismatch", what: "x", remedy: "y", path: "etc/os-release" }],
  },
  provenance: { scanner: "Trivy", scanners: ["vuln"], databaseUpdatedAt: "2026-05-31T00:00:00Z", notes: ["A note."] },
};

export const imageOf = (name: string, at: number): RunningImage => ({
  name: `registry.example/${name}`,
  reference: `registry.example/${name}:1`,
  digest: digestOf(at),
  where: [{ source: "file:images.txt", name: `line ${at}` }],
});
export const scannedAs = (image: RunningImage): ScannedImage => ({
  image,
  outcome: {
    target: { kind: "image", input: image.reference, label: image.reference },
    scan: {
      ...scan,
      findings: scan.findings,
      artifact: { ...scan.artifact, names: [image.reference], referenceDigest: image.digest },
    },
  },
  way: "image",
});
