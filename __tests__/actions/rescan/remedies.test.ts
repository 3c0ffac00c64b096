import { describe, expect, it } from "vitest";
import { outcomeHere, remedyHere } from "../../../src/actions/rescan/judging.ts";
import { notScanned, scanned } from "../../domain/make.ts";

describe("a remedy that names an input of the gate", () => {
  it.each([
    [
      "Build the image for this platform. Or name one that it has with `platform`.",
      "Build the image for this platform.",
    ],
    [
      "Start it first, or set DOCKER_HOST to its socket. `image-source: remote` asks the registry instead.",
      "Start it first, or set DOCKER_HOST to its socket.",
    ],
    ["Name the platform that the image has.", "Name the platform that the image has."],
    ["Name another with `baseline`.", "See docs/rescan.md of Image Gate for what this action can do about it."],
    // A clause is never cut out of a sentence: what is left could be wrong.
    [
      "Name the platform that the image has, or leave `platform` out; then it is the machine's. Run again.",
      "Run again.",
    ],
  ])("keeps the sentences that can be followed here: %s", (remedy, here) => {
    expect(remedyHere(remedy)).toBe(here);
  });

  it.each(["Raise `timeout`.", "Log in first (`docker login`).", "Use `max-db-age: 7d`, or wait.", ""])(
    "is as it was if it names none: %s",
    (remedy) => {
      expect(remedyHere(remedy)).toBe(remedy);
    },
  );
});

describe("what became of a scan", () => {
  it("has an error and gaps with what can be done here", () => {
    const remedy = "Repair it. Or leave it out with `skip-dirs`.";
    const failed = notScanned();
    if (!("error" in failed)) throw new TypeError("it has no error");
    expect(outcomeHere({ ...failed, error: { ...failed.error, remedy } })).toMatchObject({
      error: { remedy: "Repair it." },
    });
    const whole = scanned([]);
    if (!("scan" in whole)) throw new TypeError("it has no scan");
    const gap = { code: "packages-unreadable" as const, what: "x", remedy };
    const coverage = { rows: [], gaps: [gap] };
    expect(outcomeHere({ ...whole, scan: { ...whole.scan, coverage } })).toMatchObject({
      scan: { coverage: { gaps: [{ ...gap, remedy: "Repair it." }] } },
    });
    expect(outcomeHere(whole)).toBe(whole);
  });
});
