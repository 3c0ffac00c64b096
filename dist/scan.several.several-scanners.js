import { mergeScans } from "./shared.domain.js";
import { listOf, withAnswer } from "./shared.answer.js";
import { GateError, asGateError } from "./shared.thread.js";
import { join } from "node:path";

// src/scan/several/several-scanners.ts
function severalScanners(all, rules) {
	const absent = all.flatMap(({ name, scanner }) => scanner instanceof GateError ? [missing(name, scanner, rules)] : []);
	const scanners = all.flatMap(({ scanner }) => scanner instanceof GateError ? [] : [scanner]);
	if (scanners[0] === void 0) throw all[0].scanner;
	return asScanner(teamOf(scanners, absent, rules));
}
function teamOf(scanners, absent, rules) {
	const reader = scanners.find(({ readsImagesItself }) => readsImagesItself !== true);
	const matchers = scanners.filter((each) => each !== reader);
	return {
		scanners,
		absent,
		rules,
		matchers,
		lister: matchers.every(({ match }) => match !== void 0) ? reader : void 0,
		voters: rules.byList === "place" ? matchers : scanners
	};
}
function asScanner(team) {
	const { scanners, rules, lister, matchers, voters } = team;
	const { name, version, databaseUpdatedAt, match } = voters[0];
	return {
		name,
		version,
		databaseUpdatedAt,
		match,
		...voters.every((each) => each.match !== void 0) && { askAll: (target, listed, world) => opinionsOf(team, {
			target,
			listed
		}, world) },
		...matchers.length > 0 && rules.byList === void 0 ? { readsImagesItself: true } : lister?.scanStored && { scanStored: (items, world) => scanStored(team, lister, items, world) },
		session(folder) {
			const sessionOf = (each, index) => each.session(join(folder, String(index)));
			return sessionOfAll(team, scanners.map((each, index) => ({
				name: each.name,
				session: sessionOf(each, index)
			})));
		}
	};
}
function sessionOfAll(team, sessions) {
	const { rules, lister, absent } = team;
	const listing = sessions.find(({ name }) => name === lister?.name)?.session;
	return { async scan(target, located, options, world) {
		if (listing !== void 0 && (rules.byList !== void 0 || located.how === "sbom")) {
			const began = performance.now();
			return opinionsOf(team, {
				target,
				listed: await listing.scan(target, located, options, world),
				spentMs: (options.spentMs ?? 0) + performance.now() - began,
				reportFile: rules.byList === "place" ? options.reportFile : void 0
			}, world, lister);
		}
		const scan = ({ session }, index) => session.scan(target, located, ownOptions(options, index), world);
		return mergedScan(await settle(sessions.map((each, index) => [each.name, scan(each, index)])), absent, rules, world);
	} };
}
async function scanStored(team, lister, items, world) {
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
		answers.push(isUsable ? await opinionsOf(team, {
			target,
			listed
		}, world, lister).catch(unused) : listed);
	}
	return answers;
}
async function opinionsOf({ voters, absent, rules }, about, world, lister) {
	const answer = (each) => each === lister ? Promise.resolve(about.listed) : askAbout(each, about, world);
	return mergedScan(await settle(voters.map((each) => [each.name, answer(each)])), absent, rules, world);
}
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