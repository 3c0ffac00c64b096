import { locateTarget, platformMatches } from "./shared.scan.js";
import { GateError, closeSync, fstatSync, readFileSync, realpathSync, statSync, tryOr } from "./shared.thread.js";
import { parseReference } from "./shared.names.js";
import { registryReader } from "./images.registry.client.js";
import { credentialsFor } from "./images.registry.credentials.js";
import { isWithin, openUnlinked, privateFolder, removedAtEnd, statusOf } from "./shared.start.js";
import { damaged, inconsistent } from "./images.fault.js";
import { readIndex } from "./images.oci.documents.js";
import { tableClaims } from "./images.layers.read-layer.js";
import { MAX_DOCUMENT } from "./images.oci.strict-json.js";
import { TAG, imagesOf, resolveImage } from "./images.resolve.js";
import { WatchedFiles, imagesInTar } from "./images.sources.saved-tar.js";
import { join } from "node:path";

// src/images/sources/layout.ts
async function findInLayout({ location, platform, digest, roots }) {
	const watched = new WatchedFiles();
	const { documents: _, tag, ...image } = await resolveImage(layoutAt(location, roots, watched), {
		platform,
		digest
	});
	return {
		...image,
		repoTags: tag === void 0 ? [] : [tag],
		repoDigests: [],
		place: "layout",
		hasChanged: () => watched.hasChanged()
	};
}
function imagesInLayout({ location, roots }) {
	return imagesOf(layoutAt(location, roots, new WatchedFiles()));
}
function layoutAt(location, roots, watched) {
	const { folder, isWanted } = parseLocation(location);
	const pathOf = ({ digest }) => join(folder, "blobs", ...digest.split(":"));
	const within = [folder, ...roots].map((each) => statusOf(each) && realpathSync(each)).filter((each) => each !== void 0);
	const open = (blob) => {
		const path = realBlob(pathOf(blob), blob, within);
		return {
			path,
			descriptor: openBlob(path, blob)
		};
	};
	return {
		top: async () => {
			const file = join(folder, "index.json");
			watched.add(file);
			const bytes = bytesIn(file);
			return bytes === void 0 ? [] : readIndex(bytes, { what: "its index.json" }).manifests.filter(isWanted);
		},
		bytes: async (of) => {
			const path = pathOf(of);
			watched.add(path);
			if (statusOf(path) === void 0) return void 0;
			if (of.size > 8388608) throw inconsistent(`its blob ${of.digest} has more than ${MAX_DOCUMENT} bytes`);
			using cleanup = new DisposableStack();
			return readFileSync(cleanup.adopt(open(of).descriptor, closeSync));
		},
		layer: (of) => {
			const { path, descriptor } = open(of);
			closeSync(descriptor);
			return {
				digest: of.digest,
				size: of.size,
				tables: tableClaims(of),
				bytes: { file: path }
			};
		}
	};
}
function parseLocation(location) {
	if (statusOf(location)?.isDirectory()) return {
		folder: location,
		isWanted: () => true
	};
	const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
	return {
		folder,
		isWanted: (each) => digest === void 0 ? each.annotations[TAG] === tag : each.digest === digest
	};
}
function bytesIn(file) {
	const status = statSync(file, { throwIfNoEntry: false });
	if (status === void 0 || !status.isFile()) return void 0;
	if (status.size > 8388608) throw inconsistent(`its index.json has more than ${MAX_DOCUMENT} bytes`);
	return readFileSync(file);
}
function openBlob(path, { digest, size }) {
	const descriptor = openUnlinked(path);
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile()) throw inconsistent(`its blob ${digest} is not a plain file`);
		if (status.size !== size) throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
		return descriptor;
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
}
function realBlob(path, { digest }, within) {
	if (statusOf(path) === void 0) throw damaged(`its blob ${digest} is missing`);
	const real = realpathSync(path);
	if (within.some((root) => isWithin(root, real))) return real;
	throw inconsistent(`its blob ${digest} is a link that leads out of the workspace`);
}

