import { __toESM } from "./rolldown-runtime.js";
import { GateError, accessSync, cancelled, closeSync, constants, createHash, createReadStream, existsSync, fstatSync, hashOf, linkSync, lstatSync, mkdirSync, open as open$1, openSync, readAllAt, readFileSync, readSync, readdirSync, readlinkSync, realpathSync, renameSync, rm, rmSync, sha256OfBytes, statSync, statfsSync, symlinkSync, tryOr, utimesSync, withoutQueries, writeFileSync } from "./shared.thread.js";
import { PROOF_FILE, TRIVY, clearLeftovers, clipped, databaseStore, entriesOf as entriesOf$1, filesIn, findInToolCache, findProgram, freshFolder, hasKnownDefault, hashedBeside, hashedProgram, inThread, installError, isWithin, keepInToolCache, knownVersion, memoize, openUnlinked, parseVersion, privateFolder, programFolder, programPath, quoted, readSmallText, releaseFor, releasedVersion, removedAtEnd, replaceWhole, statusOf, storedFolder, swapIn } from "./shared.start.js";
import { require_http, require_https } from "./package.node.js";
import { BY_NAME, ImageFault, LAYER_LIMITS, LISTS, Overlay, PACKAGE_STORES, PathWalker, SparseFile, TarPass, TarProblem, asImageFault, baseOf, byFolder, compressionOf, couldTell, damaged, damagedTar, diskFull, folderOf, imageChanged, imageError, inconsistent, isTellingFolder, join as join$1, kindsOf, layerOf, notAnImage, otherManagerOf, pathsIn, quoted as quoted$1, readLayer, requireTarLayers, scanTimeout, sociNotes, storePackageOf, tableClaims, tooLarge, vendorOf, vendorOfPackage } from "./shared.layers.js";
import { isDigest, isSameRepository, parseReference, referenceParts, registryHost, repositoryName } from "./shared.names.js";
import { JsonFault, atATime, atMost, bestFor, locateTarget, misspeltKey, orEmpty, platformMatches, platformName, readStrict, timeLimit, untilAborted, withoutUrlLogins } from "./shared.scan.js";
import { countUsedBuffers } from "./system.used-buffers.js";
import { isObject } from "./domain.json.is-object.js";
import { FinalError, HttpStatusError, NETWORK_VARIABLES, RedirectError, TooLongError, get, hostKind, inherited, isCertificateError, isWithin as isWithin$1, loginEnvironment, noLogin, ownEnvironment, reachFrom, readBody, realHome, retrying, runProcess, talkTo, unusableEntry, whileLocked } from "./shared.system.js";
import { ZodError, array, base64, boolean, datetime, int, literal, object, record, strictObject, string, union, unknown } from "./package.zod.js";
import { andMore, isoSeconds, joined, listSome } from "./shared.inputs.js";
import { KINDS, LogListener, METADATA, checkDatabase, filesOf, leftOutPaths, linkDatabase, needsJavaDatabase, placesError, reportTooLarge } from "./shared.trivy.js";
import { availableParallelism } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { crc32, createGunzip, gunzip, inflateRawSync } from "node:zlib";
import { addAbortSignal } from "node:stream";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { pipeline as pipeline$1 } from "node:stream/promises";

// src/system/tar/members.ts
var import_http = /* @__PURE__ */ __toESM(require_http(), 1);
var import_https = /* @__PURE__ */ __toESM(require_https(), 1);
function* membersIn(descriptor, rules) {
	const found = [];
	const pass = new TarPass({ member: (each) => void found.push(each) }, rules);
	const { size } = fstatSync(descriptor);
	for (let at = 0; at < size;) {
		const piece = Buffer.allocUnsafe(pass.wanted);
		const count = readSync(descriptor, piece, 0, piece.length, at);
		if (count === 0) break;
		pass.write(piece.subarray(0, count));
		yield* found.splice(0);
		at += count;
		while (pass.skippable > 0 && at < size) {
			const skipped = Math.min(pass.skippable, size - at);
			pass.skip(skipped);
			at += skipped;
		}
	}
	pass.finish();
}
const ORDINARY = {
	members: 2e5,
	nameBytes: 16 << 20,
	hasEnd: true
};
function membersOf(archive) {
	const found = [];
	const pass = new TarPass({ member: (each) => void found.push(each) }, ORDINARY);
	pass.write(archive);
	pass.finish();
	return found;
}
async function writeMembers(stream, pathOf) {
	let file;
	const end = () => {
		if (file !== void 0) closeSync(file);
		file = void 0;
	};
	const member = (each) => {
		const path = pathOf(each);
		if (path !== void 0) file = openSync(path, "wx", 384);
	};
	const content = (piece) => {
		if (file !== void 0) writeFileSync(file, piece);
	};
	const pass = new TarPass({
		member,
		content,
		end
	}, ORDINARY);
	try {
		for await (const chunk of stream) pass.write(chunk);
		pass.finish();
	} finally {
		end();
	}
}

// src/images/layers/pool.ts
const MOST_THREADS = 4;
const SMALL = 262144;
const SMALL_UNPACKED = 8 << 20;
function layerReader({ threads = availableParallelism() } = {}) {
	const most = Math.max(1, Math.min(MOST_THREADS, threads));
	const closing = new AbortController();
	const inTurn = atMost(most);
	return {
		async read(work, signal) {
			const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
			either.throwIfAborted();
			const here = await readHere(work);
			if (here !== void 0) return here;
			return inTurn(async () => {
				either.throwIfAborted();
				return readThere(work, either);
			});
		},
		async close() {
			closing.abort(/* @__PURE__ */ new Error("layers are read no more"));
		}
	};
}
async function readHere(work) {
	if ((work.length ?? statSync(work.file).size) > SMALL) return void 0;
	if ((work.limits?.unpackedBytes ?? LAYER_LIMITS.unpackedBytes) <= SMALL_UNPACKED) return readLayer(work);
	try {
		return await readLayer({
			...work,
			limits: {
				...work.limits,
				unpackedBytes: SMALL_UNPACKED
			}
		});
	} catch (error) {
		if (error instanceof ImageFault && error.code === "image-too-large") return void 0;
		throw error;
	}
}
async function readThere(work, signal) {
	try {
		return layerOf(await inThread({
			program: "layer",
			data: work
		}, signal));
	} catch (error) {
		if (work.output !== work.file) rmSync(work.output, { force: true });
		throw memoryProblem(error);
	}
}
function memoryProblem(error) {
	return error?.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooLarge("a layer's names and lists need more memory than there is") : error;
}

// src/images/oci/strict-json.ts
const MAX_DOCUMENT = 8388608;
function parseStrictJson(bytes, what, schema, most = MAX_DOCUMENT) {
	if (bytes.length > most) throw inconsistent(`${what} has more than ${most} bytes`);
	if (bytes[0] === 239) throw inconsistent(`${what} begins with a byte order mark`);
	const { value, keys } = parsed(bytes, what);
	if (!isUnicode(value)) throw inconsistent(`${what} has a text that is not valid Unicode, or a key that readers treat differently`);
	const field = schema && misspeltKey(keys, schema);
	if (field !== void 0) throw inconsistent(`${what} has a key that some readers take for ${field}`);
	return value;
}
function parsed(bytes, what) {
	try {
		return readStrict(bytes);
	} catch (fault) {
		throw fault instanceof JsonFault ? inconsistent(`${what} ${fault.message}`) : fault;
	}
}
function isUnicode(value) {
	if (typeof value === "string") return value.isWellFormed();
	if (Array.isArray(value)) return value.every(isUnicode);
	if (typeof value !== "object" || value === null) return true;
	return Object.entries(value).every(([key, each]) => key !== "__proto__" && key.isWellFormed() && isUnicode(each));
}

// src/images/oci/documents.ts
const INDEX_TYPES = /* @__PURE__ */ new Set(["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"]);
const MANIFEST_TYPES = /* @__PURE__ */ new Set(["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"]);
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;
const digest = string().regex(/^sha256:[0-9a-f]{64}$/);
const text$1 = string().nullish().transform((value) => value || void 0);
const texts$1 = orEmpty(array(string()), []);
const annotations = orEmpty(record(string(), string()), {});
const platform$1 = object({
	os: text$1,
	architecture: text$1,
	variant: text$1,
	"os.version": text$1,
	"os.features": texts$1,
	features: unknown().optional()
});
const descriptor = object({
	digest,
	size: int().nonnegative(),
	mediaType: text$1,
	artifactType: text$1,
	platform: platform$1.nullish(),
	annotations,
	urls: texts$1,
	data: base64().nullish()
});
const descriptors = orEmpty(array(descriptor), []);
const common = {
	mediaType: text$1,
	artifactType: text$1,
	annotations,
	subject: descriptor.nullish()
};
const index = object({
	...common,
	manifests: descriptors
});
const manifest$1 = object({
	...common,
	config: descriptor,
	layers: descriptors
});
const rootfs = object({
	type: text$1,
	diff_ids: orEmpty(array(digest), [])
});
const configuration = platform$1.extend({ rootfs });
const any$1 = unknown();
const DOCUMENT = object({
	...index.shape,
	...manifest$1.shape,
	schemaVersion: any$1,
	fsLayers: any$1,
	history: any$1,
	signatures: any$1
});
const entry = object({
	created: any$1,
	created_by: any$1,
	author: any$1,
	comment: any$1,
	empty_layer: any$1
});
const CONFIG = configuration.extend({
	created: any$1,
	author: any$1,
	config: any$1,
	history: array(entry)
});
const NAMES = new Set([
	DOCUMENT,
	descriptor,
	platform$1,
	CONFIG,
	rootfs
].flatMap(({ shape }) => Object.keys(shape)));
function readDocument(bytes, expected = {}) {
	const what = expected.what ?? "its manifest";
	const value = readObject(bytes, what);
	return kindOf(value, expected.mediaType, what) === "index" ? indexOf$1(value, what) : manifestOf(value, what);
}
function readIndex(bytes, expected = {}) {
	const what = expected.what ?? "its index";
	const document = readDocument(bytes, {
		...expected,
		what
	});
	if (document.kind === "index") return document;
	throw inconsistent(`${what} is a manifest and no index`);
}
function readManifest(bytes, expected = {}) {
	const what = expected.what ?? "its manifest";
	const document = readDocument(bytes, {
		...expected,
		what
	});
	if (document.kind === "manifest") return document;
	throw inconsistent(`${what} is an index and no manifest`);
}
function readConfig(bytes, what = "its configuration") {
	const value = parseStrictJson(bytes, what, CONFIG);
	const { rootfs, ...own } = checked(configuration, value, what);
	if (rootfs.type !== void 0 && rootfs.type !== "layers") throw inconsistent(`${what} has a file system that does not come from layers`);
	return {
		imageId: sha256Of(bytes),
		diffIds: rootfs.diff_ids,
		platform: own.os === void 0 || own.architecture === void 0 ? void 0 : platformOf(own, what)
	};
}
function mayRun({ platform: at }) {
	return !(at?.os === "unknown" && at.architecture === "unknown");
}
const IMAGE_CONFIGS = /* @__PURE__ */ new Set([
	"application/vnd.oci.image.config.v1+json",
	"application/vnd.docker.container.image.v1+json",
	"application/octet-stream",
	"application/json"
]);
const EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const MOST_ARTIFACTS = 40;
async function withoutArtifacts(entries, read) {
	const marked = entries.filter(({ artifactType }) => artifactType !== void 0);
	if (marked.length > MOST_ARTIFACTS) return entries;
	const artifacts = /* @__PURE__ */ new Set();
	for (const entry of marked) if (!isIndexEntry(entry) && hasNothing(entry, await read(entry))) artifacts.add(entry);
	return entries.filter((entry) => !artifacts.has(entry));
}
function hasNothing({ mediaType }, bytes) {
	const document = bytes && readDocument(bytes, {
		mediaType,
		what: "a document in it"
	});
	if (document?.kind !== "manifest" || document.config.digest !== EMPTY) return false;
	return document.config.mediaType !== void 0 && !IMAGE_CONFIGS.has(document.config.mediaType);
}
function isIndexEntry({ mediaType }) {
	if (mediaType !== void 0 && SCHEMA_1.test(mediaType)) throw schema1("a manifest in it");
	return mediaType !== void 0 && INDEX_TYPES.has(mediaType);
}
const WORD = /^[\w.-]{1,60}$/;
function listedPlatform({ platform: at }) {
	if (at === void 0) return void 0;
	const { os, architecture, variant, osVersion } = at;
	if (![
		os,
		architecture,
		variant,
		osVersion
	].filter((each) => each !== void 0).every((each) => WORD.test(each))) return void 0;
	return osVersion === void 0 ? platformName(at) : `${platformName(at)} ${osVersion}`;
}
function readObject(bytes, what) {
	const value = parseStrictJson(bytes, what, DOCUMENT);
	if (!isObject(value)) throw inconsistent(`${what} is not an object`);
	return value;
}
function kindOf(value, expected, what) {
	const has = (key) => Object.hasOwn(value, key);
	const own = typeof value.mediaType === "string" ? value.mediaType : void 0;
	if (value.schemaVersion === 1 || has("fsLayers") || [own, expected].some((type) => SCHEMA_1.test(type ?? ""))) throw schema1(what);
	if (value.schemaVersion !== void 0 && value.schemaVersion !== 2) throw inconsistent(`${what} has a schema version other than 2`);
	const isIndex = has("manifests");
	if (isIndex && (has("config") || has("layers"))) throw inconsistent(`${what} is an index and a manifest at once`);
	if (!isIndex && !has("config")) throw inconsistent(`${what} is neither an index nor a manifest of an image`);
	if (has("history") || has("signatures")) throw inconsistent(`${what} has parts of another format`);
	const others = isIndex ? MANIFEST_TYPES : INDEX_TYPES;
	if (others.has(own ?? "") || others.has(expected ?? "")) throw inconsistent(`${what} is ${isIndex ? "an index" : "a manifest"}, and its media type says something else`);
	return isIndex ? "index" : "manifest";
}
function schema1(what) {
	return inconsistent(`${what} has Docker's old format (schema 1), which names no configuration`);
}
function indexOf$1(value, what) {
	const { manifests, annotations: own } = checked(index, value, what);
	return indexWith(manifests.map((each) => descriptorOf(each, what)), own);
}
function indexWith(manifests, annotations) {
	return {
		kind: "index",
		manifests,
		images: manifests.filter(mayRun).map(listedImage),
		annotations
	};
}
function listedImage(entry) {
	return {
		digest: entry.digest,
		platform: listedPlatform(entry)
	};
}
function manifestOf(value, what) {
	const { config, layers, annotations: own } = checked(manifest$1, value, what);
	return {
		kind: "manifest",
		config: descriptorOf(config, what),
		layers: layers.map((each) => descriptorOf(each, what)),
		annotations: own
	};
}
function descriptorOf(found, what) {
	const { data, platform: at, digest: of, size, mediaType, artifactType, annotations: own } = found;
	const content = data == null ? void 0 : Buffer.from(data, "base64");
	if (content !== void 0 && (content.length !== size || sha256Of(content) !== of)) throw inconsistent(`${what} holds a content that is not the one of its digest`);
	return {
		digest: of,
		size,
		mediaType,
		artifactType,
		annotations: own,
		platform: at ? platformOf(at, what) : void 0
	};
}
function sha256Of(bytes) {
	return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
function platformOf(found, what) {
	const { os, architecture, variant, "os.version": osVersion } = found;
	if (os === void 0 && architecture === void 0) return void 0;
	if (os === void 0 || architecture === void 0) throw inconsistent(`${what} names half of a platform`);
	return {
		os,
		architecture,
		variant,
		osVersion
	};
}
function checked(schema, value, what) {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const path = result.error.issues[0]?.path.filter((each) => typeof each === "number" || NAMES.has(String(each)));
	throw inconsistent(`${what} has a wrong value at ${path?.length ? path.join(".") : "its top"}`);
}

// src/images/registry/fault.ts
var RegistryFault = class extends ImageFault {
	answer;
	mayPass;
	constructor(code, answer, { cause, mayPass = false } = {}) {
		const remedy = code === "image-damaged" ? PUSH_AGAIN : void 0;
		super(code, `its registry ${answer}`, {
			says: "was not fetched: %",
			...remedy && { remedy },
			cause
		});
		this.answer = answer;
		this.mayPass = mayPass;
	}
};
const PUSH_AGAIN = "Push the image again, with a client that checks its digests (`docker push`, buildx, skopeo). If it happens with every image, check the proxies, mirrors and inspecting firewalls between this machine and the registry.";
function otherBytes() {
	return new RegistryFault("image-damaged", "sends bytes that do not match the digest");
}
function whyInRegistry(fault) {
	return fault instanceof RegistryFault ? fault.message : `its registry holds no image there that could be read: ${fault.message}`;
}
const BROKEN = /^(?:ECONNRESET|EPIPE|ECONNABORTED|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;
function registryFault(cause, failed) {
	if (cause instanceof ImageFault) return cause;
	const as = (code, answer, mayPass = false) => new RegistryFault(code, answer, {
		cause,
		mayPass
	});
	const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
	if (failed.wasSilent === true || failed.signal?.aborted === true || isLate) return as("registry-too-slow", "did not answer in time", true);
	if (cause instanceof HttpStatusError) return faultOfStatus(cause, failed.part);
	if (cause instanceof RedirectError) return as("registry-redirected", REDIRECTED);
	if (cause instanceof TooLongError) return as("image-too-large", `sends a document of more than ${cause.most} bytes, which is the limit`);
	if (isUnexpectedAnswer(cause)) return as("registry-unreachable", "sent an unexpected answer");
	const { code = "" } = cause;
	const detail = /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
	if (isCertificateError(cause)) return as("registry-certificate", `has a TLS certificate that is not trusted${detail}`);
	if (failed.hasBegun === true || BROKEN.test(code)) return as("registry-broken-off", `broke off the connection, again and again${detail}`, true);
	return as("registry-unreachable", `could not be reached by Image Gate${detail}`, true);
}
function isUnexpectedAnswer(cause) {
	return [
		FinalError,
		ZodError,
		SyntaxError
	].some((kind) => cause instanceof kind);
}
const REDIRECTED = "redirects, or asks for a login, where Image Gate does not follow: to a link-local address, from outside into a private network, from https to http, or too often";
function faultOfStatus(cause, part) {
	const { httpStatusCode: status, isElsewhere } = cause;
	const as = (code, answer, mayPass = false) => new RegistryFault(code, answer, {
		cause,
		mayPass
	});
	if ((status === 404 || status === 410) && part !== void 0) return as("layer-missing", `has the manifest, but not all of its parts: ${part} is missing (HTTP ${status})`);
	if (status === 404 || status === 410) return as("image-not-found", "does not have it");
	if ((status === 401 || status === 403) && isElsewhere) return as("registry-unreachable", `answered with HTTP ${status}`, true);
	if (status === 401 || status === 403) return as("image-denied", `wants a login that Image Gate does not have (HTTP ${status})`);
	if (status === 429) return as("registry-rate-limit", "limits how often it may be asked (HTTP 429)", true);
	if (status >= 300 && status < 400) return as("registry-redirected", REDIRECTED);
	if (status === 416) return as("image-damaged", "has a part that is smaller than the manifest says");
	return as("registry-unreachable", `answered with HTTP ${status}`, status >= 500 || status === 408);
}

// src/images/registry/client.ts
const DEADLINE_MS$2 = 1e4;
const MAX_MANIFEST = 4194304;
const MAX_TOKEN = 262144;
const ACCEPT = [
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json"
].join(", ");
function registryReader(options) {
	const { signal, allowHttp = false, deadlineMs = DEADLINE_MS$2 } = options;
	const registryOf = memoize((host) => ({
		host,
		allowHttp
	}));
	const documentsOf = memoize((repository) => {
		const session = newSession(repository, options, registryOf);
		return memoize((tagOrDigest) => {
			const limited = AbortSignal.any([signal, timeLimit(deadlineMs)]);
			const reading = readManifests(session, tagOrDigest, limited).then((found) => withImages(found, repository, reader));
			reading.catch(() => {});
			return reading;
		});
	});
	const reader = { read: (reference, tagOrDigest) => documentsOf(repositoryName(reference))(tagOrDigest) };
	return reader;
}
async function withImages(found, repository, reader) {
	if (found.kind !== "index") return found;
	const read = async ({ digest }) => (await reader.read(repository, digest).catch(() => void 0))?.bytes;
	const kept = await withoutArtifacts(found.manifests, read);
	return kept.length === found.manifests.length ? found : {
		...found,
		...indexWith(kept, found.annotations)
	};
}
function newSession(repository, { credentials, allowHttp = false }, registryOf = (host) => ({
	host,
	allowHttp
})) {
	const host = registryHost(repository);
	const login = memoize(credentials);
	return {
		registry: registryOf(host),
		path: repository.slice(host.length + 1),
		credentials: () => login(repository)
	};
}
const MAX_SILENCES = 3;
async function readManifests(session, tagOrDigest, signal) {
	const { registry } = session;
	const { silences = 0, silence: cause } = registry;
	if (silences >= MAX_SILENCES) throw new RegistryFault("registry-unreachable", "has not answered this run, so that it is not asked again", { cause });
	let answer;
	try {
		answer = await askRegistry(session, {
			path: `manifests/${tagOrDigest}`,
			accept: ACCEPT,
			maxBytes: MAX_MANIFEST
		}, signal);
		registry.silences = 0;
	} catch (cause) {
		if (hasAnswered(cause)) registry.silences = 0;
		else if ((registry.silences ?? 0) === silences) Object.assign(registry, {
			silences: silences + 1,
			silence: cause
		});
		throw registryFault(cause, { signal });
	}
	const { body, headers } = answer;
	if (tagOrDigest.includes(":") && sha256Of(body) !== tagOrDigest) throw otherBytes();
	return registryDocument(body, headers["content-type"]?.split(";")[0]?.trim());
}
function registryDocument(bytes, mediaType) {
	return {
		...readDocument(bytes, { mediaType }),
		digest: sha256Of(bytes),
		bytes
	};
}
function hasAnswered(cause) {
	return cause instanceof HttpStatusError || isUnexpectedAnswer(cause);
}
function askRegistry(session, asked, signal) {
	return retrying(async () => {
		const { message, address } = await askOnce(session, asked, signal);
		const { statusCode: status, headers } = message;
		return {
			address,
			status,
			headers,
			body: await readBody(message, asked.maxBytes, signal)
		};
	}, signal);
}
async function askOnce(session, asked, signal) {
	if (session.preparing !== void 0) await untilAborted(session.preparing, signal).catch(() => signal.throwIfAborted());
	const preparing = prepare(session, signal).finally(() => {
		session.preparing = void 0;
	});
	session.preparing = preparing;
	const origin = await preparing;
	const address = new URL(asked.path, new URL(`/v2/${session.path}/`, origin));
	const used = session.authorization;
	const ask = async () => {
		const { accept, rangeFrom, atHome, alsoTakes } = asked;
		const headers = {
			accept,
			"accept-encoding": "identity"
		};
		const how = {
			authorization: session.authorization,
			headers,
			atHome,
			alsoTakes,
			rangeFrom,
			signal
		};
		return {
			message: await get({
				address: address.href,
				reach: reachOf(session.registry),
				...how
			}),
			address
		};
	};
	try {
		return await ask();
	} catch (error) {
		if (!(error instanceof HttpStatusError) || error.httpStatusCode !== 401) throw error;
		if (session.authorization === used) {
			const challenge = readChallenge(error.challenge, origin) ?? session.registry.challenge;
			if (challenge?.scheme === "refused") throw new RedirectError("it names a token service that is not asked");
			session.renewing ??= renew(session, challenge, signal);
			await untilAborted(session.renewing, signal);
		}
		if (session.authorization === void 0 || session.authorization === used) throw error;
		return await ask();
	}
}
async function prepare(session, signal) {
	const origin = await open(session.registry, signal);
	const { challenge } = session.registry;
	if (challenge !== void 0) session.authorization ??= await authorizationFor(challenge, session, signal);
	return origin;
}
async function renew(session, challenge, signal) {
	try {
		session.authorization = challenge && await authorizationFor(challenge, session, signal);
	} finally {
		session.renewing = void 0;
	}
}
async function open(registry, signal) {
	if (registry.origin !== void 0) return registry.origin;
	const host = registry.host === "docker.io" ? "index.docker.io" : registry.host;
	const secure = new URL(`https://${host}`);
	const check = async (origin) => {
		try {
			const onReached = (reach) => {
				registry.reach = reach;
			};
			(await get({
				address: new URL("/v2/", origin).href,
				onReached,
				signal
			})).destroy();
		} catch (error) {
			if (!(error instanceof HttpStatusError) || error.httpStatusCode >= 500) throw error;
			registry.challenge = readChallenge(error.challenge, origin);
		}
		registry.origin = origin;
		return origin;
	};
	if (!registry.allowHttp && !mayBePlain(secure.hostname)) return check(secure);
	return check(secure).catch((error) => {
		if (error instanceof HttpStatusError || signal.aborted) throw error;
		return check(new URL(`http://${host}`));
	});
}
function mayBePlain(hostname) {
	return /(?:^|\.)localhost$|\.local$/.test(hostname) || ["127.0.0.1", "[::1]"].includes(hostname) || /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3}$/.test(hostname);
}
const tokenSchema = object({
	token: string().optional(),
	access_token: string().optional()
});
async function authorizationFor(challenge, session, signal) {
	if (challenge.scheme === "refused") return void 0;
	const login = await session.credentials();
	if (challenge.scheme === "basic") return login && basicAuthorization(login);
	const { realm, service } = challenge;
	const asked = {
		...service === void 0 ? {} : { service },
		scope: `repository:${session.path}:pull`
	};
	const address = new URL(realm);
	for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
	const request = login && "identityToken" in login ? {
		address: realm.href,
		send: refreshing(asked, login.identityToken)
	} : {
		address: address.href,
		authorization: login && basicAuthorization(login)
	};
	const { reach = "public" } = session.registry;
	const body = await readBody(await get({
		...request,
		reach,
		signal
	}), MAX_TOKEN, signal);
	const { token, access_token: other } = tokenSchema.parse(JSON.parse(body.toString("utf8")));
	const found = token || other;
	return found === void 0 ? void 0 : `Bearer ${found}`;
}
function refreshing(asked, token) {
	const form = {
		...asked,
		grant_type: "refresh_token",
		refresh_token: token
	};
	return {
		method: "POST",
		text: new URLSearchParams(form).toString(),
		type: "application/x-www-form-urlencoded"
	};
}
function basicAuthorization(login) {
	if (!("username" in login)) return void 0;
	return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
}
function reachOf({ reach = "public" }) {
	return reach === "public" ? "public" : "any";
}
function readChallenge(header, registry) {
	const [, bearer] = /(?:^|,\s*)Bearer\s+(.*)$/is.exec(header ?? "") ?? [];
	if (bearer === void 0) return /(?:^|,\s*)Basic\b/i.test(header ?? "") ? { scheme: "basic" } : void 0;
	const realm = parameterOf(bearer, "realm");
	if (realm === void 0 || !URL.canParse(realm)) return { scheme: "refused" };
	const url = new URL(realm);
	if (url.username !== "" || url.password !== "" || !isAllowed(url, registry)) return { scheme: "refused" };
	return {
		scheme: "bearer",
		realm: url,
		service: parameterOf(bearer, "service")
	};
}
function parameterOf(parameters, name) {
	const [, quoted, plain] = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(parameters) ?? [];
	return quoted ?? plain;
}
function isAllowed(realm, registry) {
	if (realm.hostname === registry.hostname) return realm.protocol === "https:" || realm.protocol === registry.protocol;
	if (realm.protocol !== "https:" && !(realm.protocol === "http:" && registry.protocol === "http:")) return false;
	const [kind = "public", own = "public"] = [hostKind(realm.hostname), hostKind(registry.hostname)];
	return isWithin$1(kind, reachFrom([own]));
}

// src/images/registry/blobs.ts
const SILENCE_MS = 3e4;
const MAX_IDLE = 5;
const MAX_TRIES = 25;
const MAX_PAUSE_MS = 12e4;
const SYSTEM_CLOCK = {
	now: () => Date.now(),
	pause: (ms, signal) => setTimeout$1(ms, void 0, { signal })
};
function blobFetcher(repository, options) {
	const session = newSession(repositoryName(repository), options);
	return {
		fetch: (request, signal) => fetchBlob({
			session,
			options,
			request,
			signal
		}),
		async bytes({ digest, size }, signal) {
			if (size > 8388608) throw inconsistent(`its configuration has more than ${MAX_DOCUMENT} bytes`);
			const asked = {
				path: `blobs/${digest}`,
				accept: "*/*",
				maxBytes: MAX_DOCUMENT
			};
			const { body } = await askRegistry(session, asked, signal).catch((cause) => {
				throw registryFault(cause, {
					signal,
					part: digest
				});
			});
			if (sha256Of(body) === digest) return body;
			throw otherBytes();
		}
	};
}
async function fetchBlob(fetching) {
	const { request, signal } = fetching;
	if (!isDigest(request.digest)) throw new RegistryFault("image-unreadable", "has a manifest that names a part by something other than a SHA-256");
	signal.throwIfAborted();
	const output = new SparseFile(request.file);
	const hash = request.isUnhashed === true ? void 0 : createHash("sha256");
	try {
		await fill({
			output,
			hash
		}, fetching);
		if (hash !== void 0 && `sha256:${hash.digest("hex")}` !== request.digest) throw otherBytes();
		signal.throwIfAborted();
	} catch (error) {
		output.discard();
		throw error;
	}
	output.finish();
}
async function fill(file, fetching) {
	const { options, signal } = fetching;
	let [idle, ranges] = [0, true];
	for (let tries = 1;; tries++) {
		const before = file.output.size;
		const problem = await attempt(file, ranges, fetching);
		if (problem === void 0) return;
		signal.throwIfAborted();
		idle = file.output.size > before ? 0 : idle + 1;
		if (problem.message === otherRange().message) ranges = false;
		if (!(problem instanceof RegistryFault && problem.mayPass) || idle === MAX_IDLE || tries === MAX_TRIES) throw problem;
		await pauseBefore(idle, problem, options, signal);
	}
}
async function pauseBefore(idle, problem, { clock = SYSTEM_CLOCK }, signal) {
	const own = 500 * 2 ** idle * (.5 + Math.random() / 2);
	const wanted = problem.cause instanceof HttpStatusError ? problem.cause.retryAfterMs(clock.now()) : void 0;
	const ms = Math.max(own, wanted ?? 0);
	if (ms > MAX_PAUSE_MS) throw problem;
	await clock.pause(ms, signal);
}
async function attempt(file, ranges, fetching) {
	const { session, options, request, signal } = fetching;
	const silence = new AbortController();
	const timer = setTimeout(() => silence.abort(), options.silenceMs ?? SILENCE_MS);
	const either = AbortSignal.any([signal, silence.signal]);
	const rangeFrom = ranges ? file.output.size : 0;
	let message;
	let isWriting = false;
	try {
		({message} = await askOnce(session, {
			path: `blobs/${request.digest}`,
			accept: "*/*",
			rangeFrom
		}, either));
		addAbortSignal(either, message).on("error", () => {});
		timer.refresh();
		return await receive(message, file, request, (write) => {
			isWriting = true;
			write();
			isWriting = false;
			timer.refresh();
		});
	} catch (cause) {
		if (isWriting) throw cause;
		if (message !== void 0 && file.output.size === request.size) return void 0;
		const begun = message === void 0 ? { part: request.digest } : { hasBegun: true };
		return registryFault(cause, {
			wasSilent: silence.signal.aborted,
			...begun
		});
	} finally {
		clearTimeout(timer);
		message?.destroy();
	}
}
async function receive(message, { output, hash }, { size, onBytes }, writing) {
	const start = startOf(message);
	const before = output.size;
	if (start === void 0 || start !== 0 && start !== before) return otherRange();
	if (start + Number(message.headers["content-length"] ?? 0) > size) return tooLong();
	let known = before - start;
	for await (const piece of message) {
		const fresh = piece.subarray(known);
		known -= piece.length - fresh.length;
		if (output.size + fresh.length > size) return tooLong();
		writing(() => output.write(fresh));
		hash?.update(fresh);
		countUsedBuffers(2 * piece.length);
		if (fresh.length > 0) onBytes?.(fresh.length);
	}
	if (output.size === size) return void 0;
	return output.size > before ? new RegistryFault("registry-broken-off", "broke off the connection, again and again", { mayPass: true }) : new RegistryFault("image-damaged", "has a part that is smaller than the manifest says", { mayPass: true });
}
function otherRange() {
	return new RegistryFault("registry-unreachable", "sent another part than the requested one", { mayPass: true });
}
function tooLong() {
	return new RegistryFault("layer-too-large", "sends a part that is larger than the manifest says");
}
function startOf({ statusCode, headers }) {
	if (statusCode === 200) return 0;
	const [, first] = /^bytes (\d{1,15})-\d+\/(?:\d+|\*)$/i.exec(headers["content-range"] ?? "") ?? [];
	return first === void 0 ? void 0 : Number(first);
}

// src/images/registry/credentials.ts
function credentialsFor(world) {
	let config;
	return async (repository) => {
		config ??= { read: runnersConfig(world) };
		if (config.read === void 0) return void 0;
		const host = registryHost(repository);
		const helpers = {
			...storeFor(config.read, host),
			...ownEntries(config.read.credHelpers, host)
		};
		for (const [key, helper] of Object.entries(helpers)) {
			const found = await askHelper(helper, key, world);
			if (found !== void 0) return found;
		}
		return Object.entries(ownEntries(config.read.auths, host)).filter(([key]) => !isPartOfRegistry(key) || `${repository}/`.startsWith(`${key}/`)).sort(([a], [b]) => Number(isPartOfRegistry(b)) - Number(isPartOfRegistry(a)) || b.length - a.length).map(([, entry]) => credentialsIn(entry)).find((each) => each !== void 0);
	};
}
function isPartOfRegistry(key) {
	return !key.includes("://") && /^[^/]+\/(?!v[12]\/?$)./.test(key);
}
function credentialsIn(entry) {
	if (typeof entry !== "object" || entry === null) return void 0;
	const { auth, username, password, identitytoken } = entry;
	if (typeof identitytoken === "string" && identitytoken !== "") return { identityToken: identitytoken };
	if (typeof username === "string" && typeof password === "string" && username !== "") return {
		username,
		password
	};
	if (typeof auth !== "string" || auth === "") return void 0;
	const [, name = "", secret = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, "base64").toString("utf8")) ?? [];
	return name === "" ? void 0 : {
		username: name,
		password: secret.replace(/(?<!\0)\0+$/, "")
	};
}
const helperAnswer = object({
	Username: string(),
	Secret: string()
});
const HELPER_MS = 1e4;
async function askHelper(name, key, world) {
	if (!/^[\w.-]+$/.test(name)) return void 0;
	const helper = findProgram(`docker-credential-${name}`, world);
	if (helper === void 0) return void 0;
	try {
		const { code, stdout } = await runProcess(helper, ["get"], {
			cwd: privateFolder(world, "cwd"),
			env: loginEnvironment(world, ["XDG_RUNTIME_DIR"]),
			deadlineMs: HELPER_MS,
			signal: world.signal,
			stdin: key
		});
		const answer = code === 0 ? helperAnswer.safeParse(JSON.parse(stdout)).data : void 0;
		if (answer === void 0 || answer.Secret === "") return void 0;
		if (answer.Username === "<token>") return { identityToken: answer.Secret };
		return {
			username: answer.Username,
			password: answer.Secret
		};
	} catch {
		return;
	}
}
const schema$2 = object({
	auths: record(string(), unknown()).nullish(),
	credsStore: string().nullish(),
	credHelpers: record(string(), string()).nullish()
});
function runnersConfig({ env, platform, log }) {
	const home = realHome({
		env,
		platform
	});
	const docker = env.DOCKER_CONFIG || home && join(home, ".docker");
	const files = [
		docker && join(docker, "config.json"),
		env.REGISTRY_AUTH_FILE,
		env.XDG_RUNTIME_DIR && join(env.XDG_RUNTIME_DIR, "containers", "auth.json")
	];
	for (const file of files) {
		const text = file ? tryOr(() => readSmallText(file, MOST_CONFIG), void 0) : void 0;
		if (text === void 0) continue;
		const config = tryOr(() => schema$2.parse(JSON.parse(text)), void 0);
		if (config === void 0) log.warning(`The Docker configuration ${JSON.stringify(file)} cannot be read, so repositories get no login.`);
		return config;
	}
}
const MOST_CONFIG = 16777216;
function ownEntries(entries, host) {
	return Object.fromEntries(Object.entries(entries ?? {}).filter(([key]) => registryHost(`${key.replace(/^https?:\/\//, "")}/`) === host));
}
function storeFor({ credsStore, auths }, host) {
	const keys = Object.keys(ownEntries(auths, host));
	if (!credsStore || keys.length === 0) return {};
	return Object.fromEntries(keys.map((key) => [key, credsStore]));
}

