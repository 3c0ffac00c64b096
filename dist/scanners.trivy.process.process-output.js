import { clipped } from "./shared.start.js";
import { andMore } from "./shared.answer.js";
import { WINDOWS_VARIABLES, handedOn } from "./system.process.js";
import { programPath } from "./system.program-folders.js";
import { ALWAYS, noLogin, ownFolders } from "./system.own-environment.js";
import { withoutUrlLogins } from "./shared.domain.js";

// src/scanners/trivy/process/environment.ts
const NAMES = ["RUNNER_TRACKING_ID"];
const INHERITED = {
	files: [],
	repository: ALWAYS,
	containerd: ["CONTAINERD_ADDRESS", "CONTAINERD_NAMESPACE"]
};
const GIB = 1024 ** 3;
function trivyEnvironment(world, purpose, availableMemory = process.availableMemory()) {
	const { env } = world;
	const names = [
		...NAMES,
		...world.platform === "win32" ? WINDOWS_VARIABLES : [],
		...INHERITED[purpose]
	];
	return {
		...handedOn(env, names),
		PATH: programPath(world),
		...ownFolders(world),
		...noLogin(world),
		AWS_EC2_METADATA_DISABLED: "true",
		...garbageCollection(availableMemory)
	};
}
function garbageCollection(availableMemory) {
	if (availableMemory < 4 * GIB) return {};
	return {
		GOGC: "400",
		GOMEMLIMIT: String(Math.floor(availableMemory / 2))
	};
}

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
	const line = message.replace(/\s+/g, " ").trim().replace(CHAIN, "");
	if (line === "") return "it said nothing";
	return line.length <= MAX_MESSAGE ? line : `…${line.slice(-400)}`;
}
function lastWords(stderr) {
	const words = (stderr.trim().split("\n").at(-1) ?? "").split("	").at(-1)?.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	return words ? withoutUrlLogins(words).slice(0, 300) : void 0;
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

export { fatalMessage, lastWords, logGroup, shortened, trivyEnvironment };