import { closeSync, createHash, createReadStream, fstatSync, isObject, readSync, statSync } from "./shared.start.js";
import { openUnlinked } from "./shared.answer.js";
import { quoted } from "./system.tar.problem.js";
import { ImageProblem, asImageProblem, damaged, inconsistent } from "./images.file.bytes.js";
import { array, object, unknown } from "./package.zod.js";
import { bytesOfFile, tarMembers } from "./system.tar.members.js";
import { LAYER_LIMITS, SparseFile, requireTarLayers, tableClaims } from "./images.layers.read-layer.js";
import { isIndexEntry, mayRun, readConfig, readDocument, readIndex, readManifest } from "./images.registry.client.js";
import { parseStrictJson } from "./images.oci.strict-json.js";
import { SeveralInFile, SourceChanged, UnreadableFile } from "./images.acquire.failures.js";
import { createGunzip } from "node:zlib";
import { pipeline } from "node:stream/promises";

// src/images/file/saved-files.ts
const SAVED_TAR = {
	form: "archive",
	members: 2e5,
	nameBytes: 16 << 20
};
const MAX_TEXT = 8388608;
const MAX_TEXTS = 134217728;
const MAX_LINKS = 8;
const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;
var SavedFiles = class {
	#entries = /* @__PURE__ */ new Map();
	#spelt = /* @__PURE__ */ new Set();
	#contentOf;
	constructor(contentOf) {
		this.#contentOf = contentOf;
	}
	add(member, entry) {
		const name = plainName(member.name);
		if (name === "") return;
		this.#spelt.add(member.name);
		const other = this.#entries.get(name);
		if (other !== void 0 && !isSame(other, entry, this.#contentOf)) throw inconsistent(`${quoted(name)} is in it more than once`);
		this.#entries.set(name, entry);
	}
	get(name) {
		return this.#entries.get(name);
	}
	fileAt(name, what) {
		let at = name;
		for (let links = 0; links <= MAX_LINKS; links++) {
			const entry = this.#entries.get(plainName(at));
			if (entry === void 0 || !this.#spelt.has(at)) throw damaged(`it has no ${what} ${quoted(at)}`);
			if (!("kind" in entry)) return {
				...entry,
				blob: blobDigest(plainName(at))
			};
			at = linkedName(at, entry, what);
		}
		throw inconsistent(`the ${what} ${quoted(name)} is a link that leads nowhere`);
	}
	textOf(name, what) {
		const entry = this.#entries.get(plainName(name));
		if (entry !== void 0 && "kind" in entry) throw inconsistent(`its ${what} is no plain file`);
		const { text, size } = this.fileAt(name, what);
		if (text === void 0) throw inconsistent(`its ${what} is no JSON, or has more than ${MAX_TEXT} bytes (${size})`);
		return text;
	}
	requireFolders() {
		for (const name of this.#entries.keys()) for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
			const parent = this.#entries.get(name.slice(0, slash));
			if (parent !== void 0 && !("kind" in parent && parent.kind === "folder")) throw inconsistent(`${quoted(name)} lies below what is no folder`);
		}
	}
};
async function savedFiles(descriptor) {
	const files = new SavedFiles((file) => file.digest ?? contentDigest(descriptor, file));
	try {
		await addMembers(files, descriptor);
	} catch (error) {
		throw asImageProblem(error);
	}
	files.requireFolders();
	return files;
}
async function addMembers(files, descriptor) {
	let room = MAX_TEXTS;
	const { size: end } = fstatSync(descriptor);
	for await (const member of tarMembers(bytesOfFile(descriptor), SAVED_TAR)) {
		const { kind, link, size, offset } = member;
		if (offset + size > end) throw damaged(`it is cut off within ${quoted(member.name)}`);
		if (kind !== "file") {
			files.add(member, {
				kind,
				link
			});
			continue;
		}
		const text = size <= MAX_TEXT && size <= room ? textAt(descriptor, offset, size) : void 0;
		room -= text?.length ?? 0;
		files.add(member, {
			offset,
			size,
			text,
			digest: text && digestOf(plainName(member.name), text)
		});
	}
}
function digestOf(name, text) {
	const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
	const called = blobDigest(name);
	if (called !== void 0 && called !== digest) throw inconsistent(`its blob ${called} is ${digest}`);
	return digest;
}
function blobDigest(name) {
	const [, hex] = BLOB.exec(name) ?? [];
	return hex && `sha256:${hex}`;
}
function contentDigest(descriptor, { offset, size }) {
	const hash = createHash("sha256");
	const piece = Buffer.alloc(1 << 20);
	for (let done = 0; done < size;) {
		const count = readSync(descriptor, piece, 0, Math.min(piece.length, size - done), offset + done);
		if (count === 0) throw damaged("it is cut off");
		hash.update(piece.subarray(0, count));
		done += count;
	}
	return `sha256:${hash.digest("hex")}`;
}
function textAt(descriptor, offset, size) {
	const start = Buffer.alloc(Math.min(64, size));
	readSync(descriptor, start, 0, start.length, offset);
	if (!/^\s*[[{]/.test(start.toString("latin1"))) return void 0;
	const text = Buffer.alloc(size);
	for (let done = 0; done < size;) {
		const count = readSync(descriptor, text, done, size - done, offset + done);
		if (count === 0) throw damaged("it is cut off");
		done += count;
	}
	return text;
}
function plainName(name) {
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw inconsistent(`${quoted(name)} leads out of it`);
	return parts.join("/");
}
function isSame(one, other, contentOf) {
	if ("kind" in one || "kind" in other) return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
	return one.size === other.size && contentOf(one) === contentOf(other);
}
function linkedName(at, { kind, link }, what) {
	const folder = at.split("/").slice(0, -1);
	const isHard = kind === "hard-link";
	if (kind !== "symlink" && !isHard || link.startsWith("/") || link === "" || isHard && folder.length > 0) throw inconsistent(`its ${what} ${quoted(at)} is no plain file`);
	for (const part of link.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === ".." && folder.pop() === void 0) throw inconsistent(`its ${what} ${quoted(at)} is a link that leads out of it`);
		if (part !== "..") folder.push(part);
	}
	return folder.join("/");
}

// src/images/oci/nested.ts
const MOST_ENTRIES = 1e4;
function chainsBelow(entries, read) {
	return below([], entries, {
		read,
		known: /* @__PURE__ */ new Map(),
		left: MOST_ENTRIES
	});
}
function below(above, entries, walk) {
	walk.left -= entries.length;
	if (walk.left < 0) throw inconsistent(`its indexes have more than ${MOST_ENTRIES} entries`);
	return entries.filter(mayRun).flatMap((entry) => {
		const [top = entry, ...rest] = [...above, entry];
		const chain = [top, ...rest];
		const document = mayBeIndex(entry) ? documentOf(entry, walk) : void 0;
		if (document === void 0) return isIndexEntry(entry) ? [] : [chain];
		if (document.kind === "manifest") return [chain];
		if (above.length >= 3) throw inconsistent("its index is one of too many indexes within indexes");
		return below(chain, document.manifests, walk);
	});
}
function documentOf(entry, { read, known }) {
	if (known.has(entry.digest)) return known.get(entry.digest);
	const bytes = read(entry);
	const document = bytes && readDocument(bytes, {
		mediaType: entry.mediaType,
		what: "a document in it"
	});
	known.set(entry.digest, document);
	return document;
}
function mayBeIndex(entry) {
	return entry.mediaType === void 0 || isIndexEntry(entry);
}
function leafOf(chain) {
	return chain.at(-1) ?? chain[0];
}

// src/images/acquire/second-index.ts
async function requireSameImage(image, judged) {
	const { files } = image;
	const index = files.get("index.json");
	if (index === void 0) return [];
	if ("kind" in index || index.text === void 0) throw inconsistent("its index.json is no plain JSON file");
	const others = /* @__PURE__ */ new Set();
	let isThere = false;
	for (const { entry, manifest } of leavesOf(files, readIndex(index.text, { what: "its index.json" }).manifests)) {
		const { mediaType } = entry;
		const { config, layers } = readManifest(textOf(manifest), {
			mediaType,
			what: "a manifest in it"
		});
		if (config.digest === judged.imageId) {
			await requireLayers(image, layers, judged);
			isThere = true;
		} else {
			const platform = platformOfOther(files, entry, config, judged);
			if (platform !== void 0) others.add(platform);
		}
	}
	if (!isThere) throw inconsistent("its manifest.json and its index.json mean different images");
	if (others.size === 0) return [];
	return [`The file holds this image for other platforms too, which were not judged: ${[...others].sort().join(", ")}.`];
}
function sourceOf(file, at) {
	return {
		digest: at.blob,
		bytes: {
			file,
			offset: at.offset,
			length: at.size
		}
	};
}
function leavesOf(files, entries) {
	const read = (entry) => {
		const blob = blobOf(files, entry);
		return blob && textOf(blob);
	};
	return chainsBelow(entries, read).map(leafOf).flatMap((entry) => {
		const manifest = blobOf(files, entry);
		return manifest === void 0 ? [] : [{
			entry,
			manifest
		}];
	});
}
function textOf({ text }) {
	if (text === void 0) throw inconsistent("a document in it is no JSON, or too large");
	return text;
}
function blobOf(files, { digest }) {
	const entry = files.get(`blobs/${digest.replace(":", "/")}`);
	if (entry !== void 0 && "kind" in entry) throw inconsistent(`its blob ${digest} is no plain file`);
	return entry && {
		...entry,
		blob: digest
	};
}
async function requireLayers(image, layers, judged) {
	const { files, file, sources, reader, signal } = image;
	if (layers.length !== judged.diffIds.length) throw inconsistent(`it has ${layers.length} layers, and its configuration lists ${judged.diffIds.length}`);
	requireTarLayers(layers);
	for (const [at, layer] of layers.entries()) {
		const blob = blobOf(files, layer);
		if (blob === void 0) throw inconsistent(`its layer ${layer.digest}, which its index.json leads to, is missing`);
		const source = sources[at]?.bytes;
		const tables = tableClaims(layer);
		if (source !== void 0 && "file" in source && source.offset === blob.offset && tables === void 0) continue;
		const { bytes } = sourceOf(file, blob);
		if (!("file" in bytes)) throw new TypeError("a blob of a tar is in its file");
		const { digest, diffId } = await reader.read({
			...bytes,
			tables
		}, signal);
		if (layer.digest !== digest) throw inconsistent(`its blob ${layer.digest} is ${digest}`);
		if (diffId !== judged.diffIds[at]) throw inconsistent(`its layer ${at + 1} is ${diffId}, and its configuration says ${String(judged.diffIds[at]).slice(0, 80)}`);
	}
}
function platformOfOther(files, entry, config, judged) {
	const blob = blobOf(files, config);
	if (blob === void 0) return void 0;
	const own = processorOf(readConfig(textOf(blob), "a configuration in it").platform);
	const listed = entry.platform === void 0 ? own : processorOf(entry.platform);
	const ofJudged = processorOf(judged.platform);
	if (own !== void 0 && own !== ofJudged && listed !== ofJudged && ofJudged !== void 0) return shownPlatform(own);
	throw inconsistent("its manifest.json and its index.json mean different images");
}
function processorOf(platform) {
	if (platform === void 0) return void 0;
	const { os, architecture, variant } = platform;
	const whole = `${os}/${architecture}`;
	return architecture === "arm" && variant !== void 0 ? `${whole}/${variant}` : whole;
}
function shownPlatform(name) {
	return /^[\w./-]{1,60}$/.test(name) ? name : "an unknown one";
}

// src/images/acquire/unchanged.ts
function watchFiles(paths) {
	const before = stateOf(paths);
	return { hasChanged: () => stateOf(paths) !== before };
}
function stateOf(paths) {
	return paths.map((path) => `${path} ${fingerprint(path)}`).join("\n");
}
function fingerprint(path) {
	try {
		const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
		return [
			dev,
			ino,
			size,
			mtimeNs,
			ctimeNs
		].join(" ");
	} catch {
		return "unreadable";
	}
}

// src/images/acquire/from-archive.ts
async function findInArchive(path, options) {
	const { hasChanged } = watchFiles([path]);
	try {
		return {
			...await imageIn(path, options),
			hasChanged
		};
	} catch (thrown) {
		throw hasChanged() ? new SourceChanged() : thrown;
	}
}
async function imageIn(path, options) {
	const { scratch, reader, signal } = options;
	const isPacked = isGzip(path);
	if (isPacked) await unpack(path, options);
	const file = isPacked ? scratch : path;
	requireTar(file);
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openPlain(file), closeSync);
	const files = await savedFiles(descriptor);
	const { config, layers, repoTags } = describedImage(files);
	const text = files.textOf(config, "configuration");
	const facts = readConfig(text);
	requireName(config, facts.imageId);
	const sources = layers.map((name) => sourceOf(file, files.fileAt(name, "layer")));
	return {
		config: text,
		layers: sources,
		annotations: [],
		repoTags,
		repoDigests: [],
		place: "archive",
		notes: await requireSameImage({
			files,
			file,
			sources,
			reader,
			signal
		}, facts)
	};
}
const any = unknown();
const ENTRY = object({
	Config: any,
	Layers: any,
	RepoTags: any,
	LayerSources: any,
	Parent: any
});
function savedTagsIn(manifest) {
	const images = parseStrictJson(manifest, "its manifest.json");
	if (!Array.isArray(images)) return [];
	return images.flatMap((image) => isObject(image) ? stringsOf(image.RepoTags, "RepoTags in its manifest.json") : []);
}
function openPlain(path) {
	const descriptor = openLocated(path);
	if (fstatSync(descriptor).isFile()) return descriptor;
	closeSync(descriptor);
	throw inconsistent("it is no plain file");
}
const GONE = /* @__PURE__ */ new Set([
	"ELOOP",
	"ENOENT",
	"ENOTDIR",
	"ENXIO"
]);
function openLocated(path) {
	try {
		return openUnlinked(path);
	} catch (error) {
		throw GONE.has(error.code) ? new SourceChanged() : error;
	}
}
function isGzip(path) {
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openPlain(path), closeSync);
	const magic = Buffer.alloc(2);
	readSync(descriptor, magic, 0, 2, 0);
	return magic.readUInt16BE() === 8075;
}
function requireTar(path) {
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openPlain(path), closeSync);
	const block = Buffer.alloc(BLOCK);
	const count = readSync(descriptor, block, 0, BLOCK, 0);
	if (count === 0) throw new UnreadableFile("it is empty");
	const [, written] = /^[ \0]*([0-7]+)[ \0]*$/.exec(block.toString("latin1", SUM_START, SUM_END)) ?? [];
	const sum = block.reduce((total, byte, at) => total + (at >= SUM_START && at < SUM_END ? 32 : byte), 0);
	if (count < BLOCK || written === void 0 || Number.parseInt(written, 8) !== sum) throw new UnreadableFile("it does not begin like a tar");
}
const BLOCK = 512;
const SUM_START = 148;
const SUM_END = 156;
async function unpack(path, { scratch, signal, most = LAYER_LIMITS.unpackedBytes }) {
	const packed = createReadStream("", {
		fd: openPlain(path),
		highWaterMark: 1 << 20
	});
	const output = new SparseFile(scratch);
	let size = 0;
	const write = async (pieces) => {
		for await (const piece of pieces) {
			size += piece.length;
			if (size > most) throw new ImageProblem("image-too-large", `it has more than ${most} bytes when it is unpacked`);
			output.write(piece);
		}
	};
	try {
		await pipeline(packed, createGunzip({ chunkSize: 1 << 20 }), write, { signal });
		output.finish();
	} catch (error) {
		output.discard();
		throw error;
	}
}
function describedImage(files) {
	if (files.get("manifest.json") === void 0) throw new UnreadableFile("it has no manifest.json");
	const list = parseStrictJson(files.textOf("manifest.json", "manifest.json"), "its manifest.json", array(ENTRY));
	if (!Array.isArray(list)) throw inconsistent("its manifest.json is no list");
	if (list.length > 1) throw new SeveralInFile(`it holds ${list.length} images`);
	const [image] = list;
	if (!isObject(image)) throw damaged("its manifest.json names no image");
	if (typeof image.Config !== "string") throw damaged("its manifest.json names no configuration");
	return {
		config: image.Config,
		layers: stringsOf(image.Layers, "Layers in its manifest.json"),
		repoTags: stringsOf(image.RepoTags, "RepoTags in its manifest.json")
	};
}
function requireName(config, imageId) {
	const [, named] = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
	if (named !== void 0 && `sha256:${named}` !== imageId) throw inconsistent(`its configuration is called ${quoted(config)}, but is ${imageId}`);
}
function stringsOf(value, what) {
	if (value === void 0 || value === null) return [];
	if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
	throw inconsistent(`${what} is no list of texts`);
}

export { SAVED_TAR, chainsBelow, findInArchive, leafOf, savedFiles, savedTagsIn, watchFiles };