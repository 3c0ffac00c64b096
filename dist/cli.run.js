import { GateError, asGateError, existsSync, realpathSync, rmSync, statSync, writeFileSync } from "./shared.thread.js";
import { CommanderError } from "./package.commander.js";
import { closest, imageNaming } from "./shared.names.js";
import { harmless, oneLine, replaceWhole } from "./shared.start.js";
import { describe, givenBy, optionsOf, programOf } from "./cli.program.js";
import { join, relative, resolve } from "node:path";

// src/cli/elsewhere.ts
const IMAGES = /* @__PURE__ */ new Set([
	"compare",
	"image",
	"verify"
]);
function refuseElsewhere(name, { words, options }, known, { startedIn, workspace }) {
	if (resolve(startedIn) === resolve(workspace) || real(startedIn) === real(workspace)) return;
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

// src/cli/list.ts
const gate = (name) => async () => (await import("./cli.gate.gate.js")).gateCommand(name);
const policy = () => import("./cli.policy.commands.js");
const databases = () => import("./cli.databases.commands.js");
function command(name, about, load) {
	return {
		name,
		about,
		load
	};
}
function verdict(name, about, load) {
	return {
		name,
		about,
		answersVerdict: true,
		load
	};
}
const COMMANDS = [
	verdict("image", "May these images run? References, docker save tars, OCI layout folders", gate("image")),
	verdict("fs", "The same for folders and files", gate("fs")),
	verdict("repo", "The same for Git repositories", gate("repo")),
	verdict("sbom", "The same for CycloneDX and SPDX files", gate("sbom")),
	verdict("report", "Judges reports that scanners have made before", gate("report")),
	verdict("rescan", "May the images that run here, or where SOURCE says, go on running?", async () => (await import("./cli.rescan.rescan.js")).rescanCommand),
	command("sign", "Signs the images of a report that passes", async () => (await import("./cli.sign.sign.js")).signCommand),
	verdict("verify", "May this signed image be deployed?", async () => (await import("./cli.verify.verify.js")).verifyCommand),
	command("compare", "Packages and findings gained, lost and changed between two images, reports or SBOMs", async () => (await import("./cli.compare.compare.js")).compareCommand),
	command("explain", "What a finding is, where it sits, what clears it, and what the policy says", async () => (await import("./cli.explain.explain.js")).explainCommand),
	command("policy check", "Is the policy valid, and which exceptions end?", async () => (await policy()).check),
	command("policy import", "Turns another scanner's ignore file, or a Harbor allowlist, into a policy", async () => (await policy()).importing),
	command("policy add", "Writes an exception into the policy", async () => (await policy()).add),
	command("policy export-vex", "Writes the exceptions that hold as OpenVEX, for other tools", async () => (await policy()).exporting),
	command("policy test", "Judges a report by a policy that is being written", async () => (await policy()).testing),
	command("db status", "Which databases are here, how old, and how large all is that is kept", async () => (await databases()).status),
	command("db update", "Downloads the databases that are missing or due", async () => (await databases()).update),
	command("clean", "Removes what is kept on this machine", async () => (await databases()).cleaning),
	command("completion", "A script that completes image-gate's commands and options in a shell", async () => (await import("./cli.completion.command.js")).completionCommand)
];
const GROUPS = {
	policy: "Checks, tries and writes the policy",
	db: "The databases on this machine"
};
const DEFAULT_COMMAND = COMMANDS.find(({ name }) => name === "image");

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
const LEAST_TEXT = 2;
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
		const [text, figures] = fetch === void 0 ? [step ?? "", secondsOf(now() - since)] : [fetch[0], fetchFigures(fetch[1], now())];
		const before = scans === void 0 ? "" : `${scans.done} of ${scans.of}: `;
		const line = `${before}${cut(text, Math.max(LEAST_TEXT, room - before.length - figures.length))}${figures}`;
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
	if (of === void 0) return `: ${Math.ceil(done / MB)} MB`;
	const seconds = (now - since) / 1e3;
	const left = seconds < LEAST_SECONDS || done <= from ? "" : `, ${duration((of - done) * seconds / (done - from))} left`;
	return `: ${Math.floor(done / of * 100)} % of ${Math.ceil(of / MB)} MB${left}`;
}
function duration(seconds) {
	return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
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
	if (startedIn !== void 0) refuseElsewhere(entry.name, given, optionsOf(command), {
		startedIn,
		workspace: world.workspace
	});
	return start(command, await withConfig(given, command, world), place);
}
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