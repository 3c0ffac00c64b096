import type { Ecosystem } from "../finding.ts";
import type { Artifact } from "../target.ts";

/** A distribution as scanners' reports name it. */
export interface KnownSystem {
  /** The name that is shown, which is also the namespace of its package URLs. */
  readonly name: string;
  readonly ecosystem: Extract<Ecosystem, "alpine" | "debian" | "rpm">;
  /** Whether the distribution has had a release of that name. A scanner has no advisories for any other. */
  readonly hasRelease: (version: string) => boolean;
}

/** A distribution and its release, in a report's own words. */
export interface NamedSystem {
  readonly name: string;
  readonly version: string;
}

const ALPINE = /^(?:3\.(?:[2-9]|1\d|2[0-4])(?:[._].*)?|edge.*)$/;
const ENTERPRISE = /^(?:[5-9]|10)(?:\.\d+)*$/;
/** It has no releases, so every version is a state of it. */
const ROLLING = /^/;

const SYSTEMS: readonly (readonly [names: readonly string[], ecosystem: KnownSystem["ecosystem"], releases: RegExp])[] =
  [
    [["debian"], "debian", /^(?:(?:[7-9]|1[0-4])(?:\.\d+)*|unstable|sid|testing)$/],
    [["ubuntu"], "debian", /^(?:1[0-9]|2[0-6])\.(?:04|10)(?:\.\d+)*$/],
    [["alpine"], "alpine", ALPINE],
    [["wolfi"], "alpine", ROLLING],
    [["chainguard"], "alpine", ROLLING],
    [["minimos"], "alpine", ROLLING],
    [["redhat", "rhel"], "rpm", ENTERPRISE],
    [["centos"], "rpm", /^[5-8](?:\.\d+)*$/],
    [["rocky", "rockylinux"], "rpm", /^(?:[89]|10)(?:\.\d+)*$/],
    [["alma", "almalinux"], "rpm", /^(?:[89]|10)(?:\.\d+)*$/],
    [["oracle", "ol", "oraclelinux"], "rpm", ENTERPRISE],
    [["amazon", "amzn", "amazonlinux"], "rpm", /^(?:1|2|201[1-8]\.\d\d|2022|2023)(?:\.\d+)*$/],
    [["sles", "suse"], "rpm", /^1[1-6](?:[.-].*)?$/],
    [["opensuse-leap", "opensuse.leap"], "rpm", /^(?:42|1[56])\.\d+$/],
    [["mariner", "cbl-mariner"], "rpm", /^[12]\.0/],
    [["azurelinux"], "rpm", /^3\.0/],
    [["photon"], "rpm", /^[1-5](?:\.\d+)*$/],
  ];

const BY_NAME: ReadonlyMap<string, KnownSystem> = new Map(
  SYSTEMS.flatMap(([names, ecosystem, releases]) => {
    const system = { name: names[0] as string, ecosystem, hasRelease: (version: string) => releases.test(version) };
    return names.map((name) => [name, system] as const);
  }),
);

/** A distribution by its `ID` in os-release, or as scanners spell it. Undefined: we do not know it. */
export function systemNamed(name: string): KnownSystem | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The distribution as it is shown. Whether its life has ended is not known from a report. */
export function shownSystem({ name, version }: NamedSystem): NonNullable<Artifact["os"]> {
  return { family: systemNamed(name)?.name ?? name, name: version, endOfLife: false };
}
