import { GateError, readFileSync, statSync } from "./shared.thread.js";
import { CommanderError } from "./package.commander.js";
import { writtenValue } from "./system.yaml.js";
import { Parser, describe, givenBy } from "./cli.program.js";
import { resolve } from "node:path";

// src/cli/config.ts
const MOST_BYTES = 1048576;
function readConfig(path, command, workspace) {
	const args = Object.entries(mappingOf(textOf(path, workspace), path)).flatMap(([key, value]) => argumentsOf(key, value));
	if (args.includes(void 0)) throw invalid(path, "a value is neither a text, nor a number, nor a list of these");
	const read = optionsIn(args, command, path);
	if (read.has("config")) throw invalid(path, "`config` cannot name another file");
	return new Map(read);
}
function optionsIn(args, command, path) {
	const mistakes = [];
	const parser = describe(new Parser(), "", {
		...command,
		words: ""
	}).exitOverride().showSuggestionAfterError().configureOutput({
		outputError: (text) => void mistakes.push(text),
		writeErr: () => {}
	});
	try {
		return givenBy(parser.parse(args, { from: "user" })).options;
	} catch (thrown) {
		if (!(thrown instanceof CommanderError)) throw thrown;
		throw invalid(path, mistakes.join("").trim().replace(/^error: /, ""));
	}
}
function argumentsOf(key, value) {
	return [value].flat().map((item) => typeof item === "string" ? `--${key}=${item}` : void 0);
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
	let value;
	try {
		value = writtenValue(text) ?? {};
	} catch (thrown) {
		throw invalid(path, thrown.message.split("\n")[0] ?? "");
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "it is not a mapping of options");
	return value;
}
function invalid(path, what) {
	return new GateError("options-file-invalid", `The file of \`--config\`, ${JSON.stringify(path)}, is wrong: ${what.replace(/\s*\n\s*/g, " ")}`, "Write the names of options without their dashes, each with its value; `--help` lists them.");
}

export { readConfig };