import { n as asGateError, o as oneLine, r as cancelled, s as quoted, t as GateError } from "./start.js";
import { $t as compareText, Bn as registryHost, Et as readGivenFile, In as isSameRepository, Ot as realGivenPath, Pn as isDigest, Qt as compareSemver, Rn as parseReference, Tt as isWithin, Vn as repositoryName, jn as compileGlob } from "./shared.js";
import { n as yamlTokens, r as require_dist, t as yamlDocuments } from "./yaml.js";
import { i as findEngine, o as wrongAnswer, t as openEngine } from "./client.js";
import { a as array, g as record, h as object, s as boolean, v as string, x as ZodError } from "./zod.js";
import { a as runProcess, i as handedOn, n as WINDOWS_VARIABLES, r as cloudVariables, t as PROXY_VARIABLES } from "./process.js";
import { n as programPath, t as findProgram } from "./program-folders.js";
import { i as harborAuthorization, r as harborApi, t as TooManyError } from "./api.js";
import { n as HttpStatusError, t as FinalError } from "./http2.js";
import { c as registryReader, i as askRegistry, n as RegistryError, o as newSession, s as reasonOf } from "./client2.js";
import { i as sourcesOf, t as harborOf } from "./inputs.js";
import { t as credentialsFor } from "./credentials.js";
import { a as resolveRunning } from "./running.js";
import { readdirSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, posix, resolve as resolve$2, sep } from "node:path";

