import { isWithin, withoutUrlLogins } from "./shared.domain.js";
import { WINDOWS_VARIABLES, cloudVariables, handedOn } from "./system.process.js";
import { programPath } from "./system.program-folders.js";
import { ALWAYS, cloudFiles, dockerConfig, noLogin, ownFolders } from "./system.own-environment.js";
import { mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

// src/scanners/trivy/process/environment.ts
const NAMES = ["RUNNER_TRACKING_ID"];
const INHERITED = {
	files: [],
	repository: ALWAYS,
	containerd: ["CONTAINERD_ADDRESS", "CONTAINERD_NAMESPACE"],
	database: ALWAYS,
	"private-database": [
		...ALWAYS,
		"XDG_RUNTIME_DIR",
		"REGISTRY_AUTH_FILE"
	]
};
const GIB = 1024 ** 3;
function trivyEnvironment(world, purpose, availableMemory = process.availableMemory()) {
	const { env } = world;
	const hasLogin = purpose === "private-database";
	const names = [
		...NAMES,
		...world.platform === "win32" ? WINDOWS_VARIABLES : [],
		...INHERITED[purpose],
		...hasLogin ? cloudVariables(env) : []
	];
	return {
		...handedOn(env, names),
		PATH: programPath(world),
		...ownFolders(world),
		...hasLogin ? {
			...dockerConfig(world),
			...cloudFiles(world)
		} : noLogin(world),
		...hasLogin ? {} : { AWS_EC2_METADATA_DISABLED: "true" },
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
			log.info(text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`);
		},
		end() {
			if (count > MAX_LINES) log.info(`… and ${count - MAX_LINES} more lines`);
			log.endGroup();
		}
	};
}
function isForDevelopers(line) {
	return line.includes("	DEBUG	") || /^\s+(?:[\w.-]+\/\S+|\S+\.go:\d+)$/.test(line);
}

// src/scanners/trivy/process/arguments.ts
const QUIET = [
	"--disable-telemetry",
	"--skip-version-check",
	"--no-progress"
];
const CHECKED = "azure-arm,cloudformation,dockerfile,helm,kubernetes,terraformplan-json,terraformplan-snapshot";
const MARGIN_MS = 3e4;
function downloadArguments({ kind, repository, cacheFolder, timeoutMs }) {
	return [
		"image",
		...kind === "java" ? ["--download-java-db-only", `--java-db-repository=${repository}`] : ["--download-db-only", `--db-repository=${repository}`],
		`--cache-dir=${cacheFolder}`,
		`--timeout=${goDuration(timeoutMs)}`,
		...QUIET
	];
}
const SBOM_SCANNERS = /* @__PURE__ */ new Set(["vuln", "license"]);
function usableScanners({ how }, scanners) {
	return how === "sbom" ? scanners.filter((scanner) => SBOM_SCANNERS.has(scanner)) : scanners;
}
function scanArguments(scan) {
	const { target } = scan;
	return [
		COMMANDS[target.how],
		"--format=json",
		`--output=${scan.output}`,
		`--cache-dir=${scan.cacheFolder}`,
		`--timeout=${goDuration(scan.timeoutMs)}`,
		`--scanners=${scan.scanners.join(",")}`,
		"--list-all-pkgs",
		"--skip-db-update",
		"--skip-java-db-update",
		"--offline-scan",
		...scan.scanners.includes("misconfig") ? ["--skip-check-update", `--misconfig-scanners=${CHECKED}`] : [],
		...QUIET,
		"--debug",
		...scan.skipDirs.map((dir) => `--skip-dirs=${listItem(dir)}`),
		...scan.skipFiles.map((file) => `--skip-files=${listItem(file)}`),
		...(scan.filePatterns ?? []).map((pattern) => `--file-patterns=${listItem(pattern)}`),
		...targetArguments(scan)
	];
}
const COMMANDS = {
	reference: "image",
	image: "image",
	folder: "fs",
	repository: "repo",
	sbom: "sbom"
};
function targetArguments({ target }) {
	const { how, location, platform } = target;
	if (how === "image") return [`--input=${location}`];
	if (how !== "reference") return ["--", location];
	return [
		...platform === void 0 ? [] : [`--platform=${platform}`],
		"--image-src=containerd",
		"--",
		location
	];
}
function listItem(value) {
	return /[",\r\n]/.test(value) ? `"${value.replaceAll("\"", "\"\"")}"` : value;
}
function goDuration(timeoutMs) {
	return `${Math.ceil((timeoutMs + MARGIN_MS) / 1e3)}s`;
}
const PLACES = {
	docker: "the local Docker",
	containerd: "the local containerd",
	podman: "the local Podman",
	remote: "the registry",
	archive: "a `docker save` tar",
	layout: "an OCI layout folder",
	folder: "files",
	repository: "a repository",
	sbom: "an SBOM"
};
function sourceOf({ how }, place) {
	return PLACES[place ?? (how === "reference" ? "containerd" : how)];
}
function foundBaseLayers(line) {
	const [, list] = /\tDEBUG\t\[image\] Detected base layers\tdiff_ids=\[([^\]]*)\]/.exec(line) ?? [];
	return list?.split(" ").filter((each) => each !== "");
}
function skipsWithin({ how, location }, entries, { workspace }) {
	if (how !== "folder" && !(how === "repository" && isAbsolute(location))) return entries;
	const base = realpathSync(workspace);
	return entries.map((entry) => {
		const path = resolve(base, isAbsolute(entry) && isWithin(workspace, entry) ? relative(workspace, entry) : entry);
		return path !== location && isWithin(location, path) ? relative(location, path).split(sep).join("/") : entry;
	});
}

// src/scanners/trivy/database/link.ts
const FOLDERS = {
	vulnerability: "db",
	java: "java-db"
};
function linkDatabase(cacheFolder, kind, database) {
	const path = join(cacheFolder, FOLDERS[kind]);
	mkdirSync(cacheFolder, {
		recursive: true,
		mode: 448
	});
	rmSync(path, {
		recursive: true,
		force: true
	});
	symlinkSync(database.folder, path, "junction");
}

export { downloadArguments, fatalMessage, foundBaseLayers, lastWords, linkDatabase, logGroup, scanArguments, shortened, skipsWithin, sourceOf, trivyEnvironment, usableScanners };