import { SCANNER, scannerNamed } from "./shared.start.js";
import { GateError, asGateError } from "./shared.thread.js";
import { MATCH, scannerWish } from "./shared.answer.js";

// src/actions/chosen-scanner.ts
function chosenScanner(inputs) {
	const own = SCANNER.name.toLowerCase();
	const words = inputs.scanWith;
	const byList = !words.includes("grype-match") ? void 0 : words.length === 1 ? "place" : "beside";
	const chosen = (words.includes("grype-match") ? [own, "grype"] : words.length === 0 ? [own] : words).map((name) => {
		return {
			entry: scannerNamed(name) ?? SCANNER,
			...name === "grype" ? grypeOf(inputs) : ofRun(inputs)
		};
	});
	return { async install(cache, world) {
		const [first, ...others] = await Promise.all(chosen.map(async ({ entry, wish, databases }) => {
			const installing = entry.install({
				...wish,
				cache
			}, world);
			const program = chosen.length === 1 || byList === "place" ? await installing : await installing.catch(failure(world));
			return {
				name: entry.name,
				program,
				databases
			};
		}));
		return runScanner([first, ...others], byList);
	} };
}
function runScanner(all, byList) {
	const [{ program: first }, ...others] = all;
	const there = all.flatMap(({ name, program }) => program instanceof GateError ? [] : [[name, program.version]]);
	return {
		versions: new Map(there),
		sboms: first instanceof GateError ? without(first) : first.sboms,
		async ready({ rules, ...settings }, work, world) {
			const own = async ({ program, databases }) => usable(program).ready({
				...settings,
				dbRepository: databases
			}, work, world);
			if (others.length === 0) return own(all[0]);
			const { severalScanners } = await import("./scan.several.several-scanners.js");
			const { heldToImage } = await import("./scan.acquired.entry.js");
			const held = async (each) => heldToImage(await own(each));
			const isNeeded = byList === "place";
			return severalScanners(await Promise.all(all.map(async (each) => ({
				name: each.name,
				scanner: await (isNeeded ? held(each) : held(each).catch(failure(world)))
			}))), {
				...isNeeded ? {} : rules,
				byList
			});
		}
	};
}
function usable(program) {
	if (program instanceof GateError) throw program;
	return program;
}
function failure({ signal }) {
	return (thrown) => {
		if (signal.aborted) throw thrown;
		return asGateError(thrown);
	};
}
function without(error) {
	return { make: () => Promise.reject(error) };
}
function ofRun(inputs) {
	return {
		wish: scannerWish(inputs),
		databases: inputs.dbRepository
	};
}
function grypeOf(inputs) {
	const { grypeVersion: version, grypeSha256: sha256, grypeMirror: mirror, grypeBinary: binary } = inputs;
	const { grypeMirrorToken: mirrorToken, grypeDb, offline, timeout: timeoutMs } = inputs;
	return {
		wish: {
			version,
			sha256,
			mirror,
			mirrorToken,
			binary,
			offline,
			timeoutMs
		},
		databases: grypeDb
	};
}

export { chosenScanner, usable };