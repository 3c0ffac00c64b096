import { An as isDigest, I as misspeltKey, L as repeatedKey, Ln as registryHost, Rn as repositoryName } from "./shared.js";
import { a as readBody, n as HttpStatusError, o as retrying, r as get, t as FinalError } from "./http2.js";
import { a as array, d as literal, g as record, h as object, v as string, x as ZodError } from "./zod.js";
import { createHash } from "node:crypto";

// src/images/registry/document.ts
const digest = string().regex(/^sha256:[0-9a-f]{64}$/);
const annotations = record(string(), string()).nullish().transform((value) => value ?? {}).catch({});
const word = string().regex(/^[\w.-]{1,60}$/);
const platform = object({
	os: word,
	architecture: word,
	variant: word.or(literal("")).optional(),
	"os.version": word.or(literal("")).optional()
});
const listed = object({
	digest,
	platform: platform.nullish().catch(void 0),
	annotations
});
const schema = object({
	manifests: array(listed).optional(),
	config: object({ digest }).optional(),
	layers: array(object({ digest })).optional(),
	annotations
});
function registryDocument(bytes) {
	const parsed = schema.safeParse(json(bytes));
	if (!parsed.success) return void 0;
	const { manifests, config, layers, annotations: own } = parsed.data;
	const common = {
		digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
		annotations: own
	};
	if (manifests !== void 0 && config === void 0 && layers === void 0) return {
		...common,
		kind: "index",
		images: manifests.filter(mayRun).map(listedImage)
	};
	if (manifests === void 0 && config !== void 0 && layers !== void 0) return {
		...common,
		kind: "manifest",
		config: config.digest,
		layers: layers.map((layer) => layer.digest)
	};
}
function json(bytes) {
	try {
		const value = JSON.parse(bytes.toString("utf8"));
		return repeatedKey(bytes, value) === void 0 && !hasMisspeltKey(value) ? value : void 0;
	} catch {
		return;
	}
}
const KEYS = [
	"schemaVersion",
	"manifests",
	"config",
	"layers",
	"mediaType",
	"digest",
	"platform"
];
const PLATFORM_KEYS = [
	"os",
	"architecture",
	"variant",
	"os.version"
];
function hasMisspeltKey(document) {
	if (!isObject(document)) return false;
	const { manifests, config, layers } = document;
	const descriptors = [...[manifests, layers].flatMap((list) => Array.isArray(list) ? list : []), config].filter(isObject);
	const platforms = descriptors.map((each) => each.platform).filter(isObject);
	return [document, ...descriptors].some((each) => misspeltKey(Object.keys(each), KEYS) !== void 0) || platforms.some((each) => misspeltKey(Object.keys(each), PLATFORM_KEYS) !== void 0);
}
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function isImage({ annotations: own, platform: at }) {
	return !(own?.["vnd.docker.reference.type"] === "attestation-manifest") && mayRun({ platform: at });
}
function mayRun({ platform: at }) {
	return !(at?.os === "unknown" && at.architecture === "unknown");
}
function listedImage({ digest: id, platform: at, annotations: own }) {
	if (!at) return {
		digest: id,
		annotations: own
	};
	const parts = [
		at.os,
		at.architecture,
		at.variant
	].filter(Boolean).join("/");
	const version = at["os.version"];
	return {
		digest: id,
		platform: version ? `${parts} ${version}` : parts,
		annotations: own
	};
}

// src/images/registry/client.ts
var RegistryError = class extends Error {
	name = "RegistryError";
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
			const reading = documents.get(key) ?? readDocument(session, tagOrDigest, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]));
			documents.set(key, reading);
			reading.catch(() => {});
			return reading;
		}
	};
}
function newSession(repository, credentials, { registries = /* @__PURE__ */ new Map(), allowHttp = false } = {}) {
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
		credentials: () => {
			found ??= credentials(repository);
			return found;
		}
	};
}
async function readDocument(session, tagOrDigest, signal) {
	if (session.unreachable !== void 0) throw session.unreachable;
	let bytes;
	try {
		bytes = await manifestBytes(session, tagOrDigest, signal);
	} catch (cause) {
		const error = new RegistryError(reasonOf(cause, signal), { cause });
		if (session.registry.origin === void 0) session.unreachable = error;
		throw error;
	}
	const document = registryDocument(bytes);
	if (document === void 0) throw new RegistryError("holds no image there that could be read");
	if (isDigest(tagOrDigest) && document.digest !== tagOrDigest) throw new RegistryError("answered with other bytes than those of the digest");
	return document;
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
	return (await askRegistry(session, {
		address,
		accept: ACCEPT,
		maxBytes: MAX_MANIFEST
	}, signal)).body;
}
function askRegistry(session, asked, signal) {
	return streamFrom(session, asked, signal, async (message, address) => ({
		address,
		headers: message.headers,
		body: await readBody(message, asked.maxBytes, signal)
	}));
}
async function streamFrom(session, asked, signal, read) {
	const origin = await open(session.registry, signal);
	const address = asked.address(origin);
	const ask = async () => {
		const { authorization } = session;
		const headers = { accept: asked.accept };
		return read(await get({
			address: address.href,
			authorization,
			headers,
			atHome: asked.atHome,
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
		session.authorization = challenge && await authorizationFor(challenge, session, signal);
		if (session.authorization === void 0) throw error;
		return await retrying(ask, signal);
	}
}
async function open(registry, signal) {
	if (registry.origin !== void 0) return registry.origin;
	const host = registry.host === "docker.io" ? "index.docker.io" : registry.host;
	const secure = new URL(`https://${host}`);
	const check = async (origin) => {
		try {
			(await get({
				address: new URL("/v2/", origin).href,
				signal
			})).destroy();
		} catch (error) {
			if (!(error instanceof HttpStatusError) || error.httpStatusCode >= 500) throw error;
			registry.challenge = readChallenge(error.challenge, origin);
		}
		registry.origin = origin;
		return origin;
	};
	if (!registry.allowHttp && !mayBePlain(secure.hostname)) return retrying(() => check(secure), signal);
	return check(secure).catch((error) => {
		if (error instanceof HttpStatusError || signal.aborted) throw error;
		return retrying(() => check(new URL(`http://${host}`)), signal);
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
	const body = await retrying(async () => readBody(await get({
		...request,
		signal
	}), MAX_TOKEN, signal), signal);
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
	if (realm === void 0 || !URL.canParse(realm)) return void 0;
	const url = new URL(realm);
	if (url.username !== "" || url.password !== "" || !isAllowed(url, registry)) return void 0;
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
	return !isWithinNetwork(realm.hostname) || isWithinNetwork(registry.hostname);
}
function isWithinNetwork(hostname) {
	const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
	if (/(?:^|\.)localhost$/.test(host) || host.endsWith(".local")) return true;
	if (host.includes(":")) return !/^[23]/.test(host);
	const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
	if (parts === null) return false;
	const [a, b] = [Number(parts[1]), Number(parts[2])];
	return [
		0,
		10,
		127
	].includes(a) || a === 169 && b === 254 || a === 172 && b >= 16 && b <= 31 || a === 192 && b === 168 || a === 100 && b >= 64 && b <= 127;
}

export { reasonOf as a, isImage as c, newSession as i, registryDocument as l, askRegistry as n, registryReader as o, isMissing as r, streamFrom as s, RegistryError as t };