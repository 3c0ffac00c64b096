import { mergeScans } from "./shared.domain.js";
import { GateError, asGateError } from "./shared.start.js";
import { join } from "node:path";

// src/scan/several-scanners.ts
function severalScanners(all, rules) {
	const absent = all.flatMap(({ name, scanner }) => scanner instanceof GateError ? [missing(name, scanner, rules)] : []);
	const scanners = all.flatMap(({ scanner }) => scanner instanceof GateError ? [] : [scanner]);
	const [first] = scanners;
	if (first === void 0) throw all[0].scanner;
	const { name, version, databaseUpdatedAt, checkVersions } = first;
	const around = (sessions) => ({
		async scan(target, located, options, world) {
			return mergedScan((await Promise.allSettled(sessions.map(({ session }, index) => session.scan(target, located, index === 0 ? options : others(options, index), world)))).map((result, index) => ({
				name: sessions[index]?.name ?? "",
				result
			})), absent, rules, world);
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
		session: (folder) => around(scanners.map((each, index) => ({
			name: each.name,
			session: each.session(join(folder, String(index)))
		})))
	};
}
function others({ onReport: _, onSbom: __, ...options }, index) {
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
	if (!optional.includes(name.toLowerCase())) throw error;
	return {
		scanner: name,
		failed: {
			code: error.code,
			what: error.what
		},
		error
	};
}

export { severalScanners };