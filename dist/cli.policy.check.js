import { counted, dayOf, daysBetween } from "./shared.inputs.js";
import { DEFAULT_THRESHOLDS, SEVERITIES, severityName } from "./shared.names.js";
import { PolicyError } from "./policy.tree.js";
import { answered, reading } from "./cli.reading.js";
import { requiredPolicy } from "./cli.typed-policy.js";

// src/cli/policy/check.ts
const command = {
	words: "[FILE]",
	options: [],
	formats: ["table", "json"],
	examples: [{
		line: "image-gate policy check",
		about: "The policy of the working directory."
	}, {
		line: "image-gate policy check policy.yml --json",
		about: "Every mistake with its line and column."
	}],
	run: reading(checkPolicy)
};
function checkPolicy({ words: [file] }, { world, format }) {
	const today = dayOf(world.now());
	try {
		const read = requiredPolicy(file, world);
		const due = dueIn(read.policy, today);
		const exceptions = due.map(({ exception: { id, line, expires }, daysLeft }) => ({
			id,
			line,
			expires,
			daysLeft
		}));
		const values = {
			file: read.file,
			valid: true,
			mistakes: [],
			due: exceptions
		};
		return answered(format, values, () => textOf(read, due, today));
	} catch (thrown) {
		if (format !== "json" || !(thrown instanceof PolicyError)) throw thrown;
		const { file: name, mistakes, message } = thrown;
		return answered(format, {
			file: name,
			valid: false,
			mistakes,
			due: []
		}, () => [], {
			err: `${message}\n`,
			code: 2
		});
	}
}
function dueIn({ exceptions, coverage = [], exceptionRules }, today) {
	return [...exceptions, ...coverage].map((exception) => ({
		exception,
		daysLeft: daysBetween(today, exception.expires)
	})).filter(({ daysLeft }) => daysLeft <= exceptionRules.warnDays).sort((a, b) => a.daysLeft - b.daysLeft);
}
function textOf({ file, policy }, due, today) {
	const { exceptions, coverage = [], targets } = policy;
	const limits = SEVERITIES.map((each) => `${severityName(each)} ${policy.thresholds[each] ?? DEFAULT_THRESHOLDS[each]}`);
	return [
		`${file} is valid: ${[
			counted(exceptions.length, "exception"),
			coverage.length > 0 && counted(coverage.length, "accepted gap"),
			targets.length > 0 && counted(targets.length, "rule for images", "rules for images")
		].filter((part) => part !== false).join(", ")}.`,
		`Limits: ${limits.join(", ")}.`,
		...due.map(({ exception, daysLeft }) => `line ${exception.line}: ${exception.id} ${ending(exception, daysLeft)}`),
		...due.length === 0 && exceptions.length > 0 ? [`No exception ends soon (today is ${today} in UTC).`] : []
	];
}
function ending({ expires }, daysLeft) {
	if (daysLeft < 0) return `has ended on ${expires}`;
	return daysLeft === 0 ? "ends today" : `ends on ${expires}, in ${counted(daysLeft, "day")}`;
}

export { checkPolicy, command };