import { readFileSync } from "node:fs";
import { compare } from "../../src/cli/compare/compare.ts";
import { readDocument } from "../../src/documents/read-document.ts";
import { sidesOf } from "../../src/documents/sides.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";

/** Two SBOMs of one image, by two tools. They are not part of this repository. */
interface GenuinePair {
  /** SHA-256 of both files. */
  readonly files: readonly [string, string];
  readonly what: string;
}

const [TRIVY, SYFT, GRYPE] = [
  "fd3dd344c5fdde760f137ff647d4aa6562b5f23eb32892a6f122959b334a3a0c",
  "6ca5e86e2aa0d71d95ea58de2a7d52bc91d12761dce9f75f93daf0de617d2bff",
  "0cdfd7a7791ae7c16a0ffad5a08de22a6db8aabeda94f4ea3eed3ee0d180b433",
] as const;

/** From gatecheckdev/gatecheck `test/`, and aquasecurity/trivy `integration/testdata/fixtures/sbom/`. */
const GENUINE_PAIRS: readonly GenuinePair[] = [
  { files: [TRIVY, SYFT], what: "Ubuntu 22.04, Trivy's and Syft's CycloneDX" },
  { files: [SYFT, TRIVY], what: "Ubuntu 22.04, Syft's and Trivy's CycloneDX" },
  { files: [TRIVY, GRYPE], what: "Ubuntu 22.04, Trivy's and Grype's CycloneDX" },
  { files: [SYFT, GRYPE], what: "Ubuntu 22.04, Syft's and Grype's CycloneDX" },
  {
    files: [
      "c19cf931fb105c7f531771f817fbdb04209a7996ea0e61b6abd70ce4a651b97b",
      "9b826ea920c0853c14db6ab45acb16738ac09158f6d165653b02e739c18abeba",
    ],
    what: "CentOS 7, Trivy's CycloneDX and its SPDX",
  },
];

/** The least share of the packages that must be paired with each other. */
const LEAST = 0.95;

export interface Paired {
  readonly what: string;
  /** Part of the packages that are in both; absent: a file is not there. */
  readonly part?: number;
  readonly isRight: boolean;
}

/**
 * Compares each pair as `image-gate compare` does.
 * @param files of the folder, by their SHA-256
 */
export function comparePairs(files: ReadonlyMap<string, string>, pairs = GENUINE_PAIRS): Paired[] {
  return pairs.map(({ files: [one, other], what }) => {
    const [old, now] = [files.get(one), files.get(other)];
    if (old === undefined || now === undefined) return { what, isRight: true };
    const part = pairedPart(old, now);
    return { what, part, isRight: part >= LEAST };
  });
}

/** The share of packages that two documents have in common, from 0 to 1. @param old absolute paths */
function pairedPart(old: string, now: string): number {
  const { out } = compare({ words: [old, now] }, { world: { workspace: "/" }, format: "json" });
  const { targets } = JSON.parse(out) as { targets: { packages: { counts: Record<"gained" | "lost", number> } }[] };
  const counts = targets[0]?.packages.counts;
  const document = readDocument(readFileSync(now), { input: now }, REPORT_READERS);
  const listed = sidesOf(document, now).sides[0]?.packages?.length ?? 0;
  if (counts === undefined || listed === 0) return 0;
  return (listed - counts.gained) / (listed + counts.lost);
}

export function pairLines(paired: readonly Paired[]): string[] {
  return paired.map(({ what, part, isRight }) => {
    if (part === undefined) return `skipped, not in the folder: ${what}`;
    return `${what}: ${(part * 100).toFixed(1)} % of the packages pair${isRight ? "" : `, and at least ${LEAST * 100} % should`}`;
  });
}
