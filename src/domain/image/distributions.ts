import type { Ecosystem } from "../finding.ts";

/** A distribution and the properties of its packages. Distributions are described only here. */
export interface Distribution {
  /** The family's displayed name, and the namespace of its package URLs. */
  readonly name: string;
  /** Other spellings: `ID` in os-release, and the names that other scanners and SBOM tools use. */
  readonly ids?: readonly string[];
  readonly ecosystem: Extract<Ecosystem, "alpine" | "debian" | "rpm">;
  /** All releases so far. A scanner has no advisories for any other. Absent: they are unknown. */
  readonly releases?: RegExp;
  /** Packages that exist only in this distribution and its derivatives. */
  readonly owns?: readonly string[];
  /** Packages whose version is the distribution's release, such as `15.6`. */
  readonly numbered?: readonly string[];
  /** The mark before the release in the versions of RPM packages: `el` in `9.el9_4`. */
  readonly mark?: string;
}

const ALPINE = /^(?:3\.(?:[2-9]|1\d|2[0-4])(?:[._].*)?|edge.*)$/;
const AMAZON = /^(?:1|2|201[1-8]\.\d\d|2022|2023)(?:\.\d+)*$/;
const DEBIAN = /^(?:(?:[7-9]|1[0-4])(?:\.\d+)*|unstable|sid|testing)$/;
const ENTERPRISE = /^(?:[5-9]|10)(?:\.\d+)*$/;
const REBUILD = /^(?:[89]|10)(?:\.\d+)*$/;
/** It has no releases, so any version is valid. */
const ROLLING = /^/;
const WOLFI = ["wolfi-baselayout", "chainguard-baselayout"];

const ROWS: Readonly<Record<Distribution["ecosystem"], readonly Omit<Distribution, "ecosystem">[]>> = {
  debian: [
    { name: "debian", releases: DEBIAN },
    { name: "ubuntu", releases: /^(?:1[0-9]|2[0-6])\.(?:04|10)(?:\.\d+)*$/ },
    { name: "echo" },
  ],
  alpine: [
    { name: "alpine", releases: ALPINE, owns: ["alpine-baselayout"], numbered: ["alpine-release"] },
    { name: "wolfi", releases: ROLLING, owns: WOLFI },
    { name: "chainguard", releases: ROLLING, owns: WOLFI },
    { name: "minimos", releases: ROLLING },
  ],
  rpm: [
    { name: "redhat", ids: ["rhel"], releases: ENTERPRISE, owns: ["redhat-release"], mark: "el" },
    { name: "centos", releases: /^[5-8](?:\.\d+)*$/, owns: ["centos-release", "centos-linux-release"], mark: "el" },
    { name: "rocky", ids: ["rockylinux"], releases: REBUILD, owns: ["rocky-release"], mark: "el" },
    { name: "alma", ids: ["almalinux"], releases: REBUILD, owns: ["almalinux-release"], mark: "el" },
    { name: "oracle", ids: ["ol", "oraclelinux"], releases: ENTERPRISE, owns: ["oraclelinux-release"], mark: "el" },
    { name: "amazon", ids: ["amzn", "amazonlinux"], releases: AMAZON, mark: "amzn" },
    { name: "fedora", owns: ["fedora-release-common"], mark: "fc" },
    { name: "photon", releases: /^[1-5](?:\.\d+)*$/, owns: ["photon-release"], mark: "ph" },
    { name: "cbl-mariner", ids: ["mariner"], releases: /^[12]\.0/, owns: ["mariner-release"], mark: "cm" },
    { name: "azurelinux", releases: /^3\.0/, owns: ["azurelinux-release"], mark: "azl" },
    { name: "sles", ids: ["suse"], releases: /^1[1-6](?:[.-].*)?$/, numbered: ["sles-release"] },
    { name: "slem" },
    {
      name: "opensuse-leap",
      ids: ["opensuse.leap"],
      releases: /^(?:42|1[56])\.\d+$/,
      numbered: ["Leap-release", "openSUSE-release"],
    },
    { name: "opensuse-tumbleweed" },
    { name: "opensuse" },
    { name: "bottlerocket" },
  ],
};

export const DISTRIBUTIONS: readonly Distribution[] = Object.entries(ROWS).flatMap(([ecosystem, rows]) =>
  rows.map((each) => ({ ...each, ecosystem: ecosystem as Distribution["ecosystem"] })),
);

/** The type in the package URLs of a distribution's packages. */
export const PURL_TYPES: Readonly<Record<Distribution["ecosystem"], string>> = {
  alpine: "apk",
  debian: "deb",
  rpm: "rpm",
};

/** Ecosystems of distributions. An image has only one distribution, so places and namespaces add no information. */
export const SYSTEM_ECOSYSTEMS: ReadonlySet<string> = new Set(Object.keys(PURL_TYPES));

const BY_NAME: ReadonlyMap<string, Distribution> = new Map(
  DISTRIBUTIONS.flatMap((each) => [each.name, ...(each.ids ?? [])].map((name) => [name, each] as const)),
);

/** A distribution by its name, its `ID` in os-release, or a scanner's spelling. Undefined: it is unknown. */
export function distributionNamed(name: string): Distribution | undefined {
  return BY_NAME.get(name.toLowerCase());
}