// src/images/engine/address.ts
const ADVICE = "DOCKER_HOST is `unix:///path/of/the.sock`, `tcp://host:port` or `ssh://user@host`; without it, the docker context or the usual socket is used.";
function wrongAddress(what, remedy = ADVICE, cause) {
	return new GateError("discovery-engine-address", what, remedy, { cause });
}
function refused(host, why) {
	return wrongAddress(`The container engine's address ${JSON.stringify(host)} ${why}`);
}
function findEngine({ env }, isThere = existsSync, sockets = [DOCKER_SOCKET, ...podmanSockets(env)]) {
	const config = env.DOCKER_CONFIG || env.HOME && join(env.HOME, ".docker") || "";
	if (env.DOCKER_HOST) return addressOf$1(env.DOCKER_HOST, env.DOCKER_TLS_VERIFY && (env.DOCKER_CERT_PATH || config));
	const context = config && contextName(config, env);
	return context ? contextAddress(config, context) : usualSocket(sockets, isThere);
}
function engineOf(source, world, isThere = existsSync) {
	if (source === "docker") return findEngine(world, isThere, [DOCKER_SOCKET]);
	return usualSocket(podmanSockets(world.env), isThere);
}
function engineAt(host, world) {
	if (host.startsWith("unix://")) return unixAddress(host);
	const address = findEngine(world);
	if (address.host === host) return address;
	throw refused(host, "is not the engine that this run uses");
}
function isOpenToOthers({ way }) {
	return way.kind === "tcp" && way.tls === void 0 && !isLoopback(way.url);
}
const settings = object({ currentContext: string().optional() });
function contextName(config, { DOCKER_CONTEXT }) {
	const file = join(config, "config.json");
	const read = () => existsSync(file) ? readSettings(file, settings, "Docker's settings").currentContext : void 0;
	const named = DOCKER_CONTEXT || read();
	return named === "default" ? void 0 : named;
}
const contextSchema = object({ Endpoints: object({ docker: object({
	Host: string(),
	SkipTLSVerify: boolean().optional()
}) }) });
function contextAddress(config, name) {
	const id = createHash("sha256").update(name).digest("hex");
	const { Host, SkipTLSVerify } = readSettings(join(config, "contexts", "meta", id, "meta.json"), contextSchema, `The docker context ${JSON.stringify(name)}`).Endpoints.docker;
	if (SkipTLSVerify === true) throw wrongAddress(`The docker context ${JSON.stringify(name)} does not check the engine's certificate`, "Anyone on the network path could hide containers. Give the context the certificate authority: `docker context update --docker host=…,ca=…`.");
	const folder = join(config, "contexts", "tls", id, "docker");
	return addressOf$1(Host, existsSync(folder) ? folder : void 0);
}
const MOST_SETTINGS = 16777216;
function readSettings(file, schema, what) {
	try {
		return schema.parse(JSON.parse(readSmallText(file, MOST_SETTINGS)));
	} catch (cause) {
		throw wrongAddress(`${what} cannot be read from ${file}`, `Repair it (\`docker context ls\` lists contexts), or set DOCKER_HOST.`, cause);
	}
}
const DOCKER_SOCKET = "/var/run/docker.sock";
function podmanSockets({ XDG_RUNTIME_DIR: runtime }) {
	return [...runtime ? [join(runtime, "podman", "podman.sock")] : [], "/run/podman/podman.sock"];
}
function usualSocket(sockets, isThere) {
	const [first, ...others] = sockets.filter(isThere);
	if (first === void 0) throw new GateError("discovery-engine-missing", "There is no container engine here: DOCKER_HOST is not set, and none of the usual sockets of Docker and Podman exists", "Run this on the host itself and start the engine's socket (Podman: `systemctl --user start podman.socket`), or set DOCKER_HOST.");
	const notes = others.map((path) => `The containers of the engine at ${path} are not included. To use it instead, set DOCKER_HOST to it.`);
	return {
		...unixAddress(`unix://${first}`),
		notes
	};
}
function addressOf$1(host, certificates) {
	const scheme = /^([a-z]+):\/\//i.exec(host)?.[1]?.toLowerCase();
	if (scheme === "unix") return unixAddress(host);
	if (scheme === "tcp") return tcpAddress(host, certificates);
	if (scheme === "ssh") return sshAddress(host);
	throw refused(host, "is of an unknown kind");
}
function unixAddress(host) {
	const path = host.slice(7);
	if (!path.startsWith("/")) throw refused(host, "is not an absolute path");
	return {
		host,
		way: {
			kind: "unix",
			path
		},
		machine: "this host",
		notes: []
	};
}
function urlOf(host, protocol) {
	const address = host.replace(/^[^:]+/, protocol);
	const url = URL.canParse(address) ? new URL(address) : void 0;
	if (url?.password) throw wrongAddress("The container engine's address has a password in it");
	if (url === void 0 || url.hostname === "" || url.search !== "" || url.hash !== "") throw refused(host, "cannot be understood");
	return url;
}
function tcpAddress(host, certificates) {
	const url = urlOf(host, certificates ? "https" : "http");
	if (url.username !== "") throw refused(host, "has a user in it");
	if (url.port === "" && !/:(80|443)(\/|$)/.test(host)) url.port = certificates ? "2376" : "2375";
	const plain = `The engine at ${host} was asked without TLS: anyone on the network path could hide containers.`;
	const tls = certificates ? tlsFiles(certificates) : void 0;
	const notes = tls || isLoopback(url) ? [] : [plain];
	return {
		host,
		way: {
			kind: "tcp",
			url,
			...tls && { tls }
		},
		machine: url.hostname,
		notes
	};
}
function isLoopback({ hostname }) {
	return /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname);
}
function tlsFiles(folder) {
	const read = (name) => readFileSync(join(folder, name));
	try {
		const ca = read("ca.pem");
		return existsSync(join(folder, "cert.pem")) || existsSync(join(folder, "key.pem")) ? {
			ca,
			cert: read("cert.pem"),
			key: read("key.pem")
		} : { ca };
	} catch (cause) {
		throw wrongAddress(`The container engine is asked with TLS, but its certificates cannot be read from ${JSON.stringify(folder)}`, "Put ca.pem, and cert.pem with key.pem if the engine wants them, into the folder that DOCKER_CERT_PATH names.", cause);
	}
}
const SSH_WORD = /^[\w.:][\w.:@+-]*$/;
function sshAddress(host) {
	const url = urlOf(host, "ssh");
	const user = url.username.replaceAll("%40", "@");
	const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
	const path = url.pathname.replace(/^\/+$/, "");
	if (!SSH_WORD.test(name) || user !== "" && !SSH_WORD.test(user) || !/^[\w./@+-]*$/.test(path)) throw refused(host, "has characters that are not allowed");
	return {
		host,
		way: {
			kind: "ssh",
			args: [
				...user === "" ? [] : ["-l", user],
				...url.port === "" ? [] : ["-p", url.port],
				...[
					"-o",
					"ConnectTimeout=30",
					"-o",
					"BatchMode=yes",
					"-T",
					"--",
					name
				],
				...[
					"docker",
					...path === "" ? [] : [`--host=unix://${path}`],
					"system",
					"dial-stdio"
				]
			]
		},
		machine: name,
		notes: []
	};
}

// src/images/engine/transport.ts
const AT_ONCE$1 = 4;
function openTransport({ way }, world, signal) {
	if (way.kind === "ssh") return overSsh(way.args, world, signal);
	const options = {
		keepAlive: true,
		maxSockets: AT_ONCE$1
	};
	const tls = way.kind === "tcp" ? way.tls : void 0;
	const agent = tls ? new import_https.Agent({
		...options,
		...tls
	}) : new import_http.Agent(options);
	return {
		atOnce: AT_ONCE$1,
		get: (path, own) => send(tls ? import_https.request : import_http.request, {
			...placeOf(way, path),
			agent
		}, own),
		complaint: async () => void 0,
		[Symbol.dispose]: () => agent.destroy()
	};
}
function placeOf(way, path) {
	if (way.kind === "unix") return {
		socketPath: way.path,
		path
	};
	const { url, tls } = way;
	return {
		host: url.hostname.replace(/^\[|\]$/g, ""),
		port: Number(url.port || (tls ? "443" : "80")),
		path: url.pathname.replace(/(?<!\/)\/+$/, "") + path
	};
}
function send(ask, where, signal) {
	return new Promise((resolve, reject) => {
		ask({
			...where,
			method: "GET",
			signal,
			headers: { "user-agent": "image-gate" }
		}, resolve).on("error", reject).end();
	});
}
const SSH_VARIABLES = [
	"HOME",
	"USER",
	"LOGNAME",
	"SSH_AUTH_SOCK"
];
function overSsh(args, world, signal) {
	const start = sshTo(args, world, signal);
	let last;
	const connect = async () => {
		last = await start();
		return last.stream;
	};
	const agent = Object.assign(new import_http.Agent({
		keepAlive: true,
		maxSockets: 1
	}), {
		createConnection(_, done) {
			connect().then((stream) => done(null, stream), done);
		},
		keepSocketAlive: () => true,
		reuseSocket: () => {}
	});
	return {
		atOnce: 1,
		get: (path, own) => send(import_http.request, {
			host: "docker.example.com",
			path,
			agent
		}, own),
		async complaint() {
			last?.stream.destroy();
			return (await last?.ended)?.stderr.trim() || void 0;
		},
		[Symbol.dispose]: () => {
			last?.stream.destroy();
			agent.destroy();
		}
	};
}
function sshTo(args, world, signal) {
	const program = findProgram("ssh", world);
	if (program === void 0) throw new GateError("discovery-ssh-missing", "DOCKER_HOST is an `ssh://` address, but there is no program `ssh` on the PATH", "Install OpenSSH's client on this machine. Folders of the job itself do not count.");
	const env = {
		...inherited(world, SSH_VARIABLES),
		PATH: programPath(world)
	};
	return () => talkTo(program, args, {
		cwd: world.runFolder,
		env,
		deadlineMs: Number.MAX_SAFE_INTEGER,
		signal
	});
}

