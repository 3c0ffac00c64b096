import { describe, expect, it } from "vitest";
import { choiceNotes } from "../../../src/domain/opinions/choice.ts";

const outcomes = (...scanners: string[]) => [
  { scan: { opinions: scanners.map((scanner) => ({ scanner, findings: 0, sees: [] })) } },
  { error: {} },
];
const notes = (severityFrom: readonly string[], ...scanners: string[]) =>
  choiceNotes(outcomes(...scanners), { severityFrom });

describe("severity-from", () => {
  it("that means no scanner of the run says so: the highest severity counts", () => {
    expect(notes(["trivvy"], "Trivy", "Grype")).toEqual([
      "`severity-from` names no scanner of this run (trivvy): the highest severity counts.",
      "`severity-from` names a scanner that this run does not have: trivvy; did you mean trivy?",
    ]);
    expect(notes(["clair"], "Trivy", "Grype")).toEqual([expect.stringContaining("(clair)")]);
  });

  it("says which name is probably mistyped, and nothing of one that another run may have", () => {
    expect(notes(["trivvy", "grype"], "Trivy", "Grype")).toEqual([expect.stringContaining("did you mean trivy?")]);
    expect(notes(["clair", "grype"], "Trivy", "Grype")).toEqual([]);
    expect(notes(["GRYPE"], "Trivy", "Grype (old.json)")).toEqual([]);
    expect(notes(["clair"])).toEqual([]);
  });
});

it("scan-with says which name is probably mistyped, since it loosens nothing", () => {
  const policy = { optionalScanners: ["gripe", "harbor"] };
  expect(choiceNotes(outcomes("Trivy", "Grype", "Clair"), policy)).toEqual([
    "`scan-with` names a scanner that this run does not have: gripe; did you mean grype?",
  ]);
  const known = { optionalScanners: ["grype"] };
  expect(choiceNotes(outcomes("Trivy", "Grype", "Clair"), known)).toEqual([]);
});
