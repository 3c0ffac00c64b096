import { GateError, existsSync, realpathSync } from "./shared.start.js";
import { Command, CommanderError, InvalidArgumentError, Option } from "./package.commander.js";
import { imageNaming } from "./shared.answer.js";
import { contradiction, optionsOf } from "./cli.options.js";
import { join, relative, resolve } from "node:path";

// src/cli/parse.ts
function parse(name, command, args) {
	const options = optionsOf(command);
	const said = {
		help: "",
		mistake: ""
	};
	const parser = parserOf(name, command, options).configureOutput({
		writeOut(text) {
			said.help += text;
		},
		writeErr(text) {
			said.mistake += text;
		},
		outputError: (text, write) => write(text)
	});
	try {
		parser.parse(withoutValues(args, options), { from: "user" });
	} catch (thrown) {
		if (!(thrown instanceof CommanderError)) throw thrown;
		return thrown.exitCode === 0 ? { help: said.help.trimEnd() } : { mistake: said.mistake.trimEnd() };
	}
	const words = parser.args;
	const given = givenBy(parser, options);
	const wrong = wrongWords(words, name, command) ?? contradiction(given, command.formats);
	return wrong === void 0 ? { given: {
		words,
		options: given
	} } : { mistake: `error: ${wrong}` };
}
function wrongWords(words, name, { words: wanted, count: [least, most] }) {
	if (words.includes("")) return `one of the words is empty: ${name} ${wanted}`;
	if (words.length < least) return `${name} needs ${wanted}`;
	return words.length > most ? `${JSON.stringify(words[most])} is one word too many: ${name} ${wanted}`.trim() : void 0;
}
function givenBy(parser, options) {
	return new Map(options.flatMap(({ name }) => {
		const value = parser.getOptionValue(new Option(`--${name}`).attributeName());
		return value === void 0 ? [] : [[name, Array.isArray(value) ? value.join("\n") : String(value)]];
	}));
}
function parserOf(name, command, options) {
	const parser = new Command(`image-gate ${name}`).usage(`${command.words} [options]`.trim()).argument("[words...]").exitOverride().helpOption("-h, --help", "This help.").showSuggestionAfterError().configureHelp({
		visibleArguments: () => [],
		helpWidth: 100
	}).addHelpText("after", afterHelp(command));
	const { often } = command;
	const isFirst = ({ name }) => often === void 0 || often.includes(name);
	for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))]) for (const each of option.kind === "switch" ? switchOf(option) : [valuedOption(option, options)]) parser.addOption(each.helpGroup(isFirst(option) ? "Options:" : "Other options:"));
	return parser;
}
function switchOf({ name, short, about, initially }) {
	const letter = short === void 0 ? "" : `-${short}, `;
	const isOn = initially === "true";
	return [new Option(`${letter}--${name}`, about).hideHelp(isOn), new Option(`--no-${name}`, about).hideHelp(!isOn)];
}
function valuedOption(option, all) {
	const { name, short, kind, about, value: shown = "VALUE", initially, choices } = option;
	const letter = short === void 0 ? "" : `-${short}, `;
	const hint = choices ? ` One of ${choices.join(", ")}.` : initially ? ` (${initially})` : "";
	const flags = `${letter}--${name} <${shown}${kind === "list" ? "…" : ""}>`;
	return new Option(flags, about + hint).argParser((typed, before) => {
		const value = short === void 0 ? typed : typed.replace(/^=/, "");
		if (before !== void 0 && kind !== "list") throw new InvalidArgumentError(`--${name} is there twice`);
		if (value === "" || all.some((one) => value === `--${one.name}`)) throw new InvalidArgumentError(`--${name} lacks its value: --${name} VALUE`);
		if (choices && !choices.includes(value)) throw new InvalidArgumentError(`It is one of ${choices.join(", ")}.${reportsInstead(name, all)}`);
		return [...before ?? [], value];
	});
}
function reportsInstead(name, all) {
	return name === "format" && all.some((one) => one.name === "reports") ? " Formats for other tools are written by --reports, such as --reports sarif=out.sarif." : "";
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
function withoutValues(args, options) {
	const switches = new Set(options.flatMap(({ kind, name }) => kind === "switch" ? [name] : []));
	const end = args.indexOf("--");
	return args.map((arg, index) => {
		const [, name = "", value] = /^--([^=]+)=(true|false)$/.exec(arg) ?? [];
		if (!switches.has(name) || end !== -1 && index > end) return arg;
		return value === "true" ? `--${name}` : `--no-${name}`;
	});
}
const IMAGES = /* @__PURE__ */ new Set([
	"compare",
	"image",
	"verify"
]);
const READ = [
	"config",
	"path",
	"sbom",
	"trivy-report",
	"scan-report",
	"policy",
	"baseline",
	"vex",
	"dockerfile"
];
function refuseElsewhere(name, { words, options }, { startedIn, workspace }) {
	if (resolve(startedIn) === resolve(workspace) || real(startedIn) === real(workspace)) return;
	const itemsOf = (option) => options.get(option)?.split("\n") ?? [];
	const isPath = (item) => imageNaming(item) === void 0;
	const typed = IMAGES.has(name) ? words.filter(isPath) : words;
	for (const item of [
		...typed,
		...itemsOf("image").filter(isPath),
		...READ.flatMap(itemsOf)
	]) {
		const path = item.replace(/ as .*$/, "").trim();
		const here = resolve(startedIn, path);
		if (path === "" || here === resolve(workspace, path) || !existsSync(here)) continue;
		throw new GateError("path-elsewhere", `${JSON.stringify(path)} is in the folder ${JSON.stringify(startedIn)}, where the command was started, but paths begin in the project's, ${JSON.stringify(workspace)}`, `Name ${JSON.stringify(join(relative(real(workspace), real(startedIn)), path))}, or start the command in the project's folder.`);
	}
}
function real(folder) {
	try {
		return realpathSync(folder);
	} catch {
		return resolve(folder);
	}
}

export { parse, refuseElsewhere };