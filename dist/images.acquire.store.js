import { createHash, createReadStream, mkdirSync, readFileSync, renameSync, rmSync, statSync, statfsSync, symlinkSync, writeFileSync } from "./shared.start.js";
import { parseReference, repositoryName } from "./shared.answer.js";
import { NotAnImage, PlatformMissing } from "./images.acquire.failures.js";
import { ImageProblem, inconsistent } from "./images.file.bytes.js";
import { mayRun, platformName, readConfig } from "./images.registry.client.js";
import { atATime, atMost } from "./system.pool.js";
import { awaitIdle, rest, takeThread } from "./system.threads.js";
import { baseOf, folderOf, join as join$1, tooLarge } from "./images.file.names.js";
import { LAYER_LIMITS, PathWalker, readLayer, requireTarLayers, sociNotes, tableClaims } from "./images.layers.read-layer.js";
import { PACKAGE_STORES, isTellingFolder, kindsOf, otherManagerOf, storePackageOf, vendorOf, vendorOfPackage } from "./images.layers.inventory.kinds.js";
import { layerOf } from "./images.layers.thread-work.js";
import { BlobError } from "./images.registry.failures.js";
import { availableParallelism } from "node:os";
import { join } from "node:path";

// src/images/layers/pool.ts
const MOST_THREADS = 4;
const SMALL = 262144;
const SMALL_UNPACKED = 8 << 20;
function layerReader({ threads = availableParallelism() } = {}) {
	const most = Math.max(1, Math.min(MOST_THREADS, threads));
	const closing = new AbortController();
	const inTurn = atMost(most);
	return {
		async read(work, signal) {
			const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
			either.throwIfAborted();
			const here = await readHere(work);
			if (here !== void 0) return here;
			return inTurn(async () => {
				await awaitIdle();
				either.throwIfAborted();
				return inThread(work, either);
			});
		},
		async close() {
			closing.abort(/* @__PURE__ */ new Error("layers are read no more"));
		}
	};
}
async function readHere(work) {
	if ((work.length ?? statSync(work.file).size) > SMALL) return void 0;
	if ((work.limits?.unpackedBytes ?? LAYER_LIMITS.unpackedBytes) <= SMALL_UNPACKED) return readLayer(work);
	try {
		return await readLayer({
			...work,
			limits: {
				...work.limits,
				unpackedBytes: SMALL_UNPACKED
			}
		});
	} catch (error) {
		if (error instanceof ImageProblem && error.code === "image-too-large") return void 0;
		throw error;
	}
}
function inThread(work, signal) {
	return new Promise((resolve, reject) => {
		const thread = takeThread({
			program: "layer",
			data: work
		});
		const end = async (error) => {
			signal.removeEventListener("abort", onAbort);
			thread.removeAllListeners();
			thread.on("error", () => {});
			await thread.terminate();
			if (work.output !== void 0) rmSync(work.output, { force: true });
			reject(error);
		};
		const onAbort = () => void end(signal.reason);
		signal.addEventListener("abort", onAbort, { once: true });
		thread.once("message", (answer) => {
			signal.removeEventListener("abort", onAbort);
			rest(thread);
			try {
				resolve(layerOf(answer));
			} catch (error) {
				reject(error);
			}
		});
		thread.once("error", (error) => void end(memoryProblem(error)));
		thread.once("exit", () => void end(/* @__PURE__ */ new Error("the thread that read a layer ended")));
	});
}
function memoryProblem(error) {
	const { code } = error;
	return code === "ERR_WORKER_OUT_OF_MEMORY" ? tooLarge("a layer's names and lists need more memory than there is") : error;
}

// src/images/oci/choose-platform.ts
const DEFAULT = {
	os: "linux",
	architecture: "amd64",
	osFeatures: []
};
function parsePlatform(name) {
	const [os, architecture, variant, ...more] = name.split("/");
	if (!os || !architecture || variant === "" || more.length > 0) return void 0;
	return {
		os,
		architecture,
		variant,
		osFeatures: []
	};
}
function chooseImage({ manifests }, wanted) {
	const entries = manifests.filter(mayRun);
	if (wanted === void 0 && new Set(entries.map(({ digest }) => digest)).size === 1) return entries[0];
	const asked = wanted ?? DEFAULT;
	const ranks = lowerVariants(normalized(asked));
	for (const rank of ranks) {
		const found = entries.filter(({ platform }) => platform !== void 0 && isFor(rank, asked, platform));
		if (found.length > 0) return onlyOne(found, asked);
	}
	const unnamed = entries.filter(({ platform }) => platform === void 0);
	return unnamed.length > 0 ? onlyOne(unnamed, asked) : void 0;
}
function isConfiguredFor(found, wanted = DEFAULT) {
	if (found === void 0) return true;
	return lowerVariants(normalized(wanted)).some((rank) => isFor(rank, wanted, found));
}
const ARCHITECTURES = {
	i386: ["386", ""],
	x86_64: ["amd64"],
	"x86-64": ["amd64"],
	aarch64: ["arm64"],
	armhf: ["arm", "v7"],
	armel: ["arm", "v6"]
};
function normalized({ os, architecture, variant = "" }) {
	const name = architecture.toLowerCase();
	const [known, fixed] = (Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : void 0) ?? [name];
	const given = fixed ?? variant.toLowerCase();
	const system = os.toLowerCase();
	return {
		os: system === "macos" ? "darwin" : system,
		architecture: known,
		variant: usualVariant(known, given)
	};
}
function usualVariant(architecture, variant) {
	if (architecture === "amd64") return variant === "v1" ? "" : variant;
	if (architecture === "arm64") {
		if ([
			"8",
			"v8",
			"v8.0"
		].includes(variant)) return "";
		return [
			"9",
			"9.0",
			"v9.0"
		].includes(variant) ? "v9" : variant;
	}
	if (architecture !== "arm") return variant;
	if (variant === "") return "v7";
	return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}
