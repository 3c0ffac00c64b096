/** A small report of Clair in its published schema, with a test's changes. */

type Fields = Readonly<Record<string, unknown>>;

export const hash = (digit: string) => `sha256:${digit.repeat(64)}`;

const DEBIAN = { id: "1", did: "debian", name: "Debian GNU/Linux", version: "12 (bookworm)", version_id: "12" };

/** A vulnerability of Debian's. */
export function vulnerability(more: Fields = {}): Fields {
  return {
    id: "v",
    updater: "debian/updater/bookworm",
    name: "CVE-2099-0001 openssl",
    description: "It breaks.",
    issued: "0001-01-01T00:00:00Z",
    links: "https://security-tracker.debian.org/tracker/CVE-2099-0001",
    severity: "",
    normalized_severity: "High",
    package: { id: "", name: "openssl", version: "", kind: "source" },
    distribution: DEBIAN,
    repository: {},
    fixed_in_version: "3.0.99-1",
    ...more,
  };
}

export const OPENSSL = {
  id: "p",
  name: "libssl3",
  version: "3.0.11-1",
  kind: "binary",
  source: { id: "s", name: "openssl", version: "3.0.11-1", kind: "source" },
  arch: "amd64",
};

export const REQUESTS = {
  id: "r",
  name: "requests",
  version: "2.31.0",
  kind: "binary",
  normalized_version: "pep440:0.2.31",
};

const environment = (list: string, distribution = "") => ({
  package_db: list,
  introduced_in: hash("1"),
  distribution_id: distribution,
  repository_ids: null,
});

/** The parts of a sample: `found` are openssl's vulnerabilities, `inPython` are requests' ones. */
export interface Sample extends Fields {
  readonly found?: readonly Fields[];
  readonly inPython?: readonly Fields[];
}

/** A whole report on an image with a Debian package and a Python package. */
export function clair({ found = [], inPython = [], ...more }: Sample = {}) {
  const all = [...found, ...inPython];
  const id = (each: Fields) => `v${all.indexOf(each)}`;
  return {
    manifest_hash: hash("a"),
    packages: { p: OPENSSL, r: REQUESTS },
    distributions: { "1": DEBIAN },
    repository: {},
    environments: {
      // The first layer's list does not name the distribution; the second does.
      p: [environment("var/lib/dpkg/status"), environment("var/lib/dpkg/status", "1")],
      r: [environment("python:usr/lib/python3.11/site-packages")],
    },
    vulnerabilities: Object.fromEntries(all.map((each) => [id(each), each])),
    package_vulnerabilities: { p: found.map(id), r: inPython.map(id) },
    enrichments: {},
    ...more,
  };
}

/** The key changed with the version of the data. */
export const CVSS = [
  "message/vnd.clair.map.vulnerability; enricher=clair.cvss schema=https://csrc.nist.gov/schema/nvd/feed/1.1/cvss-v3.x.json",
  "message/vnd.clair.map.vulnerability; enricher=clair.cvss schema=https://csrc.nist.gov/schema/nvd/api/2.0/external/cvss-v3.x.json",
] as const;
