import { GateError, asGateError, chmodSync, closeSync, constants, createHash, fstatSync, fsyncSync, inputVariable, lstatSync, mkdirSync, mkdtempSync, oneLine, openSync, randomBytes, readFileSync, readSync, readdirSync, realpathSync, renameSync, rmSync, rmdirSync, sha256OfFile, statSync, symlinkSync, tryOr, writeFileSync } from "./shared.start.js";
import { NEVER, strictObject, string } from "./package.zod.js";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

// src/domain/image/reference.ts
const LONGEST$2 = 600;
const REFERENCE = new RegExp([
	"^((?:(?:[a-z0-9-]+(?:\\.[a-z0-9-]+)*|\\[[0-9a-f:]+\\])(?::\\d{1,5})?/)?",
	"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)",
	"(?::(\\w[\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$"
].join(""));
function parseReference(text) {
	if (text.length > LONGEST$2 || text.startsWith("-")) return void 0;
	const [, name, tag, digest] = REFERENCE.exec(text) ?? [];
	return name === void 0 ? void 0 : {
		name,
		tag,
		digest
	};
}
function isNamedAsFile(image) {
	return /^(?:\.{0,2}\/|[A-Za-z]:[\\/])|\.(?:tar|tar\.gz|tgz)$/.test(image);
}
function imageNaming(text) {
	if (isNamedAsFile(text)) return void 0;
	const named = text.replace(/@[^/]*$/, "");
	const parsed = parseReference(named.replace(/^[^/]*\//, (host) => host.toLowerCase()));
	if (parsed === void 0) return void 0;
	return parsed.tag !== void 0 || named !== text || namedHost(parsed.name) !== void 0 ? "whole" : "alone";
}
function isDigest(text) {
	return /^sha256:[0-9a-f]{64}$/.test(text);
}
const ENDING = /^([^:@]+)(?::(\w[\w.-]{0,127}))?(?:@([a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]+))?$/i;
function referenceParts(text) {
	const start = text.lastIndexOf("/") + 1;
	const [, last, tag, digest] = ENDING.exec(text.slice(start)) ?? [];
	return last === void 0 ? { name: text } : {
		name: text.slice(0, start) + last,
		tag,
		digest
	};
}
function withoutTag(reference) {
	return referenceParts(reference).name;
}
function referenceForms(reference) {
	const { name, tag, digest } = referenceParts(reference);
	const behind = digest === void 0 ? "" : `@${digest}`;
	return [
		reference,
		tag === void 0 ? name : `${name}:${tag}`,
		name + behind,
		name
	];
}
function hasUnconfirmedTag(reference) {
	const { tag, digest } = referenceParts(reference);
	return tag !== void 0 && digest !== void 0;
}
function confirmedForms(reference) {
	const forms = referenceForms(reference);
	return hasUnconfirmedTag(reference) ? forms.slice(2) : forms;
}
const DOCKER_HUB = /* @__PURE__ */ new Set(["index.docker.io", "registry-1.docker.io"]);
function namedRegistry(repository) {
	const host = namedHost(repository)?.toLowerCase();
	return host !== void 0 && DOCKER_HUB.has(host) ? "docker.io" : host;
}
function registryHost(repository) {
	return namedRegistry(repository) ?? "docker.io";
}
function repositoryName(reference) {
	const name = withoutTag(reference);
	const host = registryHost(name);
	const written = namedHost(name);
	const path = written === void 0 ? name : name.slice(written.length + 1);
	return host === "docker.io" && !path.includes("/") ? `${host}/library/${path}` : `${host}/${path}`;
}
function isSameRepository(a, b) {
	return repositoryName(a) === repositoryName(b);
}
function namedHost(name) {
	return /^(?:[^/.:]*[.:][^/]*|localhost)(?=\/)/.exec(name)?.[0];
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
		force: true
	}) };
}

// src/system/store/store.ts
const OWN_FOLDER = "image-gate";
function databaseStores(world) {
	const readOnly = [];
	const refused = [];
	const roots = [world.toolCache, userCache(world)].flatMap((root) => root ? [root] : []);
	const folders = new Set(roots.map((root) => basename(root) === OWN_FOLDER ? root : join(root, OWN_FOLDER)));
	for (const folder of folders) {
		const use = usableAs(folder, world.platform);
		if (use === "store") return {
			store: realpathSync(folder),
			readOnly
		};
		if (use === "read-only") readOnly.push(realpathSync(folder));
		refused.push(`${folder} ${use === "read-only" ? "may not be written" : use}`);
	}
	const problem = refused.length === 0 ? "there is no tool cache and no cache folder of the user" : refused.join(", ");
	return {
		store: privateFolder(world, "store"),
		readOnly,
		problem
	};
}
function databaseStore(world) {
	return databaseStores(world).store;
}
function usableAs(folder, platform) {
	try {
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		if (!isOursAlone(folder, platform)) return "can be changed by others";
	} catch (error) {
		return `cannot be used (${error.code})`;
	}
	try {
		rmdirSync(freshFolder(folder));
		return "store";
	} catch {
		return isReadable(folder) ? "read-only" : "belongs to somebody else";
	}
}
function isReadable(folder) {
	return tryOr(() => readdirSync(folder).length >= 0, false);
}
function userCache({ env, platform }) {
	if (platform === "win32") return env.LOCALAPPDATA;
	return (isAbsolute(env.XDG_CACHE_HOME ?? "") ? env.XDG_CACHE_HOME : void 0) ?? (env.HOME && join(env.HOME, ".cache"));
}
function isOursAlone(folder, platform) {
	if (!lstatSync(folder).isDirectory()) return false;
	if (platform === "win32") return true;
	return isPrivate(realpathSync(folder), platform);
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
	const before = targetOf(link);
	const newLink = `${folder}.link`;
	symlinkSync(folder, newLink, "junction");
	if (before === void 0) rmSync(link, {
		recursive: true,
		force: true
	});
	renameSync(newLink, link);
	clearOld(store, name, [folder, before]);
	return folder;
}
function targetOf(link) {
	return tryOr(() => lstatSync(link).isSymbolicLink() ? realpathSync(link) : void 0, void 0);
}
function clearOld(store, name, keep) {
	for (const entry of readdirSync(store)) {
		const path = join(store, entry);
		if (entry.startsWith(`${name}-`) && !keep.includes(path) && isOld(path)) rmSync(path, {
			recursive: true,
			force: true
		});
	}
}
function clearLeftovers(store) {
	for (const entry of readdirSync(store)) {
		const path = join(store, entry);
		if (entry.startsWith(FRESH) && isOld(path)) rmSync(path, {
			recursive: true,
			force: true
		});
	}
}
const DAY_MS = 864e5;
function isOld(path) {
	const status = lstatSync(path, { throwIfNoEntry: false });
	return status !== void 0 && status.mtimeMs < Date.now() - DAY_MS;
}

// src/system/given-files.ts
const MAX_TEXT_BYTES = 536870888;
function writePieces(path, pieces, { flags = "w", mode = 384, onPiece, isDurable = false } = {}) {
	using cleanup = new DisposableStack();
	const file = cleanup.adopt(openSync(path, flags, mode), closeSync);
	const bytesOf = encoder();
	for (const piece of pieces) {
		const bytes = typeof piece === "string" ? bytesOf(piece) : piece;
		writeFileSync(file, bytes);
		onPiece?.(bytes);
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
function encoder() {
	let room;
	return (text) => {
		if (text.length * MOST_BYTES > ROOM) return Buffer.from(text);
		room ??= Buffer.allocUnsafeSlow(ROOM);
		return room.subarray(0, room.write(text));
	};
}
const MOST_BYTES = 3;
const ROOM = 262144;
function openUnlinked(path) {
	return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}
function readSmallText(path, most) {
	const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile() || status.size > most) throw new Error("not a small regular file");
		return readFileSync(descriptor, "utf8");
	} finally {
		closeSync(descriptor);
	}
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
		throw unreachable(given, cause);
	}
	if ([workspace, temp].map((folder) => {
		return tryOr(() => realpathSync(folder), resolve(folder));
	}).some((root) => isWithin(root, real))) return real;
	if (isAtTerminal && !isWithin(workspace, named)) return real;
	throw new GateError("file-outside-workspace", `The ${given.what} ${JSON.stringify(given.path)} lies outside of the workspace, or is a link that leads out of it`, "Put the file itself into the workspace or into RUNNER_TEMP.");
}
function unreachable(given, cause) {
	const named = `The ${given.what} ${JSON.stringify(given.path)}`;
	if (cause.code === "EACCES") return new GateError("file-unreadable", `${named} lies in a folder that may not be read`, "Give the user of this run the right to read it.", { cause });
	if (cause.code === "ELOOP") return new GateError("file-missing", `${named} is, or lies behind, a symbolic link that leads back to itself`, "Put the file itself there.", { cause });
	return new GateError("file-missing", `${named} does not exist`, "Check the path, which is relative to the workspace; a step before this one must have written or checked it out (actions/checkout).", { cause });
}
function readGivenFile(given, folders) {
	const limit = given.maxBytes ?? MAX_TEXT_BYTES;
	return withGivenFile(given, folders, (descriptor, size) => {
		if (size > limit) throw new GateError("file-too-large", `The ${given.what} ${JSON.stringify(given.path)} has ${size} bytes; at most ${limit} are read`, "Make the file smaller.");
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
	let descriptor;
	try {
		descriptor = openUnlinked(real);
	} catch (cause) {
		if (cause.code === "ENXIO") throw notRegular(given);
		throw new GateError("file-unreadable", `The ${given.what} ${JSON.stringify(given.path)} cannot be opened`, "Give the user of this run the right to read it.", { cause });
	}
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile()) throw notRegular(given);
		return read(descriptor, status.size);
	} finally {
		closeSync(descriptor);
	}
}
function notRegular(given) {
	return new GateError("file-not-regular", `The ${given.what} ${JSON.stringify(given.path)} is not a regular file`, "Name a file, not a folder, device or pipe.");
}
function entriesOf(folder) {
	return tryOr(() => readdirSync(folder, { withFileTypes: true }), []);
}
function statusOf(path) {
	return tryOr(() => statSync(path, { throwIfNoEntry: false }), void 0);
}

