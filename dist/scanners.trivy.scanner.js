import { databaseStores, entriesOf as entriesOf$1, parseReference, privateFolder } from "./shared.answer.js";
import { prepareDatabase, prepareJavaDatabase, storedJavaDatabase } from "./scanners.trivy.database.database.js";
import { LogListener, convertReport } from "./scanners.trivy.process.log-facts.js";
import { BASE_DIGEST, BASE_NAME, bucketsOf, namedDocument, reportOf, restoreDigests, toScanResult, writeNamed, writeSanitized } from "./scanners.trivy.report.report.js";
import { GateError, cancelled, closeSync, constants, copyFileSync, cpSync, existsSync, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, readlinkSync, realpathSync, rmSync, statSync, tryOr } from "./shared.start.js";
import { linkDatabase } from "./scanners.trivy.database.link.js";
import { compileGlobs, platformMatches } from "./shared.domain.js";
import { runProcess } from "./system.process.js";
import { release } from "./system.used-buffers.js";
import { foundBaseLayers, scanArguments, skipsWithin, sourceOf, usableScanners } from "./scanners.trivy.process.arguments.js";
import { fatalMessage, logGroup, shortened, trivyEnvironment } from "./scanners.trivy.process.process-output.js";
import { BETWEEN_ROWS, cutDocument, indexInWindows, reportTooLarge, textOf as textOf$1, wholeDocument } from "./scanners.trivy.report.document.js";
import { scanTimeout } from "./images.acquire.failures.js";
import { basename, isAbsolute, join, relative, sep } from "node:path";

// src/scanners/trivy/scan/known-reports.ts
var KnownReports = class {
	#reports = /* @__PURE__ */ new Map();
	of(image) {
		return this.#reports.get(keyOf(image))?.then((known) => known !== void 0 && existsSync(known.file) ? known : void 0);
	}
	add(image, report) {
		this.#reports.set(keyOf(image), report.catch(() => void 0));
	}
};
function keyOf({ imageId, layers }) {
	return [imageId, ...layers.map(({ digest }) => digest)].join(" ");
}

