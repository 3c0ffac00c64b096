import { TarProblem, ambiguousTar, damagedTar, quoted } from "./system.tar.problem.js";
import { isAscii, isUtf8 } from "node:buffer";

// src/system/tar/header.ts
const BLOCK = 512;
const padding = (size) => (512 - size % 512) % 512;
const ZERO = Buffer.alloc(65536);
function isZero(bytes) {
	for (let at = 0; at < bytes.length; at += ZERO.length) {
		const piece = bytes.subarray(at, at + ZERO.length);
		if (!piece.equals(piece.length === ZERO.length ? ZERO : ZERO.subarray(0, piece.length))) return false;
	}
	return true;
}
function readHeader(block, decode) {
	const text = (at, length) => {
		if (block[at] === 0) return "";
		const end = block.indexOf(0, at);
		return decode(block.subarray(at, end === -1 ? at + length : Math.min(end, at + length)));
	};
	if (!isSum(block)) throw damagedTar("it is not a tar, or a member's header is damaged");
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
	let sum = 0;
	for (let at = 0; at < 512; at += 4) sum += byteAt(block, at) + byteAt(block, at + 1) + byteAt(block, at + 2) + byteAt(block, at + 3);
	for (let at = 148; at < 156; at++) sum += 32 - byteAt(block, at);
	return sum === number(block.subarray(148, 156));
}
const byteAt = (block, at) => block[at];
function prefixOf(block, text) {
	const magic = block.readUInt32BE(257) === 1970500705 ? block.readUInt32BE(261) : 0;
	if (magic >>> 16 === 29184) {
		const prefix = text(345, 155);
		if (block.toString("latin1", 508, 512) === "tar\0" && Buffer.byteLength(prefix) > 130) throw ambiguousTar("a member's name can be read in two ways");
		return prefix;
	}
	if (magic === 1914707968 && ![345, 357].every((at) => isNumber(block.subarray(at, at + 12)))) throw ambiguousTar("a member's name can be read in two ways");
	return "";
}
function isNumber(field) {
	return ((field[0] ?? 0) & 128) !== 0 || /^[ \0]*[0-7]*[ \0]*$/.test(field.toString("latin1"));
}
function number(field) {
	if (((field[0] ?? 0) & 128) === 0) {
		let at = 0;
		while (isBlank(field[at])) at++;
		let value = 0;
		for (; at < field.length && !isBlank(field[at]); at++) {
			const digit = byteAt(field, at) - 48;
			if (digit < 0 || digit > 7) throw damagedTar("it is not a tar, or a member's header is damaged");
			value = value * 8 + digit;
		}
		if (field[at] === 32 && !field.subarray(at).every(isBlank)) throw damagedTar("it is not a tar, or a member's header is damaged");
		return value;
	}
	let value = BigInt((field[0] ?? 0) & 127);
	for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
	if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damagedTar("a member's size is impossible");
	return Number(value);
}
const isBlank = (byte) => byte === 32 || byte === 0;

// src/system/tar/names.ts
const ESCAPE = 56320;
function decodeName(bytes) {
	if (isAscii(bytes)) return bytes.toString("latin1");
	if (isUtf8(bytes)) return bytes.toString("utf8");
	let name = "";
	for (let at = 0; at < bytes.length;) {
		const length = lengthAt(bytes, at);
		name += length === 0 ? String.fromCharCode(ESCAPE + bytes[at]) : bytes.toString("utf8", at, at + length);
		at += length || 1;
	}
	return name;
}
function lengthAt(bytes, at) {
	for (let length = 1; length <= 4 && at + length <= bytes.length; length++) if (isUtf8(bytes.subarray(at, at + length))) return length;
	return 0;
}