// src/domain/list-some.ts
function number(value) {
	return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
function counted(value, singular, plural = `${singular}s`) {
	return `${number(value)} ${value === 1 ? singular : plural}`;
}
let format;
function listSome(items, most, { show = String, what, clauses = false } = {}) {
	const left = items.length - most;
	const shown = items.slice(0, most).map((item, index) => show(item, index));
	const between = clauses ? "; " : ", ";
	if (left <= 0) return shown.join(between);
	if (clauses) return [...shown, andMore(left, what)].join(between);
	format ??= new Intl.ListFormat("en-GB", { type: "conjunction" });
	return format.format([...shown, more(left, what)]);
}
function someLines(items, most, { show, what, rest = String }) {
	const left = items.length - most;
	const shown = items.slice(0, most).map((item, index) => (show ?? String)(item, index));
	return left > 0 ? [...shown, rest(andMore(left, what))] : shown;
}
function andMore(left, what) {
	return left > 0 ? `and ${more(left, what)}` : "";
}
function more(left, what) {
	return what === void 0 ? `${number(left)} more` : counted(left, `more ${what}`);
}
function joined(between, texts) {
	return texts.filter((text) => text !== "").join(between);
}

// src/domain/target.ts
const GIVEN_REPORT = "trivy-report";
const GIVEN_REPORT_NAME = "given report";
const TARGET_KINDS = [
	"image",
	"path",
	"repository",
	"sbom",
	GIVEN_REPORT
];
function opinionsIn({ opinions, provenance: { scanner, scannerVersion: version } }) {
	return opinions === void 0 ? [{
		scanner,
		version
	}] : opinions.filter(({ failed }) => failed === void 0);
}
function scannersOf(scan) {
	return opinionsIn(scan).map(({ scanner }) => scanner);
}
function isSbomFormat(format) {
	return format === "cyclonedx" || format === "spdx-json";
}

// src/domain/image/target-names.ts
const SHOWN = 5;
async function savedTags(targets, savedTag) {
	const files = targets.filter(({ target, scan }) => scan === void 0 && target.as === void 0 && !isReference(target));
	const tags = await Promise.all(files.map(async ({ target }) => [target, await savedTag(target)]));
	return new Map(tags.flatMap(([target, tag]) => tag === void 0 ? [] : [[target, tag]]));
}
function withSavedTags(targets, tags = /* @__PURE__ */ new Map()) {
	return targets.map((each) => ({
		...each,
		savedAs: tags.get(each.target)
	}));
}
function defaultName(targets, commits = []) {
	return listSome([...new Set(targets.map((each) => nameOf(each, commits)))], SHOWN);
}
function nameOf(named, commits) {
	const { target } = named;
	const { kind, input, as, platform } = target;
	const file = withoutCommits(target.file ?? (kind === "image" ? input : target.label), commits);
	const name = kind === "image" && isReference(target) ? withoutTag(input) : fileName(file, as, named);
	if (target.everyPlatform) return `${name} (all platforms)`;
	return platform === void 0 ? name : `${name} (${platform})`;
}
function fileName(file, as, named) {
	if (as !== void 0) return `${withoutTag(as)} (${file})`;
	const tag = named.target.kind === "image" ? claimOf(named) : void 0;
	return tag === void 0 ? file : `${file} (${withoutTag(tag)})`;
}
function claimOf({ scan, savedAs }) {
	return scan?.artifact.claims?.[0] ?? savedAs;
}
function isReference({ kind, input, as }) {
	return kind !== "image" || as === void 0 && !isNamedAsFile(input);
}
function isFile(target) {
	return target.kind === "trivy-report" || !isReference(target);
}
function lastingName(judged, commits) {
	const { kind, file, label, platform } = judged.target;
	const image = typedImage(judged.target);
	const claim = isFile(judged.target) ? claimOf(judged) : void 0;
	const path = `${kind}/${withoutCommits(file ?? label, commits)}`;
	const name = image === void 0 ? claim === void 0 ? path : `${path} (${withoutTag(claim)})` : withoutTag(image);
	return platform === void 0 || image === void 0 && file === void 0 ? name : `${name} (${platform})`;
}
function typedImage(target) {
	if (target.as !== void 0) return target.as;
	return target.kind === "image" && isReference(target) ? target.input : void 0;
}
function imageOf(named) {
	return typedImage(named.target) ?? (isFile(named.target) ? claimOf(named) : void 0);
}
function withoutCommits(path, commits) {
	return path.replace(/[0-9a-f]{7,40}/gi, (part) => isCommit(part, commits) ? "" : part);
}
function isCommit(part, commits) {
	return part.length >= 7 && commits.some((sha) => sha.startsWith(part.toLowerCase()));
}
function namedFile(line) {
	const [, input, as] = /^(\S|\S.*\S)\s+as\s+(\S+)$/s.exec(line) ?? [];
	return input === void 0 ? { input: line } : {
		input,
		as
	};
}
function isAbsolutePath(name) {
	return name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name);
}
function withoutRunnerPath(name) {
	return isAbsolutePath(name) ? name.split(/[\\/]/).findLast((part) => part !== "") ?? name : name;
}

