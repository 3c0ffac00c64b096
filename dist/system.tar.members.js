import { fstatSync, readSync } from "./shared.thread.js";
import { damagedTar, quoted } from "./system.tar.problem.js";
import { TarPass } from "./system.tar.tar-pass.js";

// src/system/tar/bytes.ts
const PIECE = 1 << 20;
function bytesOfFile(descriptor) {
	const room = Buffer.allocUnsafeSlow(PIECE);
	const { size } = fstatSync(descriptor);
	let position = 0;
	return {
		async some(max) {
			const count = readSync(descriptor, room, 0, Math.min(max, PIECE), position);
			position += count;
			return room.subarray(0, count);
		},
		async skip(count) {
			const skipped = Math.max(0, Math.min(count, size - position));
			position += skipped;
			return skipped;
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
			let left = count;
			while (left > 0) {
				const { length } = await some(left);
				if (length === 0) break;
				left -= length;
			}
			return count - left;
		}
	};
}
function* slices(bytes) {
	for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}

// src/system/tar/members.ts
async function* tarMembers(source, rules) {
	const seen = {};
	const pass = new TarPass({
		member(member) {
			seen.member = member;
		},
		content() {},
		end() {}
	}, rules);
	for (;;) {
		const member = await nextMember(source, pass, seen);
		if (member === void 0) {
			pass.finish();
			return;
		}
		let left = member.size;
		yield {
			...member,
			async some() {
				if (left === 0) return Buffer.alloc(0);
				const piece = await source.some(left);
				if (piece.length === 0) throw cutOff(member);
				left -= piece.length;
				pass.write(piece);
				return piece;
			}
		};
		while (pass.skippable > 0) {
			const skipped = await source.skip(pass.skippable);
			if (skipped === 0) throw cutOff(member);
			pass.skip(skipped);
		}
	}
}
async function nextMember(source, pass, seen) {
	seen.member = void 0;
	for (;;) {
		const piece = await source.some(pass.wanted);
		if (piece.length === 0) return void 0;
		pass.write(piece);
		if (seen.member !== void 0) return seen.member;
	}
}
function cutOff({ name }) {
	return damagedTar(`it is cut off within ${quoted(name)}`);
}
const PLAIN = {
	form: "archive",
	members: 2e5,
	nameBytes: 16 << 20,
	hasEnd: true,
	endBytes: 8 << 20
};
function plainMembers(source) {
	return tarMembers(source, PLAIN);
}
async function* piecesOf(member) {
	for (let piece = await member.some(); piece.length > 0; piece = await member.some()) yield piece;
}
async function contentOf(member) {
	const parts = [];
	for await (const piece of piecesOf(member)) parts.push(Buffer.from(piece));
	return Buffer.concat(parts);
}

export { bytesOfFile, bytesOfStream, contentOf, piecesOf, plainMembers, slices, tarMembers };