import { a as workflowLog, i as terminalLog, n as asGateError, o as oneLine, t as GateError } from "./start.js";
import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

// src/index.ts
const started = basename(process.argv[1] ?? "", ".js");
const words = started === "verify" ? process.argv.slice(2) : [];
const logOutput = words.length > 0 ? process.stderr : process.stdout;
function realWorld() {
	const { env } = process;
	const cancelled = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => cancelled.abort(signal));
	const temp = resolve(env.RUNNER_TEMP || tmpdir());
	const place = runFolderIn(temp);
	const colours = showsColours(env, logOutput.isTTY);
	return {
		env,
		platform: process.platform,
		arch: process.arch,
		now: () => /* @__PURE__ */ new Date(),
		log: env.GITHUB_ACTIONS === "true" ? workflowLog(logOutput, { colours }) : terminalLog(logOutput, { colours }),
		workspace: resolve(env.GITHUB_WORKSPACE || process.cwd()),
		temp,
		checkouts: env.RUNNER_WORKSPACE || void 0,
		toolCache: env.RUNNER_TOOL_CACHE || void 0,
		...place,
		signal: cancelled.signal
	};
}
function showsColours(env, isTerminal) {
	return !env.NO_COLOR && (env.GITHUB_ACTIONS === "true" || isTerminal);
}
function runFolderIn(temp) {
	try {
		return { runFolder: mkdtempSync(join(temp, PREFIX)) };
	} catch (cause) {
		const unusable = new GateError("temporary-folder-unusable", `No folder can be made in RUNNER_TEMP, which is ${JSON.stringify(temp)} (${cause.code})`, "It must exist, be writable for the runner's user, and have space left.", { cause });
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
const PREFIX = "image-gate-";
const ACTIONS = {
	async index() {
		const { gate, OUTPUT_NAMES } = await import("./gate-run.js");
		return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => gate(world, await platformOf(world))
		};
	},
	async rescan() {
		const { rescan, OUTPUT_NAMES } = await import("./rescan-run.js");
		return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => rescan(world, await platformOf(world))
		};
	},
	async sign() {
		const { sign, OUTPUT_NAMES } = await import("./sign-run.js");
		return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => sign(world, await platformOf(world))
		};
	},
	async verify() {
		const { verify, OUTPUT_NAMES } = await import("./verify-run.js");
		if (words.length === 0) return {
			outputNames: OUTPUT_NAMES,
			run: async (world) => (await verify(world, await platformOf(world))).code
		};
		const { runCommand } = await import("./verify-command.js");
		const terminal = {
			out: process.stdout,
			err: process.stderr
		};
		return {
			outputNames: [],
			run: async (world) => runCommand(words, {
				world,
				platform: await platformOf(world),
				terminal
			})
		};
	}
};
async function platformOf(world) {
	const { githubPlatform } = await import("./github-platform.js");
	return githubPlatform(world);
}
async function lastResort(thrown, action) {
	const error = asGateError(thrown);
	workflowLog(logOutput).error(`error: ${error.message}`);
	try {
		const outputs = {
			verdict: "error",
			reason: oneLine(`error: [${error.code}] ${error.what}`)
		};
		const lines = (action?.outputNames ?? Object.keys(outputs)).map((name) => `${name}=${outputs[name] ?? ""}\n`);
		if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, lines.join(""));
	} catch {}
	return started === "verify" ? 2 : 1;
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
	const { beginEarly } = await import("./install-early.js");
	beginEarly({
		version: env["INPUT_TRIVY-VERSION"],
		sha256: env["INPUT_TRIVY-SHA256"],
		binary: env["INPUT_TRIVY-BINARY"]
	}, world);
}
async function main() {
	let action;
	try {
		const world = realWorld();
		if (SCANNING.includes(started) && TARGETS.some((name) => world.env[name])) await hashProgram(world);
		action = await (ACTIONS[started] ?? ACTIONS.index)?.();
		return await action?.run(world) ?? 1;
	} catch (thrown) {
		return lastResort(thrown, action);
	}
}
process.exit(await main());

export {  };