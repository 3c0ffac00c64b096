import { GateError, OWN_FOLDER, appendFileSync, beginHashing, chmodSync, compareVersions, constants, copyFileSync, existsSync, holdInUse, inputVariable, isFolder, mkdirSync, mkdtempSync, prepareThreads, removedAtEnd, renameSync, rmSync, statSync, terminalLog, userCache, workflowLog, writeFileSync } from "./shared.start.js";
import { dirname, join, posix, resolve, win32 } from "node:path";

// src/platforms/github/index.ts
const RUNNER_FILES = [
	"GITHUB_OUTPUT",
	"GITHUB_ENV",
	"GITHUB_PATH",
	"GITHUB_STATE",
	"GITHUB_STEP_SUMMARY",
	"GITHUB_EVENT_PATH"
];
const github = {
	isHere: (env) => Object.keys(env).some((name) => name.startsWith("GITHUB_")),
	log: (env, out, colours) => env.GITHUB_ACTIONS === "true" ? workflowLog(out, { colours }) : void 0,
	showsColours: (env) => env.GITHUB_ACTIONS === "true",
	folders: (env) => ({
		workspace: env.GITHUB_WORKSPACE,
		temp: env.RUNNER_TEMP,
		checkouts: env.RUNNER_WORKSPACE,
		toolCache: env.RUNNER_TOOL_CACHE
	}),
	ownFiles: (env) => RUNNER_FILES.flatMap((name) => env[name] || []),
	lastOutputs({ GITHUB_OUTPUT: file }, values) {
		const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
		if (file) appendFileSync(file, lines.join(""));
	},
	async open(world) {
		const { githubPlatform } = await import("./platforms.github.platform.js");
		return githubPlatform(world);
	}
};

// src/platforms/gitlab/index.ts
const OUTPUTS_FILE = "image-gate.env";
const OF_A_JOB = [
	"CI_JOB_ID",
	"CI_PROJECT_DIR",
	"CI_API_V4_URL"
];
function isLocalJob(env) {
	return env.GITLAB_CI === "false" && OF_A_JOB.every((name) => env[name]);
}
function projectFolder({ CI_PROJECT_DIR: folder = "" }) {
	return existsSync(folder) ? folder : void 0;
}
const gitlab = {
	isHere: (env) => env.GITLAB_CI === "true" || isLocalJob(env),
	runsCommands: true,
	showsColours: () => true,
	folders: (env) => ({ workspace: projectFolder(env) }),
	ownFiles: (env) => [OUTPUTS_FILE, ...[env.CI_SERVER_TLS_CA_FILE ?? []].flat()],
	lastOutputs(env, { verdict = "error" }) {
		const path = resolve(projectFolder(env) ?? "", OUTPUTS_FILE);
		try {
			rmSync(path, { force: true });
			writeFileSync(path, `IMAGE_GATE_VERDICT=${verdict}\n`, { flag: "wx" });
		} catch {}
	},
	async open(world) {
		const { gitlabPlatform } = await import("./platforms.gitlab.platform.js");
		return gitlabPlatform(world, join(world.workspace, OUTPUTS_FILE));
	}
};

// src/platforms/terminal/index.ts
const terminal = {
	isHere: () => true,
	folders: (env) => ({ toolCache: ownCache(env, process.platform) }),
	log: (_env, out, colours) => terminalLog(out, { colours }),
	async open(world) {
		const { terminalPlatform } = await import("./platforms.terminal.platform.js");
		return terminalPlatform(world);
	}
};
function ownCache(env, platform) {
	const { join } = platform === "win32" ? win32 : posix;
	const caches = userCache({
		env,
		platform
	});
	return caches && join(caches, "image-gate");
}

// src/platforms/detect.ts
const PLATFORMS = [
	gitlab,
	github,
	terminal
];
function detectPlatform(env) {
	return detected(PLATFORMS.find((platform) => platform.isHere(env)) ?? terminal, env);
}
function commandPlatform(env) {
	return detected(PLATFORMS.find((platform) => platform.runsCommands && platform.isHere(env)) ?? terminal, env);
}
function detected(found, env) {
	const given = Object.entries(found.inputs?.(env) ?? {}).map(([name, value]) => [inputVariable(name), value]);
	return {
		...found,
		env: {
			...env,
			...Object.fromEntries(given)
		},
		log(out, { isTerminal }) {
			const colours = !env.NO_COLOR && (isTerminal || found.showsColours?.(env) === true);
			return found.log?.(env, out, colours) ?? terminal.log(env, out, colours);
		}
	};
}

// src/scanners/grype/index.ts
const grype = {
	name: "Grype",
	purl: "pkg:github/anchore/grype",
	async install(wish, world) {
		const [{ installGrype }, { grypeScanner, NO_SBOMS }] = await Promise.all([import("./scanners.grype.install.install.js"), import("./scanners.grype.scanner.js")]);
		if (world.isAtTerminal) await holdInUse(world);
		const program = await installGrype(wish, world);
		return {
			version: program.version,
			sboms: NO_SBOMS,
			ready: (settings, _, own) => grypeScanner(program, settings, own)
		};
	}
};

