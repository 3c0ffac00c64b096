import { I as misspeltKey, L as repeatedKey } from "./shared.js";
import { closeSync, openSync, readSync } from "node:fs";
import { createHash } from "node:crypto";
import { Readable, pipeline } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

// src/images/file/bytes.ts
const PIECE$1 = 1 << 20;
function bytesOfFile(descriptor) {
	const room = Buffer.allocUnsafeSlow(PIECE$1);
	let position = 0;
	return {
		async some(max) {
			const count = readSync(descriptor, room, 0, Math.min(max, PIECE$1), position);
			position += count;
			return room.subarray(0, count);
		},
		async skip(count) {
			position += count;
		}
	};
}
function bytesOfStream(stream) {
	const pieces = stream[Symbol.asyncIterator]();
	let piece = Buffer.alloc(0);
	const some = async (max) => {
		while (piece.length === 0) {
			const next = await pieces.next();
			if (next.done) return Buffer.alloc(0);
			piece = next.value;
		}
		const part = piece.subarray(0, max);
		piece = piece.subarray(part.length);
		return part;
	};
	return {
		some,
		async skip(count) {
			for (let left = count; left > 0;) {
				const { length } = await some(left);
				if (length === 0) return;
				left -= length;
			}
		}
	};
}
async function exactly(source, count) {
	const parts = [];
	for (let left = count; left > 0;) {
		const part = await source.some(left);
		if (part.length === 0) break;
		parts.push(Buffer.from(part));
		left -= part.length;
	}
	return Buffer.concat(parts);
}
var ImageProblem = class extends Error {
	code;
	constructor(code, what) {
		super(what);
		this.code = code;
	}
};
function damaged(what) {
	return new ImageProblem("image-damaged", what);
}
function inconsistent(what) {
	return new ImageProblem("image-inconsistent", what);
}
const LONGEST = 120;
function quoted(name) {
	return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}

// src/images/file/content.ts
const PIECE = 1 << 20;
async function digestsOf(some) {
	const raw = createHash("sha256");
	let piece = await firstOf(some);
	const packing = packingOf(piece);
	if (packing === void 0) {
		for (; piece.length > 0; piece = await some()) raw.update(piece);
		const digest = `sha256:${raw.digest("hex")}`;
		return {
			digest,
			unpacked: digest
		};
	}
	const inner = createHash("sha256");
	const unpacking = unpacked(packing, (part) => inner.update(part));
	try {
		for (; piece.length > 0; piece = await some()) {
			raw.update(piece);
			await unpacking.take(piece);
		}
		await unpacking.end();
	} finally {
		unpacking.close();
	}
	return {
		digest: `sha256:${raw.digest("hex")}`,
		unpacked: `sha256:${inner.digest("hex")}`
	};
}
async function firstOf(some) {
	let first = await some();
	while (first.length > 0 && first.length < MAGIC) {
		const held = Buffer.from(first);
		const next = await some();
		if (next.length === 0) return held;
		first = Buffer.concat([held, next]);
	}
	return first;
}
const MAGIC = 4;
function packingOf(start) {
	if (start.length < MAGIC) return void 0;
	if (start.readUInt16BE() === 8075) return "gzip";
	const magic = start.readUInt32LE();
	return magic === 4247762216 || (magic & 4294967280) >>> 0 === 407710288 ? "zstd" : void 0;
}
function open(packing) {
	const options = { chunkSize: PIECE };
	return packing === "gzip" ? createGunzip(options) : createZstdDecompress(options);
}
function unpacked(packing, onPart) {
	let current = begin(open(packing), onPart);
	return {
		async take(piece) {
			for (let rest = piece; rest.length > 0;) {
				const used = await current.write(rest);
				if (used === rest.length || packing === "gzip") return;
				current.close();
				rest = rest.subarray(used);
				current = begin(open(packing), onPart);
			}
		},
		end: () => current.end(),
		close: () => current.close()
	};
}
function begin(stream, onPart) {
	let failed = () => {};
	const failure = new Promise((_, reject) => {
		failed = reject;
	});
	failure.catch(() => {});
	const ended = new Promise((resolve) => stream.once("end", resolve));
	stream.on("data", onPart).on("error", (error) => failed(error));
	let isDone = false;
	ended.then(() => {
		isDone = true;
	});
	return {
		async write(piece) {
			if (isDone) return 0;
			const before = stream.bytesWritten;
			await Promise.race([failure, new Promise((resolve) => stream.write(piece, resolve))]);
			return stream.bytesWritten - before;
		},
		async end() {
			stream.end();
			await Promise.race([failure, ended]);
		},
		close: () => stream.destroy()
	};
}

