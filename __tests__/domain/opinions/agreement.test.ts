import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { agreementLine, agreementsOf, differences } from "../../../src/domain/opinions/agreement.ts";
import { choiceNotes } from "../../../src/domain/opinions/choice.ts";
import type { ScanResult } from "../../../src/domain/target.ts";
import { makeFinding, makePackage } from "../make.ts";

const seenBy = (...scanners: string[]): Finding => {
  const opinions = scanners.map((scanner) => ({ scanner, id: "CVE-1", severity: "HIGH" as const, fixedVersions: [] }));
  return makeFinding({ opinions });
};
const scan = (scanners: readonly string[], findings: readonly Finding[]) => ({
  findings,
  opinions: scanners.map((scanner) => ({ scanner, findings: 0, sees: [] })),
  provenance: { scanner: "" },
});
const BOTH = ["Trivy", "Grype"];

describe("the agreement on all targets of a run", () => {
  it("is the sum over all targets, and images of one content count once", () => {
    const first = scan(BOTH, [seenBy(...BOTH), seenBy("Trivy")]);
    const second = scan(BOTH, [seenBy(...BOTH), seenBy("Grype"), seenBy("Grype")]);
    const copy = { ...second };
    expect(agreementsOf([first, second, copy]).map(agreementLine)).toEqual([
      "Trivy and Grype agree on 2 of 5; 1 only Trivy, 2 only Grype",
    ]);
  });

  it("is one for each set of scanners, and none if each target has one scanner's opinion", () => {
    const one = { ...scan([], [seenBy("Trivy")]), opinions: undefined };
    const all = agreementsOf([scan(BOTH, [seenBy(...BOTH)]), scan(["Trivy"], [seenBy("Trivy")]), one]);
    expect(all.map(agreementLine)).toEqual(["Trivy and Grype agree on 1 of 1", "Only Trivy has an opinion"]);
    expect(agreementsOf([one])).toEqual([]);
  });
});

it.each([
  ["its title", { title: "[WITHDRAWN] A name", description: "Something." }],
  ["its description", { title: "A name", description: " ** REJECT ** Do not use." }],
])("an advisory is withdrawn if %s says so first", (_, words) => {
  const on = (change: Partial<Finding>): Finding => ({ ...seenBy("Trivy"), ...change });
  const sees = ["debian"];
  const opinions = ["Trivy", "Grype"].map((scanner) => ({ scanner, findings: 1, sees }));
  const of = differences({ findings: [], opinions, packages: [] } as unknown as ScanResult);
  const why = (each: Finding) => of(each).flatMap((one) => (one.kind === "seen" ? [one.why] : []));
  expect(why(on(words))).toEqual(["withdrawn"]);
  expect(why(on({ title: "Says ** REJECT **", description: "It was not withdrawn." }))).toEqual(["unproven"]);
});

it("a scanner that has found something in a package does not count as one that does not list it", () => {
  const by = (scanner: string, id: string) => ({ scanner, id, severity: "HIGH" as const, fixedVersions: [] });
  const on = (scanner: string, name: string) =>
    makeFinding({ id: `CVE-${scanner}-${name}`, package: makePackage({ name }), opinions: [by(scanner, "CVE-1")] });
  const findings = [on("Trivy", "libssl3"), on("Grype", "libssl3"), on("Grype", "bash")];
  const sees = ["debian"];
  const opinions = [
    { scanner: "Trivy", findings: 1, sees, listsPackages: true as const },
    { scanner: "Grype", findings: 2, sees },
  ];
  const of = differences({ findings, opinions, packages: [] } as unknown as ScanResult);
  const reasons = findings.map((each) => of(each).flatMap((one) => (one.kind === "seen" ? [one.why] : [])));
  expect(reasons).toEqual([["unproven"], ["unproven"], ["no-package"]]);
});

const outcomes = (...scanners: string[]) => [
  { scan: { opinions: scanners.map((scanner) => ({ scanner, findings: 0, sees: [] })) } },
  { error: {} },
];
const notes = (severityFrom: readonly string[], ...scanners: string[]) =>
  choiceNotes(outcomes(...scanners) as never, { severityFrom });

describe("severity-from", () => {
  it("that means no scanner of the run says so: the highest severity counts", () => {
    expect(notes(["trivvy"], "Trivy", "Grype")).toEqual([
      "`severity-from` names no scanner of this run (trivvy): the highest severity counts.",
    ]);
    expect(notes(["clair"], "Trivy", "Grype")).toEqual([expect.stringContaining("(clair)")]);
  });

  it("says nothing of a name that another run may have", () => {
    expect(notes(["clair", "grype"], "Trivy", "Grype")).toEqual([]);
    expect(notes(["GRYPE"], "Trivy", "Grype (old.json)")).toEqual([]);
    expect(notes(["clair"])).toEqual([]);
  });
});
