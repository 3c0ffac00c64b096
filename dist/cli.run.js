import { GateError, asGateError, existsSync, harmless, oneLine, realpathSync, rmSync, statSync, writeFileSync } from "./shared.start.js";
import { closest, replaceWhole } from "./shared.answer.js";
import { COMMANDS, DEFAULT_COMMAND } from "./cli.list.js";
import { groupHelp, optionWords, optionsOf, usage } from "./cli.options.js";
import { parse, refuseElsewhere } from "./cli.parse.js";
import { resolve } from "node:path";

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
	const room = Math.max(1, columns - 3);
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
		const line = `${before}${fitted(text, figures, room - before.length)}`;
		err.write(`${BACK_AND_CLEAR}${cut(line, room)}`);
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
	if (line[0] === "__complete") {
		const { completions } = await import("./cli.completions.js");
		out.write(await completions(line.slice(1)));
		return 0;
	}
	const { workspace, platform } = place.world;
	const meant = meaningOf(line, workspace);
	if ("help" in meant) {
		out.write(`${meant.help}\n`);
		return 0;
	}
	const owes = "entry" in meant ? meant.entry.answersVerdict === true : meant.mayBeVerdict === true;
	const wrong = (text) => {
		if (owes) place.owesVerdict?.();
		err.write(harmless(`${text}\n`));
		return WRONG;
	};
	if ("mistake" in meant) return wrong(meant.mistake);
	const { entry, args, isNamed } = meant;
	const command = await entry.load();
	const asked = parse(entry.name, command, args);
	if ("help" in asked) {
		out.write(`${asked.help}\n`);
		return 0;
	}
	if ("mistake" in asked) return wrong(`${asked.mistake}\nimage-gate ${entry.name} --help lists its options.`);
	const late = isNamed ? void 0 : lateCommand(asked.given.words, workspace);
	if (late !== void 0) return wrong(late);
	if (owes) place.owesVerdict?.();
	if (entry.answersVerdict === true && platform === "win32") err.write(`${ON_WINDOWS}\n`);
	const { startedIn, world } = place;
	if (startedIn !== void 0) refuseElsewhere(entry.name, asked.given, {
		startedIn,
		workspace
	});
	return start(command, await withConfig(asked.given, command, world), place);
}
const ON_WINDOWS = "warning: Image Gate was never tried on Windows. It cannot ask Docker's pipe there: name a tar, an OCI layout or an image of a registry, or run it in WSL.";
function meaningOf(line, workspace) {
	const [first, second = ""] = line;
	if (first === void 0) return {
		mistake: usage(COMMANDS),
		mayBeVerdict: true
	};
	const asksHelp = ["--help", "-h"];
	if (asksHelp.includes(first) || first === "help" && line.length === 1) return { help: usage(COMMANDS) };
	if (first === "help") return helpFor(line.slice(1), workspace);
	const [entry] = [`${first} ${second}`, first].flatMap((name) => COMMANDS.find((command) => command.name === name) ?? []);
	if (entry !== void 0) return {
		entry,
		args: line.slice(entry.name.split(" ").length),
		isNamed: true
	};
	const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
	if (group.length > 0 && asksHelp.includes(second)) return { help: groupHelp(first, group) };
	if (group.length > 0) return { mistake: noSubcommand(first, second, group) };
	const mistyped = mistypedCommand(first, workspace);
	if (mistyped !== void 0) return {
		mistake: mistyped,
		mayBeVerdict: true
	};
	return {
		entry: DEFAULT_COMMAND,
		args: line,
		isNamed: false
	};
}
function helpFor(words, workspace) {
	const meant = meaningOf([...words, "--help"], workspace);
	if ("mistake" in meant) return { mistake: meant.mistake };
	if ("entry" in meant && (!meant.isNamed || meant.args.length > 1)) return { mistake: `error: ${JSON.stringify(words.join(" "))} is not a command` };
	return meant;
}
function lateCommand([first = "", second = ""], workspace) {
	const found = COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
	if (found === void 0 || existsSync(resolve(workspace, first))) return void 0;
	return `error: the command stands before its options: image-gate ${found.name} …\nAn image of that name: image-gate ${DEFAULT_COMMAND.name} ${first}`;
}
function noSubcommand(first, second, group) {
	const names = group.map(({ name }) => name.split(" ")[1] ?? "");
	const meant = closest(second, names);
	if (second === "" || second.startsWith("-")) return `error: image-gate ${first} needs one of: ${names.join(", ")}`;
	return `error: ${JSON.stringify(`${first} ${second}`)} is not a command${meant === void 0 ? `; there are: ${names.join(", ")}` : `; did you mean ${first} ${meant}?`}`;
}
function mistypedCommand(word, workspace) {
	if (!/^[A-Za-z][\w-]{3,}$/.test(word) || existsSync(resolve(workspace, word))) return void 0;
	const asImage = `An image of that name: image-gate ${DEFAULT_COMMAND.name} ${word}`;
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