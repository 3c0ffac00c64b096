import { listOf, mergeScans, withAnswer } from "./shared.domain.js";
import { GateError, asGateError } from "./shared.thread.js";
import { isObject } from "./domain.json.is-object.js";
import { listSome, number } from "./shared.inputs.js";
import { subjectOf, subjectOfFinding } from "./shared.answer.js";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

// src/domain/opinions/beyond-list.ts
function beyondList(list, others) {
	const listed = new Set(list.map((each) => subjectOf(each).key));
	return others.filter((each) => each.version !== "" && !listed.has(subjectOf(each).key));
}
function isSameAdvisories(one, other) {
	const keys = (findings) => new Set(findings.map((finding) => `${subjectOfFinding(finding).key}\n${finding.id}`));
	const [a, b] = [keys(one), keys(other)];
	return a.size === b.size && [...a].every((key) => b.has(key));
}

// src/scan/several/stored-sboms.ts
const MOST_NAMED = 3;
async function difference({ name }, { listed, own, again }, { aborted }) {
	const beyond = beyondList(listed.packages, own.packages);
	if (beyond.length > 0) {
		const shown = listSome(beyond, MOST_NAMED, { show: (each) => `${each.name} ${each.version}` });
		return `${name} sees ${number(beyond.length)} packages in the image that are not in it (${shown})`;
	}
	try {
		return isSameAdvisories(own.findings, (await again()).findings) ? void 0 : `${name} finds something else in it`;
	} catch (thrown) {
		if (aborted) throw thrown;
		return `${name} cannot read it`;
	}
}
function refusal({ packed }, names) {
	const readers = readersOf(packed);
	const missing = names.filter((name) => !readers.includes(name));
	if (missing.length === 0) return void 0;
	return {
		incompatible: `${listSome(missing, 3)} has not read the image that it is of`,
		isOlder: false
	};
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
	if (scanners[0] === void 0) throw all[0].scanner;
	return new Several(scanners, absent, rules).asScanner();
}
var Several = class {
	#scanners;
	#absent;
	#rules;
	#lister;
	#matchers;
	#voters;
	constructor(scanners, absent, rules) {
		const lister = scanners.find(({ readsImagesItself }) => readsImagesItself !== true);
		this.#matchers = scanners.filter((each) => each !== lister);
		this.#lister = this.#matchers.every(({ match }) => match !== void 0) ? lister : void 0;
		this.#voters = rules.byList === "place" ? this.#matchers : scanners;
		this.#scanners = scanners;
		this.#absent = absent;
		this.#rules = rules;
	}
	asScanner() {
		const { name, version, databaseUpdatedAt, match } = this.#voters[0];
		const lister = this.#lister;
		const sessions = (folder) => this.#scanners.map((each, index) => ({
			name: each.name,
			session: each.session(join(folder, String(index)))
		}));
		return {
			name,
			version,
			databaseUpdatedAt,
			match,
			...this.#voters.every((each) => each.match !== void 0) && { askAll: (target, listed, world) => this.#opinions({
				target,
				listed
			}, world) },
			...lister?.scanStored && { scanStored: (items, world) => this.#scanStored(lister, items, world) },
			session: (folder) => this.#session(sessions(folder))
		};
	}
	#session(sessions) {
		const lister = sessions.find(({ name }) => name === this.#lister?.name)?.session;
		return { scan: (target, located, options, world) => lister !== void 0 && (this.#rules.byList !== void 0 || located.how === "sbom") ? this.#byList(lister, target, located, options, world) : this.#side(sessions, target, located, options, world) };
	}
	async #byList(lister, ...[target, located, options, world]) {
		const began = performance.now();
		const listed = await lister.scan(target, located, options, world);
		const spentMs = (options.spentMs ?? 0) + performance.now() - began;
		const reportFile = this.#rules.byList === "place" ? options.reportFile : void 0;
		return this.#opinions({
			target,
			listed,
			spentMs,
			reportFile
		}, world, this.#lister);
	}
	async #side(sessions, ...[target, located, given, world]) {
		const { onSbom, ...options } = given;
		let made;
		const keep = (sbom) => {
			made = sbom;
		};
		const settled = await settle(sessions.map(({ session, name }, index) => {
			const keeping = onSbom && name === this.#lister?.name && { onSbom: keep };
			return [name, session.scan(target, located, {
				...ownOptions(options, index),
				...keeping
			}, world)];
		}));
		const scan = mergedScan(settled, this.#absent, this.#rules, world);
		onSbom?.(await this.#sbom(made, target, settled, world) ?? { why: "none of the scanners makes one" });
		return scan;
	}
	async #sbom(made, target, settled, world) {
		const resultOf = ({ name }) => {
			const result = settled.find((each) => each.name === name)?.result;
			return result?.status === "fulfilled" ? result.value : void 0;
		};
		const listed = this.#lister && resultOf(this.#lister);
		if (listed === void 0 || !Buffer.isBuffer(made)) return made;
		const readers = [];
		for (const each of this.#matchers) {
			const own = resultOf(each);
			if (own === void 0) continue;
			const again = () => askAbout(each, {
				target,
				listed
			}, world);
			const why = await difference(each, {
				listed,
				own,
				again
			}, world.signal);
			if (why !== void 0) return { why };
			readers.push(each.name);
		}
		return withReaders(made, readers);
	}
	async #scanStored(lister, items, world) {
		const names = this.#rules.byList === void 0 ? this.#matchers.map(({ name }) => name) : [];
		const refused = items.map(({ sbom }) => refusal(sbom, names));
		const open = items.filter((_, at) => refused[at] === void 0);
		const found = open.length === 0 ? [] : await lister.scanStored?.(open, world) ?? [];
		const answers = [];
		for (const [at, listed] of found.entries()) answers.push(await this.#ofStored(open[at], listed, world));
		return refused.map((each) => each ?? answers.shift());
	}
	async #ofStored({ target }, listed, world) {
		if ("incompatible" in listed) return listed;
		try {
			return await this.#opinions({
				target,
				listed
			}, world, this.#lister);
		} catch (thrown) {
			if (world.signal.aborted) throw thrown;
			return {
				incompatible: asGateError(thrown).what,
				isOlder: false
			};
		}
	}
	async #opinions(about, world, lister) {
		const answer = (each) => each === lister ? Promise.resolve(about.listed) : askAbout(each, about, world);
		return mergedScan(await settle(this.#voters.map((each) => [each.name, answer(each)])), this.#absent, this.#rules, world);
	}
};
async function settle(all) {
	const results = await Promise.allSettled(all.map(([, result]) => result));
	return all.map(([name], at) => ({
		name,
		result: results[at]
	}));
}
async function askAbout(scanner, { target, listed, ...options }, world) {
	const [answer] = await scanner.match?.([listOf(listed, target.label)], options, world) ?? [];
	if (answer === void 0) throw new TypeError(`${scanner.name} cannot be asked about packages`);
	return withAnswer(listed, answer);
}
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

export { askAbout, severalScanners };