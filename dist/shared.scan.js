import { GateError, asGateError, cancelled, described, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, sha256OfBytes, tryOr, writeFileSync } from "./shared.thread.js";
import { SCANNER, clipped, databaseStore, entriesOf, isInRepository, isWithin, memoize, oncePer, readGivenFile, readGivenStart, realGivenPath, removedAtEnd, repositoryPath, scannerNamed, statusOf } from "./shared.start.js";
import { SEVERITIES, confirmedForms, hasUnconfirmedTag, imageNaming, isNamedAsFile, parseReference, referenceForms } from "./shared.names.js";
import { ZodArray, ZodCatch, ZodNullable, ZodObject, ZodOptional, ZodPipe, ZodRecord } from "./package.zod.js";
import { ADVICE_MS, DEFAULT_POLICY, EMPTY_POLICY, GIVEN_REPORT, GIVEN_REPORT_NAME, INPUT_NAMES, MATCH, addTo, andMore, capability, codedLetters, counted, countedUnder, dayOf, defaultName, fallsUnder, isSbomFormat, judgedAmong, listSome, namedFile, namedTargets, noCommand, number, openCache, pathEnd, plain, planFiles, programWish, reportReaders, shorten, visible, withoutLogin, withoutRunnerPath } from "./shared.inputs.js";
import { availableParallelism } from "node:os";
import { basename, dirname, isAbsolute, join as join$1, relative, resolve, sep } from "node:path";
import { styleText } from "node:util";
import { setImmediate as setImmediate$1 } from "node:timers/promises";

// src/system/background.ts
function background(signal) {
	const scope = new AbortController();
	const begun = [];
	return {
		begin(work) {
			const done = work(AbortSignal.any([signal, scope.signal]));
			begun.push(done.catch(() => {}));
			return done;
		},
		async [Symbol.asyncDispose]() {
			scope.abort();
			await Promise.all(begun);
		}
	};
}
const MAX_TIMER_MS = 2147483647;
function timeLimit(ms) {
	return AbortSignal.timeout(Math.min(Math.max(Math.ceil(ms), 0), MAX_TIMER_MS));
}
function untilAborted(work, signal) {
	const { promise, reject } = Promise.withResolvers();
	const stop = () => reject(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	if (signal.aborted) stop();
	return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", stop));
}

// src/system/pool.ts
function atMost(count) {
	const waiting = [];
	let running = 0;
	return async (work) => {
		if (running >= count) await new Promise((resolve) => waiting.push(resolve));
		else running += 1;
		try {
			return await work();
		} finally {
			setImmediate(() => {
				const next = waiting.shift();
				if (next) next();
				else running -= 1;
			});
		}
	};
}
async function atATime(count, items, work) {
	const stop = new AbortController();
	const inTurn = atMost(count);
	const results = [];
	const one = async (item, index) => {
		if (stop.signal.aborted) return;
		try {
			results[index] = await work(item, stop.signal);
		} catch (error) {
			stop.abort(error);
		}
	};
	await Promise.all(items.map((item, index) => inTurn(() => one(item, index))));
	stop.signal.throwIfAborted();
	return results;
}

// src/domain/image/platform.ts
function parsePlatform(name) {
	const [words = "", osVersion] = name.split(" ");
	const [os, architecture, variant, ...more] = words.split("/");
	if (!os || !architecture || variant === "" || more.length > 0) return void 0;
	return {
		os,
		architecture,
		variant,
		osVersion
	};
}
function platformName({ os, architecture, variant }) {
	return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}
function bestFor(asked, found, platformOf) {
	const parsed = parsePlatform(asked);
	if (parsed === void 0) return [];
	const wanted = normalized(parsed);
	const isFor = (variant) => (each) => {
		const platform = platformOf(each);
		if (platform === void 0) return false;
		const own = normalized(platform);
		return own.base === wanted.base && own.variant === variant && (parsed.osVersion === void 0 || platform.osVersion === parsed.osVersion);
	};
	const exact = found.filter(isFor(wanted.variant));
	if (exact.length > 0) return exact;
	const plain = found.filter(isFor(""));
	return plain.length > 0 ? plain : found.filter((each) => platformOf(each) === void 0);
}
function platformMatches(asked, found) {
	const [wanted, own] = [parsePlatform(asked), parsePlatform(found ?? "")];
	if (wanted === void 0 || own === void 0) return false;
	const [a, b] = [normalized(wanted), normalized(own)];
	return a.base === b.base && (!wanted.variant || !own.variant || a.variant === b.variant);
}
const ARCHITECTURES = {
	i386: ["386", ""],
	x86_64: ["amd64"],
	"x86-64": ["amd64"],
	aarch64: ["arm64"],
	armhf: ["arm", "v7"],
	armel: ["arm", "v6"]
};
const OF_SYSTEMS = {
	armv7: "arm",
	i686: "386",
	x86: "386",
	ppc64el: "ppc64le"
};
function architectureOf(name) {
	return OF_SYSTEMS[name] ?? ARCHITECTURES[name]?.[0] ?? name;
}
function normalized({ os, architecture, variant = "" }) {
	const name = architecture.toLowerCase();
	const [known, fixed] = (Object.hasOwn(ARCHITECTURES, name) ? ARCHITECTURES[name] : void 0) ?? [name];
	const system = os.toLowerCase();
	const usual = usualVariant(known, fixed ?? variant.toLowerCase());
	return {
		base: `${system === "macos" ? "darwin" : system}/${known}`,
		variant: usual
	};
}
function usualVariant(architecture, variant) {
	if (architecture === "amd64") return variant === "v1" ? "" : variant;
	if (architecture === "arm64") {
		if ([
			"8",
			"v8",
			"v8.0"
		].includes(variant)) return "";
		return [
			"9",
			"9.0",
			"v9.0"
		].includes(variant) ? "v9" : variant;
	}
	if (architecture !== "arm") return variant;
	if (variant === "") return "v7";
	return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}
function unjudgedPlatforms(targets) {
	const judged = judgedAmong(targets).flatMap(({ target, scan: { artifact } }) => artifact.index === void 0 ? [] : [{
		target,
		artifact,
		index: artifact.index
	}]);
	const looked = new Set(judged.map(({ artifact }) => artifact.digest));
	const keyOf = ({ index }) => index.digest ?? index.images.map(({ digest }) => digest).join();
	return [...Map.groupBy(judged, keyOf).values()].flatMap(([first]) => {
		if (first === void 0) return [];
		const { images } = first.index;
		const others = images.filter(({ digest }) => !looked.has(digest)).map((image) => image.platform ?? image.digest);
		const own = images.find(({ digest }) => digest === first.artifact.digest)?.platform;
		return others.length === 0 ? [] : [{
			target: first.target,
			judged: own,
			others: [...new Set(others)]
		}];
	});
}

// src/domain/json/checked.ts
var Malformed = class extends Error {};
function checked(schema, value) {
	const { success, data, error } = schema.safeParse(value);
	if (success) return data;
	const [issue] = error.issues;
	const place = placeOf(issue?.path ?? []);
	const at = place === "" ? "" : ` at \`${place}\``;
	throw new Malformed(issue?.code === "unrecognized_keys" ? `it has the unknown key ${JSON.stringify(issue.keys[0]?.slice(0, 100))}${at}` : `it has a wrong or missing value${at}`);
}
function parsedJson(bytes, what) {
	try {
		return JSON.parse(bytes.toString());
	} catch {
		throw new Malformed(`${what} is not JSON`);
	}
}
function placeOf(path) {
	return path.map((key) => typeof key === "number" ? `[${key}]` : `.${String(key).slice(0, 100)}`).join("").replace(/^\./, "");
}
function orEmpty(schema, empty) {
	return schema.nullish().transform((value) => value ?? empty);
}

// src/domain/json/parse-strict.ts
const MOST_LEVELS$1 = 100;
var JsonFault = class extends Error {
	kind;
	constructor(kind, message, options) {
		super(message, options);
		this.kind = kind;
	}
};
function parseStrict(bytes, schema) {
	return readStrict(bytes, schema).value;
}
function readStrict(bytes, schema) {
	const text = textOf(bytes);
	const { fault, keys } = keysIn(text);
	if (fault === "too deep") throw new JsonFault("unreadable", `is nested deeper than ${100} levels`);
	const value = parsed(text);
	if (fault !== void 0) throw new JsonFault("ambiguous", `has a duplicate key in one object, at line ${text.slice(0, fault).split("\n").length}`);
	const meant = schema && misspeltKey(keys, schema);
	if (meant !== void 0) throw new JsonFault("ambiguous", `has a key that only some programs read as "${meant}"`);
	return {
		value,
		keys
	};
}
function textOf(bytes) {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (cause) {
		if (cause instanceof TypeError) throw new JsonFault("unreadable", "is not UTF-8", { cause });
		throw new JsonFault("too-large", "is larger than can be read at once", { cause });
	}
}
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch (cause) {
		const isEmpty = text.trim() === "";
		throw new JsonFault("unreadable", isEmpty ? "is empty" : "is not JSON, or only a part of it", { cause });
	}
}
const QUOTE = 34;
const BACKSLASH = 92;
var Keys = class Keys {
	within;
	open = 0;
	owner = 0;
	written = "";
	first;
	next;
	at(key) {
		this.within ??= /* @__PURE__ */ new Map();
		let place = this.within.get(key);
		if (place === void 0) {
			place = new Keys();
			this.within.set(key, place);
		}
		return place;
	}
};
function keysIn(text) {
	const root = new Keys();
	const around = [];
	let here = root;
	let member = root;
	let objects = 0;
	let expectsKey = false;
	let fault;
	for (let at = 0; at < text.length; at++) switch (text.charCodeAt(at)) {
		case QUOTE: {
			if (!expectsKey) {
				at = endOfString(text, at + 1);
				break;
			}
			const place = keyAt(text, at, here, member);
			if (place.owner === here.open) fault ??= at;
			place.owner = here.open;
			member = place;
			expectsKey = false;
			at += place.written.length - 1;
			break;
		}
		case 123:
		case 91:
			if (around.push(here) > 100) return {
				fault: "too deep",
				keys: root
			};
			here = here.open > 0 ? member : here.at();
			expectsKey = text.charCodeAt(at) === 123;
			here.open = expectsKey ? ++objects : 0;
			member = here;
			break;
		case 125:
		case 93:
			member = here;
			here = around.pop() ?? root;
			break;
		case 44: expectsKey = here.open > 0;
	}
	return {
		fault,
		keys: root.at()
	};
}
function keyAt(text, at, here, before) {
	const expected = before === here ? here.first : before.next;
	if (expected !== void 0 && text.startsWith(expected.written, at)) return expected;
	const end = endOfString(text, at + 1);
	const place = here.at(keyOf(text.slice(at + 1, end)));
	place.written = text.slice(at, end + 1);
	if (before === here) here.first = place;
	else before.next = place;
	return place;
}
function endOfString(text, start) {
	for (let at = start;; at++) {
		at = text.indexOf("\"", at);
		if (at === -1) return text.length;
		let from = at;
		while (from > start && text.charCodeAt(from - 1) === BACKSLASH) from--;
		if ((at - from) % 2 === 0) return at;
	}
}
function keyOf(written) {
	if (!written.includes("\\")) return written;
	try {
		return JSON.parse(`"${written}"`);
	} catch {
		return written;
	}
}
function misspeltKey({ within }, schema) {
	const { item, entry, keys, folded } = shapeOf(schema);
	for (const [key, place] of within ?? []) {
		const own = key === void 0 ? item : entry ?? keys?.get(key);
		const meant = own === void 0 ? folded?.get(fold$1(key ?? "")) : misspeltKey(place, own);
		if (meant !== void 0) return meant;
	}
}
const shapeOf = oncePer((schema) => {
	const inner = unwrapped(schema);
	if (inner instanceof ZodArray) return { item: inner.element };
	if (inner instanceof ZodRecord) return { entry: inner.valueType };
	if (!(inner instanceof ZodObject)) return {};
	const keys = new Map(Object.entries(inner.shape));
	return {
		keys,
		folded: new Map([...keys.keys()].map((key) => [fold$1(key), key]))
	};
});
function unwrapped(schema) {
	if (schema instanceof ZodPipe) return unwrapped(schema.in);
	if (schema instanceof ZodOptional || schema instanceof ZodNullable || schema instanceof ZodCatch) return unwrapped(schema.unwrap());
	return schema;
}
function fold$1(key) {
	return key.toUpperCase().toLowerCase();
}

