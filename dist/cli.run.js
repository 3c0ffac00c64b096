import { GateError, asGateError, existsSync, harmless, oneLine, realpathSync, rmSync, statSync, writeFileSync } from "./shared.start.js";
import { closest, imageNaming, replaceWhole } from "./shared.answer.js";
import { ANSWERING, COMMON, contradiction, optionsOf } from "./cli.options.js";
import { Command, CommanderError, InvalidArgumentError, Option } from "./package.commander.js";
import { join, relative, resolve } from "node:path";

// src/cli/answer-file.ts
function writeAnswer(path, text) {
	try {
		const there = statSync(path, { throwIfNoEntry: false });
		if (there !== void 0 && !there.isFile()) {
			writeFileSync(path, text);
			return;
		}
		replaceWhole(there === void 0 ? path : realpathSync(path), [text], { mode: 438 });
	} catch (cause) {
		throw new GateError("answer-not-written", `The file of \`--output\`, ${JSON.stringify(path)}, cannot be written (${cause.code})`, "Name a file in a folder that exists and has space left, or leave `--output` out.", { cause });
	}
}

// src/cli/parse.ts
function parse(name, command, args) {
	const options = optionsOf(command);
	const written = {
		out: "",
		err: ""
	};
	const parser = parserOf(name, command, options).configureOutput({
		writeOut(text) {
			written.out += text;
		},
		writeErr(text) {
			written.err += text;
		},
		outputError: (text, write) => write(text)
	});
	try {
		parser.parse(withValues(args, options), { from: "user" });
	} catch (thrown) {
		if (thrown instanceof Mistake) return { mistake: `error: ${thrown.message}` };
		if (!(thrown instanceof CommanderError)) throw thrown;
		if (thrown.exitCode === 0) return { help: written.out.trimEnd() };
		return { mistake: instead(thrown, command) ?? written.err.trimEnd() };
	}
	const words = parser.args;
	const [least, most] = command.count;
	if (words.includes("")) return { mistake: `error: one of the words is empty: ${name} ${command.words}` };
	if (words.length < least) return { mistake: `error: ${name} needs ${command.words}` };
	if (words.length > most) return { mistake: `error: ${JSON.stringify(words[most])} is one word too many: ${name} ${command.words}`.trim() };
	const values = parser.opts();
	const given = new Map(options.flatMap((option) => {
		const value = values[attributeOf(option)];
		return value === void 0 ? [] : [[option.name, value.join("\n")]];
	}));
	const contrary = contradiction(given, command.formats);
	return contrary === void 0 ? { given: {
		words,
		options: given
	} } : { mistake: `error: ${contrary}` };
}
function instead({ code, message }, command) {
	const name = code === "commander.unknownOption" ? /'--([^'=]+)/.exec(message)?.[1] : void 0;
	const words = name === void 0 ? void 0 : command.insteadOf?.(name);
	return words === void 0 ? void 0 : `error: --${name} is not an option: ${words}`;
}
function helpOf(name, command) {
	const asked = parse(name, command, ["--help"]);
	return "help" in asked ? asked.help : "";
}
var Mistake = class extends Error {};
function parserOf(name, command, options) {
	const parser = new Command(`image-gate ${name}`).usage(`${command.words} [options]`.trim()).argument("[words...]").exitOverride().helpOption("-h, --help", "This help.").showSuggestionAfterError().configureHelp({
		visibleArguments: () => [],
		optionTerm: (option) => termOf(option, options),
		helpWidth: 100
	}).addHelpText("after", afterHelp(command));
	const { often } = command;
	const isFirst = ({ name }) => often === void 0 || often.includes(name);
	for (const option of [...options.filter(isFirst), ...options.filter((one) => !isFirst(one))]) parser.addOption(optionOf(option, options).helpGroup(isFirst(option) ? "Options:" : "Other options:"));
	return parser;
}
function optionOf(option, all) {
	const { name, short, kind, about, initially, choices } = option;
	const dashes = short === void 0 ? `--${name}` : `-${short}, --${name}`;
	const hint = choices ? ` One of ${choices.join(", ")}.` : initially && kind !== "switch" ? ` (${initially})` : "";
	return new Option(`${dashes} <value>`, about + hint).argParser((value, before) => {
		if (before !== void 0 && kind !== "list") throw new Mistake(`--${name} is there twice`);
		if (value === "" || all.some((one) => value === `--${one.name}`)) throw new Mistake(`--${name} lacks its value: --${name} VALUE`);
		if (kind === "switch" && value !== "true" && value !== "false") throw new InvalidArgumentError("It is a switch: `true` or `false`.");
		if (choices && !choices.includes(value)) throw new InvalidArgumentError(`It is one of ${choices.join(", ")}.${reportsInstead(name, all)}`);
		return [...before ?? [], value];
	});
}
function reportsInstead(name, all) {
	return name === "format" && all.some((one) => one.name === "reports") ? " Formats for other tools are written by --reports, such as --reports sarif=out.sarif." : "";
}
function attributeOf({ name }) {
	return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
function termOf(shown, options) {
	const option = options.find(({ name }) => shown.long === `--${name}`);
	if (option === void 0) return shown.flags;
	const { name, short, kind, value = "VALUE", initially } = option;
	const dashes = `${short === void 0 ? "" : `-${short}, `}--`;
	if (kind === "switch") return `${dashes}${initially === "true" ? "no-" : ""}${name}`;
	return `${dashes}${name} ${value}${kind === "list" ? "…" : ""}`;
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
function withValues(args, options) {
	const switches = new Map(options.filter(({ kind }) => kind === "switch").map(({ name }) => [`--${name}`, name]));
	const short = new Map(options.filter(({ kind }) => kind === "switch").map((one) => [`-${one.short}`, one.name]));
	const valued = new Set(options.filter(({ kind }) => kind !== "switch").flatMap((one) => [`--${one.name}`, `-${one.short}`]));
	const read = [];
	let isValue = false;
	const left = [...args];
	for (let arg = left.shift(); arg !== void 0; arg = left.shift()) {
		if (arg === "--") return [
			...read,
			arg,
			...left
		];
		const spelled = isValue ? void 0 : spelledOut(arg, short, valued);
		if (spelled !== void 0) {
			left.unshift(...spelled);
			continue;
		}
		const on = switches.get(arg) ?? short.get(arg);
		const off = switches.get(arg.replace(/^--no-/, "--"));
		if (isValue || on === void 0 && off === void 0) read.push(arg);
		else read.push(on === void 0 ? `--${off}=false` : `--${on}=true`);
		isValue = !isValue && valued.has(arg);
	}
	return read;
}
function spelledOut(arg, switches, valued) {
	const [, letter = "", others = ""] = /^(-[a-z])(.+)$/s.exec(arg) ?? [];
	if (switches.has(letter) && /^[a-z]/.test(others)) return [letter, `-${others}`];
	return valued.has(letter) && /^=./s.test(others) ? [letter, others.slice(1)] : void 0;
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

// src/cli/help.ts
function groupHelp(group, commands) {
	return [
		`Usage: image-gate ${group} COMMAND [options]`,
		"",
		...listOf(commands),
		"",
		`Each command explains itself: image-gate ${group} COMMAND --help`
	].join("\n");
}
function listOf(commands) {
	const width = Math.max(...commands.map(({ name }) => name.length));
	return ["Commands:", ...commands.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`)];
}
function usage(commands) {
	const options = COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`);
	return [
		"May this image run? Scans images, and holds the findings against limits and exceptions.",
		"",
		"Usage: image-gate [image] NAME… [options]",
		"       image-gate COMMAND [options]",
		"",
		...listOf(commands),
		"",
		`Options of every command: ${options.join(", ")}, --help; image-gate --version`,
		"Each command explains itself: image-gate COMMAND --help",
		"Exit codes: 0 pass, 1 fail, 2 could not judge, 130 and 143 for signals."
	].join("\n");
}
const INSTEAD = {
	i: "image-gate image NAME",
	scan: "image-gate image NAME",
	scout: "image-gate image NAME",
	cves: "image-gate image NAME",
	quickview: "image-gate image NAME",
	filesystem: "image-gate fs PATH",
	rootfs: "image-gate fs PATH",
	config: "image-gate fs PATH --scanners misconfig",
	conf: "image-gate fs PATH --scanners misconfig",
	repository: "image-gate repo URL",
	convert: "image-gate report FILE",
	diff: "image-gate compare OLD NEW",
	attest: "image-gate sign REPORT",
	login: "docker login, whose login is used",
	k8s: "image-gate rescan kubectl",
	kubernetes: "image-gate rescan kubectl",
	version: "image-gate --version",
	"export-vex": "image-gate policy export-vex",
	import: "image-gate policy import FILE"
};
function commandInstead(word) {
	return Object.hasOwn(INSTEAD, word) ? INSTEAD[word] : void 0;
}
const TYPED = [
	"image",
	"path",
	"repository",
	"sbom",
	"report",
	"discover"
];
function optionWords(message, names) {
	return message.replace(/`([a-z][a-z0-9-]*)(?:: ([^`\n]+))?`( must be)?/g, (text, name, value, wrong = "") => {
		const isMeant = value !== void 0 || name.includes("-") || wrong !== "" && !TYPED.includes(name);
		if (!names.has(name) || !isMeant) return text;
		return `\`--${name}${value === void 0 ? "" : ` ${value}`}\`${wrong}`;
	});
}

