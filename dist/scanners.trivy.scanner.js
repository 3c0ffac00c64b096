import { databaseStores, entriesOf, isWithin, openUnlinked, privateFolder } from "./shared.start.js";
import { prepareDatabase, prepareJavaDatabase } from "./scanners.trivy.database.database.js";
import { fatalMessage, logGroup, shortened, waitingTrivy } from "./scanners.trivy.match.waiting.js";
import { convertReport } from "./scanners.trivy.process.convert.js";
import { GateError, cancelled, closeSync, fstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync, statSync, tryOr } from "./shared.thread.js";
import { linkDatabase } from "./scanners.trivy.database.health.js";
import { parseReference } from "./shared.names.js";
import { runProcess } from "./system.process.js";
import { foundBaseLayers, scanArguments, skipsWithin, usableScanners } from "./scanners.trivy.process.arguments.js";
import { trivyEnvironment } from "./scanners.trivy.process.environment.js";
import { LogListener, needsJavaDatabase } from "./scanners.trivy.process.log-facts.js";
import { scanTimeout } from "./images.fault.js";
import { leftOutPaths } from "./scanners.trivy.process.left-out.js";
import { basename, isAbsolute, join, relative, sep } from "node:path";

// src/scanners/trivy/scan/layer-cache.ts
const LAYERS = "fanal";
var LayerCache = class {
	#folder;
	#java;
	#roles = /* @__PURE__ */ new Map();
	#scans = 0;
	constructor(folder) {
		this.#folder = folder;
	}
	get #shared() {
		return join(this.#folder, "shared");
	}
	begin(mayShare) {
		const folder = mayShare ? this.#shared : join(this.#folder, `scan-${++this.#scans}`);
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		let has = mayShare ? this.#roles : /* @__PURE__ */ new Map();
		const renew = () => {
			rmSync(join(folder, LAYERS), {
				recursive: true,
				force: true
			});
			has = /* @__PURE__ */ new Map();
			if (mayShare) this.#roles = has;
		};
		if (this.#java !== void 0) linkDatabase(folder, "java", this.#java);
		const cache = this;
		let isKept = false;
		return {
			folder,
			renew,
			get hasJavaDatabase() {
				return cache.#java !== void 0;
			},
			addJavaDatabase: (database) => {
				this.#java = database;
				linkDatabase(folder, "java", database);
			},
			fits: (roles) => {
				if (roles === void 0) return has.size === 0;
				return [...roles].every(([diffId, role]) => (has.get(diffId) ?? role) === role);
			},
			keep: (roles) => {
				isKept = true;
				if (mayShare) this.#roles = new Map([...has, ...roles]);
			},
			end: () => {
				if (!mayShare) rmSync(folder, {
					recursive: true,
					force: true
				});
				else if (!isKept) renew();
			}
		};
	}
};

// src/scanners/trivy/scan/failures.ts
const FAILURES = [
	{
		code: "database-unusable",
		match: /DB schema doesn't match|old DB schema|vulnerability DB initialization|failed to open db|cannot be specified on the first run|panic: assertion failed: Page/,
		what: "Trivy cannot open the vulnerability database",
		remedy: "Use the Trivy that Image Gate names by default. If it happens again, delete the folder image-gate in the tool cache, and the one in the user's cache folder."
	},
	{
		code: "disk-full",
		match: /no space left on device/,
		what: "the disk is full",
		remedy: "Free some space: a scan unpacks the image's layers in the folder for temporary files."
	},
	{
		code: "out-of-memory",
		match: /runtime: out of memory|cannot allocate memory|failed to reserve page summary memory/,
		what: "Trivy ran out of memory",
		remedy: "Use a machine with more memory.",
		byInput: { "skip-dirs": "Or leave large folders out with `skip-dirs`." }
	},
	{
		code: "os-repositories-unknown",
		match: /unable to find CPE indices/,
		what: "the database does not know the repositories that its Red Hat packages came from",
		remedy: "Leave `/root/buildinfo` and `/usr/share/buildinfo` as the base image has them, or build on a newer base image: Trivy cannot match some of before June 2020, and some of a release that is new."
	},
	{
		code: "sbom-unreadable",
		match: /SBOM decode error|failed to detect SBOM|unknown scanning is not yet supported|sbom.{0,200}decode/i,
		what: "it is not an SBOM that Trivy reads",
		remedy: "Give CycloneDX JSON, or SPDX JSON or tag-value (SPDX loses the paths of packages)."
	},
	{
		code: "repository-unavailable",
		match: /repository clone error|git clone error|no such path: stat/,
		what: "the repository cannot be cloned",
		remedy: "Only public repositories can be given by URL; check a private one out and give its folder as `path`."
	},
	{
		code: "target-missing",
		match: /no such file or directory/,
		what: "all or part of it is no longer there",
		remedy: "Nothing may change the target while it is scanned."
	},
	{
		code: "target-unreadable",
		match: /permission denied/,
		what: "a part of it may not be read",
		remedy: "Give the user of this run the right to read it.",
		byInput: { "skip-dirs": "Or leave it out with `skip-dirs` or `skip-files`." }
	},
	{
		code: "trivy-flags-unknown",
		match: /unknown flag|unable to parse flag|unknown command/,
		what: "this Trivy does not know a flag that Image Gate passes",
		remedy: "Use the version that Image Gate takes by default: leave `trivy-version` and `trivy-binary` out."
	}
];
function scanFailure(result, target, timeoutMs) {
	const message = fatalMessage(result.stderr);
	if (result.timedOut || /context deadline exceeded/.test(message)) return scanTimeout(target, timeoutMs);
	const known = FAILURES.find(({ match }) => match.test(message) || match.test(result.stderr.slice(-4096)));
	if (known !== void 0) return new GateError(known.code, `${target.label} was not scanned: ${known.what} (${shortened(message)})`, known.remedy, { byInput: known.byInput });
	if (result.signal !== null || (result.code ?? 0) > 128) return killed(result, target);
	return new GateError("trivy-failed", `${target.label} was not scanned: Trivy ended with ${result.code} (${shortened(message)})`, "Trivy's own lines are in the log, in the group of this target.");
}
function repositoryOffline({ label }) {
	return new GateError("repository-offline", `${label} was not scanned: it is not a folder that exists, and \`offline\` forbids cloning it from its host`, "Check it out first and give its folder.");
}
function sbomScanners({ label }, scanners) {
	return new GateError("sbom-scanners", `${label} was not scanned: an SBOM can be scanned for \`vuln\` and \`license\` only, and \`scanners\` is \`${scanners.join(",")}\``, "Add `vuln` or `license` to `scanners`, or scan the SBOM in a run of its own.");
}
function killed({ code, signal }, { label }) {
	const isKill = signal === "SIGKILL" || code === 137;
	const what = `${label} was not scanned: Trivy was ended by ${signal ?? `signal ${(code ?? 128) - 128}`}`;
	if (!isKill) return new GateError("trivy-killed", what, "Something on this machine ended it: run again.");
	return new GateError("out-of-memory", what, "Most often the machine ran out of memory: use a machine with more.", { byInput: { "skip-dirs": "Or leave large folders out with `skip-dirs`." } });
}

// src/scanners/trivy/scan/renamed-archives.ts
const MOST_PATTERNS = 200;
const MOST_CHARACTERS = 1e5;
function tellOfArchives(inventory) {
	const patterns = [];
	let characters = 0;
	const entries = inventory.entries.map((entry) => {
		if (entry.isRenamed !== true) return entry;
		const pattern = patternOf(entry.path);
		characters += pattern.length;
		if (patterns.length >= MOST_PATTERNS || characters > MOST_CHARACTERS) return entry;
		patterns.push(pattern);
		return {
			...entry,
			isRenamed: void 0
		};
	});
	return {
		patterns,
		inventory: patterns.length === 0 ? inventory : {
			...inventory,
			entries
		}
	};
}
function patternOf(path) {
	return `jar:^${path.toWellFormed().replace(/[^\w/]/gu, (character) => `\\x{${character.codePointAt(0)?.toString(16)}}`)}$`;
}

// src/scanners/trivy/scan/source-tree.ts
const TOP_FOLDERS = [
	"dev",
	"proc",
	"sys"
];
const LOCK_FILES = /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|Gemfile\.lock|Pipfile\.lock|poetry\.lock|uv\.lock|pylock(?:\.[^.]+)?\.toml|requirements\.txt|go\.mod|go\.sum|Cargo\.lock|pom\.xml|.*gradle\.lockfile|build\.sbt\.lock|packages\.lock\.json|packages\.config|.*\.deps\.json|(?:Directory\.)?Packages\.props|conan\.lock|mix\.lock|pubspec\.lock|Podfile\.lock|Package\.resolved|environment\.ya?ml|Manifest\.toml)$/;
const OTHER_REQUIREMENTS = /(?:^|\/)(?:requirements[-_.][^/]+\.txt|[^/]+[-_.]requirements\.txt|requirements\/(?!requirements\.txt$)[^/]+\.txt)$/;
const CONFIG_FILES = /(?:^|[.-])(?:Dockerfile|Containerfile)(?:$|[.-])|\.(?:ya?ml|json|tf|tofu|tpl|tgz)$/i;
const TERRAFORM = /\.(?:tf|tofu)(?:\.json)?$/;
const MOST = 1e3;
const LARGEST = 1048576;
function readSourceTree({ how, location }, wanted) {
	if (how !== "folder" && how !== "repository" || !isAbsolute(location)) return void 0;
	const search = new Search(location, wanted);
	for (const { entry, path } of entriesBelow(location, (folder) => readable(folder, location), search.enters)) search.file(entry, path);
	return search.result();
}
function* entriesBelow(root, read, enters) {
	const waiting = [""];
	for (let folder = waiting.pop(); folder !== void 0; folder = waiting.pop()) for (const entry of read(join(root, folder))) {
		const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
		if (!entry.isDirectory()) yield {
			entry,
			path
		};
		else if (entry.name !== ".git" && enters(entry, path)) waiting.push(path);
	}
}
function readable(folder, root) {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch (cause) {
		const name = relative(root, folder) || ".";
		const { code } = cause;
		if (code !== "EACCES" && code !== "EPERM" || TOP_FOLDERS.includes(name.split(sep)[0] ?? "")) return [];
		throw new GateError("folder-unreadable", `The folder ${JSON.stringify(name)} in it may not be read by the user of this run, and Trivy would silently skip it`, "Give the user of this run the right to read it. Or leave it out with `skip-dirs`.", { cause });
	}
}
var Search = class {
	#root;
	#scanners;
	#isLeftOut;
	#leftOut = /* @__PURE__ */ new Map();
	#links = [];
	#requirements = [];
	#unread = [];
	#terraform = [];
	#more = 0;
	#hasDevelopment = false;
	constructor(root, wanted) {
		this.#root = root;
		this.#scanners = wanted.scanners;
		this.#isLeftOut = leftOutPaths(wanted);
	}
	enters = (_, path) => {
		const [top = ""] = path.split("/");
		return !(TOP_FOLDERS.includes(top) && (this.#leftOut.get(top)?.count ?? 0) >= MOST) && !this.#isLeftOut(`${path}/`);
	};
	file(entry, path) {
		if (this.#isLeftOut(path)) return;
		const [top = "", ...below] = path.split("/");
		if (below.length > 0 && TOP_FOLDERS.includes(top)) this.#countLeftOut(top, entry, path);
		else {
			if (entry.isFile() && TERRAFORM.test(path) && !`/${path}`.includes("/.terraform/")) this.#add(this.#terraform, path);
			if (this.#looksFor("vuln") || this.#looksFor("license")) this.#list(entry, path);
		}
	}
	result() {
		return {
			files: {
				folders: [...this.#leftOut].map(([path, { count, example }]) => ({
					path,
					count,
					example
				})).sort((a, b) => a.path < b.path ? -1 : 1),
				links: this.#links,
				requirements: this.#requirements,
				unread: this.#unread.sort(),
				hasDevelopment: this.#hasDevelopment,
				more: this.#more
			},
			terraform: this.#terraform.sort()
		};
	}
	#looksFor(scanner) {
		return this.#scanners.includes(scanner);
	}
	#countLeftOut(top, entry, path) {
		const isWanted = this.#scanners.some((scanner) => {
			if (scanner === "vuln") return LOCK_FILES.test(entry.name);
			return scanner === "misconfig" ? CONFIG_FILES.test(entry.name) : true;
		});
		const found = this.#leftOut.get(top);
		if (!entry.isFile() || !isWanted || (found?.count ?? 0) >= MOST) return;
		if (found === void 0) this.#leftOut.set(top, {
			count: 1,
			example: path
		});
		else found.count += 1;
	}
	#list(entry, path) {
		const { name } = entry;
		if (`/${path}`.includes("/node_modules/")) return;
		if (entry.isSymbolicLink()) {
			if (LOCK_FILES.test(name) ? !this.#isReadElsewhere(path, name) : name !== "node_modules" && this.#hasLockFilesOutside(path)) this.#add(this.#links, {
				path,
				to: targetOf(join(this.#root, path))
			});
		} else if (!entry.isFile()) return;
		else if (name === "requirements.txt") this.#add(this.#requirements, requirementsIn(join(this.#root, path), path));
		else if (name === "Pipfile.lock") this.#hasDevelopment ||= hasDevelopment(join(this.#root, path));
		else if (OTHER_REQUIREMENTS.test(path)) this.#add(this.#unread, path);
	}
	#add(list, value) {
		if (value === void 0) return;
		if (list.length < MOST) list.push(value);
		else if (list !== this.#terraform) this.#more += 1;
	}
	#isReadElsewhere(path, name) {
		return tryOr(() => {
			const root = realpathSync(this.#root);
			const real = realpathSync(join(this.#root, path));
			const inside = relative(root, real).split(sep);
			return basename(real) === name && isWithin(root, real) && !TOP_FOLDERS.includes(inside[0] ?? "") && !this.#isLeftOut(inside.join("/"));
		}, false);
	}
	#hasLockFilesOutside(path) {
		const real = realFolder(join(this.#root, path));
		if (real === void 0 || isWithin(realFolder(this.#root) ?? this.#root, real)) return false;
		let visited = 0;
		const enters = ({ name }) => ++visited < MOST && name !== "node_modules";
		for (const { entry } of entriesBelow(real, entriesOf, enters)) if (entry.isFile() && LOCK_FILES.test(entry.name)) return true;
		return false;
	}
};
function realFolder(path) {
	return tryOr(() => {
		const real = realpathSync(path);
		return statSync(real).isDirectory() ? real : void 0;
	}, void 0);
}
function targetOf(link) {
	return tryOr(() => readlinkSync(link), "a file that cannot be read");
}
function requirementsIn(file, path) {
	const text = textOf(file);
	if (text === void 0) return void 0;
	if (text === "too large") return {
		path,
		requirements: [],
		unread: `it is larger than ${LARGEST} bytes`
	};
	return {
		path,
		requirements: parseRequirements(text.text)
	};
}
function hasDevelopment(file) {
	const text = textOf(file);
	if (text === void 0) return false;
	if (text === "too large") return true;
	const { develop } = tryOr(() => JSON.parse(text.text) ?? {}, {});
	return typeof develop === "object" && develop !== null && Object.keys(develop).length > 0;
}
function textOf(file) {
	let handle;
	try {
		handle = openUnlinked(file);
		const status = fstatSync(handle);
		if (!status.isFile()) return void 0;
		return status.size > LARGEST ? "too large" : { text: readFileSync(handle, "utf8") };
	} catch {
		return;
	} finally {
		if (handle !== void 0) closeSync(handle);
	}
}
function parseRequirements(text) {
	return logicalLines(text).flatMap((line) => {
		const written = line.replace(/(?:^|\s)#.*$/, "").trim();
		if (written === "") return [];
		if (!written.startsWith("-")) return [requirement(written)];
		return /^(?:-r|--requirement|-e|--editable)(?=[\s=.\w/]|$)/.test(written) ? [{ text: written }] : [];
	});
}
function logicalLines(text) {
	const lines = [];
	let begun = "";
	for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
		if (line.endsWith("\\") && !/(?:^|\s)#/.test(line)) {
			begun += `${line.slice(0, -1)} `;
			continue;
		}
		lines.push(begun + line);
		begun = "";
	}
	return begun === "" ? lines : [...lines, begun];
}
const NAMED = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?=[=<>~!;,(]|$|--)/;
function requirement(text) {
	const [line = ""] = text.split(/\s--/, 1);
	const found = NAMED.exec(line.trim());
	if (found === null) return { text: line.trim() };
	const rest = line.trim().slice(found[0].length);
	const version = /^\(?\s*={2,3}\s*([^\s,;)]+)/.exec(rest)?.[1];
	return {
		text: line.trim(),
		name: found[1],
		...version !== void 0 && !version.includes("*") && { version }
	};
}

// src/scanners/trivy/scan/scan.ts
async function scanTarget(target, given, asked, world) {
	if (asked.offline && given.how === "repository" && !isAbsolute(given.location)) throw repositoryOffline(target);
	const settings = settingsFor(target, given, asked, world);
	const tree = readSourceTree(given, settings);
	const folder = privateFolder(world, "scan");
	const raw = join(folder, "report.json");
	rmSync(settings.reportFile, { force: true });
	const place = settings.layers.begin(asked.image !== void 0);
	try {
		const deadline = { at: performance.now() + settings.timeoutMs };
		const sbom = given.how === "sbom" ? (await import("./scanners.trivy.sbom.js")).readySbom(target, given.location, folder) : void 0;
		const scan = {
			target,
			given,
			located: sbom === void 0 ? locatedFor(given, settings) : {
				how: "sbom",
				location: sbom.location
			},
			raw,
			settings,
			place,
			deadline,
			asked,
			world,
			sbom,
			told: settings.image && tellOfArchives(settings.image.inventory),
			tree
		};
		const { report, result, scanFacts, ended, isWhole, shown, write } = await readFitting(scan);
		const noted = withNotes(result, [...sbom?.notes ?? [], ...asked.image?.notes ?? []]);
		const roles = isWhole ? rolesOf(scan, ended) : void 0;
		if (roles !== void 0) place.keep(roles);
		settings.onReport?.(shown());
		settings.onSbom?.(await sbomOf(scan, {
			report,
			result: noted,
			scanFacts
		}));
		write(settings.reportFile);
		return noted;
	} finally {
		place.end();
		rmSync(folder, {
			recursive: true,
			force: true
		});
	}
}
function locatedFor({ how, location }, { image }) {
	if (image !== void 0) return {
		how: "image",
		location: image.folder
	};
	if (how === "reference" || how === "archive" || how === "layout") throw new TypeError("an image is read before it is scanned");
	return {
		how,
		location
	};
}
function withNotes(result, notes) {
	if (notes.length === 0) return result;
	const { provenance } = result;
	return {
		...result,
		provenance: {
			...provenance,
			notes: [...provenance.notes ?? [], ...notes]
		}
	};
}
async function sbomOf(scan, read) {
	const { target, given, settings, world, asked } = scan;
	const { trivy, database, timeoutMs, descriptions } = settings;
	const digest = given.how === "reference" ? parseReference(given.location)?.digest : void 0;
	if (digest === void 0 || database === void 0 || settings.scanners.join() !== "vuln") return { why: "it was not scanned by its digest for vulnerabilities alone" };
	const { makeStored } = await import("./scanners.trivy.stored.make.js");
	const { skipDirs, skipFiles } = asked;
	const own = {
		trivy: trivy.path,
		version: trivy.version,
		database,
		timeoutMs,
		skipDirs,
		skipFiles,
		descriptions
	};
	return makeStored({
		target,
		digest,
		readers: settings.readers,
		...read
	}, own, world);
}
async function readFitting(scan) {
	const { place, target, world } = scan;
	const reading = await readOnce(scan);
	if (place.fits(rolesOf(scan, reading.ended))) return reading;
	world.log.info(`${target.label} is scanned once more, by itself: a layer is the base of another image, and not of this one.`);
	place.renew();
	return readOnce(scan);
}
function rolesOf({ settings }, { baseLayers }) {
	const isSecret = settings.scanners.includes("secret");
	if (isSecret && baseLayers === void 0) return void 0;
	const bases = new Set(isSecret ? baseLayers : []);
	return new Map(settings.image?.layers.map(({ diffId }) => [diffId, bases.has(diffId) ? "base" : "own"]));
}
async function readOnce(scan) {
	const [ended, { readScanned }] = await Promise.all([completeScan(scan), import("./scanners.trivy.scan.scanned.js")]);
	return readScanned(scan, ended);
}
function settingsFor(target, located, asked, world) {
	const scanners = usableScanners(located, asked.scanners);
	if (scanners.length === 0) throw sbomScanners(target, asked.scanners);
	const skipDirs = skipsWithin(located, asked.skipDirs, world);
	const skipFiles = skipsWithin(located, asked.skipFiles, world);
	return {
		...asked,
		scanners,
		skipDirs,
		skipFiles
	};
}
async function completeScan(scan) {
	const { settings, place } = scan;
	if (settings.database !== void 0) linkDatabase(place.folder, "vulnerability", settings.database);
	const hasJars = settings.image?.inventory.entries.some(({ kind }) => kind === "jar");
	if (settings.database !== void 0 && hasJars) await giveJavaDatabase(scan);
	const first = await startTrivy(scan);
	if (!first.lacksJavaDatabase || place.hasJavaDatabase) return finished(scan, first);
	await giveJavaDatabase(scan);
	place.renew();
	scan.world.log.info(`${scan.target.label} has jars: it is scanned once more, with the Java database. An error from Trivy above means only that.`);
	return finished(scan, await startTrivy(scan));
}
async function giveJavaDatabase({ settings, place, deadline }) {
	if (place.hasJavaDatabase) return;
	const left = deadline.at - performance.now();
	place.addJavaDatabase(await settings.javaDatabase());
	deadline.at = performance.now() + left;
}
function finished(scan, result) {
	if (result.aborted) throw cancelled();
	if (result.code === 0 && !result.timedOut) return result;
	throw scanFailure(result, scan.target, scan.settings.timeoutMs);
}
async function startTrivy(scan) {
	const { target, located, raw, settings, place, deadline, world, told } = scan;
	const timeoutMs = Math.max(1, deadline.at - performance.now());
	rmSync(raw, { force: true });
	const own = {
		cacheFolder: place.folder,
		target: located,
		output: raw,
		timeoutMs,
		filePatterns: told?.patterns
	};
	const args = scanArguments({
		...settings,
		...own
	});
	const group = logGroup(`Trivy: ${target.label}`, world.log);
	const listener = new LogListener();
	let baseLayers;
	let lacksJavaDatabase = false;
	try {
		const working = runProcess(settings.trivy.path, args, {
			cwd: privateFolder(world, "cwd"),
			env: trivyEnvironment(world, purposeOf(located), settings.memory),
			deadlineMs: timeoutMs,
			signal: world.signal,
			onStderrLine(line) {
				lacksJavaDatabase ||= needsJavaDatabase(line);
				baseLayers ??= foundBaseLayers(line);
				listener.line(line);
				group.line(line);
			}
		});
		settings.whileWaiting?.();
		world.whileWaiting?.();
		return {
			...await working,
			baseLayers,
			lacksJavaDatabase,
			log: listener.facts()
		};
	} finally {
		group.end();
	}
}
function purposeOf({ how, location }) {
	return how === "repository" && !isAbsolute(location) ? "repository" : "files";
}

// src/scanners/trivy/scanner.ts
async function trivyScanner(trivy, wanted, work, world) {
	const { timeout: timeoutMs, maxDbAge: maxAgeMs, offline, scanners, cache } = wanted;
	const { store, readOnly, problem } = databaseStores(world);
	const level = world.isAtTerminal ? "warning" : "info";
	if (problem !== void 0) world.log[level](`Databases are not kept on this machine: ${problem}.`);
	const request = {
		timeoutMs,
		maxAgeMs,
		offline,
		cache,
		store,
		readOnly
	};
	const database = scanners.includes("vuln") ? await prepareDatabase({
		...request,
		repositories: wanted.dbRepository
	}, world) : void 0;
	let java;
	const javaDatabase = () => {
		const asked = {
			...request,
			repositories: wanted.javaDbRepository
		};
		java ??= work.begin((signal) => prepareJavaDatabase(asked, {
			...world,
			signal
		}));
		return java;
	};
	const { skipDirs, skipFiles, descriptions } = wanted;
	const waiting = database && wanted.isMatchLikely ? waitingTrivy({
		trivy: trivy.path,
		database,
		timeoutMs
	}, work, world) : void 0;
	const settings = {
		trivy,
		database,
		javaDatabase,
		offline,
		timeoutMs,
		descriptions,
		whileWaiting: waiting && (() => waiting.begin()),
		scanners,
		skipDirs,
		skipFiles
	};
	const session = (layers) => ({ scan(target, located, { onReport, spentMs = 0, image, memory, reportFile, onSbom, readers }, at) {
		const own = {
			image,
			memory,
			reportFile,
			onSbom,
			onReport,
			readers
		};
		const left = Math.max(1, timeoutMs - spentMs);
		return scanTarget(target, located, {
			...settings,
			...own,
			timeoutMs: left,
			layers
		}, at);
	} });
	return {
		name: "Trivy",
		version: trivy.version,
		databaseUpdatedAt: database?.updatedAt.toISOString(),
		...database && lookingUp({
			...settings,
			database,
			waiting
		}),
		session: (folder) => session(new LayerCache(folder))
	};
}
function lookingUp(settings) {
	const { trivy, timeoutMs, scanners, waiting, ...others } = settings;
	const own = {
		...others,
		timeoutMs,
		trivy: trivy.path,
		version: trivy.version
	};
	return {
		async match(lists, options, at) {
			const { match } = await import("./scanners.trivy.match.look-up.entry.js");
			const left = Math.max(1, Math.min(timeoutMs - (options.spentMs ?? 0), options.timeoutMs ?? timeoutMs));
			return match(lists, {
				...own,
				timeoutMs: left,
				waiting
			}, at);
		},
		...scanners.join() === "vuln" && { async scanStored(items, at) {
			const { scanStored } = await import("./scanners.trivy.stored.entry.js");
			return scanStored(items, own, at);
		} }
	};
}
function sbomsBy({ path: trivy }) {
	return { make: ({ format, packages: report, output }, world) => convertReport({
		trivy,
		format,
		report,
		output
	}, world) };
}

export { sbomsBy, trivyScanner };