// src/discovery/declared/gather.ts
const MAX_IMAGES$1 = 2e4;
const MAX_NOTES = 50;
const MAX_LENGTH$1 = 1e3;
function gathered(line, step) {
	const { read, ...found } = gathering(line);
	try {
		step(found);
	} catch (thrown) {
		found.problem(asGateError(thrown));
	}
	return read();
}
function gathering(line) {
	const images = [];
	const notes = /* @__PURE__ */ new Set();
	const problems = /* @__PURE__ */ new Map();
	const add = (error) => {
		if (!problems.has(error.what)) problems.set(error.what, error);
	};
	return {
		image(named) {
			if (images.length === MAX_IMAGES$1) throw tooLarge(`names more than ${MAX_IMAGES$1} images`);
			const parts = parseReference(named.reference);
			if (parts === void 0) add(invalidReference(named));
			else images.push({
				reference: named.reference,
				...parts.digest === void 0 ? {} : { digest: parts.digest },
				...named.platform === void 0 ? {} : { platform: named.platform },
				at: {
					source: line,
					name: short$1(named.name)
				}
			});
		},
		note: (text) => notes.add(short$1(text)),
		problem: add,
		attempt(step) {
			try {
				return step();
			} catch (thrown) {
				const error = asGateError(thrown);
				if (error.code === "discovery-too-large") throw error;
				add(error);
				return;
			}
		},
		read: () => ({
			images,
			notes: bounded(notes),
			problem: together$1([...problems.values()])
		})
	};
}
function bounded(notes) {
	const kept = [...notes].slice(0, MAX_NOTES);
	return notes.size > MAX_NOTES ? [...kept, `${notes.size - MAX_NOTES} more notes are left out.`] : kept;
}
function together$1(problems) {
	const [first, ...others] = problems;
	if (first === void 0 || others.length === 0) return first;
	const named = others.slice(0, 4).map(({ what }) => what);
	const rest = others.length - named.length;
	const also = rest > 0 ? [...named, `${rest} more problems`] : named;
	return new GateError(first.code, `${first.what}. Also: ${also.join("; ")}`, first.remedy, { cause: first });
}
function tooLarge(what) {
	return new GateError("discovery-too-large", `The source ${what}`, "Name fewer files, or split the line into several narrower ones.");
}
function at({ file, line }) {
	return `${oneLine(file)}, line ${line}`;
}
function short$1(text) {
	return oneLine(text.length > MAX_LENGTH$1 ? `${text.slice(0, MAX_LENGTH$1)}…` : text);
}
function shown(text) {
	return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
function invalidReference({ reference, written = reference, spot }) {
	const made = written === reference ? "is no image reference" : "does not become an image reference";
	return new GateError("discovery-reference-invalid", `${at(spot)}: ${shown(written)} ${made}`, "Write registry/name:tag, with registry and name in lower case.");
}

// src/discovery/declared/files.ts
const MAX_FILE_MIB = 4;
const MAX_FILES = 5e3;
const MAX_TOTAL_MIB = 32;
const MAX_ENTRIES = 2e5;
const MIB = 1048576;
const SKIPPED = /* @__PURE__ */ new Set([".git", "node_modules"]);
const BYTE_ORDER_MARKS = /* @__PURE__ */ new Map([["ÿþ", "utf-16le"], ["þÿ", "utf-16be"]]);
function sourceFiles(what, { workspace }) {
	const folders = {
		workspace,
		temp: workspace
	};
	const known = /* @__PURE__ */ new Map();
	let bytes = 0;
	const status = (path) => statusOf(join(folders.workspace, path));
	return {
		text(path) {
			const read = known.get(path);
			if (read !== void 0) return read;
			if (known.size === MAX_FILES) throw tooLarge(`reads more than ${MAX_FILES} files`);
			const text = readText(what, path, folders);
			bytes += text.length;
			if (bytes > MAX_TOTAL_MIB * MIB) throw tooLarge(`reads more than ${MAX_TOTAL_MIB} MiB`);
			known.set(path, text);
			return text;
		},
		exists: (path) => status(path) !== void 0,
		isFolder: (path) => status(path)?.isDirectory() === true
	};
}
function readText(what, path, folders) {
	const given = {
		what,
		path,
		maxBytes: MAX_FILE_MIB * MIB
	};
	if (realGivenPath(given, folders).toLowerCase().split(sep).includes(".git")) throw new GateError("discovery-git-file", `The ${what} ${shown(path)} lies in .git, where actions/checkout can have left a token`, "Name a file that is checked out, or that a step has written.");
	const bytes = readGivenFile(given, folders);
	const encoding = BYTE_ORDER_MARKS.get(bytes.toString("latin1", 0, 2)) ?? "utf-8";
	return new TextDecoder(encoding).decode(bytes);
}
function matchingFiles(glob, isWanted, { workspace }, found) {
	const start = literalStart(glob);
	if (start === glob) return [posix.normalize(glob)];
	const isMatch = compileGlob(glob);
	const depth = glob.includes("**") ? Number.POSITIVE_INFINITY : glob.split("/").length;
	const matching = walk(posix.normalize(start || "."), depth, workspace, found).filter((path) => isMatch(path) && isWanted(path));
	if (matching.length > 0) return matching.sort();
	throw new GateError("discovery-nothing-found", `No file matches ${shown(glob)}`, "The pattern starts in the workspace; * stands for a part of one name, ** for any folders. Is there an actions/checkout before?");
}
function literalStart(glob) {
	const parts = glob.split("/");
	const first = parts.findIndex((part) => /[*?]/.test(part));
	return first === -1 ? glob : parts.slice(0, first).join("/");
}
function walk(start, depth, workspace, found) {
	const root = realpathSync(workspace);
	const entered = /* @__PURE__ */ new Set();
	const open = [start];
	const files = [];
	let entries = 0;
	for (let folder = open.pop(); folder !== void 0; folder = open.pop()) {
		const real = realFolder(join(root, folder));
		if (real === void 0 || entered.has(real)) continue;
		entered.add(real);
		const names = isWithin(root, real) ? namesIn(real, folder, found) : leadsOut(folder, found);
		entries += names.length;
		if (entries > MAX_ENTRIES) throw tooLarge(`looks at more than ${MAX_ENTRIES} files and folders`);
		for (const entry of names) {
			const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
			if (!isFolder(entry, real)) files.push(path);
			else if (!SKIPPED.has(entry.name) && path.split("/").length < depth) open.push(path);
		}
	}
	return files;
}
function leadsOut(folder, found) {
	found.note(`The folder ${folder} is a link that leads out of the workspace, and is not looked into.`);
	return [];
}
function realFolder(path) {
	try {
		return realpathSync(path);
	} catch {
		return;
	}
}
function namesIn(real, folder, found) {
	try {
		return readdirSync(real, { withFileTypes: true });
	} catch (cause) {
		if (cause.code === "ENOTDIR") return [];
		found.problem(new GateError("file-unreadable", `The folder ${shown(folder)} cannot be read`, "Give the runner's user the right to read it.", { cause }));
		return [];
	}
}
function isFolder(entry, parent) {
	return entry.isSymbolicLink() ? statusOf(join(parent, entry.name))?.isDirectory() === true : entry.isDirectory();
}
function statusOf(path) {
	try {
		return statSync(path);
	} catch {
		return;
	}
}

// src/discovery/declared/yaml.ts
var import_dist = require_dist();
const BOUNDS = {
	depth: 500,
	lexemes: 1e6
};
const MAX_MERGED = 1e5;
const BINARY = "tag:yaml.org,2002:binary";
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;
const TEMPLATE = /(?:^|[:-][ \t])[ \t]*\{[{%]/m;
function isYaml(path) {
	return /\.(?:ya?ml|json)$/i.test(path);
}
function readDocuments(written, file, render, found) {
	const text = written.replace(LINE_BREAKS, "\n");
	const starts = lineStarts(text);
	const line = (offset) => lineOf(starts, offset);
	const values = [];
	let isWhole = true;
	const attempt = (step) => {
		try {
			step();
		} catch (thrown) {
			if (!(thrown instanceof Unreadable)) throw thrown;
			if (isWhole) found.problem(thrown.asError(text, file, render));
			isWhole = false;
		}
	};
	attempt(() => {
		for (const document of yamlDocuments(tokensOf(text, line, file), text.length)) attempt(() => {
			const value = readDocument(document, line, file);
			if (value !== void 0) values.push(value);
		});
	});
	return values;
}
var Unreadable = class extends Error {
	line;
	constructor(line, what) {
		super(what);
		this.line = line;
	}
	asError(text, file, render) {
		const template = TEMPLATE.exec(text);
		if (template !== null) return notRendered({
			file,
			line: text.slice(0, template.index).split("\n").length
		}, render);
		return new GateError("discovery-yaml-invalid", `${at({
			file,
			line: this.line
		})}: ${this.message}`, "Correct the file, or narrow the pattern so that it does not match.");
	}
};
function notRendered(spot, render) {
	return new GateError("discovery-template", `${at(spot)}: this is a template that was not rendered`, `Render it in a step before (${render}), and name what that step writes.`);
}
function tokensOf(text, line, file) {
	const tokens = yamlTokens(text, BOUNDS);
	if (Array.isArray(tokens)) return tokens;
	if (tokens.exceeds === "depth") throw new Unreadable(line(tokens.offset), "this is nested too deeply");
	throw tooLarge(`has a file with more than ${BOUNDS.lexemes} words and signs: ${file}`);
}
function readDocument(document, line, file) {
	const [error] = document.errors;
	if (error !== void 0) throw new Unreadable(line(error.pos[0]), `this is not valid YAML (${error.code})`);
	if (document.contents === null) return void 0;
	const value = convert(document.contents, 1, {
		line,
		file,
		anchors: /* @__PURE__ */ new Map(),
		merged: 0
	});
	return value.kind === "scalar" && value.value === null ? void 0 : value;
}
function convert(node, above, state) {
	if (node === null) return {
		kind: "scalar",
		value: null,
		text: "",
		line: above
	};
	const line = node.range ? state.line(node.range[0]) : above;
	if ((0, import_dist.isAlias)(node)) return aliased(node.source, line, state);
	const { anchor, tag } = node;
	if (anchor !== void 0) state.anchors.set(anchor, void 0);
	const value = {
		...bare(node, line, state),
		...tag === void 0 ? {} : { tag }
	};
	if (anchor !== void 0) state.anchors.set(anchor, value);
	return value;
}
function aliased(name, line, { anchors }) {
	const value = anchors.get(name);
	if (value !== void 0) return value;
	const why = anchors.has(name) ? "names what it stands in" : "has no anchor before it";
	throw new Unreadable(line, `the alias ${shown(`*${name}`)} ${why}`);
}
function bare(node, line, state) {
	if ((0, import_dist.isMap)(node)) return {
		kind: "mapping",
		line,
		entries: entriesOf(node.items, line, state)
	};
	if ((0, import_dist.isSeq)(node)) return {
		kind: "list",
		line,
		items: node.items.map((item) => convert(item, line, state))
	};
	if (!(0, import_dist.isScalar)(node)) throw new Unreadable(line, "this is not valid YAML");
	if (node.tag === BINARY) {
		const decoded = Buffer.from(node.source ?? "", "base64").toString("utf8");
		return {
			kind: "scalar",
			line,
			value: decoded,
			text: decoded
		};
	}
	return {
		kind: "scalar",
		line,
		value: node.value,
		text: textOf(node.value, node.source)
	};
}
function textOf(value, source) {
	if (typeof value === "string") return value;
	return source ?? String(value ?? "");
}
function entriesOf(pairs, above, state) {
	const entries = /* @__PURE__ */ new Map();
	const merges = [];
	const seen = /* @__PURE__ */ new Set();
	for (const { key, value } of pairs) {
		const name = convert(key, above, state);
		if (name.kind !== "scalar") throw new Unreadable(name.line, "a key that is no single word");
		if (seen.has(name.text)) throw new Unreadable(name.line, `the key ${shown(name.text)} stands twice`);
		seen.add(name.text);
		const converted = convert(value, name.line, state);
		if (isMergeKey(key)) merges.push(converted);
		else entries.set(name.text, converted);
	}
	for (const merge of merges) mergeInto(entries, merge, state);
	return entries;
}
function isMergeKey(key) {
	return (0, import_dist.isScalar)(key) && key.value === "<<" && key.type === "PLAIN";
}
function mergeInto(entries, merge, state) {
	for (const from of merge.kind === "list" ? merge.items : [merge]) {
		if (from.kind !== "mapping") throw new Unreadable(from.line, "only a mapping can be merged by <<");
		state.merged += from.entries.size;
		if (state.merged > MAX_MERGED) throw tooLarge(`has a file with more than ${MAX_MERGED} keys merged by <<: ${state.file}`);
		for (const [key, value] of from.entries) if (!entries.has(key)) entries.set(key, value);
	}
}
function lineStarts(text) {
	const starts = [0];
	for (let next = text.indexOf("\n"); next !== -1; next = text.indexOf("\n", next + 1)) starts.push(next + 1);
	return starts;
}
function lineOf(starts, offset) {
	let low = 0;
	let high = starts.length;
	while (high - low > 1) {
		const middle = low + high >> 1;
		if ((starts[middle] ?? 0) <= offset) low = middle;
		else high = middle;
	}
	return low + 1;
}
function child(value, key) {
	const found = value?.kind === "mapping" ? value.entries.get(key) : void 0;
	return found?.kind === "scalar" && found.value === null ? void 0 : found;
}
function items(value) {
	return value?.kind === "list" ? value.items : [];
}
function text$2(value) {
	return value?.kind === "scalar" && typeof value.value === "string" ? value.value : void 0;
}

// src/discovery/declared/compose/interpolate.ts
var NoValue = class extends Error {};
const MAX_LENGTH = 4096;
const VARIABLE = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{)/g;
const BRACED = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([^\n]*))?$/;
function interpolate(template, lookup) {
	if (template.length > MAX_LENGTH) throw new NoValue(`more than ${MAX_LENGTH} characters are no image`);
	const variable = new RegExp(VARIABLE);
	let result = "";
	let at = 0;
	for (let match = variable.exec(template); match !== null; match = variable.exec(template)) {
		const [whole, dollar, name] = match;
		result += template.slice(at, match.index);
		at = match.index + whole.length;
		if (dollar !== void 0) result += "$";
		else if (name !== void 0) result += valueOfVariable(name, lookup);
		else {
			const end = closingBrace(template, at);
			result += substitute(template.slice(at, end), lookup);
			at = end + 1;
		}
		variable.lastIndex = at;
	}
	return result + template.slice(at);
}
function closingBrace(template, start) {
	const line = template.indexOf("\n", start);
	const text = template.slice(0, line === -1 ? template.length : line);
	const plain = /^[A-Za-z_][A-Za-z0-9_]*\}/.exec(text.slice(start));
	if (plain !== null) return start + plain[0].length - 1;
	let open = 1;
	for (let at = start + 1; at < text.length; at++) {
		if (text[at] === "}" && --open === 0) return at;
		if (text[at] === "{") {
			open++;
			at++;
		}
	}
	const last = text.lastIndexOf("}");
	if (last >= start) return last;
	throw new NoValue("a brace is not closed; a $ that is meant as such is written $$");
}
function substitute(expression, lookup) {
	const [, name, operator, operand = ""] = BRACED.exec(expression) ?? [];
	if (name === void 0) throw new NoValue("what stands in the braces is no variable of Compose");
	if (operator === void 0) return valueOfVariable(name, lookup);
	const value = lookup(name);
	const counts = value !== void 0 && (value !== "" || !operator.startsWith(":"));
	if (operator.endsWith("+")) return counts ? interpolate(operand, lookup) : value ?? "";
	if (counts) return value;
	if (operator.endsWith("-")) return interpolate(operand, lookup);
	throw new NoValue(`the variable ${name} is required`);
}
function valueOfVariable(name, lookup) {
	const value = lookup(name);
	if (value === void 0) throw new NoValue(`the variable ${name} is not set and has no default`);
	return value;
}

// src/discovery/declared/compose/env-file.ts
const SPACE = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BEFORE = new RegExp(`(?:${SPACE}+|#[^\\n]*)*`, "y");
const EXPORT = /export[\t\n\f\r ]+/y;
const BLANKS = /[\t\v\f\r \u0085\u00a0]*/y;
const KEY = /[\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00a0]*/uy;
const TRAILING = new RegExp(`${SPACE}+$`);
const ESCAPE = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const ESCAPED = {
	a: "\x07",
	b: "\b",
	f: "\f",
	n: "\n",
	r: "\r",
	t: "	",
	v: "\v",
	"\"": "\"",
	"\\": "\\"
};
function readEnvFile(text, outer) {
	const variables = /* @__PURE__ */ new Map();
	const lookup = lookupIn([outer, variables]);
	let at = 0;
	const skip = (pattern) => {
		pattern.lastIndex = at;
		const [skipped = ""] = pattern.exec(text) ?? [];
		at += skipped.length;
		return skipped;
	};
	const stop = (why) => ({
		variables,
		wrong: {
			line: text.slice(0, at).split("\n").length,
			why
		}
	});
	for (skip(BEFORE); at < text.length; skip(BEFORE)) {
		skip(EXPORT);
		const key = skip(KEY).replace(TRAILING, "");
		const next = text[at];
		if (next !== void 0 && !/[=:\n]/.test(next)) return stop("a name has letters, digits and . _ - only");
		if (key.includes(" ")) return stop("a name has no space in it");
		at += 1;
		if (next === void 0 || next === "\n") continue;
		skip(BLANKS);
		const value = valueAt$1(text, at);
		if (value === void 0) return stop("a quote is not closed");
		at = value.end;
		variables.set(key, resolved(key, value, lookup));
	}
	return { variables };
}
function lookupIn(sets) {
	return (name) => {
		const value = sets.find((set) => set.has(name))?.get(name);
		if (value instanceof NoValue) throw value;
		return value;
	};
}
function flat(sets) {
	return new Map([...sets].reverse().flatMap((set) => [...set]));
}
function valueAt$1(text, start) {
	const quote = text[start];
	if (quote === "\"" || quote === "'") return quotedAt(text, start, quote);
	const line = text.indexOf("\n", start);
	const end = line === -1 ? text.length : line;
	const [value = ""] = text.slice(start, end).split(" #", 1);
	return {
		template: value.replace(TRAILING, ""),
		isLiteral: false,
		end
	};
}
function quotedAt(text, start, quote) {
	let end = start + 1;
	while (end < text.length && text[end] !== quote) end += text[end] === "\\" ? 2 : 1;
	if (end >= text.length) return void 0;
	const inner = text.slice(start + 1, end).replaceAll(`\\${quote}`, quote);
	const isLiteral = quote === "'";
	return {
		template: isLiteral ? inner : inner.replace(ESCAPE, unescaped),
		isLiteral,
		end: end + 1
	};
}
function unescaped(sequence) {
	const rest = sequence.slice(1);
	if (rest === "$") return "$$";
	if (!rest.startsWith("0")) return ESCAPED[rest] ?? sequence;
	const octal = rest.slice(1);
	const code = Number.parseInt(octal, 8);
	return /^[0-7]{3}$/.test(octal) && code < 256 ? String.fromCharCode(code) : `\\${octal}`;
}
function resolved(key, { template, isLiteral }, lookup) {
	if (isLiteral) return template;
	try {
		return interpolate(template, lookup);
	} catch (thrown) {
		if (thrown instanceof NoValue) return new NoValue(`${key} has no value in .env: ${thrown.message}`);
		throw thrown;
	}
}

// src/discovery/declared/compose/service.ts
const KEYS$1 = {
	image: "image",
	platform: "platform",
	build: "build",
	provider: "provider",
	profiles: "profiles",
	mounts: "volumes"
};
function writtenService(name, value, reading) {
	const spot = {
		file: reading.file,
		line: value.line
	};
	if (value.kind !== "mapping" && !(value.kind === "scalar" && value.value === null)) throw invalid(spot, `the service ${shown(name)} is no mapping`);
	const kept = value.kind === "mapping" ? value : void 0;
	return {
		service: {
			spot,
			image: fieldAt(kept, "image", reading),
			platform: fieldAt(kept, "platform", reading),
			build: valueAt(kept, "build") !== void 0,
			provider: valueAt(kept, "provider") !== void 0,
			profiles: items(valueAt(kept, "profiles")).length > 0,
			mounts: mountsOf(valueAt(kept, "volumes"), reading)
		},
		extends: valueAt(kept, "extends"),
		resets: new Set(Object.keys(KEYS$1).filter((key) => isReset(kept, KEYS$1[key]))),
		alone: value.tag === "!override"
	};
}
function valueAt(mapping, key) {
	const value = child(mapping, key);
	return value?.tag === "!reset" ? void 0 : value;
}
function isReset(mapping, key) {
	const tag = mapping?.entries.get(key)?.tag;
	return tag === "!reset" || tag === "!override";
}
function fieldAt(mapping, key, reading) {
	const value = valueAt(mapping, key);
	return value === void 0 ? void 0 : fieldOf(value, key, reading);
}
function fieldOf(value, key, { file, lookup }) {
	const spot = {
		file,
		line: value.line
	};
	const template = text$2(value);
	if (template === void 0) throw invalid(spot, `${key} is no text; put it in quotes`);
	return {
		template,
		spot,
		lookup
	};
}
function resolve$1({ template, spot, lookup }) {
	try {
		return interpolate(template, lookup);
	} catch (thrown) {
		if (!(thrown instanceof NoValue)) throw thrown;
		throw new GateError("discovery-variable-unset", `${at(spot)}: ${thrown.message}`, "Give the variable a default or a value in the .env file beside the Compose file (the job's own environment is not read), or let a step write `docker compose config --images` into a list for file:PATH.");
	}
}
function mountsOf(volumes, reading) {
	const mounts = /* @__PURE__ */ new Map();
	for (const volume of items(volumes)) {
		const source = child(volume, "source");
		if (text$2(child(volume, "type")) !== "image" || source === void 0) continue;
		mounts.set(text$2(child(volume, "target")) ?? "", fieldOf(source, "source", reading));
	}
	return mounts;
}
function merged(before, { service, resets, alone }) {
	if (before === void 0 || alone) return service;
	const old = (key, value, none) => resets.has(key) ? none : value;
	return {
		spot: service.spot,
		image: service.image ?? old("image", before.image, void 0),
		platform: service.platform ?? old("platform", before.platform, void 0),
		build: service.build || old("build", before.build, false),
		provider: service.provider || old("provider", before.provider, false),
		profiles: service.profiles || old("profiles", before.profiles, false),
		mounts: new Map([...old("mounts", before.mounts, /* @__PURE__ */ new Map()), ...service.mounts])
	};
}
function invalid(spot, what) {
	return new GateError("discovery-compose-invalid", `${at(spot)}: ${what}`, "Correct the file; `docker compose config` checks it.");
}

// src/discovery/declared/compose/model.ts
const MAX_READS$1 = 5e3;
const RENDER$1 = "docker compose config";
const TOP = /* @__PURE__ */ new Set([
	"name",
	"version",
	"services",
	"jobs",
	"networks",
	"volumes",
	"secrets",
	"configs",
	"models",
	"include"
]);
function servicesOf(project, loading) {
	return load(project, [], loading);
}
function load({ folder, files, variables }, chain, loading) {
	const services = /* @__PURE__ */ new Map();
	for (const file of files) {
		const place = {
			file,
			folder,
			variables,
			lookup: lookupIn(variables),
			chain: [...chain, file]
		};
		for (const document of documentsOf(file, loading)) loading.found.attempt(() => addDocument(services, document, place, loading));
	}
	return services;
}
function documentsOf(file, loading) {
	if (++loading.reads > MAX_READS$1) throw tooLarge(`reads more than ${MAX_READS$1} files, with those that are included`);
	const known = loading.parsed.get(file);
	if (known !== void 0) return known;
	const documents = readDocuments(loading.files.text(file), file, RENDER$1, loading.found);
	const other = documents.find(({ kind }) => kind !== "mapping");
	if (other !== void 0) throw invalid({
		file,
		line: other.line
	}, "this is no Compose file");
	loading.parsed.set(file, documents);
	return documents;
}
function addDocument(services, document, place, loading) {
	checkTop(document, place.file);
	const included = /* @__PURE__ */ new Map();
	for (const item of items(child(document, "include"))) loading.found.attempt(() => include(item, included, place, loading));
	takeAway(document, services);
	takeAway(document, included);
	const written = writtenServices(document, place, loading.found);
	for (const name of /* @__PURE__ */ new Set([...included.keys(), ...written.keys()])) loading.found.attempt(() => {
		const service = extended(name, {
			written,
			included,
			place
		}, loading);
		const own = written.get(name);
		services.set(name, merged(services.get(name), own === void 0 ? asWritten(service) : {
			...own,
			service
		}));
	});
}
const SECTIONS = ["services", "jobs"];
function takeAway(document, services) {
	for (const section of SECTIONS) {
		const value = document.entries.get(section);
		if (value?.tag === "!reset" || value?.tag === "!override") services.clear();
		if (value?.kind !== "mapping") continue;
		for (const [name, { tag }] of value.entries) if (tag === "!reset") services.delete(name);
	}
}
function asWritten(service) {
	return {
		service,
		resets: /* @__PURE__ */ new Set(),
		alone: false
	};
}
function checkTop(document, file) {
	if ([...SECTIONS, "include"].some((key) => document.entries.has(key))) return;
	const strange = [...document.entries.keys()].find((key) => !TOP.has(key) && !key.startsWith("x-"));
	if (strange !== void 0) throw invalid({
		file,
		line: document.line
	}, `this is no Compose file: it has ${shown(strange)} and no services`);
}
function writtenServices(document, place, found) {
	const written = /* @__PURE__ */ new Map();
	for (const section of SECTIONS) {
		const value = child(document, section);
		if (value === void 0 || value.tag === "!reset") continue;
		if (value.kind !== "mapping") throw invalid({
			file: place.file,
			line: value.line
		}, `${section} is no mapping`);
		for (const [name, service] of value.entries) {
			if (service.tag === "!reset") continue;
			found.attempt(() => written.set(name, writtenService(name, service, place)));
		}
	}
	return written;
}
function extended(name, known, loading, chain = []) {
	const own = known.written.get(name);
	const included = known.included.get(name);
	if (own === void 0) return included;
	if (own.extends === void 0) return merged(included, own);
	const link = `${known.place.file}\n${name}`;
	const spot = {
		file: known.place.file,
		line: own.extends.line
	};
	if (chain.includes(link)) throw invalid(spot, `the service ${shown(name)} extends itself`);
	const { there, wanted } = baseOf(own.extends, spot, known, loading);
	if (!there.written.has(wanted) && !there.included.has(wanted)) throw invalid(spot, `the service ${shown(wanted)}, which ${shown(name)} extends, is not in ${there.place.file}`);
	return merged(extended(wanted, there, loading, [...chain, link]), own);
}
function baseOf(value, spot, known, loading) {
	const { place } = known;
	const service = value.kind === "mapping" ? child(value, "service") : value;
	if (service === void 0) throw invalid(spot, "extends names no service");
	const wanted = resolve$1(fieldOf(service, "extends", place));
	const file = child(value, "file");
	if (file === void 0) return {
		there: known,
		wanted
	};
	const path = localPath$1(resolve$1(fieldOf(file, "file", place)), place.folder, spot);
	return {
		there: otherFile({
			...place,
			file: path,
			folder: posix.dirname(path)
		}, loading),
		wanted
	};
}
function otherFile(place, loading) {
	const written = /* @__PURE__ */ new Map();
	for (const document of documentsOf(place.file, loading)) for (const [name, one] of writtenServices(document, place, loading.found)) {
		const before = written.get(name);
		const service = merged(before?.service, one);
		written.set(name, {
			...one,
			service,
			extends: one.extends ?? before?.extends
		});
	}
	return {
		written,
		included: /* @__PURE__ */ new Map(),
		place
	};
}
function include(item, into, place, loading) {
	const spot = {
		file: place.file,
		line: item.line
	};
	const paths = (value) => {
		return (value?.kind === "list" ? value.items : value === void 0 ? [] : [value]).map((each) => resolve$1(fieldOf(each, "include", place)));
	};
	const local = (path) => localPath$1(path, place.folder, spot);
	const files = paths(item.kind === "mapping" ? child(item, "path") : item).map(local);
	const [first] = files;
	if (first === void 0) throw invalid(spot, "include names no file");
	if (place.chain.includes(first)) throw invalid(spot, `${shown(first)} includes itself`);
	for (const file of files) loading.included.add(file);
	const folder = paths(child(item, "project_directory")).map(local)[0] ?? posix.dirname(first);
	const given = child(item, "env_file");
	const services = load({
		folder,
		files,
		variables: withEnvFiles((given && paths(given).filter((path) => path !== "/dev/null"))?.map(local), folder, place.variables, loading)
	}, place.chain, loading);
	for (const [name, service] of services) into.set(name, merged(into.get(name), asWritten(service)));
}
function withEnvFiles(files, folder, outer, loading) {
	const usual = posix.join(folder, ".env");
	return (files ?? (loading.files.exists(usual) && !loading.files.isFolder(usual) ? [usual] : [])).reduce((variables, file) => {
		const read = loading.found.attempt(() => readEnvFile(loading.files.text(file), flat(variables)));
		if (read?.wrong !== void 0) loading.found.problem(envProblem({
			file,
			line: read.wrong.line
		}, read.wrong.why));
		return read === void 0 ? variables : [...outer, flat([read.variables, ...variables.slice(outer.length)])];
	}, outer);
}
function envProblem(spot, why) {
	return new GateError("discovery-compose-invalid", `${at(spot)}: ${why}`, "Write NAME=value, one a line.");
}
function localPath$1(path, folder, spot) {
	if (/^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/)/i.test(path)) throw new GateError("discovery-remote", `${at(spot)}: ${shown(path)} lies elsewhere, and only files of the workspace are read`, "Let a step write `docker compose config --images` into a list, and name that list by file:PATH.");
	return posix.isAbsolute(path) ? path : posix.join(folder, path);
}
function projectName(project, workspace, loading) {
	const lookup = lookupIn(project.variables);
	const set = attempt$1(() => lookup("COMPOSE_PROJECT_NAME"));
	if (set !== void 0 && set !== "") return set;
	const names = project.files.flatMap((file) => attempt$1(() => documentsOf(file, loading)) ?? []).map((document) => child(document, "name")).map((name) => text$2(name) === void 0 ? void 0 : attempt$1(() => resolve$1(fieldOf(name, "name", {
		file: "",
		lookup
	})))).filter((name) => name !== void 0 && name !== "");
	const folder = posix.basename(posix.resolve(workspace, project.folder));
	return names.at(-1) ?? folder.toLowerCase().replace(/[^-_a-z0-9]/g, "").replace(/^[-_]+/, "");
}
function attempt$1(step) {
	try {
		return step();
	} catch {
		return;
	}
}

