import { planSigning } from "./shared.evidence.js";
import { reportOf } from "./shared.answer.js";
import { GateError } from "./shared.thread.js";

// src/reports/verdict.ts
function renderVerdict(view) {
	const plan = planSigning(reportOf(view));
	if ("code" in plan) throw new GateError(plan.code, plan.what, plan.remedy);
	const [image, ...others] = plan.images;
	if (others.length > 0) throw new TypeError("it is about several images");
	return [`${JSON.stringify(image.predicate)}\n`];
}

export { renderVerdict };