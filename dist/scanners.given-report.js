import { joined, number, unique, withoutLogin } from "./shared.inputs.js";
import { reportedCoverage, shownSystem } from "./shared.domain.js";
import { isDigest, severityOfScore, severityRank, toSeverity } from "./shared.names.js";
import { orEmpty } from "./shared.scan.js";
import { isObject } from "./domain.json.is-object.js";
import { array, string } from "./package.zod.js";
import { oneLine } from "./shared.start.js";
import { GateError } from "./shared.thread.js";

// src/scanners/given-report.ts
const word = string().max(5e3);
const listOf = (value) => orEmpty(array(value), []);
function words(...keys) {
	return Object.fromEntries(keys.map((key) => [key, optional]));
}
const optional = word.nullish();
var ReportSource = class {
	name;
	#words;
	constructor(words) {
		this.name = words.name;
		this.#words = words;
	}
	reader({ owns, digests, parts, ...own }) {
		return {
			name: this.name,
			...own,
			owns: (document) => isObject(document) && owns(document),
			digests: (document) => isObject(document) ? unique(digests(document).filter((each) => typeof each === "string")).filter(isDigest) : [],
			given: ({ value }, target, options) => this.scan(target, options, parts(value, target))
		};
	}
	invalid(what, cause) {
		const { remedy, refusal } = this.#words;
		const { start, code } = refusal ?? {
			start: `The report of ${this.name}`,
			code: "report-invalid"
		};
		return new GateError(code, `${start} ${what}`, remedy, { cause });
	}
	unknownVersion(what, known) {
		return new GateError("report-schema-unknown", `The report of ${this.name} ${what}`, `Known are ${known}.`);
	}
	unfinished(what) {
		const remedy = `${this.#words.remedy} If its scanner cannot scan the image, scan it here.`;
		return new GateError("report-unfinished", `The report of ${this.name} is not finished: ${what}`, remedy);
	}
	requireEnded(key, state, ended) {
		if (typeof state === "string" && ended.test(state)) return;
		const isWord = typeof state === "string" && /^[A-Za-z_]{1,40}$/.test(state);
		throw this.unfinished(`its \`${key}\` is ${isWord ? JSON.stringify(state) : "missing, or not a word"}`);
	}
	checked(schema, value, at = []) {
		const read = schema.safeParse(value, { jitless: at.length === 0 });
		if (read.success) return read.data;
		const path = [...at, ...read.error.issues[0]?.path ?? []].map((key) => String(key).slice(0, 80));
		throw this.invalid(`has no content of the right kind at ${placeWords(path)}`);
	}
	severityOfWord(word, at) {
		if (this.#words.lowest?.test(word)) return "LOW";
		const severity = toSeverity(word);
		if (severity !== "UNKNOWN" || /^unknown$/i.test(word)) return severity;
		const what = word === "" ? "no severity" : "a severity that its scanner does not have";
		throw this.invalid(`has ${what} at ${placeWords(at)}`);
	}
	severityOf(words, score, at) {
		const stated = words.find((each) => each != null);
		const severity = stated == null ? "UNKNOWN" : this.severityOfWord(stated, at);
		return severity === "UNKNOWN" && score != null ? severityOfScore(score) : severity;
	}
	scan(target, options, parts) {
		const { rows, packages, artifact, claim, digest, system, looked, suppressed = 0, provenance } = parts;
		const { findings, unreadable } = findingsIn(rows, this, options);
		const fixes = `${unreadable} of the rows name a fix that is not a version; they count as having none.`;
		return {
			artifact: {
				names: namesOf(target),
				...claim && { claims: [withoutLogin(claim)] },
				...system && { os: shownSystem(system) },
				...isDigest(digest ?? "") && { referenceDigest: digest },
				...artifact,
				packages: packages?.length
			},
			packages: packages ?? [],
			layers: [],
			findings,
			suppressed,
			coverage: "gaps" in looked ? looked : reportedCoverage({
				...looked,
				system
			}),
			provenance: {
				scanner: this.name,
				...provenance,
				scanners: ["vuln"],
				notes: [
					...undatedNotes(this, provenance),
					...unreadable > 0 ? [fixes] : [],
					...provenance.notes ?? []
				]
			}
		};
	}
};
function namesOf({ as, input }) {
	return as === void 0 ? [input] : [as, input];
}
function placeWords(at) {
	return JSON.stringify(at.join("."));
}
function dateIn(text) {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text ?? "")) return void 0;
	const date = new Date(text);
	return Number.isNaN(date.getTime()) || date.getTime() <= 0 ? void 0 : date.toISOString();
}
function pathIn(text) {
	return text?.replace(/^\/+/, "") || void 0;
}
const MOST_FINDINGS = 5e5;
function requireFewer(count, source) {
	if (count > MOST_FINDINGS) throw source.invalid(`has more than ${number(MOST_FINDINGS)} findings, counting each CVE at each package`);
}
const LONGEST_TITLE = 300;
const LONGEST_DESCRIPTION = 1e3;
function findingsOf(row, { descriptions = false }) {
	const { about, severity, publishedAt } = row;
	const { versions: fixedVersions } = row.fix;
	const title = oneLine(row.title ?? "").slice(0, LONGEST_TITLE);
	const description = descriptions && row.description?.slice(0, LONGEST_DESCRIPTION) || void 0;
	const url = row.links?.split(/\s+/).find((link) => link !== "");
	const { name = "", version = "", type = "", ecosystem, purl, path } = about ?? {};
	const named = about && {
		name,
		version,
		type,
		ecosystem,
		purl
	};
	const status = fixedVersions.length > 0 ? "fixed" : "unknown";
	const kind = "vulnerability";
	return row.advisories.map(({ id, aliases }) => {
		const finding = {
			kind,
			id,
			severity,
			title: title === id ? "" : title,
			description,
			url,
			path,
			package: named,
			fixedVersions,
			status,
			publishedAt
		};
		return aliases.length === 0 ? finding : {
			...finding,
			aliases
		};
	});
}
function findingsIn(rows, source, options) {
	const findings = [];
	const places = /* @__PURE__ */ new Map();
	let [count, unreadable] = [0, 0];
	for (const row of rows) {
		if (row.fix.isUnreadable) unreadable += 1;
		for (const finding of findingsOf(row, options)) {
			requireFewer(++count, source);
			const key = row.place && JSON.stringify([
				row.place,
				finding.id,
				finding.fixedVersions
			]);
			const at = key === void 0 ? void 0 : places.get(key);
			if (at === void 0) findings.push(finding);
			else if (severityRank(finding.severity) < severityRank(findings[at]?.severity ?? "UNKNOWN")) findings[at] = finding;
			if (key !== void 0 && at === void 0) places.set(key, findings.length - 1);
		}
	}
	return {
		findings,
		unreadable
	};
}
function undatedNotes({ name }, { scannedAt, databaseUpdatedAt }) {
	const missing = joined(" or of ", [scannedAt ? "" : "itself", databaseUpdatedAt ? "" : "its database"]);
	return missing === "" ? [] : [`The report of ${name} has no date of ${missing}, so that its age is unknown.`];
}
function worstOf(severities) {
	return [...severities].sort((a, b) => severityRank(a) - severityRank(b))[0];
}

export { ReportSource, dateIn, listOf, namesOf, pathIn, placeWords, requireFewer, undatedNotes, word, words, worstOf };