// src/supply/publisher.ts
function installError({ tool }, problem, ...[what, remedy, cause]) {
	return new GateError(`${tool}-${problem}`, what, remedy, { cause });
}
function isInstallError(error, { tool }, problem) {
	return error instanceof GateError && error.code === `${tool}-${problem}`;
}
function hasKnownDefault({ table }) {
	return table.archives[table.default] !== void 0;
}

// src/supply/release.ts
const VERSION = /^v?((?:0|[1-9]\d{0,4})\.(?:0|[1-9]\d{0,4})\.(?:0|[1-9]\d{0,4}))$/;
function releasedVersion(text) {
	return VERSION.exec(text)?.[1];
}
function parseVersion(text, publisher) {
	const version = releasedVersion(text);
	if (version !== void 0) return version;
	throw installError(publisher, "version-invalid", `${JSON.stringify(text.slice(0, 60))} is not a released version of ${publisher.name}`, `Give an exact version such as \`${publisher.table.default}\`; pre-releases are not supported.`);
}
function releaseFor(version, { platform, arch }, publisher) {
	const { tool, table } = publisher;
	const name = publisher.archives[`${platform} ${arch}`];
	if (name === void 0) throw new GateError("runner-unsupported", `${publisher.name} is not released for ${platform} on ${arch}`, `Use a machine with ${publisher.machines}, or give a ${publisher.name} of your own by \`${tool}-binary\`.`);
	return {
		tool,
		version,
		archive: `${tool}_${version}_${name}`,
		member: platform === "win32" ? `${tool}.exe` : tool,
		archiveSha256: table.archives[version]?.[name],
		programSha256: table.programs[version]?.[name]
	};
}
function knownVersion(sha256, { table: { programs } }) {
	const isThis = ([, byArchive = {}]) => Object.values(byArchive).includes(sha256);
	return Object.entries(programs).find(isThis)?.[0];
}

// src/supply/tool-cache.ts
const PROOF_FILE = "signature.json";
function entryFolder({ tool, version }, { toolCache, arch }) {
	return toolCache === void 0 ? void 0 : join(toolCache, tool, version, arch);
}
function findInToolCache(release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0 || !existsSync(`${folder}.complete`) || !isFolder(folder)) return void 0;
	return {
		folder,
		binary: fileIn(folder, release.member),
		archive: fileIn(folder, release.archive),
		proof: fileIn(folder, PROOF_FILE)
	};
}
function fileIn(folder, name) {
	const path = join(folder, name);
	return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : void 0;
}
function keepInToolCache(files, release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0) return;
	try {
		mkdirSync(dirname(folder), { recursive: true });
		const fresh = mkdtempSync(`${folder}.new-`);
		using _ = removedAtEnd(fresh);
		put(files.binary, join(fresh, release.member), 493);
		put(files.archive, join(fresh, release.archive), 420);
		put(files.proof, join(fresh, PROOF_FILE), 420);
		chmodSync(fresh, 493);
		rmSync(`${folder}.complete`, { force: true });
		rmSync(folder, {
			recursive: true,
			force: true
		});
		renameSync(fresh, folder);
		writeFileSync(`${folder}.complete`, "");
	} catch (error) {
		world.log.debug(`${release.tool} could not be kept in the tool cache: ${String(error)}`);
	}
}
function put(from, to, mode) {
	if (from === void 0) return;
	copyFileSync(from, to, constants.COPYFILE_FICLONE);
	chmodSync(to, mode);
}

// src/scanners/trivy/install/release-table.json
var release_table_default = {
	"default": "0.76.0",
	archives: { "0.76.0": {
		"Linux-64bit.tar.gz": "e24b1c51293c1b15e4ba8d45bbc7891ba053f90278ec2698f3562c993e145fe7",
		"Linux-ARM64.tar.gz": "aab21e677a7b7071fc79f1711480840754c18a1b9d9cefa7ccd06af63a0e8f4c",
		"Linux-ARM.tar.gz": "d25542149a0a50d2bc12fb7fa4c0ca58c42a0a9ae0cef4318f287aa3d1feb7fe",
		"macOS-ARM64.tar.gz": "e7ec0d21fe842553f59af99aba2efbcc822369fbaed27019c575408b6d135fce",
		"macOS-64bit.tar.gz": "89563d4d495cf4ef06a0d1950f8710b124e9f7bd2615ec6c47b03673f4ad45a2",
		"windows-64bit.zip": "7b4762a5a5326cb4b83dfd2bb5d9aaf15a1ed867c75cad7dd8b38840a28e7be6"
	} },
	programs: { "0.76.0": { "Linux-64bit.tar.gz": "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19" } }
};

