import { GateError, randomUUID, rmSync } from "./shared.thread.js";
import { atATime, bestFor, errorOf, parsePlatform, sayEnds, scanEach, settled, thisMachine, workersOn } from "./shared.scan.js";
import { isDigest, parseReference, repositoryName } from "./shared.names.js";
import { distinct, listSome, unique } from "./shared.inputs.js";
import { ImageFault } from "./shared.layers.js";
import { whyInRegistry } from "./shared.scanner.js";
import { join } from "node:path";

// src/scan/running/content.ts
function contentsOf(images) {
	return [...Map.groupBy(images, contentOf).values()];
}
function contentOf({ digest, platform, imageId, daemon }) {
	return JSON.stringify(digest === void 0 ? [imageId, daemon?.host] : [digest, platform ?? "linux/amd64"]);
}
function targetOf({ reference, platform }) {
	return {
		kind: "image",
		input: reference,
		label: platform === void 0 || platform === "linux/amd64" ? reference : `${reference} (${platform})`,
		...platform !== void 0 && { platform }
	};
}
function asNamed({ reference, digest }, scan) {
	const { artifact } = scan;
	return {
		...scan,
		artifact: {
			...artifact,
			names: [reference],
			referenceDigest: digest ?? artifact.referenceDigest
		}
	};
}

// src/scan/running/read-image.ts
async function readContent(images, makesSbom, worker, world) {
	let failed;
	const byName = Map.groupBy(images, ({ name }) => name).values();
	for (const [image] of byName) {
		const read = await settled(() => readImage(image, makesSbom, worker, world), world);
		if ("scan" in read) return read;
		failed ??= read;
	}
	return failed;
}
async function readImage(image, makesSbom, { session, memory }, world) {
	const target = targetOf(image);
	const { digest, imageId, daemon } = image;
	const reportFile = join(world.runFolder, `running-${randomUUID()}.json`);
	const options = {
		reportFile,
		memory
	};
	try {
		if (digest === void 0) {
			if (imageId === void 0 || daemon === void 0) throw new TypeError("an image has a digest or a daemon");
			const located = {
				how: "reference",
				location: imageId
			};
			const source = daemon.engine === "podman" ? "podman" : "docker";
			const scan = await session.scan(target, located, {
				...options,
				imageSource: [source],
				host: daemon.host
			}, world);
			const { artifact, provenance } = scan;
			const notes = [...provenance.notes ?? []];
			if (artifact.imageId !== imageId && source === "podman") throw new GateError("image-moved", `${image.reference} was not judged: its daemon gave another image than the one that runs`, "Run again. If it happens again, an image of that daemon has an id as its name.");
			if (artifact.imageId !== imageId) notes.push(`Its daemon knows it as ${imageId}.`);
			const from = `the ${source === "podman" ? "Podman" : "Docker"} that runs it`;
			return { scan: {
				...scan,
				provenance: {
					...provenance,
					source: from,
					notes
				}
			} };
		}
		const located = {
			how: "reference",
			location: `${parseReference(image.reference)?.name ?? image.name}@${digest}`,
			platform: image.platform
		};
		let sbom;
		const onSbom = (made) => {
			if (Buffer.isBuffer(made)) sbom = made;
			else world.log.info(`No SBOM of ${target.label} is stored: ${made.why}.`);
		};
		const asked = {
			...options,
			imageSource: ["remote"],
			...makesSbom && { onSbom }
		};
		return {
			scan: await session.scan(target, located, asked, world),
			sbom
		};
	} finally {
		rmSync(reportFile, { force: true });
	}
}

