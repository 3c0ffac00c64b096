import { describe, expect, it } from "vitest";
import { outcomeHere, remedyHere } from "../../../src/actions/rescan/judging.ts";
import { notScanned, scanned } from "../../domain/make.ts";

describe("a remedy that names an input of the gate", () => {
  it.each([
    ["Build the image for this platform, or name one that it has by `platform`.", "Build the image for this platform."],
    [
      "Start it first, or set DOCKER_HOST to its socket; `image-source: remote` asks the registry instead.",
      "Start it first, or set DOCKER_HOST to its socket.",
    ],
    [
      "Raise `timeout`; leave large folders out by `skip-dirs`; scan for secrets apart, which takes longest. Where an image is pulled, check that its registry answers this machine.",
      "Raise `timeout`; scan for secrets apart, which takes longest. Where an image is pulled, check that its registry answers this machine.",
    ],
    [
      "Build the image for this platform, or take it out of `platform`. Trivy ignores the platform of an image that exists for one only.",
      "Build the image for this platform. Trivy ignores the platform of an image that exists for one only.",
    ],
    ["Repair or remove the file, or leave it out by `skip-files` or `skip-dirs`.", "Repair or remove the file."],
    ["Leave it out by `skip-dirs`; or repair it.", "Or repair it."],
    ["Name another by `baseline`.", "See docs/rescan.md of Image Gate for what this action can do about it."],
  ])("keeps what can be done here: %s", (remedy, here) => {
    expect(remedyHere(remedy)).toBe(here);
  });

  it.each(["Raise `timeout`.", "Log in before this step (docker/login-action).", "Use `max-db-age: 7d`, or wait.", ""])(
    "is as it was if it names none: %s",
    (remedy) => {
      expect(remedyHere(remedy)).toBe(remedy);
    },
  );
});

describe("what became of a scan", () => {
  it("has an error and gaps with what can be done here", () => {
    const remedy = "Repair it, or leave it out by `skip-dirs`.";
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
