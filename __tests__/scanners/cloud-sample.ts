/** A few findings of Amazon's and Google's scanners, as their command lines write them. */

type Fields = Readonly<Record<string, unknown>>;

export const IMAGE = `sha256:${"a".repeat(64)}`;

export const inspectorPackage = (more: Fields = {}) => ({
  arch: "AMD64",
  epoch: 0,
  fixedInVersion: "0:3.0.99-1",
  name: "openssl",
  packageManager: "OS",
  release: "1",
  version: "3.0.11",
  ...more,
});

export const inspectorFinding = (
  more: Fields = {},
  packages: readonly unknown[] = [inspectorPackage()],
  image: Fields = {},
) => ({
  findingArn: "arn:aws:inspector2:eu-central-1:000000000000:finding/0",
  type: "PACKAGE_VULNERABILITY",
  status: "ACTIVE",
  severity: "HIGH",
  description: "It breaks.",
  inspectorScore: 7.5,
  packageVulnerabilityDetails: {
    vulnerabilityId: "CVE-2099-0001",
    relatedVulnerabilities: [],
    source: "DEBIAN_CVE",
    sourceUrl: "https://security-tracker.debian.org/tracker/CVE-2099-0001",
    vendorSeverity: "unimportant",
    vulnerablePackages: packages,
  },
  resources: [
    {
      details: {
        awsEcrContainerImage: {
          imageHash: IMAGE,
          imageTags: ["1.2"],
          platform: "DEBIAN_12",
          repositoryName: "app",
          ...image,
        },
      },
    },
  ],
  ...more,
});

export const inspector = (findings: readonly unknown[] = [inspectorFinding()], more: Fields = {}) => ({
  findings,
  ...more,
});

export const ecr = (findings: unknown = [inspectorFinding()], more: Fields = {}) => ({
  repositoryName: "app",
  imageId: { imageDigest: IMAGE },
  imageScanStatus: { status: "ACTIVE", description: "Continuous scan is selected for image." },
  imageScanFindings: {
    imageScanCompletedAt: "2026-11-28T10:00:00.000000+01:00",
    vulnerabilitySourceUpdatedAt: "2026-11-28T08:00:00+00:00",
    enhancedFindings: findings,
  },
  ...more,
});

export const googleIssue = (more: Fields = {}) => ({
  affectedCpeUri: "cpe:/o:debian:debian_linux:12",
  affectedPackage: "openssl",
  affectedVersion: { fullName: "3.0.11-1", kind: "NORMAL" },
  effectiveSeverity: "LOW",
  fixedVersion: { fullName: "3.0.99-1", kind: "NORMAL" },
  packageType: "OS",
  ...more,
});

export const googleOccurrence = (vulnerability: Fields = {}, ...issues: unknown[]) => ({
  noteName: "projects/goog-vulnz/notes/CVE-2099-0001",
  vulnerability: {
    effectiveSeverity: "LOW",
    severity: "CRITICAL",
    shortDescription: "CVE-2099-0001",
    relatedUrls: [{ label: "More Info", url: "https://security-tracker.debian.org/tracker/CVE-2099-0001" }],
    packageIssue: issues.length > 0 ? issues : [googleIssue()],
    ...vulnerability,
  },
});

export const google = (vulnerabilities: unknown = { LOW: [googleOccurrence()] }, more: Fields = {}) => ({
  discovery_summary: {
    discovery: [{ discovery: { analysisStatus: "FINISHED_SUCCESS", lastScanTime: "2026-11-28T10:00:00.358092699Z" } }],
  },
  image_summary: { digest: IMAGE, fully_qualified_digest: `europe-docker.pkg.dev/acme/app/app@${IMAGE}` },
  package_vulnerability_summary: { vulnerabilities },
  ...more,
});