// src/images/engine/client.ts
const REQUEST_MS = 6e4;
const MAX_MESSAGE$1 = 65536;
function openEngine(address, world, deadlineMs) {
	const { host } = address;
	const signal = deadlineMs === void 0 ? world.signal : AbortSignal.any([world.signal, timeLimit(deadlineMs)]);
	const transport = openTransport(address, world, signal);
	const found = async (message, own) => {
		const { statusCode } = message;
		if (statusCode === 200) return message;
		const body = await readBody(message, MAX_MESSAGE$1, own);
		if (statusCode === 404) return void 0;
		throw wrongAnswer(host, `answers HTTP ${statusCode}: ${messageOf$1(body)}`);
	};
	const asking = async (own, work) => {
		try {
			return await work();
		} catch (thrown) {
			if (world.signal.aborted) throw cancelled();
			if (own.aborted) throw requestError(host, own.reason);
			const error = requestError(host, thrown);
			const complaint = error.code === "discovery-engine-unreachable" ? await transport.complaint() : void 0;
			throw complaint === void 0 ? error : unreachable(host, quoted(complaint), thrown);
		}
	};
	const get = (path, maxBytes) => {
		const own = AbortSignal.any([signal, timeLimit(REQUEST_MS)]);
		return asking(own, async () => {
			const message = await found(await transport.get(path, own), own);
			return message && {
				headers: message.headers,
				body: await readBody(message, maxBytes, own)
			};
		});
	};
	return {
		host,
		atOnce: transport.atOnce,
		get,
		async read(path, maxBytes, schema) {
			const answer = await get(path, maxBytes);
			try {
				return answer && schema.parse(JSON.parse(answer.body.toString("utf8")));
			} catch (cause) {
				const what = path.replace(/\?.*/, "");
				throw wrongAnswer(host, `answers ${what} in another way than Docker and Podman do`, cause);
			}
		},
		stream: (path) => asking(signal, async () => found(await transport.get(path, signal), signal)),
		[Symbol.dispose]: () => transport[Symbol.dispose]()
	};
}
function messageOf$1(body) {
	const text = body.toString("utf8");
	const message = tryOr(() => JSON.parse(text).message, void 0);
	return quoted(typeof message === "string" ? message : text);
}
function wrongAnswer(host, what, cause) {
	return new GateError("discovery-engine-answer", `The container engine at ${host} ${what}`, "Check that DOCKER_HOST names Docker or Podman, and look into the engine's own log.", { cause });
}
function unreachable(host, why, cause) {
	return new GateError("discovery-engine-unreachable", `The container engine at ${host} cannot be asked: ${why}`, "Check that it runs, that DOCKER_HOST is right, and that the user of this run may use it (`docker ps` shows it).", { cause });
}
const REASONS$1 = {
	ENOENT: "there is no such socket",
	ECONNREFUSED: "nothing listens there",
	ECONNRESET: "it closed the connection",
	EPIPE: "it closed the connection",
	EACCES: "the user of this run has no permission to open the socket",
	EPERM: "the user of this run has no permission to open the socket",
	ENOTFOUND: "its name is unknown",
	EAI_AGAIN: "its name could not be looked up"
};
function requestError(host, cause) {
	if (cause instanceof GateError) return cause;
	const { code = "", message, name } = cause;
	if (name === "TimeoutError") return unreachable(host, "it did not answer in time", cause);
	if (name === "FinalError") return wrongAnswer(host, `sends too long an answer: ${quoted(message)}`, cause);
	if (code.startsWith("HPE_")) return wrongAnswer(host, `does not speak HTTP (${code})`, cause);
	return unreachable(host, REASONS$1[code] ?? quoted(message), cause);
}

// src/images/engine/inspect.ts
const MAX_TEXTS = 1e4;
const MAX_MANIFESTS = 1e3;
const text = string().max(4096);
const texts = orEmpty(array(text).max(MAX_TEXTS), []);
const word = string().regex(/^[\w.-]{1,60}$/);
const optionalWord = union([word, literal("")]).nullish().transform((value) => value || void 0);
const imageId = string().max(200).transform((id) => id.includes(":") ? id : `sha256:${id}`).refine(isDigest);
const platform = object({
	os: word,
	architecture: word,
	variant: optionalWord,
	"os.version": optionalWord
});
const manifest = object({
	Descriptor: object({ digest: string().refine(isDigest) }),
	Available: boolean(),
	Kind: string().max(60),
	ImageData: object({ Platform: platform }).nullish()
}).transform(({ Descriptor, Available: isHere, Kind, ImageData }) => Kind === "image" && ImageData ? [{
	digest: Descriptor.digest,
	platform: ImageData.Platform,
	isHere
}] : []);
const inspectedImage = object({
	Id: imageId,
	RepoTags: texts,
	RepoDigests: texts,
	Descriptor: object({ digest: string().refine(isDigest) }).nullish().catch(void 0),
	Os: optionalWord.catch(void 0),
	Architecture: optionalWord.catch(void 0),
	Variant: optionalWord.catch(void 0),
	Manifests: array(manifest).max(MAX_MANIFESTS).nullish()
}).transform(({ Id, RepoTags, RepoDigests, Descriptor, Os: os, Architecture: architecture, Variant, Manifests }) => ({
	id: Id,
	repoTags: RepoTags.filter((tag) => tag !== NO_NAME),
	repoDigests: RepoDigests,
	digest: Descriptor?.digest,
	platform: os && architecture ? platformName({
		os,
		architecture,
		variant: Variant
	}) : void 0,
	manifests: (Manifests ?? []).flat()
}));
const NO_NAME = "<none>:<none>";

