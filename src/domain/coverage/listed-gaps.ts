import type { Gap } from "../coverage.ts";
import { counted } from "../list-some.ts";
import { shortened } from "./words.ts";

/** Packages that were not scanned for the same reason. */
export interface UnreadPackages {
  /** A clause, or the type of their package URLs. */
  readonly why: string;
  readonly count: number;
  /** Package URLs of some of them. Untrusted. */
  readonly examples: readonly string[];
}

/** The result for the packages that an SBOM lists. */
export interface ListedPackages {
  /** Packages of a supported kind that the scanner did not match. */
  readonly unread: readonly UnreadPackages[];
  /** Packages of kinds that it has no advisories for, by type (`pkg:generic`). */
  readonly unmatched: readonly UnreadPackages[];
  /** Libraries without a package URL, which no scanner can look up: their number, and some of the names. Untrusted. */
  readonly nameless: { readonly count: number; readonly examples: readonly string[] };
  /** Number of packages that were read. */
  readonly read: number;
  /** A distribution's packages, if none of them has a source package in the SBOM. Absent: this is not the case. */
  readonly sourceless?: Omit<UnreadPackages, "why"> | undefined;
}

/**
 * The gaps in reading an SBOM. Libraries without a package URL are a gap only if nothing else was read: many tools list
 * a few of them.
 * @returns `known`: packages that cannot be looked up but are not a gap, as a clause
 */
export function listedGaps(listed: ListedPackages | { readonly unknown: string }): {
  readonly gaps: readonly Gap[];
  readonly known?: string;
} {
  if ("unknown" in listed) return { gaps: [{ ...UNKNOWN, what: `${UNKNOWN.what}: ${listed.unknown}` }] };
  const { unread, unmatched, nameless, read, sourceless } = listed;
  const gaps = [
    ...unread.map(unreadGap),
    ...unmatched.map(unmatchedGap),
    ...(sourceless ? [sourcelessGap(sourceless)] : []),
  ];
  if (nameless.count === 0) return { gaps: read > 0 || gaps.length > 0 ? gaps : [EMPTY] };
  const known = `${counted(nameless.count, "package")} without a package URL${suchAs(nameless.examples)}`;
  return read > 0 ? { gaps, known } : { gaps: [...gaps, { ...NAMELESS, what: `${known}: ${NAMELESS.what}` }] };
}

const UNKNOWN: Gap = {
  code: "sbom-packages-unread",
  what: "it is unknown whether all packages of the SBOM were read",
  remedy: "Make it as CycloneDX JSON, or as SPDX 2.3 JSON, in parts of at most 128 MiB.",
};

const NAMELESS: Gap = {
  code: "sbom-packages-unmatched",
  what: "no scanner can look them up",
  remedy: "Make it with a tool that writes package URLs (`purl`).",
};

const EMPTY: Gap = {
  code: "sbom-packages-missing",
  what: "the SBOM lists no packages, which proves nothing about what it describes",
  remedy:
    "Give the SBOM itself, not a VEX document, and make it from the build's result: for content that they do not know, tools write an empty SBOM.",
};

function unreadGap({ why, count, examples }: UnreadPackages): Gap {
  return {
    code: "sbom-packages-unread",
    what: `${counted(count, "package")} of the SBOM not read${suchAs(examples)}: ${why}`,
    remedy:
      "Make the SBOM with a tool that writes a package URL with a version for each package, and under its own name.",
  };
}

function unmatchedGap({ why, count, examples }: UnreadPackages): Gap {
  return {
    code: "sbom-packages-unmatched",
    what: `the scanner has no advisories for ${why}, of which the SBOM lists ${counted(count, "package")}${suchAs(examples)}`,
    remedy: "Check these packages in another way.",
  };
}

function sourcelessGap({ count, examples }: Omit<UnreadPackages, "why">): Gap {
  return {
    code: "sbom-packages-unmatched",
    what: `the SBOM does not name the source packages of the distribution's packages, which its advisories refer to: at least ${counted(count, "package")} of the SBOM could not be matched${suchAs(examples)}`,
    remedy: "Make the SBOM with a tool that names them, as `upstream=` in the package URLs.",
  };
}

function suchAs(examples: readonly string[]): string {
  return examples.length === 0 ? "" : ` (${examples.map(shortened).join(", ")})`;
}
