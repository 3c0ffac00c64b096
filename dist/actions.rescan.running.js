import { GateError, asGateError, cancelled, copyFileSync, existsSync, lstatSync, mkdirSync, oneLine, quoted, readdirSync, realpathSync, statSync, symlinkSync, tryOr, writeFileSync } from "./shared.start.js";
import { distinct$1 as distinct, hasLogin, isDigest, isSameRepository, isWithin as isWithin$1, listSome, parseReference, privateFolder, readGivenFile, realGivenPath, registryHost, removedAtEnd, repositoryName, statusOf, withoutLogin } from "./shared.answer.js";
import { compareSemver, compareText, compileGlob, orEmpty } from "./shared.domain.js";
import { placesIn, require_dist, yamlDocuments, yamlTokens } from "./system.yaml.js";
import { findProgram, programPath } from "./system.program-folders.js";
import { PROXY_VARIABLES, WINDOWS_VARIABLES, cloudVariables, handedOn, runProcess } from "./system.process.js";
import { ZodError, array, boolean, looseObject, object, record, string } from "./package.zod.js";
import { findEngine, openEngine, wrongAnswer } from "./images.engine.client.js";
import { atATime } from "./system.pool.js";
import { TooManyError, harborApi, harborAuthorization } from "./images.harbor.api.js";
import { timeLimit } from "./system.background.js";
import { FinalError, HttpStatusError } from "./system.http.js";
import { RegistryError, askRegistry, newSession, reasonOf as reasonOf$1, registryReader } from "./images.registry.client.js";
import { harborOf, sourcesOf } from "./actions.rescan.inputs.js";
import { credentialsFor } from "./images.registry.credentials.js";
import { resolveRunning } from "./scan.running.js";
import { dirname, isAbsolute, join, posix, relative, resolve as resolve$2, sep } from "node:path";

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
async function gatheredLater(line, step) {
	const { read, ...found } = gathering(line);
	try {
		await step(found);
	} catch (thrown) {
		const error = asGateError(thrown);
		if (error.code === "run-cancelled") throw error;
		found.problem(error);
	}
	return read();
}
function watched(found, onProblem) {
	const problem = (error) => {
		onProblem(error);
		found.problem(error);
	};
	return {
		image: (image) => found.image(image),
		note: (text) => found.note(text),
		problem,
		attempt: (step) => found.attempt(() => {
			try {
				return step();
			} catch (thrown) {
				onProblem(asGateError(thrown));
				throw thrown;
			}
		})
	};
}
async function attemptLater(found, step) {
	try {
		return await step();
	} catch (thrown) {
		const error = asGateError(thrown);
		if (error.code === "run-cancelled") throw error;
		return found.attempt(() => {
			throw error;
		});
	}
}
function gathering(line) {
	const images = [];
	const notes = /* @__PURE__ */ new Set();
	const problems = /* @__PURE__ */ new Map();
	const add = (error) => {
		const harmless = withoutLoginsIn(error);
		if (!problems.has(harmless.what)) problems.set(harmless.what, harmless);
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
function short$1(written) {
	const text = withoutLogins(written);
	return oneLine(text.length > MAX_LENGTH$1 ? `${text.slice(0, MAX_LENGTH$1)}…` : text);
}
function withoutLoginsIn(error) {
	const [what, remedy] = [withoutLogins(error.what), withoutLogins(error.remedy)];
	return what === error.what && remedy === error.remedy ? error : new GateError(error.code, what, remedy);
}
function withoutLogins(text) {
	return text.replace(/[^\s"'`/\\]+/g, withoutLogin);
}
function shown(text) {
	const harmless = withoutLogin(text.slice(0, LONGEST_WITH_LOGIN));
	return JSON.stringify(text.length > 200 ? `${harmless.slice(0, 200)}…` : harmless);
}
const LONGEST_WITH_LOGIN = 5e3;
function invalidReference({ reference, written = reference, spot }) {
	const made = written === reference ? "is no image reference" : "does not become an image reference";
	return new GateError("discovery-reference-invalid", `${at(spot)}: ${shown(written)} ${made}`, "Write registry/name:tag, with registry and name in lower case.");
}

// src/discovery/declared/files.ts
const MAX_FILE_MIB = 4;
const MAX_FILES$1 = 5e3;
const MAX_TOTAL_MIB$1 = 32;
const MAX_ENTRIES = 2e5;
const MIB$4 = 1048576;
const SKIPPED = /* @__PURE__ */ new Set([".git", "node_modules"]);
const BYTE_ORDER_MARKS = /* @__PURE__ */ new Map([["ÿþ", "utf-16le"], ["þÿ", "utf-16be"]]);
function sourceFiles(what, { workspace }, encoding = "marked") {
	const folders = {
		workspace,
		temp: workspace
	};
	const known = /* @__PURE__ */ new Map();
	let bytes = 0;
	const status = (path) => statusOf(resolve$2(folders.workspace, path));
	return {
		text(path) {
			const read = known.get(path);
			if (read !== void 0) return read;
			if (known.size === MAX_FILES$1) throw tooLarge(`reads more than ${MAX_FILES$1} files`);
			const text = readText(what, path, folders, encoding);
			bytes += text.length;
			if (bytes > MAX_TOTAL_MIB$1 * MIB$4) throw tooLarge(`reads more than ${MAX_TOTAL_MIB$1} MiB`);
			known.set(path, text);
			return text;
		},
		require: (path) => requireReadable({
			what,
			path,
			maxBytes: MAX_FILE_MIB * MIB$4
		}, folders),
		exists: (path) => status(path) !== void 0,
		isFolder: (path) => status(path)?.isDirectory() === true,
		real(path) {
			const [root, real] = [realFolder(folders.workspace), realFolder(resolve$2(folders.workspace, path))];
			if (root === void 0 || real === void 0 || !isWithin$1(root, real)) return path;
			return relative(root, real).split(sep).join("/") || ".";
		}
	};
}
function readText(what, path, folders, encoding = "marked") {
	const given = {
		what,
		path,
		maxBytes: MAX_FILE_MIB * MIB$4
	};
	requireReadable(given, folders);
	const bytes = readGivenFile(given, folders);
	const marked = BYTE_ORDER_MARKS.get(bytes.toString("latin1", 0, 2)) ?? "utf-8";
	if (encoding === "marked") return new TextDecoder(marked).decode(bytes);
	try {
		return new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes);
	} catch (cause) {
		throw new GateError("discovery-manifest-encoding", `The ${what} ${shown(path)} is not UTF-8`, "Write it in UTF-8: programs that deploy it read other encodings differently.", { cause });
	}
}
function requireReadable(given, folders) {
	if (realGivenPath(given, folders).toLowerCase().split(sep).includes(".git")) throw new GateError("discovery-git-file", `The ${given.what} ${shown(given.path)} lies in .git, where actions/checkout can have left a token`, "Name a file that is checked out, or that was written here.");
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
		const names = isWithin$1(root, real) ? namesIn(real, folder, found) : leadsOut(folder, found);
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
	return tryOr(() => realpathSync(path), void 0);
}
function namesIn(real, folder, found) {
	try {
		return readdirSync(real, { withFileTypes: true });
	} catch (cause) {
		if (cause.code === "ENOTDIR") return [];
		found.problem(new GateError("file-unreadable", `The folder ${shown(folder)} cannot be read`, "Give the user of this run the right to read it.", { cause }));
		return [];
	}
}
function isFolder(entry, parent) {
	return entry.isSymbolicLink() ? statusOf(join(parent, entry.name))?.isDirectory() === true : entry.isDirectory();
}

// src/discovery/declared/agreed-text.ts
var import_dist = require_dist();
const RULES = [
	{
		pattern: /\ufeff/,
		what: "a byte order mark stands inside of the file"
	},
	{
		pattern: /\r(?!\n)|[\u0085\u2028\u2029]/,
		what: "a line ends in a way that only some know"
	},
	{
		pattern: /^---(?![ \t]*\r?$|[ \t]+#)/m,
		what: "a line starts with --- and separates documents for some"
	},
	{
		pattern: /^\.\.\.(?=[\s]|$)/m,
		what: "... ends a document before the file ends"
	},
	{
		pattern: /^%/m,
		what: "a directive of YAML"
	}
];
function textDisagreement(text) {
	const start = text.startsWith("﻿") ? 1 : 0;
	return RULES.flatMap(({ pattern, what }) => {
		const at = text.slice(start).search(pattern);
		return at === -1 ? [] : [{
			offset: at + start,
			what
		}];
	}).sort((a, b) => a.offset - b.offset)[0];
}
const CORE_TAGS = new Set([
	"str",
	"int",
	"float",
	"bool",
	"null",
	"map",
	"seq"
].map((name) => `tag:yaml.org,2002:${name}`));
const ANCHOR = /^[A-Za-z0-9_-]+$/;
const OTHERWISE = /^(?:y|n|yes|no|on|off|=|<<|[-+]?[\d.][\d_.:eE+-]*|[-+]?0[xob][\da-f_]+|\d{4}-\d\d?-\d\d?.*)$/i;
function isReadOtherwise(plain) {
	return OTHERWISE.test(plain);
}
const DECIDING = new Map(["apiVersion kind metadata items objects spec template jobTemplate", "containers initContainers ephemeralContainers image volumes reference"].flatMap((line) => line.split(" ").map((key) => [key.toLowerCase(), key])));
function foldsTo(key) {
	if (key.length > 30) return void 0;
	const deciding = DECIDING.get(key.replaceAll("ſ", "s").toLowerCase());
	return deciding === key ? void 0 : deciding;
}

// src/discovery/declared/yaml.ts
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
function readDocuments(written, file, dialect, found) {
	const { render, agreed = false, tags = agreed ? CORE_TAGS : void 0 } = dialect;
	const text = (agreed ? written.replace(/^\ufeff/, "") : written).replace(LINE_BREAKS, "\n");
	const place = placesIn(text);
	const line = (offset) => place(offset).line;
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
		const differs = agreed ? textDisagreement(written) : void 0;
		if (differs !== void 0) throw new Ambiguous(written.slice(0, differs.offset).split("\n").length, differs.what);
	});
	attempt(() => {
		for (const document of yamlDocuments(tokensOf(text, line, file), text.length)) attempt(() => {
			const value = readDocument(document, line, {
				file,
				agreed,
				tags
			});
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
		return this.said({
			file,
			line: this.line
		});
	}
	said(spot) {
		return new GateError("discovery-yaml-invalid", `${at(spot)}: ${this.message}`, "Correct the file, or narrow the pattern so that it does not match.");
	}
};
var Ambiguous = class extends Unreadable {
	said(spot) {
		return ambiguous(spot, this.message);
	}
};
function ambiguous(spot, what) {
	return new GateError("discovery-manifest-ambiguous", `${at(spot)}: ${what}, and programs read that differently`, "Write it so that every program reads the same: UTF-8, documents between lines of ---, each key once, no tags, no merge keys beside an image.");
}
function notRendered(spot, render) {
	return new GateError("discovery-template", `${at(spot)}: this is a template that was not rendered`, `Render it into a file before (${render}), and name that file.`);
}
function tokensOf(text, line, file) {
	const tokens = yamlTokens(text, BOUNDS);
	if (Array.isArray(tokens)) return tokens;
	if (tokens.exceeds === "depth") throw new Unreadable(line(tokens.offset), "this is nested too deeply");
	throw tooLarge(`has a file with more than ${BOUNDS.lexemes} words and signs: ${file}`);
}
function readDocument(document, line, how) {
	const [error] = document.errors;
	if (error !== void 0) throw new Unreadable(line(error.pos[0]), `this is not valid YAML (${error.code})`);
	if (document.contents === null) return void 0;
	const value = convert(document.contents, 1, {
		...how,
		line,
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
	checkNode(node, line, state);
	if (anchor !== void 0) state.anchors.set(anchor, void 0);
	const value = {
		...bare(node, line, state),
		...tag === void 0 ? {} : { tag }
	};
	if (anchor !== void 0) state.anchors.set(anchor, value);
	return value;
}
function checkNode(node, line, { agreed, tags }) {
	const { anchor, tag } = node;
	if (tag !== void 0 && tags !== void 0 && !tags.has(tag)) throw new Ambiguous(line, `the tag ${shown(tag)}`);
	if (agreed && anchor !== void 0 && !ANCHOR.test(anchor)) throw new Ambiguous(line, `the anchor ${shown(anchor)}`);
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
		entries: entriesOf$1(node.items, line, state)
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
	const scalar = {
		kind: "scalar",
		line,
		value: node.value,
		text: textOf(node.value, node.source)
	};
	return node.type === "PLAIN" && isReadOtherwise(node.source ?? "") ? {
		...scalar,
		otherwise: true
	} : scalar;
}
function textOf(value, source) {
	if (typeof value === "string") return value;
	return source ?? String(value ?? "");
}
function entriesOf$1(pairs, above, state) {
	const entries = /* @__PURE__ */ new Map();
	const merges = [];
	const seen = /* @__PURE__ */ new Set();
	for (const { key, value } of pairs) {
		const name = convert(key, above, state);
		if (name.kind !== "scalar") throw new Unreadable(name.line, "a key that is no single word");
		if (seen.has(name.text)) throw new Unreadable(name.line, `the key ${shown(name.text)} stands twice`);
		seen.add(name.text);
		const converted = convert(value, name.line, state);
		if (isMergeKey(key)) {
			if (state.agreed) checkMerge(converted, entries, name.line, state);
			merges.push(converted);
		} else entries.set(name.text, converted);
	}
	if (state.agreed) checkKeys(entries, merges.length > 0);
	for (const merge of merges) mergeInto(entries, merge, state);
	return entries;
}
function checkMerge(merge, before, line, state) {
	for (const from of merge.kind === "list" ? merge.items : [merge]) {
		if (from.kind !== "mapping") continue;
		countMerged(from, state);
		for (const key of from.entries.keys()) if (before.has(key)) throw new Ambiguous(line, `<< brings the key ${shown(key)}, which stands before it`);
	}
}
function countMerged({ entries }, state) {
	state.merged += entries.size + 1;
	if (state.merged > MAX_MERGED) throw tooLarge(`has a file with more than ${MAX_MERGED} keys merged by <<: ${state.file}`);
}
function checkKeys(entries, isMerged) {
	const image = entries.get("image");
	if (isMerged && image !== void 0) throw new Ambiguous(image.line, "an image stands beside a merge key");
	for (const [key, { line }] of entries) {
		const other = foldsTo(key);
		if (other !== void 0 && entries.has(other)) throw new Ambiguous(line, `the key ${shown(key)} stands beside ${shown(other)}`);
	}
}
function isMergeKey(key) {
	return (0, import_dist.isScalar)(key) && key.value === "<<" && key.type === "PLAIN";
}
function mergeInto(entries, merge, state) {
	for (const from of merge.kind === "list" ? merge.items : [merge]) {
		if (from.kind !== "mapping") throw new Unreadable(from.line, "only a mapping can be merged by <<");
		countMerged(from, state);
		for (const [key, value] of from.entries) if (!entries.has(key)) entries.set(key, value);
	}
}
function fromJson(value) {
	if (Array.isArray(value)) return {
		kind: "list",
		line: 1,
		items: value.map(fromJson)
	};
	if (typeof value !== "object" || value === null) return {
		kind: "scalar",
		line: 1,
		value,
		text: value === null ? "" : String(value)
	};
	return {
		kind: "mapping",
		line: 1,
		entries: new Map(Object.entries(value).map(([key, inner]) => [key, fromJson(inner)]))
	};
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

// src/discovery/declared/programs/run.ts
const RENDER_DEADLINE_MS = 6e4;
const MIB$3 = 1048576;
const MAX_OUTPUT_MIB = 64;
const NOWHERE = "http://127.0.0.1:0";
function deciderEnvironment(world, own) {
	const folder = (name) => {
		const path = join(own, name);
		mkdirSync(path, { mode: 448 });
		return path;
	};
	const home = folder("home");
	const temporary = folder("tmp");
	return {
		...world.platform === "win32" ? handedOn(world.env, WINDOWS_VARIABLES) : {},
		PATH: join(own, "no-programs"),
		HOME: home,
		USERPROFILE: home,
		TMPDIR: temporary,
		TEMP: temporary,
		TMP: temporary,
		XDG_CACHE_HOME: join(home, "cache"),
		XDG_CONFIG_HOME: join(home, "config"),
		XDG_DATA_HOME: join(home, "data"),
		KUBECONFIG: join(home, "no-kubeconfig"),
		DOCKER_CONFIG: join(home, "no-docker"),
		...Object.fromEntries([
			"HTTP_PROXY",
			"HTTPS_PROXY",
			"ALL_PROXY",
			"http_proxy",
			"https_proxy",
			"all_proxy"
		].map((name) => [name, NOWHERE])),
		GOMEMLIMIT: "2GiB"
	};
}
async function runDecider(start, { world, end }) {
	const own = privateFolder(world, "decider");
	using _ = removedAtEnd(own);
	return await run({
		...start,
		env: {
			...deciderEnvironment(world, own),
			...start.env
		}
	}, {
		world,
		end
	});
}
async function run(start, { world, end }) {
	const { env } = start;
	const maxCapture = MAX_OUTPUT_MIB * MIB$3;
	const result = await runProcess(start.path, start.args, {
		cwd: env.HOME ?? world.runFolder,
		env,
		deadlineMs: Math.min(RENDER_DEADLINE_MS, end - performance.now()),
		signal: world.signal,
		stdout: "capture",
		maxCapture
	});
	if (result.aborted) throw cancelled();
	if (result.timedOut) throw new GateError("discovery-program-slow", `${start.name} was not done in time`, "Write its result into a file, and name that file.");
	if (Buffer.byteLength(result.stdout) >= maxCapture) throw tooLarge(`has a result of ${start.name} with ${MAX_OUTPUT_MIB} MiB or more`);
	return result;
}
async function outputOf(start, allowance, refusal) {
	const result = await runDecider(start, allowance);
	if (result.code === 0) return result.stdout;
	throw refusal(reasonOf(result));
}
function reasonOf({ code, stderr }) {
	const lines = stderr.trim().split("\n");
	const last = lines.findLast((line) => /^error:/i.test(line)) ?? lines.at(-1) ?? "";
	return last === "" ? `it ended with exit code ${code} and said nothing` : quoted(last);
}
async function deciderOf(name, asked, allowance, versionIn = firstVersion) {
	const path = findProgram(name, allowance.world);
	if (path === void 0) return void 0;
	const { stdout } = await runDecider({
		name,
		path,
		args: asked
	}, allowance);
	const version = versionIn(stdout);
	return version === void 0 ? void 0 : {
		name,
		path,
		version
	};
}
function firstVersion(text) {
	return /v\d+\.\d+\.\d+[\w.+-]{0,50}/.exec(text)?.[0] ?? "of an unknown version";
}

// src/discovery/declared/programs/compose.ts
const UNSET = /variable is not set\. Defaulting to a blank string|required variable \S{1,200} is missing a value|(?:env|label) file \S[^\n]{0,4096} not found|Failed to load \S[^\n]{0,4096}: no such file or directory/;
const NOTHING_REMOTE = {
	COMPOSE_EXPERIMENTAL_GIT_REMOTE: "false",
	COMPOSE_EXPERIMENTAL_OCI_REMOTE: "false"
};
async function composeOf(allowance) {
	for (const [program, before] of [["docker", ["compose"]], ["docker-compose", []]]) {
		const path = findProgram(program, allowance.world);
		if (path === void 0) continue;
		const name = [program, ...before].join(" ");
		const { code, stdout } = await runDecider({
			name,
			path,
			args: [
				...before,
				"version",
				"--short"
			]
		}, allowance);
		const version = stdout.trim();
		if (code === 0 && /^(?:v?[2-9]\d*\.\d+\.\d+[\w.+-]{0,50}|dev)$/.test(version)) return {
			name,
			path,
			version,
			before
		};
	}
}
async function composeConfig({ name, path, before }, { folder, files }, allowance) {
	const absolute = (file) => join(allowance.world.workspace, file);
	const args = [
		...before,
		`--project-directory=${absolute(folder)}`,
		...files.map((file) => `--file=${absolute(file)}`),
		"--profile=*",
		"config",
		"--format=json"
	];
	const start = {
		name,
		path,
		args,
		env: NOTHING_REMOTE
	};
	const result = await runDecider({
		...start,
		args: [...args, "--no-env-resolution"]
	}, allowance);
	const answer = result.code !== 0 && result.stderr.includes("unknown flag") ? await runDecider(start, allowance) : result;
	if (answer.code !== 0) return { refused: UNSET.test(answer.stderr) ? "unset" : "wrong" };
	return tryOr(() => ({ config: JSON.parse(answer.stdout) }), { refused: "wrong" });
}

// src/discovery/declared/compose/compared.ts
const volume = looseObject({
	type: string().optional(),
	source: string().optional(),
	target: string().optional()
});
const container$1 = looseObject({
	image: string().nullish(),
	volumes: array(volume).nullish()
});
const service = container$1.extend({ pre_start: array(container$1).nullish() });
const configured = looseObject({ services: record(string(), service).nullish() });
async function compareWithCompose(projects, found, allowance) {
	const refused = /* @__PURE__ */ new Set();
	const compose = projects.length === 0 ? void 0 : await attemptLater(found, () => composeOf(allowance));
	if (compose === void 0) return refused;
	for (const project of projects) if (await attemptLater(found, () => compareOne(project, compose, found, allowance)) !== true) refused.add(project);
	if (refused.size < projects.length) found.note(`${compose.name} ${compose.version} (${compose.path}) was asked for the images of the Compose files.`);
	return refused;
}
async function compareOne(project, compose, found, allowance) {
	const answer = await composeConfig(compose, project, allowance);
	const theirs = "config" in answer ? imagesOf$4(answer.config) : void 0;
	if (theirs === void 0) {
		if (!("refused" in answer) || answer.refused === "wrong") throw refuses(project, compose);
		found.note(`${project.main} is read by Image Gate alone, since ${compose.name} ${compose.version} refuses it without variables or files of them that are not here: \`docker compose config\` says which.`);
		return false;
	}
	for (const [service, images] of theirs) {
		const missing = [...images].filter((image) => !project.images.get(service)?.has(image));
		for (const reference of missing) found.image({
			reference,
			written: service,
			name: `${project.main} ${service}`,
			spot: {
				file: project.main,
				line: 1
			}
		});
		if (missing.length > 0) throw differs$1(project, compose, service);
	}
	for (const [service, images] of project.images) for (const image of images) if (!theirs.get(service)?.has(image)) throw differs$1(project, compose, service);
	return true;
}
function imagesOf$4(config) {
	const { data } = configured.safeParse(config);
	if (data === void 0) return void 0;
	return new Map(Object.entries(data.services ?? {}).map(([name, each]) => [name, new Set([each, ...each.pre_start ?? []].flatMap(imagesIn$2))]));
}
function imagesIn$2({ image, volumes }) {
	const mounted = (volumes ?? []).flatMap(({ type, source }) => type === "image" && source ? [source] : []);
	return image ? [image, ...mounted] : mounted;
}
function refuses({ main }, { name, version }) {
	return new GateError("discovery-compose-refused", `${name} ${version} refuses ${shown(main)}`, "Correct the file until `docker compose config` accepts it; if you deploy by another version of Compose, install that one on this machine. Or write `docker compose config --images` into a list, and name that list by file:PATH.");
}
function differs$1({ main }, { name, version }, service) {
	return new GateError("discovery-readings-differ", `${name} ${version} reads other images for ${shown(service)} in ${shown(main)} than is read here`, "Write the file so that every program reads the same, or write `docker compose config --images` into a list, and name that list by file:PATH.");
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
const TRAILING = new RegExp(`(?<!${SPACE})${SPACE}+$`);
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
const KEYS = {
	image: "image",
	platform: "platform",
	build: "build",
	provider: "provider",
	profiles: "profiles",
	mounts: "volumes",
	before: "pre_start"
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
			mounts: mountsOf(valueAt(kept, "volumes"), reading),
			before: items(valueAt(kept, "pre_start")).map((hook) => hookOf(hook, reading))
		},
		extends: valueAt(kept, "extends"),
		resets: new Set(Object.keys(KEYS).filter((key) => isReset(kept, KEYS[key]))),
		alone: value.tag === "!override"
	};
}
function hookOf(value, reading) {
	const kept = value.kind === "mapping" ? value : void 0;
	return {
		image: fieldAt(kept, "image", reading),
		mounts: mountsOf(valueAt(kept, "volumes"), reading)
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
		throw new GateError("discovery-variable-unset", `${at(spot)}: ${thrown.message}`, "Give the variable a default or a value in the .env file beside the Compose file (the job's own environment is not read), or write `docker compose config --images` into a list for file:PATH.");
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
		mounts: new Map([...old("mounts", before.mounts, /* @__PURE__ */ new Map()), ...service.mounts]),
		before: [...old("before", before.before, []), ...service.before]
	};
}
function invalid(spot, what) {
	return new GateError("discovery-compose-invalid", `${at(spot)}: ${what}`, "Correct the file; `docker compose config` checks it.");
}

// src/discovery/declared/compose/model.ts
const MAX_READS = 5e3;
const COMPOSE = {
	render: "docker compose config",
	tags: /* @__PURE__ */ new Set([
		...CORE_TAGS,
		"tag:yaml.org,2002:binary",
		"!reset",
		"!override"
	])
};
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
	if (++loading.reads > MAX_READS) throw tooLarge(`reads more than ${MAX_READS} files, with those that are included`);
	const known = loading.parsed.get(file);
	if (known !== void 0) return known;
	const documents = readDocuments(loading.files.text(file), file, COMPOSE, loading.found);
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
	if (/^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/)/i.test(path)) throw new GateError("discovery-remote", `${at(spot)}: ${shown(path)} lies elsewhere, and only files of the workspace are read`, "Write `docker compose config --images` into a list, and name that list by file:PATH.");
	return posix.isAbsolute(path) ? path : posix.join(folder, path);
}
function projectName(project, workspace, loading) {
	const lookup = lookupIn(project.variables);
	const set = tryOr(() => lookup("COMPOSE_PROJECT_NAME"), void 0);
	if (set !== void 0 && set !== "") return set;
	const names = project.files.flatMap((file) => tryOr(() => documentsOf(file, loading), [])).map((document) => child(document, "name")).map((name) => text$2(name) === void 0 ? void 0 : tryOr(() => resolve$1(fieldOf(name, "name", {
		file: "",
		lookup
	})), void 0)).filter((name) => name !== void 0 && name !== "");
	const folder = posix.basename(posix.resolve(workspace, project.folder));
	return names.at(-1) ?? folder.toLowerCase().replace(/[^-_a-z0-9]/g, "").replace(/^[-_]+/, "");
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
function readCompose(source, world, deadlineMs) {
	const allowance = {
		world,
		end: performance.now() + deadlineMs
	};
	return gatheredLater(source.line, async (found) => {
		const files = sourceFiles("Compose file", world);
		const matching = matchingFiles(source.glob, isYaml, world, found);
		const loading = {
			files,
			found,
			included: /* @__PURE__ */ new Set(),
			parsed: /* @__PURE__ */ new Map(),
			reads: 0
		};
		const loaded = loadAll(projectsOf(matching, loading), world, loading);
		const isIncluded = (project) => loaded.some(({ included }) => included.has(project.main));
		const accepted = await tellProjects(loaded.filter((project) => !isIncluded(project)), loaded, found, allowance);
		const counted = new Set(accepted.flatMap(({ included }) => [...included]));
		const rest = loaded.filter((project) => isIncluded(project) && !counted.has(project.main));
		const told = [...accepted, ...await tellProjects(rest, loaded, found, allowance)];
		for (const project of loaded.filter(({ main }) => counted.has(main))) tellReplaced(project, told, found);
	});
}
function imageFields({ services }) {
	return [...services].flatMap(([name, { image, mounts, before }]) => [{
		image,
		mounts
	}, ...before].flatMap((each) => [...each.image === void 0 ? [] : [each.image], ...each.mounts.values()].map((field) => [name, field])));
}
function tellReplaced(project, told, found) {
	const images = new Set(told.flatMap((each) => [...each.images.values()].flatMap((some) => [...some])));
	const fields = new Set(told.flatMap(imageFields).map(([, field]) => placeOf$1(field)));
	const replaced = imageFields(project).filter(([, field]) => {
		try {
			return !images.has(resolve$1(field));
		} catch {
			return !fields.has(placeOf$1(field));
		}
	});
	for (const [name, field] of replaced) found.attempt(() => tellImage(field, `${project.main} ${name}`, void 0, found));
	if (replaced.length > 0) found.note(`${project.main} counts by itself, too, since the pattern matches it and a file that includes it replaces its images.`);
}
function placeOf$1({ spot, template }) {
	return `${at(spot)} ${template}`;
}
function loadAll(projects, { workspace }, loading) {
	const loaded = [];
	for (const project of projects) {
		const problems = new Set(project.problems);
		const found = watched(loading.found, ({ code }) => problems.add(code));
		const own = {
			...loading,
			found,
			included: /* @__PURE__ */ new Set()
		};
		found.attempt(() => {
			const name = projectName(project, workspace, own);
			const variables = [/* @__PURE__ */ new Map([["COMPOSE_PROJECT_NAME", name]]), ...project.variables];
			const services = servicesOf({
				...project,
				variables
			}, own);
			loaded.push({
				...project,
				main: project.files[0] ?? "",
				name,
				services,
				included: own.included,
				problems
			});
		});
		loading.reads = own.reads;
	}
	return loaded;
}
async function tellProjects(projects, all, found, allowance) {
	const whole = projects.map((project) => {
		const images = /* @__PURE__ */ new Map();
		const listening = watched(found, ({ code }) => project.problems.add(code));
		tellImages(project, all, {
			...listening,
			image: (image) => tellOne(image, project, images, listening)
		});
		return {
			...project,
			images
		};
	}).filter(({ problems }) => problems.size === 0);
	const refused = await compareWithCompose(whole, found, allowance);
	return whole.filter((project) => !refused.has(project));
}
function tellOne(image, { main, problems }, images, found) {
	const [service = ""] = image.name.slice(main.length + 1).split(" ", 1);
	images.set(service, (images.get(service) ?? /* @__PURE__ */ new Set()).add(image.reference));
	if (parseReference(image.reference) === void 0) problems.add("discovery-reference-invalid");
	found.image(image);
}
function projectsOf(matching, loading) {
	return [...new Set(matching.map((file) => posix.dirname(file)))].flatMap((folder) => {
		const problems = /* @__PURE__ */ new Set();
		const found = watched(loading.found, ({ code }) => problems.add(code));
		const variables = withEnvFiles(void 0, folder, [], {
			...loading,
			found
		});
		const here = matching.filter((file) => posix.dirname(file) === folder);
		const usual = usualFiles(folder, variables, loading.files);
		const together = usual.files.some((file) => here.includes(file)) ? usual.files : [];
		if (together.length > 1) loading.found.note(usual.why);
		if (together.length === 0 && usual.isListed) loading.found.note(`${usual.why} The pattern matches none of them, so they do not count.`);
		return [together, ...here.filter((file) => !together.includes(file)).map((file) => [file])].filter((files) => files.length > 0).map((files) => ({
			folder,
			files,
			variables,
			problems
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
			if (service.build) found.note(built$1(name, loaded));
			else if (service.provider) found.note(`${place} has a provider instead of an image, and is not scanned.`);
			else if (!hasElsewhere(name, loaded, all)) throw invalid(service.spot, `the service ${shown(name)} has neither an image nor a build`);
		});
		const hooks = service.before.map((hook, index) => [`${place} pre_start ${index}`, hook]);
		for (const [at, { image, mounts }] of [...hooks, [place, { mounts: service.mounts }]]) {
			if (image !== void 0) found.attempt(() => tellImage(image, at, void 0, found));
			for (const [target, field] of mounts) found.attempt(() => tellImage(field, `${at} ${target}`, void 0, found));
		}
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
function built$1(name, loaded) {
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

// src/discovery/declared/programs/helm.ts
async function helmOf({ chart, values }, allowance) {
	const helm = await deciderOf("helm", ["version", "--short"], allowance);
	if (helm !== void 0) return helm;
	const options = values.map((file) => ` --values ${file}`).join("");
	throw new GateError("discovery-program-missing", "There is no `helm` on the PATH outside of the job's folders", `Install it on this machine, or run \`helm template ${chart}${options} > rendered.yaml\` in a step before, and name that file by kubernetes:rendered.yaml.`);
}
async function helmTemplate({ name, path, version }, { chart, values, action }, allowance) {
	const absolute = (file) => join(allowance.world.workspace, file);
	const how = action === "upgrade" ? ["--is-upgrade"] : [];
	const args = [
		"template",
		"release",
		absolute(chart),
		...how,
		...values.map((file) => `--values=${oneOfList(absolute(file))}`)
	];
	const refusal = (reason) => new GateError("discovery-helm", `${name} ${version} refuses ${shown(chart)}: ${withoutValues(reason)}`, "Correct the chart until `helm template` accepts it without network (its dependencies must lie in charts/), or write what it makes into a file, and name that file by kubernetes:PATH.");
	return outputOf({
		name,
		path,
		args
	}, allowance, refusal);
}
function oneOfList(path) {
	return `"${path.replaceAll("\"", "\"\"")}"`;
}
function withoutValues(reason) {
	const [place] = /\([^()\s]{1,200}:\d+(?::\d+)?\)/.exec(reason) ?? [];
	return place === void 0 ? reason : `an error at ${place}`;
}

// src/discovery/declared/programs/kubectl.ts
function kubectlOf(allowance) {
	return deciderOf("kubectl", ["version", "--client"], allowance);
}
const READ = [
	"patch",
	"--local",
	"--type=json",
	"--patch=[]",
	"--output=json"
];
async function kubectlReads({ name, path, version }, texts, allowance) {
	const folder = privateFolder(allowance.world, "manifests");
	using _ = removedAtEnd(folder);
	texts.forEach((text, index) => {
		writeFileSync(join(folder, `${String(index).padStart(6, "0")}.yaml`), text);
	});
	const result = await runDecider({
		name,
		path,
		args: [...READ, `--filename=${folder}`]
	}, allowance);
	return {
		objects: objectsIn$1(result.stdout, version),
		...result.code === 0 ? {} : { refusal: reasonOf(result) }
	};
}
function objectsIn$1(text, version) {
	try {
		return text.split(/^(?=\{)/m).filter((each) => each.trim() !== "").map((each) => JSON.parse(each));
	} catch (cause) {
		throw new GateError("discovery-readings-differ", `kubectl ${version} does not answer with objects in JSON`, "Check that `kubectl` is the real one: `kubectl patch --local` in a step before shows the same.", { cause });
	}
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
const NOTHING_RUNS = /* @__PURE__ */ new Map([
	["CustomResourceDefinition", /^(?:apiextensions\.k8s\.io\/.*)?$/],
	["ConfigMap", /^(?:v1)?$/],
	["Secret", /^(?:v1)?$/]
]);
const OPENSHIFT = /^(?:v1|template\.openshift\.io\/.*)?$/;
const INSTALLERS = [
	["HelmRelease", "helm.toolkit.fluxcd.io/"],
	["Kustomization", "kustomize.toolkit.fluxcd.io/"],
	["HelmChart", "helm.cattle.io/"],
	["Application", "argoproj.io/"],
	["ApplicationSet", "argoproj.io/"]
];
const BUILT_IN = new RegExp(`^(?:v1|(?:${[
	"apps",
	"autoscaling",
	"batch",
	"extensions",
	"policy",
	"(?:admissionregistration|apiextensions|authentication|authorization|certificates|coordination|discovery)\\.k8s\\.io",
	"(?:events|flowcontrol\\.apiserver|internal\\.apiserver|networking|node|rbac\\.authorization)\\.k8s\\.io",
	"(?:apiregistration|resource|scheduling|storage|storagemigration)\\.k8s\\.io"
].join("|")})/.*)$`);
function objectsIn(document, file, budget) {
	return objectsOf(document, {
		file,
		budget,
		depth: 0
	});
}
function objectsOf(document, level) {
	visit(level.budget, level.depth);
	if (document.kind !== "mapping") return [];
	const own = nameAt(document, "kind", level.file);
	const apiVersion = nameAt(document, "apiVersion", level.file);
	const isInherited = own === void 0 && apiVersion === void 0;
	const kind = isInherited ? level.list?.kind.replace(/List$/, "") : own;
	if (kind === void 0 || kind === "") return [];
	const object = {
		kind,
		apiVersion: (isInherited ? level.list?.apiVersion : apiVersion) ?? "",
		object: document
	};
	const objects = kind === "Template" && OPENSHIFT.test(object.apiVersion) ? child(document, "objects") : void 0;
	const inner = child(document, "items") ?? objects;
	if (inner?.kind !== "list") return [object];
	return inner.items.flatMap((item) => objectsOf(item, {
		...level,
		depth: level.depth + 1,
		list: object
	}));
}
function nameAt(object, key, file) {
	const value = object.entries.get(key);
	if (value === void 0) return void 0;
	const name = text$2(value);
	if (name === void 0 || name === "" || value.kind === "scalar" && value.otherwise) throw ambiguous({
		file,
		line: value.line
	}, `${key} is empty, or no text for some`);
	return name;
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
		elsewhere: [],
		problems: []
	};
	if (NOTHING_RUNS.get(kind)?.test(apiVersion) !== true) find(object, [], search);
	const name = text$2(child(metadata, "name")) ?? (generated === void 0 ? "?" : `${generated}*`);
	const said = `${file}: ${kind} ${name}`;
	const installs = INSTALLERS.some(([each, group]) => kind === each && apiVersion.startsWith(group));
	return {
		kind,
		namespace: text$2(child(metadata, "namespace")),
		name,
		containers: search.containers,
		problems: search.problems,
		notes: [
			...installs ? [`${said} installs what is not in this file: the source kubectl finds what runs.`] : [],
			...search.unnamed.map((container) => `${said}: the container ${container} names no image.`),
			...search.elsewhere.length === 0 ? [] : [`${said} has an image that is in no list of containers, and does not count: ${search.elsewhere.join(", ")}.`]
		]
	};
}
function find(value, path, search) {
	visit(search.budget, path.length);
	if (value.kind === "list") for (const [index, item] of value.items.entries()) find(item, [...path, String(index)], search);
	if (value.kind === "scalar" && search.isCustom && MANIFEST_IN_TEXT.test(text$2(value) ?? "")) addElsewhere(path, search);
	if (value.kind !== "mapping") return;
	for (const [key, inner] of value.entries) {
		addImages(key, inner, path, search);
		if (key === "volumes" && (search.isCustom || value.entries.has("containers"))) addVolumes(inner, search);
		find(inner, [...path, key], search);
	}
}
const MANIFEST_IN_TEXT = /\n[ \t]*(?:- )?["']?image["']?[ \t]*:/;
function addImages(key, value, path, search) {
	if (POD_LISTS.has(key) || search.isCustom && OTHER_LISTS.has(key)) for (const [name, item] of containersIn(value)) addContainer(item, key, name, search);
	else if (!search.isCustom) return;
	else if (OTHER_ONES.has(key) && text$2(child(value, "image")) !== void 0) addContainer(value, key, void 0, search);
	else if (/image/i.test(key) && !(key === "image" && isCounted(value, path))) noteElsewhere(key, value, path, search);
}
function containersIn(value) {
	return value.kind === "mapping" ? value.entries : items(value).entries();
}
function isCounted(image, path) {
	const [list = "", last = ""] = path.slice(-2);
	if (list === "volumes") return child(image, "reference")?.kind === "scalar";
	return image.kind === "scalar" && (OTHER_ONES.has(last) || POD_LISTS.has(list) || OTHER_LISTS.has(list));
}
function noteElsewhere(key, value, path, search) {
	const whole = value.kind === "scalar" ? value.text : text$2(child(value, "repository")) ?? text$2(child(value, "name")) ?? "";
	const isPlain = key === "image" || value.kind === "mapping";
	if (parseReference(whole) !== void 0 && (isPlain || /[:/@.]/.test(whole)) || key === "image" && text$2(value) !== void 0) addElsewhere([...path, key], search);
}
function addElsewhere(path, { elsewhere }) {
	if (elsewhere.length < MAX_NAMED) elsewhere.push(path.join("."));
}
function addContainer(item, list, place, search) {
	const image = child(item, "image");
	const name = text$2(child(item, "name")) ?? String(place ?? list);
	const written = image?.kind === "scalar" ? image.text : "";
	if (image === void 0 || written === "") {
		if (POD_LISTS.has(list) && search.unnamed.length < MAX_NAMED) search.unnamed.push(name);
		return;
	}
	checkImage(image, search);
	push({
		name,
		image: written,
		spot: {
			file: search.file,
			line: image.line
		}
	}, search);
}
function checkImage(image, { file, problems }) {
	if (!(text$2(image) !== void 0 && !(image.kind === "scalar" && image.otherwise))) problems.push(ambiguous({
		file,
		line: image.line
	}, "an image is no text in quotes"));
}
function push(container, { containers }) {
	if (containers.length === MAX_CONTAINERS) throw tooLarge(`has an object with more than ${MAX_CONTAINERS} containers`);
	containers.push(container);
}
function addVolumes(volumes, search) {
	for (const volume of items(volumes)) {
		const reference = child(child(volume, "image"), "reference");
		if (reference?.kind !== "scalar" || reference.text === "") continue;
		const container = {
			name: `volumes/${text$2(child(volume, "name")) ?? "?"}`,
			image: reference.text,
			spot: {
				file: search.file,
				line: reference.line
			}
		};
		checkImage(reference, search);
		push(container, search);
	}
}

// src/discovery/declared/kubernetes/compared.ts
const MOST_AT_ONCE = {
	files: 200,
	characters: 4194304
};
async function compareWithKubectl(manifests, kubectl, allowance) {
	for (const some of batches(manifests)) {
		const different = await firstDifferent(some, kubectl, allowance);
		if (different !== void 0) throw different;
	}
}
function batches(manifests) {
	const all = [];
	let characters = Number.POSITIVE_INFINITY;
	for (const each of manifests) {
		characters += each.text.length;
		if (characters > MOST_AT_ONCE.characters || all.at(-1)?.length === MOST_AT_ONCE.files) {
			all.push([]);
			characters = each.text.length;
		}
		all.at(-1)?.push(each);
	}
	return all;
}
async function firstDifferent(some, kubectl, allowance) {
	const { objects, refusal } = await kubectlReads(kubectl, some.map(({ text }) => text), allowance);
	const [ours, theirs] = [some.flatMap(({ workloads }) => imagesOf$3(workloads)), imagesOf$3(workloadsOf(objects))];
	if (JSON.stringify(ours.sort()) === JSON.stringify(theirs.sort())) return void 0;
	if (some.length === 1) return differs(some[0], kubectl, refusal);
	const half = some.length >> 1;
	return await firstDifferent(some.slice(0, half), kubectl, allowance) ?? firstDifferent(some.slice(half), kubectl, allowance);
}
function workloadsOf(objects) {
	const budget = newBudget();
	return objects.flatMap((object) => objectsIn(fromJson(object), "", budget)).map((object) => workloadOf$1(object, "", budget));
}
function imagesOf$3(workloads) {
	return workloads.flatMap(({ namespace = "", kind, name, containers }) => containers.map((container) => JSON.stringify([
		namespace,
		kind,
		name,
		container.name,
		container.image
	])));
}
function differs({ file }, { version }, refusal) {
	return new GateError("discovery-readings-differ", `kubectl ${version} reads other images in ${shown(file)} than are read here${refusal === void 0 ? "" : `: ${refusal}`}`, "Write the file so that every program reads the same, until `kubectl apply --dry-run=client` accepts it, or narrow the pattern so that it does not match.");
}

// src/discovery/declared/kubernetes/kustomization.ts
const KUSTOMIZATIONS = [
	"kustomization.yaml",
	"kustomization.yml",
	"Kustomization"
];
const MANIFEST = {
	render: "helm template",
	agreed: true
};
const MAX_KUSTOMIZATIONS = 5e3;
const MAX_FILES = 1e4;
const MAX_PATH = 4096;
const NO_PATHS = new Set(["apiversion kind metadata nameprefix namesuffix namespace commonlabels labels commonannotations images imagetags replicas", "vars sortoptions generatoroptions buildmetadata"].flatMap((line) => line.split(" ")));
const NO_PATHS_IN_ITEMS = /* @__PURE__ */ new Set([
	"patch",
	"literals",
	"target",
	"options",
	"source",
	"targets",
	"name",
	"namespace"
]);
const OBJECTS = [
	"resources",
	"bases",
	"components"
];
const PLUGINS = [
	"generators",
	"transformers",
	"validators"
];
function isKustomization(document) {
	const version = text$2(child(document, "apiversion"));
	return version === void 0 || version === "" || version.startsWith("kustomize.config.k8s.io/");
}
function isComponent(document) {
	return text$2(child(document, "kind")) === "Component";
}
function kustomizationIn(file, { files, found }) {
	const [document, second] = readDocuments(files.text(file), file, MANIFEST, found);
	if (document === void 0) return void 0;
	if (document.kind !== "mapping" || second !== void 0) throw wrong({
		file,
		line: (second ?? document).line
	}, "a kustomization is one mapping");
	const entries = /* @__PURE__ */ new Map();
	for (const [key, value] of document.entries) {
		const lower = key.toLowerCase();
		if (!/^[a-z0-9]+$/.test(lower) || entries.has(lower)) throw wrong({
			file,
			line: value.line
		}, `the key ${shown(key)} is no field, or stands twice`);
		entries.set(lower, value);
	}
	return {
		...document,
		entries
	};
}
function kustomizationOf(folder, files) {
	return KUSTOMIZATIONS.map((name) => posix.join(folder, name)).find((each) => files.exists(each));
}
function inputsOf(file, looking) {
	const walk = {
		looking,
		kustomizations: /* @__PURE__ */ new Set(),
		manifests: /* @__PURE__ */ new Set(),
		patches: /* @__PURE__ */ new Set(),
		needed: /* @__PURE__ */ new Set(),
		links: /* @__PURE__ */ new Map(),
		seen: /* @__PURE__ */ new Set()
	};
	enter(file, walk);
	walk.kustomizations.delete(file);
	return walk;
}
function enter(file, walk, settingsOf) {
	const link = JSON.stringify([file, settingsOf]);
	if (walk.seen.has(link)) return;
	if (walk.seen.size === MAX_KUSTOMIZATIONS) throw tooLarge(`uses more than ${MAX_KUSTOMIZATIONS} kustomizations`);
	walk.seen.add(link);
	walk.kustomizations.add(file);
	need(file, walk);
	const document = kustomizationIn(file, walk.looking);
	const here = {
		file,
		folder: walk.looking.files.real(posix.dirname(file)),
		settingsOf,
		walk
	};
	for (const [field, value] of document?.entries ?? []) if (OBJECTS.includes(field)) for (const one of items(value)) useObject(one, here);
	else if (PLUGINS.includes(field)) for (const one of items(value)) usePlugin(one, here);
	else if (!NO_PATHS.has(field)) usePaths(value, here);
	for (const patch of patchesIn(document)) if (isFile(patch, here)) walk.patches.add(localPath(patch, here));
}
function useObject(value, here) {
	const path = text$2(value);
	if (path === void 0) return;
	refuseRemote(path, value, {
		...here,
		settingsOf: void 0
	});
	const local = localPath(path, here);
	const { files } = here.walk.looking;
	if (files.isFolder(local)) {
		const real = files.real(local);
		if (real !== local) here.walk.links.set(local, real);
		const inner = kustomizationOf(files.real(local), files);
		if (inner !== void 0) enter(inner, here.walk, here.settingsOf);
	} else if (files.exists(local)) {
		if (here.settingsOf === void 0) here.walk.manifests.add(local);
		need(local, here.walk);
		measure(local, here);
	}
}
function usePlugin(value, here) {
	const written = text$2(value);
	const isPath = written !== void 0 && (!/[\n{]/.test(written) || isThere(written, here));
	const settings = {
		...here,
		settingsOf: here.folder
	};
	if (isPath) useObject(value, settings);
	else if (written !== void 0) checkSettings(written, settings);
	else usePaths(value, settings);
}
function checkSettings(written, here) {
	for (const document of readDocuments(written, here.file, MANIFEST, here.walk.looking.found)) usePaths(document, here);
}
function usePaths(value, here, depth = 0) {
	visit(here.walk.looking.budget, depth);
	if (value.kind === "list") for (const item of value.items) usePaths(item, here, depth + 1);
	else if (value.kind === "mapping") {
		for (const [key, inner] of value.entries) if (here.settingsOf !== void 0 || !NO_PATHS_IN_ITEMS.has(key.toLowerCase())) usePaths(inner, here, depth + 1);
	} else usePath(value, here);
}
function usePath(value, here) {
	const written = text$2(value);
	if (written === void 0) return;
	const isLong = written.length > MAX_PATH;
	for (const path of /* @__PURE__ */ new Set([written, written.slice(written.indexOf("=") + 1)])) {
		if (!path.includes("\n")) refuseRemote(path, value, isLong ? {
			...here,
			settingsOf: here.folder
		} : here);
		if (isLong) continue;
		for (const folder of /* @__PURE__ */ new Set([here.folder, here.settingsOf ?? here.folder])) {
			const from = {
				...here,
				folder
			};
			if (isFile(path, from)) need(localPath(path, from), here.walk);
		}
	}
}
const FORBIDDEN = /* @__PURE__ */ new Set([
	"discovery-too-large",
	"discovery-git-file",
	"file-outside-workspace"
]);
function measure(local, here) {
	const { files, budget } = here.walk.looking;
	const { problem } = gathered(local, (found) => {
		for (const document of readDocuments(files.text(local), local, MANIFEST, found)) count(document, budget, 0);
	});
	if (problem !== void 0 && FORBIDDEN.has(problem.code)) throw problem;
	if (here.settingsOf !== void 0) checkSettings(files.text(local), {
		...here,
		file: local,
		folder: posix.dirname(local)
	});
}
function count(value, budget, depth) {
	visit(budget, depth);
	if (value.kind === "list") for (const item of value.items) count(item, budget, depth + 1);
	if (value.kind === "mapping") for (const item of value.entries.values()) count(item, budget, depth + 1);
}
function need(file, { looking: { files }, needed, links }) {
	files.require(file);
	const real = files.real(file);
	if (needed.size === MAX_FILES) throw tooLarge(`has a kustomization that reads more than ${MAX_FILES} files`);
	needed.add(real);
	if (real !== file) links.set(file, real);
}
function isThere(path, here) {
	return path.length <= MAX_PATH && here.walk.looking.files.exists(localPath(path, here));
}
function localPath(path, { folder }) {
	return posix.isAbsolute(path) ? path : posix.join(folder, path);
}
function isFile(path, here) {
	const { files } = here.walk.looking;
	const local = localPath(path, here);
	return files.exists(local) && !files.isFolder(local);
}
function patchesIn(document) {
	return [...["patches", "patchesjson6902"].flatMap((field) => items(child(document, field)).map((one) => child(one, "path"))), ...items(child(document, "patchesstrategicmerge"))].map(text$2).filter((path) => path !== void 0 && path.length <= MAX_PATH);
}
const REMOTE = /^(?:[a-z][a-z0-9+.-]*:|[^/]*@|(?:[^/]*\.)?(?:github|gitlab|bitbucket)\.[a-z]+(?:[/:]|$))|\/\/|\?(?:ref|version|timeout|submodules)=|^[^/]*:|_git\//i;
function refuseRemote(path, { line }, { file, settingsOf }) {
	if (/^\s*[{[]/.test(path)) return;
	if (!(settingsOf !== void 0 ? /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(path) : REMOTE.test(path.trimStart()) || hasLogin(path, { isAddress: true }))) return;
	throw new GateError("discovery-remote", `${at({
		file,
		line
	})}: ${shown(path)} lies elsewhere, and only files of the workspace are read`, "Write `kustomize build` (or `kubectl kustomize`) into a file, and name that file by kubernetes:PATH.");
}
function wrong(spot, what) {
	return new GateError("discovery-manifest-invalid", `${at(spot)}: ${what}`, "Correct the file; `kubectl kustomize` checks it.");
}

// src/discovery/declared/kubernetes/manifests.ts
async function tellManifests(texts, looking, allowance) {
	const manifests = texts.flatMap((text) => readManifest(text, looking));
	for (const { workloads } of manifests) for (const workload of workloads) tellWorkload(workload, looking.found);
	await compare(manifests, looking.found, allowance);
	return new Set(manifests.flatMap(imagesIn$1));
}
function writtenImages(text, looking) {
	let images = [];
	const { problem } = gathered(text.file, (found) => {
		images = readManifest(text, {
			...looking,
			found
		}).flatMap(imagesIn$1);
	});
	return problem === void 0 ? images : void 0;
}
function imagesIn$1({ workloads }) {
	return workloads.flatMap(({ containers }) => containers.map(({ image }) => image));
}
function readManifest({ file, read }, { found, budget }) {
	const text = found.attempt(read);
	if (text === void 0) return [];
	const workloads = [];
	found.attempt(() => {
		for (const document of readDocuments(text, file, MANIFEST, found)) found.attempt(() => {
			for (const object of objectsIn(document, file, budget)) workloads.push(workloadOf$1(object, file, budget));
		});
	});
	return [{
		file,
		text,
		workloads
	}];
}
async function compare(manifests, found, allowance) {
	const kubectl = manifests.length === 0 ? void 0 : await attemptLater(found, () => kubectlOf(allowance));
	if (kubectl === void 0) return;
	await attemptLater(found, async () => {
		await compareWithKubectl(manifests, kubectl, allowance);
		found.note(`kubectl ${kubectl.version} (${kubectl.path}) reads the same images in the manifests.`);
	});
}
function tellWorkload(workload, found) {
	const { kind, namespace, name, containers, notes, problems } = workload;
	for (const problem of problems) found.problem(problem);
	for (const note of notes) found.note(note);
	const place = [
		...namespace === void 0 ? [] : [namespace],
		kind.toLowerCase(),
		name
	].join("/");
	for (const container of containers) tellContainer(container, place, found);
}
function tellContainer({ name, image, spot }, place, found) {
	if (/\{\{|\{%/.test(image)) found.problem(notRendered(spot, MANIFEST.render));
	else found.image({
		reference: image,
		name: `${place}/${name}`,
		spot
	});
}

// src/discovery/declared/kubernetes/helm.ts
const MOST = {
	entries: 2e4,
	mib: 64
};
const MIB$2 = 1048576;
function readHelm(source, world, deadlineMs) {
	const allowance = {
		world,
		end: performance.now() + deadlineMs
	};
	return gatheredLater(source.line, async (found) => {
		const files = sourceFiles("chart", world, "utf-8");
		for (const file of [source.chart, ...source.values]) files.require(file);
		checkChart(source.chart, files, world);
		const helm = await helmOf(source, allowance);
		const installed = await helmTemplate(helm, {
			...source,
			action: "install"
		}, allowance);
		const upgraded = await helmTemplate(helm, {
			...source,
			action: "upgrade"
		}, allowance).catch(refusal);
		found.note(`The chart was rendered by ${helm.name} ${helm.version} (${helm.path}).`);
		const looking = {
			files,
			found,
			budget: newBudget()
		};
		const texts = [{
			file: `${source.chart} as rendered`,
			read: () => installed
		}];
		if (upgraded === void 0) found.note(NO_UPGRADE);
		else if (imagesOf$2(upgraded, looking) !== imagesOf$2(installed, looking)) {
			found.note("The chart makes something else of an upgrade: the images of both count.");
			texts.push({
				file: `${source.chart} as rendered for an upgrade`,
				read: () => upgraded
			});
		}
		await tellManifests(texts, looking, allowance);
	});
}
const NO_UPGRADE = "Helm renders the chart for an installation, and not for an upgrade with the same values: only what an installation makes counts.";
function refusal(thrown) {
	if (thrown instanceof GateError && thrown.code === "discovery-helm") return void 0;
	throw thrown;
}
function imagesOf$2(text, looking) {
	return writtenImages({
		file: "",
		read: () => text
	}, looking)?.toSorted().join("\n");
}
function checkChart(chart, files, { workspace }) {
	if (!files.isFolder(chart)) return;
	const open = [chart];
	let [entries, bytes] = [0, 0];
	for (let folder = open.pop(); folder !== void 0; folder = open.pop()) for (const entry of entriesOf(join(workspace, folder))) {
		const path = posix.join(folder, entry.name);
		files.require(path);
		if (entry.isSymbolicLink() && files.isFolder(path)) throw linkToFolder(path);
		if (entry.isDirectory()) open.push(path);
		else bytes += lstatSync(join(workspace, path)).size;
		if (++entries > MOST.entries) throw tooLarge(`has a chart with more than ${MOST.entries} files and folders`);
		if (bytes > MOST.mib * MIB$2) throw tooLarge(`has a chart with more than ${MOST.mib} MiB`);
	}
}
function entriesOf(folder) {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch (cause) {
		throw new GateError("file-unreadable", `The folder ${shown(folder)} cannot be read`, "Give the user of this run the right to read it.", { cause });
	}
}
function linkToFolder(path) {
	return new GateError("discovery-helm", `The chart has a link to a folder: ${shown(path)}`, "Put the folder itself into the chart, or write what `helm template` makes into a file, and name that file by kubernetes:PATH.");
}

// src/discovery/declared/programs/kustomize.ts
const MOST_MIB = 64;
const MIB$1 = 1048576;
const RESTRICTED = "--load-restrictor=LoadRestrictionsRootOnly";
async function kustomizeBuilders(allowance) {
	return (await Promise.all([ownProgram(allowance), ofKubectl(allowance)])).filter((each) => each !== void 0);
}
async function ownProgram(allowance) {
	const own = await deciderOf("kustomize", ["version"], allowance);
	return own && {
		...own,
		before: ["build"]
	};
}
async function ofKubectl(allowance) {
	const versionIn = (text) => /^Kustomize Version: (\S{1,50})$/m.exec(text)?.[1];
	const kubectl = await deciderOf("kubectl", ["version", "--client"], allowance, versionIn);
	return kubectl && {
		...kubectl,
		name: "kubectl kustomize",
		before: ["kustomize"]
	};
}
async function kustomizeBuild(builder, inputs, allowance) {
	const { name, path } = builder;
	const root = realpathSync(privateFolder(allowance.world, "kustomize"));
	using _ = removedAtEnd(root);
	copyInto(root, inputs, allowance.world.workspace);
	const args = [
		...builder.before,
		RESTRICTED,
		join(root, inputs.folder)
	];
	const refusal = (reason) => refused(builder, inputs.folder, reason.replaceAll(`${root}/`, ""));
	return await outputOf({
		name,
		path,
		args
	}, allowance, refusal);
}
function copyInto(root, { needed, links }, workspace) {
	const at = (path) => {
		const to = join(root, path);
		mkdirSync(dirname(to), { recursive: true });
		return to;
	};
	const linked = (isFile) => {
		for (const [from, to] of links) if (needed.has(to) === isFile && !existsSync(join(root, from))) {
			if (!isFile) mkdirSync(join(root, to), { recursive: true });
			symlinkSync(join(root, to), at(from));
		}
	};
	linked(false);
	let bytes = 0;
	for (const path of needed) {
		copyFileSync(join(workspace, path), at(path));
		bytes += statSync(join(root, path)).size;
		if (bytes > MOST_MIB * MIB$1) throw tooLarge(`has a kustomization that reads more than ${MOST_MIB} MiB`);
	}
	linked(true);
}
function refused({ name, version }, folder, reason) {
	return new GateError("discovery-kustomize", `${name} ${version} refuses ${shown(folder)}: ${reason}`, "Correct the kustomization until `kustomize build` accepts it without network, plugins and Helm, or write what it makes into a file, and name that file by kubernetes:PATH.");
}
function kustomizeMissing(file, { workspace }) {
	const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
	return new GateError("discovery-program-missing", `${shown(file)} is a kustomization, and there is neither \`kustomize\` nor \`kubectl\` on the PATH outside of ${workspace === "" ? "the job's folders" : "the workspace"}`, `Install one of them on this machine, or run \`kustomize build ${folder} > rendered.yaml\` in a step before, and name that file by kubernetes:rendered.yaml.`);
}

// src/discovery/declared/kubernetes/build.ts
const MAX_TOTAL_MIB = 128;
const MIB = 1048576;
async function buildAll(files, looking, allowance) {
	if (files.length === 0) return {
		rendered: [],
		inner: [],
		used: /* @__PURE__ */ new Set(),
		patches: /* @__PURE__ */ new Set()
	};
	const inputs = /* @__PURE__ */ new Map();
	for (const file of files) {
		const names = looking.found.attempt(() => inputsOf(file, looking));
		if (names !== void 0) inputs.set(file, names);
	}
	const builders = await attemptLater(looking.found, () => kustomizeBuilders(allowance)) ?? [];
	const building = {
		looking,
		allowance,
		builders,
		inputs,
		used: /* @__PURE__ */ new Set(),
		patches: /* @__PURE__ */ new Set(),
		rendered: [],
		inner: []
	};
	const usedByOthers = new Set([...inputs.values()].flatMap(({ kustomizations }) => [...kustomizations]));
	const first = [...inputs.keys()].filter((file) => !usedByOthers.has(file));
	for (const file of first) await buildOne(file, building);
	for (const file of inputs.keys()) if (!first.includes(file)) await (building.used.has(file) ? buildInner(file, building) : buildOne(file, building));
	for (const { name, version, path } of building.rendered.length === 0 ? [] : builders) looking.found.note(`Kustomizations were built by ${name} ${version} (${path}).`);
	return building;
}
async function buildOne(file, building) {
	const { looking, used, rendered, inputs } = building;
	const whole = await attemptLater(looking.found, () => builtOrPart(file, building));
	if (whole === void 0) return;
	keep(rendered, {
		file,
		text: whole
	}, building);
	const { kustomizations, manifests, patches } = inputs.get(file);
	for (const each of patches) building.patches.add(each);
	for (const each of [...kustomizations, ...manifests]) used.add(each);
}
async function buildInner(file, { builders, allowance, looking, inputs, ...building }) {
	for (const builder of builders) await attemptLater(looking.found, async () => {
		const text = await kustomizeBuild(builder, readBy(file, inputs, looking), allowance).catch((thrown) => {
			if (isRefusal(thrown)) return void 0;
			throw thrown;
		});
		if (text !== void 0) keep(building.inner, {
			file,
			text
		}, building);
	});
}
function keep(into, one, { rendered, inner }) {
	into.push(one);
	if ([...rendered, ...inner].reduce((sum, { text }) => sum + text.length, 0) > MAX_TOTAL_MIB * MIB) throw tooLarge(`has kustomizations that make more than ${MAX_TOTAL_MIB} MiB together`);
}
async function builtOrPart(file, building) {
	try {
		return await built(file, building);
	} catch (thrown) {
		const { looking } = building;
		if (!isRefusal(thrown) || !isComponent(kustomizationIn(file, looking))) throw thrown;
		looking.found.note(`${file} is a component that Kustomize cannot build by itself, and no kustomization here uses it.`);
		return;
	}
}
function readBy(file, inputs, { files }) {
	return {
		...inputs.get(file),
		folder: files.real(posix.dirname(file))
	};
}
async function built(file, { builders, allowance, inputs, looking }) {
	const [first, second] = builders;
	if (first === void 0) throw kustomizeMissing(file, allowance.world);
	const reads = readBy(file, inputs, looking);
	const text = await kustomizeBuild(first, reads, allowance);
	if (second !== void 0) requireSame(file, [first, text], [second, await kustomizeBuild(second, reads, allowance)]);
	return text;
}
function isRefusal(thrown) {
	return thrown instanceof GateError && thrown.code === "discovery-kustomize";
}
function requireSame(file, [one, text], [other, second]) {
	if (text === second || imagesIn(text) === imagesIn(second)) return;
	throw new GateError("discovery-readings-differ", `${one.name} ${one.version} and ${other.name} ${other.version} find different images in ${shown(file)}`, "Install the one by which you deploy, or write what it makes into a file, and name that file by kubernetes:PATH.");
}
function imagesIn(text) {
	const names = [];
	gathered("", (found) => {
		const budget = newBudget();
		for (const document of readDocuments(text, "", MANIFEST, found)) for (const object of objectsIn(document, "", budget)) for (const { image } of workloadOf$1(object, "", budget).containers) names.push(image);
	});
	return JSON.stringify(names.sort());
}

// src/discovery/declared/kubernetes/kubernetes.ts
function readKubernetes(source, world, deadlineMs) {
	const allowance = {
		world,
		end: performance.now() + deadlineMs
	};
	return gatheredLater(source.line, async (found) => {
		const files = sourceFiles("manifest", world, "utf-8");
		const looking = {
			files,
			found,
			budget: newBudget()
		};
		const matching = matchingFiles(patternOf(source.glob, files), isManifest, world, found);
		const kustomizations = matching.filter((file) => isOwn(file, looking));
		const built = await buildAll(kustomizations, looking, allowance);
		const manifests = matching.filter((file) => !kustomizations.includes(file));
		const textOf = (file) => ({
			file,
			read: () => files.text(file)
		});
		const asRendered = ({ file, text }) => ({
			file: `${file} as rendered`,
			read: () => text
		});
		const isThroughAnother = (file) => built.used.has(file) || built.patches.has(file);
		const direct = manifests.filter((file) => !isThroughAnother(file)).map(textOf);
		const told = await tellManifests([...built.rendered.map(asRendered), ...direct], looking, allowance);
		const changed = [...built.inner.map(asRendered), ...manifests.filter(isThroughAnother).map(textOf)].filter((text) => !isWithin(told, writtenImages(text, looking)));
		for (const { file } of changed) found.note(changedNote(file));
		await tellManifests(changed, looking, allowance);
	});
}
function isWithin(told, images) {
	return images?.every((image) => told.has(image)) === true;
}
function changedNote(file) {
	return `${file} counts by itself, too, since the pattern matches it and kustomizations change its images. If it is deployed only through them, name their folders alone (kubernetes:FOLDER).`;
}
function isManifest(path) {
	return isYaml(path) || KUSTOMIZATIONS.includes(posix.basename(path));
}
function patternOf(glob, files) {
	if (/[*?]/.test(glob) || !files.isFolder(glob)) return glob;
	return kustomizationOf(glob, files) ?? posix.join(glob, "**");
}
function isOwn(file, looking) {
	if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
	return looking.found.attempt(() => isKustomization(kustomizationIn(file, looking))) ?? true;
}

// src/discovery/declared/list.ts
function readList(source, world) {
	return gathered(source.line, (found) => {
		readText("list of images", source.path, world).split(/\r\n|\n|\r/).forEach((line, index) => {
			const reference = line.replace(/(?:^|\s)#[\s\S]*$/, "").trim();
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
	return listSome(names, MOST_LISTED);
}
function short(text) {
	const line = oneLine(text);
	return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

// src/discovery/live/engine/containers.ts
const text$1 = string().max(4096);
const imageId = string().transform((id) => id.includes(":") ? id : `sha256:${id}`).refine(isDigest);
const labels = orEmpty(record(string(), text$1), {});
const texts = orEmpty(array(text$1), []);
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
	const found = await atATime(client.atOnce, containers, async (container) => {
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
const list = (item) => orEmpty(array(item), []);
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
		images: distinct(images),
		notes,
		...problem ? { problem } : {}
	};
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
	if (program === void 0) throw new GateError("discovery-kubectl-missing", "There is no program `kubectl` on the PATH", "Install it on this machine. Folders that the job itself fills do not count.");
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
		throw new GateError("discovery-cluster-answer", `${cluster} did not return a valid Kubernetes response`, "Check that the context's server is a Kubernetes API, and that `kubectl` is the real one.", { cause });
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
		signal: AbortSignal.any([cancel, timeLimit(deadlineMs)])
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
		const found = await atATime(AT_ONCE, repositories, async (repository) => {
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
		throw new RegistryError(reasonOf$1(cause, signal), { cause });
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
		case "compose": return readCompose(source, world, timeoutMs ?? 6e5);
		case "kubectl": return readKubectl(source, world, timeoutMs);
		case "kubernetes": return readKubernetes(source, world, timeoutMs ?? 6e5);
		case "helm": return readHelm(source, world, timeoutMs ?? 6e5);
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
async function* findRunning(inputs, world) {
	const asking = {
		credentials: credentialsFor(world),
		timeoutMs: inputs.timeout
	};
	const running = await discover(sourcesOf(inputs), world, asking);
	yield { sources: running.sources };
	requireImages(running);
	return running;
}
async function resolve({ images: found, sources }, isStored, world) {
	const manifests = registryReader({
		credentials: credentialsFor(world),
		signal: world.signal
	});
	const images = await resolveRunning(found, {
		manifests,
		isStored
	});
	return {
		images,
		sources: sources.map((each) => {
			const notes = images.notes.get(each.source);
			return notes === void 0 ? each : {
				...each,
				notes: [...each.notes, ...notes]
			};
		})
	};
}
function requireImages({ images, sources }) {
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
	const { harborScanner } = await import("./scanners.harbor.js");
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

export { findRunning, hasReport, reportsOf, resolve };