// src/images/engine/export.ts
const MAX_INSPECT = 4194304;
async function exportFromEngine(source, reference, options) {
	const { signal, host } = options;
	requirePlain(reference);
	signal.throwIfAborted();
	const world = {
		...options.world,
		signal
	};
	let client;
	try {
		const address = host === void 0 ? engineOf(source, world) : engineAt(host, world);
		client = openEngine(address, world);
		const path = `/images/${encodeURI(reference)}/json?manifests=1`;
		const image = await client.read(path, MAX_INSPECT, inspectedImage);
		if (image === void 0) return { kind: "missing" };
		return await exported(client, image, {
			...options,
			address
		});
	} catch (error) {
		signal.throwIfAborted();
		if (!(error instanceof GateError) || !error.code.startsWith("discovery-")) throw error;
		if (/invalid reference format|repository name must be lowercase/.test(error.what)) throw notPlain();
		return {
			kind: "unreachable",
			why: error.what
		};
	} finally {
		client?.[Symbol.dispose]();
	}
}
function requirePlain(reference) {
	if (!(/^[\w[][\w.:@/[\]-]{0,599}$/.test(reference) && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(reference))) throw notPlain();
}
function notPlain() {
	return new ImageFault("reference-invalid", "it is not an image reference");
}
async function exported(client, image, options) {
	const { file, platform, signal, address } = options;
	const manifest = chosen$1(image, platform);
	await save(await begun(client, `/images/${image.id}/get${manifest && image.manifests.length > 1 ? platformQuery(manifest) : ""}`), file, signal);
	const { id, repoTags, repoDigests } = image;
	const notes = isOpenToOthers(address) ? [`The engine at ${client.host} was asked without TLS: anyone on the network path could give another image.`] : [];
	return {
		kind: "exported",
		id,
		manifest: manifest?.digest,
		repoTags,
		repoDigests,
		notes
	};
}
function removedMeanwhile() {
	return new ImageFault("image-changed", "it was removed before its engine could give it", { says: "was not scanned: %" });
}
function otherPlatform(wanted, here) {
	return new ImageFault("platform-mismatch", `the engine does not have it for ${wanted}: its image is ${here || "of no known platform"}`);
}
function chosen$1(image, asked) {
	const { manifests, platform } = image;
	if (manifests.length === 0) {
		if (asked !== void 0 && platform !== void 0 && !platformMatches(asked, platform)) throw otherPlatform(asked, platform);
		return;
	}
	const wanted = asked ?? platform;
	const here = manifests.filter(({ isHere }) => isHere);
	const [best] = wanted === void 0 ? here : bestFor(wanted, here, ({ platform }) => platform);
	if (best !== void 0) return best;
	const names = here.map(({ platform }) => platformName(platform)).join(", ");
	throw otherPlatform(wanted ?? "any platform", names || "nothing");
}
function platformQuery({ platform }) {
	return `?platform=${encodeURIComponent(JSON.stringify(platform))}`;
}
async function begun(client, path) {
	try {
		const message = await client.stream(path);
		if (message !== void 0) return message;
	} catch (error) {
		if (!(error instanceof GateError) || error.code === "run-cancelled") throw error;
		throw new ImageFault("daemon-export-failed", error.what, { cause: error });
	}
	throw removedMeanwhile();
}
async function save(source, file, signal) {
	const output = new SparseFile(file);
	let isWriting = false;
	try {
		for await (const piece of addAbortSignal(signal, source)) {
			isWriting = true;
			output.write(piece);
			isWriting = false;
		}
	} catch (cause) {
		output.discard();
		if (isWriting) throw cause;
		const { code = "no reason is known" } = cause;
		throw new ImageFault("daemon-export-failed", `its engine broke off the export (${code})`, { cause });
	}
	output.finish();
}

// src/images/engine/containerd.ts
const LIST_MS = 6e4;
const NO_DEADLINE_MS = 864e5;
const PROGRAMS = [{
	name: "ctr",
	list: (reference) => [
		"images",
		"list",
		filterOf(reference)
	],
	save: (name, file, platform) => [
		"images",
		"export",
		...platform,
		"--",
		file,
		name
	]
}, {
	name: "nerdctl",
	list: () => [
		"images",
		"--no-trunc",
		"--format",
		"{{.Name}} {{.Digest}}"
	],
	save: (name, file, platform) => [
		"save",
		...platform,
		"--output",
		file,
		"--",
		name
	]
}];
function nameOf$1(reference) {
	if (isDigest(reference)) return { digest: reference };
	const { tag, digest } = parseReference(reference) ?? {};
	const repository = repositoryName(reference);
	return {
		name: digest === void 0 ? `${repository}:${tag ?? "latest"}` : repository,
		digest
	};
}
function filterOf(reference) {
	const { name, digest } = nameOf$1(reference);
	return digest === void 0 ? `name==${JSON.stringify(name)}` : `target.digest==${digest}`;
}
function imageIn$1(table, reference) {
	const wanted = nameOf$1(reference);
	for (const row of table.split("\n")) {
		const [name = "", ...words] = row.trim().split(/\s+/);
		const digest = words.find(isDigest);
		if (digest === void 0 || name.startsWith("-")) continue;
		const isNamed = wanted.name === void 0 || name === wanted.name;
		if (wanted.digest === void 0 ? isNamed : digest === wanted.digest && (isNamed || repositoryName(name) === wanted.name)) return {
			name,
			digest
		};
	}
}
async function exportFromContainerd(reference, { world, signal, file, platform }) {
	requirePlain(reference);
	signal.throwIfAborted();
	const address = (world.env.CONTAINERD_ADDRESS || "/run/containerd/containerd.sock").replace(/^unix:\/\//, "");
	const why = whyNot(address);
	if (why !== void 0) return {
		kind: "unreachable",
		why
	};
	const program = PROGRAMS.map((each) => ({
		...each,
		path: findProgram(each.name, world)
	})).find(({ path }) => path !== void 0);
	if (program?.path === void 0) return {
		kind: "unreachable",
		why: `${address} needs \`ctr\` or \`nerdctl\` on the PATH`,
		isHere: true
	};
	const own = [
		"--address",
		address,
		"--namespace",
		world.env.CONTAINERD_NAMESPACE || "default"
	];
	const env = ownEnvironment(world, ["XDG_RUNTIME_DIR"]);
	const { path } = program;
	const run = async (args, deadlineMs) => {
		const options = {
			cwd: world.runFolder,
			env,
			deadlineMs,
			signal
		};
		const result = await runProcess(path, [...own, ...args], options);
		if (result.aborted) throw signal.reason;
		return result;
	};
	const listed = await run(program.list(reference), LIST_MS);
	if (listed.code !== 0) return {
		kind: "unreachable",
		why: `containerd at ${address}: ${messageOf(listed)}`
	};
	const image = imageIn$1(listed.stdout, reference);
	if (image === void 0) return { kind: "missing" };
	const { name, digest } = image;
	await (await open$1(file, "wx", 384)).close();
	try {
		const wanted = platform === void 0 ? [] : ["--platform", platform];
		const result = await run(program.save(name, file, wanted), NO_DEADLINE_MS);
		if (result.code !== 0) throw failed(messageOf(result), platform);
	} catch (error) {
		await rm(file, { force: true });
		throw error;
	}
	return {
		kind: "exported",
		id: digest,
		repoTags: parseReference(name)?.tag === void 0 ? [] : [name],
		repoDigests: [`${repositoryName(name)}@${digest}`],
		notes: []
	};
}
function whyNot(address) {
	try {
		if (!(address.startsWith("/") && statSync(address).isSocket())) return `${JSON.stringify(address)} is not the absolute path of a socket`;
		accessSync(address, constants.R_OK | constants.W_OK);
		return;
	} catch (error) {
		return error.code === "ENOENT" ? `there is no socket ${address}` : `the user of this run cannot open the socket ${address}`;
	}
}
function failed(message, platform) {
	if (/no space left on device|disk quota exceeded/.test(message)) return diskFull();
	if (/no manifest found for platform|no match for platform/.test(message)) return new ImageFault("platform-mismatch", `it is missing for ${platform ?? "this machine's platform"}`);
	if (/: not found$|no such image/.test(message) && /image/.test(message)) return removedMeanwhile();
	return new ImageFault("daemon-export-failed", `containerd cannot export all of it: ${message}`);
}
function messageOf({ stderr, code, signal }) {
	const last = stderr.trim().split("\n").at(-1) ?? "";
	const [, message = last] = /^time="[^"]*" level=\w+ msg="(.*)"$/.exec(last) ?? [];
	return quoted(message.replace(/^ctr: /, "")) || `it ended with ${code ?? signal}`;
}

// src/images/file/saved-files.ts
const SAVED_TAR = {
	members: 2e5,
	nameBytes: 16 << 20
};
const MAX_LINKS = 8;
var SavedFiles = class {
	#descriptor;
	#entries;
	constructor(descriptor, entries) {
		this.#descriptor = descriptor;
		this.#entries = entries;
	}
	get(name, what) {
		const entry = this.#entries.get(plainName(name));
		if (entry !== void 0 && "kind" in entry) throw inconsistent(`its ${what} is not a plain file`);
		return entry;
	}
	linked(name, what) {
		let at = name;
		for (let links = 0; links <= MAX_LINKS; links++) {
			const entry = this.#entries.get(plainName(at));
			if (entry === void 0) throw damaged(`it has no ${what} ${quoted$1(at)}`);
			if (!("kind" in entry)) return entry;
			at = linkedName(at, entry, what);
		}
		throw inconsistent(`the ${what} ${quoted$1(name)} is a link that leads nowhere`);
	}
	read({ offset, size }, what) {
		if (size > 8388608) throw inconsistent(`its ${what} has more than ${MAX_DOCUMENT} bytes (${size})`);
		const bytes = Buffer.alloc(size);
		if (!readAllAt(this.#descriptor, bytes, offset)) throw damaged("it is cut off");
		return bytes;
	}
};
function savedFiles(descriptor) {
	const entries = /* @__PURE__ */ new Map();
	const { size: end } = fstatSync(descriptor);
	try {
		for (const member of membersIn(descriptor, SAVED_TAR)) {
			const { kind, link, size, offset } = member;
			if (offset + size > end) throw damaged(`it is cut off within ${quoted$1(member.name)}`);
			const name = plainName(member.name);
			if (name === "") continue;
			const entry = kind === "file" ? {
				offset,
				size
			} : {
				kind,
				link
			};
			const other = entries.get(name);
			if (other !== void 0 && !isSame(other, entry, descriptor)) throw inconsistent(`${quoted$1(name)} is in it more than once`);
			entries.set(name, entry);
		}
	} catch (error) {
		throw asImageFault(error);
	}
	requireFolders(entries);
	return new SavedFiles(descriptor, entries);
}
function requireFolders(entries) {
	for (const name of entries.keys()) for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
		const parent = entries.get(name.slice(0, slash));
		if (parent !== void 0 && !("kind" in parent && parent.kind === "folder")) throw inconsistent(`${quoted$1(name)} is below something that is not a folder`);
	}
}
function plainName(name) {
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw inconsistent(`${quoted$1(name)} leads out of it`);
	return parts.join("/");
}
function isSame(one, other, descriptor) {
	if ("kind" in one || "kind" in other) return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
	const digestOf = ({ offset, size }) => hashOf(descriptor, {
		from: offset,
		to: offset + size
	});
	return one.size === other.size && digestOf(one) === digestOf(other);
}
function linkedName(at, { kind, link }, what) {
	const folder = plainName(at).split("/").slice(0, -1);
	const isHard = kind === "hard-link";
	if (kind !== "symlink" && !isHard || link.startsWith("/") || link === "" || isHard && folder.length > 0) throw inconsistent(`its ${what} ${quoted$1(at)} is not a plain file`);
	for (const part of link.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === ".." && folder.pop() === void 0) throw inconsistent(`its ${what} ${quoted$1(at)} is a link that leads out of it`);
		if (part !== "..") folder.push(part);
	}
	return folder.join("/");
}

// src/images/resolve.ts
const TAG = "org.opencontainers.image.ref.name";
const MAX_DEPTH = 3;
const MOST_ENTRIES$1 = 1e4;
async function resolveImage(source, wanted) {
	const leaves = await leavesOf(source);
	const { leaf, notes } = await chosen(leaves, wanted, source);
	const { entry, top, documents } = leaf;
	const manifest = readManifest(await present(source, entry, "manifest"), { mediaType: entry.mediaType });
	requireImage(manifest.config);
	requireTarLayers(manifest.layers);
	const config = await present(source, manifest.config, "configuration");
	requirePlatform(leaf, config, wanted.platform ?? source.usualPlatform);
	const annotations = [manifest.annotations, ...leaf.annotations];
	return {
		config,
		layers: manifest.layers.map((each) => source.layer(each)),
		documents,
		digest: entry.digest,
		index: indexListing(leaf, leaves),
		annotations,
		tag: top.annotations[TAG],
		notes: [...notes, ...sociNotes(annotations)]
	};
}
async function imagesOf(source) {
	const images = (await leavesOf(source)).map(({ entry }) => listedImage(entry));
	const platforms = new Set(images.map((each) => each.platform));
	return images.length < 2 || platforms.has(void 0) || platforms.size < images.length ? void 0 : { images };
}
async function leavesOf(source) {
	const walk = {
		source,
		known: /* @__PURE__ */ new Map(),
		left: MOST_ENTRIES$1
	};
	return await below(await source.top(), {
		documents: [],
		annotations: []
	}, walk);
}
async function below(entries, above, walk) {
	walk.left -= entries.length;
	if (walk.left < 0) throw inconsistent(`its indexes have more than ${MOST_ENTRIES$1} entries`);
	const leaves = [];
	const isEligible = (entry) => mayRun(entry) || above.top === void 0 && isNamed(entry);
	const read = (entry) => held(walk.source, entry, "manifest");
	for (const entry of await withoutArtifacts(entries.filter(isEligible), read)) {
		const leaf = {
			entry,
			top: above.top ?? entry,
			documents: [...above.documents, entry.digest],
			annotations: [entry.annotations, ...above.annotations]
		};
		const index = await indexAt(entry, walk);
		if (index === void 0) {
			if (!isIndexEntry(entry)) leaves.push(leaf);
			continue;
		}
		if (above.documents.length >= MAX_DEPTH) throw inconsistent("its index has too many levels of indexes");
		const inner = {
			...leaf,
			annotations: [index.annotations, ...leaf.annotations]
		};
		leaves.push(...await below(index.manifests, inner, walk));
	}
	return leaves;
}
function isNamed({ annotations }) {
	return [TAG, "io.containerd.image.name"].some((name) => Object.hasOwn(annotations, name));
}
async function indexAt(entry, { source, known }) {
	if (entry.mediaType !== void 0 && !isIndexEntry(entry)) return void 0;
	if (known.has(entry.digest)) return known.get(entry.digest);
	const bytes = await held(source, entry, "manifest");
	const document = bytes && readDocument(bytes, {
		mediaType: entry.mediaType,
		what: "a document in it"
	});
	const index = document?.kind === "index" ? document : void 0;
	known.set(entry.digest, index);
	return index;
}
async function present(source, of, what) {
	const bytes = await held(source, of, what);
	if (bytes === void 0) throw damaged(`its blob ${of.digest} is missing`);
	return bytes;
}
async function held(source, of, what) {
	const bytes = await source.bytes(of, what);
	if (bytes === void 0) return void 0;
	if (bytes.length !== of.size) throw damaged(`its blob ${of.digest} has ${bytes.length} bytes instead of ${of.size}`);
	const digest = sha256Of(bytes);
	if (digest !== of.digest) throw inconsistent(`its blob ${of.digest} is ${digest}`);
	return bytes;
}
async function chosen(leaves, wanted, source) {
	if (wanted.configuration !== void 0) return byConfiguration(leaves, wanted.configuration, source);
	const { platform, digest } = wanted;
	const eligible = distinct(leaves.filter(({ entry }) => digest === void 0 || entry.digest === digest));
	const asked = platform ?? source.usualPlatform;
	const [only, ...others] = eligible;
	if (only === void 0) throw asked === void 0 || digest ? inconsistent("its index lists no image") : noneFor(asked, []);
	if (digest !== void 0 || platform === void 0 && others.length === 0) return {
		leaf: only,
		notes: []
	};
	if (asked === void 0) throw ambiguous(eligible);
	const leaf = forPlatform(eligible, asked);
	await requireOtherPlatforms(eligible, {
		leaf,
		asked
	}, source);
	return {
		leaf,
		notes: []
	};
}
async function configured(leaves, source) {
	const found = [];
	for (const leaf of leaves) {
		const bytes = await held(source, leaf.entry, "manifest");
		const about = {
			mediaType: leaf.entry.mediaType,
			what: "a manifest in it"
		};
		const own = bytes && await held(source, readManifest(bytes, about).config, "configuration");
		if (own !== void 0) found.push({
			leaf,
			config: readConfig(own, "a configuration in it")
		});
	}
	return found;
}
function isFor(asked, platform) {
	return bestFor(asked, [platform], (each) => each).length > 0;
}
async function requireOtherPlatforms(leaves, { leaf, asked }, source) {
	const named = leaves.filter((each) => each !== leaf && each.documents.length === 1);
	for (const { leaf: other, config } of await configured(named, source)) {
		const { platform: own } = config;
		if (own?.architecture === "arm" && other.entry.platform?.architecture === "arm") continue;
		if (own !== void 0 && isFor(asked, own)) throw ambiguous([leaf, other]);
	}
}
function forPlatform(leaves, asked) {
	const fitting = [...Map.groupBy(leaves, ({ top }) => top.annotations[TAG]).values()].flatMap((each) => bestFor(asked, each, ({ entry }) => entry.platform));
	const named = fitting.filter(({ entry }) => entry.platform !== void 0);
	const [leaf, ...others] = distinct(named.length > 0 ? named : fitting);
	if (leaf === void 0) throw noneFor(asked, leaves.map(({ entry }) => listedPlatform(entry)));
	if (others.length === 0) return leaf;
	if (others.some(({ top }) => top !== leaf.top)) throw ambiguous([leaf, ...others]);
	throw inconsistent(`its index has ${others.length + 1} images for ${shown(asked)}, of which engines take different ones`);
}
async function byConfiguration(leaves, configuration, source) {
	const found = await configured(distinct(leaves), source);
	const [one, ...more] = found.filter(({ config }) => config.imageId === configuration);
	const others = found.filter((each) => each !== one);
	const own = one?.config.platform;
	const isSame = ({ leaf: { entry }, config }) => own === void 0 || [config.platform, entry.platform ?? config.platform].some((at) => isFor(platformName(own), at));
	if (one === void 0 || more.length > 0 || others.some(isSame)) throw inconsistent("its manifest.json and its index.json name different images");
	const platforms = others.map(({ config: { platform } }) => platform ? shown(platformName(platform)) : "");
	const note = `The file holds this image for other platforms too, which were not judged: ${[...new Set(platforms)].sort().join(", ")}.`;
	return {
		leaf: one.leaf,
		notes: others.length === 0 ? [] : [note]
	};
}
function requireImage({ mediaType }) {
	if (mediaType !== void 0 && !IMAGE_CONFIGS.has(mediaType)) throw notAnImage();
}
function requirePlatform({ entry, documents }, config, asked) {
	if (documents.length < 2 || entry.platform !== void 0 || asked === void 0) return;
	const { platform } = readConfig(config);
	if (platform === void 0 || isFor(asked, platform)) return;
	throw noneFor(asked, [platformName(platform)]);
}
function indexListing({ top, documents }, leaves) {
	const isNested = documents.length > 1;
	const entries = leaves.filter((each) => isNested ? each.top.digest === top.digest : each.top.annotations[TAG] === top.annotations[TAG]);
	if (!isNested && entries.length < 2) return void 0;
	const images = entries.map(({ entry }) => listedImage(entry));
	return {
		digest: isNested ? top.digest : void 0,
		images
	};
}
function distinct(leaves) {
	return [...new Map(leaves.toReversed().map((each) => [each.entry.digest, each])).values()].reverse();
}
function noneFor(asked, there) {
	const names = [...new Set(there.map((each) => each === void 0 ? "of no known platform" : shown(each)))];
	const here = names.length === 0 ? "" : `; it is there for ${names.slice(0, 20).join(", ")}`;
	return new ImageFault("platform-mismatch", `its index has nothing for ${shown(asked)}${here}`);
}
function ambiguous(leaves) {
	const names = leaves.slice(0, 10).map(leafName).join(", ") + (leaves.length > 10 ? ", …" : "");
	return new ImageFault("image-ambiguous", `it holds ${leaves.length} images, and none of them was chosen (${names})`);
}
function leafName({ top, entry }) {
	const tag = top.annotations["org.opencontainers.image.ref.name"] ?? "";
	const parts = [/^\w[\w.-]{0,127}$/.test(tag) ? `:${tag}` : "", entry.platform ? shown(platformName(entry.platform)) : ""];
	return joined(" ", parts) || entry.digest;
}
function shown(platform) {
	return /^[\w./-]{1,60}(?: [\w.-]{1,60})?$/.test(platform) ? platform : "an unknown one";
}

// src/images/sources/changes.ts
var WatchedFiles = class {
	#before = /* @__PURE__ */ new Map();
	add(path) {
		if (!this.#before.has(path)) this.#before.set(path, fingerprint(path));
	}
	hasChanged() {
		return [...this.#before].some(([path, before]) => fingerprint(path) !== before);
	}
};
function fingerprint(path) {
	return tryOr(() => {
		const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
		return [
			dev,
			ino,
			size,
			mtimeNs,
			ctimeNs
		].join(" ");
	}, "unreadable");
}

// src/images/sources/saved-tar.ts
async function findInTar(path, options) {
	const watched = new WatchedFiles();
	watched.add(path);
	try {
		return {
			...await imageIn(path, options),
			hasChanged: () => watched.hasChanged()
		};
	} catch (thrown) {
		throw watched.hasChanged() ? imageChanged() : thrown;
	}
}
async function imagesInTar(path, options) {
	using cleanup = new DisposableStack();
	const { files, file } = await openTar(path, options, cleanup);
	const index = files.get("index.json", "index.json");
	return index === void 0 || files.get("manifest.json", "manifest.json") !== void 0 ? void 0 : await imagesOf(layoutIn(files, index, file));
}
async function tagsInTar(path, options) {
	using cleanup = new DisposableStack();
	const { files } = await openTar(path, options, cleanup);
	const list = files.get("manifest.json", "manifest.json");
	const images = list && parseStrictJson(files.read(list, "manifest.json"), "its manifest.json");
	if (!Array.isArray(images)) return [];
	return images.flatMap((image) => isObject(image) ? stringsOf(image.RepoTags, "RepoTags in its manifest.json") : []);
}
async function openTar(path, options, cleanup) {
	const isPacked = compressionAt(path) === "gzip";
	if (isPacked) await unpack$1(path, options);
	const file = isPacked ? options.scratch : path;
	if (compressionAt(file) !== "none") throw unreadable("it is packed twice");
	return {
		file,
		files: savedFiles(cleanup.adopt(openPlain(file), closeSync))
	};
}
async function imageIn(path, options) {
	using cleanup = new DisposableStack();
	const { files, file } = await openTar(path, options, cleanup);
	const saved = savedImage(files);
	const index = files.get("index.json", "index.json");
	const own = {
		repoDigests: [],
		place: "archive"
	};
	if (index === void 0) {
		if (saved === void 0) throw unreadable("it has neither a manifest.json nor an index.json");
		const { config, repoTags } = saved;
		return {
			config,
			layers: saved.layers.map(({ offset, size }) => ({ bytes: {
				file,
				offset,
				length: size
			} })),
			documents: [],
			annotations: [],
			notes: [],
			repoTags,
			...own
		};
	}
	const { imageId: configuration } = saved ?? {};
	const { platform, digest } = options;
	const image = await resolveImage(layoutIn(files, index, file), {
		platform,
		digest,
		configuration
	});
	if (saved === void 0) return {
		...image,
		repoTags: image.tag === void 0 ? [] : [image.tag],
		...own
	};
	requireSameLayers(saved.layers, image.layers);
	return {
		...image,
		digest: void 0,
		index: void 0,
		repoTags: saved.repoTags,
		...own
	};
}
function layoutIn(files, index, file) {
	const blobOf = (digest) => files.get(`blobs/${digest.replace(":", "/")}`, `blob ${digest}`);
	return {
		top: async () => readIndex(files.read(index, "index.json"), { what: "its index.json" }).manifests,
		bytes: async ({ digest }) => {
			const blob = blobOf(digest);
			return blob && files.read(blob, `blob ${digest}`);
		},
		layer: (of) => {
			const blob = blobOf(of.digest);
			if (blob === void 0) throw damaged(`its blob ${of.digest} is missing`);
			const bytes = {
				file,
				offset: blob.offset,
				length: blob.size
			};
			return {
				digest: of.digest,
				size: of.size,
				tables: tableClaims(of),
				bytes
			};
		}
	};
}
function requireSameLayers(saved, layers) {
	const offsets = layers.map(({ bytes }) => "offset" in bytes ? bytes.offset : void 0);
	if (saved.length !== layers.length || saved.some(({ offset }, at) => offset !== offsets[at])) throw inconsistent("its manifest.json and its index.json name different layers");
}
const GONE$1 = /* @__PURE__ */ new Set([
	"ELOOP",
	"ENOENT",
	"ENOTDIR",
	"ENXIO"
]);
function openPlain(path) {
	try {
		const descriptor = openUnlinked(path);
		if (fstatSync(descriptor).isFile()) return descriptor;
		closeSync(descriptor);
	} catch (error) {
		throw GONE$1.has(error.code) ? imageChanged() : error;
	}
	throw inconsistent("it is not a plain file");
}
function compressionAt(path) {
	using cleanup = new DisposableStack();
	const bytes = Buffer.alloc(512);
	const start = bytes.subarray(0, readSync(cleanup.adopt(openPlain(path), closeSync), bytes, 0, 512, 0));
	if (start.length === 0) throw unreadable("it is empty");
	const compression = tryOr(() => compressionOf(start), "zstd");
	if (compression === "zstd") throw unreadable("it does not begin like a tar");
	return compression;
}
function unreadable(why) {
	return new ImageFault("image-unreadable", why, {
		says: "was not scanned: it is neither a `docker save` tar nor an OCI layout (%)",
		remedy: "Make the tar with `docker save`, `podman save`, skopeo or buildx (`type=docker,dest=…`, `type=oci,dest=…`), or name an OCI layout folder."
	});
}
async function unpack$1(path, { scratch, signal, most = LAYER_LIMITS.unpackedBytes }) {
	const packed = createReadStream("", {
		fd: openPlain(path),
		highWaterMark: 1 << 20
	});
	const output = new SparseFile(scratch);
	let size = 0;
	const write = async (pieces) => {
		for await (const piece of pieces) {
			size += piece.length;
			if (size > most) throw tooLarge(`it has more than ${most} bytes when it is unpacked`);
			output.write(piece);
		}
	};
	try {
		await pipeline$1(packed, createGunzip({ chunkSize: 1 << 20 }), write, { signal });
		output.finish();
	} catch (error) {
		output.discard();
		throw error;
	}
}
const any = unknown();
const ENTRY$1 = object({
	Config: any,
	Layers: any,
	RepoTags: any,
	LayerSources: any,
	Parent: any
});
function savedImage(files) {
	const list = files.get("manifest.json", "manifest.json");
	if (list === void 0) return void 0;
	const images = parseStrictJson(files.read(list, "manifest.json"), "its manifest.json", array(ENTRY$1));
	if (!Array.isArray(images)) throw inconsistent("its manifest.json is not a list");
	if (images.length > 1) throw severalImages(images.length);
	const [image] = images;
	if (!isObject(image) || typeof image.Config !== "string") throw damaged("its manifest.json names no image and configuration");
	const { Config: name } = image;
	const file = files.get(name, "configuration");
	if (file === void 0) throw damaged(`it has no configuration ${quoted$1(name)}`);
	const config = files.read(file, "configuration");
	const { imageId } = readConfig(config);
	requireName(name, imageId);
	return {
		config,
		imageId,
		layers: stringsOf(image.Layers, "Layers in its manifest.json").map((each) => files.linked(each, "layer")),
		repoTags: stringsOf(image.RepoTags, "RepoTags in its manifest.json")
	};
}
function severalImages(count) {
	return new ImageFault("image-ambiguous", `it contains ${count} images, and a line cannot choose one of them`, { remedy: "Save each image to its own tar (`docker save --output=app.tar IMAGE`, one name each), and name them one a line." });
}
function requireName(config, imageId) {
	const [, named] = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
	if (named !== void 0 && `sha256:${named}` !== imageId) throw inconsistent(`its configuration is called ${quoted$1(config)}, but is ${imageId}`);
}
function stringsOf(value, what) {
	if (value === void 0 || value === null) return [];
	if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
	throw inconsistent(`${what} is not a list of texts`);
}

// src/images/sources/engine.ts
async function findInEngine(source, reference, options) {
	const { file, scratch, signal, platform } = options;
	const given = source === "containerd" ? await exportFromContainerd(reference, options) : await exportFromEngine(source, reference, options);
	if (given.kind !== "exported") return given;
	try {
		const image = await findInTar(file, {
			scratch,
			signal,
			platform
		}).catch((thrown) => {
			throw asExportFault(thrown);
		});
		requireSameImage(image, given, platform);
		const { repoTags, repoDigests, notes } = given;
		const { documents: _, tag: __, ...found } = image;
		const unproven = {
			digest: void 0,
			index: void 0,
			hasChanged: void 0
		};
		return {
			...found,
			...unproven,
			repoTags,
			repoDigests,
			place: source,
			notes: [...notes, ...found.notes]
		};
	} catch (error) {
		await rm(file, { force: true });
		throw error;
	}
}
function requireSameImage({ config, documents }, { id, manifest }, wanted) {
	const { imageId, platform } = readConfig(config);
	const own = documents.at(-1);
	if (imageId !== id) {
		if (manifest !== void 0 && own !== void 0 && own !== manifest) throw otherImage(`its engine gave ${own} for ${manifest}`);
		if (own === void 0 || own !== manifest && !documents.includes(id)) throw otherImage(`its engine was asked for ${id}, and gave the image ${imageId}`);
	}
	const here = platform && platformName(platform);
	if (wanted !== void 0 && !platformMatches(wanted, here)) throw otherPlatform(wanted, here);
}
function otherImage(why, cause) {
	return new ImageFault("image-inconsistent", why, {
		says: "was not scanned: %",
		remedy: "Run again. If it happens again, save the image with `docker save` or `podman save`, and scan the tar.",
		cause
	});
}
function asExportFault(thrown) {
	if (!(thrown instanceof ImageFault)) return thrown;
	const why = `the export from its engine cannot be read: ${thrown.message}`;
	if (thrown.code === "image-inconsistent") return otherImage(why, thrown);
	return thrown.code === "image-damaged" || thrown.code === "image-unreadable" ? new ImageFault("daemon-export-failed", why, { cause: thrown }) : thrown;
}

// src/images/sources/layout.ts
async function findInLayout({ location, platform, digest, roots }) {
	const watched = new WatchedFiles();
	const { documents: _, tag, ...image } = await resolveImage(layoutAt(location, roots, watched), {
		platform,
		digest
	});
	return {
		...image,
		repoTags: tag === void 0 ? [] : [tag],
		repoDigests: [],
		place: "layout",
		hasChanged: () => watched.hasChanged()
	};
}
function imagesInLayout(location, roots) {
	return imagesOf(layoutAt(location, roots, new WatchedFiles()));
}
function layoutAt(location, roots, watched) {
	const { folder, isWanted } = parseLocation(location);
	const pathOf = ({ digest }) => join(folder, "blobs", ...digest.split(":"));
	const within = [folder, ...roots].map((each) => statusOf(each) && realpathSync(each)).filter((each) => each !== void 0);
	const open = (blob) => {
		const path = realBlob(pathOf(blob), blob, within);
		return {
			path,
			descriptor: openBlob(path, blob)
		};
	};
	return {
		top: async () => {
			const file = join(folder, "index.json");
			watched.add(file);
			const bytes = bytesIn(file);
			return bytes === void 0 ? [] : readIndex(bytes, { what: "its index.json" }).manifests.filter(isWanted);
		},
		bytes: async (of) => {
			const path = pathOf(of);
			watched.add(path);
			if (statusOf(path) === void 0) return void 0;
			if (of.size > 8388608) throw inconsistent(`its blob ${of.digest} has more than ${MAX_DOCUMENT} bytes`);
			using cleanup = new DisposableStack();
			return readFileSync(cleanup.adopt(open(of).descriptor, closeSync));
		},
		layer: (of) => {
			const { path, descriptor } = open(of);
			closeSync(descriptor);
			return {
				digest: of.digest,
				size: of.size,
				tables: tableClaims(of),
				bytes: { file: path }
			};
		}
	};
}
function parseLocation(location) {
	if (statusOf(location)?.isDirectory()) return {
		folder: location,
		isWanted: () => true
	};
	const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
	return {
		folder,
		isWanted: (each) => digest === void 0 ? each.annotations[TAG] === tag : each.digest === digest
	};
}
function bytesIn(file) {
	const status = statSync(file, { throwIfNoEntry: false });
	if (status === void 0 || !status.isFile()) return void 0;
	if (status.size > 8388608) throw inconsistent(`its index.json has more than ${MAX_DOCUMENT} bytes`);
	return readFileSync(file);
}
function openBlob(path, { digest, size }) {
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openUnlinked(path), closeSync);
	const status = fstatSync(descriptor);
	if (!status.isFile()) throw inconsistent(`its blob ${digest} is not a plain file`);
	if (status.size !== size) throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
	cleanup.move();
	return descriptor;
}
function realBlob(path, { digest }, within) {
	if (statusOf(path) === void 0) throw damaged(`its blob ${digest} is missing`);
	const real = realpathSync(path);
	if (within.some((root) => isWithin(root, real))) return real;
	throw inconsistent(`its blob ${digest} is a link that leads out of the workspace`);
}

// src/images/sources/registry.ts
async function findInRegistry({ reference, digest, platform }, { manifests, blobs }, signal) {
	const named = parseReference(reference) ?? {
		tag: void 0,
		digest: void 0
	};
	const fetcher = blobs(reference);
	const top = await manifests.read(reference, digest ?? named.digest ?? named.tag ?? "latest");
	const { documents: _, ...image } = await resolveImage({
		top: async () => [{
			digest: top.digest,
			size: top.bytes.length,
			annotations: {}
		}],
		bytes: async (of, what) => {
			if (what === "configuration") return fetcher.bytes(of, signal);
			return (of.digest === top.digest ? top : await manifests.read(reference, of.digest)).bytes;
		},
		layer: (of) => layerAt(of, fetcher),
		usualPlatform: "linux/amd64"
	}, { platform });
	const repository = repositoryName(reference);
	return {
		...image,
		repoTags: named.digest === void 0 ? [`${repository}:${named.tag ?? "latest"}`] : [],
		repoDigests: [`${repository}@${top.digest}`],
		place: "remote"
	};
}
function layerAt({ digest, size, annotations }, fetcher) {
	return {
		digest,
		size,
		tables: tableClaims({ annotations }),
		bytes: { fetch: (file, signal, onBytes) => fetcher.fetch({
			digest,
			size,
			file,
			onBytes,
			isUnhashed: true
		}, signal) }
	};
}

// src/images/acquire/confirm-digest.ts
async function confirmedDigest(reference, { repoDigests, imageId, platform }, access, signal) {
	const root = claimedDigest(reference, repoDigests);
	if (root === void 0) return {};
	const asked = {
		reference: `${repositoryName(reference)}@${root}`,
		platform
	};
	try {
		const { config, layers, digest, index, annotations } = await findInRegistry(asked, access, signal);
		if (sha256Of(config) !== imageId) return { digestUnknown: "its registry has another image at the digest that this machine names" };
		if (layers.some(({ tables }) => (tables?.stargz.length ?? 0) > 0)) return { digestUnknown: "its layers in its registry have tables that were not compared" };
		return {
			digest,
			index,
			annotations
		};
	} catch (error) {
		if (error instanceof RegistryFault) return { digestUnknown: error.message };
		if (error instanceof ImageFault) return { digestUnknown: "its registry has no image there that could be read" };
		throw error;
	}
}
function claimedDigest(reference, repoDigests) {
	const asked = parseReference(reference)?.digest;
	const own = repoDigests.flatMap((each) => {
		const { digest = "" } = referenceParts(each);
		return isDigest(digest) && isSameRepository(each, reference) ? [digest] : [];
	});
	return own.find((each) => each === asked) ?? own[0];
}

// src/images/acquire/kept-layers.ts
const MOST_BYTES = 1e10;
const BLOCK = 512;
const NAME = /^([0-9a-f]{64})-(\d{1,15})-([0-9a-f]{64})\.2$/;
function keptLayers(folder, mostBytes = MOST_BYTES) {
	const pathOf = (layer) => join(folder, nameOf(layer));
	return {
		find(digest) {
			for (const name of namesIn(folder)) {
				const [, packed, size, unpacked] = NAME.exec(name) ?? [];
				if (`sha256:${packed}` === digest) return {
					digest,
					size: Number(size),
					diffId: `sha256:${unpacked}`
				};
			}
		},
		take(layer, path) {
			const kept = pathOf(layer);
			try {
				if (!lstatSync(kept).isFile()) return false;
				linkSync(kept, path);
				utimesSync(path, /* @__PURE__ */ new Date(), /* @__PURE__ */ new Date());
				return true;
			} catch {
				return false;
			}
		},
		keep(layer, file) {
			const bytes = bytesOf$1(lstatSync(file, { throwIfNoEntry: false }));
			if (!NAME.test(nameOf(layer)) || bytes > mostBytes) return;
			try {
				mkdirSync(folder, {
					recursive: true,
					mode: 448
				});
				makeRoom(folder, mostBytes - bytes);
				renameSync(file, pathOf(layer));
			} catch {}
		},
		discard: (layer) => rmSync(pathOf(layer), {
			force: true,
			recursive: true
		})
	};
}
function nameOf({ digest, size, diffId }) {
	return `${[
		digest.replace("sha256:", ""),
		size,
		diffId.replace("sha256:", "")
	].join("-")}.2`;
}
function namesIn(folder) {
	return tryOr(() => readdirSync(folder), []);
}
function bytesOf$1(status) {
	return (status?.blocks ?? 0) * BLOCK;
}
function makeRoom(folder, most) {
	const files = readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		const status = lstatSync(path, { throwIfNoEntry: false });
		return status === void 0 ? [] : [{
			path,
			size: bytesOf$1(status),
			usedAt: status.mtimeMs
		}];
	});
	let bytes = files.reduce((sum, { size }) => sum + size, 0);
	for (const { path, size } of files.sort((a, b) => a.usedAt - b.usedAt)) {
		if (bytes <= most) return;
		rmSync(path, { force: true });
		bytes -= size;
	}
}

// src/images/acquire/not-found.ts
function notOnThisMachine(input, tried) {
	if (tried.some(({ outcome }) => outcome.kind === "missing")) return new ImageFault("image-not-found", "not on this machine", {
		says: "is %",
		remedy: `Build it here: Buildx leaves it there only with \`--load\` (\`load: true\`). \`docker images\` must list ${input} exactly.`
	});
	const reasons = tried.flatMap(({ outcome }) => outcome.kind === "unreachable" ? [outcome.why] : []);
	return new ImageFault("daemon-unreachable", `${tried.map(({ source }) => source).join(", ")} cannot be reached on this machine (${reasons.join("; ")})`);
}
const LOAD_HINT = "If it was built here, it must be in the local Docker or Podman under exactly this name: Buildx needs `--load` (`load: true`).";
function notInRegistry(thrown, { label, input }, { tried, timeoutMs }) {
	const error = imageError(thrown, label, timeoutMs);
	if (input.startsWith("localhost/") && error.code === "registry-unreachable" && tried.some(({ outcome }) => outcome.kind === "missing")) return notOnThisMachine(input, tried).asError(label);
	const isMissing = error.code === "image-not-found";
	if (!isMissing && (tried.length === 0 || !HINTED.has(error.code))) return error;
	const where = tried.length > 0 ? ", neither on this machine nor in its registry" : " in its registry";
	const what = isMissing ? `There is no image ${label}${where}` : error.what;
	const asked = tried.flatMap(({ source, outcome }) => "isHere" in outcome ? [` ${source} was not asked: ${outcome.why}.`] : []);
	const remedy = `${isMissing ? "Check name and tag." : error.remedy} ${LOAD_HINT}${asked.join("")}`;
	return new GateError(error.code, what, remedy, { cause: error.cause });
}
const HINTED = /* @__PURE__ */ new Set([
	"image-denied",
	"registry-unreachable",
	"registry-broken-off"
]);

// src/images/acquire/progress.ts
const EVERY_MS = 1e4;
const MB = 1e6;
function progressLog(label, log) {
	const state = {
		layers: 0,
		bytes: void 0,
		done: 0,
		fetched: 0
	};
	const timer = setInterval(() => {
		const { layers, bytes, done, fetched } = state;
		const of = bytes === void 0 ? "" : ` of ${megabytes(bytes)}`;
		const came = fetched === 0 ? "" : `, ${megabytes(fetched)}${of} fetched`;
		log.info(`${label}: ${done} of ${layers} layers read${came}.`);
	}, EVERY_MS);
	timer.unref();
	const show = () => log.advance?.({
		what: label,
		unit: "bytes",
		done: state.fetched,
		of: state.bytes
	});
	return {
		begin(layers, bytes) {
			state.layers = layers;
			state.bytes = bytes;
		},
		fetched(bytes) {
			state.fetched += bytes;
			show();
		},
		layerDone(unfetched) {
			state.done += 1;
			if (state.bytes !== void 0) state.bytes -= unfetched;
			if (state.fetched > 0) show();
		},
		[Symbol.dispose]() {
			clearInterval(timer);
			log.advance?.({
				what: label,
				unit: "bytes",
				done: state.fetched,
				of: state.fetched
			});
		}
	};
}
function megabytes(bytes) {
	return `${Math.ceil(bytes / MB)} MB`;
}

