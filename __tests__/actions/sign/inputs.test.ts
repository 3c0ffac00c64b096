import { describe, expect, it } from "vitest";
import { readCorrect, readInputs } from "../../../src/actions/sign/inputs.ts";
import { actionFile, env, type Given, refusal } from "../given-inputs.ts";

const action = actionFile("sign/action.yml");
const GATE = { report: "report.json", "report-digest": "a".repeat(64) };
const REPORT = { ...GATE, "cosign-key": "cosign.key" };
const failure = (given: Given) => refusal(readInputs, given);

describe("readInputs", () => {
  it.each([{}, { report: " " }])("says of %j that there is no report: perhaps the gate did not run", (given) => {
    expect(failure(given as Given).what).toContain("`report` is empty: name the report that the gate wrote");
  });

  it("takes the checksum with and without its prefix, and no other text", () => {
    const digest = "A".repeat(64);
    for (const given of [digest, `sha256:${digest}`])
      expect(readInputs(env({ ...REPORT, "report-digest": given })).reportDigest).toBe(digest.toLowerCase());
    for (const wrong of ["sha256:", "x", `sha512:${digest}`, `${digest}0`])
      expect(failure({ ...REPORT, "report-digest": wrong }).code).toBe("input-invalid");
  });

  // Proves: report-edited-refused
  it("needs the checksum, and names the gate's output: the gate's step may have been skipped", () => {
    expect(action.inputs["report-digest"]).toMatchObject({ required: true });
    const { "report-digest": _, ...without } = REPORT;
    for (const given of [without, { ...REPORT, "report-digest": "" }, { ...REPORT, "report-digest": " " }])
      expect(failure(given)).toMatchObject({
        code: "input-invalid",
        what: expect.stringMatching(/`report-digest` is empty, or was left out: .*its output `report-digest`/),
      });
    expect(failure({ ...REPORT, "report-digest": "none" }).code).toBe("input-invalid");
    expect(failure({ report: "", "report-digest": "" }).what).toMatch(/`report` is empty.*\n`report-digest` is empty/);
  });

  it.each([
    [
      "image",
      ["-x", "--key=evil", "app.tar ", "ghcr.io/acme/APP", "ghcr.io/acme/app:1 --key=x", "https://ghcr.io/a", "a\nb"],
    ],
    [
      "promote-to",
      ["golden/app", "golden/app@sha256:0", `golden/app:1@sha256:${"0".repeat(64)}`, "-golden/app:1", "a:b:c"],
    ],
  ])("refuses as `%s` each of %j", (name, wrong) => {
    for (const given of wrong) expect(failure({ ...REPORT, [name]: given }).what, given).toContain(`\`${name}\``);
  });

  it("takes a registry with a port apart from the tag", () => {
    const { promoteTo } = readInputs(env({ ...REPORT, "promote-to": "registry.test:5000/golden/app:1.2" }));
    expect(promoteTo).toEqual({ repository: "registry.test:5000/golden/app", tag: "1.2" });
  });

  it("leaves a password as it is", () => {
    expect(readInputs(env({ ...REPORT, "cosign-password": " a b " })).cosignPassword).toBe(" a b ");
  });

  it.each([
    [{ tlog: "false", "cosign-key": "" }, "needs a `cosign-key`"],
    [{ "cosign-key": "", "cosign-password": "x" }, "no meaning without `cosign-key`"],
    [{ image: "ghcr.io/acme/app:1", "promote-to": "ghcr.io/acme/app:1" }, "is the image itself"],
    [{ formats: "bundles" }, "did you mean `bundle`?"],
  ])("refuses %j", (given, words) => {
    expect(failure({ ...REPORT, ...(given as unknown as Given) }).what).toContain(words);
  });

  it("knows whether a summary is wanted, even if another input is wrong", () => {
    expect(readCorrect(env({ summary: "false", tlog: "maybe" })).summary).toBe(false);
    expect(readCorrect(env({ summary: "perhaps" })).summary).toBe(true);
  });
});
