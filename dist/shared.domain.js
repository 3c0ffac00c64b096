import { clipped, oneLine } from "./shared.start.js";
import { DEFAULT_THRESHOLDS, SEVERITIES, addDays, addTo, breaks, closest, compareCounts, confirmedForms, countSeverities, dayOf, daysBetween, failing, fallsUnder, hasUnconfirmedTag, isDay, listSome, lowerLimit, number, parseReference, perSeverity, reasonOf, referenceForms, severityName, severityRank, toSeverity, unique } from "./shared.answer.js";

// src/domain/image/platform.ts
function platformMatches(asked, found) {
	if (found === void 0) return false;
	const [a, b] = [normalised(asked), normalised(found)];
	return a.base === b.base && (a.variant === void 0 || b.variant === void 0 || a.variant === b.variant);
}
function platformInIndex(platform) {
	return platform?.replace(/\/arm64\/v8$/, "/arm64");
}
const ARCHITECTURES = {
	x86_64: "amd64",
	"x86-64": "amd64",
	aarch64: "arm64",
	i386: "386",
	armhf: "arm"
};
function normalised(platform) {
	const [os = "", architecture = "", variant] = platform.toLowerCase().split("/");
	return {
		base: `${os}/${ARCHITECTURES[architecture] ?? architecture}`,
		variant
	};
}
function unjudgedPlatforms(targets) {
	const judged = targets.flatMap((each) => each.answer === "error" || each.scan.artifact.index === void 0 ? [] : [{
		target: each.target,
		artifact: each.scan.artifact,
		index: each.scan.artifact.index
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

// src/domain/json/null-as-empty.ts
function orEmpty(schema, empty) {
	return schema.nullish().transform((value) => value ?? empty);
}

// src/domain/json/keys.ts
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const SPACE = 32;
const COLON = 58;
const NON_ASCII = 128;
const SHORT$1 = 24;
const MANY_KEYS = 24;
function repeatedKey(json, value) {
	return hasSoManyKeys(json, keysIn(value)) ? void 0 : searchRepeatedKey(json);
}
function hasSoManyKeys(json, count) {
	return mostKeysIn(json) === count;
}
const SHALLOW = 100;
function keysIn(document) {
	return isObject(document) ? keysOf(document, 0) : 0;
}
function keysOf(value, depth) {
	if (depth === SHALLOW) return keysOfDeep(value);
	const values = Array.isArray(value) ? value : Object.values(value);
	let count = values === value ? 0 : values.length;
	for (const each of values) if (isObject(each)) count += keysOf(each, depth + 1);
	return count;
}
function keysOfDeep(document) {
	const waiting = [document];
	let count = 0;
	for (let value = waiting.pop(); value !== void 0; value = waiting.pop()) {
		const values = Array.isArray(value) ? value : Object.values(value);
		if (values !== value) count += values.length;
		for (const each of values) if (isObject(each)) waiting.push(each);
	}
	return count;
}
function isObject(value) {
	return typeof value === "object" && value !== null;
}
function mostKeysIn(json) {
	const view = new DataView(json.buffer, json.byteOffset, json.byteLength);
	const whole = json.length - json.length % 4;
	let count = 0;
	for (let at = 0; at < whole; at += 4) {
		const word = view.getInt32(at, true) ^ 976894522;
		if ((word - 16843009 & ~word & 2155905152) === 0) continue;
		for (let colon = at; colon < at + 4; colon++) {
			if (json[colon] !== COLON) continue;
			const keys = keysBefore(json, colon);
			if (keys === ESCAPED) return void 0;
			count += keys;
		}
	}
	for (let at = whole; at < json.length; at++) {
		const keys = json[at] === COLON ? keysBefore(json, at) : 0;
		if (keys === ESCAPED) return void 0;
		count += keys;
	}
	return count;
}
const ESCAPED = -1;
function keysBefore(json, colon) {
	let at = colon - 1;
	while (json[at] <= SPACE) at--;
	if (json[at] !== QUOTE) return 0;
	for (at--; at > 0; at--) {
		const byte = json[at];
		if (byte === BACKSLASH) return ESCAPED;
		if (byte === QUOTE) return json[at - 1] === BACKSLASH ? ESCAPED : 1;
	}
	return 1;
}
function searchRepeatedKey(json) {
	const keys = new OpenKeys(json);
	let expectsKey = false;
	for (let at = 0; at < json.length; at++) switch (json[at]) {
		case SPACE:
			while (json[at + 1] === SPACE) at++;
			break;
		case QUOTE: {
			const end = expectsKey ? keys.add(at + 1) : endOfString(json, at + 1);
			if (end === -1) return at;
			at = end;
			expectsKey = false;
			break;
		}
		case OPEN_OBJECT:
			keys.openObject();
			expectsKey = true;
			break;
		case OPEN_LIST:
			keys.openList();
			break;
		case CLOSE_OBJECT:
		case CLOSE_LIST:
			keys.close();
			break;
		case COMMA: expectsKey = keys.isInObject;
	}
}
function misspeltKey(found, known) {
	const meant = knownKeyOf(known);
	for (const key of found) {
		const other = meant(key);
		if (other !== void 0 && other !== key) return other;
	}
}
function knownKeyOf(known) {
	const meant = new Map(known.map((key) => [fold(key), key]));
	return (key) => meant.get(fold(key));
}
function fold(key) {
	return key.toUpperCase().toLowerCase();
}
function endOfString(json, start) {
	let at = start;
	for (const short = start + SHORT$1; at < short; at++) {
		if (json[at] === QUOTE) return at;
		if (json[at] === BACKSLASH) at++;
	}
	for (;;) {
		const end = json.indexOf(QUOTE, at);
		let from = end;
		while (json[from - 1] === BACKSLASH) from--;
		if ((end - from) % 2 === 0) return end;
		at = end + 1;
	}
}
var OpenKeys = class {
	#json;
	#frames = [];
	#sets = [];
	#hashes = [];
	#starts = [];
	#first = -1;
	#count = 0;
	constructor(json) {
		this.#json = json;
	}
	get isInObject() {
		return this.#first !== -1;
	}
	openObject() {
		this.#frames.push(this.#first);
		this.#sets.push(void 0);
		this.#first = this.#count;
	}
	openList() {
		this.#frames.push(this.#first);
		this.#sets.push(void 0);
		this.#first = -1;
	}
	close() {
		if (this.#first !== -1) this.#count = this.#first;
		this.#first = this.#frames.pop();
		this.#sets.pop();
	}
	add(start) {
		const json = this.#json;
		let hash = 0;
		let at = start;
		for (let byte = json[at]; byte !== QUOTE; byte = json[++at]) {
			if (byte === BACKSLASH || (byte ?? 0) >= NON_ASCII) return this.#addEscaped(start);
			hash = Math.imul(hash, 31) + (byte ?? 0) | 0;
		}
		return this.#has(hash, start, at) ? -1 : at;
	}
	#addEscaped(start) {
		const end = endOfString(this.#json, start);
		let hash = 0;
		for (const byte of Buffer.from(this.#text(start))) hash = Math.imul(hash, 31) + byte | 0;
		return this.#has(hash, start, end) ? -1 : end;
	}
	#has(hash, start, end) {
		const set = this.#sets[this.#sets.length - 1];
		if (set !== void 0) {
			const text = this.#text(start, end);
			if (set.has(text)) return true;
			set.add(text);
			return false;
		}
		for (let index = this.#first; index < this.#count; index++) if (this.#hashes[index] === hash && this.#text(this.#starts[index] ?? 0) === this.#text(start, end)) return true;
		this.#hashes[this.#count] = hash;
		this.#starts[this.#count++] = start;
		if (this.#count - this.#first > MANY_KEYS) this.#sets[this.#sets.length - 1] = new Set(this.#starts.slice(this.#first, this.#count).map((each) => this.#text(each)));
		return false;
	}
	#text(start, end = endOfString(this.#json, start)) {
		const written = this.#json.toString("utf8", start, end);
		return written.includes("\\") ? JSON.parse(`"${written}"`) : written;
	}
};

// src/domain/policy/glob.ts
const ONE = -1;
const STAR = -2;
const GLOBSTAR = -3;
const DIRECTORIES = -4;
const NEEDS_NOTHING = /* @__PURE__ */ new Set([
	STAR,
	GLOBSTAR,
	DIRECTORIES
]);
const SLASH = 47;
const QUESTION = 63;
const MOST_VISITS = 2e7;
var TooManyVisits = class extends Error {
	name = "TooManyVisits";
	code = TOO_COSTLY.code;
	what = TOO_COSTLY.what;
	remedy = TOO_COSTLY.remedy;
};
const TOO_COSTLY = {
	code: "patterns-too-costly",
	what: "The patterns (`*`, `**`, `?`) and the texts that they are compared with have too many ways to match",
	remedy: "Write fewer patterns, or patterns with fewer stars: `**/name` instead of a star between all letters."
};
const MEMORY_LIMIT = 1 << 20;
const STATE_SIZE = 64;
function compileGlob(pattern) {
	const matching = compileGlobs([{
		glob: pattern,
		value: pattern
	}]);
	return (text) => matching(text).length > 0;
}
function compileGlobs(rules, work = { left: MOST_VISITS }) {
	const automaton = automatonOf(rules, work);
	return (text) => walk(automaton, text).values;
}
function automatonOf(rules, work) {
	const patterns = rules.map((rule) => tokens(rule.glob));
	const classes = /* @__PURE__ */ new Map([[SLASH, 1]]);
	for (const pattern of patterns) for (const token of pattern) if (!classes.has(token)) classes.set(token, classes.size + 1);
	const ascii = new Array(128).fill(0);
	for (const [character, number] of classes) if (character >= 0 && character < 128) ascii[character] = number;
	return {
		rules,
		root: plant(patterns),
		classes,
		ascii,
		states: /* @__PURE__ */ new Map(),
		start: void 0,
		size: 0,
		steps: 0,
		work
	};
}
function walk(automaton, text) {
	const { ascii, classes } = automaton;
	let state = automaton.start ?? begin(automaton);
	for (let at = leadingSlashes(text); at < text.length && state.nodes.length > 0;) {
		const character = text.codePointAt(at);
		const number = ascii[character] ?? classes.get(character) ?? 0;
		state = state.next[number] ?? advance(automaton, state, character, number);
		at += character > 65535 ? 2 : 1;
	}
	return state;
}
function begin(automaton) {
	const reached = [];
	enter(automaton.root, reached, ++automaton.steps);
	const start = stateOf$2(automaton, reached);
	automaton.start = start;
	return start;
}
function advance(automaton, state, character, number) {
	const reached = [];
	automaton.steps += 1;
	automaton.work.left -= state.nodes.length;
	if (automaton.work.left < 0) throw new TooManyVisits();
	for (const node of state.nodes) step(node, character, reached, automaton.steps);
	const next = stateOf$2(automaton, reached);
	state.next[number] = next;
	return next;
}
function stateOf$2(automaton, reached) {
	const nodes = reached.sort((a, b) => a.id - b.id);
	const key = nodes.map((node) => node.id).join();
	const known = automaton.states.get(key);
	if (known !== void 0) return known;
	const state = {
		nodes,
		next: [],
		values: valuesOf(nodes, automaton.rules)
	};
	if (automaton.size > MEMORY_LIMIT) {
		automaton.states = /* @__PURE__ */ new Map();
		automaton.start = void 0;
		automaton.size = 0;
	}
	automaton.states.set(key, state);
	automaton.size += nodes.length + STATE_SIZE;
	return state;
}
const NO_VALUES = [];
function valuesOf(nodes, rules) {
	if (nodes.every((node) => node.ends.length === 0)) return NO_VALUES;
	const numbers = nodes.flatMap((node) => node.ends).sort((a, b) => a - b);
	return [...new Set(numbers.map((number) => rules[number].value))];
}
function enter(node, reached, now) {
	if (node.reachedIn === now) return;
	node.reachedIn = now;
	reached.push(node);
	for (const child of node.behind) enter(child, reached, now);
}
function step(node, character, reached, now) {
	const { token, children } = node;
	if (token === GLOBSTAR || token === STAR && character !== SLASH) enter(node, reached, now);
	if (token === DIRECTORIES && node.reachedIn !== now) {
		node.reachedIn = now;
		reached.push(node);
	}
	const literal = children.get(character);
	if (literal !== void 0) enter(literal, reached, now);
	const one = children.get(ONE);
	if (one !== void 0 && character !== SLASH) enter(one, reached, now);
}
function plant(patterns) {
	const root = sprout(0, SLASH);
	let count = 1;
	patterns.forEach((pattern, number) => {
		let node = root;
		for (const token of pattern) {
			let child = node.children.get(token);
			if (child === void 0) {
				child = sprout(count++, token);
				node.children.set(token, child);
				if (NEEDS_NOTHING.has(token) || node.token === DIRECTORIES) node.behind.push(child);
			}
			node = child;
		}
		node.ends.push(number);
	});
	return root;
}
function sprout(id, token) {
	return {
		id,
		token,
		children: /* @__PURE__ */ new Map(),
		behind: [],
		ends: [],
		reachedIn: 0
	};
}
function tokens(pattern) {
	const found = [];
	let at = leadingSlashes(pattern);
	let segmentStart = true;
	while (at < pattern.length) {
		const stars = starsAt(pattern, at);
		at += stars;
		if (stars > 1 && segmentStart && pattern[at] === "/") {
			if (found.at(-2) !== DIRECTORIES) found.push(DIRECTORIES, SLASH);
			at += 1;
		} else if (stars > 0) found.push(stars === 1 ? STAR : GLOBSTAR);
		else {
			const character = pattern.codePointAt(at);
			found.push(character === QUESTION ? ONE : character);
			segmentStart = character === SLASH;
			at += character > 65535 ? 2 : 1;
		}
	}
	return found;
}
function starsAt(pattern, at) {
	let end = at;
	while (pattern[end] === "*") end++;
	return end - at;
}
function leadingSlashes(text) {
	let count = 0;
	while (text[count] === "/") count++;
	return count;
}

// src/domain/policy/image-globs.ts
function compileImageGlobs(rules) {
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

// src/domain/judge/claimed-names.ts
function claimNotes(outcomes, { targets, exceptions }) {
	const matching = compileImageGlobs(rulesOf([...targets, ...exceptions]));
	return outcomes.flatMap((outcome) => {
		if ("error" in outcome) return [];
		const { target, scan } = outcome;
		const { names, claims = [] } = scan.artifact;
		const typed = matching(names).all;
		const claim = claims.find((each) => parseReference(each) !== void 0 && hasMore(matching([each]).all, typed));
		if (claim === void 0) return [];
		const line = `\`${target.kind}: ${target.file ?? target.input} as ${claim}\``;
		return [`${target.file ?? target.input} calls itself ${claim}, for which the policy has \`images\`; no rule goes by what an image calls itself. Where it is that image, write ${line}.`];
	});
}
function unconfirmedTagNotes(outcomes, policy) {
	const { targets, exceptions, coverage = [] } = policy;
	const matching = compileImageGlobs(rulesOf([
		...targets,
		...exceptions,
		...coverage
	]));
	const found = outcomes.flatMap((outcome) => {
		if ("error" in outcome) return [];
		const { names } = outcome.scan.artifact;
		const { all, confirmed } = matching(names);
		return hasMore(all, confirmed) ? names.filter(hasUnconfirmedTag).slice(0, 1) : [];
	});
	const shown = [...new Set(found)];
	if (shown.length === 0) return [];
	return [`The tag beside the digest of ${listSome(shown, MOST$1)} chooses no exception and no lenient limit: the digest says which image it is, and nobody confirms the tag. Name the image or its digest in the policy's \`images\`.`];
}
const MOST$1 = 3;
function rulesOf(rules) {
	return rules.flatMap((rule, index) => (rule.images ?? []).map((glob) => ({
		glob,
		value: index
	})));
}
function hasMore(some, others) {
	return [...some].some((each) => !others.has(each));
}

// src/domain/finding.ts
const UNSPECIFIED_TYPE = "unknown";
function ecosystemOf({ ecosystem, type }) {
	return ecosystem ?? type;
}
function isFixable(finding) {
	return finding.kind !== "vulnerability" || finding.fixedVersions.length > 0;
}
function fixedVersionsIn(text) {
	if (!text) return [];
	if (!text.includes(",")) return [text.trim()];
	return text.split(",").map((version) => version.trim()).filter((version) => version !== "");
}

// src/domain/memoize.ts
function memoize(ask) {
	const known = /* @__PURE__ */ new Map();
	return (key) => {
		let value = known.get(key);
		if (value === void 0 && !known.has(key)) {
			value = ask(key);
			known.set(key, value);
		}
		return value;
	};
}
function oncePer(make) {
	const known = /* @__PURE__ */ new WeakMap();
	return (key) => {
		const found = known.get(key) ?? { value: make(key) };
		known.set(key, found);
		return found.value;
	};
}

// src/domain/purl.ts
const CASE_FOLDED = /* @__PURE__ */ new Set([
	"alpm",
	"apk",
	"bitbucket",
	"bitnami",
	"composer",
	"deb",
	"github",
	"golang",
	"hex",
	"oci",
	"pub"
]);
const PURL_ECOSYSTEMS = /* @__PURE__ */ new Map([
	["apk", "alpine"],
	["cargo", "cargo"],
	["deb", "debian"],
	["golang", "go"],
	["hex", "hex"],
	["julia", "julia"],
	["maven", "maven"],
	["npm", "npm"],
	["nuget", "nuget"],
	["pub", "pub"],
	["pypi", "pypi"],
	["rpm", "rpm"],
	["swift", "swift"]
]);
function parsePurl(text) {
	try {
		return parse$5(text.toWellFormed());
	} catch {
		return;
	}
}
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
function purlWithoutVersion(text) {
	const purl = parsePurl(text);
	if (purl === void 0) return text;
	return `pkg:${purlKey(purl)}${purl.subpath === void 0 ? "" : `#${purl.subpath.split("/").map(encode).join("/")}`}`;
}
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
	const subpath = purl.subpath === void 0 ? "" : `#${purl.subpath.split("/").map(encode).join("/")}`;
	return `pkg:${purlKey(purl)}@${encode(rest ?? version)}${query.length === 0 ? "" : `?${query.join("&")}`}${subpath}`;
}
function parse$5(text) {
	const [, rest, query = "", fragment = ""] = /^pkg:\/*([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(text) ?? [];
	const [, type, path] = /^([a-z][a-z0-9.+-]*)\/(.*)$/is.exec(rest ?? "") ?? [];
	if (type === void 0 || path === void 0) return void 0;
	const cut = versionAt(path);
	const segments = decodedSegments(path.slice(0, cut));
	const name = segments.pop();
	if (name === void 0) return void 0;
	if (segments.some((segment) => segment.includes("/"))) return void 0;
	const fold = foldFor(type.toLowerCase());
	const version = decodeURIComponent(path.slice(cut + 1));
	const subpath = decodedSegments(fragment).filter((segment) => segment !== "." && segment !== "..");
	if (subpath.some((segment) => segment.includes("/"))) return void 0;
	return {
		type: type.toLowerCase(),
		...segments.length > 0 && { namespace: fold(segments.join("/")) },
		name: fold(name),
		...version !== "" && { version },
		qualifiers: qualifiersOf(query),
		...subpath.length > 0 && { subpath: subpath.join("/") }
	};
}
function versionAt(path) {
	const at = path.lastIndexOf("@");
	return at > path.lastIndexOf("/") ? at : path.length;
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

// src/domain/policy/exception-matcher.ts
const NONE$2 = [];
function createExceptionMatcher(exceptions, artifactNames) {
	return matcherOf(compileScopes(exceptions)(artifactNames));
}
function compileScopes(exceptions) {
	const rules = exceptions.flatMap((value) => (value.images ?? []).map((glob) => ({
		glob,
		value
	})));
	const matching = compileImageGlobs(rules);
	return (artifactNames) => {
		const named = matching(artifactNames).confirmed;
		return exceptions.filter((exception) => exception.images === void 0 || named.has(exception));
	};
}
function matcherOf(inScope) {
	const scope = new Set(inScope);
	const wanted = wantedPurls(inScope);
	const byId = indexById(inScope, wanted);
	const join = memoizedJoin(inScope);
	const knowledge = {
		wanted,
		join,
		parse: memoize(parsePurl),
		work: { left: MOST_VISITS }
	};
	const packagesOf = memoize((id) => byId.get(id.toLowerCase()));
	function matchesBy(id, { package: about, path }) {
		const packages = packagesOf(id);
		if (packages === void 0) return NONE$2;
		const any = atPath(packages.any, path, knowledge);
		if (about === void 0) return any;
		const named = atPath(byName(packages, about), path, knowledge);
		return join(join(any, named), byPurl(packages.byPurl, about, path, knowledge));
	}
	return {
		inScope: (exception) => scope.has(exception),
		matches: (finding) => (finding.aliases ?? []).reduce((all, id) => join(all, matchesBy(id, finding)), matchesBy(finding.id, finding))
	};
}
function wantedPurls(exceptions) {
	return new Map(exceptions.flatMap((exception) => exception.package?.startsWith("pkg:") ? [[exception, parsePurl(exception.package)]] : []));
}
function indexById(exceptions, wanted) {
	const byId = /* @__PURE__ */ new Map();
	for (const exception of exceptions) {
		const packages = entry(byId, exception.id.toLowerCase(), () => ({
			any: noPlaces(),
			byName: /* @__PURE__ */ new Map(),
			byPythonName: /* @__PURE__ */ new Map(),
			byPurl: /* @__PURE__ */ new Map()
		}));
		for (const places of placesFor(packages, exception, wanted)) if (exception.paths === void 0) places.anywhere.push(exception);
		else places.globs.push(...exception.paths.map((glob) => ({
			glob,
			value: exception
		})));
	}
	return byId;
}
function placesFor(packages, exception, wanted) {
	const name = exception.package;
	if (name === void 0) return [packages.any];
	if (!wanted.has(exception)) return [entry(packages.byName, name, noPlaces), entry(packages.byPythonName, pythonName(name), noPlaces)];
	const purl = wanted.get(exception);
	return purl === void 0 ? [] : [entry(packages.byPurl, purlKey(purl), noPlaces)];
}
function noPlaces() {
	return {
		anywhere: [],
		globs: []
	};
}
function entry(map, key, make) {
	let value = map.get(key);
	if (value === void 0) {
		value = make();
		map.set(key, value);
	}
	return value;
}
function atPath(places, path, { join, work }) {
	if (places === void 0) return NONE$2;
	if (path === void 0 || places.globs.length === 0) return places.anywhere;
	places.byPath ??= compileGlobs(places.globs, work);
	return join(places.anywhere, places.byPath(path));
}
function byName(packages, about) {
	return ecosystemOf(about) === "pypi" ? packages.byPythonName.get(pythonName(about.name)) : packages.byName.get(about.name);
}
function byPurl(index, about, path, knowledge) {
	const { wanted, parse } = knowledge;
	if (index.size === 0 || about.purl === void 0) return NONE$2;
	const purl = parse(about.purl);
	if (purl === void 0) return NONE$2;
	const candidates = atPath(index.get(purlKey(purl)), path, knowledge);
	const covers = (exception) => purlCovers(wanted.get(exception), purl);
	return candidates.every(covers) ? candidates : candidates.filter(covers);
}
function memoizedJoin(exceptions) {
	const order = new Map(exceptions.map((exception, position) => [exception, position]));
	const position = (exception) => order.get(exception);
	const known = /* @__PURE__ */ new WeakMap();
	return (a, b) => {
		if (b.length === 0) return a;
		if (a.length === 0) return b;
		const second = known.get(a) ?? /* @__PURE__ */ new WeakMap();
		known.set(a, second);
		const joined = second.get(b) ?? [...a, ...b].sort((x, y) => position(x) - position(y));
		second.set(b, joined);
		return joined;
	};
}

// src/domain/coverage/gap-codes.ts
const SYSTEM_GAP_CODES = [
	"os-unknown",
	"sbom-os-missing",
	"os-release-unknown",
	"os-mismatch",
	"os-packages-missing",
	"packages-skipped",
	"advisories-replaced"
];
const SYSTEM_GAPS = new Set(SYSTEM_GAP_CODES);
const UNREAD_GAP_CODES = [
	"packages-unaccounted",
	"folder-not-read",
	"sbom-packages-missing",
	"sbom-packages-unread",
	"sbom-packages-unmatched",
	"versions-unreadable",
	"packages-unreadable"
];
const UNREAD_GAPS = new Set(UNREAD_GAP_CODES);
const GAP_CODES = [
	...SYSTEM_GAP_CODES,
	...UNREAD_GAP_CODES,
	"config-unreadable",
	"terraform-not-read",
	"misconfig-nothing-read"
];

// src/domain/coverage/judge-coverage.ts
const MOST_NAMED$3 = 5;
function judgeCoverage({ rows, gaps }, inScope, coverages) {
	const matcher = matcherOf(inScope);
	const judged = gaps.map((gap) => {
		const matched = matcher.matches({
			id: gap.code,
			path: gap.path
		});
		if (matched.length === 0) return { gap };
		const coverage = coverages.add(matched, false);
		const accepted = coverage.live[0];
		if (accepted === void 0) coverage.open += 1;
		return {
			gap,
			accepted,
			ended: coverage.ended
		};
	});
	const order = ({ gap }) => GAP_CODES.indexOf(gap.code);
	return {
		rows,
		gaps: judged.sort((a, b) => order(a) - order(b))
	};
}
function gapError({ gaps }, label) {
	const open = gaps.filter(({ accepted }) => accepted === void 0).map(({ gap }) => gap);
	const [first] = open;
	if (first === void 0) return void 0;
	const what = listSome(open, MOST_NAMED$3, {
		show: (gap) => gap.what,
		clauses: true
	});
	const codes = [...new Set(open.map(({ code }) => code))];
	const remedies = [...new Set(open.map(({ remedy }) => remedy))].join(" ");
	const accept = `To accept it for a time, name ${codes.map((code) => `\`gap: ${code}\``).join(", ")} under \`coverage\` in the policy, with reason and last day.`;
	return {
		code: first.code,
		what: `${label} was not wholly looked at: ${what}`,
		remedy: `${remedies} ${accept}`
	};
}

// src/domain/policy/exception-coverage.ts
function createCoverages(today) {
	const fixed = /* @__PURE__ */ new Map();
	const unfixed = /* @__PURE__ */ new Map();
	return {
		add(matched, fixable) {
			const known = fixable ? fixed : unfixed;
			let coverage = known.get(matched);
			if (coverage === void 0) {
				coverage = coverageOf$2(matched, fixable, today);
				known.set(matched, coverage);
			}
			coverage.findings += 1;
			return coverage;
		},
		all: () => [...fixed.values(), ...unfixed.values()]
	};
}
function covers(exception, fixable) {
	return !(exception.onlyWhileUnfixed && fixable);
}
function hasEnded(exception, today) {
	return exception.expires < today;
}
function byLastDay(a, b) {
	return a.expires > b.expires ? -1 : a.expires < b.expires ? 1 : 0;
}
function coverageOf$2(matched, fixable, today) {
	const covering = matched.filter((exception) => covers(exception, fixable)).sort(byLastDay);
	const live = covering.filter((exception) => !hasEnded(exception, today));
	return {
		matched,
		fixable,
		live,
		ended: live.length === 0 ? covering[0] : void 0,
		findings: 0,
		open: 0
	};
}

// src/domain/policy/exception-use.ts
function exceptionUses(policy, today, seen) {
	const tallies = tally(seen.coverages);
	return policy.exceptions.map((exception) => {
		const found = tallies.get(exception) ?? {
			meant: 0,
			covered: 0,
			open: 0
		};
		const daysLeft = daysBetween(today, exception.expires);
		const state = stateOf$1(exception, found, {
			today,
			daysLeft,
			warnDays: policy.exceptionRules.warnDays,
			seen
		});
		return {
			exception,
			state,
			matches: state === "fixed" ? found.meant : found.covered,
			open: found.open,
			daysLeft,
			overlappedBy: found.overlappedBy
		};
	});
}
function stateOf$1(exception, { meant, covered }, { today, daysLeft, warnDays, seen }) {
	if (hasEnded(exception, today)) return "ended";
	if (meant === 0) return seen.complete && seen.inScope.has(exception) ? "unused" : "elsewhere";
	if (covered === 0) return "fixed";
	return daysLeft <= warnDays ? "ending" : "live";
}
function tally(coverages) {
	const tallies = /* @__PURE__ */ new Map();
	for (const { matched, fixable, live, findings, open } of coverages) {
		const holder = live[0];
		for (const exception of matched) {
			const found = tallies.get(exception) ?? {
				meant: 0,
				covered: 0,
				open: 0
			};
			tallies.set(exception, found);
			found.meant += findings;
			if (!covers(exception, fixable)) continue;
			found.covered += findings;
			found.open += open;
			if (holder !== void 0 && holder !== exception) found.overlappedBy = lastOf(found.overlappedBy, holder);
		}
	}
	return tallies;
}
function lastOf(a, b) {
	return a === void 0 || (byLastDay(a, b) || a.line - b.line) > 0 ? b : a;
}

// src/domain/policy/exploit-limits.ts
function exploitLimitsOf(policy, rule) {
	return {
		exploited: rule?.exploited ?? policy.exploited,
		epss: policy.epss
	};
}
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
	return [...exploited === void 0 ? [] : [rowOf$1({
		kind: "exploited",
		limit: exploited
	}, findings)], ...epss === void 0 ? [] : [rowOf$1({
		kind: "epss",
		above: epss.above,
		limit: epss.max
	}, findings)]];
}
function rowOf$1(rule, findings) {
	const counts = {
		open: 0,
		accepted: 0,
		"not-counted": 0
	};
	for (const judged of findings) if (fallsUnder(rule, judged)) counts[judged.outcome] += 1;
	const { open, accepted, "not-counted": notCounted } = counts;
	return {
		...rule,
		open,
		accepted,
		notCounted,
		broken: rule.limit !== "unlimited" && open > rule.limit
	};
}
function exploitDataWanted(policy) {
	const { epss, exploitData, targets } = policy;
	const both = exploitData !== void 0 && exploitData.kev === void 0 && exploitData.epss === void 0;
	return {
		kev: both || exploitData?.kev !== void 0 || [policy, ...targets].some((each) => each.exploited !== void 0),
		epss: both || exploitData?.epss !== void 0 || epss !== void 0
	};
}

// src/domain/policy/grace.ts
function compileGrace({ graceDays = {} }, today) {
	const byText = memoize(publicationDay);
	const spare = (days) => memoize((publishedAt) => {
		const published = byText(publishedAt);
		if (published === void 0 || published > today) return void 0;
		const from = addDays(published, days);
		return from > today ? from : void 0;
	});
	const bySeverity = /* @__PURE__ */ new Map();
	for (const [severity, days] of Object.entries(graceDays)) if (days > 0) bySeverity.set(severity, spare(days));
	if (bySeverity.size === 0) return void 0;
	return ({ severity, publishedAt }) => publishedAt === void 0 ? void 0 : bySeverity.get(severity)?.(publishedAt);
}
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/i;
function publicationDay(text) {
	const day = TIME.exec(text)?.[1];
	if (day === void 0 || !isDay(day)) return void 0;
	const time = Date.parse(text);
	return Number.isNaN(time) ? void 0 : dayOf(new Date(time));
}

// src/domain/versions/order.ts
function compareDigits(a, b) {
	const [x, y] = [withoutZeros(a), withoutZeros(b)];
	return x.length - y.length || compareText(x, y);
}
function withoutZeros(digits) {
	return digits.startsWith("0") ? digits.replace(/^0+/, "") : digits;
}
function compareText(a, b) {
	return a === b ? 0 : a < b ? -1 : 1;
}
function compareEach(a, b, compare) {
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const difference = compare(a[index], b[index]);
		if (difference !== 0) return difference;
	}
	return 0;
}
const SYNTAX$2 = /^[vV]?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;
function compareSemver(a, b) {
	const x = SYNTAX$2.exec(a);
	const y = SYNTAX$2.exec(b);
	if (x === null || y === null) return void 0;
	return compareDotted(x[1] ?? "", y[1] ?? "") || comparePreReleases(x[2], y[2]);
}
function compareDotted(a, b) {
	return compareEach(a.split("."), b.split("."), (x = "", y = "") => compareDigits(x, y));
}
function comparePreReleases(a, b) {
	if (a === void 0 || b === void 0) return Number(a === void 0) - Number(b === void 0);
	return compareEach(a.split("."), b.split("."), compareIdentifiers);
}
function compareIdentifiers(a, b) {
	if (a === void 0 || b === void 0) return Number(b === void 0) - Number(a === void 0);
	const isNumber = /^\d+$/.test(a);
	if (isNumber !== /^\d+$/.test(b)) return isNumber ? -1 : 1;
	return isNumber ? compareDigits(a, b) : compareText(a, b);
}

// src/domain/judge/sort-findings.ts
function sortFindings(findings, exploits) {
	const severities = {
		ranks: numbered(findings, ({ severity }) => severityRank(severity)),
		count: SEVERITIES.length
	};
	const packages = rankTexts(findings, (finding) => finding.package?.name ?? "");
	const keys = [
		rankTexts(findings, (finding) => finding.id),
		packages,
		...exploits === void 0 ? [] : [rankExploits(findings, exploits)],
		severities
	];
	const order = keys.reduce(deal, numbered(findings, (_, index) => index));
	const alike = (a, b) => keys.every(({ ranks }) => ranks[a] === ranks[b]);
	return sortRunsByPath(findings, order, alike);
}
function numbered(findings, numberOf) {
	const numbers = new Uint32Array(findings.length);
	for (let index = 0; index < findings.length; index++) numbers[index] = numberOf(findings[index], index);
	return numbers;
}
function rankExploits(findings, exploits) {
	const weights = Float64Array.from(findings, ({ kind, id }) => {
		const known = kind === "vulnerability" ? exploits(id) : void 0;
		return (known?.kev === void 0 ? 0 : -2) - (known?.epss ?? 0);
	});
	const sorted = [...new Set(weights)].sort((a, b) => a - b);
	const rankOf = new Map(sorted.map((weight, rank) => [weight, rank]));
	return {
		ranks: Uint32Array.from(weights, (weight) => rankOf.get(weight) ?? 0),
		count: sorted.length
	};
}
function rankTexts(findings, textOf) {
	const numbers = /* @__PURE__ */ new Map();
	const ranks = numbered(findings, (finding) => {
		const text = textOf(finding);
		const known = numbers.get(text);
		if (known !== void 0) return known;
		numbers.set(text, numbers.size);
		return numbers.size - 1;
	});
	const sorted = [...numbers].sort(([a], [b]) => compareText(a, b));
	const rankOf = new Uint32Array(sorted.length);
	sorted.forEach(([, number], rank) => {
		rankOf[number] = rank;
	});
	return {
		ranks: ranks.map((number) => rankOf[number]),
		count: sorted.length
	};
}
function deal(order, { ranks, count }) {
	const next = new Uint32Array(count + 1);
	for (const rank of ranks) next[rank + 1] = next[rank + 1] + 1;
	for (let rank = 0; rank < count; rank++) next[rank + 1] = next[rank + 1] + next[rank];
	const dealt = new Uint32Array(order.length);
	for (const position of order) {
		const rank = ranks[position];
		const place = next[rank];
		dealt[place] = position;
		next[rank] = place + 1;
	}
	return dealt;
}
function sortRunsByPath(findings, order, alike) {
	const sorted = [];
	for (const position of order) sorted.push(findings[position]);
	for (let start = 0, end = 1; start < sorted.length; start = end++) {
		while (end < sorted.length && alike(order[start], order[end])) end++;
		if (end - start === 1) continue;
		const run = sorted.slice(start, end).sort((a, b) => compareText(a.path ?? "", b.path ?? ""));
		for (const [index, finding] of run.entries()) sorted[start + index] = finding;
	}
	return sorted;
}

// src/domain/judge/judge.ts
const NO_EXCEPTIONS = [];
function judge(outcomes, settings) {
	if (outcomes.length === 0) throw new RangeError("There is no target to judge.");
	const { policy, today } = settings;
	const bench = {
		limitsOf: compileLimits(policy, settings.limits),
		exceptionsFor: compileScopes(policy.exceptions),
		coverages: createCoverages(today),
		acceptancesFor: compileScopes(policy.coverage ?? NO_EXCEPTIONS),
		accepted: createCoverages(today),
		ignoreUnfixed: settings.ignoreUnfixed ?? policy.ignoreUnfixed ?? false,
		grace: compileGrace(policy, today),
		settings,
		inScope: /* @__PURE__ */ new Set()
	};
	const targets = outcomes.map((outcome) => "error" in outcome ? {
		...outcome,
		answer: "error"
	} : judgeTarget(outcome.target, outcome.scan, bench));
	const answer = worstOf(targets.map((target) => target.answer));
	const seen = {
		inScope: bench.inScope,
		complete: answer !== "error"
	};
	const exceptions = [...exceptionUses(policy, today, {
		...seen,
		coverages: bench.coverages.all()
	}), ...exceptionUses(acceptancesOf(policy), today, {
		...seen,
		coverages: bench.accepted.all()
	})];
	return {
		answer,
		reason: reasonOf(targets, exceptions),
		targets,
		exceptions
	};
}
function acceptancesOf(policy) {
	return {
		...policy,
		exceptions: policy.coverage ?? NO_EXCEPTIONS
	};
}
function compileLimits(policy, inputs) {
	const matching = compileImageGlobs(policy.targets.flatMap((rule, position) => rule.images.map((glob) => ({
		glob,
		value: position
	}))));
	const limitsBy = (positions) => {
		const rule = policy.targets[Math.min(...positions)];
		return {
			thresholds: perSeverity((severity) => inputs[severity] ?? rule?.thresholds[severity] ?? policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity]),
			exploits: exploitLimitsOf(policy, rule)
		};
	};
	return (artifactNames) => {
		const { all, confirmed } = matching(artifactNames);
		return all === confirmed ? limitsBy(all) : stricter(limitsBy(all), limitsBy(confirmed));
	};
}
function stricter(one, other) {
	const exploited = lowerLimit(one.exploits.exploited ?? "unlimited", other.exploits.exploited ?? "unlimited");
	const isSet = one.exploits.exploited !== void 0 || other.exploits.exploited !== void 0;
	return {
		thresholds: perSeverity((severity) => lowerLimit(one.thresholds[severity], other.thresholds[severity])),
		exploits: {
			...one.exploits,
			exploited: isSet ? exploited : void 0
		}
	};
}
function judgeTarget(target, scan, bench) {
	const { names } = scan.artifact;
	const { settings } = bench;
	const limits = bench.limitsOf(names);
	const error = missingFor(limits.exploits, settings);
	const coverage = coverageOf$1(scan, names, bench);
	const failure = error ?? (coverage && gapError(coverage, target.label));
	if (failure !== void 0) return {
		answer: "error",
		target,
		error: failure,
		...coverage && { coverage }
	};
	const exceptions = bench.exceptionsFor(names);
	for (const exception of exceptions) bench.inScope.add(exception);
	const matcher = matcherOf(exceptions);
	const known = knownOf(target, scan, settings);
	const counts = perSeverity(() => ({
		open: 0,
		accepted: 0,
		"not-counted": 0
	}));
	const findings = sortFindings(scan.findings, settings.exploits).map((finding) => {
		const judged = judgeFinding(finding, matcher.matches(finding), known, bench);
		counts[finding.severity][judged.outcome] += 1;
		return judged;
	});
	const rows = rowsOf(counts, limits.thresholds);
	const exploitRows = exploitRowsOf(limits.exploits, findings);
	const isIntroduced = settings.policy.count === "introduced";
	const uncompared = isIntroduced && known.change === void 0;
	const due = isIntroduced ? findings.filter(isKnownAndOpen).length : 0;
	return {
		answer: [...rows, ...exploitRows].some((row) => row.broken) ? "fail" : "pass",
		target,
		scan,
		rows,
		...exploitRows.length > 0 && { exploitRows },
		...uncompared && { uncompared },
		...due > 0 && { due },
		...coverage && { coverage },
		findings
	};
}
function isKnownAndOpen({ outcome, change }) {
	return outcome === "open" && change !== void 0 && change !== "new";
}
function coverageOf$1({ coverage }, names, bench) {
	if (coverage === void 0) return void 0;
	const acceptances = bench.acceptancesFor(names);
	for (const acceptance of acceptances) bench.inScope.add(acceptance);
	return judgeCoverage(coverage, acceptances, bench.accepted);
}
function missingFor(limits, { exploits, missingExploitData = {} }) {
	const need = needed(limits);
	const error = need.kev && missingExploitData.kev || need.epss && missingExploitData.epss || void 0;
	if (error === void 0 && (need.kev || need.epss) && exploits === void 0) throw new RangeError("A limit on what is exploited needs to know what is.");
	return error;
}
function knownOf(target, scan, settings) {
	const { changes, unsettled, origins, exploits, vex } = settings;
	return {
		change: changes?.get(target),
		unsettled: unsettled?.get(target),
		origin: origins?.get(target),
		exploits,
		vex: vex && ((finding) => vex(finding, target, scan))
	};
}
function judgeFinding(finding, matched, known, bench) {
	const exploitation = finding.kind === "vulnerability" ? exploitationOf(finding, known.exploits) : void 0;
	const change = known.change?.(finding);
	const facts = {
		change,
		origin: known.origin?.(finding),
		exploitation
	};
	const fixable = isFixable(finding);
	const coverage = matched.length === 0 ? void 0 : bench.coverages.add(matched, fixable);
	const live = coverage?.live ?? NO_EXCEPTIONS;
	const held = {
		finding,
		exceptions: live,
		ended: coverage?.ended,
		...facts
	};
	const vex = known.vex?.(finding);
	if (live.length > 0) return {
		...held,
		outcome: "accepted"
	};
	if (vex !== void 0) return {
		...held,
		outcome: "accepted",
		vex
	};
	if (finding.missedBy !== void 0 && bench.settings.policy.agreement === "all") return {
		...held,
		outcome: "not-counted",
		spared: "not-agreed"
	};
	const rule = exploitation?.kev === void 0 ? exemptedBy(finding, {
		change,
		fixable,
		isDue: matched.length > 0 || known.unsettled?.has(finding) === true
	}, bench) : void 0;
	if (rule !== void 0) return {
		...held,
		outcome: "not-counted",
		...rule
	};
	if (coverage !== void 0) coverage.open += 1;
	return {
		...held,
		outcome: "open"
	};
}
function exploitationOf({ id, aliases, opinions }, exploits) {
	const own = exploits?.(id);
	if (exploits === void 0 || aliases === void 0 && opinions === void 0) return own;
	const others = /* @__PURE__ */ new Set([...aliases ?? [], ...(opinions ?? []).map((each) => each.id)]);
	others.delete(id);
	const known = [own, ...[...others].map(exploits)].filter((each) => each !== void 0);
	if (known.length < 2) return known[0];
	const kev = known.find((each) => each.kev !== void 0)?.kev;
	const scores = known.flatMap(({ epss }) => epss ?? []);
	return {
		...kev && { kev },
		...scores.length > 0 && { epss: Math.max(...scores) }
	};
}
function exemptedBy(finding, { change, fixable, isDue }, { ignoreUnfixed, grace, settings }) {
	const isOld = change !== void 0 && change !== "new" && !isDue;
	if (settings.policy.count === "introduced" && isOld) return { spared: "not-introduced" };
	if (ignoreUnfixed && !fixable) return { spared: "unfixed" };
	const countsFrom = graceOf(finding, grace);
	return countsFrom === void 0 ? void 0 : {
		spared: "grace",
		countsFrom
	};
}
function graceOf(finding, grace) {
	const day = grace?.(finding);
	if (day === void 0 || finding.raisedFrom === void 0) return day;
	const own = grace?.({
		...finding,
		severity: finding.raisedFrom
	});
	return own === void 0 || own < day ? own : day;
}
function rowsOf(counts, limits) {
	return SEVERITIES.map((severity) => {
		const { open, accepted, "not-counted": notCounted } = counts[severity];
		const limit = limits[severity];
		return {
			severity,
			open,
			limit,
			accepted,
			notCounted,
			broken: limit !== "unlimited" && open > limit
		};
	});
}
function worstOf(answers) {
	if (answers.includes("error")) return "error";
	return answers.includes("fail") ? "fail" : "pass";
}

// src/domain/opinions/names.ts
function namesOf$2(names, word = "and") {
	return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}
function isScannerNamed(scanner, name) {
	const [lower, wanted] = [scanner.toLowerCase(), name.toLowerCase()];
	return lower === wanted || lower.startsWith(`${wanted} (`) && (!lower.includes(CLAIMED) || wanted.includes(CLAIMED));
}
const CLAIMED = "(cyclonedx)";

// src/domain/opinions/choice.ts
function choiceNotes(outcomes, policy) {
	const { severityFrom = [], optionalScanners = [], trustedReports = [] } = policy;
	const opinions = outcomes.flatMap((outcome) => "scan" in outcome ? outcome.scan.opinions ?? [] : []);
	const scanners = [...new Set(opinions.map(({ scanner }) => scanner))];
	if (scanners.length === 0) return [];
	return [
		...severityNotes(severityFrom, scanners),
		...slipNotes("scan-with", absentWords(optionalScanners, scanners)),
		...slipNotes("scan-report", absentWords(trustedReports, scanners))
	];
}
function absentWords(names, scanners) {
	return names.filter((name) => !scanners.some((each) => isScannerNamed(each, name))).map((name) => {
		const meant = closest(name, scanners);
		return {
			isSlip: meant !== void 0,
			words: meant === void 0 ? name : `${name}; did you mean ${meant.toLowerCase()}?`
		};
	});
}
function severityNotes(severityFrom, scanners) {
	const absent = absentWords(severityFrom, scanners);
	if (absent.length === 0) return [];
	if (absent.length === severityFrom.length) return [`\`severity-from\` names no scanner of this run (${absent.map(({ words }) => words).join(", ")}): the highest severity counts.`];
	return slipNotes("severity-from", absent);
}
function slipNotes(key, absent) {
	return absent.filter(({ isSlip }) => isSlip).map(({ words }) => `\`${key}\` names a scanner that this run does not have: ${words}`);
}

// src/domain/change/identity.ts
function identityOf(finding) {
	const { kind, id, package: about, path } = finding;
	return [
		kind,
		id,
		about === void 0 ? "" : packageOf(about),
		path ?? ""
	].map(withoutSpaces).join(" ");
}
function rebuildIdentity() {
	const nameOf = memoize((about) => withoutSpaces(packageOf(about)));
	const idOf = memoize(withoutSpaces);
	return ({ kind, id, package: about, path }) => {
		const place = path === void 0 ? "" : withoutSpaces(pathWithoutVersion(path, about));
		return `${kind} ${idOf(id)} ${about === void 0 ? "" : nameOf(about)} ${place}`;
	};
}
function packageOf({ purl, type, name }) {
	return purl === void 0 ? `${type}/${name}` : purlWithoutVersion(purl);
}
function withoutSpaces(part) {
	return part.replace(/[% ]/g, encodeURIComponent);
}
function lastingIdentity(withPaths = true, withoutVersion = memoize(purlWithoutVersion)) {
	const packages = /* @__PURE__ */ new Map();
	const places = /* @__PURE__ */ new Map();
	let count = 0;
	let last;
	function nameOf({ purl, type, name }) {
		return purl === void 0 ? `${type}/${name}` : withoutVersion(beforeVersion(purl));
	}
	function knownOf(about) {
		const key = about?.purl ?? (about === void 0 ? "" : `${about.type}/${about.name}@${about.version}`);
		const known = packages.get(key);
		if (known !== void 0 && known.about?.version === about?.version) return known;
		const made = {
			about,
			name: about === void 0 ? "" : nameOf(about),
			places: /* @__PURE__ */ new Map()
		};
		packages.set(key, made);
		return made;
	}
	function placeAt(known, path) {
		const there = known.places.get(path);
		if (there !== void 0) return there;
		const name = `${known.name}\0${pathWithoutVersion(path, known.about)}`;
		const place = places.get(name) ?? /* @__PURE__ */ new Map();
		places.set(name, place);
		known.places.set(path, place);
		return place;
	}
	function placeOf({ package: about, path: given = "" }) {
		const path = withPaths ? given : "";
		const known = last !== void 0 && isAlike(about, last.known.about) ? last.known : knownOf(about);
		if (last?.known === known && last.path === path) return last.place;
		const place = placeAt(known, path);
		last = {
			known,
			path,
			place
		};
		return place;
	}
	return (finding) => {
		const { kind, id } = finding;
		const place = placeOf(finding);
		const advisory = `${kind} ${id}`;
		let identity = place.get(advisory);
		if (identity === void 0) {
			identity = count;
			count += 1;
			place.set(advisory, identity);
		}
		return identity;
	};
}
function isAlike(a, b) {
	return a === b || a?.purl !== void 0 && a.purl === b?.purl && a.version === b.version;
}
function beforeVersion(purl) {
	if (purl.includes("#")) return purl;
	const query = purl.indexOf("?");
	const path = query === -1 ? purl : purl.slice(0, query);
	const at = path.lastIndexOf("@");
	return at > path.lastIndexOf("/") ? path.slice(0, at) : path;
}
function pathWithoutVersion(path, about) {
	if (about === void 0) return path;
	const { name, version } = about;
	if (version === "" || !path.includes(version)) return path;
	return path.split("/").map((segment) => isMeant(segment, version, name) ? cut(segment, version) : segment).join("/");
}
function isMeant(segment, version, name) {
	return /[.\-_+]/.test(version) || pythonName(segment).startsWith(pythonName(lastPart(name)));
}
function lastPart(name) {
	return name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(":")) + 1);
}
function cut(segment, version) {
	let rest = "";
	let from = 0;
	for (let at = segment.indexOf(version); at !== -1; at = segment.indexOf(version, at + 1)) {
		if (at < from || !isWord(segment, at, at + version.length)) continue;
		rest += segment.slice(from, at);
		from = at + version.length;
	}
	return rest + segment.slice(from);
}
function isWord(text, start, end) {
	const before = text[(text[start - 1] === "v" || text[start - 1] === "V" ? start - 1 : start) - 1] ?? "";
	const after = text[end] ?? "";
	if (before === "." || isAlphanumeric(before)) return false;
	return after === "." ? !isDigit$1(text[end + 1] ?? "") : !isAlphanumeric(after);
}
function isDigit$1(character) {
	return character >= "0" && character <= "9";
}
function isAlphanumeric(character) {
	const letter = character.toLowerCase();
	return isDigit$1(character) || letter >= "a" && letter <= "z" || letter > "";
}