// src/cli/compare/index.ts
const compare = {
	name: "compare",
	about: "Packages and findings gained, lost and changed between two images, reports or SBOMs",
	load: async () => (await import("./cli.compare.command.js")).compareCommand
};

// src/cli/completion/index.ts
const completion = {
	name: "completion",
	about: "A script that completes image-gate's commands and options in a shell",
	load: async () => (await import("./cli.completion.command.js")).completionCommand
};

// src/cli/databases/index.ts
const databaseCommands = [
	{
		name: "db status",
		about: "Which databases are here, how old, and how large all is that is kept",
		load: async () => (await import("./cli.databases.commands.js")).status
	},
	{
		name: "db update",
		about: "Downloads the databases that are missing or due",
		load: async () => (await import("./cli.databases.commands.js")).update
	},
	{
		name: "clean",
		about: "Removes what is kept on this machine",
		load: async () => (await import("./cli.databases.commands.js")).cleaning
	}
];

// src/cli/explain/index.ts
const explain = {
	name: "explain",
	about: "What a finding is, where it sits, what clears it, and what the policy says",
	load: async () => (await import("./cli.explain.command.js")).explainCommand
};

// src/cli/gate/index.ts
function entry(name, about) {
	return {
		name,
		about,
		answersVerdict: true,
		load: async () => (await import("./cli.gate.gate.js")).gateCommand(name)
	};
}
const image = entry("image", "May these images run? References, docker save tars, OCI layout folders");
const fs = entry("fs", "The same for folders and files");
const repo = entry("repo", "The same for Git repositories");
const sbom = entry("sbom", "The same for CycloneDX and SPDX files");
const report = entry("report", "Judges reports that scanners have made before");

