import { GateError, accessSync, appendFileSync, chmodSync, closeSync, constants, copyFileSync, existsSync, fstatSync, fsyncSync, hashed, linkSync, lstatSync, mkdirSync, mkdtempSync, openSync, randomBytes, readFileSync, readSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, statSync, symlinkSync, tryOr, writeFileSync } from "./shared.thread.js";
import { availableParallelism, tmpdir } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join, posix, relative, resolve, sep, win32 } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";

// src/domain/one-line.ts
function oneLine$1(text) {
	return text.replace(/[\t-\r\u0085\u2028\u2029]+/g, " ").replace(/\p{Cc}/gu, (control) => `\\u{${control.charCodeAt(0).toString(16).toUpperCase()}}`);
}
function quoted(reason) {
	const line = oneLine$1(reason).replace(/(?<![\s.])[\s.]+$/, "");
	return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}
function asClause(sentence) {
	return sentence.replace(/^(?:The|This|An?|It) /, (first) => first.toLowerCase());
}
function clipped(text, most) {
	return text.length <= most ? text : `${text.slice(0, most)}…`;
}
function errorPage(code) {
	return `docs/errors.md#${code}`;
}

// src/system/world.ts
function inputVariable(name) {
	return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}

// src/system/harmless-text.ts
const HIDDEN = /(?!\n|\t|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;
function harmless(text) {
	return text.replaceAll("\r\n", "\n").replace(HIDDEN, (character) => {
		return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
	}).replace(/#(?=(?:\uFE0E|\uFE0F)*#(?:\uFE0E|\uFE0F)*\[)/g, "# ").replace(/^((?:[^\S\n]|\uFE0E|\uFE0F)*):(?=(?:\uFE0E|\uFE0F)*:)/gm, "$1: ");
}

// src/job/github/log.ts
const ANNOTATIONS_PER_LEVEL = 10;
const TROUBLES_PER_LEVEL = 5;
const MAX_MESSAGE = 4e3;
function escapeData(text) {
	return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
function escapeProperty(text) {
	return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
function oneLine(text) {
	return harmless(text).replaceAll("\n", " ");
}
function shortened(message) {
	if (message.length <= MAX_MESSAGE) return message;
	return `${message.slice(0, MAX_MESSAGE).replace(/[\uD800-\uDBFF]$/, "")} … (shortened)`;
}
function annotation(level, message, place) {
	return `::${level}${place ? ` file=${escapeProperty(oneLine(place.file))},line=${place.line}` : ""}::${escapeData(shortened(harmless(message)))}`;
}
function secretForms(value) {
	const whole = value.trim();
	if (whole.length < 4) return [];
	const forms = [
		...value.split(/\r?\n/),
		Buffer.from(whole).toString("base64"),
		encodeURIComponent(whole.toWellFormed()),
		JSON.stringify(whole).slice(1, -1)
	];
	return [.../* @__PURE__ */ new Set([whole, ...forms.map((form) => form.trim())])].filter((form) => form.length >= 4);
}
function workflowLog(out, { colours = false } = {}) {
	const shown = {
		notice: 0,
		warning: 0,
		error: 0
	};
	const line = (text) => {
		out.write(`${text}\n`);
	};
	const annotationsLeft = (level) => 10 - shown[level];
	const annotate = (level, message, place, isKept = annotationsLeft(level) > 0) => {
		const suffix = place ? ` (${place.file}:${place.line})` : "";
		if (isKept) shown[level] += 1;
		line(isKept ? annotation(level, message, place) : harmless(`${level}: ${message}${suffix}`));
	};
	const troubles = {
		notice: 0,
		warning: 0,
		error: 0
	};
	const trouble = (level) => (message, place) => annotate(level, message, place, ++troubles[level] <= 5 && annotationsLeft(level) > 0);
	return {
		info: (text) => line(harmless(text)),
		show: (print) => line(print({ colours })),
		debug: (text) => line(`::debug::${escapeData(harmless(text))}`),
		startGroup: (title) => line(`::group::${escapeData(oneLine(title))}`),
		endGroup: () => line("::endgroup::"),
		notice: trouble("notice"),
		warning: trouble("warning"),
		error: trouble("error"),
		annotate: (level, message, place) => annotate(level, message, place),
		annotationsLeft,
		mask: (value) => {
			for (const form of secretForms(value)) line(`::add-mask::${escapeData(form)}`);
		}
	};
}

// src/job/github/index.ts
const RUNNER_FILES = [
	"OUTPUT",
	"ENV",
	"PATH",
	"STATE",
	"STEP_SUMMARY",
	"EVENT_PATH"
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
	ownFiles: (env) => RUNNER_FILES.flatMap((name) => env[`GITHUB_${name}`] || []),
	lastOutputs({ GITHUB_OUTPUT: file }, values) {
		const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
		if (file) appendFileSync(file, lines.join(""));
	},
	open: async (world) => (await import("./job.github.platform.entry.js")).githubPlatform(world)
};

// src/job/gitlab/outputs.ts
const MOST_BYTES = 5e3;
const MOST_VARIABLES = 20;
function variableOf(name) {
	return `IMAGE_GATE_${name.toUpperCase().replaceAll("-", "_")}`;
}
function oneLineOf(text) {
	return text.trim().replace(/[\r\n]+/g, " ").replaceAll("$", "[U+0024]");
}
function dotenvOf(values) {
	const lines = [];
	const left = [];
	for (const [name, value] of Object.entries(values).sort(([, a], [, b]) => a.length - b.length)) {
		const line = `${variableOf(name)}=${oneLineOf(value)}\n`;
		if (lines.length === MOST_VARIABLES || Buffer.byteLength([...lines, line].join("")) > MOST_BYTES) left.push(variableOf(name));
		else lines.push(line);
	}
	return {
		text: lines.join(""),
		left
	};
}
function writeOutputs(path, values) {
	const { text, left } = dotenvOf(values);
	rmSync(path, { force: true });
	writeFileSync(path, text, { flag: "wx" });
	return left;
}

// src/job/gitlab/index.ts
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
	lastOutputs: (env, values) => tryOr(() => void writeOutputs(resolve(projectFolder(env) ?? "", OUTPUTS_FILE), values), void 0),
	open: async (world) => (await import("./job.gitlab.platform.js")).gitlabPlatform(world, join(world.workspace, OUTPUTS_FILE))
};

// src/system/store/user-cache.ts
const OWN_FOLDER = "image-gate";
function userCache({ env, platform }) {
	const { isAbsolute, join } = platform === "win32" ? win32 : posix;
	if (isAbsolute(env.XDG_CACHE_HOME ?? "")) return env.XDG_CACHE_HOME;
	if (platform === "win32") return env.LOCALAPPDATA || void 0;
	if (!env.HOME) return void 0;
	return platform === "darwin" ? join(env.HOME, "Library", "Caches") : join(env.HOME, ".cache");
}

// src/job/terminal/log.ts
function terminalLog(out, { colours = false } = {}) {
	const line = (text) => {
		out.write(`${harmless(text)}\n`);
	};
	const labelled = (level) => (message, place) => {
		const label = message.startsWith(`${level}: `) ? "" : `${level}: `;
		line(`${label}${message}${place ? ` (${place.file}:${place.line})` : ""}`);
	};
	return {
		info: line,
		show: (print) => out.write(`${print({ colours })}\n`),
		debug: () => {},
		startGroup: line,
		endGroup: () => {},
		notice: labelled("notice"),
		warning: labelled("warning"),
		error: labelled("error"),
		annotate: (level, message, place) => labelled(level)(message, place),
		annotationsLeft: () => Number.POSITIVE_INFINITY,
		mask: () => {}
	};
}

// src/job/terminal/index.ts
const terminal = {
	isHere: () => true,
	folders: (env) => ({ toolCache: ownCache(env, process.platform) }),
	log: (_env, out, colours) => terminalLog(out, { colours }),
	open: async () => (await import("./job.terminal.platform.js")).terminalPlatform()
};
function ownCache(env, platform) {
	const { join } = platform === "win32" ? win32 : posix;
	const caches = userCache({
		env,
		platform
	});
	return caches && join(caches, "image-gate");
}

// src/job/detect.ts
const PLATFORMS = [
	gitlab,
	github,
	terminal
];
function detectPlatform(env, isCommand = false) {
	const isMeant = (platform) => (!isCommand || platform.runsCommands) && platform.isHere(env);
	const found = PLATFORMS.find(isMeant) ?? terminal;
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

// package.json
var version = "0.1.0";

// src/job/own-version.ts
const VERSION$1 = version;
function commitOf(folder) {
	return /[\\/]_actions[\\/][^\\/]+[\\/][^\\/]+[\\/]([0-9a-f]{40})[\\/]dist$/.exec(folder)?.[1] ?? tryOr(() => JSON.parse(readFileSync(join(folder, "..", "package.json"), "utf8")).gitHead, void 0);
}
function ownLine(folder) {
	return `Image Gate ${VERSION$1}, commit ${commitOf(folder) ?? "not known"}`;
}

// src/scanners/grype/index.ts
const grype = {
	name: "Grype",
	purl: "pkg:github/anchore/grype",
	async install(wish, world) {
		const [{ installGrype }, { grypeScanner, NO_SBOMS }] = await Promise.all([import("./scanners.grype.install.install.js"), import("./scanners.grype.scanner.js")]);
		const program = await installGrype(wish, world);
		return {
			version: program.version,
			sboms: NO_SBOMS,
			ready: (settings, _, own) => grypeScanner(program, settings, own)
		};
	},
	releases: async () => (await import("./scanners.grype.install.install.js")).GRYPE.table
};

// src/supply/publisher.ts
function installError({ tool }, problem, ...[what, remedy, cause]) {
	return new GateError(`${tool}-${problem}`, what, remedy, { cause });
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
	if (name === void 0) throw new GateError("runner-unsupported", `${publisher.name} is not released for ${platform} on ${arch}`, `Use a machine with ${publisher.machines}, or name an installed ${publisher.name} with \`${tool}-binary\`.`);
	return {
		publisher,
		version,
		archive: `${tool}_${version}_${name}`,
		member: platform === "win32" ? `${tool}.exe` : tool,
		archiveSha256: table.archives[version]?.[name],
		program: table.programs[version]?.[name]
	};
}
function knownVersion(sha256, { table: { programs } }) {
	const isThis = ([, byArchive = {}]) => Object.values(byArchive).some((program) => program.sha256 === sha256);
	return Object.entries(programs).find(isThis)?.[0];
}

// src/system/given-files.ts
const MAX_TEXT_BYTES = 536870888;
function writePieces(path, pieces, { flags = "w", mode = 384, onPiece, isDurable = false } = {}) {
	using cleanup = new DisposableStack();
	const file = cleanup.adopt(openSync(path, flags, mode), closeSync);
	for (const piece of pieces) {
		writeFileSync(file, piece);
		onPiece?.(piece);
	}
	if (isDurable) fsyncSync(file);
}
function replaceWhole(path, pieces, options) {
	const fresh = join(dirname(path), `.image-gate-${randomBytes(6).toString("hex")}`);
	try {
		writePieces(fresh, pieces, {
			...options,
			flags: "wx"
		});
		renameSync(fresh, path);
	} catch (error) {
		rmSync(fresh, { force: true });
		throw error;
	}
}
function openUnlinked(path) {
	return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}
function readSmallText(path, most) {
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)), closeSync);
	const status = fstatSync(descriptor);
	if (!status.isFile() || status.size > most) throw new Error("not a small regular file");
	return readFileSync(descriptor, "utf8");
}
function isWithin(folder, path) {
	const inner = relative(folder, path);
	return inner === "" || inner !== ".." && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
function repositoryPath(path, workspace) {
	const inner = relative(workspace, resolve(workspace, path));
	return inner.startsWith("..") || isAbsolute(inner) || inner === "" ? path : inner.split(sep).join("/");
}
function isInRepository(path) {
	return !isAbsolute(path) && !path.split("/").includes("..");
}
function realGivenPath(given, { workspace, temp, isAtTerminal }) {
	const named = resolve(workspace, given.path);
	let real;
	try {
		real = realpathSync(named);
	} catch (cause) {
		const { code } = cause;
		if (code === "EACCES") throw fault(given, UNREADABLE, cause);
		throw fault(given, {
			code: "file-missing",
			why: `does not exist${code === "ELOOP" ? ": a symbolic link leads back to itself" : ""}`,
			remedy: isAtTerminal ? "Check the path, which is relative to the working directory." : "Check the path, which is relative to the workspace; in a job, it must have been checked out or written before."
		}, cause);
	}
	if ([workspace, temp].map((folder) => tryOr(() => realpathSync(folder), resolve(folder))).some((root) => isWithin(root, real))) return real;
	if (isAtTerminal && !isWithin(workspace, named)) return real;
	throw fault(given, OUTSIDE);
}
const OUTSIDE = {
	code: "file-outside-workspace",
	why: "is outside of the workspace, or is a link that leads out of it",
	remedy: "Put the file itself into the workspace or the folder for temporary files."
};
const UNREADABLE = {
	code: "file-unreadable",
	why: "cannot be opened",
	remedy: "Give the user of this run the right to read it."
};
const NOT_REGULAR = {
	code: "file-not-regular",
	why: "is not a regular file",
	remedy: "Name a file, not a folder, device or pipe."
};
function fault({ what, path }, { code, why, remedy }, cause) {
	return new GateError(code, `The ${what} ${JSON.stringify(path)} ${why}`, remedy, { cause });
}
function readGivenFile(given, folders) {
	const limit = given.maxBytes ?? MAX_TEXT_BYTES;
	return withGivenFile(given, folders, (descriptor, size) => {
		const why = `has ${size} bytes; at most ${limit} are read`;
		if (size > limit) throw fault(given, {
			code: "file-too-large",
			why,
			remedy: "Make the file smaller."
		});
		return readFileSync(descriptor);
	});
}
function readGivenStart(given, bytes, folders) {
	return withGivenFile(given, folders, (descriptor) => {
		const start = Buffer.alloc(bytes);
		return start.subarray(0, readSync(descriptor, start, 0, bytes, 0));
	});
}
function withGivenFile(given, folders, read) {
	const real = realGivenPath(given, folders);
	using cleanup = new DisposableStack();
	let descriptor;
	try {
		descriptor = cleanup.adopt(openUnlinked(real), closeSync);
	} catch (cause) {
		throw fault(given, cause.code === "ENXIO" ? NOT_REGULAR : UNREADABLE, cause);
	}
	const status = fstatSync(descriptor);
	if (!status.isFile()) throw fault(given, NOT_REGULAR);
	return read(descriptor, status.size);
}
function entriesOf(folder) {
	return tryOr(() => readdirSync(folder, { withFileTypes: true }), []);
}
function statusOf(path) {
	return tryOr(() => statSync(path, { throwIfNoEntry: false }), void 0);
}

// src/system/program-folders.ts
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";
function programFolders(world) {
	const isOfJob = jobsPlaces(world);
	return (world.env.PATH ?? DEFAULT_PATH).split(delimiter).filter((folder) => isRooted(folder, world) && isFolder(folder) && !isOfJob(folder));
}
function programPath(world) {
	return programFolders(world).join(delimiter) || join(world.runFolder, "no-programs");
}
function findProgram(name, world) {
	const isOfJob = jobsPlaces(world);
	const names = world.platform === "win32" ? [name, `${name}.exe`] : [name];
	return programFolders(world).flatMap((folder) => names.map((name) => join(folder, name))).find((path) => isExecutable(path) && !isOfJob(path));
}
function isRooted(folder, { platform }) {
	if (platform !== "win32") return folder.startsWith("/");
	return isAbsolute(folder) && /^(?:[A-Za-z]:[\\/]|\\\\)/.test(folder);
}
function jobsPlaces({ workspace, temp, runFolder, checkouts }) {
	const named = [
		workspace,
		temp,
		runFolder,
		...checkouts ? [checkouts] : []
	];
	const places = new Set(named.flatMap((path) => identity(path) ?? []));
	const known = /* @__PURE__ */ new Map();
	const isBelow = (path) => {
		const above = dirname(path);
		const answer = known.get(path) ?? (places.has(identity(path) ?? "") || above !== path && isBelow(above));
		known.set(path, answer);
		return answer;
	};
	return (path) => tryOr(() => isBelow(resolve(path)) || isBelow(realpathSync(path)), true);
}
function identity(path) {
	return tryOr(() => {
		const { dev, ino } = statSync(path, { bigint: true });
		return `${dev} ${ino}`;
	}, void 0);
}
function isFolder(path) {
	return statusOf(path)?.isDirectory() === true;
}
function isExecutable(path) {
	return tryOr(() => accessSync(path, constants.X_OK) === void 0 && statSync(path).isFile(), false);
}

// src/system/store/private-file.ts
function isPrivate(path, platform) {
	const me = process.geteuid?.();
	if (platform === "win32" || me === void 0) return false;
	for (let at = path, first = true;; at = dirname(at), first = false) {
		const { mode, uid } = lstatSync(at);
		const isSticky = !first && (mode & 512) !== 0;
		if (uid !== me && uid !== 0 || (mode & 18) !== 0 && !isSticky) return false;
		if (dirname(at) === at) return true;
	}
}
function privateFolder({ runFolder }, name) {
	const parent = join(runFolder, "private");
	mkdirSync(parent, {
		recursive: true,
		mode: 448
	});
	return mkdtempSync(join(parent, `${name}-`));
}
function removedAtEnd(path) {
	return { [Symbol.dispose]: () => rmSync(path, {
		recursive: true,
		force: true,
		maxRetries: 3
	}) };
}

// src/supply/tool-cache.ts
const PROOF_FILE = "signature.json";
function entryFolder({ publisher: { tool }, version }, { toolCache, arch }) {
	return toolCache === void 0 ? void 0 : join(toolCache, tool, version, arch);
}
function findInToolCache(release, world) {
	const folder = entryFolder(release, world);
	if (folder === void 0 || !existsSync(`${folder}.complete`) || !isFolder(folder)) return void 0;
	return {
		folder,
		...filesIn(folder, release)
	};
}
function filesIn(folder, { member, archive }) {
	const file = (name) => statusOf(join(folder, name))?.isFile() ? join(folder, name) : void 0;
	return {
		binary: file(member),
		archive: file(archive),
		proof: file(PROOF_FILE)
	};
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
		world.log.debug(`${release.publisher.tool} could not be kept in the tool cache: ${String(error)}`);
	}
}
function put(from, to, mode) {
	if (from === void 0) return;
	copyFileSync(from, to, constants.COPYFILE_FICLONE);
	chmodSync(to, mode);
}

// src/system/store/store.ts
function databaseStore(world) {
	const refused = [];
	const roots = [world.toolCache, userCache(world)].flatMap((root) => root ? [root] : []);
	const folders = new Set(roots.map((root) => basename(root) === "image-gate" ? root : join(root, OWN_FOLDER)));
	for (const folder of folders) {
		const why = whyNotUsable(folder, world.platform);
		if (why === void 0) return { store: realpathSync(folder) };
		refused.push(`${folder} ${why}`);
	}
	const problem = refused.length === 0 ? "there is no cache folder of the user" : refused.join(", ");
	return {
		store: privateFolder(world, "store"),
		problem
	};
}
function whyNotUsable(folder, platform) {
	try {
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		if (!(lstatSync(folder).isDirectory() && (platform === "win32" || isPrivate(realpathSync(folder), platform)))) return "can be changed by others";
		rmdirSync(freshFolder(folder));
		return;
	} catch (error) {
		return `cannot be used (${error.code})`;
	}
}
const FRESH = "fresh-";
function freshFolder(store) {
	return mkdtempSync(join(store, FRESH));
}
function storedFolder(store, name) {
	return tryOr(() => realpathSync(join(store, name)), void 0);
}
function swapIn(store, name, fresh) {
	const link = join(store, name);
	const folder = mkdtempSync(`${link}-`);
	chmodSync(folder, 448);
	renameSync(fresh, folder);
	const before = tryOr(() => lstatSync(link).isSymbolicLink() ? realpathSync(link) : void 0, void 0);
	const newLink = `${folder}.link`;
	symlinkSync(folder, newLink, "junction");
	if (before === void 0) rmSync(link, {
		recursive: true,
		force: true
	});
	renameSync(newLink, link);
	clearOld(store, `${name}-`, [folder, before]);
	return folder;
}
function clearLeftovers(store) {
	clearOld(store, FRESH, []);
}
const DAY_MS = 864e5;
function clearOld(store, prefix, keep) {
	for (const entry of readdirSync(store)) {
		const path = join(store, entry);
		const status = lstatSync(path, { throwIfNoEntry: false });
		if (status !== void 0 && status.mtimeMs < Date.now() - DAY_MS && entry.startsWith(prefix) && !keep.includes(path)) rmSync(path, {
			recursive: true,
			force: true
		});
	}
}

// src/system/store/program-folder.ts
const elsewhere = /* @__PURE__ */ new Map();
function programFolder(world) {
	const { runFolder, platform } = world;
	if (platform === "win32" || isPrivate(realpathSync(runFolder), platform)) return privateFolder(world, "bin");
	const folder = folderElsewhere(world);
	elsewhere.set(runFolder, [...elsewhere.get(runFolder) ?? [], folder]);
	return folder;
}
function removeProgramFolders({ runFolder }) {
	for (const folder of elsewhere.get(runFolder) ?? []) rmSync(folder, {
		recursive: true,
		force: true
	});
	elsewhere.delete(runFolder);
}
function folderElsewhere(world) {
	const { store, problem } = databaseStore(world);
	if (problem === void 0) return freshFolder(store);
	const shared = realpathSync(tmpdir());
	const folder = mkdtempSync(join(shared, "image-gate-"));
	if (isPrivate(folder, world.platform)) return folder;
	rmSync(folder, { recursive: true });
	throw new GateError("temporary-folder-open", "Other users can write to the folder for temporary files, and could replace the scanner between its check and its start; every other place for it is open, too", "Take the right to write from others (chmod go-w) or set the sticky bit (chmod +t) on that folder and the folders above it, or on the system's temporary folder.");
}

// src/system/threads.ts
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "../images/layers/thread.ts" : "./thread.js", import.meta.url);
const MEMORY_MB = 1024;
const MOST = 3;
const idle = [];
function prepareThreads() {
	try {
		while (idle.length < Math.min(MOST, availableParallelism() - 1)) rest(start());
	} catch {}
}
async function inThread(work, signal) {
	const thread = idle.pop() ?? start();
	const { promise, resolve, reject } = Promise.withResolvers();
	const stop = () => reject(signal?.reason);
	thread.removeAllListeners().once("message", resolve).once("error", reject);
	thread.once("exit", () => reject(/* @__PURE__ */ new Error("the thread ended before its work")));
	signal?.addEventListener("abort", stop, { once: true });
	thread.ref();
	thread.postMessage(work);
	try {
		const answer = await promise;
		rest(thread);
		return answer;
	} catch (error) {
		thread.removeAllListeners().on("error", () => {});
		await thread.terminate();
		throw error;
	} finally {
		signal?.removeEventListener("abort", stop);
	}
}
function rest(thread) {
	thread.removeAllListeners().on("error", () => {});
	thread.once("exit", () => {
		const at = idle.indexOf(thread);
		if (at !== -1) idle.splice(at, 1);
	});
	thread.unref();
	idle.push(thread);
}
function start() {
	return new Worker(PROGRAM, {
		env: {},
		argv: [],
		execArgv: [],
		resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB }
	});
}