// src/system/tar/records.ts
function sizeOf(value) {
	if (value === void 0 || value === "") return void 0;
	if (!/^\d{1,15}$/.test(value)) throw damagedTar("a member's size is impossible");
	return Number(value);
}
function sparseName(pax, name) {
	const real = pax.get("GNU.sparse.name");
	if (!real || real === name) return name;
	const form = `${pax.get("GNU.sparse.major") ?? ""}.${pax.get("GNU.sparse.minor") ?? ""}`;
	if (!([
		"0.0",
		"0.1",
		"1.0"
	].includes(form) || form === "." && pax.has("GNU.sparse.map"))) throw ambiguousTar("a member's name can be read in two ways");
	return real;
}
function refuseForAll(records) {
	if (![
		"path",
		"linkpath",
		"size"
	].every((key) => !records.get(key)) || [...records.keys()].some((key) => key.startsWith("GNU.sparse."))) throw ambiguousTar("one name or size is given to all members");
}
function readRecords(body, isStrict) {
	const records = /* @__PURE__ */ new Map();
	for (let at = 0; at < body.length;) {
		const [start = "", digits = ""] = /^(\d{1,7}) /.exec(body.toString("latin1", at, Math.min(at + 8, body.length))) ?? [];
		const end = at + Number(digits);
		const equals = body.indexOf("=", at + start.length);
		if (!(start !== "" && equals > at + start.length && equals < end && end <= body.length) || body[end - 1] !== 10) throw damagedTar("an extended header is damaged");
		const keyword = body.toString("latin1", at + start.length, equals);
		const isOpaque = keyword.endsWith(".opaque") && body.toString("latin1", equals + 1, end - 1) === "y";
		if (OVERLAY.test(keyword) && !isOpaque) throw ambiguousTar(`a member tells overlayfs what to show (${quoted(keyword)})`);
		if (isOfInterest(keyword)) {
			const value = decodeName(body.subarray(equals + 1, end - 1));
			if (isStrict && records.has(keyword)) throw ambiguousTar(`a member's ${keyword} is given twice`);
			if (value.includes("\0")) throw ambiguousTar("a member's name can be read in two ways");
			records.set(keyword, value);
		}
		at = end;
	}
	if (isStrict) requireUsual(records);
	return records;
}
function requireUsual(records) {
	for (const [keyword, value] of records) {
		if (UNUSUAL.has(keyword)) throw ambiguousTar(`a member is stored in an unusual way (${keyword})`);
		if (value === "" && keyword !== "size") throw ambiguousTar("a member's name can be read in two ways");
	}
}
function isOfInterest(keyword) {
	return NAMES_AND_SIZES.has(keyword) || UNUSUAL.has(keyword) || keyword.startsWith("GNU.sparse.");
}
const OVERLAY = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(?:trusted|user|security)\.(?:overlay|fuseoverlayfs)\..*(?:opaque|redirect|metacopy|whiteout)/;
const NAMES_AND_SIZES = /* @__PURE__ */ new Set([
	"path",
	"linkpath",
	"size"
]);
const UNUSUAL = /* @__PURE__ */ new Set(["SCHILY.realsize", "hdrcharset"]);