// src/domain/policy/glob.ts
const MOST_WORK = 2e8;
var PatternsTooCostly = class extends Error {
	name = "PatternsTooCostly";
	code = "patterns-too-costly";
	what = "The patterns (`*`, `**`, `?`) and the texts that they are compared with have too many ways to match";
	remedy = "Write fewer patterns, or patterns with fewer stars: `**/name` instead of a star between all letters.";
};
const one = (text, from) => from.filter((at) => at < text.length && text[at] !== "/").map((at) => at + (text.codePointAt(at) > 65535 ? 2 : 1));
const star = (text, from) => {
	const found = [];
	for (const start of from) {
		let at = Math.max(start, (found.at(-1) ?? -1) + 1);
		while (at <= text.length && (at === start || text[at - 1] !== "/")) found.push(at++);
	}
	return found;
};
const anywhere = (isSegment) => (text, [start = text.length + 1]) => {
	const found = [];
	for (let at = start; at <= text.length; at++) if (!isSegment || at === start || text[at - 1] === "/") found.push(at);
	return found;
};
function literal(part) {
	return (text, from) => from.filter((at) => text.startsWith(part, at)).map((at) => at + part.length);
}
function partsOf(glob) {
	return [...glob.matchAll(/(?<=^|\/)\*{2,}\/|\*{2,}|\*|\?|[^*?]+/g)].map(([word]) => {
		if (word.startsWith("**")) return anywhere(word.endsWith("/"));
		return word === "?" ? one : word === "*" ? star : literal(word);
	});
}
function compileGlob(pattern, work) {
	const glob = pattern.replace(/^\/+/, "").replace(/(?<=^|\/)(?:\*{2,}\/)+/g, "**/");
	const parts = partsOf(glob);
	const [first = ""] = /^[^*?]*/.exec(glob) ?? [];
	const last = glob.slice(Math.max(...[
		"*",
		"?",
		"/"
	].map((sign) => glob.lastIndexOf(sign))) + 1);
	return (given) => {
		const text = given.replace(/^\/+/, "");
		if (!text.startsWith(first) || !text.endsWith(last)) return false;
		let ends = [0];
		for (const part of parts) {
			ends = part(text, ends);
			if (work === void 0) continue;
			work.left -= ends.length;
			if (work.left < 0) throw new PatternsTooCostly();
		}
		return ends.at(-1) === text.length;
	};
}
function compileGlobs(rules) {
	const matchers = rules.map(({ glob, value }) => ({
		isMatch: compileGlob(glob),
		value
	}));
	return (text) => [...new Set(matchers.flatMap(({ isMatch, value }) => isMatch(text) ? [value] : []))];
}
function compileImageGlobs(items) {
	const rules = items.flatMap((value) => (value.images ?? []).map((glob) => ({
		glob,
		value
	})));
	const matching = compileGlobs(rules);
	const valuesOf = (forms) => new Set(forms.flatMap((form) => [...matching(form)]));
	let byContent;
	return (references) => {
		const all = valuesOf(references.flatMap(referenceForms));
		if (!references.some(hasUnconfirmedTag)) return {
			all,
			confirmed: all
		};
		const forms = references.flatMap(confirmedForms);
		byContent ??= compileGlobs(rules.flatMap(digestRule));
		const confirmed = valuesOf(forms);
		for (const form of forms) for (const value of byContent(form)) confirmed.add(value);
		return {
			all,
			confirmed
		};
	};
}
function digestRule({ glob, value }) {
	const at = glob.lastIndexOf("@");
	const colon = at === -1 ? -1 : glob.lastIndexOf(":", at);
	if (colon <= glob.lastIndexOf("/", at) || !/^@[a-z0-9]+:[0-9a-f]+$/.test(glob.slice(at))) return [];
	return [{
		glob: glob.slice(0, colon) + glob.slice(at),
		value
	}];
}

// src/scan/given-reports.ts
const LONGEST_NAME = 300;
const START_BYTES = 16384;
function isPattern(path) {
	return /[*?]/.test(path);
}
function matchingReports(input, folders) {
	if (!isPattern(input)) return [input];
	const { workspace } = folders;
	const whole = resolve(workspace, input);
	const segments = whole.split(sep);
	const top = segments.slice(0, segments.findIndex(isPattern)).join(sep) || sep;
	if (tryOr(() => realGivenPath({
		what: "given report",
		path: top
	}, folders), void 0) === void 0) return void 0;
	const matches = compileGlob(whole.slice(top.length).split(sep).join("/"));
	const waiting = [top];
	const files = [];
	for (let folder = waiting.pop(); folder !== void 0; folder = waiting.pop()) for (const entry of entriesOf(folder)) (entry.isDirectory() ? waiting : files).push(join$1(folder, entry.name));
	const found = files.filter((path) => matches(relative(top, path).split(sep).join("/"))).sort();
	if (found.length === 0) return void 0;
	const shown = (path) => input.startsWith(sep) ? path : relative(workspace, path);
	return found.map(shown);
}
function reportedName(path, readers, folders) {
	const name = tryOr(() => {
		const start = readGivenStart({
			what: GIVEN_REPORT_NAME,
			path
		}, START_BYTES, folders).toString("utf8");
		return readers.map((reader) => reader.subjectIn?.(start)).find((each) => each !== void 0);
	}, void 0);
	return name === void 0 ? void 0 : withoutRunnerPath(withoutLogin(name)).slice(0, LONGEST_NAME);
}

// src/scan/targets.ts
const EVERY_PLATFORM = "all";
function resolveTargets(inputs, readers, world) {
	const every = inputs.platform.includes(EVERY_PLATFORM);
	const platforms = inputs.platform.length === 0 || every ? [void 0] : inputs.platform;
	for (const line of inputs.image) warnOfTwoReadings(namedFile(line), world);
	const of = (kind, items) => items.map((input) => ({
		kind,
		input,
		label: shortPath(input, world)
	}));
	const all = [
		...inputs.image.flatMap((line) => platforms.map((platform) => imageTarget(namedFile(line), platform, world))).map((target) => every ? {
			...target,
			everyPlatform: true
		} : target),
		...of("path", inputs.path),
		...of("repository", inputs.repository),
		...of("sbom", inputs.sbom),
		...inputs.trivyReport.flatMap((line) => reportTargets(line, readers.slice(0, 1), world)),
		...(inputs.scanReport ?? []).flatMap((line) => reportTargets(line, readers, world)).map((target) => ({
			...target,
			anyScanner: true
		}))
	];
	return [...Map.groupBy(all, (target) => identity(target, world)).values()].flatMap(([first]) => first ?? []);
}
function withOpinions(targets) {
	const isImage = ({ kind }) => kind === "image";
	const reports = targets.filter(({ kind }) => kind === GIVEN_REPORT);
	if (reports.length === 0 || targets.filter(isImage).length !== 1) return targets;
	return targets.filter(({ kind }) => kind !== GIVEN_REPORT).map((target) => isImage(target) ? {
		...target,
		opinions: reports
	} : target);
}
function identity({ kind, platform = "", input, as = "" }, { workspace }) {
	const path = resolve(workspace, input);
	return `${kind} ${platform} ${as} ${(kind === "image" ? isNamedAsFile(input) || isImageFile(path, statusOf(path)) : kind !== "repository") ? path : input}`;
}
function imageTarget({ input, as }, platform, world) {
	const short = shortPath(input, world);
	const name = as === void 0 ? short : `${as} (${short})`;
	const label = platform === void 0 ? name : `${name} (${platform})`;
	const isFile = as !== void 0 || isNamedAsFile(input);
	return {
		kind: "image",
		input,
		...as !== void 0 && { as },
		...isFile && { file: short },
		platform,
		label
	};
}
function reportTargets(line, readers, world) {
	const named = namedFile(line);
	const files = matchingReports(named.input, world);
	if (files === void 0) {
		const { input, as } = named;
		return [{
			kind: GIVEN_REPORT,
			input,
			as,
			file: input,
			label: input,
			matchesNothing: true
		}];
	}
	return files.map((input) => givenReport({
		...named,
		input
	}, readers, world));
}
function givenReport({ input, as }, readers, world) {
	const file = shortPath(input, world);
	const name = as ?? reportedName(input, readers, world);
	const label = name === void 0 ? file : `${name} (${file})`;
	return {
		kind: GIVEN_REPORT,
		input,
		as,
		file,
		label
	};
}
function requireName({ kind, input, as }, isFile) {
	if (as === void 0 || isFile && parseReference(as) !== void 0) return;
	const what = isFile ? `${JSON.stringify(as)} behind ${JSON.stringify(input)} is not an image reference` : `${JSON.stringify(input)} is not a file, and only a tar, a layout or a report can be given another name`;
	throw new GateError("image-name-invalid", what, `Write \`${kind}: app.tar as ghcr.io/acme/app:1.2\`, in lower case.`);
}
function shortPath(input, { workspace, temp }) {
	const folder = isAbsolute(input) ? [workspace, temp].find((each) => isWithin(each, input)) : void 0;
	return folder && relative(folder, input) || input;
}
function locateTarget(target, world) {
	const { kind, input, platform, listed } = target;
	switch (kind) {
		case "image": return {
			...locateImage(target, world),
			platform,
			...listed !== void 0 && { digest: listed.digest }
		};
		case "path": return locateFolder(input, world);
		case "repository": return locateRepository(input, world);
		case "sbom": {
			const location = realGivenPath({
				what: "SBOM",
				path: input
			}, world);
			if (statusOf(location)?.isFile()) return {
				how: "sbom",
				location
			};
			throw refused("file-not-regular", kind, input, "is not a regular file");
		}
		default: throw new TypeError(`${kind} is not scanned`);
	}
}
function locateImage(target, folders) {
	const { input } = target;
	const existing = statusOf(resolve(folders.workspace, input));
	const isFile = isNamedAsFile(input) || isImageFile(resolve(folders.workspace, input), existing);
	requireName(target, isFile);
	if (!isFile) return {
		how: "reference",
		location: reference(input)
	};
	if (target.as === void 0 && imageNaming(input) === "whole") throw new GateError("name-ambiguous", `\`image: ${input}\` is an image's reference, and a file of that name is in the workspace`, `Remove the file, or write \`./${input}\` to scan it as the image.`);
	return locateImageFile(input, existing, folders);
}
function warnOfTwoReadings({ input, as }, { workspace, log }) {
	const path = resolve(workspace, input);
	if (as !== void 0 || imageNaming(input) !== "alone" || !isImageFile(path, statusOf(path))) return;
	log.warning(`\`image: ${input}\` exists in the workspace and is scanned as a file, not as the image of that name. Write \`./${input}\` to confirm this, or the image's full name, such as \`docker.io/library/${input}\`.`);
}
function isImageFile(path, status) {
	return status?.isFile() === true || status?.isDirectory() === true && isLayout(path);
}
function isLayout(folder) {
	return statusOf(join$1(folder, "index.json"))?.isFile() === true;
}
function locateImageFile(input, status, folders) {
	if (status?.isFile()) return {
		how: "archive",
		location: realTarget("image", input, folders)
	};
	if (status?.isDirectory()) {
		const location = realTarget("image", input, folders);
		if (isLayout(location)) return {
			how: "layout",
			location
		};
		throw refused("image-unreadable", "image", input, "is a folder, but not an OCI layout: it has no index.json");
	}
	const tagged = taggedLayout(input, folders);
	if (tagged !== void 0) return tagged;
	throw refused("image-missing", "image", input, "looks like a file's name (a `docker save` tar or an OCI layout folder), but there is no such file");
}
function taggedLayout(input, folders) {
	const [, folder, tag] = /^(.+?)(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/.exec(input) ?? [];
	if (folder === void 0 || tag === void 0 || !isLayout(resolve(folders.workspace, folder))) return void 0;
	return {
		how: "layout",
		location: realTarget("image", folder, folders) + tag
	};
}
const MAX_REFERENCE = 1e3;
const MOST_SHOWN = 200;
function reference(input) {
	if (input.length <= MAX_REFERENCE && isOneWord(input) && !input.includes("://")) return input;
	throw new GateError("reference-invalid", `\`image\` ${JSON.stringify(clipped(input, MOST_SHOWN))} is not an image reference`, "Write it as `registry/name:tag` or `registry/name@sha256:…`, without `https://` and white space, one a line.");
}
function isOneWord(input) {
	return !input.startsWith("-") && !/[\s\u0000-\u001f\u007f]/.test(input);
}
const FAULTS = {
	"file-not-regular": "Name a file, not a folder, device or pipe.",
	"image-missing": "Check the path, which is relative to the workspace, and that the file exists by then. An image reference does not start with `./` or `/` and does not end in `.tar`, `.tar.gz` or `.tgz`.",
	"image-unreadable": "Name an OCI layout folder, a `docker save` tar, or an image reference; to scan a folder's files, use `path`.",
	"path-empty": "In a job, check the repository out first.",
	"path-missing": "Check the path, which is relative to the workspace; in a job, it must have been checked out before. A `repository` may also be a URL.",
	"target-of-another-kind": "Name the folder of a checkout, or a URL. A file is its own target kind: `image`, `path`, `sbom` or `scan-report`."
};
function refused(code, kind, input, what) {
	return new GateError(code, `\`${kind}\` ${JSON.stringify(input)} ${what}`, FAULTS[code]);
}
function locateFolder(input, folders) {
	const status = statusOf(resolve(folders.workspace, input));
	if (status === void 0) throw refused("path-missing", "path", input, "does not exist");
	if (!status.isDirectory() && !status.isFile()) throw refused("file-not-regular", "path", input, "is neither a folder nor a regular file");
	const location = realTarget("path", input, folders);
	if (status.isDirectory()) requireFiles("path", input, location);
	return {
		how: "folder",
		location
	};
}
function requireFiles(kind, input, folder) {
	if (readdirSync(folder).every((name) => name === ".git")) throw refused("path-empty", kind, input, "is an empty folder: there is nothing to scan");
}
function locateRepository(input, folders) {
	const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(input);
	if (!isOneWord(input) || isUrl && !(/^(?:https?|ssh|git):/i.test(input) && URL.canParse(input))) throw new GateError("reference-invalid", `\`repository\` ${JSON.stringify(input)} is neither a URL of a supported scheme nor a folder`, "Write an `https://` or `ssh://` URL, such as `https://github.com/acme/app`, or the path of a checkout.");
	if (isUrl) return {
		how: "repository",
		location: input
	};
	const status = statusOf(resolve(folders.workspace, input));
	if (status === void 0 && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\/./.test(input)) return {
		how: "repository",
		location: `https://${input}`
	};
	if (status === void 0) throw refused("path-missing", "repository", input, "is neither a URL nor a folder that exists");
	if (!status.isDirectory()) throw refused("target-of-another-kind", "repository", input, "is not a folder");
	const location = realTarget("repository", input, folders);
	requireFiles("repository", input, location);
	if ([
		"HEAD",
		"objects",
		"refs"
	].every((name) => statusOf(join$1(location, name)) !== void 0)) throw refused("target-of-another-kind", "repository", input, "is a bare repository, without any checked-out file");
	return {
		how: "repository",
		location
	};
}
function realTarget(what, input, folders) {
	const named = resolve(folders.workspace, input);
	return [folders.workspace, folders.temp].some((folder) => isWithin(resolve(folder), named)) ? realGivenPath({
		what,
		path: input
	}, folders) : realpathSync(named);
}

// node_modules/fast-string-truncated-width/dist/utils.js
const getCodePointsLength = (() => {
	const SURROGATE_PAIR_RE = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
	return (input) => {
		let surrogatePairsNr = 0;
		SURROGATE_PAIR_RE.lastIndex = 0;
		while (SURROGATE_PAIR_RE.test(input)) surrogatePairsNr += 1;
		return input.length - surrogatePairsNr;
	};
})();
const isFullWidth = (x) => {
	return x === 12288 || x >= 65281 && x <= 65376 || x >= 65504 && x <= 65510;
};
const isWideNotCJKTNotEmoji = (x) => {
	return x === 8987 || x === 9001 || x >= 12272 && x <= 12287 || x >= 12289 && x <= 12350 || x >= 12441 && x <= 12543 || x >= 12549 && x <= 12591 || x >= 12593 && x <= 12686 || x >= 12688 && x <= 12771 || x >= 12783 && x <= 12830 || x >= 12832 && x <= 12871 || x >= 12880 && x <= 19903 || x >= 65040 && x <= 65049 || x >= 65072 && x <= 65106 || x >= 65108 && x <= 65126 || x >= 65128 && x <= 65131 || x >= 127488 && x <= 127490 || x >= 127504 && x <= 127547 || x >= 127552 && x <= 127560 || x >= 131072 && x <= 196605 || x >= 196608 && x <= 262141;
};

// node_modules/fast-string-truncated-width/dist/index.js
const ANSI_RE = /[\u001b\u009b][[()#;?]*(?:[0-9]{1,4}(?:;[0-9]{0,4})*)?[0-9A-ORZcf-nqry=><]|\u001b\]8;[^;]*;.*?(?:\u0007|\u001b\u005c)/y;
const CONTROL_RE = /[\x00-\x08\x0A-\x1F\x7F-\x9F]{1,1000}/y;
const CJKT_WIDE_RE = /(?:(?![\uFF61-\uFF9F\uFF00-\uFFEF])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Tangut}]){1,1000}/uy;
const TAB_RE = /\t{1,1000}/y;
const EMOJI_RE = /[\u{1F1E6}-\u{1F1FF}]{2}|\u{1F3F4}[\u{E0061}-\u{E007A}]{2}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,3}\u{E007F}|(?:\p{Emoji}\uFE0F\u20E3?|\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|\p{Emoji_Presentation})(?:\u200D(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}?|\p{Emoji_Presentation}|\p{Emoji}\uFE0F\u20E3?))*/uy;
const LATIN_RE = /(?:[\x20-\x7E\xA0-\xFF](?!\uFE0F)){1,1000}/y;
const MODIFIER_RE = /\p{M}+/gu;
const NO_TRUNCATION$1 = {
	limit: 1e400,
	ellipsis: ""
};
const getStringTruncatedWidth = (input, truncationOptions = {}, widthOptions = {}) => {
	const LIMIT = truncationOptions.limit ?? 1e400;
	const ELLIPSIS = truncationOptions.ellipsis ?? "";
	const ELLIPSIS_WIDTH = truncationOptions?.ellipsisWidth ?? (ELLIPSIS ? getStringTruncatedWidth(ELLIPSIS, NO_TRUNCATION$1, widthOptions).width : 0);
	const ANSI_WIDTH = 0;
	const CONTROL_WIDTH = widthOptions.controlWidth ?? 0;
	const TAB_WIDTH = widthOptions.tabWidth ?? 8;
	const EMOJI_WIDTH = widthOptions.emojiWidth ?? 2;
	const FULL_WIDTH_WIDTH = 2;
	const REGULAR_WIDTH = widthOptions.regularWidth ?? 1;
	const WIDE_WIDTH = widthOptions.wideWidth ?? FULL_WIDTH_WIDTH;
	const PARSE_BLOCKS = [
		[LATIN_RE, REGULAR_WIDTH],
		[ANSI_RE, ANSI_WIDTH],
		[CONTROL_RE, CONTROL_WIDTH],
		[TAB_RE, TAB_WIDTH],
		[EMOJI_RE, EMOJI_WIDTH],
		[CJKT_WIDE_RE, WIDE_WIDTH]
	];
	let indexPrev = 0;
	let index = 0;
	let length = input.length;
	let lengthExtra = 0;
	let truncationEnabled = false;
	let truncationIndex = length;
	let truncationLimit = Math.max(0, LIMIT - ELLIPSIS_WIDTH);
	let unmatchedStart = 0;
	let unmatchedEnd = 0;
	let width = 0;
	let widthExtra = 0;
	outer: while (true) {
		if (unmatchedEnd > unmatchedStart || index >= length && index > indexPrev) {
			const unmatched = input.slice(unmatchedStart, unmatchedEnd) || input.slice(indexPrev, index);
			lengthExtra = 0;
			for (const char of unmatched.replaceAll(MODIFIER_RE, "")) {
				const codePoint = char.codePointAt(0) || 0;
				if (isFullWidth(codePoint)) widthExtra = FULL_WIDTH_WIDTH;
				else if (isWideNotCJKTNotEmoji(codePoint)) widthExtra = WIDE_WIDTH;
				else widthExtra = REGULAR_WIDTH;
				if (width + widthExtra > truncationLimit) truncationIndex = Math.min(truncationIndex, Math.max(unmatchedStart, indexPrev) + lengthExtra);
				if (width + widthExtra > LIMIT) {
					truncationEnabled = true;
					break outer;
				}
				lengthExtra += char.length;
				width += widthExtra;
			}
			unmatchedStart = unmatchedEnd = 0;
		}
		if (index >= length) break outer;
		for (let i = 0, l = PARSE_BLOCKS.length; i < l; i++) {
			const [BLOCK_RE, BLOCK_WIDTH] = PARSE_BLOCKS[i];
			BLOCK_RE.lastIndex = index;
			if (BLOCK_RE.test(input)) {
				lengthExtra = BLOCK_RE === CJKT_WIDE_RE ? getCodePointsLength(input.slice(index, BLOCK_RE.lastIndex)) : BLOCK_RE === EMOJI_RE ? 1 : BLOCK_RE.lastIndex - index;
				widthExtra = lengthExtra * BLOCK_WIDTH;
				if (width + widthExtra > truncationLimit) truncationIndex = Math.min(truncationIndex, index + Math.floor((truncationLimit - width) / BLOCK_WIDTH));
				if (width + widthExtra > LIMIT) {
					truncationEnabled = true;
					break outer;
				}
				width += widthExtra;
				unmatchedStart = indexPrev;
				unmatchedEnd = index;
				index = indexPrev = BLOCK_RE.lastIndex;
				continue outer;
			}
		}
		index += 1;
	}
	return {
		width: truncationEnabled ? truncationLimit : width,
		index: truncationEnabled ? truncationIndex : length,
		truncated: truncationEnabled,
		ellipsed: truncationEnabled && LIMIT >= ELLIPSIS_WIDTH
	};
};