// src/domain/change/plain-words.ts
function inPlainWords(about) {
	const purl = about.purl === void 0 ? void 0 : parsePurl(about.purl);
	if (purl === void 0) return {
		...about,
		path: void 0
	};
	return {
		...about,
		name: plainName(purl),
		type: purl.type,
		ecosystem: ecosystemOfType(purl.type),
		version: plainVersion(purl, about.version),
		path: void 0
	};
}
function ecosystemOfType(type) {
	return ECOSYSTEMS[type];
}
const ECOSYSTEMS = {
	deb: "debian",
	apk: "alpine",
	golang: "go"
};
function findingInPlainWords({ path: _, package: about, ...rest }) {
	return {
		...rest,
		...about && { package: inPlainWords(about) }
	};
}
function plainNames() {
	return memoize((text) => {
		const purl = parsePurl(text);
		return purl === void 0 ? text : `${purl.type}/${plainName(purl)}`;
	});
}
const SYSTEMS$1 = /* @__PURE__ */ new Set([
	"deb",
	"apk",
	"rpm"
]);
function plainName({ type, namespace, name, subpath }) {
	if (SYSTEMS$1.has(type)) return name;
	const full = namespace === void 0 ? name : `${namespace}/${name}`;
	if (type === "golang") return subpath === void 0 ? full : `${full}/${subpath}`;
	if (type === "pypi") return pythonName(full);
	return type === "nuget" ? full.toLowerCase() : full;
}
function plainVersion({ type, version = "", qualifiers }, stated) {
	const found = version || stated;
	if (type === "golang") return found === "(devel)" ? "" : found.replace(/^(?:v|go)(?=\d)/, "");
	if (type !== "deb" && type !== "rpm") return found;
	const { epoch } = qualifiers;
	return (epoch === void 0 || /^\d+:/.test(found) ? found : `${epoch}:${found}`).replace(/^0+:/, "");
}

// src/domain/advisory-ids.ts
const MOST_IDS = 64;
function idsOf$1({ id, aliases = [] }) {
	return aliases.length === 0 || aliases.length >= MOST_IDS ? [id] : [id, ...aliases];
}
function weaknessIds(named) {
	const ids = idsOf$1(named);
	if (ids.length === 1) return ids;
	const cves = ids.filter(isCve);
	return cves.length > 0 ? cves : ids;
}
function isSameAdvisory(one, other) {
	if (one.id === other.id) return true;
	const [ids, others] = [idsOf$1(one), new Set(idsOf$1(other))];
	if (!ids.some((id) => others.has(id))) return false;
	const cves = ids.filter(isCve);
	return cves.length === 0 || ![...others].some(isCve) || cves.some((id) => others.has(id));
}
function otherIds(id, names) {
	if (names.every((each) => each.id === id && each.aliases === void 0)) return void 0;
	const all = new Set(names.flatMap(idsOf$1));
	all.delete(id);
	if (all.size === 0) return void 0;
	const sorted = [...all].sort();
	if (sorted.length < MOST_IDS) return sorted;
	return [...sorted.filter(isCve), ...sorted.filter((each) => !isCve(each))].slice(0, 63);
}
function isCve(id) {
	return id.startsWith("CVE-");
}

// src/domain/change/renames.ts
function otherNames(finding) {
	if (finding.aliases === void 0) return [];
	return weaknessIds(finding).filter((id) => id !== finding.id).map((id) => ({
		...finding,
		id
	}));
}
var Renames = class {
	taken = /* @__PURE__ */ new Set();
	#gone;
	#identity;
	#left = /* @__PURE__ */ new Map();
	constructor(gone, identity) {
		this.#gone = gone;
		this.#identity = identity;
	}
	takeAll(findings, took) {
		const isNamed = ({ aliases }) => aliases !== void 0;
		if (findings.length === 0 || !(findings.some(isNamed) || this.#gone.some(isNamed))) return findings;
		for (const each of this.#gone) this.#add(each);
		return findings.filter((finding) => {
			const was = this.#take(finding);
			if (was !== void 0) took(finding, was);
			return was === void 0;
		});
	}
	#add(finding) {
		for (const id of idsOf$1(finding)) {
			const key = this.#identity({
				...finding,
				id
			});
			addTo(this.#left, key, finding);
		}
	}
	#take(finding) {
		for (const id of idsOf$1(finding)) {
			const was = this.#left.get(this.#identity({
				...finding,
				id
			}))?.find((each) => !this.taken.has(each) && isSameAdvisory(each, finding));
			if (was === void 0) continue;
			this.taken.add(was);
			return was;
		}
	}
};

// src/domain/change/comparison.ts
function countsLine(counts) {
	const texts = [
		[counts.new, `+${number(counts.new)} new`],
		[counts.fixed, `−${number(counts.fixed)} fixed`],
		[counts.unchanged, `${number(counts.unchanged)} unchanged`],
		[counts.newlyDisclosed, `${number(counts.newlyDisclosed)} newly disclosed`],
		[counts.unseen ?? 0, `${number(counts.unseen ?? 0)} no longer seen`]
	].filter(([count]) => count > 0).map(([, words]) => words);
	return texts.length === 0 ? "no findings on either side" : texts.join(", ");
}
function compare(findings, baseline) {
	const identity = baseline.withoutPaths ? lastingIdentity(false, plainNames()) : lastingIdentity();
	const places = placesOf$2(baseline, identity);
	const known = baseline.earlier && flagsByIdentity(baseline.earlier, identity);
	const unseen = unseenTypes(baseline);
	const open = flagsByIdentity([...baseline.unsettled ?? []], identity);
	const unsettled = /* @__PURE__ */ new Set();
	const fresh = /* @__PURE__ */ new Set();
	const disclosed = /* @__PURE__ */ new Set();
	const unknown = /* @__PURE__ */ new Set();
	const others = [];
	let unchanged = 0;
	const isMarked = flagged(identity);
	const took = (finding, key, mayBeOpen = isMarked(open, key, finding)) => {
		const isKnown = isMarked(known, key, finding);
		const wasUnseen = !isKnown && unseen.has(finding.package?.type ?? "");
		if (wasUnseen) unsettled.add(finding);
		if (isKnown || wasUnseen) unchanged += 1;
		else disclosed.add(finding);
		if (mayBeOpen) unsettled.add(finding);
	};
	for (const finding of findings) if (!baseline.kinds.has(finding.kind)) unknown.add(finding);
	else {
		const key = identity(finding);
		if (takeSame(places, key, versionOf$1(finding))) took(finding, key);
		else others.push(finding);
	}
	const unnamed = [];
	for (const finding of others) {
		const key = identity(finding);
		if (takeAny(places, key)) took(finding, key);
		else unnamed.push(finding);
	}
	const renames = new Renames(restOf(places), identity);
	const strangers = renames.takeAll(unnamed, (finding, was) => took(finding, identity(was)));
	const rest = restOf(places).filter((each) => !renames.taken.has(each));
	const moves = new Moves(strangers.length === 0 ? [] : rest, (each) => open[identity(each)] === 1);
	for (const finding of strangers) {
		const was = moves.take(finding);
		if (was === void 0) fresh.add(finding);
		else took(finding, identity(was), moves.mayBeMarked(was));
	}
	const fixed = rest.filter((each) => !moves.taken.has(each)).sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
	return {
		baseline,
		changeOf: (finding) => {
			if (fresh.has(finding)) return "new";
			if (disclosed.has(finding)) return "newly-disclosed";
			return unknown.has(finding) ? void 0 : "unchanged";
		},
		unsettled,
		fixed,
		counts: {
			new: fresh.size,
			fixed: fixed.length,
			unchanged,
			newlyDisclosed: disclosed.size
		}
	};
}
function unseenTypes({ blind, packages }) {
	return new Set(blind ? packages.flatMap((each) => each.system ? [each.type] : []) : []);
}
function flagsByIdentity(findings, identity) {
	const all = findings.some(({ aliases }) => aliases) ? findings.flatMap((each) => [each, ...otherNames(each)]) : findings;
	const keys = Int32Array.from(all, identity);
	const marked = new Uint8Array(keys.reduce((most, key) => Math.max(most, key), -1) + 1);
	for (const key of keys) marked[key] = 1;
	return marked;
}
function flagged(identity) {
	return (flags, key, finding) => flags === void 0 || flags[key] === 1 || otherNames(finding).some((each) => flags[identity(each)] === 1);
}
function placesOf$2({ findings, kinds }, identity) {
	const places = [];
	for (const finding of findings) {
		if (!kinds.has(finding.kind)) continue;
		const key = identity(finding);
		const place = places[key];
		if (place === void 0) places[key] = finding;
		else if (place instanceof Alike) place.add(finding);
		else places[key] = new Alike(place, finding);
	}
	return places;
}
function takeSame(places, key, version) {
	const place = places[key];
	if (place === void 0) return false;
	if (place instanceof Alike) return place.takeSame(version);
	if (versionOf$1(place) !== version) return false;
	places[key] = void 0;
	return true;
}
function takeAny(places, key) {
	const place = places[key];
	if (place instanceof Alike) return place.takeAny();
	places[key] = void 0;
	return place !== void 0;
}
function restOf(places) {
	const rest = [];
	for (const place of places) if (place instanceof Alike) rest.push(...place.rest());
	else if (place !== void 0) rest.push(place);
	return rest;
}
var Alike = class {
	#byVersion = /* @__PURE__ */ new Map();
	constructor(...findings) {
		for (const finding of findings) this.add(finding);
	}
	add(finding) {
		const version = versionOf$1(finding);
		addTo(this.#byVersion, version, finding);
	}
	takeSame(version) {
		const same = this.#byVersion.get(version);
		if (same === void 0) return false;
		same.pop();
		if (same.length === 0) this.#byVersion.delete(version);
		return true;
	}
	takeAny() {
		const version = this.#byVersion.keys().next().value;
		return version !== void 0 && this.takeSame(version);
	}
	rest() {
		return [...this.#byVersion.values()].flat();
	}
};
var Moves = class {
	taken = /* @__PURE__ */ new Set();
	#identity = lastingIdentity(false);
	#left = /* @__PURE__ */ new Map();
	#marked = /* @__PURE__ */ new Set();
	constructor(gone, isMarked) {
		for (const finding of gone) {
			if (finding.package === void 0) continue;
			const key = this.#keyOf(finding);
			addTo(this.#left, key, finding);
			if (isMarked(finding)) this.#marked.add(key);
		}
	}
	take(finding) {
		if (finding.package === void 0) return void 0;
		const was = this.#left.get(this.#keyOf(finding))?.pop();
		if (was !== void 0) this.taken.add(was);
		return was;
	}
	mayBeMarked(was) {
		return this.#marked.has(this.#keyOf(was));
	}
	#keyOf(finding) {
		return `${this.#identity(finding)} ${versionOf$1(finding)}`;
	}
};
function versionOf$1({ package: about }) {
	return about?.version ?? "";
}

// src/domain/rows/attention.ts
const ORDER$1 = [
	"ended",
	"fixed",
	"ending",
	"overlapped",
	"unused"
];
function needingAttention(verdict) {
	return verdict.exceptions.flatMap((use) => {
		const why = attention(use);
		return why === void 0 ? [] : [{
			why,
			use
		}];
	}).sort((a, b) => ORDER$1.indexOf(a.why) - ORDER$1.indexOf(b.why) || a.use.exception.line - b.use.exception.line);
}
function attention(use) {
	if (use.state === "ended" || use.state === "fixed" || use.state === "ending" || use.state === "unused") return use.state;
	return use.overlappedBy === void 0 ? void 0 : "overlapped";
}

// src/domain/rows/change-order.ts
const RANK = {
	new: 0,
	"newly-disclosed": 1,
	unchanged: 2
};
function newFirst(findings) {
	if (!findings.some(({ change }) => change === "new" || change === "newly-disclosed")) return findings;
	return [...findings].sort((a, b) => rankOf$1(a) - rankOf$1(b));
}
function changeRank(change) {
	return change === void 0 ? RANK.unchanged : RANK[change];
}
function rankOf$1({ finding, exploitation, change }) {
	const attacked = exploitation?.kev === void 0 ? 1 : 0;
	return (severityRank(finding.severity) * 2 + attacked) * 3 + changeRank(change);
}

// src/domain/rows/package-rows.ts
function packageRows(findings, installed = []) {
	const sourceOf = sources(installed);
	const rows = [];
	const bucketOf = buckets(sourceOf);
	for (const judged of findings) {
		const { finding } = judged;
		const bucket = bucketOf(finding);
		const key = placeKey(finding);
		const row = bucket.get(key);
		if (row !== void 0) {
			row.push(judged);
			continue;
		}
		const fresh = [judged];
		bucket.set(key, fresh);
		rows.push({
			source: finding.package && sourceOf(finding.package),
			findings: fresh
		});
	}
	return inOrder$2(rows.map((row) => {
		const packages = packagesOf(row.findings);
		const counts = countSeverities(row.findings, ({ finding }) => finding.severity);
		return {
			source: packages.length > 1 ? row.source : void 0,
			packages,
			findings: row.findings,
			counts
		};
	}), (row) => row);
}
function inOrder$2(all, rowOf) {
	return all.map((one) => ({
		one,
		key: orderOf$1(rowOf(one))
	})).sort(({ key: a }, { key: b }) => {
		const [most, least] = [b, a];
		return a.worst - b.worst || Number(most.isExploited) - Number(least.isExploited) || a.change - b.change || compareCounts(most.counts, least.counts) || most.epss - least.epss || compareText(a.name, b.name);
	}).map(({ one }) => one);
}
function orderOf$1({ source, packages, findings, counts }) {
	const worst = SEVERITIES.findIndex((severity) => counts[severity] > 0);
	const changes = findings.flatMap(({ finding, change }) => severityRank(finding.severity) === worst ? changeRank(change) : []);
	return {
		counts,
		worst,
		isExploited: findings.some(({ exploitation }) => exploitation?.kev !== void 0),
		change: changes.reduce((a, b) => Math.min(a, b)),
		epss: findings.reduce((best, { exploitation }) => Math.max(best, exploitation?.epss ?? 0), 0),
		name: source?.name ?? packages[0]?.name ?? findings[0].finding.path ?? ""
	};
}
function buckets(sourceOf) {
	const bucket = memoize((_) => /* @__PURE__ */ new Map());
	const ofKind = memoize((kind) => memoize((about) => {
		const source = sourceOf(about);
		const { name, version } = source ?? about;
		const key = `${kind}\0${source === void 0 ? "" : "source"}\0${about.type}\0${name}\0${version}`;
		return memoize((shippedBy) => bucket(`${key}\0${shippedBy}`));
	}));
	return ({ kind, id, package: about, path, owner }) => {
		if (about === void 0) return bucket(`${kind}\0${id}\0${path ?? ""}`);
		const shippedBy = owner === void 0 ? "" : `${owner.ecosystem}\0${owner.name}\0${owner.version ?? ""}`;
		return ofKind(kind)(about)(shippedBy);
	};
}
function placeKey({ layer, path }) {
	return layer === void 0 ? `\0${path ?? ""}` : layer.diffId;
}
function packagesOf(findings) {
	const packages = /* @__PURE__ */ new Map();
	let last;
	for (const { finding } of findings) {
		if (finding.package === void 0 || finding.package === last) continue;
		last = finding.package;
		packages.set(packageKey$3(last), last);
	}
	return [...packages.values()];
}
function sources(installed) {
	let known;
	return (about) => {
		if (known === void 0) {
			known = /* @__PURE__ */ new Map();
			for (const each of installed) if (each.system === true && each.source !== void 0) known.set(packageKey$3(each), each.source);
		}
		return known.get(packageKey$3(about));
	};
}
function packageKey$3({ name, version, type }) {
	return `${type}\0${name}\0${version}`;
}

// src/domain/fix-plan.ts
function upgradesIn({ steps }) {
	return steps.flatMap((step) => step.kind === "secret" ? [] : step.members);
}

// src/domain/versions/apk.ts
const SUFFIXES = /* @__PURE__ */ new Map([
	["alpha", -4],
	["beta", -3],
	["pre", -2],
	["rc", -1],
	["cvs", 1],
	["svn", 2],
	["git", 3],
	["hg", 4],
	["p", 5]
]);
const SYNTAX$1 = /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:-r(\d+))?$/;
function compareApk(a, b) {
	const x = parse$4(a);
	const y = parse$4(b);
	if (x === void 0 || y === void 0) return void 0;
	return compareDigits(x.major, y.major) || compareEach(x.rest, y.rest, compareComponents) || compareText(x.letter, y.letter) || compareEach(x.suffixes, y.suffixes, compareSuffixes) || compareOptional(x.revision, y.revision);
}
function parse$4(text) {
	const [, major, rest = "", letter = "", suffixes = "", revision] = SYNTAX$1.exec(text) ?? [];
	if (major === void 0) return void 0;
	return {
		major,
		rest: rest.split("."),
		letter,
		suffixes: suffixes.split("_"),
		revision
	};
}
function compareComponents(a, b) {
	if (a?.startsWith("0") && b !== void 0) return compareText(a, b);
	if (b?.startsWith("0") && a !== void 0) return compareText(a, b);
	return compareOptional(a, b);
}
function compareSuffixes(a, b) {
	const [, word = "", number] = /([a-z]+)(\d+)?/.exec(a ?? "") ?? [];
	const [, otherWord = "", otherNumber] = /([a-z]+)(\d+)?/.exec(b ?? "") ?? [];
	return (SUFFIXES.get(word) ?? 0) - (SUFFIXES.get(otherWord) ?? 0) || compareOptional(number, otherNumber);
}
function compareOptional(a, b) {
	if (a === void 0 || b === void 0) return Number(b === void 0) - Number(a === void 0);
	return compareDigits(a, b);
}

// src/domain/versions/dpkg.ts
function compareDpkg(a, b) {
	const x = parse$3(a);
	const y = parse$3(b);
	if (x === void 0 || y === void 0) return void 0;
	return compareDigits(x.epoch, y.epoch) || compareParts$1(x.upstream, y.upstream) || compareParts$1(x.revision, y.revision);
}
function parse$3(text) {
	const [, epoch = "", upstream, revision = ""] = /^(?:(\d+):)?([A-Za-z0-9.+~:-]*?[A-Za-z0-9.+~:])(?:-([A-Za-z0-9.+~]+))?$/.exec(text) ?? [];
	return upstream === void 0 ? void 0 : {
		epoch,
		upstream,
		revision
	};
}
function compareParts$1(a, b) {
	let [i, j] = [0, 0];
	while (i < a.length || j < b.length) {
		for (let [x, y] = [sortKey(a, i), sortKey(b, j)]; x !== 0 || y !== 0; [x, y] = [sortKey(a, i), sortKey(b, j)]) {
			if (x !== y) return x - y;
			i += 1;
			j += 1;
		}
		const [x, y] = [digitsFrom(a, i), digitsFrom(b, j)];
		const difference = compareDigits(x, y);
		if (difference !== 0) return difference;
		i += x.length;
		j += y.length;
	}
	return 0;
}
function sortKey(text, index) {
	const code = text.charCodeAt(index);
	if (Number.isNaN(code) || isDigit(code)) return 0;
	if (code === TILDE) return -1;
	return isLetter(code) ? code : code + 256;
}
function digitsFrom(text, start) {
	let end = start;
	while (isDigit(text.charCodeAt(end))) end += 1;
	return text.slice(start, end);
}
const TILDE = 126;
const isDigit = (code) => code >= 48 && code <= 57;
const isLetter = (code) => code >= 65 && code <= 90 || code >= 97 && code <= 122;

// src/domain/versions/maven.ts
const KINDS$3 = [
	"qualifier",
	"hyphened",
	"dotted"
];
const QUALIFIERS = [
	"alpha",
	"beta",
	"milestone",
	"rc",
	"snapshot",
	"",
	"sp"
];
const ALIASES = /* @__PURE__ */ new Map([
	["ga", ""],
	["final", ""],
	["release", ""],
	["cr", "rc"]
]);
const SHORT = /* @__PURE__ */ new Map([
	["a", "alpha"],
	["b", "beta"],
	["m", "milestone"]
]);
function compareMaven(a, b) {
	const x = parse$2(a);
	const y = parse$2(b);
	return x === void 0 || y === void 0 ? void 0 : compareEach(x, y, compareTokens);
}
function parse$2(text) {
	if (!/^\d[\w.+-]*$/.test(text)) return void 0;
	const parts = text.toLowerCase().match(/[.-]|\d+|[^\d.-]+/g) ?? [];
	const tokens = [];
	let before = ".";
	parts.forEach((part, index) => {
		const next = parts[index + 1] ?? "";
		if (part === "." || part === "-") {
			before = part;
			if (next === "." || next === "-") tokens.push(numberToken("0", before));
			return;
		}
		tokens.push(/\d/.test(part) ? numberToken(part, before) : qualifierToken(part, /\d/.test(next)));
		before = "-";
	});
	return trimmed(tokens);
}
function numberToken(text, before) {
	return {
		kind: before === "." ? "dotted" : "hyphened",
		text
	};
}
function qualifierToken(text, beforeNumber) {
	const word = (beforeNumber ? SHORT.get(text) : void 0) ?? text;
	return {
		kind: "qualifier",
		text: ALIASES.get(word) ?? word
	};
}
function trimmed(tokens) {
	const kept = [];
	for (const token of tokens.toReversed()) {
		const next = kept.at(-1);
		if (!(isNothing(token) && (next === void 0 || next.kind !== "dotted"))) kept.push(token);
	}
	return kept.reverse();
}
function isNothing({ kind, text }) {
	return kind === "qualifier" ? text === "" : /^0+$/.test(text);
}
function compareTokens(a, b) {
	const x = a ?? nothingBeside(b);
	const y = b ?? nothingBeside(a);
	if (x.kind !== y.kind) return KINDS$3.indexOf(x.kind) - KINDS$3.indexOf(y.kind);
	return x.kind === "qualifier" ? compareText(sortable(x.text), sortable(y.text)) : compareDigits(x.text, y.text);
}
function nothingBeside(token) {
	return token?.kind === "dotted" ? {
		kind: "dotted",
		text: "0"
	} : {
		kind: "qualifier",
		text: ""
	};
}
function sortable(qualifier) {
	const known = QUALIFIERS.indexOf(qualifier);
	return known < 0 ? `${QUALIFIERS.length}-${qualifier}` : String(known);
}

// src/domain/versions/pep440.ts
const SYNTAX = new RegExp([
	/^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
	/(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d*))?/,
	/(?:-(?<implicitPost>\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\d*))?/,
	/(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\d*))?/,
	/(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/
].map((part) => part.source).join(""), "i");
function comparePep440(a, b) {
	const x = parse$1(a);
	const y = parse$1(b);
	if (x === void 0 || y === void 0) return void 0;
	return compareDigits(x.epoch, y.epoch) || compareDotted(x.release, y.release) || compareEach(x.parts, y.parts, compareParts) || compareEach(x.local, y.local, compareLocal);
}
function parse$1(text) {
	const groups = SYNTAX.exec(text.trim())?.groups;
	if (groups === void 0) return void 0;
	const post = groups.post !== void 0 || groups.implicitPost !== void 0;
	const dev = groups.dev !== void 0;
	return {
		epoch: groups.epoch ?? "",
		release: groups.release ?? "",
		parts: [
			[preRank(groups.pre, dev && !post), groups.preNumber ?? ""],
			[post ? 1 : 0, groups.implicitPost ?? groups.postNumber ?? ""],
			[dev ? 0 : 1, groups.devNumber ?? ""]
		],
		local: groups.local?.toLowerCase().split(/[-_.]/) ?? []
	};
}
function preRank(word, devOnly) {
	if (word === void 0) return devOnly ? 0 : 4;
	const letter = word.toLowerCase()[0];
	return letter === "a" ? 1 : letter === "b" ? 2 : 3;
}
function compareParts(a, b) {
	const [rank, digits] = a ?? [0, ""];
	const [otherRank, otherDigits] = b ?? [0, ""];
	return rank - otherRank || compareDigits(digits, otherDigits);
}
function compareLocal(a, b) {
	if (a === void 0 || b === void 0) return Number(b === void 0) - Number(a === void 0);
	const isNumber = /^\d+$/.test(a);
	if (isNumber !== /^\d+$/.test(b)) return isNumber ? 1 : -1;
	return isNumber ? compareDigits(a, b) : compareText(a, b);
}

