import { atATime, compileGlob, orEmpty, timeLimit } from "./shared.scan.js";
import { GateError, asGateError, cancelled, copyFileSync, cpSync, described, lstatSync, mkdirSync, mkdtempSync, randomInt, readdirSync, readlinkSync, realpathSync, statSync, symlinkSync, tryOr, writeFileSync } from "./shared.thread.js";
import { compareDotted, compareSemver, compareText, findProgram, isFolder, isWithin, memoize, oneLine, privateFolder, programPath, quoted, readGivenFile, realGivenPath, removedAtEnd, statusOf } from "./shared.start.js";
import { isDigest, isSameRepository, parseReference, registryHost, repositoryName } from "./shared.names.js";
import { hasLogin, joined, listSome, number, withoutLogin } from "./shared.inputs.js";
import { FinalError, NETWORK_VARIABLES, WINDOWS_VARIABLES, cloudVariables, handedOn, inherited, ownFolders, runProcess } from "./shared.system.js";
import { array, boolean, object, record, string, union, unknown } from "./package.zod.js";
import { placesIn, require_dist, yamlDocuments, yamlTokens } from "./system.yaml.js";
import { basicAuthorization, credentialsFor, findEngine, imageId, inspectedImage, openEngine, registryFault, registryReader, wrongAnswer } from "./shared.scanner.js";
import { TooManyError, harborApi, listTags } from "./images.harbor.api.js";
import { parseSource } from "./discovery.parse-source.js";
import { resolveRunning } from "./scan.running.js";
import { basename, delimiter, dirname, isAbsolute, join, posix, relative, resolve as resolve$1, sep } from "node:path";

