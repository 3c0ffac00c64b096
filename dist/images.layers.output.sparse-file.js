import { closeSync, constants, ftruncateSync, openSync, rmSync, writeSync } from "./shared.thread.js";
import { isZero } from "./system.tar.tar-pass.js";

// src/images/layers/output/sparse-file.ts
const HOLE = 65536;
var SparseFile = class {
	#path;
	#descriptor;
	size = 0;
	constructor(path) {
		this.#path = path;
		const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
		this.#descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 384);
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
	finish() {
		ftruncateSync(this.#descriptor, this.size);
		closeSync(this.#descriptor);
	}
	discard() {
		closeSync(this.#descriptor);
		rmSync(this.#path, { force: true });
	}
};

export { SparseFile };