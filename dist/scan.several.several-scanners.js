import { listSome, number } from "./shared.inputs.js";
import { mergeScans } from "./shared.domain.js";
import { beyondList, isSameAdvisories, listOf, withAnswer } from "./shared.answer.js";
import { GateError, asGateError } from "./shared.thread.js";
import { join } from "node:path";

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
		const others = this.#matchers.map(({ name }) => name);
		const settled = await settle(sessions.map(({ session, name }, index) => {
			const keeping = onSbom && name === this.#lister?.name && {
				onSbom: keep,
				readers: others
			};
			return [name, session.scan(target, located, {
				...ownOptions(options, index),
				...keeping
			}, world)];
		}));
		const scan = mergedScan(settled, this.#absent, this.#rules, world);
		if (made !== void 0 && Buffer.isBuffer(made)) {
			const why = await this.#whyUnfit(target, settled, world);
			if (why !== void 0) made = { why };
		}
		onSbom?.(made ?? { why: "none of the scanners makes one" });
		return scan;
	}
	async #whyUnfit(target, settled, world) {
		const scans = new Map(settled.flatMap((each) => each.status === "fulfilled" ? [[each.name, each.value]] : []));
		const listed = scans.get(this.#lister?.name ?? "");
		for (const each of this.#matchers) {
			const own = scans.get(each.name);
			if (own === void 0) return `${each.name} has not read the image`;
			const again = () => askAbout(each, {
				target,
				listed
			}, world);
			const why = await difference({
				name: each.name,
				own
			}, listed, again, world.signal);
			if (why !== void 0) return why;
		}
	}
	async #scanStored(lister, items, world) {
		const readers = this.#rules.byList === void 0 ? this.#matchers.map(({ name }) => name) : [];
		const asked = items.map(({ target, sbom }) => ({
			target,
			sbom: {
				...sbom,
				readers
			}
		}));
		const answers = [];
		const unused = (thrown) => {
			if (world.signal.aborted) throw thrown;
			return {
				incompatible: asGateError(thrown).what,
				isOlder: false
			};
		};
		for (const [at, listed] of (await lister.scanStored?.(asked, world) ?? []).entries()) {
			const { target } = items[at];
			const isUsable = !("incompatible" in listed);
			answers.push(isUsable ? await this.#opinions({
				target,
				listed
			}, world, lister).catch(unused) : listed);
		}
		return answers;
	}
	async #opinions(about, world, lister) {
		const answer = (each) => each === lister ? Promise.resolve(about.listed) : askAbout(each, about, world);
		return mergedScan(await settle(this.#voters.map((each) => [each.name, answer(each)])), this.#absent, this.#rules, world);
	}
};
async function settle(all) {
	return (await Promise.allSettled(all.map(([, result]) => result))).map((each, index) => ({
		name: all[index]?.[0] ?? "",
		...each
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
	const scans = [];
	const failed = [];
	for (const { name, ...each } of settled) if (each.status === "fulfilled") scans.push({
		scanner: name,
		scan: each.value
	});
	else if (signal.aborted) throw each.reason;
	else failed.push(missing(name, asGateError(each.reason), rules));
	const [first, ...rest] = scans;
	if (first === void 0) throw failed[0]?.error;
	const missed = [...failed, ...absent];
	const looked = new Set(scans.flatMap(({ scan }) => scan.provenance.scanners ?? []));
	if (missed[0] !== void 0 && rules.asked?.some((each) => !looked.has(each))) throw missed[0].error;
	return mergeScans([first, ...rest], missed, rules);
}
function missing(name, error, { optional = [] }) {
	if (!optional.includes(name.toLowerCase()) || REPLACED.test(error.code)) throw error;
	return {
		scanner: name,
		failed: {
			code: error.code,
			what: error.what
		},
		error
	};
}
const REPLACED = /-(?:hash-mismatch|signature-invalid|checksum-missing|archive-invalid|version-invalid|known-bad)$/;
const MOST_NAMED = 3;
async function difference({ name, own }, listed, again, { aborted }) {
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

export { askAbout, severalScanners };