// src/scan/running/resolve.ts
const AT_A_TIME = 8;
const DEFAULT_PLATFORM = "linux/amd64";
const MOST_NAMED = 20;
async function resolveRunning(found, resolving) {
	const resolved = await atATime(AT_A_TIME, found, (each) => resolveOne(each, resolving));
	const apart = await atATime(AT_A_TIME, resolved, (each) => apartByPlatform(each, resolved, resolving));
	const errors = /* @__PURE__ */ new Map();
	return {
		images: [...Map.groupBy(apart, ({ image, error }) => {
			const { name, reference, digest, platform = DEFAULT_PLATFORM, imageId, daemon } = image;
			return JSON.stringify([
				name,
				reference,
				digest,
				platform,
				imageId,
				daemon?.host,
				error?.code
			]);
		}).values()].flatMap((same) => {
			const [first] = same;
			if (first === void 0) return [];
			const where = distinct(same.map(({ at }) => at));
			const { harbor } = same.find((each) => each.image.harbor !== void 0)?.image ?? {};
			const image = {
				...first.image,
				...harbor !== void 0 && { harbor },
				where
			};
			if (first.error !== void 0) errors.set(image, first.error);
			return [image];
		}),
		errors,
		notes: heldNotes(apart)
	};
}
function heldNotes(resolved) {
	const held = resolved.filter((each) => each.held !== void 0);
	const note = (those) => {
		const all = unique(those.map(({ image, held }) => `${image.reference} (${held})`));
		return `Scanned from the container engine that runs it, known by the ImageID: ${listSome(all, MOST_NAMED)}.`;
	};
	const bySource = Map.groupBy(held, ({ at }) => at.source);
	return new Map([...bySource].map(([source, those]) => [source, [note(those)]]));
}
async function resolveOne(found, { manifests, isStored }) {
	const { reference, platform, at, local, heldBy, harbor } = found;
	const parts = partsOf(reference);
	const digest = found.digest ?? parts?.digest;
	if (local !== void 0) return {
		image: localImage(found, local),
		at
	};
	const image = {
		name: nameOf(reference),
		reference,
		platform,
		...harbor !== void 0 && { harbor }
	};
	if (parts === void 0) return {
		image,
		at,
		error: unresolved(reference, "it is not a reference that a registry could be asked for")
	};
	if (digest !== void 0 && (heldBy === void 0 || isStored(digest))) return {
		image: {
			...image,
			digest
		},
		at
	};
	try {
		const document = await manifests.read(reference, digest ?? parts.tag ?? "latest");
		return {
			image: {
				...image,
				digest: document.digest
			},
			at
		};
	} catch (error) {
		if (!(error instanceof ImageFault)) throw error;
		if (heldBy !== void 0) return {
			image: localImage(found, heldBy),
			at,
			held: whyInRegistry(error)
		};
		return {
			image,
			at,
			error: unresolved(reference, whyInRegistry(error))
		};
	}
}
function localImage({ reference, platform }, { imageId, daemon }) {
	return {
		name: partsOf(reference) === void 0 ? imageId : nameOf(reference),
		reference,
		platform,
		imageId,
		daemon
	};
}
function nameOf(reference) {
	return partsOf(reference) === void 0 ? reference : repositoryName(reference);
}
function partsOf(reference) {
	return isDigest(reference) ? void 0 : parseReference(reference);
}
async function apartByPlatform(each, all, { manifests }) {
	const { digest, reference, platform = DEFAULT_PLATFORM } = each.image;
	if (digest === void 0) return each;
	if (all.filter(({ image }) => image.digest === digest).map(({ image }) => image.platform).every((other = DEFAULT_PLATFORM) => other === platform)) return each;
	const document = await manifests.read(reference, digest).catch(() => void 0);
	if (document === void 0) return each;
	if (document.kind === "manifest") return {
		...each,
		image: {
			...each.image,
			platform: void 0
		}
	};
	const [own, ...more] = bestFor(platform, document.images, (image) => parsePlatform(image.platform ?? ""));
	return own === void 0 || more.length > 0 ? each : {
		...each,
		image: {
			...each.image,
			digest: own.digest
		}
	};
}
function unresolved(reference, why) {
	return {
		code: "tag-unresolved",
		what: `${reference} was not scanned, as it is unknown which image runs: ${why}`,
		remedy: "See whether the tag exists and this machine reaches its registry; log in first (`docker login`), or name the image by its digest (`name@sha256:…`)."
	};
}