// src/system/store/thread-hash.ts
const SMALL = 16 << 20;
async function hashedBeside(work) {
	if (availableParallelism() === 1 || statSync(work.path).size < SMALL) return hashed(work);
	return inThread({
		program: "hash",
		data: work
	}).catch(() => hashed(work));
}

// src/system/store/hashed-program.ts
const FIRST_PART = 64 << 20;
const begun = /* @__PURE__ */ new Map();
function beginHashing(path, world, known) {
	try {
		const real = realpathSync(path);
		if (!lstatSync(real).isFile()) return;
		begun.set(real, placed(path, real, world, known !== void 0));
	} catch {}
}
async function hashedProgram(path, world, known) {
	const real = realpathSync(path);
	const { path: own, work, hash, isWhole } = begun.get(real) ?? placed(path, real, world, known !== void 0);
	begun.delete(real);
	if (isWhole) return {
		path: own,
		sha256: await hash
	};
	const parts = [hashed({
		...work,
		to: FIRST_PART
	}), await hash];
	return {
		path: own,
		sha256: known !== void 0 && isDeepStrictEqual(parts, known.parts) ? known.sha256 : await hashedBeside({ path: own })
	};
}
function placed(path, real, world, isKnown) {
	const { platform } = world;
	const name = basename(path);
	const own = join(programFolder(world), platform === "win32" && !/\.exe$/i.test(name) ? `${name}.exe` : name);
	const work = isPrivate(real, platform) && isLinked(real, own) ? { path: own } : {
		path: real,
		copy: own
	};
	const hash = hashedBeside(isKnown ? {
		...work,
		from: FIRST_PART
	} : work);
	hash.catch(() => {});
	return {
		path: own,
		work,
		hash,
		isWhole: !isKnown
	};
}
function isLinked(from, to) {
	try {
		linkSync(from, to);
	} catch {
		return false;
	}
	const status = lstatSync(to);
	if ((status.uid === 0 || status.uid === process.geteuid?.()) && status.isFile() && (status.mode & 82) === 64) return true;
	rmSync(to);
	return false;
}