// src/scanners/trivy/scan/layer-cache.ts
const LAYERS = "fanal";
var LayerCache = class LayerCache {
	#folder;
	#java;
	#roles = /* @__PURE__ */ new Map();
	#scans = 0;
	constructor(folder) {
		this.#folder = folder;
	}
	fork(folder) {
		const fork = new LayerCache(folder);
		fork.#java = this.#java;
		if (copyLayers(this.#shared, fork.#shared)) fork.#roles = this.#roles;
		return fork;
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
		let java;
		const link = (database, isChecked) => {
			java = {
				database,
				isChecked
			};
			linkDatabase(folder, "java", database);
		};
		if (this.#java !== void 0) link(this.#java, true);
		let isKept = false;
		return {
			folder,
			renew,
			get java() {
				return java;
			},
			lendJavaDatabase: (database) => link(database, false),
			addJavaDatabase: (database) => {
				this.#java = database;
				link(database, true);
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

// src/scanners/trivy/report/report-file.ts
const WINDOW = 262144;
const BATCH = 65536;
const OPEN = 91;
const CLOSE = 93;
var ReportFile = class {
	length;
	#descriptor;
	#window;
	#batch;
	#restore;
	#from = 0;
	#to = 0;
	constructor(path, restore, window = WINDOW) {
		this.#descriptor = openSync(path, "r");
		this.length = fstatSync(this.#descriptor).size;
		this.#window = Buffer.allocUnsafeSlow(window);
		this.#batch = Math.min(BATCH, window);
		this.#restore = restore;
	}
	close() {
		closeSync(this.#descriptor);
	}
	[Symbol.dispose]() {
		this.close();
	}
	read(into, at) {
		let length = 0;
		while (length < into.length) {
			const count = readSync(this.#descriptor, into, length, into.length - length, at + length);
			if (count === 0) break;
			length += count;
		}
		return into.subarray(0, length);
	}
	#see(from, length) {
		if (from >= this.#from && from + length <= this.#to) return;
		this.#to = from + this.read(this.#window, from).length;
		this.#from = from;
	}
	byteAt(at) {
		if (at < 0 || at >= this.length) return void 0;
		this.#see(at, 1);
		return this.#window[at - this.#from];
	}
	indexOf(needle, from) {
		for (let at = from; at + needle.length <= this.length; at = this.#to - needle.length + 1) {
			this.#see(at, needle.length);
			if (this.#to < at + needle.length) return -1;
			const seen = this.#window.subarray(0, this.#to - this.#from);
			const index = needle.length === 1 ? seen.indexOf(needle, at - this.#from) : indexInWindows(seen, needle, at - this.#from);
			if (index !== -1) return this.#from + index;
		}
		return -1;
	}
	text(from, to = this.length) {
		const bytes = this.read(Buffer.allocUnsafe(Math.max(0, to - from)), from);
		this.#restore(bytes);
		return bytes.toString("utf8");
	}
	*batches(from, to, key) {
		const room = Buffer.allocUnsafeSlow(this.#batch + 2);
		room[0] = OPEN;
		for (let at = from; at < to;) {
			const bytes = this.read(room.subarray(1, 1 + Math.min(this.#batch, to - at)), at);
			if (bytes.length === 0) throw new TypeError("the report has become shorter");
			const between = at + bytes.length === to ? bytes.length - 1 : bytes.lastIndexOf(BETWEEN_ROWS);
			if (between === -1) {
				const end = this.#endOfRow(at, to);
				yield `[${this.text(at, end)}]`;
				at = end + 1;
				continue;
			}
			if (key !== "Vulnerabilities") this.#restore(bytes);
			room[between + 2] = CLOSE;
			yield room.toString("utf8", 0, between + 3);
			at += between + 2;
		}
	}
	#endOfRow(at, to) {
		const between = this.indexOf(BETWEEN_ROWS, at);
		return between === -1 || between >= to ? to : between + 1;
	}
};

// src/scanners/trivy/scan/failures.ts
const FAILURES = [
	{
		code: "database-unusable",
		match: /DB schema doesn't match|old DB schema/,
		what: "Trivy cannot read the vulnerability database: its schema is another one",
		remedy: "Use the Trivy that Image Gate names by default, or one that fits the database of `db-repository`."
	},
	{
		code: "database-unusable",
		match: /vulnerability DB initialization|failed to open db|cannot be specified on the first run|panic: assertion failed: Page/,
		what: "Trivy cannot open the vulnerability database",
		remedy: "Run again; where it stays, delete the folder image-gate in the tool cache, and the one in ~/.cache."
	},
	{
		code: "cache-locked",
		match: /cache may be in use by another process|Failed to acquire cache or database lock/,
		what: "another process holds Trivy's scan cache",
		remedy: "Run again; two runs must not share one RUNNER_TEMP."
	},
	{
		code: "disk-full",
		match: /no space left on device/,
		what: "the disk is full",
		remedy: "Free some space: a scan unpacks the image's layers below RUNNER_TEMP."
	},
	{
		code: "out-of-memory",
		match: /runtime: out of memory|cannot allocate memory|failed to reserve page summary memory/,
		what: "Trivy ran out of memory",
		remedy: "Use a machine with more memory, or leave large folders out by `skip-dirs`."
	},
	{
		code: "reference-invalid",
		match: /could not parse reference/,
		what: "it is not an image reference",
		remedy: "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case."
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
		remedy: "Only public repositories can be given by URL; check a private one out by actions/checkout and give its folder as `path`."
	},
	{
		code: "target-missing",
		match: /no such file or directory/,
		what: "it is not there any more, or a part of it",
		remedy: "Nothing may change the target while it is scanned."
	},
	{
		code: "target-unreadable",
		match: /permission denied/,
		what: "a part of it may not be read",
		remedy: "Give the user of this run the right to read it, or leave it out by `skip-dirs` or `skip-files`."
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
	if (/unable to find the specified image/.test(message)) return containerdFailure(message, target);
	const known = FAILURES.find(({ match }) => match.test(message) || match.test(result.stderr.slice(-4096)));
	if (known !== void 0) return new GateError(known.code, `${target.label} was not scanned: ${known.what} (${shortened(message)})`, known.remedy);
	if (result.signal !== null || (result.code ?? 0) > 128) return killed(result, target);
	return new GateError("trivy-failed", `${target.label} was not scanned: Trivy ended with ${result.code} (${shortened(message)})`, "Trivy's own lines are in the log, in the group of this target.");
}
function repositoryOffline({ label }) {
	return new GateError("repository-offline", `${label} was not scanned: it is no folder that exists, and \`offline\` forbids cloning it from its host`, "Check it out in a step before (actions/checkout) and give its folder.");
}
function sbomScanners({ label }, scanners) {
	return new GateError("sbom-scanners", `${label} was not scanned: an SBOM can be scanned for \`vuln\` and \`license\` only, and \`scanners\` is \`${scanners.join(",")}\``, "Add `vuln` or `license` to `scanners`, or scan the SBOM in a run of its own.");
}
function killed({ code, signal }, { label }) {
	const isKill = signal === "SIGKILL" || code === 137;
	return new GateError(isKill ? "out-of-memory" : "trivy-killed", `${label} was not scanned: Trivy was ended by ${signal ?? `signal ${(code ?? 128) - 128}`}`, isKill ? "Most often the machine ran out of memory: use a machine with more, or leave large folders out by `skip-dirs`." : "Something on this machine ended it: run again.");
}
function containerdFailure(message, { input, label }) {
	if (/No such image|failed to find image|image not known|: not found/i.test(message)) return new GateError("image-not-found", `There is no image ${label} on this machine`, `Build it here: docker/build-push-action leaves it there only with \`load: true\`. \`ctr images list\` must list ${input} exactly.`);
	return new GateError("daemon-unreachable", `${label} was not scanned: containerd cannot be reached on this machine (${shortened(message)})`, "Start it first, or name its socket by CONTAINERD_ADDRESS; `image-source: remote` asks the registry instead.");
}

// src/scanners/trivy/scan/image-facts.ts
function namingOf({ location }, image) {
	const { repoTags, repoDigests, layers, place } = image;
	const digests = new Map(layers.filter(({ digest, diffId }) => digest !== diffId).toReversed().map(({ digest, diffId }) => [diffId, digest]));
	const named = {
		name: location,
		repoTags: place === "layout" ? [] : repoTags.map(asTrivyWrites),
		repoDigests: repoDigests.map(asTrivyWrites)
	};
	if (place === "remote" || place === "layout") return {
		...named,
		digests
	};
	return {
		...named,
		digests: /* @__PURE__ */ new Map(),
		withoutDigest: new Set(layers.map(({ diffId }) => diffId))
	};
}
function asTrivyWrites(name) {
	return name.replace(/^docker\.io\/(?:library\/)?/, "");
}
function withImage(target, result, image) {
	const { build, artifact, provenance } = result;
	requireSame(target, result, image);
	const base = image.annotations.find((each) => (each["org.opencontainers.image.base.name"] ?? each["org.opencontainers.image.base.digest"]) !== void 0);
	const { digest, index, digestUnknown } = image;
	return {
		...result,
		artifact: {
			...artifact,
			...digest !== void 0 && {
				digest,
				index
			}
		},
		provenance: {
			...provenance,
			...digestUnknown !== void 0 && { digestUnknown }
		},
		...build && base && { build: {
			...build,
			baseName: base["org.opencontainers.image.base.name"],
			baseDigest: base["org.opencontainers.image.base.digest"]
		} }
	};
}
function requireSame({ label }, { artifact }, image) {
	if (artifact.imageId === image.imageId) return;
	throw new GateError("image-inconsistent", `${label} cannot be judged: what Trivy read of it is ${artifact.imageId ?? "no image"}, and its configuration ${image.imageId}`, "Run again. Where it stays, report this: the scanner was given the image’s own bytes.");
}

// src/scanners/trivy/scan/jars.ts
function needsJavaDatabase(stderr) {
	return stderr.includes("Unable to initialize the Java DB") || stderr.includes("cannot skip downloading Java DB");
}
function watchForJars({ javaDatabase }, place) {
	const stop = new AbortController();
	const sign = place.java === void 0 ? MISSED : USED;
	let database;
	return {
		stop: stop.signal,
		line(text) {
			if (database !== void 0 || place.java?.isChecked || !sign.test(text)) return;
			database = javaDatabase();
			database.catch(() => {});
			if (place.java === void 0) stop.abort();
		},
		get database() {
			return database;
		}
	};
}
const MISSED = /^\S+\tERROR\t\[javadb\] The first run cannot skip/;
const USED = /^\S+\t(?:DEBUG|INFO|WARN|ERROR)\t\[(?:javadb|jar)\] /;
function hasJars({ results }) {
	return results.some(({ fields }) => fields?.Type === "jar");
}

// src/scanners/trivy/scan/renamed-archives.ts
const MOST_PATTERNS = 200;
const MOST_CHARACTERS = 1e5;
function tellOfArchives(inventory) {
	const patterns = [];
	let characters = 0;
	const entries = inventory.entries.map((entry) => {
		if (entry.isRenamed !== true) return entry;
		const pattern = patternOf(entry.storedAs ?? entry.path);
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

// src/scanners/trivy/scan/source-folders.ts
function requireReadable(root, skipDirs) {
	if (process.geteuid?.() === 0) return;
	const skipped = skipper(root, skipDirs);
	const waiting = [root];
	for (let folder = waiting.pop(); folder !== void 0; folder = waiting.pop()) for (const entry of entriesOf(folder, root)) {
		const path = join(folder, entry.name);
		if (entry.isDirectory() && !skipped(path)) waiting.push(path);
	}
}
function entriesOf(folder, root) {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch (cause) {
		const { code } = cause;
		if (code !== "EACCES" && code !== "EPERM") return [];
		const name = relative(root, folder) || ".";
		throw new GateError("folder-unreadable", `The folder ${JSON.stringify(name)} in it may not be read by the user of this run, and Trivy would pass over it without a word`, "Give the user of this run the right to read it, or leave it out by `skip-dirs`.", { cause });
	}
}
function skipper(root, skipDirs) {
	const matching = compileGlobs(skipDirs.map((dir) => ({
		glob: isAbsolute(dir) ? relative(root, dir) : dir.replace(/^\.\//, ""),
		value: true
	})));
	return (path) => matching(relative(root, path).split(sep).join("/")).length > 0;
}
const MOST$1 = 1e3;
function terraformIn({ how, location }, skipped) {
	if (how === "repository" && !isAbsolute(location)) return void 0;
	if (how !== "folder" && how !== "repository") return [];
	const isSkipped = skipper(location, skipped);
	const found = [];
	const waiting = [location];
	for (let folder = waiting.pop(); folder !== void 0 && found.length < MOST$1; folder = waiting.pop()) for (const entry of entriesOrNone(folder)) {
		const path = join(folder, entry.name);
		if (isSkipped(path)) continue;
		if (entry.isDirectory() && entry.name !== ".git" && entry.name !== ".terraform") waiting.push(path);
		else if (entry.isFile() && /\.(?:tf|tofu)(?:\.json)?$/.test(entry.name)) found.push(path);
	}
	return found.map((path) => relative(location, path).split(sep).join("/")).sort();
}
function entriesOrNone(folder) {
	return tryOr(() => readdirSync(folder, { withFileTypes: true }), []);
}

// src/scanners/trivy/scan/source-files.ts
const TOP_FOLDERS = [
	"dev",
	"proc",
	"sys"
];
const LOCK_FILES = /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|composer\.lock|Gemfile\.lock|Pipfile\.lock|poetry\.lock|uv\.lock|pylock(?:\.[^.]+)?\.toml|requirements\.txt|go\.mod|go\.sum|Cargo\.lock|pom\.xml|.*gradle\.lockfile|build\.sbt\.lock|packages\.lock\.json|packages\.config|.*\.deps\.json|(?:Directory\.)?Packages\.props|conan\.lock|mix\.lock|pubspec\.lock|Podfile\.lock|Package\.resolved|environment\.ya?ml|Manifest\.toml)$/;
const CONFIG_FILES = /(?:^|[.-])(?:Dockerfile|Containerfile)(?:$|[.-])|\.(?:ya?ml|json|tf|tofu|tpl|tgz)$/i;
const MOST = 1e3;
const LARGEST = 1048576;
function sourceFiles({ how, location }, skipped, scanners) {
	if (how !== "folder" && how !== "repository" || !isAbsolute(location)) return void 0;
	const search = new Search(location, skipper(location, skipped), scanners);
	search.run();
	return search.result();
}
var Search = class {
	#root;
	#isSkipped;
	#scanners;
	#links = [];
	#requirements = [];
	#more = 0;
	constructor(root, isSkipped, scanners) {
		this.#root = root;
		this.#isSkipped = isSkipped;
		this.#scanners = scanners;
	}
	run() {
		if (!this.#scanners.some((each) => each === "vuln" || each === "license")) return;
		const top = new Set(TOP_FOLDERS.map((name) => join(this.#root, name)));
		const isSource = ({ name }, path) => name !== ".git" && name !== "node_modules" && !top.has(path);
		this.#walk(this.#root, isSource, (entry, path) => this.#file(entry, path));
	}
	result() {
		return {
			folders: TOP_FOLDERS.flatMap((name) => this.#leftOut(name)),
			links: this.#links,
			requirements: this.#requirements,
			more: this.#more
		};
	}
	#walk(start, enters, file) {
		const waiting = [start];
		for (let folder = waiting.pop(); folder !== void 0; folder = waiting.pop()) for (const entry of entriesOf$1(folder)) {
			const path = join(folder, entry.name);
			if (entry.isDirectory()) {
				if (enters(entry, path) && !this.#isSkipped(path)) waiting.push(path);
			} else if (!this.#isSkipped(path)) file(entry, path);
		}
	}
	#file(entry, path) {
		if (entry.isSymbolicLink()) {
			if (LOCK_FILES.test(entry.name) ? !this.#isReadElsewhere(path, entry.name) : entry.name !== "node_modules" && this.#hasLockFilesOutside(path)) this.#add(this.#links, linkAt(path, this.#root));
		} else if (entry.isFile() && entry.name === "requirements.txt") this.#add(this.#requirements, requirementsIn(path, this.#name(path)));
	}
	#add(list, value) {
		if (value === void 0) return;
		if (list.length < MOST) list.push(value);
		else this.#more += 1;
	}
	#isReadElsewhere(path, name) {
		try {
			const real = realpathSync(path);
			const inside = relative(realpathSync(this.#root), real);
			const [top = ""] = inside.split(sep);
			return basename(real) === name && isInside(realpathSync(this.#root), real) && !TOP_FOLDERS.includes(top) && !this.#isSkipped(join(this.#root, inside));
		} catch {
			return false;
		}
	}
	#hasLockFilesOutside(path) {
		const real = realFolder(path);
		if (real === void 0 || isInside(realFolder(this.#root) ?? this.#root, real)) return false;
		let [found, visited] = [false, 0];
		const mayEnter = ({ name }) => !found && ++visited < MOST && name !== ".git" && name !== "node_modules";
		this.#walk(real, mayEnter, (entry) => {
			found ||= entry.isFile() && LOCK_FILES.test(entry.name);
		});
		return found;
	}
	#leftOut(name) {
		const start = join(this.#root, name);
		if (this.#isSkipped(start)) return [];
		let [count, example] = [0, void 0];
		this.#walk(start, (entry) => count < MOST && entry.name !== ".git", (entry, path) => {
			if (count >= MOST || !entry.isFile() || !this.#isLookedFor(entry.name)) return;
			count += 1;
			example ??= this.#name(path);
		});
		return example === void 0 ? [] : [{
			path: name,
			count,
			example
		}];
	}
	#isLookedFor(name) {
		return this.#scanners.some((scanner) => {
			if (scanner === "vuln") return LOCK_FILES.test(name);
			return scanner === "misconfig" ? CONFIG_FILES.test(name) : true;
		});
	}
	#name(path) {
		return relative(this.#root, path).split(sep).join("/");
	}
};
function realFolder(path) {
	try {
		const real = realpathSync(path);
		return statSync(real).isDirectory() ? real : void 0;
	} catch {
		return;
	}
}
function isInside(root, path) {
	const [first] = relative(root, path).split(sep);
	return first !== ".." && !isAbsolute(relative(root, path));
}
function linkAt(path, root) {
	let to = "a file that cannot be read";
	try {
		to = readlinkSync(path);
	} catch {}
	return {
		path: relative(root, path).split(sep).join("/"),
		to
	};
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
function textOf(file) {
	let handle;
	try {
		handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		if (!fstatSync(handle).isFile()) return void 0;
		const buffer = Buffer.alloc(1048577);
		let length = 0;
		for (let read = -1; read !== 0 && length < buffer.length; length += read) read = readSync(handle, buffer, length, buffer.length - length, null);
		return length > LARGEST ? "too large" : { text: buffer.toString("utf8", 0, length) };
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
	const { image, reports } = asked;
	if (image === void 0 || reports === void 0) return (await scanAlone(target, given, asked, world)).result;
	const begun = reports.of(image);
	const known = begun && await begun;
	if (known !== void 0) return (await scanAlone(target, given, {
		...asked,
		known
	}, world)).result;
	const scanning = scanAlone(target, given, asked, world);
	reports.add(image, scanning.then(({ ended }) => ({
		...ended,
		file: asked.reportFile
	})));
	return (await scanning).result;
}
async function scanAlone(target, given, asked, world) {
	if (asked.offline && given.how === "repository" && !isAbsolute(given.location)) throw repositoryOffline(target);
	const settings = settingsFor(target, given, asked, world);
	requireWhole(given, settings);
	const folder = privateFolder(world, "scan");
	const raw = join(folder, "report.json");
	rmSync(settings.reportFile, { force: true });
	const place = settings.layers.begin(asked.image !== void 0);
	using opened = new DisposableStack();
	try {
		const deadline = { at: performance.now() + settings.timeoutMs };
		const sbom = given.how === "sbom" ? (await import("./scanners.trivy.sbom.js")).readySbom(target, given.location, folder) : void 0;
		const located = sbom === void 0 ? locatedFor(given, settings) : {
			how: "sbom",
			location: sbom.location
		};
		const told = settings.image && tellOfArchives(settings.image.inventory);
		const { known } = asked;
		const scan = {
			target,
			given,
			located,
			raw,
			settings,
			place,
			deadline,
			asked,
			world,
			sbom,
			known,
			told,
			opened
		};
		const { from, document, result, scanFacts, ended, isWhole } = await readFitting(scan);
		const noted = withNotes(result, [...sbom?.notes ?? [], ...asked.image?.notes ?? []]);
		const roles = isWhole ? rolesOf(scan, ended) : void 0;
		if (roles !== void 0) place.keep(roles);
		settings.onReport?.(document);
		settings.onSbom?.(await sbomOf(scan, {
			document,
			result: noted,
			scanFacts
		}));
		if ("bytes" in from) {
			writeSanitized({
				raw,
				document,
				...from
			}, settings.reportFile);
			release(from.bytes);
		} else writeNamed({
			raw,
			document,
			...from
		}, settings.reportFile);
		return {
			result: noted,
			ended
		};
	} finally {
		place.end();
		rmSync(folder, {
			recursive: true,
			force: true
		});
	}
}
function locatedFor({ how, location, platform }, { image }) {
	if (image !== void 0) return {
		how: "image",
		location: image.folder
	};
	if (how === "archive" || how === "layout") throw new TypeError("a file of an image is read before it is scanned");
	return {
		how,
		location,
		platform
	};
}
async function sbomOf(scan, read) {
	const { target, given, settings, world, asked } = scan;
	const { trivy, database, timeoutMs, descriptions } = settings;
	const digest = given.how === "reference" ? parseReference(given.location)?.digest : void 0;
	if (digest === void 0 || database === void 0 || settings.scanners.join() !== "vuln") return { why: "it was not scanned by its digest for vulnerabilities alone" };
	const { makeStored, scanStored } = await import("./scanners.trivy.stored.js");
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
		...read,
		scannerVersion: trivy.version,
		skipDirs,
		skipFiles
	}, trivy.path, (packed) => scanStored(target, {
		packed,
		digest
	}, own, world), world);
}
function scanFactsOf({ given, settings, sbom, told }, { log, baseLayers = [] }) {
	const { scanners, database, skipDirs, skipFiles } = settings;
	const terraform = scanners.includes("misconfig") ? terraformIn(given, [...skipDirs, ...skipFiles]) : [];
	const buckets = database && bucketsOf(database);
	const leftOut = /* @__PURE__ */ new Map([["skip-dirs", skipDirs], ["skip-files", skipFiles]]);
	return {
		scanners,
		log,
		buckets,
		database,
		terraform,
		sbom: sbom?.scanFacts(log),
		leftOut,
		source: sourceFiles(given, [...skipDirs, ...skipFiles], scanners),
		baseLayers: baseLayers.length,
		inventory: told?.inventory
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
async function readFitting(scan) {
	const { place, known, target, world } = scan;
	const reading = await readOnce(scan);
	if (known !== void 0 || place.fits(rolesOf(scan, reading.ended))) return reading;
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
	const { target, settings } = scan;
	const ended = await completeScan(scan);
	const from = openReport(scan);
	const own = cutDocument("bytes" in from ? from.bytes : from.source) ?? wholeReport(from, scan);
	if (scan.place.java?.isChecked === false && hasJars(own) && !await haveJavaDatabase(scan)) return readOnce(scan);
	const document = "naming" in from ? namedDocument(own, from.naming) : own;
	const scanFacts = scanFactsOf(scan, ended);
	const read = toScanResult(document, target, {
		provenance: provenanceOf(scan),
		descriptions: settings.descriptions,
		scanFacts
	});
	checkPlatform(target, read);
	return {
		from,
		document,
		result: settings.image === void 0 ? read : withImage(target, read, settings.image),
		scanFacts,
		ended,
		isWhole: ended.log.unread.every(({ kind }) => kind === "no-package")
	};
}
function openReport({ raw, given, settings, sbom, opened }) {
	if (sbom !== void 0) return { bytes: sbom.ownReport(readReport(raw, (path) => readFileSync(path)), raw) };
	if (settings.image === void 0) return { bytes: readReport(raw, (path) => readFileSync(path)) };
	const naming = namingOf(given, settings.image);
	const source = readReport(raw, () => new ReportFile(raw, (bytes) => restoreDigests(bytes, naming)));
	return {
		source: opened.use(source),
		naming
	};
}
function wholeReport(from, { raw }) {
	if ("bytes" in from) return wholeDocument(textOf$1(from.bytes));
	const bytes = readReport(raw, (path) => readFileSync(path));
	restoreDigests(bytes, from.naming);
	return wholeDocument(textOf$1(bytes));
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
function requireWhole(located, { skipDirs }) {
	if (located.how === "folder" || located.how === "repository" && isAbsolute(located.location)) requireReadable(located.location, skipDirs);
}
async function completeScan(scan) {
	const { settings, place, located, known, raw } = scan;
	if (known !== void 0) {
		copyFileSync(known.file, raw);
		return known;
	}
	if (settings.database !== void 0) linkDatabase(place.folder, "vulnerability", settings.database);
	const stored = place.java === void 0 && located.how !== "sbom" ? settings.storedJavaDatabase?.() : void 0;
	if (stored !== void 0) place.lendJavaDatabase(stored);
	const jars = watchForJars(settings, place);
	const first = await startTrivy(scan, jars);
	const isInVain = first.aborted && jars.stop.aborted && !scan.world.signal.aborted || first.code !== 0 && needsJavaDatabase(first.stderr);
	if (!isInVain && (jars.database === void 0 || first.code !== 0)) return finished(scan, first);
	if (await haveJavaDatabase(scan, jars.database) && !isInVain) return finished(scan, first);
	scan.world.log.info(`${scan.target.label} has jars: it is scanned once more, with the Java database. An error of Trivy's above means no more than that.`);
	return finished(scan, await startTrivy(scan, watchForJars(settings, place)));
}
async function haveJavaDatabase({ settings, place, deadline }, begun) {
	const left = deadline.at - performance.now();
	const database = await (begun ?? settings.javaDatabase());
	const isRight = place.java?.database.folder === database.folder;
	if (!isRight) place.renew();
	place.addJavaDatabase(database);
	deadline.at = performance.now() + left;
	return isRight;
}
function finished(scan, result) {
	if (result.aborted) throw cancelled();
	if (result.code === 0 && !result.timedOut) return result;
	throw scanFailure(result, scan.target, scan.settings.timeoutMs);
}
async function startTrivy(scan, jars) {
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
	try {
		const running = runProcess(settings.trivy.path, args, {
			cwd: privateFolder(world, "cwd"),
			env: trivyEnvironment(world, purposeOf(located), settings.memory),
			deadlineMs: timeoutMs,
			signal: AbortSignal.any([world.signal, jars.stop]),
			onStderrLine(line) {
				jars.line(line);
				baseLayers ??= foundBaseLayers(line);
				listener.line(line);
				group.line(line);
			}
		});
		settings.onStarted?.();
		return {
			...await running,
			baseLayers,
			log: listener.facts()
		};
	} finally {
		group.end();
	}
}
function purposeOf({ how, location }) {
	if (how === "reference") return "containerd";
	return how === "repository" && !isAbsolute(location) ? "repository" : "files";
}
function readReport(raw, read) {
	try {
		if (lstatSync(raw).isFile()) return read(raw);
		throw new TypeError("not a regular file");
	} catch (cause) {
		if (cause.code === "ERR_FS_FILE_TOO_LARGE") throw reportTooLarge(cause);
		throw new GateError("report-missing", "Trivy ended without an error, but wrote no report", "Check that `trivy-binary` is a real Trivy and that the disk of RUNNER_TEMP is not full.", { cause });
	}
}
function provenanceOf({ given, settings, asked }) {
	const { skipDirs, skipFiles } = asked;
	return {
		scannerVersion: settings.trivy.version,
		scannerSha256: settings.trivy.sha256,
		databaseUpdatedAt: settings.database?.updatedAt.toISOString(),
		databaseSha256: settings.database?.sha256,
		readAs: given.how,
		source: sourceOf(given, settings.image?.place),
		scanners: settings.scanners,
		skipped: [...skipDirs, ...skipFiles]
	};
}
function checkPlatform({ platform, label }, { artifact }) {
	if (platform === void 0 || platformMatches(platform, artifact.platform)) return;
	throw new GateError("platform-mismatch", `${label} is not there for ${platform}: what was found is ${artifact.platform ?? "of no known platform"}`, "Build the image for this platform, or take it out of `platform`. Trivy ignores the platform of an image that exists for one only.");
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
	}, trivy, world) : void 0;
	const java = javaDatabases({
		...request,
		repositories: wanted.javaDbRepository
	}, trivy, work, world);
	const { skipDirs, skipFiles, descriptions, onStarted } = wanted;
	const settings = {
		trivy,
		database,
		...java,
		offline,
		timeoutMs,
		descriptions,
		onStarted,
		scanners,
		skipDirs,
		skipFiles,
		reports: new KnownReports()
	};
	const session = (layers) => ({
		scan(target, located, { onReport, spentMs = 0, image, memory, reportFile, onSbom }, at) {
			const own = {
				image,
				memory,
				reportFile,
				onSbom,
				onReport: onReport && shown(onReport)
			};
			const left = Math.max(1, timeoutMs - spentMs);
			return scanTarget(target, located, {
				...settings,
				...own,
				timeoutMs: left,
				layers
			}, at);
		},
		fork: (folder) => session(layers.fork(folder))
	});
	return {
		name: "Trivy",
		version: trivy.version,
		databaseUpdatedAt: database?.updatedAt.toISOString(),
		checkVersions: database && (async (questions, at) => {
			const { checkVersions } = await import("./scanners.trivy.versions.check.js");
			return checkVersions(questions, {
				trivy: trivy.path,
				database,
				timeoutMs
			}, at);
		}),
		...storedScans(settings),
		session: (folder) => session(new LayerCache(folder))
	};
}
function storedScans(settings) {
	const { trivy, database, scanners } = settings;
	if (database === void 0 || scanners.some((each) => each !== "vuln")) return {};
	const own = {
		...settings,
		trivy: trivy.path,
		version: trivy.version,
		database
	};
	return {
		async scanStored(target, sbom, world) {
			const { OldVersion, scanStored, Incompatible } = await import("./scanners.trivy.stored.js");
			try {
				return await scanStored(target, sbom, {
					...own,
					memory: sbom.memory
				}, world);
			} catch (thrown) {
				if (thrown instanceof Incompatible) return {
					incompatible: thrown.message,
					isOlder: thrown instanceof OldVersion
				};
				throw thrown;
			}
		},
		async scanStoredTogether(items, world) {
			const { OldVersion, scanTogether, Incompatible } = await import("./scanners.trivy.stored.js");
			return (await scanTogether(items, {
				...own,
				memory: items[0]?.sbom.memory
			}, world)).map((each) => {
				if (each === "alone") return void 0;
				return each instanceof Incompatible ? {
					incompatible: each.message,
					isOlder: each instanceof OldVersion
				} : each;
			});
		}
	};
}
function javaDatabases(request, trivy, work, world) {
	let prepared;
	let stored;
	return {
		storedJavaDatabase() {
			stored ??= { database: storedJavaDatabase(request, world) };
			return stored.database;
		},
		javaDatabase() {
			prepared ??= work.begin(async (signal) => {
				const database = await prepareJavaDatabase(request, trivy, {
					...world,
					signal
				});
				stored = { database };
				return database;
			});
			return prepared;
		}
	};
}
function shown(onReport) {
	return (document) => onReport(reportOf(document));
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