import { Jt as platformMatches, Zn as isDigest, ir as repositoryName, or as listSome, tr as parseReference } from "./shared.js";
import { n as asGateError, t as GateError } from "./start.js";
import { a as workersOn, i as thisMachine, n as withHeldLog, r as scanAll } from "./scan-targets2.js";
import { r as RegistryError } from "./client2.js";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

// src/scan/running/at-a-time.ts
async function atATime(count, items, work) {
	const results = [];
	const waiting = items.entries();
	let failed = false;
	const lane = async () => {
		for (const [index, item] of waiting) {
			if (failed) return;
			try {
				results[index] = await work(item);
			} catch (thrown) {
				failed = true;
				throw thrown;
			}
		}
	};
	const broken = (await Promise.allSettled(Array.from({ length: Math.min(count, items.length) }, lane))).find((each) => each.status === "rejected");
	if (broken !== void 0) throw broken.reason;
	return results;
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
		if (!(error instanceof RegistryError)) throw error;
		if (heldBy !== void 0) return {
			image: localImage(found, heldBy),
			at,
			held: `its registry ${error.message}`
		};
		return {
			image,
			at,
			error: unresolved(reference, `its registry ${error.message}`)
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
	const own = document.images.find((image) => platformMatches(platform, image.platform?.split(" ")[0]));
	return own === void 0 ? each : {
		...each,
		image: {
			...each.image,
			digest: own.digest
		}
	};
}
function unresolved(reference, why) {
	const { code, what, remedy } = new GateError("tag-unresolved", `${reference} was not scanned, as nobody can say which image runs: ${why}`, "See whether the tag exists and this runner reaches its registry; log in before this step (docker/login-action), or name the image by its digest (`name@sha256:…`).");
	return {
		code,
		what,
		remedy
	};
}

// src/scan/running/index.ts
const MOST_TOGETHER = 25;
async function scanRunning({ images, errors }, scanning, world) {
	const known = images.filter((image) => !errors.has(image));
	const contents = [...Map.groupBy(known, contentOf).values()].map((same) => ({
		images: same,
		digest: same[0]?.digest
	}));
	const sboms = /* @__PURE__ */ new Map();
	const run = {
		...scanning,
		machine: scanning.machine ?? thisMachine(),
		sboms,
		say: progressOf(contents, scanning)
	};
	const { reported, scanner } = scanning;
	const [elsewhere, here] = parted(contents, ({ images: same, digest }) => {
		return digest !== void 0 && reported !== void 0 && same.some(reported.has);
	});
	if (reported !== void 0) await readReports(elsewhere, {
		...run,
		scanner: reported.scanner
	}, world);
	if (scanner instanceof GateError) for (const each of here) each.outcome = { error: errorOf(scanner) };
	else await scanContents(here, {
		...run,
		scanner
	}, world);
	const byImage = new Map(contents.flatMap((each) => each.images.map((image) => [image, each])));
	return {
		scanned: images.map((image) => scannedImage(image, byImage.get(image)?.outcome, errors.get(image))),
		sboms,
		notes: notesOf(scanning, contents)
	};
}
function contentOf({ digest, platform, imageId, daemon }) {
	return JSON.stringify(digest === void 0 ? [imageId, daemon?.host] : [digest, platform ?? "linux/amd64"]);
}
function parted(items, isFirst) {
	const groups = Map.groupBy(items, isFirst);
	return [groups.get(true) ?? [], groups.get(false) ?? []];
}
async function scanContents(contents, run, world) {
	const { machine, scanner, say } = run;
	const stored = contents.filter(({ digest }) => digest !== void 0 && run.sbomOf?.(digest) !== void 0);
	const count = workersOn(machine, stored.length);
	const memory = machine.memory / count;
	const joined = count > 1 ? AbortSignal.abort() : new AbortController().signal;
	const size = Math.min(MOST_TOGETHER, Math.ceil(stored.length / count));
	const parts = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) => stored.slice(at * size, (at + 1) * size));
	await atATime(count, parts, (part) => withHeldLog(world.log, joined, async (log) => {
		const began = performance.now();
		await together(part, run, memory, {
			...world,
			log
		});
		for (const content of part) {
			if (content.outcome === void 0 && content.unfit === void 0) await bySbom(content, run, { memory }, {
				...world,
				log
			});
			if (content.outcome !== void 0) say(content, log, began);
		}
	}));
	const items = contents.filter(({ outcome }) => outcome === void 0);
	const scan = (content, worker) => withHeldLog(world.log, worker.joined, async (log) => {
		const began = performance.now();
		await byImage(content, run, worker, {
			...world,
			log
		});
		say(content, log, began);
		return content.outcome !== void 0 && "scan" in content.outcome;
	});
	await scanAll({
		items,
		machine,
		folder: world.runFolder,
		lane: scanner.lane,
		scan
	});
}
async function together(contents, { scanner, sbomOf }, memory, world) {
	const items = contents.flatMap((content) => {
		const [image] = content.images;
		const packed = content.digest === void 0 ? void 0 : sbomOf?.(content.digest);
		if (image === void 0 || content.digest === void 0 || packed === void 0) return [];
		return [{
			content,
			target: targetOf(image),
			sbom: {
				packed,
				digest: content.digest,
				memory
			}
		}];
	});
	if (items.length < 2) return;
	const found = await scanner.scanStoredTogether?.(items, world);
	for (const [index, { content }] of items.entries()) {
		const each = found?.[index];
		if (each === void 0) continue;
		if ("unfit" in each) content.unfit = each;
		else content.outcome = {
			scan: each,
			way: "sbom"
		};
	}
}
async function bySbom(content, { scanner, sbomOf }, options, world) {
	const { digest, images } = content;
	const [image] = images;
	const packed = digest === void 0 ? void 0 : sbomOf?.(digest);
	if (image === void 0 || digest === void 0 || packed === void 0 || scanner.scanStored === void 0) return;
	try {
		const found = await scanner.scanStored(targetOf(image), {
			packed,
			digest,
			...options
		}, world);
		if ("unfit" in found) content.unfit = found;
		else content.outcome = {
			scan: found,
			way: "sbom"
		};
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		content.unfit = {
			unfit: asGateError(thrown).what,
			isOlder: false
		};
	}
}
const REPORTS_AT_ONCE = 3;
async function readReports(contents, run, world) {
	const lane = run.scanner.lane(join(world.runFolder, "reports"));
	const memory = run.machine.memory / REPORTS_AT_ONCE;
	await atATime(REPORTS_AT_ONCE, contents, async (content) => {
		const began = performance.now();
		const images = content.images.filter((image) => run.reported?.has(image));
		const read = (image) => readImage(image, run, {
			lane,
			memory
		}, world);
		content.outcome = await byName(images, "report", read, world);
		run.say(content, world.log, began);
	});
}
async function byImage(content, run, { lane, memory }, world) {
	const read = (image) => readImage(image, run, {
		lane,
		memory
	}, world);
	const outcome = await byName(content.images, "image", read, world);
	if ("scan" in outcome) content.outcome = outcome;
	else if (content.unfit?.isOlder === true) await bySbom(content, run, {
		memory,
		anyVersion: true
	}, world);
	content.outcome ??= outcome;
}
async function byName(images, way, read, world) {
	let first;
	for (const image of oneForEachName(images)) try {
		return {
			scan: await read(image),
			way
		};
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		first ??= errorOf(thrown);
	}
	if (first === void 0) throw new TypeError("a digest has an image");
	return { error: first };
}
function oneForEachName(images) {
	return [...new Map(images.toReversed().map((image) => [image.name, image])).values()].toReversed();
}
async function readImage(image, { sbomOf, scanner, sboms }, { lane, memory }, world) {
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
			return fromDaemon(image, await lane.scan(target, located, {
				...options,
				imageSource: [source],
				host: daemon.host
			}, world));
		}
		const located = {
			how: "reference",
			location: `${parseReference(image.reference)?.name ?? image.name}@${digest}`,
			platform: image.platform
		};
		const onSbom = (sbom) => {
			if (Buffer.isBuffer(sbom)) sboms.set(digest, sbom);
			else world.log.info(`No SBOM of ${target.label} is stored: ${sbom.why}.`);
		};
		const makesSbom = sbomOf !== void 0 && scanner.scanStored !== void 0;
		return await lane.scan(target, located, {
			...options,
			imageSource: ["remote"],
			...makesSbom && { onSbom }
		}, world);
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
function targetOf({ reference, platform }) {
	return {
		kind: "image",
		input: reference,
		label: platform === void 0 || platform === "linux/amd64" ? reference : `${reference} (${platform})`,
		...platform !== void 0 && { platform }
	};
}
function scannedImage(image, outcome, error) {
	const target = targetOf(image);
	if (outcome !== void 0 && "scan" in outcome) {
		const { scan, way } = outcome;
		return {
			image,
			outcome: {
				target,
				scan: asNamed(image, scan)
			},
			way
		};
	}
	const why = error ?? outcome?.error;
	if (why === void 0) throw new TypeError("an image was left out");
	return {
		image,
		outcome: {
			target,
			error: why
		}
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
function notesOf({ scanner, sbomOf }, contents) {
	const isUnused = !(scanner instanceof GateError) && sbomOf !== void 0 && scanner.scanStored === void 0;
	const unfit = contents.flatMap(({ images, unfit, outcome }) => {
		if (unfit === void 0) return [];
		const name = images[0]?.reference ?? "";
		return outcome !== void 0 && "way" in outcome && outcome.way === "sbom" ? [`The image of ${name} could not be read, so its stored SBOM was used although ${unfit.unfit}.`] : [`The stored SBOM of ${name} was not used: ${unfit.unfit}.`];
	});
	return [...isUnused ? ["No SBOM was used: only vulnerabilities can be looked for in one, and `scanners` asks for more."] : [], ...unfit];
}
function progressOf(contents, { progress }) {
	let count = 0;
	return ({ outcome, images }, log, began) => {
		const [image] = images;
		if (contents.length < 2 || image === void 0 || outcome === void 0) return;
		const result = "scan" in outcome ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
		const milliseconds = performance.now() - began;
		log.info(progress({
			count: ++count,
			of: contents.length,
			label: targetOf(image).label,
			result,
			milliseconds
		}));
	};
}
function errorOf(thrown) {
	const { code, what, remedy } = asGateError(thrown);
	return {
		code,
		what,
		remedy
	};
}

export { resolveRunning as a, targetOf as i, contentOf as n, scanRunning as r, asNamed as t };