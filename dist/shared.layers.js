import { GateError, asGateError, closeSync, constants, copyFileSync, createHash, fstatSync, ftruncateSync, linkSync, openSync, readAllAt, readSync, renameSync, rmSync, tryOr, writeAllAt, writeSync } from "./shared.thread.js";
import { countUsedBuffers } from "./system.used-buffers.js";
import { isObject } from "./domain.json.is-object.js";
import { posix } from "node:path";
import { createGunzip, createZstdDecompress, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { isAscii, isUtf8 } from "node:buffer";

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

// src/system/tar/problem.ts
const CLAUSES = {
	damaged: "is damaged or cut off",
	inconsistent: "can be read in two ways",
	oversized: "has more than is read"
};
var TarProblem = class extends Error {
	name = "TarProblem";
	fault;
	constructor(fault, what) {
		super(what);
		this.fault = fault;
	}
	get clause() {
		return `${CLAUSES[this.fault]} (${this.message})`;
	}
};
function damagedTar(what) {
	return new TarProblem("damaged", what);
}
function ambiguousTar(what) {
	return new TarProblem("inconsistent", what);
}
const LONGEST = 120;
function quoted(name) {
	return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}

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
function readHeader(block) {
	const text = (at, length) => {
		if (block[at] === 0) return "";
		const end = block.indexOf(0, at);
		return decodeName(block.subarray(at, end === -1 ? at + length : Math.min(end, at + length)));
	};
	if (!isSum(block)) throw damaged$1();
	const type = String.fromCharCode(block[156] || 48);
	const prefix = prefixOf(block, text);
	return {
		name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
		type,
		size: number(block, 124, 136),
		link: text(157, 100)
	};
}
function isSum(block) {
	let sum = 0;
	for (let at = 0; at < 512; at += 4) sum += byteAt(block, at) + byteAt(block, at + 1) + byteAt(block, at + 2) + byteAt(block, at + 3);
	for (let at = 148; at < 156; at++) sum += 32 - byteAt(block, at);
	return sum === number(block, 148, 156);
}
const byteAt = (block, at) => block[at];
function prefixOf(block, text) {
	const magic = block.readUInt32BE(257) === 1970500705 ? block.readUInt32BE(261) : 0;
	if (magic >>> 16 === 29184) {
		if (block.toString("latin1", 508, 512) === "tar\0") throw ambiguousTar("a member's name can be read in two ways");
		return text(345, 155);
	}
	const isTime = (at) => /^[ \0]*[0-7]*[ \0]*$/.test(block.toString("latin1", at, at + 12));
	if (magic === 1914707968 && !(isTime(345) && isTime(357))) throw ambiguousTar("a member's name can be read in two ways");
	return "";
}
function number(block, from, to) {
	let value = 0;
	if ((byteAt(block, from) & 128) !== 0) {
		for (let at = from; at < to; at++) value = value * 256 + (byteAt(block, at) & (at === from ? 127 : 255));
		if (value > Number.MAX_SAFE_INTEGER) throw damagedTar("a member's size is impossible");
		return value;
	}
	let at = from;
	while (at < to && isBlank$1(block[at])) at++;
	for (; at < to && !isBlank$1(block[at]); at++) {
		const digit = byteAt(block, at) - 48;
		if (digit < 0 || digit > 7) throw damaged$1();
		value = value * 8 + digit;
	}
	if (at < to && block[at] === 32 && !block.subarray(at, to).every(isBlank$1)) throw damaged$1();
	return value;
}
function damaged$1() {
	return damagedTar("it is not a tar, or a member's header is damaged");
}
const isBlank$1 = (byte) => byte === 32 || byte === 0;

// src/system/tar/records.ts
function sizeOf$1(value) {
	if (value === void 0) return void 0;
	if (!/^\d{1,15}$/.test(value)) throw damagedTar("a member's size is impossible");
	return Number(value);
}
function readRecords(body) {
	const records = /* @__PURE__ */ new Map();
	for (let at = 0; at < body.length;) {
		const [start = "", digits = ""] = /^(\d{1,7}) /.exec(body.toString("latin1", at, Math.min(at + 8, body.length))) ?? [];
		const end = at + Number(digits);
		const equals = body.indexOf("=", at + start.length);
		if (!(start !== "" && equals > at + start.length && equals < end && end <= body.length) || body[end - 1] !== 10) throw damagedTar("an extended header is damaged");
		const keyword = body.toString("latin1", at + start.length, equals);
		refuseUnusual(keyword, body.toString("latin1", equals + 1, end - 1));
		if (NAMES_AND_SIZES.has(keyword)) {
			const value = decodeName(body.subarray(equals + 1, end - 1));
			if (records.has(keyword)) throw ambiguousTar(`a member's ${keyword} is given twice`);
			if (value === "" || value.includes("\0")) throw ambiguousTar("a member's name can be read in two ways");
			records.set(keyword, value);
		}
		at = end;
	}
	return records;
}
function refuseUnusual(keyword, value) {
	const record = `${keyword}=${value}`;
	if (OVERLAY.test(record)) throw ambiguousTar(`a member tells overlayfs what to show (${quoted(keyword)})`);
	if (UNUSUAL.test(record)) throw ambiguousTar(`a member is stored in an unusual way (${quoted(keyword)})`);
}
const OVERLAY = /^(?:SCHILY|LIBARCHIVE)\.xattr\.(?:trusted|user|security)\.(?:overlay|fuseoverlayfs)\.[^=]*(?:opaque(?!=y$)|redirect|metacopy|whiteout)/;
const NAMES_AND_SIZES = /* @__PURE__ */ new Set([
	"path",
	"linkpath",
	"size"
]);
const UNUSUAL = /^(?:SCHILY\.realsize=|hdrcharset=(?!BINARY$)|GNU\.sparse\.)/;

// src/system/tar/tar-pass.ts
const MAX_EXTENDED = 1 << 20;
const MOST_OCTAL = 8 ** 11;
const MAX_END = 8 << 20;
const PIECE$3 = 1 << 20;
const NOTHING = Buffer.alloc(0);
const UNCHANGED = {};
const KINDS = {
	"0": "file",
	"1": "hard-link",
	"2": "symlink",
	"3": "device",
	"4": "device",
	"5": "folder",
	"6": "pipe"
};
var TarPass = class {
	#visitor;
	#rules;
	#steps;
	#step = {
		kind: "whole",
		bytes: 0
	};
	#left = 0;
	#held = [];
	#position = 0;
	#contentEnd;
	#members = 0;
	#nameBytes = 0;
	constructor(visitor, rules) {
		this.#visitor = visitor;
		this.#rules = rules;
		this.#steps = this.#read();
		this.#next(NOTHING);
	}
	write(chunk) {
		for (let at = 0; at < chunk.length;) {
			const count = Math.min(this.#left, chunk.length - at);
			if (this.#step.kind === "padding") this.skip(count);
			else this.#take(chunk.subarray(at, at + count));
			at += count;
		}
	}
	get contentEnd() {
		return this.#contentEnd ?? this.#position;
	}
	get wanted() {
		return Math.min(this.#left, PIECE$3);
	}
	get skippable() {
		return this.#step.kind === "content" || this.#step.kind === "padding" ? this.#left : 0;
	}
	skip(count) {
		this.#position += count;
		this.#left -= count;
		if (this.#left === 0) this.#next(NOTHING);
	}
	finish() {
		if (!this.#step.mayEnd || this.#left < this.#step.bytes) throw cutOff();
	}
	#take(piece) {
		const { kind } = this.#step;
		this.#position += piece.length;
		this.#left -= piece.length;
		if (kind === "end") this.#passEnd(piece);
		if (kind === "content") this.#visitor.content?.(piece);
		if (this.#left > 0) {
			if (kind === "whole") this.#held.push(Buffer.from(piece));
			return;
		}
		const whole = this.#held.length === 0 ? piece : Buffer.concat([...this.#held, piece]);
		this.#held = [];
		this.#next(whole);
	}
	#passEnd(piece) {
		if (!isZero(piece)) throw behindEnd();
		if (this.#position - this.contentEnd - 2 * 512 > MAX_END) throw new TarProblem("oversized", `more than ${MAX_END} zeros are behind its end`);
	}
	#next(whole) {
		for (let taken = whole;; taken = NOTHING) {
			this.#step = this.#steps.next(taken).value;
			this.#left = this.#step.bytes;
			if (this.#left > 0) return;
		}
	}
	*#read() {
		let extension = UNCHANGED;
		for (;;) {
			const mayEnd = extension === UNCHANGED && this.#rules.hasEnd !== true;
			const block = yield {
				kind: "whole",
				bytes: 512,
				mayEnd
			};
			if (block[0] === 0 && isZero(block)) {
				if (extension !== UNCHANGED) throw cutOff();
				yield* this.#readEnd();
			}
			const header = readHeader(block);
			if ("xgLK".includes(header.type)) {
				if (header.size > MAX_EXTENDED) throw damagedTar("an extended header is too long");
				const body = yield {
					kind: "whole",
					bytes: header.size
				};
				extension = extended(extension, header.type, body);
				yield {
					kind: "padding",
					bytes: padding(header.size)
				};
			} else {
				const member = memberOf(header, extension, this.#position);
				extension = UNCHANGED;
				this.#count(member);
				this.#visitor.member(member);
				yield {
					kind: "content",
					bytes: member.size
				};
				this.#visitor.end?.();
				yield {
					kind: "padding",
					bytes: padding(member.size)
				};
			}
		}
	}
	*#readEnd() {
		this.#contentEnd = this.#position - 512;
		const second = yield {
			kind: "whole",
			bytes: 512,
			mayEnd: true
		};
		if (!isZero(second)) throw behindEnd();
		for (;;) yield {
			kind: "end",
			bytes: Number.POSITIVE_INFINITY,
			mayEnd: true
		};
	}
	#count({ name, link }) {
		this.#members++;
		this.#nameBytes += name.length + link.length;
		const { members, nameBytes } = this.#rules;
		if (this.#members > members) throw new TarProblem("oversized", `it has more than ${members} files and folders`);
		if (this.#nameBytes > nameBytes) throw new TarProblem("oversized", `its names have more than ${nameBytes} characters in sum`);
	}
};
function memberOf(header, extension, offset) {
	const { pax, name = pax?.get("path") ?? header.name, link = pax?.get("linkpath") ?? header.link } = extension;
	const size = sizeOf$1(pax?.get("size")) ?? header.size;
	if (size !== header.size && size < MOST_OCTAL) throw ambiguousTar("a member's size is given twice");
	const kind = kindOf(header.type, name);
	if (kind !== "file" && size > 0) throw ambiguousTar(`${quoted(name)} has content but is not a regular file`);
	return {
		kind,
		name,
		link,
		size,
		offset
	};
}
const GNU_NAMES = {
	L: "name",
	K: "link"
};
function extended(before, type, body) {
	if (type === "g") {
		if (readRecords(body).size > 0) throw ambiguousTar("one name or size is given to all members");
		return before;
	}
	const key = GNU_NAMES[type] ?? "pax";
	if (Object.keys(before).some((each) => [each, key].includes("pax") || each === key)) throw ambiguousTar("a member has two extended headers");
	if (key === "pax") return { pax: readRecords(body) };
	const end = body.indexOf(0);
	const text = decodeName(end === -1 ? body : body.subarray(0, end));
	return text === "" ? before : {
		...before,
		[key]: text
	};
}
function cutOff() {
	return damagedTar("it is not a tar, or cut off");
}
function behindEnd() {
	return ambiguousTar("something is behind its end");
}
function kindOf(type, name) {
	const kind = KINDS[type];
	if (kind === void 0) throw ambiguousTar(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
	return kind === "file" && name.endsWith("/") ? "folder" : kind;
}

// src/images/fault.ts
const AGAIN = "Push the image again, with a client that checks its digests (`docker push`, buildx, skopeo).";
const BETWEEN = "check the proxies, mirrors and inspecting firewalls between this machine and the registry";
const LOGIN = "Log in first (`docker login`)";
const FAULTS = {
	"compression-unknown": {
		says: "cannot be judged: a layer has an unknown compression (%)",
		remedy: "Build it with layers that are packed by gzip or zstd, or not at all (`docker buildx build --output type=image,compression=gzip`)."
	},
	"daemon-export-failed": "See the engine's own log; `docker save IMAGE` (or `podman save`) shows whether it can export the image at all.",
	"daemon-unreachable": {
		remedy: "Start it first, or set DOCKER_HOST to its socket; put `ctr` or `nerdctl` on the PATH for containerd.",
		byInput: { "image-source": "`image-source: remote` asks the registry instead." }
	},
	"disk-full": "Free some space in the folder for temporary files: an image's layers are fetched and unpacked there.",
	"image-ambiguous": {
		remedy: "Put an image's tag behind the folder: `./layout:1.0`.",
		byInput: { platform: "Or name the platforms with `platform`, one a line." }
	},
	"image-changed": {
		says: "was changed while it was scanned",
		remedy: "Wait until the program that writes it has finished, and keep others from writing to it meanwhile."
	},
	"image-damaged": {
		says: "was not scanned: it is cut off or damaged (%)",
		remedy: "Make it again. Check that the program that writes it (or its download) has finished, and that the disk is not full."
	},
	"image-denied": `${LOGIN} with a token that may read it; many registries answer so for an image that does not exist, too. A cloud's registry needs its own login (\`aws ecr get-login-password\`, \`gcloud auth configure-docker\`, \`az acr login\`): cloud variables alone are not a login.`,
	"image-inconsistent": {
		says: "cannot be judged: it contradicts itself, or can be read in two ways (%)",
		remedy: "Make it again with `docker save`, buildx, Podman or skopeo, and change nothing in it afterwards. If the file comes unchanged from such a tool, judge the image by its reference and report this."
	},
	"image-not-found": "Check name, tag and digest. If it was built here, push it first, or leave it on this machine: Buildx needs `--load` (`load: true`).",
	"image-too-large": {
		says: "cannot be judged: it exceeds a limit (%)",
		remedy: "Build it with fewer and smaller files, and with less deeply nested folders. The limits keep a hostile image from blocking a machine."
	},
	"image-unreadable": "Check name and tag: signatures, SBOMs and charts are in registries as well.",
	"layer-missing": `${AGAIN} Registries lose parts by garbage collection while an image is pushed. Layers at other addresses (\`urls\`) are never fetched.`,
	"layer-too-large": `${AGAIN} If it happens with every image, ${BETWEEN}.`,
	"lazy-table-differs": {
		says: "cannot be judged: an engine that pulls it lazily may run other files than the ones that were read (%)",
		remedy: "Build it again without a table (buildx: `--output type=image,compression=gzip,force-compression=true`), or copy it (`skopeo copy --dest-compress-format gzip --dest-force-compress-format …`); judge and run that one. Do not run this one by stargz-snapshotter or Podman's partial pulls."
	},
	"platform-mismatch": {
		remedy: "Build or pull the image for this platform.",
		byInput: { platform: "Or name one that it has with `platform`." }
	},
	"reference-invalid": "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.",
	"registry-broken-off": `Run again; if it happens again, ${BETWEEN}.`,
	"registry-certificate": "Name the file of your certificate authority in the environment variable SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
	"registry-rate-limit": `${LOGIN}, which raises the limit, or run again later.`,
	"registry-redirected": "Name the registry by an address of the same network as its storage and its token service, and let all use TLS.",
	"registry-too-slow": `Run again; if it happens again, ${BETWEEN}.`,
	"registry-unreachable": "Open port 443 from this machine to the registry (HTTPS_PROXY and NO_PROXY are honoured), or run again."
};
const NOT_FETCHED = /^(?:registry-|layer-|disk-full$|image-(?:denied|not-found)$)/;
var ImageFault = class extends Error {
	code;
	#options;
	constructor(code, why, options = {}) {
		super(why, options);
		this.code = code;
		this.#options = options;
	}
	asError(label) {
		const usual = NOT_FETCHED.test(this.code) ? "was not fetched: %" : "was not scanned: %";
		const own = FAULTS[this.code];
		const { says = usual, remedy, byInput } = {
			...typeof own === "string" ? { remedy: own } : own,
			...this.#options
		};
		const what = `${label} ${says.replace("%", () => this.message)}`;
		return new GateError(this.code, what, remedy, {
			cause: this,
			byInput
		});
	}
};
function damaged(why) {
	return new ImageFault("image-damaged", why);
}
function inconsistent(why) {
	return new ImageFault("image-inconsistent", why);
}
function tooLarge(why) {
	return new ImageFault("image-too-large", why);
}
function otherFiles(why) {
	return new ImageFault("lazy-table-differs", why);
}
function imageChanged() {
	return new ImageFault("image-changed", "it was changed meanwhile");
}
function notAnImage() {
	return new ImageFault("image-unreadable", "it is another kind of artifact", { says: "is not a container image, but another kind of artifact" });
}
const TAR_CODES = {
	damaged: "image-damaged",
	inconsistent: "image-inconsistent",
	oversized: "image-too-large"
};
function asImageFault(thrown, where) {
	if (!(thrown instanceof TarProblem)) return thrown;
	const { fault, message } = thrown;
	return new ImageFault(TAR_CODES[fault], where === void 0 ? message : `${where}, ${message}`);
}
function scanTimeout({ label }, timeoutMs) {
	return new GateError("scan-timeout", `${label} was not scanned within ${Math.round(timeoutMs / 1e3)} s`, "Raise `timeout`; scan for secrets separately, which takes longest. If an image is pulled, check that its registry answers this machine.", { byInput: { "skip-dirs": "Or leave large folders out with `skip-dirs`." } });
}
function imageError(thrown, label, timeoutMs) {
	if (thrown instanceof DOMException && thrown.name === "TimeoutError") return scanTimeout({ label }, timeoutMs);
	if (thrown instanceof ImageFault) {
		const { cause } = thrown;
		return cause instanceof GateError && cause.code === "run-cancelled" ? cause : thrown.asError(label);
	}
	const { code = "" } = thrown;
	if (/^Z/.test(code)) return damaged(`its compression is damaged: ${code}`).asError(label);
	return [
		"ENOSPC",
		"EDQUOT",
		"EFBIG"
	].includes(code) ? diskFull(thrown).asError(label) : asGateError(thrown);
}
function diskFull(cause) {
	return new ImageFault("disk-full", "the disk is full", { cause });
}

// src/images/file/zstd-frames.ts
const FRAME = 4247762216;
function isSkippable(magic) {
	return (magic & 4294967280) >>> 0 === 407710288;
}
var ZstdFrames = class {
	#skip = 0;
	#header = "frame";
	#held = Buffer.alloc(0);
	#hasChecksum = false;
	#isAtEnd = false;
	split(piece) {
		const parts = [];
		let start = 0;
		for (let at = 0; at < piece.length;) {
			if (this.#skip > 0) {
				const count = Math.min(this.#skip, piece.length - at);
				this.#skip -= count;
				at += count;
			} else {
				const count = Math.min(this.#wanted - this.#held.length, piece.length - at);
				this.#held = Buffer.concat([this.#held, piece.subarray(at, at + count)]);
				at += count;
				if (this.#held.length === this.#wanted) this.#read();
			}
			if (this.#skip > 0 || !this.#isAtEnd) continue;
			parts.push(piece.subarray(start, at));
			start = at;
			this.#isAtEnd = false;
		}
		if (start < piece.length) parts.push(piece.subarray(start));
		return parts;
	}
	finish() {
		if (this.#skip > 0 || this.#header !== "frame" || this.#held.length > 0) throw damaged("its compression is damaged: it is cut off");
	}
	get #wanted() {
		return {
			frame: 4,
			skippable: 4,
			descriptor: 1,
			block: 3
		}[this.#header];
	}
	#read() {
		const held = this.#held;
		this.#held = Buffer.alloc(0);
		if (this.#header === "frame") this.#readMagic(held.readUInt32LE());
		else if (this.#header === "skippable") this.#endFrame(held.readUInt32LE());
		else if (this.#header === "descriptor") this.#readDescriptor(held.readUInt8());
		else this.#readBlock(held.readUIntLE(0, 3));
	}
	#readMagic(magic) {
		if (magic === 4247762216) this.#header = "descriptor";
		else if (isSkippable(magic)) this.#header = "skippable";
		else throw inconsistent("something is behind the end of a layer's zstd");
	}
	#readDescriptor(descriptor) {
		const isSingle = (descriptor & 32) !== 0;
		const dictionary = [
			0,
			1,
			2,
			4
		][descriptor & 3];
		const contentSize = [
			isSingle ? 1 : 0,
			2,
			4,
			8
		][descriptor >> 6];
		this.#hasChecksum = (descriptor & 4) !== 0;
		this.#skip = (isSingle ? 0 : 1) + dictionary + contentSize;
		this.#header = "block";
	}
	#readBlock(header) {
		const type = header >> 1 & 3;
		const size = header >> 3;
		if ((header & 1) !== 0) this.#endFrame((type === 1 ? 1 : size) + (this.#hasChecksum ? 4 : 0));
		else this.#skip = type === 1 ? 1 : size;
	}
	#endFrame(rest) {
		this.#skip = rest;
		this.#header = "frame";
		this.#isAtEnd = true;
	}
};

// src/images/lazy/find.ts
const MAX_TABLE = 128 << 20;
function tablesIn(blob, claims) {
	const end = blob.read(Math.max(0, blob.size - LONGEST_FOOTER), Math.min(LONGEST_FOOTER, blob.size));
	if (isExternal(end)) throw otherFiles("a layer's table of contents is in another image");
	const stargz = stargzOffsets(end, claims.stargz.length > 0).map((at) => stargzTable(blob, at));
	const packed = distinct([...claims.positions.map(claimedRange), ...footerRanges(blob, end)]).map((range) => bytesAt(blob, range));
	const tables = [...stargz, ...packed.map((each) => zstdTable(blob, each))];
	requireAll(claims.stargz, tables);
	requireAll(claims.chunked, packed);
	return tables;
}
function requireAll(digests, contents) {
	if (digests.length === 0) return;
	const there = new Set(contents.map((each) => `sha256:${createHash("sha256").update(each).digest("hex")}`));
	if (!digests.every((digest) => there.has(digest))) throw otherFiles("an annotation names a table that a layer lacks");
}
const LONGEST_FOOTER = 64;
function stargzOffsets(end, isClaimed) {
	const texts = [{
		text: footerText(end, 51, 16),
		hasMagic: footerText(end, 51, 32, 6) === "STARGZ"
	}, {
		text: footerText(end, 47, 12),
		hasMagic: footerText(end, 47, 28, 6) === "STARGZ"
	}];
	const isFooter = ({ text, hasMagic }) => hasMagic || isClaimed && /^[+-]?[0-9a-f]+$/i.test(text);
	return texts.filter(isFooter).map(({ text }) => {
		if (!/^[0-9a-f]{16}$/i.test(text)) throw unreadable("its offset is not a number");
		return Number.parseInt(text, 16);
	});
}
function footerText(end, footer, at, length = 16) {
	if (end.length < footer) return "";
	return end.toString("latin1", end.length - footer + at, end.length - footer + at + length);
}
function isExternal(end) {
	return footerText(end, 46, 16, 17) === "STARGZEXTERNALTOC";
}
function stargzTable(blob, at) {
	const member = bytesAt(blob, {
		at,
		length: blob.size - at
	});
	if (!(member.length > HEADER$1 && member.readUIntBE(0, 4) === 529205248)) throw unreadable("its gzip has no plain header");
	const packed = member.subarray(HEADER$1);
	return onlyFile(unpacked(blob, (maxOutputLength) => inflateRawSync(packed, { maxOutputLength })));
}
const HEADER$1 = 10;
function onlyFile(tar) {
	const parts = [];
	let members = 0;
	const pass = new TarPass({
		member({ kind, name }) {
			if (++members > 1 || kind !== "file" || name !== "stargz.index.json") throw unreadable("its tar has other files");
		},
		content: (piece) => void parts.push(piece)
	}, {
		members: 1,
		nameBytes: 100,
		hasEnd: true
	});
	try {
		pass.write(tar);
		pass.finish();
	} catch (error) {
		throw error instanceof ImageFault ? error : unreadable("its tar is damaged");
	}
	if (members === 0) throw unreadable("its tar is empty");
	return Buffer.concat(parts);
}
function claimedRange(position) {
	const [, at, length] = /^(\d{1,15}):(\d{1,15}):\d{1,15}:1$/.exec(position) ?? [];
	if (at === void 0 || length === void 0) throw unreadable("its annotation names no position");
	return {
		at: Number(at),
		length: Number(length)
	};
}
function footerRanges(blob, end) {
	const magic = footerText(end, 8, 0, 8);
	if (magic === "GNUlInUx") return [footerRange(end, 64)];
	if (magic !== "GnUlInUx") return [];
	const led = [40, 56].filter((length) => end.length >= length).map((length) => footerRange(end, length)).filter((range) => hasFrame(blob, range));
	if (led.length === 0) throw unreadable("its footer leads nowhere");
	return led;
}
function footerRange(end, length) {
	if (end.length < length) throw unreadable("its footer is cut off");
	const number = (at) => Number(end.readBigUInt64LE(end.length - length + at));
	return {
		at: number(0),
		length: number(8)
	};
}
function hasFrame(blob, { at, length }) {
	if (length < 4 || at + length > blob.size) return false;
	const magic = blob.read(at, 4).readUInt32LE();
	return magic === 4247762216 || isSkippable(magic);
}
function distinct(ranges) {
	return [...new Map(ranges.map((range) => [`${range.at} ${range.length}`, range])).values()];
}
function zstdTable(blob, packed) {
	const table = unpacked(blob, (maxOutputLength) => zstdDecompressSync(packed, { maxOutputLength }));
	if (!hasOneFrame(packed)) throw unreadable("it is not one zstd frame");
	return table;
}
function hasOneFrame(packed) {
	const frames = new ZstdFrames();
	return tryOr(() => {
		const parts = frames.split(packed);
		frames.finish();
		return parts.length === 1 && packed.readUInt32LE() === 4247762216;
	}, false);
}
function bytesAt(blob, { at, length }) {
	if (length < 1 || !Number.isSafeInteger(at) || at + length > blob.size) throw unreadable("it is outside of the layer");
	if (length > blob.most) throw tooLong(blob);
	return blob.read(at, length);
}
function unpacked(blob, unpack) {
	try {
		return unpack(blob.most);
	} catch (error) {
		const { code = "" } = error;
		throw code === "ERR_BUFFER_TOO_LARGE" ? tooLong(blob) : unreadable(`its compression is damaged: ${code}`);
	}
}
function tooLong({ most }) {
	return new ImageFault("image-too-large", `a layer's table of contents has more than ${most} bytes`);
}
function unreadable(why) {
	return otherFiles(`a layer's table of contents cannot be read: ${why}`);
}

// src/images/oci/layer-kinds.ts
const NO_CLAIMS = {
	stargz: [],
	chunked: [],
	positions: []
};
const STARGZ = "containerd.io/snapshot/stargz/toc.digest";
const CHUNKED = ["io.github.containers.zstd-chunked", "io.containers.zstd-chunked"];
function tableClaims({ annotations }) {
	const own = (name) => Object.hasOwn(annotations, name) ? [annotations[name]] : [];
	const stargz = own(STARGZ);
	const chunked = CHUNKED.flatMap((name) => own(`${name}.manifest-checksum`));
	const positions = CHUNKED.flatMap((name) => own(`${name}.manifest-position`));
	return [
		stargz,
		chunked,
		positions
	].some((each) => each.length > 0) ? {
		stargz,
		chunked,
		positions
	} : void 0;
}
const TAR = /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1|docker\.image\.rootfs(?:\.foreign)?\.diff)\.tar(?:[.+](?:gzip|zstd))?$/;
const TO_SNAPSHOTTERS = /^containerd\.io\/snapshot[/.](?!stargz\/toc\.digest$)/;
function requireTarLayers(layers) {
	for (const { mediaType, annotations } of layers) {
		if (mediaType !== void 0 && !TAR.test(mediaType)) throw new ImageFault("compression-unknown", `a layer's media type is ${quoted(mediaType)}`);
		const name = Object.keys(annotations).find((each) => TO_SNAPSHOTTERS.test(each));
		if (name !== void 0) throw new ImageFault("compression-unknown", `a layer tells engines by ${quoted(name)} where its files are`);
	}
}
const SOCI = "com.amazon.soci.index-digest";
function sociNotes(annotations) {
	if (!annotations.some((each) => Object.hasOwn(each, SOCI))) return [];
	return ["The image names a SOCI index, which was not compared with the judged layers: SOCI's snapshotter may see other files."];
}

// src/images/file/names.ts
const UNCLEAN = /(?:^|\/)\.{0,2}(?:\/|$)/;
function cleanPath(name) {
	const path = name.startsWith("./") ? name.slice(2) : name;
	return UNCLEAN.test(path) ? posix.normalize(`/${path}`).replace(/^\/|\/$/g, "") : path;
}
const LONGEST_PATH = 4096;
const DEEPEST = 128;
function boundedPath(name) {
	const path = cleanPath(name);
	if (path.length > LONGEST_PATH) throw tooLarge(`the name ${quoted(path)} has more than ${LONGEST_PATH} characters`);
	let depth = 0;
	for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) depth++;
	if (depth > DEEPEST) throw tooLarge(`the name ${quoted(path)} has more than ${DEEPEST} folders`);
	return path;
}
function join(folder, name) {
	return folder === "" ? name : `${folder}/${name}`;
}
function folderOf(path) {
	const at = path.lastIndexOf("/");
	return at === -1 ? "" : path.slice(0, at);
}
function baseOf(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}

// src/images/layers/inventory/file-bytes.ts
function partOf({ size, read }, { offset, length }) {
	const count = Math.min(length, size - offset);
	return offset >= 0 && count > 0 ? read(offset, count) : Buffer.alloc(0);
}

// src/images/layers/inventory/archives.ts
const LONGEST_TAIL = 16 << 20;
const END = 22;
const MOST_COMMENT = 65535;
const ENTRY = 46;
const MOST_INNER = 20;
const LONGEST_NAME = 400;
const isSignature = (bytes, at, second) => bytes.readUInt32BE(at) === 1347092480 + second;
function isArchive(head) {
	return head.length >= 4 && isSignature(head, 0, 772);
}
function inspectArchive(file, { isNamed, isWheel = false }) {
	const { names, isCut } = namesIn(file);
	return [...javaIn(names, isCut, isNamed), ...isWheel ? [] : pythonIn(names)];
}
function pythonIn(names) {
	const described = names.filter((name) => /\.(?:dist|egg)-info\/(?:METADATA|PKG-INFO)$/.test(name));
	const [first] = described;
	if (first === void 0) return [];
	const unread = `it is one of ${described.length} in an archive that scanners do not look into`;
	return [{
		kind: "python",
		within: shortened(first),
		unread
	}];
}
function shortened(name) {
	return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}
function javaIn(names, isCut, isNamed) {
	const inner = names.filter((name) => /\.(?:jar|war|ear|par)$/i.test(name));
	const has = (pattern) => names.some((name) => pattern.test(name));
	if (!(has(/\.class$|(?:^|\/)pom\.properties$/) || inner.length > 0 && (isCut || has(/^META-INF\/MANIFEST\.MF$/i))) && !isNamed) return [];
	const unknown = inner.filter((name) => !/\.(?:jar|war|ear)$/.test(name));
	const found = unknown.slice(0, MOST_INNER).map((name) => ({
		kind: "jar",
		within: shortened(name),
		unread: unknown.length > MOST_INNER ? `it is one of ${unknown.length} whose names scanners do not look at` : "scanners do not look at its name"
	}));
	return isNamed ? found : [{
		kind: "jar",
		isRenamed: true
	}, ...found];
}
const END_WINDOW = 65557;
const LARGER = 4294967295;
const END_START = Buffer.from("PK", "latin1");
function inspectAppended(end, size, isWheel) {
	if (end.indexOf(END_START) === -1) return [];
	const at = endOf(end);
	if (at === -1) return [];
	const directory = end.readUInt32LE(at + 12);
	if (directory === LARGER) return at >= 20 && isSignature(end, at - 20, 1543) ? [{
		kind: "jar",
		isRenamed: true
	}] : [];
	const start = at - directory;
	if (directory < ENTRY || directory > size - (end.length - at)) return [];
	if (start < 0) return [{
		kind: "jar",
		isRenamed: true
	}];
	return isSignature(end, start, 258) ? inspectArchive(inMemory(end), {
		isNamed: false,
		isWheel
	}) : [];
}
function inMemory(bytes) {
	return {
		size: bytes.length,
		read: (offset, length) => bytes.subarray(offset, offset + length)
	};
}
function namesIn(file) {
	const { size } = file;
	for (const most of [END_WINDOW, LONGEST_TAIL]) {
		const tail = partOf(file, {
			offset: Math.max(0, size - most),
			length: most
		});
		const end = endOf(tail);
		const start = end === -1 ? -1 : end - tail.readUInt32LE(end + 12);
		if (start === end && end !== -1) return {
			names: [],
			isCut: false
		};
		if (start >= 0 && isSignature(tail, start, 258)) return {
			names: [...chained(tail, start, end)],
			isCut: false
		};
		if (most === 16777216 || tail.length === size) return {
			names: [...anywhere(tail)],
			isCut: tail.length < size
		};
	}
	return {
		names: [],
		isCut: false
	};
}
function* chained(tail, start, end) {
	for (let at = start; at + ENTRY <= end && isSignature(tail, at, 258);) {
		yield nameAt(tail, at);
		at += ENTRY + [
			28,
			30,
			32
		].reduce((sum, field) => sum + tail.readUInt16LE(at + field), 0);
	}
}
function* anywhere(tail) {
	for (let at = tail.indexOf(ENTRY_START); at !== -1 && at + ENTRY <= tail.length; at = tail.indexOf(ENTRY_START, at + 4)) yield nameAt(tail, at);
}
const ENTRY_START = Buffer.from("PK", "latin1");
function nameAt(tail, at) {
	return tail.toString("utf8", at + ENTRY, at + ENTRY + tail.readUInt16LE(at + 28));
}
function endOf(tail) {
	const last = tail.length - END;
	for (let at = last; at >= Math.max(0, last - MOST_COMMENT); at--) if (tail[at] === 80 && isSignature(tail, at, 1286)) return at + END + tail.readUInt16LE(at + 20) <= tail.length ? at : -1;
	return -1;
}

// src/images/layers/inventory/kinds.ts
const SYSTEM_LISTS = new Map([
	["var/lib/dpkg/status", "dpkg"],
	["lib/apk/db/installed", "apk"],
	["usr/lib/apk/db/installed", "apk"],
	["var/lib/rpmmanifest/container-manifest-2", "rpm"],
	["aarch64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json", "rpm"],
	["x86_64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json", "rpm"],
	...["usr/lib/sysimage/rpm", "var/lib/rpm"].flatMap((folder) => [
		"Packages",
		"Packages.db",
		"rpmdb.sqlite",
		"rpmdb.sqlite-wal"
	].map((name) => [`${folder}/${name}`, "rpm"])),
	["usr/share/rpm/rpmdb.sqlite", "rpm"],
	["usr/share/rpm/rpmdb.sqlite-wal", "rpm"]
]);
const MARKS = /* @__PURE__ */ new Map([["usr/share/rapidfort/curated.json", "rapidfort"], ["var/lib/ubuntu-advantage/status.json", "ubuntu-pro"]]);
const LOCK_FILES = /* @__PURE__ */ new Set([
	"Cargo.lock",
	"Gemfile.lock",
	"Package.resolved",
	"Pipfile.lock",
	"Podfile.lock",
	"build.sbt.lock",
	"bun.lock",
	"composer.lock",
	"conan.lock",
	"environment.yaml",
	"environment.yml",
	"go.mod",
	"mix.lock",
	"package-lock.json",
	"packages.config",
	"packages.lock.json",
	"pnpm-lock.yaml",
	"poetry.lock",
	"pom.xml",
	"pubspec.lock",
	"pylock.toml",
	"requirements.txt",
	"uv.lock",
	"yarn.lock"
]);
const WITHIN_PACKAGES = /* @__PURE__ */ new Map([
	["package-lock.json", /(?:^|\/)node_modules\//],
	["pnpm-lock.yaml", /(?:^|\/)node_modules\//],
	["yarn.lock", /(?:^|\/)(?:node_modules|\.yarn)\//],
	["composer.lock", /(?:^|\/)vendor\//]
]);
const JARS = /* @__PURE__ */ new Set([
	".jar",
	".war",
	".ear",
	".par"
]);
const OTHER_MANAGERS = /* @__PURE__ */ new Map([
	[".pnp.cjs", [/(?:^|\/)\.pnp\.cjs$/, "Yarn Plug'n'Play"]],
	[".pnp.js", [/(?:^|\/)\.pnp\.js$/, "Yarn Plug'n'Play"]],
	["desc", [/^var\/lib\/pacman\/local\/[^/]+\/desc$/, "pacman"]],
	["status", [/^(?:usr|var)\/lib\/opkg\/status$/, "opkg"]],
	["PF", [/^var\/db\/pkg\/[^/]+\/[^/]+\/PF$/, "Portage"]],
	["INSTALL_RECEIPT.json", [/(?:^|\/)Cellar\/[^/]+\/[^/]+\/INSTALL_RECEIPT\.json$/, "Homebrew"]]
]);
const OTHER_FOLDERS = [
	[/^var\/db\/xbps\/pkgdb-[^/]*\.plist$/, "XBPS"],
	[/^var\/(?:log\/packages|lib\/pkgtools\/packages)\/[^/]+$/, "pkgtools"],
	[/^usr\/share\/clear\/bundles\/[^/]+$/, "swupd"]
];
const STATUS_FOLDER = "var/lib/dpkg/status.d/";
const UPDATES_FOLDER = "var/lib/dpkg/updates/";
const INFO_FOLDER = "var/lib/dpkg/info/";
function kindsOf(path) {
	const list = systemListAt(path);
	if (list !== void 0) return [list];
	const base = baseOf(path);
	const kind = byBase(path, base) ?? byEnding(path, base) ?? (otherManagerOf(path) === void 0 ? void 0 : "other-manager");
	return kind === void 0 ? NONE : [kind];
}
function otherManagerOf(path) {
	const named = OTHER_MANAGERS.get(baseOf(path));
	if (named?.[0].test(path)) return named[1];
	if (!path.startsWith("var/") && !path.startsWith("usr/share/clear/")) return void 0;
	return OTHER_FOLDERS.find(([where]) => where.test(path))?.[1];
}
const PACKAGE_STORES = /* @__PURE__ */ new Map([["nix/store/", "Nix"], ["gnu/store/", "Guix"]]);
function storePackageOf(path) {
	const [folder, name = ""] = /^(?:nix|gnu)\/store\/[0-9a-z]{32}-([^/]+)/.exec(path) ?? [];
	return folder === void 0 || name.endsWith(".drv") ? void 0 : {
		folder,
		name
	};
}
const NONE = [];
function systemListAt(path) {
	const list = SYSTEM_LISTS.get(path);
	if (list !== void 0) return list;
	if (path.startsWith(UPDATES_FOLDER)) return /^\d+$/.test(path.slice(21)) ? "dpkg" : void 0;
	return path.startsWith(STATUS_FOLDER) && !path.includes("/", 22) && !path.endsWith(".md5sums") ? "dpkg" : void 0;
}
function vendorOf(path) {
	const vendor = MARKS.get(path);
	if (vendor !== void 0) return vendor;
	if (/^root\/buildinfo\/(?:content_manifests\/[^/]+\.json|Dockerfile[^/]*)$/.test(path)) return "redhat-content-sets";
	return /^usr\/share\/buildinfo\/[^/]+\.json$/.test(path) ? "redhat-content-sets" : void 0;
}
function vendorOfPackage(kind, { name, version, source = "" }) {
	if (kind !== "dpkg" && kind !== "apk" && kind !== "rpm") return void 0;
	if (kind === "dpkg" && version.includes(".root.io")) return "root.io";
	if (kind === "apk" && /-r\d007\d/.test(version)) return "root.io";
	return [name, source].some((each) => each.toLowerCase().startsWith("seal-")) ? "seal" : void 0;
}
function dpkgOwnerOf(path) {
	const base = baseOf(path);
	if (!/\.(?:list|md5sums)$/.test(base)) return void 0;
	if (path !== INFO_FOLDER + base && path !== STATUS_FOLDER + base) return void 0;
	return base.replace(/\.(?:list|md5sums)$/, "").replace(/:.*$/s, "");
}
const UNPACKED = /(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
function byBase(path, base) {
	if (base === "package.json") return "node";
	if (base === "METADATA") return /\.dist-info|\.egg-info\/METADATA$/.test(path) ? "python" : void 0;
	if (base === "PKG-INFO") return /(?:\.egg-info|(?:^|\/)EGG-INFO)\/PKG-INFO$/.test(path) ? "python" : void 0;
	if (base === "installed.json") return "php";
	if (base === "pom.properties") return UNPACKED.test(path) ? "maven" : void 0;
	if (base === "Manifest.toml") return "julia";
	if (base.startsWith("pylock.") && base.endsWith(".toml")) return "lock-file";
	if (!LOCK_FILES.has(base)) return void 0;
	return WITHIN_PACKAGES.get(base)?.test(path) ? void 0 : "lock-file";
}
function byEnding(path, base) {
	const at = base.lastIndexOf(".");
	if (at === -1) return void 0;
	const ending = base.slice(at);
	if (JARS.has(ending.toLowerCase())) return "jar";
	if (base.toLowerCase().endsWith("packages.props")) return "lock-file";
	switch (ending) {
		case ".json": return jsonKind(path, base);
		case ".gemspec": return /(?:^|\/)specifications\//.test(path) ? "ruby" : void 0;
		case ".egg-info":
		case ".egg": return "python";
		case ".spdx":
		case ".cdx": return sbomAt(path);
		case ".lockfile": return base.endsWith("gradle.lockfile") ? "lock-file" : void 0;
		default: return;
	}
}
function jsonKind(path, base) {
	if (base.endsWith(".deps.json")) return "dotnet";
	if (base.endsWith(".spdx.json") || base.endsWith(".cdx.json")) return sbomAt(path);
	return /(?:^|\/)conda-meta\//.test(path) && /^[^-]+.*-.+-.+\.json$/.test(base) ? "conda" : void 0;
}
function sbomAt(path) {
	return path.includes(".dist-info/sboms/") ? void 0 : "sbom";
}
function isTellingFolder(path) {
	return /(?:\.dist-info|\.egg-info|(?:^|\/)(?:EGG-INFO|specifications|conda-meta))$/.test(path) || LIST_FOLDERS.has(path);
}
function couldTell(base, kind) {
	return [
		"x.dist-info",
		"EGG-INFO",
		"specifications",
		"META-INF/maven/x/x",
		...LIST_FOLDERS
	].some((folder) => kindsOf(`${folder}/${base}`).includes(kind));
}
const LIST_FOLDERS = new Set([
	...SYSTEM_LISTS.keys(),
	...MARKS.keys(),
	`${STATUS_FOLDER}x`,
	`${INFO_FOLDER}x`
].flatMap((path) => {
	const parts = path.split("/");
	return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
}));

// src/images/layers/inventory/text-lists.ts
const MOST_PACKAGES = 2e5;
const MOST_PATHS = 64 << 20;
function* linesOf(text) {
	for (let at = 0; at < text.length;) {
		const end = text.indexOf("\n", at);
		yield end === -1 ? text.slice(at) : text.slice(at, end);
		if (end === -1) return;
		at = end + 1;
	}
}
function readDpkgStatus(bytes) {
	const packages = [];
	let fields = /* @__PURE__ */ new Map();
	const end = () => {
		const name = fields.get("package") || (fields.has("version") ? NAMELESS : "");
		if (name !== "" && isInstalled(fields.get("status"))) packages.push(dpkgPackage(name, fields));
		fields = /* @__PURE__ */ new Map();
	};
	for (const line of linesOf(bytes.toString("utf8"))) {
		if (isBlank(line)) end();
		else {
			const [, key = "", value = ""] = /^([^\s:][^:]{0,60}):[ \t]*(.*)$/s.exec(line) ?? [];
			const field = key.trimEnd().toLowerCase();
			if (field === "package" && fields.has(field)) end();
			if (DPKG_FIELDS.has(field) && !fields.has(field)) fields.set(field, value.trim());
		}
		if (packages.length > 2e5) return tooMany("dpkg");
	}
	end();
	return {
		kind: "dpkg",
		packages
	};
}
const NAMELESS = "(without a name)";
function isBlank(line) {
	return line === "" || /^\s/.test(line) && line.trim() === "";
}
const DPKG_FIELDS = /* @__PURE__ */ new Set([
	"package",
	"version",
	"status",
	"source",
	"maintainer"
]);
function isInstalled(status) {
	const state = status?.split(/\s+/)[2];
	return state !== "not-installed" && state !== "config-files";
}
function dpkgPackage(name, fields) {
	const source = fields.get("source")?.split(/\s/)[0];
	const maintainer = fields.get("maintainer");
	return {
		name,
		version: fields.get("version") ?? "",
		...source && { source },
		...maintainer && { maintainer }
	};
}
function readApkInstalled(bytes) {
	const packages = [];
	const owned = [];
	let fields = /* @__PURE__ */ new Map();
	let files = [];
	let paths = 0;
	const end = () => {
		const [written, version = "", source, maintainer] = APK_FIELDS.map((key) => fields.get(key));
		const name = written || (fields.has("V:") ? NAMELESS : "");
		if (name !== "") {
			packages.push({
				name,
				version,
				...source && { source },
				...maintainer && { maintainer }
			});
			if (files.length > 0) owned.push({
				owner: name,
				files: files.join("\n")
			});
		}
		[fields, files] = [/* @__PURE__ */ new Map(), []];
	};
	for (const line of linesOf(bytes.toString("utf8"))) {
		const [key, value] = [line.slice(0, 2), line.slice(2)];
		if (isBlank(line) || line.length < 2 || key === "P:" && fields.has(key)) end();
		if (key === "R:") {
			const folder = fields.get("F:") ?? "";
			paths += folder.length + line.length + 16;
			files.push(folder === "" ? value : `${folder}/${value}`);
		} else fields.set(key, value);
		if (packages.length > 2e5) return {
			found: tooMany("apk"),
			owned: []
		};
		if (paths > 67108864) return {
			found: {
				kind: "apk",
				unread: "the names of its packages' files are too long"
			},
			owned: []
		};
	}
	end();
	return {
		found: {
			kind: "apk",
			packages
		},
		owned
	};
}
const APK_FIELDS = [
	"P:",
	"V:",
	"o:",
	"m:"
];
function readRpmManifest(bytes) {
	const packages = [];
	for (const line of linesOf(bytes.toString("utf8"))) {
		if (line.trim() === "") continue;
		const [name = "", version, , , maintainer, , , , epoch, source] = line.split("	");
		if (version === void 0 || source === void 0) return {
			kind: "rpm",
			unread: "a line of it has another form"
		};
		if (packages.length >= 2e5) return tooMany("rpm");
		packages.push({
			name,
			version: withEpoch(epoch, version),
			source: sourceName(source),
			maintainer
		});
	}
	return {
		kind: "rpm",
		packages
	};
}
function withEpoch(epoch, version) {
	return epoch === void 0 || Number(epoch) === 0 || Number.isNaN(Number(epoch)) ? version : `${epoch}:${version}`;
}
function sourceName(file) {
	const parts = file.split("-");
	return parts.length > 2 ? parts.slice(0, -2).join("-") : void 0;
}
function tooMany(kind) {
	return {
		kind,
		unread: `it lists more than ${MOST_PACKAGES} packages`
	};
}

// src/images/layers/inventory/package-files.ts
function readPython(bytes) {
	let name = "";
	let version = "";
	for (const line of linesOf(bytes.toString("utf8"))) {
		if (line.trim() === "" || name !== "" && version !== "") break;
		name ||= headerOf$1(line, "name");
		version ||= headerOf$1(line, "version");
	}
	if (name === "" || version === "") return {
		kind: "python",
		unread: "it has no name and version"
	};
	return {
		kind: "python",
		packages: [{
			name,
			version
		}]
	};
}
function headerOf$1(line, key) {
	return line[key.length] === ":" && line.slice(0, key.length).toLowerCase() === key ? line.slice(key.length + 1).trim() : "";
}
function readGemspec(bytes) {
	let variable = "";
	let name = "";
	let version = "";
	for (const line of bytes.toString("utf8").split("\n")) {
		const text = line.trim();
		if (text.includes("Gem::Specification.new")) variable = /\|\s*([A-Za-z_]\w*)\s*\|/.exec(text)?.[1] ?? variable;
		if (variable === "" || !text.startsWith(`${variable}.`)) continue;
		const [, key, value = ""] = /^\.(name|version)\s*=\s*(\S+)/.exec(text.slice(variable.length)) ?? [];
		const quoted = /["']([^"']*)["']/.exec(value)?.[1] ?? "";
		if (key === "name") name ||= quoted;
		if (key === "version") version ||= quoted;
		if (name !== "" && version !== "") break;
	}
	if (name === "" || version === "") return {
		kind: "ruby",
		unread: "its name and version are unknown"
	};
	return {
		kind: "ruby",
		packages: [{
			name,
			version
		}]
	};
}
function readPackageJson(bytes) {
	return {
		kind: "node",
		packages: namedPackage(objectOf(bytes)) ?? []
	};
}
function readConda(bytes) {
	const packages = namedPackage(objectOf(bytes));
	return packages ? {
		kind: "conda",
		packages
	} : {
		kind: "conda",
		unread: "it has no name and version"
	};
}
function namedPackage(value) {
	const name = value?.name;
	const version = value?.version;
	return typeof name === "string" && typeof version === "string" && name !== "" && version !== "" ? [{
		name,
		version
	}] : void 0;
}
function readJulia(bytes) {
	return bytes.includes("uuid") || bytes.includes("\\") ? { kind: "julia" } : {
		kind: "julia",
		packages: []
	};
}
function readPomProperties(bytes) {
	const fields = /* @__PURE__ */ new Map();
	for (const [, key = "", value = ""] of bytes.toString("latin1").matchAll(/^[ \t]*(\w{1,20})[ \t]*[=:][ \t]*([^\r\n]*)$/gm)) fields.set(key, value.trim());
	const [group, artifact, version] = [
		"groupId",
		"artifactId",
		"version"
	].map((key) => fields.get(key));
	if (!group || !artifact || !version) return {
		kind: "maven",
		unread: "it has no name and version"
	};
	return {
		kind: "maven",
		packages: [{
			name: `${group}:${artifact}`,
			version
		}]
	};
}
function readComposer(bytes) {
	const value = parse(bytes);
	const list = Array.isArray(value) ? value : isObject(value) ? value.packages : void 0;
	if (!Array.isArray(list)) return {
		kind: "php",
		unread: "it has no list of packages"
	};
	return {
		kind: "php",
		packages: list.flatMap((item) => namedPackage(isObject(item) ? item : void 0) ?? [])
	};
}
function readBottlerocket(bytes) {
	const list = objectOf(bytes)?.Content;
	if (!Array.isArray(list)) return {
		kind: "rpm",
		unread: "it has no list of packages"
	};
	return {
		kind: "rpm",
		packages: list.flatMap((item) => {
			const { Name: name, Version: version, Release: release, Epoch: epoch } = isObject(item) ? item : {};
			if (typeof name !== "string" || typeof version !== "string") return [];
			const full = typeof release === "string" && release !== "" ? `${version}-${release}` : version;
			return [{
				name,
				version: Number(epoch) > 0 ? `${epoch}:${full}` : full
			}];
		})
	};
}
const DOTNET_TYPES = /* @__PURE__ */ new Set(["package", "runtimepack"]);
const RUNTIME_PARTS = [
	"runtime",
	"runtimeTargets",
	"native"
];
function readDotnetDeps(bytes) {
	const { libraries, runtimeTarget, targets } = objectOf(bytes) ?? {};
	if (!isObject(libraries)) return {
		kind: "dotnet",
		unread: "it has no list of libraries"
	};
	const targetName = isObject(runtimeTarget) ? runtimeTarget.name : void 0;
	const all = isObject(targets) ? targets : {};
	const target = typeof targetName === "string" && Object.hasOwn(all, targetName) ? all[targetName] : void 0;
	const packages = [];
	for (const [key, library] of Object.entries(libraries)) {
		const at = key.indexOf("/");
		const type = isObject(library) && typeof library.type === "string" ? library.type.toLowerCase() : "";
		if (at === -1 || !DOTNET_TYPES.has(type) || !isRun(isObject(target) ? target : {}, key)) continue;
		packages.push({
			name: key.slice(0, at).replace(/^runtimepack\./, ""),
			version: key.slice(at + 1)
		});
	}
	return {
		kind: "dotnet",
		packages
	};
}
function isRun(target, key) {
	const parts = Object.hasOwn(target, key) ? target[key] : void 0;
	if (!isObject(parts)) return true;
	return RUNTIME_PARTS.some((part) => isObject(parts[part]) && Object.keys(parts[part]).length > 0);
}
function hasExtendedSupport(bytes) {
	const value = objectOf(bytes);
	if (value === void 0) return true;
	return Array.isArray(value.services) && value.services.some((service) => isObject(service) && service.name === "esm-infra" && service.status === "enabled");
}
function objectOf(bytes) {
	const value = parse(bytes);
	return isObject(value) ? value : void 0;
}
function parse(bytes) {
	return tryOr(() => JSON.parse(bytes.toString("utf8").replace(/^\ufeff/, "")), void 0);
}

// src/images/layers/inventory/rpm-other-databases.ts
const NDB_PAGE = 4096;
const NDB_BLOCK = 16;
const NDB_SLOT = 1953459283;
const NDB_BLOB = 1398959170;
const NDB_MAGIC = 1349349458;
const ndbHeaders = (bytes) => {
	if (bytes.length < 32) return void 0;
	const end = bytes.readUInt32LE(12) * NDB_PAGE;
	const headers = [];
	let left = bytes.length;
	for (let at = 32; at + 16 <= end; at += 16) {
		if (at + 16 > bytes.length || bytes.readUInt32LE(at) !== NDB_SLOT) return void 0;
		const start = bytes.readUInt32LE(at + 8) * NDB_BLOCK;
		if (bytes.readUInt32LE(at + 4) === 0) continue;
		if (start + 16 > bytes.length || bytes.readUInt32LE(start) !== NDB_BLOB) return void 0;
		const length = bytes.readUInt32LE(start + 12);
		left -= length;
		if (start + 16 + length > bytes.length || left < 0) return void 0;
		headers.push(bytes.subarray(start + 16, start + 16 + length));
	}
	return headers;
};
const BDB_HASH = 398689;
const BDB_PAGE_HEADER = 26;
const BDB_HASH_PAGES = /* @__PURE__ */ new Set([2, 13]);
const BDB_IN_PAGE = 1;
const BDB_IN_OTHER_PAGES = 3;
function bdbNumbers(bytes) {
	if (bytes.length < 512) return void 0;
	const isLittle = bytes.readUInt32LE(12) === BDB_HASH;
	if (!isLittle && bytes.readUInt32BE(12) !== BDB_HASH) return void 0;
	return {
		four: (from, at) => isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at),
		two: (from, at) => isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at)
	};
}
function isBerkeley(bytes) {
	return bdbNumbers(bytes) !== void 0;
}
const berkeleyHeaders = (bytes) => {
	const numbers = bdbNumbers(bytes);
	const pageSize = numbers?.four(bytes, 20) ?? 0;
	if (numbers === void 0 || pageSize < 512 || pageSize > 65536) return void 0;
	const pages = numbers.four(bytes, 32) + 1;
	if (pages * pageSize > bytes.length) return void 0;
	const headers = [];
	let left = bytes.length;
	const file = {
		bytes,
		pageSize,
		numbers,
		seen: /* @__PURE__ */ new Set()
	};
	for (let at = pageSize; at < pages * pageSize; at += pageSize) {
		const page = bytes.subarray(at, at + pageSize);
		if (!BDB_HASH_PAGES.has(page.readUInt8(25))) continue;
		const values = valuesIn(file, page);
		for (const value of values ?? []) left -= value.length + 1;
		if (values === void 0 || left < 0) return void 0;
		for (const value of values) headers.push(value);
	}
	return headers;
};
function valuesIn(file, page) {
	const { two, four } = file.numbers;
	const count = two(page, 20);
	const values = [];
	if (BDB_PAGE_HEADER + 2 * count > page.length) return void 0;
	for (let index = 1; index < count; index += 2) {
		const at = two(page, BDB_PAGE_HEADER + 2 * index);
		const end = two(page, BDB_PAGE_HEADER + 2 * (index - 1));
		if (at < BDB_PAGE_HEADER || at >= end || end > page.length) return void 0;
		const type = page.readUInt8(at);
		if (type === BDB_IN_PAGE) values.push(page.subarray(at + 1, end));
		else if (type === BDB_IN_OTHER_PAGES) {
			if (at + 12 > page.length) return void 0;
			const value = chain(file, four(page, at + 4), four(page, at + 8));
			if (value === void 0) return void 0;
			values.push(value);
		}
	}
	return values;
}
function chain({ bytes, pageSize, numbers, seen }, first, length) {
	const parts = [];
	let left = length;
	for (let number = first; left > 0;) {
		const start = number * pageSize;
		if (number === 0 || start + pageSize > bytes.length || seen.has(number)) return void 0;
		seen.add(number);
		const page = bytes.subarray(start, start + pageSize);
		const part = page.subarray(BDB_PAGE_HEADER, BDB_PAGE_HEADER + Math.min(left, pageSize - BDB_PAGE_HEADER));
		parts.push(part);
		left -= part.length;
		number = numbers.four(page, 16);
	}
	return Buffer.concat(parts);
}

// src/images/layers/inventory/rpm-sqlite.ts
const HEADER = 100;
const LEAF = 13;
const INTERIOR = 5;
function sqliteHeaders(bytes) {
	try {
		const file = new SqliteFile(bytes);
		const root = file.rows(1).find(([type, name]) => type === "table" && name === "Packages")?.[3];
		if (typeof root !== "number") return void 0;
		return file.rows(root).flatMap(([, blob]) => Buffer.isBuffer(blob) ? [blob] : []);
	} catch (error) {
		if (error instanceof RangeError) return void 0;
		throw error;
	}
}
var SqliteFile = class {
	#bytes;
	#pageSize;
	#usable;
	#seen = /* @__PURE__ */ new Set();
	#left;
	constructor(bytes) {
		this.#bytes = bytes;
		this.#left = bytes.length;
		const size = bytes.readUInt16BE(16);
		this.#pageSize = size === 1 ? 65536 : size;
		this.#usable = this.#pageSize - bytes.readUInt8(20);
		if (this.#pageSize < 512 || this.#usable < 480) throw new RangeError("no page");
	}
	#page(number) {
		const start = (number - 1) * this.#pageSize;
		if (number < 1 || start + this.#pageSize > this.#bytes.length || this.#seen.has(number)) throw new RangeError("no page");
		this.#seen.add(number);
		return this.#bytes.subarray(start, start + this.#pageSize);
	}
	rows(root) {
		const rows = [];
		const pages = [root];
		for (let number = pages.pop(); number !== void 0; number = pages.pop()) {
			const page = this.#page(number);
			const start = number === 1 ? HEADER : 0;
			const type = page.readUInt8(start);
			const cells = page.readUInt16BE(start + 3);
			if (type !== LEAF && type !== INTERIOR) throw new RangeError("no table");
			const list = start + (type === LEAF ? 8 : 12);
			if (type === INTERIOR) pages.push(page.readUInt32BE(start + 8));
			for (let index = 0; index < cells; index++) {
				const at = page.readUInt16BE(list + 2 * index);
				if (type === INTERIOR) pages.push(page.readUInt32BE(at));
				else rows.push(valuesOf(this.#payload(page, at)));
			}
		}
		return rows;
	}
	#payload(page, cell) {
		const [size, rowAt] = varint(page, cell);
		const [, start] = varint(page, rowAt);
		this.#left -= size + 1;
		if (this.#left < 0) throw new RangeError("too long");
		const most = this.#usable - 35;
		if (size <= most) return page.subarray(start, start + size);
		const least = Math.floor((this.#usable - 12) * 32 / 255) - 23;
		const rest = least + (size - least) % (this.#usable - 4);
		const local = rest <= most ? rest : least;
		const parts = [page.subarray(start, start + local)];
		let next = page.readUInt32BE(start + local);
		for (let left = size - local; left > 0;) {
			const more = this.#page(next);
			parts.push(more.subarray(4, 4 + Math.min(left, this.#usable - 4)));
			left -= this.#usable - 4;
			next = more.readUInt32BE(0);
		}
		return Buffer.concat(parts);
	}
};
function varint(bytes, at) {
	let value = 0;
	for (let index = 0; index < 8; index++) {
		const byte = bytes.readUInt8(at + index);
		value = value * 128 + (byte & 127);
		if (byte < 128) return [value, at + index + 1];
	}
	return [value * 256 + bytes.readUInt8(at + 8), at + 9];
}
function valuesOf(record) {
	const [length, start] = varint(record, 0);
	const values = [];
	let at = length;
	for (let next = start; next < length && values.length < 16;) {
		const [type, after] = varint(record, next);
		const size = sizeOf(type);
		values.push(fieldOf(record, type, {
			at,
			size
		}));
		at += size;
		next = after;
	}
	return values;
}
const SIZES = [
	0,
	1,
	2,
	3,
	4,
	6,
	8,
	8,
	0,
	0
];
function sizeOf(type) {
	return type < 12 ? SIZES[type] ?? 0 : type - 12 >> 1;
}
function fieldOf(record, type, { at, size }) {
	if (at + size > record.length) throw new RangeError("no value");
	if (type >= 12) return type % 2 === 0 ? record.subarray(at, at + size) : record.toString("utf8", at, at + size);
	if (type === 8 || type === 9) return type - 8;
	return size > 0 && size <= 6 ? record.readUIntBE(at, size) : void 0;
}

// src/images/layers/inventory/rpm-database.ts
const KEY = "gpg-pubkey";
function readRpmDatabase(bytes) {
	const headers = readerOf(bytes)?.(bytes);
	if (headers === void 0) return unread("it is damaged, or a database of an unknown form");
	if (headers.length > 2e5) return {
		found: tooMany("rpm"),
		owned: []
	};
	const packages = [];
	const owned = [];
	let paths = 0;
	for (const header of headers) {
		const read = readRpmHeader(header);
		if (read === void 0 && header.length > 4) return unread("a package in it cannot be read");
		if (read === void 0 || read.installed.name === KEY) continue;
		packages.push(read.installed);
		paths += read.owned.files.length;
		if (paths > 67108864) return unread("the names of its packages' files are too long");
		owned.push(read.owned);
	}
	return {
		found: {
			kind: "rpm",
			packages
		},
		owned
	};
}
function unread(why) {
	return {
		found: {
			kind: "rpm",
			unread: why
		},
		owned: []
	};
}
function readerOf(bytes) {
	if (bytes.toString("latin1", 0, 15) === "SQLite format 3") return sqliteHeaders;
	if (bytes.length >= 4 && bytes.readUInt32LE(0) === 1349349458) return ndbHeaders;
	return isBerkeley(bytes) ? berkeleyHeaders : void 0;
}
const STRINGS = /* @__PURE__ */ new Set([
	6,
	8,
	9
]);
const INT32 = 4;
const MOST_TAGS = 1e4;
const MOST_FILES = 5e5;
const TAG = {
	name: 1e3,
	version: 1001,
	release: 1002,
	epoch: 1003,
	vendor: 1011,
	source: 1044,
	folderOfFile: 1116,
	fileNames: 1117,
	folders: 1118,
	oldFileNames: 1027
};
function readRpmHeader(blob) {
	if (blob.length < 16) return void 0;
	const tags = tagsIn(blob);
	const [name, version, release] = [
		TAG.name,
		TAG.version,
		TAG.release
	].map((tag) => strings(blob, tags.get(tag), 1)[0]);
	if (!name || version === void 0) return void 0;
	const full = withEpoch(numbers(blob, tags.get(TAG.epoch), 1)[0], release ? `${version}-${release}` : version);
	const source = sourceName(strings(blob, tags.get(TAG.source), 1)[0] ?? "");
	const maintainer = strings(blob, tags.get(TAG.vendor), 1)[0];
	const installed = {
		name,
		version: full,
		...source && { source },
		...maintainer && { maintainer }
	};
	const files = filesIn(blob, tags);
	return files && {
		installed,
		owned: {
			owner: name,
			files: files.join("\n")
		}
	};
}
function tagsIn(blob) {
	const count = Math.min(blob.readUInt32BE(0), MOST_TAGS);
	const start = 8 + 16 * blob.readUInt32BE(0);
	const tags = /* @__PURE__ */ new Map();
	for (let index = 0; index < count; index++) {
		const at = 8 + 16 * index;
		if (at + 16 > blob.length) break;
		const tag = {
			type: blob.readUInt32BE(at + 4),
			at: start + blob.readInt32BE(at + 8),
			count: blob.readUInt32BE(at + 12)
		};
		if (tag.at >= start && tag.at < blob.length) tags.set(blob.readUInt32BE(at), tag);
	}
	return tags;
}
function filesIn(blob, tags) {
	const names = strings(blob, tags.get(TAG.fileNames), MOST_FILES);
	if (names.length === 0) return strings(blob, tags.get(TAG.oldFileNames), MOST_FILES);
	const folders = strings(blob, tags.get(TAG.folders), MOST_FILES);
	const indices = numbers(blob, tags.get(TAG.folderOfFile), MOST_FILES);
	let left = MOST_PATHS;
	const files = [];
	for (const [index, name] of names.entries()) {
		const folder = folders[indices[index] ?? -1] ?? "";
		left -= folder.length + name.length + 1;
		if (left < 0) return void 0;
		files.push(`${folder}${name}`);
	}
	return files;
}
function strings(blob, tag, most) {
	const found = [];
	if (tag === void 0 || !STRINGS.has(tag.type)) return found;
	let { at } = tag;
	while (found.length < Math.min(tag.count, most) && at < blob.length) {
		const end = blob.indexOf(0, at);
		if (end === -1) break;
		found.push(blob.toString("utf8", at, end));
		at = end + 1;
	}
	return found;
}
function numbers(blob, tag, most) {
	const found = [];
	if (tag === void 0 || tag.type !== INT32) return found;
	for (let { at } = tag; found.length < Math.min(tag.count, most) && at + 4 <= blob.length; at += 4) found.push(blob.readUInt32BE(at));
	return found;
}

// src/images/layers/inventory/inspect.ts
const LONGEST_LIST = 256 << 20;
const LONGEST_PACKAGE = 4 << 20;
const LONGEST_UNNAMED = 65536;
const LONGEST_UNNAMED_LIST = 16 << 20;
function namedBy(path) {
	const kinds = kindsOf(path);
	const owner = dpkgOwnerOf(path);
	const vendor = vendorOf(path);
	return kinds.length === 0 && owner === void 0 && vendor === void 0 ? void 0 : {
		path,
		kinds,
		owner,
		vendor
	};
}
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
function longestOf({ path, kinds, owner, vendor }) {
	if (owner !== void 0 || kinds.some((kind) => LISTS.has(kind))) return LONGEST_LIST;
	if (isByName(path, kinds) && vendor !== "ubuntu-pro") return 0;
	return kinds.includes("php") || kinds.includes("dotnet") ? 8 * LONGEST_PACKAGE : LONGEST_PACKAGE;
}
function isByName(path, kinds) {
	return kinds.every((kind) => BY_NAME.has(kind)) || path.endsWith(".egg");
}
function inspectNamed(named, bytes, unread) {
	const { path, kinds, owner, vendor } = named;
	if (isByName(path, kinds) && owner === void 0) return {
		found: kinds.map((kind) => ({ kind })),
		isMark: vendor !== void 0 && isMark(vendor, bytes)
	};
	if (bytes === void 0) return { found: kinds.map((kind) => ({
		kind,
		unread: unread ?? "it was not read"
	})) };
	if (owner !== void 0) return {
		found: [],
		owned: [{
			owner,
			files: dpkgFiles(path, bytes)
		}]
	};
	const lists = kinds.map((kind) => read(kind, path, bytes));
	return {
		found: lists.map(({ found }) => found),
		owned: lists.flatMap(({ owned }) => owned ?? [])
	};
}
function isMark(vendor, bytes) {
	return vendor !== "ubuntu-pro" || bytes === void 0 || hasExtendedSupport(bytes);
}
function dpkgFiles(path, bytes) {
	const text = bytes.toString("utf8");
	return path.endsWith(".md5sums") ? text.replace(/^[^ \n]{0,200} {2}/gm, "") : text;
}
const READERS = {
	dpkg: readDpkgStatus,
	python: readPython,
	node: readPackageJson,
	ruby: readGemspec,
	php: readComposer,
	dotnet: readDotnetDeps,
	conda: readConda,
	maven: readPomProperties,
	julia: readJulia
};
function read(kind, path, bytes) {
	if (kind === "apk") return readApkInstalled(bytes);
	if (kind !== "rpm") return { found: READERS[kind]?.(bytes) ?? { kind } };
	if (path.endsWith(".json")) return { found: readBottlerocket(bytes) };
	if (path.endsWith("-wal")) return { found: {
		kind,
		packages: bytes.length > WAL_HEADER ? [IN_LOG] : []
	} };
	return path.endsWith("container-manifest-2") ? { found: readRpmManifest(bytes) } : readRpmDatabase(bytes);
}
const WAL_HEADER = 32;
const IN_LOG = {
	name: "(changes that only this log has)",
	version: ""
};
function mayBeNamedElsewhere(head, size) {
	if (size < 8) return false;
	const isShort = size <= LONGEST_UNNAMED;
	switch (head[0]) {
		case 123:
		case 91: return isShort;
		case 77: return isShort && startsWith(head, "Metadata-Version:");
		case 35:
		case 71: return isShort && (head.includes("# stub: ") || head.includes("Gem::Specification"));
		case 80: return size <= LONGEST_UNNAMED_LIST && (startsWith(head, "Package: ") || startsWith(head, "P:"));
		case 67: return size <= LONGEST_UNNAMED_LIST && startsWith(head, "C:Q1");
		case 83: return size <= LONGEST_LIST && startsWith(head, "SQLite format 3");
		default: return isShort && startsWithJson(head);
	}
}
function startsWith(head, text) {
	return head.toString("latin1", 0, text.length) === text;
}
function startsWithJson(head) {
	const [first = 0] = head;
	return (first <= 32 || first === 239) && /^(?:\xef\xbb\xbf)?\s*[{[]/.test(head.toString("latin1", 0, 512));
}
function inspectUnnamed(bytes) {
	if (startsWith(bytes, "Package: ")) return { found: [readDpkgStatus(bytes)] };
	if (startsWith(bytes, "C:Q1") || startsWith(bytes, "P:")) return one(readApkInstalled(bytes));
	if (startsWith(bytes, "SQLite format 3")) return one(readRpmDatabase(bytes));
	if (startsWith(bytes, "Metadata-Version:")) return known(readPython(bytes));
	return bytes[0] === 35 || bytes[0] === 71 ? known(readGemspec(bytes)) : { found: inspectJson(bytes) };
}
function one({ found, owned }) {
	return found.unread === void 0 ? {
		found: [found],
		owned
	} : { found: [] };
}
const known = (found) => ({ found: found.unread === void 0 ? [found] : [] });
function inspectJson(bytes) {
	const found = [];
	const has = (...words) => words.every((word) => bytes.includes(word));
	if (has("\"name\"", "\"version\"")) {
		const node = readPackageJson(bytes);
		if (node.packages?.length) found.push(node, {
			...node,
			kind: "conda"
		});
		else if (has("\"packages\"") || bytes[0] === 91) found.push(...known(readComposer(bytes)).found);
	}
	if (has("\"libraries\"", "\"targets\"")) found.push(...known(readDotnetDeps(bytes)).found);
	return found;
}

// src/images/layers/inventory/programs.ts
const GO_MAGIC = Buffer.from("ÿ Go buildinf:", "latin1");
const RUST_SECTION = ".dep-v0";
const MOST_SECTIONS = 2e4;
const LONGEST_NAMES = 1 << 20;
function isProgram(head) {
	if (head.length < 4) return false;
	if (head[0] === 77 && head[1] === 90) return true;
	return PROGRAM_MAGICS.has(head.readUInt32BE(0));
}
const ELF = 2135247942;
const MACH_O = /* @__PURE__ */ new Set([
	4277009102,
	4277009103,
	3472551422,
	3489328638
]);
const PROGRAM_MAGICS = /* @__PURE__ */ new Set([ELF, ...MACH_O]);
const LONGEST_DATA = 192 << 20;
function inspectProgram(file, head) {
	if (head.length < 64) return [];
	const magic = head.readUInt32BE(0);
	const { sections, data } = magic === ELF ? elfParts(file, head) : MACH_O.has(magic) ? wholeFile(file) : peParts(file, head);
	if (isPacked(head, sections)) return [{
		kind: "packed-program",
		unread: "it is packed by UPX"
	}];
	const rust = sections.some(({ name }) => name === RUST_SECTION) ? [{ kind: "rust" }] : [];
	if (data.reduce((sum, { length }) => sum + Math.max(0, Math.min(length, file.size)), 0) > LONGEST_DATA) return [{
		kind: "go",
		unread: "it is too large"
	}, ...rust];
	const parts = data.map((range) => partOf(file, range));
	return [
		...parts.some((part) => part.includes(GO_MAGIC)) ? [GO] : [],
		...rust,
		...bundleIn(parts, file)
	];
}
const GO = { kind: "go" };
const EMPTY = Buffer.alloc(0);
function isPacked(head, sections) {
	return head.subarray(0, UPX_HEAD).includes("UPX!") || sections.some(({ name }) => name === "UPX0");
}
const UPX_HEAD = 1024;
function writableSegments(file, head) {
	const elf = elfReader(head);
	const found = [];
	const entry = elf.half(head, 42, 54);
	const count = Math.min(elf.half(head, 44, 56), 1e3);
	const table = partOf(file, {
		offset: elf.word(head, 28, 32),
		length: entry * count
	});
	for (let start = 0; entry >= 32 && start + entry <= table.length; start += entry) {
		const header = table.subarray(start, start + entry);
		if (header.length < (elf.is64 ? 56 : 32) || elf.full(header, 0, 0) !== 1) continue;
		if ((elf.full(header, 24, 4) & 3) === 2) found.push({
			offset: elf.word(header, 4, 8),
			length: elf.word(header, 16, 32)
		});
	}
	return found;
}
function elfParts(file, head) {
	const sections = elfSections(file, head);
	return {
		sections,
		data: [...sections.filter(({ name }) => name === ".go.buildinfo"), ...writableSegments(file, head)]
	};
}
function elfSections(file, head) {
	const elf = elfReader(head);
	const entry = elf.half(head, 46, 58);
	const count = Math.min(elf.half(head, 48, 60), MOST_SECTIONS);
	const table = partOf(file, {
		offset: elf.word(head, 32, 40),
		length: entry * count
	});
	if (entry < (elf.is64 ? 64 : 40)) return [];
	const rangeAt = (index) => {
		const header = table.subarray(index * entry, (index + 1) * entry);
		return header.length < entry ? void 0 : {
			offset: elf.word(header, 16, 24),
			length: elf.word(header, 20, 32)
		};
	};
	const strings = rangeAt(elf.half(head, 50, 62));
	const names = strings ? partOf(file, {
		...strings,
		length: Math.min(strings.length, LONGEST_NAMES)
	}) : EMPTY;
	const sections = [];
	for (let index = 0; index < count; index++) {
		const range = rangeAt(index);
		if (range === void 0) break;
		const start = elf.full(table, index * entry, index * entry);
		const end = names.indexOf(0, start);
		sections.push({
			...range,
			name: names.toString("latin1", Math.min(start, names.length), end === -1 ? void 0 : Math.min(end, start + 64))
		});
	}
	return sections;
}
function elfReader(head) {
	const is64 = head[4] === 2;
	const isLittle = head[5] !== 2;
	const full = (bytes, at32, at64) => {
		const at = is64 ? at64 : at32;
		return isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
	};
	return {
		is64,
		full,
		half: (bytes, at32, at64) => isLittle ? bytes.readUInt16LE(is64 ? at64 : at32) : bytes.readUInt16BE(is64 ? at64 : at32),
		word: (bytes, at32, at64) => {
			if (!is64) return full(bytes, at32, at64);
			return Number(isLittle ? bytes.readBigUInt64LE(at64) : bytes.readBigUInt64BE(at64));
		}
	};
}
function peParts(file, head) {
	const start = head.readUInt32LE(60);
	const header = partOf(file, {
		offset: start,
		length: 24
	});
	if (header.length < 24 || header.readUInt32LE(0) !== 17744) return {
		sections: [],
		data: []
	};
	const at = start + 24 + header.readUInt16LE(20);
	const table = partOf(file, {
		offset: at,
		length: header.readUInt16LE(6) * 40
	});
	const sections = [];
	const data = [];
	for (let at = 0; at + 40 <= table.length; at += 40) {
		const range = {
			length: table.readUInt32LE(at + 16),
			offset: table.readUInt32LE(at + 20)
		};
		sections.push({
			...range,
			name: table.toString("latin1", at, at + 8).replace(/\0.*$/s, "")
		});
		if ((table.readUInt32LE(at + 36) & 2147483648) !== 0) data.push(range);
	}
	return {
		sections,
		data
	};
}
function wholeFile(file) {
	const all = {
		offset: 0,
		length: file.size
	};
	return {
		sections: partOf(file, {
			...all,
			length: LONGEST_DATA
		}).includes(`${RUST_SECTION}\0`) ? [{
			...all,
			name: RUST_SECTION
		}] : [],
		data: [all]
	};
}
const BUNDLE = Buffer.from("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae", "hex");
const PLACE = 8;
const LONGEST_DEPS = 32 << 20;
const UNREAD = "its libraries are in one file with the program, and scanners do not look there";
function bundleIn(parts, file) {
	for (const part of parts) {
		const at = part.indexOf(BUNDLE);
		const header = at < PLACE ? 0 : Number(part.readBigUInt64LE(at - PLACE));
		if (header === 0) continue;
		const found = librariesAt(file, header);
		return found?.packages?.length === 0 ? [] : [{
			kind: "dotnet",
			...found,
			within: "deps.json",
			unread: UNREAD
		}];
	}
	return [];
}
function librariesAt(file, at) {
	const header = partOf(file, {
		offset: at,
		length: 13
	});
	if (header.length < 13 || header.readUInt32LE(0) < 2) return void 0;
	const locations = partOf(file, {
		offset: at + 13 + header.readUInt8(12),
		length: 16
	});
	if (locations.length < 16) return void 0;
	const [offset, length] = [Number(locations.readBigInt64LE(0)), Number(locations.readBigInt64LE(8))];
	if (length > LONGEST_DEPS) return void 0;
	const deps = readDotnetDeps(partOf(file, {
		offset,
		length
	}));
	return deps.unread === void 0 ? deps : void 0;
}

// src/images/layers/file-inspector.ts
const HEAD = 65536;
function inspectFile(path, file) {
	const named = namedBy(path);
	const head = partOf(file, {
		offset: 0,
		length: HEAD
	});
	const others = othersIn(path, file, head, named?.kinds.includes("jar") === true);
	const bytes = others.isOther ? void 0 : listIn(file, head, named);
	if (named === void 0) {
		if (others.found.length > 0) return { found: others.found };
		const unnamed = bytes?.length ? inspectUnnamed(bytes) : void 0;
		return unnamed && (unnamed.found.length > 0 || unnamed.owned?.length) ? unnamed : void 0;
	}
	const unread = file.size > longestOf(named) ? "it is too large" : void 0;
	const inspected = inspectNamed(named, bytes, unread);
	const found = [...inspected.found, ...others.found];
	const isOther = inspected.found.every(({ packages = [] }) => packages.length === 0);
	const unnamed = bytes && isOther && mayBeNamedElsewhere(bytes, bytes.length) ? inspectUnnamed(bytes) : void 0;
	if (unnamed === void 0) return {
		...inspected,
		found
	};
	const added = unnamed.found.filter(({ kind }) => found.every((one) => one.kind !== kind));
	const owned = [...inspected.owned ?? [], ...unnamed.owned ?? []];
	return {
		...inspected,
		found: [...found, ...added],
		owned
	};
}
function listIn(file, head, named) {
	const { size } = file;
	return (named ? size <= longestOf(named) : size > 0 && mayBeNamedElsewhere(head, size)) ? partOf(file, {
		offset: 0,
		length: size
	}) : void 0;
}
function othersIn(path, file, head, isNamed) {
	const { size } = file;
	if (size === 0) return {
		isOther: false,
		found: []
	};
	const isWheel = /\.(?:whl|egg)$/i.test(path);
	const program = isProgram(head);
	if (!program && (isNamed || isArchive(head))) return {
		isOther: true,
		found: inspectArchive(file, {
			isNamed,
			isWheel
		})
	};
	const end = partOf(file, {
		offset: Math.max(0, size - END_WINDOW),
		length: END_WINDOW
	});
	const appended = inspectAppended(end, size, isWheel);
	return {
		isOther: program,
		found: program ? [...inspectProgram(file, head), ...appended] : appended
	};
}

// src/images/layers/overlay.ts
var Overlay = class {
	#relevant;
	#nonFolders = /* @__PURE__ */ new Map();
	#folders = /* @__PURE__ */ new Map();
	#whiteouts = /* @__PURE__ */ new Map();
	#opaque = /* @__PURE__ */ new Map();
	#disputed = /* @__PURE__ */ new Map();
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
		for (const { folder, paths } of byFolder(content.plain)) {
			addAbove(`${folder}/`);
			if (this.#relevant.has(folder)) for (const path of pathsIn(paths)) add(path);
		}
		for (const path of content.pipes) add(path);
		for (const list of [
			content.files,
			content.symlinks,
			content.hardLinks
		]) for (const { path } of list) add(path);
		for (const path of content.whiteouts) {
			this.#whiteouts.set(path, layer);
			addAbove(path);
		}
		for (const path of content.disputed) this.#disputed.set(path, layer);
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
	isDisputed(path, layer) {
		if (this.#disputed.size === 0) return false;
		const isLater = (at) => (this.#disputed.get(at) ?? 0) > layer;
		for (let at = path; at !== ""; at = folderOf(at)) if (isLater(at)) return true;
		return isLater("");
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
function* byFolder(text) {
	let [start, folder] = [0, ""];
	for (let at = 0, end = 0; at < text.length; at = end + 1) {
		end = text.indexOf("\0", at);
		const length = Math.max(0, text.slice(at, end).lastIndexOf("/"));
		if (length === folder.length && text.startsWith(folder, at)) continue;
		if (at > start) yield {
			folder,
			paths: text.slice(start, at)
		};
		[start, folder] = [at, text.slice(at, at + length)];
	}
	if (text.length > start) yield {
		folder,
		paths: text.slice(start)
	};
}
function* pathsIn(text) {
	for (let at = 0; at < text.length;) {
		const end = text.indexOf("\0", at);
		yield text.slice(at, end);
		at = end + 1;
	}
}
const MOST_LINKS = 40;
const MOST_STEPS = 2e7;
var PathWalker = class {
	#linkAt;
	#steps = 0;
	constructor(linkAt) {
		this.#linkAt = linkAt;
	}
	walk(path) {
		let links = MOST_LINKS;
		let real = "";
		const names = path.split("/").reverse();
		for (let name = names.pop(); name !== void 0; name = names.pop()) {
			if (++this.#steps > MOST_STEPS) throw tooLarge(`its links lead over more than ${MOST_STEPS} folders`);
			if (name === "" || name === ".") continue;
			if (name === "..") {
				real = folderOf(real);
				continue;
			}
			const next = join(real, name);
			const target = this.#linkAt(next);
			if (target === void 0) {
				real = next;
				continue;
			}
			if (--links < 0) return void 0;
			if (target.startsWith("/")) real = "";
			names.push(...target.split("/").reverse());
		}
		return real;
	}
};

// src/images/layers/collector.ts
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
const AUFS = /(?:^|\/)\.wh\.\.wh\.(?!\.opq$)/;
var Collector = class {
	#tree = new LayerTree();
	#whiteouts = /* @__PURE__ */ new Map();
	#opaque = /* @__PURE__ */ new Map();
	#disputed = [];
	#behindLinks = /* @__PURE__ */ new Set();
	#walker = new PathWalker((path) => this.#tree.linkAt(path));
	#mostKept;
	#seq = 0;
	#kept = 0;
	#node;
	#whole;
	#readBack;
	constructor(mostKept, readBack) {
		this.#mostKept = mostKept;
		this.#readBack = readBack;
	}
	member(member) {
		this.#node = void 0;
		this.#whole = void 0;
		this.#seq++;
		const path = boundedPath(member.name);
		if (path === "") {
			if (member.kind === "folder") return;
			throw inconsistent(`${quoted(member.name)} is put in the place of the root`);
		}
		if (path.includes(".wh..wh.") && AUFS.test(path)) throw inconsistent(`${quoted(path)} is a name that only AUFS used`);
		const isBehindLink = this.#tree.isBehindLink(path);
		if (this.#isRemoval(path, isBehindLink)) return;
		const { kind, size, offset, link: target } = member;
		if (this.#behindLinks.has(path)) throw inconsistent(`${quoted(path)} is twice behind a link`);
		if (isBehindLink && kind !== "folder") this.#behindLinks.add(path);
		if (kind === "hard-link") {
			this.#link(path, target);
			return;
		}
		const seq = this.#seq;
		const node = {
			kind,
			size,
			target,
			seq,
			content: seq,
			contentPath: path,
			offset
		};
		this.#node = this.#tree.set(path, node);
		if (isBehindLink && kind === "symlink") this.#putWhereItIs(path, node);
	}
	#putWhereItIs(path, node) {
		const folder = this.#walker.walk(folderOf(path));
		if (folder === void 0) throw inconsistent(`${quoted(path)} is behind links that lead in circles`);
		const real = join(folder, baseOf(path));
		if (!this.#tree.isBehindLink(real)) this.#tree.set(real, node);
	}
	content(piece) {
		if (piece.length === this.#node?.size) this.#whole = piece;
	}
	end() {
		const node = this.#node;
		if (node?.kind !== "file") return;
		const { contentPath, size, offset: start = 0 } = node;
		const whole = this.#whole;
		const inspected = inspectFile(contentPath, {
			size,
			read: whole ? (at, length) => whole.subarray(at, at + length) : (at, length) => this.#readBack(start + at, length)
		});
		if (inspected === void 0) return;
		this.#kept += weightOf(inspected);
		if (this.#kept > this.#mostKept) throw tooLarge(`a layer's lists of packages have more than ${this.#mostKept} characters`);
		node.inspected = inspected;
	}
	#isRemoval(path, isBehindLink) {
		const base = baseOf(path);
		if (!base.startsWith(WHITEOUT)) return false;
		const folder = folderOf(path);
		const name = base.slice(4);
		if (name === "" || name === "." || name === "..") throw inconsistent(`${quoted(path)} removes no file`);
		const isOpaque = base === OPAQUE;
		if (isBehindLink) this.#disputed.push(isOpaque ? folder : join(folder, name));
		else if (isOpaque) this.#opaque.set(folder, this.#seq);
		else this.#whiteouts.set(join(folder, name), this.#seq);
		return true;
	}
	#link(path, link) {
		const target = boundedPath(link);
		const node = this.#tree.get(target);
		const { inspected, ...found } = node ?? UNKNOWN;
		const isDisputed = this.#tree.isBehindLink(target) || found.isDisputed;
		const isThere = node !== void 0 && node.kind !== "folder" && path !== target;
		if (isDisputed && !isThere) throw inconsistent(`the hard link to ${quoted(link)} leads through a link`);
		const added = this.#tree.set(path, isThere ? {
			...found,
			seq: this.#seq,
			isDisputed
		} : {
			...UNKNOWN,
			seq: this.#seq,
			target
		});
		added.inspected = inspected;
	}
	result() {
		const parts = {
			files: [],
			symlinks: [],
			hardLinks: [],
			plain: [],
			pipes: [],
			devices: [],
			folders: []
		};
		for (const [path, node] of this.#tree.entries()) this.#sort(path, node, parts);
		const { plain, devices, folders, ...rest } = parts;
		const isUndone = ([path, seq]) => (this.#tree.get(path)?.seq ?? -1) > seq;
		const isRoot = ([folder]) => folder === "";
		const [whiteouts, opaque] = [[...this.#whiteouts], [...this.#opaque]];
		const undone = [...whiteouts.filter(isUndone), ...opaque.filter(isRoot)];
		return {
			...rest,
			plain: joined(plain),
			folders: joined(folders),
			whiteouts: whiteouts.filter((each) => !isUndone(each)).map(([path]) => path),
			opaque: opaque.filter((each) => !isRoot(each)).map(([folder]) => folder),
			disputed: [
				...this.#disputed,
				...undone.map(([path]) => path),
				...devices
			]
		};
	}
	#sort(path, node, parts) {
		if (node.kind === "folder") parts.folders.push(path);
		else if (node.kind === "symlink") parts.symlinks.push({
			path,
			target: node.target
		});
		else if (node.kind === "pipe") parts.pipes.push(path);
		else if (node.kind === "device") {
			parts.devices.push(path);
			parts.folders.push(folderOf(path));
		} else {
			const content = node.kind === "file" ? node : this.#tree.get(node.target);
			if (content?.kind !== "file") parts.hardLinks.push({
				path,
				target: node.target
			});
			else {
				const file = fileOf(path, content);
				if (file === void 0) parts.plain.push(path);
				else parts.files.push(file);
			}
		}
	}
};
const UNKNOWN = {
	kind: "hard-link",
	seq: 0,
	size: 0,
	target: "",
	content: 0,
	contentPath: ""
};
function fileOf(path, node) {
	const { size, content, contentPath, inspected, offset, isDisputed } = node;
	const linkTo = contentPath === path ? void 0 : contentPath;
	const named = linkTo === void 0 ? void 0 : namedBy(path);
	if (inspected === void 0 && named === void 0) return void 0;
	const { found = [], owned, isMark } = inspected ?? {};
	const isLinkedMark = named?.vendor !== void 0 && inspectNamed(named, void 0).isMark;
	return {
		path,
		size,
		content,
		...linkTo === void 0 ? void 0 : {
			linkTo,
			offset,
			isDisputed
		},
		found,
		owned,
		isMark: isMark || isLinkedMark || void 0
	};
}
function weightOf({ found, owned = [] }) {
	let sum = 0;
	for (const { within = "" } of found) sum += within.length;
	for (const { packages = [] } of found) for (const { name, version, source, maintainer } of packages) sum += 32 + name.length + version.length + (source?.length ?? 0) + (maintainer?.length ?? 0);
	for (const { owner, files } of owned) sum += 32 + owner.length + files.length;
	return sum;
}
function joined(paths) {
	return paths.length === 0 ? "" : `${paths.join("\0")}\0`;
}
var LayerTree = class {
	#nodes = /* @__PURE__ */ new Map();
	#folders = /* @__PURE__ */ new Set([""]);
	#used = /* @__PURE__ */ new Set();
	isBehindLink(path) {
		if (this.#folders.has(folderOf(path))) return false;
		for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
			const at = path.slice(0, end);
			const { kind = "folder" } = this.#nodes.get(at) ?? {};
			if (kind === "symlink") {
				this.#used.add(at);
				return true;
			}
			if (kind !== "folder") throw inconsistent(`${quoted(at)} is not a folder, but something is within it`);
			this.#folders.add(at);
		}
		return false;
	}
	get(path) {
		return this.#nodes.get(path);
	}
	linkAt(path) {
		const { kind, target } = this.#nodes.get(path) ?? {};
		return kind === "symlink" ? target : void 0;
	}
	set(path, node) {
		const { kind, seq, size, target, content, contentPath, offset, isDisputed, inspected } = node;
		const before = this.#nodes.get(path);
		if (before?.kind === "symlink" && kind === "symlink" && before.target === target) return before;
		if (this.#used.has(path)) throw inconsistent(`the layer has files behind a link, and then ${quoted(path)} becomes something else`);
		const isFolder = kind === "folder";
		const wasFolder = before?.kind === "folder" || this.#folders.has(path);
		const wasFile = before !== void 0 && before.kind !== "folder" && before.kind !== "symlink";
		if (isFolder ? wasFile : wasFolder) throw inconsistent(`${quoted(path)} is a folder in it, and something else as well`);
		const added = {
			kind,
			seq,
			size,
			target,
			content,
			contentPath,
			offset,
			isDisputed,
			inspected
		};
		this.#nodes.set(path, added);
		return added;
	}
	entries() {
		return this.#nodes;
	}
};

// src/images/layers/output/linked-files.ts
const MOST_BYTES = 512 << 20;
const PIECE$2 = 1 << 20;
const MAX_NAME = 100;
function appendLinkedFiles(file, files, { end, isShared }) {
	const linked = files.filter(isCopied);
	if (linked.length === 0) return void 0;
	if (isShared) becomeOwn(file);
	const descriptor = openSync(file, "r+");
	let at = end;
	let left = MOST_BYTES;
	try {
		for (const { path, size, offset = 0 } of linked) {
			if (size > left) continue;
			left -= size;
			const header = headerOf(path, size);
			writeAllAt(descriptor, header, at);
			copy(descriptor, {
				from: offset,
				to: at + header.length,
				size
			});
			at += header.length + size + padding(size);
		}
		const whole = at + 2 * 512;
		ftruncateSync(descriptor, whole);
		return whole;
	} finally {
		closeSync(descriptor);
	}
}
function becomeOwn(file) {
	const copied = `${file}.own`;
	copyFileSync(file, copied, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
	renameSync(copied, file);
}
function isCopied({ path, linkTo, offset, found, isMark }) {
	if (linkTo === void 0 || offset === void 0 || !path.isWellFormed()) return false;
	return isMark === true || namedBy(path) !== void 0 || found.some(({ kind }) => kind === "go" || kind === "rust");
}
function copy(descriptor, { from, to, size }) {
	const piece = Buffer.allocUnsafe(Math.min(PIECE$2, size));
	for (let done = 0; done < size; done += piece.length) {
		const bytes = piece.subarray(0, size - done);
		if (!readAllAt(descriptor, bytes, from + done)) throw new Error("an unpacked layer is shorter than it was");
		writeAllAt(descriptor, bytes, to + done);
	}
}
function headerOf(path, size) {
	if (path.length <= MAX_NAME && /^[\x20-\x7e]*$/.test(path)) return block(path, size, "0");
	const record = recordOf("path", path);
	const padded = Buffer.concat([record, Buffer.alloc(padding(record.length))]);
	return Buffer.concat([
		block("pax", record.length, "x"),
		padded,
		block("linked", size, "0")
	]);
}
function recordOf(keyword, value) {
	const rest = Buffer.from(` ${keyword}=${value}\n`);
	let length = rest.length;
	while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
	return Buffer.concat([Buffer.from(String(length)), rest]);
}
function block(name, size, type) {
	const header = Buffer.alloc(512);
	header.write(name, 0, "latin1");
	header.write("0000755\0", 100, "latin1");
	header.write("0000000\0", 108, "latin1");
	header.write("0000000\0", 116, "latin1");
	header.write(`${size.toString(8).padStart(11, "0")}\0`, 124, "latin1");
	header.write("00000000000\0", 136, "latin1");
	header.write("        ", 148, "latin1");
	header.write(type, 156, "latin1");
	header.write("ustar\x0000", 257, "latin1");
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
	return header;
}

// src/images/layers/output/sparse-file.ts
const HOLE = 65536;
var SparseFile = class {
	#path;
	#descriptor;
	size = 0;
	constructor(path) {
		this.#path = path;
		const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
		this.#descriptor = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 384);
	}
	write(piece) {
		let start = 0;
		let at = 0;
		while (at < piece.length) {
			const end = Math.min(piece.length, at + HOLE - (this.size + at) % HOLE);
			if (isZero(piece.subarray(at, end))) {
				this.#put(piece, start, at);
				start = end;
			}
			at = end;
		}
		this.#put(piece, start, piece.length);
		this.size += piece.length;
	}
	#put(piece, start, end) {
		for (let at = start; at < end;) at += writeSync(this.#descriptor, piece, at, end - at, this.size + at);
	}
	read(at, length) {
		return readBack(this.#descriptor, at, length);
	}
	finish() {
		ftruncateSync(this.#descriptor, this.size);
		closeSync(this.#descriptor);
	}
	discard() {
		closeSync(this.#descriptor);
		rmSync(this.#path, { force: true });
	}
};
function readBack(descriptor, from, length) {
	const bytes = Buffer.allocUnsafeSlow(length);
	countUsedBuffers(length);
	for (let at = 0; at < length;) {
		const count = readSync(descriptor, bytes, at, length - at, from + at);
		if (count === 0) return bytes.fill(0, at);
		at += count;
	}
	return bytes;
}

// src/images/layers/unpack.ts
const MAGIC = 512;
function compressionOf(start) {
	if (start.length >= 2 && start.readUInt16BE() === 8075) return "gzip";
	const magic = start.length >= 4 ? start.readUInt32LE() : 0;
	if (magic === 4247762216 || isSkippable(magic)) return "zstd";
	if (!(start.length === 0 || start.toString("latin1", 257, 262) === "ustar" || isOldTar(start))) throw new ImageFault("compression-unknown", "a layer is neither a tar, nor gzip or zstd");
	return "none";
}
function isOldTar(start) {
	return start.length >= 512 && /^[ \0]*[0-7]*[ \0]*$/.test(start.toString("latin1", 148, 156));
}
const PIECE$1 = 1 << 19;
function unpacking(compression, onPart) {
	const stream = compression === "gzip" ? createGunzip({ chunkSize: PIECE$1 }) : createZstdDecompress({ chunkSize: PIECE$1 });
	const frames = compression === "zstd" ? new ZstdFrames() : void 0;
	let failed = () => {};
	const failure = new Promise((_, reject) => {
		failed = (error) => {
			reject(problemOf(error));
			stream.destroy();
		};
	});
	failure.catch(() => {});
	stream.on("data", (part) => queueMicrotask(() => {
		try {
			if (!stream.destroyed || stream.readableEnded) onPart(part);
		} catch (error) {
			failed(error);
		}
	}));
	stream.on("error", failed);
	const ended = new Promise((resolve) => stream.once("end", () => queueMicrotask(resolve)));
	let given = 0;
	const write = async (piece) => {
		given += piece.length;
		await Promise.race([failure, new Promise((resolve) => stream.write(piece, () => resolve()))]);
	};
	return {
		async take(piece) {
			for (const part of frames?.split(piece) ?? [piece]) await write(part);
		},
		async end() {
			frames?.finish();
			stream.end();
			await Promise.race([failure, ended]);
			if (stream.bytesWritten !== given) throw inconsistent("something is behind the end of a layer's gzip");
		},
		close: () => stream.destroy()
	};
}
function problemOf(error) {
	const { code } = error;
	return typeof code === "string" && code.startsWith("Z") ? damaged(`its compression is damaged: ${code}`) : error;
}

// src/images/layers/read-layer.ts
const LAYER_LIMITS = {
	unpackedBytes: 128 * 2 ** 30,
	members: 2e6,
	nameBytes: 64 << 20,
	listedCharacters: 64 << 20
};
const PIECE = 1 << 19;
async function readLayer(work) {
	const blob = openBlob(work);
	try {
		const { contentEnd, ...read } = await readInto(work, blob);
		const { file, output, kept } = work;
		if (kept !== void 0) linkSync(output, kept);
		const isShared = output === file || kept !== void 0;
		const appended = appendLinkedFiles(output, read.content.files, {
			end: contentEnd,
			isShared
		});
		return {
			...read,
			outputSize: appended ?? read.unpackedSize
		};
	} finally {
		closeSync(blob.descriptor);
	}
}
async function readInto(work, blob) {
	const output = work.output === work.file ? void 0 : new SparseFile(work.output);
	try {
		const read = await readBlob(blob, output, {
			...LAYER_LIMITS,
			...work.limits
		});
		output?.finish();
		return read;
	} catch (error) {
		output?.discard();
		throw asImageFault(error, "in a layer");
	}
}
function openBlob({ file, offset = 0, length, tables = NO_CLAIMS }) {
	const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
	const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	try {
		const stat = fstatSync(descriptor);
		if (!stat.isFile()) throw damaged("a layer is not a regular file");
		const size = length ?? stat.size - offset;
		if (offset < 0 || size < 0 || offset + size > stat.size) throw damaged("a layer is cut off");
		return {
			descriptor,
			start: offset,
			size,
			tables
		};
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
}
function* piecesOf({ descriptor, start, size }) {
	const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE, size));
	for (let at = 0; at < size;) {
		const piece = buffer.subarray(0, Math.min(PIECE, size - at));
		if (!readAllAt(descriptor, piece, start + at)) throw damaged("a layer is cut off");
		at += piece.length;
		yield piece;
	}
}
async function readBlob(blob, output, limits) {
	const tables = await comparisonsOf(blob, limits);
	const readWritten = (at, length) => output?.read(at, length) ?? readBack(blob.descriptor, at, length);
	const tar = new UnpackedTar({
		output,
		readBack: readWritten
	}, limits, tables);
	const head = Buffer.alloc(Math.min(512, blob.size));
	if (!readAllAt(blob.descriptor, head, blob.start)) throw damaged("a layer is cut off");
	const compression = compressionOf(head);
	if (compression === "none") {
		for (const piece of piecesOf(blob)) tar.take(piece);
		const { diffId, ...rest } = tar.finish();
		return {
			digest: diffId,
			size: blob.size,
			diffId,
			...rest
		};
	}
	const hash = createHash("sha256");
	const unpacked = unpacking(compression, (part) => {
		tar.take(part);
		countUsedBuffers(part.length);
	});
	try {
		for (const piece of piecesOf(blob)) {
			const taken = unpacked.take(piece);
			hash.update(piece);
			await taken;
		}
		await unpacked.end();
	} finally {
		unpacked.close();
	}
	return {
		digest: digestOf(hash),
		size: blob.size,
		...tar.finish()
	};
}
async function comparisonsOf({ descriptor, start, size, tables }, limits) {
	const read = (at, length) => {
		const bytes = Buffer.allocUnsafeSlow(length);
		if (!readAllAt(descriptor, bytes, start + at)) throw damaged("a layer is cut off");
		return bytes;
	};
	const most = Math.min(MAX_TABLE, limits.unpackedBytes);
	const found = tablesIn({
		size,
		read,
		most
	}, tables);
	if (found.length === 0) return [];
	const { TableComparison } = await import("./images.lazy.compare.js");
	return found.map((json) => new TableComparison(json, limits.members));
}
var UnpackedTar = class {
	#hash = createHash("sha256");
	#collector;
	#tables;
	#pass;
	#output;
	#most;
	#size = 0;
	constructor({ output, readBack }, limits, tables) {
		this.#output = output;
		this.#most = limits.unpackedBytes;
		this.#collector = new Collector(limits.listedCharacters, readBack);
		this.#tables = tables;
		const visitor = tables.length === 0 ? this.#collector : visitorsOf([this.#collector, ...tables]);
		this.#pass = new TarPass(visitor, limits);
	}
	take(piece) {
		this.#size += piece.length;
		if (this.#size > this.#most) throw tooLarge(`a layer has more than ${this.#most} bytes when it is unpacked`);
		this.#hash.update(piece);
		this.#output?.write(piece);
		this.#pass.write(piece);
	}
	finish() {
		this.#pass.finish();
		for (const each of this.#tables) each.finish();
		return {
			contentEnd: this.#pass.contentEnd,
			diffId: digestOf(this.#hash),
			unpackedSize: this.#size,
			content: this.#collector.result(),
			hasTable: this.#tables.length > 0
		};
	}
};
function digestOf(hash) {
	return `sha256:${hash.digest("hex")}`;
}
function visitorsOf(visitors) {
	return {
		member(member) {
			for (const each of visitors) each.member(member);
		},
		content(piece) {
			for (const each of visitors) each.content?.(piece);
		},
		end() {
			for (const each of visitors) each.end?.();
		}
	};
}
async function answerWork(work) {
	try {
		return { layer: await readLayer(work) };
	} catch (error) {
		if (error instanceof ImageFault) return { problem: {
			code: error.code,
			what: error.message
		} };
		const { code, message } = error;
		return { failure: {
			code,
			message: message ?? String(error)
		} };
	}
}
function layerOf(answer) {
	if ("layer" in answer) return answer.layer;
	if ("problem" in answer) throw new ImageFault(answer.problem.code, answer.problem.what);
	const { code, message } = answer.failure;
	throw Object.assign(new Error(message), { code });
}

export { BY_NAME, ImageFault, LAYER_LIMITS, LISTS, MAX_TABLE, Overlay, PACKAGE_STORES, PathWalker, SparseFile, TarPass, TarProblem, answerWork, asImageFault, baseOf, boundedPath, byFolder, compressionOf, couldTell, damaged, damagedTar, diskFull, dpkgOwnerOf, folderOf, imageChanged, imageError, inconsistent, isTellingFolder, join, kindsOf, layerOf, notAnImage, otherFiles, otherManagerOf, pathsIn, quoted, readLayer, requireTarLayers, scanTimeout, sociNotes, storePackageOf, tableClaims, tooLarge, vendorOf, vendorOfPackage };