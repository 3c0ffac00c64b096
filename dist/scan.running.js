import { GateError, randomUUID, rmSync } from "./shared.thread.js";
import { atATime, bestFor, errorOf, parsePlatform, sayEnds, scanEach, thisMachine, withHeldLog, workersOn } from "./shared.scan.js";
import { isDigest, parseReference, repositoryName } from "./shared.names.js";
import { listSome } from "./shared.inputs.js";
import { ImageFault } from "./images.fault.js";
import { whyInRegistry } from "./images.registry.fault.js";
import { join } from "node:path";

// src/scan/running/content.ts
function contentsOf(images) {
	return [...Map.groupBy(images, contentOf).values()].flatMap(([first, ...more]) => first === void 0 ? [] : [{
		images: [first, ...more],
		digest: first.digest
	}]);
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
			return { scan: fromDaemon(image, await session.scan(target, located, {
				...options,
				imageSource: [source],
				host: daemon.host
			}, world)) };
		}
		const located = {
			how: "reference",
			location: `${parseReference(image.reference)?.name ?? image.name}@${digest}`,
			platform: image.platform
		};
		let made;
		const onSbom = (sbom) => {
			if (Buffer.isBuffer(sbom)) made = sbom;
			else world.log.info(`No SBOM of ${target.label} is stored: ${sbom.why}.`);
		};
		const asked = {
			...options,
			imageSource: ["remote"],
			...makesSbom && { onSbom }
		};
		return {
			scan: await session.scan(target, located, asked, world),
			sbom: made
		};
	} finally {
		rmSync(reportFile, { force: true });
	}
}
function fromDaemon({ reference, imageId, daemon }, scan) {
	const { artifact, provenance } = scan;
	const source = `the ${daemon?.engine === "podman" ? "Podman" : "Docker"} that runs it`;
	const notes = [...provenance.notes ?? []];
	if (artifact.imageId !== imageId) {
		if (daemon?.engine === "podman") throw new GateError("image-moved", `${reference} was not judged: its daemon gave another image than the one that runs`, "Run again. Where it stays, an image of that daemon has an id as its name.");
		notes.push(`Its daemon knows it as ${imageId}.`);
	}
	return {
		...scan,
		provenance: {
			...provenance,
			source,
			notes
		}
	};
}