// src/domain/versions/rpm.ts
function compareRpm(a, b) {
	const x = parse(a);
	const y = parse(b);
	if (x === void 0 || y === void 0) return void 0;
	const difference = compareDigits(x.epoch, y.epoch) || compareLabels(x.version, y.version);
	if (difference !== 0) return difference;
	if (x.release === void 0 && y.release === void 0) return 0;
	return x.release === void 0 || y.release === void 0 ? void 0 : compareLabels(x.release, y.release);
}
function parse(text) {
	const [, epoch = "", version, release] = /^(?:(\d+):)?([\w.+~^]+)(?:-([\w.+~^]+))?$/.exec(text) ?? [];
	return version === void 0 ? void 0 : {
		epoch,
		version,
		release
	};
}
function compareLabels(a, b) {
	return compareEach(segments(a), segments(b), compareSegments);
}
function segments(label) {
	return label.match(/~|\^|\d+|[A-Za-z]+/g) ?? [];
}
function compareSegments(a, b) {
	const x = rank(a);
	const y = rank(b);
	if (x !== y || a === void 0 || b === void 0) return x - y;
	return x === NUMBER ? compareDigits(a, b) : compareText(a, b);
}
const NUMBER = 4;
function rank(segment) {
	if (segment === void 0) return 1;
	if (segment === "~") return 0;
	if (segment === "^") return 2;
	return /\d/.test(segment) ? NUMBER : 3;
}

// src/domain/versions/compare.ts
const BY_ECOSYSTEM = new Map(Object.entries({
	alpine: compareApk,
	cargo: compareSemver,
	debian: compareDpkg,
	go: compareSemver,
	hex: compareSemver,
	julia: compareSemver,
	maven: compareMaven,
	npm: compareSemver,
	nuget: compareSemver,
	pub: compareSemver,
	pypi: comparePep440,
	rpm: compareRpm,
	swift: compareSemver
}));
const MAX_LENGTH$1 = 256;
function compareVersions(ecosystem, a, b) {
	if (a.length > MAX_LENGTH$1 || b.length > MAX_LENGTH$1) return void 0;
	return (BY_ECOSYSTEM.get(ecosystem) ?? compareNumbers)(a, b);
}
function compareNumbers(a, b) {
	const numbers = /^[vV]?(\d+(?:\.\d+)*)$/;
	const x = numbers.exec(a)?.[1];
	const y = numbers.exec(b)?.[1];
	return x === void 0 || y === void 0 ? void 0 : compareDotted(x, y);
}

// src/domain/upgrade/smallest-fix.ts
function clearingVersion(ecosystem, installed, fixes) {
	const named = [...new Set(fixes.flat())];
	const first = named[0];
	if (named.length === 1) return mayBeAbove(ecosystem, first, installed) ? first : void 0;
	if (fixes.every((list) => list.length === 1)) return newest(ecosystem, installed, named);
	const order = orderOf(ecosystem, [...named, installed]);
	if (order === void 0) return void 0;
	const { rank, ascending } = order;
	const lists = distinct(fixes).map(ascending);
	let least = 0;
	for (const list of lists) {
		const newer = list.map(rank).find((each) => each > rank(installed));
		least = Math.max(least, newer ?? Number.POSITIVE_INFINITY);
	}
	return ascending(named).find((version) => rank(version) >= least && lists.every((list) => clears(version, list, rank)));
}
function orderOf(ecosystem, versions) {
	const ranks = ranksOf(ecosystem, versions);
	if (ranks === void 0) return void 0;
	const rank = (version) => ranks.get(version);
	const ascending = (some) => some.toSorted((a, b) => rank(a) - rank(b) || compareText(a, b));
	return {
		rank,
		ascending
	};
}
function commonVersion(ecosystem, parts, among = parts.flatMap(({ fixes }) => fixes.flat())) {
	const named = parts.flatMap(({ installed, fixes }) => [installed, ...fixes.flat()]);
	const order = orderOf(ecosystem, [.../* @__PURE__ */ new Set([...named, ...among])]);
	if (order === void 0) return void 0;
	const { rank, ascending } = order;
	const lists = parts.flatMap(({ installed, fixes }) => distinct(fixes).map(ascending).map((list) => ({
		list,
		least: list.map(rank).find((each) => each > rank(installed))
	})).filter(({ least }) => least !== void 0));
	const above = Math.max(...parts.map(({ installed }) => rank(installed)));
	return ascending(among).find((version) => rank(version) > above && lists.every(({ list, least = 0 }) => rank(version) >= least && clears(version, list, rank)));
}
function isSameLine(ecosystem, from, to) {
	const numbers = (version) => /^(?:\d+:)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version)?.slice(1) ?? [];
	const [installed, wanted] = [numbers(from), numbers(to)];
	if (installed.length === 0 || wanted.length === 0) return false;
	const first = ecosystem === "go" ? 0 : installed.findIndex((number = "0") => number !== "0");
	const until = first === -1 ? installed.length : first + 1;
	return installed.slice(0, until).every((number = "0", index) => number === (wanted[index] ?? "0"));
}
function newest(ecosystem, installed, fixes) {
	let best = installed;
	for (const fix of fixes.toSorted(compareText)) {
		if ((compareVersions(ecosystem, fix, installed) ?? 0) <= 0) return void 0;
		if (best === installed || compareVersions(ecosystem, fix, best) > 0) best = fix;
	}
	return best;
}
function isOnlyOlder(ecosystem, installed, fixes) {
	return !fixes.some((fix) => mayBeAbove(ecosystem, fix, installed));
}
function advisedVersions(ecosystem, installed, fixes) {
	const clearing = clearingVersion(ecosystem, installed, [fixes]);
	if (clearing !== void 0) return [clearing];
	return fixes.filter((fix) => mayBeAbove(ecosystem, fix, installed));
}
function mayBeAbove(ecosystem, fix, installed) {
	return (compareVersions(ecosystem, fix, installed) ?? 1) > 0;
}
function ranksOf(ecosystem, versions) {
	let known = true;
	const compare = (a, b) => {
		const order = compareVersions(ecosystem, a, b);
		if (order === void 0) known = false;
		return order ?? 0;
	};
	const ranks = /* @__PURE__ */ new Map();
	let last;
	let rank = 0;
	for (const version of versions.toSorted(compare)) {
		if (last !== void 0 && compare(last, version) !== 0) rank += 1;
		ranks.set(version, rank);
		last = version;
	}
	return known ? ranks : void 0;
}
function clears(version, fixed, rank) {
	const agreeing = fixed.map((fix) => agreement(version, fix));
	const furthest = Math.max(...agreeing);
	const branch = fixed.findLast((_, index) => agreeing[index] === furthest);
	return rank(version) >= rank(branch);
}
function agreement(a, b) {
	const x = leadingNumbers(a);
	const y = leadingNumbers(b);
	const first = x.findIndex((number, index) => number !== y[index]);
	return first < 0 ? x.length : first;
}
function leadingNumbers(version) {
	return /(?<=^v?)\d+(?:\.\d+)*/i.exec(version)?.[0].split(".") ?? [];
}
function distinct(lists) {
	return [...new Map(lists.map((list) => [list.join(), list])).values()];
}

// src/domain/versions/pre-release.ts
const DISTRIBUTIONS = /* @__PURE__ */ new Set([
	"alpine",
	"debian",
	"rpm"
]);
const PRE_RELEASE = /(?:alpha|beta|cr|dev|milestone|pre|preview|rc|snapshot|(?<=\d[.-]?)[abm](?=\d))[.-]?\d*(?:$|[^a-z\d])/i;
function isDistribution(ecosystem) {
	return DISTRIBUTIONS.has(ecosystem);
}
function isPreRelease(ecosystem, version) {
	return !isDistribution(ecosystem) && PRE_RELEASE.test(version);
}

// src/domain/upgrade/dependency-chains.ts
const LONGEST$5 = 12;
function listsTheProject(each) {
	return ecosystemOf(each) === "cargo" && each.listedIn !== "program";
}
function chainFinder(packages) {
	let files;
	const finders = /* @__PURE__ */ new Map();
	return (path, name, version) => {
		files ??= Map.groupBy(packages, (each) => each.path);
		const listed = files.get(path);
		if (listed === void 0 || listed.length < 2) return void 0;
		const find = finders.get(path) ?? chainsOf(path, listed);
		finders.set(path, find);
		return find(path, name, version);
	};
}
function chainsOf(path, listed) {
	const nodes = nodesOf(listed);
	const { starts, direct } = startsOf(nodes);
	spread(starts);
	const byName = new Map(nodes.toReversed().map((node) => [key(node.package.name, node.package.version), node]));
	return (_, name, version) => {
		const node = byName.get(key(name, version));
		if (node?.before === void 0) return void 0;
		return {
			path,
			packages: linksTo(node).map(({ package: { name, version } }) => ({
				name,
				version
			})),
			direct
		};
	};
}
function key(name, version) {
	return `${name}\0${version}`;
}
function nodesOf(listed) {
	const nodes = listed.map((each) => ({
		package: each,
		next: [],
		wanted: false
	}));
	const byId = new Map(nodes.toReversed().map((node) => [node.package.id, node]));
	for (const node of nodes) for (const id of node.package.dependsOn ?? []) {
		const next = byId.get(id);
		if (next === void 0 || next === node) continue;
		node.next.push(next);
		next.wanted = true;
	}
	return nodes;
}
function startsOf(nodes) {
	const related = (...words) => nodes.filter((node) => words.includes(node.package.relationship ?? ""));
	const direct = related("direct");
	if (direct.length > 0) return {
		starts: direct,
		direct: true
	};
	const projects = related("root", "workspace");
	if (projects.length > 0) return {
		starts: projects.flatMap((node) => node.next),
		direct: true
	};
	const [{ package: any }] = nodes;
	return {
		starts: nodes.filter((node) => !node.wanted),
		direct: !listsTheProject(any)
	};
}
function spread(starts) {
	const reached = [...starts];
	for (const node of starts) node.first = node;
	for (const node of reached) for (const next of node.next) {
		if (next.first !== void 0) continue;
		next.first = node.first;
		next.before = node;
		reached.push(next);
	}
}
function linksTo(end) {
	const links = [end];
	for (let node = end.before; node !== void 0 && links.length < LONGEST$5; node = node.before) links.push(node);
	links[links.length - 1] = end.first;
	return links.reverse();
}

