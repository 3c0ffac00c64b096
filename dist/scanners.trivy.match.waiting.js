import { closeSync, openSync, rmSync, writeFileSync } from "./shared.thread.js";
import { clipped, findProgram, privateFolder } from "./shared.start.js";
import { timeLimit, withoutUrlLogins } from "./shared.scan.js";
import { runProcess } from "./system.process.js";
import { andMore } from "./shared.inputs.js";
import { linkDatabase } from "./scanners.trivy.database.health.js";
import { LogListener } from "./scanners.trivy.process.log-facts.js";
import { trivyEnvironment } from "./scanners.trivy.process.environment.js";
import { scanArguments } from "./scanners.trivy.process.arguments.js";
import { join } from "node:path";

// src/scanners/trivy/process/process-output.ts
const STACK = /\n[ \t]+[\w.*()[\]/~@-]+\n[ \t]+\S+\.go:\d+(?=\n|$)/g;
function fatalMessage(output) {
	const stderr = output.replace(STACK, "").replace(/\n[ \t]+- (?=\S)/g, " ");
	const at = stderr.lastIndexOf("	FATAL	");
	if (at !== -1) return withoutUrlLogins(stderr.slice(at + 7).replace(/^(?:Fatal error|Error)\s/, "").trim());
	const lines = stderr.trimEnd().split("\n");
	return withoutUrlLogins(lines.slice(-3).join("\n").trim());
}
const MAX_MESSAGE = 400;
const CHAIN = /^(?:(?:(?:\w+ )?scan|run|init|report|analyze|pipeline) error: |scan failed: |failed analysis: |unable to initialize (?:a scan service|artifact|\w+ image|repository artifact): )+/;
function shortened(message) {
	const line = message.replace(/[\p{C}\p{Z}]+/gu, " ").trim().replace(CHAIN, "");
	if (line === "") return "it said nothing";
	return line.length <= MAX_MESSAGE ? line : `…${line.slice(-400)}`;
}
const MAX_LINES = 60;
const MAX_LENGTH = 400;
function logGroup(title, log) {
	let count = 0;
	log.startGroup(title);
	return {
		line(untrusted) {
			if (untrusted.trim() === "" || isForDevelopers(untrusted)) return;
			if (++count > MAX_LINES) return;
			const text = withoutUrlLogins(untrusted);
			log.info(clipped(text, MAX_LENGTH));
		},
		end() {
			if (count > MAX_LINES) log.info(`… ${andMore(count - MAX_LINES, "line")}`);
			log.endGroup();
		}
	};
}
function isForDevelopers(line) {
	return line.includes("	DEBUG	") || /^\s+(?:[\w.-]+\/\S+|\S+\.go:\d+)$/.test(line);
}

// src/scanners/trivy/match/waiting.ts
function waitingTrivy(settings, work, world) {
	let begun;
	return {
		begin() {
			begun ??= work.begin((signal) => startWaiting(settings, {
				...world,
				signal
			})).catch(() => void 0);
		},
		take() {
			const own = begun;
			begun = Promise.resolve(void 0);
			return own ?? begun;
		}
	};
}
function listTrivy(settings, world, log) {
	const place = placeFor(settings, world, log);
	return {
		...place,
		read(text, timeoutMs) {
			writeFileSync(place.location, text, { mode: 384 });
			return place.start([], {
				deadlineMs: timeoutMs,
				signal: world.signal
			});
		}
	};
}
async function startWaiting(settings, world) {
	const mkfifo = findProgram("mkfifo", world);
	if (mkfifo === void 0) return void 0;
	const place = placeFor(settings, world);
	const pipe = join(place.folder, "wait.yaml");
	const making = {
		cwd: place.folder,
		env: {},
		deadlineMs: 5e3,
		signal: world.signal
	};
	if ((await runProcess(mkfifo, [
		"-m",
		"600",
		pipe
	], making)).code !== 0) return void 0;
	const end = openSync(pipe, "r+");
	const late = new AbortController();
	const signal = AbortSignal.any([world.signal, late.signal]);
	const ended = place.start([`--config=${pipe}`], {
		deadlineMs: 2 * settings.timeoutMs,
		graceMs: 0,
		signal
	});
	return {
		...place,
		async read(text, timeoutMs) {
			writeFileSync(place.location, text, { mode: 384 });
			rmSync(pipe);
			writeFileSync(pipe, "");
			closeSync(end);
			const limit = timeLimit(timeoutMs);
			limit.addEventListener("abort", () => late.abort());
			const result = await ended;
			return {
				...result,
				timedOut: result.timedOut || limit.aborted,
				aborted: world.signal.aborted
			};
		}
	};
}
function placeFor({ trivy, database, memory }, world, log) {
	const folder = privateFolder(world, "match");
	linkDatabase(folder, "vulnerability", database);
	const listener = new LogListener();
	const [location, output] = [join(folder, "list.cdx.json"), join(folder, "report.json")];
	const asked = {
		target: {
			how: "sbom",
			location
		},
		scanners: ["vuln"],
		skipDirs: [],
		skipFiles: []
	};
	return {
		folder,
		location,
		output,
		facts: () => listener.facts(),
		start(flags, options) {
			const own = {
				...asked,
				cacheFolder: folder,
				output,
				timeoutMs: options.deadlineMs
			};
			const [command = "", ...args] = scanArguments(own);
			return runProcess(trivy, [
				command,
				...flags,
				...args
			], {
				...options,
				cwd: privateFolder(world, "cwd"),
				env: trivyEnvironment(world, "files", memory),
				onStderrLine(line) {
					listener.line(line);
					log?.line(line);
				}
			});
		}
	};
}

export { fatalMessage, listTrivy, logGroup, shortened, waitingTrivy };