// src/domain/memoize.ts
function memoize(ask, known = /* @__PURE__ */ new Map()) {
	return (key) => {
		let value = known.get(key);
		if (value === void 0 && !known.has(key)) {
			value = ask(key);
			known.set(key, value);
		}
		return value;
	};
}
function oncePer(make) {
	return memoize(make, /* @__PURE__ */ new WeakMap());
}

// src/domain/versions/order.ts
function orderBy(parse, compare) {
	const read = memoize(parse);
	return (a, b) => {
		const x = read(a);
		const y = read(b);
		return x === void 0 || y === void 0 ? void 0 : compare(x, y);
	};
}
function missingFirst(compare) {
	return (a, b) => a === void 0 || b === void 0 ? Number(b === void 0) - Number(a === void 0) : compare(a, b);
}
function compareDigits(a, b) {
	const x = withoutZeros(a);
	const y = withoutZeros(b);
	return x.length - y.length || compareText(x, y);
}
function withoutZeros(digits) {
	return digits.startsWith("0") ? digits.replace(/^0+/, "") : digits;
}
function compareText(a, b) {
	return a === b ? 0 : a < b ? -1 : 1;
}
function comparePieces(a, b, end) {
	return compareEach(a, b, ({ rank, text } = end, other = end) => {
		const compare = /^\d*$/.test(text) ? compareDigits : compareText;
		return rank - other.rank || compare(text, other.text);
	});
}
function compareEach(a, b, compare) {
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const difference = compare(a[index], b[index]);
		if (difference !== 0) return difference;
	}
	return 0;
}
const SYNTAX = /^[vV]?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;
const compareSemver = orderBy((text) => SYNTAX.exec(text) ?? void 0, ([, a = "", one], [, b = "", other]) => compareDotted(a, b) || comparePreReleases(one, other));
function compareDotted(a, b) {
	return compareEach(a.split("."), b.split("."), (x = "", y = "") => compareDigits(x, y));
}
function comparePreReleases(a, b) {
	if (a === void 0 || b === void 0) return Number(a === void 0) - Number(b === void 0);
	return compareEach(a.split("."), b.split("."), missingFirst((x, y) => compareWords(x, y, -1)));
}
function compareWords(a, b, mixed) {
	const isNumber = /^\d+$/.test(a);
	if (isNumber !== /^\d+$/.test(b)) return isNumber ? mixed : -mixed;
	return isNumber ? compareDigits(a, b) : compareText(a, b);
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
	programs: { "0.76.0": { "Linux-64bit.tar.gz": {
		"sha256": "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19",
		"parts": ["5cbbc565458091a82830980c69221990c57dea0be1ed05badf4ab559aad7438c", "07b456b38808376748782eac05ecc2ac6019d33fafe856cf80510f71ce067a1c"]
	} } }
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
	refuseBadVersion
};
function refuseBadVersion(version) {
	const good = KNOWN_BAD.get(version);
	if (good !== void 0) throw new GateError("trivy-known-bad", `Trivy ${version} is malware: it was published by attackers in March 2026 (CVE-2026-33634)`, `Use ${release_table_default.default}, whose SHA-256 is compiled in; the nearest good version is ${good}. If ${version} ever ran where you found it, replace all credentials of that machine.`);
	if (compareDotted(version, LOWEST_VERSION) < 0) throw new GateError("trivy-too-old", `Trivy ${version} is too old: it lacks flags that Image Gate needs`, `Use ${release_table_default.default}; the oldest that works is ${LOWEST_VERSION}, the oldest that can be downloaded 0.69.2.`);
}

