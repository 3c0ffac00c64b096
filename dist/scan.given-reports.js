import { GIVEN_REPORT, GIVEN_REPORT_NAME, entriesOf, readGivenStart, realGivenPath, withoutLogin, withoutRunnerPath } from "./shared.answer.js";
import { compileGlob } from "./shared.domain.js";
import { GateError } from "./shared.start.js";
import { join, relative, resolve, sep } from "node:path";

// src/scan/given-reports.ts
const SCAN_REPORT = "scan-report";
const LONGEST_NAME = 300;
const START_BYTES = 16384;
function isPattern(path) {
	return /[*?]/.test(path);
}
function matchingReports(input, folders) {
	if (!isPattern(input)) return [input];
	const { workspace } = folders;
	const whole = resolve(workspace, input);
	const segments = whole.split(sep);
	const top = segments.slice(0, segments.findIndex(isPattern)).join(sep) || sep;
	if (!isInside(top, folders)) return void 0;
	const matches = compileGlob(whole.slice(top.length).split(sep).join("/"));
	const found = filesBelow(top).filter((path) => matches(relative(top, path).split(sep).join("/"))).sort();
	if (found.length === 0) return void 0;
	const shown = (path) => input.startsWith(sep) ? path : relative(workspace, path);
	return found.map(shown);
}
function isInside(path, folders) {
	try {
		realGivenPath({
			what: GIVEN_REPORT_NAME,
			path
		}, folders);
		return true;
	} catch {
		return false;
	}
}
function filesBelow(top) {
	const waiting = [top];
	const files = [];
	for (let folder = waiting.pop(); folder !== void 0; folder = waiting.pop()) for (const entry of entriesOf(folder)) (entry.isDirectory() ? waiting : files).push(join(folder, entry.name));
	return files;
}
function requireMatch({ input, anyScanner, matchesNothing }) {
	if (!matchesNothing) return;
	throw new GateError("file-missing", `No file matches the pattern ${JSON.stringify(input)} of \`${anyScanner ? SCAN_REPORT : GIVEN_REPORT}\`, or it lies outside of the workspace and RUNNER_TEMP`, "See whether what downloads the reports has found any, and where it puts them; `*` stands for one folder or a part of its name, `**` for any.");
}
function reportedName(path, readers, folders) {
	try {
		const start = readGivenStart({
			what: GIVEN_REPORT_NAME,
			path
		}, START_BYTES, folders).toString("utf8");
		for (const reader of readers) {
			const name = reader.subjectIn?.(start);
			if (name !== void 0) return shownName(name);
		}
	} catch {}
}
function givenDocument(bytes, reader) {
	const opened = reader?.open?.(bytes);
	if (opened !== void 0) return opened;
	try {
		const hasMark = bytes[0] === 239 && bytes[1] === 187 && bytes[2] === 191;
		return {
			bytes,
			value: JSON.parse(bytes.toString("utf8", hasMark ? 3 : 0))
		};
	} catch {
		return { bytes };
	}
}
function readerOf(document, readers) {
	const [reader, second] = readers.filter((each) => each.owns(document));
	if (reader === void 0 || second === void 0) return reader;
	throw new GateError("report-unsupported", `The report has the marks of two scanners, ${reader.name} and ${second.name}: each would read something else in it`, "Give the report as its scanner wrote it, with nothing added.");
}
function shownName(name) {
	return withoutRunnerPath(withoutLogin(name)).slice(0, LONGEST_NAME);
}

export { givenDocument, matchingReports, readerOf, reportedName, requireMatch };