// src/discovery/declared/compose/compose.ts
const MAIN = [
	"compose.yaml",
	"compose.yml",
	"docker-compose.yml",
	"docker-compose.yaml"
];
const OVERRIDES = [
	"compose.override.yml",
	"compose.override.yaml",
	"docker-compose.override.yml",
	"docker-compose.override.yaml"
];
function readCompose(source, world) {
	return gathered(source.line, (found) => {
		const files = sourceFiles("Compose file", world);
		const matching = matchingFiles(source.glob, isYaml, world, found);
		const loading = {
			files,
			found,
			included: /* @__PURE__ */ new Set(),
			parsed: /* @__PURE__ */ new Map(),
			reads: 0
		};
		const loaded = [];
		for (const project of projectsOf(matching, loading)) {
			const name = projectName(project, world.workspace, loading);
			const variables = [/* @__PURE__ */ new Map([["COMPOSE_PROJECT_NAME", name]]), ...project.variables];
			found.attempt(() => {
				const services = servicesOf({
					...project,
					variables
				}, loading);
				loaded.push({
					...project,
					main: project.files[0] ?? "",
					name,
					services
				});
			});
		}
		const own = loaded.filter(({ main }) => !loading.included.has(main));
		for (const each of own) tellImages(each, own, found);
	});
}
function projectsOf(matching, loading) {
	return [...new Set(matching.map((file) => posix.dirname(file)))].flatMap((folder) => {
		const variables = withEnvFiles(void 0, folder, [], loading);
		const here = matching.filter((file) => posix.dirname(file) === folder);
		const usual = usualFiles(folder, variables, loading.files);
		const together = usual.files.some((file) => here.includes(file)) ? usual.files : [];
		if (together.length > 1) loading.found.note(usual.why);
		if (together.length === 0 && usual.isListed) loading.found.note(`${usual.why} The pattern matches none of them, so they do not count.`);
		return [together, ...here.filter((file) => !together.includes(file)).map((file) => [file])].filter((files) => files.length > 0).map((files) => ({
			folder,
			files,
			variables
		}));
	});
}
function usualFiles(folder, variables, files) {
	const first = (names) => names.map((name) => posix.join(folder, name)).filter((file) => files.exists(file)).slice(0, 1);
	const set = flat(variables);
	const listed = set.get("COMPOSE_FILE");
	if (typeof listed === "string" && listed !== "") {
		const separator = set.get("COMPOSE_PATH_SEPARATOR");
		const names = listed.split(typeof separator === "string" && separator !== "" ? separator : ":");
		const why = `COMPOSE_FILE in ${posix.join(folder, ".env")} names the files that are read together: ${names.join(", ")}.`;
		return {
			files: names.map((name) => posix.join(folder, name)),
			why,
			isListed: true
		};
	}
	const main = first(MAIN);
	const overrides = main.length > 0 ? first(OVERRIDES) : [];
	return {
		files: [...main, ...overrides],
		why: `${overrides[0]} is merged into ${main[0]}, as docker compose does.`,
		isListed: false
	};
}
function tellImages(loaded, all, found) {
	for (const [name, service] of loaded.services) {
		const place = `${loaded.main} ${name}`;
		if (service.profiles) found.note("Services with profiles count, whether or not a profile is active.");
		found.attempt(() => {
			const platform = service.platform && resolve$1(service.platform);
			if (service.image !== void 0 && tellImage(service.image, place, platform, found)) {
				if (service.build) found.note(alsoBuilt(place));
				return;
			}
			if (service.build) found.note(built(name, loaded));
			else if (service.provider) found.note(`${place} has a provider instead of an image, and is not scanned.`);
			else if (!hasElsewhere(name, loaded, all)) throw invalid(service.spot, `the service ${shown(name)} has neither an image nor a build`);
		});
		for (const [target, field] of service.mounts) found.attempt(() => tellImage(field, `${place} ${target}`, void 0, found));
	}
}
function tellImage(field, name, platform, found) {
	const reference = resolve$1(field);
	if (reference === "") return false;
	found.image({
		reference,
		written: field.template,
		platform: platform || void 0,
		name,
		spot: field.spot
	});
	return true;
}
function built(name, loaded) {
	return `${loaded.main} ${name} is built on the host as ${loaded.name}-${name}, which no registry has: it is not scanned here. The source docker finds it on the host on which it runs.`;
}
function alsoBuilt(place) {
	return `${place} has an image and a build: what the registry has under this name is scanned, and not what was built on the host. The source docker finds that.`;
}
function hasElsewhere(name, loaded, all) {
	return all.some((other) => {
		if (other === loaded || other.folder !== loaded.folder) return false;
		const service = other.services.get(name);
		return service !== void 0 && (service.image !== void 0 || service.build || service.provider);
	});
}

