import { mergeScans, subjectOf, subjects } from "./shared.domain.js";
import { GateError, asGateError, isObject } from "./shared.start.js";
import { listSome, number } from "./shared.answer.js";
import { storedBy, withOwnReport } from "./scan.stored-by.js";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

// src/domain/opinions/beyond-list.ts
function beyondList(list, others) {
	const listed = new Set(list.map((each) => subjectOf(each).key));
	return others.filter((each) => each.version !== "" && !listed.has(subjectOf(each).key));
}
function isSameAdvisories(one, other) {
	const subjectOfFinding = subjects();
	const keys = (findings) => new Set(findings.map((finding) => `${subjectOfFinding(finding).key}\n${finding.id}`));
	const [a, b] = [keys(one), keys(other)];
	return a.size === b.size && [...a].every((key) => b.has(key));
}

// src/scan/several/stored-by-several.ts
function storedBySeveral(scanners, { merged, byList }) {
	const lister = scanners.find(({ matchListed }) => matchListed === void 0);
	const matchers = scanners.filter((each) => each !== lister);
	if (lister === void 0 || matchers.some(({ matchListed }) => matchListed === void 0)) return {
		ways: {},
		keeping: () => void 0
	};
	const about = (target, listed, spentMs, world) => asked(scanners, lister, {
		target,
		listed,
		spentMs
	}, world);
	const names = matchers.map(({ name }) => name);
	const refusal = ({ packed }) => {
		const readers = readersOf(packed);
		const missing = names.filter((name) => !readers.includes(name));
		if (missing.length === 0) return void 0;
		return {
			incompatible: `${listSome(missing, 3)} has not read the image that it is of`,
			isOlder: false
		};
	};
	return {
		ways: storedBy(lister, {
			...!byList && { refusal },
			matched: async (target, listed, world) => "incompatible" in listed ? listed : merged(await about(target, listed, 0, world), world)
		}),
		keeping: () => keepingFor(lister, matchers),
		asked: about,
		lister
	};
}
async function asked(scanners, lister, about, world) {
	return (await Promise.allSettled(scanners.map((each) => each === lister ? about.listed : matchedBy(each, about, world)))).map((result, at) => ({
		name: scanners[at]?.name ?? "",
		result
	}));
}
async function matchedBy({ name, matchListed }, { target, listed, spentMs }, world) {
	if (matchListed === void 0) throw new TypeError(`${name} cannot match another scanner's list`);
	return withOwnReport(world, (reportFile) => matchListed(target, listed, {
		reportFile,
		spentMs
	}, world));
}
function keepingFor(lister, matchers) {
	let made;
	const onSbom = (sbom) => {
		made = sbom;
	};
	return {
		options: (name) => name === lister.name ? { onSbom } : {},
		async sbom(target, settled, world) {
			const listed = resultOf(lister, settled);
			if (listed === void 0 || made === void 0 || !Buffer.isBuffer(made)) return made;
			const readers = [];
			for (const each of matchers) {
				const own = resultOf(each, settled);
				if (own === void 0) continue;
				const why = await difference(each, target, {
					listed,
					own
				}, world);
				if (why !== void 0) return { why };
				readers.push(each.name);
			}
			return withReaders(made, readers);
		}
	};
}
function resultOf({ name }, settled) {
	const result = settled.find((each) => each.name === name)?.result;
	return result?.status === "fulfilled" ? result.value : void 0;
}
const MOST_NAMED = 3;
async function difference(matcher, target, { listed, own }, world) {
	const beyond = beyondList(listed.packages, own.packages);
	const { name } = matcher;
	if (beyond.length > 0) {
		const shown = listSome(beyond, MOST_NAMED, { show: (each) => `${each.name} ${each.version}` });
		return `${name} sees ${number(beyond.length)} packages in the image that are not in it (${shown})`;
	}
	try {
		const again = await matchedBy(matcher, {
			target,
			listed,
			spentMs: 0
		}, world);
		return isSameAdvisories(own.findings, again.findings) ? void 0 : `${name} finds something else in it`;
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		return `${name} cannot read it`;
	}
}
const PROPERTY = "image-gate:readers";
const MOST_BYTES = 67108864;
function readersOf(packed) {
	const [only, ...more] = propertiesIn(documentIn(packed)).filter(isOurs);
	if (only === void 0 || more.length > 0 || typeof only.value !== "string") return [];
	return only.value.split(", ");
}
function withReaders(packed, names) {
	const document = documentIn(packed);
	if (names.length === 0 || !isObject(document)) return packed;
	const metadata = isObject(document.metadata) ? document.metadata : {};
	const property = {
		name: PROPERTY,
		value: names.join(", ")
	};
	const properties = [...propertiesIn(document).filter((each) => !isOurs(each)), property];
	const bytes = Buffer.from(JSON.stringify({
		...document,
		metadata: {
			...metadata,
			properties
		}
	}));
	return bytes.length > MOST_BYTES ? packed : gzipSync(bytes, { level: 9 });
}
function isOurs({ name }) {
	return name === PROPERTY;
}
function propertiesIn(document) {
	const metadata = isObject(document) ? document.metadata : void 0;
	const properties = isObject(metadata) ? metadata.properties : void 0;
	return Array.isArray(properties) ? properties.filter(isObject) : [];
}
function documentIn(packed) {
	try {
		return JSON.parse(gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString("utf8"));
	} catch {
		return;
	}
}

