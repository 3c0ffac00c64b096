/** Grype's JSON in small, as version 0.12x writes it, with a test's changes. */

type Fields = Readonly<Record<string, unknown>>;

export const hex = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A row of `matches`. */
export function match({
  vulnerability = {},
  artifact = {},
  ...more
}: { vulnerability?: Fields; artifact?: Fields } & Fields = {}) {
  return {
    vulnerability: {
      id: "CVE-2099-0001",
      dataSource: "https://security-tracker.debian.org/tracker/CVE-2099-0001",
      namespace: "debian:distro:debian:12",
      severity: "High",
      urls: [],
      cvss: [],
      fix: { versions: ["3.0.99-1"], state: "fixed" },
      advisories: [],
      risk: 1.2,
      ...vulnerability,
    },
    relatedVulnerabilities: [],
    matchDetails: [{ type: "exact-indirect-match", matcher: "dpkg-matcher", searchedBy: {}, found: {} }],
    artifact: {
      id: "f00",
      name: "libssl3",
      version: "3.0.11-1",
      type: "deb",
      locations: [{ path: "/var/lib/dpkg/status", layerID: hex("1"), accessPath: "/var/lib/dpkg/status" }],
      language: "",
      licenses: [],
      cpes: [],
      purl: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12&upstream=openssl",
      upstreams: [{ name: "openssl" }],
      ...artifact,
    },
    ...more,
  };
}

/** A row about a Python package, found by GitHub's advisories. */
export function pythonMatch(vulnerability: Fields = {}, more: Fields = {}, artifact: Fields = {}) {
  return match({
    vulnerability: {
      id: "GHSA-aaaa-bbbb-cccc",
      dataSource: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
      namespace: "github:language:python",
      severity: "Medium",
      fix: { versions: ["2.32.0"], state: "fixed" },
      ...vulnerability,
    },
    relatedVulnerabilities: [{ id: "CVE-2099-0002", namespace: "nvd:cpe", severity: "High" }],
    matchDetails: [{ type: "exact-direct-match", matcher: "python-matcher", searchedBy: {}, found: {} }],
    ...more,
    artifact: {
      name: "requests",
      version: "2.31.0",
      type: "python",
      locations: [
        { path: "/app/venv/lib/python3.11/site-packages/requests-2.31.0.dist-info/METADATA", layerID: hex("2") },
      ],
      language: "python",
      purl: "pkg:pypi/requests@2.31.0",
      upstreams: [],
      ...artifact,
    },
  });
}

/** The token in the image's environment, which we must never show. */
export const SECRET = "hushHush42-of-the-environment";

const config = Buffer.from(JSON.stringify({ config: { Env: [`TOKEN=${SECRET}`] } })).toString("base64");

export const IMAGE = {
  userInput: "ghcr.io/acme/app:1",
  imageID: hex("c"),
  manifestDigest: hex("a"),
  mediaType: "application/vnd.docker.distribution.manifest.v2+json",
  tags: ["ghcr.io/acme/app:1"],
  repoDigests: [`ghcr.io/acme/app@${hex("d")}`],
  layers: [
    { mediaType: "x", digest: hex("1"), size: 1 },
    { mediaType: "x", digest: hex("2"), size: 1 },
  ],
  architecture: "amd64",
  os: "linux",
  manifest: config,
  config,
};

const captured = (day: string) => ({ captured: `2026-11-${day}T00:00:00Z`, input: "xxh64:0" });

export const DATABASE = {
  status: {
    schemaVersion: "v6.1.10",
    from: "https://grype.anchore.io/…",
    built: "2026-11-20T06:00:00Z",
    path: "/x",
    valid: true,
  },
  providers: {
    debian: captured("27"),
    github: captured("26"),
    nvd: captured("25"),
    sles: captured("20"),
  },
};

/** A whole report. */
export function grype(matches: readonly unknown[], { descriptor = {}, source = {}, ...more }: Fields = {}) {
  return {
    matches,
    source: { type: "image", target: { ...IMAGE, ...(source as Fields) } },
    distro: { name: "debian", version: "12", idLike: [] },
    descriptor: {
      name: "grype",
      version: "0.121.3",
      configuration: { registry: { auth: [{ username: SECRET }] }, exclude: [] },
      db: DATABASE,
      timestamp: "2026-11-28T10:00:00Z",
      ...(descriptor as Fields),
    },
    ...more,
  };
}
