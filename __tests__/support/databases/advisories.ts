// Every advisory of the test bed, written for it. Only the log4j ids name real vulnerabilities; CVE-2099-… and
// CVE-2098-… are invented and name nothing real.

/** An advisory as Trivy's database stores it, below bucket and package. */
export interface Advisory {
  readonly FixedVersion?: string;
  readonly PatchedVersions?: readonly string[];
  readonly VulnerableVersions?: readonly string[];
  readonly VendorIDs?: readonly string[];
  /** A vendor's status by its number. */
  readonly Status?: number;
  readonly Severity?: number;
}

type Packages = Readonly<Record<string, Readonly<Record<string, Advisory>>>>;

/** Severity by the number of Trivy's database. */
const UNKNOWN = 0;
const LOW = 1;
const MEDIUM = 2;
const HIGH = 3;
const CRITICAL = 4;

/** Numbers of the statuses in Trivy's database. */
const STATUS = {
  affected: 2,
  under_investigation: 4,
  will_not_fix: 5,
  fix_deferred: 6,
  end_of_life: 7,
} as const;

const debianTracker = {
  ID: "debian",
  Name: "Debian Security Tracker",
  URL: "https://salsa.debian.org/security-tracker-team/security-tracker",
};

const ghsa = (ecosystem: string) => ({
  ID: "ghsa",
  Name: `GitHub Security Advisory ${ecosystem}`,
  URL: `https://github.com/advisories?query=type%3Areviewed+ecosystem%3A${ecosystem.toLowerCase()}`,
});

const PIP = "pip::GitHub Security Advisory Pip";
const NPM = "npm::GitHub Security Advisory Npm";
const MAVEN = "maven::GitHub Security Advisory Maven";

/** Bucket to the source that its advisories come from. */
export const sources: Readonly<Record<string, unknown>> = {
  "debian 10": debianTracker,
  "debian 12": debianTracker,
  "Red Hat": { ID: "redhat-oval", Name: "Red Hat OVAL v2", URL: "https://www.redhat.com/security/data/oval/v2/" },
  "alpine 3.22": { ID: "alpine", Name: "Alpine Secdb", URL: "https://secdb.alpinelinux.org/" },
  [PIP]: ghsa("Pip"),
  [NPM]: ghsa("Npm"),
  [MAVEN]: ghsa("Maven"),
  "composer::GitHub Security Advisory Composer": ghsa("Composer"),
};

/** Bucket to package to id. Debian's match the name of the *source* package. */
export const advisories: Readonly<Record<string, Packages>> = {
  "debian 10": {
    openssl: { "CVE-2099-1001": { FixedVersion: "3.0.15-1~deb12u1" } },
  },
  "debian 12": {
    openssl: {
      "CVE-2099-1001": { FixedVersion: "3.0.15-1~deb12u1", VendorIDs: ["DSA-9901-1"] },
      "CVE-2099-1002": { Status: STATUS.affected },
      "CVE-2099-1011": { Status: STATUS.under_investigation },
    },
    zlib: { "CVE-2099-1003": { Status: STATUS.will_not_fix } },
    // The package's own severity beats NVD's.
    bash: { "CVE-2099-1004": { Status: STATUS.affected, Severity: LOW } },
    glibc: {
      "CVE-2099-1005": { FixedVersion: "2.36-9+deb12u8", VendorIDs: ["DSA-9902-1"] },
      "CVE-2099-1006": { Status: STATUS.fix_deferred },
    },
    perl: { "CVE-2099-1007": { Status: STATUS.end_of_life }, "CVE-2099-1008": { Status: STATUS.affected } },
    tar: { "CVE-2099-1009": { Status: STATUS.affected } },
    // The installed version is not older, so there is no finding.
    coreutils: { "CVE-2099-1010": { FixedVersion: "9.1-1" } },
    // An id without its own record: no title, no severity.
    apt: { "CVE-2099-1012": { FixedVersion: "2.6.2" } },
  },
  "alpine 3.22": {
    openssl: { "CVE-2099-2001": { FixedVersion: "3.5.1-r0" }, "CVE-2099-2002": { FixedVersion: "3.5.2-r0" } },
    busybox: { "CVE-2099-2003": { FixedVersion: "1.37.0-r20" } },
    musl: { "CVE-2099-2004": { FixedVersion: "1.2.5-r11" } },
  },
  [PIP]: {
    requests: {
      "CVE-2099-3001": {
        PatchedVersions: ["2.32.0"],
        VulnerableVersions: ["< 2.32.0"],
        VendorIDs: ["GHSA-aaaa-bbbb-3001"],
      },
    },
    jinja2: { "CVE-2099-3002": { PatchedVersions: ["3.1.4"], VulnerableVersions: ["< 3.1.4"] } },
    // No fix: from "< X", Trivy would conclude a fix in X.
    setuptools: { "CVE-2099-3003": { VulnerableVersions: ["<= 99.9.9"] } },
  },
  [NPM]: {
    lodash: { "CVE-2099-4001": { PatchedVersions: ["4.17.21"], VulnerableVersions: ["< 4.17.21"] } },
    minimist: {
      "CVE-2099-4002": {
        PatchedVersions: ["1.2.6", "0.2.4"],
        VulnerableVersions: [">= 1.0.0, < 1.2.6", "< 0.2.4"],
      },
    },
  },
  [MAVEN]: {
    "org.apache.logging.log4j:log4j-core": {
      "CVE-2021-44228": {
        PatchedVersions: ["2.15.0", "2.12.2", "2.3.1"],
        VulnerableVersions: [">= 2.13.0, < 2.15.0", ">= 2.4, < 2.12.2", ">= 2.0-beta9, < 2.3.1"],
        VendorIDs: ["GHSA-jfh8-c2jp-5v3q"],
      },
      "CVE-2021-45046": {
        PatchedVersions: ["2.16.0"],
        VulnerableVersions: [">= 2.13.0, < 2.16.0"],
        VendorIDs: ["GHSA-7rjr-3q55-vv33"],
      },
      "CVE-2021-45105": { PatchedVersions: ["2.17.0"], VulnerableVersions: [">= 2.13.0, < 2.17.0"] },
      "CVE-2021-44832": { PatchedVersions: ["2.17.1"], VulnerableVersions: [">= 2.13.0, < 2.17.1"] },
    },
    "org.example:nopom": { "CVE-2099-5001": { PatchedVersions: ["1.2.4"], VulnerableVersions: ["< 1.2.4"] } },
  },
};