// src/images/layers/links.ts
var Links = class {
	#all = /* @__PURE__ */ new Map();
	#left = /* @__PURE__ */ new Set();
	#walker = new PathWalker((path) => this.#all.get(path));
	#folder = "";
	#answer;
	add({ symlinks, folders, whiteouts }) {
		for (const path of whiteouts) this.#left.delete(path);
		if (this.#left.size > 0) for (const path of pathsIn(folders)) this.#left.delete(path);
		for (const { path, target } of symlinks) {
			const isLeft = this.#isBelow(folderOf(path), this.#all) && this.#isBelow(folderOf(path), this.#left);
			const moved = join$1(this.realPath(folderOf(path)), baseOf(path));
			for (const at of /* @__PURE__ */ new Set([path, moved])) {
				this.#all.set(at, target);
				if (at === path || isLeft) this.#left.add(at);
			}
		}
		this.#folder = "";
		this.#answer = void 0;
	}
	realPath(path) {
		return this.#walker.walk(path) ?? "";
	}
	behind(path) {
		const folder = folderOf(path);
		if (folder !== this.#folder) {
			this.#folder = folder;
			const isBehind = this.#isBelow(folder, this.#all);
			this.#answer = !isBehind ? void 0 : this.#isBelow(folder, this.#left) ? "link" : "replaced-link";
		}
		return this.#answer;
	}
	#isBelow(folder, links) {
		for (let at = folder; at !== ""; at = folderOf(at)) if (links.has(at)) return true;
		return false;
	}
};

// src/images/layers/owners.ts
function ownersOf(files, entries, overlay) {
	const wanted = new Set([...entries.values()].map(({ path, archive }) => archive ?? path));
	const installed = installedPackages(entries);
	const owners = /* @__PURE__ */ new Map();
	for (const { owned = [] } of files.values()) for (const { owner, files: list } of owned) if (installed.has(owner)) for (const line of list.split("\n")) {
		const path = pathOf(line, wanted, overlay);
		if (path !== void 0 && !owners.has(path)) owners.set(path, owner);
	}
	return owners;
}
function installedPackages(entries) {
	const lists = [...entries.values()].filter(({ kind }) => LISTS.has(kind));
	return new Set(lists.flatMap(({ packages = [] }) => packages.map(({ name }) => name)));
}
function pathOf(line, wanted, overlay) {
	const path = line.startsWith("/") ? line.slice(1) : line.replace(/^\.\//, "");
	if (wanted.has(path)) return path;
	const end = path.indexOf("/");
	if (end === -1 || !overlay.links.has(path.slice(0, end))) return void 0;
	const real = overlay.realPath(path);
	return real !== void 0 && wanted.has(real) ? real : void 0;
}

// src/images/layers/resolve.ts
const MOST_ENTRIES = 2e5;
function resolveLayers(contents) {
	return new Resolver(contents).inventory();
}
const MOST_COMPARED = 5e7;
var Resolver = class {
	#contents;
	#overlay;
	#files = /* @__PURE__ */ new Map();
	#entries = /* @__PURE__ */ new Map();
	#plain;
	#targets;
	#jars;
	#behind = /* @__PURE__ */ new Set();
	#aliases = 0;
	#compared = 0;
	#more = 0;
	constructor(contents) {
		this.#contents = contents;
		this.#overlay = new Overlay(contents);
	}
	inventory() {
		this.#collectFiles();
		for (const file of this.#files.values()) this.#addFile(file);
		this.#addBehindLinks();
		this.#contents.forEach(({ symlinks }, index) => {
			for (const { path } of symlinks) if (this.#overlay.has(path, index + 1)) this.#addLink(path, index + 1);
		});
		this.#contents.forEach((content, index) => {
			for (const [store, manager] of PACKAGE_STORES) this.#addStored(content, index + 1, store, manager);
		});
		const owners = ownersOf(this.#files, this.#entries, this.#overlay);
		const entries = [...this.#entries.values()].map((entry) => {
			const at = entry.archive ?? entry.path;
			const owner = owners.get(at);
			const isDisputed = this.#overlay.isDisputed(at, entry.layer);
			return {
				...entry,
				...owner !== void 0 && { owner },
				...isDisputed && { isDisputed }
			};
		});
		const orderOf = ({ path, kind, isDisputed }) => `${path}\0${kind}${isDisputed ?? ""}`;
		entries.sort((a, b) => orderOf(a) < orderOf(b) ? -1 : 1);
		const named = [...marksIn(this.#contents), ...packageMarks(entries)].map((mark) => ({
			...mark,
			path: mark.path.toWellFormed()
		}));
		return {
			entries: asScannersWrite(entries),
			marks: named,
			more: this.#more
		};
	}
	#collectFiles() {
		for (const [index, content] of this.#contents.entries()) for (const file of this.#filesOf(content, index + 1)) if (this.#overlay.has(file.path, file.layer)) this.#files.set(file.path, file);
	}
	*#filesOf({ files, hardLinks }, layer) {
		for (const file of files) yield {
			...file,
			layer
		};
		for (const { path, target } of hardLinks) {
			const file = this.#fileBelow(target, layer);
			if (file || kindsOf(path).length > 0) yield {
				...file ?? GONE,
				path,
				layer,
				linkTo: target
			};
		}
	}
	#fileBelow(path, layer) {
		this.#targets ??= targetsOf$1(this.#contents);
		const below = this.#targets.get(path)?.findLast((file) => file.layer < layer);
		return below && {
			...below,
			content: -below.content
		};
	}
	#addFile(file) {
		for (const entry of entriesOf(file)) if (!(entry.isRenamed ? this.#isJarElsewhere(file) : this.#isCountedThere(file, entry))) this.#add(entry);
	}
	#isJarElsewhere({ layer, content }) {
		this.#jars ??= new Set([...this.#files.values()].filter(({ path, linkTo }) => linkTo !== void 0 && kindsOf(path).includes("jar")).map((file) => `${file.layer} ${file.content}`));
		return this.#jars.has(`${layer} ${content}`);
	}
	#isCountedThere({ path, linkTo, content, layer }, { kind, path: at }) {
		const there = linkTo === void 0 ? void 0 : this.#files.get(linkTo);
		const isSame = there !== void 0 && there.layer === layer && there.content === content && there.linkTo === void 0;
		const same = `${linkTo}${at.slice(path.length)}`;
		return isSame && entriesOf(there).some((one) => one.kind === kind && one.path === same && !one.isRenamed);
	}
	#addStored({ plain, files, symlinks, hardLinks }, layer, store, manager) {
		const kept = [
			...files,
			...symlinks,
			...hardLinks
		].map(({ path }) => path).filter((path) => path.startsWith(store));
		if (kept.length === 0 && !plain.includes(store)) return;
		for (const paths of [kept, pathsIn(plain)]) for (const path of paths) {
			const stored = path.startsWith(store) ? storePackageOf(path) : void 0;
			if (stored === void 0 || !this.#overlay.has(path, layer)) continue;
			const packages = [{
				name: stored.name,
				version: ""
			}];
			this.#add({
				kind: "other-manager",
				path: stored.folder,
				layer,
				manager,
				packages
			});
		}
	}
	#addLink(path, layer) {
		const isNamed = kindsOf(path).length > 0;
		const isFolder = isTellingFolder(path);
		const target = isNamed || isFolder ? this.#overlay.realPath(path) : void 0;
		if (target === void 0 || target === path) return;
		if (isNamed) this.#addAlias(path, target, layer);
		if (!isFolder) return;
		for (const file of this.#pathsUnder(target, path)) {
			if (++this.#aliases > MOST_ENTRIES) {
				this.#more++;
				return;
			}
			const real = this.#overlay.realPath(file);
			if (real !== void 0) this.#addAlias(join$1(path, file.slice(target.length).replace(/^\//, "")), real, layer);
		}
	}
	*#pathsUnder(folder, alias) {
		const start = folder === "" ? "" : `${folder}/`;
		const plain = this.#contents.map((content) => pathsIn(content.plain));
		for (const paths of [
			this.#files.keys(),
			this.#overlay.links.keys(),
			...plain
		]) for (const path of paths) {
			if (++this.#compared > MOST_COMPARED) {
				this.#more++;
				return;
			}
			if (!path.startsWith(start)) continue;
			if (this.#files.has(path) || this.#overlay.links.has(path) || kindsOf(join$1(alias, path.slice(start.length))).length > 0) yield path;
		}
	}
	#addBehindLinks() {
		const links = new Links();
		for (const [index, content] of this.#contents.entries()) {
			const layer = index + 1;
			links.add(content);
			const behind = [...byFolder(content.plain)].filter(({ folder }) => links.behind(`${folder}/`) !== void 0);
			for (const { paths } of behind) this.#disputeTelling(pathsIn(paths), layer, (path) => links.realPath(path));
			for (const file of this.#filesOf(content, layer)) this.#addBehind(file, links.behind(file.path));
			for (const { path, target } of content.hardLinks) if (links.behind(target) !== void 0) this.#dispute(path, layer, "packed-program");
			for (const { path, target } of content.symlinks) {
				const [kind = "python"] = kindsOf(path);
				if ((kindsOf(path).length > 0 || isTellingFolder(path)) && target.includes("/") && links.behind(path) !== void 0) this.#dispute(path, layer, kind);
			}
		}
	}
	#disputeTelling(paths, layer, realOf) {
		for (const path of paths) {
			const [kind] = kindsOf(realOf(path));
			if (kind !== void 0) this.#dispute(path, layer, kind);
		}
	}
	#addBehind(file, behind) {
		if (behind === void 0) return;
		this.#behind.add(baseOf(file.path));
		const isGone = behind === "link" && !this.#overlay.has(file.path, file.layer);
		const own = entriesOf(file);
		const others = file.found.filter(({ kind }) => couldTell(baseOf(file.path), kind)).filter(({ kind }) => own.every((entry) => entry.kind !== kind));
		const { path, layer } = file;
		for (const entry of [...isGone ? own : [], ...others.map((one) => ({
			...one,
			path,
			layer
		}))]) this.#add({
			...entry,
			isDisputed: true
		});
	}
	#dispute(path, layer, kind) {
		this.#add({
			kind,
			path,
			layer,
			isDisputed: true
		});
	}
	#addAlias(path, target, layer) {
		const file = this.#files.get(target);
		const own = file === void 0 ? [] : entriesOf(file).map(({ kind }) => kind);
		const entries = entriesOf({
			...file ?? UNKNOWN,
			path,
			layer,
			linkTo: target
		}).filter(({ kind }) => !own.includes(kind));
		if (entries.length === 0) return;
		const isThere = file !== void 0 || this.#isPlainFile(target);
		if (isThere || this.#behind.has(baseOf(target))) for (const entry of entries) this.#add(isThere ? entry : {
			...entry,
			isDisputed: true
		});
	}
	#isPlainFile(path) {
		this.#plain ??= new Set(this.#contents.flatMap(({ plain }) => [...pathsIn(plain)]));
		return this.#plain.has(path);
	}
	#add(entry) {
		const key = `${entry.kind} ${entry.path} ${entry.isDisputed ?? ""}`;
		if (this.#entries.size < MOST_ENTRIES) this.#entries.set(key, entry);
		else if (!this.#entries.has(key)) this.#more++;
	}
};
function asScannersWrite(entries) {
	if (entries.every(({ path, linkTo = "" }) => path.isWellFormed() && linkTo.isWellFormed())) return entries;
	const names = /* @__PURE__ */ new Map();
	const shared = /* @__PURE__ */ new Set();
	for (const { path } of entries) {
		const name = path.toWellFormed();
		if ((names.get(name) ?? path) !== path) shared.add(name);
		names.set(name, path);
	}
	return entries.map(({ path, linkTo, archive, ...rest }) => ({
		...rest,
		path: path.toWellFormed(),
		...linkTo !== void 0 && { linkTo: linkTo.toWellFormed() },
		...archive !== void 0 && { archive: archive.toWellFormed() },
		...shared.has(path.toWellFormed()) && { isDisputed: true }
	}));
}
const UNKNOWN = {
	path: "",
	size: 0,
	content: 0,
	found: []
};
const GONE = {
	...UNKNOWN,
	content: -1
};
function targetsOf$1(contents) {
	const targets = /* @__PURE__ */ new Map();
	for (const { hardLinks } of contents) for (const { target } of hardLinks) targets.set(target, []);
	for (const [index, { files }] of contents.entries()) for (const file of files) targets.get(file.path)?.push({
		...file,
		layer: index + 1
	});
	return targets;
}
const BY_CONTENT = /* @__PURE__ */ new Set([
	"go",
	"rust",
	"packed-program"
]);
function entriesOf({ path, layer, linkTo, found, size, isDisputed }) {
	const kinds = kindsOf(path);
	const manager = kinds.includes("other-manager") && size > 0 ? otherManagerOf(path) : void 0;
	const named = kinds.map((kind) => withoutName(found, kind) ?? missing(kind, path));
	const isJar = kinds.includes("jar");
	const seen = found.filter(({ kind, isRenamed, within }) => BY_CONTENT.has(kind) || isRenamed && !isJar || within !== void 0);
	return [...named, ...seen].filter(({ kind, packages }) => packages?.length !== 0 || LISTS.has(kind)).filter(({ kind }) => kind !== "other-manager" || manager !== void 0).map(({ within, ...one }) => ({
		...one,
		path: within === void 0 ? path : `${path}/${within}`,
		...within !== void 0 && { archive: path },
		layer,
		...one.kind === "other-manager" && { manager },
		...isDisputed && { isDisputed },
		...linkTo !== void 0 && { linkTo: within === void 0 ? linkTo : `${linkTo}/${within}` }
	}));
}
function withoutName(found, kind) {
	return found.find((one) => one.kind === kind && one.within === void 0 && one.isRenamed === void 0);
}
function missing(kind, path) {
	return BY_NAME.has(kind) || path.endsWith(".egg") ? { kind } : {
		kind,
		unread: "it is a link to a file whose content does not look like it"
	};
}
function packageMarks(entries) {
	return entries.flatMap(({ kind, path, layer, packages = [] }) => {
		return [...new Set(packages.map((one) => vendorOfPackage(kind, one)).filter((vendor) => vendor !== void 0))].map((vendor) => ({
			path,
			layer,
			vendor
		}));
	});
}
function marksIn(contents) {
	const marks = /* @__PURE__ */ new Map();
	contents.forEach(({ files, symlinks }, index) => {
		const linked = symlinks.filter(({ path }) => vendorOf(path) !== void 0);
		for (const { path } of [...files.filter(({ isMark }) => isMark), ...linked]) {
			const vendor = vendorOf(path);
			if (vendor !== void 0 && !marks.has(path)) marks.set(path, {
				path,
				vendor,
				layer: index + 1
			});
		}
	});
	return [...marks.values()];
}

