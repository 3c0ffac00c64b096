import { JsonFault, misspeltKey, parseStrict } from "./shared.scan.js";
import { inconsistent } from "./images.fault.js";

// src/images/oci/strict-json.ts
const MAX_DOCUMENT = 8388608;
function parseStrictJson(bytes, what, schema, most = MAX_DOCUMENT) {
	if (bytes.length > most) throw inconsistent(`${what} has more than ${most} bytes`);
	if (bytes[0] === 239) throw inconsistent(`${what} begins with a byte order mark`);
	const value = parsed(bytes, what);
	if (!isUnicode(value)) throw inconsistent(`${what} has a text that is not valid Unicode, or a key that readers treat differently`);
	if (schema !== void 0) requireSpelling(value, schema, what);
	return value;
}
function parsed(bytes, what) {
	try {
		return parseStrict(bytes);
	} catch (fault) {
		throw fault instanceof JsonFault ? inconsistent(`${what} ${fault.message}`) : fault;
	}
}
function requireSpelling(value, schema, what) {
	const meant = misspeltKey(value, schema);
	if (meant !== void 0) throw inconsistent(`${what} has a key that some readers take for ${meant}`);
}
function isUnicode(value) {
	if (typeof value === "string") return value.isWellFormed();
	if (Array.isArray(value)) return value.every(isUnicode);
	if (typeof value !== "object" || value === null) return true;
	return Object.entries(value).every(([key, each]) => key !== "__proto__" && key.isWellFormed() && isUnicode(each));
}

export { MAX_DOCUMENT, parseStrictJson };