import { GateError, asGateError, described, globSync } from "./shared.thread.js";
import { ECOSYSTEMS, Malformed, checked, parsedJson } from "./shared.scan.js";
import { listSome } from "./shared.inputs.js";
import { asNamed, targetOf } from "./scan.running.js";
import { _enum, array, int, literal, object, string } from "./package.zod.js";
import { readGivenFile, readGivenStart } from "./shared.start.js";
import { SCAN_METHODS } from "./shared.history.js";
import { artifact, installed, opinionSource, provenance, seenCoverage, seenFinding } from "./shared.answer.js";
import { SEVERITIES } from "./shared.names.js";
import { targetError } from "./actions.rescan.plan-file.js";

// src/fleet/shard-report.ts
const shardRun = object({
	repository: string().optional(),
	run: int(),
	attempt: int()
});
const shardHead = object({
	version: literal(1),
	shard: string(),
	plan: string(),
	run: shardRun.optional()
});
const ecosystem = _enum(ECOSYSTEMS).optional();
const texts = array(string());
const finding = seenFinding.extend({
	package: seenFinding.shape.package.unwrap().extend({ ecosystem }).optional(),
	description: string().optional(),
	publishedAt: string().optional(),
	byName: literal(true).optional(),
	bySystem: literal(true).optional(),
	raisedFrom: _enum(SEVERITIES).optional()
});
const seenPackage = installed.extend({
	ecosystem,
	listedIn: _enum(["own-file", "program"]).optional(),
	diffId: string().optional(),
	id: string().optional(),
	relationship: string().optional(),
	dependsOn: texts.optional()
});
const build = object({
	baseName: string().optional(),
	baseDigest: string().optional(),
	baseLayers: int().optional(),
	instructions: array(string().nullable().transform((each) => each ?? void 0))
});
const scanResult = object({
	artifact: artifact.transform(({ packages, ...rest }) => ({
		...rest,
		packages
	})),
	build: build.optional(),
	packages: array(seenPackage),
	layers: texts,
	findings: array(finding),
	suppressed: int(),
	coverage: seenCoverage.optional(),
	advisoriesFor: texts.optional(),
	blindTo: texts.optional(),
	opinions: array(opinionSource).optional(),
	provenance
});
const scanLine = object({ scan: scanResult });
const imageLine = object({
	of: int().nonnegative().optional(),
	way: _enum(SCAN_METHODS).optional(),
	error: targetError.optional()
});
const sbomLine = object({
	digest: string(),
	packed: string()
});
const endLine = object({
	lines: int().nonnegative(),
	notes: array(string())
});
function* writeShard({ name: shard, plan }, { scanned, sboms, notes }, run) {
	let lines = 0;
	const line = (value) => {
		lines += 1;
		return `${JSON.stringify(value)}\n`;
	};
	yield line({
		version: 1,
		shard,
		plan,
		run
	});
	const contents = /* @__PURE__ */ new Map();
	for (const { outcome, way } of scanned) {
		if ("error" in outcome) {
			yield line({ error: described(outcome.error) });
			continue;
		}
		const { findings } = outcome.scan;
		let of = contents.get(findings);
		if (of === void 0) {
			of = contents.size;
			contents.set(findings, of);
			yield line({ scan: outcome.scan });
		}
		yield line({
			of,
			way
		});
	}
	for (const [digest, packed] of sboms) yield line({
		digest,
		packed: packed.toString("base64")
	});
	yield line({
		lines,
		notes
	});
}
const NEW_LINE = 10;
const MOST_LINE_BYTES = 256 << 20;
function readHead(bytes) {
	const end = bytes.indexOf(NEW_LINE);
	const line = bytes.subarray(0, end === -1 ? bytes.length : end);
	return checked(shardHead, parsed(line, "the first line"));
}
function readShardReport(bytes, { images }) {
	const digests = new Set(images.map(({ image }) => image.digest));
	const scans = [];
	const scanned = [];
	const sboms = /* @__PURE__ */ new Map();
	let notes;
	const take = (value, before) => {
		if (notes !== void 0) throw new Malformed("something follows its end");
		if ("scan" in value) scans.push(checked(scanLine, value).scan);
		else if ("digest" in value) {
			const { digest, packed } = checked(sbomLine, value);
			if (!digests.has(digest)) throw new Malformed("it has an SBOM of an image that is not in its plan");
			sboms.set(digest, Buffer.from(packed, "base64"));
		} else if ("lines" in value) {
			const end = checked(endLine, value);
			if (end.lines !== before) throw new Malformed("lines of it are missing");
			notes = end.notes;
		} else {
			const planned = images[scanned.length];
			if (planned === void 0) throw new Malformed("it has more images than its plan");
			scanned.push(imageOf(planned, checked(imageLine, value), scans));
		}
	};
	let lines = 0;
	for (const line of linesOf(bytes)) {
		if (lines > 0) take(parsed(line, `line ${lines + 1}`), lines);
		lines += 1;
	}
	if (notes === void 0) throw new Malformed("it is cut off");
	if (scanned.length < images.length) throw new Malformed("it has fewer images than its plan");
	return {
		scanned,
		sboms,
		notes
	};
}
function imageOf({ image, error: unknown }, { of, way, error }, scans) {
	const target = targetOf(image);
	if (unknown !== void 0) return {
		image,
		outcome: {
			target,
			error: unknown
		}
	};
	const scan = of === void 0 ? void 0 : scans[of];
	if (scan !== void 0 && error === void 0 && way !== void 0) return {
		image,
		outcome: {
			target,
			scan: asNamed(image, scan)
		},
		way
	};
	if (scan !== void 0 || error === void 0) throw new Malformed("an image has neither a scan nor an error");
	return {
		image,
		outcome: {
			target,
			error
		}
	};
}
function* linesOf(bytes) {
	for (let start = 0; start < bytes.length;) {
		const found = bytes.indexOf(NEW_LINE, start);
		const end = found === -1 ? bytes.length : found;
		if (end - start > MOST_LINE_BYTES) throw new Malformed(`a line has more than ${MOST_LINE_BYTES} bytes`);
		yield bytes.subarray(start, end);
		start = end + 1;
	}
}
function parsed(line, at) {
	const value = parsedJson(line, at);
	if (typeof value !== "object" || value === null) throw new Malformed(`${at} is not an object`);
	return value;
}

