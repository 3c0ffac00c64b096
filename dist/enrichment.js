import { exploitDataWanted, needed } from "./shared.scan.js";
import { GateError, asGateError, createHash, described, readFileSync, tryOr, withoutQueries, writeFileSync } from "./shared.thread.js";
import { isDay } from "./shared.inputs.js";
import { kept } from "./shared.scanner.js";
import { array, int, object, string } from "./package.zod.js";
import { HttpStatusError, get, readBody, retrying } from "./shared.system.js";
import { createVexMatcher, readVexDocuments, readingAt } from "./enrichment.vex.read.js";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

// src/enrichment/exploits/errors.ts
const PUBLISHED = {
	kev: {
		name: "CISA's catalog of exploited vulnerabilities (KEV)",
		url: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
	},
	epss: {
		name: "FIRST's EPSS",
		url: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
	}
};
function whyMissing(source, fault, timeoutMs) {
	const { reason, why } = fault ?? {
		reason: "timeout",
		why: ""
	};
	const address = withoutQuery(source.url);
	const late = `was not downloaded from ${address} within ${Math.round(timeoutMs / 1e3)} s`;
	if (reason === "timeout") return unusable("exploit-data-timeout", late, source);
	if (reason === "invalid") return unusable("exploit-data-invalid", `from ${address} ${why}`, source);
	return unusable("exploit-data-unavailable", `could not be downloaded from ${address}: ${why}`, source);
}
function tooOld(source, day) {
	return unusable("exploit-data-old", `from ${withoutQuery(source.url)} says that it is of ${day}, which is more than 30 days ago`, source);
}
function unusable(code, what, { kind, name, isNamed, url }) {
	return new GateError(code, `${name} ${what}`, isNamed ? `Check \`exploit-data.${kind}\` in the policy: this machine must be able to reach it, and it must be a whole copy of the publisher's file that is renewed every day.` : `Run again later, and open port 443 from this machine to ${new URL(url).host} (HTTPS_PROXY is honoured), or name a copy with \`exploit-data.${kind}\` in the policy.`);
}
function offlineWithout({ kind, name }) {
	return new GateError("exploit-data-offline", `${name} is needed, \`offline\` forbids asking its publisher, and the policy names no other source`, `Name a copy within your network with \`exploit-data.${kind}\` in the policy.`);
}
function withoutQuery(address) {
	return address.replace(/[?#].*$/s, "");
}

// src/enrichment/exploits/feeds.ts
var BadContents = class extends Error {
	name = "BadContents";
};
const MAX_BYTES$1 = 268435456;
const DAY_MS$1 = 864e5;
async function textOf(bytes) {
	if (bytes[0] !== 31 || bytes[1] !== 139) return {
		text: bytes.toString("utf8"),
		isWhole: false
	};
	try {
		return {
			text: (await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES$1 })).toString("utf8"),
			isWhole: true
		};
	} catch (cause) {
		const code = cause.code;
		throw new BadContents(code === "Z_BUF_ERROR" ? "is truncated" : "cannot be unpacked", { cause });
	}
}
function timeOf(text, now) {
	const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
	if (Number.isNaN(time)) throw new BadContents("has no readable date");
	if (time - now.getTime() > DAY_MS$1) throw new BadContents(`is from the future (${new Date(time).toISOString()})`);
	return new Date(time);
}
const schema = object({
	dateReleased: string(),
	count: int(),
	vulnerabilities: array(object({
		cveID: string(),
		dueDate: string().optional(),
		knownRansomwareCampaignUse: string().optional()
	})).min(1)
});
const LEAST_ENTRIES = 500;
async function readKev(bytes, now) {
	const { text } = await textOf(bytes);
	const { data, error } = schema.safeParse(tryOr(() => JSON.parse(text), void 0));
	const at = error?.issues[0]?.path.join(".") || "the top";
	if (data === void 0) throw new BadContents(`does not have the catalog's format, or is truncated (at ${at})`);
	const { dateReleased, count, vulnerabilities } = data;
	const found = vulnerabilities.length;
	const entries = new Map(vulnerabilities.map(({ cveID, dueDate, knownRansomwareCampaignUse }) => {
		const due = dueDate !== void 0 && isDay(dueDate) ? dueDate : void 0;
		return [cveID.toUpperCase(), {
			dueDate: due,
			ransomware: knownRansomwareCampaignUse === "Known"
		}];
	}));
	if (count !== found || entries.size < LEAST_ENTRIES) throw new BadContents(`is not the whole catalog: it has ${entries.size} entries and claims ${count}, and the publisher's has more than 1,000`);
	return {
		madeAt: timeOf(dateReleased, now),
		about: (ids) => new Map([...entries].filter(([id]) => ids.has(id)))
	};
}
const HEAD = /^\ufeff?#[^\n]*\bscore_date:([^,\s]+)[^\n]*\n"?cve"?,"?epss"?,"?percentile"?\r?\n/;
const LEAST_ROWS = 5e4;
const ROW = /(CVE-\d{4}-\d{4,19}),(0(?:\.\d+)?|1(?:\.0+)?|\d(?:\.\d+)?e-\d+),[\d.e-]+\r?(?:\n|$)/y;
async function readEpss(bytes, now) {
	const { text, isWhole } = await textOf(bytes);
	const head = HEAD.exec(text);
	if (head === null) throw new BadContents("does not have EPSS's format (its first two lines)");
	const scores = scoresIn(text, head[0].length);
	if (!isWhole && !text.endsWith("\n") || scores.size < LEAST_ROWS) throw new BadContents(`is not the whole list: it has ${scores.size} scores, and the publisher's has more than 200,000`);
	return {
		madeAt: timeOf(head[1] ?? "", now),
		about: (ids) => new Map([...ids].flatMap((id) => scores.has(id) ? [[id, scores.get(id)]] : []))
	};
}
function scoresIn(text, first) {
	const scores = /* @__PURE__ */ new Map();
	ROW.lastIndex = first;
	for (let at = first, line = 3; at < text.length; line += 1) {
		const [, id, score] = ROW.exec(text) ?? [];
		if (id === void 0) throw new BadContents(`does not have EPSS's format, or is truncated (line ${line})`);
		scores.set(id, Math.max(Number(score), scores.get(id) ?? 0));
		at = ROW.lastIndex;
	}
	return scores;
}

