import { symlinkSync, writeFileSync } from "./shared.thread.js";
import { privateFolder } from "./shared.start.js";
import { messageLine, runScanner, scannerEnvironment } from "./shared.scanner.js";
import { join } from "node:path";

// src/scanners/grype/process/run.ts
async function runGrype(run, world) {
	const folder = privateFolder(world, "grype");
	const config = join(folder, "config.yaml");
	writeFileSync(config, JSON.stringify(configuration(run.databaseFolder)), { mode: 384 });
	const options = {
		env: grypeEnvironment(world),
		deadlineMs: run.timeoutMs
	};
	return runScanner(run.program, [
		"-c",
		config,
		...run.args
	], options, world);
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
function lastWords({ stderr }) {
	return messageLine(stderr.trim().split("\n").slice(-6).join(" "));
}
function grypeEnvironment(world) {
	const own = scannerEnvironment(world);
	return {
		...own,
		XDG_CONFIG_DIRS: own.XDG_CONFIG_HOME ?? "",
		NO_COLOR: "1"
	};
}

export { databaseCache, importedIn, lastWords, runGrype };