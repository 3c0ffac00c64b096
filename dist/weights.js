import { $ as registryHost, Dt as asGateError, Et as GateError, M as remembering, Ot as cancelled, b as purlCovers, ft as isDay, i as needed, t as exploitDataWanted, v as parsePurl, x as purlKey, y as plainPurl } from "./shared.js";
import { c as literal, f as object, h as string, n as _enum, o as int, p as record, r as array, s as lazy, t as datetime } from "./zod.js";
import { a as storedFolder, i as freshFolder, n as databaseStore, o as swapIn } from "./store.js";
import { c as readBody, l as retrying, n as sha256OfBytes, o as get } from "./hashing.js";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

// src/exploit-data/contents.ts
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
function timeOf$1(text, now) {
	const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
	if (Number.isNaN(time)) throw new BadContents("has no readable date");
	if (time - now.getTime() > DAY_MS$1) throw new BadContents(`is from the future (${new Date(time).toISOString()})`);
	return new Date(time);
}

// src/exploit-data/epss.ts
const HEAD = /^\ufeff?#[^\n]*\bscore_date:([^,\s]+)[^\n]*\n"?cve"?,"?epss"?,"?percentile"?\r?\n/;
const LEAST_ROWS = 5e4;
const ROW = /CVE-\d{4}-\d{4,19},(?:0(?:\.\d+)?|1(?:\.0+)?|\d(?:\.\d+)?e-\d+),[\d.e-]+\r?(?:\n|$)/y;
async function readEpss(bytes, now) {
	const { text, isWhole } = await textOf(bytes);
	const head = HEAD.exec(text);
	if (head === null) throw new BadContents("is not of EPSS's format (its first two lines)");
	const first = head[0].length;
	const rows = countRows(text, first);
	if (!isWhole && !text.endsWith("\n")) throw new BadContents("is truncated: its last line has no end");
	if (rows < LEAST_ROWS) throw new BadContents(`is not the whole list: it has ${rows} scores, and the publisher's has more than 200,000`);
	return {
		madeAt: timeOf$1(head[1] ?? "", now),
		about: (ids) => scoresOf(text, first, ids)
	};
}
function countRows(text, first) {
	if (first === text.length) throw new BadContents("is truncated: it has no scores");
	ROW.lastIndex = first;
	let rows = 0;
	for (let at = first; at < text.length; rows += 1) {
		if (!ROW.test(text)) {
			const isLast = text.indexOf("\n", at) === -1;
			throw new BadContents(isLast ? "is truncated" : `is not of EPSS's format (line ${rows + 3})`);
		}
		at = ROW.lastIndex;
	}
	return rows;
}
function scoresOf(text, first, ids) {
	const scores = /* @__PURE__ */ new Map();
	for (let at = first; at < text.length;) {
		const comma = text.indexOf(",", at);
		const end = text.indexOf("\n", comma);
		const id = text.slice(at, comma);
		if (ids.has(id)) scores.set(id, Number(text.slice(comma + 1, text.indexOf(",", comma + 1))));
		if (end === -1) break;
		at = end + 1;
	}
	return scores;
}

