import { mergeScans } from "./shared.domain.js";
import { listOf, withAnswer } from "./shared.answer.js";
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
			...this.#matchers.length > 0 && this.#rules.byList === void 0 ? { readsImagesItself: true } : lister?.scanStored && { scanStored: (items, world) => this.#scanStored(lister, items, world) },
			session: (folder) => this.#session(sessions(folder))
		};
	}
	#session(sessions) {
		const lister = sessions.find(({ name }) => name === this.#lister?.name)?.session;
		return { scan: (target, located, options, world) => lister !== void 0 && (this.#rules.byList !== void 0 || located.how === "sbom") ? this.#byList(lister, target, located, options, world) : this.#sideBySide(sessions, target, located, options, world) };
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
	async #sideBySide(sessions, ...[target, located, options, world]) {
		return mergedScan(await settle(sessions.map(({ session, name }, index) => [name, session.scan(target, located, ownOptions(options, index), world)])), this.#absent, this.#rules, world);
	}
	async #scanStored(lister, items, world) {
		const answers = [];
		const unused = (thrown) => {
			if (world.signal.aborted) throw thrown;
			return {
				incompatible: asGateError(thrown).what,
				isOlder: false
			};
		};
		for (const [at, listed] of (await lister.scanStored?.(items, world) ?? []).entries()) {
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
	const { onReport: _, onSbom: __, ...options } = given;
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

export { askAbout, severalScanners };