import { misspeltKey, repeatedKey } from "./shared.domain.js";
import { inconsistent } from "./images.file.bytes.js";

// src/images/oci/strict-json.ts
const MAX_DOCUMENT = 8388608;
const MAX_LEVELS = 64;
function parseStrictJson(bytes, what, most = MAX_DOCUMENT) {
	if (bytes.length > most) throw inconsistent(`${what} has more than ${most} bytes`);
	const text = textOf(bytes, what);
	requireLevels(bytes, what);
	let value;
	try {
		value = JSON.parse(text);
	} catch {
		throw inconsistent(`${what} is not JSON`);
	}
	if (repeatedKey(bytes, value) !== void 0) throw inconsistent(`${what} has a key twice`);
	requireTexts(value, what);
	return value;
}
function requireSpelling(value, fields, what) {
	if (Array.isArray(value)) {
		for (const each of value) requireSpelling(each, fields, what);
		return;
	}
	if (!isObject(value)) return;
	const names = Object.keys(fields);
	const meant = misspeltKey(Object.keys(value), names);
	if (meant !== void 0) throw inconsistent(`${what} has a key that some readers take for ${meant}`);
	for (const name of names) {
		const inner = fields[name];
		if (inner != null && Object.hasOwn(value, name)) requireSpelling(value[name], inner, what);
	}
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function textOf(bytes, what) {
	let text;
	try {
		text = new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes);
	} catch {
		throw inconsistent(`${what} is not UTF-8`);
	}
	if (text.startsWith("﻿")) throw inconsistent(`${what} begins with a byte order mark`);
	return text;
}
function requireLevels(bytes, what) {
	let level = 0;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === 34) at = endOfText(bytes, at + 1);
		else if (byte === 123 || byte === 91) level++;
		else if (byte === 125 || byte === 93) level--;
		if (level > MAX_LEVELS) throw inconsistent(`${what} has more than ${MAX_LEVELS} levels`);
	}
}
function endOfText(bytes, start) {
	for (let at = start; at < bytes.length; at++) {
		if (bytes[at] === 34) return at;
		if (bytes[at] === 92) at++;
	}
	return bytes.length;
}
function requireTexts(document, what) {
	const waiting = [document];
	const isWrong = (text) => !text.isWellFormed() || text === "__proto__";
	while (waiting.length > 0) {
		const value = waiting.pop();
		if (typeof value === "string" && !value.isWellFormed()) throw inconsistent(`${what} has a text that is no Unicode`);
		if (typeof value !== "object" || value === null) continue;
		if (!Array.isArray(value) && Object.keys(value).some(isWrong)) throw inconsistent(`${what} has a key that readers treat differently`);
		for (const each of Object.values(value)) waiting.push(each);
	}
}

export { isObject, parseStrictJson, requireSpelling };