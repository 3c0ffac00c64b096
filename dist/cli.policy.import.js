import { GateError, existsSync } from "./shared.thread.js";
import { EMPTY_POLICY, addDays, counted, dayOf, daysBetween, isDay } from "./shared.inputs.js";
import { require_dist } from "./system.yaml.js";
import { _null, array, int, number, object, string, union, unknown } from "./package.zod.js";
import { isObject } from "./domain.json.is-object.js";
import { isShowable, readTree, readYaml } from "./policy.tree.js";
import { MAX_POLICY_BYTES } from "./shared.scan.js";
import { linesOf, readTypedText, say } from "./cli.reading.js";
import { REASON, UNTIL, lastDay, reasonText } from "./cli.policy.words.js";
import { resolve } from "node:path";

// src/policy/ignore-files/ignore-file.ts
var import_dist = require_dist();
function signNotes(tool, globs) {
	if (!globs.some((glob) => /[[\]{}\\]/.test(glob))) return [];
	return [`Check paths: [ ] { } and \\ have a special meaning in ${tool}, but are literal here.`];
}
function shownKeys(keys) {
	return keys.map((key) => isShowable(String(key)) ? String(key) : "a key").join(", ");
}
const REMEDY = "Correct the file, or remove the wrong entries.";
function invalidIgnoreFile(file, mistakes) {
	const lines = mistakes.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
	return new GateError("ignore-file-invalid", `The ignore file cannot be read:\n${lines.join("\n")}`, REMEDY);
}
function unknownIgnoreFile(file, why) {
	return new GateError("ignore-file-unknown", `${JSON.stringify(file)} is not an ignore file that can be imported: ${why}`, "Give a .trivyignore, a .trivyignore.yaml, a .grype.yaml with `ignore`, or the JSON of a Harbor allowlist.");
}
function readLocated({ text, file }) {
	const yaml = readYaml(text);
	if ("mistakes" in yaml) throw invalidIgnoreFile(file, yaml.mistakes);
	const { root, place } = yaml;
	const { tree, mistakes } = root ? readTree(root) : {
		tree: {
			value: null,
			at: 0,
			parts: /* @__PURE__ */ new Map()
		},
		mistakes: []
	};
	if (mistakes.length > 0) throw invalidIgnoreFile(file, mistakes.map(({ at, message }) => ({
		...place(at),
		message
	})));
	return {
		file,
		tree,
		lineOf: (part) => place(part.at).line,
		refuse(part, message) {
			throw invalidIgnoreFile(file, [{
				...place(part.at),
				message
			}]);
		}
	};
}

// src/policy/ignore-files/grype.ts
const GRYPE = "Grype";
const word = union([
	string(),
	number().transform(String),
	_null().transform(() => "")
]).optional().transform((text) => text?.trim() || void 0);
const rule = object({
	vulnerability: word,
	reason: word,
	"fix-state": word,
	"include-aliases": unknown().optional(),
	package: object({
		name: word,
		version: word,
		type: word,
		language: word,
		location: word,
		"upstream-name": word
	}).partial().nullish()
});
const PURL_TYPES = {
	npm: "npm",
	javascript: "npm",
	python: "pypi",
	gem: "gem",
	ruby: "gem",
	"rust-crate": "cargo",
	rust: "cargo",
	dotnet: "nuget",
	"php-composer": "composer"
};
function readGrype({ tree, refuse, lineOf }) {
	const rules = tree.parts.get("ignore");
	if (rules === void 0 || rules.value === null) return {
		tool: GRYPE,
		entries: [],
		leftOut: []
	};
	if (!Array.isArray(rules.value)) return refuse(rules, "\"ignore\" must be a list");
	const leftOut = [];
	const entries = [...rules.parts.values()].flatMap((part) => {
		const read = rule.safeParse(part.value);
		if (!read.success) return refuse(part, "a rule does not have the form that Grype expects");
		const entry = entryOf(read.data, strangersIn(part));
		if (typeof entry !== "string") return [entry];
		const { vulnerability = "a rule" } = read.data;
		leftOut.push(`line ${lineOf(part)}: ${vulnerability}: ${entry}`);
		return [];
	});
	return {
		tool: GRYPE,
		entries,
		leftOut
	};
}
function strangersIn(part) {
	const strange = (each, known) => [...each?.parts ?? []].flatMap(([key, { value }]) => known.includes(String(key)) || value === null || value === "" ? [] : [String(key)]);
	return [...strange(part, Object.keys(rule.shape)), ...strange(part.parts.get("package"), [
		"name",
		"version",
		"type",
		"language",
		"location"
	])];
}
const PATTERN = /[\\^$*+?()[\]{}|]/;
function entryOf({ vulnerability: id, reason, package: about, "fix-state": state }, strange) {
	if (strange.length > 0) return `a policy cannot express ${shownKeys(strange)}`;
	if (id === void 0) return "it names no vulnerability, and an exception needs one";
	if (/[*\s]/.test(id)) return "an exception is about one id";
	if (state !== void 0 && state !== "not-fixed") return `a policy cannot express fix-state: ${isShowable(state) ? state : "…"}`;
	const named = packageOf(about ?? {});
	if (typeof named === "string") return named;
	return {
		id,
		...named,
		reason,
		...state !== void 0 && { onlyWhileUnfixed: true }
	};
}
function packageOf({ name, version, type, language, location }) {
	const kind = PURL_TYPES[type ?? language ?? ""];
	if ((version ?? type ?? language) !== void 0 && (name === void 0 || kind === void 0)) return "a policy cannot identify this package";
	if (name !== void 0 && PATTERN.test(name)) return "its package is a pattern, and a policy needs a name";
	return {
		...name !== void 0 && { package: kind === void 0 ? name : purlOf(kind, name, version) },
		...location !== void 0 && { paths: [location.replace(/^\/+/, "")] },
		comments: signNotes(GRYPE, [location ?? ""])
	};
}
function purlOf(kind, name, version) {
	return `pkg:${kind}/${name.split("/").map(encodeURIComponent).join("/")}${version === void 0 ? "" : `@${encodeURIComponent(version)}`}`;
}

