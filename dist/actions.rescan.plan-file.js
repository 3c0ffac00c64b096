import { GateError, cancelled, createHash, writeFileSync } from "./shared.thread.js";
import { quoted } from "./shared.start.js";
import { repositoryName } from "./shared.names.js";
import { _enum, array, int, literal, object, string, tuple } from "./package.zod.js";
import { Malformed, checked } from "./shared.domain.js";
import { contentOf } from "./scan.running.js";
import { ZipFault, fileInZip } from "./supply.zip.js";
import { join } from "node:path";

// src/fleet/plan-document.ts
const targetError = object({
	code: string(),
	what: string(),
	remedy: string()
});
const source = object({
	source: string(),
	images: int().nonnegative(),
	notes: array(string()),
	error: targetError.optional()
});
const image = object({
	image: string(),
	name: string().optional(),
	digest: string().optional(),
	platform: string().optional(),
	imageId: string().optional(),
	daemon: object({
		engine: _enum(["docker", "podman"]),
		host: string()
	}).optional(),
	harbor: string().optional(),
	at: array(tuple([int(), string()])),
	error: targetError.optional()
});
const planDocument = object({
	version: literal(1),
	sources: array(source),
	shards: array(array(image).min(1)).min(1)
});

// src/fleet/shard-plan.ts
function makePlan({ images, errors }, sources, most) {
	const numbers = new Map(sources.map(({ source }, at) => [source, at]));
	const entryOf = (image) => entryFor(image, errors.get(image), numbers);
	const contents = [...Map.groupBy(images, contentOf).values()].map((same) => same.map(entryOf).sort(byText)).sort(byText);
	const total = Math.min(most, contents.length);
	const start = (shard) => Math.round(shard * contents.length / total);
	const shards = Array.from({ length: total }, (_, at) => contents.slice(start(at), start(at + 1)).flat());
	const document = {
		version: 1,
		sources: sources.map(({ source, images: count, notes, error }) => ({
			source,
			images: count,
			notes,
			error
		})),
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
	return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
function entryFor({ name, reference, digest, platform, imageId, daemon, harbor, where }, error, numbers) {
	return {
		image: reference,
		name: name === repositoryName(reference) ? void 0 : name,
		digest,
		platform,
		imageId,
		daemon,
		harbor,
		at: where.map(({ source, name: place }) => [numbers.get(source) ?? -1, place]),
		error: error && {
			code: error.code,
			what: error.what,
			remedy: error.remedy
		}
	};
}
function readPlan(bytes, digest) {
	try {
		if (sha256(bytes) !== digest) throw new Malformed("its SHA-256 differs");
		const { sources, shards } = checked(planDocument, parsed(bytes));
		const imagesOf = (entries) => entries.map((entry) => plannedImage(entry, sources));
		return {
			shards: shards.map((entries, at) => {
				return {
					name: nameOf$1(at, shards.length),
					plan: digest,
					images: imagesOf(entries)
				};
			}),
			sources
		};
	} catch (cause) {
		if (!(cause instanceof Malformed)) throw cause;
		throw invalidPlan(`The plan is not the one that \`expected\` names: ${cause.message}`, cause);
	}
}
function invalidPlan(what, cause) {
	return new GateError("fleet-plan-invalid", what, "Pass the outputs of the plan's job on as docs/fleets.md of Image Gate shows, with the same version in all parts, and let no other job upload an artifact of this name.", { cause });
}
function shardIn({ shards }, name) {
	const shard = shards.find((each) => each.name === name);
	if (shard !== void 0) return shard;
	throw invalidPlan(`The plan has ${shards.length} shards, and no shard ${name}`);
}
function plannedImage(entry, sources) {
	const { image: reference, name = repositoryName(reference), at, error, ...rest } = entry;
	return {
		image: {
			...rest,
			name,
			reference,
			where: at.map((place) => placeOf(place, sources))
		},
		error
	};
}
function placeOf([number, name], sources) {
	const source = sources[number]?.source;
	if (source === void 0) throw new Malformed("an image runs at a source that the plan does not have");
	return {
		source,
		name
	};
}
function nameOf$1(at, total) {
	return `${at + 1}/${total}`;
}
function sha256(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
function parsed(bytes) {
	try {
		return JSON.parse(bytes.toString("utf8"));
	} catch {
		throw new Malformed("it is not JSON");
	}
}

// src/actions/rescan/plan-file.ts
const FILE = "plan.json";
const MOST_BYTES = 64 << 20;
const nameOf = (digest) => `image-gate-plan-${digest}`;
async function keepPlan({ bytes, digest }, platform, world) {
	const file = join(world.runFolder, FILE);
	writeFileSync(file, bytes);
	const { keep } = runFilesOf(platform);
	const failed = await keep(nameOf(digest), file);
	if (failed === void 0) return;
	if (world.signal.aborted) throw cancelled();
	const { why, remedy } = reasonOf(failed);
	throw new GateError("fleet-plan-not-kept", `The plan could not be kept as an artifact: ${why}`, remedy);
}
async function fetchPlan(digest, platform, { signal }) {
	const { fetch } = runFilesOf(platform);
	const name = nameOf(digest);
	const zip = await fetch(name);
	if (Buffer.isBuffer(zip)) return readPlan(unpacked(zip, name), digest);
	if (signal.aborted) throw cancelled();
	const { why, remedy } = reasonOf(zip);
	throw new GateError("fleet-plan-not-fetched", `The artifact ${name} could not be fetched: ${why}`, remedy);
}
function unpacked(zip, name) {
	try {
		return fileInZip(zip, {
			name: FILE,
			maxBytes: MOST_BYTES,
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
function reasonOf(failed) {
	if (failed.outcome === "impossible") throw noArtifacts(failed.why);
	return {
		why: quoted(failed.reason),
		remedy: `${failed.remedy}, and start the job again.`
	};
}

export { fetchPlan, keepPlan, makePlan, shardIn, targetError };