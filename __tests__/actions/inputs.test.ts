import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as gate from "../../src/actions/gate/inputs.ts";
import { OUTPUT_NAMES as OF_GATE } from "../../src/actions/gate/outputs.ts";
import * as rescan from "../../src/actions/rescan/inputs.ts";
import { OUTPUT_NAMES as OF_RESCAN } from "../../src/actions/rescan/outputs.ts";
import * as sign from "../../src/actions/sign/inputs.ts";
import { OUTPUT_NAMES as OF_SIGN } from "../../src/actions/sign/outputs.ts";
import { OUTPUT_NAMES as OF_VERIFY } from "../../src/actions/verify/answer.ts";
import * as verify from "../../src/actions/verify/inputs.ts";
import { GateError } from "../../src/system/errors.ts";
import { actionFile, env, expectSameDefaults } from "./given-inputs.ts";

describe.each([
  ["action.yml", gate, OF_GATE, "dist/index.js", { path: "a" }],
  ["rescan/action.yml", rescan, OF_RESCAN, "../dist/rescan.js", { discover: "file:images.txt" }],
  ["sign/action.yml", sign, OF_SIGN, "../dist/sign.js", { report: "a.json", "report-digest": "a".repeat(64) }],
  ["verify/action.yml", verify, OF_VERIFY, "../dist/verify.js", { image: "a", "cosign-key": "cosign.pub" }],
] as const)("%s and the code", (file, { INPUT_NAMES, readInputs }, outputs, main, needed) => {
  const action = actionFile(file);

  it("agree on inputs, outputs, the bundle and its Node", () => {
    expect(Object.keys(action.inputs)).toEqual(INPUT_NAMES);
    expect(Object.keys(action.outputs)).toEqual(outputs);
    expect(action.runs).toEqual({ using: actionFile("action.yml").runs.using, main });
  });

  it("agree on the defaults that an absent input gets", () =>
    expectSameDefaults(action, readInputs, needed, ["token"]));

  it("answer any text in any input with inputs or a GateError, on one line", () => {
    fc.assert(
      fc.property(fc.constantFrom(...INPUT_NAMES), fc.string({ unit: "binary" }), (name, value) => {
        try {
          readInputs(env({ ...needed, [name]: value }));
        } catch (error) {
          expect(error).toBeInstanceOf(GateError);
          expect((error as GateError).message).not.toMatch(/[\r\n]/);
        }
      }),
    );
  });
});
