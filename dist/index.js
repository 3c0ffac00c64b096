import { GateError, asGateError, mkdtempSync, rmSync, tryOr } from "./shared.thread.js";
import { SCANNER, detectPlatform, oneLine, ownLine } from "./shared.start.js";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

// src/index.ts
const started = basename(process.argv[1] ?? "", ".js");
const commandLine = commandLineOf(process.argv.slice(2));
const logOutput = commandLine === void 0 ? process.stdout : process.stderr;
const platform = detectPlatform(process.env, commandLine !== void 0);
const log = platform.log(logOutput, { isTerminal: logOutput.isTTY });
function commandLineOf(args) {
	if (started === "image-gate") return args;
	return started === "verify" && args.length > 0 ? [started, ...args] : void 0;
}
function realWorld() {
	const folders = platform.folders?.(platform.env) ?? {};
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
		force: true,
		maxRetries: 3
	}));
	const workspace = resolve(folders.workspace || workingDirectory());
	return {
		env: platform.env,
		platform: process.platform,
		arch: process.arch,
		now: () => /* @__PURE__ */ new Date(),
		log,
		workspace,
		temp,
		checkouts: folders.checkouts || void 0,
		toolCache: folders.toolCache || void 0,
		runnerFiles: platform.ownFiles?.(platform.env).map((file) => resolve(workspace, file)),
		...place,
		isAtTerminal: commandLine !== void 0,
		signal: cancelled.signal
	};
}
function workingDirectory() {
	try {
		return process.cwd();
	} catch (cause) {
		throw new GateError("working-directory-missing", `The working directory cannot be used (${cause.code})`, "It was removed or cannot be read: change into a folder that is there.", { cause });
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
const GATE = () => import("./actions.gate.run.entry.js");
const ACTIONS = {
	rescan: () => import("./actions.rescan.run.entry.js"),
	sign: () => import("./actions.sign.run.entry.js"),
	verify: () => import("./actions.verify.run.entry.js")
};
async function runCommand(line, world) {
	const { runCommandLine } = await import("./cli.run.js");
	return runCommandLine(line, {
		world,
		startedIn: tryOr(process.cwd, void 0),
		streams: {
			out: process.stdout,
			err: process.stderr
		},
		open: async (opened) => platform.open(opened),
		owesVerdict: () => platform.lastOutputs?.(process.env, { verdict: "error" })
	});
}
async function lastResort(thrown, action) {
	const error = asGateError(thrown);
	platform.log(logOutput, { isTerminal: false }).error(`error: ${error.message}`);
	const known = /* @__PURE__ */ new Map([["verdict", "error"], ["reason", oneLine(`error: [${error.code}] ${error.what}`)]]);
	const outputs = [...action?.OUTPUT_NAMES ?? known.keys()].map((name) => [name, known.get(name) ?? ""]);
	tryOr(() => platform.lastOutputs?.(process.env, Object.fromEntries(outputs)), void 0);
	return started === "verify" || commandLine !== void 0 ? 2 : 1;
}
const TARGETS = [
	"INPUT_IMAGE",
	"INPUT_PATH",
	"INPUT_REPOSITORY",
	"INPUT_SBOM",
	"INPUT_DISCOVER"
];
function hashProgram(world) {
	const { env } = world;
	if (env["INPUT_SCAN-WITH"]?.trim() === "grype") return;
	SCANNER.begin?.({
		version: env["INPUT_TRIVY-VERSION"],
		sha256: env["INPUT_TRIVY-SHA256"],
		binary: env["INPUT_TRIVY-BINARY"]
	}, world);
}
async function main() {
	let action;
	try {
		if (commandLine === void 0) log.info(ownLine(import.meta.dirname));
		const world = realWorld();
		if (["index", "rescan"].includes(started) && TARGETS.some((name) => world.env[name])) hashProgram(world);
		if (commandLine !== void 0) return await runCommand(commandLine, world);
		action = await (ACTIONS[started] ?? GATE)();
		return await action.run(world, await platform.open(world));
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
if (lost !== void 0) {
	const what = `The answer cannot be written to standard output (${lost.code})`;
	const { message } = new GateError("answer-not-written", what, "See whether the disk is full.");
	process.stderr.write(`error: ${message}\n`);
}
process.exit(lost === void 0 ? code : 2);

export {  };