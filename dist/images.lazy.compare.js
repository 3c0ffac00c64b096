import { createHash } from "./shared.thread.js";
import { ImageFault, MAX_TABLE, boundedPath, folderOf, otherFiles, quoted, tooLarge } from "./shared.layers.js";
import { parseStrictJson } from "./shared.scanner.js";
import { _enum, array, int, object, record, string } from "./package.zod.js";

// src/images/lazy/read.ts
const KINDS = {
	reg: "file",
	dir: "folder",
	symlink: "symlink",
	hardlink: "hard-link",
	char: "device",
	block: "device",
	fifo: "pipe"
};
const text = string().nullish();
const count = int().nonnegative().nullish();
const digest = string().regex(/^(?:sha256:[0-9a-f]{64})?$/).nullish();
const entry = object({
	name: text,
	type: _enum([...Object.keys(KINDS), "chunk"]),
	size: count,
	linkName: text,
	digest,
	chunkOffset: count,
	chunkSize: count,
	chunkDigest: digest,
	xattrs: record(string(), string()).nullish()
});
const table = object({ entries: array(entry) });
const OVERLAY = /^(?:trusted|user|security)\.(?:overlay|fuseoverlayfs)\./;
function readTable(json, most) {
	requireFew(json, most);
	const rows = rowsIn(json);
	const entries = /* @__PURE__ */ new Map();
	for (let at = 0; at < rows.length;) {
		const row = rows[at];
		if (row.type === "chunk") throw unreadable("a part of a file follows no file");
		let end = at + 1;
		while (rows[end]?.type === "chunk") end++;
		const path = boundedPath(row.name ?? "");
		const read = entryOf(row.type, rows.slice(at, end));
		if (entries.has(path) && (read.kind !== "folder" || entries.get(path)?.kind !== "folder") || path === "" && read.kind !== "folder") throw unreadable("it has a name twice, or another root");
		entries.set(path, read);
		at = end;
	}
	return entries;
}
function requireFew(json, most) {
	let count = 0;
	for (let at = json.indexOf("{"); at !== -1; at = json.indexOf("{", at + 1)) count++;
	if (count > 2 * most + 1) throw tooLarge(`a layer's table of contents has more than ${most} files and folders`);
}
function rowsIn(json) {
	const what = "a layer's table of contents";
	try {
		const result = table.safeParse(parseStrictJson(json, what, table, MAX_TABLE));
		if (result.success) return result.data.entries;
	} catch (error) {
		throw error instanceof ImageFault ? otherFiles(error.message) : error;
	}
	throw unreadable("it has a wrong value");
}
function entryOf(type, rows) {
	const [first] = rows;
	if (rows.some(({ xattrs }) => Object.keys(xattrs ?? {}).some((name) => OVERLAY.test(name)))) throw unreadable("it tells overlayfs what to show");
	const kind = KINDS[type];
	if (kind !== "file" && rows.length > 1) throw unreadable("a part of a file follows no file");
	const size = kind === "file" ? first.size ?? 0 : 0;
	const pieces = size === 0 && rows.length === 1 ? [] : piecesOf(rows, size);
	return {
		kind,
		size,
		link: first.linkName ?? "",
		digest: first.digest ?? "",
		pieces
	};
}
function piecesOf(rows, size) {
	let at = 0;
	const pieces = rows.map(({ chunkOffset, chunkSize, chunkDigest }) => {
		if ((chunkOffset ?? 0) !== at) throw unreadable("parts of a file do not follow each other");
		const length = chunkSize || size - at;
		at += length;
		return {
			size: length,
			digest: chunkDigest ?? ""
		};
	});
	if (at !== size) throw unreadable("parts of a file are not the whole");
	if (!(pieces.length === 1 ? pieces[0]?.digest || rows[0]?.digest : pieces.every((each) => each.digest))) throw unreadable("a file has no digest");
	return pieces;
}
function unreadable(why) {
	return otherFiles(`a layer's table of contents cannot be read in one way: ${why}`);
}

