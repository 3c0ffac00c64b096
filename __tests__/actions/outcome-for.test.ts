import { describe, expect, it } from "vitest";
import { INPUT_NAMES as OF_GATE } from "../../src/actions/gate/inputs.ts";
import { outcomeFor } from "../../src/actions/outcome-for.ts";
import { INPUT_NAMES as OF_RESCAN } from "../../src/actions/rescan/inputs.ts";
import { ImageFault } from "../../src/images/fault.ts";
import { settled } from "../../src/scan/outcomes.ts";
import { notScanned, scanned } from "../domain/make.ts";

const advice = { remedy: "Repair it.", byInput: { "skip-dirs": "Or leave it out with `skip-dirs`." } };

describe.each([
  ["the gate, which has the input", OF_GATE, "Repair it. Or leave it out with `skip-dirs`."],
  ["rescan, which has not", OF_RESCAN, "Repair it."],
])("advice that needs an input, for %s", (_, inputs, remedy) => {
  it("is part of an error's remedy only there", () => {
    const { target } = notScanned();
    const error = { code: "scan-timeout", what: "x", ...advice };
    expect(outcomeFor(inputs, { target, error })).toEqual({
      target,
      error: { code: "scan-timeout", what: "x", remedy },
    });
  });

  it("is part of a gap's remedy only there", () => {
    const whole = scanned([]);
    if (!("scan" in whole)) throw new TypeError("it has no scan");
    const gap = { code: "packages-unreadable" as const, what: "x" };
    const coverage = { rows: [], gaps: [{ ...gap, ...advice }] };
    expect(outcomeFor(inputs, { ...whole, scan: { ...whole.scan, coverage } })).toMatchObject({
      scan: { coverage: { rows: [], gaps: [{ ...gap, remedy }] } },
    });
    expect(outcomeFor(inputs, whole)).toBe(whole);
  });
});

const BUILD = "Build or pull the image for this platform.";
const START = /^Start it first, .* containerd\./.source;
it.each([
  ["platform-mismatch", OF_GATE, `^${BUILD} Or name one that it has with \`platform\`\\.$`],
  ["platform-mismatch", OF_RESCAN, `^${BUILD}$`],
  ["daemon-unreachable", OF_GATE, `${START} \`image-source: remote\` asks the registry instead\\.$`],
  ["daemon-unreachable", OF_RESCAN, `${START}$`],
] as const)(
  "%s, thrown where an image is read, arrives with the advice of the action",
  async (code, inputs, remedy) => {
    const { target } = notScanned();
    const thrown = new ImageFault(code, "no such thing").asError("app:1");
    const outcome = await settled(() => Promise.reject(thrown), { signal: new AbortController().signal });
    const shown = outcomeFor(inputs, { target, ...outcome });
    expect(shown).toMatchObject({ error: { code, remedy: expect.stringMatching(remedy) } });
  },
);
