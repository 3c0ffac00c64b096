import { d as link, o as code } from "./where.js";

// src/render/whole-report.ts
function wholeReportWords(whole) {
	return whole !== void 0 && "url" in whole ? `${linked(whole.url)} has all` : void 0;
}
function wholeReportNote(whole) {
	if (whole === void 0) return "";
	if ("url" in whole) return `_Not everything has room here: ${linked(whole.url)} has it all, as Markdown and JSON._`;
	return `_Not everything has room here. ${filesWords(whole.files)}._`;
}
function filesWords(files) {
	if (files.length === 0) return "The log says why no file has it all";
	return `On the runner, ${files.map((file) => code(file, 300)).join(" and ")} ${files.length === 1 ? "has" : "have"} it all`;
}
function linked(url) {
	return link("the whole report", url);
}

export { wholeReportWords as n, wholeReportNote as t };