import { andMore } from "./shared.inputs.js";
import { clipped } from "./shared.start.js";
import { withoutUrlLogins } from "./shared.scan.js";

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

export { fatalMessage, lastWords, logGroup, shortened };