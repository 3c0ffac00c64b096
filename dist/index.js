import { GateError, appendFileSync, asGateError, existsSync, inputVariable, mkdtempSync, oneLine, rmSync, terminalLog, workflowLog, writeFileSync } from "./shared.start.js";
import { OWN_FOLDER, userCache } from "./shared.answer.js";
import { tmpdir } from "node:os";
import { basename, join, posix, resolve, win32 } from "node:path";

// src/platforms/github/index.ts
const RUNNER_FILES = [
	"GITHUB_OUTPUT",
	"GITHUB_ENV",
	"GITHUB_PATH",
	"GITHUB_STATE",
	"GITHUB_STEP_SUMMARY",
	"GITHUB_EVENT_PATH"
];
const github = {
	isHere: (env) => Object.keys(env).some((name) => name.startsWith("GITHUB_")),
	log: (env, out, colours) => env.GITHUB_ACTIONS === "true" ? workflowLog(out, { colours }) : void 0,
	showsColours: (env) => env.GITHUB_ACTIONS === "true",
	folders: (env) => ({
		workspace: env.GITHUB_WORKSPACE,
		temp: env.RUNNER_TEMP,
		checkouts: env.RUNNER_WORKSPACE,
		toolCache: env.RUNNER_TOOL_CACHE
	}),
	ownFiles: (env) => RUNNER_FILES.flatMap((name) => env[name] || []),
	lastOutputs({ GITHUB_OUTPUT: file }, values) {
		const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
		if (file) appendFileSync(file, lines.join(""));
	},
	async open(world) {
		const { githubPlatform } = await import("./platforms.github.platform.js");
		return githubPlatform(world);
	}
};

// src/platforms/gitlab/index.ts
const OUTPUTS_FILE = "image-gate.env";
const OF_A_JOB = [
	"CI_JOB_ID",
	"CI_PROJECT_DIR",
	"CI_API_V4_URL"
];
function isLocalJob(env) {
	return env.GITLAB_CI === "false" && OF_A_JOB.every((name) => env[name]);
}
function projectFolder({ CI_PROJECT_DIR: folder = "" }) {
	return existsSync(folder) ? folder : void 0;
}
const gitlab = {
	isHere: (env) => env.GITLAB_CI === "true" || isLocalJob(env),
	runsCommands: true,
	showsColours: () => true,
	folders: (env) => ({ workspace: projectFolder(env) }),
	ownFiles: (env) => [OUTPUTS_FILE, ...[env.CI_SERVER_TLS_CA_FILE ?? []].flat()],
	lastOutputs(env, { verdict = "error" }) {
		const path = resolve(projectFolder(env) ?? "", OUTPUTS_FILE);
		try {
			rmSync(path, { force: true });
			writeFileSync(path, `IMAGE_GATE_VERDICT=${verdict}\n`, { flag: "wx" });
		} catch {}
	},
	async open(world) {
		const { gitlabPlatform } = await import("./platforms.gitlab.platform.js");
		return gitlabPlatform(world, join(world.workspace, OUTPUTS_FILE));
	}
};

// src/platforms/terminal/index.ts
const terminal = {
	isHere: () => true,
	folders: (env) => ({ toolCache: ownCache(env, process.platform) }),
	log: (_env, out, colours) => terminalLog(out, { colours }),
	async open(world) {
		const { terminalPlatform } = await import("./platforms.terminal.platform.js");
		return terminalPlatform(world);
	}
};
function ownCache(env, platform) {
	const { join } = platform === "win32" ? win32 : posix;
	const caches = userCache({
		env,
		platform
	});
	return caches && join(caches, "image-gate");
}

// src/platforms/detect.ts
const PLATFORMS = [
	gitlab,
	github,
	terminal
];
function detectPlatform(env) {
	return detected(PLATFORMS.find((platform) => platform.isHere(env)) ?? terminal, env);
}
function commandPlatform(env) {
	return detected(PLATFORMS.find((platform) => platform.runsCommands && platform.isHere(env)) ?? terminal, env);
}
function detected(found, env) {
	const given = Object.entries(found.inputs?.(env) ?? {}).map(([name, value]) => [inputVariable(name), value]);
	return {
		...found,
		env: {
			...env,
			...Object.fromEntries(given)
		},
		log(out, { isTerminal }) {
			const colours = !env.NO_COLOR && (isTerminal || found.showsColours?.(env) === true);
			return found.log?.(env, out, colours) ?? terminal.log(env, out, colours);
		}
	};
}