// src/system/tar/tar-pass.ts
const MAX_EXTENDED = 1 << 20;
const MOST_OCTAL = 8 ** 11;
const END_PIECE = 1 << 20;
const MAX_SPARSE_BLOCKS = 65536;
const KINDS = {
	"0": "file",
	"1": "hard-link",
	"2": "symlink",
	"3": "device",
	"4": "device",
	"5": "folder",
	"6": "pipe",
	S: "file"
};
var TarPass = class {
	#visitor;
	#rules;
	#state = "header";
	#held = [];
	#heldBytes = 0;
	#left = 0;
	#padding = 0;
	#extendedType = "";
	#extension = {};
	#sparseBlocks = 0;
	#zeroBlocks = 0;
	#endBytes = 0;
	#members = 0;
	#nameBytes = 0;
	#before = 0;
	#position = 0;
	#contentEnd;
	constructor(visitor, rules) {
		this.#visitor = visitor;
		this.#rules = rules;
	}
	write(chunk) {
		for (let at = 0; at < chunk.length;) at = this.#step(chunk, at);
		this.#before += chunk.length;
	}
	get contentEnd() {
		return this.#contentEnd ?? this.#before;
	}
	get wanted() {
		if (this.#state === "end") return END_PIECE;
		return this.#state === "header" || this.#state === "sparse" ? 512 - this.#heldBytes : this.#left - this.#heldBytes;
	}
	get skippable() {
		return this.#state === "content" || this.#state === "padding" ? this.#left : 0;
	}
	skip(count) {
		this.#before += count;
		this.#left -= count;
		if (this.#left > 0) return;
		if (this.#state === "content") this.#endContent();
		else this.#state = "header";
	}
	finish() {
		const isWhole = this.#heldBytes === 0 && (this.#state === "header" || this.#state === "end");
		const isEnded = this.#rules.hasEnd !== true || this.#zeroBlocks > 0;
		if (!isWhole || !isEnded || this.#extension.pax || this.#extension.name || this.#extension.link) throw damagedTar("it is not a tar, or cut off");
	}
	#step(chunk, at) {
		switch (this.#state) {
			case "end": return this.#passEnd(chunk, at);
			case "padding": return this.#skip(chunk, at);
			case "content": return this.#pass(chunk, at);
			default: return this.#gather(chunk, at);
		}
	}
	#passEnd(chunk, at) {
		if (!isZero(chunk.subarray(at))) throw behindEnd();
		this.#endBytes += chunk.length - at;
		const { endBytes = Number.POSITIVE_INFINITY } = this.#rules;
		if (this.#endBytes > endBytes) throw new TarProblem("oversized", `more than ${endBytes} zeros are behind its end`);
		return chunk.length;
	}
	#skip(chunk, at) {
		const count = Math.min(this.#left, chunk.length - at);
		this.#left -= count;
		if (this.#left === 0) this.#state = "header";
		return at + count;
	}
	#pass(chunk, at) {
		const count = Math.min(this.#left, chunk.length - at);
		this.#visitor.content(chunk.subarray(at, at + count));
		this.#left -= count;
		if (this.#left === 0) this.#endContent();
		return at + count;
	}
	#endContent() {
		this.#visitor.end();
		this.#left = this.#padding;
		this.#state = this.#left === 0 ? "header" : "padding";
	}
	#gather(chunk, at) {
		const wanted = this.#state === "extended" ? this.#left : 512;
		const count = Math.min(wanted - this.#heldBytes, chunk.length - at);
		const piece = chunk.subarray(at, at + count);
		if (this.#heldBytes + count < wanted) {
			this.#held.push(Buffer.from(piece));
			this.#heldBytes += count;
			return at + count;
		}
		this.#position = this.#before + at + count;
		const whole = this.#heldBytes === 0 ? piece : Buffer.concat([...this.#held, piece]);
		this.#held = [];
		this.#heldBytes = 0;
		if (this.#state === "extended") this.#extend(whole);
		else if (this.#state === "sparse") this.#readSparse(whole);
		else this.#readBlock(whole);
		return at + count;
	}
	#readBlock(block) {
		if (block[0] === 0 && isZero(block)) {
			this.#zeroBlocks++;
			this.#contentEnd ??= this.#position - 512;
			if (this.#zeroBlocks === 2) this.#state = "end";
			return;
		}
		if (this.#zeroBlocks > 0) throw behindEnd();
		const header = readHeader(block, decodeName);
		if ("xgLK".includes(header.type)) {
			if (header.size > MAX_EXTENDED) throw damagedTar("an extended header is too long");
			this.#extendedType = header.type;
			this.#left = header.size;
			this.#state = "extended";
			if (header.size === 0) this.#extend(Buffer.alloc(0));
			return;
		}
		this.#begin(header, block);
	}
	#begin(header, block) {
		const { pax, name = pax?.get("path") || header.name, link = pax?.get("linkpath") || header.link } = this.#extension;
		const isPaxSparse = pax !== void 0 && [...pax.keys()].some((key) => key.startsWith("GNU.sparse."));
		this.#extension = {};
		const realName = isPaxSparse ? sparseName(pax, name) : name;
		const stored = sizeOf(pax?.get("size")) ?? header.size;
		if (this.#rules.form === "archive" && stored !== header.size && stored < MOST_OCTAL) throw ambiguousTar("a member's size is given twice");
		const isSparse = isPaxSparse || header.type === "S";
		const kind = kindOf(header.type, realName, stored);
		if (this.#rules.form === "archive") {
			if (isSparse) throw ambiguousTar(`${quoted(realName)} is stored as a sparse file`);
			if (kind !== "file" && stored > 0) throw hasContent(realName);
		}
		const size = kind === "file" ? stored : 0;
		this.#count(realName, link);
		this.#visitor.member({
			kind,
			name: realName,
			link,
			size,
			isSparse,
			offset: this.#position
		});
		this.#left = size;
		this.#padding = padding(size);
		if (header.type === "S" && block[482]) {
			this.#sparseBlocks = 0;
			this.#state = "sparse";
		} else this.#toContent();
	}
	#toContent() {
		this.#state = "content";
		if (this.#left === 0) this.#endContent();
	}
	#readSparse(block) {
		if (++this.#sparseBlocks > MAX_SPARSE_BLOCKS) throw damagedTar("a sparse file has too many fragments");
		if (!block[504]) this.#toContent();
	}
	#count(name, link) {
		this.#members++;
		this.#nameBytes += name.length + link.length;
		const { members, nameBytes } = this.#rules;
		if (this.#members > members) throw new TarProblem("oversized", `it has more than ${members} files and folders`);
		if (this.#nameBytes > nameBytes) throw new TarProblem("oversized", `its names have more than ${nameBytes} characters in sum`);
	}
	#extend(body) {
		const type = this.#extendedType;
		this.#left = padding(body.length);
		this.#state = this.#left === 0 ? "header" : "padding";
		const isStrict = this.#rules.form === "archive";
		if (type === "g") {
			refuseForAll(readRecords(body, isStrict));
			return;
		}
		const end = body.indexOf(0);
		const text = type === "x" ? "" : decodeName(end === -1 ? body : body.subarray(0, end));
		const key = type === "x" ? "pax" : type === "L" ? "name" : "link";
		const before = Object.keys(this.#extension);
		if (isStrict && before.some((each) => [each, key].includes("pax") || each === key)) throw ambiguousTar("a member has two extended headers");
		if (type === "x") this.#extension.pax = readRecords(body, isStrict);
		else if (text !== "") this.#extension[key] = text;
	}
};
function behindEnd() {
	return ambiguousTar("something lies behind its end");
}
function hasContent(name) {
	return ambiguousTar(`${quoted(name)} has content but is not a regular file`);
}
function kindOf(type, name, size) {
	const kind = KINDS[type];
	if (kind === void 0) throw ambiguousTar(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
	if (kind !== "file" || !name.endsWith("/")) return kind;
	if (size > 0) throw hasContent(name);
	return "folder";
}

export { TarPass, isZero, padding };