// src/domain/secrets/logins.ts
const SHARED_USERS = /* @__PURE__ */ new Set([
	"git",
	"gitea",
	"gitlab",
	"gogs",
	"forgejo",
	"hg",
	"svn"
]);
const SCHEME = /(?<![a-z0-9+.-])(?:(?:https?|wss?|ftp):[\\/]*|[a-z][a-z0-9+.-]{0,30}:\/\/|(?<![^\s"'=,;(<])\/\/)/gi;
const USER_AND_PASSWORD = /(?<![^\s"'=,;(<])(?![a-z]:[\\/])[^\s/\\@:"']{0,500}:(?!\/\/)[^\s@]{1,4000}@(?=[\w[])/gi;
const USER_ALONE = /(?<![^\s"'=,;(<])[^\s/\\@:"']{1,500}@(?=[\w[])/gi;
const IN_FRAGMENT = /^[^\s/\\@]{0,500}[?#][^\s@]{0,4000}@(?=[\w[])/;
const SECRET_PARAMETER = /[?&;#](?:[\w.-]{0,60}(?:token|secret|passw|pwd|passphrase|credential|signature|bearer|auth(?!or)|(?:api|access|account|private|shared)[_-]?key|pin-value)[\w.-]{0,60}|sig|key|code|pass|pat|jwt|sas)=[^&;#\s]/i;
const DIGEST = /^(?:[a-z0-9]+(?:[+._-][a-z0-9]+){0,5}:[0-9a-f]{32,}(?![0-9a-f])|sha(?:256|384|512):)/i;
const HOST = /^(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;
function hasLogin(line, options = {}) {
	return [
		line,
		decoded(line),
		decoded(decoded(line))
	].some((text) => hasPlainLogin(text, options));
}
const LONGEST$1 = 5e3;
function piecesOf(line) {
	if (line.length <= LONGEST$1) return [line];
	return line.split(/\s+/).flatMap((word) => word.length <= LONGEST$1 ? [word] : cutWord(word));
}
function cutWord(word) {
	return [...word.matchAll(/@/g)].some(({ index }) => !isDigestAt(word, index + 1)) ? ["u:p@host"] : [];
}
function hasPlainLogin(line, options) {
	if (SECRET_PARAMETER.test(line)) return true;
	return line.includes("@") && piecesOf(line).some((piece) => hasUser(piece, options));
}
function hasUser(line, { isAddress = false }) {
	return [...line.matchAll(SCHEME)].some((scheme) => isLogin(line.slice(scheme.index + scheme[0].length), scheme[0])) || [...line.matchAll(USER_AND_PASSWORD)].some((match) => !isDigestAt(line, match.index + match[0].length)) || isAddress && [...line.matchAll(USER_ALONE)].some((match) => isUserLogin(line, match));
}
function withoutLogin(line) {
	if (!hasLogin(line, { isAddress: true })) return line;
	const scheme = /^[a-z][a-z0-9+.-]{0,30}:[\\/]+/i.exec(line)?.[0] ?? "";
	const at = line.lastIndexOf("@");
	return scheme + (!hasPlainLogin(line, { isAddress: true }) ? "***" : at === -1 ? line.slice(scheme.length) : `***@${line.slice(at + 1)}`).replace(/[?#&;][\s\S]*$/, "?***");
}
function isLogin(rest, scheme) {
	const authority = /^[^/\\?#]*/.exec(rest)?.[0] ?? "";
	const at = authority.lastIndexOf("@");
	if (IN_FRAGMENT.test(rest)) return true;
	if (at !== -1) {
		const user = authority.slice(0, at);
		return !(SHARED_USERS.has(user.toLowerCase()) && !/^(?:https?|wss?|ftp):/i.test(scheme)) && !isDigestAt(authority, at + 1);
	}
	const behind = rest.indexOf("@");
	if (behind === -1 || authority === "" || HOST.test(authority) || isDigestAt(rest, behind + 1)) return false;
	return !/^[\w-]+(?::\d{1,5})?$/.test(authority) || HOST.test(/^[^/\\?#]*/.exec(rest.slice(behind + 1))?.[0] ?? "");
}
function isUserLogin(line, { index, 0: text }) {
	const at = text.indexOf("@");
	return !SHARED_USERS.has(text.slice(0, at).toLowerCase()) && !isDigestAt(line, index + at + 1);
}
function isDigestAt(text, at) {
	return DIGEST.test(text.slice(at, at + 300));
}
function decoded(text) {
	return text.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

// src/domain/dates.ts
const DAY_IN_MS = 864e5;
function dayOf(now) {
	return now.toISOString().slice(0, 10);
}
function isDay(text) {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && dayOf(new Date(time)) === text;
}
function daysBetween(from, to) {
	return (startOf(to) - startOf(from)) / DAY_IN_MS;
}
function addDays(day, days) {
	return dayOf(new Date(startOf(day) + days * DAY_IN_MS));
}
function startOf(day) {
	return Date.parse(`${day}T00:00:00Z`);
}
function isoSeconds(date) {
	return date.toISOString().replace(/\.\d+Z$/, "Z");
}
function roundedSpan(ms) {
	const hours = ms / 36e5;
	return hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : `${Math.round(hours * 10) / 10} h`;
}

// src/domain/collections.ts
function addTo(lists, key, value) {
	const list = lists.get(key);
	if (list === void 0) lists.set(key, [value]);
	else list.push(value);
}
function distinct$1(values) {
	return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
function unique(values) {
	return [...new Set(values)];
}

// src/domain/verdict.ts
function breaks(target) {
	const broken = new Set(target.rows.filter((row) => row.broken).map((row) => row.severity));
	const exploitRows = (target.exploitRows ?? []).filter((row) => row.broken);
	return (judged) => judged.outcome === "open" && (broken.has(judged.finding.severity) || exploitRows.some((row) => fallsUnder(row, judged)));
}
function failing(target) {
	return target.findings.filter(breaks(target));
}
function fallsUnder({ kind, above = 1 }, { exploitation }) {
	return kind === "exploited" ? exploitation?.kev !== void 0 : (exploitation?.epss ?? 0) > above;
}
function undecided(error, targets, name) {
	const { code, what, remedy } = error;
	const label = name ?? "this run";
	const meant = targets.length > 0 ? targets : [{
		kind: "image",
		input: label,
		label
	}];
	return {
		answer: "error",
		reason: `error: [${code}] ${firstOf(what)}`,
		targets: meant.map((target) => ({
			answer: "error",
			target,
			error: {
				code,
				what,
				remedy
			}
		})),
		exceptions: []
	};
}
function firstOf(what) {
	const [head, first, ...more] = what.split("\n");
	if (first?.endsWith(";")) return oneLine(what);
	const rest = more.length === 0 ? "" : ` (${andMore(more.length)})`;
	return oneLine(`${[head, first].join(" ").trimEnd()}${rest}`);
}

// src/domain/reason.ts
const MOST = 5;
const MOST_REMEDIES = 3;
function reasonOf(targets, exceptions) {
	return oneLine([...errorPart(targets), ...judgedParts(targets, exceptions)].join("; "));
}
function reasonAndRemedies({ reason, targets, exceptions }) {
	const judged = oneLine(judgedParts(targets, exceptions).join("; "));
	const errors = judged === "" ? reason : reason.slice(0, -`; ${judged}`.length);
	const remedies = new Set(targets.flatMap((target) => target.answer === "error" ? [target.error.remedy] : []));
	return [
		`${errors}.`,
		...[...remedies].slice(0, MOST_REMEDIES),
		judged
	].join(" ").trimEnd();
}
function errorPart(targets) {
	const errors = targets.filter((target) => target.answer === "error");
	if (errors.length === 0) return [];
	return [`error: ${listed(errors.map((target) => failureOf$1(target, targets.length)), "could not be judged")}`];
}
function judgedParts(targets, exceptions) {
	const judged = targets.filter((target) => target.answer !== "error");
	const fails = judged.filter((target) => target.answer === "fail");
	const notes = notesOn(fails, exceptions);
	const parts = [];
	if (fails.length > 0) parts.push(`fail: ${listed(fails.map(brokenLimits), "fails", "fail")}`);
	else if (judged.length === targets.length) parts.push(`pass: ${listed(judged.map(keptLimits), "passes", "pass")}`);
	if (notes !== "") parts.push(notes);
	return parts;
}
function failureOf$1({ error, target }, targets) {
	const named = targets === 1 || error.what.includes(target.label);
	return `[${error.code}] ${error.what}${named ? "" : ` (${target.label})`}`;
}
function brokenLimits({ rows, exploitRows = [], target }) {
	return `${[...rows, ...exploitRows].filter((row) => row.broken).map(countOf).join(", ")} in ${target.label}`;
}
function keptLimits({ rows, exploitRows = [], target, coverage }) {
	const limited = [...rows, ...exploitRows].filter((row) => row.limit !== "unlimited").map(countOf);
	const open = sum$1(rows, (row) => row.open);
	const accepted = sum$1(rows, (row) => row.accepted);
	const notCounted = sum$1(rows, (row) => row.notCounted);
	const gaps = coverage?.gaps.length ?? 0;
	return [
		`${limited.length > 0 ? limited.join(", ") : `${open} open (no limit)`} in ${target.label}`,
		...accepted > 0 ? [`${accepted} accepted`] : [],
		...notCounted > 0 ? [`${notCounted} not counted`] : [],
		...gaps > 0 ? [`${gaps} gap${gaps === 1 ? "" : "s"} in what was looked at accepted`] : []
	].join(", ");
}
function countOf(row) {
	return `${row.open} ${"severity" in row ? row.severity : exploitWords(row)} (limit ${row.limit})`;
}
function exploitWords({ kind, above }) {
	return kind === "exploited" ? "exploited" : `with EPSS above ${above}`;
}
function notesOn(fails, exceptions) {
	const failed = fails.flatMap(failing);
	const fixable = failed.filter(({ finding }) => finding.fixedVersions.length > 0).length;
	const fresh = failed.filter(({ change }) => change === "new").length;
	const ended = exceptions.filter((use) => use.state === "ended" && use.open > 0).length;
	return [
		...fresh > 0 ? [`${fresh} new`] : [],
		...fixable > 0 ? [`${fixable} fixable`] : [],
		...ended > 0 ? [`${ended} exception${ended === 1 ? "" : "s"} ended`] : []
	].join(", ");
}
function listed(texts, one, several = one) {
	const more = texts.length - MOST;
	if (more <= 0) return texts.join("; ");
	return [...texts.slice(0, MOST), counted(more, `more target ${one}`, `more targets ${several}`)].join("; ");
}
function sum$1(rows, value) {
	return rows.reduce((total, row) => total + value(row), 0);
}

// src/domain/severity.ts
const SEVERITIES = [
	"CRITICAL",
	"HIGH",
	"MEDIUM",
	"LOW",
	"UNKNOWN"
];
const URGENT = ["critical", "high"];
function isUrgent(severity) {
	return URGENT.some((each) => each === severity);
}
function lowerLimit(a, b) {
	if (a === "unlimited") return b;
	return b === "unlimited" ? a : Math.min(a, b);
}
const DEFAULT_THRESHOLDS = {
	CRITICAL: 0,
	HIGH: 0,
	MEDIUM: "unlimited",
	LOW: "unlimited",
	UNKNOWN: "unlimited"
};
const RANK = new Map(SEVERITIES.map((severity, rank) => [severity, rank]));
function severityRank(severity) {
	return RANK.get(severity) ?? SEVERITIES.length - 1;
}
function toSeverity(text) {
	if (text === void 0) return "UNKNOWN";
	return KNOWN.get(text) ?? KNOWN.get(text.toUpperCase()) ?? "UNKNOWN";
}
const KNOWN = new Map(SEVERITIES.map((severity) => [severity, severity]));
function perSeverity(make) {
	const made = {};
	for (const severity of SEVERITIES) made[severity] = make(severity);
	return made;
}
function perSeverityName(make) {
	const entries = SEVERITIES.map((severity) => [severityName(severity), make(severity)]);
	return Object.fromEntries(entries);
}
function severityName(severity) {
	return severity.toLowerCase();
}
function compareCounts(a, b) {
	for (const severity of SEVERITIES) {
		const difference = a[severity] - b[severity];
		if (difference !== 0) return difference;
	}
	return 0;
}
function countSeverities(items, severityOf) {
	const counts = perSeverity(() => 0);
	for (const item of items) counts[severityOf(item)] += 1;
	return counts;
}

// src/domain/did-you-mean.ts
function closest(typed, words) {
	const wanted = typed.slice(0, 64).toLowerCase();
	let best;
	let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const word of words) {
		const distance = distanceOf(wanted, word.toLowerCase());
		const isCloser = distance === least && wanted.startsWith(word.toLowerCase()) && isPartOf(best, word);
		if (distance < least || isCloser) {
			least = distance;
			best = word;
		}
	}
	return best;
}
function isPartOf(part, word) {
	return part !== void 0 && part.length < word.length && word.toLowerCase().startsWith(part.toLowerCase());
}
function distanceOf(typed, word) {
	return Math.min(typed.length, word.length) > 2 && (typed.startsWith(word) || word.startsWith(typed)) && typed !== word ? 1 : editDistance(typed, word);
}
function editDistance(a, b) {
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	let before = previous;
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : change;
			row.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
		}
		before = previous;
		previous = row;
	}
	return previous[b.length] ?? 0;
}

// src/domain/policy/policy.ts
const DEFAULT_POLICY = ".github/image-gate.yml";
const EMPTY_POLICY = {
	thresholds: {},
	targets: [],
	exceptionRules: {
		maxDays: 365,
		warnDays: 14,
		requireOwner: false
	},
	exceptions: []
};

// src/render/shared/safe-text.ts
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const STACK = /(?<=\p{M}{3})\p{M}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
function codePoint(character) {
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
function visible(text) {
	if (PRINTABLE_ASCII.test(text)) return text;
	return text.replace(UNSEEN, codePoint).replace(STACK, codePoint);
}
function lettersTold(name) {
	if (PRINTABLE_ASCII.test(name)) return name;
	return name.replace(/[^\x20-\x7e…]/gu, (letter) => `${letter}[${unicodeName(letter)}]`);
}
function unicodeName(letter) {
	return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
function shorten(text, most, where = "end") {
	if (text.length <= most) return text;
	const tail = where === "middle" ? Math.floor((most - 1) * .65) : 0;
	return `${text.slice(0, most - 1 - tail).replace(/[\uD800-\uDBFF]$/, "")}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
function wholeNames(names, most) {
	const end = names.length <= most ? -1 : names.lastIndexOf(", ", most - 3);
	return end <= 0 ? names : `${names.slice(0, end)}, …`;
}
function distinct(untrusted, most) {
	const shown = visible(shorten(untrusted.trim(), most, "middle"));
	return shown === untrusted ? untrusted : `${shown} #${shortHash(untrusted)}`;
}
function shortHash(text) {
	const { hash } = process.getBuiltinModule("node:crypto");
	return hash("sha256", text).slice(0, 12);
}
function pathEnd(path, most) {
	if (path.length <= most) return path;
	const segment = path.indexOf("/", path.length - most + 1);
	return segment === -1 ? shorten(path, most, "middle") : `…${path.slice(segment)}`;
}
function plain(untrusted) {
	return noCommand(visible(untrusted.replace(/(?<!\s)\s*[\r\n]+\s*/g, " ").trim()));
}
const BLANKS_AND_COLONS = /(?<![^\S\n])([^\S\n]*)::/g;
function noCommand(text) {
	return text.replaceAll("##[", "##\\u{5B}").replace(BLANKS_AND_COLONS, (whole, blanks, at, all) => {
		return at === 0 || all[at - 1] === "\n" || /[\r\u2028\u2029]/.test(blanks) ? `${blanks}\\u{3A}:` : whole;
	});
}

// src/render/shared/severity.ts
const SEVERITY_STYLES = {
	CRITICAL: {
		dot: "🔴",
		terminal: "1;31",
		cssClass: "s0",
		gitlab: "Critical",
		codeQuality: "blocker",
		sarifLevel: "error",
		sarifScore: "9.5"
	},
	HIGH: {
		dot: "🟠",
		terminal: "31",
		cssClass: "s1",
		gitlab: "High",
		codeQuality: "critical",
		sarifLevel: "error",
		sarifScore: "8.0"
	},
	MEDIUM: {
		dot: "🟡",
		terminal: "33",
		cssClass: "s2",
		gitlab: "Medium",
		codeQuality: "major",
		sarifLevel: "warning",
		sarifScore: "5.5"
	},
	LOW: {
		dot: "⚪",
		terminal: "36",
		cssClass: "s3",
		gitlab: "Low",
		codeQuality: "minor",
		sarifLevel: "note",
		sarifScore: "2.0"
	},
	UNKNOWN: {
		dot: "❔",
		terminal: "35",
		cssClass: "s4",
		gitlab: "Unknown",
		codeQuality: "info",
		sarifLevel: "note",
		sarifScore: "0.0"
	}
};

// src/render/shared/platform-words.ts
function changeRequest({ words }) {
	return words?.changeRequest ?? "pull request";
}
function workflow({ words }) {
	return words?.workflow ?? "workflow";
}

// src/render/log/fit-log.ts
const LIMIT_BYTES = 54e3;
function fitLog(targets, { linesOf, end, reason, limitBytes }) {
	const last = [...end, shorten(plain(reason), 4e3)];
	let left = limitBytes - bytes(last) - 300;
	const shown = [];
	let skipped = 0;
	for (const target of targets) {
		const lines = linesOf(target, left);
		if (bytes(lines) > left) {
			skipped += 1;
			continue;
		}
		left -= bytes(lines);
		shown.push(...lines);
	}
	if (skipped > 0) shown.push(`${counted(skipped, "more target")} left out here; the report has all.`, "");
	return noCommand([...shown, ...last].join("\n"));
}
function bytes(lines) {
	return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
function errorLines(target) {
	const { code, what, remedy } = target.error;
	const [first = "", ...list] = what.split("\n");
	return [
		`${shorten(plain(target.target.label), 200)}: error`,
		`  [${plain(code)}] ${shorten(plain(first), 2e3)}${list.length === 0 ? "." : ""}`,
		...list.map((line) => `    ${shorten(plain(line.replace(/;$/, "")), 2e3)}`),
		`  ${shorten(plain(remedy), 2e3)}`
	];
}

// src/scan/scans.ts
const ADVICE_MS = 2e4;
const NO_SCANS = {
	outcomes: [],
	reportFiles: [],
	reportFileOf: /* @__PURE__ */ new Map()
};

// src/scanners/grype/index.ts
const grype = {
	name: "Grype",
	purl: "pkg:github/anchore/grype",
	async install(wish, world) {
		const [{ installGrype }, { grypeScanner, NO_SBOMS }] = await Promise.all([import("./scanners.grype.install.install.js"), import("./scanners.grype.scanner.js")]);
		if (world.isAtTerminal) await (await import("./system.store.in-use.entry.js")).holdDatabases(world);
		const program = await installGrype(wish, world);
		return {
			version: program.version,
			sboms: NO_SBOMS,
			ready: (settings, _, own) => grypeScanner(program, settings, own)
		};
	},
	async warmUp() {
		await import("./scanners.grype.report.report.entry.js");
	}
};

// src/scanners/trivy/index.ts
const trivy = {
	name: "Trivy",
	purl: "pkg:github/aquasecurity/trivy",
	begin: async (wish, world) => (await import("./scanners.trivy.install.early.js")).beginEarly(wish, world),
	async install(wish, world) {
		const [{ installTrivy }, { sbomsBy, trivyScanner }] = await Promise.all([import("./scanners.trivy.install.install.js"), import("./scanners.trivy.scanner.js")]);
		if (world.isAtTerminal) await (await import("./system.store.in-use.entry.js")).holdDatabases(world);
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
	async warmUp() {
		const { warmUpReading } = await import("./scanners.trivy.report.report.entry.js");
		warmUpReading();
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

// src/actions/fields.ts
const MAX_ITEMS = 500;
const MAX_ITEM_LENGTH = 4096;
const LINE_END = /\r?\n|\r/;
const text = string().transform((value) => value.trim());
function wrong(context, message) {
	context.addIssue({
		code: "custom",
		message
	});
	return NEVER;
}
const optional = text.transform((value) => value === "" ? void 0 : value);
function textOr(fallback) {
	return text.transform((value) => value === "" ? fallback : value);
}
const lines = string().transform((value) => linesOf(value)).refine((items) => items.length <= MAX_ITEMS, `has more than ${MAX_ITEMS} lines`).refine((items) => !items.some(hasControl), "has a control character in it").refine((items) => items.every((item) => item.length <= MAX_ITEM_LENGTH), "has a line that is too long");
const uniqueLines = lines.transform(unique);
function wordList(words, fallback) {
	return string().transform((value, context) => {
		const items = split(value, /[,\r\n]+/);
		if (items.length === 0) return fallback;
		const unknown = items.find((item) => !words.some((each) => each === item));
		if (unknown === void 0) return [...new Set(items)];
		return wrong(context, oneOf(unknown, words));
	});
}
const YES = [
	"true",
	"True",
	"TRUE"
];
const NO = [
	"false",
	"False",
	"FALSE"
];
function word(words, fallback, also) {
	return text.transform((value, context) => {
		if (value === "") return fallback;
		if (also !== void 0 && YES.includes(value)) return also.yes;
		if (also !== void 0 && NO.includes(value)) return also.no;
		return words.find((each) => each === value) ?? wrong(context, oneOf(value, words, also && [
			...words,
			...YES,
			...NO
		]));
	});
}
const optionalSwitch = text.transform((value, context) => {
	if (value === "") return void 0;
	if (YES.includes(value)) return true;
	if (NO.includes(value)) return false;
	return wrong(context, `must be \`true\` or \`false\`, not ${shown$1(value)}`);
});
function switchOr(fallback) {
	return optionalSwitch.transform((value) => value ?? fallback);
}
const limit = text.transform((value, context) => {
	if (value === "") return void 0;
	if (value === "unlimited") return "unlimited";
	if (/^\d{1,9}$/.test(value)) return Number(value);
	return wrong(context, `must be a whole number from 0 to 999999999, or \`unlimited\`, not ${shown$1(value)}`);
});
function optionalCount(least, most) {
	return text.transform((value, context) => {
		if (value === "") return void 0;
		if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
		return wrong(context, `must be a whole number from ${least} to ${most}, not ${shown$1(value)}`);
	});
}
function count(fallback, most) {
	return optionalCount(0, most).transform((value) => value ?? fallback);
}
function duration(fallback, bounds) {
	return optionalDuration(bounds, fallback).transform((value) => value);
}
function optionalDuration({ least, most, example }, fallback = "") {
	return text.transform((value, context) => {
		if (value === "" && fallback === "") return void 0;
		const total = milliseconds(value === "" ? fallback : value);
		if (total !== void 0 && total >= least && total <= most) return total;
		return wrong(context, `must be a time such as ${example}, not ${shown$1(value)}`);
	});
}
function milliseconds(value) {
	const match = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(value);
	if (match === null || value === "") return void 0;
	const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
	return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1e3;
}
const platforms = lines.refine((items) => items.length === 1 && items[0] === "all" || items.every((item) => /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(item)), "must be platforms such as `linux/arm64` or `linux/arm/v7`, one a line, or `all` alone").transform(unique);
const sha256 = optional.refine((value) => value === void 0 || /^(?:sha256:)?[0-9a-fA-F]{64}$/.test(value), "must be a SHA-256: 64 hexadecimal digits").transform((value) => value?.toLowerCase().replace(/^sha256:/, ""));
const version = optional.refine((value) => value === void 0 || /^v?\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(value), "must be an exact version: three numbers with dots between them");
const mirror = optional.transform((value, context) => {
	if (value === void 0) return void 0;
	if (isMirror(value)) return value.replace(/(?<!\/)\/+$/, "");
	return wrong(context, "must be the `https://` or `http://` base URL of a mirror, without credentials, query or fragment");
});
const serviceWithLogin = optional.transform((value, context) => {
	if (value === void 0) return void 0;
	const url = URL.canParse(value) ? new URL(value) : void 0;
	const login = url === void 0 ? void 0 : loginOf(url);
	if (url !== void 0 && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" && login !== "") {
		url.username = "";
		url.password = "";
		return {
			base: url.href.replace(/(?<!\/)\/+$/, ""),
			login
		};
	}
	return wrong(context, "must be an `https://` or `http://` address, without query or fragment; a login in it is `user:password@`");
});
function loginOf({ username, password }) {
	if (username === "" && password === "") return void 0;
	try {
		const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
		return /^[\x20-\x39\x3b-\x7e]+$/.test(user) && /^[\x20-\x7e]*$/.test(secret) ? `${user}:${secret}` : "";
	} catch {
		return "";
	}
}
const httpLogin = optional.refine((value) => value === void 0 || /^[\x21-\x7e][\x20-\x7e]*$/.test(value), "must be one line of plain ASCII, as HTTP's header wants it");
function repositories(example) {
	return lines.transform((items) => items.flatMap((item) => split(item, /,/))).refine((items) => items.every(isRepository), `must be repositories such as \`${example}\`, one a line, in lower case, without \`https://\``);
}
const databasePlaces = uniqueLines.refine((items) => items.every((item) => /^.+@sha256:[0-9a-fA-F]{64}$/.test(item) || isMirror(item)), "must be base URLs of mirrors (`https://…`, without credentials), or archives with `@sha256:` and 64 hexadecimal digits behind them");
function isMirror(item) {
	const url = URL.canParse(item) ? new URL(item) : void 0;
	return url !== void 0 && /^https?:$/.test(url.protocol) && [
		url.username,
		url.password,
		url.search,
		url.hash
	].join("") === "";
}
function isRepository(item) {
	const match = /^[\w.-]+(?::(\d{1,5}))?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(item);
	return match !== null && Number(match[1] ?? 1) >= 1 && Number(match[1] ?? 1) <= 65535;
}
const shortName = optional.refine((value) => value === void 0 || value.length <= 200, "is longer than 200 characters");
function linesOf(value) {
	return split(value, LINE_END);
}
function firstLinesOf(values) {
	return values.flatMap(linesOf).slice(0, MAX_ITEMS);
}
function camelKeys(data) {
	const camel = (name) => name.replace(/-(.)/g, (_, first) => first.toUpperCase());
	return Object.fromEntries(Object.entries(data).map(([name, value]) => [camel(name), value]));
}
function split(value, separator) {
	return value.split(separator).map((item) => item.trim()).filter((item) => item !== "");
}
function hasControl(value) {
	return /[\u0000-\u001f\u007f]/.test(value);
}
function oneOf(value, words, taken = words) {
	const meant = closest(value, taken);
	return `must be one of ${words.map((each) => `\`${each}\``).join(", ")}, not ${shown$1(value)}${meant === void 0 ? "" : ` (did you mean \`${meant}\`?)`}`;
}
function shown$1(value) {
	const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
	return JSON.stringify(short);
}

// src/actions/scan-with.ts
const MATCH = "grype-match";
const otherScanners = {
	"scan-with": wordList([...SCANNER_NAMES, MATCH], []),
	"grype-version": version,
	"grype-sha256": sha256,
	"grype-mirror": mirror,
	"grype-mirror-token": httpLogin,
	"grype-binary": optional,
	"grype-db": databasePlaces
};
const OWN = [
	"grype-version",
	"grype-sha256",
	"grype-mirror",
	"grype-mirror-token",
	"grype-binary",
	"grype-db"
];
function withContradictions(data) {
	const words = data["scan-with"];
	const given = OWN.filter((name) => (data[name]?.length ?? 0) > 0);
	if (!words.some((word) => word === "grype" || word === "grype-match")) return given.map((name) => `\`${name}\` has no meaning without \`scan-with: grype\``);
	const mistakes = [];
	if (words.includes("grype-match") && words.includes("grype")) mistakes.push("`scan-with: grype-match` has no meaning beside `grype`, which reads the image itself");
	const asked = data.scanners.join(", ");
	if (words.length === 1 && data.scanners.some((each) => each !== "vuln")) mistakes.push(`\`scanners: ${asked}\` asks for what \`scan-with: grype\` does not look for: it knows \`vuln\` alone`);
	if (words.length > 1 && !data.scanners.includes("vuln")) mistakes.push(`\`scanners: ${asked}\` leaves \`scan-with: grype\` nothing to look for: it knows \`vuln\` alone`);
	for (const name of ["skip-dirs", "skip-files"]) if ((data[name]?.length ?? 0) > 0 && !words.includes("grype-match")) mistakes.push(`\`${name}\` has no meaning with \`scan-with: grype\`, which reads whole images`);
	for (const name of [
		"grype-version",
		"grype-mirror",
		"grype-mirror-token"
	]) if (data["grype-binary"] !== void 0 && data[name] !== void 0) mistakes.push(`\`${name}\` has no meaning beside \`grype-binary\`, which is used as it is`);
	if (data["grype-mirror-token"] !== void 0 && data["grype-mirror"] === void 0) mistakes.push("`grype-mirror-token` needs a `grype-mirror`, to which alone it is sent");
	return mistakes;
}

// src/actions/shared-inputs.ts
const HOUR_MS$1 = 36e5;
const DATABASE = "ghcr.io/aquasecurity/trivy-db:2";
const scanners = wordList([
	"vuln",
	"secret",
	"misconfig",
	"license"
], ["vuln"]);
function limitInput(severity) {
	return `max-${severityName(severity)}`;
}
function limitInputs() {
	const all = SEVERITIES.map((severity) => [limitInput(severity), limit]);
	return Object.fromEntries(all);
}
const judging = {
	...limitInputs(),
	"ignore-unfixed": optionalSwitch,
	mode: word(["enforce", "warn"], "enforce"),
	name: shortName
};
const scanning = {
	token: optional,
	"trivy-version": version,
	"trivy-sha256": sha256,
	"trivy-mirror": mirror,
	"trivy-mirror-token": httpLogin,
	"trivy-binary": optional,
	"db-repository": repositories(DATABASE),
	"java-db-repository": repositories(DATABASE),
	"max-db-age": duration("3d", {
		least: HOUR_MS$1,
		most: 8760 * HOUR_MS$1,
		example: "`3d`, `36h` or `1d12h`, at least `1h` and at most `365d`"
	}),
	timeout: duration("10m", {
		least: 1e3,
		most: 24 * HOUR_MS$1,
		example: "`90s`, `10m` or `1h30m`, at least `1s` and at most `24h`"
	}),
	cache: switchOr(true),
	offline: switchOr(false)
};
function readWith(schema, { given, mistakes: wrongNames }, contradictions, page) {
	const raw = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, given.get(name) ?? ""]));
	const parsed = schema.safeParse(raw, { jitless: true });
	const mistakes = [
		...wrongNames,
		...parsed.success ? [] : parsed.error.issues.map((issue) => `\`${String(issue.path[0])}\` ${issue.message}`),
		...parsed.success ? contradictions(parsed.data) : []
	];
	if (mistakes.length > 0 || !parsed.success) throw new GateError("input-invalid", mistakes.length === 1 ? `An input is wrong: ${mistakes[0]}` : `${mistakes.length} inputs are wrong:\n${mistakes.join(";\n")}`, `Correct the step's \`with:\`; ${page} of Image Gate lists them all.`);
	return {
		...camelKeys(parsed.data),
		limits: limitsOf(parsed.data)
	};
}
function lenient(schema, name, given) {
	return schema.shape[name]?.safeParse(given.get(name) ?? "", { jitless: true }).data;
}
function reportingIn(schema, names, given) {
	const inputs = correctInputs(schema, names, given);
	const isUnreadable = lenient(schema, "offline", given) === void 0;
	return {
		...inputs,
		mode: "enforce",
		...isUnreadable && { offline: true }
	};
}
function correctInputs(schema, names, given) {
	const none = /* @__PURE__ */ new Map();
	const values = names.map((name) => [name, lenient(schema, name, given) ?? lenient(schema, name, none)]);
	return camelKeys(Object.fromEntries(values));
}
function limitsOf(data) {
	const all = SEVERITIES.map((severity) => [severity, data[limitInput(severity)]]);
	return Object.fromEntries(all.filter(([, value]) => value !== void 0));
}
function scannerContradictions(data) {
	const mistakes = [];
	if (data["trivy-binary"] !== void 0) {
		for (const other of [
			"trivy-version",
			"trivy-mirror",
			"trivy-mirror-token"
		]) if (data[other] !== void 0) mistakes.push(`\`${other}\` has no meaning beside \`trivy-binary\`, which is used as it is`);
	}
	if (data["trivy-mirror-token"] !== void 0 && data["trivy-mirror"] === void 0) mistakes.push("`trivy-mirror-token` needs a `trivy-mirror`, to which alone it is sent");
	return mistakes;
}
function scannerWish(inputs) {
	const { trivyVersion, trivySha256, trivyMirror, trivyMirrorToken, trivyBinary, offline, timeout } = inputs;
	return {
		version: trivyVersion,
		sha256: trivySha256,
		mirror: trivyMirror,
		mirrorToken: trivyMirrorToken,
		binary: trivyBinary,
		offline,
		timeoutMs: timeout
	};
}

// src/actions/run-steps.ts
async function runSteps(steps) {
	let learnt = {};
	try {
		for (;;) {
			const step = await steps.next();
			if (step.done) return {
				learnt,
				result: step.value
			};
			learnt = {
				...learnt,
				...step.value
			};
		}
	} catch (thrown) {
		return {
			learnt,
			thrown
		};
	}
}
function accessOf({ token = "", offline }) {
	return {
		token,
		offline
	};
}
const UNREAD_POLICY = {
	policy: EMPTY_POLICY,
	source: {
		from: "workspace",
		isUnread: true
	},
	change: void 0
};

// src/actions/logins.ts
const SECRET = /(?:^|-)(?:token|password)$|^pushgateway$/;
const ADDRESS = /^(?:image|base-image|base-image-candidates|promote-to)$|(?:^|-)(?:repository|mirror)$/;
const LINE_WORDS = {
	discover: [
		"file",
		"compose",
		"kubernetes",
		"helm",
		"kubectl",
		"registry",
		"harbor",
		"docker"
	],
	reports: [...[
		"sarif",
		"gitlab",
		"gitlab-code-quality",
		"gitlab-sbom",
		"gitlab-annotations",
		"junit",
		"csv"
	], ...[
		"markdown",
		"html",
		"verdict",
		"cyclonedx",
		"spdx-json"
	]],
	vex: ["repo"]
};
const NO_ADDRESS = /^(?:file|compose|kubernetes|helm|kubectl|docker)(?::|$)/;
function loginMistake(name, value) {
	if (SECRET.test(name)) return void 0;
	return value.split(/[\r\n]+/).some((line) => hasLoginIn(name, line.trim())) ? `\`${name}\` has a login in an address, a reference or a name, which log, comment, summary and outputs would show: log in by docker/login-action, or check a repository out by actions/checkout and give its folder as \`path\`; behind a name, an @ is for a digest alone` : void 0;
}
function hasLoginIn(name, line) {
	const isAddress = ADDRESS.test(name) || name === "discover" && !NO_ADDRESS.test(line);
	const word = LINE_WORDS[name]?.find((each) => line.startsWith(`${each}:`));
	return hasLogin(word === void 0 ? line : line.slice(word.length + 1).trim(), { isAddress });
}

// src/actions/input-names.ts
const PREFIX = "INPUT_";
function givenNames(env, known) {
	const given = /* @__PURE__ */ new Map();
	const mistakes = [];
	const others = [];
	const byVariable = new Map(known.names.map((name) => [inputVariable(name), name]));
	const bySound = new Map(known.names.map((name) => [soundOf(name), name]));
	for (const [variable, value] of Object.entries(env)) {
		if (value === void 0 || !variable.toUpperCase().startsWith(PREFIX)) continue;
		const name = byVariable.get(variable);
		if (name !== void 0) {
			const login = loginMistake(name, value);
			if (login !== void 0) mistakes.push(login);
			given.set(name, login === void 0 ? value : withheld(name));
			continue;
		}
		const mistake = unknownVariable(variable, value, bySound, known);
		if (mistake === void 0) others.push(variable);
		else mistakes.push(mistake);
	}
	return {
		given,
		mistakes,
		others
	};
}
function unknownVariable(variable, value, bySound, known) {
	const written = variable.slice(6);
	const sound = bySound.get(soundOf(written));
	if (sound !== void 0) return otherSpelling(variable, sound);
	return value === "" && !variable.includes("-") ? void 0 : unknownInput(written.toLowerCase(), known);
}
function withheld(name) {
	return name === "offline" ? "***" : "";
}
function soundOf(name) {
	return name.toLowerCase().replace(/[ _-]+/g, "-");
}
function otherSpelling(variable, name) {
	return `${shown(variable)} is another spelling of \`${name}\`, which the runner spells ${inputVariable(name)}: write \`${name}\` in the step's \`with:\`, and take the variable out of \`env\``;
}
function unknownInput(name, known) {
	const translation = translationIn(known.translations, name);
	const isTyped = name.includes("-");
	const hint = isTyped ? "" : ` (or, if the job's \`env\` sets it, set it to \`""\` in this step's)`;
	if (translation !== void 0) return `${shown(name)} is not an input of Image Gate: ${translation}${hint}`;
	const meant = closest(name, known.names);
	const isNear = meant !== void 0 && meant[0] === name[0] && Math.abs(meant.length - name.length) <= 2;
	if (meant !== void 0 && (isTyped || isNear)) return `${shown(name)} is not an input (did you mean \`${meant}\`?)${hint}`;
	return isTyped ? `${shown(name)} is not an input of Image Gate` : void 0;
}
function shown(name) {
	return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
function translationIn(translations, name) {
	return Object.hasOwn(translations, name) ? translations[name] : void 0;
}

// src/actions/gate/foreign-inputs.ts
const LOGIN = "log in before this step (docker/login-action); the runner's Docker login is used";
const LIMITS = `set ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`;
const REPORTS = "use `reports`, lines of `format: path` such as `sarif: image-gate.sarif`; the JSON reports are in the outputs `report` and `trivy-report`";
const POLICY = "write exceptions into the policy file; `image-gate policy import FILE` converts an ignore file";
const TARGETS$1 = "name the target by its kind: `image`, `path`, `repository` or `sbom`";
const NOT_NEEDED = "it is not needed, leave it out";
const TRANSLATIONS = {
	"image-ref": "use `image`",
	input: "use `image`, which takes `docker save` tars and OCI layout folders as well",
	"scan-type": TARGETS$1,
	"scan-ref": "use `path`, `repository` or `sbom`",
	severity: LIMITS,
	"exit-code": "a broken limit always fails the step; set `mode: warn` to report only, and `max-*` for the limits",
	format: REPORTS,
	output: REPORTS,
	template: REPORTS,
	"vuln-type": NOT_NEEDED,
	"pkg-types": NOT_NEEDED,
	"hide-progress": NOT_NEEDED,
	"list-all-pkgs": NOT_NEEDED,
	"cache-dir": NOT_NEEDED,
	"limit-severities-for-sarif": NOT_NEEDED,
	"security-checks": "use `scanners`",
	"ignore-policy": POLICY,
	trivyignores: POLICY,
	"trivy-config": "a configuration file could switch the gate off: use the inputs and the policy file",
	"github-pat": "use `token`",
	"docker-host": "set the environment variable DOCKER_HOST",
	version: "use `trivy-version`",
	"skip-setup-trivy": "use `trivy-binary`",
	"token-setup-trivy": NOT_NEEDED,
	"tf-vars": "Terraform is not scanned",
	"fail-build": "use `mode: enforce` or `mode: warn`",
	"severity-cutoff": LIMITS,
	"only-fixed": "use `ignore-unfixed`",
	"output-format": REPORTS,
	"output-file": REPORTS,
	"add-cpes-if-none": NOT_NEEDED,
	"by-cve": "a finding is known by all of its ids, and named by its CVE if it has one",
	"cache-db": "use `cache`",
	"registry-username": LOGIN,
	"registry-password": LOGIN,
	tarball: "use `image`",
	trivy_version: "use `trivy-version`",
	severity_threshold: LIMITS,
	annotations: NOT_NEEDED,
	command: NOT_NEEDED,
	"only-severities": LIMITS,
	"exit-on": LIMITS,
	"dockerhub-user": LOGIN,
	"dockerhub-password": LOGIN,
	"write-comment": "use `comment`",
	"registry-user": LOGIN,
	"sarif-file": REPORTS,
	"to-latest": "use `baseline`, which is the default branch's last image by default",
	"ignore-unchanged": "write `count: introduced` into the policy file",
	"fail-on-severity": LIMITS,
	"config-file": "use `policy`",
	"allow-ghsas": POLICY,
	"comment-summary-in-pr": "use `comment`",
	"warn-only": "use `mode: warn`",
	"github-token": "use `token`",
	github_token: "use `token`",
	images: "use `image`, one a line",
	username: LOGIN,
	password: LOGIN
};
function translationOf(name) {
	return translationIn(TRANSLATIONS, name);
}

// src/actions/gate/inputs.ts
const HOUR_MS = 36e5;
const schema = strictObject({
	image: lines,
	"image-source": wordList([
		"docker",
		"containerd",
		"podman",
		"remote"
	], []),
	path: lines,
	repository: lines,
	sbom: lines,
	"trivy-report": lines,
	"scan-report": lines,
	"max-report-age": optionalDuration({
		least: HOUR_MS,
		most: 8760 * HOUR_MS,
		example: "`1d`, `36h` or `7d`"
	}),
	platform: platforms,
	baseline: textOr("auto"),
	"base-image": optional,
	"base-image-candidates": uniqueLines,
	dockerfile: optional,
	vex: uniqueLines,
	"skip-dirs": lines,
	"skip-files": lines,
	scanners,
	...otherScanners,
	policy: optional,
	"policy-from": word([
		"workspace",
		"base",
		"default-branch"
	], "workspace"),
	...judging,
	comment: word([
		"always",
		"on-failure",
		"never"
	], "always", {
		yes: "always",
		no: "never"
	}),
	summary: switchOr(true),
	reports: lines,
	"upload-sarif": switchOr(false),
	"dependency-graph": switchOr(false),
	"gitlab-thread": switchOr(false),
	...scanning
});
const TARGETS = [
	"image",
	"path",
	"repository",
	"sbom",
	"trivy-report",
	"scan-report",
	"platform"
];
const REPORTING = [
	"comment",
	"summary",
	"reports",
	"upload-sarif",
	"dependency-graph",
	"gitlab-thread",
	"token",
	"name",
	"offline"
];
const FILES = [
	"policy",
	"dockerfile",
	"vex",
	"baseline",
	"trivy-binary",
	"grype-binary"
];
const INPUT_NAMES = Object.keys(schema.shape);
function readInputs(env) {
	const inputs = readWith(schema, namesIn(env), contradictions, "docs/inputs.md");
	if (countTargets(inputs) === 0) throw new GateError("no-target", "There is nothing to judge: none of `image`, `path`, `repository`, `sbom`, `trivy-report` and `scan-report` is given, or the expression in it was empty", "Name what to scan, for example `image: ghcr.io/acme/app:${{ github.sha }}`.");
	return inputs;
}
function reportingInputs(env) {
	return reportingIn(schema, REPORTING, givenInputs(env));
}
function namedTargets(env) {
	return correctInputs(schema, TARGETS, givenInputs(env));
}
function areTargetsKnown(env) {
	const { given, mistakes } = namesIn(env);
	return mistakes.length === 0 && TARGETS.every((name) => lenient(schema, name, given) !== void 0);
}
function namedFiles(env) {
	return valuesOf(env, (name) => FILES.includes(name)).flatMap(linesOf).map(fileOf);
}
function namedThings(env) {
	return Object.entries(env).filter(([name]) => /^INPUT_/i.test(name) && name !== "INPUT_REPORTS").flatMap(([, value = ""]) => linesOf(value)).map(fileOf);
}
function fileOf(line) {
	return line.replace(/^repo:(.*)$/s, "$1/index.json");
}
function namedReports(env) {
	return firstLinesOf(valuesOf(env, (name) => name === "reports"));
}
function valuesOf(env, isAsked) {
	return [...givenInputs(env)].flatMap(([name, value]) => isAsked(name) ? [value] : []);
}
function givenInputs(env) {
	return namesIn(env).given;
}
function namesIn(env) {
	return givenNames(env, {
		names: INPUT_NAMES,
		translations: TRANSLATIONS
	});
}
function foreignInputs(env) {
	return namesIn(env).others;
}
function contradictions(data) {
	const mistakes = [...scannerContradictions(data), ...withContradictions(data)];
	if (data.offline && data["policy-from"] !== "workspace") mistakes.push(`\`policy-from: ${data["policy-from"]}\` asks the platform's API, which \`offline\` forbids`);
	if (data.platform.length > 0 && data.image.length === 0) mistakes.push("`platform` needs an `image`");
	if (data["max-report-age"] !== void 0 && data["trivy-report"].length + data["scan-report"].length === 0) mistakes.push("`max-report-age` needs a `scan-report` or a `trivy-report`");
	return mistakes;
}
function targetsOf(inputs) {
	const { image, path, repository, sbom, trivyReport: report, scanReport, platform } = inputs;
	return {
		image,
		path,
		repository,
		sbom,
		report,
		scanReport,
		platform
	};
}
function countTargets(inputs) {
	const { image, path, repository, sbom, trivyReport, scanReport } = inputs;
	return [
		image,
		path,
		repository,
		sbom,
		trivyReport,
		scanReport
	].reduce((sum, { length }) => sum + length, 0);
}

// src/actions/gate/report-readers.ts
const reportReaders = async () => (await import("./scanners.readers.entry.js")).REPORT_READERS;
async function readersOfNamed({ report, scanReport = [] }) {
	return report.length + scanReport.length === 0 ? [] : reportReaders();
}

// src/render/log/colours.ts
const ANSWER = {
	pass: "1;32",
	fail: "1;31",
	error: "1;31"
};
const ROW = new RegExp(`^ {2}(${SEVERITIES.join("|")})(?= )`, "gm");
const HEADING = /^(\S.*: )(pass|fail|error)$/gm;
const LAST_LINE = /^(pass|fail|error)(?=: [^\n]*$)/gm;
function coloured(text) {
	return text.replace(ROW, (_, severity) => `  ${painted(severity, SEVERITY_STYLES[severity].terminal)}`).replace(HEADING, (_, before, answer) => `${before}${painted(answer, ANSWER[answer])}`).replace(LAST_LINE, (answer) => painted(answer, ANSWER[answer]));
}
function painted(word, colour) {
	return `\u001b[${colour}m${word}\u001b[0m`;
}

// src/system/store/program-folder.ts
const elsewhere = /* @__PURE__ */ new Map();
function programFolder(world) {
	const { runFolder, platform } = world;
	if (platform === "win32" || !isOpenToOthers(realpathSync(runFolder))) return privateFolder(world, "bin");
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
	const { store, problem } = databaseStores(world);
	if (problem === void 0) return freshFolder(store);
	const shared = realpathSync(tmpdir());
	const folder = mkdtempSync(join(shared, "image-gate-"));
	if (isPrivate(folder, world.platform)) return folder;
	rmSync(folder, { recursive: true });
	throw new GateError("temporary-folder-open", "RUNNER_TEMP may be written by other users, who could replace the scanner between its check and its start; so may every other place for it", "Take the right to write from others (chmod go-w) or set the sticky bit (chmod +t) on RUNNER_TEMP and the folders above it, or on the system's temporary folder.");
}
function isOpenToOthers(path) {
	for (let at = path;; at = dirname(at)) {
		const { mode, uid, gid } = lstatSync(at);
		if (((mode & 2) !== 0 || (mode & 16) !== 0 && gid !== uid) && (mode & 512) === 0) return true;
		if (dirname(at) === at) return false;
	}
}

// src/steps/write-report.ts
async function writeReport(view, beside, { runFolder }) {
	const path = join(runFolder, "report.json");
	const files = view.verdict.answer === "pass" ? await hashedFiles(path, beside) : void 0;
	const bytes = createHash("sha256");
	writePieces(path, beside.renderReport(view, files), { onPiece: (piece) => bytes.update(piece) });
	return {
		path,
		digest: `sha256:${bytes.digest("hex")}`
	};
}
async function hashedFiles(report, { scannerReports, written = [] }) {
	const files = /* @__PURE__ */ new Map();
	for (const [target, path] of scannerReports) {
		const sbom = written.find((each) => each.format === "cyclonedx" && each.target === target);
		const scannerReport = await hashed(path, dirname(report));
		const cyclonedx = sbom && await hashed(sbom.path, dirname(report));
		files.set(target, {
			...scannerReport && { scannerReport },
			...cyclonedx && { cyclonedx }
		});
	}
	return files;
}
async function hashed(path, folder) {
	try {
		return {
			path: isWithin(folder, path) ? relative(folder, path) : path,
			sha256: await sha256OfFile(path)
		};
	} catch {
		return;
	}
}

// src/steps/deliver.ts
async function deliver(view, delivery) {
	const { reports, failure, platform, world } = delivery;
	const { renderLog, annotationsOf, renderReport } = await textsOf(failure);
	const { show = (shown) => world.log.info(renderLog(shown), coloured) } = delivery;
	await attempt(world, "log-not-written", () => show(view));
	const written = reports && await attempt(world, "report-file-not-written", () => writeReports(reports, view, delivery));
	const { path: reportFile, digest: reportDigest } = await attempt(world, "report-not-written", () => writeReport(view, {
		...delivery,
		written,
		renderReport
	}, world)) ?? {};
	const summary = await attempt(world, "summary-not-written", () => draftSummary(view, delivery));
	const comment = await attempt(world, "comment-not-written", () => draftComment(view, delivery));
	const whole = [summary, comment].some((draft) => draft?.isWhole === false) ? await attempt(world, "whole-report-not-written", () => keepWhole(view, {
		reportFile,
		written
	}, delivery)) : void 0;
	await attempt(world, "summary-not-written", async () => summary?.write(whole));
	const commentUrl = await send(view, comment, whole, delivery);
	await attempt(world, "log-not-written", () => platform.annotate([...mistakesOf(failure), ...annotationsOf(view)]));
	await attempt(world, "outputs-not-written", () => platform.outputs?.(delivery.outputs({
		reportFile,
		reportDigest,
		commentUrl
	})));
	await attempt(world, "log-not-written", () => finalAnnotation(view, world));
}
async function textsOf(failure) {
	return failure === void 0 ? (await import("./render.answer.js")).ANSWER : (await import("./render.undecided.entry.js")).UNDECIDED;
}
async function send(view, comment, whole, { channels: { uploadSarif, dependencyGraph, access }, platform, world }) {
	const [commentUrl] = await Promise.all([
		attempt(world, "comment-not-written", async () => comment?.write(whole)),
		uploadSarif && attempt(world, "sarif-not-uploaded", () => sendAlerts(view, access, platform, world)),
		dependencyGraph && attempt(world, "dependency-snapshot-not-made", () => sendPackages(view, access, platform, world))
	]);
	return commentUrl;
}
async function writeReports(reports, view, { sboms, platform, world }) {
	const files = await import("./reports.js");
	const { pageOf } = platform.defaultReports ?? {};
	return files.writeReports(reports, view, {
		...files.reportFacts(view, platform, world),
		sboms,
		pageOf
	}, world);
}
async function sendAlerts(view, access, platform, world) {
	const { uploadSarif } = await import("./reports.upload-sarif.js");
	await uploadSarif(view, access, platform, world);
}
async function sendPackages(view, access, platform, world) {
	const { submitPackages } = await import("./reports.submit-packages.js");
	await submitPackages(view, access, platform, world);
}
function draft(render, write) {
	const first = render();
	return {
		isWhole: first.isWhole,
		write: (whole) => write(first.isWhole || whole === void 0 ? first.text : render(whole).text)
	};
}
async function draftSummary(view, { channels, platform }) {
	const { summary } = platform;
	if (!channels.summary || summary === void 0) return void 0;
	const { fitSummary } = await import("./render.documents.js");
	return draft((whole) => fitSummary(view, whole, summary.mostBytes), summary.write);
}
async function keepWhole(view, { reportFile, written = [] }, { channels: { access }, platform, world }) {
	if (world.signal.aborted) return void 0;
	const { linksTo } = await import("./reports.js");
	const page = linksTo(written.filter(({ target }) => target === void 0), { pageOf: platform.defaultReports?.pageOf }, world).at(-1);
	if (page !== void 0) return {
		url: page.url,
		as: "a page"
	};
	const { keepWholeReport } = await import("./reports.keep-full-report.js");
	const { wholeReportName } = await import("./baseline.artifact-name.entry.js");
	const { offline } = access;
	return keepWholeReport(view, {
		reportFile,
		offline,
		name: wholeReportName(view.name),
		platform
	}, world);
}
async function draftComment(view, { channels, platform, world: { log, signal } }) {
	if (signal.aborted) return void 0;
	const { comments, words } = platform;
	const decision = comments?.decide(channels.comment, view.verdict.answer, channels.access) ?? {
		write: false,
		level: "info",
		why: words.lacking
	};
	if (comments === void 0 || !decision.write) {
		if (!decision.write) log[decision.level](`No comment: ${decision.why}.`);
		return;
	}
	const { fitComment, fittedInDialect, marker, utf8Bytes, utf16Units } = await import("./render.documents.js");
	const { answer } = view.verdict;
	const isBroken = answer === "error" || answer === "fail" && view.mode === "enforce";
	const holdsUp = channels.gitlabThread === true ? isBroken : void 0;
	const about = {
		marker: marker(view.name),
		stamp: view.stamp,
		create: decision.create,
		holdsUp
	};
	const { mostUnits: limit, measuredIn } = comments;
	const within = {
		limit,
		measure: measuredIn === "bytes" ? utf8Bytes : utf16Units,
		dialect: platform.markdown
	};
	return draft((whole) => fittedInDialect((room) => fitComment(view, whole, room, measuredIn), within), async (body) => signal.aborted ? void 0 : comments.write({
		...about,
		body
	}, channels.access));
}
function mistakesOf(failure) {
	if (failure?.code !== "policy-invalid") return [];
	const { file, mistakes } = failure;
	return mistakes.map(({ line, message }) => ({
		level: "error",
		message,
		file,
		line
	}));
}
function finalAnnotation({ verdict, mode }, { log }) {
	const { answer, reason } = verdict;
	if (answer === "error") log.annotate("error", reasonAndRemedies(verdict));
	else if (answer === "fail" && mode === "warn") log.annotate("warning", reason);
	else if (answer === "fail") log.annotate("error", reason);
}
async function attempt({ log }, code, act) {
	try {
		return await act();
	} catch (thrown) {
		const why = oneLine(thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
		log.warning(`[${code}] ${why}. The verdict stands; see whether the disk is full, or something removed its files.`);
		return;
	}
}
function clearRunFolder(world) {
	const { runFolder, log } = world;
	try {
		removeProgramFolders(world);
		for (const entry of readdirSync(runFolder)) if (!/\.(?:jsonl?|md)$/.test(entry)) rmSync(join(runFolder, entry), {
			recursive: true,
			force: true
		});
	} catch (error) {
		log.debug(`Temporary files are left: ${String(error)}`);
	}
}

// src/actions/gate/context.ts
function contextOf(learnt, now, world) {
	const inputs = learnt.inputs ?? reportingInputs(world.env);
	return {
		targets: [],
		policy: UNREAD_POLICY,
		scans: NO_SCANS,
		...learnt,
		inputs,
		now
	};
}

// src/render/json/results.ts
const UNKNOWN_COUNTS = perSeverityName(() => null);
function resultOf(target, more) {
	const gaps = (target.coverage?.gaps ?? []).map(({ gap, accepted }) => ({
		code: gap.code,
		path: gap.path,
		accepted: accepted?.expires ?? null
	}));
	const base = {
		target: target.target.label,
		verdict: target.answer,
		gaps,
		...more
	};
	if (target.answer === "error") return {
		...base,
		code: target.error.code,
		counts: UNKNOWN_COUNTS,
		accepted: null,
		digest: "",
		indexDigest: ""
	};
	return {
		...base,
		counts: perSeverityName((severity) => openCount(target, severity)),
		accepted: acceptedCount(target),
		digest: target.scan.artifact.digest ?? "",
		indexDigest: target.scan.artifact.index?.digest ?? ""
	};
}
function openCount(target, severity) {
	return target.rows.find((row) => row.severity === severity)?.open ?? 0;
}
function acceptedCount(target) {
	return target.rows.reduce((total, row) => total + row.accepted, 0);
}
function harmlessJson(value) {
	const escaped = (text) => text.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
	return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=##)\[/gu, escaped);
}

// src/actions/gate/outputs.ts
const OUTPUT_NAMES = [
	"verdict",
	"reason",
	...SEVERITIES.map(severityName),
	"accepted",
	"results",
	"report",
	"report-digest",
	"trivy-report",
	"image-digest",
	"index-digest",
	"trivy-version",
	"grype-version",
	"db-updated-at",
	"db-age-hours",
	"comment-url"
];
function outputsOf(view, facts) {
	const { verdict } = view;
	const judged = verdict.targets.filter((target) => target.answer !== "error");
	const known = verdict.answer !== "error" && judged.length === verdict.targets.length;
	const count = (value) => known ? String(value) : "";
	return {
		verdict: verdict.answer,
		reason: plain(verdict.reason),
		...perSeverityName((severity) => count(sum(judged, (target) => openCount(target, severity)))),
		accepted: count(sum(judged, acceptedCount)),
		results: harmlessJson(verdict.targets.map((each) => resultOf(each, { trivyReport: facts.reportFileOf.get(each.target) ?? "" }))),
		report: facts.reportFile ?? "",
		"report-digest": facts.reportDigest ?? "",
		"trivy-report": facts.reportFiles.join("\n"),
		"image-digest": singleImage(verdict.targets)?.digest ?? "",
		"index-digest": singleImage(verdict.targets)?.index?.digest ?? "",
		"trivy-version": facts.scannerVersions?.get(SCANNER.name) ?? "",
		"grype-version": facts.scannerVersions?.get("Grype") ?? "",
		"db-updated-at": facts.databaseUpdatedAt ?? "",
		"db-age-hours": wholeHours(facts.databaseUpdatedAt, view.now),
		"comment-url": facts.commentUrl ?? ""
	};
}
function wholeHours(since, now) {
	return since === void 0 ? "" : String(Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 36e5)));
}
function singleImage(targets) {
	const [only] = targets;
	return targets.length !== 1 || only === void 0 || only.answer === "error" ? void 0 : only.scan.artifact;
}
function sum(items, value) {
	return items.reduce((total, item) => total + value(item), 0);
}

// src/actions/platform-words.ts
function errorInWords(failed, message) {
	if (message === void 0) return failed;
	const { code, what, remedy } = failed.error;
	return {
		...failed,
		error: {
			code,
			what: message(what),
			remedy: message(remedy)
		}
	};
}
function inPlatformWords(verdict, message) {
	if (message === void 0) return verdict;
	const targets = verdict.targets.map((target) => target.answer === "error" ? errorInWords(target, message) : target);
	return {
		...verdict,
		targets,
		reason: verdict.answer === "error" ? message(verdict.reason) : verdict.reason
	};
}

// src/actions/gate/view.ts
async function viewOf(verdict, context, { change, words }, world) {
	const { inputs, policy, now } = context;
	const tags = needsTags(context) ? await savedTags(verdict.targets, (target) => savedTagOf(target, world)).catch(() => void 0) : void 0;
	return {
		name: inputs.name ?? defaultName(withSavedTags(verdict.targets, tags), change.commits),
		verdict: inPlatformWords(verdict, words.message),
		savedTags: tags,
		mode: inputs.mode,
		today: dayOf(now),
		now,
		policy: {
			...policy.source,
			count: policy.policy.count
		},
		policyChange: policy.change,
		...context.around,
		lookedUpOn: change.lookedUpOn,
		commit: change.commit,
		runUrl: change.runUrl,
		stamp: change.stamp,
		words
	};
}
function needsTags({ inputs, reports = [], failure }) {
	if (inputs.name === void 0) return true;
	const hasCategories = inputs.uploadSarif || inputs.dependencyGraph || reports.some(({ format }) => format === "sarif");
	return failure === void 0 && hasCategories;
}
async function savedTagOf(target, world) {
	const { savedTag } = await import("./scan.saved-tag.js");
	return savedTag(target, world);
}

// src/actions/gate/wrong-inputs.ts
function listForeignInputs({ env, log }) {
	const names = foreignInputs(env);
	if (names.length === 0) return;
	log.info(`Left alone, as Image Gate has no such inputs: ${listSome(names, 10)}`);
}
async function targetsMeant(world) {
	const named = namedTargets(world.env);
	if (countTargets(named) === 0) return [];
	const meant = targetsOf(named);
	const [{ resolveTargets }, readers] = await Promise.all([import("./scan.targets.entry.js"), readersOfNamed(meant)]);
	return resolveTargets(meant, readers, world);
}
async function plannedAnyway(targets, { defaultReports }, world) {
	const named = namedReports(world.env);
	if (named.length === 0 && defaultReports === void 0) return void 0;
	return attempt(world, "report-file-not-written", async () => {
		const { linesWanted, planAnyway } = await import("./reports.js");
		const lines = linesWanted(named, defaultReports);
		const read = [
			...targets.map(({ input }) => input),
			DEFAULT_POLICY,
			...namedThings(world.env)
		];
		return planAnyway({
			lines,
			targets,
			isKnown: areTargetsKnown(world.env) && targets.length > 0,
			read
		}, world);
	});
}

// src/actions/gate/run.ts
async function gate(world, platform, show) {
	const now = world.now();
	listForeignInputs(world);
	const ended = await runSteps(steps(now, platform, world));
	const learnt = contextOf(ended.learnt, now, world);
	const { verdict, context } = ended.result === void 0 ? await brokenOff(asGateError(ended.thrown), learnt, platform, world) : {
		verdict: ended.result,
		context: learnt
	};
	const view = await viewOf(verdict, context, platform, world);
	const { inputs, scans, reports, sboms, failure } = context;
	await deliver(view, {
		channels: {
			...inputs,
			access: accessOf(inputs)
		},
		reports,
		sboms,
		scannerReports: scans.reportFileOf,
		failure,
		outputs: (shown) => outputsOf(view, {
			...scans,
			...shown
		}),
		platform,
		world,
		show
	});
	await finish(context, platform, world);
	return verdict.answer === "pass" || verdict.answer === "fail" && inputs.mode === "warn" ? 0 : 1;
}
async function* steps(now, platform, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	yield { inputs };
	const { decide } = await import("./actions.gate.decide.js");
	return yield* decide(inputs, now, platform, world);
}
async function brokenOff(failure, { around: _, ...learnt }, platform, world) {
	const targets = learnt.targets.length > 0 ? learnt.targets : await targetsMeant(world).catch(() => []);
	const reports = learnt.reports ?? await plannedAnyway(targets, platform, world);
	const context = {
		...learnt,
		failure,
		scans: NO_SCANS,
		targets,
		reports
	};
	return {
		verdict: undecided(failure, targets, learnt.inputs.name),
		context
	};
}
async function finish({ keptAs, cache }, platform, world) {
	await attempt(world, "run-not-tidied", async () => {
		if (keptAs !== void 0 && platform.keptReports !== void 0) {
			const { artifactName } = await import("./baseline.artifact-name.entry.js");
			await platform.keptReports.keep({
				name: artifactName(keptAs),
				file: join(world.runFolder, "report.json")
			});
		}
		await cache?.settle();
	});
	clearRunFolder(world);
}

// src/render/policy-annotations.ts
const LONGEST = 4e3;
function policyChangesOf(view) {
	const change = view.policyChange;
	if (change === void 0) return [];
	if ("unreadable" in change) {
		const message = `Whether this ${changeRequest(view)} changes the policy is not known: ${plain(change.unreadable)}`;
		return [{
			level: "warning",
			message: shorten(message, LONGEST)
		}];
	}
	const tightening = change.changes.filter((one) => !one.loosens);
	return [...change.changes.filter((one) => one.loosens).map((one) => {
		const message = `This ${changeRequest(view)} loosens the policy: ${changeWords(one)}.`;
		return {
			level: "warning",
			message: shorten(message, LONGEST),
			...changePlace(view, one)
		};
	}), ...tightening.length === 0 ? [] : [tighteningOf(tightening, view)]];
}
function tighteningOf(changes, view) {
	const message = `This ${changeRequest(view)} changes the policy: ${changes.map(changeWords).join("; ")}.`;
	return {
		level: "warning",
		message: shorten(message, LONGEST)
	};
}
function changeWords({ what, subject, about, from, to, file }) {
	const place = file === void 0 || file === about ? "" : ` in ${plain(shorten(file, 500))}`;
	const words = subject === about ? `${what} ${subject}` : `${what} ${subject} ${plain(shorten(about, 500))}${place}`;
	const [before, after] = [from, to].map((value) => value && plain(shorten(value, 500)));
	if (before !== void 0 && after !== void 0) return `${words} from ${before} to ${after}`;
	if (after !== void 0) return `${words} (${after})`;
	return before === void 0 ? words : `${words} (was ${before})`;
}
function changePlace(view, { file, line }) {
	if (file === void 0) return placeOf(view, line, true);
	const path = file.replace(/^\.\//, "");
	return line > 0 ? {
		file: path,
		line
	} : { file: path };
}
function placeOf(view, line, ofHead = false) {
	if (view.policy.path === void 0 || view.policy.from !== "workspace" && !ofHead) return {};
	return line > 0 ? {
		file: view.policy.path,
		line
	} : { file: view.policy.path };
}

// src/render/json/frame.ts
function headText(view, { reasons, targets }) {
	const { verdict } = view;
	const head = {
		version: 1,
		verdict: verdict.answer,
		reason: verdict.reason,
		reasons,
		name: view.name,
		mode: view.mode,
		count: view.policy.count,
		generatedAt: view.now.toISOString(),
		targets
	};
	return `${JSON.stringify(head).slice(0, -1)},\n"findings":[`;
}
function tailOf(view, { fixed, unseen, exceptions }) {
	return {
		fixed,
		unseen,
		exceptions,
		policyChanges: policyChanges(view),
		notes: view.notes,
		provenance: {
			policy: view.policy.path,
			policySha256: view.policy.sha256,
			policyFrom: view.policy.from,
			commit: view.commit,
			run: view.runUrl
		}
	};
}
function tailText({ plan, upgrades, tail }) {
	const lines = (list = []) => list.map((each) => JSON.stringify(each)).join(",\n");
	return `${`\n],\n"plan":[\n${lines(plan)}\n],\n"upgrades":[\n${lines(upgrades)}`}\n],\n${JSON.stringify(tail).slice(1)}\n`;
}
function namesOf({ target, answer }) {
	const { label, kind, input, as, platform } = target;
	return {
		label,
		kind,
		input,
		as,
		platform,
		verdict: answer
	};
}
function failureOf({ error }, index) {
	return {
		target: index,
		...error
	};
}
function policyChanges({ policyChange }) {
	if (policyChange === void 0) return void 0;
	return "changes" in policyChange ? policyChange.changes : policyChange;
}

// src/render/undecided.ts
const UNDECIDED = {
	renderLog: ({ verdict }) => {
		const linesOf = (target) => [...errorLines(target), ""];
		return fitLog(failedOf(verdict), {
			linesOf,
			end: [],
			reason: verdict.reason,
			limitBytes: LIMIT_BYTES
		});
	},
	annotationsOf: policyChangesOf,
	renderReport
};
function failedOf(verdict) {
	return verdict.targets.filter((target) => target.answer === "error");
}
function* renderReport(view) {
	const targets = failedOf(view.verdict);
	const named = targets.map((target) => ({
		...namesOf(target),
		error: target.error
	}));
	yield headText(view, {
		reasons: targets.map(failureOf),
		targets: named
	});
	yield tailText({
		plan: [],
		upgrades: [],
		tail: tailOf(view, {
			fixed: void 0,
			unseen: void 0,
			exceptions: []
		})
	});
}

export { ADVICE_MS, DEFAULT_POLICY, DEFAULT_THRESHOLDS, EMPTY_POLICY, GIVEN_REPORT, GIVEN_REPORT_NAME, LIMIT_BYTES, LONGEST, MATCH, OUTPUT_NAMES, SCANNER, SCANNER_NAMES, SEVERITIES, SEVERITY_STYLES, TARGET_KINDS, UNDECIDED, UNREAD_POLICY, URGENT, accessOf, addDays, addTo, andMore, attempt, breaks, bytes, changeRequest, clearLeftovers, clearRunFolder, closest, codePoint, coloured, compareCounts, confirmedForms, count, countSeverities, counted, databaseStore, databaseStores, dayOf, daysBetween, defaultName, distinct, distinct$1, duration, entriesOf, errorInWords, errorLines, exploitWords, failing, failureOf, fallsUnder, finalAnnotation, fitLog, freshFolder, gate, givenNames, harmlessJson, hasLogin, hasUnconfirmedTag, headText, imageNaming, imageOf, inPlatformWords, isAbsolutePath, isCommit, isDay, isDigest, isInRepository, isNamedAsFile, isPrivate, isSameRepository, isSbomFormat, isUrgent, isWithin, isoSeconds, joined, judging, lastingName, lenient, lettersTold, limitInputs, listSome, lowerLimit, mistakesOf, namedFile, namedFiles, namedRegistry, namesOf, noCommand, number, openUnlinked, opinionsIn, optional, optionalCount, otherScanners, parseReference, pathEnd, perSeverity, perSeverityName, placeOf, plain, policyChangesOf, privateFolder, programFolder, readGivenFile, readGivenStart, readSmallText, readWith, readersOfNamed, realGivenPath, reasonAndRemedies, reasonOf, referenceForms, referenceParts, registryHost, removedAtEnd, replaceWhole, reportReaders, reportingIn, repositoryName, repositoryPath, resultOf, roundedSpan, runSteps, scannerContradictions, scannerNamed, scannerWish, scanners, scannersOf, scanning, serviceWithLogin, severityName, severityRank, sha256, shorten, someLines, statusOf, storedFolder, swapIn, switchOr, tailOf, tailText, targetsOf, textOr, toSeverity, translationOf, undecided, unique, uniqueLines, visible, wholeNames, withContradictions, withSavedTags, withoutCommits, withoutLogin, withoutRunnerPath, withoutTag, word, workflow, writePieces };