// node_modules/fast-string-width/dist/index.js
const NO_TRUNCATION = {
	limit: 1e400,
	ellipsis: "",
	ellipsisWidth: 0
};
const fastStringWidth = (input, options = {}) => {
	return getStringTruncatedWidth(input, NO_TRUNCATION, options).width;
};

// src/render/shared/severity.ts
const SEVERITY_STYLES = {
	CRITICAL: {
		dot: "🔴",
		terminal: ["bold", "red"],
		codeQuality: "blocker",
		sarifLevel: "error",
		sarifScore: "9.5"
	},
	HIGH: {
		dot: "🟠",
		terminal: ["red"],
		codeQuality: "critical",
		sarifLevel: "error",
		sarifScore: "8.0"
	},
	MEDIUM: {
		dot: "🟡",
		terminal: ["yellow"],
		codeQuality: "major",
		sarifLevel: "warning",
		sarifScore: "5.5"
	},
	LOW: {
		dot: "⚪",
		terminal: ["cyan"],
		codeQuality: "minor",
		sarifLevel: "note",
		sarifScore: "2.0"
	},
	UNKNOWN: {
		dot: "❔",
		terminal: ["magenta"],
		codeQuality: "info",
		sarifLevel: "note",
		sarifScore: "0.0"
	}
};

// src/render/tree.ts
const code = (text, most) => ({
	as: "code",
	text,
	most
});
const name = (text, most) => ({
	as: "name",
	text,
	most
});
const version = (text, most) => ({
	as: "version",
	text,
	most
});
const path = (text, most) => ({
	as: "path",
	text,
	most
});
const prose = (text, most) => ({
	as: "prose",
	text,
	most
});
const strong = (...of) => ({
	as: "strong",
	of
});
const broken = (...of) => ({
	as: "broken",
	of
});
const small = (...of) => isEmpty(of) ? "" : {
	as: "small",
	of
};
const note = (...of) => ({
	as: "note",
	of
});
const link = (of, url) => ({
	as: "link",
	of,
	url
});
const severity = (of) => ({
	as: "severity",
	severity: of
});
const answer = (of) => ({
	as: "answer",
	of
});
const dot = (of) => ({
	as: "dot",
	severity: of
});
const more = (summary, ...of) => ({
	as: "more",
	summary,
	of
});
const BREAK = { as: "break" };
function say(words, ...parts) {
	const said = [];
	for (const [index, own] of words.entries()) {
		const part = parts[index] ?? "";
		if (own !== "") said.push(own);
		if (typeof part === "number") said.push(number(part));
		else if (!isEmpty(part)) said.push(part);
	}
	return said;
}
function isEmpty(inline) {
	if (typeof inline === "string") return inline === "";
	return isList(inline) && inline.every(isEmpty);
}
function isList(inline) {
	return Array.isArray(inline);
}
function leaves(inline, before = []) {
	if (isList(inline)) for (const each of inline) leaves(each, before);
	else before.push(inline);
	return before;
}
function join(between, parts) {
	const joined = [];
	for (const part of parts) if (!isEmpty(part)) joined.push(...joined.length === 0 ? [] : [between], part);
	return joined;
}
function names(of, word = "and") {
	return of.length < 2 ? of : [
		join(", ", of.slice(0, -1)),
		` ${word} `,
		of.at(-1) ?? ""
	];
}
function some(items, most, { show, what }) {
	const shown = join(", ", items.slice(0, most).map(show));
	return items.length <= most ? shown : [shown, ` ${andMore(items.length - most, what)}`];
}
function leftOut(left, what, where = "left out here") {
	return left <= 0 ? "" : note(say`${counted(left, what)} ${where}.`);
}
const heading = (level, words) => ({
	kind: "heading",
	level,
	words
});
const para = (...words) => ({
	kind: "para",
	words
});
const table = (head, rows) => ({
	kind: "table",
	head: head.map((column) => typeof column === "string" ? { words: column } : column),
	rows
});
function list(of, from) {
	return {
		kind: "list",
		items: of.filter((item) => !isEmpty(item)),
		from
	};
}
function fold(summary, blocks, open = false) {
	return {
		kind: "fold",
		summary,
		blocks,
		open
	};
}
function alert(as, ...words) {
	return {
		kind: "alert",
		as,
		paragraphs: words.filter((each) => !isEmpty(each))
	};
}
const paste = (text, language) => ({
	kind: "paste",
	text,
	language
});
function allRows({ count, row, layout }) {
	return layout(Array.from({ length: count }, (_, index) => row(index)));
}
const FEW = 3;
function listed(items, section) {
	const { title, head, isNumbered = false, rank, share, isShort, what, where, isUnfolded } = section;
	const { most = items.length, open: wanted = items.length } = section;
	const { folded = (rest) => `And ${counted(rest.length, what)}` } = section;
	const open = wanted > 0 && items.length - wanted <= FEW ? items.length : wanted;
	let folding;
	return {
		kind: "rows",
		share,
		isShort,
		count: Math.min(items.length, most),
		row: (index) => section.row(items[index]),
		rank: (index) => typeof rank === "number" ? rank : rank(items[index]),
		layout(shown) {
			if (items.length === 0) return [];
			const part = (from, to) => head === void 0 ? list(shown.slice(from, to).flat(), isNumbered ? from + 1 : void 0) : table(head, shown.slice(from, to));
			const left = items.slice(shown.length);
			const rest = para(leftOut(left.length, what, left.length > 0 ? where?.(left) : void 0));
			const isFolded = open === 0 || shown.length > open;
			if (isFolded) folding ??= folded(items.slice(open));
			return [
				...title === void 0 ? [] : [heading(3, title)],
				part(0, open),
				folding === void 0 || !isFolded ? rest : fold(folding, [part(open), rest], isUnfolded)
			];
		}
	};
}

