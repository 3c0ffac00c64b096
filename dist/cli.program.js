import { Command, InvalidArgumentError, Option } from "./package.commander.js";
import { harmless } from "./shared.start.js";

// src/cli/options.ts
const COMMON = [
	{
		name: "quiet",
		short: "q",
		kind: "switch",
		often: true,
		about: "Only the answer, and errors."
	},
	{
		name: "verbose",
		kind: "switch",
		about: "Every step, on standard error."
	},
	{
		name: "color",
		kind: "switch",
		initially: "true",
		about: "No colours; so does the variable NO_COLOR."
	},
	{
		name: "progress",
		kind: "switch",
		initially: "true",
		about: "No progress line."
	},
	{
		name: "config",
		kind: "text",
		value: "FILE",
		file: true,
		often: true,
		about: "Options as YAML, by their names; those given here win."
	}
];
const ANSWERING = [
	{
		name: "json",
		kind: "switch",
		conflicts: ["format"],
		about: "Short for `--format json`."
	},
	{
		name: "format",
		short: "f",
		kind: "text",
		value: "FORMAT",
		about: "How the answer is written."
	},
	{
		name: "output",
		short: "o",
		kind: "text",
		value: "FILE",
		about: "Write the answer into this file; - is standard output."
	}
];
function optionsOf({ options, formats }) {
	const answering = ANSWERING.map((one) => ({
		...one,
		often: true,
		...one.name === "format" && { choices: formats }
	}));
	return [
		...options,
		...formats === void 0 ? [] : answering,
		...COMMON
	];
}

// src/cli/program.ts
function programOf(commands, { groups, initial }, { out, err }, load) {
	const entries = /* @__PURE__ */ new Map();
	const loadNamed = async (_, parser) => {
		const entry = entries.get(parser);
		if (entry !== void 0) await load(entry, parser);
	};
	const program = new Command("image-gate").description("May this image run? Scans images, and holds the findings against limits and exceptions.").usage("[image] NAME… [options]\n       image-gate COMMAND [options]").exitOverride().helpOption(false).helpCommand(false).showSuggestionAfterError().enablePositionalOptions().configureHelp({
		visibleArguments: () => [],
		helpWidth: 100,
		subcommandTerm: (each) => each.name()
	}).configureOutput({
		writeOut: (text) => void out.write(text),
		writeErr: (text) => void err.write(harmless(text)),
		outputError: (text, write) => write(text)
	}).addHelpText("after", AFTER_USAGE).hook("preSubcommand", loadNamed);
	const parents = /* @__PURE__ */ new Map();
	for (const entry of commands) {
		const [first = "", second] = entry.name.split(" ");
		if (second !== void 0 && !parents.has(first)) parents.set(first, program.command(first).description(groups[first] ?? "").usage("COMMAND [options]").helpOption("-h, --help", "This help.").hook("preSubcommand", loadNamed));
		const parser = (parents.get(first) ?? program).command(second ?? first, { isDefault: entry === initial }).description(entry.about);
		entries.set(parser, entry);
	}
	program.command(COMPLETE, { hidden: true }).argument("[WORD...]").helpOption(false).allowUnknownOption().passThroughOptions().action(async (line) => {
		const { completions } = await import("./cli.completions.js");
		out.write(await completions(program, line, {
			initial: initial.name,
			describe: (parser) => loadNamed(program, parser)
		}));
	});
	return program;
}
const COMPLETE = "__complete";
const AFTER_USAGE = `
Options of every command: ${COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`).join(", ")}, --help; image-gate --version
Each command explains itself: image-gate COMMAND --help
Exit codes: 0 pass, 1 fail, 2 could not judge, 130 and 143 for signals.`;
const MANY = 50;
function describe(parser, name, command) {
	const { words, wordChoices } = command;
	parser.helpOption("-h, --help", "This help.").showHelpAfterError(`image-gate ${name} --help lists its options.`).addHelpText("after", afterHelp(command));
	if (words !== "") parser.arguments(words);
	if (wordChoices !== void 0) parser.registeredArguments[0]?.choices([...wordChoices]);
	const options = optionsOf(command);
	const isFirst = ({ often }) => often === true || options.length < MANY;
	for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))]) for (const each of option.kind === "switch" ? switchOf(option) : [valuedOption(option)]) parser.addOption(each.helpGroup(isFirst(option) ? "Options:" : "Other options:"));
	return parser;
}
function givenBy(parser) {
	const options = parser.options.flatMap((option) => {
		const value = parser.getOptionValue(option.attributeName());
		const name = option.long?.replace(/^--(?:no-)?/, "") ?? "";
		return value === void 0 ? [] : [[name, [value].flat().join("\n")]];
	});
	if (parser.args.includes("")) parser.error("error: one of the words is empty");
	return {
		words: parser.args,
		options: new Map(options)
	};
}
function switchOf({ name, about, initially, conflicts = [], ...option }) {
	const isOn = initially === "true";
	return [new Option(`${letter(option)}--${name}`, about).hideHelp(isOn).conflicts([...conflicts]), new Option(`--no-${name}`, about).hideHelp(!isOn)];
}
function valuedOption({ name, kind, about, value: shown = "VALUE", initially, choices, ...option }) {
	const hint = initially ? ` (${initially})` : "";
	const made = new Option(`${letter(option)}--${name} <${shown}${kind === "list" ? "…" : ""}>`, about + hint);
	if (choices !== void 0) return made.choices([...choices]);
	return made.argParser((typed, before) => {
		const value = option.short === void 0 ? typed : typed.replace(/^=/, "");
		if (before !== void 0 && kind !== "list") throw new InvalidArgumentError(`--${name} is there twice`);
		if (/^(?:$|--)/.test(value)) throw new InvalidArgumentError(`--${name} lacks its value: --${name} VALUE`);
		return [...before ?? [], value];
	});
}
function letter({ short }) {
	return short === void 0 ? "" : `-${short}, `;
}
function afterHelp({ examples, exitCodes }) {
	const codes = Object.entries({
		...exitCodes,
		130: "interrupted (SIGINT)",
		143: "ended (SIGTERM)"
	});
	return [
		"",
		"Examples:",
		...examples.flatMap(({ line, about }) => [`  ${line}`, `      ${about}`]),
		"",
		"Exit codes:",
		...codes.map(([code, meaning]) => `  ${code.padEnd(3)}  ${meaning}`)
	].join("\n");
}

export { describe, givenBy, optionsOf, programOf };