import { Command, CommanderError } from "./package.commander.js";
import { GateError } from "./shared.thread.js";
import { writtenValue } from "./system.yaml.js";
import { describe, givenBy, optionsOf } from "./cli.program.js";
import { readTypedText } from "./cli.reading.js";

// src/cli/config.ts
const MOST_BYTES = 1048576;
function readConfig(path, command, workspace) {
	const text = readTypedText({
		what: "file of `--config`",
		path,
		maxBytes: MOST_BYTES
	}, { workspace });
	const entries = Object.entries(mappingOf(text, path));
	const switches = new Set(optionsOf(command).flatMap(({ name, kind }) => kind === "switch" ? [name] : []));
	const args = entries.flatMap(([key, value]) => argumentsOf(key, value, switches));
	if (args.includes(void 0)) throw invalid(path, "a value is neither a text, nor a number, nor a list of these");
	const read = optionsIn(args, command, path);
	if (read.has("config")) throw invalid(path, "`config` cannot name another file");
	return new Map(read);
}
function optionsIn(args, command, path) {
	const mistakes = [];
	const parser = describe(new Command(), "", {
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
function argumentsOf(key, value, switches) {
	const [, no, name = ""] = /^(no-)?(.*)$/s.exec(key) ?? [];
	if (switches.has(name) && (value === "true" || value === "false")) return [value === "true" === (no === void 0) ? `--${name}` : `--no-${name}`];
	return [value].flat().map((item) => typeof item === "string" ? `--${key}=${item}` : void 0);
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