// src/render/print/text.ts
const WIDEST = 150;
const LONGEST = {
	code: 200,
	name: 120,
	version: 60,
	path: 200,
	prose: 600
};
const ANSWERS = {
	pass: ["bold", "green"],
	fail: ["bold", "red"],
	error: ["bold", "red"]
};
const SIGN = /\p{Extended_Pictographic}\uFE0F? | ?\p{Extended_Pictographic}\uFE0F?/gu;
function textLine(inline, look = {}) {
	return noCommand(words(inline, look).trim());
}
function words(inline, look) {
	if (typeof inline === "string") return NARROW.test(inline) ? inline : visible(inline.replaceAll("\xA0", " ").replace(SIGN, ""));
	if (!("as" in inline)) return inline.map((each) => words(each, look)).join("");
	switch (inline.as) {
		case "code":
		case "name":
		case "version":
		case "path":
		case "prose": return foreign(inline);
		case "severity": return painted(inline.severity, SEVERITY_STYLES[inline.severity].terminal, look);
		case "answer": return painted(inline.of, ANSWERS[inline.of], look);
		case "dot": return "";
		case "break": return "; ";
		case "link": return linked(words(inline.of, look), inline);
		case "more": return `${words(inline.summary, look)}: ${words(inline.of, look)}`;
		default: return words(inline.of, look);
	}
}
function painted(word, formats, { colours }) {
	return colours ? styleText([...formats], word, { validateStream: false }) : word;
}
function linked(shown, { of, url }) {
	const isId = typeof of === "string" ? /^[A-Za-z]+-\S+$/.test(of) : "as" in of && of.as === "code";
	return url === void 0 || isId ? shown : `${shown} (${visible(url)})`;
}
function foreign({ as, text, most = LONGEST[as] }) {
	if (as === "prose") return plain(shorten(text, most));
	const shown = plain(as === "path" ? pathEnd(text, most) : shorten(text, most, "middle"));
	return as === "name" ? codedLetters(shown) : shown;
}
function textPrinter(look = {}) {
	return {
		document(blocks) {
			const lines = blocks.flatMap((block) => block.kind === "rows" ? allRows(block) : block).flatMap((block) => {
				const own = blockLines([block], look);
				return own.length === 0 || block.kind === "list" ? own : ["", ...own];
			});
			return lines.slice(lines[0] === "" ? 1 : 0).join("\n");
		},
		row: (row) => row.map((cell) => textLine(cell)).join("  ")
	};
}
function blockLines(blocks, look = {}, indent = "") {
	return blocks.flatMap((block) => linesOf(block, look, indent));
}
function linesOf(block, look, indent) {
	const deeper = `${indent}  `;
	const written = (texts, before = indent) => texts.flatMap((text) => isEmpty(text) ? [] : lines(text, look, before));
	switch (block.kind) {
		case "heading":
		case "para": return written([block.words]);
		case "alert": return written(block.paragraphs);
		case "list": return written(block.items, deeper);
		case "table": return block.rows.length === 0 ? [] : tableLines(block, look, deeper);
		case "fold": return [...written([block.summary]), ...blockLines(block.blocks, look, deeper)];
		case "paste": return block.text.split("\n").map((line) => deeper + noCommand(visible(line)));
		case "rows": return blockLines(allRows(block), look, indent);
	}
}
function lines(text, look, indent) {
	const parts = leaves(text);
	const at = parts.findIndex((part) => typeof part !== "string" && part.as === "break");
	if (at >= 0) return [...lines(parts.slice(0, at), look, indent), ...lines(parts.slice(at + 1), look, `${indent}  `)];
	const line = textLine(text, look);
	if (look.columns === void 0) return [noCommand(indent + line)];
	const [first = "", ...others] = line.split(/ (?!\d+$)/);
	const broken = [indent + first];
	for (const word of others) {
		const longer = `${broken.at(-1)} ${word}`;
		if (width(longer) <= look.columns) broken[broken.length - 1] = longer;
		else broken.push(`${indent}  ${word}`);
	}
	return broken.map(noCommand);
}
const NARROW = /^[\x20-\x7e→…·−]*$/;
function width(text) {
	return NARROW.test(text) ? text.length : fastStringWidth(text);
}
function cut(text, most, at = "middle") {
	let units = most;
	let shown = shorten(text, units, at);
	while (width(shown) > most && units > 1) {
		units -= 1;
		shown = shorten(text, units, at);
	}
	return shown;
}
const BETWEEN = "  ";
function tableLines({ head, rows }, look, indent) {
	const texts = [head.map(({ words: of }) => of), ...rows.map((row) => row.map((cell) => textLine(cell)))];
	const widths = head.map(({ words: of }, column) => {
		const widest = texts.slice(1).reduce((most, cells) => Math.max(most, width(cells[column] ?? "")), 0);
		return widest === 0 ? 0 : Math.max(widest, width(of));
	});
	const weights = head.map(({ letters = 1 }) => Math.max(1, Math.min(letters / 4, 4)));
	const room = (look.columns ?? WIDEST) - indent.length + 2;
	const sum = widths.reduce((all, each) => all + (each && 2 + each), 0);
	for (let over = sum - room; over > 0; over -= 1) {
		const sizes = widths.map((each, column) => each / (weights[column] ?? 1));
		const widest = sizes.indexOf(Math.max(...sizes));
		widths[widest] = Math.max(1, (widths[widest] ?? 0) - 1);
	}
	const lineOf = (cells, styled = cells) => widths.flatMap((most, column) => {
		const hasPath = leaves(styled[column] ?? "").some((part) => typeof part !== "string" && part.as === "path");
		const text = cut(cells[column] ?? "", most, hasPath ? "middle" : head[column]?.cutAt);
		const shown = text === cells[column] ? textLine(styled[column] ?? "", look) : text;
		return most === 0 ? [] : [shown + " ".repeat(Math.max(0, most - width(text)))];
	});
	return texts.map((cells, at) => noCommand((indent + lineOf(cells, rows[at - 1]).join(BETWEEN)).trimEnd()));
}

// src/render/shared/phrases.ts
function severityList(counts) {
	return SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => `${number(counts[severity])} ${severity}`).join(", ");
}
function whenItEnds(daysLeft) {
	if (daysLeft === 0) return "ends today";
	if (daysLeft === 1) return "ends tomorrow";
	if (daysLeft > 1) return `ends in ${number(daysLeft)} days`;
	return daysLeft === -1 ? "ended yesterday" : `ended ${number(-daysLeft)} days ago`;
}
function age(time, now) {
	const minutes = Math.round((now.getTime() - Date.parse(time)) / 6e4);
	if (Number.isNaN(minutes)) return void 0;
	if (minutes < 60) return `${Math.max(0, minutes)} min`;
	if (minutes < 2880) return `${Math.round(minutes / 60)} h`;
	return `${number(Math.round(minutes / 1440))} days`;
}
function sizeWords(bytes) {
	const [divisor, unit] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
	const value = bytes / divisor;
	return `${value < 10 ? value.toFixed(1) : number(Math.round(value))} ${unit}`;
}

// src/render/log/progress.ts
function progressLine({ count, of, label, result, milliseconds }) {
	const what = "error" in result ? say`error [${code(result.error, 80)}]` : counted(result.findings, "finding");
	return textLine(say`[${count}/${of}] ${code(label, 120)}: ${what} in ${(milliseconds / 1e3).toFixed(1)} s`);
}

// src/reports/formats.ts
const REPORT_FORMATS = [
	"sarif",
	"cyclonedx",
	"spdx-json",
	"gitlab",
	"gitlab-code-quality",
	"gitlab-sbom",
	"gitlab-annotations",
	"junit",
	"html",
	"markdown",
	"csv",
	"verdict"
];
function isAboutOne(format) {
	return listsPackages(format) || format === "verdict";
}
function listsPackages(format) {
	return isSbomFormat(format) || format === "gitlab-sbom";
}
const EXPLAINING = /* @__PURE__ */ new Set([
	"sarif",
	"gitlab",
	"html"
]);
function showDescriptions({ reports, uploadSarif }, defaults = []) {
	return uploadSarif || [...reports, ...defaults].some((line) => EXPLAINING.has(line.split(":")[0]?.trim() ?? ""));
}

// src/reports/sboms.ts
const AT_A_TIME = 2;
function beginSboms(planned, maker, world) {
	const wanted = planned.flatMap(({ format, path, target }, index) => isSbomFormat(format) ? [{
		format,
		path,
		target,
		index
	}] : []);
	if (wanted.length === 0) return void 0;
	const stop = new AbortController();
	const signal = AbortSignal.any([world.signal, stop.signal]);
	const folder = join$1(world.runFolder, "sboms");
	const files = /* @__PURE__ */ new Map();
	const inTurn = atMost(AT_A_TIME);
	let making;
	async function made(format, packages, output) {
		making ??= maker(signal);
		await (await making).make({
			format,
			packages,
			output
		}, {
			...world,
			signal
		});
		return output;
	}
	return {
		take(target, report) {
			const ofTarget = wanted.filter((each) => each.target === target);
			if (ofTarget[0] === void 0) return;
			const packages = join$1(folder, `packages-${ofTarget[0].index}.json`);
			const written = (async () => writePackages(packages, report, target, world))();
			for (const { format, path, index } of ofTarget) {
				const file = inTurn(() => written.then(() => made(format, packages, join$1(folder, `sbom-${index}.json`))));
				files.set(path, file);
				file.catch(() => {});
			}
		},
		async fileOf(report) {
			const file = files.get(report.path);
			if (file === void 0) throw notScanned(report);
			return file;
		},
		async end() {
			stop.abort();
			await Promise.allSettled(files.values());
		}
	};
}
function writePackages(file, report, target, { log }) {
	mkdirSync(dirname(file), {
		recursive: true,
		mode: 448
	});
	writeFileSync(file, report.packages(target), { mode: 384 });
	if (target.kind !== "trivy-report" || report.listsPackages) return;
	const what = `The ${GIVEN_REPORT_NAME} ${JSON.stringify(target.input)} lists no packages, so its SBOM has hardly anything in it`;
	log.warning(new GateError("sbom-empty", what, "Make the report without `--list-all-pkgs=false`.").message);
}
function notScanned({ format }) {
	return new GateError("sbom-not-made", `There is nothing to make the ${format} report of`, "The verdict is unaffected.");
}

// src/scan/outcomes.ts
async function settled(act, { signal }) {
	try {
		return await act();
	} catch (thrown) {
		if (signal.aborted) throw thrown;
		return { error: errorOf(thrown) };
	}
}
function errorOf(thrown) {
	const error = asGateError(thrown);
	return {
		...described(error),
		byInput: error.byInput
	};
}
function sayEnds(of, progress, { advance }) {
	let count = 0;
	const show = () => advance?.({
		what: "scans",
		unit: "targets",
		done: count,
		of
	});
	if (of > 1) show();
	return (label, outcome, began, log) => {
		if (of < 2) return;
		const result = "scan" in outcome ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
		log.info(progress({
			count: ++count,
			of,
			label,
			result,
			milliseconds: performance.now() - began
		}));
		show();
	};
}

// src/scan/workers.ts
function thisMachine() {
	return {
		cores: availableParallelism(),
		memory: process.availableMemory()
	};
}
const MEMORY_EACH = 15e8;
const MOST_WORKERS = 8;
function workersOn({ cores, memory }, scans) {
	return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_EACH), scans, MOST_WORKERS));
}
async function scanEach(units, { scanner, machine }, scan, world) {
	const found = /* @__PURE__ */ new Map();
	const waiting = [...units];
	const count = workersOn(machine, units.length);
	const work = async (index) => {
		const worker = {
			session: scanner.session(join$1(world.runFolder, "cache", String(index))),
			memory: machine.memory / count
		};
		try {
			for (let unit = waiting.shift(); unit !== void 0; unit = waiting.shift()) {
				const one = unit;
				const scanned = withHeldLog(world.log, count === 1, (log) => scan(one, worker, {
					...world,
					log
				}));
				found.set(one, await scanned);
			}
		} catch (thrown) {
			waiting.length = 0;
			throw thrown;
		}
	};
	const failed = (await Promise.allSettled(Array.from({ length: count }, (_, index) => work(index)))).find((result) => result.status === "rejected");
	if (failed !== void 0) throw failed.reason;
	return found;
}
const HELD = [
	"info",
	"debug",
	"startGroup",
	"endGroup",
	"notice",
	"warning",
	"error",
	"annotate"
];
async function withHeldLog(log, isAlone, work) {
	if (isAlone) return work(log);
	const kept = [];
	const hold = (name) => {
		const write = log[name];
		return [name, (...args) => void kept.push(() => write(...args))];
	};
	try {
		return await work({
			...log,
			...Object.fromEntries(HELD.map(hold))
		});
	} finally {
		for (const write of kept) write();
	}
}