// src/discovery/fault.ts
const FAULTS = {
	"discovery-cluster-forbidden": "Give the user a ClusterRole that may list them: `kubectl create clusterrole image-gate --verb=list --resource=pods,nodes`, and a ClusterRoleBinding.",
	"discovery-cluster-unreachable": "Check kubeconfig (KUBECONFIG) and the login: `kubectl get pods --all-namespaces` shows the same.",
	"discovery-compose-refused": "Correct the file until `docker compose config` accepts it; if you deploy by another version of Compose, install that one on this machine. Or write `docker compose config --images` into a list, and name that list by file:PATH.",
	"discovery-git-file": "Name a file that is checked out, or that was written here.",
	"discovery-helm": "Correct the chart until `helm template` accepts it without network (its dependencies must be in charts/), or write its output into a file, and name that file by kubernetes:PATH.",
	"discovery-image-gone": "Start the container again from an image that exists, so that the running image can be scanned.",
	"discovery-image-unknown": "Push these images to a registry and let the pods name them there; an image that only a node has can be scanned only there (the source `docker`).",
	"discovery-kustomize": "Correct the kustomization until `kustomize build` accepts it without network, plugins and Helm, or write its output into a file, and name that file by kubernetes:PATH.",
	"discovery-manifest-ambiguous": "Write it so that every program reads the same: UTF-8, documents between lines of ---, each key once, no tags, no merge keys.",
	"discovery-manifest-invalid": "Correct the file; `kubectl kustomize` checks it.",
	"discovery-no-image": "Check that the named files or servers have images, or remove the line.",
	"discovery-nothing-found": "The pattern starts in the workspace; * stands for a part of one name, ** for any folders. In a job, check the repository out first.",
	"discovery-program-slow": "Write its result into a file, and name that file.",
	"discovery-reference-invalid": "Write registry/name:tag, with registry and name in lower case.",
	"discovery-remote": "Put the file into the workspace, and write its path relative and without variables. Or write the output of `docker compose config --images` or `kustomize build` into a file before, and name that file.",
	"discovery-template": "Render it into a file before (`helm template`, `docker compose config`), and name that file.",
	"discovery-too-large": "Split the line into several narrower ones, or name the running images with another source (`file:`, `kubernetes:`).",
	"discovery-variable-unset": "Use a variable with a default or a value in the .env file of the project (the job's own environment and variables that each host sets are not read). Or write `docker compose config --images` into a list, and name that list by file:PATH.",
	"discovery-yaml-invalid": "Correct the file, or narrow the pattern so that it does not match.",
	"file-unreadable": "Give the user of this run the right to read it."
};
function fault(code, what, cause) {
	return new GateError(code, what, FAULTS[code], { cause });
}
function faultAt({ file, line }, code, what) {
	return fault(code, `${oneLine(file)}${line === void 0 ? "" : `, line ${line}`}: ${what}`);
}
function tooLarge(what) {
	return fault("discovery-too-large", `The source ${what}`);
}
function elsewhere(spot, path) {
	return faultAt(spot, "discovery-remote", `${shown(path)} can be elsewhere, and only files of the workspace are read`);
}
function ambiguous(spot, what) {
	return faultAt(spot, "discovery-manifest-ambiguous", `${what}, and programs read that differently`);
}
function notRendered(spot) {
	return faultAt(spot, "discovery-template", "this is a template that was not rendered");
}
function isOfSource({ code }) {
	return code === "discovery-too-large" || code === "run-cancelled";
}
const MAX_LENGTH = 1e3;
const LONGEST_WITH_LOGIN = 5e3;
function short(written) {
	const text = withoutLogins(written);
	return oneLine(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);
}
function shown(text) {
	const harmless = withoutLogin(text.slice(0, LONGEST_WITH_LOGIN));
	return JSON.stringify(text.length > 200 ? `${harmless.slice(0, 200)}…` : harmless);
}
function withoutLoginsIn(error) {
	const [what, remedy] = [withoutLogins(error.what), withoutLogins(error.remedy)];
	return what === error.what && remedy === error.remedy ? error : new GateError(error.code, what, remedy);
}
function withoutLogins(text) {
	return text.replace(/[^\s"'`/\\]+/g, withoutLogin);
}

// src/discovery/gather.ts
const MAX_IMAGES = 2e4;
const MAX_NOTES = 50;
const MAX_NAMES$1 = 20;
const MAX_VALUES = 1e7;
const MAX_DOCUMENT_VALUES = 1e6;
async function gathered(line, step) {
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
function gathering(line) {
	const images = /* @__PURE__ */ new Map();
	const references = /* @__PURE__ */ new Set();
	const notes = /* @__PURE__ */ new Map();
	const problems = /* @__PURE__ */ new Map();
	let values = 0;
	const found = {
		add(image, place) {
			const placed = {
				...image,
				at: {
					source: line,
					name: short(place)
				}
			};
			if (images.size === 2e4) throw tooLarge(`names more than ${MAX_IMAGES} images`);
			images.set(JSON.stringify(placed), placed);
			references.add(image.reference);
		},
		image(named) {
			const { reference, platform, name } = named;
			const parts = parseReference(reference);
			if (parts === void 0) return found.problem(invalidReference(named));
			const { digest } = parts;
			found.add({
				reference,
				...digest && { digest },
				...platform && { platform }
			}, name);
		},
		note(text, name) {
			const names = notes.get(text) ?? /* @__PURE__ */ new Set();
			if (name !== void 0) names.add(short(name));
			notes.set(text, names);
		},
		problem(error) {
			const harmless = withoutLoginsIn(error);
			if (!problems.has(harmless.what)) problems.set(harmless.what, harmless);
		},
		values(count) {
			values += count;
			if (count > MAX_DOCUMENT_VALUES || values > MAX_VALUES) throw tooLarge(`has more than ${number(MAX_VALUES)} values, or a document of more than ${number(MAX_DOCUMENT_VALUES)}, counting each alias as its target`);
		},
		has: (reference) => references.has(reference)
	};
	const read = () => ({
		images: [...images.values()],
		notes: bounded(notes),
		problem: together([...problems.values()])
	});
	return {
		...found,
		read
	};
}
function gatherOthers({ note, file }, found, step) {
	const images = [];
	step({
		...found,
		image: (named) => void images.push(named)
	});
	for (const each of images.filter(({ reference }) => !found.has(reference))) {
		found.note(note, file);
		found.image(each);
	}
}
function attempt(found, step) {
	try {
		return step();
	} catch (thrown) {
		found.problem(problemOf(thrown));
		return;
	}
}
async function outcomeOf$1(step) {
	return await step().catch(problemOf);
}
function problemOf(thrown) {
	const error = asGateError(thrown);
	if (isOfSource(error)) throw error;
	return error;
}
function bounded(notes) {
	const kept = [...notes].slice(0, MAX_NOTES).map(([text, names]) => {
		return names.size === 0 ? short(text) : `${short(text)}: ${listSome([...names], MAX_NAMES$1)}.`;
	});
	return notes.size > MAX_NOTES ? [...kept, `${notes.size - MAX_NOTES} more notes are left out.`] : kept;
}
function together(problems) {
	const [first, ...others] = problems;
	if (first === void 0 || others.length === 0) return first;
	const named = others.slice(0, 4).map(({ what }) => what);
	const rest = others.length - named.length;
	const also = rest > 0 ? [...named, `${rest} more problems`] : named;
	return new GateError(first.code, `${first.what}. Also: ${also.join("; ")}`, first.remedy, { cause: first });
}
function invalidReference({ reference, written = reference, spot }) {
	const made = written === reference ? "is not an image reference" : "does not become an image reference";
	return faultAt(spot, "discovery-reference-invalid", `${shown(written)} ${made}`);
}

// src/discovery/declared/files.ts
const MAX_FILE_MIB = 4;
const MAX_FILES = 5e3;
const MAX_TOTAL_MIB$1 = 32;
const MAX_ENTRIES = 2e5;
const MAX_COPIED_MIB = 256;
const MIB$2 = 1048576;
const SKIPPED = /* @__PURE__ */ new Set([".git", "node_modules"]);
function sourceFiles(what, { workspace }) {
	const folders = {
		workspace,
		temp: workspace
	};
	const known = /* @__PURE__ */ new Map();
	let bytes = 0;
	return {
		text(path) {
			const read = known.get(path);
			if (read !== void 0) return read;
			if (known.size === MAX_FILES) throw tooLarge(`reads more than ${MAX_FILES} files`);
			const text = readBytes(what, path, folders).toString();
			bytes += text.length;
			if (bytes > MAX_TOTAL_MIB$1 * MIB$2) throw tooLarge(`reads more than ${MAX_TOTAL_MIB$1} MiB`);
			known.set(path, text);
			return text;
		},
		require: (path) => requireReadable({
			what,
			path
		}, folders),
		exists: (path) => statusOf(resolve$1(workspace, path)) !== void 0,
		isFolder: (path) => isFolder(resolve$1(workspace, path)),
		real(path) {
			const [root, real] = [realFolder(workspace), realFolder(resolve$1(workspace, path))];
			if (root === void 0 || real === void 0 || !isWithin(root, real)) return path;
			return relative(root, real).split(sep).join("/") || ".";
		}
	};
}
function readBytes(what, path, folders) {
	const given = {
		what,
		path,
		maxBytes: MAX_FILE_MIB * MIB$2
	};
	requireReadable(given, folders);
	return readGivenFile(given, folders);
}
function requireReadable(given, folders) {
	if (realGivenPath(given, folders).split(sep).some(isGit)) throw fault("discovery-git-file", `The ${given.what} ${shown(given.path)} is in .git, where a checkout may have left a token`);
}
function isGit(name) {
	return name.toLowerCase() === ".git";
}
function copyOf(paths, world, { isForKustomize = false } = {}) {
	const root = realpathSync(privateFolder(world, "copy"));
	const workspace = join(root, "copy", basename(world.workspace));
	copyInto(workspace, [...paths], isForKustomize, realpathSync(world.workspace));
	return {
		root,
		workspace,
		...removedAtEnd(root)
	};
}
function copyInto(into, paths, isForKustomize, root) {
	let [entries, left] = [0, MAX_COPIED_MIB * MIB$2];
	const copied = /* @__PURE__ */ new Set();
	const count = (bytes) => {
		left -= bytes;
		if (++entries > MAX_ENTRIES || left < 0) throw tooLarge(`needs copies of more than ${MAX_ENTRIES} files, or of more than ${MAX_COPIED_MIB} MiB`);
	};
	const isToBeWalked = (path) => isFolder(join(root, path));
	for (const file of paths.filter((path) => !isToBeWalked(path))) {
		const to = join(into, file);
		mkdirSync(dirname(to), { recursive: true });
		copyFileSync(join(root, file), to);
		count(statSync(to).size);
		copied.add(join(root, file));
	}
	const filter = (from, to) => {
		const status = lstatSync(from);
		const name = basename(from).toLowerCase();
		if (copied.has(from) || (isForKustomize ? SKIPPED.has(name) : isGit(name))) return false;
		copied.add(from);
		count(status.size);
		if (!status.isSymbolicLink()) return status.isDirectory() || status.isFile();
		const real = realFolder(from);
		if (real !== void 0 && isWithin(root, real) && !isAbsolute(readlinkSync(from)) && (isForKustomize || !isFolder(from))) return true;
		symlinkSync(`${into}-no-such-file`, to);
		return false;
	};
	try {
		for (const folder of paths.filter(isToBeWalked)) {
			mkdirSync(join(into, folder), { recursive: true });
			cpSync(join(root, folder), join(into, folder), {
				recursive: true,
				verbatimSymlinks: true,
				filter
			});
		}
	} catch (cause) {
		if (cause instanceof GateError || cause.code !== "EACCES") throw cause;
		throw unreadable(cause.path ?? "", cause);
	}
}
function unreadable(folder, cause) {
	return fault("file-unreadable", `The folder ${shown(folder)} cannot be read`, cause);
}
function matchingFiles(glob, isWanted, { workspace }, found) {
	const start = literalStart(glob);
	if (start === glob) return [posix.normalize(glob)];
	const isMatch = compileGlob(glob);
	const depth = glob.includes("**") ? Number.POSITIVE_INFINITY : glob.split("/").length;
	const matching = [...filesBelow(posix.normalize(start || "."), depth, realpathSync(workspace), found)].filter((path) => isMatch(path) && isWanted(path));
	if (matching.length > 0) return matching.sort();
	throw fault("discovery-nothing-found", `No file matches ${shown(glob)}`);
}
function literalStart(glob) {
	const parts = glob.split("/");
	const first = parts.findIndex((part) => /[*?]/.test(part));
	return first === -1 ? glob : parts.slice(0, first).join("/");
}
function* filesBelow(start, depth, root, found) {
	if (!isInside(start, root)) return leaveOut(start, root, found);
	const open = [start];
	let entries = 0;
	for (const folder of open) for (const entry of namesIn$1(root, folder, found)) {
		if (++entries > MAX_ENTRIES) throw tooLarge(`has patterns that look at more than ${MAX_ENTRIES} files and folders`);
		const path = posix.join(folder, entry.name);
		const isLinked = entry.isSymbolicLink() && isFolder(join(root, path));
		if (!entry.isDirectory() && !isLinked) yield path;
		else if (SKIPPED.has(entry.name) || path.split("/").length >= depth) continue;
		else if (isLinked) leaveOut(path, root, found);
		else open.push(path);
	}
}
function isInside(path, root) {
	return isWithin(root, realFolder(join(root, path)) ?? root);
}
function leaveOut(path, root, found) {
	const what = "A pattern does not follow links to folders";
	if (isInside(path, root)) found.problem(fault("discovery-remote", `${what}: ${shown(path)}`));
	else found.note(what, path);
}
function realFolder(path) {
	return tryOr(() => realpathSync(path), void 0);
}
function namesIn$1(root, folder, found) {
	try {
		return readdirSync(join(root, folder), { withFileTypes: true });
	} catch (cause) {
		if (!/^(?:ENOTDIR|ENOENT)$/.test(cause.code ?? "")) found.problem(unreadable(folder, cause));
		return [];
	}
}

// src/discovery/declared/programs/run.ts
const RENDER_DEADLINE_MS = 6e4;
const MIB$1 = 1048576;
const MAX_OUTPUT_MIB = 64;
const NOWHERE = "http://127.0.0.1:0";
function deciderEnvironment(world) {
	const proxies = [
		"HTTP_PROXY",
		"HTTPS_PROXY",
		"ALL_PROXY"
	].flatMap((name) => [name, name.toLowerCase()]);
	return {
		...ownFolders(world),
		PATH: join(world.runFolder, "no-programs"),
		...Object.fromEntries(proxies.map((name) => [name, NOWHERE])),
		GOMEMLIMIT: "2GiB"
	};
}
async function runDecider({ name, path, before }, args, { world, end }, surroundings = {}) {
	const own = privateFolder(world, "decider");
	using _ = removedAtEnd(own);
	const { environment = deciderEnvironment({
		...world,
		runFolder: own
	}), cwd = own } = surroundings;
	const env = world.platform === "win32" ? {
		...handedOn(world.env, WINDOWS_VARIABLES),
		...environment
	} : environment;
	const maxCapture = MAX_OUTPUT_MIB * MIB$1;
	const result = await runProcess(path, [...before, ...args], {
		cwd,
		env,
		deadlineMs: Math.min(RENDER_DEADLINE_MS, end - performance.now()),
		signal: world.signal,
		maxCapture
	});
	if (result.aborted) throw cancelled();
	if (result.timedOut) throw fault("discovery-program-slow", `${name} did not finish in time`);
	if (Buffer.byteLength(result.stdout) >= maxCapture) throw tooLarge(`has a result of ${name} with ${MAX_OUTPUT_MIB} MiB or more`);
	return result;
}
async function outputOf(decider, { args, workspace, refusal, what }, allowance) {
	const result = await runDecider(decider, args, allowance);
	if (result.code === 0) return result.stdout;
	const reason = reasonOf(result).replaceAll(`${workspace}/`, "");
	const [place] = /\([^()\s]{1,200}:\d+(?::\d+)?\)/.exec(reason) ?? [];
	const why = place === void 0 ? reason : `an error at ${place}`;
	throw fault(refusal, `${decider.name} ${decider.version} refuses ${shown(what)}: ${why}`);
}
function reasonOf({ code, stderr }) {
	const lines = stderr.trim().split(/\s*\n\s*/);
	const last = lines.findLastIndex((line) => /^error\b/i.test(line));
	const reason = lines.slice(Math.max(last, 0)).join(" ");
	return reason === "" ? `it ended with exit code ${code} and without a message` : quoted(reason);
}
function programMissing(what, remedy) {
	return new GateError("discovery-program-missing", what, remedy);
}
const FIRST_VERSION = /v\d+\.\d+\.\d+[\w.+-]{0,50}/;
async function deciderOf(name, asked, allowance, versionIn = (text) => FIRST_VERSION.exec(text)?.[0] ?? "of an unknown version") {
	const [program = "", ...before] = name.split(" ");
	const path = findProgram(program, allowance.world);
	if (path === void 0) return void 0;
	const { stdout } = await runDecider({
		name: program,
		path,
		before: []
	}, asked, allowance);
	const version = versionIn(stdout);
	return version === void 0 ? void 0 : {
		name,
		path,
		version,
		before
	};
}

// src/discovery/declared/programs/compose.ts
const mount = object({
	type: string().optional(),
	source: string().optional(),
	target: string().optional()
});
const container$1 = object({
	image: string().nullish(),
	volumes: array(union([mount, string()])).nullish(),
	command: unknown().optional()
});
const service = container$1.extend({
	platform: string().nullish(),
	build: unknown().optional(),
	provider: unknown().optional(),
	profiles: array(string()).nullish(),
	pre_start: array(container$1).nullish()
});
const configured = object({
	name: string().optional(),
	services: orEmpty(record(string(), service), {})
});
const LEAST = "2.25.0";
async function composeOf(allowance) {
	const versionIn = (text) => isFrom(LEAST, text.trim()) ? text.trim() : void 0;
	const found = await deciderOf("docker compose", [
		"compose",
		"version",
		"--short"
	], allowance, versionIn) ?? await deciderOf("docker-compose", ["version", "--short"], allowance, versionIn);
	if (found !== void 0) return found;
	throw programMissing("There is neither `docker compose` nor `docker-compose` (from 2.25) on the PATH outside of the job's folders", "Install it on this machine. Or run `docker compose config --images > images.txt` where it is, and name that list by file:images.txt.");
}
function isFrom(least, version) {
	const [, number] = /^v?(\d+\.\d+\.\d+)[\w.+~-]{0,50}$/.exec(version) ?? [];
	return version === "dev" || number !== void 0 && compareDotted(number, least) >= 0;
}
function withoutEnvironments({ version }) {
	return isFrom("2.35.0", version) ? ["--no-env-resolution"] : [];
}
async function composeConfig(compose, { folder, files, options = [], variables = {} }, { root, workspace }, allowance) {
	const args = [
		...files.map((file) => `--file=${file}`),
		"--profile=*",
		"config",
		"--format=json",
		...options
	];
	const cwd = join(workspace, posix.normalize(folder));
	const environment = {
		...variables,
		HOME: mkdtempSync(join(root, "home-"))
	};
	const { code, stdout, stderr } = await runDecider(compose, args, allowance, {
		cwd,
		environment
	});
	const json = options.includes("--no-interpolate") ? stdout : stdout.replaceAll("$$", "$");
	const config = code === 0 ? tryOr(() => configured.parse(JSON.parse(json)), void 0) : void 0;
	const said = stderr.replaceAll(`${workspace}/`, "").split("\n").filter((line) => !line.startsWith("time=")).join("\n");
	return {
		config,
		reason: code === 0 ? "" : `: ${reasonOf({
			code,
			stderr: said
		})}`,
		unset: unsetIn(stderr)
	};
}
const UNRESOLVED = "--no-interpolate";
function unsetIn(stderr) {
	const warnings = stderr.matchAll(/The \\?"(\w+)\\?" variable is not set\. Defaulting to a blank string/g);
	const errors = stderr.matchAll(/required variable (\w+) is missing a value/g);
	return new Set([...warnings, ...errors].map(([, name = ""]) => name));
}

// src/discovery/declared/agreed-text.ts
var import_dist = require_dist();
const NO_TEXT = /\ufffd/;
const DISAGREEMENT = /[\ufeff\ufffd]|\r(?!\n)|[\u0085\u2028\u2029]|^(?:---(?![ \t]*\r?$|[ \t]+#)|\.\.\.(?=\s|$)|%)/m;
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
const DECIDING = new Map("apiVersion kind metadata items objects spec template jobTemplate containers initContainers ephemeralContainers image volumes reference".split(" ").map((key) => [key.toLowerCase(), key]));
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
const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;
const TEMPLATE = /(?:^|[:-][ \t])[ \t]*\{[{%]/m;
function isYaml(path) {
	return /\.(?:ya?ml|json)$/i.test(path);
}
function readDocuments(written, file, dialect, found) {
	const { agreed = false, tags = agreed ? CORE_TAGS : void 0 } = dialect;
	const unmarked = agreed ? written.replace(/^\ufeff/, "") : written;
	const text = unmarked.replace(LINE_BREAKS, "\n");
	const place = placesIn(text);
	const line = (offset) => place(offset).line;
	const values = [];
	let isWhole = true;
	const attempt = (step) => {
		try {
			step();
		} catch (thrown) {
			if (!(thrown instanceof GateError) || isOfSource(thrown)) throw thrown;
			const template = TEMPLATE.exec(text);
			if (isWhole) found.problem(template === null ? thrown : notRendered({
				file,
				line: line(template.index)
			}));
			isWhole = false;
		}
	};
	attempt(() => {
		const at = unmarked.search(agreed ? DISAGREEMENT : NO_TEXT);
		if (at !== -1) throw ambiguous({
			file,
			line: unmarked.slice(0, at).split("\n").length
		}, "another encoding than UTF-8, a byte order mark, a line break, the border of a document or a directive");
	});
	attempt(() => {
		for (const document of yamlDocuments(tokensOf(text, line, file), text.length)) attempt(() => {
			const value = readDocument(document, {
				line,
				file,
				agreed,
				tags,
				anchors: /* @__PURE__ */ new Map()
			});
			found.values(value?.size ?? 1);
			if (value !== void 0) values.push(value);
		});
	});
	return values;
}
function invalid(spot, what) {
	return faultAt(spot, "discovery-yaml-invalid", what);
}
function tokensOf(text, line, file) {
	const tokens = yamlTokens(text, BOUNDS);
	if (Array.isArray(tokens)) return tokens;
	if (tokens.exceeds === "depth") throw invalid({
		file,
		line: line(tokens.offset)
	}, "this is nested too deeply");
	throw tooLarge(`has a file with more than ${BOUNDS.lexemes} words and signs: ${file}`);
}
function readDocument(document, state) {
	const [error] = document.errors;
	if (error !== void 0) throw invalid({
		file: state.file,
		line: state.line(error.pos[0])
	}, `this is not valid YAML (${error.code})`);
	if (document.contents === null) return void 0;
	const value = convert(document.contents, 1, state);
	return value.kind === "scalar" && value.value === null ? void 0 : value;
}
function convert(node, above, state) {
	if (node === null) return {
		kind: "scalar",
		value: null,
		text: "",
		line: above,
		size: 1,
		depth: 1
	};
	const line = node.range ? state.line(node.range[0]) : above;
	const { file, agreed, tags, anchors } = state;
	if ((0, import_dist.isAlias)(node)) {
		const value = anchors.get(node.source);
		if (value !== void 0) return value;
		throw invalid({
			file,
			line
		}, `the alias ${shown(`*${node.source}`)} has no whole value before it`);
	}
	const { anchor, tag } = node;
	if (tag !== void 0 && tags?.has(tag) === false) throw ambiguous({
		file,
		line
	}, `the tag ${shown(tag)}`);
	if (anchor === void 0) return bare(node, line, state);
	if (agreed && !ANCHOR.test(anchor)) throw ambiguous({
		file,
		line
	}, `the anchor ${shown(anchor)}`);
	anchors.set(anchor, void 0);
	const value = bare(node, line, state);
	anchors.set(anchor, value);
	return value;
}
function bare(node, line, state) {
	if ((0, import_dist.isMap)(node)) {
		const entries = entriesOf(node.items, line, state);
		return {
			kind: "mapping",
			line,
			entries,
			...extent(entries.values())
		};
	}
	if ((0, import_dist.isSeq)(node)) {
		const items = node.items.map((item) => convert(item, line, state));
		return {
			kind: "list",
			line,
			items,
			...extent(items)
		};
	}
	if (!(0, import_dist.isScalar)(node)) throw invalid({
		file: state.file,
		line
	}, "this is not valid YAML");
	const text = typeof node.value === "string" ? node.value : node.source ?? String(node.value ?? "");
	const scalar = {
		kind: "scalar",
		line,
		value: node.value,
		text,
		size: 1,
		depth: 1
	};
	return node.type === "PLAIN" && OTHERWISE.test(node.source ?? "") ? {
		...scalar,
		otherwise: true
	} : scalar;
}
function extent(values) {
	let [size, depth] = [1, 1];
	for (const value of values) {
		size += value.size;
		depth = Math.max(depth, value.depth + 1);
	}
	if (depth > BOUNDS.depth) throw tooLarge(`has values that are nested deeper than ${BOUNDS.depth}`);
	return {
		size,
		depth
	};
}
function entriesOf(pairs, above, state) {
	const entries = /* @__PURE__ */ new Map();
	for (const { key, value } of pairs) {
		const name = convert(key, above, state);
		const spot = {
			file: state.file,
			line: name.line
		};
		if (name.kind !== "scalar") throw invalid(spot, "a key that is not a single word");
		const isPlain = (0, import_dist.isScalar)(key) && key.type === "PLAIN";
		if (name.text === "<<" && (state.agreed || !isPlain)) throw ambiguous(spot, "the key \"<<\"");
		if (entries.has(name.text)) throw invalid(spot, `the key ${shown(name.text)} is there twice`);
		entries.set(name.text, convert(value, name.line, state));
	}
	for (const [key, { line }] of state.agreed ? entries : []) {
		const other = foldsTo(key);
		if (other !== void 0 && entries.has(other)) throw ambiguous({
			file: state.file,
			line
		}, `the key ${shown(key)} is alongside ${shown(other)}`);
	}
	return entries;
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

// src/discovery/declared/compose/project.ts
const COMPOSE = { tags: /* @__PURE__ */ new Set([
	...CORE_TAGS,
	"!reset",
	"!override"
]) };
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/|[\\/~])|\$/i;
function readsOf({ folder, files }, source, found) {
	const reads = {
		files: /* @__PURE__ */ new Set(),
		included: /* @__PURE__ */ new Set(),
		variables: /* @__PURE__ */ new Set()
	};
	const start = posix.dirname(files[0] ?? "");
	const refuse = (problem) => {
		throw problem;
	};
	const reading = {
		...reads,
		seen: /* @__PURE__ */ new Set(),
		source,
		found: {
			values: found.values,
			problem: refuse
		}
	};
	for (const each of [folder, start]) useUsualVariables(each, reading);
	for (const file of files) readFile({
		file,
		folder: start,
		reading
	});
	return reads;
}
function readFile(here) {
	const { file, folder, reading } = here;
	const key = JSON.stringify([file, folder]);
	if (reading.seen.has(key)) return;
	reading.seen.add(key);
	reading.files.add(file);
	for (const document of readDocuments(reading.source.text(file), file, COMPOSE, reading.found)) {
		for (const item of items(own(document, "include", here))) include(item, here);
		walk(document, here);
	}
}
function include(item, here) {
	const { reading } = here;
	const paths = scalars(item.kind === "mapping" ? own(item, "path", here) : item).map((each) => pathOf(each, here));
	const [first] = paths;
	if (first === void 0) return;
	const [project = posix.dirname(first)] = scalars(own(item, "project_directory", here)).map((each) => pathOf(each, here));
	const variables = own(item, "env_file", here);
	if (variables === void 0) useUsualVariables(project, reading);
	for (const each of scalars(variables)) if (text$2(each) !== "/dev/null") useVariables(pathOf(each, here), reading);
	for (const file of paths) {
		reading.included.add(file);
		readFile({
			file,
			folder: project,
			reading
		});
	}
}
function walk(value, here, walked = /* @__PURE__ */ new Set()) {
	if (walked.has(value)) return;
	walked.add(value);
	for (const item of items(value)) walk(item, here, walked);
	for (const [key, inner] of value.kind === "mapping" ? value.entries : []) {
		useFilesAt(key, inner, here);
		walk(inner, here, walked);
	}
}
function useFilesAt(key, value, here) {
	if (key === "label_file") for (const each of scalars(value)) useFile(pathOf(each, here), here.reading);
	const file = key === "extends" ? own(value, "file", here) : void 0;
	if (file === void 0) return;
	const path = pathOf(file, here);
	readFile({
		file: path,
		folder: posix.dirname(path),
		reading: here.reading
	});
}
function own(value, key, { file }) {
	const merge = child(value, "<<");
	if (merge !== void 0) throw ambiguous({
		file,
		line: merge.line
	}, "a merge key where files are named");
	return child(value, key);
}
function scalars(value) {
	return value === void 0 || value.kind === "list" ? items(value) : [value];
}
function pathOf(value, { file, folder }) {
	const path = text$2(value) ?? "";
	const local = posix.join(folder, path);
	if (ELSEWHERE.test(path) || /^\.\.(?:\/|$)/.test(local)) throw elsewhere({
		file,
		line: value.line
	}, path);
	return local;
}
function useUsualVariables(folder, reading) {
	const file = posix.join(folder, ".env");
	if (reading.source.exists(file) && !reading.source.isFolder(file)) useVariables(file, reading);
}
function useVariables(file, reading) {
	reading.variables.add(file);
	useFile(file, reading);
}
function useFile(file, { files, source }) {
	source.text(file);
	files.add(file);
}

// src/discovery/declared/compose/ask.ts
const QUESTION_FILE = "image-gate-asks.json";
const NOTHING_REMOTE = {
	COMPOSE_EXPERIMENTAL_GIT_REMOTE: "false",
	COMPOSE_EXPERIMENTAL_OCI_REMOTE: "false",
	COMPOSE_ENV_FILES: ""
};
async function ask(project, { compose, source, found, allowance }) {
	const { folder } = project;
	const reads = readsOf(project, source, found);
	using copy = copyOf(reads.files, allowance.world);
	const files = project.isUsual ? [] : project.files.map((file) => posix.relative(folder, file));
	const ask = (asked) => composeConfig(compose, {
		folder,
		...asked
	}, copy, allowance);
	const unresolved = await ask({
		files,
		options: [UNRESOLVED],
		variables: NOTHING_REMOTE
	});
	const hasOther = [...reads.variables].some((file) => file !== posix.join(folder, ".env"));
	const alone = unresolved.config === void 0 || hasOther ? void 0 : imagesAlone(unresolved.config);
	if (alone !== void 0) writeFileSync(join(copy.workspace, folder, QUESTION_FILE), alone);
	const question = alone === void 0 ? {
		files,
		options: withoutEnvironments(compose)
	} : { files: [QUESTION_FILE] };
	const plain = await ask({
		...question,
		variables: NOTHING_REMOTE
	});
	const model = unresolved.config ?? (plain.unset.size === 0 ? plain.config : void 0);
	const why = reads.variables.size > 0 ? "" : unresolved.reason;
	const refusal = `${compose.name} ${compose.version} refuses ${shown(project.main)}`;
	if (model === void 0) throw fault("discovery-compose-refused", refusal + why);
	if (plain.config === void 0) throw fault("discovery-compose-refused", refusal, LACKS_VARIABLES);
	const ofPrograms = [...plain.unset].find((variable) => OF_PROGRAMS.test(variable));
	const filled = (alone ?? "$").includes("$") ? await ask({
		...question,
		variables: otherValues(plain.unset)
	}) : plain;
	const written = new Map(Object.entries(model.services));
	const [services, unset] = [/* @__PURE__ */ new Map(), /* @__PURE__ */ new Map()];
	for (const [name, service] of Object.entries(plain.config.services)) {
		const template = written.get(name) ?? {};
		if ((ofPrograms === void 0 || !JSON.stringify(imagesOnly(template)).includes("$")) && isSame(service, filled.config?.services[name])) services.set(name, {
			...template,
			...imagesOnly(service)
		});
		else unset.set(name, [...plain.unset].find((variable) => isNamedIn(template, variable)) ?? ofPrograms ?? OF_HOST);
	}
	return {
		project,
		reads,
		services,
		written,
		unset
	};
}
function isNamedIn(service, variable) {
	return new RegExp(`\\$\\{?${variable}\\b`).test(JSON.stringify(imagesIn(service)));
}
function isSame(service, other) {
	return JSON.stringify(other && imagesIn(other)) === JSON.stringify(imagesIn(service));
}
const OF_PROGRAMS = /^(?:LD_|DYLD_|COMPOSE_|DOCKER_|BUILDKIT_|BUILDX_|XDG_|OTEL_|SSL_CERT_|(?:TMPDIR|GO(?:DEBUG|GC|MAXPROCS|MEMLIMIT))$)|_PROXY$/i;
const ON_HOSTS = [
	"PATH",
	"PWD",
	"USER",
	"LOGNAME",
	"SHELL",
	"SHLVL",
	"LANG",
	"TERM",
	"HOSTNAME",
	"CI"
];
function otherValues(unset) {
	const names = [...ON_HOSTS, ...unset].filter((name) => !OF_PROGRAMS.test(name));
	return Object.fromEntries(names.map((name) => [name, name === "CI" ? "true" : String(randomInt(2 ** 40))]));
}
const OF_HOST = "PATH, HOME, USER or a similar variable";
async function listedFiles(folder, { compose, source, allowance }) {
	const file = posix.join(folder, ".env");
	if (!source.exists(file) || source.isFolder(file) || !source.text(file).includes("COMPOSE_FILE")) return void 0;
	using copy = copyOf([file], allowance.world);
	writeFileSync(join(copy.workspace, folder, QUESTION_FILE), JSON.stringify({ services: { a: {
		image: "${COMPOSE_FILE-}",
		platform: "${COMPOSE_PATH_SEPARATOR:-:}"
	} } }));
	const { config } = await composeConfig(compose, {
		folder,
		files: [QUESTION_FILE]
	}, copy, allowance);
	const { image: said, platform: separator } = config?.services.a ?? {};
	const names = said && separator ? said.split(separator).filter((name) => name !== "") : [];
	return names.length === 0 ? void 0 : names;
}
function imagesAlone({ name, services }) {
	const only = Object.entries(services).map(([name, service]) => {
		const runs = service.image || service.build || service.provider;
		return [name, {
			...imagesOnly(service),
			...runs ? { build: "." } : {}
		}];
	});
	return JSON.stringify({
		name,
		services: Object.fromEntries(only)
	}).replace(/(\$\{\w+):?\?[^}]*/g, "$1");
}
function imagesOnly({ image, platform, volumes, pre_start }) {
	const only = (container) => {
		const volumes = container.volumes?.filter((each) => typeof each === "object" && /^image$|\$/.test(each.type ?? ""));
		return {
			...container,
			volumes: volumes?.length ? volumes : void 0
		};
	};
	return {
		...only({
			image,
			volumes
		}),
		platform,
		pre_start: pre_start?.map(only)
	};
}
function imagesIn({ platform, pre_start, ...own }) {
	const of = (container, where, platformOfImage) => [...container.image ? [[
		where,
		container.image,
		platformOfImage
	]] : [], ...(container.volumes ?? []).flatMap((each) => typeof each === "object" && each.type === "image" && each.source ? [[`${where} ${each.target}`, each.source]] : [])];
	const hooks = (pre_start ?? []).flatMap((hook, index) => of({
		...hook,
		image: hook.image === own.image ? null : hook.image
	}, ` pre_start ${index}`));
	return [...of(own, "", platform || void 0), ...hooks];
}
function variableUnset(file, service, variable) {
	const why = variable === OF_HOST ? `its image depends on ${variable}, which each host sets itself` : `the variable ${variable} is not set and has no default`;
	return fault("discovery-variable-unset", `${oneLine(file)}, service ${shown(service)}: ${why}`);
}
const LACKS_VARIABLES = /* @__PURE__ */ new Error("variables are missing");

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
async function readCompose(given, found, allowance) {
	const source = sourceFiles("Compose file", allowance.world);
	const matching = matchingFiles(given.glob, isYaml, allowance.world, found);
	const compose = await composeOf(allowance);
	const asking = {
		compose,
		source,
		found,
		allowance
	};
	const projects = [];
	for (const folder of foldersAbove(matching)) projects.push(...await projectsOf(folder, matching, asking));
	const answers = [];
	for (const project of projects) answers.push([project, await outcomeOf$1(() => ask(project, asking))]);
	const accepted = answers.flatMap(([, answer]) => answer instanceof GateError ? [] : answer);
	const rows = answers.map(([project, answer]) => {
		return {
			project,
			answer,
			others: accepted.filter((other) => isPart(project, other))
		};
	});
	for (const row of rows.sort((a, b) => Number(a.others.length > 0) - Number(b.others.length > 0))) report(row, found);
	if (accepted.length > 0) found.note(`${compose.name} ${compose.version} (${compose.path}) was asked for the images of the Compose files.`);
}
function foldersAbove(files) {
	const folders = /* @__PURE__ */ new Set();
	for (const file of files) for (let folder = posix.dirname(file); !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
	return folders;
}
function isPart({ main, folder }, { project, reads }) {
	if (main === project.main) return folder !== project.folder && isWithin(posix.resolve("/", project.folder), posix.resolve("/", folder));
	return reads.included.has(main) || project.isUsual && project.files.includes(main);
}
async function projectsOf(folder, matching, asking) {
	const { found } = asking;
	const here = matching.filter((file) => posix.dirname(file) === folder);
	const { files, isListed } = await usualFiles(folder, asking);
	const isMeant = matching.some((file) => files.includes(file));
	if (isMeant && files.length > 1) found.note("docker compose reads these files together", files.join(" + "));
	if (!isMeant && isListed && here.length > 0) found.note("COMPOSE_FILE names files that the pattern does not match, so they do not count", `${folder}/.env`);
	const project = (files, isUsual) => ({
		folder,
		files,
		main: files[0] ?? "",
		isUsual
	});
	const alone = here.filter((file) => file !== files[0] && (isListed || !files.includes(file)));
	return [...isMeant ? [project(files, true)] : [], ...alone.map((file) => project([file], false))];
}
async function usualFiles(folder, asking) {
	const inFolder = (names) => names.map((name) => posix.join(folder, name));
	const listed = await listedFiles(folder, asking);
	if (listed !== void 0) return {
		files: inFolder(listed),
		isListed: true
	};
	const first = (names) => inFolder(names).filter(asking.source.exists).slice(0, 1);
	const main = first(MAIN);
	return {
		files: main.length > 0 ? [...main, ...first(OVERRIDES)] : [],
		isListed: false
	};
}
function report({ project: { main }, answer, others }, found) {
	const isPart = others.length > 0;
	if (answer instanceof GateError) {
		if (!isPart || !isNotWhole(answer)) found.problem(answer);
		if (isPart) found.note("These files count only through the files that include them, since they are incomplete alone", main);
		return;
	}
	const { services, written, unset } = answer;
	const kept = new Set(others.flatMap((other) => [...other.written.values()].flatMap(namesIn)));
	for (const [name, variable] of unset) if (!namesIn(written.get(name) ?? {}).every((each) => kept.has(each))) found.problem(variableUnset(main, name, variable));
	const gather = (to) => {
		for (const [name, service] of services) {
			const place = `${main} ${name}`;
			const template = written.get(name)?.image ?? name;
			for (const [where, reference, platform] of imagesIn(service)) to.image({
				reference,
				written: template,
				platform,
				name: place + where,
				spot: { file: main }
			});
			noteService(service, place, found);
		}
	};
	if (isPart) gatherOthers({
		note: COUNTS_TOO$1,
		file: main
	}, found, gather);
	else gather(found);
}
const COUNTS_TOO$1 = "These files count by themselves, too, since the pattern matches them and a file that includes them replaces their images";
function isNotWhole({ code, cause }) {
	return code === "discovery-compose-refused" && cause !== LACKS_VARIABLES;
}
function namesIn(service) {
	return imagesIn(service).map(([, image]) => image);
}
function noteService(service, place, found) {
	if (service.profiles?.length) found.note("Services with profiles count, whether or not a profile is active.");
	if (service.build && service.image) found.note("For services with an image and a build, the registry's image of this name is scanned, and not the one that was built on the host. The source docker finds that one", place);
	else if (service.build) found.note("Services that are built on the host, as images that no registry has, are not scanned. The source docker finds them where they run", place);
	else if (service.provider && !service.image) found.note("Services with a provider instead of an image are not scanned", place);
}

// src/discovery/declared/kubernetes/manifests.ts
const MANIFEST = { agreed: true };
function reportManifests(texts, found) {
	for (const { file, read } of texts) attempt(found, () => {
		for (const document of readDocuments(read(), file, MANIFEST, found)) attempt(found, () => {
			for (const object of objectsOf(document, file)) reportObject(object, file, found);
		});
	});
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
const BUILT_IN = new RegExp(`^(?:v1$|[^./]+/|(?:${[
	"admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery",
	"events|flowcontrol\\.apiserver|internal\\.apiserver|networking|node|rbac\\.authorization",
	"resource|scheduling|storage|storagemigration"
].join("|")})\\.k8s\\.io/)`);
function objectsOf(document, file, list) {
	if (document.kind !== "mapping") return [];
	const own = nameAt(document, "kind", file);
	const ownVersion = nameAt(document, "apiVersion", file);
	const heir = own === void 0 && ownVersion === void 0 ? list : void 0;
	const kind = heir === void 0 ? own : heir.kind.replace(/List$/, "");
	if (kind === void 0 || kind === "") return [];
	const object = {
		kind,
		apiVersion: ownVersion ?? heir?.apiVersion ?? "",
		object: document
	};
	const isTemplate = kind === "Template" && OPENSHIFT.test(object.apiVersion);
	const inner = child(document, "items") ?? (isTemplate ? child(document, "objects") : void 0);
	if (inner?.kind !== "list") return [object];
	return inner.items.flatMap((item) => objectsOf(item, file, object));
}
function nameAt(object, key, file) {
	const value = object.entries.get(key);
	if (value === void 0) return void 0;
	const name = text$2(value);
	if (name === void 0 || name === "" || value.kind === "scalar" && value.otherwise) throw ambiguous({
		file,
		line: value.line
	}, `${key} is empty, or some programs do not read it as text`);
	return name;
}
const OTHERS_RUN = "Of kinds that Kubernetes itself does not have, only lists of containers count. The source kubectl finds what their controllers run";
const WITHOUT_IMAGE = "Containers without an image do not count";
function reportObject({ kind, apiVersion, object }, file, found) {
	if (NOTHING_RUNS.get(kind)?.test(apiVersion) === true) return;
	const metadata = child(object, "metadata");
	const generated = text$2(child(metadata, "generateName"));
	const name = text$2(child(metadata, "name")) ?? (generated === void 0 ? "?" : `${generated}*`);
	const place = joined("/", [
		text$2(child(metadata, "namespace")) ?? "",
		kind.toLowerCase(),
		name
	]);
	if (apiVersion !== "" && !BUILT_IN.test(apiVersion)) found.note(OTHERS_RUN, kind);
	find(object, {
		file,
		found,
		place
	});
}
function find(value, search) {
	for (const item of items(value)) find(item, search);
	if (value.kind !== "mapping") return;
	for (const [key, inner] of value.entries) {
		if (POD_LISTS.has(key) || OTHER_LISTS.has(key)) for (const [name, item] of containersIn(inner)) reportContainer(item, key, name, search);
		else if (OTHER_ONES.has(key) && text$2(child(inner, "image")) !== void 0) reportContainer(inner, key, key, search);
		else if (key === "volumes") reportVolumes(inner, search);
		find(inner, search);
	}
}
function containersIn(value) {
	return value.kind === "mapping" ? value.entries : items(value).entries();
}
function reportContainer(item, list, index, search) {
	const name = text$2(child(item, "name")) ?? String(index);
	if (!reportImage(child(item, "image"), name, search) && POD_LISTS.has(list)) search.found.note(WITHOUT_IMAGE, `${search.place}/${name}`);
}
function reportImage(image, name, { found, file, place }) {
	if (image?.kind !== "scalar" || image.text === "") return false;
	const spot = {
		file,
		line: image.line
	};
	if (text$2(image) === void 0 || image.otherwise) found.problem(ambiguous(spot, "the image is not a text in quotes"));
	if (/\{\{|\{%/.test(image.text)) found.problem(notRendered(spot));
	else found.image({
		reference: image.text,
		name: `${place}/${name}`,
		spot
	});
	return true;
}
function reportVolumes(volumes, search) {
	for (const volume of items(volumes)) {
		const name = `volumes/${text$2(child(volume, "name")) ?? "?"}`;
		reportImage(child(child(volume, "image"), "reference"), name, search);
	}
}

// src/discovery/declared/kubernetes/helm.ts
const NO_UPGRADE = "Helm renders the chart for an installation, and not for an upgrade with the same values: only an installation's images count.";
const UPGRADE_DIFFERS = "An upgrade of the chart has images that an installation does not have. They count, too.";
async function readHelm(source, found, allowance) {
	const { chart, values } = source;
	const files = sourceFiles("chart", allowance.world);
	for (const file of [chart, ...values]) files.require(file);
	const helm = await deciderOf("helm", ["version", "--short"], allowance);
	if (helm === void 0) throw helmMissing(chart, values);
	using copy = copyOf([chart, ...values], allowance.world);
	const { workspace } = copy;
	const { name, path, version } = helm;
	const given = values.map((each) => `--values="${join(workspace, each).replaceAll("\"", "\"\"")}"`);
	const args = [
		"template",
		"release",
		join(workspace, chart),
		...given
	];
	const question = {
		args,
		workspace,
		refusal: "discovery-helm",
		what: chart
	};
	const installed = await outputOf(helm, question, allowance);
	const upgraded = await outcomeOf$1(() => outputOf(helm, {
		...question,
		args: [...args, "--is-upgrade"]
	}, allowance));
	found.note(`The chart was rendered by ${name} ${version} (${path}).`);
	reportManifests([{
		file: `${chart} as rendered`,
		read: () => installed
	}], found);
	if (upgraded instanceof GateError) {
		if (upgraded.code !== "discovery-helm") throw upgraded;
		return found.note(NO_UPGRADE);
	}
	const upgrade = {
		file: `${chart} as rendered for an upgrade`,
		read: () => upgraded
	};
	gatherOthers({ note: UPGRADE_DIFFERS }, found, (others) => reportManifests([upgrade], others));
}
function helmMissing(chart, values) {
	const options = values.map((file) => ` --values ${file}`).join("");
	return programMissing("There is no `helm` on the PATH outside of the job's folders", `Install it on this machine, or run \`helm template ${chart}${options} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`);
}

// src/discovery/declared/kubernetes/kustomization.ts
const KUSTOMIZATIONS = [
	"kustomization.yaml",
	"kustomization.yml",
	"Kustomization"
];
const MAX_KUSTOMIZATIONS = 5e3;
const NO_PATHS = new Set("apiversion kind metadata nameprefix namesuffix namespace commonlabels labels commonannotations images imagetags replicas vars sortoptions generatoroptions buildmetadata".split(" "));
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
const OBJECTS = /* @__PURE__ */ new Set([
	"resources",
	"bases",
	"components"
]);
const SETTINGS = /* @__PURE__ */ new Set([
	"generators",
	"transformers",
	"validators"
]);
function isKustomization(document) {
	const version = text$2(child(document, "apiVersion"));
	return version === void 0 || version === "" || version.startsWith("kustomize.config.k8s.io/");
}
function isComponent(document) {
	return text$2(child(document, "kind")) === "Component";
}
function kustomizationIn(file, { files, found }) {
	const [document, second] = readDocuments(files.text(file), file, MANIFEST, found);
	if (document === void 0) return void 0;
	if (document.kind === "mapping" && second === void 0 && [...document.entries.keys()].every((key) => /^[a-z0-9]+$/i.test(key))) return document;
	throw faultAt({
		file,
		line: (second ?? document).line
	}, "discovery-manifest-invalid", "a kustomization is one mapping, whose fields have names of plain letters");
}
function kustomizationOf(folder, files) {
	return KUSTOMIZATIONS.map((name) => posix.join(folder, name)).find((each) => files.exists(each));
}
function foldersOf(file, access) {
	const walk = {
		access,
		folders: /* @__PURE__ */ new Set(),
		seen: /* @__PURE__ */ new Set()
	};
	enter(file, false, walk);
	return walk.folders;
}
function enter(file, isSettings, walk) {
	const key = JSON.stringify([file, isSettings]);
	if (walk.seen.has(key)) return;
	if (walk.seen.size === MAX_KUSTOMIZATIONS) throw tooLarge(`uses more than ${MAX_KUSTOMIZATIONS} kustomizations`);
	walk.seen.add(key);
	const document = kustomizationIn(file, walk.access);
	const folder = walk.access.files.real(posix.dirname(file));
	walk.folders.add(folder);
	for (const [key, value] of document?.entries ?? []) {
		const name = key.toLowerCase();
		const here = {
			file,
			folder,
			isSettings: isSettings || SETTINGS.has(name),
			walk
		};
		if (OBJECTS.has(name) || SETTINGS.has(name)) for (const each of value.kind === "list" ? value.items : [value]) use(each, SETTINGS.has(name), here);
		else if (!NO_PATHS.has(name)) refuseAddresses(value, here);
	}
}
function use(value, mayBeText, here) {
	const { file, isSettings, folder, walk } = here;
	const { files, found } = walk.access;
	const written = text$2(value) ?? "";
	const local = posix.join(folder, written);
	const read = (settings) => [...readDocuments(settings, file, MANIFEST, found)];
	const inline = mayBeText && /[\n{]/.test(written) && !files.exists(local) ? read(written) : [];
	const isInline = inline.length > 0 && inline.every(({ kind }) => kind === "mapping");
	if (value.kind !== "scalar") refuseAddresses(value, here);
	else if (!isInline && (isRemote(written) || /^\.\.(?:\/|$)/.test(local))) throw remote(written, value, here);
	if (files.isFolder(local)) {
		const inner = kustomizationOf(files.real(local), files);
		if (inner !== void 0) enter(inner, isSettings, walk);
	} else if (isSettings && (isInline || files.exists(local))) for (const document of isInline ? inline : read(files.text(local))) refuseAddresses(document, here);
}
function refuseAddresses(value, here) {
	if (value.kind === "list") for (const item of value.items) refuseAddresses(item, here);
	if (value.kind === "mapping") {
		for (const [key, inner] of value.entries) if (here.isSettings || !NO_PATHS_IN_ITEMS.has(key.toLowerCase())) refuseAddresses(inner, here);
	}
	const written = text$2(value) ?? "";
	if (/^(?:[^=]*=)?\s*[a-z][a-z0-9+.-]*:\/\//i.test(written)) throw remote(written, value, here);
}
const REMOTE = /^(?:[a-z][a-z0-9+.-]*:|[^/]*@|(?:[^/]*\.)?(?:github|gitlab|bitbucket)\.[a-z]+(?:[/:]|$))|\/\/|\?(?:ref|version|timeout|submodules)=|^[^/]*:|_git\//i;
function isRemote(path) {
	return REMOTE.test(path.trimStart()) || hasLogin(path, { isAddress: true });
}
function remote(path, { line }, { file }) {
	return elsewhere({
		file,
		line
	}, path);
}

// src/discovery/declared/kubernetes/build.ts
const MAX_TOTAL_MIB = 128;
const MIB = 1048576;
async function buildAll(files, access, allowance) {
	const { found } = access;
	const read = files.flatMap((file) => attempt(found, () => ({
		file,
		folders: [...foldersOf(file, access)]
	})) ?? []);
	const [first] = read;
	if (first === void 0) return [];
	const builders = await kustomizeBuilders(allowance);
	if (builders.length === 0) throw kustomizeMissing(first.file);
	const all = read.flatMap(({ folders }) => folders);
	using copy = copyOf(all, allowance.world, { isForKustomize: true });
	const { workspace } = copy;
	const built = [];
	const components = [];
	let left = MAX_TOTAL_MIB * MIB;
	for (const { file, folders } of read) {
		const [folder = ""] = folders;
		const outcome = await outcomeOf$1(async () => {
			const texts = [];
			for (const each of builders) {
				const question = {
					args: [
						...each.name === KUSTOMIZE ? ["build"] : [],
						RESTRICTED,
						join(workspace, folder)
					],
					workspace,
					refusal: "discovery-kustomize",
					what: folder
				};
				texts.push(await outputOf(each, question, allowance));
			}
			return texts.join("\n---\n");
		});
		if (!(outcome instanceof GateError)) {
			left -= outcome.length;
			if (left < 0) throw tooLarge(`has kustomizations with more than ${MAX_TOTAL_MIB} MiB of output in total`);
			built.push({
				file: `${file} as rendered`,
				folders,
				read: () => outcome
			});
		} else if (outcome.code === "discovery-kustomize" && isComponent(kustomizationIn(file, access))) components.push({
			file,
			folders
		});
		else found.problem(outcome);
	}
	if (built.length > 0) for (const { name, version, path } of builders) found.note(`Kustomizations were built by ${name} ${version} (${path}).`);
	const used = new Set(built.flatMap(({ folders }) => folders.slice(1)));
	const isUsed = ([folder = ""]) => used.has(folder);
	for (const { file, folders } of components) if (!isUsed(folders)) found.note("Components that Kustomize cannot build by themselves, and that no kustomization here uses", file);
	return built.map((each) => ({
		...each,
		isUsed: isUsed(each.folders)
	}));
}
const KUSTOMIZE = "kustomize";
const RESTRICTED = "--load-restrictor=LoadRestrictionsRootOnly";
async function kustomizeBuilders(allowance) {
	const versionIn = (text) => /^Kustomize Version: (\S{1,50})$/m.exec(text)?.[1];
	return [await deciderOf(KUSTOMIZE, ["version"], allowance), await deciderOf("kubectl kustomize", ["version", "--client"], allowance, versionIn)].filter((each) => each !== void 0);
}
function kustomizeMissing(file) {
	return programMissing(`${shown(file)} is a kustomization, and there is neither \`kustomize\` nor \`kubectl\` on the PATH outside of the job's folders`, `Install one of them on this machine, or run \`kustomize build ${posix.dirname(file)} > rendered.yaml\` first, and name that file by kubernetes:rendered.yaml.`);
}

// src/discovery/declared/kubernetes/kubernetes.ts
const COUNTS_TOO = "These files count by themselves, too, since the pattern matches them and no kustomization here deploys their images as they are. For what is deployed only through kustomizations, name their folders alone (kubernetes:FOLDER)";
async function readKubernetes(source, found, allowance) {
	const files = sourceFiles("manifest", allowance.world);
	const access = {
		files,
		found
	};
	const matching = matchingFiles(patternOf(source.glob, files), isManifest, allowance.world, found);
	const kustomizations = matching.filter((file) => isOwn(file, access));
	const outcome = await outcomeOf$1(() => buildAll(kustomizations, access, allowance));
	if (outcome instanceof GateError) found.problem(outcome);
	const built = outcome instanceof GateError ? [] : outcome;
	const folders = new Set(built.flatMap((each) => each.folders));
	const isUsed = (file) => [...folders].some((folder) => isWithin(folder, files.real(file)));
	const plain = matching.filter((file) => !kustomizations.includes(file)).map((file) => ({
		file,
		read: () => files.text(file),
		isUsed: isUsed(file)
	}));
	const texts = [...built, ...plain];
	reportManifests(texts.filter((text) => !text.isUsed), found);
	for (const text of texts.filter((each) => each.isUsed)) gatherOthers({
		note: COUNTS_TOO,
		file: text.file
	}, found, (others) => reportManifests([text], others));
}
function isManifest(path) {
	return isYaml(path) || KUSTOMIZATIONS.includes(posix.basename(path));
}
function patternOf(glob, files) {
	if (/[*?]/.test(glob) || !files.isFolder(glob)) return glob;
	return kustomizationOf(glob, files) ?? posix.join(glob, "**");
}
function isOwn(file, access) {
	if (!KUSTOMIZATIONS.includes(posix.basename(file))) return false;
	return attempt(access.found, () => isKustomization(kustomizationIn(file, access))) ?? true;
}

// src/discovery/declared/list.ts
function readList(source, found, { world }) {
	const bytes = readBytes("list of images", source.path, world);
	new TextDecoder(bytes[0] === 255 ? "utf-16le" : "utf-8").decode(bytes).split(/\r\n|\n|\r/).forEach((line, index) => {
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
}

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
const text$1 = string().max(4096);
const labels = orEmpty(record(string(), text$1), {});
const texts = orEmpty(array(text$1), []);
const containerList = array(object({
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
const podmanDigest = object({ Digest: string().refine(isDigest) }).transform(({ Digest }) => Digest);
const startedImage = object({ Config: object({ Image: text$1 }) }).transform(({ Config }) => Config.Image);
const STATES = {
	docker: [
		"running",
		"paused",
		"restarting"
	],
	podman: ["running", "paused"]
};
async function readDocker(_, found, { world, end }) {
	const address = findEngine(world);
	using client = openEngine(address, world, end - performance.now());
	const engine = await engineKind(client);
	const filters = encodeURIComponent(JSON.stringify({ status: STATES[engine] }));
	const containers = await client.read(`/containers/json?filters=${filters}`, MAX_LIST, containerList);
	if (containers === void 0) throw wrongAnswer(client.host, "has no list of containers");
	for (const note of address.notes) found.note(note);
	const inspected = memoize((id) => client.read(`/images/${id}/json`, MAX_ANSWER$1, inspectedImage));
	const images = await atATime(client.atOnce, containers, (container) => outcomeOf$1(() => imageOf(container, {
		address,
		engine,
		client,
		inspected
	})));
	if (world.signal.aborted) throw cancelled();
	const local = `In no registry, and so scanned from the container engine at ${address.host}, known by the ImageID`;
	for (const [index, image] of images.entries()) if (image instanceof GateError) found.problem(image);
	else {
		found.add(image, placeOf(containers[index], address.machine));
		if (image.local !== void 0) found.note(local, image.reference);
	}
}
async function engineKind(client) {
	const answer = await client.get("/_ping", MAX_ANSWER$1);
	if (answer === void 0) throw wrongAnswer(client.host, "does not answer as Docker or Podman does");
	return answer.headers["libpod-api-version"] === void 0 ? "docker" : "podman";
}
async function imageOf(container, of) {
	const { address, engine, client, inspected } = of;
	const { imageId } = container;
	const held = await inspected(imageId);
	if (held === void 0) throw fault("discovery-image-gone", `The container ${JSON.stringify(placeOf(container, address.machine))} runs the image ${imageId}, which its engine does not have any more`);
	const written = await writtenImage(container, client);
	const named = nameImage(written ?? "", await repoDigests(held, written, imageId, of));
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
		...held.platform === void 0 ? {} : { platform: processorOf(held.platform) },
		heldBy
	};
}
function processorOf(platform) {
	return platform.replace(/^([^/]+\/(?!arm\/)[^/]+)\/.*$/, "$1");
}
async function writtenImage({ id, image, imageId }, client) {
	const isId = (text) => imageId.startsWith(`sha256:${text.replace(/^sha256:/, "")}`) && /[0-9a-f]{12}/.test(text);
	const name = isId(image) ? await client.read(`/containers/${id}/json`, MAX_ANSWER$1, startedImage) : image;
	return name === void 0 || isId(name) || parseReference(name) === void 0 || isDigest(name) ? void 0 : name;
}
async function repoDigests(held, written, imageId, { engine, client }) {
	const name = written === void 0 ? void 0 : parseReference(written)?.name;
	if (held.repoDigests.length > 0 || name === void 0 || registryHost(name) === "localhost") return held.repoDigests;
	const path = `/v4.0.0/libpod/images/${imageId.replace("sha256:", "")}/json`;
	const ask = async () => engine === "podman" ? client.read(path, MAX_ANSWER$1, podmanDigest) : void 0;
	const digest = held.digest ?? await ask();
	return digest === void 0 ? [] : [`${name}@${digest}`];
}
function placeOf({ name, labels }, machine) {
	const compose = labels["com.docker.compose.project"] || labels["io.podman.compose.project"];
	const swarm = labels["com.docker.swarm.service.name"];
	const service = [compose, labels["com.docker.compose.service"]].filter(Boolean).join("/");
	const group = compose ? ` (Compose ${short(service)})` : swarm ? ` (Swarm ${short(swarm)})` : "";
	return `${machine} ${short(name)}${group}`;
}

// src/discovery/live/pods.ts
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
	const from = (containers, statuses) => {
		const ids = new Map(statuses.map(({ name, imageID }) => [name, imageID ?? ""]));
		return containers.map(({ name, image }) => ({
			place: `${owner}/${short(name)}`,
			nodeName: spec.nodeName,
			image: whatRuns(image, ids.get(name) ?? "")
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
	if (own === void 0) return void 0;
	if (id === "") return {
		reference: written,
		...own.digest === void 0 ? {} : { digest: own.digest }
	};
	const named = isLocalName(own.name) ? void 0 : nameImage(written, [id]);
	return named && {
		reference: written,
		digest: named.digest
	};
}
const HASHES = {
	deployment: "pod-template-hash",
	rollout: "rollouts-pod-template-hash"
};
function workloadOf({ name, labels, ownerReferences }) {
	const owner = ownerReferences.find(({ controller }) => controller === true);
	if (owner === void 0 || owner.kind === "Node") return ["pod", name];
	if (owner.kind === "ReplicaSet") for (const [kind, label] of Object.entries(HASHES)) {
		const end = `-${labels?.[label]}`;
		if (labels?.[label] && owner.name.endsWith(end)) return [kind, owner.name.slice(0, -end.length)];
	}
	const [, cronJob] = owner.kind === "Job" && OF_CRON_JOB.exec(owner.name) || [];
	return cronJob === void 0 ? [owner.kind.toLowerCase(), owner.name] : ["cronjob", cronJob];
}
const OF_CRON_JOB = /^(.+)-(?:2[7-9]|3\d)\d{6}$/;

// src/discovery/live/kubectl.ts
const MAX_ANSWER = 134217728;
async function readKubectl(source, found, allowance) {
	const kubectl = kubectlFor(source, allowance);
	const pods = await kubectl.get([
		"pods",
		"--all-namespaces",
		"--field-selector=status.phase!=Succeeded,status.phase!=Failed"
	], podImages);
	const unclear = new Set(pods.filter(({ image }) => image === void 0).map(({ place }) => place));
	if (unclear.size > 0) found.problem(fault("discovery-image-unknown", `The images of some containers are not valid image references, or are known only by an ImageID of their node: ${listSome([...unclear], 20)}`));
	const nodes = pods.length > 0 ? await platformsOf(kubectl, found) : void 0;
	for (const { image, place, nodeName } of pods) {
		const platform = nodes?.get(nodeName ?? "");
		if (image !== void 0) found.add({
			...image,
			...platform && { platform }
		}, place);
	}
}
async function platformsOf(kubectl, found) {
	const nodes = await outcomeOf$1(() => kubectl.get(["nodes"], nodePlatforms));
	if (!(nodes instanceof GateError)) return nodes;
	if (nodes.code === "discovery-cluster-forbidden") found.note(`The nodes of ${kubectl.cluster} cannot be listed with this login, so its images' platform is unknown.`);
	else found.problem(nodes);
}
function kubectlFor({ context }, { world, end }) {
	const program = findProgram("kubectl", world);
	if (program === void 0) throw programMissing("There is no program `kubectl` on the PATH", "Install it on this machine. Folders that the job itself fills do not count.");
	const cluster = context === void 0 ? "the current cluster" : `the cluster of the context ${JSON.stringify(context)}`;
	const env = kubectlEnvironment(world);
	return {
		cluster,
		async get(what, parse) {
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
				maxCapture: MAX_ANSWER
			});
			if (result.aborted) throw cancelled();
			const subject = `The ${what[0]} of ${cluster}`;
			if (result.timedOut) throw unreachable(subject, "kubectl did not finish in time");
			if (/\(Forbidden\)/.test(result.stderr) && result.code !== 0) throw fault("discovery-cluster-forbidden", `${subject} cannot be listed with this login: ${reasonOf(result)}`);
			if (result.code !== 0) throw unreachable(subject, reasonOf(result));
			if (Buffer.byteLength(result.stdout) >= MAX_ANSWER) throw tooLarge(`has an answer of ${cluster} with ${MAX_ANSWER / 1024 ** 2} MiB or more`);
			try {
				return parse(JSON.parse(result.stdout));
			} catch {
				throw unreachable(subject, "the answer does not come from a Kubernetes API");
			}
		}
	};
}
function unreachable(subject, why) {
	return fault("discovery-cluster-unreachable", `${subject} cannot be listed: ${why}`);
}
const NAMES = [
	...NETWORK_VARIABLES,
	"HOME",
	"USER",
	"USERPROFILE",
	"KUBERNETES_SERVICE_HOST",
	"KUBERNETES_SERVICE_PORT",
	"USE_GKE_GCLOUD_AUTH_PLUGIN"
];
const AZURE_LOGIN = /^AAD_/;
function kubectlEnvironment(world) {
	const { env, runFolder } = world;
	const names = [
		...NAMES,
		...cloudVariables(env),
		...Object.keys(env).filter((name) => AZURE_LOGIN.test(name))
	];
	return {
		...inherited(world, names),
		...env.KUBECONFIG ? { KUBECONFIG: absolute(env.KUBECONFIG, world) } : {},
		PATH: programPath(world),
		KUBECACHEDIR: join(runFolder, "private", "kube"),
		KUBERC: "off"
	};
}
function absolute(files, { workspace }) {
	return files.split(delimiter).map((file) => file && resolve$1(workspace, file)).join(delimiter);
}

// src/discovery/registries/errors.ts
const REMEDIES = {
	"image-not-found": "Correct the line of `discover`. Some registries give the same answer if the login has no access.",
	"image-denied": "Log in first (`docker login`) with an account that may list and pull there.",
	"registry-unreachable": "Check that the line of `discover` names a registry, or for `harbor:` a Harbor from 2.5, and the way to it: proxy, firewall, a login page in front of it."
};
function failure(what, cause, { world, signal }) {
	if (world.signal.aborted) throw cancelled();
	if (cause instanceof GateError) return cause;
	if (cause instanceof TooManyError) return fault("discovery-too-large", `${cause.what} are more than ${number(cause.most)}, which is the limit`);
	const { code, what: said, remedy } = registryFault(cause, { signal }).asError(what);
	return new GateError(code, said, REMEDIES[code] ?? remedy, { cause });
}

// src/discovery/registries/harbor.ts
const AT_ONCE = 4;
async function readHarbor(source, found, allowance) {
	const { origin, project, line } = source;
	try {
		const login = await allowance.credentials(`${new URL(origin).host}/${project}/any`);
		const api = harborApi(origin, login && basicAuthorization(login), allowance.signal);
		const repositories = await repositoriesOf(source, api);
		if (repositories.length === 0) found.note(`No repository fits ${line}.`);
		let count = 0;
		const outcomes = await atATime(AT_ONCE, repositories, async (repository) => {
			const what = `The list of images of ${project}/${repository} on ${origin}`;
			const outcome = await imagesOf(repository, source, api).catch((thrown) => failure(what, thrown, allowance));
			if (!(outcome instanceof GateError)) count += outcome.images.length;
			if (count > 2e4) throw new TooManyError(`The images of the project ${project}`, MAX_IMAGES);
			return outcome;
		});
		for (const [index, outcome] of outcomes.entries()) {
			if (outcome instanceof GateError) {
				found.problem(outcome);
				continue;
			}
			const repository = `${project}/${repositories[index]}`;
			for (const type of outcome.others) found.note("These are not images, and are skipped", `${type} in ${repository}`);
			if (outcome.images.length === 0) found.note("These repositories have no image with a matching tag", repository);
			for (const { tag, ...image } of outcome.images) found.add(image, `${repository}:${tag}`);
		}
	} catch (thrown) {
		throw failure(`The list of repositories of the project ${project} on ${origin}`, thrown, allowance);
	}
}
async function repositoriesOf({ project, repositories }, api) {
	if (repositories !== void 0 && !/[*?]/.test(repositories)) return [repositories];
	const fits = compileGlob(repositories ?? "**");
	return (await api.repositories(project)).map((name) => {
		if (!name.startsWith(`${project}/`) || parseReference(name)?.name !== name) throw new FinalError("a repository has an invalid name");
		return name.slice(project.length + 1);
	}).filter(fits).sort(compareText);
}
const ATTACHED = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;
const IMAGE = "IMAGE";
async function imagesOf(name, source, api) {
	const { origin, project } = source;
	const artifacts = await api.artifacts(project, name);
	const isAttached = ({ name: tag }) => ATTACHED.test(tag) && tag !== source.tags;
	const kinds = Map.groupBy(artifacts, ({ type, tags }) => {
		if (type.toUpperCase() !== IMAGE) return type;
		return tags?.length && tags.every(isAttached) ? "signature or attestation" : IMAGE;
	});
	const images = newestOf(kinds.get(IMAGE) ?? [], source).map(({ digest, tag }) => {
		const reference = `${new URL(origin).host}/${project}/${name}:${tag}`;
		if (!isDigest(digest) || parseReference(reference) === void 0) throw new FinalError("an image has an invalid name or digest");
		return {
			reference,
			digest,
			harbor: origin,
			tag
		};
	});
	kinds.delete(IMAGE);
	return {
		images,
		others: kinds.keys()
	};
}
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

// src/discovery/registries/registry.ts
const MAX_NAMES = 20;
const MAX_TAGS = 1e5;
async function readRegistry(source, found, allowance) {
	const { repository } = source;
	const path = repository.slice(repository.indexOf("/") + 1);
	const tags = await listTags(repositoryName(repository), MAX_TAGS, allowance).catch((thrown) => {
		throw failure(`The list of tags of ${repository}`, thrown, allowance);
	});
	for (const tag of chooseTags(tags, source, found)) found.add({ reference: `${repository}:${tag}` }, `${path}:${tag}`);
}
function chooseTags(all, { repository, tags: pattern = "*", newest }, found) {
	const fits = compileGlob(pattern);
	const fitting = all.filter(fits);
	if (fitting.length === 0) found.note(`No tag of ${repository} fits ${pattern}; it has ${number(all.length)}.`);
	if (fitting.length === 0 || !/[*?]/.test(pattern)) return fitting;
	const versions = fitting.filter(isVersion).sort(newestFirst).filter((tag, index, sorted) => index === 0 || compareSemver(tag, sorted[index - 1]) !== 0);
	const others = fitting.filter((tag) => !isVersion(tag)).sort(compareText);
	if (versions.length === 0) throw new GateError("discovery-no-version", `No tag of ${repository} that fits ${pattern} is a version, so none is the newest: ${listSome(others, MAX_NAMES)}`, `Name one tag: \`registry:${repository}:${others[0]}\`.`);
	const tags = versions.slice(0, newest);
	if (tags.length < fitting.length) found.note(`${repository} has ${number(all.length)} tags, of which ${number(fitting.length)} fit ${pattern}; those that count are ${listSome(tags, MAX_NAMES)}.`);
	for (const tag of others) found.note(`These tags of ${repository} are not versions, and are skipped`, tag);
	return tags;
}
function isVersion(tag) {
	return compareSemver(tag, tag) !== void 0;
}
function newestFirst(a, b) {
	return (compareSemver(b, a) ?? 0) || b.length - a.length || compareText(a, b);
}

// src/discovery/index.ts
const SOURCE_DEADLINE_MS = 6e5;
async function discover(sources, world, access) {
	const reads = /* @__PURE__ */ new Map();
	const read = async (source) => {
		reads.set(source, await gathered(source.line, (found) => reading(source, found, world, access)));
	};
	for (const source of sources) if (!isLive(source)) await read(source);
	await Promise.all(sources.filter(isLive).map(read));
	const inOrder = sources.map((source) => [source, reads.get(source)]);
	return {
		images: inOrder.flatMap(([, { images }]) => images),
		sources: inOrder.map(([source, each]) => outcomeOf(source, each))
	};
}
function isLive({ kind }) {
	return kind === "docker" || kind === "kubectl" || kind === "registry" || kind === "harbor";
}
const READERS = {
	file: readList,
	docker: readDocker,
	compose: readCompose,
	kubectl: readKubectl,
	kubernetes: readKubernetes,
	helm: readHelm,
	registry: readRegistry,
	harbor: readHarbor
};
async function reading(source, found, world, access) {
	const { credentials, timeoutMs = SOURCE_DEADLINE_MS } = access;
	const signal = AbortSignal.any([world.signal, timeLimit(timeoutMs)]);
	const allowance = {
		world,
		credentials,
		end: performance.now() + timeoutMs,
		signal
	};
	await READERS[source.kind](source, found, allowance);
}
function outcomeOf({ line }, { images, notes, problem }) {
	const error = problem === void 0 && images.length === 0 ? fault("discovery-no-image", `The source ${JSON.stringify(line)} names no image`) : problem;
	return {
		source: line,
		images: images.length,
		notes,
		...error && { error: described(error) }
	};
}

// src/actions/rescan/running.ts
async function findRunning(inputs, run, world) {
	const asking = {
		credentials: credentialsFor(world),
		timeoutMs: inputs.timeout
	};
	const { images, sources } = await discover(inputs.discover, world, asking);
	run.sources = sources;
	if (images.length > 0) return images;
	const error = sources.find((source) => source.error !== void 0)?.error;
	throw new GateError(error?.code ?? "no-running-image", error?.what ?? "No source of `discover` names an image", error?.remedy ?? "Check what the sources point at.");
}
async function resolve(found, isStored, run, world) {
	const manifests = registryReader({
		credentials: credentialsFor(world),
		signal: world.signal
	});
	const resolved = await resolveRunning(found, {
		manifests,
		isStored
	});
	run.sources = run.sources.map((each) => ({
		...each,
		notes: [...each.notes, ...resolved.notes.get(each.source) ?? []]
	}));
	return resolved;
}
function hasReport({ harborReport }, { harbor }) {
	return harborReport && harbor !== void 0;
}
async function reportsOf(inputs, images, world) {
	const addresses = new Set(images.flatMap((image) => hasReport(inputs, image) ? image.harbor ?? [] : []));
	if (addresses.size === 0) return void 0;
	const origins = [...addresses].flatMap((address) => {
		const source = parseSource(`harbor:${address}/any`);
		return "kind" in source && source.kind === "harbor" ? [source.origin] : [];
	});
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