// src/scanners/trivy/install/release.ts
const LOWEST_VERSION = "0.63.0";
const KNOWN_BAD = /* @__PURE__ */ new Map([
	["0.69.4", "0.69.3"],
	["0.69.5", "0.70.0"],
	["0.69.6", "0.70.0"]
]);
const TRIVY = {
	tool: "trivy",
	name: "Trivy",
	repository: "aquasecurity/trivy",
	table: release_table_default,
	archives: {
		"linux x64": "Linux-64bit.tar.gz",
		"linux ia32": "Linux-32bit.tar.gz",
		"linux arm": "Linux-ARM.tar.gz",
		"linux arm64": "Linux-ARM64.tar.gz",
		"linux ppc64": "Linux-PPC64LE.tar.gz",
		"linux s390x": "Linux-s390x.tar.gz",
		"freebsd x64": "FreeBSD-64bit.tar.gz",
		"darwin x64": "macOS-64bit.tar.gz",
		"darwin arm64": "macOS-ARM64.tar.gz",
		"win32 x64": "windows-64bit.zip"
	},
	machines: "Linux (x64, arm64, arm), macOS or Windows x64",
	signerOf: (version) => ({
		issuer: "https://token.actions.githubusercontent.com",
		identity: `https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v${version}`
	}),
	refuseBadVersion,
	refuseDeletedVersion
};
function refuseBadVersion(version) {
	const good = KNOWN_BAD.get(version);
	if (good !== void 0) throw new GateError("trivy-known-bad", `Trivy ${version} is malware: it was published by attackers in March 2026 (CVE-2026-33634)`, `Use ${release_table_default.default}, whose SHA-256 is compiled in; the nearest good version is ${good}. If ${version} ever ran where you found it, replace all credentials of that machine.`);
	if (compareVersions(version, LOWEST_VERSION) < 0) throw new GateError("trivy-too-old", `Trivy ${version} is too old: it lacks flags that Image Gate needs`, `Use ${release_table_default.default}; the oldest that works is ${LOWEST_VERSION}, the oldest that can be downloaded 0.69.2.`);
}
function refuseDeletedVersion(version) {
	if (compareVersions(version, "0.27.0") < 0 || compareVersions(version, "0.69.1") > 0) return;
	throw new GateError("trivy-deleted", `Trivy ${version} cannot be downloaded: its project deleted all release files from v0.27.0 to v0.69.1 on 2026-03-01`, `Use ${release_table_default.default}; the nearest version that still exists is 0.69.2. A copy of your own can be given by \`trivy-mirror\` or \`trivy-binary\`.`);
}

// src/scanners/trivy/install/early.ts
function beginEarly(wish, world) {
	prepareThreads();
	hashEarly(wish, world);
}
function hashEarly(wish, world) {
	const program = likelyProgram(wish, world);
	if (program !== void 0) beginHashing(program, world);
}
function likelyProgram({ version, sha256, binary }, world) {
	try {
		if (binary) return sha256 && /[\\/]/.test(binary) ? resolve(world.workspace, binary) : void 0;
		const release = releaseFor(parseVersion(version || TRIVY.table.default, TRIVY), world, TRIVY);
		return release.programSha256 === void 0 || sha256 && sha256 !== release.archiveSha256 ? void 0 : findInToolCache(release, world)?.binary;
	} catch {
		return;
	}
}

// src/scanners/trivy/index.ts
const trivy = {
	name: "Trivy",
	purl: "pkg:github/aquasecurity/trivy",
	begin: beginEarly,
	async install(wish, world) {
		const [{ installTrivy }, { sbomsBy, trivyScanner }] = await Promise.all([import("./scanners.trivy.install.install.js"), import("./scanners.trivy.scanner.js")]);
		if (world.isAtTerminal) await holdInUse(world);
		const program = await installTrivy(wish, world);
		return {
			version: program.version,
			sboms: sbomsBy(program),
			ready: (settings, work, own) => trivyScanner(program, settings, work, own),
			async update(settings, which, own) {
				const { updateDatabases } = await import("./scanners.trivy.database.stored.js");
				await updateDatabases(settings, which, own);
			}
		};
	},
	async databases(store, now, maxAgeMs) {
		const { storedDatabases } = await import("./scanners.trivy.database.stored.js");
		return storedDatabases(store, now, maxAgeMs);
	}
};

// src/scanners/list.ts
const SCANNERS = [trivy, grype];
const [SCANNER] = SCANNERS;
function scannerNamed(name) {
	return SCANNERS.find((each) => each.name.toLowerCase() === name);
}
const SCANNER_NAMES = SCANNERS.map(({ name }) => name.toLowerCase());

export { PROOF_FILE, SCANNER, SCANNER_NAMES, TRIVY, commandPlatform, detectPlatform, findInToolCache, hasKnownDefault, installError, isInstallError, keepInToolCache, knownVersion, parseVersion, releaseFor, releasedVersion, scannerNamed };