import { createHash } from "./shared.thread.js";
import { stamped } from "./shared.inputs.js";
import { LONG, SHORT, branchWords, changeRequest, code$1 as code, note, para, say, utf16Units, utf8Bytes } from "./shared.answer.js";
import { renderDocument, wholeReportNote, wholeReportWords } from "./shared.render.js";

// src/render/documents/comment.ts
const LIMIT = 65e3;
function foreignRunNote(view) {
	const { lookedUpOn: event, policy } = view;
	if (event === void 0) return "";
	const rules = policy.from === "workspace" ? "of the checked-out commit" : branchWords(policy.from).trim();
	return note(say`A run on ${code(event, 60)} judged this by the policy ${rules}. It is not the ${changeRequest(view)}'s own run.`);
}
function fitComment(view, whole, limit = LIMIT, { measuredIn = "units", dialect } = {}) {
	const { notes = [], foot = [] } = wholeReportNote(whole);
	return renderDocument(view, {
		limit,
		measure: measuredIn === "bytes" ? utf8Bytes : utf16Units,
		first: stamped(marker(view.name), view.stamp),
		form: SHORT,
		elsewhere: wholeReportWords(whole) ?? view.words?.elsewhere ?? "the job summary and the JSON report have more",
		notes: [para(foreignRunNote(view)), ...notes],
		foot,
		dialect
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
		form: LONG,
		elsewhere: wholeReportWords(whole) ?? "the JSON report has all",
		...wholeReportNote(whole)
	});
}

export { fitComment, fitSummary, marker };