// src/scan/scan-targets.ts
async function scanTargets(targets, scanning, world) {
	const { scanner } = scanning;
	const prefix = scanner === void 0 || scanner instanceof GateError ? "" : `${scanner.name.toLowerCase()}-`;
	const numberOf = (target) => targets.length === 1 ? "" : `-${targets.indexOf(target) + 1}`;
	const fileOf = (target) => join$1(world.runFolder, `${prefix}report${numberOf(target)}.json`);
	const asked = targets.flatMap((target) => [target, ...target.opinions ?? []]);
	const others = asked.filter((target) => !isReport(target));
	const found = new Map([...await readReports(asked.filter(isReport), scanning, world), ...await scanOpen(others, scanning, fileOf, world)]);
	const each = asked.map((target) => ({
		target,
		...found.get(target)
	}));
	const outcomes = each.length > 1 && each.some(({ target }) => isReport(target)) ? (await import("./scan.merge-outcomes.js")).mergeOutcomes(each, scanning.opinionRules) : each;
	const scanned = outcomes.filter((outcome) => "scan" in outcome && !isReport(outcome.target));
	const reportFileOf = new Map(scanned.map(({ target }) => [target, fileOf(target)]));
	const answers = {
		outcomes,
		reportFiles: [...reportFileOf.values()],
		reportFileOf
	};
	if (scanner === void 0 || scanner instanceof GateError) return answers;
	const { databaseUpdatedAt, match, askAll = askedAlone(scanner) } = scanner;
	return {
		...answers,
		databaseUpdatedAt,
		rescan: rescanWith(scanner, world),
		match: match && ((lists) => match(lists, { timeoutMs: 2e4 }, world)),
		lookUp: askAll && ((target, listed) => askAll(target, listed, world))
	};
}
function askedAlone(scanner) {
	if (scanner.match === void 0) return void 0;
	return async (target, listed, world) => {
		const { askAbout } = await import("./scan.several.several-scanners.js");
		return askAbout(scanner, {
			target,
			listed
		}, world);
	};
}
async function readReports(targets, scanning, world) {
	const found = /* @__PURE__ */ new Map();
	if (targets.length === 0) return found;
	const { readGivenReport } = await import("./scan.scan-report.entry.js");
	const { reports, maxReportAge: maxAge, descriptions } = scanning;
	for (const target of targets) {
		const reading = {
			maxAge,
			descriptions,
			onReport: showing(target, scanning)
		};
		const read = async (isOwn) => readGivenReport(target, {
			...reading,
			reports: await reports(isOwn)
		}, world);
		const scan = () => target.anyScanner ? read(false) : read(true).catch(() => read(false));
		found.set(target, await settled(async () => ({ scan: await scan() }), world));
		await setImmediate$1();
		if (world.signal.aborted) throw cancelled();
	}
	return found;
}
async function scanOpen(targets, scanning, fileOf, world) {
	const { scanner, machine = thisMachine(), progress } = scanning;
	const say = sayEnds(targets.length, progress, world.log);
	const ask = async (target, { log }, act) => {
		const began = performance.now();
		const outcome = await settled(async () => ({ scan: await act(locateTarget(target, world)) }), world);
		say(target.label, outcome, began, log);
		return outcome;
	};
	if (scanner === void 0 || scanner instanceof GateError) {
		const found = /* @__PURE__ */ new Map();
		const why = scanner ?? /* @__PURE__ */ new TypeError("a scan needs a scanner");
		for (const target of targets) found.set(target, await ask(target, world, () => Promise.reject(why)));
		return found;
	}
	const scan = (target, { session, memory }, own) => ask(target, own, async (located) => {
		const options = {
			reportFile: fileOf(target),
			memory,
			onReport: showing(target, scanning)
		};
		return requireLookedInto(await session.scan(target, located, options, own), target, located);
	});
	return scanEach(targets, {
		scanner,
		machine
	}, scan, world).catch((why) => {
		for (const target of targets) rmSync(fileOf(target), { force: true });
		throw why;
	});
}
function showing(target, { onReport }) {
	return onReport && ((report) => onReport(target, report));
}
function isReport({ kind }) {
	return kind === GIVEN_REPORT;
}
function rescanWith(scanner, world) {
	const session = scanner.session(join$1(world.runFolder, "compared-cache"));
	return async (target, options = {}) => {
		const { input, platform } = target;
		const located = options.anonymous ? {
			how: "reference",
			location: input,
			platform
		} : locateTarget(target, world);
		const folder = mkdtempSync(join$1(world.runFolder, "rescan-"));
		using _ = removedAtEnd(folder);
		return await session.scan(target, located, {
			...options,
			reportFile: join$1(folder, "report.json")
		}, world);
	};
}
async function requireLookedInto(scan, { kind, input }, { how, location }) {
	if (how !== "folder" || statusOf(location)?.isFile() !== true) return scan;
	const { findings, packages, coverage } = scan;
	if (findings.length > 0 || packages.length > 0 || coverage === void 0) return scan;
	const { scanners = [] } = scan.provenance;
	const asksPackages = scanners.includes("vuln") || scanners.includes("license");
	if (!coverage.rows.every(({ subject, status }) => status === "nothing-there" || status === "not-asked" || asksPackages && IN_ANY_TEXT.has(subject))) return scan;
	const { kindsOf } = await import("./images.layers.inventory.kinds.entry.js");
	const name = basename(location);
	if (name.includes("lock") && kindsOf(name).includes("lock-file")) return scan;
	throw new GateError("path-not-read", `\`${kind}\` ${JSON.stringify(input)} is a file in which the scanner recognised nothing`, "Name a lock file by its usual name, or the folder that it is in. An SBOM, an image and a scanner's report are separate kinds of targets: `sbom`, `image` and `scan-report`. To search any text for secrets, use `scanners: secret` alone.");
}
const IN_ANY_TEXT = /* @__PURE__ */ new Set(["Secrets", "Licences"]);

// src/steps/attribute.ts
async function prepareAttribution(sources, world) {
	const { dockerfile: path } = sources;
	const reading = path === void 0 ? void 0 : await import("./base-image.dockerfile.js");
	const dockerfile = path === void 0 ? void 0 : reading?.readDockerfile(path, world);
	return async (scans) => {
		const unmatched = [];
		const located = scans.outcomes.map((outcome) => {
			if (dockerfile === void 0 || reading === void 0 || "error" in outcome) return outcome;
			const { scan, unmatched: why } = reading.locateLayers(outcome.scan, dockerfile);
			if (why !== void 0) unmatched.push({
				label: outcome.target.label,
				why
			});
			return {
				...outcome,
				scan
			};
		});
		const { findBases } = await import("./base-image.find-bases.entry.js");
		const { origins, reports: bases } = await findBases(located, {
			...sources,
			candidates: sources.baseImageCandidates,
			rescan: scans.rescan
		}, world);
		const { outcomes, comparisons, ...changes } = await compareWithBaselines({
			...scans,
			outcomes: located
		}, sources, world);
		return {
			outcomes,
			forJudging: {
				...changes,
				origins
			},
			forView: {
				dockerfile: dockerfile && {
					...dockerfile,
					unmatched
				},
				bases,
				comparisons
			}
		};
	};
}
async function compareWithBaselines(scans, { baseline: given, baselineFile: file, reports, ...options }, world) {
	if (given === "none") return { outcomes: scans.outcomes };
	const { automaticBaseline, changesOf, compareTargets } = await import("./baseline.js");
	const { outcomes, comparisons } = await compareTargets({
		given,
		automatic: automaticBaseline(options, world),
		file,
		reports
	}, scans, world);
	return {
		outcomes,
		comparisons,
		...changesOf(comparisons)
	};
}

// src/domain/policy/exploit-limits.ts
function needed({ exploited, epss }) {
	return {
		kev: isNumber(exploited),
		epss: isNumber(epss?.max)
	};
}
function isNumber(limit) {
	return limit !== void 0 && limit !== "unlimited";
}
function exploitRowsOf({ exploited, epss }, findings) {
	return [...exploited === void 0 ? [] : [{
		kind: "exploited",
		limit: exploited
	}], ...epss === void 0 ? [] : [{
		kind: "epss",
		above: epss.above,
		limit: epss.max
	}]].map((rule) => {
		const own = findings.filter((judged) => fallsUnder(rule, judged));
		return {
			...rule,
			...countedUnder(rule.limit, own)
		};
	});
}
function exploitDataWanted(policy) {
	const { epss, exploitData, targets } = policy;
	const both = exploitData !== void 0 && exploitData.kev === void 0 && exploitData.epss === void 0;
	return {
		kev: both || exploitData?.kev !== void 0 || [policy, ...targets].some((each) => each.exploited !== void 0),
		epss: both || exploitData?.epss !== void 0 || epss !== void 0
	};
}

// src/steps/enrich.ts
const NOTHING = {
	about: async () => ({}),
	changes: () => [],
	notes: () => []
};
async function beginWeighing(policy, { vex, readHubs, offline, cache }, world) {
	const wanted = exploitDataWanted(policy);
	const isDataWanted = wanted.kev || wanted.epss;
	const isVexWanted = vex.length > 0 || readHubs !== void 0;
	if (!isDataWanted && !isVexWanted) return NOTHING;
	const { createVexMatcher, prepareExploitData, readingAt, readVexDocuments } = await import("./enrichment.js");
	const reading = readingAt(world.now());
	const documents = readVexDocuments(vex, reading);
	const preparing = isDataWanted ? prepareExploitData(policy, {
		offline,
		cache,
		store: databaseStore(world).store
	}, world) : void 0;
	preparing?.catch(() => {});
	let data;
	let hubs;
	let matcher;
	return {
		async about(outcomes) {
			const scans = outcomes.flatMap((outcome) => "scan" in outcome ? [outcome.scan] : []);
			data = await preparing;
			if (isVexWanted && matcher === void 0) {
				hubs = readHubs?.(scans);
				matcher = createVexMatcher([...readVexDocuments(hubs?.files ?? [], reading), ...documents]);
			}
			const ids = new Set(scans.flatMap(({ findings }) => findings.map(({ id }) => id)));
			return {
				exploits: data?.about(ids),
				missingExploitData: data?.missing,
				vex: matcher?.statementOf
			};
		},
		changes: () => hubs?.changes ?? [],
		notes: () => [...data?.notes ?? [], ...matcher?.notes() ?? []]
	};
}

// src/policy/read.ts
const MISNAMED_POLICY = ".github/image-gate.yaml";
const MAX_POLICY_BYTES = 1048576;
function readWorkspacePolicy(given, world) {
	const path = resolve(world.workspace, given.path);
	if (isBroken(path, resolve(world.workspace))) throw new GateError("file-missing", `The policy file ${JSON.stringify(given.path)} is, or is behind, a broken symbolic link`, "Commit the file itself, or the link's target.");
	if (given.named || !isAbsent(path)) return readGivenFile({
		what: "policy file",
		path: given.path,
		maxBytes: MAX_POLICY_BYTES
	}, world);
	if (given.path !== ".github/image-gate.yml" || isAbsent(resolve(world.workspace, MISNAMED_POLICY))) return void 0;
	throw new GateError("policy-misnamed", `The policy is expected at ${DEFAULT_POLICY}, and there is a ${MISNAMED_POLICY}`, `Rename it to ${DEFAULT_POLICY}, or name it with \`policy: ${MISNAMED_POLICY}\`.`);
}
function isAbsent(path) {
	try {
		lstatSync(path);
		return false;
	} catch (error) {
		const code = error.code;
		return code === "ENOENT" || code === "ENOTDIR";
	}
}
function isBroken(path, top) {
	if (path === top || path === dirname(path)) return false;
	return tryOr(() => lstatSync(path).isSymbolicLink(), false) && !existsSync(path) || isBroken(dirname(path), top);
}

// src/steps/rule-source.ts
function ruleSource(policyFrom, connect, { change, words }) {
	const read = async (use, file) => {
		const rules = capability(await connect(), (forge) => forge.rules, words);
		return "why" in rules ? {
			unreadable: rules.why,
			remedy: rules.remedy
		} : rules(use, file);
	};
	return {
		...words,
		from: rulesFrom(policyFrom, change),
		change,
		read
	};
}
function hasOwnChange({ privileged, hasBase, isCheckedOut }) {
	return !privileged && hasBase || isCheckedOut === true;
}
function rulesFrom(policyFrom, { privileged, hasBase, problem }) {
	if (privileged || policyFrom === "base" && !(hasBase || problem !== void 0)) return "default-branch";
	return policyFrom;
}