// src/index.ts
const started = basename(process.argv[1] ?? "", ".js");
const commandLine = commandLineOf(process.argv.slice(2));
const logOutput = commandLine === void 0 ? process.stdout : process.stderr;
const platform = commandLine === void 0 ? detectPlatform(process.env) : commandPlatform(process.env);
const log = platform.log(logOutput, { isTerminal: logOutput.isTTY });
function commandLineOf(args) {
	if (started === "image-gate") return args;
	return started === "verify" && args.length > 0 ? [started, ...args] : void 0;
}
function realWorld() {
	const { env } = platform;
	const folders = platform.folders?.(env) ?? {};
	const cancelled = new AbortController();
	const signals = commandLine === void 0 ? ["SIGINT", "SIGTERM"] : [
		"SIGINT",
		"SIGTERM",
		"SIGHUP"
	];
	for (const signal of signals) process.on(signal, () => cancelled.abort(signal));
	const temp = resolve(folders.temp || tmpdir());
	const place = runFolderIn(temp);
	if (commandLine !== void 0) process.on("exit", () => rmSync(place.runFolder, {
		recursive: true,
		force: true
	}));
	const workspace = resolve(folders.workspace || workingDirectory());
	return {
		env,
		platform: process.platform,
		arch: process.arch,
		now: () => /* @__PURE__ */ new Date(),
		log,
		workspace,
		temp,
		checkouts: folders.checkouts || void 0,
		toolCache: folders.toolCache || void 0,
		runnerFiles: platform.ownFiles?.(env).map((file) => resolve(workspace, file)),
		...place,
		isAtTerminal: commandLine !== void 0,
		signal: cancelled.signal
	};
}
function startedIn() {
	try {
		return process.cwd();
	} catch {
		return;
	}
}
function workingDirectory() {
	try {
		return process.cwd();
	} catch (cause) {
		throw new GateError("working-directory-missing", `The working directory cannot be used (${cause.code})`, "It was removed or may not be read: change into a folder that is there.", { cause });
	}
}
const PREFIX = "image-gate-";
function runFolderIn(temp) {
	try {
		return { runFolder: mkdtempSync(join(temp, PREFIX)) };
	} catch (cause) {
		const unusable = new GateError("temporary-folder-unusable", `No folder can be made in the folder for temporary files, which is ${JSON.stringify(temp)} (${cause.code})`, "It must exist, be writable for the user of this run, and have space left.", { cause });
		try {
			return {
				runFolder: mkdtempSync(join(tmpdir(), PREFIX)),
				unusable
			};
		} catch {
			return {
				runFolder: join(temp, `${PREFIX}none`),
				unusable
			};
		}
	}
}
const ACTIONS = {
	async index() {
		const { gate, OUTPUT_NAMES } = await import("./actions.gate.run.entry.js");
		return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => gate(world, await platform.open(world))
		};
	},
	async rescan() {
		const { rescan, OUTPUT_NAMES } = await import("./actions.rescan.run.entry.js");
		return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => rescan(world, await platform.open(world))
		};
	},
	async sign() {
		const { sign, OUTPUT_NAMES } = await import("./actions.sign.run.entry.js");
		return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => (await sign(world, await platform.open(world))).code
		};
	},
	async verify() {
		const { verify, OUTPUT_NAMES } = await import("./actions.verify.run.entry.js");
		return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => (await verify(world, await platform.open(world))).code
		};
	}
};
async function command(line) {
	const { runCommandLine } = await import("./cli.run.js");
	const streams = {
		out: process.stdout,
		err: process.stderr
	};
	return {
		outputNames: [],
		run: async (world) => runCommandLine(line, {
			world,
			startedIn: startedIn(),
			streams,
			open: async (opened) => platform.open(opened),
			owesVerdict: () => platform.lastOutputs?.(process.env, { verdict: "error" })
		})
	};
}
async function lastResort(thrown, action) {
	const error = asGateError(thrown);
	platform.log(logOutput, { isTerminal: false }).error(`error: ${error.message}`);
	try {
		const outputs = {
			verdict: "error",
			reason: oneLine(`error: [${error.code}] ${error.what}`)
		};
		const names = action?.outputNames ?? Object.keys(outputs);
		platform.lastOutputs?.(process.env, Object.fromEntries(names.map((name) => [name, outputs[name] ?? ""])));
	} catch {}
	return started === "verify" || commandLine !== void 0 ? 2 : 1;
}
const SCANNING = ["index", "rescan"];
const TARGETS = [
	"INPUT_IMAGE",
	"INPUT_PATH",
	"INPUT_REPOSITORY",
	"INPUT_SBOM",
	"INPUT_DISCOVER"
];
async function hashProgram(world) {
	const { env } = world;
	if (env["INPUT_SCAN-WITH"]?.trim() === "grype") return;
	const { SCANNER } = await import("./scanners.list.entry.js");
	const wish = {
		version: env["INPUT_TRIVY-VERSION"],
		sha256: env["INPUT_TRIVY-SHA256"],
		binary: env["INPUT_TRIVY-BINARY"]
	};
	await SCANNER.begin?.(wish, world);
}
function answerLost({ code: why }) {
	const what = `The answer cannot be written to standard output (${why})`;
	return `error: ${new GateError("answer-not-written", what, "See whether the disk is full.").message}`;
}
async function main() {
	let action;
	try {
		const world = realWorld();
		if (SCANNING.includes(started) && TARGETS.some((name) => world.env[name])) await hashProgram(world);
		action = await (commandLine === void 0 ? ACTIONS[started] ?? ACTIONS.index : () => command(commandLine))?.();
		return await action?.run(world) ?? 1;
	} catch (thrown) {
		return lastResort(thrown, action);
	}
}
let lost;
if (commandLine !== void 0) {
	process.exitCode = 2;
	process.on("uncaughtException", (thrown) => {
		lastResort(thrown, void 0).finally(() => process.exit(2));
	});
	for (const stream of [process.stdout, process.stderr]) stream.on("error", (error) => {
		if (stream === process.stdout && error.code !== "EPIPE") lost ??= error;
	});
}
const code = await main();
await new Promise((resolve) => process.stdout.write("", () => resolve()));
if (lost !== void 0) process.stderr.write(`${answerLost(lost)}\n`);
process.exit(lost === void 0 ? code : 2);

export {  };