import { GateError, createHash } from "./shared.thread.js";
import { repositoryName } from "./shared.names.js";
import { _enum, array, int, literal, object, string, tuple } from "./package.zod.js";
import { Malformed, checked } from "./shared.domain.js";
import { contentOf } from "./scan.running.js";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

// src/fleet/plan-document.ts
const targetError = object({
	code: string(),
	what: string(),
	remedy: string()
});
const shardEntry = object({
	shard: string(),
	images: string()
});
const matrixSchema = object({ include: array(shardEntry).min(1) });
const source = object({
	source: string(),
	images: int().nonnegative(),
	notes: array(string()),
	error: targetError.optional()
});
const sourcesLine = object({
	version: literal(1),
	sources: array(source)
});
const imageLine = object({
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

// src/fleet/shard-plan.ts
const MOST_BYTES = 12e4;
const MOST_READABLE = 6e4;
const MOST_UNPACKED = 16 << 20;
const PACKED = "packed:";
function makePlan({ images, errors }, sources, most) {
	const numbers = new Map(sources.map(({ source }, at) => [source, at]));
	const lineOf = (image) => JSON.stringify(lineFor(image, errors.get(image), numbers));
	const contents = [...Map.groupBy(images, contentOf).values()].map((same) => same.map(lineOf).sort()).sort((a, b) => (a[0] ?? "") < (b[0] ?? "") ? -1 : 1);
	const total = Math.min(most, contents.length);
	const head = {
		version: 1,
		sources: sources.map(({ source, images: count, notes, error }) => ({
			source,
			images: count,
			notes,
			error
		}))
	};
	const texts = Array.from({ length: total }, (_, at) => {
		const own = contents.slice(Math.round(at * contents.length / total), Math.round((at + 1) * contents.length / total));
		return [...at === 0 ? [JSON.stringify(head)] : [], ...own.flat()].join("\n");
	});
	const matrixOf = (write) => ({ include: texts.map((text, at) => ({
		shard: `${at + 1}/${total}`,
		images: write(text)
	})) });
	const readable = matrixOf((text) => text);
	if (bytesOf(readable) <= MOST_READABLE) return readable;
	const packed = matrixOf(pack);
	const bytes = bytesOf(packed);
	if (bytes <= MOST_BYTES) return packed;
	throw new GateError("fleet-plan-too-large", `The plan of ${images.length} images has ${bytes} bytes, and a step's input at most ${MOST_BYTES}`, "Divide the lines of `discover` among several re-scans, each with a history of its own (`state-branch` or `state-dir`).");
}
function bytesOf(matrix) {
	return Buffer.byteLength(JSON.stringify(matrix));
}
function lineFor({ name, reference, digest, platform, imageId, daemon, harbor, where }, error, numbers) {
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
function readPlan(text) {
	return orInvalid("expected", () => {
		const { include } = checked(matrixSchema, parsed(text));
		include.forEach(({ shard }, at) => {
			if (shard !== `${at + 1}/${include.length}`) throw new Malformed(`shard ${at + 1} of ${include.length} is missing`);
		});
		const lines = include.map(({ images }) => linesIn(images));
		const sources = lines[0] === void 0 ? void 0 : sourcesIn(lines[0]);
		if (sources === void 0) throw new Malformed("it does not say which sources there are");
		return {
			shards: include.map((entry, at) => ({
				entry,
				images: imagesIn(lines[at] ?? [], sources)
			})),
			sources
		};
	});
}
function readShard(entry) {
	return orInvalid("images", () => ({
		entry,
		images: imagesIn(linesIn(entry.images), void 0)
	}));
}
function digestOf({ shard, images }) {
	return createHash("sha256").update(`${shard}\n${images}`).digest("hex");
}
function orInvalid(input, read) {
	try {
		return read();
	} catch (cause) {
		if (!(cause instanceof Malformed)) throw cause;
		throw new GateError("fleet-plan-invalid", `\`${input}\` is not what part \`plan\` wrote: ${cause.message}`, "Pass it on as docs/fleets.md shows, from a plan of the same version of Image Gate. If it is empty, see the job of the plan.", { cause });
	}
}
function linesIn(images) {
	return unpack(images).split("\n").map((line) => line.trim()).filter((line) => line !== "").map(parsed);
}
function sourcesIn([first]) {
	return hasSources(first) ? checked(sourcesLine, first).sources : void 0;
}
function hasSources(line) {
	return typeof line === "object" && line !== null && Object.hasOwn(line, "sources");
}
function imagesIn(lines, sources) {
	const images = lines.filter((line, at) => at > 0 || !hasSources(line));
	if (images.length === 0) throw new Malformed("a shard has no image");
	return images.map((line) => {
		const { image: reference, name = repositoryName(reference), at, error, ...rest } = checked(imageLine, line);
		const where = sources === void 0 ? [] : at.map((place) => placeOf(place, sources));
		return {
			image: {
				...rest,
				name,
				reference,
				where
			},
			error
		};
	});
}
function placeOf([number, name], sources) {
	const source = sources[number]?.source;
	if (source === void 0) throw new Malformed("an image runs at a source that there is not");
	return {
		source,
		name
	};
}
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		throw new Malformed(text.trim() === "" ? "it is empty" : "it is not JSON");
	}
}
function pack(text) {
	const bytes = Buffer.from(text);
	const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
	return `${PACKED}${brotliCompressSync(bytes, { params }).toString("base64")}`;
}
function unpack(text) {
	if (!text.startsWith(PACKED)) return text;
	try {
		const bytes = Buffer.from(text.slice(7), "base64");
		return brotliDecompressSync(bytes, { maxOutputLength: MOST_UNPACKED }).toString();
	} catch {
		throw new Malformed("what is packed cannot be unpacked");
	}
}

export { digestOf, makePlan, readPlan, readShard, targetError };