// src/scanners/trivy/install/early.ts
function beginEarly(wish, world) {
	prepareThreads();
	hashEarly(wish, world);
}
function hashEarly(wish, world) {
	const likely = likelyProgram(wish, world);
	if (likely !== void 0) beginHashing(likely.path, world, likely.program);
}
function likelyProgram({ version, sha256, binary }, world) {
	return tryOr(() => {
		if (binary) return sha256 && /[\\/]/.test(binary) ? { path: resolve(world.workspace, binary) } : void 0;
		const release = releaseFor(parseVersion(version || TRIVY.table.default, TRIVY), world, TRIVY);
		const { program } = release;
		const path = program === void 0 || sha256 && sha256 !== release.archiveSha256 ? void 0 : findInToolCache(release, world)?.binary;
		return path === void 0 ? void 0 : {
			path,
			program
		};
	}, void 0);
}

// src/scanners/trivy/index.ts
const trivy = {
	name: "Trivy",
	purl: "pkg:github/aquasecurity/trivy",
	begin: beginEarly,
	async install(wish, world) {
		const [{ installTrivy }, { sbomsBy, trivyScanner }] = await Promise.all([import("./scanners.trivy.install.install.entry.js"), import("./scanners.trivy.scanner.entry.js")]);
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
	},
	releases: async () => (await import("./scanners.trivy.install.install.entry.js")).TRIVY_VERSION.publisher.table
};