// src/images/file/documents.ts
const INDEX_KEYS = ["manifests", "mediaType"];
const KEYS = [
	"mediaType",
	"digest",
	"size",
	"platform",
	"annotations"
];
function descriptorsOf(text, what) {
	return listOf(objectWith(parseStrict(text, what), INDEX_KEYS, what).manifests, what);
}
function manifestOf(text, what) {
	const manifest = objectWith(parseStrict(text, what), [
		"config",
		"layers",
		"mediaType"
	], what);
	return {
		config: descriptorOf(manifest.config, what),
		layers: listOf(manifest.layers, what)
	};
}
function listOf(value, what) {
	if (value === void 0 || value === null) return [];
	if (!Array.isArray(value)) throw inconsistent(`${what} has something other than a list`);
	return value.map((each) => descriptorOf(each, what));
}
function descriptorOf(value, what) {
	const { mediaType, digest, size, platform, annotations } = objectWith(value, KEYS, what);
	if (typeof digest !== "string" || !/^sha256:[0-9a-f]{64}$/.test(digest)) throw inconsistent(`${what} names a blob by something other than a SHA-256`);
	return {
		digest,
		mediaType: typeof mediaType === "string" ? mediaType : void 0,
		size: typeof size === "number" ? size : void 0,
		platform: isObject(platform) ? objectWith(platform, [
			"os",
			"architecture",
			"variant"
		], what) : void 0,
		annotations: isObject(annotations) ? annotations : void 0
	};
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isAttestation({ platform, annotations }) {
	return platform?.os === "unknown" && platform.architecture === "unknown" && annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
}
function isIndex({ mediaType }, text) {
	if (mediaType !== void 0) return /image\.index|manifest\.list/.test(mediaType);
	return text !== void 0 && "manifests" in objectWith(parseStrict(text, "a document in it"), INDEX_KEYS, "a document in it");
}
function parseStrict(bytes, what) {
	const text = bytes.toString("utf8");
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		throw inconsistent(`${what} is not JSON`);
	}
	if (repeatedKey(Buffer.from(text), value) !== void 0) throw inconsistent(`${what} has a key twice`);
	return value;
}
function objectWith(value, keys, what) {
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw inconsistent(`${what} is no object`);
	const meant = misspeltKey(Object.keys(value), keys);
	if (meant !== void 0) throw inconsistent(`${what} has a key that some readers take for ${meant}`);
	return value;
}
function stringsOf(value, what) {
	if (value === void 0 || value === null) return [];
	if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
	throw inconsistent(`${what} is no list of texts`);
}
function configFacts(bytes, what) {
	const config = objectWith(parseStrict(bytes, what), [
		"rootfs",
		"os",
		"architecture",
		"variant",
		"history"
	], what);
	const rootfs = objectWith(config.rootfs, ["diff_ids", "type"], `${what} (rootfs)`);
	return {
		imageId: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
		diffIds: stringsOf(rootfs.diff_ids, `diff_ids in ${what}`),
		platform: platformOf(config)
	};
}
function platformOf({ os, architecture, variant }) {
	if (typeof os !== "string" || typeof architecture !== "string" || os === "" || architecture === "") return void 0;
	const whole = `${os}/${architecture}`;
	return architecture === "arm" && typeof variant === "string" ? `${whole}/${variant}` : whole;
}
function requireDigest(called, found) {
	if (called !== found) throw inconsistent(`its blob ${called} is ${found}`);
}
function requireLayers(unpacked, diffIds) {
	if (unpacked.length !== diffIds.length) throw inconsistent(`it has ${unpacked.length} layers, and its configuration lists ${diffIds.length}`);
	for (const [index, digest] of unpacked.entries()) if (digest !== diffIds[index]) throw inconsistent(`its layer ${index + 1} is ${digest}, and its configuration says ${String(diffIds[index]).slice(0, 80)}`);
}