// src/steps/rule-file.ts
async function loadRuleFile(asked, source, world) {
	const path = repositoryPath(asked.name, world.workspace);
	if (!isInRepository(path) && (asked.what !== "policy" || source.from === "workspace")) return {
		...asked,
		bytes: asked.read(),
		isElsewhere: true
	};
	const loaded = await loadAt({
		...asked,
		path
	}, source);
	if (loaded.isElsewhere !== true) return loaded;
	const { workspace } = world;
	const real = tryOr(() => repositoryPath(realpathSync(resolve(workspace, path)), realpathSync(workspace)), path);
	return real === path || !isInRepository(real) ? loaded : loadAt({
		...asked,
		path: real
	}, source);
}
async function loadAt(asked, source) {
	if (source.from !== "workspace") return ofBranch(asked, source.from, source);
	const bytes = asked.read();
	return {
		...asked,
		bytes,
		...await changeTo(bytes, asked, source)
	};
}
async function changeTo(head, asked, { change, read }) {
	const { problem, trigger } = change;
	if (!hasOwnChange(change)) return problem !== void 0 && trigger.startsWith("pull_request") ? { change: { unreadable: problem } } : {};
	const base = withoutPointer(await read("comparison", asked), head);
	if ("unreadable" in base) return { change: { unreadable: base.unreadable } };
	if ("text" in base) return { change: {
		base: base.text,
		head
	} };
	const own = head && await read("run", asked);
	return {
		change: {
			base: void 0,
			head
		},
		...own !== void 0 && "absent" in own && { isElsewhere: true }
	};
}
async function ofBranch(asked, from, source) {
	const head = tryOr(asked.read, void 0);
	const found = withoutPointer(await source.read(from, asked), head);
	if ("unreadable" in found) throw new GateError("base-policy-unreadable", `The ${branchOf(from)}'s ${asked.what} ${JSON.stringify(asked.path)}, by which this run is to be judged, could not be read: ${found.unreadable.replace(/\.$/, "")}`, `${found.remedy ?? source.mayRead}; nothing is judged by another file instead.`);
	const bytes = "text" in found ? found.text : void 0;
	if (bytes === void 0 && asked.what !== "policy") return ofWorkspaceAlone(asked, from, source);
	if (!hasOwnChange(source.change)) return {
		...asked,
		bytes
	};
	const { change } = from === "base" ? { change: {
		base: bytes,
		head
	} } : await changeTo(head, asked, source);
	return {
		...asked,
		bytes,
		change
	};
}
async function ofWorkspaceAlone(asked, from, { change: about, read }) {
	const head = asked.read();
	const own = about.privileged || head === void 0 ? void 0 : await read("run", asked);
	if (own !== void 0 && "absent" in own) return {
		...asked,
		bytes: head,
		isElsewhere: true
	};
	const note = `The ${branchOf(from)} has no ${asked.what} ${asked.path}, and the workspace's does not count in its place: ${about.privileged ? "write what the job makes itself to the folder for temporary files" : "merge it first"}.`;
	const change = hasOwnChange(about) ? {
		base: void 0,
		head
	} : void 0;
	return {
		...asked,
		bytes: void 0,
		change,
		...head !== void 0 && { note }
	};
}
function branchOf(from) {
	return from === "base" ? "base" : "default branch";
}
function withoutPointer(found, head) {
	if (!("text" in found) || !found.text.subarray(0, LFS.length).equals(LFS)) return found;
	const [, hash] = /^oid sha256:([0-9a-f]{64})$/m.exec(found.text.toString("latin1")) ?? [];
	if (head !== void 0 && sha256OfBytes(head) === hash) return { text: head };
	return { unreadable: "Git LFS keeps it, and the workspace has another one" };
}
const LFS = Buffer.from("version https://git-lfs.github.com/spec/");
function sidesOf({ bytes, change, isElsewhere }) {
	return change !== void 0 && "head" in change && isElsewhere !== true ? change : {
		base: bytes,
		head: bytes
	};
}
function isSame({ base, head }) {
	return base === head || base !== void 0 && head?.equals(base) === true;
}
function notesOf(files, { change, from, changeRequest }) {
	const notes = files.flatMap(({ what, name, change, note = [] }) => change !== void 0 && "unreadable" in change ? `It is unknown if this ${changeRequest} changes the ${what} ${name}: ${change.unreadable.replace(/\.$/, "")}.` : note);
	const elsewhere = files.filter(({ isElsewhere }) => isElsewhere).map(({ what, name }) => `the ${what} ${name}`);
	if (elsewhere.length === 0 || from === "workspace" && !hasOwnChange(change)) return notes;
	const [are, them] = elsewhere.length === 1 ? ["is not a file", "it"] : ["are not files", "them"];
	return [`${listSome(elsewhere, 3).replace(/^t/, "T")} ${are} of the repository: the run uses ${them} as found, and it is unknown if a ${changeRequest} changes ${them}.`, ...notes];
}

// src/steps/load-policy.ts
function withChanges(policy, changes, notes) {
	const { change } = policy;
	if (changes.length === 0 || change === void 0) return {
		policy,
		notes
	};
	const own = "changes" in change ? change.changes : [];
	const unknown = "changes" in change ? [] : [`It is unknown if the policy file is changed: ${change.unreadable}`];
	return {
		policy: {
			...policy,
			change: { changes: [...own, ...changes] }
		},
		notes: [...unknown, ...notes]
	};
}
async function loadPolicy(named, source, today, world) {
	const { from } = source;
	const file = repositoryPath(named ?? ".github/image-gate.yml", world.workspace);
	const search = {
		path: file,
		named: named !== void 0 && from === "workspace"
	};
	const read = () => readWorkspacePolicy(search, world);
	const loaded = await loadRuleFile({
		what: "policy",
		name: file,
		maxBytes: MAX_POLICY_BYTES,
		read
	}, source, world);
	const { bytes } = loaded;
	if (bytes === void 0 && named !== void 0 && from !== "workspace") throw new GateError("policy-missing", `The policy file ${JSON.stringify(file)} does not exist in the ${branchOf(from)}`, `Merge it into the ${branchOf(from)} first, or leave \`policy\` out to judge by the defaults.`);
	const policy = await parse$1(bytes, file, today);
	const change = await changeOf(loaded, named !== void 0, source, today);
	return {
		policy,
		source: bytes === void 0 ? { from } : {
			path: file,
			sha256: sha256OfBytes(bytes),
			from
		},
		change
	};
}
async function parse$1(bytes, file, today) {
	if (bytes === void 0) return EMPTY_POLICY;
	const { parsePolicyFile } = await import("./policy.parse.entry.js");
	return parsePolicyFile(bytes, {
		file,
		today
	});
}
async function changeOf({ name, change, isElsewhere }, isNamed, { change: about, changeRequest }, today) {
	if (isElsewhere === true && isNamed && hasOwnChange(about)) return { unreadable: "the policy is not a file of this repository, so the job has brought it" };
	if (change === void 0 || "unreadable" in change) return change;
	if (isSame(change)) return { changes: [] };
	const { diffPolicies } = await import("./domain.policy.diff.js");
	let whose = "base";
	try {
		const before = await parse$1(change.base, name, today);
		whose = changeRequest;
		return { changes: diffPolicies(before, await parse$1(change.head, name, today)) };
	} catch (thrown) {
		return { unreadable: `The ${whose}'s policy is not valid: ${asGateError(thrown).what}` };
	}
}

// src/steps/load-rules.ts
async function loadRules(named, run, platform, world) {
	const { vex, baseline = "none", offline, readers, policyFrom = "workspace" } = named;
	const source = ruleSource(policyFrom, run.forge, platform);
	const own = await loadPolicy(named.policy, source, dayOf(run.now), world);
	run.policy = own;
	const files = vex.length === 0 && ["auto", "none"].includes(baseline) ? {
		vex: [],
		changes: [],
		notes: []
	} : await (await import("./steps.rule-files.js")).loadRuleFiles({
		vex,
		baseline,
		readers
	}, source, own.policy, world);
	const { policy, notes } = withChanges(own, files.changes, files.notes);
	run.policy = policy;
	const weighing = await beginWeighing(policy.policy, {
		...files,
		offline,
		cache: run.cache
	}, world);
	return {
		policy,
		baseline: files.baseline,
		weighing,
		notes
	};
}

// src/actions/install-scanners.ts
async function installScanners(inputs, cache, world) {
	const own = SCANNER.name.toLowerCase();
	const words = inputs.scanWith;
	const byList = !words.includes("grype-match") ? void 0 : words.length === 1 ? "place" : "beside";
	const names = words.includes("grype-match") ? [own, "grype"] : words.length === 0 ? [own] : words;
	const install = async (name) => {
		const entry = scannerNamed(name) ?? SCANNER;
		const isGrype = name === "grype";
		const installing = entry.install({
			...programWish(inputs, isGrype ? name : void 0),
			cache
		}, world);
		const program = await (names.length === 1 ? installing : installing.catch(failure(world)));
		return {
			name: entry.name,
			program,
			databases: isGrype ? inputs.grypeDb : inputs.dbRepository
		};
	};
	const [first, ...others] = await Promise.all(names.map(install));
	return runScanner([first, ...others], byList);
}
function runScanner(all, byList) {
	const [{ program: first }, ...others] = all;
	const there = all.flatMap(({ name, program }) => program instanceof GateError ? [] : [[name, program.version]]);
	return {
		versions: new Map(there),
		sboms: first instanceof GateError ? { make: () => Promise.reject(first) } : first.sboms,
		async ready({ rules, ...settings }, work, world) {
			const own = async ({ program, databases }) => usable(program).ready({
				...settings,
				dbRepository: databases
			}, work, world);
			if (others.length === 0) return own(all[0]);
			const { severalScanners } = await import("./scan.several.several-scanners.js");
			const { heldToImage } = await import("./scan.acquired.entry.js");
			const scanners = all.map(async (each) => ({
				name: each.name,
				scanner: await own(each).then(heldToImage, failure(world))
			}));
			return severalScanners(await Promise.all(scanners), {
				...byList !== "place" && rules,
				byList
			});
		}
	};
}
function usable(program) {
	if (program instanceof GateError) throw program;
	return program;
}
function failure({ signal }) {
	return (thrown) => {
		if (signal.aborted) throw thrown;
		return asGateError(thrown);
	};
}

// src/domain/coverage.ts
function isWhole({ rows, gaps }) {
	return gaps.length === 0 && rows.every(({ status }) => status !== "not-known" && status !== "gap");
}
function advisedFor({ byInput = {}, ...advised }, inputs) {
	const more = Object.entries(byInput).flatMap(([input, sentence]) => inputs.includes(input) ? [sentence] : []);
	return {
		...advised,
		remedy: [advised.remedy, ...more].join(" ")
	};
}

// src/actions/outcome-for.ts
function outcomeFor(inputs, outcome) {
	if ("error" in outcome) return {
		...outcome,
		error: advisedFor(outcome.error, inputs)
	};
	const { coverage } = outcome.scan;
	if (coverage === void 0 || coverage.gaps.length === 0) return outcome;
	const gaps = coverage.gaps.map((gap) => advisedFor(gap, inputs));
	return {
		...outcome,
		scan: {
			...outcome.scan,
			coverage: {
				...coverage,
				gaps
			}
		}
	};
}

// src/actions/gate/decide.ts
async function decide(inputs, run, platform, world) {
	await using work = background(world.signal);
	const { imageSource, offline, timeout: timeoutMs } = inputs;
	const targets = await findTargets(inputs, world);
	run.targets = targets;
	const isScanned = needsScanner(targets, world);
	const bringing = isScanned ? await import("./actions.gate.bring-images.entry.js") : void 0;
	await using images = bringing?.imageAcquirer({
		imageSource,
		offline,
		timeoutMs,
		isKept: inputs.cache
	}, world);
	const reports = await planFiles("planReports", run, platform, world);
	run.reports = reports;
	const cache = await openCache(inputs, run, platform);
	const install = (signal) => installScanners(inputs, cache, {
		...world,
		signal
	});
	const installing = work.begin(async (signal) => isScanned ? install(signal) : void 0);
	const rules = await loadRules({
		...inputs,
		readers: reportReaders
	}, run, platform, world);
	if (images !== void 0) bringing?.acquireFirst(targets, images, world);
	const { policy } = rules.policy;
	const typed = targets.map((target) => ({ target }));
	const name = inputs.name ?? defaultName(typed, platform.change.commits);
	const known = {
		baselineFile: rules.baseline,
		name,
		forge: run.forge,
		platform,
		reports: reportReaders
	};
	const attribute = await prepareAttribution({
		...inputs,
		...known
	}, world);
	loadTheRest();
	const installed = await installing.catch((thrown) => withoutScanner(thrown, targets, world));
	const maker = async (signal) => (installed ? usable(installed) : await install(signal)).sboms;
	const sboms = reports && beginSboms(reports, maker, world);
	run.sboms = sboms;
	const descriptions = showDescriptions(inputs, platform.defaultReports?.lines);
	const onImages = (scanner) => images && bringing ? bringing.onAcquiredImages(scanner, images) : scanner;
	const means = {
		targets,
		cache,
		sboms,
		work,
		onImages,
		policy
	};
	const scans = await scan(installed, {
		...inputs,
		descriptions
	}, means, world);
	run.scans = scans;
	const attributed = await attribute(scans);
	images?.finish();
	const { judgeAttributed } = await import("./actions.gate.judge-scans.entry.js");
	const verdict = await judgeAttributed(attributed, {
		inputs,
		run,
		rules,
		match: scans.match
	}, world);
	if (verdict.answer !== "error" && inputs.baseline !== "none" && !offline) run.keptAs = name;
	return verdict;
}
function loadTheRest() {
	import("./actions.gate.judge-scans.entry.js").catch(() => {});
	import("./render.answer.entry.js").catch(() => {});
	import("./render.documents.entry.js").catch(() => {});
}
async function findTargets(inputs, world) {
	const targets = await namedTargets(inputs, world);
	if (!targets.some(({ everyPlatform }) => everyPlatform)) return withOpinions(targets);
	const { expandPlatforms } = await import("./actions.gate.bring-images.entry.js");
	return withOpinions(await expandPlatforms(targets, inputs.imageSource, world));
}
async function scan(installed, inputs, { targets, cache, sboms, work, onImages, policy }, world) {
	const { descriptions } = inputs;
	const { severityFrom, agreement, optionalScanners: optional } = policy;
	const rules = {
		severityFrom,
		agreement,
		optional,
		asked: inputs.scanners
	};
	const settings = {
		...inputs,
		cache,
		rules,
		isMatchLikely: targets.length === 1
	};
	const ready = async () => installed && usable(installed).ready(settings, work, world);
	const own = await ready().catch((thrown) => withoutScanner(thrown, targets, world));
	const scanning = {
		scanner: own === void 0 || own instanceof GateError ? own : onImages(own),
		reports: reportReaders,
		maxReportAge: inputs.maxReportAge,
		descriptions,
		onReport: sboms?.take,
		progress: progressLine,
		opinionRules: rules
	};
	const scannerVersions = installed instanceof GateError ? void 0 : installed?.versions;
	const scans = await scanTargets(targets, scanning, world);
	const outcomes = scans.outcomes.map((outcome) => outcomeFor(INPUT_NAMES, outcome));
	return {
		...scans,
		outcomes,
		scannerVersions
	};
}
function needsScanner(targets, world) {
	const isThere = (target) => tryOr(() => locateTarget(target, world), void 0) !== void 0;
	return targets.some((target) => target.kind !== "trivy-report" && isThere(target));
}
function withoutScanner(thrown, targets, { signal }) {
	if (signal.aborted || targets.every((target) => target.kind !== "trivy-report")) throw thrown;
	return asGateError(thrown);
}

