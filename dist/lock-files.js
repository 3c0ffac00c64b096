import { __toESM } from "./rolldown-runtime.js";
import { tryOr } from "./shared.start.js";
import { addTo, readGivenFile } from "./shared.answer.js";
import { require_satisfies, require_valid } from "./package.toolkit.js";
import { boolean, object, record, string } from "./package.zod.js";
import { join } from "node:path";

// src/lock-files/npm-ranges.ts
var import_satisfies = /* @__PURE__ */ __toESM(require_satisfies(), 1);
var import_valid = /* @__PURE__ */ __toESM(require_valid(), 1);
const ranges = record(string(), string()).optional();
const entry = object({
	version: string().optional(),
	inBundle: boolean().optional(),
	dependencies: ranges,
	devDependencies: ranges,
	optionalDependencies: ranges,
	peerDependencies: ranges
});
const lockFile = object({ packages: record(string(), entry) });
const RANGE = 256;
const MOST_LETTERS = 2e7;
function npmRanges(text, questions) {
	const parsed = lockFile.safeParse(jsonOf(text));
	if (!parsed.success) return questions.map(() => void 0);
	const packages = new Map(Object.entries(parsed.data.packages));
	const needs = needsOf(packages, new Set(questions.map(({ name }) => name)));
	if (needs === void 0) return questions.map(() => void 0);
	const copies = Map.groupBy(packages.keys(), nameAt);
	return questions.map((question) => answerTo(question, copies.get(question.name) ?? [], packages, needs));
}
function jsonOf(text) {
	return tryOr(() => JSON.parse(text), void 0);
}
function needsOf(packages, names) {
	const needs = /* @__PURE__ */ new Map();
	let letters = 0;
	for (const [by, about] of packages) {
		const isInstalled = /(?:^|\/)node_modules\//.test(by);
		const wanted = [
			about.dependencies,
			about.optionalDependencies,
			about.peerDependencies,
			isInstalled ? void 0 : about.devDependencies
		];
		for (const [name, range] of wanted.flatMap((each) => Object.entries(each ?? {}))) {
			if (!names.has(name)) continue;
			letters += by.length * by.split("/").length;
			if (letters > MOST_LETTERS) return void 0;
			const at = foldersUp(by).map((folder) => `${folder}node_modules/${name}`).find((path) => packages.has(path));
			if (at === void 0) continue;
			addTo(needs, at, {
				by,
				range
			});
		}
	}
	return needs;
}
function foldersUp(path) {
	const segments = path === "" ? [] : path.split("/");
	const folders = [];
	for (let end = segments.length; end > 0; end -= 1) if (segments[end - 1] !== "node_modules") folders.push(`${segments.slice(0, end).join("/")}/`);
	return [...folders, ""];
}
function nameAt(path) {
	return path.slice(path.lastIndexOf("node_modules/") + 13);
}
function answerTo({ from, to }, paths, packages, needs) {
	const copies = paths.filter((path) => packages.get(path)?.version === from);
	const wanted = copies.flatMap((path) => needs.get(path) ?? []);
	if (wanted.length === 0 || copies.some((path) => packages.get(path)?.inBundle === true)) return void 0;
	if (!wanted.every(({ range }) => range.length <= RANGE && (0, import_valid.default)(range) !== null)) return void 0;
	return {
		direct: wanted.some(({ by }) => by === ""),
		inRange: wanted.every(({ range }) => (0, import_satisfies.default)(to, range)),
		othersAllow: copies.length === 1 && wanted.every(({ by, range }) => by === "" || (0, import_satisfies.default)(to, range))
	};
}

// src/lock-files/index.ts
const MAX_BYTES = 33554432;
const MOST_FILES = 30;
function askLockFiles({ kind, input }, questions, folders) {
	const answers = /* @__PURE__ */ new Map();
	if (kind !== "path") return answers;
	const asked = questions.filter(({ path }) => /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/.test(path));
	for (const [path, about] of [...Map.groupBy(asked, (question) => question.path)].slice(0, MOST_FILES)) {
		const text = textOf(join(input, path), folders);
		if (text === void 0) continue;
		for (const [index, answer] of npmRanges(text, about).entries()) if (answer !== void 0) answers.set(about[index], answer);
	}
	return answers;
}
function textOf(path, folders) {
	return tryOr(() => readGivenFile({
		what: "lock file",
		path,
		maxBytes: MAX_BYTES
	}, folders).toString("utf8"), void 0);
}

export { askLockFiles };