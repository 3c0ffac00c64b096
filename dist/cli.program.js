import { Argument, Command, InvalidArgumentError, Option } from "./package.commander.js";
import { harmless } from "./shared.start.js";
import { COMMON, optionsOf } from "./cli.options.js";

// src/cli/program.ts
var Parser = class Parser extends Command {
	createCommand(name) {
		return new Parser(name);
	}
	parseOptions(args) {
		const switches = new Set(this.options.flatMap((option) => option.isBoolean() ? [option.long] : []));
		const end = args.indexOf("--");
		const plain = args.map((arg, index) => {
			const [, no, name, value] = /^--(no-)?([^=]+)=(true|false)$/.exec(arg) ?? [];
			if (!switches.has(`--${name}`) || end !== -1 && index > end) return arg;
			return value === "true" === (no === void 0) ? `--${name}` : `--no-${name}`;
		});
		return super.parseOptions(plain);
	}
};
function programOf(commands, { groups, initial }, { out, err }, load) {
	const entries = /* @__PURE__ */ new Map();
	const loadNamed = async (_, parser) => {
		const entry = entries.get(parser);
		if (entry !== void 0) await load(entry, parser);
	};
	const program = new Parser("image-gate").description("May this image run? Scans images, and holds the findings against limits and exceptions.").usage("[image] NAME… [options]\n       image-gate COMMAND [options]").exitOverride().helpOption(false).helpCommand(false).showSuggestionAfterError().configureHelp({
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
	return program;
}
const AFTER_USAGE = `
Options of every command: ${COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`).join(", ")}, --help; image-gate --version
Each command explains itself: image-gate COMMAND --help
Exit codes: 0 pass, 1 fail, 2 could not judge, 130 and 143 for signals.`;
const MANY = 50;
function describe(parser, name, command) {
	const { words, wordChoices } = command;
	parser.helpOption("-h, --help", "This help.").showHelpAfterError(`image-gate ${name} --help lists its options.`).addHelpText("after", afterHelp(command));
	for (const word of words.split(" ").filter((each) => each !== "")) {
		const argument = new Argument(word);
		parser.addArgument(wordChoices === void 0 ? argument : argument.choices([...wordChoices]));
	}
	const options = optionsOf(command);
	const isFirst = ({ often }) => often === true || options.length < MANY;
	for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))]) for (const each of option.kind === "switch" ? switchOf(option) : [valuedOption(option, options)]) parser.addOption(each.helpGroup(isFirst(option) ? "Options:" : "Other options:"));
	return parser;
}
function givenBy(parser) {
	const typed = Object.entries(parser.opts()).map(([key, value]) => {
		const { long = "" } = parser.options.find((option) => option.attributeName() === key) ?? {};
		return [long.replace(/^--(?:no-)?/, ""), Array.isArray(value) ? value.join("\n") : String(value)];
	});
	const options = new Map(typed);
	if (parser.args.includes("")) parser.error("error: one of the words is empty");
	const format = options.get("format");
	if (options.get("json") === "true" && format !== void 0 && format !== "json") parser.error(`error: --json and --format ${format} ask for two answers`);
	return {
		words: parser.args,
		options
	};
}
function switchOf({ name, short, about, initially }) {
	const letter = short === void 0 ? "" : `-${short}, `;
	const isOn = initially === "true";
	return [new Option(`${letter}--${name}`, about).hideHelp(isOn), new Option(`--no-${name}`, about).hideHelp(!isOn)];
}
function valuedOption(option, all) {
	const { name, short, kind, about, value: shown = "VALUE", initially, choices } = option;
	const letter = short === void 0 ? "" : `-${short}, `;
	const hint = initially ? ` (${initially})` : "";
	const made = new Option(`${letter}--${name} <${shown}${kind === "list" ? "…" : ""}>`, about + hint);
	if (choices !== void 0) return made.choices([...choices]);
	return made.argParser((typed, before) => {
		const value = short === void 0 ? typed : typed.replace(/^=/, "");
		if (before !== void 0 && kind !== "list") throw new InvalidArgumentError(`--${name} is there twice`);
		if (value === "" || all.some((one) => value === `--${one.name}`)) throw new InvalidArgumentError(`--${name} lacks its value: --${name} VALUE`);
		return [...before ?? [], value];
	});
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

export { Parser, describe, givenBy, programOf };