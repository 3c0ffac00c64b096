import { EMPTY_POLICY, addDays, isDay } from "./shared.inputs.js";
import { GateError } from "./shared.thread.js";

// src/cli/policy/words.ts
const UNTIL = {
	name: "until",
	kind: "text",
	value: "DATE",
	about: "The last day, YYYY-MM-DD."
};
const REASON = {
	name: "reason",
	kind: "text",
	value: "TEXT",
	about: "Why the finding may run."
};
function reasonText(reason) {
	if (/[\p{L}\p{N}]/u.test(reason)) return reason.trim();
	throw optionInvalid("--reason has no words", "Say why the finding may run, in words that the next reader understands.");
}
function lastDay(until, today, maxDays = EMPTY_POLICY.exceptionRules.maxDays) {
	const last = addDays(today, maxDays);
	const example = `Write it as YYYY-MM-DD, up to ${last}.`;
	if (!isDay(until)) throw optionInvalid(`--until ${JSON.stringify(until)} is not a day`, example);
	if (until < today) throw optionInvalid(`--until ${until} has passed (today is ${today} in UTC)`, example);
	if (until > last) throw optionInvalid(`--until ${until} is later than an exception may last (${maxDays} days, so ${last})`, example);
	return until;
}
function optionInvalid(what, remedy) {
	return new GateError("option-invalid", what, remedy);
}

export { REASON, UNTIL, lastDay, optionInvalid, reasonText };