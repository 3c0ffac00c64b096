import { realpathSync } from "./shared.thread.js";
import { isWithin } from "./shared.start.js";
import { isAbsolute, relative, resolve, sep } from "node:path";

// src/scanners/trivy/process/arguments.ts
const QUIET = [
	"--disable-telemetry",
	"--skip-version-check",
	"--no-progress"
];
const CHECKED = "azure-arm,cloudformation,dockerfile,helm,kubernetes,terraformplan-json,terraformplan-snapshot";
const MARGIN_MS = 3e4;
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
	image: "image",
	folder: "fs",
	repository: "repo",
	sbom: "sbom"
};
function targetArguments({ target }) {
	const { how, location } = target;
	return how === "image" ? [`--input=${location}`] : ["--", location];
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
	return PLACES[place ?? (how === "reference" ? "remote" : how)];
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

export { foundBaseLayers, scanArguments, skipsWithin, sourceOf, usableScanners };