// src/discovery/declared/kubernetes/image-change.ts
const KEYS = [
	"name",
	"newname",
	"newtag",
	"digest",
	"tagsuffix"
];
function imageChange(item, file) {
	const spot = {
		file,
		line: item.line
	};
	const refuse = (what) => new GateError("discovery-manifest-invalid", `${at(spot)}: ${what}`, "Correct the kustomization; `kubectl kustomize` checks it.");
	for (const key of KEYS) {
		const value = child(item, key);
		if (value !== void 0 && text$2(value) === void 0) throw refuse(`${key} is no text; put it in quotes`);
	}
	const [name = "", newName = "", newTag = "", digest = "", tagSuffix = ""] = KEYS.map((key) => text$2(child(item, key)));
	if (name === "") throw refuse("an item of images has no name");
	if (/[\\^$*+?()[\]{}|]/.test(name)) throw refuse(`${shown(name)} is no name of an image`);
	return (image) => {
		const parts = split(image);
		if (parts.name !== name) return image;
		const tag = newTag || (digest ? "" : parts.tag + tagSuffix);
		const kept = newTag || digest || tagSuffix ? digest : parts.digest;
		return (newName || name) + (tag && `:${tag}`) + (kept && `@${kept}`);
	};
}
function split(image) {
	const [, name = image, tag = "", digest = ""] = /^([^/]*\/[^:@]*|[^/:@]*)(?::([\w.{}-]*))?(?:@(sha256:[\w.{}-]*))?$/.exec(image) ?? [];
	return {
		name,
		tag,
		digest
	};
}

// src/discovery/declared/kubernetes/workload.ts
const MAX_VISITS = 1e7;
const MAX_DEPTH = 500;
const MAX_CONTAINERS = 2e4;
const MAX_NAMED = 5;
function newBudget() {
	return { left: MAX_VISITS };
}
function visit(budget, depth) {
	if (--budget.left < 0) throw tooLarge(`has more than ${MAX_VISITS} values, counting each alias as what it names`);
	if (depth > MAX_DEPTH) throw tooLarge(`has values that are nested deeper than ${MAX_DEPTH}`);
}
const POD_LISTS = /* @__PURE__ */ new Set([
	"containers",
	"initContainers",
	"ephemeralContainers"
]);
const OTHER_LISTS = /* @__PURE__ */ new Set(["steps", "sidecars"]);
const OTHER_ONES = /* @__PURE__ */ new Set(["container", "script"]);
const NOTHING_RUNS = /* @__PURE__ */ new Set([
	"CustomResourceDefinition",
	"ConfigMap",
	"Secret"
]);
const INSTALLERS = [
	["HelmRelease", "helm.toolkit.fluxcd.io/"],
	["Kustomization", "kustomize.toolkit.fluxcd.io/"],
	["HelmChart", "helm.cattle.io/"],
	["Application", "argoproj.io/"],
	["ApplicationSet", "argoproj.io/"]
];
const BUILT_IN = /^(?:v1|apps\/.*|batch\/.*|extensions\/.*|autoscaling\/.*|policy\/.*|[^/]*\.k8s\.io\/.*)$/;
function objectsIn(document, budget, depth = 0, inherited) {
	visit(budget, depth);
	if (document.kind !== "mapping") return [];
	const own = text$2(child(document, "kind"));
	const apiVersion = text$2(child(document, "apiVersion"));
	const isInherited = own === void 0 && apiVersion === void 0;
	const kind = isInherited ? inherited?.kind.replace(/List$/, "") : own;
	if (kind === void 0 || kind === "") return [];
	const object = {
		kind,
		apiVersion: (isInherited ? inherited?.apiVersion : apiVersion) ?? "",
		object: document
	};
	const objects = kind === "Template" ? child(document, "objects") : void 0;
	const inner = child(document, "items") ?? objects;
	return inner?.kind === "list" ? inner.items.flatMap((item) => objectsIn(item, budget, depth + 1, object)) : [object];
}
function workloadOf$1({ kind, apiVersion, object }, file, budget) {
	const metadata = child(object, "metadata");
	const generated = text$2(child(metadata, "generateName"));
	const search = {
		file,
		budget,
		isCustom: !BUILT_IN.test(apiVersion),
		containers: [],
		unnamed: [],
		elsewhere: []
	};
	if (!NOTHING_RUNS.has(kind)) find$1(object, [], search);
	const name = text$2(child(metadata, "name")) ?? (generated === void 0 ? "?" : `${generated}*`);
	const said = `${file}: ${kind} ${name}`;
	const installs = INSTALLERS.some(([each, group]) => kind === each && apiVersion.startsWith(group));
	return {
		kind,
		namespace: text$2(child(metadata, "namespace")),
		name,
		containers: search.containers,
		notes: [
			...installs ? [`${said} installs what is not in this file: the source kubectl finds what runs.`] : [],
			...search.unnamed.map((container) => `${said}: the container ${container} names no image.`),
			...search.elsewhere.length === 0 ? [] : [`${said} has an image that is in no list of containers, and does not count: ${search.elsewhere.join(", ")}.`]
		]
	};
}
function find$1(value, path, search) {
	visit(search.budget, path.length);
	if (value.kind === "list") for (const [index, item] of value.items.entries()) find$1(item, [...path, String(index)], search);
	if (value.kind !== "mapping") return;
	for (const [key, inner] of value.entries) {
		addImages(key, inner, path, search);
		if (key === "volumes" && value.entries.has("containers")) addVolumes(inner, path, search);
		find$1(inner, [...path, key], search);
	}
}
function addImages(key, value, path, search) {
	if (POD_LISTS.has(key) || search.isCustom && OTHER_LISTS.has(key)) for (const [index, item] of items(value).entries()) addContainer(item, key, index, search);
	else if (!search.isCustom) return;
	else if (OTHER_ONES.has(key) && text$2(child(value, "image")) !== void 0) addContainer(value, key, void 0, search);
	else if (key === "image" && !isInContainer(path)) noteElsewhere(value, [...path, key], search);
}
function isInContainer(path) {
	const [list = "", last = ""] = path.slice(-2);
	return OTHER_ONES.has(last) || POD_LISTS.has(list) || OTHER_LISTS.has(list) || list === "volumes";
}
function noteElsewhere(value, path, search) {
	if (value.kind === "scalar" && text$2(value) !== void 0 && search.elsewhere.length < MAX_NAMED) search.elsewhere.push(path.join("."));
}
function addContainer(item, list, index, search) {
	const image = child(item, "image");
	const name = text$2(child(item, "name")) ?? (index === void 0 ? list : String(index));
	const written = image?.kind === "scalar" ? image.text : "";
	if (image === void 0 || written === "") {
		if (POD_LISTS.has(list) && search.unnamed.length < MAX_NAMED) search.unnamed.push(name);
		return;
	}
	const transformed = list === "containers" || list === "initContainers";
	push({
		name,
		image: written,
		spot: {
			file: search.file,
			line: image.line
		},
		transformed
	}, search);
}
function push(container, { containers }) {
	if (containers.length === MAX_CONTAINERS) throw tooLarge(`has an object with more than ${MAX_CONTAINERS} containers`);
	containers.push(container);
}
function addVolumes(volumes, path, search) {
	for (const volume of items(volumes)) {
		const reference = child(child(volume, "image"), "reference");
		if (reference?.kind !== "scalar" || reference.text === "") continue;
		push({
			name: `volumes/${text$2(child(volume, "name")) ?? "?"}`,
			image: reference.text,
			spot: {
				file: search.file,
				line: reference.line
			},
			transformed: ["spec", "spec/template/spec"].includes(path.join("/"))
		}, search);
	}
}

