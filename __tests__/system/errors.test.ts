import { expect, it } from "vitest";
import { asGateError, GateError } from "../../src/system/errors.ts";

/** The error that is thrown if work fails, and then its clean-up, too. */
function bothFail(work: Error, cleaning: Error): unknown {
  try {
    using cleanup = new DisposableStack();
    cleanup.defer(() => {
      throw cleaning;
    });
    throw work;
  } catch (error) {
    return error;
  }
}

it("a failure that is followed by another one of what cleans up keeps its code, its words and its remedy", () => {
  const busy = Object.assign(new Error("EBUSY: resource busy"), { code: "EBUSY" });
  const work = new GateError("report-invalid", "The report is wrong", "Make it again.");
  expect(asGateError(bothFail(work, busy))).toBe(work);
  const full = Object.assign(new Error("EDQUOT: quota exceeded"), { code: "EDQUOT" });
  expect(asGateError(bothFail(full, full)).code).toBe("disk-full");
});
