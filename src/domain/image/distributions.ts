import type { Ecosystem } from "../finding.ts";

/** A distribution, and what distinguishes its packages. The one place where a distribution is described. */
export interface Distribution {
  /** The family, as it is shown, and the namespace of its package URLs. */
  readonly name: string;
  /** Other spellings: `ID` in os-release, and those of other scanners and SBOM tools. */
  readonly ids?: readonly string[];
  readonly ecosystem: Extract<Ecosystem, "alpine" | "debian" | "rpm">;
  /** The releases that it has had. A scanner has no advisories for any other. Absent: they are not known. */
  readonly releases?: RegExp;
  /** Packages that only it and its relatives have. */
  readonly owns?: readonly string[];
  /** Packages whose version is the release's, such as `15.6`. */
  readonly numbered?: readonly string[];
  /** The mark in versions of an RPM distribution's packages, before the release: `el` of `9.el9_4`. */
  readonly mark?: string;
}

const ALPINE = /^(?:3\.(?:[2-9]|1\d|2[0-4])(?:[._].*)?|edge.*)$/;
const AMAZON = /^(?:1|2|201[1-8]\.\d\d|2022|2023)(?:\.\d+)*$/;
const DEBIAN = /^(?:(?:[7-9]|1[0-4])(?:\.\d+)*|unstable|sid|testing)$/;
const ENTERPRISE = /^(?:[5-9]|10)(?:\.\d+)*$/;
const REBUILD = /^(?:[89]|10)(?:\.\d+)*$/;
/** It has no releases, so every version is a state of it. */
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

/** The type of the package URLs of a distribution's packages. */
export const PURL_TYPES: Readonly<Record<Distribution["ecosystem"], string>> = {
  alpine: "apk",
  debian: "deb",
  rpm: "rpm",
};

/** Ecosystems of distributions. An image has one distribution, so places and namespaces tell nothing more apart. */
export const SYSTEM_ECOSYSTEMS: ReadonlySet<string> = new Set(Object.keys(PURL_TYPES));

const BY_NAME: ReadonlyMap<string, Distribution> = new Map(
  DISTRIBUTIONS.flatMap((each) => [each.name, ...(each.ids ?? [])].map((name) => [name, each] as const)),
);

/** A distribution by its name, its `ID` in os-release, or as scanners spell it. Undefined: it is unknown. */
export function distributionNamed(name: string): Distribution | undefined {
  return BY_NAME.get(name.toLowerCase());
}
