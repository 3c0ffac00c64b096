import { Dt as isWithin, Pn as namespaceOf } from "./shared.js";
import { constants, cpSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";

// src/scanners/trivy/scan/process-output.ts
const REGISTRY_FAILURES = [
	{
		reason: "rate-limit",
		match: /TOOMANYREQUESTS|status code 429/,
		cause: "it limits how often it may be asked (HTTP 429)",
		retries: 1
	},
	{
		reason: "disk-full",
		match: /no space left on device/,
		cause: "the disk is full"
	},
	{
		reason: "certificate",
		match: /x509: |tls: (?!handshake timeout)|certificate (?:is|has|signed)/i,
		cause: "its TLS certificate is not trusted"
	},
	{
		reason: "login",
		match: /UNAUTHORIZED|DENIED|status code 40[137]|authentication required/,
		cause: "it wants a login, or refuses this one (HTTP 401 or 403)"
	},
	{
		reason: "login",
		match: /error getting credentials/,
		cause: "the credential helper that Docker's configuration names for it gave no login"
	},
	{
		reason: "blob-gone",
		match: /BLOB_UNKNOWN/,
		cause: "a part of it is gone from the registry (BLOB_UNKNOWN)",
		retries: 2
	},
	{
		reason: "not-found",
		match: /MANIFEST_UNKNOWN|NAME_UNKNOWN|NAME_INVALID|status code 404/,
		cause: "it does not exist there (HTTP 404)"
	},
	{
		reason: "server-error",
		match: /status code 5\d\d|UNAVAILABLE|UNKNOWN: (?!manifest|blob|repository)/,
		cause: "the registry has a fault (HTTP 5xx)",
		retries: 1
	},
	{
		reason: "no-host",
		match: /no such host|server misbehaving/,
		cause: "its name is not found (DNS)"
	},
	{
		reason: "timeout",
		match: /context deadline exceeded|i\/o timeout|Client\.Timeout|handshake timeout/,
		cause: "it did not answer in time"
	},
	{
		reason: "cut-off",
		match: /unexpected EOF|error verifying (?:sha256|size)|gzip: invalid|flate: corrupt/,
		cause: "what it sent was cut off or damaged",
		retries: 2
	},
	{
		reason: "wrong-artifact",
		match: /unacceptable media type|must be a single layer|unsupported artifact type|unsupported MediaType/i,
		cause: "what lies there is something else"
	},
	{
		reason: "reset",
		match: /connection reset|broken pipe|: EOF$|: EOF\s/,
		cause: "it cut the connection off",
		retries: 2
	},
	{
		reason: "no-connection",
		match: /": (?:Service Unavailable|Bad Gateway|Gateway Time-?out|Forbidden|Proxy Authentication Required)\s*$/,
		cause: "no connection to it is possible through the proxy, which refuses it"
	},
	{
		reason: "no-connection",
		match: /connection refused|no route to host|network is unreachable|proxyconnect/,
		cause: "no connection to it is possible"
	}
];
function registryFailure(message) {
	return REGISTRY_FAILURES.find(({ match }) => match.test(message)) ?? {
		reason: "other",
		cause: shortened(message)
	};
}
function retryAfterMs(message) {
	const [, number, unit = ""] = /retry-after: (\d+(?:\.\d+)?)(ns|µs|us|ms|s|m|h)\b/.exec(message) ?? [];
	return number === void 0 ? void 0 : Number(number) * (UNITS_MS[unit] ?? 0);
}
const UNITS_MS = {
	ns: 1e-6,
	µs: .001,
	us: .001,
	ms: 1,
	s: 1e3,
	m: 6e4,
	h: 36e5
};
const STACK = /\n\s+[\w.*()[\]/~@-]+\n\s+\S+\.go:\d+(?=\n|$)/g;
function fatalMessage(output) {
	const stderr = output.replace(STACK, "").replace(/\n\s+- (?=\S)/g, " ");
	const at = stderr.lastIndexOf("	FATAL	");
	if (at !== -1) return withoutLogins(stderr.slice(at + 7).replace(/^(?:Fatal error|Error)\s/, "").trim());
	return withoutLogins(stderr.trimEnd().split("\n").slice(-3).join("\n").trim());
}
function withoutLogins(text) {
	return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, "$1***@");
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
	return words ? words.slice(0, 300) : void 0;
}
const MAX_LINES = 60;
const MAX_LENGTH = 400;
function logGroup(title, log) {
	let count = 0;
	log.startGroup(title);
	return {
		line(text) {
			if (text.trim() === "" || isForDevelopers(text)) return;
			if (++count > MAX_LINES) return;
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

// src/scanners/trivy/scan/arguments.ts
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
		...targetArguments(scan)
	];
}
const COMMANDS = {
	reference: "image",
	archive: "image",
	layout: "image",
	folder: "fs",
	repository: "repo",
	sbom: "sbom"
};
function targetArguments({ target, imageSource }) {
	const platform = target.platform === void 0 ? [] : [`--platform=${target.platform}`];
	switch (target.how) {
		case "reference": return [
			...platform,
			...imageSource.length === 0 ? [] : [`--image-src=${imageSource.join(",")}`],
			"--",
			target.location
		];
		case "archive":
		case "layout": return [...platform, `--input=${target.location}`];
		default: return ["--", target.location];
	}
}
function listItem(value) {
	return /[",\r\n]/.test(value) ? `"${value.replaceAll("\"", "\"\"")}"` : value;
}
function goDuration(timeoutMs) {
	return `${Math.ceil((timeoutMs + MARGIN_MS) / 1e3)}s`;
}
const DAEMONS = {
	docker: "the local Docker",
	containerd: "the local containerd",
	podman: "the local Podman",
	remote: "the registry"
};
const PLACES = {
	reference: "Docker, containerd, Podman or the registry",
	archive: "a `docker save` tar",
	layout: "an OCI layout folder",
	folder: "files",
	repository: "a repository",
	sbom: "an SBOM"
};
function sourceOf({ how }, asked, found) {
	const name = found ?? (asked.length === 1 ? asked[0] : void 0);
	return (how === "reference" && name !== void 0 ? DAEMONS[name] : void 0) ?? PLACES[how];
}
function foundSource(line) {
	return /\tDEBUG\t\[image\] Image found\t.*\bsource="(\w+)"/.exec(line)?.[1];
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

// src/scanners/trivy/scan/layer-cache.ts
const LAYERS = "fanal";
const DATABASES = {
	vulnerability: "db",
	java: "java-db"
};
function linkDatabase(cacheFolder, kind, database) {
	const path = join(cacheFolder, DATABASES[kind]);
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
var LayerCache = class LayerCache {
	#folder;
	#brought = /* @__PURE__ */ new Map();
	#isProven = false;
	#java;
	#scans = 0;
	constructor(folder) {
		this.#folder = folder;
	}
	fork(folder) {
		const fork = new LayerCache(folder);
		fork.#java = this.#java;
		if (copyLayers(this.#folder, folder)) {
			fork.#brought = new Map(this.#brought);
			fork.#isProven = this.#isProven;
		}
		return fork;
	}
	begin(mayShare) {
		const folder = join(this.#folder, `scan-${++this.#scans}`);
		let has = /* @__PURE__ */ new Map();
		const clear = () => {
			rmSync(join(folder, LAYERS), {
				recursive: true,
				force: true
			});
			has = /* @__PURE__ */ new Map();
		};
		const renew = () => {
			clear();
			if (mayShare && copyLayers(this.#folder, folder)) has = this.#brought;
		};
		renew();
		let java;
		const link = (database, isChecked) => {
			java = {
				database,
				isChecked
			};
			linkDatabase(folder, "java", database);
		};
		if (this.#java !== void 0) link(this.#java, true);
		return {
			folder,
			renew,
			clear,
			get java() {
				return java;
			},
			lendJavaDatabase: (database) => link(database, false),
			addJavaDatabase: (database) => {
				this.#java = database;
				link(database, true);
			},
			holds: (read) => areSame(read, has),
			keep: (read) => {
				if (mayShare && read.proofs !== void 0) this.#take(folder, read, has);
			},
			end: () => rmSync(folder, {
				recursive: true,
				force: true
			})
		};
	}
	#take(folder, read, has) {
		const isBesideOthers = has === this.#brought;
		if (!isBesideOthers && this.#isProven) return;
		const brought = new Map(isBesideOthers ? has : []);
		this.#isProven = keysOf(read).some((key) => brought.has(key)) || isBesideOthers && this.#isProven;
		for (const key of keysOf(read)) if (!brought.has(key)) brought.set(key, read);
		this.#brought = /* @__PURE__ */ new Map();
		try {
			rmSync(join(this.#folder, LAYERS), {
				recursive: true,
				force: true
			});
			renameSync(join(folder, LAYERS), join(this.#folder, LAYERS));
			this.#brought = brought;
		} catch {}
	}
};
function keysOf({ diffIds, imageId }) {
	return imageId === void 0 ? [...diffIds] : [...diffIds, imageId];
}
async function areSame(read, brought) {
	const taken = keysOf(read).filter((key) => brought.has(key));
	if (taken.length === 0) return true;
	const own = await read.proofs?.();
	if (own === void 0) return false;
	for (const key of taken) {
		const proof = own.get(key);
		if (proof === void 0 || proof !== (await brought.get(key)?.proofs?.())?.get(key)) return false;
	}
	return true;
}
function copyLayers(from, to) {
	try {
		mkdirSync(to, {
			recursive: true,
			mode: 448
		});
		cpSync(join(from, LAYERS), join(to, LAYERS), {
			recursive: true,
			mode: constants.COPYFILE_FICLONE
		});
		return true;
	} catch {
		rmSync(join(to, LAYERS), {
			recursive: true,
			force: true
		});
		return false;
	}
}
function layerProofs(scanned, reader) {
	let proofs;
	return () => {
		proofs ??= find(scanned, reader).catch(() => void 0);
		return proofs;
	};
}
async function find(scanned, reader) {
	const { reference, target, result, scanners, baseLayers } = scanned;
	const { digest, index, imageId } = result.artifact;
	if (digest === void 0 || imageId === void 0) return void 0;
	if (scanners.includes("secret") && baseLayers === void 0) return void 0;
	const own = (await Promise.all([digest, ...otherCandidates(digest, index, target)].map((each) => reader.read(reference, each)))).filter((each) => each.kind === "manifest" && each.config === imageId);
	const digests = own[0]?.layers;
	if (digests === void 0 || own.some(({ layers }) => layers.join() !== digests.join())) return void 0;
	const place = namespaceOf(reference);
	const isBase = new Set(scanners.includes("secret") ? baseLayers : []);
	const pairs = pair(result.layers, digests);
	return pairs && new Map([...pairs.map(([diffId, each]) => [diffId, `${each} of ${place}${isBase.has(diffId) ? ", as a base" : ""}`]), [imageId, imageId]]);
}
function otherCandidates(digest, index, { platform }) {
	const wanted = systemOf(platform ?? "linux/amd64");
	return (index?.images ?? []).filter((each) => each.digest !== digest && (each.platform === void 0 || systemOf(each.platform) === wanted)).map((each) => each.digest);
}
function systemOf(platform) {
	return platform.split(/[/ ]/).slice(0, 2).join("/");
}
function pair(diffIds, digests) {
	if (diffIds.length !== digests.length) return void 0;
	const pairs = diffIds.map((diffId, at) => [diffId, digests[at] ?? ""]);
	const known = new Map(pairs);
	return pairs.every(([diffId, digest]) => known.get(diffId) === digest) ? pairs : void 0;
}

export { foundBaseLayers as a, skipsWithin as c, fatalMessage as d, lastWords as f, shortened as g, retryAfterMs as h, downloadArguments as i, sourceOf as l, registryFailure as m, layerProofs as n, foundSource as o, logGroup as p, linkDatabase as r, scanArguments as s, LayerCache as t, usableScanners as u };