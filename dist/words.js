import { T as perSeverity, w as SEVERITIES } from "./shared.js";

// src/render/words.ts
function number(value) {
	return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
function counted(value, singular, plural = `${singular}s`) {
	return `${number(value)} ${value === 1 ? singular : plural}`;
}
function severityList(counts) {
	return SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => `${number(counts[severity])} ${severity}`).join(", ");
}
function countSeverities(severityAt, first, end) {
	const counts = perSeverity(() => 0);
	for (let index = first; index < end; index += 1) counts[severityAt(index)] += 1;
	return counts;
}
function whenItEnds(daysLeft) {
	if (daysLeft === 0) return "ends today";
	if (daysLeft === 1) return "ends tomorrow";
	if (daysLeft > 1) return `ends in ${number(daysLeft)} days`;
	return daysLeft === -1 ? "ended yesterday" : `ended ${number(-daysLeft)} days ago`;
}
function age(time, now) {
	const minutes = Math.round((now.getTime() - Date.parse(time)) / 6e4);
	if (Number.isNaN(minutes)) return void 0;
	if (minutes < 60) return `${Math.max(0, minutes)} min`;
	if (minutes < 2880) return `${Math.round(minutes / 60)} h`;
	return `${number(Math.round(minutes / 1440))} days`;
}
const STATUS = {
	affected: "no fix yet",
	will_not_fix: "vendor will not fix it",
	fix_deferred: "vendor deferred the fix",
	end_of_life: "end of life: no fix will come",
	under_investigation: "vendor is looking into it",
	not_affected: "vendor says not affected",
	unknown: "no fix known",
	fixed: "fixed"
};
function statusWords(status) {
	return Object.hasOwn(STATUS, status) ? STATUS[status] : status;
}

export { severityList as a, number as i, countSeverities as n, statusWords as o, counted as r, whenItEnds as s, age as t };