// src/scan/running/index.ts
async function scanRunning({ images, errors }, { reported, scanner, sbomOf, progress, machine = thisMachine() }, world) {
	const isReported = (image) => image.digest !== void 0 && reported?.has(image) === true;
	const open = images.filter((image) => !errors.has(image));
	const theirs = contentsOf(open.filter(isReported));
	const ours = contentsOf(open.filter((image) => !isReported(image)));
	const ended = sayEnds(theirs.length + ours.length, progress, world.log);
	const say = ([first], ...rest) => ended(targetOf(first).label, ...rest);
	const reports = reported && await readReports(theirs, {
		scanner: reported.scanner,
		machine,
		say
	}, world);
	const scanned = scanner instanceof GateError ? new Map(ours.map((content) => [content, {
		error: errorOf(scanner),
		way: "image"
	}])) : await scanContents(ours, {
		scanner,
		sbomOf,
		machine,
		say
	}, world);
	const answers = [...theirs, ...ours].flatMap((content) => {
		const answer = reports?.get(content) ?? scanned.get(content);
		return answer === void 0 ? [] : [[content, answer]];
	});
	const answerOf = new Map(answers.flatMap(([content, answer]) => content.map((image) => [image, answer])));
	return {
		scanned: images.map((image) => scannedImage(image, errors.get(image) ?? answerOf.get(image))),
		sboms: new Map(answers.flatMap(([[{ digest }], { sbom }]) => digest && sbom ? [[digest, sbom]] : [])),
		notes: [...whyUnused(scanner, sbomOf), ...answers.flatMap(([, { note }]) => note ?? [])]
	};
}
function whyUnused(scanner, sbomOf) {
	if (sbomOf === void 0 || scanner instanceof GateError || scanner.scanStored !== void 0) return [];
	return scanner.readsImagesItself ? ["No SBOM was used: each scanner reads images itself. `grype-match` asks Grype's database about the packages of one."] : ["No SBOM was used: an SBOM can only be searched for vulnerabilities, and `scanners` asks for more."];
}
function readReports(contents, run, world) {
	const read = async (content, worker, own) => {
		const began = performance.now();
		const outcome = await readContent(content, false, worker, own);
		run.say(content, outcome, began, own.log);
		return {
			...outcome,
			way: "report"
		};
	};
	return scanEach(contents, run, read, world);
}
async function scanContents(contents, run, world) {
	const stored = await byStoredSboms(contents, run, world);
	const found = contents.flatMap((content) => {
		const scan = stored.get(content);
		return scan === void 0 || "incompatible" in scan ? [] : [[content, {
			scan,
			way: "sbom"
		}]];
	});
	const known = new Map(found);
	const makesSbom = run.sbomOf !== void 0 && run.scanner.scanStored !== void 0;
	const read = async (content, worker, own) => {
		const began = performance.now();
		const outcome = await readContent(content, makesSbom, worker, own);
		const unused = stored.get(content);
		const old = ("error" in outcome && unused?.isOlder ? await storedAnswers([content], run, {
			...worker,
			anyVersion: true
		}, own) : []).find((each) => !("incompatible" in each));
		const answer = old ? {
			scan: old,
			way: "sbom"
		} : {
			...outcome,
			way: "image"
		};
		run.say(content, answer, began, own.log);
		return {
			...answer,
			note: unused && noteOf(content, unused, old !== void 0)
		};
	};
	const open = contents.filter((content) => !known.has(content));
	return new Map([...known, ...await scanEach(open, run, read, world)]);
}
function noteOf([{ reference }], { incompatible }, isUsed) {
	return isUsed ? `The image of ${reference} could not be read, so its stored SBOM was used although ${incompatible}.` : `The stored SBOM of ${reference} was not used: ${incompatible}.`;
}
const MOST_TOGETHER = 25;
async function byStoredSboms(contents, run, world) {
	if (run.scanner.scanStored === void 0) return /* @__PURE__ */ new Map();
	const stored = contents.filter(([{ digest }]) => digest !== void 0 && run.sbomOf?.(digest) !== void 0);
	const size = Math.min(MOST_TOGETHER, Math.ceil(stored.length / workersOn(run.machine, stored.length)));
	const parts = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) => stored.slice(at * size, (at + 1) * size));
	const lookUp = async (part, worker, own) => {
		const began = performance.now();
		const found = await storedAnswers(part, run, worker, own);
		for (const [at, each] of found.entries()) if (!("incompatible" in each)) run.say(part[at], { scan: each }, began, own.log);
		return found;
	};
	const found = await scanEach(parts, run, lookUp, world);
	return new Map(parts.flatMap((part) => part.map((content, at) => [content, found.get(part)?.[at]])));
}
async function storedAnswers(contents, { scanner, sbomOf }, { memory, anyVersion }, world) {
	const items = contents.map(([image]) => {
		const digest = image.digest;
		return {
			target: targetOf(image),
			sbom: {
				packed: sbomOf?.(digest),
				digest,
				memory,
				anyVersion
			}
		};
	});
	return await scanner.scanStored?.(items, world) ?? [];
}
function scannedImage(image, answer) {
	const target = targetOf(image);
	if (answer === void 0) throw new TypeError("an image was not scanned");
	if ("code" in answer) return {
		image,
		outcome: {
			target,
			error: answer
		}
	};
	if ("error" in answer) return {
		image,
		outcome: {
			target,
			error: answer.error
		}
	};
	return {
		image,
		outcome: {
			target,
			scan: asNamed(image, answer.scan)
		},
		way: answer.way
	};
}

export { asNamed, contentOf, resolveRunning, scanRunning, targetOf };