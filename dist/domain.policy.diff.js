import { scopeKey } from "./shared.domain.js";
import { pair } from "./shared.answer.js";
import { DEFAULT_THRESHOLDS, SEVERITIES, severityName } from "./shared.names.js";
import { exploitDataWanted } from "./shared.scan.js";

// src/domain/policy/diff.ts
const never = () => false;
const ifHigher = (from, to) => limitValue(to) > limitValue(from);
const ifOn = (_, to) => to === true;
const ifBecomes = (loose) => (_, to) => to === loose;
const ifSet = (_, to) => to !== void 0;
function limitValue(limit) {
	return typeof limit === "number" ? limit : Number.POSITIVE_INFINITY;
}
function setting(subject, about, value, loosens) {
	return [{
		subject,
		about,
		value,
		loosens
	}];
}
function eachSeverity(subject, value, loosens) {
	return SEVERITIES.flatMap((each) => setting(subject, each, (policy) => value(policy, each), loosens));
}
function exceptionRule(about, key, loosens) {
	return setting("exception rule", about, ({ exceptionRules }) => exceptionRules[key], loosens);
}
const GENERAL = [
	...eachSeverity("threshold", ({ thresholds }, each) => thresholds[each] ?? DEFAULT_THRESHOLDS[each], ifHigher),
	...setting("threshold", "exploited", ({ exploited = "unlimited" }) => exploited, ifHigher),
	...setting("exploit-data", "exploit-data", sourcesText, (_from, _to, base) => needsExploitData(base)),
	...setting("exploit-data", "KEV", (policy) => exploitDataWanted(policy).kev ? "asked for" : void 0, (from) => from !== void 0),
	...setting("epss", "epss", ({ epss }) => epss && `at most ${epss.max} above ${epss.above}`, loosensEpss),
	...setting("count", "count", ({ count = "all" }) => count, ifBecomes("introduced")),
	...eachSeverity("grace-days", ({ graceDays = {} }, each) => graceDays[each] ?? 0, ifHigher),
	...setting("ignore-unfixed", "ignore-unfixed", ({ ignoreUnfixed = false }) => ignoreUnfixed, ifOn),
	...setting("agreement", "agreement", ({ agreement = "any" }) => agreement, ifBecomes("all")),
	...setting("severity-from", "severity-from", ({ severityFrom }) => severityFrom?.join(", "), ifSet)
];
const SPECIAL = [
	...eachSeverity("fix-within-days", ({ fixWithinDays }, each) => fixWithinDays?.[severityName(each)], never),
	...setting("issues", "issues", issuesText, never),
	...exceptionRule("max-days", "maxDays", ifHigher),
	...exceptionRule("warn-days", "warnDays", never),
	...exceptionRule("require-owner", "requireOwner", (from) => from === true)
];
function diffPolicies(base, head) {
	const general = compared([...GENERAL, ...scannersIn(base, head)], base, head);
	return [
		...general.filter((change) => !isSaidBefore(change, general)),
		...targetRuleChanges(base, head),
		...compared(SPECIAL, base, head),
		...exceptionChanges(base.exceptions, head.exceptions, "exception", head.count),
		...exceptionChanges(base.coverage ?? [], head.coverage ?? [], "coverage")
	];
}
function compared(settings, base, head) {
	return settings.flatMap(({ subject, about, value, loosens }) => {
		const [from, to] = [value(base), value(head)];
		if (from === to) return [];
		return [{
			what: from === void 0 ? "added" : to === void 0 ? "removed" : "changed",
			subject,
			about,
			from: from?.toString(),
			to: to?.toString(),
			loosens: loosens(from, to, base, head),
			line: 0
		}];
	});
}
function isSaidBefore({ about, what }, all) {
	if (about !== "KEV") return false;
	return what === "added" || all.some((each) => ["exploited", "exploit-data"].includes(each.about) && each.loosens);
}
function scannersIn(...policies) {
	const optional = ({ optionalScanners = [] }) => optionalScanners.map((name) => name.toLowerCase());
	return [...new Set(policies.flatMap(optional))].flatMap((name) => setting("scan-with", name, (policy) => optional(policy).includes(name) ? "optional" : "required", ifBecomes("optional")));
}
function loosensEpss(_from, _to, { epss: from }, { epss: to }) {
	if (from === void 0 || from.max === "unlimited") return false;
	return to === void 0 || to.above > from.above || ifHigher(from.max, to.max);
}
function sourcesText({ exploitData }) {
	return exploitData && `KEV from ${exploitData.kev ?? "CISA"}, EPSS from ${exploitData.epss ?? "FIRST"}`;
}
function needsExploitData({ epss, exploitData, exploited, targets }) {
	return [
		epss,
		exploitData,
		exploited,
		...targets.map((rule) => rule.exploited)
	].some((each) => each !== void 0);
}
function issuesText({ issues }) {
	return (issues?.map(({ images, assignees, labels }) => {
		return `${images.join(", ")}: ${[...assignees, ...labels].join(", ") || "nobody"}`;
	}))?.join("; ");
}
const LIMITED = [...SEVERITIES, "exploited"];
function targetRuleChanges(base, head) {
	const images = ({ rule }) => JSON.stringify(rule.images.toSorted());
	const [before, after] = [ranked(base), ranked(head)];
	const found = pair(before, after, [{ keys: (each) => [`${images(each)}\n${limitsText(each)}`] }, { keys: (each) => [images(each)] }]);
	const loosens = (from, to) => {
		const were = from ? [from.limits] : [limitsOf(base), ...before.map(({ limits }) => limits)];
		const are = to ? [to.limits] : [limitsOf(head), ...after.map(({ limits }) => limits)];
		return were.some((was) => are.some((is) => isHigher(was, is)));
	};
	return [...listChanges(found, {
		about,
		textOf: limitsText,
		loosens
	}), ...moved([...found.pairs])];
}
function moved(pairs) {
	const before = pairs.toSorted(([, a], [, b]) => a.position - b.position).map(([to]) => to);
	const after = before.toSorted((a, b) => a.position - b.position);
	const first = after.find((rule, index) => rule !== before[index]);
	if (first === void 0) return [];
	const loosens = after.some((one) => after.some((other) => isHigher(one.limits, other.limits)));
	const [from, to] = [before, after].map((all) => all.map((each) => about(each).about).join("; "));
	return [{
		what: "changed",
		...about(first),
		about: "order",
		from,
		to,
		loosens
	}];
}
function ranked(policy) {
	return policy.targets.map((rule, position) => ({
		rule,
		position,
		limits: limitsOf(policy, rule)
	}));
}
function limitsOf(policy, rule) {
	const exploited = rule?.exploited ?? policy.exploited ?? "unlimited";
	return {
		...DEFAULT_THRESHOLDS,
		...policy.thresholds,
		...rule?.thresholds,
		exploited
	};
}
function isHigher(before, after) {
	return LIMITED.some((key) => ifHigher(before[key], after[key]));
}
function limitsText({ rule: { thresholds, exploited } }) {
	const limits = {
		...thresholds,
		exploited
	};
	const set = LIMITED.filter((key) => limits[key] !== void 0);
	return set.length === 0 ? "no limits" : set.map((key) => `${key} ${limits[key]}`).join(", ");
}
function about({ rule }) {
	return {
		subject: "target rule",
		about: rule.images.join(", "),
		line: rule.line
	};
}
function exceptionChanges(base, head, subject = "exception", count = "all") {
	return listChanges(pair(base, head, [{ keys: (each) => [`${scopeKey(each)}\n${summary(each)}`] }, { keys: (each) => [scopeKey(each)] }]), {
		about: (exception) => ({
			subject,
			about: scopeText(exception),
			line: exception.line
		}),
		textOf: summary,
		loosens: (from, to) => {
			if (from === void 0 || to === void 0) return from === void 0 || count === "introduced";
			return to.expires > from.expires || from.onlyWhileUnfixed && !to.onlyWhileUnfixed;
		}
	});
}
function listChanges({ pairs, gone, fresh }, { about, textOf, loosens }) {
	const changeOf = (from, to) => {
		const texts = {
			from: from && textOf(from),
			to: to && textOf(to)
		};
		if (texts.from === texts.to) return [];
		const change = {
			...about(to ?? from),
			...texts,
			loosens: loosens(from, to)
		};
		if (to === void 0) return [{
			what: "removed",
			...change,
			line: 0
		}];
		return [{
			what: from === void 0 ? "added" : "changed",
			...change
		}];
	};
	return [...[...fresh.map((to) => changeOf(void 0, to)), ...[...pairs].map(([to, from]) => changeOf(from, to))].flat().sort((a, b) => a.line - b.line), ...gone.flatMap((from) => changeOf(from, void 0))];
}
function scopeText({ id, package: name, paths, images }) {
	const given = Object.entries({
		package: name,
		paths: paths?.join(", "),
		images: images?.join(", ")
	}).flatMap(([key, value]) => value === void 0 ? [] : [`${key} ${value}`]);
	return given.length === 0 ? id : `${id} (${given.join("; ")})`;
}
function summary({ expires, onlyWhileUnfixed, owner, created, reason }) {
	return `${[
		`until ${expires}`,
		onlyWhileUnfixed && "only while unfixed",
		owner && `owner ${owner}`,
		created && `since ${created}`
	].filter(Boolean).join(", ")}: ${reason}`;
}

export { diffPolicies };