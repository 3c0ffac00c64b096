// src/system/store/tar.ts
var DamagedTar = class extends Error {
	name = "DamagedTar";
};
const BLOCK = 512;
const MAX_EXTENDED = 65536;
const MAX_PADDING = 8 << 20;
const MEANINGFUL = /^(?:path|linkpath|size|hdrcharset|GNU\.sparse\..*|SCHILY\.realsize)$/;
async function* readTar(bytes) {
	const source = new Source(bytes);
	let renamesAll = false;
	let renames = [];
	for (;;) {
		const header = await source.exactly(BLOCK);
		if (header.every((byte) => byte === 0)) break;
		const { name, type, size } = readHeader(header);
		if (type === "x" || type === "g") {
			const changes = await changesOf(source, size);
			if (type === "x") renames.push(...changes);
			else renamesAll ||= changes.length > 0;
			continue;
		}
		const isRecord = type === "L" || type === "K";
		let left = size;
		async function* content() {
			while (left > 0) {
				const part = await source.some(left);
				left -= part.length;
				yield part;
			}
		}
		const isRenamed = renames.length > 0 || renamesAll || isRecord;
		yield {
			name,
			type,
			size,
			isRenamed,
			path: isRenamed ? pathIn(renamesAll || isRecord ? [] : renames) : name,
			content
		};
		await source.skip(left + padding(size));
		renames = isRecord ? [{ keyword: "" }] : [];
	}
	await source.toEnd();
}
var Source = class {
	#pieces;
	#piece = Buffer.alloc(0);
	constructor(bytes) {
		this.#pieces = bytes[Symbol.asyncIterator]();
	}
	async some(max) {
		while (this.#piece.length === 0) {
			const next = await this.#pieces.next();
			if (next.done) throw new DamagedTar("is cut off");
			this.#piece = next.value;
		}
		const part = this.#piece.subarray(0, max);
		this.#piece = this.#piece.subarray(part.length);
		return part;
	}
	async exactly(count) {
		const parts = [];
		for (let left = count; left > 0;) {
			const part = await this.some(left);
			parts.push(part);
			left -= part.length;
		}
		return Buffer.concat(parts);
	}
	async skip(count) {
		for (let left = count; left > 0;) left -= (await this.some(left)).length;
	}
	async toEnd() {
		for (let left = MAX_PADDING - this.#piece.length;;) {
			const next = await this.#pieces.next();
			if (next.done) return;
			left -= next.value.length;
			if (left < 0) throw new DamagedTar("has more behind its end");
		}
	}
};
const padding = (size) => (BLOCK - size % BLOCK) % BLOCK;
function readHeader(header) {
	const text = (at, length) => header.toString("latin1", at, at + length).replace(/\0.*$/s, "");
	const octal = (at, length) => {
		const digits = text(at, length).trim();
		if (!/^[0-7]+$/.test(digits)) throw new DamagedTar("is damaged");
		return Number.parseInt(digits, 8);
	};
	if (header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0) !== octal(148, 8)) throw new DamagedTar("is damaged");
	const type = String.fromCharCode(header[156] ?? 0);
	const prefix = text(257, 5) === "ustar" && header[262] === 0 ? text(345, 155) : "";
	return {
		name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
		type: type === "\0" ? "0" : type,
		size: octal(124, 12)
	};
}
function pathIn(changes) {
	const [change] = changes;
	return changes.length === 1 && change?.keyword === "path" ? change.value : void 0;
}
async function changesOf(source, size) {
	if (size > MAX_EXTENDED) {
		await source.skip(size + padding(size));
		return [{ keyword: "" }];
	}
	const body = await source.exactly(size);
	await source.skip(padding(size));
	return [...meaningful(body)];
}
function* meaningful(body) {
	for (let at = 0; at < body.length;) {
		const [, digits = "", keyword = ""] = /^(\d{1,6}) ([^=\n]+)=/.exec(body.toString("latin1", at, at + 300)) ?? [];
		const length = Number(digits);
		const begin = digits.length + keyword.length + 2;
		if (!(keyword !== "" && length > begin && body[at + length - 1] === 10)) throw new DamagedTar("is damaged");
		if (MEANINGFUL.test(keyword)) yield {
			keyword,
			value: body.toString("utf8", at + begin, at + length - 1)
		};
		at += length;
	}
}

export { DamagedTar, readTar };