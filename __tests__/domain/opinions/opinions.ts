import fc from "fast-check";
import { type Finding, UNSPECIFIED_TYPE } from "../../../src/domain/finding.ts";
import type { ScannerOpinion } from "../../../src/domain/opinions/merge.ts";
import { SEVERITIES } from "../../../src/domain/severity.ts";
import { makeFinding, makePackage } from "../make.ts";

export const NPM = new Set(["npm"]);
const ALL = new Set([...NPM, UNSPECIFIED_TYPE]);

/** A finding in an npm package at a path. */
export function npmFinding(id: string, change: Partial<Finding> & { readonly name?: string } = {}): Finding {
  const { name = "left-pad", ...rest } = change;
  return makeFinding({
    id,
    package: makePackage({
      name,
      version: "1.0.0",
      type: "node-pkg",
      ecosystem: "npm",
      purl: `pkg:npm/${name}@1.0.0`,
    }),
    fixedVersions: [],
    ...rest,
  });
}

export function opinion(scanner: string, findings: readonly Finding[], sees: ReadonlySet<string> = NPM) {
  return { scanner, findings, sees } satisfies ScannerOpinion;
}

// Few ids, packages and places, so that rows often meet: chains of aliases, cycles and hubs are among them.
const id = fc.constantFrom("CVE-1", "CVE-2", "CVE-3", "GHSA-a", "GHSA-b", "PYSEC-1", "GO-1", "RHSA-9");

const finding: fc.Arbitrary<Finding> = fc
  .record({
    id,
    aliases: fc.uniqueArray(id, { maxLength: 3 }),
    severity: fc.constantFrom(...SEVERITIES),
    name: fc.constantFrom("left-pad", "right-pad"),
    isBare: fc.boolean(),
    path: fc.constantFrom(undefined, "a", "a/b", "c"),
    fixedVersions: fc.constantFrom([], ["1.0.1"], ["1.0.2"], ["1.1.0", "2.0.1"]),
    publishedAt: fc.constantFrom(undefined, "2020-01-01T00:00:00Z", "2026-11-01T00:00:00Z"),
  })
  .map(({ id: own, aliases, isBare, ...rest }) => {
    const others = aliases.filter((each) => each !== own);
    // Some scanners do not report the ecosystem.
    const bare = { package: { name: rest.name, version: "1.0.0", type: UNSPECIFIED_TYPE } };
    return npmFinding(own, { ...rest, ...(others.length > 0 && { aliases: others }), ...(isBare && bare) });
  });

/** One scanner's findings. */
export const findings: fc.Arbitrary<Finding[]> = fc.array(finding, { maxLength: 8 });

/** Several scanners' opinions on one target. Some of them see nothing of npm. */
export const someOpinions: fc.Arbitrary<ScannerOpinion[]> = fc.uniqueArray(
  fc
    .record({
      scanner: fc.constantFrom("Clair", "Grype", "Trivy"),
      findings,
      isBlind: fc.boolean(),
    })
    .map(({ scanner, findings: own, isBlind }) => opinion(scanner, isBlind ? [] : own, isBlind ? new Set() : ALL)),
  { minLength: 1, maxLength: 3, selector: ({ scanner }) => scanner },
);