// src/fleet/gather.ts
const MOST_FILE_BYTES = 1 << 30;
const MOST_FILES = 1e4;
const HEAD_BYTES = 65536;
const WHAT = "shard's report";
function gatherShards(plan, pattern, expected, world) {
	const files = globSync(pattern, { cwd: world.workspace });
	if (files.length > MOST_FILES) throw tooManyFiles(pattern, files.length);
	const notes = [];
	const byShard = Map.groupBy(files.sort(), (path) => {
		const { shard, not } = shardOf(path, plan, expected, world);
		if (not !== void 0) notes.push(`${JSON.stringify(path)} was not read: ${not}.`);
		return shard;
	});
	const parts = plan.shards.map((shard) => {
		const read = readOne(shard, byShard.get(shard.name) ?? [], world);
		return read instanceof GateError ? notScanned(shard, read) : read;
	});
	const scanned = parts.flatMap((part) => part.scanned);
	const scanners = new Set(scanned.flatMap(scannersOf));
	return {
		scanned: scanned.map((each) => {
			const error = tooOld(each, expected) ?? notAsked(each, scanners);
			return error === void 0 ? each : {
				image: each.image,
				outcome: {
					target: each.outcome.target,
					error
				}
			};
		}),
		sboms: new Map(parts.flatMap(({ sboms }) => [...sboms])),
		notes: [...notes, ...parts.flatMap((part) => part.notes)]
	};
}
function tooManyFiles(pattern, count) {
	return new GateError("fleet-too-many-files", `The pattern ${JSON.stringify(pattern)} of \`reports\` matches ${count} files; at most ${MOST_FILES} are read`, "Name the folder that has only the shards' reports, as `reports/*.jsonl`.");
}
function shardOf(path, plan, { run }, world) {
	let head;
	try {
		head = readHead(readGivenStart({
			what: WHAT,
			path
		}, HEAD_BYTES, world));
	} catch (thrown) {
		return { not: thrown instanceof Malformed ? "it is not a shard's report" : asGateError(thrown).what };
	}
	const shard = plan.shards.find(({ name }) => name === head.shard);
	if (!isOfRun(head.run, run)) return { not: "it is of another run" };
	return shard?.plan === head.plan ? { shard: head.shard } : { not: "it is of another plan" };
}
function isOfRun(theirs, ours) {
	if (theirs === void 0 || ours === void 0) return theirs === ours;
	return theirs.repository === ours.repository && theirs.run === ours.run && theirs.attempt <= ours.attempt;
}
function readOne(shard, files, world) {
	const { name } = shard;
	const [path] = files;
	if (path === void 0) return new GateError("fleet-shard-missing", `There is no report of shard ${name}, so its images were not looked at`, "See what ended that shard's job, and re-run the failed jobs.");
	try {
		const [bytes = Buffer.alloc(0), ...others] = files.map((each) => readGivenFile({
			what: WHAT,
			path: each,
			maxBytes: MOST_FILE_BYTES
		}, world));
		if (others.some((other) => !other.equals(bytes))) return new GateError("fleet-shard-twice", `There are several reports of shard ${name}, which differ: ${files.map((each) => JSON.stringify(each)).join(", ")}`, "The right one is unknown: let each shard upload under one name with `overwrite: true`, and no other job upload such files.");
		return readShardReport(bytes, shard);
	} catch (thrown) {
		if (!(thrown instanceof Malformed)) return asGateError(thrown);
		return new GateError("fleet-shard-invalid", `The report of shard ${name} (${JSON.stringify(path)}) cannot be used: ${thrown.message}`, "Use the same version of Image Gate in all parts, and re-run the shard's job.");
	}
}
function notScanned({ images }, reason) {
	return {
		scanned: images.map(({ image, error }) => {
			return {
				image,
				outcome: {
					target: targetOf(image),
					error: error ?? described(reason)
				}
			};
		}),
		sboms: /* @__PURE__ */ new Map(),
		notes: []
	};
}
function tooOld({ outcome, way }, { now, maxAgeMs }) {
	if ("error" in outcome) return void 0;
	const { databaseUpdatedAt, scannedAt = "an unknown time" } = outcome.scan.provenance;
	const made = databaseUpdatedAt ?? (way === "report" ? scannedAt : void 0);
	if (made === void 0 || Date.parse(made) >= now.getTime() - maxAgeMs) return void 0;
	return {
		code: "fleet-report-old",
		what: `The database of its scan was built at ${made} or before, longer ago than \`max-db-age\` allows`,
		remedy: "Start the whole run again instead of a part of an old one."
	};
}
function scannersOf({ outcome, way }) {
	if ("error" in outcome || way === "report") return [];
	const { opinions, provenance } = outcome.scan;
	return opinions?.map(({ scanner }) => scanner) ?? (provenance.scanner ? [provenance.scanner] : []);
}
function notAsked(image, all) {
	const own = scannersOf(image);
	const missing = own.length === 0 ? [] : [...all].filter((name) => !own.includes(name));
	if (missing.length === 0) return void 0;
	return {
		code: "fleet-scanners-differ",
		what: `Its shard did not ask ${listSome(missing, 3)}, which other shards did`,
		remedy: "Give all jobs of the scans the same `scan-with`, and start the whole run again."
	};
}

export { gatherShards, notScanned, writeShard };