// src/images/lazy/compare.ts
const TABLE_NAME = "stargz.index.json";
var TableComparison = class {
	#entries;
	#seen = /* @__PURE__ */ new Set();
	#folders = /* @__PURE__ */ new Set([""]);
	#content;
	constructor(json, most) {
		this.#entries = readTable(json, most);
	}
	member(member) {
		const { kind, name, size, link } = member;
		this.#content = void 0;
		const path = boundedPath(name);
		const entry = this.#entries.get(path);
		if (entry === void 0 && (path === TABLE_NAME && kind === "file" || path === "")) return;
		if (entry === void 0) throw otherFiles(`a layer's table of contents does not have ${quoted(path)}`);
		this.#requireFolders(path);
		if (this.#seen.has(path) && kind !== "folder") throw otherFiles(`a layer with a table has ${quoted(path)} twice`);
		this.#seen.add(path);
		if (kind !== entry.kind) throw differs(path, "kind");
		if (!isSameLink(kind, link, entry.link)) throw differs(path, "target");
		if (kind === "hard-link") this.#requireTarget(link);
		if (kind !== "file") return;
		if (size !== entry.size) throw differs(path, "size");
		this.#content = new FileComparison(path, entry);
	}
	content(piece) {
		this.#content?.take(piece);
	}
	end() {
		this.#content?.end();
		this.#content = void 0;
	}
	finish() {
		for (const path of this.#entries.keys()) if (path !== "" && !this.#seen.has(path)) throw otherFiles(`only a layer's table of contents has ${quoted(path)}, its tar does not`);
	}
	#requireTarget(link) {
		const target = boundedPath(link);
		if (!this.#seen.has(target) || this.#entries.get(target)?.kind === "folder") throw otherFiles(`a layer with a table has a hard link to ${quoted(target)}, which is not a file before it`);
	}
	#requireFolders(path) {
		for (let folder = folderOf(path); !this.#folders.has(folder); folder = folderOf(folder)) {
			const { kind = "folder" } = this.#entries.get(folder) ?? {};
			if (kind !== "folder") throw otherFiles(`a layer with a table has something below ${quoted(folder)}`);
			this.#folders.add(folder);
		}
	}
};
function isSameLink(kind, own, listed) {
	if (kind === "symlink") return own === listed;
	return kind !== "hard-link" || boundedPath(own) === boundedPath(listed);
}
var FileComparison = class {
	#path;
	#entry;
	#whole;
	#piece;
	#index = 0;
	#left = 0;
	constructor(path, entry) {
		this.#path = path;
		this.#entry = entry;
		const [first] = entry.pieces;
		const isOnce = entry.pieces.length === 1 && first?.digest === entry.digest;
		if (entry.digest !== "" && !isOnce) this.#whole = createHash("sha256");
		this.#begin();
	}
	take(bytes) {
		this.#whole?.update(bytes);
		for (let at = 0; at < bytes.length && this.#index < this.#entry.pieces.length;) {
			const part = bytes.subarray(at, at + this.#left);
			this.#piece?.update(part);
			at += part.length;
			this.#left -= part.length;
			if (this.#left > 0) continue;
			this.#requireDigest(this.#piece, this.#entry.pieces[this.#index]?.digest);
			this.#index++;
			this.#begin();
		}
	}
	end() {
		this.#requireDigest(this.#whole, this.#entry.digest);
	}
	#begin() {
		const { size = 0, digest = "" } = this.#entry.pieces[this.#index] ?? {};
		this.#left = size;
		this.#piece = digest === "" ? void 0 : createHash("sha256");
	}
	#requireDigest(hash, digest) {
		if (hash !== void 0 && `sha256:${hash.digest("hex")}` !== digest) throw differs(this.#path, "content");
	}
};
function differs(path, what) {
	return otherFiles(`a layer's table of contents has another ${what} of ${quoted(path)} than its tar`);
}

export { TableComparison };