// src/scan/running/stored.ts
const MOST_TOGETHER = 25;
async function byStoredSboms(open, run, world) {
	const { machine, say } = run;
	const stored = open.filter(({ digest }) => digest !== void 0 && run.sbomOf?.(digest) !== void 0);
	const count = workersOn(machine, stored.length);
	const memory = machine.memory / count;
	const size = Math.min(MOST_TOGETHER, Math.ceil(stored.length / count));
	const parts = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) => stored.slice(at * size, (at + 1) * size));
	const found = await atATime(count, parts, (part) => withHeldLog(world.log, count === 1, async (log) => {
		const began = performance.now();
		const learnt = await storedAnswers(part, run, { memory }, {
			...world,
			log
		});
		for (const [content, { outcome }] of learnt) if (outcome !== void 0) say(content, outcome, began, log);
		return learnt;
	}));
	return new Map(found.flatMap((part) => [...part]));
}
async function storedAnswers(contents, { scanner, sbomOf }, options, world) {
	const items = contents.flatMap((content) => {
		const { images, digest } = content;
		const packed = digest === void 0 ? void 0 : sbomOf?.(digest);
		if (digest === void 0 || packed === void 0) return [];
		return [{
			content,
			target: targetOf(images[0]),
			sbom: {
				packed,
				digest,
				...options
			}
		}];
	});
	const found = items.length === 0 ? [] : await scanner.scanStored?.(items, world);
	return new Map(items.flatMap(({ content }, index) => {
		const each = found?.[index];
		return each === void 0 ? [] : [[content, learntOf(each)]];
	}));
}
function learntOf(found) {
	return "incompatible" in found ? { incompatible: found } : { outcome: {
		scan: found,
		way: "sbom"
	} };
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
		images: [...Map.groupBy(apart, keyOf).values()].flatMap((same) => {
			const [first] = same;
			if (first === void 0) return [];
			const where = placesOf(same.map(({ at }) => at));
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
	const bySource = Map.groupBy(held, ({ at }) => at.source);
	return new Map([...bySource].map(([source, those]) => [source, [heldNote(those)]]));
}
function heldNote(those) {
	const all = [...new Set(those.map(({ image, held }) => `${image.reference} (${held})`))];
	return `Scanned from the container engine that runs it, known by the ImageID: ${listSome(all, MOST_NAMED)}.`;
}
function keyOf({ image, error }) {
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
}
function placesOf(places) {
	return [...new Map(places.map((each) => [JSON.stringify([each.source, each.name]), each])).values()];
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
		error: unresolved(reference, "it is no reference that a registry could be asked for")
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
	const { code, what, remedy } = new GateError("tag-unresolved", `${reference} was not scanned, as nobody can say which image runs: ${why}`, "See whether the tag exists and this machine reaches its registry; log in first (`docker login`), or name the image by its digest (`name@sha256:…`).");
	return {
		code,
		what,
		remedy
	};
}

// src/scan/running/index.ts
async function scanRunning({ images, errors }, scanning, world) {
	const { reported, scanner, sbomOf, machine = thisMachine() } = scanning;
	const isReported = (image) => reported?.has(image) === true;
	const open = images.filter((image) => !errors.has(image));
	const contents = [open.filter(isReported), open.filter((image) => !isReported(image))].flatMap(contentsOf);
	const ended = sayEnds(contents.length, scanning.progress, world.log);
	const say = ({ images: [first] }, outcome, began, log) => ended({
		label: targetOf(first).label,
		outcome,
		began
	}, log);
	const learnt = /* @__PURE__ */ new Map();
	const isOpen = (content) => learnt.get(content)?.outcome === void 0;
	const learn = async (ask) => {
		for (const [content, each] of await ask(contents.filter(isOpen))) learnt.set(content, each);
	};
	if (reported !== void 0) await learn((open) => readReports(open, reported, {
		machine,
		say
	}, world));
	if (scanner instanceof GateError) {
		const outcome = { error: errorOf(scanner) };
		await learn(async (open) => new Map(open.map((content) => [content, { outcome }])));
	} else {
		const run = {
			scanner,
			sbomOf,
			machine,
			say
		};
		await learn((open) => byStoredSboms(open, run, world));
		await learn((open) => readImages(open, learnt, run, world));
	}
	const contentAt = new Map(contents.flatMap((each) => each.images.map((image) => [image, each])));
	return {
		scanned: images.map((image) => scannedImage(image, contentAt.get(image), learnt, errors.get(image))),
		sboms: new Map([...learnt].flatMap(([{ digest }, { sbom }]) => digest && sbom ? [[digest, sbom]] : [])),
		notes: notesOf(scanning, learnt)
	};
}
const REPORTS_AT_ONCE = 3;
async function readReports(open, { scanner, has }, { machine, say }, world) {
	const session = scanner.session(join(world.runFolder, "reports"));
	const memory = machine.memory / REPORTS_AT_ONCE;
	const theirs = open.filter(({ images: [first], digest }) => digest !== void 0 && has(first));
	const found = await atATime(REPORTS_AT_ONCE, theirs, async (content) => {
		const began = performance.now();
		const read = (image) => readImage(image, false, {
			session,
			memory
		}, world);
		const { outcome } = await byName(content.images, "report", read, world);
		say(content, outcome, began, world.log);
		return [content, { outcome }];
	});
	return new Map(found);
}
function readImages(open, learnt, run, world) {
	const makesSbom = run.sbomOf !== void 0 && run.scanner.scanStored !== void 0;
	const scan = async (content, { session, memory }, own) => {
		const began = performance.now();
		const read = (image) => readImage(image, makesSbom, {
			session,
			memory
		}, own);
		const found = await byName(content.images, "image", read, own);
		const { incompatible } = learnt.get(content) ?? {};
		const old = ("error" in found.outcome && incompatible?.isOlder === true ? await storedAnswers([content], run, {
			memory,
			anyVersion: true
		}, own) : void 0)?.get(content) ?? {};
		const outcome = old.outcome ?? found.outcome;
		run.say(content, outcome, began, own.log);
		return {
			outcome,
			sbom: found.sbom,
			incompatible: old.incompatible ?? incompatible
		};
	};
	return scanEach(open, run, scan, world);
}
async function byName(images, way, read, world) {
	let first;
	for (const image of oneForEachName(images)) try {
		const { scan, sbom } = await read(image);
		return {
			outcome: {
				scan,
				way
			},
			sbom
		};
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		first ??= errorOf(thrown);
	}
	if (first === void 0) throw new TypeError("a digest has an image");
	return { outcome: { error: first } };
}
function oneForEachName(images) {
	return [...new Map(images.toReversed().map((image) => [image.name, image])).values()].toReversed();
}
function scannedImage(image, content, learnt, error) {
	const target = targetOf(image);
	if (error !== void 0) return {
		image,
		outcome: {
			target,
			error
		}
	};
	if (content === void 0) throw new TypeError("an image was left out");
	const outcome = learnt.get(content)?.outcome;
	if (outcome === void 0) throw new TypeError("an image was not scanned");
	if ("error" in outcome) return {
		image,
		outcome: {
			target,
			error: outcome.error
		}
	};
	return {
		image,
		outcome: {
			target,
			scan: asNamed(image, outcome.scan)
		},
		way: outcome.way
	};
}
function whyUnused({ readsImagesItself, name }) {
	if (readsImagesItself) return `${name} alone reads each image itself`;
	return "only vulnerabilities can be looked for in one, and `scanners` asks for more";
}
function notesOf({ scanner, sbomOf }, learnt) {
	const isUnused = !(scanner instanceof GateError) && sbomOf !== void 0 && scanner.scanStored === void 0;
	const incompatible = [...learnt].flatMap(([{ images }, { incompatible, outcome }]) => {
		if (incompatible === void 0) return [];
		const name = images[0].reference;
		return outcome !== void 0 && "way" in outcome && outcome.way === "sbom" ? [`The image of ${name} could not be read, so its stored SBOM was used although ${incompatible.incompatible}.`] : [`The stored SBOM of ${name} was not used: ${incompatible.incompatible}.`];
	});
	return [...isUnused ? [`No SBOM was used: ${whyUnused(scanner)}.`] : [], ...incompatible];
}

export { asNamed, contentOf, resolveRunning, scanRunning, targetOf };