// src/policy/ignore-files/harbor.ts
const allowlist = object({
	items: array(object({ cve_id: string().trim().min(1) })).nullish(),
	expires_at: int().max(253402300799).nullish()
});
function harborAllowlist(document) {
	if (!isObject(document)) return void 0;
	const found = document.cve_allowlist ?? document;
	if (!isObject(found) || !("items" in found)) return void 0;
	const { items } = found;
	return items === null || Array.isArray(items) && items.every((each) => isObject(each) && "cve_id" in each) ? found : void 0;
}
function readHarbor(found, { file }) {
	const read = allowlist.safeParse(found);
	if (!read.success) {
		const message = `${JSON.stringify(read.error.issues[0]?.path.join("."))} does not have the form that Harbor writes`;
		throw invalidIgnoreFile(file, [{
			line: 1,
			column: 1,
			message
		}]);
	}
	const { items, expires_at: end } = read.data;
	const expires = typeof end === "number" && end > 0 ? addDays(dayOf(/* @__PURE__ */ new Date((end + 1) * 1e3)), -1) : void 0;
	return {
		tool: "Harbor",
		entries: (items ?? []).map(({ cve_id: id }) => ({
			id,
			expires,
			comments: []
		})),
		leftOut: []
	};
}

// src/policy/ignore-files/trivy.ts
const TRIVY = "Trivy";
function presentId(id, comments) {
	const [, prefix, number] = /^(?:AVD-([A-Z]{2,})-|(?:DS|KSV)(?=\d{3}$))(\d{3,4})$/.exec(id ?? "") ?? [];
	if (id === void 0 || number === void 0) return id?.trim() || void 0;
	comments.push(`${id} in Trivy's file, by its former name.`);
	return `${prefix ?? id.slice(0, -number.length)}-${number.padStart(4, "0")}`;
}
function trivyLastDay(expiredAt, comments) {
	if (expiredAt === void 0 || expiredAt.trim() === "") return void 0;
	if (isDay(expiredAt)) return addDays(expiredAt, -1);
	comments.push("The date in Trivy's file is not a plain day (YYYY-MM-DD).");
}
const TRIVY_SECTIONS = [
	"vulnerabilities",
	"misconfigurations",
	"secrets",
	"licenses"
];
const text = union([string(), number().transform(String)]);
const nothing = _null().transform(() => void 0);
const list = union([array(text), nothing.transform(() => [])]);
const item = object({
	id: union([text, nothing]).optional(),
	paths: list.default([]),
	purls: list.default([]),
	expired_at: union([text, nothing]).optional(),
	statement: union([text, nothing]).optional()
});
const KNOWN = new Set(Object.keys(item.shape));
function readTrivyYaml(given) {
	const { tree, refuse } = given;
	const leftOut = [];
	const entries = TRIVY_SECTIONS.flatMap((section) => {
		const part = tree.parts.get(section);
		if (part === void 0 || part.value === null) return [];
		if (!Array.isArray(part.value)) return refuse(part, "a section must be a list");
		return [...part.parts.values()].flatMap((each) => readItem(section, each, given, leftOut));
	});
	return {
		tool: TRIVY,
		entries,
		leftOut
	};
}
function readItem(section, entry, given, leftOut) {
	const comments = [];
	const leaveOut = (what) => {
		comments.push(what);
		leftOut.push(`line ${given.lineOf(entry)}: ${what}`);
	};
	const result = item.safeParse(entry.value);
	if (!result.success) {
		const [key] = result.error.issues[0]?.path ?? [];
		const part = typeof key === "string" ? entry.parts.get(key) : void 0;
		const subject = typeof key === "string" ? JSON.stringify(key) : "an item";
		return given.refuse(part ?? entry, `${subject} does not have the form that Trivy expects`);
	}
	const { paths, purls, statement, ...rest } = result.data;
	const strange = [...entry.parts.keys()].filter((key) => typeof key === "string" && !KNOWN.has(key));
	if (strange.length > 0) leaveOut(`Left out, as Trivy ignores it: ${shownKeys(strange)}.`);
	const id = presentId(rest.id, comments);
	const packages = section === "vulnerabilities" ? purls : [];
	if (packages.length < purls.length) leaveOut("Trivy uses purls only for vulnerabilities: left out.");
	comments.push(...signNotes(TRIVY, paths));
	const expires = trivyLastDay(rest.expired_at, comments);
	const reason = statement?.trim() || void 0;
	const read = {
		id,
		paths: paths.length > 0 ? paths : void 0,
		reason,
		expires,
		comments
	};
	return packages.length === 0 ? [read] : packages.map((purl) => ({
		...read,
		package: purl
	}));
}
function readTrivyText(text) {
	const entries = [];
	const leftOut = [];
	let above = [];
	const lines = text.split(/\r?\n/).map((raw) => raw.trim());
	for (const [index, line] of lines.entries()) if (line.startsWith("#")) above.push(line.slice(1).trim());
	else {
		if (/^[^\s*]*\*/.test(line)) leftOut.push(`line ${index + 1}: a pattern: an exception names one id`);
		else if (line !== "") entries.push(readLine(line, above));
		above = [];
	}
	return {
		tool: TRIVY,
		entries,
		leftOut
	};
}
function readLine(line, above) {
	const [word = "", ...words] = line.split(/\s+/);
	const date = words.find((each) => each.startsWith("exp:"));
	const rest = words.filter((each) => each !== date).join(" ");
	const comments = [...above, rest.replace(/^#+\s*/, "")].filter((comment) => comment !== "");
	return {
		id: presentId(word, comments),
		expires: trivyLastDay(date?.slice(4), comments),
		comments
	};
}

// src/policy/ignore-files/read-ignore-file.ts
function readIgnoreFile({ text: bytes, file }) {
	const text = bytes.replace(/^\uFEFF/, "");
	if (/\.ya?ml$|\.json$/i.test(file) || /^\s*[{[]/.test(text)) return readStructured({
		text,
		file
	});
	if (/(?:^|[/\\])\.trivyignore$/.test(file)) return readTrivyText(text);
	if (/^(?:ignore|version|exceptions|vulnerabilities|misconfigurations|secrets|licenses):/m.test(text)) return readStructured({
		text,
		file
	});
	const stranger = text.split(/\r?\n/).findIndex((line) => !/^\s*(?:#.*|[A-Za-z][\w.:@/+-]*(?:\s.*)?)?$/.test(line));
	if (stranger >= 0) throw unknownIgnoreFile(file, `line ${stranger + 1} does not begin with an id`);
	return readTrivyText(text);
}
function readStructured(given) {
	const located = readLocated(given);
	const { value, parts } = located.tree;
	if (value === null) return {
		entries: [],
		leftOut: []
	};
	if (!isObject(value)) throw unknownIgnoreFile(given.file, "it is not a mapping");
	const found = harborAllowlist(value);
	const [read, second] = [
		TRIVY_SECTIONS.some((section) => parts.has(section)) && (() => readTrivyYaml(located)),
		parts.has("ignore") && (() => readGrype(located)),
		found !== void 0 && (() => readHarbor(found, given))
	].filter((kind) => kind !== false);
	if (read !== void 0 && second === void 0) return read();
	const known = `a section of Trivy's (${TRIVY_SECTIONS.join(", ")}), Grype's "ignore" or Harbor's "items"`;
	throw unknownIgnoreFile(given.file, `it must have one of these: ${known}`);
}

// src/policy/ignore-files/imported-policy.ts
const HEADER = "Fill in every empty reason and last day: Image Gate refuses the file until then.";
const DATES = "expires is the last day on which an exception is valid.";
const MAX_COMMENT = 300;
function policyFromIgnoreFile(given, options) {
	const { tool, entries, leftOut } = readIgnoreFile(given);
	const document = new import_dist.Document({
		version: 1,
		exceptions: []
	});
	document.commentBefore = comment([
		`Made from ${tool === void 0 ? "an empty file" : `an ignore file of ${tool}'s`} by image-gate policy import.`,
		HEADER,
		DATES
	]);
	const identity = ({ comments: _, ...said }) => JSON.stringify(said);
	const all = entries.map((each) => completed(each, options));
	const kept = [...Map.groupBy(all, identity).values()].map(([first]) => first);
	for (const entry of kept) document.addIn(["exceptions"], toNode(document, entry));
	return {
		policy: `${document.toString({
			nullStr: "",
			lineWidth: 0
		}).trimEnd()}\n`,
		exceptions: kept.length,
		leftOut: [...leftOut, ...kept.flatMap(missingIn)]
	};
}
function completed(entry, { today, reason, until }) {
	const { maxDays } = EMPTY_POLICY.exceptionRules;
	const isTooLong = entry.expires !== void 0 && daysBetween(today, entry.expires) > maxDays;
	const note = `The file's last day is more than ${maxDays} days ahead (after ${addDays(today, maxDays)}).`;
	return {
		...entry,
		reason: entry.reason ?? reason,
		expires: isTooLong ? until : entry.expires ?? until,
		comments: isTooLong ? [...entry.comments, note] : entry.comments
	};
}
function missingIn({ id, reason, expires }) {
	const empty = Object.entries({
		id,
		reason,
		expires
	}).flatMap(([key, value]) => value === void 0 ? [key] : []);
	return empty.length === 0 ? [] : [`${id ?? "an item"}: fill in ${empty.join(" and ")}`];
}
function toNode(document, entry) {
	const { id, package: name, paths, reason, expires, onlyWhileUnfixed, comments } = entry;
	const node = document.createNode({
		id: id ?? null,
		...name !== void 0 && { package: name },
		...paths && { paths: [...paths] },
		reason: reason ?? null,
		expires: expires ?? null,
		...onlyWhileUnfixed && { "only-while-unfixed": true }
	});
	for (const key of [
		"id",
		"reason",
		"expires"
	]) {
		const value = node.get(key, true);
		if ((0, import_dist.isScalar)(value) && value.value === null) value.comment = " fill in";
	}
	if (comments.length > 0) node.commentBefore = comment(comments);
	return node;
}
function comment(lines) {
	return lines.map((line) => ` ${line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, MAX_COMMENT)}`.trimEnd()).join("\n");
}

// src/cli/policy/import.ts
const command = {
	words: "<FILE>",
	options: [
		{
			...UNTIL,
			about: "The last day of exceptions that have none, YYYY-MM-DD."
		},
		{
			...REASON,
			about: "The reason of exceptions that have none."
		},
		{
			name: "output",
			short: "o",
			kind: "text",
			value: "FILE",
			about: "Write the policy into this new file."
		}
	],
	examples: [{
		line: "image-gate policy import .trivyignore --output .github/image-gate.yml",
		about: "Fill in reasons and days, then check it."
	}, {
		line: "image-gate policy import .grype.yaml --until 2026-12-31 --reason \"Taken over from Grype.\"",
		about: "A policy that is valid at once."
	}],
	async run(given, seat) {
		const output = given.options.get("output");
		if (output !== void 0 && existsSync(resolve(seat.world.workspace, output))) throw new GateError("answer-not-written", `The file of \`--output\`, ${JSON.stringify(output)}, exists and is left as it is`, "Name another file.");
		return say(importPolicy(given, seat), seat, { isData: true });
	}
};
function importPolicy({ words: [file = ""], options: typed }, { world }) {
	const [until, reason] = ["until", "reason"].map((name) => typed.get(name));
	const today = dayOf(world.now());
	const options = {
		today,
		reason: reason === void 0 ? void 0 : reasonText(reason),
		until: until === void 0 ? void 0 : lastDay(until, today)
	};
	const text = readTypedText({
		what: "ignore file",
		path: file,
		maxBytes: MAX_POLICY_BYTES
	}, world);
	const { policy, exceptions, leftOut } = policyFromIgnoreFile({
		text,
		file
	}, options);
	const count = counted(exceptions, "exception");
	const head = leftOut.length === 0 ? [`${count}; nothing is left out.`] : [`${count}; left out, or to be filled in:`];
	return {
		out: policy,
		err: linesOf([...head, ...leftOut.map((line) => `  ${line}`)]),
		code: 0
	};
}

export { command, importPolicy };