// src/images/acquire/store.ts
const FETCHED_AT_ONCE = 3;
const AT_ONCE = 6;
const MOST_LAYERS = 1e3;
const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
var OtherLayers = class extends ImageFault {
	constructor(what) {
		super("image-inconsistent", what);
	}
};
var ImageStore = class {
	#options;
	#blobs;
	#reading = /* @__PURE__ */ new Map();
	#read = /* @__PURE__ */ new Map();
	#uses = /* @__PURE__ */ new Map();
	#adding = 0;
	#count = 0;
	#inTurn = atMost(FETCHED_AT_ONCE);
	constructor(options) {
		this.#options = options;
		this.#blobs = join(options.folder, "blobs", "sha256");
		mkdirSync(this.#blobs, {
			recursive: true,
			mode: 448
		});
	}
	async add(found, progress, signal) {
		this.#adding += 1;
		try {
			return await this.#add(found, progress, signal);
		} finally {
			this.#adding -= 1;
			this.#removeSpare();
		}
	}
	async #add(found, progress, signal) {
		const config = readConfig(found.config, "its configuration");
		requireCount(found.layers.length, config.diffIds.length);
		progress.begin(found.layers.length, sumOf(found.layers));
		this.#requireSpace(found.layers);
		const sources = found.layers.map((each, at) => ({
			...each,
			diffId: config.diffIds[at]
		}));
		const layers = await this.#all(sources, progress, signal);
		for (const [at, { diffId }] of layers.entries()) if (diffId !== config.diffIds[at]) throw new OtherLayers(`its layer ${at + 1} is ${diffId}, and its configuration says ${String(config.diffIds[at]).slice(0, 80)}`);
		this.#use(layers, 1);
		const { folder, imageId } = this.#layout(found.config, layers);
		const files = new DisposableStack();
		files.defer(() => {
			rmSync(folder, {
				recursive: true,
				force: true
			});
			this.#use(layers, -1);
			this.#removeSpare();
		});
		const { config: _config, layers: _layers, hasChanged: _hasChanged, ...rest } = found;
		return {
			...rest,
			folder,
			imageId,
			platform: config.platform && platformName(config.platform),
			layers: layers.map(({ digest, diffId, size }) => ({
				digest,
				diffId,
				size
			})),
			inventory: resolveLayers(layers.map(({ content }) => content)),
			release: () => files.dispose()
		};
	}
	async #all(sources, progress, signal) {
		const ordered = sources.toSorted((a, b) => bytesOf(b) - bytesOf(a));
		const layers = await atATime(AT_ONCE, ordered, async (source, stop) => {
			const both = AbortSignal.any([signal, stop]);
			both.throwIfAborted();
			let came = 0;
			const fetched = (bytes) => {
				came += bytes;
				progress.fetched(bytes);
			};
			const layer = await this.#layer(source, {
				...progress,
				fetched
			}, both);
			progress.layerDone(Math.max(0, layer.size - came));
			return layer;
		});
		const bySource = new Map(ordered.map((source, at) => [source, layers[at]]));
		return sources.map((source) => bySource.get(source));
	}
	async #layer(source, progress, signal) {
		if (source.digest === void 0) return this.#take(source, progress, signal);
		const key = keyOf$2(source.digest, source.tables);
		const known = this.#read.get(key);
		if (known !== void 0) return ofSource(source, known);
		const begun = this.#reading.get(key);
		if (begun !== void 0) try {
			return ofSource(source, await begun);
		} catch {
			signal.throwIfAborted();
		}
		const reading = this.#take(source, progress, signal);
		this.#reading.set(key, reading);
		try {
			return await reading;
		} finally {
			if (this.#reading.get(key) === reading) this.#reading.delete(key);
		}
	}
	async #take(source, progress, signal) {
		const own = join(this.#options.folder, `layer-${++this.#count}`);
		const files = {
			packed: `${own}.packed`,
			output: `${own}.tar`,
			kept: `${own}.kept`
		};
		const { bytes } = source;
		try {
			const known = await this.#readKept(source, files.output, signal);
			if (known !== void 0) return this.#place(known, files.output);
			if (!("fetch" in bytes)) {
				const work = {
					...bytes,
					output: files.output,
					tables: source.tables
				};
				const read = ofSource(source, await this.#options.reader.read(work, signal));
				return this.#place(read, files.output, source.tables);
			}
			await this.#inTurn(async () => {
				signal.throwIfAborted();
				await bytes.fetch(files.packed, signal, progress.fetched);
			});
			const read = ofSource(source, await this.#readFetched(source, files, signal));
			if (!read.hasTable) this.#options.kept?.keep(read, files.kept);
			return this.#place(read, files.output, source.tables);
		} finally {
			for (const file of Object.values(files)) rmSync(file, { force: true });
		}
	}
	async #readFetched({ digest, tables }, files, signal) {
		const { packed, output } = files;
		const kept = this.#options.kept && files.kept;
		let read;
		try {
			read = await this.#options.reader.read({
				file: packed,
				output,
				kept,
				tables
			}, signal);
		} catch (thrown) {
			throw !signal.aborted && digest !== void 0 && `sha256:${await hashedBeside({ path: packed })}` !== digest ? otherBytes() : thrown;
		}
		if (digest !== void 0 && read.digest !== digest) throw otherBytes();
		return read;
	}
	async #readKept(source, output, signal) {
		const { kept, reader } = this.#options;
		const { bytes, digest } = source;
		const layer = "fetch" in bytes && source.tables === void 0 && digest !== void 0 ? kept?.find(digest) : void 0;
		if (layer === void 0 || kept?.take(layer, output) !== true) return void 0;
		try {
			const read = await reader.read({
				file: output,
				output
			}, signal);
			if (read.diffId !== source.diffId) throw inconsistent(`a kept layer is ${read.diffId}`);
			return ofSource(source, {
				...read,
				digest: layer.digest,
				size: layer.size
			});
		} catch {
			signal.throwIfAborted();
			kept.discard(layer);
			rmSync(output, { force: true });
			return;
		}
	}
	#requireSpace(layers) {
		const missing = layers.filter(({ bytes, digest = "", tables }) => "fetch" in bytes && !this.#read.has(keyOf$2(digest, tables)));
		const { bavail, bsize } = statfsSync(this.#options.folder);
		if ((sumOf(missing) ?? 0) > bavail * bsize) throw diskFull();
	}
	#place(read, output, tables) {
		renameSync(output, this.#blob(read.diffId));
		this.#read.set(keyOf$2(read.digest, tables), read);
		this.#use([read], 0);
		return read;
	}
	#blob(digest) {
		return join(this.#blobs, digest.slice(7));
	}
	#layout(config, layers) {
		const { digest: imageId, size } = this.#write(config);
		const manifest = this.#write(Buffer.from(JSON.stringify({
			schemaVersion: 2,
			mediaType: MANIFEST_TYPE,
			config: {
				mediaType: CONFIG_TYPE,
				digest: imageId,
				size
			},
			layers: layers.map((each) => ({
				mediaType: LAYER_TYPE,
				digest: each.diffId,
				size: each.outputSize
			}))
		})));
		const folder = join(this.#options.folder, `image-${++this.#count}`);
		mkdirSync(folder, { mode: 448 });
		symlinkSync(join(this.#options.folder, "blobs"), join(folder, "blobs"), "junction");
		writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
		const index = {
			schemaVersion: 2,
			manifests: [{
				mediaType: MANIFEST_TYPE,
				...manifest
			}]
		};
		writeFileSync(join(folder, "index.json"), JSON.stringify(index));
		return {
			folder,
			imageId
		};
	}
	#write(bytes) {
		const digest = sha256Of(bytes);
		const path = this.#blob(digest);
		writeFileSync(`${path}.new`, bytes, { mode: 384 });
		renameSync(`${path}.new`, path);
		return {
			digest,
			size: bytes.length
		};
	}
	#use(layers, count) {
		for (const { diffId, unpackedSize } of layers) {
			const images = (this.#uses.get(diffId)?.images ?? 0) + count;
			this.#uses.delete(diffId);
			this.#uses.set(diffId, {
				images,
				bytes: unpackedSize
			});
		}
	}
	#removeSpare() {
		if (this.#adding > 0) return;
		const spare = [...this.#uses].filter(([, { images }]) => images <= 0);
		let bytes = spare.reduce((sum, [, each]) => sum + each.bytes, 0);
		const removed = /* @__PURE__ */ new Set();
		for (const [diffId, each] of spare) {
			if (bytes <= this.#options.spareBytes) break;
			bytes -= each.bytes;
			this.#uses.delete(diffId);
			rmSync(this.#blob(diffId), { force: true });
			removed.add(diffId);
		}
		for (const [key, { diffId }] of this.#read) if (removed.has(diffId)) this.#read.delete(key);
	}
};
function ofSource({ digest, size }, read) {
	if (digest !== void 0 && read.digest !== digest) throw inconsistent(`its blob ${digest} is ${read.digest}`);
	if (size !== void 0 && read.size !== size) throw inconsistent(`its blob ${read.digest} has ${read.size} bytes instead of ${size}`);
	return read;
}
function keyOf$2(digest, tables) {
	return tables === void 0 ? digest : `${digest} ${JSON.stringify(tables)}`;
}
function requireCount(layers, diffIds) {
	if (layers > MOST_LAYERS) throw tooLarge(`it has ${layers} layers, more than ${MOST_LAYERS}`);
	if (layers !== diffIds) throw new OtherLayers(`it has ${layers} layers, and its configuration lists ${diffIds}`);
}
function bytesOf({ size, bytes }) {
	return size ?? ("fetch" in bytes ? 0 : bytes.length ?? 0);
}
function sumOf(layers) {
	const sizes = layers.map(({ size }) => size);
	return sizes.some((size) => size === void 0) ? void 0 : sizes.reduce((sum, size = 0) => sum + size, 0);
}

// src/images/acquire/acquire.ts
const SPARE_BYTES = 8e9;
const MANIFEST_MS = 6e4;
const USUAL_ORDER = [
	"docker",
	"containerd",
	"podman",
	"remote"
];
function imageAcquirer(settings, world) {
	const folder = privateFolder(world, "images");
	const reader = layerReader();
	const kept = settings.isKept === true ? keptLayers(join(databaseStore(world).store, "layers")) : void 0;
	const store = new ImageStore({
		folder: join(folder, "store"),
		reader,
		spareBytes: SPARE_BYTES,
		kept
	});
	const accessOf = memoize((isAnonymous) => accessTo(isAnonymous, world));
	const begun = /* @__PURE__ */ new Map();
	const closing = new AbortController();
	let scratches = 0;
	let removing;
	const remove = async () => {
		closing.abort();
		await reader.close();
		await Promise.allSettled(begun.values());
		await rm(folder, {
			recursive: true,
			force: true
		});
	};
	const bring = async (target, located, options, at) => {
		return acquired({
			target,
			located,
			options,
			settings,
			registry: accessOf(options.anonymous === true),
			scratch: join(folder, `scratch-${++scratches}`),
			store,
			world: at
		});
	};
	return {
		async acquire(target, located, options, at) {
			const key = keyOf$1(located, options);
			const early = begun.get(key);
			begun.delete(key);
			return early ?? bring(target, located, options, at);
		},
		ahead(target, located, options, at) {
			const signal = AbortSignal.any([at.signal, closing.signal]);
			const early = bring(target, located, options, {
				...at,
				signal
			});
			early.catch(() => {});
			begun.set(keyOf$1(located, options), early);
		},
		finish() {
			removing ??= remove();
			removing.catch(() => {});
		},
		async [Symbol.asyncDispose]() {
			removing ??= remove();
			await removing;
		}
	};
}
function keyOf$1(located, { imageSource, anonymous = false, host }) {
	return JSON.stringify([
		located,
		imageSource,
		anonymous,
		host
	]);
}
function accessTo(isAnonymous, world) {
	const credentials = isAnonymous ? async () => void 0 : credentialsFor(world);
	const fetcherOf = memoize((repository) => blobFetcher(repository, { credentials }));
	return {
		manifests: registryReader({
			credentials,
			signal: world.signal,
			deadlineMs: MANIFEST_MS
		}),
		blobs: (reference) => fetcherOf(repositoryName(reference))
	};
}
async function acquired(run) {
	const { target, settings, scratch, store, world } = run;
	const signal = AbortSignal.any([world.signal, timeLimit(settings.timeoutMs)]);
	mkdirSync(scratch, {
		recursive: true,
		mode: 448
	});
	let found;
	using progress = progressLog(target.label, world.log);
	try {
		found = await find(run, signal);
		const image = await store.add(found, progress, signal);
		if (found.hasChanged?.() === true) throw imageChanged();
		return await withDigest(image, run);
	} catch (thrown) {
		if (world.signal.aborted) throw cancelled();
		if (signal.aborted) throw scanTimeout(target, settings.timeoutMs);
		const cause = found?.hasChanged?.() === true ? imageChanged() : thrown;
		throw imageError(cause, target.label, settings.timeoutMs);
	} finally {
		rmSync(scratch, {
			recursive: true,
			force: true
		});
	}
}
async function find(run, signal) {
	const { located, scratch, world } = run;
	const { how, location, platform, digest } = located;
	if (how === "archive") return findInTar(location, {
		scratch: join(scratch, "unpacked.tar"),
		platform,
		digest,
		signal
	});
	if (how === "layout") return findInLayout({
		location,
		platform,
		digest,
		roots: [world.workspace, world.temp]
	});
	return findReference(run, signal);
}
async function findReference(run, signal) {
	const { target, located, options, registry, scratch, settings, world } = run;
	const { location: reference, platform, digest } = located;
	if (parseReference(reference) === void 0 && !isDigest(reference)) throw new ImageFault("reference-invalid", "it is not an image reference");
	const tried = [];
	for (const source of sourcesOf$1(run)) {
		if (source === "remote") {
			const asked = findInRegistry({
				reference,
				platform,
				digest
			}, registry, signal);
			return untilAborted(withNotes(asked, tried), signal).catch((thrown) => {
				throw signal.aborted ? thrown : notInRegistry(thrown, target, {
					tried,
					timeoutMs: settings.timeoutMs
				});
			});
		}
		const [file, unpacked] = [join(scratch, `${source}.tar`), join(scratch, "unpacked.tar")];
		const asked = {
			world,
			file,
			scratch: unpacked,
			platform,
			signal,
			host: options.host
		};
		const found = await findInEngine(source, reference, asked);
		if (!("kind" in found)) return found;
		tried.push({
			source,
			outcome: found
		});
	}
	throw notOnThisMachine(target.input, tried);
}
async function withNotes(asked, tried) {
	const image = await asked;
	const notes = tried.flatMap(({ source, outcome }) => "isHere" in outcome ? [`Not looked for in ${source}: ${outcome.why}.`] : []);
	return {
		...image,
		notes: [...notes, ...image.notes]
	};
}
function sourcesOf$1({ options, settings }) {
	if (options.anonymous === true) return ["remote"];
	const asked = options.imageSource ?? settings.imageSource;
	return asked.length === 0 ? USUAL_ORDER : asked;
}
async function withDigest(image, run) {
	const { located, options, settings, registry } = run;
	if (!isLocal(image) || image.repoDigests.length === 0) return image;
	if (!(!settings.offline && options.host === void 0 && sourcesOf$1(run).includes("remote"))) return {
		...image,
		digestUnknown: "its registry was not asked"
	};
	const signal = AbortSignal.any([run.world.signal, timeLimit(MANIFEST_MS)]);
	return {
		...image,
		...await confirmedDigest(located.location, image, registry, signal)
	};
}
function isLocal({ place }) {
	return place === "docker" || place === "podman" || place === "containerd";
}

// src/scan/every-platform.ts
const SHOWN_DIGEST = 19;
const MOST_PLATFORMS = 40;
async function expandPlatforms(targets, imageSource, world) {
	if (!targets.some(({ everyPlatform }) => everyPlatform)) return targets;
	const reader = registryReader({
		credentials: credentialsFor(world),
		signal: world.signal
	});
	const expanded = targets.map(async (target) => {
		const index = target.everyPlatform && await indexOf(target, imageSource, {
			reader,
			world
		}).catch(() => void 0);
		return index ? targetsOf(target, index) : [target];
	});
	return (await Promise.all(expanded)).flat();
}
async function indexOf(target, imageSource, { reader, world }) {
	const { how, location } = locateTarget(target, world);
	if (how === "layout") return imagesInLayout(location, [world.workspace, world.temp]);
	if (how === "archive") {
		const folder = privateFolder(world, "platforms");
		using _ = removedAtEnd(folder);
		return await imagesInTar(location, {
			scratch: join(folder, "unpacked.tar"),
			signal: world.signal
		});
	}
	const parts = how === "reference" ? parseReference(location) : void 0;
	const mayAsk = imageSource.length === 0 || imageSource.includes("remote");
	if (parts === void 0 || !mayAsk) return void 0;
	const document = await reader.read(location, parts.digest ?? parts.tag ?? "latest");
	return document?.kind === "index" ? document : void 0;
}
function targetsOf(target, { digest, images }) {
	if (images.length === 0 || images.length > MOST_PLATFORMS) return [target];
	const index = {
		digest,
		images: images.map((each) => ({
			digest: each.digest,
			platform: each.platform
		}))
	};
	const byDigest = new Map(index.images.map((image) => [image.digest, image]));
	const times = Map.groupBy(byDigest.values(), ({ platform }) => platform);
	return [...byDigest.values()].map((image) => {
		const start = image.digest.slice(0, SHOWN_DIGEST);
		const isTwin = image.platform !== void 0 && (times.get(image.platform)?.length ?? 0) > 1;
		const shown = `${image.platform ?? start}${isTwin ? `, ${start}` : ""}`;
		const platform = image.platform?.split(" ")[0];
		return {
			...target,
			platform,
			label: `${target.label} (${shown})`,
			listed: {
				digest: image.digest,
				index
			}
		};
	});
}
function requireEveryPlatform(target, result, fromRegistry) {
	if (!target.everyPlatform) return result;
	const { artifact, provenance } = result;
	const { listed } = target;
	if (listed === void 0) {
		if (!fromRegistry || artifact.digest !== void 0 && artifact.index === void 0) return result;
		throw platformsUnknown(target, provenance.digestUnknown ?? "its index could not be read");
	}
	if (artifact.digest === listed.digest) return {
		...result,
		artifact: {
			...artifact,
			index: listed.index
		}
	};
	if (artifact.digest === void 0 || provenance.source?.startsWith("the local ") === true) throw platformsUnknown(target, `it was found in ${provenance.source ?? "another place"}, while the platforms come from its index in the registry`);
	throw new GateError("image-moved", `${target.label} was not judged: its index listed another image for this platform a moment ago`, "Its tag was moved meanwhile: run again, or name the image by its digest.");
}
function platformsUnknown({ label }, why) {
	return new GateError("platforms-unknown", `${label} was not judged: its platforms are unknown (${why})`, "Log in first (`docker login`). Or set `image-source: remote` for an image in a registry, or name the platforms with `platform`, one a line.");
}

// src/scan/acquired.ts
function onAcquiredImages(scanner, images) {
	return around(heldToImage(scanner), async (scan, ...[target, located, options, world]) => {
		const { how } = located;
		if (how !== "reference" && how !== "archive" && how !== "layout") return scan(target, located, options, world);
		const began = performance.now();
		const image = await images.acquire(target, located, options, world);
		try {
			const spentMs = performance.now() - began;
			const result = await scan(target, located, {
				...options,
				image,
				spentMs
			}, world);
			return requireEveryPlatform(target, result, image.place === "remote");
		} finally {
			image.release();
		}
	});
}
function heldToImage(scanner) {
	return around(scanner, async (scan, ...[target, located, options, world]) => {
		const result = await scan(target, located, options, world);
		const { image } = options;
		if (image === void 0) return result;
		const { artifact, provenance } = result;
		const { label, platform } = target;
		if (artifact.imageId !== image.imageId) throw new GateError("image-inconsistent", `${label} cannot be judged: ${provenance.scanner} read the image ${artifact.imageId ?? "of no known ID"}, but its configuration is ${image.imageId}`, "Run again. If it happens again, report this: the scanner was given the image's own bytes.");
		if (platform === void 0 || platformMatches(platform, image.platform)) return result;
		throw new GateError("platform-mismatch", `${label} does not exist for ${platform}: the image that was found is ${image.platform ?? "of no known platform"}`, "Build the image for this platform.", { byInput: { platform: "Or remove the platform from `platform`." } });
	});
}
function around(scanner, how) {
	return {
		...scanner,
		session(folder) {
			const session = scanner.session(folder);
			return { scan: (...args) => how(session.scan, ...args) };
		}
	};
}
function acquireFirst(targets, images, world) {
	const first = targets.find(({ kind }) => kind === "image");
	if (first === void 0) return;
	tryOr(() => images.ahead(first, locateTarget(first, world), {}, world), void 0);
}

// src/supply/zip.ts
var ZipFault = class extends Error {
	name = "ZipFault";
};
const END = Buffer.from("PK");
const ENTRY = 33639248;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
function fileInZip(zip, wanted) {
	try {
		return contentAt(zip, entryOf$1(zip, wanted), wanted.maxBytes);
	} catch (cause) {
		throw cause instanceof ZipFault ? cause : new ZipFault("is damaged, or unpacked larger than it says", { cause });
	}
}
function entryOf$1(zip, { name, isOnly }) {
	const end = zip.lastIndexOf(END);
	if (end === -1) throw new ZipFault("is not a zip, or only part of one");
	const count = zip.readUInt16LE(end + 10);
	if (isOnly && count !== 1) throw new ZipFault("does not have exactly one file");
	let at = zip.readUInt32LE(end + 16);
	for (let left = count; left > 0 && zip.readUInt32LE(at) === ENTRY; left--) {
		const nameEnd = at + ENTRY_BYTES + zip.readUInt16LE(at + 28);
		if ((zip.readUInt32LE(at + 38) >>> 16 & 28672) === 0 && zip.toString("utf8", at + ENTRY_BYTES, nameEnd) === name) return at;
		at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
	}
	throw new ZipFault(`does not contain a file ${name}`);
}
function contentAt(zip, entry, maxBytes) {
	const [flags, method] = [zip.readUInt16LE(entry + 8), zip.readUInt16LE(entry + 10)];
	const [length, size] = [zip.readUInt32LE(entry + 20), zip.readUInt32LE(entry + 24)];
	if (size > maxBytes) throw new ZipFault(`is unpacked larger than ${maxBytes} bytes`);
	if ((flags & 1) !== 0) throw new ZipFault("is encrypted");
	if (method !== 0 && method !== 8) throw new ZipFault("is packed in an unknown way");
	const local = zip.readUInt32LE(entry + 42);
	const start = local + LOCAL_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
	const packed = zip.subarray(start, start + length);
	const data = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: maxBytes });
	if (data.length !== size || crc32(data) !== zip.readUInt32LE(entry + 16)) throw new ZipFault("is damaged");
	return data;
}

// src/supply/kept.ts
const NOTE_FILE = "image-gate.json";
const MAX_NOTE = 65536;
const noteSchema = object({
	version: literal(1),
	from: string().max(2e3),
	checkedAt: datetime().default("1970-01-01T00:00:00.000Z"),
	files: record(string(), string()),
	mark: record(string(), string()).default({})
});
async function kept(set, request, world) {
	const { store, timeout } = request;
	const end = performance.now() + timeout;
	const before = storedFolder(store, set.name);
	const first = await look(set, before, STORE);
	const current = copyOf(first);
	if (current?.isDue === false) return logUse(current, set, world);
	const lock = {
		folder: store,
		name: set.name,
		doing: `downloading ${set.called}`,
		waitMs: timeout / 2
	};
	return whileLocked(lock, world, async () => {
		const now = storedFolder(store, set.name);
		const stored = now === before ? first : await look(set, now, STORE);
		if (stored !== void 0 && "why" in stored) world.log[levelOf(stored.reason)](`${start(set)}: the stored one is not used: ${stored.why}.`);
		else if (stored?.isDue === false) return logUse(stored, set, world);
		return refresh(set, {
			...request,
			stored,
			end
		}, world);
	});
}
function logUse(copy, set, { log }) {
	const { from, checkedAt } = copy.note;
	const shown = set.sources?.find(({ name }) => name === from)?.shown ?? from;
	log.info(`${start(set)}: the copy from ${shown.slice(0, 200)}, kept on this machine (${isoSeconds(new Date(checkedAt))}).`);
	return copy;
}
function logOldCopy(set, dated, error, log) {
	const words = `${start(set)} of ${dated.toISOString()} is used`;
	if (error.code.endsWith("-offline")) log.info(`${words}: \`offline\` names no source to refresh it from.`);
	else log.warning(`${words}, as it could not be refreshed. ${error.message}`);
}
const start = ({ called }) => called.slice(0, 1).toUpperCase() + called.slice(1);
const levelOf = (reason) => reason === "replaced" ? "warning" : "info";
const STORE = "this machine's store";
async function look(set, folder, place) {
	if (folder === void 0) return void 0;
	const fault = (reason, why) => ({
		place,
		reason,
		why
	});
	const [main = ""] = set.files;
	if (statusOf(join(folder, main))?.isFile() !== true) return fault("missing", `its ${main} is missing`);
	const note = readNote(folder);
	if (note === void 0) return fault("replaced", `it has no usable ${NOTE_FILE}, which holds its SHA-256`);
	if (set.sources?.every(({ name }) => name !== note.from)) return fault("foreign", `it came from ${JSON.stringify(note.from.slice(0, 200))}, which this run does not ask`);
	const files = await hashesOf(folder, set.files);
	const wrong = set.files.find((file) => files[file] === void 0 || files[file] !== note.files[file]);
	if (wrong !== void 0) return fault("replaced", `the SHA-256 of its ${wrong} is wrong`);
	const checked = await set.check(folder, note);
	return "why" in checked ? {
		place,
		...checked
	} : {
		...checked,
		folder,
		note: {
			...note,
			files
		}
	};
}
async function hashesOf(folder, files) {
	const hashes = {};
	for (const file of files) {
		const sha256 = await hashedBeside({ path: join(folder, file) }).catch(() => void 0);
		if (sha256 !== void 0) hashes[file] = sha256;
	}
	return hashes;
}
function readNote(folder) {
	return tryOr(() => noteSchema.safeParse(JSON.parse(readSmallText(join(folder, NOTE_FILE), MAX_NOTE)), { jitless: true }).data, void 0);
}
function copyOf(found) {
	return found !== void 0 && "why" in found ? void 0 : found;
}
async function refresh(set, request, world) {
	const { cache, end } = request;
	const stored = copyOf(request.stored);
	const cached = stored === void 0 ? await fromCache(set, request, world) : void 0;
	const usable = stored ?? copyOf(cached);
	if (usable?.isDue === false) return usable;
	const unrefreshed = (error) => {
		if (usable === void 0) throw error;
		return {
			...logUse(usable, set, world),
			notRefreshed: error
		};
	};
	const faults = [request.stored, cached].flatMap((each) => each !== void 0 && "why" in each && each.reason === "replaced" ? [each] : []);
	if (set.sources === void 0) return unrefreshed(usable === void 0 && faults.length > 0 ? set.error(faults, 0) : set.offline());
	clearLeftovers(request.store);
	for (const at of set.sources.keys()) {
		const left = end - performance.now();
		const waiting = set.sources.slice(at);
		if (left <= 0) return unrefreshed(set.error(faults, waiting.length));
		const found = await ask(set, waiting, {
			left,
			usable,
			store: request.store
		}, world);
		if ("why" in found) faults.push(found);
		else {
			const entry = entryOf(set, found);
			if (stored === void 0 && (usable === void 0 || entryOf(set, usable).key !== entry.key)) cache?.save(entry, found.folder);
			return found;
		}
	}
	return unrefreshed(set.error(faults, 0));
}
async function fromCache(set, { cache, store }, world) {
	if (cache === void 0) return void 0;
	const folder = freshFolder(store);
	using _ = removedAtEnd(folder);
	const key = await cache.restore({
		key: set.cachePrefix,
		files: [...set.files, NOTE_FILE]
	}, folder);
	if (key === void 0) return void 0;
	const found = await look(set, folder, "the shared cache");
	if (found === void 0) return void 0;
	if (!("why" in found) && entryOf(set, found).key === key) return {
		...found,
		folder: swapIn(store, set.name, folder)
	};
	const fault = "why" in found ? found : {
		place: "the shared cache",
		reason: "misnamed",
		why: `it is of ${isoSeconds(found.dated)}`
	};
	if (["stale", "foreign"].includes(fault.reason)) world.log.info(`Cache: ${key} is not used: ${fault.why}.`);
	else world.log.warning(unusableEntry(key, fault.why).message);
	return fault;
}
function entryOf({ cachePrefix, files }, { dated }) {
	return {
		key: `${cachePrefix}${dated.toISOString().replace(/[-:]|\.\d+Z$/g, "")}`,
		files: [...files, NOTE_FILE]
	};
}
async function ask(set, [source, ...others], { left, usable, store }, world) {
	const began = performance.now();
	const place = source.shown ?? source.name;
	const fresh = freshFolder(store);
	using _ = removedAtEnd(fresh);
	const clock = timeLimit(others.length === 0 ? left : left / 2);
	const asking = {
		signal: AbortSignal.any([world.signal, clock]),
		silenceMs: left / (others.length + 1),
		former: usable?.note
	};
	const fetched = async () => {
		const into = join(fresh, "kept");
		mkdirSync(into, { mode: 448 });
		const mark = await set.fetch(source, into, asking);
		const { folder, note: former } = mark === "unchanged" ? usable : {
			folder: into,
			note: {
				from: source.name,
				files: await hashesOf(into, set.files),
				mark
			}
		};
		const note = {
			...former,
			checkedAt: world.now().toISOString()
		};
		replaceWhole(join(folder, NOTE_FILE), [`${JSON.stringify({
			version: 1,
			...note
		})}\n`], { mode: 384 });
		const checked = await set.check(folder, note);
		return "why" in checked ? checked : {
			...checked,
			folder,
			note
		};
	};
	let found;
	try {
		found = await fetched();
	} catch (thrown) {
		if (world.signal.aborted) throw cancelled();
		if (thrown instanceof GateError && !clock.aborted) throw thrown;
		const { code = "" } = thrown;
		if (clock.aborted) found = {
			reason: "timeout",
			why: "it did not answer in time"
		};
		else if ([
			"ENOSPC",
			"EDQUOT",
			"EFBIG"
		].includes(code)) found = {
			reason: "disk-full",
			why: "the disk is full"
		};
		else found = set.faultOf(thrown);
	}
	const took = `${((performance.now() - began) / 1e3).toFixed(1)} s`;
	if ("why" in found) {
		world.log[levelOf(found.reason)](`${start(set)}, ${place}: ${found.why} (${took}).`);
		return {
			place,
			...found
		};
	}
	if (found.folder === usable?.folder) return found;
	const folder = swapIn(store, set.name, found.folder);
	world.log.info(`${start(set)}, ${place}: downloaded in ${took}, of ${found.dated.toISOString()}.`);
	return {
		...found,
		folder
	};
}

// src/supply/release-source.ts
function releaseSource({ mirror, mirrorToken, timeoutMs }, { tool, repository }, log) {
	const time = {
		timeoutMs,
		endsAt: performance.now() + timeoutMs
	};
	if (mirror === void 0) return {
		base: `https://github.com/${repository}/releases/download`,
		isMirror: false,
		...time
	};
	if (mirrorToken === void 0) return {
		base: mirror,
		isMirror: true,
		...time
	};
	if (mirror.startsWith("http:")) log.warning(`\`${tool}-mirror-token\` is sent unencrypted, as \`${tool}-mirror\` is ${mirror}: anyone on the network path can read it. Serve the mirror by https.`);
	return {
		base: mirror,
		isMirror: true,
		authorization: authorizationOf(mirrorToken, log),
		...time
	};
}
function authorizationOf(login, log) {
	log.mask(login);
	const colon = login.indexOf(":");
	if (colon < 0) return `Bearer ${login}`;
	const password = login.slice(colon + 1);
	if (password !== "") log.mask(password);
	const basic = Buffer.from(login, "utf8").toString("base64");
	log.mask(basic);
	return `Basic ${basic}`;
}
function addressOf({ base }, version, file) {
	return `${base}/v${version}/${file}`;
}
function loginRemedy({ isMirror, authorization }, tool) {
	if (!isMirror) return "It is asked for without a login.";
	return authorization === void 0 ? `If it needs a login, give it with \`${tool}-mirror-token\`.` : `The login of \`${tool}-mirror-token\` was sent and not accepted: it may be wrong, have expired, or lack the right to read.`;
}

// src/supply/download.ts
const MAX_ARCHIVE = 1 << 28;
const MAX_SMALL = 1 << 20;
async function download({ address, maxBytes }, source, publisher, { signal }) {
	if (signal.aborted) throw cancelled();
	const { authorization, endsAt } = source;
	const clock = timeLimit(endsAt - performance.now());
	const both = AbortSignal.any([signal, clock]);
	try {
		return await retrying(async () => readBody(await get({
			address,
			authorization,
			signal: both
		}), maxBytes, both), both);
	} catch (error) {
		if (signal.aborted) throw cancelled();
		const { problem, why, remedy } = failureOf(error, clock.aborted, source, publisher);
		throw installError(publisher, problem, `${address} ${why}`, remedy, error);
	}
}
function failureOf(cause, isLate, source, { tool, repository }) {
	const usual = source.isMirror ? `Check \`${tool}-mirror\`, which must serve \`v<version>/<archive name>\` to this machine.` : `Open port 443 from this machine to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy with \`${tool}-mirror\` or \`${tool}-binary\`.`;
	const failure = (problem, why, remedy = usual) => ({
		problem,
		why,
		remedy
	});
	const seconds = Math.round(source.timeoutMs / 1e3);
	if (isLate) return failure("download-timeout", `was not downloaded within ${seconds} s`, `${usual} Or raise \`timeout\`.`);
	const status = cause instanceof HttpStatusError ? cause.httpStatusCode : 0;
	if (status === 404 || status === 410) {
		const remedy = `Check \`${tool}-version\` against github.com/${repository}/releases: this version or the archive for this machine is not there.`;
		return failure("download-missing", `does not exist (HTTP ${status})`, source.isMirror ? usual : remedy);
	}
	if (status === 401 || status === 403 || status === 407) return failure("download-denied", `was refused (HTTP ${status})`, `${usual} ${loginRemedy(source, tool)}`);
	const answer = status === 0 ? withoutQueries(cause) : `HTTP ${status}`;
	const why = status >= 300 && status < 400 ? "it is redirected again and again" : answer;
	const remedy = isCertificateError(cause) ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS." : usual;
	return failure("download-failed", `could not be downloaded: ${why}`, remedy);
}

// src/supply/signature.ts
const MAX_PROOF_BYTES = 4 << 20;
const schema$1 = strictObject({
	checksums: string(),
	bundle: string()
});
const checksumsFile = ({ publisher, version }) => `${publisher.tool}_${version}_checksums.txt`;
const REFRESH_MS = 3e4;
function releaseSignatures(publisher, { trust, mayRefresh }, world) {
	const other = hasKnownDefault(publisher) ? "Use the version that is compiled in, or, where" : "Where";
	let newer;
	return async (file, version) => {
		const { verifySignature, SignatureFault } = await import("./supply.sigstore.verify.js");
		const invalid = (reason, cause) => installError(publisher, "signature-invalid", `The signature of ${file.name} is not good: ${reason}`, `Do not use this release before you know why. ${other} you have the archive's SHA-256 from a source that you trust, give it as \`${publisher.tool}-sha256\`.`, cause);
		const faultWith = (root) => {
			try {
				verifySignature(file, publisher.signerOf(version), root);
				return;
			} catch (error) {
				if (error instanceof SignatureFault) return error;
				throw error;
			}
		};
		const fault = faultWith(trust.root);
		if (fault === void 0) return;
		if (!mayRefresh) throw invalid(`${fault.message}, and Image Gate must not ask Sigstore for newer keys here`, fault);
		newer ??= refreshed(trust, world);
		const still = faultWith(await newer.catch((error) => {
			if (world.signal.aborted) throw cancelled();
			throw invalid(`${fault.message}, and Sigstore could not be asked: ${error.message.slice(0, 200)}`, error);
		}));
		if (still !== void 0) throw invalid(`${still.message}, also by Sigstore's newest keys`, still);
	};
}
async function refreshed(trust, world) {
	world.log.info("Asking Sigstore (tuf-repo-cdn.sigstore.dev) for its newest logs and authorities");
	const { newestTrustedRoot } = await import("./supply.sigstore.refresh.js");
	const signal = AbortSignal.any([world.signal, timeLimit(REFRESH_MS)]);
	return newestTrustedRoot(privateFolder(world, "sigstore"), signal, trust.repository);
}
async function fetchProof(release, source, world) {
	const { version, publisher } = release;
	const fetch = async (name) => {
		const asked = {
			address: addressOf(source, version, name),
			maxBytes: MAX_SMALL
		};
		return (await download(asked, source, publisher, world)).toString("utf8");
	};
	const signed = checksumsFile(release);
	const signatures = `${signed}.sigstore.json`;
	try {
		return {
			bundle: await fetch(signatures),
			checksums: await fetch(signed)
		};
	} catch (error) {
		throw error instanceof GateError && error.code === `${publisher.tool}-download-missing` ? noSignature(release, signatures, source) : error;
	}
}
function noSignature({ version, archive, publisher }, signatures, source) {
	const { tool, name, table } = publisher;
	const first = source.isMirror ? "Copy the signature and the checksums file to the mirror, too," : `Check \`${tool}-version\` (early releases have no such signature),`;
	const known = hasKnownDefault(publisher) ? ` use ${name} ${table.default},` : "";
	return installError(publisher, "signature-missing", `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${signatures})`, `${first}${known} or give the archive's SHA-256 as \`${tool}-sha256\`.`);
}
function readProof(path) {
	return tryOr(() => schema$1.safeParse(JSON.parse(readSmallText(path, MAX_PROOF_BYTES))).data, void 0);
}
async function signedChecksum(proof, release) {
	const { version, archive, publisher, check } = release;
	const { checksums } = proof;
	const name = checksumsFile(release);
	await check({
		name,
		bytes: Buffer.from(checksums, "utf8"),
		bundle: proof.bundle
	}, version);
	const lines = checksums.split(/\r?\n/).map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []);
	const [hash, ...others] = new Set(lines.flatMap(([, sha256, file]) => sha256 && file === archive ? sha256 : []));
	if (hash !== void 0 && others.length === 0) return hash;
	const { tool, repository } = publisher;
	throw installError(publisher, "checksum-missing", `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`, `Check \`${tool}-version\` against github.com/${repository}/releases: these are another version's checksums, or there is no archive for this machine. Or give its SHA-256 as \`${tool}-sha256\`.`);
}