function lowerVariants(platform) {
	const { architecture, variant } = platform;
	const [, version = ""] = /^v(\d)$/.exec(variant) ?? [];
	const lowest = architecture === "arm" ? 5 : 1;
	return [
		platform,
		...(version !== "" && (architecture === "arm" || architecture === "amd64") ? Array.from({ length: Math.max(Number(version) - lowest, 0) }, (_, step) => Number(version) - 1 - step) : []).map((each) => ({
			...platform,
			variant: usualVariant(architecture, `v${each}`)
		})),
		...lowerArm64(platform)
	];
}
function lowerArm64(platform) {
	const [, major, minor = "0"] = platform.architecture === "arm64" && /^v([89])(?:\.(\d))?$/.exec(platform.variant) || [];
	if (major === void 0) return [];
	const steps = [];
	for (let at = Number(minor) - 1; at >= 0; at--) steps.push(at === 0 ? `v${major}` : `v${major}.${at}`);
	if (major === "9") for (let at = Math.min(Number(minor) + 5, 9); at >= 0; at--) steps.push(at === 0 ? "v8" : `v8.${at}`);
	return steps.map((variant) => ({
		...platform,
		variant: usualVariant("arm64", variant)
	}));
}
function isFor(rank, { osVersion }, found) {
	const { os, architecture, variant } = normalized(found);
	return os === rank.os && architecture === rank.architecture && variant === rank.variant && (osVersion === void 0 || found.osVersion === osVersion);
}
function onlyOne(found, asked) {
	if (new Set(found.map(({ digest }) => digest)).size === 1) return found[0];
	throw inconsistent(`its index has ${found.length} images for ${/^[\w./-]{1,60}$/.test(platformName(asked)) ? platformName(asked) : "this platform"}, of which engines take different ones`);
}

// src/images/acquire/from-registry.ts
const MAX_CONFIG = 8388608;
async function findInRegistry(image, { manifests, blobs }, scratch, signal) {
	const { reference } = image;
	const { tag, digest } = parseReference(reference) ?? {};
	const top = await manifests.read(reference, image.digest ?? digest ?? tag ?? "latest");
	const { manifest, index, annotations, isUnnamed } = await chosen(image, top, manifests);
	const { config, layers } = manifest.descriptors;
	requireImage(config);
	requireTarLayers(layers);
	const fetcher = blobs(reference);
	const bytes = await configOf(config, fetcher, scratch, signal);
	if (isUnnamed && !isConfiguredFor(readConfig(bytes).platform, wantedPlatform(image.platform))) throw new PlatformMissing();
	const repository = repositoryName(reference);
	return {
		config: bytes,
		layers: layers.map((layer) => sourceOf(layer, fetcher)),
		digest: manifest.digest,
		index,
		annotations,
		repoTags: digest === void 0 ? [`${repository}:${tag ?? "latest"}`] : [],
		repoDigests: [`${repository}@${top.digest}`],
		place: "remote",
		notes: sociNotes(annotations)
	};
}
async function chosen(image, top, manifests) {
	let document = top;
	let first;
	const above = [];
	let isUnnamed = false;
	for (let depth = 0; document.kind === "index"; depth++) {
		if (depth > 3) throw inconsistent("its index is an index of too many indexes");
		first ??= document;
		const entry = chooseImage(document, wantedPlatform(image.platform));
		if (entry === void 0) throw new PlatformMissing();
		isUnnamed = entry.platform === void 0;
		above.unshift(entry.annotations, document.annotations);
		document = await manifests.read(image.reference, entry.digest);
	}
	return {
		manifest: document,
		index: first && {
			digest: first.digest,
			images: first.images.map(({ digest, platform }) => ({
				digest,
				platform
			}))
		},
		annotations: [document.annotations, ...above],
		isUnnamed
	};
}
function wantedPlatform(name) {
	return name === void 0 ? void 0 : parsePlatform(name);
}
function requireImage({ mediaType }) {
	if (mediaType !== void 0 && !IMAGE_CONFIGS.has(mediaType)) throw new NotAnImage();
}
const IMAGE_CONFIGS = /* @__PURE__ */ new Set([
	"application/vnd.oci.image.config.v1+json",
	"application/vnd.docker.container.image.v1+json",
	"application/octet-stream",
	"application/json"
]);
async function configOf({ digest, size }, fetcher, scratch, signal) {
	if (size > MAX_CONFIG) throw inconsistent(`its configuration has more than ${MAX_CONFIG} bytes`);
	try {
		await fetcher.fetch({
			digest,
			size,
			file: scratch
		}, signal);
		return readFileSync(scratch);
	} finally {
		rmSync(scratch, { force: true });
	}
}
function sourceOf({ digest, size, annotations }, fetcher) {
	return {
		digest,
		size,
		tables: tableClaims({ annotations }),
		bytes: { fetch: (file, signal, onBytes) => fetcher.fetch({
			digest,
			size,
			file,
			onBytes,
			isUnhashed: true
		}, signal) }
	};
}

