import { n as whyNotCounted } from "./not-counted.js";
import { I as plain } from "./shared.js";

// src/render/status.ts
function statusOf(judged) {
	if (judged.outcome === "open") return "open";
	return judged.outcome === "not-counted" ? "not counted" : `accepted: ${whyAccepted(judged)}`;
}
function whyAccepted({ exceptions: [exception], vex }) {
	if (exception !== void 0) return plain(exception.reason);
	const words = vex?.status === "fixed" ? "VEX fixed" : "VEX not affected";
	return plain(vex?.justification === void 0 ? words : `${words}: ${vex.justification}`);
}
function whySpared(judged) {
	if (judged.outcome === "open") return "";
	if (judged.outcome === "not-counted") {
		const until = judged.countsFrom === void 0 ? "" : `; counts from ${plain(judged.countsFrom)}`;
		return `not counted: ${whyNotCounted(judged)}${until}`;
	}
	const [exception] = judged.exceptions;
	return `${statusOf(judged)}${exception === void 0 ? "" : ` (until ${plain(exception.expires)})`}`;
}

export { whyAccepted as n, whySpared as r, statusOf as t };