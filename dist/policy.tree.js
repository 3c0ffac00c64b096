import { placesIn, require_dist, yamlDocuments, yamlTokens } from "./system.yaml.js";
import { andMore, joined } from "./shared.inputs.js";
import { GateError } from "./shared.thread.js";

// src/policy/mistakes.ts
var import_dist = require_dist();
const MAX_LISTED_MISTAKES = 30;
var PolicyError = class extends GateError {
	file;
	mistakes;
	constructor(file, mistakes, options) {
		const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
		const listed = sorted.slice(0, MAX_LISTED_MISTAKES);
		super("policy-invalid", summary(file, listed, sorted.length), REMEDY, options);
		this.file = file;
		this.mistakes = listed;
	}
};
const REMEDY = "Correct the policy file; a policy with mistakes is never applied.";
function summary(file, listed, total) {
	const lines = listed.map((mistake) => `${file}:${mistake.line}:${mistake.column}: ${mistake.message}`);
	return `The policy file has ${total === 1 ? "a mistake" : `${total} mistakes`}:\n${joined("\n", [...lines, andMore(total - listed.length)])}`;
}
function isShowable(key) {
	return /^[A-Za-z0-9_-]{1,30}$/.test(key);
}
function shownKey(key) {
	return isShowable(key) ? ` ${JSON.stringify(key)}` : "";
}

// src/policy/yaml-text.ts
const BOUNDS = {
	depth: 64,
	lexemes: 5e5
};
const EXCESS = {
	depth: "this is nested too deeply",
	lexemes: "the file holds too much to be a policy"
};
const TAG = "a tag (!name) is not allowed; put a value that starts with ! in quotes";
const WORDS = {
	BAD_ALIAS: "* and & start a YAML alias or anchor; put the value in quotes",
	BAD_COLLECTION_TYPE: TAG,
	BAD_DQ_ESCAPE: "unknown escape between double quotes; use single quotes, or write a backslash twice",
	BAD_INDENT: "wrong indentation, or a quote or a bracket above this is not closed",
	BAD_SCALAR_START: "a value cannot start with this character; put it in quotes",
	BLOCK_AS_IMPLICIT_KEY: "a value that holds \": \" must be in quotes; a nested mapping starts on its own line",
	MISSING_CHAR: "something is missing or wrongly indented: a dash before an item, a colon and a space behind a key, a comma, a closing quote or bracket",
	MULTIPLE_TAGS: TAG,
	TAB_AS_INDENT: "a tab in the indentation; use spaces",
	TAG_RESOLVE_FAILED: TAG,
	UNEXPECTED_TOKEN: "unexpected text; put a value with special characters in quotes, and close every bracket"
};
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
function readYaml(text) {
	const place = placesIn(text);
	const refuse = (offset, message) => ({ mistakes: [{
		...place(offset),
		message
	}] });
	const control = CONTROL.exec(text);
	if (control) return refuse(control.index, "a control character; this is not a text file");
	const tokens = yamlTokens(text, BOUNDS);
	if ("exceeds" in tokens) return refuse(tokens.offset, EXCESS[tokens.exceeds]);
	const directive = tokens.find((token) => token.type === "directive");
	if (directive) return refuse(directive.offset, "a YAML directive (a line that starts with %) is not allowed");
	const second = tokens.filter((token) => token.type === "document")[1];
	if (second) return refuse(second.offset, "a second YAML document; a policy file has only one");
	const [document] = yamlDocuments(tokens, text.length, true);
	const problems = [...document?.errors ?? [], ...(document?.warnings ?? []).filter(({ code }) => code !== "TAG_RESOLVE_FAILED" && code !== "BAD_COLLECTION_TYPE")];
	if (problems.length === 0) return {
		root: document?.contents ?? null,
		place
	};
	return { mistakes: firstOfEachLine(problems, place) };
}
function firstOfEachLine(problems, place) {
	const found = problems.map(({ pos, code }) => ({
		...place(pos[0]),
		message: WORDS[code] ?? `this is not valid YAML (${code})`
	})).sort((a, b) => b.line - a.line || b.column - a.column);
	return [...new Map(found.map((each) => [each.line, each])).values()].reverse();
}

// src/policy/tree.ts
function partAt(tree, path) {
	let part = tree;
	for (const step of path) part = part?.parts.get(step);
	return part;
}
function readTree(root) {
	const mistakes = [];
	return {
		tree: read(root, (at, message) => mistakes.push({
			at,
			message
		})),
		mistakes
	};
}
function read(node, refuse) {
	const at = node.range[0];
	const parts = /* @__PURE__ */ new Map();
	if ((0, import_dist.isAlias)(node)) {
		refuse(at, "YAML reads a value that starts with * as an alias (*name), which is not allowed; put it in quotes, or write the value out");
		return {
			value: void 0,
			at,
			parts
		};
	}
	if (node.tag !== void 0) refuse(at, TAG);
	if (node.anchor !== void 0) refuse(at, "an anchor (&name) is not allowed; put a value that starts with & in quotes");
	if ((0, import_dist.isMap)(node)) {
		const value = Object.create(null);
		for (const pair of node.items) {
			const keyAt = pair.key.range[0];
			const key = readKey(pair.key, refuse);
			if (key === void 0) continue;
			const part = pair.value ? read(pair.value, refuse) : {
				value: null,
				at: keyAt,
				parts: /* @__PURE__ */ new Map()
			};
			if (parts.has(key)) {
				refuse(keyAt, `duplicate key${shownKey(key)}; keep only one`);
				continue;
			}
			value[key] = part.value;
			parts.set(key, {
				...part,
				keyAt
			});
		}
		return {
			value,
			at,
			parts
		};
	}
	if ((0, import_dist.isSeq)(node)) {
		for (const [index, item] of node.items.entries()) parts.set(index, read(item, refuse));
		return {
			value: Array.from(parts.values(), ({ value }) => value),
			at,
			parts
		};
	}
	return {
		value: (0, import_dist.isScalar)(node) ? node.value : void 0,
		at,
		parts
	};
}
function readKey(key, refuse) {
	const at = key.range[0];
	if (!(0, import_dist.isAlias)(key) && key.tag !== void 0) refuse(at, "a key can have no tag");
	if (!(0, import_dist.isScalar)(key) || typeof key.value !== "string") {
		refuse(at, "a key must be plain text");
		return;
	}
	if (key.anchor !== void 0) refuse(at, "a key can have no anchor");
	if (key.value !== "<<") return key.value;
	refuse(at, "merge keys (<<) are not allowed; write the keys out");
}

export { PolicyError, isShowable, partAt, readTree, readYaml, shownKey };