import { createHash, tryOr } from "./shared.thread.js";
import { TarPass } from "./system.tar.tar-pass.js";
import { ImageFault, damaged, inconsistent, otherFiles } from "./images.fault.js";
import { inflateRawSync, zstdDecompressSync } from "node:zlib";

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
		else throw inconsistent("something lies behind the end of a layer's zstd");
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
	if (!(member.length > HEADER && member.readUIntBE(0, 4) === 529205248)) throw unreadable("its gzip has no plain header");
	const packed = member.subarray(HEADER);
	return onlyFile(unpacked(blob, (maxOutputLength) => inflateRawSync(packed, { maxOutputLength })));
}
const HEADER = 10;
function onlyFile(tar) {
	const parts = [];
	let members = 0;
	const pass = new TarPass({
		member({ kind, name }) {
			if (++members > 1 || kind !== "file" || name !== "stargz.index.json") throw unreadable("its tar has other files");
		},
		content: (piece) => void parts.push(piece),
		end() {}
	}, {
		form: "archive",
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
	if (length < 1 || !Number.isSafeInteger(at) || at + length > blob.size) throw unreadable("it lies outside of the layer");
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

export { FRAME, MAX_TABLE, ZstdFrames, isSkippable, tablesIn };