/**
 * Red Hat's advisories are keyed by the numbers of products (CPE). A product is found from the repository or the build
 * of a package. Source: `pkg/vulnsrc/redhat-oval` and `pkg/db/redhat_cpe.go` of trivy-db.
 */
export const redHat: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>> = {
  "Red Hat": {
    bash: {
      "RHSA-2099:6001": {
        Entries: [
          { FixedVersion: "0:5.1.8-9.el9", Cves: [{ ID: "CVE-2099-6001", Severity: CRITICAL }], Affected: [0, 1, 2] },
        ],
      },
    },
  },
  "Red Hat CPE": {
    cpe: {
      0: "cpe:/o:redhat:enterprise_linux:9::baseos",
      1: "cpe:/a:redhat:enterprise_linux:9::appstream",
      2: "cpe:/a:redhat:rhel_eus:9.2::baseos",
      3: "cpe:/a:redhat:openshift:4.12::el9",
    },
    nvr: { "ubi9-container-9.3-1-x86_64": [0, 1], "ose-console-container-v4.12-1-x86_64": [3] },
    repository: {
      "rhel-9-for-x86_64-appstream-rpms": [1],
      "rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2": [2],
      "rhel-9-for-x86_64-baseos-rpms": [0],
      "rhocp-4.12-for-rhel-9-x86_64-rpms": [3],
    },
  },
};

interface Details {
  readonly published?: string;
  readonly cwe?: readonly string[];
  /** CVSS 3 base score. */
  readonly score?: number;
  readonly vector?: string;
  /** Severity that GitHub's advisory gives. */
  readonly ghsa?: number;
}

/** The database's record of an id, apart from the packages that it is about. */
export type VulnerabilityRecord = Readonly<Record<string, unknown>>;