// src/scan/several/several-scanners.ts
function severalScanners(all, rules) {
	const absent = all.flatMap(({ name, scanner }) => scanner instanceof GateError ? [missing(name, scanner, rules)] : []);
	const scanners = all.flatMap(({ scanner }) => scanner instanceof GateError ? [] : [scanner]);
	const [first] = scanners;
	if (first === void 0) throw all[0].scanner;
	const { name, version, databaseUpdatedAt, checkVersions } = first;
	const { matchListed } = scanners.length === 1 ? first : {};
	const { byList = false } = rules;
	const stored = storedBySeveral(scanners, {
		merged: (settled, world) => mergedScan(settled, absent, rules, world),
		byList
	});
	const around = (sessions) => ({
		async scan(target, located, { onSbom, ...options }, world) {
			const lister = byList || options.isList === true ? sessions.find(({ name: own }) => own === stored.lister?.name) : void 0;
			if (lister !== void 0 && stored.asked !== void 0) {
				const began = performance.now();
				const own = byList && onSbom ? {
					...options,
					onSbom
				} : options;
				const listed = await lister.session.scan(target, located, own, world);
				const spentMs = (options.spentMs ?? 0) + performance.now() - began;
				return mergedScan(await stored.asked(target, listed, spentMs, world), absent, rules, world);
			}
			const keeping = onSbom && stored.keeping();
			const all = (await Promise.allSettled(sessions.map(({ session, name: own }, index) => session.scan(target, located, {
				...ownOptions(options, index),
				...keeping?.options(own)
			}, world)))).map((result, index) => ({
				name: sessions[index]?.name ?? "",
				result
			}));
			const scan = mergedScan(all, absent, rules, world);
			onSbom?.(await keeping?.sbom(target, all, world) ?? NO_SBOM);
			return scan;
		},
		fork: (folder) => around(sessions.map((each, index) => ({
			...each,
			session: each.session.fork(join(folder, String(index)))
		})))
	});
	return {
		name,
		version,
		databaseUpdatedAt,
		checkVersions,
		...matchListed && { matchListed },
		...stored.ways,
		session: (folder) => around(scanners.map((each, index) => ({
			name: each.name,
			session: each.session(join(folder, String(index)))
		})))
	};
}
const NO_SBOM = { why: "none of the scanners makes one" };
function ownOptions(given, index) {
	if (index === 0) return given;
	const { onReport: _, ...options } = given;
	return {
		...options,
		reportFile: `${options.reportFile.replace(/\.json$/, "")}-of-${index + 1}.json`
	};
}
function mergedScan(settled, absent, rules, { signal }) {
	const scans = settled.flatMap(({ name, result }) => result.status === "fulfilled" ? [{
		scanner: name,
		scan: result.value
	}] : []);
	const failed = settled.flatMap(({ name, result }) => {
		if (result.status === "fulfilled") return [];
		if (signal.aborted) throw result.reason;
		return [missing(name, asGateError(result.reason), rules)];
	});
	const [first, ...rest] = scans;
	if (first === void 0) throw settled.flatMap(({ result }) => "reason" in result ? [result.reason] : [])[0];
	const missed = [...failed, ...absent];
	const looked = new Set(scans.flatMap(({ scan }) => scan.provenance.scanners ?? []));
	if (missed[0] !== void 0 && rules.asked?.some((each) => !looked.has(each))) throw missed[0].error;
	return mergeScans([first, ...rest], missed, rules);
}
function missing(name, error, { optional = [] }) {
	if (!optional.includes(name.toLowerCase()) || isReplaced(error)) throw error;
	return {
		scanner: name,
		failed: {
			code: error.code,
			what: error.what
		},
		error
	};
}
const ENDS = [
	"-hash-mismatch",
	"-signature-invalid",
	"-checksum-missing",
	"-archive-invalid",
	"-version-invalid",
	"-known-bad"
];
function isReplaced({ code }) {
	return ENDS.some((end) => code.endsWith(end));
}

export { severalScanners };