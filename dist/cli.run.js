import { GateError, asGateError, existsSync, realpathSync, tryOr } from "./shared.thread.js";
import { Command, CommanderError, InvalidArgumentError, Option } from "./package.commander.js";
import { closest, imageNaming } from "./shared.names.js";
import { harmless, oneLine, ownLine } from "./shared.start.js";
import { COMMANDS, DEFAULT_COMMAND, GROUPS } from "./cli.list.js";
import { shorten } from "./shared.inputs.js";
import { progressColumns, terminalOf, withPage, writeWhole } from "./cli.terminal.js";
import { join, relative, resolve } from "node:path";

// src/cli/log.ts
const SCANNER_LINE = /^\d{4}-\d\d-\d\dT\S+\s/;
function commandLog(err, { quiet, verbose, progress }) {
	const clear = () => progress?.clear();
	const line = (text) => {
		clear();
		err.write(`${harmless(text)}\n`);
	};
	const step = (text) => {
		if (verbose) line(text);
		else if (!quiet && !SCANNER_LINE.test(text)) progress?.show(text);
	};
	const labelled = (level) => (message, place) => {
		if (quiet && level !== "error") return;
		const label = message.startsWith(`${level}: `) ? "" : `${level}: `;
		line(`${label}${message}${place ? ` (${place.file}:${place.line})` : ""}`);
	};
	const plain = {
		info: step,
		show: (print) => {
			if (!verbose) return;
			clear();
			err.write(`${print({ colours: false })}\n`);
		},
		debug: () => {},
		startGroup: step,
		endGroup: () => {},
		notice: labelled("notice"),
		warning: labelled("warning"),
		error: labelled("error"),
		annotate: () => {},
		annotationsLeft: () => Number.POSITIVE_INFINITY,
		mask: () => {}
	};
	const say = (text) => {
		if (!quiet) line(text);
	};
	const log = {
		...plain,
		advance: quiet || verbose ? void 0 : progress?.advance
	};
	return {
		...log,
		clear,
		spoken: {
			...log,
			info: say,
			startGroup: say
		}
	};
}

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
function programOf({ out, err }, load) {
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
	const groupOf = (name) => program.commands.find((each) => each.name() === name) ?? program.command(name).description(GROUPS[name] ?? "").usage("COMMAND [options]").helpOption("-h, --help", "This help.").hook("preSubcommand", loadNamed);
	for (const entry of COMMANDS) {
		const [first = "", second] = entry.name.split(" ");
		const parser = (second === void 0 ? program : groupOf(first)).command(second ?? first, { isDefault: entry === DEFAULT_COMMAND }).description(entry.about);
		entries.set(parser, entry);
	}
	program.command(COMPLETE, { hidden: true }).argument("[WORD...]").helpOption(false).allowUnknownOption().passThroughOptions().action(async (line) => {
		const { completions } = await import("./cli.completions.js");
		out.write(await completions(program, line, (parser) => loadNamed(program, parser)));
	});
	return program;
}
const COMPLETE = "__complete";
const EXIT_CODES = `Exit codes:
  0    pass, or a fail with --mode warn; of other commands: it is done
  1    the answer is no: fail, refused (verify), nothing signed (sign)
  2    it could not be judged or done, or a wrong command line
  130  interrupted (SIGINT)
  143  ended (SIGTERM)`;
const AFTER_USAGE = `
Options of every command: ${COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`).join(", ")}, --help; image-gate --version, --self
Each command explains itself: image-gate COMMAND --help

