import { isDay } from "./shared.answer.js";
import { isObject } from "./shared.start.js";

// src/state/check.ts
var Malformed = class extends Error {};
function fail(at, wanted) {
	throw new Malformed(`${at} is not ${wanted}`);
}
function mappingOf(value, at) {
	return isObject(value) ? value : fail(at, "a mapping");
}
function mapping({ required, optional }) {
	const checks = new Map(Object.entries({
		...required,
		...optional
	}));
	const needed = Object.keys(required);
	return (value, at) => {
		const object = mappingOf(value, at);
		let missing = needed.length;
		for (const key in object) {
			const check = checks.get(key);
			if (check === void 0) throw new Malformed(`${at} has the unknown key ${JSON.stringify(key)}`);
			check(object[key], key);
			if (Object.hasOwn(required, key)) missing -= 1;
		}
		if (missing > 0) throw new Malformed(`${at} lacks a key of ${needed.join(", ")}`);
	};
}
function objectOf(keys, optional = []) {
	const checks = Object.entries(keys).map(([key, check]) => ({
		key,
		check,
		isNeeded: !optional.some((each) => each === key)
	}));
	return (value, at) => {
		const object = mappingOf(value, at);
		for (const { key, check, isNeeded } of checks) {
			const own = object[key];
			if (own !== void 0) check(own, key);
			else if (isNeeded) throw new Malformed(`${at} lacks the key ${key}`);
		}
	};
}
function listOf(check, { least = 0 } = {}) {
	return (value, at) => {
		if (!Array.isArray(value) || value.length < least) fail(at, "such a list");
		for (const each of value) check(each, at);
	};
}
const text = (value, at) => {
	if (typeof value !== "string") fail(at, "a text");
};
const count = (value, at) => {
	if (!Number.isSafeInteger(value) || value < 0) fail(at, "a number");
};
const day = (value, at) => {
	if (typeof value !== "string" || !isDay(value)) fail(at, "a day");
};
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const known = /* @__PURE__ */ new Set();
const instant = (value, at) => {
	if (typeof value !== "string") fail(at, "a point in time");
	if (known.has(value)) return;
	if (!(INSTANT.test(value) && isDay(value.slice(0, 10)) && !Number.isNaN(Date.parse(value)))) fail(at, "a point in time");
	if (known.size >= 1e4) known.clear();
	known.add(value);
};
function oneOf(values) {
	const allowed = new Set(values);
	return (value, at) => {
		if (!allowed.has(value)) fail(at, `one of ${values.join(", ")}`);
	};
}
const yes = (value, at) => {
	if (typeof value !== "boolean") fail(at, "true or false");
};
function keysOf({ shape }) {
	return Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, checkOf(field)]));
}
function optionalIn({ shape }) {
	return Object.keys(shape).filter((key) => shape[key]?._zod.optin === "optional");
}
function checkOf(schema) {
	const { def } = schema._zod;
	switch (def.type) {
		case "object": return objectOf(keysOf(schema), optionalIn(schema));
		case "array": return listOf(checkOf(def.element));
		case "optional": return checkOf(def.innerType);
		case "enum": return oneOf(Object.values(def.entries));
		case "literal": return oneOf(def.values);
		case "string": return text;
		case "number": return count;
		case "boolean": return yes;
		default: throw new Error(`no check for ${def.type}`);
	}
}

export { Malformed, checkOf, count, day, instant, keysOf, listOf, mapping, mappingOf, objectOf, oneOf, optionalIn, text, yes };