// src/supply/archive.ts
const MAX_RELEASE_FILE = 1 << 30;
async function extractMember(archive, { archive: name, member, publisher }, to) {
	const invalid = (what, cause) => installError(publisher, "archive-invalid", `${publisher.name}'s release archive ${what}`, `Check that \`${publisher.tool}-mirror\` serves the release archives unchanged, or that \`${publisher.tool}-sha256\` is the hash of a release archive.`, cause);
	const wanted = {
		name: member,
		maxBytes: MAX_RELEASE_FILE
	};
	const read = async () => name.endsWith(".zip") ? fileInZip(archive, wanted) : await tarMember(archive, member, invalid);
	const bytes = await read().catch((cause) => {
		if (cause instanceof GateError) throw cause;
		const clause = cause instanceof TarProblem ? cause.clause : cause instanceof ZipFault ? cause.message : "is damaged";
		throw invalid(clause, cause);
	});
	if (bytes.length === 0) throw invalid(`contains an empty file ${member}`);
	writeFileSync(to, bytes, {
		flag: "wx",
		mode: 448
	});
	return sha256OfBytes(bytes);
}
async function tarMember(archive, member, invalid) {
	const unpacked = await promisify(gunzip)(archive, { maxOutputLength: MAX_RELEASE_FILE });
	const found = membersOf(unpacked).filter(({ name, kind }) => name === member && kind === "file");
	const [only] = found;
	if (only === void 0) throw invalid(`does not contain a file ${member}`);
	if (found.length > 1 || only.size === 0) throw invalid(`does not contain exactly one non-empty file ${member}`);
	return unpacked.subarray(only.offset, only.offset + only.size);
}

// src/supply/verified-files.ts
async function verifiedProgram(files, wanted, world) {
	const { program, archiveSha256 } = wanted;
	const expected = program?.sha256 ?? archiveSha256 ?? await proven(files.proof, wanted);
	if (typeof expected === "object") return expected;
	const path = program === void 0 ? files.archive : files.binary;
	if (path === void 0) return { wrong: `there is no ${program ? wanted.member : `${wanted.archive} by which it can be checked`}` };
	if (statSync(path).size > 1073741824) return {
		wrong: `it has more than ${MAX_RELEASE_FILE} bytes`,
		isReplaced: true
	};
	const found = program === void 0 ? readFileSync(path) : await hashedProgram(path, world, program);
	const actual = Buffer.isBuffer(found) ? sha256OfBytes(found) : found.sha256;
	if (actual !== expected) return {
		wrong: `its SHA-256 is ${actual}, not ${expected}`,
		isReplaced: true
	};
	return Buffer.isBuffer(found) ? extracted(found, wanted, world) : found;
}
async function proven(path, wanted) {
	const proof = path === void 0 ? void 0 : readProof(path);
	if (proof === void 0) return { wrong: "it has no signature that could be checked" };
	try {
		return await signedChecksum(proof, wanted);
	} catch (error) {
		if (!(error instanceof GateError) || error.code === cancelled().code) throw error;
		return {
			wrong: error.what,
			isReplaced: true
		};
	}
}
async function extracted(archive, release, world) {
	const { member, program, publisher } = release;
	const path = join(programFolder(world), member);
	const sha256 = await extractMember(archive, release, path);
	if (program === void 0 || sha256 === program.sha256) return {
		path,
		sha256
	};
	rmSync(path, { force: true });
	throw installError(publisher, "hash-mismatch", `The program in ${release.archive} has the SHA-256 ${sha256}, not the released one's ${program.sha256}`, `Do not use this archive. Check github.com/${publisher.repository} for an advisory, and \`${publisher.tool}-mirror\` where you gave it.`);
}

// src/supply/install.ts
async function releasedProgram(wish, publisher, trust, world) {
	const version = parseVersion(wish.version ?? publisher.table.default, publisher);
	const release = releaseFor(version, world, publisher);
	publisher.refuseBadVersion(version);
	const known = release.archiveSha256;
	const mayRefresh = wish.mirror === void 0 && wish.offline !== true;
	const check = releaseSignatures(publisher, {
		trust,
		mayRefresh
	}, world);
	const isTheirs = wish.sha256 !== void 0 && wish.sha256 !== known;
	if (isTheirs && known !== void 0) world.log.notice(`\`${publisher.tool}-sha256\` (${wish.sha256}) differs from the SHA-256 of ${release.archive} that is compiled in (${known}); yours counts.`);
	const held = isTheirs ? {
		archiveSha256: wish.sha256,
		program: void 0
	} : { archiveSha256: known };
	return {
		...await provided({
			...release,
			...held,
			check
		}, wish, world),
		version,
		archive: release.archive,
		isOurs: !isTheirs && known !== void 0
	};
}
async function provided(wanted, wish, world) {
	const entry = findInToolCache(wanted, world);
	const kept = entry && await verifiedProgram(entry, wanted, world);
	if (kept === void 0) return fromElsewhere(wanted, wish, world);
	if (!("wrong" in kept)) return {
		...kept,
		origin: "tool cache"
	};
	const { publisher, version } = wanted;
	const what = `${publisher.name} ${version} in the tool cache (${entry?.folder}) is not what it should be: ${kept.wrong}`;
	world.log.warning(`${what}. It is replaced.`);
	try {
		return await fromElsewhere(wanted, wish, world);
	} catch (cause) {
		if (!kept.isReplaced || world.signal.aborted || !(cause instanceof GateError)) throw cause;
		throw installError(publisher, "hash-mismatch", `${what}; and it could not be replaced: ${cause.what}`, `Find out who can write to the tool cache. ${cause.remedy}`, cause);
	}
}
async function fromElsewhere(wanted, wish, world) {
	if (wish.offline === true && wish.mirror === void 0) throw await offlineError(wanted, world);
	const { publisher, version } = wanted;
	const source = releaseSource(wish, publisher, world.log);
	const cache = wish.offline === true ? void 0 : wish.cache;
	const fetch = async () => await fromSharedCache(wanted, cache, world) ?? await fromDownload(wanted, source, cache, world);
	if (world.toolCache === void 0) return fetch();
	const name = `${publisher.tool}-${version}-${world.arch}`;
	const doing = `downloading ${publisher.name} ${version}`;
	const lock = {
		folder: databaseStore(world).store,
		name,
		doing,
		waitMs: wish.timeoutMs / 2
	};
	return whileLocked(lock, world, async () => {
		const entry = findInToolCache(wanted, world);
		const kept = entry && await verifiedProgram(entry, wanted, world);
		return kept === void 0 || "wrong" in kept ? fetch() : {
			...kept,
			origin: "tool cache"
		};
	});
}
async function offlineError({ version, publisher }, { arch }) {
	const { tool, name } = publisher;
	const { findAllVersions } = await import("./package.@actions.tool-cache.lib.tool-cache.js");
	const others = tryOr(() => findAllVersions(tool, arch), []);
	const has = others.length === 0 ? "" : `, which has ${listSome(others, 5)}`;
	return installError(publisher, "offline", `${name} ${version} is not in the tool cache${has}, and \`offline\` forbids asking github.com for it`, `Name a copy of ${name}'s releases with \`${tool}-mirror\`, or an installed ${name} with \`${tool}-binary\`${has && `, or a version in the tool cache with \`${tool}-version\``}.`);
}
async function fromSharedCache(wanted, cache, world) {
	const folder = privateFolder(world, "restored");
	const sha256 = wanted.program?.sha256 ?? wanted.archiveSha256 ?? "";
	const key = await cache?.restore({
		key: keyOf(wanted, sha256, world),
		files: lastingFiles(wanted)
	}, folder);
	if (key === void 0) return void 0;
	const files = filesIn(folder, wanted);
	const program = await verifiedProgram(files, wanted, world);
	if ("wrong" in program) {
		world.log.warning(unusableEntry(key, program.wrong).message);
		return;
	}
	keepInToolCache({
		...files,
		binary: program.path
	}, wanted, world);
	return {
		...program,
		origin: "shared cache"
	};
}
function keyOf({ publisher: { tool }, version, archiveSha256 }, sha256, { platform, arch }) {
	return `${tool}-${archiveSha256 === void 0 ? "signed" : "bin"}-${version}-${platform}-${arch}-${sha256.slice(0, 12)}`;
}
function lastingFiles({ member, archive, program, archiveSha256 }) {
	if (program !== void 0) return [member];
	return archiveSha256 === void 0 ? [archive, PROOF_FILE] : [archive];
}
async function fromDownload(wanted, source, cache, world) {
	const { version, publisher, archiveSha256 } = wanted;
	const address = addressOf(source, version, wanted.archive);
	const folder = privateFolder(world, "download");
	const file = join(folder, wanted.archive);
	const proof = archiveSha256 === void 0 ? await fetchProof(wanted, source, world) : void 0;
	const expected = archiveSha256 ?? (proof && await signedChecksum(proof, wanted));
	world.log.info(`Downloading ${publisher.name} ${version} from ${address}`);
	const bytes = await download({
		address,
		maxBytes: MAX_ARCHIVE
	}, source, publisher, world);
	const sha256 = sha256OfBytes(bytes);
	const { tool, repository } = publisher;
	if (sha256 !== expected) throw installError(publisher, "hash-mismatch", `${address} has the SHA-256 ${sha256}, not ${expected}: it is not the archive that was released, or was cut off`, source.isMirror ? `Check that \`${tool}-mirror\` serves the release archives unchanged, and \`${tool}-sha256\` if you gave it.` : `Run again, and check \`${tool}-sha256\` if you gave it. If it happens again, do not use this archive: look for an advisory at github.com/${repository}, and check your proxy.`);
	const program = await extracted(bytes, wanted, world);
	const isKnown = wanted.program !== void 0;
	if (!isKnown) writeFileSync(file, bytes, { mode: 384 });
	if (proof !== void 0) writeFileSync(join(folder, PROOF_FILE), JSON.stringify(proof), { mode: 384 });
	const files = {
		binary: program.path,
		archive: isKnown ? void 0 : file,
		proof: proof && join(folder, "signature.json")
	};
	keepInToolCache(files, wanted, world);
	const key = keyOf(wanted, wanted.program?.sha256 ?? sha256, world);
	cache?.save({
		key,
		files: lastingFiles(wanted)
	}, isKnown ? dirname(program.path) : folder);
	return {
		...program,
		origin: "download"
	};
}

// src/supply/installed.ts
async function installedProgram(wish, question, trust, world) {
	const { publisher } = question;
	const { binary, sha256 } = wish;
	if (binary !== void 0) {
		const given = await givenProgram({
			binary,
			sha256
		}, publisher, world);
		const version = knownVersion(given.sha256, publisher) ?? await askVersion(given.path, question, world);
		publisher.refuseBadVersion(version);
		return {
			...given,
			version,
			origin: "given binary"
		};
	}
	const { isOurs, archive, ...program } = await releasedProgram(wish, publisher, trust, world);
	if (isOurs) return program;
	const version = await askVersion(program.path, question, world);
	publisher.refuseBadVersion(version);
	if (sha256 === void 0 && version !== program.version) throw installError(publisher, "version-invalid", `The program in ${archive} says that it is ${publisher.name} ${version}`, "Do not use this archive: its name and its content are of two versions.");
	return {
		...program,
		version
	};
}
async function givenProgram({ binary, sha256 }, publisher, world) {
	const path = findBinary(binary, publisher, world);
	if (sha256 === void 0) warnOfWorkspace(path, binary, publisher, world);
	const program = await hashedProgram(path, world);
	if (sha256 === void 0 || program.sha256 === sha256) return program;
	const { tool } = publisher;
	throw installError(publisher, "hash-mismatch", `The program ${JSON.stringify(binary)} has the SHA-256 ${program.sha256}, not ${sha256}`, `Give the program's own SHA-256 as \`${tool}-sha256\` (with \`${tool}-binary\` it is not the archive's), or replace the program.`);
}
function warnOfWorkspace(given, binary, publisher, { workspace, log }) {
	const folders = existsSync(workspace) ? [workspace, realpathSync(workspace)] : [workspace];
	if (![given, realpathSync(given)].some((place) => folders.some((folder) => isWithin(folder, place)))) return;
	const { tool, name } = publisher;
	const warning = installError(publisher, "binary-in-workspace", `\`${tool}-binary\` ${JSON.stringify(binary)} is in the workspace, where an unmerged change can put its own program`, `Install ${name} outside of it, or give the program's SHA-256 as \`${tool}-sha256\`.`);
	log.warning(warning.message);
}
function findBinary(binary, publisher, world) {
	const isName = !/[\\/]/.test(binary);
	const names = world.platform === "win32" ? [binary, `${binary}.exe`] : [binary];
	const found = isName ? findProgram(binary, world) : names.map((name) => resolve(world.workspace, name)).find((path) => statusOf(path)?.isFile());
	if (found !== void 0) return found;
	const { tool, name } = publisher;
	throw installError(publisher, "binary-missing", `\`${tool}-binary\` ${JSON.stringify(binary)} is ${isName ? "not a program on the PATH, apart from folders that the job fills" : "not a file"}`, `Check the path, which is relative to the workspace (\`./${tool}\` for a file in it), install ${name} first, or leave \`${tool}-binary\` out to have it downloaded.`);
}
const DEADLINE_MS$1 = 3e4;
async function askVersion(path, question, world) {
	const { publisher, args, run, parse } = question;
	const { tool, name } = publisher;
	const result = await run(path, args, DEADLINE_MS$1, world);
	if (result.aborted) throw cancelled();
	const told = result.code === 0 ? tryOr(() => parse(JSON.parse(result.stdout)), void 0) : void 0;
	if (told === void 0) {
		const why = result.timedOut ? `gave no answer within ${DEADLINE_MS$1 / 1e3} s` : `ended with ${result.signal ?? `exit code ${result.code}`} and told none`;
		throw installError(publisher, "unusable", `${JSON.stringify(path)} is not a ${name} that works here: asked for its version it ${why}; ${saidIn(result)}`, `Check that it is a ${name} for this operating system and processor; \`${tool} ${args.join(" ")}\` must print its version.`);
	}
	const version = releasedVersion(told);
	if (version !== void 0) return version;
	throw installError(publisher, "version-invalid", `${JSON.stringify(path)} says that it is ${name} ${JSON.stringify(told.slice(0, 60))}, which is not a released version`, `Use a released ${name}, or leave \`${tool}-binary\` out to have one downloaded and verified.`);
}
function saidIn({ stderr, stdout }) {
	const line = ((stderr.trim() || stdout.trim()).split("\n").at(-1)?.split("	").at(-1) ?? "").replace(/[\p{C}\p{Z}]+/gu, " ").trim();
	return line === "" ? "it said nothing" : `it said ${JSON.stringify(withoutUrlLogins(line).slice(0, 300))}`;
}

// src/scanners/program.ts
function scannerEnvironment(world, inherited = []) {
	return {
		...ownEnvironment(world, inherited),
		...noLogin(world)
	};
}
async function runScanner(program, args, options, world) {
	const own = {
		cwd: privateFolder(world, "cwd"),
		signal: world.signal
	};
	const result = await runProcess(program, args, {
		...options,
		...own
	});
	if (result.aborted) throw cancelled();
	return result;
}
function readWritten(path, name) {
	try {
		if (lstatSync(path).isFile()) return readFileSync(path);
		throw new TypeError("not a regular file");
	} catch (cause) {
		if (cause.code === "ERR_FS_FILE_TOO_LARGE") throw reportTooLarge(name, cause);
		throw new GateError("report-missing", `${name} ended without an error, but wrote no report`, `Check that \`${name.toLowerCase()}-binary\` is a real ${name} and that the disk for temporary files is not full.`, { cause });
	}
}
const MAX_MESSAGE = 400;
function messageLine(text, leftOut = /^$/) {
	const line = withoutUrlLogins(text).replace(/[\p{C}\p{Z}]+/gu, " ").trim().replace(leftOut, "");
	if (line === "") return "it said nothing";
	return line.length <= MAX_MESSAGE ? line : `…${line.slice(-400)}`;
}
const DISK_FULL = {
	code: "disk-full",
	match: /no space left on device/,
	what: "the disk is full",
	remedy: "Free some space: a scan unpacks the image's layers in the folder for temporary files."
};
function toldFailure(failures, texts, words, { label }) {
	const told = failures.find(({ match }) => texts.some((text) => match.test(text)));
	if (told === void 0) return void 0;
	const { code, what, remedy, byInput } = told;
	return new GateError(code, `${label} was not scanned: ${what} (${words})`, remedy, { byInput });
}
function isKilled({ code, signal }) {
	return signal === "SIGKILL" || code === 137;
}
function outOfMemory({ label }, how, byInput) {
	return new GateError("out-of-memory", `${label} was not scanned: ${how}`, "Most often the machine ran out of memory: use a machine with more.", { byInput });
}