// src/domain/finding.ts
const KINDS = {
	vuln: "vulnerability",
	misconfig: "misconfiguration",
	secret: "secret",
	license: "license"
};
function kindsOf(scanners = ["vuln"]) {
	return new Set(scanners.flatMap((name) => KINDS[name] ?? []));
}
const ECOSYSTEMS = [
	"alpine",
	"cargo",
	"debian",
	"go",
	"hex",
	"julia",
	"maven",
	"npm",
	"nuget",
	"pub",
	"pypi",
	"rpm",
	"swift"
];
const UNSPECIFIED_TYPE = "unknown";
function ecosystemOf({ ecosystem, type }) {
	return ecosystem ?? type;
}
function isOnPackage(finding) {
	return finding.kind === "vulnerability" && finding.package !== void 0;
}
function isFixable(finding) {
	return finding.kind !== "vulnerability" || finding.fixedVersions.length > 0;
}
function fixedVersionsIn(text = "") {
	return text.split(",").map((version) => version.trim()).filter((version) => version !== "");
}

// src/domain/image/distributions.ts
const ALPINE = /^(?:3\.(?:[2-9]|1\d|2[0-4])(?:[._].*)?|edge.*)$/;
const AMAZON = /^(?:1|2|201[1-8]\.\d\d|2022|2023)(?:\.\d+)*$/;
const DEBIAN = /^(?:(?:[7-9]|1[0-4])(?:\.\d+)*|unstable|sid|testing)$/;
const ENTERPRISE = /^(?:[5-9]|10)(?:\.\d+)*$/;
const REBUILD = /^(?:[89]|10)(?:\.\d+)*$/;
const ROLLING = /^/;
const WOLFI = ["wolfi-baselayout", "chainguard-baselayout"];
const ROWS = {
	debian: [
		{
			name: "debian",
			releases: DEBIAN
		},
		{
			name: "ubuntu",
			releases: /^(?:1[0-9]|2[0-6])\.(?:04|10)(?:\.\d+)*$/
		},
		{ name: "echo" }
	],
	alpine: [
		{
			name: "alpine",
			releases: ALPINE,
			owns: ["alpine-baselayout"],
			numbered: ["alpine-release"]
		},
		{
			name: "wolfi",
			releases: ROLLING,
			owns: WOLFI
		},
		{
			name: "chainguard",
			releases: ROLLING,
			owns: WOLFI
		},
		{
			name: "minimos",
			releases: ROLLING
		}
	],
	rpm: [
		{
			name: "redhat",
			ids: ["rhel"],
			releases: ENTERPRISE,
			owns: ["redhat-release"],
			mark: "el"
		},
		{
			name: "centos",
			releases: /^[5-8](?:\.\d+)*$/,
			owns: ["centos-release", "centos-linux-release"],
			mark: "el"
		},
		{
			name: "rocky",
			ids: ["rockylinux"],
			releases: REBUILD,
			owns: ["rocky-release"],
			mark: "el"
		},
		{
			name: "alma",
			ids: ["almalinux"],
			releases: REBUILD,
			owns: ["almalinux-release"],
			mark: "el"
		},
		{
			name: "oracle",
			ids: ["ol", "oraclelinux"],
			releases: ENTERPRISE,
			owns: ["oraclelinux-release"],
			mark: "el"
		},
		{
			name: "amazon",
			ids: ["amzn", "amazonlinux"],
			releases: AMAZON,
			mark: "amzn"
		},
		{
			name: "fedora",
			owns: ["fedora-release-common"],
			mark: "fc"
		},
		{
			name: "photon",
			releases: /^[1-5](?:\.\d+)*$/,
			owns: ["photon-release"],
			mark: "ph"
		},
		{
			name: "cbl-mariner",
			ids: ["mariner"],
			releases: /^[12]\.0/,
			owns: ["mariner-release"],
			mark: "cm"
		},
		{
			name: "azurelinux",
			releases: /^3\.0/,
			owns: ["azurelinux-release"],
			mark: "azl"
		},
		{
			name: "sles",
			ids: ["suse"],
			releases: /^1[1-6](?:[.-].*)?$/,
			numbered: ["sles-release"]
		},
		{ name: "slem" },
		{
			name: "opensuse-leap",
			ids: ["opensuse.leap"],
			releases: /^(?:42|1[56])\.\d+$/,
			numbered: ["Leap-release", "openSUSE-release"]
		},
		{ name: "opensuse-tumbleweed" },
		{ name: "opensuse" },
		{ name: "bottlerocket" }
	]
};
const DISTRIBUTIONS = Object.entries(ROWS).flatMap(([ecosystem, rows]) => rows.map((each) => ({
	...each,
	ecosystem
})));
const PURL_TYPES = {
	alpine: "apk",
	debian: "deb",
	rpm: "rpm"
};
const SYSTEM_ECOSYSTEMS = new Set(Object.keys(PURL_TYPES));
const BY_NAME = new Map(DISTRIBUTIONS.flatMap((each) => [each.name, ...each.ids ?? []].map((name) => [name, each])));
function distributionNamed(name) {
	return BY_NAME.get(name.toLowerCase());
}