const NAMES = ["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

function record(id: string, severity: number, title: string, details: Details): VulnerabilityRecord {
  const { published = "2099-01-02T00:00:00Z", cwe, score, ghsa: ghsaSeverity } = details;
  const { vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" } = details;
  return {
    Title: title,
    Description: `${title}. This text is part of a test fixture.`,
    ...(severity !== UNKNOWN && {
      Severity: NAMES[severity],
      VendorSeverity: { nvd: severity, ...(ghsaSeverity !== undefined && { ghsa: ghsaSeverity }) },
    }),
    ...(cwe && { CweIDs: cwe }),
    ...(score !== undefined && { CVSS: { nvd: { V3Score: score, V3Vector: vector } } }),
    References: [`https://nvd.nist.gov/vuln/detail/${id}`, `https://example.test/advisories/${id}`],
    PublishedDate: published,
    LastModifiedDate: published,
  };
}

const changed = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H";

const table: readonly (readonly [id: string, severity: number, title: string, details?: Details])[] = [
  ["CVE-2099-1001", HIGH, "openssl: fixed, high", { score: 7.5, cwe: ["CWE-787"], published: "2026-03-01T00:00:00Z" }],
  ["CVE-2099-1002", MEDIUM, "openssl: affected, medium", { score: 5.9, published: "2026-04-01T00:00:00Z" }],
  ["CVE-2099-1003", CRITICAL, "zlib: critical that will not be fixed", { score: 9.8, cwe: ["CWE-190"] }],
  ["CVE-2099-1004", HIGH, "bash: high at NVD, low at Debian", { score: 7.8 }],
  ["CVE-2099-1005", CRITICAL, "glibc: critical with a fix", { score: 9.8, published: "2026-11-20T00:00:00Z" }],
  ["CVE-2099-1006", LOW, "glibc: low, fix deferred", { score: 3.3 }],
  ["CVE-2099-1007", MEDIUM, "perl: end of life", { score: 6.1 }],
  ["CVE-2099-1008", HIGH, "perl: affected, high", { score: 8.1 }],
  ["CVE-2099-1009", UNKNOWN, "tar: severity not known"],
  ["CVE-2099-1010", CRITICAL, "coreutils: fixed in the installed version"],
  ["CVE-2099-1011", LOW, "openssl: under investigation <b>markup</b> | pipe `tick` @mention"],
  ["CVE-2099-2001", HIGH, "openssl on Alpine", { score: 7.5 }],
  ["CVE-2099-2002", MEDIUM, "openssl on Alpine, second", { score: 5.3 }],
  ["CVE-2099-2003", LOW, "busybox applet", { score: 3.3 }],
  ["CVE-2099-2004", CRITICAL, "musl iconv", { score: 9.1 }],
  ["CVE-2099-3001", MEDIUM, "requests keeps verify=False", { score: 5.6, ghsa: MEDIUM }],
  ["CVE-2099-3002", HIGH, "jinja2 sandbox escape", { score: 8.8, ghsa: MEDIUM }],
  ["CVE-2099-3003", LOW, "setuptools with no fix", { ghsa: LOW }],
  ["CVE-2099-4001", HIGH, "lodash prototype pollution", { score: 7.2, cwe: ["CWE-1321"], ghsa: HIGH }],
  ["CVE-2099-4002", CRITICAL, "minimist prototype pollution", { score: 9.8, ghsa: CRITICAL }],
  [
    "CVE-2021-44228",
    CRITICAL,
    "log4j-core: remote code execution through JNDI lookups",
    { score: 10, vector: changed, cwe: ["CWE-502", "CWE-917"], published: "2021-12-10T10:15:09Z", ghsa: CRITICAL },
  ],
  [
    "CVE-2021-45046",
    CRITICAL,
    "log4j-core: incomplete fix of CVE-2021-44228",
    { score: 9, vector: changed, published: "2021-12-14T19:15:07Z", ghsa: CRITICAL },
  ],
  [
    "CVE-2021-45105",
    HIGH,
    "log4j-core: denial of service through self-referential lookups",
    { score: 8.6, published: "2021-12-18T12:15:07Z", ghsa: HIGH },
  ],
  [
    "CVE-2021-44832",
    MEDIUM,
    "log4j-core: code execution through a JDBC appender's settings",
    { score: 6.6, published: "2021-12-28T20:15:08Z", ghsa: MEDIUM },
  ],
  ["CVE-2099-6001", CRITICAL, "bash on RHEL", { score: 9.8 }],
  ["CVE-2099-5001", HIGH, "nopom: a jar known only by its digest", { score: 7.5, ghsa: HIGH }],
];

/** Id to record. */
export const vulnerabilities: Readonly<Record<string, VulnerabilityRecord>> = Object.fromEntries(
  table.map(([id, severity, title, details = {}]) => [id, record(id, severity, title, details)]),
);

/** The source packages of the big image; each has {@link BULK_BINARIES} binary packages there. */
export const BULK_SOURCES = 400;
export const BULK_BINARIES = 5;

/** Name of a source package of the big image. */
export const bulkSource = (index: number): string => `bulk-src-${String(index).padStart(4, "0")}`;

/** `each` advisories for every source package of the big image. A third has no fix, and the severities alternate. */
export function bulkAdvisories(each: number): {
  readonly packages: Packages;
  readonly records: Readonly<Record<string, VulnerabilityRecord>>;
} {
  const packages: Record<string, Record<string, Advisory>> = {};
  const records: Record<string, VulnerabilityRecord> = {};
  for (let source = 0; source < BULK_SOURCES; source++) {
    const name = bulkSource(source);
    const ids: Record<string, Advisory> = {};
    for (let index = 0; index < each; index++) {
      const id = `CVE-2098-${10_000 + source * each + index}`;
      ids[id] = index % 3 ? { FixedVersion: "9.0-1" } : { Status: STATUS.affected };
      const severity = 1 + (index % 4);
      const details = { score: 2.5 * severity, published: "2098-06-01T00:00:00Z" };
      records[id] = record(id, severity, `bulk finding ${index} of ${name}`, details);
    }
    packages[name] = ids;
  }
  return { packages, records };
}
