import { GateError, asGateError, existsSync, realpathSync, rmSync, statSync, writeFileSync } from "./shared.thread.js";
import { CommanderError } from "./package.commander.js";
import { closest, imageNaming } from "./shared.names.js";
import { harmless, oneLine, replaceWhole } from "./shared.start.js";
import { COMMANDS, DEFAULT_COMMAND, GROUPS } from "./cli.list.js";
import { describe, givenBy, programOf } from "./cli.program.js";
import { join, relative, resolve } from "node:path";

// src/cli/elsewhere.ts
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

// src/cli/run.ts
const WRONG = 2;
const SIGNAL_CODES = {
	SIGINT: 130,
	SIGTERM: 143,
	SIGHUP: 143
};
async function runCommandLine(line, place) {
	const { world, streams } = place;
	let owed;
	const owesVerdict = () => {
		owed = place.owesVerdict;
		place.owesVerdict?.();
	};
	try {
		const code = await runLine(line, {
			...place,
			owesVerdict
		});
		return SIGNAL_CODES[String(world.signal.reason)] ?? code;
	} catch (thrown) {
		owed?.();
		streams.err.write(harmless(`error: ${asGateError(thrown).message}\n`));
		return SIGNAL_CODES[String(world.signal.reason)] ?? WRONG;
	} finally {
		rmSync(world.runFolder, {
			recursive: true,
			force: true
		});
	}
}
async function runLine(line, place) {
	const { world, streams } = place;
	if (line[0] === COMPLETE && world.env[COMPLETING]) {
		const { completions } = await import("./cli.completions.js");
		streams.out.write(await completions(line.slice(1)));
		return 0;
	}
	let chosen;
	let code = 0;
	const program = programOf(COMMANDS, {
		groups: GROUPS,
		initial: DEFAULT_COMMAND
	}, streams, async (entry, parser) => {
		chosen = entry;
		const command = await entry.load();
		describe(parser, entry.name, command).action(async () => {
			const given = givenBy(parser);
			if (entry.name.split(" ")[0] !== line[0]) refuseLate(given.words, parser, world);
			code = await runCommand(entry, command, given, place);
		});
	});
	try {
		await parseLine(line, program, world);
		return code;
	} catch (thrown) {
		if (!(thrown instanceof CommanderError)) throw thrown;
		if (thrown.exitCode === 0) return 0;
		const isOther = chosen === void 0 ? Object.hasOwn(GROUPS, line[0] ?? "") : !chosen.answersVerdict;
		if (line[0] !== "help" && !isOther) place.owesVerdict?.();
		return WRONG;
	}
}
async function parseLine(line, program, world) {
	const [first, ...rest] = line;
	if (first === void 0) return program.help({ error: true });
	if (["--help", "-h"].includes(first) || first === "help" && rest.length === 0) return program.outputHelp();
	if (first === COMPLETE) program.error(NOT_COMPLETING);
	const asked = rest.join(" ");
	if (first === "help" && !COMMANDS.some(({ name }) => `${name} `.startsWith(`${asked} `))) program.error(`error: ${JSON.stringify(asked)} is not a command`);
	const mistyped = mistypedCommand(first, world.workspace);
	if (mistyped !== void 0) program.error(mistyped);
	await program.parseAsync(first === "help" ? [...rest, "--help"] : line, { from: "user" });
}
async function runCommand(entry, command, given, place) {
	const { startedIn, world, streams } = place;
	if (entry.answersVerdict === true) {
		place.owesVerdict?.();
		if (world.platform === "win32") streams.err.write(`${ON_WINDOWS}\n`);
	}
	if (startedIn !== void 0) refuseElsewhere(entry.name, given, {
		startedIn,
		workspace: world.workspace
	});
	return start(command, await withConfig(given, command, world), place);
}
const COMPLETE = "__complete";
const COMPLETING = "IMAGE_GATE_COMPLETING";
const NOT_COMPLETING = `error: ${JSON.stringify(COMPLETE)} is what the scripts of \`image-gate completion\` ask, with ${COMPLETING} in their environment\nA file or folder of that name: image-gate ./${COMPLETE}`;
const ON_WINDOWS = "warning: Image Gate was never tried on Windows. It cannot ask Docker's pipe there: name a tar, an OCI layout or an image of a registry, or run it in WSL.";
function refuseLate([first = "", second = ""], parser, { workspace }) {
	const found = COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
	if (found === void 0 || existsSync(resolve(workspace, first))) return;
	parser.error(`error: the command stands before its options: image-gate ${found.name} …\nAn image of that name: image-gate ${DEFAULT_COMMAND.name} ${first}`);
}
function mistypedCommand(word, workspace) {
	const names = [.../* @__PURE__ */ new Set(["help", ...COMMANDS.map(({ name }) => name.split(" ")[0] ?? "")])];
	if (names.includes(word) || !/^[A-Za-z][\w-]{3,}$/.test(word) || existsSync(resolve(workspace, word))) return void 0;
	const meant = closest(word, names);
	if (meant === void 0) return void 0;
	return `error: ${JSON.stringify(word)} is not a command; did you mean ${meant}?\nAn image of that name: image-gate ${DEFAULT_COMMAND.name} ${word}`;
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
		if (output === void 0) terminal.out.write(text);
		else writeAnswer(resolve(world.workspace, output), text);
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