// src/domain/purl.ts
const CASE_FOLDED = new Set("alpm apk bitbucket bitnami composer deb github golang hex oci pub".split(" "));
const TYPES = {
	...PURL_TYPES,
	go: "golang"
};
const PURL_ECOSYSTEMS = new Map(ECOSYSTEMS.map((each) => [TYPES[each] ?? each, each]));
function ecosystemOfType(type) {
	const ecosystem = PURL_ECOSYSTEMS.get(type);
	return ecosystem === type ? void 0 : ecosystem;
}
const SYSTEMS = new Set(Object.values(PURL_TYPES));
function plainName({ type, namespace, name, subpath }) {
	if (SYSTEMS.has(type)) return name;
	const full = namespace === void 0 ? name : `${namespace}/${name}`;
	if (type === "golang") return subpath === void 0 ? full : `${full}/${subpath}`;
	if (type === "pypi") return pythonName(full);
	return type === "nuget" ? full.toLowerCase() : full;
}
const parsePurl = memoize((text) => {
	try {
		return parse(text.toWellFormed());
	} catch {
		return;
	}
});
function purlCovers(wanted, found) {
	return purlKey(wanted) === purlKey(found) && releaseCovers(wanted, found);
}
function releaseCovers(wanted, found) {
	return (wanted.version === void 0 || wanted.version === found.version) && (wanted.subpath === void 0 || wanted.subpath === found.subpath) && Object.entries(wanted.qualifiers).every(([key, value]) => found.qualifiers[key] === value);
}
function purlKey({ type, namespace, name }) {
	return [
		type,
		...namespace?.split("/") ?? [],
		name
	].map(encode).join("/");
}
const purlWithoutVersion = memoize((text) => {
	const purl = parsePurl(text);
	if (purl === void 0) return text;
	return `pkg:${purlKey(purl)}${subpathOf(purl)}`;
});
function plainPurl(purl) {
	return `pkg:${purlKey(purl)}${purl.version === void 0 ? "" : `@${encode(purl.version)}`}`;
}
const WITH_EPOCH = /* @__PURE__ */ new Set(["deb", "rpm"]);
function purlOfVersion(purl, version) {
	const [, epoch, rest] = WITH_EPOCH.has(purl.type) && /^(\d+):(.*)$/s.exec(version) || [];
	const { epoch: _, ...others } = purl.qualifiers;
	const qualifiers = {
		...others,
		...epoch !== void 0 && !/^0+$/.test(epoch) && { epoch }
	};
	const query = Object.entries(qualifiers).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
	return `pkg:${purlKey(purl)}@${encode(rest ?? version)}${query.length === 0 ? "" : `?${query.join("&")}`}${subpathOf(purl)}`;
}
function subpathOf({ subpath }) {
	return subpath === void 0 ? "" : `#${subpath.split("/").map(encode).join("/")}`;
}
function parse(text) {
	const [, rest, query = "", fragment = ""] = /^pkg:\/*([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(text) ?? [];
	const [, type, path] = /^([a-z][a-z0-9.+-]*)\/(.*)$/is.exec(rest ?? "") ?? [];
	if (type === void 0 || path === void 0) return void 0;
	const at = path.lastIndexOf("@");
	const cut = at > path.lastIndexOf("/") ? at : path.length;
	const segments = decodedSegments(path.slice(0, cut));
	const name = segments.pop();
	if (name === void 0) return void 0;
	const fold = foldFor(type.toLowerCase());
	const version = decodeURIComponent(path.slice(cut + 1));
	const subpath = decodedSegments(fragment).filter((segment) => segment !== "." && segment !== "..");
	if ([...segments, ...subpath].some((segment) => segment.includes("/"))) return void 0;
	return {
		type: type.toLowerCase(),
		...segments.length > 0 && { namespace: fold(segments.join("/")) },
		name: fold(name),
		...version !== "" && { version },
		qualifiers: qualifiersOf(query),
		...subpath.length > 0 && { subpath: subpath.join("/") }
	};
}
function decodedSegments(path) {
	return path.split("/").filter((segment) => segment !== "").map(decodeURIComponent);
}
function foldFor(type) {
	if (type === "pypi") return (text) => text.toLowerCase().replaceAll("_", "-");
	return CASE_FOLDED.has(type) ? (text) => text.toLowerCase() : (text) => text;
}
function qualifiersOf(query) {
	const pairs = query.split("&").map((pair) => {
		const cut = pair.indexOf("=");
		return cut < 0 ? [pair, ""] : [pair.slice(0, cut).toLowerCase(), decodeURIComponent(pair.slice(cut + 1))];
	});
	return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}
function encode(segment) {
	return encodeURIComponent(segment).replaceAll("%3A", ":");
}
function pythonName(name) {
	return name.toLowerCase().replace(/[-_.]+/g, "-");
}

// src/domain/coverage/seen-packages.ts
function systemKey(name, version) {
	return `${name}\0${version.trim().replace(/^(?:0|\(none\)):/, "")}`;
}
function seenIndex(packages, unread, entries) {
	const byPath = /* @__PURE__ */ new Map();
	const system = /* @__PURE__ */ new Map();
	for (const each of packages) if (each.system === true) addTo(system, systemKey(each.name, each.version), each);
	else if (each.path !== void 0) addTo(byPath, each.path, each);
	let owners;
	let vendors;
	let folders;
	let names;
	return {
		hasPackage(name, version) {
			names ??= new Set(packages.filter((each) => each.system !== true).map((each) => `${each.name}\0${each.version}`));
			return names.has(`${name}\0${version}`);
		},
		at: (path) => byPath.get(path) ?? [],
		system,
		unread: new Map(unread.flatMap((file) => file.path === void 0 ? [] : [[file.path, file]])),
		ownerOf({ path, owner }) {
			vendors ??= otherVendors(packages);
			if (owner !== void 0 && !vendors.has(owner)) return owner;
			owners ??= ownersIn(packages, new Set(entries.map((each) => each.path)));
			return owners.get(path);
		},
		hasBelow(folder) {
			folders ??= foldersOf(byPath.keys());
			return folders.has(folder);
		}
	};
}
function otherVendors(packages) {
	const names = new Set(packages.flatMap(({ name, thirdParty }) => thirdParty === true ? [name] : []));
	for (const { name, system, thirdParty } of packages) if (system === true && thirdParty !== true) names.delete(name);
	return names;
}
function ownersIn(packages, wanted) {
	const owners = /* @__PURE__ */ new Map();
	for (const { name, installedFiles = [] } of packages) for (const file of installedFiles) {
		const path = file.startsWith("/") ? file.replace(/^\/+/, "") : file;
		if (wanted.has(path)) owners.set(path, name);
	}
	return owners;
}
function foldersOf(paths) {
	const folders = /* @__PURE__ */ new Set();
	for (const path of paths) {
		let folder = folderOf(path);
		for (let level = 0; level < MOST_LEVELS && !folders.has(folder); level += 1) {
			folders.add(folder);
			folder = folderOf(folder);
		}
	}
	return folders;
}
function folderOf(path) {
	return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
const MOST_LEVELS = 64;
function isListed(entry, index) {
	const { path, linkTo } = entry;
	return isListedAt(path, entry, index) || linkTo !== void 0 && isListedAt(linkTo, entry, index);
}
function isListedAt(path, { kind, packages }, index) {
	const seen = index.at(path);
	if (kind === "jar") return seen.length > 0 || index.hasBelow(path);
	if (packages === void 0 || SOME_SUFFICE.has(kind)) return seen.length > 0;
	const known = new Set(seen.map((each) => packageKey(kind, each)));
	return packages.length > 0 && packages.every((each) => known.has(packageKey(kind, each)));
}
const SOME_SUFFICE = /* @__PURE__ */ new Set(["dotnet", "julia"]);
function packageKey(kind, { name, version }) {
	if (kind === "python") return `${pythonName(name.trim())}\0${version.trim()}`;
	if (kind === "php") return `${name.toLowerCase()}\0${version.replace(/^v/, "")}`;
	return `${name}\0${version}`;
}

// src/domain/secrets/mask-secrets.ts
const MOST = 8e3;
const SECRET = "(?:token|secret|passw|passphrase|credential|bearer|(?:api|private|access|account|signing|encryption)[_-]?key|connection[_-]?string|art-api|_auth(?=[=\\s\"':]))";
const WORD = `(?=[\\w.-]*(?:${SECRET}|(?:(?:^|[_.-]|store|key|src|dest|user|db)(?:pass|pwd|passwd|passcode|passin|passout))(?![\\w.-])))[\\w.-]+`;
const NAME = `(?<![\\w.-])${WORD}`;
const GAP = "(?:\\\\?[\"']?(?:\\s*,\\s*|\\s+)\\\\?[\"']?)";
const VALUE = "(?=[^-$\\s;&|\"',\\])}\\\\])";
const UP_TO = "\\b[^;&|]{0,400}?[\\s\"',\\\\]-";
const regexp = (source) => new RegExp(source, "i");
const MARKS = [
	"(?=-----BEGIN[ A-Z]*PRIVATE KEY)",
	"[?&](?:sig|signature|key|auth|code|x-amz-(?:signature|credential|security-token))=(?=[^\\s&\"'])",
	"\\b(?:proxy-)?authorization\\\\?[\"']?\\s*[:=]\\s*",
	"\\bcookie:\\s*",
	"\\b(?:bearer|basic)\\s+(?=[\\w+/=.~-]{8})",
	`${NAME}\\\\?["']?\\s*=(?![…\\s])`,
	`${NAME}\\\\?["']?\\s*:(?:\\s+|(?=\\\\?["']))\\\\?["']?(?=[^\\s;&|"',\\])}\\\\])`,
	`["']${NAME}\\s*:\\s*(?=[^\\s;&|"',\\])}\\\\])`,
	`(?<![\\w.-])--?(?=[\\w.-])(?![\\w.-]*(?:stdin|file|path|prompt|env|length|less)(?![\\w.-]))${WORD}${GAP}${VALUE}`,
	`(?:_auth(?:Token)?|_password|\\bset\\s+(?=\\S*${SECRET})\\S+)\\s+(?![-$&|;\\s])`,
	"\\blogin\\s+\\S+\\s+password\\s+",
	"\\b(?:identified\\s+(?:with\\s+\\S+\\s+)?by|with\\s+(?:encrypted\\s+)?password)\\s+(?=\\\\?['\"])",
	`(?<![\\w-])(?:-[a-z]{0,6}u|--(?:proxy-|http-|ftp-)?user|-a|--auth)(?:=|${GAP})\\\\?["']?(?=(?:\\$\\{?\\w+\\}?)?:[^$:/\\s"',;&|\\])}\\\\]|(?!\\d+:\\d+(?!\\S))[^$:/\\s"',\\])}][^\\s"':,\\])}]{0,255}:(?!//))`,
	"(?<![\\w-])-u(?!\\d+:\\d+(?!\\S))(?=[\\w.@+-]{1,256}:[^\\s\"',\\])}])",
	`\\b(?:login|sshpass|mysql\\w*|mariadb(?:-\\w{1,20}){0,3}|7z[ar]?|rar|useradd|usermod|nuget|twine|unzip|zip|sqlcmd|bcp)${UP_TO}p${GAP}?`,
	`\\b(?:redis-cli|ldap\\w+)${UP_TO}[aw]${GAP}?`,
	`\\bopenssl${UP_TO}(?:k|pass(?:in|out)?)${GAP}`,
	`\\bhtpasswd${GAP}-(?=[a-z]*b)[a-z]+${GAP}`,
	"\\b(?:http-basic|pypi-token|(?:github|gitlab|bitbucket)-oauth)\\.",
	`\\bbundler?${GAP}config${GAP}[^;&|\\n]{0,200}?[^\\s:]:(?![/:$])`,
	`(?<![\\w-])--?activation-?key(?:=|${GAP})(?![-$\\s])`,
	`\\b(?:ua|pro)${GAP}attach${GAP}`,
	"(?:echo|printf)\\s+(?=[^|;&\\n]{1,400}\\|(?:\\s*(?:sudo\\s+)?(?:\\S{0,200}/)?(?:chpasswd|passwd|su|sudo\\s+-S)|[^;&|\\n]{0,400}?--(?:password|token|api-token|passphrase)-stdin)\\b)"
].map(regexp);
const TOKENS = new RegExp(`(?<![A-Za-z0-9])(?:${[
	"(?:gh[pousr]|github_pat|dckr_(?:pat|oat)|(?:sk|rk|pk)_(?:live|test)|whsec)_[\\w.-]{10,}",
	"(?:gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent)|xox[abeoprs]|xapp|tskey)-[\\w.-]{8,}",
	"(?:npm|hf)_[A-Za-z0-9]{16,}",
	"(?:do[opr]_v1|shp(?:at|ca|pa|ss)|rubygems)_\\w{16,}",
	"(?:pypi|sk|PMAK)-[\\w-]{16,}",
	"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}",
	"AIza[\\w-]{20,}",
	"ya29\\.[\\w-]{10,}",
	"SG\\.[\\w-]{10,}\\.[\\w-]{10,}",
	"hv[sbr]\\.[\\w-]{16,}",
	"dapi[0-9a-f]{24,}",
	"ATATT3[\\w=-]{16,}",
	"AGE-SECRET-KEY-1\\w{10,}",
	"eyJ[\\w-]{8,600}\\.[\\w-]{8,}(?:\\.[\\w-]*)?"
].join("|")})`, "g");
const LOGINS = [/(?<![a-z0-9+.-])((?:https?|wss?|ftp):[/\\]+|[a-z][a-z0-9+.-]{0,30}:\/\/)[^/\\<>]*@/gi, /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)[^/:@*]+:(?!\d+\/)[^@]*@/gi];
function withoutUrlLogins(text) {
	return text.replace(WORD_OF_TEXT, withoutLogins);
}
const WORD_OF_TEXT = /[^\s"']+/g;
function withoutLogins(word) {
	const end = word.lastIndexOf("@") + 1;
	if (end === 0 || !word.includes(":")) return word;
	return LOGINS.reduce((each, rule) => each.replace(rule, "$1***@"), word.slice(0, end)) + word.slice(end);
}
function withoutSecrets(text) {
	const shown = withoutUrlLogins(text.length <= MOST ? text : `${text.slice(0, MOST).split(/\s+/).slice(0, -1).join(" ")}…`);
	const marks = MARKS.map((mark) => mark.exec(shown)).filter((mark) => mark !== null);
	const end = Math.min(...marks.map(({ index, 0: mark }) => index + mark.length));
	return (end === Number.POSITIVE_INFINITY ? shown : `${shown.slice(0, end)}***`).replace(TOKENS, "***");
}
function argumentsWithoutSecrets(list) {
	const text = JSON.stringify(list);
	const words = list.flatMap((item) => item.split(/\s+/));
	return withoutSecrets(text) === text && words.every((word) => withoutLogins(word) === word) ? list : ["***"];
}

// src/domain/coverage/silent-rules.ts
const SILENT_RULES = [
	"system-owned",
	"not-a-package",
	"unidentified-jar",
	"lock-file-beside-its-packages",
	"sbom-in-image",
	"said-by-another-gap",
	"left-out"
];
function silentRule(entry, index) {
	const { kind, path, packages, unread } = entry;
	if (kind === "sbom") return "sbom-in-image";
	if (index.unread.get(path)?.kind === "packages") return "said-by-another-gap";
	if (isOfSystem(entry, index)) return "system-owned";
	if (isNoPackage(entry) || isRefusedFixture(entry, index)) return "not-a-package";
	if (kind === "lock-file") return index.hasBelow(folderOf(path)) ? "lock-file-beside-its-packages" : void 0;
	const isArchive = kind === "jar" || kind === "python" && path.endsWith(".egg");
	const isOwnFile = entry.linkTo === void 0 && entry.isRenamed !== true && index.ownerOf(entry) === void 0;
	return isArchive && packages === void 0 && unread === void 0 && isOwnFile ? "unidentified-jar" : void 0;
}
function isNoPackage({ kind, path, packages, unread }) {
	if (packages !== void 0) return packages.length === 0;
	if (kind === "node") return unread === void 0 || !isPackagePlace(path);
	return kind === "php" && unread !== void 0 && !/(?:^|\/)composer\/installed\.json$/.test(path);
}
const NPM_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
function isRefusedFixture({ kind, path, packages = [] }, { unread }) {
	if (kind !== "node" || unread.get(path)?.kind !== "no-package" || isPackagePlace(path)) return false;
	return `/${path}`.includes("/node_modules/") || packages.every(({ name }) => !NPM_NAME.test(name));
}
const SYSTEM_PYTHON = String.raw`usr/lib(?:32|64)?/(?:python|pypy)\d[\d.]*/(?:dist-packages|site-packages)/`;
const OWN_OF_PYTHON = String.raw`usr/lib(?:32|64)?/(?:python\d[\d.]*/(?:lib-dynload/)?[^/]+\.egg-info$|pypy\d[\d.]*/lib_pypy/)`;
const OF_THE_INTERPRETER = /^usr\/lib\/python2\.7\/(?:argparse|wsgiref|lib-dynload\/Python-2\.7)\.egg-info$/;
function isOfSystem(entry, index) {
	const { kind, path } = entry;
	if (OF_THE_INTERPRETER.test(path)) return true;
	const owner = index.ownerOf(entry);
	if (owner === void 0) return false;
	return (PROGRAMS.has(kind) ? PROGRAM_FOLDERS : LIBRARY_FOLDERS).test(path) || isOwnersFolder(path, owner);
}
const PROGRAMS = /* @__PURE__ */ new Set([
	"go",
	"rust",
	"packed-program"
]);
const OPT = "opt/(?:rh|aws)/[^/]+/";
const PROGRAM_FOLDERS = new RegExp(`^(?:${OPT}|(?:usr/)?(?:bin|sbin|lib|lib64|libexec|games)/)`);
const LIBRARY_FOLDERS = new RegExp(`^(?:${[
	OPT,
	SYSTEM_PYTHON,
	OWN_OF_PYTHON,
	String.raw`usr/share/python\d?[\d.]*(?:-wheels)?/`,
	String.raw`usr/(?:lib(?:64)?/(?:[a-z0-9_]+-linux-[a-z0-9]+/)?|share/)(?:nodejs|node_modules(?:_\d+)?|javascript)/`,
	"usr/(?:lib(?:64)?/(?:[a-z0-9_]+-linux-[a-z0-9]+/)?|share/)(?:ruby|gems|rubygems-integration|rubygems)/",
	"var/lib/gems/",
	String.raw`usr/share/(?:php\d*|pear)/`,
	"usr/(?:lib(?:64)?|share)/(?:java|jvm|jvm-common|maven|maven-repo|javadoc)/",
	"usr/(?:lib(?:64)?|share)/dotnet/",
	"usr/share/(?:julia|doc)/"
].join("|")})`);
function isOwnersFolder(path, owner) {
	const folder = /^usr\/(?:lib(?:64)?(?:\/[a-z0-9_]+-linux-[a-z0-9]+)?|libexec|share)\/([^/]+)\/./.exec(path)?.[1];
	if (folder === void 0 || /^(?:python|pypy)\d[\d.]*$/.test(folder)) return false;
	return owner === folder || owner.startsWith(`${folder}-`) || folder.startsWith(`${owner}-`);
}
function isPackagePlace(path) {
	const [, ...folders] = `/${path}`.split("/node_modules/");
	return folders.length > 0 && folders.every((each) => PLACE.test(each.replace(/\/package\.json$/, "")));
}
const PLACE = /^(?:\.(?:pnpm|store|bun)\/[^/]+(?:\/package)?|(?:@[^/]+\/)?[^/@.][^/]*)$/;

export { BREAK, DISTRIBUTIONS, ECOSYSTEMS, JsonFault, MAX_POLICY_BYTES, MOST_WORK, Malformed, PURL_ECOSYSTEMS, PURL_TYPES, REPORT_FORMATS, SEVERITY_STYLES, SILENT_RULES, SYSTEM_ECOSYSTEMS, SYSTEM_PYTHON, UNSPECIFIED_TYPE, age, alert, allRows, answer, architectureOf, argumentsWithoutSecrets, atATime, atMost, background, bestFor, blockLines, broken, checked, code, compileGlob, compileGlobs, compileImageGlobs, decide, distributionNamed, dot, ecosystemOf, ecosystemOfType, errorOf, exploitDataWanted, exploitRowsOf, fixedVersionsIn, fold, folderOf, heading, installScanners, isAboutOne, isEmpty, isFixable, isListed, isOnPackage, isPackagePlace, isSame, isWhole, join, kindsOf, leaves, leftOut, link, list, listed, listsPackages, loadPolicy, loadRuleFile, loadRules, locateTarget, misspeltKey, more, name, names, needed, note, notesOf, orEmpty, outcomeFor, para, parsePlatform, parsePurl, parseStrict, parsedJson, paste, path, placeOf, plainName, plainPurl, platformMatches, platformName, progressLine, prose, purlCovers, purlKey, purlOfVersion, purlWithoutVersion, pythonName, readStrict, readWorkspacePolicy, releaseCovers, requireName, resolveTargets, ruleSource, say, sayEnds, scanEach, seenIndex, settled, severity, severityList, sidesOf, silentRule, sizeWords, small, some, strong, systemKey, table, textLine, textPrinter, thisMachine, timeLimit, unjudgedPlatforms, untilAborted, version, whenItEnds, withChanges, withOpinions, withoutSecrets, withoutUrlLogins, workersOn };