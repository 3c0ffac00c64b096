import { readSync } from "node:fs";

// src/images/file/bytes.ts
const PIECE = 1 << 20;
function bytesOfFile(descriptor) {
	const room = Buffer.allocUnsafeSlow(PIECE);
	let position = 0;
	return {
		get position() {
			return position;
		},
		async some(max) {
			const count = readSync(descriptor, room, 0, Math.min(max, PIECE), position);
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

export { ImageProblem, bytesOfFile, bytesOfStream, damaged, exactly, inconsistent, quoted };