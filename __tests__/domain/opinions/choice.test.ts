import { describe, expect, it } from "vitest";
import { choiceNotes } from "../../../src/domain/opinions/choice.ts";

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