${EXIT_CODES}`;
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
	if (parser.args.includes("")) parser.error("error: one of the arguments is empty");
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
function afterHelp({ examples }) {
	return `\nExamples:\n${examples.map(({ line, about }) => `  ${line}\n      ${about}`).join("\n")}\n\n${EXIT_CODES}`;
}

// src/cli/progress.ts
const BACK_AND_CLEAR = "\r\x1B[2K";
const TICK_MS = 1e3;
const MB = 1e6;
function progressLine(err, columns, now) {
	const room = Math.max(1, columns - 3);
	const fetches = /* @__PURE__ */ new Map();
	let scans;
	let step;
	let since = 0;
	let isShown = false;
	let timer;
	const draw = () => {
		const [[text, fetch] = [step]] = fetches;
		if (text === void 0) return;
		const line = [
			scans === void 0 ? "" : `${scans.done} of ${scans.of}`,
			fetch === void 0 ? secondsOf(now() - since) : fetchFigures(fetch),
			text
		].filter((part) => part !== "").join(": ");
		err.write(`${BACK_AND_CLEAR}${shorten(line, room)}`);
		isShown = true;
	};
	const tick = () => {
		timer ??= setInterval(draw, TICK_MS).unref();
	};
	return {
		show(text) {
			step = harmless(oneLine(text));
			since = now();
			draw();
			tick();
		},
		advance({ what, unit, done, of }) {
			const hasEnded = of !== void 0 && done >= of;
			if (unit === "targets") scans = hasEnded ? void 0 : {
				done,
				of
			};
			else {
				const name = harmless(oneLine(what));
				if (hasEnded) fetches.delete(name);
				else fetches.set(name, {
					done,
					of
				});
			}
			if (!hasEnded) tick();
		},
		clear() {
			clearInterval(timer);
			timer = void 0;
			if (isShown) err.write(BACK_AND_CLEAR);
			isShown = false;
			step = void 0;
		}
	};
}
function secondsOf(ms) {
	const seconds = Math.floor(ms / 1e3);
	return seconds < 2 ? "" : `${seconds} s`;
}
function fetchFigures({ done, of }) {
	return of === void 0 ? `${Math.ceil(done / MB)} MB` : `${Math.floor(done / of * 100)} % of ${Math.ceil(of / MB)} MB`;
}

// src/cli/start-folder.ts
const IMAGES = /* @__PURE__ */ new Set([
	"compare",
	"image",
	"verify"
]);
function requireStartFolder(name, { words, options }, known, { startedIn, workspace }) {
	const [from, to] = [startedIn, workspace].map((folder) => tryOr(() => realpathSync(folder), resolve(folder)));
	if (from === void 0 || to === void 0 || from === to) return;
	const isPath = (item) => imageNaming(item) === void 0;
	const typed = IMAGES.has(name) ? words.filter(isPath) : words;
	const named = known.flatMap((option) => {
		const items = option.file && options.get(option.name)?.split("\n") || [];
		return option.name === "image" ? items.filter(isPath) : items;
	});
	for (const item of [...typed, ...named]) {
		const path = item.replace(/ as .*$/, "").trim();
		const here = resolve(startedIn, path);
		if (path === "" || here === resolve(workspace, path) || !existsSync(here)) continue;
		throw new GateError("path-elsewhere", `${JSON.stringify(path)} is in the folder ${JSON.stringify(startedIn)}, where the command was started, but paths begin in the project's, ${JSON.stringify(workspace)}`, `Name ${JSON.stringify(join(relative(to, from), path))}, or start the command in the project's folder.`);
	}
}

// src/cli/run.ts
const WRONG = 2;
const SIGNAL_CODES = {
	SIGINT: 130,
	SIGTERM: 143,
	SIGHUP: 143
};
async function runCommandLine(line, place) {
	const { world, streams } = place;
	if (world.env.GITLAB_CI !== void 0 || line.includes("--verbose")) streams.err.write(`${ownLine(import.meta.dirname)}\n`);
	let chosen;
	let code = 0;
	const oweVerdict = () => {
		const isOther = line[0] === "help" || Object.hasOwn(GROUPS, line[0] ?? "");
		if (chosen === void 0 ? !isOther : chosen.answersVerdict) place.owesVerdict?.();
	};
	const program = programOf(streams, async (entry, parser) => {
		chosen = entry;
		const command = await entry.load();
		describe(parser, entry.name, command).action(async () => {
			const given = givenBy(parser);
			if (entry.name.split(" ")[0] !== line[0]) refuseCommand(given.words[0] ?? "", parser, world);
			oweVerdict();
			code = await runCommand(entry, command, given, place);
		});
	});
	try {
		await parseLine(line, program, place);
	} catch (thrown) {
		const isExplained = thrown instanceof CommanderError;
		if (isExplained && thrown.exitCode === 0) return 0;
		oweVerdict();
		if (!isExplained) streams.err.write(harmless(`error: ${withPage(asGateError(thrown))}\n`));
		code = WRONG;
	}
	return SIGNAL_CODES[String(world.signal.reason)] ?? code;
}
async function parseLine(line, program, { world, streams }) {
	const [first, ...rest] = line;
	if (first === "--self" && rest.length === 0) {
		const { aboutSelf } = await import("./cli.self.js");
		streams.out.write(await aboutSelf(import.meta.dirname, world));
		return;
	}
	if (first === void 0) return program.help({ error: true });
	if (["--help", "-h"].includes(first) || first === "help" && rest.length === 0) return program.outputHelp();
	const asked = rest.join(" ");
	if (first === "help" && !COMMANDS.some(({ name }) => `${name} `.startsWith(`${asked} `))) program.error(`error: ${JSON.stringify(asked)} is not a command`);
	if (!FIRST_WORDS.includes(first)) refuseCommand(first, program, world);
	await program.parseAsync(first === "help" ? [...rest, "--help"] : line, { from: "user" });
}
async function runCommand(entry, command, given, place) {
	const { startedIn, world, streams } = place;
	if (entry.answersVerdict === true && world.platform === "win32") streams.err.write(`${ON_WINDOWS}\n`);
	if (startedIn !== void 0) requireStartFolder(entry.name, given, optionsOf(command), {
		startedIn,
		workspace: world.workspace
	});
	return start(command, given, place);
}
const ON_WINDOWS = "warning: Image Gate was never tried on Windows. It cannot ask Docker's pipe there: name a tar, an OCI layout or an image of a registry, or run it in WSL.";
const FIRST_WORDS = [.../* @__PURE__ */ new Set(["help", ...COMMANDS.map(({ name }) => name.split(" ")[0] ?? "")])];
function refuseCommand(word, parser, { workspace }) {
	const isOne = FIRST_WORDS.includes(word);
	const meant = isOne ? word : /^[A-Za-z][\w-]{3,}$/.test(word) && closest(word, FIRST_WORDS);
	if (!meant || existsSync(resolve(workspace, word))) return;
	const why = isOne ? `the command comes before its options: image-gate ${word} …` : `${JSON.stringify(word)} is not a command; did you mean ${meant}?`;
	parser.error(`error: ${why}\nAn image of that name: image-gate ${DEFAULT_COMMAND.name} ${word}`);
}
async function start(command, given, { world, open, streams }) {
	const { options } = given;
	const err = { write(text) {
		log.clear();
		return streams.err.write(text);
	} };
	const terminal = {
		...terminalOf(streams, options, world.env),
		err
	};
	const columns = progressColumns(streams, options, world.env);
	const log = commandLog(streams.err, {
		quiet: options.get("quiet") === "true",
		verbose: options.get("verbose") === "true",
		progress: columns === void 0 ? void 0 : progressLine(streams.err, columns, () => performance.now())
	});
	const env = Object.fromEntries(Object.entries(world.env).filter(([name]) => !/^INPUT_/i.test(name)));
	const ours = {
		...world,
		env,
		log
	};
	const output = options.get("output");
	const answer = (text) => {
		log.clear();
		if (output === void 0 || output === "-") terminal.out.write(text);
		else writeWhole(resolve(world.workspace, output), text, `The file of \`--output\`, ${JSON.stringify(output)},`);
	};
	try {
		const platform = await open(ours);
		const seat = {
			world: ours,
			spoken: log.spoken,
			platform,
			terminal,
			format: formatOf(options, command),
			answer
		};
		return await command.run(given, seat);
	} finally {
		log.clear();
	}
}
function formatOf(options, { formats = [] }) {
	const asked = options.get("json") === "true" ? "json" : options.get("format");
	return formats.find((format) => format === asked) ?? "table";
}

export { runCommandLine };