// src/images/layers/contested.ts
function contestedBy(contents) {
	const undone = lastLayers(contents, ({ undone: own }) => own);
	const moved = new Set(contents.flatMap(({ files }) => files.flatMap(({ storedAs }) => storedAs ?? [])));
	if (undone.size === 0 && moved.size === 0) return () => void 0;
	const removed = lastLayers(contents, removals);
	const names = countedNames(contents);
	return ({ path, archive = path, storedAs, layer }) => {
		const removal = isRemoved(archive, layer, undone) ? "removal" : void 0;
		if (storedAs === void 0) return moved.has(archive) ? "name" : removal;
		const name = storedAs.slice(0, storedAs.length - (path.length - archive.length));
		return isRemoved(name, layer, removed) || (names.get(name) ?? 0) > 1 ? "name" : removal;
	};
}
function* removals({ whiteouts, opaque, undone }) {
	yield* whiteouts;
	for (const folder of opaque) yield `${folder}/`;
	yield* undone;
}
function lastLayers(contents, pathsOf) {
	const layers = /* @__PURE__ */ new Map();
	for (const [index, content] of contents.entries()) for (const path of pathsOf(content)) layers.set(path, index + 1);
	return layers;
}
function countedNames(contents) {
	const counts = /* @__PURE__ */ new Map();
	for (const { files } of contents) for (const { path, storedAs = path } of files) counts.set(storedAs, (counts.get(storedAs) ?? 0) + 1);
	return counts;
}
function isRemoved(path, layer, removed) {
	const isLater = (each) => (removed.get(each) ?? 0) > layer;
	if (isLater(path) || isLater("/")) return true;
	for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) if (isLater(folder) || isLater(`${folder}/`)) return true;
	return false;
}

