import { GateError, mkdirSync, tryOr } from "./shared.thread.js";
import { dayOf } from "./shared.inputs.js";
import { idsIn, scopeKey } from "./shared.domain.js";
import { require_dist } from "./system.yaml.js";
import { hasEnded } from "./shared.answer.js";
import { parsePolicy } from "./policy.parse.js";
import { readYaml } from "./policy.tree.js";
import { answered, reading } from "./cli.reading.js";
import { writeWhole } from "./cli.terminal.js";
import { NEW_POLICY, POLICY_OPTION, typedPolicy } from "./cli.typed-policy.js";
import { REASON, UNTIL, lastDay, optionInvalid, reasonText } from "./cli.policy.words.js";
import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

// src/policy/add-exception.ts
var import_dist = require_dist();
function withException(given, added) {
	const { text, ...options } = given;
	const before = parsePolicy(text, options);
	refuseDuplicate(before, added, given);
	const mark = text.startsWith("﻿") ? "﻿" : "";
	const made = mark + inserted({
		...given,
		text: text.slice(mark.length)
	}, added);
	const after = parsePolicy(made, options);
	const last = after.exceptions.at(-1);
	const others = {
		...after,
		exceptions: after.exceptions.slice(0, -1)
	};
	if (!isDeepStrictEqual(withoutLines(others), withoutLines(before)) || last?.id !== added.id || after.exceptions.length !== before.exceptions.length + 1) throw notEditable(given, "it is written in a way that cannot be added to");
	return {
		text: made,
		line: last.line
	};
}
function withoutLines(value) {
	return JSON.parse(JSON.stringify(value, (key, each) => key === "line" ? void 0 : each));
}
function refuseDuplicate({ exceptions }, added, { file, today }) {
	const same = exceptions.find((each) => !hasEnded(each, today) && scopeKey(each) === scopeKey(added));
	if (same === void 0) return;
	throw new GateError("exception-exists", `The policy has an exception for ${same.id} already, which is valid until ${same.expires} (${file}:${same.line})`, "Change that exception, or give the package, path or image that this one is for.");
}
function notEditable({ file }, why) {
	return new GateError("policy-not-editable", `The exception cannot be written into ${JSON.stringify(file)}: ${why}`, "Write it into the file by hand.");
}
function valuesOf({ onlyWhileUnfixed, ...added }) {
	const { id, package: about, paths, images, reason, owner, created, expires } = added;
	return {
		id,
		package: about,
		paths,
		images,
		reason,
		owner,
		created,
		expires,
		...onlyWhileUnfixed && { "only-while-unfixed": true }
	};
}
function inserted(given, added) {
	const { text } = given;
	const yaml = readYaml(text);
	const root = "root" in yaml ? yaml.root : null;
	if (!(0, import_dist.isMap)(root)) throw notEditable(given, "it is not a mapping");
	const lines = new import_dist.Document([valuesOf(added)]).toString({ lineWidth: 0 }).trimEnd().split("\n");
	const pair = root.items.find(({ key }) => (0, import_dist.isScalar)(key) && key.value === "exceptions");
	const list = pair?.value ?? null;
	if (root.flow || (0, import_dist.isSeq)(list) && list.flow && !isAlone(text, list.range[0])) throw notEditable(given, "its exceptions are in brackets");
	if (pair === void 0) return withLines(text, root.items.at(-1)?.value?.range[1] ?? 0, columnOf(text, root.range[0]), ["exceptions:", ...indented(lines, 2)]);
	if (!(0, import_dist.isSeq)(list)) throw notEditable(given, "`exceptions` is not a list");
	const [from, to] = list.range;
	const last = list.items.at(-1);
	if (last !== void 0) return withLines(text, last.range[1], columnOf(text, from), lines);
	const key = text.slice(0, from).trimEnd();
	return withLines(key + text.slice(to), key.length, columnOf(text, pair.key.range[0]) + 2, lines);
}
function isAlone(text, from) {
	return /^\[\s*\][^\S\r\n]*(?:#.*)?\r?$/m.exec(text.slice(from))?.index === 0;
}
function columnOf(text, offset) {
	return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}
function indented(lines, indent) {
	return lines.map((line) => line === "" ? "" : " ".repeat(indent) + line);
}
function withLines(text, end, indent, lines) {
	const comments = new RegExp(`(?:[^\\S\\r\\n]{${indent + 1},}#.*(?:\\n|$))*`, "y");
	const next = text.indexOf("\n", text[end - 1] === "\n" ? end - 1 : end) + 1 || text.length;
	comments.lastIndex = next;
	const at = next + (comments.exec(text)?.[0].length ?? 0);
	const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
	const isOpen = at > 0 && text[at - 1] !== "\n";
	const added = indented(lines, indent).map((line) => line + lineEnd);
	return text.slice(0, at) + (isOpen ? lineEnd : "") + added.join("") + text.slice(at);
}

// src/cli/policy/add.ts
const command = {
	words: "<ID>",
	options: [
		UNTIL,
		REASON,
		{
			name: "package",
			kind: "text",
			value: "NAME",
			about: "Only for this package: its name or package URL."
		},
		{
			name: "path",
			kind: "list",
			value: "GLOB",
			about: "Only at these paths in the image."
		},
		{
			name: "image",
			kind: "list",
			value: "GLOB",
			about: "Only for these images."
		},
		{
			name: "owner",
			kind: "text",
			value: "NAME",
			about: "The owner of the decision."
		},
		{
			name: "only-while-unfixed",
			kind: "switch",
			about: "Ends early, on the day a fix exists."
		},
		POLICY_OPTION
	],
	formats: ["table", "json"],
	examples: [{
		line: "image-gate policy add CVE-2021-44228 --until 2026-12-31 --reason \"No input reaches it.\" --package log4j-core",
		about: "Comments, order and indentation of the file stay."
	}],
	run: reading(addToPolicy)
};
function addToPolicy({ words, options }, { world, format }) {
	const [until, reason, owner, about, named] = [
		"until",
		"reason",
		"owner",
		"package",
		"policy"
	].map((name) => options.get(name));
	const [paths, images] = ["path", "image"].map((name) => options.get(name)?.split("\n"));
	const onlyWhileUnfixed = options.get("only-while-unfixed") === "true";
	if (until === void 0 || reason === void 0) throw optionInvalid("An exception needs --until and --reason", "Say until when it holds, and why the finding may run.");
	const today = dayOf(world.now());
	const id = advisoryId(words[0] ?? "");
	const { file, text, policy } = typedPolicy(named, world) ?? NEW_POLICY;
	const { exceptionRules } = policy;
	const expires = lastDay(until, today, exceptionRules.maxDays);
	if (exceptionRules.requireOwner && owner === void 0) throw optionInvalid("The policy wants an owner of each exception", "Give --owner.");
	const added = {
		id,
		package: about,
		paths,
		images,
		reason: reasonText(reason),
		owner,
		created: today,
		expires
	};
	const made = withException({
		text,
		file,
		today
	}, {
		...added,
		onlyWhileUnfixed
	});
	const path = resolve(world.workspace, file);
	tryOr(() => mkdirSync(dirname(path), { recursive: true }), void 0);
	writeWhole(path, made.text, `The policy file ${JSON.stringify(file)}`);
	const said = `${file}:${made.line}: ${id} is accepted until ${expires}.`;
	return answered(format, {
		file,
		line: made.line,
		id,
		expires
	}, () => [said]);
}
function advisoryId(typed) {
	const [id] = idsIn(typed);
	if (id !== void 0 && id.length === typed.length) return id;
	throw new GateError("id-unknown", `${JSON.stringify(typed)} is not the id of an advisory`, "Ids look like CVE-2021-44228 or GHSA-jfh8-c2jp-5v3q. Write the name of a rule or a licence into the file by hand.");
}

export { addToPolicy, command };