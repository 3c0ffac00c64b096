import { i as damaged, o as inconsistent } from "./bytes.js";

// src/images/file/tar-header.ts
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
	let unsigned = 0;
	for (let at = 0; at < 512; at += 4) unsigned += byteAt(block, at) + byteAt(block, at + 1) + byteAt(block, at + 2) + byteAt(block, at + 3);
	for (let at = 148; at < 156; at++) unsigned += 32 - byteAt(block, at);
	const sum = number(block.subarray(148, 156));
	return sum === unsigned || sum === unsigned - 256 * highBytes(block);
}
const byteAt = (block, at) => block[at];
function highBytes(block) {
	let count = 0;
	for (let at = 0; at < 512; at++) if (byteAt(block, at) > 127 && (at < 148 || at >= 156)) count++;
	return count;
}
function prefixOf(block, text) {
	const magic = block.readUInt32BE(257) === 1970500705 ? block.readUInt32BE(261) : 0;
	if (magic === 1912614960) {
		const prefix = text(345, 155);
		if (block.toString("latin1", 508, 512) === "tar\0" && Buffer.byteLength(prefix) > 130) throw inconsistent("a member's name can be read in two ways");
		return prefix;
	}
	if (magic === 1914707968 && ![345, 357].every((at) => isNumber(block.subarray(at, at + 12)))) throw inconsistent("a member's name can be read in two ways");
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
			if (digit < 0 || digit > 7) throw damaged("it is no tar, or a member's header is damaged");
			value = value * 8 + digit;
		}
		return value;
	}
	let value = BigInt((field[0] ?? 0) & 127);
	for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
	if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged("a member's size is impossible");
	return Number(value);
}
const isBlank = (byte) => byte === 32 || byte === 0;

export { padding as n, readHeader as r, isZero as t };