// src/scanners/list.ts
const SCANNERS = [trivy, grype];
const [SCANNER] = SCANNERS;
function scannerNamed(name) {
	return SCANNERS.find((each) => each.name.toLowerCase() === name);
}
const SCANNER_NAMES = SCANNERS.map(({ name }) => name.toLowerCase());
async function ownReader() {
	return (await import("./scanners.trivy.report.given.entry.js")).trivyReports;
}

export { PROOF_FILE, SCANNER, SCANNER_NAMES, TRIVY, VERSION$1 as VERSION, asClause, clearLeftovers, clipped, commitOf, compareDigits, compareDotted, compareEach, comparePieces, compareSemver, compareText, compareWords, databaseStore, detectPlatform, entriesOf, errorPage, filesIn, findInToolCache, findProgram, freshFolder, harmless, hasKnownDefault, hashedBeside, hashedProgram, inThread, inputVariable, installError, isFolder, isInRepository, isWithin, keepInToolCache, knownVersion, memoize, missingFirst, oncePer, oneLine$1 as oneLine, openUnlinked, orderBy, ownLine, ownReader, parseVersion, privateFolder, programFolder, programPath, quoted, readGivenFile, readGivenStart, readSmallText, realGivenPath, releaseFor, releasedVersion, removeProgramFolders, removedAtEnd, replaceWhole, repositoryPath, scannerNamed, statusOf, storedFolder, swapIn, writeOutputs, writePieces };