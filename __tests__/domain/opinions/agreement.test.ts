import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { agreementLine, agreementsOf } from "../../../src/domain/opinions/agreement.ts";
import { makeFinding } from "../make.ts";

const seenBy = (...scanners: string[]): Finding => {
  const opinions = scanners.map((scanner) => ({ scanner, id: "CVE-1", severity: "HIGH" as const, fixedVersions: [] }));
  return makeFinding({ opinions });
};
const scan = (scanners: readonly string[], findings: readonly Finding[]) => ({
  findings,
  opinions: scanners.map((scanner) => ({ scanner, findings: 0, sees: [] })),
});
const BOTH = ["Trivy", "Grype"];
const lines = (...scans: Parameters<typeof agreementsOf>[0][]) => agreementsOf(scans.flatMap((each) => [...each]));

describe("the agreement on all targets of a run", () => {
  it("is the sum of those of each, and images of one content count once", () => {
    const first = scan(BOTH, [seenBy(...BOTH), seenBy("Trivy")]);
    const second = scan(BOTH, [seenBy(...BOTH), seenBy("Grype"), seenBy("Grype")]);
    const copy = { ...second };
    expect(lines([first, second, copy]).map(agreementLine)).toEqual([
      "Trivy and Grype agree on 2 of 5; 1 only Trivy, 2 only Grype",
    ]);
  });

  it("is one for each set of scanners, and none if each target has one scanner's opinion", () => {
    const all = [scan(BOTH, [seenBy(...BOTH)]), scan(["Trivy"], [seenBy("Trivy")]), { findings: [] }];
    expect(lines(all).map(agreementLine)).toEqual(["Trivy and Grype agree on 1 of 1", "Trivy alone has an opinion"]);
    expect(lines([{ findings: [seenBy("Trivy")] }])).toEqual([]);
  });
});