// src/scan/every-platform.ts
const SHOWN_DIGEST = 19;
const MOST_PLATFORMS = 40;
async function expandPlatforms(targets, imageSource, world) {
	if (!targets.some(({ everyPlatform }) => everyPlatform)) return targets;
	const reader = registryReader({
		credentials: credentialsFor(world),
		signal: world.signal
	});
	const expanded = targets.map(async (target) => {
		const index = target.everyPlatform && await indexOf(target, imageSource, {
			reader,
			world
		}).catch(() => void 0);
		return index ? targetsOf(target, index) : [target];
	});
	return (await Promise.all(expanded)).flat();
}
async function indexOf(target, imageSource, { reader, world }) {
	const { how, location } = locateTarget(target, world);
	if (how === "layout") return imagesInLayout({
		location,
		roots: [world.workspace, world.temp]
	});
	if (how === "archive") {
		const folder = privateFolder(world, "platforms");
		using _ = removedAtEnd(folder);
		return await imagesInTar(location, {
			scratch: join(folder, "unpacked.tar"),
			signal: world.signal
		});
	}
	const parts = how === "reference" ? parseReference(location) : void 0;
	const mayAsk = imageSource.length === 0 || imageSource.includes("remote");
	if (parts === void 0 || !mayAsk) return void 0;
	const document = await reader.read(location, parts.digest ?? parts.tag ?? "latest");
	return document?.kind === "index" ? document : void 0;
}
function targetsOf(target, { digest, images }) {
	if (images.length === 0 || images.length > MOST_PLATFORMS) return [target];
	const index = {
		digest,
		images: images.map((each) => ({
			digest: each.digest,
			platform: each.platform
		}))
	};
	const byDigest = new Map(index.images.map((image) => [image.digest, image]));
	const times = Map.groupBy(byDigest.values(), ({ platform }) => platform);
	return [...byDigest.values()].map((image) => {
		const start = image.digest.slice(0, SHOWN_DIGEST);
		const isTwin = image.platform !== void 0 && (times.get(image.platform)?.length ?? 0) > 1;
		const shown = `${image.platform ?? start}${isTwin ? `, ${start}` : ""}`;
		const platform = image.platform?.split(" ")[0];
		return {
			...target,
			platform,
			label: `${target.label} (${shown})`,
			listed: {
				digest: image.digest,
				index
			}
		};
	});
}
function requireEveryPlatform(target, result, fromRegistry) {
	if (!target.everyPlatform) return result;
	const { artifact, provenance } = result;
	const { listed } = target;
	if (listed === void 0) {
		if (!fromRegistry || artifact.digest !== void 0 && artifact.index === void 0) return result;
		throw platformsUnknown(target, provenance.digestUnknown ?? "its index could not be read");
	}
	if (artifact.digest === listed.digest) return {
		...result,
		artifact: {
			...artifact,
			index: listed.index
		}
	};
	if (artifact.digest === void 0 || provenance.source?.startsWith("the local ") === true) throw platformsUnknown(target, `it was found in ${provenance.source ?? "another place"}, while the platforms are those of its index`);
	throw new GateError("image-moved", `${target.label} was not judged: its index listed another image for this platform a moment ago`, "Its tag was moved meanwhile: run again, or name the image by its digest.");
}
function platformsUnknown({ label }, why) {
	return new GateError("platforms-unknown", `${label} was not judged: which platforms it has is not known (${why})`, "Log in first (`docker login`). Or set `image-source: remote` for an image in a registry, or name the platforms with `platform`, one a line.");
}

// src/scan/acquired.ts
function onAcquiredImages(scanner, images) {
	return around(heldToImage(scanner), async (scan, ...[target, located, options, world]) => {
		const { how } = located;
		if (how !== "reference" && how !== "archive" && how !== "layout") return scan(target, located, options, world);
		const began = performance.now();
		const image = await images.acquire(target, located, options, world);
		try {
			const spentMs = performance.now() - began;
			const result = await scan(target, located, {
				...options,
				image,
				spentMs
			}, world);
			return requireEveryPlatform(target, result, image.place === "remote");
		} finally {
			image.release();
		}
	});
}
function heldToImage(scanner) {
	return around(scanner, async (scan, ...[target, located, options, world]) => {
		const result = await scan(target, located, options, world);
		const { image } = options;
		if (image === void 0) return result;
		const { artifact, provenance } = result;
		const { label, platform } = target;
		if (artifact.imageId !== image.imageId) throw new GateError("image-inconsistent", `${label} cannot be judged: ${provenance.scanner} read the image ${artifact.imageId ?? "of no known ID"}, but its configuration is ${image.imageId}`, "Run again. If it happens again, report this: the scanner was given the image's own bytes.");
		if (platform === void 0 || platformMatches(platform, image.platform)) return result;
		throw new GateError("platform-mismatch", `${label} is not there for ${platform}: what was found is ${image.platform ?? "of no known platform"}`, "Build the image for this platform.", { byInput: { platform: "Or take it out of `platform`." } });
	});
}
function around(scanner, how) {
	return {
		...scanner,
		session(folder) {
			const session = scanner.session(folder);
			return { scan: (...args) => how(session.scan, ...args) };
		}
	};
}
function acquireFirst(targets, images, world) {
	const first = targets.find(({ kind }) => kind === "image");
	if (first === void 0) return;
	tryOr(() => images.ahead(first, locateTarget(first, world), {}, world), void 0);
}

export { acquireFirst, expandPlatforms, findInLayout, heldToImage, onAcquiredImages };