import { a as planSigning, s as readGateReport } from "./shared.js";
import { K as renderReport } from "./document.js";
import { t as GateError } from "./start.js";

// src/reports/verdict.ts
function renderVerdict(view) {
	const report = readGateReport([...renderReport(view)].join(""));
	if ("wrong" in report) throw new TypeError(`the report cannot be read: ${report.wrong}`);
	const plan = planSigning(report);
	if ("code" in plan) throw new GateError(plan.code, plan.what, plan.remedy);
	const [image, ...others] = plan.images;
	if (others.length > 0) throw new TypeError("it is about several images");
	return [`${JSON.stringify(image.predicate)}\n`];
}

export { renderVerdict };