// src/cli/policy/index.ts
const policyCommands = [
	{
		name: "policy check",
		about: "Is the policy valid, and which exceptions end?",
		load: async () => (await import("./cli.policy.commands.js")).check
	},
	{
		name: "policy import",
		about: "Turns another scanner's ignore file, or a Harbor allowlist, into a policy",
		load: async () => (await import("./cli.policy.commands.js")).importing
	},
	{
		name: "policy add",
		about: "Writes an exception into the policy",
		load: async () => (await import("./cli.policy.commands.js")).add
	},
	{
		name: "policy export-vex",
		about: "Writes the exceptions that hold as OpenVEX, for other tools",
		load: async () => (await import("./cli.policy.commands.js")).exporting
	},
	{
		name: "policy test",
		about: "Judges a report by a policy that is being written",
		load: async () => (await import("./cli.policy.commands.js")).testing
	}
];

// src/cli/rescan/index.ts
const rescan = {
	name: "rescan",
	about: "May the images that run here, or where SOURCE says, go on running?",
	answersVerdict: true,
	load: async () => (await import("./cli.rescan.rescan.js")).rescanCommand
};

// src/cli/sign/index.ts
const sign = {
	name: "sign",
	about: "Signs the images of a report that passes",
	load: async () => (await import("./cli.sign.sign.js")).signCommand
};

// src/cli/verify/index.ts
const verify = {
	name: "verify",
	about: "May this signed image be deployed?",
	answersVerdict: true,
	load: async () => (await import("./cli.verify.verify.js")).verifyCommand
};

