import { closeSync, createHash, createReadStream, fstatSync, readAllAt, readSync, statSync, tryOr } from "./shared.thread.js";
import { isObject } from "./domain.json.is-object.js";
import { openUnlinked } from "./shared.start.js";
import { quoted } from "./system.tar.problem.js";
import { ImageFault, asImageFault, damaged, imageChanged, inconsistent, tooLarge } from "./images.fault.js";
import { bytesOfFile, tarMembers } from "./system.tar.members.js";
import { MAX_DOCUMENT, parseStrictJson } from "./images.oci.strict-json.js";
import { SparseFile } from "./images.layers.output.sparse-file.js";
import { array, object, unknown } from "./package.zod.js";
import { LAYER_LIMITS, compressionOf, tableClaims } from "./images.layers.read-layer.js";
import { readConfig, readIndex } from "./images.oci.documents.js";
import { imagesOf, resolveImage } from "./images.resolve.js";
import { createGunzip } from "node:zlib";
import { pipeline } from "node:stream/promises";

// src/images/file/saved-files.ts
const SAVED_TAR = {
	form: "archive",
	members: 2e5,
	nameBytes: 16 << 20
};
const MAX_LINKS = 8;
var SavedFiles = class {
	#descriptor;
	#entries;
	constructor(descriptor, entries) {
		this.#descriptor = descriptor;
		this.#entries = entries;
	}
	get(name, what) {
		const entry = this.#entries.get(plainName(name));
		if (entry !== void 0 && "kind" in entry) throw inconsistent(`its ${what} is not a plain file`);
		return entry;
	}
	linked(name, what) {
		let at = name;
		for (let links = 0; links <= MAX_LINKS; links++) {
			const entry = this.#entries.get(plainName(at));
			if (entry === void 0) throw damaged(`it has no ${what} ${quoted(at)}`);
			if (!("kind" in entry)) return entry;
			at = linkedName(at, entry, what);
		}
		throw inconsistent(`the ${what} ${quoted(name)} is a link that leads nowhere`);
	}
	read({ offset, size }, what) {
		if (size > 8388608) throw inconsistent(`its ${what} has more than ${MAX_DOCUMENT} bytes (${size})`);
		const bytes = Buffer.alloc(size);
		readInto(this.#descriptor, bytes, offset);
		return bytes;
	}
};
async function savedFiles(descriptor) {
	const entries = /* @__PURE__ */ new Map();
	const { size: end } = fstatSync(descriptor);
	try {
		for await (const member of tarMembers(bytesOfFile(descriptor), SAVED_TAR)) {
			const { kind, link, size, offset } = member;
			if (offset + size > end) throw damaged(`it is cut off within ${quoted(member.name)}`);
			const name = plainName(member.name);
			if (name === "") continue;
			const entry = kind === "file" ? {
				offset,
				size
			} : {
				kind,
				link
			};
			const other = entries.get(name);
			if (other !== void 0 && !isSame(other, entry, descriptor)) throw inconsistent(`${quoted(name)} is in it more than once`);
			entries.set(name, entry);
		}
	} catch (error) {
		throw asImageFault(error);
	}
	requireFolders(entries);
	return new SavedFiles(descriptor, entries);
}
function requireFolders(entries) {
	for (const name of entries.keys()) for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
		const parent = entries.get(name.slice(0, slash));
		if (parent !== void 0 && !("kind" in parent && parent.kind === "folder")) throw inconsistent(`${quoted(name)} lies below what is not a folder`);
	}
}
function readInto(descriptor, bytes, offset) {
	if (!readAllAt(descriptor, bytes, offset)) throw damaged("it is cut off");
}
function plainName(name) {
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw inconsistent(`${quoted(name)} leads out of it`);
	return parts.join("/");
}
function isSame(one, other, descriptor) {
	if ("kind" in one || "kind" in other) return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
	return one.size === other.size && digestOf(descriptor, one) === digestOf(descriptor, other);
}
function digestOf(descriptor, { offset, size }) {
	const hash = createHash("sha256");
	const piece = Buffer.alloc(Math.min(1 << 20, size));
	for (let done = 0; done < size; done += piece.length) {
		const bytes = piece.subarray(0, size - done);
		readInto(descriptor, bytes, offset + done);
		hash.update(bytes);
	}
	return hash.digest("hex");
}
function linkedName(at, { kind, link }, what) {
	const folder = plainName(at).split("/").slice(0, -1);
	const isHard = kind === "hard-link";
	if (kind !== "symlink" && !isHard || link.startsWith("/") || link === "" || isHard && folder.length > 0) throw inconsistent(`its ${what} ${quoted(at)} is not a plain file`);
	for (const part of link.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === ".." && folder.pop() === void 0) throw inconsistent(`its ${what} ${quoted(at)} is a link that leads out of it`);
		if (part !== "..") folder.push(part);
	}
	return folder.join("/");
}

