import { planSigning, readReport } from "./shared.evidence.js";
import { renderReport } from "./shared.answer.js";
import { GateError } from "./shared.start.js";

// src/reports/verdict.ts
function renderVerdict(view) {
	const report = readReport(JSON.parse(renderReport(view).join("")));
	if ("wrong" in report) throw new TypeError(`the report cannot be read: ${report.wrong}`);
	const plan = planSigning(report);
	if ("code" in plan) throw new GateError(plan.code, plan.what, plan.remedy);
	const [image, ...others] = plan.images;
	if (others.length > 0) throw new TypeError("it is about several images");
	return [`${JSON.stringify(image.predicate)}\n`];
}

export { renderVerdict };