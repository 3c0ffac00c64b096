import { fittedInDialect, renderDocument, wholeReportNote, wholeReportWords } from "./shared.render.js";
import { LONG, SHORT, branchWords, changeRequest, code, joined$1 as joined, utf16Units, utf8Bytes } from "./shared.answer.js";
import { createHash } from "./shared.start.js";
import { stamped } from "./shared.domain.js";

// src/render/documents/comment.ts
const LIMIT = 65e3;
function foreignRunNote(view) {
	const { lookedUpOn: event, policy } = view;
	if (event === void 0) return "";
	const rules = policy.from === "workspace" ? "of the checked-out commit" : branchWords(policy.from).trim();
	return `_A run on ${code(event, 60)} judged this by the policy ${rules}. It is not the ${changeRequest(view)}'s own run._`;
}
function fitComment(view, whole, limit = LIMIT, measuredIn = "units") {
	const { note, foot } = wholeReportNote(whole);
	return renderDocument(view, {
		limit,
		measure: measuredIn === "bytes" ? utf8Bytes : utf16Units,
		first: stamped(marker(view.name), view.stamp),
		open: 3,
		mostWithin: 250,
		mostFailing: 400,
		form: SHORT,
		mostTargets: 25,
		elsewhere: wholeReportWords(whole) ?? view.words?.elsewhere ?? "the job summary and the JSON report have more",
		note: joined("\n\n", [foreignRunNote(view), note]),
		foot
	});
}
function marker(name) {
	return `<!-- image-gate v1 ${createHash("sha256").update(name).digest("hex").slice(0, 32)} -->`;
}

// src/render/documents/summary.ts
const LIMIT_BYTES = 1e6;
function fitSummary(view, whole, limitBytes = LIMIT_BYTES) {
	return renderDocument(view, {
		limit: limitBytes,
		measure: utf8Bytes,
		open: Number.POSITIVE_INFINITY,
		unfolded: true,
		mostWithin: 1e3,
		mostFailing: 2e3,
		form: LONG,
		mostTargets: 100,
		elsewhere: wholeReportWords(whole) ?? "the JSON report has all",
		...wholeReportNote(whole)
	});
}

export { fitComment, fitSummary, fittedInDialect, marker, utf16Units, utf8Bytes };