// src/images/layers/overlay.ts
var Overlay = class {
	#relevant;
	#nonFolders = /* @__PURE__ */ new Map();
	#folders = /* @__PURE__ */ new Map();
	#whiteouts = /* @__PURE__ */ new Map();
	#opaque = /* @__PURE__ */ new Map();
	#buried = /* @__PURE__ */ new Map();
	#links = /* @__PURE__ */ new Map();
	#walker = new PathWalker((path) => this.#links.get(path));
	constructor(contents) {
		this.#relevant = relevantPaths(contents);
		for (const [index, content] of contents.entries()) this.#add(content, index + 1);
		for (const [index, { symlinks }] of contents.entries()) this.#keepLinks(symlinks, index + 1);
	}
	#add(content, layer) {
		const folders = /* @__PURE__ */ new Set([""]);
		const addAbove = (path) => {
			for (let folder = folderOf(path); !folders.has(folder); folder = folderOf(folder)) {
				folders.add(folder);
				if (this.#relevant.has(folder)) this.#folders.set(folder, layer);
			}
		};
		for (const path of pathsIn(content.folders)) {
			if (this.#relevant.has(path)) this.#folders.set(path, layer);
			addAbove(path);
		}
		const add = (path) => {
			if (this.#relevant.has(path)) this.#nonFolders.set(path, layer);
			addAbove(path);
		};
		for (const path of pathsIn(content.others)) add(path);
		for (const { path } of content.files) add(path);
		for (const { path } of content.symlinks) add(path);
		for (const { path } of content.hardLinks) add(path);
		for (const path of content.whiteouts) {
			this.#whiteouts.set(path, layer);
			addAbove(path);
		}
		for (const path of content.opaque) {
			this.#opaque.set(path, layer);
			addAbove(`${path}/`);
		}
	}
	#keepLinks(symlinks, layer) {
		for (const { path, target } of symlinks) if (this.has(path, layer)) this.#links.set(path, target);
	}
	has(path, layer) {
		return Math.max(this.#nonFolders.get(path) ?? 0, this.#folders.get(path) ?? 0, this.#whiteouts.get(path) ?? 0) <= layer && this.#buriedIn(folderOf(path)) <= layer;
	}
	#buriedIn(folder) {
		const known = this.#buried.get(folder);
		if (known !== void 0) return known;
		const own = Math.max(this.#nonFolders.get(folder) ?? 0, this.#whiteouts.get(folder) ?? 0, this.#opaque.get(folder) ?? 0);
		const buried = folder === "" ? own : Math.max(own, this.#buriedIn(folderOf(folder)));
		this.#buried.set(folder, buried);
		return buried;
	}
	get links() {
		return this.#links;
	}
	realPath(path) {
		return this.#walker.walk(path);
	}
};
function relevantPaths(contents) {
	const relevant = /* @__PURE__ */ new Set([""]);
	const add = (path) => {
		for (; !relevant.has(path); path = folderOf(path)) relevant.add(path);
	};
	for (const { files, symlinks, hardLinks } of contents) for (const list of [
		files,
		symlinks,
		hardLinks
	]) for (const { path } of list) add(path);
	return relevant;
}
function* pathsIn(text) {
	for (let at = 0; at < text.length;) {
		const end = text.indexOf("\0", at);
		yield text.slice(at, end);
		at = end + 1;
	}
}

// src/images/layers/owners.ts
function ownersOf(files, entries, overlay) {
	const wanted = new Set([...entries.values()].map(({ path, archive }) => archive ?? path));
	const installed = installedPackages(entries);
	const owners = /* @__PURE__ */ new Map();
	for (const { owned = [] } of files.values()) for (const { owner, files: list } of owned) if (installed.has(owner)) for (const line of list.split("\n")) {
		const path = pathOf(line, wanted, overlay);
		if (path !== void 0 && !owners.has(path)) owners.set(path, owner);
	}
	return owners;
}
function installedPackages(entries) {
	const lists = [...entries.values()].filter(({ kind }) => kind === "dpkg" || kind === "apk" || kind === "rpm");
	return new Set(lists.flatMap(({ packages = [] }) => packages.map(({ name }) => name)));
}
function pathOf(line, wanted, overlay) {
	const path = line.replace(/^\.?\//, "");
	if (wanted.has(path)) return path;
	const end = path.indexOf("/");
	if (end === -1 || !overlay.links.has(path.slice(0, end))) return void 0;
	const real = overlay.realPath(path);
	return real !== void 0 && wanted.has(real) ? real : void 0;
}

// src/images/layers/through-links.ts
function throughLinks(contents) {
	const lasting = new LastingLinks();
	for (const [index, content] of contents.entries()) lasting.add(content, index + 1);
	const files = lasting.left();
	if (!lasting.isUsed) return {
		files,
		links: [],
		hardLinks: []
	};
	const exact = new OneFolder();
	for (const [index, content] of contents.entries()) exact.add(content, index + 1);
	return {
		files: [...files, ...exact.files()],
		links: exact.movedLinks(),
		hardLinks: exact.hardLinks()
	};
}
var LastingLinks = class {
	#links = /* @__PURE__ */ new Map();
	#walker = new PathWalker((path) => this.#links.get(path));
	#files = /* @__PURE__ */ new Map();
	#removed = /* @__PURE__ */ new Map();
	isUsed = false;
	add({ files, symlinks, hardLinks, whiteouts, opaque }, layer) {
		if (this.#links.size > 0) {
			for (const path of whiteouts) if (this.#isWithin(path)) this.#removed.set(this.#realPath(path), layer);
			for (const folder of opaque) if (this.#isWithin(join$1(folder, "."))) this.#removed.set(folderOf(this.#realPath(join$1(folder, "."))), layer);
			for (const file of files) if (this.#isWithin(file.path)) this.#files.set(this.#realPath(file.path), {
				...file,
				layer
			});
			const isWithin = ({ path }) => this.#isWithin(path);
			this.isUsed ||= this.#files.size > 0 || symlinks.some(isWithin) || hardLinks.some(isWithin);
		}
		for (const { path, target } of symlinks) this.#links.set(path, target);
	}
	left() {
		return [...this.#files].map(([path, file]) => ({
			path,
			file,
			isExact: false
		})).filter(({ path, file }) => this.#isLeft(path, file.layer));
	}
	#isWithin(path) {
		return foldersOf(path).some((folder) => this.#links.has(folder));
	}
	#realPath(path) {
		const folder = folderOf(path);
		return join$1(this.#walker.walk(folder) ?? folder, baseOf(path));
	}
	#isLeft(path, layer) {
		return [path, ...foldersOf(path)].every((each) => (this.#removed.get(each) ?? 0) <= layer);
	}
};
var OneFolder = class {
	#links = /* @__PURE__ */ new Map();
	#walker = new PathWalker((path) => this.#linkAt(path));
	#files = /* @__PURE__ */ new Map();
	#moved = /* @__PURE__ */ new Map();
	#hardLinks = /* @__PURE__ */ new Map();
	#relevant = /* @__PURE__ */ new Set([""]);
	#gone = /* @__PURE__ */ new Map();
	add(content, layer) {
		const real = this.#placing();
		const at = (path) => join$1(real(folderOf(path)), baseOf(path));
		for (const path of content.whiteouts) this.#gone.set(at(path), layer);
		for (const folder of content.opaque) this.#gone.set(`${real(folder)}/`, layer);
		for (const path of pathsIn(content.folders)) {
			const own = at(path);
			if (this.#linkAt(own) !== void 0) this.#gone.set(own, layer);
		}
		const links = content.symlinks.map((link) => ({
			...link,
			own: at(link.path)
		}));
		const hardLinks = content.hardLinks.map((link) => ({
			...link,
			own: at(link.path)
		}));
		const files = content.files.map((file) => ({
			file,
			own: at(file.path)
		}));
		const replace = (own) => {
			if (this.#relevant.has(own)) this.#gone.set(own, layer);
		};
		for (const path of pathsIn(content.others)) replace(at(path));
		for (const { own } of [
			...links,
			...hardLinks,
			...files
		]) replace(own);
		for (const { path, target, own } of links) {
			this.#links.set(own, {
				target,
				layer
			});
			this.#note(own);
			if (own !== path) this.#moved.set(own, layer);
		}
		for (const { path, target, own } of hardLinks) {
			if (own === path) continue;
			this.#hardLinks.set(own, {
				path: own,
				target,
				layer
			});
			this.#note(own);
		}
		for (const { file, own } of files) {
			if (own === file.path) continue;
			this.#files.set(own, {
				...file,
				layer
			});
			this.#note(own);
		}
	}
	files() {
		return [...this.#files].map(([path, file]) => ({
			path,
			file,
			isExact: true
		})).filter(({ path, file }) => this.#isLeft(path, file.layer));
	}
	hardLinks() {
		return [...this.#hardLinks.values()].filter(({ path, layer }) => this.#isLeft(path, layer));
	}
	movedLinks() {
		return [...this.#moved].flatMap(([path, layer]) => {
			const target = this.#isLeft(path, layer) ? this.#walker.walk(path) : void 0;
			return target === void 0 || target === path ? [] : [{
				path,
				target,
				layer
			}];
		});
	}
	#placing() {
		let last = "";
		let real = "";
		return (folder) => {
			if (folder !== last) {
				last = folder;
				real = foldersOf(`${folder}/`).some((each) => this.#links.has(each)) ? this.#walker.walk(folder) ?? folder : folder;
			}
			return real;
		};
	}
	#linkAt(path) {
		const link = this.#links.get(path);
		return link !== void 0 && this.#isLeft(path, link.layer) ? link.target : void 0;
	}
	#note(path) {
		for (let at = path; !this.#relevant.has(at); at = folderOf(at)) this.#relevant.add(at);
	}
	#isLeft(path, layer) {
		if (this.#gone.size === 0) return true;
		const isGone = (each) => (this.#gone.get(each) ?? 0) > layer;
		return !isGone(path) && !foldersOf(path).some((folder) => isGone(folder) || isGone(`${folder}/`));
	}
};
function foldersOf(path) {
	const folders = [];
	for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) folders.push(folder);
	return folders;
}