// src/images/sources/changes.ts
var WatchedFiles = class {
	#before = /* @__PURE__ */ new Map();
	add(path) {
		if (!this.#before.has(path)) this.#before.set(path, fingerprint(path));
	}
	hasChanged() {
		return [...this.#before].some(([path, before]) => fingerprint(path) !== before);
	}
};
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

// src/images/sources/saved-tar.ts
async function findInTar(path, options) {
	const watched = new WatchedFiles();
	watched.add(path);
	try {
		return {
			...await imageIn(path, options),
			hasChanged: () => watched.hasChanged()
		};
	} catch (thrown) {
		throw watched.hasChanged() ? imageChanged() : thrown;
	}
}
async function imagesInTar(path, options) {
	using cleanup = new DisposableStack();
	const { files, file } = await openTar(path, options, cleanup);
	const index = files.get("index.json", "index.json");
	return index === void 0 || files.get("manifest.json", "manifest.json") !== void 0 ? void 0 : await imagesOf(layoutIn(files, index, file));
}
async function tagsInTar(path, options) {
	using cleanup = new DisposableStack();
	const { files } = await openTar(path, options, cleanup);
	const list = files.get("manifest.json", "manifest.json");
	const images = list && parseStrictJson(files.read(list, "manifest.json"), "its manifest.json");
	if (!Array.isArray(images)) return [];
	return images.flatMap((image) => isObject(image) ? stringsOf(image.RepoTags, "RepoTags in its manifest.json") : []);
}
async function openTar(path, options, cleanup) {
	const isPacked = compressionAt(path) === "gzip";
	if (isPacked) await unpack(path, options);
	const file = isPacked ? options.scratch : path;
	if (compressionAt(file) !== "none") throw unreadable("it is packed twice");
	return {
		file,
		files: await savedFiles(cleanup.adopt(openPlain(file), closeSync))
	};
}
async function imageIn(path, options) {
	using cleanup = new DisposableStack();
	const { files, file } = await openTar(path, options, cleanup);
	const saved = savedImage(files);
	const index = files.get("index.json", "index.json");
	const own = {
		repoDigests: [],
		place: "archive"
	};
	if (index === void 0) {
		if (saved === void 0) throw unreadable("it has neither a manifest.json nor an index.json");
		const layers = saved.layers.map(({ offset, size }) => ({ bytes: {
			file,
			offset,
			length: size
		} }));
		return {
			config: saved.config,
			layers,
			documents: [],
			annotations: [],
			notes: [],
			repoTags: saved.repoTags,
			...own
		};
	}
	const { imageId: configuration } = saved ?? {};
	const { platform, digest } = options;
	const image = await resolveImage(layoutIn(files, index, file), {
		platform,
		digest,
		configuration
	});
	if (saved === void 0) return {
		...image,
		repoTags: image.tag === void 0 ? [] : [image.tag],
		...own
	};
	requireSameLayers(saved.layers, image.layers);
	return {
		...image,
		digest: void 0,
		index: void 0,
		repoTags: saved.repoTags,
		...own
	};
}
function layoutIn(files, index, file) {
	const blobOf = (digest) => files.get(`blobs/${digest.replace(":", "/")}`, `blob ${digest}`);
	return {
		top: async () => readIndex(files.read(index, "index.json"), { what: "its index.json" }).manifests,
		bytes: async ({ digest }) => {
			const blob = blobOf(digest);
			return blob && files.read(blob, `blob ${digest}`);
		},
		layer: (of) => {
			const blob = blobOf(of.digest);
			if (blob === void 0) throw damaged(`its blob ${of.digest} is missing`);
			const bytes = {
				file,
				offset: blob.offset,
				length: blob.size
			};
			return {
				digest: of.digest,
				size: of.size,
				tables: tableClaims(of),
				bytes
			};
		}
	};
}
function requireSameLayers(saved, layers) {
	const offsets = layers.map(({ bytes }) => "offset" in bytes ? bytes.offset : void 0);
	if (saved.length !== layers.length || saved.some(({ offset }, at) => offset !== offsets[at])) throw inconsistent("its manifest.json and its index.json mean different layers");
}
const GONE = /* @__PURE__ */ new Set([
	"ELOOP",
	"ENOENT",
	"ENOTDIR",
	"ENXIO"
]);
function openPlain(path) {
	let descriptor;
	try {
		descriptor = openUnlinked(path);
	} catch (error) {
		throw GONE.has(error.code) ? imageChanged() : error;
	}
	if (fstatSync(descriptor).isFile()) return descriptor;
	closeSync(descriptor);
	throw inconsistent("it is not a plain file");
}
function compressionAt(path) {
	using cleanup = new DisposableStack();
	const bytes = Buffer.alloc(512);
	const start = bytes.subarray(0, readSync(cleanup.adopt(openPlain(path), closeSync), bytes, 0, 512, 0));
	if (start.length === 0) throw unreadable("it is empty");
	const compression = tryOr(() => compressionOf(start), "zstd");
	if (compression === "zstd") throw unreadable("it does not begin like a tar");
	return compression;
}
function unreadable(why) {
	return new ImageFault("image-unreadable", why, {
		says: "was not scanned: it is neither a `docker save` tar nor an OCI layout (%)",
		remedy: "Make the tar with `docker save`, `podman save`, skopeo or buildx (`type=docker,dest=…`, `type=oci,dest=…`), or name an OCI layout folder."
	});
}
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
			if (size > most) throw tooLarge(`it has more than ${most} bytes when it is unpacked`);
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
const any = unknown();
const ENTRY = object({
	Config: any,
	Layers: any,
	RepoTags: any,
	LayerSources: any,
	Parent: any
});
function savedImage(files) {
	const list = files.get("manifest.json", "manifest.json");
	if (list === void 0) return void 0;
	const images = parseStrictJson(files.read(list, "manifest.json"), "its manifest.json", array(ENTRY));
	if (!Array.isArray(images)) throw inconsistent("its manifest.json is not a list");
	if (images.length > 1) throw severalImages(images.length);
	const [image] = images;
	if (!isObject(image) || typeof image.Config !== "string") throw damaged("its manifest.json names no image and configuration");
	const { Config: name } = image;
	const file = files.get(name, "configuration");
	if (file === void 0) throw damaged(`it has no configuration ${quoted(name)}`);
	const config = files.read(file, "configuration");
	const { imageId } = readConfig(config);
	requireName(name, imageId);
	return {
		config,
		imageId,
		layers: stringsOf(image.Layers, "Layers in its manifest.json").map((each) => files.linked(each, "layer")),
		repoTags: stringsOf(image.RepoTags, "RepoTags in its manifest.json")
	};
}
function severalImages(count) {
	return new ImageFault("image-ambiguous", `it holds ${count} images, and a tar of images has no way to say which is meant`, { remedy: "Save each image to a tar of its own (`docker save --output=app.tar IMAGE`, one name each), and name them one a line." });
}
function requireName(config, imageId) {
	const [, named] = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
	if (named !== void 0 && `sha256:${named}` !== imageId) throw inconsistent(`its configuration is called ${quoted(config)}, but is ${imageId}`);
}
function stringsOf(value, what) {
	if (value === void 0 || value === null) return [];
	if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
	throw inconsistent(`${what} is not a list of texts`);
}

export { WatchedFiles, findInTar, imagesInTar, tagsInTar };