// src/exploit-data/errors.ts
const KEV_URL = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json";
const EPSS_URL = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz";
function whyMissing(source, cause, timeoutMs, isLate) {
	const { name } = source;
	const address = withoutQuery(source.url);
	if (cause instanceof BadContents) return new GateError("exploit-data-invalid", `${name} from ${address} ${cause.message}`, `${source.isNamed ? `See what \`exploit-data\` in the policy names: it must be a copy of the publisher's file` : "Run again later, or name another copy by `exploit-data` in the policy"}; nothing is judged by data that are not whole.`, { cause });
	if (isLate) return new GateError("exploit-data-timeout", `${name} was not downloaded from ${address} within ${Math.round(timeoutMs / 1e3)} s`, remedy(source), { cause });
	const status = cause.httpStatusCode;
	const why = typeof status === "number" ? `HTTP ${status}` : wordsOf(cause);
	return new GateError("exploit-data-unavailable", `${name} could not be downloaded from ${address}: ${why}`, remedy(source), { cause });
}
function tooOld(source, day) {
	return new GateError("exploit-data-old", `${source.name} from ${withoutQuery(source.url)} says that it is of ${day}, which is more than 30 days ago`, source.isNamed ? `See to it that what \`exploit-data.${source.kind}\` in the policy names is renewed every day; nothing is judged by old data.` : "Run again later, or name another copy by `exploit-data` in the policy; nothing is judged by old data.");
}
function offlineWithout({ kind, name }) {
	return new GateError("exploit-data-offline", `${name} is needed, \`offline\` forbids to ask its publisher, and the policy names no other source`, `Name a copy within your network by \`exploit-data.${kind}\` in the policy.`);
}
function remedy({ kind, isNamed, url }) {
	return isNamed ? `Check \`exploit-data.${kind}\` in the policy, which this runner must be able to reach.` : `Open port 443 from this runner to ${new URL(url).host} (HTTPS_PROXY is honoured), or name a copy by \`exploit-data.${kind}\` in the policy.`;
}
function withoutQuery(address) {
	return address.replace(/[?#].*$/s, "");
}
function wordsOf(cause) {
	return (cause instanceof Error ? cause.message : String(cause)).replace(/\?\S*/g, "");
}

// src/exploit-data/kev.ts
const schema$3 = object({
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
	const { dateReleased, count, vulnerabilities } = parsed((await textOf(bytes)).text);
	if (count !== vulnerabilities.length) throw new BadContents(`is truncated: it has ${vulnerabilities.length} entries of ${count}`);
	const entries = new Map(vulnerabilities.map(({ cveID, dueDate, knownRansomwareCampaignUse }) => {
		const due = dueDate !== void 0 && isDay(dueDate) ? dueDate : void 0;
		return [cveID.toUpperCase(), {
			dueDate: due,
			ransomware: knownRansomwareCampaignUse === "Known"
		}];
	}));
	if (entries.size < LEAST_ENTRIES) throw new BadContents(`is not the whole catalog: it has ${entries.size} entries, and the publisher's has more than 1,000`);
	return {
		madeAt: timeOf$1(dateReleased, now),
		about: (ids) => new Map([...entries].filter(([id]) => ids.has(id)))
	};
}
function parsed(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw new BadContents(text.trimStart().startsWith("{") ? "is truncated, or no JSON" : "is no JSON", { cause });
	}
	const result = schema$3.safeParse(value);
	if (result.success) return result.data;
	const at = result.error.issues[0]?.path.join(".") || "the top";
	throw new BadContents(`is not of the catalog's format (at ${at})`);
}

// src/exploit-data/download.ts
const MAX_BYTES = 67108864;
async function download(url, former, now, signal) {
	const headers = {
		...former?.etag !== void 0 && { "if-none-match": former.etag },
		...former?.lastModified !== void 0 && { "if-modified-since": former.lastModified }
	};
	try {
		return await retrying(async () => {
			const message = await get({
				address: url,
				headers,
				signal
			});
			return {
				bytes: await readBody(message, MAX_BYTES, signal),
				checkedAt: now,
				...marksOf(message)
			};
		}, signal);
	} catch (error) {
		if (former === void 0 || error.httpStatusCode !== 304) throw error;
		return {
			...former,
			checkedAt: now
		};
	}
}
function marksOf({ headers }) {
	return {
		etag: headers.etag,
		lastModified: headers["last-modified"]
	};
}

// src/exploit-data/kept.ts
const DATA = "data";
const META = "image-gate.json";
const KEPT_FILES = [DATA, META];
const metaSchema = object({
	version: literal(1),
	url: string(),
	checkedAt: datetime(),
	sha256: string(),
	etag: string().optional(),
	lastModified: string().optional()
});
function keptName(kind, url) {
	return `${kind}.${createHash("sha256").update(url).digest("hex").slice(0, 16)}`;
}
function readKept(folder, url) {
	if (folder === void 0) return void 0;
	try {
		const meta = metaSchema.parse(JSON.parse(readFileSync(join(folder, META), "utf8")));
		const bytes = readFileSync(join(folder, DATA));
		if (meta.url !== url || sha256OfBytes(bytes) !== meta.sha256) return void 0;
		return {
			bytes,
			checkedAt: new Date(meta.checkedAt),
			etag: meta.etag,
			lastModified: meta.lastModified
		};
	} catch {
		return;
	}
}
function readStored(store, name, url) {
	return readKept(storedFolder(store, name), url);
}
function keep(store, name, url, kept) {
	const fresh = freshFolder(store);
	try {
		const inner = join(fresh, "kept");
		mkdirSync(inner, { mode: 448 });
		const { bytes, checkedAt, etag, lastModified } = kept;
		const meta = {
			version: 1,
			url,
			checkedAt: checkedAt.toISOString(),
			sha256: sha256OfBytes(bytes),
			etag,
			lastModified
		};
		writeFileSync(join(inner, DATA), bytes, { mode: 384 });
		writeFileSync(join(inner, META), `${JSON.stringify(meta)}\n`, { mode: 384 });
		return swapIn(store, name, inner);
	} finally {
		rmSync(fresh, {
			recursive: true,
			force: true
		});
	}
}

// src/exploit-data/obtain.ts
const DAY_MS = 864e5;
const FRESH_MS = DAY_MS;
const USABLE_MS = 7 * DAY_MS;
const OLD_MS = 30 * DAY_MS;
async function obtain(source, read, request, world) {
	const name = keptName(source.kind, source.url);
	const stored = await usable(readStored(request.store, name, source.url), read, world);
	if (stored !== void 0 && stored.ageMs < FRESH_MS) return told(stored.contents, source, world);
	const former = stored ?? await usable(await restore(source, name, request), read, world);
	if (stored === void 0 && former !== void 0 && former.ageMs < FRESH_MS) {
		keep(request.store, name, source.url, former.kept);
		return told(former.contents, source, world);
	}
	try {
		if (request.offline && !source.isNamed) throw offlineWithout(source);
		const { contents, kept } = await refresh(source, former?.kept, read, request, world);
		const folder = keep(request.store, name, source.url, kept);
		if (stored === void 0) request.cache?.save({
			key: cacheKey(name, kept),
			files: [...KEPT_FILES]
		}, folder);
		return told(contents, source, world);
	} catch (thrown) {
		const error = asGateError(thrown);
		if (error.code === "run-cancelled") throw error;
		if (former === void 0) return { missing: error };
		const day = former.kept.checkedAt.toISOString().slice(0, 10);
		const note = `${source.name} is used as it was on ${day}, as it could not be refreshed: ${error.what}. ${error.remedy}`;
		return told(former.contents, source, world, note);
	}
}
async function usable(kept, read, { now }) {
	if (kept === void 0) return void 0;
	const ageMs = now().getTime() - kept.checkedAt.getTime();
	if (ageMs < 0 || ageMs >= USABLE_MS) return void 0;
	const contents = await read(kept.bytes, now()).catch(() => void 0);
	return contents && {
		kept,
		contents,
		ageMs
	};
}
async function refresh(source, former, read, { timeoutMs }, world) {
	const clock = AbortSignal.timeout(timeoutMs);
	try {
		const kept = await download(source.url, former, world.now(), AbortSignal.any([world.signal, clock]));
		return {
			kept,
			contents: await read(kept.bytes, world.now())
		};
	} catch (cause) {
		if (world.signal.aborted) throw cancelled();
		throw whyMissing(source, cause, timeoutMs, clock.aborted);
	}
}
function told(contents, source, { now }, note) {
	return {
		contents,
		note,
		unfit: now().getTime() - contents.madeAt.getTime() > OLD_MS ? tooOld(source, contents.madeAt.toISOString().slice(0, 10)) : void 0
	};
}
async function restore(source, name, { cache, store }) {
	if (cache === void 0) return void 0;
	const folder = freshFolder(store);
	try {
		return await cache.restore({
			key: cachePrefix(name),
			files: [...KEPT_FILES]
		}, folder) === void 0 ? void 0 : readKept(folder, source.url);
	} finally {
		rmSync(folder, {
			recursive: true,
			force: true
		});
	}
}
function cachePrefix(name) {
	return `image-gate-${name.replace(".", "-")}-`;
}
function cacheKey(name, { checkedAt }) {
	return `${cachePrefix(name)}${checkedAt.toISOString().replace(/[-:]|\.\d+Z$/g, "")}`;
}

// src/exploit-data/prepare.ts
const TIMEOUT_MS = 3e4;
async function prepareExploitData(policy, request, world) {
	const wanted = exploitDataWanted(policy);
	const limits = {
		timeoutMs: TIMEOUT_MS,
		...request
	};
	const { kev: kevUrl, epss: epssUrl } = policy.exploitData ?? {};
	const kevSource = {
		kind: "kev",
		name: "CISA's catalog of exploited vulnerabilities (KEV)",
		url: kevUrl ?? "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
		isNamed: kevUrl !== void 0
	};
	const epssSource = {
		kind: "epss",
		name: "FIRST's EPSS",
		url: epssUrl ?? "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
		isNamed: epssUrl !== void 0
	};
	const [kev, epss] = await Promise.all([wanted.kev ? obtain(kevSource, readKev, limits, world) : void 0, wanted.epss ? obtain(epssSource, readEpss, limits, world) : void 0]);
	const need = needed({
		exploited: policy.exploited,
		epss: policy.epss
	});
	return {
		about: (ids) => joined(kev, epss, ids),
		missing: {
			kev: missingOf(kev),
			epss: missingOf(epss)
		},
		notes: [...notesOf(kev, need.kev), ...notesOf(epss, need.epss)]
	};
}
function joined(kev, epss, ids) {
	const entries = kev && "contents" in kev ? kev.contents.about(ids) : void 0;
	const scores = epss && "contents" in epss ? epss.contents.about(ids) : void 0;
	if (entries === void 0 && scores === void 0) return void 0;
	const known = new Map([.../* @__PURE__ */ new Set([...entries?.keys() ?? [], ...scores?.keys() ?? []])].map((id) => {
		const entry = entries?.get(id);
		const score = scores?.get(id);
		return [id, {
			...entry && { kev: entry },
			...score !== void 0 && { epss: score }
		}];
	}));
	return (id) => known.get(id);
}
function missingOf(obtained) {
	const error = obtained && ("missing" in obtained ? obtained.missing : obtained.unfit);
	return error && {
		code: error.code,
		what: error.what,
		remedy: error.remedy
	};
}
function notesOf(obtained, isNeeded) {
	if (obtained === void 0) return [];
	const notes = obtained.note === void 0 ? [] : [obtained.note];
	const error = missingOf(obtained);
	if (error === void 0 || isNeeded) return notes;
	const marks = "missing" in obtained ? "Findings are not marked by it" : "Findings are marked by it as it is";
	return [...notes, `[${error.code}] ${error.what}. ${marks}. ${error.remedy}`];
}

// src/vex/claim.ts
const MOST_CLAIMS = 1e6;
var TooManyClaims = class extends Error {
	name = "TooManyClaims";
};
function readingAt(now) {
	let left = MOST_CLAIMS;
	return {
		now: now.getTime(),
		take(count) {
			left -= count;
			if (left < 0) throw new TooManyClaims();
		}
	};
}
const HOUR_MS = 36e5;
function refusalOf({ status, at, product, component }, isReasoned, { now }) {
	if (status !== "not_affected" && status !== "fixed") return void 0;
	if (at !== void 0 && at > now + HOUR_MS) return "are dated in the future";
	if (status === "not_affected") return isReasoned ? void 0 : "say `not_affected` without a justification or impact statement";
	return hasVersion(product) || component !== void 0 && hasVersion(component) ? void 0 : "say `fixed` without saying in which version";
}
function hasVersion({ type, version, qualifiers }) {
	return version !== void 0 || type === "oci" && qualifiers.tag !== void 0;
}
function isSaid(text) {
	return /[\p{L}\p{N}]/u.test(text?.replace(/\p{Default_Ignorable_Code_Point}/gu, "") ?? "");
}
var BadVex = class extends Error {
	name = "BadVex";
};
function statementOf(claim, { name, author }) {
	const { status, justification, refused } = claim;
	if (refused !== void 0 || status !== "not_affected" && status !== "fixed") return void 0;
	return {
		status,
		justification,
		author,
		document: name
	};
}
function timeOf(text) {
	if (text === void 0) return void 0;
	const time = Date.parse(text);
	if (Number.isNaN(time)) throw new BadVex("has a date that cannot be read");
	return time;
}
function joinedWords(...words) {
	const given = words.map((word) => word?.trim()).filter((word) => word !== void 0 && word !== "");
	return given.length === 0 ? void 0 : given.join(": ");
}

// src/vex/this-image.ts
function isThisImage({ type, namespace, name, version, qualifiers }, artifact) {
	if (type !== "oci" || namespace !== void 0) return false;
	const { repository_url: url, tag, arch } = qualifiers;
	if (url === void 0 && version === void 0) return false;
	if (version !== void 0 && version !== artifact.digest && version !== artifact.index?.digest) return false;
	if (arch !== void 0 && arch !== artifact.platform?.split("/")[1]) return false;
	return artifact.names.flatMap((each) => referenceOf(each) ?? []).some(({ repository, tag: own }) => isRepository(repository, name, url) && (tag === void 0 || tag === own));
}
function isRepository(repository, name, url) {
	if (!repository.endsWith(`/${name}`)) return false;
	if (url === void 0) return true;
	const wanted = referenceOf(url.replace(/^https?:\/\//i, "").replace(/\/+$/, ""))?.repository;
	const whole = referenceOf(`${url.replace(/^https?:\/\//i, "").replace(/\/+$/, "")}/${name}`)?.repository;
	return repository === wanted || repository === whole;
}
function referenceOf(text) {
	if (/^\.{0,2}\//.test(text)) return void 0;
	const [tagged = "", digest] = text.split("@", 2);
	const [tag = ""] = /:[^/]*$/s.exec(tagged) ?? [];
	const path = tagged.slice(0, tagged.length - tag.length);
	const host = registryHost(path);
	const first = path.split("/")[0] ?? "";
	const rest = path.includes("/") && /[.:]|^localhost$/.test(first) ? path.slice(first.length + 1) : path;
	return {
		repository: `${host}/${host === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest}`,
		tag: tag === "" ? void 0 : tag.slice(1),
		digest
	};
}

// src/vex/matcher.ts
function createVexMatcher(documents) {
	const byId = indexed(documents);
	const used = /* @__PURE__ */ new Set();
	const parse = remembering(parsePurl);
	const isImage = rememberingImages();
	return {
		statementOf(finding, _target, scan) {
			const claims = finding.kind === "vulnerability" ? byId.get(finding.id.toLowerCase()) : void 0;
			if (claims === void 0) return void 0;
			const about = finding.package?.purl === void 0 ? void 0 : parse(finding.package.purl);
			const candidates = [...claims.ofImages, ...(about && claims.ofPackages.get(purlKey(about))) ?? []];
			let latest;
			for (const each of candidates) if ((latest === void 0 || each.rank > latest.rank) && covers(each.claim, about, scan, isImage)) latest = each;
			if (latest !== void 0) used.add(latest.document);
			return latest?.statement;
		},
		notes: () => documents.flatMap((document) => [
			...unknownNote(document),
			...refusedNotes(document),
			...unusedNote(document, used)
		])
	};
}
function indexed(documents) {
	const all = documents.flatMap((document) => document.claims.filter(({ refused }) => refused === void 0).map((claim) => ({
		claim,
		document
	})));
	const at = ({ claim }) => claim.at ?? Number.NEGATIVE_INFINITY;
	const sorted = all.sort((a, b) => at(a) === at(b) ? 0 : at(a) - at(b));
	const byId = /* @__PURE__ */ new Map();
	for (const [rank, { claim, document }] of sorted.entries()) {
		const ranked = {
			claim,
			document,
			rank,
			statement: statementOf(claim, document)
		};
		for (const id of new Set(claim.ids.map((each) => each.toLowerCase()))) {
			const claims = entry(byId, id, () => ({
				ofImages: [],
				ofPackages: /* @__PURE__ */ new Map()
			}));
			const of = claim.component ?? claim.product;
			if (of.type === "oci") claims.ofImages.push(ranked);
			else entry(claims.ofPackages, purlKey(of), () => []).push(ranked);
		}
	}
	return byId;
}
function covers(claim, about, scan, isImage) {
	const { product, component } = claim;
	if (component !== void 0) return about !== void 0 && purlCovers(component, about) && isImage(product, scan);
	if (product.type === "oci") return isImage(product, scan);
	return about !== void 0 && purlCovers(product, about);
}
function rememberingImages() {
	const known = /* @__PURE__ */ new WeakMap();
	return (product, scan) => {
		const answers = known.get(scan) ?? /* @__PURE__ */ new Map();
		known.set(scan, answers);
		return entry(answers, product, () => isThisImage(product, scan.artifact));
	};
}
const MOST = 3;
function unknownNote({ name, unknownProducts }) {
	const all = [...new Set(unknownProducts)];
	if (all.length === 0) return [];
	const more = all.length > MOST ? ` and ${all.length - MOST} more` : "";
	return [`The VEX document ${name} names products that cannot be told, as they have no package URL, and accepts nothing in them: ${all.slice(0, MOST).join(", ")}${more}.`];
}
function refusedNotes({ name, claims }) {
	const byReason = /* @__PURE__ */ new Map();
	for (const claim of claims) if (claim.refused !== void 0) entry(byReason, claim.refused, () => []).push(claim);
	return [...byReason].map(([reason, all]) => {
		return `The VEX document ${name} has statements that ${reason}; they accept nothing: ${all.slice(0, MOST).map(claimWords).join(", ")}${all.length > MOST ? ` and ${all.length - MOST} more` : ""}.`;
	});
}
function claimWords({ ids: [id = "no vulnerability"], product, component }) {
	return `${id} in ${component === void 0 ? "" : `${plainPurl(component)} in `}${plainPurl(product)}`;
}
function unusedNote(document, used) {
	if (used.has(document) || document.claims.every(({ refused }) => refused !== void 0)) return [];
	return [`The VEX document ${document.name} says nothing of any finding: its products and vulnerabilities are others.`];
}
function entry(map, key, make) {
	const known = map.get(key);
	if (known !== void 0) return known;
	const made = make();
	map.set(key, made);
	return made;
}

// src/vex/parsed-as.ts
function parsedAs(format, schema, value) {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const path = result.error.issues[0]?.path ?? [];
	throw new BadVex(`is not valid ${format} (at ${path.join(".") || "the top"})`);
}

// src/vex/csaf.ts
const product = object({
	product_id: string(),
	product_identification_helper: object({
		purl: string().optional(),
		purls: array(string()).optional()
	}).optional()
});
const branch = lazy(() => object({
	product: product.optional(),
	branches: array(branch).optional()
}));
const about = {
	product_ids: array(string()).optional(),
	group_ids: array(string()).optional()
};
const vulnerability$1 = object({
	cve: string().optional(),
	ids: array(object({ text: string() })).optional(),
	product_status: record(string(), array(string())).optional(),
	flags: array(object({
		label: string(),
		...about
	})).optional(),
	threats: array(object({
		category: string(),
		details: string(),
		...about
	})).optional()
});
const schema$2 = object({
	document: object({
		publisher: object({ name: string() }),
		tracking: object({ current_release_date: string() })
	}),
	product_tree: object({
		branches: array(branch).optional(),
		full_product_names: array(product).optional(),
		product_groups: array(object({
			group_id: string(),
			product_ids: array(string())
		})).optional(),
		relationships: array(object({
			product_reference: string(),
			relates_to_product_reference: string(),
			full_product_name: object({ product_id: string() })
		})).optional()
	}).optional(),
	vulnerabilities: array(vulnerability$1).optional()
});
const GROUPS = {
	known_not_affected: "not_affected",
	fixed: "fixed",
	first_fixed: "fixed",
	known_affected: "affected",
	first_affected: "affected",
	last_affected: "affected",
	under_investigation: "under_investigation"
};
function isCsaf(value) {
	const document = value.document;
	return typeof document === "object" && document !== null && "csaf_version" in document;
}
function readCsaf(value, reading) {
	const { document, product_tree: tree = {}, vulnerabilities = [] } = parsedAs("CSAF", schema$2, value);
	const unknown = /* @__PURE__ */ new Set();
	const context = {
		at: timeOf(document.tracking.current_release_date),
		subjects: subjectsOf(tree, reading),
		groups: new Map(tree.product_groups?.map((each) => [each.group_id, each.product_ids])),
		unknown,
		reading
	};
	const claims = vulnerabilities.flatMap((each) => claimsOf$2(each, context));
	return {
		author: document.publisher.name,
		claims,
		unknownProducts: [...unknown]
	};
}
function subjectsOf(tree, reading) {
	const purls = purlsOf$1(tree);
	const subjects = new Map([...purls].map(([id, all]) => [id, all.map((one) => ({ product: one }))]));
	for (const { product_reference: part, relates_to_product_reference: whole, full_product_name: name } of tree.relationships ?? []) {
		const parts = purls.get(part) ?? [];
		const wholes = purls.get(whole) ?? [];
		reading.take(parts.length * wholes.length);
		const within = wholes.flatMap((one) => parts.map((component) => ({
			product: one,
			component
		})));
		subjects.set(name.product_id, within);
	}
	return subjects;
}
function purlsOf$1(tree) {
	const purls = /* @__PURE__ */ new Map();
	const add = ({ product_id: id, product_identification_helper: helper }) => {
		const texts = [helper?.purl, ...helper?.purls ?? []].filter((text) => text !== void 0);
		purls.set(id, texts.flatMap((text) => parsePurl(text) ?? []));
	};
	const walk = (branches) => {
		for (const each of branches) {
			if (each.product) add(each.product);
			walk(each.branches ?? []);
		}
	};
	walk(tree.branches ?? []);
	for (const each of tree.full_product_names ?? []) add(each);
	return purls;
}
function claimsOf$2(each, context) {
	const { at, subjects, unknown, reading } = context;
	const ids = [each.cve, ...(each.ids ?? []).map(({ text }) => text)].filter((id) => id !== void 0);
	const reasonOf = reasonsOf(each, context);
	return Object.entries(each.product_status ?? {}).flatMap(([group, products]) => {
		const status = Object.hasOwn(GROUPS, group) ? GROUPS[group] : void 0;
		if (status === void 0) return [];
		return products.flatMap((id) => {
			const found = subjects.get(id) ?? [];
			if (found.length === 0) unknown.add(id);
			reading.take(found.length * ids.length);
			const justification = status === "not_affected" ? reasonOf(id) : void 0;
			return found.map((subject) => {
				const claim = {
					ids,
					status,
					at,
					justification,
					...subject
				};
				return {
					...claim,
					refused: refusalOf(claim, isSaid(justification), reading)
				};
			});
		});
	});
}
function reasonsOf({ flags = [], threats = [] }, context) {
	const impacts = threats.filter(({ category }) => category === "impact");
	const label = firstAbout(flags.map((flag) => ({
		...flag,
		text: flag.label
	})), context);
	const details = firstAbout(impacts.map((threat) => ({
		...threat,
		text: threat.details
	})), context);
	return (id) => joinedWords(label(id), details(id));
}
function firstAbout(remarks, { groups, reading }) {
	const known = /* @__PURE__ */ new Map();
	let ofAll;
	for (const { text, product_ids: products, group_ids: groupIds } of remarks) {
		if (products === void 0 && groupIds === void 0) ofAll ??= text;
		for (const ids of [products ?? [], ...(groupIds ?? []).map((id) => groups.get(id) ?? [])]) {
			reading.take(ids.length);
			for (const id of ids) if (!known.has(id)) known.set(id, text);
		}
	}
	return (id) => known.get(id) ?? ofAll;
}

// src/vex/cyclonedx.ts
const component$1 = lazy(() => object({
	"bom-ref": string().optional(),
	purl: string().optional(),
	components: array(component$1).optional()
}));
const organisation = object({ name: string().optional() });
const vulnerability = object({
	id: string().optional(),
	references: array(object({ id: string().optional() })).optional(),
	updated: string().optional(),
	analysis: object({
		state: string().optional(),
		justification: string().optional(),
		detail: string().optional(),
		firstIssued: string().optional(),
		lastUpdated: string().optional()
	}).optional(),
	affects: array(object({
		ref: string(),
		versions: array(object({
			version: string().optional(),
			range: string().optional()
		})).optional()
	})).optional()
});
const schema$1 = object({
	metadata: object({
		timestamp: string().optional(),
		authors: array(organisation).optional(),
		manufacturer: organisation.optional(),
		supplier: organisation.optional(),
		component: component$1.optional()
	}).optional(),
	components: array(component$1).optional(),
	vulnerabilities: array(vulnerability)
});
const STATES = {
	not_affected: "not_affected",
	false_positive: "not_affected",
	resolved: "fixed",
	resolved_with_pedigree: "fixed",
	fixed: "fixed",
	in_triage: "under_investigation"
};
function isCycloneDx(value) {
	return value.bomFormat === "CycloneDX";
}
function readCycloneDx(value, reading) {
	const { metadata, components = [], vulnerabilities } = parsedAs("CycloneDX VEX", schema$1, value);
	const purls = /* @__PURE__ */ new Map();
	collect([...metadata?.component ? [metadata.component] : [], ...components], purls);
	const author = (metadata?.authors ?? []).map(({ name }) => name).filter((name) => name !== void 0).join(", ") || metadata?.manufacturer?.name || metadata?.supplier?.name;
	const unknownProducts = [];
	const issued = timeOf(metadata?.timestamp);
	return {
		author,
		claims: vulnerabilities.flatMap((each) => claimsOf$1(each, {
			purls,
			issued,
			unknownProducts,
			reading
		})),
		unknownProducts
	};
}
function collect(components, purls) {
	for (const { "bom-ref": ref, purl, components: within = [] } of components) {
		if (ref !== void 0 && purl !== void 0) purls.set(ref, purl);
		collect(within, purls);
	}
}
function claimsOf$1({ id, references = [], analysis, affects = [], updated }, context) {
	if (analysis?.state === void 0) return [];
	const common = {
		ids: [id, ...references.map((each) => each.id)].filter((each) => each !== void 0),
		status: Object.hasOwn(STATES, analysis.state) ? STATES[analysis.state] : "affected",
		at: timeOf(analysis.lastUpdated) ?? timeOf(analysis.firstIssued) ?? timeOf(updated) ?? context.issued,
		justification: joinedWords(analysis.justification, analysis.detail)
	};
	const isReasoned = isSaid(analysis.justification) || isSaid(analysis.detail);
	return affects.flatMap((each) => {
		const products = productsOf(each, context);
		context.reading.take(products.length * common.ids.length);
		return products.map((product) => {
			const claim = {
				...common,
				product
			};
			return {
				...claim,
				refused: refusalOf(claim, isReasoned, context.reading)
			};
		});
	});
}
function productsOf({ ref, versions = [] }, { purls, unknownProducts }) {
	const product = parsePurl(purls.get(ref) ?? ref);
	if (product === void 0) {
		unknownProducts.push(ref);
		return [];
	}
	if (versions.length === 0) return [product];
	const exact = versions.flatMap(({ version }) => version ?? []);
	if (exact.length < versions.length) unknownProducts.push(`${ref} in a range of versions`);
	return exact.filter((version) => product.version === void 0 || product.version === version).map((version) => ({
		...product,
		version
	}));
}

// src/vex/openvex.ts
const CONTEXT = /^https:\/\/openvex\.dev\/ns\/v0\.2\.\d+$/;
const component = object({
	"@id": string().optional(),
	identifiers: object({ purl: string().optional() }).optional()
});
const statement = object({
	vulnerability: object({
		name: string().min(1),
		aliases: array(string()).optional()
	}),
	timestamp: string().optional(),
	last_updated: string().optional(),
	products: array(component.extend({ subcomponents: array(component).optional() })).optional(),
	status: _enum([
		"not_affected",
		"affected",
		"fixed",
		"under_investigation"
	]),
	justification: string().optional(),
	impact_statement: string().optional(),
	status_notes: string().optional()
});
const schema = object({
	author: string(),
	timestamp: string(),
	statements: array(statement)
});
function isOpenVex(value) {
	const context = value["@context"];
	return typeof context === "string" && context.startsWith("https://openvex.dev/ns");
}
function readOpenVex(value, reading) {
	if (!CONTEXT.test(String(value["@context"]))) throw new BadVex("is OpenVEX of another version than 0.2");
	const document = parsedAs("OpenVEX", schema, value);
	const issued = timeOf(document.timestamp);
	const unknownProducts = [];
	const claims = document.statements.flatMap((each) => claimsOf(each, issued, unknownProducts, reading));
	return {
		author: document.author,
		claims,
		unknownProducts
	};
}
function claimsOf(each, issued, unknown, reading) {
	const common = {
		ids: [each.vulnerability.name, ...each.vulnerability.aliases ?? []],
		status: each.status,
		at: timeOf(each.last_updated) ?? timeOf(each.timestamp) ?? issued,
		justification: joinedWords(each.justification, each.impact_statement ?? each.status_notes)
	};
	if (each.products === void 0) unknown.push("those of a statement that names none");
	const isReasoned = isSaid(each.justification) || isSaid(each.impact_statement);
	const claimOf = (product, component) => {
		const claim = {
			...common,
			product,
			component
		};
		return {
			...claim,
			refused: refusalOf(claim, isReasoned, reading)
		};
	};
	return (each.products ?? []).flatMap((product) => {
		const products = purlsOf(product, unknown);
		const { subcomponents = [] } = product;
		const components = subcomponents.flatMap((sub) => purlsOf(sub, unknown));
		reading.take(products.length * Math.max(1, components.length) * common.ids.length);
		if (subcomponents.length === 0) return products.map((one) => claimOf(one));
		return products.flatMap((one) => components.map((within) => claimOf(one, within)));
	});
}
function purlsOf({ "@id": id, identifiers }, unknown) {
	const found = [.../* @__PURE__ */ new Set([identifiers?.purl, id])].flatMap((text) => text && parsePurl(text) || []);
	if (found.length === 0) unknown.push(identifiers?.purl ?? id ?? "a product without an id");
	return found;
}

// src/vex/read.ts
const MAX_VEX_BYTES = 67108864;
function readVexDocuments(files, now) {
	const reading = readingAt(now);
	return files.map(({ name, bytes }) => {
		try {
			return {
				name,
				...contentsOf(bytes, reading)
			};
		} catch (cause) {
			throw refusal(name, cause);
		}
	});
}
function refusal(name, cause) {
	const document = `The VEX document ${JSON.stringify(name)}`;
	if (cause instanceof TooManyClaims) return new GateError("vex-too-large", `${document} says too much: in all documents of a run, at most ${MOST_CLAIMS.toLocaleString("en")} statements are read, each of one vulnerability in one product`, "Leave out the products that these images do not have, and documents about them.", { cause });
	if (!(cause instanceof BadVex || cause instanceof RangeError)) return cause;
	return new GateError("vex-invalid", `${document} ${cause instanceof BadVex ? cause.message : "is nested too deeply"}`, "OpenVEX 0.2, CycloneDX with `vulnerabilities`, and CSAF 2 are read, as JSON. Nothing is accepted by a document that is not understood.", { cause });
}
function contentsOf(bytes, reading) {
	let value;
	try {
		value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch (cause) {
		throw new BadVex("is not JSON", { cause });
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw new BadVex("is no VEX document");
	const document = value;
	if (isOpenVex(document)) return readOpenVex(document, reading);
	if (isCycloneDx(document)) return readCycloneDx(document, reading);
	if (isCsaf(document)) return readCsaf(document, reading);
	throw new BadVex("is of no format that is read");
}

export { MAX_VEX_BYTES, createVexMatcher, databaseStore, prepareExploitData, readVexDocuments };