// src/images/layers/resolve.ts
const MOST_ENTRIES = 2e5;
function resolveLayers(contents) {
	return new Resolver(contents).inventory();
}
const MOST_COMPARED = 5e7;
var Resolver = class {
	#contents;
	#overlay;
	#files = /* @__PURE__ */ new Map();
	#entries = /* @__PURE__ */ new Map();
	#plain;
	#targets;
	#jars;
	#aliases = 0;
	#compared = 0;
	#more = 0;
	constructor(contents) {
		this.#contents = contents;
		this.#overlay = new Overlay(contents);
	}
	inventory() {
		this.#collectFiles();
		for (const file of this.#files.values()) this.#addFile(file);
		this.#contents.forEach(({ symlinks }, index) => {
			for (const { path } of symlinks) if (this.#overlay.has(path, index + 1)) this.#addLink(path, index + 1);
		});
		this.#contents.forEach((content, index) => {
			for (const [store, manager] of PACKAGE_STORES) this.#addStored(content, index + 1, store, manager);
		});
		this.#addThroughLinks();
		const owners = ownersOf(this.#files, this.#entries, this.#overlay);
		const contestedAs = contestedBy(this.#contents);
		const entries = [...this.#entries.values()].map((entry) => {
			const owner = owners.get(entry.archive ?? entry.path);
			const contested = contestedAs(entry);
			return {
				...entry,
				...owner !== void 0 && { owner },
				...contested !== void 0 && { contested }
			};
		});
		entries.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : a.kind < b.kind ? -1 : 1);
		return {
			entries,
			marks: [...marksIn(this.#contents), ...packageMarks(entries)],
			more: this.#more
		};
	}
	#collectFiles() {
		this.#contents.forEach(({ files, hardLinks }, index) => {
			const layer = index + 1;
			for (const file of files) if (this.#overlay.has(file.path, layer)) this.#files.set(file.path, {
				...file,
				layer
			});
			for (const { path, target } of hardLinks) {
				if (!this.#overlay.has(path, layer)) continue;
				const file = this.#fileBelow(target, layer);
				if (file || kindsOf(path).length > 0) this.#files.set(path, {
					...file ?? GONE,
					path,
					layer,
					linkTo: target
				});
			}
		});
	}
	#fileBelow(path, layer) {
		this.#targets ??= targetsOf(this.#contents);
		const below = this.#targets.get(path)?.findLast((file) => file.layer < layer);
		return below && {
			...below,
			content: -below.content
		};
	}
	#addFile(file) {
		for (const entry of entriesOf(file)) if (!(entry.isRenamed ? this.#isJarElsewhere(file) : this.#isCountedThere(file, entry))) this.#add(entry);
	}
	#isJarElsewhere({ layer, content }) {
		this.#jars ??= new Set([...this.#files.values()].filter(({ path, linkTo }) => linkTo !== void 0 && kindsOf(path).includes("jar")).map((file) => `${file.layer} ${file.content}`));
		return this.#jars.has(`${layer} ${content}`);
	}
	#isCountedThere({ path, linkTo, content, layer }, { kind, path: at }) {
		const there = linkTo === void 0 ? void 0 : this.#files.get(linkTo);
		const isSame = there !== void 0 && there.layer === layer && there.content === content && there.linkTo === void 0;
		const same = `${linkTo}${at.slice(path.length)}`;
		return isSame && entriesOf(there).some((one) => one.kind === kind && one.path === same && !one.isRenamed);
	}
	#addStored({ others, files, symlinks }, layer, store, manager) {
		const kept = [...files, ...symlinks].map(({ path }) => path).filter((path) => path.startsWith(store));
		if (kept.length === 0 && !others.includes(store)) return;
		for (const paths of [kept, pathsIn(others)]) for (const path of paths) {
			const stored = path.startsWith(store) ? storePackageOf(path) : void 0;
			if (stored === void 0 || !this.#overlay.has(path, layer)) continue;
			const packages = [{
				name: stored.name,
				version: ""
			}];
			this.#add({
				kind: "other-manager",
				path: stored.folder,
				layer,
				manager,
				packages
			});
		}
	}
	#addLink(path, layer) {
		if (!isTellingFolder(path) && kindsOf(path).length === 0) return;
		const target = this.#overlay.realPath(path);
		if (target !== void 0 && target !== path) this.#addLinkTo(path, target, layer);
	}
	#addLinkTo(path, target, layer) {
		const isFolder = isTellingFolder(path);
		if (kindsOf(path).length > 0) this.#addAlias(path, target, layer);
		if (!isFolder) return;
		const start = target === "" ? "" : `${target}/`;
		for (const file of this.#pathsUnder(start)) {
			if (++this.#aliases > MOST_ENTRIES) {
				this.#more++;
				return;
			}
			const real = this.#overlay.realPath(file);
			if (real !== void 0) this.#addAlias(join$1(path, file.slice(start.length)), real, layer);
		}
	}
	*#pathsUnder(start) {
		this.#plain ??= plainFiles(this.#contents);
		for (const paths of [
			this.#files.keys(),
			this.#overlay.links.keys(),
			this.#plain
		]) for (const path of paths) {
			if (++this.#compared > MOST_COMPARED) {
				this.#more++;
				return;
			}
			if (path.startsWith(start)) yield path;
		}
	}
	#addThroughLinks() {
		const { files, links, hardLinks } = throughLinks(this.#contents);
		for (const { path, file, isExact } of files) {
			if (!isExact && !this.#overlay.has(path, file.layer)) continue;
			const own = this.#overlay.has(file.path, file.layer) ? entriesOf(file).map(({ kind }) => kind) : [];
			for (const entry of entriesOf({
				...file,
				path,
				linkTo: file.path
			})) if (!own.includes(entry.kind)) this.#add(entry);
		}
		for (const { path, target, layer } of links) this.#addLinkTo(path, target, layer);
		for (const { path, target, layer } of hardLinks) {
			const file = this.#fileBelow(target, layer) ?? GONE;
			for (const entry of entriesOf({
				...file,
				path,
				layer,
				linkTo: target
			})) this.#add(entry);
		}
	}
	#addAlias(path, target, layer) {
		const file = this.#files.get(target);
		const own = file === void 0 ? [] : entriesOf(file).map(({ kind }) => kind);
		if (file === void 0 && !this.#isPlainFile(target)) return;
		const alias = {
			...file ?? UNKNOWN,
			path,
			layer,
			linkTo: target
		};
		for (const entry of entriesOf(alias)) if (!own.includes(entry.kind)) this.#add(entry);
	}
	#isPlainFile(path) {
		this.#plain ??= plainFiles(this.#contents);
		return this.#plain.has(path);
	}
	#add(entry) {
		const key = `${entry.kind} ${entry.path}`;
		if (this.#entries.size < MOST_ENTRIES) this.#entries.set(key, entry);
		else if (!this.#entries.has(key)) this.#more++;
	}
};
const UNKNOWN = {
	path: "",
	size: 0,
	content: 0,
	found: []
};
const GONE = {
	...UNKNOWN,
	content: -1
};
function targetsOf(contents) {
	const targets = /* @__PURE__ */ new Map();
	for (const { hardLinks } of contents) for (const { target } of hardLinks) targets.set(target, []);
	for (const [index, { files }] of contents.entries()) for (const file of files) targets.get(file.path)?.push({
		...file,
		layer: index + 1
	});
	return targets;
}
function plainFiles(contents) {
	const plain = /* @__PURE__ */ new Set();
	for (const { others, plainFiles: count } of contents) {
		let left = count;
		for (const path of pathsIn(others)) {
			if (left-- === 0) break;
			plain.add(path);
		}
	}
	return plain;
}
const BY_CONTENT = /* @__PURE__ */ new Set([
	"go",
	"rust",
	"packed-program"
]);
const BY_NAME = /* @__PURE__ */ new Set([
	"jar",
	"lock-file",
	"sbom",
	"other-manager"
]);
const LISTS = /* @__PURE__ */ new Set([
	"dpkg",
	"apk",
	"rpm"
]);
function entriesOf({ path, layer, linkTo, found, size, storedAs }) {
	const kinds = kindsOf(path);
	const manager = kinds.includes("other-manager") && size > 0 ? otherManagerOf(path) : void 0;
	const named = kinds.map((kind) => withoutName(found, kind) ?? missing(kind, path));
	const isJar = kinds.includes("jar");
	const seen = found.filter(({ kind, isRenamed, within }) => BY_CONTENT.has(kind) || isRenamed && !isJar || within !== void 0);
	return [...named, ...seen].filter(({ kind, packages }) => packages?.length !== 0 || LISTS.has(kind)).filter(({ kind }) => kind !== "other-manager" || manager !== void 0).map(({ within, ...one }) => ({
		...one,
		path: within === void 0 ? path : `${path}/${within}`,
		...within !== void 0 && { archive: path },
		layer,
		...one.kind === "other-manager" && { manager },
		...storedAs !== void 0 && { storedAs: within === void 0 ? storedAs : `${storedAs}/${within}` },
		...linkTo !== void 0 && { linkTo: within === void 0 ? linkTo : `${linkTo}/${within}` }
	}));
}
function withoutName(found, kind) {
	return found.find((one) => one.kind === kind && one.within === void 0 && one.isRenamed === void 0);
}
function missing(kind, path) {
	return BY_NAME.has(kind) || path.endsWith(".egg") ? { kind } : {
		kind,
		unread: "it is a link to a file whose content does not look like it"
	};
}
function packageMarks(entries) {
	return entries.flatMap(({ kind, path, layer, packages = [] }) => {
		return [...new Set(packages.map((one) => vendorOfPackage(kind, one)).filter((vendor) => vendor !== void 0))].map((vendor) => ({
			path,
			layer,
			vendor
		}));
	});
}
function marksIn(contents) {
	const marks = /* @__PURE__ */ new Map();
	contents.forEach(({ files, symlinks }, index) => {
		const linked = symlinks.filter(({ path }) => vendorOf(path) !== void 0);
		for (const { path } of [...files.filter(({ isMark }) => isMark), ...linked]) {
			const vendor = vendorOf(path);
			if (vendor !== void 0 && !marks.has(path)) marks.set(path, {
				path,
				vendor,
				layer: index + 1
			});
		}
	});
	return [...marks.values()];
}