// src/domain/upgrade/places.ts
function placeFinder(packages) {
	let shared;
	const isShared = (path) => {
		shared ??= sharedPaths(packages);
		return shared.has(path);
	};
	const places = memoize((_) => /* @__PURE__ */ new Map());
	const find = ({ package: { type }, path, owner }) => {
		const application = type === "jar" && path !== void 0 ? applicationOf(path) : void 0;
		const tool = type === "node-pkg" && path !== void 0 ? toolOf(path) : void 0;
		const own = type === "node-pkg" || application !== void 0;
		const at = keyOf$4(type, path, isShared);
		const known = places(`${at}\0${application ?? ""}\0${tool ?? ""}`);
		const shipping = own ? void 0 : owner;
		const place = known.get(shipping);
		if (place !== void 0) return place;
		const made = {
			key: JSON.stringify([
				at,
				shipping?.ecosystem,
				shipping?.name,
				shipping?.version
			]),
			shippedBy: JSON.stringify([
				shipping?.ecosystem,
				shipping?.name,
				shipping?.version
			]),
			...shipping && { owner: shipping },
			...application && { application },
			...tool && { tool }
		};
		known.set(shipping, made);
		return made;
	};
	let last;
	return (finding) => {
		if (last === void 0 || !isSamePlace(last.of, finding)) last = {
			of: finding,
			place: find(finding)
		};
		return last.place;
	};
}
function isSamePlace(a, b) {
	return a.path === b.path && a.owner === b.owner && a.package.type === b.package.type;
}
function sharedPaths(packages) {
	const seen = /* @__PURE__ */ new Set();
	const shared = /* @__PURE__ */ new Set();
	for (const { path } of packages) {
		if (path === void 0) continue;
		if (seen.has(path)) shared.add(path);
		seen.add(path);
	}
	return shared;
}
function keyOf$4(type, path, isShared) {
	if (path === void 0) return "";
	switch (type) {
		case "node-pkg": return projectOf(path);
		case "jar": return /^.*?\.(?:jar|war|ear|par)(?=\/)/.exec(path)?.[0] ?? (isShared(path) ? path : folderOf$1(path));
		case "python-pkg": return /^.*?(?:site|dist)-packages(?=\/)/.exec(path)?.[0] ?? folderOf$1(path);
		case "gobinary":
		case "rustbinary": return folderOf$1(path);
		default: return path;
	}
}
function projectOf(path) {
	const project = /^(.*?)\/?node_modules\//.exec(path)?.[1] ?? folderOf$1(path);
	const tool = toolOf(path);
	return tool === void 0 ? project : `${project}/node_modules/${tool}`;
}
function folderOf$1(path) {
	return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
function toolOf(path) {
	return /(?:^|\/)node_modules\/(npm|yarn|pnpm|corepack)\/(?:node_modules|dist)\//.exec(path)?.[1];
}
function applicationOf(path) {
	return /^(.*\.(?:jar|war|ear))\/(?:(?:BOOT|WEB|APP)-INF\/)?lib\/[^/]+\.jar$/.exec(path)?.[1];
}

// src/domain/upgrade/upgrades.ts
function createPlanner(packages) {
	const placeOf = placeFinder(packages);
	const facts = {
		chainOf: chainFinder(packages),
		placeOf,
		sourceOf: sourceFinder(packages)
	};
	const groups = /* @__PURE__ */ new WeakMap();
	const raise = (group, to) => {
		const upgrade = upgradeOf(group, to, facts);
		groups.set(upgrade, group);
		return upgrade;
	};
	return {
		advise(findings) {
			const { fixable, unfixed } = upgradeGroups(findings, placeOf);
			const upgrades = [];
			const noFix = unfixed.map(({ group, status }) => noFixOf(group, status, facts));
			fixable.forEach((group) => {
				const to = clearing$2(group, facts);
				if (to !== void 0) {
					upgrades.push(raise(group, to));
					return;
				}
				const { newer, older } = partOlder(group, facts);
				if (isGroup(newer)) upgrades.push(raise(newer, clearing$2(newer, facts)));
				if (isGroup(older)) noFix.push(noFixOf(older, OLDER_FIX, facts));
			});
			return {
				upgrades: upgrades.sort((a, b) => b.clears - a.clears || byWeight$1(a, b)),
				noFix: noFix.sort(byWeight$1)
			};
		},
		groups(findings) {
			const bucketOf = bucketFinder();
			return [...Map.groupBy(findings.filter(isOnPackage), (each) => bucketOf(each.package, placeOf(each).key)).values()];
		},
		upgrade: (group, to) => upgradeOf(group, to, facts),
		together(upgrades) {
			const members = upgrades.map((each) => groups.get(each));
			if (!members.every((group) => group !== void 0)) return void 0;
			const to = commonVersion(upgrades[0].ecosystem, members.map((group) => ({
				installed: comparable$1(group[0].package, facts),
				fixes: fixesOf(group)
			})));
			return to === void 0 ? void 0 : members.map((group) => raise(group, to));
		},
		raisable: (group) => raisableOf(group, facts).raisable,
		noFix(findings, word) {
			const statusOf = (finding) => word ?? whyNoFix(finding, facts);
			return upgradeGroups(findings.map((each) => ({
				...each,
				fixedVersions: [],
				status: statusOf(each)
			})), placeOf).unfixed.map(({ group, status }) => noFixOf(group, status, facts));
		}
	};
}
function inOrderOfWeight(noFix) {
	return noFix.toSorted(byWeight$1);
}
const OLDER_FIX = "fixed in older versions only";
const FAILED_FIX = "found in the versions that are named as its fix";
const WORSE_FIX = "fixed only in versions with as many failing findings of their own";
function whyNoFix({ fixedVersions, status, package: about }, facts) {
	if (fixedVersions.length === 0) return status;
	const ecosystem = ecosystemOf(about);
	const installed = comparable$1(about, facts);
	const newer = fixedVersions.filter((version) => !isOnlyOlder(ecosystem, installed, [version]));
	if (newer.length === 0) return OLDER_FIX;
	return newer.every((version) => isPreRelease(ecosystem, version)) ? `fixed only in the pre-release ${newer[0]}` : FAILED_FIX;
}
function clearing$2(group, facts) {
	const about = group[0].package;
	return clearingVersion(ecosystemOf(about), comparable$1(about, facts), fixesOf(group));
}
function fixesOf(findings) {
	return [...new Set(findings.map(({ fixedVersions }) => fixedVersions))].filter((fixes) => fixes.length > 0);
}
function comparable$1(about, { sourceOf }) {
	return sourceOf(about)?.version || about.version;
}
function sourceFinder(packages) {
	let known;
	const keyOf = ({ type, name, version }) => `${type}\0${name}\0${version}`;
	return (about) => {
		known ??= new Map(packages.flatMap((each) => each.system ? [[keyOf(each), each.source]] : []));
		return known.get(keyOf(about));
	};
}
function raisableOf([first], { placeOf, sourceOf }) {
	const { package: about } = first;
	const { owner, ...place } = placeOf(first);
	const { name, type, version: from } = about;
	return {
		raisable: {
			package: name,
			type,
			from,
			ecosystem: ecosystemOf(about),
			place,
			source: sourceOf(about)
		},
		owner
	};
}
function upgradeOf(group, to, facts) {
	const { raisable, owner } = raisableOf(group, facts);
	const paths = unique(group.map((finding) => finding.path ?? "")).filter((path) => path !== "");
	return {
		...raisable,
		to,
		alternatives: to === void 0 ? unique(group.flatMap((finding) => finding.fixedVersions)) : [],
		clears: group.length,
		ids: unique(group.map((finding) => finding.id)),
		bySeverity: countSeverities(group, ({ severity }) => severity),
		owner,
		layer: commonLayer(group),
		paths,
		chains: paths.flatMap((path) => facts.chainOf(path, raisable.package, raisable.from) ?? [])
	};
}
function noFixOf(group, status, { placeOf, sourceOf }) {
	const [first] = group;
	const { package: about } = first;
	const { owner } = placeOf(first);
	return {
		package: about.name,
		type: about.type,
		version: about.version,
		status,
		count: group.length,
		ids: unique(group.map((finding) => finding.id)),
		bySeverity: countSeverities(group, ({ severity }) => severity),
		owner,
		source: sourceOf(about)
	};
}
function commonLayer(group) {
	const { layer } = group[0];
	return group.every((finding) => finding.layer?.diffId === layer?.diffId) ? layer : void 0;
}
function byWeight$1(a, b) {
	return compareCounts(b.bySeverity, a.bySeverity) || compareText(a.package, b.package) || compareText(installed(a), installed(b));
}
function installed(one) {
	return "from" in one ? one.from : one.version;
}
function upgradeGroups(findings, placeOf) {
	const fixable = [];
	const unfixed = [];
	const bucketOf = bucketFinder();
	findings.forEach((finding) => {
		if (!isOnPackage(finding)) return;
		const { status } = finding;
		const isFixable = finding.fixedVersions.length > 0;
		const { key, shippedBy } = placeOf(finding);
		const bucket = bucketOf(finding.package, isFixable ? key : shippedBy);
		const same = isFixable ? bucket.fixable : bucket.unfixed.get(status);
		const group = same ?? [];
		group.push(finding);
		if (same !== void 0) return;
		if (isFixable) {
			bucket.fixable = group;
			fixable.push(group);
		} else {
			bucket.unfixed.set(status, group);
			unfixed.push({
				group,
				status
			});
		}
	});
	return {
		fixable,
		unfixed
	};
}
function isOnPackage(finding) {
	return finding.kind === "vulnerability" && finding.package !== void 0;
}
function isGroup(findings) {
	return findings.length > 0;
}
function bucketFinder() {
	const buckets = memoize((_) => ({
		fixable: void 0,
		unfixed: /* @__PURE__ */ new Map()
	}));
	const finderOf = memoize(({ type, name, version }) => memoize((place) => buckets(JSON.stringify([
		type,
		name,
		version,
		place
	]))));
	return (about, place) => finderOf(about)(place);
}
function partOlder(group, facts) {
	const about = group[0].package;
	const ecosystem = ecosystemOf(about);
	const isOlder = memoize((fixes) => isOnlyOlder(ecosystem, comparable$1(about, facts), fixes));
	return {
		newer: group.filter(({ fixedVersions }) => !isOlder(fixedVersions)),
		older: group.filter(({ fixedVersions }) => isOlder(fixedVersions))
	};
}

// src/domain/rows/vendor-status.ts
const STATUS = {
	affected: "no fix yet",
	will_not_fix: "vendor will not fix it",
	fix_deferred: "vendor deferred the fix",
	end_of_life: "end of life: no fix will come",
	under_investigation: "vendor is looking into it",
	not_affected: "vendor says not affected",
	unknown: "no fix known",
	fixed: "fixed in a version not named"
};
function statusWords(status) {
	return Object.hasOwn(STATUS, status) ? STATUS[status] : status;
}

// src/domain/rows/fix-advice.ts
const OLDER = { none: OLDER_FIX };
function fixAdvisor() {
	const unfixed = memoize((status) => ({ none: statusWords(status) }));
	const listed = memoize(listedAdvice);
	const onlyFix = memoize((fix) => memoize((ecosystem) => memoize((version) => isOnlyOlder(ecosystem, version, fix) ? OLDER : listed(fix))));
	let before;
	let last = OLDER;
	return (finding) => {
		const { package: about, fixedVersions, status } = finding;
		if (fixedVersions.length === 0) return unfixed(status);
		if (about === void 0) return listed(fixedVersions);
		if (about === before?.package && fixedVersions === before.fixedVersions) return last;
		before = finding;
		last = fixedVersions.length > 1 ? branchAdvice(about, fixedVersions) : onlyFix(fixedVersions)(ecosystemOf(about))(about.version);
		return last;
	};
}
function branchAdvice(about, fixes) {
	return listedAdvice(advisedVersions(ecosystemOf(about), about.version, fixes));
}
function listedAdvice([first, ...others]) {
	return first === void 0 ? OLDER : { to: [first, ...others] };
}

// src/domain/rows/row-fix.ts
function rowFixes(plan) {
	const adviceOn = fixAdvisor();
	const planned = Map.groupBy(upgradesIn(plan), ({ type, package: name, from }) => `${type}\0${name}\0${from}`);
	return memoize(({ packages, findings }) => {
		const vulnerabilities = findings.map(({ finding }) => finding).filter(({ kind }) => kind === "vulnerability");
		const [first] = vulnerabilities;
		if (first === void 0) return void 0;
		const of = vulnerabilities.length;
		const upgrades = packages.flatMap(({ type, name, version }) => planned.get(`${type}\0${name}\0${version}`) ?? []);
		const [to, ...others] = new Set(upgrades.map((upgrade) => upgrade.to));
		if (to !== void 0 && others.length === 0) {
			const ids = new Set(upgrades.flatMap(({ package: name, ids: all }) => all.map((id) => `${name}\0${id}`)));
			const reaches = reachedBy(to);
			const isCleared = (finding) => ids.has(`${finding.package?.name}\0${finding.id}`) || reaches(finding, adviceOn(finding));
			const clears = vulnerabilities.filter(isCleared).length;
			if (clears > 0) return {
				to: [to],
				clears,
				of
			};
		}
		const fixable = vulnerabilities.filter((finding) => adviceOn(finding).to !== void 0);
		if (fixable.length === 0) return { none: adviceOn(first).none ?? "" };
		const [advice, ...more] = new Set(fixable.map(adviceOn));
		return {
			to: advice?.to !== void 0 && more.length === 0 ? advice.to : clearing$1(fixable),
			clears: fixable.length,
			of
		};
	});
}
function reachedBy(to) {
	const reaches = memoize((ecosystem) => memoize((advice) => (advice.to ?? []).some((each) => each === to || (compareVersions(ecosystem, each, to) ?? 1) <= 0)));
	return ({ package: about }, advice) => about !== void 0 && reaches(ecosystemOf(about))(advice);
}
const MOST_COMPARED = 500;
function clearing$1(fixable) {
	const [first] = fixable;
	const lists = [...new Set(fixable.map(({ fixedVersions }) => fixedVersions))];
	const about = first?.package;
	const one = !(about !== void 0 && lists.length <= MOST_COMPARED) ? void 0 : clearingVersion(ecosystemOf(about), about.version, lists);
	return one === void 0 ? [...new Set(lists.flat())] : [one];
}

// src/domain/rows/groups.ts
const NO_PLAN = {
	steps: [],
	noFix: [],
	proof: { unproven: "no plan was made" },
	advised: {
		versions: 0,
		scanned: 0,
		reasons: []
	}
};
const split = oncePer((target) => {
	const findings = newFirst(target.findings);
	const fails = failing({
		...target,
		findings
	});
	const isFailing = breaks(target);
	return {
		failing: fails,
		within: findings.filter((f) => f.outcome === "open" && !isFailing(f)),
		notCounted: findings.filter((f) => f.outcome === "not-counted"),
		accepted: findings.filter((f) => f.outcome === "accepted"),
		plan: target.plan ?? NO_PLAN
	};
});
const ORDER = [
	"not-agreed",
	"not-introduced",
	"grace",
	"unfixed"
];
function exemptedGroups(notCounted) {
	return ORDER.map((spared) => ({
		spared,
		findings: notCounted.filter((judged) => (judged.spared ?? "unfixed") === spared)
	})).filter(({ findings }) => findings.length > 0);
}
const splitRows = oncePer((target) => {
	const { failing: fails, within, notCounted, plan } = split(target);
	const rowsOf = (findings) => packageRows(findings, target.scan.packages);
	const isOld = (judged) => !isNew(judged);
	return {
		fresh: rowsOf([...fails, ...within].filter(isNew).sort(bySeverity)),
		failing: rowsOf(fails.filter(isOld)),
		within: rowsOf(within.filter(isOld)),
		notCounted: exemptedGroups(notCounted).map(({ spared, findings }) => ({
			spared,
			rows: rowsOf(findings)
		})),
		fixes: rowFixes(plan)
	};
});
function everyRow(target) {
	const fixOf = rowFixes(split(target).plan);
	return packageRows(newFirst(target.findings), target.scan.packages).map((row) => ({
		row,
		fix: fixOf(row)
	}));
}
function bySeverity(a, b) {
	return severityRank(a.finding.severity) - severityRank(b.finding.severity);
}
function isNew({ change }) {
	return change === "new";
}
const WORST = {
	error: 0,
	fail: 1,
	pass: 2
};
function worstFirst(targets) {
	return targets.toSorted((a, b) => WORST[a.answer] - WORST[b.answer]);
}

// src/domain/rows/proposals.ts
const OLD_IMAGE = 10;
function* unfixedFirst(target) {
	const { failing, plan } = split(target);
	const unfixed = Map.groupBy(plan.noFix, ({ package: name, version }) => `${name}\0${version}`);
	const isUnfixed = ({ finding: { id, package: about } }) => about !== void 0 && unfixed.get(`${about.name}\0${about.version}`)?.some(({ ids }) => ids.includes(id));
	if (unfixed.size > 0) {
		for (const judged of failing) if (isUnfixed(judged)) yield judged;
	}
	for (const judged of failing) if (unfixed.size === 0 || !isUnfixed(judged)) yield judged;
}
function startingLimits(verdict, judged) {
	if (judged.reduce((sum, target) => sum + split(target).failing.length, 0) < OLD_IMAGE || verdict.exceptions.length > 0) return [];
	return SEVERITIES.flatMap((severity) => {
		const rows = judged.flatMap((target) => target.rows.filter((row) => row.severity === severity && row.broken));
		return rows.length === 0 ? [] : [{
			severity,
			open: Math.max(...rows.map((row) => row.open))
		}];
	});
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

// src/domain/coverage.ts
function isWhole({ rows, gaps }) {
	return gaps.length === 0 && rows.every(({ status }) => status !== "not-known" && status !== "gap");
}

// src/domain/upgrade/steps/weight.ts
function attacksOn(findings) {
	return new Map(findings.map(({ finding, exploitation }) => [finding.id, exploitation]));
}
function sumOf(parts) {
	const bySeverity = perSeverity((severity) => parts.reduce((sum, each) => sum + each.bySeverity[severity], 0));
	return {
		clears: parts.reduce((sum, { clears }) => sum + clears, 0),
		ids: [...new Set(parts.flatMap(({ ids }) => ids))],
		bySeverity
	};
}
function countOf$2(findings) {
	return {
		clears: findings.length,
		ids: [...new Set(findings.map(({ finding }) => finding.id))],
		bySeverity: countSeverities(findings, ({ finding }) => finding.severity)
	};
}
function weightOf({ clears, ids, bySeverity }, attacks) {
	const known = ids.map((id) => attacks.get(id));
	const scores = known.flatMap((exploitation) => exploitation?.epss ?? []);
	return {
		clears,
		ids,
		bySeverity,
		exploited: known.filter((exploitation) => exploitation?.kev !== void 0).length,
		...scores.length > 0 && { epss: scores.reduce((a, b) => Math.max(a, b)) }
	};
}

// src/domain/rows/no-fix.ts
const noFixEntries = oncePer((noFix) => {
	return [...Map.groupBy(noFix, ({ package: name, type, version, owner, source }) => JSON.stringify([
		type,
		...source === void 0 ? [
			"package",
			name,
			version
		] : [
			"source",
			source.name,
			source.version
		],
		...owner === void 0 ? [] : [
			owner.ecosystem,
			owner.name,
			owner.version
		]
	])).values()].map((parts) => {
		const [{ package: name, version, owner, source }] = parts;
		const packages = new Set(parts.map((each) => each.package)).size;
		const isOfSource = packages > 1 && source !== void 0;
		const { clears: count, bySeverity } = sumOf(parts.map((each) => ({
			...each,
			clears: each.count
		})));
		return {
			name: isOfSource ? source.name : name,
			version: isOfSource && source.version || version,
			packages,
			statuses: [...new Set(parts.map(({ status }) => status))],
			count,
			bySeverity,
			owner
		};
	});
});

// src/domain/policy/change.ts
function limitValue(limit) {
	return limit === "unlimited" ? Number.POSITIVE_INFINITY : limit;
}
function changed({ subject, about }, { from, to }, loosens) {
	if (from === to) return [];
	return [{
		what: "changed",
		subject,
		about,
		from: String(from),
		to: String(to),
		loosens,
		line: 0
	}];
}
function pairUp(base, head, keyOf, contentOf) {
	const equal = pairByKey(base, head, (item) => `${keyOf(item)}\n${contentOf(item)}`);
	const alike = pairByKey(equal.removed, equal.added, keyOf);
	return {
		pairs: [...equal.pairs, ...alike.pairs],
		removed: alike.removed,
		added: alike.added
	};
}
function pairByKey(base, head, keyOf) {
	const waiting = Map.groupBy(base, keyOf);
	const pairs = [];
	const added = [];
	for (const item of head) {
		const partner = waiting.get(keyOf(item))?.shift();
		if (partner === void 0) added.push(item);
		else pairs.push([partner, item]);
	}
	const left = new Set([...waiting.values()].flat());
	return {
		pairs,
		removed: base.filter((item) => left.has(item)),
		added
	};
}
function looseningFirst(changes) {
	return changes.toSorted((a, b) => Number(b.loosens) - Number(a.loosens));
}

// src/domain/policy/exception-diff.ts
function exceptionChanges(base, head, subject = "exception", count = "all") {
	const { pairs, added, removed } = pairUp(base, head, scopeKey, contentKey);
	const present = [...added.map((one) => addition(one, subject)), ...pairs.flatMap(([from, to]) => change(from, to, subject))];
	const gone = removed.map((each) => removal(each, subject, count === "introduced"));
	return [...present.sort((a, b) => a.line - b.line), ...gone];
}
function scopeKey({ id, package: name, paths, images }) {
	return JSON.stringify([
		id.toLowerCase(),
		name,
		paths?.toSorted(),
		images?.toSorted()
	]);
}
function contentKey(exception) {
	return JSON.stringify(fields(exception));
}
function addition(exception, subject) {
	return {
		what: "added",
		subject,
		about: scopeText(exception),
		to: termsText(exception),
		loosens: true,
		line: exception.line
	};
}
function removal(exception, subject, loosens) {
	return {
		what: "removed",
		subject,
		about: scopeText(exception),
		from: termsText(exception),
		loosens,
		line: 0
	};
}
function change(from, to, subject) {
	const before = fields(from);
	const after = fields(to);
	const differing = before.map(([, value], index) => value !== after[index]?.[1]);
	if (!differing.includes(true)) return [];
	const text = (all) => all.filter((_, index) => differing[index]).map(([name, value]) => `${name}: ${value}`).join(", ");
	return [{
		what: "changed",
		subject,
		about: scopeText(to),
		from: text(before),
		to: text(after),
		loosens: to.expires > from.expires || from.onlyWhileUnfixed && !to.onlyWhileUnfixed,
		line: to.line
	}];
}
function fields({ expires, onlyWhileUnfixed, owner, created, reason }) {
	return [
		["expires", expires],
		["only-while-unfixed", String(onlyWhileUnfixed)],
		["owner", owner ?? "none"],
		["created", created ?? "none"],
		["reason", reason]
	];
}
function scopeText({ id, package: name, paths, images }) {
	const scope = [
		...name === void 0 ? [] : [`package ${name}`],
		...paths === void 0 ? [] : [`paths ${paths.join(", ")}`],
		...images === void 0 ? [] : [`images ${images.join(", ")}`]
	];
	return scope.length === 0 ? id : `${id} (${scope.join("; ")})`;
}
function termsText({ expires, onlyWhileUnfixed, reason }) {
	return `until ${expires}${onlyWhileUnfixed ? ", only while unfixed" : ""}: ${reason}`;
}

// src/domain/policy/diff.ts
function diffPolicies(base, head) {
	return [
		...thresholdChanges(base, head),
		...weightChanges(base, head),
		...ignoreUnfixedChange(base, head),
		...opinionChanges(base, head),
		...targetRuleChanges(base, head),
		...trackingChanges(base, head),
		...exceptionRuleChanges(base, head),
		...exceptionChanges(base.exceptions, head.exceptions, "exception", head.count),
		...exceptionChanges(base.coverage ?? [], head.coverage ?? [], "coverage")
	];
}
function thresholdChanges(base, head) {
	return SEVERITIES.flatMap((severity) => {
		const from = thresholdOf(base, severity);
		const to = thresholdOf(head, severity);
		return changed({
			subject: "threshold",
			about: severity
		}, {
			from,
			to
		}, limitValue(to) > limitValue(from));
	});
}
function thresholdOf(policy, severity) {
	return policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity];
}
function ignoreUnfixedChange(base, head) {
	const from = base.ignoreUnfixed ?? false;
	const to = head.ignoreUnfixed ?? false;
	return changed({
		subject: "ignore-unfixed",
		about: "ignore-unfixed"
	}, {
		from,
		to
	}, to);
}
function exceptionRuleChanges({ exceptionRules: base }, { exceptionRules: head }) {
	return [
		...changed({
			subject: "exception rule",
			about: "max-days"
		}, {
			from: base.maxDays,
			to: head.maxDays
		}, head.maxDays > base.maxDays),
		...changed({
			subject: "exception rule",
			about: "warn-days"
		}, {
			from: base.warnDays,
			to: head.warnDays
		}, false),
		...changed({
			subject: "exception rule",
			about: "require-owner"
		}, {
			from: base.requireOwner,
			to: head.requireOwner
		}, base.requireOwner)
	];
}
function weightChanges(base, head) {
	const exploited = [...exploitedChange(base, head), ...exploitDataChange(base, head)];
	const isSaid = exploited.some(({ loosens }) => loosens);
	return [
		...exploited,
		...isSaid ? [] : catalogDropped(base, head),
		...epssChange(base.epss, head.epss),
		...countChange(base, head),
		...graceChanges(base, head)
	];
}
function exploitedChange({ exploited: from = "unlimited" }, { exploited: to = "unlimited" }) {
	return changed({
		subject: "threshold",
		about: "exploited"
	}, {
		from,
		to
	}, limitValue(to) > limitValue(from));
}
function epssChange(from, to) {
	return oneChange("epss", "epss", [epssText(from), epssText(to)], isLooser(from, to));
}
function isLooser(from, to) {
	if (from === void 0 || from.max === "unlimited") return false;
	return to === void 0 || to.above > from.above || limitValue(to.max) > limitValue(from.max);
}
function epssText(rule) {
	return rule && `at most ${rule.max} above ${rule.above}`;
}
function exploitDataChange(base, head) {
	const { exploited, epss, exploitData, targets } = base;
	return oneChange("exploit-data", "exploit-data", [sourcesText(exploitData), sourcesText(head.exploitData)], exploited !== void 0 || epss !== void 0 || exploitData !== void 0 || targets.some((rule) => rule.exploited !== void 0));
}
function catalogDropped(base, head) {
	if (!exploitDataWanted(base).kev || exploitDataWanted(head).kev) return [];
	return oneChange("exploit-data", "KEV", ["asked for", void 0], true);
}
function sourcesText(sources) {
	return sources && `KEV from ${sources.kev ?? "CISA"}, EPSS from ${sources.epss ?? "FIRST"}`;
}
function countChange({ count: from = "all" }, { count: to = "all" }) {
	return oneChange("count", "count", [from, to], to === "introduced");
}
function opinionChanges(base, head) {
	const { agreement: from = "any", severityFrom } = base;
	const { agreement: to = "any" } = head;
	const severities = [severityFrom?.join(", "), head.severityFrom?.join(", ")];
	return [
		...oneChange("agreement", "agreement", [from, to], to === "all"),
		...oneChange("severity-from", "severity-from", severities, head.severityFrom !== void 0),
		...namedChanges("scan-with", ["required", "optional"], [base.optionalScanners, head.optionalScanners]),
		...namedChanges("scan-report", ["adds", "trusted"], [base.trustedReports, head.trustedReports])
	];
}
function namedChanges(subject, [strict, loose], [base = [], head = []]) {
	const [before, after] = [base, head].map((names) => new Set(names.map((name) => name.toLowerCase())));
	return [.../* @__PURE__ */ new Set([...before, ...after])].flatMap((name) => {
		const [from, to] = [before, after].map((names) => names.has(name) ? loose : strict);
		return oneChange(subject, name, [from, to], to === loose);
	});
}
function graceChanges({ graceDays: base = {} }, { graceDays: head = {} }) {
	return SEVERITIES.flatMap((severity) => {
		const from = base[severity] ?? 0;
		const to = head[severity] ?? 0;
		return changed({
			subject: "grace-days",
			about: severity
		}, {
			from,
			to
		}, to > from);
	});
}
function trackingChanges(base, head) {
	return [...SEVERITIES.flatMap((severity) => {
		const [from, to] = [base, head].map(({ fixWithinDays }) => fixWithinDays?.[severityName(severity)]?.toString());
		return oneChange("fix-within-days", severity, [from, to], false);
	}), ...oneChange("issues", "issues", [issuesText(base), issuesText(head)], false)];
}
function issuesText({ issues }) {
	return issues?.map(({ images, assignees, labels }) => `${images.join(", ")}: ${[...assignees, ...labels].join(", ") || "nobody"}`).join("; ");
}
function oneChange(subject, about, [from, to], loosens) {
	if (from === to) return [];
	return [{
		what: from === void 0 ? "added" : to === void 0 ? "removed" : "changed",
		subject,
		about,
		from,
		to,
		loosens,
		line: 0
	}];
}
const LIMITED = [...SEVERITIES, "exploited"];
function targetRuleChanges(base, head) {
	const { pairs, added, removed } = pairUp(ranked(base), ranked(head), imagesKey, ({ rule }) => limitsText(rule));
	return [
		...added.map((to) => ({
			...about$1("added", to),
			to: limitsText(to.rule),
			loosens: [limitsOf(base), ...pairs.filter(([, other]) => other.position > to.position).map(([from]) => from.limits)].some((before) => isHigher(before, to.limits)),
			line: to.rule.line
		})),
		...pairs.flatMap(([from, to]) => changedLimits(from, to)),
		...moved(pairs),
		...removed.map((from) => ({
			...about$1("removed", from),
			from: limitsText(from.rule),
			loosens: [limitsOf(head), ...pairs.filter(([other]) => other.position > from.position).map(([, to]) => to.limits)].some((after) => isHigher(from.limits, after)),
			line: 0
		}))
	];
}
function changedLimits(from, to) {
	const texts = {
		from: limitsText(from.rule),
		to: limitsText(to.rule)
	};
	if (texts.from === texts.to) return [];
	return [{
		...about$1("changed", to),
		...texts,
		loosens: isHigher(from.limits, to.limits),
		line: to.rule.line
	}];
}
function moved(pairs) {
	const before = pairs.toSorted(([a], [b]) => a.position - b.position);
	const after = pairs.toSorted(([, a], [, b]) => a.position - b.position);
	const first = after.find((pair, index) => pair !== before[index]);
	if (first === void 0) return [];
	const overtaken = before.some(([from, fromNow], index) => before.slice(index + 1).some(([, to]) => to.position < fromNow.position && isHigher(from.limits, to.limits)));
	return [{
		what: "changed",
		subject: "target rule",
		about: "order",
		from: before.map(([{ rule }]) => rule.images.join(", ")).join("; "),
		to: after.map(([{ rule }]) => rule.images.join(", ")).join("; "),
		loosens: overtaken,
		line: first[1].rule.line
	}];
}
function ranked(policy) {
	return policy.targets.map((rule, position) => ({
		rule,
		position,
		limits: limitsOf(policy, rule)
	}));
}
function limitsOf(policy, rule) {
	return {
		...perSeverity((severity) => rule?.thresholds[severity] ?? policy.thresholds[severity] ?? DEFAULT_THRESHOLDS[severity]),
		exploited: rule?.exploited ?? policy.exploited ?? "unlimited"
	};
}
function isHigher(before, after) {
	return LIMITED.some((key) => limitValue(after[key]) > limitValue(before[key]));
}
function imagesKey({ rule }) {
	return JSON.stringify(rule.images.toSorted());
}
function limitsText({ thresholds, exploited }) {
	const limits = {
		...thresholds,
		exploited
	};
	const set = LIMITED.filter((key) => limits[key] !== void 0);
	return set.length === 0 ? "no limits" : set.map((key) => `${key} ${limits[key]}`).join(", ");
}
function about$1(what, { rule }) {
	return {
		what,
		subject: "target rule",
		about: rule.images.join(", ")
	};
}

// src/domain/upgrade/commands.ts
const NAME$1 = 214;
const VERSION$1 = 100;
const COMMAND = 600;
function pasteFor(packages, situation) {
	const [first] = packages;
	if (first === void 0) return void 0;
	const { manager } = situation;
	const made = manager === void 0 ? LANGUAGES.get(first.type)?.(packages, situation) : command(systemCommand(manager, packages));
	return made !== void 0 && made.text.length <= COMMAND ? made : void 0;
}
function upgradeAll(manager) {
	const { before = "", all } = SYSTEMS[manager];
	return `${before}${manager} ${all}`;
}
const SYSTEMS = {
	"apt-get": {
		before: "apt-get update && ",
		some: "install -y --only-upgrade",
		all: "upgrade -y"
	},
	apk: {
		some: "add --no-cache --upgrade",
		all: "upgrade --no-cache"
	},
	dnf: {
		some: "upgrade -y",
		all: "upgrade -y"
	},
	microdnf: {
		some: "upgrade -y",
		all: "upgrade -y"
	},
	yum: {
		some: "update -y",
		all: "update -y"
	},
	tdnf: {
		some: "update -y",
		all: "update -y"
	},
	zypper: {
		some: "update -y",
		all: "update -y"
	}
};
const PROGRAMS$1 = [
	["apt", "apt-get"],
	["apk-tools", "apk"],
	["dnf", "dnf"],
	["dnf5", "dnf"],
	["microdnf", "microdnf"],
	["yum", "yum"],
	["tdnf", "tdnf"],
	["zypper", "zypper"]
];
function managerAmong(systemPackages) {
	return PROGRAMS$1.find(([name]) => systemPackages.has(name))?.[1];
}
const DEBIAN = /^[a-z0-9][a-z0-9+.-]*[a-z0-9]\+*$/;
const SYSTEM$1 = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;
function systemCommand(manager, packages) {
	const grammar = manager === "apt-get" ? DEBIAN : SYSTEM$1;
	const names = [...new Set(packages.map(({ name }) => name))].sort();
	if (!names.every((name) => matches(grammar, name, NAME$1))) return void 0;
	const { before = "", some } = SYSTEMS[manager];
	return `${before}${manager} ${some} ${names.join(" ")}`;
}
function command(text) {
	return text === void 0 ? void 0 : {
		kind: "command",
		text
	};
}
function matches(grammar, text, most) {
	return text !== void 0 && text.length <= most && grammar.test(text);
}
function single(names, versions, write) {
	return ([raised, ...others], situation) => {
		if (raised === void 0 || others.length > 0) return void 0;
		const { name, from } = raised;
		const to = raised.to?.replace(/^v(?=\d)/, "");
		if (!matches(names, name, NAME$1) || !matches(versions, to, VERSION$1)) return void 0;
		const made = write(name, to, from, situation);
		return typeof made === "object" ? made : command(made);
	};
}
const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
const NUMBERS = /^\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
const NPM = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/;
const PYPI = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const PEP440 = /^\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?$/;
const GO = /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;
const GO_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?(?:\+incompatible)?$/;
const MAVEN = /^[A-Za-z0-9_][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const MAVEN_VERSION = /^[0-9A-Za-z][0-9A-Za-z._-]*$/;
const CARGO = /^[A-Za-z][A-Za-z0-9_-]*$/;
const COMPOSER = /^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/;
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const npm = single(NPM, SEMVER, (name, to, _, { direct, inRange, othersAllow }) => {
	if (direct && othersAllow !== false) return `npm install ${name}@${to}`;
	if (inRange) return `npm update ${name}`;
	if (direct === false && inRange === false) return line(`"overrides": {"${name}": "${to}"}`, "package.json");
});
const direct = (write) => {
	return (name, to, _, situation) => situation.direct ? write(name, to) : void 0;
};
const go = single(GO, GO_VERSION, (name, to, from) => {
	const major = Number(to.split(".", 1)[0]);
	const suffix = /\/v(\d+)$/.exec(name)?.[1];
	return (suffix === void 0 ? major < 2 || from.endsWith("+incompatible") : Number(suffix) === major) ? `go get ${name}@v${to}` : void 0;
});
const cargo = single(CARGO, SEMVER, (name, to, from, { severalVersions }) => {
	if (!isInUsualRange(from, to)) return void 0;
	const which = severalVersions ? `${name}@${from}` : name;
	return severalVersions && !SEMVER.test(from) ? void 0 : `cargo update -p ${which} --precise ${to}`;
});
const composer = single(COMPOSER, NUMBERS, (name, to, from, situation) => {
	if (situation.direct) return `composer require ${name}:${to}`;
	return situation.direct === false && isInUsualRange(from, to) ? `composer update ${name} --with ${name}:${to}` : void 0;
});
const bundler = single(PLAIN, NUMBERS, (name, to, from) => isInUsualRange(from, to) ? `bundle update --conservative ${name}` : void 0);
const nuget = single(PLAIN, NUMBERS, (name, to) => /^(?:Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App|runtime)\b/i.test(name) ? void 0 : `dotnet add package ${name} --version ${to}`);
function maven(packages, { direct }) {
	const [to, ...others] = new Set(packages.map((each) => each.to));
	const names = [...new Set(packages.map(({ name }) => name))].sort();
	if (direct !== true || others.length > 0 || !matches(MAVEN_VERSION, to, VERSION$1)) return void 0;
	if (!names.every((name) => matches(MAVEN, name, NAME$1))) return void 0;
	return command(`mvn versions:use-dep-version -Dincludes=${names.join(",")} -DdepVersion=${to}`);
}
function line(text, file) {
	return {
		kind: "line",
		text,
		file
	};
}
const LANGUAGES = new Map(Object.entries({
	npm,
	pnpm: single(NPM, SEMVER, direct((name, to) => `pnpm update ${name}@${to}`)),
	yarn: single(NPM, SEMVER, direct((name, to) => `yarn add ${name}@${to}`)),
	bun: single(NPM, SEMVER, direct((name, to) => `bun add ${name}@${to}`)),
	pip: single(PYPI, PEP440, (name, to) => line(`${name}==${to}`, "requirements.txt")),
	"python-pkg": single(PYPI, PEP440, (name, to) => `pip install ${name}==${to}`),
	poetry: single(PYPI, PEP440, direct((name, to) => `poetry add ${name}==${to}`)),
	uv: single(PYPI, PEP440, (name, to) => `uv lock --upgrade-package ${name}==${to}`),
	gomod: go,
	pom: maven,
	cargo,
	composer,
	bundler,
	nuget
}));
function isInUsualRange(from, to) {
	return isSameLine("", from, to);
}

// src/domain/upgrade/with-commands.ts
function withCommands(plan, packages, askLockFile) {
	const situationOf = situationFinder(packages, askLockFile);
	const steps = plan.steps.map((step) => {
		if (step.kind !== "upgrade") return step;
		const paste = pasteOf(step, situationOf);
		if (paste === void 0) return step;
		const { kind, text, file } = paste;
		return kind === "command" ? {
			...step,
			command: text
		} : {
			...step,
			line: {
				text,
				...file && { file }
			}
		};
	});
	return {
		...plan,
		steps
	};
}
function pasteOf({ members, to }, situationOf) {
	const [first] = members;
	if (first === void 0) return void 0;
	const { owner, place, type, paths } = first;
	if (owner !== void 0 || place.tool !== void 0) return void 0;
	if (type === "nuget" && !paths.every((path) => /(?:^|\/)packages\.lock\.json$/.test(path))) return void 0;
	return pasteFor(members.map((each) => ({
		name: each.package,
		from: each.from,
		to: to ?? each.to,
		type: SOURCE_OF[each.type] ?? each.type
	})), {
		...situationOf(first),
		direct: common(members.map((each) => situationOf(each).direct))
	});
}
function common(values) {
	return new Set(values).size === 1 ? values[0] : void 0;
}
const SOURCE_OF = {
	gobinary: "gomod",
	rustbinary: "cargo"
};
function situationFinder(packages, askLockFile) {
	let manager;
	let byPath;
	return (upgrade) => {
		if (byPath === void 0) {
			byPath = Map.groupBy(packages, ({ path }) => path);
			manager = managerAmong(new Set(packages.filter(({ system }) => system).map(({ name }) => name)));
		}
		if (upgrade.source !== void 0) return { manager };
		const listed = byPath.get(upgrade.paths[0]) ?? [];
		const same = listed.filter(({ name }) => name === upgrade.package);
		return {
			direct: directIn(listed, same, upgrade),
			severalVersions: new Set(same.map(({ version }) => version)).size > 1,
			...askLockFile(upgrade)
		};
	};
}
function directIn(listed, same, { from }) {
	if (listed.some(({ relationship }) => relationship === "workspace")) return void 0;
	const relationship = same.find(({ version }) => version === from)?.relationship;
	if (relationship === "direct") return true;
	return relationship === "indirect" ? false : void 0;
}

// src/domain/upgrade/proof/candidates.ts
const MOST_CANDIDATES = 40;
function candidatesOf(ecosystem, installed, named, preferred) {
	const ascending = lowestFirst(ecosystem, withoutPreReleases(ecosystem, [...new Set(named)].filter((version) => installed.every((each) => (compareVersions(ecosystem, version, each) ?? 0) > 0))));
	if (ascending.length <= MOST_CANDIDATES) return ascending;
	const from = ascending.indexOf(preferred?.() ?? "");
	const last = ascending.length - MOST_CANDIDATES;
	const start = from < 0 ? last : Math.min(from, last);
	return ascending.slice(start, start + MOST_CANDIDATES);
}
function lowestFirst(ecosystem, versions) {
	return versions.toSorted((a, b) => compareVersions(ecosystem, a, b) || compareText(a, b));
}
function withoutPreReleases(ecosystem, versions) {
	const releases = versions.filter((version) => !isPreRelease(ecosystem, version));
	return releases.length > 0 ? releases : versions;
}
function chooseVersion(candidates) {
	return candidates.toSorted((a, b) => a.failing - b.failing || compareCounts(a.bySeverity, b.bySeverity))[0];
}

// src/domain/upgrade/families.ts
const SPRING_BOOT = {
	group: "org.springframework.boot",
	parent: "org.springframework.boot:spring-boot-starter-parent"
};
const TRAINS = [
	{
		name: "spring-boot-*",
		groups: ["org.springframework.boot"],
		bom: SPRING_BOOT.parent
	},
	{
		name: "spring-security-*",
		groups: ["org.springframework.security"],
		bom: "org.springframework.security:spring-security-bom",
		property: "spring-security.version"
	},
	{
		name: "spring-*",
		groups: ["org.springframework"],
		bom: "org.springframework:spring-framework-bom",
		property: "spring-framework.version"
	},
	{
		name: "jackson-*",
		groups: [
			"com.fasterxml.jackson.core",
			"com.fasterxml.jackson.dataformat",
			"com.fasterxml.jackson.datatype",
			"com.fasterxml.jackson.jaxrs",
			"com.fasterxml.jackson.jakarta.rs",
			"com.fasterxml.jackson.module"
		],
		bom: "com.fasterxml.jackson:jackson-bom",
		property: "jackson-bom.version"
	},
	{
		name: "log4j-*",
		groups: ["org.apache.logging.log4j"],
		bom: "org.apache.logging.log4j:log4j-bom",
		property: "log4j2.version"
	},
	{
		name: "netty-*",
		groups: ["io.netty"],
		except: /^netty-(?:tcnative|jni-util|incubator)/,
		bom: "io.netty:netty-bom",
		property: "netty.version"
	},
	{
		name: "tomcat-embed-*",
		groups: ["org.apache.tomcat.embed"],
		property: "tomcat.version"
	},
	{
		name: "jetty-*",
		groups: ["org.eclipse.jetty"],
		bom: "org.eclipse.jetty:jetty-bom",
		property: "jetty.version"
	},
	{
		name: "logback-*",
		groups: ["ch.qos.logback"],
		property: "logback.version"
	},
	{
		name: "grpc-*",
		groups: ["io.grpc"],
		bom: "io.grpc:grpc-bom"
	},
	{
		name: "camel-*",
		groups: ["org.apache.camel"],
		bom: "org.apache.camel:camel-bom"
	},
	{
		name: "cxf-*",
		groups: ["org.apache.cxf"],
		bom: "org.apache.cxf:cxf-bom"
	},
	{
		name: "kotlin-*",
		groups: ["org.jetbrains.kotlin"],
		bom: "org.jetbrains.kotlin:kotlin-bom"
	}
];
const BY_GROUP = new Map(TRAINS.flatMap((train) => train.groups.map((group) => [group, train])));
function releaseTrainOf(name) {
	const [group = "", artifact = ""] = name.split(":");
	const train = BY_GROUP.get(group);
	return train?.except?.test(artifact) ? void 0 : train;
}

// src/domain/upgrade/decisions.ts
function decisionsOf(raised, packages = []) {
	const groups = Map.groupBy(raised, (each) => familyKey(each));
	const maven = mavenNeighbours(packages);
	return [...groups.values()].map((members) => {
		const [first, ...others] = members;
		const relatives = relativesOf([first, ...others], maven);
		return {
			members: [first, ...others],
			relatives,
			family: familyOf([first, ...others], relatives, maven)
		};
	});
}
function familyKey({ package: name, type, from, ecosystem, place, source }) {
	if (source !== void 0) return JSON.stringify([
		"source",
		type,
		source.name
	]);
	if (ecosystem === "maven" && name.includes(":")) {
		const train = releaseTrainOf(name);
		return JSON.stringify([
			"maven",
			type,
			place.key,
			...train ? [train.name] : [groupOf(name), from]
		]);
	}
	return JSON.stringify([
		"one",
		type,
		name,
		from,
		place.key
	]);
}
function groupOf(name) {
	return name.slice(0, name.indexOf(":"));
}
function relativesOf(members, neighbours) {
	const [first] = members;
	const train = first.source === void 0 && first.ecosystem === "maven" ? releaseTrainOf(first.package) : void 0;
	if (train === void 0) return [];
	const names = new Set(members.map((each) => each.package));
	return neighbours(first).filter(({ name }) => !names.has(name) && releaseTrainOf(name)?.name === train.name);
}
function familyOf(members, relatives, neighbours) {
	const [{ package: name, ecosystem, source }] = members;
	const isAlone = new Set(members.map((each) => each.package)).size === 1;
	if (source !== void 0) return isAlone ? void 0 : {
		kind: "source",
		name: source.name
	};
	if (ecosystem !== "maven") return void 0;
	const train = releaseTrainOf(name);
	if (train === void 0) return isAlone ? void 0 : {
		kind: "group",
		name: `${groupOf(name)}:*`
	};
	if (isAlone && relatives.length === 0) return void 0;
	return {
		kind: "group",
		name: train.name,
		bom: train.bom,
		springBoot: springBootIn(neighbours(members[0]), train)
	};
}
function springBootIn(beside, { property }) {
	const version = beside.find(({ name }) => name === `${SPRING_BOOT.group}:spring-boot`)?.version;
	if (version === void 0 || property === void 0) return void 0;
	return /^(?:2\.(?:[3-9]|\d\d)|3)\./.test(version) ? {
		version,
		property
	} : void 0;
}
function mavenNeighbours(packages) {
	let known;
	const placeOf = placeFinder(packages);
	return ({ place: { key } }) => {
		known ??= Map.groupBy(packages.filter(({ ecosystem, type }) => (ecosystem ?? type) === "maven"), (each) => placeOf({
			package: each,
			path: each.path,
			owner: void 0
		}).key);
		return known.get(key) ?? [];
	};
}

// src/domain/upgrade/proof/inquiry.ts
function isOfBase({ finding, origin }) {
	return origin === "base" && finding.kind === "vulnerability";
}
function hasQuestions(target) {
	const sourceOf = sourceFinder(target.scan.packages);
	return failing(target).some(({ finding }) => {
		if (!isOnPackage(finding)) return false;
		const { package: about, fixedVersions } = finding;
		const from = sourceOf(about)?.version || about.version;
		return fixedVersions.some((version) => (compareVersions(ecosystemOf(about), version, from) ?? 0) > 0);
	});
}
function inquire(target) {
	const { packages, findings } = target.scan;
	const planner = createPlanner(packages);
	const fails = failing(target);
	const groupsOf = (judged) => planner.groups(judged.map(({ finding }) => finding));
	const base = groupsOf(fails.filter(isOfBase));
	const own = groupsOf(fails.filter((judged) => !isOfBase(judged)));
	if (base.length + own.length === 0) return {
		planner,
		openOf: () => [],
		own: [],
		base: []
	};
	const keyOf = memoize((about) => packageKey$2(about));
	const wanted = new Set([...base, ...own].map(([{ package: about }]) => keyOf(about)));
	const known = Map.groupBy(findings.filter(isOnPackage), ({ package: about }) => keyOf(about));
	const keyed = packages.map((each) => [packageKey$2(each), each]);
	const installed = new Map(keyed.filter(([key]) => wanted.has(key)));
	const openOf = openFinder(target, planner, (about) => wanted.has(keyOf(about)));
	const opened = (groups) => {
		const members = groups.map((group) => {
			const key = keyOf(group[0].package);
			const raisable = planner.raisable(group);
			const open = openOf(raisable);
			const facts = {
				about: group[0].package,
				places: placesOf$1(group),
				known: known.get(key) ?? []
			};
			return {
				...raisable,
				...facts,
				group,
				open,
				installed: installed.get(key)
			};
		});
		return decisionsOf(members, packages).flatMap((decision) => withCandidates(decision, (about) => known.get(packageKey$2(about)) ?? []));
	};
	return {
		planner,
		openOf,
		own: opened(own),
		base: opened(base)
	};
}
function packageKey$2({ type, name, version }) {
	return JSON.stringify([
		type,
		name,
		version
	]);
}
function openFinder(target, planner, isWanted) {
	const keyOf = ({ package: name, type, from, place }) => JSON.stringify([
		type,
		name,
		from,
		place.key
	]);
	let groups;
	return (raisable) => {
		if (groups === void 0) {
			const open = target.findings.flatMap(({ finding, outcome }) => outcome === "open" && isOnPackage(finding) && isWanted(finding.package) ? [finding] : []);
			groups = new Map(planner.groups(open).map((group) => [keyOf(planner.raisable(group)), group]));
		}
		return groups.get(keyOf(raisable)) ?? [];
	};
}
function placesOf$1(group) {
	return [...new Map(group.map((each) => [JSON.stringify([each.path, each.layer?.diffId]), each])).values()].map(({ path, layer, owner }) => ({
		path,
		layer,
		owner
	}));
}
function withCandidates({ family, members, relatives }, knownOf) {
	const found = candidatesFor(members);
	const [{ place, ecosystem }] = members;
	const others = relatives.map((each) => {
		const { name, version, type, purl } = each;
		const about = {
			name,
			version,
			type,
			ecosystem: each.ecosystem,
			purl
		};
		const places = [{
			path: each.path,
			layer: void 0,
			owner: void 0
		}];
		return {
			package: name,
			type,
			from: version,
			ecosystem,
			place,
			source: void 0,
			about,
			places,
			group: [],
			open: [],
			known: knownOf(each),
			installed: each
		};
	});
	if (found.candidates.length > 0 || members.length === 1) return [{
		family,
		members,
		relatives: others,
		...found
	}];
	return members.map((member) => ({
		members: [member],
		relatives: [],
		...candidatesFor([member])
	}));
}
function candidatesFor(members) {
	const [{ ecosystem }] = members;
	const named = members.flatMap(({ known }) => known.flatMap(({ fixedVersions }) => fixedVersions));
	const failing = (among) => clearing(members, ({ group }) => group, among);
	const candidates = candidatesOf(ecosystem, members.map(comparable), named, failing);
	return {
		candidates,
		foremost: foremostOf(members, candidates)
	};
}
function foremostOf(members, candidates) {
	if (candidates.length <= FEW) return candidates;
	const failing = clearing(members, ({ group }) => group, candidates) ?? candidates[0];
	const open = clearing(members, (member) => member.open, candidates);
	const wanted = /* @__PURE__ */ new Set([
		failing,
		open,
		candidates.at(-1)
	]);
	return candidates.filter((version) => wanted.has(version));
}
const FEW = 3;
function comparable({ source, from }) {
	return source?.version || from;
}
function clearing(members, findingsOf, among) {
	const parts = members.map((member) => ({
		installed: comparable(member),
		fixes: fixesOf(findingsOf(member))
	}));
	return parts.every(({ fixes }) => fixes.length === 0) ? void 0 : commonVersion(members[0].ecosystem, parts, among);
}

// src/domain/upgrade/proof/questions.ts
const MOST_QUESTIONS = 6e3;
const MOST_FINDINGS = 2e4;
function budget() {
	const known = /* @__PURE__ */ new Set();
	let findings = 0;
	return { take(asked, share = 1) {
		const fresh = new Map(asked.map((each) => [JSON.stringify(each.question), each.member.known.length]));
		for (const key of fresh.keys()) if (known.has(key)) fresh.delete(key);
		const more = [...fresh.values()].reduce((sum, each) => sum + each, 0);
		if (known.size + fresh.size > share * MOST_QUESTIONS || findings + more > share * MOST_FINDINGS) return false;
		findings += more;
		for (const key of fresh.keys()) known.add(key);
		return true;
	} };
}
const OTHERS_SHARE = .75;
function questionsOf(open, left) {
	const decisions = open.flatMap(({ target, inquiry: { own, base } }, index) => [...own, ...base].map((decision) => ({
		decision,
		scan: target.scan,
		index,
		counts: countsOf(decision)
	}))).filter(({ decision }) => decision.candidates.length > 0).sort((a, b) => compareCounts(b.counts, a.counts));
	const found = open.map(() => []);
	const begun = decisions.filter(({ decision, scan, index }) => {
		const asked = about(decision, [void 0, ...decision.foremost], scan);
		return left.take(asked) && found[index]?.push(...asked);
	});
	for (const { decision, scan, index } of begun) {
		const asked = about(decision, decision.candidates.filter((version) => !decision.foremost.includes(version)), scan);
		if (asked.length > 0 && left.take(asked, OTHERS_SHARE)) found[index]?.push(...asked);
	}
	return found;
}
function countsOf({ members }) {
	return countSeverities(members.flatMap(({ group }) => group), ({ severity }) => severity);
}
function furtherQuestions(decision, { asked, named, below }, { scan }, left) {
	const { members } = decision;
	const [{ ecosystem }] = members;
	const isWanted = (version) => !asked.includes(version) && (below === void 0 || (compareVersions(ecosystem, version, below) ?? 0) < 0);
	const more = about(decision, candidatesOf(ecosystem, members.map(comparable), named.filter(isWanted)), scan);
	return more.length > 0 && left.take(more) ? more : [];
}
function about(decision, versions, scan) {
	const { members, relatives } = decision;
	const isRaised = ({ ecosystem, from }, version) => version !== void 0 && (compareVersions(ecosystem, version, from) ?? 0) > 0;
	return [...members.map((member) => ({
		member,
		of: versions
	})), ...relatives.map((member) => ({
		member,
		of: versions.filter((version) => isRaised(member, version))
	}))].flatMap(({ member, of }) => of.map((version) => {
		const { installed, about: found } = member;
		return {
			decision,
			member,
			question: {
				package: found,
				installed: installed && {
					system: installed.system,
					source: installed.source,
					modularity: installed.modularity
				},
				version,
				os: scan.artifact.os
			}
		};
	}));
}

// src/domain/upgrade/proof/would-fail.ts
function placed({ member, question }, answer) {
	const { purl, ...about } = question.package;
	const version = question.version ?? about.version;
	const parsed = purl === void 0 ? void 0 : parsePurl(purl);
	const inVersion = {
		...about,
		version,
		...parsed && { purl: purlOfVersion(parsed, version) }
	};
	return member.places.flatMap(({ path, layer, owner }) => answer.map((finding) => ({
		...finding,
		package: inVersion,
		path,
		layer,
		owner
	})));
}
function wouldFail(target, findings, settings) {
	if (findings.length === 0) return /* @__PURE__ */ new Set();
	const [judged] = judge([{
		target: target.target,
		scan: {
			...target.scan,
			findings
		}
	}], {
		...settings,
		...asBefore(target, findings, settings)
	}).targets;
	if (judged === void 0 || judged.answer === "error") return new Set(findings);
	const isStrict = ({ limit, broken }) => broken || limit === 0;
	const severities = new Set(target.rows.filter(isStrict).map(({ severity }) => severity));
	const exploitRows = (target.exploitRows ?? []).filter(isStrict);
	const fails = (each) => each.outcome === "open" && (severities.has(each.finding.severity) || exploitRows.some((row) => fallsUnder(row, each)));
	return new Set(judged.findings.filter(fails).map(({ finding }) => finding));
}
function asBefore({ target, findings: own }, findings, { changes, unsettled }) {
	if (!changes?.has(target)) return {
		changes: void 0,
		unsettled: void 0
	};
	const keyOf = ({ id, package: about, path }) => JSON.stringify([
		id,
		about?.type,
		about?.name,
		path
	]);
	const before = new Map(own.map((judged) => [keyOf(judged.finding), judged]));
	const open = unsettled?.get(target) ?? /* @__PURE__ */ new Set();
	const still = findings.filter((finding) => {
		const same = before.get(keyOf(finding));
		return same !== void 0 && open.has(same.finding);
	});
	return {
		changes: /* @__PURE__ */ new Map([[target, (finding) => before.get(keyOf(finding))?.change ?? "new"]]),
		unsettled: /* @__PURE__ */ new Map([[target, new Set(still)]])
	};
}

// src/domain/upgrade/proof/checked-versions.ts
const NOT_REPRODUCED = "the second scan did not show the findings of the installed version";
const NOT_READ = "the second scan could not read the versions";
function judgeAnswers(target, answered, settings) {
	const trusted = answered.map((each) => ({
		...each,
		found: placed(each, each.answer ?? [])
	}));
	const fails = wouldFail(target, trusted.flatMap(({ question, found }) => question.version === void 0 ? [] : found), settings);
	const byDecision = Map.groupBy(trusted, ({ decision }) => decision);
	return new Map([...byDecision].map(([decision, each]) => [decision, checked(decision, each, fails)]));
}
function secondRound(target, found, left) {
	return [...found].flatMap(([decision, each]) => {
		if ("unproven" in each) return [];
		const { candidates } = each;
		const best = chooseVersion(candidates);
		const asked = candidates.map(({ version }) => version);
		const named = candidates.flatMap(({ members }) => members.flatMap(({ fails }) => fails.flatMap(({ fixedVersions }) => fixedVersions)));
		const below = best?.failing === 0 ? { below: best.version } : {};
		return furtherQuestions(decision, {
			asked,
			named,
			...below
		}, target, left);
	});
}
function checked({ members, relatives }, answered, fails) {
	const byMember = Map.groupBy(answered, ({ member }) => member);
	const versionsOf = (member) => new Map(byMember.get(member)?.map((each) => [each.question.version, each]));
	const byVersion = members.map(versionsOf);
	const ofRelatives = relatives.map(versionsOf);
	if (!members.every(({ known }, index) => shows(byVersion[index]?.get(void 0)?.answer, known))) return { unproven: NOT_REPRODUCED };
	const versions = [...byVersion[0]?.keys() ?? []].filter((version) => version !== void 0);
	const isRead = (version) => byVersion.every((each) => each.get(version)?.answer !== void 0) && ofRelatives.every((each) => !each.has(version) || each.get(version)?.answer !== void 0);
	const read = versions.filter(isRead);
	if (read.length === 0) return { unproven: NOT_READ };
	return { candidates: lowestFirst(members[0].ecosystem, read).map((version) => {
		const checkedMember = (member, answered) => {
			const { answer = [], found = [] } = answered ?? {};
			const own = found.filter((each) => fails.has(each));
			const others = toOtherScanners(member, version).filter(({ id }) => own.every((each) => each.id !== id));
			return {
				member,
				ids: new Set([...answer, ...others].map(({ id }) => id)),
				fails: [...own, ...others]
			};
		};
		const checkedMembers = [...members.map((member, index) => checkedMember(member, byVersion[index]?.get(version))), ...relatives.flatMap((member, index) => {
			const answered = ofRelatives[index]?.get(version);
			return answered === void 0 ? [] : [checkedMember(member, answered)];
		})];
		const all = checkedMembers.flatMap((each) => each.fails);
		return {
			version,
			failing: all.length,
			bySeverity: countSeverities(all, ({ severity }) => severity),
			members: checkedMembers
		};
	}) };
}
function toOtherScanners(member, version) {
	const installed = comparable(member);
	return member.group.filter(({ opinions, fixedVersions }) => opinions !== void 0 && fixedVersions.length > 0 && commonVersion(member.ecosystem, [{
		installed,
		fixes: [fixedVersions]
	}], [version]) === void 0);
}
function shows(answer, known) {
	const ids = new Set(answer?.map(({ id }) => id));
	return known.length > 0 && known.every(({ id }) => ids.has(id));
}

// src/domain/upgrade/steps/base-step.ts
function baseStep(found, { base, packages, attacks, advise }) {
	const { newer } = base ?? {};
	const lacks = newer?.lacks;
	const cleared = lacks === void 0 ? [] : found.filter(({ finding }) => lacks(finding));
	const staying = cleared.length === 0 ? found : found.filter((judged) => !cleared.includes(judged));
	const { upgrades, noFix, mayStay, ...check } = advise(staying.map(({ finding }) => finding));
	if (cleared.length + upgrades.length === 0) return { noFix };
	const manager = managerAmong(new Set(packages.filter(({ system }) => system).map(({ name }) => name)));
	const ofSystem = upgrades.filter(({ source }) => source !== void 0);
	const parts = [countOf$2(cleared), ...upgrades];
	return {
		noFix,
		step: {
			kind: "base",
			...base?.reference !== void 0 && { reference: base.reference },
			...cleared.length > 0 && {
				newer,
				rebuilding: cleared.length
			},
			staying: staying.length,
			fixable: new Set(upgrades.map((each) => `${each.type}\0${each.package}`)).size,
			members: upgrades,
			...mayStay.length > 0 && { mayStay: sumOf(mayStay) },
			...check.stays.length + check.brings.length > 0 && { check },
			...manager !== void 0 && ofSystem.length > 0 && {
				command: upgradeAll(manager),
				commandClears: sumOf(ofSystem).clears
			},
			...weightOf(sumOf(parts), attacks)
		}
	};
}

// src/domain/upgrade/steps/step.ts
function stepOf({ family, members }, attacks) {
	const versions = [...new Set(members.map(({ to }) => to))];
	return {
		kind: "upgrade",
		members,
		...family && { family },
		to: versions.length === 1 ? versions[0] : void 0,
		alternatives: members.length === 1 ? members[0].alternatives : [],
		...weightOf(sumOf(members), attacks)
	};
}

// src/domain/upgrade/steps/unproven.ts
function unprovenSteps(findings, why, { planner, attacks, target, inquiry }) {
	const { upgrades, noFix } = planner.advise(findings);
	const decisions = decisionsOf(upgrades, target.scan.packages).flatMap((each) => inOneVersion(each, planner));
	const raising = /* @__PURE__ */ new Map();
	for (const each of inOrderOfPlace(decisions.filter(({ members: [first] }) => !isDistribution(first.ecosystem)))) for (const key of each.members.flatMap(raisedBy)) if (!raising.has(key)) raising.set(key, each);
	const staying = Map.groupBy(noFix, (each) => raising.get(keyOf$3(each)) ?? raising.get(familyKeyOf(each) ?? ""));
	const openOf = inquiry?.openOf ?? openFinder(target, planner, isAmong(upgrades));
	return {
		steps: decisions.map((decision) => {
			const left = staying.get(decision) ?? [];
			const clearsAll = clearingAll$1(decision, openOf);
			return {
				...stepOf(decision, attacks),
				...clearsAll && { clearsAll },
				...left.length > 0 && { mayStay: mayStay(left) },
				unproven: why
			};
		}),
		noFix: staying.get(void 0) ?? []
	};
}
function isAmong(upgrades) {
	const raised = new Set(upgrades.map((each) => packageKey$1(each.type, each.package, each.from)));
	return memoize(({ type, name, version }) => raised.has(packageKey$1(type, name, version)));
}
function inOrderOfPlace(decisions) {
	return decisions.toSorted(({ members: [a] }, { members: [b] }) => compareText(a.place.key, b.place.key));
}
function inOneVersion(decision, planner) {
	const { family, members } = decision;
	if (family?.kind !== "group" || new Set(members.map(({ to }) => to)).size === 1) return [decision];
	const together = planner.together(members);
	return together === void 0 ? members.map((member) => ({
		family,
		members: [member]
	})) : [{
		family,
		members: together
	}];
}
function packageKey$1(...parts) {
	return JSON.stringify(parts);
}
function keyOf$3({ package: name, type, version, owner }) {
	return packageKey$1(type, owner?.name ?? "", name, version);
}
function familyKeyOf({ package: name, type, owner }) {
	const train = name.includes(":") ? releaseTrainOf(name) : void 0;
	return train && packageKey$1(type, owner?.name ?? "", train.name);
}
function raisedBy(upgrade) {
	return [keyOf$3({
		...upgrade,
		version: upgrade.from
	}), familyKeyOf(upgrade) ?? []].flat();
}
function mayStay(left) {
	const { ids, ...sum } = sumOf(left.map((each) => ({
		...each,
		clears: each.count
	})));
	return {
		...sum,
		ids: ids.toSorted(compareText)
	};
}
function clearingAll$1({ members }, openOf) {
	const [{ ecosystem, to }] = members;
	if (to === void 0 || members.some((each) => each.to !== to)) return void 0;
	const open = members.map((each) => openOf(each));
	if (!open.every((findings) => findings.every(({ fixedVersions }) => fixedVersions.length > 0))) return void 0;
	const parts = members.map(({ from, source }, index) => ({
		installed: source?.version || from,
		fixes: fixesOf(open[index] ?? [])
	}));
	if (!parts.every(({ installed, fixes }) => !fixes.some((list) => isOnlyOlder(ecosystem, installed, list)))) return void 0;
	const releases = parts.flatMap(({ fixes }) => fixes.flat()).filter((version) => !isPreRelease(ecosystem, version));
	const version = commonVersion(ecosystem, parts, releases);
	return version !== void 0 && version !== to && isSameLine(ecosystem, to, version) ? {
		version,
		findings: open.flat().length
	} : void 0;
}

// src/domain/upgrade/steps/make-plan.ts
const UNKNOWN_ORDER = "nobody knows which of its fixes is above the installed version";
function makePlan(target, facts) {
	const fails = failing(target);
	const { inquiry } = facts;
	const attacks = attacksOn(fails);
	const { packages } = target.scan;
	const plan = {
		...facts,
		planner: inquiry?.planner ?? createPlanner(packages),
		attacks,
		target
	};
	const own = inquiry ? partsOf(inquiry.own, plan) : unprovenSteps(fails.flatMap((judged) => isOfBase(judged) ? [] : [judged.finding]), plan.unproven, plan);
	const advised = [...own.steps];
	const rebuild = baseStep(fails.filter(isOfBase), {
		base: facts.base,
		packages,
		attacks,
		advise: (staying) => {
			const { steps, noFix } = inquiry ? partsOf(narrowed(inquiry.base, new Set(staying)), plan) : unprovenSteps(staying, plan.unproven, plan);
			advised.push(...steps);
			const checks = steps.flatMap(({ check }) => check ?? []);
			return {
				upgrades: steps.flatMap(({ members }) => members),
				noFix,
				stays: checks.flatMap(({ stays }) => stays),
				brings: checks.flatMap(({ brings }) => brings),
				mayStay: steps.flatMap(({ mayStay }) => mayStay ?? [])
			};
		}
	});
	const proof = proofOf(advised, plan);
	return {
		steps: inOrder$1([
			..."unproven" in proof ? own.steps.map(withoutReason) : own.steps,
			...rebuild.step === void 0 ? [] : [rebuild.step],
			...secretSteps(fails)
		], target),
		noFix: inOrderOfWeight([...own.noFix, ...rebuild.noFix]),
		proof,
		advised: advisedIn(advised)
	};
}
function advisedIn(steps) {
	const versionsOf = (some) => some.reduce((sum, each) => sum + versionsIn(each), 0);
	const others = steps.filter(({ check }) => check === void 0);
	return {
		versions: versionsOf(steps),
		scanned: versionsOf(steps) - versionsOf(others),
		reasons: [...new Set(others.flatMap(({ unproven }) => unproven ?? []))]
	};
}
function versionsIn({ to, members }) {
	return to !== void 0 ? 1 : Math.max(1, new Set(members.flatMap((each) => each.to ?? [])).size);
}
function narrowed(decisions, only) {
	return decisions.map((whole) => ({
		...whole,
		whole,
		only
	}));
}
function partsOf(decisions, plan) {
	const parts = [];
	const unproven = /* @__PURE__ */ new Map();
	for (const decision of decisions) {
		const { whole, only } = "whole" in decision ? decision : { whole: decision };
		const found = plan.checked?.get(whole);
		const isWanted = (finding) => only?.has(finding) ?? true;
		if (found !== void 0 && "candidates" in found) {
			parts.push(provenPart(whole, found.candidates, isWanted, plan));
			continue;
		}
		const notAsked = plan.checked !== void 0 && whole.candidates.length === 0 ? UNKNOWN_ORDER : plan.unproven;
		const why = found?.unproven ?? notAsked;
		const same = unproven.get(why) ?? [];
		for (const { group } of whole.members) for (const finding of group) if (isWanted(finding)) same.push(finding);
		unproven.set(why, same);
	}
	parts.push(...[...unproven].map(([why, findings]) => unprovenSteps(findings, why, plan)));
	return {
		steps: parts.flatMap(({ steps }) => steps),
		noFix: parts.flatMap(({ noFix }) => noFix)
	};
}
function provenPart({ family, members }, candidates, isWanted, { planner, attacks }) {
	const best = chooseVersion(candidates);
	const raised = (best?.members ?? []).flatMap(({ member, ids }) => {
		const cleared = member.group.filter((finding) => isWanted(finding) && !ids.has(finding.id));
		return isGroup(cleared) ? [planner.upgrade(cleared, best?.version)] : [];
	});
	const never = [];
	const worse = [];
	members.forEach(({ group }, index) => {
		for (const finding of group.filter(isWanted)) if (!candidates.some((each) => !each.members[index]?.ids.has(finding.id))) never.push(finding);
		else if (raised.length === 0) worse.push(finding);
	});
	const noFix = [...planner.noFix(never), ...planner.noFix(worse, WORSE_FIX)];
	if (best === void 0 || !isGroup(raised)) return {
		steps: [],
		noFix
	};
	const check = {
		stays: best.members.flatMap((each) => staying(each, isWanted)),
		brings: best.members.flatMap(brought)
	};
	const clearsAll = clearingAll(best, candidates);
	return {
		steps: [{
			...stepOf({
				family,
				members: raised
			}, attacks),
			...clearsAll && { clearsAll },
			check
		}],
		noFix
	};
}
function clearingAll(best, candidates) {
	const leaves = ({ members }) => members.some(({ member, ids }) => member.open.some(({ id }) => ids.has(id)));
	if (!leaves(best)) return void 0;
	const [{ member }] = best.members;
	const later = candidates.slice(candidates.indexOf(best) + 1).find((each) => each.failing <= best.failing && isSameLine(member.ecosystem, best.version, each.version) && !leaves(each));
	const findings = best.members.reduce((sum, each) => sum + each.member.open.length, 0);
	return later && {
		version: later.version,
		findings
	};
}
function staying({ member, ids }, isWanted) {
	return listed(member.package, member.group.filter((finding) => isWanted(finding) && ids.has(finding.id)));
}
function brought({ member, fails }) {
	const failing = new Set(member.group.map(({ id }) => id));
	return listed(member.package, fails.filter(({ id }) => !failing.has(id)));
}
function listed(name, findings) {
	return [...new Map(findings.map((finding) => [finding.id, finding])).values()].map(({ id, severity, url }) => ({
		package: name,
		id,
		severity,
		...url && { url }
	}));
}
function proofOf(steps, { checked, unproven }) {
	if (checked === void 0) return { unproven };
	const [first] = steps;
	if (first !== void 0 && steps.every(({ check }) => check === void 0)) return { unproven: first.unproven ?? unproven };
	return { checked: [...checked].map(([{ members }, found]) => "candidates" in found ? members.length * found.candidates.length : 0).reduce((sum, each) => sum + each, 0) };
}
function withoutReason({ unproven: _, ...step }) {
	return step;
}
function secretSteps(failing) {
	const secrets = failing.filter(({ finding }) => finding.kind === "secret");
	return [...Map.groupBy(secrets, ({ finding }) => finding.id)].map(([id, found]) => ({
		kind: "secret",
		title: found[0]?.finding.title || id,
		places: found.map(({ finding: { path = "", line, layer } }) => ({
			path,
			...line !== void 0 && { line },
			...layer && { layer }
		})),
		...weightOf(countOf$2(found), attacksOn(found))
	}));
}
const URGENT = {
	exploited: 0,
	exploitLimit: 1,
	secret: 2,
	other: 3
};
function inOrder$1(steps, target) {
	const broken = (target.exploitRows ?? []).filter((row) => row.broken);
	const limited = new Set(target.findings.filter((judged) => judged.outcome === "open" && broken.some((row) => fallsUnder(row, judged))).map(({ finding }) => finding.id));
	const urgency = (step) => {
		if (step.exploited > 0) return URGENT.exploited;
		if (step.ids.some((id) => limited.has(id))) return URGENT.exploitLimit;
		return step.kind === "secret" ? URGENT.secret : URGENT.other;
	};
	return steps.toSorted((a, b) => urgency(a) - urgency(b) || percent(b) - percent(a) || b.clears - a.clears || compareCounts(b.bySeverity, a.bySeverity) || compareText(nameOf$3(a), nameOf$3(b)));
}
function percent({ epss = 0 }) {
	return Math.round(epss * 100);
}
function nameOf$3(step) {
	if (step.kind === "secret") return step.title;
	return `${step.members[0]?.package ?? ""} ${step.members[0]?.from ?? ""}`;
}

// src/domain/opinions/subject.ts
const SYSTEM_ECOSYSTEMS = /* @__PURE__ */ new Set([
	"alpine",
	"debian",
	"rpm"
]);
function subjects() {
	const byObject = /* @__PURE__ */ new Map();
	const byText = /* @__PURE__ */ new Map();
	return ({ kind, package: about, path = "", line }) => {
		if (kind !== "vulnerability" || about === void 0) return {
			key: `${kind}\n${about?.name ?? ""}\n${path}\n${line ?? ""}`,
			needs: about === void 0 ? kind : neededFor(kind, about),
			isSystem: false
		};
		const same = byObject.get(about);
		if (same !== void 0) return same;
		const text = `${about.ecosystem ?? about.type}\n${about.purl ?? ""}\n${about.name}\n${about.version}`;
		const made = byText.get(text) ?? subjectOf(about);
		byText.set(text, made);
		byObject.set(about, made);
		return made;
	};
}
function neededFor(kind, about) {
	return kind === "vulnerability" ? subjectOf(about).needs : kind;
}
function needsOf({ ecosystem, purl, type }) {
	if (ecosystem !== void 0) return ecosystem;
	const [, named] = /^pkg:\/{0,2}([a-z][\w.+-]*)\//i.exec(purl ?? "") ?? [];
	return named && (PURL_ECOSYSTEMS.get(named.toLowerCase()) ?? named.toLowerCase()) || type;
}
function subjectOf(about) {
	const needs = needsOf(about);
	const isSystem = SYSTEM_ECOSYSTEMS.has(needs);
	return {
		key: `${needs}\n${nameOf$2(about, needs)}\n${versionOf(about.version, needs)}`,
		needs,
		isSystem
	};
}
function nameOf$2({ name, purl }, needs) {
	if (SYSTEM_ECOSYSTEMS.has(needs)) return name;
	const parsed = purl === void 0 ? void 0 : parsePurl(purl);
	const full = parsed === void 0 ? name : joined$1(parsed.namespace, parsed.name, needs === "maven" ? ":" : "/");
	if (needs === "pypi") return pythonName(full);
	return needs === "nuget" || needs === "go" || needs === "hex" ? full.toLowerCase() : full;
}
function joined$1(namespace, name, by) {
	return namespace === void 0 ? name : `${namespace}${by}${name}`;
}
function versionOf(version, needs) {
	if (needs === "rpm" || needs === "debian") return version.replace(/^0+:/, "");
	return needs === "go" ? version.replace(/^(?:v|go)(?=\d)/, "") : version;
}

// src/domain/run-stamp.ts
const END = " -->";
function stamped(marker, stamp) {
	if (stamp === void 0) return marker;
	const { run, number, attempt, event, commit } = stamp;
	const all = [...[
		`run=${run}`,
		`number=${number}`,
		`attempt=${attempt}`,
		`event=${event}`
	], ...commit === void 0 ? [] : [`commit=${commit}`]];
	return `${marker.slice(0, -4)} ${all.join(" ")}${END}`;
}
function readStamped(line, marker) {
	if (line === marker) return {};
	const start = `${marker.slice(0, -4)} `;
	if (!line.startsWith(start) || !line.endsWith(END)) return void 0;
	const text = line.slice(start.length, -4);
	if (!/^[a-z]+=[\w.-]+(?: [a-z]+=[\w.-]+)*$/.test(text)) return void 0;
	const words = new Map(text.split(" ").map((word) => word.split("=", 2)));
	const [run, number, attempt] = [
		"run",
		"number",
		"attempt"
	].map((name) => wholeNumber(words.get(name)));
	const event = words.get("event");
	if (run === void 0 || number === void 0 || attempt === void 0 || event === void 0) return {};
	return { stamp: {
		run,
		number,
		attempt,
		event,
		commit: /^[0-9a-f]{40,64}$/.exec(words.get("commit") ?? "")?.[0]
	} };
}
function wholeNumber(text) {
	return /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : void 0;
}
function serverRun(stamp, runUrl) {
	if (stamp === void 0 || runUrl === void 0 || !URL.canParse(runUrl)) return void 0;
	return {
		server: new URL(runUrl).host,
		number: stamp.run
	};
}
function isOlderRun(one, other) {
	return one !== void 0 && other !== void 0 && one.server === other.server && one.number < other.number;
}

// src/domain/opinions/merged-finding.ts
function mergedFinding(group, scanners, rules) {
	const { names, best, claims } = scanners;
	const rows = group.length === 1 ? group : group.toSorted((a, b) => a.by - b.by);
	const opinions = rows.flatMap((row) => row.finding.opinions ?? [opinionOf(row, names[row.by])]);
	const missing = missedBy(rows, scanners).filter((name) => !opinions.some(({ scanner }) => scanner === name));
	const base = rows[0].finding;
	const others = {
		opinions,
		missedBy: missing.length === 0 ? void 0 : missing
	};
	if (rows.length === 1) return {
		...base,
		...others
	};
	const first = rows.find(({ by }) => by === best)?.finding;
	const finding = {
		...joined(rows.map((row) => row.finding), first),
		severity: severityOf(opinions, rules),
		...others
	};
	const scanned = rows.filter(({ by }) => !claims.has(by));
	if (scanned.length === 0 || scanned.length === rows.length) return finding;
	return withoutClaims(finding, scanned, {
		first,
		rules,
		names
	});
}
function withoutClaims(finding, scanned, { first, rules, names }) {
	const { id, aliases, path, layer, owner, publishedAt } = joined(scanned.map((row) => row.finding), first);
	const least = severityOf(scanned.flatMap((row) => row.finding.opinions ?? [opinionOf(row, names[row.by])]), rules);
	const isRaised = severityRank(finding.severity) < severityRank(mustExceed(least));
	const own = {
		id,
		aliases,
		path,
		layer,
		owner,
		severity: isRaised ? finding.severity : least,
		...isRaised && { raisedFrom: least }
	};
	return {
		...finding,
		...own,
		publishedAt: publishedAt && finding.publishedAt
	};
}
function missedBy(rows, { able, sources }) {
	const before = rows.filter(({ by }) => sources.has(by));
	if (before.length === 0) return [...able];
	const decided = new Set(before.flatMap(({ by }) => sources.get(by) ?? []));
	return [...before.flatMap(({ finding }) => finding.missedBy ?? []), ...able.filter((name) => !decided.has(name))];
}
function mustExceed(severity) {
	return severity === "UNKNOWN" ? "MEDIUM" : severity;
}
function opinionOf({ finding }, scanner) {
	const { id, severity, fixedVersions, byName, bySystem } = finding;
	return {
		scanner,
		id,
		severity,
		fixedVersions,
		...byName && { byName },
		...bySystem && { bySystem }
	};
}
function severityOf(opinions, { severityFrom = [] }) {
	for (const name of severityFrom) {
		const own = opinions.find((each) => isScannerNamed(each.scanner, name) && each.severity !== "UNKNOWN");
		if (own !== void 0) return own.severity;
	}
	return opinions.reduce((most, { severity }) => severityRank(severity) < severityRank(most) ? severity : most, "UNKNOWN");
}
function joined(findings, best) {
	const rank = (finding) => finding === best ? MOST_RICH : richness(finding);
	const sorted = findings.toSorted((a, b) => rank(b) - rank(a));
	const base = sorted[0];
	const about = sorted.find((each) => each.package && each.package.type !== "unknown")?.package ?? base.package;
	const ids = [...new Set(sorted.flatMap(({ id, aliases = [] }) => [id, ...aliases]))];
	const id = mainId(sorted);
	const aliases = ids.filter((each) => each !== id).sort(compareText);
	const fixedVersions = agreedFixes(about, findings);
	const first = (key) => sorted.find((each) => each[key])?.[key];
	return {
		...base,
		package: about,
		id,
		aliases: aliases.length === 0 ? void 0 : aliases,
		title: first("title") ?? "",
		description: first("description"),
		url: first("url"),
		fixedVersions,
		status: base.fixedVersions.length === 0 && fixedVersions.length > 0 ? "fixed" : base.status,
		publishedAt: sorted.flatMap(({ publishedAt }) => publishedAt ?? []).sort()[0],
		path: first("path"),
		layer: first("layer"),
		owner: first("owner"),
		byName: findings.every(({ byName }) => byName) || void 0,
		bySystem: first("bySystem")
	};
}
const MOST_RICH = 8;
function richness({ layer, package: about, path }) {
	return (layer ? 4 : 0) + (about?.purl ? 2 : 0) + (path ? 1 : 0);
}
function mainId(findings) {
	const ids = findings.map(({ id }) => id).sort(compareText);
	return ids.find((id) => id.startsWith("CVE-")) ?? ids[0];
}
function agreedFixes(about, findings) {
	const lists = findings.map(({ fixedVersions }) => fixedVersions).filter(({ length }) => length > 0);
	const [first = [], ...others] = lists;
	const text = first.join();
	if (others.every((list) => list.join() === text)) return first;
	const clearing = about && clearingVersion(ecosystemOf(about), about.version, lists);
	return clearing === void 0 ? [...new Set(lists.flat())].sort(compareText) : [clearing];
}

// src/domain/rows/failing-lines.ts
function failingByLine(targets) {
	return targets.flatMap((target) => target.answer === "error" ? [] : linesOf(target)).map((each) => ({
		each,
		rank: rankOf(each)
	})).sort((a, b) => a.rank - b.rank).map(({ each }) => each);
}
function linesOf(target) {
	const { failing, plan } = split(target);
	const lines = Map.groupBy(failing, ({ finding }) => finding.layer?.source);
	const byLine = /* @__PURE__ */ new Map();
	for (const [source, found] of lines) {
		if (source === void 0) continue;
		const same = byLine.get(source.line);
		if (same === void 0) byLine.set(source.line, {
			file: source.file,
			found: [...found]
		});
		else for (const each of found) same.found.push(each);
	}
	return [...byLine].map(([line, { file, found }]) => {
		return {
			target,
			file,
			line,
			found,
			steps: plan.steps.filter((step) => layersOf(step).some((layer) => layer?.source?.line === line))
		};
	});
}
function layersOf(step) {
	return (step.kind === "secret" ? step.places : step.members).map(({ layer }) => layer);
}
function rankOf({ found }) {
	return found.reduce((least, { finding }) => Math.min(least, severityRank(finding.severity)), 1e400);
}

// src/domain/tracking/need.ts
const UNCLEAR = {
	issue: "as-is",
	why: "unclear"
};
function needOf(image, run) {
	const { change, running, overdue } = image;
	const answers = new Set(running.map(({ verdict }) => verdict.answer));
	if (answers.has("fail")) return {
		issue: "open",
		why: "fails"
	};
	if (answers.has("error") || !run.isHistoryKnown || mayRunElsewhere(image, run)) return UNCLEAR;
	if (running.length === 0) return {
		issue: "closed",
		why: "gone"
	};
	if (overdue.length > 0) return {
		issue: "open",
		why: "overdue"
	};
	if (endingFor(judgedOf(image), run.exceptions).length > 0) return {
		issue: "open",
		why: "ending"
	};
	return change.before === void 0 && run.unreadSources.length > 0 || isPartlyScanned(image) ? UNCLEAR : {
		issue: "closed",
		why: "passes"
	};
}
function isPartlyScanned(image) {
	return judgedOf(image).some(({ scan }) => scan.opinions?.some(({ failed }) => failed !== void 0));
}
function judgedOf({ running }) {
	return running.flatMap(({ verdict }) => verdict.answer === "error" ? [] : [verdict]);
}
function mayRunElsewhere({ change, running }, { unreadSources }) {
	if (unreadSources.length === 0) return false;
	if (change.after["gone-since"] !== void 0) return false;
	const seen = new Set(running.map((each) => identity(each, each.imageId)));
	return change.after.running.some((each) => !seen.has(identity(each, each["image-id"])));
}
function identity({ digest, reference, platform = "" }, imageId) {
	return `${digest ?? imageId ?? reference} ${platform}`;
}
function endingFor(targets, exceptions) {
	const ending = exceptions.filter(({ state }) => state === "ending");
	if (ending.length === 0) return [];
	const needed = new Set(targets.flatMap(neededBy));
	return ending.filter(({ exception }) => needed.has(exception));
}
function neededBy({ findings, coverage }) {
	return [...findings.flatMap(({ outcome, exceptions: [first] }) => outcome === "accepted" && first ? [first] : []), ...(coverage?.gaps ?? []).flatMap(({ accepted }) => accepted ?? [])];
}

// src/domain/rows/week.ts
const STATES = [
	"error",
	"fail",
	"overdue",
	"ending",
	"pass"
];
function makeWeek(facts) {
	const { images, sources, today } = facts;
	const rows = images.filter(({ running }) => running.length > 0).map((image) => rowOf(image, facts)).sort(byUrgency);
	const absent = images.filter(({ running }) => running.length === 0);
	return {
		rows,
		gone: absent.filter(({ change }) => change.after["gone-since"] !== void 0),
		unseen: absent.filter(({ change }) => change.after["gone-since"] === void 0),
		severities: limited(rows),
		unread: sources.flatMap((source) => source.error === void 0 ? [] : [{
			...source,
			error: source.error
		}]),
		notJudged: notJudged(rows),
		today,
		places: rows.reduce((sum, { places }) => sum + places.length, 0)
	};
}
function rowOf(image, { exceptions, isUnread }) {
	const { change, running, overdue } = image;
	const judged = running.flatMap(({ verdict }) => verdict.answer === "error" ? [] : [verdict]);
	const ending = endingFor(judged, exceptions).toSorted((a, b) => a.daysLeft - b.daysLeft);
	const history = historyOf(image, isUnread);
	const opened = history === "known" ? change.opened : [];
	const due = overdue.map((each) => each.due).sort()[0];
	const closed = (why) => change.closed.filter(({ episodes }) => episodes.at(-1)?.why === why);
	return {
		image,
		name: change.image,
		state: stateOf(running, due !== void 0, ending.length > 0),
		judged,
		unjudged: running.length - judged.length,
		open: judged.length === 0 ? void 0 : openIn(judged),
		broken: new Set(judged.flatMap(({ rows }) => rows.flatMap((row) => row.broken ? [row.severity] : []))),
		exploited: exploitedIn(judged),
		history,
		fresh: opened,
		fixed: closed("fixed"),
		withdrawn: closed("withdrawn"),
		due,
		ending,
		step: firstStep(judged),
		places: running.flatMap(({ where }) => where)
	};
}
function stateOf(running, isOverdue, isEnding) {
	const answers = new Set(running.map(({ verdict }) => verdict.answer));
	if (answers.has("error")) return "error";
	if (answers.has("fail")) return "fail";
	if (isOverdue) return "overdue";
	return isEnding ? "ending" : "pass";
}
function historyOf({ change: { before } }, isUnread) {
	if (before?.["last-scan"] !== void 0) return "known";
	return isUnread ? "none" : "first";
}
function openIn(judged) {
	const [only] = judged;
	if (judged.length === 1 && only !== void 0) return perSeverity((severity) => only.rows.find((row) => row.severity === severity)?.open ?? 0);
	return countSeverities(openOnce(judged), ({ severity }) => severity);
}
function openOnce(judged) {
	const identity = rebuildIdentity();
	const all = [];
	const byId = /* @__PURE__ */ new Map();
	const byAlias = /* @__PURE__ */ new Map();
	for (const { findings } of judged) {
		const here = /* @__PURE__ */ new Map();
		for (const each of findings) if (each.outcome === "open") here.set(identity(each.finding), each);
		const taken = /* @__PURE__ */ new Set();
		const take = (key, { finding, exploitation }, known) => {
			const isExploited = exploitation?.kev !== void 0;
			const open = known ?? {
				severity: finding.severity,
				isExploited
			};
			if (known === void 0) all.push(open);
			if (severityRank(finding.severity) < severityRank(open.severity)) open.severity = finding.severity;
			open.isExploited ||= isExploited;
			taken.add(open);
			if (!byId.has(key)) byId.set(key, open);
			for (const id of weaknessIds(finding)) {
				const alias = identity({
					...finding,
					id
				});
				if (byAlias.get(alias)?.includes(open) !== true) addTo(byAlias, alias, open);
			}
		};
		const others = [];
		for (const [key, each] of here) {
			const known = byId.get(key);
			if (known === void 0 || taken.has(known)) others.push([key, each]);
			else take(key, each, known);
		}
		for (const [key, each] of others) take(key, each, weaknessIds(each.finding).map((id) => identity({
			...each.finding,
			id
		})).flatMap((id) => byAlias.get(id) ?? []).find((known) => !taken.has(known)));
	}
	return all;
}
function exploitedIn(judged) {
	return openOnce(judged).filter(({ isExploited }) => isExploited).length;
}
function firstStep(judged) {
	const failing = judged.find(({ answer }) => answer === "fail");
	return failing === void 0 ? void 0 : split(failing).plan.steps[0];
}
function byUrgency(a, b) {
	const state = STATES.indexOf(a.state) - STATES.indexOf(b.state);
	if (state !== 0) return state;
	return b.exploited - a.exploited || compareCounts(brokenCounts(b), brokenCounts(a)) || compareText(a.due ?? "9999", b.due ?? "9999") || (a.ending[0]?.daysLeft ?? 0) - (b.ending[0]?.daysLeft ?? 0) || compareText(a.name, b.name);
}
function brokenCounts({ open, broken }) {
	return perSeverity((severity) => broken.has(severity) ? open?.[severity] ?? 0 : 0);
}
function limited(rows) {
	const found = new Set(rows.flatMap(({ judged }) => judged.flatMap((target) => target.rows.flatMap((row) => row.limit === "unlimited" ? [] : [row.severity]))));
	return found.size === 0 ? SEVERITIES.slice(0, 2) : SEVERITIES.filter((severity) => found.has(severity));
}
function notJudged(rows) {
	const found = /* @__PURE__ */ new Map();
	for (const { image } of rows) for (const { reference, verdict } of image.running) {
		if (verdict.answer !== "error") continue;
		const { code, what, remedy } = verdict.error;
		const key = JSON.stringify([
			code,
			what,
			remedy
		]);
		const known = found.get(key);
		if (known === void 0) found.set(key, {
			error: verdict.error,
			names: [reference]
		});
		else known.names.push(reference);
	}
	return [...found.values()];
}
function acrossImages(images) {
	const found = /* @__PURE__ */ new Map();
	for (const { name, findings } of images) for (const { finding, due } of findings) {
		const severity = toSeverity(finding.severity);
		const key = JSON.stringify([
			finding.kind,
			finding.id,
			finding.package ?? finding.path,
			severity
		]);
		const known = found.get(key) ?? {
			finding,
			severity,
			names: /* @__PURE__ */ new Set(),
			due
		};
		known.names.add(name);
		if (due !== void 0 && (known.due ?? due) >= due) known.due = due;
		found.set(key, known);
	}
	return [...found.values()].map(({ finding, severity, names, due }) => ({
		finding,
		severity,
		images: [...names],
		due
	})).sort((a, b) => compareText(a.due ?? "", b.due ?? "") || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.images.length - a.images.length || compareText(a.finding.id, b.finding.id));
}
function counting(findings, { severities }) {
	return findings.filter((each) => each["accepted-by"] === void 0 && severities.includes(toSeverity(each.severity)));
}

// src/domain/upgrade/common-steps.ts
function commonSteps(plans) {
	const found = /* @__PURE__ */ new Map();
	for (const [target, { steps }] of plans.entries()) for (const step of steps) {
		const key = keyOf$2(step);
		if (key === void 0) continue;
		const known = found.get(key);
		if (known === void 0) found.set(key, {
			step,
			targets: /* @__PURE__ */ new Set([target])
		});
		else known.targets.add(target);
	}
	return [...found.values()].filter(({ targets }) => targets.size > 1).map(({ step, targets }) => ({
		step,
		targets: [...targets]
	})).sort((a, b) => b.targets.length - a.targets.length);
}
function keyOf$2(step) {
	switch (step.kind) {
		case "secret": return;
		case "base": return step.newer === void 0 && step.reference === void 0 ? void 0 : JSON.stringify(["base", step.newer?.reference ?? step.reference]);
		default: {
			const { members, family, to } = step;
			const [first] = members;
			const versions = to === void 0 ? members.map((each) => [each.package, each.to]) : to;
			return JSON.stringify([
				"upgrade",
				first?.type,
				family?.name ?? first?.package,
				versions
			]);
		}
	}
}

// src/domain/opinions/agreement.ts
function agreementOf({ findings, opinions }) {
	if (opinions === void 0) return void 0;
	const scanners = opinions.flatMap(({ scanner, failed }) => failed === void 0 ? [scanner] : []);
	const alone = /* @__PURE__ */ new Map();
	let [all, agreed, some] = [
		0,
		0,
		0
	];
	for (const { kind, opinions: by = [] } of findings) {
		if (kind !== "vulnerability") continue;
		all += 1;
		const [first, second] = by;
		if (by.length === scanners.length) agreed += 1;
		else if (second === void 0) alone.set(first?.scanner ?? "", (alone.get(first?.scanner ?? "") ?? 0) + 1);
		else some += 1;
	}
	const counts = scanners.flatMap((scanner) => {
		const count = alone.get(scanner);
		return count === void 0 ? [] : [[scanner, count]];
	});
	return {
		scanners,
		all,
		agreed,
		alone: counts,
		some
	};
}
function agreementsOf(scans) {
	const all = [...new Map([...scans].map((scan) => [scan.findings, scan])).values()].flatMap((scan) => agreementOf(scan) ?? []);
	return [...Map.groupBy(all, ({ scanners }) => scanners.join("\n")).values()].map((same) => {
		const sum = (count) => same.reduce((total, each) => total + count(each), 0);
		const [{ scanners }] = same;
		return {
			scanners,
			alone: scanners.flatMap((scanner) => {
				const count = sum((each) => each.alone.find(([name]) => name === scanner)?.[1] ?? 0);
				return count === 0 ? [] : [[scanner, count]];
			}),
			all: sum((each) => each.all),
			agreed: sum((each) => each.agreed),
			some: sum((each) => each.some)
		};
	});
}
function agreementLine({ scanners, all, agreed, alone, some }) {
	if (scanners.length < 2) return `${namesOf$2(scanners)} alone has an opinion`;
	const rest = [...alone.map(([scanner, count]) => `${number(count)} only ${scanner}`), ...some > 0 ? [`${number(some)} some of them`] : []];
	const line = `${namesOf$2(scanners)} agree on ${number(agreed)} of ${number(all)}`;
	return rest.length === 0 ? line : `${line}; ${rest.join(", ")}`;
}
function differences(scan) {
	const sources = (scan.opinions ?? []).filter(({ failed }) => failed === void 0);
	const isListed = memoizedListing(scan);
	return (finding) => {
		const { opinions } = finding;
		if (opinions === void 0 || finding.kind !== "vulnerability") return [];
		const by = opinions.map(({ scanner }) => scanner);
		const absent = sources.filter(({ scanner }) => !by.includes(scanner));
		return [
			...[...Map.groupBy(absent, (source) => whyNot(finding, source, isListed))].map(([why, sources]) => ({
				kind: "seen",
				by,
				not: sources.map(({ scanner }) => scanner),
				why
			})),
			...isVaried(opinions, ({ severity }) => severity) ? [{
				kind: "severity",
				says: opinions
			}] : [],
			...isVaried(opinions, ({ fixedVersions }) => String(fixedVersions.length > 0)) ? [{
				kind: "fix",
				says: opinions
			}] : []
		];
	};
}
function isVaried(opinions, of) {
	const [first, ...others] = opinions.map(of);
	return others.some((each) => each !== first);
}
function whyNot(finding, source, isListed) {
	const { package: about, opinions = [] } = finding;
	if (about !== void 0 && !source.sees.includes(needsOf(about))) return "no-data";
	if (opinions.every(({ byName }) => byName)) return "by-name";
	if (opinions.some(({ bySystem }) => bySystem)) return "by-system";
	if (isWithdrawn(finding)) return "withdrawn";
	return source.listsPackages && !isListed(finding) ? "no-package" : "unproven";
}
const WITHDRAWN = /^\s*(?:\*\*\s*(?:reject(?:ed)?|disputed)\s*\*\*|rejected reason:|\[?withdrawn\b)/i;
function isWithdrawn({ title, description = "" }) {
	return WITHDRAWN.test(title) || WITHDRAWN.test(description);
}
function memoizedListing({ packages, findings, opinions = [] }) {
	const subjectOf = subjects();
	const lister = opinions.find(({ listsPackages }) => listsPackages)?.scanner;
	const isFound = ({ opinions: by = [] }) => by.some(({ scanner }) => scanner === lister);
	const asFinding = ({ name, version, purl, type, ecosystem }) => ({
		kind: "vulnerability",
		id: "",
		severity: "UNKNOWN",
		title: "",
		package: {
			name,
			version,
			purl,
			type,
			ecosystem
		},
		fixedVersions: [],
		status: ""
	});
	const keys = memoize((_) => new Set([...packages.map(asFinding), ...findings.filter(isFound)].map((each) => subjectOf(each).key)));
	return (finding) => keys("all").has(subjectOf(finding).key);
}
function whyWords({ not, why }, { package: about }) {
	const needs = about === void 0 ? "" : needsOf(about);
	const names = namesOf$2(not, "or");
	return {
		"no-data": `nothing shows that ${names} has advisories for ${SYSTEM_ECOSYSTEMS.has(needs) ? "the distribution" : `${needs} packages`}`,
		"by-name": "only a product's name (CPE) matches, which is weak evidence",
		"by-system": "a package of the distribution has installed it, and may have its own fix",
		withdrawn: "the advisory is withdrawn, rejected or disputed",
		"no-package": `${names} does not list the package`,
		unproven: "the results show no reason"
	}[why];
}

// src/domain/tracking/marker.ts
const LINE = /^<!-- image-gate issue v1 run=([\w.%/:]*) image=([\w.%/:]+) is=(open|closed)(?: by=([\w.%/:]+)#(\d+))? -->$/;
const BY = /^(<!-- image-gate issue v1 [^\n]*) by=[\w.%/:]+#\d+ -->/;
function issueMarker({ scope, image, isOpen, by }) {
	const written = by === void 0 ? "" : ` by=${encoded(by.server)}#${by.number}`;
	const is = isOpen ? "open" : "closed";
	return `<!-- image-gate issue v1 run=${encoded(scope)} image=${encoded(image)} is=${is}${written} -->`;
}
function withoutWriter(body) {
	return body.replace(BY, "$1 -->");
}
function readIssueMarker(body) {
	const end = body.indexOf("\n");
	const [, scope = "", image = "", is, server = "", count] = LINE.exec((end === -1 ? body : body.slice(0, end)).trimEnd()) ?? [];
	if (is === void 0) return void 0;
	try {
		const mark = {
			scope: decodeURIComponent(scope),
			image: decodeURIComponent(image),
			isOpen: is === "open"
		};
		const number = wholeNumber(count);
		return number === void 0 ? mark : {
			...mark,
			by: {
				server: decodeURIComponent(server),
				number
			}
		};
	} catch {
		return;
	}
}
function markedClosed(body, by) {
	const mark = readIssueMarker(body);
	if (mark === void 0) return body;
	const end = body.indexOf("\n");
	return `${issueMarker({
		...mark,
		isOpen: false,
		by
	})}${end === -1 ? "" : body.slice(end)}`;
}
function encoded(name) {
	return encodeURIComponent(name.toWellFormed()).replace(/[-!~*'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

// src/domain/secrets/mask-secrets.ts
const MOST = 8e3;
const SECRET = "(?:token|secret|passw|passphrase|credential|bearer|api[_-]?key|apikey|private[_-]?key|access[_-]?key|account[_-]?key|signing[_-]?key|encryption[_-]?key|connection[_-]?string|art-api|_auth(?=[=\\s\"':]))";
const WORD = `(?=[\\w.-]*(?:${SECRET}|(?:(?:^|[_.-]|store|key|src|dest|user|db)(?:pass|pwd|passwd|passcode|passin|passout))(?![\\w.-])))[\\w.-]+`;
const NAME = `(?<![\\w.-])${WORD}`;
const VALUE = "(?:\\\\\"(?:[^\"\\\\]|\\\\[^\"])*(?:\\\\\"|$)|\"(?:[^\"\\\\]|\\\\[\\s\\S])*(?:\"|$)|'[^']*(?:'|$)|\\\\[^\"]|[^\\s;&|\"'\\\\,\\])}])+";
const GAP = "(?:\\\\?[\"']?(?:\\s*,\\s*|\\s+)\\\\?[\"']?)";
const REST = "[^\\s;&|\"',\\])}\\\\]+";
const regexp = (source, flags = "gi") => new RegExp(source, flags);
const TOKENS = regexp(`(?<![A-Za-z0-9])(?:${[
	"gh[pousr]_[\\w.-]{10,}",
	"github_pat_\\w{10,}",
	"gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent)-[\\w.-]{10,}",
	"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}",
	"xox[abeoprs]-[\\w-]{8,}",
	"xapp-[\\w-]{8,}",
	"npm_[A-Za-z0-9]{16,}",
	"pypi-[\\w-]{16,}",
	"dckr_(?:pat|oat)_[\\w-]{10,}",
	"hf_[A-Za-z0-9]{16,}",
	"(?:sk|rk|pk)_(?:live|test)_\\w{10,}",
	"whsec_\\w{10,}",
	"sk-[\\w-]{16,}",
	"AIza[\\w-]{20,}",
	"ya29\\.[\\w-]{10,}",
	"SG\\.[\\w-]{10,}\\.[\\w-]{10,}",
	"hv[sbr]\\.[\\w-]{16,}",
	"do[opr]_v1_\\w{16,}",
	"shp(?:at|ca|pa|ss)_\\w{16,}",
	"rubygems_\\w{16,}",
	"dapi[0-9a-f]{24,}",
	"tskey-[\\w-]{10,}",
	"PMAK-[\\w-]{16,}",
	"ATATT3[\\w=-]{16,}",
	"AGE-SECRET-KEY-1\\w{10,}",
	"eyJ[\\w-]{8,600}\\.[\\w-]{8,}(?:\\.[\\w-]*)?"
].join("|")})`, "g");
const LOGIN = "(?:docker|podman|buildah|skopeo|helm|oras|crane|regctl|nerdctl|az|oc|cf|vault|ibmcloud|registry)";
const ECHO = "((?:echo|printf)\\s+(?:-[neE]+\\s+){0,5})";
const LOGINS = [regexp("(?<![a-z0-9+.-])((?:https?|wss?|ftp):[/\\\\]+|[a-z][a-z0-9+.-]{0,30}:\\/\\/)[^/\\\\<>]*@"), regexp("(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\\/\\/)[^/:@*]+:(?!\\d+\\/)[^@]*@")];
function withoutUrlLogins(text) {
	return text.replace(WORD_OF_TEXT, withoutLogins);
}
const WORD_OF_TEXT = /[^\s"']+/g;
function withoutLogins(word) {
	const end = word.lastIndexOf("@") + 1;
	if (end === 0 || !word.includes(":")) return word;
	return LOGINS.reduce((each, rule) => each.replace(rule, "$1***@"), word.slice(0, end)) + word.slice(end);
}
const RULES = [
	[regexp("-----BEGIN[ A-Z]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END[ A-Z]*PRIVATE KEY(?: BLOCK)?-----|$)"), "***"],
	[WORD_OF_TEXT, withoutLogins],
	[regexp("([?&](?:sig|signature|key|auth|code|x-amz-(?:signature|credential|security-token))=)[^\\s&\"']+"), "$1***"],
	[regexp("([\"'])((?:proxy-)?authorization\\s*:\\s*(?:(?:bearer|basic|token|digest|apikey|negotiate)\\s+)?)(?:(?!\\1)[^\\n])+"), "$1$2***"],
	[regexp("\\b((?:proxy-)?authorization\\\\?[\"']?\\s*[:=]\\s*\\\\?[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\\s+)?)[^\"'\\n\\\\]+"), "$1***"],
	[regexp("\\b(bearer|basic)(\\s+)(?!\\*\\*\\*)[\\w+/=.~-]{8,}"), "$1$2***"],
	[regexp("\\b((?:set-)?cookie:\\s*)[^\"'\\n\\\\]+"), "$1***"],
	[regexp(`(${NAME}\\\\?["']?\\s*=)(?!…)(?!\\s)${VALUE}`), "$1***"],
	[regexp(`(${NAME}\\\\?["']?\\s*:(?:\\s+|(?=\\\\?["']))\\\\?["']?)${REST}`), "$1***"],
	[regexp(`((?:["'])${NAME}\\s*:\\s*)${REST}`), "$1***"],
	[regexp(`((?<![\\w.-])--?(?=[\\w.-])(?![\\w.-]*(?:stdin|file|path|prompt|env|length|less)(?![\\w.-]))${WORD}${GAP})(?![-$&|;\\s]|\\*\\*\\*)${REST}`), "$1***"],
	[regexp(`((?:_authToken|_auth|_password)\\s+)(?![-$&|;])${VALUE}`), "$1***"],
	[regexp(`(\\bset\\s+(?=\\S*${SECRET})\\S+\\s+)(?![-$&|;])${VALUE}`), "$1***"],
	[regexp("(\\blogin\\s+\\S+\\s+password\\s+)[^\\s\"'\\\\]+"), "$1***"],
	[regexp("(\\bidentified\\s+(?:with\\s+\\S+\\s+)?by\\s+|\\bwith\\s+(?:encrypted\\s+)?password\\s+)(\\\\?['\"])[^'\"\\\\]*"), "$1$2***"],
	[regexp(`((?<![\\w-])(?:-[a-zA-Z]{0,6}[uU]|--(?:proxy-|http-|ftp-)?user|-a|--auth)(?:=|${GAP}))\\\\?["']?(?!\\d+:\\d+(?!\\S))(?![$:/])[^\\s"':,\\])}]{1,256}:(?!\\/\\/)(?:'[^']*'|[^\\s"',\\])}]*)`), "$1***"],
	[regexp(`((?<![\\w-])(?:-[a-zA-Z]{0,6}[uU]|--(?:proxy-|http-|ftp-)?user)(?:=|${GAP})\\\\?["']?(?:\\$\\{?\\w+\\}?)?:)(?![$:/])${REST}`), "$1***"],
	[regexp("((?<![\\w-])-u)(?!\\d+:\\d+(?!\\S))[\\w.@+-]{1,256}:[^\\s\"',\\])}]+"), "$1***"],
	[regexp(`(\\b${LOGIN}(?:\\s+[\\w-]+){0,2}\\s+login\\b[^;&|\\n]{0,400}?\\s-p${GAP}?)(?![-$])${REST}`), "$1***"],
	[regexp(`(\\bsshpass${GAP}-p${GAP}?)${VALUE}`), "$1***"],
	[regexp(`(\\b(?:mysql\\w*|mariadb(?:-\\w{1,20}){0,3}(?![\\w-])|7z[ar]?|rar)\\b[^;&|\\n]{0,400}?[\\s"']-p)(?=[^\\s"',-])${REST}`), "$1***"],
	[regexp(`(\\b(?:unzip|zip|sqlcmd|bcp)\\b[^;&|\\n]{0,400}?[\\s"']-P${GAP}?)${REST}`, "g"), "$1***"],
	[regexp(`(\\bredis-cli\\b[^;&|\\n]{0,400}?[\\s"']-a${GAP})${REST}`), "$1***"],
	[regexp(`(\\bldap\\w+\\b[^;&|\\n]{0,400}?[\\s"']-w${GAP}?)${REST}`), "$1***"],
	[regexp(`(\\b(?:useradd|usermod)\\b[^;&|\\n]{0,400}?[\\s"']-p${GAP})${VALUE}`), "$1***"],
	[regexp(`(\\bhtpasswd${GAP}-(?=[a-zA-Z]*b)[a-zA-Z]+${GAP}(?:-\\w+${GAP})*${REST}${GAP}${REST}${GAP})${REST}`), "$1***"],
	[regexp(`(\\bopenssl\\b[^;&|\\n]{0,400}?[\\s"']-(?:k|K|pass(?:in|out)?)${GAP}(?:pass:)?)(?!(?:env|file|fd):|stdin)${REST}`), "$1***"],
	[regexp(`(\\b(?:dotnet\\s+nuget|twine)\\b[^;&|\\n]{0,400}?[\\s"']-p${GAP})(?![-$])${REST}`, "g"), "$1***"],
	[regexp(`(\\bhttp-basic\\.\\S{1,300}${GAP}${REST}${GAP})(?![-$])${REST}`), "$1***"],
	[regexp(`(\\b(?:pypi-token|github-oauth|gitlab-oauth|bitbucket-oauth)\\.\\S{1,300}${GAP})(?![-$])${REST}`), "$1***"],
	[regexp(`(\\bbundler?${GAP}config${GAP}[^;&|\\n]{0,200}?[^\\s:]:)(?![/:$])${REST}`), "$1***"],
	[regexp(`((?<![\\w-])--?activation-?key(?:=|${GAP}))(?![-$])${REST}`), "$1***"],
	[regexp(`(\\b(?:ua|pro)${GAP}attach${GAP}(?:--[\\w-]+${GAP})*)(?![-$])${REST}`), "$1***"],
	[regexp(`${ECHO}[^|;&\\n]{1,400}(\\|\\s*(?:sudo\\s+)?(?:\\S{0,200}\\/)?(?:chpasswd|passwd|su|sudo\\s+-S)\\b)`), "$1*** $2"],
	[regexp(`${ECHO}[^|;&\\n]{1,400}(\\|[^;&|\\n]{0,400}?--(?:password|token|api-token|passphrase)-stdin\\b)`), "$1*** $2"]
];
function withoutSecrets$1(text) {
	const short = text.length <= MOST ? text : `${text.slice(0, MOST).split(/\s+/).slice(0, -1).join(" ")}…`;
	return RULES.reduce((each, [rule, mask]) => each.replace(rule, mask), short).replace(TOKENS, "***");
}
function argumentsWithoutSecrets(list) {
	const text = JSON.stringify(list);
	const masked = withoutSecrets$1(text);
	if (masked === text) return list;
	try {
		const parsed = JSON.parse(masked);
		if (Array.isArray(parsed) && parsed.every((each) => typeof each === "string")) return parsed;
	} catch {}
	return ["***"];
}

// src/domain/image/layer-instruction.ts
const MAX_LENGTH = 500;
const SHELL = /(?<=^|\s)(?:(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|da|a|z|k)?sh(?:\s+-[a-z]+(?:\s+pipefail)?)*?\s+-[a-z]*c\s+|cmd(?:\.exe)?\s+\/S\s+\/C\s+|(?:powershell|pwsh)(?:\.exe)?\s+(?:-\w+\s+)*?-Command\s+)/gi;
function shownInstruction(createdBy) {
	const whole = createdBy.trim();
	const text = /\s# buildkit$/.test(whole) ? whole.slice(0, -10).trimEnd() : whole;
	const nop = /^(?:\S+\s+(?:\/S\s+\/C|-c|-Command)\s*|powershell[\s\S]*?)\s#\(nop\)\s*/i.exec(text);
	return bounded(withoutSecrets$1(instruction(nop === null ? text : text.slice(nop[0].length))));
}
function instruction(text) {
	const withArguments = /^(?:RUN\s+)?\|\d+(?:\s|$)/.exec(text);
	if (withArguments !== null) return runWithArguments(text.slice(withArguments[0].length));
	const assignment = /^((?:ONBUILD\s+)*(?:ENV|ARG))\s+([\s\S]*)$/i.exec(text);
	if (assignment !== null) return `${assignment[1]?.toUpperCase()} ${firstName(assignment[2] ?? "")}`;
	const run = /^RUN\s+/i.exec(text)?.[0] ?? "";
	const rest = text.slice(run.length);
	const shell = shellAtStart(rest);
	return run !== "" || shell > 0 ? `RUN ${rest.slice(shell)}` : text;
}
function firstName(text) {
	const name = /^[A-Za-z_][\w.-]*/.exec(text)?.[0];
	return name === void 0 ? "…" : name === text ? name : `${name}=…`;
}
function runWithArguments(text) {
	const last = [...text.matchAll(SHELL)].at(-1);
	return last === void 0 ? "RUN …" : `RUN ${text.slice(last.index + last[0].length)}`;
}
function shellAtStart(text) {
	const first = text.matchAll(SHELL).next().value;
	return first !== void 0 && first.index === 0 ? first[0].length : 0;
}
function bounded(text) {
	const document = /<<-?\s*["']?\w+/.exec(text);
	const lineEnd = document === null ? -1 : text.indexOf("\n", document.index);
	const line = (lineEnd === -1 ? text : `${text.slice(0, lineEnd)} …`).replace(/\s+/g, " ").trim();
	return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
function layerInstructions(history, layers) {
	const entries = (history ?? []).filter((entry) => entry.empty_layer !== true);
	if (entries.length !== layers) return new Array(layers).fill(void 0);
	return entries.map(({ created_by }) => {
		const shown = shownInstruction(created_by ?? "");
		return shown === "" ? void 0 : shown;
	});
}

// src/domain/change/package-changes.ts
const KINDS$2 = [
	"gained",
	"downgraded",
	"changed",
	"upgraded",
	"lost"
];
function packageChanges(current, baseline, isUnseen = () => false) {
	const [now, before] = [placesOf(current.packages), placesOf(withEcosystems(baseline.packages, current.packages))];
	const [found, known] = [findingsOf(current.findings), findingsOf(baseline.findings)];
	const placed = [];
	let unseen = 0;
	for (const [place, versions] of now) for (const pair of pairs(versions, before.get(place))) placed.push({
		pair,
		place
	});
	for (const [place, versions] of before) if (!now.has(place)) for (const pair of pairs(void 0, versions)) if (isUnseen(pair.from)) unseen += 1;
	else placed.push({
		pair,
		place
	});
	const changes = withMoves(placed).map((each) => changeOf(each, found, known));
	const counts = {
		gained: 0,
		upgraded: 0,
		downgraded: 0,
		changed: 0,
		lost: 0
	};
	for (const { kind } of changes) counts[kind] += 1;
	return {
		changes: changes.sort(byWeight),
		counts,
		...unseen > 0 && { unseen }
	};
}
function withEcosystems(stored, scanned) {
	const known = new Map(scanned.map(({ type, ecosystem }) => [type, ecosystem]));
	return stored.map((each) => {
		const ecosystem = each.ecosystem ?? known.get(each.type);
		return ecosystem === each.ecosystem ? each : {
			...each,
			ecosystem
		};
	});
}
function placesOf(packages) {
	const places = /* @__PURE__ */ new Map();
	for (const each of packages) {
		const place = placeOf(each, each.path);
		const versions = places.get(place) ?? /* @__PURE__ */ new Map();
		places.set(place, versions.set(each.version, each));
	}
	return places;
}
function placeOf(about, path = "") {
	return `${about.type}\0${about.name}\0${pathWithoutVersion(path, about)}`;
}
function withMoves(placed) {
	const lost = /* @__PURE__ */ new Map();
	for (const [index, { pair }] of placed.entries()) if (pair.from !== void 0 && pair.to === void 0) {
		const key = releaseOf$1(pair.from);
		addTo(lost, key, index);
	}
	const moved = /* @__PURE__ */ new Map();
	for (const [index, { pair, place }] of placed.entries()) {
		if (pair.to === void 0 || pair.from !== void 0) continue;
		const from = lost.get(releaseOf$1(pair.to))?.pop();
		if (from === void 0) continue;
		moved.set(index, placed[from].place).set(from, place);
	}
	return moved.size === 0 ? placed : placed.map((each, index) => ({
		...each,
		moved: moved.get(index)
	}));
}
function releaseOf$1({ type, name, version }) {
	return `${type}\0${name}\0${version}`;
}
function pairs(now, before) {
	const added = only(now, before);
	const gone = only(before, now);
	return Array.from({ length: Math.max(added.length, gone.length) }, (_, index) => ({
		to: added[index],
		from: gone[index]
	}));
}
function only(side, other) {
	if (side === void 0) return [];
	return [...side.values()].filter(({ version }) => other?.has(version) !== true).sort((a, b) => compareVersions(ecosystemOf(a), a.version, b.version) || compareText(a.version, b.version));
}
const NONE$1 = /* @__PURE__ */ new Map();
function findingsOf(findings) {
	const known = /* @__PURE__ */ new Map();
	const advisoriesAt = (key) => {
		const advisories = known.get(key) ?? /* @__PURE__ */ new Map();
		known.set(key, advisories);
		return advisories;
	};
	const at = memoize((about) => memoize((path) => advisoriesAt(`${placeOf(about, path)}\0${about.version}`)));
	for (const { id, severity, package: about, path } of findings) if (about !== void 0) at(about)(path ?? "").set(id, severity);
	return known;
}
function changeOf({ pair: { from, to }, place, moved }, found, known) {
	const about = to ?? from;
	const { name, type, path } = about;
	const after = (to && found.get(`${place}\0${to.version}`)) ?? NONE$1;
	const wasAt = placeBefore({
		pair: {
			from,
			to
		},
		place,
		moved
	});
	const before = (wasAt === void 0 ? void 0 : known.get(`${wasAt}\0${(from ?? about).version}`)) ?? NONE$1;
	return {
		kind: kindOf(ecosystemOf(about), from?.version, to?.version),
		name,
		type,
		path,
		from: from?.version,
		to: to?.version,
		brought: difference(after, before),
		cleared: difference(before, after)
	};
}
function placeBefore({ pair: { from, to }, place, moved }) {
	if (from === void 0) return moved;
	return to === void 0 && moved !== void 0 ? void 0 : place;
}
function kindOf(ecosystem, from, to) {
	if (from === void 0) return "gained";
	if (to === void 0) return "lost";
	const order = compareVersions(ecosystem, from, to);
	if (order === void 0 || order === 0) return "changed";
	return order < 0 ? "upgraded" : "downgraded";
}
function difference(these, those) {
	const bySeverity = perSeverity(() => 0);
	const ids = [];
	for (const [id, severity] of these) {
		if (those.has(id)) continue;
		ids.push(id);
		bySeverity[severity] += 1;
	}
	return {
		ids,
		bySeverity
	};
}
function byWeight(a, b) {
	return compareCounts(b.brought.bySeverity, a.brought.bySeverity) || compareCounts(b.cleared.bySeverity, a.cleared.bySeverity) || KINDS$2.indexOf(a.kind) - KINDS$2.indexOf(b.kind) || compareText(a.name, b.name) || compareText(a.path ?? "", b.path ?? "");
}

// src/domain/change/license-changes.ts
function licenseChanges(now, before) {
	const [present, past] = [byPackage(now), byPackage(before)];
	const changed = [...present].flatMap(([key, { name, type, licenses }]) => {
		const was = past.get(key)?.licenses;
		if (was === void 0 || isSame(was, licenses)) return [];
		return [{
			name,
			type,
			from: namesIn(was),
			to: namesIn(licenses)
		}];
	});
	const [all, once] = [allIn(present), allIn(past)];
	return {
		gained: namesIn(without(all, once)),
		lost: namesIn(without(once, all)),
		changed: changed.sort((a, b) => compareText(a.name, b.name) || compareText(a.type, b.type))
	};
}
function byPackage(packages) {
	const known = /* @__PURE__ */ new Map();
	for (const { name, type, licenses = [] } of packages) {
		const key = `${type}\0${name}`;
		const made = known.get(key) ?? {
			name,
			type,
			licenses: /* @__PURE__ */ new Map()
		};
		known.set(key, made);
		for (const each of licenses.flatMap(namesOf$1)) made.licenses.set(keyOf$1(each), each);
	}
	return known;
}
function namesOf$1(expression) {
	return (/\s(?:AND|OR)\s/.test(expression) ? expression.split(/[()]|(?<=\s)(?:AND|OR)(?=\s)/) : [expression]).map((each) => each.trim()).filter((each) => each !== "" && each !== "NOASSERTION" && each !== "NONE");
}
function keyOf$1(license) {
	return license.toLowerCase().replace(/-only$/, "").replace(/(?<=\d)\+$/, "-or-later");
}
function allIn(packages) {
	return new Map([...packages.values()].flatMap(({ licenses }) => [...licenses]));
}
function without(these, those) {
	return new Map([...these].filter(([key]) => !those.has(key)));
}
function isSame(one, other) {
	return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}
function namesIn(licenses) {
	return [...licenses.values()].sort(compareText);
}

// src/domain/coverage/listed-gaps.ts
const LONGEST$4 = 120;
function listedGaps(listed) {
	if ("unknown" in listed) return { gaps: [{
		code: "sbom-packages-unread",
		what: `nobody can tell whether all packages of the SBOM were read: ${listed.unknown}`,
		remedy: "Make it as CycloneDX JSON, or as SPDX 2.3 JSON, in parts of at most 128 MiB."
	}] };
	const { unread, unmatched, nameless, read, sourceless } = listed;
	const gaps = [
		...unread.map(unreadGap$1),
		...unmatched.map(unmatchedGap),
		...sourceless === void 0 ? [] : [sourcelessGap(sourceless)]
	];
	if (nameless.count === 0) return { gaps: read > 0 || gaps.length > 0 ? gaps : [EMPTY] };
	const known = `${packages(nameless.count)} without a package URL${suchAs(nameless.examples)}`;
	if (read > 0) return {
		gaps,
		known
	};
	const gap = {
		code: "sbom-packages-unmatched",
		what: `${known}: no scanner can look ${nameless.count === 1 ? "it" : "them"} up`,
		remedy: "Make it by a tool that writes package URLs (`purl`)."
	};
	return { gaps: [...gaps, gap] };
}
const EMPTY = {
	code: "sbom-packages-missing",
	what: "the SBOM lists no packages, which proves nothing about what it describes",
	remedy: "Give the SBOM itself, not a VEX document, and make it of what was built: tools write an empty one of what they do not know."
};
function unreadGap$1({ why, count, examples }) {
	return {
		code: "sbom-packages-unread",
		what: `${packages(count)} of the SBOM ${count === 1 ? "was" : "were"} not read${suchAs(examples)}: ${why}`,
		remedy: "Make the SBOM by a tool that writes a package URL with a version for each package, and under its own name."
	};
}
function unmatchedGap({ why, count, examples }) {
	return {
		code: "sbom-packages-unmatched",
		what: `the scanner has no advisories for ${why}, of which the SBOM lists ${packages(count)}${suchAs(examples)}`,
		remedy: "Look after these packages in another way."
	};
}
function sourcelessGap({ count, examples }) {
	return {
		code: "sbom-packages-unmatched",
		what: `nothing says from which source packages the distribution's packages are built, by which its advisories are found: at least ${packages(count)} of the SBOM could not be matched${suchAs(examples)}`,
		remedy: "Make the SBOM by a tool that names them, as `upstream=` in the package URLs."
	};
}
function packages(count) {
	return `${count} package${count === 1 ? "" : "s"}`;
}
function suchAs(examples) {
	if (examples.length === 0) return "";
	return ` (${examples.map((each) => each.length > LONGEST$4 ? `${each.slice(0, LONGEST$4)}…` : each).join(", ")})`;
}

// src/domain/coverage/gaps.ts
function coverageOf(looked) {
	const parts = [
		...asks(looked, "vuln") ? [
			...systemParts(looked),
			...supplierParts(looked),
			...applicationParts(looked),
			...versionParts(looked)
		] : licensedParts(looked),
		...asks(looked, "vuln") || asks(looked, "license") ? [
			...listedParts(looked),
			...unreadParts(looked),
			...accountingParts(looked),
			...sourceParts(looked)
		] : [],
		...misconfigParts(looked),
		...scannerParts(looked),
		...folderParts(looked),
		...leftOutParts(looked),
		...looked.otherWarnings.map((warning) => part("The scanner says", "not-known", warning))
	];
	return {
		rows: parts.map(({ row }) => row),
		gaps: parts.flatMap(({ gaps }) => gaps)
	};
}
function unspecifiedCoverage() {
	return {
		rows: [
			part(SYSTEM, "not-known", "the report does not name it"),
			part("Packages", "not-known", UNLISTED),
			part(UNREAD, "not-known", UNSPECIFIED),
			...OTHER_SCANNERS.filter(([scanner]) => scanner !== "vuln").map(([, subject]) => part(subject, "not-asked", ""))
		].map(({ row }) => row),
		gaps: []
	};
}
const MOST_IN_ROW = 5;
function part(subject, status, detail) {
	return {
		row: {
			subject,
			status,
			detail
		},
		gaps: []
	};
}
function gapPart(subject, gap) {
	return {
		row: {
			subject,
			status: "gap",
			detail: gap.what
		},
		gaps: [gap]
	};
}
function gapsPart(subject, gaps) {
	return {
		row: {
			subject,
			status: "gap",
			detail: listSome(gaps, MOST_IN_ROW, {
				show: ({ what }) => what,
				clauses: true
			})
		},
		gaps
	};
}
function asks({ scanners }, scanner) {
	return scanners === void 0 || scanners.includes(scanner);
}
const SYSTEM = "Operating system";
const PACKAGES = "System packages";
function systemParts(looked) {
	const { system } = looked;
	if (system === void 0) return [withoutSystem(looked), ...unlistedParts(looked)];
	if (system === "none") return [systemOfPackagesMissing(looked)];
	if (looked.kind === "files" && looked.systemPackages === 0) return [part(SYSTEM, "nothing-there", `files of ${nameOf$1(system)}, but no packages of it`)];
	return [systemPart(looked, system), ...packageParts(looked, system)];
}
function unlistedParts({ systemPackages }) {
	return systemPackages === void 0 ? [part("Packages", "not-known", UNLISTED)] : [];
}
const UNLISTED = "the report does not list them";
function licensedParts(looked) {
	const { system, systemPackages } = looked;
	if (!asks(looked, "license")) return [];
	if (system === void 0) return [withoutSystem(looked)];
	return typeof system === "object" && systemPackages === 0 && looked.kind !== "files" ? packageParts(looked, system) : [];
}
function withoutSystem({ kind, isImageSbom, applications, hostedTypes, otherKernel }) {
	if (otherKernel !== void 0) return gapPart(SYSTEM, {
		code: "os-unknown",
		what: `the image is for ${otherKernel}, and the scanner reads no packages of such a system`,
		remedy: "Look after the system's own updates in another way (Windows: rebuild on the base image of the month), and accept this in the policy."
	});
	if (kind !== "image" && !isImageSbom) return part(SYSTEM, "nothing-there", "none found");
	const hosted = [...applications.keys()].filter((type) => hostedTypes.has(type));
	if (hosted.length === 0) {
		const detail = applications.size === 0 ? "none found" : "none found, and what was found needs none";
		return part(SYSTEM, "nothing-there", detail);
	}
	if (isImageSbom) return gapPart(SYSTEM, {
		code: "sbom-os-missing",
		what: `the SBOM is of an image and names no operating system, though it has packages that need one (${hosted.join(", ")})`,
		remedy: SBOM_OF_IMAGE
	});
	return gapPart(SYSTEM, {
		code: "os-unknown",
		what: `no operating system was recognised, though packages were found that need one (${hosted.join(", ")})`,
		remedy: `${KEEP_FILES} A base image of a distribution that the scanner does not know (Arch, Gentoo, NixOS, …) is not scanned: build on one that it knows.`
	});
}
const KEEP_FILES = "Keep `/etc/os-release`, and the list of packages (`/var/lib/dpkg`, `/lib/apk/db`, `/var/lib/rpm`), as the base image has them.";
const SBOM_OF_IMAGE = "Make it by a tool that writes a component of the type `operating-system` with name and version (Syft does in CycloneDX), from the image itself.";
function systemOfPackagesMissing({ kind }) {
	if (kind === "sbom") return gapPart(SYSTEM, {
		code: "sbom-os-missing",
		what: "the SBOM has packages of an operating system, but does not say of which",
		remedy: SBOM_OF_IMAGE
	});
	return gapPart(SYSTEM, {
		code: "os-unknown",
		what: "packages of an operating system were found, but nothing says of which, so that none was matched",
		remedy: KEEP_FILES
	});
}
function nameOf$1({ family, name }) {
	return `${family} ${name}`.trim();
}
function systemPart(looked, system) {
	const { matching, release, disagreement } = looked;
	const name = nameOf$1(system);
	if (matching === "no") return gapPart(SYSTEM, {
		code: "os-unknown",
		what: `the scanner has no advisories for ${name}, so that none of its packages was matched`,
		remedy: "Build on a distribution that the scanner knows; Fedora, CentOS Stream and Arch are not among them."
	});
	if (disagreement !== void 0) return gapPart(SYSTEM, {
		code: "os-mismatch",
		what: `the packages are not those of the operating system that is named: ${disagreement}`,
		remedy: "Leave `/etc/os-release` and the files beside it, `/etc/apk/repositories`, and Red Hat's `/root/buildinfo` and `/usr/share/buildinfo`, as the base image has them."
	});
	if (release === "unknown") return gapPart(SYSTEM, {
		code: "os-release-unknown",
		what: `the vulnerability database has no advisories for ${name}${repositoryOf(looked)}, so that none of its packages was matched`,
		remedy: "Build on a release that is out and named as its distribution names it. Of a release of the last days a newer database may know."
	});
	const detail = release === "known" ? name : `${name}; whether the database knows this release is not told`;
	return part(SYSTEM, matching === "unknown" || release === "not-told" ? "not-known" : "looked", system.endOfLife ? `${detail}, past its end of life` : detail);
}
function repositoryOf({ repositories = [] }) {
	return repositories.length === 0 ? "" : ` by its repository ${repositories.join(", ")}`;
}
function packageParts(looked, system) {
	const { systemPackages, skippedPackages, thirdParty } = looked;
	const parts = [];
	if (systemPackages === void 0) parts.push(part(PACKAGES, "not-known", UNLISTED));
	else if (systemPackages === 0 && looked.matching !== "no") parts.push(gapPart(PACKAGES, {
		code: "os-packages-missing",
		what: `${nameOf$1(system)} has no list of packages that can be read: none of its packages was looked at`,
		remedy: "Do not delete or cut `/var/lib/dpkg`, `/lib/apk/db` or `/var/lib/rpm`: without them nobody can say what is installed."
	}));
	else if (looked.matching !== "no") parts.push(part(PACKAGES, "looked", countOf$1(systemPackages, "package")));
	if (skippedPackages > 0) parts.push(gapPart(PACKAGES, {
		code: "packages-skipped",
		what: `${countOf$1(skippedPackages, "package")} of another operating system than ${nameOf$1(system)} ${skippedPackages === 1 ? "was" : "were"} left out`,
		remedy: "Make the SBOM from one image, and leave its package URLs as they are."
	}));
	if (thirdParty > 0) parts.push(part(PACKAGES, "not-known", `${countOf$1(thirdParty, "package")} from other repositories: no advisories for them`));
	return parts;
}
function applicationParts({ applications, unmatchedTypes, systemPackages }) {
	return [...applications].map(([type, { packages, files }]) => {
		if (systemPackages === void 0) return part(type, "not-known", UNLISTED);
		const count = `${countOf$1(packages, "package")}${files === 0 ? "" : ` in ${countOf$1(files, "file")}`}`;
		return unmatchedTypes.has(type) ? part(type, "not-known", `${count}; the scanner lists them, but has no advisories for them`) : part(type, "looked", count);
	});
}
function versionParts({ unreadVersions }) {
	if (unreadVersions.length === 0) return [];
	return [gapPart("Versions", {
		code: "versions-unreadable",
		what: `there are advisories for packages whose version cannot be compared with them: ${listSome(unreadVersions, MOST_IN_ROW)}`,
		remedy: "Give the packages the versions that are installed: not a range, a tag or a branch."
	})];
}
const SUPPLIERS = "Advisories";
function supplierParts({ suppliers }) {
	return suppliers === void 0 ? [] : judgedParts(SUPPLIERS, suppliers);
}
const ACCOUNTING = "Packages in the layers";
function accountingParts({ accounting }) {
	return accounting === void 0 ? [] : judgedParts(ACCOUNTING, accounting);
}
const SOURCE = "Lock files";
function sourceParts({ source }) {
	return source === void 0 ? [] : judgedParts(SOURCE, source);
}
function folderParts({ leftOutFolders = [] }) {
	return leftOutFolders.length === 0 ? [] : [gapsPart("Folders", leftOutFolders)];
}
function judgedParts(subject, { gaps, notes }) {
	return [...gaps.length === 0 ? [] : [gapsPart(subject, gaps)], ...notes.map((row) => ({
		row,
		gaps: []
	}))];
}
const LISTED = "Packages that the SBOM lists";
function listedParts({ listed }) {
	if (listed === void 0) return [];
	const { gaps, known } = listedGaps(listed);
	if (gaps.length > 0) return [gapsPart(LISTED, gaps)];
	return known === void 0 ? [] : [part(LISTED, "not-known", known)];
}
const UNREAD = "Files that could not be read";
const UNSPECIFIED = "the report does not tell";
function unreadParts({ unread, unreadMore, listsUnread }) {
	if (!listsUnread) return [part(UNREAD, "not-known", UNSPECIFIED)];
	const broken = unread.filter(({ kind }) => kind === "no-package");
	const gaps = unread.filter(({ kind }) => kind === "packages").map(unreadGap);
	if (unreadMore > 0) gaps.push({
		code: "packages-unreadable",
		what: `${unreadMore} more files could not be read`,
		remedy: READABLE
	});
	const parts = gaps.length === 0 ? [] : [gapsPart(UNREAD, gaps)];
	if (broken.length > 0) {
		const which = `${broken.slice(0, 3).map(({ path }) => path ?? "?").join(", ")}${broken.length > 3 ? ", …" : ""}`;
		parts.push(part(UNREAD, "nothing-there", `${countOf$1(broken.length, "package.json")} of no npm package: ${which}`));
	}
	return parts;
}
const READABLE = "Repair or remove the file, or leave it out by `skip-files` or `skip-dirs`.";
function unreadGap({ path, kind, why }) {
	return {
		code: kind === "config" ? "config-unreadable" : "packages-unreadable",
		what: path === void 0 ? `a file could not be read: ${why}` : `${path} could not be read: ${why}`,
		remedy: READABLE,
		path
	};
}
const MISCONFIG = "Misconfigurations";
function misconfigParts(looked) {
	const { scanners, kind, configFiles, terraform, unread } = looked;
	if (scanners === void 0 || !scanners.includes("misconfig")) return [];
	const unreadable = unread.filter((each) => each.kind === "config").map(unreadGap);
	if (looked.unreadMore > 0 && !asks(looked, "vuln") && !asks(looked, "license")) unreadable.push({
		code: "config-unreadable",
		what: `${looked.unreadMore} more files could not be read`,
		remedy: READABLE,
		path: void 0
	});
	const parts = unreadable.length === 0 ? [] : [gapsPart(MISCONFIG, unreadable)];
	if (configFiles > 0) parts.push(part(MISCONFIG, "looked", countOf$1(configFiles, "file")));
	if (terraform !== void 0 && terraform.length > 0) parts.push(gapsPart(MISCONFIG, terraform.map(terraformGap)));
	else if (parts.length === 0) parts.push(kind === "files" && terraform === void 0 ? gapPart(MISCONFIG, {
		code: "misconfig-nothing-read",
		what: "no file was checked for misconfigurations, and whether there is one is not known",
		remedy: "Check the repository out and give its folder as `path`, or leave `misconfig` out of `scanners`."
	}) : part(MISCONFIG, "nothing-there", "no file to check"));
	return parts;
}
function terraformGap(path) {
	return {
		code: "terraform-not-read",
		what: `${path} was not checked, as Terraform is left out`,
		remedy: "Reading Terraform would fetch modules from any host that it names: check its plan instead (`terraform show -json`), or leave the files out by `skip-dirs`.",
		path
	};
}
const OTHER_SCANNERS = [
	["vuln", "Vulnerabilities"],
	["misconfig", MISCONFIG],
	["secret", "Secrets"],
	["license", "Licences"]
];
function scannerParts({ scanners, layersWithoutSecrets, secretsNotIn = [] }) {
	if (scanners === void 0) return [part("What was looked for", "not-known", UNSPECIFIED)];
	return OTHER_SCANNERS.flatMap(([scanner, subject]) => {
		if (!scanners.includes(scanner)) return [part(subject, "not-asked", "")];
		if (scanner === "secret") return [part(subject, "looked", withoutSecrets(layersWithoutSecrets, secretsNotIn))];
		return scanner === "license" ? [part(subject, "looked", "")] : [];
	});
}
function withoutSecrets(layers, places) {
	return [...layers === 0 ? [] : [`not in ${countOf$1(layers, "layer")} that the image's history calls the base image's`], ...places.length === 0 ? [] : [`not in ${places.join(", ")}`]].join("; ");
}
function leftOutParts({ leftOut = /* @__PURE__ */ new Map() }) {
	return [...leftOut].flatMap(([input, entries]) => entries.length === 0 ? [] : [part(`Left out by ${input}`, "not-asked", entries.join(", "))]);
}
function countOf$1(count, noun) {
	return `${count} ${noun}${count === 1 || noun.includes(".") ? "" : "s"}`;
}

// src/domain/coverage/system-evidence.ts
const MANAGERS = {
	debian: "dpkg",
	ubuntu: "dpkg",
	alpine: "apk",
	wolfi: "apk",
	chainguard: "apk",
	minimos: "apk",
	redhat: "rpm",
	centos: "rpm",
	rocky: "rpm",
	alma: "rpm",
	oracle: "rpm",
	fedora: "rpm",
	amazon: "rpm",
	photon: "rpm",
	"cbl-mariner": "rpm",
	azurelinux: "rpm",
	sles: "rpm",
	slem: "rpm",
	opensuse: "rpm",
	"opensuse-leap": "rpm",
	"opensuse-tumbleweed": "rpm"
};
const RELEASE_PACKAGES = {
	"almalinux-release": "alma",
	"rocky-release": "rocky",
	"redhat-release": "redhat",
	"oraclelinux-release": "oracle",
	"centos-release": "centos",
	"centos-linux-release": "centos",
	"fedora-release-common": "fedora",
	"photon-release": "photon",
	"mariner-release": "cbl-mariner",
	"azurelinux-release": "azurelinux"
};
const UBUNTU_BASE_FILES = {
	"14.04": "7.2",
	"16.04": "9.4",
	"18.04": "10.1",
	"20.04": "11",
	"22.04": "12",
	"24.04": "13"
};
const VERSIONED_RELEASE_PACKAGES = {
	alpine: ["alpine-release"],
	sles: ["sles-release"],
	"opensuse-leap": ["Leap-release", "openSUSE-release"]
};
const BASE_LAYOUTS = {
	"alpine-baselayout": ["alpine"],
	"wolfi-baselayout": ["wolfi", "chainguard"],
	"chainguard-baselayout": ["wolfi", "chainguard"]
};
const ANY_MARK = /\.(el|amzn|ph|cm|azl|fc)\d+/;
const OWN_MARKS = {
	redhat: "el",
	centos: "el",
	rocky: "el",
	alma: "el",
	oracle: "el",
	amazon: "amzn",
	photon: "ph",
	"cbl-mariner": "cm",
	azurelinux: "azl",
	fedora: "fc"
};
function disagreement(system, packages, { repositories = [], otherProduct } = {}) {
	const found = foreignManager(system, packages) ?? foreignRelease(system, packages) ?? olderRepository(system, repositories) ?? (otherProduct && productClause(otherProduct));
	return found && `it says that it is ${system.family} ${system.name}, but ${found}`;
}
function foreignManager({ family }, packages) {
	const own = MANAGERS[family];
	if (own === void 0) return void 0;
	const foreign = packages.filter(({ manager }) => isOther(manager, own));
	const [first] = foreign;
	return first && `${foreign.length} of its packages are ${first.manager}'s, such as ${first.name}`;
}
function isOther(manager, own) {
	const kind = /^(?:dpkg|apk|rpm)/.exec(manager ?? "")?.[0];
	return kind !== void 0 && kind !== own;
}
function foreignRelease(system, packages) {
	const { family } = system;
	if (family === "debian" || family === "ubuntu") return foreignBaseFiles(system, packages);
	return foreignVersion(system, packages) ?? foreignBaseLayout(family, packages) ?? foreignReleasePackage(family, packages) ?? foreignMark(system, packages) ?? foreignKind(family, packages);
}
function foreignKind(family, packages) {
	if (MANAGERS[family] !== "rpm") return void 0;
	const foreign = packages.filter(({ version }) => {
		const mark = ANY_MARK.exec(version)?.[1];
		return mark !== void 0 && mark !== OWN_MARKS[family];
	});
	const [first] = foreign;
	return first && foreign.length > 1 && foreign.length * 2 > packages.length ? `its package ${first.name} is ${first.version}` : void 0;
}
function olderRepository({ family, name }, repositories) {
	if (family !== "alpine") return void 0;
	const older = repositories.find((each) => /^\d+\.\d+/.test(each) && isOlder(minorOf(each), minorOf(name)));
	return older && `its packages are matched as those of the repository ${older}, which is older`;
}
function productClause({ packages, example, sources }) {
	const all = `${sources.slice(0, 3).join(", ")}${sources.length > 3 ? ", …" : ""}`;
	return `${packages} of its packages, such as ${example}, ${packages === 1 ? "is" : "are"} matched as of ${all || "no known product"}, and not as of this release`;
}
function isOlder(one, other) {
	const [[major = 0, minor = 0], [theirMajor = 0, theirMinor = 0]] = [one, other].map((each) => each.split(".").map(Number));
	return major < theirMajor || major === theirMajor && minor < theirMinor;
}
function foreignBaseLayout(family, packages) {
	if (!Object.values(BASE_LAYOUTS).flat().includes(family)) return void 0;
	const layouts = packages.flatMap(({ name }) => Object.hasOwn(BASE_LAYOUTS, name) ? [name] : []);
	if (layouts.length === 0 || layouts.some((name) => BASE_LAYOUTS[name]?.includes(family))) return void 0;
	return `its package ${layouts[0]} is ${BASE_LAYOUTS[layouts[0]]?.[0]}'s`;
}
function foreignBaseFiles({ family, name }, packages) {
	const version = packages.find((each) => each.name === "base-files")?.version;
	if (version === void 0) return void 0;
	const clause = `its package base-files is ${version}`;
	if (version.includes("ubuntu") !== (family === "ubuntu")) return clause;
	if (family === "ubuntu") return isOtherUbuntu(name, version) ? clause : void 0;
	const [own, theirs] = [/^\d+/.exec(name)?.[0], /^\d+/.exec(version)?.[0]];
	return own !== void 0 && theirs !== void 0 && own !== theirs ? clause : void 0;
}
function isOtherUbuntu(name, version) {
	const start = version.split("ubuntu", 1)[0];
	const owner = Object.keys(UBUNTU_BASE_FILES).find((release) => UBUNTU_BASE_FILES[release] === start);
	const own = /^\d+\.\d+/.exec(name)?.[0] ?? name;
	return owner === void 0 ? Object.hasOwn(UBUNTU_BASE_FILES, own) : owner !== own;
}
function foreignVersion({ family, name }, packages) {
	const named = VERSIONED_RELEASE_PACKAGES[family] ?? [];
	const ofRelease = packages.filter((each) => named.includes(each.name));
	const own = minorOf(name);
	if (ofRelease.some(({ version }) => minorOf(version) === own)) return void 0;
	const [first] = ofRelease;
	return first && `its package ${first.name} is of ${minorOf(first.version)}`;
}
function foreignReleasePackage(family, packages) {
	if (!Object.values(RELEASE_PACKAGES).includes(family)) return void 0;
	const releases = packages.flatMap(({ name }) => Object.hasOwn(RELEASE_PACKAGES, name) ? [name] : []);
	if (releases.length === 0 || releases.some((name) => RELEASE_PACKAGES[name] === family)) return void 0;
	return `its package ${releases[0]} is ${RELEASE_PACKAGES[releases[0]]}'s`;
}
function foreignMark({ family, name }, packages) {
	const mark = OWN_MARKS[family];
	const own = family === "amazon" && !/^2/.test(name) ? "1" : /^\d+/.exec(name)?.[0];
	if (mark === void 0 || own === void 0) return void 0;
	const ofOwn = new RegExp(`\\.${mark}(\\d+)`);
	const marked = packages.flatMap((each) => {
		const release = ofOwn.exec(each.version)?.[1];
		return release === void 0 ? [] : [{
			...each,
			release
		}];
	});
	const [first] = marked;
	if (first === void 0 || marked.some(({ release }) => release === own)) return void 0;
	return `its package ${first.name} is ${first.version}`;
}
function minorOf(version) {
	return /^\d+\.\d+/.exec(version)?.[0] ?? version;
}

// src/domain/foreign/systems.ts
const ALPINE = /^(?:3\.(?:[2-9]|1\d|2[0-4])(?:[._].*)?|edge.*)$/;
const ENTERPRISE = /^(?:[5-9]|10)(?:\.\d+)*$/;
const ROLLING = /^/;
const BY_NAME = new Map([
	[
		["debian"],
		"debian",
		/^(?:(?:[7-9]|1[0-4])(?:\.\d+)*|unstable|sid|testing)$/
	],
	[
		["ubuntu"],
		"debian",
		/^(?:1[0-9]|2[0-6])\.(?:04|10)(?:\.\d+)*$/
	],
	[
		["alpine"],
		"alpine",
		ALPINE
	],
	[
		["wolfi"],
		"alpine",
		ROLLING
	],
	[
		["chainguard"],
		"alpine",
		ROLLING
	],
	[
		["minimos"],
		"alpine",
		ROLLING
	],
	[
		["redhat", "rhel"],
		"rpm",
		ENTERPRISE
	],
	[
		["centos"],
		"rpm",
		/^[5-8](?:\.\d+)*$/
	],
	[
		["rocky", "rockylinux"],
		"rpm",
		/^(?:[89]|10)(?:\.\d+)*$/
	],
	[
		["alma", "almalinux"],
		"rpm",
		/^(?:[89]|10)(?:\.\d+)*$/
	],
	[
		[
			"oracle",
			"ol",
			"oraclelinux"
		],
		"rpm",
		ENTERPRISE
	],
	[
		[
			"amazon",
			"amzn",
			"amazonlinux"
		],
		"rpm",
		/^(?:1|2|201[1-8]\.\d\d|2022|2023)(?:\.\d+)*$/
	],
	[
		["sles", "suse"],
		"rpm",
		/^1[1-6](?:[.-].*)?$/
	],
	[
		["opensuse-leap", "opensuse.leap"],
		"rpm",
		/^(?:42|1[56])\.\d+$/
	],
	[
		["mariner", "cbl-mariner"],
		"rpm",
		/^[12]\.0/
	],
	[
		["azurelinux"],
		"rpm",
		/^3\.0/
	],
	[
		["photon"],
		"rpm",
		/^[1-5](?:\.\d+)*$/
	]
].flatMap(([names, ecosystem, releases]) => {
	const system = {
		name: names[0],
		ecosystem,
		hasRelease: (version) => releases.test(version)
	};
	return names.map((name) => [name, system]);
}));
function systemNamed(name) {
	return BY_NAME.get(name.toLowerCase());
}
function shownSystem({ name, version }) {
	return {
		family: systemNamed(name)?.name ?? name,
		name: version,
		endOfLife: false
	};
}

// src/domain/foreign/reported-coverage.ts
const HOSTED = /* @__PURE__ */ new Set([
	"python",
	"pypi",
	"npm",
	"gem",
	"java-archive",
	"maven",
	"php-composer"
]);
function reportedCoverage(reported) {
	const { system, kind, applications, hasSystemPackages } = reported;
	const known = system && systemNamed(system.name);
	const isRelease = reported.matchedSystem || known?.hasRelease(system?.version ?? "") === true;
	const shown = system && shownSystem(system);
	const { rows, gaps } = coverageOf({
		kind,
		isImageSbom: false,
		scanners: ["vuln"],
		system: shown ?? (hasSystemPackages ? "none" : void 0),
		matching: reported.matchedSystem ? "yes" : known === void 0 ? "no" : reported.hasAdvisories,
		release: isRelease ? "known" : "unknown",
		disagreement: reported.disagreement ?? (shown && disagreement(shown, reported.listed ?? [])),
		systemPackages: reported.systemPackages,
		thirdParty: 0,
		skippedPackages: 0,
		applications,
		unmatchedTypes: /* @__PURE__ */ new Set(),
		hostedTypes: HOSTED,
		unread: [],
		unreadMore: 0,
		listsUnread: false,
		unreadVersions: [],
		configFiles: 0,
		layersWithoutSecrets: 0,
		leftOut: reported.leftOut,
		otherWarnings: []
	});
	return system === void 0 && !hasSystemPackages && applications.size === 0 ? withReportGap({
		rows,
		gaps
	}, reported.silence ?? NOTHING$1) : {
		rows,
		gaps
	};
}
function withReportGap({ rows, gaps }, gap) {
	return {
		rows: [{
			subject: "Report",
			status: "gap",
			detail: gap.what
		}, ...rows],
		gaps: [gap, ...gaps]
	};
}
function applicationsOf(types) {
	const groups = [...Map.groupBy(types, (type) => type)];
	return new Map(groups.map(([type, { length }]) => [type, {
		packages: length,
		files: 0
	}]));
}
const NOTHING$1 = {
	code: "os-unknown",
	what: "the report names neither a distribution nor a package, so that nothing shows that the scanner recognised anything in the image",
	remedy: "See whether the scanner was given the image itself, and whether it knows its distribution. An image of nothing but its own program can be accepted."
};

// src/domain/foreign/advisory-ids.ts
const ID = /(?<![\w-])(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+|GO-\d{4}-\d+|RUSTSEC-\d{4}-\d+|RH[SBE]A-\d{4}:\d+|ELSA-\d{4}-\d+|ALAS\w{0,40}-\d{4}-\d+|D[SL]A-\d+-\d+|USN-\d+-\d+|SUSE-\w{2}-\d{4}:\d+(?:-\d+)?|pyup\.io-\d+)(?![\w-])/gi;
const WHOLE_ID = new RegExp(`^${ID.source}$`, "i");
const OF_ONE = /^(?:GHSA|PYSEC|GO|RUSTSEC|pyup\.io)-/i;
const LONGEST$3 = 200;
const NAMED = /[^\s\p{Cc}]/u;
function idsIn(text) {
	return unique((text.match(ID) ?? []).map(normal));
}
function idsInLinks(links) {
	const parts = links.split(/\s+/).flatMap((link) => link.split(/[?#]/, 1)[0]?.split("/") ?? []);
	return unique(parts.map((part) => part.replaceAll("%3A", ":")).filter((part) => WHOLE_ID.test(part)).map(normal));
}
function advisoriesOf(own, related) {
	const named = idsIn(own);
	const isCve = (id) => id.startsWith("CVE-");
	const namedCves = named.filter(isCve);
	const cves = namedCves.length > 0 ? namedCves : unique(related.filter(isCve));
	const others = unique([...named, ...related].filter((id) => !isCve(id)));
	if (cves.length === 0) {
		const [id = oneLine(own).trim().slice(0, LONGEST$3), ...aliases] = others;
		return [{
			id,
			aliases
		}];
	}
	return cves.map((id) => ({
		id,
		aliases: others
	}));
}
function sameWeaknessIds(own, given) {
	return unique(given.flatMap(idsIn)).filter((id) => id !== own && OF_ONE.test(id));
}
function normal(id) {
	if (/^GHSA-/i.test(id)) return `GHSA${id.slice(4).toLowerCase()}`;
	return /^pyup/i.test(id) ? id.toLowerCase() : id.toUpperCase();
}

// src/domain/foreign/cvss.ts
function severityOfScore(score) {
	if (score >= 9) return "CRITICAL";
	if (score >= 7) return "HIGH";
	return score >= 4 ? "MEDIUM" : "LOW";
}

// src/domain/foreign/fixes.ts
const NONE = {
	versions: [],
	isUnreadable: false
};
const QUERY = /^(?:[a-zA-Z]{1,40}=[^&=]{0,500})(?:&[a-zA-Z]{1,40}=[^&=]{0,500}){0,50}$/;
const VERSION = /^v?\d[\w.+~^:!-]{0,300}$/i;
function isVersion(text) {
	return VERSION.test(text);
}
function fixesIn(text) {
	const field = text.trim();
	if (field === "" || /^(?:0:)?0$/.test(field)) return NONE;
	const versions = QUERY.test(field) ? new URLSearchParams(field).getAll("fixed") : [field];
	const read = versions.filter((version) => isVersion(version) && !/^0$/.test(version));
	return {
		versions: [...new Set(read)],
		isUnreadable: read.length < versions.length
	};
}

// src/domain/foreign/package-url.ts
const SYSTEM_TYPES = {
	alpine: "apk",
	debian: "deb",
	rpm: "rpm"
};
function systemPackage(named, system) {
	const known = systemNamed(system?.name ?? "");
	return {
		name: named.name,
		version: named.version,
		type: known?.name ?? system?.name ?? "unknown",
		ecosystem: known?.ecosystem,
		purl: known && systemPurl(named, known, system?.version ?? "")
	};
}
function systemPurl({ name, version, arch }, system, release) {
	const distro = release === "" ? "" : `${system.name}-${release}`;
	const qualifiers = Object.fromEntries(Object.entries({
		arch: arch ?? "",
		distro
	}).filter(([, value]) => value !== ""));
	const purl = {
		type: SYSTEM_TYPES[system.ecosystem],
		namespace: system.name,
		name,
		qualifiers
	};
	return purlOfVersion(purl, version);
}
const TYPES = {
	cargo: "cargo",
	go: "golang",
	maven: "maven",
	npm: "npm",
	nuget: "nuget",
	pypi: "pypi"
};
function applicationPurl({ name, version }, ecosystem) {
	const type = TYPES[ecosystem];
	if (type === void 0 || name === "") return void 0;
	const own = ecosystem === "pypi" ? pythonName(name) : name;
	const cut = ecosystem === "maven" ? own.indexOf(":") : own.lastIndexOf("/");
	const namespace = cut > 0 ? { namespace: own.slice(0, cut) } : {};
	return purlOfVersion({
		type,
		...namespace,
		name: own.slice(cut + 1),
		qualifiers: {}
	}, version);
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
		let folder = path;
		for (let level = 0; level < MOST_LEVELS; level += 1) {
			folder = folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
			if (folders.has(folder)) break;
			folders.add(folder);
			if (folder === "") break;
		}
	}
	return folders;
}
const MOST_LEVELS = 64;
function isListed$1(entry, index) {
	const { path, linkTo, storedAs, contested } = entry;
	return [
		path,
		linkTo,
		contested === void 0 ? storedAs : void 0
	].some((each) => each !== void 0 && isListedAt(each, entry, index));
}
function isListedAt(path, { kind, packages, contested }, index) {
	if (contested === "name" && packages === void 0) return false;
	const seen = index.at(path);
	if (kind === "jar") return seen.length > 0 || index.hasBelow(path);
	if (packages === void 0 || SOME_SUFFICE.has(kind)) return seen.length > 0;
	const known = new Set(seen.map((each) => packageKey(kind, each)));
	return packages.length > 0 && packages.every((each) => known.has(packageKey(kind, each)));
}
const SOME_SUFFICE = /* @__PURE__ */ new Set(["dotnet", "julia"]);
function packageKey(kind, { name, version }) {
	if (kind === "python") return `${name.trim().toLowerCase().replace(/[-_.]+/g, "-")}\0${version.trim()}`;
	if (kind === "php") return `${name.toLowerCase()}\0${version.replace(/^v/, "")}`;
	return `${name}\0${version}`;
}

// src/domain/coverage/silent-rules.ts
function silentRule(entry, index) {
	const { kind, path, packages, unread } = entry;
	if (kind === "sbom") return "sbom-in-image";
	if (isSaid(entry, index)) return "said-by-another-gap";
	if (isOfSystem(entry, index)) return "system-owned";
	if (isNoPackage(entry) || isRefusedFixture(entry, index)) return "not-a-package";
	if (kind === "lock-file") return index.hasBelow(folderOf(path)) ? "lock-file-beside-its-packages" : void 0;
	if (isArchive(entry) && packages === void 0 && unread === void 0 && isOwnFile(entry, index)) return "unidentified-jar";
}
function isSaid({ path }, { unread }) {
	return unread.get(path)?.kind === "packages";
}
function isOwnFile(entry, index) {
	return entry.linkTo === void 0 && entry.isRenamed !== true && entry.contested === void 0 && index.ownerOf(entry) === void 0;
}
function isArchive({ kind, path }) {
	return kind === "jar" || kind === "python" && path.endsWith(".egg");
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
function folderOf(path) {
	return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
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
	String.raw`usr/lib(?:32|64)?/python\d[\d.]*/`,
	String.raw`usr/lib/pypy\d[\d.]*/`,
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
	return folder !== void 0 && (owner === folder || owner.startsWith(`${folder}-`) || folder.startsWith(`${owner}-`));
}
function isPackagePlace(path) {
	const [, ...folders] = `/${path}`.split("/node_modules/");
	return folders.length > 0 && folders.every((each) => PLACE.test(each.replace(/\/package\.json$/, "")));
}
const PLACE = /^(?:\.(?:pnpm|store|bun)\/[^/]+(?:\/package)?|(?:@[^/]+\/)?[^/@.][^/]*)$/;

// src/domain/coverage/unmatched.ts
const UNMATCHED = [
	"lock-file",
	"conda",
	"other-manager",
	"maven"
];
function isUnmatched(kind) {
	return UNMATCHED.includes(kind);
}
const LONGEST$2 = 200;
const MOST_NAMED$2 = 5;
function named$1(packages) {
	return someOf(packages.map(({ name, version }) => `${name} ${version}`));
}
function someOf(texts) {
	return listSome(texts, 5, { show: shortened$2 });
}
function shortened$2(text) {
	return clipped(text, LONGEST$2);
}
function managerGaps(entries) {
	return [...Map.groupBy(entries, ({ manager }) => manager ?? "another package manager")].map(([manager, own]) => {
		const names = own.map(({ packages: [one] = [], path }) => one?.name ?? path);
		const path = own[0]?.path ?? "";
		return {
			code: "packages-unaccounted",
			what: `packages of ${manager} are in the image (${shortened$2(path)}), which the scanner does not look at: ${someOf(names)}`,
			remedy: "Look after them in another way and accept this in the policy, or leave their folder out by `skip-dirs`. Install what the application needs by the system's own package manager if you can.",
			path
		};
	});
}
function isListedAnywhere({ packages = [] }, index) {
	return packages.length > 0 && packages.every(({ name, version }) => index.hasPackage(name, version));
}
function unpackedJava(entries) {
	const folders = [...Map.groupBy(entries, ({ path }) => path.split("/").slice(0, -3).join("/")).values()];
	return {
		alone: folders.filter(({ length }) => length === 1).flat(),
		together: folders.filter(({ length }) => length > 1).flat()
	};
}
function unpackedRow(entries) {
	if (entries.length === 0) return [];
	return [{
		subject: "Java classes",
		status: "not-known",
		detail: `whether there are advisories for what was unpacked from archives: ${someOf(entries.map(({ packages: [one] = [], path }) => one ? `${one.name} ${one.version}` : path))}`
	}];
}

// src/domain/coverage/accounting.ts
const MOST_GAPS$1 = 200;
function accountFor(inventory, seen) {
	const index = seenIndex(seen.packages, seen.unread, inventory.entries);
	const silent = /* @__PURE__ */ new Map();
	const gaps = new Gaps();
	const left = {
		"lock-file": [],
		conda: [],
		"other-manager": [],
		maven: []
	};
	const [lists, others] = [true, false].map((is) => inventory.entries.filter((each) => isSystemList(each) === is));
	for (const entry of [...lists ?? [], ...others ?? []]) {
		const found = judgedEntry(entry, seen, index);
		if (found === void 0) continue;
		if (typeof found === "object") gaps.add(found);
		else if (isUnmatched(found)) left[found].push(entry);
		else silent.set(found, (silent.get(found) ?? 0) + 1);
	}
	const { alone, together } = unpackedJava(left.maven);
	for (const entry of together) gaps.add(entryGap(entry, index));
	const managers = managerGaps(left["other-manager"]);
	return {
		gaps: [
			...gaps.shown,
			...restGap(gaps.rest),
			...managers,
			...overflow(inventory)
		],
		notes: [
			...countRow(inventory, gaps.shown.length + managers.length, silent),
			...lockFileRow(left["lock-file"].map(({ path }) => path)),
			...condaRow(left.conda.length),
			...unpackedRow(alone)
		],
		silent
	};
}
var Gaps = class {
	shown = [];
	rest = 0;
	add(gap) {
		if (this.shown.length < MOST_GAPS$1) this.shown.push(gap);
		else this.rest++;
	}
};
function judgedEntry(entry, seen, index) {
	if (seen.isLeftOut?.(entry.archive ?? entry.path)) return "left-out";
	if (entry.kind === "other-manager") return seen.system === "unmatched" ? "said-by-another-gap" : "other-manager";
	if (isSystemList(entry)) return systemGap(entry, seen, index);
	if (isListed$1(entry, index) || entry.kind === "maven" && isListedAnywhere(entry, index)) return void 0;
	const rule = silentRule(entry, index);
	if (rule !== void 0) return rule;
	if (entry.kind === "lock-file" || entry.kind === "maven") return entry.kind;
	return entry.kind === "conda" && entry.unread === void 0 ? "conda" : entryGap(entry, index);
}
function systemGap(entry, seen, index) {
	if (seen.system === "unmatched") return "said-by-another-gap";
	const missing = unlistedPackages(entry, index);
	if (missing === void 0) return void 0;
	if (index.unread.has(entry.path)) return "said-by-another-gap";
	const { packages = [], path, layer } = entry;
	return {
		code: "packages-unaccounted",
		what: packages.length === 0 ? `${shortened$2(path)} (layer ${layer}) lists packages, ${entry.kind === "rpm" ? "of which the scanner has none" : "and whether the scanner has all of them is not known"}${entry.unread ? `: ${entry.unread}` : ""}` : `the scanner's list lacks ${missing.length} of the ${packages.length} packages in ${shortened$2(path)} (layer ${layer}): ${named$1(missing)}`,
		remedy: KEEP_LIST,
		path
	};
}
const KEEP_LIST = "Leave the system's list of packages as its package manager writes it. A damaged line, a wrong status or an odd version makes a scanner pass over packages that are installed.";
function entryGap(entry, index) {
	const { path, layer, packages = [] } = entry;
	const has = packages.length === 0 ? KINDS$1[entry.kind] : `has ${named$1(packages)}`;
	const { why, remedy } = reasonFor(entry, index);
	return {
		code: "packages-unaccounted",
		what: `${shortened$2(path)} (layer ${layer}) ${has}, which the scanner does not list: ${why}`,
		remedy,
		path
	};
}
const KINDS$1 = {
	dpkg: "lists packages",
	apk: "lists packages",
	rpm: "lists packages",
	python: "describes a Python package",
	node: "describes a Node.js package",
	ruby: "describes a gem",
	php: "lists PHP packages",
	dotnet: "lists .NET packages",
	go: "is a Go program",
	rust: "is a Rust program",
	"packed-program": "is a program",
	jar: "is a Java archive",
	maven: "describes a Java package",
	conda: "describes a conda package",
	julia: "lists Julia packages",
	"lock-file": "lists packages",
	sbom: "is an SBOM",
	"other-manager": "is a package"
};
function reasonFor(entry, index) {
	const { path, linkTo, unread, isRenamed, archive } = entry;
	if (unread !== void 0 && archive !== void 0) return {
		why: shortened$2(unread),
		remedy: entry.kind === "jar" ? RENAME : UNPACK
	};
	if (unread !== void 0) return {
		why: `its content is not known (${shortened$2(unread)})`,
		remedy: REPAIR
	};
	if (entry.contested !== void 0) return {
		why: "layers put something in its place or in that of a link to it, so that not every program sees it",
		remedy: "Write files by their own paths instead of through links. Remove folders in one layer, and put others in their place in the next one."
	};
	const refused = index.unread.get(path);
	if (refused !== void 0) return {
		why: `it could not read the file (${shortened$2(refused.why)})`,
		remedy: REPAIR
	};
	const other = index.at(path)[0];
	if (other !== void 0) return {
		why: `it takes the file for ${shortened$2(`${other.name} ${other.version}`)}`,
		remedy: REPAIR
	};
	const owner = index.ownerOf(entry);
	if (owner !== void 0) return {
		why: `the system's package ${shortened$2(owner)} claims the file, which is not in a folder of the system's`,
		remedy: "Install the application's packages outside the system's own folders, and leave the system's lists of files as its package manager writes them."
	};
	if (linkTo !== void 0) return {
		why: `it is a link to ${shortened$2(linkTo)}, and scanners follow no links`,
		remedy: "Copy packages instead of linking them: `UV_LINK_MODE=copy` for uv, `package-import-method=copy` for pnpm, or keep the cache that the links lead to in the image."
	};
	if (isRenamed === true) return {
		why: "its name does not say what it is",
		remedy: RENAME
	};
	return {
		why: "nothing says why",
		remedy: REPAIR
	};
}
const RENAME = "Name Java archives `.jar`, `.war` or `.ear`. If the file is of no concern, leave it out by `skip-files`.";
const UNPACK = "Build the image with the libraries as files of their own, beside the program. If the file is of no concern, leave it out by `skip-files`.";
const REPAIR = "Reinstall the package with its package manager, or remove the file. If the package is of no concern, leave the file out by `skip-files` or `skip-dirs`.";
function overflow({ more }) {
	if (more === 0) return [];
	return [{
		code: "packages-unaccounted",
		what: `the image has ${more} more files with packages than are compared with the scanner's list`,
		remedy: "Build an image with fewer packages, or leave folders out by `skip-dirs`."
	}];
}
function restGap(rest) {
	if (rest === 0) return [];
	return [{
		code: "packages-unaccounted",
		what: `${rest} more files have packages that the scanner does not list`,
		remedy: REPAIR
	}];
}
function countRow({ entries, more }, gaps, silent) {
	if (entries.length === 0 || gaps > 0 || more > 0) return [];
	const rules = [...silent].sort(([a], [b]) => a < b ? -1 : 1).map(([rule, count]) => `${rule} ${count}`);
	return [{
		subject: "Packages in the layers",
		status: "looked",
		detail: `${entries.length} found in the layers${rules.length === 0 ? "" : `; not in the scanner's list, by rule: ${rules.join(", ")}`}`
	}];
}
function lockFileRow(paths) {
	if (paths.length === 0) return [];
	return [{
		subject: "Lock files",
		status: "not-known",
		detail: `whether their packages are in the image: nothing beside them is installed: ${listSome(paths, 5, { show: shortened$2 })}`
	}];
}
function condaRow(count) {
	if (count === 0) return [];
	return [{
		subject: "Packages of conda",
		status: "not-known",
		detail: `${count === 1 ? "1 package" : `${count} packages`}: there are no advisories for them`
	}];
}
function isSystemList({ kind }) {
	return kind === "dpkg" || kind === "apk" || kind === "rpm";
}
const NO_PACKAGES = /* @__PURE__ */ new Set(["gpg-pubkey"]);
function unlistedPackages(entry, index) {
	const { packages, kind } = entry;
	if (packages === void 0) return kind === "rpm" && hasSomeOf(kind, index) ? void 0 : [];
	const missing = packages.filter((each) => !NO_PACKAGES.has(each.name) && !isSeen(each, kind, index));
	return missing.length === 0 ? void 0 : missing;
}
function hasSomeOf(kind, { system }) {
	for (const packages of system.values()) if (packages.some(({ manager }) => manager === void 0 || manager.startsWith(kind))) return true;
	return false;
}
function isSeen(each, kind, { system }) {
	const found = system.get(systemKey(each.name, each.version));
	if (found === void 0) return false;
	if (kind === "rpm") return true;
	const source = sourceOf$1(each);
	return found.some((seen) => (seen.source?.name || seen.name) === source);
}
function sourceOf$1({ name, source }) {
	return source?.trim().split(/\s/, 1)[0] || name;
}

// src/domain/coverage/support-ends.ts
const UBUNTU = {
	"12.04": "2019-04-26",
	"14.04": "2022-04-25",
	"16.04": "2021-04-21",
	"18.04": "2023-05-31",
	"20.04": "2025-05-31",
	"22.04": "2027-04-23",
	"24.04": "2034-03-31",
	"26.04": "2031-05-31"
};
function isPastSupport({ family, name }, at) {
	const release = /^\d+\.\d+/.exec(name)?.[0];
	const end = family === "ubuntu" && release !== void 0 && Object.hasOwn(UBUNTU, release) ? UBUNTU[release] : void 0;
	const day = /^\d{4}-\d{2}-\d{2}/.exec(at ?? "")?.[0];
	return end === void 0 || day === void 0 ? void 0 : day > end;
}

// src/domain/coverage/advisory-suppliers.ts
function judgeSuppliers(supply, marks = []) {
	const gaps = [
		...wholeSystem(supply, marks),
		...extended(supply, marks),
		...relabelled(supply)
	];
	return {
		gaps,
		notes: gaps.length > 0 ? [] : [...ignoredMarks(marks), ...added(supply)]
	};
}
const SUBJECT = "Advisories";
const MOST_NAMED$1 = 5;
const LONGEST$1 = 120;
const shortened$1 = (text) => clipped(text, LONGEST$1);
function wholeSystem({ supplier, system }, marks) {
	if (supplier === void 0 || supplier === "") return [];
	const mark = marks.find(({ vendor }) => vendor.toLowerCase() === supplier.toLowerCase());
	return [{
		code: "advisories-replaced",
		what: `the scanner matched the packages of ${nameOf(system)} by the advisories of ${shortened$1(supplier)} alone${by(mark)}, and whether the release is past its end of life is not told`,
		remedy: "If the image is not that vendor's, remove the mark (RapidFort's is `/usr/share/rapidfort/curated.json`). If it is, accept this with the vendor's word for it.",
		path: mark?.path
	}];
}
function extended({ isExtended, system, matchedAt }, marks) {
	if (!isExtended || isPastSupport(system, matchedAt) === false) return [];
	const mark = marks.find(({ vendor }) => vendor === "ubuntu-pro");
	return [{
		code: "advisories-replaced",
		what: `the scanner matched the packages of ${nameOf(system)}, which is past its end of life, by the advisories of its extended support alone${by(mark)}`,
		remedy: "Build on a release that is supported. If the packages do come from Ubuntu Pro, accept this; else remove `/var/lib/ubuntu-advantage/status.json`.",
		path: mark?.path
	}];
}
function by(mark) {
	return mark === void 0 ? "" : `, since ${shortened$1(mark.path)} (layer ${mark.layer}) says so`;
}
function relabelled({ packages, system, advised }) {
	const doubtful = packages.filter((each) => each.thirdParty === true && !isOfVendor(each));
	if (doubtful.length === 0) return [];
	const known = advised?.([...new Set(doubtful.flatMap(namesOf))]);
	const found = doubtful.filter((each) => known === void 0 || namesOf(each).some((name) => known.has(name)));
	const [first] = found;
	if (first === void 0) return [];
	const names = listSome(found, MOST_NAMED$1, { show: ({ name, version }) => shortened$1(`${name} ${version}`) });
	return [{
		code: "advisories-replaced",
		what: `${found.length === 1 ? "a package" : `${found.length} packages`} of ${nameOf(system)} ${found.length === 1 ? "was" : "were"} matched with no advisories, as the list of packages says that ${shortened$1(first.maintainer || "another vendor")} made ${found.length === 1 ? "it" : "them"}: ${names}`,
		remedy: "Leave the list of packages as its package manager writes it. If another vendor did build these packages, no advisory of the system's is about them: look after them in another way."
	}];
}
function namesOf({ name, source, modularity }) {
	const stream = modularity?.split(":", 2).join(":");
	return [
		name,
		...source?.name ? [source.name] : [],
		...stream ? [`${stream}::${name}`] : []
	];
}
const SYSTEM_MARK = /(?:[+~]deb\d+u\d+|\dubuntu\d)/;
const VENDOR_MARK = /(?:[~+.](?:debian|ubuntu)\.?\d|~(?:buster|bullseye|bookworm|trixie|forky|bionic|focal|jammy|noble|resolute)|maria|nodesource|pgdg|\.remi|\.ngx)/i;
const VENDORS = [
	[/support@docker\.com|^Docker/, /^(?:docker|containerd\.io)/],
	[/@nvidia\.com|^NVIDIA/, /^(?:nvidia|cuda|lib(?:cu|nv|npp|nccl|xnv|tensorrt)|xserver-xorg-video-nvidia|nsight|gds|tensorrt)/],
	[/Google Cloud CLI Authors/, /^(?:google-cloud|kubectl)/],
	[/sapmachine@sap\.com/, /^sapmachine/],
	[/@hashicorp\.com|^HashiCorp$/, /^(?:terraform|vault|consul|nomad|packer|vagrant|boundary|waypoint|sentinel)/],
	[/@microsoft\.com|^Microsoft/, /^(?:azure|code|dotnet|aspnetcore|netstandard|powershell|mssql|msodbcsql|mdatp|moby|libmsquic|packages-microsoft|msopenjdk|microsoft)/],
	[/@mongodb\.com|^MongoDB/, /^mongo/],
	[/developers@lists\.mariadb\.org|^MariaDB/, /^(?:mariadb|libmariadb|galera|mysql-common|libmysqlclient)/i],
	[/dev@couchdb\.apache\.org/, /^couch/],
	[/info@elastic\.co|^Elastic/, /^(?:elastic|kibana|logstash|filebeat|metricbeat|heartbeat|apm|auditbeat|packetbeat)/],
	[/nginx-packaging@f5\.com|^NGINX/i, /^nginx/],
	[/@konghq\.com/, /^kong/],
	[/@cloudflare\.com/, /^cloudflare/],
	[/support@influxdb\.com/, /^(?:influx|telegraf|chronograf|kapacitor)/],
	[/support@gitlab\.com|^GitLab/, /^gitlab/],
	[/contact@grafana\.com|^Grafana/, /^(?:grafana|loki|alloy|tempo|mimir|promtail)/],
	[/@datadoghq\.com|^Datadog/, /^datadog/],
	[/@nodesource\.com/, /^(?:nodejs|nsolid)/],
	[/info@tailscale\.com/, /^tailscale/],
	[/@openrobotics\.org|@osrfoundation\.org/, /^(?:ros|python3-(?:ros|catkin|col|vcs|bloom)|lib(?:gz|ignition|ros|sdformat)|gz|ignition|gazebo|sdformat|colcon)/],
	[/^GitHub$/, /^gh$/]
];
const MARKS_LIKE_UBUNTU = /^(?:nvidia|cuda|libnvidia|xserver-xorg-video-nvidia)/;
function isOfVendor({ name, version, maintainer = "" }) {
	if (SYSTEM_MARK.test(version) && !MARKS_LIKE_UBUNTU.test(name)) return false;
	if (VENDOR_MARK.test(version)) return true;
	return VENDORS.some(([vendor, names]) => vendor.test(maintainer) && names.test(name));
}
const OF_THE_SYSTEM = /* @__PURE__ */ new Set(["redhat-content-sets"]);
function ignoredMarks(all) {
	const marks = all.filter(({ vendor }) => !OF_THE_SYSTEM.has(vendor));
	if (marks.length === 0) return [];
	const show = ({ path, vendor }) => `${shortened$1(path)} (${shortened$1(vendor)})`;
	return [{
		subject: SUBJECT,
		status: "looked",
		detail: `the system's own, though there are marks of other suppliers: ${listSome(marks, MOST_NAMED$1, { show })}`
	}];
}
const ADDED = [
	[
		"Root.io",
		/* @__PURE__ */ new Set(["debian", "ubuntu"]),
		({ version }) => version.includes(".root.io")
	],
	[
		"Root.io",
		/* @__PURE__ */ new Set(["alpine"]),
		({ version }) => /-r\d007\d/.test(version)
	],
	[
		"Seal",
		/* @__PURE__ */ new Set([
			"alpine",
			"cbl-mariner",
			"centos",
			"redhat",
			"debian",
			"oracle",
			"ubuntu"
		]),
		({ name, source }) => /^seal-/i.test(name) || /^seal-/i.test(source?.name ?? "")
	]
];
function added({ packages, system }) {
	return ADDED.flatMap(([supplier, families, isOne]) => {
		const [first] = families.has(system.family) ? packages.filter(isOne) : [];
		if (first === void 0) return [];
		return [{
			subject: SUBJECT,
			status: "not-known",
			detail: `those of ${supplier} were taken beside the system's, for packages such as ${shortened$1(`${first.name} ${first.version}`)}; whether the release is past its end of life is not told`
		}];
	});
}
function nameOf({ family, name }) {
	return `${family} ${name}`.trim();
}

// src/domain/coverage/source-accounting.ts
const MOST_GAPS = 100;
const MOST_NAMED = 5;
const LONGEST = 120;
const shortened = (text) => clipped(text, LONGEST);
function accountForSource(source, { packages, unversionedTypes, withoutDevelopment }) {
	const gaps = [
		...source.links.map(linkGap),
		...requirementGaps(source.requirements, packages),
		...unversionedGaps(packages, unversionedTypes),
		...source.more > 0 ? [moreGap(source.more)] : []
	];
	const notes = withoutDevelopment ? [{
		subject: "Dependencies for development",
		status: "not-asked",
		detail: "of npm and others: not looked at"
	}] : [];
	return {
		gaps: gaps.length <= MOST_GAPS ? gaps : [...gaps.slice(0, MOST_GAPS), moreGap(gaps.length - MOST_GAPS)],
		notes
	};
}
function folderGaps({ folders }) {
	return folders.map(({ path, count, example }) => ({
		code: "folder-not-read",
		what: `the scanner passes over the folder ${path}, which has ${count} file${count === 1 ? "" : "s"} to look at, such as ${shortened(example)}`,
		remedy: `Give the folder as a target of its own, rename it, or leave it out by \`skip-dirs\`: \`${path}\`.`,
		path
	}));
}
function moreGap(count) {
	return {
		code: "packages-unaccounted",
		what: `${count} more lock files were not compared with the scanner's list`,
		remedy: "Scan the folders one by one, or leave some out by `skip-dirs`."
	};
}
function linkGap({ path, to }) {
	return {
		code: "packages-unaccounted",
		what: `${shortened(path)} is a link to ${shortened(to)}, and scanners follow no links`,
		remedy: "Scan the folder that has the file itself, or put a copy in the link's place.",
		path
	};
}
function requirementGaps(files, packages) {
	if (files.length === 0) return [];
	const listed = listedByFolder(packages);
	return files.flatMap(({ path, requirements, unread }) => {
		const known = listed.get(folderOf(path)) ?? /* @__PURE__ */ new Set();
		const missing = requirements.filter((each) => !isListed(each, known));
		if (unread === void 0 && missing.length === 0) return [];
		const which = unread === void 0 ? `: ${named(missing.map(({ text }) => text))}` : `: ${unread}`;
		return [{
			code: "packages-unaccounted",
			what: `${shortened(path)} asks for ${unread === void 0 ? countOf(missing.length) : "packages"} that ${missing.length === 1 ? "was" : "were"} not looked at${which}`,
			remedy: "Name each package in one line with an exact version (`name==1.2`), as `pip-compile` and `uv pip compile` write it, or put a lock file beside it.",
			path
		}];
	});
}
function listedByFolder(packages) {
	const folders = /* @__PURE__ */ new Map();
	for (const { path, name, version } of packages) {
		if (path === void 0) continue;
		const folder = folderOf(path);
		const known = folders.get(folder) ?? /* @__PURE__ */ new Set();
		folders.set(folder, known);
		known.add(pythonName(name)).add(`${pythonName(name)}\0${version}`);
	}
	return folders;
}
function isListed({ name, version }, known) {
	if (name === void 0) return false;
	return known.has(version === void 0 ? pythonName(name) : `${pythonName(name)}\0${version}`);
}
function unversionedGaps(packages, types) {
	const byFile = /* @__PURE__ */ new Map();
	for (const { name, version, type, path, relationship } of packages) {
		if (version !== "" || path === void 0 || !types.has(type ?? "")) continue;
		if (relationship === "root" || relationship === "workspace") continue;
		addTo(byFile, path, name);
	}
	return [...byFile].map(([path, names]) => ({
		code: "packages-unaccounted",
		what: `${shortened(path)} has ${countOf(names.length)} without a version of its own, which no advisory was compared with: ${named(names)}`,
		remedy: "Their version is in a parent or a range, which only the build resolves: scan what is built (the jar or the image), or an SBOM that the build writes.",
		path
	}));
}
function countOf(count) {
	return `${count} package${count === 1 ? "" : "s"}`;
}
function named(texts) {
	return listSome(texts, MOST_NAMED, { show: shortened });
}

// src/domain/opinions/match.ts
const HUB = 64;
function matchRows(rows, scanners) {
	const first = rows[0];
	if (rows.every(({ by }) => by === first.by)) return rows.map((row) => [row]);
	const groups = [];
	for (const same of byId(rows).values()) groups.push(...joinedByPlace(same.map(clusterOf)));
	const open = groups.filter(({ rows: { length } }) => length < scanners);
	if (open.length < 2 || open.every((each) => each.rows.every(({ finding }) => !finding.aliases?.length))) return groups.map((group) => group.rows);
	return [...groups.filter(({ rows: { length } }) => length === scanners), ...joinedByAlias(open)].map((group) => group.rows);
}
function clusterOf(row) {
	return {
		rows: [row],
		place: row.place
	};
}
function byId(rows) {
	const found = /* @__PURE__ */ new Map();
	for (const row of rows) addTo(found, row.finding.id, row);
	return found;
}
const FITS = [
	(a, b) => a === b,
	(a, b) => a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
	(a, b) => a === "" || b === ""
];
function joinedByPlace(clusters) {
	const [first, second, third] = clusters;
	if (second === void 0) return clusters;
	if (third === void 0 && isFree(first, second)) {
		if (FITS.some((fits) => fits(first.place, second.place))) join(first, second);
		return clusters.filter(isRoot);
	}
	const sorted = inOrder(clusters);
	joinAtSamePlace(sorted);
	const left = sorted.filter(isRoot);
	if (left.length <= HUB) joinFitting(left);
	return left.filter(isRoot);
}
function joinAtSamePlace(sorted) {
	for (const at of Map.groupBy(sorted, ({ place }) => place).values()) {
		const lists = [...Map.groupBy(at, ({ rows }) => rows[0].by).values()];
		for (let index = 0; lists.some((list) => index < list.length); index++) {
			const [into, ...others] = lists.flatMap((list) => list[index] ?? []);
			for (const other of others) join(into, other);
		}
	}
}
function joinFitting(clusters) {
	for (const fits of FITS) for (const [index, one] of clusters.entries()) {
		if (one.into !== void 0) continue;
		for (const other of clusters.slice(index + 1)) if (other.into === void 0 && isFree(one, other) && fits(one.place, other.place) && isOneWeakness(one, other)) join(one, other);
	}
}
function joinedByAlias(clusters) {
	const byAnyId = /* @__PURE__ */ new Map();
	const numbers = new Map(clusters.map((cluster, index) => [cluster, index]));
	for (const cluster of clusters) for (const id of idsOf(cluster)) addTo(byAnyId, id, cluster);
	const shared = [...byAnyId].filter(([, { length }]) => length > 1 && length <= HUB);
	const tried = /* @__PURE__ */ new Set();
	for (const [, sharing] of shared.sort(([a], [b]) => a < b ? -1 : 1)) {
		const roots = [...new Set(sharing.map(rootOf))];
		if (roots.length < 2) continue;
		const sorted = inOrder(roots);
		const which = sorted.map((root) => numberOf(root, numbers)).join();
		if (tried.has(which)) continue;
		tried.add(which);
		joinFitting(sorted);
	}
	return clusters.filter(isRoot);
}
function idsOf({ rows }) {
	return new Set(rows.flatMap(({ finding }) => [finding.id, ...finding.aliases ?? []]));
}
function isOneWeakness(one, other) {
	const cves = cvesOf(one);
	const others = cvesOf(other);
	if (cves.size === 0 || others.size === 0) return true;
	for (const id of cves) if (others.has(id)) return true;
	return false;
}
function cvesOf(cluster) {
	cluster.cves ??= new Set([...idsOf(cluster)].filter((id) => id.startsWith("CVE-")));
	return cluster.cves;
}
function numberOf(root, numbers) {
	return `${numbers.get(root)}:${root.rows.length}`;
}
function isFree(one, other) {
	return one.rows.every(({ by }) => other.rows.every((row) => row.by !== by));
}
function join(into, other) {
	into.rows.push(...other.rows);
	if (other.place.length > into.place.length) into.place = other.place;
	other.into = into;
	into.cves = void 0;
	into.key = void 0;
}
function rootOf(cluster) {
	let root = cluster;
	while (root.into !== void 0) root = root.into;
	return root;
}
function isRoot({ into }) {
	return into === void 0;
}
function inOrder(clusters) {
	if (clusters.length < 2) return [...clusters];
	return clusters.map((cluster) => ({
		cluster,
		key: keyOf(cluster)
	})).sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0).map(({ cluster }) => cluster);
}
function keyOf(cluster) {
	const texts = () => cluster.rows.map(({ by, finding }) => `${by} ${JSON.stringify(finding)}`).sort();
	cluster.key ??= `${cluster.place}\n${texts().join("\n")}`;
	return cluster.key;
}

// src/domain/opinions/unspecified.ts
function meantSubjects(found) {
	const unspecified = [...found].filter(([, { needs }]) => needs === UNSPECIFIED_TYPE);
	if (unspecified.length === 0) return /* @__PURE__ */ new Map();
	const ecosystems = new Set([...found.values()].map(({ needs }) => needs));
	ecosystems.delete(UNSPECIFIED_TYPE);
	return new Map(unspecified.flatMap(([key, { rows }]) => {
		const about = rows[0]?.finding.package;
		const [meant, other] = (about === void 0 ? [] : [...ecosystems].map((each) => keyIn(each, about))).filter((each) => found.has(each));
		return meant === void 0 || other !== void 0 ? [] : [[key, meant]];
	}));
}
function keyIn(ecosystem, { name, version }) {
	return subjectOf({
		name,
		version,
		type: ecosystem,
		ecosystem
	}).key;
}

// src/domain/opinions/merge.ts
function mergeOpinions(given, rules = {}) {
	const opinions = united(given);
	if (opinions.length < 2) return {
		opinions,
		findings: opinions[0]?.findings ?? []
	};
	const names = opinions.map(({ scanner }) => scanner);
	const best = opinions.findIndex(({ knowsBest }) => knowsBest);
	const claims = new Set(opinions.flatMap(({ isClaim }, by) => isClaim ? [by] : []));
	const sources = new Map(opinions.flatMap((each, by) => each.sources ? [[by, each.sources.map(({ scanner }) => scanner)]] : []));
	const findings = [];
	for (const [key, { rows, needs }] of bySubject(opinions)) {
		const able = opinions.flatMap((each) => ableIn(each, needs, key));
		const merged = matchRows(rows, names.length).map((group) => mergedFinding(group, {
			names,
			best,
			able,
			claims,
			sources
		}, rules));
		for (const each of withoutMissedApart(merged)) findings.push(each);
	}
	return {
		opinions,
		findings
	};
}
function ableIn({ scanner, sees, sources, silence = sees, unadvised }, needs, key) {
	const isUnadvised = unadvised?.has(key) === true;
	if (sources === void 0) return silence.has(needs) && !isUnadvised ? [scanner] : [];
	return sources.filter((each) => each.sees.includes(needs) && !(isUnadvised && each.listsPackages)).map((each) => each.scanner);
}
function bySubject(opinions) {
	const found = byNamedSubject(opinions);
	for (const [key, meant] of meantSubjects(found)) {
		for (const row of found.get(key)?.rows ?? []) found.get(meant)?.rows.push(row);
		found.delete(key);
	}
	return found;
}
function byNamedSubject(opinions) {
	const subjectOf = subjects();
	const found = /* @__PURE__ */ new Map();
	for (const [by, { findings }] of opinions.entries()) for (const finding of findings) {
		const { key, needs, isSystem } = subjectOf(finding);
		const row = {
			by,
			finding,
			place: isSystem ? "" : finding.path ?? ""
		};
		const known = found.get(key);
		if (known === void 0) found.set(key, {
			rows: [row],
			needs
		});
		else known.rows.push(row);
	}
	return found;
}
function united(given) {
	return [...Map.groupBy(given, ({ scanner }) => scanner).values()].map(unitedOfOne).sort((a, b) => compareText(a.scanner, b.scanner));
}
function unitedOfOne(opinions) {
	const [first, ...others] = opinions;
	if (others.every(({ findings, sees }) => findings === first.findings && sees === first.sees)) return first;
	const { scanner } = first;
	const sees = new Set(opinions.flatMap((each) => [...each.sees]));
	const knowsBest = opinions.some((each) => each.knowsBest);
	const sources = opinions.find((each) => each.sources)?.sources;
	const silence = new Set(opinions.flatMap((each) => [...each.silence ?? each.sees]));
	const isClaim = opinions.every((each) => each.isClaim);
	const unadvised = new Set(opinions.flatMap((each) => [...each.unadvised ?? []]));
	return {
		scanner,
		findings: unitedFindings(opinions.map((each) => each.findings)),
		sees,
		sources,
		knowsBest,
		silence,
		isClaim,
		unadvised
	};
}
function unitedFindings(lists) {
	const most = /* @__PURE__ */ new Map();
	for (const list of lists) for (const [key, rows] of Map.groupBy(list, (finding) => JSON.stringify(finding))) if (rows.length > (most.get(key)?.length ?? 0)) most.set(key, rows);
	return [...most].sort(([a], [b]) => compareText(a, b)).flatMap(([, rows]) => rows);
}
function withoutMissedApart(findings) {
	if (findings.length < 2) return findings;
	const missed = findings.filter(({ missedBy }) => missedBy !== void 0);
	if (missed.length < 2) return findings;
	const agreed = /* @__PURE__ */ new Set();
	for (const same of Map.groupBy(missed, ({ id }) => id).values()) if (same.length > 1) for (const each of agreedIn(same)) agreed.add(each);
	return findings.map((finding) => agreed.has(finding) ? {
		...finding,
		missedBy: void 0
	} : finding);
}
function agreedIn(findings) {
	const sorted = keyed(findings);
	const of = /* @__PURE__ */ new Map();
	for (const each of sorted) for (const { scanner } of each.opinions ?? []) addTo(of, scanner, each);
	const used = /* @__PURE__ */ new Set();
	return sorted.filter((finding) => {
		if (used.has(finding)) return false;
		const others = (finding.missedBy ?? []).map((name) => lastUnused(of.get(name) ?? [], used));
		if (others.includes(void 0)) return false;
		for (const each of [finding, ...others]) used.add(each);
		return true;
	});
}
function lastUnused(findings, used) {
	while (findings.length > 0 && used.has(findings.at(-1))) findings.pop();
	return findings.at(-1);
}
function keyed(findings) {
	return findings.map((finding) => ({
		finding,
		text: JSON.stringify(finding)
	})).sort((a, b) => severityRank(a.finding.severity) - severityRank(b.finding.severity) || compareText(a.text, b.text)).map(({ finding }) => finding);
}

// src/domain/opinions/sight.ts
const APPLICATIONS = /* @__PURE__ */ new Set([
	"cargo",
	"go",
	"hex",
	"maven",
	"npm",
	"nuget",
	"pub",
	"pypi",
	"swift"
]);
const KINDS = [
	["misconfig", "misconfiguration"],
	["secret", "secret"],
	["license", "license"]
];
function sightOf(scan) {
	const { artifact, coverage, advisoriesFor = [], blindTo = [], provenance } = scan;
	const sees = /* @__PURE__ */ new Set([
		...advisoriesFor,
		...foundIn(scan),
		...listedIn(scan)
	]);
	const known = knownRelease(artifact);
	if (coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) ?? false) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
	else if (known !== void 0) sees.add(known.ecosystem);
	for (const each of blindTo) sees.delete(each);
	for (const [scanner, kind] of KINDS) if (provenance.scanners?.includes(scanner)) sees.add(kind);
	return sees;
}
function knownRelease({ os }) {
	const known = os === void 0 ? void 0 : systemNamed(os.family);
	return known?.hasRelease(os?.name ?? "") ? known : void 0;
}
function sightsOf(scans) {
	const sights = scans.map(sightOf);
	const isBlind = (sees) => ![...SYSTEM_ECOSYSTEMS].some((each) => sees?.has(each));
	const systems = scans.flatMap(({ artifact: { os } }, index) => os === void 0 || isBlind(sights[index]) ? [] : [releaseOf(os)]);
	if (!systems.every((a) => systems.every((b) => a.startsWith(b) || b.startsWith(a)))) for (const sees of sights) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
	return sights;
}
function releaseOf({ family, name }) {
	const release = /^\d+(?:\.\d+)*/.exec(name)?.[0] ?? name.toLowerCase();
	return `${systemNamed(family)?.name ?? family.toLowerCase()}.${release}.`;
}
function foundIn({ findings }) {
	const found = /* @__PURE__ */ new Set();
	for (const { kind, package: about } of findings) if (kind === "vulnerability" && about !== void 0) found.add(needsOf(about));
	return found;
}
function listedIn({ packages }) {
	const types = /* @__PURE__ */ new Set();
	for (const { ecosystem, type } of packages) if (APPLICATIONS.has(ecosystem ?? type)) types.add(ecosystem ?? type);
	return types;
}

// src/domain/opinions/standing.ts
function standingsOf(all, rules) {
	const isScanned = all.some(({ given }) => given === void 0);
	return all.map(({ scanner, scan, given, sees: seen }) => {
		const sees = readIn(scan, seen);
		if (given === void 0) return {
			isClaim: false,
			silence: sees
		};
		if (!given.isBound) return {
			addsOnly: "unbound",
			isClaim: true,
			silence: NOTHING
		};
		if (rules.trustedReports?.some((name) => isScannerNamed(scanner, name)) ?? false) return {
			isClaim: false,
			silence: sees
		};
		if (isScanned) return {
			addsOnly: "beside-scan",
			isClaim: true,
			silence: NOTHING
		};
		if (scan.provenance.scannedAt === void 0) return {
			addsOnly: "undated",
			isClaim: false,
			silence: NOTHING
		};
		const signs = /* @__PURE__ */ new Set([...foundIn(scan), ...scan.advisoriesFor ?? []]);
		const others = new Set(all.flatMap((other) => other.scan === scan ? [] : [...foundIn(other.scan)]));
		const unshown = [...sees].filter((each) => !signs.has(each) && others.has(each));
		return {
			isClaim: false,
			silence: new Set([...sees].filter((each) => signs.has(each))),
			...unshown.length > 0 && { unshown }
		};
	});
}
function readIn({ coverage }, sees) {
	return coverage?.gaps.some(({ code }) => UNREAD_GAPS.has(code)) ?? false ? new Set([...sees].filter((each) => SYSTEM_ECOSYSTEMS.has(each) || OTHER_KINDS.has(each))) : sees;
}
const OTHER_KINDS = /* @__PURE__ */ new Set([
	"misconfiguration",
	"secret",
	"license"
]);
const NOTHING = /* @__PURE__ */ new Set();
function standingNotes({ addsOnly, unshown }, { agreement, severityFrom }) {
	if (unshown !== void 0 && agreement === "all") return [`what the report does not name counts all the same (${unshown.join(", ")}): it has no finding there, and names no source of its database, so that nothing shows that it could have seen any.`];
	if (addsOnly === void 0 || agreement !== "all" && severityFrom === void 0) return [];
	return [`the report only adds findings, since ${WHY[addsOnly]}.`];
}
const WHY = {
	"beside-scan": "this run has scanned the image itself, and the policy does not call such reports trusted (`scan-report`)",
	unbound: "nothing shows that it is about the judged image",
	undated: "it does not say when it was made, so that its silence may be older than an advisory"
};

// src/domain/opinions/merge-scans.ts
function mergeScans(scans, missing = [], rules = {}) {
	const [first] = scans;
	if (scans.length === 1 && missing.length === 0) return first.scan;
	const sights = sightsOf(scans.map(({ scan }) => scan));
	const able = scans.map((each, index) => ({
		...each,
		sees: sights[index]
	}));
	const standings = standingsOf(able, rules);
	const seen = able.map((each, index) => ({
		...each,
		standing: standings[index]
	}));
	const opinions = seen.map(({ scanner, scan, sees, standing: { silence, isClaim } }, index) => ({
		scanner,
		findings: scan.findings,
		sees,
		silence,
		unadvised: unadvisedIn(scan),
		isClaim,
		sources: scan.opinions,
		knowsBest: index === 0
	}));
	const { findings } = mergeOpinions(opinions, rules);
	const all = scans.map(({ scan }) => scan);
	const lister = all.find(({ packages }) => packages.length > 0);
	const sources = [...seen.flatMap((each) => each.scan.opinions ?? [sourceOf(each, lister)]), ...missing.map(missingSource)];
	return {
		...first.scan,
		artifact: mergedArtifact(seen),
		packages: lister?.packages ?? [],
		layers: all.find(({ layers }) => layers.length > 0)?.layers ?? [],
		findings,
		suppressed: all.reduce((sum, { suppressed }) => sum + suppressed, 0),
		coverage: mergedCoverage(seen),
		blindTo: void 0,
		opinions: sources,
		provenance: mergedProvenance(seen, rules)
	};
}
function unadvisedIn({ packages }) {
	return new Set(packages.flatMap((each) => each.thirdParty === true ? [subjectOf(each).key] : []));
}
function sourceOf({ scanner, scan, sees, given, standing }, lister) {
	const { provenance, findings } = scan;
	return {
		scanner,
		...provenance.scannerVersion !== void 0 && { version: provenance.scannerVersion },
		...provenance.scannerSha256 !== void 0 && { scannerSha256: provenance.scannerSha256 },
		...provenance.databaseUpdatedAt !== void 0 && { databaseUpdatedAt: provenance.databaseUpdatedAt },
		...provenance.databaseSha256 !== void 0 && { databaseSha256: provenance.databaseSha256 },
		findings: findings.length,
		sees: [...sees].sort(compareText),
		...scan === lister && { listsPackages: true },
		...given && { given: true },
		...standing.addsOnly && { addsOnly: standing.addsOnly }
	};
}
function missingSource({ scanner, failed: { code, what } }) {
	return {
		scanner,
		findings: 0,
		sees: [],
		failed: {
			code,
			what
		}
	};
}
function mergedArtifact(scans) {
	const artifacts = scans.map(({ scan }) => scan.artifact);
	const scanned = scans.filter(({ given }) => given === void 0).map(({ scan }) => scan.artifact);
	const names = [...new Set(artifacts.flatMap((each) => each.names))];
	const claims = [...new Set(artifacts.flatMap((each) => each.claims ?? []))];
	const given = (scanned.length > 0 ? scanned : artifacts).map((each) => Object.entries(each).filter(([, value]) => value !== void 0));
	const merged = Object.fromEntries(given.toReversed().flat());
	return {
		...merged,
		names,
		...claims.length > 0 && { claims },
		packages: merged.packages
	};
}
const UNKNOWN_SYSTEM = /* @__PURE__ */ new Set(["os-unknown", "os-release-unknown"]);
function mergedCoverage(scans) {
	const known = scans.flatMap(({ scan }) => scan.coverage ?? []);
	if (known.length === 0) return void 0;
	const isSystemSeen = scans.some(({ sees, scan, standing: { isClaim } }) => !isClaim && isSystemLookedAt(scan) && hasSystem(sees));
	const isClosed = ({ code }) => isSystemSeen && UNKNOWN_SYSTEM.has(code);
	const gaps = new Map(known.flatMap((each) => each.gaps).map((gap) => [`${gap.code} ${gap.path} ${gap.what}`, gap]));
	const open = [...gaps.values()].filter((gap) => !isClosed(gap));
	const closed = new Set([...gaps.values()].filter(isClosed).map(({ what }) => what));
	return {
		rows: [...new Map(known.flatMap((each) => each.rows).filter(({ status, detail }) => status !== "gap" || !closed.has(detail)).map((row) => [`${row.subject}\n${row.status}\n${row.detail}`, row])).values()],
		gaps: open
	};
}
function isSystemLookedAt({ coverage }) {
	return coverage !== void 0 && !coverage.gaps.some(({ code }) => SYSTEM_GAPS.has(code));
}
function hasSystem(sees) {
	return [...SYSTEM_ECOSYSTEMS].some((each) => sees.has(each));
}
function mergedProvenance(scans, rules) {
	const all = scans.map(({ scan }) => scan.provenance);
	const [first] = all;
	const notes = scans.flatMap(({ scanner, scan, standing }) => [...standingNotes(standing, rules), ...scan.provenance.notes ?? []].map((note) => `${scanner}: ${note}`));
	return {
		...first,
		scanner: namesOf$2(scans.map(({ scanner }) => scanner)),
		scannerVersion: scans.length === 1 ? first.scannerVersion : void 0,
		scannerSha256: scans.length === 1 ? first.scannerSha256 : void 0,
		databaseSha256: scans.length === 1 ? first.databaseSha256 : void 0,
		databaseUpdatedAt: oldest(all.map(({ databaseUpdatedAt }) => databaseUpdatedAt)),
		scannedAt: oldest(all.map(({ scannedAt }) => scannedAt)),
		scanners: [...new Set(all.flatMap(({ scanners }) => scanners ?? ["vuln"]))],
		notes
	};
}
function oldest(dates) {
	if (dates.includes(void 0)) return void 0;
	return dates.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}

export { GAP_CODES, NAMED, PURL_ECOSYSTEMS, SYSTEM_ECOSYSTEMS, SYSTEM_GAPS, UNSPECIFIED_TYPE, accountFor, accountForSource, acrossImages, advisoriesOf, age, agreementLine, agreementOf, agreementsOf, applicationPurl, applicationsOf, argumentsWithoutSecrets, budget, choiceNotes, claimNotes, commonSteps, compare, compareSemver, compareText, compileGlob, compileGlobs, compileImageGlobs, counting, countsLine, coverageOf, createExceptionMatcher, diffPolicies, differences, disagreement, ecosystemOfType, endingFor, everyRow, exemptedGroups, exploitDataWanted, failingByLine, findingInPlainWords, fixAdvisor, fixedVersionsIn, fixesIn, folderGaps, hasEnded, hasQuestions, hasSoManyKeys, identityOf, idsIn, idsInLinks, idsOf$1 as idsOf, inOrder$2 as inOrder, inPlainWords, inquire, isFixable, isNew, isOlderRun, isPackagePlace, isPastSupport, isSameAdvisory, isVersion, isWhole, issueMarker, judge, judgeAnswers, judgeSuppliers, judgedOf, keysIn, knownKeyOf, lastingIdentity, layerInstructions, licenseChanges, looseningFirst, makePlan, makeWeek, markedClosed, memoize, mergeScans, misspeltKey, namesOf$2 as namesOf, needOf, needed, needingAttention, needsOf, noFixEntries, oncePer, orEmpty, otherIds, packageChanges, packageRows, parsePurl, pathWithoutVersion, plainPurl, platformInIndex, platformMatches, purlCovers, purlKey, purlOfVersion, purlWithoutVersion, questionsOf, readIssueMarker, readStamped, rebuildIdentity, releaseCovers, repeatedKey, reportedCoverage, sameWeaknessIds, secondRound, serverRun, severityList, severityOf, severityOfScore, shownInstruction, shownSystem, split, splitRows, stamped, startingLimits, statusWords, subjectOf, subjects, systemNamed, systemPackage, unconfirmedTagNotes, unfixedFirst, unjudgedPlatforms, unspecifiedCoverage, upgradesIn, versionOf, weaknessIds, whenItEnds, wholeNumber, whyWords, withCommands, withReportGap, withoutSecrets$1 as withoutSecrets, withoutUrlLogins, withoutWriter, worstFirst };