import { GateError, readFileSync, statSync } from "./shared.start.js";
import { closest } from "./shared.answer.js";
import { writtenValue, yamlDocuments, yamlTokens } from "./system.yaml.js";
import { contradiction, optionsOf } from "./cli.options.js";
import { resolve } from "node:path";

// src/cli/config.ts
const MOST_BYTES = 1048576;
const BOUNDS = {
	depth: 40,
	lexemes: 1e5
};
function readConfig(path, command, workspace) {
	const options = optionsOf(command);
	const mistakes = [];
	const read = /* @__PURE__ */ new Map();
	for (const [key, value] of Object.entries(mappingOf(textOf(path, workspace), path))) {
		const { option, isOff } = optionOf(key, options);
		const text = option === void 0 ? unknownKey(key, options) : textValue(option, isOff ? opposite(value) : value);
		if ("mistake" in text) mistakes.push(text.mistake);
		else if (read.has(option?.name ?? key)) mistakes.push(`\`${option?.name}\` is there twice, also as its opposite`);
		else read.set(option?.name ?? key, text.value);
	}
	const contrary = contradiction(read, command.formats);
	if (contrary !== void 0) mistakes.push(contrary);
	if (mistakes.length > 0) throw invalid(path, mistakes.join("; "));
	return read;
}
function optionOf(key, options) {
	const named = (name) => options.find((one) => one.name === name && one.name !== "config");
	const option = named(key);
	if (option !== void 0 || !key.startsWith("no-")) return {
		option,
		isOff: false
	};
	const positive = named(key.slice(3));
	return {
		option: positive?.kind === "switch" ? positive : void 0,
		isOff: true
	};
}
function opposite(value) {
	return typeof value === "boolean" ? !value : value;
}
function textOf(path, workspace) {
	try {
		const file = resolve(workspace, path);
		const status = statSync(file);
		if (!status.isFile()) throw Object.assign(/* @__PURE__ */ new Error("pipe"), { code: "it is not a regular file" });
		const bytes = status.size <= MOST_BYTES ? readFileSync(file) : void 0;
		if (bytes !== void 0 && bytes.length <= MOST_BYTES) return bytes.toString();
	} catch (cause) {
		const { code } = cause;
		throw new GateError("options-file-unreadable", `The file of \`--config\`, ${JSON.stringify(path)}, cannot be read (${code})`, "Check the path, which is relative to the working directory.", { cause });
	}
	throw invalid(path, `it is larger than ${MOST_BYTES} bytes`);
}
function mappingOf(text, path) {
	const tokens = yamlTokens(text, BOUNDS);
	if (!Array.isArray(tokens)) throw invalid(path, "it is nested too deeply, or too long");
	const [document, ...others] = yamlDocuments(tokens, text.length, true);
	const [error] = document?.errors ?? [];
	if (document === void 0 || others.length > 0 || error !== void 0) throw invalid(path, error?.message.split("\n")[0] ?? "it has several documents");
	const value = writtenValue(document);
	if (value === null) return {};
	if (typeof value !== "object" || Array.isArray(value)) throw invalid(path, "it is not a mapping of options");
	const [warning] = document.warnings;
	if (warning !== void 0) throw invalid(path, warning.message.split("\n")[0] ?? "it has a tag");
	const { items = [] } = document.contents;
	const names = items.map(({ key }) => String(key));
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== void 0) throw invalid(path, `${JSON.stringify(twice)} is there twice`);
	return value;
}
function textValue({ name, kind, choices }, value) {
	if (kind === "switch") return typeof value === "boolean" ? { value: String(value) } : { mistake: `\`${name}\` must be true or false` };
	const items = kind === "list" && Array.isArray(value) ? value : [value];
	if (!items.every((item) => [
		"string",
		"number",
		"boolean"
	].includes(typeof item))) return { mistake: `\`${name}\` must be ${kind === "list" ? "a text or a list of texts" : "a text or a number"}` };
	const text = items.join("\n");
	if (text === "" && !Array.isArray(value)) return { mistake: `\`${name}\` is empty` };
	if (choices && !choices.includes(text)) return { mistake: `\`${name}\` must be one of ${choices.join(", ")}` };
	return { value: text };
}
function unknownKey(name, options) {
	if (name === "config") return { mistake: "`config` cannot name another file" };
	const meant = closest(name, options.map((option) => option.name));
	return { mistake: `${JSON.stringify(name)} is not an option${meant === void 0 ? "" : ` (did you mean \`${meant}\`?)`}` };
}
function invalid(path, what) {
	return new GateError("options-file-invalid", `The file of \`--config\`, ${JSON.stringify(path)}, is wrong: ${what}`, "Write the names of options without their dashes, each with its value; `--help` lists them.");
}

export { readConfig };