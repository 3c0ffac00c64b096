import { cancelled, symlinkSync, writeFileSync } from "./shared.thread.js";
import { withoutUrlLogins } from "./shared.scan.js";
import { WINDOWS_VARIABLES, handedOn, noLogin, ownFolders, runProcess } from "./shared.system.js";
import { privateFolder, programPath } from "./shared.start.js";
import { join } from "node:path";

// src/scanners/grype/process/run.ts
async function runGrype(run, world) {
	const folder = privateFolder(world, "grype");
	const config = join(folder, "config.yaml");
	writeFileSync(config, JSON.stringify(configuration(run.databaseFolder)), { mode: 384 });
	const result = await runProcess(run.program, [
		"-c",
		config,
		...run.args
	], {
		cwd: privateFolder(world, "cwd"),
		env: grypeEnvironment(world),
		deadlineMs: run.timeoutMs,
		signal: world.signal,
		stdout: "capture"
	});
	if (result.aborted) throw cancelled();
	return result;
}
const MODEL_FOLDER = "6";
function databaseCache(database, world) {
	const folder = privateFolder(world, "grype-db");
	symlinkSync(database, join(folder, MODEL_FOLDER), "junction");
	return folder;
}
function importedIn(databaseFolder) {
	return join(databaseFolder, MODEL_FOLDER);
}
function configuration(databaseFolder) {
	return {
		"check-for-app-update": false,
		"external-sources": { enable: false },
		ignore: [],
		exclude: [],
		"vex-documents": [],
		db: {
			"cache-dir": databaseFolder,
			"auto-update": false,
			"validate-age": false,
			"validate-by-hash-on-start": false,
			"require-update-check": false
		},
		log: { level: "warn" }
	};
}
const MAX_MESSAGE = 400;
function lastWords({ stderr }) {
	const line = withoutUrlLogins(stderr.trim().split("\n").slice(-6).join(" ")).replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	if (line === "") return "it said nothing";
	return line.length <= MAX_MESSAGE ? line : `…${line.slice(-400)}`;
}
function grypeEnvironment(world) {
	const folders = ownFolders(world);
	const own = world.platform === "win32" ? WINDOWS_VARIABLES : [];
	return {
		...handedOn(world.env, ["RUNNER_TRACKING_ID", ...own]),
		PATH: programPath(world),
		...folders,
		XDG_CONFIG_DIRS: folders.XDG_CONFIG_HOME ?? "",
		...noLogin(world),
		NO_COLOR: "1"
	};
}

export { databaseCache, importedIn, lastWords, runGrype };