// src/discovery/declared/kubernetes/kustomize.ts
const KUSTOMIZATIONS = [
	"kustomization.yaml",
	"kustomization.yml",
	"Kustomization"
];
const MAX_READS = 5e3;
const MAX_WORKLOADS = 2e4;
const RENDER = "helm template";
const MAKERS = [
	"helmCharts",
	"helmChartInflationGenerator",
	"generators",
	"transformers"
];
const CHANGERS = [
	"patches",
	"patchesJson6902",
	"patchesStrategicMerge",
	"replacements",
	"configurations"
];
const FILE_LISTS = /* @__PURE__ */ new Set(["patchesStrategicMerge", "configurations"]);
const FIELDS = new Set([
	"apiVersion kind metadata openapi resources bases components crds configurations generators transformers validators",
	"namePrefix nameSuffix namespace commonLabels labels commonAnnotations images imageTags replicas vars sortOptions",
	"patches patchesJson6902 patchesStrategicMerge replacements configMapGenerator secretGenerator generatorOptions",
	"helmGlobals helmCharts helmChartInflationGenerator buildMetadata"
].flatMap((line) => line.toLowerCase().split(" ")));
function isKustomization(document) {
	const version = text$2(child(document, "apiversion"));
	return version === void 0 || version.startsWith("kustomize.config.k8s.io/");
}
function isComponent(document) {
	return text$2(child(document, "kind")) === "Component";
}
function kustomizationIn(file, { files, found }) {
	const [document, second] = readDocuments(files.text(file), file, RENDER, found);
	if (document === void 0) return void 0;
	if (document.kind !== "mapping" || second !== void 0) throw wrong({
		file,
		line: (second ?? document).line
	}, "a kustomization is one mapping");
	return lowerKeys(document, file);
}
function lowerKeys(value, file, depth = 0) {
	if (value.kind === "list") return {
		...value,
		items: value.items.map((item) => lowerKeys(item, file, depth + 1))
	};
	if (value.kind === "scalar" || depth > 2) return value;
	const entries = /* @__PURE__ */ new Map();
	for (const [key, inner] of value.entries) {
		const lower = key.toLowerCase();
		if (entries.has(lower)) throw wrong({
			file,
			line: inner.line
		}, `the key ${shown(key)} stands twice`);
		entries.set(lower, lowerKeys(inner, file, depth + 1));
	}
	return {
		...value,
		entries
	};
}
function checkFields(document, file) {
	const strange = [...document.entries].find(([key]) => !FIELDS.has(key));
	if (strange !== void 0) throw wrong({
		file,
		line: strange[1].line
	}, `Kustomize has no field ${shown(strange[0])}`);
}
function build(file, building, incoming = [], chain = []) {
	if (++building.reads > MAX_READS) throw tooLarge(`uses kustomizations more than ${MAX_READS} times`);
	const document = kustomizationIn(file, building);
	if (document === void 0) return [...incoming];
	checkFields(document, file);
	const self = {
		file,
		folder: posix.dirname(file),
		document,
		chain: [...chain, file],
		building
	};
	const workloads = [...incoming];
	for (const resource of [...textsAt(self, "resources"), ...textsAt(self, "bases")]) {
		building.found.attempt(() => workloads.push(...resourcesOf(resource, self)));
		if (workloads.length > MAX_WORKLOADS) throw tooLarge(`has more than ${MAX_WORKLOADS} objects in a kustomization`);
	}
	const whole = textsAt(self, "components").reduce((all, component) => building.found.attempt(() => build(folderOf(component, self), building, all, self.chain)) ?? all, workloads);
	markFiles(self);
	sayUnresolved(self);
	return changed(whole, self);
}
function textsAt({ document, file }, key) {
	return items(child(document, key)).map((item) => {
		const value = text$2(item);
		const spot = {
			file,
			line: item.line
		};
		if (value === void 0) throw wrong(spot, `what stands in ${key} is no text`);
		return {
			value,
			spot
		};
	});
}
function resourcesOf(resource, self) {
	const { building } = self;
	const path = localPath(resource, self);
	if (building.files.isFolder(path)) return build(folderOf(resource, self), building, [], self.chain);
	building.used.add(path);
	return workloadsIn(path, building);
}
function workloadsIn(path, { files, found, budget }) {
	return readDocuments(files.text(path), path, RENDER, found).flatMap((document) => objectsIn(document, budget)).map((object) => workloadOf$1(object, path, budget));
}
function folderOf(resource, self) {
	const { files, used } = self.building;
	const folder = localPath(resource, self);
	const file = KUSTOMIZATIONS.map((name) => posix.join(folder, name)).find((each) => files.exists(each));
	if (file === void 0) throw wrong(resource.spot, `${shown(resource.value)} has no kustomization`);
	if (self.chain.includes(file)) throw wrong(resource.spot, `${shown(resource.value)} uses the kustomization that uses it`);
	used.add(file);
	return file;
}
function localPath({ value, spot }, { folder, building }) {
	const path = posix.isAbsolute(value) ? value : posix.join(folder, value);
	if (building.files.exists(path)) return path;
	if (/^[a-z][a-z0-9+.-]*:|^git@|^(?:github|gitlab)\.com\/|\/\/|\?ref=/i.test(value)) throw new GateError("discovery-remote", `${at(spot)}: ${shown(value)} lies elsewhere, and only files of the workspace are read`, "Let a step write `kustomize build` (or `kubectl kustomize`) into a file, and name that file by kubernetes:PATH.");
	throw wrong(spot, `${shown(value)} does not exist`);
}
function markFiles({ document, folder, building }) {
	const to = (files) => (path) => path !== void 0 && files.add(posix.join(folder, path));
	const [patch, data] = [to(building.used), to(building.data)];
	for (const one of items(child(document, "patches"))) patch(text$2(child(one, "path")));
	for (const one of items(child(document, "patchesjson6902"))) patch(text$2(child(one, "path")));
	for (const one of items(child(document, "patchesstrategicmerge"))) patch(text$2(one));
	for (const one of items(child(document, "replacements"))) patch(text$2(child(one, "path")));
	for (const key of ["configurations", "crds"]) for (const one of items(child(document, key))) data(text$2(one));
	for (const key of ["configmapgenerator", "secretgenerator"]) for (const generator of items(child(document, key))) for (const list of ["files", "envs"]) for (const one of items(child(generator, list))) data(text$2(one)?.replace(/^[^=]*=/, ""));
}
function sayUnresolved(self) {
	const { document, file, building } = self;
	for (const key of MAKERS) {
		const value = child(document, key.toLowerCase());
		if (value !== void 0) building.found.problem(unresolved({
			file,
			line: value.line
		}, `a kustomization with ${key}`));
	}
	for (const key of CHANGERS) for (const item of items(child(document, key.toLowerCase()))) {
		const spot = {
			file,
			line: item.line
		};
		if (building.found.attempt(() => contentsOf(item, key, self).some((each) => touchesImage(each, building.budget))) !== false) building.found.problem(unresolved(spot, `an item of ${key} changes an image`));
	}
}
function contentsOf(item, key, { file, folder, building }) {
	const read = (content, from) => readDocuments(content, from, RENDER, building.found);
	const inline = child(item, "patch");
	const path = FILE_LISTS.has(key) ? item : child(item, "path");
	const isFile = text$2(path) !== void 0 && !text$2(path)?.includes("\n");
	return [
		...key === "replacements" ? [item] : [],
		...text$2(inline) === void 0 ? [] : read(text$2(inline) ?? "", file),
		...inline?.kind === "mapping" || inline?.kind === "list" ? [inline] : [],
		...isFile ? readFile(posix.join(folder, text$2(path) ?? ""), building) : [],
		...isFile || key !== "patchesStrategicMerge" ? [] : read(text$2(item) ?? "", file)
	];
}
function readFile(path, { files, found }) {
	return readDocuments(files.text(path), path, RENDER, found);
}
function touchesImage(value, budget, depth = 0) {
	visit(budget, depth);
	if (value.kind === "list") return value.items.some((item) => touchesImage(item, budget, depth + 1));
	if (value.kind === "scalar") return false;
	return [...value.entries].some(([written, inner]) => {
		const key = written.toLowerCase();
		if (key === "image" || key === "reference") return true;
		if ([
			"path",
			"from",
			"fieldpath"
		].includes(key) && leadsToImage(inner)) return true;
		if (key === "fieldpaths" && items(inner).some(leadsToImage)) return true;
		return touchesImage(inner, budget, depth + 1);
	});
}
function leadsToImage(path) {
	return /(?:^|[/.])(?:image|reference|spec|template|(?:init)?containers(?:\[\])?(?:[/.](?:\[[^\]]*\]|\d+|-|\*))?|\*)$/i.test(text$2(path) ?? "");
}
function unresolved(spot, what) {
	return new GateError("discovery-kustomize", `${at(spot)}: ${what}`, "Only resources, components, names and `images` are resolved here. Let a step write `kustomize build` (or `kubectl kustomize`) into a file, and name that file by kubernetes:PATH.");
}
function changed(workloads, { document, file }) {
	const changes = [...items(child(document, "images")), ...items(child(document, "imagetags"))].map((item) => imageChange(item, file));
	const namespace = text$2(child(document, "namespace"));
	const prefix = text$2(child(document, "nameprefix")) ?? "";
	const suffix = text$2(child(document, "namesuffix")) ?? "";
	return workloads.map((workload) => ({
		...workload,
		namespace: namespace ?? workload.namespace,
		name: prefix + workload.name + suffix,
		containers: workload.containers.map((container) => container.transformed ? {
			...container,
			image: changes.reduce((image, change) => change(image), container.image)
		} : container)
	}));
}
function wrong(spot, what) {
	return new GateError("discovery-manifest-invalid", `${at(spot)}: ${what}`, "Correct the file; `kubectl kustomize` or `kubectl apply --dry-run=client` checks it.");
}