// src/images/source.ts
const PLACES = {
	docker: "the local Docker",
	containerd: "the local containerd",
	podman: "the local Podman",
	remote: "the registry",
	archive: "a `docker save` tar",
	layout: "an OCI layout folder"
};

// src/images/registry/artifact.ts
const IDLE_TRIES = 5;
const MAX_SILENCE_MS = 3e4;
async function fetchArtifact(wanted, access) {
	try {
		return await fetchOnce(wanted, access);
	} catch (error) {
		if (await access.credentials(repositoryName(wanted.reference)) === void 0 || !isDenied(error) || access.signal.aborted) throw error;
		return await fetchOnce(wanted, {
			...access,
			credentials: async () => void 0
		});
	}
}
function isDenied(error) {
	return error instanceof ImageFault && error.code === "image-denied";
}
async function fetchOnce({ reference, tag, mediaType, maxBytes, known, file }, { credentials, signal, silenceMs, onBytes }) {
	const parsed = parseReference(reference);
	const other = new RegistryFault("image-unreadable", "has something else there");
	if (parsed === void 0) throw other;
	const document = await registryReader({
		credentials,
		signal,
		deadlineMs: silenceMs
	}).read(reference, parsed.digest ?? parsed.tag ?? tag);
	const [layer, ...more] = document.kind === "manifest" ? document.layers : [];
	if (layer?.mediaType !== mediaType || more.length > 0 || layer.size > maxBytes) throw other;
	const { digest, size } = layer;
	if (digest === known) return digest;
	let done = 0;
	const counted = (bytes) => {
		done += bytes;
		onBytes?.(done, size);
	};
	await blobFetcher(reference, {
		credentials,
		silenceMs: Math.min(MAX_SILENCE_MS, Math.ceil(silenceMs / IDLE_TRIES))
	}).fetch({
		digest,
		size,
		file,
		onBytes: counted
	}, signal);
	return digest;
}

// src/scanners/trivy/database/download.ts
const MAX_BYTES = 16 * 1024 ** 3;
async function fetchDatabase({ kind, repository, isNamed, into }, { signal, silenceMs, former }, world) {
	const { artifact, schema, name } = KINDS[kind];
	const advance = {
		what: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
		unit: "bytes"
	};
	const file = join(into, "archive");
	const known = former?.mark.digest;
	const wanted = {
		reference: repository,
		tag: String(schema),
		mediaType: artifact,
		maxBytes: MAX_BYTES,
		known,
		file
	};
	const credentials = isNamed ? credentialsFor({
		...world,
		signal
	}) : async () => void 0;
	try {
		const digest = await fetchArtifact(wanted, {
			credentials,
			signal,
			silenceMs,
			onBytes: (done, of) => world.log.advance?.({
				...advance,
				done,
				of
			})
		});
		if (digest === known) return "unchanged";
		await unpack(file, filesOf(kind), into, signal);
		noteDownload(join(into, METADATA), world.now());
		return { digest };
	} finally {
		rmSync(file, { force: true });
		world.log.advance?.({
			...advance,
			done: 0,
			of: 0
		});
	}
}
async function unpack(archive, names, into, signal) {
	const unpacking = createGunzip({ chunkSize: 1 << 20 });
	const done = pipeline$1(createReadStream(archive, { highWaterMark: 1 << 20 }), unpacking, { signal });
	done.catch(() => {});
	try {
		await writeMembers(unpacking, (member) => {
			const name = names.find((each) => each === member.name.replace(/^\.\//, ""));
			if (name === void 0 || member.kind !== "file") return void 0;
			if (member.size > MAX_BYTES) throw damagedTar(`${name} has more than ${MAX_BYTES} bytes`);
			return join(into, name);
		});
		await done;
	} finally {
		unpacking.destroy();
	}
}
function noteDownload(path, now) {
	try {
		const metadata = JSON.parse(readFileSync(path, "utf8"));
		writeFileSync(path, JSON.stringify({
			...metadata,
			DownloadedAt: now.toISOString()
		}), { mode: 384 });
	} catch {}
}

// src/scanners/trivy/database/database.ts
const repositoriesOf = (name) => [
	"mirror.gcr.io/aquasec",
	"ghcr.io/aquasecurity",
	"public.ecr.aws/aquasecurity",
	"docker.io/aquasec"
].map((project) => `${project}/${name}`);
const VULNERABILITY_REPOSITORIES = repositoriesOf("trivy-db:2");
const JAVA_REPOSITORIES = repositoriesOf("trivy-java-db:1");
async function prepareDatabase(kind, request, world) {
	const set = dataSet(kind, request, world);
	const { value, folder, note, notRefreshed } = await kept(set, request, world);
	if (notRefreshed !== void 0) logOldCopy(set, value.updatedAt, notRefreshed, world.log);
	return {
		...value,
		folder,
		sha256: note.files[KINDS[kind].file]
	};
}
function dataSet(kind, request, world) {
	const { offline, maxDbAge: maxAgeMs } = request;
	const { repositories, isNamed } = sourcesOf(kind, request);
	const { folder: name, cachePrefix, name: called } = KINDS[kind];
	return {
		name,
		called: `the ${called}`,
		files: filesOf(kind),
		cachePrefix,
		sources: offline && !isNamed ? void 0 : repositories.map((repository) => ({ name: repository })),
		check: (folder, { checkedAt }) => checkDatabase(folder, kind, {
			now: world.now(),
			maxAgeMs,
			checkedAt
		}),
		fetch: ({ name: repository }, into, asking) => fetchDatabase({
			kind,
			repository,
			isNamed,
			into
		}, asking, world),
		faultOf,
		error: (faults, untried) => databaseError(kind, request, faults, untried),
		offline: () => offlineWithoutDatabase(kind, world)
	};
}
function sourcesOf(kind, { dbRepository, javaDbRepository }) {
	const named = kind === "java" ? javaDbRepository : dbRepository;
	if (named.length > 0) return {
		repositories: [...new Set(named)],
		isNamed: true
	};
	return {
		repositories: kind === "java" ? JAVA_REPOSITORIES : VULNERABILITY_REPOSITORIES,
		isNamed: false
	};
}
const REASONS = {
	"registry-too-slow": "timeout",
	"scan-timeout": "timeout"
};
function faultOf(thrown) {
	if (thrown instanceof TarProblem || /^Z_/.test(thrown.code ?? "")) return {
		reason: "damaged",
		why: "its download is cut off or damaged"
	};
	const { code, what } = imageError(thrown, "", 0);
	if (code === "image-unreadable" || code === "image-inconsistent") return {
		reason: "image-unreadable",
		why: "its content is not such a database"
	};
	return {
		reason: REASONS[code] ?? code,
		why: what.replace(/^ was not fetched: /, "")
	};
}
const CODES = {
	timeout: "database-timeout",
	stale: "database-stale",
	unavailable: "database-unavailable"
};
function offlineWithoutDatabase(kind, { isAtTerminal }) {
	const copy = `${inputOf(kind)} to a copy within your network: docs/air-gapped.md shows how to make one.`;
	const update = `image-gate db update${kind === "java" ? " --java" : ""}`;
	return new GateError("database-offline", `This machine has no usable ${KINDS[kind].name}, and \`offline\` forbids asking the public repositories`, isAtTerminal ? `Run \`${update}\` while there is a network, or set ${copy}` : `Set ${copy}`);
}
function inputOf(kind) {
	return kind === "java" ? "`java-db-repository`" : "`db-repository`";
}
function databaseError(kind, request, faults, untried) {
	const input = inputOf(kind);
	const { repositories, isNamed } = sourcesOf(kind, request);
	const reach = `Open port 443 (or the port after a name) from this machine to ${listSome([...new Set(repositories.map(registryHost))], MOST_HOSTS)} and to the hosts of their contents (docs/network.md). HTTPS_PROXY and NO_PROXY count. Or set ${input} to a copy that it can reach.`;
	const names = `Check the names in ${input}.`;
	const refresh = isNamed ? `Refresh the copy that ${input} names, or remove it to use the public ones.` : `See github.com/aquasecurity/${kind === "java" ? "trivy-java-db" : "trivy-db"} for why the public ones are late.`;
	const later = kind === "java" ? [] : ["Until then, a higher `max-db-age` accepts an older one."];
	const remedies = {
		timeout: [reach, `Or raise \`timeout\`, which is ${Math.round(request.timeout / 1e3)} s.`],
		"registry-certificate": "Name the file of your certificate authority in the environment variable SSL_CERT_FILE.",
		"registry-rate-limit": `Run again in some minutes, or set ${input} to your own copy.`,
		"image-denied": `Log in first (\`docker login\`): a repository that ${input} names is read with the login for its host, and the public ones without a login.`,
		"image-not-found": names,
		"image-unreadable": names,
		"layer-missing": names,
		"disk-full": "Free some disk space: the databases need about 2 GB.",
		damaged: refresh,
		empty: refresh,
		schema: refresh,
		stale: [refresh, ...later],
		replaced: []
	};
	const what = `No ${KINDS[kind].name} could be downloaded`;
	return placesError({
		what,
		codes: CODES,
		remedies,
		otherwise: reach
	}, faults, untried);
}
const MOST_HOSTS = 20;

// src/scanners/trivy/process/environment.ts
const GIB = 1024 ** 3;
function trivyEnvironment(world, purpose, availableMemory = process.availableMemory()) {
	return {
		...scannerEnvironment(world, purpose === "repository" ? NETWORK_VARIABLES : []),
		AWS_EC2_METADATA_DISABLED: "true",
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

// src/scanners/trivy/install/install.ts
const schema = object({ Version: string() });
const TRIVY_VERSION = {
	publisher: TRIVY,
	args: [
		"version",
		"-f",
		"json"
	],
	parse: (json) => schema.safeParse(json).data?.Version,
	run(path, args, deadlineMs, world) {
		const options = {
			env: trivyEnvironment(world, "files"),
			deadlineMs
		};
		return runScanner(path, [
			...args,
			"--cache-dir",
			privateFolder(world, "version")
		], options, world);
	}
};
function installTrivy(wish, world, trust = {}) {
	return installedProgram(wish, TRIVY_VERSION, trust, world);
}

// src/scanners/trivy/process/process-output.ts
const STACK = /\n[ \t]+[\w.*()[\]/~@-]+\n[ \t]+\S+\.go:\d+(?=\n|$)/g;
function fatalMessage(output) {
	const stderr = output.replace(STACK, "").replace(/\n[ \t]+- (?=\S)/g, " ");
	const at = stderr.lastIndexOf("	FATAL	");
	const text = at === -1 ? stderr.trimEnd().split("\n").slice(-3).join("\n") : stderr.slice(at + 7);
	return withoutUrlLogins(text.replace(/^(?:Fatal error|Error)\s/, "").trim());
}
const CHAIN = /^(?:(?:(?:\w+ )?scan|run|init|report|analyze|pipeline) error: |scan failed: |failed analysis: |unable to initialize (?:a scan service|artifact|\w+ image|repository artifact): )+/;
function shortened(message) {
	return messageLine(message, CHAIN);
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
			log.info(clipped(text, MAX_LENGTH));
		},
		end() {
			if (count > MAX_LINES) log.info(`… ${andMore(count - MAX_LINES, "line")}`);
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
const SOURCES = {
	folder: "files",
	repository: "a repository",
	sbom: "an SBOM"
};
function sourceOf({ how }, place) {
	return place === void 0 ? SOURCES[how] : PLACES[place];
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

// src/scanners/trivy/match/waiting.ts
function waitingTrivy(settings, work, world) {
	let begun;
	return {
		begin() {
			begun ??= work.begin((signal) => startWaiting(settings, {
				...world,
				signal
			})).catch(() => void 0);
		},
		take() {
			const own = begun;
			begun = Promise.resolve(void 0);
			return own ?? begun;
		}
	};
}
function listTrivy(settings, world, log) {
	const place = placeFor(settings, world, log);
	return {
		...place,
		read(text, timeoutMs) {
			writeFileSync(place.location, text, { mode: 384 });
			return place.start([], {
				deadlineMs: timeoutMs,
				signal: world.signal
			});
		}
	};
}
async function startWaiting(settings, world) {
	const mkfifo = findProgram("mkfifo", world);
	if (mkfifo === void 0) return void 0;
	const place = placeFor(settings, world);
	const pipe = join(place.folder, "wait.yaml");
	const making = {
		cwd: place.folder,
		env: {},
		deadlineMs: 5e3,
		signal: world.signal
	};
	if ((await runProcess(mkfifo, [
		"-m",
		"600",
		pipe
	], making)).code !== 0) return void 0;
	const end = openSync(pipe, "r+");
	const late = new AbortController();
	const signal = AbortSignal.any([world.signal, late.signal]);
	const ended = place.start([`--config=${pipe}`], {
		deadlineMs: 2 * settings.timeoutMs,
		graceMs: 0,
		signal
	});
	return {
		...place,
		async read(text, timeoutMs) {
			writeFileSync(place.location, text, { mode: 384 });
			rmSync(pipe);
			writeFileSync(pipe, "");
			closeSync(end);
			const limit = timeLimit(timeoutMs);
			limit.addEventListener("abort", () => late.abort());
			const result = await ended;
			return {
				...result,
				timedOut: result.timedOut || limit.aborted,
				aborted: world.signal.aborted
			};
		}
	};
}
function placeFor({ trivy, database, memory }, world, log) {
	const folder = privateFolder(world, "match");
	linkDatabase(folder, "vulnerability", database);
	const listener = new LogListener();
	const [location, output] = [join(folder, "list.cdx.json"), join(folder, "report.json")];
	const asked = {
		target: {
			how: "sbom",
			location
		},
		scanners: ["vuln"],
		skipDirs: [],
		skipFiles: []
	};
	return {
		folder,
		location,
		output,
		facts: () => listener.facts(),
		start(flags, options) {
			const own = {
				...asked,
				cacheFolder: folder,
				output,
				timeoutMs: options.deadlineMs
			};
			const [command = "", ...args] = scanArguments(own);
			return runProcess(trivy, [
				command,
				...flags,
				...args
			], {
				...options,
				cwd: privateFolder(world, "cwd"),
				env: trivyEnvironment(world, "files", memory),
				onStderrLine(line) {
					listener.line(line);
					log?.line(line);
				}
			});
		}
	};
}

// src/scanners/trivy/process/convert.ts
const DEADLINE_MS = 12e4;
const MARKS = {
	cyclonedx: /"bomFormat":\s*"CycloneDX"/,
	"spdx-json": /"spdxVersion":\s*"SPDX-/
};
const HEAD = 2e3;
async function convertReport({ trivy, format, packages, output }, world) {
	const args = [
		"convert",
		`--format=${format}`,
		`--output=${output}`,
		"--quiet",
		"--",
		packages
	];
	const options = {
		env: trivyEnvironment(world, "files"),
		deadlineMs: DEADLINE_MS
	};
	const { code, stderr, timedOut } = await runScanner(trivy, args, options, world);
	if (timedOut) throw notMade(format, `it took longer than ${DEADLINE_MS / 1e3} s`);
	if (code !== 0) throw notMade(format, shortened(fatalMessage(stderr)));
	if (!isWhole(output, format)) throw notMade(format, "its output is not one, or only a part of one");
}
function notMade(format, why) {
	return new GateError("sbom-not-made", `Trivy could not make the ${format} report: ${why}`, "The verdict is not affected. Leave `trivy-version` and `trivy-binary` at their defaults, and see whether the disk is full. The output `trivy-report` has the packages as well.");
}
function isWhole(file, format) {
	const text = tryOr(() => readFileSync(file, "utf8"), "");
	return text.startsWith("{") && text.trimEnd().endsWith("}") && MARKS[format].test(text.slice(0, HEAD));
}

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
const LESS = { "skip-dirs": "Or leave large folders out with `skip-dirs`." };
const FAILURES = [
	{
		code: "database-unusable",
		match: /DB schema doesn't match|old DB schema|vulnerability DB initialization|failed to open db|cannot be specified on the first run|panic: assertion failed: Page/,
		what: "Trivy cannot open the vulnerability database",
		remedy: "Use the Trivy that Image Gate names by default. If it happens again, delete the folder image-gate in the tool cache, and the one in the user's cache folder."
	},
	DISK_FULL,
	{
		code: "out-of-memory",
		match: /runtime: out of memory|cannot allocate memory|failed to reserve page summary memory/,
		what: "Trivy ran out of memory",
		remedy: "Use a machine with more memory.",
		byInput: LESS
	},
	{
		code: "os-repositories-unknown",
		match: /unable to find CPE indices/,
		what: "the database does not know the repositories that its Red Hat packages came from",
		remedy: "Leave `/root/buildinfo` and `/usr/share/buildinfo` as the base image has them, or build on a newer base image. Trivy cannot match some from before June 2020, and some of a new release."
	},
	{
		code: "sbom-unreadable",
		match: /SBOM decode error|failed to detect SBOM|unknown scanning is not yet supported|sbom.{0,200}decode/i,
		what: "it is not an SBOM that Trivy reads",
		remedy: "Give CycloneDX JSON, or SPDX JSON or tag-value (SPDX loses the paths of packages).",
		byInput: { "scan-report": "A scanner's report with findings goes into `scan-report`." }
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
		remedy: "Nothing must change the target while it is scanned."
	},
	{
		code: "target-unreadable",
		match: /permission denied/,
		what: "this user has no permission to read a part of it",
		remedy: "Give the user of this run the right to read it.",
		byInput: { "skip-dirs": "Or leave it out with `skip-dirs` or `skip-files`." }
	},
	{
		code: "trivy-flags-unknown",
		match: /unknown flag|unable to parse flag|unknown command/,
		what: "this Trivy does not know a flag that Image Gate passes",
		remedy: "Use Image Gate's default version: leave `trivy-version` and `trivy-binary` out."
	}
];
function scanFailure(result, target, timeoutMs) {
	const message = fatalMessage(result.stderr);
	if (result.timedOut || /context deadline exceeded/.test(message)) return scanTimeout(target, timeoutMs);
	const told = toldFailure(FAILURES, [message, result.stderr.slice(-4096)], shortened(message), target);
	if (told !== void 0) return told;
	if (result.signal !== null || (result.code ?? 0) > 128) return killed(result, target);
	return new GateError("trivy-failed", `${target.label} was not scanned: Trivy ended with ${result.code} (${shortened(message)})`, "Trivy's own lines are in the log, in the group of this target.");
}
function repositoryOffline({ label }) {
	return new GateError("repository-offline", `${label} was not scanned: it is not a folder that exists, and \`offline\` forbids cloning it from its host`, "Check it out first and give its folder.");
}
function sbomScanners({ label }, scanners) {
	return new GateError("sbom-scanners", `${label} was not scanned: an SBOM can be scanned for \`vuln\` and \`license\` only, and \`scanners\` is \`${scanners.join(",")}\``, "Add `vuln` or `license` to `scanners`, or scan the SBOM in its own run.");
}
function killed(result, target) {
	const how = `Trivy was ended by ${result.signal ?? `signal ${(result.code ?? 128) - 128}`}`;
	if (isKilled(result)) return outOfMemory(target, how, LESS);
	return new GateError("trivy-killed", `${target.label} was not scanned: ${how}`, "Something on this machine ended it: run again.");
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
		throw new GateError("folder-unreadable", `The folder ${JSON.stringify(name)} in it cannot be read by the user of this run, and Trivy would silently skip it`, "Give the user of this run the right to read it. Or leave it out with `skip-dirs`.", { cause });
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
			if (["vuln", "license"].some((each) => this.#scanners.includes(each))) this.#list(entry, path);
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
			if (!(LOCK_FILES.test(name) ? !this.#isReadElsewhere(path, name) : name !== "node_modules" && this.#hasLockFilesOutside(path))) return;
			const to = tryOr(() => readlinkSync(join(this.#root, path)), "a file that cannot be read");
			this.#add(this.#links, {
				path,
				to
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
		for (const { entry } of entriesBelow(real, entriesOf$1, enters)) if (entry.isFile() && LOCK_FILES.test(entry.name)) return true;
		return false;
	}
};
function realFolder(path) {
	return tryOr(() => {
		const real = realpathSync(path);
		return statSync(real).isDirectory() ? real : void 0;
	}, void 0);
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
	return tryOr(() => {
		using cleanup = new DisposableStack();
		const handle = cleanup.adopt(openUnlinked(file), closeSync);
		const status = fstatSync(handle);
		if (!status.isFile()) return void 0;
		return status.size > LARGEST ? "too large" : { text: readFileSync(handle, "utf8") };
	}, void 0);
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
		const roles = isWhole ? rolesOf(scan, ended) : void 0;
		if (roles !== void 0) place.keep(roles);
		settings.onReport?.(shown());
		settings.onSbom?.(await sbomOf(scan, {
			report,
			result,
			scanFacts
		}));
		write(settings.reportFile);
		return result;
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
async function sbomOf(scan, read) {
	const { target, given, settings, world, asked } = scan;
	const { trivy, database, timeoutMs, descriptions } = settings;
	const digest = given.how === "reference" ? parseReference(given.location)?.digest : void 0;
	if (digest === void 0 || database === void 0 || settings.scanners.join() !== "vuln") return { why: "it was not scanned by its digest, or for more than vulnerabilities" };
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
		const env = trivyEnvironment(world, purposeOf(located), settings.memory);
		const onStderrLine = (line) => {
			lacksJavaDatabase ||= needsJavaDatabase(line);
			baseLayers ??= foundBaseLayers(line);
			listener.line(line);
			group.line(line);
		};
		const working = runScanner(settings.trivy.path, args, {
			env,
			deadlineMs: timeoutMs,
			onStderrLine
		}, world);
		settings.whileWaiting?.();
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
	const { timeout: timeoutMs, offline, scanners, skipDirs, skipFiles, descriptions } = wanted;
	const { problem, store } = databaseStore(world);
	const level = world.isAtTerminal ? "warning" : "info";
	if (problem !== void 0) world.log[level](`Databases are not kept on this machine: ${problem}.`);
	const request = {
		...wanted,
		store
	};
	const database = scanners.includes("vuln") ? await prepareDatabase("vulnerability", request, world) : void 0;
	let java;
	const javaDatabase = () => {
		java ??= work.begin((signal) => prepareDatabase("java", request, {
			...world,
			signal
		}));
		return java;
	};
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
	const session = (layers) => ({ scan(target, located, { onReport, spentMs = 0, image, memory, reportFile, onSbom }, at) {
		const own = {
			image,
			memory,
			reportFile,
			onSbom,
			onReport
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
	return { make: (sbom, world) => convertReport({
		trivy,
		...sbom
	}, world) };
}

export { ACCEPT, DISK_FULL, ImageStore, OtherLayers, PLACES, RegistryFault, TRIVY_VERSION, ZipFault, acquireFirst, askRegistry, authorizationOf, basicAuthorization, blobFetcher, convertReport, credentialsFor, expandPlatforms, fatalMessage, fileInZip, findEngine, findInRegistry, heldToImage, imageAcquirer, imageId, inspectedImage, installTrivy, installedProgram, isKilled, isLoopback, kept, layerReader, listTrivy, logGroup, logOldCopy, messageLine, newSession, onAcquiredImages, openEngine, outOfMemory, parseStrictJson, prepareDatabase, readNote, readObject, readWritten, registryFault, registryReader, runScanner, sbomsBy, scannerEnvironment, sha256Of, shortened, sourceOf, tagsInTar, toldFailure, trivyScanner, whyInRegistry, writeMembers, wrongAnswer };