import { planSigning } from "../domain/evidence/signing-plan.ts";
import { reportOf } from "../render/json/report.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";

/**
 * The predicate of the attestation of one image's verdict, for a tool other than Cosign.
 * @param view of one target
 * @throws GateError `not-a-pass`, `nothing-to-sign`: there is no file, so that nothing can be attested
 */
export function renderVerdict(view: View): readonly string[] {
  const plan = planSigning(reportOf(view));
  if ("code" in plan) throw new GateError(plan.code, plan.what, plan.remedy);
  const [image, ...others] = plan.images;
  // Each target has its own file, so this never happens. A predicate about two images would be wrong.
  if (others.length > 0) throw new TypeError("it is about several images");
  return [`${JSON.stringify(image.predicate)}\n`];
}