// src/images/acquire/store.ts
const FETCHED_AT_ONCE = 3;
const AT_ONCE = 6;
const MOST_LAYERS = 1e3;
const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
var OtherLayers = class extends ImageProblem {
	constructor(what) {
		super("image-inconsistent", what);
	}
};
var ImageStore = class {
	#options;
	#blobs;
	#reading = /* @__PURE__ */ new Map();
	#read = /* @__PURE__ */ new Map();
	#uses = /* @__PURE__ */ new Map();
	#adding = 0;
	#count = 0;
	#inTurn = atMost(FETCHED_AT_ONCE);
	constructor(options) {
		this.#options = options;
		this.#blobs = join(options.folder, "blobs", "sha256");
		mkdirSync(this.#blobs, {
			recursive: true,
			mode: 448
		});
	}
	async add(found, progress, signal) {
		this.#adding += 1;
		try {
			return await this.#add(found, progress, signal);
		} finally {
			this.#adding -= 1;
			this.#removeSpare();
		}
	}
	async #add(found, progress, signal) {
		const config = readConfig(found.config, "its configuration");
		requireCount(found.layers.length, config.diffIds.length);
		progress.begin(found.layers.length, sumOf(found.layers));
		this.#requireSpace(found.layers);
		const sources = found.layers.map((each, at) => ({
			...each,
			diffId: config.diffIds[at]
		}));
		const layers = await this.#all(sources, progress, signal);
		for (const [at, { diffId }] of layers.entries()) if (diffId !== config.diffIds[at]) throw new OtherLayers(`its layer ${at + 1} is ${diffId}, and its configuration says ${String(config.diffIds[at]).slice(0, 80)}`);
		this.#use(layers, 1);
		const { folder, imageId } = this.#layout(found.config, layers);
		const { config: _config, layers: _layers, hasChanged: _hasChanged, ...rest } = found;
		return {
			...rest,
			folder,
			imageId,
			platform: config.platform && platformName(config.platform),
			layers: layers.map(({ digest, diffId, size }) => ({
				digest,
				diffId,
				size
			})),
			inventory: resolveLayers(layers.map(({ content }) => content)),
			release: onlyOnce(() => {
				rmSync(folder, {
					recursive: true,
					force: true
				});
				this.#use(layers, -1);
				this.#removeSpare();
			})
		};
	}
	async #all(sources, progress, signal) {
		return atATime(AT_ONCE, sources, async (source, stop) => {
			const both = AbortSignal.any([signal, stop]);
			both.throwIfAborted();
			let came = 0;
			const fetched = (bytes) => {
				came += bytes;
				progress.fetched(bytes);
			};
			const layer = await this.#layer(source, {
				...progress,
				fetched
			}, both);
			progress.layerDone(Math.max(0, layer.size - came));
			return layer;
		});
	}
	async #layer(source, progress, signal) {
		if (source.digest === void 0) return this.#take(source, progress, signal);
		const key = keyOf(source.digest, source.tables);
		const known = this.#read.get(key);
		if (known !== void 0) return ofSize(known, source);
		const begun = this.#reading.get(key);
		if (begun !== void 0) try {
			return ofSize(await begun, source);
		} catch {
			signal.throwIfAborted();
		}
		const reading = this.#take(source, progress, signal);
		this.#reading.set(key, reading);
		try {
			return await reading;
		} finally {
			if (this.#reading.get(key) === reading) this.#reading.delete(key);
		}
	}
	async #take(source, progress, signal) {
		const own = join(this.#options.folder, `layer-${++this.#count}`);
		const files = {
			packed: `${own}.packed`,
			output: `${own}.tar`,
			kept: `${own}.kept`
		};
		const { bytes } = source;
		try {
			const known = await this.#readKept(source, files.output, signal);
			if (known !== void 0) return this.#place(known, files.output);
			if (!("fetch" in bytes)) {
				const work = {
					...bytes,
					output: files.output,
					tables: source.tables
				};
				const read = await this.#options.reader.read(work, signal);
				requireOwn(source, read);
				return this.#place(read, files.output, source.tables);
			}
			await this.#inTurn(async () => {
				signal.throwIfAborted();
				await bytes.fetch(files.packed, signal, progress.fetched);
			});
			const read = await this.#readFetched(source, files, signal);
			requireOwn(source, read);
			if (!read.hasTable) this.#options.kept?.keep(read, files.kept);
			return this.#place(read, files.output, source.tables);
		} finally {
			for (const file of Object.values(files)) rmSync(file, { force: true });
		}
	}
	async #readFetched({ digest, tables }, files, signal) {
		const { packed, output } = files;
		const kept = this.#options.kept && files.kept;
		let read;
		try {
			read = await this.#options.reader.read({
				file: packed,
				output,
				kept,
				tables
			}, signal);
		} catch (thrown) {
			throw !signal.aborted && isSha256(digest) && await digestOfFile(packed) !== digest ? new BlobError("other-bytes") : thrown;
		}
		if (isSha256(digest) && read.digest !== digest) throw new BlobError("other-bytes");
		return read;
	}
	async #readKept(source, output, signal) {
		const { kept, reader } = this.#options;
		const { bytes, digest } = source;
		const layer = "fetch" in bytes && source.tables === void 0 && digest !== void 0 ? kept?.find(digest) : void 0;
		if (layer === void 0 || kept?.take(layer, output) !== true) return void 0;
		try {
			const read = await reader.read({
				file: output,
				isUnpacked: true
			}, signal);
			if (read.diffId !== source.diffId) throw inconsistent(`a kept layer is ${read.diffId}`);
			const packed = {
				...read,
				digest: layer.digest,
				size: layer.size
			};
			requireOwn(source, packed);
			return packed;
		} catch {
			signal.throwIfAborted();
			kept.discard(layer);
			rmSync(output, { force: true });
			return;
		}
	}
	#requireSpace(layers) {
		const missing = layers.filter(({ bytes, digest = "", tables }) => "fetch" in bytes && !this.#read.has(keyOf(digest, tables)));
		const { bavail, bsize } = statfsSync(this.#options.folder);
		if ((sumOf(missing) ?? 0) > bavail * bsize) throw new BlobError("disk-full");
	}
	#place(read, output, tables) {
		renameSync(output, this.#blob(read.diffId));
		this.#read.set(keyOf(read.digest, tables), read);
		this.#use([read], 0);
		return read;
	}
	#blob(digest) {
		return join(this.#blobs, digest.slice(7));
	}
	#layout(config, layers) {
		const { digest: imageId, size } = this.#write(config);
		const manifest = this.#write(Buffer.from(JSON.stringify({
			schemaVersion: 2,
			mediaType: MANIFEST_TYPE,
			config: {
				mediaType: CONFIG_TYPE,
				digest: imageId,
				size
			},
			layers: layers.map((each) => ({
				mediaType: LAYER_TYPE,
				digest: each.diffId,
				size: each.outputSize
			}))
		})));
		const folder = join(this.#options.folder, `image-${++this.#count}`);
		mkdirSync(folder, { mode: 448 });
		symlinkSync(join(this.#options.folder, "blobs"), join(folder, "blobs"), "junction");
		writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
		const index = {
			schemaVersion: 2,
			manifests: [{
				mediaType: MANIFEST_TYPE,
				...manifest
			}]
		};
		writeFileSync(join(folder, "index.json"), JSON.stringify(index));
		return {
			folder,
			imageId
		};
	}
	#write(bytes) {
		const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
		const path = this.#blob(digest);
		writeFileSync(`${path}.new`, bytes, { mode: 384 });
		renameSync(`${path}.new`, path);
		return {
			digest,
			size: bytes.length
		};
	}
	#use(layers, count) {
		for (const { diffId, unpackedSize } of layers) {
			const images = (this.#uses.get(diffId)?.images ?? 0) + count;
			this.#uses.delete(diffId);
			this.#uses.set(diffId, {
				images,
				bytes: unpackedSize
			});
		}
	}
	#removeSpare() {
		if (this.#adding > 0) return;
		const spare = [...this.#uses].filter(([, { images }]) => images <= 0);
		let bytes = spare.reduce((sum, [, each]) => sum + each.bytes, 0);
		const removed = /* @__PURE__ */ new Set();
		for (const [diffId, each] of spare) {
			if (bytes <= this.#options.spareBytes) break;
			bytes -= each.bytes;
			this.#uses.delete(diffId);
			rmSync(this.#blob(diffId), { force: true });
			removed.add(diffId);
		}
		for (const [key, { diffId }] of this.#read) if (removed.has(diffId)) this.#read.delete(key);
	}
};
function requireOwn({ digest, size }, read) {
	if (digest !== void 0 && read.digest !== digest) throw inconsistent(`its blob ${digest} is ${read.digest}`);
	if (size !== void 0 && read.size !== size) throw inconsistent(`its blob ${read.digest} has ${read.size} bytes instead of ${size}`);
}
function keyOf(digest, tables) {
	return tables === void 0 ? digest : `${digest} ${JSON.stringify(tables)}`;
}
function isSha256(digest) {
	return digest?.startsWith("sha256:") === true;
}
async function digestOfFile(file) {
	const hash = createHash("sha256");
	for await (const piece of createReadStream(file)) hash.update(piece);
	return `sha256:${hash.digest("hex")}`;
}
function requireCount(layers, diffIds) {
	if (layers > MOST_LAYERS) throw new ImageProblem("image-too-large", `it has ${layers} layers, and at most ${MOST_LAYERS} are read`);
	if (layers !== diffIds) throw new OtherLayers(`it has ${layers} layers, and its configuration lists ${diffIds}`);
}
function ofSize(read, { size }) {
	if (size !== void 0 && read.size !== size) throw inconsistent(`its blob ${read.digest} has ${read.size} bytes instead of ${size}`);
	return read;
}
function sumOf(layers) {
	const sizes = layers.map(({ size }) => size);
	return sizes.some((size) => size === void 0) ? void 0 : sizes.reduce((sum, size = 0) => sum + size, 0);
}
function onlyOnce(act) {
	let isDone = false;
	return () => {
		if (!isDone) act();
		isDone = true;
	};
}

export { ImageStore, OtherLayers, chooseImage, findInRegistry, layerReader, parsePlatform };