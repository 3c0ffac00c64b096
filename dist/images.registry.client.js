import { registryHost, repositoryName } from "./shared.answer.js";
import { timeLimit } from "./system.background.js";
import { FinalError, HttpStatusError, RedirectError, get, hostKind, isWithin, reachFrom, readBody, retrying } from "./system.http.js";
import { ImageProblem, inconsistent } from "./images.file.bytes.js";
import { ZodError, array, base64, int, object, record, string, unknown } from "./package.zod.js";
import { createHash, isObject } from "./shared.start.js";
import { orEmpty } from "./shared.domain.js";
import { parseStrictJson } from "./images.oci.strict-json.js";

// src/images/oci/documents.ts
const INDEX_TYPES = /* @__PURE__ */ new Set(["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"]);
const MANIFEST_TYPES = /* @__PURE__ */ new Set(["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"]);
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;
const digest = string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);
const text = string().nullish().transform((value) => value || void 0);
const texts = orEmpty(array(string()), []);
const annotations = orEmpty(record(string(), string()), {});
const platform = object({
	os: text,
	architecture: text,
	variant: text,
	"os.version": text,
	"os.features": texts,
	features: unknown().optional()
});
const descriptor = object({
	digest,
	size: int().nonnegative(),
	mediaType: text,
	artifactType: text,
	platform: platform.nullish(),
	annotations,
	urls: texts,
	data: base64().nullish()
});
const descriptors = orEmpty(array(descriptor), []);
const common = {
	mediaType: text,
	artifactType: text,
	annotations,
	subject: descriptor.nullish()
};
const index = object({
	...common,
	manifests: descriptors
});
const manifest = object({
	...common,
	config: descriptor,
	layers: descriptors
});
const rootfs = object({
	type: text,
	diff_ids: orEmpty(array(digest), [])
});
const configuration = platform.extend({ rootfs });
const any = unknown();
const DOCUMENT = object({
	...index.shape,
	...manifest.shape,
	schemaVersion: any,
	fsLayers: any,
	history: any,
	signatures: any
});
const entry = object({
	created: any,
	created_by: any,
	author: any,
	comment: any,
	empty_layer: any
});
const CONFIG = configuration.extend({
	created: any,
	author: any,
	config: any,
	history: array(entry)
});
const NAMES = new Set([
	DOCUMENT,
	descriptor,
	platform,
	CONFIG,
	rootfs
].flatMap(({ shape }) => Object.keys(shape)));
function readDocument$1(bytes, expected = {}) {
	const what = expected.what ?? "its manifest";
	const value = readObject(bytes, what);
	return kindOf(value, expected.mediaType, what) === "index" ? indexOf(value, what) : manifestOf(value, what);
}
function readIndex(bytes, expected = {}) {
	const what = expected.what ?? "its index";
	const document = readDocument$1(bytes, {
		...expected,
		what
	});
	if (document.kind === "index") return document;
	throw inconsistent(`${what} is a manifest and no index`);
}
function readManifest(bytes, expected = {}) {
	const what = expected.what ?? "its manifest";
	const document = readDocument$1(bytes, {
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
		imageId: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
		diffIds: rootfs.diff_ids,
		platform: own.os === void 0 || own.architecture === void 0 ? void 0 : platformOf(own, what)
	};
}
function mayRun({ platform: at }) {
	return !(at?.os === "unknown" && at.architecture === "unknown");
}
function isIndexEntry({ mediaType }) {
	if (mediaType !== void 0 && SCHEMA_1.test(mediaType)) throw schema1("a manifest in it");
	return mediaType !== void 0 && INDEX_TYPES.has(mediaType);
}
function platformName({ os, architecture, variant }) {
	return variant === void 0 ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}
function readObject(bytes, what) {
	const value = parseStrictJson(bytes, what, DOCUMENT);
	if (!isObject(value)) throw inconsistent(`${what} is no object`);
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
function indexOf(value, what) {
	const { manifests, mediaType, artifactType, annotations: own } = checked(index, value, what);
	return {
		kind: "index",
		manifests: manifests.map((each) => descriptorOf(each, what)),
		mediaType,
		artifactType,
		annotations: own
	};
}
function manifestOf(value, what) {
	const { config, layers, mediaType, artifactType, annotations: own } = checked(manifest, value, what);
	return {
		kind: "manifest",
		config: descriptorOf(config, what),
		layers: layers.map((each) => descriptorOf(each, what)),
		mediaType,
		artifactType,
		annotations: own
	};
}
function descriptorOf(found, what) {
	const { data, platform: at, ...rest } = found;
	if (data != null && !isContent(Buffer.from(data, "base64"), rest)) throw inconsistent(`${what} holds a content that is not the one of its digest`);
	return {
		...rest,
		platform: at ? platformOf(at, what) : void 0
	};
}
function isContent(bytes, { digest: of, size }) {
	const [algorithm = ""] = of.split(":");
	return bytes.length === size && `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}` === of;
}
function platformOf(found, what) {
	const { os, architecture, variant, "os.version": osVersion, "os.features": osFeatures } = found;
	if (os === void 0 && architecture === void 0) return void 0;
	if (os === void 0 || architecture === void 0) throw inconsistent(`${what} names half of a platform`);
	return {
		os,
		architecture,
		variant,
		osVersion,
		osFeatures
	};
}
function checked(schema, value, what) {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const path = result.error.issues[0]?.path.filter((each) => typeof each === "number" || NAMES.has(String(each)));
	throw inconsistent(`${what} has a wrong value at ${path?.length ? path.join(".") : "its top"}`);
}

// src/images/registry/document.ts
const WORD = /^[\w.-]{1,60}$/;
function registryDocument(bytes, mediaType) {
	const document = readDocument$1(bytes, { mediaType });
	const own = {
		digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
		annotations: document.annotations,
		bytes
	};
	if (document.kind === "index") {
		const { manifests } = document;
		for (const each of manifests) requireSha256(each);
		return {
			...own,
			kind: "index",
			manifests,
			images: listedImages(document)
		};
	}
	const { config, layers } = document;
	for (const each of [config, ...layers]) requireSha256(each);
	return {
		...own,
		kind: "manifest",
		config: config.digest,
		layers: layers.map(({ digest }) => digest),
		descriptors: {
			config,
			layers
		}
	};
}
function requireSha256({ digest }) {
	if (!digest.startsWith("sha256:")) throw inconsistent("its manifest names a content by something other than a SHA-256");
}
function listedImages({ manifests }) {
	return manifests.filter(mayRun).map(({ digest, platform: at, annotations }) => {
		if (at === void 0) return {
			digest,
			annotations
		};
		const { os, architecture, variant, osVersion } = at;
		if (![
			os,
			architecture,
			variant,
			osVersion
		].filter((each) => each !== void 0).every((each) => WORD.test(each))) return {
			digest,
			annotations
		};
		const name = platformName(at);
		return {
			digest,
			platform: osVersion === void 0 ? name : `${name} ${osVersion}`,
			annotations
		};
	});
}

// src/images/registry/client.ts
var RegistryError = class extends Error {
	name = "RegistryError";
	content;
	constructor(message, options = {}) {
		super(message, options);
		this.content = options.content;
	}
};
var DocumentProblem = class extends RegistryError {
	what;
	constructor(problem) {
		super(`holds no image there that could be read: ${problem.message}`, {
			cause: problem,
			content: "no-image"
		});
		this.what = problem.message;
	}
};
function isMissing(cause) {
	return cause instanceof RegistryError && cause.cause instanceof HttpStatusError && cause.cause.httpStatusCode === 404;
}
const DEADLINE_MS = 1e4;
const MAX_MANIFEST = 4194304;
const MAX_TOKEN = 262144;
const ACCEPT = [
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json"
].join(", ");
function registryReader({ credentials, signal, allowHttp = false, deadlineMs = DEADLINE_MS }) {
	const documents = /* @__PURE__ */ new Map();
	const sessions = /* @__PURE__ */ new Map();
	const registries = /* @__PURE__ */ new Map();
	const keyOf = (reference, tagOrDigest) => `${repositoryName(reference)} ${tagOrDigest}`;
	return {
		known: (reference, tagOrDigest) => documents.get(keyOf(reference, tagOrDigest)),
		read(reference, tagOrDigest) {
			const repository = repositoryName(reference);
			const key = keyOf(reference, tagOrDigest);
			const session = sessions.get(repository) ?? newSession(repository, credentials, {
				registries,
				allowHttp
			});
			sessions.set(repository, session);
			const reading = documents.get(key) ?? readDocument(session, tagOrDigest, AbortSignal.any([signal, timeLimit(deadlineMs)]));
			documents.set(key, reading);
			reading.catch(() => {});
			return reading;
		}
	};
}
function newSession(repository, credentials, { registries = /* @__PURE__ */ new Map(), allowHttp = false, attempts } = {}) {
	const host = registryHost(repository);
	const registry = registries.get(host) ?? {
		host,
		allowHttp
	};
	registries.set(host, registry);
	let found;
	return {
		registry,
		path: repository.slice(host.length + 1),
		attempts,
		credentials: () => {
			found ??= credentials(repository);
			return found;
		}
	};
}
async function readDocument(session, tagOrDigest, signal) {
	if (session.unreachable !== void 0) throw session.unreachable;
	let answer;
	try {
		answer = await manifestBytes(session, tagOrDigest, signal);
	} catch (cause) {
		const error = new RegistryError(reasonOf(cause, signal), { cause });
		if (session.registry.origin === void 0) session.unreachable = error;
		throw error;
	}
	const { body, headers } = answer;
	if (tagOrDigest.includes(":") && !hasDigest(body, tagOrDigest)) throw new RegistryError("answered with other bytes than those of the digest", { content: "other-bytes" });
	try {
		return registryDocument(body, headers["content-type"]?.split(";")[0]?.trim());
	} catch (error) {
		throw error instanceof ImageProblem ? new DocumentProblem(error) : error;
	}
}
function hasDigest(bytes, digest) {
	return /^sha(?:256|512):/.test(digest) && isContent(bytes, {
		digest,
		size: bytes.length
	});
}
function reasonOf(cause, signal) {
	if (signal.aborted) return "did not answer in time";
	if (cause instanceof FinalError || cause instanceof ZodError || cause instanceof SyntaxError) return "answered with something other than what was asked for";
	if (!(cause instanceof HttpStatusError)) return "could not be reached by Image Gate";
	const { httpStatusCode: status } = cause;
	if (status === 401 || status === 403) return "wants a login that Image Gate does not have";
	return status === 404 ? "does not have it" : `answered with HTTP ${status}`;
}
async function manifestBytes(session, tagOrDigest, signal) {
	const address = (origin) => new URL(`/v2/${session.path}/manifests/${tagOrDigest}`, origin);
	return askRegistry(session, {
		address,
		accept: ACCEPT,
		maxBytes: MAX_MANIFEST
	}, signal);
}
function askRegistry(session, asked, signal) {
	return streamFrom(session, asked, signal, async (message, address) => ({
		address,
		status: message.statusCode,
		headers: message.headers,
		body: await readBody(message, asked.maxBytes, signal)
	}));
}
async function streamFrom(session, asked, signal, read) {
	const origin = await open(session.registry, signal, session.attempts);
	const address = asked.address(origin);
	const ask = async () => {
		const { authorization } = session;
		const headers = { accept: asked.accept };
		const { atHome, alsoTakes } = asked;
		const reach = reachOf(session.registry);
		return read(await get({
			address: address.href,
			authorization,
			headers,
			atHome,
			alsoTakes,
			reach,
			signal
		}), address);
	};
	const { challenge: first } = session.registry;
	if (first !== void 0) session.authorization ??= await authorizationFor(first, session, signal);
	try {
		return await retrying(ask, signal);
	} catch (error) {
		if (!(error instanceof HttpStatusError) || error.httpStatusCode !== 401) throw error;
		const challenge = readChallenge(error.challenge, origin) ?? first;
		if (challenge?.scheme === "refused") throw tokenServiceRefused();
		session.authorization = challenge && await authorizationFor(challenge, session, signal);
		if (session.authorization === void 0) throw error;
		return await retrying(ask, signal);
	}
}
async function askOnce(session, asked, signal) {
	session.preparing ??= prepare(session, signal).catch((error) => {
		session.preparing = void 0;
		throw error;
	});
	await untilAborted(session.preparing, signal).catch(() => signal.throwIfAborted());
	await prepare(session, signal);
	const origin = await open(session.registry, signal, session.attempts);
	const used = session.authorization;
	const ask = () => {
		const { rangeFrom, atHome } = asked;
		const headers = {
			accept: asked.accept,
			"accept-encoding": "identity"
		};
		const address = asked.address(origin).href;
		const reach = reachOf(session.registry);
		return get({
			address,
			authorization: session.authorization,
			headers,
			atHome,
			rangeFrom,
			reach,
			signal
		});
	};
	try {
		return await ask();
	} catch (error) {
		if (!(error instanceof HttpStatusError) || error.httpStatusCode !== 401) throw error;
		if (session.authorization === used) {
			const challenge = readChallenge(error.challenge, origin) ?? session.registry.challenge;
			if (challenge?.scheme === "refused") throw tokenServiceRefused();
			session.renewing ??= renew(session, challenge, signal);
			await untilAborted(session.renewing, signal);
		}
		if (session.authorization === void 0 || session.authorization === used) throw error;
		return await ask();
	}
}
async function prepare(session, signal) {
	await open(session.registry, signal, session.attempts);
	const { challenge } = session.registry;
	if (challenge !== void 0) session.authorization ??= await authorizationFor(challenge, session, signal);
}
async function renew(session, challenge, signal) {
	try {
		session.authorization = challenge && await authorizationFor(challenge, session, signal);
	} finally {
		session.renewing = void 0;
	}
}
function untilAborted(work, signal) {
	const { promise, reject } = Promise.withResolvers();
	const stop = () => reject(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	if (signal.aborted) stop();
	return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", stop));
}
async function open(registry, signal, attempts) {
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
	if (!registry.allowHttp && !mayBePlain(secure.hostname)) return retrying(() => check(secure), signal, attempts);
	return check(secure).catch((error) => {
		if (error instanceof HttpStatusError || signal.aborted) throw error;
		return retrying(() => check(new URL(`http://${host}`)), signal, attempts);
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
	if (challenge.scheme === "basic") return login && "username" in login ? basic(login) : void 0;
	const { realm, service } = challenge;
	const asked = {
		...service === void 0 ? {} : { service },
		scope: `repository:${session.path}:pull`
	};
	const request = login && "identityToken" in login ? {
		address: realm.href,
		form: {
			...asked,
			grant_type: "refresh_token",
			refresh_token: login.identityToken
		}
	} : {
		address: withQuery(realm, asked),
		authorization: login && basic(login)
	};
	const { reach = "public" } = session.registry;
	const ask = async () => readBody(await get({
		...request,
		reach,
		signal
	}), MAX_TOKEN, signal);
	const body = await retrying(ask, signal, session.attempts);
	const { token, access_token: other } = tokenSchema.parse(JSON.parse(body.toString("utf8")));
	const found = token || other;
	return found === void 0 ? void 0 : `Bearer ${found}`;
}
function withQuery(address, query) {
	const url = new URL(address);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	return url.href;
}
function basic({ username, password }) {
	return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
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
function tokenServiceRefused() {
	return new RedirectError("it names a token service that is not asked");
}
function parameterOf(parameters, name) {
	const [, quoted, plain] = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(parameters) ?? [];
	return quoted ?? plain;
}
function isAllowed(realm, registry) {
	if (realm.hostname === registry.hostname) return realm.protocol === "https:" || realm.protocol === registry.protocol;
	if (realm.protocol !== "https:" && !(realm.protocol === "http:" && registry.protocol === "http:")) return false;
	const [kind = "public", own = "public"] = [hostKind(realm.hostname), hostKind(registry.hostname)];
	return isWithin(kind, reachFrom([own]));
}
function reachOf({ reach = "public" }) {
	return reach === "public" ? "public" : "any";
}

export { ACCEPT, DocumentProblem, RegistryError, askOnce, askRegistry, isIndexEntry, isMissing, mayRun, newSession, platformName, readConfig, readDocument$1 as readDocument, readIndex, readManifest, readObject, reasonOf, registryReader };