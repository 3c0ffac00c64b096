import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { mergeOpinions } from "../../../src/domain/opinions/merge.ts";
import { judged, makePolicy, makeSettings, scanned } from "../make.ts";
import { someOpinions } from "./opinions.ts";

/** The content of a merge's result, regardless of the order. */
function said(findings: readonly Finding[]): string[] {
  return findings.map((each) => JSON.stringify(each, sortedKeys)).sort();
}

function sortedKeys(_key: string, value: unknown): unknown {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMapping ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/** The number of findings that count if only their number matters. */
function counted(findings: readonly Finding[], agreement: "any" | "all"): number {
  const verdict = judge([scanned(findings)], makeSettings({ policy: makePolicy({ agreement }) }));
  return judged(verdict).findings.filter(({ outcome }) => outcome === "open").length;
}

describe("mergeOpinions", () => {
  it("does not depend on the order of the opinions, nor of their rows", () => {
    fc.assert(
      fc.property(someOpinions, fc.infiniteStream(fc.nat(99)), (opinions, stream) => {
        const shuffled = <T>(list: readonly T[]) =>
          list
            .map((item) => ({ item, at: stream.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const other = shuffled(opinions.map((each) => ({ ...each, findings: shuffled(each.findings) })));
        expect(said(mergeOpinions(other))).toEqual(said(mergeOpinions(opinions)));
      }),
      { numRuns: 300 },
    );
  });

  // Proves: second-opinion-takes-no
  it("neither loses a row nor merges two rows of one scanner", () => {
    fc.assert(
      fc.property(someOpinions, (opinions) => {
        const merged = mergeOpinions(opinions);
        for (const { scanner, findings } of opinions) {
          const own = merged.flatMap((each) => each.opinions?.filter((one) => one.scanner === scanner) ?? []);
          if (opinions.length > 1) expect(own).toHaveLength(findings.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  // Proves: second-opinion-takes-no
  it("counts with `any` no fewer findings than any scanner alone, and with `all` no more than any that could see", () => {
    fc.assert(
      fc.property(someOpinions, (opinions) => {
        const findings = mergeOpinions(opinions);
        const alone = opinions.map((one) => counted(one.findings, "any"));
        expect(counted(findings, "any")).toBeGreaterThanOrEqual(Math.max(...alone));
        const able = opinions.filter(({ sees }) => sees.has("npm")).map((one) => counted(one.findings, "any"));
        if (able.length > 0) expect(counted(findings, "all")).toBeLessThanOrEqual(Math.min(...able));
      }),
      { numRuns: 300 },
    );
  });
});