// src/images/file/saved-files.ts
const MAX_MEMBERS = 2e5;
var SavedFiles = class {
	#entries = /* @__PURE__ */ new Map();
	#spelt = /* @__PURE__ */ new Set();
	add(member, entry) {
		const name = plainName(member.name);
		if (name === "") return;
		this.#spelt.add(member.name);
		const other = this.#entries.get(name);
		if (other !== void 0 && !isSame(other, entry)) throw inconsistent(`${quoted(name)} is in it more than once`);
		this.#entries.set(name, entry);
		if (this.#entries.size > MAX_MEMBERS) throw inconsistent(`it has more than ${MAX_MEMBERS} members`);
	}
	get(name) {
		return this.#entries.get(name);
	}
	isSpelt(name) {
		return this.#spelt.has(name);
	}
	all() {
		return this.#entries.entries();
	}
};
function plainName(name) {
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw inconsistent(`${quoted(name)} leads out of it`);
	return parts.join("/");
}
function isSame(one, other) {
	if ("digest" in one && "digest" in other) return one.digest === other.digest;
	return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
}

// src/images/file/second-index.ts
const MAX_DEPTH = 4;
function requireSameImage(files, judged) {
	const index = files.get("index.json");
	if (index === void 0) return [];
	if ("kind" in index || index.text === void 0) throw inconsistent("its index.json is no plain JSON file");
	const leaves = leavesOf(files, descriptorsOf(index.text, "its index.json"), MAX_DEPTH);
	const others = /* @__PURE__ */ new Set();
	let isThere = false;
	for (const { entry, manifest } of leaves) {
		const { config, layers } = manifestOf(manifest.text ?? Buffer.alloc(0), "a manifest in it");
		if (config.digest === judged.imageId) {
			requireBlobs(files, layers, judged);
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
function leavesOf(files, entries, depth) {
	return entries.flatMap((entry) => {
		const blob = blobOf(files, entry);
		if (blob === void 0 || isAttestation(entry)) return [];
		requireDigest(entry.digest, blob.digest);
		if (!isIndex(entry, blob.text)) return [{
			entry,
			manifest: blob
		}];
		if (depth === 0) throw inconsistent("its index.json is an index of too many indexes");
		return leavesOf(files, descriptorsOf(blob.text ?? Buffer.alloc(0), "an index in it"), depth - 1);
	});
}
function blobOf(files, { digest }) {
	const entry = files.get(`blobs/sha256/${digest.slice(7)}`);
	if (entry !== void 0 && "kind" in entry) throw inconsistent(`its blob ${digest} is no plain file`);
	return entry;
}
function requireBlobs(files, layers, judged) {
	const unpacked = layers.map((layer) => {
		const blob = blobOf(files, layer);
		if (blob === void 0) throw inconsistent(`its layer ${layer.digest}, which its index.json leads to, is missing`);
		return blob.unpacked;
	});
	requireLayers(unpacked, judged.diffIds);
}
function platformOfOther(files, entry, config, judged) {
	const blob = blobOf(files, config);
	if (blob === void 0) return void 0;
	const own = configFacts(blob.text ?? Buffer.alloc(0), "a configuration in it").platform;
	const listed = entry.platform === void 0 ? own : platformOf(entry.platform);
	if (own !== void 0 && own !== judged.platform && listed !== judged.platform && judged.platform !== void 0) return shownPlatform(own);
	throw inconsistent("its manifest.json and its index.json mean different images");
}
function shownPlatform(name) {
	return /^[\w./-]{1,60}$/.test(name) ? name : "an unknown one";
}

// src/images/file/tar.ts
const BLOCK = 512;
const MAX_EXTENDED = 1 << 20;
async function* tarMembers(source) {
	let override = {};
	for (;;) {
		const block = await exactly(source, BLOCK);
		if (block.length === 0) return;
		if (block.length < BLOCK) throw damaged("it is no tar, or cut off");
		if (isZero(block)) return await requireEnd(source);
		const header = readHeader(block);
		if ("xgLK".includes(header.type)) {
			merge(override, await readExtended(source, header));
			continue;
		}
		const { name = header.name, link = header.link, size = header.size } = override;
		override = {};
		const kind = kindOf(header.type, name, size);
		let left = size;
		yield {
			name,
			kind,
			link,
			size,
			async some() {
				if (left === 0) return Buffer.alloc(0);
				const part = await source.some(left);
				if (part.length === 0) throw damaged(`it is cut off within ${quoted(name)}`);
				left -= part.length;
				return part;
			}
		};
		await source.skip(left + padding(size));
	}
}
const padding = (size) => (BLOCK - size % BLOCK) % BLOCK;
const ZERO = Buffer.alloc(BLOCK);
function isZero(block) {
	return block.equals(ZERO.subarray(0, block.length));
}
async function requireEnd(source) {
	for (;;) {
		const block = await exactly(source, BLOCK);
		if (block.length === 0) return;
		if (!isZero(block)) throw inconsistent("something lies behind its end");
	}
}
const KINDS = {
	"0": "file",
	"1": "hard-link",
	"2": "link",
	"3": "other",
	"4": "other",
	"5": "folder",
	"6": "other"
};
function kindOf(type, name, size) {
	const kind = KINDS[type];
	if (kind === void 0) throw inconsistent(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
	if (size === 0) return kind === "file" && name.endsWith("/") ? "folder" : kind;
	if (kind !== "file" || name.endsWith("/")) throw inconsistent(`${quoted(name)} has a content that is none of a file's`);
	return kind;
}
function merge(override, more) {
	for (const key of [
		"name",
		"link",
		"size"
	]) {
		if (more[key] === void 0) continue;
		if (override[key] !== void 0) throw inconsistent(`a member's ${key} is given twice`);
		Object.assign(override, { [key]: more[key] });
	}
}
async function readExtended(source, { type, size }) {
	if (size > MAX_EXTENDED) throw damaged("an extended header is too long");
	const body = await exactly(source, size);
	if (body.length < size) throw damaged("it is cut off");
	await source.skip(padding(size));
	if (type === "x" || type === "g") return readRecords(body, type);
	const end = body.indexOf(0);
	const text = body.toString("utf8", 0, end === -1 ? body.length : end);
	return type === "L" ? { name: text } : { link: text };
}
function readRecords(body, type) {
	const override = {};
	for (let at = 0; at < body.length;) {
		const [start = "", digits = ""] = /^(\d{1,7}) /.exec(body.toString("latin1", at, at + 8)) ?? [];
		const end = at + Number(digits);
		const equals = body.indexOf("=", at + start.length);
		if (!(start !== "" && equals !== -1 && equals < end && end <= body.length && body[end - 1] === 10)) throw damaged("an extended header is damaged");
		const change = changeOf(body.toString("utf8", at + start.length, equals), body.toString("utf8", equals + 1, end - 1));
		if (type === "g" && Object.keys(change).length > 0) throw inconsistent("one name or size is given to all members");
		merge(override, change);
		at = end;
	}
	return override;
}
function changeOf(keyword, value) {
	if (/^(?:GNU\.sparse\..*|SCHILY\.realsize|hdrcharset)$/.test(keyword)) throw inconsistent(`a member is stored in an unusual way (${keyword})`);
	if ((keyword === "path" || keyword === "linkpath") && (value === "" || value.includes("\0"))) throw inconsistent("a member's name can be read in two ways");
	if (keyword === "path") return { name: value };
	if (keyword === "linkpath") return { link: value };
	if (keyword !== "size") return {};
	if (!/^\d{1,15}$/.test(value)) throw damaged("a member's size is impossible");
	return { size: Number(value) };
}
function readHeader(block) {
	const text = (at, length) => {
		const field = block.subarray(at, at + length);
		const end = field.indexOf(0);
		return field.toString("utf8", 0, end === -1 ? length : end);
	};
	if (!isSum(block)) throw damaged("it is no tar, or a member's header is damaged");
	const type = String.fromCharCode(block[156] || 48);
	const prefix = prefixOf(block, text);
	return {
		name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
		type,
		size: number(block.subarray(124, 136)),
		link: text(157, 100)
	};
}
function isSum(block) {
	let unsigned = 256;
	let signed = unsigned;
	for (let at = 0; at < 512; at++) {
		if (at >= 148 && at < 156) continue;
		const byte = block[at];
		unsigned += byte;
		signed += byte > 127 ? byte - 256 : byte;
	}
	const sum = number(block.subarray(148, 156));
	return sum === unsigned || sum === signed;
}
function prefixOf(block, text) {
	const magic = block.toString("latin1", 257, 265);
	if (magic === "ustar\x0000") {
		const prefix = text(345, 155);
		if (block.toString("latin1", 508, 512) === "tar\0" && Buffer.byteLength(prefix) > 130) throw inconsistent("a member's name can be read in two ways");
		return prefix;
	}
	if (magic === "ustar  \0" && ![345, 357].every((at) => isNumber(block.subarray(at, at + 12)))) throw inconsistent("a member's name can be read in two ways");
	return "";
}
function isNumber(field) {
	return ((field[0] ?? 0) & 128) !== 0 || /^[ \0]*[0-7]*[ \0]*$/.test(field.toString("latin1"));
}
function number(field) {
	if (((field[0] ?? 0) & 128) === 0) {
		const digits = field.toString("latin1").replace(/^[ \0]+|[ \0].*$/gs, "");
		if (!/^[0-7]*$/.test(digits)) throw damaged("it is no tar, or a member's header is damaged");
		return digits === "" ? 0 : Number.parseInt(digits, 8);
	}
	let value = BigInt((field[0] ?? 0) & 127);
	for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
	if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged("a member's size is impossible");
	return Number(value);
}

// src/images/file/saved-image.ts
const MAX_TEXT = 8388608;
const MAX_TEXTS = 134217728;
const MAX_LINKS = 8;
async function checkSavedImage(path) {
	const files = await withBytes(path, readMembers);
	const { config, layers } = describedImage(files);
	const facts = configFacts(textOf(files, config, "configuration"), "its configuration");
	requireName(config, facts.imageId);
	requireLayers(layers.map((name) => fileAt(files, name, "layer").unpacked), facts.diffIds);
	for (const [name, entry] of files.all()) {
		const [, digest] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? [];
		if (digest !== void 0 && "digest" in entry) requireDigest(`sha256:${digest}`, entry.digest);
	}
	return {
		imageId: facts.imageId,
		notes: requireSameImage(files, facts)
	};
}
async function withBytes(path, read, signal) {
	const descriptor = openSync(path, "r");
	try {
		const magic = Buffer.alloc(2);
		readSync(descriptor, magic, 0, 2, 0);
		if (magic.readUInt16BE() !== 8075) return await read(bytesOfFile(descriptor));
		const packed = Readable.from(piecesOf(bytesOfFile(descriptor)));
		const unpacking = pipeline(packed, createGunzip({ chunkSize: 1 << 20 }), () => {});
		signal?.addEventListener("abort", () => unpacking.destroy(/* @__PURE__ */ new Error("it takes too long")), { once: true });
		try {
			return await read(bytesOfStream(unpacking));
		} finally {
			unpacking.destroy();
			packed.destroy();
		}
	} finally {
		closeSync(descriptor);
	}
}
async function* piecesOf(bytes) {
	for (;;) {
		const piece = await bytes.some(Number.MAX_SAFE_INTEGER);
		if (piece.length === 0) return;
		yield Buffer.from(piece);
	}
}
async function readMembers(source) {
	const files = new SavedFiles();
	let room = MAX_TEXTS;
	for await (const member of tarMembers(source)) {
		const { kind, link, size } = member;
		if (kind !== "file") {
			files.add(member, {
				kind,
				link
			});
			continue;
		}
		const text = size <= MAX_TEXT && size <= room ? textKeeper() : void 0;
		const digests = await digestsOf(async () => {
			const piece = await member.some();
			text?.take(piece);
			return piece;
		});
		const kept = text?.done();
		room -= kept?.length ?? 0;
		files.add(member, {
			...digests,
			size,
			text: kept
		});
	}
	requireFolders(files);
	return files;
}
function textKeeper() {
	const parts = [];
	let isText;
	return {
		take(piece) {
			if (piece.length === 0) return;
			isText ??= /^\s*[[{]/.test(piece.toString("latin1", 0, 64));
			if (isText) parts.push(Buffer.from(piece));
		},
		done: () => isText ? Buffer.concat(parts) : void 0
	};
}
function requireFolders(files) {
	for (const [name] of files.all()) for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
		const parent = files.get(name.slice(0, slash));
		if (parent !== void 0 && !("kind" in parent && parent.kind === "folder")) throw inconsistent(`${quoted(name)} lies below what is no folder`);
	}
}
function describedImage(files) {
	if (files.get("manifest.json") === void 0 || !files.isSpelt("manifest.json")) throw damaged("it has no manifest.json");
	const list = parseStrict(textOf(files, "manifest.json", "manifest.json"), "its manifest.json");
	if (!Array.isArray(list)) throw damaged("its manifest.json is no list");
	if (list.length !== 1) throw damaged(`it holds ${list.length} images`);
	const image = objectWith(list[0], [
		"Config",
		"Layers",
		"RepoTags",
		"LayerSources",
		"Parent"
	], "its manifest.json");
	if (typeof image.Config !== "string") throw damaged("its manifest.json names no configuration");
	return {
		config: image.Config,
		layers: stringsOf(image.Layers, "Layers in its manifest.json")
	};
}
function textOf(files, name, what) {
	const entry = files.get(plainName(name));
	if (entry !== void 0 && "kind" in entry) throw inconsistent(`its ${what} is no plain file`);
	const { text, size } = fileAt(files, name, what);
	if (text === void 0) throw inconsistent(`its ${what} is no JSON, or has more than ${MAX_TEXT} bytes (${size})`);
	return text;
}
function fileAt(files, name, what) {
	let at = name;
	for (let links = 0; links <= MAX_LINKS; links++) {
		const entry = files.get(plainName(at));
		if (entry === void 0 || !files.isSpelt(at)) throw damaged(`it has no ${what} ${quoted(at)}`);
		if (!("kind" in entry)) return entry;
		at = linkedName(at, entry, what);
	}
	throw inconsistent(`the ${what} ${quoted(name)} is a link that leads nowhere`);
}
function linkedName(at, { kind, link }, what) {
	const folder = at.split("/").slice(0, -1);
	const isHard = kind === "hard-link";
	if (kind !== "link" && !isHard || link.startsWith("/") || link === "" || isHard && folder.length > 0) throw inconsistent(`its ${what} ${quoted(at)} is no plain file`);
	for (const part of link.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === ".." && folder.pop() === void 0) throw inconsistent(`its ${what} ${quoted(at)} is a link that leads out of it`);
		if (part !== "..") folder.push(part);
	}
	return folder.join("/");
}
function requireName(config, imageId) {
	const [, named] = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
	if (named !== void 0 && `sha256:${named}` !== imageId) throw inconsistent(`its configuration is called ${quoted(config)}, but is ${imageId}`);
}

export { manifestOf as a, stringsOf as c, bytesOfFile as d, damaged as f, configFacts as i, digestsOf as l, inconsistent as m, withBytes as n, requireDigest as o, exactly as p, tarMembers as r, requireLayers as s, checkSavedImage as t, ImageProblem as u };