// src/cli/list.ts
const SCANS = [
	image,
	fs,
	repo,
	sbom,
	report,
	rescan
];
const COMMANDS = [
	...SCANS,
	sign,
	verify,
	compare,
	explain,
	...policyCommands,
	...databaseCommands,
	completion
];

// src/cli/log.ts
const SCANNER_LINE = /^\d{4}-\d\d-\d\dT\S+\s/;
function commandLog(err, { quiet, verbose, progress, inWords = String }) {
	const clear = () => progress?.clear();
	const line = (text) => {
		clear();
		err.write(`${harmless(inWords(text))}\n`);
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
	const isShown = !quiet && !verbose;
	const log = {
		...plain,
		advance: isShown ? progress?.advance : void 0
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

// src/cli/progress.ts
const BACK_AND_CLEAR = "\r\x1B[2K";
const TICK_MS = 1e3;
const LEAST_SECONDS = 2;
const MB = 1e6;
const LEAST_TEXT = 8;
function progressLine(err, columns, now) {
	const fetches = /* @__PURE__ */ new Map();
	let scans;
	let step;
	let since = 0;
	let isShown = false;
	let timer;
	const draw = () => {
		const [fetch] = fetches;
		if (fetch === void 0 && step === void 0) return;
		const [text, figures] = fetch === void 0 ? [step ?? "", [secondsOf(now() - since)]] : [fetch[0], fetchFigures(fetch[1], now())];
		const before = scans === void 0 ? "" : `${scans.done} of ${scans.of}: `;
		const line = `${before}${fitted(text, figures, columns - 1 - before.length)}`;
		err.write(`${BACK_AND_CLEAR}${cut(line, columns - 1)}`);
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
				const { since: seen = now(), from = done } = fetches.get(name) ?? {};
				if (hasEnded) fetches.delete(name);
				else fetches.set(name, {
					done,
					of,
					since: seen,
					from
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
	return seconds < LEAST_SECONDS ? "" : ` (${seconds} s)`;
}
function fetchFigures({ done, of, since, from }, now) {
	const size = `${Math.ceil(done / MB)}`;
	if (of === void 0) return [`: ${size} MB`];
	const share = `${Math.floor(done / of * 100)} %`;
	const seconds = (now - since) / 1e3;
	const left = seconds < LEAST_SECONDS || done <= from ? "" : `, ${duration((of - done) * seconds / (done - from))} left`;
	return [
		`: ${size} of ${Math.ceil(of / MB)} MB, ${share}${left}`,
		`: ${share}${left}`,
		`: ${share}`
	];
}
function duration(seconds) {
	return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
function fitted(text, figures, columns) {
	const least = Math.min([...text].length, LEAST_TEXT);
	const chosen = figures.find(({ length }) => length + least <= columns) ?? figures.at(-1) ?? "";
	return `${cut(text, columns - chosen.length)}${chosen}`;
}
function cut(text, most) {
	const characters = [...text];
	return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join("")}…`;
}

// src/cli/terminal.ts
const PIPE_COLUMNS = 120;
const LEAST_COLUMNS = 80;
function terminalOf({ out, err }, options, env) {
	const isTerminal = out.isTTY === true;
	const columns = isTerminal ? Math.max(LEAST_COLUMNS, out.columns ?? LEAST_COLUMNS) : PIPE_COLUMNS;
	const colours = hasColours(out, options, env);
	return {
		out,
		err,
		isTerminal,
		columns,
		colours,
		links: isTerminal && colours && showsLinks(env)
	};
}
function hasColours(out, options, env) {
	const asked = options.get("color");
	if (asked !== void 0) return asked === "true";
	if (env.NO_COLOR) return false;
	if (isForced(env.FORCE_COLOR) || isForced(env.CLICOLOR_FORCE)) return true;
	return out.isTTY === true && env.TERM !== "dumb";
}
function showsLinks({ TERM = "", TERM_PROGRAM = "", VTE_VERSION, WT_SESSION, KONSOLE_VERSION, TMUX }) {
	if (TMUX) return false;
	return [
		"iTerm.app",
		"WezTerm",
		"vscode",
		"ghostty"
	].includes(TERM_PROGRAM) || /^xterm-kitty|^foot/.test(TERM) || Number(VTE_VERSION) >= 5e3 || Boolean(WT_SESSION || KONSOLE_VERSION);
}
function isForced(value) {
	return value !== void 0 && value !== "" && value !== "0" && value !== "false";
}
function progressColumns({ err }, options, env) {
	return options.get("progress") !== "false" && err.isTTY === true && env.TERM !== "dumb" && !env.CI ? err.columns ?? LEAST_COLUMNS : void 0;
}

// src/cli/run.ts
const WRONG = 2;
const SIGNAL_CODES = {
	SIGINT: 130,
	SIGTERM: 143,
	SIGHUP: 143
};
const DEFAULT = "image";
async function runCommandLine(line, place) {
	const { world, streams } = place;
	let platform;
	let owed;
	const owesVerdict = () => {
		owed = place.owesVerdict;
		place.owesVerdict?.();
	};
	const inWords = (message) => platform?.words.message?.(message) ?? message;
	const openFor = async (command, opened) => {
		platform = withOptionWords(await place.open(opened), command);
		return platform;
	};
	try {
		const code = await runLine(line, {
			...place,
			openFor,
			inWords,
			owesVerdict
		});
		return SIGNAL_CODES[String(world.signal.reason)] ?? code;
	} catch (thrown) {
		owed?.();
		streams.err.write(harmless(`error: ${inWords(asGateError(thrown).message)}\n`));
		return SIGNAL_CODES[String(world.signal.reason)] ?? WRONG;
	} finally {
		rmSync(world.runFolder, {
			recursive: true,
			force: true
		});
	}
}
function withOptionWords(platform, command) {
	if (platform.comments !== void 0) return platform;
	const names = new Set(optionsOf(command).map(({ name }) => name));
	const { message: inWords = String } = platform.words;
	return {
		...platform,
		words: {
			...platform.words,
			message: (text) => optionWords(inWords(text), names)
		}
	};
}
async function runLine(line, place) {
	const { out, err } = place.streams;
	const { entry, args, help, mistake, isOther, isNamed } = commandIn(line, place.world.workspace);
	const owes = () => {
		if (entry === void 0 ? isOther !== true : entry.answersVerdict === true) place.owesVerdict?.();
	};
	const wrong = (text) => {
		owes();
		err.write(harmless(`${text}\n`));
		return WRONG;
	};
	if (line.length === 0) return wrong(usage(COMMANDS));
	if (mistake !== void 0) return wrong(mistake);
	if (entry === void 0) {
		out.write(`${help ?? usage(COMMANDS)}\n`);
		return 0;
	}
	const command = await entry.load();
	if (args === void 0) {
		out.write(`${helpOf(entry.name, command)}\n`);
		return 0;
	}
	const asked = parse(entry.name, command, args);
	if ("help" in asked) {
		out.write(`${asked.help}\n`);
		return 0;
	}
	if ("mistake" in asked) return wrong(`${asked.mistake}\nimage-gate ${entry.name} --help lists its options.`);
	const late = isNamed === true ? void 0 : lateCommand(asked.given.words, place.world.workspace);
	if (late !== void 0) return wrong(late);
	owes();
	if (entry.answersVerdict === true && place.world.platform === "win32") err.write(`${ON_WINDOWS}\n`);
	const { startedIn, world } = place;
	if (startedIn !== void 0) refuseElsewhere(entry.name, asked.given, {
		startedIn,
		workspace: world.workspace
	});
	return start(command, await withConfig(asked.given, command, world), place);
}
const ON_WINDOWS = "warning: Image Gate was never tried on Windows. It cannot ask Docker's pipe there: name a tar, an OCI layout or an image of a registry, or run it in WSL.";
function commandIn(line, workspace) {
	const [first = ""] = line;
	if (["--help", "-h"].includes(first) || first === "help" && line.length === 1) return {};
	if (first === "help") return helpFor(line.slice(1), workspace);
	const before = leadingOptions(line);
	const { args = [], ...meant } = named(line.slice(before), workspace);
	return {
		...meant,
		args: [...line.slice(0, before), ...args]
	};
}
function helpFor(words, workspace) {
	const { args: _, ...meant } = named(words.length === 1 ? [...words, "--help"] : words, workspace);
	const mistake = meant.entry === void 0 || meant.entry.name.split(" ")[0] === words[0] ? meant.mistake : `error: ${JSON.stringify(words.join(" "))} is not a command`;
	return {
		...meant,
		mistake,
		isOther: true
	};
}
function leadingOptions(line) {
	let count = 0;
	for (;;) {
		const arg = line[count] ?? "";
		const name = arg.replace(/^--(?:no-)?/, "").replace(/=.*$/s, "");
		const option = [...COMMON, ...ANSWERING].find((one) => one.name === name || `-${one.short}` === arg);
		if (!arg.startsWith("-") || option === void 0) return count;
		count += option.kind === "switch" || arg.includes("=") ? 1 : 2;
	}
}
function named(words, workspace) {
	const [first = "", second = ""] = words;
	const [entry] = [`${first} ${second}`, first].flatMap((name) => COMMANDS.find((command) => command.name === name) ?? []);
	if (entry !== void 0) return {
		entry,
		args: words.slice(entry.name.split(" ").length),
		isNamed: true
	};
	const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
	if (group.length > 0 && ["--help", "-h"].includes(second)) return {
		help: groupHelp(first, group),
		isOther: true
	};
	if (group.length > 0) return {
		mistake: noSubcommand(first, second, group),
		isOther: true
	};
	const meant = mistypedCommand(first, workspace);
	if (meant !== void 0) return { mistake: meant };
	return {
		entry: COMMANDS.find(({ name }) => name === DEFAULT),
		args: words
	};
}
function lateCommand([first = "", second = ""], workspace) {
	const found = COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
	if (found === void 0 || existsSync(resolve(workspace, first))) return void 0;
	return `error: the command stands before its options: image-gate ${found.name} …\nAn image of that name: image-gate ${DEFAULT} ${first}`;
}
function noSubcommand(first, second, group) {
	const names = group.map(({ name }) => name.split(" ")[1] ?? "");
	const meant = closest(second, names);
	if (second === "" || second.startsWith("-")) return `error: image-gate ${first} needs one of: ${names.join(", ")}`;
	return `error: ${JSON.stringify(`${first} ${second}`)} is not a command${meant === void 0 ? `; there are: ${names.join(", ")}` : `; did you mean ${first} ${meant}?`}`;
}
function mistypedCommand(word, workspace) {
	if (!/^[A-Za-z][\w-]*$/.test(word) || existsSync(resolve(workspace, word))) return void 0;
	const asImage = `An image of that name: image-gate ${DEFAULT} ${word}`;
	const instead = commandInstead(word);
	if (instead !== void 0) return `error: ${JSON.stringify(word)} is not a command here; use ${instead}\n${asImage}`;
	const names = [...new Set(COMMANDS.map(({ name }) => name.split(" ")[0] ?? ""))];
	const meant = closest(word, names);
	if (meant === void 0) return void 0;
	return `error: ${JSON.stringify(word)} is not a command; did you mean ${meant}?\n${asImage}`;
}
async function withConfig(given, command, world) {
	const { words, options } = await withFile(given, command, world);
	return {
		words,
		options: new Map([...options].filter(([name, value]) => name !== "output" || value !== "-"))
	};
}
async function withFile({ words, options }, command, world) {
	const path = options.get("config");
	if (path === void 0) return {
		words,
		options
	};
	const { readConfig } = await import("./cli.config.js");
	const read = readConfig(path, command, world.workspace);
	if (options.has("json") || options.has("format")) for (const name of ["json", "format"]) read.delete(name);
	return {
		words,
		options: new Map([...read, ...options])
	};
}
async function start(command, given, { world, openFor, streams, inWords }) {
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
		inWords,
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
		if (output === void 0) terminal.out.write(text);
		else writeAnswer(resolve(world.workspace, output), text);
	};
	try {
		const platform = await openFor(command, ours);
		const seat = {
			world: ours,
			spoken: log.spoken,
			platform,
			terminal,
			format: formatOf(options, command),
			answer
		};
		return await command.run(given, {
			...seat,
			surface
		});
	} finally {
		log.clear();
	}
}
async function surface() {
	return Promise.all(COMMANDS.map(async ({ name, about, load }) => {
		const command = await load();
		return {
			name,
			about,
			wordChoices: command.wordChoices,
			options: optionsOf(command)
		};
	}));
}
function formatOf(options, { formats = [] }) {
	const asked = options.get("json") === "true" ? "json" : options.get("format");
	return formats.find((format) => format === asked) ?? "table";
}

export { runCommandLine };