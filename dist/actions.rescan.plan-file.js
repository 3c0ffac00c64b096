import { GateError, cancelled, createHash, writeFileSync } from "./shared.thread.js";
import { compareText, quoted } from "./shared.start.js";
import { Malformed, checked, parsedJson } from "./shared.scan.js";
import { contentOf } from "./scan.running.js";
import { _enum, array, int, literal, object, string } from "./package.zod.js";
import { MOST_HANDED_ON } from "./job.job.js";
import { ZipFault, fileInZip } from "./shared.scanner.js";
import { join } from "node:path";

// src/fleet/shard-plan.ts
function makePlan({ images, errors }, sources, most) {
	const entryOf = (image) => planned.parse({
		image,
		error: errors.get(image)
	});
	const contents = [...Map.groupBy(images, contentOf).values()].map((same) => same.map(entryOf).sort(byText)).sort(([a], [b]) => byText(a, b));
	const total = Math.min(most, contents.length);
	const start = (shard) => Math.round(shard * contents.length / total);
	const shards = Array.from({ length: total }, (_, at) => contents.slice(start(at), start(at + 1)).flat());
	const document = {
		version: 1,
		sources: sources.map((each) => plannedSource.parse(each)),
		shards
	};
	const bytes = Buffer.from(JSON.stringify(document));
	return {
		bytes,
		digest: sha256(bytes),
		shards: shards.map((_, at) => nameOf$1(at, total))
	};
}
function byText(a, b) {
	return compareText(a.image.reference, b.image.reference) || compareText(JSON.stringify(a), JSON.stringify(b));
}
function readPlan(bytes, digest) {
	try {
		if (sha256(bytes) !== digest) throw new Malformed("its SHA-256 differs");
		const { sources, shards } = checked(planDocument, parsedJson(bytes, "it"));
		return {
			shards: shards.map((images, at) => ({
				name: nameOf$1(at, shards.length),
				plan: digest,
				images
			})),
			sources
		};
	} catch (cause) {
		if (!(cause instanceof Malformed)) throw cause;
		throw invalidPlan(`The plan is not the one that \`expected\` names: ${cause.message}`, cause);
	}
}
function invalidPlan(what, cause) {
	return new GateError("fleet-plan-invalid", what, "Pass the outputs of the plan's job on as docs/fleets.md of Image Gate shows, with the same version in all parts. No other job may upload an artifact of this name.", { cause });
}
function shardIn({ shards }, name) {
	const shard = shards.find((each) => each.name === name);
	if (shard !== void 0) return shard;
	throw invalidPlan(`The plan has ${shards.length} shards, and no shard ${name}`);
}
function nameOf$1(at, total) {
	return `${at + 1}/${total}`;
}
function sha256(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
const targetError = object({
	code: string(),
	what: string(),
	remedy: string()
});
const plannedSource = object({
	source: string(),
	images: int().nonnegative(),
	notes: array(string()),
	error: targetError.optional()
});
const text = string().optional();
const running = object({
	reference: string(),
	name: string(),
	digest: text,
	platform: text,
	imageId: text,
	daemon: object({
		engine: _enum(["docker", "podman"]),
		host: string()
	}).optional(),
	harbor: text,
	where: array(object({
		source: string(),
		name: string()
	}))
});
const planned = object({
	image: running,
	error: targetError.optional()
});
const planDocument = object({
	version: literal(1),
	sources: array(plannedSource),
	shards: array(array(planned).min(1)).min(1)
});

// src/actions/rescan/plan-file.ts
const FILE = "plan.json";
const nameOf = (digest) => `image-gate-plan-${digest}`;
async function keepPlan({ bytes, digest }, platform, world) {
	const file = join(world.runFolder, FILE);
	writeFileSync(file, bytes);
	const { keep } = runFilesOf(platform);
	const failed = await keep(nameOf(digest), file);
	const fault = {
		code: "fleet-plan-not-kept",
		what: "The plan could not be kept as an artifact"
	};
	if (failed !== void 0) throw faultOf(failed, fault, world);
}
async function fetchPlan(digest, platform, world) {
	const { fetch } = runFilesOf(platform);
	const name = nameOf(digest);
	const zip = await fetch(name);
	if (Buffer.isBuffer(zip)) return readPlan(unpacked(zip, name), digest);
	throw faultOf(zip, {
		code: "fleet-plan-not-fetched",
		what: `The artifact ${name} could not be fetched`
	}, world);
}
function unpacked(zip, name) {
	try {
		return fileInZip(zip, {
			name: FILE,
			maxBytes: MOST_HANDED_ON,
			isOnly: true
		});
	} catch (cause) {
		if (!(cause instanceof ZipFault)) throw cause;
		throw invalidPlan(`The artifact ${name} ${cause.message}`, cause);
	}
}
function runFilesOf({ runFiles, words }) {
	if (runFiles === void 0) throw noArtifacts(words.lacking);
	return runFiles;
}
function noArtifacts(why) {
	return new GateError("fleet-no-artifacts", `The jobs of a run in parts hand the plan on as an artifact: ${why}`, "Leave `part` out, so that one job scans all images.");
}
function faultOf(failed, { code, what }, { signal }) {
	if (signal.aborted) return cancelled();
	if (failed.outcome === "impossible") return noArtifacts(failed.why);
	return new GateError(code, `${what}: ${quoted(failed.reason)}`, `${failed.remedy}, and start the job again.`);
}

export { fetchPlan, keepPlan, makePlan, shardIn, targetError };