// src/discovery/declared/kubernetes/kubernetes.ts
function readKubernetes(source, world) {
	return gathered(source.line, (found) => {
		const files = sourceFiles("manifest", world);
		const building = {
			files,
			found,
			budget: newBudget(),
			used: /* @__PURE__ */ new Set(),
			data: /* @__PURE__ */ new Set(),
			reads: 0
		};
		const matching = matchingFiles(patternOf(source.glob, files), isManifest, world, found);
		const kustomizations = matching.filter((file) => isOwn(file, building));
		const built = /* @__PURE__ */ new Map();
		for (const file of kustomizations) found.attempt(() => {
			if (!isComponent(kustomizationIn(file, building))) built.set(file, build(file, building));
		});
		for (const file of matching.filter((each) => !building.used.has(each))) {
			if (building.data.has(file)) {
				noteData(file, building);
				continue;
			}
			const workloads = built.get(file) ?? (kustomizations.includes(file) ? [] : found.attempt(() => workloadsIn(file, building)));
			for (const workload of workloads ?? []) tellWorkload(workload, found);
		}
	});
}
function noteData(file, building) {
	const { images } = gathered(file, (found) => {
		for (const workload of workloadsIn(file, {
			...building,
			found
		})) tellWorkload(workload, found);
	});
	if (images.length > 0) building.found.note(`${file} does not count: a kustomization uses it as data. If it is deployed too, name it by a line of its own.`);
}
function isManifest(path) {
	return isYaml(path) || KUSTOMIZATIONS.includes(posix.basename(path));
}
function patternOf(glob, files) {
	if (/[*?]/.test(glob) || !files.isFolder(glob)) return glob;
	return KUSTOMIZATIONS.map((name) => posix.join(glob, name)).find((file) => files.exists(file)) ?? posix.join(glob, "**");
}
function isOwn(file, building) {
	if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
	return building.found.attempt(() => isKustomization(kustomizationIn(file, building))) ?? true;
}
function tellWorkload({ kind, namespace, name, containers, notes }, found) {
	for (const note of notes) found.note(note);
	const place = [
		...namespace === void 0 ? [] : [namespace],
		kind.toLowerCase(),
		name
	].join("/");
	for (const container of containers) tellContainer(container, place, found);
}
function tellContainer({ name, image, spot }, place, found) {
	if (/\{\{|\{%/.test(image)) found.problem(notRendered(spot, RENDER));
	else found.image({
		reference: image,
		name: `${place}/${name}`,
		spot
	});
}

// src/discovery/declared/list.ts
function readList(source, world) {
	return gathered(source.line, (found) => {
		readText("list of images", source.path, world).split(/\r\n|\n|\r/).forEach((line, index) => {
			const reference = line.replace(/(?:^|\s)#.*$/, "").trim();
			if (reference === "") return;
			const spot = {
				file: source.path,
				line: index + 1
			};
			found.image({
				reference,
				name: `line ${spot.line}`,
				spot
			});
		});
	});
}

// src/discovery/live/asking.ts
const SOURCE_DEADLINE_MS = 6e5;
const MOST_LISTED = 20;
function listed(names) {
	const more = names.length - MOST_LISTED;
	const shown = names.slice(0, MOST_LISTED).join(", ");
	return more > 0 ? `${shown} and ${more} more` : shown;
}
async function inOrder(items, atOnce, work) {
	const results = [];
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]);
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
	return results;
}
function short(text) {
	const line = oneLine(text);
	return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

// src/discovery/live/engine/containers.ts
const text$1 = string().max(4096);
const imageId = string().transform((id) => id.includes(":") ? id : `sha256:${id}`).refine(isDigest);
const labels = record(string(), text$1).nullish().transform((value) => value ?? {});
const texts = array(text$1).nullish().transform((value) => value ?? []);
const listSchema = array(object({
	Id: string().regex(/^[0-9a-f]{64}$/),
	Names: texts,
	Image: text$1,
	ImageID: imageId,
	Labels: labels
}).transform(({ Id: id, Names, Image: image, ImageID: imageId, Labels: labels }) => {
	return {
		id,
		name: Names.find((name) => name.lastIndexOf("/") <= 0)?.replace(/^\//, "") || id.slice(0, 12),
		image,
		imageId,
		labels
	};
}));
const word$1 = string().regex(/^[\w.-]{1,60}$/);
const imageSchema = object({
	RepoDigests: texts,
	Os: word$1.nullish().catch(void 0),
	Architecture: word$1.nullish().catch(void 0),
	Variant: word$1.nullish().catch(void 0),
	Descriptor: object({ digest: string().refine(isDigest) }).nullish().catch(void 0)
}).transform(({ RepoDigests: repoDigests, Os, Architecture, Variant, Descriptor }) => {
	const known = {
		repoDigests,
		digest: Descriptor?.digest
	};
	if (!Os || !Architecture) return known;
	const variant = Architecture === "arm" && Variant ? `/${Variant}` : "";
	return {
		...known,
		platform: `${Os}/${Architecture}${variant}`
	};
});
const podmanImageSchema = object({ Digest: string().refine(isDigest) }).transform(({ Digest }) => Digest);
const startedSchema = object({ Config: object({ Image: text$1 }) }).transform(({ Config }) => Config.Image);
const parseContainers = (json) => listSchema.parse(json);
const parseImage = (json) => imageSchema.parse(json);
const parsePodmanDigest = (json) => podmanImageSchema.parse(json);
const parseStartedImage = (json) => startedSchema.parse(json);

// src/discovery/live/name-image.ts
function nameImage(written, repoDigests) {
	const own = parseReference(written);
	if (own?.digest !== void 0 && !isLocalName(own.name)) return {
		reference: written,
		digest: own.digest
	};
	const known = repoDigests.flatMap((text) => {
		const { name, digest } = parseReference(text) ?? {};
		return name === void 0 || digest === void 0 || isLocalName(name) ? [] : [{
			name,
			digest
		}];
	});
	const same = own && known.find(({ name }) => isSameRepository(name, own.name));
	if (same !== void 0) return {
		reference: written,
		digest: same.digest
	};
	const other = known[0];
	return other && {
		reference: `${other.name}@${other.digest}`,
		digest: other.digest
	};
}
function isLocalName(name) {
	return registryHost(name) === "localhost";
}

// src/discovery/live/docker.ts
const MAX_LIST = 67108864;
const MAX_ANSWER$1 = 4194304;
const STATES = {
	docker: [
		"running",
		"paused",
		"restarting"
	],
	podman: ["running", "paused"]
};
async function readDocker(source, world, deadlineMs = SOURCE_DEADLINE_MS) {
	const address = findEngine(world);
	using client = openEngine(address, world, deadlineMs);
	const engine = await engineKind(client);
	const containers = await ask(client, `/containers/json?filters=${encodeURIComponent(JSON.stringify({ status: STATES[engine] }))}`, MAX_LIST, parseContainers);
	if (containers === void 0) throw wrongAnswer(client.host, "has no list of containers");
	const reader = imageReader(client, engine);
	const found = await inOrder(containers, client.atOnce, async (container) => {
		try {
			return { image: await imageOf(container, {
				source,
				address,
				engine,
				reader
			}) };
		} catch (thrown) {
			return { problem: asGateError(thrown) };
		}
	});
	if (world.signal.aborted) throw cancelled();
	const images = found.flatMap(({ image }) => image ?? []);
	const problem = found.find(({ problem }) => problem !== void 0)?.problem;
	return {
		images,
		notes: [...address.notes, ...localNote(images, address)],
		...problem ? { problem } : {}
	};
}
async function engineKind(client) {
	const answer = await client.get("/_ping", MAX_ANSWER$1);
	if (answer === void 0) throw wrongAnswer(client.host, "does not answer as Docker or Podman does");
	return answer.headers["libpod-api-version"] === void 0 ? "docker" : "podman";
}
async function ask(client, path, maxBytes, parse) {
	const answer = await client.get(path, maxBytes);
	if (answer === void 0) return void 0;
	try {
		return parse(JSON.parse(answer.body.toString("utf8")));
	} catch (cause) {
		throw wrongAnswer(client.host, `answers ${path.replace(/\?.*/, "")} with something else than Docker and Podman do`, cause);
	}
}
function imageReader(client, engine) {
	const known = /* @__PURE__ */ new Map();
	return {
		held(imageId) {
			const reading = known.get(imageId) ?? ask(client, `/images/${imageId}/json`, MAX_ANSWER$1, parseImage);
			known.set(imageId, reading);
			return reading;
		},
		podmanDigest: async (imageId) => engine === "podman" ? ask(client, `/v4.0.0/libpod/images/${imageId.replace("sha256:", "")}/json`, MAX_ANSWER$1, parsePodmanDigest) : void 0,
		startedAs: (id) => ask(client, `/containers/${id}/json`, MAX_ANSWER$1, parseStartedImage)
	};
}
async function imageOf(container, { source, address, engine, reader }) {
	const { imageId } = container;
	const place = placeOf(container, address.machine);
	const held = await reader.held(imageId);
	if (held === void 0) throw imageGone(place, imageId);
	const written = await writtenImage(container, reader);
	const named = nameImage(written ?? "", await repoDigests(held, written, imageId, reader));
	const heldBy = {
		imageId,
		daemon: {
			engine,
			host: address.host
		}
	};
	return {
		...named ?? {
			reference: written ?? imageId,
			local: heldBy
		},
		...held.platform === void 0 ? {} : { platform: held.platform },
		heldBy,
		at: {
			source: source.line,
			name: place
		}
	};
}
function imageGone(place, imageId) {
	return new GateError("discovery-image-gone", `The container ${JSON.stringify(place)} runs the image ${imageId}, which its engine does not have any more`, "Start the container again from an image that is there, so that what runs can be looked at.");
}
async function writtenImage({ id, image, imageId }, reader) {
	const isId = (text) => imageId.startsWith(`sha256:${text.replace(/^sha256:/, "")}`) && /[0-9a-f]{12}/.test(text);
	const name = isId(image) ? await reader.startedAs(id) : image;
	return name === void 0 || isId(name) || parseReference(name) === void 0 || isDigest(name) ? void 0 : name;
}
async function repoDigests(held, written, imageId, reader) {
	const name = written === void 0 ? void 0 : parseReference(written)?.name;
	if (held.repoDigests.length > 0 || name === void 0 || registryHost(name) === "localhost") return held.repoDigests;
	const digest = held.digest ?? await reader.podmanDigest(imageId);
	return digest === void 0 ? [] : [`${name}@${digest}`];
}
const GROUPS = [
	[
		"Compose",
		"com.docker.compose.project",
		"com.docker.compose.service"
	],
	[
		"Compose",
		"io.podman.compose.project",
		"com.docker.compose.service"
	],
	[
		"Swarm",
		"com.docker.swarm.service.name",
		""
	]
];
function placeOf({ name, labels }, machine) {
	const group = GROUPS.find(([, first]) => labels[first]);
	const words = group === void 0 ? [] : [labels[group[1]], labels[group[2]]].filter(Boolean).join("/");
	const where = group === void 0 ? "" : ` (${group[0]} ${short(String(words))})`;
	return `${machine} ${short(name)}${where}`;
}
function localNote(images, { host }) {
	const local = new Set(images.filter(({ local }) => local !== void 0).map(({ reference }) => reference));
	if (local.size === 0) return [];
	return [`In no registry, and so scanned from the container engine at ${host}, known by the ImageID: ${listed([...local])}.`];
}

// src/discovery/live/cluster/environment.ts
const NAMES = [
	...PROXY_VARIABLES,
	"SSL_CERT_FILE",
	"SSL_CERT_DIR",
	"RUNNER_TRACKING_ID",
	"HOME",
	"USER",
	"USERPROFILE",
	"KUBERNETES_SERVICE_HOST",
	"KUBERNETES_SERVICE_PORT",
	"USE_GKE_GCLOUD_AUTH_PLUGIN"
];
const AZURE_LOGIN = /^AAD_/;
function kubectlEnvironment(world) {
	const { env, platform, runFolder } = world;
	const names = [
		...NAMES,
		...platform === "win32" ? WINDOWS_VARIABLES : [],
		...cloudVariables(env),
		...Object.keys(env).filter((name) => AZURE_LOGIN.test(name))
	];
	return {
		...handedOn(env, names),
		...env.KUBECONFIG ? { KUBECONFIG: absolute(env.KUBECONFIG, world) } : {},
		PATH: programPath(world),
		KUBECACHEDIR: join(runFolder, "private", "kube"),
		KUBERC: "off"
	};
}
function absolute(files, { workspace, platform }) {
	const separator = platform === "win32" ? ";" : ":";
	return files.split(separator).map((file) => file === "" || isAbsolute(file) ? file : resolve$2(workspace, file)).join(separator);
}

// src/discovery/live/cluster/pods.ts
const text = string().max(4096);
const container = object({
	name: text,
	image: text
});
const status = object({
	name: text,
	imageID: text.nullish()
});
const list = (item) => array(item).nullish().transform((value) => value ?? []);
const podSchema = object({
	metadata: object({
		name: text,
		namespace: text,
		creationTimestamp: text.nullish(),
		labels: record(string(), string()).nullish(),
		ownerReferences: list(object({
			kind: text,
			name: text,
			controller: boolean().nullish()
		}))
	}),
	spec: object({
		nodeName: text.nullish(),
		containers: list(container),
		initContainers: list(container),
		ephemeralContainers: list(container),
		volumes: list(object({
			name: text,
			image: object({ reference: text.nullish() }).nullish()
		}))
	}),
	status: object({
		phase: text.nullish(),
		containerStatuses: list(status),
		initContainerStatuses: list(status),
		ephemeralContainerStatuses: list(status)
	})
});
const podListSchema = object({ items: array(podSchema) });
const word = string().regex(/^[\w.-]{1,60}$/);
const nodeListSchema = object({ items: array(object({
	metadata: object({ name: text }),
	status: object({ nodeInfo: object({
		operatingSystem: word,
		architecture: word
	}) })
})) });
const ENDED = /* @__PURE__ */ new Set(["Succeeded", "Failed"]);
function podImages(json) {
	return podListSchema.parse(json).items.filter((pod) => !ENDED.has(pod.status.phase ?? "")).flatMap(imagesOf$1);
}
function nodePlatforms(json) {
	return new Map(nodeListSchema.parse(json).items.map(({ metadata, status: { nodeInfo } }) => [metadata.name, `${nodeInfo.operatingSystem}/${nodeInfo.architecture}`]));
}
function imagesOf$1(pod) {
	const { metadata, spec, status } = pod;
	const owner = [metadata.namespace, ...workloadOf(metadata)].map(short).join("/");
	const node = spec.nodeName ? { nodeName: spec.nodeName } : {};
	const from = (containers, statuses) => {
		const ids = new Map(statuses.map(({ name, imageID }) => [name, imageID ?? ""]));
		return containers.map(({ name, image }) => ({
			place: `${owner}/${short(name)}`,
			...node,
			...whatRuns(image, ids.get(name) ?? "")
		}));
	};
	return [
		...from(spec.containers, status.containerStatuses),
		...from(spec.initContainers, status.initContainerStatuses),
		...from(spec.ephemeralContainers, status.ephemeralContainerStatuses),
		...from(spec.volumes.flatMap(({ name, image }) => image?.reference ? [{
			name,
			image: image.reference
		}] : []), [])
	];
}
function whatRuns(written, imageID) {
	const id = imageID.replace(/^[a-z][a-z0-9+.-]*:\/\//, "");
	const own = parseReference(written);
	if (id === "" && own !== void 0) return { image: {
		reference: written,
		...own.digest === void 0 ? {} : { digest: own.digest }
	} };
	if (own === void 0) return { image: "invalid" };
	const named = isLocalName(own.name) ? void 0 : nameImage(written, [id]);
	if (named === void 0) return { image: "unknown" };
	const image = {
		reference: written,
		digest: named.digest
	};
	return named.reference === written ? { image } : {
		image,
		knownAs: named.reference
	};
}
const HASHES = [["deployment", "pod-template-hash"], ["rollout", "rollouts-pod-template-hash"]];
function workloadOf({ name, labels, ownerReferences, creationTimestamp }) {
	const owner = ownerReferences.find(({ controller }) => controller === true);
	if (owner === void 0 || owner.kind === "Node") return ["pod", name];
	if (owner.kind === "ReplicaSet") for (const [kind, label] of HASHES) {
		const end = `-${labels?.[label]}`;
		if (labels?.[label] && owner.name.endsWith(end)) return [kind, owner.name.slice(0, -end.length)];
	}
	const cronJob = owner.kind === "Job" ? cronJobOf(owner.name, creationTimestamp) : void 0;
	return cronJob === void 0 ? [owner.kind.toLowerCase(), owner.name] : ["cronjob", cronJob];
}
const MINUTE_MS = 6e4;
const WEEK_MINUTES = 10080;
function cronJobOf(job, created) {
	const [, name, minute] = /^(.+)-(\d{8,10})$/.exec(job) ?? [];
	const late = Date.parse(created ?? "") / MINUTE_MS - Number(minute);
	return late > -2 && late < WEEK_MINUTES ? name : void 0;
}

// src/discovery/live/kubectl.ts
const MAX_ANSWER = 134217728;
async function readKubectl(source, world, deadlineMs = SOURCE_DEADLINE_MS) {
	const end = performance.now() + deadlineMs;
	const kubectl = kubectlFor(source, world);
	const pods = await kubectl.get([
		"pods",
		"--all-namespaces",
		"--field-selector=status.phase!=Succeeded,status.phase!=Failed"
	], end, podImages);
	const platforms = pods.length > 0 ? await platformsOf(kubectl, end) : NO_PLATFORMS;
	const images = pods.flatMap((pod) => foundImage(pod, source, platforms.nodes));
	const problem = unclear(pods) ?? platforms.problem;
	const notes = [...platforms.notes, ...otherNames(pods)];
	return {
		images: withoutRepetition(images),
		notes,
		...problem ? { problem } : {}
	};
}
function withoutRepetition(images) {
	return [...new Map(images.map((image) => [JSON.stringify(image), image])).values()];
}
function otherNames(pods) {
	const those = pods.filter(({ knownAs }) => knownAs !== void 0).map(({ place, knownAs }) => `${place} (${knownAs})`);
	if (those.length === 0) return [];
	return [`Nodes know some images by another repository than their pods do. They are looked for where the pods say: ${listed([...new Set(those)])}.`];
}
function foundImage({ image, place, nodeName }, { line }, nodes) {
	if (typeof image === "string") return [];
	const platform = nodes.get(nodeName ?? "");
	return [{
		...image,
		...platform ? { platform } : {},
		at: {
			source: line,
			name: place
		}
	}];
}
function unclear(pods) {
	const places = (kind) => [...new Set(pods.filter(({ image }) => image === kind).map(({ place }) => place))];
	const [unknown, invalid] = [places("unknown"), places("invalid")];
	if (unknown.length > 0) return new GateError("discovery-image-unknown", `The cluster knows the images of some containers only by an ImageID of their node: ${listed(unknown)}`, "Push these images to a registry and let the pods name them there; what only a node has can be looked at only on it (the source `docker`).");
	if (invalid.length === 0) return void 0;
	return new GateError("discovery-reference-invalid", `The images of some pods are no image references: ${listed(invalid)}`, "Correct these workloads.");
}
const NO_PLATFORMS = {
	nodes: /* @__PURE__ */ new Map(),
	notes: []
};
async function platformsOf(kubectl, end) {
	try {
		return {
			nodes: await kubectl.get(["nodes"], end, nodePlatforms),
			notes: []
		};
	} catch (thrown) {
		const problem = asGateError(thrown);
		if (problem.code === "run-cancelled") throw problem;
		if (problem.code !== "discovery-cluster-forbidden") return {
			...NO_PLATFORMS,
			problem
		};
		const note = `The nodes of ${kubectl.cluster} may not be listed, so the platform of its images is not known.`;
		return {
			...NO_PLATFORMS,
			notes: [note]
		};
	}
}
function kubectlFor({ context }, world) {
	const program = findProgram("kubectl", world);
	if (program === void 0) throw new GateError("discovery-kubectl-missing", "There is no program `kubectl` on the PATH", "Install it on the runner. Folders that the job itself fills do not count.");
	const cluster = context === void 0 ? "the current cluster" : `the cluster of the context ${JSON.stringify(context)}`;
	const env = kubectlEnvironment(world);
	return {
		cluster,
		async get(what, end, parse) {
			const options = [
				"--output=json",
				"--chunk-size=500",
				"--request-timeout=60s"
			];
			const args = [
				...context === void 0 ? [] : [`--context=${context}`],
				"get",
				...what,
				...options
			];
			const result = await runProcess(program, args, {
				cwd: world.runFolder,
				env,
				deadlineMs: end - performance.now(),
				signal: world.signal,
				stdout: "capture",
				maxCapture: MAX_ANSWER
			});
			if (result.aborted) throw cancelled();
			if (result.timedOut) throw unreachable$1(what[0] ?? "", cluster, "kubectl was not done in time");
			if (result.code !== 0) throw failure$1(cluster, what[0] ?? "", result.stderr);
			return answer(cluster, result.stdout, parse);
		}
	};
}
function answer(cluster, text, parse) {
	if (Buffer.byteLength(text) >= MAX_ANSWER) throw new GateError("discovery-too-large", `The answer of ${cluster} has ${MAX_ANSWER / 1024 ** 2} MiB or more, which is the bound`, "Name the images by other sources (`kubernetes:`, `file:`).");
	try {
		return parse(JSON.parse(text));
	} catch (cause) {
		throw new GateError("discovery-cluster-answer", `What ${cluster} answers is not what Kubernetes does`, "Check that the context's server is a Kubernetes API, and that `kubectl` is the real one.", { cause });
	}
}
function failure$1(cluster, what, stderr) {
	const reason = quoted(stderr.trim().split("\n").at(-1) ?? "");
	if (/\(Forbidden\)/.test(stderr)) return new GateError("discovery-cluster-forbidden", `The ${what} of ${cluster} may not be listed: ${reason}`, "Give the user a ClusterRole that may list them: `kubectl create clusterrole image-gate --verb=list --resource=pods,nodes`, and a ClusterRoleBinding.");
	return unreachable$1(what, cluster, reason === "" ? "kubectl failed without saying why" : reason);
}
function unreachable$1(what, cluster, why) {
	return new GateError("discovery-cluster-unreachable", `The ${what} of ${cluster} cannot be listed: ${why}`, "Check kubeconfig (KUBECONFIG) and the login: `kubectl get pods --all-namespaces` in a step before shows the same.");
}

// src/discovery/registries/errors.ts
function limitsOf(cancel, deadlineMs) {
	return {
		cancel,
		signal: AbortSignal.any([cancel, AbortSignal.timeout(deadlineMs)])
	};
}
function failure(what, cause, { cancel, signal }) {
	if (cancel.aborted) throw cancelled();
	if (cause instanceof GateError) return cause;
	if (cause instanceof TooManyError) return tooMany(cause.what, cause.most);
	const status = cause instanceof HttpStatusError ? cause.httpStatusCode : void 0;
	if (signal.aborted) return unreachable(what, "the registry was not done in time", cause);
	if (status === 401 || status === 403) return new GateError("discovery-registry-login", `${what} may not be listed: the registry answers with HTTP ${status}`, "Log in before this step (docker/login-action) with an account that may list and pull there.", { cause });
	if (status === 404) return new GateError("discovery-registry-missing", `${what} cannot be listed: the registry does not have it (HTTP 404)`, "Correct the line of `discover`; some registries answer so as well if the login may not see it.", { cause });
	if (cause instanceof FinalError || cause instanceof ZodError || cause instanceof SyntaxError) return new GateError("discovery-registry-answer", `${what} cannot be listed: the answer is not what was asked for${cause instanceof FinalError ? `: ${quoted(cause.message)}` : ""}`, "Check that the line of `discover` names a registry, or for `harbor:` a Harbor from 2.0, and no page in front of it.", { cause });
	return unreachable(what, status === void 0 ? reason(cause) : `the registry answers with HTTP ${status}`, cause);
}
function unreachable(what, why, cause) {
	return new GateError("discovery-registry-unreachable", `${what} cannot be listed: ${why}`, "Check the host, and the way to it: proxy, firewall, certificate authority (NODE_EXTRA_CA_CERTS).", { cause });
}
function reason(cause) {
	const { code, message } = cause;
	return quoted(code ?? message);
}
function tooMany(what, most) {
	return new GateError("discovery-too-large", `${what} are more than ${most.toLocaleString("en-US")}, which is the bound`, "Remove old ones, or name what runs by another source (`file:`, `kubernetes:`).");
}

// src/discovery/registries/harbor.ts
const AT_ONCE = 4;
const MAX_IMAGES = 2e4;
async function readHarbor(source, credentials, limits) {
	const { origin, project } = source;
	const what = `The repositories of the project ${project} on ${origin}`;
	try {
		const login = await credentials(`${new URL(origin).host}/${project}/any`);
		const api = harborApi(origin, login && authorizationOf(login, origin), limits.signal);
		const repositories = await repositoriesOf(source, api);
		let count = 0;
		const found = await inOrder(repositories, AT_ONCE, async (repository) => {
			if (count > MAX_IMAGES) return {
				repository,
				images: [],
				others: /* @__PURE__ */ new Map()
			};
			const each = await imagesOf(repository, source, api, limits);
			count += each.images.length;
			return each;
		});
		const images = found.flatMap((each) => each.images);
		if (count > MAX_IMAGES) throw tooMany(`The images of the project ${project}`, MAX_IMAGES);
		const problem = together(found.flatMap((each) => each.problem ?? []));
		return {
			images,
			notes: notesOf(found, source),
			...problem === void 0 ? {} : { problem }
		};
	} catch (thrown) {
		throw failure(what, thrown, limits);
	}
}
async function repositoriesOf({ project, repositories }, api) {
	if (repositories !== void 0 && !/[*?]/.test(repositories)) return [repositories];
	const fits = compileGlob(repositories ?? "**");
	return (await api.repositories(project)).map((name) => {
		if (!name.startsWith(`${project}/`) || parseReference(name)?.name !== name) throw new FinalError("a repository has a name that cannot be");
		return name.slice(project.length + 1);
	}).filter(fits).sort(compareText);
}
async function imagesOf(name, source, api, limits) {
	const repository = `${source.project}/${name}`;
	const others = /* @__PURE__ */ new Map();
	try {
		const typed = (await api.artifacts(source.project, name)).map((each) => ({
			artifact: each,
			other: otherThanImage(each, source)
		}));
		for (const { other } of typed) if (other !== void 0) others.set(other, (others.get(other) ?? 0) + 1);
		return {
			repository,
			images: newestOf(typed.filter(({ other }) => other === void 0).map(({ artifact }) => artifact), source).map(({ digest, tag }) => {
				const reference = `${new URL(source.origin).host}/${repository}:${tag}`;
				if (!isDigest(digest) || parseReference(reference) === void 0) throw new FinalError("an image has a name or a digest that cannot be");
				return {
					reference,
					digest,
					harbor: source.origin,
					at: {
						source: source.line,
						name: `${repository}:${tag}`
					}
				};
			}),
			others
		};
	} catch (thrown) {
		return {
			repository,
			images: [],
			others,
			problem: failure(`The images of ${repository} on ${source.origin}`, thrown, limits)
		};
	}
}
function otherThanImage({ type, tags }, { tags: pattern }) {
	if (type.toUpperCase() !== "IMAGE") return type;
	const isAttached = ({ name }) => ATTACHED.test(name) && name !== pattern;
	return tags != null && tags.length > 0 && tags.every(isAttached) ? "signature or attestation" : void 0;
}
const ATTACHED = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;
function newestOf(artifacts, { tags: pattern = "*", newest }) {
	const fits = compileGlob(pattern);
	const pushed = ({ push_time }) => Date.parse(push_time ?? "") || 0;
	return artifacts.flatMap((artifact) => {
		const [best] = (artifact.tags ?? []).filter(({ name }) => fits(name)).sort((a, b) => moreTelling(a.name, b.name) || pushed(b) - pushed(a) || compareText(a.name, b.name));
		return best === void 0 ? [] : [{
			digest: artifact.digest,
			tag: best.name,
			at: pushed(artifact)
		}];
	}).sort((a, b) => b.at - a.at || compareText(a.digest, b.digest)).slice(0, newest);
}
function moreTelling(a, b) {
	const isVersion = (tag) => Number(compareSemver(tag, tag) !== void 0);
	return isVersion(b) - isVersion(a) || (compareSemver(b, a) ?? 0);
}
function notesOf(found, { project, tags, repositories }) {
	const notes = [];
	if (found.length === 0) notes.push(`The project ${project} has no repository${repositories === void 0 ? "" : ` that fits ${repositories}`}.`);
	const others = found.flatMap(({ repository, others: types }) => [...types].map(([type, number]) => `${number} × ${short(type)} in ${repository}`));
	if (others.length > 0) notes.push(`What is no image is passed over: ${listed(others)}.`);
	const empty = found.filter(({ images, problem }) => images.length === 0 && problem === void 0);
	if (empty.length > 0) notes.push(`These repositories have no image with a tag${tags === void 0 ? "" : ` that fits ${tags}`}: ${listed(empty.map(({ repository }) => repository))}.`);
	return notes;
}
function together(problems) {
	const [first] = problems;
	if (first === void 0 || problems.length === 1) return first;
	const what = `${first.what}. Also ${problems.length - 1} more of its repositories cannot be read`;
	return new GateError(first.code, what, first.remedy, { cause: first });
}
function authorizationOf(login, origin) {
	const authorization = harborAuthorization(login);
	if (authorization !== void 0) return authorization;
	throw new GateError("discovery-registry-login", `Docker's login of ${origin} is a refresh token, which the API of Harbor does not take`, "Log in by docker/login-action with a user and a password, for example those of a robot account.");
}

// src/images/registry/tags.ts
const PAGE_SIZE = 1e3;
const MAX_PAGE = 16777216;
const pageSchema = object({ tags: array(string().regex(/^\w[\w.-]{0,127}$/)).nullish() });
async function listTags(repository, most, options) {
	const session = newSession(repository, options.credentials);
	const { signal } = options;
	const tags = /* @__PURE__ */ new Set();
	let address = (origin) => new URL(`/v2/${session.path}/tags/list?n=${PAGE_SIZE}`, origin);
	try {
		for (;;) {
			const answer = await askRegistry(session, {
				address,
				accept: "application/json",
				maxBytes: MAX_PAGE,
				atHome: true
			}, signal);
			const known = tags.size;
			for (const tag of pageSchema.parse(JSON.parse(answer.body.toString("utf8"))).tags ?? []) tags.add(tag);
			if (tags.size > most) return {
				tags: [...tags],
				isWhole: false
			};
			const next = nextPage(answer.headers.link, answer.address);
			if (next === void 0) return {
				tags: [...tags],
				isWhole: true
			};
			if (tags.size === known) throw new FinalError("a page has no new tag, and names a next one");
			address = () => next;
		}
	} catch (cause) {
		throw new RegistryError(reasonOf(cause, signal), { cause });
	}
}
function nextPage(links, address) {
	const [, target] = /<([^<>]*)>\s*;[^<]*\brel="?next\b/i.exec(String(links ?? "")) ?? [];
	if (target === void 0) return void 0;
	if (!URL.canParse(target, address.href)) throw new FinalError("the next page has no address");
	const next = new URL(target, address);
	if (/^https?:$/.test(next.protocol)) next.protocol = address.protocol;
	if (next.origin !== address.origin) throw new FinalError("the next page is elsewhere");
	return next;
}

// src/discovery/registries/registry.ts
const MAX_TAGS = 1e5;
async function readRegistry(source, credentials, limits) {
	const { repository, line } = source;
	const { tags, notes } = chooseTags(await tagsOf(repository, credentials, limits), source);
	const path = repository.slice(repository.indexOf("/") + 1);
	return {
		images: tags.map((tag) => ({
			reference: `${repository}:${tag}`,
			at: {
				source: line,
				name: `${path}:${tag}`
			}
		})),
		notes
	};
}
async function tagsOf(repository, credentials, limits) {
	const what = `The tags of ${repository}`;
	try {
		const { tags, isWhole } = await listTags(repositoryName(repository), MAX_TAGS, {
			credentials,
			signal: limits.signal
		});
		if (!isWhole) throw tooMany(what, MAX_TAGS);
		return tags;
	} catch (thrown) {
		throw failure(what, thrown instanceof RegistryError ? thrown.cause : thrown, limits);
	}
}
function chooseTags(all, { repository, tags: pattern = "*", newest }) {
	const number = (value) => value.toLocaleString("en-US");
	const fits = compileGlob(pattern);
	const fitting = all.filter(fits);
	if (fitting.length === 0) return {
		tags: [],
		notes: [`No tag of ${repository} fits ${pattern}; it has ${number(all.length)}.`]
	};
	if (!/[*?]/.test(pattern)) return {
		tags: fitting,
		notes: []
	};
	const versions = fitting.filter(isVersion).sort(newestFirst).filter((tag, index, sorted) => index === 0 || compareSemver(tag, sorted[index - 1]) !== 0);
	const others = fitting.filter((tag) => !isVersion(tag)).sort(compareText);
	if (versions.length === 0) throw new GateError("discovery-no-version", `No tag of ${repository} that fits ${pattern} is a version, so none is the newest: ${listed(others)}`, `Name one tag: \`registry:${repository}:${others[0]}\`.`);
	const tags = versions.slice(0, newest);
	const notes = fitting.length - tags.length === 0 ? [] : [`${repository} has ${number(all.length)} tags, of which ${number(fitting.length)} fit ${pattern}; those that count are ${listed(tags)}.`];
	if (others.length > 0) notes.push(`These tags of ${repository} are no versions, and are passed over: ${listed(others)}.`);
	return {
		tags,
		notes
	};
}
function isVersion(tag) {
	return compareSemver(tag, tag) !== void 0;
}
function newestFirst(a, b) {
	return (compareSemver(b, a) ?? 0) || b.length - a.length || compareText(a, b);
}

// src/discovery/index.ts
async function discover(sources, world, asking) {
	const read = /* @__PURE__ */ new Map();
	for (const source of sources) if (!isLive(source)) read.set(source, await attempt(source, world, asking));
	await Promise.all(sources.filter(isLive).map(async (source) => {
		read.set(source, await attempt(source, world, asking));
	}));
	const inOrder = sources.map((source) => [source, read.get(source)]);
	return {
		images: inOrder.flatMap(([, { images }]) => images),
		sources: inOrder.map(([source, each]) => outcomeOf(source, each))
	};
}
function isLive({ kind }) {
	return kind === "docker" || kind === "kubectl" || kind === "registry" || kind === "harbor";
}
async function attempt(source, world, asking) {
	try {
		return await reading(source, world, asking);
	} catch (thrown) {
		if (world.signal.aborted) throw thrown;
		return {
			images: [],
			notes: [],
			problem: asGateError(thrown)
		};
	}
}
async function reading(source, world, { credentials, timeoutMs }) {
	switch (source.kind) {
		case "file": return readList(source, world);
		case "docker": return readDocker(source, world, timeoutMs);
		case "compose": return readCompose(source, world);
		case "kubectl": return readKubectl(source, world, timeoutMs);
		case "kubernetes": return readKubernetes(source, world);
		case "registry": return readRegistry(source, credentials, limitsOf(world.signal, timeoutMs ?? 6e5));
		case "harbor": return readHarbor(source, credentials, limitsOf(world.signal, timeoutMs ?? 6e5));
	}
}
function outcomeOf(source, { images, notes, problem }) {
	const error = problem ?? (images.length === 0 ? nothing(source) : void 0);
	const outcome = {
		source: source.line,
		images: images.length,
		notes
	};
	return error === void 0 ? outcome : {
		...outcome,
		error: {
			code: error.code,
			what: error.what,
			remedy: error.remedy
		}
	};
}
function nothing({ line }) {
	return new GateError("discovery-no-image", `The source ${JSON.stringify(line)} names no image`, "Check what it points at, or remove the line.");
}

// src/actions/rescan/running.ts
async function find(inputs, known, world) {
	const asking = {
		credentials: credentialsFor(world),
		timeoutMs: inputs.timeout
	};
	const { images, sources } = await discover(sourcesOf(inputs), world, asking);
	known.sources = sources;
	requireImages(images, sources);
	return images;
}
async function resolve(found, known, isStored, world) {
	const manifests = registryReader({
		credentials: credentialsFor(world),
		signal: world.signal
	});
	const resolved = await resolveRunning(found, {
		manifests,
		isStored
	});
	known.sources = known.sources.map((each) => {
		const notes = resolved.notes.get(each.source);
		return notes === void 0 ? each : {
			...each,
			notes: [...each.notes, ...notes]
		};
	});
	return resolved;
}
function requireImages(images, sources) {
	if (images.length > 0) return;
	const error = sources.find((source) => source.error !== void 0)?.error;
	throw new GateError(error?.code ?? "no-running-image", error?.what ?? "No source of `discover` names an image", error?.remedy ?? "Check what the sources point at.");
}
function hasReport({ harborReport }, { harbor }) {
	return harborReport && harbor !== void 0;
}
async function reportsOf(inputs, images, world) {
	const addresses = new Set(images.flatMap((image) => hasReport(inputs, image) ? image.harbor ?? [] : []));
	if (addresses.size === 0) return void 0;
	const origins = [...addresses].flatMap((address) => harborOf(`harbor:${address}/any`) ?? []);
	const { harborScanner } = await import("./harbor.js");
	return {
		scanner: harborScanner({
			origins: new Map(origins.map((origin) => [new URL(origin).host, origin])),
			credentials: credentialsFor(world),
			maxAgeMs: inputs.maxDbAge,
			timeoutMs: inputs.timeout
		}),
		has: (image) => hasReport(inputs, image)
	};
}

export { resolve as i, hasReport as n, reportsOf as r, find as t };