import { createHash, createReadStream, mkdirSync, renameSync, rmSync, statSync, statfsSync, symlinkSync, writeFileSync } from "./shared.thread.js";
import { rest, takeThread } from "./shared.start.js";
import { parseReference, repositoryName } from "./shared.names.js";
import { atATime, atMost, platformName } from "./shared.scan.js";
import { ImageFault, diskFull, inconsistent, tooLarge } from "./images.fault.js";
import { BY_NAME, LAYER_LIMITS, LISTS, Overlay, PathWalker, byFolder, layerOf, pathsIn, readLayer, tableClaims } from "./images.layers.read-layer.js";
import { baseOf, folderOf, join as join$1 } from "./images.file.names.js";
import { PACKAGE_STORES, couldTell, isTellingFolder, kindsOf, otherManagerOf, storePackageOf, vendorOf, vendorOfPackage } from "./images.layers.inventory.kinds.js";
import { readConfig, sha256Of } from "./images.oci.documents.js";
import { otherBytes } from "./images.registry.fault.js";
import { resolveImage } from "./images.resolve.js";
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
		if (error instanceof ImageFault && error.code === "image-too-large") return void 0;
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

// src/images/sources/registry.ts
async function findInRegistry({ reference, digest, platform }, { manifests, blobs }, signal) {
	const named = parseReference(reference) ?? {
		tag: void 0,
		digest: void 0
	};
	const fetcher = blobs(reference);
	const top = await manifests.read(reference, digest ?? named.digest ?? named.tag ?? "latest");
	const { documents: _, ...image } = await resolveImage({
		top: async () => [{
			digest: top.digest,
			size: top.bytes.length,
			annotations: {}
		}],
		bytes: async (of, what) => {
			if (what === "configuration") return fetcher.bytes(of, signal);
			return (of.digest === top.digest ? top : await manifests.read(reference, of.digest)).bytes;
		},
		layer: (of) => layerAt(of, fetcher),
		usualPlatform: "linux/amd64"
	}, { platform });
	const repository = repositoryName(reference);
	return {
		...image,
		repoTags: named.digest === void 0 ? [`${repository}:${named.tag ?? "latest"}`] : [],
		repoDigests: [`${repository}@${top.digest}`],
		place: "remote"
	};
}
function layerAt({ digest, size, annotations }, fetcher) {
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

// src/images/layers/links.ts
var Links = class {
	#all = /* @__PURE__ */ new Map();
	#left = /* @__PURE__ */ new Set();
	#walker = new PathWalker((path) => this.#all.get(path));
	#folder = "";
	#answer;
	add({ symlinks, folders, whiteouts }) {
		for (const path of whiteouts) this.#left.delete(path);
		if (this.#left.size > 0) for (const path of pathsIn(folders)) this.#left.delete(path);
		for (const { path, target } of symlinks) {
			const isLeft = this.#isBelow(folderOf(path), this.#all) && this.#isBelow(folderOf(path), this.#left);
			const moved = join$1(this.realPath(folderOf(path)), baseOf(path));
			for (const at of /* @__PURE__ */ new Set([path, moved])) {
				this.#all.set(at, target);
				if (at === path || isLeft) this.#left.add(at);
			}
		}
		this.#folder = "";
		this.#answer = void 0;
	}
	realPath(path) {
		return this.#walker.walk(path) ?? "";
	}
	behind(path) {
		const folder = folderOf(path);
		if (folder !== this.#folder) {
			this.#folder = folder;
			const isBehind = this.#isBelow(folder, this.#all);
			this.#answer = !isBehind ? void 0 : this.#isBelow(folder, this.#left) ? "link" : "replaced-link";
		}
		return this.#answer;
	}
	#isBelow(folder, links) {
		for (let at = folder; at !== ""; at = folderOf(at)) if (links.has(at)) return true;
		return false;
	}
};

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
	const lists = [...entries.values()].filter(({ kind }) => LISTS.has(kind));
	return new Set(lists.flatMap(({ packages = [] }) => packages.map(({ name }) => name)));
}
function pathOf(line, wanted, overlay) {
	const path = line.startsWith("/") ? line.slice(1) : line.replace(/^\.\//, "");
	if (wanted.has(path)) return path;
	const end = path.indexOf("/");
	if (end === -1 || !overlay.links.has(path.slice(0, end))) return void 0;
	const real = overlay.realPath(path);
	return real !== void 0 && wanted.has(real) ? real : void 0;
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
	#behind = /* @__PURE__ */ new Set();
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
		this.#addBehindLinks();
		this.#contents.forEach(({ symlinks }, index) => {
			for (const { path } of symlinks) if (this.#overlay.has(path, index + 1)) this.#addLink(path, index + 1);
		});
		this.#contents.forEach((content, index) => {
			for (const [store, manager] of PACKAGE_STORES) this.#addStored(content, index + 1, store, manager);
		});
		const owners = ownersOf(this.#files, this.#entries, this.#overlay);
		const entries = [...this.#entries.values()].map((entry) => {
			const at = entry.archive ?? entry.path;
			const owner = owners.get(at);
			const isDisputed = this.#overlay.isDisputed(at, entry.layer);
			return {
				...entry,
				...owner !== void 0 && { owner },
				...isDisputed && { isDisputed }
			};
		});
		const orderOf = ({ path, kind, isDisputed }) => `${path}\0${kind}${isDisputed ?? ""}`;
		entries.sort((a, b) => orderOf(a) < orderOf(b) ? -1 : 1);
		const named = [...marksIn(this.#contents), ...packageMarks(entries)].map((mark) => ({
			...mark,
			path: mark.path.toWellFormed()
		}));
		return {
			entries: asScannersWrite(entries),
			marks: named,
			more: this.#more
		};
	}
	#collectFiles() {
		for (const [index, content] of this.#contents.entries()) for (const file of this.#filesOf(content, index + 1)) if (this.#overlay.has(file.path, file.layer)) this.#files.set(file.path, file);
	}
	*#filesOf({ files, hardLinks }, layer) {
		for (const file of files) yield {
			...file,
			layer
		};
		for (const { path, target } of hardLinks) {
			const file = this.#fileBelow(target, layer);
			if (file || kindsOf(path).length > 0) yield {
				...file ?? GONE,
				path,
				layer,
				linkTo: target
			};
		}
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
	#addStored({ plain, files, symlinks, hardLinks }, layer, store, manager) {
		const kept = [
			...files,
			...symlinks,
			...hardLinks
		].map(({ path }) => path).filter((path) => path.startsWith(store));
		if (kept.length === 0 && !plain.includes(store)) return;
		for (const paths of [kept, pathsIn(plain)]) for (const path of paths) {
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
		const isNamed = kindsOf(path).length > 0;
		const isFolder = isTellingFolder(path);
		const target = isNamed || isFolder ? this.#overlay.realPath(path) : void 0;
		if (target === void 0 || target === path) return;
		if (isNamed) this.#addAlias(path, target, layer);
		if (!isFolder) return;
		for (const file of this.#pathsUnder(target, path)) {
			if (++this.#aliases > MOST_ENTRIES) {
				this.#more++;
				return;
			}
			const real = this.#overlay.realPath(file);
			if (real !== void 0) this.#addAlias(join$1(path, file.slice(target.length).replace(/^\//, "")), real, layer);
		}
	}
	*#pathsUnder(folder, alias) {
		const start = folder === "" ? "" : `${folder}/`;
		const plain = this.#contents.map((content) => pathsIn(content.plain));
		for (const paths of [
			this.#files.keys(),
			this.#overlay.links.keys(),
			...plain
		]) for (const path of paths) {
			if (++this.#compared > MOST_COMPARED) {
				this.#more++;
				return;
			}
			if (!path.startsWith(start)) continue;
			if (this.#files.has(path) || this.#overlay.links.has(path) || kindsOf(join$1(alias, path.slice(start.length))).length > 0) yield path;
		}
	}
	#addBehindLinks() {
		const links = new Links();
		for (const [index, content] of this.#contents.entries()) {
			const layer = index + 1;
			links.add(content);
			const behind = [...byFolder(content.plain)].filter(({ folder }) => links.behind(`${folder}/`) !== void 0);
			for (const { paths } of behind) this.#disputeTelling(pathsIn(paths), layer, (path) => links.realPath(path));
			for (const file of this.#filesOf(content, layer)) this.#addBehind(file, links.behind(file.path));
			for (const { path, target } of content.hardLinks) if (links.behind(target) !== void 0) this.#dispute(path, layer, "packed-program");
			for (const { path, target } of content.symlinks) {
				const [kind = "python"] = kindsOf(path);
				if ((kindsOf(path).length > 0 || isTellingFolder(path)) && target.includes("/") && links.behind(path) !== void 0) this.#dispute(path, layer, kind);
			}
		}
	}
	#disputeTelling(paths, layer, realOf) {
		for (const path of paths) {
			const [kind] = kindsOf(realOf(path));
			if (kind !== void 0) this.#dispute(path, layer, kind);
		}
	}
	#addBehind(file, behind) {
		if (behind === void 0) return;
		this.#behind.add(baseOf(file.path));
		const isGone = behind === "link" && !this.#overlay.has(file.path, file.layer);
		const own = entriesOf(file);
		const others = file.found.filter(({ kind }) => couldTell(baseOf(file.path), kind)).filter(({ kind }) => own.every((entry) => entry.kind !== kind));
		const { path, layer } = file;
		for (const entry of [...isGone ? own : [], ...others.map((one) => ({
			...one,
			path,
			layer
		}))]) this.#add({
			...entry,
			isDisputed: true
		});
	}
	#dispute(path, layer, kind) {
		this.#add({
			kind,
			path,
			layer,
			isDisputed: true
		});
	}
	#addAlias(path, target, layer) {
		const file = this.#files.get(target);
		const own = file === void 0 ? [] : entriesOf(file).map(({ kind }) => kind);
		const entries = entriesOf({
			...file ?? UNKNOWN,
			path,
			layer,
			linkTo: target
		}).filter(({ kind }) => !own.includes(kind));
		if (entries.length === 0) return;
		const isThere = file !== void 0 || this.#isPlainFile(target);
		if (isThere || this.#behind.has(baseOf(target))) for (const entry of entries) this.#add(isThere ? entry : {
			...entry,
			isDisputed: true
		});
	}
	#isPlainFile(path) {
		this.#plain ??= new Set(this.#contents.flatMap(({ plain }) => [...pathsIn(plain)]));
		return this.#plain.has(path);
	}
	#add(entry) {
		const key = `${entry.kind} ${entry.path} ${entry.isDisputed ?? ""}`;
		if (this.#entries.size < MOST_ENTRIES) this.#entries.set(key, entry);
		else if (!this.#entries.has(key)) this.#more++;
	}
};
function asScannersWrite(entries) {
	if (entries.every(({ path, linkTo = "" }) => path.isWellFormed() && linkTo.isWellFormed())) return entries;
	const names = /* @__PURE__ */ new Map();
	const shared = /* @__PURE__ */ new Set();
	for (const { path } of entries) {
		const name = path.toWellFormed();
		if ((names.get(name) ?? path) !== path) shared.add(name);
		names.set(name, path);
	}
	return entries.map(({ path, linkTo, archive, ...rest }) => ({
		...rest,
		path: path.toWellFormed(),
		...linkTo !== void 0 && { linkTo: linkTo.toWellFormed() },
		...archive !== void 0 && { archive: archive.toWellFormed() },
		...shared.has(path.toWellFormed()) && { isDisputed: true }
	}));
}
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
const BY_CONTENT = /* @__PURE__ */ new Set([
	"go",
	"rust",
	"packed-program"
]);
function entriesOf({ path, layer, linkTo, found, size, isDisputed }) {
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
		...isDisputed && { isDisputed },
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
var OtherLayers = class extends ImageFault {
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
		const ordered = sources.toSorted((a, b) => bytesOf(b) - bytesOf(a));
		const layers = await atATime(AT_ONCE, ordered, async (source, stop) => {
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
		const bySource = new Map(ordered.map((source, at) => [source, layers[at]]));
		return sources.map((source) => bySource.get(source));
	}
	async #layer(source, progress, signal) {
		if (source.digest === void 0) return this.#take(source, progress, signal);
		const key = keyOf(source.digest, source.tables);
		const known = this.#read.get(key);
		if (known !== void 0) return ofSource(source, known);
		const begun = this.#reading.get(key);
		if (begun !== void 0) try {
			return ofSource(source, await begun);
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
				const read = ofSource(source, await this.#options.reader.read(work, signal));
				return this.#place(read, files.output, source.tables);
			}
			await this.#inTurn(async () => {
				signal.throwIfAborted();
				await bytes.fetch(files.packed, signal, progress.fetched);
			});
			const read = ofSource(source, await this.#readFetched(source, files, signal));
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
			throw !signal.aborted && digest !== void 0 && await digestOfFile(packed) !== digest ? otherBytes() : thrown;
		}
		if (digest !== void 0 && read.digest !== digest) throw otherBytes();
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
			return ofSource(source, {
				...read,
				digest: layer.digest,
				size: layer.size
			});
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
		if ((sumOf(missing) ?? 0) > bavail * bsize) throw diskFull();
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
		const digest = sha256Of(bytes);
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
function ofSource({ digest, size }, read) {
	if (digest !== void 0 && read.digest !== digest) throw inconsistent(`its blob ${digest} is ${read.digest}`);
	if (size !== void 0 && read.size !== size) throw inconsistent(`its blob ${read.digest} has ${read.size} bytes instead of ${size}`);
	return read;
}
function keyOf(digest, tables) {
	return tables === void 0 ? digest : `${digest} ${JSON.stringify(tables)}`;
}
async function digestOfFile(file) {
	const hash = createHash("sha256");
	for await (const piece of createReadStream(file)) hash.update(piece);
	return `sha256:${hash.digest("hex")}`;
}
function requireCount(layers, diffIds) {
	if (layers > MOST_LAYERS) throw tooLarge(`it has ${layers} layers, and at most ${MOST_LAYERS} are read`);
	if (layers !== diffIds) throw new OtherLayers(`it has ${layers} layers, and its configuration lists ${diffIds}`);
}
function bytesOf({ size, bytes }) {
	return size ?? ("fetch" in bytes ? 0 : bytes.length ?? 0);
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

export { ImageStore, OtherLayers, findInRegistry, layerReader };