// src/enrichment/exploits/obtain.ts
const DAY_MS = 864e5;
const FRESH_MS = DAY_MS;
const USABLE_MS = 7 * DAY_MS;
const OLD_MS = 30 * DAY_MS;
async function obtain(source, read, request, world) {
	try {
		const { value: contents, note: { checkedAt }, notRefreshed: why } = await kept(dataSet(source, read, request, world), request, world);
		return {
			contents,
			note: why && `${source.name} is used as it was on ${checkedAt.slice(0, 10)}, as it could not be refreshed: ${why.what}. ${why.remedy}`,
			problem: world.now().getTime() - contents.madeAt.getTime() > OLD_MS ? tooOld(source, contents.madeAt.toISOString().slice(0, 10)) : void 0
		};
	} catch (thrown) {
		const error = asGateError(thrown);
		if (error.code === "run-cancelled") throw error;
		return { problem: error };
	}
}
const DATA = "data";
function dataSet(source, read, { offline, timeout }, world) {
	const { kind, url, name, isNamed } = source;
	const id = createHash("sha256").update(url).digest("hex").slice(0, 16);
	return {
		name: `${kind}.${id}`,
		called: name,
		files: [DATA],
		cachePrefix: `image-gate-${kind}-${id}-`,
		sources: offline && !isNamed ? void 0 : [{ name: withoutQuery(url) }],
		async check(folder, { checkedAt }) {
			const ageMs = world.now().getTime() - Date.parse(checkedAt);
			if (ageMs < 0 || ageMs >= USABLE_MS) return {
				reason: "stale",
				why: "it may be older than 7 days"
			};
			try {
				return {
					value: await read(readFileSync(join(folder, DATA)), world.now()),
					dated: new Date(checkedAt),
					isDue: ageMs >= FRESH_MS
				};
			} catch (error) {
				return faultOf(error);
			}
		},
		async fetch(_, into, { signal, former }) {
			const file = await download(url, former?.mark.etag, signal);
			if (file === "unchanged") return file;
			writeFileSync(join(into, DATA), file.bytes, { mode: 384 });
			return file.mark;
		},
		faultOf,
		error: (faults) => whyMissing(source, faults.at(-1), timeout),
		offline: () => offlineWithout(source)
	};
}
function faultOf(thrown) {
	if (thrown instanceof BadContents) return {
		reason: "invalid",
		why: thrown.message
	};
	return {
		reason: "unavailable",
		why: thrown instanceof HttpStatusError ? `HTTP ${thrown.httpStatusCode}` : withoutQueries(thrown)
	};
}
const MAX_BYTES = 67108864;
async function download(address, former, signal) {
	const asked = former === void 0 ? {} : {
		headers: { "if-none-match": former },
		alsoTakes: [304]
	};
	return await retrying(async () => {
		const message = await get({
			address,
			signal,
			...asked
		});
		if (message.statusCode === 304) {
			message.destroy();
			return "unchanged";
		}
		const { etag } = message.headers;
		return {
			bytes: await readBody(message, MAX_BYTES, signal),
			mark: { ...etag !== void 0 && { etag } }
		};
	}, signal);
}

// src/enrichment/exploits/prepare.ts
const TIMEOUT_MS = 3e4;
async function prepareExploitData(policy, request, world) {
	const wanted = exploitDataWanted(policy);
	const limits = {
		timeout: TIMEOUT_MS,
		...request
	};
	const sourceOf = (kind) => {
		const named = policy.exploitData?.[kind];
		return {
			kind,
			...PUBLISHED[kind],
			...named !== void 0 && { url: named },
			isNamed: named !== void 0
		};
	};
	const [kev, epss] = await Promise.all([wanted.kev ? obtain(sourceOf("kev"), readKev, limits, world) : void 0, wanted.epss ? obtain(sourceOf("epss"), readEpss, limits, world) : void 0]);
	const need = needed({
		exploited: policy.exploited,
		epss: policy.epss
	});
	return {
		about: (ids) => joined(kev, epss, ids),
		missing: {
			kev: kev?.problem && described(kev.problem),
			epss: epss?.problem && described(epss.problem)
		},
		notes: [...notesOf(kev, need.kev), ...notesOf(epss, need.epss)]
	};
}
function joined(kev, epss, ids) {
	const entries = kev?.contents?.about(ids);
	const scores = epss?.contents?.about(ids);
	if (entries === void 0 && scores === void 0) return void 0;
	return (id) => {
		const [entry, score] = [entries?.get(id), scores?.get(id)];
		if (entry === void 0 && score === void 0) return void 0;
		return {
			...entry && { kev: entry },
			...score !== void 0 && { epss: score }
		};
	};
}
function notesOf({ contents, note, problem } = {}, isNeeded) {
	const notes = note === void 0 ? [] : [note];
	if (problem === void 0 || isNeeded) return notes;
	const marks = contents === void 0 ? "Findings are not marked with it" : "Findings are marked with it as it is";
	return [...notes, `[${problem.code}] ${problem.what}. ${marks}. ${problem.remedy}`];
}

export { createVexMatcher, prepareExploitData, readVexDocuments, readingAt };